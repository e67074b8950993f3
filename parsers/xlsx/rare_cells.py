"""Cells of plain sheets that are neither a number alone nor a text alone: formulas, dates, errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from parsers.formats import iso_of
from parsers.workbook import Cell, CellKind
from parsers.xlsx.plain_xml import NotPlain, decoded, whole_signs
from parsers.xlsx.spellings import Spellings
from parsers.xlsx.texts_part import unescape

if TYPE_CHECKING:
    from parsers.xlsx.cell_tags import CellTag
    from parsers.xlsx.styles_part import CellStyle
    from parsers.xlsx.texts_part import SharedTexts

_SPACE: Final = r'(?: xml:space="preserve")?'
#: Formula, value, a value that is there and empty, inline text.
_CONTENT = re.compile(
    r"(<f(?: [^<>]*+)?(?:(?<=/)>|>[^<]*+</f>))?"
    rf"(?:<v{_SPACE}>([^<]++)</v>|(<v ?/>|<v{_SPACE}></v>)|<is><t{_SPACE}>([^<]*+)</t></is>)?"
)
_TRUE: Final = ("1", "true", "on")
_TEXT_TYPES: Final = ("s", "str", "inlineStr")

#: Kind, raw content and serial number.
_Held: TypeAlias = "tuple[CellKind, str, str]"


def _read_text(spelt: str) -> str:
    return unescape(decoded(whole_signs(spelt)))


#: Inline texts with their signs restored; asking for one that is no XML raises NotPlain.
INLINE_TEXTS = Spellings(_read_text, longest=1_000, most=8_192)


class RareCells:
    """Reads them for one workbook; spelt in another way, they raise NotPlain, ValueError or LookupError."""

    def __init__(self, texts: SharedTexts, *, counts_from_1904: bool) -> None:
        self._texts = texts
        self._counts_from_1904 = counts_from_1904

    def read(self, tag: CellTag, style: CellStyle, value: str, content: str) -> tuple[int, Cell | None]:
        """Read a cell with a *value* alone, or with *content*.

        Gives how many more end tags stand inside than that of a value, and the cell when it holds something.
        """
        place, *_, kind = tag
        formula, more = None, 0
        if value:
            held = self._held(kind, None, value, None, is_date=style.is_date)
        else:
            found = _CONTENT.fullmatch(content)
            if found is None:
                raise NotPlain
            formula, typed, empty, inline = found.groups()
            stored = typed if empty is None else ""
            held = self._held(kind, formula, stored, inline, is_date=style.is_date)
            more = content.count("</") - 1
        if held is None:
            return more, None
        (row, column), (what, raw, serial), is_formula = place, held, formula is not None
        looks = (style.number_format, is_formula, style.is_struck, style.font)
        return more, Cell(row, column, what, raw, serial, *looks)

    def _held(
        self, kind: str, formula: str | None, value: str | None, inline: str | None, *, is_date: bool
    ) -> _Held | None:
        if value is None and formula is None and inline is None:
            return None
        if kind in _TEXT_TYPES and (kind != "str" or (value is not None and inline is None)):
            if kind == "s" and self._texts.marked:
                raise NotPlain
            words = self._texts.by_number[value or ""] if kind == "s" else INLINE_TEXTS[inline or value or ""]
            return (CellKind.TEXT, words, "") if words or formula else None
        if inline is not None:
            raise NotPlain
        if value:
            return self._number_like(kind, value, is_date=is_date)
        if formula is None:
            return None
        words = formula.partition(">")[2].removesuffix("</f>")
        return CellKind.NOT_CALCULATED, "=" + decoded(whole_signs(words)), ""

    def _number_like(self, kind: str, value: str, *, is_date: bool) -> _Held:
        """Give what a value is that is no text."""
        if kind == "e":
            return CellKind.ERROR, decoded(whole_signs(value)), ""
        value = value.strip()
        if kind == "b":
            return CellKind.BOOLEAN, "TRUE" if value in _TRUE else "FALSE", ""
        if kind != "n":
            raise NotPlain
        number = plain_number(value)
        if is_date:
            return CellKind.DATE, iso_of(number, counts_from_1904=self._counts_from_1904), number
        return CellKind.NUMBER, number, ""


def plain_number(value: str) -> str:
    """Give the signs of a number; raises NotPlain where they may be spelt as entities, or are none of XML."""
    number = value.strip()
    if not number or not number.isascii() or not number.isprintable() or "&" in number:
        raise NotPlain
    return number
