"""The cells of a plain copy, each with the value that it had in the grid.

Of a formula the value stays (as `=12`), of a formula without a value its words: formulas of other programs
are not Excel's, and a formula that reads another file is nothing to send out.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from parsers.formats import shows_date
from parsers.marking.plain_styles import DEFAULT_FONT, Look
from parsers.markup import quoted, words
from parsers.workbook import CellKind

if TYPE_CHECKING:
    from parsers.marking.plain_layout import Layout
    from parsers.marking.plain_styles import Looks
    from parsers.workbook import Cell

#: Excel takes no longer text in a cell, or within a formula, and no greater number.
_LONGEST_TEXT, _LONGEST_IN_FORMULA = 32_767, 255
_GREATEST: Final = Decimal("1e307")
_ERRORS: Final = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
_DATE_FORMAT: Final = "dd/mm/yyyy"
_EPOCH_1900, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
#: Excel believes in 29 February 1900; before it, its count is one behind.
_FALSE_LEAP_DAY: Final = 60
_SECONDS: Final = 86_400


def write_cell(cell: Cell, layout: Layout, looks: Looks, *, counts_from_1904: bool) -> bytes:
    """Write a cell as it reads back: the same kind, the same words or digits, the same doubts about them."""
    number, number_format = cell.raw, cell.number_format
    if cell.kind is CellKind.DATE:
        number = cell.serial or _serial(cell.raw, _EPOCH_1904 if counts_from_1904 else _EPOCH_1900)
        number_format = number_format if shows_date(number_format) else _DATE_FORMAT
    elif cell.kind is CellKind.NUMBER and shows_date(number_format):
        number_format = "General"
    is_number = cell.kind in (CellKind.DATE, CellKind.NUMBER) and _is_number(number)
    is_text = not is_number and cell.kind not in (CellKind.BOOLEAN, CellKind.ERROR)
    look = Look(
        number_format=number_format,
        font=cell.font,
        # Of words the run is struck, so that what is typed in their place is not.
        is_struck=cell.is_marked and not is_text,
        is_boxed=layout.is_boxed(cell.row, cell.column),
        is_wrapped=(cell.row, cell.column) in layout.wrapped,
        is_heading=layout.is_heading(cell.row),
    )
    head = b'<c r="%b" s="%d"' % (cell.address.encode(), looks.number(look))
    if is_number:
        formula = b"<f>%b</f>" % number.encode() if cell.is_formula else b""
        return head + b">%b<v>%b</v></c>" % (formula, number.encode())
    if cell.kind is CellKind.BOOLEAN:
        return head + b' t="b"><v>%d</v></c>' % (cell.raw == "TRUE")
    if cell.kind is CellKind.ERROR:
        return head + b' t="e"><v>%b</v></c>' % (cell.raw if cell.raw in _ERRORS else "#VALUE!").encode()
    return head + _text(cell)


def _text(cell: Cell) -> bytes:
    text = cell.raw[:_LONGEST_TEXT]
    spelt = words(text)
    if cell.is_marked:
        run = b'<r><rPr><strike/><sz val="12"/><rFont val=%b/></rPr><t xml:space="preserve">%b</t></r>'
        return b' t="inlineStr"><is>%b</is></c>' % (run % (quoted(cell.font or DEFAULT_FONT), spelt))
    is_result = cell.is_formula and cell.kind is CellKind.TEXT
    if is_result and len(text) <= _LONGEST_IN_FORMULA and text.isprintable():
        formula = words('"' + text.replace('"', '""') + '"')
        return b' t="str"><f>%b</f><v>%b</v></c>' % (formula, spelt)
    return b' t="inlineStr"><is><t xml:space="preserve">%b</t></is></c>' % spelt


def _is_number(text: str) -> bool:
    """Tell whether a text is a number that Excel can hold, spelt as a file spells it."""
    try:
        return text.isascii() and "_" not in text and text == text.strip() and abs(Decimal(text)) < _GREATEST
    except InvalidOperation:
        return False


def _serial(iso: str, epoch: dt.date) -> str:
    """Give the number behind a day, an instant or a time; the text itself where it is none."""
    try:
        at = dt.datetime.fromisoformat(iso) if len(iso) > len("00:00:00") else None
        clock = dt.time.fromisoformat(iso) if at is None else at.time()
    except ValueError:
        return iso
    serial = Decimal(clock.hour * 3600 + clock.minute * 60 + clock.second) / _SECONDS
    if at is not None:
        days = (at.date() - epoch).days
        serial += days - (epoch == _EPOCH_1900 and days <= _FALSE_LEAP_DAY)
    return f"{serial:.10f}".rstrip("0").rstrip(".") if serial >= 0 else iso
