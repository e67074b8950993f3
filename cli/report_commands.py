"""Commands around the consolidated report: make, list, check, approve, return, sign, forward, explain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import AsJson, By, CampaignName, Home, Now, Reason
from cli.output import say, say_json, table, to_json
from cli.session import REFUSED, opened, the_campaign

if TYPE_CHECKING:
    from domain.campaigns import Campaign
    from domain.ids import ReportKey
    from service.bootstrap import Service

Number = Annotated[str, typer.Argument(help='Number of the report, or "latest".', metavar="REPORT")]

report = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Make, check, approve, sign and forward the consolidated report.",
)


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.add_typer(report, name="report")
    app.command()(explain)


def _key(service: Service, campaign: Campaign, number: str) -> ReportKey:
    from service.consolidate import report_key  # noqa: PLC0415 - keeps --help quick

    with service.premises.store.read() as work:
        return report_key(work.reports.heads(campaign.code), number)


@report.command()
def make(
    context: typer.Context,
    by: By = "office",
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Make a draft of what counts now.

    It is mailed to the office with the next cycle.
    """
    from service.consolidate import ASKED, make_report  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        made = make_report(
            service.premises,
            the_campaign(service),
            occasion=ASKED,
            actor=by,
            printer=service.printer,
        )
    coverage = made.consolidation.coverage
    say(f"Report {made.key}: draft of {coverage.counted}/{coverage.expected} units.")
    if not any(file.name.endswith(".pdf") for file in made.files):
        say("No PDF: install libreoffice-writer-nogui (workbook and Word file are complete).")


@report.command("list")
def list_reports(
    context: typer.Context,
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List the reports with state and digest."""
    from service.desk import read_desk  # noqa: PLC0415 - keeps --help quick
    from service.shapes import report_shape  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        chosen = the_campaign(service)
        with service.premises.store.read() as work:
            desk = read_desk(work, chosen, now=service.premises.now())
            shapes = [report_shape(work.reports.get(one.key), desk) for one in desk.reports]
    if as_json:
        say_json(to_json(shapes))
        return
    rows = [
        (
            str(shape["report"]),
            shape["state"] + (" (stale)" if shape["stale"] else ""),
            shape["created_at"][:16],
            f"{shape['counted']}/{shape['expected']}",
            (shape["digest"] or "")[:8],
        )
        for shape in shapes
    ]
    say(table(rows, ("report", "state", "made", "units", "digest")) if rows else "No report yet.")


@report.command()
def files(
    context: typer.Context,
    number: Number = "latest",
    to: Annotated[Path, typer.Option("--to", help="Folder to write the files to.")] = Path(),
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Write the files of a report into a folder."""
    with opened(context, home, now, campaign=campaign) as service:
        key = _key(service, the_campaign(service), number)
        with service.premises.store.read() as work:
            chosen = work.reports.get(key)
    to.mkdir(parents=True, exist_ok=True)
    for file in chosen.files:
        (to / file.name).write_bytes(file.content)
        say(f"{to / file.name}  {file.rendition.value}  sha256 {file.sha256}")


@report.command()
def check(
    context: typer.Context,
    by: By,
    number: Number = "latest",
    acknowledge: Annotated[
        str, typer.Option("--acknowledge", help="Why open corrections do not matter.", metavar="WORDS")
    ] = "",
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Render the final set, without DỰ THẢO.

    What is approved later are exactly these files.
    """
    from domain.reports import Rendition, set_digest  # noqa: PLC0415 - keeps --help quick
    from service import approve as approving  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        chosen = the_campaign(service)
        checked = approving.check(
            service.premises,
            chosen,
            _key(service, chosen, number),
            actor=by,
            acknowledge=acknowledge,
            printer=service.printer,
        )
    digest = set_digest(checked.of(Rendition.FINAL))
    say(f"Report {checked.key} is checked; digest {digest[:8]} ({digest}).")


@report.command()
def texts(
    context: typer.Context,
    to: Annotated[Path, typer.Option("--to", "-o", help="The Word file to write (.docx).", metavar="FILE")],
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Write the units' own words under the report's headings.

    A working paper for whoever writes the report: quoted as written, with unit, file and place.
    """
    from service.consolidate import compile_texts  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        content = compile_texts(service.premises, the_campaign(service))
    to.write_bytes(content)
    say(f"The units' words: {to}")


@report.command()
def approve(
    context: typer.Context,
    by: By,
    number: Number = "latest",
    digest: Annotated[str, typer.Option("--digest", help="Digest that was looked at (or its start).")] = "",
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Approve the checked files, bound to their digest."""
    from service import approve as approving  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        chosen = the_campaign(service)
        key = _key(service, chosen, number)
        approved = approving.approve(service.premises, chosen, key, actor=by, digest=digest)
    say(f"Report {key} is approved; digest {approved[:8]} ({approved}).")


@report.command("return")
def send_back(
    context: typer.Context,
    by: By,
    reason: Reason,
    number: Number = "latest",
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Return a report for correction; the next draft follows it."""
    from service import approve as approving  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        chosen = the_campaign(service)
        key = _key(service, chosen, number)
        approving.send_back(service.premises, chosen, key, actor=by, reason=reason)
    say(f"Report {key} is returned; make the next draft with `tonghop report make`.")


@report.command()
def sign(
    context: typer.Context,
    file: Annotated[Path, typer.Option("--file", help="The signed copy (PDF).")],
    by: By,
    number: Number = "latest",
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Attach the signed copy that a person confirms.

    Nothing is signed here.
    """
    from service import approve as approving  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        chosen = the_campaign(service)
        key = _key(service, chosen, number)
        digest = approving.sign(
            service.premises, chosen, key, name=file.name, content=file.read_bytes(), actor=by
        )
    say(f"Report {key} has its signed copy; sha256 {digest}.")


@report.command()
def forward(
    context: typer.Context,
    by: By,
    number: Number = "latest",
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
    *,
    unsigned: Annotated[
        bool, typer.Option("--unsigned", help="Forward the approved files before the signed copy is there.")
    ] = False,
) -> None:
    """Forward the signed report to the superior with the next cycle."""
    from service import forward as forwarding  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        chosen = the_campaign(service)
        key = _key(service, chosen, number)
        message_id = forwarding.forward(service.premises, chosen, key, actor=by, unsigned=unsigned)
    say(f"Report {key} leaves with the next cycle as {message_id}.")


def explain(
    context: typer.Context,
    number: Annotated[
        str,
        typer.Argument(help="Number, file or digest of a file of the report.", metavar="REPORT"),
    ],
    place: Annotated[str, typer.Argument(help="Sheet!D14 or docx:T02.", metavar="PLACE")],
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Lead a figure back to the cells units typed.

    Each raw mail is re-read and compared before anything is said; a difference ends with exit code 3.
    """
    from domain.messages import digest  # noqa: PLC0415 - keeps --help quick
    from service.lineage import explain as trace  # noqa: PLC0415 - keeps --help quick
    from service.shapes import explanation_shape  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        if number == "latest":
            number = str(_key(service, the_campaign(service), number))
        elif Path(number).is_file():
            number = digest(Path(number).read_bytes())
        explanation = trace(service.premises, number, place)
    shape = explanation_shape(explanation)
    if as_json:
        say_json(to_json(shape))
    else:
        say(f"{shape['code']} {shape['label']}: {shape['value']} ({shape['aggregate']})")
        rows = [
            (
                part["unit"],
                f"v{part['version']}",
                str(part["raw"] or ""),
                f"{part['sheet']}!{part['cell']}",
                part["attachment"],
                "proved" if part["proved"] else "DIFFERS",
            )
            for part in shape["parts"]
        ]
        say(table(rows, ("unit", "version", "typed", "cell", "file", "raw mail")))
        if shape["missing"]:
            say(f"Missing: {', '.join(shape['missing'])}")
    raise typer.Exit(0 if explanation.is_proved else REFUSED)
