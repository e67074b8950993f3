"""Whose turn it is on this machine: one process polls and sends, the others wait [edge]."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def turn(path: Path) -> Iterator[None]:
    """Hold the turn while the block runs; raises StoreUnavailable while another process holds it.

    The operating system gives the turn back when its holder dies, so that a killed run never blocks the next.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreUnavailable("another tonghop is at work in this home; run again later") from error
        yield
    finally:
        os.close(descriptor)
