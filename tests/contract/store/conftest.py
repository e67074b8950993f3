"""The store contract: every test of this folder runs on each kind of database a store may live in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from store.store import SqlStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from service.ports import Store


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Name a database that holds nothing yet."""
    assert request.param == "sqlite"
    return f"sqlite:///{tmp_path / 'tonghop.db'}"


@pytest.fixture
def open_store(database_url: str) -> Iterator[Callable[..., SqlStore]]:
    """Give a function that opens the database once more, as another process would."""
    opened: list[SqlStore] = []

    def open_once_more(*, patience: dt.timedelta = dt.timedelta(seconds=30)) -> SqlStore:
        opened.append(SqlStore(database_url, patience=patience))
        return opened[-1]

    yield open_once_more
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[..., SqlStore]) -> Store:
    """Give an empty store; that it is a Store the type checker says here."""
    opened: Store = open_store()
    return opened
