"""What is printed: numbers, Vietnamese, columns, and terminals that cannot show it."""

from __future__ import annotations

import io
import json
import os
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli import output
from cli.output import folded, prepare_streams, say, say_json, table, to_json, to_json_line, warn


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("3.70"), "3.7"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0E-7"), "0"),
        (Decimal("1234.50"), "1234.5"),
        (Decimal("12345678901234567890123456789012.5"), "12345678901234567890123456789012.5"),
        (Decimal("-0.001"), "-0.001"),
        (1234, "1234"),
        (None, "null"),
        (True, "true"),
        ("Đã gửi “nhanh”", '"Đã gửi “nhanh”"'),
        ({}, "{}"),
        ([], "[]"),
    ],
)
def test_a_value_in_json(value, written):
    """Numbers are plain, Vietnamese stands as it is."""
    assert written == to_json(value)
    assert written == to_json_line(value)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_JSON)
def test_json_is_what_a_parser_reads_back(value):
    """Both ways of writing give what was meant, one of them on one line."""
    line = to_json_line(value)

    assert value == json.loads(to_json(value))
    assert value == json.loads(line)
    assert "\n" not in line


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_a_number_loses_nothing(value):
    """A Decimal is written in full, never with an exponent."""
    written = to_json(value)

    assert value == Decimal(written)
    assert "e" not in written.lower()


def stream(encoding):
    """Make a stream as a shell gives one."""
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)


def test_a_terminal_without_vietnamese_gets_it_without_marks(monkeypatch):
    """“Đã gửi” is still read where only ASCII can be shown."""
    shown = stream("ascii")
    monkeypatch.setattr(sys, "stdout", shown)
    prepare_streams()
    say("Đã gửi “Biểu” – 3 đơn vị → ✓ 漢")

    assert b'Da gui "Bieu" - 3 don vi > v ?\n' == shown.buffer.getvalue()


def test_json_on_a_stream_without_vietnamese_is_escaped(monkeypatch):
    """JSON stays JSON on every stream: signs outside the encoding are escaped, pairs for the rarest."""
    shown = stream("ascii")
    monkeypatch.setattr(sys, "stdout", shown)
    say_json(to_json({"tên": "Đơn vị 😀"}))

    assert {"tên": "Đơn vị 😀"} == json.loads(shown.buffer.getvalue())


def test_a_file_name_that_is_no_text_is_shown_all_the_same(monkeypatch):
    """Bytes of a name that are no UTF-8 must not stop a sentence."""
    shown = stream("utf-8")
    monkeypatch.setattr(sys, "stderr", shown)
    prepare_streams()
    warn(os.fsdecode(b"bi\xe9u.xlsx"))

    assert b"bi?u.xlsx\n" == shown.buffer.getvalue()


def test_a_subject_cannot_steer_the_terminal(monkeypatch):
    """Control signs and direction marks of a mail are shown as dots."""
    shown = stream("utf-8")
    monkeypatch.setattr(sys, "stdout", shown)
    say("Gửi \x1b[2J\u202ebiểu\x07")

    assert "Gửi ·[2J·biểu·\n" == shown.buffer.getvalue().decode()


def test_columns_are_even_whatever_stands_in_them():
    """Marks that combine take no column, wide signs two, line breaks none."""
    lines = table(
        [("a", "Phòng Nội vụ", "x"), ("漢字", "Pho\u0300ng", "y\nz")], ("mã", "tên", "ghi chú")
    ).split("\n")

    assert ["mã    tên           ghi chú", "────  ────────────  ───────"] == lines[:2]
    assert ["a     Phòng Nội vụ  x", "漢字  Pho\u0300ng         y z"] == lines[2:]


def test_a_narrow_terminal_cuts_the_wide_columns(monkeypatch):
    """On a terminal of 30 columns only the column that may be cut is cut."""
    monkeypatch.setattr(output, "terminal_width", lambda: 30)
    lines = table([("accepted_with_warnings", "x" * 60)], ("outcome", "subject"), cut=(1,)).split("\n")

    assert "accepted_with_warnings  " + "x" * 9 + "…" == lines[2]


def test_a_file_gets_whole_lines(monkeypatch):
    """Without a terminal nothing is cut or broken."""
    monkeypatch.setattr(sys, "stdout", stream("utf-8"))

    assert "x" * 300 in table([("x" * 300,)], ("a",))
    assert "x " * 300 == folded("x " * 300, 4)


def test_a_long_sentence_hangs_below_its_beginning(monkeypatch):
    """A line of the timeline goes on under its sentence."""
    monkeypatch.setattr(output, "terminal_width", lambda: 30)

    assert ["  08:00  → Nhắc: TTRA, CCVC,", "           XDCQ, CCHC"] == folded(
        "  08:00  → Nhắc: TTRA, CCVC, XDCQ, CCHC", 11
    ).split("\n")
