"""The formats that cells point at by number: what a number format, a font says about a cell's content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from parsers.formats import BUILT_IN, shows_date
from parsers.package import local_name, parse_xml
from parsers.workbook import legacy_font
from parsers.xlsx.plain_xml import ATTRIBUTE, NotPlain, decoded, find_all, plain_body, refuse_markup

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRUE = ("1", "true", "on")
_FORMAT = re.compile(r'<numFmt numFmtId="([0-9]{1,6})" formatCode="([^"\n\t]*)" ?/>')
_FONT = re.compile(r"<font>(.*?)</font>|<font ?/>", re.DOTALL)
_FONT_NAME = re.compile(r'<name val="([^"]*)" ?/>')
_STRUCK = re.compile(r'<strike(?: val="(?:1|true|on)")? ?/>')
_LOOK = re.compile(r"<xf ([^<>]*)>")


class CellStyle(NamedTuple):
    """What a cell's format says about its content."""

    number_format: str
    is_date: bool
    is_struck: bool
    #: Name of the font where it is one of an old encoding.
    font: str

    @classmethod
    def of(cls, code: str, *, is_struck: bool, font: str = "") -> CellStyle:
        """Judge a number format."""
        return cls(code, shows_date(code), is_struck, font)


PLAIN_STYLE = CellStyle.of("General", is_struck=False)


def read_styles(pieces: Iterator[bytes]) -> tuple[CellStyle, ...]:
    """Give the formats that cells point at by their number."""
    codes = dict(BUILT_IN)
    fonts: list[_Font] = []
    styles: list[tuple[int, int]] = []
    inside = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        match local_name(tag):
            case "numFmt" if inside != "dxfs":
                codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "General")
            case "fonts" | "cellXfs" | "cellStyleXfs" | "dxfs" as group:
                inside = group
            case "font" if inside == "fonts":
                fonts.append(_Font())
            case "strike" if inside == "fonts" and fonts:
                fonts[-1].is_struck = attributes.get("val", "1") in _TRUE
            case "name" if inside == "fonts" and fonts:
                fonts[-1].name = legacy_font(attributes.get("val", ""))
            case "xf" if inside == "cellXfs":
                styles.append((int(attributes.get("numFmtId", "0")), int(attributes.get("fontId", "0"))))

    parse_xml(pieces, start)
    plain = _Font()
    looks: list[CellStyle] = []
    for number_format, number in styles:
        font = fonts[number] if 0 <= number < len(fonts) else plain
        code = codes.get(number_format, "General")
        looks.append(CellStyle.of(code, is_struck=font.is_struck, font=font.name))
    return tuple(looks)


@dataclass(slots=True)
class _Font:
    """What is told of a font: struck out, and its name where it is one of an old encoding."""

    is_struck: bool = False
    name: str = ""


def plain_styles(content: bytes) -> tuple[CellStyle, ...] | None:
    """Give the formats that cells point at by their number; None where the part is not plain."""
    text = plain_body(content)
    if text is None:
        return None
    try:
        refuse_markup(text)
        return _plain_styles(text)
    except (NotPlain, ValueError):
        return None


def _plain_styles(text: str) -> tuple[CellStyle, ...]:
    formats, fonts, looks = (_inside(text, name) for name in ("numFmts", "fonts", "cellXfs"))
    own = {int(number): decoded(code) for number, code in find_all(_FORMAT, formats, "<numFmt ")}
    codes = BUILT_IN | own
    described = [_font(one) for one in find_all(_FONT, fonts, "<font")]
    known: dict[tuple[int, int], CellStyle] = {}
    styles: list[CellStyle] = []
    for look in find_all(_LOOK, looks, "<xf"):
        attributes = dict(ATTRIBUTE.findall(look))
        key = (int(attributes.get("numFmtId", "0")), int(attributes.get("fontId", "0")))
        if key not in known:
            is_struck, font = described[key[1]] if key[1] < len(described) else (False, "")
            known[key] = CellStyle.of(codes.get(key[0], "General"), is_struck=is_struck, font=font)
        styles.append(known[key])
    return tuple(styles)


def _font(described: str) -> tuple[bool, str]:
    """Give whether a font is struck out, and its name where it is one of an old encoding."""
    name = _FONT_NAME.search(described)
    return _STRUCK.search(described) is not None, legacy_font(decoded(name[1])) if name else ""


def _inside(text: str, name: str) -> str:
    """Give what stands between the tags of the one element *name*; nothing when it is not there."""
    opened = text.find(f"<{name}")
    if opened < 0:
        return ""
    start = text.find(">", opened) + 1
    if text[start - 2] == "/":
        return ""
    end = text.find(f"</{name}>", start)
    if end < 0 or text.find(f"<{name}", start) >= 0:
        raise NotPlain
    return text[start:end]
