"""Tests of how a child spells its answers: nothing is lost, and nothing of it runs."""

from __future__ import annotations

import contextlib
import os
import pickle
from dataclasses import dataclass, fields
from enum import Enum
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answers import Number, Place, TextValue
from domain.findings import Severity
from domain.messages import Address
from domain.narratives import TextState
from domain.submissions import Verdict
from parsers.workbook import Cell, CellKind, Grid, Sheet
from service import answers_apart
from service.answers_apart import made, spell, take_apart
from tests.strategies import findings, forms


@given(forms(), st.lists(findings, max_size=3))
def test_what_a_form_says_comes_back(parsed, found):
    """Every answer, place, list and finding; of a class that has no slots, too."""
    how, result, cpu = take_apart(spell((0, (parsed, tuple(found)), 1.5)))
    assert (how, result, cpu) == (0, (parsed, tuple(found)), 1.5)
    assert list(result[0].answers) == list(parsed.answers)


def test_classes_without_slots_and_named_tuples_come_back():
    """What a workbook is read into has both."""
    cell = Cell(row=1, column=4, kind=CellKind.NUMBER, raw="12")
    grid = Grid(sheets=(Sheet(name="Bieu_TH", hidden=False, cells={(1, 4): cell}),))
    _, result, _ = take_apart(spell((0, grid, 0.0)))
    assert result == grid
    assert result.sheets[0].at(1, 4) == cell


def test_an_enumeration_is_spelt_by_its_value(monkeypatch):
    """Python before 3.11.4 spells a member by `getattr`, which an answer may not name."""
    monkeypatch.setattr(Enum, "__reduce_ex__", lambda self, _: (getattr, (type(self), self.name)))
    assert b"getattr" in pickle.dumps(TextState.SCAN)

    answer = spell((0, (TextState.SCAN, Severity.ERROR), 0.0))

    assert b"getattr" not in answer
    assert take_apart(answer) == (0, (TextState.SCAN, Severity.ERROR), 0.0)


class _Calling:
    """Answers with a call of whatever it is given."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


class _Pair(NamedTuple):
    left: int
    right: int


@dataclass(slots=True)
class _Foreign:
    text: str


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(_Calling(os.system, "true"), id="a program"),
        pytest.param(_Calling(eval, "1"), id="code"),
        pytest.param(_Calling(made, os.system, "true"), id="a function made"),
        pytest.param(_Calling(made, dict, 1), id="a plain class made"),
        pytest.param(_Calling(made, "Place", "a", "b"), id="a name made"),
        pytest.param(_Calling(made, [], 1), id="a list made"),
        pytest.param(_Calling(made, Severity, "error"), id="an enumeration made"),
        pytest.param(_Calling(made, Place, "one field of two"), id="too few fields"),
        pytest.param(_Calling(made, Address, "a", "b", "c"), id="too many fields"),
        pytest.param(_Calling(made, Number), id="no fields"),
        pytest.param(_Calling(fields, Place), id="a function of the library"),
        pytest.param(_Foreign("x"), id="a class of nobody's"),
        pytest.param(_Pair(1, 2), id="a tuple of nobody's"),
    ],
)
def test_an_answer_that_would_run_or_bend_something_is_refused(result):
    """Only whole values of classes of ours are made, whatever a child that was taken over writes."""
    answer = pickle.dumps((0, result, 0.0), protocol=5)
    with pytest.raises((pickle.UnpicklingError, ValueError, TypeError)):
        take_apart(answer)


def by_hand(evil):
    """Write an answer that does something evil first, and is (0, None, 0.0)."""
    return b"\x80\x05" + evil + b"0" + pickle.dumps((0, None, 0.0), protocol=5)[2:]


def named(module, name):
    """Write the opcodes that ask for a class."""
    return word(module) + word(name) + b"\x93"


def word(text):
    """Write the opcodes of a short text."""
    return b"\x8c" + bytes([len(text)]) + text.encode()


def build(name, value):
    """Write the opcodes that set an attribute of what lies on the stack."""
    return b"N}" + word(name) + value + b"s\x86b"


REFUSED = named("domain.submissions", "Verdict") + word("refused") + b"\x85R"


@pytest.mark.parametrize(
    "evil",
    [
        pytest.param(named("domain.submissions", "Verdict") + build("counts", b"\x88"), id="a class"),
        pytest.param(
            named("service.answers_apart", "made") + build("__name__", word("gone")), id="the maker"
        ),
        pytest.param(REFUSED + build("_value_", word("accepted")), id="a member"),
        pytest.param(REFUSED + b"}" + word("_value_") + word("x") + b"sb", id="a member's dictionary"),
        pytest.param(named("domain.answers", "Place") + build("__init__", b"N"), id="a method"),
        pytest.param(
            named("intake.imap_session", "IMAPClient") + word("127.0.0.1") + b"\x85R", id="a client"
        ),
        pytest.param(named("service.reading_room", "Connection") + b"K\x05\x85R", id="a file"),
        pytest.param(named("domain.answers", "Decimal") + word("1") + b"\x85R", id="a guest"),
    ],
)
def test_an_answer_changes_nothing_of_ours(evil):
    """What is written by hand is refused, or changes what is thrown away; the next answer is read as ever."""
    with contextlib.suppress(pickle.UnpicklingError, AttributeError, TypeError):
        assert take_apart(by_hand(evil)) == (0, None, 0.0)

    assert not Verdict.REFUSED.counts
    assert Verdict.REFUSED.value == "refused"
    assert Place(sheet="a", cell="b").cell == "b"
    honest = (0, (Address(name="A", address="a@b.vn"), Verdict.REFUSED, Place(sheet="a", cell="b")), 0.0)
    assert take_apart(spell(honest)) == honest


@pytest.mark.parametrize(
    "evil", [named("intake.imap_session", "IMAPClient"), named("service.reading_room", "Connection")]
)
def test_what_a_module_of_ours_has_borrowed_is_out_of_reach(evil):
    """A client would give the reader a network again."""
    with pytest.raises(pickle.UnpicklingError, match="no place"):
        take_apart(by_hand(evil))


def test_a_value_made_is_the_value():
    """As if its class had been called."""
    assert made(Place, "Bieu_TH", "D14") == Place(sheet="Bieu_TH", cell="D14")
    assert made(TextValue, "x") == TextValue("x")
    assert Place in answers_apart._writers
