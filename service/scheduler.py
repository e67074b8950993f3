"""The running service: APScheduler ticks, each tick is one cycle, SIGTERM ends it cleanly."""

from __future__ import annotations

import datetime as dt
import logging
import signal
import threading
from typing import TYPE_CHECKING

from domain.errors import ServiceError
from service.collector import leave_alone_what_stays
from service.watching import Watching

if TYPE_CHECKING:
    from types import FrameType

    from apscheduler.schedulers.background import BackgroundScheduler

    from service.bootstrap import Service

log = logging.getLogger(__name__)

_CYCLE = "cycle"


def tick(service: Service) -> None:
    """Do one cycle; trouble is logged and the next tick tries again."""
    try:
        done = service.cycle()
    except ServiceError as error:
        log.warning("cycle not done: %s", error, extra={"action": "cycle_failed"})
        return
    except Exception:
        # A fault of ours in one tick must not end the service; it is logged in full.
        log.exception("cycle failed", extra={"action": "cycle_failed"})
        return
    for problem in done.problems:
        log.warning("cycle incomplete: %s", problem, extra={"action": "cycle_incomplete"})
    log.info(
        "cycle done: %d mails, %d letters",
        done.collected.new,
        done.delivered.sent,
        extra={"action": "cycle_done"},
    )


class _Ticker:
    """Ticks when it is time, and when somebody has news."""

    def __init__(self, service: Service, scheduler: BackgroundScheduler) -> None:
        self._service = service
        self._scheduler = scheduler
        self._news = threading.Event()
        self._at_work = threading.Lock()

    def tick(self) -> None:
        """Do one cycle, and one more for news that came meanwhile."""
        with self._at_work:
            self._news.clear()
            tick(self._service)
            if self._news.is_set():
                self._news.clear()
                tick(self._service)

    def wake(self) -> None:
        """Let the next cycle begin now; one under way is followed by another. From any thread."""
        self._news.set()
        if not self._at_work.locked():
            self._scheduler.modify_job(_CYCLE, next_run_time=dt.datetime.now(dt.UTC))


def keep_running(service: Service, *, interval: dt.timedelta) -> None:
    """Tick until SIGTERM or SIGINT, and when a mailbox has news; a cycle under way ends first.

    What is due is computed from the store at each tick, so a missed tick is late, never lost: the job
    store is memory, ticks are merged, and none is dropped for being late.
    """
    from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED  # noqa: PLC0415 - heavy import
    from apscheduler.schedulers.background import BackgroundScheduler  # noqa: PLC0415 - heavy import

    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    previous = {number: signal.signal(number, ask_to_stop) for number in (signal.SIGTERM, signal.SIGINT)}
    scheduler = BackgroundScheduler(
        timezone="Asia/Ho_Chi_Minh",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_listener(
        lambda event: log.error("tick: %s", event, extra={"action": "tick_lost"}),
        EVENT_JOB_ERROR | EVENT_JOB_MISSED,
    )
    ticker = _Ticker(service, scheduler)
    watching = Watching(service.watches(), news=ticker.wake)
    try:
        tick(service)
        leave_alone_what_stays()
        scheduler.add_job(ticker.tick, "interval", seconds=interval.total_seconds(), id=_CYCLE)
        scheduler.start()
        watching.start()
        stop.wait()
    finally:
        watching.close()
        if scheduler.running:
            scheduler.shutdown(wait=True)
        for number, handler in previous.items():
            signal.signal(number, handler)
