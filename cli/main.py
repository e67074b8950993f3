"""The command `tonghop`: the table of its commands."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from cli import campaign_commands, cycle_commands, desk_commands, report_commands, rule_commands
from cli.output import finish_streams, prepare_streams
from cli.root import Root
from cli.session import Session, ended

app = typer.Typer(
    name="tonghop",
    cls=Root,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Plain help: drawing it with rich doubles the time of `tonghop --help`.
    rich_markup_mode=None,
    help="Collect returned Excel forms by mail, check them, consolidate them, and lead every figure back "
    "to the cell somebody typed.",
    epilog="Before or after the command's name: --home DIR, --now ISO, --campaign CODE|DIR, --json. "
    "`tonghop COMMAND --help` explains a command.",
)


@app.callback()
def _session(
    context: typer.Context,
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done to stderr.")] = False,
) -> None:
    context.obj = Session(debug=debug)
    from cli.logs import set_up_logs  # noqa: PLC0415 - not for --help

    set_up_logs(verbose=verbose)


for commands in (campaign_commands, cycle_commands, desk_commands, rule_commands, report_commands):
    commands.register(app)


def main() -> None:
    """Run the command; no traceback ever reaches a person."""
    prepare_streams()
    debug = "--debug" in sys.argv or bool(os.environ.get("TONGHOP_DEBUG"))
    sys.exit(ended(_run, debug=debug))


def _run() -> None:
    try:
        app()
    finally:
        finish_streams()
