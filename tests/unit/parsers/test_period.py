"""Which year a form speaks of."""

from __future__ import annotations

import datetime as dt

import pytest

from domain.answers import Answer, DateValue, ParsedForm, Place
from domain.ids import FieldCode
from parsers.period import foreign_year
from parsers.workbook import Cell, CellKind, Grid, Sheet


def read(title, *years):
    """Look at a form with that title whose days lie in these years."""
    cell = Cell(row=5, column=1, kind=CellKind.TEXT, raw=title)
    grid = Grid(sheets=(Sheet(name="Bieu_TH", hidden=False, cells={(5, 1): cell}),))
    answers = {
        FieldCode(f"A{number}"): Answer(
            code=FieldCode(f"A{number}"),
            value=DateValue(dt.date(year, 10, 5)),
            place=Place(sheet="Bieu_TH", cell=f"D{number + 10}"),
        )
        for number, year in enumerate(years or (2021,))
    }
    return foreign_year(grid, ParsedForm(answers=answers, lists={}, findings=()), own={2021})


@pytest.mark.parametrize(
    ("title", "years", "expected"),
    [
        ("BIỂU TỔNG HỢP “THÁNG DÂN VẬN” NĂM 2020", (2021,), 2020),
        ("BIỂU TỔNG HỢP “THÁNG DÂN VẬN” NĂM 2021", (2020,), None),
        ("Số liệu tháng 10/2020", (2021,), 2020),
        ("Quý IV/2019", (2021,), 2019),
        ("So sánh năm 2020 với năm 2021", (2021,), None),
        ("Kèm theo Kế hoạch số 15/2020/KH-SNV", (2021,), None),
        ("Kỷ niệm 91 năm", (2021,), None),
        ("Biểu tổng hợp", (2020, 2020), 2020),
        ("Biểu tổng hợp", (2020, 2021), None),
    ],
)
def test_the_title_decides_then_the_days(title, years, expected):
    """A year of the campaign anywhere in the title is enough; without one, all days have to lie elsewhere."""
    assert expected == read(title, *years)
