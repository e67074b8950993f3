"""Tell a campaign's course in sentences a clerk understands: what came, what left, what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.campaigns import Item
from domain.findings import FindingAudience, Severity
from domain.messages import MailOutcome, MailReason
from domain.outbox import LetterKind, LetterState
from domain.vietnamese import format_date, weekday

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from domain.campaigns import Campaign
    from domain.findings import Finding
    from domain.ids import UnitCode
    from domain.messages import MailRecord
    from domain.outbox import Letter
    from service.ports import Work

_IGNORED = {
    MailReason.AUTO_REPLY: "thư trả lời tự động, không tính là câu trả lời",
    MailReason.BOUNCE: "máy chủ báo thư không đến được",
    MailReason.DUPLICATE: "thư gửi lại đúng nội dung đã nhận",
    MailReason.NO_FORM: "thư không kèm biểu hay báo cáo",
}

_LETTERS = {
    LetterKind.ADVICE: "Gửi hướng dẫn cách gửi biểu",
    LetterKind.REMINDER: "Nhắc đơn vị còn thiếu",
    LetterKind.OVERDUE: "Báo quá hạn tới thủ trưởng",
    LetterKind.EXTENSION: "Báo gia hạn",
}


def _noted(findings: Sequence[Finding]) -> str:
    """Say how many points the unit, and the office alone, was asked to look at."""
    warnings = [one for one in findings if one.severity is Severity.WARNING]
    unit = sum(one.audience is FindingAudience.UNIT for one in warnings)
    office = len(warnings) - unit
    told = f", nhắc đơn vị xem lại {unit} điểm" if unit else ""
    return told + (f", báo Văn phòng lưu ý {office} điểm" if office else "")


class Timeline:
    """Says each mail and each letter once, in the order in which it became known."""

    def __init__(self, campaign: Campaign) -> None:
        """Tell the course of *campaign*."""
        self._campaign = campaign
        self._told_mails: set[tuple[int, str]] = set()
        self._told_letters: set[int] = set()
        self._day: dt.date | None = None

    def lines(self, work: Work, now: dt.datetime) -> list[str]:
        """Give the lines about what is new since the last call, with a heading at each new day."""
        news = [*self._mails(work), *self._letters(work)]
        return self.at(now, news)

    def at(self, now: dt.datetime, news: list[str]) -> list[str]:
        """Put hour and, when it is another day, the date before *news*."""
        if not news:
            return []
        lines: list[str] = []
        if now.date() != self._day:
            self._day = now.date()
            day = weekday(self._day)
            lines += ["", f"── {day[0].upper()}{day[1:]}, {format_date(self._day)} " + "─" * 40]
        return lines + [f"  {now:%H:%M}  {line}" for line in news]

    def _name(self, unit: UnitCode | None) -> str:
        known = self._campaign.unit_by_code.get(unit) if unit is not None else None
        return known.name if known is not None else "Văn phòng"

    def _mails(self, work: Work) -> list[str]:
        news: list[str] = []
        for record in work.messages.all():
            told = (record.key, record.outcome.value)
            if record.outcome is MailOutcome.NEW or told in self._told_mails:
                continue
            self._told_mails.add(told)
            if record.reason is not MailReason.OWN:
                news.append(self._mail(work, record))
        return news

    def _mail(self, work: Work, record: MailRecord) -> str:
        came = work.submissions.of_mail(record.key)
        forms = [one for one in came if one.content.item is Item.FORM]
        narrative = any(one.content.item is Item.NARRATIVE for one in came)
        sender = record.sender.address if record.sender else "?"
        if record.outcome is MailOutcome.HELD:
            return f"⚠ Thư số {record.key} từ {sender}: {record.explanation} Chờ Văn phòng xem."
        if record.outcome is MailOutcome.IGNORED:
            why = _IGNORED.get(record.reason, "") if record.reason else ""
            told = record.explanation if record.reason is MailReason.BOUNCE else why
            return f"· {self._name(record.unit) if record.unit else sender}: {told or why}"
        parts = []
        for one in forms:
            errors = sum(f.severity in (Severity.ERROR, Severity.QUESTION) for f in one.content.findings)
            if one.content.verdict.counts:
                parts.append(f"đã tiếp nhận biểu lần {one.version}{_noted(one.content.findings)}")
            else:
                parts.append(f"biểu lần {one.version} có {errors} chỗ cần chỉnh lý, đã gửi thư nêu từng chỗ")
        if narrative and parts and forms[-1].content.verdict.counts:
            parts[-1] = f"đã tiếp nhận báo cáo và {parts[-1].removeprefix('đã tiếp nhận ')}"
        elif narrative:
            parts.append("đã tiếp nhận báo cáo")
        sign = "✓" if record.outcome is not MailOutcome.REFUSED else "✗"
        return f"{sign} {self._name(record.unit)}: {'; '.join(parts) or 'đã trả lời cách gửi'}"

    def _letters(self, work: Work) -> list[str]:
        fresh: dict[LetterKind, list[Letter]] = {}
        for letter in work.outbox.of_campaign(self._campaign.code):
            if letter.state is LetterState.SENT and letter.key not in self._told_letters:
                self._told_letters.add(letter.key)
                fresh.setdefault(letter.kind, []).append(letter)
        news: list[str] = []
        for kind, letters in fresh.items():
            if kind is LetterKind.PLAN:
                again = len(letters) == 1 and ">" in letters[0].cause
                to = letters[0].recipients[0] if again else f"{len(letters)} đơn vị"
                news.append(f"→ Gửi kế hoạch và biểu mẫu tới {to}")
            elif kind is LetterKind.ESCALATION:
                news.append("→ Báo lãnh đạo Sở danh sách đơn vị chưa gửi")
            elif kind is LetterKind.REPORT_READY:
                news.append("→ Gửi Văn phòng dự thảo báo cáo tổng hợp")
            elif kind is LetterKind.FORWARDING:
                news.append(f"→ Gửi báo cáo đã duyệt tới {self._campaign.forwarding.recipient}")
            elif kind in _LETTERS:
                names = ", ".join(self._short(letter.unit) for letter in letters)
                news.append(f"→ {_LETTERS[kind]}: {names}")
        return news

    def _short(self, unit: UnitCode | None) -> str:
        known = self._campaign.unit_by_code.get(unit) if unit is not None else None
        return known.short_name if known is not None else "Văn phòng"
