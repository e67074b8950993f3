"""Which letters of the ladder are due, as a table of days and states."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from domain.campaigns import Item
from domain.deadlines import (
    EVERYBODY,
    Request,
    RungSent,
    coming_rungs,
    due_letters,
    next_rungs,
    own_deadlines,
    read_rung_cause,
    rung_cause,
)
from domain.history import Decision, DecisionKind
from domain.ids import UnitCode
from tests.factories import instant

CCVC = UnitCode("CCVC")
DISPATCHED = instant("2021-10-01 08:05")
POLLED = instant("2021-10-31 00:00")


def make_request(campaign, *, owed=(Item.FORM, Item.NARRATIVE), sent=(), **changes):
    """Make the request of CCVC, dispatched on the first day."""
    facts = {
        "unit": CCVC,
        "owed": owed,
        "deadlines": campaign.deadlines,
        "extended_at": None,
        "dispatched_at": DISPATCHED,
        "held_first_guess": False,
        "sent": sent,
    }
    return Request(**facts | changes)


def sent(campaign, step, at):
    """Say that a step's letter left at an instant."""
    return RungSent(step=step, due_at=campaign.deadlines.due_at, at=instant(at))


def names(campaign, request, now, polled_since=POLLED):
    """Give the names of the steps that are due."""
    letters = due_letters(campaign, [request], now=instant(now), polled_since=polled_since)
    return [letter.step.name for letter in letters]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2021-10-11 16:00", [], id="before the ladder begins"),
        pytest.param("2021-10-12 07:59", [], id="a minute early"),
        pytest.param("2021-10-12 08:00", ["midway"], id="on the minute"),
        pytest.param("2021-10-12 16:59", ["midway"], id="late on the same day"),
        pytest.param("2021-10-12 17:00", [], id="the office has closed"),
        pytest.param("2021-10-16 10:00", [], id="Saturday"),
        pytest.param("2021-10-18 08:30", ["eve"], id="three rungs missed are one letter, the newest"),
        pytest.param("2021-10-19 16:59", ["last-afternoon"], id="the last hour"),
        pytest.param("2021-10-20 07:45", [], id="late, but the overdue letter leaves at eight"),
        pytest.param("2021-10-20 08:00", ["overdue"], id="overdue"),
        pytest.param("2021-10-21 08:00", ["overdue", "escalation"], id="overdue was missed, list is due"),
    ],
)
def test_each_rung_has_its_working_minute(example, now, expected):
    """A unit that owes everything and got nothing yet gets the newest rung of working time."""
    assert expected == names(example, make_request(example), now)


def test_a_rung_is_climbed_once(example):
    """What was sent for this due date is not sent again."""
    request = make_request(example, sent=(sent(example, "midway", "2021-10-12 08:00"),))

    assert names(example, request, "2021-10-12 14:00") == []


def test_two_reminders_keep_their_gap(example):
    """A missed rung that was sent late pushes the next one until four hours have passed."""
    request = make_request(example, sent=(sent(example, "last-morning", "2021-10-19 11:00"),))

    assert names(example, request, "2021-10-19 14:00") == []
    assert names(example, request, "2021-10-19 15:00") == ["last-afternoon"]


def test_at_most_six_reminders(example):
    """After the sixth letter for one due date no reminder follows."""
    deadlines = replace(example.deadlines, maximum_reminders=2)
    request = make_request(
        example,
        deadlines=deadlines,
        sent=(
            sent(example, "midway", "2021-10-12 08:00"),
            sent(example, "before-weekend", "2021-10-15 08:00"),
        ),
    )

    assert names(example, request, "2021-10-18 08:00") == []


def test_nothing_owed_nothing_sent(example):
    """A unit that owes nothing is left alone."""
    assert names(example, make_request(example, owed=()), "2021-10-21 09:00") == []


def test_nothing_before_the_plan(example):
    """A unit that was never asked is never reminded."""
    assert names(example, make_request(example, dispatched_at=None), "2021-10-19 09:00") == []


def test_rungs_before_the_plan_are_not_made_up_for(example):
    """A plan that leaves late does not bring the reminders of the time before."""
    request = make_request(example, dispatched_at=instant("2021-10-15 09:00"))

    assert names(example, request, "2021-10-15 10:00") == []
    assert names(example, request, "2021-10-18 08:00") == ["eve"]


@pytest.mark.parametrize(
    ("polled", "held"),
    [
        pytest.param(None, False, id="a mailbox was never read"),
        pytest.param("2021-10-19 23:59", False, id="last read before on time ended"),
        pytest.param("2021-10-31 00:00", True, id="a held mail is probably its answer"),
    ],
)
def test_no_overdue_letter_without_certainty(example, polled, held):
    """Nobody is told to be overdue while an answer may lie unread or held."""
    since = instant(polled) if polled else None
    request = make_request(example, held_first_guess=held)

    assert names(example, request, "2021-10-21 09:00", polled_since=since) == []


def test_only_the_form_escalates(example):
    """Who owes the narrative alone is reminded, never escalated."""
    request = make_request(example, owed=(Item.NARRATIVE,))

    assert names(example, request, "2021-10-19 09:00") == ["last-morning"]
    assert names(example, request, "2021-10-21 09:00") == []


def test_the_list_names_all_late_units_in_roster_order(example):
    """The directors get one list, in the order of the roster."""
    requests = [make_request(example, unit=unit.code) for unit in example.units[:3]]
    letters = due_letters(example, requests, now=instant("2021-10-21 08:00"), polled_since=POLLED)

    assert tuple(unit.code for unit in example.units[:3]) == letters[-1].units
    assert letters[-1].unit is None


def test_each_due_date_has_its_own_list(example):
    """A unit that was given more time is not on the first list, and is on one of its own later."""
    moved, _ = own_deadlines(
        example.deadlines,
        CCVC,
        [make_extension(CCVC, "2021-10-26 17:00", "2021-10-27 00:00", "2021-10-19 09:00")],
    )
    requests = [
        make_request(example, unit=UnitCode("LT")),
        make_request(example, deadlines=moved, extended_at=instant("2021-10-19 09:00")),
    ]

    def lists(now):
        letters = due_letters(example, requests, now=instant(now), polled_since=POLLED)
        return [letter.units for letter in letters if letter.unit is None]

    assert lists("2021-10-21 08:00") == [("LT",)]
    assert lists("2021-10-28 08:00") == [("LT",), (CCVC,)]


def make_extension(subject, due, late, at):
    """Make the decision that moves a deadline."""
    return Decision(
        campaign=None,
        kind=DecisionKind.EXTEND,
        subject=subject,
        actor="Chánh Văn phòng",
        reason="mất điện",
        at=instant(at),
        detail={"due_at": instant(due).isoformat(), "late_after": instant(late).isoformat()},
    )


@pytest.mark.parametrize("subject", [CCVC, EVERYBODY])
def test_an_extension_moves_the_ladder(example, subject):
    """Three more days move every rung three days, and only rungs after the decision count."""
    decision = make_extension(subject, "2021-10-22 17:00", "2021-10-23 00:00", "2021-10-19 09:00")
    moved, decided = own_deadlines(example.deadlines, CCVC, [decision])
    request = make_request(
        example,
        deadlines=moved,
        extended_at=decided,
        sent=(sent(example, "last-morning", "2021-10-19 08:00"),),
    )

    assert instant("2021-10-22 17:00") == moved.due_at
    assert instant("2021-10-23 00:00") == moved.closes_at
    assert names(example, request, "2021-10-20 08:30") == []
    assert names(example, request, "2021-10-21 08:00") == ["eve"]
    assert names(example, request, "2021-10-22 17:30") == []
    assert names(example, request, "2021-10-25 07:30") == ["overdue", "escalation"]


def test_an_extension_of_another_unit_changes_nothing(example):
    """Extensions concern the unit they name."""
    decision = make_extension("TTRA", "2021-10-22 17:00", "2021-10-23 00:00", "2021-10-19 09:00")

    assert (example.deadlines, None) == own_deadlines(example.deadlines, CCVC, [decision])


def test_a_rung_cause_reads_back():
    """The identity of a rung keeps step and instant whatever the zone."""
    due = instant("2021-10-19 17:00")

    assert ("midway", due) == read_rung_cause(rung_cause("midway", due))
    assert rung_cause("midway", due) == rung_cause("midway", due.astimezone(dt.UTC))
    assert read_rung_cause("plan") is None
    assert read_rung_cause("mail:3@x") is None


def test_what_comes_next_is_known(example):
    """Each unit that owes something has its next rung on the list."""
    coming = next_rungs(example, [make_request(example)], now=instant("2021-10-15 12:00"))

    assert ((instant("2021-10-18 08:00"), "eve", CCVC),) == coming


def test_the_ladder_ahead_names_whom_it_reaches(example):
    """Every rung to come, with its units; what escalates leaves out narratives and held mails."""
    late = make_request(example)
    narrative = replace(late, unit=UnitCode("TTRA"), owed=(Item.NARRATIVE,))
    guessed = replace(late, unit=UnitCode("CCHC"), held_first_guess=True)
    done = replace(late, unit=UnitCode("VP"), owed=())
    asked_nobody = replace(late, unit=UnitCode("LT"), dispatched_at=None)
    coming = coming_rungs(
        example, [late, narrative, guessed, done, asked_nobody], now=instant("2021-10-19 08:00")
    )

    assert [
        (instant("2021-10-19 14:00"), "last-afternoon", (CCVC, "TTRA", "CCHC")),
        (instant("2021-10-20 08:00"), "overdue", (CCVC,)),
        (instant("2021-10-21 08:00"), "escalation", (CCVC,)),
    ] == [(at, step.name, units) for at, step, units in coming]
