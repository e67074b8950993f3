"""Reader of .xlsx and .xlsm: bytes to a sparse Grid, with nothing guessed and nothing evaluated.

Blank is told from error and from not-calculated; only cells that hold something are kept, so a stray cell at
XFD1048576 costs one entry. Parts that are written the plain way are read by patterns, all others by a parser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from domain.errors import NotAWorkbook, WorkbookError
from parsers.package import damage, find_workbook, open_package
from parsers.workbook import Grid, Sheet
from parsers.xlsx.comments_part import read_comments
from parsers.xlsx.drawing_part import read_boxes
from parsers.xlsx.outline import plain_outline, read_outline
from parsers.xlsx.plain_sheet import plain_sheet
from parsers.xlsx.properties_part import plain_properties, read_properties
from parsers.xlsx.sheet_part import read_sheet
from parsers.xlsx.styles_part import plain_styles, read_styles
from parsers.xlsx.texts_part import NO_TEXTS, plain_shared_texts, read_shared_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from parsers.package import Package, Relationship
    from parsers.xlsx.sheet_part import SheetBody
    from parsers.xlsx.styles_part import CellStyle
    from parsers.xlsx.texts_part import SharedTexts

_PROPERTIES = ("custom-properties", "customProperties")
_PROPERTIES_PART = "docProps/custom.xml"
_Read = TypeVar("_Read")


def read_workbook(content: bytes) -> Grid:
    """Read a workbook.

    Raises NotAWorkbook, Encrypted, TooLarge or AmbiguousForm.
    """
    try:
        return _Reader(open_package(content)).read()
    except WorkbookError:
        raise
    except damage() as trouble:
        raise NotAWorkbook("The workbook is damaged and cannot be read.") from trouble


class _Reader:
    """Reads the parts of one workbook, and counts those that the patterns could not take."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._has_comments = any("comment" in name for name in package.names)
        self._has_drawings = any("/drawings/" in name for name in package.names)
        self._slow = 0

    def read(self) -> Grid:
        """Read everything but looks."""
        main = find_workbook(self._package)
        outline = self._alike(main, plain_outline, read_outline)
        links = self._package.relationships(main)
        by_id = {link.id: link for link in links}
        texts_part, styles_part = self._linked(links, "sharedStrings"), self._linked(links, "styles")
        texts = self._either(texts_part, plain_shared_texts, read_shared_texts) if texts_part else NO_TEXTS
        styles = self._alike(styles_part, plain_styles, read_styles) if styles_part else ()
        sheets: list[Sheet] = []
        for name, hidden, link_id in outline.sheets:
            link = by_id.get(link_id)
            if link is None or link.kind != "worksheet":
                continue  # chart and dialog sheets hold no cells
            body = self._sheet(link.target, texts, styles, counts_from_1904=outline.counts_from_1904)
            sheets.append(
                Sheet(
                    name=name,
                    hidden=hidden,
                    cells=body.cells,
                    hidden_rows=frozenset(body.hidden_rows),
                    hidden_columns=frozenset(body.hidden_columns),
                    merged=tuple(body.merged),
                    comments=self._comments(link.target),
                    boxes=self._boxes(link.target),
                )
            )
        if not sheets:
            raise NotAWorkbook("The workbook holds no sheet with cells.")
        names, scoped = outline.resolve_names()
        of_package = self._package.relationships("")
        part = next((found for kind in _PROPERTIES if (found := self._linked(of_package, kind))), None)
        if part is None and _PROPERTIES_PART in self._package:
            part = _PROPERTIES_PART
        return Grid(
            sheets=tuple(sheets),
            properties=self._either(part, plain_properties, read_properties) if part else {},
            names=names,
            scoped_names=scoped,
            counts_from_1904=outline.counts_from_1904,
            slow_parts=self._slow,
        )

    def _boxes(self, part: str) -> tuple[str, ...]:
        """Read the words of boxes that lie over a sheet; most books have no drawings."""
        return self._aside(part, "drawing", read_boxes, ()) if self._has_drawings else ()

    def _comments(self, part: str) -> Mapping[tuple[int, int], str]:
        """Read what people wrote about cells of a sheet; most books have no such part."""
        return self._aside(part, "comments", read_comments, {}) if self._has_comments else {}

    def _aside(self, part: str, kind: str, read: Callable[[Iterator[bytes]], _Read], without: _Read) -> _Read:
        """Read what lies beside the cells of a sheet; nothing of it makes the cells unreadable."""
        try:
            found = self._linked(self._package.relationships(part), kind)
            content = self._package.whole(found) if found else None
            return read(iter((content,))) if content is not None else without
        except WorkbookError:
            return without
        except damage():
            return without

    def _linked(self, links: tuple[Relationship, ...], kind: str) -> str | None:
        for link in links:
            if link.kind == kind and link.target in self._package:
                return link.target
        return None

    def _either(
        self,
        part: str,
        plain: Callable[[bytes], _Read | None],
        thorough: Callable[[Iterator[bytes]], _Read],
    ) -> _Read:
        """Read a part by patterns, otherwise by the parser."""
        content = self._package.whole(part)
        read = plain(content) if content is not None else None
        if read is not None:
            return read
        self._slow += 1
        return thorough(iter((content,)) if content is not None else self._package.pieces(part))

    def _alike(
        self,
        part: str,
        plain: Callable[[bytes], _Read | None],
        thorough: Callable[[Iterator[bytes]], _Read],
    ) -> _Read:
        """Read a part that forms of one blank have in common, by patterns, otherwise by the parser."""
        read = self._package.read_alike(part, plain)
        if read is not None:
            return read
        self._slow += 1
        return thorough(self._package.pieces(part))

    def _sheet(
        self,
        part: str,
        texts: SharedTexts,
        styles: Sequence[CellStyle],
        *,
        counts_from_1904: bool,
    ) -> SheetBody:
        content = self._package.whole(part)
        if content is not None:
            body = plain_sheet(content, texts=texts, styles=styles, counts_from_1904=counts_from_1904)
            if body is not None:
                return body
        self._slow += 1
        return read_sheet(
            lambda: iter((content,)) if content is not None else self._package.pieces(part),
            texts=texts,
            styles=styles,
            counts_from_1904=counts_from_1904,
        )
