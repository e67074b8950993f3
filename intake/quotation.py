"""The words that the writer of a mail added, without the letter quoted below them."""

from __future__ import annotations

import re

from domain.vietnamese import fold

#: First line of a quotation, folded: Outlook, Zimbra, Gmail, Apple Mail, in Vietnamese and English.
_QUOTATION_BEGINS = re.compile(
    r"-{2,}\s*(?:original message|forwarded message|thu goc|tin nhan goc|thu chuien tiep).*"
    r"|(?:vao|luc|on)\b.*(?:da viet|viet|wrote)\s*:"
    r"|_{10,}"
)
_HEADER_LINE = re.compile(r"(?:tu|from|nguoi gui)\s*:\s*\S")
_NEXT_HEADER = re.compile(r"(?:den|to|gui|sent|da gui|ngai|date|nguoi nhan|toi)\s*:\s*\S")
#: The line of Gmail is often broken in two.
_LINES_TOGETHER = 3


def own_words(body: str) -> str:
    """Give the text above the quoted letter, without quoted lines between."""
    lines = body.splitlines()
    kept: list[str] = []
    for number, line in enumerate(lines):
        if _begins_quotation(lines, number):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip()


def _begins_quotation(lines: list[str], number: int) -> bool:
    first = fold(lines[number])
    if not first:
        return False
    if _HEADER_LINE.match(first):
        following = [fold(line) for line in lines[number + 1 : number + _LINES_TOGETHER] if line.strip()]
        return any(_NEXT_HEADER.match(line) for line in following)
    together = first
    for more in range(_LINES_TOGETHER):
        if _QUOTATION_BEGINS.fullmatch(together):
            return True
        if number + more + 1 >= len(lines):
            return False
        together = f"{together} {fold(lines[number + more + 1])}".strip()
    return False
