"""Days as people type them: words of a cell to a date, or why not; a swapped date is only proposed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from domain.vietnamese import fold
from parsers.number.quantities import MOST_SIGNS, plain

#: Days that a return can speak of at all; outside them a serial number is some other figure.
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
_CENTURY: Final = 100
#: Years of two digits lie at most so far ahead.
_AHEAD: Final = 20
#: Days between the two ways of counting serial numbers, from 1900 and from 1904.
_EPOCHS_APART: Final = dt.timedelta(days=1462)

_DAY: Final = "ngày"
_SAID_BEFORE = re.compile(
    r"(?:(?:số liệu|tính|chốt|kể|từ|đến|tới|hết|vào|lúc|sáng|trưa|chiều|tối|ngày)\s+)+"
    r"(?=[0-9]|thứ|chủ|t[2-7]\b|cn\b)",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"(?:(?:thứ|t)\s*(hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|(chủ\s+nhật|cn))\b\s*[,:-]?\s*(?=ngày|[0-9])",
    re.IGNORECASE,
)
_WEEKDAYS: Final = {
    name: place
    for place, names in enumerate(
        (("hai", "2"), ("ba", "3"), ("tư", "4"), ("năm", "5"), ("sáu", "6"), ("bảy", "bẩy", "7"))
    )
    for name in names
}
_SUNDAY: Final = 6
_CLOCK = (
    r"[0-9]{1,2}\s?(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?|[hg][0-9]{0,2}|giờ(?:\s?[0-9]{1,2})?)"
    r"(?:\s?(?:phút|p))?(?:\s?(?:AM|PM|SA|CH))?"
)
_TIME_BEFORE = re.compile(rf"{_CLOCK}\s*,?\s+(?=[^\s])", re.IGNORECASE)
_TIME_BEHIND = re.compile(rf"[\sT,]+(?:lúc\s*)?{_CLOCK}$", re.IGNORECASE)
_REMARK = re.compile(r"\s*\([^()0-9]*\)$")
#: Typed without accents.
_UNMARKED = re.compile(r"\b(?:ngay|thang|nam)\b", re.IGNORECASE)
_MARKED: Final = {"ngay": "ngày", "thang": "tháng", "nam": "năm"}
#: In brackets behind a day: it is none of the calendar, or not the one that was.
_OTHER_DAY = re.compile(
    r"\b(?:am lich|am|du kien|ke hoach|chua chot|chua ro|sai|nham|uoc|tam tinh|hoan|hui|doi (?:ngai|lich)"
    r"|khong to chuc)\b"
)
_SIGNED = re.compile(
    r"([0-9]{1,2})\s?([/.\-\\])\s?([0-9]{1,2})(?:\s?\2\s?([0-9]{4}|[0-9]{2})|,?\snăm\s([0-9]{4}))?[.,;]?"
)
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_WORDS = re.compile(
    r"([0-9]{1,2})\s*tháng\s*([0-9]{1,2}|mười hai|mười một|[^\W\d_]+)"
    r"(?:\s*[,/]?\s*(năm\s*)?([0-9]{4}))?[.,;]?",
    re.IGNORECASE,
)
#: "20-Oct-2021", and "20-thg10-21" as a Vietnamese Excel shows it.
_NAMED = re.compile(
    r"([0-9]{1,2})[\s\-/.]*(?:thg\s?([0-9]{1,2})|([a-z]{3,9}))[\s\-/.,]*([0-9]{4}|[0-9]{2})?", re.IGNORECASE
)
_ENGLISH = re.compile(r"([a-z]{3,9})\.?\s+([0-9]{1,2}),?\s+([0-9]{4})", re.IGNORECASE)
_RUN_TOGETHER = re.compile(r"[0-9]{8}")
_MONTH_WORDS: Final = {
    name: place
    for place, name in enumerate(
        "một hai ba tư năm sáu bảy tám chín mười mười_một mười_hai".replace("_", "\u00a0").split(" "),
        start=1,
    )
} | {"bốn": 4, "bẩy": 7}
_MONTH_NAMES: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip


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


_NO_DAY: Final = NoDay("not_a_date")


def read_day(text: str, period: Period) -> Day | NoDay:
    """Read the words of a date cell: day first, as Vietnamese offices write it."""
    if len(text) > MOST_SIGNS:
        return _NO_DAY
    words = _UNMARKED.sub(lambda word: _MARKED[word[0].lower()], plain(text).removesuffix("./."))
    remark = _REMARK.search(words)
    words = _REMARK.sub("", words)
    for before in (_SAID_BEFORE, _TIME_BEFORE, _SAID_BEFORE):
        if found := before.match(words):
            words = words[found.end() :]
    named = _WEEKDAY.match(words)
    if named:
        words = words[named.end() :]
    if words[: len(_DAY)].casefold() == _DAY:
        words = words[len(_DAY) :].lstrip()
    outcome = _read_bare(_TIME_BEHIND.sub("", words).strip(), period)
    if named and isinstance(outcome, Day):
        weekday = _SUNDAY if named[2] else _WEEKDAYS[named[1].casefold()]
        if outcome.date.weekday() != weekday:
            return NoDay("doubtful_date", outcome.date)
    if isinstance(outcome, Day) and remark and _OTHER_DAY.search(fold(remark[0])):
        return NoDay("doubtful_date", outcome.date)
    return outcome


def _read_bare(words: str, period: Period) -> Day | NoDay:
    """Read a day with nothing around it."""
    if found := _ISO.fullmatch(words):
        return _judge_parts(int(found[3]), int(found[2]), int(found[1]), period)
    if _RUN_TOGETHER.fullmatch(words):
        return read_run_together(words, period)
    found = _SIGNED.fullmatch(words)
    if found:
        return _judge_parts(int(found[1]), int(found[3]), _full_year(found[4] or found[5], period), period)
    if found := _WORDS.fullmatch(words):
        # "20 tháng năm 2021": is it May, or is the month left out?
        is_open = found[2].casefold() == "năm" and found[4] is not None and found[3] is None
        month = 0 if is_open else _month(found[2])
        return _judge_parts(int(found[1]), month, _full_year(found[4], period), period) if month else _NO_DAY
    if found := _NAMED.fullmatch(words):
        month = int(found[2]) if found[2] else _english_month(found[3])
        return _judge_parts(int(found[1]), month, _full_year(found[4], period), period) if month else _NO_DAY
    if found := _ENGLISH.fullmatch(words):
        month = _english_month(found[1])
        return _judge_parts(int(found[2]), month, int(found[3]), period) if month else _NO_DAY
    return _NO_DAY


def read_run_together(digits: str, period: Period) -> NoDay:
    """Ask about "20102021": day, month and year without a sign between them."""
    for day, month, year in (
        (digits[:2], digits[2:4], digits[4:]),
        (digits[6:], digits[4:6], digits[:4]),
    ):
        found = _day(int(year), int(month), int(day))
        if found is not None and found in period:
            return NoDay("doubtful_date", found)
    return _NO_DAY


def _month(words: str) -> int:
    return int(words) if words.isdigit() else _MONTH_WORDS.get("\u00a0".join(words.casefold().split()), 0)


def _english_month(name: str) -> int:
    short = name.casefold()
    for number, month in enumerate(_MONTH_NAMES, start=1):
        if short in (month, month[:3]) or (short, number) == ("sept", 9):
            return number
    return 0


def _full_year(year: str | None, period: Period) -> int | None:
    """Complete a year of two digits to the one not far ahead of the period."""
    if year is None:
        return None
    full = int(year)
    if full >= _CENTURY:
        return full
    full += period.end.year // _CENTURY * _CENTURY
    return full - _CENTURY if full > period.end.year + _AHEAD else full


def _judge_parts(day: int, month: int, year: int | None, period: Period) -> Day | NoDay:
    if year is None:
        assumed = period.nearest_year(day, month)
        if assumed is None:
            return _NO_DAY
        judged = judge_day(assumed, period)
        return Day(judged.date, judged.kind or "year_assumed") if isinstance(judged, Day) else judged
    exact = _day(year, month, day)
    if exact is None:
        # 10/20/2021: an American spelling is asked about, never turned round.
        turned = _day(year, day, month)
        return NoDay("swapped_date", turned) if turned and turned in period else _NO_DAY
    return judge_day(exact, period)


def judge_day(day: dt.date | None, period: Period, *, is_serial: bool = False) -> Day | NoDay:
    """Judge a day: far off is none; one outside of the period that a slip puts there is asked about.

    Slips are day and month swapped, another year, and for a serial number the other way of counting.
    """
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return _NO_DAY
    if day in period:
        return Day(day)
    turned = _day(day.year, day.day, day.month)
    if turned is not None and turned in period:
        return NoDay("swapped_date", turned, day)
    if is_serial:
        for other in (day + _EPOCHS_APART, day - _EPOCHS_APART):
            if other in period:
                return NoDay("doubtful_date", other, day)
    same = period.nearest_year(day.day, day.month)
    if same is not None and same in period:
        return NoDay("doubtful_date", same, day)
    return Day(day)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
