"""Whatever a workbook holds and whatever is marked: values stay, other members stay, marks come off again."""

from __future__ import annotations

import datetime as dt
import io
import string
from dataclasses import dataclass

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Color, Font, GradientFill, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from parsers.marking.marks import TINTS, Mark, MarkKind
from parsers.marking.plain_copy import marked_copy
from parsers.marking.workbook import mark_workbook
from parsers.workbook import CellKind
from parsers.xlsx.reader import read_workbook
from parsers.xlsx.texts_part import unescape
from tests.unit.parsers.marking.books import comments_of, fills_of, looks_of
from tests.unit.parsers.packages import changed
from tests.unit.parsers.soundness import assert_sound

OURS = ("xl/worksheets/", "xl/styles.xml", "xl/comments", "xl/drawings/", "[Content_Types].xml")
WORDS = st.text(string.printable[:-3] + "ươđĐ ệ\u0301_x000D_=+-@\xa0", max_size=12)
VALUES = st.one_of(
    st.none(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.dates(dt.date(1950, 1, 1), dt.date(2050, 1, 1)),
    WORDS,
    st.sampled_from(("=A1+1", "#REF!", "trên 100", "12 buổi")),
)
FILLS = {
    "none": PatternFill(),
    "yellow": PatternFill("solid", fgColor="FFF8DC"),
    "theme": PatternFill("solid", fgColor=Color(theme=4, tint=0.5999938962981048)),
    "hatched": PatternFill("lightUp", fgColor="112233", bgColor=Color(indexed=22)),
    "gradient": GradientFill(stop=("FFFFFF", "000000")),
}
ROWS, COLUMNS = st.integers(1, 30), st.integers(1, 9)
CELLS = st.builds(lambda row, column: f"{get_column_letter(column)}{row}", ROWS, COLUMNS)
MARKS = st.lists(
    st.builds(
        Mark,
        sheet=st.sampled_from(("Bieu", "L1 'x' & <y>")),
        cell=CELLS,
        kind=st.sampled_from(MarkKind),
        text=WORDS.map(lambda text: f"Đang ghi ‘{text}’."),
    ),
    max_size=6,
)


@dataclass(frozen=True)
class Written:
    """A cell in the making."""

    at: str
    value: object
    fill: str
    is_bold: bool
    is_struck: bool
    indent: int
    is_locked: bool
    comment: str


SHEETS = ("Bieu", "L1 'x' & <y>")
WRITTEN = st.builds(
    Written,
    at=CELLS,
    value=VALUES,
    fill=st.sampled_from(list(FILLS)),
    is_bold=st.booleans(),
    is_struck=st.booleans(),
    indent=st.integers(0, 2),
    is_locked=st.booleans(),
    comment=st.just("") | WORDS,
)
MERGED = st.lists(st.builds("{}:{}".format, CELLS, CELLS), max_size=1)
#: A cell written twice would keep the format of a date under a number that is none.
CELLS_WRITTEN = st.lists(WRITTEN, max_size=10, unique_by=lambda one: one.at)
PAGES = st.tuples(CELLS_WRITTEN, MERGED, st.sampled_from(("", "A", "C")))
BOOKS = st.tuples(PAGES, PAGES)


def build(book) -> bytes:
    """Write a workbook as openpyxl does."""
    made = openpyxl.Workbook()
    made.active.title = SHEETS[0]
    made.create_sheet(SHEETS[1])
    for sheet, (cells, merged, tinted) in zip(made.worksheets, book, strict=True):
        for one in cells:
            cell = sheet[one.at]
            cell.value = one.value
            cell.fill = FILLS[one.fill]
            cell.font = Font(bold=one.is_bold, strike=one.is_struck)
            cell.border = Border(left=Side("thin"))
            cell.alignment = Alignment(wrap_text=True, indent=one.indent)
            cell.protection = Protection(locked=one.is_locked)
            if one.comment:
                cell.comment = Comment(one.comment, "Phòng A")
        for corners in merged:
            first, last = sorted(map(coordinate_to_tuple, corners.split(":")))
            left, right = sorted((first[1], last[1]))
            if (first[0], left) != (last[0], right):
                sheet.merge_cells(None, first[0], left, last[0], right)
        if tinted:
            sheet.column_dimensions[tinted].fill = PatternFill("solid", fgColor="EEEEEE")
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(book=BOOKS, first=MARKS, second=MARKS)
def test_marks_are_put_and_taken(book, first, second):
    """Marked, marked anew and freed: values are equal everywhere, and in the end every look and word."""
    content = build(book)
    marked = mark_workbook(content, first)
    assert_sound(marked)
    assert read_workbook(content) == read_workbook(marked)
    assert marked == mark_workbook(marked, first)
    assert all(name.startswith(OURS) for name in changed(content, marked))
    for sheet in SHEETS:
        said = unescape("\n".join(comments_of(marked, sheet).values()))
        marks = [mark for mark in first if mark.sheet == sheet]
        assert all(mark.text in said for mark in marks)
        assert not marks or {*TINTS.values()} & {*fills_of(marked, sheet).values()}

    again = mark_workbook(marked, second)
    assert_sound(again)
    assert read_workbook(content) == read_workbook(again)
    clean = mark_workbook(again, [])
    assert_sound(clean)
    for sheet in SHEETS:
        assert comments_of(content, sheet) == comments_of(clean, sheet)
        before, after = looks_of(content, sheet), looks_of(clean, sheet)
        assert before == {cell: look for cell, look in after.items() if cell in before}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(book=BOOKS, marks=MARKS)
def test_a_plain_copy_holds_the_same(book, marks):
    """The copy reads back cell by cell; what was not calculated stands there in words."""
    grid = read_workbook(build(book))
    made = marked_copy(grid, marks)
    assert_sound(made)
    copy = read_workbook(made)
    assert [sheet.name for sheet in grid.sheets] == [sheet.name for sheet in copy.sheets]
    for before, after in zip(grid.sheets, copy.sheets, strict=True):
        assert before.merged == after.merged
        assert before.cells.keys() == after.cells.keys()
        for place, cell in before.cells.items():
            if cell.kind is CellKind.NOT_CALCULATED:
                assert (CellKind.TEXT, cell.raw) == (after.cells[place].kind, after.cells[place].raw)
            else:
                # Blanks have no words to be struck; what is typed in their place must not be.
                bare = cell if cell.raw.strip() else cell._replace(is_marked=False)
                assert bare == after.cells[place]
