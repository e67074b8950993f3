"""XML that is written the plain way, so that patterns can take it instead of a parser.

In a well-formed part every `<` begins a tag: a part whose tags are all accounted for by patterns holds
nothing that they did not see. Whatever is written in another way raises NotPlain, and a real parser takes it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Of the spreadsheet language: transitional, strict, and none at all (some generators).
MAIN_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "",
)
#: A larger part is read piece by piece with flat memory; a form's largest part has some 50 kB.
LARGEST = 4 << 20

ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_OPENING = re.compile(
    r'\ufeff?\s*(?:<\?xml version="1\.[01]"(?: encoding="[uU][tT][fF]-8")?(?: standalone="[a-z]+")? ?\?>\s*)?'
    r'<[a-zA-Z]+(?=[ >])[^<>]*?\bxmlns="([^"]*)"[^<>]*>'
)
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
#: Signs that no XML part may hold.
_NOT_IN_XML = bytes(sign for sign in range(0x20) if sign not in b"\t\n\r")
_NOT_SIGNS = re.compile(f"[{re.escape(_NOT_IN_XML.decode())}]")


class NotPlain(Exception):
    """The part is written in another way than the patterns know."""


def plain_body(content: bytes, namespaces: Sequence[str] = MAIN_NAMESPACES) -> str | None:
    """Give what stands inside the root of a part in UTF-8 that speaks one of *namespaces* without a prefix.

    None where it is written in another way. What the patterns do not account for goes to `refuse_markup`.
    """
    if len(content) > LARGEST or len(content.translate(None, _NOT_IN_XML)) != len(content):
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    opening = _OPENING.match(text)
    if opening is None or opening[1] not in namespaces:
        return None
    return unified(text[opening.end() :])


def unified(text: str) -> str:
    """Write the ends of lines as XML hands them on (XML 1.0, 2.11)."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def refuse_markup(text: str) -> None:
    """Raise NotPlain where comments, sections or instructions stand, or an element changes the language."""
    if holds_sections(text) or ' xmlns="' in text:
        raise NotPlain


def holds_sections(text: str) -> bool:
    """Tell whether comments, sections or instructions stand there: inside of them tags may be none."""
    # One sign alone is found much faster than two.
    return ("!" in text and "<!" in text) or ("?" in text and "<?" in text)


def whole_signs(text: str) -> str:
    """Give *text*; raises NotPlain where it holds signs that no XML part may hold."""
    if _NOT_SIGNS.search(text):
        raise NotPlain
    return text


def find_all(pattern: re.Pattern[str], text: str, tag: str) -> list[Any]:
    """Find every element, as `findall` gives them; raises NotPlain where some are written in another way."""
    found = pattern.findall(text)
    if len(found) != text.count(tag):
        raise NotPlain
    return found


def decoded(text: str) -> str:
    """Resolve the entities of XML; raises NotPlain where anything else begins with `&`."""
    if "&" not in text:
        return text
    words, count = _ENTITY.subn(_sign, text)
    if count != text.count("&"):
        raise NotPlain
    return words


def _sign(found: re.Match[str]) -> str:
    if found[1]:
        return _NAMED[found[1]]
    number = int(found[2]) if found[2] else int(found[3], 16)
    if not (number in (9, 10, 13) or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0x10FFFF):  # noqa: PLR2004 - XML 1.0
        raise NotPlain
    return chr(number)
