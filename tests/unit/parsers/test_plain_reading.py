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
#: Spellings that hardly any program writes.
_ODD_PIECES = (
    '<c  r="{a}"><v>1</v></c>',
    '<c r="{a}" ><v>1</v></c>',
    '<c r="{a}"><v>1</v></c >',
    '<c r="{a}"><v >1</v></c>',
    '<c r="{a}"><v>1</v ></c>',
    '<c r="{a}">\n<v>1</v>\n</c>',
    '<c\nr="{a}"><v>1</v></c>',
    '<c r="{a}" s="1"  t="s"><v>0</v></c>',
    '<c r="{a}" t="s" s="1"><v>0</v></c>',
    '<c r="{a}" s="1" s2="1"><v>0</v></c>',
    '<c r="{a}" s="&#49;"><v>3</v></c>',
    '<c r="{a}" t="&#115;"><v>0</v></c>',
    '<c r="&#65;1"><v>3</v></c>',
    '<c r="{a}" x=">"><v>3</v></c>',
    '<c r="{a}" x="/"><v>3</v></c>',
    '<c r="{a}" x=\'"\'><v>3</v></c>',
    '<c r="{a}" t="inlineStr"><is><t>a > b</t></is></c>',
    '<c r="{a}" t="inlineStr"><is><t>]]&gt;</t></is></c>',
    '<c r="{a}" t="inlineStr"><is><t>_xD83D__xDE00_</t></is></c>',
    '<c r="{a}" t="inlineStr"><is><t>_x0041</t></is></c>',
    '<c r="{a}" t="inlineStr"><is><t>a</t><t>b</t></is></c>',
    '<c r="{a}" t="inlineStr"><is/></c>',
    '<c r="{a}" t="inlineStr"><is><t/></is></c>',
    '<c r="{a}" t="inlineStr"><is><t></t></is></c>',
    '<c r="{a}" t="inlineStr"><is></is></c>',
    '<c r="{a}" t="inlineStr"><is><t>x</t><rPh sb="0" eb="1"><t>y</t></rPh></is></c>',
    '<c r="{a}" t="inlineStr"><is><t>m</t></is><v>3</v></c>',
    '<c r="{a}" t="inlineStr"><f>A1</f><is><t>m</t></is></c>',
    '<c r="{a}" t="str"><is><t>m</t></is></c>',
    '<c r="{a}"><is><t>m</t></is></c>',
    '<c r="{a}" t="s"><is><t>m</t></is></c>',
    '<c r="{a}" t="s"><v> 0 </v></c>',
    '<c r="{a}" t="s"><v>-1</v></c>',
    '<c r="{a}" t="s"><v>0.0</v></c>',
    '<c r="{a}" t="s"><v>\u0660</v></c>',
    '<c r="{a}" t="s"/>',
    '<c r="{a}" t="s"><v/></c>',
    '<c r="{a}" t="s"><v></v></c>',
    '<c r="{a}" t="s"><f>A1</f><v>1</v></c>',
    '<c r="{a}" s="2" t="s"><v>1</v></c>',
    '<c r="{a}" s="2"><v>x</v></c>',
    '<c r="{a}" s="2"><f>B1</f><v>44481.5</v></c>',
    '<c r="{a}" s="2"><v>1E+5</v></c>',
    '<c r="{a}" s="2" t="n"><v>99999999999</v></c>',
    '<c r="{a}" t="b"><v>true</v></c>',
    '<c r="{a}" t="b"><v> 0 </v></c>',
    '<c r="{a}" t="e"><v>#N/A &amp;</v></c>',
    '<c r="{a}" t="z"><v>1</v></c>',
    '<c r="{a}" t=""><v>1</v></c>',
    '<c r="{a}" s="-1"><v>1</v></c>',
    '<c r="{a}" s="01"><v>1</v></c>',
    '<c r="{a}" s="4"><v>1</v></c>',
    '<c r="{a}"><v>1 2</v></c>',
    '<c r="{a}"><v>1\xa02</v></c>',
    '<c r="{a}"><v>\u0661</v></c>',
    '<c r="{a}"><v>NaN</v></c>',
    '<c r="{a}"><v>1</v><f>A1</f></c>',
    '<c r="{a}"><f/><v>1</v></c>',
    '<c r="{a}"><f></f><v>1</v></c>',
    '<c r="{a}"><f> </f></c>',
    '<c r="{a}"><f>a&lt;b</f></c>',
    '<c r="{a}"><foo/><v>1</v></c>',
    '<c r="{a}"><foo>2</foo><v>1</v></c>',
    '<c r="{a}"><v foo="1">1</v></c>',
    '<c r="{a}"><v xml:space="preserve"> 1 </v></c>',
    '<c r="{a}"/ >',
    '<col min="1" max="2" hidden="1"/>',
    '<c r="{a}"></c>',
    '<c r="{a}" s="1" t="n"></c>',
    '<c r="{a}" t="str"></c>',
    '<C r="{a}"><v>5</v></C>',
    '<cc r="{a}"><v>5</v></cc>',
    '<foo><c r="{a}"><v>5</v></c></foo>',
    '<foo x="1"/>',
    "<foo></foo>",
    "<foo>t</foo>",
    '<c r="{a}"><c r="B2"><v>5</v></c></c>',
    '</row ><row r="{n}">',
    '</row><row r="{n}" hidden=" 1">',
    '</row><row r="{n}" hidden="on">',
    '</row><row r="{n}" hidden="TRUE">',
    '</row><row r="{n}" ht="0.0">',
    '</row><row r="{n}" ht="0e5">',
    '</row><row r="{n}" ht=".0">',
    '</row><row r="{n}" ht="x">',
    "</row><row r='{n}' hidden='1'>",
    '</row><row r="{n}" hidden="&#49;">',
    '</row><row r="{n}" x="/" hidden="1">',
    '</row><row r="{n}" x=">" hidden="1">',
    '</row><row hidden="1" r="{n}"/><row r="{m}">',
    '</row><row r="{n}"></row><row r="{m}" hidden="1">',
    '</row>\n<row\nr="{n}"\nhidden="1">',
    '</row><row r="{n}" xmlns="urn:x">',
    '</row><row r="{n}" xmlns:y="urn:x">',
    '</row></sheetData><sheetData><row r="{n}">',
    "<!-- </row> --> ",
    '<!-- <c r="D9"><v>5</v></c> -->',
    "<![CDATA[ </c> ]]>",
    '<?pi <c r="D9"><v>5</v></c> ?>',
)
#: The same for the texts that cells share.
_ODD_SHARED = (
    '<si><t xml:space="preserve">a</t></si><si><t xml:space="preserve">b &amp; c</t></si>',
    '<si><t xml:space="preserve">a</t></si><si><t>b</t></si>',
    "<si><t>a_x000D_</t></si><si><t></t></si>",
    "<si><t>a</t></si>\n<si><t>b</t></si>",
    "<si> <t>a</t> </si>",
    "<si><t>a > b</t></si><si><t>&#13;x</t></si>",
    '<si><t>a</t></si><si><t xml:space="default">b</t></si>',
    '<si><t>a</t></si><si><r><t>b</t></r><r><rPr><strike val="0"/></rPr><t>c</t></r></si>',
    "<!-- x --><si><t>a</t></si>",
)
#: Descriptions of columns.
_COLUMNS = (
    '<cols><col min="2" max="4" hidden="1"/><col min="3" max="9" width="0"/></cols>',
    '<cols><col min="2" max="4" hidden="1"/></cols>',
    '<cols><col min="2" max="4" width="0.0"/></cols>',
    '<cols><col max="4" min="2" hidden="on" style="1" ></col></cols>',
    '<cols>\n<col min="2" max="4" hidden="true" /></cols>',
    "<cols><col min='2' max='4' hidden='1'/></cols>",
    '<cols><col min="1" max="16384" hidden="1"/></cols>',
    '<cols><col min="20" max="2" hidden="1"/></cols>',
    (
        '<x:cols xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<x:col min="2" max="4" hidden="1"/></x:cols>'
    ),
)
#: Merged ranges.
_MERGES = (
    '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>',
    '<mergeCells><mergeCell  ref="A1:B2"/></mergeCells>',
    '<mergeCells><mergeCell ref="A1"/></mergeCells>',
    '<mergeCells><mergeCell ref="$A$1:B2"/></mergeCells>',
    '<mergeCells><mergeCell ref="a1:b2"></mergeCell></mergeCells>',
    '<mergeCells><mergeCell ref="A1:B2" x="1"/></mergeCells>',
    '<mergeCell ref="A1:B2"/>',
    '<mergeCells><!-- <mergeCell ref="A1:B2"/> --></mergeCells>',
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


def wild_workbook(chance: random.Random, *, odd: float = 0) -> bytes:
    """Put a workbook together from pieces, some of them *odd*, and damage some."""
    cells: list[str] = []
    for _ in range(chance.randint(1, 12)):
        place = {"a": f"{chance.choice('ABCDZ')}{chance.randint(1, 30)}"}
        usual = _PIECES[:30] if chance.random() < 0.7 else _PIECES
        piece = chance.choice(_ODD_PIECES if chance.random() < odd else usual)
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
    shared = chance.choice(_ODD_SHARED if chance.random() < odd else _SHARED)
    parts = parts_of(sheet, shared=shared, styles=chance.choice((_STYLES, "")))
    if chance.random() < 0.2:
        part = str(parts["xl/worksheets/sheet1.xml"])
        columns, merges = (chance.choice(known if odd else known[:1]) for known in (_COLUMNS, _MERGES))
        parts["xl/worksheets/sheet1.xml"] = part.replace("<sheetData>", f"{columns}<sheetData>", 1).replace(
            "</worksheet>", f"{merges}</worksheet>"
        )
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


@pytest.mark.parametrize("seed", range(20))
def test_odd_parts_are_read_as_the_parser_reads_them(seed, monkeypatch):
    """The same where hardly anything is spelt as programs do."""
    chance = random.Random(seed)
    for _ in range(25):
        content = wild_workbook(chance, odd=0.6)
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
