"""Findings of one kind in one column: so many told one by one, what is beyond counted and told together.

A list of a hundred thousand rows may be wrong in each of them. Nobody reads that many findings, and they must
not cost memory, letters and database pages; but how many there are is told exactly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from domain.answers import is_numbered_table, spoken_place
from domain.vietnamese import format_number

if TYPE_CHECKING:
    from collections.abc import Collection

    from domain.findings import Finding

#: So many of one kind in one column are told one by one.
MOST_SINGLY: Final = 50
_ADDRESS: Final = re.compile(r"([A-Z]{1,3})([0-9]+)")


@dataclass(slots=True)
class _Pile:
    """Findings of one kind in one column."""

    #: How many are told one by one, and the last of them.
    singly: int
    like: Finding
    #: Beyond those: how many, the first and the last cell.
    beyond: int = 0
    first: str = ""
    last: str = ""


class Repeats:
    """Collects findings without growing with the number of rows."""

    def __init__(self) -> None:
        self._singly: list[Finding] = []
        self._piles: dict[tuple[str, str, str], _Pile] = {}

    def add(self, finding: Finding) -> None:
        """Take one more finding."""
        key = (finding.code, finding.sheet, _column(finding.cell))
        pile = self._piles.get(key)
        if pile is None:
            self._piles[key] = _Pile(singly=1, like=finding)
        elif pile.singly < MOST_SINGLY:
            pile.singly += 1
            pile.like = finding
        else:
            _count(pile, finding.cell)
            return
        self._singly.append(finding)

    def add_like(self, codes: Collection[str], sheet: str, cell: str) -> bool:
        """Count a finding of each of *codes* at *cell*, unmade; False, and none, where one is told singly."""
        column = _column(cell)
        piles = [self._piles.get((code, sheet, column)) for code in codes]
        full = [pile for pile in piles if pile is not None and pile.singly >= MOST_SINGLY]
        if len(full) < len(piles):
            return False
        for pile in full:
            _count(pile, cell)
        return True

    def told(self) -> tuple[Finding, ...]:
        """Give the findings told one by one, as they came, and behind them one for the rest of each kind."""
        rests = (
            tell_rest(pile.like, pile.beyond, pile.first, pile.last)
            for pile in self._piles.values()
            if pile.beyond
        )
        return (*self._singly, *rests)


def _count(pile: _Pile, cell: str) -> None:
    pile.beyond += 1
    pile.first = pile.first or cell
    pile.last = cell


def tell_rest(like: Finding, count: int, first: str, last: str) -> Finding:
    """Make the one finding that stands for *count* more like *like*, from cell *first* to cell *last*."""
    cells = first if first == last else f"{first}:{last}"
    place = spoken_range(like.sheet, cells) if cells else ""
    told = f"còn {format_number(count)} chỗ cũng như {spoken_place(like.sheet, like.cell)}."
    message = f"{place}: {told}" if place else f"Còn {format_number(count)} chỗ cũng như vậy."
    return replace(like, cell=cells, message=message[:1].upper() + message[1:], count=count)


def spoken_range(sheet: str, cells: str) -> str:
    """Say a range of one column: "cột E, hàng 114–388", or "Bảng 1/2, hàng 114–388" in a document."""
    first, _, last = cells.partition(":")
    top, bottom = _ADDRESS.fullmatch(first), _ADDRESS.fullmatch(last)
    if top is None or bottom is None:
        return spoken_place(sheet, first)
    rows = f"hàng {top[2]}–{bottom[2]}"
    return f"{sheet}, {rows}" if is_numbered_table(sheet) else f"cột {top[1]}, {rows}"


def _column(cell: str) -> str:
    return cell.rstrip("0123456789")
