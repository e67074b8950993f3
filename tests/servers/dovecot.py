"""A real Dovecot (2.3 or 2.4) as a child process on free ports of loopback, as root or as anybody."""

import contextlib
import grp
import os
import pathlib
import pwd
import re
import shutil
import socket
import ssl
import string
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

HERE = pathlib.Path(__file__).parent
SBIN = "/usr/sbin:/usr/local/sbin:/usr/bin:/bin"
START_SECONDS = 10.0
PASSWORD = "mat-khau"
FRESH_USERS = 500
#: Users whose addresses tests may know beforehand.
NAMED_USERS = {"vanphong@ubnd.test": "mat-khau-1", "so-nn@ubnd.test": "mat-khau-2"}
#: As an ordinary user every service is that user and nothing can be chrooted.
ROOTLESS = """
default_internal_group = $group
service anvil {
  chroot =
}
service imap-login {
  chroot =
}
service stats {
  chroot =
}
"""


@dataclass(frozen=True, kw_only=True)
class Dovecot:
    """A running server and what a client needs to reach it."""

    #: Short, because paths of UNIX sockets end at 107 characters.
    dir: pathlib.Path
    #: Plain text and STARTTLS.
    imap: int
    #: TLS from the first byte.
    imaps: int
    #: LMTP over TCP; the UNIX socket is `dir/run/lmtp`, SASL for an SMTP server `dir/run/auth-client`.
    lmtp: int
    host: str = "localhost"
    #: Addresses with their passwords.
    users: dict[str, str] = field(default_factory=dict)
    #: Addresses that nobody has asked for yet; their mailboxes are made at the first log-in.
    _fresh: list[str] = field(default_factory=lambda: [f"user{n}@ubnd.test" for n in range(1, FRESH_USERS)])

    @property
    def ca_file(self) -> pathlib.Path:
        """The server's certificate, for `localhost` and 127.0.0.1."""
        return self.dir / "cert.pem"

    @property
    def key_file(self) -> pathlib.Path:
        """The key of the certificate."""
        return self.dir / "key.pem"

    def context(self) -> ssl.SSLContext:
        """Make a TLS context that trusts this server only."""
        return ssl.create_default_context(cafile=str(self.ca_file))

    def add_user(self, address: str = "", password: str = PASSWORD) -> str:
        """Open an empty mailbox and give its address, a fresh one when none is named."""
        if not address:
            address = self._fresh.pop(0)
            self.users[address] = PASSWORD
            return address
        with (self.dir / "users").open("a", encoding="utf-8") as catalogue:
            catalogue.write(f"{address}:{{PLAIN}}{password}::::::\n")
        self.users[address] = password
        # Dovecot looks at its catalogue once a second.
        time.sleep(1.1)
        return address


def free_ports(count: int) -> list[int]:
    """Find ports of loopback that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]


def missing_server(name: str, packages: str) -> None:
    """Skip on a laptop, fail in CI: a missing server must not hide there."""
    sentence = f"{name} is not installed (apt-get install {packages})"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


def make_certificate(directory: pathlib.Path) -> None:
    """Write a self-signed certificate for localhost."""
    subject = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    files = ("-keyout", directory / "key.pem", "-out", directory / "cert.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", *subject, *files],
        check=True,
        capture_output=True,
    )


def lay_down(server: Dovecot, *, version: str) -> None:
    """Write configuration, certificate and the catalogue of users into the server's directory."""
    root = os.getuid() == 0
    owner = pwd.getpwnam("mail") if root else pwd.getpwuid(os.getuid())
    for name in ("run", "state", "mail", "log"):
        (server.dir / name).mkdir()
    # mkdtemp's 0700 would lock out Dovecot's own users when root runs the tests.
    for path in (server.dir, server.dir / "run"):
        path.chmod(0o755)
    if root:
        os.chown(server.dir / "mail", owner.pw_uid, owner.pw_gid)
    make_certificate(server.dir)
    server.users.update(NAMED_USERS)
    users = NAMED_USERS | dict.fromkeys(server._fresh, PASSWORD)
    catalogue = "".join(f"{address}:{{PLAIN}}{password}::::::\n" for address, password in users.items())
    (server.dir / "users").write_text(catalogue, encoding="utf-8")
    parts = ["dovecot_common.conf", "dovecot_2_4.conf" if version.startswith("2.4") else "dovecot_2_3.conf"]
    text = "".join((HERE / part).read_text() for part in parts) + ("" if root else ROOTLESS)
    if version.startswith("2.4"):
        text = f"dovecot_config_version = {version}\ndovecot_storage_version = {version}\n{text}"
    settings = string.Template(text).substitute(
        dir=server.dir,
        imap=server.imap,
        imaps=server.imaps,
        lmtp=server.lmtp,
        uid=owner.pw_uid,
        gid=owner.pw_gid,
        group=grp.getgrgid(os.getgid()).gr_name,
        internal_user="dovecot" if root else owner.pw_name,
        login_user="dovenull" if root else owner.pw_name,
    )
    (server.dir / "dovecot.conf").write_text(settings)


def wait_for_port(port: int, process: "subprocess.Popen[bytes]", logs: pathlib.Path) -> None:
    """Wait until the server answers; raises RuntimeError with its own words when it gave up."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError("".join(log.read_text() for log in sorted(logs.iterdir())))
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.02)
    raise RuntimeError(f"nothing answers on port {port} after {START_SECONDS} s")


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Run a Dovecot for the session; it is ended by its own process id."""
    program = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":" + SBIN)
    if program is None:
        missing_server("Dovecot", "dovecot-imapd dovecot-lmtpd")
    assert program is not None
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.match(r"[0-9.]*[0-9]", answer)
    assert version is not None
    imap, imaps, lmtp = free_ports(3)
    server = Dovecot(dir=pathlib.Path(tempfile.mkdtemp(prefix="dv")), imap=imap, imaps=imaps, lmtp=lmtp)
    lay_down(server, version=".".join(version[0].split(".")[:3]))
    logs = server.dir / "log"
    # A pipe would stay open in sessions that a failed test has left behind.
    with (logs / "stderr").open("wb") as complaints:
        process = subprocess.Popen([program, "-F", "-c", server.dir / "dovecot.conf"], stderr=complaints)
    try:
        wait_for_port(imaps, process, logs)
        yield server
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(server.dir, ignore_errors=True)
