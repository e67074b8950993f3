"""When each mailbox was last read through: one row per account, so that years of polling take no room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from store.tables import polls

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.engine import Connection


class Polls:
    """When each mailbox was last read through."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, account: str, *, at: dt.datetime, problem: str = "") -> None:
        """Record the end of a poll; empty *problem* means it succeeded.

        The latest call counts even when *at* went back: a clock that had run ahead must not go on
        promising that mail was read.
        """
        row: dict[str, Any] = {"ended_at": at, "problem": problem}
        if not problem:
            row["succeeded_at"] = at
        changed = self._connection.execute(update(polls).where(polls.c.account == account).values(**row))
        if not changed.rowcount:
            self._connection.execute(insert(polls).values(account=account, **row))

    def last_success(self, account: str) -> dt.datetime | None:
        """Give the end of the last poll that succeeded."""
        query = select(polls.c.succeeded_at).where(polls.c.account == account)
        return self._connection.execute(query).scalar()
