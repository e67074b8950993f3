"""When an office is at work: weekdays, holidays, swapped days and hours, all as data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

#: The one time zone of the country; no daylight saving.
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_A_YEAR_AND_MORE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """Working days and hours of one office."""

    timezone: ZoneInfo = VIETNAM
    opens: dt.time = dt.time(7, 30)
    closes: dt.time = dt.time(17, 0)
    #: ISO weekdays of rest: 6 Saturday, 7 Sunday.
    weekend: frozenset[int] = frozenset({6, 7})
    #: Days off besides weekends.
    holidays: frozenset[dt.date] = frozenset()
    #: Weekend days that are worked (hoán đổi); stronger than `holidays`.
    extra_working_days: frozenset[dt.date] = frozenset()

    def is_working_day(self, day: dt.date) -> bool:
        """Tell whether the office works on *day*."""
        if day in self.extra_working_days:
            return True
        return day.isoweekday() not in self.weekend and day not in self.holidays

    def is_working_time(self, at: dt.datetime) -> bool:
        """Tell whether *at* (aware) lies inside working hours; the closing minute itself does not."""
        local = at.astimezone(self.timezone)
        return self.is_working_day(local.date()) and self.opens <= local.time() < self.closes

    def next_working_minute(self, at: dt.datetime) -> dt.datetime:
        """Give *at* itself when it is working time, otherwise the next opening of the office."""
        local = at.astimezone(self.timezone)
        if self.is_working_time(local):
            return local
        day = local.date()
        if not (self.is_working_day(day) and local.time() < self.opens):
            day = self.next_working_day(day)
        return dt.datetime.combine(day, self.opens, self.timezone)

    def next_working_day(self, day: dt.date) -> dt.date:
        """Give the first working day after *day*; raises ValueError when a whole year has none."""
        for _ in range(_A_YEAR_AND_MORE):
            day += dt.timedelta(days=1)
            if self.is_working_day(day):
                return day
        raise ValueError("the calendar has no working day within a year")
