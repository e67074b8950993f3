"""An IMAP account as a mailbox: read without a trace, moved only when told to, every fault translated.

Imported only when an account is configured: imapclient costs 60 ms.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import logging
import ssl
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from email.policy import compat32
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from imapclient import IMAPClient, SocketTimeout

from domain.errors import MailboxError, MailboxRefused, MailboxUnavailable
from domain.messages import RawMessage, Sighting
from intake.headers import read_id
from intake.imap_faults import Declined, translate
from intake.imap_folders import INBOX, ServerFolder, find_folder, read_listing, spell_new

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

log = logging.getLogger(__name__)

#: Special-use mark (RFC 6154) that stands for a folder whatever its name.
JUNK = "\\Junk"
SENT = "\\Sent"
_SENT_NAME = "Sent"
_LISTED_AT_ONCE = 500
#: 500 bodies at once took 88 MiB instead of 29.
_FETCHED_AT_ONCE = 20
_FETCHED_BYTES = 32_000_000
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


class ImapMailbox:
    """One account of an IMAP server; not for use by several threads at once."""

    def __init__(self, settings: ImapAccount) -> None:
        self._settings = settings
        self._client: IMAPClient | None = None
        #: Folder open for reading and its UIDVALIDITY; None when none is, or when it is open for changes.
        self._selected: tuple[str, int] | None = None

    @property
    def account(self) -> str:
        """Stable name of the account."""
        return self._settings.account

    def fetch_new(self, known: Callable[[Sequence[Sighting]], frozenset[Sighting]]) -> Iterator[RawMessage]:
        """Yield every mail of the scanned folders that *known* does not know.

        Raises MailboxUnavailable or MailboxRefused; of a missing folder only when the others are read.
        """
        existing = self._list_folders()
        missing: list[str] = []
        for wanted in self._settings.folders:
            folder = find_folder(existing, wanted)
            if folder is not None:
                yield from self._fetch_folder(folder, known)
            elif not wanted.startswith("\\"):
                missing.append(wanted)
        if missing:
            raise MailboxRefused(f"the mailbox {self.account} has no folder {', '.join(missing)}")

    def _fetch_folder(
        self, folder: str, known: Callable[[Sequence[Sighting]], frozenset[Sighting]]
    ) -> Iterator[RawMessage]:
        uidvalidity = self._open(folder)
        uids = sorted(self._ask("search", "ALL"))
        for start in range(0, len(uids), _LISTED_AT_ONCE):
            # Whoever takes the mails may use the mailbox between two of them.
            self._reopen(folder, uidvalidity)
            sightings = self._look(folder, uidvalidity, uids[start : start + _LISTED_AT_ONCE])
            old = known(sightings)
            for batch in _batches([sighting for sighting in sightings if sighting not in old]):
                self._reopen(folder, uidvalidity)
                yield from self._fetch_batch(batch)

    def _open(self, folder: str, *, readonly: bool = True) -> int:
        """Select *folder* and give its UIDVALIDITY."""
        self._selected = None
        answer = self._ask("select_folder", folder, readonly=readonly)
        uidvalidity = int(answer.get(b"UIDVALIDITY", 0))
        if readonly:
            self._selected = (folder, uidvalidity)
        return uidvalidity

    def _reopen(self, folder: str, uidvalidity: int) -> None:
        """Select *folder* again if something else was done meanwhile; it must be the one it was."""
        if self._selected != (folder, uidvalidity) and self._open(folder) != uidvalidity:
            raise MailboxUnavailable(f"the folder {folder} was replaced while it was read")

    def _look(self, folder: str, uidvalidity: int, uids: Sequence[int]) -> list[Sighting]:
        """Ask for what identifies mails: a server may reuse UIDs, but not with the same instant and size."""
        answer = self._ask("fetch", uids, ["INTERNALDATE", "RFC822.SIZE"])
        sightings = []
        for uid in uids:
            facts = answer.get(uid, {})
            received_at = facts.get(b"INTERNALDATE")
            if not isinstance(received_at, dt.datetime):
                log.info("mail without INTERNALDATE", extra=self._where("mail_vanished", folder, uid))
                continue
            sightings.append(
                Sighting(
                    account=self.account,
                    folder=folder,
                    uidvalidity=uidvalidity,
                    uid=uid,
                    received_at=_aware(received_at),
                    size=int(facts.get(b"RFC822.SIZE") or 0),
                )
            )
        return sightings

    def _fetch_batch(self, batch: Sequence[Sighting]) -> Iterator[RawMessage]:
        # BODY[] without PEEK would set \Seen, which is the clerk's memory, not ours.
        answer = self._ask("fetch", [sighting.uid for sighting in batch], ["BODY.PEEK[]"])
        for sighting in batch:
            content = answer.get(sighting.uid, {}).get(b"BODY[]")
            if content:
                yield RawMessage(sighting=sighting, content=bytes(content))
            else:
                # Expunged in the meantime, or a server that answers NIL for a while: asked again next time.
                log.warning(
                    "mail without content", extra=self._where("mail_empty", sighting.folder, sighting.uid)
                )

    def mark_collected(self, sightings: Sequence[Sighting]) -> None:
        """Move stored mails to the configured folder, if there is one; safe to call twice."""
        if not self._settings.move_to or not sightings:
            return
        existing = self._list_folders()
        target = self._find_or_create(existing, self._settings.move_to)
        for folder in dict.fromkeys(sighting.folder for sighting in sightings):
            wanted = [sighting for sighting in sightings if sighting.folder == folder]
            try:
                if folder != target:
                    self._move(folder, wanted, target)
            except Declined as refusal:
                # A courtesy to people: a full or read-only mailbox stops nothing.
                log.warning("mails not moved: %s", refusal, extra=self._where("move_declined", folder, 0))

    def _move(self, folder: str, sightings: Sequence[Sighting], target: str) -> None:
        uidvalidity = self._open(folder, readonly=False)
        uids = sorted({sighting.uid for sighting in sightings if sighting.uidvalidity == uidvalidity})
        # Never by UID alone: another mail may bear it by now.
        there = frozenset(self._look(folder, uidvalidity, uids)) if uids else frozenset()
        uids = [sighting.uid for sighting in there.intersection(sightings)]
        if not uids:
            return
        capabilities = {bytes(each).upper() for each in self._ask("capabilities")}
        if b"MOVE" in capabilities:
            self._ask("move", uids, target)
        elif b"UIDPLUS" in capabilities:
            self._ask("copy", uids, target)
            self._ask("add_flags", uids, [b"\\Deleted"], silent=True)
            self._ask("uid_expunge", uids)
        else:
            # A plain EXPUNGE would also remove what other people have marked as deleted.
            log.warning(
                "the server can neither MOVE nor UID EXPUNGE", extra=self._where("no_move", folder, 0)
            )

    def file_sent(self, content: bytes, *, at: dt.datetime) -> None:
        """File a copy of a letter in the Sent folder; one Message-ID is filed once."""
        existing = self._list_folders()
        folder = find_folder(existing, SENT) or self._find_or_create(existing, self._settings.sent_folder)
        head = BytesHeaderParser(policy=compat32).parsebytes(content)
        message_id = read_id(str(head.get("Message-ID", "")))
        if message_id is not None and message_id.isascii():
            self._open(folder)
            if self._ask("search", ["HEADER", "Message-ID", message_id]):
                return
        self._ask("append", folder, content, flags=[b"\\Seen"], msg_time=at)

    def close(self) -> None:
        """Log out; safe to call twice."""
        client, self._client, self._selected = self._client, None, None
        if client is None:
            return
        with contextlib.suppress(Exception):  # the connection is given up in any case
            client.logout()
            return
        with contextlib.suppress(Exception):
            client.shutdown()

    def _list_folders(self) -> tuple[ServerFolder, ...]:
        """List the folders, which also tests the connection: one that died meanwhile is made again."""
        if self._client is not None:
            try:
                return self._ask_folders()
            except MailboxUnavailable:
                self.close()
        return self._ask_folders()

    def _ask_folders(self) -> tuple[ServerFolder, ...]:
        return read_listing(self._ask("list_folders"))

    def _find_or_create(self, existing: Sequence[ServerFolder], wanted: str) -> str:
        found = find_folder(existing, wanted)
        if found is not None:
            return found
        name = spell_new(existing, wanted)
        try:
            self._ask("create_folder", name)
        except Declined:
            # Somebody else may have made it a moment ago; if not, the next command says so.
            log.info("folder not created", extra=self._where("folder_exists", name, 0))
        return name

    def _ask(self, command: str, *arguments: Any, **options: Any) -> Any:
        """Run one command of imapclient; the one place where its exceptions become ours."""
        try:
            return getattr(self._connected(), command)(*arguments, **options)
        except MailboxError:
            raise
        except Exception as error:
            fault = translate(error, self.account)
            if not isinstance(fault, Declined):
                # After a time-out in the middle of a line nothing read from this connection can be trusted.
                self._drop()
            raise fault from error

    def _connected(self) -> IMAPClient:
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
        settings = self._settings
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
        settings = self._settings
        if settings.security is Security.STARTTLS:
            client.starttls(self._context())
        if (settings.user + settings.password).isascii():
            client.login(settings.user, settings.password)
        else:
            # LOGIN knows ASCII only; PLAIN is UTF-8 (RFC 4616).
            client.plain_login(settings.user, settings.password)

    def _context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._settings.ca_file)
        except OSError as error:
            raise MailboxRefused(
                f"the certificate file {self._settings.ca_file} cannot be used: {error}"
            ) from error

    def _drop(self) -> None:
        client, self._client, self._selected = self._client, None, None
        if client is not None:
            with contextlib.suppress(Exception):
                client.shutdown()

    def _where(self, action: str, folder: str, uid: int) -> dict[str, object]:
        return {"action": action, "account": self.account, "folder": folder, "uid": uid}


def is_loopback(host: str) -> bool:
    """Tell whether *host* is this machine by its very spelling; names other than localhost prove nothing."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _aware(at: dt.datetime) -> dt.datetime:
    return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)


def _batches(sightings: Sequence[Sighting]) -> Iterator[list[Sighting]]:
    """Split by number and by announced size, so that memory stays bounded."""
    batch: list[Sighting] = []
    total = 0
    for sighting in sightings:
        if batch and (len(batch) == _FETCHED_AT_ONCE or total + sighting.size > _FETCHED_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(sighting)
        total += sighting.size
    if batch:
        yield batch
