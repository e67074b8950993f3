"""Many rows of one table in one statement.

Core prepares each value of each row anew, which costs more than the database does with them: a returned form
has a thousand values. Here the statement and what it does to each column are worked out once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection, Dialect


class BulkInsert:
    """Puts rows into one table."""

    def __init__(self, table: Table) -> None:
        """Prepare for rows with every column of *table*."""
        self._table = table
        self._prepared: dict[str, _Prepared] = {}

    def __call__(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Put *rows* in, each with every column; nothing happens without any."""
        if not rows:
            return
        dialect = connection.dialect
        prepared = self._prepared.get(dialect.name)
        if prepared is None:
            prepared = self._prepared[dialect.name] = _Prepared(self._table, dialect)
        connection.exec_driver_sql(prepared.statement, [prepared.spell(row) for row in rows])


class _Prepared:
    """The statement for one kind of database."""

    def __init__(self, table: Table, dialect: Dialect) -> None:
        compiled = insert(table).compile(dialect=dialect)
        self.statement = str(compiled)
        #: In the order of the statement's places where these have no names.
        self._names: list[str] = list(getattr(compiled, "positiontup", None) or table.c.keys())
        self._is_positional = bool(getattr(compiled, "positional", False))
        writers = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in self._names]
        self._columns: list[tuple[str, Callable[[Any], Any] | None]] = list(
            zip(self._names, writers, strict=True)
        )

    def spell(self, row: Mapping[str, Any]) -> Any:
        """Give a row as the driver takes it."""
        values = [write(row[name]) if write else row[name] for name, write in self._columns]
        return tuple(values) if self._is_positional else dict(zip(self._names, values, strict=True))
