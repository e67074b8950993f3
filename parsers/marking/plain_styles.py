"""The looks of the cells of a plain copy, as the part of styles that spells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from parsers.markup import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_FONT: Final = "Times New Roman"
_HEAD: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
)
_TAIL: Final = (
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_BUILT_IN: Final = {"General": 0, "@": 49}
_FIRST_OWN_FORMAT: Final = 164
_FILLS: Final = (
    b'<fill><patternFill patternType="none"/></fill>',
    b'<fill><patternFill patternType="gray125"/></fill>',
    b'<fill><patternFill patternType="solid"><fgColor rgb="FFE4EBF5"/></patternFill></fill>',
)
_HEADING_FILL: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a cell of the copy looks."""

    number_format: str = "General"
    font: str = ""
    is_struck: bool = False
    is_boxed: bool = False
    is_wrapped: bool = False
    #: Heads the table: bold on a tint, in the middle.
    is_heading: bool = False


class Looks:
    """The looks that cells have, numbered as they come."""

    def __init__(self) -> None:
        self._looks: dict[Look, int] = {Look(): 0}

    def number(self, look: Look) -> int:
        """Give the number of a look."""
        return self._looks.setdefault(look, len(self._looks))

    def made(self) -> bytes:
        """Give the part."""
        codes = dict.fromkeys(one.number_format for one in self._looks if one.number_format not in _BUILT_IN)
        own = {code: at for at, code in enumerate(codes, start=_FIRST_OWN_FORMAT)}
        fonts = dict.fromkeys((one.font, one.is_struck, one.is_heading) for one in self._looks)
        numbers = {font: at for at, font in enumerate(fonts)}
        formats = own | _BUILT_IN
        lists = (
            listed(b"numFmts", [_number_format(at, code) for code, at in own.items()]),
            listed(b"fonts", [_font(name, is_struck=struck, is_bold=bold) for name, struck, bold in fonts]),
            listed(b"fills", _FILLS),
            listed(b"borders", [_border(b""), _border(b"thin")]),
            listed(b"cellStyleXfs", [b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>']),
            listed(
                b"cellXfs",
                [
                    _format(
                        one,
                        formats[one.number_format],
                        font=numbers[one.font, one.is_struck, one.is_heading],
                    )
                    for one in self._looks
                ],
            ),
        )
        return b"".join((_HEAD, *lists, _TAIL))


def listed(name: bytes, items: Sequence[bytes]) -> bytes:
    """Write a list with its count; nothing for an empty one."""
    return b'<%b count="%d">%b</%b>' % (name, len(items), b"".join(items), name) if items else b""


def _number_format(number: int, code: str) -> bytes:
    return b'<numFmt numFmtId="%d" formatCode=%b/>' % (number, quoted(code))


def _font(name: str, *, is_struck: bool, is_bold: bool) -> bytes:
    strike = (b"<b/>" if is_bold else b"") + (b"<strike/>" if is_struck else b"")
    return b'<font>%b<sz val="12"/><name val=%b/></font>' % (strike, quoted(name or DEFAULT_FONT))


def _border(style: bytes) -> bytes:
    line = b' style="%b"><color rgb="FF999999"/>' % style if style else b">"
    sides = b"".join(b"<%b%b</%b>" % (side, line, side) for side in (b"left", b"right", b"top", b"bottom"))
    return b"<border>%b<diagonal/></border>" % sides


def _format(look: Look, number_format: int, *, font: int) -> bytes:
    fill = _HEADING_FILL if look.is_heading else 0
    across = b' horizontal="center"' if look.is_heading else b""
    wrap = b' wrapText="1"' if look.is_wrapped else b""
    return (
        b'<xf numFmtId="%d" fontId="%d" fillId="%d" borderId="%d" xfId="0" applyNumberFormat="1"'
        b' applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
        b'<alignment%b vertical="center"%b/></xf>'
    ) % (number_format, font, fill, look.is_boxed, across, wrap)
