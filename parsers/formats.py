"""Number formats of spreadsheets: which show a day or a per cent, and what day a serial number means."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

#: Formats that a file names by number only (ECMA-376 18.8.30, with the date formats of East Asian Excels).
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "dd/mm/yyyy h:mm", 37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)", 39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    **dict.fromkeys((*range(27, 37), *range(50, 59)), "dd/mm/yyyy"),
}  # fmt: skip

_QUIET = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_SIGNS = re.compile(r"[dmyhs]|\[[hms]+\]", re.IGNORECASE)
_EPOCH_1900 = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a calendar day has no zone
_EPOCH_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001 - a calendar day has no zone
#: Excel believes in 29 February 1900; from 1 March on its count is one ahead.
_FALSE_LEAP_DAY = 60
_LAST_SERIAL = 2_958_465
_MICROSECONDS = 86_400_000_000


@lru_cache(maxsize=512)
def shows_date(code: str) -> bool:
    """Tell whether a format shows a number as day or time."""
    if code.casefold() in ("general", "@"):
        return False
    first = _QUIET.sub("", code).split(";", 1)[0]
    return "general" not in first.casefold() and _DATE_SIGNS.search(first) is not None


@lru_cache(maxsize=512)
def shows_percent(code: str) -> bool:
    """Tell whether a format shows a number as per cent."""
    return "%" in _QUIET.sub("", code)


def instant_of(serial: str, *, counts_from_1904: bool) -> dt.datetime | None:
    """Give the instant behind a serial number, to the second; None when it is none of the calendar."""
    try:
        number = Decimal(serial)
        if not 0 <= number <= _LAST_SERIAL:
            return None
    except InvalidOperation:
        return None
    epoch = _EPOCH_1904 if counts_from_1904 else _EPOCH_1900
    if not counts_from_1904 and number < _FALSE_LEAP_DAY:
        epoch += dt.timedelta(days=1)
    try:
        exact = epoch + dt.timedelta(microseconds=int(number * _MICROSECONDS))
    except OverflowError:
        return None
    # Excel keeps times as binary fractions of a day; half a second is always noise.
    return (exact + dt.timedelta(microseconds=500_000)).replace(microsecond=0)


def iso_of(serial: str, *, counts_from_1904: bool) -> str:
    """Write what a date cell shows as ISO: day, day with time, or time; the serial itself out of range."""
    at = instant_of(serial, counts_from_1904=counts_from_1904)
    if at is None:
        return serial
    if Decimal(serial) < 1 and not counts_from_1904:
        return at.time().isoformat()
    return at.date().isoformat() if at.time() == dt.time() else at.isoformat()
