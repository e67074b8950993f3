"""A connection to an IMAP server: made when it is needed, given up at the first doubt, faults translated.

Imported only when an account is configured: imapclient costs 60 ms.
"""

from __future__ import annotations

import contextlib
import ipaddress
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from imapclient import IMAPClient, SocketTimeout

from domain.errors import LoginRefused, MailboxError, MailboxRefused
from intake.imap_faults import Declined, translate
from intake.imap_folders import INBOX, ServerFolder, read_listing

if TYPE_CHECKING:
    from pathlib import Path

#: Special-use mark (RFC 6154) that stands for a folder whatever its name.
JUNK = "\\Junk"
_SENT_NAME = "Sent"
_CONNECT_SECONDS = 20.0


class Security(StrEnum):
    """How the connection is kept from being read."""

    TLS = "tls"
    STARTTLS = "starttls"
    #: Plain text, on loopback only.
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapAccount:
    """Where a mailbox is and how it is used."""

    #: Stable name, part of every sighting.
    account: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: Security = Security.TLS
    #: Certificate of the office's own authority; None trusts what the system trusts.
    ca_file: Path | None = None
    #: What is scanned; a name with a backslash is a special use (`\\Junk`), skipped where there is none.
    folders: tuple[str, ...] = (INBOX, JUNK)
    #: Where stored mails are moved; empty leaves them where they lie.
    move_to: str = ""
    #: Name of the folder for letters sent, where the server marks none as \\Sent.
    sent_folder: str = _SENT_NAME
    #: Seconds that the server may be silent.
    timeout: float = 60.0


class ImapSession:
    """One connection at a time to one account; not for use by several threads at once."""

    def __init__(self, settings: ImapAccount) -> None:
        self.settings = settings
        self._client: IMAPClient | None = None
        self._refusal: LoginRefused | None = None

    @property
    def client(self) -> IMAPClient | None:
        """The connection, while there is one."""
        return self._client

    def begin_anew(self) -> None:
        """Let a login be tried again that was refused."""
        self._refusal = None

    def folders(self) -> tuple[ServerFolder, ...]:
        """List the folders."""
        return read_listing(self.ask("list_folders"))

    def ask(self, command: str, *arguments: Any, **options: Any) -> Any:
        """Run one command of imapclient; the one place where its exceptions become ours.

        Raises Declined when the server says no to it; any other MailboxError ends the connection.
        """
        try:
            return getattr(self.connected(), command)(*arguments, **options)
        except MailboxError:
            raise
        except Exception as error:
            fault = translate(error, self.settings.account)
            if not isinstance(fault, Declined):
                # After a time-out in the middle of a line nothing read from this connection can be trusted.
                self.drop()
            if isinstance(fault, LoginRefused):
                self._refusal = fault
            raise fault from error

    def connected(self) -> IMAPClient:
        """Give the connection, made and logged in when there is none.

        A refused login is not tried again before `begin_anew`: whoever hammers locks the account.
        """
        if self._refusal is not None:
            raise LoginRefused(str(self._refusal))
        if self._client is None:
            client = self._connect()
            try:
                self._log_in(client)
            except Exception:
                with contextlib.suppress(Exception):
                    client.shutdown()
                raise
            self._client = client
        return self._client

    def _connect(self) -> IMAPClient:
        settings = self.settings
        if settings.security is Security.NONE and not is_loopback(settings.host):
            raise MailboxRefused(f"{settings.host} is another machine: without TLS no password is sent there")
        client = IMAPClient(
            settings.host,
            settings.port,
            ssl=settings.security is Security.TLS,
            ssl_context=self._context() if settings.security is Security.TLS else None,
            timeout=SocketTimeout(min(_CONNECT_SECONDS, settings.timeout), settings.timeout),
        )
        client.normalise_times = False
        # imapclient has every literal formatted for a log that drops it: six times the cost of fetching.
        client._imap.debug = 0  # noqa: SLF001 - there is no public switch
        return client

    def _log_in(self, client: IMAPClient) -> None:
        settings = self.settings
        if settings.security is Security.STARTTLS:
            client.starttls(self._context())
        if (settings.user + settings.password).isascii():
            client.login(settings.user, settings.password)
        else:
            # LOGIN knows ASCII only; PLAIN is UTF-8 (RFC 4616).
            client.plain_login(settings.user, settings.password)

    def _context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.settings.ca_file)
        except OSError as error:
            raise MailboxRefused(
                f"the certificate file {self.settings.ca_file} cannot be used: {error}"
            ) from error

    def close(self) -> None:
        """Log out; safe to call twice."""
        client, self._client = self._client, None
        if client is None:
            return
        with contextlib.suppress(Exception):  # the connection is given up in any case
            client.logout()
            return
        with contextlib.suppress(Exception):
            client.shutdown()

    def drop(self) -> None:
        """Give the connection up without a word."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):
                client.shutdown()


def is_loopback(host: str) -> bool:
    """Tell whether *host* is this machine by its very spelling; names other than localhost prove nothing."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
