"""What a Word file's styles say: names, outline levels, looks and numbering, inherited."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.errors import TooLarge
from parsers.package import parse_xml
from parsers.word.names import is_on, local_name, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_STYLES = 10_000
#: A chain of styles longer than Word itself makes (it stops at eleven) is cut here.
_LONGEST_CHAIN = 64
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
#: Outline level of body text.
BODY_LEVEL = 9


@dataclass(slots=True, kw_only=True)
class Look:
    """How words look, as far as it is said; None where it is not said."""

    bold: bool | None = None
    hidden: bool | None = None
    struck: bool | None = None
    raised: bool | None = None
    font: str = ""

    def take(self, local: str, attributes: dict[str, str]) -> None:
        """Take one element of run properties."""
        match local:
            case "b":
                self.bold = is_on(attributes)
            case "vanish":
                self.hidden = is_on(attributes)
            case "strike" | "dstrike":
                self.struck = is_on(attributes) or bool(self.struck)
            case "vertAlign":
                self.raised = value_of(attributes) in ("superscript", "subscript")
            case "position" if value_of(attributes) not in ("", "0"):
                self.raised = True  # how LibreOffice writes a raised figure
            case "rFonts":
                self.font = value_of(attributes, "ascii") or value_of(attributes, "hAnsi") or self.font


@dataclass(slots=True, kw_only=True)
class Style:
    """One style as stored."""

    id: str
    kind: str
    is_default: bool
    name: str = ""
    based_on: str = ""
    look: Look = field(default_factory=Look)
    outline: int | None = None
    #: Number of a list definition; None where the style says nothing, "0" where it ends numbering.
    numbering: str | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParagraphStyle:
    """A paragraph style with all that it inherits."""

    name: str = ""
    outline: int | None = None
    numbering: str | None = None
    #: Level of its numbering; None where the list definition says it.
    level: int | None = None
    look: Look = field(default_factory=Look)


class Styles:
    """The styles of one file, by their ids."""

    def __init__(self) -> None:
        self.defaults = Look()
        self._styles: dict[str, Style] = {}
        self._default_paragraph = ""
        self._paragraphs: dict[str, ParagraphStyle] = {}
        self._characters: dict[str, Look] = {}

    def add(self, style: Style) -> None:
        """Take a style as stored; of two with one id the first counts."""
        if len(self._styles) >= _MOST_STYLES:
            raise TooLarge(f"The document holds more than {_MOST_STYLES} styles.")
        self._styles.setdefault(style.id, style)
        if style.is_default and style.kind == "paragraph":
            self._default_paragraph = self._default_paragraph or style.id

    def paragraph(self, style_id: str) -> ParagraphStyle:
        """Give a paragraph's style; the file's default where *style_id* is empty or unknown."""
        known = style_id if style_id in self._styles else self._default_paragraph
        found = self._paragraphs.get(known)
        if found is None:
            found = self._paragraphs[known] = self._resolve(known)
        return found

    def character(self, style_id: str) -> Look:
        """Give the look that a character style says."""
        found = self._characters.get(style_id)
        if found is None:
            found = self._characters[style_id] = _inherited(self._chain(style_id))
        return found

    def _resolve(self, style_id: str) -> ParagraphStyle:
        chain = self._chain(style_id)
        if not chain:
            return ParagraphStyle()
        outline = next((style.outline for style in chain if style.outline is not None), None)
        if outline is None:
            # Other programs name a heading and leave its level out.
            levels = (_HEADING.fullmatch(style.name.strip()) for style in chain)
            outline = next((int(found[1]) - 1 for found in levels if found), None)
        numbered = next((style for style in chain if style.numbering is not None), None)
        return ParagraphStyle(
            name=chain[0].name,
            outline=outline if outline is None or outline < BODY_LEVEL else None,
            numbering=numbered.numbering if numbered else None,
            level=next((style.level for style in chain if style.level is not None), None),
            look=_inherited(chain),
        )

    def _chain(self, style_id: str) -> tuple[Style, ...]:
        """Give a style and what it is based on, nearest first; a circle is left where it closes."""
        chain: dict[str, Style] = {}
        while style_id in self._styles and style_id not in chain and len(chain) < _LONGEST_CHAIN:
            chain[style_id] = self._styles[style_id]
            style_id = chain[style_id].based_on
        return tuple(chain.values())


def _inherited(chain: tuple[Style, ...]) -> Look:
    looks = [style.look for style in chain]
    return Look(
        bold=next((look.bold for look in looks if look.bold is not None), None),
        hidden=next((look.hidden for look in looks if look.hidden is not None), None),
        struck=next((look.struck for look in looks if look.struck is not None), None),
        raised=next((look.raised for look in looks if look.raised is not None), None),
        font=next((look.font for look in looks if look.font), ""),
    )


def read_styles(pieces: Iterator[bytes]) -> Styles:
    """Read `styles.xml`."""
    return _Reader().read(pieces)


class _Reader:
    """Follows the XML of the styles."""

    def __init__(self) -> None:
        self._styles = Styles()
        self._style: Style | None = None
        self._in_defaults = False
        #: Inside what a table style says of its corners and edges.
        self._in_conditions = False

    def read(self, pieces: Iterator[bytes]) -> Styles:
        parse_xml(pieces, self._start, self._end)
        return self._styles

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        match local_name(tag):
            case "rPrDefault":
                self._in_defaults = True
            case "tblStylePr":
                self._in_conditions = True
            case "style":
                self._style = Style(
                    id=value_of(attributes, "styleId"),
                    kind=value_of(attributes, "type") or "paragraph",
                    is_default=value_of(attributes, "default") in ("1", "true", "on"),
                )
            case local if self._in_defaults:
                self._styles.defaults.take(local, attributes)
            case local if self._style is not None and not self._in_conditions:
                _describe(self._style, local, attributes)

    def _end(self, tag: str) -> None:
        match local_name(tag):
            case "rPrDefault":
                self._in_defaults = False
            case "tblStylePr":
                self._in_conditions = False
            case "style" if self._style is not None:
                self._styles.add(self._style)
                self._style = None


def _describe(style: Style, local: str, attributes: dict[str, str]) -> None:
    value = value_of(attributes)
    match local:
        case "name":
            style.name = value[:100]
        case "basedOn":
            style.based_on = value
        case "outlineLvl" if value.isdecimal():
            style.outline = int(value[:3])
        case "numId":
            style.numbering = value
        case "ilvl" if value.isdecimal():
            style.level = int(value[:3])
        case _:
            style.look.take(local, attributes)
