"""The tables of a Word file as a grid: a form that was typed or pasted into Word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.errors import NotAWorkbook, TooLarge
from parsers.growing import Allowance, GrowingSheet, Look
from parsers.numbered_tables import table_name
from parsers.word.document import Paragraph, Table
from parsers.word.reader import read_word
from parsers.workbook import CellKind, Grid, Sheet, legacy_font

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parsers.word.document import Block, Document, TableCell

_MOST_TABLES: Final = 500
_REPORT: Final = 900


def read_word_tables(content: bytes) -> Grid:
    """Read the tables of a .docx; raises NotAWorkbook where there is none, and what read_word raises."""
    return tables_of(read_word(content))


def tables_of(document: Document) -> Grid:
    """Give every table as a sheet called "Bảng 2/3", those inside cells behind the one around them."""
    tables = list(_tables(document.blocks))
    if not tables:
        raise NotAWorkbook("The Word file holds no table.")
    if len(tables) > _MOST_TABLES:
        raise TooLarge(f"The Word file holds more than {_MOST_TABLES} tables.")
    allowance = Allowance()
    return Grid(
        sheets=tuple(
            _sheet(table, table_name(number, len(tables)), allowance)
            for number, table in enumerate(tables, start=1)
        )
    )


def says_more_than_its_tables(content: bytes) -> bool:
    """Tell whether a Word file holds, beside its tables, as many words as a report has.

    Heading, title and signatures around a form that was typed in Word are some three hundred signs.
    """
    words = sum(
        len(block.text.strip()) for block in read_word(content).blocks if isinstance(block, Paragraph)
    )
    return words >= _REPORT


def _tables(blocks: Iterable[Block]) -> Iterator[Table]:
    for block in blocks:
        if isinstance(block, Table):
            yield block
            for cell in block.cells():
                yield from _tables(cell.blocks)


def _sheet(table: Table, name: str, allowance: Allowance) -> Sheet:
    sheet = GrowingSheet(name, allowance)
    for cell in table.cells():
        row, column = cell.row + 1, cell.column + 1
        marked = any(paragraph.is_marked for paragraph in cell.paragraphs)
        text = _text(cell)
        sheet.put(
            row,
            column,
            CellKind.TEXT,
            allowance.take_text(text),
            look=Look(font=_font(cell)),
            is_marked=marked,
        )
        sheet.merge(row, column, row + cell.row_span - 1, column + cell.column_span - 1)
    return sheet.finish()


def _text(cell: TableCell) -> str:
    """Give the words of a cell; the number of an automatic list is content only where nothing else stands."""
    return cell.text or "\n".join(paragraph.numbering for paragraph in cell.paragraphs).strip()


def _font(cell: TableCell) -> str:
    fonts = (legacy_font(run.font) for paragraph in cell.paragraphs for run in paragraph.runs)
    return next((font for font in fonts if font), "")
