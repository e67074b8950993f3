"""Word files for tests: written by python-docx as an office would, or part by part as other programs do."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import docx

from parsers.word.reader import read_word

if TYPE_CHECKING:
    from collections.abc import Callable

    from docx.document import Document

    from parsers.word.document import Table

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """Pack parts as they are."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def word_file(body: str, *, styles: str = "", numbering: str = "", namespace: str = MAIN) -> bytes:
    """Give a minimal Word file around the XML of its body."""
    links = ""
    parts: dict[str, str | bytes] = {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{namespace}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        f'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
        f"<w:body>{body}</w:body></w:document>",
    }
    for name, root, content in (("styles", "styles", styles), ("numbering", "numbering", numbering)):
        if content:
            links += f'<Relationship Id="{name}" Type="{_OFFICE}/{name}" Target="{name}.xml"/>'
            parts[f"word/{name}.xml"] = f'<w:{root} xmlns:w="{namespace}">{content}</w:{root}>'
    parts["word/_rels/document.xml.rels"] = f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>'
    return zipped(parts)


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    """Give the XML of a paragraph with one run."""
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr>"
        f'<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def by_docx(write: Callable[[Document], object]) -> bytes:
    """Give the file that python-docx makes after *write* has written into it."""
    document = docx.Document()
    write(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def texts(content: bytes) -> list[str]:
    """Give the words of every paragraph, numbering included."""
    return [block.shown for block in read_word(content).paragraphs()]


def only_table(content: bytes) -> Table:
    """Give the one table of a file."""
    (table,) = read_word(content).tables
    return table


def places(table: Table) -> list[tuple[int, int, int, int, str]]:
    """Give what stands where: (row, column, row span, column span, text)."""
    return [(cell.row, cell.column, cell.row_span, cell.column_span, cell.text) for cell in table.cells()]


def cell(text: str, properties: str = "") -> str:
    """Give the XML of a table's cell."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    """Give the XML of a table's row."""
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"
