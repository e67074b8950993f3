"""Reader of .xlsx and .xlsm: bytes to a sparse Grid, with nothing guessed and nothing evaluated.

Blank is told from error and from not-calculated; only cells that hold something are kept, so a stray cell at
XFD1048576 costs one entry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.errors import NotAWorkbook, WorkbookError
from parsers.formats import BUILT_IN
from parsers.package import Package, Relationship, damage, find_workbook, open_package, parse_xml
from parsers.sheet_part import MAIN_NAMESPACES, CellStyle, SharedText, read_shared_texts, read_sheet
from parsers.workbook import Grid, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEFINED_NAME = re.compile(
    r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?"
)
_TRUE = ("1", "true", "on")


def read_workbook(content: bytes) -> Grid:
    """Read a workbook.

    Raises NotAWorkbook, Encrypted, TooLarge or AmbiguousForm.
    """
    try:
        return _read(open_package(content))
    except WorkbookError:
        raise
    except damage() as trouble:
        raise NotAWorkbook("The workbook is damaged and cannot be read.") from trouble


@dataclass(slots=True, kw_only=True)
class _Outline:
    """What the main part says: sheets in order, names, the date system."""

    #: (name, hidden, relationship id).
    sheets: list[tuple[str, bool, str]] = field(default_factory=list)
    #: (name, index of the sheet it belongs to or None, what it refers to).
    names: list[tuple[str, int | None, str]] = field(default_factory=list)
    counts_from_1904: bool = False


def _read(package: Package) -> Grid:
    main = find_workbook(package)
    outline = _read_outline(package, main)
    links = package.relationships(main)
    by_id = {link.id: link for link in links}
    shared = _part_of_kind(links, "sharedStrings", package)
    texts: tuple[SharedText, ...] = read_shared_texts(package.pieces(shared)) if shared else ()
    styled = _part_of_kind(links, "styles", package)
    styles = _read_styles(package, styled) if styled else ()
    sheets: list[Sheet] = []
    for name, hidden, link_id in outline.sheets:
        link = by_id.get(link_id)
        if link is None or link.kind != "worksheet":
            continue  # chart and dialog sheets hold no cells
        body = read_sheet(
            lambda part=link.target: package.pieces(part),  # type: ignore[misc]
            texts=texts,
            styles=styles,
            counts_from_1904=outline.counts_from_1904,
        )
        sheets.append(
            Sheet(
                name=name,
                hidden=hidden,
                cells=body.cells,
                hidden_rows=frozenset(body.hidden_rows),
                hidden_columns=frozenset(body.hidden_columns),
                merged=tuple(body.merged),
            )
        )
    if not sheets:
        raise NotAWorkbook("The workbook holds no sheet with cells.")
    names, scoped = _resolve_names(outline)
    return Grid(
        sheets=tuple(sheets),
        properties=_read_properties(package),
        names=names,
        scoped_names=scoped,
        counts_from_1904=outline.counts_from_1904,
    )


def _part_of_kind(links: tuple[Relationship, ...], kind: str, package: Package) -> str | None:
    for link in links:
        if link.kind == kind and link.target in package:
            return link.target
    return None


def _local(tag: str) -> str:
    """Give the local name of an element of the spreadsheet language; nothing for elements of extensions."""
    namespace, _, local = tag.rpartition(" ")
    return local if namespace in MAIN_NAMESPACES else ""


def _read_outline(package: Package, main: str) -> _Outline:
    outline = _Outline()
    words: list[str] = []
    open_name: tuple[str, int | None] | None = None

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal open_name
        match _local(tag):
            case "sheet":
                link = next((value for key, value in attributes.items() if key.endswith(" id")), "")
                hidden = attributes.get("state", "visible") != "visible"
                outline.sheets.append((attributes.get("name", ""), hidden, link))
            case "workbookPr":
                outline.counts_from_1904 = attributes.get("date1904", "0") in _TRUE
            case "definedName":
                owner = attributes.get("localSheetId")
                open_name = (attributes.get("name", ""), int(owner) if owner is not None else None)
                words.clear()

    def end(tag: str) -> None:
        nonlocal open_name
        if open_name is not None and _local(tag) == "definedName":
            outline.names.append((*open_name, "".join(words)))
            open_name = None

    def text(piece: str) -> None:
        if open_name is not None:
            words.append(piece)

    parse_xml(package.pieces(main), start, end, text)
    return outline


def _resolve_names(
    outline: _Outline,
) -> tuple[dict[str, tuple[str, int, int]], dict[tuple[str, str], tuple[str, int, int]]]:
    """Keep the names of one cell; a sheet's own name also counts for the book where the book has none."""
    of_book: dict[str, tuple[str, int, int]] = {}
    of_sheet: dict[tuple[str, str], tuple[str, int, int]] = {}
    for name, owner, refers_to in outline.names:
        target = _single_cell(refers_to)
        if target is None:
            continue
        if owner is None:
            of_book[name] = target
        elif 0 <= owner < len(outline.sheets):
            of_sheet[outline.sheets[owner][0], name] = target
    for (_, name), target in of_sheet.items():
        of_book.setdefault(name, target)
    return of_book, of_sheet


def _single_cell(refers_to: str) -> tuple[str, int, int] | None:
    found = _DEFINED_NAME.fullmatch(refers_to.strip().removeprefix("="))
    if found is None:
        return None
    quoted, plain, letters, row, last_letters, last_row = found.groups()
    if last_letters and (last_letters.upper(), last_row) != (letters.upper(), row):
        return None
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return (quoted.replace("''", "'") if quoted else plain, int(row), column)


def _read_styles(package: Package, part: str) -> tuple[CellStyle, ...]:
    """Give the formats that cells point at by their number."""
    codes = dict(BUILT_IN)
    struck_fonts: list[bool] = []
    styles: list[tuple[int, int]] = []
    inside = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        match _local(tag):
            case "numFmt" if inside != "dxfs":
                codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "General")
            case "fonts" | "cellXfs" | "cellStyleXfs" | "dxfs" as group:
                inside = group
            case "font" if inside == "fonts":
                struck_fonts.append(False)
            case "strike" if inside == "fonts" and struck_fonts:
                struck_fonts[-1] = attributes.get("val", "1") in _TRUE
            case "xf" if inside == "cellXfs":
                styles.append((int(attributes.get("numFmtId", "0")), int(attributes.get("fontId", "0"))))

    parse_xml(package.pieces(part), start)
    struck = {number for number, is_struck in enumerate(struck_fonts) if is_struck}
    return tuple(
        CellStyle.of(codes.get(number_format, "General"), is_struck=font in struck)
        for number_format, font in styles
    )


def _read_properties(package: Package) -> Mapping[str, str]:
    """Give the custom document properties as texts."""
    links = package.relationships("")
    part = _part_of_kind(links, "custom-properties", package) or _part_of_kind(
        links, "customProperties", package
    )
    if part is None:
        part = "docProps/custom.xml"
        if part not in package:
            return {}
    found: dict[str, str] = {}
    name = ""
    words: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal name
        if tag.rpartition(" ")[2] == "property":
            name = attributes.get("name", "")
            words.clear()

    def end(tag: str) -> None:
        nonlocal name
        if name and tag.rpartition(" ")[2] == "property":
            found[name] = "".join(words).strip()
            name = ""

    def text(piece: str) -> None:
        if name:
            words.append(piece)

    parse_xml(package.pieces(part), start, end, text)
    return found
