"""The translation of foreign exceptions."""

from __future__ import annotations

import inspect
import sqlite3

import pytest
from sqlalchemy import exc

from domain.errors import Conflict, StoreError, StoreUnavailable
from store.engine import translated, translating

ALL_SQLALCHEMY = [
    kind for _, kind in inspect.getmembers(exc, inspect.isclass) if issubclass(kind, exc.SQLAlchemyError)
]
ALL_SQLITE = [
    kind for _, kind in inspect.getmembers(sqlite3, inspect.isclass) if issubclass(kind, sqlite3.Error)
]

#: What is worth another attempt, and what somebody else was faster with; everything else is broken.
TRY_AGAIN = {
    exc.OperationalError,
    exc.InterfaceError,
    exc.TimeoutError,
    exc.DisconnectionError,
    exc.InvalidatePoolError,
}
REFUSED = {exc.IntegrityError}


def _make(kind):
    """Make an exception of SQLAlchemy without knowing its arguments."""
    error = kind.__new__(kind)
    Exception.__init__(error, "words of the library")
    if isinstance(error, exc.StatementError):
        error.orig = None
        error.statement = error.params = error.ismulti = None
        error.hide_parameters = False
        error.detail = []
    if isinstance(error, exc.DBAPIError):
        error.connection_invalidated = False
    return error


@pytest.mark.parametrize("kind", ALL_SQLALCHEMY, ids=lambda kind: kind.__name__)
def test_every_exception_of_sqlalchemy_is_translated(kind):
    """No class of the library gets past the edge, and each gets the family that says what to do."""
    expected = StoreUnavailable if kind in TRY_AGAIN else Conflict if kind in REFUSED else StoreError
    assert expected is type(translated(_make(kind)))


@pytest.mark.parametrize("kind", ALL_SQLITE, ids=lambda kind: kind.__name__)
def test_every_exception_of_the_driver_is_translated(kind):
    """The driver's own classes are caught where SQLAlchemy does not wrap them."""
    with pytest.raises(StoreError) as caught, translating():
        raise kind("words of the driver")
    assert isinstance(caught.value.__cause__, kind)
    assert (Conflict if kind is sqlite3.IntegrityError else StoreError) is type(caught.value)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_BUSY, StoreUnavailable),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreUnavailable),
        (sqlite3.SQLITE_LOCKED, StoreUnavailable),
        (sqlite3.SQLITE_FULL, StoreUnavailable),
        (sqlite3.SQLITE_READONLY, StoreUnavailable),
        (sqlite3.SQLITE_READONLY_DBMOVED, StoreUnavailable),
        (sqlite3.SQLITE_IOERR_FSYNC, StoreUnavailable),
        (sqlite3.SQLITE_IOERR_WRITE, StoreUnavailable),
        (sqlite3.SQLITE_CANTOPEN, StoreUnavailable),
        (sqlite3.SQLITE_NOMEM, StoreUnavailable),
        (sqlite3.SQLITE_CORRUPT, StoreError),
        (sqlite3.SQLITE_NOTADB, StoreError),
        (sqlite3.SQLITE_ERROR, StoreError),
        (sqlite3.SQLITE_TOOBIG, StoreError),
    ],
)
@pytest.mark.parametrize("wrapped", [True, False], ids=["wrapped", "bare"])
def test_the_result_code_says_whether_to_try_again(code, expected, wrapped):
    """Locked, full, away and read-only may pass; damage and nonsense will not."""
    error: Exception = sqlite3.OperationalError("words of the driver")
    error.sqlite_errorcode = code
    if wrapped:
        error = exc.OperationalError("SELECT 1", {}, error)
    assert expected is type(translated(error))


def test_a_lost_connection_is_worth_another_attempt():
    """A server that went away comes back."""
    error = exc.ProgrammingError("SELECT 1", {}, Exception("gone"), connection_invalidated=True)
    assert StoreUnavailable is type(translated(error))


def test_an_error_of_ours_is_left_as_it_is():
    """What was translated once is not wrapped again."""
    error = Conflict("seen before")
    assert error is translated(error)


def test_other_exceptions_pass():
    """A mistake of ours stays visible as what it is."""
    with pytest.raises(ZeroDivisionError), translating():
        raise ZeroDivisionError
