"""The cells of a sheet that is written the plain way, read by patterns: `plain_xml` says what plain means."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from parsers.formats import iso_of
from parsers.workbook import Cell, CellKind, column_number
from parsers.xlsx import sheet_part, texts_part
from parsers.xlsx.plain_xml import ATTRIBUTE, NotPlain, decoded, find_all, plain_body, refuse_markup
from parsers.xlsx.sheet_part import LAST_COLUMN, LAST_ROW, SheetBody, is_unseen
from parsers.xlsx.styles_part import PLAIN_STYLE
from parsers.xlsx.texts_part import unescape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from parsers.xlsx.styles_part import CellStyle
    from parsers.xlsx.texts_part import SharedTexts

_SPACE: Final = r'(?: xml:space="preserve")?'
#: Address, other attributes, a value alone, the end of an empty cell, anything else that stands inside.
_CELL = re.compile(r'<c r="([A-Z0-9]++)"([^<>/]*+)(?:><v>([^<]++)</v></c>|(/)>|>(.*?)</c>)', re.DOTALL)
#: Formula, value, a value that is there and empty, inline text.
_CONTENT = re.compile(
    r"(<f[^<>]*(?:/>|>[^<]*+</f>))?"
    rf"(?:<v{_SPACE}>([^<]++)</v>|(<v ?/>|<v{_SPACE}></v>)|<is><t{_SPACE}>([^<]*+)</t></is>)?"
)
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_SPELT = re.compile(r'(?: [st]="[A-Za-z0-9]*")* ?')
_ROW_START = re.compile(r'<row r="[1-9][0-9]{0,6}"[^<>]*>')
_ROW_OR_CELL = re.compile(r'<row ([^<>]*)>|<c r="([A-Z0-9]++)"')
_COLUMN_TAG = re.compile(r"<col ([^<>]*)/>")
_MERGE = re.compile(r'<mergeCell ref="([A-Z]{1,3}[1-9][0-9]{0,6}):([A-Z]{1,3}[1-9][0-9]{0,6})" ?/>')
_TRUE: Final = ("1", "true", "on")
_TEXT_TYPES: Final = ("s", "str", "inlineStr")
_SHARED, _NUMBER, _OTHER = range(3)
#: Longest inline text that is remembered.
_SHORT: Final = 1_000


class _Places(dict[str, tuple[int, int]]):
    """Places by their A1 addresses; those of forms are remembered."""

    _REMEMBERED: Final = (600, 30)

    def __missing__(self, address: str) -> tuple[int, int]:
        found = _ADDRESS.fullmatch(address)
        if found is None:
            raise NotPlain
        place = row, column = int(found[2]), column_number(found[1])
        if row > LAST_ROW or column > LAST_COLUMN:
            raise NotPlain
        if row <= self._REMEMBERED[0] and column <= self._REMEMBERED[1]:
            self[address] = place
        return place


_PLACES = _Places()


class _Look(NamedTuple):
    """What the attributes of a cell say."""

    #: _SHARED, _NUMBER, or _OTHER for what needs a closer look.
    kind: int
    number_format: str
    is_struck: bool
    font: str
    #: The attribute `t`.
    type: str


class Looks(dict[str, _Look]):
    """What cells of one workbook look like, by their attributes as they are spelt."""

    def __init__(self, styles: Sequence[CellStyle]) -> None:
        super().__init__()
        self.styles = styles

    def __missing__(self, spelt: str) -> _Look:
        if _SPELT.fullmatch(spelt) is None:
            raise NotPlain
        attributes = dict(ATTRIBUTE.findall(spelt))
        number = int(attributes.get("s", "-1"))
        style = self.styles[number] if 0 <= number < len(self.styles) else PLAIN_STYLE
        kind = attributes.get("t", "n")
        usual = {"s": _SHARED, "n": _OTHER if style.is_date else _NUMBER}
        self[spelt] = look = _Look(
            usual.get(kind, _OTHER), style.number_format, style.is_struck, style.font, kind
        )
        return look


def plain_sheet(
    content: bytes,
    *,
    texts: SharedTexts,
    looks: Looks,
    counts_from_1904: bool,
) -> SheetBody | None:
    """Give the cells of a sheet; None where its part is not plain."""
    body = plain_body(content)
    if body is None:
        return None
    try:
        return _read(body, texts, looks, counts_from_1904=counts_from_1904)
    except (NotPlain, ValueError, KeyError):
        return None


def _read(text: str, texts: SharedTexts, looks: Looks, *, counts_from_1904: bool) -> SheetBody:
    head, middle, tail = _parted(text)
    refuse_markup(head)
    refuse_markup(tail)
    found = _CELL.findall(middle)
    rows = _ROW_START.findall(middle)
    if len(middle) > texts_part.MAX_TEXT and any(
        len(part) > texts_part.MAX_TEXT for cell in found for part in cell
    ):
        raise NotPlain
    cells, tags = _cells(found, texts, looks, counts_from_1904=counts_from_1904)
    # Every tag that does not belong to a cell must be the tag of a row.
    tags += len(rows) + middle.count("</row>")
    if middle.count("<") != tags or head.count("<col ") > LAST_COLUMN:
        raise NotPlain
    body = SheetBody(cells=cells)
    if len(body.cells) > sheet_part.MAX_CELLS:
        raise NotPlain
    body.merged += [
        (*_PLACES[first], *_PLACES[last]) for first, last in find_all(_MERGE, tail, "<mergeCell ")
    ]
    if _hides(head) or 'width="0' in head:
        body.hidden_columns.update(_hidden_columns(head))
    opened = "".join(rows)
    if _hides(opened) or 'ht="0' in opened:
        body.hidden_rows.update(_hidden_rows(middle, body.cells))
    return body


def _parted(text: str) -> tuple[str, str, str]:
    """Part a sheet into what stands before its cells, the cells, and what stands behind them."""
    if text.count("<sheetData") != 1:
        raise NotPlain
    start, end = text.find("<sheetData>"), text.rfind("</sheetData>")
    if start >= 0 and end >= 0:
        return text[:start], text[start + len("<sheetData>") : end], text[end:]
    empty = text.find("<sheetData/>")
    if empty < 0:
        raise NotPlain
    return text[:empty], "", text[empty:]


def _cells(
    found: Sequence[tuple[str, ...]],
    texts: SharedTexts,
    looks: Looks,
    *,
    counts_from_1904: bool,
) -> tuple[dict[tuple[int, int], Cell], int]:
    """Give the cells that hold something, and the number of tags that all of *found* have."""
    places, new = _PLACES, tuple.__new__
    shared, marked = texts.by_number, texts.marked
    text_kind, number_kind = CellKind.TEXT, CellKind.NUMBER
    cells: dict[tuple[int, int], Cell] = {}
    # Two tags are the cell's own, two those of a value.
    kept, tags = 0, 4 * len(found)
    for address, spelt, value, is_empty, content in found:
        if not value and not content:
            tags -= 3 if is_empty else 2
            continue
        look = kind, number_format, is_marked, font, _ = looks[spelt]
        serial, has_formula = "", False
        if value and kind == _SHARED:
            what, raw = text_kind, shared[value]
            if not raw:
                continue
            if marked and int(value) in marked:
                is_marked = True
        elif value and kind == _NUMBER:
            what, raw = number_kind, value.strip()
            if not raw or not raw.isascii() or "&" in raw:
                raise NotPlain
        else:
            more, held, has_formula = _closer(look, value, content, texts, counts_from_1904=counts_from_1904)
            tags += more
            if held is None:
                continue
            what, raw, serial = held
        row, column = place = places[address]
        cells[place] = new(
            Cell, (row, column, what, raw, serial, number_format, has_formula, is_marked, font)
        )
        kept += 1
    if len(cells) != kept:
        raise NotPlain  # a cell stands twice
    return cells, tags


#: Kind, raw content and serial number.
_Held: TypeAlias = "tuple[CellKind, str, str]"


def _closer(
    look: _Look, value: str, content: str, texts: SharedTexts, *, counts_from_1904: bool
) -> tuple[int, _Held | None, bool]:
    """Look closer at a cell that is no plain number and no shared text.

    Gives how many more tags stand inside than those of a value, what it holds, and whether it is a formula.
    """
    if value:
        return 0, _held(look, None, value, None, texts, counts_from_1904=counts_from_1904), False
    found = _CONTENT.fullmatch(content)
    if found is None:
        raise NotPlain
    formula, typed, empty, inline = found.groups()
    stored = typed if empty is None else ""
    held = _held(look, formula, stored, inline, texts, counts_from_1904=counts_from_1904)
    return content.count("<") - 2, held, formula is not None


def _held(
    look: _Look,
    formula: str | None,
    value: str | None,
    inline: str | None,
    texts: SharedTexts,
    *,
    counts_from_1904: bool,
) -> _Held | None:
    kind = look.type
    if value is None and formula is None and inline is None:
        return None
    if kind in _TEXT_TYPES and (kind != "str" or (value is not None and inline is None)):
        if kind == "s" and texts.marked:
            raise NotPlain
        words = texts.by_number[value or ""] if kind == "s" else _words(inline or value or "")
        return (CellKind.TEXT, words, "") if words or formula else None
    if inline is not None:
        raise NotPlain
    if not value:
        if formula is None:
            return None
        return CellKind.NOT_CALCULATED, "=" + decoded(formula.partition(">")[2].removesuffix("</f>")), ""
    return _number_like(look, value, counts_from_1904=counts_from_1904)


def _number_like(look: _Look, value: str, *, counts_from_1904: bool) -> _Held:
    """Give what a value is that is no text."""
    if look.type == "e":
        return CellKind.ERROR, decoded(value), ""
    value = value.strip()
    if look.type == "b":
        return CellKind.BOOLEAN, "TRUE" if value in _TRUE else "FALSE", ""
    if look.type != "n" or not value or not value.isascii() or "&" in value:
        raise NotPlain
    if look.kind == _NUMBER:
        return CellKind.NUMBER, value, ""
    return CellKind.DATE, iso_of(value, counts_from_1904=counts_from_1904), value


def _words(text: str) -> str:
    """Give inline text with its signs restored; labels of forms are the same again and again."""
    return _short_words(text) if len(text) <= _SHORT else unescape(decoded(text))


@lru_cache(maxsize=4096)
def _short_words(text: str) -> str:
    return unescape(decoded(text))


def _hides(tags: str) -> bool:
    """Tell whether some tag may say hidden; LibreOffice writes hidden="false" everywhere."""
    return any(f'hidden="{word}"' in tags for word in _TRUE)


def _hidden_columns(head: str) -> set[int]:
    hidden: set[int] = set()
    places = 0
    for described in find_all(_COLUMN_TAG, head, "<col "):
        attributes = dict(ATTRIBUTE.findall(described))
        if is_unseen(attributes, "width"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            span = range(first, min(last, LAST_COLUMN) + 1)
            places += len(span)
            if places > LAST_COLUMN:
                raise NotPlain  # ranges that overlap
            hidden.update(span)
    return hidden


def _hidden_rows(middle: str, cells: Mapping[tuple[int, int], Cell]) -> Iterator[int]:
    """Give the rows of those cells that stand inside a hidden one."""
    is_hidden = False
    for tag, address in _ROW_OR_CELL.findall(middle):
        if tag:
            is_hidden = is_unseen(dict(ATTRIBUTE.findall(tag)), "ht")
        elif is_hidden and (place := _PLACES[address]) in cells:
            yield place[0]
