"""Opens the database and speaks to it: settings, transactions, and the translation of every foreign error.

An edge: it opens a file. Imported with SQLAlchemy, so only lazily by whoever starts the service.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, exc, insert, inspect, select
from sqlalchemy.engine import make_url

from domain.errors import Conflict, SchemaTooNew, StoreError, StoreUnavailable
from store.forward import bring_forward
from store.tables import SCHEMA_VERSION, metadata, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, Engine, ExceptionContext
    from sqlalchemy.engine.url import URL

#: How long a transaction waits for another one to end.
PATIENCE = dt.timedelta(seconds=30)

#: The write-ahead log is cut back to this size after a large transaction.
_JOURNAL_SIZE_LIMIT = 64 * 1024 * 1024

#: Primary result codes of SQLite that a later attempt may not meet again.
_PASSING_TROUBLE = {
    sqlite3.SQLITE_PERM: "the database file may not be opened",
    sqlite3.SQLITE_BUSY: "the database is locked by another process",
    sqlite3.SQLITE_LOCKED: "the database is locked",
    sqlite3.SQLITE_NOMEM: "there is no memory left",
    sqlite3.SQLITE_READONLY: "the database cannot be written",
    sqlite3.SQLITE_INTERRUPT: "the database was interrupted",
    sqlite3.SQLITE_IOERR: "the disk failed",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_CANTOPEN: "the database file cannot be opened",
    sqlite3.SQLITE_PROTOCOL: "the database is locked by another process",
    sqlite3.SQLITE_NOLFS: "the disk takes no file this large",
    sqlite3.SQLITE_AUTH: "the database file may not be opened",
}
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PRIMARY = 0xFF


def translated(error: BaseException) -> StoreError:
    """Say a foreign exception in our words: try again, somebody was faster, or broken."""
    if isinstance(error, StoreError):
        return error
    original = error.orig if isinstance(error, exc.StatementError) and error.orig is not None else error
    if isinstance(error, exc.IntegrityError) or isinstance(original, sqlite3.IntegrityError):
        return Conflict(f"the database refused a row: {original}")
    if isinstance(original, sqlite3.Error):
        return _translated_sqlite(original)
    if isinstance(
        error,
        exc.OperationalError | exc.InterfaceError | exc.TimeoutError | exc.DisconnectionError,
    ):
        return StoreUnavailable(f"the database is away: {original}")
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return StoreUnavailable(f"the database is away: {original}")
    return StoreError(f"the database cannot do this: {original}")


def _translated_sqlite(error: sqlite3.Error) -> StoreError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
    if code in _PASSING_TROUBLE:
        return StoreUnavailable(f"{_PASSING_TROUBLE[code]}: {error}")
    if code in _DAMAGE:
        return StoreError(f"the database file is damaged or is no database: {error}")
    return StoreError(f"the database cannot do this: {error}")


@contextmanager
def translating() -> Iterator[None]:
    """Translate what SQLAlchemy and the driver raise inside the block."""
    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error) as error:
        raise translated(error) from error


class Database:
    """An open database: one way in for writers, one for readers."""

    def __init__(self, url: str, *, patience: dt.timedelta = PATIENCE) -> None:
        """Open the database of *url*, making the file and the tables when there are none.

        Raises StoreUnavailable, SchemaTooOld, SchemaTooNew, or StoreError for a file that is not ours.
        """
        with translating():
            self.url = _checked(url)
            _create_file(Path(str(self.url.database)))
            self._writers = _engine(self.url, begin="BEGIN IMMEDIATE", patience=patience)
            self._readers = _engine(self.url, begin="BEGIN", patience=patience, query_only=True)
            try:
                _settle(self._writers, patience=patience)
                # Whoever only looks must not wait for a writer: the lock is taken for a new file alone.
                with self._readers.begin() as connection:
                    version = _schema_of(connection)
                is_made = version is not None
                if version is not None and version < SCHEMA_VERSION:
                    self._bring_forward()
                if not is_made:
                    with self.writing() as connection:
                        _make_schema(connection)
            except BaseException:
                self.close()
                raise

    def _bring_forward(self) -> None:
        raw = self._writers.raw_connection()
        try:
            connection = raw.driver_connection
            assert isinstance(connection, sqlite3.Connection)
            bring_forward(connection, to=SCHEMA_VERSION)
        finally:
            raw.close()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Hold the write lock of the database from the first moment; commit at a good end only."""
        with translating(), self._writers.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See the database as it is at this moment, whatever is written meanwhile; refuse to write."""
        with translating(), self._readers.begin() as connection:
            # BEGIN alone takes no snapshot; the first look does.
            connection.execute(_SCHEMA_VERSION)
            yield connection

    def close(self) -> None:
        """Close all connections; safe to call twice."""
        self._readers.dispose()
        self._writers.dispose()


_SCHEMA_VERSION = select(schema.c.version)


def _checked(url: str) -> URL:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise StoreError(f"this release keeps its store in SQLite, not in {parsed.get_backend_name()}")
    if parsed.database in (None, "", ":memory:"):
        raise StoreError("a store needs a file: sqlite:///tonghop.db")
    return parsed


def _create_file(path: Path) -> None:
    """Make the file readable for its owner only: it holds names and mails. SQLite's side files follow it."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be made: {error.strerror}") from error


def _engine(url: URL, *, begin: str, patience: dt.timedelta, query_only: bool = False) -> Engine:
    # isolation_level None: the driver begins nothing by itself, so that BEGIN is ours alone.
    engine = create_engine(url, connect_args={"isolation_level": None, "timeout": patience.total_seconds()})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        for pragma in (
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",
            "PRAGMA secure_delete = ON",
            f"PRAGMA journal_size_limit = {_JOURNAL_SIZE_LIMIT}",
            f"PRAGMA query_only = {'ON' if query_only else 'OFF'}",
        ):
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    @event.listens_for(engine, "handle_error")
    def translate(context: ExceptionContext) -> None:
        error = context.sqlalchemy_exception or context.original_exception
        if isinstance(error, exc.SQLAlchemyError | sqlite3.Error):
            raise translated(error) from error

    return engine


def _settle(engine: Engine, *, patience: dt.timedelta) -> None:
    """Set what belongs to the file and not to a connection; auto_vacuum must come before anything is written.

    A copy made by VACUUM INTO has no write-ahead log, and SQLite does not wait for another writer before it
    changes the journal mode but fails at once (measured on 3.40), so the waiting is done here.
    """
    give_up = time.monotonic() + patience.total_seconds()
    while True:
        try:
            with translating():
                raw = engine.raw_connection()
                try:
                    cursor = raw.cursor()
                    (pages,) = cursor.execute("PRAGMA page_count").fetchone()
                    if pages == 0:
                        cursor.execute("PRAGMA auto_vacuum = INCREMENTAL")
                    (mode,) = cursor.execute("PRAGMA journal_mode = WAL").fetchone()
                finally:
                    raw.close()
        except StoreUnavailable:
            if time.monotonic() >= give_up:
                raise
            time.sleep(0.05)
            continue
        if mode != "wal":
            raise StoreUnavailable(f"the disk allows no write-ahead log (journal mode {mode})")
        return


def _make_schema(connection: Connection) -> None:
    """Make the tables, all or none, unless another process has made them a moment ago."""
    if _schema_of(connection) is None:
        metadata.create_all(connection, checkfirst=False)
        connection.execute(insert(schema).values(id=1, version=SCHEMA_VERSION))


def _schema_of(connection: Connection) -> int | None:
    """Give the number of the schema, None for an empty file; raises for a later one and foreign files."""
    names = inspect(connection).get_table_names()
    if not names:
        return None
    if schema.name not in names:
        raise StoreError("this database was not made by tonghop")
    version = int(connection.execute(_SCHEMA_VERSION).scalar_one())
    if version > SCHEMA_VERSION:
        raise SchemaTooNew(f"the database has schema {version}, this release knows {SCHEMA_VERSION}")
    return version
