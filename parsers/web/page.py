"""Reader of web pages that are called .xls, and of .mht: every table of the page is a sheet.

Excel, LibreOffice and the export buttons of web portals write such files. What a cell stores beside what it
shows (x:num, sdval) counts; a number that is merely shown stays text, for the reader of cells to judge.
"""

from __future__ import annotations

import email
import re
from dataclasses import dataclass, field
from email.policy import compat32
from typing import TYPE_CHECKING, Final

from domain.errors import NotAWorkbook, TooLarge
from parsers.delimited import decode_text
from parsers.growing import LAST_COLUMN, LAST_ROW, MAX_TEXT, Allowance, GrowingSheet
from parsers.numbered_tables import table_name
from parsers.shown import shown_text
from parsers.web.styles import WebStyles
from parsers.web.tags import Raw, Tag, Words, tokens
from parsers.workbook import CellKind, Grid, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST: Final = 40_000_000
_MOST_TABLES: Final = 500
_MOST_PAGES: Final = 200
_DEEPEST: Final = 30
#: Places that spanning cells may cover, in all tables together.
_MOST_COVERED: Final = 3_000_000
_LARGEST_SPAN: Final = 1_000
_HEAD: Final = 8_192
_CHARSET: Final = re.compile(rb"charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_SHEET_NAMES: Final = re.compile(r"<x:ExcelWorksheet>\s{0,200}<x:Name>([^<]{1,200})</x:Name>", re.IGNORECASE)
_HIDDEN_SHEET: Final = re.compile(r"<x:Visible>\s*Sheet(?:Very)?Hidden", re.IGNORECASE)
#: LibreOffice writes a heading over each sheet: "Sheet 1: Bieu_TH".
_HEADING: Final = re.compile(r"[^:]{0,40}[0-9]+: (.{1,200})", re.DOTALL)
_NUMBER: Final = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_BLANK: Final = " \t\r\n\xa0"
_STAND_IN: Final = "\0"
_BREAKS: Final = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4"})
_HEADINGS: Final = frozenset({"h1", "h2"})
_MARKING: Final = frozenset({"s", "strike", "del", "sup", "sub"})
_STYLED: Final = frozenset({"span", "font", "div", "p", "a", "b", "i", "em", "strong"})
_STRUCTURE: Final = frozenset({"table", "tr", "td", "th"})
_CHOICES: Final = frozenset({"option", "select"})
_SILENT: Final = frozenset({"option", "comment"})
_NO_INPUT: Final = frozenset({"hidden", "checkbox", "radio", "button", "submit", "image", "file", "password"})


def read_webpage(content: bytes) -> Grid:
    """Read the tables of a page or of the pages in an .mht; raises NotAWorkbook or TooLarge."""
    if len(content) > _LONGEST:
        raise TooLarge(f"The web page holds more than {_LONGEST} bytes.")
    pages = _pages(content)
    reader = _PageReader()
    for page in pages:
        reader.read(_decode(page))
    return reader.finish()


def is_mime_page(content: bytes) -> bool:
    """Tell whether bytes begin as an .mht does: with the head of a mail."""
    head = content[:_HEAD].lstrip().lower()
    return b"mime-version:" in head and (b"multipart/related" in head or b"text/html" in head)


def _pages(content: bytes) -> list[bytes]:
    if not is_mime_page(content):
        return [content]
    message = email.message_from_bytes(content.lstrip(), policy=compat32)
    pages: list[bytes] = []
    for part in message.walk():
        if part.get_content_type() == "text/html" and not part.is_multipart():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                pages.append(payload)
    if not pages or len(pages) > _MOST_PAGES:
        raise NotAWorkbook("The web archive holds no page with a table.")
    return pages


def _decode(page: bytes) -> str:
    """Decode a page by its mark or by what it says of itself."""
    named = _CHARSET.search(page[:_HEAD])
    if named is not None and not page.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        encoding = named[1].decode("ascii")
        # Windows means its own pages by the names of the standards they were made from.
        encoding = {"iso-8859-1": "cp1252", "us-ascii": "cp1252"}.get(encoding.lower(), encoding)
        if encoding.lower() not in ("utf-8", "unicode") and not encoding.lower().startswith("utf-16"):
            try:
                return page.decode(encoding, "replace")
            except (LookupError, UnicodeError):
                pass
    return decode_text(page)


@dataclass(slots=True)
class _OpenTable:
    """A table that is being read."""

    sheet: GrowingSheet
    heading: str
    row: int = 0
    column: int = 0
    #: For columns that a cell from above reaches into: the last row it covers.
    covered: dict[int, int] = field(default_factory=dict)
    columns: int = 0
    cells: int = 0
    cell: _OpenCell | None = None


@dataclass(slots=True)
class _OpenCell:
    """A cell that is being read."""

    attributes: Mapping[str, str]
    words: list[str] = field(default_factory=list)
    length: int = 0
    is_marked: bool = False
    font: str = ""


class _PageReader:
    """Follows the tags of pages and collects their tables."""

    def __init__(self) -> None:
        self._allowance = Allowance()
        self._styles = WebStyles()
        self._found: list[tuple[_OpenTable, int]] = []
        self._open: list[_OpenTable] = []
        self._tables = 0
        self._covered = 0
        self._names: list[tuple[str, bool]] = []
        self._properties: dict[str, str] = {}
        self._heading: list[str] | None = None
        self._last_heading = ""
        #: Elements that mark words, and those that hide them, with how deep we are in each kind.
        self._marks: list[tuple[str, bool]] = []
        self._hidden_in = ""
        self._hidden_depth = 0

    def read(self, page: str) -> None:
        """Read one page."""
        for token in tokens(page):
            if isinstance(token, Raw):
                self._take_raw(token)
            elif isinstance(token, Words):
                self._take_words(token.text)
            elif self._hidden_in and self._stays_hidden(token):
                continue
            elif token.is_end:
                self._end(token.name)
            else:
                self._start(token)
        while self._open:
            self._close_table()
        self._hidden_in = ""

    def finish(self) -> Grid:
        """Give the tables that hold something, in the order of the page."""
        filled = [table for table, _ in sorted(self._found, key=lambda pair: pair[1]) if table.cells]
        if not filled:
            raise NotAWorkbook("The web page holds no table.")
        sheets: list[Sheet] = []
        for number, table in enumerate(filled, start=1):
            name, hidden = table.heading, False
            if len(self._names) == len(filled):
                name, hidden = self._names[number - 1]
            name = name or table_name(number, len(filled))
            sheets.append(Sheet(**{**vars(table.sheet.finish()), "name": name, "hidden": hidden}))
        return Grid(sheets=tuple(sheets), properties=self._properties)

    def _stays_hidden(self, tag: Tag) -> bool:
        """Follow an element that hides its words to its end; one left open ends by what comes."""
        is_structure = tag.name in _STRUCTURE or (self._hidden_in == "option" and tag.name in _CHOICES)
        if is_structure:
            self._hidden_in = ""
            return False
        if tag.name == self._hidden_in:
            self._hidden_depth += -1 if tag.is_end else 1
            self._hidden_in = self._hidden_in if self._hidden_depth else ""
        return True

    def _take_raw(self, raw: Raw) -> None:
        if raw.name == "style":
            self._styles.read(raw.text)
        elif raw.name in ("!--", "xml"):
            for found in _SHEET_NAMES.finditer(raw.text):
                end = raw.text.find("</x:ExcelWorksheet>", found.end())
                described = raw.text[found.end() : end if end >= 0 else found.end()]
                if len(self._names) < _MOST_TABLES:
                    self._names.append((found[1], _HIDDEN_SHEET.search(described[:4096]) is not None))
        elif raw.name == "textarea":
            self._take_words(raw.text)

    def _take_words(self, text: str) -> None:
        if self._hidden_in:
            return
        cell = self._open[-1].cell if self._open else None
        if cell is not None:
            cell.length += len(text)
            if cell.length > MAX_TEXT:
                raise TooLarge("A cell holds a text beyond all measure.")
            cell.words.append(_SPACES.sub(" ", text))
            if text.strip(_BLANK) and any(is_marked for _, is_marked in self._marks):
                cell.is_marked = True
        elif self._heading is not None and len(self._heading) < _DEEPEST:
            self._heading.append(text)

    def _start(self, tag: Tag) -> None:
        name = tag.name
        if name == "table":
            self._open_table()
        elif name == "meta":
            if len(self._properties) < _MOST_TABLES and "name" in tag.attributes:
                self._properties[tag.attributes["name"]] = tag.attributes.get("content", "")
        elif name in _HEADINGS and not self._open:
            self._heading = []
        elif self._open:
            self._start_inside(self._open[-1], tag)

    def _start_inside(self, table: _OpenTable, tag: Tag) -> None:
        name = tag.name
        if name == "tr":
            self._open_row(table, tag)
        elif name in ("td", "th"):
            self._open_cell(table, tag)
        elif name == "col":
            self._take_column(table, tag)
        elif table.cell is not None:
            self._start_words(table.cell, tag)

    def _start_words(self, cell: _OpenCell, tag: Tag) -> None:
        name = tag.name
        if name in _BREAKS:
            cell.words.append("\n")
        if name == "input" and tag.attributes.get("type", "text").lower() not in _NO_INPUT:
            self._take_words(tag.attributes.get("value", ""))
        elif (name in _SILENT and "selected" not in tag.attributes) or self._styles.hides(tag):
            self._hidden_in, self._hidden_depth = name, 1
        elif name in _MARKING or name in _STYLED:
            if len(self._marks) > _DEEPEST:
                del self._marks[0]
            self._marks.append((name, name in _MARKING or self._styles.marks(tag)))
            cell.font = cell.font or tag.attributes.get("face", "") or self._styles.font(tag)

    def _end(self, name: str) -> None:
        if name in _HEADINGS and self._heading is not None:
            found = _HEADING.fullmatch(" ".join("".join(self._heading).split()))
            self._last_heading = found[1] if found else ""
            self._heading = None
        if not self._open:
            return
        table = self._open[-1]
        if name == "table":
            self._close_table()
        elif name in ("td", "th", "tr"):
            self._close_cell(table)
        elif table.cell is not None:
            if name in _BREAKS:
                table.cell.words.append("\n")
            for place in range(len(self._marks) - 1, -1, -1):
                if self._marks[place][0] == name:
                    del self._marks[place]
                    break

    def _open_table(self) -> None:
        self._tables += 1
        if self._tables > _MOST_TABLES or len(self._open) >= _DEEPEST:
            raise TooLarge(f"The web page holds more than {_MOST_TABLES} tables.")
        table = _OpenTable(GrowingSheet("", self._allowance), self._last_heading)
        self._last_heading = ""
        self._found.append((table, self._tables))
        self._open.append(table)

    def _close_table(self) -> None:
        self._close_cell(self._open.pop())

    def _open_row(self, table: _OpenTable, tag: Tag) -> None:
        self._close_cell(table)
        table.row += 1
        table.column = 0
        if table.row > LAST_ROW:
            raise TooLarge("A table has more rows than a sheet.")
        table.covered = {column: last for column, last in table.covered.items() if last >= table.row}
        self._spend(len(table.covered))
        if self._styles.hides(tag):
            table.sheet.hide_row(table.row)

    def _take_column(self, table: _OpenTable, tag: Tag) -> None:
        first = table.columns + 1
        table.columns += _span(tag, "span")
        if self._styles.hides(tag):
            table.sheet.hide_columns(first, table.columns)

    def _open_cell(self, table: _OpenTable, tag: Tag) -> None:
        self._close_cell(table)
        if not table.row:
            table.row = 1
        table.column += 1
        while table.covered.get(table.column, 0) >= table.row:
            table.column += 1
            self._spend(1)
        across, down = _span(tag, "colspan"), _span(tag, "rowspan")
        first, last = table.column, table.column + across - 1
        if last > LAST_COLUMN:
            raise TooLarge("A table has more columns than a sheet.")
        if down > 1:
            self._spend(across)
            for column in range(first, last + 1):
                table.covered[column] = table.row + down - 1
        if across > 1 or down > 1:
            table.sheet.merge(table.row, first, table.row + down - 1, last)
        table.cell = _OpenCell(tag.attributes)
        self._marks.clear()

    def _close_cell(self, table: _OpenTable) -> None:
        cell, table.cell = table.cell, None
        if cell is None:
            return
        self._put(table, cell)
        table.column += _span(Tag("td", attributes=cell.attributes), "colspan") - 1

    def _put(self, table: _OpenTable, cell: _OpenCell) -> None:
        lines = "".join(cell.words).split("\n")
        text = "\n".join(line.strip(" ") for line in lines).strip("\n")
        text = "" if not text.strip(_BLANK) else text
        look = self._styles.look(Tag("td", attributes=cell.attributes), cell.font)
        kind, raw = _content(cell.attributes, text)
        is_formula = "x:fmla" in cell.attributes
        if kind is CellKind.EMPTY and is_formula:
            kind, raw = CellKind.NOT_CALCULATED, cell.attributes["x:fmla"]
        if kind is CellKind.EMPTY:
            return
        table.cells += 1
        self._allowance.take_text(raw)
        if kind is CellKind.NUMBER:
            table.sheet.put_number(
                table.row, table.column, raw, look=look, is_formula=is_formula, is_marked=cell.is_marked
            )
            return
        table.sheet.put(
            table.row,
            table.column,
            kind,
            _without_additions(look.number_format, raw) if kind is CellKind.TEXT else raw,
            look=look,
            is_formula=is_formula,
            is_marked=cell.is_marked,
        )

    def _spend(self, places: int) -> None:
        self._covered += places
        if self._covered > _MOST_COVERED:
            raise TooLarge("The cells of the web page span more places than a form has.")


def _span(tag: Tag, name: str) -> int:
    text = tag.attributes.get(name, "1").strip()
    return max(1, min(int(text[:6]), _LARGEST_SPAN)) if text.isascii() and text.isdigit() else 1


def _without_additions(code: str, shown: str) -> str:
    """Take off what the format of a text adds to it (`@" (*)"`): it is shown, but not stored."""
    before, _, behind = shown_text(code, _STAND_IN).partition(_STAND_IN)
    if before or behind:
        return shown.removeprefix(before.lstrip()).removesuffix(behind.rstrip()).strip()
    return shown


def _content(attributes: Mapping[str, str], text: str) -> tuple[CellKind, str]:
    """Give kind and raw content of a cell by what it stores, else by what it shows."""
    stored = attributes.get("sdval") or attributes.get("x:num")
    if stored is not None and _NUMBER.fullmatch(stored.strip()):
        return CellKind.NUMBER, stored.strip()
    if "x:num" in attributes and _NUMBER.fullmatch(text):
        return CellKind.NUMBER, text
    if "x:err" in attributes:
        return CellKind.ERROR, attributes["x:err"] or text or "#VALUE!"
    if attributes.get("x:bool"):
        return CellKind.BOOLEAN, "TRUE" if attributes["x:bool"].casefold() in ("true", "1") else "FALSE"
    if attributes.get("x:str"):
        return CellKind.TEXT, attributes["x:str"]
    return (CellKind.TEXT, text) if text else (CellKind.EMPTY, "")
