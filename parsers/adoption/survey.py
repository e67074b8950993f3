"""What an own form shows, cell by cell: words, formats, borders, what Excel lets a person type."""

from __future__ import annotations

import io
import warnings
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from domain.errors import NotAWorkbook, TooLarge
from domain.vietnamese import clean, fold

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

#: A form is smaller; what lies beyond is not looked at.
LAST_ROW: Final = 1_000
LAST_COLUMN: Final = 80
_LARGEST_FILE: Final = 20_000_000
_DOTS: Final = " .…_-–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One cell."""

    row: int
    column: int
    #: As a person reads it; of a formula the formula, with its sign.
    text: str
    is_formula: bool = False
    is_number: bool = False
    format: str = "General"
    is_bold: bool = False
    is_bordered: bool = False
    is_locked: bool = True
    #: Kind of the validation ("whole", "decimal", "date", "list", "textLength"); empty for none.
    validation: str = ""
    choices: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Tell whether there is room to write: nothing, or the dots of a template."""
        return not self.text.strip(_DOTS)

    @property
    def folded(self) -> str:
        """Its words as they are compared."""
        return fold(self.text)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One sheet."""

    name: str
    is_hidden: bool
    is_protected: bool
    cells: dict[tuple[int, int], Shown]
    #: (top, left, bottom, right) of the merged range around each place that one covers.
    merges: dict[tuple[int, int], tuple[int, int, int, int]]
    last_row: int
    last_column: int
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    def at(self, row: int, column: int) -> Shown:
        """Give the cell that shows at a place: of a merged range its upper left one."""
        top, left, *_ = self.merges.get((row, column), (row, column))
        found = self.cells.get((top, left))
        return found if found is not None else Shown(row=row, column=column, text="")

    def own(self, row: int, column: int) -> Shown:
        """Give the cell that begins at a place; an empty one inside a merged range."""
        top, left, *_ = self.merges.get((row, column), (row, column))
        return (
            self.at(row, column) if (top, left) == (row, column) else Shown(row=row, column=column, text="")
        )

    def row(self, row: int) -> list[Shown]:
        """Give the filled cells that begin in a row, from left to right."""
        return [cell for column in range(1, self.last_column + 1) if (cell := self.own(row, column)).text]


@dataclass(slots=True)
class _Rules:
    by_cell: dict[tuple[int, int], tuple[str, tuple[str, ...]]] = field(default_factory=dict)


def survey(content: bytes) -> tuple[Page, ...]:
    """Look over a workbook (.xlsx, .xlsm); raises NotAWorkbook or TooLarge."""
    import openpyxl  # noqa: PLC0415 - heavy import

    if len(content) > _LARGEST_FILE:
        raise TooLarge(f"A form of more than {_LARGEST_FILE // 1_000_000} MB is none.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that openpyxl passes over
            book = openpyxl.load_workbook(io.BytesIO(content))
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
        SyntaxError,
    ) as trouble:
        raise NotAWorkbook("The file is no .xlsx workbook, or it is damaged.") from trouble
    return tuple(_page(sheet) for sheet in book.worksheets)


def _page(sheet: Worksheet) -> Page:
    rules = _rules(sheet)
    cells: dict[tuple[int, int], Shown] = {}
    for row in sheet.iter_rows(
        max_row=min(sheet.max_row, LAST_ROW), max_col=min(sheet.max_column, LAST_COLUMN)
    ):
        for cell in row:
            shown = _shown(cell, rules)
            cells[shown.row, shown.column] = shown
    merges = {
        (row, column): (one.min_row, one.min_col, one.max_row, one.max_col)
        for one in sheet.merged_cells.ranges
        if one.max_row <= LAST_ROW and one.max_col <= LAST_COLUMN
        for row in range(one.min_row, one.max_row + 1)
        for column in range(one.min_col, one.max_col + 1)
    }
    filled = [place for place, cell in cells.items() if cell.text or cell.is_bordered]
    return Page(
        name=sheet.title,
        is_hidden=sheet.sheet_state != "visible",
        is_protected=bool(sheet.protection.sheet),
        cells=cells,
        merges=merges,
        last_row=max((row for row, _ in filled), default=0),
        last_column=max((column for _, column in filled), default=0),
        hidden_rows=frozenset(number for number, one in sheet.row_dimensions.items() if one.hidden),
        hidden_columns=frozenset(
            number
            for one in sheet.column_dimensions.values()
            if one.hidden
            for number in range(one.min or 0, (one.max or 0) + 1)
        ),
    )


def _shown(cell: Cell | MergedCell, rules: _Rules) -> Shown:
    value: Any = cell.value
    row, column = int(cell.row or 0), int(cell.column or 0)
    text = "" if value is None else getattr(value, "text", None) or str(value)
    is_formula = cell.data_type == "f"
    border = cell.border
    validation, choices = rules.by_cell.get((row, column), ("", ()))
    return Shown(
        row=row,
        column=column,
        text=text if is_formula else " ".join(clean(text).split()),
        is_formula=is_formula,
        is_number=isinstance(value, (int, float)) and not isinstance(value, bool),
        format=cell.number_format or "General",
        is_bold=bool(cell.font and cell.font.b),
        is_bordered=any(
            side is not None and side.style for side in (border.left, border.right, border.top, border.bottom)
        ),
        is_locked=bool(cell.protection.locked),
        validation=validation,
        choices=choices,
    )


def _rules(sheet: Worksheet) -> _Rules:
    rules = _Rules()
    for one in sheet.data_validations.dataValidation:
        choices = tuple(
            word.strip()
            for word in (one.formula1 or "").strip('"').split(",")
            if (one.formula1 or "").startswith('"')
        )
        for area in one.sqref.ranges:
            if area.max_row > LAST_ROW or area.max_col > LAST_COLUMN:
                continue
            for row in range(area.min_row, area.max_row + 1):
                for column in range(area.min_col, area.max_col + 1):
                    rules.by_cell[row, column] = (one.type or "", choices if one.type == "list" else ())
    return rules
