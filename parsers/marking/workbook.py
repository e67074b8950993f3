"""A returned workbook with its wrong cells marked, made by changing those parts of the file and no others."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING, Final

from domain.errors import NotAWorkbook, Unmarkable, WorkbookError
from parsers.marking.boxes import Boxes, box_beside
from parsers.marking.comments import Comments
from parsers.marking.links import (
    COMMENTS,
    CONTENT_TYPES,
    DRAWING,
    STYLES,
    WORKSHEET,
    ContentTypes,
    Links,
)
from parsers.marking.marks import HEADINGS, foot, joined
from parsers.marking.sheet import SheetPart
from parsers.marking.styles import PLAIN_STYLES, Styles
from parsers.markup import as_utf8, read_tree
from parsers.package import damage, find_workbook, open_package
from parsers.repacking import replace_parts
from parsers.workbook import column_letters, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from parsers.marking.boxes import Sizes
    from parsers.marking.marks import Mark, MarkKind
    from parsers.marking.sheet import Place
    from parsers.markup import Element

#: Who signs the comments where nobody is named.
OFFICE: Final = "Văn phòng"
_MAIN_NAMESPACES: Final = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "")
#: A digital signature covers the parts: changed, it would say that the file was forged.
_SIGNED: Final = "_xmlsignatures/"
_EXCEL: Final = "application/vnd."
_ENDINGS: Final = {
    "ms-excel.sheet.macroEnabled.main+xml": ".xlsm",
    "ms-excel.template.macroEnabled.main+xml": ".xltm",
    "openxmlformats-officedocument.spreadsheetml.template.main+xml": ".xltx",
}


def mark_workbook(content: bytes, marks: Sequence[Mark], *, author: str = OFFICE) -> bytes:
    """Give the workbook with *marks*, and without those of an earlier time.

    Only the parts that hold marked cells, styles, comments and the lists of parts are written again; every
    other member of the file is copied bit for bit, and the same marks a second time change nothing. Marks on
    sheets that the workbook does not have are passed over.

    Raises Unmarkable where that cannot be done faithfully (ISO strict files, signed files, a sheet beyond all
    measure), otherwise what reading raises.
    """
    try:
        return _Marking(content, author).put(marks)
    except WorkbookError:
        raise
    except damage() as trouble:
        raise NotAWorkbook("The workbook is damaged and cannot be marked.") from trouble


def ending_of(content: bytes) -> str:
    """Give the ending that a workbook's name must have: Excel opens no macros that are called .xlsx.

    Raises what reading raises.
    """
    try:
        package = open_package(content)
        media_type = ContentTypes(package).of(find_workbook(package))
    except damage() as trouble:
        raise NotAWorkbook("The workbook is damaged.") from trouble
    return _ENDINGS.get(media_type.removeprefix(_EXCEL), ".xlsx")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tab:
    """One sheet of the workbook: its number from 1 and its part."""

    number: int
    name: str
    part: str


class _Marking:
    """The work on one file."""

    def __init__(self, content: bytes, author: str) -> None:
        self._content = content
        self._author = author
        self._package = open_package(content)
        self._main = find_workbook(self._package)
        self._root = read_tree(as_utf8(self._package.complete(self._main)))
        if self._root.namespace not in _MAIN_NAMESPACES:
            raise Unmarkable("The workbook is written in the strict dialect of ISO 29500.")
        if any(name.startswith(_SIGNED) for name in self._package.names):
            raise Unmarkable("The workbook is digitally signed.")
        self._links = Links(self._package, self._main)
        self._types = ContentTypes(self._package)
        self._styled = self._there(self._links.of_kind(STYLES))
        self._styles = Styles(self._package.complete(self._styled) if self._styled else PLAIN_STYLES)
        #: Parts to write, and parts to leave out.
        self._parts: dict[str, bytes] = {}
        self._removed: set[str] = set()

    def put(self, marks: Sequence[Mark]) -> bytes:
        """Mark every sheet, and give the file."""
        for tab in self._tabs():
            self._mark_sheet(tab, [mark for mark in marks if mark.sheet == tab.name])
        styles = self._styles.made()
        if styles is not None and self._styled is None:
            self._add("styles{}.xml", styles, STYLES, self._links)
        else:
            self._keep(self._styled, styles)
        self._keep(self._links.part, self._links.made())
        self._keep(CONTENT_TYPES, self._types.made())
        if not self._parts and not self._removed:
            return self._content
        return replace_parts(self._content, self._parts, removed=self._removed)

    def _tabs(self) -> Iterator[_Tab]:
        """Yield the sheets that hold cells, each part once."""
        listed = self._root.first("sheets")
        seen: set[str] = set()
        for number, sheet in enumerate(listed.all("sheet") if listed else (), start=1):
            part = self._there(self._links.by_id(_link_id(sheet), kind=WORKSHEET))
            if part is not None and part not in seen:
                seen.add(part)
                yield _Tab(number=number, name=sheet.attributes.get("name", ""), part=part)

    def _mark_sheet(self, tab: _Tab, marks: Sequence[Mark]) -> None:
        links = Links(self._package, tab.part)
        commented = self._there(links.of_kind(COMMENTS))
        if not marks and not self._styles.ours and commented is None:
            return
        comments = Comments(self._package.complete(commented) if commented else None, author=self._author)
        if not marks and not self._styles.ours and not comments.fills:
            return
        wanted = [(place, mark) for mark in marks if (place := place_of(mark.cell)) is not None]
        sheet = SheetPart(
            self._package.complete(tab.part), wanted={place for place, _ in wanted}, ours=self._styles.ours
        )
        on_cells: dict[Place, list[Mark]] = {}
        for place, mark in wanted:
            on_cells.setdefault(sheet.corner(place), []).append(mark)
        told = {place: joined(on_cells[place]) for place in sorted(on_cells)}
        self._tint(sheet, told, comments=comments)
        boxes = self._boxes(tab, sheet, links=links)
        self._draw(boxes, comments, told=told, sizes=sheet.sizes)
        self._finish_comments(comments, commented, links=links)
        self._finish_boxes(boxes, sheet, links=links)
        self._keep(tab.part, sheet.made())
        if links.is_empty:
            self._removed.add(links.part)
            self._types.remove(links.part)  # LibreOffice names even these
        else:
            self._keep(links.part, links.made())

    def _tint(
        self, sheet: SheetPart, told: Mapping[Place, tuple[MarkKind, str]], *, comments: Comments
    ) -> None:
        """Take the tints of the earlier time away, and put on those of now with their comments."""
        styles, fills = self._styles, comments.fills
        bases: dict[Place, int] = {}
        for place, style in sheet.tinted.items():
            bases[place] = styles.unmarked(style, fills.get(_address(place)))
            if place not in told:
                sheet.set_style(place, bases[place])
        for place, (kind, text) in told.items():
            base = bases.get(place)
            if base is None:
                base = sheet.style(place)
                base = styles.unmarked(base, None) if base in styles.ours else base
            sheet.set_style(place, styles.marked(base, kind))
            comments.put(_address(place), kind, text=text, fill=styles.fill(base))

    def _boxes(self, tab: _Tab, sheet: SheetPart, *, links: Links) -> Boxes:
        part = self._there(links.by_id(_link_id(sheet.drawing))) if sheet.drawing else None
        content = self._package.complete(part) if part else None
        return Boxes(content, name=part, sheet_number=tab.number)

    def _draw(
        self,
        boxes: Boxes,
        comments: Comments,
        *,
        told: Mapping[Place, tuple[MarkKind, str]],
        sizes: Sizes,
    ) -> None:
        """Give every comment of ours its box; in a new drawing those of others too."""
        boxes.remove([place for cell in comments.only_ours if (place := place_of(cell))])
        boxed = boxes.places
        texts = {place: f"{HEADINGS[kind]}\n{text}\n{foot('')}" for place, (kind, text) in told.items()}
        places = {place for cell in comments.cells if (place := place_of(cell))}
        needed = sorted(place for place in places - boxed if place in told or boxes.name is None)
        boxes.add([box_beside(*place, texts.get(place, ""), sizes) for place in needed])

    def _finish_comments(self, comments: Comments, part: str | None, *, links: Links) -> None:
        content = comments.made()
        if part is None and content is not None:
            self._add("comments{}.xml", content, COMMENTS, links)
        elif part is not None and content is not None and not comments.cells:
            self._leave_out(part, COMMENTS, links)
        else:
            self._keep(part, content)

    def _finish_boxes(self, boxes: Boxes, sheet: SheetPart, *, links: Links) -> None:
        content = boxes.made()
        if content is None:
            return
        if boxes.name is None:
            sheet.remove_drawing()
            sheet.set_drawing(self._add("drawings/vmlDrawing{}.vml", content, DRAWING, links))
        elif boxes.is_bare and Links(self._package, boxes.name).part not in self._package:
            sheet.remove_drawing()
            self._leave_out(boxes.name, DRAWING, links)
        else:
            self._keep(boxes.name, content)

    def _there(self, part: str | None) -> str | None:
        return part if part is not None and part in self._package else None

    def _keep(self, part: str | None, content: bytes | None) -> None:
        if part is not None and content is not None:
            self._parts[part] = content

    def _add(self, name: str, content: bytes, kind: str, links: Links) -> str:
        """Add a part under a name that is free, with a number for {}; give the id of its link."""
        folder = posixpath.dirname(self._main)
        numbers = chain([""] if kind == STYLES else [], count(1))
        names = (posixpath.join(folder, name.format(number)) for number in numbers)
        part = next(one for one in names if one not in self._package and one not in self._parts)
        self._parts[part] = content
        self._types.add(part, kind)
        return links.add(kind, part)

    def _leave_out(self, part: str, kind: str, links: Links) -> None:
        self._removed.add(part)
        self._types.remove(part)
        links.remove(kind, part)


def _link_id(element: Element) -> str:
    """Give the id of the link that an element names, whatever the prefix."""
    return next((value for key, value in element.attributes.items() if key.endswith(" id")), "")


def _address(place: Place) -> str:
    row, column = place
    return f"{column_letters(column)}{row}"
