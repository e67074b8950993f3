"""Hand the outbox over: lease, attempt committed, send, write down what the server said."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.deadlines import read_rung_cause
from domain.errors import (
    DeliveryError,
    DeliveryRefused,
    LetterTooLarge,
    MailboxError,
    PermanentFailure,
    SenderRefused,
)
from domain.history import Event
from domain.outbox import LEASE, MAXIMUM_ATTEMPTS, Delivery, LetterKind, LetterState, retry_delay
from service.bounces import mark_dead, send_elsewhere
from service.desk import unit_desk
from service.logins import note_refusal, why_to_wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.ids import LetterKey
    from domain.outbox import Letter
    from service.ports import Mailbox, Transport, Work
    from service.premises import Premises

log = logging.getLogger(__name__)

#: Under this name the refused logins of the way out are counted; a mailbox of that name shares the count.
SENDER = "smtp"
#: So many letters in a row that the server took nothing of: it is away, and each more would wait in vain.
GIVE_UP_AFTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one round of sending came to."""

    sent: int = 0
    withdrawn: int = 0
    #: Refused for good or held for a person.
    stopped: int = 0
    #: To be tried again.
    waiting: int = 0
    #: Why the transport was away or refused us; empty when it served every letter.
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """What came of one letter."""

    #: None when somebody else has it.
    state: LetterState | None
    #: What kept the server from taking anything at all.
    problem: str = ""


def deliver(
    premises: Premises,
    transport: Transport,
    *,
    sent_folder: Mailbox | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Delivered:
    """Send every letter whose time has come, oldest first. Safe to call twice and from two processes.

    A refused login stops the round and keeps the queue, as does a server that is away; everything else
    concerns one letter.
    """
    with premises.store.read() as work:
        due = work.outbox.due(premises.now())
    wait = why_to_wait(premises, SENDER) if due else ""
    if wait:
        return Delivered(problem=wait)
    states: list[LetterState | None] = []
    problem = ""
    in_vain = 0
    for done, key in enumerate(due, start=1):
        try:
            attempt = _deliver_one(premises, transport, key, sent_folder)
        except DeliveryRefused as error:
            log.warning("the mail server refuses us: %s", error, extra={"action": "delivery_refused"})
            problem = str(error)
            if isinstance(error, SenderRefused):
                with premises.store.write() as work:
                    note_refusal(premises, work, SENDER)
            break
        states.append(attempt.state)
        problem = attempt.problem or problem
        in_vain = in_vain + 1 if attempt.problem else 0
        progress(done, len(due))
        if in_vain == GIVE_UP_AFTER:
            log.warning("the mail server is away: %s", problem, extra={"action": "delivery_given_up"})
            break
    return Delivered(
        sent=states.count(LetterState.SENT),
        withdrawn=states.count(LetterState.WITHDRAWN),
        stopped=states.count(LetterState.FAILED) + states.count(LetterState.HELD),
        waiting=states.count(LetterState.QUEUED),
        problem=problem,
    )


def _deliver_one(
    premises: Premises, transport: Transport, key: LetterKey, sent_folder: Mailbox | None
) -> _Attempt:
    """Send one letter, unless somebody else has it."""
    now = premises.now()
    with premises.store.write() as work:
        letter = work.outbox.get(key)
        if _is_obsolete(premises, work, letter):
            work.outbox.finish(
                key, state=LetterState.WITHDRAWN, at=now, detail="no longer owed when its turn came"
            )
            return _Attempt(state=LetterState.WITHDRAWN)
        if not work.outbox.lease(key, now=now, until=now + LEASE):
            return _Attempt(state=None)
        letter = work.outbox.get(key)
        content = work.outbox.content(key)
    open_recipients = [
        address
        for address in letter.recipients
        if address not in letter.accepted and address not in letter.refused
    ]
    problem = ""
    try:
        delivery = transport.send(content, sender=letter.sender, recipients=open_recipients)
    except PermanentFailure as error:
        return _Attempt(state=_stop(premises, letter, error))
    except DeliveryRefused as error:
        with premises.store.write() as work:
            work.outbox.finish(key, state=LetterState.QUEUED, at=now, detail=str(error), not_before=now)
        raise
    except DeliveryError as error:
        problem = str(error)
        deferred = dict.fromkeys(open_recipients, problem)
        delivery = Delivery(accepted=(), refused={}, deferred=deferred, answer=str(error))
    state = _write_down(premises, letter, delivery)
    if delivery.accepted and sent_folder is not None:
        _file_sent(premises, sent_folder, content)
    return _Attempt(state=state, problem=problem)


def _stop(premises: Premises, letter: Letter, error: PermanentFailure) -> LetterState:
    """Write down that the letter itself is refused, and give its new state.

    Its addresses are blameless and another one would not help. One that is too large is held: a person makes
    it smaller or sends it otherwise.
    """
    state = LetterState.HELD if isinstance(error, LetterTooLarge) else LetterState.FAILED
    with premises.store.write() as work:
        work.outbox.finish(letter.key, state=state, at=premises.now(), detail=str(error))
        work.events.append(_event(premises, letter, state, str(error)))
    log.warning("letter %d: %s", letter.key, error, extra={"action": f"letter_{state.value}"})
    return state


def _event(premises: Premises, letter: Letter, state: LetterState, answer: str) -> Event:
    return Event(
        at=premises.now(),
        actor="service",
        action=f"letter_{state.value}",
        campaign=letter.campaign,
        subject=f"letter:{letter.key}",
        detail={"kind": letter.kind.value, "answer": answer[:200]},
    )


def _is_obsolete(premises: Premises, work: Work, letter: Letter) -> bool:
    """Tell whether a reminder or overdue letter speaks of something no longer owed."""
    if letter.kind not in (LetterKind.REMINDER, LetterKind.OVERDUE) or letter.unit is None:
        return False
    assert letter.campaign is not None
    campaign = premises.campaign(letter.campaign)
    desk = unit_desk(work, campaign, letter.unit, now=premises.now())
    rung = read_rung_cause(letter.cause)
    return not desk.owes or (rung is not None and rung[1] != desk.deadlines.due_at)


def _write_down(premises: Premises, letter: Letter, delivery: Delivery) -> LetterState:
    """Commit what the server said and give the letter's new state."""
    now = premises.now()
    not_before = None
    detail = delivery.answer
    if delivery.deferred:
        state = LetterState.QUEUED
        detail = next(iter(delivery.deferred.values()))
        not_before = now + retry_delay(letter.attempts)
        if letter.attempts >= MAXIMUM_ATTEMPTS:
            state, detail = LetterState.HELD, f"{letter.attempts} attempts: {detail}"
    elif delivery.accepted or letter.accepted:
        state = LetterState.SENT
    else:
        state = LetterState.FAILED
        detail = next(iter(delivery.refused.values()), delivery.answer)
    with premises.store.write() as work:
        work.outbox.finish(
            letter.key,
            state=state,
            at=now,
            delivery=delivery,
            detail=detail,
            not_before=not_before,
        )
        for address, why in delivery.refused.items():
            mark_dead(premises, work, letter, address, why=why)
        if delivery.refused:
            send_elsewhere(premises, work, letter)
        work.events.append(_event(premises, letter, state, detail))
    log.info("letter %d: %s", letter.key, state.value, extra={"action": f"letter_{state.value}"})
    return state


def _file_sent(premises: Premises, mailbox: Mailbox, content: bytes) -> None:
    """File a copy in Sent; a courtesy to people that never stops a letter."""
    try:
        mailbox.file_sent(content, at=premises.now())
    except MailboxError as error:
        log.warning("a sent letter was not filed: %s", error, extra={"action": "sent_not_filed"})
