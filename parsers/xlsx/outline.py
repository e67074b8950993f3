"""What the main part of a workbook says: its sheets in order, its defined names, its date system."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers.package import local_name, parse_xml
from parsers.workbook import column_number
from parsers.xlsx.plain_xml import ATTRIBUTE, NotPlain, decoded, find_all, plain_body, refuse_markup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.workbook import Names, ScopedNames

_TRUE = ("1", "true", "on")
_SHEET = re.compile(r"<sheet ([^<>]*)/>")
_NAME = re.compile(r"<definedName( [^<>]*+)>([^<]*+)</definedName>")
_NAME_ONLY = re.compile(r' name="([^"]*)"')
_NAMES_BEGIN, _NAMES_END = "<definedNames>", "</definedNames>"
_OWNER = "localSheetId"
_PROPERTIES = re.compile(r"<workbookPr([^<>]*)>")
_SINGLE = re.compile(r"([^'!]+)!\$([A-Z]{1,3})\$([0-9]{1,7})")
_ANY = re.compile(
    r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?"
)


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A name of the workbook that leads to one cell."""

    name: str
    #: Index of the sheet it belongs to; None for the whole workbook.
    owner: int | None
    #: (sheet name, row, column).
    target: tuple[str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The outline of a workbook."""

    #: (name, whether it is hidden, relationship id).
    sheets: tuple[tuple[str, bool, str], ...]
    names: tuple[DefinedName, ...]
    counts_from_1904: bool

    def resolve_names(self) -> tuple[Names, ScopedNames]:
        """Give names and where they lead; a sheet's own also counts for the book where the book has none."""
        of_book: dict[str, tuple[str, int, int]] = {}
        of_sheet: dict[tuple[str, str], tuple[str, int, int]] = {}
        for one in self.names:
            if one.owner is None:
                of_book[one.name] = one.target
            elif 0 <= one.owner < len(self.sheets):
                of_sheet[self.sheets[one.owner][0], one.name] = one.target
        for (_, name), target in of_sheet.items():
            of_book.setdefault(name, target)
        return of_book, of_sheet


def _single_cell(refers_to: str) -> tuple[str, int, int] | None:
    plain = _SINGLE.fullmatch(refers_to)
    if plain is not None:
        return plain[1], int(plain[3]), column_number(plain[2])
    found = _ANY.fullmatch(refers_to.strip().removeprefix("="))
    if found is None:
        return None
    quoted, bare, letters, row, last_letters, last_row = found.groups()
    if last_letters and (last_letters.upper(), last_row) != (letters.upper(), row):
        return None
    return (quoted.replace("''", "'") if quoted else bare, int(row), column_number(letters))


def plain_outline(content: bytes) -> Outline | None:
    """Give the outline; None where the part is not plain."""
    text = plain_body(content)
    if text is None:
        return None
    try:
        return _outline(text)
    except (NotPlain, ValueError):
        return None


def _outline(text: str) -> Outline:
    refuse_markup(text)
    sheets = [
        _sheet({key: decoded(value) for key, value in ATTRIBUTE.findall(described)})
        for described in find_all(_SHEET, text, "<sheet ")
    ]
    start, end = text.find(_NAMES_BEGIN), text.rfind(_NAMES_END)
    inside = text[start:end] if 0 <= start < end else ""
    if text.count("<definedName ") != inside.count("<definedName "):
        raise NotPlain
    names = _plain_names(inside)
    properties = find_all(_PROPERTIES, text, "<workbookPr")
    since = dict(ATTRIBUTE.findall(properties[0])).get("date1904", "0") if properties else "0"
    return Outline(sheets=tuple(sheets), names=names, counts_from_1904=since in _TRUE)


def _plain_names(text: str) -> tuple[DefinedName, ...]:
    names: list[DefinedName] = []
    for described, refers_to in find_all(_NAME, text, "<definedName "):
        found = _NAME_ONLY.search(described)
        if found is None:
            raise NotPlain
        owner = int(dict(ATTRIBUTE.findall(described))[_OWNER]) if _OWNER in described else None
        names += _name(decoded(found[1]), owner, decoded(refers_to))
    return tuple(names)


def _name(name: str, owner: int | None, refers_to: str) -> Iterator[DefinedName]:
    """Give the name where it leads to one cell."""
    target = _single_cell(refers_to)
    if target is not None:
        yield DefinedName(name, owner, target)


def _sheet(attributes: dict[str, str]) -> tuple[str, bool, str]:
    """Read the attributes of a sheet; the one that ends in `id` and has a prefix is its relationship."""
    link = next((value for key, value in attributes.items() if key.endswith((" id", ":id"))), "")
    return attributes.get("name", ""), attributes.get("state", "visible") != "visible", link


def read_outline(pieces: Iterator[bytes]) -> Outline:
    """Read the outline from any XML."""
    sheets: list[tuple[str, bool, str]] = []
    names: list[DefinedName] = []
    words: list[str] = []
    open_name: tuple[str, int | None] | None = None
    since = "0"

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal open_name, since
        match local_name(tag):
            case "sheet":
                sheets.append(_sheet(attributes))
            case "workbookPr":
                since = attributes.get("date1904", "0")
            case "definedName":
                owner = attributes.get("localSheetId")
                open_name = (attributes.get("name", ""), int(owner) if owner is not None else None)
                words.clear()

    def end(tag: str) -> None:
        nonlocal open_name
        if open_name is not None and local_name(tag) == "definedName":
            names.extend(_name(*open_name, "".join(words)))
            open_name = None

    def text(piece: str) -> None:
        if open_name is not None:
            words.append(piece)

    parse_xml(pieces, start, end, text)
    return Outline(sheets=tuple(sheets), names=tuple(names), counts_from_1904=since in _TRUE)
