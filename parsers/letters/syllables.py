"""Whether a word could be Vietnamese: the onsets and rhymes that the language has, and nothing else.

Used to tell letters that are what they show from letters of an old encoding; it knows no words, so a
nonsense syllable that could be spoken passes.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

_TONES: Final = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_RISING, _FALLING = 4, 5
_LONGEST: Final = len("nghiêng")
#: Vowel with its tone -> (vowel, tone); consonants stand for themselves.
_LETTERS: Final[dict[str, tuple[str, int]]] = {
    **{letter: (letter, 0) for letter in "aăâbcdđeêghiklmnoôơpqrstuưvxy"},
    **{
        unicodedata.normalize("NFC", vowel + sign): (vowel, tone)
        for vowel in "aăâeêioôơuưy"
        for sign, tone in _TONES.items()
    },
}

_ONSETS: Final = (
    "ngh", "ch", "gh", "gi", "kh", "kr", "ng", "nh", "ph", "qu", "th", "tr",
    "b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "q", "r", "s", "t", "v", "x",
)  # fmt: skip
#: Onsets that are spelt only before e ê i y, and those that never are.
_BEFORE_FRONT: Final = frozenset({"k", "gh", "ngh"})
_NOT_BEFORE_FRONT: Final = frozenset({"c", "ng"})
_FRONT: Final = frozenset("eêiy")

#: Without their tones; those of Tây Nguyên names (Đắk) and of borrowed sounds (boong) among them.
_RHYMES: Final = frozenset(
    """
    a ac ach ai ak am an ang anh ao ap at au ay
    ăc ăk ăm ăn ăng ăp ăt
    âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et
    ê êch êm ên ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oc oi ok om on ong ooc oong op ot
    oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oem oen oeo oet
    ô ôc ôi ôm ôn ông ôp ôt
    ơ ơi ơm ơn ơp ơt
    u ua uc ui um un ung up ut uân uâng uât uây uê uêch uên uênh uêt ui uô uôc uôi uôm uôn uông uôt uơ
    uy uya uych uyên uyêt uyn uynh uyp uyt uyu
    ư ưa ưc ưi ưm ưng ưt ưu ươ ươc ươi ươm ươn ương ươp ươt ươu
    y yêm yên yêng yêt yêu ych yn ynh yt
    """.split()  # noqa: SIM905 - a table is read by its rows
)
_STOPS: Final = ("c", "ch", "k", "p", "t")


_VOWELS: Final = frozenset("aăâeêioôơuưy")
_SHAPED: Final = frozenset("ăâêôơư")
#: Spelt with the tone on either letter: hoà and hòa.
_TWO_WAYS: Final = frozenset({"oa", "oe", "uy"})


def _tone_places(rhyme: str) -> tuple[int, ...]:
    """Give the letters of a rhyme that may carry its tone."""
    vowels = next((place for place, letter in enumerate(rhyme) if letter not in _VOWELS), len(rhyme))
    shaped = [place for place in range(vowels) if rhyme[place] in _SHAPED]
    if shaped:
        return (shaped[-1],)
    if rhyme in _TWO_WAYS:
        return (0, 1)
    if vowels < len(rhyme):
        return (vowels - 1,)
    return (1,) if vowels > 2 else (0,)  # noqa: PLR2004 - oai, uya


_TONE_PLACES: Final = {rhyme: _tone_places(rhyme) for rhyme in _RHYMES}


@lru_cache(maxsize=8192)
def is_syllable(word: str, *, loosely: bool = False) -> bool:
    """Tell whether *word* (NFC) is spelt as a Vietnamese syllable: small, Capital or ALL CAPITALS.

    *loosely* also with its tone left out ("tôt") or on another letter ("tòan").
    """
    if len(word) > _LONGEST or not (word.islower() or word.isupper() or word.istitle()):
        return False
    letters = [_LETTERS.get(letter) for letter in word.lower()]
    if None in letters:
        return False
    toned = [place for place, letter in enumerate(letters) if letter is not None and letter[1]]
    if len(toned) > 1:
        return False
    bare = "".join(letter[0] for letter in letters if letter is not None)
    place = toned[0] if toned else -1
    tone = letters[place][1] if toned else 0  # type: ignore[index]
    for onset in ("", *_ONSETS):
        if bare.startswith(onset):
            rhyme = bare[len(onset) :]
            if _fits(onset, rhyme) and (loosely or _is_toned_rightly(rhyme, tone, place - len(onset))):
                return True
    return False


def _fits(onset: str, rhyme: str) -> bool:
    if rhyme not in _RHYMES:
        return False
    is_front = rhyme[0] in _FRONT
    if (onset in _BEFORE_FRONT and not is_front) or (onset in _NOT_BEFORE_FRONT and is_front):
        return False
    return onset != "q" or rhyme[0] == "u"


def _is_toned_rightly(rhyme: str, tone: int, place: int) -> bool:
    if not tone:
        return not rhyme.endswith(_STOPS)
    if rhyme.endswith(_STOPS) and tone not in (_RISING, _FALLING):
        return False
    return place in _TONE_PLACES[rhyme]
