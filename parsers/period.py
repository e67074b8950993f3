"""Which year a form speaks of, by its title and its days: last year's form sent by mistake."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from domain.answers import DateValue
from domain.vietnamese import fold
from parsers.workbook import CellKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from domain.answers import ParsedForm
    from parsers.workbook import Grid

#: Title and heading stand above the table.
_TITLE_ROWS: Final = 12
_LONGEST_TITLE: Final = 400
#: "NĂM 2020", "tháng 10/2020"; a number like 15/2020/NĐ-CP is no period.
_YEAR: Final = re.compile(
    r"(?:\bnam |\bthang [0-9]{1,2}\s?[/-]\s?|\bqui [ivx0-9]{1,3}\s?[/-]\s?)(20[0-9]{2})\b"
)


def foreign_year(grid: Grid, parsed: ParsedForm, *, own: Collection[int]) -> int | None:
    """Give the one year that a form without a mark speaks of, where it is none of the campaign's *own*.

    Its title decides; where that names no year, all of its days.
    """
    named = [year for sheet in _form_sheets(parsed) for year in _title_years(grid, sheet)]
    if not named:
        days = [answer.value for answer in parsed.answers.values() if isinstance(answer.value, DateValue)]
        named = [day.date.year for day in days]
    if not named or any(year in own for year in named):
        return None
    return Counter(named).most_common(1)[0][0]


def _form_sheets(parsed: ParsedForm) -> set[str]:
    return {answer.place.sheet for answer in parsed.answers.values() if answer.place is not None}


def _title_years(grid: Grid, name: str) -> list[int]:
    sheet = grid.sheet(name)
    if sheet is None:
        return []
    titles = [
        cell.raw
        for (row, _), cell in sheet.cells.items()
        if row <= _TITLE_ROWS and cell.kind is CellKind.TEXT and len(cell.raw) <= _LONGEST_TITLE
    ]
    return [int(year) for title in titles for year in _YEAR.findall(fold(title))]
