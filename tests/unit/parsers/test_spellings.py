"""Spellings that are remembered: each read once, a bounded number, and nothing of what could not be read."""

from __future__ import annotations

import pytest

from parsers.xlsx.spellings import Spellings


@pytest.fixture
def asked():
    """Collect what had to be read."""
    return []


@pytest.fixture
def spellings(asked):
    """Give lengths of texts of up to four signs, three of them remembered."""

    def read(spelt):
        asked.append(spelt)
        if not spelt:
            raise ValueError(spelt)
        return len(spelt)

    return Spellings(read, longest=4, most=3)


def test_the_same_spelling_is_read_once(spellings, asked):
    """A second look asks nobody."""
    assert [2, 2] == [spellings["ab"], spellings["ab"]]

    assert ["ab"] == asked


def test_a_long_spelling_is_read_again(spellings, asked):
    """It would take too much room."""
    assert [5, 5] == [spellings["abcde"], spellings["abcde"]]

    assert ["abcde", "abcde"] == asked
    assert not spellings


def test_there_is_an_end_to_remembering(spellings, asked):
    """Beyond the bound it begins anew."""
    for spelt in ("a", "b", "c", "d", "a"):
        assert 1 == spellings[spelt]

    assert ["a", "b", "c", "d", "a"] == asked
    assert {"d": 1, "a": 1} == spellings


def test_what_cannot_be_read_is_not_remembered(spellings):
    """Each time it is said anew."""
    for _ in range(2):
        with pytest.raises(ValueError, match=r"^$"):
            spellings[""]

    assert not spellings
