"""Versions and states, derived from what came and when."""

from __future__ import annotations

import pytest

from domain.ids import SubmissionKey
from domain.submissions import Flag, ItemState, Verdict, item_status, numbered
from tests.factories import instant, make_return


def versions(*cases, set_aside=None):
    """Give versions of submissions written as (received_at, verdict)."""
    rows = [
        (
            SubmissionKey(number),
            make_return(received_at=instant(at), verdict=verdict),
            (set_aside or {}).get(number, ""),
        )
        for number, (at, verdict) in enumerate(cases, start=1)
    ]
    return numbered(rows)


def status(example, *cases, now="2021-10-18 08:00", set_aside=None, **facts):
    """Derive the status of submissions given as (received_at, verdict)."""
    return item_status(
        versions(*cases, set_aside=set_aside), deadlines=example.deadlines, now=instant(now), **facts
    )


OK, WARNED, BAD = Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_WARNINGS, Verdict.REFUSED


def test_versions_are_ordered_by_receipt():
    """An older mail that is stored later takes its place before."""
    first, second = versions(("2021-10-12 09:00", OK), ("2021-10-11 09:00", OK))

    assert (SubmissionKey(2), 1) == (first.key, first.version)
    assert (SubmissionKey(1), 2) == (second.key, second.version)


@pytest.mark.parametrize(
    ("cases", "facts", "expected"),
    [
        pytest.param([], {}, ItemState.AWAITING, id="nothing came"),
        pytest.param([], {"held": True}, ItemState.HELD, id="a held mail is probably it"),
        pytest.param([], {"excluded": True}, ItemState.EXCLUDED, id="excused"),
        pytest.param([("2021-10-12 09:00", BAD)], {}, ItemState.REFUSED, id="refused"),
        pytest.param([("2021-10-12 09:00", WARNED)], {}, ItemState.ACCEPTED, id="accepted"),
        pytest.param(
            [("2021-10-12 09:00", OK), ("2021-10-13 09:00", BAD)],
            {},
            ItemState.ACCEPTED,
            id="v1 still counts",
        ),
        pytest.param(
            [("2021-10-12 09:00", OK)], {"set_aside": {1: "nhầm tệp"}}, ItemState.AWAITING, id="set aside"
        ),
    ],
)
def test_the_state_follows_what_came(example, cases, facts, expected):
    """Each combination has one state."""
    assert expected is status(example, *cases, **facts).state


def test_a_refused_newer_version_opens_a_correction(example):
    """v1 accepted, v2 refused: v1 counts, flagged."""
    found = status(example, ("2021-10-12 09:00", OK), ("2021-10-13 09:00", BAD))

    assert (found.counted.version, found.flags) == (1, (Flag.CORRECTION_OPEN,))


def test_the_newest_accepted_version_counts(example):
    """A later accepted version replaces the one before; a version set aside does not."""
    cases = [("2021-10-12 09:00", OK), ("2021-10-13 09:00", OK)]

    assert status(example, *cases).counted.version == 2
    assert status(example, *cases, set_aside={2: "nhầm"}).counted.version == 1


@pytest.mark.parametrize(
    ("at", "on_time"),
    [("2021-10-19 17:30", True), ("2021-10-19 23:59", True), ("2021-10-20 00:00", False)],
)
def test_on_time_ends_with_the_day_before(example, at, on_time):
    """Say that “trước ngày 20/10” ends when 19/10 ends."""
    found = status(example, (at, OK), now="2021-10-21 08:00")

    assert on_time is found.on_time
    assert (Flag.LATE in found.flags) is not on_time


def test_on_time_is_judged_by_the_first_accepted_version(example):
    """A correction after the deadline does not make an answer late."""
    found = status(example, ("2021-10-18 09:00", OK), ("2021-10-21 09:00", OK), now="2021-10-22 08:00")

    assert found.on_time is True


def test_refused_in_time_and_mended_late_is_late(example):
    """The first accepted version decides; the first arrival is kept beside it."""
    found = status(example, ("2021-10-18 09:00", BAD), ("2021-10-20 09:00", OK), now="2021-10-22 08:00")

    assert found.on_time is False
    assert instant("2021-10-18 09:00") == found.first_received_at


def test_overdue_begins_when_on_time_ends(example):
    """Nothing by midnight is overdue, unless the unit is excused."""
    assert Flag.OVERDUE not in status(example, now="2021-10-19 23:59").flags
    assert Flag.OVERDUE in status(example, now="2021-10-20 00:00").flags
    assert Flag.OVERDUE not in status(example, now="2021-10-20 00:00", excluded=True).flags
