"""Any returned file with its marks: the file itself where it can be marked, otherwise a plain copy of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import Encrypted, WorkbookError
from parsers.fileformat import FileFormat, recognise
from parsers.marking.plain_copy import marked_copy
from parsers.marking.workbook import ending_of, mark_workbook
from parsers.opening import open_grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsers.marking.marks import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A marked file."""

    content: bytes
    #: What its name has to end with: ".xlsx", ".xlsm".
    ending: str
    #: It is a plain copy, because the file itself cannot be marked (.xls, .ods).
    is_copy: bool


def mark_returned(content: bytes, marks: Sequence[Mark], author: str) -> Marked:
    """Mark a file of any format that is read; *author* signs the comments.

    Raises WorkbookError for a file that cannot be read, or whose copy would be beyond all measure.
    """
    try:
        made = mark_workbook(content, marks, author=author)
        return Marked(content=made, ending=ending_of(content), is_copy=False)
    except Encrypted:
        raise
    except WorkbookError:
        if recognise("", content) is FileFormat.DOCX:
            raise  # of a table in a Word file the blank is better than a copy
        made = marked_copy(open_grid(content), marks, author=author)
        return Marked(content=made, ending=".xlsx", is_copy=True)
