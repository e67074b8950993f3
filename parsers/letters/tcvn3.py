"""TCVN3 (ABC): what the fonts .VnTime and their kin show for the signs of one byte."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: The 94 signs from 0xA1 to 0xFE (TCVN 5712:1993, VN2); 0xAD, a soft hyphen elsewhere, is the letter "ư".
_SHOWN: Final = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ"
    "\u0300\u0309\u0303\u0301\u0323"
    "àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵ"
)
_FIRST: Final = 0xA1
_MARKS: Final = "°±²³´"
#: The letter and mark that a sign stands for; the Greek µ is what some programs make of 0xB5.
TABLE: Final[dict[int, str]] = {
    **{_FIRST + offset: letter for offset, letter in enumerate(_SHOWN)},
    0x03BC: "à",
}
#: Capitals with a tone, which the standard has and the fonts have not: .VnTimeH shows the small ones so.
_NO_GLYPH: Final = frozenset("¯º¿ÀÁÂÃÄÅÍÙÚÛàð")
_LONE_MARK = re.compile(rf"(?<![aeiouyAEIOUY¡-¦¨-\u00ad])[{_MARKS}]")


def decode(text: str) -> str:
    """Give *text*, as a program without the font shows it, in Unicode (NFC).

    ASCII and what lies beyond one byte stay, and so do "m²" and "25°": a mark needs a vowel to stand on.
    """
    kept = {found.start() for found in _LONE_MARK.finditer(text)}
    if kept:
        decoded = "".join(
            sign if place in kept else TABLE.get(ord(sign), sign) for place, sign in enumerate(text)
        )
    else:
        decoded = text.translate(TABLE)
    return unicodedata.normalize("NFC", decoded)


def has_glyphs(word: str) -> bool:
    """Tell whether the fonts can show *word* at all."""
    return _NO_GLYPH.isdisjoint(word)


def shows_capitals(font: str) -> bool:
    """Tell whether a font of the family shows every letter as a capital, as .VnTimeH and .VnArialH do."""
    return font.rstrip().endswith(("H", "h"))
