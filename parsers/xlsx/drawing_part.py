"""The words in boxes that lie over a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from parsers.package import parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Most boxes of a sheet, and most signs of one, that are read.
_MOST: Final = 200
_LONGEST: Final = 500


def read_boxes(pieces: Iterator[bytes]) -> tuple[str, ...]:
    """Read the words of each box that has any; charts and pictures have none."""
    boxes: list[str] = []
    words: list[str] = []
    depth = 0
    is_said = False

    def start(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, is_said
        kind = tag.rpartition(" ")[2]
        depth += kind == "txBody"
        is_said = kind == "t" and depth > 0
        if kind == "p" and words:
            words.append(" ")

    def end(tag: str) -> None:
        nonlocal depth, is_said
        is_said = False
        if tag.rpartition(" ")[2] == "txBody":
            depth -= 1
            said = " ".join("".join(words).split())[:_LONGEST]
            if said and len(boxes) < _MOST:
                boxes.append(said)
            words.clear()

    def text(piece: str) -> None:
        if is_said:
            words.append(piece)

    parse_xml(pieces, start, end, text)
    return tuple(boxes)
