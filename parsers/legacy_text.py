"""Doubt about letters: texts in TCVN3 (ABC), VNI or wrongly decoded fonts are asked about, never taken."""

from __future__ import annotations

import re

#: Signs that TCVN3 fonts show as Vietnamese letters and that no Vietnamese word in Unicode holds.
_TCVN3 = "\u00ad¨©ª«¬®¦§¡¢£¤¥¸µ¶·¹»¼½¾ÆÇËÎÏÐÑÖ×ØÜÞßäåæçëîïñöø÷ûüþ"
_TCVN3_WORD = re.compile(rf"[^\W\d_][{_TCVN3}]|[{_TCVN3}][^\W\d_]")
#: VNI writes a letter and then its marks as a letter of its own: "Nguyeãn", "thoâng".
_VNI_WORD = re.compile(
    r"aâ|aê|eâ|oâ|aù|aø|aû|aõ|aï|aá|aà|eù|eø|eû|eã|eï|eá|eà|oø|oû|oï|öô|ö[ùøûõï]|[nu]ñ|ñ[aeiouyö]"
)
_UTF8_AS_LATIN = re.compile(r"á»|áº|Ã[\u0080-\u00bf]|Æ°|Æ¡|Ä‘|Ä\u0091")
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]")
_ENOUGH = 2


def doubts_letters(text: str) -> bool:
    """Tell whether *text* looks as if its letters mean others than they show."""
    if text.isascii():
        return len(_LOST.findall(text)) >= _ENOUGH
    if "\ufffd" in text or _UTF8_AS_LATIN.search(text):
        return True
    words = text.split()
    suspicious = sum(1 for word in words if _TCVN3_WORD.search(word))
    # A soft hyphen alone is also what Word leaves behind; TCVN3 text has other signs beside it.
    if suspicious >= _ENOUGH and any(sign in _TCVN3[1:] for sign in text):
        return True
    vni = sum(1 for word in words if _VNI_WORD.search(word.lower()))
    return vni >= _ENOUGH or len(_LOST.findall(text)) >= _ENOUGH
