"""The reader of .xlsx against openpyxl, against spellings of other programs, and against attacks."""

from __future__ import annotations

import datetime as dt
import io
import random
import time
import zipfile

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName

from domain.errors import AmbiguousForm, Encrypted, NotAWorkbook, TooLarge, WorkbookError
from parsers import package
from parsers.workbook import Cell, CellKind, Grid
from parsers.xlsx import sheet_part, texts_part
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.forms import save

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zipped(parts: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack parts as they are."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def parts_of(
    sheet: str, *, shared: str = "", styles: str = "", **changes: str | bytes
) -> dict[str, str | bytes]:
    """Give the parts of a minimal workbook around the sheet data *sheet*."""
    links = [("rId1", "worksheet", "worksheets/sheet1.xml")]
    parts: dict[str, str | bytes] = {
        "_rels/.rels": _rels(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    if shared:
        links.append(("rId2", "sharedStrings", "sharedStrings.xml"))
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared}</sst>'
    if styles:
        links.append(("rId3", "styles", "styles.xml"))
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    parts["xl/_rels/workbook.xml.rels"] = _rels(*links)
    return parts | changes


def _rels(*links: tuple[str, str, str]) -> str:
    body = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{to}"/>' for i, kind, to in links)
    return f'<Relationships xmlns="{RELS}">{body}</Relationships>'


def read_sheet_data(sheet: str, **parts: str) -> dict[str, Cell]:
    """Read sheet data and give its cells by address."""
    grid = read_workbook(zipped(parts_of(sheet, **parts)))
    return {cell.address: cell for cell in grid.sheets[0].cells.values()}


def one_cell(xml: str, **parts: str) -> Cell:
    """Read the only cell."""
    (cell,) = read_sheet_data(f'<row r="1">{xml}</row>', **parts).values()
    return cell


def assert_like_openpyxl(content: bytes) -> None:
    """Compare every cell with what openpyxl reads."""
    values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    grid = read_workbook(content)
    assert values.sheetnames == [sheet.name for sheet in grid.sheets]
    for sheet in grid.sheets:
        book_sheet = values[sheet.name]
        expected = {
            (cell.row, cell.column): (cell.value, formulas[sheet.name].cell(cell.row, cell.column).data_type)
            for row in book_sheet.iter_rows()
            for cell in row
            if cell.value is not None or formulas[sheet.name].cell(cell.row, cell.column).data_type == "f"
        }
        assert set(expected) == set(sheet.cells)
        for place, (value, data_type) in expected.items():
            _assert_same(sheet.cells[place], value, data_type)
        assert sorted(str(one) for one in book_sheet.merged_cells.ranges) == sorted(
            f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
            for top, left, bottom, right in sheet.merged
        )


def _assert_same(cell: Cell, value: object, data_type: str) -> None:
    assert (data_type == "f") == cell.is_formula
    match cell.kind:
        case CellKind.NUMBER:
            assert float(cell.raw) == pytest.approx(value, rel=1e-15)
        case CellKind.TEXT | CellKind.ERROR:
            assert value == cell.raw
        case CellKind.BOOLEAN:
            assert value is (cell.raw == "TRUE")
        case CellKind.DATE if isinstance(value, dt.datetime):
            stored = dt.datetime.fromisoformat(cell.raw)
            assert abs(value - stored) <= dt.timedelta(seconds=1)
        case CellKind.DATE:
            assert isinstance(value, dt.time)
            assert value.replace(microsecond=0).isoformat() == cell.raw
        case CellKind.NOT_CALCULATED:
            assert value is None
        case CellKind.EMPTY:
            raise AssertionError("empty cells are not kept")


def random_book(seed: int) -> openpyxl.Workbook:
    """Fill some sheets with cells of every kind."""
    chance = random.Random(seed)
    book = openpyxl.Workbook()
    for number in range(chance.randint(1, 4)):
        sheet = book.active if number == 0 else book.create_sheet(f"Trang {number} & <số>")
        for _ in range(chance.randint(0, 120)):
            cell = sheet.cell(chance.randint(1, 300), chance.randint(1, 60))
            cell.value = chance.choice((
                chance.randint(-(10**9), 10**9),
                chance.random() * 1e6,
                "Hội nghị “quán triệt” <&>",
                " khoảng trắng ",
                "dòng 1\ndòng 2",
                "1.234",
                True,
                False,
                "#N/A",
                "=A1+1",
                dt.datetime.fromisoformat(f"2021-{chance.randint(1, 12):02d}-15T07:30:15"),
                dt.date(2021, 10, chance.randint(1, 31)),
                dt.time(13, 30),
            ))  # fmt: skip
            if isinstance(cell.value, float):
                cell.number_format = chance.choice(("0%", "#,##0.00", '#,##0 "đồng"', "[Red]0.0", "General"))
        if chance.random() < 0.5:
            sheet.merge_cells("BZ1:CB3")
    return book


@pytest.mark.parametrize("seed", range(25))
def test_cells_are_read_as_openpyxl_reads_them(seed):
    """Values, kinds, formulas and merged ranges agree on sheets of every kind of cell."""
    assert_like_openpyxl(save(random_book(seed)))


CELLS = [
    pytest.param('<c r="A1"><v>12</v></c>', CellKind.NUMBER, "12", id="number"),
    pytest.param(
        '<c r="A1" t="n"><v>0.30000000000000004</v></c>',
        CellKind.NUMBER,
        "0.30000000000000004",
        id="exact digits",
    ),
    pytest.param('<c r="A1"><v>12.0</v></c>', CellKind.NUMBER, "12.0", id="as stored"),
    pytest.param('<c r="A1" t="b"><v>1</v></c>', CellKind.BOOLEAN, "TRUE", id="true"),
    pytest.param('<c r="A1" t="b"><v>0</v></c>', CellKind.BOOLEAN, "FALSE", id="false"),
    pytest.param('<c r="A1" t="e"><v>#REF!</v></c>', CellKind.ERROR, "#REF!", id="error"),
    pytest.param('<c r="A1" t="str"><f>X</f><v>12</v></c>', CellKind.TEXT, "12", id="text of a formula"),
    pytest.param('<c r="A1" t="str"><f>X</f><v></v></c>', CellKind.TEXT, "", id="empty text of a formula"),
    pytest.param('<c r="A1"><f>SUM(B1)</f></c>', CellKind.NOT_CALCULATED, "=SUM(B1)", id="no result"),
    pytest.param(
        '<c r="A1"><f>SUM(B1)</f><v></v></c>', CellKind.NOT_CALCULATED, "=SUM(B1)", id="empty result"
    ),
    pytest.param('<c r="A1"><f t="shared" si="0"/><v>3</v></c>', CellKind.NUMBER, "3", id="shared formula"),
    pytest.param('<c r="A1" t="inlineStr"><is><t>mười</t></is></c>', CellKind.TEXT, "mười", id="inline"),
    pytest.param(
        '<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c>',
        CellKind.TEXT,
        "a b",
        id="inline runs",
    ),
    pytest.param('<c r="A1" t="str"><v>a_x000D_\nb</v></c>', CellKind.TEXT, "a\r\nb", id="escape"),
    pytest.param('<c r="A1" t="str"><v>_xD83D__xDE00_</v></c>', CellKind.TEXT, "😀", id="halves of a sign"),
    pytest.param('<c r="A1" t="str"><v>_xD83D_ a</v></c>', CellKind.TEXT, "\ufffd a", id="half a sign"),
    pytest.param(
        '<c r="A1" t="str"><v>a_x005F_x000D_</v></c>', CellKind.TEXT, "a_x000D_", id="escaped escape"
    ),
    pytest.param('<c r="A1" t="d"><v>2021-10-15T00:00:00</v></c>', CellKind.DATE, "2021-10-15", id="iso day"),
    pytest.param('<c r="A1" t="s"><v>7</v></c>', CellKind.ERROR, "#REF!", id="text that is not there"),
    pytest.param('<c r="A1"><v>NaN</v></c>', CellKind.NUMBER, "NaN", id="no number"),
    pytest.param('<c r="$a$1"><v>1</v></c>', CellKind.NUMBER, "1", id="odd address"),
]


@pytest.mark.parametrize(("xml", "kind", "raw"), CELLS)
def test_a_cell_is_kept_as_the_file_stores_it(xml, kind, raw):
    """Kind and raw content say exactly what stands in the file."""
    cell = one_cell(xml)
    assert (kind, raw) == (cell.kind, cell.raw)
    assert ("<f" in xml) == cell.is_formula


@pytest.mark.parametrize(
    "xml", ['<c r="A1" s="1"/>', '<c r="A1"/>', '<c r="A1" t="s"></c>', '<c r="A1"><v></v></c>']
)
def test_an_empty_cell_is_not_kept(xml):
    """Formatting alone is nothing."""
    assert read_sheet_data(f'<row r="1">{xml}</row>') == {}


def test_shared_texts_keep_their_words_only():
    """Runs are joined; what is written above them for pronunciation is not part of the text."""
    shared = (
        "<si><t>một</t></si>"
        "<si><r><t>hai </t></r><r><rPr><b/></rPr><t>ba</t></r></si>"
        '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>'
        "<si/>"
    )
    cells = read_sheet_data(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>'
        '<c r="D1" t="s"><v>3</v></c></row>',
        shared=shared,
    )
    assert {place: cell.raw for place, cell in cells.items()} == {"A1": "một", "B1": "hai ba", "C1": "東京"}


@pytest.mark.parametrize(
    ("font", "is_marked"),
    [
        (InlineFont(vertAlign="superscript"), True),
        (InlineFont(strike=True), True),
        (InlineFont(strike=False), False),
        (InlineFont(b=True), False),
    ],
    ids=["footnote", "struck out", "not struck out", "bold"],
)
def test_runs_that_change_a_figure_are_marked(font, is_marked):
    """12 with a raised 1 is not 121."""
    book = openpyxl.Workbook()
    book.active["A1"] = CellRichText("12", TextBlock(font, "1"))
    assert is_marked is read_workbook(save(book)).sheets[0].at(1, 1).is_marked


def test_a_cell_struck_out_as_a_whole_is_marked():
    """The font of the cell says so, not the text."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = 12, 13
    book.active["A1"].font = Font(strike=True)
    sheet = read_workbook(save(book)).sheets[0]
    assert (sheet.at(1, 1).is_marked, sheet.at(2, 1).is_marked) == (True, False)


DATES = [
    ("14", "44484", "2021-10-15"),
    ("22", "44484.5", "2021-10-15T12:00:00"),
    ("20", "0.5", "12:00:00"),
    ("27", "44484", "2021-10-15"),
    ("14", "1", "1900-01-01"),
    ("14", "59", "1900-02-28"),
    ("14", "61", "1900-03-01"),
    ("14", "99999999", "99999999"),
]


@pytest.mark.parametrize(("number_format", "serial", "iso"), DATES)
def test_a_number_shown_as_day_is_a_date(number_format, serial, iso):
    """Built-in formats count, and the number behind the day is kept."""
    styles = f'<cellXfs><xf numFmtId="0"/><xf numFmtId="{number_format}"/></cellXfs>'
    cell = one_cell(f'<c r="A1" s="1"><v>{serial}</v></c>', styles=styles)
    assert (CellKind.DATE, iso, serial) == (cell.kind, cell.raw, cell.serial)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("dd/mm/yyyy", CellKind.DATE),
        ("[$-42A]dd mmmm yyyy", CellKind.DATE),
        ('"ngày "d" tháng "m', CellKind.DATE),
        ("[h]:mm", CellKind.DATE),
        ('#,##0 "đồng/năm"', CellKind.NUMBER),
        ("[Red]0.0", CellKind.NUMBER),
        (r"0\d", CellKind.NUMBER),
        ("0%", CellKind.NUMBER),
        ("General", CellKind.NUMBER),
        ("@", CellKind.NUMBER),
        ('0.0;"d"', CellKind.NUMBER),
    ],
)
def test_custom_formats_tell_days_from_numbers(code, kind):
    """Words in quotes, colours and escaped letters are no date signs."""
    code = code.replace('"', "&quot;")
    styles = (
        f'<numFmts><numFmt numFmtId="170" formatCode="{code}"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs>'
    )
    assert kind is one_cell('<c r="A1" s="1"><v>44484</v></c>', styles=styles).kind


def test_days_count_from_1904_where_the_book_says_so():
    """Old Excel for Mac counts four years less."""
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active["A1"] = dt.date(2021, 10, 15)
    grid = read_workbook(save(book))
    assert grid.counts_from_1904
    assert grid.sheets[0].at(1, 1).raw == "2021-10-15"


def test_places_may_be_spelt_by_order_only():
    """Rows and cells without address follow the one before."""
    cells = read_sheet_data(
        '<row><c><v>1</v></c><c s="0"/><c><v>3</v></c></row>'
        '<row r="5"><c r="C5"><v>4</v></c><c><v>5</v></c></row>'
        "<row><c><v>6</v></c></row>"
    )
    assert {p: c.raw for p, c in cells.items()} == {"A1": "1", "C1": "3", "C5": "4", "D5": "5", "A6": "6"}


def test_empty_formatted_cells_before_cells_without_address_keep_their_place():
    """What is cut out for speed counts again when a place depends on it."""
    cells = read_sheet_data(
        '<row r="1"><c r="A1" s="1"/><c r="B1" s="1"/><c><v>3</v></c></row>'
        '<row r="2" spans="1:3"></row><row><c><v>4</v></c></row>'
    )
    assert {place: cell.raw for place, cell in cells.items()} == {"C1": "3", "A3": "4"}


def test_a_stray_cell_at_the_last_place_costs_nothing():
    """One cell at XFD1048576 is one entry."""
    cells = read_sheet_data(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    )
    assert {"A1", "XFD1048576"} == set(cells)


def test_twenty_thousand_formatted_rows_are_read_quickly():
    """Formatting without content is no work."""
    rows = "".join(
        f'<row r="{row}" spans="1:6" ht="15">'
        + "".join(f'<c r="{c}{row}" s="1"/>' for c in "ABCDEF")
        + "</row>"
        for row in range(2, 20_002)
    )
    before = time.process_time()
    cells = read_sheet_data(f'<row r="1"><c r="A1"><v>1</v></c></row>{rows}')
    assert {"A1"} == set(cells)
    assert time.process_time() - before < 3


def _renamed(parts: dict[str, str | bytes], old: str, new: str) -> dict[str, str | bytes]:
    return {
        name: content.replace(old, new) if isinstance(content, str) else content
        for name, content in parts.items()
    }


def _prefixed() -> dict[str, str | bytes]:
    parts = parts_of("")
    parts["xl/worksheets/sheet1.xml"] = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:dimension ref="A1:ZZ9"/><x:sheetData><x:row r="1"><x:c r="A1">'
        "<x:v>12</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    return parts


def _utf16() -> dict[str, str | bytes]:
    parts = parts_of('<row r="1"><c r="A1"><v>12</v></c></row>')
    xml = str(parts["xl/worksheets/sheet1.xml"])
    return parts | {
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0" encoding="UTF-16"?>{xml}'.encode("utf-16")
    }


def _odd_names() -> dict[str, str | bytes]:
    body = '<row r="1"><c r="A1"><v>12</v></c></row>'
    return {
        "_rels/.rels": _rels(("a", "officeDocument", "/Book/Main.xml")),
        "book/main.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="b"/></sheets></workbook>',
        "Book/_rels/Main.xml.rels": _rels(("b", "worksheet", "../Pages/p.xml")),
        "Pages/p.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>',
    }


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(_prefixed(), id="prefixes and wrong dimension"),
        pytest.param(
            _renamed(parts_of('<row r="1"><c r="A1"><v>12</v></c></row>'), MAIN, STRICT), id="strict"
        ),
        pytest.param(_utf16(), id="UTF-16"),
        pytest.param(_odd_names(), id="odd part names"),
        pytest.param(
            parts_of('<row r="1"><c r="A1"><v>12</v></c></row>') | {"xl\\media\\x.png": b"PNG"},
            id="backslash",
        ),
    ],
)
def test_spellings_of_other_programs_are_read(parts):
    """The relationships and the namespaces say what a part is, not its usual name."""
    assert read_workbook(zipped(parts)).sheets[0].at(1, 1).raw == "12"


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_compression_of_zip_is_read(compression):
    """Some programs store, some compress otherwise."""
    parts = parts_of('<row r="1"><c r="A1"><v>12</v></c></row>')
    assert read_workbook(zipped(parts, compression)).sheets[0].at(1, 1).raw == "12"


def test_elements_of_extensions_are_no_cells():
    """An extension's formula is not the cell's."""
    extension = '<extLst><ext><x14:f xmlns:x14="urn:x">1</x14:f></ext></extLst>'
    sheet = f'<row r="1"><c r="A1"><v>5</v></c></row></sheetData>{extension}<sheetData>'
    assert read_workbook(zipped(parts_of(sheet))).sheets[0].at(1, 1).raw == "5"


def _furnished() -> Grid:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Biểu 'chính'"
    sheet["D3"], sheet["A7"] = 5, "x"
    sheet.merge_cells("A1:B2")
    sheet.column_dimensions["F"].hidden = True
    sheet.row_dimensions[3].hidden = True
    other = book.create_sheet("Ẩn")
    other.sheet_state = "veryHidden"
    quoted = "'Biểu ''chính'''"
    book.defined_names["ma_T01"] = DefinedName("ma_T01", attr_text=f"{quoted}!$D$3")
    book.defined_names["vung"] = DefinedName("vung", attr_text=f"{quoted}!$A$1:$B$9")
    book.defined_names["gay"] = DefinedName("gay", attr_text="#REF!")
    other.defined_names["rieng"] = DefinedName("rieng", attr_text="Ẩn!$A$2:$A$2")
    other.defined_names["ma_T01"] = DefinedName("ma_T01", attr_text="Ẩn!$B$2")
    book.custom_doc_props.append(StringProperty(name="tonghop", value="mẫu & dấu"))
    return read_workbook(save(book))


def test_what_surrounds_the_cells_is_read():
    """Hidden sheets, rows and columns, merged ranges, names of one cell and properties are there."""
    grid = _furnished()
    sheet, other = grid.sheets
    assert (sheet.hidden, other.hidden) == (False, True)
    assert (frozenset({3}), frozenset({6})) == (sheet.hidden_rows, sheet.hidden_columns)
    assert sheet.merged == ((1, 1, 2, 2),)
    assert dict(grid.names) == {"ma_T01": ("Biểu 'chính'", 3, 4), "rieng": ("Ẩn", 2, 1)}
    assert dict(grid.scoped_names) == {("Ẩn", "rieng"): ("Ẩn", 2, 1), ("Ẩn", "ma_T01"): ("Ẩn", 2, 2)}
    assert dict(grid.properties) == {"tonghop": "mẫu & dấu"}


def _cut() -> bytes:
    book = openpyxl.Workbook()
    for row in range(300):
        book.active.append([f"văn bản {row * 7919}" for _ in range(9)])
    content = save(book)
    return content[: len(content) // 2]


def _corrupt() -> bytes:
    content = bytearray(zipped(parts_of('<row r="1"><c r="A1"><v>12</v></c></row>' * 50)))
    at = content.index(b"xl/worksheets/sheet1.xml") + 60
    content[at : at + 20] = b"\xff" * 20
    return bytes(content)


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
FOREIGN = [
    pytest.param(b"", NotAWorkbook, "empty", id="empty"),
    pytest.param(b"PK\x03\x04 no zip", NotAWorkbook, "damaged", id="broken zip"),
    pytest.param(_cut(), NotAWorkbook, "damaged", id="cut"),
    pytest.param(_corrupt(), NotAWorkbook, "damaged", id="corrupt"),
    pytest.param(zipped({"a.txt": "x"}), NotAWorkbook, "no workbook", id="zip"),
    pytest.param(zipped({"word/document.xml": "<w/>"}), NotAWorkbook, "Word", id="docx"),
    pytest.param(zipped({"xl/workbook.bin": b"\x00"}), NotAWorkbook, "xlsb", id="xlsb"),
    pytest.param(
        zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), NotAWorkbook, "ods", id="ods"
    ),
    pytest.param(OLE + "EncryptedPackage".encode("utf-16-le"), Encrypted, "password", id="encrypted"),
    pytest.param(OLE + "Workbook".encode("utf-16-le"), NotAWorkbook, "old .xls", id="xls"),
    pytest.param(OLE + "WordDocument".encode("utf-16-le"), NotAWorkbook, "Word", id="doc"),
    pytest.param(b"\x09\x08\x10\x00\x00\x06", NotAWorkbook, "old .xls", id="bare BIFF"),
    pytest.param(b"<html><table><tr><td>1</td></tr></table></html>", NotAWorkbook, "HTML", id="html"),
    pytest.param("\ufeff<table><tr>".encode("utf-16-le"), NotAWorkbook, "HTML", id="html in UTF-16"),
    pytest.param(
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        NotAWorkbook,
        "2003",
        id="XML 2003",
    ),
    pytest.param(b"%PDF-1.7", NotAWorkbook, "PDF", id="pdf"),
    pytest.param(b"\xff\xd8\xff\xe0", NotAWorkbook, "picture", id="jpeg"),
    pytest.param(b"\x89PNG\r\n", NotAWorkbook, "picture", id="png"),
    pytest.param("Mã;Số lượng\nT01;12\n".encode(), NotAWorkbook, "CSV", id="csv"),
    pytest.param(b"MZ\x90\x00\x03\x00\x00\x00", NotAWorkbook, "no known kind", id="program"),
    pytest.param(zipped(parts_of('<row r="1"><c r="A1"><v>1</v>')), NotAWorkbook, "damaged", id="cut XML"),
    pytest.param(
        zipped(parts_of('<row r="1"><c r="A0"><v>1</v></c></row>')), NotAWorkbook, "outside", id="row 0"
    ),
    pytest.param(
        zipped(parts_of('<row r="1"><c r="??"><v>1</v></c></row>')), NotAWorkbook, "address", id="address"
    ),
    pytest.param(
        zipped(parts_of('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>')),
        NotAWorkbook,
        "twice",
        id="cell twice",
    ),
    pytest.param(
        zipped(parts_of('<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>')),
        NotAWorkbook,
        "two values",
        id="two values in a cell",
    ),
    pytest.param(
        zipped(parts_of(f'<row r="1" x="{"a" * 5_000_000}"><c r="A1"><v>1</v></c></row>')),
        TooLarge,
        "longer than",
        id="an endless attribute",
    ),
    pytest.param(
        zipped(
            parts_of("")
            | {
                "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><cols>'
                + '<col min="1" max="16384" hidden="1"/>' * 20_000
                + "</cols><sheetData/></worksheet>"
            }
        ),
        NotAWorkbook,
        "more columns",
        id="columns without end",
    ),
    pytest.param(
        zipped(
            parts_of("")
            | {
                "xl/worksheets/sheet1.xml": '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]>'
                f'<worksheet xmlns="{MAIN}">&c;</worksheet>'
            }
        ),
        NotAWorkbook,
        "document type",
        id="entities",
    ),
]


def test_a_row_or_column_drawn_to_nothing_is_hidden():
    """A height or width of 0 hides as well as the mark does."""
    rows = (
        '<row r="1" ht="0" customHeight="1"><c r="A1"><v>1</v></c></row><row r="2" ht="15"><c r="A2"/></row>'
    )
    parts = parts_of(rows)
    sheet = str(parts["xl/worksheets/sheet1.xml"])
    columns = '<cols><col min="4" max="4" width="0"/><col min="5" max="5" width="9"/></cols><sheetData>'
    content = zipped(parts | {"xl/worksheets/sheet1.xml": sheet.replace("<sheetData>", columns)})
    read = read_workbook(content).sheets[0]

    assert (frozenset({1}), frozenset({4})) == (read.hidden_rows, read.hidden_columns)


@pytest.mark.parametrize(("content", "error", "words"), FOREIGN)
def test_what_is_no_workbook_is_named(content, error, words):
    """The content decides, and the sentence says what the file is instead."""
    with pytest.raises(error, match=words):
        read_workbook(content)


def test_two_parts_of_one_name_are_refused():
    """Two readers would see two different forms."""
    stream = io.BytesIO(zipped(parts_of('<row r="1"><c r="A1"><v>1</v></c></row>')))
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{MAIN}"/>')
    with pytest.raises(AmbiguousForm, match="two different parts"):
        read_workbook(stream.getvalue())


def test_bytes_are_counted_while_they_are_inflated(monkeypatch):
    """What the directory claims is no limit."""
    monkeypatch.setattr(package, "MAX_INFLATED", 200_000)
    parts = parts_of('<row r="1">' + " " * 300_000 + "</row>")
    with pytest.raises(TooLarge, match="inflates"):
        read_workbook(zipped(parts))


def test_parts_that_nobody_reads_are_not_inflated(monkeypatch):
    """Pictures of any size are no harm."""
    monkeypatch.setattr(package, "MAX_INFLATED", 200_000)
    parts = parts_of('<row r="1"><c r="A1"><v>1</v></c></row>') | {"xl/media/a.bmp": bytes(5_000_000)}
    assert read_workbook(zipped(parts)).sheets[0].at(1, 1).raw == "1"


def test_too_many_parts_and_cells_are_refused(monkeypatch):
    """Limits hold for members, cells and texts."""
    with pytest.raises(TooLarge, match="parts"):
        read_workbook(zipped({f"p{number}": b"" for number in range(5_001)}))
    monkeypatch.setattr(sheet_part, "MAX_CELLS", 3)
    with pytest.raises(TooLarge, match="cells"):
        read_sheet_data('<row r="1">' + "<c><v>1</v></c>" * 4 + "</row>")
    monkeypatch.setattr(texts_part, "MAX_TEXT", 10)
    with pytest.raises(TooLarge, match="text"):
        one_cell('<c r="A1" t="inlineStr"><is><t>12345678901</t></is></c>')


def test_a_workbook_with_flipped_bytes_is_read_or_refused():
    """Damage never ends in a traceback of another kind."""
    content = save(random_book(3))
    chance = random.Random(1)
    for _ in range(150):
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            read_workbook(bytes(damaged))
        except WorkbookError:
            continue


def test_formatting_and_colours_leave_no_cells():
    """A painted sheet is empty."""
    book = openpyxl.Workbook()
    for row in range(1, 40):
        book.active.cell(row, 2).fill = PatternFill("solid", fgColor="FFFF00")
    assert dict(read_workbook(save(book)).sheets[0].cells) == {}
