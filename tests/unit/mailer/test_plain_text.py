"""Plain text: wrapped below 78 signs, lists hanging, figures in a column."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailer.plain_text import WIDTH, align_rows, wrap_letter

LONG = "Đề nghị đơn vị gửi Báo cáo và Biểu tổng hợp kết quả tổ chức triển khai thực hiện về Văn phòng Sở."


@pytest.mark.parametrize(("mark", "indent"), [("", ""), ("- ", "  "), (" 1. ", "    "), ("    ", "    ")])
def test_what_follows_a_mark_hangs_below_its_first_word(mark, indent):
    """The second line of a list point begins below the first word."""
    first, second = wrap_letter(mark + LONG).splitlines()

    assert first.startswith(mark)
    assert second.startswith(indent)
    assert second[len(indent)] != " "
    assert [*LONG.split()] == [*first[len(mark) :].split(), *second.split()]


def test_an_hour_stays_on_one_line():
    """The hour of a deadline is never broken."""
    for filler in range(40, 80):
        text = wrap_letter("x" * filler + " trước 17 giờ 00, thứ Ba")

        assert "17 giờ 00," in text
        assert "\u00a0" not in text


@given(st.text(alphabet=" abcôđ\n-.1", max_size=600))
@example("1\n\n ")
@example(" \n\n1")
def test_wrapping_loses_no_word(text):
    """Words stay, in order; no line is too long unless one word is; no three line breaks in a row."""
    wrapped = wrap_letter(text)

    assert text.split() == wrapped.split()
    assert "\n\n\n" not in wrapped
    for line in wrapped.splitlines():
        assert len(line) <= WIDTH or len(line.split()) <= 2


def test_figures_stand_in_a_column():
    """Values end in one column, long labels go over several lines."""
    rows = [("Hội nghị", "12 buổi"), (LONG, "1.234.567,5 triệu đồng"), ("", "0")]
    lines = align_rows(rows).splitlines()

    ends = [line for line in lines if line.endswith(("buổi", "đồng", " 0"))]
    assert len(ends) == 3
    assert {WIDTH} == {len(line) for line in ends}
    assert max(map(len, lines)) <= WIDTH
    assert align_rows([]) == ""
