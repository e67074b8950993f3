"""Calls of pure functions in bounded child processes, so that no foreign file can end or bend the service.

A child has no network, no secret, no way to write or to start a program, and limits of time and memory
(`service.confinement`). When it dies, hangs or grows beyond them, that one call fails, and the next one gets
a new child. Children are reused; what they answer is taken apart without running any code of theirs.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from domain import errors
from domain.errors import ReadingEnded, ServiceError
from service.answers_apart import take_apart
from service.confinement import Limits
from service.reading_room import DONE, FORK, NUMBER, OUT_OF_MEMORY, RAISED, WAIT

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)
_Result = TypeVar("_Result")

#: Longest answer that is taken; a returned form has some 10 kB.
_LONGEST_ANSWER = 256 * 1024 * 1024


class IsolatedCalls:
    """Calls functions in a child; safe to use from several threads, one call at a time."""

    def __init__(self, limits: Limits | None = None, *, shared_types: tuple[type, ...] = ()) -> None:
        """Values of *shared_types* among the arguments are sent to a child once, not with every call."""
        self._limits = limits or Limits()
        self._shared_types = shared_types
        self._numbered: list[Any] = []
        self._lock = threading.Lock()
        self._room: _Room | None = None
        self._reader: _Reader | None = None

    def __call__(self, function: Callable[..., _Result], *arguments: Any) -> _Result:
        """Call *function*, one of a module, in a child and give its result.

        Raises what it raised of ours; ReadingEnded when the child died, took too long or too much;
        RuntimeError with the child's traceback for a fault of ours.
        """
        with self._lock:
            reader = self._reader if self._reader is not None else self._new_reader()
            call = self._pack(reader, function, arguments)
            try:
                answer = reader.ask(call, wall=self._limits.wall)
                how, result, cpu = _take_apart(answer)
            except _Gone as gone:
                self._reader = None
                raise ReadingEnded(self._say_end(reader, gone)) from None
            reader.calls += 1
            if how == OUT_OF_MEMORY or reader.calls >= self._limits.files or cpu >= self._limits.lifetime:
                self._retire()
        if how == DONE:
            return result  # type: ignore[no-any-return] # the function's own type, across a process
        if how == OUT_OF_MEMORY:
            raise ReadingEnded(f"Reading took more than {self._limits.memory >> 20} MB.")
        if how == RAISED:
            raise _error(*result)
        raise RuntimeError(f"in a child process:\n{result}")

    def close(self) -> None:
        """End all children; safe to call twice."""
        with self._lock:
            self._retire()
            if self._room is not None:
                self._room.close()
                self._room = None

    def _new_reader(self) -> _Reader:
        if self._room is None:
            self._room = _Room(self._limits)
        try:
            self._reader = self._room.fork()
        except (OSError, EOFError):
            # The forking process was killed from outside: a new one takes its place, once.
            self._room.close()
            self._room = _Room(self._limits)
            self._reader = self._room.fork()
        return self._reader

    def _pack(self, reader: _Reader, function: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
        """Spell a call; shared values that this child does not know yet go along with it."""
        packer = _Packer(self._number, self._shared_types)
        call = packer.pack((function, arguments))
        unknown = {number: self._numbered[number] for number in packer.named if number not in reader.knows}
        reader.knows.update(unknown)
        return pickle.dumps((pickle.dumps(unknown, protocol=5), call), protocol=5)

    def _number(self, value: Any) -> int:
        for number, known in enumerate(self._numbered):
            if known is value:
                return number
        self._numbered.append(value)
        return len(self._numbered) - 1

    def _retire(self) -> None:
        if self._reader is not None:
            reader, self._reader = self._reader, None
            assert self._room is not None
            reader.connection.close()
            self._room.wait(reader.pid)

    def _say_end(self, reader: _Reader, gone: _Gone) -> str:
        assert self._room is not None
        reader.connection.close()
        if gone.is_alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(reader.pid, signal.SIGKILL)
        code = self._room.wait(reader.pid)
        if gone.is_alive:
            return str(gone)
        if code == -signal.SIGXCPU:
            return f"Reading took more than {self._limits.cpu} seconds of CPU."
        return f"The reading process ended with signal {-code}." if code < 0 else "The reading process ended."


class _Gone(Exception):
    """The child does not answer any more, or not as it should."""

    def __init__(self, why: str = "", *, is_alive: bool = False) -> None:
        super().__init__(why)
        self.is_alive = is_alive


@dataclass(slots=True, kw_only=True)
class _Reader:
    """One child."""

    pid: int
    connection: Connection
    calls: int = 0
    #: Numbers of the shared values that it has.
    knows: set[int] = field(default_factory=set)

    def ask(self, call: bytes, *, wall: float) -> bytes:
        """Send a call and give the answer; raises _Gone."""
        try:
            self.connection.send_bytes(call)
            if not self.connection.poll(wall):
                raise _Gone(f"Reading took more than {wall:g} seconds.", is_alive=True)
            return self.connection.recv_bytes(_LONGEST_ANSWER)
        except (OSError, EOFError):
            raise _Gone from None


class _Room:
    """The forking process."""

    def __init__(self, limits: Limits) -> None:
        ours, theirs = socket.socketpair()
        self._control = ours
        described = pickle.dumps(limits).hex()
        # Nothing of our environment goes along: passwords stand there.
        environment = {
            "PYTHONPATH": os.pathsep.join(str(Path(path).absolute()) for path in sys.path),
            "LANG": "C.UTF-8",
        }
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
                [sys.executable, "-m", "service.reading_room", str(theirs.fileno()), described],
                pass_fds=(theirs.fileno(),),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def fork(self) -> _Reader:
        """Give a new child; raises OSError or EOFError when the forking process is gone."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            socket.send_fds(self._control, [FORK], [theirs.fileno()])
            pid = self._number()
            connection = Connection(ours.detach())
        if connection.recv_bytes() != b"filtered":
            log.warning(
                "this kernel does not filter system calls; reading has limits of time and memory only",
                extra={"action": "reading_unfiltered"},
            )
        return _Reader(pid=pid, connection=connection)

    def wait(self, pid: int) -> int:
        """Give the exit code of a child that has ended or will at once: negative for a signal."""
        try:
            self._control.sendall(WAIT + NUMBER.pack(pid))
            return self._number()
        except (OSError, EOFError):
            return -signal.SIGKILL

    def close(self) -> None:
        """End the forking process."""
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _number(self) -> int:
        received = self._control.recv(NUMBER.size, socket.MSG_WAITALL)
        if len(received) < NUMBER.size:
            raise EOFError
        return int(NUMBER.unpack(received)[0])


class _Packer:
    """Spells calls, naming shared values by number."""

    def __init__(self, number: Callable[[Any], int], shared_types: tuple[type, ...]) -> None:
        self.named: set[int] = set()
        self._number = number
        self._shared_types = shared_types

    def pack(self, call: tuple[Any, ...]) -> bytes:
        """Give the bytes of a call."""
        stream = io.BytesIO()
        packer = pickle.Pickler(stream, protocol=5)
        packer.persistent_id = self._name  # type: ignore[method-assign]
        packer.dump(call)
        return stream.getvalue()

    def _name(self, value: Any) -> int | None:
        if not isinstance(value, self._shared_types):
            return None
        number = self._number(value)
        self.named.add(number)
        return number


def _take_apart(answer: bytes) -> tuple[int, Any, float]:
    """Give how a call ended, what it gave, and the CPU that the child has used; raises _Gone."""
    try:
        return take_apart(answer)
    except Exception as error:  # noqa: BLE001 - the child may be anybody's by now
        raise _Gone(f"The reading process gave no proper answer ({error}).", is_alive=True) from None


def _error(name: str, sentence: str) -> ServiceError:
    """Give our error of that name."""
    found = getattr(errors, name, None)
    if isinstance(found, type) and issubclass(found, ServiceError) and found is not errors.ConfigError:
        return found(sentence)
    return ServiceError(sentence)
