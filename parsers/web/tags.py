"""HTML cut into tags and words, in time that grows with its length only, however broken it is.

html.parser looks for the end of a tag again and again in broken pages; a hostile megabyte holds it for long.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TAG_NAME: Final = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:._-]{0,60})")
#: What begins a tag or a comment; any other < is a sign like others.
_BEGINNING: Final = re.compile(r"<(?:/?[a-zA-Z]|[!?])")
_DELIMITER: Final = re.compile("[>\"']")
_ATTRIBUTE: Final = re.compile(
    r"([^\s=/>\"']{1,80})(?:\s{0,20}=\s{0,20}(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?"
)
_LONGEST_ATTRIBUTES: Final = 65_536
#: Elements whose content is no markup.
_RAW: Final = frozenset({"style", "script", "xml", "noscript", "title", "textarea"})
_RAW_ENDS: Final = {name: re.compile(f"</{name}", re.IGNORECASE) for name in _RAW}


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag; `attributes` by lower-case name, without references to signs."""

    name: str
    is_end: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """Text between tags, references to signs resolved."""

    text: str


@dataclass(frozen=True, slots=True)
class Raw:
    """What stands inside a comment ("!--") or an element that holds no markup, as it is."""

    name: str
    text: str


class _Source:
    """A page and where in it we are."""

    def __init__(self, text: str) -> None:
        self.text = text
        #: Signs that were looked for in vain: they do not come any more.
        self._gone: set[str] = set()

    def find(self, sign: str, place: int) -> int:
        """Find *sign*; a search that failed once is not begun again."""
        if sign in self._gone:
            return -1
        found = self.text.find(sign, place)
        if found < 0:
            self._gone.add(sign)
        return found

    def find_end(self, name: str, place: int) -> int:
        """Find the end tag of an element without markup; the end of the page where there is none."""
        if name in self._gone:
            return len(self.text)
        found = _RAW_ENDS[name].search(self.text, place)
        if found is None:
            self._gone.add(name)
            return len(self.text)
        return found.start()

    def end_of_tag(self, place: int) -> int:
        """Find the > that ends a tag, not one inside quotes; -1 where there is none."""
        while (found := _DELIMITER.search(self.text, place)) is not None:
            sign = found[0]
            if sign == ">":
                return found.start()
            closing = self.find(sign, found.end())
            place = (closing if closing >= 0 else found.start()) + 1
        return -1


def tokens(text: str) -> Iterator[Tag | Words | Raw]:
    """Yield tags and words in order."""
    source = _Source(text)
    place = 0
    while place < len(text):
        found = _BEGINNING.search(text, place)
        if found is None:
            yield Words(html.unescape(text[place:]))
            return
        start = found.start()
        if start > place:
            yield Words(html.unescape(text[place:start]))
        token, place = _token(source, start)
        if token is not None:
            yield token
        if isinstance(token, Tag) and token.name in _RAW and not token.is_end:
            end = source.find_end(token.name, place)
            yield Raw(token.name, text[place:end])
            place = end


def _token(source: _Source, start: int) -> tuple[Tag | Raw | None, int]:
    """Read what a < at *start* begins; give it with the place behind it."""
    text = source.text
    if text.startswith("<!--", start):
        end = source.find("-->", start + 4)
        return Raw("!--", text[start + 4 : end if end >= 0 else len(text)]), (
            end + 3 if end >= 0 else len(text)
        )
    name = _TAG_NAME.match(text, start + 1)
    if name is None:
        end = source.find(">", start)
        return None, end + 1 if end >= 0 else len(text)
    end = source.end_of_tag(name.end())
    if end < 0:
        return None, len(text)
    is_end = text[start + 1] == "/"
    attributes = {} if is_end else _attributes(text[name.end() : min(end, name.end() + _LONGEST_ATTRIBUTES)])
    return Tag(name[1].lower(), is_end, attributes), end + 1


def _attributes(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source):
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower(), html.unescape(value))
    return found
