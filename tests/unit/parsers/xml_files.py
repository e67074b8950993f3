"""Workbooks in the XML of Excel 2003 for tests, written from a Grid as Excel writes them."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from parsers.workbook import CellKind

_HEAD = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">\n'
)
_TYPES = {CellKind.NUMBER: "Number", CellKind.BOOLEAN: "Boolean", CellKind.ERROR: "Error"}


def save_xml(grid):
    """Write *grid* as Excel 2003 does."""
    looks = []
    sheets = "".join(_sheet(sheet, looks) for sheet in grid.sheets)
    properties = "".join(
        f'<o:{name} xmlns:dt="uuid:C2F41010" dt:dt="string">{escape(text)}</o:{name}>'
        for name, text in grid.properties.items()
    )
    names = "".join(
        f"<NamedRange ss:Name={quoteattr(name)} ss:RefersTo={quoteattr(_reference(*target))}/>"
        for name, target in grid.names.items()
    )
    styles = "".join(
        f'<Style ss:ID="s{number}"><NumberFormat ss:Format={quoteattr(code)}/>'
        + ('<Font ss:StrikeThrough="1"/>' if is_struck else "")
        + "</Style>"
        for number, (code, is_struck) in enumerate(looks)
    )
    return (
        f"{_HEAD}<o:CustomDocumentProperties>{properties}</o:CustomDocumentProperties>"
        f'<Styles><Style ss:ID="Default" ss:Name="Normal"/>{styles}</Styles>'
        f"<Names>{names}</Names>{sheets}</Workbook>"
    ).encode()


def _reference(sheet, row, column):
    quoted = sheet.replace("'", "''")
    return f"='{quoted}'!R{row}C{column}"


def _sheet(sheet, looks):
    columns = "".join(
        f'<Column ss:Index="{number}" ss:Hidden="1"/>' for number in sorted(sheet.hidden_columns)
    )
    merged = {(top, left): (bottom - top, right - left) for top, left, bottom, right in sheet.merged}
    rows = []
    for row, cells in sheet.rows():
        hidden = ' ss:Hidden="1"' if row in sheet.hidden_rows else ""
        shown = "".join(_cell(cell, looks, merged.get((row, cell.column), (0, 0))) for cell in cells)
        rows.append(f'<Row ss:Index="{row}"{hidden}>{shown}</Row>')
    options = "<x:Visible>SheetHidden</x:Visible>" if sheet.hidden else ""
    return (
        f"<Worksheet ss:Name={quoteattr(sheet.name)}><Table>{columns}{''.join(rows)}</Table>"
        f"<x:WorksheetOptions>{options}</x:WorksheetOptions></Worksheet>"
    )


def _cell(cell, looks, span):
    look = (cell.number_format, cell.is_marked)
    if look not in looks:
        looks.append(look)
    said = f' ss:Index="{cell.column}" ss:StyleID="s{looks.index(look)}"'
    said += ' ss:Formula="=1"' if cell.is_formula else ""
    down, across = span
    said += f' ss:MergeDown="{down}"' if down else ""
    said += f' ss:MergeAcross="{across}"' if across else ""
    if cell.kind is CellKind.NOT_CALCULATED:
        return f"<Cell{said}/>"
    raw, kind = cell.raw, _TYPES.get(cell.kind, "String")
    if cell.kind is CellKind.DATE:
        raw, kind = (cell.serial, "Number")
    elif cell.kind is CellKind.BOOLEAN:
        raw = str(int(raw == "TRUE"))
    words = escape(raw).replace("\n", "&#10;")
    return f'<Cell{said}><Data ss:Type="{kind}">{words}</Data></Cell>'
