"""What the opening tags of cells say, as plain XML spells them: place, format and type."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, TypeAlias

from parsers.workbook import LAST_COLUMN, LAST_ROW, column_number
from parsers.xlsx.plain_xml import ATTRIBUTE, NotPlain

#: How the content of a cell is read: shared text by its number, number, inline text, or after a closer look.
SHARED, NUMBER, INLINE, OTHER = range(4)
#: Place, row and column, number of the format (-1 where there is none), one of the four above, and the type.
#: A bare tuple, because Python takes it apart faster than one with names, and a form has a thousand.
CellTag: TypeAlias = "tuple[tuple[int, int], int, int, int, int, str]"
_USUAL: Final = {"s": SHARED, "n": NUMBER, "inlineStr": INLINE}
#: Column, row, the closing quote of the address, and the attributes of a plain cell, format and type: in the
#: usual order, or in any.
_SPELT = re.compile(
    r'([A-Z]{1,3})([1-9][0-9]{0,6})"'
    r'(?:(?: s="([0-9]{1,9})")?(?: t="([A-Za-z]+)")?|((?: [st]="[A-Za-z0-9]*")*)) ?'
)
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def read_cell_tag(spelt: str) -> CellTag:
    """Read a tag by its spelling behind `<c r="`; raises NotPlain for one that no plain cell has."""
    found = _SPELT.fullmatch(spelt)
    if found is None:
        raise NotPlain
    letters, digits, number, kind, others = found.groups()
    if others:
        attributes = dict(ATTRIBUTE.findall(others))
        number, kind = attributes.get("s"), attributes.get("t")
    kind = kind or "n"
    place = _place(letters, digits)
    return (place, *place, -1 if number is None else int(number), _USUAL.get(kind, OTHER), kind)


def plain_place(address: str) -> tuple[int, int]:
    """Give the (row, column) of an address in its plain spelling; raises NotPlain for what is none."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise NotPlain
    return _place(found[1], found[2])


def _place(letters: str, digits: str) -> tuple[int, int]:
    row, column = int(digits), _column(letters)
    if row > LAST_ROW or column > LAST_COLUMN:
        raise NotPlain
    return row, column


_column = lru_cache(maxsize=1024)(column_number)
