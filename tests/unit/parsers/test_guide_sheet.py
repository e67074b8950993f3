"""The instruction sheet of the blank."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest

from domain.campaigns import Item, Owed
from parsers.blank.guide_sheet import write_guide_sheet
from tests.unit.parsers.campaigns import UNITS, campaign

CAMPAIGN = campaign()


def words(held=CAMPAIGN):
    """Give every text of the sheet, top to bottom."""
    sheet = openpyxl.Workbook().active
    write_guide_sheet(sheet, held, UNITS[0])
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


@pytest.mark.parametrize(
    "expected",
    [
        "Mẫu này làm riêng cho Phòng Công chức, viên chức; đề nghị không dùng mẫu của đơn vị khác.",
        "1. Cách ghi",
        "2. Bốn cách trả lời ở ô Số lượng",
        "Một số, ví dụ 12",
        "0",
        "Không phát sinh",
        "(để trống)",
        "3. Ví dụ cách ghi",
        "Không nên ghi",
        "4. Cách gửi",
        "5. Sau khi gửi",
        *CAMPAIGN.form.instructions,
    ],
)
def test_a_unit_finds_what_it_needs_to_know(expected):
    """How to fill, the four answers, examples, how to send and what happens then."""
    assert expected in words()


def test_the_deadline_and_the_way_back_are_named():
    """By answering the letter, before the hour, with weekday."""
    assert any("trả lời (Reply)" in text and "17 giờ 00, thứ Ba, ngày 19/10/2021" in text for text in words())


def test_general_lines_stand_in_where_the_office_wrote_none():
    """A form without own instructions still explains period and lists."""
    general = words(replace(CAMPAIGN, form=replace(CAMPAIGN.form, instructions=())))
    assert any("từ 01/10/2021 đến 31/10/2021" in text for text in general)
    assert any("L1_MoHinh, L2_DienHinh, L3_DoiThoai, L4_PhongTrao" in text for text in general)


@pytest.mark.parametrize(
    ("owed", "expected"),
    [
        pytest.param(Owed.REQUIRED, True, id="required"),
        pytest.param(Owed.EXPECTED, True, id="expected"),
        pytest.param(Owed.NONE, False, id="none"),
    ],
)
def test_the_text_report_is_asked_for_only_where_it_is_owed(owed, expected):
    """The narrative is a second thing a unit may owe."""
    held = replace(CAMPAIGN, owed={Item.FORM: Owed.REQUIRED, Item.NARRATIVE: owed})
    assert expected is any("Báo cáo bằng lời" in text for text in words(held))


def test_everything_is_locked_and_high_enough():
    """Instructions are for reading; the longest line shows whole."""
    sheet = openpyxl.Workbook().active
    long = "Đề nghị ghi đúng, đủ. " * 40
    write_guide_sheet(sheet, replace(CAMPAIGN, form=replace(CAMPAIGN.form, instructions=(long,))), UNITS[0])
    (row,) = (cell.row for cell in sheet["B"] if cell.value == long)
    assert sheet.row_dimensions[row].height > 100
    assert {True} == {cell.protection.locked for line in sheet.iter_rows() for cell in line}
    assert sheet.protection.sheet
