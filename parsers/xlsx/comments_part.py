"""The comments of a sheet: what somebody wrote about a cell, as texts by their cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from parsers.marking.marks import find_ours
from parsers.package import parse_xml
from parsers.workbook import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Most comments of a sheet, and most signs of one, that are read.
_MOST: Final = 5_000
_LONGEST: Final = 2_000
#: What Excel writes for older programs before the words of a conversation.
_CONVERSATION: Final = re.compile(r"\A\s*\[Threaded comment\].*?\n\s*(?:Comment|Nhận xét):\s*", re.DOTALL)


def read_comments(pieces: Iterator[bytes]) -> Mapping[tuple[int, int], str]:
    """Read the words of each comment, without ours and without the author's name in the first line."""
    found: dict[tuple[int, int], str] = {}
    place: tuple[int, int] | None = None
    words: list[str] = []
    is_said = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal place, is_said
        kind = tag.rpartition(" ")[2]
        if kind == "comment":
            place = place_of(attributes.get("ref", "").upper()) if len(found) < _MOST else None
            words.clear()
        is_said = kind == "t" and place is not None

    def end(tag: str) -> None:
        nonlocal place, is_said
        is_said = False
        if place is not None and tag.rpartition(" ")[2] == "comment":
            said = _own("".join(words)[:_LONGEST])
            if said:
                found[place] = said
            place = None

    def text(piece: str) -> None:
        if is_said:
            words.append(piece)

    parse_xml(pieces, start, end, text)
    return found


def _own(words: str) -> str:
    """Give what people said."""
    while (ours := find_ours(words)) is not None:
        words = words[: ours[0]] + words[ours[1] :]
    words = _CONVERSATION.sub("", words)
    # Excel begins a comment with "Name:" on a line of its own.
    first, colon, rest = words.lstrip().partition(":\n")
    return (rest if colon and "\n" not in first else words).strip()
