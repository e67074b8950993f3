"""Texts as they look when typed in an old encoding: the decoders' own tables turned round; words to turn."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from domain.findings import CATALOGUE
from parsers.letters import tcvn3, vni
from tests.unit.parsers.campaigns import form_spec

_GUIDE = Path(__file__).parents[3] / "docs" / "huong-dan.md"
_TCVN3 = {
    letter: chr(sign)
    for sign, letter in tcvn3.TABLE.items()
    if tcvn3.has_glyphs(chr(sign)) and not unicodedata.combining(letter) and sign < 0x100
}
_VNI = {letter: signs for signs, letter in vni.TABLE.items() if not signs.istitle() or len(signs) == 1}


def in_tcvn3(text: str) -> str:
    """Spell *text* as .VnTime does; capitals with a tone, which the font lacks, as small letters."""
    return "".join(_TCVN3.get(sign, _TCVN3.get(sign.lower(), sign)) for sign in text)


def in_vni(text: str) -> str:
    """Spell *text* as VNI-Times does."""
    return "".join(_VNI.get(sign, sign) for sign in text)


def in_latin(text: str) -> str:
    """Spell *text* as a program shows its UTF-8 when it takes it for Windows-1252."""
    bytes_ = text.encode()
    return "".join(
        bytes([byte]).decode("latin-1" if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "cp1252")
        for byte in bytes_
    )


@cache
def sentences() -> tuple[str, ...]:
    """Give Vietnamese lines that people wrote: the guide, the form and the catalogue of findings."""
    spec = form_spec()
    lines = [
        *_GUIDE.read_text(encoding="utf-8").splitlines(),
        *(text for one in spec.fields for text in (one.label, one.measure, one.section, one.note)),
        *(text for kind in CATALOGUE.values() for text in (kind.message, kind.advice)),
    ]
    return tuple(dict.fromkeys(line.strip() for line in lines if not line.isascii()))


@cache
def words() -> tuple[str, ...]:
    """Give the Vietnamese words of those lines."""
    letters = "".join(sign if sign.isalpha() else " " for sign in " ".join(sentences()))
    return tuple(dict.fromkeys(word for word in letters.split() if not word.isascii()))
