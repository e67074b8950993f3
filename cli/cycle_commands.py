"""Commands that make things happen: cycle, run, read, demo."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from cli.options import AsJson, CampaignName, Home, Now
from cli.output import progress, say, table, to_json, warn
from cli.session import AWAY, REFUSED, USAGE, fail, opened, session_of


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(cycle)
    app.command()(run)
    app.command()(read)
    app.command()(demo)


def cycle(
    context: typer.Context,
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Do one pass: collect, receive, remind, consolidate when it is time, deliver."""
    with (
        opened(context, home, now, campaign=campaign) as service,
        progress("Sending", quiet=as_json) as bar,
    ):
        done = service.cycle(progress=bar)
    outcomes = {outcome.value: count for outcome, count in done.received.outcomes}
    if as_json:
        say(
            to_json(
                {
                    "collected": done.collected.new,
                    "received": outcomes,
                    "reminders": done.reminders,
                    "reports": list(done.reports),
                    "sent": done.delivered.sent,
                    "withdrawn": done.delivered.withdrawn,
                    "waiting": done.delivered.waiting,
                    "stopped": done.delivered.stopped,
                    "problems": list(done.problems),
                }
            )
        )
    else:
        came = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()) or "nothing new"
        say(f"{done.collected.new} mails collected; received: {came}.")
        say(
            f"{done.reminders} reminders; {done.delivered.sent} letters sent, "
            f"{done.delivered.waiting} waiting."
        )
        if "held" in outcomes:
            say("Some mails wait for a person: `tonghop held`.")
    if done.problems:
        fail("; ".join(done.problems) + ". Nothing is lost; the next cycle tries again.", AWAY)


def run(
    context: typer.Context,
    campaign: CampaignName = None,
    home: Home = None,
    *,
    every: Annotated[
        int | None,
        typer.Option("--every", help="Minutes between cycles (default: as tonghop.yaml says)."),
    ] = None,
) -> None:
    """Run the service until it is told to stop (SIGTERM or Ctrl-C)."""
    from cli.logs import set_up_logs  # noqa: PLC0415 - not for --help
    from service.scheduler import keep_running  # noqa: PLC0415 - heavy import

    with opened(context, home, None, campaign=campaign) as service:
        set_up_logs(verbose=True, level=service.settings.log_level)
        interval = dt.timedelta(minutes=every) if every else service.settings.poll_interval
        warn(f"tonghop runs; a cycle every {interval.total_seconds() / 60:g} minutes. Stop with Ctrl-C.")
        keep_running(service, interval=interval)
    warn("tonghop stopped.")


def read(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A returned form, or an .eml with forms.")],
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Read one returned file and say what was understood; nothing is stored, nobody is answered."""
    from service.bootstrap import find_campaign_folders, load_campaigns  # noqa: PLC0415 - keeps --help quick
    from service.reading_files import read_returned  # noqa: PLC0415 - keeps --help quick
    from service.shapes import reading_shape  # noqa: PLC0415 - keeps --help quick

    session = session_of(context)
    folders = find_campaign_folders(session.home_folder(home), campaign)
    campaigns = tuple(load_campaigns(folders).values())
    if not campaigns:
        fail("no campaign to read by; say which with --campaign CODE|DIR", USAGE)
    clock = session.clock(now)
    received_on = clock.now().date() if clock is not None else None
    readings = read_returned(file.name, file.read_bytes(), campaigns, received_on=received_on)
    worst = readings[0]
    if as_json:
        shape = reading_shape(worst)
        if len(readings) > 1:
            shape["forms"] = [reading_shape(reading) for reading in readings]
        say(to_json(shape))
    else:
        for reading in readings:
            say(f"{reading.name}: {reading.judgement.verdict.value}, unit {reading.unit or 'unknown'}")
            rows = [
                (found.severity.value, found.sheet, found.cell, f"{found.message} {found.advice}".strip())
                for found in reading.judgement.findings
            ]
            if rows:
                say(table(rows, ("severity", "sheet", "cell", "finding")))
    raise typer.Exit(0 if worst.judgement.verdict.counts else REFUSED)


def demo(
    to: Annotated[Path, typer.Option("--to", help="Folder for everything it leaves.")] = Path("demo"),
) -> None:
    """Rehearse a whole campaign: October 2021 on a simulated clock, with nine units as real ones are."""
    from service.rehearsal.stage import rehearse  # noqa: PLC0415 - heavy import

    with progress("Tháng 10/2021", quiet=False) as bar:
        result = rehearse(to, tell=say, progress=bar)
    say("")
    say(f"Xong: báo cáo số {result.report}, {result.counted}/{result.expected} đơn vị.")
    if not result.pdf:
        say("Không có bản PDF: máy chưa cài LibreOffice (apt-get install libreoffice-writer-nogui).")
    say(f"Thư, biểu, báo cáo nằm trong thư mục: {result.folder.resolve()}")
