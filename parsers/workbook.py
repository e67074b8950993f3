"""A returned workbook as a grid of cells with addresses, whatever program wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


#: A sheet ends there.
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_MOST_LETTERS, _MOST_DIGITS = 3, 7
_LEGACY_FONTS = (".vn", "vni-", "vni ", "vntimes", "vntime", "vnarial", "vnhelv", "vncentury", "abc ", "vk ")


#: Defined names -> (sheet name, row, column).
Names: TypeAlias = "Mapping[str, tuple[str, int, int]]"
#: (name of the sheet that has it to itself, defined name) -> (sheet name, row, column).
ScopedNames: TypeAlias = "Mapping[tuple[str, str], tuple[str, int, int]]"


class CellKind(StrEnum):
    """What stands in a cell."""

    NUMBER = "number"
    TEXT = "text"
    #: A number that its format shows as a date or time.
    DATE = "date"
    BOOLEAN = "boolean"
    #: #REF!, #DIV/0! and their kin.
    ERROR = "error"
    #: A formula whose result the file does not hold.
    NOT_CALCULATED = "not_calculated"
    EMPTY = "empty"


class Cell(NamedTuple):
    """One cell as the file stores it; a tuple, because a form has a thousand of them."""

    row: int
    column: int
    kind: CellKind
    #: Text as stored: digits of a number, words of a text, ISO date for DATE, TRUE/FALSE, the error's name.
    raw: str
    #: For a DATE cell the number behind it; otherwise empty.
    serial: str = ""
    number_format: str = "General"
    is_formula: bool = False
    #: Part of it is struck out, raised or lowered: the figure a person sees is not the text as stored.
    is_marked: bool = False
    #: Name of its font where that is one of an old encoding (.VnTime, VNI-Times); otherwise empty.
    font: str = ""

    @property
    def address(self) -> str:
        """A1 address."""
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: only cells that hold something are kept."""

    name: str
    hidden: bool
    cells: Mapping[tuple[int, int], Cell]
    #: Of the rows that hold something.
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    #: Merged ranges as (top, left, bottom, right).
    merged: tuple[tuple[int, int, int, int], ...] = ()
    #: What people wrote about cells in comments, by (row, column).
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)
    #: The words of boxes that lie over the sheet.
    boxes: tuple[str, ...] = ()

    def at(self, row: int, column: int) -> Cell:
        """Give the cell at (row, column), both from 1; an EMPTY one where nothing stands."""
        cell = self.cells.get((row, column))
        return cell or Cell(row=row, column=column, kind=CellKind.EMPTY, raw="")

    def rows(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Yield (row number, its cells from left to right), top to bottom."""
        by_row: dict[int, list[Cell]] = {}
        for (row, _), cell in sorted(self.cells.items()):
            by_row.setdefault(row, []).append(cell)
        for row, cells in by_row.items():
            yield row, tuple(cells)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A whole workbook."""

    sheets: tuple[Sheet, ...]
    #: Custom document properties by name.
    properties: Mapping[str, str] = field(default_factory=dict)
    #: Those that name one cell.
    names: Names = field(default_factory=dict)
    #: Those that belong to one sheet only.
    scoped_names: ScopedNames = field(default_factory=dict)
    #: Serial numbers of days count from 1904, as old Excel for Mac did.
    counts_from_1904: bool = False
    #: Parts of the file that were not written the plain way and took the slow reader.
    slow_parts: int = 0

    def sheet(self, name: str) -> Sheet | None:
        """Give the sheet of that exact name."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        return None


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """Give the letters of a column number, from 1: 1 -> A, 28 -> AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Give the number of a column, from 1, by its letters in either case: A -> 1, AB -> 28."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def place_of(address: str) -> tuple[int, int] | None:
    """Give the (row, column), from 1, of an A1 address; None for what is none within a sheet."""
    letters = address.rstrip("0123456789")
    digits = address[len(letters) :]
    if not (0 < len(letters) <= _MOST_LETTERS and letters.isascii() and letters.isalpha()):
        return None
    if not 0 < len(digits) <= _MOST_DIGITS:
        return None
    row, column = int(digits), column_number(letters)
    return (row, column) if 0 < row <= LAST_ROW and column <= LAST_COLUMN else None


def legacy_font(name: str) -> str:
    """Give *name* where it is a font of an old Vietnamese encoding (TCVN3/ABC, VNI), otherwise nothing."""
    return name if name.lstrip().casefold().startswith(_LEGACY_FONTS) else ""
