"""Header fields as senders really write them, decoded without fail: text, parameters, addresses, ids."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from email.utils import parsedate_to_datetime
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from domain.ids import MessageId
from domain.messages import Address
from domain.vietnamese import nfc

if TYPE_CHECKING:
    from collections.abc import Iterable

#: No subject, name or parameter needs more; longer ones are somebody's attack on us.
MAX_TEXT = 8_192
MAX_ADDRESSES = 1_000
MAX_REFERENCES = 100
#: RFC 5322 2.1.1: no line, and so no id, is longer.
MAX_ID = 998

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_LINE_BREAKS = re.compile(r"[\r\n]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_SPACES = re.compile(r"\s+")
_MESSAGE_ID = re.compile(r"<([^<>]{1,998})>")
_PARAMETER_NAME = re.compile(r"\s*([^\s=;\"]{1,80})\s*=\s*")
_SECTION = re.compile(r"(.+?)\*(\d{1,4})?(\*)?")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>(),;:\"\\]+")
_Q_SIGN = re.compile(rb"=([0-9A-Fa-f]{2})")
#: Codecs of Python that are no charsets of mail: they run code paths meant for source texts, or are slow.
_NO_CHARSETS = frozenset(
    {"unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "mbcs", "oem"}
)
#: What mail programs declare when they do not know better.
_CARELESS = frozenset(
    {"us_ascii", "ascii", "iso_8859_1", "latin_1", "latin1", "windows_1252", "cp1252", "unknown_8bit"}
)


def decode_bytes(content: bytes, charset: str = "") -> str:
    """Read *content* in its declared charset; when that is unknown or wrong in UTF-8, then in windows-1258.

    Vietnamese cannot be written in Latin-1 or ASCII: where these are declared, UTF-8 is tried first.
    """
    declared = charset.strip().strip("\"'").lower().replace("-", "_")
    if declared in _CARELESS or declared in _NO_CHARSETS:
        order = ["utf-8", declared] if declared in _CARELESS else ["utf-8"]
    else:
        order = [declared, "utf-8"] if declared else ["utf-8"]
    for name in order:
        try:
            return nfc(content.decode(name))
        except (LookupError, ValueError):  # unknown, no charset at all, or other bytes than declared
            continue
    return nfc(content.decode("windows-1258", errors="replace"))


def recode(raw: str) -> str:
    """Turn a header value as the parser keeps it (bytes above 127 as surrogates) into one line of text."""
    line = _LINE_BREAKS.sub("", raw)
    if line.isascii():
        return line
    return decode_bytes(line.encode("utf-8", "surrogateescape"))


def decode_text(raw: str) -> str:
    """Decode the encoded words of RFC 2047 wherever they stand: in quotes, joined, cut inside a letter."""
    text = recode(raw[:MAX_TEXT])
    if "=?" not in text:
        return tidy(text)
    parts: list[str] = []
    words: list[tuple[str, bytes]] = []
    position = 0
    for match in _ENCODED_WORD.finditer(text):
        between = text[position : match.start()]
        # RFC 2047 6.2: white space between two encoded words is not displayed.
        if between.strip() or not words:
            parts += (_join_words(words), between)
            words = []
        words.append((match[1].partition("*")[0].lower(), _decode_word(match[2], match[3])))
        position = match.end()
    return tidy("".join((*parts, _join_words(words), text[position:])))


def _decode_word(encoding: str, encoded: str) -> bytes:
    content = encoded.encode("utf-8")
    if encoding in "bB":
        return decode_base64(content)
    return _Q_SIGN.sub(lambda sign: bytes.fromhex(sign[1].decode()), content.replace(b"_", b" "))


def _join_words(words: Iterable[tuple[str, bytes]]) -> str:
    # Some programs cut a letter of several bytes in two encoded words: bytes are joined before decoding.
    return "".join(
        decode_bytes(b"".join(content for _, content in group), charset)
        for charset, group in groupby(words, key=lambda word: word[0])
    )


def decode_base64(content: bytes) -> bytes:
    """Decode base64 whatever stands between its signs and however it ends."""
    try:
        return binascii.a2b_base64(content)
    except binascii.Error:
        signs = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
        if len(signs) % 4 == 1:
            signs = signs[:-1]
        return base64.b64decode(signs + b"=" * (-len(signs) % 4))


def tidy(text: str) -> str:
    """Give *text* on one line in NFC, without control signs."""
    # A lone surrogate cannot be stored or sent on as UTF-8.
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return _SPACES.sub(" ", _CONTROLS.sub(" ", nfc(whole))).strip()


def read_value(raw: str) -> str:
    """Give the value of a structured field without its parameters: `attachment`, `text/plain`, lower case."""
    return recode(raw[:MAX_TEXT]).partition(";")[0].partition("(")[0].strip().strip('"').lower()


def read_parameters(raw: str) -> dict[str, str]:
    """Read the parameters of a structured field, in whichever of the five ways the sender wrote them.

    RFC 2231 (continued, encoded or both), plain, encoded words in quotes or without, raw bytes, and names
    with spaces that nobody quoted.
    """
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    plain: dict[str, str] = {}
    for name, value in _split_parameters(recode(raw)):
        section = _SECTION.fullmatch(name)
        if section is None:
            plain.setdefault(name, value)
        else:
            # `name*` alone is one encoded section; `name*0` is plain, `name*0*` encoded.
            encoded = section[2] is None or section[3] is not None
            sections.setdefault(section[1], []).append((int(section[2] or 0), encoded, value))
    parameters = {name: decode_text(value) for name, value in plain.items()}
    parameters.update({name: _join_sections(parts) for name, parts in sections.items()})
    return parameters


def _split_parameters(text: str) -> list[tuple[str, str]]:
    parameters: list[tuple[str, str]] = []
    position = text.find(";")
    while position >= 0:
        match = _PARAMETER_NAME.match(text, position + 1)
        if match is None:
            position = text.find(";", position + 1)
            continue
        value, position = _read_parameter_value(text, match.end())
        parameters.append((match[1].lower(), value))
    return parameters


def _read_parameter_value(text: str, start: int) -> tuple[str, int]:
    """Give the value at *start* and the place of the semicolon after it, -1 at the end."""
    if not text.startswith('"', start):
        end = text.find(";", start)
        return text[start : end if end >= 0 else None].strip(), end
    signs: list[str] = []
    position = start + 1
    while position < len(text) and text[position] != '"':
        # Only quote and backslash are escaped: "C:\bao cao.xlsx" is how old clients write a path.
        if text[position] == "\\" and text[position + 1 : position + 2] in ('"', "\\"):
            position += 1
        signs.append(text[position])
        position += 1
    return "".join(signs), text.find(";", position)


def _join_sections(sections: list[tuple[int, bool, str]]) -> str:
    ordered = [(encoded, value) for _, encoded, value in sorted(sections, key=lambda section: section[0])]
    charset = ""
    first_encoded, first = ordered[0]
    if first_encoded and first.count("'") >= 2:  # noqa: PLR2004 - charset'language'value
        charset, _, first = first.split("'", 2)
        ordered[0] = (True, first)
    content = b""
    # Some programs cut a section inside %E1: neighbours are joined before decoding.
    for encoded, group in groupby(ordered, key=lambda section: section[0]):
        text = "".join(value for _, value in group)
        content += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    # And some continue encoded words by RFC 2231.
    return decode_text(decode_bytes(content, charset))


def read_addresses(raw: str) -> tuple[Address, ...]:
    """Read a list of addresses; what has no address is left out.

    What stands in angle brackets is the address, whatever the name before it pretends: `nn@so.vn <x@evil.vn>`
    is x@evil.vn (the standard library says nn@so.vn: CVE-2023-27043).
    """
    found = (_read_mailbox(part) for part in _split_mailboxes(recode(raw)))
    return tuple(address for address in found if address is not None)[:MAX_ADDRESSES]


def _split_mailboxes(text: str) -> list[str]:
    """Split at commas and semicolons outside quotes, comments and angle brackets."""
    parts: list[str] = []
    start = position = depth = 0
    quoted = angle = False
    while position < len(text):
        sign = text[position]
        if sign == "\\" and (quoted or depth):
            position += 1
        elif sign == '"' and not depth:
            quoted = not quoted
        elif quoted:
            pass
        elif sign in "()":
            depth = max(0, depth + (1 if sign == "(" else -1))
        elif depth:
            pass
        elif sign in "<>":
            angle = sign == "<"
        elif sign in ",;" and not angle:
            parts.append(text[start:position])
            start = position + 1
            if len(parts) > MAX_ADDRESSES:
                break
        position += 1
    return [*parts, text[start:]]


def _read_mailbox(text: str) -> Address | None:
    """Read `name <local@domain>`, `local@domain (name)` or `group: local@domain`."""
    before, bracket, after = text.rpartition("<")
    if bracket:
        spec, name = after.partition(">")[0], before
        # RFC 5322 4.4: an obsolete route before the address, `<@relay:local@domain>`.
        spec = spec.rpartition(":")[2]
    else:
        spec, _, comment = text.partition("(")
        spec, name = spec.rpartition(":")[2], comment.rstrip(") ")
    spec = "".join(spec.split())
    if _ADDRESS.fullmatch(spec) is None or len(spec) > MAX_ID:
        return None
    local, _, domain = spec.rpartition("@")
    return Address(name=_read_name(name), address=f"{nfc(local)}@{nfc(domain).lower().rstrip('.')}")


def _read_name(raw: str) -> str:
    name = raw.strip()
    if name.startswith('"') and name.endswith('"') and len(name) > 1:
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return decode_text(name).strip("\"' ")


def read_ids(raw: str) -> tuple[MessageId, ...]:
    """Read Message-IDs in their order; at most the last hundred."""
    text = recode(raw)
    found = [f"<{''.join(match.split())}>" for match in _MESSAGE_ID.findall(text)]
    return tuple(MessageId(tidy(each)) for each in found if len(each) <= MAX_ID)[-MAX_REFERENCES:]


def read_id(raw: str) -> MessageId | None:
    """Read one Message-ID; one without its angle brackets gets them."""
    found = read_ids(raw)
    if found:
        return found[0]
    bare = tidy(recode(raw[:MAX_TEXT])).strip("<> ")
    if not bare or " " in bare or len(bare) > MAX_ID - 2:
        return None
    return MessageId(f"<{bare}>")


def read_date(raw: str) -> dt.datetime | None:
    """Read a date of RFC 5322 as an aware instant; None when it is none."""
    try:
        at = parsedate_to_datetime(recode(raw[:MAX_TEXT]))
        aware = at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at
        # An offset of a day or a year 0 shows only when it is used.
        aware.astimezone(dt.UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return aware
