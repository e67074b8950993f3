"""The number a new row gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Insert
    from sqlalchemy.engine import Connection


def insert_numbered(connection: Connection, statement: Insert, row: Mapping[str, Any]) -> int:
    """Insert one row of a table with an `id` and give that id."""
    inserted = connection.execute(statement, row).inserted_primary_key
    if inserted is None:
        raise StoreError("the database gave a new row no number")
    (key,) = inserted
    return int(key)
