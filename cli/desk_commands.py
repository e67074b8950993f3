"""Commands about where everything stands and what a person decides: status, held, assign and so on."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.options import AsJson, By, CampaignName, Home, Now, Reason
from cli.output import say, say_json, table, to_json, to_json_line
from cli.session import REFUSED, USAGE, fail, opened, the_campaign

UnitCode = Annotated[str, typer.Argument(help="Code of the unit.", metavar="UNIT")]
MailNumber = Annotated[
    int, typer.Argument(help="Number of the mail, as `tonghop held` shows it.", metavar="MAIL")
]


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(status)
    app.command()(ledger)
    app.command()(held)
    app.command()(assign)
    app.command()(dismiss)
    app.command()(retry)
    app.command("set-aside")(set_aside)
    app.command()(excuse)
    app.command()(unexcuse)
    app.command()(extend)


def status(
    context: typer.Context,
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show where every unit stands and what happens next."""
    from cli.standing import tell_standing  # noqa: PLC0415 - keeps --help quick
    from service.desk import read_desk  # noqa: PLC0415 - keeps --help quick
    from service.shapes import status_shape  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        chosen = the_campaign(service)
        with service.premises.store.read() as work:
            desk = read_desk(work, chosen, now=service.premises.now())
    if as_json:
        say_json(to_json(status_shape(desk)))
        return
    for line in tell_standing(desk):
        say(line)


def ledger(
    context: typer.Context,
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List every mail and what became of it.

    With --json one object a line.
    """
    from service.shapes import ledger_shape  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service, service.premises.store.read() as work:
        records = work.messages.all()
        if campaign is not None:
            codes = set(service.premises.campaigns)
            records = tuple(one for one in records if one.campaign is None or one.campaign in codes)
        shapes = [ledger_shape(work, record) for record in records]
    if as_json:
        for shape in shapes:
            say_json(to_json_line(shape))
        return
    rows = [
        (
            str(record.key),
            shape["received_at"][:16].replace("T", " "),
            shape["outcome"],
            shape["reason"] or "",
            shape["unit"] or "",
            record.sender.address if record.sender else "",
            record.subject[:60],
        )
        for record, shape in zip(records, shapes, strict=True)
    ]
    if not rows:
        say("No mail yet.")
        return
    heads = ("mail", "received", "outcome", "reason", "unit", "from", "subject")
    say(table(rows, heads, cut=(5, 6)))


def held(
    context: typer.Context,
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List the mails that wait for a person."""
    from cli.standing import tell_held  # noqa: PLC0415 - keeps --help quick
    from domain.messages import MailOutcome  # noqa: PLC0415 - keeps --help quick
    from service.shapes import held_shape  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service, service.premises.store.read() as work:
        records = work.messages.with_outcome(MailOutcome.HELD)
        codes = set(service.premises.campaigns)
        records = tuple(one for one in records if one.campaign is None or one.campaign in codes)
    if as_json:
        say_json(to_json([held_shape(record) for record in records]))
        return
    for line in tell_held(records):
        say(line)


def assign(  # noqa: PLR0913, PLR0917 - a command's options
    context: typer.Context,
    mail: MailNumber,
    unit: UnitCode,
    by: By,
    sheet: Annotated[
        str, typer.Option("--sheet", help="The sheet that is the form, where several are.", metavar="NAME")
    ] = "",
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Say that a held mail is UNIT's.

    It is read, checked and answered as the unit's own, with the day on which it came.
    """
    from domain.ids import MailKey  # noqa: PLC0415 - keeps --help quick
    from domain.messages import MailOutcome  # noqa: PLC0415 - keeps --help quick
    from service import amend, receive  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        amend.assign(service.premises, the_campaign(service), MailKey(mail), unit, actor=by, sheet=sheet)
        receive.receive(service.premises)
        with service.premises.store.read() as work:
            record = work.messages.get(MailKey(mail))
    say(f"Mail {mail}: {record.outcome.value}. The answer leaves with the next cycle.")
    if record.outcome is MailOutcome.HELD:
        fail(record.explanation, REFUSED)


def dismiss(
    context: typer.Context,
    mail: MailNumber,
    by: By,
    reason: Reason,
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Say that a held mail is no answer; it stays stored."""
    from domain.ids import MailKey  # noqa: PLC0415 - keeps --help quick
    from service import amend  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        amend.dismiss(service.premises, the_campaign(service), MailKey(mail), actor=by, reason=reason)
    say(f"Mail {mail} is no longer held; it stays stored.")


def retry(context: typer.Context, mail: MailNumber, by: By, home: Home = None, now: Now = None) -> None:
    """Read a held mail again."""
    from domain.ids import MailKey  # noqa: PLC0415 - keeps --help quick
    from service import amend, receive  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now) as service:
        amend.retry(service.premises, MailKey(mail), actor=by)
        receive.receive(service.premises)
        with service.premises.store.read() as work:
            record = work.messages.get(MailKey(mail))
    say(f"Mail {mail}: {record.outcome.value}. {record.explanation}")


def set_aside(  # noqa: PLR0913, PLR0917 - a command's options
    context: typer.Context,
    unit: UnitCode,
    version: Annotated[int, typer.Argument(help="Version that shall not count.", metavar="VERSION")],
    by: By,
    reason: Reason,
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Say that one version of a unit's form does not count."""
    from service import amend  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        chosen = the_campaign(service)
        amend.set_aside(service.premises, chosen, unit, version=version, actor=by, reason=reason)
    say(f"Version {version} of {unit} is set aside; the newest other accepted one counts.")


def excuse(
    context: typer.Context,
    unit: UnitCode,
    by: By,
    reason: Reason,
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Say that a unit need not answer."""
    from service import amend  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        amend.excuse(service.premises, the_campaign(service), unit, actor=by, reason=reason)
    say(f"{unit} is excused; `tonghop unexcuse {unit}` takes it back.")


def unexcuse(
    context: typer.Context,
    unit: UnitCode,
    by: By,
    reason: Reason,
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Take an excuse back."""
    from service import amend  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        amend.unexcuse(service.premises, the_campaign(service), unit, actor=by, reason=reason)
    say(f"{unit} must answer again.")


def extend(  # noqa: PLR0913, PLR0917 - a command's options
    context: typer.Context,
    unit: Annotated[str, typer.Argument(help='Code of the unit, or "*" for all.', metavar="UNIT")],
    to: Annotated[str, typer.Option("--to", help="The new due instant.", metavar="ISO")],
    by: By,
    reason: Reason,
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Give a unit (or all) more time and tell it."""
    from service import amend  # noqa: PLC0415 - keeps --help quick
    from service.clocks import read_instant  # noqa: PLC0415 - keeps --help quick

    try:
        due_at = read_instant(to)
    except ValueError:
        fail(f"--to {to!r} is no instant; write it like 2021-10-22T17:00+07:00", USAGE)
    with opened(context, home, now, campaign=campaign) as service:
        chosen = the_campaign(service)
        amend.extend(service.premises, chosen, unit, due_at=due_at, actor=by, reason=reason)
    say(f"{unit} has until {due_at.isoformat()}; the letter leaves with the next cycle.")
