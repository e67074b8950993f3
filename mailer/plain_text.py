"""Plain text of a letter: lines that any mail program shows as they were meant."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Between 70 and 78, so that a quoted reply still fits into 80.
WIDTH = 76
_NARROWEST_LABEL = 20
_MARK = re.compile(r"[ ]*(?:[-•*] |\d+[.)] )?")
_MANY_BREAKS = re.compile(r"\n{3,}")
#: "17 giờ 00" stays on one line; textwrap breaks at ordinary blanks only.
_HOUR = re.compile(r"(\d{1,2}) giờ (\d{2})")
_NO_BREAK = "\u00a0"


def wrap_letter(text: str) -> str:
    """Wrap every long line, what follows a "- " or "1. " hanging below its first word."""
    lines: list[str] = []
    for line in text.strip("\n").split("\n"):
        bare = _HOUR.sub(rf"\1{_NO_BREAK}giờ{_NO_BREAK}\2", line.rstrip())
        if len(bare) <= WIDTH:
            lines.append(bare)
            continue
        mark = _MARK.match(bare)
        indent = " " * len(mark[0]) if mark else ""
        lines += textwrap.wrap(
            bare, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
    # Lines of blanks alone have become empty ones: also those are no end of a letter.
    return _MANY_BREAKS.sub("\n\n", "\n".join(lines)).strip("\n").replace(_NO_BREAK, " ") + "\n"


def align_rows(rows: Sequence[tuple[str, str]], *, indent: str = "  ") -> str:
    """Set labels left and values in a column of their own, joined by dots as a paper form does."""
    if not rows:
        return ""
    column = max(len(value) for _, value in rows)
    room = max(WIDTH - len(indent) - column - 1, _NARROWEST_LABEL)
    lines: list[str] = []
    for label, value in rows:
        parts = textwrap.wrap(label, room - 4, break_on_hyphens=False) or [""]
        lines += [indent + part for part in parts[:-1]]
        lines.append(f"{indent}{parts[-1] + ' ':.<{room}} {value:>{column}}".rstrip())
    return "\n".join(lines)
