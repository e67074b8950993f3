"""Waking the poll when a mailbox has news: one thread for each mailbox that can be watched."""

from __future__ import annotations

import datetime as dt
import logging
import random
import threading
from typing import TYPE_CHECKING, Final

from domain.errors import MailboxError, MailboxRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.ports import Watch

log = logging.getLogger(__name__)

#: The first pause after trouble, and the longest one.
_SHORTEST, _LONGEST = dt.timedelta(seconds=30), dt.timedelta(minutes=15)
#: After a refusal: the poll, which counts refused logins, tells when it is mended.
REFUSED: Final = dt.timedelta(hours=1)
#: Mails come in handfuls: one poll for all of them.
_GATHERING: Final = dt.timedelta(seconds=1)
_CLOSING_SECONDS: Final = 8.0


def pause_after(failures: int, *, chance: Callable[[], float] = random.random) -> dt.timedelta:
    """Give how long to leave a server alone after so many failures: longer each time, never for all alike."""
    doubled: int = 2 ** min(failures - 1, 10)
    return min(_LONGEST, _SHORTEST * doubled) * (0.5 + chance() / 2)


class Watching:
    """Watches mailboxes until it is closed."""

    def __init__(self, watches: Sequence[Watch], *, news: Callable[[], None]) -> None:
        """Call *news*, from any thread, when a mailbox has changed."""
        self._news = news
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._watch, args=(one,), name=f"watch-{one.account}", daemon=True)
            for one in watches
        ]

    def start(self) -> None:
        """Begin to watch."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop watching; safe to call twice."""
        self._stop.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(_CLOSING_SECONDS)

    def _watch(self, watch: Watch) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                if watch.wait(self._stop.is_set):
                    self._stop.wait(_GATHERING.total_seconds())
                    self._news()
                elif not watch.is_able:
                    log.info("%s cannot be watched, only polled", watch.account, extra={"action": "no_idle"})
                    break
                failures = 0
            except MailboxRefused as error:
                self._rest(watch, error, REFUSED)
            except MailboxError as error:
                failures += 1
                self._rest(watch, error, pause_after(failures))
        watch.close()

    def _rest(self, watch: Watch, error: MailboxError, pause: dt.timedelta) -> None:
        """Leave a server alone; the poll goes on meanwhile and says what is wrong."""
        log.info("%s is not watched for a while: %s", watch.account, error, extra={"action": "watch_failed"})
        self._stop.wait(pause.total_seconds())
