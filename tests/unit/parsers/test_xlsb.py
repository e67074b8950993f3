"""The reader of .xlsb, tried on workbooks written by the specification, with calamine as the witness."""

from __future__ import annotations

import io
import random
import struct
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from domain.errors import NotAWorkbook
from parsers.binary.xlsb import read_xlsb
from parsers.workbook import Cell, CellKind, Grid, Sheet
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.grids import differences, random_book
from tests.unit.parsers.xlsb_files import record, save_xlsb, wide


@pytest.mark.parametrize("seed", range(6))
def test_what_is_written_is_read(seed):
    """Numbers, texts, days, errors, results, marks, hidden and merged places, names and properties."""
    grid = read_workbook(random_book(random.Random(seed)))

    assert [] == differences(grid, read_xlsb(save_xlsb(grid)))


@pytest.mark.parametrize("seed", range(3))
def test_calamine_sees_the_same_figures(seed):
    """The file is one that others read, and they read the same."""
    content = save_xlsb(read_workbook(random_book(random.Random(seed))))
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))

    for sheet in read_xlsb(content).sheets:
        rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        for cell in sheet.cells.values():
            if cell.kind is CellKind.NUMBER:
                assert float(cell.raw) == rows[cell.row - 1][cell.column - 1]
            elif cell.kind is CellKind.TEXT and cell.raw:
                assert cell.raw == rows[cell.row - 1][cell.column - 1]


def with_sheet(content):
    """Write a workbook whose sheet part holds these records."""
    book = io.BytesIO(save_xlsb(Grid(sheets=(Sheet(name="Bieu_TH", hidden=False, cells={}),))))
    out = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name.startswith("xl/worksheets/sheet") else old.read(name))
    return out.getvalue()


ROW = record(0, struct.pack("<IIHBBBI", 4, 0, 300, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("content", "kind", "raw"),
    [
        (record(2, struct.pack("<III", 3, 0, 1234 << 2 | 3)), CellKind.NUMBER, "12.34"),
        (record(6, struct.pack("<II", 3, 0) + wide("Số")), CellKind.TEXT, "Số"),
        (record(62, struct.pack("<II", 3, 0) + b"\0" + wide("Số")), CellKind.TEXT, "Số"),
        (
            record(62, struct.pack("<II", 3, 0) + b"\1" + wide("12") + struct.pack("<IHH", 1, 1, 1)),
            CellKind.TEXT,
            "12",
        ),
        (record(7, struct.pack("<III", 3, 0, 99)), CellKind.ERROR, "#REF!"),
        (record(3, struct.pack("<II", 3, 0) + b"\x07"), CellKind.ERROR, "#DIV/0!"),
    ],
)
def test_spellings_that_the_writer_does_not_use(content, kind, raw):
    """Texts in the cell, rich texts, hundredths, a text that is not there."""
    cell = read_xlsb(with_sheet(record(129) + record(1, b"\0" * 8) + ROW + content)).sheets[0].at(5, 4)

    assert (kind, raw, content[10:11] == b"\1") == (
        cell.kind,
        cell.raw,
        cell.is_marked and kind is CellKind.TEXT,
    )


@pytest.mark.parametrize(
    "content",
    [
        ROW + record(2, b"\0\0"),
        ROW + record(6, struct.pack("<III", 0, 0, 50) + b"x"),
        ROW + record(5, struct.pack("<IId", 20_000, 0, 1.0)),
        ROW[:-3],
        ROW + record(5, struct.pack("<IId", 0, 0, 1.0)) + record(5, struct.pack("<IId", 0, 0, 2.0)),
    ],
)
def test_damage_is_no_workbook(content):
    """Records that are cut, outside of the sheet, or put two numbers into one cell."""
    with pytest.raises(NotAWorkbook):
        read_xlsb(with_sheet(content))


def test_days_count_from_1904_too():
    """The date system of old Macs."""
    cell = Cell(row=1, column=1, kind=CellKind.DATE, raw="", serial="43027", number_format="dd/mm/yyyy")
    sheet = Sheet(name="a", hidden=False, cells={(1, 1): cell})

    assert (
        "2021-10-20"
        == read_xlsb(save_xlsb(Grid(sheets=(sheet,), counts_from_1904=True))).sheets[0].at(1, 1).raw
    )
