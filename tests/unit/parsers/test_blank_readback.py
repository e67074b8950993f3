"""Full circle: the blank we send, filled as a unit fills it, is read as it was meant."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from domain.answers import DateValue, Missing, NotApplicable, Number, TextValue
from domain.findings import Severity
from domain.forms import Aggregate, FieldType, Requirement
from parsers.blank.workbook import blank_workbook
from parsers.form import parse_form
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.campaigns import UNITS, campaign

CAMPAIGN = campaign()
FORM = CAMPAIGN.form
UNIT_NAME = TextValue("Phòng Công chức, viên chức")
START = DateValue(dt.date(2021, 10, 1))
LISTS = {
    "L1": [["Một cửa thân thiện", "cải cách hành chính", "mới", "Hướng dẫn tại chỗ", "Giảm 20% thời gian"]],
    "L2": [["cá nhân", "Nguyễn Thị Hồng", "Chuyên viên", "Sáng kiến cấp cơ sở"]],
    "L3": [[dt.date(2021, 10, 12), "Đối thoại với công chức", "Giám đốc Sở", "trực tiếp", 40, 8, 6]],
    "L4": [["Nụ cười công sở", dt.date(2021, 10, 4), 25, "Tốt"], ["Ngày Chủ nhật tình nguyện"]],
}


def typed(one, number):
    """Give what a unit types into the answer cell of a field, and what is to be understood."""
    if one.prefilled:
        return None, UNIT_NAME
    if one.requirement is Requirement.OR_NOT_APPLICABLE:
        return "Không phát sinh", NotApplicable()
    match one.type:
        case FieldType.INTEGER:
            return number, Number(Decimal(number))
        case FieldType.DECIMAL | FieldType.MONEY:
            return number + 0.5, Number(Decimal(number) + Decimal("0.5"))
        case FieldType.DATE:
            return dt.date(2021, 10, 18), DateValue(dt.date(2021, 10, 18))
        case FieldType.TEXT:
            return f"- Ghi ở {one.code}\nvà dòng hai", TextValue(f"- Ghi ở {one.code}\nvà dòng hai")


FILLED = {
    one.code: typed(one, number)
    for number, one in enumerate(FORM.fields, start=2)
    if one.type is not FieldType.COMPUTED
}


def parse(fill=None, held=CAMPAIGN):
    """Fill a blank, save it, and read what came back."""
    book = openpyxl.load_workbook(io.BytesIO(blank_workbook(held, UNITS[0])))
    if fill:
        fill(book)
    saved = io.BytesIO()
    book.save(saved)
    return parse_form(read_workbook(saved.getvalue()), held.form, start=held.start, end=held.end)


def answer_cell(book, code):
    """Give the answer cell that the defined name of *code* leads to."""
    sheet, place = next(book.defined_names[f"ma_{code}"].destinations)
    return book[sheet][place.replace("$", "")]


def fill_all(book):
    """Fill every answer, a note beside each number, and the lists."""
    for code, (value, _) in FILLED.items():
        cell = answer_cell(book, code)
        if value is not None:
            cell.value = value
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
        if isinstance(value, int):
            cell.offset(column=1).value = f"Ghi chú {code}"
    for spec in FORM.lists:
        for row, values in enumerate(LISTS[spec.code], start=6):
            for column, value in enumerate(values, start=2):
                book[spec.sheet].cell(row, column).value = value


def test_a_blank_says_nothing_but_what_we_put_in():
    """Untouched, it holds the unit's name and the first day; everything else is missing, lists are empty."""
    parsed = parse()
    expected = {one.code: Missing() for one in FORM.fields if one.type is not FieldType.COMPUTED}
    expected |= {"A01": UNIT_NAME, "A02": START}
    assert {code: answer.value for code, answer in parsed.answers.items()} == expected
    assert dict.fromkeys(("L1", "L2", "L3", "L4"), ()) == parsed.lists
    assert parsed.understood_as == ()


def test_an_untouched_blank_is_told_what_must_be_written():
    """Each required field is missing with the word that suits it; optional ones are not."""
    parsed = parse()
    must = {
        one.code
        for one in FORM.fields
        if one.requirement not in (Requirement.OPTIONAL, Requirement.NOT_ASKED)
        and one.code not in ("A01", "A02")
    }
    assert {one.field for one in parsed.findings} == must
    assert {one.severity for one in parsed.findings} == {Severity.ERROR}


def test_a_filled_blank_is_read_without_a_word():
    """Numbers, dates, words and "Không phát sinh", each under its code, from the cell that was typed in."""
    parsed = parse(fill_all)
    assert parsed.findings == ()
    assert parsed.understood_as == ()
    expected = {code: value for code, (_, value) in FILLED.items()}
    assert {code: answer.value for code, answer in parsed.answers.items()} == expected


def test_notes_are_read_beside_their_numbers():
    """What stands in Ghi chú belongs to its row; joined text cells have none."""
    parsed = parse(fill_all)
    expected = {
        code: f"Ghi chú {code}" if isinstance(value, int) else "" for code, (value, _) in FILLED.items()
    }
    assert {code: answer.note for code, answer in parsed.answers.items()} == expected


def test_lists_are_read_from_their_ready_rows():
    """Each row once, each column under its name, optional cells missing."""
    parsed = parse(fill_all)
    assert {code: len(rows) for code, rows in parsed.lists.items()} == {"L1": 1, "L2": 1, "L3": 1, "L4": 2}
    (dialogue,) = parsed.lists["L3"]
    assert dialogue.values == {
        "ngay": DateValue(dt.date(2021, 10, 12)),
        "noi_dung": TextValue("Đối thoại với công chức"),
        "chu_tri": TextValue("Giám đốc Sở"),
        "hinh_thuc": TextValue("trực tiếp"),
        "so_nguoi": Number(Decimal(40)),
        "y_kien_nhan": Number(Decimal(8)),
        "da_giai_quyet": Number(Decimal(6)),
    }
    assert parsed.lists["L4"][1].values["ngay_phat_dong"] == Missing()


def test_numbering_in_column_tt_makes_no_row():
    """Who numbers the twenty ready rows has not listed twenty models."""

    def number_rows(book):
        for row in range(6, 26):
            book["L1_MoHinh"].cell(row, 1).value = row - 5

    assert parse(number_rows).lists["L1"] == ()


def test_rows_below_the_ready_ones_are_read():
    """A list goes on as far as a unit writes."""

    def write_thirty(book):
        for row in range(6, 36):
            for column, text in enumerate(["cá nhân", f"Người thứ {row - 5}", "Chuyên viên", "Tốt"], start=2):
                book["L2_DienHinh"].cell(row, column).value = text

    assert len(parse(write_thirty).lists["L2"]) == 30


def test_names_below_the_table_are_no_answers():
    """The signature block is not taken for "Người lập biểu"."""

    def sign(book):
        fill_all(book)
        sheet = book["Bieu_TH"]
        sheet.cell(sheet.max_row, 1).value = "Trần Văn Bình"
        sheet.cell(sheet.max_row, 3).value = "Nguyễn Văn An"

    parsed = parse(sign)
    assert parsed.findings == ()
    assert parsed.answers["A04"].value == FILLED["A04"][1]


def lose_codes_and_names(book):
    """Leave labels alone to go by."""
    book["Bieu_TH"].delete_cols(6)
    book.defined_names.clear()


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda book: book["Bieu_TH"].delete_cols(6), id="codes-deleted"),
        pytest.param(lambda book: book.defined_names.clear(), id="names-lost"),
        pytest.param(lose_codes_and_names, id="codes-and-names-lost"),
        pytest.param(lambda book: book.remove(book["_meta"]), id="stamp-deleted"),
        pytest.param(lambda book: setattr(book["Bieu_TH"], "title", "Sheet1"), id="sheet-renamed"),
    ],
)
def test_a_blank_that_lost_its_marks_is_still_read(spoil):
    """Codes, names and labels stand in for each other; a signature block does not get in the way."""

    def fill(book):
        fill_all(book)
        spoil(book)

    parsed = parse(fill)
    expected = {code: value for code, (_, value) in FILLED.items()}
    assert {code: answer.value for code, answer in parsed.answers.items()} == expected
    assert [one for one in parsed.findings if one.severity is Severity.ERROR] == []


@pytest.mark.parametrize("index", range(len(UNITS)))
def test_every_unit_s_blank_names_it(index):
    """The locked first answer is the roster's name, as the roster writes it."""
    book = openpyxl.load_workbook(io.BytesIO(blank_workbook(CAMPAIGN, UNITS[index])))
    assert UNITS[index].name == answer_cell(book, "A01").value


def test_a_form_without_sections_of_words_reads_back_too():
    """A form of numbers alone, without lists, goes round as well."""
    fields = tuple(one for one in FORM.fields if one.aggregate is Aggregate.SUM)
    held = replace(CAMPAIGN, form=replace(FORM, fields=fields, lists=(), instructions=()))

    def fill(book):
        for one in fields:
            answer_cell(book, one.code).value = 3

    parsed = parse(fill, held)
    assert {answer.value for answer in parsed.answers.values()} == {Number(Decimal(3))}
    assert parsed.findings == ()
