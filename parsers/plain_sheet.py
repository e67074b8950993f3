"""The cells of a sheet that is written the plain way, read by patterns: `plain_xml` says what plain means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from parsers import sheet_part, texts_part
from parsers.formats import iso_of
from parsers.plain_xml import ATTRIBUTE, NotPlain, decoded, find_all, plain_body, refuse_markup
from parsers.sheet_part import LAST_COLUMN, LAST_ROW, SheetBody, is_unseen
from parsers.styles_part import PLAIN_STYLE
from parsers.texts_part import unescape
from parsers.workbook import Cell, CellKind, column_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from parsers.styles_part import CellStyle
    from parsers.texts_part import SharedTexts

_SPACE: Final = r'(?: xml:space="preserve")?'
#: Address, other attributes, formula, value, a value that is there and empty, inline text.
_CELL = re.compile(
    r'<c r="([A-Z0-9]++)"([^<>/]*+)(?:/>|>'
    r"(<f[^<>]*(?:/>|>[^<]*+</f>))?"
    rf"(?:<v{_SPACE}>([^<]++)</v>|(<v ?/>|<v{_SPACE}></v>)|<is><t{_SPACE}>([^<]*)</t></is>)?</c>)"
)
#: Texts between two cells in what splitting by the pattern gives.
_GROUPS: Final = 7
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_SPELT = re.compile(r'(?: [st]="[A-Za-z0-9]*")* ?')
_ROW_START = re.compile(r'<row r="[1-9][0-9]{0,6}"[^<>]*>')
_ROW_TAG = re.compile(r"<row ([^<>]*)>")
_COLUMN_TAG = re.compile(r"<col ([^<>]*)/>")
_MERGE = re.compile(r'<mergeCell ref="([A-Z]{1,3}[1-9][0-9]{0,6}):([A-Z]{1,3}[1-9][0-9]{0,6})" ?/>')
_TRUE: Final = ("1", "true", "on")
_SHARED, _NUMBER, _OTHER = range(3)


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
        place = _SHARED if kind == "s" else _NUMBER if kind == "n" and not style.is_date else _OTHER
        self[spelt] = look = _Look(place, style.number_format, style.is_struck, style.font, kind)
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
    pieces = _CELL.split(middle)
    rows = "".join(pieces[::_GROUPS])
    # Every tag that the pattern for cells did not take must be the tag of a row.
    tags = len(_ROW_START.findall(rows)) + rows.count("</row>")
    if rows.count("<") != tags or head.count("<col ") > LAST_COLUMN:
        raise NotPlain
    if len(middle) > texts_part.MAX_TEXT and any(
        piece and len(piece) > texts_part.MAX_TEXT for piece in pieces
    ):
        raise NotPlain
    found = zip(*(pieces[group::_GROUPS] for group in range(1, _GROUPS)), strict=True)
    body = SheetBody(cells=_cells(found, texts, looks, counts_from_1904=counts_from_1904))
    if len(body.cells) > sheet_part.MAX_CELLS:
        raise NotPlain
    body.merged += [
        (*_PLACES[first], *_PLACES[last]) for first, last in find_all(_MERGE, tail, "<mergeCell ")
    ]
    if _hides(head) or 'width="0' in head:
        body.hidden_columns.update(_hidden_columns(head))
    if _hides(rows) or 'ht="0' in rows:
        body.hidden_rows.update(_hidden_rows(pieces, body.cells))
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
    found: Iterable[tuple[Any, ...]],
    texts: SharedTexts,
    looks: Looks,
    *,
    counts_from_1904: bool,
) -> dict[tuple[int, int], Cell]:
    places, new = _PLACES, tuple.__new__
    shared, marked = texts.by_number, texts.marked
    text_kind, number_kind = CellKind.TEXT, CellKind.NUMBER
    cells: dict[tuple[int, int], Cell] = {}
    kept = 0
    for address, spelt, formula, value, empty, inline in found:
        place = places[address]
        kind, number_format, is_marked, font, stored_type = looks[spelt]
        if value is None and formula is None and inline is None and empty is None:
            continue
        serial = ""
        if kind == _NUMBER and value is not None:
            what, raw = number_kind, value.strip()
            if not raw or not raw.isascii() or "&" in raw:
                raise NotPlain
        elif kind == _SHARED:
            what, raw = text_kind, shared[value]
            if not raw and formula is None:
                continue
            if marked and int(value) in marked:
                is_marked = True
        else:
            stored = value if empty is None else ""
            content = _unusual(stored_type, stored, formula, inline, counts_from_1904=counts_from_1904)
            if content is None:
                continue
            what, raw, serial = content
        cells[place] = new(
            Cell, (*place, what, raw, serial, number_format, formula is not None, is_marked, font)
        )
        kept += 1
    if len(cells) != kept:
        raise NotPlain  # a cell stands twice
    return cells


def _unusual(
    kind: str, value: str | None, formula: str | None, inline: str | None, *, counts_from_1904: bool
) -> tuple[CellKind, str, str] | None:
    """Give kind, raw content and serial number of a cell that is no plain number and no shared text."""
    if kind == "inlineStr" or (kind == "str" and value is not None and inline is None):
        words = unescape(decoded(inline or value or ""))
        return (CellKind.TEXT, words, "") if words or formula else None
    if inline is not None or kind == "s":
        raise NotPlain
    if not value:
        if formula is None:
            return None
        return CellKind.NOT_CALCULATED, "=" + decoded(formula.partition(">")[2].removesuffix("</f>")), ""
    match kind:
        case "n":
            number = value.strip()
            if "&" in number:
                raise NotPlain
            return CellKind.DATE, iso_of(number, counts_from_1904=counts_from_1904), number
        case "b":
            return CellKind.BOOLEAN, "TRUE" if value.strip() in _TRUE else "FALSE", ""
        case "e":
            return CellKind.ERROR, decoded(value), ""
        case _:
            raise NotPlain


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


def _hidden_rows(pieces: Sequence[Any], cells: Mapping[tuple[int, int], Cell]) -> Iterator[int]:
    """Give the rows of those cells that stand inside a hidden one."""
    is_hidden = False
    for number in range(0, len(pieces) - 1, _GROUPS):
        opened = _ROW_TAG.findall(pieces[number])
        if opened:
            is_hidden = is_unseen(dict(ATTRIBUTE.findall(opened[-1])), "ht")
        _, address, _, *content = pieces[number : number + _GROUPS]
        if is_hidden and _PLACES[address] in cells and any(part is not None for part in content):
            yield _PLACES[address][0]
