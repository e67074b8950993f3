"""Reader of OpenDocument spreadsheets, zipped (.ods, .ots) or flat (.fods): bytes to a sparse Grid.

A million repeated empty cells or rows cost one entry of the XML; only what holds something is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Context, Decimal
from typing import Final

from domain.errors import Encrypted, NotAWorkbook, TooLarge, WorkbookError
from parsers.formats import iso_of
from parsers.growing import (
    LAST_COLUMN,
    LAST_ROW,
    MAX_SHEETS,
    MAX_TEXT,
    PLAIN,
    Allowance,
    GrowingSheet,
    Look,
    day_of_iso,
    flat_pieces,
    resolve_names,
)
from parsers.opendocument.styles import TABLE, Styles
from parsers.package import damage, open_package, parse_xml
from parsers.workbook import CellKind, Grid, Sheet, column_number

_URN: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TEXT, _META = f"{_URN}office:1.0", f"{_URN}text:1.0", f"{_URN}meta:1.0"
_DRAW, _FORM, _CALCEXT = (
    f"{_URN}drawing:1.0",
    f"{_URN}form:1.0",
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
)
_ENCRYPTED: Final = f"{_URN}manifest:1.0 encryption-data"
#: What stands in a sheet or cell and is no content of it: notes, shapes, charts with their own tables.
_FOREIGN: Final = frozenset({
    (_OFFICE, "annotation"), (_OFFICE, "forms"), (TABLE, "shapes"), (TABLE, "tracked-changes"),
    (TABLE, "content-validations"), (TABLE, "dde-links"), (TABLE, "cell-range-source"), (_TEXT, "ruby-text"),
    (TABLE, "scenario"), (TABLE, "database-ranges"), (TABLE, "data-pilot-tables"),
})  # fmt: skip
_ADDRESS: Final = re.compile(
    r"\$?(?:'((?:[^']|'')+)'|([^'.:]+))\.\$?([A-Z]{1,3})\$?([0-9]{1,7})"
    r"(?::(?:\$?(?:'(?:[^']|'')+'|[^'.:]*))?\.?\$?([A-Z]{1,3})\$?([0-9]{1,7}))?"
)
_ERROR: Final = re.compile(r"#[A-Z0-9/]{1,12}[!?]?|Err:[0-9]{3}")
_DURATION: Final = re.compile(
    r"(-?)PT(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,9})?)S)?"
)
_SPACES: Final = re.compile(r"[ \t\r\n]+")
_MOST_SPACES: Final = 10_000
_MOST_STYLED_COLUMNS: Final = 2 * LAST_COLUMN
_DAY: Final = 86_400
_SERIAL: Final = Context(prec=15)


def read_opendocument(content: bytes) -> Grid:
    """Read a spreadsheet; raises NotAWorkbook, Encrypted, TooLarge or AmbiguousForm."""
    reader = _Reader()
    try:
        if content.startswith(b"PK"):
            _read_package(content, reader)
        else:
            parse_xml(flat_pieces(content), reader.start, reader.end, reader.text)
    except WorkbookError:
        raise
    except damage() as trouble:
        raise NotAWorkbook("The spreadsheet is damaged and cannot be read.") from trouble
    return reader.finish()


def _read_package(content: bytes, reader: _Reader) -> None:
    package = open_package(content)

    def refuse_locked(tag: str, _: dict[str, str]) -> None:
        if tag == _ENCRYPTED:
            raise Encrypted("The spreadsheet is locked with a password.")

    if "META-INF/manifest.xml" in package:
        parse_xml(package.pieces("META-INF/manifest.xml"), refuse_locked)
    for part in ("styles.xml", "meta.xml"):
        if part in package:
            parse_xml(package.pieces(part), reader.start, reader.end, reader.text)
    parse_xml(package.pieces("content.xml"), reader.start, reader.end, reader.text)


class _Reader:
    """Follows the XML of a spreadsheet, its styles first."""

    def __init__(self) -> None:
        self._styles = Styles()
        self._allowance = Allowance()
        self._sheets: list[Sheet] = []
        self._names: list[tuple[str, str | None, str]] = []
        self._properties: dict[str, str] = {}
        self._property = ""
        self._words: list[str] = []
        #: Depth inside something foreign, and inside the body.
        self._foreign = 0
        self._table: _TableReader | None = None
        self._depth_of_tables = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        namespace, _, local = tag.rpartition(" ")
        if self._foreign or namespace in (_DRAW, _FORM) or (namespace, local) in _FOREIGN:
            self._foreign += 1
        elif namespace == TABLE and local == "table":
            self._open_table(attributes)
        elif namespace == TABLE and local == "named-range":
            owner = self._table.name if self._table is not None else None
            address = attributes.get(f"{TABLE} cell-range-address", "")
            self._names.append((attributes.get(f"{TABLE} name", ""), owner, address))
        elif self._table is not None:
            self._table.start(namespace, local, attributes)
        elif namespace == _META and local == "user-defined":
            self._property = attributes.get(f"{_META} name", "")
            self._words.clear()
        else:
            self._styles.start(namespace, local, attributes)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        namespace, _, local = tag.rpartition(" ")
        if self._foreign:
            self._foreign -= 1
        elif namespace == TABLE and local == "table":
            self._close_table()
        elif self._table is not None:
            self._table.end(namespace, local)
        elif self._property and namespace == _META:
            self._properties[self._property] = self._allowance.take_text("".join(self._words).strip())
            self._property = ""
        else:
            self._styles.end(namespace, local)

    def text(self, piece: str) -> None:
        """Take words."""
        if self._foreign:
            return
        if self._table is not None:
            self._table.text(piece)
        elif self._property:
            self._words.append(piece)
        else:
            self._styles.text(piece)

    def finish(self) -> Grid:
        """Give the whole workbook."""
        if not self._sheets:
            raise NotAWorkbook("The file holds no sheet with cells.")
        named = [
            (name, owner, target)
            for name, owner, address in self._names
            if (target := _single_cell(address)) is not None
        ]
        names, scoped = resolve_names(named)
        return Grid(sheets=tuple(self._sheets), properties=self._properties, names=names, scoped_names=scoped)

    def _open_table(self, attributes: dict[str, str]) -> None:
        self._depth_of_tables += 1
        if self._depth_of_tables > 1:
            raise NotAWorkbook("A cell of the spreadsheet holds a table of its own.")
        name = attributes.get(f"{TABLE} name", "")
        hidden = self._styles.hides_table(attributes.get(f"{TABLE} style-name", ""))
        self._table = _TableReader(name, GrowingSheet(name, self._allowance, hidden=hidden), self._styles)

    def _close_table(self) -> None:
        self._depth_of_tables -= 1
        if self._table is not None:
            self._sheets.append(self._table.sheet.finish())
            self._table = None
        if len(self._sheets) > MAX_SHEETS:
            raise TooLarge(f"The file holds more than {MAX_SHEETS} sheets.")


class _TableReader:
    """Follows the XML of one sheet."""

    def __init__(self, name: str, sheet: GrowingSheet, styles: Styles) -> None:
        self.name = name
        self.sheet = sheet
        self._styles = styles
        #: Places of the row and cell that are open, and how often each stands there.
        self._row = self._column = 0
        self._rows = self._columns = 0
        self._next_row = self._next_column = self._next_styled = 1
        self._row_style = ""
        #: (last column, style) of the columns from left to right.
        self._column_styles: list[tuple[int, str]] = []
        self._cell: dict[str, str] | None = None
        self._is_row_hidden = False
        self._paragraphs: list[list[str]] = []
        self._collects = False
        self._spans: list[bool] = []
        self._is_marked = False
        self._length = 0
        #: What stands in the open row, for rows that are repeated.
        self._puts: list[Callable[[int], None]] = []

    def start(self, namespace: str, local: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        if namespace == TABLE:
            if local in ("table-cell", "covered-table-cell"):
                self._open_cell(attributes)
            elif local == "table-row":
                self._open_row(attributes)
            elif local == "table-column":
                self._take_column(attributes)
        elif namespace == _TEXT and self._cell is not None:
            self._start_text(local, attributes)

    def end(self, namespace: str, local: str) -> None:
        """Take the end of an element."""
        if namespace == TABLE:
            if local in ("table-cell", "covered-table-cell"):
                self._close_cell()
            elif local == "table-row":
                self._close_row()
        elif namespace == _TEXT:
            if local in ("p", "h"):
                self._collects = False
            elif local == "span" and self._spans:
                self._spans.pop()

    def text(self, piece: str) -> None:
        """Take words."""
        if self._collects:
            self._length += len(piece)
            if self._length > 2 * MAX_TEXT:
                raise TooLarge("A cell holds a text beyond all measure.")
            self._paragraphs[-1].append(piece)
            if any(self._spans) and piece.strip():
                self._is_marked = True

    def _open_row(self, attributes: dict[str, str]) -> None:
        self._row = self._next_row
        self._rows = _repeats(attributes, "number-rows-repeated")
        self._next_row = min(self._row + self._rows, LAST_ROW + 1)
        self._next_column = 1
        self._row_style = attributes.get(f"{TABLE} default-cell-style-name", "")
        self._is_row_hidden = attributes.get(f"{TABLE} visibility", "visible") != "visible"
        self._puts = []

    def _close_row(self) -> None:
        if not self._puts:
            return
        for row in range(self._row, self._row + self._rows):
            for put in self._puts:
                put(row)
            if self._is_row_hidden:
                self.sheet.hide_row(row)

    def _take_column(self, attributes: dict[str, str]) -> None:
        first = self._next_styled
        last = first + _repeats(attributes, "number-columns-repeated") - 1
        self._next_styled = min(last, LAST_COLUMN) + 1
        if len(self._column_styles) < _MOST_STYLED_COLUMNS:
            self._column_styles.append((last, attributes.get(f"{TABLE} default-cell-style-name", "")))
        if attributes.get(f"{TABLE} visibility", "visible") != "visible":
            self.sheet.hide_columns(first, last)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self._column = self._next_column
        self._columns = _repeats(attributes, "number-columns-repeated")
        self._next_column = min(self._column + self._columns, LAST_COLUMN + 1)
        self._cell = attributes
        self._paragraphs = []
        self._is_marked = False
        self._spans = []
        self._length = 0

    def _start_text(self, local: str, attributes: dict[str, str]) -> None:
        if local in ("p", "h"):
            self._paragraphs.append([])
            self._collects = True
        elif not self._collects:
            return
        elif local == "span":
            self._spans.append(self._styles.marks(attributes.get(f"{_TEXT} style-name", "")))
        elif local == "s":
            count = attributes.get(f"{_TEXT} c", "1")
            self._paragraphs[-1].append("\0" * min(int(count), _MOST_SPACES))
        elif local in ("tab", "line-break"):
            self._paragraphs[-1].append("\1" if local == "tab" else "\2")

    def _close_cell(self) -> None:
        attributes, self._cell = self._cell, None
        if attributes is None:
            return
        kind, raw, serial = self._content(attributes)
        is_formula = f"{TABLE} formula" in attributes
        if kind is not CellKind.EMPTY and (raw or is_formula):
            self._keep(kind, raw, serial, is_formula=is_formula, look=self._look(attributes))
        across = _repeats(attributes, "number-columns-spanned")
        down = _repeats(attributes, "number-rows-spanned")
        if across > 1 or down > 1:
            self.sheet.merge(self._row, self._column, self._row + down - 1, self._column + across - 1)

    def _keep(self, kind: CellKind, raw: str, serial: str, *, is_formula: bool, look: Look) -> None:
        first, last = self._column, self._column + self._columns
        is_marked = self._is_marked

        def put(row: int) -> None:
            for column in range(first, last):
                self.sheet.put(
                    row,
                    column,
                    kind,
                    raw,
                    look=look,
                    serial=serial,
                    is_formula=is_formula,
                    is_marked=is_marked,
                )

        self._puts.append(put)

    def _look(self, attributes: dict[str, str]) -> Look:
        name = attributes.get(f"{TABLE} style-name") or self._row_style
        if not name:
            name = next((style for last, style in self._column_styles if self._column <= last), "")
        return self._styles.look(name) if name else PLAIN

    def _content(self, attributes: dict[str, str]) -> tuple[CellKind, str, str]:
        """Give kind, raw content and serial number of the cell that closes."""
        shown = "\n".join(_collapse("".join(words)) for words in self._paragraphs)
        formula = attributes.get(f"{TABLE} formula")
        kind = attributes.get(f"{_OFFICE} value-type", "")
        is_error = attributes.get(f"{_CALCEXT} value-type") == "error"
        if is_error or (formula is not None and _ERROR.fullmatch(shown)):
            return CellKind.ERROR, shown or "#VALUE!", ""
        match kind:
            case "float" | "percentage" | "currency":
                return CellKind.NUMBER, attributes.get(f"{_OFFICE} value", "").strip(), ""
            case "date":
                return CellKind.DATE, *day_of_iso(attributes.get(f"{_OFFICE} date-value", "").strip())
            case "time":
                return _time(attributes.get(f"{_OFFICE} time-value", ""))
            case "boolean":
                is_true = attributes.get(f"{_OFFICE} boolean-value") == "true"
                return CellKind.BOOLEAN, "TRUE" if is_true else "FALSE", ""
            case "string":
                # The paragraphs show what a format adds to the text as stored.
                return CellKind.TEXT, attributes.get(f"{_OFFICE} string-value", shown), ""
        if formula is not None:
            return CellKind.NOT_CALCULATED, "=" + formula.removeprefix("of:").removeprefix("="), ""
        return (CellKind.TEXT if shown else CellKind.EMPTY), shown, ""


def _repeats(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(f"{TABLE} {name}", "1")
    return max(1, min(int(text), LAST_ROW)) if text.isascii() and text.isdigit() else 1


def _collapse(words: str) -> str:
    """Take white space as OpenDocument does: runs count as one space, those spelt out as they are."""
    spelt = _SPACES.sub(" ", words).strip(" ")
    return spelt.replace("\0", " ").replace("\1", "\t").replace("\2", "\n")


def _time(duration: str) -> tuple[CellKind, str, str]:
    found = _DURATION.fullmatch(duration.strip())
    if found is None:
        return CellKind.DATE, duration.strip(), ""
    sign, hours, minutes, seconds = found.groups()
    total = Decimal(hours or 0) * 3600 + Decimal(minutes or 0) * 60 + Decimal(seconds or 0)
    serial = f"{sign}{_SERIAL.divide(total, Decimal(_DAY)).normalize() + 0:f}"
    return CellKind.DATE, iso_of(serial, counts_from_1904=False), serial


def _single_cell(address: str) -> tuple[str, int, int] | None:
    """Give the cell that `$Sheet.$D$14` names; None for a range of several."""
    found = _ADDRESS.fullmatch(address.strip())
    if found is None:
        return None
    quoted, plain, letters, row, last_letters, last_row = found.groups()
    if last_letters and (last_letters, last_row) != (letters, row):
        return None
    return (quoted.replace("''", "'") if quoted else plain, int(row), column_number(letters))
