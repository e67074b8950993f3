"""Tables of Word files as sheets."""

from __future__ import annotations

import io

import docx
import pytest

from domain.errors import NotAWorkbook
from parsers.word.grid import read_word_tables, says_more_than_its_tables
from parsers.workbook import CellKind
from tests.unit.parsers.word_files import paragraph, word_file


def saved(build):
    """Write a Word file by python-docx."""
    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def table_of(*rows):
    """Write the XML of a table."""
    cells = "".join("<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in row) + "</w:tr>" for row in rows)
    return f"<w:tbl>{cells}</w:tbl>"


def test_every_table_is_a_sheet_of_texts():
    """In the order of the document, each with its number and how many there are."""

    def build(document):
        for number in range(2):
            table = document.add_table(2, 2)
            table.cell(0, 0).text = "Chỉ tiêu"
            table.cell(1, 1).text = f"{number}.234"

    sheets = read_word_tables(saved(build)).sheets

    assert ["Bảng 1/2", "Bảng 2/2"] == [sheet.name for sheet in sheets]
    assert [("A1", "Chỉ tiêu"), ("B2", "1.234")] == [
        (cell.address, cell.raw) for cell in sheets[1].cells.values()
    ]
    assert {CellKind.TEXT} == {cell.kind for sheet in sheets for cell in sheet.cells.values()}


def test_merged_cells_and_tables_inside_cells():
    """A merged cell stands once, with its range; a table inside a cell is a sheet of its own."""

    def build(document):
        table = document.add_table(3, 3)
        table.cell(0, 0).merge(table.cell(1, 1)).text = "gộp"
        table.cell(2, 2).add_table(1, 1).cell(0, 0).text = "trong"

    first, second = read_word_tables(saved(build)).sheets

    assert ((1, 1, 2, 2),) == first.merged
    assert ["trong"] == [cell.raw for cell in second.cells.values()]


def test_marks_fonts_and_automatic_numbers():
    """Strokes are marked, old fonts named; Word's own numbers count where nothing else stands."""
    body = table_of(
        [
            paragraph("12", run="<w:strike/>"),
            paragraph("Sè", run='<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>'),
        ],
        [paragraph("", "<w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr>"), paragraph("13")],
    )
    numbering = (
        "<w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='decimal'/>"
        "<w:lvlText w:val='%1.'/></w:lvl></w:abstractNum>"
        "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>"
    )
    cells = list(read_word_tables(word_file(body, numbering=numbering)).sheets[0].cells.values())

    assert [("12", True, ""), ("Sè", False, ".VnTime"), ("1.", False, ""), ("13", False, "")] == [
        (cell.raw, cell.is_marked, cell.font) for cell in cells
    ]


def test_a_letter_without_a_table_is_no_workbook():
    """A report in words only."""
    with pytest.raises(NotAWorkbook):
        read_word_tables(word_file(paragraph("Báo cáo kết quả")))


@pytest.mark.parametrize(("count", "expected"), [(3, False), (30, True)])
def test_what_stands_beside_the_tables(count, expected):
    """Title and signatures are no report."""
    body = paragraph("Kết quả thực hiện kế hoạch của đơn vị.") * count + table_of([paragraph("x" * 5000)])

    assert expected == says_more_than_its_tables(word_file(body))
