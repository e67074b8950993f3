"""The memory of the service: one database, opened for writing by one thread at a time.

Imports SQLAlchemy, so only whoever starts the service imports it, and lazily.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING

from domain.errors import StoreError, StoreUnavailable
from store.addresses import Addresses
from store.blanks import Blanks
from store.decisions import Decisions
from store.engine import PATIENCE, Database
from store.events import Events
from store.form_memory import FormMemory
from store.leases import Leases
from store.messages import Messages
from store.outbox import Outbox
from store.polls import Polls
from store.reports import Reports
from store.submissions import Submissions
from store.texts import Texts
from store.versions import Versions

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection


class SqlWork:
    """One transaction over everything stored; of no use after its block."""

    def __init__(self, connection: Connection, forms: FormMemory) -> None:
        self._connection = connection
        self._forms = forms
        self.texts = Texts(connection)
        self.polls = Polls(connection)
        self.reports = Reports(connection)
        self.versions = Versions(connection)
        self.blanks = Blanks(connection)
        self.leases = Leases(connection)
        self.events = Events(connection)
        self._begin_to_remember()

    def _begin_to_remember(self) -> None:
        """Take new hands for what remembers what it has read."""
        connection = self._connection
        self.decisions = Decisions(connection)
        self.messages = Messages(connection)
        self.submissions = Submissions(connection, self._forms, self.decisions)
        self.outbox = Outbox(connection)
        self.addresses = Addresses(connection)

    @contextmanager
    def part(self) -> Iterator[None]:
        """Make one step of several: what it wrote is taken back when it raises, and the rest stays."""
        events = copy(self.events)
        step = self._connection.begin_nested()
        try:
            yield
            step.commit()
        except BaseException as error:
            self.events = events
            self._forms.forget()
            self._begin_to_remember()
            try:
                if step.is_active:
                    step.rollback()
            except StoreError:
                # A full disk makes SQLite take back the whole transaction by itself: that is what to tell.
                if isinstance(error, StoreError):
                    raise error from None
                raise
            raise


class SqlStore:
    """The memory of the service in an SQL database; safe to share between threads."""

    def __init__(self, url: str, *, patience: dt.timedelta = PATIENCE) -> None:
        """Open the store at *url* (`sqlite:////home/office/tonghop.db`), making it when there is none.

        Raises StoreUnavailable, SchemaTooOld, SchemaTooNew, or StoreError for a file that is not ours.
        """
        self._database = Database(url, patience=patience)
        self._patience = patience
        self._forms = FormMemory()
        self._turn = threading.Lock()
        self._writer: int | None = None

    @contextmanager
    def write(self) -> Iterator[SqlWork]:
        """Open a write transaction (BEGIN IMMEDIATE); commits at the end, rolls back on any exception.

        Threads wait for each other here, other processes at the database. Raises StoreUnavailable when
        the database is locked for 30 s, full or away.
        """
        if self._writer == threading.get_ident():
            raise RuntimeError("a write transaction inside another would wait for itself")
        if not self._turn.acquire(timeout=self._patience.total_seconds()):
            raise StoreUnavailable("another thread has been writing for too long")
        try:
            self._writer = threading.get_ident()
            with self._database.writing() as connection:
                work = SqlWork(connection, self._forms)
                yield work
                work.events.move_tail()
        except BaseException:
            self._forms.forget()
            raise
        finally:
            self._writer = None
            self._turn.release()

    @contextmanager
    def read(self) -> Iterator[SqlWork]:
        """Open a read-only snapshot."""
        with self._database.reading() as connection:
            yield SqlWork(connection, self._forms)

    def close(self) -> None:
        """Close all connections; safe to call twice."""
        self._database.close()
