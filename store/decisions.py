"""What people decided, added and never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from domain.history import Decision
from store.tables import decisions

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Row

    from domain.history import DecisionKind
    from domain.ids import CampaignCode

_INSERT = insert(decisions)


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
    """What people decided."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, decision: Decision) -> None:
        """Record a decision."""
        self._connection.execute(_INSERT, _columns(decision))

    def of_campaign(self, campaign: CampaignCode, kind: DecisionKind | None = None) -> tuple[Decision, ...]:
        """Give the decisions, oldest first."""
        query = (
            select(decisions).where(decisions.c.campaign == campaign).order_by(decisions.c.at, decisions.c.id)
        )
        if kind is not None:
            query = query.where(decisions.c.kind == kind)
        return tuple(_decision(row) for row in self._connection.execute(query))
