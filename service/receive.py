"""Receive stored mails: read each, say whose it is, check it, answer it, all in one transaction per mail."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.errors import MessageUnreadable, ReadingEnded, StoreError
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
    from domain.ids import MailKey, Sha256
    from domain.messages import MailRecord
    from service.marks import MarkedFile
    from service.ports import Work
    from service.premises import Premises
    from service.reading import OpenedMail, Told

log = logging.getLogger(__name__)

#: A mail that broke the reader is set aside after this many tries.
MAXIMUM_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What one round of receiving came to: mails by outcome."""

    outcomes: tuple[tuple[MailOutcome, int], ...] = ()

    def count(self, outcome: MailOutcome) -> int:
        """Give the number of mails with one outcome."""
        return dict(self.outcomes).get(outcome, 0)


def receive(premises: Premises) -> Received:
    """Receive every stored mail that was not received yet, oldest first. Safe to call twice."""
    with premises.store.read() as work:
        pending = work.messages.pending()
    counts: dict[MailOutcome, int] = {}
    peers = Peers()
    for key in pending:
        outcome = _receive_one(premises, key, peers)
        counts[outcome] = counts.get(outcome, 0) + 1
    return Received(outcomes=tuple(counts.items()))


def _receive_one(premises: Premises, key: MailKey, peers: Peers) -> MailOutcome:
    """Receive one mail; what breaks on it is set aside for a person and never stops the others."""
    with premises.store.write() as work:
        attempt = work.messages.begin_attempt(key)
        record = work.messages.get(key)
        content = work.messages.raw(key)
        told = told_of(work, running(premises.campaigns), key)
    if attempt > MAXIMUM_ATTEMPTS:
        return _set_aside(premises, record, MailReason.READER_FAILED, "Đọc thư này ba lần đều bị lỗi.")
    try:
        opened = _open(premises, content, told)
        return _settle_and_commit(premises, key, content, opened, peers)
    except ReadingEnded as error:
        log.warning("reading mail %d ended: %s", key, error, extra={"action": "reading_ended"})
        return _set_aside(
            premises, record, MailReason.UNREADABLE, "Đọc tệp trong thư này phải dừng giữa chừng."
        )
    except MessageUnreadable as error:
        log.warning("mail %d cannot be read: %s", key, error, extra={"action": "mail_unreadable"})
        return _set_aside(premises, record, MailReason.UNREADABLE, "Không mở được thư này.")
    except StoreError:
        raise
    except Exception:
        # One mail must never stop the others; it is kept, shown and can be retried.
        log.exception("reading mail %d failed", key, extra={"action": "reader_failed"})
        return _set_aside(premises, record, MailReason.READER_FAILED, "Chương trình lỗi khi đọc thư này.")


def _open(premises: Premises, content: bytes, told: Told | None) -> OpenedMail:
    """Take a mail apart where it can do no harm."""
    asked = [campaign.asked for campaign in running(premises.campaigns)]
    return premises.isolate(open_mail, content, asked, told)


def _settle_and_commit(
    premises: Premises, key: MailKey, content: bytes, opened: OpenedMail, peers: Peers
) -> MailOutcome:
    """Settle a mail; forms that go back marked are marked between two looks, while no transaction is open."""
    marked: dict[Sha256, MarkedFile | None] = {}
    while True:
        with premises.store.write() as work:
            current = work.messages.get(key)
            if current.outcome is not MailOutcome.NEW:
                return current.outcome
            settled = settle(premises, work, _describe(current, opened), opened, peers, marked=marked)
            if not isinstance(settled, MarksWanted):
                _record(premises, work, settled)
                return settled.outcome
        # Each round marks at least one more of the mail's files, so this ends.
        marked |= mark_jobs(content, settled.jobs, isolate=premises.isolate)


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


def _set_aside(premises: Premises, record: MailRecord, reason: MailReason, explanation: str) -> MailOutcome:
    held = replace(record, outcome=MailOutcome.HELD, reason=reason, explanation=explanation)
    with premises.store.write() as work:
        _record(premises, work, held)
        notify_office(premises, work, held)
    return held.outcome
