"""How often a login may be refused: whoever goes on trying locks the office out of its own account."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from service.ports import Work
    from service.premises import Premises

#: Refusals in an hour, after which nobody tries.
MOST: Final = 6
_PER: Final = dt.timedelta(hours=1)


def why_to_wait(premises: Premises, account: str) -> str:
    """Say why no login of *account* is tried now; empty when one may be."""
    now = premises.now()
    since = now - _PER
    with premises.store.read() as work:
        refused = [at for at in work.polls.logins_refused(account, since=since) if at > since]
    # A clock that was put back has refusals to come: those count, too, until it has caught up.
    if len(refused) < MOST:
        return ""
    again = refused[-MOST] + _PER
    return f"{len(refused)} logins were refused within an hour; the next one is tried at {again:%H:%M}"


def note_refusal(premises: Premises, work: Work, account: str) -> None:
    """Count a refused login."""
    work.polls.login_refused(account, at=premises.now())
