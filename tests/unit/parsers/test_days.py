"""Days as people type them, with what they write around them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.days import Day, NoDay, Period, judge_day, read_day

PERIOD = Period(start=dt.date(2021, 10, 1), end=dt.date(2021, 10, 31))


def told(outcome):
    """Give kind, day of October taken, day proposed."""
    if isinstance(outcome, Day):
        return outcome.kind, outcome.date.isoformat()
    return outcome.kind, f"? {outcome.proposal.isoformat()}" if outcome.proposal else None


@pytest.mark.parametrize(
    "text",
    [
        "hết ngày 20/10/2021", "đến hết ngày 20/10/2021", "Số liệu tính đến ngày 20/10/2021", "từ 20/10/2021",
        "17h00 ngày 20/10/2021", "17 giờ 30 phút, ngày 20/10/2021", "8h, ngày 20 tháng 10 năm 2021",
        "sáng 20/10/2021", "20/10/2021 17 giờ 30 phút", "20/10/2021 lúc 8h", "2021-10-20T08:00:00.000",
        "Thứ 4 ngày 20/10/2021", "T4, 20/10/2021", "20/10/2021 (thứ tư)", "20/10 năm 2021",
        "20 tháng 10/2021",
        "20 tháng mười năm 2021", "20-Oct-2021", "20 October 21", "Oct 20, 2021", "20-thg10-21",
        "20 Thg 10 2021", "20\\10\\2021", "20 / 10 / 2021", "２０/１０/２０２１", "NGÀY 20/10/2021.",
    ],
)  # fmt: skip
def test_what_stands_around_a_day_is_understood(text):
    """Words before it, the time, the weekday, months by name."""
    assert ("", "2021-10-20") == told(read_day(text, PERIOD))


@pytest.mark.parametrize(
    ("text", "kind", "proposal"),
    [
        ("10/05/2021", "swapped_date", "? 2021-10-05"),
        ("2021-20-10", "swapped_date", "? 2021-10-20"),
        ("thứ Hai, 20/10/2021", "doubtful_date", "? 2021-10-20"),
        ("20102021", "doubtful_date", "? 2021-10-20"),
        ("20211020", "doubtful_date", "? 2021-10-20"),
        ("15/10/2020", "doubtful_date", "? 2021-10-15"),
        ("20/10/99", "doubtful_date", "? 2021-10-20"),
    ],
)
def test_a_likely_slip_is_asked_about(text, kind, proposal):
    """Swapped signs, another weekday, no signs, another year: proposed, never applied."""
    assert (kind, proposal) == told(read_day(text, PERIOD))


@pytest.mark.parametrize(
    "text",
    [
        "trước ngày 20/10/2021", "sau 20/10/2021", "1-3/10/2021", "10-12/2021", "15, 16/10/2021", "10/2021",
        "01/10/2021 đến 31/10/2021", "20 tháng năm 2021", "20 tháng giêng", "Quý IV", "20", "ngày 20",
        "20/10/021",
        "20/10/2O21", "29/02/2021", "32/10/2021", "5 lần", "",
    ],
)  # fmt: skip
def test_what_is_no_single_day_is_refused(text):
    """Ranges, halves of a day, lunar months."""
    assert ("not_a_date", None) == told(read_day(text, PERIOD))


def test_a_serial_number_of_the_other_way_of_counting_is_asked_about():
    """A day copied between books of 1900 and 1904 is four years and a day off."""
    day = dt.date(2021, 10, 15)
    for other in (day - dt.timedelta(days=1462), day + dt.timedelta(days=1462)):
        assert NoDay("doubtful_date", day, other) == judge_day(other, PERIOD, is_serial=True)


SPELLINGS = [
    "{0.day}/{0.month}/{0.year}", "{0:%d.%m.%Y}", "{0:%Y-%m-%d}", "{0:%d-%m-%y}", "{0:%m/%d/%Y}",
    "ngày {0.day} tháng {0.month} năm {0.year}", "{0:%d%m%Y}", "{0:%d/%m}", "đến hết {0:%d/%m/%Y}",
]  # fmt: skip


@given(st.dates(dt.date(2021, 10, 1), dt.date(2021, 10, 31)), st.sampled_from(SPELLINGS))
def test_a_day_is_itself_or_asked_about(day, spelling):
    """Whatever the spelling, the American one too, never another day."""
    outcome = read_day(spelling.format(day), PERIOD)
    assert day == (outcome.date if isinstance(outcome, Day) else outcome.proposal)


@given(st.text(max_size=40))
def test_any_text_is_judged(text):
    """No words end in a traceback."""
    assert isinstance(read_day(text, PERIOD), Day | NoDay)
