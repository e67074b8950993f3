"""A repacked workbook in LibreOffice: it opens, with what was replaced and with what was not."""

from __future__ import annotations

import io

import openpyxl
import pytest

from parsers.blank.workbook import blank_workbook
from parsers.repacking import replace_parts
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.campaigns import UNITS, campaign
from tests.unit.parsers.packages import parts

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


def test_a_repacked_workbook_opens(convert):
    """Title and every cell come through LibreOffice as they were put in."""
    blank = blank_workbook(campaign(), UNITS[0])
    core = parts(blank)["docProps/core.xml"].replace(b"vi-VN", b"vi")
    repacked = replace_parts(blank, {"docProps/core.xml": core, "docProps/more.txt": "thêm".encode()})
    assert "vi" == openpyxl.load_workbook(io.BytesIO(repacked)).properties.language
    through = read_workbook(convert(repacked, "xlsx"))
    expected = read_workbook(blank)
    assert [sheet.name for sheet in expected.sheets] == [sheet.name for sheet in through.sheets]
    for sheet in expected.sheets:
        other = through.sheet(sheet.name)
        assert {at: cell.raw for at, cell in sheet.cells.items()} == {
            at: cell.raw for at, cell in other.cells.items()
        }
