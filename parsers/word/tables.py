"""A table of a Word file being put together: places in the grid, merged cells, deleted rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.errors import NotAWorkbook, TooLarge
from parsers.word.document import Table, TableCell
from parsers.word.names import is_on, value_of

if TYPE_CHECKING:
    from parsers.word.document import Block

#: Word ends at 63 columns.
MAX_COLUMNS = 1_024


@dataclass(slots=True, kw_only=True)
class _OpenCell:
    column_span: int = 1
    #: "restart" or "continue" where the cell is merged with others below or beside it.
    down: str = ""
    across: str = ""
    is_deleted: bool = False


@dataclass(slots=True, kw_only=True)
class _Placed:
    """A cell with its place, before its spans are known."""

    row: int
    column: int
    column_span: int
    blocks: tuple[Block, ...]
    row_span: int = 1

    def cell(self) -> TableCell:
        return TableCell(
            row=self.row,
            column=self.column,
            row_span=self.row_span,
            column_span=self.column_span,
            blocks=self.blocks,
        )


@dataclass(slots=True)
class OpenTable:
    """A table whose rows and cells come one after the other."""

    rows: list[list[_Placed]] = field(default_factory=list)
    #: The open row, whether it was deleted or is hidden, and the cell in it.
    row: list[_Placed] | None = None
    row_is_gone: bool = False
    cell: _OpenCell | None = None
    column: int = 0
    width: int = 0
    #: Cells merged downwards that still go on, by their first column, and those that this row has met.
    growing: dict[int, _Placed] = field(default_factory=dict)
    met: dict[int, _Placed] = field(default_factory=dict)

    def open_row(self) -> None:
        """Begin a row; raises NotAWorkbook inside another one."""
        if self.row is not None:
            raise NotAWorkbook("A table of the document is put together wrongly.")
        self.row, self.column, self.row_is_gone, self.met = [], 0, False, {}

    def open_cell(self) -> None:
        """Begin a cell; raises NotAWorkbook outside a row and inside another cell."""
        if self.row is None or self.cell is not None:
            raise NotAWorkbook("A table of the document is put together wrongly.")
        self.cell = _OpenCell()

    def describe_row(self, local: str, attributes: dict[str, str]) -> None:
        """Take a property of the open row."""
        if local == "gridBefore":
            self.column = _span(attributes, least=0)
        elif local == "del" or (local == "hidden" and is_on(attributes)):
            self.row_is_gone = True

    def describe_cell(self, local: str, attributes: dict[str, str]) -> None:
        """Take a property of the open cell."""
        if self.cell is None:
            return
        match local:
            case "gridSpan":
                self.cell.column_span = _span(attributes, least=1)
            case "vMerge":
                self.cell.down = value_of(attributes) or "continue"
            case "hMerge":
                self.cell.across = value_of(attributes) or "continue"
            case "cellDel":
                self.cell.is_deleted = True

    def close_cell(self, blocks: tuple[Block, ...]) -> None:
        """Place the open cell with what stands in it; one that is covered by another shows nothing."""
        cell, row = self.cell, self.row
        assert cell is not None
        assert row is not None
        self.cell = None
        if cell.is_deleted:
            return
        column, self.column = self.column, self.column + cell.column_span
        if self.column > MAX_COLUMNS:
            raise TooLarge(f"A table is wider than {MAX_COLUMNS} columns.")
        above = self.growing.get(column)
        if cell.down == "continue" and above is not None:
            self.met[column] = above
        elif cell.across == "continue" and row:
            row[-1].column_span += cell.column_span
        else:
            placed = _Placed(row=len(self.rows), column=column, column_span=cell.column_span, blocks=blocks)
            row.append(placed)
            if cell.down:
                self.met[column] = placed

    def close_row(self) -> None:
        """End the open row."""
        row, self.row = self.row, None
        if row is None or self.row_is_gone:
            return
        for column, placed in self.met.items():
            if self.growing.get(column) is placed:
                placed.row_span += 1
        self.growing = self.met
        self.rows.append(row)
        self.width = max(self.width, self.column)

    def close(self) -> Table | None:
        """Give the table; None when it has no cell."""
        rows = tuple(tuple(placed.cell() for placed in row) for row in self.rows)
        return Table(rows=rows, width=self.width) if any(rows) else None


def _span(attributes: dict[str, str], *, least: int) -> int:
    value = value_of(attributes)
    return max(int(value[:6]), least) if value.isascii() and value.isdecimal() else least
