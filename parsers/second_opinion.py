"""A second reader's opinion on the binary formats: where both see a figure, they must see the same.

python-calamine was written by others and reads .xls, .xlsb and .ods on its own; a slip of our reader would
have to be made twice to pass. It tells neither errors nor missing results from blanks, builds dense ranges,
and so is asked only where our own reading is sane, and only about numbers and texts.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from domain.errors import AmbiguousForm
from parsers.workbook import CellKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsers.workbook import Cell, Grid, Sheet

#: Places of the dense ranges of a whole file; beyond, nobody is asked.
_MOST_PLACES: Final = 2_000_000
_LARGEST: Final = 30_000_000
#: Signs in which readers differ and figures do not.
_QUIET: Final = dict.fromkeys(map(ord, "\r\n\t \xa0\x00"))
_NEARLY: Final = 1e-9


def compare(grid: Grid, content: bytes) -> bool:
    """Compare *grid* with the second reader's view of the same bytes; False where it has none.

    Raises AmbiguousForm where both see numbers, or both texts, in a cell, and they differ.
    """
    if len(content) > _LARGEST or sum(_places(sheet) for sheet in grid.sheets) > _MOST_PLACES:
        return False
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only for these formats

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        others = {name: book.get_sheet_by_name(name) for name in book.sheet_names}
        for sheet in grid.sheets:
            other = others.get(sheet.name)
            if other is not None and other.start is not None:
                top, left = other.start
                _compare_sheet(sheet, other.to_python(skip_empty_area=True), top + 1, left + 1)
    except (CalamineError, OSError, ValueError, IndexError, TypeError):
        return False
    return True


def _places(sheet: Sheet) -> int:
    """Give how many places a dense range of the sheet has."""
    if not sheet.cells:
        return 0
    rows = [row for row, _ in sheet.cells]
    columns = [column for _, column in sheet.cells]
    return (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)


def _compare_sheet(sheet: Sheet, rows: Sequence[Sequence[object]], top: int, left: int) -> None:
    for (row, column), cell in sheet.cells.items():
        if row < top or column < left or row - top >= len(rows):
            continue
        line = rows[row - top]
        other = line[column - left] if column - left < len(line) else ""
        if not _agrees(cell, other):
            raise AmbiguousForm(f"Two readers see different content in {sheet.name!r}, {cell.address}.")


def _agrees(cell: Cell, other: object) -> bool:
    if cell.kind is CellKind.NUMBER and type(other) in (int, float):
        value, seen = float(cell.raw), float(other)  # type: ignore[arg-type]
        return abs(value - seen) <= _NEARLY * max(abs(value), abs(seen))
    if cell.kind is CellKind.TEXT and isinstance(other, str) and other and cell.raw:
        return cell.raw.translate(_QUIET) == other.translate(_QUIET)
    return True
