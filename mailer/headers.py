"""Header lines that carry Vietnamese whole through every mail program, and the marks that stop mail loops.

The standard library's generator loses spaces between encoded words on Python 3.11, so lines are folded here:
a value that needs encoding is encoded from its first letter to its last, spaces included, and cut between
letters only. Nothing is left for a decoder to guess (RFC 2047, section 6.2).
"""

from __future__ import annotations

import base64
import email.utils
import re
import unicodedata
import urllib.parse
from typing import TYPE_CHECKING

from domain.errors import PermanentFailure
from domain.outbox import LetterKind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from domain.ids import MessageId
    from domain.messages import Address

#: Tells our own letters when they come back; its value is the kind of letter.
OWN_HEADER = "X-TongHop"

CRLF = "\r\n"
#: RFC 5322 wants lines of 78 signs at most.
_LINE = 78
#: `=?utf-8?b?` and `?=`; an encoded word has 75 signs at most (RFC 2047, section 2).
_WORD_FRAME = 12
_WORD = 75
#: Shortest payload worth a word: four signs of base64 hold three bytes, one letter of UTF-8 up to four.
_LEAST_PAYLOAD = 8
#: Beyond this a parameter is cut into continuations (RFC 2231, section 3); old Outlooks misread those.
_PARAMETER = 500
_MOST_REFERENCES = 30
#: What a line of text must not hold: C0, DEL, C1 and the two Unicode line breaks.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_PLAIN_WORDS = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]*")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]{1,64}@[A-Za-z0-9.\-]{1,255}")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")


def loop_marks(kind: LetterKind) -> tuple[tuple[str, str], ...]:
    """Give the headers by which machines know a letter of ours (RFC 3834).

    A forwarding was approved by a person: it carries our header only. Exchange's "All" would silence
    non-delivery reports too, and a bounced correction must be seen; so all but NDR are named.
    """
    own = (OWN_HEADER, kind.value)
    if kind is LetterKind.FORWARDING:
        return (own,)
    submitted = "auto-replied" if kind.answers_mail else "auto-generated"
    return (
        own,
        ("Auto-Submitted", submitted),
        ("X-Auto-Response-Suppress", "DR, RN, NRN, OOF, AutoReply"),
    )


def one_line(text: str) -> str:
    """Give *text* without anything that could end a header line; line breaks become a space."""
    return _CONTROLS.sub(" ", text).strip()


def is_sendable(address: str) -> bool:
    """Tell whether *address* can stand in a header and in an SMTP command as it is."""
    return _ADDRESS.fullmatch(address) is not None


def fold_text(name: str, value: str) -> str:
    """Fold an unstructured header (Subject) into lines, without the last line end."""
    text = one_line(value)
    if _is_ascii(text):
        return _fold_words(name, text.split(" "))
    return f"{name}: " + f"{CRLF} ".join(_encoded_words(text, used=len(name) + 2))


def fold_addresses(name: str, addresses: Sequence[Address]) -> str:
    """Fold an address header; raises PermanentFailure for an address that cannot stand in one."""
    column = len(name) + 2
    mailboxes: list[str] = []
    for address in addresses:
        if not is_sendable(address.address):
            raise PermanentFailure(f"not a usable mail address: {address.address!r}")
        mailboxes.append(_mailbox(one_line(address.name), address.address, used=column))
        column = 1
    return f"{name}: " + f",{CRLF} ".join(mailboxes)


def fold_ids(name: str, ids: Sequence[MessageId]) -> str | None:
    """Fold Message-IDs, leaving out what is none; None when nothing is left.

    Long threads keep the first and the newest ids (RFC 5322, section 3.6.4, lets clients trim).
    """
    usable = [each for each in dict.fromkeys(ids) if _MESSAGE_ID.fullmatch(each)]
    if not usable:
        return None
    if len(usable) > _MOST_REFERENCES:
        usable = [usable[0], *usable[1 - _MOST_REFERENCES :]]
    return _fold_words(name, usable)


def fold_date(name: str, at: dt.datetime) -> str:
    """Write an aware instant as RFC 5322 wants it, in its own zone."""
    return f"{name}: {email.utils.format_datetime(at)}"


def fold_file_name(media_type: str, file_name: str) -> tuple[str, str]:
    """Give Content-Type and Content-Disposition of an attached file, both naming it.

    Disposition has the name by RFC 2231, which current programs read; the type has it as encoded words,
    which RFC 2047 forbids and older Outlook, Exchange and Zimbra read all the same. A plain ASCII `filename=`
    beside the encoded one is left out: half of the programs would show that one.
    """
    name = one_line(file_name)
    if _is_ascii(name):
        quoted = _quoted(name)
        return (
            f"Content-Type: {media_type};{CRLF} name={quoted}",
            f"Content-Disposition: attachment;{CRLF} filename={quoted}",
        )
    words = f"{CRLF} ".join(_encoded_words(name, used=len(' name="')))
    return (
        f'Content-Type: {media_type};{CRLF} name="{words}"',
        f"Content-Disposition: attachment;{CRLF} " + f";{CRLF} ".join(_extended("filename", name)),
    )


def _is_ascii(text: str) -> bool:
    """Tell whether *text* needs no encoding: ASCII, and no sign that a decoder takes for an encoded word."""
    return text.isascii() and "=?" not in text and all(len(word) < _LINE for word in text.split(" "))


def _fold_words(name: str, words: Sequence[str]) -> str:
    lines = [f"{name}:"]
    for word in words:
        # A line of blanks alone would end the header for some readers: never break before an empty word.
        if word and len(lines[-1]) + 1 + len(word) > _LINE and lines[-1].strip():
            lines.append("")
        lines[-1] += f" {word}"
    return CRLF.join(lines)


def _encoded_words(text: str, *, used: int) -> Iterator[str]:
    """Cut *text* between letters into encoded words; the first line has *used* signs already."""
    room = _room(_LINE - used)
    chunk = b""
    for letter in _letters(text):
        octets = letter.encode("utf-8", "replace")
        if chunk and len(chunk) + len(octets) > room:
            yield _encoded_word(chunk)
            chunk = b""
            room = _room(_LINE - 1)
        chunk += octets
    yield _encoded_word(chunk)


def _room(signs: int) -> int:
    """Give the bytes that fit into an encoded word of *signs* signs."""
    payload = max(min(signs, _WORD) - _WORD_FRAME, _LEAST_PAYLOAD)
    return payload // 4 * 3


def _encoded_word(octets: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(octets).decode('ascii')}?="


def _letters(text: str) -> Iterator[str]:
    """Yield letters with their combining marks, so that decomposed text is not cut inside a letter."""
    letter = ""
    for sign in text:
        # A pile of marks is no letter of any language and would not fit into one word.
        if letter and (not unicodedata.combining(sign) or len(letter) > _LEAST_PAYLOAD // 2):
            yield letter
            letter = ""
        letter += sign
    if letter:
        yield letter


def _mailbox(name: str, address: str, *, used: int) -> str:
    if not name:
        return f"<{address}>"
    if _is_ascii(name):
        phrase = name if _PLAIN_WORDS.fullmatch(name) and "  " not in name else _quoted(name)
        gap = " " if used + len(phrase) + len(address) + 3 <= _LINE else f"{CRLF} "
        return f"{phrase}{gap}<{address}>"
    words = list(_encoded_words(name, used=used))
    last = len(words[-1]) + (used if len(words) == 1 else 1)
    gap = " " if last + len(address) + 3 <= _LINE else f"{CRLF} "
    return f"{CRLF} ".join(words) + f"{gap}<{address}>"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _extended(parameter: str, text: str) -> Iterator[str]:
    """Yield a parameter by RFC 2231, whole while it is short, in continuations otherwise."""
    value = urllib.parse.quote(text, safe="", errors="replace")
    if len(value) <= _PARAMETER:
        yield f"{parameter}*=UTF-8''{value}"
        return
    position = number = 0
    while position < len(value):
        end = position + _PARAMETER
        # Never cut inside a %XX.
        while end < len(value) and "%" in value[end - 2 : end]:
            end -= 1
        mark = "UTF-8''" if number == 0 else ""
        yield f"{parameter}*{number}*={mark}{value[position:end]}"
        position, number = end, number + 1
