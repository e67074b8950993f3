"""Binary workbooks (.xlsb) for tests, written from a Grid by [MS-XLSB]; LibreOffice reads them."""

from __future__ import annotations

import io
import struct
import zipfile
from xml.sax.saxutils import quoteattr

from parsers.binary.biff import ERRORS
from parsers.workbook import CellKind

_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_CODES = {name: number for number, name in ERRORS.items()}
_TYPE_LIST = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/styles.bin" ContentType="application/vnd.ms-excel.styles"/>'
    '<Override PartName="/xl/sharedStrings.bin" ContentType="application/vnd.ms-excel.sharedStrings"/>'
    "{sheets}"
    "</Types>"
)
_SHEET_TYPE = (
    '<Override PartName="/xl/worksheets/sheet{}.bin" ContentType="application/vnd.ms-excel.worksheet"/>'
)


def record(kind, content=b""):
    """Write one record: its kind, its length, its content."""
    head = bytes((kind,)) if kind < 0x80 else bytes((kind & 0x7F | 0x80, kind >> 7))
    size, length = len(content), b""
    while True:
        byte, size = size & 0x7F, size >> 7
        length += bytes((byte | 0x80 if size else byte,))
        if not size:
            return head + length + content


def wide(text):
    """Write a text of UTF-16 with its length."""
    spelt = text.encode("utf-16-le")
    return struct.pack("<I", len(spelt) // 2) + spelt


def save_xlsb(grid):
    """Write *grid* as a binary workbook."""
    texts, looks = [], []
    sheets = [_sheet(sheet, texts, looks) for sheet in grid.sheets]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        overrides = "".join(_SHEET_TYPE.format(number) for number in range(1, len(sheets) + 1))
        archive.writestr("[Content_Types].xml", _TYPE_LIST.format(sheets=overrides))
        archive.writestr("_rels/.rels", _links([("officeDocument", "xl/workbook.bin")]))
        links = [("worksheet", f"worksheets/sheet{number}.bin") for number in range(1, len(sheets) + 1)]
        links += [("styles", "styles.bin"), ("sharedStrings", "sharedStrings.bin")]
        archive.writestr("xl/_rels/workbook.bin.rels", _links(links))
        archive.writestr("xl/workbook.bin", _workbook(grid))
        archive.writestr("xl/styles.bin", _styles(looks))
        archive.writestr("xl/sharedStrings.bin", _shared(texts))
        for number, content in enumerate(sheets, start=1):
            archive.writestr(f"xl/worksheets/sheet{number}.bin", content)
        archive.writestr("docProps/custom.xml", _properties(grid))
    return out.getvalue()


def _links(links):
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{_TYPES}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(links, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{lines}</Relationships>'


def _properties(grid):
    lines = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name={quoteattr(name)}>'
        f"<vt:lpwstr>{value}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(grid.properties.items(), start=2)
    )
    return (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        f'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{lines}</Properties>'
    )


def _workbook(grid):
    out = record(131) + record(153, struct.pack("<II", int(grid.counts_from_1904), 0) + wide(""))
    out += record(143)
    for number, sheet in enumerate(grid.sheets, start=1):
        described = struct.pack("<II", int(sheet.hidden), number) + wide(f"rId{number}") + wide(sheet.name)
        out += record(156, described)
    out += record(144)
    names = [sheet.name for sheet in grid.sheets]
    out += record(353) + record(357)
    sheets = b"".join(struct.pack("<Iii", 0, number, number) for number in range(len(names)))
    out += record(362, struct.pack("<I", len(names)) + sheets)
    out += record(354)
    for name, (sheet, row, column) in grid.names.items():
        formula = struct.pack("<BHIH", 0x3A, names.index(sheet), row - 1, column - 1)
        owner = 0xFFFFFFFF
        body = struct.pack("<IBI", 0, 0, owner) + wide(name)
        body += struct.pack("<I", len(formula)) + formula + struct.pack("<II", 0, 0xFFFFFFFF)
        out += record(39, body)
    return out + record(132)


def _styles(looks):
    formats = sorted({code for code, *_ in looks} - {"General"})
    out = record(278) + record(615, struct.pack("<I", len(formats)))
    for number, code in enumerate(formats, start=164):
        out += record(44, struct.pack("<H", number) + wide(code))
    fonts = _fonts(looks)
    out += record(616) + record(611, struct.pack("<I", len(fonts)))
    for name, is_struck in fonts:
        font = (
            struct.pack("<HHHHBBBB", 240, 8 * is_struck, 400, 0, 0, 0, 0, 0)
            + b"\x07\x01\0\0\0\0\0\xff"
            + b"\0"
        )
        out += record(43, font + wide(name or "Times New Roman"))
    out += record(612) + record(603, struct.pack("<I", 1)) + record(45, bytes(68)) + record(604)
    out += record(613, struct.pack("<I", 1)) + record(46, bytes(51)) + record(614)
    out += record(626, struct.pack("<I", 1)) + record(47, _style(0xFFFF, 0, 0)) + record(627)
    out += record(617, struct.pack("<I", len(looks) + 1)) + record(47, _style(0, 0, 0))
    for code, *font in looks:
        number = 164 + formats.index(code) if code in formats else 0
        out += record(47, _style(0, number, fonts.index(tuple(font))))
    return out + record(618) + record(279)


def _fonts(looks):
    return list(dict.fromkeys([("", False), ("", True), *(tuple(font) for _, *font in looks)]))


def _style(parent, number_format, font):
    return struct.pack("<HHHHHBBHH", parent, number_format, font, 0, 0, 0, 0, 0, 0)


def _shared(texts):
    out = record(159, struct.pack("<II", len(texts), len(texts)))
    for text in texts:
        out += record(19, b"\0" + wide(text))
    return out + record(160)


def _sheet(sheet, texts, looks):
    rows = [row for row, _ in sheet.cells] or [1]
    columns = [column for _, column in sheet.cells] or [1]
    out = record(129)
    out += record(148, struct.pack("<IIII", min(rows) - 1, max(rows) - 1, min(columns) - 1, max(columns) - 1))
    if sheet.hidden_columns:
        out += record(390)
        for column in sorted(sheet.hidden_columns):
            out += record(60, struct.pack("<IIIIH", column - 1, column - 1, 2048, 0, 1))
        out += record(391)
    out += record(145)
    for row, cells in sheet.rows():
        flags = 0x10 if row in sheet.hidden_rows else 0
        spans = struct.pack("<III", 1, cells[0].column - 1, cells[-1].column - 1)
        out += record(0, struct.pack("<IIHBBB", row - 1, 0, 300, 0, flags, 0) + spans)
        for cell in cells:
            look = (cell.number_format, cell.font, cell.is_marked)
            if look not in looks:
                looks.append(look)
            out += _cell(cell, looks.index(look) + 1, texts)
    out += record(146)
    if sheet.merged:
        out += record(177, struct.pack("<I", len(sheet.merged)))
        for top, left, bottom, right in sheet.merged:
            out += record(176, struct.pack("<IIII", top - 1, bottom - 1, left - 1, right - 1))
        out += record(178)
    return out + record(130)


def _cell(cell, style, texts):
    head = struct.pack("<II", cell.column - 1, style)
    behind = _formula(cell) if cell.is_formula else b""
    match cell.kind:
        case CellKind.NUMBER | CellKind.DATE:
            value = float(cell.serial or cell.raw)
            if not cell.is_formula and value.is_integer() and abs(value) < 1 << 29:
                return record(2, head + struct.pack("<I", (int(value) << 2 | 2) & 0xFFFFFFFF))
            return record(9 if behind else 5, head + struct.pack("<d", value) + behind)
        case CellKind.BOOLEAN:
            return record(10 if behind else 4, head + bytes((cell.raw == "TRUE",)) + behind)
        case CellKind.ERROR:
            return record(11 if behind else 3, head + bytes((_CODES[cell.raw],)) + behind)
        case CellKind.TEXT if not behind:
            if cell.raw not in texts:
                texts.append(cell.raw)
            return record(7, head + struct.pack("<I", texts.index(cell.raw)))
        case _:
            return record(8, head + wide(cell.raw if cell.kind is CellKind.TEXT else "") + behind)


def _formula(cell):
    """Write the formula behind a result: the result as a constant, so that recalculating keeps it."""
    match cell.kind:
        case CellKind.NUMBER | CellKind.DATE:
            spelt = struct.pack("<Bd", 0x1F, float(cell.serial or cell.raw))
        case CellKind.BOOLEAN:
            spelt = bytes((0x1D, cell.raw == "TRUE"))
        case CellKind.ERROR:
            spelt = bytes((0x1C, _CODES[cell.raw]))
        case _:
            spelt = b"\x17" + struct.pack("<H", len(cell.raw)) + cell.raw.encode("utf-16-le")
    return struct.pack("<HI", 0, len(spelt)) + spelt + struct.pack("<I", 0)
