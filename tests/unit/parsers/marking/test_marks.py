"""Our words in a comment are known again, wherever they stand and whoever saved them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.marking.marks import HEADINGS, LONGEST_TEXT, MarkKind, find_ours, foot, joined
from tests.unit.parsers.marking.books import CHECK, mark

OURS = "CẦN SỬA\nChưa có số liệu.\n[Tổng Hợp FFF8DC]"


@pytest.mark.parametrize(
    ("text", "left", "fill"),
    [
        (OURS, "", "FFF8DC"),
        (OURS + "\nSố này lấy từ sổ.", "Số này lấy từ sổ.", "FFF8DC"),
        ("Phòng A:\nđã sửa\n" + OURS, "Phòng A:\nđã sửa\n", "FFF8DC"),
        ("XEM LẠI\nGhi ‘[Tổng Hợp]x’.\n[Tổng Hợp t4~-0.25]", "x’.\n[Tổng Hợp t4~-0.25]", ""),
        ("CẦN SỬA\nCẦN SỬA\nHai lần.\n[Tổng Hợp gray125:i64:]", "CẦN SỬA\n", "gray125:i64:"),
    ],
)
def test_our_words_are_found(text, left, fill):
    """What stands before and behind them is not ours."""
    begin, end, kept = find_ours(text)
    assert (left, fill) == (text[:begin] + text[end:], kept)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CẦN SỬA",
        "CẦN SỬA\nChưa có số liệu.",
        "Xem [Tổng Hợp]",
        "CẦN SỬA ngay [Tổng Hợp]",
        "CẦN SỬA\n[Tổng Hợp <x>]",
    ],
)
def test_the_words_of_others_are_not_ours(text):
    """Heading and foot together make a mark, one of them does not."""
    assert find_ours(text) is None


@given(st.sampled_from(MarkKind), st.text(max_size=40), st.sampled_from(("", "FFF8DC", "t4~0.5999")))
def test_whatever_is_said_is_found_again(kind, text, fill):
    """No text hides the mark that it is part of."""
    said = f"{HEADINGS[kind]}\n{text}\n{foot(fill)}"
    begin, end, _ = find_ours("trước " + said + "\nsau")
    assert (6, len("trước " + said) + 1) == (begin, end)


@pytest.mark.timeout(60)
def test_endless_headings_cost_little():
    """A comment of a hundred thousand beginnings is gone through once."""
    assert find_ours("CẦN SỬA\n" * 100_000) is None
    assert find_ours("CẦN SỬA\n" + "x" * 1_000_000) is None
    assert find_ours("[Tổng Hợp " * 100_000) is None


@pytest.mark.parametrize("text", [OURS, "Đang ghi ‘" + OURS + "’.", "CẦN SỬA", "CẦN SỬA\nXEM LẠI"])
def test_a_text_that_quotes_our_own_is_still_part_of_the_mark(text):
    """A unit may copy the words of a comment into its cell."""
    kind, said = joined([mark("A1", text)])
    whole = f"{HEADINGS[kind]}\n{said}\n{foot('FFF8DC')}"
    assert (0, len(whole), "FFF8DC") == find_ours(whole)


def test_marks_on_one_cell_are_joined():
    """The graver kind gives the tint and stands first; nothing is said twice; an endless text is cut."""
    kind, text = joined([mark("A1", "Xem lại.", kind=CHECK), mark("A1", "Sai."), mark("A1", "Sai.")])
    assert (MarkKind.MEND, "Sai.\nXem lại.") == (kind, text)
    assert LONGEST_TEXT == len(joined([mark("A1", "x" * 9_000)])[1])
