"""Clocks: the machine's, one that stands still for a single command, one that a rehearsal moves."""

from __future__ import annotations

import datetime as dt

from domain.working_days import VIETNAM


class SystemClock:
    """The machine's time, in Vietnam."""

    def now(self) -> dt.datetime:
        """Give the present instant, aware."""
        return dt.datetime.now(VIETNAM)


class SettableClock:
    """A clock that shows what it was set to, until it is set again."""

    def __init__(self, at: dt.datetime) -> None:
        self._at = _aware(at)

    def now(self) -> dt.datetime:
        """Give the instant it was set to."""
        return self._at

    def set(self, at: dt.datetime) -> None:
        """Show *at* from now on."""
        self._at = _aware(at)


def read_instant(text: str) -> dt.datetime:
    """Read an ISO instant; without an offset it is Vietnam's time. Raises ValueError."""
    at = dt.datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=VIETNAM)


def _aware(at: dt.datetime) -> dt.datetime:
    if at.tzinfo is None:
        raise ValueError("a clock shows aware instants only")
    return at.astimezone(VIETNAM)
