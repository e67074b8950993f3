"""An IMAP account as a mailbox: read without a trace, moved only when told to."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, replace
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import TYPE_CHECKING, Any

from domain.errors import MailboxError, MailboxRefused, MailboxUnavailable
from domain.messages import FolderMark, RawMessage, Sighting
from intake.headers import read_id
from intake.imap_faults import Declined
from intake.imap_folders import ServerFolder, find_folder, spell_new
from intake.imap_session import ImapAccount, ImapSession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from domain.messages import FolderMarks

log = logging.getLogger(__name__)

SENT = "\\Sent"
_LISTED_AT_ONCE = 500
#: 500 bodies at once took 88 MiB instead of 29.
_FETCHED_AT_ONCE = 20
_FETCHED_BYTES = 32_000_000


@dataclass(frozen=True, slots=True)
class _State:
    """What the server said of a folder when it was opened."""

    uidvalidity: int
    #: None where the server does not say it.
    uidnext: int | None
    messages: int


class ImapMailbox:
    """One account of an IMAP server; not for use by several threads at once."""

    def __init__(self, settings: ImapAccount) -> None:
        self._settings = settings
        self._session = ImapSession(settings)
        #: Folder open for reading and its UIDVALIDITY; None when none is, or when it is open for changes.
        self._selected: tuple[str, int] | None = None

    @property
    def account(self) -> str:
        """Stable name of the account."""
        return self._settings.account

    def fetch_new(
        self,
        known: Callable[[Sequence[Sighting]], frozenset[Sighting]],
        marks: FolderMarks | None = None,
    ) -> Iterator[RawMessage]:
        """Yield every mail of the scanned folders that *known* does not know.

        With *marks* a folder is looked at from its last mark on. Raises MailboxUnavailable or MailboxRefused;
        of a missing folder only when the others are read.
        """
        self._session.begin_anew()
        existing = self._list_folders()
        missing: list[str] = []
        for wanted in self._settings.folders:
            folder = find_folder(existing, wanted)
            if folder is not None:
                yield from self._fetch_folder(folder, known, marks)
            elif not wanted.startswith("\\"):
                missing.append(wanted)
        if missing:
            raise MailboxRefused(f"the mailbox {self.account} has no folder {', '.join(missing)}")

    def _fetch_folder(
        self,
        folder: str,
        known: Callable[[Sequence[Sighting]], frozenset[Sighting]],
        marks: FolderMarks | None,
    ) -> Iterator[RawMessage]:
        state = self._open(folder)
        last = marks.last(folder) if marks is not None else None
        uids, is_whole = self._uids_to_look_at(state, last)
        missed: list[int] = []
        for start in range(0, len(uids), _LISTED_AT_ONCE):
            # Whoever takes the mails may use the mailbox between two of them.
            self._reopen(folder, state.uidvalidity)
            asked = uids[start : start + _LISTED_AT_ONCE]
            sightings = self._look(folder, state.uidvalidity, asked)
            missed += set(asked) - {sighting.uid for sighting in sightings}
            old = known(sightings)
            for batch in _batches([sighting for sighting in sightings if sighting not in old]):
                self._reopen(folder, state.uidvalidity)
                yield from self._fetch_batch(batch, missed)
        if marks is not None:
            mark = _mark(folder, state, last, uids, missed, is_whole=is_whole)
            if is_whole or last is None or replace(mark, is_whole=True) != last:
                marks.reached(mark)

    def _uids_to_look_at(self, state: _State, last: FolderMark | None) -> tuple[list[int], bool]:
        """Give the UIDs of a folder from its mark on, or all of them; the second value says which.

        All, where there is no mark or the numbers do not go on from it: a new UIDVALIDITY, a UIDNEXT that
        went back, more mails than the new UIDs explain (a server that gives UIDs again). Fewer mails are
        somebody's tidying.
        """
        went_on = (
            last is not None
            and last.uidvalidity == state.uidvalidity
            and (state.uidnext is None or state.uidnext >= last.uidnext)
        )
        if last is not None and went_on:
            if state.uidnext == last.uidnext and state.messages <= last.messages:
                return [], False
            # "n:*" also gives the last mail where all UIDs are below n (RFC 9051, 6.4.8).
            found = self._ask("search", ["UID", f"{last.uidnext}:*"])
            uids = sorted(uid for uid in found if uid >= last.uidnext)
            if state.messages <= last.messages + len(uids):
                return uids, False
            log.info("more mails than new UIDs", extra={"action": "folder_audit", "account": self.account})
        return sorted(self._ask("search", ["ALL"])), True

    def _open(self, folder: str, *, readonly: bool = True) -> _State:
        """Select *folder* and give what the server says of it."""
        self._selected = None
        answer = self._ask("select_folder", folder, readonly=readonly)
        uidnext = answer.get(b"UIDNEXT")
        state = _State(
            uidvalidity=int(answer.get(b"UIDVALIDITY", 0)),
            uidnext=int(uidnext) if uidnext is not None else None,
            messages=int(answer.get(b"EXISTS", 0)),
        )
        if readonly:
            self._selected = (folder, state.uidvalidity)
        return state

    def _reopen(self, folder: str, uidvalidity: int) -> None:
        """Select *folder* again if something else was done meanwhile; it must be the one it was."""
        if self._selected != (folder, uidvalidity) and self._open(folder).uidvalidity != uidvalidity:
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

    def _fetch_batch(self, batch: Sequence[Sighting], missed: list[int]) -> Iterator[RawMessage]:
        # BODY[] without PEEK would set \Seen, which is the clerk's memory, not ours.
        answer = self._ask("fetch", [sighting.uid for sighting in batch], ["BODY.PEEK[]"])
        for sighting in batch:
            content = answer.get(sighting.uid, {}).get(b"BODY[]")
            if content:
                yield RawMessage(sighting=sighting, content=bytes(content))
            else:
                # Expunged in the meantime, or a server that answers NIL for a while: asked again next time.
                missed.append(sighting.uid)
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
        uidvalidity = self._open(folder, readonly=False).uidvalidity
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
        self._selected = None
        self._session.close()

    def _list_folders(self) -> tuple[ServerFolder, ...]:
        """List the folders, which also tests the connection: one that died meanwhile is made again."""
        if self._session.client is not None:
            try:
                return self._session.folders()
            except MailboxUnavailable:
                self.close()
        self._selected = None
        return self._session.folders()

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
        """Run one command; after a fault of the connection no folder is open any more."""
        try:
            return self._session.ask(command, *arguments, **options)
        except MailboxError:
            if self._session.client is None:
                self._selected = None
            raise

    def _where(self, action: str, folder: str, uid: int) -> dict[str, object]:
        return {"action": action, "account": self.account, "folder": folder, "uid": uid}


def _aware(at: dt.datetime) -> dt.datetime:
    return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)


def _mark(
    folder: str,
    state: _State,
    last: FolderMark | None,
    uids: Sequence[int],
    missed: Sequence[int],
    *,
    is_whole: bool,
) -> FolderMark:
    """Say how far a folder was read: up to the first mail that did not come."""
    reached = max(uids, default=0) + 1
    known = last.uidnext if last is not None and not is_whole else 1
    uidnext = max(reached, known, state.uidnext or 0)
    # What came after the folder was opened is among the UIDs, and not among its EXISTS.
    later = sum(uid >= state.uidnext for uid in uids) if state.uidnext is not None else 0
    return FolderMark(
        folder=folder,
        uidvalidity=state.uidvalidity,
        uidnext=min(uidnext, *missed) if missed else uidnext,
        messages=max(state.messages + later, len(uids)),
        is_whole=is_whole,
    )


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
