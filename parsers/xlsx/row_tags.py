"""What the opening tags of rows say, as plain XML spells them: whether the row is hidden."""

from __future__ import annotations

import re

from parsers.xlsx.plain_xml import ATTRIBUTE, NotPlain
from parsers.xlsx.sheet_part import is_unseen

#: A row is shown, hidden, or written in one tag and so without cells.
SHOWN, HIDDEN, CLOSED = range(3)
ROW_TAG = re.compile(r"<row[^>]*>")
#: Blanks, attributes, a slash.
_SPELT = re.compile(r'\s*+<row((?: (?!xmlns=)[A-Za-z0-9:]++="[^"<>&]*+")*+) ?(/?)>')


def read_row_tag(spelt: str) -> int:
    """Say whether a row is SHOWN, HIDDEN or CLOSED; raises NotPlain or ValueError where no plain row is."""
    if not spelt:
        return SHOWN  # behind the last row stands no tag
    found = _SPELT.fullmatch(spelt)
    if found is None:
        raise NotPlain
    is_hidden = is_unseen(dict(ATTRIBUTE.findall(found[1])), "ht")
    if found[2]:
        return CLOSED
    return HIDDEN if is_hidden else SHOWN
