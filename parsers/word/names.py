"""Names of the WordprocessingML language, in its transitional and its strict spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

NAMESPACES: Final = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
#: What leads to text in a drawing, to alternatives and to formulas.
OTHER_NAMES: Final = {
    "http://schemas.openxmlformats.org/markup-compatibility/2006 AlternateContent": "AlternateContent",
    "http://schemas.openxmlformats.org/markup-compatibility/2006 Choice": "Choice",
    "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback": "Fallback",
    "http://schemas.openxmlformats.org/officeDocument/2006/math t": "t",
    "http://purl.oclc.org/ooxml/officeDocument/math t": "t",
    "http://schemas.openxmlformats.org/drawingml/2006/main blip": "picture",
    "http://purl.oclc.org/ooxml/drawingml/main blip": "picture",
    "urn:schemas-microsoft-com:vml imagedata": "picture",
}
_TRUE = ("1", "true", "on", "")


def spellings(locals_: Iterable[str]) -> dict[str, str]:
    """Give every way in which elements of the language are named, with their local names."""
    return {f"{namespace} {local}": local for namespace in NAMESPACES for local in locals_}


def local_name(tag: str) -> str:
    """Give the local name of an element of the language; nothing for elements of other languages."""
    namespace, _, local = tag.rpartition(" ")
    return local if namespace in NAMESPACES else ""


def value_of(attributes: dict[str, str], name: str = "val") -> str:
    """Give an attribute, whichever way it is spelt; nothing where it is not there."""
    for namespace in NAMESPACES:
        found = attributes.get(f"{namespace} {name}")
        if found is not None:
            return found
    return attributes.get(name, "")


def is_on(attributes: dict[str, str]) -> bool:
    """Tell whether a switch is on; without a value it is."""
    return value_of(attributes).lower() in _TRUE
