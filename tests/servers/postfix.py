"""A real Postfix (root only) in front of the test Dovecot: STARTTLS, login, delivery, real refusals."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import string
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.servers.dovecot import SBIN, Dovecot, free_ports, missing_server

HERE = pathlib.Path(__file__).parent
START_SECONDS = 15.0
DAEMONS = ("/usr/lib/postfix/sbin", "/usr/libexec/postfix")
#: Answers at RCPT by the local part of an address.
RECIPIENTS = """
/^refused/ 550 5.1.1 unknown mailbox
/^greylisted/ 451 4.7.1 greylisted, try again
"""


@dataclass(frozen=True, kw_only=True)
class Postfix:
    """A running server and what a client needs to reach it."""

    dir: pathlib.Path
    #: Plain SMTP from other servers.
    smtp: int
    #: STARTTLS and login; refuses a sender who is not the one logged in.
    submission: int
    #: Where the mail ends, whose users log in, and whose certificate it shows.
    dovecot: Dovecot
    host: str = "localhost"


def lay_down(server: Postfix) -> None:
    """Write configuration and maps into the server's directory."""
    for name in ("etc", "queue", "data"):
        (server.dir / name).mkdir()
    for path in (server.dir, server.dir / "etc", server.dir / "queue"):
        path.chmod(0o755)
    shutil.chown(server.dir / "data", "postfix")
    daemons = next((path for path in DAEMONS if pathlib.Path(path, "master").exists()), DAEMONS[0])
    for name in ("main.cf", "master.cf"):
        text = string.Template((HERE / f"postfix_{name}").read_text()).substitute(
            dir=server.dir,
            daemons=daemons,
            dovecot=server.dovecot.dir,
            lmtp=server.dovecot.lmtp,
            smtp=server.smtp,
            submission=server.submission,
        )
        (server.dir / "etc" / name).write_text(text)
    (server.dir / "etc" / "domains").write_text("/\\.test$/ OK\n")
    (server.dir / "etc" / "senders").write_text("/^(.*)$/ $1\n")
    (server.dir / "etc" / "recipients").write_text(RECIPIENTS)


def wait_for_port(port: int, log: pathlib.Path) -> None:
    """Wait until the server answers; raises RuntimeError with its log when it does not."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing answers on port {port}: {log.read_text() if log.exists() else ''}")


def wait_for_end(process_id: int) -> None:
    """Wait until Postfix' master, which is no child of ours, has gone."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and pathlib.Path("/proc", str(process_id)).exists():
        time.sleep(0.05)


@pytest.fixture(scope="session")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """Run a Postfix for the session; it is ended by its own process id."""
    program = shutil.which("postfix", path=os.environ.get("PATH", "") + ":" + SBIN)
    if program is None:
        missing_server("Postfix", "postfix")
    assert program is not None
    if os.getuid() != 0:
        pytest.skip("Postfix runs as root only")
    smtp, submission = free_ports(2)
    server = Postfix(
        dir=pathlib.Path(tempfile.mkdtemp(prefix="pf")), smtp=smtp, submission=submission, dovecot=dovecot
    )
    lay_down(server)
    log = server.dir / "maillog"
    started = subprocess.run(
        [program, "-c", server.dir / "etc", "start"], capture_output=True, text=True, check=False
    )
    try:
        if started.returncode:
            raise RuntimeError(started.stderr + (log.read_text() if log.exists() else ""))
        wait_for_port(submission, log)
        yield server
    finally:
        master = server.dir / "queue" / "pid" / "master.pid"
        if master.exists():
            process_id = int(master.read_text())
            with contextlib.suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGTERM)
            wait_for_end(process_id)
        shutil.rmtree(server.dir, ignore_errors=True)
