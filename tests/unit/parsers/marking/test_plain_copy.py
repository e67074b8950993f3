"""What cannot be marked itself comes back as a plain workbook that says the same."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest

from parsers.blank.workbook import blank_workbook
from parsers.form import content_digest, parse_form
from parsers.marking.marks import TINTS
from parsers.marking.plain_copy import marked_copy, plain_copy
from parsers.stamp import read_stamp
from parsers.workbook import Cell, CellKind, Grid, Sheet
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.campaigns import UNITS, campaign
from tests.unit.parsers.forms import END, START, Form, full_answers, make_spec, save
from tests.unit.parsers.marking.books import MEND, comments_of, fills_of, mark
from tests.unit.parsers.soundness import assert_sound


def grid_of(*cells: Cell, name: str = "Bieu", **more) -> Grid:
    """Give a grid of one sheet."""
    known = {(cell.row, cell.column): cell for cell in cells}
    facts = {key: more.pop(key) for key in ("hidden_rows", "hidden_columns", "merged") if key in more}
    return Grid(sheets=(Sheet(name=name, hidden=False, cells=known, **facts),), **more)


def cell(raw: str, kind: CellKind = CellKind.TEXT, row: int = 1, column: int = 1, **more) -> Cell:
    """Give a cell."""
    return Cell(row=row, column=column, kind=kind, raw=raw, **more)


def copied(one: Cell, **more) -> Cell:
    """Give a cell as it reads in the copy."""
    made = plain_copy(grid_of(one, **more))
    assert_sound(made)
    return read_workbook(made).sheets[0].cells[one.row, one.column]


@pytest.mark.parametrize(
    "one",
    [
        cell("12"),
        cell('=HYPERLINK("http://x")'),
        cell("+1"),
        cell("@a"),
        cell("  hai  khoảng\ntrắng\r\n\t"),
        cell("_x000D_ \x01 😀 <&>"),
        cell("KiÓu ch÷", font=".VnTime"),
        cell("12²", is_marked=True),
        cell("Đạt", number_format='@" (*)"'),
        cell("-", is_formula=True),
        cell("\"hai\" & 'ba'", is_formula=True),
        cell("12", CellKind.NUMBER),
        cell("0.30000000000000004", CellKind.NUMBER),
        cell("123456789012345678901234567890", CellKind.NUMBER, number_format="#,##0"),
        cell("1E-7", CellKind.NUMBER, number_format='0" triệu"'),
        cell("97.5", CellKind.NUMBER, number_format="0.0", is_formula=True),
        cell("5", CellKind.NUMBER, is_marked=True),
        cell("2021-10-19", CellKind.DATE, serial="44488", number_format="dd/mm/yyyy"),
        cell("08:30:00", CellKind.DATE, serial="0.3541666666666667", number_format="hh:mm"),
        cell("TRUE", CellKind.BOOLEAN),
        cell("FALSE", CellKind.BOOLEAN, is_formula=False),
        cell("#DIV/0!", CellKind.ERROR),
    ],
)
def test_a_cell_reads_back_as_it_was(one):
    """Kind, words, digits, format, font and doubts; what begins like a formula stays text."""
    assert replace_font(one) == copied(one)


def replace_font(one: Cell) -> Cell:
    """Leave out what the reader of .xlsx does not tell."""
    return one._replace(font=copied(one).font) if one.font else one


def test_a_font_of_an_old_encoding_is_kept():
    """What the words mean depends on it."""
    made = plain_copy(grid_of(cell("KiÓu ch÷", font=".VnTime")))
    assert ".VnTime" == openpyxl.load_workbook(io.BytesIO(made)).active["A1"].font.name


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (cell("=SUM(A1:A2)", CellKind.NOT_CALCULATED, is_formula=True), cell("=SUM(A1:A2)")),
        (cell("vô cùng", CellKind.NUMBER), cell("vô cùng")),
        (cell("1e999", CellKind.NUMBER), cell("1e999")),
        (cell("Err:502", CellKind.ERROR), cell("#VALUE!", CellKind.ERROR)),
        (cell("5", CellKind.NUMBER, number_format="dd/mm/yyyy"), cell("5", CellKind.NUMBER)),
    ],
)
def test_what_excel_does_not_take_stands_there_in_words(one, expected):
    """A formula without its value, a number that is none, an error of another program."""
    assert expected == copied(one)


@pytest.mark.parametrize("counts_from_1904", [False, True])
@pytest.mark.parametrize("iso", ["2021-10-19", "2021-10-19T08:30:00", "1900-01-15", "1904-02-03", "08:30:00"])
def test_a_day_without_its_number_gets_one(iso, counts_from_1904):
    """Other formats keep days as words; the copy shows them as days again."""
    if counts_from_1904 and iso < "1904":
        return
    read = copied(cell(iso, CellKind.DATE), counts_from_1904=counts_from_1904)
    expected = "1904-01-01T08:30:00" if counts_from_1904 and len(iso) == 8 else iso
    assert (CellKind.DATE, expected) == (read.kind, read.raw)


def test_a_returned_form_reads_back_to_the_same_answers():
    """Stamp, names, hidden column, merged cells and lists; the marks mean nothing to the reader."""
    blank = blank_workbook(campaign(), UNITS[0])
    grid = read_workbook(blank)
    made = marked_copy(grid, [mark("D20", sheet="Bieu_TH"), mark("B6", sheet="L1_MoHinh")])
    assert_sound(made)
    copy = read_workbook(made)
    assert read_stamp(grid) == read_stamp(copy)
    assert read_stamp(replace(copy, properties={})) == read_stamp(replace(copy, sheets=copy.sheets[:-1]))
    assert (grid.names, grid.properties) == (copy.names, copy.properties)
    for before, after in zip(grid.sheets, copy.sheets, strict=True):
        assert (before.name, before.hidden, before.merged) == (after.name, after.hidden, after.merged)
        assert before.hidden_columns == after.hidden_columns
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert "veryHidden" == book["_meta"].sheet_state
    assert TINTS[MEND] == fills_of(made, "Bieu_TH")["D20"]
    assert {"B6"} == set(comments_of(made, "L1_MoHinh"))


def test_a_filled_form_reads_back_to_the_same_answers():
    """Every answer, note and list row of a whole form."""
    form = Form(
        answers=full_answers(), notes={"T02": "theo sổ"}, lists={"L4": [["Thi đua", START, 12, "Tốt"]]}
    )
    grid = read_workbook(save(form.build()))
    copy = read_workbook(plain_copy(grid))
    before, after = (parse_form(one, make_spec(), start=START, end=END) for one in (grid, copy))
    assert content_digest(before) == content_digest(after)
    assert before.findings == after.findings
    assert before.answers == after.answers


def test_names_of_sheets_are_made_fit():
    """Other programs allow what Excel does not; marks find their sheet all the same."""
    long = "Biểu tổng hợp kết quả thực hiện [năm 2021]"
    sheets = tuple(
        Sheet(name=name, hidden=False, cells={(1, 1): cell("x")}) for name in (long, long + "!", "'a/b'")
    )
    made = marked_copy(Grid(sheets=sheets), [mark("B2", sheet=long + "!")])
    assert_sound(made)
    titles = [sheet.name for sheet in read_workbook(made).sheets]
    assert ["Biểu tổng hợp kết quả thực hiện", "Biểu tổng hợp kết quả thực  (2)"][:1] == titles[:1]
    assert all(len(title) <= 31 for title in titles)
    assert 3 == len(set(titles))
    assert {"B2"} == set(comments_of(made, titles[1]))


def test_some_sheet_is_seen():
    """Excel opens no workbook whose sheets are all hidden."""
    sheets = tuple(Sheet(name=name, hidden=True, cells={}) for name in ("a", "b"))
    book = openpyxl.load_workbook(io.BytesIO(plain_copy(Grid(sheets=sheets))))
    assert ["visible", "hidden"] == [sheet.sheet_state for sheet in book]


def test_hidden_rows_and_overlapping_ranges():
    """What is hidden stays so; ranges that reach into each other would make Excel call the file damaged."""
    made = plain_copy(
        grid_of(
            *(cell("x", row=row) for row in range(1, 5)),
            hidden_rows=frozenset({2}),
            hidden_columns=frozenset({1}),
            merged=((1, 1, 2, 2), (2, 2, 3, 3), (4, 1, 4, 1), (1, 4, 1_048_576, 16_384)),
        )
    )
    assert_sound(made)
    (sheet,) = read_workbook(made).sheets
    assert ({2}, {1}, ((1, 1, 2, 2),)) == (sheet.hidden_rows, sheet.hidden_columns, sheet.merged)


def test_the_same_grid_gives_the_same_bytes():
    """Nothing in the copy tells the time."""
    grid = read_workbook(blank_workbook(campaign(), UNITS[0]))
    assert plain_copy(grid) == plain_copy(grid)


def test_struck_blanks_are_not_struck_in_the_copy():
    """What is typed in their place would be struck with them."""
    read = copied(cell(" ", is_marked=True))

    assert (" ", False) == (read.raw, read.is_marked)
