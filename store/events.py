"""The log of what happened, chained so that a changed, lost or inserted event is found.

Each event has a digest over its own content, and the chain goes over these digests only: when content
must be purged one day, the digest that stays keeps the chain whole.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from domain.errors import StoreError
from domain.history import Event
from store.columns import canonical_json, instant_text
from store.tables import chain_tail, events

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection, Row

    from domain.ids import CampaignCode

#: What stands before the first event.
_START = "0" * 64
_TAIL = select(chain_tail.c.length, chain_tail.c.chain_digest).where(chain_tail.c.id == 1)
_LOCKED_TAIL = _TAIL.with_for_update()
_INSERT = insert(events)
_FIRST_TAIL = insert(chain_tail).values(id=1)
_MOVE_TAIL = update(chain_tail).where(chain_tail.c.id == 1)


def content_digest(event: Event) -> str:
    """Give the SHA-256 over the event's canonical JSON."""
    content = {
        "at": instant_text(event.at),
        "actor": event.actor,
        "action": event.action,
        "campaign": event.campaign,
        "subject": event.subject,
        "detail": dict(event.detail),
    }
    return hashlib.sha256(canonical_json(content).encode("utf-8", "surrogatepass")).hexdigest()


def chain_digest(previous: str, number: int, content: str) -> str:
    """Give the digest that binds event *number* to everything before it."""
    return hashlib.sha256(f"{previous}\x1f{number}\x1f{content}".encode()).hexdigest()


def _event(row: Row[Any]) -> Event:
    return Event(
        at=row.at,
        actor=row.actor,
        action=row.action,
        campaign=row.campaign,
        subject=row.subject,
        detail=row.detail,
    )


class Events:
    """The chained log of what happened."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        #: Length and digest of the chain, once this transaction has locked its tail; and its stored length.
        self._tail: tuple[int, str] | None = None
        self._stored = 0

    def append(self, event: Event) -> None:
        """Append an event to the chain, whose tail stays locked until the transaction ends."""
        if self._tail is None:
            tail = self._connection.execute(_LOCKED_TAIL).first()
            self._tail = (0, _START) if tail is None else (tail.length, tail.chain_digest)
            self._stored = self._tail[0]
        length, previous = self._tail
        content = content_digest(event)
        chained = chain_digest(previous, length + 1, content)
        row = {
            "number": length + 1,
            "at": event.at,
            "actor": event.actor,
            "action": event.action,
            "campaign": event.campaign,
            "subject": event.subject,
            "detail": event.detail,
            "content_digest": content,
            "chain_digest": chained,
        }
        self._connection.execute(_INSERT, row)
        self._tail = (length + 1, chained)

    def move_tail(self) -> None:
        """Write down where the chain ends now: once for all events of a transaction, before it commits."""
        if self._tail is None or self._tail[0] == self._stored:
            return
        end = {"length": self._tail[0], "chain_digest": self._tail[1]}
        self._connection.execute(_MOVE_TAIL if self._stored else _FIRST_TAIL, end)
        self._stored = self._tail[0]

    def of_campaign(self, campaign: CampaignCode) -> tuple[Event, ...]:
        """Give a campaign's events, oldest first."""
        return self._events(events.c.campaign == campaign)

    def all(self) -> tuple[Event, ...]:
        """Give every event, oldest first."""
        return self._events()

    def _events(self, *conditions: ColumnElement[bool]) -> tuple[Event, ...]:
        query = select(events).where(*conditions).order_by(events.c.number)
        return tuple(_event(row) for row in self._connection.execute(query))

    def verify(self) -> int:
        """Recompute the chain and give its length; raises StoreError at the first break."""
        self.move_tail()
        previous, length = _START, 0
        for row in self._connection.execute(select(events).order_by(events.c.number)):
            length += 1
            if row.number != length:
                raise StoreError(f"event {length} is missing from the log")
            if content_digest(_event(row)) != row.content_digest:
                raise StoreError(f"event {length} was changed after it was written")
            previous = chain_digest(previous, length, row.content_digest)
            if previous != row.chain_digest:
                raise StoreError(f"the log was changed at or before event {length}")
        tail = self._connection.execute(_TAIL).first()
        expected = (0, _START) if tail is None else (tail.length, tail.chain_digest)
        if (length, previous) != expected:
            raise StoreError(f"the log ends after event {length} but had {expected[0]} events")
        return length
