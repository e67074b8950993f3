"""Numbers as Vietnamese office people type them: words of a cell to an exact number, or why not.

The official rule is a dot after thousands and a comma before decimals; the opposite is borne with where it
cannot be mistaken. What a careful clerk would have to ask about is never taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from domain.vietnamese import fold, nfc

#: Figures from here on are typing errors: no office counts in millions of millions.
LIMIT: Final = Decimal(10) ** 12
#: A number or day with a note is shorter; patterns are not tried on novels, nor on a cell full of blanks.
MOST_SIGNS: Final = 500
MILLION: Final = Decimal(1_000_000)

_INVISIBLE = dict.fromkeys(
    map(ord, "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff")
)
_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
_SIGNS = {
    **dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x3000, 0x09), " "),
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-"),
    ord("…"): "...",
}  # fmt: skip
_QUOTES = "'‘’`´ʼ"
_DOTS = re.compile(r"[.\s_…]*")
_PUNCTUATION = re.compile(r"\W+")
_DASHES = re.compile(r"[-/\\]{1,3}")

_NOT_APPLICABLE = frozenset({
    "khong phat sinh", "kps", "k p s", "khong co phat sinh", "chua phat sinh", "ko phat sinh", "khong ps",
    "n a", "khong thuoc doi tuong", "khong thuoc dien", "khong ap dung",
})  # fmt: skip
_ZERO = frozenset({"khong", "khong co", "chua", "chua co", "ko", "ko co", "0", "so khong", "khong co gi"})
_MARKS = frozenset({
    "x", "xx", "v", "✓", "✔", "√", "☑", "■", "●", "dat", "co", "da thuc hien", "hoan thanh", "da hoan thanh",
    "tot",
    "day du", "da co", "dang thuc hien", "thuc hien tot", "nhieu", "it", "du",
})  # fmt: skip
#: Words before a number that make it a rough one.
_ROUGHLY = re.compile(
    r"(?:ước tính|ước khoảng|ước|khoảng hơn|khoảng gần|khoảng|trên|hơn|gần|xấp xỉ|chừng|ít nhất|uoc tinh"
    r"|uoc|khoang|tren|hon|gan)\s*(?=[0-9])|[>~≈≥]=?\s*(?=[0-9])",
    re.IGNORECASE,
)
#: Words of count that mean the same thing counted; anything else after a number is asked about.
_KINDS_OF_COUNT: tuple[frozenset[str], ...] = (
    frozenset({
        "nguoi", "luot nguoi", "luot", "dong chi", "d c", "dc", "can bo", "cong chuc", "vien chuc",
        "dang vien",
        "dai bieu", "ca nhan", "cbcc", "cbccvc", "cc vc", "cc vc nld",
    }),
    frozenset({"buoi", "cuoc", "hoi nghi", "lan", "buoi sinh hoat", "cuoc hop", "hoat dong", "lop"}),
    frozenset({"van ban", "vb", "ke hoach", "cong van", "ban", "quiet dinh", "qui che"}),
    frozenset({"tin", "bai", "tin bai", "luot dang", "bai viet", "luot chia se"}),
    frozenset({"cai", "chiec", "bang ron", "pa no", "tam", "khau hieu"}),
    frozenset({"ho so", "hs", "thu tuc"}),
    frozenset({"phieu", "don", "luot"}),
    frozenset({"i kien", "kien nghi", "luot i kien"}),
    frozenset({"suat", "suat qua", "phan qua", "qua"}),
    frozenset({"ngai cong", "ngai", "cong"}),
    frozenset({"mo hinh", "mh"}),
    frozenset({"tap the", "don vi", "phong"}),
    frozenset({"noi dung", "nd"}),
    frozenset({"sang kien", "giai phap"}),
    frozenset({"truong hop", "th", "vu", "vu viec"}),
    frozenset({"phong trao", "pt"}),
)  # fmt: skip
#: Measures of money -> how many đồng one is.
_MONEY = {
    **dict.fromkeys(("d", "dong", "vnd", "vn dong"), Decimal(1)),
    **dict.fromkeys(("nghin", "ngan", "nghin dong", "ngan dong", "k"), Decimal(1000)),
    **dict.fromkeys(("trieu", "trieu dong", "tr", "trd", "tr d", "tr dong", "trieu d", "trieu vnd"), MILLION),
    **dict.fromkeys(("ti", "ti dong", "ti d"), MILLION * 1000),
}
#: "nghìn người" is not "người".
_MULTIPLES = frozenset({"chuc", "tram", "nghin", "ngan", "van", "trieu", "ti", "k"})

_DIGITS = re.compile(r"[0-9]+")
_DOTTED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_COMMAED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_SPACED = re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:,[0-9]+)?")
_POINT = re.compile(r"([0-9]+)\.([0-9]+)")
_COMMA = re.compile(r"([0-9]+),([0-9]+)")
_DOTTED_COMMA = re.compile(r"([1-9][0-9]{0,2}(?:\.[0-9]{3})+),([0-9]+)")
_COMMAED_POINT = re.compile(r"([1-9][0-9]{0,2}(?:,[0-9]{3})+)\.([0-9]+)")
_LEADING = re.compile(r"([0-9][0-9., ]*)(.*)", re.DOTALL)
_NOTE = re.compile(r"\(.*\)|\[.*\]|[*¹²³⁴⁵⁶⁷⁸⁹⁰]{1,3}", re.DOTALL)
_CONTAINING = re.compile(r"[,;:]?\s*(?:-\s*)?trong đó\b.*", re.DOTALL | re.IGNORECASE)
#: A note that takes its number back.
_TAKEN_BACK = re.compile(
    r"\b(?:sai|nhầm|bỏ|hủy|huỷ|sửa|đúng là|đúng ra|đính chính|không phải)\b", re.IGNORECASE
)
#: It turns the digits behind it round before the eyes.
_RIGHT_TO_LEFT = "\u202e"
_LETTERS_AS_DIGITS = re.compile(r"(?=[0-9OolI]*[OolI])(?:[0-9]*[OolI][0-9OolI]*)")
_AS_DIGITS = str.maketrans("OolI", "0011")
_PERCENT = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*%")

#: Spelt in full: without marks "bảy" is also "bài", "sáu" also "sau".
_ONES = {
    "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7,
    "bẩy": 7,
    "tám": 8, "chín": 9,
}  # fmt: skip
_TWO_WORDS, _THREE_WORDS = 2, 3


@dataclass(frozen=True, slots=True)
class Read:
    """A number was read; *kind* names the finding to tell it with, empty when there is nothing to tell."""

    value: Decimal
    kind: str = ""
    approximate: bool = False
    #: Words that stood behind the number.
    note: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """No number was taken; *kind* names the finding, *proposal* the reading to ask about."""

    kind: str
    proposal: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """No answer: only blanks or the dots of the template."""


@dataclass(frozen=True, slots=True)
class NotArisen:
    """The words for "không phát sinh"."""


def plain(text: str) -> str:
    """Give *text* without invisible signs and leading apostrophe, with plain digits and blanks."""
    bare = nfc(text).translate(_INVISIBLE).translate(_FULL_WIDTH).translate(_SIGNS)
    return bare.strip().lstrip(_QUOTES).strip()


def _bare(text: str) -> str:
    """Fold *text* and drop its punctuation, but no numbering: "K.P.S" is no list of points."""
    return _PUNCTUATION.sub(" ", fold(text)).strip()


def is_blank(text: str) -> bool:
    """Tell whether *text* is nothing: blanks, or the dots and lines of a template."""
    return _DOTS.fullmatch(text) is not None


def says_not_arisen(text: str) -> bool:
    """Tell whether *text* (plain) says that the matter does not arise."""
    return _DASHES.fullmatch(text) is not None or _bare(text) in _NOT_APPLICABLE


def takes_back(note: str) -> bool:
    """Tell whether a note says that the figure it stands beside is another one."""
    return _TAKEN_BACK.search(nfc(note)) is not None


def converted(value: Decimal, measure: str, own: str) -> Decimal | None:
    """Give *value* of *measure* in the row's *own* measure; None where the two are none of a kind."""
    word, wanted = _bare(measure), _bare(own)
    if word == wanted or not word:
        return value
    if word in _MONEY and wanted in _MONEY:
        return (value * _MONEY[word] / _MONEY[wanted]).normalize() + 0
    parts = set(word.split()), set(wanted.split())
    if (parts[0] ^ parts[1]) & _MULTIPLES:
        return None
    if parts[0] <= parts[1] or parts[1] <= parts[0]:
        return value
    return value if any(word in kind and wanted in kind for kind in _KINDS_OF_COUNT) else None


def names_money(measure: str) -> bool:
    """Tell whether *measure* counts money."""
    return _bare(measure) in _MONEY


def read_quantity(text: str, *, whole: bool, measure: str) -> Read | Refused | Nothing | NotArisen:
    """Read the words of a number cell; *whole* for counts, *measure* as the row's ĐVT says it."""
    words = plain(text)
    if is_blank(words):
        return Nothing()
    if len(words) > MOST_SIGNS or _RIGHT_TO_LEFT in text:
        return Refused("not_a_number")
    if says_not_arisen(words):
        return NotArisen()
    folded = _bare(words)
    if folded in _ZERO:
        return Read(Decimal(0))
    if folded in _MARKS or words in _MARKS:
        return Refused("mark_not_number")
    if words.startswith("-") and _LEADING.match(words[1:].strip()):
        return Refused("negative")
    if _LETTERS_AS_DIGITS.fullmatch(words):
        return Refused("letter_in_number", Decimal(words.translate(_AS_DIGITS)))
    if percent := _PERCENT.fullmatch(words):
        return Refused("percent_in_number", Decimal(percent[1].replace(",", ".")))
    in_words = _number_in_words(words)
    if in_words is not None:
        return Read(Decimal(in_words), "number_in_words")
    return _read_digits(words, whole=whole, measure=measure)


def _read_digits(words: str, *, whole: bool, measure: str) -> Read | Refused:
    rough = _ROUGHLY.match(words)
    is_rough = rough is not None
    body = words[rough.end() :] if rough else words
    if body.endswith("+"):
        is_rough, body = True, body[:-1]
    leading = _LEADING.fullmatch(body)
    if leading is None:
        return Refused("not_a_number")
    figures, rest = leading[1].strip().rstrip(".,").strip(), leading[2].strip()
    note = ""
    if noted := _CONTAINING.fullmatch(rest) or _NOTE.fullmatch(rest):
        rest, note = rest[: noted.start()], rest[noted.start() :]
    else:
        rest, note = _split_note(rest)
    if takes_back(note):
        return Refused("not_a_number")
    number = _read_figures(figures, whole=whole)
    if isinstance(number, Refused):
        return number
    measured = _apply_measure(number, rest, whole=whole, measure=measure)
    if isinstance(measured, Refused):
        return measured
    if is_rough:
        return Read(measured.value, "approximate", approximate=True, note=note)
    if note:
        return Read(measured.value, measured.kind or "number_with_note", note=note)
    return measured


def _split_note(rest: str) -> tuple[str, str]:
    """Part a measure from the bracketed or "trong đó" note behind it."""
    for sign in re.finditer(r"[(\[]|[,;]?\s*trong đó\b", rest, re.IGNORECASE):
        head, note = rest[: sign.start()].strip(), rest[sign.start() :].strip()
        if _NOTE.fullmatch(note) or _CONTAINING.fullmatch(note):
            return head, note
    return rest, ""


def _read_figures(figures: str, *, whole: bool) -> Read | Refused:
    """Read digits with their dots, commas and blanks."""
    if _DIGITS.fullmatch(figures):
        return _bounded(Read(Decimal(figures)))
    if _SPACED.fullmatch(figures):
        figures = figures.replace(" ", "")
        if _DIGITS.fullmatch(figures):
            return _bounded(Read(Decimal(figures)))
    if _DOTTED.fullmatch(figures):
        return _bounded(Read(Decimal(figures.replace(".", ""))))
    if _COMMAED.fullmatch(figures):
        value = Decimal(figures.replace(",", ""))
        if not whole and figures.count(",") == 1:
            return Refused("ambiguous_number", value)
        return _bounded(Read(value, "comma_thousands"))
    if found := _COMMA.fullmatch(figures) or _DOTTED_COMMA.fullmatch(figures):
        return _fraction(found[1].replace(".", ""), found[2], whole=whole)
    if found := _POINT.fullmatch(figures) or _COMMAED_POINT.fullmatch(figures):
        return _fraction(found[1].replace(",", ""), found[2], whole=whole, kind="decimal_point")
    return Refused("not_a_number")


def _fraction(integer: str, digits: str, *, whole: bool, kind: str = "") -> Read | Refused:
    if whole:
        if not digits.strip("0") and len(digits) < 3:  # noqa: PLR2004 - three digits may be thousands
            return _bounded(Read(Decimal(integer)))
        return Refused("not_whole")
    return _bounded(Read(Decimal(f"{integer}.{digits}"), kind))


def _bounded(read: Read) -> Read | Refused:
    return read if read.value < LIMIT else Refused("too_large")


def _apply_measure(number: Read, rest: str, *, whole: bool, measure: str) -> Read | Refused:
    """Judge the words behind a number."""
    word = _bare(rest) if rest.strip(" .,;:") else ""
    if not word:
        return number if not re.search(r"[^\s.,;:]", rest) else Refused("not_a_number")
    own = _bare(measure)
    if own in _MONEY and word in _MONEY:
        if _MONEY[word] == _MONEY[own]:
            return number
        return _bounded(Read((number.value * _MONEY[word] / _MONEY[own]).normalize() + 0, "other_measure"))
    if any(sign.isdigit() for sign in word) or word in _MONEY:
        return Refused("not_a_number")
    if own and (word == own or set(word.split()) <= set(own.split())):
        return number
    if whole or not own:
        for kind in _KINDS_OF_COUNT:
            if word in kind and own in kind:
                return number if number.kind else Read(number.value, "number_with_note")
    return Refused("not_a_number")


def _number_in_words(words: str) -> int | None:
    """Read "năm", "mười hai", "hai mươi lăm": one to ninety-nine."""
    parts = words.casefold().split()
    if len(parts) == 1:
        return 10 if parts[0] == "mười" else _ONES.get(parts[0])
    if len(parts) == _TWO_WORDS and parts[0] == "mười":
        return 10 + _ONES[parts[1]] if parts[1] in _ONES else None
    if len(parts) in (_TWO_WORDS, _THREE_WORDS) and parts[1] == "mươi" and parts[0] in _ONES:
        if len(parts) == _TWO_WORDS:
            return _ONES[parts[0]] * 10
        return _ONES[parts[0]] * 10 + _ONES[parts[2]] if parts[2] in _ONES else None
    return None
