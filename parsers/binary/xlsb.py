"""Reader of .xlsb, Excel's binary workbook in a zip ([MS-XLSB]): bytes to a sparse Grid."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from domain.errors import NotAWorkbook, TooLarge, WorkbookError
from parsers.binary.biff import ERRORS, MOST_TEXTS, Font, RichText, marks, rk_digits
from parsers.formats import BUILT_IN
from parsers.growing import (
    MAX_SHEETS,
    MAX_TEXT,
    PLAIN,
    Allowance,
    GrowingSheet,
    Look,
    digits_of,
    resolve_names,
)
from parsers.package import damage, open_package
from parsers.workbook import CellKind, Grid, Sheet
from parsers.xlsx.properties_part import read_properties

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from parsers.package import Package, Relationship

_DAMAGE: Final[tuple[type[Exception], ...]] = (IndexError, *damage())
_PROPERTY_LINKS: Final = frozenset({"custom-properties", "customProperties"})
_PROPERTY_PART: Final = "docProps/custom.xml"
_MAIN: Final = "xl/workbook.bin"
# Kinds of records.
_ROW, _SHARED_ITEM = 0, 19
_NAME, _FONT, _FORMAT, _STYLE = 39, 43, 44, 47
_COLUMN, _PROPERTIES, _SHEET, _MERGED = 60, 153, 156, 176
_SELF, _SAME, _EXTERNAL, _ADD_IN, _REFERENCES = 357, 358, 355, 667, 362
_BEGIN_STYLES, _END_STYLES = 617, 618

_HIDDEN_ROW, _HIDDEN_COLUMN = 0x10, 0x01
_BUILT_IN_NAME: Final = 0x20
_NO_OWNER: Final = 0xFFFFFFFF
_REFERENCE_SIGNS, _AREA_SIGNS = frozenset({0x3A, 0x5A, 0x7A}), frozenset({0x3B, 0x5B, 0x7B})
_COLUMN_BITS: Final = 0x3FFF
_LONGEST_RECORD: Final = 8 * MAX_TEXT
_MOST_FORMATS: Final = 100_000


def read_xlsb(content: bytes) -> Grid:
    """Read a binary workbook; raises NotAWorkbook, Encrypted, TooLarge or AmbiguousForm."""
    try:
        return _read(open_package(content))
    except WorkbookError:
        raise
    except _DAMAGE as trouble:
        raise NotAWorkbook("The workbook is damaged and cannot be read.") from trouble


@dataclass(slots=True)
class _Book:
    """What the parts beside the sheets say."""

    counts_from_1904: bool = False
    #: (name, hidden, relationship id).
    sheets: list[tuple[str, bool, str]] = field(default_factory=list)
    #: For every book that references may mean: whether it is this one.
    books: list[bool] = field(default_factory=list)
    references: list[tuple[int, int, int]] = field(default_factory=list)
    names: list[tuple[str, int, bytes]] = field(default_factory=list)
    fonts: list[Font] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=lambda: dict(BUILT_IN))
    styles: list[tuple[int, int]] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    texts: list[RichText] = field(default_factory=list)

    def font(self, number: int) -> Font | None:
        """Give the font of a number."""
        return self.fonts[number] if number < len(self.fonts) else None


def _read(package: Package) -> Grid:
    main = next((link.target for link in package.relationships("") if link.kind == "officeDocument"), _MAIN)
    allowance = Allowance()
    book = _Book()
    for kind, content in _records(package.pieces(main)):
        _take_outline(book, kind, content)
    links = {link.id: link for link in package.relationships(main)}
    _read_shared(package, links, book, allowance)
    _read_styles(package, links, book)
    sheets: list[Sheet] = []
    for name, hidden, link_id in book.sheets:
        link = links.get(link_id)
        if link is None or link.kind != "worksheet":
            continue  # chart and dialog sheets hold no cells
        reader = _SheetReader(GrowingSheet(name, allowance, hidden=hidden), book)
        sheets.append(reader.read(_records(package.pieces(link.target))))
    if not sheets:
        raise NotAWorkbook("The workbook holds no sheet with cells.")
    names, scoped = resolve_names(_named_cells(book))
    return Grid(
        sheets=tuple(sheets),
        properties=_properties(package),
        names=names,
        scoped_names=scoped,
        counts_from_1904=book.counts_from_1904,
    )


def _properties(package: Package) -> Mapping[str, str]:
    linked = (link.target for link in package.relationships("") if link.kind in _PROPERTY_LINKS)
    part = next((name for name in linked if name in package), _PROPERTY_PART)
    return read_properties(package.pieces(part)) if part in package else {}


def _records(pieces: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield (kind, content) of the records of a part ([MS-XLSB] 2.1.4)."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        place = 0
        while (head := _head(waiting, place)) is not None:
            kind, start, end = head
            if end > len(waiting):
                break
            yield kind, bytes(waiting[start:end])
            place = end
        del waiting[:place]
    if waiting:
        raise NotAWorkbook("The workbook is cut off inside a record.")


def _head(waiting: bytearray, place: int) -> tuple[int, int, int] | None:
    """Give kind, beginning and end of the record at *place*; None while its head is not whole."""
    if place >= len(waiting):
        return None
    kind = waiting[place]
    place += 1
    if kind & 0x80:
        if place >= len(waiting):
            return None
        kind = kind & 0x7F | waiting[place] << 7
        place += 1
    size = 0
    for number in range(4):
        if place >= len(waiting):
            return None
        byte = waiting[place]
        place += 1
        size |= (byte & 0x7F) << 7 * number
        if not byte & 0x80:
            break
    if size > _LONGEST_RECORD:
        raise TooLarge("A record of the workbook is beyond all measure.")
    return kind, place, place + size


def _wide_text(content: bytes, place: int) -> tuple[str, int]:
    """Read a text of UTF-16 and give it with the place behind it; no text counts as an empty one."""
    count = struct.unpack_from("<I", content, place)[0]
    place += 4
    if count == _NO_OWNER:
        return "", place
    signs = content[place : place + 2 * count]
    if len(signs) < 2 * count:
        raise NotAWorkbook("The workbook is cut off inside a text.")
    return signs.decode("utf-16-le", "replace"), place + 2 * count


def _rich_text(content: bytes, place: int) -> RichText:
    flags = content[place]
    text, place = _wide_text(content, place + 1)
    if not flags & 1:
        return RichText(text)
    count = struct.unpack_from("<I", content, place)[0]
    if 4 * count > len(content):
        raise NotAWorkbook("The workbook is cut off inside a text.")
    runs = (struct.unpack_from("<HH", content, place + 4 + 4 * number) for number in range(count))
    return RichText(text, tuple(runs))


def _take_outline(book: _Book, kind: int, content: bytes) -> None:
    if kind == _PROPERTIES:
        book.counts_from_1904 = bool(content[0] & 1)
    elif kind == _SHEET:
        state = struct.unpack_from("<I", content, 0)[0]
        link, place = _wide_text(content, 8)
        book.sheets.append((_wide_text(content, place)[0], state != 0, link))
        if len(book.sheets) > MAX_SHEETS:
            raise TooLarge(f"The workbook holds more than {MAX_SHEETS} sheets.")
    elif kind in (_SELF, _SAME, _EXTERNAL, _ADD_IN):
        book.books.append(kind == _SELF)
    elif kind == _REFERENCES:
        count = min(struct.unpack_from("<I", content, 0)[0], len(content) // 12)
        book.references = [struct.unpack_from("<Iii", content, 4 + 12 * number) for number in range(count)]
    elif kind == _NAME and len(book.names) < MOST_TEXTS:
        flags, owner = struct.unpack_from("<IxI", content, 0)
        name, place = _wide_text(content, 9)
        size = struct.unpack_from("<I", content, place)[0]
        if not flags & _BUILT_IN_NAME:
            book.names.append((name, owner, content[place + 4 : place + 4 + size]))


def _part_of_kind(links: dict[str, Relationship], kind: str, package: Package) -> str | None:
    return next(
        (link.target for link in links.values() if link.kind == kind and link.target in package), None
    )


def _read_shared(package: Package, links: dict[str, Relationship], book: _Book, allowance: Allowance) -> None:
    part = _part_of_kind(links, "sharedStrings", package)
    if part is None:
        return
    for kind, content in _records(package.pieces(part)):
        if kind == _SHARED_ITEM:
            text = _rich_text(content, 0)
            allowance.take_text(text.text)
            book.texts.append(text)
            if len(book.texts) > MOST_TEXTS:
                raise TooLarge(f"The workbook holds more than {MOST_TEXTS} texts.")


def _read_styles(package: Package, links: dict[str, Relationship], book: _Book) -> None:
    part = _part_of_kind(links, "styles", package)
    if part is None:
        return
    inside = False
    for kind, content in _records(package.pieces(part)):
        if kind in (_BEGIN_STYLES, _END_STYLES):
            inside = kind == _BEGIN_STYLES
        elif kind == _STYLE and inside and len(book.styles) < _MOST_FORMATS:
            number_format, font = struct.unpack_from("<HH", content, 2)
            book.styles.append((font, number_format))
        elif kind == _FONT and len(book.fonts) < _MOST_FORMATS:
            flags, raised = struct.unpack_from("<2xH2xH", content, 0)
            book.fonts.append(Font.of(_wide_text(content, 21)[0], flags, raised))
        elif kind == _FORMAT and len(book.codes) < _MOST_FORMATS:
            book.codes[struct.unpack_from("<H", content, 0)[0]] = _wide_text(content, 2)[0]
    for number, code in book.styles:
        font = book.font(number)
        book.looks.append(
            Look.of(
                book.codes.get(code, PLAIN.number_format),
                is_marked=font is not None and font.is_struck,
                font=font.name if font is not None else "",
            )
        )


def _named_cells(book: _Book) -> list[tuple[str, str | None, tuple[str, int, int]]]:
    """Give the names that lead to one cell of this book."""
    found: list[tuple[str, str | None, tuple[str, int, int]]] = []
    for name, owner, formula in book.names:
        target = _single_cell(book, formula)
        if target is None or (owner != _NO_OWNER and owner >= len(book.sheets)):
            continue
        found.append((name, None if owner == _NO_OWNER else book.sheets[owner][0], target))
    return found


def _single_cell(book: _Book, formula: bytes) -> tuple[str, int, int] | None:
    """Give the cell that a formula of one reference leads to."""
    if len(formula) == 9 and formula[0] in _REFERENCE_SIGNS:  # noqa: PLR2004 - sign, sheet, row, column
        reference, row, column = struct.unpack_from("<HIH", formula, 1)
    elif len(formula) == 15 and formula[0] in _AREA_SIGNS:  # noqa: PLR2004 - the same with two of each
        reference, row, last_row, column, last_column = struct.unpack_from("<HIIHH", formula, 1)
        if (row, column & _COLUMN_BITS) != (last_row, last_column & _COLUMN_BITS):
            return None
    else:
        return None
    if reference >= len(book.references):
        return None
    number, first, last = book.references[reference]
    if number >= len(book.books) or not book.books[number] or first != last:
        return None
    if not 0 <= first < len(book.sheets):
        return None
    return book.sheets[first][0], row + 1, (column & _COLUMN_BITS) + 1


class _SheetReader:
    """Follows the records of one sheet."""

    def __init__(self, sheet: GrowingSheet, book: _Book) -> None:
        self._sheet = sheet
        self._book = book
        self._row = 0
        self._readers: dict[int, Callable[[int, Look, bytes, bool], None]] = {
            2: self._packed,
            3: self._error,
            4: self._logical,
            5: self._number,
            6: self._text,
            7: self._shared,
            62: self._rich,
        }
        # A formula keeps its result the way a plain cell does.
        self._results = {8: 6, 9: 5, 10: 4, 11: 3}

    def read(self, records: Iterator[tuple[int, bytes]]) -> Sheet:
        """Read the whole part."""
        for kind, content in records:
            plain = self._results.get(kind, kind)
            reader = self._readers.get(plain)
            if reader is not None:
                column, style = struct.unpack_from("<II", content, 0)
                number = style & 0xFFFFFF
                look = self._book.looks[number] if number < len(self._book.looks) else PLAIN
                reader(column + 1, look, content, plain != kind)
            elif kind == _ROW:
                self._open_row(content)
            elif kind == _COLUMN:
                first, last, width, _, flags = struct.unpack_from("<IIIIH", content, 0)
                if flags & _HIDDEN_COLUMN or not width:
                    self._sheet.hide_columns(first + 1, last + 1)
            elif kind == _MERGED:
                top, bottom, left, right = struct.unpack_from("<4I", content, 0)
                self._sheet.merge(top + 1, left + 1, bottom + 1, right + 1)
        return self._sheet.finish()

    def _open_row(self, content: bytes) -> None:
        self._row = struct.unpack_from("<I", content, 0)[0] + 1
        height = struct.unpack_from("<H", content, 8)[0]
        if content[11] & _HIDDEN_ROW or not height:
            self._sheet.hide_row(self._row)

    def _put_digits(self, column: int, digits: str, look: Look, *, is_formula: bool) -> None:
        self._sheet.put_number(
            self._row,
            column,
            digits,
            look=look,
            is_formula=is_formula,
            counts_from_1904=self._book.counts_from_1904,
        )

    def _put(self, column: int, kind: CellKind, raw: str, *, look: Look, is_formula: bool = False) -> None:
        self._sheet.put(self._row, column, kind, raw, look=look, is_formula=is_formula)

    def _packed(self, column: int, look: Look, content: bytes, is_formula: bool) -> None:  # noqa: FBT001
        packed = struct.unpack_from("<I", content, 8)[0]
        self._put_digits(column, rk_digits(packed), look, is_formula=is_formula)

    def _number(self, column: int, look: Look, content: bytes, is_formula: bool) -> None:  # noqa: FBT001
        value = struct.unpack_from("<d", content, 8)[0]
        self._put_digits(column, digits_of(value), look, is_formula=is_formula)

    def _error(self, column: int, look: Look, content: bytes, is_formula: bool) -> None:  # noqa: FBT001
        raw = ERRORS.get(content[8], "#VALUE!")
        self._put(column, CellKind.ERROR, raw, look=look, is_formula=is_formula)

    def _logical(self, column: int, look: Look, content: bytes, is_formula: bool) -> None:  # noqa: FBT001
        raw = "TRUE" if content[8] else "FALSE"
        self._put(column, CellKind.BOOLEAN, raw, look=look, is_formula=is_formula)

    def _text(self, column: int, look: Look, content: bytes, is_formula: bool) -> None:  # noqa: FBT001
        self._put(column, CellKind.TEXT, _wide_text(content, 8)[0], look=look, is_formula=is_formula)

    def _shared(self, column: int, look: Look, content: bytes, _: bool) -> None:  # noqa: FBT001
        number = struct.unpack_from("<I", content, 8)[0]
        if number >= len(self._book.texts):
            self._put(column, CellKind.ERROR, "#REF!", look=look)
        else:
            self._put_rich(column, look, self._book.texts[number])

    def _rich(self, column: int, look: Look, content: bytes, _: bool) -> None:  # noqa: FBT001
        self._put_rich(column, look, _rich_text(content, 8))

    def _put_rich(self, column: int, look: Look, text: RichText) -> None:
        is_marked = bool(text.runs) and marks(text, self._book.font)
        self._sheet.put(self._row, column, CellKind.TEXT, text.text, look=look, is_marked=is_marked)
