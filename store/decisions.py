"""What people decided, added and never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select

from domain.history import Decision
from store.tables import decisions

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Row

    from domain.history import DecisionKind
    from domain.ids import CampaignCode

_INSERT = insert(decisions)
_OF_CAMPAIGN = (
    select(decisions)
    .where(decisions.c.campaign == bindparam("code"))
    .order_by(decisions.c.at, decisions.c.id)
)


def _columns(decision: Decision) -> dict[str, Any]:
    return {
        "campaign": decision.campaign,
        "kind": decision.kind,
        "subject": decision.subject,
        "actor": decision.actor,
        "reason": decision.reason,
        "at": decision.at,
        "detail": decision.detail,
    }


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        campaign=row.campaign,
        kind=row.kind,
        subject=row.subject,
        actor=row.actor,
        reason=row.reason,
        at=row.at,
        detail=row.detail,
    )


class Decisions:
    """What people decided.

    One transaction sees one state: what was read once is remembered until something is added.
    """

    #: How often something was added here: what is derived from decisions holds for one number.
    added = 0

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read: dict[CampaignCode, tuple[Decision, ...]] = {}

    def add(self, decision: Decision) -> None:
        """Record a decision."""
        self._connection.execute(_INSERT, _columns(decision))
        self._read.clear()
        self.added += 1

    def of_campaign(self, campaign: CampaignCode, kind: DecisionKind | None = None) -> tuple[Decision, ...]:
        """Give the decisions, oldest first."""
        if campaign not in self._read:
            rows = self._connection.execute(_OF_CAMPAIGN, {"code": campaign})
            self._read[campaign] = tuple(_decision(row) for row in rows)
        every = self._read[campaign]
        return every if kind is None else tuple(one for one in every if one.kind is kind)
