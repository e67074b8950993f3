"""When each mailbox was last read through, how far, and how often it refused us.

One row per account or folder, so that years of polling take no room.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select, update

from domain.messages import FolderMark
from store.tables import folder_marks, polls, refused_logins

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

#: Refused logins are remembered so long.
_REMEMBERED: Final = dt.timedelta(days=1)


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

    def marks(self, account: str) -> dict[str, tuple[FolderMark, dt.datetime]]:
        """Give how far each folder was read, with the instant at which every mail of it was looked at."""
        rows = self._connection.execute(select(folder_marks).where(folder_marks.c.account == account))
        return {
            row.folder: (
                FolderMark(
                    folder=row.folder,
                    uidvalidity=row.uidvalidity,
                    uidnext=row.uidnext,
                    messages=row.messages,
                ),
                row.audited_at,
            )
            for row in rows
        }

    def set_mark(self, account: str, mark: FolderMark, *, at: dt.datetime) -> None:
        """Record how far a folder was read by the poll of *at*."""
        row: dict[str, Any] = {
            "uidvalidity": mark.uidvalidity,
            "uidnext": mark.uidnext,
            "messages": mark.messages,
        }
        if mark.is_whole:
            row["audited_at"] = at
        place = (folder_marks.c.account == account, folder_marks.c.folder == mark.folder)
        changed = self._connection.execute(update(folder_marks).where(*place).values(**row))
        if not changed.rowcount:
            row = {"audited_at": at, **row}
            self._connection.execute(insert(folder_marks).values(account=account, folder=mark.folder, **row))

    def login_refused(self, account: str, *, at: dt.datetime) -> None:
        """Record that a server refused our name or password; those of more than a day ago are forgotten."""
        self._connection.execute(delete(refused_logins).where(refused_logins.c.at < at - _REMEMBERED))
        self._connection.execute(insert(refused_logins).values(account=account, at=at))

    def logins_refused(self, account: str, *, since: dt.datetime) -> tuple[dt.datetime, ...]:
        """Give the refusals of an account from *since* on, oldest first."""
        query = (
            select(refused_logins.c.at)
            .where(refused_logins.c.account == account, refused_logins.c.at >= since)
            .order_by(refused_logins.c.at)
        )
        return tuple(self._connection.execute(query).scalars())
