"""The words of the columns Kiểu, BB and Tổng hợp mean what domain papers say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.form_words import AggregateWord, TypeWord, read_aggregate, read_condition, read_type
from domain.forms import Aggregate, FieldType, Ratio


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("text", TypeWord()),
        ("text ≤2000", TypeWord(max_length=2000)),
        ("text <= 500", TypeWord(max_length=500)),
        ("text, điền sẵn, khóa", TypeWord(prefilled=True)),
        ("text ≤200, khoá", TypeWord(max_length=200, prefilled=True)),
        ("date", TypeWord(type=FieldType.DATE)),
        ("int", TypeWord(type=FieldType.INTEGER)),
        ("dec(1)", TypeWord(type=FieldType.DECIMAL, decimals=1)),
        ("money(2)", TypeWord(type=FieldType.MONEY, decimals=2)),
        ("tự tính", TypeWord(type=FieldType.COMPUTED)),
        ("list", TypeWord(is_list=True)),
    ],
)
def test_a_type_is_understood(word, expected):
    """Types, decimals and lengths are read from the word."""
    assert expected == read_type(word)


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("itn", "int"),
        ("dec", "dec(1)"),
        ("money(9)", "money(1)"),
        ("text, mở", "text"),
        ("tu tin", "tự tính"),
    ],
)
def test_an_unknown_type_is_answered_with_the_nearest_one(word, near):
    """The remedy proposes a word and lists what is allowed."""
    remedy = read_type(word)
    assert isinstance(remedy, str)
    assert remedy.startswith(f"Did you mean `{near}`? Allowed: `text`, ")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("sum", AggregateWord(aggregate=Aggregate.SUM)),
        ("min", AggregateWord(aggregate=Aggregate.MIN)),
        ("min+max", AggregateWord(aggregate=Aggregate.MIN_MAX)),
        ("key", AggregateWord(aggregate=Aggregate.KEY)),
        ("-", AggregateWord(aggregate=Aggregate.NONE)),
        ("concat", AggregateWord(aggregate=Aggregate.CONCAT)),
        ("concat + cột đơn vị", AggregateWord(aggregate=Aggregate.CONCAT)),
        ("concat, gộp trùng", AggregateWord(aggregate=Aggregate.CONCAT, merge_same_names=True)),
        ("count distinct L4", AggregateWord(aggregate=Aggregate.DISTINCT, distinct_list="L4")),
        (
            "ΣT05/ΣA07",
            AggregateWord(aggregate=Aggregate.RATIO, ratio=Ratio(numerator=("T05",), denominator=("A07",))),
        ),
        (
            "Σ(C06+C07)/ΣC05",
            AggregateWord(
                aggregate=Aggregate.RATIO, ratio=Ratio(numerator=("C06", "C07"), denominator=("C05",))
            ),
        ),
        (
            "∑C02 / ∑(C02 + C03)",
            AggregateWord(
                aggregate=Aggregate.RATIO, ratio=Ratio(numerator=("C02",), denominator=("C02", "C03"))
            ),
        ),
        (
            "sum(C06+C07)/sum(C05)",
            AggregateWord(
                aggregate=Aggregate.RATIO, ratio=Ratio(numerator=("C06", "C07"), denominator=("C05",))
            ),
        ),
    ],
)
def test_an_aggregate_is_understood(word, expected):
    """Both signs for a sum are taken; ratios keep every code of both terms."""
    assert expected == read_aggregate(word)


@pytest.mark.parametrize(
    "word", ["", "summ", "ΣT05", "ΣT05/A07", "Σ(C06+)/ΣC05", "concat + x", "count L4", "avg"]
)
def test_an_unknown_aggregate_is_answered_with_what_is_allowed(word):
    """Half a ratio is no ratio."""
    remedy = read_aggregate(word)
    assert isinstance(remedy, str)
    assert "Allowed: `sum`, " in remedy


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("nếu V06>0", ("V06",)),
        ("nếu V10+V11>0", ("V10", "V11")),
        ("O", ()),
        ("R", ()),
        ("", None),
        ("V06>0", None),
        ("nếu có", None),
    ],
)
def test_the_condition_of_a_list_names_its_codes(word, codes):
    """Anything else is no condition."""
    assert codes == read_condition(word)


@given(st.text(max_size=40))
def test_no_word_breaks_the_readers(word):
    """Every text is a meaning or a remedy."""
    assert isinstance(read_type(word), TypeWord | str)
    assert isinstance(read_aggregate(word), AggregateWord | str)
    assert read_condition(word) is None or isinstance(read_condition(word), tuple)
