"""The cells of one sheet from any XML, piece by piece and within limits.

The thorough reader: `plain_sheet` reads what is written the plain way, this one everything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.errors import NotAWorkbook, TooLarge
from parsers.formats import iso_of
from parsers.package import parse_xml
from parsers.workbook import Cell, CellKind, column_letters, column_number
from parsers.xlsx.styles_part import PLAIN_STYLE
from parsers.xlsx.texts_part import TEXT_NAMES, RichText, names_of, unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from parsers.xlsx.styles_part import CellStyle
    from parsers.xlsx.texts_part import SharedTexts

#: Cells with content in one sheet; a form has some hundreds.
MAX_CELLS = 400_000
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

_SHEET_NAMES = names_of("row", "c", "v", "f", "col", "mergeCell") | TEXT_NAMES
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_TRUE = ("1", "true", "on")
#: Formatted cells and rows without content: a million of them must cost little.
_BARE_CELL = re.compile(rb'<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?(?: t="n")?(?:\s?/>|></c>)')
_BARE_ROW = re.compile(rb'<row r="[0-9]+"[^<>]*(?:/>|>\s*</row>)')


@dataclass(slots=True, kw_only=True)
class SheetBody:
    """What one sheet holds."""

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


class _CutOut(Exception):
    """Bare cells were cut out, and now a cell comes that counts on them for its place."""


def read_sheet(
    pieces: Callable[[], Iterator[bytes]],
    *,
    texts: SharedTexts,
    styles: Sequence[CellStyle],
    counts_from_1904: bool,
) -> SheetBody:
    """Read the cells of a sheet; *pieces* opens its part, twice when it spells places by order only."""
    try:
        reader = _SheetReader(texts, styles, counts_from_1904=counts_from_1904)
        return reader.read(_without_bare(pieces(), reader))
    except _CutOut:
        reader = _SheetReader(texts, styles, counts_from_1904=counts_from_1904)
        return reader.read(pieces())


def _without_bare(pieces: Iterator[bytes], reader: _SheetReader) -> Iterator[bytes]:
    """Cut empty formatted cells and rows out of the XML before it is parsed."""
    for piece in pieces:
        lean = _BARE_ROW.sub(b"", _BARE_CELL.sub(b"", piece))
        if len(lean) != len(piece):
            reader.was_cut = True
        yield lean


class _SheetReader:
    """Follows the XML of one sheet."""

    def __init__(self, texts: SharedTexts, styles: Sequence[CellStyle], *, counts_from_1904: bool) -> None:
        self.was_cut = False
        self._texts = texts
        self._styles = styles
        self._counts_from_1904 = counts_from_1904
        self._body = SheetBody()
        self._row = 0
        self._column = 0
        self._row_hidden = False
        #: Descriptions of columns so far, and how many places they may still hide; ranges may overlap.
        self._columns = 0
        self._left_to_hide = 4 * LAST_COLUMN
        # The open cell.
        self._kind = "n"
        self._style = PLAIN_STYLE
        self._value: list[str] | None = None
        self._formula: list[str] | None = None
        self._rich: RichText | None = None
        self._sink: Callable[[str], None] | None = None

    def read(self, pieces: Iterator[bytes]) -> SheetBody:
        """Read the whole part."""
        parse_xml(pieces, self._start, self._end, self._text)
        return self._body

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        local = _SHEET_NAMES.get(tag)
        if local == "c":
            self._open_cell(attributes)
        elif local == "v":
            if self._value is not None:
                raise NotAWorkbook(f"A cell in row {self._row} holds two values.")
            self._value = []
            self._sink = self._value.append
        elif local == "f":
            self._formula = []
            self._sink = self._formula.append
        elif local == "row":
            self._open_row(attributes)
        elif local is not None:
            self._start_rare(local, attributes)

    def _start_rare(self, local: str, attributes: dict[str, str]) -> None:
        if local == "is":
            self._rich = RichText()
        elif local == "mergeCell":
            first_corner, colon, last_corner = attributes.get("ref", "").partition(":")
            if colon:
                self._body.merged.append((*_position(first_corner), *_position(last_corner)))
        elif local == "col" and not self._row:
            self._columns += 1
            if self._columns > LAST_COLUMN:
                raise NotAWorkbook("A sheet describes more columns than there are.")
            if is_unseen(attributes, "width") and self._left_to_hide > 0:
                first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
                hidden = range(first, min(last, LAST_COLUMN) + 1)
                self._left_to_hide -= len(hidden)
                self._body.hidden_columns.update(hidden)
        elif self._rich is not None:
            self._sink = self._rich.add if self._rich.start(local, attributes) else None

    def _end(self, tag: str) -> None:
        local = _SHEET_NAMES.get(tag)
        if local is None:
            return
        self._sink = None
        if local == "c":
            self._close_cell()
        elif self._rich is not None:
            self._rich.end(local)

    def _text(self, piece: str) -> None:
        if self._sink is not None:
            self._sink(piece)

    def _open_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        if number is None and self.was_cut:
            raise _CutOut
        self._row = int(number) if number else self._row + 1
        self._column = 0
        self._row_hidden = is_unseen(attributes, "ht")

    def _open_cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        if address is None:
            if self.was_cut:
                raise _CutOut
            self._column += 1
        else:
            self._row, self._column = _position(address)
        self._kind = attributes.get("t", "n")
        number = attributes.get("s")
        if number is None:
            self._style = PLAIN_STYLE
        else:
            index = int(number)
            self._style = self._styles[index] if index < len(self._styles) else PLAIN_STYLE
        self._value = self._formula = self._rich = None

    def _close_cell(self) -> None:
        is_formula = self._formula is not None
        if self._value is None and self._rich is None and not is_formula:
            return
        kind, raw, serial, is_marked = self._content()
        if kind is CellKind.EMPTY or (not raw and not is_formula):
            return
        place = (self._row, self._column)
        cells = self._body.cells
        cell = Cell(
            row=self._row,
            column=self._column,
            kind=kind,
            raw=raw,
            serial=serial,
            number_format=self._style.number_format,
            is_formula=is_formula,
            is_marked=is_marked or self._style.is_struck,
            font=self._style.font,
        )
        known = cells.get(place)
        if known is not None and (known.kind, known.raw) != (kind, raw):
            raise NotAWorkbook(f"The cell {cell.address} stands twice in its sheet, with different content.")
        cells[place] = cell
        if len(cells) > MAX_CELLS:
            raise TooLarge(f"A sheet holds more than {MAX_CELLS} filled cells.")
        if self._row_hidden:
            self._body.hidden_rows.add(self._row)

    def _content(self) -> tuple[CellKind, str, str, bool]:
        """Give kind, raw content, serial number and whether a part of the text is marked."""
        value = None if self._value is None else "".join(self._value)
        if self._kind == "s" and value is not None:
            index = int(value) if value.strip().isdecimal() else -1
            if not 0 <= index < len(self._texts.texts):
                return CellKind.ERROR, "#REF!", "", False
            return CellKind.TEXT, self._texts.texts[index], "", index in self._texts.marked
        if self._kind == "inlineStr" or self._rich is not None:
            rich = self._rich
            if rich is None:
                return CellKind.TEXT, unescape(value or ""), "", False
            return CellKind.TEXT, rich.text(), "", rich.is_marked
        if not value and not (self._kind == "str" and value is not None):
            formula = "".join(self._formula or ())
            return (
                (CellKind.NOT_CALCULATED if self._formula is not None else CellKind.EMPTY),
                (f"={formula}" if self._formula is not None else ""),
                "",
                False,
            )
        return *self._simple(value or ""), False

    def _simple(self, value: str) -> tuple[CellKind, str, str]:
        match self._kind:
            case "str":
                return CellKind.TEXT, unescape(value), ""
            case "b":
                return CellKind.BOOLEAN, "TRUE" if value.strip() in _TRUE else "FALSE", ""
            case "e":
                return CellKind.ERROR, value, ""
            case "d":
                return CellKind.DATE, value.removesuffix("T00:00:00"), ""
            case _:
                number = value.strip()
                if self._style.is_date:
                    return CellKind.DATE, iso_of(number, counts_from_1904=self._counts_from_1904), number
                return CellKind.NUMBER, number, ""


def is_unseen(attributes: dict[str, str], size: str) -> bool:
    """Tell whether a row or column is hidden, or drawn to nothing."""
    return attributes.get("hidden", "0") in _TRUE or (size in attributes and float(attributes[size]) == 0)


def _position(address: str) -> tuple[int, int]:
    """Give (row, column) of an A1 address."""
    letters = address.rstrip("0123456789")
    column = _COLUMNS.get(letters)
    digits = address[len(letters) :]
    if column is None:
        found = _ADDRESS.fullmatch(address)
        if found is None:
            raise NotAWorkbook(f"A cell has no proper address: {address[:20]!r}.")
        column, digits = column_number(found[1]), found[2]
    row = int(digits or 0)
    if not (0 < row <= LAST_ROW and column <= LAST_COLUMN):
        raise NotAWorkbook(f"A cell lies outside of the sheet: {address[:20]}.")
    return row, column


#: The columns that forms have, so that their letters need no reckoning.
_COLUMNS = {column_letters(column): column for column in range(1, 105)}
