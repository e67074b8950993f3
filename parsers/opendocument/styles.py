"""Styles of an OpenDocument spreadsheet: what they show of a number, what they strike out, what they hide."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, TypeVar

from domain.errors import TooLarge
from parsers.growing import PLAIN, Look

_URN: Final = "urn:oasis:names:tc:opendocument:xmlns:"
STYLE, NUMBER, TABLE, FO = (
    f"{_URN}style:1.0",
    f"{_URN}datastyle:1.0",
    f"{_URN}table:1.0",
    (f"{_URN}xsl-fo-compatible:1.0"),
)
_SVG: Final = f"{_URN}svg-compatible:1.0"

_K = TypeVar("_K")
_V = TypeVar("_V")
_MOST_STYLES: Final = 100_000
_DEEPEST: Final = 20
_MOST_PLACES: Final = 30
_DATA_STYLES: Final = frozenset({
    "number-style", "currency-style", "percentage-style", "date-style", "time-style", "boolean-style",
    "text-style",
})  # fmt: skip
#: Parts of days and times: (written short, written long).
_MOMENTS: Final = {
    "day": ("d", "dd"), "month": ("m", "mm"), "year": ("yy", "yyyy"), "day-of-week": ("ddd", "dddd"),
    "hours": ("h", "hh"), "minutes": ("m", "mm"), "seconds": ("s", "ss"), "am-pm": ("AM/PM", "AM/PM"),
}  # fmt: skip
_CONDITION: Final = re.compile(r"value\(\)\s*(<=|>=|!=|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)")
#: What the parts of an ordinary format are for, so that the conditions need not be said.
_USUAL: Final = ((">=0",), (">0", "<0"), (">0", "<0", "=0"))


@dataclass(slots=True)
class _DataStyle:
    """A number format in pieces."""

    family: str
    pieces: list[str] = field(default_factory=list)
    #: (condition, name of the style that takes over).
    maps: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _CellStyle:
    """What a style of a cell or of a run of text says itself; None where its parent decides."""

    parent: str = ""
    data_style: str | None = None
    is_struck: bool | None = None
    is_raised: bool | None = None
    font: str | None = None


class Styles:
    """Collects styles while the XML goes by, and gives what they come to."""

    def __init__(self) -> None:
        self._data: dict[str, _DataStyle] = {}
        self._cells: dict[tuple[str, str], _CellStyle] = {}
        self._fonts: dict[str, str] = {}
        self._hidden_tables: set[str] = set()
        self._codes: dict[str, str] = {}
        self._looks: dict[str, Look] = {}
        self._open_data: _DataStyle | None = None
        self._open_cell: _CellStyle | None = None
        self._open_name = ""
        self._words: list[str] | None = None

    def start(self, namespace: str, local: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        if namespace == NUMBER:
            self._start_number(local, attributes)
        elif namespace == STYLE:
            self._start_style(local, attributes)

    def end(self, namespace: str, local: str) -> None:
        """Take the end of an element."""
        if namespace == NUMBER:
            if local in _DATA_STYLES:
                self._open_data = None
            elif self._words is not None and self._open_data is not None:
                if local in ("text", "currency-symbol"):
                    self._open_data.pieces.append(_literal("".join(self._words), self._open_data.family))
                elif local == "fill-character":
                    self._open_data.pieces.append("*" + ("".join(self._words)[:1] or " "))
            self._words = None
        elif namespace == STYLE and local in ("style", "default-style"):
            self._open_cell = None

    def text(self, piece: str) -> None:
        """Take words."""
        if self._words is not None:
            self._words.append(piece)

    def hides_table(self, name: str) -> bool:
        """Tell whether tables of this style are not shown."""
        return name in self._hidden_tables

    def look(self, name: str) -> Look:
        """Give what a style of cells comes to, its parents asked."""
        known = self._looks.get(name)
        if known is None:
            data = self._first("table-cell", name, "data_style")
            font = self._first("table-cell", name, "font")
            known = Look.of(
                self._code(str(data)) if data else PLAIN.number_format,
                is_marked=bool(self._first("table-cell", name, "is_struck")),
                font=self._fonts.get(str(font), str(font)) if font else "",
            )
            self._looks[name] = known
        return known

    def marks(self, name: str) -> bool:
        """Tell whether a style of a run of text strikes out, raises or lowers."""
        return bool(self._first("text", name, "is_struck") or self._first("text", name, "is_raised"))

    def _first(self, family: str, name: str, attribute: str) -> object:
        """Give what a style or the nearest of its parents says; the family's default at last."""
        for _ in range(_DEEPEST):
            style = self._cells.get((family, name))
            if style is None:
                break
            value = getattr(style, attribute)
            if value is not None:
                return value
            name = style.parent
        default = self._cells.get((family, ""))
        return getattr(default, attribute) if default is not None else None

    def _start_style(self, local: str, attributes: dict[str, str]) -> None:
        family = attributes.get(f"{STYLE} family", "")
        name = attributes.get(f"{STYLE} name", "")
        if local in ("style", "default-style"):
            self._open_name = name
            if family in ("table-cell", "text"):
                self._open_cell = _CellStyle(
                    parent=attributes.get(f"{STYLE} parent-style-name", ""),
                    data_style=attributes.get(f"{STYLE} data-style-name"),
                )
                self._keep(self._cells, (family, name if local == "style" else ""), self._open_cell)
        elif local == "font-face":
            self._keep(self._fonts, name, attributes.get(f"{_SVG} font-family", "").strip("'\" "))
        elif local == "table-properties":
            if attributes.get(f"{TABLE} display") == "false":
                self._hidden_tables.add(self._open_name)
        elif local == "text-properties" and self._open_cell is not None:
            self._read_text_properties(self._open_cell, attributes)
        elif local == "map" and self._open_data is not None:
            condition = attributes.get(f"{STYLE} condition", "")
            self._open_data.maps.append((condition, attributes.get(f"{STYLE} apply-style-name", "")))

    def _read_text_properties(self, style: _CellStyle, attributes: dict[str, str]) -> None:
        lines = [
            attributes[key]
            for key in (f"{STYLE} text-line-through-style", f"{STYLE} text-line-through-type")
            if key in attributes
        ]
        if lines:
            style.is_struck = any(line != "none" for line in lines)
        position = attributes.get(f"{STYLE} text-position")
        if position is not None:
            style.is_raised = position.split(" ")[0] not in ("0%", "")
        font = attributes.get(f"{FO} font-family", "").strip("'\" ") or attributes.get(f"{STYLE} font-name")
        if font:
            style.font = font

    def _start_number(self, local: str, attributes: dict[str, str]) -> None:
        if local in _DATA_STYLES:
            self._open_data = _DataStyle(local)
            self._keep(self._data, attributes.get(f"{STYLE} name", ""), self._open_data)
            return
        style = self._open_data
        if style is None:
            return
        if local in ("text", "currency-symbol", "fill-character"):
            self._words = []
        elif local == "number":
            style.pieces.append(_digits(attributes))
        elif local == "scientific-number":
            style.pieces.append(_digits(attributes) + "E+" + "0" * _count(attributes, "min-exponent-digits"))
        elif local == "fraction":
            style.pieces.append("# ?/?")
        elif local == "text-content":
            style.pieces.append("@")
        elif local == "boolean":
            style.pieces.append("General")
        elif local in _MOMENTS:
            style.pieces.append(_moment(local, attributes))

    def _code(self, name: str) -> str:
        """Spell a number format the way Excel does."""
        known = self._codes.get(name)
        if known is None:
            style = self._data.get(name)
            known = PLAIN.number_format if style is None else self._spell(style)
            self._codes[name] = known
        return known

    def _spell(self, style: _DataStyle) -> str:
        own = "".join(style.pieces)
        conditions: list[str] = []
        sections: list[str] = []
        for condition, name in style.maps[:3]:
            found = _CONDITION.fullmatch(condition.strip())
            other = self._data.get(name)
            if found is None or other is None:
                continue
            conditions.append(found[1].replace("!=", "<>") + found[2])
            sections.append("".join(other.pieces))
        if tuple(conditions) not in _USUAL:
            sections = [f"[{one}]{code}" for one, code in zip(conditions, sections, strict=True)]
        return ";".join((*sections, own)) if sections else own

    def _keep(self, kept: dict[_K, _V], key: _K, value: _V) -> None:
        kept[key] = value
        if len(kept) > _MOST_STYLES:
            raise TooLarge(f"The file holds more than {_MOST_STYLES} styles.")


def _count(attributes: dict[str, str], name: str, otherwise: int = 1) -> int:
    text = attributes.get(f"{NUMBER} {name}", "")
    return min(int(text), _MOST_PLACES) if text.isascii() and text.isdigit() else otherwise


def _digits(attributes: dict[str, str]) -> str:
    """Spell the digits of a number: `#,##0.00`; a number without a say about decimals shows all there are."""
    if f"{NUMBER} decimal-places" not in attributes:
        return PLAIN.number_format
    whole = "0" * _count(attributes, "min-integer-digits")
    if attributes.get(f"{NUMBER} grouping") == "true":
        padded = whole.rjust(4, "#")
        whole = f"{padded[:-3]},{padded[-3:]}"
    decimals = _count(attributes, "decimal-places", 0)
    needed = min(_count(attributes, "min-decimal-places", decimals), decimals)
    spelt = (whole or "#") + ("." + "0" * needed + "#" * (decimals - needed) if decimals else "")
    # Each comma behind the last digit divides by a thousand.
    factor = attributes.get(f"{NUMBER} display-factor", "1")
    return spelt + "," * ((len(factor) - 1) // 3 if factor.strip("0") == "1" else 0)


def _moment(local: str, attributes: dict[str, str]) -> str:
    short, long = _MOMENTS[local]
    if local == "month" and attributes.get(f"{NUMBER} textual") == "true":
        short, long = "mmm", "mmmm"
    return long if attributes.get(f"{NUMBER} style") == "long" else short


def _literal(text: str, family: str) -> str:
    """Spell words inside a number format; the per cent sign counts only in a format of per cents."""
    if family == "percentage-style" and "%" in text:
        before, _, behind = text.partition("%")
        return _quoted(before) + "%" + _quoted(behind)
    return _quoted(text)


def _quoted(text: str) -> str:
    parts = text.split('"')
    return '\\"'.join(f'"{part}"' if part else "" for part in parts)
