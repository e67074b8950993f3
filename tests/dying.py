"""Let a process die at one exact step: inside a test by an exception, in a real command by SIGKILL.

As a program: `python -m tests.dying MODULE:NAME before|after NTH -- ARGUMENTS OF tonghop`. The name COMMIT
stands for the end of a write transaction: before it everything is written and nothing committed.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import os
import signal
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BEFORE, AFTER = "before", "after"
COMMIT = "store.store:SqlStore.write"


class Died(BaseException):
    """Death of the process, as far as it can be played inside one: nothing catches it."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A place in the program where it dies."""

    #: "service.receive:_open", "store.outbox:Outbox.add"; a name as its caller knows it.
    target: str
    when: str
    nth: int = 1

    def __str__(self) -> str:
        """Name the step for a list of tests."""
        return f"{self.when} {self.target} {self.nth}"


def locate(target: str) -> tuple[Any, str]:
    """Give the module or class that holds a name, and the name."""
    module, _, path = target.partition(":")
    owner: Any = importlib.import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    return owner, name


def wired(genuine: Callable[..., Any], step: Step, die: Callable[[], None]) -> Callable[..., Any]:
    """Give *genuine*, deadly at the step's turn."""
    calls = itertools.count(1)

    @contextmanager
    def deadly_transaction(store: Any) -> Iterator[Any]:
        due = next(calls) == step.nth
        with genuine(store) as work:
            yield work
            if due and step.when == BEFORE:
                die()
        if due:
            die()

    @functools.wraps(genuine)
    def deadly(*args: Any, **kwargs: Any) -> Any:
        due = next(calls) == step.nth
        if due and step.when == BEFORE:
            die()
        result = genuine(*args, **kwargs)
        if due:
            die()
        return result

    return deadly_transaction if step.target == COMMIT else deadly


@contextmanager
def dying_at(step: Step) -> Iterator[list[str]]:
    """Raise Died at *step* while the block runs; the list tells whether it was reached."""
    reached: list[str] = []

    def die() -> NoReturn:
        reached.append(step.target)
        raise Died(step.target)

    owner, name = locate(step.target)
    genuine = getattr(owner, name)
    setattr(owner, name, wired(genuine, step, die))
    try:
        yield reached
    finally:
        setattr(owner, name, genuine)


def main() -> None:
    """Run `tonghop` and kill this process at the step the arguments name."""
    target, when, nth = sys.argv[1:4]
    step = Step(target=target, when=when, nth=int(nth))
    owner, name = locate(step.target)
    setattr(owner, name, wired(getattr(owner, name), step, lambda: os.kill(os.getpid(), signal.SIGKILL)))
    sys.argv = ["tonghop", *sys.argv[5:]]
    importlib.import_module("cli.main").main()


if __name__ == "__main__":
    main()
