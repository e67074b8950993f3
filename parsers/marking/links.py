"""The links between parts of a package, and the list of what kind each part is: what is added, what goes."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from parsers.markup import Edits, as_utf8, quoted, read_tree
from parsers.package import folded_name

if TYPE_CHECKING:
    from parsers.markup import Element
    from parsers.package import Package

CONTENT_TYPES: Final = "[Content_Types].xml"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_NO_LINKS: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
#: Kinds of links, as the last word of their type's address says.
COMMENTS, DRAWING, STYLES, WORKSHEET = "comments", "vmlDrawing", "styles", "worksheet"
PROPERTIES: Final = "custom-properties"
#: Media types of the parts that a mark or a stamp may need.
TYPES: Final = {
    COMMENTS: "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml",
    DRAWING: "application/vnd.openxmlformats-officedocument.vmlDrawing",
    STYLES: "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml",
    WORKSHEET: "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
    PROPERTIES: "application/vnd.openxmlformats-officedocument.custom-properties+xml",
}


class Links:
    """The links of one part: found by id or kind, added, taken out."""

    def __init__(self, package: Package, source: str) -> None:
        self._folder, base = posixpath.split(source)
        self.part = posixpath.join(self._folder, "_rels", f"{base}.rels")
        content = as_utf8(package.complete(self.part)) if self.part in package else _NO_LINKS
        self._root = read_tree(content)
        self._edits = Edits(content)
        self._count = len(self._root.children)
        self._ids = {link.attributes.get("Id", "") for link in self._root.children}

    def by_id(self, link_id: str, *, kind: str = DRAWING) -> str | None:
        """Give the part that a link leads to, if the link is of that kind."""
        named = (one for one in self._inner() if one.attributes.get("Id") == link_id and _kind(one) == kind)
        return next(map(self._target, named), None)

    def of_kind(self, kind: str) -> str | None:
        """Give the part that the first link of that kind leads to."""
        return next((self._target(one) for one in self._inner() if _kind(one) == kind), None)

    def add(self, kind: str, target: str) -> str:
        """Add a link to the part *target*; give its id."""
        number = 1
        while f"rId{number}" in self._ids:
            number += 1
        link_id = f"rId{number}"
        self._ids.add(link_id)
        self._count += 1
        written = {"Id": link_id, "Type": _OFFICE + kind, "Target": f"/{target}"}
        attributes = b"".join(b" %b=%b" % (key.encode(), quoted(value)) for key, value in written.items())
        self._edits.append(self._root, b"<%bRelationship%b/>" % (self._root.prefix, attributes))
        return link_id

    def remove(self, kind: str, target: str) -> None:
        """Take out the links of that kind to the part *target*."""
        for link in self._inner():
            if _kind(link) == kind and self._target(link) == target:
                self._edits.remove(link)
                self._count -= 1

    @property
    def is_empty(self) -> bool:
        """Tell whether no link is left."""
        return self._count == 0

    def made(self) -> bytes | None:
        """Give the part that holds the links; None when none has changed."""
        return self._edits.made() if self._edits else None

    def _inner(self) -> list[Element]:
        return [one for one in self._root.children if one.attributes.get("TargetMode") != "External"]

    def _target(self, link: Element) -> str:
        target = posixpath.join("/", self._folder, link.attributes.get("Target", ""))
        return posixpath.normpath(target).lstrip("/")


class ContentTypes:
    """What kind each part of the package is."""

    def __init__(self, package: Package) -> None:
        content = as_utf8(package.complete(CONTENT_TYPES))
        self._root = read_tree(content)
        self._edits = Edits(content)
        self._by_ending = {
            one.attributes.get("Extension", "").casefold(): one.attributes.get("ContentType", "")
            for one in self._root.all("Default")
        }

    def of(self, part: str) -> str:
        """Give the media type that is said of this very part; empty when none is."""
        return next((one.attributes.get("ContentType", "") for one in self._of_part(part)), "")

    def add(self, part: str, kind: str) -> None:
        """Say what kind a new part is: a drawing by its ending where it can be, as Excel does."""
        prefix, media_type = self._root.prefix, TYPES[kind]
        known = self._by_ending.setdefault("vml", "") if kind == DRAWING else None
        if known == "":
            self._by_ending["vml"] = media_type
            default = b'<%bDefault Extension="vml" ContentType=%b/>' % (prefix, quoted(media_type))
            self._edits.insert(self._root.opened, default)
        elif known != media_type:
            named = (prefix, quoted(f"/{part}"), quoted(media_type))
            self._edits.append(self._root, b"<%bOverride PartName=%b ContentType=%b/>" % named)

    def remove(self, part: str) -> None:
        """Take out what is said of a part by name."""
        for one in self._of_part(part):
            self._edits.remove(one)

    def made(self) -> bytes | None:
        """Give the part; None when nothing has changed."""
        return self._edits.made() if self._edits else None

    def _of_part(self, part: str) -> list[Element]:
        folded = folded_name(part)
        return [
            one
            for one in self._root.all("Override")
            if folded_name(one.attributes.get("PartName", "")) == folded
        ]


def _kind(link: Element) -> str:
    return link.attributes.get("Type", "").rpartition("/")[2]
