"""Days as people type them: words of a cell to a date, or why not; a swapped date is only proposed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from parsers.quantities import MOST_SIGNS, plain

#: Days that a return can speak of at all; outside them a serial number is some other figure.
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
_CENTURY = 100

_WEEKDAY = re.compile(r"(?:thứ\s+\w+|chủ\s+nhật|t[2-7]|cn)\s*[,:-]?\s*(?=ngày|[0-9])", re.IGNORECASE)
_TIME = re.compile(r"[\sT,]+(?:lúc\s*)?[0-9]{1,2}(?:[:hg][0-9]{0,2}){1,2}(?:\.[0-9]+)?$", re.IGNORECASE)
_SIGNED = re.compile(r"([0-9]{1,2})\s*([/.\-])\s*([0-9]{1,2})(?:\s*\2\s*([0-9]{4}|[0-9]{2}))?[.,;]?")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_WORDS = re.compile(
    r"(?:ngày\s*)?([0-9]{1,2})\s*tháng\s*([0-9]{1,2})(?:\s*,?\s*năm\s*([0-9]{4}))?[.,;]?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day was read; *kind* names the finding to tell it with, empty when there is nothing to tell."""

    date: dt.date
    kind: str = ""


@dataclass(frozen=True, slots=True)
class NoDay:
    """No day was taken; *proposal* is the reading to ask about."""

    kind: str
    proposal: dt.date | None = None
    #: The day as it stands, where it is one.
    literal: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """First and last day that the figures may speak of."""

    start: dt.date
    end: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end

    def nearest_year(self, day: int, month: int) -> dt.date | None:
        """Give that day in the year that puts it into the period, or in the period's last year."""
        for year in dict.fromkeys((self.end.year, self.start.year)):
            found = _day(year, month, day)
            if found is not None and found in self:
                return found
        return _day(self.end.year, month, day)


def read_day(text: str, period: Period) -> Day | NoDay:
    """Read the words of a date cell: day first, as Vietnamese offices write it."""
    if len(text) > MOST_SIGNS:
        return NoDay("not_a_date")
    words = _TIME.sub("", _WEEKDAY.sub("", plain(text), count=1)).strip()
    words = re.sub(r"^ngày\s*", "", words, flags=re.IGNORECASE)
    if found := _ISO.fullmatch(words):
        return judge_day(_day(int(found[1]), int(found[2]), int(found[3])), period)
    found = _SIGNED.fullmatch(words)
    if found:
        day, month, year = int(found[1]), int(found[3]), found[4]
    else:
        found = _WORDS.fullmatch(words)
        if found is None:
            return NoDay("not_a_date")
        day, month, year = int(found[1]), int(found[2]), found[3]
    if year is None:
        assumed = period.nearest_year(day, month)
        if assumed is None:
            return NoDay("not_a_date")
        judged = judge_day(assumed, period)
        return Day(judged.date, judged.kind or "year_assumed") if isinstance(judged, Day) else judged
    full = int(year) + (2000 if int(year) < _CENTURY else 0)
    exact = _day(full, month, day)
    if exact is None:
        # 10/20/2021: an American spelling is asked about, never turned round.
        turned = _day(full, day, month)
        return NoDay("swapped_date", turned) if turned and turned in period else NoDay("not_a_date")
    return judge_day(exact, period)


def judge_day(day: dt.date | None, period: Period) -> Day | NoDay:
    """Judge a day: far off is none; one outside of the period whose swapped spelling is inside is asked."""
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return NoDay("not_a_date")
    if day not in period:
        turned = _day(day.year, day.day, day.month)
        if turned is not None and turned in period:
            return NoDay("swapped_date", turned, day)
    return Day(day)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
