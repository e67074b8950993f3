"""The reader of text with separators."""

from __future__ import annotations

import pytest

from domain.errors import NotAWorkbook, TooLarge
from parsers.delimited import decode_text, find_separator, read_delimited
from parsers.workbook import CellKind

LINES = "TT;Chỉ tiêu;Số lượng\n1;Số buổi;12\n2;Lượt người;1.234,5\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (LINES, "utf-8"),
        (LINES, "utf-8-sig"),
        (LINES, "utf-16"),
        (LINES, "utf-16-le"),
        (LINES, "utf-16-be"),
        (LINES.replace(";", "\t"), "utf-8"),
        (LINES.replace(";", "|"), "utf-8"),
        (LINES.replace("\n", "\r\n"), "utf-8"),
        ("sep=;\n" + LINES, "utf-8"),
    ],
)
def test_separators_and_encodings(text, encoding):
    """Whatever separates and however it is written; everything is text."""
    grid = read_delimited(text.encode(encoding))
    cells = grid.sheets[0].cells

    assert ("CSV", "Chỉ tiêu", "1.234,5") == (grid.sheets[0].name, cells[1, 2].raw, cells[3, 3].raw)
    assert {CellKind.TEXT} == {cell.kind for cell in cells.values()}


def test_the_vietnamese_code_page():
    """Bytes that are no UTF-8 are Windows' Vietnamese."""
    text = "TT,N\u00f4\u0323i dung,S\u00f4\u0301\n1,a,2\n2,b,3\n"

    assert text == decode_text(text.encode("cp1258"))


def test_quotes_hold_separators_and_lines():
    """A quoted field is one cell; Excel's ="0123" keeps its noughts."""
    content = b'a,"b, c","d\ne"\n1,"say ""x""","=""0123"""\n2,3,4\n'
    cells = read_delimited(content).sheets[0].cells

    assert ["b, c", "d\ne", 'say "x"', "0123"] == [
        cells[place].raw for place in ((1, 2), (1, 3), (2, 2), (2, 3))
    ]


def test_empty_fields_leave_no_cell():
    """Only what holds something is kept; nought bytes are dropped."""
    cells = read_delimited(b"a,,b\n,,\x00\n,c,\nd,e,f\n").sheets[0].cells

    assert ["A1", "C1", "B3", "A4", "B4", "C4"] == [cell.address for cell in cells.values()]


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a;b,5;c\n1;2,5;3\n4;5,5;6\n", ";"),
        ("a,b\n1,2\n3,4\n", ","),
        ("a\tb,c\n1\t2,3\n4\t5,6\n", "\t"),
        ("Kính gửi anh, chị,\nem gửi báo cáo.\nTrân trọng, cảm ơn.\n", None),
        ("a;b\n", None),
        ("", None),
    ],
)
def test_what_is_a_table(text, separator):
    """A separator stands in most lines, nearly as often in each."""
    assert separator == find_separator(text)


def test_one_huge_line_and_a_bomb_of_text():
    """More columns than a sheet, more bytes than a form."""
    with pytest.raises(TooLarge):
        read_delimited(b"sep=;\n" + b"a;" * 20_000)
    with pytest.raises(TooLarge):
        read_delimited(b"a" * 40_000_001)
    with pytest.raises(NotAWorkbook):
        read_delimited(b'a;b\n1;2\n3;"' + b"x" * 200_000)


def test_plain_text_is_no_table():
    """A letter is no workbook."""
    with pytest.raises(NotAWorkbook):
        read_delimited("Kính gửi Văn phòng.\nEm gửi báo cáo.\n".encode())
