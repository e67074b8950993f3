"""Commands around the campaign folder: init, check, blank, dispatch."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Annotated

import typer

from cli.options import AsJson, By, CampaignName, Home, Now, Output
from cli.output import progress, say, to_json, warn
from cli.session import AWAY, USAGE, fail, opened, session_of, the_campaign


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(init)
    app.command()(check)
    app.command()(blank)
    app.command()(dispatch)


def init(
    context: typer.Context,
    *,
    example: Annotated[bool, typer.Option("--example", help="Lay down the example campaign too.")] = False,
    start: Annotated[
        str | None,
        typer.Option("--start", help="First day of the example campaign; its dates move.", metavar="DATE"),
    ] = None,
    home: Home = None,
) -> None:
    """Make a home: tonghop.yaml with every setting explained, and a folder for campaigns."""
    from service.setting_up import lay_example, settings_template  # noqa: PLC0415 - keeps --help quick

    folder = session_of(context).home_folder(home)
    campaigns = folder / "campaigns"
    campaigns.mkdir(parents=True, exist_ok=True)
    settings = folder / "tonghop.yaml"
    if settings.exists():
        say(f"{settings} is there already and stays as it is.")
    else:
        settings.write_text(settings_template(), encoding="utf-8")
        say(f"Wrote {settings}: say there where the mailbox is.")
    if example:
        target = campaigns / "thang-dan-van-2021"
        if target.exists():
            fail(f"{target} is there already; move it away first", USAGE)
        lay_example(target, start=_day(start) if start else None)
        say(f"Laid the example campaign down in {target}.")
    say("Next: `tonghop check`.")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        fail(f"--start {text!r} is no date; write it like 2026-10-01", USAGE)


def check(
    context: typer.Context,
    campaign: CampaignName = None,
    home: Home = None,
    *,
    as_json: AsJson = False,
    effective: Annotated[
        bool, typer.Option("--settings", help="Print every effective setting with its origin.")
    ] = False,
) -> None:
    """Name every problem of settings and campaigns at once, and how to mend it."""
    from service.checking import examine  # noqa: PLC0415 - keeps --help quick

    found = examine(session_of(context).home_folder(home), environ=dict(os.environ), chosen=campaign)
    if as_json:
        say(
            to_json(
                {
                    "errors": [str(problem) for problem in found.errors],
                    "warnings": [str(problem) for problem in found.warnings],
                    "campaigns": list(found.campaigns),
                }
            )
        )
    else:
        for problem in found.errors:
            warn(f"error: {problem}")
        for problem in found.warnings:
            warn(f"warning: {problem}")
        if effective:
            for key, value, origin in found.settings:
                say(f"{key} = {value}  ({origin})")
        if not found.errors:
            names = ", ".join(found.campaigns) or "none yet (`tonghop init --example` lays one down)"
            say(f"Settings are sound. Campaigns: {names}.")
    raise typer.Exit(USAGE if found.errors else 0)


def blank(
    context: typer.Context,
    unit: Annotated[str, typer.Option("--unit", "-u", help="Unit of the roster.", metavar="CODE")],
    output: Output = None,
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Write one unit's blank form to a file."""
    from service.amend import find_unit  # noqa: PLC0415 - keeps --help quick
    from service.enclosures import blank_file  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        chosen = the_campaign(service)
        code = find_unit(chosen, unit)
        with service.premises.store.write() as work:
            file = blank_file(work, chosen, chosen.unit_by_code[code], now=service.premises.now())
    path = output or Path(file.name)
    path.write_bytes(file.content)
    say(f"Wrote {path}.")


def dispatch(
    context: typer.Context,
    campaign: CampaignName = None,
    by: By = "office",
    home: Home = None,
    now: Now = None,
    *,
    as_json: AsJson = False,
    queue_only: Annotated[
        bool, typer.Option("--queue-only", help="Leave sending to the next cycle.")
    ] = False,
) -> None:
    """Send the plan and its own blank form to each unit that has not got them."""
    from service.dispatch import dispatch as send_out  # noqa: PLC0415 - keeps --help quick

    problem = ""
    sent = 0
    with opened(context, home, now, campaign=campaign) as service:
        chosen = the_campaign(service)
        with progress("Preparing forms", quiet=as_json) as bar:
            result = send_out(service.premises, chosen, actor=by, progress=bar)
        if not queue_only:
            with progress("Sending", quiet=as_json) as bar:
                delivered = service.deliver(progress=bar)
            problem, sent = delivered.problem, delivered.sent
    if as_json:
        say(
            to_json(
                {
                    "queued": list(result.queued),
                    "already": list(result.already),
                    "unreachable": list(result.unreachable),
                    "sent": sent,
                    "problem": problem,
                }
            )
        )
    else:
        say(f"{len(result.queued)} letters prepared, {sent} sent, {len(result.already)} had theirs before.")
        if result.unreachable:
            warn(f"No address that works: {', '.join(result.unreachable)}. Mend units.csv and run again.")
    if problem:
        fail(f"{problem} The letters wait in the outbox; run `tonghop cycle` later.", AWAY)
