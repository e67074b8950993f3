"""The body of a Word file, followed through its XML: words, rows and cells as seen, within limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from domain.errors import NotAWorkbook, TooLarge
from parsers.package import parse_xml
from parsers.word.document import Document
from parsers.word.names import OTHER_NAMES, is_on, spellings, value_of
from parsers.word.paragraph import Looks, OpenParagraph
from parsers.word.tables import OpenTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from parsers.word.document import Block, Run
    from parsers.word.numbering import Numbering
    from parsers.word.styles import Styles

#: Limits for one file; a long report has a thousand paragraphs and some hundred thousand signs.
MAX_PARAGRAPHS = 200_000
MAX_CELLS = 200_000
MAX_SIGNS = 20_000_000
_DEEPEST_TABLE = 20
_DEEPEST_ELEMENT = 1_000

_TEXT_OF: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
#: What a person does not see: what was deleted or moved away, former looks, readings above words.
_UNSEEN: Final = frozenset({
    "moveFrom", "rPrChange", "pPrChange", "tblPrChange", "trPrChange", "tcPrChange", "sectPrChange",
    "tblGridChange", "numberingChange", "tblPrExChange", "rt", "delText", "instrText", "delInstrText",
})  # fmt: skip
_INSERTED: Final = ("ins", "moveTo")
#: Elements that hold properties, and whose they are; what stands in them is never shown.
_PROPERTIES: Final = {
    "pPr": "p", "rPr": "r", "tcPr": "cell", "trPr": "row", "sdtPr": "sdt",
    "tblPr": "", "tblGrid": "", "sectPr": "", "sdtEndPr": "", "tblPrEx": "", "rubyPr": "",
}  # fmt: skip
#: What else has a meaning here: words, tables, drawings, and what properties say.
_KNOWN: Final = (
    "document", "p", "r", "t", "sym", "fldChar", "tbl", "tr", "tc", "txbxContent", "sdt", "sdtContent",
    "altChunk", "subDoc", "del", "pStyle", "outlineLvl", "numId", "ilvl", "rStyle", "b", "vanish", "strike",
    "dstrike", "vertAlign", "position", "rFonts", "gridSpan", "vMerge", "hMerge", "cellDel", "gridBefore",
    "hidden", "showingPlcHdr",
)  # fmt: skip
_TAGS: Final = spellings((*_KNOWN, *_TEXT_OF, *_UNSEEN, *_INSERTED, *_PROPERTIES)) | OTHER_NAMES


def read_body(pieces: Iterator[bytes], styles: Styles, numbering: Numbering) -> Document:
    """Read `document.xml`; raises NotAWorkbook when it is no Word document, TooLarge above the limits."""
    return _BodyReader(styles, numbering).read(pieces)


@dataclass(slots=True)
class _Container:
    """The body, a cell or a text box: blocks that are read, and the paragraph that is open."""

    blocks: list[Block] = field(default_factory=list)
    paragraph: OpenParagraph | None = None
    #: Words of a paragraph whose mark was deleted; the next one begins with them.
    carried: list[tuple[str, Run]] = field(default_factory=list)


class _BodyReader:
    """Follows the XML; what is open stands on stacks, because boxes and tables lie inside paragraphs."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self._styles = styles
        self._numbering = numbering
        self._looks = Looks(styles)
        self._depth = 0
        #: Elements open inside a part that is passed over.
        self._unseen = 0
        self._is_document = False
        self._in_text = False
        #: Whose properties are being read: "p", "r", "mark" (of a paragraph), "cell", "row", "sdt".
        self._properties: list[str] = []
        self._containers = [_Container()]
        self._tables: list[OpenTable] = []
        #: Content controls: whether they show only their prompt; and whether words in them count.
        self._prompts: list[bool] = []
        self._mutes: list[bool] = []
        #: Alternatives: whether one was taken.
        self._alternatives: list[bool] = []
        self._paragraphs = 0
        self._cells = 0
        self._signs = 0
        self._pictures = 0
        self._is_partial = False
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "document": self._start_document,
            "p": self._start_paragraph,
            "r": self._start_run,
            "t": self._start_text,
            "sym": self._start_symbol,
            "fldChar": self._start_field,
            "tbl": self._start_table,
            "tr": self._start_row,
            "tc": self._start_cell,
            "txbxContent": self._start_box,
            "sdt": self._start_control,
            "sdtContent": self._start_control_content,
            "AlternateContent": self._start_alternatives,
            "Choice": self._start_choice,
            "Fallback": self._start_choice,
            "picture": self._start_picture,
            "altChunk": self._start_chunk,
            "subDoc": self._start_chunk,
        }
        self._ends: dict[str, Callable[[], None]] = {
            "p": self._end_paragraph,
            "r": self._end_run,
            "t": self._end_text,
            "tbl": self._end_table,
            "tr": self._end_row,
            "tc": self._end_cell,
            "txbxContent": self._end_box,
            "sdt": self._end_control,
            "sdtContent": self._end_control_content,
            "AlternateContent": self._end_alternatives,
        }

    def read(self, pieces: Iterator[bytes]) -> Document:
        """Read the whole part."""
        parse_xml(pieces, self._start, self._end, self._text)
        if not self._is_document:
            raise NotAWorkbook("The main part of the file is no Word document.")
        blocks = self._close_container()
        return Document(blocks=blocks, pictures=self._pictures, is_partial=self._is_partial)

    @property
    def _paragraph(self) -> OpenParagraph | None:
        return self._containers[-1].paragraph

    # The three handlers

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST_ELEMENT:
            raise TooLarge(f"The document is nested more than {_DEEPEST_ELEMENT} levels deep.")
        if self._unseen:
            self._unseen += 1
            return
        local = _TAGS.get(tag)
        if local is None:
            return
        if not self._is_document and local != "document":
            raise NotAWorkbook("The main part of the file is no Word document.")
        if local in _UNSEEN:
            self._unseen = 1
        elif (owner := _PROPERTIES.get(local)) is not None:
            self._open_properties(local, owner)
        elif self._properties:
            self._take_property(local, attributes)
        else:
            self._begin(local, attributes)

    def _begin(self, local: str, attributes: dict[str, str]) -> None:
        if local in _TEXT_OF:
            self._add(_TEXT_OF[local])
        elif local == "del":
            self._note_revision()
            self._unseen = 1
        elif local in _INSERTED:
            self._note_revision()
        elif (begin := self._starts.get(local)) is not None:
            begin(attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if self._unseen:
            self._unseen -= 1
            return
        local = _TAGS.get(tag)
        if local is None:
            return
        if local in _PROPERTIES:
            self._properties.pop()
        elif not self._properties and (finish := self._ends.get(local)) is not None:
            finish()

    def _text(self, piece: str) -> None:
        if self._in_text and not self._unseen:
            self._add(piece)

    # Properties

    def _open_properties(self, local: str, owner: str) -> None:
        if local == "rPr" and self._properties:
            owner = "mark" if self._properties[-1] == "p" else ""
        self._properties.append(owner)

    def _take_property(self, local: str, attributes: dict[str, str]) -> None:
        owner = self._properties[-1]
        paragraph = self._paragraph
        if paragraph is not None and owner == "r":
            paragraph.describe_run(local, attributes)
        elif paragraph is not None and owner == "p":
            paragraph.describe(local, attributes)
        elif paragraph is not None and owner == "mark" and local == "del":
            paragraph.flows_on = paragraph.is_revised = True
        elif self._tables and owner == "cell":
            self._tables[-1].describe_cell(local, attributes)
        elif self._tables and owner == "row":
            self._tables[-1].describe_row(local, attributes)
        elif owner == "sdt" and local == "showingPlcHdr" and self._prompts:
            self._prompts[-1] = is_on(attributes)

    def _note_revision(self) -> None:
        if self._paragraph is not None:
            self._paragraph.is_revised = True

    # Words

    def _start_document(self, _: dict[str, str]) -> None:
        self._is_document = True

    def _start_paragraph(self, _: dict[str, str]) -> None:
        if self._paragraph is not None:
            self._end_paragraph()  # a paragraph in a paragraph: no program writes it
        self._paragraphs += 1
        if self._paragraphs > MAX_PARAGRAPHS:
            raise TooLarge(f"The document holds more than {MAX_PARAGRAPHS} paragraphs.")
        container = self._containers[-1]
        carried, container.carried = container.carried, []
        container.paragraph = OpenParagraph(pieces=carried, is_revised=bool(carried))

    def _end_paragraph(self) -> None:
        container = self._containers[-1]
        paragraph, container.paragraph = container.paragraph, None
        if paragraph is None:
            return
        if paragraph.flows_on:
            container.carried = paragraph.pieces
        elif (closed := paragraph.close(self._styles, self._numbering)) is not None:
            container.blocks.append(closed)
        container.blocks += paragraph.boxes

    def _start_run(self, _: dict[str, str]) -> None:
        if self._paragraph is not None:
            self._paragraph.open_run()

    def _end_run(self) -> None:
        if self._paragraph is not None:
            self._paragraph.close_run()

    def _start_text(self, _: dict[str, str]) -> None:
        self._in_text = True

    def _end_text(self) -> None:
        self._in_text = False

    def _start_symbol(self, attributes: dict[str, str]) -> None:
        """Take a sign of a symbol font as it is numbered: a tick in a cell must not read as blank."""
        try:
            self._add(chr(int(value_of(attributes, "char")[:8], 16)))
        except (ValueError, OverflowError):
            return

    def _start_field(self, attributes: dict[str, str]) -> None:
        if self._paragraph is not None:
            self._paragraph.turn_field(value_of(attributes, "fldCharType"))

    def _add(self, words: str) -> None:
        paragraph = self._paragraph
        if paragraph is None or paragraph.is_in_code or any(self._mutes):
            return
        if paragraph.look is None:
            paragraph.look, paragraph.is_hidden = self._looks.of(paragraph)
        if paragraph.is_hidden:
            return
        self._signs += len(words)
        if self._signs > MAX_SIGNS:
            raise TooLarge(f"The document holds more than {MAX_SIGNS} signs.")
        paragraph.pieces.append((words, paragraph.look))

    # Tables and boxes

    def _close_container(self) -> tuple[Block, ...]:
        """Give what stands in the innermost container; words whose paragraph was deleted stay."""
        self._end_paragraph()
        container = self._containers.pop()
        if container.carried:
            last = OpenParagraph(pieces=container.carried, is_revised=True)
            closed = last.close(self._styles, self._numbering)
            container.blocks += [closed] if closed is not None else []
        return tuple(container.blocks)

    def _start_table(self, _: dict[str, str]) -> None:
        if len(self._tables) >= _DEEPEST_TABLE:
            raise TooLarge(f"Tables lie more than {_DEEPEST_TABLE} deep inside each other.")
        self._end_paragraph()
        self._tables.append(OpenTable())

    def _end_table(self) -> None:
        table = self._tables.pop().close()
        if table is not None:
            self._containers[-1].blocks.append(table)

    def _start_row(self, _: dict[str, str]) -> None:
        if self._tables:
            self._tables[-1].open_row()

    def _end_row(self) -> None:
        if self._tables:
            self._tables[-1].close_row()

    def _start_cell(self, _: dict[str, str]) -> None:
        self._cells += 1
        if self._cells > MAX_CELLS:
            raise TooLarge(f"The document holds more than {MAX_CELLS} cells.")
        if self._tables:
            self._tables[-1].open_cell()
            self._containers.append(_Container())

    def _end_cell(self) -> None:
        if self._tables:
            self._tables[-1].close_cell(self._close_container())

    def _start_box(self, _: dict[str, str]) -> None:
        self._containers.append(_Container())

    def _end_box(self) -> None:
        blocks = self._close_container()
        paragraph = self._paragraph
        if paragraph is None:
            self._containers[-1].blocks += blocks
        else:
            paragraph.boxes += blocks

    # Content controls, alternatives, pictures

    def _start_control(self, _: dict[str, str]) -> None:
        self._prompts.append(False)

    def _end_control(self) -> None:
        self._prompts.pop()

    def _start_control_content(self, _: dict[str, str]) -> None:
        """Leave the words of a prompt out ("nhấn vào đây để nhập"), but not the cells around them."""
        self._mutes.append(bool(self._prompts) and self._prompts[-1])

    def _end_control_content(self) -> None:
        self._mutes.pop()

    def _start_alternatives(self, _: dict[str, str]) -> None:
        self._alternatives.append(False)

    def _end_alternatives(self) -> None:
        self._alternatives.pop()

    def _start_choice(self, _: dict[str, str]) -> None:
        """Take the first of several spellings of the same drawing."""
        if not self._alternatives:
            return
        if self._alternatives[-1]:
            self._unseen = 1
        self._alternatives[-1] = True

    def _start_picture(self, _: dict[str, str]) -> None:
        self._pictures += 1

    def _start_chunk(self, _: dict[str, str]) -> None:
        self._is_partial = True
