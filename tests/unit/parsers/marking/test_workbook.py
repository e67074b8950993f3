"""A returned workbook gets its marks, and nothing else of the file changes."""

from __future__ import annotations

import io

import openpyxl
import pytest
from python_calamine import load_workbook

from domain.errors import Encrypted, NotAWorkbook, Unmarkable
from parsers.marking.marks import TINTS
from parsers.marking.workbook import ending_of, mark_workbook
from parsers.repacking import replace_parts
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.marking.books import (
    CHECK,
    MAIN,
    MEND,
    OFFICE,
    by_hand,
    by_openpyxl,
    by_xlsxwriter,
    comments_of,
    fills_of,
    looks_of,
    mark,
    sheet_of,
    with_conversation,
)
from tests.unit.parsers.packages import changed, parts, raw_members
from tests.unit.parsers.soundness import assert_sound

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RED, AMBER = TINTS[MEND], TINTS[CHECK]


def test_marked_cells_are_tinted_and_told():
    """Red and amber by kind; the comment says heading, text and who speaks; no other look changes."""
    content = by_openpyxl()
    made = mark_workbook(
        content, [mark("C4"), mark("D3", "Ghi ‘trên 100’.", kind=CHECK)], author="Văn phòng Sở"
    )
    assert_sound(made)
    assert {"C4": RED, "D3": AMBER}.items() <= fills_of(made).items()
    assert {
        "C4": "CẦN SỬA\nChưa có số liệu.\n[Tổng Hợp FFF8DC]",
        "D3": "XEM LẠI\nGhi ‘trên 100’.\n[Tổng Hợp]",
    } == comments_of(made)
    book = openpyxl.load_workbook(io.BytesIO(made))
    cell = book["Bieu"]["C4"]
    assert ("Văn phòng Sở", False, "#,##0") == (
        cell.comment.author,
        cell.protection.locked,
        cell.number_format,
    )
    assert book["Bieu"].protection.sheet
    before, after = looks_of(content), looks_of(made)
    assert {name: look for name, look in before.items() if name not in ("C4", "D3")} == {
        name: look for name, look in after.items() if name not in ("C4", "D3")
    }
    assert before["C4"][1:] == after["C4"][1:]


def test_only_the_parts_of_the_marks_change():
    """Sheet, styles, comments, drawing and the lists of parts; every other member is the same bit for bit."""
    content = by_openpyxl(picture=True)
    made = mark_workbook(content, [mark("C4")])
    assert {
        "[Content_Types].xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
        "xl/styles.xml",
        "xl/worksheets/_rels/sheet1.xml.rels",
        "xl/worksheets/sheet1.xml",
    } == changed(content, made)
    assert list(raw_members(content)) == list(raw_members(made))[: len(raw_members(content))]


@pytest.mark.parametrize("macros", [False, True])
def test_pictures_shapes_charts_buttons_and_macros_stay(macros):
    """A drawing with a button and comments of others takes our boxes behind its own."""
    content = by_xlsxwriter(macros=macros)
    marks = [mark("C4"), mark("C3", "Đề nghị ghi lại.", kind=CHECK), mark("J40")]
    made = mark_workbook(content, marks)
    assert_sound(content)
    assert_sound(made)
    assert {
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
    } == changed(content, made)
    assert {
        "B5": "Đã kiểm tra",
        "C3": "XEM LẠI\nĐề nghị ghi lại.\n[Tổng Hợp FFF8DC]\nSố này lấy từ sổ theo dõi.",
        "C4": "CẦN SỬA\nChưa có số liệu.\n[Tổng Hợp FFF8DC]",
        "J40": "CẦN SỬA\nChưa có số liệu.\n[Tổng Hợp]",
    } == {cell: text.replace("Nguyễn Văn A:\n", "") for cell, text in comments_of(made).items()}
    old, new = (parts(one)["xl/drawings/vmlDrawing1.vml"] for one in (content, made))
    assert new.startswith(old.removesuffix(b"</xml>"))
    assert (".xlsm" if macros else ".xlsx") == ending_of(made)


def test_every_value_reads_as_before():
    """Our reader, openpyxl and calamine see the same cells; comments and tints mean nothing to them."""
    content = by_xlsxwriter()
    made = mark_workbook(content, [mark("C4"), mark("A1"), mark("Z99"), mark("C13")])
    assert read_workbook(content) == read_workbook(made)
    before, after = (openpyxl.load_workbook(io.BytesIO(one), data_only=True) for one in (content, made))
    for sheet in before:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.value == after[sheet.title][cell.coordinate].value
    before, after = (load_workbook(io.BytesIO(one)) for one in (content, made))
    assert before.sheet_names == after.sheet_names
    for name in before.sheet_names:
        rows = before.get_sheet_by_name(name).to_python()
        assert rows == [row[: len(rows[0])] for row in after.get_sheet_by_name(name).to_python()[: len(rows)]]


def test_the_same_marks_twice_change_nothing():
    """Marking a marked file with the same marks gives the same bytes."""
    marks = [mark("C4"), mark("C3", kind=CHECK), mark("Z99")]
    once = mark_workbook(by_xlsxwriter(), marks)
    assert once == mark_workbook(once, marks)


def test_mended_cells_lose_their_marks():
    """The next round takes away the marks of the last one, and gives every cell the look that it had."""
    content = by_openpyxl()
    first = mark_workbook(content, [mark("C4"), mark("C5", kind=CHECK), mark("D3")])
    second = mark_workbook(first, [mark("C5", "Vẫn chưa đúng.")])
    assert_sound(second)
    assert {"C5": "CẦN SỬA\nVẫn chưa đúng.\n[Tổng Hợp FFF8DC]"} == comments_of(second)
    clean = mark_workbook(second, [])
    assert_sound(clean)
    assert looks_of(content) == looks_of(clean)
    # What drawings are may still be said, though there is none.
    assert {"[Content_Types].xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"} >= {
        name for name in parts(content) if parts(content)[name] != parts(clean)[name]
    }
    assert set(parts(content)) == set(parts(clean))


def test_the_words_of_others_stay_when_ours_go():
    """Of a comment that was there before, our part is cut out and the rest is as it was."""
    content = by_xlsxwriter()
    marked = mark_workbook(content, [mark("C3"), mark("C4")])
    clean = mark_workbook(marked, [])
    assert_sound(clean)
    assert comments_of(content) == comments_of(clean)
    assert looks_of(content) == looks_of(clean)


def test_a_mark_without_its_comment_is_known_by_its_colour():
    """Whoever deletes our comment when the cell is mended need not look at red for ever."""
    content = by_openpyxl()
    book = openpyxl.load_workbook(io.BytesIO(mark_workbook(content, [mark("C4"), mark("D3")])))
    for name in ("C4", "D3"):
        book["Bieu"][name].comment = None
    stream = io.BytesIO()
    book.save(stream)
    clean = mark_workbook(stream.getvalue(), [])
    assert_sound(clean)
    assert "FFF8DC" == fills_of(clean)["C4"]
    assert "D3" not in fills_of(clean)


def test_a_file_without_marks_to_put_or_take_is_given_back_as_it_is():
    """No mark, no change."""
    content = by_xlsxwriter()
    assert content is mark_workbook(content, [])
    assert content is mark_workbook(content, [mark("C4", sheet="Không có trang này")])


def test_a_cell_and_a_row_that_are_missing_are_put_in_their_place():
    """What never held anything is not in the file; rows and cells must stand in order."""
    content = by_hand(
        sheet_of(
            '<row r="3" spans="2:4"><c r="B3"><v>1</v></c><c r="D3"><v>2</v></c></row><row r="7"/>',
            head='<cols><col min="3" max="3" width="9" style="1"/></cols>',
        )
    )
    cells = ("A1", "A3", "C3", "F3", "B5", "A5", "C7", "C9")
    made = mark_workbook(content, [mark(cell) for cell in cells])
    assert_sound(made)
    assert set(cells) == set(fills_of(made))
    book = openpyxl.load_workbook(io.BytesIO(made))["Bieu"]
    assert {"C3", "C7", "C9"} == {cell for cell in cells if not book[cell].protection.locked}


def test_merged_cells_are_marked_at_their_corner():
    """The top left cell shows what stands in a merged range."""
    made = mark_workbook(by_openpyxl(), [mark("D10", "Một."), mark("C9", "Hai.", kind=CHECK)])
    assert_sound(made)
    assert {"C9": "CẦN SỬA\nMột.\nHai.\n[Tổng Hợp]"} == comments_of(made)
    assert RED == fills_of(made)["C9"]


def test_a_row_format_holds_for_its_missing_cells():
    """A cell that is not there looks as its row says, then as its column does."""
    content = by_hand(
        sheet_of(
            '<row r="2" s="1" customFormat="1"/>',
            head='<cols><col min="2" max="3" width="9" style="1"/></cols>',
        )
    )
    made = mark_workbook(content, [mark("A2"), mark("B3"), mark("D3")])
    assert_sound(made)
    sheet = openpyxl.load_workbook(io.BytesIO(made))["Bieu"]
    assert ["#,##0", "#,##0", "General"] == [sheet[cell].number_format for cell in ("A2", "B3", "D3")]


@pytest.mark.parametrize("tail", ["", "<pageMargins/><legacyDrawingHF/>", '<tableParts count="0"/><extLst/>'])
def test_the_drawing_is_named_where_the_schema_wants_it(tail):
    """The element legacyDrawing stands before legacyDrawingHF, tableParts and extLst, behind all others."""
    extensions = '<x14:a xmlns:x14="urn:x"/>'
    sheet = sheet_of("", head="<dimension/>", tail=f'<mergeCells count="0"/>{extensions}{tail}')
    made = parts(mark_workbook(by_hand(sheet), [mark("A1")]))["xl/worksheets/sheet1.xml"].decode()
    assert 1 == made.count("<legacyDrawing ")
    before, _, after = made.partition("<legacyDrawing ")
    assert "<mergeCells" in before
    for name in ("legacyDrawingHF", "tableParts", "extLst"):
        assert (f"<{name}" in after) == (f"<{name}" in tail)


def test_prefixed_names_and_addresses_by_order():
    """Elements may have a prefix, rows and cells no address; what is put in speaks the same way."""
    content = by_hand(
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>'
        "<x:row><x:c><x:v>1</x:v></x:c><x:c/><x:c><x:v>3</x:v></x:c></x:row><x:row/>"
        "</x:sheetData></x:worksheet>",
        styles=f'<x:styleSheet xmlns:x="{MAIN}"><x:fonts count="1"><x:font/></x:fonts>'
        '<x:fills count="1"><x:fill><x:patternFill patternType="none"/></x:fill></x:fills>'
        '<x:cellXfs count="1"><x:xf/></x:cellXfs></x:styleSheet>',
    )
    made = mark_workbook(content, [mark("B1"), mark("E1"), mark("A2"), mark("B4")])
    assert_sound(made)
    assert b"<x:row><x:c><x:v>1</x:v></x:c><x:c s=" in parts(made)["xl/worksheets/sheet1.xml"]
    assert [(1, 1), (1, 3)] == list(read_workbook(made).sheets[0].cells)
    assert made == mark_workbook(made, [mark("B1"), mark("E1"), mark("A2"), mark("B4")])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "windows-1258"])
def test_parts_in_other_encodings_are_marked(encoding):
    """OPC allows UTF-16; the changed part is then written in UTF-8."""
    declared = encoding.removesuffix("-be")
    sheet = f'<?xml version="1.0" encoding="{declared}"?>' + sheet_of(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Đ ơ</t></is></c></row>'
    )
    content = by_hand(sheet.encode(encoding))
    made = mark_workbook(content, [mark("A1")])
    assert_sound(made)
    assert RED == fills_of(made)["A1"]
    assert "Đ ơ" == read_workbook(made).sheets[0].cells[1, 1].raw


def test_a_workbook_without_styles_gets_some():
    """Some generators write none at all."""
    made = mark_workbook(
        by_hand(sheet_of('<row r="1"><c r="A1"><v>5</v></c></row>'), styles=None), [mark("A1")]
    )
    assert_sound(made)
    assert {"A1": RED} == fills_of(made)


def test_styles_that_no_link_leads_to_are_left_alone():
    """A part of that name may lie there unused; the new one gets a name of its own."""
    content = by_hand(
        sheet_of(""), styles=None, extra={"xl/styles1.xml": "<old/>", "xl/styles.xml": "<old/>"}
    )
    made = mark_workbook(content, [mark("A1")])
    assert {"A1": RED} == fills_of(replace_parts(made, {"xl/styles.xml": parts(made)["xl/styles2.xml"]}))


def test_a_conversation_is_left_alone():
    """A threaded comment is the unit's own talk: the cell is tinted, and the talk stays as it is."""
    content = with_conversation(by_xlsxwriter())
    made = mark_workbook(content, [mark("C3"), mark("B5"), mark("C4")])
    assert_sound(made)
    assert "xl/threadedComments/threadedComment1.xml" not in changed(content, made)
    assert {RED} == {fills_of(made)[cell] for cell in ("C3", "B5", "C4")}
    said = comments_of(made)
    assert comments_of(content)["C3"] == said["C3"]
    assert said["C4"].startswith("CẦN SỬA\n")


def test_comments_without_a_drawing_get_one():
    """Of a file with comments and no drawing every comment gets a box; Excel would show all otherwise."""
    comments = (
        f'<comments xmlns="{MAIN}"><authors><author>A</author></authors><commentList>'
        '<comment ref="B2" authorId="0"><text><t>Của phòng</t></text></comment></commentList></comments>'
    )
    link = f'<Relationship Id="rId1" Type="{OFFICE}/comments" Target="../comments1.xml"/>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
    content = by_hand(
        sheet_of(""),
        extra={"xl/comments1.xml": comments},
        links=link,
        types=f'<Override PartName="/xl/comments1.xml" ContentType="{kind}"/>',
    )
    made = mark_workbook(content, [mark("C4"), mark("B2")])
    assert_sound(made)
    assert {"B2", "C4"} == set(comments_of(made))
    assert comments_of(made)["B2"].endswith("]\nCủa phòng")
    clean = mark_workbook(made, [])
    assert {"B2": "Của phòng"} == comments_of(clean)


def test_a_sheet_of_formatted_nothing_stays_cheap():
    """Rows without content are looked over, not kept."""
    rows = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(1, 50_001))
    made = mark_workbook(by_hand(sheet_of(rows)), [mark("A40000")])
    assert {"A40000": "CẦN SỬA\nChưa có số liệu.\n[Tổng Hợp]"} == comments_of(made)


def _strict():
    content = by_openpyxl()
    main = parts(content)["xl/workbook.xml"].replace(
        MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    )
    return replace_parts(content, {"xl/workbook.xml": main})


def _signed():
    return replace_parts(by_openpyxl(), {"_xmlsignatures/origin.sigs": b""})


def _drawn_strangely():
    content = by_xlsxwriter()
    return replace_parts(content, {"xl/drawings/vmlDrawing1.vml": b"<svg/>"})


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (_strict, Unmarkable),
        (_signed, Unmarkable),
        (_drawn_strangely, Unmarkable),
        (lambda: by_hand(f'<worksheet xmlns="{MAIN}"/>'), Unmarkable),
        (lambda: by_hand(sheet_of(""), styles=f'<styleSheet xmlns="{MAIN}"/>'), Unmarkable),
        (lambda: by_hand(sheet_of('<row r="1"><c r="?"/></row>')), NotAWorkbook),
        (lambda: by_hand("<!DOCTYPE a><worksheet/>"), NotAWorkbook),
        (lambda: by_hand("<worksheet><sheetData>"), NotAWorkbook),
        (lambda: b"PK\x03\x04 broken", NotAWorkbook),
        (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), Encrypted),
        (lambda: b"a;b;c\r\n", NotAWorkbook),
    ],
)
def test_what_cannot_be_marked_in_place_is_refused(make, error):
    """A WorkbookError says why; the caller then makes a plain copy."""
    with pytest.raises(error):
        mark_workbook(make(), [mark("A1")])


def test_text_is_text():
    """What a unit wrote comes back in a comment as it is, whatever signs it holds."""
    text = 'Đang ghi ‘<b>&"x"</b> ]]> _x000D_ =1+1’\t\x01\ud800 xong'
    made = mark_workbook(by_openpyxl(), [mark("C4", text)], author='Văn phòng <&"Sở">')
    assert_sound(made)
    said = comments_of(made)["C4"].splitlines()[1]
    assert (
        text.replace("\x01", "_x0001_").replace("\ud800", "_xD800_").replace("_x000D_", "_x005F_x000D_")
        == said
    )
    assert made == mark_workbook(made, [mark("C4", text)], author='Văn phòng <&"Sở">')
