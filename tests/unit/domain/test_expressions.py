"""Expressions: what an office may write, how it is read, and that nothing else can be."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.expressions import (
    MOST_SIGNS,
    Arithmetic,
    Call,
    Comparison,
    Connective,
    Fault,
    Literal,
    Negation,
    Negative,
    Span,
    Word,
    read_expression,
    walk,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "C01 = C02", Comparison(("=",), (Word("C01", 1), Word("C02", 7)), 1), id="one = is equality"
        ),
        pytest.param("C01 == C02", Comparison(("=",), (Word("C01", 1), Word("C02", 8)), 1), id="== too"),
        pytest.param("C01 <> 0", Comparison(("!=",), (Word("C01", 1), Literal(Decimal(0), 8)), 1), id="<>"),
        pytest.param("C01 ≠ 0", Comparison(("!=",), (Word("C01", 1), Literal(Decimal(0), 7)), 1), id="≠"),
        pytest.param("T05 ≤ A07", Comparison(("<=",), (Word("T05", 1), Word("A07", 7)), 1), id="≤"),
        pytest.param(
            "A02<=ngay<A03",
            Comparison(("<=", "<"), (Word("A02", 1), Word("ngay", 6), Word("A03", 11)), 1),
            id="chain",
        ),
        pytest.param("max(T07..T10)", Call("max", (Span("T07", "T10", 5),), 1), id="span"),
        pytest.param(
            "rows(L1, loai = “mới”)",
            Call(
                "rows",
                (Word("L1", 6), Comparison(("=",), (Word("loai", 10), Literal("mới", 17)), 10)),
                1,
            ),
            id="typographic quotes",
        ),
        pytest.param("-0.5", Negative(Literal(Decimal("0.5"), 2), 2), id="decimals stay exact"),
        pytest.param(
            "NOT A AND B",
            Connective("and", (Negation(Word("A", 5), 5), Word("B", 11)), 5),
            id="connectives in any case",
        ),
        pytest.param(
            "1 + 2 * 3",
            Arithmetic(
                "+",
                Literal(Decimal(1), 1),
                Arithmetic("*", Literal(Decimal(2), 5), Literal(Decimal(3), 9), 5),
                1,
            ),
            id="precedence",
        ),
    ],
)
def test_an_expression_reads_as_it_is_meant(text, expected):
    """Signs as Excel and typographers write them; columns counted in the office's text."""
    assert expected == read_expression(text)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        pytest.param("", 1, id="empty"),
        pytest.param("   ", 1, id="blank"),
        pytest.param("C01 = C02 +", 11, id="nothing behind a sign"),
        pytest.param("not", 1, id="nothing behind a word"),
        pytest.param("(C01 = C02", 1, id="open bracket"),
        pytest.param("C01 C02", 5, id="no sign between"),
        pytest.param("K09 > 1.000", 7, id="a thousand or one"),
        pytest.param("K09 > 1,000", 7, id="a thousand or two arguments"),
        pytest.param("K09 > 15.000.000", 7, id="millions"),
        pytest.param("T07..", 4, id="half a span"),
        pytest.param("T07..T08..T09", 1, id="span of spans"),
        pytest.param("C01 = 'x", 7, id="open quote"),
        pytest.param("C01 = C02; C03", 10, id="two expressions"),
        pytest.param("C01 ; C02", 5, id="foreign sign"),
        pytest.param("f(*C01)", 4, id="star"),
        pytest.param("(C01, C02)", 2, id="tuple"),
    ],
)
def test_a_fault_says_where_it_is(text, column):
    """The column is that of the office's own text."""
    fault = read_expression(text)

    assert isinstance(fault, Fault)
    assert column == fault.column


@pytest.mark.parametrize(
    "text",
    [
        "().__class__.__bases__[0].__subclasses__()",
        "C01.real",
        "C01[0]",
        "lambda: 1",
        "[x for x in C01]",
        "{1: 2}",
        "f'{C01}'",
        "(yield C01)",
        "(C01 := 5)",
        "C01 if C02 else C03",
        "max(*C01)",
        "max(**C01)",
        "C01 ** 9 ** 9 ** 9",
        "C01 // 2",
        "C01 % 2",
        "C01 in C02",
        "C01 is C02",
        "C01 @ C02",
        "~C01",
        "C01 | C02",
        "0x10",
        "1e9",
        "1_000",
        "1j",
        "...",
        "'a' 'b'",
        "max(C01)(C02)",
        "max(a=1)(2)",
        "await C01",
        'C01 = "\\',
        "import os",
        "C01\n;import os",
    ],
)
def test_nothing_but_the_language_can_be_written(text):
    """Whatever else Python could do is a fault."""
    assert isinstance(read_expression(text), Fault)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(" * 290 + "1" + ")" * 290, id="brackets"),
        pytest.param("-" * 590 + "1", id="minus"),
        pytest.param("not " * 140 + "C01", id="not"),
        pytest.param("abs(" * 120 + "1" + ")" * 120, id="functions"),
        pytest.param("1" + "+1" * 200, id="sum"),
        pytest.param("C01 = " * (MOST_SIGNS // 6) + "C01 = C01", id="too long"),
    ],
)
def test_depth_and_length_are_bounded(text):
    """What no person can read is refused, not recursed into."""
    assert isinstance(read_expression(text), Fault)


_WORDS = st.sampled_from(
    (
        *("C01", "L1", "loai", "max", "rows", "each", "this", "and", "or", "not", "=", "<>", "(", ")", ","),
        *(
            "..",
            "+",
            "-",
            "*",
            "/",
            "1",
            "0.5",
            "1.000",
            '"mới"',
            "'",
            '"',
            ".",
            "[",
            "]",
            "{",
            "}",
            "é",
            "\0",
        ),
    )
)


@given(st.one_of(st.text(max_size=80), st.lists(_WORDS, max_size=40).map(" ".join)))
def test_reading_never_raises(text):
    """Any text is an expression of known nodes or a fault inside it."""
    node = read_expression(text)

    if isinstance(node, Fault):
        assert 1 <= node.column <= max(1, len(text))
    else:
        assert all(1 <= part.column <= len(text) for part in walk(node))
