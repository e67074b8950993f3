"""A returned file to a Grid, whatever its format: recognised by content, read by that format's reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.errors import Encrypted, NotAWorkbook
from parsers.binary.default_password import unlock_package
from parsers.binary.xls import read_xls
from parsers.binary.xlsb import read_xlsb
from parsers.delimited import read_delimited
from parsers.fileformat import FileFormat, recognise
from parsers.opendocument.reader import read_opendocument
from parsers.spreadsheetml import read_spreadsheetml
from parsers.web.page import read_webpage
from parsers.word.grid import read_word_tables
from parsers.xlsx.reader import read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsers.workbook import Grid

_READERS: Final[dict[FileFormat, Callable[[bytes], Grid]]] = {
    FileFormat.XLSX: read_workbook,
    FileFormat.XLSB: read_xlsb,
    FileFormat.XLS: read_xls,
    FileFormat.ODS: read_opendocument,
    FileFormat.FODS: read_opendocument,
    FileFormat.XML_2003: read_spreadsheetml,
    FileFormat.WEBPAGE: read_webpage,
    FileFormat.CSV: read_delimited,
    FileFormat.DOCX: read_word_tables,
}


def open_grid(content: bytes, name: str = "") -> Grid:
    """Read a file; *name* is asked only where the content does not say what it is.

    Raises NotAWorkbook, Encrypted, TooLarge or AmbiguousForm.
    """
    return read_as(recognise(name, content), content)


def read_as(file_format: FileFormat, content: bytes) -> Grid:
    """Read a file whose format is known; raises as open_grid does."""
    if file_format is FileFormat.LOCKED:
        plain = unlock_package(content)
        inner = recognise("", plain)
        if inner is FileFormat.LOCKED:
            raise Encrypted("The workbook is locked with a password.")
        return read_as(inner, plain)
    reader = _READERS.get(file_format)
    if reader is None:
        raise NotAWorkbook(f"The file is no workbook that can be read here: {file_format}.")
    return reader(content)
