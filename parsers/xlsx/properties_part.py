"""The custom document properties of an Office file, as texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.package import parse_xml
from parsers.xlsx.plain_xml import ATTRIBUTE, NotPlain, decoded, find_all, plain_body, refuse_markup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAMESPACES = (
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
    "http://purl.oclc.org/ooxml/officeDocument/customProperties",
)
_PROPERTY = re.compile(r"<property ([^<>]*)>\s*<(\w+:\w+)(?: [^<>]*)?>([^<]*)</\2>\s*</property>")


def plain_properties(content: bytes) -> Mapping[str, str] | None:
    """Give the properties; None where the part is not plain."""
    text = plain_body(content, _NAMESPACES)
    if text is None:
        return None
    try:
        refuse_markup(text)
        return {
            decoded(dict(ATTRIBUTE.findall(described)).get("name", "")): decoded(words).strip()
            for described, _, words in find_all(_PROPERTY, text, "<property ")
        }
    except NotPlain:
        return None


def read_properties(pieces: Iterator[bytes]) -> Mapping[str, str]:
    """Read the properties from any XML."""
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

    parse_xml(pieces, start, end, text)
    return found
