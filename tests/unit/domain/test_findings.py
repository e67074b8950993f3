"""The catalogue of findings: plain, short, and complete in its words."""

from __future__ import annotations

import string

import pytest

from domain.answers import Place
from domain.findings import CATALOGUE, Severity, finding

#: What a unit reads in one breath (people.md asks for 25 words; places and values come on top).
MOST_WORDS = 30


def words_of(kind):
    """Give the places that a kind's sentences fill."""
    entry = CATALOGUE[kind]
    return {name for _, name, _, _ in string.Formatter().parse(entry.message + entry.advice) if name}


@pytest.mark.parametrize("kind", CATALOGUE)
def test_each_kind_makes_a_plain_sentence(kind):
    """Every kind says where, what stands there and what to do, briefly."""
    filled = dict.fromkeys(words_of(kind) - {"where", "label", "field"}, "12")
    found = finding(kind, Place(sheet="Bieu_TH", cell="D14"), field="T04", label="Lượt người", **filled)

    assert (kind, "Bieu_TH", "D14", "T04") == (found.code, found.sheet, found.cell, found.field)
    assert "{" not in found.message + found.advice
    assert len(f"{found.message} {found.advice}".split()) <= MOST_WORDS
    assert found.message.endswith((".", "?"))


@pytest.mark.parametrize(
    "kind",
    [kind for kind, entry in CATALOGUE.items() if entry.severity in (Severity.ERROR, Severity.QUESTION)],
)
def test_what_refuses_says_what_to_do(kind):
    """An error or a question always comes with advice."""
    assert CATALOGUE[kind].advice


def test_a_question_proposes_a_reading_or_a_way():
    """A question ends in something the unit can do."""
    for kind, entry in CATALOGUE.items():
        if entry.severity is Severity.QUESTION:
            assert "?" in entry.advice or "Đề nghị" in entry.advice, kind


def test_a_word_that_is_missing_is_a_fault():
    """A sentence is never sent with a hole."""
    with pytest.raises(KeyError):
        finding("not_whole", None, label="x")
