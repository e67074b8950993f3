"""Answer values as columns."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from domain.answers import DateValue, Missing, NotApplicable, Number, TextValue, Unclear
from domain.errors import StoreError
from store.values import read_value, value_columns
from tests.factories import make_number

CASES = [
    pytest.param(make_number("12"), ("number", "12", False), id="whole"),
    pytest.param(make_number("1.50"), ("number", "1.50", False), id="trailing-zero"),
    pytest.param(make_number("1E+3"), ("number", "1E+3", False), id="exponent"),
    pytest.param(make_number("100", approximate=True), ("number", "100", True), id="approximate"),
    pytest.param(TextValue("Không"), ("text", "Không", False), id="text"),
    pytest.param(TextValue(""), ("text", "", False), id="empty-text"),
    pytest.param(DateValue(dt.date(2021, 10, 5)), ("date", "2021-10-05", False), id="date"),
    pytest.param(NotApplicable(), ("not_applicable", None, False), id="not-applicable"),
    pytest.param(Missing(), ("missing", None, False), id="missing"),
    pytest.param(Unclear(), ("unclear", None, False), id="unclear"),
]


@pytest.mark.parametrize(("value", "columns"), CASES)
def test_a_value_is_written_as_plain_columns_and_read_back(value, columns):
    """Every kind of value has one spelling in the table, and that spelling gives the value again."""
    assert columns == value_columns(value)
    state, text, approximate = columns
    assert value == read_value(state, text, approximate=approximate)


def test_a_number_keeps_its_digits():
    """1.50 stays 1.50 and does not become 1.5: equality of decimals would hide it."""
    number = read_value("number", "1.50", approximate=False)
    assert isinstance(number, Number)
    assert Decimal("1.50").as_tuple() == number.value.as_tuple()


@pytest.mark.parametrize(("state", "text"), [("number", None), ("maybe", "1"), ("date", None)])
def test_columns_that_are_no_value_are_refused(state, text):
    """A row nobody could have written is trouble, not an answer."""
    with pytest.raises(StoreError, match="not readable"):
        read_value(state, text, approximate=False)
