"""The cells of one sheet and the shared texts of a workbook, from their XML, within limits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.errors import NotAWorkbook, TooLarge
from parsers.formats import iso_of, shows_date
from parsers.package import parse_xml
from parsers.workbook import Cell, CellKind, column_letters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: Transitional, strict, and none at all (some generators).
MAIN_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "",
)
#: Cells with content in one sheet; a form has some hundreds.
MAX_CELLS = 400_000
MAX_SHARED_TEXTS = 1_000_000
#: Excel ends at 32,767 signs in a cell.
MAX_TEXT = 1_000_000
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = ("1", "true", "on")
#: Formatted cells and rows without content: a million of them must cost little.
_BARE_CELL = re.compile(rb'<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?(?: t="n")?(?:\s?/>|></c>)')
_BARE_ROW = re.compile(rb'<row r="[0-9]+"[^<>]*(?:/>|>\s*</row>)')


@dataclass(frozen=True, slots=True)
class CellStyle:
    """What a cell's format says about its content."""

    number_format: str
    is_date: bool
    is_struck: bool

    @classmethod
    def of(cls, code: str, *, is_struck: bool) -> CellStyle:
        """Judge a number format."""
        return cls(code, shows_date(code), is_struck)


@dataclass(frozen=True, slots=True)
class SharedText:
    """A text of the workbook's common table."""

    text: str
    #: A run of it is struck out, raised or lowered.
    is_marked: bool


@dataclass(slots=True, kw_only=True)
class SheetBody:
    """What one sheet holds."""

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


_PLAIN_STYLE = CellStyle("General", is_date=False, is_struck=False)


class _CutOut(Exception):
    """Bare cells were cut out, and now a cell comes that counts on them for its place."""


def unescape(text: str) -> str:
    """Undo Excel's `_x000D_` spelling of signs that XML does not take."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def _names_of(*locals_: str) -> dict[str, str]:
    return {
        f"{namespace} {local}" if namespace else local: local
        for namespace in MAIN_NAMESPACES
        for local in locals_
    }


_TEXT_NAMES = _names_of("si", "is", "t", "r", "rPh", "vertAlign", "strike")
_SHEET_NAMES = _names_of("row", "c", "v", "f", "col", "mergeCell") | _TEXT_NAMES
_RAISED = ("superscript", "subscript")


class _RichText:
    """Collects the words of one text, without its phonetic runs, and notes marked runs."""

    __slots__ = ("_in_phonetic", "_length", "_run_marked", "is_marked", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self.is_marked = False
        self._run_marked = False
        self._in_phonetic = False
        self._length = 0

    def start(self, local: str, attributes: dict[str, str]) -> bool:
        """Take an element inside a text; True when its characters are words of it."""
        if local == "t":
            return not self._in_phonetic
        if local == "rPh":
            self._in_phonetic = True
        elif local == "r":
            self._run_marked = False
        elif (local == "vertAlign" and attributes.get("val") in _RAISED) or (
            local == "strike" and attributes.get("val", "1") in _TRUE
        ):
            self._run_marked = True
        return False

    def end(self, local: str) -> None:
        """Leave an element inside a text."""
        if local == "rPh":
            self._in_phonetic = False
        elif local == "r":
            self._run_marked = False

    def add(self, piece: str) -> None:
        """Take words."""
        self.words.append(piece)
        self._length += len(piece)
        if self._length > MAX_TEXT:
            raise TooLarge("A cell holds a text beyond all measure.")
        if self._run_marked and piece.strip():
            self.is_marked = True

    def text(self) -> str:
        """Give the words together, signs restored."""
        return unescape("".join(self.words))


def read_shared_texts(pieces: Iterator[bytes]) -> tuple[SharedText, ...]:
    """Read the table of shared texts."""
    texts: list[SharedText] = []
    current = _RichText()
    collecting = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal current, collecting
        local = _TEXT_NAMES.get(tag)
        if local == "si":
            current = _RichText()
        elif local is not None:
            collecting = current.start(local, attributes)

    def end(tag: str) -> None:
        nonlocal collecting
        local = _TEXT_NAMES.get(tag)
        collecting = False
        if local == "si":
            texts.append(SharedText(current.text(), current.is_marked))
            if len(texts) > MAX_SHARED_TEXTS:
                raise TooLarge(f"The workbook holds more than {MAX_SHARED_TEXTS} texts.")
        elif local is not None:
            current.end(local)

    def text(piece: str) -> None:
        if collecting:
            current.add(piece)

    parse_xml(pieces, start, end, text)
    return tuple(texts)


def read_sheet(
    pieces: Callable[[], Iterator[bytes]],
    *,
    texts: Sequence[SharedText],
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

    def __init__(
        self, texts: Sequence[SharedText], styles: Sequence[CellStyle], *, counts_from_1904: bool
    ) -> None:
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
        self._left_to_hide = 4 * _LAST_COLUMN
        # The open cell.
        self._kind = "n"
        self._style = _PLAIN_STYLE
        self._value: list[str] | None = None
        self._formula: list[str] | None = None
        self._rich: _RichText | None = None
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
            self._rich = _RichText()
        elif local == "mergeCell":
            first_corner, colon, last_corner = attributes.get("ref", "").partition(":")
            if colon:
                self._body.merged.append((*_position(first_corner), *_position(last_corner)))
        elif local == "col":
            self._columns += 1
            if self._columns > _LAST_COLUMN:
                raise NotAWorkbook("A sheet describes more columns than there are.")
            if _is_unseen(attributes, "width") and self._left_to_hide > 0:
                first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
                hidden = range(first, min(last, _LAST_COLUMN) + 1)
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
        self._row_hidden = _is_unseen(attributes, "ht")

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
            self._style = _PLAIN_STYLE
        else:
            index = int(number)
            self._style = self._styles[index] if index < len(self._styles) else _PLAIN_STYLE
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
            if not 0 <= index < len(self._texts):
                return CellKind.ERROR, "#REF!", "", False
            shared = self._texts[index]
            return CellKind.TEXT, shared.text, "", shared.is_marked
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


def _is_unseen(attributes: dict[str, str], size: str) -> bool:
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
        column, digits = _column_number(found[1]), found[2]
    row = int(digits or 0)
    if not (0 < row <= _LAST_ROW and column <= _LAST_COLUMN):
        raise NotAWorkbook(f"A cell lies outside of the sheet: {address[:20]}.")
    return row, column


def _column_number(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


#: The columns that forms have, so that their letters need no reckoning.
_COLUMNS = {column_letters(column): column for column in range(1, 105)}
