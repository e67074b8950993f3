"""Whose mail it is: evidence weighed by the table of docs/decisions.md, and nothing guessed in silence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.attribution import Attribution, AttributionResult, Evidence, EvidenceKind, Unattributed
from domain.messages import Guess, MailReason
from intake.unit_names import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from domain.campaigns import Campaign
    from domain.ids import CampaignCode, UnitCode
    from domain.messages import InboundMessage

    Key: TypeAlias = tuple[CampaignCode, UnitCode]

#: How much a hint weighs when guesses are ranked; never what decides.
_WEIGHTS = {
    EvidenceKind.DECISION: 1000,
    EvidenceKind.STAMP: 100,
    EvidenceKind.SENDER: 80,
    EvidenceKind.THREAD: 60,
    EvidenceKind.FORM_NAME: 40,
    EvidenceKind.SUBJECT: 20,
    EvidenceKind.FILE_NAME: 15,
    EvidenceKind.DOMAIN: 10,
}
_REASONS = {
    EvidenceKind.DECISION: "đã được người có trách nhiệm phân cho đơn vị này",
    EvidenceKind.STAMP: "biểu gửi về là mẫu đã cấp cho đơn vị này",
    EvidenceKind.SENDER: "địa chỉ gửi {seen} đã đăng ký cho đơn vị này",
    EvidenceKind.THREAD: "thư trả lời văn bản đã gửi cho đơn vị này",
    EvidenceKind.FORM_NAME: "trong biểu ghi tên đơn vị: “{seen}”",
    EvidenceKind.SUBJECT: "tiêu đề thư nhắc tới đơn vị: “{seen}”",
    EvidenceKind.FILE_NAME: "tên tệp nhắc tới đơn vị: “{seen}”",
    EvidenceKind.DOMAIN: "địa chỉ gửi cùng tên miền với đơn vị: {seen}",
}
_DMARC_FAIL = re.compile(r"(?i)\bdmarc\s*=\s*fail\b")


@dataclass(frozen=True, slots=True)
class _Hints:
    """The evidence by kind, as sets of (campaign, unit)."""

    evidence: tuple[Evidence, ...]

    def of(self, kind: EvidenceKind) -> frozenset[Key]:
        return frozenset((each.campaign, each.unit) for each in self.evidence if each.kind is kind)

    def seen(self, kind: EvidenceKind) -> str:
        return next((each.seen for each in self.evidence if each.kind is kind and each.seen), "")


def attribute(
    evidence: Sequence[Evidence], *, dmarc_failed: bool = False, names: dict[Key, str] | None = None
) -> AttributionResult:
    """Decide whose mail it is, or say why only a person can.

    *evidence* is all that is known of one mail and one of its forms. Only a decision, the stamp, the sender
    and the thread decide; the unit's name in the form may choose among one sender's units and may object.
    *names* gives the units' names for explanations; codes stand there otherwise.
    """
    hints = _Hints(tuple(evidence))
    decided = [each for each in hints.evidence if each.kind is EvidenceKind.DECISION]
    if decided:
        # The newest decision stands last.
        return _accept(hints, (decided[-1].campaign, decided[-1].unit))
    verdict = _weigh(hints, names or {}, dmarc_failed=dmarc_failed)
    if isinstance(verdict, _Held):
        known = [each for each in hints.evidence if not names or (each.campaign, each.unit) in names]
        return Unattributed(
            reason=verdict.reason,
            evidence=hints.evidence,
            guesses=_rank(known),
            explanation=verdict.explanation,
        )
    return _accept(hints, verdict)


@dataclass(frozen=True, slots=True)
class _Held:
    """Why a person has to decide."""

    reason: MailReason
    explanation: str


def _weigh(hints: _Hints, names: dict[Key, str], *, dmarc_failed: bool) -> Key | _Held:
    objection = _objection(hints, names, dmarc_failed=dmarc_failed)
    if objection is not None:
        return objection
    return _by_stamp(hints, names) if hints.of(EvidenceKind.STAMP) else _by_sender(hints)


def _objection(hints: _Hints, names: dict[Key, str], *, dmarc_failed: bool) -> _Held | None:
    """Give what forbids deciding whatever the rest says."""
    if dmarc_failed:
        sender = hints.seen(EvidenceKind.SENDER)
        return _Held(
            MailReason.UNKNOWN_SENDER,
            "Máy chủ thư báo địa chỉ người gửi có thể bị giả mạo (DMARC không đạt)"
            + (f": {sender}" if sender else "")
            + "; đề nghị gọi điện hỏi lại đơn vị trước khi tiếp nhận.",
        )
    stamps = hints.of(EvidenceKind.STAMP)
    if len(stamps) > 1:
        return _Held(
            MailReason.CONTRADICTION,
            f"Biểu gửi về mang dấu của nhiều đơn vị: {_list(stamps, names)}.",
        )
    strangers = [stamp for stamp in stamps if names and stamp not in names]
    if strangers:
        return _Held(
            MailReason.CONTRADICTION,
            f"Biểu mang dấu của đơn vị {strangers[0][1]}, không có trong danh sách đơn vị; "
            "có thể đơn vị đã đổi tên hoặc sáp nhập.",
        )
    forms = hints.of(EvidenceKind.FORM_NAME)
    anchor = stamps or hints.of(EvidenceKind.SENDER)
    rivals = frozenset(key for key in forms if any(key[0] == other[0] for other in anchor))
    if rivals and anchor and not rivals & anchor:
        whose = "biểu là mẫu đã cấp cho" if stamps else "địa chỉ gửi đã đăng ký cho"
        return _Held(
            MailReason.CONTRADICTION,
            f"Trong biểu ghi tên {_list(rivals, names)}, nhưng {whose} {_list(anchor, names)}.",
        )
    return None


def _by_stamp(hints: _Hints, names: dict[Key, str]) -> Key | _Held:
    (stamp,) = hints.of(EvidenceKind.STAMP)
    senders = hints.of(EvidenceKind.SENDER)
    threads = hints.of(EvidenceKind.THREAD)
    unit = _list({stamp}, names)
    if threads and all(thread[1] != stamp[1] for thread in threads):
        return _Held(
            MailReason.CONTRADICTION,
            f"Biểu là mẫu đã cấp cho {unit}, nhưng thư lại trả lời văn bản gửi cho {_list(threads, names)}.",
        )
    if stamp in senders:
        return stamp
    # Registered in another campaign only: for this one the address is unknown.
    others = frozenset(key for key in senders if key[0] == stamp[0])
    if others:
        return _Held(
            MailReason.CONTRADICTION,
            f"Biểu là mẫu đã cấp cho {unit}, nhưng địa chỉ gửi {hints.seen(EvidenceKind.SENDER)} "
            f"đã đăng ký cho {_list(others, names)}.",
        )
    if stamp in threads:
        return stamp
    return _Held(
        MailReason.UNKNOWN_SENDER,
        f"Biểu là mẫu đã cấp cho {unit}, nhưng địa chỉ gửi chưa đăng ký "
        "và thư không trả lời văn bản nào đã gửi.",
    )


def _by_sender(hints: _Hints) -> Key | _Held:
    senders = hints.of(EvidenceKind.SENDER)
    threads = hints.of(EvidenceKind.THREAD)
    forms = hints.of(EvidenceKind.FORM_NAME)
    address = hints.seen(EvidenceKind.SENDER)
    if not senders:
        return _Held(
            MailReason.UNKNOWN_SENDER,
            "Địa chỉ gửi chưa đăng ký cho đơn vị nào và trong thư không có biểu mang dấu của đơn vị.",
        )
    units = {sender[1] for sender in senders}
    # An answer in the thread of another campaign says nothing new about the same unit.
    speaking = frozenset(thread for thread in threads if thread in senders or thread[1] not in units)
    left = senders
    for hint in (speaking, forms):
        left = left & hint if hint else left
    if not left:
        return _Held(
            MailReason.CONTRADICTION,
            f"Địa chỉ gửi {address} đã đăng ký, nhưng thư lại trả lời hoặc ghi tên đơn vị khác.",
        )
    if len(left) == 1:
        return next(iter(left))
    if len({key[1] for key in left}) == 1:
        explanation = f"Địa chỉ gửi {address} thuộc nhiều đợt báo cáo đang mở; cần chọn đợt báo cáo."
    else:
        explanation = f"Địa chỉ gửi {address} đã đăng ký cho nhiều đơn vị; cần chọn đơn vị."
    return _Held(MailReason.UNKNOWN_SENDER, explanation)


def _accept(hints: _Hints, key: Key) -> Attribution:
    return Attribution(
        campaign=key[0],
        unit=key[1],
        evidence=tuple(each for each in hints.evidence if (each.campaign, each.unit) == key),
        sender_is_registered=key in hints.of(EvidenceKind.SENDER),
    )


def _rank(evidence: Sequence[Evidence]) -> tuple[Guess, ...]:
    """Order the units that hints speak of, best first, with the reasons."""
    weights: dict[Key, int] = {}
    reasons: dict[Key, list[str]] = {}
    kinds: set[tuple[Key, EvidenceKind]] = set()
    for each in sorted(evidence, key=lambda each: -_WEIGHTS[each.kind]):
        key = (each.campaign, each.unit)
        reason = _REASONS[each.kind].format(seen=each.seen) if each.seen else _plain_reason(each.kind)
        if reason not in reasons.setdefault(key, []):
            reasons[key].append(reason)
        if (key, each.kind) not in kinds:  # five files with one name are one hint
            kinds.add((key, each.kind))
            weights[key] = weights.get(key, 0) + _WEIGHTS[each.kind]
    ranked = sorted(weights, key=lambda key: (-weights[key], key))
    return tuple(Guess(campaign=key[0], unit=key[1], reasons=tuple(reasons[key])) for key in ranked)


def _plain_reason(kind: EvidenceKind) -> str:
    """Word a reason when what was seen is not known."""
    return re.sub(r"(: “\{seen\}”|: \{seen\}| \{seen\})", "", _REASONS[kind])


def _list(keys: frozenset[Key] | set[Key], names: dict[Key, str]) -> str:
    return ", ".join(dict.fromkeys(names.get(key, key[1]) for key in sorted(keys)))


def unit_names(campaigns: Sequence[Campaign]) -> dict[tuple[CampaignCode, UnitCode], str]:
    """Give the names for `attribute`."""
    return {(campaign.code, unit.code): name_of(unit) for campaign in campaigns for unit in campaign.units}


def dmarc_failed(message: InboundMessage, *, authserv_id: str) -> bool:
    """Tell whether the office's own mail server saw DMARC fail (RFC 8601).

    Only its own field is trusted, the topmost one; an empty *authserv_id* means that the server writes none.
    """
    if not authserv_id:
        return False
    for result in message.authentication_results:
        name, _, verdicts = result.partition(";")
        if name.split()[:1] and name.split()[0].lower() == authserv_id.lower():
            return _DMARC_FAIL.search(verdicts) is not None
    return False
