"""How a sheet of a plain copy is laid out: where its table is, how wide its columns, how high its rows are.

A grid knows what stands where, and nothing of the look it had.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from parsers.blank.typesetting import POINTS_PER_UNIT, lines_of, row_height, text_width
from parsers.shown import shown_text
from parsers.workbook import CellKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parsers.workbook import Cell, Sheet

#: A row with so many filled cells belongs to a table.
_CELLS_OF_TABLE_ROW: Final = 3
#: A table of more cells gets its lines only where something stands.
_LARGEST_TABLE: Final = 20_000
#: Cells of a sheet that are measured; what comes below is like what stands above.
_MOST_MEASURED: Final = 5_000
#: Widths in digits: of any column, of one of a table, of one that stands for itself.
_NARROWEST, _WIDEST_IN_TABLE, _WIDEST = 7.0, 42.0, 90.0
_MARGIN: Final = 1.5
_LONGEST_NUMBER: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The look of one sheet."""

    #: (top, left, bottom, right), or None.
    table: tuple[int, int, int, int] | None
    #: By column from 1, in digits.
    widths: Mapping[int, float]
    #: By row from 1, in points; rows of one line are not among them.
    heights: Mapping[int, float]
    #: Cells whose words go on in the next line.
    wrapped: frozenset[tuple[int, int]] = field(default=frozenset())

    def is_boxed(self, row: int, column: int) -> bool:
        """Tell whether a cell has lines around it."""
        if self.table is None:
            return False
        top, left, bottom, right = self.table
        return top <= row <= bottom and left <= column <= right

    def is_heading(self, row: int) -> bool:
        """Tell whether a row heads the table."""
        return self.table is not None and row == self.table[0]

    @property
    def ruled_rows(self) -> range:
        """Give the rows of the table where its empty cells have lines too; none of one beyond all measure."""
        if self.table is None:
            return range(0)
        top, left, bottom, right = self.table
        size = (bottom - top + 1) * (right - left + 1)
        return range(top, bottom + 1) if size <= _LARGEST_TABLE else range(0)

    @property
    def ruled_columns(self) -> range:
        """Give the columns of the table."""
        return range(0) if self.table is None else range(self.table[1], self.table[3] + 1)


def lay_out(sheet: Sheet) -> Layout:
    """Find the table of a sheet and measure what stands in it."""
    table = _table(sheet)
    spans = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merged}
    measured = sorted(sheet.cells.items())[:_MOST_MEASURED]
    bare = Layout(table=table, widths={}, heights={})
    widest = _WIDEST if table is None else _WIDEST_IN_TABLE
    widths: dict[int, float] = {}
    for place, cell in measured:
        if place in spans or (table is not None and not bare.is_boxed(*place)):
            continue
        width = min(max(_width(cell) + _MARGIN, _NARROWEST), widest)
        widths[cell.column] = max(widths.get(cell.column, 0.0), width)
    lines: dict[int, int] = {}
    wrapped: set[tuple[int, int]] = set()
    for place, cell in measured:
        bottom, right = spans.get(place, place)
        in_table = table is None or bare.is_boxed(*place)
        if cell.kind is not CellKind.TEXT or not (in_table or right > cell.column):
            continue  # the words of a title run on over the empty cells beside it
        wrapped.add(place)
        room = sum(widths.get(column, _NARROWEST) for column in range(cell.column, min(right, 200) + 1))
        if bottom == cell.row:
            lines[cell.row] = max(lines.get(cell.row, 1), lines_of(_shown(cell), room))
    return Layout(
        table=table,
        widths=widths,
        heights={row: row_height(number) for row, number in lines.items() if number > 1},
        wrapped=frozenset(wrapped),
    )


def _table(sheet: Sheet) -> tuple[int, int, int, int] | None:
    counts: dict[int, int] = {}
    for row, _ in sheet.cells:
        counts[row] = counts.get(row, 0) + 1
    rows = {row for row, number in counts.items() if number >= _CELLS_OF_TABLE_ROW}
    if not rows:
        return None
    columns = [column for row, column in sheet.cells if row in rows]
    return min(rows), min(columns), max(rows), max(columns)


def _shown(cell: Cell) -> str:
    """Give the words of a cell as they are seen: a format may add to them, such as `@" (*)"`."""
    return shown_text(cell.number_format, cell.raw)


def _width(cell: Cell) -> float:
    """Give the width of what a cell shows, in digits."""
    if cell.kind is CellKind.TEXT:
        return max(text_width(line, size=12) for line in _shown(cell).split("\n")) / POINTS_PER_UNIT
    # Thousands are parted by dots.
    return min(len(cell.raw), _LONGEST_NUMBER) * 4 / 3
