"""Mail as other people's programs write it: the simulated units' letters, replies and bounces.

Built with the standard library's legacy generator on purpose, apart from our own mailer: what the
service reads in the rehearsal is not what it wrote itself.
"""

from __future__ import annotations

import email
import email.policy
import os
import zlib
from dataclasses import dataclass
from email.header import Header, decode_header, make_header
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from email.message import Message
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FileToSend:
    """A file on a simulated desk."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRead:
    """A letter of the office as it lies in a unit's mailbox."""

    content: bytes
    message_id: str
    subject: str
    #: Value of our own header: the kind of the letter.
    kind: str
    to: str
    files: tuple[FileToSend, ...]


def read_letter(content: bytes) -> LetterRead:
    """Take a letter of the office apart as a mail program would."""
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    files = [
        FileToSend(name=_decoded(part.get_filename()), content=_payload(part))
        for part in message.walk()
        if part.get_filename()
    ]
    return LetterRead(
        content=content,
        message_id=str(message["Message-ID"]).strip(),
        subject=_decoded(message["Subject"]),
        kind=str(message.get("X-TongHop", "")).strip(),
        to=_decoded(message["To"]),
        files=tuple(files),
    )


def _decoded(text: str | None) -> str:
    return str(make_header(decode_header(str(text or "").replace("\r\n", ""))))


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def write_mail(  # noqa: PLR0913 - the parts of a mail
    *,
    name: str,
    address: str,
    to: str,
    subject: str,
    body: str,
    at: dt.datetime,
    files: Sequence[FileToSend] = (),
    answers: LetterRead | None = None,
) -> bytes:
    """Write a mail as a unit's program does; *answers* threads it to a letter of the office."""
    mail = MIMEMultipart("mixed")
    mail["From"] = formataddr((str(Header(name, "utf-8")), address))
    mail["To"] = to
    mail["Subject"] = str(Header(subject, "utf-8"))
    mail["Date"] = format_datetime(at)
    mark = f"{at:%Y%m%d%H%M%S}.{zlib.crc32((subject + address).encode()):x}"
    mail["Message-ID"] = f"<{mark}@{address.rpartition('@')[2]}>"
    if answers is not None:
        mail["In-Reply-To"] = answers.message_id
        mail["References"] = answers.message_id
    mail.attach(MIMEText(body, "plain", "utf-8"))
    for file in files:
        part = MIMEApplication(file.content)
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", file.name))
        mail.attach(part)
    return mail.as_bytes()


def write_out_of_office(*, name: str, address: str, to: str, at: dt.datetime, answers: LetterRead) -> bytes:
    """Write the automatic answer of somebody on leave (RFC 3834)."""
    mail = MIMEText(
        "Tôi đang nghỉ phép đến hết ngày 08/10/2021. Việc gấp xin liên hệ Trưởng phòng.", "plain", "utf-8"
    )
    mail["From"] = formataddr((str(Header(name, "utf-8")), address))
    mail["To"] = to
    mail["Subject"] = str(Header(f"Tự động trả lời: {answers.subject}", "utf-8"))
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<auto-{at:%Y%m%d%H%M%S}@{address.rpartition('@')[2]}>"
    mail["In-Reply-To"] = answers.message_id
    mail["Auto-Submitted"] = "auto-replied"
    return mail.as_bytes()


def write_bounce(*, address: str, to: str, at: dt.datetime, letter: LetterRead) -> bytes:
    """Write the delivery status notification of a server that does not know *address* (RFC 3464)."""
    domain = address.rpartition("@")[2]
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = f"Mail Delivery System <MAILER-DAEMON@mx.{domain}>"
    report["To"] = to
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Date"] = format_datetime(at)
    report["Message-ID"] = f"<{at:%Y%m%d%H%M%S}.bounce@mx.{domain}>"
    report["Auto-Submitted"] = "auto-replied"
    report["Return-Path"] = "<>"
    report.attach(
        MIMEText(
            f"This is the mail system at host mx.{domain}.\n\n"
            f"<{address}>: host mx.{domain} said: 550 5.1.1 <{address}>:\n"
            "    Recipient address rejected: User unknown in virtual mailbox table\n",
            "plain",
            "us-ascii",
        )
    )
    status = MIMEBase("message", "delivery-status")
    status.set_payload(
        [
            _headers({"Reporting-MTA": f"dns; mx.{domain}", "Arrival-Date": format_datetime(at)}),
            _headers(
                {
                    "Final-Recipient": f"rfc822; {address}",
                    "Action": "failed",
                    "Status": "5.1.1",
                    "Diagnostic-Code": "smtp; 550 5.1.1 Recipient address rejected: User unknown",
                }
            ),
        ]
    )
    report.attach(status)
    original = email.message_from_bytes(letter.content, policy=email.policy.compat32)
    head = email.message.Message()
    for key in ("From", "To", "Subject", "Date", "Message-ID"):
        head[key] = original[key]
    head.set_payload("")
    report.attach(MIMEMessage(head))
    return report.as_bytes()


def _headers(fields: dict[str, str]) -> Message:
    block = MIMENonMultipart("text", "plain")
    for key in list(block.keys()):
        del block[key]
    for key, value in fields.items():
        block[key] = value
    return block


def drop_into(folder: Path, content: bytes, *, at: dt.datetime) -> None:
    """Put a mail into a folder mailbox as a mail server does: whole or not at all, received *at*."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{at:%Y%m%dT%H%M%S}-{zlib.crc32(content):08x}"
    written = folder / f".{name}.tmp"
    written.write_bytes(content)
    os.utime(written, (at.timestamp(), at.timestamp()))
    written.rename(folder / f"{name}.eml")
