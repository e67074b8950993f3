"""Delivers letters into folders instead of a mail server: one folder per recipient, one file per letter."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import TemporaryFailure
from domain.outbox import Delivery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

log = logging.getLogger(__name__)

#: What may be a folder's name; everything else is refused as an unknown mailbox.
_ADDRESS = re.compile(r"[A-Za-z0-9_+\-][A-Za-z0-9._+\-]{0,62}@[A-Za-z0-9][A-Za-z0-9.\-]{0,200}")
_NUMBERED = re.compile(r"(\d+)-[0-9a-f]+\.eml")
_UNKNOWN = "550 5.1.1 unknown mailbox"
_MARK = 12


class FolderTransport:
    """Satisfies the port Transport; the rehearsal's way out, and a dry run's."""

    def __init__(self, path: Path, *, refuse: Mapping[str, str] | None = None) -> None:
        """Write below *path*; *refuse* maps addresses to a server's answer ("550 5.1.1 …", "451 …")."""
        self._path = path
        self._refuse = {address.lower(): answer for address, answer in (refuse or {}).items()}

    def send(
        self,
        content: bytes,
        *,
        sender: str,  # noqa: ARG002 - part of the port
        recipients: Sequence[str],
    ) -> Delivery:
        """Put *content*, unchanged, into the folder of each recipient; the same bytes again change nothing.

        Raises TemporaryFailure when the disk does not take it.
        """
        accepted: list[str] = []
        refused: dict[str, str] = {}
        deferred: dict[str, str] = {}
        for recipient in recipients:
            answer = self._refuse.get(recipient.lower(), "")
            if not answer and not _ADDRESS.fullmatch(recipient):
                answer = _UNKNOWN
            if answer:
                (deferred if answer.startswith("4") else refused)[recipient] = answer
                continue
            try:
                self._put(self.folder_of(recipient), content)
            except OSError as error:
                raise TemporaryFailure(f"cannot write below {self._path}: {error.strerror}") from error
            accepted.append(recipient)
        mark = _mark_of(content)
        log.info(
            "letter delivered to folders",
            extra={"action": "letter_delivered", "accepted": len(accepted), "refused": len(refused)},
        )
        answer = f"250 2.0.0 written as {mark}" if accepted else next(iter((refused | deferred).values()), "")
        return Delivery(accepted=tuple(accepted), refused=refused, deferred=deferred, answer=answer)

    def folder_of(self, address: str) -> Path:
        """Give the folder in which *address* finds its letters, numbered in the order they came."""
        return self._path / address.lower()

    def close(self) -> None:
        """Do nothing; files need no good-bye."""

    def _put(self, folder: Path, content: bytes) -> None:
        """Write, fsync, rename: a reader never sees half a letter."""
        folder.mkdir(parents=True, exist_ok=True)
        mark = _mark_of(content)
        if next(folder.glob(f"*-{mark}.eml"), None) is not None:
            return
        numbers = (_NUMBERED.fullmatch(entry.name) for entry in folder.iterdir())
        number = max((int(match[1]) for match in numbers if match), default=0) + 1
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".", suffix=".part", delete=False) as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        Path(part.name).replace(folder / f"{number:04d}-{mark}.eml")


def _mark_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_MARK]
