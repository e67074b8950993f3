"""Numbers in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.number.words import has_scale, read_number_words
from tests.unit.parsers.number_spelling import in_words


@given(st.integers(1, 10**12 - 1))
def test_a_number_spelt_in_full_reads_back(number):
    """Every number under a million millions."""
    words = in_words(number).split()
    assert (number, len(words)) == read_number_words(words)


@pytest.mark.parametrize(
    ("text", "number", "length"),
    [
        ("mười hai buổi", 12, 2),
        ("hai mươi năm", 20, 2),
        ("mười năm", 10, 1),
        ("một trăm hai", 100, 2),
        ("một nghìn hai", 1000, 2),
        ("một nghìn linh hai", 1002, 4),
        ("hai triệu rưỡi", 2_000_000, 2),
        ("năm hai nghìn", 5, 1),
        ("hai mốt", 2, 1),
        ("một một", 1, 1),
        ("triệu", 0, 0),
        ("tư", 0, 0),
        ("không", 0, 0),
        ("không trăm", 0, 0),
        ("", 0, 0),
    ],
)
def test_what_is_no_number_in_full_is_left(text, number, length):
    """Years, colloquial hundreds and lone scales are for others to judge."""
    assert (number, length) == read_number_words(text.split())


def test_a_scale_is_a_thousand_or_more():
    """It tells "mười lăm triệu" from "mười lăm"."""
    assert [True, False] == [has_scale(text.split()) for text in ("mười lăm triệu", "một trăm")]
