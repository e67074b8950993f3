"""A PDF with text as the lines of a report; a PDF of pictures is told apart."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from domain.errors import Encrypted, NotAWorkbook, TooLarge
from domain.vietnamese import fold, nfc
from parsers.prose.arranging import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pypdf import PdfReader

#: Pages of a unit's report; one of a province has some forty.
MAX_PAGES: Final = 300
MAX_SIGNS: Final = 2_000_000
#: Letters a page of a report has at the very least. A scan that was signed digitally has some: "Ký bởi: …".
_FEWEST_LETTERS: Final = 100
#: A line that stands on that share of the pages is a page head or foot.
_REPEATED: Final = 0.6
_FEW_PAGES: Final = 3
#: A line shorter than that share of the usual ends its paragraph.
_SHORT: Final = 0.72
_DASHED = re.compile(r"[-–—+•*●○▪■◦·\uf0b7\uf02d]\s*\S|(?i:phần thứ|kính gửi|nơi nhận|trên đây là)")
#: A number that begins a paragraph where a capital letter, or none at all, comes behind it.
_NUMBERED = re.compile(
    r"(?:[IVXLC]{1,6}\s*[.)/\-–]|\d{1,2}(?:\.\d{1,2})*[.)/]|\d{1,2}(?:\.\d{1,2})+|[A-HĐ]\.|[a-zđ]\s*\))\s*(\S)"
)
_ENDS: Final = (".", ";", ":", "!", "?", "./.")
_PAGE_NUMBER = re.compile(r"\W*\d{1,3}\W*(?:/\W*\d{1,3}\W*)?")


def pdf_lines(content: bytes) -> tuple[Line, ...] | None:
    """Give the lines of a report, wrapped ones joined; None for a PDF of pictures (a scan).

    Raises Encrypted, TooLarge, or NotAWorkbook where the file is damaged.
    """
    pages = _pages(content)
    letters = sum(sum(sign.isalpha() for sign in line) for page in pages for line in page)
    if letters < _FEWEST_LETTERS * max(1, len(pages)):
        return None
    return tuple(_joined(_without_page_heads(pages)))


def is_scan(content: bytes) -> bool:
    """Tell whether a PDF holds pictures instead of words; one that cannot be read is none."""
    try:
        return pdf_lines(content) is None
    except (Encrypted, TooLarge, NotAWorkbook):
        return False


def _pages(content: bytes) -> list[list[str]]:
    import pypdf  # noqa: PLC0415 - only reports in PDF need it
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - only reports in PDF need it

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what a foreign file lacks is nobody's log
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Encrypted("The PDF is locked by a password.")
        return _texts(reader)
    except (
        PyPdfError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        AssertionError,
    ) as trouble:
        raise NotAWorkbook("The PDF is damaged and cannot be read.") from trouble
    except (ImportError, NotImplementedError) as trouble:
        raise Encrypted("The PDF is locked in a way that is not read here.") from trouble
    except RecursionError as trouble:
        raise TooLarge("The PDF is nested too deep.") from trouble


def _texts(reader: PdfReader) -> list[list[str]]:
    if len(reader.pages) > MAX_PAGES:
        raise TooLarge(f"The PDF has more than {MAX_PAGES} pages.")
    pages: list[list[str]] = []
    signs = 0
    for page in reader.pages:
        text = nfc(page.extract_text() or "")
        signs += len(text)
        if signs > MAX_SIGNS:
            raise TooLarge(f"The PDF holds more than {MAX_SIGNS} signs.")
        pages.append([" ".join(line.split()) for line in text.splitlines() if line.strip()])
    return pages


def _without_page_heads(pages: list[list[str]]) -> Iterator[tuple[int, int, str]]:
    """Yield (page, line, text) from 1, without page numbers and what every page repeats at its edges."""
    edges = Counter(
        fold(line) for page in pages for line in {*page[:2], *page[-2:]} if not _PAGE_NUMBER.fullmatch(line)
    )
    often = {
        line for line, times in edges.items() if len(pages) >= _FEW_PAGES and times >= _REPEATED * len(pages)
    }
    for number, page in enumerate(pages, start=1):
        for place, line in enumerate(page, start=1):
            at_edge = place <= 2 or place > len(page) - 2  # noqa: PLR2004
            if at_edge and (_PAGE_NUMBER.fullmatch(line) or fold(line) in often):
                continue
            yield number, place, line


def _joined(lines: Iterable[tuple[int, int, str]]) -> Iterator[Line]:
    """Join wrapped lines to paragraphs.

    A paragraph ends where a line is shorter than a full one and ends a sentence, or where the next one begins
    with a number or a dash; lines in capitals stand alone.
    """
    every = list(lines)
    lengths = sorted(len(text) for _, _, text in every)
    full = lengths[int(len(lengths) * 0.8)] if lengths else 0
    words, place, last = "", "", ""
    for page, number, text in every:
        if words and not _goes_on(last, text, full):
            yield Line(text=words, place=place)
            words = ""
        if not words:
            words, place = text, f"trang {page}, dòng {number}"
        else:
            words = f"{words} {text}"
        last = text
    if words:
        yield Line(text=words, place=place)


def _goes_on(line: str, following: str, full: int) -> bool:
    """Tell whether the paragraph of *line* goes on with *following*."""
    if _begins(following):
        return False
    if line.isupper() != following.isupper():
        return False
    if line.isupper():
        return True
    is_short = len(line) < full * _SHORT
    return not (is_short and (line.endswith(_ENDS) or following[0].isupper()))


def _begins(line: str) -> bool:
    if _DASHED.match(line):
        return True
    numbered = _NUMBERED.match(line)
    return numbered is not None and not (numbered[1].islower() or numbered[1].isdigit())
