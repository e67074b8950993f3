"""A campaign's folder: load it with every mistake told at once, pack it, and warn of what looks forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.campaign_assembly import CAMPAIGN_FILE, assemble_campaign
from config.campaign_folder import pack_files, read_campaign_files, unpack_files
from domain.campaigns import Audience, Item, Owed, StepKind, UnitStatus
from domain.errors import Problem
from domain.vietnamese import fold, format_instant, weekday

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from domain.campaigns import Campaign, Unit

#: Folder of the home in which each campaign's folder bears its code.
CAMPAIGNS_FOLDER = "campaigns"
_ROSTER = "units"


def load_campaign(folder: Path) -> Campaign:
    """Load the campaign in *folder*; raises ConfigError with all mistakes of all files."""
    resolved = folder.resolve()
    name = resolved.name if resolved.parent.name == CAMPAIGNS_FOLDER else ""
    return assemble_campaign(read_campaign_files(folder), folder_name=name)


def pack_campaign(folder: Path) -> bytes:
    """Pack the files of *folder* into one archive: the same files give the same bytes."""
    return pack_files(read_campaign_files(folder))


def load_packed_campaign(content: bytes) -> Campaign:
    """Load a campaign from what `pack_campaign` packed; raises ConfigError."""
    return assemble_campaign(unpack_files(content))


def check_campaign(campaign: Campaign) -> tuple[Problem, ...]:
    """Warn of what is allowed but looks forgotten; nothing of it stops the campaign."""
    return (
        *_check_dates(campaign),
        *_check_plan(campaign),
        *_check_ladder(campaign),
        *_check_recipients(campaign),
        *_check_roster(campaign),
    )


def _warn(place: str, reason: str, remedy: str = "") -> Problem:
    return Problem(place=place, reason=reason, remedy=remedy)


def _check_dates(campaign: Campaign) -> Iterator[Problem]:
    deadlines, calendar = campaign.deadlines, campaign.calendar
    if campaign.year not in range(campaign.start.year, campaign.end.year + 1):
        reason = f"`year` is {campaign.year}, and the campaign begins on {campaign.start}."
        yield _warn(CAMPAIGN_FILE, reason, "Subjects and titles name this year.")
    for name in ("dispatch_at", "due_at", "report_due_at"):
        at = getattr(deadlines, name)
        if at is not None and not calendar.is_working_day(at.date()):
            reason = f"`deadlines.{name}` is a day of rest: {weekday(at.date())}, {format_instant(at)}."
            yield _warn(CAMPAIGN_FILE, reason, "Move it to a working day.")
    if deadlines.report_due_at is not None and deadlines.report_due_at < deadlines.closes_at:
        reason = "`deadlines.report_due_at` comes before late answers are counted as late."
        yield _warn(CAMPAIGN_FILE, reason)


def _check_plan(campaign: Campaign) -> Iterator[Problem]:
    plan = campaign.plan
    if not plan.file_name:
        yield _warn("plan/", "There is no document in this folder.", "Put the signed plan (.pdf) there.")
    elif not plan.file_name.lower().endswith(".pdf"):
        reason = "The plan is no .pdf: it may be a draft without signature."
        yield _warn(f"plan/{plan.file_name}", reason, "Put the signed scan there before dispatch.")
    for name, what in (("number", "number"), ("issued_on", "day of issue")):
        if not getattr(plan, name):
            remedy = f"Fill in `plan.{name}` when Văn thư has issued it."
            yield _warn(CAMPAIGN_FILE, f"The plan has no {what} yet.", remedy)


def _check_ladder(campaign: Campaign) -> Iterator[Problem]:
    deadlines, calendar = campaign.deadlines, campaign.calendar
    previous = None
    for step in deadlines.ladder:
        name = f"The step `{step.name}` ({weekday(step.at.date())}, {format_instant(step.at)})"
        if not calendar.is_working_time(step.at):
            moved = format_instant(calendar.next_working_minute(step.at))
            yield _warn(CAMPAIGN_FILE, f"{name} lies outside working hours.", f"It will leave at {moved}.")
        if step.kind is StepKind.REMINDER and step.at >= deadlines.due_at:
            yield _warn(
                CAMPAIGN_FILE, f"{name} reminds of a deadline that is over.", "Move it before `due_at`."
            )
        if deadlines.dispatch_at is not None and step.at < deadlines.dispatch_at:
            yield _warn(
                CAMPAIGN_FILE, f"{name} comes before the plan goes out.", "Move it after `dispatch_at`."
            )
        if previous is not None and step.audience is previous.audience:
            gap = step.at - previous.at
            if gap < deadlines.minimum_gap:
                yield _warn(CAMPAIGN_FILE, f"{name} follows the one before too soon.", "It will be left out.")
        previous = step
    reminders = sum(step.kind is StepKind.REMINDER for step in deadlines.ladder)
    if reminders > deadlines.maximum_reminders:
        reason = (
            f"The ladder has {reminders} reminders; `maximum_reminders` is {deadlines.maximum_reminders}."
        )
        yield _warn(CAMPAIGN_FILE, reason, "The last ones will not be sent.")
    if not deadlines.ladder and Owed.REQUIRED in campaign.owed.values():
        yield _warn(CAMPAIGN_FILE, "There is no reminder ladder.", "Nobody will be reminded.")


def _check_recipients(campaign: Campaign) -> Iterator[Problem]:
    audiences = {step.audience for step in campaign.deadlines.ladder}
    if Audience.HEAD in audiences and campaign.office.chief is None:
        yield _warn(CAMPAIGN_FILE, "`office.chief` is blank.", "Overdue letters go out without this copy.")
    if campaign.owed[Item.FORM] is not Owed.REQUIRED:
        reason = f"The form is not required but {campaign.owed[Item.FORM].value}."
        yield _warn(CAMPAIGN_FILE, reason, "Only what is required is escalated.")
    if not campaign.forwarding.distribution:
        yield _warn(CAMPAIGN_FILE, "`forwarding.distribution` is blank.", "Nơi nhận will be empty.")


def _check_roster(campaign: Campaign) -> Iterator[Problem]:
    if not campaign.active_units:
        yield _warn(_ROSTER, "No unit has to answer.")
    owners: dict[str, Unit] = {}
    names: dict[str, Unit] = {}
    heads_are_written = any(step.audience is Audience.HEAD for step in campaign.deadlines.ladder)
    for unit in campaign.units:
        if unit.status is UnitStatus.ACTIVE and not unit.emails:
            yield _warn(f"{_ROSTER}: {unit.code}", "The unit has no mail address.", "It will get no letter.")
        if unit.status is UnitStatus.ACTIVE and unit.head_email is None and heads_are_written:
            reason = f"The head{f' ({unit.head})' if unit.head else ''} has no mail address."
            yield _warn(f"{_ROSTER}: {unit.code}", reason, "Overdue letters go to the unit's own address.")
        own = {address.folded for address in (*unit.emails, *((unit.head_email,) if unit.head_email else ()))}
        for address in sorted(own):
            other = owners.setdefault(address, unit)
            if other is not unit:
                reason = f"`{address}` belongs to {other.code} as well."
                yield _warn(f"{_ROSTER}: {unit.code}", reason, "Mail from it tells no unit by its sender.")
        for name in dict.fromkeys(fold(text) for text in (unit.name, unit.short_name, *unit.aliases)):
            other = names.setdefault(name, unit)
            if other is not unit:
                reason = f"The name “{name}” belongs to {other.code} as well."
                yield _warn(f"{_ROSTER}: {unit.code}", reason, "It tells no unit.")
