"""How much CPU a cycle takes that finds nothing new and nothing due: what the service does all day.

`python -m bench.idle HOME` works on a copy of HOME, for example the office that a rehearsal leaves;
docs/performance.md says what it came to.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from service.bootstrap import open_service
from service.clocks import SettableClock, SystemClock

#: Milliseconds of CPU that the median may take.
TARGET = 15.0
_CYCLES = 40


def main() -> int:
    """Measure, print; the exit code tells whether the target was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path, help="an office whose mailbox and transport are folders")
    chosen = parser.parse_args().home
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(shutil.copytree(chosen, Path(folder) / "home"))
        clock = SettableClock(SystemClock().now())
        service = open_service(home, environ={}, clock=clock)
        try:
            with service.premises.store.read() as work:
                last = max(event.at for event in work.events.all())
                mails = len(work.messages.all())
                reports = sum(len(work.reports.heads(code)) for code in service.premises.campaigns)
                letters = sum(len(work.outbox.of_campaign(code)) for code in service.premises.campaigns)
            # What was still to be done is done in the first cycle; the second one finds everything imported.
            clock.set(last + dt.timedelta(hours=1))
            service.cycle()
            service.cycle()
            spent: list[float] = []
            for _ in range(_CYCLES):
                clock.set(clock.now() + dt.timedelta(seconds=1))
                began = time.process_time()
                service.cycle()
                spent.append((time.process_time() - began) * 1000)
        finally:
            service.close()
    median = statistics.median(spent)
    print(f"{mails} mails, {letters} letters, {reports} reports")
    print(f"idle cycle: median {median:.1f} ms, slowest {max(spent):.1f} ms of CPU in {_CYCLES}")
    print(f"target {TARGET:.0f} ms: {'met' if median <= TARGET else 'MISSED'}")
    return 0 if median <= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
