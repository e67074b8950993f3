"""The blank in LibreOffice: recognised after a re-save, right when recalculated, whole in print."""

from __future__ import annotations

import html
import io
import re
import subprocess

import openpyxl
import pypdf
import pytest

from parsers.blank.typesetting import lines_of
from parsers.blank.workbook import blank_workbook
from parsers.stamp import read_stamp, stamp_for
from parsers.workbook import CellKind
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.campaigns import UNITS, campaign

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

CAMPAIGN = campaign()
XDCQ = UNITS[2]
FILLED = {
    "A07": 20,
    "T02": 3,
    "T05": 15,
    "C05": 0,
    "C06": "Không phát sinh",
    "C19": 0,
    "C20": 0,
    "D05": 8,
    "D06": 6,
}


@pytest.fixture(scope="module")
def filled():
    """Give a blank with some answers in D."""
    book = openpyxl.load_workbook(io.BytesIO(blank_workbook(CAMPAIGN, XDCQ)))
    sheet = book["Bieu_TH"]
    rows = {sheet.cell(row, 6).value: row for row in range(9, sheet.max_row + 1)}
    for code, value in FILLED.items():
        sheet.cell(rows[code], 4).value = value
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.fixture(scope="module")
def resaved(convert, filled):
    """Give the filled blank as LibreOffice saves it."""
    return read_workbook(convert(filled, "xlsx"))


def answer(grid, code):
    """Give the answer cell that the defined name of *code* leads to."""
    sheet, row, column = grid.names[f"ma_{code}"]
    return grid.sheet(sheet).at(row, column)


def test_both_marks_survive_a_re_save(resaved):
    """Sheet and properties come back whole, each by itself."""
    expected = stamp_for(CAMPAIGN, XDCQ)
    only_sheet = type(resaved)(sheets=resaved.sheets)
    only_properties = type(resaved)(sheets=(), properties=resaved.properties)
    assert expected == read_stamp(resaved)
    assert expected == read_stamp(only_sheet)
    assert expected == read_stamp(only_properties)


def test_the_defined_names_survive_a_re_save(resaved):
    """Every answer cell and list heading is still named."""
    answers = {f"ma_{one.code}" for one in CAMPAIGN.form.fields}
    columns = {f"cot_{spec.code}_{one.name}" for spec in CAMPAIGN.form.lists for one in spec.columns}
    assert answers | columns <= set(resaved.names)


def test_labels_and_codes_survive_a_re_save(resaved):
    """TT "1.1" stays a text; labels are the spec's."""
    form = resaved.sheet("Bieu_TH")
    for one in CAMPAIGN.form.fields:
        row = answer(resaved, one.code).row
        cells = [form.at(row, column) for column in (1, 2, 3, 6)]
        assert [one.tt, one.label, one.measure, one.code] == [cell.raw for cell in cells]
        assert {CellKind.TEXT, CellKind.EMPTY} >= {cell.kind for cell in cells}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("T06", "75", id="fifteen-of-twenty"),
        pytest.param("D09", "75", id="six-of-eight"),
        pytest.param("C12", "-", id="words-over-zero"),
        pytest.param("C13", "-", id="nothing-over-nothing"),
        pytest.param("C21", "-", id="zero-over-zero"),
    ],
)
def test_percentages_calculate(resaved, code, expected):
    """LibreOffice comes to what the form promises; a denominator of zero shows "-"."""
    cell = answer(resaved, code)
    assert (expected, True) == (cell.raw, cell.is_formula)


@pytest.fixture(scope="module")
def paper(convert):
    """Give the printed blank."""
    return convert(blank_workbook(CAMPAIGN, XDCQ), "pdf")


@pytest.fixture(scope="module")
def printed(paper):
    """Give the pages of the printed blank."""
    return pypdf.PdfReader(io.BytesIO(paper))


@pytest.fixture
def words(needed, paper, tmp_path):
    """Give (page, left, top, word) of what is printed in the column of labels, in reading order."""
    program = needed("pdftotext")
    (tmp_path / "b.pdf").write_bytes(paper)
    run = subprocess.run(
        [program, "-bbox", str(tmp_path / "b.pdf"), "-"], check=True, capture_output=True, text=True
    )
    page, found = 0, []
    for line in run.stdout.splitlines():
        page += "<page " in line
        spot = re.search(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)".*?>(.*)</word>', line)
        if spot and float(spot[1]) > 80 and float(spot[3]) < 315:
            found.append((page, float(spot[1]), round(float(spot[2])), html.unescape(spot[4])))
    return sorted(found, key=lambda one: (one[0], one[2], one[1]))


def test_the_print_has_the_expected_pages(printed):
    """Four of the form, one of each list, two of the guide; none that holds a stray column."""
    lying = [page.mediabox.width > page.mediabox.height for page in printed.pages]
    assert lying == [False] * 4 + [True] + [False] + [True] + [False] + [False] * 2
    texts = [page.extract_text() for page in printed.pages]
    assert all(len(text) > 80 for text in texts)
    for number, text in enumerate(texts, start=1):
        assert f"Trang {number}/{len(texts)}" in text


def test_headings_repeat_on_every_page_of_a_table(printed):
    """A reader of page three still knows the columns."""
    for page in printed.pages[:4]:
        assert "Chỉ tiêu" in page.extract_text()
        assert "Số lượng" in page.extract_text()


def test_every_word_is_printed(printed):
    """Labels, instructions and headings of lists are all on paper."""
    squeezed = re.sub(r"\s+", "", "".join(page.extract_text() for page in printed.pages))
    spec = CAMPAIGN.form
    wanted = [*(one.label for one in spec.fields), *spec.instructions, XDCQ.name]
    wanted += [column.label for one in spec.lists for column in one.columns]
    assert [text for text in wanted if re.sub(r"\s+", "", text) not in squeezed] == []


def test_labels_wrap_into_no_more_lines_than_their_rows_have(words):
    """LibreOffice breaks each label into at most the lines that its row was made for: none is cut."""
    found, expected = {}, {}
    for one in CAMPAIGN.form.fields:
        rest, lines = re.sub(r"\s+", "", one.label), set()
        while rest:
            page, _, top, word = words.pop(0)
            if rest.startswith(word):
                rest = rest.removeprefix(word)
                lines.add((page, top))
        found[one.code] = len(lines)
        expected[one.code] = lines_of(one.label, 38 - (1.5 if one.label.startswith("-") else 0))
    assert {code: count for code, count in found.items() if count > expected[code]} == {}
    # The estimate is not merely generous: nearly every label takes just the lines foreseen.
    assert sum(found.values()) * 1.1 >= sum(expected.values())
    assert sum(found.values()) > len(found)


def test_the_print_shows_one_family_of_letters(printed):
    """Times New Roman, or what stands in for it."""
    fonts = {
        font.get_object()["/BaseFont"].split("+")[-1].split("-")[0].split(",")[0]
        for page in printed.pages
        for font in page["/Resources"]["/Font"].get_object().values()
    }
    assert len({re.sub(r"(PSMT|PS|MT|Bold|Italic)+$", "", font) for font in fonts}) == 1
