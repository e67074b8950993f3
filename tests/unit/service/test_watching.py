"""Tests of waking the poll: news come through, trouble is left alone for longer each time."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from domain.errors import LoginRefused, MailboxUnavailable
from service import watching
from service.scheduler import _Ticker
from service.watching import Watching, pause_after

SECONDS = 5


class ScriptedWatch:
    """Says one thing after the other, then waits until it is over."""

    account = "main"

    def __init__(self, *says):
        self.says = list(says)
        self.is_able = True
        self.asked = 0
        self.closed = threading.Event()
        self.silent = threading.Event()

    def wait(self, is_over):
        """Say the next thing."""
        self.asked += 1
        if not self.says:
            self.silent.set()
            while not is_over():
                self.closed.wait(0.01)
            return False
        said = self.says.pop(0)
        if isinstance(said, Exception):
            raise said
        if said == "no IDLE":
            self.is_able = False
            return False
        return said == "news"

    def close(self):
        """Note that it ended."""
        self.closed.set()


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Let nobody wait."""
    for name in ("_GATHERING", "_SHORTEST", "REFUSED"):
        monkeypatch.setattr(watching, name, dt.timedelta(milliseconds=1))


def test_news_wake_the_poll_and_trouble_does_not():
    """After trouble the mailbox is watched again."""
    watch = ScriptedWatch("news", MailboxUnavailable("away"), "news", LoginRefused("no"), "news")
    news = []
    watched = Watching([watch], news=lambda: news.append(1))
    watched.start()
    assert watch.silent.wait(SECONDS)
    watched.close()
    watched.close()

    assert (len(news), watch.asked) == (3, 6)
    assert watch.closed.is_set()


def test_a_mailbox_that_cannot_be_watched_is_left_to_the_poll():
    """Its thread ends, the others go on."""
    dumb, other = ScriptedWatch("no IDLE"), ScriptedWatch("news")
    news = []
    watched = Watching([dumb, other], news=lambda: news.append(1))
    watched.start()
    assert dumb.closed.wait(SECONDS)
    assert other.silent.wait(SECONDS)
    watched.close()

    assert (len(news), dumb.asked) == (1, 1)


def test_pauses_grow_and_differ(monkeypatch):
    """Twice as long each time, at most a quarter of an hour, and by chance up to half of it less."""
    monkeypatch.undo()
    pauses = [pause_after(failures, chance=lambda: 1.0).total_seconds() for failures in (1, 2, 3, 6, 99)]
    assert pauses == [30, 60, 120, 900, 900]
    assert pause_after(1, chance=lambda: 0.0).total_seconds() == 15


class CountingService:
    """Counts cycles; what comes meanwhile is told by *during*."""

    def __init__(self, during):
        self.cycles = 0
        self.during = during

    def cycle(self):
        """Do nothing else."""
        self.cycles += 1
        self.during(self)
        raise MailboxUnavailable("nothing is done here")


class Jobs:
    """Keeps what was asked of the scheduler."""

    def __init__(self):
        self.asked = []

    def modify_job(self, name, **changes):
        """Note it."""
        self.asked.append((name, changes))


def test_news_begin_a_cycle_now():
    """Nobody waits for the interval."""
    jobs = Jobs()
    _Ticker(CountingService(lambda _: None), jobs).wake()
    ((name, changes),) = jobs.asked
    assert name == "cycle"
    assert changes["next_run_time"].tzinfo is not None


def test_news_in_the_middle_of_a_cycle_are_followed_by_another():
    """The mail may have come after its folder was read; one more cycle is enough for any number of news."""
    jobs = Jobs()

    def during(service):
        if service.cycles == 1:
            ticker.wake()
            ticker.wake()

    service = CountingService(during)
    ticker = _Ticker(service, jobs)
    ticker.tick()

    assert (service.cycles, jobs.asked) == (2, [])
