"""What an attached file is, by its content first and its name only where the content is silent."""

from __future__ import annotations

from enum import StrEnum

_WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".ods", ".csv", ".et", ".numbers")
_NARRATIVE_NAMES = (".docx", ".doc", ".pdf", ".odt", ".rtf")
_IMAGE_MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_ARCHIVE_MAGIC = (b"Rar!", b"7z\xbc\xaf")
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


def file_kind(name: str, content: bytes) -> FileKind:
    """Tell what *content* is; *name* decides only between files that look alike from outside."""
    lowered = name.lower()
    if content.startswith(b"PK"):
        # Member names stand uncompressed in the local headers and in the directory at the end.
        if b"word/" in content[:_HEAD] or b"word/document.xml" in content[-_HEAD:]:
            return FileKind.NARRATIVE
        if b"xl/" in content[:_HEAD] or b"xl/" in content[-_HEAD:] or lowered.endswith(_WORKBOOK_NAMES):
            return FileKind.WORKBOOK
        if b"opendocument.text" in content[:_HEAD]:
            return FileKind.NARRATIVE
        if b"opendocument.spreadsheet" in content[:_HEAD]:
            return FileKind.WORKBOOK
        return FileKind.ARCHIVE
    if content.startswith(_OLE):
        # Stream names stand as UTF-16LE in the compound file's directory.
        if "WordDocument".encode("utf-16-le") in content:
            return FileKind.NARRATIVE
        return FileKind.NARRATIVE if lowered.endswith(".doc") else FileKind.WORKBOOK
    if content.startswith((b"%PDF", b"{\\rtf")):
        return FileKind.NARRATIVE
    if content.startswith(_IMAGE_MAGIC):
        return FileKind.IMAGE
    if content.startswith(_ARCHIVE_MAGIC):
        return FileKind.ARCHIVE
    if lowered.endswith(_WORKBOOK_NAMES):
        return FileKind.WORKBOOK
    return FileKind.NARRATIVE if lowered.endswith(_NARRATIVE_NAMES) and content else FileKind.OTHER
