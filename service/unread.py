"""What is said of a file that could not be read as the form: one finding for each kind of trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.findings import finding
from parsers.fileformat import FileFormat, FileKind, kind_of

if TYPE_CHECKING:
    from domain.findings import Finding

#: What is said of a whole file of a format that is not read.
_KINDS: Final[dict[FileFormat, str]] = {
    FileFormat.LOCKED: "encrypted_file",
    FileFormat.OLD_EXCEL: "old_excel_file",
    FileFormat.NUMBERS: "numbers_file",
    FileFormat.PICTURE: "picture_file",
    FileFormat.PDF: "pdf_file",
    FileFormat.DOCX: "word_file",
    FileFormat.DOC: "word_file",
    FileFormat.ODT: "word_file",
    FileFormat.RTF: "word_file",
    FileFormat.LINK: "link_file",
    FileFormat.ARCHIVE: "archive_file",
    FileFormat.PROGRAM: "program_file",
    FileFormat.EMPTY: "empty_file",
    FileFormat.UNKNOWN: "unreadable_file",
}
#: Names of programs whose tables are not read.
_PROGRAMS: Final[dict[FileFormat, str]] = {
    FileFormat.OLD_WPS: "WPS bản cũ",
    FileFormat.LOTUS: "Lotus 1-2-3",
    FileFormat.QUATTRO: "Quattro Pro",
    FileFormat.WORKS: "Microsoft Works",
    FileFormat.STARCALC: "OpenOffice bản cũ",
    FileFormat.OLD_EXCHANGE: "chương trình cũ",
}
#: Formats that are read: what fails in them is damage.
_READ: Final = frozenset({
    FileFormat.XLSX, FileFormat.XLSB, FileFormat.XLS, FileFormat.ODS, FileFormat.FODS, FileFormat.XML_2003,
    FileFormat.WEBPAGE, FileFormat.CSV,
})  # fmt: skip


def unread(file_format: FileFormat, name: str) -> Finding:
    """Say why a file of that format could not be read as the form, and what to do."""
    was_meant_as_form = kind_of(file_format, name) is FileKind.WORKBOOK
    if file_format in _READ or (file_format is FileFormat.ARCHIVE and was_meant_as_form):
        return of_file("damaged_file", name)
    if file_format in _PROGRAMS:
        return of_file("foreign_spreadsheet", name, program=_PROGRAMS[file_format])
    return of_file(_KINDS.get(file_format, "other_format"), name)


def of_file(kind: str, name: str, **words: object) -> Finding:
    """Make a finding about a whole file."""
    return finding(kind, None, field="", label="", **{"raw": name, **words})
