"""Which letters of the ladder are due: a pure function of deadlines, states, letters sent and the clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.campaigns import Audience, Item, StepKind
from domain.history import DecisionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.campaigns import Campaign, Deadlines, Step
    from domain.history import Decision
    from domain.ids import UnitCode
    from domain.working_days import WorkingCalendar

#: Subject of an extension that holds for every unit.
EVERYBODY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class RungSent:
    """A letter of the ladder that left or is queued."""

    step: str
    #: The due date it counted to; an extension starts a new count.
    due_at: dt.datetime
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one unit owes in one campaign, as the ladder sees it."""

    unit: UnitCode
    #: Items still owed, form first; empty when done or excused.
    owed: tuple[Item, ...]
    deadlines: Deadlines
    #: When the unit's deadline was last moved; None when never.
    extended_at: dt.datetime | None
    #: When the plan left for this unit; None before.
    dispatched_at: dt.datetime | None
    #: The unit is the first guess of a held mail: it may have answered.
    held_first_guess: bool
    sent: tuple[RungSent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLetter:
    """A letter of the ladder that is to be written now."""

    step: Step
    #: None for a letter about all units (escalation).
    unit: UnitCode | None
    due_at: dt.datetime
    #: For an escalation: the units it lists, in roster order.
    units: tuple[UnitCode, ...] = ()

    @property
    def cause(self) -> str:
        """Identity of the letter beside campaign and unit: step and due date."""
        return rung_cause(self.step.name, self.due_at)


def rung_cause(step: str, due_at: dt.datetime) -> str:
    """Write the identity of a rung: "r1@2021-10-19T10:00:00+00:00"."""
    return f"{step}@{due_at.astimezone(dt.UTC).isoformat()}"


def read_rung_cause(cause: str) -> tuple[str, dt.datetime] | None:
    """Read back what rung_cause wrote; None for another cause."""
    step, sign, instant = cause.partition("@")
    try:
        return (step, dt.datetime.fromisoformat(instant)) if sign else None
    except ValueError:
        return None


def own_deadlines(
    deadlines: Deadlines, unit: UnitCode, decisions: Sequence[Decision]
) -> tuple[Deadlines, dt.datetime | None]:
    """Give the unit's deadlines after all extensions, and when the last of them was decided.

    The whole ladder moves with the due date; the newest extension for the unit or for everybody counts.
    """
    moved = [
        decision
        for decision in decisions
        if decision.kind is DecisionKind.EXTEND and decision.subject in (unit, EVERYBODY)
    ]
    if not moved:
        return deadlines, None
    last = moved[-1]
    due_at = dt.datetime.fromisoformat(last.detail["due_at"])
    late_after = dt.datetime.fromisoformat(last.detail["late_after"])
    shift = due_at - deadlines.due_at
    ladder = tuple(replace(step, at=step.at + shift) for step in deadlines.ladder)
    return replace(deadlines, due_at=due_at, late_after=late_after, ladder=ladder), last.at


def rung_time(step: Step, deadlines: Deadlines, calendar: WorkingCalendar) -> dt.datetime:
    """Give the working minute at which a step is due; overdue steps never before on time has ended."""
    at = step.at if step.kind is StepKind.REMINDER else max(step.at, deadlines.closes_at)
    return calendar.next_working_minute(at)


def due_letters(
    campaign: Campaign, requests: Sequence[Request], *, now: dt.datetime, polled_since: dt.datetime | None
) -> tuple[DueLetter, ...]:
    """Give the letters of the ladder that are due at *now*, in roster order, escalations last.

    *polled_since*: the start of the oldest of the mailboxes' last successful polls; None when one of them
    never succeeded. Outside working time nothing is due. Rungs missed during a stop are one letter, the
    newest. An overdue letter or escalation needs a poll after the instant it is about, and none goes to a
    unit that is the first guess of a held mail.
    """
    calendar = campaign.calendar
    if not calendar.is_working_time(now):
        return ()
    letters: list[DueLetter] = []
    for request in requests:
        if not request.owed or request.dispatched_at is None:
            continue
        letter = _due_reminder(request, calendar, now) or _due_overdue(request, calendar, now, polled_since)
        if letter is not None:
            letters.append(letter)
    return (*letters, *_due_escalations(campaign, requests, now, polled_since))


def _passed(request: Request, calendar: WorkingCalendar, now: dt.datetime, kind: StepKind) -> list[Step]:
    """Give the unit's rungs of a kind whose time has come since it was asked, oldest first."""
    since = max(filter(None, (request.dispatched_at, request.extended_at)))
    steps = [
        (rung_time(step, request.deadlines, calendar), step)
        for step in request.deadlines.ladder
        if step.kind is kind
    ]
    return [step for at, step in sorted(steps, key=lambda pair: pair[0]) if since < at <= now]


def _was_sent(request: Request, step: Step) -> bool:
    return any(sent.step == step.name and sent.due_at == request.deadlines.due_at for sent in request.sent)


def _due_reminder(request: Request, calendar: WorkingCalendar, now: dt.datetime) -> DueLetter | None:
    if now >= request.deadlines.closes_at:
        return None
    steps = _passed(request, calendar, now, StepKind.REMINDER)
    if not steps or _was_sent(request, steps[-1]):
        return None
    counted = [sent for sent in request.sent if sent.due_at == request.deadlines.due_at]
    if len(counted) >= request.deadlines.maximum_reminders:
        return None
    if any(now - sent.at < request.deadlines.minimum_gap for sent in request.sent):
        return None
    return DueLetter(step=steps[-1], unit=request.unit, due_at=request.deadlines.due_at)


def _may_be_overdue(request: Request, about: dt.datetime, polled_since: dt.datetime | None) -> bool:
    """Tell whether it is certain that the form is owed after *about*; only the form escalates."""
    return (
        Item.FORM in request.owed
        and not request.held_first_guess
        and polled_since is not None
        and polled_since >= about
    )


def _due_overdue(
    request: Request, calendar: WorkingCalendar, now: dt.datetime, polled_since: dt.datetime | None
) -> DueLetter | None:
    steps = _passed(request, calendar, now, StepKind.OVERDUE)
    if not steps or _was_sent(request, steps[-1]):
        return None
    if not _may_be_overdue(request, request.deadlines.closes_at, polled_since):
        return None
    return DueLetter(step=steps[-1], unit=request.unit, due_at=request.deadlines.due_at)


def _due_escalations(
    campaign: Campaign, requests: Sequence[Request], now: dt.datetime, polled_since: dt.datetime | None
) -> tuple[DueLetter, ...]:
    """Give one list for each due date that units are late for (extended units have their own)."""
    late: dict[dt.datetime, list[UnitCode]] = {}
    steps: dict[dt.datetime, Step] = {}
    for request in requests:
        if request.dispatched_at is None:
            continue
        passed = [
            step
            for step in request.deadlines.ladder
            if step.kind is StepKind.ESCALATION
            and step.audience is Audience.DIRECTORS
            and rung_time(step, request.deadlines, campaign.calendar) <= now
            and _may_be_overdue(request, max(step.at, request.deadlines.closes_at), polled_since)
        ]
        if passed:
            due_at = request.deadlines.due_at
            late.setdefault(due_at, []).append(request.unit)
            steps[due_at] = passed[-1]
    return tuple(
        DueLetter(step=steps[due_at], unit=None, due_at=due_at, units=tuple(units))
        for due_at, units in sorted(late.items())
    )


def next_rungs(
    campaign: Campaign, requests: Sequence[Request], *, now: dt.datetime
) -> tuple[tuple[dt.datetime, str, UnitCode | None], ...]:
    """Give what will happen next to each unit that owes something: (when, step name, unit), soonest first."""
    coming: list[tuple[dt.datetime, str, UnitCode | None]] = []
    for request in requests:
        if not request.owed or request.dispatched_at is None:
            continue
        times = (
            (rung_time(step, request.deadlines, campaign.calendar), step.name, request.unit)
            for step in request.deadlines.ladder
            if step.kind is not StepKind.ESCALATION
        )
        upcoming = sorted(entry for entry in times if entry[0] > now)
        coming.extend(upcoming[:1])
    return tuple(sorted(coming, key=lambda entry: entry[0]))


def coming_rungs(
    campaign: Campaign, requests: Sequence[Request], *, now: dt.datetime
) -> tuple[tuple[dt.datetime, Step, tuple[UnitCode, ...]], ...]:
    """Give the whole ladder that lies ahead: (when, step, the units it will reach if nothing changes)."""
    coming: dict[tuple[dt.datetime, str], tuple[Step, list[UnitCode]]] = {}
    for request in requests:
        if not request.owed or request.dispatched_at is None:
            continue
        for step in request.deadlines.ladder:
            at = rung_time(step, request.deadlines, campaign.calendar)
            # Only the form escalates, and not while a held mail may be the unit's.
            escalates = Item.FORM in request.owed and not request.held_first_guess
            reached = step.kind is StepKind.REMINDER or escalates
            if at > now and reached:
                coming.setdefault((at, step.name), (step, []))[1].append(request.unit)
    ahead = sorted(coming.items(), key=lambda entry: entry[0])
    return tuple((at, step, tuple(units)) for (at, _), (step, units) in ahead)
