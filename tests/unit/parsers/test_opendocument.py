"""The reader of OpenDocument spreadsheets, tried on their XML."""

# ruff: noqa: E501 - XML reads better unbroken

from __future__ import annotations

import io
import zipfile

import pytest

from domain.errors import Encrypted, NotAWorkbook, TooLarge
from parsers.formats import shows_percent
from parsers.opendocument.reader import read_opendocument
from parsers.shown import shown_number, shown_text
from parsers.workbook import CellKind

URN = "urn:oasis:names:tc:opendocument:xmlns:"
ROOT = (
    f"xmlns:office='{URN}office:1.0' xmlns:table='{URN}table:1.0' xmlns:text='{URN}text:1.0' xmlns:style='{URN}style:1.0' "
    f"xmlns:number='{URN}datastyle:1.0' xmlns:fo='{URN}xsl-fo-compatible:1.0' xmlns:meta='{URN}meta:1.0' "
    f"xmlns:draw='{URN}drawing:1.0' xmlns:svg='{URN}svg-compatible:1.0' "
    "xmlns:calcext='urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0'"
)


def flat(body, styles="", meta="", rest=""):
    """Write a flat spreadsheet whose first table holds *body*."""
    return (
        f"<office:document {ROOT} office:mimetype='application/vnd.oasis.opendocument.spreadsheet'><office:meta>{meta}</office:meta>"
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        f"<table:table table:name='Bieu_TH'>{body}</table:table>{rest}"
        "</office:spreadsheet></office:body></office:document>"
    ).encode()


def row(*cells, **attributes):
    """Write a row."""
    said = "".join(f" table:{name.replace('_', '-')}='{value}'" for name, value in attributes.items())
    return f"<table:table-row{said}>{''.join(cells)}</table:table-row>"


def cell(words="", kind="", **attributes):
    """Write a cell; *attributes* are those of the office namespace unless they name the table's."""
    said = f" office:value-type='{kind}'" if kind else ""
    for name, value in attributes.items():
        space = "table" if name.startswith(("number", "formula", "style")) else "office"
        said += f' {space}:{name.replace("_", "-")}="{value}"'
    return f"<table:table-cell{said}>{words}</table:table-cell>"


def read_one(content, styles=""):
    """Read the first cell."""
    sheet = read_opendocument(flat(row(content), styles)).sheets[0]
    return next(iter(sheet.cells.values()), None)


@pytest.mark.parametrize(
    ("content", "kind", "raw"),
    [
        (cell("<text:p>1.234</text:p>", "float", value="1234"), CellKind.NUMBER, "1234"),
        (cell("<text:p>25%</text:p>", "percentage", value="0.25"), CellKind.NUMBER, "0.25"),
        (cell("<text:p>5 đ</text:p>", "currency", value="5"), CellKind.NUMBER, "5"),
        (cell("<text:p>x</text:p>", "date", date_value="2021-10-20"), CellKind.DATE, "2021-10-20"),
        (cell("", "date", date_value="2021-10-20T00:00:00"), CellKind.DATE, "2021-10-20"),
        (cell("", "date", date_value="2021-10-20T07:30:00"), CellKind.DATE, "2021-10-20T07:30:00"),
        (cell("", "date", date_value="nonsense"), CellKind.DATE, "nonsense"),
        (cell("", "time", time_value="PT12H30M00S"), CellKind.DATE, "12:30:00"),
        (cell("", "time", time_value="PT01068636H30M00S"), CellKind.DATE, "2021-11-26T12:30:00"),
        (cell("", "boolean", boolean_value="true"), CellKind.BOOLEAN, "TRUE"),
        (cell("<text:p>12 buổi</text:p>", "string"), CellKind.TEXT, "12 buổi"),
        (cell("<text:p>Ghi (*)</text:p>", "string", string_value="Ghi"), CellKind.TEXT, "Ghi"),
        (cell("<text:p>một</text:p><text:p>hai</text:p>", "string"), CellKind.TEXT, "một\nhai"),
        (
            cell("<text:p> a \n b<text:s text:c='2'/>c<text:tab/>d<text:line-break/>e</text:p>", "string"),
            CellKind.TEXT,
            "a b  c\td\ne",
        ),
        (cell("<text:p>không kiểu</text:p>"), CellKind.TEXT, "không kiểu"),
        (
            cell("<text:p>#DIV/0!</text:p>", "string", formula="of:=1/0", string_value=""),
            CellKind.ERROR,
            "#DIV/0!",
        ),
        (cell("<text:p>Err:502</text:p>", "float", formula="of:=X", value="0"), CellKind.ERROR, "Err:502"),
        (cell("<text:p>#N/A</text:p>", "string"), CellKind.TEXT, "#N/A"),
        (cell("", formula="of:=SUM([.A1:.A2])"), CellKind.NOT_CALCULATED, "=SUM([.A1:.A2])"),
        (cell("<text:p>2</text:p>", "float", formula="of:=1+1", value="2"), CellKind.NUMBER, "2"),
    ],
)
def test_each_kind_of_cell(content, kind, raw):
    """A number, a text, an error, a result and a formula without result are told apart."""
    found = read_one(content)

    assert (kind, raw, "table:formula" in content) == (found.kind, found.raw, found.is_formula)


def test_an_error_by_the_word_of_the_writer():
    """LibreOffice says beside the text that it is an error."""
    content = "<table:table-cell calcext:value-type='error'><text:p>#REF!</text:p></table:table-cell>"

    assert (CellKind.ERROR, "#REF!") == (read_one(content).kind, read_one(content).raw)


def test_notes_and_shapes_are_no_content():
    """What a note, a shape or a chart in a cell says is not what the cell says."""
    note = "<office:annotation><text:p>99</text:p></office:annotation>"
    shape = "<draw:frame><draw:object><table:table table:name='x'><table:table-row/></table:table></draw:object></draw:frame>"
    found = read_opendocument(flat(row(cell(f"{note}{shape}<text:p>12</text:p>", "string"))))

    assert ["12"] == [one.raw for one in found.sheets[0].cells.values()]
    assert 1 == len(found.sheets)


def test_millions_of_repeated_cells_cost_nothing():
    """Empty cells and rows repeat to the end of the sheet; only what is filled is kept."""
    filled = cell("<text:p>x</text:p>", "string")
    content = flat(
        row(
            cell(number_columns_repeated=16_000),
            cell("<text:p>3</text:p>", "float", value="3", number_columns_repeated=3),
        )
        + row(cell(number_columns_repeated=16_384), number_rows_repeated=1_000_000)
        + row(filled, number_rows_repeated=2)
    )
    cells = read_opendocument(content).sheets[0].cells

    assert ["WQK1", "WQL1", "WQM1", "A1000002", "A1000003"] == [one.address for one in cells.values()]


@pytest.mark.parametrize("count", [400_001, 10**30])
def test_filled_cells_without_end_are_too_many(count):
    """A filled row that repeats to the end of the sheet is refused before memory is."""
    with pytest.raises((TooLarge, NotAWorkbook)):
        read_opendocument(flat(row(cell("<text:p>x</text:p>", "string"), number_rows_repeated=count)))


STYLED = (
    "<number:number-style style:name='N1'><number:number number:decimal-places='0' number:min-integer-digits='1' "
    "number:grouping='true' number:display-factor='1000'/></number:number-style>"
    "<number:percentage-style style:name='N2'><number:number number:decimal-places='1' number:min-integer-digits='1'/>"
    "<number:text>%</number:text></number:percentage-style>"
    "<number:number-style style:name='N3P0'><number:number number:decimal-places='0' number:min-integer-digits='1'/>"
    "<number:text> triệu</number:text></number:number-style>"
    "<number:number-style style:name='N3'><number:text>-</number:text>"
    "<style:map style:condition='value()&gt;=0' style:apply-style-name='N3P0'/></number:number-style>"
    "<number:text-style style:name='N4'><number:text-content/><number:text> (*)</number:text></number:text-style>"
    "<number:number-style style:name='N5'><number:text/></number:number-style>"
    "<style:font-face style:name='F1' svg:font-family=\"'.VnTime'\"/>"
    "<style:style style:name='ce0' style:family='table-cell'><style:text-properties style:font-name='F1' "
    "style:text-line-through-style='solid'/></style:style>"
    + "".join(
        f"<style:style style:name='ce{number}' style:family='table-cell' style:data-style-name='N{number}'/>"
        for number in range(1, 6)
    )
    + "<style:style style:name='ce6' style:family='table-cell' style:parent-style-name='ce0'/>"
    "<style:style style:name='ce7' style:family='table-cell' style:parent-style-name='ce0'>"
    "<style:text-properties style:text-line-through-style='none' style:font-name='Arial'/></style:style>"
    "<style:style style:name='T1' style:family='text'><style:text-properties style:text-position='super 58%'/></style:style>"
    "<style:style style:name='T2' style:family='text'><style:text-properties style:text-line-through-type='single'/></style:style>"
)


@pytest.mark.parametrize(
    ("style", "shown"), [("ce1", "1.235"), ("ce2", "123456700,0%"), ("ce3", "1234567 triệu"), ("ce5", "")]
)
def test_number_formats_are_spelt_as_excel_does(style, shown):
    """What a format shows of a number is known, so that scaled and hidden figures are asked about."""
    found = read_one(cell("", "float", value="1234567", style_name=style), STYLED)

    assert shown == shown_number(found.number_format, __import__("decimal").Decimal(found.raw))
    assert (style == "ce2") == shows_percent(found.number_format)


def test_the_format_of_a_text():
    """Words that a format adds to a text are known as such."""
    found = read_one(cell("<text:p>Ghi (*)</text:p>", "string", string_value="Ghi", style_name="ce4"), STYLED)

    assert ("Ghi", "Ghi (*)") == (found.raw, shown_text(found.number_format, found.raw))


@pytest.mark.parametrize(
    ("content", "marked", "name"),
    [
        (cell("", "float", value="1", style_name="ce0"), True, ".VnTime"),
        (cell("", "float", value="1", style_name="ce6"), True, ".VnTime"),
        (cell("", "float", value="1", style_name="ce7"), False, ""),
        (cell("<text:p>12<text:span text:style-name='T1'>3</text:span></text:p>", "string"), True, ""),
        (cell("<text:p><text:span text:style-name='T2'>12</text:span></text:p>", "string"), True, ""),
        (cell("<text:p>12<text:span text:style-name='T1'> </text:span></text:p>", "string"), False, ""),
    ],
)
def test_struck_out_and_raised(content, marked, name):
    """By the style of the cell or its parents, or of a run of its words."""
    found = read_one(content, STYLED)

    assert (marked, name) == (found.is_marked, found.font)


def test_styles_of_rows_and_columns_count_where_a_cell_has_none():
    """A cell without a style takes its row's, then its column's."""
    column = "<table:table-column table:number-columns-repeated='2' table:default-cell-style-name='ce2'/>"
    body = (
        column
        + row(cell("", "float", value="1"))
        + row(cell("", "float", value="1"), default_cell_style_name="ce0")
    )
    cells = read_opendocument(flat(body, STYLED)).sheets[0].cells

    assert [(True, False), (False, True)] == [
        (shows_percent(one.number_format), one.is_marked) for one in cells.values()
    ]


def test_what_a_sheet_hides_merges_and_names():
    """Hidden sheets, rows and columns, merged cells, names of one cell, the user's properties."""
    hidden = "<style:style style:name='ta1' style:family='table'><style:table-properties table:display='false'/></style:style>"
    body = (
        "<table:table-column/><table:table-column table:visibility='collapse' table:number-columns-repeated='2'/>"
        + row(cell("<text:p>x</text:p>", "string", number_columns_spanned=2, number_rows_spanned=3))
        + row(cell("<text:p>x</text:p>", "string"), visibility="filter")
        + "<table:named-expressions><table:named-range table:name='ma_T02' "
        "table:cell-range-address='$Bieu_TH.$D$15'/></table:named-expressions>"
    )
    rest = (
        "<table:table table:name='L1 &apos;x&apos;' table:style-name='ta1'>"
        + row(cell("<text:p>x</text:p>", "string"))
        + "</table:table><table:named-expressions>"
        "<table:named-range table:name='ma_T01' table:cell-range-address=\"$'L1 ''x'''.$D$14\"/>"
        "<table:named-range table:name='vung' table:cell-range-address='$Bieu_TH.$A$1:.$B$2'/>"
        "<table:named-range table:name='mot' table:cell-range-address='$Bieu_TH.$A$1:.$A$1'/>"
        "</table:named-expressions>"
    )
    grid = read_opendocument(
        flat(body, hidden, "<meta:user-defined meta:name='tonghop'>a=1;b</meta:user-defined>", rest)
    )
    first, second = grid.sheets

    assert (False, True) == (first.hidden, second.hidden)
    assert ({2}, {2, 3}, ((1, 1, 3, 2),)) == (set(first.hidden_rows), set(first.hidden_columns), first.merged)
    assert {"ma_T01": ("L1 'x'", 14, 4), "ma_T02": ("Bieu_TH", 15, 4), "mot": ("Bieu_TH", 1, 1)} == grid.names
    assert {("Bieu_TH", "ma_T02"): ("Bieu_TH", 15, 4)} == grid.scoped_names
    assert {"tonghop": "a=1;b"} == grid.properties


def test_a_password_is_told():
    """The manifest says which parts are encrypted."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", b"\x93\x12\x99")
        archive.writestr(
            "META-INF/manifest.xml",
            f"<m:manifest xmlns:m='{URN}manifest:1.0'><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>",
        )
    with pytest.raises(Encrypted):
        read_opendocument(out.getvalue())


@pytest.mark.parametrize(
    "content",
    [
        flat(row(cell("<table:table table:name='trong'/>", "string"))),
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + flat(row(cell("<text:p>&a;</text:p>", "string"))),
        flat(row(cell("x", "string")))[:-60],
        flat("").replace(b"table:table", b"table:tisch"),
    ],
)
def test_what_is_no_spreadsheet(content):
    """Tables inside cells, document types, cut files and files without a sheet."""
    with pytest.raises(NotAWorkbook):
        read_opendocument(content)
