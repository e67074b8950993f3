"""LibreOffice recalculates our workbook to the same figures and prints our report with Vietnamese numbers."""

from __future__ import annotations

import io
import os
import pathlib
import shutil
import subprocess
from decimal import Decimal

import openpyxl
import pypdf
import pytest

import config
from aggregator.document import report_document
from aggregator.workbook import consolidated_workbook, figure_cells
from service.libreoffice import LibreOffice
from tests.unit.aggregator.nine_units import seven_of_eight
from tests.unit.aggregator.offices import AT, NA, accepted, campaign, consolidated, form_spec

pytestmark = pytest.mark.integration
NARRATIVE = (
    pathlib.Path(config.__file__).parent / "examples" / "thang-dan-van-2021" / "report" / "narrative.yaml"
)
RATIOS = """
A07|TT|1|Tổng số|người|int|R|sum|
T05|I|1|Được quán triệt|người|int|R|sum|
K09|I|2|Kinh phí|triệu đồng|money|O|sum|
T06|I||Tỷ lệ|%|computed|-|ratio|ΣT05/ΣA07
T07|I||Tỷ lệ hai tử số|%|computed|-|ratio|Σ(T05+K09)/Σ(A07+K09)
"""


@pytest.fixture(scope="module")
def printer():
    """Give the printer; without LibreOffice skip at home and fail in CI."""
    made = LibreOffice()
    if made.program is None or shutil.which("pdftotext") is None:
        sentence = (
            "LibreOffice or poppler is not installed (apt-get install libreoffice-writer-nogui poppler-utils)"
        )
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return made


def compare(made, consolidation, printer):
    """Recalculate the workbook and compare every cell of the summary with what we had written."""
    ours = consolidated_workbook(made, consolidation, draft=False)
    theirs = printer._convert(ours, suffix="xlsx", to="xlsx")
    before = openpyxl.load_workbook(io.BytesIO(ours), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(theirs))
    after = openpyxl.load_workbook(io.BytesIO(theirs), data_only=True)
    compared = 0
    for sheet, cell in figure_cells(made, consolidation):
        expected, actual = before[sheet][cell].value, after[sheet][cell].value
        if isinstance(expected, int | float):
            assert actual == pytest.approx(expected, abs=1e-9), (sheet, cell, formulas[sheet][cell].value)
        else:
            assert (actual or "") == (expected or ""), (sheet, cell, formulas[sheet][cell].value)
        compared += str(formulas[sheet][cell].value).startswith("=")
    return compared


def test_every_formula_recalculates_to_our_value(printer):
    """Totals, percentages, dates and distinct names: an office that presses F9 sees no change."""
    assert compare(*seven_of_eight(), printer) > 90


def test_percentages_with_gaps_recalculate_to_our_value(printer):
    """Units without a term are left out by the formula as they are by us."""
    made = campaign(form=form_spec(RATIOS, lists=()))
    returned = (
        accepted("VP", {"A07": 3, "T05": 1, "K09": Decimal("0.5")}),
        accepted("TTR", {"A07": None, "T05": 50, "K09": 1}),
        accepted("TCBM", {"A07": 7, "T05": NA, "K09": None}),
        accepted("CCVC", {"A07": NA, "T05": 2, "K09": NA}),
        accepted("CCHC", {"A07": 0, "T05": 0, "K09": 0}),
    )
    assert compare(made, consolidated(made, returned), printer) > 10


@pytest.fixture(scope="module")
def printed(printer, tmp_path_factory):
    """Print the report of seven of eight units."""
    made, consolidation = seven_of_eight(NARRATIVE.read_text(encoding="utf-8"))
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    path.write_bytes(printer.pdf(report_document(made, consolidation, draft=False, at=AT)))
    return path


def said(*command):
    """Run a program of poppler and give what it says."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_numbers_are_printed_the_vietnamese_way(printed):
    """1.234,5 whatever the machine's own locale."""
    text = said("pdftotext", "-layout", str(printed), "-")

    assert "1.234,5" in text
    assert "1.840" in text
    assert "91,5%" in text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text


def test_one_embedded_family_prints_everything(printed):
    """No letter falls back on another font."""
    fonts = said("pdffonts", str(printed)).splitlines()[2:]

    assert fonts
    assert len({line.split()[0].split("+")[-1].split("-")[0] for line in fonts}) == 1
    assert all(line.split()[-5] == "yes" for line in fonts)


def test_pages_are_a4_and_annexes_number_their_own(printed):
    """Six pages of report, four of Phụ lục I, one each of the others; numbers begin anew."""
    pages = pypdf.PdfReader(printed).pages
    sizes = {
        tuple(sorted((round(float(page.mediabox.width)), round(float(page.mediabox.height)))))
        for page in pages
    }
    numbers = []
    for number in range(1, len(pages) + 1):
        text = said("pdftotext", "-f", str(number), "-l", str(number), str(printed), "-")
        numbers.append(next((line for line in text.splitlines()[:2] if line.strip().isdigit()), ""))

    assert sizes == {(595, 842)}
    assert numbers == ["", "2", "3", "4", "5", "6", "", "2", "3", "4", "", "", ""]


def test_the_workbook_prints_without_a_lonely_column(printer):
    """Every sheet is one page wide: TongHop takes three pages in landscape."""
    made, consolidation = seven_of_eight()
    content = consolidated_workbook(made, consolidation, draft=False)
    pages = pypdf.PdfReader(io.BytesIO(printer._convert(content, suffix="xlsx", to="pdf"))).pages
    texts = [page.extract_text() for page in pages]

    assert sum("Tổng cộng" in text for text in texts) == 3
    assert sum("Ghi chú" in text for text in texts[:3]) == 3
    assert all("TT" in text or "Mã" in text for text in texts)
