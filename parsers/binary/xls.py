"""Reader of .xls (BIFF8, Excel 97 to 2003, and what WPS calls .et): bytes to a sparse Grid.

Layout: [MS-XLS]. Only what an answer can depend on is read: values, formats, struck-out fonts, names of one
cell, hidden rows and columns, merged ranges, the user's own properties.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from domain.errors import Encrypted, NotAWorkbook, TooLarge, WorkbookError
from parsers.binary import biff
from parsers.binary.biff_formulas import gives_number
from parsers.binary.compound import MAGIC, CompoundFile, read_user_properties
from parsers.binary.default_password import unlock_stream
from parsers.formats import BUILT_IN
from parsers.growing import MAX_SHEETS, PLAIN, Allowance, GrowingSheet, Look, digits_of, resolve_names
from parsers.workbook import CellKind, Grid, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

_WRITER: Final = 0x005C
_FILEPASS, _DATEMODE, _BOUNDSHEET, _SST = 0x002F, 0x0022, 0x0085, 0x00FC
_FONT, _FORMAT, _XF = 0x0031, 0x041E, 0x00E0
_SUPBOOK, _EXTERNSHEET, _NAME = 0x01AE, 0x0017, 0x0018
_STRING, _MERGED, _COLINFO, _ROW = 0x0207, 0x00E5, 0x007D, 0x0208
_WORKSHEET: Final = 0
#: The fifth font has no number: [MS-XLS] 2.5.129.
_UNNUMBERED_FONT: Final = 4
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x20, 0x01
_HEIGHT: Final = 0x7FFF
_CALC_ON_LOAD: Final = 0x02
_NOTHING: Final = bytes(8)
_OWN_BOOK: Final = 0x0401
_BUILT_IN_NAME: Final = 0x20
_REFERENCES, _AREAS = frozenset({0x3A, 0x5A, 0x7A}), frozenset({0x3B, 0x5B, 0x7B})
_COLUMN_BITS: Final = 0x3FFF
_MOST_FORMATS: Final = 20_000


def read_xls(content: bytes) -> Grid:
    """Read a workbook of BIFF8; raises NotAWorkbook, Encrypted or TooLarge."""
    try:
        if not content.startswith(MAGIC):
            return _read(content, {})
        container = CompoundFile(content)
        stream, properties = container.stream("Workbook"), read_user_properties(container)
        try:
            return _read(stream, properties)
        except Encrypted:
            return _read(unlock_stream(stream), properties)
    except WorkbookError:
        raise
    except (struct.error, IndexError, ValueError, UnicodeError, OverflowError) as trouble:
        raise NotAWorkbook("The workbook is damaged and cannot be read.") from trouble


@dataclass(slots=True)
class _Globals:
    """What the first part of the stream says for all sheets."""

    counts_from_1904: bool = False
    #: Written by LibreOffice or OpenOffice.
    is_by_calc: bool = False
    #: (where its records begin, name, hidden) of every sheet; None for those without cells.
    sheets: list[tuple[int, str, bool] | None] = field(default_factory=list)
    sheet_names: list[str] = field(default_factory=list)
    fonts: list[biff.Font] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=lambda: dict(BUILT_IN))
    looks: list[Look] = field(default_factory=list)
    #: (font, number format) of the cell formats.
    styles: list[tuple[int, int]] = field(default_factory=list)
    texts: tuple[biff.RichText, ...] = ()
    #: Number of the book that means this one, and the references to sheets: (book, first, last).
    own_book: int = -1
    books: int = 0
    references: list[tuple[int, int, int]] = field(default_factory=list)
    #: (name, number of the sheet it belongs to from 1 or 0, formula).
    names: list[tuple[str, int, bytes]] = field(default_factory=list)

    def font(self, number: int) -> biff.Font | None:
        """Give the font of a number, as runs and formats count them."""
        index = number - 1 if number > _UNNUMBERED_FONT else number
        return self.fonts[index] if index < len(self.fonts) else None

    def look(self, number: int) -> Look:
        """Give the format of a cell."""
        return self.looks[number] if number < len(self.looks) else PLAIN


def _read(stream: bytes, properties: Mapping[str, str]) -> Grid:
    if not biff.is_biff8(stream):
        raise NotAWorkbook("The workbook is older than Excel 97.")
    whole = _read_globals(stream)
    allowance = Allowance()
    for text in whole.texts:
        allowance.take_text(text.text)
    sheets: list[Sheet] = []
    for one in whole.sheets:
        if one is not None:
            start, name, hidden = one
            reader = _SheetReader(GrowingSheet(name, allowance, hidden=hidden), whole)
            sheets.append(reader.read(stream, start))
    if not sheets:
        raise NotAWorkbook("The workbook holds no sheet with cells.")
    names, scoped = resolve_names(_named_cells(whole))
    return Grid(
        sheets=tuple(sheets),
        properties=properties,
        names=names,
        scoped_names=scoped,
        counts_from_1904=whole.counts_from_1904,
    )


def _read_globals(stream: bytes) -> _Globals:
    whole = _Globals()
    shared: list[bytes] = []
    previous = 0
    for kind, content in biff.records(stream, 0):
        if kind == biff.EOF:
            break
        if kind == biff.CONTINUE:
            if previous == _SST:
                shared.append(content)
            continue
        previous = kind
        if kind == _FILEPASS:
            raise Encrypted("The workbook is locked with a password.")
        if kind == _SST:
            shared = [content]
        else:
            _take_global(whole, kind, content)
    if shared:
        whole.texts = biff.SharedTexts(shared).read()
    for number, code in whole.styles:
        font = whole.font(number)
        whole.looks.append(
            Look.of(
                whole.codes.get(code, "General"),
                is_marked=font is not None and font.is_struck,
                font=font.name if font is not None else "",
            )
        )
    return whole


def _take_global(whole: _Globals, kind: int, content: bytes) -> None:
    if kind == _BOUNDSHEET:
        start, state, what = struct.unpack_from("<IBB", content, 0)
        name = biff.read_text(content, 6, wide_length=False).text
        whole.sheet_names.append(name)
        whole.sheets.append((start, name, state & 3 != 0) if what == _WORKSHEET else None)
        if len(whole.sheets) > MAX_SHEETS:
            raise TooLarge(f"The workbook holds more than {MAX_SHEETS} sheets.")
    elif kind == _DATEMODE:
        whole.counts_from_1904 = struct.unpack_from("<H", content, 0)[0] == 1
    elif kind == _WRITER:
        whole.is_by_calc = biff.read_text(content, 0).text.startswith("Calc")
    elif kind in (_FONT, _FORMAT, _XF):
        _take_format(whole, kind, content)
    else:
        _take_reference(whole, kind, content)


def _take_format(whole: _Globals, kind: int, content: bytes) -> None:
    if kind == _FONT and len(whole.fonts) < _MOST_FORMATS:
        flags, raised = struct.unpack_from("<2xH4xH", content, 0)
        name = biff.read_text(content, 14, wide_length=False).text
        whole.fonts.append(biff.Font.of(name, flags, raised))
    elif kind == _FORMAT and len(whole.codes) < _MOST_FORMATS:
        whole.codes[struct.unpack_from("<H", content, 0)[0]] = biff.read_text(content, 2).text
    elif kind == _XF and len(whole.styles) < _MOST_FORMATS:
        whole.styles.append(struct.unpack_from("<HH", content, 0))


def _take_reference(whole: _Globals, kind: int, content: bytes) -> None:
    if kind == _SUPBOOK:
        if content[2:4] == struct.pack("<H", _OWN_BOOK):
            whole.own_book = whole.books
        whole.books += 1
    elif kind == _EXTERNSHEET:
        count = struct.unpack_from("<H", content, 0)[0]
        whole.references = [struct.unpack_from("<Hhh", content, 2 + 6 * one) for one in range(count)]
    elif kind == _NAME:
        flags, length, size, owner = struct.unpack_from("<HxBHxxH", content, 0)
        if not flags & _BUILT_IN_NAME and length and len(whole.names) < biff.MOST_TEXTS:
            name = biff.decode_signs(content, 15, length, content[14])
            formula = 15 + length * (2 if content[14] & 1 else 1)
            whole.names.append((name, owner, content[formula : formula + size]))


def _named_cells(whole: _Globals) -> list[tuple[str, str | None, tuple[str, int, int]]]:
    """Give the names that lead to one cell of this book."""
    found: list[tuple[str, str | None, tuple[str, int, int]]] = []
    for name, owner, formula in whole.names:
        target = _single_cell(whole, formula)
        if target is None or owner > len(whole.sheet_names):
            continue
        found.append((name, whole.sheet_names[owner - 1] if owner else None, target))
    return found


def _single_cell(whole: _Globals, formula: bytes) -> tuple[str, int, int] | None:
    """Give the cell that a formula of one reference leads to."""
    if len(formula) == 7 and formula[0] in _REFERENCES:  # noqa: PLR2004 - sign, sheet, row, column
        reference, row, column = struct.unpack_from("<HHH", formula, 1)
    elif len(formula) == 11 and formula[0] in _AREAS:  # noqa: PLR2004 - the same with two of each
        reference, row, last_row, column, last_column = struct.unpack_from("<HHHHH", formula, 1)
        if (row, column & _COLUMN_BITS) != (last_row, last_column & _COLUMN_BITS):
            return None
    else:
        return None
    if reference >= len(whole.references):
        return None
    book, first, last = whole.references[reference]
    if book != whole.own_book or first != last or not 0 <= first < len(whole.sheet_names):
        return None
    return whole.sheet_names[first], row + 1, (column & _COLUMN_BITS) + 1


class _SheetReader:
    """Follows the records of one sheet."""

    def __init__(self, sheet: GrowingSheet, whole: _Globals) -> None:
        self._sheet = sheet
        self._whole = whole
        #: The formula whose text comes in a record of its own: (row, column, look).
        self._awaits_text: tuple[int, int, Look] | None = None
        self._readers: dict[int, Callable[[bytes], None]] = {
            0x0203: self._number,
            0x027E: self._packed,
            0x00BD: self._packed_row,
            0x00FD: self._shared_text,
            0x0204: self._label,
            0x00D6: self._label,
            0x0205: self._logical_or_error,
            0x0006: self._formula,
            0x0206: self._formula,
            0x0406: self._formula,
            _STRING: self._text_of_formula,
            _ROW: self._row,
            _COLINFO: self._columns,
            _MERGED: self._merged,
        }

    def read(self, stream: bytes, start: int) -> Sheet:
        """Read from the beginning of the sheet to its end; charts inside it are passed over."""
        depth = 0
        readers = self._readers
        for kind, content in biff.records(stream, start):
            if kind == biff.BOF:
                depth += 1
            elif kind == biff.EOF:
                depth -= 1
                if depth <= 0:
                    break
            elif depth == 1 and kind in readers:
                readers[kind](content)
            elif not depth:
                raise NotAWorkbook("A sheet of the workbook begins with no beginning.")
        else:
            raise NotAWorkbook("The workbook is cut off inside a sheet.")
        self._leave_formula()
        return self._sheet.finish()

    def _place(self, content: bytes) -> tuple[int, int, Look]:
        row, column, style = struct.unpack_from("<HHH", content, 0)
        return row + 1, column + 1, self._whole.look(style)

    def _put_digits(self, row: int, column: int, digits: str, *, look: Look, formula: bool = False) -> None:
        self._sheet.put_number(
            row,
            column,
            digits,
            look=look,
            is_formula=formula,
            counts_from_1904=self._whole.counts_from_1904,
        )

    def _number(self, content: bytes) -> None:
        row, column, look = self._place(content)
        self._put_digits(row, column, digits_of(struct.unpack_from("<d", content, 6)[0]), look=look)

    def _packed(self, content: bytes) -> None:
        row, column, look = self._place(content)
        self._put_digits(row, column, biff.rk_digits(struct.unpack_from("<I", content, 6)[0]), look=look)

    def _packed_row(self, content: bytes) -> None:
        row, first = struct.unpack_from("<HH", content, 0)
        for number in range((len(content) - 6) // 6):
            style, packed = struct.unpack_from("<HI", content, 4 + 6 * number)
            digits = biff.rk_digits(packed)
            self._put_digits(row + 1, first + 1 + number, digits, look=self._whole.look(style))

    def _shared_text(self, content: bytes) -> None:
        row, column, look = self._place(content)
        number = struct.unpack_from("<I", content, 6)[0]
        if number >= len(self._whole.texts):
            self._sheet.put(row, column, CellKind.ERROR, "#REF!", look=look)
            return
        self._put_text(row, column, look, self._whole.texts[number])

    def _label(self, content: bytes) -> None:
        row, column, look = self._place(content)
        text = biff.read_text(content, 6)
        end = 9 + len(text.text) * (2 if content[8] & 1 else 1)
        if not text.runs and len(content) >= end + 2:
            # A label with runs of its own tells how many only behind its signs.
            count = struct.unpack_from("<H", content, end)[0]
            text = biff.RichText(text.text, biff.read_runs(content, end + 2, count))
        self._put_text(row, column, look, text)

    def _put_text(self, row: int, column: int, look: Look, text: biff.RichText) -> None:
        is_marked = bool(text.runs) and biff.marks(text, self._whole.font)
        self._sheet.put(row, column, CellKind.TEXT, text.text, look=look, is_marked=is_marked)

    def _logical_or_error(self, content: bytes) -> None:
        row, column, look = self._place(content)
        value, is_error = content[6], content[7]
        self._put_logical_or_error(row, column, (value, bool(is_error)), look=look)

    def _put_logical_or_error(
        self, row: int, column: int, value: tuple[int, bool], *, look: Look, formula: bool = False
    ) -> None:
        number, is_error = value
        kind = CellKind.ERROR if is_error else CellKind.BOOLEAN
        raw = biff.ERRORS.get(number, "#VALUE!") if is_error else ("TRUE" if number else "FALSE")
        self._sheet.put(row, column, kind, raw, look=look, is_formula=formula)

    def _formula(self, content: bytes) -> None:
        self._leave_formula()
        row, column, look = self._place(content)
        result, flags = struct.unpack_from("<8sH", content, 6)
        if result[6:] != b"\xff\xff":
            if result == _NOTHING and (flags & _CALC_ON_LOAD or self._may_be_text(content)):
                # Writers that cannot calculate leave a nought and ask the reader to do it.
                self._sheet.put(row, column, CellKind.NOT_CALCULATED, "=", look=look, is_formula=True)
                return
            digits = digits_of(struct.unpack("<d", result)[0])
            self._put_digits(row, column, digits, look=look, formula=True)
        elif result[0] == 0:
            self._awaits_text = (row, column, look)
        elif result[0] in (1, 2):
            value = (result[2], result[0] == 2)  # noqa: PLR2004 - 1 logical, 2 error
            self._put_logical_or_error(row, column, value, look=look, formula=True)
        else:
            self._sheet.put(row, column, CellKind.TEXT, "", look=look, is_formula=True)

    def _may_be_text(self, content: bytes) -> bool:
        """Tell whether LibreOffice may have written a nought where a text belongs."""
        if not self._whole.is_by_calc:
            return False
        size = struct.unpack_from("<H", content, 20)[0]
        return not gives_number(content[22 : 22 + size])

    def _text_of_formula(self, content: bytes) -> None:
        if self._awaits_text is None:
            return
        row, column, look = self._awaits_text
        self._awaits_text = None
        text = biff.read_text(content, 0).text
        self._sheet.put(row, column, CellKind.TEXT, text, look=look, is_formula=True)

    def _leave_formula(self) -> None:
        """Note a formula whose text never came."""
        if self._awaits_text is not None:
            row, column, look = self._awaits_text
            self._awaits_text = None
            self._sheet.put(row, column, CellKind.NOT_CALCULATED, "=", look=look, is_formula=True)

    def _row(self, content: bytes) -> None:
        row, height, flags = struct.unpack_from("<H4xH4xH", content, 0)
        if flags & _HIDDEN_ROW or not height & _HEIGHT:
            self._sheet.hide_row(row + 1)

    def _columns(self, content: bytes) -> None:
        first, last, width, _, flags = struct.unpack_from("<5H", content, 0)
        if flags & _HIDDEN_COLUMN or not width:
            self._sheet.hide_columns(first + 1, last + 1)

    def _merged(self, content: bytes) -> None:
        count = struct.unpack_from("<H", content, 0)[0]
        for number in range(count):
            top, bottom, left, right = struct.unpack_from("<4H", content, 2 + 8 * number)
            self._sheet.merge(top + 1, left + 1, bottom + 1, right + 1)
