"""The cells of a sheet that is written the plain way, read by patterns: `plain_xml` says what plain means."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from parsers.workbook import Cell, CellKind
from parsers.xlsx import sheet_part, texts_part
from parsers.xlsx.cell_tags import INLINE, NUMBER, SHARED, plain_place, read_cell_tag
from parsers.xlsx.plain_xml import (
    ATTRIBUTE,
    LARGEST,
    NotPlain,
    holds_sections,
    plain_body,
    refuse_markup,
    unified,
)
from parsers.xlsx.rare_cells import INLINE_TEXTS, RareCells, plain_number
from parsers.xlsx.row_tags import CLOSED, HIDDEN, ROW_TAG, read_row_tag
from parsers.xlsx.sheet_part import LAST_COLUMN, SheetBody, is_unseen
from parsers.xlsx.spellings import Spellings
from parsers.xlsx.styles_part import PLAIN_STYLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from parsers.xlsx.styles_part import CellStyle
    from parsers.xlsx.texts_part import SharedTexts

#: Opening tag, a value alone, an inline text alone, anything else that stands inside. Cells that hold nothing
#: are passed over, whether written in one tag or in two.
_CELL = re.compile(
    r'<c r="([^>]++)(?<!/)>(?:<v>([^<]++)</v></c>|<is><t>([^<]++)</t></is></c>|(?!</c>)(.*?)</c>)',
    re.DOTALL,
)
_BARE_CELL: Final = '"></c>'
_ROW_OR_CELL = re.compile(r'<row((?: [^<>]*)?)>|<c r="([A-Z0-9]++)"')
_COLUMN_TAG = re.compile(r'<col((?: [A-Za-z0-9:]++="[^"<>&]*+")*+) ?/>')
_MERGE = re.compile(r'<mergeCell ref="([A-Z]{1,3}[1-9][0-9]{0,6}):([A-Z]{1,3}[1-9][0-9]{0,6})" ?/>')
_BEGIN, _END, _NO_CELLS = b"<sheetData>", b"</sheetData>", b"<sheetData/>"
#: Longest text around the cells of which it is remembered what it says.
_LONGEST: Final = 1 << 13
_Ranges: TypeAlias = "tuple[tuple[int, int, int, int], ...]"
_Told = TypeVar("_Told")


_TAGS = Spellings(read_cell_tag, longest=40, most=16_384)
_ROWS = Spellings(read_row_tag, longest=300, most=8_192)


def plain_sheet(
    content: bytes, *, texts: SharedTexts, styles: Sequence[CellStyle], counts_from_1904: bool
) -> SheetBody | None:
    """Give the cells of a sheet; None where its part is not plain."""
    try:
        return _read(*_parted(content), texts, styles, counts_from_1904=counts_from_1904)
    except (NotPlain, ValueError, LookupError):
        return None


def _read(
    head: str,
    middle: str,
    tail: str,
    texts: SharedTexts,
    styles: Sequence[CellStyle],
    *,
    counts_from_1904: bool,
) -> SheetBody:
    found = _CELL.findall(middle)
    if len(middle) > texts_part.MAX_TEXT and any(
        len(part) > texts_part.MAX_TEXT for cell in found for part in cell
    ):
        raise NotPlain
    cells, ends = _cells(found, texts, styles, counts_from_1904=counts_from_1904)
    rows = middle.split("</row>")
    # What holds something has an end tag: there must be none but those of these cells, of rows, and of cells
    # that hold nothing.
    more = middle.count("</") - ends - (len(rows) - 1)
    if (more and more != middle.count(_BARE_CELL)) or holds_sections(middle):
        raise NotPlain
    if len(cells) > sheet_part.MAX_CELLS:
        raise NotPlain
    body = SheetBody(cells=cells, hidden_columns=set(_hidden_columns(head)), merged=list(_merged(tail)))
    if _hides_some(rows, middle):
        body.hidden_rows.update(_hidden_rows(middle, cells))
    return body


def _parted(content: bytes) -> tuple[str, str, str]:
    """Part a sheet into what stands before its cells, the cells, and what stands behind them.

    They are decoded each on its own: one Vietnamese sign makes a whole text twice as long.
    """
    begin, end = content.find(_BEGIN), content.rfind(_END)
    if begin >= 0 and end >= 0:
        middle, tail = content[begin + len(_BEGIN) : end], content[end:]
    else:
        begin = content.find(_NO_CELLS)
        middle, tail = b"", content[begin:]
    head = plain_body(content[:begin]) if begin >= 0 and len(content) <= LARGEST else None
    if head is None or b"<sheetData" in content[:begin] or b"<sheetData" in tail[len(_NO_CELLS) :]:
        raise NotPlain
    # Behind the cells only tags are looked at: no word of prompts and footers needs to be known.
    return head, unified(middle.decode()), tail.decode("latin-1")


def _cells(
    found: Sequence[tuple[str, ...]],
    texts: SharedTexts,
    styles: Sequence[CellStyle],
    *,
    counts_from_1904: bool,
) -> tuple[dict[tuple[int, int], Cell], int]:
    """Give the cells that hold something, and the number of end tags that all of *found* have."""
    tags, inline, new = _TAGS, INLINE_TEXTS, tuple.__new__
    rare = RareCells(texts, counts_from_1904=counts_from_1904)
    numbered = (*styles, PLAIN_STYLE)  # the last one has the number -1, too
    shared, marked = texts.by_number, texts.marked
    text_kind, number_kind = CellKind.TEXT, CellKind.NUMBER
    cells: dict[tuple[int, int], Cell] = {}
    # One is the cell's own, one that of a value.
    empty, ends = 0, 2 * len(found)
    for spelt, value, words, content in found:
        tag = place, row, column, number, kind, _ = tags[spelt]
        number_format, is_date, is_marked, font = numbered[number]
        if value and kind == SHARED:
            what, raw = text_kind, shared[value]
            if not raw:
                empty += 1
                continue
            if marked and int(value) in marked:
                is_marked = True
        elif words and kind == INLINE:
            ends += 1
            what, raw = text_kind, inline[words]
        elif value and kind == NUMBER and not is_date:
            what, raw = number_kind, plain_number(value)
        else:
            if words:
                raise NotPlain
            more, cell = rare.read(tag, numbered[number], value, content)
            ends += more
            if cell is None:
                empty += 1
            else:
                cells[place] = cell
            continue
        cells[place] = new(Cell, (row, column, what, raw, "", number_format, False, is_marked, font))
    if len(cells) != len(found) - empty:
        raise NotPlain  # a cell stands twice
    return cells, ends


def _hides_some(rows: Sequence[str], middle: str) -> bool:
    """Tell whether a row is hidden; raises NotPlain where the tag of one is spelt in another way."""
    said = set(map(_ROWS.__getitem__, [row[: row.find(">") + 1] for row in rows]))
    if CLOSED in said:
        # A row in one tag stands before another.
        said = set(map(_ROWS.__getitem__, ROW_TAG.findall(middle)))
    return HIDDEN in said


def _remembered(read: Callable[[str], _Told]) -> Callable[[str], _Told]:
    """Remember what stands around the cells: forms of one blank come back with the same again and again."""
    remembers = lru_cache(maxsize=64)(read)
    return lambda text: remembers(text) if len(text) <= _LONGEST else read(text)


@_remembered
def _hidden_columns(head: str) -> frozenset[int]:
    refuse_markup(head)
    described = _COLUMN_TAG.findall(head)
    if len(described) != head.count("<col") - head.count("<cols") or ":col" in head:
        raise NotPlain
    if len(described) > LAST_COLUMN:
        raise NotPlain
    hidden: set[int] = set()
    places = 0
    for one in described:
        attributes = dict(ATTRIBUTE.findall(one))
        if is_unseen(attributes, "width"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            span = range(first, min(last, LAST_COLUMN) + 1)
            places += len(span)
            if places > LAST_COLUMN:
                raise NotPlain  # ranges that overlap
            hidden.update(span)
    return frozenset(hidden)


def _merged(tail: str) -> _Ranges:
    refuse_markup(tail)
    spoken_of = tail.count("mergeCell")
    if not spoken_of:
        return ()
    ranges = _ranges(tail[tail.find("<mergeCells") : tail.rfind("</mergeCells>")])
    if spoken_of != len(ranges) + 2:
        raise NotPlain
    return ranges


@_remembered
def _ranges(described: str) -> _Ranges:
    return tuple((*plain_place(first), *plain_place(last)) for first, last in _MERGE.findall(described))


def _hidden_rows(middle: str, cells: Mapping[tuple[int, int], Cell]) -> Iterator[int]:
    """Give the rows of those cells that stand inside a hidden one."""
    is_hidden = False
    for tag, address in _ROW_OR_CELL.findall(middle):
        if not address:
            is_hidden = is_unseen(dict(ATTRIBUTE.findall(tag)), "ht")
        elif is_hidden and (place := plain_place(address)) in cells:
            yield place[0]
