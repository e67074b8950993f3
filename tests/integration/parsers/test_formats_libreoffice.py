"""The same form in every format gives the same answers; LibreOffice writes the formats, or reads ours."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
from pathlib import Path

import docx
import pytest

from parsers.fileformat import FileFormat, recognise
from parsers.form import parse_form
from parsers.opening import open_grid
from parsers.stamp import read_stamp
from parsers.workbook import CellKind
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.forms import END, START, make_spec
from tests.unit.parsers.grids import differences, random_book
from tests.unit.parsers.test_golden_forms import shown
from tests.unit.parsers.xlsb_files import save_xlsb
from tests.unit.parsers.xml_files import save_xml

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

FORMS = Path(__file__).parents[2] / "data" / "forms"
#: Two sheets that answer differently are held in every format; the others have answers.
ANSWERED = ("dien-dung", "libreoffice", "mat-cot-ma", "so-dang-chu", "xao-tron")
CSV = "csv:Text - txt - csv (StarCalc):59,34,76,1"
SEEDS = range(12)


@pytest.fixture(scope="module")
def convert(tmp_path_factory):
    """Give a function that converts many files by one call."""
    soffice = shutil.which("soffice")
    if soffice is None and os.environ.get("CI"):
        pytest.fail("soffice is not installed")
    if soffice is None:
        pytest.skip("soffice is not installed")
    folder = tmp_path_factory.mktemp("formats")
    count = iter(range(100))

    def run(files, kind):
        source = folder / f"in-{next(count)}"
        source.mkdir()
        for name, content in files.items():
            (source / name).write_bytes(content)
        target = source / "out"
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [soffice, profile, "--headless", "--convert-to", kind, "--outdir", target]
        subprocess.run([*command, *sorted(source.glob("*.*"))], check=True, capture_output=True, timeout=250)
        return {made.stem: made.read_bytes() for made in target.iterdir()}

    return run


@pytest.fixture(scope="module")
def originals():
    """Give the returned forms as they came."""
    return {f"{name}.xlsx": (FORMS / f"{name}.xlsx").read_bytes() for name in ANSWERED}


def parsed_of(content, name="tep.dat"):
    """Parse a form in whatever format."""
    return parse_form(open_grid(content, name), make_spec(), start=START, end=END)


def kinds_of(parsed):
    """List the findings without their words."""
    return sorted((found.code, found.cell) for found in parsed.findings)


def values_of(parsed, *, raw=True):
    """Give states, values and notes of all answers, and what stands there."""
    return {
        code: {
            key: said
            for key, said in answer.items()
            if key not in ("sheet", "cell") and (raw or key != "raw")
        }
        for code, answer in shown(parsed)["answers"].items()
    }


@pytest.mark.parametrize("kind", ["xls", "ods", "fods"])
def test_the_same_answers_cell_by_cell(convert, originals, kind):
    """Values, raw contents, places, lists and findings are those of the .xlsx; so is the stamp."""
    converted = convert(originals, kind)
    for name, content in originals.items():
        original, other = parsed_of(content), parsed_of(converted[Path(name).stem])

        assert shown(original) == shown(other), name
        assert kinds_of(original) == kinds_of(other), name
        assert read_stamp(open_grid(content)) == read_stamp(open_grid(converted[Path(name).stem])), name


def test_the_same_answers_in_html(convert, originals):
    """A page leaves hidden columns out, so places may differ; answers, lists and the stamp do not."""
    converted = convert(originals, "html")
    for name, content in originals.items():
        page = converted[Path(name).stem]
        original, other = parsed_of(content), parsed_of(page)

        assert values_of(original) == values_of(other), name
        assert shown(original)["lists"] == shown(other)["lists"], name
        assert read_stamp(open_grid(content)) == read_stamp(open_grid(page)), name


def test_the_same_answers_in_csv(convert, originals):
    """One sheet of text: the answers are the same, the lists are asked for."""
    converted = convert(originals, CSV)
    for name, content in originals.items():
        original, other = parsed_of(content), parsed_of(converted[Path(name).stem])

        assert values_of(original, raw=False) == values_of(other, raw=False), name
        assert 4 == [code for code, _ in kinds_of(other)].count("list_sheet_missing"), name


@pytest.mark.parametrize(("kind", "save"), [("xlsb", save_xlsb), ("xml", save_xml)])
def test_the_same_answers_in_formats_that_libreoffice_reads_only(convert, originals, kind, save):
    """Written here, read by us and by LibreOffice: the same answers three times."""
    grids = {name: open_grid(content) for name, content in convert(originals, "xls").items()}
    saved = {f"{name}.{kind}": save(grid) for name, grid in grids.items()}
    back = convert(saved, "xlsx")
    for name, content in originals.items():
        stem = Path(name).stem
        original, other = parsed_of(content), parsed_of(saved[f"{stem}.{kind}"])

        assert shown(original) == shown(other), name
        assert kinds_of(original) == kinds_of(other), name
        assert values_of(original) == values_of(parsed_of(back[stem])), name


def test_a_form_typed_in_word(originals):
    """The table of the form, pasted into Word: the answers by its labels, places by row and column."""
    content = originals["dien-dung.xlsx"]
    sheet = open_grid(content).sheets[0]
    document = docx.Document()
    last = max(row for row, _ in sheet.cells)
    table = document.add_table(last, 5)
    for (row, column), cell in sheet.cells.items():
        if column <= 5 and cell.kind is not CellKind.NOT_CALCULATED:
            words = cell.raw
            if cell.kind is CellKind.DATE:
                year, month, day = cell.raw.split("-")
                words = f"{day}/{month}/{year}"
            elif cell.kind is CellKind.NUMBER:
                words = words.replace(".", ",")
            table.cell(row - 1, column - 1).text = words
    out = io.BytesIO()
    document.save(out)
    original, other = parsed_of(content), parsed_of(out.getvalue(), "Biểu.docx")

    assert FileFormat.DOCX is recognise("x", out.getvalue())
    assert values_of(original, raw=False) == values_of(other, raw=False)
    assert {"Bảng 1/1"} == {answer.place.sheet for answer in other.answers.values() if answer.place}
    assert [answer.place.cell for answer in original.answers.values()] == [
        answer.place.cell for answer in other.answers.values()
    ]


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_random_workbooks_are_read_alike(convert, kind):
    """What the .xlsx holds, LibreOffice's conversion holds: cell by cell, with marks, merges and names."""
    books = {f"b{seed}.xlsx": random_book(random.Random(seed)) for seed in SEEDS}
    converted = convert(books, kind)
    for name, content in books.items():
        found = differences(read_workbook(content), open_grid(converted[Path(name).stem]))

        assert [] == found, (name, found[:3])
