"""The boxes that comments are shown in: shapes of a VML drawing, beside the words in the comments part.

A drawing that other programs wrote need not be well-formed XML (Excel leaves `<br>` open), so it is not
parsed: our shapes are put before its end, and shapes of comments are known by what they say of their cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from domain.errors import Unmarkable
from parsers.blank.typesetting import lines_of
from parsers.markup import as_utf8
from parsers.workbook import LAST_COLUMN, LAST_ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

_NONE_YET: Final = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    b'<o:idmap v:ext="edit" data="%d"/></o:shapelayout></xml>'
)
_SHAPE_TYPE: Final = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE: Final = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;'
    "margin-left:80pt;margin-top:5pt;width:{width:g}pt;height:{height:g}pt;z-index:{order};"
    'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
#: As they are known everywhere; openpyxl calls them by other names, element by element.
_NAMESPACES: Final = (
    (b"v", b"urn:schemas-microsoft-com:vml"),
    (b"o", b"urn:schemas-microsoft-com:office:office"),
    (b"x", b"urn:schemas-microsoft-com:office:excel"),
)
_PREFIX: Final = rb"(?:[\w.-]{1,40}:)?"
_SHAPE_TYPE_ID: Final = b'id="_x0000_t202"'
_END: Final = b"</xml>"
#: Anything that a drawing may show besides comments.
_DRAWN = re.compile(
    rb"<%b(?:shape|group|rect|roundrect|oval|line|polyline|arc|curve|image)(?=[\s/>])" % _PREFIX
)
_OPENED = re.compile(rb"<(%bshape)(?=[\s/>])[^>]*>" % _PREFIX)
_NOTE = re.compile(rb"ObjectType\s*=\s*[\"']Note[\"']")
_ROW = re.compile(rb"<%bRow>\s*(\d{1,7})\s*</" % _PREFIX)
_COLUMN = re.compile(rb"<%bColumn>\s*(\d{1,5})\s*</" % _PREFIX)
_ID = re.compile(rb"_x0000_s(\d{1,9})\b")
_CLUSTERS = re.compile(rb"(<%bidmap\b[^>]{0,200}?\bdata=[\"'])([\d,]{1,200})([\"'])" % _PREFIX)
#: Of a box, in pixels; its words are set in a size (points) and wrap after so many digits of size 12.
_BOX_WIDTH, _LOWEST, _HIGHEST, _LINE_HEIGHT, _PADDING, _GAP = 290, 70, 420, 18, 14, 12
_TEXT_SIZE, _BOX_UNITS = 10.5, 33.0
#: Shape ids are dealt out in clusters of so many; a drawing names its clusters.
_CLUSTER: Final = 1_024


class Sizes(Protocol):
    """How wide columns and how high rows are, in pixels; both are counted from 1."""

    def width(self, column: int) -> int:
        """Give the width of a column."""
        ...

    def height(self, row: int) -> int:
        """Give the height of a row."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where the box of one comment stands."""

    row: int
    column: int
    #: In pixels.
    width: int
    height: int
    #: Column, pixels into it, row, pixels into it; then the same of the other corner; all from 0.
    anchor: tuple[int, ...]


def box_beside(row: int, column: int, text: str, sizes: Sizes) -> Box:
    """Give a box for *text* to the right of a cell, large enough to be read without pulling at it."""
    lines = lines_of(text, _BOX_UNITS, size=_TEXT_SIZE)
    height = min(max(lines * _LINE_HEIGHT + _PADDING, _LOWEST), _HIGHEST)
    top = max(row - 1, 1)
    left = min(column + 1, LAST_COLUMN)
    anchor = (
        *(left - 1, _GAP, top - 1, _GAP),
        *_reach(left, _GAP + _BOX_WIDTH, sizes.width, LAST_COLUMN),
        *_reach(top, _GAP + height, sizes.height, LAST_ROW),
    )
    return Box(row=row, column=column, width=_BOX_WIDTH, height=height, anchor=anchor)


def _reach(first: int, pixels: int, size: Callable[[int], int], last: int) -> tuple[int, int]:
    """Give (column or row from 0, pixels into it) that lies *pixels* behind the beginning of *first*."""
    at = first
    while at < last and pixels > size(at):
        pixels -= size(at)
        at += 1
    return at - 1, min(pixels, size(at))


class Boxes:
    """The drawing of one sheet; *part* and *name* are None where it has none yet.

    Raises Unmarkable for a drawing that is written in no known way.
    """

    def __init__(self, part: bytes | None, *, name: str | None, sheet_number: int) -> None:
        self.name = name
        self._before = _NONE_YET % sheet_number if part is None else as_utf8(part)
        self._part = self._before
        if b"<xml" not in self._part or _END not in self._part:
            raise Unmarkable("The drawing of a sheet is written in no known way.")

    @property
    def is_bare(self) -> bool:
        """Tell whether the drawing shows nothing."""
        return _DRAWN.search(self._part) is None

    @property
    def places(self) -> frozenset[tuple[int, int]]:
        """Give the (row, column) of all comments that have a box."""
        return frozenset(place for _, _, place in _notes(self._part))

    def remove(self, places: Collection[tuple[int, int]]) -> None:
        """Take away the boxes of the comments at *places*."""
        kept: list[bytes] = []
        at = 0
        for start, end, place in _notes(self._part):
            if place in places:
                kept.append(self._part[at:start])
                at = end
        self._part = b"".join((*kept, self._part[at:]))

    def add(self, boxes: Collection[Box]) -> None:
        """Put up boxes behind all other shapes."""
        if not boxes:
            return
        used = [int(one[1]) for one in _ID.finditer(self._part)]
        clusters = _CLUSTERS.search(self._part)
        named = [int(one) for one in clusters[2].split(b",") if one] if clusters else [1]
        first = max([*used, named[0] * _CLUSTER]) + 1
        shapes = [
            _SHAPE.format(
                id=first + number,
                width=box.width * 0.75,
                height=box.height * 0.75,
                order=number + 1,
                anchor=", ".join(map(str, box.anchor)),
                row=box.row - 1,
                column=box.column - 1,
            ).encode()
            for number, box in enumerate(boxes)
        ]
        if _SHAPE_TYPE_ID not in self._part:
            shapes.insert(0, _SHAPE_TYPE)
        end = self._part.rfind(_END)
        self._part = b"".join((self._part[:end], *map(self._declared, shapes), self._part[end:]))
        needed = range(first // _CLUSTER, (first + len(boxes) - 1) // _CLUSTER + 1)
        every = [*named, *(one for one in needed if one not in named)]
        if clusters and every != named:
            listed = ",".join(map(str, every)).encode()
            self._part = _CLUSTERS.sub(lambda one: one[1] + listed + one[3], self._part, count=1)

    def _declared(self, shape: bytes) -> bytes:
        """Give a shape that names its languages itself where the drawing's root does not."""
        root = self._before[self._before.index(b"<xml") :].partition(b">")[0]
        missing = [one for one in _NAMESPACES if b'xmlns:%b="%b"' % one not in root]
        tag, rest = shape[: shape.index(b" ")], shape[shape.index(b" ") :]
        return tag + b"".join(b' xmlns:%b="%b"' % one for one in missing) + rest

    def made(self) -> bytes | None:
        """Give the part; None when nothing has changed."""
        return None if self._part == self._before else self._part


def _notes(part: bytes) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Yield (start, end, (row, column) from 1) of every shape that is the box of a comment."""
    at = 0
    while found := _OPENED.search(part, at):
        at = found.end()
        if found[0].endswith(b"/>"):
            continue
        ending = b"</%b>" % found[1]
        closed = part.find(ending, at)
        if closed < 0:
            return
        shape, at = part[at:closed], closed + len(ending)
        row, column = _ROW.search(shape), _COLUMN.search(shape)
        if row and column and _NOTE.search(shape):
            yield found.start(), at, (int(row[1]) + 1, int(column[1]) + 1)
