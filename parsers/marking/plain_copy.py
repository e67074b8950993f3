"""A plain .xlsx of all that a grid holds, for returned files that cannot be marked themselves (.xls, .ods).

Written by hand because no library writes the digits of a number as the file had them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from parsers.marking.plain_cells import write_cell
from parsers.marking.plain_layout import lay_out
from parsers.marking.plain_styles import Look, Looks, listed
from parsers.marking.workbook import OFFICE, mark_workbook
from parsers.markup import quoted, words
from parsers.repacking import replace_parts
from parsers.stamp import META_SHEET, PROPERTY, read_answer_name, read_column_name
from parsers.workbook import LAST_COLUMN, LAST_ROW, column_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parsers.marking.marks import Mark
    from parsers.marking.plain_layout import Layout
    from parsers.workbook import Cell, Grid, Sheet

_HEAD: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = b"http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE: Final = b"http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE: Final = b"application/vnd.openxmlformats-officedocument.spreadsheetml"
_DOCUMENT_TYPE: Final = b"application/vnd.openxmlformats-officedocument"
#: The set of properties that people may name themselves.
_OWN_PROPERTIES: Final = b"{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
#: An archive without members: what a new package is made from.
_EMPTY_ARCHIVE: Final = b"PK\x05\x06" + b"\x00" * 18

_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME: Final = 31
_MOST_MERGED_CELLS: Final = 100_000
_LANDSCAPE_FROM: Final = 7
_PLAIN_WIDTH: Final = 9.0


def marked_copy(grid: Grid, marks: Sequence[Mark], *, author: str = OFFICE) -> bytes:
    """Give a plain .xlsx that holds what *grid* holds, with *marks* on it.

    It reads back to the same answers: values, number formats, merged ranges, what is hidden, the stamp and
    the names of answer cells are kept; pictures, colours and foreign names are not. Raises TooLarge beyond
    all measure.
    """
    titles: dict[str, str] = {}
    for sheet, title in zip(grid.sheets, _titles(grid), strict=True):
        titles.setdefault(sheet.name, title)
    renamed = [replace(mark, sheet=titles[mark.sheet]) for mark in marks if mark.sheet in titles]
    return mark_workbook(plain_copy(grid), renamed, author=author)


def plain_copy(grid: Grid) -> bytes:
    """Give a plain .xlsx that holds what *grid* holds; the same grid gives the same bytes."""
    looks = Looks()
    first = _first_shown(grid)
    sheets = {
        f"worksheets/sheet{number}.xml": _sheet(
            sheet, looks, is_first=number == first, counts_from_1904=grid.counts_from_1904
        )
        for number, sheet in enumerate(grid.sheets, start=1)
    }
    parts = {
        "[Content_Types].xml": _content_types(sheets),
        "_rels/.rels": _links(
            ("officeDocument", "xl/workbook.xml"), ("custom-properties", "docProps/custom.xml")
        ),
        "xl/workbook.xml": _workbook(grid, first=first),
        "xl/_rels/workbook.xml.rels": _links(
            *(("worksheet", name) for name in sheets), ("styles", "styles.xml")
        ),
        **{f"xl/{name}": part for name, part in sheets.items()},
        "xl/styles.xml": looks.made(),
        "docProps/custom.xml": _properties(grid),
    }
    return replace_parts(_EMPTY_ARCHIVE, parts)


def _sheet(sheet: Sheet, looks: Looks, *, is_first: bool, counts_from_1904: bool) -> bytes:
    layout = lay_out(sheet)
    rows = b"".join(_rows(sheet, layout, looks, counts_from_1904=counts_from_1904))
    merged = [
        b'<mergeCell ref="%b:%b"/>' % (_at(top, left), _at(bottom, right))
        for top, left, bottom, right in _sound_ranges(sheet)
    ]
    lies = layout.table is not None and layout.table[3] >= _LANDSCAPE_FROM
    pieces = (
        _HEAD,
        b'<worksheet xmlns="%b"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>' % _MAIN,
        b'<sheetViews><sheetView%b workbookViewId="0"/></sheetViews>'
        % (b' tabSelected="1"' if is_first else b""),
        b'<sheetFormatPr defaultRowHeight="18" customHeight="1"/>',
        _columns(sheet, layout),
        b"<sheetData>%b</sheetData>" % rows,
        listed(b"mergeCells", merged),
        b'<pageMargins left="0.6" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>',
        b'<pageSetup paperSize="9" orientation="%b" fitToHeight="0"/>'
        % (b"landscape" if lies else b"portrait"),
        b"</worksheet>",
    )
    return b"".join(pieces)


def _columns(sheet: Sheet, layout: Layout) -> bytes:
    described = b"".join(
        b'<col min="%d" max="%d" width="%.2f" customWidth="1"%b/>'
        % (
            *(column, column, layout.widths.get(column, _PLAIN_WIDTH)),
            b' hidden="1"' if column in sheet.hidden_columns else b"",
        )
        for column in sorted({*layout.widths, *sheet.hidden_columns})
        if column <= LAST_COLUMN
    )
    return b"<cols>%b</cols>" % described if described else b""


def _rows(sheet: Sheet, layout: Layout, looks: Looks, *, counts_from_1904: bool) -> Iterator[bytes]:
    """Yield the rows; those of the table with all its cells, so that empty ones have lines too."""
    by_row: dict[int, dict[int, Cell]] = {row: {} for row in layout.ruled_rows}
    for (row, column), cell in sheet.cells.items():
        if row <= LAST_ROW and column <= LAST_COLUMN:
            by_row.setdefault(row, {})[column] = cell
    boxed = looks.number(Look(is_boxed=True))
    for row, cells in sorted(by_row.items()):
        columns = sorted({*cells, *(layout.ruled_columns if row in layout.ruled_rows else ())})
        written = b"".join(
            write_cell(cells[column], layout, looks, counts_from_1904=counts_from_1904)
            if column in cells
            else b'<c r="%b" s="%d"/>' % (_at(row, column), boxed)
            for column in columns
        )
        height = layout.heights.get(row)
        attributes = b"" if height is None else b' ht="%.2f"' % height
        attributes += b' hidden="1"' if row in sheet.hidden_rows else b""
        yield b'<row r="%d"%b>%b</row>' % (row, attributes, written)


def _sound_ranges(sheet: Sheet) -> Iterator[tuple[int, int, int, int]]:
    """Yield the merged ranges that do not reach into each other; Excel calls the file damaged otherwise."""
    taken: set[tuple[int, int]] = set()
    for top, left, bottom, right in sheet.merged:
        size = (bottom - top + 1) * (right - left + 1)
        if size < 2 or len(taken) + size > _MOST_MERGED_CELLS:  # noqa: PLR2004 - one cell is no range
            continue
        cells = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        if taken.isdisjoint(cells):
            taken |= cells
            yield top, left, bottom, right


def _first_shown(grid: Grid) -> int:
    """Give the number of the sheet that is seen first; Excel opens no file without any."""
    return next((at for at, sheet in enumerate(grid.sheets, start=1) if not sheet.hidden), 1)


def _titles(grid: Grid) -> list[str]:
    """Give each sheet a name that Excel takes: its own, but for forbidden signs and excessive length."""
    titles: list[str] = []
    used: set[str] = set()
    for sheet in grid.sheets:
        plain = _FORBIDDEN_IN_NAMES.sub("-", sheet.name).strip("'")[:_LONGEST_NAME] or "-"
        title, again = plain, 2
        while title.casefold() in used:
            tail = f" ({again})"
            title, again = plain[: _LONGEST_NAME - len(tail)] + tail, again + 1
        used.add(title.casefold())
        titles.append(title)
    return titles


def _workbook(grid: Grid, *, first: int) -> bytes:
    titles = _titles(grid)
    sheets = b"".join(
        b'<sheet name=%b sheetId="%d"%b r:id="rId%d"/>'
        % (quoted(title), at, _state(sheet, is_first=at == first), at)
        for at, (sheet, title) in enumerate(zip(grid.sheets, titles, strict=True), start=1)
    )
    by_name = {sheet.name: title for sheet, title in zip(grid.sheets, titles, strict=True)}
    names = b"".join(
        b"<definedName name=%b>%b</definedName>" % (quoted(name), words(_spelt(by_name[sheet], row, column)))
        for name, (sheet, row, column) in sorted(grid.names.items())
        if sheet in by_name and (read_answer_name(name) or read_column_name(name))
    )
    pieces = (
        _HEAD,
        b'<workbook xmlns="%b" xmlns:r="%b/relationships">' % (_MAIN, _OFFICE),
        b'<workbookPr date1904="%d"/>' % grid.counts_from_1904,
        b'<bookViews><workbookView activeTab="%d"/></bookViews>' % (first - 1),
        b"<sheets>%b</sheets>" % sheets,
        b"<definedNames>%b</definedNames>" % names if names else b"",
        b"</workbook>",
    )
    return b"".join(pieces)


def _state(sheet: Sheet, *, is_first: bool) -> bytes:
    if not sheet.hidden or is_first:
        return b""
    is_stamp = sheet.name.casefold().startswith(META_SHEET)
    return b' state="veryHidden"' if is_stamp else b' state="hidden"'


def _spelt(title: str, row: int, column: int) -> str:
    return "'{}'!${}${}".format(title.replace("'", "''"), column_letters(column), row)


def _properties(grid: Grid) -> bytes:
    """Write the properties that carry the stamp."""
    ours = ((name, text) for name, text in grid.properties.items() if name.startswith(PROPERTY))
    written = b"".join(
        b'<property fmtid="%b" pid="%d" name=%b><vt:lpwstr>%b</vt:lpwstr></property>'
        % (_OWN_PROPERTIES, pid, quoted(name), words(text))
        for pid, (name, text) in enumerate(ours, start=2)
    )
    shape = b'<Properties xmlns="%b/custom-properties" xmlns:vt="%b/docPropsVTypes">%b</Properties>'
    return _HEAD + shape % (_OFFICE, _OFFICE, written)


def _links(*links: tuple[str, str]) -> bytes:
    written = b"".join(
        b'<Relationship Id="rId%d" Type="%b/relationships/%b" Target="%b"/>'
        % (at, _OFFICE, kind.encode(), target.encode())
        for at, (kind, target) in enumerate(links, start=1)
    )
    return _HEAD + b'<Relationships xmlns="%b/relationships">%b</Relationships>' % (_PACKAGE, written)


def _content_types(sheets: Iterable[str]) -> bytes:
    kinds = (
        ("xl/workbook.xml", _SHEET_TYPE + b".sheet.main+xml"),
        *((f"xl/{name}", _SHEET_TYPE + b".worksheet+xml") for name in sheets),
        ("xl/styles.xml", _SHEET_TYPE + b".styles+xml"),
        ("docProps/custom.xml", _DOCUMENT_TYPE + b".custom-properties+xml"),
    )
    named = b"".join(
        b'<Override PartName="/%b" ContentType="%b"/>' % (part.encode(), kind) for part, kind in kinds
    )
    by_ending = (
        b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        b'<Default Extension="xml" ContentType="application/xml"/>'
    )
    return _HEAD + b'<Types xmlns="%b/content-types">%b%b</Types>' % (_PACKAGE, by_ending, named)


def _at(row: int, column: int) -> bytes:
    return f"{column_letters(column)}{row}".encode()
