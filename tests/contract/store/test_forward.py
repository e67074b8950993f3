"""The database of an earlier release is brought forward when it is opened."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from domain.campaigns import Item
from domain.errors import StoreError
from store import forward
from store.store import SqlStore
from store.tables import SCHEMA_VERSION
from tests.factories import CAMPAIGN, UNIT, make_return

DUMP = Path(__file__).parents[2] / "data" / "store" / "schema-1.sql"


@pytest.fixture
def old(tmp_path):
    """Give a database as the release with schema 1 left it: two mails, two returns, a decision."""
    path = tmp_path / "tonghop.db"
    connection = sqlite3.connect(path)
    connection.executescript(DUMP.read_text(encoding="utf-8"))
    connection.close()
    return path


def shape(path):
    """Give the tables and indexes of a database, without white space."""
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    finally:
        connection.close()
    return {name: re.sub(r'[\s"]', "", sql or "") for name, sql in rows if not name.startswith("sqlite_")}


def version(path):
    """Give the number of the schema that a database says it has."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT version FROM schema_version").fetchone()[0]
    finally:
        connection.close()


def test_nothing_is_lost_on_the_way(old):
    """Returns keep their numbers, answers and findings; opening it a second time changes nothing."""
    for _ in range(2):
        store = SqlStore(f"sqlite:///{old}")
        with store.read() as work:
            versions = work.submissions.of_unit(CAMPAIGN, UNIT, Item.FORM, with_forms=True)
            decisions = work.decisions.of_campaign(CAMPAIGN)
        store.close()

        assert [(1, 1), (2, 2)] == [(one.key, one.version) for one in versions]
        assert make_return(1) == versions[0].content
        assert 1 == len(decisions)
        assert SCHEMA_VERSION == version(old)


def test_it_has_the_tables_of_a_new_one(old, tmp_path):
    """What the steps make is what this release makes."""
    SqlStore(f"sqlite:///{old}").close()
    SqlStore(f"sqlite:///{tmp_path / 'new.db'}").close()

    assert shape(tmp_path / "new.db") == shape(old)


def test_a_return_may_then_be_read_again(old):
    """The new key takes a second reading of the same attachment."""
    store = SqlStore(f"sqlite:///{old}")
    with store.write() as work:
        key = work.submissions.add_reading(make_return(1, form_version="2"))
    with store.read() as work:
        first = work.submissions.of_unit(CAMPAIGN, UNIT, Item.FORM)[0]
    store.close()

    assert (3, "2", 1) == (key, first.content.form_version, first.version)
    assert key == first.key


@pytest.mark.parametrize("fault", ["SELECT nothing", "DELETE FROM messages"])
def test_a_step_that_fails_leaves_the_database_as_it_was(old, monkeypatch, fault):
    """All or nothing, and a step that would leave rows pointing at nothing is none."""
    before = shape(old)
    monkeypatch.setitem(forward.STEPS, 1, (*forward.STEPS[1], fault))
    with pytest.raises(StoreError):
        SqlStore(f"sqlite:///{old}")

    assert (before, 1) == (shape(old), version(old))
