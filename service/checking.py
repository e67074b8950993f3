"""Examine settings, campaigns and machine, and name every problem at once with its remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from aggregator.narrative import read_narrative
from config.campaign import check_campaign
from config.settings import explain_settings, load_settings
from domain.errors import ConfigError, Problem, ServiceError, WorkbookError
from mailer.overrides import template_problems
from parsers.blank.workbook import blank_workbook
from parsers.form import parse_form
from parsers.opening import open_grid
from service.bootstrap import find_campaign_folders, load_campaigns, placed, try_collecting, try_sending
from service.surroundings import home_problems, machine_warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from config.settings import Settings
    from domain.campaigns import Campaign
    from domain.ids import CampaignCode


Way = TypeVar("Way")


#: Findings on an empty form that say that something of it is not found where the tables say.
_NOT_READ = frozenset({
    "row_not_found", "answer_column_not_found", "list_sheet_missing", "duplicate_row", "row_conflict",
    "row_unsure", "list_column_not_found", "list_sheet_twice", "label_altered", "label_unlike",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Whether a mailbox or a transport could be logged in to."""

    #: "mailbox main", "transport main".
    name: str
    #: What the server said; empty when it went well.
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """Everything found."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    campaigns: tuple[str, ...]
    #: Key, shown value, origin.
    settings: tuple[tuple[str, str, str], ...] = ()
    #: Empty unless asked for.
    connections: tuple[Connection, ...] = ()


def examine(home: Path, *, environ: Mapping[str, str], chosen: str | None, connect: bool = False) -> Examined:
    """Examine the home; never raises for what stands in a file.

    With *connect* every mailbox and transport is logged in to as well, once the settings are sound.
    """
    errors: list[Problem] = list(home_problems(home))
    warnings: list[Problem] = []
    settings: Settings | None = None
    try:
        settings = load_settings(home, environ)
        warnings += (*settings.warnings, *machine_warnings(settings))
    except ConfigError as error:
        errors += error.problems
    folders: Mapping[CampaignCode, Path] = {}
    campaigns: Mapping[CampaignCode, Campaign] = {}
    try:
        folders = find_campaign_folders(home, chosen)
        campaigns = load_campaigns(folders)
    except ConfigError as error:
        errors += error.problems
    for code, campaign in campaigns.items():
        warnings += (placed(problem, folders[code]) for problem in check_campaign(campaign))
        errors += (placed(problem, folders[code]) for problem in _written_words(campaign))
        errors += (placed(problem, folders[code]) for problem in _own_form(campaign))
    return Examined(
        errors=tuple(errors),
        warnings=tuple(warnings),
        campaigns=tuple(str(code) for code in campaigns),
        settings=explain_settings(settings) if settings else (),
        connections=tuple(_connections(settings)) if connect and settings else (),
    )


def _written_words(campaign: Campaign) -> Iterator[Problem]:
    """Try what the office itself wrote for letters and report."""
    for problem in template_problems(campaign.texts):
        # Each begins with its file and line: "texts/reminder.vi.txt.j2:3: …".
        place, sign, reason = problem.partition(": ")
        yield Problem(place=place, reason=reason) if sign else Problem(place="texts/", reason=problem)
    if campaign.report.narrative:
        try:
            read_narrative(campaign.report.narrative, campaign.form)
        except ConfigError as error:
            yield from error.problems


def _own_form(campaign: Campaign) -> Iterator[Problem]:
    """Try the office's own form: stamp it, and read it back as if a unit had returned it."""
    if campaign.original is None or not campaign.units:
        return
    place = f"form/{campaign.original.name}"
    try:
        blank = blank_workbook(campaign, campaign.units[0])
        parsed = parse_form(open_grid(blank, place), campaign.form, start=campaign.start, end=campaign.end)
    except WorkbookError as error:
        yield Problem(place=place, reason=str(error), remedy="See `cell`, `form.sheet` and the file itself.")
        return
    for found in parsed.findings:
        if found.code in _NOT_READ:
            where = f"{found.field}: " if found.field else ""
            yield Problem(place=place, reason=f"{where}{found.message}", remedy=found.advice)
    for field in campaign.form.fields:
        answer = parsed.answers.get(field.code)
        if answer is not None and answer.place is not None and field.cell != answer.place.cell:
            reason = f"{field.code} is read from {answer.place.cell}, and `cell` says {field.cell}."
            yield Problem(place=place, reason=reason, remedy="Compare `label_vi` with the form's own words.")


def _connections(settings: Settings) -> Iterator[Connection]:
    for mailbox in settings.mailboxes:
        yield Connection(name=f"mailbox {mailbox.name}", problem=_trouble(try_collecting, mailbox))
    transport = settings.transport
    yield Connection(name=f"transport {transport.name}", problem=_trouble(try_sending, transport))


def _trouble(attempt: Callable[[Way], None], way: Way) -> str:
    try:
        attempt(way)
    except ServiceError as error:
        return str(error)
    return ""
