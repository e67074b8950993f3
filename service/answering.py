"""The letter that answers a returned form: receipt, list of what to mend, or advice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.outbox import LetterKind
from mailer.letters import Letters
from service.correspondence import Draft, OutgoingFile, live_addresses, thread_of, write

if TYPE_CHECKING:
    from domain.answers import ParsedForm
    from domain.campaigns import Campaign, Item, Unit
    from domain.findings import Finding
    from domain.ids import MailKey
    from domain.messages import Address, InboundMessage
    from domain.outbox import NewLetter
    from mailer.letters import MarkedCopies
    from service.desk import UnitDesk
    from service.ports import Work
    from service.premises import Premises

#: Media type of .xlsx.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: Answers to mail without a new workbook, to one address in a day (loop brake).
PLAIN_LIMIT = 3
#: Answers to new workbooks, to one unit in a day.
WORKBOOK_LIMIT = 20
DAY = dt.timedelta(hours=24)
_PLAIN = ":plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What one mail of one unit came to, as its answer tells it."""

    message: InboundMessage
    mail: MailKey
    #: Items taken with this mail.
    counted_items: tuple[Item, ...]
    #: The form that was taken or refused; None for a narrative alone.
    parsed: ParsedForm | None
    findings: tuple[Finding, ...]
    refused: bool
    #: The file could not be read as the form at all: advice instead of a list of cells.
    unreadable: bool
    file_name: str
    #: A new workbook came: the brake for units applies, not the one for addresses.
    has_workbook: bool
    #: Blank form to send along (old version, wrong form).
    blank: OutgoingFile | None = None
    #: Their own files with the wrong cells marked, and what the letter says of them.
    copies: tuple[OutgoingFile, ...] = ()
    marked: MarkedCopies | None = None
    #: The mail was answered before and the answer has changed: what makes this letter another one.
    again: str = ""


def recipient(unit: Unit, sender: Address, dead: frozenset[str]) -> tuple[Address, ...]:
    """Give who gets the answer: the sender when registered for the unit, otherwise the registered address.

    Figures never go to an address that the roster does not name.
    """
    registered = {address.folded for address in (*unit.emails, *unit.cc)}
    if unit.head_email is not None:
        registered.add(unit.head_email.folded)
    if sender.folded in registered:
        return (sender,)
    return live_addresses(unit, dead)[:1] or unit.emails[:1]


def answer(
    premises: Premises, work: Work, campaign: Campaign, *, desk: UnitDesk, facts: Answered
) -> tuple[NewLetter, str]:
    """Write the answer; *desk* is the unit's standing with this mail counted.

    The second value says why the letter must be held (a brake), empty when it may leave.
    """
    letters = Letters(campaign)
    if facts.unreadable:
        kind = LetterKind.ADVICE
        text = letters.advice(desk.unit, original_subject=facts.message.subject, findings=facts.findings)
    elif facts.refused:
        kind = LetterKind.CORRECTION
        text = letters.correction(
            desk.unit,
            original_subject=facts.message.subject,
            file_name=facts.file_name,
            findings=facts.findings,
            understood_as=facts.parsed.understood_as if facts.parsed else (),
            due_at=desk.deadlines.due_at,
            counted_version=desk.form.counted.version if desk.form.counted else None,
            marked=facts.marked,
        )
    else:
        kind = LetterKind.RECEIPT
        newest = desk.form.newest
        text = letters.receipt(
            desk.unit,
            original_subject=facts.message.subject,
            version=newest.version if newest and facts.parsed else 1,
            received_at=_received_at(desk, premises),
            on_time=_received_at(desk, premises) < desk.deadlines.closes_at,
            counted_items=facts.counted_items,
            still_owed=desk.owes,
            parsed=facts.parsed,
            findings=facts.findings,
            understood_as=facts.parsed.understood_as if facts.parsed else (),
            due_at=desk.deadlines.due_at,
        )
    draft = Draft(
        kind=kind,
        unit=desk.unit.code,
        cause=f"mail:{facts.mail}{facts.again}" + ("" if facts.has_workbook else _PLAIN),
        text=text,
        to=recipient(desk.unit, facts.message.sender, work.addresses.dead()),
        files=(facts.blank,) if facts.blank else facts.copies,
        thread=thread_of(facts.message),
        answers=facts.mail,
    )
    return write(premises, campaign, draft), _brake(premises, work, campaign, draft)


def _received_at(desk: UnitDesk, premises: Premises) -> dt.datetime:
    arrivals = [
        status.newest.content.received_at for status in desk.items.values() if status.newest is not None
    ]
    return max(arrivals, default=premises.now())


def _brake(premises: Premises, work: Work, campaign: Campaign, draft: Draft) -> str:
    """Say why an answer must wait for a person; empty when it may leave."""
    since = premises.now() - DAY
    if draft.cause.endswith(_PLAIN):
        sent = work.outbox.count_answers(address=draft.to[0].folded, since=since, cause_suffix=_PLAIN)
        return "brake: answers to mail without a workbook" if sent >= PLAIN_LIMIT else ""
    assert draft.unit is not None
    sent = work.outbox.count_answers(campaign=campaign.code, unit=draft.unit, since=since)
    return "brake: answers to one unit in a day" if sent >= WORKBOOK_LIMIT else ""
