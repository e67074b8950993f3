"""Hands letters to a mail server by SMTP, recipient by recipient, and says what became of each.

The session is spoken by hand on smtplib's socket: `sendmail` hides which recipients were refused once one was
taken, and raises where the others were accepted.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import ipaddress
import logging
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.errors import (
    DeliveryError,
    DeliveryRefused,
    LetterTooLarge,
    PermanentFailure,
    SenderRefused,
    TemporaryFailure,
)
from domain.outbox import Delivery
from mailer.headers import is_sendable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)

#: RFC 5321, section 4.5.3.2.6: the final dot may take ten minutes.
FINAL_DOT_SECONDS = 600.0
_CHUNK = 65_536
_OK = range(200, 300)
_MORE = range(300, 400)
_TRANSIENT = range(400, 500)
#: The server says good-bye whatever was asked.
_CLOSING = 421
#: Too large for this server, or no room; at RCPT it means "try again" (RFC 5321, section 4.5.3.1.10).
_TOO_LARGE = 552
#: The login, or the sender we are, is not accepted: every letter would meet the same.
_NO_LOGIN = frozenset({530, 534, 535, 538})
_OUR_FAULT = _NO_LOGIN | {550, 551, 553}
#: Postfix and Exim say at RCPT what they hold against the sender; the address asked about is blameless.
_ABOUT_US = re.compile(
    r"(?:sender address|client host|helo command) rejected|sender verify fail", re.IGNORECASE
)
_DOT = re.compile(rb"(?m)^\.")
_BARE_BREAK = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_MESSAGE_ID = re.compile(rb"^message-id:[ \t]*(?:\r\n[ \t]+)?(<[^>\r\n]+>)", re.IGNORECASE | re.MULTILINE)


class Security(StrEnum):
    """How the connection is protected."""

    #: TLS from the first byte (port 465).
    TLS = "tls"
    #: Plain greeting, then TLS (port 587).
    STARTTLS = "starttls"
    #: No protection; accepted on loopback only.
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpAccount:
    """Where letters are handed over, and as whom."""

    host: str
    port: int
    security: Security = Security.STARTTLS
    #: Empty for a server that asks for no login.
    user: str = ""
    password: str = field(default="", repr=False)
    #: Certificates to trust instead of the system's; None for the system's.
    ca_file: str | None = None
    #: Seconds for each answer but the one to the final dot.
    timeout: float = 60.0
    final_dot_timeout: float = FINAL_DOT_SECONDS


class SmtpTransport:
    """Satisfies the port Transport; keeps its connection for the next letter of a batch."""

    def __init__(self, account: SmtpAccount) -> None:
        self._account = account
        self._session: smtplib.SMTP | None = None

    def send(self, content: bytes, *, sender: str, recipients: Sequence[str]) -> Delivery:
        """Hand *content* over, unchanged but for line ends, for each of *recipients*.

        Raises TemporaryFailure (nothing was taken over, or it is in doubt: same bytes again later),
        DeliveryRefused (nothing can be sent until a person mends it), LetterTooLarge or PermanentFailure.
        """
        fresh = self._session is None
        try:
            return self._send_once(content, sender=sender, recipients=recipients)
        except _ConnectionStale as stale:
            # The server closed a connection that lay idle; before RCPT nothing has happened yet.
            if fresh:
                raise TemporaryFailure(str(stale)) from stale
        try:
            return self._send_once(content, sender=sender, recipients=recipients)
        except _ConnectionStale as stale:
            raise TemporaryFailure(str(stale)) from stale

    def log_in(self) -> None:
        """Connect and log in, to see whether letters could leave; raises DeliveryError."""
        try:
            self._session = self._session or self._connect()
        except DeliveryError:
            raise
        except Exception as error:
            raise translated(error) from error

    def close(self) -> None:
        """Say good-bye; safe to call twice."""
        session, self._session = self._session, None
        if session is None:
            return
        with contextlib.suppress(smtplib.SMTPException, OSError, ValueError):
            session.quit()
        session.close()

    def _send_once(self, content: bytes, *, sender: str, recipients: Sequence[str]) -> Delivery:
        octets = _BARE_BREAK.sub(b"\r\n", content)
        try:
            session = self._session or self._connect()
            self._session = session
            _greet_sender(session, sender, octets)
            delivery = self._deliver(session, octets, recipients)
        except (DeliveryError, _ConnectionStale):
            self._drop()
            raise
        except Exception as error:
            self._drop()
            raise translated(error) from error
        log.info(
            "letter handed over",
            extra={
                "action": "letter_delivered",
                "accepted": len(delivery.accepted),
                "refused": len(delivery.refused),
                "deferred": len(delivery.deferred),
            },
        )
        return delivery

    def _deliver(self, session: smtplib.SMTP, octets: bytes, recipients: Sequence[str]) -> Delivery:
        accepted: list[str] = []
        refused: dict[str, str] = {}
        deferred: dict[str, str] = {}
        notify = " NOTIFY=FAILURE,DELAY" if session.has_extn("dsn") else ""
        for recipient in recipients:
            if not is_sendable(recipient):
                refused[recipient] = "553 5.1.3 not a usable mail address"
                continue
            code, answer = _ask(session, "RCPT", f"TO:<{recipient}>{notify}")
            if code in _OK:
                accepted.append(recipient)
            elif code in _TRANSIENT or code == _TOO_LARGE:
                deferred[recipient] = answer
            elif code in _NO_LOGIN or _ABOUT_US.search(answer):
                raise DeliveryRefused(answer)
            else:
                refused[recipient] = answer
        if not accepted:
            last = next(reversed((refused | deferred).values()), "")
            return Delivery(accepted=(), refused=refused, deferred=deferred, answer=last)
        return Delivery(
            accepted=tuple(accepted),
            refused=refused,
            deferred=deferred,
            answer=self._write_text(session, octets),
        )

    def _write_text(self, session: smtplib.SMTP, octets: bytes) -> str:
        """Send DATA and wait for the answer to the final dot: the proof of acceptance."""
        code, answer = _ask(session, "DATA")
        if code not in _MORE:
            raise _failure(code, answer)
        connection = session.sock
        assert connection is not None
        stuffed = _DOT.sub(b"..", octets)
        if not stuffed.endswith(b"\r\n"):
            stuffed += b"\r\n"
        stuffed += b".\r\n"
        # In pieces, because a socket's time limit holds for a whole sendall: a slow line is no dead line.
        for start in range(0, len(stuffed), _CHUNK):
            connection.sendall(stuffed[start : start + _CHUNK])
        connection.settimeout(self._account.final_dot_timeout)
        code, answer = _reply(session)
        connection.settimeout(self._account.timeout)
        if code not in _OK:
            raise _failure(code, answer)
        return answer

    def _connect(self) -> smtplib.SMTP:
        account = self._account
        if account.security is Security.NONE and not _is_loopback(account.host):
            raise DeliveryRefused(f"refuses to send to {account.host} without TLS")
        context = ssl.create_default_context(cafile=account.ca_file)
        # The name is replaced after connecting; the default would ask a DNS that may be away.
        session: smtplib.SMTP
        if account.security is Security.TLS:
            session = smtplib.SMTP_SSL(timeout=account.timeout, context=context, local_hostname="localhost")
        else:
            session = smtplib.SMTP(timeout=account.timeout, local_hostname="localhost")
        # SMTP_SSL checks the certificate against the host given to its constructor, which would connect.
        session._host = account.host  # type: ignore[attr-defined]  # noqa: SLF001 - see above
        try:
            self._open(session, context)
        except BaseException:
            session.close()
            raise
        return session

    def _open(self, session: smtplib.SMTP, context: ssl.SSLContext) -> None:
        account = self._account
        code, text = session.connect(account.host, account.port)
        if code not in _OK:
            raise _failure(code, _said(code, text))
        session.local_hostname = _literal(session)
        _expect(session.ehlo)
        if account.security is Security.STARTTLS:
            if not session.has_extn("starttls"):
                raise DeliveryRefused(f"{account.host} offers no STARTTLS")
            _expect(lambda: session.starttls(context=context))
            _expect(session.ehlo)
        if account.user:
            _log_in(session, account)
        log.info("connected to the mail server", extra={"action": "smtp_connected", "host": account.host})

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()


class _ConnectionStale(Exception):
    """The connection was gone before the server had taken anything of this letter."""


def translated(error: Exception) -> DeliveryError:
    """Give our error for a foreign one: the only place where smtplib, ssl and socket are translated."""
    match error:
        case ssl.SSLCertVerificationError():
            return DeliveryRefused(f"the mail server's certificate cannot be trusted: {error.verify_message}")
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPResponseException():
            text = error.smtp_error
            answer = _said(error.smtp_code, text if isinstance(text, bytes) else str(text).encode())
            return _failure(error.smtp_code, answer)
        case smtplib.SMTPRecipientsRefused():
            return PermanentFailure("the mail server refused every recipient")
        case smtplib.SMTPNotSupportedError():
            return DeliveryRefused(f"the mail server lacks what is needed: {error}")
        case smtplib.SMTPException() | OSError():
            return TemporaryFailure(f"the mail server is away or broke off: {error}")
        case UnicodeError() | ValueError():
            return PermanentFailure(f"the letter cannot be put into SMTP: {error}")
    raise error


def _failure(code: int, answer: str) -> DeliveryError:
    """Give the error for a server's answer that concerns the whole letter."""
    if code == _TOO_LARGE:
        return LetterTooLarge(answer)
    if code in _NO_LOGIN:
        return DeliveryRefused(answer)
    if code in _TRANSIENT or code < _OK.start:
        return TemporaryFailure(answer)
    return PermanentFailure(answer)


def _greet_sender(session: smtplib.SMTP, sender: str, octets: bytes) -> None:
    """Open the transaction with RSET and MAIL; a connection that died while idle shows here."""
    if not is_sendable(sender):
        raise DeliveryRefused(f"not a usable sender address: {sender!r}")
    limit = session.esmtp_features.get("size", "")
    if limit.isdigit() and 0 < int(limit) < len(octets):
        raise LetterTooLarge(f"the letter has {len(octets)} bytes, the mail server takes {limit}")
    options = f" SIZE={len(octets)}" if session.has_extn("size") else ""
    if session.has_extn("dsn"):
        options += f" RET=HDRS ENVID={_envelope_id(octets)}"
    try:
        session.rset()
        code, answer = _ask(session, "MAIL", f"FROM:<{sender}>{options}")
    except smtplib.SMTPServerDisconnected as error:
        raise _ConnectionStale(f"the mail server closed the connection: {error}") from error
    if code == _CLOSING:
        raise _ConnectionStale(answer)
    if code in _OUR_FAULT:
        raise DeliveryRefused(answer)
    if code not in _OK:
        raise _failure(code, answer)


def _ask(session: smtplib.SMTP, verb: str, rest: str = "") -> tuple[int, str]:
    code, text = session.docmd(verb, rest)
    if code == _CLOSING and verb != "MAIL":
        raise TemporaryFailure(_said(code, text))
    return code, _said(code, text)


def _reply(session: smtplib.SMTP) -> tuple[int, str]:
    code, text = session.getreply()
    return code, _said(code, text)


def _expect(ask: Callable[[], tuple[int, bytes]]) -> None:
    code, text = ask()
    if code not in _OK:
        raise _failure(code, _said(code, text))


def _said(code: int, text: bytes) -> str:
    """Give a server's answer on one line: "550 5.1.1 unknown user"."""
    return f"{code} {' '.join(text.decode('utf-8', 'replace').split())}".strip()


def _log_in(session: smtplib.SMTP, account: SmtpAccount) -> None:
    """Log in by PLAIN or LOGIN, once: trying every mechanism in turn would lock the account.

    smtplib encodes passwords as ASCII; ours may be Vietnamese (RFC 4616 says UTF-8).
    """
    offered = session.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        secret = f"\0{account.user}\0{account.password}"
        code, text = session.docmd("AUTH", f"PLAIN {_base64(secret)}")
    elif "LOGIN" in offered:
        code, text = session.docmd("AUTH", "LOGIN")
        for secret in (account.user, account.password):
            if code in _MORE:
                code, text = session.docmd(_base64(secret))
    else:
        raise DeliveryRefused(f"{account.host} offers no login by PLAIN or LOGIN")
    if code in _OK:
        return
    answer = _said(code, text)
    raise TemporaryFailure(answer) if code in _TRANSIENT else SenderRefused(answer)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _envelope_id(octets: bytes) -> str:
    """Name the letter for delivery status notifications (RFC 3461): its Message-ID without the domain."""
    match = _MESSAGE_ID.search(octets)
    local = match[1].strip(b"<>").partition(b"@")[0].decode("ascii", "replace") if match else ""
    return local if re.fullmatch(r"[A-Za-z0-9._\-]{1,64}", local) else hashlib.sha256(octets).hexdigest()[:32]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _literal(session: smtplib.SMTP) -> str:
    """Give our own address as EHLO's name (RFC 5321, section 4.1.3): an office's PC has no better one."""
    assert session.sock is not None
    address = session.sock.getsockname()[0]
    return f"[IPv6:{address}]" if session.sock.family == socket.AF_INET6 else f"[{address}]"
