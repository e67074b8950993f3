"""Vietnamese text, numbers and dates: folding, sorting and writing them, once for the whole house."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

#: Vietnamese alphabet in order; list labels (a, b, c, d, đ, e, g …) and sorting use it.
ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
#: Letters that Vietnamese words lack but names and codes have, in their usual places.
_SORT_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: rank for rank, letter in enumerate(_SORT_ALPHABET, start=1)}
#: Combining tone marks in CLDR order: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_SHAPES = ("\u0306", "\u0302", "\u031b")
#: Signs without a width of their own: joiners, marks of direction, soft hyphen, byte order mark.
INVISIBLE = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))
#: Everything that `clean` takes out or turns into a blank, but for blanks beside blanks.
_UNCLEAN = re.compile(
    rf"[\t\r\x0b\x0c\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000{INVISIBLE}]"
)
_SIGNS = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "`": "'", "´": "'",
        "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "‒": "-", "…": "...", "\u00a0": " ",
    }
)  # fmt: skip
_SPACES = re.compile(r"\s+")
#: Signs of a text that is worth remembering: labels, measures, answers in a word.
_SHORT = 200
_NUMBERING = re.compile(
    r"^\s*(?:[-+*•]\s*"
    r"|\d{1,2}(?:\.\d{1,2})+\s+"
    r"|(?:[ivxlcdm]+|\d{1,2}(?:\.\d{1,2})*)\s*[.)/]\s*"
    r"|[a-zđ]\s*[.)]\s*)+",
    re.IGNORECASE,
)
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_FIRST_TWO_DIGIT_DAY = 10
_LAST_PADDED_MONTH = 2
_SMALL = 10


def nfc(text: str) -> str:
    """Compose *text* (macOS and some phones send it decomposed)."""
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """Give *text* in NFC without invisible signs, with single spaces, stripped; line breaks stay.

    Never before legacy encodings are decided: TCVN3's "ư" is a soft hyphen.
    """
    return _clean_again(text) if len(text) <= _SHORT else _clean(text)


@lru_cache(maxsize=8192)
def _clean_again(text: str) -> str:
    # Forms of one blank say the same short texts again and again.
    return _clean(text)


def _clean(text: str) -> str:
    if (
        _UNCLEAN.search(text) is None
        and unicodedata.is_normalized("NFC", text)
        and not any(blanks in text for blanks in ("  ", " \n", "\n "))
    ):
        return text.strip()
    composed = (
        nfc(text.translate(_INVISIBLE)).replace("\u00a0", " ").replace("\r\n", "\n").replace("\r", "\n")
    )
    lines = (_SPACES.sub(" ", line).strip() for line in composed.split("\n"))
    return "\n".join(lines).strip()


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Reduce *text* to what matching compares: no case, marks, tone placement, y/i, quotes or spacing.

    "Đảng ủy", "Đảng uỷ" and "dang  uy" all become "dang ui"; so does an Icelandic Ð for Đ.
    """
    plain = unicodedata.normalize(
        "NFKD", text.translate(_INVISIBLE).translate(_SIGNS).casefold().replace("đ", "d").replace("ð", "d")
    )
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _SPACES.sub(" ", bare.replace("y", "i")).strip()


@lru_cache(maxsize=8192)
def fold_label(text: str) -> str:
    """Fold a label of the form, without its leading numbering ("1.", "a)", "-") and without punctuation."""
    stripped = _NUMBERING.sub("", nfc(text).translate(_SIGNS))
    return _SPACES.sub(" ", re.sub(r"[^\w%]+", " ", fold(stripped))).strip()


def sort_key(text: str) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...], str]:
    """Give the key that sorts as dictionaries do: letters, then tones, then case; digits as numbers."""
    letters: list[tuple[int, int]] = []
    tones: list[int] = []
    decomposed = unicodedata.normalize("NFD", text.casefold())
    position = 0
    while position < len(decomposed):
        sign = decomposed[position]
        if sign.isdigit():
            end = position
            while end < len(decomposed) and decomposed[end].isdigit():
                end += 1
            letters.append((1, int(decomposed[position:end])))
            tones.append(0)
            position = end
            continue
        marks = ""
        position += 1
        while position < len(decomposed) and unicodedata.combining(decomposed[position]):
            marks += decomposed[position]
            position += 1
        letter = unicodedata.normalize("NFC", sign + "".join(mark for mark in marks if mark in _SHAPES))
        rank = _RANK.get(letter)
        letters.append((2, rank) if rank is not None else (0, ord(sign)))
        tones.append(max((_TONES.get(mark, 0) for mark in marks), default=0))
    return tuple(letters), tuple(tones), text.swapcase()


def list_letter(index: int) -> str:
    """Give the label of the *index*-th point, from 0: a, b, c, d, đ, e (no ă, â)."""
    plain = "abcdđeghiklmnopqrstuvxy"
    return plain[index % len(plain)]


def format_number(value: Decimal | int, decimals: int | None = None) -> str:
    """Write a number the Vietnamese way: 1.234.567,5.

    *decimals* fixes the digits after the comma (rounded half up); None keeps what the number has, without
    trailing zeros.
    """
    number = Decimal(value)
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(number):,f}"
    whole, _, fraction = text.partition(".")
    if decimals is None:
        fraction = fraction.rstrip("0")
    sign = "-" if number < 0 else ""
    return sign + whole.replace(",", ".") + (f",{fraction}" if fraction else "")


def small_count(value: Decimal | int) -> str:
    """Write a count as offices do in sentences: "05", "12", "1.234"."""
    if Decimal(value) == int(value) and 0 < value < _SMALL:
        return f"0{int(value)}"
    return format_number(value)


def format_date(day: dt.date) -> str:
    """Write a date for screens and tables: 05/10/2021."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def date_in_words(day: dt.date) -> str:
    """Write a date for sentences: "ngày 05 tháng 10 năm 2021".

    Decree 30, annex I: a zero before days under ten and before the months one and two only.
    """
    number = f"0{day.day}" if day.day < _FIRST_TWO_DIGIT_DAY else str(day.day)
    month = f"0{day.month}" if day.month <= _LAST_PADDED_MONTH else str(day.month)
    return f"ngày {number} tháng {month} năm {day.year}"


def weekday(day: dt.date) -> str:
    """Name the weekday: "thứ Ba"."""
    return _WEEKDAYS[day.weekday()]


def date_with_weekday(day: dt.date) -> str:
    """Write a deadline's day: "thứ Ba, 19/10/2021"."""
    return f"{weekday(day)}, {format_date(day)}"


def format_instant(at: dt.datetime) -> str:
    """Write an instant for screens and tables, in its own zone: "19/10/2021 17:00"."""
    return f"{format_date(at.date())} {at:%H:%M}"


def instant_in_words(at: dt.datetime) -> str:
    """Write an instant for letters, in its own zone: "17 giờ 00, thứ Ba, ngày 19/10/2021"."""
    return f"{at.hour} giờ {at.minute:02d}, {weekday(at.date())}, ngày {format_date(at.date())}"
