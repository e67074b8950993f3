"""Letters that mean others than they show: TCVN3 (ABC), VNI, UTF-8 read as Latin, letters lost as "?".

A text is converted where its font and its words agree, or where its words alone leave no doubt: all of them
are Vietnamese after, hardly any before. Anything less is a doubt, with the likely reading; a text that could
be what it shows is never turned. Nothing invisible may be stripped before: TCVN3's "ư" is a soft hyphen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from domain.vietnamese import nfc
from parsers.letters import tcvn3, vni
from parsers.letters.misread_utf8 import is_surely_utf8, looks_like_utf8, undo_latin
from parsers.letters.syllables import is_syllable

if TYPE_CHECKING:
    from collections.abc import Iterator


class Encoding(StrEnum):
    """How letters were written that show as others."""

    TCVN3 = "TCVN3"
    VNI = "VNI"
    #: Right once, then read as Latin letters.
    UTF8 = "UTF-8"


@dataclass(frozen=True, slots=True)
class Letters:
    """The reading of a text whose letters are not what they show."""

    #: In Unicode; the text itself where nobody can tell what it says.
    text: str
    #: None where letters are lost.
    encoding: Encoding | None
    #: Without a doubt; otherwise `text` is only the likely reading.
    is_sure: bool


#: Latin-1 letters and signs that Vietnamese in Unicode has no use for.
_ODD_SIGNS: Final = "\u0080-\u009f\u00a1-\u00bfÄ-ÇËÎ-ÑÖ-ØÛÜÞßä-çëî-ñö-øûüþÿ\ufffd\ud800-\udfff"
#: Pairs of letters that no Vietnamese word has, but VNI ("eâ") and TCVN3 ("víi") are full of.
_ODD_PAIRS: Final = "[íìéèê]i|a[âùõáàãêéè]|e[âùáàã]|o[âùõ]|u[ùõ]|y[ùõ]|ô[ùõ]"
_ODD = re.compile(rf"[{_ODD_SIGNS}]|{_ODD_PAIRS}")
#: Letters that only Unicode has.
_ONLY_UNICODE = re.compile(r"[ăđĩũơưĂĐĨŨƠƯ\u0300-\u0323\u1ea0-\u1ef9]")
_WORD = re.compile(r"[A-Za-z\u00a1-\u024f\u0300-\u036f\u03bc\u1e00-\u1eff]+")
#: Signs that may stand before and behind a word for what they are.
_BEFORE: Final = "«¿¡©§±·°\u00ad"
_BEHIND: Final = "»®©¹²³ªº°·\u00ad"
#: A sign within or before letters that nobody writes there, unless it is a letter itself ("kh«ng", "®i").
_TELLING = re.compile(r"[a-z][¡-¶¸-¿÷][a-z]|^[§®¸¨©¬¦\u00ad][¡-ÿa-z]|[a-z][À-ß]|[A-Z][¡-¶¸-¿÷][A-Z]|[a-z]µ")
#: What VNI writes and no French or Spanish name does ("Loïc" and "Raúl" are read as well).
_TELLING_PAIR = re.compile(r"[aeouyöô][âáàåãäøõ]", re.IGNORECASE)
#: Letters of "Đ/c" and "đ/c".
_LONE_LETTERS: Final = frozenset("§®")
_SHORT_FORM = re.compile(r"[§®]/[a-zA-Z]")
#: By themselves these are signs in every font that people type with; no Vietnamese word is "ã" or "ì".
_NO_LETTERS: Final = frozenset("·×÷¹½¼¾±°²³´")
_SMALL = re.compile(r"[a-z]")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_ABBREVIATION = re.compile(r"[A-ZĐƯ]{1,8}|[bcdđghklmnpqrstvx]{1,5}")
#: Three letters are a word; one or two may be a unit ("µm") or a sign of mathematics.
_SHORTEST: Final = 3
_ENOUGH: Final = 2
#: No answer is longer; of a longer text only the beginning is looked at.
_LONGEST: Final = 4000
_SHORT: Final = 40
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]")
#: A sign that some program could not read, or half of one.
_BROKEN = re.compile(r"[\ufffd\ud800-\udfff]")
_LINK = re.compile(r"\w{1,10}://\S+")


def read_letters(text: str, font: str = "") -> Letters | None:
    """Give the reading of *text* (as stored) where its letters are not what they show, else None.

    *font* is the cell's font where that is one of an old encoding, otherwise empty.
    """
    if text.isascii():
        return Letters(text, None, is_sure=False) if "?" in text and _has_lost_letters(text) else None
    if not font and _ODD.search(text) is None and _ONLY_UNICODE.search(text) is not None:
        return _doubt(text) if "?" in text and _has_lost_letters(text) else None
    return _judge_again(text, font) if len(text) <= _SHORT else _judge(text, font)


def readable(text: str, font: str = "") -> str:
    """Give *text* in the letters that a person sees or would guess, to match it with words of the form."""
    letters = read_letters(text, font)
    return text if letters is None else letters.text


def _doubt(text: str) -> Letters:
    return Letters(text, None, is_sure=False)


def _has_lost_letters(text: str) -> bool:
    return len(_LOST.findall(_LINK.sub("", text[:_LONGEST]))) >= _ENOUGH


def _judge(text: str, font: str) -> Letters | None:
    text = nfc(text)
    if len(text) > _LONGEST:
        return None if _judge(text[:_LONGEST], font) is None else _doubt(text)
    if looks_like_utf8(text):
        repaired = undo_latin(text)
        if repaired is not None:
            words = [word for word in _bare_words(repaired) if not word.isascii()]
            is_sure = bool(words) and all(map(is_syllable, words))
            return Letters(repaired, Encoding.UTF8, is_sure=is_sure)
        if is_surely_utf8(text):
            return _doubt(text)
    family = _family(font)
    if (
        family is None
        and all(word.isascii() or _is_natural(word) for word in _WORD.findall(text))
        and _SHORT_FORM.search(text) is None
    ):
        return _doubt(text) if _BROKEN.search(text) or _has_lost_letters(text) else None
    found = [
        (weights, letters)
        for weights in (_Weights(text, Encoding.TCVN3, family), _Weights(text, Encoding.VNI, family))
        if (letters := weights.verdict()) is not None
    ]
    if len(found) > 1:
        # The one that leaves no word unexplained; where both do, nobody can tell which it is.
        found = [one for one in found if one[0].is_clean] if family is None else found
        found = [one for one in found if one[0].encoding is family] or found
    if len(found) > 1 or _BROKEN.search(text) or (not found and _has_lost_letters(text)):
        return _doubt(text)
    if not found:
        return None
    letters = found[0][1]
    if letters.encoding is Encoding.TCVN3 and tcvn3.shows_capitals(font):
        return Letters(_in_capitals(letters.text), letters.encoding, is_sure=letters.is_sure)
    return letters


def _bare_words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        bare = word.strip(_BEFORE + _BEHIND)
        if bare and not _ABBREVIATION.fullmatch(bare):
            yield bare


#: The same short words stand in many cells: choices, headings, "không".
_judge_again = lru_cache(maxsize=2048)(_judge)


def _family(font: str) -> Encoding | None:
    """Tell what a font shows; None where its name says nothing sure (VK Sans Serif)."""
    name = font.strip().casefold()
    if name.startswith("vni"):
        return Encoding.VNI
    return Encoding.TCVN3 if name.startswith((".vn", "abc ")) else None


def _in_capitals(text: str) -> str:
    return "".join(
        piece if "@" in piece or "://" in piece else piece.upper() for piece in re.split(r"(\s+)", text)
    )


class _Weights:
    """Counts which words of a text speak for an encoding, and which against it."""

    def __init__(self, text: str, encoding: Encoding, family: Encoding | None) -> None:
        self.encoding = encoding
        self._family = family
        self._text = text
        self._decode = tcvn3.decode if encoding is Encoding.TCVN3 else vni.decode
        #: Words that are Vietnamese after and nothing before; short forms with đ; words that could be both.
        self.turned: list[str] = []
        self.shortened: list[str] = []
        self.either = 0
        #: Words that are Vietnamese before and nothing after; words that are nothing at all.
        self.kept = 0
        self.unexplained = 0
        self.is_telling = False
        self.has_pairs = False
        for found in _WORD.finditer(text):
            word = found[0]
            if word.isascii():
                continue
            if len(word) > 1 or word.isalpha():
                self._weigh(word)
            elif text[found.end() :].startswith("/"):
                self.shortened += [self._turn(word)] * (word in _LONE_LETTERS and encoding is Encoding.TCVN3)
            elif encoding is family:
                self.either += self._is_letter(word)

    @property
    def is_clean(self) -> bool:
        """Tell whether every word is explained."""
        return self.kept == 0 and self.unexplained == 0

    def _weigh(self, word: str) -> None:
        decoded = self._turn(word)
        is_natural = _is_natural(word)
        if decoded == word:
            self.kept += is_natural and _ONLY_UNICODE.search(word) is not None
            self.unexplained += not is_natural
        elif is_syllable(decoded) and self._can_show(word):
            if is_natural:
                self.either += 1
            else:
                self.turned.append(decoded)
                self.is_telling = self.is_telling or self._tells(word, decoded)
        elif is_natural:
            self.kept += 1
        elif _ABBREVIATION.fullmatch(decoded):
            self.shortened.append(decoded)
        else:
            self.unexplained += 1

    def _is_letter(self, sign: str) -> bool:
        """Tell whether a sign by itself may be a letter: "«" the word "ô", "®" the đ of "15.000 ®"."""
        decoded = self._turn(sign)
        return decoded != sign and (is_syllable(decoded) or sign in _LONE_LETTERS)

    def _turn(self, word: str) -> str:
        """Decode a word; among capitals the letters that the fonts have in small only are capitals too."""
        if word in _NO_LETTERS:
            return word
        decoded = self._decode(word)
        if _SMALL.search(word) or sum(map(str.isupper, decoded)) < _ENOUGH:
            return decoded
        return decoded.upper()

    def _turned_text(self) -> str:
        return _WORD.sub(lambda found: self._turn(found[0]), self._text)

    def _can_show(self, word: str) -> bool:
        return self.encoding is Encoding.VNI or tcvn3.has_glyphs(word)

    def _tells(self, word: str, decoded: str) -> bool:
        self.has_pairs = self.has_pairs or len(decoded) < len(word)
        return (_TELLING_PAIR if self.encoding is Encoding.VNI else _TELLING).search(word) is not None

    def verdict(self) -> Letters | None:
        """Give the reading, sure or doubted; None where nothing calls for it."""
        encoding, family = self.encoding, self._family
        turned, fits = len(self.turned), self.kept == 0
        evidence = turned + len(self.shortened)
        agrees = encoding is family
        if not evidence:
            is_open = agrees and fits and self.either > 0 and self.unexplained == 0
            return Letters(self._turned_text(), encoding, is_sure=False) if is_open else None
        if fits and self._is_sure(evidence, agrees=agrees, contradicted=not agrees and family is not None):
            return Letters(self._turned_text(), encoding, is_sure=True)
        if agrees or self._is_doubtful():
            reading = self._turned_text() if fits else self._decode_turned()
            return Letters(reading, encoding, is_sure=False)
        return None

    def _is_sure(self, evidence: int, *, agrees: bool, contradicted: bool) -> bool:
        turned = len(self.turned)
        if contradicted:
            return False
        if agrees:
            is_word = self.is_telling or any(len(word) >= _SHORTEST for word in self.turned)
            is_enough = is_word or (evidence >= _ENOUGH and not self.either) or not turned
            return 4 * self.unexplained <= evidence and is_enough
        if self.unexplained or not turned:
            return False
        if evidence >= _ENOUGH:
            return self.either <= 2 * turned and (self.is_telling or turned > _ENOUGH)
        is_tcvn3 = self.encoding is Encoding.TCVN3
        return is_tcvn3 and self.is_telling and not self.either and len(self.turned[0]) >= _SHORTEST

    def _is_doubtful(self) -> bool:
        """Tell whether the words alone call for a question."""
        turned = len(self.turned)
        if self.kept or self.unexplained:
            return self.unexplained <= turned and (turned >= _ENOUGH or self.is_telling)
        return (
            bool(self.shortened)
            or turned >= _ENOUGH
            or self.is_telling
            or self.has_pairs
            or len(self.turned[0]) >= _SHORTEST
        )

    def _decode_turned(self) -> str:
        """Decode only the words that are nothing as they stand."""
        return _WORD.sub(
            lambda found: self._turn(found[0]) if not _is_natural(found[0]) else found[0], self._text
        )


def _is_natural(word: str) -> bool:
    """Tell whether a word could be what it shows: Vietnamese, or ASCII with signs around it."""
    if len(word) == 1 and not word.isalpha():
        return True
    bare = word.rstrip(_BEHIND)
    bare = bare[1:] if bare[:1] in _BEFORE else bare
    if bare.isascii():
        return bare.isupper() or _VOWEL.search(bare) is not None
    if is_syllable(bare, loosely=True) or bare.replace("·", "").isascii():
        return True
    return "\u00ad" in bare and all(is_syllable(part) for part in bare.split("\u00ad"))
