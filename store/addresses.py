"""Addresses that bounced for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from store.tables import dead_addresses

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.engine import Connection

_DEAD = select(dead_addresses.c.address)


class Addresses:
    """What bounces taught us about addresses; what a transaction has read it remembers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dead: frozenset[str] | None = None

    def mark_dead(self, address: str, *, at: dt.datetime, why: str) -> None:
        """Record a hard bounce; the first one of an address stays. Safe to call twice."""
        folded = address.lower()
        self._dead = None
        known = select(dead_addresses.c.address).where(dead_addresses.c.address == folded)
        if self._connection.execute(known).first() is None:
            self._connection.execute(insert(dead_addresses), {"address": folded, "at": at, "why": why})

    def mark_alive(self, address: str) -> None:
        """Forget that an address bounced: somebody wrote from it. Safe to call twice."""
        self._dead = None
        self._connection.execute(delete(dead_addresses).where(dead_addresses.c.address == address.lower()))

    def dead(self) -> frozenset[str]:
        """Give the dead addresses, folded."""
        if self._dead is None:
            self._dead = frozenset(self._connection.execute(_DEAD).scalars())
        return self._dead
