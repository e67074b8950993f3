"""What an attached file is, by its content first and its name only where the content is silent."""

from __future__ import annotations

from enum import StrEnum

_WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".ods", ".csv", ".et", ".numbers")
_NARRATIVE_NAMES = (".docx", ".doc", ".pdf", ".odt", ".rtf")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 65536


class FileKind(StrEnum):
    """What a file may be for us."""

    #: May hold the form.
    WORKBOOK = "workbook"
    #: May be the text report.
    NARRATIVE = "narrative"
    IMAGE = "image"
    ARCHIVE = "archive"
    OTHER = "other"


_MAGIC = (
    ((b"%PDF", b"{\\rtf"), FileKind.NARRATIVE),
    ((b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\x00", b"MM\x00*"), FileKind.IMAGE),
    ((b"Rar!", b"7z\xbc\xaf"), FileKind.ARCHIVE),
)


def file_kind(name: str, content: bytes) -> FileKind:
    """Tell what *content* is; *name* decides only between files that look alike from outside."""
    lowered = name.lower()
    if content.startswith(b"PK"):
        return _kind_of_zip(lowered, content)
    if content.startswith(_OLE):
        # Stream names stand as UTF-16LE in the compound file's directory.
        is_word = "WordDocument".encode("utf-16-le") in content or lowered.endswith(".doc")
        return FileKind.NARRATIVE if is_word else FileKind.WORKBOOK
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if lowered.endswith(_WORKBOOK_NAMES):
        return FileKind.WORKBOOK
    return FileKind.NARRATIVE if lowered.endswith(_NARRATIVE_NAMES) and content else FileKind.OTHER


def _kind_of_zip(lowered: str, content: bytes) -> FileKind:
    """Tell a zip by its members, whose names stand uncompressed at its head and in its directory."""
    shown = content[:_HEAD] + content[-_HEAD:]
    if b"word/" in shown or b"opendocument.text" in shown:
        return FileKind.NARRATIVE
    if b"xl/" in shown or b"opendocument.spreadsheet" in shown or lowered.endswith(_WORKBOOK_NAMES):
        return FileKind.WORKBOOK
    return FileKind.ARCHIVE
