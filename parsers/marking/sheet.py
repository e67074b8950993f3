"""The part of one sheet with other formats on some of its cells; every other byte stays."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from domain.errors import NotAWorkbook, TooLarge, Unmarkable
from parsers.markup import Edits, Element, as_utf8, close, parser_of, tag_at
from parsers.workbook import LAST_COLUMN, column_letters, place_of
from parsers.xlsx.plain_xml import MAIN_NAMESPACES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

Place = tuple[int, int]

#: A part of more bytes is not marked in place: going through it would cost more than the mark is worth.
LARGEST_PART: Final = 80 * 1024 * 1024
#: Elements of a worksheet that stand before its legacyDrawing (ECMA-376 18.3.1.99, CT_Worksheet).
_BEFORE_DRAWING: Final = frozenset((
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks",
    "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties",
    "cellWatches", "ignoredErrors", "smartTags", "drawing",
))  # fmt: skip
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LOCALS: Final = {
    f"{namespace} {local}" if namespace else local: local
    for namespace in MAIN_NAMESPACES
    for local in (*_BEFORE_DRAWING, "row", "c", "col", "legacyDrawing")
}
_MERGED = re.compile(
    rb"<(?:[\w.-]{1,40}:)?mergeCell\s[^<>]{0,200}?\bref\s*=\s*[\"']([A-Z0-9$]+):([A-Z0-9$]+)[\"']"
)
#: Rows below a cell whose heights its box may need.
_WINDOW: Final = 40
_TRUE: Final = ("1", "true", "on")
_MOST_MERGED: Final = 20_000
#: Columns described beyond have no say in where the box of a comment ends.
_MOST_WIDTHS: Final = 500

#: Sizes of a sheet that names none, in pixels.
_COLUMN_WIDTH, _ROW_HEIGHT = 64, 20
_PIXELS_OF_UNIT, _PIXELS_OF_POINT = 7, 4 / 3


@dataclass(slots=True)
class _Column:
    """A description of columns: from, to, format, width in pixels."""

    first: int
    last: int
    style: int
    width: int | None


@dataclass(slots=True)
class Sizes:
    """How wide the columns and how high the rows around the marked cells are, in pixels."""

    columns: list[_Column] = field(default_factory=list)
    heights: dict[int, int] = field(default_factory=dict)
    column_width: int = _COLUMN_WIDTH
    row_height: int = _ROW_HEIGHT

    def width(self, column: int) -> int:
        """Give the width of a column from 1."""
        for one in self.columns[:_MOST_WIDTHS]:
            if one.first <= column <= one.last and one.width is not None:
                return one.width
        return self.column_width

    def height(self, row: int) -> int:
        """Give the height of a row from 1."""
        return self.heights.get(row, self.row_height)


class SheetPart:
    """One sheet, looked through once for the cells that matter, and changed.

    *wanted* are cells to mark; *ours* the formats of an earlier mark, whose cells are found too.
    Raises TooLarge, or Unmarkable where there is no table of cells.
    """

    def __init__(self, part: bytes, *, wanted: Collection[Place], ours: Collection[int]) -> None:
        if len(part) > LARGEST_PART:
            raise TooLarge("A sheet of the workbook is too large to be marked in place.")
        self._part = as_utf8(part)
        self._corners = _corners(self._part, wanted)
        self.sizes = Sizes()
        #: The link of the drawing that shows comments.
        self.drawing: Element | None = None
        self._edits = Edits(self._part)
        scan = _Scan(self._part, {self.corner(place) for place in wanted}, ours)
        if scan.table is None:
            raise Unmarkable("A sheet of the workbook has no table of cells.")
        self._scan, self._table = scan, scan.table
        self.sizes, self.drawing = scan.sizes, scan.drawing
        self._new: dict[int, dict[int, int]] = {}

    def corner(self, place: Place) -> Place:
        """Give the cell that shows what stands at *place*: of merged cells the one at the top left."""
        return self._corners.get(place, place)

    @property
    def tinted(self) -> dict[Place, int]:
        """Give the cells that carry a format of *ours*, and which."""
        return {
            place: cells[0][1] for place, cells in self._scan.cells.items() if cells[0][1] in self._scan.ours
        }

    def style(self, place: Place) -> int:
        """Give the number of the format by which a cell is shown: its own, its row's or its column's."""
        cells = self._scan.cells.get(place)
        if cells is not None:
            return cells[0][1]
        row, column = place
        rows = self._scan.rows.get(row, ())
        own = next((one.attributes["s"] for one in rows if "s" in one.attributes), None)
        if own is not None and own.isdecimal():
            return int(own)
        return next((one.style for one in self.sizes.columns if one.first <= column <= one.last), 0)

    def set_style(self, place: Place, style: int) -> None:
        """Give a cell another format; one that does not stand there yet is put in its place."""
        cells = self._scan.cells.get(place)
        if cells is None:
            row, column = place
            self._new.setdefault(row, {})[column] = style
            return
        for element, before in cells:
            if before != style:
                self._edits.set(element, s=str(style))

    def set_drawing(self, link: str) -> None:
        """Name the drawing that shows comments, where the sheet names none."""
        named = b'<%blegacyDrawing xmlns:r="%b" r:id="%b"/>'
        at = self._scan.drawing_at
        self._edits.insert(at, named % (self._table.prefix, _OFFICE.encode(), link.encode()))

    def remove_drawing(self) -> None:
        """Take out the name of the drawing."""
        if self.drawing is not None:
            self._edits.remove(self.drawing)

    def made(self) -> bytes | None:
        """Give the part; None when nothing has changed."""
        for row, columns in sorted(self._new.items()):
            self._put_cells(row, sorted(columns.items()))
        return self._edits.made() if self._edits else None

    def _put_cells(self, row: int, cells: list[tuple[int, int]]) -> None:
        """Put cells that were missing into their row, and the row into the table where it is missing."""
        prefix = self._table.prefix
        written = [
            (column, b'<%bc r="%b%d" s="%d"/>' % (prefix, column_letters(column).encode(), row, style))
            for column, style in cells
        ]
        rows = self._scan.rows.get(row)
        if not rows:
            whole = b'<%brow r="%d">%b</%brow>' % (prefix, row, b"".join(one for _, one in written), prefix)
            at = self._scan.row_behind.get(row)
            if at is None:
                self._edits.append(self._table, whole)
            else:
                self._edits.insert(at, whole)
            return
        for column, one in written:
            at = self._scan.cell_behind.get((row, column))
            if at is None:
                self._edits.append(rows[0], one)
            else:
                self._edits.insert(at, one)
        spans = rows[0].attributes.get("spans", "").replace(":", " ").split()
        if spans and all(one.isdecimal() for one in spans):
            ends = [*map(int, spans), *(column for column, _ in cells)]
            self._edits.set(rows[0], spans=f"{min(ends)}:{max(ends)}")


class _Scan:
    """One pass over the XML of a sheet."""

    def __init__(self, part: bytes, wanted: Collection[Place], ours: Collection[int]) -> None:
        self.ours = ours
        #: Cells that are wanted or ours: (element, its format), each time that they stand there.
        self.cells: dict[Place, list[tuple[Element, int]]] = {}
        #: Rows that hold wanted cells.
        self.rows: dict[int, list[Element]] = {}
        #: Where the row, or the cell, stands before which a missing one belongs.
        self.row_behind: dict[int, int] = {}
        self.cell_behind: dict[Place, int] = {}
        self.table: Element | None = None
        self.drawing: Element | None = None
        self.drawing_at = 0
        self.sizes = Sizes()
        self._part = part
        self._wanted = frozenset(wanted)
        self._columns_of: dict[int, list[int]] = {}
        for row, column in sorted(wanted):
            self._columns_of.setdefault(row, []).append(column)
        self._rows = sorted(self._columns_of)
        self._passed = 0
        self._measured = {near for row in self._rows for near in range(max(row - 1, 1), row + _WINDOW)}
        self._depth = 0
        self._row = 0
        #: The last address that a cell of this row says, and how many cells without one have come since.
        self._last: str | None = None
        self._behind = 0
        self._our_numbers = frozenset(map(str, ours))
        self._missing: list[int] = []
        self._open_row: Element | None = None
        self._top: Element | None = None
        self._parser = parser_of(self._start, self._end)
        self._parser.Parse(part, True)  # noqa: FBT003 - the signature of expat

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        local = _LOCALS.get(tag)
        if local == "c":
            self._see_cell(attributes)
        elif local == "row":
            self._see_row(attributes)
        elif self._depth == 2:  # noqa: PLR2004 - a child of the root
            self._top = self._element(local or "", attributes)
            if local == "sheetData":
                self.table = self._top
            elif local == "legacyDrawing":
                self.drawing = self._top
            elif local == "sheetFormatPr":
                self._see_defaults(attributes)
        elif local == "col":
            self._see_column(attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if self._depth == 1 and self._top is not None:
            close(self._part, self._top, self._parser.CurrentByteIndex)
            if self._top.local in _BEFORE_DRAWING:
                self.drawing_at = self._top.end
            self._top = None
        elif self._open_row is not None and _LOCALS.get(tag) == "row":
            close(self._part, self._open_row, self._parser.CurrentByteIndex)
            self._open_row = None

    def _element(self, local: str, attributes: dict[str, str]) -> Element:
        at = self._parser.CurrentByteIndex
        name, opened = tag_at(self._part, at)
        return Element("", local, attributes, name, at, opened)

    def _see_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        row = self._row = int(number) if number else self._row + 1
        self._last, self._behind = None, 0
        if row in self._measured:
            self.sizes.heights[row] = _row_height(attributes, self.sizes.row_height)
        if row in self._columns_of:
            self._open_row = self._element("row", attributes)
            self.rows.setdefault(row, []).append(self._open_row)
            self._missing = self._columns_of[row]
        else:
            self._missing = []
        # A wanted row that has not come by now belongs before this one.
        while self._passed < len(self._rows) and self._rows[self._passed] < row:
            self.row_behind[self._rows[self._passed]] = self._parser.CurrentByteIndex
            self._passed += 1

    def _see_cell(self, attributes: dict[str, str]) -> None:
        address, number = attributes.get("r"), attributes.get("s", "0")
        if address is None:
            self._behind += 1
        else:
            self._last, self._behind = address, 0
        if not self._missing and number not in self._our_numbers:
            return  # nearly all cells
        row, column = place = self._place()
        style = int(number)
        if place in self._wanted or style in self.ours:
            self.cells.setdefault(place, []).append((self._element("c", attributes), style))
        for wanted in self._missing:
            if wanted < column:
                self.cell_behind.setdefault((row, wanted), self._parser.CurrentByteIndex)

    def _place(self) -> Place:
        """Give the place of a cell: as it says, or as many behind the last that does."""
        if self._last is None:
            return self._row, self._behind
        place = place_of(self._last.replace("$", ""))
        if place is None:
            raise NotAWorkbook(f"A cell has no proper address: {self._last[:20]!r}.")
        return place[0], place[1] + self._behind

    def _see_column(self, attributes: dict[str, str]) -> None:
        columns = self.sizes.columns
        if len(columns) > LAST_COLUMN:
            raise NotAWorkbook("A sheet describes more columns than there are.")
        width = attributes.get("width")
        pixels = None if width is None else round(float(width) * _PIXELS_OF_UNIT) + 5
        if attributes.get("hidden") in _TRUE:
            pixels = 0
        first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
        columns.append(_Column(first, last, int(attributes.get("style", "0")), pixels))

    def _see_defaults(self, attributes: dict[str, str]) -> None:
        width, height = attributes.get("defaultColWidth"), attributes.get("defaultRowHeight")
        if width is not None:
            self.sizes.column_width = round(float(width) * _PIXELS_OF_UNIT) + 5
        if height is not None:
            self.sizes.row_height = round(float(height) * _PIXELS_OF_POINT)


def _row_height(attributes: dict[str, str], default: int) -> int:
    if attributes.get("hidden") in _TRUE:
        return 0
    height = attributes.get("ht")
    return default if height is None else round(float(height) * _PIXELS_OF_POINT)


def _corners(part: bytes, wanted: Collection[Place]) -> dict[Place, Place]:
    """Give the top left cell of each wanted place that is merged with others."""
    found: dict[Place, Place] = {}
    places = sorted(wanted)
    for number, (first, last) in enumerate(_merged_ranges(part)):
        if len(found) == len(places):
            break
        if number > _MOST_MERGED:
            raise TooLarge("A sheet of the workbook merges too many cells to be marked in place.")
        for at in range(bisect_left(places, (first[0], 0)), len(places)):
            row, column = places[at]
            if row > last[0]:
                break
            if first[1] <= column <= last[1]:
                found.setdefault((row, column), first)
    return found


def _merged_ranges(part: bytes) -> Iterator[tuple[Place, Place]]:
    for one in _MERGED.finditer(part):
        first, last = (place_of(corner.decode().replace("$", "")) for corner in one.groups())
        if first is not None and last is not None:
            yield first, last
