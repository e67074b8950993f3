"""Who may poll or send: a name, an owner, and an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, select, update

from store.tables import leases

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.engine import Connection


class Leases:
    """Who may poll or send."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def acquire(self, name: str, *, owner: str, now: dt.datetime, until: dt.datetime) -> bool:
        """Take or renew a lease; False while another owner holds it."""
        taken = self._connection.execute(
            update(leases)
            .where(leases.c.name == name, or_(leases.c.owner == owner, leases.c.until <= now))
            .values(owner=owner, until=until)
        )
        if taken.rowcount:
            return True
        if self._connection.execute(select(leases.c.name).where(leases.c.name == name)).first() is not None:
            return False
        self._connection.execute(insert(leases), {"name": name, "owner": owner, "until": until})
        return True

    def release(self, name: str, *, owner: str) -> None:
        """Give a lease back; somebody else's stays. Safe to call twice."""
        self._connection.execute(delete(leases).where(leases.c.name == name, leases.c.owner == owner))
