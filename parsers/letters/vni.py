"""VNI: a letter and its marks as two signs, as the fonts VNI-Times and their kin show them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: Marks on plain letters: sắc, huyền, hỏi, ngã, nặng.
_TONES: Final = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
#: Marks that carry the hat with and without a tone, and the bow.
_HATS: Final = {
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303",
    "ä": "\u0302\u0323",
}  # fmt: skip
_BOWS: Final = {
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303",
    "ë": "\u0306\u0323",
}  # fmt: skip
#: Letters of one sign.
_SINGLE: Final = {"í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ö": "ư", "ô": "ơ", "ñ": "đ"}


def _table() -> dict[str, str]:
    """Make the table of small letters: one or two signs -> the letter."""
    marks = {
        "a": _TONES | _HATS | _BOWS,
        "e": _TONES | _HATS,
        "o": _TONES | _HATS,
        "u": _TONES,
        "y": _TONES,
        "ö": _TONES,
        "ô": _TONES,
    }
    table = dict(_SINGLE)
    for letter, own in marks.items():
        for mark, combining in own.items():
            shown = _SINGLE.get(letter, letter) + combining
            table[letter + mark] = unicodedata.normalize("NFC", shown)
    del table["yï"]  # VNI writes ỵ as one sign
    return table


#: One or two signs -> the letter, in small and capital letters and with a capital before a small mark.
TABLE: Final[dict[str, str]] = {
    **_table(),
    **{signs.upper(): letter.upper() for signs, letter in _table().items()},
    **{signs.title(): letter.upper() for signs, letter in _table().items()},
}
_SIGNS = re.compile("|".join(sorted(TABLE, key=len, reverse=True)))


def decode(text: str) -> str:
    """Give *text*, as a program without the font shows it, in Unicode (NFC)."""
    return unicodedata.normalize("NFC", _SIGNS.sub(lambda found: TABLE[found[0]], text))
