"""A text report of any format as its words by heading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.errors import Encrypted, NotAWorkbook, TooLarge, WorkbookError
from domain.narratives import ReportText, TextProblem, TextState
from parsers.fileformat import FileFormat, recognise
from parsers.prose.arranging import arrange, is_secret
from parsers.prose.pdf import pdf_lines
from parsers.prose.word import word_lines
from parsers.word.reader import read_word

if TYPE_CHECKING:
    from parsers.prose.arranging import Line

#: Formats that LibreOffice turns into .docx, by the ending it goes by.
CONVERTED: Final = {FileFormat.DOC: "doc", FileFormat.ODT: "odt", FileFormat.RTF: "rtf"}
#: A Word file with fewer letters than that, and pictures, is a scan that was put into Word.
_FEWEST_LETTERS: Final = 100


def read_report_text(name: str, content: bytes) -> ReportText:
    """Read the words of a report (.docx, .pdf); never raises for what a unit sent.

    A format of `CONVERTED` comes back as UNREAD with NO_CONVERTER: convert it and read the .docx.
    """
    file_format = recognise(name, content)
    if file_format in CONVERTED:
        return _unread(TextProblem.NO_CONVERTER)
    try:
        lines = _lines(file_format, content)
    except Encrypted:
        return _unread(TextProblem.LOCKED)
    except TooLarge:
        return _unread(TextProblem.TOO_LARGE)
    except WorkbookError:
        return _unread(TextProblem.UNREADABLE)
    if lines is None:
        return ReportText(state=TextState.SCAN)
    if is_secret(lines):
        return _unread(TextProblem.SECRET)
    return ReportText(state=TextState.READ, blocks=arrange(lines))


def _unread(problem: TextProblem) -> ReportText:
    return ReportText(state=TextState.UNREAD, problem=problem)


def _lines(file_format: FileFormat, content: bytes) -> tuple[Line, ...] | None:
    if file_format is FileFormat.PDF:
        return pdf_lines(content)
    if file_format is FileFormat.LOCKED:
        raise Encrypted("The file is locked by a password.")
    if file_format is not FileFormat.DOCX:
        raise NotAWorkbook(f"No reader for {file_format.value}.")
    document = read_word(content)
    letters = sum(sign.isalpha() for one in document.paragraphs() for sign in one.text)
    if document.pictures and letters < _FEWEST_LETTERS:
        return None
    return word_lines(document)
