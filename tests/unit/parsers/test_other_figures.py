"""What a unit writes around its figures that makes them others: none of it is passed over in silence."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import Font

from domain.answers import DateValue, Missing, Number, TextValue, Unclear
from parsers.days import Period
from parsers.number.qualifiers import Doubt, added_of_other, doubt_of, over_answers, says_rough
from parsers.xlsx.drawing_part import read_boxes
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.forms import Form, full_answers, parse, row_of
from tests.unit.parsers.test_beside import altered, told

OCTOBER = Period(start=dt.date(2021, 10, 1), end=dt.date(2021, 10, 31))
TURN_OF_YEAR = Period(start=dt.date(2020, 12, 15), end=dt.date(2021, 1, 15))


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("Số lượng", True),
        ("SL", True),
        ("Kết quả thực hiện", True),
        ("Thực hiện tháng 10/2021", True),
        ("Số liệu của đơn vị", True),
        ("Số lượng báo cáo năm 2021", True),
        ("Kế hoạch", False),
        ("Năm 2020", False),
        ("Số lượng dự kiến", False),
        ("Số lượng (nghìn)", False),
        ("Số lượng lũy kế từ đầu năm", False),
        ("Kế hoạch năm 2021", False),
        ("Năm trước", False),
        ("Số lượng tháng 9", False),
        ("Tỷ lệ", False),
        ("So với kỳ trước", False),
        ("Phòng CCVC", True),
        ("Số lượng (nếu không có ghi 0)", True),
        ("Số lượng/Nội dung", True),
        ("Thực hiện kỳ này", True),
        ("Kết quả Tháng dân vận", True),
    ],
)
def test_what_may_head_the_answers(words, fits):
    """Another name is taken for the same column only while nothing in it speaks of anything else."""
    assert over_answers(words, OCTOBER) is fits


@pytest.mark.parametrize(
    ("note", "doubt"),
    [
        ("Dự kiến, chưa tổ chức", Doubt.ASK),
        ("kế hoạch", Doubt.ASK),
        ("số liệu năm 2020", Doubt.ASK),
        ("lũy kế từ đầu năm", Doubt.ASK),
        ("Tính từ đầu năm đến nay", Doubt.ASK),
        ("đây là số dự kiến", Doubt.ASK),
        ("6 tháng đầu năm", Doubt.ASK),
        ("đvt: nghìn lượt", Doubt.ASK),
        ("nghìn", Doubt.ASK),
        ("chưa tổng hợp được", Doubt.ASK),
        ("Chưa chốt số liệu", Doubt.ASK),
        ("Không tổ chức được do dịch", Doubt.TELL),
        ("Hoãn do dịch", Doubt.TELL),
        ("Từ tháng 1 đến tháng 10", Doubt.TELL),
        ("Kế hoạch tháng 11", Doubt.TELL),
        ("Sẽ tổ chức vào tháng 11", Doubt.TELL),
        ("dự kiến đến 31/10", Doubt.TELL),
        ("Ghi nhầm", Doubt.TELL),
        ("năm 2020", Doubt.TELL),
        ("Không tổ chức, chỉ gửi văn bản", Doubt.TELL),
        ("Theo Kế hoạch số 15/KH-SNV", None),
        ("Theo kế hoạch", None),
        ("Đã thực hiện theo kế hoạch", None),
        ("vượt kế hoạch", None),
        ("năm 2020: 5 cuộc", None),
        ("Năm 2020: 10", None),
        ("Năm ngoái không tổ chức", None),
        ("Quý IV", None),
        ("năm 2021", None),
        ("Ngân sách tỉnh", None),
        ("trong đó 02 cuộc trực tuyến", None),
    ],
)
def test_what_a_note_makes_of_its_figure(note, doubt):
    """A plan, another time or a multiple alone is asked about; among other words it is told."""
    assert doubt_of(note, "Hội nghị tuyên truyền", "hội nghị", OCTOBER, is_nought=False) is doubt


@pytest.mark.parametrize(
    ("note", "own", "measure"),
    [
        ("Kế hoạch, công văn", "Kế hoạch, văn bản đã ban hành", "văn bản"),
        ("Đăng ký năm 2021", "Mô hình đăng ký mới năm 2021", "mô hình"),
        ("Kỳ trước", "Từ kỳ trước chuyển sang", "hồ sơ"),
        ("Tháng 9", "Từ kỳ trước chuyển sang", "hồ sơ"),
        ("chưa xong", "Đơn chưa được giải quyết", "đơn"),
        ("Đang tổng hợp", "Đang giải quyết", "ý kiến"),
        ("Nghìn đồng", "Kinh phí đã ủng hộ", "nghìn đồng"),
    ],
)
def test_what_the_label_says_itself_is_no_doubt(note, own, measure):
    """The note repeats what the row is about."""
    assert doubt_of(note, own, measure, OCTOBER, is_nought=False) is None


@pytest.mark.parametrize(
    ("note", "asks"),
    [
        ("chưa có số liệu", True),
        ("bổ sung sau", True),
        ("Không tổ chức", False),
        ("chưa thực hiện", False),
        ("kế hoạch", False),
    ],
)
def test_what_a_note_makes_of_a_nought(note, asks):
    """It may be the reason for it, or say that nobody knows yet."""
    found = doubt_of(note, "Hội nghị", "hội nghị", OCTOBER, is_nought=True)
    assert found is (Doubt.ASK if asks else None)


def test_a_campaign_over_new_year_knows_its_two_years():
    """Months say nothing there, and years outside do."""
    assert over_answers("Số lượng tháng 1/2021", TURN_OF_YEAR)
    assert not over_answers("Số lượng năm 2019", TURN_OF_YEAR)


@pytest.mark.parametrize(
    ("words", "own", "asks"),
    [
        ("Lượt người tham dự (nghìn lượt)", "Lượt người tham dự", True),
        ("Lượt người tham dự (số liệu cả năm)", "Lượt người tham dự", True),
        ("Kế hoạch lượt người tham dự", "Lượt người tham dự", True),
        ("Lượt người tham dự năm 2020", "Lượt người tham dự", True),
        ("Lượt người dự", "Lượt người tham dự", False),
        ("Số mô hình mới năm 2021", "Mô hình đăng ký mới năm 2021", False),
        ("Kế hoạch đã ban hành", "Kế hoạch, văn bản đã ban hành", False),
        ("Văn bản ban hành (kế hoạch, công văn)", "Văn bản ban hành", False),
        ("Lượt người tham dự (nghìn)", "Lượt người tham dự", True),
        ("Từ tháng trước chuyển sang", "Từ kỳ trước chuyển sang", False),
        ("Kinh phí (ngân sách tỉnh)", "Kinh phí", False),
    ],
)
def test_what_an_altered_label_adds(words, own, asks):
    """Words of its own are none; a plan, another time or a multiple are."""
    assert added_of_other(words, own, "lượt người", OCTOBER) is asks


def test_rough_words_in_a_note():
    """As in the cell itself."""
    assert says_rough("khoảng")
    assert says_rough("số ước")
    assert says_rough("Tạm tính")
    assert says_rough("ước đến 31/10")
    assert not says_rough("khoảng sân")


def put(code, column, value):
    """Write one cell of a field's row."""
    return lambda sheet: sheet.cell(row_of(code), column, value)


def insert_below(code, *cells, merge=False):
    """Insert rows below a field, with what stands in their columns; *merge* the label over all of them."""

    def alter(sheet):
        row = row_of(code)
        merged = [each for each in sheet.merged_cells.ranges if each.min_row > row]
        for each in list(merged):
            sheet.unmerge_cells(str(each))
        sheet.move_range(f"A{row + 1}:F{sheet.max_row}", rows=len(cells))
        for place, content in enumerate(cells, start=row + 1):
            for column, value in content.items():
                sheet.cell(place, column, value)
        if merge:
            for column in (1, 2, 3):
                sheet.merge_cells(
                    start_row=row, end_row=row + len(cells), start_column=column, end_column=column
                )

    return alter


@pytest.mark.parametrize(
    ("alter", "code", "kind"),
    [
        (put("T02", 5, "Dự kiến"), "T02", "note_of_other"),
        (put("K09", 5, "ĐVT: 1.000 đ"), "K09", "measure_changed"),
        (put("K09", 5, "85 nghìn đồng"), "K09", "measure_changed"),
        (lambda sheet: sheet.cell(4, 1, "Đơn vị tính: nghìn đồng"), "K09", "measure_changed"),
        (put("T04", 2, "Lượt người tham dự (nghìn lượt)"), "T04", "label_of_other"),
        (insert_below("T02", {4: 5}), "T02", "more_below"),
        (insert_below("T02", {4: 5}, merge=True), "T02", "more_below"),
        (insert_below("T02", {2: "Số liệu đúng (đính chính)", 4: 15}), "T02", "more_below"),
        (insert_below("T02", {2: "Cộng", 4: 17}), "T02", "more_below"),
    ],
)
def test_a_figure_that_may_be_another_one_is_asked_about(alter, code, kind):
    """It is not taken, and the unit is told what makes it doubtful."""
    parsed = altered(alter, K09=85)
    assert kind in told(parsed, code)
    assert isinstance(parsed.answers[code].value, Unclear)


@pytest.mark.parametrize("note", ["khoảng 15", "15 cuộc", "mười lăm", "thực tế: 15", "đề nghị lấy số 15"])
def test_another_number_in_the_note_is_told(note):
    """Also one with words about it."""
    assert "number_beside" in told(altered(put("T02", 5, note), T02=12), "T02")


def test_a_rough_word_in_the_note_makes_the_figure_rough():
    """As behind the number in its own cell."""
    parsed = altered(put("T02", 5, "số ước"), T02=12)
    assert parsed.answers["T02"].value == Number(12, approximate=True)
    assert "approximate" in told(parsed, "T02")


@pytest.mark.parametrize("heading", ["Kế hoạch", "Năm 2020", "Số lượng (nghìn)"])
def test_a_column_under_another_heading_is_asked_about(heading):
    """Names lead to it, and nobody knows whether it holds what was done."""
    parsed = altered(lambda sheet: sheet.cell(7, 4, heading))
    assert "answer_heading_doubt" in [one.code for one in parsed.findings]
    assert isinstance(parsed.answers["T02"].value, Unclear)


def test_further_paragraphs_of_a_text_are_taken():
    """Word makes a row of each; a clerk reads all of them, and is told so."""
    parsed = altered(insert_below("N01", {4: "Hai."}, {4: "Ba."}, merge=True), N01="Một.")
    assert parsed.answers["N01"].value == TextValue("Một.\nHai.\nBa.")
    assert told(parsed, "N01") == ["text_goes_on", "text_goes_on"]


@pytest.mark.parametrize(
    "words",
    [
        "Hội nghị của công đoàn",
        "- Công đoàn tổ chức",
        "- Cộng tác viên",
        "- Tiếp công dân",
        "- Đúng quy định",
    ],
)
def test_a_row_of_the_units_own_is_told_and_not_counted(words):
    """It belongs to no indicator, whatever its first syllable looks like without tones."""
    parsed = altered(insert_below("T02", {2: words, 4: 9}), T02=12)
    assert parsed.answers["T02"].value == Number(12)
    assert "row_not_asked" in [one.code for one in parsed.findings]


def with_a_line_below_the_last_answer(words):
    """Give the last answer of a form that says more in the row below its table."""

    def write(sheet):
        row = row_of("N05") + 1
        for merged in list(sheet.merged_cells.ranges):
            if merged.min_row <= row <= merged.max_row:
                sheet.unmerge_cells(str(merged))
        sheet.cell(row, 4, words)

    return altered(write, N05="Không").answers["N05"].value


@pytest.mark.parametrize(
    "words", ["THỦ TRƯỞNG ĐƠN VỊ", "TRƯỞNG PHÒNG", "…, ngày 15 tháng 10 năm 2021", "(Ký, ghi rõ họ tên)"]
)
def test_who_signs_below_the_last_answer_is_no_part_of_it(words):
    """The signature stands in the column of answers, right below the last text."""
    assert with_a_line_below_the_last_answer(words) == TextValue("Không")


@pytest.mark.parametrize(
    "words",
    [
        "Phó giám đốc đề nghị bổ sung kinh phí",
        "Người dân đồng tình",
        "TRƯỜNG MẦM NON HOA SEN CẦN MÁI CHE",
        "Ngày 15 tháng 10 năm 2021 đã ra quân",
    ],
)
def test_what_only_begins_like_a_signature_stays_in_the_answer(words):
    """Units go on with sentences about heads, people, schools and days."""
    value = with_a_line_below_the_last_answer(words)
    assert isinstance(value, TextValue)
    assert words in value.text


def test_a_number_in_the_second_line_is_not_called_missing():
    """The label is merged over both lines, and the unit wrote into the lower one."""
    parsed = altered(insert_below("T02", {4: 12}, merge=True), T02=None)
    assert told(parsed, "T02") == ["more_below"]
    assert not isinstance(parsed.answers["T02"].value, Missing)


STRUCK = InlineFont(strike=True)


def test_struck_words_are_told():
    """They are in the text, and the unit may have meant them to go."""
    words = CellRichText(TextBlock(STRUCK, "Không tốt "), "Rất tốt")
    parsed = altered(put("N01", 4, words))
    assert told(parsed, "N01") == ["marked_text"]


def test_a_struck_label_is_told():
    """The figure beside it still counts."""

    def strike(sheet):
        sheet.cell(row_of("T02"), 2).font = Font(strike=True)

    assert told(altered(strike, T02=12), "T02") == ["marked_label"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Số đúng là 15", "number_beside"),
        ("An:\nSố đúng là 15", "number_beside"),
        ("15", "number_beside"),
        ("Kế hoạch", "note_of_other"),
        ("[Threaded comment]\n\nYour version of Excel …\n\nComment:\n    Kế hoạch", "note_of_other"),
        ("theo kế hoạch", None),
        ("Cảm ơn", None),
    ],
)
def test_a_comment_that_contradicts_is_not_passed_over(words, kind):
    """As in the note column; our own comments are none."""

    def comment(sheet):
        sheet.cell(row_of("T02"), 4).comment = Comment(words, "An")

    assert told(altered(comment, T02=12), "T02") == ([kind] if kind else [])


def test_a_comment_on_a_day_or_a_text_is_told():
    """Nobody else reads it."""

    def comment(sheet):
        sheet.cell(row_of("A03"), 4).comment = Comment("Sai, đúng là 15/10/2021", "An")

    assert told(altered(comment), "A03") == ["comment_told"]


def test_a_column_of_corrections_is_told():
    """Whatever it is headed with, its numbers are other answers."""

    def correct(sheet):
        sheet.cell(7, 7, "Số đúng")
        sheet.cell(row_of("T02"), 7, 15)

    assert "number_beside" in told(altered(correct, T02=12), "T02")


@pytest.mark.parametrize("code", ["0.000", "#,##0.000"])
def test_twelve_that_looks_like_twelve_thousand_is_asked_about(code):
    """A person sees "12,000", and 12 is stored."""

    def form(sheet):
        sheet.cell(row_of("T02"), 4).number_format = code

    assert told(altered(form, T02=12), "T02") == ["ambiguous_number"]
    assert told(altered(form, T02=0), "T02") == []


def test_money_that_is_shown_in_dong_is_proposed_in_the_measure_of_the_row():
    """The unit is asked for 15, and not for 15000000, which it would be asked about again."""

    def form(sheet):
        sheet.cell(row_of("K09"), 4).number_format = "#,##0\\ [$₫-42A]"

    parsed = altered(form, K09=15_000_000)
    (found,) = [one for one in parsed.findings if one.field == "K09"]
    assert found.code == "shown_otherwise"
    assert "Có phải là 15?" in found.advice


@pytest.mark.parametrize("text", ["18/10/2021 (âm lịch)", "18/10/2021 (dự kiến)", "18/10/2021 (sai)"])
def test_a_day_that_its_remark_takes_back_is_asked_about(text):
    """Words in brackets are dropped only while they say nothing against it."""
    assert told(altered(put("A03", 4, text)), "A03") == ["doubtful_date"]
    assert told(altered(put("A03", 4, "18/10/2021 (thứ Hai)")), "A03") == []


@pytest.mark.parametrize("text", ["ngay 18 thang 10 nam 2021", "18/10/2021 ./.", "Ngay 18/10/2021"])
def test_a_day_that_a_clerk_reads_is_read(text):
    """Without accents, with the end mark of a document."""
    parsed = altered(put("A03", 4, text))
    assert parsed.answers["A03"].value == DateValue(dt.date(2021, 10, 18))


def list_of(alter):
    """Parse a full form with one model of "Dân vận khéo" and what *alter* did to the list."""
    book = Form(answers=full_answers()).build()
    sheet = book["L1_MoHinh"]
    for column, value in enumerate(MODEL, start=1):
        sheet.cell(6, column, value)
    alter(sheet)
    parsed = parse(book)
    return parsed.lists["L1"], [one.code for one in parsed.findings if one.field == "L1"]


MODEL = ("1", "Nụ cười công sở", "kinh tế", "mới", "Niềm nở", "Tốt", "Phòng", "Ông A", "có")


@pytest.mark.parametrize("words", ["Tổng số: 01 mô hình", "Cộng: 1 mô hình", "Tổng cộng (I+II)", "Cộng"])
def test_a_line_of_totals_is_no_entry(words):
    """Whatever it counts."""
    rows, kinds = list_of(lambda sheet: sheet.cell(7, 2, words))
    assert (len(rows), kinds) == (1, [])


def test_a_heading_over_entries_is_none():
    """A line "I. Lĩnh vực cải cách hành chính" groups what follows, and is told."""

    def group(sheet):
        sheet.cell(7, 1, "II")
        sheet.cell(7, 2, "Lĩnh vực cải cách hành chính")

    rows, kinds = list_of(group)
    assert (len(rows), kinds) == (1, ["list_row_skipped"])


def test_a_name_that_begins_like_a_total_is_an_entry():
    """Its missing cells are asked for."""
    rows, kinds = list_of(lambda sheet: sheet.cell(7, 2, "Cộng đồng dân cư tự quản"))
    assert len(rows) == 2
    assert "list_cell_missing" in kinds


def test_an_entry_over_two_rows_is_one():
    """Word leaves a second line of a cell in a row of its own, everything else merged."""

    def second_line(sheet):
        sheet.cell(7, 5, "Hướng dẫn tận tình")
        for column in (1, 2, 3, 4, 6, 7, 8, 9):
            sheet.merge_cells(start_row=6, end_row=7, start_column=column, end_column=column)

    rows, kinds = list_of(second_line)
    assert len(rows) == 1
    assert rows[0].values["noi_dung"] == TextValue("Niềm nở\nHướng dẫn tận tình")
    assert kinds == ["text_goes_on"]


def dialogues(*entries, merged="", heading=""):
    """Parse a full form with a list of dialogues."""
    book = Form(answers=full_answers()).build()
    sheet = book["L3_DoiThoai"]
    for row, entry in enumerate(entries, start=6):
        for column, value in enumerate(entry, start=1):
            sheet.cell(row, column, value)
    if merged:
        sheet.merge_cells(merged)
    if heading:
        sheet.cell(3, 6, heading)
    parsed = parse(book)
    return parsed.lists["L3"], [one.code for one in parsed.findings if one.field == "L3"]


DAY = dt.datetime(2021, 10, 5)  # noqa: DTZ001 - as a cell holds it


def test_two_entries_on_one_day_are_two():
    """The day is merged over both, everything else is their own."""
    first = ("1", DAY, "Đối thoại 1", "Trưởng phòng", "Trực tiếp", 40, 8, 6)
    second = ("2", None, "Đối thoại 2", "Trưởng phòng", "Trực tiếp", 40, 8, 6)
    rows, kinds = dialogues(first, second, merged="B6:B7")
    assert len(rows) == 2
    assert "text_goes_on" not in kinds


@pytest.mark.parametrize(
    ("heading", "asks"),
    [("Số người dự năm 2020", True), ("Số người dự (kế hoạch)", True), ("Số người dự họp", False)],
)
def test_a_column_of_a_list_under_another_heading_is_asked_about(heading, asks):
    """As a field's label."""
    _, kinds = dialogues(("1", DAY, "A", "B", "Trực tiếp", 40, 8, 6), heading=heading)
    assert ("list_heading_of_other" in kinds) is asks


def test_a_row_that_is_struck_out_is_asked_about():
    """It may have been meant to go."""

    def strike(sheet):
        for column, value in enumerate(MODEL, start=1):
            sheet.cell(7, column, value if column != 2 else "Mô hình khác").font = Font(strike=True)

    rows, kinds = list_of(strike)
    assert len(rows) == 2
    assert kinds == ["list_row_struck"]


@pytest.mark.parametrize("words", ["Kinh tế - xã hội", "Nông thôn mới"])
def test_a_choice_is_not_taken_for_another_that_it_contains(words):
    """One field is "kinh tế", another one "kinh tế - xã hội"."""
    column = 3 if "tế" in words else 4
    _, kinds = list_of(lambda sheet: sheet.cell(6, column, words))
    assert kinds != []


@pytest.mark.parametrize(
    ("column", "words"),
    [(4, "Mới năm 2021"), (4, "Đăng ký mới (2021)"), (4, "Xây dựng mới"), (3, "Cải cách hành chính (TTHC)")],
)
def test_a_choice_with_more_words_is_the_choice(column, words):
    """As long as they name no other one."""
    _, kinds = list_of(lambda sheet: sheet.cell(6, column, words))
    assert kinds == []


@pytest.mark.parametrize(
    ("row", "column", "words", "kinds"),
    [
        (2, 3, "Kỳ báo cáo: 01/09/2021 - 30/09/2021", ["line_told"]),
        (2, 3, "Kỳ báo cáo: 01/10/2021 - 31/10/2021", []),
        (4, 1, "Số liệu trên là số kế hoạch", ["line_told"]),
        (4, 1, "Số liệu năm 2020", ["line_told"]),
        (3, 1, "BIỂU TỔNG HỢP KẾT QUẢ THÁNG DÂN VẬN NĂM 2020", ["line_told"]),
        (4, 1, "(Kèm theo Kế hoạch số 15/KH-SNV ngày 28/9/2021)", []),
        (4, 1, "Số liệu của Phòng CCVC", []),
    ],
)
def test_lines_around_the_table_that_speak_of_other_figures_are_told(row, column, words, kinds):
    """Titles, periods, remarks; what goes without saying is none."""
    parsed = altered(lambda sheet: sheet.cell(row, column, words))
    assert [one.code for one in parsed.findings] == kinds


def test_a_box_of_text_is_told():
    """It lies over the cells, and says what it likes."""
    box = (
        b'<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        b'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor><xdr:sp>'
        b"<xdr:txBody><a:p><a:r><a:t>S\xe1\xbb\x91 \xc4\x91\xc3\xbang</a:t></a:r></a:p>"
        b"<a:p><a:r><a:t>l\xc3\xa0 15</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>"
    )
    assert read_boxes(iter((box,))) == ("Số đúng là 15",)


def test_a_comment_in_a_list_is_told():
    """As on a day or a text of the form."""
    _, kinds = list_of(lambda sheet: setattr(sheet.cell(6, 2), "comment", Comment("Đã hoãn", "An")))
    assert kinds == ["comment_told"]


def test_a_total_that_is_another_one_is_told():
    """A row may be missing."""
    day = ("1", DAY, "Đối thoại", "Trưởng phòng", "Trực tiếp", 40, 8, 6)
    assert "list_total_differs" in dialogues(day, ("", "Tổng cộng", None, None, None, 90))[1]
    assert "list_total_differs" not in dialogues(day, ("", "Tổng cộng", None, None, None, 40))[1]


def test_what_stands_right_of_a_list_is_told():
    """Under no heading, where nobody reads it."""
    _, kinds = dialogues(("1", DAY, "A", "B", "Trực tiếp", 40, 8, 6, "số đúng là 45"))
    assert kinds == ["list_column_unread"]


def test_words_under_no_heading_are_a_note():
    """A unit writes where there is room."""
    assert told(altered(put("T02", 7, "Dự kiến"), T02=12), "T02") == ["note_of_other"]
    assert told(altered(put("T02", 7, "Cảm ơn"), T02=12), "T02") == []


@pytest.mark.parametrize("part", ["xl/comments/comment1.xml", "xl/drawings/drawing1.xml"])
@pytest.mark.parametrize("content", [b"", b"<comments><commentList><comment ref='", b"\xff\xfe\x00"])
def test_damaged_comments_and_drawings_leave_the_cells_readable(part, content):
    """What lies beside the cells is a courtesy."""
    book = Form(answers=full_answers() | {"T02": 12}).build()
    sheet = book["Bieu_TH"]
    sheet.cell(row_of("T02"), 4).comment = Comment("Số đúng là 15", "An")
    sheet.add_chart(BarChart(), "H20")
    stream = io.BytesIO()
    book.save(stream)
    damaged = io.BytesIO()
    with zipfile.ZipFile(stream) as whole, zipfile.ZipFile(damaged, "w") as archive:
        names = whole.namelist()
        assert part in names
        for name in names:
            archive.writestr(name, content if name == part else whole.read(name))
    (read,) = [one for one in read_workbook(damaged.getvalue()).sheets if one.name == "Bieu_TH"]

    assert read.at(row_of("T02"), 4).raw == "12"
    assert bool(read.comments) is ("drawing" in part)
