"""What is said around a form's table: lines above and below it, and boxes of text laid over it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from domain.vietnamese import clean
from parsers.letters.legacy_text import readable
from parsers.number.measures import bare
from parsers.number.qualifiers import is_of_other_time, speaks_of_other
from parsers.workbook import CellKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.days import Period
    from parsers.layout import Placement

#: Longer lines are instructions.
_LONGEST: Final = 160
_DATE = re.compile(r"\b([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})\b")
_PERIOD = re.compile(r"\b(?:ki bao cao|ki so lieu|so lieu|tu ngai|thoi gian tinh)\b")
_TITLE = re.compile(r"(?:bieu|bao cao|ket qua|tong hop|bang)\b")


def lines_of_other(placement: Placement, period: Period) -> Iterator[tuple[str, str]]:
    """Give the lines (address, words) that speak of a plan, of another time or of another period."""
    rows = placement.matches.rows.values()
    last = max(rows, default=0)
    for cell in placement.sheet.cells.values():
        is_around = cell.row < placement.header_row or cell.row > last > 0
        if not is_around or cell.kind is not CellKind.TEXT or len(cell.raw) > _LONGEST:
            continue
        words = clean(readable(cell.raw, cell.font))
        if _is_of_other(words, period):
            yield cell.address, words


@lru_cache(maxsize=1024)
def _is_of_other(words: str, period: Period) -> bool:
    # Forms of one blank say the same again and again.
    spoken = bare(words)
    if speaks_of_other(words, period):
        return True
    if _PERIOD.search(spoken):
        months = {(int(year), int(month)) for _, month, year in _DATE.findall(words)}
        own = {(day.year, day.month) for day in (period.start, period.end)}
        if months and months.isdisjoint(own):
            return True
    return _TITLE.match(spoken) is not None and is_of_other_time(spoken, period)
