"""The example campaign and the commented settings that ship with the product, laid down on request [edge].

With a start date every day of the example is moved by the same number of days, so that the campaign begins
on that day. Steps of the ladder and `dispatch_at` that would then fall on a day of rest go to the working day
before (letters after the deadline: the working day after); steps of different days stay on different days. A
start that is a Friday, as 01/10/2021 was, keeps every weekday. Holidays are facts and stay; so do the words
of the plan, the form and the year in titles.
"""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from typing import TYPE_CHECKING

from domain.errors import ConfigError, Problem
from domain.vietnamese import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from config.campaign_file import CampaignFile, StepBlock
    from config.yaml_places import Path as YamlPath
    from config.yaml_places import YamlFile

#: Code of the example campaign.
EXAMPLE = "thang-dan-van-2021"
_CAMPAIGN_FILE = "campaign.yaml"
_NOTED_DATES = "form/indicators.csv"


def settings_template() -> str:
    """Give the text of a commented `tonghop.yaml`."""
    return _examples().joinpath("tonghop.yaml").read_text(encoding="utf-8")


def lay_example(target: Path, *, start: dt.date | None) -> None:
    """Copy the example campaign into the folder *target*, beginning on *start* (None: 01/10/2021, as it was).

    Raises ConfigError when something lies there already.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        reason = "Something lies here already; it was left as it is."
        raise ConfigError((Problem(place=str(target), reason=reason, remedy="Name another one."),))
    for name, content in example_files(start=start).items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def example_files(*, start: dt.date | None) -> dict[str, bytes]:
    """Give the files of the example campaign by path, beginning on *start* (None: 01/10/2021, as it was)."""
    contents = dict(_read_tree(_examples().joinpath(EXAMPLE), ""))
    return contents if start is None else shift_campaign(contents, start=start)


def _examples() -> Traversable:
    return files("config").joinpath("examples")


def _read_tree(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from _read_tree(entry, f"{prefix}{entry.name}/")
        elif not entry.name.startswith((".", "~$")):
            yield prefix + entry.name, entry.read_bytes()


def shift_campaign(contents: dict[str, bytes], *, start: dt.date) -> dict[str, bytes]:
    """Give the campaign's files with its days moved so that it begins on *start*; comments stay."""
    from config.campaign_file import read_campaign_file  # noqa: PLC0415 - heavy import
    from config.yaml_places import read_yaml  # noqa: PLC0415 - heavy import

    source = read_yaml(_CAMPAIGN_FILE, contents[_CAMPAIGN_FILE])
    campaign, problems = read_campaign_file(source)
    if campaign is None:
        raise ConfigError(problems)
    moved = dict(_moved_days(campaign, start - campaign.start))
    shifted = {_CAMPAIGN_FILE: _rewrite(contents[_CAMPAIGN_FILE], source, moved)}
    if _NOTED_DATES in contents:
        # The form's hints name the first and last day.
        text = contents[_NOTED_DATES].decode("utf-8-sig")
        for name in ("start", "end"):
            text = text.replace(format_date(getattr(campaign, name)), format_date(_day(moved[(name,)])))
        shifted[_NOTED_DATES] = b"\xef\xbb\xbf" + text.encode()
    return {**contents, **shifted}


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _moved_days(campaign: CampaignFile, by: dt.timedelta) -> Iterator[tuple[YamlPath, str]]:
    """Give the new words for each path of campaign.yaml that holds a day or an instant of the campaign."""
    deadlines = campaign.deadlines
    yield ("start",), (campaign.start + by).isoformat()
    yield ("end",), (campaign.end + by).isoformat()
    for name in ("due_at", "late_after", "report_due_at"):
        instant = getattr(deadlines, name)
        if instant is not None:
            yield ("deadlines", name), _write(instant + by)
    if deadlines.dispatch_at is not None:
        at = _to_working_day(campaign, deadlines.dispatch_at + by, -1)
        yield ("deadlines", "dispatch_at"), _write(at)
    steps = sorted(enumerate(deadlines.ladder), key=lambda entry: entry[1].at)
    before = [entry for entry in reversed(steps) if entry[1].at < deadlines.due_at]
    after = [entry for entry in steps if entry[1].at >= deadlines.due_at]
    for index, at in (*_moved_steps(campaign, before, by, -1), *_moved_steps(campaign, after, by, 1)):
        yield ("deadlines", "ladder", index, "at"), _write(at)


def _moved_steps(
    campaign: CampaignFile, steps: list[tuple[int, StepBlock]], by: dt.timedelta, direction: int
) -> Iterator[tuple[int, dt.datetime]]:
    """Move steps, going away from the deadline: those of different days stay on different days."""
    day = dt.timedelta(days=direction)
    previous: tuple[dt.datetime, dt.datetime] | None = None
    for index, step in steps:
        at = _to_working_day(campaign, step.at + by, direction)
        if previous is not None and step.at.date() != previous[0].date():
            while (at.date() - previous[1].date()).days * direction <= 0:
                at = _to_working_day(campaign, at + day, direction)
        previous = (step.at, at)
        yield index, at


def _to_working_day(campaign: CampaignFile, at: dt.datetime, direction: int) -> dt.datetime:
    while at.isoweekday() in campaign.calendar.weekend:
        at += dt.timedelta(days=direction)
    return at


def _write(at: dt.datetime) -> str:
    return at.isoformat(timespec="minutes")


def _rewrite(content: bytes, source: YamlFile, moved: dict[YamlPath, str]) -> bytes:
    """Put new words where the old ones stand, from the end on, so that earlier places stay right."""
    text = content.decode("utf-8-sig")
    for path, words in sorted(moved.items(), key=lambda entry: -source.values[entry[0]].start):
        span = source.values[path]
        text = text[: span.start] + words + text[span.end :]
    return text.encode()
