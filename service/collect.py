"""Fetch new mails from every mailbox: store first, show it in the mailbox last.

A folder is looked at from where the last poll stopped, and wholly once a day: what a server got wrong
meanwhile (a UID given twice) comes to light then.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.errors import LoginRefused, MailboxError, MailboxRefused
from domain.history import Event
from service.logins import note_refusal, why_to_wait

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.messages import FolderMark, RawMessage, Sighting
    from service.ports import Mailbox, Work
    from service.premises import Premises

log = logging.getLogger(__name__)

#: Mails per transaction.
BATCH = 20
#: Every mail of a folder is looked at so often.
AUDIT: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one round of collecting brought."""

    #: Mails seen for the first time.
    new: int
    #: Account and what went wrong, for each mailbox that could not be read through.
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def complete(self) -> bool:
        """Tell whether every mailbox was read through."""
        return not self.problems


def collect(premises: Premises, mailboxes: Sequence[Mailbox]) -> Collected:
    """Store every new mail of every mailbox. Safe to call twice; a dead mailbox does not stop the others."""
    new = 0
    problems: list[tuple[str, str]] = []
    for mailbox in mailboxes:
        began = premises.now()
        try:
            wait = why_to_wait(premises, mailbox.account)
            if wait:
                raise MailboxRefused(wait)
            for stored in _collect_one(premises, mailbox, began):
                new += stored
        except MailboxError as error:
            problem = str(error)
            verb = "mailbox_refused" if isinstance(error, MailboxRefused) else "mailbox_unavailable"
            log.warning("%s cannot be read: %s", mailbox.account, error, extra={"action": verb})
            problems.append((mailbox.account, problem))
            with premises.store.write() as work:
                work.polls.record(mailbox.account, at=began, problem=problem)
                if isinstance(error, LoginRefused):
                    note_refusal(premises, work, mailbox.account)
    return Collected(new=new, problems=tuple(problems))


def _collect_one(premises: Premises, mailbox: Mailbox, began: dt.datetime) -> Iterator[int]:
    """Store batch after batch and give how many mails of each were never seen before.

    That the poll of *began* has read everything, and how far each folder was read, is committed with the last
    batch, or with one after it.
    """
    batch: list[RawMessage] = []
    marks = _Marks(premises, mailbox.account, began)

    def known(sightings: Sequence[Sighting]) -> frozenset[Sighting]:
        with premises.store.read() as work:
            return work.messages.known(sightings)

    for raw in mailbox.fetch_new(known, marks):
        if len(batch) == BATCH:
            yield _store_batch(premises, mailbox, batch, marks)
            batch = []
        batch.append(raw)
    yield _store_batch(premises, mailbox, batch, marks, polled=began)


class _Marks:
    """How far the folders of one account were read, and how far they are now."""

    def __init__(self, premises: Premises, account: str, began: dt.datetime) -> None:
        self._account = account
        self._began = began
        self._reached: list[FolderMark] = []
        with premises.store.read() as work:
            self._known = work.polls.marks(account)

    def last(self, folder: str) -> FolderMark | None:
        """Give how far a folder was read; None when it is time to look at all of it."""
        mark, audited_at = self._known.get(folder, (None, self._began))
        # A clock that went back must not put the next audit off.
        return mark if dt.timedelta(0) <= self._began - audited_at < AUDIT else None

    def reached(self, mark: FolderMark) -> None:
        """Keep a mark until the mails before it are stored."""
        self._reached.append(mark)

    def write(self, work: Work) -> None:
        """Write the marks that were reached, beside the mails before them."""
        for mark in self._reached:
            work.polls.set_mark(self._account, mark, at=self._began)
        self._reached.clear()


def _store_batch(
    premises: Premises,
    mailbox: Mailbox,
    batch: Sequence[RawMessage],
    marks: _Marks,
    *,
    polled: dt.datetime | None = None,
) -> int:
    """Commit a batch, and only then mark it in the mailbox; give the number of mails never seen before.

    *polled* says that this batch is the last one of the poll that began then.
    """
    stored_at = premises.now()
    new = 0
    with premises.store.write() as work:
        for raw in batch:
            record = work.messages.add(raw, stored_at=stored_at)
            if record.first_seen == raw.sighting:
                new += 1
                work.events.append(
                    Event(
                        at=stored_at, actor="service", action="mail_collected", subject=f"mail:{record.key}"
                    )
                )
        marks.write(work)
        if polled is not None:
            work.polls.record(mailbox.account, at=polled)
    if not batch:
        return 0
    log.info("%d mails stored", len(batch), extra={"action": "mail_collected", "account": mailbox.account})
    try:
        mailbox.mark_collected([raw.sighting for raw in batch])
    except MailboxError as error:
        # The mails are safe; marking them is a courtesy to people and is not tried again.
        log.warning("mails could not be marked: %s", error, extra={"action": "mark_failed"})
    return new
