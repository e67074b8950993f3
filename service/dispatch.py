"""Send the plan and its own stamped blank form to each unit, once."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import ConfigError, Problem
from domain.history import DecisionKind
from domain.messages import digest
from domain.outbox import LetterKind
from mailer.letters import Letters
from service.correspondence import Draft, live_addresses, queue, write
from service.deciding import decide
from service.desk import read_desk
from service.enclosures import blank_file, plan_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.campaigns import Campaign, Unit
    from domain.ids import UnitCode
    from domain.messages import Address
    from service.premises import Premises

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched:
    """What a dispatch queued."""

    queued: tuple[UnitCode, ...]
    #: Units that had their letter already.
    already: tuple[UnitCode, ...]
    #: Units without any address that works.
    unreachable: tuple[UnitCode, ...]


def dispatch(
    premises: Premises,
    campaign: Campaign,
    *,
    actor: str,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Dispatched:
    """Queue one plan letter for each active unit that has none. Safe to call twice.

    Raises ConfigError when the campaign has no plan to send.
    """
    if not campaign.plan.file_name:
        raise ConfigError(
            (
                Problem(
                    place="plan/",
                    reason="there is no plan to send.",
                    remedy="Put the signed PDF (or the Word file) into the folder plan/.",
                ),
            )
        )
    with premises.store.read() as work:
        desk = read_desk(work, campaign, now=premises.now())
        dead = work.addresses.dead()
        noted = bool(work.decisions.of_campaign(campaign.code, DecisionKind.DISPATCH))
    queued: list[UnitCode] = []
    already: list[UnitCode] = []
    unreachable: list[UnitCode] = []
    active = [unit_desk for unit_desk in desk.units if not unit_desk.excluded]
    for done, unit_desk in enumerate(active, start=1):
        unit = unit_desk.unit
        if unit_desk.dispatched_at is not None:
            already.append(unit.code)
        elif not live_addresses(unit, dead):
            unreachable.append(unit.code)
        else:
            _queue_plan(premises, campaign, unit, live_addresses(unit, dead)[0:1])
            queued.append(unit.code)
        progress(done, len(active))
    # A dispatch that died after its last letter is noted by the one that finds every letter queued.
    if queued or (already and not noted):
        _note_dispatch(premises, campaign, actor=actor, count=len(queued) or len(already))
    return Dispatched(queued=tuple(queued), already=tuple(already), unreachable=tuple(unreachable))


def _queue_plan(premises: Premises, campaign: Campaign, unit: Unit, to: tuple[Address, ...]) -> None:
    now = premises.now()
    with premises.store.write() as work:
        blank = blank_file(work, campaign, unit, now=now)
    plan = plan_file(campaign)
    draft = Draft(
        kind=LetterKind.PLAN,
        unit=unit.code,
        cause="plan",
        text=Letters(campaign).plan(unit),
        to=to,
        cc=unit.cc,
        files=(plan, blank),
    )
    letter = write(premises, campaign, draft)
    with premises.store.write() as work:
        work.outbox.note_attachment(digest(plan.content))
        queue(work, letter, at=now)


def _note_dispatch(premises: Premises, campaign: Campaign, *, actor: str, count: int) -> None:
    with premises.store.write() as work:
        decide(
            premises,
            work,
            campaign,
            DecisionKind.DISPATCH,
            subject=campaign.code,
            actor=actor,
            detail={"letters": str(count)},
        )
    log.info("%d plan letters queued", count, extra={"action": "plan_queued"})
