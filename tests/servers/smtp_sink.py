"""An SMTP server inside the test's own process that refuses, defers, stalls and breaks off as it is told."""
# ruff: noqa: ARG002, N802 - aiosmtpd fixes names and arguments of the handlers

import asyncio
import contextlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.dovecot import Dovecot, free_ports

USER = "vanphong@ubnd.test"
PASSWORD = "mật-khẩu-1"  # not ASCII, as passwords in Vietnam may be


@dataclass(kw_only=True)
class SmtpSink:
    """What the server answers, and what it took; change the answers while it runs."""

    port: int
    host: str = "localhost"
    #: Local part of an address -> answer at RCPT; by default as the test Postfix has it.
    at_rcpt: dict[str, str] = field(
        default_factory=lambda: {
            "refused": "550 5.1.1 unknown mailbox",
            "greylisted": "451 4.7.1 greylisted, try again",
        }
    )
    #: Answer to MAIL instead of 250.
    at_mail: str = ""
    #: Answer to the final dot instead of 250; "drop" closes the connection without one.
    at_dot: str = ""
    keeps_when_dropping: bool = False
    #: Answer to AUTH instead of checking the password.
    at_auth: str = ""
    #: Seconds before the answer to the final dot.
    slow: float = 0.0
    #: What was taken, oldest first: recipients and bytes.
    taken: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    connections: int = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count the connections by their greetings before TLS."""
        session.host_name = hostname
        self.connections += session.ssl is None
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer MAIL."""
        if self.at_mail == "drop":
            self.at_mail = ""
            return drop(server)
        if self.at_mail:
            return self.at_mail
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer RCPT."""
        answer = self.at_rcpt.get(address.partition("@")[0])
        if answer is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer the final dot."""
        await asyncio.sleep(self.slow)
        if self.at_dot and not (self.at_dot == "drop" and self.keeps_when_dropping):
            return drop(server) if self.at_dot == "drop" else self.at_dot
        content = envelope.original_content
        assert content is not None
        self.taken.append((tuple(envelope.rcpt_tos), content))
        return drop(server) if self.at_dot == "drop" else "250 2.0.0 kept as 1"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Check the login."""
        if self.at_auth:
            return AuthResult(success=False, handled=False, message=self.at_auth)
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        return AuthResult(success=good, handled=False, auth_data=USER if good else None)


def drop(server: SMTP) -> str:
    """Break the connection off without an answer."""
    assert server.transport is not None
    server.transport.abort()
    return "421 never seen"


@contextlib.contextmanager
def run_sink(dovecot: Dovecot, *, size_limit: int = 2**21) -> Iterator[SmtpSink]:
    """Run a sink with STARTTLS and login, with the certificate of the test Dovecot."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(dovecot.ca_file, dovecot.key_file)
    sink = SmtpSink(port=free_ports(1)[0])
    controller = Controller(
        sink,
        hostname="127.0.0.1",
        port=sink.port,
        tls_context=context,
        require_starttls=True,
        authenticator=sink.authenticate,
        auth_required=True,
        auth_require_tls=True,
        data_size_limit=size_limit,
    )
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
