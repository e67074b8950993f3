"""What contradicts itself between the lines of `campaign.yaml`, though each line alone is right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.campaign_file import CampaignFile, DeadlinesBlock, FormBlock, OfficeBlock
from config.spelling import propose_word
from domain.campaigns import Audience, Owed, StepKind
from domain.errors import Problem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from config.campaign_file import CalendarBlock, OwedBlock
    from config.validation import FileModel
    from config.yaml_places import Path, YamlFile

#: Sheets of the blank form that no list may be called.
_OWN_SHEETS = ("HuongDan", "_meta", "History")
# Excel's own limits for the name of a sheet.
_LONGEST_SHEET = 31
_NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\]|^'|'$")


def find_contradictions(blocks: Mapping[str, FileModel], source: YamlFile) -> tuple[Problem, ...]:
    """Compare what was understood; blocks with mistakes of their own are passed over."""
    found: list[Problem] = []
    whole = blocks.get("")
    if isinstance(whole, CampaignFile) and whole.end < whole.start:
        reason = f"The end ({whole.end}) lies before the start ({whole.start})."
        found.append(Problem(place=source.place(("end",)), reason=reason, remedy="Check both days."))
    deadlines, office = blocks.get("deadlines"), blocks.get("office")
    if isinstance(deadlines, DeadlinesBlock):
        found.extend(_compare_instants(deadlines, source))
        found.extend(_check_ladder(deadlines, source))
        if isinstance(office, OfficeBlock) and not office.directors:
            found.extend(_miss_directors(deadlines, source))
    found.extend(_check_calendar(blocks.get("calendar"), source))
    found.extend(_check_owed(blocks.get("owed"), source))
    return tuple(found)


def _compare_instants(deadlines: DeadlinesBlock, source: YamlFile) -> Iterator[Problem]:
    due, late = deadlines.due_at, deadlines.late_after
    pairs: tuple[tuple[str, dt.datetime | None, str, dt.datetime, bool], ...] = (
        ("late_after", late, "due_at", due, False),
        ("dispatch_at", deadlines.dispatch_at, "due_at", due, True),
        ("report_due_at", deadlines.report_due_at, "due_at", due, False),
    )
    for name, instant, other, bound, is_before in pairs:
        if instant is None or (instant < bound if is_before else instant > bound):
            continue
        order = "before" if is_before else "after"
        reason = f"`{name}` ({instant.isoformat(timespec='minutes')}) must be {order} `{other}`."
        remedy = f"`{other}` is {bound.isoformat(timespec='minutes')}."
        yield Problem(place=source.place(("deadlines", name)), reason=reason, remedy=remedy)


def _check_ladder(deadlines: DeadlinesBlock, source: YamlFile) -> Iterator[Problem]:
    closes_at = deadlines.late_after + deadlines.grace_hours
    names: dict[str, Path] = {}
    for index, step in enumerate(deadlines.ladder):
        here: Path = ("deadlines", "ladder", index)
        first = names.setdefault(step.name, here)
        if first is not here:
            reason = f"Two steps are called `{step.name}`."
            remedy = f"The first is {source.place((*first, 'name'))}; each needs a name of its own."
            yield Problem(place=source.place((*here, "name")), reason=reason, remedy=remedy)
        if step.kind is not StepKind.REMINDER and step.at < closes_at:
            reason = f"The {step.kind.value} step stands before answers are late."
            remedy = f"Late begins at {closes_at.isoformat(timespec='minutes')} (late_after and grace)."
            yield Problem(place=source.place((*here, "at")), reason=reason, remedy=remedy)
        if step.kind is StepKind.REMINDER and step.audience is Audience.DIRECTORS:
            reason = "A reminder goes to the unit or its head, not to the directors."
            yield Problem(place=source.place((*here, "audience")), reason=reason, remedy="Write `unit`.")
        if step.kind is StepKind.ESCALATION and step.audience is not Audience.DIRECTORS:
            reason = "An escalation is one list for the directors."
            yield Problem(place=source.place((*here, "audience")), reason=reason, remedy="Write `directors`.")


def _miss_directors(deadlines: DeadlinesBlock, source: YamlFile) -> Iterator[Problem]:
    for index, step in enumerate(deadlines.ladder):
        if step.audience is Audience.DIRECTORS:
            reason = "This step goes to the directors, and the office names none."
            place = source.place(("deadlines", "ladder", index, "audience"))
            yield Problem(place=place, reason=reason, remedy="Fill in `office.directors`.")


def _check_calendar(block: CalendarBlock | FileModel | None, source: YamlFile) -> Iterator[Problem]:
    opens, closes = getattr(block, "opens", None), getattr(block, "closes", None)
    if opens is not None and closes is not None and closes <= opens:
        reason = f"The office closes ({closes:%H:%M}) before it opens ({opens:%H:%M})."
        yield Problem(place=source.place(("calendar", "closes")), reason=reason)
    if len(set(getattr(block, "weekend", ()))) == len("1234567"):
        reason = "Every day of the week is a day of rest."
        yield Problem(place=source.place(("calendar", "weekend")), reason=reason, remedy="Write [6, 7].")


def _check_owed(block: OwedBlock | FileModel | None, source: YamlFile) -> Iterator[Problem]:
    if getattr(block, "form", None) is Owed.NONE and getattr(block, "narrative", None) is Owed.NONE:
        reason = "The units owe nothing."
        yield Problem(place=source.place(("owed",)), reason=reason, remedy="Write `form: required`.")


def check_sheets(form: FormBlock, lists: Sequence[str], source: YamlFile) -> Iterator[Problem]:
    """Report sheet names that Excel refuses, that are taken twice, or that name no list."""
    taken: dict[str, str] = {own.casefold(): own for own in _OWN_SHEETS}
    named: list[tuple[Path, str]] = [(("form", "sheet"), form.sheet)]
    for code, sheet in form.sheets.items():
        if code not in lists:
            reason = f"The form has no list `{code}`."
            place = source.place_of_key(("form", "sheets", code))
            yield Problem(place=place, reason=reason, remedy=propose_word(code, lists))
        named.append((("form", "sheets", code), sheet))
    for path, sheet in named:
        if len(sheet) > _LONGEST_SHEET or _NOT_IN_SHEETS.search(sheet):
            reason = f"Excel takes no sheet called `{sheet}`."
            remedy = f"At most {_LONGEST_SHEET} letters, none of [ ] : * ? / \\."
            yield Problem(place=source.place(path), reason=reason, remedy=remedy)
        if sheet.casefold() in taken:
            reason = f"The sheet name `{sheet}` is taken."
            yield Problem(
                place=source.place(path), reason=reason, remedy="Each sheet needs a name of its own."
            )
        taken[sheet.casefold()] = sheet
    for code in lists:
        if code not in form.sheets:
            reason = f"The list `{code}` has no sheet name."
            remedy = f"Write `{code}: {code}_…` under `form.sheets`."
            yield Problem(place=source.place_of_key(("form", "sheets")), reason=reason, remedy=remedy)
