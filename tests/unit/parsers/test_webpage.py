"""The reader of web pages called .xls, tried on what Excel, LibreOffice and portals write."""

# ruff: noqa: E501 - HTML reads better unbroken

from __future__ import annotations

import base64
from decimal import Decimal

import pytest

from domain.errors import NotAWorkbook, TooLarge
from parsers.formats import shows_percent
from parsers.shown import shown_number
from parsers.web.page import read_webpage
from parsers.web.tags import Raw, Tag, Words, tokens
from parsers.workbook import CellKind


def read(html, encoding="utf-8"):
    """Read the first table of a page."""
    return read_webpage(html.encode(encoding)).sheets[0]


def read_one(cell, head=""):
    """Read the first cell of a page."""
    return next(iter(read(f"<html>{head}<table><tr>{cell}</tr></table>").cells.values()), None)


@pytest.mark.parametrize(
    ("cell", "kind", "raw"),
    [
        ("<td>12 buổi</td>", CellKind.TEXT, "12 buổi"),
        ("<td>1.234</td>", CellKind.TEXT, "1.234"),
        ("<td>12</td>", CellKind.TEXT, "12"),
        ("<td x:num>12</td>", CellKind.NUMBER, "12"),
        ("<td x:num>1.234,5</td>", CellKind.TEXT, "1.234,5"),
        ('<td x:num="1234.5">1.234,5</td>', CellKind.NUMBER, "1234.5"),
        ('<td x:num="nan">x</td>', CellKind.TEXT, "x"),
        ('<td x:str="1.234">1.234</td>', CellKind.TEXT, "1.234"),
        ("<td x:str>1.234</td>", CellKind.TEXT, "1.234"),
        ('<td x:err="#REF!">#REF!</td>', CellKind.ERROR, "#REF!"),
        ('<td x:bool="TRUE">TRUE</td>', CellKind.BOOLEAN, "TRUE"),
        ('<td x:num="3" x:fmla="=1+2">3</td>', CellKind.NUMBER, "3"),
        ('<td x:fmla="=A1">&nbsp;</td>', CellKind.NOT_CALCULATED, "=A1"),
        ('<td sdval="44489" sdnum="1033;0;DD/MM/YYYY">20/10/2021</td>', CellKind.DATE, "2021-10-20"),
        ('<td sdnum="1033;0;@&quot; (*)&quot;">Ghi (*)</td>', CellKind.TEXT, "Ghi"),
        ("<td>một<br>hai</td>", CellKind.TEXT, "một\nhai"),
        ("<td><p>một</p><p>hai</p></td>", CellKind.TEXT, "một\n\nhai"),
        ("<td> nhiều \n  khoảng   trắng </td>", CellKind.TEXT, "nhiều khoảng trắng"),
        ("<td>&lt;b&gt; &amp; &#7891; &ocirc;</td>", CellKind.TEXT, "<b> & ồ ô"),
        ('<td><input type="text" value="12"><input type=hidden value=99></td>', CellKind.TEXT, "12"),
        ("<td><select><option>9<option selected>12</select></td>", CellKind.TEXT, "12"),
        ('<td>12<span style="display:none">99<span>8</span></span></td>', CellKind.TEXT, "12"),
        ("<td>12<!-- 99 --><script>document.write('<td>7')</script></td>", CellKind.TEXT, "12"),
        ('<td title="a > b">12</td>', CellKind.TEXT, "12"),
    ],
)
def test_each_kind_of_cell(cell, kind, raw):
    """What a cell stores counts; what it merely shows is text, for the reader of cells to judge."""
    found = read_one(cell)

    assert (kind, raw, "x:fmla" in cell) == (found.kind, found.raw, found.is_formula)


@pytest.mark.parametrize("cell", ["<td></td>", "<td>&nbsp;</td>", "<td> <br> </td>", "<td><b><br></b></td>"])
def test_a_cell_that_shows_nothing_is_empty(cell):
    """Portals and Excel fill empty cells with spaces that do not break."""
    assert ["x"] == [one.raw for one in read(f"<table><tr>{cell}<td>x</td></tr></table>").cells.values()]


def test_styles_of_excel():
    """Classes tell number format, strokes and fonts; their spelling is undone."""
    style = (
        "<style><!-- .xl65 {mso-style-parent:style0; mso-number-format:Percent;}"
        '.xl66 {mso-number-format:"\\#\\,\\#\\#0\\0022 tri\\1EC7u\\0022"; text-decoration:line-through;}'
        ".font5 {font-family:.VnTime; vertical-align:super} --></style>"
    )
    row = (
        '<td class=xl65 x:num="0.5">50%</td><td class=xl66 x:num="1234">1,234 triệu</td>'
        '<td>12<font class="font5">3</font></td><td>12<s>3</s></td><td>12<sup> </sup></td>'
    )
    cells = list(read(f"<html><head>{style}</head><table><tr>{row}</tr></table>").cells.values())

    assert [True, False, False, False, False] == [shows_percent(one.number_format) for one in cells]
    assert [False, True, True, True, False] == [one.is_marked for one in cells]
    assert ("1.234 triệu", ".VnTime") == (shown_number(cells[1].number_format, Decimal(1234)), cells[2].font)


def test_spanning_cells_take_their_places():
    """Places to the right and below are taken; what comes next moves on."""
    sheet = read(
        "<table><tr><td rowspan=2>a<td colspan=2>b<td>c<tr><td>d<td rowspan=0>e<td>f<tr><td>g</table>"
    )

    assert ["A1", "B1", "D1", "B2", "C2", "D2", "A3"] == [one.address for one in sheet.cells.values()]
    assert ((1, 1, 2, 1), (1, 2, 1, 3)) == sheet.merged


def test_hidden_rows_and_columns():
    """By style or attribute, as Excel and browsers do."""
    sheet = read(
        "<table><col><col style='display:none' span=2><col width=0><tr style='display:none'><td>a<tr hidden><td>b<tr><td>c</table>"
    )

    assert ({1, 2}, {2, 3, 4}) == (set(sheet.hidden_rows), set(sheet.hidden_columns))


def test_every_table_is_a_sheet_of_its_own():
    """Tables inside tables too; those without content are not counted."""
    page = "<table><tr><td>ngoài<table><tr><td>trong</table></td><td>sau</table><table></table><table><tr><td>ba</table>"
    sheets = read_webpage(page.encode()).sheets

    assert ["Bảng 1/3", "Bảng 2/3", "Bảng 3/3"] == [sheet.name for sheet in sheets]
    assert [["ngoài", "sau"], ["trong"], ["ba"]] == [
        [one.raw for one in sheet.cells.values()] for sheet in sheets
    ]


def test_names_that_excel_gives():
    """The names of sheets stand in a comment of Excel's, with whether they are shown."""
    page = (
        "<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>Bieu_TH</x:Name>"
        "</x:ExcelWorksheet><x:ExcelWorksheet><x:Name>_meta</x:Name><x:WorksheetOptions>"
        "<x:Visible>SheetVeryHidden</x:Visible></x:WorksheetOptions></x:ExcelWorksheet></x:ExcelWorksheets>"
        "</x:ExcelWorkbook></xml><![endif]--><table><tr><td>a</table><table><tr><td>b</table>"
    )

    assert [("Bieu_TH", False), ("_meta", True)] == [
        (sheet.name, sheet.hidden) for sheet in read_webpage(page.encode()).sheets
    ]


def test_names_that_libreoffice_gives_and_the_stamp():
    """A heading over each table, and the user's properties as metadata."""
    page = (
        '<html><head><meta name="tonghop" content="a=1;b"></head><h1>Overview</h1>'
        '<A NAME="table0"><h1>Sheet 1: <em>Bieu_TH</em></h1></A><table><tr><td>a</table>'
    )
    grid = read_webpage(page.encode())

    assert ("Bieu_TH", "a=1;b") == (grid.sheets[0].name, grid.properties["tonghop"])


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ("<meta charset=utf-8>", "utf-8"),
        ("<meta http-equiv=Content-Type content='text/html; charset=unicode'>", "utf-16"),
        ("<meta http-equiv=Content-Type content='text/html; charset=windows-1258'>", "cp1258"),
        ("<meta charset=no-such-charset>", "utf-8"),
    ],
)
def test_encodings(head, encoding):
    """A page is decoded by its mark or its own word."""
    words = "Số lượng" if encoding != "cp1258" else "Sô\u0301 lươ\u0323ng"

    assert words == read(f"<html>{head}<table><tr><td>{words}</table>", encoding).at(1, 1).raw


def test_a_web_archive_of_excel():
    """An .mht holds a page for each sheet."""
    page = base64.encodebytes("<html><table><tr><td>Số lượng</table>".encode()).decode()
    archive = (
        "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n"
        'Content-Type: multipart/related; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><frameset></frameset></html>\r\n"
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{page}\r\n"
        "--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        '<table><tr><td x:num=3D"5">5</table>\r\n--b--\r\n'
    )
    sheets = read_webpage(archive.encode()).sheets

    assert ["Số lượng", "5"] == [sheet.at(1, 1).raw for sheet in sheets]


@pytest.mark.parametrize("page", ["<html>không có bảng</html>", "<table></table>", ""])
def test_a_page_without_a_table(page):
    """There is nothing to read."""
    with pytest.raises(NotAWorkbook):
        read_webpage(page.encode())


@pytest.mark.parametrize(
    "page",
    [
        "<table>" * 600,
        "<table><tr>" + "<td colspan=1000>x" * 17,
        "<table>" + "<tr><td rowspan=60000 colspan=1000>x" * 4000,
    ],
)
def test_tables_beyond_all_measure(page):
    """Depth, width and the places that cells span are bounded."""
    with pytest.raises(TooLarge):
        read_webpage(page.encode())


@pytest.mark.parametrize(
    "broken",
    [
        '<a "',
        "<a '",
        "<",
        "<!--",
        "<td x='",
        "<style>",
        "</td",
        "<a b=\"'",
        "&#",
        "<td a=" + "b" * 50,
        "<table ",
    ],
)
def test_broken_markup_costs_its_length_only(broken):
    """No end of a tag, quote, comment or element is looked for twice."""
    page = f"<table><tr><td>12</table>{broken * 100_000}"

    assert sum(1 for _ in tokens(page)) < 600_000


def test_tags_words_and_raw_pieces():
    """Quotes hide the end of a tag, comments and scripts hide everything."""
    assert [
        Words("a"),
        Tag("td", attributes={"x": "1>2", "y": "3", "z": ""}),
        Words("< 3 &"),
        Tag("td", is_end=True),
        Raw("!--", " <td> "),
        Tag("script"),
        Raw("script", "<td>"),
        Tag("script", is_end=True),
    ] == list(tokens("a<TD x='1>2' y=3 z>< 3 &amp;</td><!-- <td> --><script><td></SCRIPT>"))
