"""From a returned workbook to answers and findings: what people do to a form, one thing at a time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from domain.answers import DateValue, Missing, NotApplicable, Number, ParsedForm, Place, TextValue, Unclear
from domain.errors import AmbiguousForm, UnknownForm
from domain.findings import SEVERITIES
from domain.forms import FieldType
from domain.repeats import MOST_SINGLY
from parsers.form import content_digest, parse_form
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.forms import END, START, Form, full_answers, make_spec, parse, row_of, save

SPEC = make_spec()


def told(parsed: ParsedForm, field: str = "") -> list[str]:
    """Give the kinds of findings, of one field or of all."""
    return [one.code for one in parsed.findings if not field or one.field == field]


def assert_all_read(parsed: ParsedForm, but: tuple[str, ...] = ()) -> None:
    """Assert that every field reads as it was filled."""
    expected = full_answers()
    for code, answer in parsed.answers.items():
        if code in but:
            continue
        value = expected[code]
        match answer.value:
            case Number():
                assert Decimal(str(value)) == answer.value.value, code
            case TextValue():
                assert value == answer.value.text
            case DateValue():
                assert value == answer.value.date
            case _:
                raise AssertionError(f"{code} was not read: {answer}")


def filled(**changes: object) -> Form:
    """Give a form with an answer everywhere, some changed."""
    return Form(answers=full_answers() | changes)


def test_a_form_filled_right_is_read_whole_and_without_a_word():
    """Every answer has its value, its raw content and its cell."""
    parsed = parse(filled().build())
    assert_all_read(parsed)
    assert ((), ()) == (parsed.findings, parsed.understood_as)
    assert {one.code for one in SPEC.fields if one.type is not FieldType.COMPUTED} == set(parsed.answers)
    answer = parsed.answers["T04"]
    assert (str(full_answers()["T04"]), Place(sheet="Bieu_TH", cell=f"D{row_of('T04')}")) == (
        answer.raw,
        answer.place,
    )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("T01", "missing"),
        ("C01", "missing_na"),
        ("A04", "missing_text"),
        ("A03", "missing_date"),
        ("N02", "missing_none_word"),
        ("T03", ""),
        ("N03", ""),
    ],
)
def test_what_must_be_answered_is_asked_for(code, kind):
    """Each kind of field says in its own words what to write; an optional one says nothing."""
    parsed = parse(filled(**{code: None}).build())
    assert ([kind] if kind else []) == told(parsed)
    assert Missing() == parsed.value(code)
    assert_all_read(parsed, but=(code,))


@pytest.mark.parametrize(
    ("code", "text", "value", "kinds"),
    [
        ("T01", "Không phát sinh", NotApplicable(), ["not_applicable_in_required"]),
        ("C01", "Không phát sinh", NotApplicable(), []),
        ("C01", "-", NotApplicable(), []),
        ("T03", "KPS", NotApplicable(), []),
        ("N02", "Không", TextValue("Không"), []),
        ("N02", "-", NotApplicable(), []),
        ("N01", "-", Unclear(), ["missing_text"]),
        ("A03", "-", Unclear(), ["missing_date"]),
        ("T01", "không", Number(Decimal(0)), []),
        ("N03", "x" * 1001, Unclear(), ["text_too_long"]),
        ("K09", "1,2 tỷ", Number(Decimal(1200)), ["other_measure"]),
    ],
)
def test_words_for_nothing_and_too_much(code, text, value, kinds):
    """Not applicable, zero and missing are three things."""
    parsed = parse(filled(**{code: text}).build())
    assert (value, kinds) == (parsed.value(code), told(parsed))
    assert text == parsed.answers[code].raw


def test_an_approximate_number_stays_approximate():
    """The lineage and the footnote need it."""
    parsed = parse(filled(T04="trên 100").build())
    assert Number(Decimal(100), approximate=True) == parsed.value("T04")


def test_a_note_is_kept_and_words_behind_a_number_become_one():
    """Nothing that a unit wrote is dropped."""
    form = filled(T02="5 (trong đó 2 trực tuyến)")
    form.notes = {"T04": "  theo danh sách  "}
    parsed = parse(form.build())
    assert ("theo danh sách", "(trong đó 2 trực tuyến)") == (
        parsed.answers["T04"].note,
        parsed.answers["T02"].note,
    )


@pytest.mark.parametrize(
    ("note", "kinds"), [(37, ["value_elsewhere"]), ("37 buổi", ["value_elsewhere"]), ("xem báo cáo", [])]
)
def test_a_number_in_the_note_is_asked_about(note, kinds):
    """An empty answer beside a number is no missing answer."""
    form = filled(T03=None)
    form.notes = {"T03": note}
    book = form.build()
    parsed = parse(book)
    assert kinds == told(parsed)
    assert (Unclear() if kinds else Missing()) == parsed.value("T03")


def test_an_overtyped_percentage_is_told_when_it_differs():
    """We use our own result and say so."""
    answers = full_answers() | {"T05": 50, "A07": 200}
    wrong = parse(Form(answers=answers | {"T06": "97,5%"}).build())
    right = parse(Form(answers=answers | {"T06": 25}).build())
    assert ["computed_overtyped"] == told(wrong)
    assert "25" in wrong.findings[0].message
    assert [] == told(right)


def _without_codes(book: openpyxl.Workbook) -> None:
    book.active.delete_cols(6)


def _without_names(book: openpyxl.Workbook) -> None:
    book.defined_names.clear()


def _empty_first_column(book: openpyxl.Workbook) -> None:
    book.defined_names.clear()
    book.active.insert_cols(1)


def _inserted_rows(book: openpyxl.Workbook) -> None:
    book.defined_names.clear()
    book.active.insert_rows(row_of("T04"), 3)
    book.active.insert_rows(5, 2)


def _other_sheet_name(book: openpyxl.Workbook) -> None:
    book.defined_names.clear()
    book.active.title = "Sheet1"
    book.move_sheet("Sheet1", 3)


def _no_headings(book: openpyxl.Workbook) -> None:
    book.active.delete_rows(6, 2)
    book.active.insert_rows(6, 2)


def _merged_title_and_note(book: openpyxl.Workbook) -> None:
    book.active.merge_cells("A3:E3")
    book.active.merge_cells(start_row=row_of("N01"), end_row=row_of("N01"), start_column=4, end_column=5)


def _hidden_rows(book: openpyxl.Workbook) -> None:
    for row in range(20, 40):
        book.active.row_dimensions[row].hidden = True


def _other_words(book: openpyxl.Workbook) -> None:
    book.active.cell(row_of("T04"), 2, "3. Số lượt người tham dự (ghi tổng)")
    book.active["D6"] = "Kết quả thực hiện"
    book.active["E6"] = "Ghi chú/diễn giải"


def _moved_codes(book: openpyxl.Workbook) -> None:
    book.defined_names.clear()
    book.active.insert_cols(1)
    for row in range(1, 120):
        book.active.cell(row, 1, book.active.cell(row, 7).value)
        book.active.cell(row, 7).value = None


def _decomposed(book: openpyxl.Workbook) -> None:
    import unicodedata  # noqa: PLC0415 - only here

    for row in book.active.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.column < 4:
                cell.value = unicodedata.normalize("NFD", cell.value.upper())


def _swapped_rows(book: openpyxl.Workbook) -> None:
    book.defined_names.clear()
    sheet, one, other = book.active, row_of("T02"), row_of("Q05")
    for column in range(1, 7):
        first, second = sheet.cell(one, column), sheet.cell(other, column)
        first.value, second.value = second.value, first.value


ALTERED = [
    _without_codes, _without_names, _empty_first_column, _inserted_rows, _other_sheet_name, _no_headings,
    _merged_title_and_note, _hidden_rows, _other_words, _moved_codes, _decomposed, _swapped_rows,
]  # fmt: skip


@pytest.mark.parametrize("alter", ALTERED, ids=lambda alter: alter.__name__.strip("_"))
def test_an_altered_form_that_a_clerk_could_read_is_read(alter):
    """Codes, names and words lead to every answer, wherever it stands now."""
    book = filled().build()
    alter(book)
    parsed = parse(book)
    assert_all_read(parsed)
    assert [] == [one for one in parsed.findings if one.severity in SEVERITIES[:2]]


@pytest.mark.parametrize(
    ("alter", "sentence"),
    [
        (_without_codes, "Biểu không còn cột Mã; các dòng được nhận theo tên chỉ tiêu."),
        (_empty_first_column, "Cột Số lượng được tìm thấy ở cột E."),
        (_other_sheet_name, "Biểu được tìm thấy ở trang ‘Sheet1’."),
        (
            _other_words,
            f"Dòng {row_of('T04')} ‘3. Số lượt người tham dự (ghi tổng)’ được hiểu là ‘Lượt người tham dự’.",
        ),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_what_was_understood_is_said(alter, sentence):
    """The sender can contradict."""
    book = filled().build()
    alter(book)
    assert sentence in parse(book).understood_as


def test_what_was_understood_is_said_in_ten_lines():
    """A letter is no protocol."""
    book = filled().build()
    for one in SPEC.fields:
        book.active.cell(row_of(one.code), 2, f"{one.label} (nếu có thì ghi)")
    parsed = parse(book)
    assert_all_read(parsed)
    assert (10, "Và 78 điểm khác.") == (len(parsed.understood_as), parsed.understood_as[-1])


def test_a_deleted_row_is_asked_for():
    """It is not found, whatever stands in its place."""
    book = filled().build()
    book.defined_names.clear()
    book.active.delete_rows(row_of("T02"))
    parsed = parse(book)
    assert (["row_not_found"], Missing(), None) == (
        told(parsed),
        parsed.value("T02"),
        parsed.answers["T02"].place,
    )
    assert_all_read(parsed, but=("T02",))


def test_code_and_label_that_disagree_are_a_question():
    """Neither is chosen."""
    book = filled().build()
    one, other = row_of("T01"), row_of("T02")
    sheet = book.active
    sheet.cell(one, 6).value, sheet.cell(other, 6).value = "T02", "T01"
    parsed = parse(book)
    assert {"T01": ["row_conflict"], "T02": ["row_conflict"]} == {c: told(parsed, c) for c in ("T01", "T02")}
    assert (Unclear(), Unclear()) == (parsed.value("T01"), parsed.value("T02"))
    assert_all_read(parsed, but=("T01", "T02"))


@pytest.mark.parametrize(("second", "kinds"), [(None, []), (0, []), (99, ["duplicate_row"])])
def test_a_field_in_two_rows_is_read_when_they_agree(second, kinds):
    """The same code twice with different numbers is a question."""
    book = filled(T01=0).build()
    for column, value in enumerate(("1", "Văn bản", "văn bản", second, None, "T01"), start=1):
        book.active.cell(105, column, value)
    parsed = parse(book)
    assert kinds == [kind for kind in told(parsed, "T01") if kind != "label_altered"]
    assert (Unclear() if kinds else Number(Decimal(0))) == parsed.value("T01")


def test_a_second_table_below_is_ambiguous():
    """Two answers to everything are no answer."""
    book = filled().build()
    for one in SPEC.fields:
        row = row_of(one.code)
        for column in range(1, 7):
            value = book.active.cell(row, column).value
            book.active.cell(row + 120, column, value + 1 if isinstance(value, int) else value)
    with pytest.raises(AmbiguousForm, match="twice"):
        parse(book)


def test_repeated_labels_without_codes_are_told_apart_by_their_neighbours():
    """Overdue among the solved files and overdue among the open ones are two fields."""
    form = filled()
    form.with_codes = form.with_names = False
    parsed = parse(form.build())
    assert_all_read(parsed)


def test_a_repeated_label_without_its_neighbours_is_asked_about():
    """Which "Quá hạn" it was, nobody can tell."""
    form = filled()
    form.with_codes = form.with_names = False
    book = form.build()
    for code in ("C11", "C10", "C09", "C07"):
        book.active.delete_rows(row_of(code))
    parsed = parse(book)
    for code in ("C08", "C11"):
        assert not isinstance(parsed.value(code), Number)
        assert told(parsed, code)


def test_a_missing_answer_column_is_told_once():
    """Without heading and names no column is guessed."""
    book = filled().build()
    book.defined_names.clear()
    book.active["D6"] = None
    parsed = parse(book)
    assert ["answer_column_not_found"] == told(parsed)
    assert {Unclear()} == {answer.value for answer in parsed.answers.values()}


def test_two_answer_columns_are_a_question():
    """Heading and names that disagree choose nothing."""
    book = filled().build()
    for row in range(8, 110):
        if isinstance(book.active.cell(row, 4).value, int):
            book.active.cell(row, 7, 5)
    book.active["G6"], book.active["D6"] = "Số lượng", None
    assert ["answer_column_not_found"] == told(parse(book))


def test_one_number_over_two_rows_is_a_question():
    """Whose it is, nobody can tell."""
    book = filled(T02=None).build()
    book.active.merge_cells(start_row=row_of("T01"), end_row=row_of("T02"), start_column=4, end_column=4)
    parsed = parse(book)
    assert (["merged_cells"], ["merged_cells"]) == (told(parsed, "T01"), told(parsed, "T02"))
    assert_all_read(parsed, but=("T01", "T02"))


def _copy(book: openpyxl.Workbook) -> openpyxl.worksheet.worksheet.Worksheet:
    return book.copy_worksheet(book["Bieu_TH"])


def test_a_copied_sheet_with_the_same_answers_is_read_once():
    """Excel makes copies by accident."""
    book = filled().build()
    _copy(book)
    parsed = parse(book)
    assert_all_read(parsed)
    assert "Tệp có nhiều trang biểu; đã đọc trang ‘Bieu_TH’." in parsed.understood_as


def test_an_empty_copy_beside_the_filled_sheet_is_passed_over():
    """A clerk would take the one with figures."""
    book = filled().build()
    copy = _copy(book)
    for one in SPEC.fields:
        if one.code != "A01":
            book["Bieu_TH"].cell(row_of(one.code), 4).value = None
    parsed = parse(book)
    assert_all_read(parsed)
    assert copy.title == parsed.answers["T01"].place.sheet


@pytest.mark.parametrize("code", ["T01", "A01"])
def test_two_different_forms_in_one_book_are_ambiguous(code):
    """Two units' forms, or two versions: a person decides."""
    book = filled().build()
    _copy(book).cell(row_of(code), 4).value = 4711
    with pytest.raises(AmbiguousForm, match="‘Bieu_TH’, ‘Bieu_TH Copy’"):
        parse(book)


def test_a_foreign_workbook_is_no_form():
    """Another table with numbers is not ours."""
    book = openpyxl.Workbook()
    for row in (("STT", "Nội dung", "Số lượng"), (1, "Bút bi", 20), (2, "Giấy A4", 5)):
        book.active.append(row)
    with pytest.raises(UnknownForm):
        parse(book)


def test_the_mark_of_the_blank_is_no_form():
    """The very hidden sheet holds codes too, and is never read as answers."""
    book = filled().build()
    meta = book.create_sheet("_meta")
    for one in SPEC.fields:
        meta.append([one.code, one.label, 1])
    assert_all_read(parse(book))


ROWS = {
    "L1": ["Một cửa", "Cải cách hành chính", "Mới", "Nội dung", "Kết quả", None, "Bà Hà", "x"],
    "L3": [dt.date(2021, 10, 12), "Đối thoại", "Giám đốc", "Trực tiếp", 40, "8 ý kiến", 6],
}


def test_lists_are_read_by_the_type_of_each_column():
    """Rows have their sheet, row, values and cells."""
    form = filled()
    form.lists = {"L1": [ROWS["L1"]], "L3": [ROWS["L3"]]}
    parsed = parse(form.build())
    assert [] == told(parsed)
    (model,), (talk,) = parsed.lists["L1"], parsed.lists["L3"]
    assert ("L1_MoHinh", 4) == (model.sheet, model.row)
    assert (TextValue("cải cách hành chính"), TextValue("mới"), TextValue("có"), Missing()) == tuple(
        model.values[name] for name in ("linh_vuc", "loai", "cong_nhan", "dia_ban")
    )
    assert ("D4", "Mới") == (model.cells["loai"], model.raw["loai"])
    assert (DateValue(dt.date(2021, 10, 12)), Number(Decimal(8))) == (
        talk.values["ngay"],
        talk.values["y_kien_nhan"],
    )
    assert ((), ()) == (parsed.lists["L2"], parsed.lists["L4"])


@pytest.mark.parametrize(
    ("rows", "count", "kinds"),
    [
        ([["Tên A", None, None, None]], 1, []),
        ([["Ví dụ: Phong trào xanh", "10/10/2021", 5, "Tốt"], ["Tên A"]], 1, ["list_row_skipped"]),
        ([["Ví dụ", "10/10/2021"], ["Tên A"]], 1, ["list_row_skipped"]),
        ([["Ví dụ điển hình “Nụ cười công sở”"], ["Mẫu hình thân thiện"]], 2, []),
        ([["Tên A", "10/10/2021", 5, "Tốt"], ["Tên A", "10/10/2021", 5, "Tốt"]], 2, ["list_row_repeated"]),
        ([["(2)", "(3)", "(4)", "(5)"], ["Tên A"]], 1, []),
        ([[None, None, None, None], [None], ["Tên A"]], 1, []),
        ([["Không", None, None, None]], 0, []),
        ([["Không phát sinh", "-", "-", "-"]], 0, []),
        ([["Tên A"], ["Người lập biểu"]], 1, []),
        ([[None, None, 25, None]], 1, ["list_cell_missing"]),
        ([["Tên A", "10/05/2021", 3, None]], 1, ["date_outside"]),
        ([["Tên A", None, "trên 20", None]], 1, ["approximate"]),
        ([["Tên phong trào", "Ngày phát động", "Số người hưởng ứng", "Kết quả"], ["Tên A"]], 1, []),
    ],
)
def test_rows_of_a_list_are_its_entries_only(rows, count, kinds):
    """Examples, numbering, remarks and empty rows are no entries; an entry lacking something is told."""
    form = filled()
    form.lists = {"L4": rows}
    parsed = parse(form.build())
    assert (count, kinds) == (len(parsed.lists["L4"]), told(parsed))


def test_a_list_is_found_under_another_name_and_with_moved_columns():
    """The heading words lead to it."""
    form = filled()
    form.lists = {"L4": [["Tên A", None, 12, "Tốt"]]}
    book = form.build()
    sheet = book["L4_PhongTrao"]
    sheet.title = "Trang tính 5"
    sheet.insert_cols(1)
    sheet["B3"], sheet["E3"] = "STT", "Số người hưởng ứng (người)"
    sheet.insert_rows(1, 2)
    parsed = parse(book)
    (row,) = parsed.lists["L4"]
    assert ([], Number(Decimal(12)), "E6") == (told(parsed), row.values["so_nguoi"], row.cells["so_nguoi"])
    assert any("Trang tính 5" in sentence for sentence in parsed.understood_as)


def test_a_missing_list_sheet_or_column_is_told():
    """What is not there cannot be counted as empty."""
    form = filled()
    form.lists = {"L4": [["Tên A", None, 12, "Tốt"]]}
    book = form.build()
    book.remove(book["L3_DoiThoai"])
    book["L4_PhongTrao"]["B3"] = "Cột lạ"
    parsed = parse(book)
    assert ["list_sheet_missing"] == told(parsed, "L3")
    assert "L3" not in parsed.lists
    assert {"list_column_not_found", "list_column_unread"} == set(told(parsed, "L4"))


@pytest.mark.parametrize("varies", [False, True], ids=["alike", "each different"])
def test_a_long_list_of_wrong_rows_is_told_shortly_and_counted_exactly(varies):
    """A thousand rows with four wrong cells each: some findings, and the number of all."""
    form = filled()
    form.lists = {
        "L3": [[f"bậy{i * varies}", "", "Ai đó", f"sai{i * varies}", "nhiều", 1, i] for i in range(1_000)]
    }
    parsed = parse(form.build())
    counted: Counter[str] = Counter()
    for one in parsed.findings:
        counted[one.code] += one.count

    assert {"not_a_date": 1_000, "list_cell_missing": 1_000, "mark_not_number": 1_000} == {
        code: counted[code] for code in ("not_a_date", "list_cell_missing", "mark_not_number")
    }
    assert 1_000 == len(parsed.lists["L3"])
    assert len(parsed.findings) <= 5 * (MOST_SINGLY + 1)
    assert {"B54:B1003", "C54:C1003"} <= {one.cell for one in parsed.findings}


def test_two_different_sheets_of_one_list_are_a_question():
    """Neither is chosen, and nobody knows how many rows there are."""
    form = filled()
    form.lists = {"L4": [["Tên A", None, 12, "Tốt"]]}
    book = form.build()
    book.copy_worksheet(book["L4_PhongTrao"])["B4"] = "Tên B"
    parsed = parse(book)
    assert ["list_sheet_twice"] == told(parsed, "L4")
    assert "L4" not in parsed.lists


def test_findings_go_worst_first_and_then_as_the_form_goes():
    """The letter shows what matters at its top."""
    parsed = parse(filled(V01="x", T01=None, T04="trên 100", T02="1.234,5", A07="1O").build())
    assert [
        ("T01", "missing"),
        ("T02", "not_whole"),
        ("V01", "mark_not_number"),
        ("A07", "letter_in_number"),
        ("T04", "approximate"),
    ] == [(one.field, one.code) for one in parsed.findings]


def test_the_digest_tells_answers_and_nothing_else():
    """Spelling and place of an answer do not matter, its value does."""
    one = content_digest(parse(filled(T04=1234).build()))
    book = filled(T04="1.234").build()
    _inserted_rows(book)
    assert one == content_digest(parse(book))
    assert one != content_digest(parse(filled(T04=1235).build()))
    parsed = parse(filled(T04=1234).build())
    assert one != content_digest(
        replace(parsed, answers={**parsed.answers, "T04": replace(parsed.answers["T04"], note="thêm")})
    )


def test_every_finding_is_short_and_names_its_cell():
    """At most 25 words, and a place that people find."""
    answers = dict.fromkeys(full_answers(), "đã thực hiện 10/12")
    parsed = parse(Form(answers=answers).build())
    assert parsed.findings
    for one in parsed.findings:
        assert len(one.message.split()) <= 25
        assert len(one.advice.split()) <= 25
        assert one.field.startswith("L") or one.cell in one.message


def test_serial_days_of_a_1904_book_are_read():
    """The date system of the book reaches every cell."""
    grid = read_workbook(save(filled(A03=43026).build()))
    parsed = parse_form(replace(grid, counts_from_1904=True), SPEC, start=START, end=END)
    assert DateValue(dt.date(2021, 10, 19)) == parsed.value("A03")


def test_no_rule_counts_the_rows_of_a_list_that_is_not_there():
    """A list nobody found has no rows to count: it is missing, not empty."""
    book = filled().build()
    del book["L1_MoHinh"]
    parsed = parse(book)

    assert ["list_sheet_missing"] == told(parsed, "L1")
    assert "L1" not in parsed.lists
    assert () == parsed.lists["L2"]


def test_how_surely_the_rows_were_found_is_said():
    """By code and words; less where words were typed otherwise; a form of which little is left waits."""
    untouched = parse(filled().build())
    book = filled().build()
    sheet = book["Bieu_TH"]
    for one in SPEC.fields:
        sheet.cell(row_of(one.code), 2).value = f"Nội dung {one.code}"
    assert 100 == untouched.confidence
    assert 60 < parse(book).confidence < untouched.confidence

    for one in SPEC.fields[26:]:
        for column in range(1, 7):
            sheet.cell(row_of(one.code), column).value = None
    for name in list(book.defined_names):
        del book.defined_names[name]
    with pytest.raises(AmbiguousForm, match="of 100"):
        parse(book)
