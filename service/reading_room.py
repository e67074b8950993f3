"""The room in which foreign bytes are read: a process that only forks, and those it forks, which only read.

Started by `service.isolation` as a program of its own (`python -m service.reading_room`), with an empty
environment and one socket. The forking process has loaded what reading needs and nothing else: no database,
no mail driver, no secret. Each fork confines itself, then answers calls on its own socket until that closes.
"""

from __future__ import annotations

import importlib
import io
import os
import pickle
import socket
import struct
import sys
import traceback
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from domain.errors import ServiceError
from service.answers_apart import spell
from service.collector import leave_alone_what_stays
from service.confinement import Limits, allow_cpu, confine, cpu_used

if TYPE_CHECKING:
    from collections.abc import Callable

#: What every reading needs; loaded once, before the first fork.
_LOADED_AHEAD = ("service.reading_files",)

FORK, WAIT = b"f", b"w"
NUMBER = struct.Struct("!q")

#: How a call ended.
DONE, RAISED, OUT_OF_MEMORY, BROKEN = range(4)


def main() -> None:
    """Fork a reader for each socket that comes, and say how those ended that are asked about."""
    control = socket.socket(fileno=int(sys.argv[1]))
    limits: Limits = pickle.loads(bytes.fromhex(sys.argv[2]))  # noqa: S301 - the parent's own words
    for name in _LOADED_AHEAD:
        importlib.import_module(name)
    leave_alone_what_stays()
    while True:
        order, sockets, _, _ = socket.recv_fds(control, 1 + NUMBER.size, 1)
        if order[:1] == FORK:
            pid = os.fork()
            if pid == 0:
                control.close()
                _read_for(Connection(sockets[0]), limits)
                os._exit(0)
            os.close(sockets[0])
            control.sendall(NUMBER.pack(pid))
        elif order[:1] == WAIT:
            _, status = os.waitpid(NUMBER.unpack(order[1:])[0], 0)
            control.sendall(NUMBER.pack(os.waitstatus_to_exitcode(status)))
        else:
            return  # the parent is gone


def _read_for(connection: Connection, limits: Limits) -> None:
    """Answer calls: (numbered values, function, arguments) in, (how it ended, what it gave, CPU) out."""
    shared: dict[int, Any] = {}
    is_filtered = confine(limits)
    connection.send_bytes(b"filtered" if is_filtered else b"unfiltered")
    while True:
        try:
            received = connection.recv_bytes()
        except EOFError:
            return
        allow_cpu(limits)
        try:
            known, call = pickle.loads(received)  # noqa: S301 - the parent's own words
            shared.update(pickle.loads(known))  # noqa: S301 - the parent's own words
            receiver = pickle.Unpickler(io.BytesIO(call))  # noqa: S301 - the parent's own words
            receiver.persistent_load = shared.__getitem__  # type: ignore[method-assign]
            function, arguments = receiver.load()
            answer = _answer(function, arguments)
        except MemoryError:
            answer = pickle.dumps((OUT_OF_MEMORY, "", cpu_used()))
        connection.send_bytes(answer)
        del received


def _answer(function: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
    try:
        result = function(*arguments)
        return spell((DONE, result, cpu_used()))
    except ServiceError as error:
        return pickle.dumps((RAISED, (type(error).__name__, str(error)), cpu_used()))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever foreign bytes did to us is told, and the room goes on
        return pickle.dumps((BROKEN, traceback.format_exc(limit=12), cpu_used()))


if __name__ == "__main__":
    main()
