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
    from collections.abc import Iterator

    from domain.campaigns import Campaign
    from service.bootstrap import Service
    from service.ports import Clock

#: Exit codes that others script against.
DONE, BUG, USAGE, REFUSED, AWAY = 0, 1, 2, 3, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Options given before the command's name; those after it win."""

    home: Path | None = None
    now: str | None = None
    #: Show a traceback to developers.
    debug: bool = False

    def home_folder(self, home: Path | None) -> Path:
        """Give the home: option, TONGHOP_HOME, or here."""
        chosen = home or self.home
        return chosen if chosen is not None else Path(os.environ.get("TONGHOP_HOME") or ".")

    def clock(self, now: str | None) -> Clock | None:
        """Give the settable clock of --now or TONGHOP_NOW; None for the machine's."""
        text = now or self.now or os.environ.get("TONGHOP_NOW")
        if not text:
            return None
        from service.clocks import SettableClock, read_instant  # noqa: PLC0415 - only when asked for

        try:
            return SettableClock(read_instant(text))
        except ValueError:
            fail(f"--now {text!r} is no instant; write it like 2021-10-19T08:00+07:00", USAGE)


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
    service = open_service(
        session.home_folder(home),
        environ=dict(os.environ),
        clock=session.clock(now),
        chosen=campaign,
    )
    try:
        for problem in service.settings.warnings:
            warn(f"warning: {problem}")
        yield service
    finally:
        service.close()


def the_campaign(service: Service) -> Campaign:
    """Give the one campaign meant; ends with a question when there are several or none."""
    campaigns = list(service.premises.campaigns.values())
    if len(campaigns) == 1:
        return campaigns[0]
    if not campaigns:
        fail(
            f"no campaign in {service.settings.home / 'campaigns'}; begin with `tonghop init --example`",
            USAGE,
        )
    codes = ", ".join(campaign.code for campaign in campaigns)
    fail(f"several campaigns are here: {codes}; say which with --campaign CODE", USAGE)


def exit_code(error: Exception) -> int:
    """Give the exit code of an error's family."""
    from domain import errors  # noqa: PLC0415 - keeps --help quick

    families = (
        ((errors.ConfigError, errors.DecisionError, errors.NotFound), USAGE),
        ((errors.WorkbookError,), REFUSED),
        ((errors.MailboxError, errors.DeliveryError, errors.StoreUnavailable), AWAY),
    )
    return next((code for family, code in families if isinstance(error, family)), BUG)


@contextmanager
def reported(session: Session) -> Iterator[None]:
    """Turn errors into sentences on stderr and exit codes; a traceback is for developers only."""
    from domain.errors import ConfigError, ServiceError  # noqa: PLC0415 - keeps --help quick

    try:
        yield
    except ConfigError as error:
        for problem in error.problems:
            warn(str(problem))
        count = len(error.problems)
        fail(f"{count} problem{'s' if count > 1 else ''} to mend; nothing was sent", USAGE)
    except ServiceError as error:
        code = exit_code(error)
        again = " Run the same command again later." if code == AWAY else ""
        fail(f"{error}{again}", code)
    except OSError as error:
        fail(f"{error.filename or ''}: {error.strerror or error}", USAGE)
    except typer.Exit:
        raise
    except Exception as error:
        if session.debug:
            raise
        fail(
            f"this is a fault of tonghop itself ({type(error).__name__}: {error}). "
            "Nothing that was stored is lost. Run again with --debug and report what it prints.",
            BUG,
        )
