"""The zip package around a workbook: told by content, opened within limits, its parts read in pieces.

Sizes in a zip's directory are claims; every byte is counted while it is inflated.
"""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar, cast
from xml.parsers import expat

from zlib_ng import zlib_ng

from domain.errors import AmbiguousForm, Encrypted, NotAWorkbook, TooLarge
from parsers.xlsx.plain_xml import (
    ATTRIBUTE,
    LARGEST,
    MAIN_NAMESPACES,
    NotPlain,
    decoded,
    find_all,
    plain_body,
    refuse_markup,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Limits for one file.
MAX_INFLATED = 300 * 1024 * 1024
MAX_MEMBERS = 5_000
_PIECE = 1 << 16
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_LINKS_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_LINK = re.compile(r"<Relationship ([^<>]*)/>")
_LONGEST_TOKEN = 1 << 21
#: Largest part of which it is remembered what was read.
_SMALL = 1 << 16
_Read = TypeVar("_Read")

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "The file is a PDF document, not a workbook."),
    (b"\x89PNG", "The file is a picture (PNG), not a workbook."),
    (b"\xff\xd8\xff", "The file is a picture (JPEG), not a workbook."),
    (b"GIF8", "The file is a picture (GIF), not a workbook."),
    (b"BM", "The file is a picture (BMP), not a workbook."),
    (b"II*\x00", "The file is a picture (TIFF), not a workbook."),
    (b"MM\x00*", "The file is a picture (TIFF), not a workbook."),
    (b"Rar!", "The file is a RAR archive, not a workbook."),
    (b"7z\xbc\xaf\x27\x1c", "The file is a 7-Zip archive, not a workbook."),
    (b"\x1f\x8b", "The file is a gzip archive, not a workbook."),
    (b"{\\rtf", "The file is a rich text document, not a workbook."),
    (b"\x09\x08", "The file is an old .xls workbook, not .xlsx."),
    (b"\x09\x04", "The file is an old .xls workbook, not .xlsx."),
    (b"\x09\x00\x04\x00", "The file is an old .xls workbook, not .xlsx."),
)
_ZIP_KINDS: tuple[tuple[str, str], ...] = (
    ("xl/workbook.bin", "The file is a binary workbook (.xlsb), not .xlsx."),
    ("word/document.xml", "The file is a Word document, not a workbook."),
    ("ppt/presentation.xml", "The file is a presentation, not a workbook."),
    ("index/document.iwa", "The file is a Numbers or Pages document, not .xlsx."),
)
#: Signs that stand somewhere near the beginning, the telling ones first.
_SIGNS_WITHIN: tuple[tuple[bytes, str], ...] = (
    (b"%pdf-", "The file is a PDF document, not a workbook."),
    (
        b"urn:schemas-microsoft-com:office:spreadsheet",
        "The file is an XML spreadsheet of Excel 2003, not .xlsx.",
    ),
    (b"opendocument:xmlns:office", "The file is a flat OpenDocument file (.fods), not .xlsx."),
    (b"<html", "The file is a web page (HTML), not a workbook."),
    (b"<!doctype html", "The file is a web page (HTML), not a workbook."),
    (b"<table", "The file is a web page (HTML), not a workbook."),
    (b"<?xml", "The file is an XML file, not a workbook."),
)
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    cast("type[Exception]", zlib_ng.error),  # its stub takes it for an instance
    lzma.LZMAError,
    expat.ExpatError,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    UnicodeError,
    LookupError,
    OverflowError,
    ValueError,
)
_SIGNS_OF_TEXT = frozenset(range(0x20, 0x100)) | {0x09, 0x0A, 0x0D}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """A link from one part of the package to another."""

    id: str
    #: Last word of the type's address: `worksheet`, `sharedStrings`, `officeDocument`.
    kind: str
    #: Name of the part it leads to.
    target: str


def folded_name(name: str) -> str:
    """Spell the name of a part for comparison: some programs write backslashes, or a slash in front."""
    return name.replace("\\", "/").lstrip("/").casefold()


def _inflate(packed: bytes, size: int, crc: int) -> bytes:
    inflater = zlib_ng.decompressobj(-zlib_ng.MAX_WBITS)
    inflated = inflater.decompress(packed, LARGEST + 1)
    if not inflater.eof or len(inflated) != size or zlib_ng.crc32(inflated) != crc:
        raise zipfile.BadZipFile("A part of the file is damaged.")
    return inflated


@lru_cache(maxsize=128)
def _read_packed(read: Callable[[bytes], object], packed: bytes, size: int, crc: int) -> object:
    return read(_inflate(packed, size, crc))


class Package:
    """An opened zip package; `parts` are found whatever the case of their names."""

    def __init__(self, archive: zipfile.ZipFile, content: bytes) -> None:
        self._archive = archive
        self._content = content
        self._left = MAX_INFLATED
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in archive.infolist():
            first = self._members.setdefault(folded_name(member.filename), member)
            if first is not member and (first.CRC, first.file_size) != (member.CRC, member.file_size):
                raise AmbiguousForm(f"The file holds two different parts called {member.filename!r}.")

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._members

    @property
    def names(self) -> frozenset[str]:
        """Give the names of all parts, folded."""
        return frozenset(self._members)

    def whole(self, name: str) -> bytes | None:
        """Give the inflated bytes of a part; None where its size asks for reading piece by piece.

        Counts them against the limit of the whole file.
        """
        member = self._member(name)
        if member.file_size > LARGEST:
            return None
        if member.compress_type != zipfile.ZIP_DEFLATED:
            return b"".join(self.pieces(name))
        self._count(member.file_size)
        return _inflate(self._packed(member), member.file_size, member.CRC)

    def read_alike(self, name: str, read: Callable[[bytes], _Read | None]) -> _Read | None:
        """Give what *read* makes of a part, if need be from memory: in forms of one blank it is packed alike.

        Gives a value that is shared. None where the size asks for reading piece by piece, or *read* says so.
        """
        member = self._member(name)
        if member.compress_type == zipfile.ZIP_DEFLATED and member.file_size <= min(_SMALL, LARGEST):
            self._count(member.file_size)
            return cast(
                "_Read | None", _read_packed(read, self._packed(member), member.file_size, member.CRC)
            )
        content = self.whole(name)
        return None if content is None else read(content)

    def complete(self, name: str) -> bytes:
        """Give the inflated bytes of a part in one piece, whatever its size."""
        whole = self.whole(name)
        return b"".join(self.pieces(name)) if whole is None else whole

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the inflated bytes of a part; counts them against the limit of the whole file."""
        with self._archive.open(self._member(name)) as stream:
            while piece := stream.read(_PIECE):
                self._count(len(piece))
                yield piece

    def _member(self, name: str) -> zipfile.ZipInfo:
        member = self._members.get(name.casefold())
        if member is None:
            raise NotAWorkbook(f"The workbook lacks its part {name!r}.")
        if member.flag_bits & 1:
            raise Encrypted("The zip archive is locked with a password.")
        return member

    def _packed(self, member: zipfile.ZipInfo) -> bytes:
        """Give the bytes of a member as they are packed: behind its own header, name and extra field."""
        header = self._content[member.header_offset : member.header_offset + _LOCAL_HEADER.size]
        signature, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        if signature != b"PK\x03\x04":
            raise zipfile.BadZipFile("A part of the file does not begin where its directory says.")
        start = member.header_offset + _LOCAL_HEADER.size + int(name_length) + int(extra_length)
        return self._content[start : start + member.compress_size]

    def _count(self, inflated: int) -> None:
        self._left -= inflated
        if self._left < 0:
            raise TooLarge(f"The file inflates to more than {MAX_INFLATED >> 20} MB.")

    def relationships(self, part: str) -> tuple[Relationship, ...]:
        """Give the links of a part ("" for the package itself); none when it has no such file."""
        folder, base = posixpath.split(part)
        name = posixpath.join(folder, "_rels", f"{base}.rels")
        if name not in self:
            return ()
        links = self.read_alike(name, _plain_links_from(folder))
        return _links(_read_links(self.pieces(name)), folder) if links is None else links


def _links(described: list[dict[str, str]], folder: str) -> tuple[Relationship, ...]:
    return tuple(
        Relationship(
            id=attributes.get("Id", ""),
            kind=attributes.get("Type", "").rpartition("/")[2],
            target=posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/"),
        )
        for attributes in described
        if attributes.get("TargetMode") != "External"
    )


@lru_cache(maxsize=64)
def _plain_links_from(folder: str) -> Callable[[bytes], tuple[Relationship, ...] | None]:
    """Give the reader of the links of parts in a folder: the same one each time, as memory asks for."""

    def read(content: bytes) -> tuple[Relationship, ...] | None:
        text = plain_body(content, (_LINKS_NAMESPACE,))
        if text is None:
            return None
        try:
            refuse_markup(text)
            described = [
                {key: decoded(value) for key, value in ATTRIBUTE.findall(one)}
                for one in find_all(_LINK, text, "<Relationship ")
            ]
        except NotPlain:
            return None
        return _links(described, folder)

    return read


def _read_links(pieces: Iterator[bytes]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(" ")[2] == "Relationship":
            found.append(attributes)

    parse_xml(pieces, start)
    return found


def open_package(content: bytes) -> Package:
    """Open the zip package of a workbook.

    Raises NotAWorkbook, Encrypted or TooLarge with a sentence that says what the file is instead.
    """
    if not content:
        raise NotAWorkbook("The file is empty.")
    if not content.startswith(b"PK"):
        _refuse_foreign(content)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGED as trouble:
        raise NotAWorkbook("The file is a damaged or cut zip archive.") from trouble
    if len(archive.infolist()) > MAX_MEMBERS:
        raise TooLarge(f"The file holds more than {MAX_MEMBERS} parts.")
    return Package(archive, content)


def find_workbook(package: Package) -> str:
    """Give the name of the workbook's main part."""
    for link in package.relationships(""):
        if link.kind == "officeDocument" and link.target in package:
            _refuse_other_document(link.target)
            return link.target
    if "xl/workbook.xml" in package:
        return "xl/workbook.xml"
    for name, sentence in _ZIP_KINDS:
        if name in package:
            raise NotAWorkbook(sentence)
    if "mimetype" in package:
        kind = b"".join(package.pieces("mimetype"))[:200]
        if b"opendocument.spreadsheet" in kind:
            raise NotAWorkbook("The file is an OpenDocument spreadsheet (.ods), not .xlsx.")
        if b"opendocument" in kind:
            raise NotAWorkbook("The file is an OpenDocument text or drawing, not a workbook.")
    raise NotAWorkbook("The file is a zip archive that holds no workbook.")


def parse_xml(
    pieces: Iterator[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse a part piece by piece; names come as "namespace local".

    A document type is refused before its first entity: no workbook has one, every entity bomb does.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse_document_type
    fed = 0
    for piece in pieces:
        parser.Parse(piece, False)  # noqa: FBT003 - the signature of expat
        fed += len(piece)
        if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
            # Expat looks at an unfinished element again with every piece.
            raise TooLarge(f"An element of the file is longer than {_LONGEST_TOKEN >> 20} MB.")
    parser.Parse(b"", True)  # noqa: FBT003 - the signature of expat


def local_name(tag: str) -> str:
    """Give the local name of an element of the spreadsheet language; nothing for elements of extensions."""
    namespace, _, local = tag.rpartition(" ")
    return local if namespace in MAIN_NAMESPACES else ""


def refuse_document_type(*_: object) -> None:
    """Refuse a part whose parser has come upon a document type."""
    raise NotAWorkbook("A part of the file declares a document type; no workbook does.")


def _refuse_other_document(part: str) -> None:
    for name, sentence in _ZIP_KINDS:
        if part.casefold() == name:
            raise NotAWorkbook(sentence)


def _refuse_foreign(content: bytes) -> None:
    """Raise with the name of what the file is; return when it may be a zip with something before it."""
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Encrypted("The workbook is locked with a password.")
        if "WordDocument".encode("utf-16-le") in content:
            raise NotAWorkbook("The file is an old Word document (.doc), not a workbook.")
        raise NotAWorkbook("The file is an old .xls workbook (or another OLE file), not .xlsx.")
    for signature, sentence in _SIGNATURES:
        if content.startswith(signature):
            raise NotAWorkbook(sentence)
    lowered = content[:4096].replace(b"\x00", b"").lower()
    for sign, sentence in _SIGNS_WITHIN:
        if sign in lowered:
            raise NotAWorkbook(sentence)
    if set(lowered) <= _SIGNS_OF_TEXT:
        raise NotAWorkbook("The file is plain text or CSV, not a workbook.")
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise NotAWorkbook("The file is of no known kind of workbook.")


def damage() -> tuple[type[Exception], ...]:
    """Name the exceptions by which zip and XML libraries say that a file is damaged."""
    return _DAMAGED
