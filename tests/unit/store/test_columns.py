"""Column types: what goes in comes out, and what must not go in is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from domain.working_days import VIETNAM
from store.columns import canonical_json, instant_text, mark_unstorable, read_instant, unmark
from store.tables import metadata
from tests.factories import instant
from tests.strategies import instants, words


@given(instants)
def test_an_instant_comes_back_as_the_same_instant(at):
    """Zone and day may look different; the instant is the same and aware."""
    read = read_instant(instant_text(at))
    assert at.astimezone(dt.UTC) == read.astimezone(dt.UTC)
    assert read.tzinfo is not None


@given(instants, instants)
def test_text_order_is_time_order(one, other):
    """Indexes and comparisons in SQL may work on the text."""
    assert (one.astimezone(dt.UTC) < other.astimezone(dt.UTC)) == (instant_text(one) < instant_text(other))


def test_instants_are_shown_in_vietnamese_time():
    """People read what the store gives back without counting hours."""
    read = read_instant(instant_text(dt.datetime(2021, 10, 19, 10, 0, tzinfo=dt.UTC)))
    assert instant("2021-10-19 17:00") == read
    assert VIETNAM is read.tzinfo


def test_the_last_instant_of_the_calendar_can_be_read():
    """A mail dated 9999-12-31T23:59Z has no Vietnamese time; it is kept in UTC."""
    last = dt.datetime(9999, 12, 31, 23, 59, tzinfo=dt.UTC)
    assert last == read_instant(instant_text(last))


def test_a_naive_time_is_refused():
    """Nobody knows which instant it is."""
    with pytest.raises(ValueError, match="naive"):
        instant_text(dt.datetime(2021, 10, 19, 17, 0))  # noqa: DTZ001 - the case


@given(words)
def test_foreign_text_comes_back_exactly(text):
    """Lone surrogates, NUL and the mark itself are no exception."""
    marked = mark_unstorable(text)
    marked.encode("utf-8")
    assert "\x00" not in marked
    assert text == unmark(marked)


@pytest.mark.parametrize("text", ["\x100041", "\x10", "\ud83d\ude00", "a\x00b", "Đề nghị"])
def test_signs_near_the_mark_are_kept(text):
    """Text that looks like a mark followed by digits is not taken for one."""
    assert text == unmark(mark_unstorable(text))


@given(st.dictionaries(words, words, max_size=4))
def test_equal_facts_have_equal_json(facts):
    """The order in which facts were named does not matter."""
    turned = dict(reversed(facts.items()))
    assert canonical_json(facts) == canonical_json(turned)


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_tables_are_portable(table):
    """Every table can be made by PostgreSQL too, with its time in timestamptz."""
    statement = str(CreateTable(table).compile(dialect=postgresql.dialect()))
    assert "VARCHAR(27)" not in statement
    for index in table.indexes:
        assert str(CreateIndex(index).compile(dialect=postgresql.dialect()))
