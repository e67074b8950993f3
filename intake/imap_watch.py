"""Waiting for news of a mailbox (IDLE, RFC 2177), on a connection of its own; a poll stays behind it.

IDLE only wakes the poll: what it says is not believed, and what it leaves out is found by the next poll.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, Final

from domain.errors import MailboxError, MailboxUnavailable
from intake.imap_folders import INBOX
from intake.imap_session import ImapAccount, ImapSession

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: A router forgets a silent connection long before the half hour of RFC 2177 is over.
_RENEWED: Final = 9 * 60.0
#: So often somebody who wants to stop is listened to.
_SLICE: Final = 3.0
_NEWS: Final = frozenset({b"EXISTS", b"RECENT", b"EXPUNGE"})


class ImapWatch:
    """Watches the inbox of one account; not for use by several threads at once."""

    def __init__(self, settings: ImapAccount, *, renewed: float = _RENEWED) -> None:
        self._session = ImapSession(settings)
        self._renewed = renewed
        self._is_able = True

    @property
    def account(self) -> str:
        """Stable name of the account."""
        return self._session.settings.account

    @property
    def is_able(self) -> bool:
        """Tell whether the server can be watched, as far as it was asked."""
        return self._is_able

    def wait(self, is_over: Callable[[], bool]) -> bool:
        """Wait until the inbox changes, or until *is_over*; tell whether it changed.

        Gives False at once for a server without IDLE. Raises MailboxError when it is away or refuses us.
        """
        self._session.begin_anew()
        try:
            if not self._session.ask("has_capability", "IDLE"):
                self._is_able = False
                return False
            self._session.ask("select_folder", INBOX, readonly=True)
            while not is_over():
                if self._idle(is_over):
                    return True
        except MailboxError:
            self._session.drop()
            raise
        return False

    def _idle(self, is_over: Callable[[], bool]) -> bool:
        """Be idle for some minutes; tell whether something changed."""
        self._session.ask("idle")
        end = time.monotonic() + self._renewed
        changed = False
        while not changed and not is_over() and (left := end - time.monotonic()) > 0:
            changed = self._listen(min(left, _SLICE))
        # What the server says between our DONE and its OK is news, too.
        _, said = self._session.ask("idle_done")
        return changed or _tells(said)

    def _listen(self, seconds: float) -> bool:
        began = time.monotonic()
        said = self._session.ask("idle_check", timeout=seconds)
        if any(one[0] == b"BYE" for one in said):
            raise MailboxUnavailable(f"{self.account}: the server ended the connection")
        if not said and time.monotonic() - began < seconds / 2:
            # imapclient answers at once, for ever, when the connection is gone.
            raise MailboxUnavailable(f"{self.account}: the connection is gone")
        return _tells(said)

    def close(self) -> None:
        """Log out; safe to call twice."""
        with contextlib.suppress(Exception):
            self._session.close()


def _tells(said: Sequence[Any]) -> bool:
    """Tell whether answers speak of mails: "* OK Still here" does not."""
    return any(len(one) > 1 and one[1] in _NEWS for one in said if isinstance(one, tuple))
