"""Write down what a named person decided: the decision itself and its event, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import DecisionError
from domain.history import Decision, DecisionKind, Event
from service.reading import Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.campaigns import Campaign
    from domain.ids import MailKey
    from service.ports import Work
    from service.premises import Premises


#: Key of an assignment's detail: the sheet that is the form.
SHEET = "sheet"


def told_of(work: Work, campaigns: Iterable[Campaign], mail: MailKey) -> Told | None:
    """Give what a person has said about how to read a mail; None when nobody assigned it."""
    said: list[Decision] = []
    for campaign in campaigns:
        decisions = work.decisions.of_campaign(campaign.code, DecisionKind.ASSIGN)
        said += (one for one in decisions if one.subject == str(mail))
    if not said:
        return None
    newest = max(said, key=lambda one: one.at)
    return Told(sheet=newest.detail.get(SHEET, ""))


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
