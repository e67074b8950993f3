"""Commands about rules: let one pass for a unit, and look at stored forms again when one has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import AsJson, By, CampaignName, Home, Now, Reason
from cli.output import say, say_json, to_json
from cli.session import USAGE, fail, opened, the_campaign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.campaigns import Campaign
    from service.premises import Premises
    from service.recheck import Change

UnitCode = Annotated[str, typer.Argument(help="Code of the unit.", metavar="UNIT")]
RuleId = Annotated[str, typer.Argument(help="Id of the rule, as rules.csv has it: R07.", metavar="RULE")]


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(waive)
    app.command()(unwaive)
    app.command()(recheck)


def waive(  # noqa: PLR0913, PLR0917 - a command's options
    context: typer.Context,
    unit: UnitCode,
    rule: RuleId,
    by: By,
    reason: Reason,
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Let a rule pass for a unit.

    The form that came is looked at again at once; the unit is told when it counts now. The waiver holds for
    the unit's later forms too, and stands in every list that shows the finding.
    """
    from service import amend  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        chosen = the_campaign(service)
        name = amend.waive_rule(service.premises, chosen, unit, rule, actor=by, reason=reason)
        say(f"{name} is waived for {unit}; `tonghop unwaive {unit} {name}` takes it back.")
        _look_again(service.premises, chosen, unit, by, reason)


def unwaive(  # noqa: PLR0913, PLR0917 - a command's options
    context: typer.Context,
    unit: UnitCode,
    rule: RuleId,
    by: By,
    reason: Reason,
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Take a waiver back.

    The form that came is looked at again at once.
    """
    from service import amend  # noqa: PLC0415 - keeps --help quick

    with opened(context, home, now, campaign=campaign) as service:
        chosen = the_campaign(service)
        name = amend.unwaive_rule(service.premises, chosen, unit, rule, actor=by, reason=reason)
        say(f"{name} holds for {unit} again.")
        _look_again(service.premises, chosen, unit, by, reason)


def recheck(  # noqa: PLR0913 - a command's options
    context: typer.Context,
    unit: Annotated[
        list[str] | None, typer.Option("--unit", help="Only this unit; may be repeated.", metavar="UNIT")
    ] = None,
    by: Annotated[
        str, typer.Option("--by", help="Name of the person who takes the changes.", metavar="NAME")
    ] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why, in words; it is kept.", metavar="WORDS")] = "",
    campaign: CampaignName = None,
    home: Home = None,
    now: Now = None,
    *,
    apply: Annotated[
        bool, typer.Option("--apply", help="Take the changes; needs --by and --reason.")
    ] = False,
    letters: Annotated[
        bool, typer.Option("--letters/--no-letters", help="Tell units whose form counts now, or no more.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Read and check stored forms again under the rules of today.

    Shows what would change, unit by unit, and changes nothing without --apply.
    """
    from service import amend  # noqa: PLC0415 - keeps --help quick
    from service import recheck as rechecking  # noqa: PLC0415 - keeps --help quick
    from service.shapes import change_shape  # noqa: PLC0415 - keeps --help quick

    if apply and not (by.strip() and reason.strip()):
        fail("--apply needs --by NAME and --reason WORDS", USAGE)
    with opened(context, home, now, campaign=campaign) as service:
        chosen = the_campaign(service)
        units = [amend.find_unit(chosen, code) for code in unit or ()]
        if apply:
            changes = rechecking.take_changes(
                service.premises, chosen, actor=by, reason=reason, units=units, tells_units=letters
            )
        else:
            changes = rechecking.find_changes(service.premises, chosen, units=units)
    if as_json:
        say_json(to_json([change_shape(change) for change in changes]))
        return
    _tell(changes)
    if changes and not apply:
        say("Nothing was changed; --apply --by NAME --reason WORDS takes it.")


def _look_again(premises: Premises, campaign: Campaign, unit: str, by: str, reason: str) -> None:
    from service import amend  # noqa: PLC0415 - keeps --help quick
    from service import recheck as rechecking  # noqa: PLC0415 - keeps --help quick

    code = amend.find_unit(campaign, unit)
    _tell(rechecking.take_changes(premises, campaign, actor=by, reason=reason, units=[code]))


def _tell(changes: Sequence[Change]) -> None:
    from cli.standing import tell_changes  # noqa: PLC0415 - keeps --help quick

    for line in tell_changes(changes):
        say(line)
