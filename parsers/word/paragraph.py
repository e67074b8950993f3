"""A paragraph of a Word file being put together: its properties, its runs, what of them is seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from domain.vietnamese import nfc
from parsers.word.document import Paragraph, Run
from parsers.word.names import value_of
from parsers.word.styles import BODY_LEVEL, Look

if TYPE_CHECKING:
    from parsers.word.document import Block
    from parsers.word.numbering import Numbering
    from parsers.word.styles import Styles

_NO_LIST: Final = "0"


@dataclass(slots=True)
class OpenRun:
    """What a run says of its own look."""

    style: str = ""
    look: Look = field(default_factory=Look)


@dataclass(slots=True, kw_only=True)
class OpenParagraph:
    """A paragraph whose words come one after the other."""

    style: str = ""
    outline: int | None = None
    numbering: str | None = None
    level: int | None = None
    #: Words, each with its look as a run without words.
    pieces: list[tuple[str, Run]] = field(default_factory=list)
    #: The open run, and how it looks once its first word came.
    run: OpenRun | None = None
    look: Run | None = None
    is_hidden: bool = False
    is_revised: bool = False
    #: Its mark was deleted: its words belong to the next paragraph.
    flows_on: bool = False
    #: Open fields: True while their code is read, False while their result is.
    fields: list[bool] = field(default_factory=list)
    #: What stands in text boxes anchored in it.
    boxes: list[Block] = field(default_factory=list)

    @property
    def is_in_code(self) -> bool:
        """Tell whether words are the result of a field inside the code of another one."""
        return any(self.fields[:-1])

    def open_run(self) -> None:
        """Begin a run."""
        self.run, self.look = OpenRun(), None

    def close_run(self) -> None:
        """End a run."""
        self.run = self.look = None

    def turn_field(self, kind: str) -> None:
        """Take the beginning, the middle or the end of a field."""
        if kind == "begin":
            self.fields.append(True)
        elif kind == "separate" and self.fields:
            self.fields[-1] = False
        elif kind == "end" and self.fields:
            self.fields.pop()

    def describe(self, local: str, attributes: dict[str, str]) -> None:
        """Take a property."""
        value = value_of(attributes)
        match local:
            case "pStyle":
                self.style = value
            case "outlineLvl" if value.isdecimal():
                self.outline = int(value[:3])
            case "numId":
                self.numbering = value
            case "ilvl" if value.isdecimal():
                self.level = int(value[:3])

    def describe_run(self, local: str, attributes: dict[str, str]) -> None:
        """Take a property of the open run."""
        if self.run is None:
            return
        if local == "rStyle":
            self.run.style = value_of(attributes)
        else:
            self.run.look.take(local, attributes)

    def close(self, styles: Styles, numbering: Numbering) -> Paragraph | None:
        """Give the paragraph, counted in its list; None when nothing is to be seen."""
        style = styles.paragraph(self.style)
        number = style.numbering if self.numbering is None else self.numbering
        level = style.level if self.level is None else self.level
        shown = ""
        if number is not None and number != _NO_LIST:
            if level is None:
                level = numbering.level_of_style(number, self.style)
            shown = numbering.next(number, level)
        runs = _joined(self.pieces)
        text = nfc("".join(run.text for run in runs))
        if not text.strip() and not shown:
            return None
        outline = style.outline if self.outline is None else self.outline
        return Paragraph(
            text=text,
            runs=runs,
            style=style.name,
            outline=outline if outline is None or outline < BODY_LEVEL else None,
            numbering=shown,
            level=level if shown else None,
            is_revised=self.is_revised,
        )


class Looks:
    """Looks of runs, resolved once for all that say the same."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._known: dict[tuple[object, ...], tuple[Run, bool]] = {}

    def of(self, paragraph: OpenParagraph) -> tuple[Run, bool]:
        """Give how the open run of *paragraph* looks (a run without words), and whether it is hidden."""
        run = paragraph.run or OpenRun()
        said = run.look
        key = (paragraph.style, run.style, said.bold, said.hidden, said.struck, said.raised, said.font)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._resolve(paragraph.style, run)
        return found

    def _resolve(self, style: str, run: OpenRun) -> tuple[Run, bool]:
        said = run.look
        paragraph = self._styles.paragraph(style).look
        character = self._styles.character(run.style) if run.style else Look()
        default = self._styles.defaults
        is_struck = _toggled(said.struck, character.struck, paragraph.struck, default.struck)
        raised = character.raised if said.raised is None else said.raised
        look = Run(
            text="",
            is_bold=_toggled(said.bold, character.bold, paragraph.bold, default.bold),
            is_marked=is_struck or bool(raised),
            font=said.font or character.font or paragraph.font or default.font,
        )
        return look, _toggled(said.hidden, character.hidden, paragraph.hidden, default.hidden)


def _toggled(*said: bool | None) -> bool:
    """Resolve a switch said directly, by character style, by paragraph style, by default, in this order.

    Said directly it holds; two styles that both say it undo each other (ECMA-376, 17.7.3).
    """
    direct, character, paragraph, default = said
    if direct is not None:
        return direct
    return bool(default) or bool(character) != bool(paragraph)


def _joined(pieces: list[tuple[str, Run]]) -> tuple[Run, ...]:
    """Make runs of pieces, neighbours of one look together."""
    runs: list[Run] = []
    words: list[str] = []
    look: Run | None = None
    for piece, own in pieces:
        if look is not None and own != look:
            runs.append(_with_words(look, words))
            words = []
        look = own
        words.append(piece)
    if look is not None:
        runs.append(_with_words(look, words))
    return tuple(runs)


def _with_words(look: Run, words: list[str]) -> Run:
    return Run(text="".join(words), is_bold=look.is_bold, is_marked=look.is_marked, font=look.font)
