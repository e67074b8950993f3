"""A wire between a client and a server on loopback that counts what goes over it."""

from __future__ import annotations

import contextlib
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Wire:
    """Where to connect, and how much went both ways."""

    port: int
    bytes: int = 0


@contextmanager
def wire(to: int) -> Iterator[Wire]:
    """Carry connections to a port of loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server, contextlib.ExitStack() as ends:
        counted = Wire(port=server.getsockname()[1])

        def carry(source: socket.socket, target: socket.socket) -> None:
            with contextlib.suppress(OSError):
                while content := source.recv(65_536):
                    counted.bytes += len(content)
                    target.sendall(content)
            for end in (source, target):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    near = ends.enter_context(server.accept()[0])
                    far = ends.enter_context(socket.create_connection(("127.0.0.1", to)))
                    for pair in ((near, far), (far, near)):
                        threading.Thread(target=carry, args=pair, daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield counted
