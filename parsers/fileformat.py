"""What a file is, told by its content; its name decides only where the content cannot tell."""

from __future__ import annotations

import re
import struct
from enum import StrEnum
from typing import Final

from domain.errors import NotAWorkbook
from parsers.binary.biff import is_biff8
from parsers.binary.compound import MAGIC, CompoundFile
from parsers.delimited import decode_text, find_separator


class FileKind(StrEnum):
    """What a file may be for us."""

    #: May hold the form, or was meant to.
    WORKBOOK = "workbook"
    #: May be the text report.
    NARRATIVE = "narrative"
    IMAGE = "image"
    ARCHIVE = "archive"
    OTHER = "other"


class FileFormat(StrEnum):
    """Formats that come as attachments."""

    #: Excel since 2007, with or without macros, templates too.
    XLSX = "xlsx"
    #: Excel's binary workbook in a zip.
    XLSB = "xlsb"
    #: Excel 97 to 2003 (BIFF8), and what WPS calls .et.
    XLS = "xls"
    #: OpenDocument spreadsheet, zipped.
    ODS = "ods"
    #: OpenDocument spreadsheet in one XML file.
    FODS = "fods"
    #: SpreadsheetML of Excel 2003.
    XML_2003 = "xml_2003"
    #: A page of HTML or an .mht, often called .xls.
    WEBPAGE = "webpage"
    #: Text with separators that reads as a table.
    CSV = "csv"
    #: Word since 2007; may be the text report, the form, or both.
    DOCX = "docx"
    #: Word 97 to 2003.
    DOC = "doc"
    #: OpenDocument text.
    ODT = "odt"
    RTF = "rtf"
    PDF = "pdf"
    #: Encrypted by Office with a password to open it.
    LOCKED = "locked"
    #: Excel 95 and older.
    OLD_EXCEL = "old_excel"
    #: WPS Spreadsheets in its own old format.
    OLD_WPS = "old_wps"
    #: Apple Numbers.
    NUMBERS = "numbers"
    #: Apple Pages.
    PAGES = "pages"
    LOTUS = "lotus"
    QUATTRO = "quattro"
    WORKS = "works"
    #: StarOffice and OpenOffice 1.
    STARCALC = "starcalc"
    #: Tables in the exchange formats of the eighties: SYLK, DIF, dBASE.
    OLD_EXCHANGE = "old_exchange"
    #: PowerPoint, Impress, Keynote.
    SLIDES = "slides"
    PICTURE = "picture"
    #: Sound or film.
    FILM = "film"
    ARCHIVE = "archive"
    #: A shortcut: to a page, to a file of another machine, or what Google Drive leaves instead of a file.
    LINK = "link"
    PROGRAM = "program"
    #: A mail saved as a file.
    MAIL = "mail"
    #: Plain text without a table.
    TEXT = "text"
    #: No bytes at all.
    EMPTY = "empty"
    UNKNOWN = "unknown"


_WORKBOOKS: Final = frozenset({
    FileFormat.XLSX, FileFormat.XLSB, FileFormat.XLS, FileFormat.ODS, FileFormat.FODS, FileFormat.XML_2003,
    FileFormat.WEBPAGE, FileFormat.CSV, FileFormat.LOCKED, FileFormat.OLD_EXCEL, FileFormat.OLD_WPS,
    FileFormat.NUMBERS, FileFormat.LOTUS, FileFormat.QUATTRO, FileFormat.WORKS, FileFormat.STARCALC,
    FileFormat.OLD_EXCHANGE,
})  # fmt: skip
_NARRATIVES: Final = frozenset({
    FileFormat.DOCX, FileFormat.DOC, FileFormat.ODT, FileFormat.RTF, FileFormat.PDF,
    FileFormat.PAGES,
})  # fmt: skip

_WORKBOOK_NAMES: Final = (
    ".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlt", ".xlsb", ".ods", ".ots", ".fods", ".csv", ".et",
    ".numbers",
)  # fmt: skip
_NARRATIVE_NAMES: Final = (".docx", ".docm", ".doc", ".pdf", ".odt", ".rtf")

_HEAD: Final = 65_536
_SNIFFED: Final = 8_192
_MOST_NAMES: Final = 5_000
_END_OF_DIRECTORY: Final = b"PK\x05\x06"
_ENTRY, _MEMBER = b"PK\x01\x02", b"PK\x03\x04"
_MEMBER_NAME: Final = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)

#: Beginnings of files, the longer and more telling ones first.
_SIGNATURES: Final[tuple[tuple[bytes, FileFormat], ...]] = (
    (b"%PDF", FileFormat.PDF),
    (b"{\\rtf", FileFormat.RTF),
    (b"\x89PNG", FileFormat.PICTURE),
    (b"\xff\xd8\xff", FileFormat.PICTURE),
    (b"GIF8", FileFormat.PICTURE),
    (b"II*\x00", FileFormat.PICTURE),
    (b"MM\x00*", FileFormat.PICTURE),
    (b"8BPS", FileFormat.PICTURE),
    (b"AT&TFORM", FileFormat.PICTURE),
    (b"\x00\x00\x01\x00", FileFormat.PICTURE),
    (b"Rar!", FileFormat.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", FileFormat.ARCHIVE),
    (b"\x1f\x8b", FileFormat.ARCHIVE),
    (b"BZh", FileFormat.ARCHIVE),
    (b"\xfd7zXZ\x00", FileFormat.ARCHIVE),
    (b"MSCF", FileFormat.ARCHIVE),
    (b"MZ", FileFormat.PROGRAM),
    (b"\x7fELF", FileFormat.PROGRAM),
    (b"#!/", FileFormat.PROGRAM),
    (b"\x4c\x00\x00\x00\x01\x14\x02\x00", FileFormat.LINK),
    (b"\x09\x00\x04\x00", FileFormat.OLD_EXCEL),
    (b"\x09\x02\x06\x00", FileFormat.OLD_EXCEL),
    (b"\x09\x04\x06\x00", FileFormat.OLD_EXCEL),
    (b"\x09\x08", FileFormat.OLD_EXCEL),
    (b"\x00\x00\x1a\x00", FileFormat.LOTUS),
    (b"\x00\x00\x02\x00\x04\x04", FileFormat.LOTUS),
    (b"\x00\x00\x02\x00\x05\x04", FileFormat.LOTUS),
    (b"\x00\x00\x02\x00\x06\x04", FileFormat.LOTUS),
    (b"\x00\x00\x02\x00", FileFormat.QUATTRO),
    (b"\xff\x00\x02\x00", FileFormat.WORKS),
    (b"ID3", FileFormat.FILM),
    (b"OggS", FileFormat.FILM),
    (b"\x1aE\xdf\xa3", FileFormat.FILM),
    (b"ID;P", FileFormat.OLD_EXCHANGE),
    (b"TABLE\r\n0,1", FileFormat.OLD_EXCHANGE),
    (b"TABLE\n0,1", FileFormat.OLD_EXCHANGE),
)
#: Streams of compound files, the telling ones first.
_STREAMS: Final[tuple[tuple[str, FileFormat], ...]] = (
    ("EncryptedPackage", FileFormat.LOCKED),
    ("WordDocument", FileFormat.DOC),
    ("PowerPoint Document", FileFormat.SLIDES),
    ("Workbook", FileFormat.XLS),
    ("Book", FileFormat.OLD_EXCEL),
    ("__properties_version1.0", FileFormat.MAIL),
    ("StarCalcDocument", FileFormat.STARCALC),
    ("WksSSWorkBook", FileFormat.WORKS),
    ("NativeContent_MAIN", FileFormat.QUATTRO),
)
#: Members of zip packages, in lower case.
_MEMBERS: Final[tuple[tuple[str, FileFormat], ...]] = (
    ("xl/workbook.bin", FileFormat.XLSB),
    ("xl/", FileFormat.XLSX),
    ("word/", FileFormat.DOCX),
    ("ppt/", FileFormat.SLIDES),
    ("index/document.iwa", FileFormat.NUMBERS),
    ("index.zip", FileFormat.NUMBERS),
    ("index.apxl", FileFormat.SLIDES),
)
_MEDIA_TYPES: Final[tuple[tuple[bytes, FileFormat], ...]] = (
    (b"opendocument.spreadsheet", FileFormat.ODS),
    (b"opendocument.text", FileFormat.ODT),
    (b"opendocument.presentation", FileFormat.SLIDES),
    (b"vnd.sun.xml.calc", FileFormat.STARCALC),
    (b"vnd.sun.xml.writer", FileFormat.ODT),
)
#: Brands of the ISO media container that are still pictures (iPhones photograph in HEIC).
_PICTURE_BRANDS: Final = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"hevc")
#: What a text says of itself near its beginning, the telling ones first.
_SIGNS: Final[tuple[tuple[bytes, FileFormat], ...]] = (
    (b"%pdf-", FileFormat.PDF),
    (b"urn:schemas-microsoft-com:office:spreadsheet", FileFormat.XML_2003),
    (b"application/vnd.oasis.opendocument.spreadsheet", FileFormat.FODS),
    (b"application/vnd.oasis.opendocument.text", FileFormat.ODT),
    (b"[internetshortcut]", FileFormat.LINK),
    (b"[desktop entry]", FileFormat.LINK),
    (b"<key>url</key>", FileFormat.LINK),
    (b"<html", FileFormat.WEBPAGE),
    (b"<!doctype html", FileFormat.WEBPAGE),
    (b"<table", FileFormat.WEBPAGE),
    (b"<meta", FileFormat.WEBPAGE),
    (b"<style", FileFormat.WEBPAGE),
    (b"<body", FileFormat.WEBPAGE),
)
_STUB: Final = re.compile(rb'\{.{0,2000}"(?:doc_id|url)"\s*:', re.DOTALL)
_MAIL_FIELDS: Final = (b"\nreceived:", b"\nmessage-id:", b"\nto:", b"\nreturn-path:")
_NO_TEXT: Final = frozenset(range(0x20)) - {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A, 0x1B}
_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")


def recognise(name: str, content: bytes) -> FileFormat:
    """Tell what *content* is; *name* is asked only where it says nothing."""
    if not content:
        return FileFormat.EMPTY
    lowered = name.lower()
    if content.startswith(b"PK"):
        return _zip_format(lowered, content)
    if content.startswith(MAGIC):
        return _compound_format(lowered, content)
    return _signed_format(content) or _text_format(lowered, content)


def is_called_workbook(name: str) -> bool:
    """Tell whether a file has the name of a workbook, whatever it is."""
    return name.lower().endswith(_WORKBOOK_NAMES)


def kind_of(file_format: FileFormat, name: str) -> FileKind:
    """Tell what a file of that format may be for us; *name* tells what an empty or damaged one was to be."""
    lowered = name.lower()
    if file_format in _WORKBOOKS:
        return FileKind.WORKBOOK
    if file_format in _NARRATIVES:
        return FileKind.NARRATIVE
    if file_format is FileFormat.PICTURE:
        return FileKind.IMAGE
    if file_format is FileFormat.ARCHIVE:
        return FileKind.WORKBOOK if lowered.endswith(_WORKBOOK_NAMES) else FileKind.ARCHIVE
    if file_format in (FileFormat.EMPTY, FileFormat.UNKNOWN, FileFormat.TEXT):
        if lowered.endswith(_WORKBOOK_NAMES):
            return FileKind.WORKBOOK
        if lowered.endswith(_NARRATIVE_NAMES) and file_format is not FileFormat.EMPTY:
            return FileKind.NARRATIVE
    return FileKind.OTHER


def _zip_format(lowered: str, content: bytes) -> FileFormat:
    head = content[:300]
    if b"mimetypeapplication/" in head:
        for sign, file_format in _MEDIA_TYPES:
            if sign in head:
                return file_format
    names = zip_names(content)
    for start, file_format in _MEMBERS:
        if any(name.startswith(start) for name in names):
            if file_format is FileFormat.NUMBERS and lowered.endswith((".pages", ".key")):
                return FileFormat.PAGES if lowered.endswith(".pages") else FileFormat.SLIDES
            return file_format
    if "content.xml" in names and b"opendocument.spreadsheet" in content[:_HEAD] + content[-_HEAD:]:
        return FileFormat.ODS
    if "content.xml" in names and "meta-inf/manifest.xml" in names and lowered.endswith((".ods", ".ots")):
        return FileFormat.ODS
    return FileFormat.ARCHIVE


def zip_names(content: bytes) -> tuple[str, ...]:
    """Give the names of a zip's members in lower case, from its directory; of a cut zip those at its head."""
    end = content.rfind(_END_OF_DIRECTORY, max(0, len(content) - _HEAD - 22))
    names: list[bytes] = []
    if 0 <= end <= len(content) - 22:
        size = struct.unpack_from("<I", content, end + 12)[0]
        place = end - size
        while 0 <= place <= end - 46 and len(names) < _MOST_NAMES and content[place : place + 4] == _ENTRY:
            length, extra, comment = struct.unpack_from("<HHH", content, place + 28)
            names.append(content[place + 46 : place + 46 + length])
            place += 46 + length + extra + comment
    if not names:
        for found in _MEMBER_NAME.finditer(content, 0, min(len(content), 4 * _HEAD)):
            length = int.from_bytes(found[1], "little")
            names.append(content[found.end() : found.end() + length])
    return tuple(name.decode("utf-8", "replace").replace("\\", "/").lstrip("/").lower() for name in names)


def _compound_format(lowered: str, content: bytes) -> FileFormat:
    try:
        container = CompoundFile(content)
    except (NotAWorkbook, struct.error):
        # Cut in the middle: the names of its streams stand as UTF-16 in what is left of its directory.
        streams = [name for name, _ in _STREAMS if name.encode("utf-16-le") in content]
    else:
        streams = [name for name, _ in _STREAMS if name in container]
        streams = streams or [name for name, _ in _STREAMS if name.encode("utf-16-le") in content]
    for name, file_format in _STREAMS:
        if name in streams:
            return file_format
    if lowered.endswith(".et"):
        return FileFormat.OLD_WPS
    if lowered.endswith(".doc"):
        return FileFormat.DOC
    return FileFormat.XLS if lowered.endswith(".xls") else FileFormat.UNKNOWN


def _signed_format(content: bytes) -> FileFormat | None:
    if is_biff8(content):
        return FileFormat.XLS
    for signature, file_format in _SIGNATURES:
        if content.startswith(signature):
            return file_format
    if content.startswith(b"BM") and content[6:10] == bytes(4):
        return FileFormat.PICTURE
    if content[4:8] == b"ftyp":
        is_picture = content[8:12].lower() in _PICTURE_BRANDS
        return FileFormat.PICTURE if is_picture else FileFormat.FILM
    if content.startswith(b"RIFF"):
        return FileFormat.PICTURE if content[8:12] == b"WEBP" else FileFormat.FILM
    if content[257:262] == b"ustar":
        return FileFormat.ARCHIVE
    return None


def _text_format(lowered: str, content: bytes) -> FileFormat:
    """Tell texts apart by what they say of themselves; a table of text is CSV."""
    head = content[:_SNIFFED].replace(b"\x00", b"").lower()
    if b"mime-version:" in head and not head.lstrip().startswith(b"<"):
        is_page = b"multipart/related" in head or b"text/html" in head
        is_mail = any(sign in head for sign in _MAIL_FIELDS) or lowered.endswith(".eml")
        return FileFormat.WEBPAGE if is_page and not is_mail else FileFormat.MAIL
    for sign, file_format in _SIGNS:
        if sign in head:
            return file_format
    if _STUB.match(head.lstrip(b"\xef\xbb\xbf \r\n\t")):
        return FileFormat.LINK
    if content.startswith(_BOMS) or not _NO_TEXT.intersection(head):
        is_table = find_separator(decode_text(content[: 2 * _HEAD])) is not None
        return FileFormat.CSV if is_table or lowered.endswith(".csv") else FileFormat.TEXT
    return FileFormat.UNKNOWN
