"""What children are asked to do in tests: harm of every kind."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from domain.errors import Encrypted


def give_pid() -> int:
    """Say who is asked."""
    return os.getpid()


def lock_out() -> None:
    """Raise an error of ours."""
    raise Encrypted("Tệp có mật khẩu.")


def stumble() -> None:
    """Raise an error that nobody expected."""
    raise ZeroDivisionError


def die(number: int) -> None:
    """End by a signal."""
    signal.raise_signal(number)


def sleep(seconds: float) -> None:
    """Hang."""
    time.sleep(seconds)


def spin() -> None:
    """Burn CPU for ever."""
    while True:
        pass


def fill(size: int) -> int:
    """Take memory."""
    return len(bytearray(size))


def connect(port: int) -> None:
    """Reach out."""
    socket.create_connection(("127.0.0.1", port), timeout=1)


def write(path: str) -> None:
    """Leave something behind."""
    Path(path).write_text("x", encoding="utf-8")


def remove(path: str) -> None:
    """Take something away."""
    Path(path).unlink()


def start_program() -> None:
    """Start a program."""
    subprocess.run(["/bin/true"], check=True)


def fork() -> None:
    """Multiply."""
    if os.fork() == 0:
        os._exit(0)


def give_environment() -> dict[str, str]:
    """Say what the environment holds."""
    return dict(os.environ)


def give_modules() -> list[str]:
    """Say what is loaded."""
    return sorted(sys.modules)


def read_densely(content: bytes) -> int:
    """Read a workbook as calamine does: one stray cell far out makes it abort the process."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - the child's own

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return len(book.get_sheet_by_index(0).to_python(skip_empty_area=False))


class Trap:
    """A value that runs a program when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch /tmp/tonghop-trap",)


def give_trap() -> Trap:
    """Answer with harm."""
    return Trap()
