"""What figures are counted in: money and its multiples, and words of count that mean the same thing."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from domain.vietnamese import fold

THOUSAND: Final = Decimal(1000)
MILLION: Final = Decimal(1_000_000)
BILLION: Final = Decimal(1_000_000_000)
PERCENT: Final = "%"

_PUNCTUATION = re.compile(r"[^\w%]+")
_DONG: Final = ("d", "dong", "vnd", "vn dong", "dong vn")
#: Measures of money -> how many đồng one is.
_MONEY: Final[dict[str, Decimal]] = {
    **dict.fromkeys(_DONG, Decimal(1)),
    **{
        f"{name} {dong}".strip(): worth
        for names, worth in (
            (("nghin", "ngan", "ng", "k"), THOUSAND),
            (("trieu", "tr"), MILLION),
            (("ti",), BILLION),
        )
        for name in names
        for dong in ("", *_DONG)
    },
    "trd": MILLION,
    "ngd": THOUSAND,
}
#: How many of the thing one is; "nghìn người" is not "người".
_MULTIPLES: Final[dict[str, Decimal]] = {
    "chuc": Decimal(10),
    "tram": Decimal(100),
    **dict.fromkeys(("nghin", "ngan", "k"), THOUSAND),
    "van": Decimal(10_000),
    "trieu": MILLION,
    "ti": BILLION,
}
#: "mét vuông" is not "mét".
_TURNING: Final = frozenset({*_MULTIPLES, "vuong", "khoi"})
#: Words of count that mean the same thing counted; anything else after a number is asked about.
_KINDS_OF_COUNT: Final[tuple[frozenset[str], ...]] = (
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


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """Fold *text* and drop its punctuation, but no numbering: "K.P.S" is no list of points."""
    return _PUNCTUATION.sub(" ", fold(text)).strip()


def worth_of(measure: str) -> Decimal | None:
    """Give how many đồng one of *measure* is; None where it counts no money."""
    return _MONEY.get(bare(measure))


def names_money(measure: str) -> bool:
    """Tell whether *measure* counts money."""
    return worth_of(measure) is not None


def names_percent(measure: str) -> bool:
    """Tell whether *measure* is per cent."""
    return bare(measure) in (PERCENT, "phan tram", "ti le %")


def is_counted_in(word: str, own: str) -> bool:
    """Tell whether *word* says the row's *own* measure, in full or in part ("người" of "lượt người")."""
    said, wanted = set(bare(word).split()), set(bare(own).split())
    return said <= wanted and not (said ^ wanted) & _TURNING


def is_of_one_kind(word: str, own: str) -> bool:
    """Tell whether *word* and *own* are two words for what is counted."""
    said, wanted = bare(word), bare(own)
    return any(said in kind and wanted in kind for kind in _KINDS_OF_COUNT)


def is_measure(word: str) -> bool:
    """Tell whether *word* is money, a multiple or a known word of count."""
    said = bare(word)
    return said in _MONEY or split_multiple(word)[0] > 1 or any(said in kind for kind in _KINDS_OF_COUNT)


def split_multiple(word: str) -> tuple[Decimal, str]:
    """Part "nghìn người" into 1000 and "nguoi"; (1, the word) where it begins with no multiple."""
    first, _, rest = bare(word).partition(" ")
    return (_MULTIPLES[first], rest) if first in _MULTIPLES else (Decimal(1), bare(word))


def converted(value: Decimal, measure: str, own: str) -> Decimal | None:
    """Give *value* of *measure* in the row's *own* measure; None where the two are none of a kind."""
    word, wanted = bare(measure), bare(own)
    if word == wanted or not word:
        return value
    if word in _MONEY and wanted in _MONEY:
        return plain_decimal(value * _MONEY[word] / _MONEY[wanted])
    if is_counted_in(word, wanted) or is_counted_in(wanted, word):
        return value
    return value if is_of_one_kind(word, wanted) else None


def plain_decimal(value: Decimal) -> Decimal:
    """Give *value* without trailing zeros, and nought without a sign."""
    return value.normalize() + 0
