"""Amounts of money in the measure of their row: unit slips, "1 tỷ 200 triệu", "2 triệu rưỡi"."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from parsers.number.figures import (
    DIGITS,
    DOTTED,
    LIMIT,
    NO_NUMBER,
    Read,
    Refused,
    ask_about,
    read_figures,
    within_limit,
)
from parsers.number.measures import BILLION, THOUSAND, plain_decimal, worth_of

#: From so many đồng on, an amount of so many digits was counted in another measure than the row's.
_LARGEST_AMOUNT: Final = Decimal(10) ** 11
_LARGEST_TYPED: Final = Decimal(100_000)
#: No office reports less than a thousand đồng.
_SMALLEST_AMOUNT: Final = THOUSAND
_HALF: Final = Decimal("0.5")
#: No sign of a sum may stand between the parts.
_PARTS = re.compile(r"([0-9][0-9.,]*)\s*([^\W\d_](?:[^\W\d_]|[\s.])*)?")
_AND_HALF = re.compile(r"(.*\S)\s+rưỡi\b(.*)", re.IGNORECASE | re.DOTALL)
_SPACES = re.compile(r"\s")
_FEWEST_PARTS: Final = 2


def slipped_measure(value: Decimal, measure: str) -> Decimal | None:
    """Give *value* as if counted in đồng where it cannot be in *measure* ("15.000.000" triệu đồng)."""
    worth = worth_of(measure) if value >= _LARGEST_TYPED else None
    if worth is None or worth == 1 or value * worth < _LARGEST_AMOUNT:
        return None
    return plain_decimal(value / worth)


def read_amount(number: Read | Refused, figures: str, said: str, own: Decimal) -> Read | Refused:
    """Bring an amount whose measure is *said* to that of the row, *own* đồng: "1 tỷ 200 triệu", not "1 tỷ 2".

    *number* is what *figures* read as.
    """
    if half := _AND_HALF.fullmatch(said):
        worth = worth_of(f"{half[1]} {half[2]}")
        if isinstance(number, Refused) or worth is None or worth == 1 or not DIGITS.fullmatch(figures):
            return NO_NUMBER
        return _brought((number.value + _HALF) * worth, own)
    worth = worth_of(said)
    if worth is None:
        return _read_parts(f"{figures} {said}", own)
    if isinstance(number, Refused):
        return number if number.proposal is None else _ask_about_thousands(number.proposal, worth, own)
    amount = number.value * worth
    if 0 < amount < _SMALLEST_AMOUNT and own > 1:
        return ask_about(number.value)
    if worth >= BILLION and amount >= _LARGEST_AMOUNT and DOTTED.fullmatch(figures):
        return _ask_about_thousands(number.value, worth, own)
    return number if worth == own else _brought(amount, own)


def _brought(amount: Decimal, own: Decimal) -> Read | Refused:
    return within_limit(Read(plain_decimal(amount / own), "other_measure"))


def _ask_about_thousands(typed: Decimal, worth: Decimal, own: Decimal) -> Refused:
    """Ask about "1.234 tỷ": as thousands where that can be, else as a fraction."""
    value = typed if typed * worth < _LARGEST_AMOUNT else typed / THOUSAND
    return ask_about(value * worth / own)


def _read_parts(words: str, own: Decimal) -> Read | Refused:
    """Read "12 triệu 500 nghìn": each part in a smaller measure than the one before."""
    parts = list(_PARTS.finditer(words))
    if len(parts) < _FEWEST_PARTS or _SPACES.sub("", "".join(part[0] for part in parts)) != _SPACES.sub(
        "", words
    ):
        return NO_NUMBER
    total, last = Decimal(0), LIMIT * BILLION
    for part in parts:
        figures, measure = part[1], (part[2] or "").strip()
        number, worth = read_figures(figures, whole=False), worth_of(measure) if measure else None
        if isinstance(number, Refused):
            return NO_NUMBER
        if worth is None:
            if measure or part is not parts[-1] or not DIGITS.fullmatch(figures):
                return NO_NUMBER
            return ask_about((total + Decimal(f"0.{figures}") * last) / own)
        if number.value * worth >= last:
            return NO_NUMBER
        total, last = total + number.value * worth, worth
    return _brought(total, own)
