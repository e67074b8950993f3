"""Inbound mails: bytes once, every place they were seen at, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update

from domain.errors import NotFound
from domain.ids import MailKey
from domain.messages import (
    Address,
    AttachmentNote,
    Guess,
    MailOutcome,
    MailRecord,
    PendingMail,
    Sighting,
    digest,
)
from store.blobs import put_blob, unpack
from store.keys import insert_numbered
from store.tables import blobs, message_attachments, message_guesses, messages, sightings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.engine import Connection, Row

    from domain.ids import MessageId
    from domain.messages import RawMessage

_PLACE = (
    sightings.c.account,
    sightings.c.folder,
    sightings.c.uidvalidity,
    sightings.c.uid,
    sightings.c.received_at,
    sightings.c.size,
)
_SEEN = select(sightings.c.message).where(
    *(column == bindparam(f"a_{column.name}", type_=column.type) for column in _PLACE)
)
#: A folder is asked about in runs of UIDs, so a range finds them with one walk along the index.
_RANGE: Select[Any] = select(*_PLACE).where(
    sightings.c.account == bindparam("account"),
    sightings.c.folder == bindparam("folder"),
    sightings.c.uidvalidity == bindparam("uidvalidity"),
    sightings.c.uid.between(bindparam("first"), bindparam("last")),
)
_OF_BYTES = select(messages.c.id).where(messages.c.sha256 == bindparam("digest"))
_INSERT = insert(messages)
_INSERT_SIGHTING = insert(sightings)
_RECORDS = (
    select(messages, *_PLACE)
    .join(sightings, (sightings.c.message == messages.c.id) & sightings.c.is_first)
    .order_by(sightings.c.received_at, messages.c.id)
)
_CHILDREN_OF = {
    table: select(table).order_by(table.c.message, table.c.position)
    for table in (message_guesses, message_attachments)
}
_SOME = messages.c.id.in_(bindparam("keys", expanding=True))
_SAME_ID = messages.c.message_id == bindparam("message_id", type_=messages.c.message_id.type)


class _Query:
    """The statements that read the records which meet one condition, built once."""

    def __init__(self, *conditions: ColumnElement[bool]) -> None:
        self.records = _RECORDS.where(*conditions)
        wanted = select(messages.c.id).where(*conditions)
        self.guesses, self.attachments = (
            query.where(table.c.message.in_(wanted)) for table, query in _CHILDREN_OF.items()
        )


_OF_KEYS, _OF_MESSAGE_ID = _Query(_SOME), _Query(_SAME_ID)
_RAW = (
    select(messages.c.sha256, blobs.c.packed, blobs.c.content)
    .join(blobs, blobs.c.sha256 == messages.c.sha256)
    .where(messages.c.id == bindparam("key"))
)
_COUNT = (
    update(messages)
    .where(messages.c.id.in_(bindparam("keys", expanding=True)))
    .values(attempts=messages.c.attempts + 1)
    .returning(messages.c.id, messages.c.attempts)
)
_PENDING = (
    select(messages.c.id, messages.c.attempts, blobs.c.size)
    .join(sightings, (sightings.c.message == messages.c.id) & sightings.c.is_first)
    .join(blobs, blobs.c.sha256 == messages.c.sha256)
    .where(messages.c.outcome == MailOutcome.NEW)
    .order_by(sightings.c.received_at, messages.c.id)
)
_CHANGE = update(messages).where(messages.c.id == bindparam("key"))
#: What is known of a mail in tables of its own: how to take it out, and put it in.
_CHILDREN = tuple(
    (delete(table).where(table.c.message == bindparam("key")), insert(table))
    for table in (message_guesses, message_attachments)
)


def _place(sighting: Sighting) -> dict[str, Any]:
    return {column.name: getattr(sighting, column.name) for column in _PLACE}


def _sighting(row: Row[Any]) -> Sighting:
    return Sighting(
        account=row.account,
        folder=row.folder,
        uidvalidity=row.uidvalidity,
        uid=row.uid,
        received_at=row.received_at,
        size=row.size,
    )


def _columns(record: MailRecord) -> dict[str, Any]:
    return {
        "message_id": record.message_id,
        "sender_name": record.sender.name if record.sender else None,
        "sender_address": record.sender.address if record.sender else None,
        "subject": record.subject,
        "outcome": record.outcome,
        "reason": record.reason,
        "explanation": record.explanation,
        "campaign": record.campaign,
        "unit": record.unit,
    }


def _record(
    row: Row[Any], guesses: Iterable[Row[Any]] = (), attachments: Iterable[Row[Any]] = ()
) -> MailRecord:
    sender = None
    if row.sender_address is not None:
        sender = Address(name=row.sender_name, address=row.sender_address)
    return MailRecord(
        key=row.id,
        sha256=row.sha256,
        first_seen=_sighting(row),
        stored_at=row.stored_at,
        message_id=row.message_id,
        sender=sender,
        subject=row.subject,
        outcome=row.outcome,
        reason=row.reason,
        explanation=row.explanation,
        campaign=row.campaign,
        unit=row.unit,
        guesses=tuple(
            Guess(campaign=guess.campaign, unit=guess.unit, reasons=guess.reasons) for guess in guesses
        ),
        attachments=tuple(
            AttachmentNote(name=note.name, sha256=note.sha256, size=note.size) for note in attachments
        ),
        attempts=row.attempts,
    )


class Messages:
    """Inbound mails as stored."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        #: Records read in this transaction and not changed since.
        self._got: dict[MailKey, MailRecord] = {}

    def known(self, sightings: Sequence[Sighting]) -> frozenset[Sighting]:
        """Give those of *sightings* that are recorded."""
        uids: dict[tuple[str, str, int], list[int]] = {}
        for one in sightings:
            uids.setdefault((one.account, one.folder, one.uidvalidity), []).append(one.uid)
        recorded: set[Sighting] = set()
        for (account, folder, uidvalidity), asked in uids.items():
            bounds = {"account": account, "folder": folder, "uidvalidity": uidvalidity}
            rows = self._connection.execute(_RANGE, {**bounds, "first": min(asked), "last": max(asked)})
            recorded.update(_sighting(row) for row in rows)
        return frozenset(recorded.intersection(sightings))

    def add(self, raw: RawMessage, *, stored_at: dt.datetime) -> MailRecord:
        """Store a mail and its sighting; a mail with known bytes gets only the sighting. Safe to call twice.

        A known sighting is a known mail even when the bytes differ: Exchange writes a mail anew at each
        reading.
        """
        place = _place(raw.sighting)
        seen = self._connection.execute(_SEEN, {f"a_{name}": value for name, value in place.items()}).scalar()
        if seen is not None:
            return self.get(seen)
        key = self._connection.execute(_OF_BYTES, {"digest": digest(raw.content)}).scalar()
        is_first = key is None
        if key is None:
            key = self._insert(raw.content, stored_at=stored_at)
        self._connection.execute(_INSERT_SIGHTING, {"message": key, "is_first": is_first, **place})
        return self.get(key)

    def _insert(self, content: bytes, *, stored_at: dt.datetime) -> MailKey:
        row = {
            "sha256": put_blob(self._connection, content),
            "stored_at": stored_at,
            "subject": "",
            "outcome": MailOutcome.NEW,
            "explanation": "",
            "attempts": 0,
        }
        return MailKey(insert_numbered(self._connection, _INSERT, row))

    def pending(self) -> tuple[PendingMail, ...]:
        """Give the mails whose outcome is NEW, oldest received_at first."""
        rows = self._connection.execute(_PENDING)
        return tuple(PendingMail(key=row.id, attempts=row.attempts, size=row.size) for row in rows)

    def get(self, key: MailKey) -> MailRecord:
        """Give one record; raises NotFound."""
        if key not in self._got:
            self.load((key,))
        return self._got[key]

    def load(self, keys: Sequence[MailKey]) -> None:
        """Read several records at once for the calls of get to come; raises NotFound."""
        found = self._records(_OF_KEYS, {"keys": list(keys)})
        self._got.update((record.key, record) for record in found)
        for key in keys:
            if key not in self._got:
                raise _no_mail(key)

    def raw(self, key: MailKey) -> bytes:
        """Give the mail as it came; raises NotFound."""
        row = self._connection.execute(_RAW, {"key": key}).first()
        if row is None:
            raise _no_mail(key)
        return unpack(row, row.sha256)

    def all(self) -> tuple[MailRecord, ...]:
        """Give every record, oldest first."""
        return self._records(_Query())

    def with_outcome(self, outcome: MailOutcome) -> tuple[MailRecord, ...]:
        """Give the records with one outcome, oldest first."""
        return self._records(_Query(messages.c.outcome == outcome))

    def with_message_id(self, message_id: MessageId) -> tuple[MailRecord, ...]:
        """Give the records of one Message-ID, oldest first."""
        return self._records(_OF_MESSAGE_ID, {"message_id": message_id})

    def begin_attempts(self, keys: Sequence[MailKey]) -> dict[MailKey, int]:
        """Count a reading attempt of each mail and give their numbers, from 1; raises NotFound."""
        rows = self._connection.execute(_COUNT, {"keys": list(keys)})
        numbers = {MailKey(row.id): int(row.attempts) for row in rows}
        for key in keys:
            self._got.pop(key, None)
            if key not in numbers:
                raise _no_mail(key)
        return numbers

    def forget_attempts(self, key: MailKey) -> None:
        """Set the number of reading attempts back to 0 (a person asked for a retry); raises NotFound."""
        self._got.pop(key, None)
        query = update(messages).where(messages.c.id == key).values(attempts=0)
        if not self._connection.execute(query).rowcount:
            raise _no_mail(key)

    def record(self, record: MailRecord) -> None:
        """Replace what is known of a mail (all but key, sha256, first_seen, stored_at, attempts).

        Raises NotFound.
        """
        known = self._got.pop(record.key, None)
        changed = self._connection.execute(_CHANGE, {"key": record.key, **_columns(record)})
        if not changed.rowcount:
            raise _no_mail(record.key)
        guesses: list[dict[str, Any]] = [
            {"campaign": guess.campaign, "unit": guess.unit, "reasons": guess.reasons}
            for guess in record.guesses
        ]
        attachments: list[dict[str, Any]] = [
            {"name": note.name, "sha256": note.sha256, "size": note.size} for note in record.attachments
        ]
        before = (known.guesses, known.attachments) if known is not None else (None, None)
        for (take_out, put_in), old, rows in zip(_CHILDREN, before, (guesses, attachments), strict=True):
            if old != ():
                self._connection.execute(take_out, {"key": record.key})
            if rows:
                numbered = [
                    {"message": record.key, "position": place, **row} for place, row in enumerate(rows)
                ]
                self._connection.execute(put_in, numbered)

    def _records(self, query: _Query, bound: Mapping[str, Any] | None = None) -> tuple[MailRecord, ...]:
        rows = self._connection.execute(query.records, bound).all()
        if not rows:
            return ()
        guesses, attachments = (self._children(one, bound) for one in (query.guesses, query.attachments))
        return tuple(_record(row, guesses.get(row.id, ()), attachments.get(row.id, ())) for row in rows)

    def _children(self, query: Select[Any], bound: Mapping[str, Any] | None) -> dict[MailKey, list[Row[Any]]]:
        found: dict[MailKey, list[Row[Any]]] = {}
        for row in self._connection.execute(query, bound):
            found.setdefault(row.message, []).append(row)
        return found


def _no_mail(key: MailKey) -> NotFound:
    return NotFound(f"there is no mail {key}")
