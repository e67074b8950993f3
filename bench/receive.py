"""How much CPU it takes to receive one returned form, from stored bytes to a committed return with receipt.

`python -m bench.receive`; docs/performance.md says what is measured and what it came to.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import shutil
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.crowd import DISPATCH, large_campaign, open_premises, returns, send_plan
from domain.campaigns import AskedForm
from service import receive as receiving
from service import settling
from service.clocks import SettableClock
from service.collector import leave_alone_what_stays
from service.isolation import IsolatedCalls
from service.peers import Peers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.crowd import Return
    from domain.campaigns import Campaign
    from service.premises import Premises

#: Milliseconds of CPU for one form of many that wait together.
TARGET = 10.0
#: Parts of receiving that are measured apart: name in the table, who owns the function, its name there.
_STAGES: tuple[tuple[str, object, str], ...] = (
    ("open the mail, read the form", receiving, "_open"),
    ("read the other units' forms", Peers, "_of"),
    ("check the rules", settling, "judge"),
    ("write the answer", settling, "answer"),
)
_REST = "settle, store, commit"
#: All mails in one round, so often: one measurement alone says little on a busy machine.
_ROUNDS = ("first round", "second round", "third round", "fourth round", "fifth round")


class Stages:
    """CPU per stage of the mail under way; a stage inside another one counts for itself alone."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._inner: list[float] = []

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Give *function* with a stopwatch."""

        def watched(*args: Any, **options: Any) -> Any:
            began = time.process_time()
            self._inner.append(0.0)
            try:
                return function(*args, **options)
            finally:
                whole = time.process_time() - began
                self.spent[name] += whole - self._inner.pop()
                if self._inner:
                    self._inner[-1] += whole

        return watched

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Put the stopwatches in, and take them out again."""
        genuine = [(owner, attribute, getattr(owner, attribute)) for _, owner, attribute in _STAGES]
        for (name, _, _), (owner, attribute, function) in zip(_STAGES, genuine, strict=True):
            setattr(owner, attribute, self.timed(name, function))
        try:
            yield
        finally:
            for owner, attribute, function in genuine:
                setattr(owner, attribute, function)


def receive_one_by_one(home: Path, campaign: Campaign, mails: Sequence[Return]) -> list[dict[str, float]]:
    """Receive each mail in a round of its own and give the milliseconds per stage of each."""
    clock = SettableClock(DISPATCH)
    premises = open_premises(home, campaign, clock)
    measured: list[dict[str, float]] = []
    try:
        for mail in mails:
            clock.set(mail.at)
            with premises.store.write() as work:
                work.messages.add(mail.raw, stored_at=mail.at)
            stages = Stages()
            with stages.watching():
                began = time.process_time()
                receiving.receive(premises)
                whole = time.process_time() - began
            stages.spent[_REST] = whole - sum(stages.spent.values())
            measured.append({name: spent * 1000 for name, spent in stages.spent.items()})
            if len(measured) == 1:
                leave_alone_what_stays()
        _print_outcomes(premises)
    finally:
        premises.store.close()
    return measured


def receive_in_one_round(home: Path, campaign: Campaign, mails: Sequence[Return]) -> float:
    """Receive all mails in one round, as in the last hour before a deadline; give milliseconds per mail."""
    premises = open_premises(home, campaign, SettableClock(mails[-1].at))
    try:
        with premises.store.write() as work:
            for mail in mails:
                work.messages.add(mail.raw, stored_at=mail.at)
        began = time.process_time()
        receiving.receive(premises)
        return (time.process_time() - began) * 1000 / len(mails)
    finally:
        premises.store.close()


def receive_in_a_child(home: Path, campaign: Campaign, mails: Sequence[Return]) -> float:
    """Receive all mails in one round and read them in a warm child; give milliseconds per mail of both."""
    calls = IsolatedCalls(shared_types=(AskedForm,))
    premises = replace(open_premises(home, campaign, SettableClock(mails[-1].at)), isolate=calls)
    try:
        warm, measured = mails[:20], mails[20:]
        for some in (warm, measured):
            with premises.store.write() as work:
                for mail in some:
                    work.messages.add(mail.raw, stored_at=mail.at)
            began = time.process_time() + _cpu_below(os.getpid())
            receiving.receive(premises)
            spent = time.process_time() + _cpu_below(os.getpid()) - began
        return spent * 1000 / len(measured)
    finally:
        premises.store.close()
        calls.close()


def _cpu_below(pid: int) -> float:
    """Give the seconds of CPU that the running children of a process and theirs have used (Linux)."""
    ticks = 0.0
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            used = Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
            ticks += sum(map(int, used)) / os.sysconf("SC_CLK_TCK") + _cpu_below(int(child))
    return ticks


def yardstick(mails: Sequence[Return]) -> float:
    """Give the milliseconds that openpyxl takes to read one of these forms, to compare machines by."""
    from openpyxl import load_workbook  # noqa: PLC0415 - not part of what is measured

    spent: list[float] = []
    for mail in mails[:10]:
        began = time.process_time()
        load_workbook(io.BytesIO(mail.attachment))
        spent.append((time.process_time() - began) * 1000)
    return statistics.median(spent)


def _print_outcomes(premises: Premises) -> None:
    with premises.store.read() as work:
        outcomes = Counter(record.outcome.value for record in work.messages.all())
        campaign = next(iter(premises.campaigns))
        forms, letters = len(work.submissions.of_campaign(campaign)), len(work.outbox.of_campaign(campaign))
    told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
    print(f"mails: {told}; {forms} forms stored, {letters} letters queued (plan letters included)")


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _print_table(measured: Sequence[dict[str, float]]) -> float:
    wholes = [sum(stages.values()) for stages in measured]
    whole = statistics.median(wholes)
    print(f"\n{'CPU for one form, in ms':<32}{'median':>8}{'p95':>8}{'share':>8}")
    for name in (*(stage for stage, _, _ in _STAGES), _REST):
        spent = [stages.get(name, 0.0) for stages in measured]
        share = sum(spent) / sum(wholes)
        print(f"{name:<32}{statistics.median(spent):>8.1f}{_percentile(spent, 0.95):>8.1f}{share:>8.0%}")
    print(f"{'all together':<32}{whole:>8.1f}{_percentile(wholes, 0.95):>8.1f}{1:>8.0%}")
    return whole


def main() -> int:
    """Seed, measure, print; the exit code tells whether the target was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=120, help="how many forms come back (30 units)")
    count = parser.parse_args().mails
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        campaign = large_campaign(home / "campaign")
        (home / "seed").mkdir()
        premises = open_premises(home / "seed", campaign, SettableClock(DISPATCH))
        send_plan(premises, campaign)
        # One more than is measured: the first mail pays for imports and templates.
        mails = list(returns(premises, campaign, count + 1))
        premises.store.close()
        for copy in ("single", "child", *_ROUNDS):
            shutil.copytree(home / "seed", home / copy)
        measured = receive_one_by_one(home / "single", campaign, mails)[1:]
        whole = _print_table(measured)
        rounds = [receive_in_one_round(home / copy, campaign, mails) for copy in _ROUNDS]
        together = statistics.median(rounds)
        apart = receive_in_a_child(home / "child", campaign, mails)
        reading = yardstick(mails)
    print(f"\nall in one round: {together:.1f} ms for one form ({', '.join(f'{one:.1f}' for one in rounds)})")
    print(f"the same, read in a child, as the service does: {apart:.1f} ms for one form")
    print(f"yardstick: openpyxl reads one of these forms in {reading:.1f} ms")
    print(f"ratio: {whole / reading:.2f} alone, {together / reading:.2f} in one round")
    met = together <= TARGET
    print(f"target in one round {TARGET:.0f} ms: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
