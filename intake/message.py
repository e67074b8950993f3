"""Bytes of a mail in, an InboundMessage out: the one place where MIME is taken apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import Compat32
from typing import TYPE_CHECKING, Final

from domain.errors import MessageUnreadable
from domain.messages import Address, Attachment, AutomaticMarks, InboundMessage
from domain.vietnamese import nfc
from intake.bounces import STATUS_TYPES, read_failed_recipients, read_recipients, returned_letter
from intake.headers import (
    decode_text,
    read_addresses,
    read_date,
    read_id,
    read_ids,
    read_parameters,
    read_value,
    recode,
)
from intake.links import hosts_of
from intake.parts import (
    MAX_HTML,
    OLE_MAGIC,
    ZIP_MAGIC,
    Fields,
    Part,
    content_of,
    file_name,
    inner_parts,
    made_up_name,
    strip_html,
    text_of,
)
from intake.runs import take_out

if TYPE_CHECKING:
    from email.policy import Policy

MAX_CONTENT: Final = 100_000_000
MAX_DEPTH: Final = 30
MAX_PARTS: Final = 1_000
#: Of one header field of a part; the standard library's reader of parameters is quadratic.
MAX_PART_FIELD: Final = 16_384
#: Of any other header field.
MAX_FIELD: Final = 262_144
MAX_BODY_BYTES: Final = 65_536
#: The header that every letter of ours carries.
OWN_HEADER: Final = "X-TongHop"

_REPORTS_WITHOUT_FILES = frozenset({"delivery-status", "disposition-notification"})
_REPORT_PARTS = STATUS_TYPES | {"message/disposition-notification", "message/global-disposition-notification"}
_FORWARDED = frozenset({"message/rfc822", "message/global"})
_ELSEWHERE = frozenset({"message/external-body", "message/partial"})
_KNOWN_FIELDS = (
    "from", "to", "subject", "date", "message-id", "received", "return-path", "content-type", "sender",
    "mime-version", "delivered-to",
)  # fmt: skip
_AUTOREPLY_FIELDS = (
    "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-mail-autoreply", "x-autoreply-from",
    "auto-reply", "x-fc-machinegenerated",
)  # fmt: skip
_LIST_FIELDS = ("list-id", "list-post", "list-help", "list-subscribe", "list-unsubscribe", "mailing-list")
_RESENT_FIELDS = ("resent-from", "resent-sender", "resent-message-id")


def read_message(content: bytes) -> InboundMessage:
    """Take a mail apart; raises MessageUnreadable, and nothing else, for what cannot be read as a mail."""
    if len(content) > MAX_CONTENT:
        raise MessageUnreadable(f"the mail has {len(content)} bytes, more than {MAX_CONTENT}")
    try:
        root = _parse(content)
        return _read(root)
    except MessageUnreadable:
        raise
    except RecursionError as error:
        raise MessageUnreadable("the mail is nested too deeply") from error
    except Exception as error:  # whatever the bytes provoke in the parser, the mail is kept
        raise MessageUnreadable(f"the mail cannot be taken apart: {type(error).__name__}") from error


class _BoundedHeaders(Compat32):
    """Cuts header fields whose length alone would stop the standard library."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, _, first = sourcelines[0].partition(":")
        limit = MAX_PART_FIELD if name[:8].lower() == "content-" else MAX_FIELD
        value = first.lstrip(" \t")[:limit]
        if len(sourcelines) > 1:
            value = "".join((value, *sourcelines[1:limit]))[:limit]
        return name, value.rstrip("\r\n")


_POLICY: Final = _BoundedHeaders()


@dataclass(slots=True)
class _Bounds:
    """Counts the parts while they are opened, so that a bomb is refused before it has grown."""

    runs: tuple[bytes, ...] = ()
    parser: BytesFeedParser[Message] | None = None
    parts: int = 0

    def open_part(self, *, policy: Policy[Message] = _POLICY) -> Message:
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise MessageUnreadable(f"the mail has more than {MAX_PARTS} parts")
        # The standard library has no public count of the depth, and recursion in it is no limit to rely on.
        if self.parser is not None and len(self.parser._msgstack) > MAX_DEPTH:  # type: ignore[attr-defined] # noqa: SLF001
            raise MessageUnreadable(f"the mail is nested more than {MAX_DEPTH} deep")
        part = Part(policy=policy)
        part.runs = self.runs
        return part


def _parse(content: bytes) -> Message:
    structure, runs = take_out(content)
    bounds = _Bounds(runs=runs)
    parser = BytesFeedParser(bounds.open_part, policy=_POLICY)
    bounds.parser = parser
    parser.feed(structure)
    root = parser.close()
    if not Fields(root).has_any(_KNOWN_FIELDS):
        raise MessageUnreadable("the bytes have no header of a mail")
    return root


@dataclass(slots=True)
class _Found:
    """What the walk through the parts has come upon so far."""

    attachments: list[Attachment] = field(default_factory=list)
    forwarded: list[Attachment] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    rich: list[str] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    nameless: int = 0


def _read(root: Message) -> InboundMessage:
    fields = Fields(root)
    defects = [type(defect).__name__ for defect in root.defects]
    marks = _read_marks(fields)
    found = _Found()
    _walk(root, found, inside_forwarded=False)
    body = _cut("\n".join(text.strip("\n") for text in found.plain if text.strip()))
    if not body:
        body = _cut(strip_html("\n".join(found.rich)))
    if marks.report_type in _REPORTS_WITHOUT_FILES:
        attachments: tuple[Attachment, ...] = ()
    else:
        attachments = _choose_attachments(found)
    bounced = read_recipients(root) if marks.report_type == "delivery-status" else ()
    bounced = bounced or read_failed_recipients(fields, body)
    return InboundMessage(
        message_id=read_id(fields.first("message-id")),
        in_reply_to=next(iter(read_ids(fields.first("in-reply-to"))), None),
        references=read_ids(fields.first("references")),
        sender=_read_sender(fields, defects),
        reply_to=next(iter(read_addresses(fields.first("reply-to"))), None),
        to=_read_all_addresses(fields, "to"),
        cc=_read_all_addresses(fields, "cc"),
        subject=decode_text(fields.first("subject")),
        date=read_date(fields.first("date")) if fields.first("date") else None,
        body=body,
        attachments=attachments,
        marks=marks,
        bounced=bounced,
        bounced_letter=returned_letter(root, fields) if bounced else None,
        authentication_results=tuple(recode(raw) for raw in fields.all("authentication-results")),
        linked_hosts=hosts_of((*found.plain, *(source[:MAX_HTML] for source in found.rich))),
        defects=(*defects, *found.defects),
    )


def _read_sender(fields: Fields, defects: list[str]) -> Address:
    """Read who wrote the mail; when From names several nobody can be trusted."""
    senders = [address for raw in fields.all("from") for address in read_addresses(raw)]
    if len({sender.folded for sender in senders}) > 1:
        defects.append("From names different senders")
        return Address(name=senders[0].name, address="")
    if not senders:
        defects.append("no readable From field")
        senders = [*read_addresses(fields.first("sender")), *read_addresses(fields.first("return-path"))]
    return senders[0] if senders else Address(name=decode_text(fields.first("from")), address="")


def _read_all_addresses(fields: Fields, name: str) -> tuple[Address, ...]:
    return tuple(address for raw in fields.all(name) for address in read_addresses(raw))


def _read_marks(fields: Fields) -> AutomaticMarks:
    suppress = recode(fields.first("x-auto-response-suppress")).strip().lower()
    resent = fields.has_any(_RESENT_FIELDS)
    precedence = read_value(fields.first("precedence"))
    content_type = fields.first("content-type")
    is_report = read_value(content_type) == "multipart/report"
    return AutomaticMarks(
        auto_submitted=read_value(fields.first("auto-submitted")),
        precedence=precedence,
        autoreply_header=fields.has_any(_AUTOREPLY_FIELDS) or suppress not in ("", "none"),
        list_mail=fields.has_any(_LIST_FIELDS) or precedence == "list",
        empty_return_path="".join(recode(fields.first("return-path")).split()) == "<>",
        # A person who redirects our letter (RFC 5322 3.6.6) sends our header along; it is then his mail.
        own_header="" if resent else decode_text(fields.first(OWN_HEADER.lower())),
        report_type=read_parameters(content_type).get("report-type", "").strip().lower() if is_report else "",
    )


def _walk(part: Message, found: _Found, *, inside_forwarded: bool) -> None:
    kind = part.get_content_type()
    if kind in _ELSEWHERE:
        found.defects.append(f"{kind}: the content is not in this mail")
    elif kind in _REPORT_PARTS or kind == "text/rfc822-headers":
        return
    elif part.is_multipart():
        if kind in _FORWARDED:
            found.defects.append("a mail is attached to this mail")
        for inner in inner_parts(part):
            _walk(inner, found, inside_forwarded=inside_forwarded or kind in _FORWARDED)
    else:
        _read_leaf(part, found, inside_forwarded=inside_forwarded)


def _read_leaf(part: Message, found: _Found, *, inside_forwarded: bool) -> None:
    kind = part.get_content_type()
    fields = Fields(part)
    name = file_name(fields)
    attached = read_value(fields.first("content-disposition")) == "attachment"
    content = content_of(part)
    # A multipart that is a leaf has lost its boundary; what stands in it is at least to be read.
    is_text = kind in ("text/plain", "text/html") or kind.startswith("multipart/")
    if is_text and not name and not attached and not content.startswith((ZIP_MAGIC, OLE_MAGIC)):
        if not inside_forwarded:
            (found.rich if kind == "text/html" else found.plain).append(text_of(part))
        return
    if not content and not name:
        return
    if not name:
        found.nameless += 1
        name = made_up_name(found.nameless, content, kind)
    target = found.forwarded if inside_forwarded else found.attachments
    target.append(Attachment(name=name, media_type=kind, content=content))


def _choose_attachments(found: _Found) -> tuple[Attachment, ...]:
    """Take the mail's own files; those of an attached mail only when the outer one brings but pictures.

    Many clerks press "forward as attachment"; then the file inside is what they mean to send.
    """
    if found.forwarded and all(each.media_type.startswith("image/") for each in found.attachments):
        found.defects.append("the attachments are those of an attached mail")
        return (*found.attachments, *found.forwarded)
    return tuple(found.attachments)


def _cut(text: str) -> str:
    whole = nfc(text).encode("utf-8", "replace")[:MAX_BODY_BYTES]
    return whole.decode("utf-8", "ignore").strip()
