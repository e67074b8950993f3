"""Letters from words to a committed row in the outbox: addresses, threads and identity."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.history import Event
from domain.outbox import LetterState, NewLetter
from domain.tokens import letter_id
from mailer.compose import OutgoingFile, compose, envelope

if TYPE_CHECKING:
    import datetime as dt

    from domain.campaigns import Campaign, Unit
    from domain.ids import MailKey, MessageId, UnitCode
    from domain.messages import Address, InboundMessage
    from domain.outbox import Letter, LetterKind
    from mailer.letters import LetterText
    from service.ports import Work
    from service.premises import Premises

__all__ = ["Draft", "OutgoingFile", "Thread", "live_addresses", "queue", "readdress", "thread_of", "write"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The conversation a letter belongs to."""

    in_reply_to: MessageId | None = None
    references: tuple[MessageId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A letter in words, before it has bytes."""

    kind: LetterKind
    unit: UnitCode | None
    cause: str
    text: LetterText
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    files: tuple[OutgoingFile, ...] = ()
    thread: Thread = Thread()
    answers: MailKey | None = None
    not_before: dt.datetime | None = None


def thread_of(message: InboundMessage) -> Thread:
    """Give the thread that answers *message*."""
    if message.message_id is None:
        return Thread(references=message.references)
    return Thread(in_reply_to=message.message_id, references=(*message.references, message.message_id)[-20:])


def live_addresses(unit: Unit, dead: frozenset[str]) -> tuple[Address, ...]:
    """Give the unit's addresses that have not bounced, in order of preference."""
    return tuple(address for address in unit.emails if address.folded not in dead)


def write(premises: Premises, campaign: Campaign, draft: Draft) -> NewLetter:
    """Give a draft its identity and its bytes; the same draft has the same identity for ever."""
    office = campaign.office.address
    message_id = letter_id(
        premises.secret,
        campaign=campaign.code,
        unit=draft.unit,
        kind=draft.kind,
        cause=draft.cause,
        domain=office.address.rpartition("@")[2],
    )
    content = compose(
        draft.text,
        kind=draft.kind,
        message_id=message_id,
        sender=office,
        to=draft.to,
        cc=draft.cc,
        date=premises.now(),
        files=draft.files,
        in_reply_to=draft.thread.in_reply_to,
        references=draft.thread.references,
    )
    return NewLetter(
        campaign=campaign.code,
        unit=draft.unit,
        kind=draft.kind,
        cause=draft.cause,
        message_id=message_id,
        sender=office.address,
        recipients=envelope(draft.to, draft.cc),
        subject=draft.text.subject,
        content=content,
        answers=draft.answers,
        not_before=draft.not_before,
    )


def queue(work: Work, letter: NewLetter, *, at: dt.datetime, held: str = "") -> bool:
    """Commit a letter to the outbox with the transaction of *work*; False when it is there already.

    *held* keeps it for a person instead of sending it, with that reason.
    """
    if not work.outbox.add(letter, at=at):
        return False
    subject = f"unit:{letter.unit}" if letter.unit else ""
    work.events.append(
        Event(
            at=at,
            actor="service",
            action="letter_queued",
            campaign=letter.campaign,
            subject=subject,
            detail={"kind": letter.kind.value, "message_id": letter.message_id},
        )
    )
    if held:
        queued = work.outbox.with_message_id(letter.message_id)
        assert queued is not None
        work.outbox.finish(queued.key, state=LetterState.HELD, at=at, detail=held)
    return True


def readdress(premises: Premises, letter: Letter, content: bytes, *, to: Address) -> NewLetter:
    """Give the same letter to another address of the unit: another To, another Message-ID, the same words."""
    cause = f"{letter.cause}>{to.folded}"
    message_id = letter_id(
        premises.secret,
        campaign=letter.campaign,
        unit=letter.unit,
        kind=letter.kind,
        cause=cause,
        domain=letter.sender.rpartition("@")[2],
    )
    return NewLetter(
        campaign=letter.campaign,
        unit=letter.unit,
        kind=letter.kind,
        cause=cause,
        message_id=message_id,
        sender=letter.sender,
        recipients=(to.address,),
        subject=letter.subject,
        content=_with_header(_with_header(content, "To", to.address), "Message-ID", message_id),
        answers=letter.answers,
    )


def _with_header(content: bytes, name: str, value: str) -> bytes:
    """Replace one header with all its folded lines; the body stays byte for byte."""
    head, separator, body = content.partition(b"\r\n\r\n")
    pattern = re.compile(rb"^" + name.encode() + rb":.*(?:\r\n[ \t].*)*", re.IGNORECASE | re.MULTILINE)
    line = f"{name}: {value}".encode()
    return pattern.sub(lambda _: line, head, count=1) + separator + body


def to_first_live(draft: Draft, unit: Unit, dead: frozenset[str]) -> Draft:
    """Address a draft to the unit's first live address; to all of them when all are dead."""
    live = live_addresses(unit, dead)
    return replace(draft, to=live[:1] or unit.emails)
