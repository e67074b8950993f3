"""The command `tonghop`: the table of its commands."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from cli import campaign_commands, cycle_commands, desk_commands, report_commands
from cli.options import Home, Now
from cli.session import BUG, Session, reported

app = typer.Typer(
    name="tonghop",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Plain help: drawing it with rich doubles the time of `tonghop --help`.
    rich_markup_mode=None,
    help="Collect returned Excel forms by mail, check them, consolidate them, and lead every figure back "
    "to the cell somebody typed.",
)


@app.callback()
def _session(
    context: typer.Context,
    home: Home = None,
    now: Now = None,
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done to stderr.")] = False,
) -> None:
    context.obj = Session(home=home, now=now, debug=debug)
    from cli.logs import set_up_logs  # noqa: PLC0415 - not for --help

    set_up_logs(verbose=verbose)


for commands in (campaign_commands, cycle_commands, desk_commands, report_commands):
    commands.register(app)


def main() -> None:
    """Run the command; no traceback ever reaches a person."""
    debug = "--debug" in sys.argv or bool(os.environ.get("TONGHOP_DEBUG"))
    try:
        with reported(Session(debug=debug)):
            app()
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
    except KeyboardInterrupt:
        sys.exit(BUG)
