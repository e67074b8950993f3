"""The styles of a workbook, with tinted twins of its cell formats: the same but for the fill."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from domain.errors import Unmarkable
from parsers.marking.marks import TINTS, MarkKind
from parsers.markup import Edits, Element, as_utf8, quoted, read_tree, with_attributes

#: Of a workbook that has none: the least that Excel takes.
PLAIN_STYLES: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="12"/><name val="Times New Roman"/><family val="1"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
#: Excel takes no more formats in one workbook.
MOST_FORMATS: Final = 64_000
#: The first two fills are Excel's own, whatever a file says of them.
_RESERVED: Final = ("", "gray125::")
#: The word of a fill that has none, such as a gradient.
_OTHER: Final = "other"
_OF_FILL: Final = ("fillId", "applyFill")

_COLOUR: Final = r"(?:[0-9A-F]{6}|t\d{1,2}|i\d{1,3}|auto)(?:~-?\d(?:\.\d{1,20})?)?"
_SOLID = re.compile(_COLOUR)
_PATTERN = re.compile(rf"([a-zA-Z0-9]{{1,20}}):({_COLOUR})?:({_COLOUR})?")
_RGB = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")


class Styles:
    """The formats of the cells by their number, and twins of them on demand.

    Raises Unmarkable where the part lacks what Excel demands of it.
    """

    def __init__(self, part: bytes) -> None:
        self._part = as_utf8(part)
        root = read_tree(self._part)
        fills, formats = root.first("fills"), root.first("cellXfs")
        if fills is None or formats is None or not any(formats.all("xf")):
            raise Unmarkable("The workbook has no list of cell formats.")
        self._fills, self._formats = fills, formats
        self._edits = Edits(self._part)
        #: Each fill as a word: what the foot of a comment keeps.
        self._words = [_word_of(fill) for fill in fills.all("fill")]
        self._xfs = list(formats.all("xf"))
        #: Each format as (its bytes but for the start tag's, the start tag).
        self._raws = [(self._part[xf.opened : xf.end], self._part[xf.start : xf.opened]) for xf in self._xfs]
        self._fill_ids = [_number(xf.attributes.get("fillId")) for xf in self._xfs]
        self._added: dict[tuple[bytes, bytes], int] = {}

    @cached_property
    def ours(self) -> frozenset[int]:
        """Give the formats of the part, as it came, that carry a tint of ours."""
        tints = set(TINTS.values())
        return frozenset(at for at in range(len(self._xfs)) if self.fill(at) in tints)

    def fill(self, number: int) -> str:
        """Give the fill of a format as a word; empty for none."""
        at = self._fill_ids[self._known(number)]
        return self._words[at] if 0 <= at < len(self._words) else ""

    def marked(self, number: int, kind: MarkKind) -> int:
        """Give the format that is as *number* but for its fill, which says *kind*."""
        return self._twin(number, TINTS[kind])

    def unmarked(self, number: int, fill: str | None) -> int:
        """Give the format that one of `ours` was made from, where *fill* is what its comment kept.

        Without a comment (None) the fill is that of a like format in the workbook, or none.
        """
        number = self._known(number)
        likes = [at for at in self._by_look.get(self._look(number), ()) if at not in self.ours]
        if fill is None and likes:
            return likes[0]
        wanted = fill or ""
        same = next((at for at in likes if self.fill(at) == wanted), None)
        return self._twin(number, wanted) if same is None else same

    def made(self) -> bytes | None:
        """Give the part with all twins; None when there are no new ones."""
        if not self._edits:
            return None
        for group, count in ((self._fills, len(self._words)), (self._formats, len(self._raws))):
            self._edits.set(group, count=str(count))
        return self._edits.made()

    def _known(self, number: int) -> int:
        return number if 0 <= number < len(self._raws) else 0

    @cached_property
    def _by_look(self) -> dict[tuple[object, ...], list[int]]:
        looks: dict[tuple[object, ...], list[int]] = {}
        for at in range(len(self._xfs)):
            looks.setdefault(self._look(at), []).append(at)
        return looks

    def _look(self, number: int) -> tuple[object, ...]:
        """Give what a format says, but for its fill."""
        xf = self._xfs[number]
        attributes = sorted(pair for pair in xf.attributes.items() if pair[0] not in _OF_FILL)
        return (tuple(attributes), self._raws[number][0] if not xf.is_empty else b"")

    def _twin(self, number: int, fill: str) -> int:
        rest, tag = self._raws[self._known(number)]
        at = self._fill_number(fill)
        raw = (rest, with_attributes(tag, {"fillId": str(at), "applyFill": "1"}))
        known = self._added.get(raw)
        if known is None:
            known = self._raws.index(raw) if raw in self._raws else self._add(raw, at)
            self._added[raw] = known
        return known

    def _add(self, raw: tuple[bytes, bytes], fill: int) -> int:
        if len(self._raws) >= MOST_FORMATS:
            raise Unmarkable("The workbook has as many cell formats as Excel takes.")
        self._edits.append(self._formats, raw[1] + raw[0])
        self._raws.append(raw)
        self._fill_ids.append(fill)
        return len(self._raws) - 1

    def _fill_number(self, word: str) -> int:
        """Give the number of a fill, added where the workbook has none like it."""
        if word in self._words:
            return self._words.index(word)
        prefix = self._fills.prefix
        missing = _RESERVED[len(self._words) :]
        for added in (*missing, word):
            self._edits.append(self._fills, _written(added, prefix))
            self._words.append(added)
        return len(self._words) - 1


def _number(value: str | None) -> int:
    return int(value) if value is not None and value.isdecimal() else 0


def _word_of(fill: Element) -> str:
    """Spell a fill as a word: "FFF8DC", "t4~0.5999", "gray125::", or empty for none."""
    pattern = fill.first("patternFill")
    if pattern is None:
        return _OTHER if fill.children else ""
    kind = pattern.attributes.get("patternType", "none")
    if kind == "none":
        return ""
    front, back = (_colour_word(pattern.first(local)) for local in ("fgColor", "bgColor"))
    word = front if kind == "solid" and front else f"{kind}:{front}:{back}"
    return word if _SOLID.fullmatch(word) or _PATTERN.fullmatch(word) else _OTHER


def _colour_word(colour: Element | None) -> str:
    if colour is None:
        return ""
    known = colour.attributes
    rgb = _RGB.fullmatch(known.get("rgb", ""))
    if rgb:
        word = rgb[1].upper()
    elif "theme" in known:
        word = f"t{known['theme']}"
    elif "indexed" in known:
        word = f"i{known['indexed']}"
    else:
        word = "auto"
    tint = known.get("tint", "0")
    return word if float(tint) == 0 else f"{word}~{tint}"


def _written(word: str, prefix: bytes) -> bytes:
    """Write the fill that a word spells; none for what is no such word."""
    kind, front, back = "none", "", ""
    if _SOLID.fullmatch(word):
        kind, front, back = "solid", word, "i64"
    elif _PATTERN.fullmatch(word):
        kind, front, back = word.split(":")
    colours = b"".join(
        b"<%b%b%b/>" % (prefix, name, _colour_attributes(colour))
        for name, colour in ((b"fgColor", front), (b"bgColor", back))
        if colour
    )
    shape = b"<%bfill><%bpatternFill patternType=%b>%b</%bpatternFill></%bfill>"
    return shape % (prefix, prefix, quoted(kind), colours, prefix, prefix)


def _colour_attributes(word: str) -> bytes:
    colour, _, tint = word.partition("~")
    if colour == "auto":
        written = b' auto="1"'
    elif colour.startswith("t"):
        written = b" theme=" + quoted(colour[1:])
    elif colour.startswith("i"):
        written = b" indexed=" + quoted(colour[1:])
    else:
        written = b" rgb=" + quoted("FF" + colour)
    return written + (b" tint=" + quoted(tint) if tint else b"")
