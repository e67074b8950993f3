"""Commands that make things happen: cycle, run, read, demo."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.options import AsJson, CampaignName, Home, Now
from cli.output import folded, progress, say, say_json, to_json, warn
from cli.session import AWAY, DONE, REFUSED, USAGE, fail, opened, session_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.campaigns import Campaign
    from service.marks import MarkedFile
    from service.reading_files import FileReading


#: Where the sentence begins in a line of the timeline: "  08:00  → Nhắc".
_PAST_THE_HOUR = 11


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
    """Do one pass of the service.

    Collects, receives, reminds, consolidates when it is time, and delivers.
    """
    with (
        opened(context, home, now, campaign=campaign) as service,
        progress("Sending", quiet=as_json) as bar,
    ):
        done = service.cycle(progress=bar)
    outcomes = {outcome.value: count for outcome, count in done.received.outcomes}
    if as_json:
        say_json(
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
        typer.Option(
            "--every",
            help="Minutes between cycles (default: as tonghop.yaml says).",
            min=1,
            metavar="MINUTES",
        ),
    ] = None,
) -> None:
    """Run until SIGTERM or Ctrl-C, a cycle at a time."""
    from cli.logs import set_up_logs  # noqa: PLC0415 - not for --help
    from service.scheduler import keep_running  # noqa: PLC0415 - heavy import

    with opened(context, home, None, campaign=campaign) as service:
        set_up_logs(verbose=True, level=service.settings.log_level)
        interval = dt.timedelta(minutes=every) if every else service.settings.poll_interval
        warn(f"tonghop runs; a cycle every {interval.total_seconds() / 60:g} minutes. Stop with Ctrl-C.")
        keep_running(service, interval=interval)
    warn("tonghop stopped.")


def read(  # noqa: PLR0913 - a command's options
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A returned form, or an .eml with forms.", metavar="FILE")],
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
    *,
    marked: Annotated[
        Path | None,
        typer.Option(
            "--marked",
            help="Also write the file with its wrong cells marked: a file name, or a folder.",
            metavar="OUT",
        ),
    ] = None,
    words: Annotated[
        bool, typer.Option("--words", help="Read it as a text report: its words, and where they go.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read one returned file and say what was understood.

    Nothing is stored, nobody is answered, and no home is needed with --campaign DIR.
    """
    from domain.errors import ReadingEnded, WorkbookError  # noqa: PLC0415 - keeps --help quick
    from service.bootstrap import (  # noqa: PLC0415 - keeps --help quick
        find_campaign_folders,
        isolation,
        load_campaigns,
    )
    from service.reading_files import marked_files, read_returned  # noqa: PLC0415 - keeps --help quick
    from service.shapes import readings_shape  # noqa: PLC0415 - keeps --help quick

    session = session_of(context)
    folders = find_campaign_folders(session.home_folder(home), campaign)
    campaigns = tuple(load_campaigns(folders).values())
    if not campaigns:
        fail("no campaign to read by; say which with --campaign CODE|DIR", USAGE)
    clock = session.clock(now)
    received_on = clock.now().date() if clock is not None else None
    if not file.is_file():
        fail(f"there is no file {file}", USAGE)
    content = file.read_bytes()
    if words:
        _read_words(file.name, content, campaigns[0], as_json=as_json)
    with isolation() as isolate:
        readings = read_returned(file.name, content, campaigns, received_on=received_on, isolate=isolate)
        if marked is not None:
            try:
                _write_marked(marked, marked_files(file.name, content, readings, isolate=isolate))
            except (WorkbookError, ReadingEnded) as trouble:
                warn(f"tonghop: the form cannot be marked: {trouble}")
    if as_json:
        say_json(to_json(readings_shape(readings)))
    else:
        for reading in readings:
            _tell(reading)
    raise typer.Exit(DONE if readings[0].judgement.verdict.counts else REFUSED)


def _read_words(name: str, content: bytes, campaign: Campaign, *, as_json: bool) -> NoReturn:
    """Say what a text report says, piece by piece, each under the heading of the report where it goes."""
    from domain.errors import PrintingError, ReadingEnded  # noqa: PLC0415 - keeps --help quick
    from domain.narratives import TextState  # noqa: PLC0415 - keeps --help quick
    from service.bootstrap import isolation, libreoffice  # noqa: PLC0415 - keeps --help quick
    from service.narratives import words_of_file  # noqa: PLC0415 - keeps --help quick
    from service.shapes import words_shape  # noqa: PLC0415 - keeps --help quick

    try:
        with isolation() as isolate:
            text, placed = words_of_file(name, content, campaign, isolate=isolate, converter=libreoffice())
    except (PrintingError, ReadingEnded) as trouble:
        fail(f"{name}: {trouble}", REFUSED)
    if as_json:
        say_json(to_json(words_shape(text, placed)))
    else:
        shown = text.problem or text.state
        say(f"{name}: {shown.value}, {len(placed)} pieces")
        under = None
        for heading, block in placed:
            if heading != under:
                under = heading
                say(f"\n{heading or '(under no heading of the report)'}")
            say(f"  {block.place}: {block.text}")
    raise typer.Exit(DONE if text.state is TextState.READ else REFUSED)


def _write_marked(to: Path, files: Sequence[MarkedFile]) -> None:
    """Write the marked files, into a folder under the names that the unit would see; tell where on stderr."""
    is_folder = to.is_dir()
    if not files:
        warn("There is nothing to mark.")
    if len(files) > 1 and not is_folder:
        fail(f"{len(files)} forms are to be marked; name a folder that exists for --marked", USAGE)
    for number, made in enumerate(files, start=1):
        target = to / made.file.name if is_folder else to
        if any(made.file.name == other.file.name for other in files[: number - 1]):
            target = target.with_stem(f"{target.stem}-{number}")
        ending = Path(made.file.name).suffix
        if target.suffix.lower() != ending:
            warn(f"The marked file is a {ending} file, and programs go by the ending of a name.")
        target.write_bytes(made.file.content)
        what = "A plain copy of the form" if made.is_copy else "The form"
        warn(f"{what} with its wrong cells marked: {target}")


def _tell(reading: FileReading) -> None:
    """Say what became of one form, in the words that the unit would read."""
    say(f"{reading.name}: {reading.judgement.verdict.value}, unit {reading.unit or 'unknown'}")
    if reading.explanation:
        say(f"  {reading.explanation}")
    for found in reading.judgement.findings:
        place = f"{found.sheet}!{found.cell}: " if found.cell else ""
        say(f"  {found.severity.value:<8}  {place}{found.message} {found.advice}".rstrip())


def demo(
    to: Annotated[Path, typer.Option("--to", help="Folder for all it leaves.", metavar="DIR")] = Path("demo"),
) -> None:
    """Rehearse a whole campaign with nine units.

    October 2021 on a simulated clock: what is simulated are the clock and the people, nothing else.
    """
    from service.rehearsal.stage import rehearse  # noqa: PLC0415 - heavy import

    with progress("Tháng 10/2021", quiet=False) as bar:
        result = rehearse(to, tell=lambda line: say(folded(line, _PAST_THE_HOUR)), progress=bar)
    say("")
    say(f"Xong: báo cáo số {result.report}, {result.counted}/{result.expected} đơn vị.")
    if not result.pdf:
        say("Không có bản PDF: máy chưa cài LibreOffice (apt-get install libreoffice-writer-nogui).")
    say(f"Thư, biểu, báo cáo nằm trong thư mục: {result.folder.resolve()}")
