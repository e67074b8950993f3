"""One part of a mail: its decoded bytes, its text, and a file name that nothing can be hidden in."""

from __future__ import annotations

import html
import io
import quopri
import re
import zipfile
from email.message import Message
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from domain.vietnamese import nfc
from intake.headers import decode_base64, decode_bytes, read_parameters, read_value, tidy
from intake.runs import put_back

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_NAME = 200
#: Of HTML; what a person wrote stands at its beginning.
MAX_HTML = 512_000

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
_MAGIC = (
    (b"%PDF-", ".pdf"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG\r\n", ".png"),
    (b"GIF8", ".gif"),
    (b"Rar!\x1a\x07", ".rar"),
    (b"7z\xbc\xaf\x27\x1c", ".7z"),
    (b"{\\rtf", ".rtf"),
    (b"\x78\x9f\x3e\x22", ".dat"),
)
_ZIP_KINDS = (("xl/", ".xlsx"), ("word/", ".docx"), ("ppt/", ".pptx"))
_OPEN_DOCUMENT = ((b"spreadsheet", ".ods"), (b"text", ".odt"))
_MEDIA_SUFFIXES = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/csv": ".csv",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
}
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
#: Signs that turn the direction of writing hide a suffix: "fdp.exe" shown as "exe.pdf".
_HIDING = dict.fromkeys(
    map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
)
_TAG = re.compile(r"(<[a-zA-Z/!?][^<>]*>)")
_TAG_NAME = re.compile(r"</?\s*([a-zA-Z0-9]+)")
_BREAKING = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote", "hr"})
_SILENT = frozenset({"style", "script", "head", "title"})
_BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")
_SPACES = re.compile(r"\s+")
_INNER_SPACES = re.compile(r"[ \t\xa0]+")


class Part(Message):
    """A part whose long runs of base64 lines were taken out (`intake.runs`)."""

    #: Of the whole mail.
    runs: tuple[bytes, ...] = ()


class Fields:
    """The header fields of one part, by lower-case name, as the parser keeps them."""

    __slots__ = ("_values",)

    def __init__(self, part: Message) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in part.raw_items():
            self._values.setdefault(name.lower(), []).append(str(value))

    def first(self, name: str) -> str:
        """Give the first field of that name, raw; empty when there is none."""
        values = self._values.get(name)
        return values[0] if values else ""

    def all(self, name: str) -> tuple[str, ...]:
        """Give every field of that name, raw, from the top."""
        return tuple(self._values.get(name, ()))

    def has_any(self, names: Iterable[str]) -> bool:
        """Tell whether one of *names* is there."""
        return any(name in self._values for name in names)


def inner_parts(part: Message) -> list[Message]:
    """Give the parts directly inside *part*; none for a leaf."""
    payload = part.get_payload() if part.is_multipart() else []
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def content_of(part: Message) -> bytes:
    """Decode the content of a leaf, whatever its encoding promises."""
    # get_payload() decodes by the declared charset, which loses bytes and fails for impossible charsets.
    payload = part._payload  # type: ignore[attr-defined] # noqa: SLF001
    if not isinstance(payload, str):
        return b""
    content = payload.encode("ascii", "surrogateescape")
    if isinstance(part, Part):
        content = put_back(content, part.runs)
    encoding = read_value(Fields(part).first("content-transfer-encoding"))
    if encoding == "base64":
        return decode_base64(content)
    if encoding == "quoted-printable":
        return quopri.decodestring(content)
    return content


def text_of(part: Message) -> str:
    """Read the text of a leaf in its charset, with single line feeds."""
    parameters = read_parameters(Fields(part).first("content-type"))
    text = decode_bytes(content_of(part), parameters.get("charset", ""))
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def file_name(fields: Fields) -> str:
    """Find the name that the sender gave a part; empty when there is none.

    Content-Disposition comes first; programs that damage it often leave the right name in Content-Type.
    """
    disposition = read_parameters(fields.first("content-disposition"))
    content_type = read_parameters(fields.first("content-type"))
    names = [disposition.get("filename", ""), disposition.get("name", ""), content_type.get("name", "")]
    clean = [safe_name(name) for name in (*names, content_type.get("filename", ""))]
    whole = [name for name in clean if name and "\ufffd" not in name]
    return next(iter(whole or [name for name in clean if name]), "")


def safe_name(name: str) -> str:
    """Reduce a name to its last part, in NFC, without signs that hide or command anything."""
    last = re.split(r"[/\\]", nfc(name).translate(_HIDING))[-1]
    last = re.sub(r'[<>:"|?*\x00-\x1f\x7f]', "_", tidy(last)).strip(" .")
    if _DEVICE.match(last):
        last = f"_{last}"
    if len(last) <= MAX_NAME:
        return last
    suffix = PurePosixPath(last).suffix[:10]
    return last[: MAX_NAME - len(suffix)].rstrip(" .") + suffix


def made_up_name(number: int, content: bytes, media_type: str) -> str:
    """Name a nameless attachment by what it is: `tep-1.xlsx`."""
    return f"tep-{number}{sniff(content) or _MEDIA_SUFFIXES.get(media_type, '.bin')}"


def sniff(content: bytes) -> str:
    """Tell the suffix that fits the first bytes; empty when they say nothing."""
    if content.startswith(ZIP_MAGIC):
        return _sniff_zip(content)
    if content.startswith(OLE_MAGIC):
        # The directory of a compound file names its streams in UTF-16.
        if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
            return ".xls"
        return ".doc" if "WordDocument".encode("utf-16-le") in content else ".ole"
    return next((suffix for magic, suffix in _MAGIC if content.startswith(magic)), "")


def _sniff_zip(content: bytes) -> str:
    # OpenDocument 1.2 part 3, 3.3: it stores its media type, uncompressed, as the first member.
    head = content[:200]
    if b"mimetypeapplication/vnd.oasis.opendocument." in head:
        return next((suffix for word, suffix in _OPEN_DOCUMENT if word in head), ".zip")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, IndexError, OverflowError):
        names = []
    for start, suffix in _ZIP_KINDS:
        if any(name.startswith(start) for name in names):
            return suffix
    return ".zip"


def strip_html(source: str) -> str:
    """Give the words of an HTML body; linear in time, whatever the source."""
    words: list[str] = []
    silent = ""
    for piece in _TAG.split(_without_comments(source[:MAX_HTML])):
        match = _TAG_NAME.match(piece)
        if match is None or not piece.endswith(">"):
            if not silent:
                words.append(_SPACES.sub(" ", piece))
            continue
        name = match[1].lower()
        if name in _SILENT:
            silent = "" if piece.startswith("</") else name
        elif name in _BREAKING:
            words.append("\n")
        elif name in ("td", "th"):
            words.append(" ")
    lines = (_INNER_SPACES.sub(" ", line).strip() for line in html.unescape("".join(words)).split("\n"))
    return nfc(_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip())


def _without_comments(source: str) -> str:
    kept: list[str] = []
    position = 0
    while (start := source.find("<!--", position)) >= 0:
        kept.append(source[position:start])
        end = source.find("-->", start)
        if end < 0:
            return "".join(kept)
        position = end + len("-->")
    return "".join((*kept, source[position:]))
