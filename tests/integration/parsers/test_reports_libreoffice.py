"""Text reports as LibreOffice saves them: PDF with text, and the old formats on their way through it."""

from __future__ import annotations

import subprocess

import pytest

from domain.narratives import BlockKind, TextState
from parsers.prose.report import read_report_text
from service.libreoffice import LibreOffice
from tests.text_reports import careful_report

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def saved(needed, tmp_path_factory):
    """Give a function that saves the careful report in another format."""
    soffice = needed("soffice")
    folder = tmp_path_factory.mktemp("reports")
    (folder / "r.docx").write_bytes(careful_report())
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"

    def save(ending):
        command = [
            soffice,
            profile,
            "--headless",
            "--convert-to",
            ending,
            "--outdir",
            folder,
            folder / "r.docx",
        ]
        subprocess.run(command, check=True, timeout=120, capture_output=True)
        return (folder / f"r.{ending}").read_bytes()

    return save


def words(text):
    """Give kind, level and words of every block, headings and points without what a format cannot keep."""
    assert TextState.READ is text.state
    return [(block.kind, block.level, block.text) for block in text.blocks]


EXPECTED = words(read_report_text("r.docx", careful_report()))


def test_a_pdf_reads_as_the_word_file_it_was_printed_from(saved):
    """Wrapped lines are joined, the page number is gone, head and signature stay away."""
    assert EXPECTED == words(read_report_text("r.pdf", saved("pdf")))


@pytest.mark.parametrize("ending", ["doc", "odt", "rtf"])
def test_old_formats_read_alike_once_converted(saved, ending):
    """LibreOffice makes .docx of them; the words are the same."""
    content = saved(ending)
    assert TextState.UNREAD is read_report_text(f"r.{ending}", content).state

    converted = LibreOffice().word(content, ending=ending)

    assert EXPECTED == words(read_report_text("r.docx", converted))
    assert any(kind is BlockKind.POINT for kind, _, _ in EXPECTED)
