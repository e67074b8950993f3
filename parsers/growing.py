"""A sheet while it is read: cells are put down one by one, within limits, whatever format they come from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Final

from domain.errors import NotAWorkbook, TooLarge
from parsers.formats import iso_of, shows_date
from parsers.package import MAX_INFLATED
from parsers.workbook import Cell, CellKind, Sheet, legacy_font

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Cells with content in one sheet; a form has some hundreds.
MAX_CELLS: Final = 400_000
#: Excel ends at 32,767 signs in a cell.
MAX_TEXT: Final = 1_000_000
#: In all sheets of a file; more would not fit into the memory that reading one file may take.
MAX_CELLS_OF_FILE: Final = 800_000
MAX_SIGNS: Final = 60_000_000
MAX_SHEETS: Final = 2_000
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_MOST_MERGED: Final = 100_000
#: Whole numbers that a binary number holds exactly.
_EXACT: Final = 2.0**53
_EPOCH: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a calendar day has no zone
_PIECE: Final = 1 << 16
_SECONDS: Final = 86_400
_SERIAL: Final = Context(prec=15)


@dataclass(frozen=True, slots=True)
class Look:
    """What a cell's format says about its content."""

    number_format: str = "General"
    is_date: bool = False
    #: Struck out, raised or lowered as a whole.
    is_marked: bool = False
    #: Name of its font where that is one of an old encoding.
    font: str = ""

    @classmethod
    def of(cls, code: str, *, is_marked: bool = False, font: str = "") -> Look:
        """Judge a number format and the name of a font."""
        return cls(code, shows_date(code), is_marked, legacy_font(font))


PLAIN: Final = Look()


class Allowance:
    """What one file may still bring: its cells and the signs of its texts are counted."""

    def __init__(self) -> None:
        self._cells = MAX_CELLS_OF_FILE
        self._signs = MAX_SIGNS

    def take_cell(self) -> None:
        """Count a cell; raises TooLarge beyond the limit."""
        self._cells -= 1
        if self._cells < 0:
            raise TooLarge(f"The file holds more than {MAX_CELLS_OF_FILE} filled cells.")

    def take_text(self, text: str) -> str:
        """Count the signs of *text* and give it back; raises TooLarge beyond the limit."""
        self._signs -= len(text)
        if self._signs < 0:
            raise TooLarge(f"The texts of the file hold more than {MAX_SIGNS} signs.")
        return text


class GrowingSheet:
    """Collects what one sheet holds; places count from 1."""

    def __init__(self, name: str, allowance: Allowance, *, hidden: bool = False) -> None:
        self._name = name
        self._allowance = allowance
        self._left_to_hide = 4 * LAST_COLUMN
        self._hidden = hidden
        self._cells: dict[tuple[int, int], Cell] = {}
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._merged: list[tuple[int, int, int, int]] = []

    def put(  # noqa: PLR0913 - the facts of a cell
        self,
        row: int,
        column: int,
        kind: CellKind,
        raw: str,
        *,
        look: Look = PLAIN,
        serial: str = "",
        is_formula: bool = False,
        is_marked: bool = False,
    ) -> None:
        """Put a cell down; raises NotAWorkbook for a place outside and for two contents at one place."""
        if kind is CellKind.EMPTY or (not raw and not is_formula):
            return
        if not (0 < row <= LAST_ROW and 0 < column <= LAST_COLUMN):
            raise NotAWorkbook(f"A cell lies outside of the sheet: row {row}, column {column}.")
        if len(raw) > MAX_TEXT:
            raise TooLarge("A cell holds a text beyond all measure.")
        known = self._cells.get((row, column))
        if known is not None and (known.kind, known.raw) != (kind, raw):
            raise NotAWorkbook(f"The cell {known.address} stands twice in its sheet, with different content.")
        self._cells[row, column] = Cell(
            row=row,
            column=column,
            kind=kind,
            raw=raw,
            serial=serial,
            number_format=look.number_format,
            is_formula=is_formula,
            is_marked=is_marked or look.is_marked,
            font=look.font,
        )
        self._allowance.take_cell()
        if len(self._cells) > MAX_CELLS:
            raise TooLarge(f"A sheet holds more than {MAX_CELLS} filled cells.")

    def put_number(
        self,
        row: int,
        column: int,
        digits: str,
        *,
        look: Look = PLAIN,
        is_formula: bool = False,
        is_marked: bool = False,
        counts_from_1904: bool = False,
    ) -> None:
        """Put a number down, as a day where its format shows it as one."""
        kind, raw, serial = CellKind.NUMBER, digits, ""
        if look.is_date:
            kind, raw, serial = CellKind.DATE, iso_of(digits, counts_from_1904=counts_from_1904), digits
        self.put(row, column, kind, raw, look=look, serial=serial, is_formula=is_formula, is_marked=is_marked)

    def hide_row(self, row: int) -> None:
        """Note a hidden row."""
        if len(self._hidden_rows) < LAST_ROW:
            self._hidden_rows.add(row)

    def hide_columns(self, first: int, last: int) -> None:
        """Note hidden columns; ranges may overlap, but not without end."""
        hidden = range(max(first, 1), min(last, LAST_COLUMN) + 1)
        if self._left_to_hide > 0:
            self._left_to_hide -= len(hidden)
            self._hidden_columns.update(hidden)

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Note a merged range of more than one cell."""
        if len(self._merged) >= _MOST_MERGED:
            raise TooLarge(f"A sheet holds more than {_MOST_MERGED} merged ranges.")
        if (top, left) != (bottom, right):
            self._merged.append((top, left, bottom, right))

    def finish(self) -> Sheet:
        """Give the sheet."""
        rows = {row for row, _ in self._cells}
        return Sheet(
            name=self._name,
            hidden=self._hidden,
            cells=self._cells,
            hidden_rows=frozenset(self._hidden_rows & rows),
            hidden_columns=frozenset(self._hidden_columns),
            merged=tuple(self._merged),
        )


def flat_pieces(content: bytes) -> Iterator[bytes]:
    """Yield a file of one part in pieces; raises TooLarge beyond what any file may hold."""
    if len(content) > MAX_INFLATED:
        raise TooLarge(f"The file holds more than {MAX_INFLATED >> 20} MB.")
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]


def digits_of(value: float) -> str:
    """Write a binary number with the fewest digits that give it back, as spreadsheets store it."""
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return repr(value)


def day_of_iso(iso: str) -> tuple[str, str]:
    """Give (day or instant as a cell keeps it, its serial number since 1900) of an ISO instant.

    Text that is no instant is given back as it is, without a number. Spreadsheets keep a mere time as an
    instant of day 0, which is 30 or 31 December 1899.
    """
    try:
        at = dt.datetime.fromisoformat(iso).replace(tzinfo=None, microsecond=0)
    except ValueError:
        return iso, ""
    behind = at - _EPOCH
    if behind.days in (0, 1):
        behind = dt.timedelta(seconds=behind.seconds)
        raw = at.time().isoformat()
    else:
        raw = at.isoformat() if behind.seconds else at.date().isoformat()
    serial = _SERIAL.plus(Decimal(behind.days) + Decimal(behind.seconds) / _SECONDS)
    return raw, f"{serial.normalize() + 0:f}"


def resolve_names(
    named: Iterable[tuple[str, str | None, tuple[str, int, int]]],
) -> tuple[dict[str, tuple[str, int, int]], dict[tuple[str, str], tuple[str, int, int]]]:
    """Part (name, owning sheet or None, cell) into the book's names and the sheets' own.

    A sheet's own name also counts for the book where the book has none.
    """
    of_book: dict[str, tuple[str, int, int]] = {}
    of_sheet: dict[tuple[str, str], tuple[str, int, int]] = {}
    for name, owner, cell in named:
        if owner is None:
            of_book[name] = cell
        else:
            of_sheet[owner, name] = cell
    for (_, name), cell in of_sheet.items():
        of_book.setdefault(name, cell)
    return of_book, of_sheet
