"""Reader of text with separators (CSV): bytes to a Grid of one sheet in which everything is text."""

from __future__ import annotations

import csv
import io
from typing import Final

from domain.errors import NotAWorkbook, TooLarge
from parsers.growing import LAST_COLUMN, LAST_ROW, Allowance, GrowingSheet
from parsers.workbook import CellKind, Grid

SHEET_NAME: Final = "CSV"
#: A form of a thousand rows has a hundred thousand signs.
_LONGEST: Final = 40_000_000
_SEPARATORS: Final = (";", "\t", ",", "|")
#: Lines by which the separator is told.
_SAMPLE_LINES: Final = 60
_SAMPLE: Final = 65_536
_FEWEST_LINES: Final = 3
_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def read_delimited(content: bytes) -> Grid:
    """Read a table of text; raises NotAWorkbook where it is none, TooLarge beyond the limits.

    Excel's line `sep=;` counts; quotes may hold separators and line ends.
    """
    if len(content) > _LONGEST:
        raise TooLarge(f"The text holds more than {_LONGEST} bytes.")
    text = decode_text(content)
    named, text = _named_separator(text)
    separator = named or find_separator(text)
    if separator is None:
        raise NotAWorkbook("The file is plain text without a table.")
    sheet = GrowingSheet(SHEET_NAME, Allowance())
    try:
        for row, fields in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1):
            if row > LAST_ROW or len(fields) > LAST_COLUMN:
                raise TooLarge("The table has more rows or columns than a sheet.")
            for column, words in enumerate(fields, start=1):
                # Excel writes ="0123" so that a code keeps its noughts.
                bare = words[2:-1] if words.startswith('="') and words.endswith('"') else words
                sheet.put(row, column, CellKind.TEXT, bare)
    except csv.Error as trouble:
        raise NotAWorkbook("The table of text is damaged and cannot be read.") from trouble
    return Grid(sheets=(sheet.finish(),))


def decode_text(content: bytes) -> str:
    """Decode text by its mark, else as UTF-8, UTF-16 without a mark, or Windows' Vietnamese code page."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content.decode(encoding, "replace").replace("\x00", "")
    sample = content[:_SAMPLE]
    if sample.count(0) * 4 > len(sample):
        # Every second byte of UTF-16 is nought where the letters are Latin.
        is_little = sample[1::2].count(0) >= sample[::2].count(0)
        return content.decode("utf-16-le" if is_little else "utf-16-be", "replace").replace("\x00", "")
    try:
        return content.decode("utf-8").replace("\x00", "")
    except UnicodeDecodeError:
        return content.decode("cp1258", "replace").replace("\x00", "")


def find_separator(text: str) -> str | None:
    """Tell what separates the fields; None where the text is no table.

    The separator stands in most lines of the sample, in at least three, and nearly as often in each.
    """
    lines = [line for line in text[:_SAMPLE].splitlines()[:_SAMPLE_LINES] if line.strip()]
    best: tuple[int, str] | None = None
    for separator in _SEPARATORS:
        counts = [line.count(separator) for line in lines]
        having = [count for count in counts if count]
        if len(having) < _FEWEST_LINES or 2 * len(having) < len(lines):
            continue
        usual = max(set(having), key=having.count)
        alike = having.count(usual)
        if 2 * alike > len(having) and (best is None or alike * min(usual, 3) > best[0]):
            best = (alike * min(usual, 3), separator)
    return best[1] if best else None


def _named_separator(text: str) -> tuple[str | None, str]:
    """Take Excel's first line `sep=;` off."""
    first, _, rest = text.partition("\n")
    line = first.strip()
    if len(line) == 5 and line.lower().startswith("sep="):  # noqa: PLR2004 - sep= and one sign
        return line[-1], rest
    return None, text
