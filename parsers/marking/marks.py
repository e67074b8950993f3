"""What is put on a cell that a unit has to look at, and how it is known again when the file comes back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable


class MarkKind(StrEnum):
    """How urgent a mark is."""

    #: Wrong or unclear: the form is not taken before it is mended.
    MEND = "mend"
    #: Taken, but worth a look.
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing to say about one cell."""

    sheet: str
    #: A1 address, without signs of dollar.
    cell: str
    kind: MarkKind
    #: What stands there and what to write, in Vietnamese; the place goes without saying.
    text: str


#: Pale enough to read black letters on, also where printed in grey, and unlike any colour that Excel offers:
#: by them our cells are known again even without their comments.
TINTS: Final = {MarkKind.MEND: "F7B5AB", MarkKind.CHECK: "FFD98C"}
#: First line of the comment.
HEADINGS: Final = {MarkKind.MEND: "CẦN SỬA", MarkKind.CHECK: "XEM LẠI"}
#: Longest text of a comment; Excel ends at 32,767 signs.
LONGEST_TEXT: Final = 1_500

_SIGNATURE: Final = "Tổng Hợp"
#: What our comment adds to a cell, wherever it now stands in the words of the comment. Between heading and
#: foot nothing may look like a heading again, so that the search stays linear.
_OURS = re.compile(
    rf"(?:{'|'.join(HEADINGS.values())})\n"
    rf"(?:(?!(?:{'|'.join(HEADINGS.values())})\n).){{0,{4 * LONGEST_TEXT}}}?"
    rf"\[{_SIGNATURE}(?: ([A-Za-z0-9:~.+-]{{1,120}}))?\]\n?",
    re.DOTALL,
)


def foot(fill: str) -> str:
    """Write the last line of a comment, which keeps the fill that the cell had before."""
    return f"[{_SIGNATURE} {fill}]" if fill else f"[{_SIGNATURE}]"


def find_ours(text: str) -> tuple[int, int, str] | None:
    """Find our words in those of a comment: (begin, end, fill that the cell had); None without ours."""
    found = _OURS.search(text)
    return None if found is None else (found.start(), found.end(), found[1] or "")


def joined(marks: Iterable[Mark]) -> tuple[MarkKind, str]:
    """Put together what is to be said about one cell: the graver kind, every text once.

    A text that quotes one of our own comments is changed so far that it is not taken for one.
    """
    gathered = sorted(marks, key=lambda mark: mark.kind is not MarkKind.MEND)
    texts = dict.fromkeys(mark.text.strip() for mark in gathered)
    text = "\n".join(filter(None, texts)).replace(f"[{_SIGNATURE}", f"({_SIGNATURE}")
    for heading in HEADINGS.values():
        text = text.replace(f"{heading}\n", f"{heading}: ").removesuffix(heading)
    return gathered[0].kind, text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1].rstrip() + "…"
