"""A list sheet of the blank: headings, ready rows, choices."""

from __future__ import annotations

import openpyxl
import pytest

from parsers.blank.list_sheet import HEADER_ROW, READY_ROWS, READY_ROWS_ACROSS, write_list_sheet
from tests.unit.parsers.campaigns import UNITS, campaign

CAMPAIGN = campaign()


def lay(code):
    """Lay down one list sheet."""
    spec = CAMPAIGN.form.list_by_code[code]
    sheet = openpyxl.Workbook().active
    sheet.title = spec.sheet
    write_list_sheet(sheet, spec, CAMPAIGN, UNITS[0])
    return spec, sheet


@pytest.mark.parametrize("code", ["L1", "L2", "L3", "L4"])
def test_headings_are_the_labels_and_the_required_ones_are_marked(code):
    """TT first, then the columns of the spec; the mark is a number format."""
    spec, sheet = lay(code)
    cells = [sheet.cell(HEADER_ROW, column) for column in range(1, len(spec.columns) + 2)]
    assert ["TT", *(one.label for one in spec.columns)] == [cell.value for cell in cells]
    assert ["@", *('@" (*)"' if one.required else "@" for one in spec.columns)] == [
        c.number_format for c in cells
    ]
    assert f"A{HEADER_ROW + 1}" == sheet.freeze_panes


@pytest.mark.parametrize("code", ["L1", "L2", "L3", "L4"])
def test_ready_rows_are_empty_open_and_boxed(code):
    """Nothing in them could be taken for an answer; there are as many as one printed page holds."""
    spec, sheet = lay(code)
    landscape = sheet.page_setup.orientation == "landscape"
    assert sheet.max_row == HEADER_ROW + (READY_ROWS_ACROSS if landscape else READY_ROWS)
    for row in range(HEADER_ROW + 1, sheet.max_row + 1):
        for column in range(1, len(spec.columns) + 2):
            cell = sheet.cell(row, column)
            assert (cell.value, cell.protection.locked, cell.border.left.style) == (None, False, "thin")


@pytest.mark.parametrize("code", ["L1", "L4"])
def test_rows_below_the_ready_ones_are_open_too(code):
    """The columns themselves are unlocked, while title and headings stay locked."""
    spec, sheet = lay(code)
    for number in range(1, len(spec.columns) + 2):
        letter = openpyxl.utils.get_column_letter(number)
        assert not sheet.column_dimensions[letter].protection.locked
        assert {True} == {sheet.cell(row, number).protection.locked for row in range(1, HEADER_ROW + 1)}


def rules_by_label(code):
    """Give the validation of each column by its label."""
    spec, sheet = lay(code)
    return {
        spec.columns[cells.min_col - 2].label: (rule, str(cells))
        for rule in sheet.data_validations.dataValidation
        for cells in rule.sqref.ranges
    }


@pytest.mark.parametrize(
    ("code", "label", "test", "first"),
    [
        pytest.param("L1", "Loại", "list", '"mới,duy trì"', id="choice"),
        pytest.param(
            "L1",
            "Lĩnh vực",
            "list",
            '"kinh tế,văn hóa - xã hội,quốc phòng - an ninh,xây dựng hệ thống chính trị,cải cách hành chính"',
            id="long-choices",
        ),
        pytest.param("L3", "Ngày", "date", "44197", id="date"),
        pytest.param("L3", "Số người dự", "whole", "0", id="count"),
        pytest.param("L4", "Kết quả", "textLength", "2000", id="text"),
    ],
)
def test_columns_are_prompted_well_below_the_ready_rows(code, label, test, first):
    """A choice is offered as a list; every doubt can be overruled."""
    rule, where = rules_by_label(code)[label]
    assert (test, first, "warning") == (rule.type, rule.formula1, rule.errorStyle)
    assert where.endswith("500")


@pytest.mark.parametrize("code", ["L1", "L2", "L3", "L4"])
def test_every_column_is_prompted(code):
    """No column is left without a word."""
    spec = CAMPAIGN.form.list_by_code[code]
    assert {one.label for one in spec.columns} == set(rules_by_label(code))


def test_the_title_names_unit_list_and_form():
    """A printed list can be told from another unit's."""
    _, sheet = lay("L1")
    assert [sheet.cell(row, 1).value for row in (1, 2, 3)] == [
        "PHÒNG CÔNG CHỨC, VIÊN CHỨC",
        "DANH SÁCH MÔ HÌNH “DÂN VẬN KHÉO”",
        "(Kèm theo Biểu tổng hợp kết quả tổ chức các hoạt động “Tháng Dân vận” năm 2021)",
    ]
