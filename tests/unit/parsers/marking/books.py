"""Returned workbooks as many programs write them, in the making."""

from __future__ import annotations

import io
import re
import struct
import zlib

import openpyxl
import xlsxwriter
from openpyxl.styles import PatternFill, Protection

from parsers.marking.marks import Mark, MarkKind
from parsers.repacking import replace_parts
from tests.unit.parsers.packages import parts

MEND, CHECK = MarkKind.MEND, MarkKind.CHECK
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
EMPTY_ARCHIVE = b"PK\x05\x06" + b"\0" * 18

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Arial"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0"><protection locked="0"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def mark(cell: str, text: str = "Chưa có số liệu.", *, sheet: str = "Bieu", kind: MarkKind = MEND) -> Mark:
    """Give a mark."""
    return Mark(sheet=sheet, cell=cell, kind=kind, text=text)


def png() -> bytes:
    """Give a picture of one red point."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))
        )

    head = struct.pack(">LLBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def by_hand(
    sheet: str,
    *,
    styles: str | None = STYLES,
    extra: dict[str, str | bytes] | None = None,
    links: str = "",
    types: str = "",
) -> bytes:
    """Give a workbook around the XML of its one sheet, `Bieu`; *links* are those of the sheet."""
    style_type = f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>' if styles else ""
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}">'
        f'<Default Extension="rels" ContentType="{_RELS_TYPE}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}{style_type}'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
        "_rels/.rels": _links(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Bieu" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _links(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            *([("rId2", "styles", "styles.xml")] if styles else []),
        ),
        "xl/worksheets/sheet1.xml": sheet,
    }
    if styles:
        made["xl/styles.xml"] = styles
    if links:
        made["xl/worksheets/_rels/sheet1.xml.rels"] = f'<Relationships xmlns="{RELS}">{links}</Relationships>'
    made |= extra or {}
    return replace_parts(
        EMPTY_ARCHIVE,
        {name: part.encode() if isinstance(part, str) else part for name, part in made.items()},
    )


_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"


def _links(*links: tuple[str, str, str]) -> str:
    body = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{to}"/>' for i, kind, to in links)
    return f'<Relationships xmlns="{RELS}">{body}</Relationships>'


def sheet_of(rows: str, *, head: str = "", tail: str = "") -> str:
    """Give the XML of a sheet around its rows."""
    return f'<worksheet xmlns="{MAIN}">{head}<sheetData>{rows}</sheetData>{tail}</worksheet>'


def by_openpyxl(*, picture: bool = False) -> bytes:
    """Give a small protected form with tints, merged cells, a list of choices and a hidden sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Bieu"
    sheet["A1"] = "BIỂU TỔNG HỢP"
    sheet.merge_cells("A1:D1")
    for row in range(3, 9):
        sheet.cell(row, 1, row - 2)
        sheet.cell(row, 2, f"Chỉ tiêu {row - 2}")
        answer = sheet.cell(row, 3, row * 10 if row % 2 else None)
        answer.fill = PatternFill("solid", fgColor="FFF8DC")
        answer.number_format = "#,##0"
        answer.protection = Protection(locked=False)
    sheet["D3"] = "trên 100"
    sheet.merge_cells("C9:D10")
    sheet.protection.sheet = True
    hidden = book.create_sheet("_meta")
    hidden["A1"] = "tonghop"
    hidden.sheet_state = "veryHidden"
    if picture:
        from openpyxl.chart import BarChart, Reference  # noqa: PLC0415 - only here

        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=3, min_row=3, max_row=8))
        sheet.add_chart(chart, "F3")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_xlsxwriter(*, macros: bool = False, comments: bool = True) -> bytes:
    """Give a workbook with a picture, a shape, a chart, choices, conditions, and comments of others."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("Bieu")
    tint = book.add_format({"bg_color": "#FFF8DC", "num_format": "#,##0", "border": 1, "locked": False})
    sheet.write_row("A1", ["TT", "Chỉ tiêu", "Số lượng"])
    for row in range(2, 12):
        sheet.write_row(row - 1, 0, [row - 1, f"Chỉ tiêu {row - 1}"])
        sheet.write(row - 1, 2, row * 3, tint)
    sheet.write_formula("C13", "=SUM(C2:C11)", tint, 195)
    sheet.data_validation("C2:C11", {"validate": "integer", "criteria": ">=", "value": 0})
    sheet.conditional_format("C2:C11", {"type": "cell", "criteria": ">", "value": 20, "format": tint})
    sheet.insert_image("E2", "a.png", {"image_data": io.BytesIO(png())})
    sheet.insert_textbox("E6", "Ghi chú của phòng")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Bieu!$C$2:$C$11"})
    sheet.insert_chart("E10", chart)
    sheet.insert_button("H2", {"caption": "In biểu"})
    sheet.set_header("&C&G", {"image_center": "b.png", "image_data_center": io.BytesIO(png())})
    if comments:
        sheet.write_comment("C3", "Số này lấy từ sổ theo dõi.", {"author": "Nguyễn Văn A"})
        sheet.write_comment("B5", "Đã kiểm tra", {"author": "Nguyễn Văn A"})
    book.define_name("ma_T01", "=Bieu!$C$2")
    book.set_custom_property("tonghop", "tonghop=1")
    other = book.add_worksheet("Khac")
    other.write("A1", "không liên quan")
    book.close()
    content = stream.getvalue()
    if macros:
        types = parts(content)["[Content_Types].xml"]
        types = types.replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        ).replace(
            b"<Override",
            b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override',
            1,
        )
        links = parts(content)["xl/_rels/workbook.xml.rels"].replace(
            b"</Relationships>",
            b'<Relationship Id="rIdVba" '
            b'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
            b'Target="vbaProject.bin"/></Relationships>',
        )
        content = replace_parts(
            content,
            {
                "[Content_Types].xml": types,
                "xl/_rels/workbook.xml.rels": links,
                "xl/vbaProject.bin": bytes(range(256)) * 40,
            },
        )
    return content


def with_conversation(content: bytes) -> bytes:
    """Give a workbook of one comment as Excel keeps a conversation (threaded comment) about its cell."""
    known = parts(content)
    name = next(one for one in known if re.fullmatch(r"xl/comments\d\.xml", one))
    comments = re.sub(rb"<author>[^<]*</author>", b"<author>tc={7A1E}</author>", known[name], count=1)
    rels = known["xl/worksheets/_rels/sheet1.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rIdT" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"'
        b' Target="../threadedComments/threadedComment1.xml"/></Relationships>',
    )
    types = known["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/xl/threadedComments/threadedComment1.xml" '
        b'ContentType="application/vnd.ms-excel.threadedcomments+xml"/></Types>',
    )
    return replace_parts(
        content,
        {
            name: comments,
            "xl/worksheets/_rels/sheet1.xml.rels": rels,
            "[Content_Types].xml": types,
            "xl/threadedComments/threadedComment1.xml": b"<ThreadedComments/>",
        },
    )


def comments_of(content: bytes, sheet: str = "Bieu") -> dict[str, str]:
    """Give the comments as openpyxl reads them."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = (cell for row in book[sheet].iter_rows() for cell in row)
    return {cell.coordinate: cell.comment.text for cell in cells if cell.comment is not None}


def fills_of(content: bytes, sheet: str = "Bieu") -> dict[str, str]:
    """Give the tinted cells as openpyxl reads them: address -> colour."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = (cell for row in book[sheet].iter_rows() for cell in row)
    return {
        cell.coordinate: str(cell.fill.fgColor.rgb)[2:]
        for cell in cells
        if getattr(cell.fill, "fill_type", None) == "solid"
    }


def looks_of(content: bytes, sheet: str = "Bieu") -> dict[str, tuple[object, ...]]:
    """Give the look of every cell as openpyxl reads it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        cell.coordinate: (
            *(repr(cell.fill), repr(cell.font), repr(cell.border), repr(cell.alignment)),
            *(repr(cell.protection), cell.number_format),
        )
        for row in book[sheet].iter_rows()
        for cell in row
        if cell.has_style
    }
