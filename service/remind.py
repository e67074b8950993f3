"""Write the letters of the ladder that are due: reminders, overdue letters, the list for the directors."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from domain.campaigns import StepKind
from domain.deadlines import due_letters
from domain.outbox import LetterKind
from mailer.letters import EscalationRow, Letters
from service.correspondence import Draft, live_addresses, queue, write

if TYPE_CHECKING:
    import datetime as dt

    from domain.campaigns import Campaign
    from domain.deadlines import DueLetter
    from domain.messages import Address
    from service.desk import Desk, UnitDesk
    from service.premises import Premises

log = logging.getLogger(__name__)


def remind(premises: Premises, desk: Desk, *, polled_since: dt.datetime | None) -> int:
    """Queue every letter of the ladder that is due at the desk's instant and give their number.

    *polled_since*: the start of the oldest of the mailboxes' last successful polls. Safe to call twice.
    """
    campaign = desk.campaign
    requests = [unit.request() for unit in desk.units]
    known = {(letter.kind, letter.unit, letter.cause) for letter in desk.letters}
    due = [
        letter
        for letter in due_letters(campaign, requests, now=desk.now, polled_since=polled_since)
        if (_kind(letter), letter.unit, letter.cause) not in known
    ]
    if not due:
        return 0
    with premises.store.read() as work:
        dead = work.addresses.dead()
    queued = 0
    for letter in due:
        draft = _draft(campaign, desk, letter, dead)
        if draft is None:
            continue
        written = write(premises, campaign, draft)
        with premises.store.write() as work:
            queued += queue(work, written, at=desk.now)
    if queued:
        log.info("%d letters of the ladder queued", queued, extra={"action": "reminders_queued"})
    return queued


def _kind(due: DueLetter) -> LetterKind:
    if due.unit is None:
        return LetterKind.ESCALATION
    return LetterKind.OVERDUE if due.step.kind is StepKind.OVERDUE else LetterKind.REMINDER


def _draft(campaign: Campaign, desk: Desk, due: DueLetter, dead: frozenset[str]) -> Draft | None:
    """Write one letter of the ladder; None when nobody can be reached."""
    letters = Letters(campaign)
    kind = _kind(due)
    if due.unit is None:
        rows = tuple(_escalation_row(desk.by_code[code]) for code in due.units)
        to = campaign.office.directors
        chief = _chief(campaign)
        if not to:
            return None
        return Draft(
            kind=kind,
            unit=None,
            cause=due.cause,
            text=letters.escalation(rows, coverage=desk.coverage()),
            to=to,
            cc=chief,
        )
    unit_desk = desk.by_code[due.unit]
    unit = unit_desk.unit
    live = live_addresses(unit, dead)
    if kind is LetterKind.OVERDUE:
        head = (unit.head_email,) if unit.head_email and unit.head_email.folded not in dead else ()
        to = head or live[:1]
        if not to:
            return None
        return Draft(
            kind=kind,
            unit=unit.code,
            cause=due.cause,
            text=letters.overdue(unit, owed=unit_desk.owes, due_at=due.due_at),
            to=to,
            cc=(*(live[:1] if head else ()), *_chief(campaign)),
        )
    if not live:
        return None
    return Draft(
        kind=kind,
        unit=unit.code,
        cause=due.cause,
        text=letters.reminder(
            unit,
            step=due.step,
            owed=unit_desk.owes,
            open_errors=unit_desk.open_errors,
            due_at=due.due_at,
            now=desk.now,
        ),
        to=live[:1],
        cc=unit.cc,
    )


def _escalation_row(unit: UnitDesk) -> EscalationRow:
    return EscalationRow(
        unit=unit.unit,
        status=unit.status_words,
        owed=unit.owes,
        reminders=len(unit.sent),
        due_at=unit.deadlines.due_at,
    )


def _chief(campaign: Campaign) -> tuple[Address, ...]:
    return (campaign.office.chief,) if campaign.office.chief is not None else ()
