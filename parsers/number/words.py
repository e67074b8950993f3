"""Numbers written in words: "mười hai", "hai trăm linh năm", "mười lăm triệu"."""

from __future__ import annotations

from typing import Final

#: Spelt in full: without marks "bảy" is also "bài", "sáu" also "sau".
_ONES: Final = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
#: Spellings behind a ten; "mười năm" are ten years, not fifteen.
_ONES_AFTER_TEN: Final = {**_ONES, "lăm": 5, "nhăm": 5}
_ONES_AFTER_TENS: Final = {**_ONES_AFTER_TEN, "mốt": 1, "tư": 4}
_SCALES: Final = (
    (frozenset({"tỷ", "tỉ"}), 10**9),
    (frozenset({"triệu"}), 10**6),
    (frozenset({"nghìn", "ngàn"}), 1000),
)
_AND: Final = ("linh", "lẻ")
_HUNDRED: Final = 100
_TEN: Final = 10


def read_number_words(words: list[str]) -> tuple[int, int]:
    """Read the longest number at the beginning of *words* (small letters): the number, and how many words.

    (0, 0) where they begin with none; "không" is none, because it mostly means "no".
    """
    value, place = 0, 0
    for names, scale in _SCALES:
        part, end = _below_thousand(words, place, after_more=value > 0)
        if end > place and end < len(words) and words[end] in names:
            value, place = value + part * scale, end + 1
    part, end = _below_thousand(words, place, after_more=value > 0)
    if value and end == place + 1 and part < _TEN:
        return value, place  # "một nghìn hai" is 1200 to some
    return value + part, end


def has_scale(words: list[str]) -> bool:
    """Tell whether *words* count in thousands or more."""
    return any(word in names for names, _ in _SCALES for word in words)


def _below_thousand(words: list[str], place: int, *, after_more: bool) -> tuple[int, int]:
    """Read up to 999 from *place*; "không trăm" and a leading "linh" only behind a greater part."""
    if after_more and _at(words, place) in _AND and _at(words, place + 1) in _ONES:
        return _ONES[words[place + 1]], place + 2
    digit = 0 if after_more and _at(words, place) == "không" else _ONES.get(_at(words, place), -1)
    if digit >= 0 and _at(words, place + 1) == "trăm":
        rest, end = _below_hundred(words, place + 2)
        if end == place + 2 and _at(words, end) in _AND and _at(words, end + 1) in _ONES:
            rest, end = _ONES[words[end + 1]], end + 2
        elif end == place + 3 and rest < _TEN:
            end, rest = place + 2, 0  # "một trăm hai" is 120 to some
        return digit * _HUNDRED + rest, end
    return _below_hundred(words, place)


def _below_hundred(words: list[str], place: int) -> tuple[int, int]:
    first, second = _at(words, place), _at(words, place + 1)
    if first == "mười":
        if _is_year(words, place + 1):
            return _TEN, place + 1
        return (_TEN + _ONES_AFTER_TEN[second], place + 2) if second in _ONES_AFTER_TEN else (_TEN, place + 1)
    if first not in _ONES:
        return 0, place
    if second != "mươi":
        return _ONES[first], place + 1
    third = _at(words, place + 2)
    if third in _ONES_AFTER_TENS and not _is_year(words, place + 2):
        return _ONES[first] * _TEN + _ONES_AFTER_TENS[third], place + 3
    return _ONES[first] * _TEN, place + 2


def _is_year(words: list[str], place: int) -> bool:
    """Tell whether "năm" stands there: behind a ten five is "lăm", and "năm" are years."""
    return _at(words, place) == "năm"


def _at(words: list[str], place: int) -> str:
    return words[place] if place < len(words) else ""
