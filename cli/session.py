"""What every command does first and last: options to a service, errors to sentences and exit codes."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from cli.output import warn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from domain.campaigns import Campaign
    from domain.errors import ServiceError
    from domain.ids import CampaignCode
    from service.bootstrap import Service
    from service.ports import Clock

#: Exit codes that others script against.
DONE, BUG, USAGE, REFUSED, AWAY = 0, 1, 2, 3, 4
#: What shells expect of a program that Ctrl-C ended.
STOPPED = 130


_MARKS_OF_A_HOME = ("tonghop.yaml", "campaigns", "tonghop.db")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What holds for one run of the command."""

    #: Show a traceback to developers.
    debug: bool = False

    def home_folder(self, home: Path | None) -> Path:
        """Give the home: option, TONGHOP_HOME, or here."""
        return home if home is not None else Path(os.environ.get("TONGHOP_HOME") or ".")

    def clock(self, now: str | None) -> Clock | None:
        """Give the settable clock of --now or TONGHOP_NOW; None for the machine's."""
        name, text = "--now", now
        if text is None:
            name, text = "TONGHOP_NOW", os.environ.get("TONGHOP_NOW")
        if text is None or (not text and name == "TONGHOP_NOW"):
            return None
        from service.clocks import SettableClock, read_instant  # noqa: PLC0415 - only when asked for

        try:
            return SettableClock(read_instant(text))
        except ValueError:
            fail(f"{name} {text!r} is no instant; write it like 2021-10-19T08:00+07:00", USAGE)


def session_of(context: typer.Context) -> Session:
    """Give the session of a command."""
    session = context.obj
    return session if isinstance(session, Session) else Session()


def fail(message: str, code: int) -> NoReturn:
    """Say what is wrong and end with *code*."""
    warn(f"tonghop: {message}")
    raise typer.Exit(code)


@contextmanager
def opened(
    context: typer.Context, home: Path | None, now: str | None, *, campaign: str | None = None
) -> Iterator[Service]:
    """Open the service for one command and close it afterwards."""
    from service.bootstrap import open_service  # noqa: PLC0415 - heavy import

    session = session_of(context)
    folder = session.home_folder(home)
    if campaign is None and not any((folder / name).exists() for name in _MARKS_OF_A_HOME):
        # A command in the wrong folder must not leave a database and a secret there.
        fail(
            f"{folder.absolute()} is no home of tonghop: it has no tonghop.yaml and no campaigns. "
            "Name the home with --home DIR or TONGHOP_HOME, or make one with `tonghop init`.",
            USAGE,
        )
    service = open_service(folder, environ=dict(os.environ), clock=session.clock(now), chosen=campaign)
    try:
        for problem in service.settings.warnings:
            warn(f"warning: {problem}")
        yield service
    finally:
        service.close()


def the_campaign(service: Service) -> Campaign:
    """Give the one campaign meant; ends with a question when there are several or none."""
    return only_campaign(service.premises.campaigns, service.settings.home)


def only_campaign(campaigns: Mapping[CampaignCode, Campaign], home: Path) -> Campaign:
    """Give the only one of *campaigns*; ends with a question when there are several or none."""
    if len(campaigns) == 1:
        return next(iter(campaigns.values()))
    if not campaigns:
        fail(
            f"no campaign in {home / 'campaigns'}; say which with --campaign DIR, "
            "or begin with `tonghop init --example`",
            USAGE,
        )
    fail(f"several campaigns are here: {', '.join(campaigns)}; say which with --campaign CODE", USAGE)


def exit_code(error: Exception) -> int:
    """Give the exit code of an error's family."""
    from domain import errors  # noqa: PLC0415 - keeps --help quick

    wrong_release = (errors.SchemaTooOld, errors.SchemaTooNew)
    families = (
        ((errors.ConfigError, errors.DecisionError, errors.NotFound, *wrong_release), USAGE),
        ((errors.WorkbookError, errors.MessageUnreadable), REFUSED),
        ((errors.MailboxError, errors.DeliveryError, errors.StoreError), AWAY),
    )
    return next((code for family, code in families if isinstance(error, family)), BUG)


def ended(command: Callable[[], object], *, debug: bool) -> int:
    """Run *command* to its end and give the exit code; errors become sentences on stderr."""
    try:
        with reported(debug=debug):
            command()
    except (typer.Exit, SystemExit) as end:
        code = end.exit_code if isinstance(end, typer.Exit) else end.code
        if code == STOPPED:
            warn("tonghop: stopped. What was stored and sent stays; run the command again to go on.")
        return code if isinstance(code, int) else DONE
    return DONE


@contextmanager
def reported(*, debug: bool) -> Iterator[None]:
    """Turn errors into sentences on stderr and exit codes; a traceback is for developers only."""
    from domain.errors import ConfigError, ServiceError  # noqa: PLC0415 - keeps --help quick

    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(STOPPED) from None
    except ConfigError as error:
        for problem in error.problems:
            warn(str(problem))
        count = len(error.problems)
        fail(f"{count} problem{'s' if count > 1 else ''} to mend; nothing was sent", USAGE)
    except ServiceError as error:
        code = exit_code(error)
        again = " Run the same command again later." if _may_pass(error) else ""
        fail(f"{str(error).rstrip('.')}.{again}", code)
    except OSError as error:
        what = error.strerror or str(error)
        fail(f"{error.filename}: {what}" if error.filename else what, USAGE)
    except typer.Exit:
        raise
    except Exception as error:
        if debug:
            raise
        fail(
            f"this is a fault of tonghop itself ({type(error).__name__}: {error}). "
            "Nothing that was stored is lost. Run again with --debug and report what it prints.",
            BUG,
        )


def _may_pass(error: ServiceError) -> bool:
    """Tell whether the same command may succeed later with nothing mended."""
    from domain import errors  # noqa: PLC0415 - keeps --help quick

    passing = (errors.MailboxUnavailable, errors.TemporaryFailure, errors.StoreUnavailable, errors.Conflict)
    return isinstance(error, passing)
