"""Commands around the campaign folder: init, adopt, check, blank, dispatch."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import AsJson, By, CampaignName, Home, Now, Output
from cli.output import folded, progress, say, say_json, table, to_json, warn
from cli.session import AWAY, DONE, USAGE, fail, only_campaign, opened, session_of, the_campaign

if TYPE_CHECKING:
    from service.checking import Examined


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(init)
    app.command()(adopt)
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
    """Make a home: settings and campaigns.

    Writes tonghop.yaml, where every setting is explained, and makes the folder for campaigns.
    """
    from service.setting_up import lay_example, settings_template  # noqa: PLC0415 - keeps --help quick

    folder = session_of(context).home_folder(home)
    day = _day(start) if start is not None else None
    if start is not None and not example:
        fail("--start moves the example campaign; say --example too", USAGE)
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
        lay_example(target, start=day)
        say(f"Laid the example campaign down in {target}.")
    say(f"Next: `tonghop check{_at(home)}` names what is still to be mended.")


def adopt(
    file: Annotated[Path, typer.Argument(help="The office's own form (.xlsx).", metavar="FILE.xlsx")],
    to: Annotated[Path, typer.Option("--to", "-o", help="New folder for the campaign.", metavar="DIR")],
    start: Annotated[
        str | None,
        typer.Option("--start", help="First day of the campaign; the example's dates move.", metavar="DATE"),
    ] = None,
) -> None:
    """Propose a campaign for an office's own form.

    The form goes out as it is, but for a hidden stamp. What it asks is proposed cell by cell, with how sure
    each row is; a person looks through form/indicators.xlsx, where unsure rows are tinted.
    """
    from domain.errors import ReadingEnded, UnknownForm, WorkbookError  # noqa: PLC0415 - keeps --help quick
    from service.adopting import adopt as propose  # noqa: PLC0415 - keeps --help quick
    from service.bootstrap import isolation  # noqa: PLC0415 - keeps --help quick

    if not file.is_file():
        fail(f"there is no file {file}", USAGE)
    day = _day(start) if start is not None else None
    with isolation() as isolate:
        try:
            adopted = propose(file.name, file.read_bytes(), to, start=day, isolate=isolate)
        except UnknownForm as trouble:
            fail(f"{file}: {trouble} A form has a row of headings with rows to fill in below.", USAGE)
        except (WorkbookError, ReadingEnded) as trouble:
            fail(f"{file}: {trouble} Save it from Excel as .xlsx and try again.", USAGE)
    proposal = adopted.proposal
    say(f"{len(proposal.fields)} fields and {len(proposal.lists)} lists proposed in {to / 'form'}.")
    rows = [
        (one.field.cell, one.field.label[:44], one.field.type.value, one.field.measure, str(one.sureness))
        for one in proposal.fields
    ]
    say(table(rows, ("cell", "label", "type", "measure", "sure")))
    for remark in proposal.remarks:
        say(f"{remark.place}: {remark.text}")
    say(f"Look through form/indicators.xlsx ({adopted.unsure} rows are unsure) and form/ra-soat.txt;")
    say("change campaign.yaml and units.csv, and put the plan into plan/.")
    say(f"Next: `tonghop check --campaign {to}` tries the form as if a unit had returned it.")


def _at(home: Path | None) -> str:
    """Repeat the option that a person gave, so that the next command can be copied."""
    return f" --home {home}" if home is not None else ""


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
    connect: Annotated[
        bool, typer.Option("--connect", help="Log in to the mailboxes and the mail server too.")
    ] = False,
) -> None:
    """Name every problem at once, with its remedy.

    Looks at settings, campaigns, the office's own texts and the machine; sends nothing.
    """
    from service.checking import examine  # noqa: PLC0415 - keeps --help quick

    found = examine(
        session_of(context).home_folder(home), environ=dict(os.environ), chosen=campaign, connect=connect
    )
    if as_json:
        say_json(to_json(_check_shape(found)))
    else:
        _tell(found, effective=effective, home=home)
    if found.errors:
        raise typer.Exit(USAGE)
    raise typer.Exit(AWAY if any(one.problem for one in found.connections) else DONE)


def _check_shape(found: Examined) -> dict[str, object]:
    return {
        "errors": [str(problem) for problem in found.errors],
        "warnings": [str(problem) for problem in found.warnings],
        "campaigns": list(found.campaigns),
        "connections": [{"name": one.name, "problem": one.problem or None} for one in found.connections],
    }


def _tell(found: Examined, *, effective: bool, home: Path | None) -> None:
    for problem in found.errors:
        warn(folded(f"error: {problem}", 2))
    for problem in found.warnings:
        warn(folded(f"warning: {problem}", 2))
    for connection in found.connections:
        say(f"{connection.name}: {connection.problem or 'logged in, all is well'}")
    if effective:
        for key, value, origin in found.settings:
            say(f"{key} = {value}  ({origin})")
    if found.errors:
        count = len(found.errors)
        say(f"{count} problem{'s' if count > 1 else ''} to mend before anything is sent.")
    elif not found.campaigns:
        say("Settings are sound. There is no campaign yet.")
        say(f"Next: `tonghop init --example{_at(home)}` lays one down to begin with.")
    else:
        say(f"Settings are sound. Campaigns: {', '.join(found.campaigns)}.")
        code = f" --campaign {found.campaigns[0]}" if len(found.campaigns) > 1 else ""
        say(f'Next: `tonghop dispatch{_at(home)}{code} --by "Họ tên"` sends plan and forms;')
        say(f"then `tonghop run{_at(home)}` collects, answers and reminds until it is stopped.")


def blank(
    context: typer.Context,
    unit: Annotated[str, typer.Option("--unit", "-u", help="Unit of the roster.", metavar="CODE")],
    output: Output = None,
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,  # noqa: ARG001 - every command takes it; a blank is the same on every day
) -> None:
    """Write one unit's blank form to a file.

    The form that the unit was sent, or the same made anew; no home is needed with --campaign DIR.
    """
    from service.bootstrap import find_campaign_folders, load_campaigns  # noqa: PLC0415 - keeps --help quick
    from service.single_blank import blank_for  # noqa: PLC0415 - keeps --help quick

    folder = session_of(context).home_folder(home)
    found = load_campaigns(find_campaign_folders(folder, campaign))
    file = blank_for(folder, only_campaign(found, folder), unit, environ=dict(os.environ))
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
    """Send plan and blank forms to the units.

    Each unit gets the plan and its own form once; running it again only writes to those without.
    """
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
        say_json(
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
