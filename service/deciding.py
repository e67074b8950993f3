"""Write down what a named person decided: the decision itself and its event, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import DecisionError
from domain.history import Decision, DecisionKind, Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.campaigns import Campaign
    from service.ports import Work
    from service.premises import Premises


def require(text: str, what: str) -> str:
    """Give *text* stripped; a decision without a name or a reason is none: raises DecisionError."""
    if not text.strip():
        raise DecisionError(f"{what} is missing; a decision needs a named person and a reason")
    return text.strip()


def decide(  # noqa: PLR0913 - a decision's facts
    premises: Premises,
    work: Work,
    campaign: Campaign,
    kind: DecisionKind,
    *,
    subject: str,
    actor: str,
    reason: str = "",
    detail: Mapping[str, str] | None = None,
) -> None:
    """Record a decision and its event."""
    now = premises.now()
    facts = dict(detail or {})
    work.decisions.add(
        Decision(
            campaign=campaign.code,
            kind=kind,
            subject=subject,
            actor=actor,
            reason=reason,
            at=now,
            detail=facts,
        )
    )
    work.events.append(
        Event(
            at=now,
            actor=actor,
            action=f"decided_{kind.value}",
            campaign=campaign.code,
            subject=subject,
            detail=facts,
        )
    )
