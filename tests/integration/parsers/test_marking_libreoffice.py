"""Marked workbooks in LibreOffice: they open, they print, and what it saves can be freed of its marks."""

from __future__ import annotations

import io
import re

import openpyxl
import pypdf
import pytest

from parsers.blank.workbook import blank_workbook
from parsers.marking.plain_copy import plain_copy
from parsers.marking.workbook import mark_workbook
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.campaigns import UNITS, campaign
from tests.unit.parsers.marking.books import (
    CHECK,
    by_openpyxl,
    by_xlsxwriter,
    comments_of,
    fills_of,
    mark,
    with_conversation,
)
from tests.unit.parsers.packages import parts
from tests.unit.parsers.soundness import assert_sound

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

MARKS = [mark("C4", "Đang ghi ‘X’."), mark("C3", kind=CHECK), mark("C13"), mark("J30")]


def raws(content, sheet="Bieu"):
    """Give what stands in the cells of a sheet."""
    return {at: cell.raw for at, cell in read_workbook(content).sheet(sheet).cells.items()}


@pytest.mark.parametrize("make", [by_openpyxl, by_xlsxwriter, lambda: with_conversation(by_xlsxwriter())])
def test_libreoffice_takes_a_marked_workbook_as_it_takes_the_workbook(convert, make):
    """Same values, tints and comments in place; pictures, shapes and charts as many as without marks."""
    content = make()
    marked = mark_workbook(content, MARKS)
    plain, through = (convert(one, "xlsx") for one in (content, marked))
    assert raws(plain) == raws(through)
    assert {cell: fills_of(marked)[cell] for cell in ("C3", "C4", "J30")}.items() <= fills_of(through).items()
    said = comments_of(through)
    assert "CẦN SỬA\nĐang ghi ‘X’.\n" in said["C4"]
    drawn = [
        [name for name in parts(one) if re.search(r"media/|drawings/drawing|charts/chart", name)]
        for one in (plain, through)
    ]
    assert drawn[0] == drawn[1]


def test_marks_come_off_what_libreoffice_saved(convert):
    """It writes styles, comments and drawings its own way; every cell gets back the fill that it had."""
    content = by_xlsxwriter()
    saved = convert(mark_workbook(content, MARKS), "xlsx")
    clean = mark_workbook(saved, [])
    assert_sound(clean)
    expected = convert(content, "xlsx")
    assert fills_of(expected) == fills_of(clean)
    assert comments_of(expected).keys() == comments_of(clean).keys()
    assert raws(expected) == raws(clean)
    again = mark_workbook(saved, [mark("C5", "Lần hai.")])
    assert_sound(again)
    assert {"C5", *comments_of(expected)} == set(comments_of(again))
    assert raws(again) == raws(convert(again, "xlsx"))


def test_what_libreoffice_saved_is_marked(convert):
    """Its own way of writing takes marks, and it opens them again."""
    saved = convert(by_openpyxl(picture=True), "xlsx")
    marked = mark_workbook(saved, MARKS)
    assert_sound(marked)
    assert fills_of(marked)["C4"] == fills_of(convert(marked, "xlsx"))["C4"]


def test_a_plain_copy_opens(convert):
    """The copy goes through LibreOffice with every cell, and prints with Vietnamese letters."""
    copy = plain_copy(read_workbook(blank_workbook(campaign(), UNITS[0])))
    through = convert(copy, "xlsx")
    for sheet in read_workbook(copy).sheets:
        assert raws(copy, sheet.name) == raws(through, sheet.name)
    printed = pypdf.PdfReader(io.BytesIO(convert(copy, "pdf")))
    assert "BIỂU TỔNG HỢP KẾT QUẢ" in printed.pages[0].extract_text()
    assert "veryHidden" == openpyxl.load_workbook(io.BytesIO(copy))["_meta"].sheet_state
