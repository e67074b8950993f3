"""What a unit's text report says: its words by heading, each with its place in the file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

#: Between the places of words that stand in several.
SEPARATOR: Final = "; "


class TextState(StrEnum):
    """How far a text report could be read."""

    #: Its words were taken.
    READ = "read"
    #: It is made of pictures: kept, and a person reads it.
    SCAN = "scan"
    #: It was kept and its words were not taken; the problem says why.
    UNREAD = "unread"


class TextProblem(StrEnum):
    """Why the words of a text report were not taken."""

    #: An old format, and LibreOffice is not there to convert it.
    NO_CONVERTER = "no_converter"
    #: Damaged, or a format that nobody here reads.
    UNREADABLE = "unreadable"
    #: Locked by a password.
    LOCKED = "locked"
    #: Longer, or slower to read, than one file may be.
    TOO_LARGE = "too_large"
    #: Stamped as a state secret: such papers do not belong in this mailbox, and nothing of it is copied.
    SECRET = "secret"  # noqa: S105 - a stamp, no password


class BlockKind(StrEnum):
    """What a piece of a report is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    #: A line with a dash, a letter or a number before it.
    POINT = "point"
    #: A table that stands in the text; its cells are not copied.
    TABLE = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """One heading, paragraph or point."""

    kind: BlockKind
    #: Without its number or dash; of a table, its size.
    text: str
    #: Where it stands, as a person counts: "đoạn 12", "trang 2, dòng 5".
    place: str
    #: Of a heading: 0 for the highest of this report.
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportText:
    """The words of one text report, without head, title, closing words and signatures."""

    state: TextState
    blocks: tuple[TextBlock, ...] = ()
    #: None when it was read or is a scan.
    problem: TextProblem | None = None

    def words_at(self, places: str) -> str:
        """Give the words of paragraphs and points at *places*, a line each; empty where none stand there."""
        wanted = set(places.split(SEPARATOR))
        kinds = (BlockKind.PARAGRAPH, BlockKind.POINT)
        return "\n".join(block.text for block in self.blocks if block.place in wanted and block.kind in kinds)
