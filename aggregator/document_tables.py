"""Tables of the report's annexes: thin borders, heads repeated on every page, figures marked.

Imports python-docx at the top: import this module lazily, where a document is really written.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import OxmlElement, parse_xml

from aggregator.decree30 import FONT
from aggregator.sentences import Piece, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.text.run import Run

    from domain.ids import FieldCode

#: Before the code in a bookmark's name: "fig_T02_1".
MARK = "fig_"
_TWIPS_PER_MM = 56.6929
_GREY = "D9D9D9"


class Align(StrEnum):
    """How a column's cells stand."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table."""

    title: str
    #: In millimetres.
    width: float
    align: Align = Align.LEFT
    #: Grey: a unit that is not in the figures.
    shaded: bool = False


#: A cell: words, or words that show a figure.
CellText: TypeAlias = str | Piece


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """A row across the whole table."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looks:
    """How one cell looks."""

    bold: bool = False
    italic: bool = False
    #: Columns that it covers.
    span: int = 1
    fill: str = ""
    #: On the same page as the row below.
    keep: bool = False


class FigureMarks:
    """Numbers the marks by which a shown figure is found again in the document."""

    def __init__(self) -> None:
        self._total = 0
        self._of_code: Counter[FieldCode] = Counter()

    def next(self, code: FieldCode) -> tuple[int, str]:
        """Give id and name of the next mark for a figure."""
        self._total += 1
        self._of_code[code] += 1
        return self._total, f"{MARK}{code}_{self._of_code[code]}"

    def put(self, run: Run, code: FieldCode) -> None:
        """Mark what *run* shows as the figure *code*."""
        number, name = self.next(code)
        element = run._r  # noqa: SLF001 - python-docx has no bookmarks
        element.addprevious(_mark("w:bookmarkStart", number, name))
        element.addnext(_mark("w:bookmarkEnd", number))


def _mark(tag: str, number: int, name: str = "") -> BaseOxmlElement:
    element = OxmlElement(tag)
    element.set(qn("w:id"), str(number))
    if name:
        element.set(qn("w:name"), name)
    return element


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table about to be written."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[CellText] | HeadingRow]
    #: Of the text, in points.
    size: float
    #: Columns whose cells are bold, from 0.
    bold: frozenset[int] = frozenset()

    def add_to(self, document: Document, marks: FigureMarks) -> None:
        """Append the table to *document*."""
        widths = [round(column.width * _TWIPS_PER_MM) for column in self.columns]
        numbers = [f"({place})" for place in range(1, len(self.columns) + 1)]
        parts = [
            f"<w:tbl {nsdecls('w')}><w:tblPr>"
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>'
            + "".join(
                f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
                for side in ("top", "left", "bottom", "right", "insideH", "insideV")
            )
            + '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
            '<w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
            "<w:tblGrid>" + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths) + "</w:tblGrid>",
            self._head([column.title for column in self.columns], widths, _Looks(bold=True)),
            self._head(numbers, widths, _Looks(italic=True)),
        ]
        for row in self.rows:
            if isinstance(row, HeadingRow):
                across = _Looks(bold=True, span=len(widths), keep=True)
                cell = self._cell(row.title, sum(widths), Align.LEFT, looks=across)
                parts.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cell}</w:tr>")
            else:
                cells = "".join(
                    self._cell(
                        cell,
                        width,
                        column.align,
                        looks=_Looks(bold=place in self.bold, fill=_GREY if column.shaded else ""),
                        marks=marks,
                    )
                    for place, (cell, width, column) in enumerate(zip(row, widths, self.columns, strict=True))
                )
                parts.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
        parts.append("</w:tbl>")
        table = parse_xml("".join(parts))
        body = document.element.body
        body.insert(len(body) - 1, table)

    def _head(self, titles: Sequence[str], widths: Sequence[int], looks: _Looks) -> str:
        cells = "".join(
            self._cell(title, width, Align.CENTER, looks=looks)
            for title, width in zip(titles, widths, strict=True)
        )
        return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"

    def _run_properties(self, looks: _Looks) -> str:
        fonts = " ".join(f'w:{script}="{FONT}"' for script in ("ascii", "hAnsi", "cs", "eastAsia"))
        face = ("<w:b/>" if looks.bold else "") + ("<w:i/>" if looks.italic else "")
        size = round(self.size * 2)
        return f'<w:rPr><w:rFonts {fonts}/>{face}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'

    def _cell(
        self,
        content: CellText,
        width: int,
        align: Align,
        *,
        looks: _Looks,
        marks: FigureMarks | None = None,
    ) -> str:
        text, code = (content.text, content.code) if isinstance(content, Piece) else (content, None)
        properties = self._run_properties(looks)
        lines = "<w:br/>".join(
            f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in printable(text).split("\n")
        )
        run = f"<w:r>{properties}{lines}</w:r>"
        if code is not None and marks is not None:
            number, name = marks.next(code)
            run = (
                f'<w:bookmarkStart w:id="{number}" w:name={quoteattr(name)}/>{run}'
                f'<w:bookmarkEnd w:id="{number}"/>'
            )
        span = f'<w:gridSpan w:val="{looks.span}"/>' if looks.span > 1 else ""
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{looks.fill}"/>' if looks.fill else ""
        keep = "<w:keepNext/>" if looks.keep else ""
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{shade}'
            '<w:vAlign w:val="center"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="D30Tight"/>{keep}<w:spacing w:before="20" w:after="20"/>'
            # The mark of the paragraph decides how high an empty cell is.
            f'<w:jc w:val="{align.value}"/>{properties}</w:pPr>{run}</w:p></w:tc>'
        )
