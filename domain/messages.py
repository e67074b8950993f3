"""Mails that came in: where they lay, what they are, and what became of each."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from domain.ids import Sha256

if TYPE_CHECKING:
    from domain.ids import CampaignCode, MailKey, MessageId, UnitCode


def digest(content: bytes) -> Sha256:
    """Give the SHA-256 of *content* in lower-case hexadecimal."""
    return Sha256(hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One mail seen at one place; unique over all fields (a server may reuse UIDs)."""

    account: str
    folder: str
    uidvalidity: int
    uid: int
    #: INTERNALDATE of the server, aware.
    received_at: dt.datetime
    #: RFC822.SIZE as the server says it.
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderMark:
    """How far a folder was read, so that the next poll looks at what is new alone."""

    folder: str
    uidvalidity: int
    #: Every mail with a lower UID was fetched or known.
    uidnext: int
    #: Mails that lay there.
    messages: int
    #: Whether this poll looked at every mail of the folder, and not only from the mark before.
    is_whole: bool = True


class FolderMarks(Protocol):
    """How far the folders of one account were read."""

    def last(self, folder: str) -> FolderMark | None:
        """Give how far a folder was read; None where every mail of it is to be looked at."""
        ...

    def reached(self, mark: FolderMark) -> None:
        """Take down that every mail of a folder that was new has been yielded, and taken by the caller."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """A mail as it lay in the mailbox."""

    sighting: Sighting
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A mail address with the name beside it."""

    name: str
    #: `local@domain`, the domain in lower case.
    address: str

    @property
    def folded(self) -> str:
        """The address for comparing: lower case throughout, as every office server treats it."""
        return self.address.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a mail."""

    #: File name in NFC, without any path; a made-up one when the mail names none.
    name: str
    #: Media type as declared; senders are often wrong.
    media_type: str
    content: bytes

    @property
    def sha256(self) -> Sha256:
        """Digest of the decoded content."""
        return digest(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class BouncedRecipient:
    """One recipient a delivery status notification (RFC 3464) speaks of."""

    address: str
    #: `failed`, `delayed`, `delivered`, `relayed` or `expanded`.
    action: str
    #: Enhanced status code (RFC 3463), such as `5.1.1`; empty when unknown.
    status: str
    diagnostic: str = ""

    @property
    def is_hard(self) -> bool:
        """Tell whether the address is dead: failed with a permanent (5.x) status."""
        return self.action == "failed" and self.status.startswith("5")


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticMarks:
    """Header evidence that a machine wrote this mail (RFC 3834 and what servers do)."""

    #: Value of Auto-Submitted, lower case, without parameters; empty when absent.
    auto_submitted: str = ""
    #: Value of Precedence, lower case.
    precedence: str = ""
    #: X-Auto-Response-Suppress, X-Autoreply, X-Autorespond, X-Autoresponder or similar present.
    autoreply_header: bool = False
    list_mail: bool = False
    #: Return-Path is `<>`.
    empty_return_path: bool = False
    #: Value of our own header X-TongHop; empty when the mail is not ours.
    own_header: str = ""
    #: Content-Type is multipart/report; report_type tells which.
    report_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """A mail taken apart; all text NFC."""

    message_id: MessageId | None
    in_reply_to: MessageId | None
    #: From the oldest to the newest.
    references: tuple[MessageId, ...]
    sender: Address
    reply_to: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    #: What the sender's clock said; None when unreadable.
    date: dt.datetime | None
    #: Plain text of the body (from HTML when there is no plain part), at most 64 kB.
    body: str
    attachments: tuple[Attachment, ...]
    marks: AutomaticMarks = field(default_factory=AutomaticMarks)
    bounced: tuple[BouncedRecipient, ...] = ()
    #: Message-ID of the letter a bounce returns, when the bounce names it.
    bounced_letter: MessageId | None = None
    #: Authentication-Results fields (RFC 8601), from the top; only the office server's own may be trusted.
    authentication_results: tuple[str, ...] = ()
    #: Hosts that its text or HTML links to; nothing is ever fetched from them.
    linked_hosts: tuple[str, ...] = ()
    #: What was odd but did not stop the reading, in English, for the log.
    defects: tuple[str, ...] = ()


class MailOutcome(StrEnum):
    """What became of a mail; `new` until it was received."""

    #: Stored, not yet read.
    NEW = "new"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_WARNINGS = "accepted_with_warnings"
    REFUSED = "refused"
    #: A person has to decide.
    HELD = "held"
    IGNORED = "ignored"


class MailReason(StrEnum):
    """Why a mail was refused, held or ignored."""

    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    #: Our own letter came back or lies in a scanned folder.
    OWN = "own"
    LIST = "list"
    #: A read receipt.
    RECEIPT = "read_receipt"
    NO_FORM = "no_form"
    DUPLICATE = "duplicate"
    UNREADABLE = "unreadable"
    #: Nothing says whose mail it is.
    UNKNOWN_SENDER = "unknown_sender"
    #: Stamp, sender or thread speak of different units.
    CONTRADICTION = "contradiction"
    #: The layout leaves two readings.
    UNCLEAR_LAYOUT = "unclear_layout"
    #: The workbook is not the form of a running campaign.
    UNKNOWN_FORM = "unknown_form"
    OLD_VERSION = "old_version"
    #: The campaign is closed or archived.
    CLOSED = "closed"
    #: Findings stand against it.
    ERRORS = "errors"
    #: The reader broke on it; kept and shown.
    READER_FAILED = "reader_failed"
    #: More answers than the brake allows.
    BRAKE = "brake"
    #: A person decided that it is not an answer.
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A unit a held mail may belong to, with the reasons, best first."""

    campaign: CampaignCode
    unit: UnitCode
    #: Vietnamese, for the clerk.
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentNote:
    """What the ledger keeps of an attachment; its bytes stay in the raw mail."""

    name: str
    sha256: Sha256
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingMail:
    """A stored mail that nobody has read yet."""

    key: MailKey
    #: How often reading it was begun.
    attempts: int
    #: Bytes of the mail.
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRecord:
    """A stored mail and what became of it."""

    key: MailKey
    sha256: Sha256
    first_seen: Sighting
    #: When we stored it, by our own clock.
    stored_at: dt.datetime
    message_id: MessageId | None = None
    sender: Address | None = None
    subject: str = ""
    outcome: MailOutcome = MailOutcome.NEW
    reason: MailReason | None = None
    #: A Vietnamese sentence for the clerk: why held, why ignored.
    explanation: str = ""
    campaign: CampaignCode | None = None
    unit: UnitCode | None = None
    guesses: tuple[Guess, ...] = ()
    attachments: tuple[AttachmentNote, ...] = ()
    #: How often reading it was begun; a mail that kills the reader is set aside after three.
    attempts: int = 0

    @property
    def received_at(self) -> dt.datetime:
        """INTERNALDATE of the first sight: the instant that counts for deadlines."""
        return self.first_seen.received_at
