"""The office's own form, stamped: a hidden sheet, names of the answer cells and properties are added.

Sheets, styles, drawings, macros and settings stay byte for byte; what changes are the lists that a package
keeps of its parts, and `workbook.xml` by one sheet and some names. The form looks as the office made it.
"""

from __future__ import annotations

import posixpath
from itertools import count
from typing import TYPE_CHECKING, Final

from domain.errors import NotAWorkbook, Unmarkable, WorkbookError
from parsers.marking.links import CONTENT_TYPES, PROPERTIES, WORKSHEET, ContentTypes, Links
from parsers.markup import Edits, as_utf8, quoted, read_tree, words
from parsers.package import damage, find_workbook, open_package
from parsers.repacking import replace_parts
from parsers.stamp import (
    META_SHEET,
    answer_name,
    column_name,
    is_stamp_property,
    read_answer_name,
    read_column_name,
    stamp_pairs,
    stamp_properties,
)
from parsers.workbook import column_letters, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.forms import FormSpec
    from parsers.markup import Element
    from parsers.stamp import Stamp

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CUSTOM: Final = "docProps/custom.xml"
#: The one set of properties that Office reads as custom (MS-OI29500, 2.1.34).
_FORMAT_ID: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_VALUE_TYPES: Final = b"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_NO_PROPERTIES: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    b'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"></Properties>'
)
#: What may stand before the names of a workbook (ECMA-376, CT_Workbook), the last one first.
_BEFORE_NAMES: Final = ("externalReferences", "functionGroups", "sheets")
_SIGNED: Final = "_xmlsignatures/"


def stamp_original(content: bytes, spec: FormSpec, stamp: Stamp) -> bytes:
    """Give the office's own form with *stamp*, and with names at the cells that *spec* says.

    Raises Unmarkable where that cannot be done faithfully (an .xls, a signed or strict file, a form that
    carries a stamp already, a cell on no sheet), otherwise what reading raises.
    """
    try:
        return _Stamping(content).put(spec, stamp)
    except WorkbookError:
        raise
    except damage() as trouble:
        raise NotAWorkbook("The form is damaged and cannot be stamped.") from trouble


class _Stamping:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._package = open_package(content)
        self._main = find_workbook(self._package)
        self._part = as_utf8(self._package.complete(self._main))
        self._root = read_tree(self._part)
        if self._root.namespace != _MAIN:
            raise Unmarkable(
                "The form is written in the strict dialect of ISO 29500; save it as plain .xlsx."
            )
        if any(name.startswith(_SIGNED) for name in self._package.names):
            raise Unmarkable("The form is digitally signed; remove the signature first.")
        listed = self._root.first("sheets")
        self._sheets = listed
        self._tabs = list(listed.all("sheet")) if listed is not None else []
        self._edits = Edits(self._part)
        self._links = Links(self._package, self._main)
        self._types = ContentTypes(self._package)

    def put(self, spec: FormSpec, stamp: Stamp) -> bytes:
        if any(_name_of(tab).casefold().startswith(META_SHEET) for tab in self._tabs):
            raise Unmarkable(
                f"The form has a sheet `{META_SHEET}` already: it is a blank that went out once."
            )
        assert self._sheets is not None
        parts: dict[str, bytes] = {}
        folder = posixpath.dirname(self._main)
        part = next(
            name
            for number in count(1)
            if (name := posixpath.join(folder, f"worksheets/sheet{number}.xml")) not in self._package
        )
        parts[part] = _meta_sheet(stamp)
        self._types.add(part, WORKSHEET)
        self._list_sheet(self._links.add(WORKSHEET, part))
        self._define_names(spec)
        parts[self._main] = self._edits.made()
        parts |= self._put_properties(stamp)
        for name, made in ((self._links.part, self._links.made()), (CONTENT_TYPES, self._types.made())):
            if made is not None:
                parts[name] = made
        return replace_parts(self._content, parts)

    def _list_sheet(self, link_id: str) -> None:
        numbers = [int(tab.attributes.get("sheetId", "0")) for tab in self._tabs]
        prefix = self._root.prefix
        line = b'<%bsheet xmlns:r="%b" name=%b sheetId="%d" state="veryHidden" r:id=%b/>' % (
            prefix, _LINK.encode(), quoted(META_SHEET), max(numbers, default=0) + 1, quoted(link_id),
        )  # fmt: skip
        assert self._sheets is not None
        self._edits.append(self._sheets, line)

    def _define_names(self, spec: FormSpec) -> None:
        """Write the names, in place of those of ours that are there already."""
        names = dict(_targets(spec))
        known = {_name_of(tab) for tab in self._tabs}
        lost = sorted({sheet for sheet, _ in names.values()} - known)
        if lost:
            raise Unmarkable(f"The form has no sheet `{lost[0]}`; its sheets: {', '.join(sorted(known))}.")
        prefix = self._root.prefix
        lines = b"".join(
            b"<%bdefinedName name=%b>%b</%bdefinedName>"
            % (prefix, quoted(name), words(_reference(sheet, cell)), prefix)
            for name, (sheet, cell) in names.items()
        )
        there = self._root.first("definedNames")
        if there is not None:
            for one in there.all("definedName"):
                name = one.attributes.get("name", "")
                if read_answer_name(name) is not None or read_column_name(name) is not None:
                    self._edits.remove(one)
            self._edits.append(there, lines)
            return
        before = next(found for kind in _BEFORE_NAMES if (found := self._root.first(kind)) is not None)
        self._edits.insert(before.end, b"<%bdefinedNames>%b</%bdefinedNames>" % (prefix, lines, prefix))

    def _put_properties(self, stamp: Stamp) -> dict[str, bytes]:
        links = Links(self._package, "")
        part = links.of_kind(PROPERTIES)
        is_new = part is None or part not in self._package
        content = _NO_PROPERTIES if is_new or part is None else as_utf8(self._package.complete(part))
        root = read_tree(content)
        edits = Edits(content)
        highest = 1
        for one in root.all("property"):
            if is_stamp_property(one.attributes.get("name", "")):
                edits.remove(one)
            highest = max(highest, int(one.attributes.get("pid", "1")))
        for number, (name, value) in enumerate(stamp_properties(stamp).items(), start=highest + 1):
            head = b"<%bproperty fmtid=%b pid=%b name=%b>" % (
                root.prefix, quoted(_FORMAT_ID), quoted(str(number)), quoted(name),
            )  # fmt: skip
            text = b'<vt:lpwstr xmlns:vt="%b">%b</vt:lpwstr>' % (_VALUE_TYPES, words(value))
            edits.append(root, b"%b%b</%bproperty>" % (head, text, root.prefix))
        made = {part or _CUSTOM: edits.made()}
        if is_new:
            self._types.add(_CUSTOM, PROPERTIES)
            links.add(PROPERTIES, _CUSTOM)
            listed = links.made()
            assert listed is not None
            made = {_CUSTOM: edits.made(), links.part: listed}
        return made


def _targets(spec: FormSpec) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each name with (sheet, cell) that it leads to."""
    for field in spec.fields:
        if field.cell:
            yield answer_name(field.code), (spec.sheet, field.cell)
    for one in spec.lists:
        for column in one.columns:
            if column.cell:
                yield column_name(one.code, column.name), (one.sheet, column.cell)


def _reference(sheet: str, cell: str) -> str:
    place = place_of(cell)
    if place is None:
        raise Unmarkable(f"`{cell}` is no cell.")
    row, column = place
    return "'{}'!${}${}".format(sheet.replace("'", "''"), column_letters(column), row)


def _name_of(tab: Element) -> str:
    return tab.attributes.get("name", "")


def _meta_sheet(stamp: Stamp) -> bytes:
    """Write the sheet that says whose blank it is, with its texts in the cells: no other part changes."""
    rows = b"".join(
        b'<row r="%d">%b</row>'
        % (
            number,
            b"".join(
                b'<c r="%b%d" t="inlineStr"><is><t>%b</t></is></c>' % (letter, number, words(text))
                for letter, text in zip((b"A", b"B"), pair, strict=True)
            ),
        )
        for number, pair in enumerate(stamp_pairs(stamp), start=1)
    )
    return (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        b'<worksheet xmlns="%b"><sheetData>%b</sheetData><sheetProtection sheet="1"/></worksheet>'
        % (_MAIN.encode(), rows)
    )
