"""A Word file as what a person sees in it: paragraphs and tables in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of one paragraph in one look, as the file stores it (not composed to NFC)."""

    text: str
    is_bold: bool = False
    #: Part of it is struck out, raised or lowered: a figure beside a footnote's number is not the text.
    is_marked: bool = False
    #: Name of the font, which old encodings (.VnTime, VNI-Times) are told by; empty where none is named.
    font: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph without what a reader does not see: deleted and hidden words, field codes, footnotes."""

    #: Its words in NFC; a tab is a tab, a break a line feed. Automatic numbering is not among them.
    text: str
    runs: tuple[Run, ...] = ()
    #: Name of its style as Word stores it ("heading 1" in every language of Word); empty for none.
    style: str = ""
    #: Level of a heading, from 0; None for body text.
    outline: int | None = None
    #: Automatic numbering as it is shown ("I.", "1)", "a)", "-"); empty for none.
    numbering: str = ""
    #: Level of the automatic numbering, from 0; None for none.
    level: int | None = None
    #: Words in it were inserted or deleted with changes tracked.
    is_revised: bool = False

    @property
    def shown(self) -> str:
        """Its words with the automatic numbering before them."""
        return f"{self.numbering} {self.text}".strip() if self.numbering else self.text

    @property
    def is_bold(self) -> bool:
        """Tell whether all of its words are bold."""
        said = [run for run in self.runs if run.text.strip()]
        return bool(said) and all(run.is_bold for run in said)

    @property
    def is_marked(self) -> bool:
        """Tell whether part of it is struck out, raised or lowered."""
        return any(run.is_marked for run in self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCell:
    """One cell of a table, merged ones once, at their upper left place."""

    #: Place in the table's grid, from 0.
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    blocks: tuple[Block, ...] = ()

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Its own paragraphs, without those of tables inside it."""
        return tuple(block for block in self.blocks if isinstance(block, Paragraph))

    @property
    def text(self) -> str:
        """Words of its own paragraphs, one on a line."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs if paragraph.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table; a row lists the cells that begin in it, from left to right."""

    rows: tuple[tuple[TableCell, ...], ...]
    #: Columns of the grid.
    width: int

    def cells(self) -> Iterator[TableCell]:
        """Yield all cells, row by row."""
        for row in self.rows:
            yield from row


Block: TypeAlias = Paragraph | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole Word file: its body; page heads, page feet, notes and comments are left out."""

    blocks: tuple[Block, ...]
    #: Pictures in the body; a file of pictures alone is a scan.
    pictures: int = 0
    #: A piece of the body is stored in another format and was not read.
    is_partial: bool = False

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables of the body, without those inside cells."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    def paragraphs(self) -> Iterator[Paragraph]:
        """Yield every paragraph in reading order, those in cells too."""
        return paragraphs_of(self.blocks)


def paragraphs_of(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    """Yield every paragraph in reading order, those in cells too."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for cell in block.cells():
                yield from paragraphs_of(cell.blocks)
