"""The XML of a part as it is written: elements with their places in the bytes, changed there and only there.

Writing a part anew from a tree would lose what other programs put there: the order of attributes, prefixes,
extensions of later versions. Here all bytes stay that no edit names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from domain.errors import NotAWorkbook, TooLarge
from parsers.package import refuse_document_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Elements of a part that is read into a tree.
MAX_ELEMENTS: Final = 400_000

_TAG = re.compile(rb"<([^\s/>]+)((?:\s+[^\s=/>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/?>")
_ATTRIBUTE = re.compile(rb"\s+([^\s=/>]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_ENCODING = re.compile(r"^\ufeff?(<\?xml[^>]{0,200}?encoding\s*=\s*)([\"'])([A-Za-z0-9._-]{1,40})\2")
_UTF8: Final = ("utf-8", "utf8", "ascii", "us-ascii")
_UTF16: Final = (
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(slots=True, eq=False)
class Element:
    """An element where it stands: its start tag is [start, opened), its end tag [closed, end)."""

    namespace: str
    local: str
    #: By local name; those of a namespace as "namespace local".
    attributes: dict[str, str]
    #: Name as written, with its prefix.
    name: bytes
    start: int
    opened: int
    closed: int = 0
    end: int = 0
    children: list[Element] = field(default_factory=list)
    #: The words directly within.
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether it is one tag, `<c/>`."""
        return self.end == self.opened

    @property
    def prefix(self) -> bytes:
        """Give the prefix that elements of its language have, with the colon."""
        head, colon, _ = self.name.rpartition(b":")
        return head + colon

    def first(self, local: str) -> Element | None:
        """Give the first child of that name."""
        return next((child for child in self.children if child.local == local), None)

    def all(self, local: str) -> Iterator[Element]:
        """Yield the children of that name."""
        return (child for child in self.children if child.local == local)


def as_utf8(part: bytes) -> bytes:
    """Give a part in UTF-8, which it nearly always is; the declaration is put right, nothing else changes."""
    for sign, encoding in _UTF16:
        if part.startswith(sign):
            text = part.decode(encoding)
            break
    else:
        declared = _ENCODING.match(part[:300].decode("latin-1"))
        encoding = declared[3].lower() if declared else "utf-8"
        if encoding in _UTF8:
            return part
        text = part.decode(encoding)
    return _ENCODING.sub(r"\1\2UTF-8\2", text.removeprefix("\ufeff")).encode()


def parser_of(
    start: Callable[[str, dict[str, str]], None], end: Callable[[str], None]
) -> expat.XMLParserType:
    """Give a parser that names elements "namespace local" and refuses document types."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse_document_type
    return parser


def read_tree(part: bytes) -> Element:
    """Read a small part into a tree; *part* is in UTF-8.

    Raises TooLarge, NotAWorkbook, or what the parser raises for XML that is none.
    """
    top = Element("", "", {}, b"", 0, 0)
    open_ones = [top]
    count = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MAX_ELEMENTS:
            raise TooLarge(f"A part of the file holds more than {MAX_ELEMENTS} elements.")
        namespace, _, local = tag.rpartition(" ")
        at = parser.CurrentByteIndex
        name, opened = tag_at(part, at)
        element = Element(namespace, local, attributes, name, at, opened)
        open_ones[-1].children.append(element)
        open_ones.append(element)

    def end(_: str) -> None:
        element = open_ones.pop()
        close(part, element, parser.CurrentByteIndex)

    def text(piece: str) -> None:
        open_ones[-1].text += piece

    parser = parser_of(start, end)
    parser.CharacterDataHandler = text
    parser.Parse(part, True)  # noqa: FBT003 - the signature of expat
    return top.children[0]


def tag_at(part: bytes, at: int) -> tuple[bytes, int]:
    """Give (name as written, place behind it) of the start tag at *at*."""
    found = _TAG.match(part, at)
    if found is None:
        raise NotAWorkbook("A part of the file holds a tag that cannot be read.")
    return found[1], found.end()


def close(part: bytes, element: Element, at: int) -> None:
    """Note where *element* ends; *at* is where the parser says that it does."""
    if part[element.opened - 2 : element.opened] == b"/>":
        element.closed = element.end = element.opened
    else:
        element.closed, element.end = at, part.index(b">", at) + 1


def with_attributes(tag: bytes, attributes: dict[str, str]) -> bytes:
    """Give a start tag with *attributes*, in place of those of the same name or behind all others."""
    found = _TAG.fullmatch(tag)
    if found is None:
        raise NotAWorkbook("A part of the file holds a tag that cannot be read.")
    left = {name.encode(): quoted(value) for name, value in attributes.items()}
    written = _ATTRIBUTE.sub(
        lambda one: one[0][: one.start(2) - one.start()] + left.pop(one[1], one[2]), found[2]
    )
    fresh = b"".join(b" " + name + b"=" + value for name, value in left.items())
    return b"<" + found[1] + written + fresh + tag[found.end(2) :]


class Edits:
    """Changes to a part, gathered by place and made in one go."""

    def __init__(self, part: bytes) -> None:
        self._part = part
        #: (start, end, what comes there), in the order in which they were asked for.
        self._cuts: list[tuple[int, int, bytes]] = []
        self._tags: dict[int, tuple[Element, dict[str, str], list[bytes]]] = {}

    def __bool__(self) -> bool:
        """Tell whether there is anything to change."""
        return bool(self._cuts or self._tags)

    def replace(self, start: int, end: int, new: bytes) -> None:
        """Put *new* in place of [start, end); ranges must not reach into each other."""
        self._cuts.append((start, end, new))

    def insert(self, at: int, new: bytes) -> None:
        """Put *new* before what stands at *at*, behind what was inserted there earlier."""
        self._cuts.append((at, at, new))

    def remove(self, element: Element) -> None:
        """Take an element out."""
        self._cuts.append((element.start, element.end, b""))

    def set(self, element: Element, **attributes: str) -> None:
        """Set attributes of an element."""
        self._of(element)[1].update(attributes)

    def append(self, element: Element, new: bytes) -> None:
        """Put *new* at the end of what stands within an element."""
        self._of(element)[2].append(new)

    def made(self) -> bytes:
        """Give the part with every change made."""
        for element, attributes, within in self._tags.values():
            self._change(element, attributes, b"".join(within))
        self._tags.clear()
        pieces: list[bytes] = []
        at = 0
        for start, end, new in sorted(self._cuts, key=lambda cut: cut[:2]):
            pieces += (self._part[at:start], new)
            at = end
        return b"".join((*pieces, self._part[at:]))

    def _of(self, element: Element) -> tuple[Element, dict[str, str], list[bytes]]:
        return self._tags.setdefault(element.start, (element, {}, []))

    def _change(self, element: Element, attributes: dict[str, str], within: bytes) -> None:
        tag = self._part[element.start : element.opened]
        if attributes:
            tag = with_attributes(tag, attributes)
        if within and element.is_empty:
            tag = tag[:-2].rstrip() + b">" + within + b"</" + element.name + b">"
        elif within:
            self.insert(element.closed, within)
        self.replace(element.start, element.opened, tag)


def quoted(value: str) -> bytes:
    """Write the value of an attribute, with its quotation marks."""
    safe = _NOT_XML.sub("", value).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return f'"{safe.replace(chr(9), "&#9;").replace(chr(10), "&#10;")}"'.encode()


def words(text: str) -> bytes:
    """Write the words of a cell or a comment; what XML does not take is spelt as Excel does, `_x0001_`."""
    escaped = _LOOKS_ESCAPED.sub("_x005F_", text)
    spelt = _NOT_XML.sub(lambda sign: f"_x{ord(sign[0]):04X}_", escaped)
    return spelt.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()
