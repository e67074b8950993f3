"""Tests of how a child spells its answers: nothing is lost, and nothing of it runs."""

from __future__ import annotations

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
from service import answers_apart
from service.answers_apart import made, spell, take_apart
from tests.strategies import findings, forms


@given(forms(), st.lists(findings, max_size=3))
def test_what_a_form_says_comes_back(parsed, found):
    """Every answer, place, list and finding; of a class that has no slots, too."""
    how, result, cpu = take_apart(spell((0, (parsed, tuple(found)), 1.5)))
    assert (how, result, cpu) == (0, (parsed, tuple(found)), 1.5)
    assert list(result[0].answers) == list(parsed.answers)


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


def test_a_value_made_is_the_value():
    """As if its class had been called."""
    assert made(Place, "Bieu_TH", "D14") == Place(sheet="Bieu_TH", cell="D14")
    assert made(TextValue, "x") == TextValue("x")
    assert Place in answers_apart._writers
