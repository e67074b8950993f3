"""Receive stored mails: read each, say whose it is, check it, answer it.

Mails that wait together are received together: their attempts are counted in one transaction, each is read by
itself with no transaction open, and what becomes of each is one step of a last transaction, which a fault
takes back alone. A mail that was begun before goes by itself, so that what broke the service breaks no other.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.errors import MessageUnreadable, ReadingEnded, StoreError, StoreUnavailable
from domain.history import Event
from domain.messages import MailOutcome, MailReason
from service.deciding import told_of
from service.desk import running
from service.holding import notify_office
from service.marks import MarksWanted, mark_jobs
from service.peers import Peers
from service.reading import open_mail
from service.settling import settle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from domain.ids import MailKey, Sha256
    from domain.messages import MailRecord, PendingMail
    from service.marks import MarkedFile
    from service.ports import Work
    from service.premises import Premises
    from service.reading import OpenedMail, Told

log = logging.getLogger(__name__)

#: A mail that broke the reader is set aside after this many tries.
MAXIMUM_ATTEMPTS = 3
#: Mails that are received together, and how many bytes of them are held at once.
_MOST_TOGETHER, _MOST_BYTES = 20, 16_000_000
#: Seconds after which a transaction that settles mails ends with the one under way.
_LONGEST = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What one round of receiving came to: mails by outcome."""

    outcomes: tuple[tuple[MailOutcome, int], ...] = ()

    def count(self, outcome: MailOutcome) -> int:
        """Give the number of mails with one outcome."""
        return dict(self.outcomes).get(outcome, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    """Why a mail goes to a person unread."""

    reason: MailReason
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A mail whose reading was counted."""

    key: MailKey
    attempt: int
    #: What the store has of it, or why it cannot give it.
    content: bytes | _Fault
    told: Told | None


#: A fault of ours: the mail is kept, shown and can be retried.
_BROKEN = _Fault(reason=MailReason.READER_FAILED, explanation="Chương trình lỗi khi đọc thư này.")
_FAILED = {"action": "reader_failed"}


def receive(premises: Premises) -> Received:
    """Receive every stored mail that was not received yet, oldest first. Safe to call twice."""
    with premises.store.read() as work:
        pending = work.messages.pending()
    counts: Counter[MailOutcome] = Counter()
    peers = Peers()
    for keys in _together(pending):
        counts.update(_receive(premises, keys, peers))
    return Received(outcomes=tuple(counts.items()))


def _together(pending: Sequence[PendingMail]) -> Iterator[list[MailKey]]:
    """Give the mails in order, those that are read for the first time in handfuls."""
    keys: list[MailKey] = []
    held = 0
    for mail in pending:
        if keys and (mail.attempts or len(keys) == _MOST_TOGETHER or held + mail.size > _MOST_BYTES):
            yield keys
            keys, held = [], 0
        keys.append(mail.key)
        held += mail.size
        if mail.attempts:
            yield keys
            keys, held = [], 0
    if keys:
        yield keys


def _receive(premises: Premises, keys: Sequence[MailKey], peers: Peers) -> Iterator[MailOutcome]:
    begun = _begin(premises, keys)
    read = [(mail, _read(premises, mail)) for mail in begun]
    while read:
        # In the order in which they came: of two forms of a unit the newer one counts.
        settled, unmarked = _settle_some(premises, read, peers)
        yield from settled
        read = read[len(settled) :]
        if unmarked is not None:
            mail, opened = read.pop(0)
            assert not isinstance(opened, _Fault)
            assert not isinstance(mail.content, _Fault)
            yield _settle_marked(premises, mail, opened, unmarked, peers)


def _begin(premises: Premises, keys: Sequence[MailKey]) -> list[_Begun]:
    """Count an attempt for each mail, and give what is needed to read it."""
    with premises.store.write() as work:
        attempts = work.messages.begin_attempts(keys)
        return [
            _Begun(
                key=key,
                attempt=attempts[key],
                content=_content(work, key),
                told=told_of(work, running(premises.campaigns), key),
            )
            for key in keys
        ]


def _content(work: Work, key: MailKey) -> bytes | _Fault:
    """Give a mail as it came; bytes that are damaged in the store cost this mail alone."""
    try:
        return work.messages.raw(key)
    except StoreUnavailable:
        raise
    except StoreError as error:
        log.error("mail %d cannot be taken from the store: %s", key, error, extra=_FAILED)  # noqa: TRY400 - told
        return _Fault(
            reason=MailReason.READER_FAILED, explanation="Thư này bị hỏng trong kho lưu trữ, không đọc được."
        )


def _read(premises: Premises, mail: _Begun) -> OpenedMail | _Fault:
    """Take a mail apart; what breaks on it is set aside for a person and never stops the others."""
    if isinstance(mail.content, _Fault):
        return mail.content
    if mail.attempt > MAXIMUM_ATTEMPTS:
        return _Fault(reason=MailReason.READER_FAILED, explanation="Đọc thư này ba lần đều bị lỗi.")
    try:
        return _open(premises, mail.content, mail.told)
    except ReadingEnded as error:
        log.warning("reading mail %d ended: %s", mail.key, error, extra={"action": "reading_ended"})
        return _Fault(reason=MailReason.UNREADABLE, explanation="Đọc tệp trong thư này phải dừng giữa chừng.")
    except MessageUnreadable as error:
        log.warning("mail %d cannot be read: %s", mail.key, error, extra={"action": "mail_unreadable"})
        return _Fault(reason=MailReason.UNREADABLE, explanation="Không mở được thư này.")
    except StoreError:
        raise
    except Exception:
        log.exception("reading mail %d failed", mail.key, extra=_FAILED)
        return _BROKEN


def _open(premises: Premises, content: bytes, told: Told | None) -> OpenedMail:
    """Take a mail apart where it can do no harm."""
    asked = [campaign.asked for campaign in running(premises.campaigns)]
    return premises.isolate(open_mail, content, asked, told)


def _settle_some(
    premises: Premises, read: Sequence[tuple[_Begun, OpenedMail | _Fault]], peers: Peers
) -> tuple[list[MailOutcome], MarksWanted | None]:
    """Settle mails in one transaction, up to the first with a form that has to go back marked.

    After a while the transaction ends, whatever is left: others want to write, too.
    """
    outcomes: list[MailOutcome] = []
    end = time.monotonic() + _LONGEST
    with premises.store.write() as work:
        work.messages.load([mail.key for mail, _ in read])
        for mail, opened in read:
            settled = _settle_one(premises, work, mail.key, opened, peers, {})
            if isinstance(settled, MarksWanted):
                return outcomes, settled
            outcomes.append(settled)
            if time.monotonic() > end:
                break
    return outcomes, None


def _settle_marked(
    premises: Premises, mail: _Begun, read: OpenedMail, wanted: MarksWanted, peers: Peers
) -> MailOutcome:
    """Settle a mail whose forms go back marked: they are marked while no transaction is open."""
    marked: dict[Sha256, MarkedFile | None] = {}
    opened: OpenedMail | _Fault = read
    content = mail.content
    assert not isinstance(content, _Fault)
    while True:
        try:
            # Each round marks at least one more of the mail's files, so this ends.
            marked |= mark_jobs(content, wanted.jobs, isolate=premises.isolate)
        except StoreError:
            raise
        except Exception:
            log.exception("marking the files of mail %d failed", mail.key, extra=_FAILED)
            opened = _BROKEN
        with premises.store.write() as work:
            settled = _settle_one(premises, work, mail.key, opened, peers, marked)
        if not isinstance(settled, MarksWanted):
            return settled
        wanted = settled


def _settle_one(
    premises: Premises,
    work: Work,
    key: MailKey,
    opened: OpenedMail | _Fault,
    peers: Peers,
    marked: Mapping[Sha256, MarkedFile | None],
) -> MailOutcome | MarksWanted:
    """Settle one mail as a step of its own; when it breaks, it is set aside and the others stay."""
    current = work.messages.get(key)
    if current.outcome is not MailOutcome.NEW:
        return current.outcome
    if isinstance(opened, _Fault):
        return _set_aside(premises, work, current, opened)
    try:
        with work.part():
            settled = settle(premises, work, _describe(current, opened), opened, peers, marked=marked)
            if not isinstance(settled, MarksWanted):
                _record(premises, work, settled)
                return settled.outcome
            return settled
    except StoreUnavailable:
        raise
    except Exception:
        # Also a StoreError: what the store refuses for good, it refuses of this mail.
        log.exception("settling mail %d failed", key, extra=_FAILED)
        peers.forget()
        return _set_aside(premises, work, current, _BROKEN)


def _describe(record: MailRecord, opened: OpenedMail) -> MailRecord:
    message = opened.message
    return replace(
        record,
        message_id=message.message_id,
        sender=message.sender,
        subject=message.subject,
        attachments=opened.files,
    )


def _record(premises: Premises, work: Work, record: MailRecord) -> None:
    work.messages.record(record)
    work.events.append(
        Event(
            at=premises.now(),
            actor="service",
            action="mail_received",
            campaign=record.campaign,
            subject=f"mail:{record.key}",
            detail={"outcome": record.outcome.value, "reason": record.reason or ""},
        )
    )
    log.info(
        "mail %d: %s",
        record.key,
        record.outcome.value,
        extra={"action": "mail_received", "outcome": record.outcome.value},
    )


def _set_aside(premises: Premises, work: Work, record: MailRecord, fault: _Fault) -> MailOutcome:
    held = replace(record, outcome=MailOutcome.HELD, reason=fault.reason, explanation=fault.explanation)
    _record(premises, work, held)
    notify_office(premises, work, held)
    return held.outcome
