"""Working days and hours as data."""

from __future__ import annotations

import datetime as dt

import pytest

from domain.working_days import WorkingCalendar
from tests.factories import instant

CALENDAR = WorkingCalendar(
    holidays=frozenset({dt.date(2021, 9, 2), dt.date(2021, 9, 3)}),
    extra_working_days=frozenset({dt.date(2021, 9, 4)}),
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param("2021-10-18", True, id="Monday"),
        pytest.param("2021-10-16", False, id="Saturday"),
        pytest.param("2021-10-17", False, id="Sunday"),
        pytest.param("2021-09-02", False, id="National Day"),
        pytest.param("2021-09-04", True, id="a Saturday worked in exchange"),
    ],
)
def test_working_days_follow_the_table(day, works):
    """Weekends rest, holidays rest, exchanged days work."""
    assert works is CALENDAR.is_working_day(dt.date.fromisoformat(day))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param("2021-10-18 08:00", "2021-10-18 08:00", id="inside"),
        pytest.param("2021-10-18 06:00", "2021-10-18 07:30", id="before opening"),
        pytest.param("2021-10-18 17:00", "2021-10-19 07:30", id="the closing minute is outside"),
        pytest.param("2021-10-15 18:00", "2021-10-18 07:30", id="Friday evening"),
        pytest.param("2021-10-20 00:00", "2021-10-20 07:30", id="midnight"),
        pytest.param("2021-09-01 20:00", "2021-09-04 07:30", id="over a holiday to an exchanged day"),
    ],
)
def test_the_next_working_minute(at, expected):
    """What falls outside working hours moves to the next opening."""
    assert instant(expected) == CALENDAR.next_working_minute(instant(at))


def test_an_instant_of_another_zone_is_understood():
    """01:00 UTC is 08:00 in Vietnam."""
    assert CALENDAR.is_working_time(dt.datetime(2021, 10, 18, 1, 0, tzinfo=dt.UTC))


def test_a_calendar_without_working_days_is_refused():
    """A calendar that never works says so instead of searching for ever."""
    calendar = WorkingCalendar(weekend=frozenset(range(1, 8)))

    with pytest.raises(ValueError, match="no working day"):
        calendar.next_working_day(dt.date(2021, 10, 18))
