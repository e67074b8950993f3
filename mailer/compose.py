"""Make the bytes of a letter: the same words and files give the same bytes, and only 7-bit ones."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.headers import (
    CRLF,
    fold_addresses,
    fold_date,
    fold_file_name,
    fold_ids,
    fold_text,
    loop_marks,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from domain.ids import MessageId
    from domain.messages import Address
    from domain.outbox import LetterKind
    from mailer.letters import LetterText


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingFile:
    """A file that goes with a letter, byte for byte."""

    name: str
    media_type: str
    content: bytes


def compose(  # noqa: PLR0913 - the parts of a letter
    text: LetterText,
    *,
    kind: LetterKind,
    message_id: MessageId,
    sender: Address,
    to: Sequence[Address],
    date: dt.datetime,
    cc: Sequence[Address] = (),
    files: Sequence[OutgoingFile] = (),
    in_reply_to: MessageId | None = None,
    references: Sequence[MessageId] = (),
    reply_to: Address | None = None,
) -> bytes:
    """Give the letter as it leaves, CRLF throughout; the same input gives the same bytes.

    Raises PermanentFailure when an address cannot stand in a header.
    """
    lines = [fold_addresses("From", (sender,)), fold_addresses("To", to)]
    if cc:
        lines.append(fold_addresses("Cc", cc))
    if reply_to is not None:
        lines.append(fold_addresses("Reply-To", (reply_to,)))
    lines += [fold_text("Subject", text.subject), fold_date("Date", date), f"Message-ID: {message_id}"]
    parents = (in_reply_to,) if in_reply_to is not None else ()
    for line in (fold_ids("In-Reply-To", parents), fold_ids("References", (*references, *parents))):
        if line is not None:
            lines.append(line)
    lines += [fold_text(name, value) for name, value in loop_marks(kind)]
    return assemble(lines, text=text.text, html=text.html, files=files, seed=message_id)


def assemble(
    header_lines: Sequence[str], *, text: str, html: str = "", files: Sequence[OutgoingFile] = (), seed: str
) -> bytes:
    """Give a whole message from folded header lines and its parts; *seed* makes the boundaries.

    Without *html* the text stands alone; without *files* there is no multipart/mixed.
    """
    body = _text_part("plain", text)
    if html:
        body = _multipart("alternative", (body, _text_part("html", html)), seed=seed)
    if files:
        body = _multipart("mixed", (body, *(_file_part(file) for file in files)), seed=seed)
    head = CRLF.join((*header_lines, "MIME-Version: 1.0", "Content-Language: vi"))
    return head.encode("ascii") + CRLF.encode() + body


def envelope(to: Sequence[Address], cc: Sequence[Address] = ()) -> tuple[str, ...]:
    """Give the addresses a letter is handed over for, each once, in order."""
    seen: dict[str, str] = {}
    for address in (*to, *cc):
        seen.setdefault(address.folded, address.address)
    return tuple(seen.values())


def _text_part(subtype: str, text: str) -> bytes:
    """Quoted-printable, because content filters count base64 text against a letter."""
    octets = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    # b2a_qp leaves the line ends as they come; one that follows a blank is kept by `=20`.
    coded = binascii.b2a_qp(octets, quotetabs=False, istext=True).replace(b"\n", b"\r\n")
    head = (
        f"Content-Type: text/{subtype}; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "",
    )
    return CRLF.join(head).encode() + coded


def _file_part(file: OutgoingFile) -> bytes:
    kind, disposition = fold_file_name(file.media_type, file.name)
    head = CRLF.join((kind, disposition, "Content-Transfer-Encoding: base64", "", ""))
    return head.encode("ascii") + base64.encodebytes(file.content).replace(b"\n", b"\r\n")


def _multipart(subtype: str, parts: Sequence[bytes], *, seed: str) -> bytes:
    # "=_" can stand neither in quoted-printable nor in base64, so no part can hold the boundary.
    mark = hashlib.sha256(f"{seed}/{subtype}".encode()).hexdigest()[:24]
    boundary = f"=_{subtype}_{mark}"
    opening = f"\r\n--{boundary}\r\n".encode()
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n'.encode()
    return head + b"".join(opening + part for part in parts) + f"\r\n--{boundary}--\r\n".encode()
