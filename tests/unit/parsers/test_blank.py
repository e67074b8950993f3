"""The blank workbook as a whole: the same bytes, every label, locked but for answers, ready for printing."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from domain.forms import FieldType
from domain.working_days import VIETNAM
from parsers.blank.workbook import blank_workbook
from parsers.stamp import read_stamp, stamp_for
from parsers.workbook import CellKind
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.campaigns import UNITS, campaign, form_spec, unit

CAMPAIGN = campaign()
CCVC = UNITS[0]
SHEETS = ["Bieu_TH", "L1_MoHinh", "L2_DienHinh", "L3_DoiThoai", "L4_PhongTrao", "HuongDan", "_meta"]


@pytest.fixture(scope="module")
def content():
    """Give the blank of one unit."""
    return blank_workbook(CAMPAIGN, CCVC)


@pytest.fixture(scope="module")
def book(content):
    """Open the blank with openpyxl."""
    return openpyxl.load_workbook(io.BytesIO(content))


def rows_by_code(sheet):
    """Give the row of each code in column F."""
    return {sheet.cell(row, 6).value: row for row in range(9, sheet.max_row + 1) if sheet.cell(row, 6).value}


def test_two_calls_give_identical_bytes(content):
    """The clock does not show in a blank."""
    assert content == blank_workbook(CAMPAIGN, CCVC)


def test_another_process_gives_identical_bytes(content):
    """Neither does the seed of Python's hashes, nor the time zone."""
    root = Path(__file__).parents[3]
    program = (
        "import hashlib\n"
        "from parsers.blank.workbook import blank_workbook\n"
        "from tests.unit.parsers.campaigns import UNITS, campaign\n"
        "print(hashlib.sha256(blank_workbook(campaign(), UNITS[0])).hexdigest())\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "America/New_York", "PYTHONPATH": str(root)}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    assert hashlib.sha256(content).hexdigest() == run.stdout.strip()


def test_units_get_different_blanks(content):
    """A blank is made for one unit."""
    assert content != blank_workbook(CAMPAIGN, UNITS[1])


def test_no_member_tells_when_it_was_made(content):
    """Zip times are fixed; the document says the campaign's first day."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {(1980, 1, 1, 0, 0, 0)} == {member.date_time for member in archive.infolist()}
        assert archive.testzip() is None
    properties = openpyxl.load_workbook(io.BytesIO(content)).properties
    assert properties.created == properties.modified == dt.datetime(2021, 10, 1)  # noqa: DTZ001


def test_the_sheets_stand_in_their_order(content, book):
    """Form, lists, instructions; the mark is very hidden; the form is on top."""
    assert book.sheetnames == SHEETS
    shown = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheets_metadata
    hidden = [sheet.name for sheet in shown if sheet.visible is not SheetVisibleEnum.Visible]
    assert hidden == ["_meta"]
    assert book["_meta"].sheet_state == "veryHidden"
    assert book.active.title == "Bieu_TH"


def test_the_stamp_is_read_back(content):
    """What is sent can be recognised when it returns."""
    assert stamp_for(CAMPAIGN, CCVC) == read_stamp(read_workbook(content))


def test_every_field_has_its_row_as_the_spec_says(content):
    """Another reader finds code, TT, label and measure of each field, in the order of the form."""
    table = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Bieu_TH")
    rows = [row for row in table.to_python(skip_empty_area=False)[8:] if row[5]]
    expected = [(one.code, one.tt, one.label, one.measure) for one in CAMPAIGN.form.fields]
    assert expected == [(row[5], row[0], row[1], row[2]) for row in rows]


def test_the_own_reader_sees_the_same_cells(content):
    """Labels and codes are texts, answers are empty but for the prefilled ones."""
    sheet = read_workbook(content).sheet("Bieu_TH")
    answers = {}
    for row, cells in sheet.rows():
        by_column = {cell.column: cell for cell in cells}
        if row > 8 and 6 in by_column:
            assert by_column[6].kind is CellKind.TEXT
            assert by_column[2].kind is CellKind.TEXT
            answers[by_column[6].raw] = sheet.at(row, 4)
    filled = {
        code: (cell.kind, cell.raw)
        for code, cell in answers.items()
        if cell.kind is not CellKind.EMPTY and not cell.is_formula
    }
    assert filled == {
        "A01": (CellKind.TEXT, "Phòng Công chức, viên chức"),
        "A02": (CellKind.DATE, "2021-10-01"),
    }
    assert {"T06", "C12", "C13", "C21", "D09"} == {code for code, cell in answers.items() if cell.is_formula}
    assert {"-"} == {cell.raw for cell in answers.values() if cell.is_formula}


def test_defined_names_lead_to_answers_and_list_headings(content):
    """`ma_T01` is D of T01's row; `cot_L1_ten` is the heading of column ten."""
    grid = read_workbook(content)
    form = grid.sheet("Bieu_TH")
    names = dict(grid.names)
    for one in CAMPAIGN.form.fields:
        sheet, row, column = names.pop(f"ma_{one.code}")
        assert ("Bieu_TH", 4, one.code) == (sheet, column, form.at(row, 6).raw)
    for spec in CAMPAIGN.form.lists:
        for one in spec.columns:
            sheet, row, column = names.pop(f"cot_{spec.code}_{one.name}")
            assert (spec.sheet, one.label) == (sheet, grid.sheet(sheet).at(row, column).raw)
    assert names == {}


def test_only_answers_and_notes_are_open(book):
    """Labels are locked without a password; D and E of asked rows, list rows and signatures are not."""
    sheet = book["Bieu_TH"]
    rows = rows_by_code(sheet)
    fields = CAMPAIGN.form.by_code
    for code, row in rows.items():
        locked = [sheet.cell(row, column).protection.locked for column in range(1, 7)]
        asked = fields[code].type is not FieldType.COMPUTED and code != "A01"
        assert [True, True, True, not asked, not asked, True] == locked, code
    for name in SHEETS:
        assert book[name].protection.sheet, name
        assert book[name].protection.password is None, name
    for name in SHEETS[:5]:
        protection = book[name].protection
        # False in the file: the act is allowed.
        forbidden = {protection.formatColumns, protection.formatRows, protection.formatCells}
        assert {False} == forbidden, name


def test_no_sheet_but_the_lists_lets_rows_be_inserted(book):
    """A list grows; the form keeps its rows."""
    free = {name for name in SHEETS if not book[name].protection.insertRows}
    assert set(SHEETS[1:5]) == free


@pytest.mark.parametrize(
    ("name", "landscape", "repeated"),
    [
        pytest.param("Bieu_TH", False, "$7:$8", id="form"),
        pytest.param("L1_MoHinh", True, "$5:$5", id="nine-columns"),
        pytest.param("L2_DienHinh", False, "$5:$5", id="six-columns"),
        pytest.param("L3_DoiThoai", True, "$5:$5", id="eight-columns"),
        pytest.param("L4_PhongTrao", False, "$5:$5", id="five-columns"),
        pytest.param("HuongDan", False, None, id="guide"),
    ],
)
def test_every_sheet_opens_ready_to_print(book, name, landscape, repeated):
    """A4, one page wide, lying when more than six columns, header repeated, page number centred."""
    sheet = book[name]
    assert sheet.page_setup.paperSize == 9
    assert ("landscape" if landscape else "portrait") == sheet.page_setup.orientation
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (repeated or None) == (sheet.print_title_rows or None)
    assert "&P" in sheet.oddFooter.center.text
    assert sheet.oddFooter.right.text == "thang-dan-van-2021 - CCVC - bản 1"
    room = 125 if landscape else 84
    widths = [one.width for one in sheet.column_dimensions.values() if not one.hidden]
    assert room - 1 <= sum(widths) <= room + 1


def test_every_cell_is_in_times_new_roman(book):
    """One family throughout; the default font too, which column widths go by."""
    fonts = {cell.font.name for sheet in book for row in sheet.iter_rows() for cell in row}
    assert fonts == {"Times New Roman"}
    assert (book._fonts[0].name, book._fonts[0].sz) == ("Times New Roman", 12)


def test_formulas_are_ours_alone(book):
    """No text of the campaign becomes a formula, even when it begins with a sign."""
    wild = replace(
        CAMPAIGN,
        form=replace(
            CAMPAIGN.form,
            title="=cmd()",
            fields=tuple(replace(one, label="=1+1", tt="+1") for one in CAMPAIGN.form.fields),
            instructions=("@SUM(1)", "-1"),
        ),
    )
    opened = openpyxl.load_workbook(io.BytesIO(blank_workbook(wild, unit(name="=HYPERLINK(1)"))))
    formulas = [
        cell.value for sheet in opened for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert len(formulas) == 5
    assert {"=IFERROR("} == {formula[:9] for formula in formulas}


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"instructions": ()}, id="no-instructions"),
        pytest.param({"lists": ()}, id="no-lists"),
        pytest.param({"sheet": "Biểu 'A'"}, id="sheet-with-quotes"),
        pytest.param({"title": "X" * 300}, id="endless-title"),
        pytest.param({"fields": form_spec().fields[:1]}, id="one-field"),
    ],
)
def test_other_forms_make_sound_blanks_too(changed):
    """Lists and instructions may be absent, names odd: the blank opens and is recognised."""
    odd = replace(CAMPAIGN, form=replace(CAMPAIGN.form, **changed))
    content = blank_workbook(odd, CCVC)
    grid = read_workbook(content)
    assert odd.form.sheet == grid.sheets[0].name
    assert stamp_for(odd, CCVC) == read_stamp(grid)
    assert "ma_A01" in grid.names
    openpyxl.load_workbook(io.BytesIO(content))


def test_deadlines_are_shown_in_the_office_s_own_time():
    """An instant kept in another zone is written as the clock on the wall there says it."""
    abroad = replace(CAMPAIGN.deadlines, due_at=CAMPAIGN.deadlines.due_at.astimezone(dt.UTC))
    here = replace(CAMPAIGN.deadlines, due_at=CAMPAIGN.deadlines.due_at.astimezone(VIETNAM))
    assert blank_workbook(replace(CAMPAIGN, deadlines=here), CCVC) == blank_workbook(
        replace(CAMPAIGN, deadlines=abroad), CCVC
    )


def test_importing_the_module_does_not_load_openpyxl():
    """`tonghop --help` stays quick."""
    root = Path(__file__).parents[3]
    program = "import sys, parsers.blank.workbook, parsers.stamp; print('openpyxl' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"
