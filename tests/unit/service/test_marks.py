"""What a unit finds marked in its own file, round after round."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import openpyxl
import pytest

from domain.errors import Encrypted, NotAWorkbook
from domain.findings import Finding, FindingAudience, Severity
from domain.ids import UnitCode
from domain.submissions import Verdict
from parsers.blank.workbook import blank_workbook
from parsers.marking.marks import TINTS, MarkKind
from parsers.marking.returned import mark_returned
from parsers.repacking import replace_parts
from parsers.xlsx.reader import read_workbook
from service.marks import MOST_CELLS, marked_name, marks_of, named
from service.reading_files import marked_files, read_returned
from service.rehearsal.clerk_work import fill_form, sample_answers
from tests.unit.parsers.marking.books import comments_of, fills_of
from tests.unit.parsers.packages import changed, parts
from tests.unit.parsers.soundness import assert_sound

RED, AMBER = TINTS[MarkKind.MEND], TINTS[MarkKind.CHECK]
#: Six kinds of error in one file.
WRONG = {
    "T02": -3,
    "T03": "X",
    "T05": "mười hai rưỡi",
    "T06": 1234.5,
    "D05": dt.date(2021, 10, 12),
    "K02": "15%",
}


def found(code="missing", cell="D14", severity=Severity.ERROR, **more) -> Finding:
    """Give a finding as the catalogue spells it."""
    words = {
        "code": code,
        "severity": severity,
        "audience": FindingAudience.UNIT,
        "sheet": "Bieu_TH",
        "cell": cell,
        "field": "T02",
        "message": f"Ô {cell} – ‘Lượt người tham dự’: đang ghi ‘X’, không đọc được thành số.",
        "advice": "Đề nghị chỉ ghi một số.",
    }
    return Finding(**words | more)


def test_the_comment_says_what_the_letter_says(example):
    """Without the place, which goes without saying at the cell itself."""
    (mark,) = marks_of([found()], example.form).marks
    assert ("Bieu_TH", "D14", MarkKind.MEND) == (mark.sheet, mark.cell, mark.kind)
    assert "Đang ghi ‘X’, không đọc được thành số.\nĐề nghị chỉ ghi một số." == mark.text


def test_what_refuses_is_red_and_what_warns_is_amber(example):
    """Errors and questions are to be mended, warnings to be looked at; the rest is not marked."""
    findings = [found(severity=severity, cell=f"D{row}") for row, severity in enumerate(Severity, start=14)]
    chosen = marks_of([*findings, found(cell="D30", audience=FindingAudience.OFFICE)], example.form)
    assert [MarkKind.MEND, MarkKind.MEND, MarkKind.CHECK] == [mark.kind for mark in chosen.marks]


def test_what_concerns_no_cell_is_left_to_the_letter(example):
    """A row that is gone cannot be marked."""
    nowhere = found("row_not_found", cell="", sheet="", message="Không tìm thấy dòng.")
    chosen = marks_of([nowhere, found()], example.form)
    assert ((nowhere,), 1) == (chosen.placeless, len(chosen.marks))


def test_thousands_of_findings_stay_bounded(example):
    """At most some hundred cells, every kind among them, errors before warnings; the rest is named."""
    many = [found("missing", f"D{row}") for row in range(1, 3_001)]
    rare = [found("R07", "E1"), found("approximate", "F1", Severity.WARNING)]
    chosen = marks_of([*many, *rare, found("not_whole", "D1")], example.form)
    cells = {mark.cell for mark in chosen.marks}
    assert MOST_CELLS == len(cells)
    assert "E1" in cells
    assert "F1" not in cells
    assert 3_000 + 3 == len(chosen.marks) + len(chosen.unmarked)
    # A second finding about a cell that is marked costs no place.
    assert 2 == sum(mark.cell == "D1" for mark in chosen.marks)


@pytest.mark.parametrize(
    ("name", "ending", "expected"),
    [
        ("Bieu TH (1).xls", ".xlsx", "Bieu TH (1)_can-sua.xlsx"),
        ("Biểu tổng hợp_sửa lần 2.xlsx", ".xlsx", "Biểu tổng hợp_sửa lần 2_can-sua.xlsx"),
        ("Bieu_can-sua.xlsx", ".xlsx", "Bieu_can-sua.xlsx"),
        ("Bieu_CAN-SUA (1).XLSX", ".xlsx", "Bieu (1)_can-sua.xlsx"),
        ("Copy of Bieu_can-sua - Copy_can-sua.ods", ".xlsx", "Copy of Bieu - Copy_can-sua.xlsx"),
        ("BC thang dan van 2021 - P.CCVC", ".xlsx", "BC thang dan van 2021 - P.CCVC_can-sua.xlsx"),
        ("bieu.xlsm", ".xlsm", "bieu_can-sua.xlsm"),
        ("..\\..\\etc/pass:wd?.xlsx", ".xlsx", "-..-etc-pass-wd-_can-sua.xlsx"),
        ("a\u202exslx.exe\n.xlsx", ".xlsx", "axslx.exe_can-sua.xlsx"),
        ("", ".xlsx", "Bieu_can-sua.xlsx"),
        ("_can-sua.xlsx", ".xlsx", "Bieu_can-sua.xlsx"),
    ],
)
def test_the_marked_file_is_named_after_the_units_own(name, ending, expected):
    """A plain suffix, never twice; no sign that a disk does not take."""
    assert expected == marked_name(name, ending)
    assert expected == marked_name(expected, ending)


@pytest.mark.parametrize("name", ["x" * 300 + ".xlsx", "Ộ" * 150 + ".xls", "O\u0323\u0302" * 150])
def test_a_name_is_never_too_long(name):
    """At most a hundred signs, and what a disk takes in bytes."""
    made = marked_name(name)
    assert len(made) <= 100
    assert len(made.encode()) <= 200
    assert made.endswith("_can-sua.xlsx")


@pytest.fixture
def wrong(example):
    """Give a form with six kinds of error."""
    return _filled(example, WRONG)


def _filled(example, typed=None):
    """Give the form of a unit, right but for what was *typed*."""
    blank = blank_workbook(example, example.unit_by_code[UnitCode("CCVC")])
    return fill_form(blank, example, sample_answers()["CCVC"], until=dt.date(2021, 10, 18), typed=typed or {})


def read(content, example, name="Bieu.xlsx"):
    """Read a file as `tonghop read` does."""
    (reading,) = read_returned(
        name, content, [example], received_on=dt.date(2021, 10, 19), isolate=lambda call, *facts: call(*facts)
    )
    return reading


def marked_by(name, content, reading):
    """Give the marked files of what was read."""
    return marked_files(name, content, [reading], isolate=lambda call, *facts: call(*facts))


def test_the_first_wrong_form(example, wrong):
    """Exactly the wrong cells are marked; corrected in the marked file, the form is accepted."""
    reading = read(wrong, example)
    (marked,) = marked_by("Bieu.xlsx", wrong, reading)
    content = marked.file.content
    assert_sound(content)
    assert ("Bieu_can-sua.xlsx", False) == (marked.file.name, marked.is_copy)
    assert changed(wrong, content) <= {
        *("[Content_Types].xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"),
        *("xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "xl/worksheets/_rels/sheet1.xml.rels"),
    }
    told = {
        one.cell: one.severity for one in reading.judgement.findings if one.audience is FindingAudience.UNIT
    }
    fills = fills_of(content, "Bieu_TH")
    assert set(told) == set(comments_of(content, "Bieu_TH"))
    assert {cell for cell, colour in fills.items() if colour in (RED, AMBER)} == set(told)
    assert len(WRONG) <= len(told)

    again = read(content, example)
    assert (reading.judgement, reading.parsed, reading.unit) == (again.judgement, again.parsed, again.unit)
    corrected = _corrected(content, example)
    mended = read(corrected, example)
    assert mended.judgement.verdict is Verdict.ACCEPTED
    assert () == marked_by("Bieu_can-sua.xlsx", corrected, mended)


def _corrected(content, example):
    """Write the right answers into the marked file, as the unit does."""
    answers = openpyxl.load_workbook(io.BytesIO(_filled(example)))["Bieu_TH"]
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Bieu_TH"]
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is not None:
                cell.value = answers[cell.coordinate].value
                cell.number_format = answers[cell.coordinate].number_format
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_second_round_marks_only_what_is_still_wrong(example, wrong):
    """Mended cells lose their colour, though the file was saved by another program meanwhile."""
    (first,) = marked_by("Bieu.xlsx", wrong, read(wrong, example))
    book = openpyxl.load_workbook(io.BytesIO(_corrected(first.file.content, example)))
    sheet = book["Bieu_TH"]
    still = next(cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment is not None)
    sheet[still].value = "X"
    stream = io.BytesIO()
    book.save(stream)
    content = stream.getvalue()
    (second,) = marked_by("Bieu_can-sua.xlsx", content, read(content, example))
    assert_sound(second.file.content)
    assert "Bieu_can-sua.xlsx" == second.file.name
    assert {still} == set(comments_of(second.file.content, "Bieu_TH"))
    before, after = fills_of(wrong, "Bieu_TH"), fills_of(second.file.content, "Bieu_TH")
    assert {**before, still: RED} == after


def test_what_cannot_be_marked_itself_comes_back_as_a_copy(example, wrong):
    """The strict dialect is read and not marked: the unit gets a plain copy with the same answers."""
    strict = replace_parts(
        wrong,
        {
            name: part.replace(
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            )
            for name, part in parts(wrong).items()
            if name.startswith("xl/")
        },
    )
    reading = read(strict, example, "Bieu.xls")
    (marked,) = marked_by("Bieu.xls", strict, reading)
    assert ("Bieu_can-sua.xlsx", True) == (marked.file.name, marked.is_copy)
    assert_sound(marked.file.content)
    again = read(marked.file.content, example)
    assert reading.unit == again.unit
    assert reading.parsed.answers == again.parsed.answers
    assert reading.judgement.findings == again.judgement.findings


def test_a_file_without_anything_to_mark_is_not_made(example):
    """No mark, no file."""
    right = _filled(example)
    assert () == marked_by("a.xlsx", right, read(right, example))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"PK broken", NotAWorkbook),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), Encrypted),
    ],
)
def test_what_cannot_be_read_cannot_be_marked(content, error, example):
    """The caller sends the letter without a file."""
    marks = marks_of([found()], example.form).marks
    with pytest.raises(error):
        mark_returned(content, marks, "Văn phòng")


def test_macros_keep_their_ending(example, wrong):
    """A workbook with macros called .xlsx would not open."""
    types = parts(wrong)["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    content = replace_parts(wrong, {"[Content_Types].xml": types, "xl/vbaProject.bin": b"\0\1" * 99})
    marks = marks_of([replace(found(), cell="D20")], example.form).marks
    made = named("Bieu.xlsm", mark_returned(content, marks, "Văn phòng Sở Nội vụ"))
    assert ("Bieu_can-sua.xlsm", "application/vnd.ms-excel.sheet.macroEnabled.12") == (
        made.file.name,
        made.file.media_type,
    )
    assert "xl/vbaProject.bin" not in changed(content, made.file.content)
    assert read_workbook(content) == read_workbook(made.file.content)
