"""What the use cases need from the outside, as Protocols; edges satisfy them without knowing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from domain.answers import ParsedForm
    from domain.campaigns import Item
    from domain.figures import Consolidation
    from domain.history import Decision, DecisionKind, Event
    from domain.ids import (
        CampaignCode,
        LetterKey,
        MailKey,
        MessageId,
        ReportKey,
        Sha256,
        SubmissionKey,
        UnitCode,
    )
    from domain.messages import (
        FolderMark,
        FolderMarks,
        MailOutcome,
        MailRecord,
        PendingMail,
        RawMessage,
        Sighting,
    )
    from domain.narratives import ReportText
    from domain.outbox import Delivery, Letter, LetterHead, LetterState, NewLetter
    from domain.reports import Report, ReportFile, ReportHead, ReportState
    from domain.submissions import NewSubmission, Submission


_Result = TypeVar("_Result")


class Isolation(Protocol):
    """Where foreign bytes are read: a place that they cannot get out of."""

    def __call__(self, function: Callable[..., _Result], *arguments: Any) -> _Result:
        """Call *function*, one of a module and pure, with *arguments*, and give its result.

        Raises what it raises of ours, and ReadingEnded when reading died or took more than one file may.
        """
        ...


class Clock(Protocol):
    """The time, injected."""

    def now(self) -> dt.datetime:
        """Give the present instant, aware."""
        ...


class Mailbox(Protocol):
    """One account that mails arrive in."""

    @property
    def account(self) -> str:
        """Stable name of the account, part of every sighting."""
        ...

    def fetch_new(
        self,
        known: Callable[[Sequence[Sighting]], frozenset[Sighting]],
        marks: FolderMarks | None = None,
    ) -> Iterator[RawMessage]:
        """Yield every mail of the scanned folders that *known* does not know, with bounded memory.

        With *marks* a folder is looked at from its last mark on, unless something in it speaks for more.
        Never changes the mailbox (the Seen flag stays as it is). Raises MailboxUnavailable, MailboxRefused.
        """
        ...

    def mark_collected(self, sightings: Sequence[Sighting]) -> None:
        """Show people which mails are stored (flag or move as configured); a courtesy, safe to call twice."""
        ...

    def file_sent(self, content: bytes, *, at: dt.datetime) -> None:
        """File a copy of a sent letter in the Sent folder; safe to call twice for one Message-ID."""
        ...

    def close(self) -> None:
        """Log out; safe to call twice."""
        ...


class Watch(Protocol):
    """Something that notices when a mailbox has changed."""

    @property
    def account(self) -> str:
        """Stable name of the account."""
        ...

    @property
    def is_able(self) -> bool:
        """Tell whether the server can be watched, as far as it was asked."""
        ...

    def wait(self, is_over: Callable[[], bool]) -> bool:
        """Wait until the mailbox changes, or until *is_over*; tell whether it changed.

        Gives False at once where it cannot be watched. Raises MailboxUnavailable, MailboxRefused.
        """
        ...

    def close(self) -> None:
        """Log out; safe to call twice."""
        ...


class Transport(Protocol):
    """A way out for letters."""

    def send(self, content: bytes, *, sender: str, recipients: Sequence[str]) -> Delivery:
        """Hand *content* over, unchanged, for each of *recipients*; envelope sender is *sender*.

        Raises TemporaryFailure (nothing was taken over) or PermanentFailure (nothing ever will be).
        """
        ...

    def close(self) -> None:
        """Say good-bye; safe to call twice."""
        ...


class Printer(Protocol):
    """Makes a PDF of a Word document."""

    def pdf(self, document: bytes) -> bytes:
        """Print *document* (.docx) to PDF in a vi-VN profile; raises PrintingError."""
        ...


class Converter(Protocol):
    """Makes .docx of older text documents."""

    @property
    def program(self) -> str | None:
        """Path of what converts; None when it is not installed."""
        ...

    def word(self, document: bytes, *, ending: str) -> bytes:
        """Convert a document that goes by *ending* ("doc", "odt", "rtf"); raises PrintingError."""
        ...


class Messages(Protocol):
    """Inbound mails as stored."""

    def known(self, sightings: Sequence[Sighting]) -> frozenset[Sighting]:
        """Give those of *sightings* that are recorded."""
        ...

    def add(self, raw: RawMessage, *, stored_at: dt.datetime) -> MailRecord:
        """Store a mail and its sighting; known bytes get only the sighting. Safe to call twice."""
        ...

    def pending(self) -> tuple[PendingMail, ...]:
        """Give the mails whose outcome is NEW, oldest received_at first."""
        ...

    def get(self, key: MailKey) -> MailRecord:
        """Give one record; raises NotFound."""
        ...

    def load(self, keys: Sequence[MailKey]) -> None:
        """Read several records at once for the calls of get to come; raises NotFound."""
        ...

    def raw(self, key: MailKey) -> bytes:
        """Give the mail as it came; raises NotFound."""
        ...

    def all(self) -> tuple[MailRecord, ...]:
        """Give every record, oldest first."""
        ...

    def with_outcome(self, outcome: MailOutcome) -> tuple[MailRecord, ...]:
        """Give the records with one outcome, oldest first."""
        ...

    def with_message_id(self, message_id: MessageId) -> tuple[MailRecord, ...]:
        """Give the records of one Message-ID, oldest first."""
        ...

    def begin_attempts(self, keys: Sequence[MailKey]) -> dict[MailKey, int]:
        """Count a reading attempt of each mail and give their numbers, from 1; raises NotFound."""
        ...

    def forget_attempts(self, key: MailKey) -> None:
        """Set the number of reading attempts back to 0 (a person asked for a retry)."""
        ...

    def record(self, record: MailRecord) -> None:
        """Replace what is known of a mail (all but key, sha256, first_seen, stored_at, attempts)."""
        ...


class Submissions(Protocol):
    """Returns as stored.

    Reading the answers and list rows of many returns is what costs, and few need them: without *with_forms*
    `content.parsed` is None, of a form too. Everything else, findings and verdict among it, is always there.
    """

    def add(self, new: NewSubmission) -> SubmissionKey:
        """Store a return with answers, list rows and findings.

        The same mail, unit, item and attachment digest once only: the second time gives the first key.
        """
        ...

    def add_reading(self, new: NewSubmission) -> SubmissionKey:
        """Store what reading a stored return again came to; from now on it stands for the return.

        Its number, and what was decided about it, stay. Raises NotFound for a return that was never stored.
        """
        ...

    def get(self, key: SubmissionKey) -> Submission:
        """Give one reading of a return, always whole, with its version number; raises NotFound."""
        ...

    def forms(self, keys: Iterable[SubmissionKey]) -> dict[SubmissionKey, ParsedForm]:
        """Give the parsed forms of returns; one that is not there, or has none, is left out."""
        ...

    def of_unit(
        self, campaign: CampaignCode, unit: UnitCode, item: Item, *, with_forms: bool = False
    ) -> tuple[Submission, ...]:
        """Give a unit's versions, first to last."""
        ...

    def of_campaign(self, campaign: CampaignCode, *, with_forms: bool = False) -> tuple[Submission, ...]:
        """Give all returns of a campaign with versions numbered per unit and item."""
        ...

    def counted(self, campaign: CampaignCode, item: Item) -> dict[UnitCode, SubmissionKey]:
        """Give the return of each unit that counts: the newest one accepted and not set aside."""
        ...

    def of_mail(self, mail: MailKey, *, with_forms: bool = False) -> tuple[Submission, ...]:
        """Give what came of one mail."""
        ...


class Texts(Protocol):
    """Words of the text reports among the returns."""

    def put(self, submission: SubmissionKey, text: ReportText) -> None:
        """Keep what reading a text report came to; what was kept before gives way. Safe to call twice."""
        ...

    def of(self, keys: Iterable[SubmissionKey]) -> dict[SubmissionKey, ReportText]:
        """Give the texts of returns; one that was not read yet is left out."""
        ...

    def states(self, campaign: CampaignCode) -> dict[SubmissionKey, ReportText]:
        """Give state and problem of every text report of a campaign that was read, without its words."""
        ...


class Decisions(Protocol):
    """What people decided."""

    def add(self, decision: Decision) -> None:
        """Record a decision."""
        ...

    def of_campaign(self, campaign: CampaignCode, kind: DecisionKind | None = None) -> tuple[Decision, ...]:
        """Give the decisions, oldest first."""
        ...


class Outbox(Protocol):
    """Letters to be sent."""

    def add(self, letter: NewLetter, *, at: dt.datetime) -> bool:
        """Queue a letter; False when its Message-ID is queued already. Safe to call twice."""
        ...

    def get(self, key: LetterKey) -> Letter:
        """Give one letter; raises NotFound."""
        ...

    def content(self, key: LetterKey) -> bytes:
        """Give a letter's bytes; raises NotFound."""
        ...

    def due(self, now: dt.datetime) -> tuple[LetterKey, ...]:
        """Give queued letters whose time has come, and leased ones whose lease has run out, oldest first."""
        ...

    def lease(self, key: LetterKey, *, now: dt.datetime, until: dt.datetime) -> bool:
        """Begin an attempt: state LEASED, attempts + 1; False when somebody else has it or it is done."""
        ...

    def finish(
        self,
        key: LetterKey,
        *,
        state: LetterState,
        at: dt.datetime,
        delivery: Delivery | None = None,
        detail: str = "",
        not_before: dt.datetime | None = None,
    ) -> None:
        """End an attempt or a wait: SENT, QUEUED (with *not_before*), FAILED, HELD or WITHDRAWN.

        *delivery* adds to the accepted and refused recipients.
        """
        ...

    def of_campaign(self, campaign: CampaignCode) -> tuple[Letter, ...]:
        """Give a campaign's letters, oldest first."""
        ...

    def with_message_id(self, message_id: MessageId) -> Letter | None:
        """Give the letter of a Message-ID."""
        ...

    def head(self, message_id: MessageId) -> LetterHead | None:
        """Give to whom the letter of a Message-ID went, and about what."""
        ...

    def answering(self, mail: MailKey) -> tuple[Letter, ...]:
        """Give the letters that answer one mail."""
        ...

    def count_answers(
        self,
        *,
        since: dt.datetime,
        campaign: CampaignCode | None = None,
        unit: UnitCode | None = None,
        address: str = "",
        cause_suffix: str = "",
    ) -> int:
        """Count letters that answer a mail, made since an instant, to one unit or one (folded) address."""
        ...

    def holds_attachment(self, sha256: Sha256) -> bool:
        """Tell whether a file with this digest left with one of our letters (note_attachment)."""
        ...

    def note_attachment(self, sha256: Sha256) -> None:
        """Remember a file that leaves with a letter, to know it when it comes back; safe to call twice."""
        ...


class Addresses(Protocol):
    """What bounces taught us about addresses."""

    def mark_dead(self, address: str, *, at: dt.datetime, why: str) -> None:
        """Record a hard bounce; safe to call twice."""
        ...

    def mark_alive(self, address: str) -> None:
        """Forget that an address bounced; safe to call twice."""
        ...

    def dead(self) -> frozenset[str]:
        """Give the dead addresses, folded."""
        ...


class Polls(Protocol):
    """When each mailbox was last read through."""

    def record(self, account: str, *, at: dt.datetime, problem: str = "") -> None:
        """Record the end of a poll; empty *problem* means it succeeded."""
        ...

    def last_success(self, account: str) -> dt.datetime | None:
        """Give the end of the last poll that succeeded."""
        ...

    def marks(self, account: str) -> dict[str, tuple[FolderMark, dt.datetime]]:
        """Give how far each folder was read, with the instant at which every mail of it was looked at."""
        ...

    def set_mark(self, account: str, mark: FolderMark, *, at: dt.datetime) -> None:
        """Record how far a folder was read by the poll of *at*."""
        ...

    def login_refused(self, account: str, *, at: dt.datetime) -> None:
        """Record that a server refused our name or password; those of more than a day ago are forgotten."""
        ...

    def logins_refused(self, account: str, *, since: dt.datetime) -> tuple[dt.datetime, ...]:
        """Give the refusals of an account from *since* on, oldest first."""
        ...


class Reports(Protocol):
    """Consolidated reports."""

    def add(
        self,
        *,
        campaign: CampaignCode,
        at: dt.datetime,
        occasion: str,
        consolidation: Consolidation,
        files: Sequence[ReportFile],
    ) -> ReportKey:
        """Store a draft with its snapshot and files; keys count from 1 in the whole store."""
        ...

    def get(self, key: ReportKey) -> Report:
        """Give one report with its files; raises NotFound."""
        ...

    def heads(self, campaign: CampaignCode) -> tuple[ReportHead, ...]:
        """Give the heads of a campaign's reports, oldest first; figures and files stay unread."""
        ...

    def set_state(self, key: ReportKey, state: ReportState, *, expected: ReportState) -> None:
        """Move a report on; raises Conflict when it is not in *expected*."""
        ...

    def add_files(self, key: ReportKey, files: Sequence[ReportFile]) -> None:
        """Add files of another rendition."""
        ...

    def with_file(self, sha256: Sha256) -> ReportKey | None:
        """Give the report that one of its files' digests names."""
        ...


class Events(Protocol):
    """The chained log of what happened."""

    def append(self, event: Event) -> None:
        """Append an event to the chain."""
        ...

    def of_campaign(self, campaign: CampaignCode) -> tuple[Event, ...]:
        """Give a campaign's events, oldest first."""
        ...

    def all(self) -> tuple[Event, ...]:
        """Give every event, oldest first."""
        ...

    def verify(self) -> int:
        """Recompute the chain and give its length; raises StoreError at the first break."""
        ...


class Versions(Protocol):
    """Versions of campaign folders that were in force."""

    def record(self, campaign: CampaignCode, *, digest: str, content: bytes, at: dt.datetime) -> bool:
        """Record the folder's version (a zip of its files); False when it is the one in force."""
        ...

    def all(self, campaign: CampaignCode) -> tuple[tuple[str, dt.datetime], ...]:
        """Give (digest, since) of each version, oldest first."""
        ...


class Blanks(Protocol):
    """Blank forms as sent: never re-made, so that a unit gets the same bytes again."""

    def put(
        self, campaign: CampaignCode, unit: UnitCode, *, form_version: str, content: bytes, at: dt.datetime
    ) -> None:
        """Store a unit's blank form; the first one of a version stays."""
        ...

    def get(self, campaign: CampaignCode, unit: UnitCode, *, form_version: str) -> bytes | None:
        """Give a unit's blank form as sent."""
        ...


class Leases(Protocol):
    """Who may poll or send."""

    def acquire(self, name: str, *, owner: str, now: dt.datetime, until: dt.datetime) -> bool:
        """Take or renew a lease; False while another owner holds it."""
        ...

    def release(self, name: str, *, owner: str) -> None:
        """Give a lease back; safe to call twice."""
        ...


class Work(Protocol):
    """One transaction over everything stored."""

    @property
    def messages(self) -> Messages:
        """Inbound mails."""
        ...

    @property
    def submissions(self) -> Submissions:
        """Returns."""
        ...

    @property
    def texts(self) -> Texts:
        """Words of text reports."""
        ...

    @property
    def decisions(self) -> Decisions:
        """Decisions."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Letters."""
        ...

    @property
    def addresses(self) -> Addresses:
        """Dead addresses."""
        ...

    @property
    def polls(self) -> Polls:
        """Polls."""
        ...

    @property
    def reports(self) -> Reports:
        """Reports."""
        ...

    @property
    def events(self) -> Events:
        """Events."""
        ...

    @property
    def versions(self) -> Versions:
        """Campaign versions."""
        ...

    @property
    def blanks(self) -> Blanks:
        """Blank forms as sent."""
        ...

    @property
    def leases(self) -> Leases:
        """Leases."""
        ...

    def part(self) -> AbstractContextManager[None]:
        """Make one step of several: what it wrote is taken back when it raises, and the rest stays.

        What was read before an error is read anew after it.
        """
        ...


class Store(Protocol):
    """The memory of the service."""

    def write(self) -> AbstractContextManager[Work]:
        """Open a write transaction (BEGIN IMMEDIATE); commits at the end, rolls back on any exception.

        Raises StoreUnavailable when the database is locked for 30 s, full or away.
        """
        ...

    def read(self) -> AbstractContextManager[Work]:
        """Open a read-only snapshot."""
        ...

    def close(self) -> None:
        """Close all connections; safe to call twice."""
        ...
