"""The reader of SpreadsheetML 2003, tried on its XML."""

# ruff: noqa: E501 - XML reads better unbroken

from __future__ import annotations

import pytest

from domain.errors import NotAWorkbook
from parsers.formats import shows_percent
from parsers.spreadsheetml import read_spreadsheetml
from parsers.workbook import CellKind

HEAD = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:html="http://www.w3.org/TR/REC-html40">'
)
STYLES = (
    '<Styles><Style ss:ID="Default"><Font ss:FontName="Arial"/></Style>'
    '<Style ss:ID="s1"><NumberFormat ss:Format="Percent"/></Style>'
    '<Style ss:ID="s2" ss:Parent="s1"><Font ss:FontName=".VnTime" ss:StrikeThrough="1"/></Style>'
    '<Style ss:ID="s3"><NumberFormat ss:Format="Short Date"/></Style>'
    '<Style ss:ID="s4"><NumberFormat ss:Format="#,##0\\ &quot;triệu&quot;"/></Style></Styles>'
)


def book(rows, *, before="", inside="", behind=""):
    """Write a workbook of one sheet."""
    return (
        f'{HEAD}{before}{STYLES}<Worksheet ss:Name="Bieu_TH">{inside}<Table>{rows}</Table>{behind}</Worksheet></Workbook>'
    ).encode()


def cell(words, kind="String", **attributes):
    """Write a cell with data."""
    said = "".join(f' ss:{name}="{value}"' for name, value in attributes.items())
    return f'<Cell{said}><Data ss:Type="{kind}">{words}</Data></Cell>'


def read_one(content):
    """Read the first cell."""
    sheet = read_spreadsheetml(book(f"<Row>{content}</Row>")).sheets[0]
    return next(iter(sheet.cells.values()), None)


@pytest.mark.parametrize(
    ("content", "kind", "raw"),
    [
        (cell("1234.5", "Number"), CellKind.NUMBER, "1234.5"),
        (cell("44489", "Number", StyleID="s3"), CellKind.DATE, "2021-10-20"),
        (cell("2021-10-20T00:00:00.000", "DateTime", StyleID="s3"), CellKind.DATE, "2021-10-20"),
        (cell("1899-12-31T12:30:00.000", "DateTime"), CellKind.DATE, "12:30:00"),
        (cell("1", "Boolean"), CellKind.BOOLEAN, "TRUE"),
        (cell("#DIV/0!", "Error", Formula="=1/0"), CellKind.ERROR, "#DIV/0!"),
        (cell("12 buổi &amp; 3"), CellKind.TEXT, "12 buổi & 3"),
        (cell("<B><html:Font>một</html:Font></B> hai"), CellKind.TEXT, "một hai"),
        ('<Cell ss:Formula="=SUM(R1C1:R2C1)"/>', CellKind.NOT_CALCULATED, "=SUM(R1C1:R2C1)"),
        (cell("3", "Number", Formula="=1+2"), CellKind.NUMBER, "3"),
        (
            '<Cell><Data ss:Type="Number">5</Data><Comment><ss:Data>99</ss:Data></Comment></Cell>',
            CellKind.NUMBER,
            "5",
        ),
    ],
)
def test_each_kind_of_cell(content, kind, raw):
    """A number, a text, an error, a result and a formula without result are told apart."""
    found = read_one(content)

    assert (kind, raw, "ss:Formula" in content) == (found.kind, found.raw, found.is_formula)


def test_a_formula_that_was_not_calculated_keeps_its_note_apart():
    """A note on such a cell is no result."""
    found = read_one(
        '<Cell ss:Formula="=A1"><Comment><ss:Data ss:Type="String">99</ss:Data></Comment></Cell>'
    )

    assert CellKind.NOT_CALCULATED is found.kind


def test_styles_and_marks():
    """Per cents, fonts and strokes by the style or its parent; runs that are raised."""
    content = (
        cell("0.5", "Number", StyleID="s2")
        + cell("1", "Number", StyleID="s4")
        + '<Cell><ss:Data ss:Type="String">12<html:Sup>3</html:Sup></ss:Data></Cell>'
    )
    cells = list(read_spreadsheetml(book(f"<Row>{content}</Row>")).sheets[0].cells.values())

    assert [(True, True, ".VnTime"), (False, False, ""), (False, True, "")] == [
        (shows_percent(one.number_format), one.is_marked, one.font) for one in cells
    ]
    assert '#,##0\\ "triệu"' == cells[1].number_format


def test_places_that_are_counted_on():
    """Indices jump, spans count on, a merged cell takes the places beside it."""
    rows = (
        '<Column ss:Index="2" ss:Hidden="1" ss:Span="1"/>'
        '<Row ss:Index="3" ss:Span="1"/>'
        f'<Row ss:Hidden="1">{cell("a", MergeAcross=2, MergeDown=1)}{cell("b")}{cell("c", Index=9)}</Row>'
    )
    sheet = read_spreadsheetml(book(rows)).sheets[0]

    assert ["A5", "D5", "I5"] == [one.address for one in sheet.cells.values()]
    assert ({5}, {2, 3}, ((5, 1, 6, 3),)) == (set(sheet.hidden_rows), set(sheet.hidden_columns), sheet.merged)


def test_names_properties_and_hidden_sheets():
    """Names of one cell, the user's properties, sheets that are not shown."""
    before = (
        '<o:CustomDocumentProperties><o:tonghop dt:dt="string" xmlns:dt="uuid:x">a=1</o:tonghop>'
        '<o:tong_x0020_hop xmlns:dt="uuid:x" dt:dt="string">b</o:tong_x0020_hop></o:CustomDocumentProperties>'
        '<Names><NamedRange ss:Name="ma_T01" ss:RefersTo="=Bieu_TH!R14C4"/>'
        '<NamedRange ss:Name="vung" ss:RefersTo="=Bieu_TH!R1C1:R2C2"/></Names>'
    )
    inside = '<Names><NamedRange ss:Name="ma_T02" ss:RefersTo="=\'Bieu_TH\'!R15C4"/></Names>'
    behind = "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"
    grid = read_spreadsheetml(book(f"<Row>{cell('a')}</Row>", before=before, inside=inside, behind=behind))

    assert {"ma_T01": ("Bieu_TH", 14, 4), "ma_T02": ("Bieu_TH", 15, 4)} == grid.names
    assert {"tonghop": "a=1", "tong hop": "b"} == grid.properties
    assert grid.sheets[0].hidden


@pytest.mark.parametrize(
    "content",
    [
        b"<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
        book(f"<Row>{cell('a')}</Row>")[:-40],
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + book(""),
        book('<Row><Cell><Data ss:Type="Number">1</Data><Data ss:Type="Number">2</Data></Cell></Row>'),
        book(f"<Row>{cell('a', Index=99999)}</Row>"),
    ],
)
def test_what_is_no_workbook(content):
    """Nothing in it, cut, with entities, with two values in a cell, with cells outside of every sheet."""
    with pytest.raises(NotAWorkbook):
        read_spreadsheetml(content)
