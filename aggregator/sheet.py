"""One sheet of the consolidated workbook: values written safely, and a page that prints on A4 as it is.

Only imported by modules that are themselves imported lazily or that are given an open workbook.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from aggregator import wording

#: What a cell can hold; None is an empty cell.
CellValue: TypeAlias = str | Decimal | int | dt.date | dt.datetime | None

#: Data of a plain table begin in this row (from 0), under title, subtitle, a gap, heads and column numbers.
TABLE_FROM = 5
_MOST_TEXT = 32_767
_WHOLE = "#,##0"
_DAY = "dd/mm/yyyy"
_INSTANT = "dd/mm/yyyy hh:mm"
_LANDSCAPE_FROM = 7
#: Widths of letters in digits of Times New Roman, and what a cell keeps free at its sides.
_NARROW, _WIDE, _SPACE, _PADDING = 0.62, 1.4, 0.5, 1.0
_NARROW_SIGNS = frozenset("iìíỉĩịljtf.,;:'!()|-/“”\"IÌÍỈĨỊ")
_WIDE_SIGNS = frozenset("mwMW%@")
#: Height of the first line of 12 pt and of each further one; Excel takes at most 409.
_FIRST_LINE, _LINE, _HIGHEST = 18.0, 15.75, 409.0
_GREY, FAINT = "#D9D9D9", "#F2F2F2"


def column_name(column: int) -> str:
    """Name a column: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def cell_name(row: int, column: int) -> str:
    """Name a cell: (9, 3) is D10."""
    return f"{column_name(column)}{row + 1}"


def clip(text: str) -> str:
    """Shorten *text* to what one cell of Excel takes, saying so."""
    if len(text) <= _MOST_TEXT:
        return text
    return text[: _MOST_TEXT - len(wording.CLIPPED)] + wording.CLIPPED


def number_format(decimals: int) -> str:
    """Give the format for a number: #,##0 or #,##0.0; Excel shows it with the reader's own signs."""
    return _WHOLE + ("." + "0" * decimals if decimals else "")


def _length(word: str) -> float:
    """Estimate how long *word* is in Times New Roman, in digits: what widths of columns are counted in."""
    return sum(
        _NARROW if sign in _NARROW_SIGNS else _WIDE if sign in _WIDE_SIGNS or sign.isupper() else 0.95
        for sign in word
    )


def lines_of(text: str, width: float) -> int:
    """Count the lines that *text* takes when wrapped in a column of *width*."""
    lines = 0
    for paragraph in text.split("\n"):
        lines, filled = lines + 1, 0.0
        for word in paragraph.split():
            length = _length(word)
            if filled and filled + _SPACE + length > width:
                lines, filled = lines + 1, 0.0
            elif filled:
                filled += _SPACE
            filled += length
            while filled > width:
                lines, filled = lines + 1, filled - width
    return lines


def row_height(cells: Iterable[tuple[str, float]], *, size: int = 12) -> float:
    """Give the height that a row needs for wrapped texts, each with the width of its column.

    Programs do not agree about fitting rows by themselves: LibreOffice cuts what Excel would stretch.
    """
    scale = size / 12
    lines = max((lines_of(text, (width - _PADDING) / scale) for text, width in cells), default=1)
    return min(_HIGHEST, (_FIRST_LINE + _LINE * (lines - 1)) * scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One column of a plain table."""

    title: str
    width: float
    #: Centred: TT, codes, dates, states.
    centred: bool = False
    #: Kept off the number on its left.
    indented: bool = False
    hidden: bool = False


class Formats:
    """Cell formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def of(self, **properties: object) -> Any:
        """Give the format with these properties on top of the house's font."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(
                {"font_name": "Times New Roman", "font_size": 12} | properties
            )
        return self._made[key]

    def cell(self, **properties: object) -> Any:
        """Give a format for a cell inside a table: thin border, wrapped, in the middle."""
        return self.of(**({"border": 1, "text_wrap": True, "valign": "vcenter"} | properties))

    @property
    def head(self) -> Any:
        """Column heads."""
        return self.cell(bold=True, align="center", bg_color=FAINT)

    @property
    def column_number(self) -> Any:
        """The row "(1) (2) (3)"."""
        return self.cell(italic=True, align="center", font_size=10)

    @property
    def section(self) -> Any:
        """A heading inside the table: without lines between cells, so that it runs across."""
        return self.of(bold=True, top=1, bottom=1, valign="vcenter", bg_color=FAINT)

    @property
    def away(self) -> Any:
        """Cells of a unit that is not in the figures."""
        return self.cell(bg_color=_GREY)

    @property
    def mark(self) -> Any:
        """A word instead of a value."""
        return self.cell(align="center", italic=True, font_color="#7F7F7F", font_size=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What every sheet of one workbook shares."""

    book: Any
    formats: Formats
    #: Printed at the foot, so that the same version is found again.
    trace: str
    draft: bool


class Sheet:
    """One sheet being written."""

    def __init__(self, paper: Paper, name: str) -> None:
        self.paper = paper
        self.formats = paper.formats
        self.name = name
        self.raw = paper.book.add_worksheet(name)

    def text(self, row: int, column: int, text: str, style: Any) -> None:
        """Write words as words: never a formula, a link or a number, whatever they begin with."""
        if text:
            self.raw.write_string(row, column, clip(text), style)
        else:
            self.raw.write_blank(row, column, None, style)

    def value(self, row: int, column: int, value: CellValue, **properties: object) -> None:
        """Write a value by its type: real numbers, real dates, words."""
        formats = self.formats
        match value:
            case None:
                self.raw.write_blank(row, column, None, formats.cell(**properties))
            case str():
                self.text(row, column, value, formats.cell(**properties))
            case dt.datetime():
                style = formats.cell(**({"num_format": _INSTANT, "align": "center"} | properties))
                self.raw.write_datetime(
                    row, column, value.replace(tzinfo=None, second=0, microsecond=0), style
                )
            case dt.date():
                style = formats.cell(**({"num_format": _DAY, "align": "center"} | properties))
                self.raw.write_datetime(row, column, value, style)
            case _:
                decimals = max(0, -int(Decimal(value).normalize().as_tuple().exponent))
                style = formats.cell(**({"num_format": number_format(decimals)} | properties))
                self.raw.write_number(row, column, float(value), style)

    def across(self, row: int, last: int, text: str, *, width: float, **properties: object) -> None:
        """Write a line over the whole width of the table, as high as it needs to be."""
        style = self.formats.of(**({"text_wrap": True, "valign": "vcenter"} | properties))
        if last > 0:
            self.raw.merge_range(row, 0, row, last, "", style)
        self.text(row, 0, text, style)
        self.raw.set_row(row, row_height([(text, width)]))

    def numbers_row(self, row: int, columns: int) -> None:
        """Write "(1) (2) (3)" under the heads."""
        for column in range(columns):
            self.text(row, column, f"({column + 1})", self.formats.column_number)

    def page(self, *, landscape: bool, repeat: tuple[int, int], pages_across: int = 1) -> None:
        """Set the sheet up for A4, with heads on every page, page numbers and the trace line."""
        sheet = self.raw
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(left=0.6, right=0.4, top=0.7, bottom=0.7)
        sheet.fit_to_pages(pages_across, 0)
        sheet.repeat_rows(*repeat)
        font = '&"Times New Roman,Regular"'
        bold = '&"Times New Roman,Bold"'
        head = f"&C{font}&13&P" + (f"&R{bold}&13{wording.DRAFT}" if self.paper.draft else "")
        sheet.set_header(head)
        sheet.set_footer(f"&L{font}&9{self.paper.trace.replace('&', '&&')}&R{font}&9&A")

    def table(
        self,
        title: str,
        heads: Sequence[Head],
        rows: Sequence[Sequence[CellValue]],
        *,
        subtitle: str = "",
        size: int = 12,
    ) -> None:
        """Write a plain table that can be filtered and printed: title, heads, column numbers, rows.

        *size* is that of the rows, in points.
        """
        visible = [column for column, head in enumerate(heads) if not head.hidden]
        last = visible[-1]
        width = sum(heads[column].width for column in visible)
        if self.paper.draft:
            title = wording.as_draft(title)
        self.across(0, last, title, width=width, bold=True, font_size=14, align="center")
        if subtitle:
            self.across(1, last, subtitle, width=width, italic=True, align="center")
        for column, head in enumerate(heads):
            self.raw.set_column(column, column, head.width, None, {"hidden": head.hidden})
            self.text(TABLE_FROM - 2, column, head.title, self.formats.head)
        titles = [(head.title, head.width * 0.8) for head in heads if not head.hidden]
        self.raw.set_row(TABLE_FROM - 2, row_height(titles) + 4)
        self.numbers_row(TABLE_FROM - 1, len(heads))
        for number, row in enumerate(rows, start=TABLE_FROM):
            texts = (
                (value, head.width)
                for value, head in zip(row, heads, strict=True)
                if isinstance(value, str) and not head.hidden
            )
            self.raw.set_row(number, row_height(texts, size=size))
            for column, (value, head) in enumerate(zip(row, heads, strict=True)):
                placed: dict[str, object] = {"align": "center"} if head.centred else {}
                placed |= {"indent": 1} if head.indented else {}
                self.value(number, column, value, valign="top", font_size=size, **placed)
        if not rows:
            self.text(TABLE_FROM, 0, wording.EMPTY_LIST, self.formats.of(italic=True))
        self.raw.freeze_panes(TABLE_FROM, 0)
        if rows:
            self.raw.autofilter(TABLE_FROM - 1, 0, TABLE_FROM + len(rows) - 1, len(heads) - 1)
        self.page(landscape=len(visible) >= _LANDSCAPE_FROM, repeat=(TABLE_FROM - 2, TABLE_FROM - 1))
