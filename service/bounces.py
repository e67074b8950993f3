"""Learn from bounces: a dead address is marked, and the letter goes to the unit's next one."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.history import Event
from domain.messages import MailOutcome, MailReason
from service.correspondence import live_addresses, queue, readdress

if TYPE_CHECKING:
    from domain.messages import InboundMessage, MailRecord
    from domain.outbox import Letter
    from service.ports import Work
    from service.premises import Premises

log = logging.getLogger(__name__)


def learn_from_bounce(
    premises: Premises, work: Work, record: MailRecord, message: InboundMessage
) -> MailRecord:
    """Settle a bounce; a bounce of a letter that is not ours teaches nothing."""
    ignored = replace(
        record,
        outcome=MailOutcome.IGNORED,
        reason=MailReason.BOUNCE,
        explanation="Thông báo của máy chủ thư về một thư đã gửi.",
    )
    if message.bounced_letter is None:
        return ignored
    letter = work.outbox.with_message_id(message.bounced_letter)
    if letter is None:
        return ignored
    ours = {address.lower() for address in letter.recipients}
    dead = [one for one in message.bounced if one.is_hard and one.address.lower() in ours]
    ignored = replace(ignored, campaign=letter.campaign, unit=letter.unit)
    if not dead:
        return ignored
    for one in dead:
        mark_dead(premises, work, letter, one.address, why=one.diagnostic or one.status)
    if send_elsewhere(premises, work, letter):
        return replace(
            ignored,
            explanation=f"Địa chỉ {dead[0].address} không nhận được thư; đã gửi tới địa chỉ tiếp theo.",
        )
    return replace(
        ignored,
        outcome=MailOutcome.HELD,
        explanation=f"Địa chỉ {dead[0].address} không nhận được thư và không còn địa chỉ nào khác.",
    )


def mark_dead(premises: Premises, work: Work, letter: Letter, address: str, *, why: str) -> None:
    """Record that an address does not exist. Safe to call twice."""
    now = premises.now()
    work.addresses.mark_dead(address, at=now, why=why)
    work.events.append(
        Event(
            at=now,
            actor="service",
            action="address_dead",
            campaign=letter.campaign,
            subject=f"unit:{letter.unit}",
            detail={"why": why[:200]},
        )
    )
    log.warning("an address is dead: %s", why[:200], extra={"action": "address_dead"})


def believe_sender(premises: Premises, work: Work, record: MailRecord) -> None:
    """Trust an address again from which a person writes: bounces pass, and bounces are forged."""
    sender = record.sender
    if sender is None or sender.folded not in work.addresses.dead():
        return
    work.addresses.mark_alive(sender.folded)
    work.events.append(
        Event(
            at=premises.now(),
            actor="service",
            action="address_alive",
            campaign=record.campaign,
            subject=f"mail:{record.key}",
        )
    )
    log.info("mail came from an address that had bounced", extra={"action": "address_alive"})


def send_elsewhere(premises: Premises, work: Work, letter: Letter) -> bool:
    """Queue the same letter to the unit's next live address; False when there is none."""
    if letter.campaign is None or letter.unit is None:
        return False
    unit = premises.campaign(letter.campaign).unit_by_code.get(letter.unit)
    if unit is None:
        return False
    tried = {address.lower() for address in letter.recipients}
    for address in live_addresses(unit, work.addresses.dead()):
        if address.folded not in tried:
            again = readdress(premises, letter, work.outbox.content(letter.key), to=address)
            queue(work, again, at=premises.now())
            return True
    return False
