"""A Word file as the lines of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.vietnamese import fold, nfc
from parsers.letters.legacy_text import readable
from parsers.prose.arranging import Line
from parsers.word.document import Paragraph, paragraphs_of
from parsers.workbook import legacy_font

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parsers.word.document import Block, Document, Table

#: Words by which the borderless tables of head and foot are told, folded.
_FRAMES: Final = ("doc lap", "cong hoa xa hoi", "noi nhan", "ky ten", "kt.", "tm.", "tl.")
_POSITIONS: Final = ("TRƯỞNG", "GIÁM ĐỐC", "CHÁNH", "PHÓ", "CHỦ TỊCH", "NGƯỜI LẬP")
_FEW: Final = 400


def word_lines(document: Document) -> tuple[Line, ...]:
    """Give the lines of a report; a place is the number of the paragraph as a person counts filled ones."""
    lines: list[Line] = []
    number = 0
    for block in _unframed(document.blocks):
        if isinstance(block, Paragraph):
            number += 1
            lines += _lines(block, f"đoạn {number}")
        else:
            number += sum(1 for _ in paragraphs_of((block,)))
            if not _is_head_or_foot(block):
                size = f"{len(block.rows)} hàng × {block.width} cột"
                lines.append(Line(text=size, place=f"đoạn {number}", is_table=True))
    return tuple(lines)


def _unframed(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks; a table of one column is a frame around text."""
    for block in blocks:
        if not isinstance(block, Paragraph) and block.width == 1:
            for cell in block.cells():
                yield from _unframed(cell.blocks)
        else:
            yield block


def _is_head_or_foot(table: Table) -> bool:
    text = " ".join(paragraph.text for paragraph in paragraphs_of((table,)))
    if len(text) > _FEW * 2:
        return False
    folded = fold(text)
    if any(word in folded for word in _FRAMES):
        return True
    return len(text) <= _FEW and len(table.rows) <= 3 and any(word in text for word in _POSITIONS)  # noqa: PLR2004


def _lines(paragraph: Paragraph, place: str) -> Iterator[Line]:
    """Yield a paragraph's lines: many people press Shift and Enter where a new paragraph is meant."""
    text = _readable(paragraph)
    for number, line in enumerate(text.split("\n")):
        yield Line(
            text=line,
            place=f"{place}, dòng {number + 1}" if number else place,
            numbering=paragraph.numbering if number == 0 else "",
            outline=paragraph.outline if number == 0 else None,
            is_bold=paragraph.is_bold,
        )


def _readable(paragraph: Paragraph) -> str:
    """Give the words in Unicode, whatever font they were typed in."""
    fonts = {legacy_font(run.font) for run in paragraph.runs if run.text.strip()}
    if not any(fonts):
        return readable(paragraph.text)
    if len(fonts) == 1:
        return readable("".join(run.text for run in paragraph.runs), fonts.pop())
    return nfc("".join(readable(run.text, legacy_font(run.font)) for run in paragraph.runs))
