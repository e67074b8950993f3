"""The tables: what is remembered, under which keys, and what may exist only once.

The same metadata makes SQLite and PostgreSQL stores. Rows are added and states change; nothing is
overwritten. Bytes (mails, letters, blanks, report files, snapshots) stand once in `blobs`, by digest.
Children of a return are stored WITHOUT ROWID: they are written and read by their submission only.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from domain.campaigns import Item
from domain.findings import FindingAudience, Severity
from domain.history import DecisionKind
from domain.messages import MailOutcome, MailReason
from domain.narratives import TextProblem, TextState
from domain.outbox import LetterKind, LetterState
from domain.reports import Rendition, ReportState
from domain.submissions import Verdict
from store.columns import Facts, Instant, Key, Numbers, State, Strings, Words

#: Number of this schema; raised with every change of a table.
SCHEMA_VERSION = 5

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key() -> Column[int]:
    return Column("id", Key, primary_key=True)


def _digest(name: str = "sha256") -> Column[str]:
    return Column(name, String(64), ForeignKey("blobs.sha256"), nullable=False)


def _owner(table: str, name: str) -> Column[int]:
    return Column(name, Key, ForeignKey(f"{table}.id"), primary_key=True)


def _position() -> Column[int]:
    return Column("position", Integer, primary_key=True)


#: One row: which release made this store.
schema = Table(
    "schema_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    #: Length of the bytes as they came.
    Column("size", BigInteger, nullable=False),
    #: Whether `content` is packed with zlib.
    Column("packed", Boolean, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    _key(),
    Column("sha256", String(64), ForeignKey("blobs.sha256"), nullable=False, unique=True),
    Column("stored_at", Instant, nullable=False),
    Column("message_id", Words),
    Column("sender_name", Words),
    Column("sender_address", Words),
    Column("subject", Words, nullable=False),
    Column("outcome", State(MailOutcome), nullable=False),
    Column("reason", State(MailReason)),
    Column("explanation", Words, nullable=False),
    Column("campaign", Text),
    Column("unit", Text),
    Column("attempts", Integer, nullable=False),
    Index(None, "message_id"),
    Index(None, "outcome"),
    sqlite_autoincrement=True,
)

sightings = Table(
    "sightings",
    metadata,
    _key(),
    Column("message", Key, ForeignKey("messages.id"), nullable=False),
    #: True for the sighting that brought the bytes.
    Column("is_first", Boolean, nullable=False),
    Column("account", Words, nullable=False),
    Column("folder", Words, nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("size", BigInteger, nullable=False),
    UniqueConstraint("account", "folder", "uidvalidity", "uid", "received_at", "size"),
    Index(None, "message"),
)

message_guesses = Table(
    "message_guesses",
    metadata,
    _owner("messages", "message"),
    _position(),
    Column("campaign", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("reasons", Strings, nullable=False),
)

message_attachments = Table(
    "message_attachments",
    metadata,
    _owner("messages", "message"),
    _position(),
    Column("name", Words, nullable=False),
    #: Of the decoded file; its bytes stay inside the mail.
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
)

submissions = Table(
    "submissions",
    metadata,
    _key(),
    Column("campaign", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("item", State(Item), nullable=False),
    Column("message", Key, ForeignKey("messages.id"), nullable=False),
    Column("attachment_name", Words, nullable=False),
    Column("attachment_sha256", String(64), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("verdict", State(Verdict), nullable=False),
    Column("form_version", Text, nullable=False),
    Column("content_digest", Text, nullable=False),
    Column("not_checked", Strings, nullable=False),
    #: Codes of the lists that were read, empty ones too; null when nothing was parsed (a narrative).
    Column("lists", Strings),
    Column("understood_as", Strings),
    #: From 1: the newest reading of a return stands for it, the others are history.
    Column("reading", Integer, nullable=False),
    UniqueConstraint("message", "unit", "item", "attachment_sha256", "reading"),
    Index(None, "campaign", "unit", "item"),
    sqlite_autoincrement=True,
)

answers = Table(
    "answers",
    metadata,
    _owner("submissions", "submission"),
    Column("code", Text, primary_key=True),
    #: Place in the form as it was read.
    Column("position", Integer, nullable=False),
    #: number, text, date, not_applicable, missing or unclear.
    Column("state", Text, nullable=False),
    #: Exact decimal, text or ISO date; `CAST(value AS NUMERIC)` adds up.
    Column("value", Words),
    Column("approximate", Boolean, nullable=False),
    Column("raw", Words),
    Column("note", Words, nullable=False),
    Column("sheet", Words),
    Column("cell", Text),
    sqlite_with_rowid=False,
)

list_rows = Table(
    "list_rows",
    metadata,
    _owner("submissions", "submission"),
    Column("list", Text, primary_key=True),
    _position(),
    Column("sheet", Words, nullable=False),
    Column("row", Integer, nullable=False),
    sqlite_with_rowid=False,
)

list_cells = Table(
    "list_cells",
    metadata,
    _owner("submissions", "submission"),
    Column("list", Text, primary_key=True),
    #: Of the list row.
    _position(),
    Column("column_position", Integer, primary_key=True),
    Column("column_name", Text, nullable=False),
    #: Null when the row has no value for this column.
    Column("state", Text),
    Column("value", Words),
    Column("approximate", Boolean, nullable=False),
    #: False when nothing is known of the raw content, which an empty cell is not.
    Column("has_raw", Boolean, nullable=False),
    Column("raw", Words),
    Column("cell", Text),
    sqlite_with_rowid=False,
)

findings = Table(
    "findings",
    metadata,
    _owner("submissions", "submission"),
    #: "parsed" (of the form alone) or "judged" (what the unit is told, rules included).
    Column("stage", Text, primary_key=True),
    _position(),
    Column("code", Text, nullable=False),
    Column("severity", State(Severity), nullable=False),
    Column("audience", State(FindingAudience), nullable=False),
    Column("sheet", Words, nullable=False),
    Column("cell", Text, nullable=False),
    Column("field", Words, nullable=False),
    Column("message", Words, nullable=False),
    Column("advice", Words, nullable=False),
    #: How many places it stands for.
    Column("places", Integer, nullable=False, server_default="1"),
    sqlite_with_rowid=False,
)

#: Words of a text report; read after the return was stored, and again when more can be read.
report_texts = Table(
    "report_texts",
    metadata,
    _owner("submissions", "submission"),
    Column("state", State(TextState), nullable=False),
    Column("problem", State(TextProblem)),
    #: JSON: one [kind, level, place, text] for each block.
    Column("blocks", Words, nullable=False),
    sqlite_with_rowid=False,
)

decisions = Table(
    "decisions",
    metadata,
    _key(),
    Column("campaign", Text, nullable=False),
    Column("kind", State(DecisionKind), nullable=False),
    Column("subject", Words, nullable=False),
    Column("actor", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("detail", Facts, nullable=False),
    Index(None, "campaign", "kind"),
)

letters = Table(
    "letters",
    metadata,
    _key(),
    Column("campaign", Text),
    Column("unit", Text),
    Column("kind", State(LetterKind), nullable=False),
    Column("cause", Words, nullable=False),
    Column("message_id", Words, nullable=False, unique=True),
    Column("sender", Words, nullable=False),
    Column("subject", Words, nullable=False),
    _digest("content_sha256"),
    Column("answers", Key, ForeignKey("messages.id"), index=True),
    Column("state", State(LetterState), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("sent_at", Instant),
    Column("detail", Words, nullable=False),
    Index(None, "campaign"),
    Index(None, "state"),
    Index(None, "created_at"),
    sqlite_autoincrement=True,
)

letter_recipients = Table(
    "letter_recipients",
    metadata,
    _owner("letters", "letter"),
    _position(),
    Column("address", Words, nullable=False),
    Column("folded", Words, nullable=False, index=True),
)

#: Recipients taken over or refused for good, in the order in which servers said so.
letter_answers = Table(
    "letter_answers",
    metadata,
    _key(),
    Column("letter", Key, ForeignKey("letters.id"), nullable=False),
    Column("address", Words, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("answer", Words, nullable=False),
    UniqueConstraint("letter", "accepted", "address"),
)

#: Written and committed before DATA, so that an attempt in doubt is known as one.
attempts = Table(
    "attempts",
    metadata,
    _owner("letters", "letter"),
    Column("number", Integer, primary_key=True),
    Column("begun_at", Instant, nullable=False),
    #: Null while under way, and for ever when the sender was killed.
    Column("ended_at", Instant),
    Column("state", State(LetterState)),
    Column("answer", Words, nullable=False),
    #: Recipient -> answer, to be tried again.
    Column("deferred", Facts, nullable=False),
)

sent_attachments = Table(
    "sent_attachments",
    metadata,
    Column("sha256", String(64), primary_key=True),
)

dead_addresses = Table(
    "dead_addresses",
    metadata,
    #: Folded.
    Column("address", Words, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("why", Words, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    _key(),
    Column("campaign", Text, nullable=False, index=True),
    Column("state", State(ReportState), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("occasion", Words, nullable=False),
    _digest("snapshot_sha256"),
    #: What a list says of the snapshot, so that it need not be read: submissions in it, n and N.
    Column("inputs", Numbers, nullable=False),
    Column("counted", Integer, nullable=False),
    Column("expected", Integer, nullable=False),
    sqlite_autoincrement=True,
)

report_files = Table(
    "report_files",
    metadata,
    _owner("reports", "report"),
    _position(),
    Column("rendition", State(Rendition), nullable=False),
    Column("name", Words, nullable=False),
    Column("media_type", Words, nullable=False),
    _digest(),
    UniqueConstraint("report", "rendition", "name"),
    Index(None, "sha256"),
)

events = Table(
    "events",
    metadata,
    #: Place in the chain, from 1 without a gap.
    Column("number", Key, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Words, nullable=False),
    Column("action", Text, nullable=False),
    Column("campaign", Text),
    Column("subject", Words, nullable=False),
    Column("detail", Facts, nullable=False),
    #: Over the event alone.
    Column("content_digest", String(64), nullable=False),
    #: Over the chain digest before it and `content_digest`.
    Column("chain_digest", String(64), nullable=False),
    Index(None, "campaign"),
)

#: One row, locked while an event is appended; it also betrays events cut off at the end.
chain_tail = Table(
    "chain_tail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("length", Key, nullable=False),
    Column("chain_digest", String(64), nullable=False),
)

campaign_versions = Table(
    "campaign_versions",
    metadata,
    _key(),
    Column("campaign", Text, nullable=False, index=True),
    Column("digest", Text, nullable=False),
    Column("since", Instant, nullable=False),
    _digest("content_sha256"),
)

blanks = Table(
    "blanks",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("form_version", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    _digest(),
)

polls = Table(
    "polls",
    metadata,
    Column("account", Words, primary_key=True),
    Column("ended_at", Instant, nullable=False),
    #: Empty when the last poll succeeded.
    Column("problem", Words, nullable=False),
    Column("succeeded_at", Instant),
)

folder_marks = Table(
    "folder_marks",
    metadata,
    Column("account", Words, primary_key=True),
    Column("folder", Words, primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uidnext", BigInteger, nullable=False),
    Column("messages", BigInteger, nullable=False),
    #: When every mail of the folder was looked at.
    Column("audited_at", Instant, nullable=False),
)

#: The last hour's; an account must not be locked by trying.
refused_logins = Table(
    "refused_logins",
    metadata,
    _key(),
    Column("account", Words, nullable=False),
    Column("at", Instant, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", Instant, nullable=False),
)
