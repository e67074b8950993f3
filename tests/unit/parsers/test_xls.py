"""The reader of .xls, tried on records written out byte by byte."""

from __future__ import annotations

import io
import struct
import tracemalloc

import pytest
from python_calamine import CalamineWorkbook

from domain.errors import Encrypted, NotAWorkbook
from parsers.binary.xls import read_xls
from parsers.workbook import CellKind
from tests.unit.parsers.biff_files import (
    BOF_CHART,
    EOF,
    book,
    cell,
    font,
    formula,
    record,
    save_xls,
    shared,
    style,
    text,
)

STYLES = (
    font() * 4
    + font(".VnTime", struck=True)
    + font("Arial", raised=1)
    + record(0x041E, struct.pack("<H", 164) + text("0.0%"))
    + style()
    + style(5)
    + style(0, 164)
    + style(0, 14)
)


def read_one(content, head=STYLES):
    """Read the first cell of a sheet of these records."""
    sheet = read_xls(save_xls(content, head=head)).sheets[0]
    return next(iter(sheet.cells.values()), None)


@pytest.mark.parametrize(
    ("content", "kind", "raw"),
    [
        (cell(0x0203, 1, 1, struct.pack("<d", 1234.5)), CellKind.NUMBER, "1234.5"),
        (cell(0x0203, 1, 1, struct.pack("<d", 12.0)), CellKind.NUMBER, "12"),
        (cell(0x0203, 1, 1, struct.pack("<d", 0.1)), CellKind.NUMBER, "0.1"),
        (cell(0x027E, 1, 1, struct.pack("<i", 12 << 2 | 2)), CellKind.NUMBER, "12"),
        (cell(0x027E, 1, 1, struct.pack("<i", -7 << 2 | 2)), CellKind.NUMBER, "-7"),
        (cell(0x027E, 1, 1, struct.pack("<i", 1234 << 2 | 3)), CellKind.NUMBER, "12.34"),
        (cell(0x027E, 1, 1, struct.pack("<I", 0x3FF00000)), CellKind.NUMBER, "1"),
        (cell(0x027E, 1, 1, struct.pack("<I", 0x3FF00001)), CellKind.NUMBER, "0.01"),
        (cell(0x0203, 1, 1, struct.pack("<d", 44489.0), 3), CellKind.DATE, "2021-10-20"),
        (cell(0x0204, 1, 1, text("12 bu\u1ed5i", wide=True)), CellKind.TEXT, "12 buổi"),
        (cell(0x0204, 1, 1, text("\xe9")), CellKind.TEXT, "é"),
        (cell(0x0205, 1, 1, b"\1\0"), CellKind.BOOLEAN, "TRUE"),
        (cell(0x0205, 1, 1, b"\x17\1"), CellKind.ERROR, "#REF!"),
        (cell(0x00FD, 1, 1, struct.pack("<I", 9)), CellKind.ERROR, "#REF!"),
        (formula(1, 1, struct.pack("<d", 3.5)), CellKind.NUMBER, "3.5"),
        (formula(1, 1, struct.pack("<d", 0.0)), CellKind.NUMBER, "0"),
        (formula(1, 1, struct.pack("<d", 0.0), flags=3), CellKind.NOT_CALCULATED, "="),
        (formula(1, 1, struct.pack("<d", 5.0), flags=3), CellKind.NUMBER, "5"),
        (formula(1, 1, b"\1\0\1\0\0\0\xff\xff"), CellKind.BOOLEAN, "TRUE"),
        (formula(1, 1, b"\2\0\x2a\0\0\0\xff\xff"), CellKind.ERROR, "#N/A"),
        (formula(1, 1, b"\3\0\0\0\0\0\xff\xff"), CellKind.TEXT, ""),
        (formula(1, 1, bytes(6) + b"\xff\xff") + record(0x0207, text("ab")), CellKind.TEXT, "ab"),
        (
            formula(1, 1, bytes(6) + b"\xff\xff") + record(0x04BC, bytes(10)) + record(0x0207, text("ab")),
            CellKind.TEXT,
            "ab",
        ),
        (formula(1, 1, bytes(6) + b"\xff\xff"), CellKind.NOT_CALCULATED, "="),
    ],
)
def test_each_record_of_a_cell(content, kind, raw):
    """A number, a text, an error, a result and a formula without result are told apart."""
    found = read_one(content)

    assert (kind, raw) == (found.kind, found.raw)
    assert found.is_formula == (content[:2] == b"\6\0")


def of(*tokens):
    """Write a formula record of A1 with a nought as its result."""
    spelt = b"".join(tokens)
    return cell(0x0006, 1, 1, bytes(8) + struct.pack("<HIH", 0, 0, len(spelt)) + spelt)


REF, TEXT, TWO = b"\x44\0\0\0\0", b"\x17\1\0a", b"\x1e\2\0"


@pytest.mark.parametrize(
    ("tokens", "is_number"),
    [
        ((TWO, TWO, b"\x04"), True),
        ((REF, b"\x13"), True),
        ((b"\x25" + bytes(8), b"\x19\x10\0\0"), True),
        ((b"\x25" + bytes(8), b"\x42\1\4\0"), True),
        ((REF, TWO, b"\x41\x1b\0"), True),
        ((REF, TEXT, b"\x0b"), True),
        ((TEXT, TEXT, b"\x08"), False),
        ((TEXT, b"\x15"), False),
        ((REF,), False),
        ((REF, TWO, b"\x42\2\x73\0"), False),
        ((REF, b"\x19\2\x0b\0", TWO, TEXT, b"\x42\3\1\0"), False),
        ((b"\x19\4\1\0" + bytes(4), TWO, TWO, b"\x04"), True),
        ((b"\x99", TWO), False),
        ((b"\x17\x50",), False),
    ],
)
def test_a_nought_of_libreoffice_where_a_text_may_belong(tokens, is_number):
    """LibreOffice writes 0 for a text it did not calculate; Excel's noughts are noughts."""
    by_calc = STYLES + record(0x005C, text("Calc"))
    kinds = [read_one(of(*tokens), head).kind for head in (by_calc, STYLES)]

    assert [CellKind.NUMBER if is_number else CellKind.NOT_CALCULATED, CellKind.NUMBER] == kinds


def test_a_row_of_packed_numbers():
    """MULRK holds several cells with their formats."""
    body = (
        struct.pack("<HH", 4, 1) + struct.pack("<HIHI", 2, 50 << 2 | 3, 0, 7 << 2 | 2) + struct.pack("<H", 2)
    )
    sheet = read_xls(save_xls(record(0x00BD, body), head=STYLES)).sheets[0]

    assert [("B5", "0.5", "0.0%"), ("C5", "7", "General")] == [
        (one.address, one.raw, one.number_format) for one in sheet.cells.values()
    ]


def test_what_is_struck_out_or_raised_is_marked():
    """By the font of the cell, or of a run of its text; the fifth font is counted over."""
    runs = struct.pack("<HHH", 1, 1, 6)
    marked = cell(0x00D6, 1, 2, text("123") + runs)
    plain = cell(0x00D6, 1, 3, text("123") + struct.pack("<HHH", 1, 1, 0))
    struck = cell(0x0203, 1, 1, struct.pack("<d", 5.0), 1)
    cells = read_xls(save_xls(struck + marked + plain, head=STYLES)).sheets[0].cells

    assert [(1, True, ".VnTime"), (2, True, ""), (3, False, "")] == [
        (one.column, one.is_marked, one.font) for one in cells.values()
    ]


def test_shared_texts_that_flow_over():
    """A text goes on in the next record, with narrow signs before and wide ones behind, runs and all."""
    first = (
        struct.pack("<II", 3, 3)
        + text("mot")
        + struct.pack("<HB", 6, 0x0C)
        + struct.pack("<HI", 1, 4)
        + b"ab"
    )
    second = b"\1" + "cđêf".encode("utf-16-le") + struct.pack("<HH", 2, 6) + b"\x99" * 2
    third = b"\x99" * 2 + text("ba")
    head = STYLES + record(0x00FC, first) + record(0x003C, second) + record(0x003C, third)
    content = b"".join(cell(0x00FD, 1, column, struct.pack("<I", column - 1)) for column in (1, 2, 3))
    cells = read_xls(save_xls(content, head=head)).sheets[0].cells.values()

    assert [("mot", False), ("abcđêf", True), ("ba", False)] == [(one.raw, one.is_marked) for one in cells]


def test_what_a_sheet_hides_and_merges():
    """Rows and columns hidden or drawn to nothing, and merged ranges."""
    rows = b"".join(
        record(0x0208, struct.pack("<HHHHHHHH", row - 1, 0, 1, height, 0, 0, flags, 0))
        for row, height, flags in ((1, 300, 0), (2, 300, 0x20), (3, 0, 0), (9, 300, 0x20))
    )
    columns = record(0x007D, struct.pack("<5H", 5, 6, 2000, 0, 1)) + record(
        0x007D, struct.pack("<5H", 9, 9, 0, 0, 0)
    )
    filled = b"".join(cell(0x0203, row, 1, struct.pack("<d", 1.0)) for row in (1, 2, 3))
    merged = record(0x00E5, struct.pack("<H4H", 1, 0, 1, 2, 3))
    sheet = read_xls(save_xls(rows + columns + filled + merged, head=STYLES)).sheets[0]

    assert ({2, 3}, {6, 7, 10}, ((1, 3, 2, 4),)) == (
        set(sheet.hidden_rows),
        set(sheet.hidden_columns),
        sheet.merged,
    )


def test_names_of_one_cell():
    """Names of the book and of a sheet; ranges, other books and built-in names are left out."""

    def name(words, formula, *, flags=0, owner=0):
        head = struct.pack("<HBBHHHI", flags, 0, len(words), len(formula), 0, owner, 0)
        return record(0x0018, head + b"\0" + words.encode() + formula)

    head = (
        record(0x01AE, struct.pack("<HH", 2, 0x0401))
        + record(0x01AE, struct.pack("<HH", 1, 1) + b"\0x")
        + record(0x0017, struct.pack("<H", 3) + struct.pack("<HhhHhhHhh", 0, 0, 0, 0, 1, 1, 1, 0, 0))
        + name("ma_T01", struct.pack("<BHHH", 0x3A, 0, 13, 3))
        + name("ma_T02", struct.pack("<BHHHHH", 0x3B, 1, 4, 4, 0x4003, 3), owner=2)
        + name("vung", struct.pack("<BHHHHH", 0x3B, 0, 4, 9, 3, 3))
        + name("ngoai", struct.pack("<BHHH", 0x3A, 2, 13, 3))
        + name("\x06", struct.pack("<BHHH", 0x3A, 0, 13, 3), flags=0x20)
    )
    filled = cell(0x0203, 1, 1, struct.pack("<d", 1.0))
    grid = read_xls(save_xls(filled, filled, head=head))

    assert {"ma_T01": ("Bieu_TH", 14, 4), "ma_T02": ("L1", 5, 4)} == grid.names
    assert {("L1", "ma_T02"): ("L1", 5, 4)} == grid.scoped_names


def test_calamine_sees_the_same():
    """The records are such as others read, and they read the same."""
    content = b"".join(
        [
            cell(0x0203, 1, 1, struct.pack("<d", 1234.5)),
            cell(0x027E, 1, 2, struct.pack("<i", 1234 << 2 | 3)),
            cell(0x00FD, 2, 1, struct.pack("<I", 1)),
            formula(2, 2, bytes(6) + b"\xff\xff") + record(0x0207, text("ab")),
            cell(0x0205, 3, 1, b"\1\0"),
        ]
    )
    saved = save_xls(content, head=STYLES + shared("một", "hai buổi"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(saved)).get_sheet_by_name("Bieu_TH").to_python()
    cells = read_xls(saved).sheets[0].cells

    assert [[1234.5, 12.34], ["hai buổi", "ab"], [True, ""]] == rows
    assert ["1234.5", "12.34", "hai buổi", "ab", "TRUE"] == [one.raw for one in cells.values()]


def test_a_chart_inside_a_sheet_is_passed_over():
    """The records of a chart are no cells of the sheet around it."""
    chart = BOF_CHART + cell(0x0203, 1, 1, struct.pack("<d", 99.0)) + EOF

    assert "12" == read_one(chart + cell(0x0203, 1, 1, struct.pack("<d", 12.0))).raw


def test_days_from_1904():
    """The date system of old Macs."""
    head = record(0x0022, b"\1\0") + STYLES

    assert "2021-10-20" == read_one(cell(0x0203, 1, 1, struct.pack("<d", 43027.0), 3), head).raw


def test_a_bare_stream_is_read():
    """Some generators write the stream without a container around it."""
    content = book(cell(0x0203, 1, 1, struct.pack("<d", 12.0)), head=STYLES)

    assert "12" == read_xls(content).sheets[0].at(1, 1).raw


def test_a_password_is_told():
    """FILEPASS with a password that nobody knows."""
    lock = record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    with pytest.raises(Encrypted):
        read_xls(save_xls(b"", head=lock))


@pytest.mark.parametrize(
    "content",
    [
        cell(0x0203, 1, 300, b"\0"),
        record(0x00FD, b"\0"),
        cell(0x0204, 1, 1, struct.pack("<HB", 500, 1) + b"x"),
        record(0x00E5, struct.pack("<H", 500)),
        cell(0x0203, 1, 1, struct.pack("<d", 1.0)) + cell(0x0203, 1, 1, struct.pack("<d", 2.0)),
    ],
)
def test_damage_is_no_workbook(content):
    """Records that are cut, or that put two numbers into one cell."""
    with pytest.raises(NotAWorkbook):
        read_xls(save_xls(content, head=STYLES))


def test_texts_that_are_not_there_are_damage():
    """A table that promises more texts than the file holds."""
    with pytest.raises(NotAWorkbook):
        read_xls(save_xls(b"", head=shared("a", count=900_000)))


def test_older_books_are_told():
    """BIFF5 in a container of its own."""
    stream = struct.pack("<HHHHHH", 0x0809, 8, 0x0500, 0x0005, 0, 0) + EOF
    with pytest.raises(NotAWorkbook):
        read_xls(stream)


def test_a_hundred_thousand_formatted_cells_cost_nothing():
    """Rows and blanks that are only formatted leave no trace in memory."""
    rows = b"".join(
        record(0x0208, struct.pack("<HHHHHHHH", row, 0, 5, 300, 0, 0, 0x100, 0))
        + record(0x00BE, struct.pack("<HHHHHHH", row, 0, 1, 1, 1, 1, 3))
        for row in range(50_000)
    )
    content = save_xls(rows + cell(0x0203, 50_001, 1, struct.pack("<d", 7.0)), head=STYLES)
    tracemalloc.start()
    sheet = read_xls(content).sheets[0]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert ["A50001"] == [one.address for one in sheet.cells.values()]
    assert peak < 4 * len(content) + 1_000_000
