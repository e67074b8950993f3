"""One pass of the service: collect, receive, read texts, remind, consolidate when it is time, deliver."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.collect import Collected, collect
from service.consolidate import make_report, occasion_now
from service.deliver import Delivered, deliver
from service.desk import polled_since, read_desk, running
from service.narratives import read_texts
from service.receive import Received, receive
from service.remind import remind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domain.ids import ReportKey
    from service.ports import Mailbox, Printer, Transport
    from service.premises import Premises

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """What one pass did."""

    collected: Collected
    received: Received
    #: Letters of the ladder that were queued.
    reminders: int
    reports: tuple[ReportKey, ...]
    delivered: Delivered

    @property
    def problems(self) -> tuple[str, ...]:
        """Say what was away, in English; empty when everything could be reached."""
        mailboxes = tuple(f"{account}: {problem}" for account, problem in self.collected.problems)
        sending = (f"sending: {self.delivered.problem}",) if self.delivered.problem else ()
        return (*mailboxes, *sending)


def run_cycle(
    premises: Premises,
    *,
    mailboxes: Sequence[Mailbox],
    transport: Transport,
    printer: Printer | None,
    file_sent: bool = True,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Cycle:
    """Do one pass. Every step may run twice; when collecting failed, reminding is skipped.

    The first mailbox keeps the sent letters when *file_sent*.
    """
    collected = collect(premises, mailboxes)
    received = receive(premises)
    read_texts(premises)
    accounts = [mailbox.account for mailbox in mailboxes]
    reminders = 0
    reports: list[ReportKey] = []
    for campaign in running(premises.campaigns):
        if not collected.complete:
            log.warning("reminding skipped: collecting failed", extra={"action": "reminding_skipped"})
            continue
        with premises.store.read() as work:
            desk = read_desk(work, campaign, now=premises.now())
            polled = polled_since(work, accounts)
        # Letters of the ladder change nothing that a report's occasion depends on: one desk serves both.
        reminders += remind(premises, desk, polled_since=polled)
        occasion = occasion_now(desk, polled_since=polled)
        if occasion is not None:
            report = make_report(premises, campaign, occasion=occasion, actor="service", printer=printer)
            reports.append(report.key)
    sent_folder = mailboxes[0] if mailboxes and file_sent else None
    delivered = deliver(premises, transport, sent_folder=sent_folder, progress=progress)
    return Cycle(
        collected=collected,
        received=received,
        reminders=reminders,
        reports=tuple(reports),
        delivered=delivered,
    )
