"""Consolidations as bytes."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given, settings

from domain.errors import StoreError
from store.snapshots import decode, encode
from tests.factories import make_consolidation, make_figure
from tests.strategies import consolidations


@given(consolidations)
@settings(deadline=None, max_examples=60)
def test_a_consolidation_comes_back_as_it_was(consolidation):
    """Every figure, part, list row, quote and coverage line survives, and so does their order."""
    read = decode(encode(consolidation))
    assert consolidation == read
    assert list(consolidation.figures) == list(read.figures)
    assert list(consolidation.lists) == list(read.lists)
    assert list(consolidation.quotes) == list(read.quotes)


def test_equal_consolidations_have_equal_bytes():
    """The same instant said in another zone makes no other snapshot."""
    consolidation = make_consolidation()
    in_utc = make_consolidation(at=consolidation.at.astimezone(dt.UTC))
    assert encode(consolidation) == encode(in_utc)


@pytest.mark.parametrize("digits", ["1234567.50", "0", "-0.1", "1E+9", "123456789012345678901234567890.1"])
def test_a_figure_keeps_its_digits(digits):
    """No float is made on the way, whatever the size of the number."""
    read = decode(encode(make_consolidation(make_figure(value=digits))))
    figure = read.figures["T01"]
    assert isinstance(figure.value, Decimal)
    assert Decimal(digits).as_tuple() == figure.value.as_tuple()


def _without(name: str) -> bytes:
    snapshot = json.loads(encode(make_consolidation()))
    del snapshot[name]
    return json.dumps(snapshot).encode()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="no-json"),
        pytest.param(b"[]", id="no-object"),
        pytest.param(b'{"format":2}', id="later-format"),
        pytest.param(_without("coverage"), id="part-missing"),
        pytest.param(encode(make_consolidation())[:-40], id="cut-off"),
        pytest.param(encode(make_consolidation()).replace(b'"12"', b'"a dozen"'), id="no-number"),
        pytest.param(encode(make_consolidation()).replace(b'"sum"', b'"mean"'), id="unknown-aggregate"),
    ],
)
def test_what_is_no_snapshot_is_refused(content):
    """A damaged snapshot is trouble with one error, never a traceback of the decoder."""
    with pytest.raises(StoreError):
        decode(content)
