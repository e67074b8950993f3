"""Repeats of one kind in one column: bounded, and counted to the last."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.findings import Finding, FindingAudience, Severity
from domain.repeats import MOST_SINGLY, Repeats, spoken_range


def made(cell, code="list_cell_missing", sheet="L1_MoHinh"):
    """Make a finding at a cell."""
    return Finding(
        code=code,
        severity=Severity.ERROR,
        audience=FindingAudience.UNIT,
        sheet=sheet,
        cell=cell,
        field="L1",
        message=f"Ô {cell} – ‘Loại’: chưa ghi.",
        advice="Đề nghị ghi đủ.",
    )


def test_few_are_told_as_they_came():
    """Nothing is folded while a person may read it."""
    findings = [made(f"{column}{row}") for row in range(5, 20) for column in "CD"]
    repeats = Repeats()
    for one in findings:
        repeats.add(one)

    assert tuple(findings) == repeats.told()


def test_many_of_a_column_are_told_together_behind_the_first():
    """The rest has its rows, its number and the advice of its kind."""
    repeats = Repeats()
    for row in range(5, 5 + MOST_SINGLY + 1_500):
        repeats.add(made(f"C{row}"))
        repeats.add(made(f"D{row}", code="not_a_number"))
    *singly, missing, wrong = repeats.told()

    assert 2 * MOST_SINGLY == len(singly)
    assert (
        replace(
            made("C54"),
            cell="C55:C1554",
            count=1_500,
            message="Cột C, hàng 55–1554: còn 1.500 chỗ cũng như ô C54.",
        )
        == missing
    )
    assert (1_500, "D55:D1554") == (wrong.count, wrong.cell)


def test_what_is_not_made_is_counted():
    """Once a kind is told often enough its findings need not be made, and none is counted half."""
    repeats = Repeats()
    for row in range(5, 5 + MOST_SINGLY):
        repeats.add(made(f"C{row}"))

    assert [True, False, False] == [
        repeats.add_like(codes, "L1_MoHinh", "C99")
        for codes in (("list_cell_missing",), ("list_cell_missing", "not_a_number"), ("not_a_number",))
    ]
    assert [1] == [one.count for one in repeats.told()[MOST_SINGLY:]]
    assert "C99" == repeats.told()[-1].cell


@pytest.mark.parametrize(
    ("sheet", "cells", "expected"),
    [
        ("L1_MoHinh", "E114:E388", "cột E, hàng 114–388"),
        ("L1_MoHinh", "E114", "ô E114"),
        ("Bảng 2/3", "E114:E388", "Bảng 2/3, hàng 114–388"),
    ],
)
def test_ranges_are_said_as_people_find_them(sheet, cells, expected):
    """A document has no columns with letters."""
    assert expected == spoken_range(sheet, cells)
