"""What the opening tags of rows say, as plain XML spells them: whether the row is hidden."""

from __future__ import annotations

import re
from typing import Final

from parsers.xlsx.plain_xml import ATTRIBUTE, NotPlain
from parsers.xlsx.sheet_part import is_unseen

#: A row is shown, hidden, or written in one tag and so without cells.
SHOWN, HIDDEN, CLOSED = range(3)
ROW_TAG = re.compile(r"<row[^>]*>")
#: Blanks, attributes, a slash.
_SPELT = re.compile(r'\s*+<row((?: (?!xmlns=)[A-Za-z0-9:]++="[^"<>&]*+")*+) ?(/?)>')


class RowTags(dict[str, int]):
    """Rows by their tags; forms of one blank come back with the same ones again and again.

    Asking for a tag that no plain row has raises NotPlain or ValueError. A bounded number is remembered.
    """

    _LONGEST: Final = 300
    _MOST: Final = 8_192

    def __missing__(self, spelt: str) -> int:
        found = _SPELT.fullmatch(spelt)
        if found is not None:
            hides = is_unseen(dict(ATTRIBUTE.findall(found[1])), "ht")
            said = CLOSED if found[2] else HIDDEN if hides else SHOWN
        elif spelt:
            raise NotPlain
        else:
            said = SHOWN  # behind the last row stands no tag
        if len(spelt) <= self._LONGEST:
            if len(self) >= self._MOST:
                self.clear()
            self[spelt] = said
        return said
