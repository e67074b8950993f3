"""The estimate of wrapped lines, against what LibreOffice lays out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.blank.typesetting import HIGHEST_ROW, balanced, lines_of, row_height, text_width


@pytest.mark.parametrize(
    ("text", "units", "expected"),
    [
        pytest.param("", 10, 1, id="empty"),
        pytest.param("TT", 5, 1, id="short"),
        pytest.param("Lượt người tham dự", 38, 1, id="one-line"),
        pytest.param("Tổng số công chức, viên chức, người lao động (*)", 38, 2, id="mark-wraps"),
        pytest.param("a\nb\nc", 38, 3, id="breaks"),
        pytest.param("Bài báo “Dân vận” của Chủ tịch Hồ Chí Minh", 38, 1, id="fits-closely"),
        pytest.param("x" * 100, 10, 11, id="unbroken"),
    ],
)
def test_lines_are_counted_as_a_cell_wraps_them(text, units, expected):
    """Words stay whole, breaks count, a word too wide is broken."""
    assert expected == lines_of(text, units)


def test_digits_give_the_unit_of_width():
    """Column widths count digits of Times New Roman 12: six points each."""
    assert text_width("0123456789", size=12) == pytest.approx(60)


def test_bold_is_wider():
    """A bold label needs more room."""
    assert text_width("Chỉ tiêu", size=12, bold=True) > text_width("Chỉ tiêu", size=12)


def test_marks_take_no_width_and_forms_do_not_differ():
    """Composed and decomposed text are one width; tone marks stand above the letter."""
    text = "Đẩy mạnh ứng dụng"
    assert text_width(text, size=12) == text_width(unicodedata.normalize("NFD", text), size=12)
    assert text_width("ấ", size=12) == text_width("a", size=12)


@given(st.text(max_size=300), st.floats(0.1, 200))
def test_any_text_has_at_least_one_line_and_more_room_never_costs_lines(text, units):
    """The estimate is sane for wild input."""
    assert 1 <= lines_of(text, units + 50) <= lines_of(text, units)


def test_no_row_is_higher_than_excel_allows():
    """409 points are the limit."""
    assert row_height(1000) == HIGHEST_ROW


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("BIỂU TỔNG HỢP", "BIỂU TỔNG HỢP", id="short"),
        pytest.param("X" * 200, "X" * 200, id="no-space"),
        pytest.param(
            "BIỂU TỔNG HỢP KẾT QUẢ CÁC HOẠT ĐỘNG “THÁNG DÂN VẬN KHÉO TOÀN TỈNH” NĂM 2021 CỦA SỞ",
            "BIỂU TỔNG HỢP KẾT QUẢ CÁC HOẠT ĐỘNG\n“THÁNG DÂN VẬN KHÉO TOÀN TỈNH” NĂM 2021 CỦA SỞ",
            id="quotes-stay-whole",
        ),
    ],
)
def test_titles_break_near_the_middle(text, expected):
    """A title of two lines looks laid out, and a name in quotation marks is not torn."""
    assert expected == balanced(text, 84, size=14)
