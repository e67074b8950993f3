"""The user's own document properties in a zip package of Office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.package import parse_xml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parsers.package import Package

_USUAL_PART = "docProps/custom.xml"
_KINDS = ("custom-properties", "customProperties")


def read_custom_properties(package: Package) -> Mapping[str, str]:
    """Give the custom document properties as texts; none when the package has no such part."""
    linked = (link.target for link in package.relationships("") if link.kind in _KINDS)
    part = next((name for name in linked if name in package), _USUAL_PART)
    found: dict[str, str] = {}
    if part not in package:
        return found
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
