"""The main sheet of the blank: head, table, formulas, prompts and signatures."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import openpyxl
import pytest

from domain.forms import FieldType, Requirement
from parsers.blank.form_sheet import plan_reference, write_form_sheet
from parsers.blank.typesetting import lines_of, row_height
from tests.unit.parsers.campaigns import UNITS, campaign, form_spec, unit

CAMPAIGN = campaign()


def lay(held=CAMPAIGN, one=UNITS[0]):
    """Lay down a main sheet; give it and its rows by code."""
    sheet = openpyxl.Workbook().active
    sheet.title = "Bieu_TH"
    return sheet, write_form_sheet(sheet, held, one)


SHEET, LAID = lay()


def texts(sheet):
    """Give every text of a sheet."""
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def test_the_head_says_who_what_and_until_when():
    """Agency, unit, receiver, period, title, plan with its number blank, deadline with weekday."""
    assert [SHEET.cell(row, 1).value for row in range(1, 6)] == [
        "SỞ NỘI VỤ",
        "PHÒNG CÔNG CHỨC, VIÊN CHỨC",
        "BIỂU TỔNG HỢP KẾT QUẢ TỔ CHỨC CÁC\nHOẠT ĐỘNG “THÁNG DÂN VẬN” NĂM 2021",
        "(Kèm theo Kế hoạch số …/KH-SNV ngày …/…/2021 của Sở Nội vụ)",
        "Gửi về Văn phòng Sở Nội vụ trước 17 giờ 00, thứ Ba, ngày 19/10/2021 bằng cách trả lời thư này",
    ]
    assert SHEET["C1"].value == "Đơn vị nhận: Văn phòng Sở Nội vụ"
    assert SHEET["C2"].value == "Kỳ báo cáo: 01/10/2021 - 31/10/2021"


def test_an_issued_plan_is_named_with_number_and_day():
    """What Văn thư has issued is printed; nothing else is."""
    plan = replace(CAMPAIGN.plan, number="86", issued_on=dt.date(2021, 10, 1))
    held = replace(CAMPAIGN, plan=plan)
    assert plan_reference(held) == "(Kèm theo Kế hoạch số 86/KH-SNV ngày 01/10/2021 của Sở Nội vụ)"


def test_headings_and_column_numbers_stand_above_the_table():
    """The frozen pane begins right below them; column F is hidden."""
    assert [SHEET.cell(7, c).value for c in range(1, 7)] == [
        "TT",
        "Chỉ tiêu",
        "ĐVT",
        "Số lượng",
        "Ghi chú",
        "Mã",
    ]
    assert [SHEET.cell(8, c).value for c in range(1, 6)] == ["(1)", "(2)", "(3)", "(4)", "(5)"]
    assert SHEET.freeze_panes == "A9"
    assert SHEET.column_dimensions["F"].hidden


def test_sections_stand_above_their_fields_with_the_numeral_in_tt():
    """The heading “I. TUYÊN TRUYỀN, …” is split as the offices' tables split it."""
    row = LAID.rows["T01"] - 1
    assert (
        SHEET.cell(row, 1).value,
        SHEET.cell(row, 2).value,
    ) == ("I", "TUYÊN TRUYỀN, QUÁN TRIỆT (KH mục II.1)")
    row = LAID.rows["A01"] - 1
    assert (SHEET.cell(row, 1).value or None, SHEET.cell(row, 2).value) == (None, "THÔNG TIN CHUNG")
    assert len(CAMPAIGN.form.sections) == LAID.last_row - LAID.first_row + 1 - len(LAID.rows)


@pytest.mark.parametrize(
    ("code", "formula"),
    [
        pytest.param("T06", '=IFERROR(SUM(D{T05})/SUM(D{A07})*100,"-")', id="one-over-one"),
        pytest.param("C12", '=IFERROR(SUM(D{C06},D{C07})/SUM(D{C05})*100,"-")', id="two-over-one"),
        pytest.param("C13", '=IFERROR(SUM(D{C02})/SUM(D{C02},D{C03})*100,"-")', id="one-over-two"),
    ],
)
def test_percentages_are_locked_live_formulas(code, formula):
    """Words in the cells count nothing, an empty denominator shows "-"."""
    cell = SHEET.cell(LAID.rows[code], 4)
    assert formula.format(**LAID.rows) == cell.value
    assert (cell.data_type, cell.protection.locked, cell.number_format) == ("f", True, "#,##0.0")


@pytest.mark.parametrize(
    ("code", "number_format", "value", "across"),
    [
        pytest.param("A01", "@", "Phòng Công chức, viên chức", "left", id="unit"),
        pytest.param("A02", "dd/mm/yyyy", dt.date(2021, 10, 1), "center", id="from"),
        pytest.param("A03", "dd/mm/yyyy", None, "center", id="until"),
        pytest.param("A05", "@", None, "left", id="text"),
        pytest.param("T01", "#,##0", None, "right", id="count"),
        pytest.param("K07", "#,##0.0", None, "right", id="decimal"),
        pytest.param("K09", "#,##0.0", None, "right", id="money"),
    ],
)
def test_answer_cells_have_the_format_of_their_kind(code, number_format, value, across):
    """Dates are real dates written out day first; numbers are grouped; texts keep a leading zero."""
    cell = SHEET.cell(LAID.rows[code], 4)
    assert (number_format, value, across) == (cell.number_format, cell.value, cell.alignment.horizontal)


def prompts_by_code():
    """Give the validation of each answer cell."""
    by_row = {row: code for code, row in LAID.rows.items()}
    return {
        by_row[cells.min_row]: rule
        for rule in SHEET.data_validations.dataValidation
        for cells in rule.sqref.ranges
    }


@pytest.mark.parametrize(
    ("code", "test", "operator", "bounds", "words"),
    [
        pytest.param("T01", "whole", "greaterThanOrEqual", ("0", None), "Không có thì ghi 0", id="count"),
        pytest.param(
            "C01", "whole", "greaterThanOrEqual", ("0", None), "Không phát sinh", id="or-not-applicable"
        ),
        pytest.param("K07", "decimal", "greaterThanOrEqual", ("0", None), "12,5", id="decimal"),
        pytest.param(
            "K09", "decimal", "greaterThanOrEqual", ("0", None), "15 triệu đồng thì ghi 15", id="money"
        ),
        pytest.param("A02", "date", "between", ("44470", "44500"), "từ 01/10/2021 đến 31/10/2021", id="date"),
        pytest.param("N01", "textLength", "lessThanOrEqual", ("2000", None), "2.000 ký tự", id="long-text"),
        pytest.param(
            "N02", "textLength", "lessThanOrEqual", ("1000", None), "ghi: Không.", id="or-none-word"
        ),
        pytest.param("T03", "whole", "greaterThanOrEqual", ("0", None), "để trống", id="optional"),
    ],
)
def test_each_answer_is_prompted_and_doubted_in_vietnamese(code, test, operator, bounds, words):
    """A doubt is a warning that can be overruled, so that "Không phát sinh" stands."""
    rule = prompts_by_code()[code]
    assert (test, operator, bounds) == (rule.type, rule.operator, (rule.formula1, rule.formula2))
    assert words in rule.prompt
    assert (
        rule.errorStyle,
        rule.showErrorMessage,
        rule.showInputMessage,
        rule.allowBlank,
    ) == ("warning", True, True, True)


def test_every_asked_field_is_prompted_and_no_other():
    """Computed and prefilled rows ask nothing."""
    asked = {
        one.code for one in CAMPAIGN.form.fields if one.type is not FieldType.COMPUTED and not one.prefilled
    }
    assert asked == set(prompts_by_code())


def test_required_rows_are_marked_without_touching_the_label():
    """The mark is a number format: the cell holds the label alone."""
    shown = {
        Requirement.REQUIRED: '@" (*)"',
        Requirement.OR_NOT_APPLICABLE: '@" (**)"',
        Requirement.OR_NONE_WORD: '@" (***)"',
        Requirement.OPTIONAL: "@",
        Requirement.NOT_ASKED: "@",
    }
    for one in CAMPAIGN.form.fields:
        cell = SHEET.cell(LAID.rows[one.code], 2)
        expected = "@" if one.prefilled else shown[one.requirement]
        assert (one.label, expected) == (cell.value, cell.number_format), one.code
    legend = SHEET["A6"].value
    assert all(mark in legend for mark in ("(*)", "(**)", "(***)"))


def test_rows_are_high_enough_for_their_labels():
    """Neither Excel nor LibreOffice fits rows on opening; every label has its lines."""
    for one in CAMPAIGN.form.fields:
        lines = lines_of(one.label, 38 if not one.label.startswith("-") else 36.5)
        assert SHEET.row_dimensions[LAID.rows[one.code]].height >= row_height(lines), one.code


def test_words_have_room_over_answer_and_note():
    """D and E are one cell where words are asked; numbers keep their own column."""
    merged = {str(one) for one in SHEET.merged_cells.ranges}
    worded = {one.code for one in CAMPAIGN.form.fields if one.type is FieldType.TEXT}
    joined = {code for code, row in LAID.rows.items() if f"D{row}:E{row}" in merged}
    assert worded == joined
    assert SHEET.row_dimensions[LAID.rows["N01"]].height > 100


def test_a_long_unit_name_is_shown_whole():
    """The row of the name grows with it."""
    name = (
        "Trung tâm Lưu trữ lịch sử và Phát triển ứng dụng công nghệ thông tin thuộc Sở Nội vụ tỉnh Bắc Giang"
    )
    sheet, laid = lay(one=unit(name=name))
    row = laid.rows["A01"]
    assert name == sheet.cell(row, 4).value
    assert sheet.row_dimensions[row].height >= row_height(lines_of(name, 31, bold=True))
    assert sheet.row_dimensions[2].height >= row_height(lines_of(name.upper(), 43, bold=True))


def test_no_number_cell_cuts_the_words_for_nothing():
    """The words stand on one line beside its indent, in a row that is one line high."""
    assert lines_of("Không phát sinh", SHEET.column_dimensions["D"].width - 1.5) == 1


def test_the_signatures_close_the_sheet_and_belong_to_the_unit():
    """Maker left, head right, space to sign; the names may be typed; nothing is signed for anyone."""
    words = texts(SHEET)
    assert "NGƯỜI LẬP BIỂU" in words
    assert "THỦ TRƯỞNG ĐƠN VỊ" in words
    assert words.count("(Ký, ghi rõ họ tên)") == 2
    last = SHEET.max_row
    assert [SHEET.cell(last, column).protection.locked for column in (1, 3)] == [False, False]
    assert [SHEET.cell(last, column).value for column in (1, 3)] == [None, None]
    # Column B holds labels alone: a reader that goes by labels must not meet "NGƯỜI LẬP BIỂU" there.
    assert {None} == {SHEET.cell(row, 2).value for row in range(LAID.last_row + 1, last + 1)}


def test_pages_are_not_torn_at_the_signatures():
    """The last page begins early enough to hold a field above the signatures."""
    breaks = [one.id for one in SHEET.row_breaks.brk]
    assert breaks
    assert max(breaks) < LAID.last_row


def test_hints_of_the_spec_are_prompted():
    """A field's note reaches the person who stands in its cell."""
    fields = tuple(
        replace(one, note="đếm cả buổi trực tuyến.") if one.code == "T02" else one
        for one in form_spec().fields
    )
    sheet, laid = lay(replace(CAMPAIGN, form=replace(form_spec(), fields=fields)))
    hinted = [
        rule
        for rule in sheet.data_validations.dataValidation
        if "Lưu ý: đếm cả buổi trực tuyến." in rule.prompt
    ]
    assert [f"D{laid.rows['T02']}"] == [str(rule.sqref) for rule in hinted]
