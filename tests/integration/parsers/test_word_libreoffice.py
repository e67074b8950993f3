"""Word files that LibreOffice wrote read as what was typed into them."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from parsers.word.document import Paragraph, Table
from parsers.word.reader import read_word

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

PAGE = """<html><head><meta charset="utf-8"></head><body><h1>BÁO CÁO</h1>
<p><b>I. CÔNG TÁC LÃNH ĐẠO</b></p><p>Đơn vị đã ban hành <b>02</b> văn bản<sup>1</sup>.</p>
<ol type="I"><li>Một<ol><li>Con<li>Con hai</ol><li>Hai</ol><ul><li>gạch</ul>
<table border=1><tr><td rowspan=2>a</td><td colspan=2>b</td></tr>
<tr><td>c</td><td>d<table border=1><tr><td>trong</td></tr></table></td></tr></table>
<p>Sau</p></body></html>"""


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    """Give the page as LibreOffice turns it into a Word file, by way of its own format."""
    soffice = shutil.which("soffice")
    if soffice is None and os.environ.get("CI"):
        pytest.fail("soffice is not installed")
    if soffice is None:
        pytest.skip("soffice is not installed")
    folder = tmp_path_factory.mktemp("soffice")
    (folder / "a.html").write_text(PAGE, encoding="utf-8")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for source, kind in (
        ("a.html", ("odt:writer8", "--infilter=HTML (StarWriter)")),
        ("a.odt", ("docx",)),
    ):
        command = [soffice, profile, "--headless", "--convert-to", *kind, "--outdir", folder, folder / source]
        subprocess.run(command, check=True, timeout=120, capture_output=True)
    return read_word((folder / "a.docx").read_bytes())


def test_its_words_levels_and_numbers_are_read(document):
    """Headings, lists and raised figures come as they are seen."""
    found = [block for block in document.blocks if isinstance(block, Paragraph)]

    assert [
        "BÁO CÁO", "I. CÔNG TÁC LÃNH ĐẠO", "Đơn vị đã ban hành 02 văn bản1.", "I. Một", "1. Con",
        "2. Con hai", "II. Hai", "- gạch", "Sau",
    ] == [one.shown for one in found]  # fmt: skip
    assert [0, None, None] == [one.outline for one in found[:3]]
    assert [True, True, False] == [one.is_bold for one in found[:3]]
    assert [False, False, True] == [one.is_marked for one in found[:3]]


def test_its_tables_keep_their_places(document):
    """Merged cells and a table inside a cell are where they were."""
    (table,) = document.tables

    assert [(0, 0, 2, 1, "a"), (0, 1, 1, 2, "b"), (1, 1, 1, 1, "c"), (1, 2, 1, 1, "d")] == [
        (cell.row, cell.column, cell.row_span, cell.column_span, cell.text) for cell in table.cells()
    ]
    assert ["trong"] == [
        cell.text for block in table.rows[1][1].blocks if isinstance(block, Table) for cell in block.cells()
    ]
