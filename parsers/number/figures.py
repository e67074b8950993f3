"""Digits with their dots, commas and blanks: to an exact number, or why not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from parsers.number.measures import plain_decimal

#: Figures from here on are typing errors: no office counts in millions of millions.
LIMIT: Final = Decimal(10) ** 12
DIGITS = re.compile(r"[0-9]+")
DOTTED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_COMMAED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_SPACED = re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:,[0-9]+)?")
_POINT = re.compile(r"(0|[1-9][0-9]*)\.([0-9]+)")
_COMMA = re.compile(r"([0-9]+),([0-9]+)")
_DOTTED_COMMA = re.compile(r"([1-9][0-9]{0,2}(?:\.[0-9]{3})+),([0-9]+)")
_COMMAED_POINT = re.compile(r"([1-9][0-9]{0,2}(?:,[0-9]{3})+)\.([0-9]+)")
#: "05.10" may be a day.
_LIKE_A_DAY = re.compile(r"0[0-9]+\.[0-9]+")
#: Digits of a telephone number, not of a count, where they begin with nought.
TELEPHONE: Final = 7
#: So many digits behind a sign may be thousands.
_THOUSANDS: Final = 3

_POWER = re.compile(r"([0-9](?:[.,][0-9]+)?)[eE]\+?([0-9]{1,2})")
_GAPS = re.compile(r"([0-9]) ?([.,]) ?(?=[0-9])")
_BARE_FRACTION = re.compile(r"[.,][0-9]+")
_PARENTHESES = re.compile(r"\(([0-9][0-9.,]*)\)|\[([0-9][0-9.,]*)\]")
_SIGNED = re.compile(r"\+ ?([0-9][0-9.,]*)")
_FIGURES = re.compile(r"[0-9][0-9.,]*")
_LETTERS_AS_DIGITS = re.compile(r"(?=[0-9OolI.,]*[OolI])[0-9OolI]+(?:[.,][0-9OolI]+)*")
_AS_DIGITS = str.maketrans("OolI", "0011")


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


NO_NUMBER: Final = Refused("not_a_number")


def read_figures(figures: str, *, whole: bool) -> Read | Refused:
    """Read digits with their dots, commas and blanks; *whole* for counts."""
    if _SPACED.fullmatch(figures):
        figures = figures.replace(" ", "")
    if DIGITS.fullmatch(figures):
        is_telephone = figures[0] == "0" and len(figures) >= TELEPHONE
        return ask_about(Decimal(figures)) if is_telephone else within_limit(Read(Decimal(figures)))
    if DOTTED.fullmatch(figures):
        return within_limit(Read(Decimal(figures.replace(".", ""))))
    if _COMMAED.fullmatch(figures):
        value = Decimal(figures.replace(",", ""))
        is_open = not whole and figures.count(",") == 1
        return ask_about(value) if is_open else within_limit(Read(value, "comma_thousands"))
    if found := _COMMA.fullmatch(figures) or _DOTTED_COMMA.fullmatch(figures):
        return _read_fraction(found[1].replace(".", ""), found[2], whole=whole)
    if found := _POINT.fullmatch(figures) or _COMMAED_POINT.fullmatch(figures):
        return _read_fraction(found[1].replace(",", ""), found[2], whole=whole, kind="decimal_point")
    if _LIKE_A_DAY.fullmatch(figures):
        return Refused("not_whole") if whole else ask_about(Decimal(figures))
    return NO_NUMBER


def _read_fraction(integer: str, digits: str, *, whole: bool, kind: str = "") -> Read | Refused:
    if whole:
        if not digits.strip("0") and len(digits) < _THOUSANDS:
            return within_limit(Read(Decimal(integer)))
        return Refused("not_whole")
    return within_limit(Read(Decimal(f"{integer}.{digits}"), kind))


def read_odd_figures(words: str, *, whole: bool) -> Refused | None:
    """Refuse figures that somebody may have meant by "1O", "+5", "(5)", ",5", "12 ,5", "1E+3"; else None."""
    if _LETTERS_AS_DIGITS.fullmatch(words):
        meant = read_figures(words.translate(_AS_DIGITS), whole=False)
        return meant if isinstance(meant, Refused) else Refused("letter_in_number", meant.value)
    figures = _meant_by(words)
    if figures:
        read = read_figures(figures, whole=whole)
        return ask_about(read.value) if isinstance(read, Read) else read
    if (power := _POWER.fullmatch(words)) and int(power[2]) <= LIMIT.adjusted():
        return ask_about(Decimal(power[1].replace(",", ".")).scaleb(int(power[2])))
    return None


def _meant_by(words: str) -> str:
    if found := _SIGNED.fullmatch(words) or _PARENTHESES.fullmatch(words):
        return next(figures for figures in found.groups() if figures)
    if _BARE_FRACTION.fullmatch(words):
        return f"0{words}"
    closed = _GAPS.sub(r"\1\2", words)
    return closed if closed != words and _FIGURES.fullmatch(closed) else ""


def ask_about(value: Decimal) -> Refused:
    """Refuse a number that is only one of two readings."""
    return Refused("ambiguous_number", plain_decimal(value)) if value < LIMIT else Refused("too_large")


def within_limit(read: Read) -> Read | Refused:
    """Refuse what no office counts."""
    return read if read.value < LIMIT else Refused("too_large")
