"""Delivery status notifications: which letter came back, for whom, and whether the address is dead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from domain.messages import BouncedRecipient
from intake.headers import MAX_TEXT, decode_text, read_addresses, read_id, read_ids, recode
from intake.parts import Fields, content_of, inner_parts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

    from domain.ids import MessageId

MAX_DIAGNOSTIC = 500
#: RFC 3464 and its international form, RFC 6533.
STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED_TYPES = frozenset({"message/rfc822", "message/global"})
_RETURNED_HEADERS = frozenset({"text/rfc822-headers", "message/global-headers", "message/rfc822-headers"})
_ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_MESSAGE_ID_FIELD = re.compile(rb"(?im)^message-id:[ \t]*((?:[^\r\n]|\r?\n[ \t])*)")
_ACTION_OF_CLASS = {"5": "failed", "4": "delayed", "2": "delivered"}


def read_recipients(report: Message) -> tuple[BouncedRecipient, ...]:
    """Read the recipients that a multipart/report speaks of."""
    return tuple(
        recipient
        for part in _own_parts(report)
        if part.get_content_type() in STATUS_TYPES
        for block in inner_parts(part)
        if (recipient := _read_block(Fields(block))) is not None
    )


def _own_parts(report: Message) -> Iterator[Message]:
    """Give the parts of the report itself; what lies inside the returned letter says nothing about it."""
    for part in inner_parts(report):
        yield part
        if part.get_content_maintype() == "multipart":
            yield from _own_parts(part)


def _read_block(fields: Fields) -> BouncedRecipient | None:
    """Read one recipient; None for the block about the whole message."""
    # The original recipient is the address we wrote to; the final one may be an alias behind it.
    names = ("original-recipient", "final-recipient")
    address = next((found for name in names if (found := _read_address(fields.first(name)))), "")
    if not address:
        return None
    diagnostic = decode_text(fields.first("diagnostic-code")).partition(";")[2].strip()[:MAX_DIAGNOSTIC]
    status = _STATUS.search(recode(fields.first("status")[:MAX_TEXT])) or _STATUS.search(diagnostic)
    code = status[1] if status else ""
    action = recode(fields.first("action")[:MAX_TEXT]).strip().lower()
    if action not in _ACTIONS:
        action = _ACTION_OF_CLASS.get(code[:1], "failed")
    return BouncedRecipient(address=address, action=action, status=code, diagnostic=diagnostic)


def _read_address(raw: str) -> str:
    """Read `rfc822; local@domain`."""
    found = read_addresses(recode(raw[:MAX_TEXT]).rpartition(";")[2])
    return found[0].address if found else ""


def read_failed_recipients(fields: Fields, body: str) -> tuple[BouncedRecipient, ...]:
    """Read the recipients of a bounce without a report: Exim and Gmail name them in a header."""
    addresses = read_addresses(fields.first("x-failed-recipients"))
    status = _STATUS.search(body)
    return tuple(
        BouncedRecipient(address=each.address, action="failed", status=status[1] if status else "")
        for each in addresses
    )


def returned_letter(report: Message, fields: Fields) -> MessageId | None:
    """Find the Message-ID of the letter that a bounce returns."""
    for part in _own_parts(report):
        kind = part.get_content_type()
        if kind in _RETURNED_TYPES:
            found = next((read_id(Fields(inner).first("message-id")) for inner in inner_parts(part)), None)
        elif kind in _RETURNED_HEADERS:
            found = _id_in(part)
        else:
            continue
        if found is not None:
            return found
    # Exchange answers in the thread of the letter it could not deliver.
    answered = read_ids(fields.first("in-reply-to")) or read_ids(fields.first("references"))
    return answered[-1] if answered else None


def _id_in(part: Message) -> MessageId | None:
    if part.is_multipart():
        return next((read_id(Fields(block).first("message-id")) for block in inner_parts(part)), None)
    match = _MESSAGE_ID_FIELD.search(content_of(part))
    return read_id(match[1].decode("utf-8", "replace")) if match else None
