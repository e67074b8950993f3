"""Reader of .docx: bytes to paragraphs and tables, with nothing guessed, within the limits of a package.

The same file may be the narrative report, a form pasted into Word, or both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import NotAWorkbook, WorkbookError
from parsers.package import Package, damage, open_package
from parsers.word.body import read_body
from parsers.word.numbering import Numbering, read_numbering
from parsers.word.styles import Styles, read_styles

if TYPE_CHECKING:
    from parsers.word.document import Document

_USUAL_PART = "word/document.xml"


def read_word(content: bytes) -> Document:
    """Read a Word file (.docx, .docm, .dotx).

    Raises NotAWorkbook (no Word file, or damaged), Encrypted, TooLarge or AmbiguousForm.
    """
    try:
        return _read(open_package(content))
    except WorkbookError:
        raise
    except damage() as trouble:
        raise NotAWorkbook("The Word file is damaged and cannot be read.") from trouble


def _read(package: Package) -> Document:
    main = _find_document(package)
    parts = {link.kind: link.target for link in package.relationships(main) if link.target in package}
    styles = read_styles(package.pieces(parts["styles"])) if "styles" in parts else Styles()
    numbered = parts.get("numbering")
    numbering = read_numbering(package.pieces(numbered)) if numbered else Numbering({}, {})
    return read_body(package.pieces(main), styles, numbering)


def _find_document(package: Package) -> str:
    """Give the name of the main part; what it holds is proved when it is read."""
    for link in package.relationships(""):
        if link.kind == "officeDocument" and link.target in package:
            return link.target
    if _USUAL_PART in package:
        return _USUAL_PART
    raise NotAWorkbook("The file is a zip archive that holds no Word document.")
