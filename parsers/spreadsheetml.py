"""Reader of SpreadsheetML 2003, the XML that Excel 2003 and many web portals call .xls: bytes to a Grid."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from domain.errors import NotAWorkbook, TooLarge, WorkbookError
from parsers.growing import (
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
from parsers.package import damage, parse_xml
from parsers.workbook import CellKind, Grid, Sheet

NAMESPACE: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_OFFICE: Final = "urn:schemas-microsoft-com:office:office"
_EXCEL: Final = "urn:schemas-microsoft-com:office:excel"
_HTML: Final = "http://www.w3.org/TR/REC-html40"

#: Number formats that have a name instead of a code.
NAMED_FORMATS: Final = {
    "general": "General", "general number": "General", "general date": "dd/mm/yyyy h:mm",
    "long date": "dd/mm/yyyy", "medium date": "d-mmm-yy", "short date": "dd/mm/yyyy",
    "long time": "h:mm:ss", "medium time": "h:mm AM/PM", "short time": "h:mm",
    "currency": "#,##0.00", "euro currency": "#,##0.00", "fixed": "0.00", "standard": "#,##0.00",
    "percent": "0.00%", "scientific": "0.00E+00",
}  # fmt: skip
_REFERENCE: Final = re.compile(
    r"=?(?:'((?:[^']|'')+)'|([^'!]+))!R([0-9]{1,7})C([0-9]{1,5})(?::R([0-9]{1,7})C([0-9]{1,5}))?"
)
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MARKING: Final = frozenset({"S", "Sup", "Sub", "Del"})
_MOST_STYLES: Final = 50_000
_DEEPEST: Final = 20


def read_spreadsheetml(content: bytes) -> Grid:
    """Read a workbook; raises NotAWorkbook or TooLarge."""
    reader = _Reader()
    try:
        parse_xml(flat_pieces(content.lstrip()), reader.start, reader.end, reader.text)
    except WorkbookError:
        raise
    except damage() as trouble:
        raise NotAWorkbook("The XML spreadsheet is damaged and cannot be read.") from trouble
    return reader.finish()


@dataclass(slots=True)
class _Style:
    """What a style says itself; None where its parent decides."""

    parent: str
    number_format: str | None = None
    is_struck: bool | None = None
    font: str | None = None


class _Reader:
    """Follows the XML of a workbook."""

    def __init__(self) -> None:
        self._allowance = Allowance()
        self._styles: dict[str, _Style] = {}
        self._looks: dict[str, Look] = {}
        self._open_style: _Style | None = None
        self._properties: dict[str, str] = {}
        self._in_properties = False
        self._names: list[tuple[str, str | None, str]] = []
        self._sheets: list[Sheet] = []
        self._hidden: set[str] = set()
        self._sheet_name: str | None = None
        self._sheet: GrowingSheet | None = None
        self._counts_from_1904 = False
        self._words: list[str] | None = None
        self._length = 0
        # The open row and cell.
        self._row = self._row_span = self._column = self._last_styled = 0
        self._cell: dict[str, str] | None = None
        self._row_style = ""
        self._column_styles: dict[int, str] = {}
        self._type = ""
        self._marks = 0
        self._is_marked = False
        self._has_data = self._in_comment = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        namespace, _, local = tag.rpartition(" ")
        if namespace == NAMESPACE:
            starter = self._starters.get(local)
            if starter is not None:
                starter(self, {key.rpartition(" ")[2]: value for key, value in attributes.items()})
        elif namespace == _HTML:
            self._marks += local in _MARKING
        elif local == "CustomDocumentProperties":
            self._in_properties = True
        elif (self._in_properties and namespace == _OFFICE) or local in ("Visible", "Date1904"):
            self._words = []

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        namespace, _, local = tag.rpartition(" ")
        if namespace == NAMESPACE:
            if local == "Data":
                self._put(self._cell or {})
            elif local == "Cell":
                self._close_cell()
            elif local == "Comment":
                self._in_comment = False
            elif local == "Worksheet":
                self._close_sheet()
            elif local == "Style":
                self._open_style = None
        elif namespace == _HTML:
            self._marks -= local in _MARKING
        elif local == "CustomDocumentProperties":
            self._in_properties = False
        elif self._words is not None:
            self._end_setting(namespace, local, "".join(self._words).strip())
            self._words = None

    def text(self, piece: str) -> None:
        """Take words."""
        if self._words is not None:
            self._length += len(piece)
            if self._length > MAX_TEXT:
                raise TooLarge("A cell holds a text beyond all measure.")
            self._words.append(piece)
            if self._marks and piece.strip():
                self._is_marked = True

    def finish(self) -> Grid:
        """Give the whole workbook."""
        if not self._sheets:
            raise NotAWorkbook("The file holds no sheet with cells.")
        named = [
            (name, owner, target)
            for name, owner, refers_to in self._names
            if (target := _single_cell(refers_to)) is not None
        ]
        names, scoped = resolve_names(named)
        return Grid(
            sheets=tuple(self._sheets),
            properties=self._properties,
            names=names,
            scoped_names=scoped,
            counts_from_1904=self._counts_from_1904,
        )

    def _end_setting(self, namespace: str, local: str, words: str) -> None:
        if self._in_properties:
            name = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), local)
            self._properties[name] = self._allowance.take_text(words)
        elif namespace == _EXCEL and local == "Visible":
            if words != "SheetVisible" and self._sheet_name is not None:
                self._hidden.add(self._sheet_name)
        elif local == "Date1904":
            self._counts_from_1904 = True
        self._length = 0

    def _start_style(self, attributes: dict[str, str]) -> None:
        self._open_style = _Style(attributes.get("Parent", "Default"))
        self._styles[attributes.get("ID", "")] = self._open_style
        if len(self._styles) > _MOST_STYLES:
            raise TooLarge(f"The file holds more than {_MOST_STYLES} styles.")

    def _start_number_format(self, attributes: dict[str, str]) -> None:
        if self._open_style is not None and "Format" in attributes:
            code = attributes["Format"]
            self._open_style.number_format = NAMED_FORMATS.get(code.casefold(), code)

    def _start_font(self, attributes: dict[str, str]) -> None:
        if self._open_style is not None:
            self._open_style.is_struck = attributes.get("StrikeThrough", "0") == "1"
            self._open_style.font = attributes.get("FontName")

    def _start_name(self, attributes: dict[str, str]) -> None:
        refers_to = attributes.get("RefersTo", "")
        self._names.append((attributes.get("Name", ""), self._sheet_name, refers_to))

    def _start_sheet(self, attributes: dict[str, str]) -> None:
        self._sheet_name = attributes.get("Name", "")
        self._sheet = GrowingSheet(self._sheet_name, self._allowance)
        self._row = self._row_span = self._last_styled = 0
        self._column_styles = {}

    def _start_column(self, attributes: dict[str, str]) -> None:
        first = _number(attributes, "Index", self._last_styled + 1)
        last = first + _number(attributes, "Span", 0)
        self._last_styled = last
        if self._sheet is not None and (attributes.get("Hidden") == "1" or attributes.get("Width") == "0"):
            self._sheet.hide_columns(first, last)
        if "StyleID" in attributes:
            for column in range(first, min(last, first + _MOST_STYLES) + 1):
                self._column_styles[column] = attributes["StyleID"]

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = _number(attributes, "Index", self._row + self._row_span + 1)
        # A description of a row may stand for those below it, too; they hold nothing.
        self._row_span = _number(attributes, "Span", 0)
        self._column = 0
        self._row_style = attributes.get("StyleID", "")
        if self._sheet is not None and (attributes.get("Hidden") == "1" or attributes.get("Height") == "0"):
            self._sheet.hide_row(self._row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._column = _number(attributes, "Index", self._column + 1)
        self._cell = attributes
        self._has_data = self._in_comment = False

    def _start_data(self, attributes: dict[str, str]) -> None:
        self._type = attributes.get("Type", "String")
        self._words = []
        self._length = 0
        self._marks = 0
        self._is_marked = False

    def _start_comment(self, _: dict[str, str]) -> None:
        self._in_comment = True  # its words are no content of the cell

    def _put(self, cell: dict[str, str]) -> None:
        words, self._words = "".join(self._words or ()), None
        if self._sheet is None or self._in_comment:
            return
        if self._has_data:
            raise NotAWorkbook(f"A cell in row {self._row} holds two values.")
        self._has_data = True
        look = self._look(cell)
        is_formula = "Formula" in cell
        kind, raw, serial = self._content(words)
        if kind is CellKind.NUMBER:
            self._sheet.put_number(
                self._row,
                self._column,
                raw,
                look=look,
                is_formula=is_formula,
                counts_from_1904=self._counts_from_1904,
            )
            return
        self._sheet.put(
            self._row,
            self._column,
            kind,
            self._allowance.take_text(raw),
            look=look,
            serial=serial,
            is_formula=is_formula,
            is_marked=self._is_marked,
        )

    def _content(self, words: str) -> tuple[CellKind, str, str]:
        match self._type:
            case "Number":
                return CellKind.NUMBER, words.strip(), ""
            case "DateTime":
                return CellKind.DATE, *day_of_iso(words.strip())
            case "Boolean":
                return CellKind.BOOLEAN, "TRUE" if words.strip() == "1" else "FALSE", ""
            case "Error":
                return CellKind.ERROR, words.strip() or "#VALUE!", ""
        return CellKind.TEXT, words, ""

    def _close_cell(self) -> None:
        cell, self._cell = self._cell, None
        if cell is None or self._sheet is None:
            return
        if "Formula" in cell and not self._has_data:
            self._sheet.put(
                self._row,
                self._column,
                CellKind.NOT_CALCULATED,
                cell["Formula"],
                look=self._look(cell),
                is_formula=True,
            )
        across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
        if across or down:
            self._sheet.merge(self._row, self._column, self._row + down, self._column + across)
            self._column += across

    def _close_sheet(self) -> None:
        if self._sheet is None:
            return
        sheet = self._sheet.finish()
        if sheet.name in self._hidden:
            sheet = Sheet(**{**vars(sheet), "hidden": True})
        self._sheets.append(sheet)
        self._sheet = self._sheet_name = None
        if len(self._sheets) > MAX_SHEETS:
            raise TooLarge(f"The file holds more than {MAX_SHEETS} sheets.")

    def _look(self, cell: dict[str, str]) -> Look:
        name = cell.get("StyleID") or self._row_style or self._column_styles.get(self._column, "Default")
        known = self._looks.get(name)
        if known is None:
            font = self._first(name, "font")
            known = Look.of(
                str(self._first(name, "number_format") or PLAIN.number_format),
                is_marked=bool(self._first(name, "is_struck")),
                font=str(font or ""),
            )
            self._looks[name] = known
        return known

    def _first(self, name: str, attribute: str) -> object:
        for _ in range(_DEEPEST):
            style = self._styles.get(name)
            if style is None:
                return None
            value = getattr(style, attribute)
            if value is not None:
                return value
            name = style.parent
        return None

    _starters: Final[dict[str, Callable[[_Reader, dict[str, str]], None]]] = {
        "Style": _start_style,
        "NumberFormat": _start_number_format,
        "Font": _start_font,
        "NamedRange": _start_name,
        "Worksheet": _start_sheet,
        "Column": _start_column,
        "Row": _start_row,
        "Cell": _start_cell,
        "Data": _start_data,
        "Comment": _start_comment,
    }


def _number(attributes: dict[str, str], name: str, otherwise: int) -> int:
    text = attributes.get(name, "")
    return min(int(text), LAST_ROW + 1) if text.isascii() and text.isdigit() else otherwise


def _single_cell(refers_to: str) -> tuple[str, int, int] | None:
    found = _REFERENCE.fullmatch(refers_to.strip())
    if found is None:
        return None
    quoted, plain, row, column, last_row, last_column = found.groups()
    if last_row and (last_row, last_column) != (row, column):
        return None
    return (quoted.replace("''", "'") if quoted else plain, int(row), int(column))
