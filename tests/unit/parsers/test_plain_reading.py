"""The reader by patterns gives what the thorough reader gives, or leaves the part to it."""

from __future__ import annotations

import io
import random
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers import expat

import pytest
import xlsxwriter

from domain.errors import NotAWorkbook, WorkbookError
from parsers import package
from parsers.workbook import CellKind
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.forms import save
from tests.unit.parsers.test_xlsx import parts_of, random_book, zipped

if TYPE_CHECKING:
    from parsers.workbook import Grid

FORMS = sorted((Path(__file__).parents[2] / "data" / "forms").glob("*.xlsx"))

#: Spellings of cells, rows and what stands between them: usual, unusual and wrong ones.
_PIECES = (
    '<c r="{a}"><v>12</v></c>',
    '<c r="{a}" s="1"><v>1.5</v></c>',
    '<c r="{a}" s="2"><v>44481</v></c>',
    '<c r="{a}" s="3"/>',
    '<c r="{a}" s="1"></c>',
    '<c r="{a}" s="77"><v>3</v></c>',
    '<c r="{a}" t="s"><v>0</v></c>',
    '<c r="{a}" s="1" t="s"><v>2</v></c>',
    '<c t="s" r="{a}"><v>1</v></c>',
    '<c r="{a}" t="s"><v>99</v></c>',
    '<c r="{a}" t="s"><v>01</v></c>',
    '<c r="{a}" t="s"><f>A1</f></c>',
    '<c r="{a}" t="str"><f>A1&amp;"x"</f><v>a &lt; b</v></c>',
    '<c r="{a}" t="str"><f>IF(1,"","")</f><v></v></c>',
    '<c r="{a}" t="str"><v/></c>',
    '<c r="{a}" t="str"><v>  </v></c>',
    '<c r="{a}"><f>SUM(B1:B9)</f></c>',
    '<c r="{a}"><f>SUM(B1:B9)</f><v/></c>',
    '<c r="{a}"><f t="shared" ref="A1:A9" si="0">B1</f><v>7</v></c>',
    '<c r="{a}"><f t="shared" si="0"/><v>7</v></c>',
    '<c r="{a}" t="b"><v>1</v></c>',
    '<c r="{a}" t="e"><v>#REF!</v></c>',
    '<c r="{a}" t="e"><f>A0</f><v>#N/A</v></c>',
    '<c r="{a}" t="d"><v>2021-10-05</v></c>',
    '<c r="{a}" t="inlineStr"><is><t>Hội nghị &#x1EDF;</t></is></c>',
    '<c r="{a}" t="inlineStr"><is><t xml:space="preserve"> a_x000D_b </t></is></c>',
    '<c r="{a}" t="inlineStr"><is><r><rPr><strike/></rPr><t>5</t></r><r><t>6</t></r></is></c>',
    '<c r="{a}" t="inlineStr"><v>lạc</v></c>',
    '<c r="{a}" t="n"><v> 8 </v></c>',
    '<c r="{a}" t="n"><v>&#49;2</v></c>',
    '<c r="{a}"><v>1</v><v>2</v></c>',
    "<c r='{a}'><v>9</v></c>",
    '<c r="{a}" cm="1"><v>9</v></c>',
    '<c r="{a}"><!-- 1 --><v>9</v></c>',
    '<c r="{a}"><v><![CDATA[9]]></v></c>',
    '<c r="{a}"><?x y?><v>9</v></c>',
    '<c r="{a}"><v>9</v><extLst><ext uri="u"><v>3</v></ext></extLst></c>',
    '<c r="{a}"><v>&bogus;</v></c>',
    '<c r="a9"><v>9</v></c>',
    '<c r="XFD1048576"><v>9</v></c>',
    '<c r="XFE1"><v>9</v></c>',
    '<c r="A1048577"><v>9</v></c>',
    "<c><v>4</v></c>",
    '<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="{a}"><v>4</v></x:c>',
    '<c xmlns="urn:other" r="{a}"><v>4</v></c>',
    "</row><row>",
    '</row><row r="{n}">',
    '</row><row r="{n}" hidden="1">',
    '</row><row r="{n}" hidden="false" ht="0">',
    '</row><row r="{n}" ht="0.5" customHeight="1">',
    '</row><row r="{n}"/><row r="{m}">',
    "\n  ",
    "chữ lạc",
)
_SHARED = (
    '<si><t>một</t></si><si><t xml:space="preserve"> hai &amp; ba </t></si><si><t/></si>',
    '<si><t>một</t></si><si><r><t>5</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r></si>',
    "<si><t>một</t></si><si/><si><t/></si>",
    '<si><t>một</t><phoneticPr fontId="1"/></si><si><t>hai</t><rPh sb="0" eb="1"><t>x</t></rPh></si>',
    "<si><t>một</t></si> <!-- --> <si><t>hai</t></si>",
    "<si><t>m&#7897;t_x0041_</t></si><si><t>hai\r\nba</t></si><si><t>4</t></si>",
)
_STYLES = (
    '<numFmts count="1"><numFmt numFmtId="170" formatCode="dd/mm/yyyy"/></numFmts>'
    '<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><strike/><name val=".VnTime"/></font><font/></fonts>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0"/><xf numFmtId="9" fontId="1" applyFont="1">'
    '<alignment wrapText="1"/></xf><xf numFmtId="170" fontId="2"/><xf/></cellXfs>'
)


def outcome(content: bytes) -> Grid | type[WorkbookError]:
    """Give the grid, or what was said instead; how many parts were slow is another matter."""
    try:
        return replace(read_workbook(content), slow_parts=0)
    except WorkbookError as error:
        return type(error)


def thorough(content: bytes, monkeypatch: pytest.MonkeyPatch) -> Grid | type[WorkbookError]:
    """Give the outcome of the thorough reader alone."""
    with monkeypatch.context() as patch:
        patch.setattr(package, "LARGEST", -1)
        return outcome(content)


def is_well_formed(content: bytes) -> bool:
    """Tell whether every part is XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            for name in archive.namelist():
                expat.ParserCreate().Parse(archive.read(name), 1)
        except expat.ExpatError:
            return False
    return True


def wild_workbook(chance: random.Random) -> bytes:
    """Put a workbook together from pieces, and damage some."""
    cells: list[str] = []
    for _ in range(chance.randint(1, 12)):
        place = {"a": f"{chance.choice('ABCDZ')}{chance.randint(1, 30)}"}
        piece = chance.choice(_PIECES[:30] if chance.random() < 0.7 else _PIECES)
        number = chance.randint(1, 40)
        cells.append(
            piece.replace("{a}", place["a"]).replace("{n}", str(number)).replace("{m}", str(number + 1))
        )
    sheet = f'<row r="1">{"".join(cells)}</row>'
    if chance.random() < 0.2:
        cut = chance.randrange(len(sheet))
        sheet = (
            sheet[:cut] + chance.choice(("", "<", ">", "&", '"', "\x01", "</c>", "<c>")) + sheet[cut + 1 :]
        )
    parts = parts_of(sheet, shared=chance.choice(_SHARED), styles=chance.choice((_STYLES, "")))
    if chance.random() < 0.2:
        part = str(parts["xl/worksheets/sheet1.xml"])
        parts["xl/worksheets/sheet1.xml"] = part.replace(
            "<sheetData>",
            '<cols><col min="2" max="4" hidden="1"/><col min="3" max="9" width="0"/></cols><sheetData>',
        ).replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>')
    return zipped(parts)


@pytest.mark.parametrize("seed", range(40))
def test_wild_parts_are_read_as_the_parser_reads_them(seed, monkeypatch):
    """Whatever the spelling, both readers see the same cells or both refuse the file.

    The patterns may pass over what is no XML at all, and wrong places of cells that hold nothing.
    """
    chance = random.Random(seed)
    for _ in range(25):
        content = wild_workbook(chance)
        assert thorough(content, monkeypatch) == outcome(content) or not is_well_formed(content)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_returned_forms_take_the_fast_way(path, monkeypatch):
    """Forms as programs save them are plain throughout, and read the same both ways."""
    content = path.read_bytes()
    assert read_workbook(content).slow_parts == 0

    assert thorough(content, monkeypatch) == outcome(content)


@pytest.mark.parametrize("seed", range(8))
def test_workbooks_of_openpyxl_take_the_fast_way(seed, monkeypatch):
    """Cells of every kind as openpyxl spells them."""
    content = save(random_book(seed))
    assert read_workbook(content).slow_parts == 0

    assert thorough(content, monkeypatch) == outcome(content)


def test_workbooks_of_xlsxwriter_take_the_fast_way(monkeypatch):
    """Formatted texts, struck figures, links, formulas and hidden rows as XlsxWriter spells them."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("Biểu")
    struck, legacy = book.add_format({"font_strikeout": True}), book.add_format({"font_name": ".VnTime"})
    sheet.write_rich_string(0, 0, "12", struck, "13", " buổi")
    sheet.write_number(1, 0, 12, struck)
    sheet.write_string(2, 0, "Uû ban nh©n d©n", legacy)
    sheet.write_formula(3, 0, '=IF(A1="","",1)', value="<chưa>")
    sheet.write_boolean(4, 0, True)  # noqa: FBT003 - the signature of XlsxWriter
    sheet.write_url(5, 0, "https://example.org/?a=1&b=2")
    sheet.set_row(2, options={"hidden": True})
    sheet.set_column("B:C", None, None, {"hidden": True})
    sheet.merge_range("D1:E2", "gộp")
    book.close()
    grid = read_workbook(stream.getvalue())
    cells = {cell.address: cell for cell in grid.sheets[0].cells.values()}

    assert 0 == grid.slow_parts
    assert [True, True, False] == [cells[address].is_marked for address in ("A1", "A2", "A3")]
    assert ["", "", ".VnTime"] == [cells[address].font for address in ("A1", "A2", "A3")]
    assert ("<chưa>", True) == (cells["A4"].raw, cells["A4"].is_formula)
    assert (frozenset({3}), frozenset({2, 3})) == (grid.sheets[0].hidden_rows, grid.sheets[0].hidden_columns)
    assert ((1, 4, 2, 5),) == grid.sheets[0].merged
    assert thorough(stream.getvalue(), monkeypatch) == outcome(stream.getvalue())


def test_parts_that_are_not_plain_are_counted():
    """A comment among the cells sends its sheet, and only it, to the thorough reader."""
    parts = parts_of('<row r="1"><!-- x --><c r="A1"><v>1</v></c></row>')

    assert 1 == read_workbook(zipped(parts)).slow_parts


@pytest.mark.parametrize(
    "row",
    [
        '<c t="n" r="A1"><v>5</v></c><c r="B1" s="/>"/>',
        '<c t="n" r="A1"><v>5</v></c><c r="B1"><v>a/></v></c>',
        '<!-- /> <c r="A1"><v>5</v></c> -->',
        '<c r="A1" s="></c>"><v>5</v></c>',
        '<c r="A1" s=">"/><c r="B1"><v>5</v></c>',
        '<c r="A1" t="inlineStr"><v>5</v></c><c r="B1"><is><t>6</t></is></c>',
        '<c r="A1" t="inlineStr"><is><t>a\x01</t></is></c>',
        '<c r="A1"><v>5\x01</v></c>',
        '<c r="A1"><f>B1\x01</f></c>',
        '<c r="A1"><![CDATA[<c r="A1"><v>5</v></c>]]></c>',
        '<c r="A1" t="s"><v>0</v></c><c r="B1" ></c><c s="1" r="C1"><v>5</v></c>',
        '<c r="A1"></c><c t="n" r="B1"><v>5</v></c>',
        '</row><row r="2" hidden="1"/><row><c r="A3"><v>5</v></c>',
        '</row><row r="2" ht="0"><c r="A2"><v>5</v></c></row><row><c r="A3"><v>5</v></c>',
        '</row><row r="2"/><row r="3" hidden="true"><c r="A3"><v>5</v></c>',
    ],
)
def test_nothing_hides_from_the_patterns(row, monkeypatch):
    """Spellings that could make a cell be passed over, counted twice or seen where it is none."""
    content = zipped(parts_of(f'<row r="1">{row}</row>', shared="<si><t>một</t></si>"))

    assert thorough(content, monkeypatch) == outcome(content)


def test_parts_that_are_packed_alike_are_remembered_by_all_that_tells_them(monkeypatch):
    """Formats that differ are told apart though all else is alike; a part that is damaged stays damaged."""
    sheet = '<row r="1"><c r="A1" s="1"><v>44481</v></c></row>'
    styles = _STYLES.replace('<xf numFmtId="9"', '<xf numFmtId="14"')
    percent, day = zipped(parts_of(sheet, styles=_STYLES)), zipped(parts_of(sheet, styles=styles))
    for _ in range(2):
        for content in (percent, day):
            assert thorough(content, monkeypatch) == outcome(content)
    whole = zipfile.ZipFile(io.BytesIO(day)).getinfo("xl/styles.xml").CRC.to_bytes(4, "little")
    damaged = day.replace(whole, bytes(4))

    assert [NotAWorkbook, NotAWorkbook] == [outcome(damaged), outcome(damaged)]
    assert read_workbook(day).sheets[0].at(1, 1).kind is CellKind.DATE
