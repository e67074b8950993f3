"""The consolidated workbook, opened again with two other readers and compared cell by cell."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from aggregator.annex_sheets import source_rows
from aggregator.sheet import TABLE_FROM, cell_name, clip, column_name, lines_of
from aggregator.summary import FigureRow, note, share, summarize
from aggregator.summary_sheet import page_breaks
from aggregator.workbook import consolidated_workbook, figure_cells
from domain.forms import Aggregate
from tests.unit.aggregator.nine_units import answers, forms, seven_of_eight
from tests.unit.aggregator.offices import NA, accepted, campaign, consolidated, form_spec, roster

SMALL = """
A02|TT||Từ ngày||date|R|min|
A03|TT||Đến ngày||date|R|min+max|
A07|TT|1|Tổng số|người|int|R|sum|
T05|I|1|Được quán triệt|người|int|R|sum|
T06|I||Tỷ lệ|%|computed|-|ratio|ΣT05/ΣA07
K09|I|2|Kinh phí|triệu đồng|money|O|sum|
C15|I|3|Phong trào|phong trào|int|R|distinct|L4
N01|I|4|Nổi bật||text|R|concat|
"""


def small(**changes):
    """Make a campaign with a short form."""
    return campaign(form=form_spec(SMALL, lists=("L4",)), **changes)


def opened(made, consolidation, *, draft=False):
    """Write the workbook and open it twice: formulas, and values as they were cached."""
    content = consolidated_workbook(made, consolidation, draft=draft)
    return openpyxl.load_workbook(io.BytesIO(content)), openpyxl.load_workbook(
        io.BytesIO(content), data_only=True
    )


@pytest.fixture(scope="module")
def office():
    """Seven of eight units, written and opened."""
    made, consolidation = seven_of_eight()
    return made, consolidation, consolidated_workbook(made, consolidation, draft=False)


@pytest.fixture(scope="module")
def values(office):
    """Open the workbook as a reader sees it that does not calculate."""
    return openpyxl.load_workbook(io.BytesIO(office[2]), data_only=True)


@pytest.fixture(scope="module")
def formulas(office):
    """Open the workbook with its formulas, links and formats."""
    return openpyxl.load_workbook(io.BytesIO(office[2]))


def test_every_total_is_a_formula_with_our_value_in_its_cache(office, formulas):
    """A reader that does not calculate sees the same figures as one that does."""
    made, consolidation, content = office
    calamine = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = {
        name: calamine.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in calamine.sheet_names
    }
    seen = 0
    for (sheet, cell), (code, unit) in figure_cells(made, consolidation).items():
        if unit is not None:
            continue
        figure = consolidation.figures[code]
        at = formulas[sheet][cell]
        shown = sheets[sheet][at.row - 1][at.column - 1]
        assert str(at.value).startswith("="), code
        if figure.upper is not None:
            assert shown == "15/10/2021 - 18/10/2021"
        elif isinstance(figure.value, Decimal):
            assert Decimal(repr(shown)) == figure.value, code
        else:
            assert shown == figure.value, code
        seen += 1
    assert seen == len(summarize(made, consolidation).figures)
    assert seen > 70


def test_every_unit_cell_shows_what_the_unit_answered(office, values):
    """Numbers stand as numbers, N/A as "-", an empty answer as a word, absent units as empty grey cells."""
    made, consolidation, _ = office
    table = summarize(made, consolidation)
    rows = {row.field.code: row for row in table.figures}
    columns = {column.unit.code: column for column in table.columns}
    for (sheet, cell), (code, unit) in figure_cells(made, consolidation).items():
        if unit is None or sheet != "TongHop":
            continue
        expected = share(rows[code], columns[unit])
        shown = values[sheet][cell].value
        if isinstance(expected, Decimal):
            assert Decimal(repr(shown)) == expected, (code, unit)
        elif isinstance(expected, dt.date):
            assert shown.date() == expected
        else:
            assert (shown or "") == expected, (code, unit)


@pytest.mark.parametrize(
    ("code", "unit", "expected"),
    [
        ("C01", "CCHC", 1210),
        ("C01", "VP", "-"),
        ("K05", "TTR", "chưa có"),
        ("K07", "TCBM", 16.5),
        ("A07", "TG", None),
        ("A07", "LT", None),
        ("T06", "TTR", pytest.approx(88.8889)),
        ("C12", "VP", "-"),
        ("C21", "VP", "chưa có"),
        ("A02", "VP", dt.datetime(2021, 10, 1)),  # noqa: DTZ001 - Excel knows no zones
    ],
)
def test_cells_of_units_by_example(office, values, code, unit, expected):
    """Each kind of answer has its own look."""
    made, consolidation, _ = office
    places = {found: place for place, found in figure_cells(made, consolidation).items()}
    sheet, cell = places[code, unit]

    assert values[sheet][cell].value == expected


def test_numbers_and_dates_have_formats_written_out(office, formulas):
    """Whole numbers, one decimal, per cent and dates never depend on a built-in format."""
    made, consolidation, _ = office
    places = {found: place for place, found in figure_cells(made, consolidation).items()}
    formats = {
        code: formulas[sheet][cell].number_format
        for code in ("T02", "K09", "T06", "A02")
        for sheet, cell in [places[code, None]]
    }

    assert formats == {"T02": "#,##0", "K09": "#,##0.0", "T06": "#,##0.0", "A02": "dd/mm/yyyy"}


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", '=HYPERLINK("http://x.test")', "+1", "-1+2", "@SUM(A1)", "{=1}", "\t=1", "http://x.test",
        "mailto:a@x.test", "internal:A1", "12", "00012", "1e5", "'=1", "<b>x</b>", "_x0041_", "a\x07b",
        "\u202eabc", 'DDE("cmd";"/c calc")',
    ],
)  # fmt: skip
def test_text_of_units_never_becomes_a_formula_a_link_or_a_number(text):
    """Whatever a unit writes is shown as words, on every sheet."""
    made = small()
    form = accepted("VP", {"N01": text, "C15": 1}, {"L4": [(text, None, 3, text)]})
    formulas, _ = opened(made, consolidated(made, (form,)))

    for name, cell in (("PhanLoi", "D6"), ("L4_PhongTrao", "C6"), ("L4_PhongTrao", "F6")):
        assert formulas[name][cell].data_type == "s"
        assert formulas[name][cell].hyperlink is None
        assert formulas[name][cell].value.replace("_x0007_", "\x07") == text
    assert sum(cell.data_type == "f" for row in formulas["NguonSoLieu"].iter_rows() for cell in row) == 0


def test_names_from_the_roster_never_become_formulas():
    """Unit names, reasons and file names are words as well."""
    made = small(units=roster((("VP", "=1+1", "=2+2"), ("TG", "@x", "@x"))))
    formulas, _ = opened(made, consolidated(made, (accepted("VP", {"A07": 1}),), excluded={"TG": "=cmd()"}))

    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" or str(cell.value).startswith(
                    ("=SUM(", "=IF(", "=MIN(", "=TEXT(")
                )


def test_ratio_formula_leaves_out_units_without_a_term():
    """The formula of a percentage counts the same units as we do."""
    made = small()
    returned = (
        accepted("VP", {"A07": 3, "T05": 1}),
        accepted("TTR", {"A07": None, "T05": 50}),
        accepted("TCBM", {"A07": NA, "T05": NA}),
    )
    formulas, values = opened(made, consolidated(made, returned))
    places = {found: place for place, found in figure_cells(made, consolidated(made, returned)).items()}
    sheet, cell = places["T06", None]

    assert "SUMIFS(" in formulas[sheet][cell].value
    assert values[sheet][cell].value == pytest.approx(33.3333)
    assert values[sheet][places["T06", "TTR"][1]].value == "chưa có"
    assert values[sheet][places["T06", "TCBM"][1]].value == "-"


def test_figure_without_answers_is_a_word_and_one_without_denominator_a_dash():
    """Nobody answered and nothing to divide are two things."""
    made = small()
    consolidation = consolidated(made, (accepted("VP", {"A07": 0, "T05": 0}),))
    formulas, values = opened(made, consolidation)
    places = {found: place for place, found in figure_cells(made, consolidation).items()}

    assert values["TongHop"][places["K09", None][1]].value == "chưa có"
    assert values["TongHop"][places["T06", None][1]].value == "-"
    assert formulas["TongHop"][places["A07", None][1]].value.startswith("=SUM(")


def test_equal_cut_off_dates_are_shown_once():
    """When all units counted until the same day, one day is shown."""
    made = small()
    returned = tuple(accepted(unit, {"A03": dt.date(2021, 10, 15)}) for unit in ("VP", "TTR"))
    consolidation = consolidated(made, returned)
    _, values = opened(made, consolidation)
    places = {found: place for place, found in figure_cells(made, consolidation).items()}

    assert values["TongHop"][places["A03", None][1]].value == "15/10/2021"


def test_totals_lead_to_their_sources(office, formulas):
    """The link of a total goes to its first line on NguonSoLieu."""
    made, consolidation, _ = office
    codes = [code for code, _ in source_rows(made, consolidation)]
    for (sheet, cell), (code, unit) in figure_cells(made, consolidation).items():
        if unit is None and sheet == "TongHop":
            row = codes.index(code) + TABLE_FROM + 1
            assert formulas[sheet][cell].hyperlink.location == f"'NguonSoLieu'!A{row}"
            assert formulas["NguonSoLieu"].cell(row, 1).value == code


def test_sources_name_the_cell_the_file_and_the_mail_of_each_part(office, values):
    """From a figure to the cell that somebody typed, with its digest and its mail."""
    _, consolidation, _ = office
    sheet = values["NguonSoLieu"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=TABLE_FROM + 1)]
    part = next(part for part in consolidation.figures["T10"].parts if part.unit == "XDCQ")

    assert [
        "T10", "Chỉ thị số 09-CT/TU ngày 10/8/2021", "P. XDCQ&CTTN", 15, "trên 15", part.attachment_name,
        "Bieu_TH", part.cell, 1, part.attachment_sha256[:8], part.message_id,
    ] in rows  # fmt: skip
    figures = sum(len(figure.parts) for figure in consolidation.figures.values())
    assert len(rows) == figures + sum(map(len, consolidation.lists.values()))


def test_lists_have_their_unit_and_movements_of_one_name_one_number(office, values):
    """L4 counts "Nụ cười công sở" once although three units report it; the rows stay."""
    rows = [
        [cell.value for cell in row][:3] for row in values["L4_PhongTrao"].iter_rows(min_row=TABLE_FROM + 1)
    ]

    assert rows == [
        [1, "Văn phòng", "Nụ cười công sở"],
        [None, "P. CCVC", "“Nụ cười công sở”"],
        [None, "P. CCHC", "NỤ CƯỜI CÔNG SỞ"],
        [2, "P. CCHC", "Ngày Chủ nhật tình nguyện giải quyết thủ tục hành chính"],
    ]
    assert [cell.value for cell in values["L1_MoHinh"][TABLE_FROM - 1]][:3] == ["TT", "Đơn vị", "Tên mô hình"]


def test_who_has_sent_stands_in_the_workbook(office, values):
    """TinhHinhGui names every unit of the roster with its state."""
    sheet = values["TinhHinhGui"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=TABLE_FROM + 1)]

    assert [row[1] for row in rows] == [unit.name for unit in campaign().units]
    assert rows[6][5] == "Chậm"
    assert rows[7][2:6] == ["Không thuộc diện", None, None, "Không thuộc diện"]
    assert rows[7][8].startswith("Không có công chức")
    assert rows[8][2:6] == ["Quá hạn", None, None, "Chưa gửi"]
    assert rows[3][4] == 1


def test_head_says_whose_figures_they_are(office, values):
    """Coverage, cut-off dates, missing and excluded units stand above the table."""
    sheet = values["TongHop"]
    words = [str(row[0].value) for row in sheet.iter_rows(max_row=12) if row[0].value]

    assert "UBND TỈNH BẮC GIANG" in words
    assert "BIỂU TỔNG HỢP SỐ LIỆU" in words
    cut_off = "tính đến ngày chốt của từng đơn vị (sớm nhất 15/10/2021, muộn nhất 18/10/2021)"
    assert f"Số liệu của 7/8 đơn vị, {cut_off}." in words
    assert "Chưa có số liệu của: Trung tâm Lưu trữ lịch sử." in words
    assert any(word.startswith("Không thuộc diện báo cáo: Ban Tôn giáo (") for word in words)


def test_only_drafts_say_draft():
    """DỰ THẢO stands on every page of a draft and nowhere in what is approved."""
    made, consolidation = seven_of_eight()
    for draft in (True, False):
        content = consolidated_workbook(made, consolidation, draft=draft)
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
            assert all(("DỰ THẢO" in package.read(name).decode()) is draft for name in sheets)
            assert ("DỰ THẢO" in package.read("xl/sharedStrings.xml").decode()) is draft


def test_every_sheet_prints_on_a4(office, formulas):
    """A4, one page across, heads repeated, landscape where wide, page number and trace line."""
    made, _, _ = office
    for sheet in formulas:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1)  # one page is what Excel takes when none is named
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows
        assert sheet.oddHeader.center.text.endswith("&P")
        assert made.code in sheet.oddFooter.left.text
        assert sheet.freeze_panes
    assert formulas["TongHop"].page_setup.orientation == "landscape"
    assert formulas["TongHop"].freeze_panes == "E12"
    assert {cell.font.name for sheet in formulas for row in sheet.iter_rows() for cell in row} == {
        "Times New Roman"
    }


def test_code_column_is_hidden_and_complete(office, formulas):
    """Each row of an indicator carries its code in the hidden last column."""
    made, consolidation, _ = office
    sheet = formulas["TongHop"]
    last = column_name(sheet.max_column - 1)
    codes = [
        sheet[f"{last}{row}"].value for row in range(12, sheet.max_row + 1) if sheet[f"{last}{row}"].value
    ]

    assert sheet.column_dimensions[last].hidden
    assert codes == [row.field.code for row in summarize(made, consolidation).figures]


def test_the_same_inputs_give_the_same_bytes():
    """Whoever writes it again gets the same file."""
    made, consolidation = seven_of_eight()
    again = consolidated(
        made, tuple(reversed(forms())), excluded={"TG": consolidation.coverage.rows[7].reason}, late=("TDKT",)
    )

    assert consolidated_workbook(made, consolidation, draft=False) == consolidated_workbook(
        made, again, draft=False
    )


def test_many_units_take_more_pages_and_stay_one_table():
    """Forty units: columns TT to Tổng cộng are repeated on each page."""
    rows = tuple((f"U{number:03}", f"Đơn vị số {number}", f"ĐV {number}") for number in range(1, 41))
    made = campaign(units=roster(rows))
    given, lists = answers("CCHC")
    consolidation = consolidated(made, tuple(accepted(code, given, lists) for code, _, _ in rows[:-1]))
    book = openpyxl.load_workbook(
        io.BytesIO(consolidated_workbook(made, consolidation, draft=False)), data_only=True
    )
    places = {found: place for place, found in figure_cells(made, consolidation).items()}

    assert book["TongHop"][places["C01", None][1]].value == 39 * 1210
    assert book["TongHop"].page_setup.fitToWidth == 4
    assert book["TongHop"].print_title_cols == "$A:$D"


def test_empty_campaign_still_makes_a_workbook():
    """A provisional report may be asked for before the first unit has sent."""
    made, consolidation = campaign(), consolidated(campaign(), ())
    _, values = opened(made, consolidation, draft=True)

    assert values["PhanLoi"].cell(TABLE_FROM + 1, 1).value == "Không có dòng nào."
    assert values["TongHop"].cell(6, 1).value == "Số liệu của 0/9 đơn vị."


def test_texts_longer_than_a_cell_are_cut_with_a_word():
    """Excel takes 32,767 signs in a cell."""
    assert len(clip("ă" * 40_000)) == 32_767
    assert clip("ă" * 40_000).endswith("xem tệp gốc)")
    assert clip("ngắn") == "ngắn"


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [(0, 0, "A1"), (9, 3, "D10"), (0, 26, "AA1"), (0, 702, "AAA1"), (1, 16383, "XFD2")],
)
def test_cells_are_named_as_excel_names_them(row, column, name):
    """Addresses agree with the program that people open the file in."""
    assert cell_name(row, column) == name


def test_lines_are_counted_generously_and_breaks_count():
    """A wrapped text gets at least the lines it has."""
    assert lines_of("một", 20) == 1
    assert lines_of("một\nhai\n", 20) == 3
    assert lines_of("a" * 100, 10) == 10
    assert lines_of("một hai ba bốn năm", 8) == 3


def test_sheet_names_that_excel_refuses_are_mended():
    """A list may be called what it likes; the sheet opens all the same."""
    from dataclasses import replace  # noqa: PLC0415 - only here

    form = form_spec(SMALL, lists=("L1", "L4"))
    names = ("TongHop", "Danh sách: mô hình/“Dân vận khéo” của các đơn vị")
    lists = tuple(replace(spec, sheet=name) for spec, name in zip(form.lists, names, strict=True))
    made = campaign(form=replace(form, lists=lists))
    formulas, _ = opened(made, consolidated(made, (accepted("VP", {"C15": 1}, {"L4": [("Một",)]}),)))

    assert formulas.sheetnames[1:3] == ["TongHop_2", "Danh sách_ mô hình_“Dân vận khé"]


def test_notes_say_what_stands_behind_a_figure(office):
    """k/N, rough numbers and merged names are footnoted."""
    made, consolidation, _ = office
    notes = {
        row.field.code: note(made, row.figure, consolidation)
        for row in summarize(made, consolidation).rows
        if isinstance(row, FigureRow)
    }

    assert notes["K09"] == "2/8 đơn vị có số liệu"
    assert notes["C21"] == "tính trên 1/8 đơn vị có đủ số liệu"
    assert notes["T10"] == "có số ước lượng (P. XDCQ&CTTN: “trên 15”)"
    assert notes["C15"] == "đã gộp các tên trùng nhau"
    assert notes["T02"] == ""
    assert consolidation.figures["C15"].aggregate is Aggregate.DISTINCT


@pytest.mark.parametrize(
    ("rows", "above", "expected"),
    [
        ([(10, False)] * 4, 0, []),
        ([(10, False)] * 9, 0, [4, 8]),
        ([(10, False)] * 5, 20, [2]),
        ([(10, False), (10, False), (10, False), (10, True), (10, False)], 0, [3]),
        ([(10, False), (10, False), (10, True), (10, True), (10, False)], 0, [2]),
        ([(10, True), (90, False), (10, False)], 0, [2]),
        ([], 0, []),
    ],
    ids=["one page", "full pages", "title takes room", "no heading last", "nor two", "a huge row", "nothing"],
)
def test_pages_never_end_with_a_heading(rows, above, expected):
    """Pages of 40 points: as many rows as fit, headings go with what follows them."""
    assert expected == page_breaks(rows, room=40, above=above)


def test_the_printed_summary_has_its_breaks(office):
    """Every section heading is followed by a row of its own on the same page."""
    sheet = openpyxl.load_workbook(io.BytesIO(office[2]))["TongHop"]
    breaks = {each.id for each in sheet.row_breaks.brk}
    headings = {row[0].row for row in sheet.iter_rows(min_row=12) if row[0].value and not row[1].value}

    assert len(breaks) == 2
    assert len(headings) > 5
    assert not breaks & headings
