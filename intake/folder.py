"""A directory of .eml files as a mailbox: for offices without IMAP, for the rehearsal and for tests."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import itertools
import logging
import os
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import TYPE_CHECKING

from domain.errors import MailboxRefused, MailboxUnavailable
from domain.messages import RawMessage, Sighting
from intake.headers import read_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from domain.messages import FolderMarks

log = logging.getLogger(__name__)

#: Directory of mails that lie nowhere else.
INBOX = "INBOX"
SENT = "Sent"
#: A directory never takes its numbers back, so one validity serves for ever.
UIDVALIDITY = 1
_SUFFIX = ".eml"
_ASKED_AT_ONCE = 500
_MICROSECOND = 1_000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class FolderMailbox:
    """One directory that mails arrive in as files; a mail's instant of receipt is its file's mtime.

    Mails lie in the directory itself or, when there is one, in its sub-directory INBOX. Whoever delivers
    writes under a name that begins with "." or ends in ".tmp" and renames: such names are not looked at.
    """

    def __init__(self, account: str, path: Path, *, collected: str = "") -> None:
        """Read *path*; mails that are stored move to its sub-directory *collected*, if one is named."""
        self._account = account
        self._path = path
        self._collected = collected

    @property
    def account(self) -> str:
        """Stable name of the account."""
        return self._account

    def fetch_new(
        self,
        known: Callable[[Sequence[Sighting]], frozenset[Sighting]],
        marks: FolderMarks | None = None,  # noqa: ARG002 - a directory is listed in no time
    ) -> Iterator[RawMessage]:
        """Yield every mail that *known* does not know, oldest first."""
        seen = sorted(self._list().items(), key=lambda entry: (entry[0].received_at, entry[1].name))
        for start in range(0, len(seen), _ASKED_AT_ONCE):
            batch = seen[start : start + _ASKED_AT_ONCE]
            old = known([sighting for sighting, _ in batch])
            for sighting, file in batch:
                content = b"" if sighting in old else _read(file)
                if content:
                    yield RawMessage(sighting=sighting, content=content)

    def mark_collected(self, sightings: Sequence[Sighting]) -> None:
        """Move stored mails aside when a place for them is named; safe to call twice."""
        if not self._collected:
            return
        wanted = frozenset(sightings)
        with _edge(self._path):
            target = self._path / self._collected
            target.mkdir(exist_ok=True)
            for sighting, file in self._list().items():
                if sighting in wanted:
                    with contextlib.suppress(FileNotFoundError):
                        file.rename(target / file.name)

    def file_sent(self, content: bytes, *, at: dt.datetime) -> None:
        """Keep a copy of a letter in Sent; one Message-ID is kept once."""
        head = BytesHeaderParser(policy=compat32).parsebytes(content)
        mark = read_id(str(head.get("Message-ID", ""))) or content
        name = hashlib.sha256(mark if isinstance(mark, bytes) else mark.encode()).hexdigest()[:24]
        with _edge(self._path):
            sent = self._path / SENT
            sent.mkdir(exist_ok=True)
            target = sent / f"{name}{_SUFFIX}"
            if not target.exists():
                _write(target, content, at=at)

    def deliver(self, content: bytes, *, at: dt.datetime) -> None:
        """Put a mail into the mailbox as a mail server would: whole or not at all, received *at*."""
        with _edge(self._path):
            inbox = self._inbox()
            stem = f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%S}-{hashlib.sha256(content).hexdigest()[:12]}"
            names = (
                f"{stem}{tail}{_SUFFIX}"
                for tail in itertools.chain([""], map("-{}".format, itertools.count(2)))
            )
            _write(next(inbox / name for name in names if not self._is_used(name)), content, at=at)

    def close(self) -> None:
        """Nothing stays open; safe to call twice."""

    def _inbox(self) -> Path:
        inbox = self._path / INBOX
        return inbox if inbox.is_dir() else self._path

    def _is_used(self, name: str) -> bool:
        places = [self._inbox()]
        if self._collected:
            places.append(self._path / self._collected)
        return any((place / name).exists() for place in places)

    def _list(self) -> dict[Sighting, Path]:
        inbox = self._inbox()
        found: dict[Sighting, Path] = {}
        with _edge(self._path), os.scandir(inbox) as entries:
            for entry in entries:
                if entry.name.startswith(".") or not entry.name.lower().endswith(_SUFFIX):
                    continue
                # A person may take a file away while we look.
                with contextlib.suppress(FileNotFoundError):
                    if entry.is_file(follow_symlinks=False):
                        found[self._sighting(entry)] = inbox / entry.name
        return found

    def _sighting(self, entry: os.DirEntry[str]) -> Sighting:
        status = entry.stat(follow_symlinks=False)
        return Sighting(
            account=self._account,
            folder=INBOX,
            uidvalidity=UIDVALIDITY,
            # A name keeps its number without a counter file; size and instant tell equal numbers apart.
            uid=int.from_bytes(hashlib.sha256(os.fsencode(entry.name)).digest()[:4], "big") >> 1,
            received_at=_EPOCH + dt.timedelta(microseconds=status.st_mtime_ns // _MICROSECOND),
            size=status.st_size,
        )


def _read(file: Path) -> bytes:
    """Read a mail; empty when somebody took it away in the meantime."""
    try:
        with _edge(file):
            return file.read_bytes()
    except MailboxUnavailable:
        if file.exists():
            raise
        log.info("a mail vanished before it was read", extra={"action": "mail_vanished", "file": file.name})
        return b""


def _write(target: Path, content: bytes, *, at: dt.datetime) -> None:
    """Write, fsync, rename: a reader sees the whole file with its instant, or none."""
    draft = target.with_name(f".{target.name}.tmp")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        moment = (at - _EPOCH) // dt.timedelta(microseconds=1) * _MICROSECOND
        os.utime(file.fileno(), ns=(moment, moment))
        os.fsync(file.fileno())
    draft.rename(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


@contextlib.contextmanager
def _edge(path: Path) -> Iterator[None]:
    """Translate what the file system says."""
    try:
        yield
    except PermissionError as error:
        raise MailboxRefused(f"no permission to use the mail folder {path}: {error.strerror}") from error
    except OSError as error:
        raise MailboxUnavailable(f"the mail folder {path} cannot be used: {error.strerror}") from error
