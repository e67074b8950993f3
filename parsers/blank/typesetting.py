"""How many lines a Vietnamese text takes in a cell: no program fits row heights when it opens a file."""

from __future__ import annotations

import math
import unicodedata

#: Advance widths of Times New Roman in thousandths of the size (Liberation Serif has the same).
_WIDTHS = {
    sign: width
    for width, signs in {
        180: "'",
        200: "|",
        250: " ,.\u00a0",
        278: "/:;\\ijlt",
        333: "!()-I[]`frJ‘’",
        389: "sJ",
        444: "?acez“”",
        500: "#$*0123456789_bdghknopquvxy–",
        556: "FPS",
        564: "+<=>",
        611: "ELTZ",
        667: "BCR",
        722: "ADGHKNOQUVXYwĐ",
        778: "&m",
        833: "%",
        889: "M",
        921: "@",
        944: "W",
        1000: "—…",
    }.items()
    for sign in signs
}
_ORDINARY = 500
#: ư and ơ carry a horn that takes room.
_HORN = "\u031b"
_HORN_WIDTH = 45
_BOLD = 1.07
#: Excel needs this much for a line of Times New Roman, in sizes.
_LINE = 1.29
_PADDING = 3.0
#: The cell keeps this much of its width for itself, in points.
_INSET = 5.0
#: Width of one character unit of a column: a digit of Times New Roman 12.
POINTS_PER_UNIT = 6.0
#: Excel takes no higher row.
HIGHEST_ROW = 409.0


def text_width(text: str, *, size: float, bold: bool = False) -> float:
    """Estimate the width of one line of *text* in points."""
    total = 0.0
    for sign in unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d")):
        if sign == _HORN:
            total += _HORN_WIDTH
        elif not unicodedata.combining(sign):
            total += _WIDTHS.get(sign, _ORDINARY)
    return total * size / 1000 * (_BOLD if bold else 1)


def lines_of(text: str, units: float, *, size: float = 12, bold: bool = False) -> int:
    """Count the lines that *text* takes when it wraps in columns of *units* characters together."""
    room = max(units * POINTS_PER_UNIT - _INSET, size)
    return sum(_wrapped(line, room, size=size, bold=bold) for line in text.split("\n"))


def row_height(lines: float, *, size: float = 12) -> float:
    """Give the height in points of a row that holds *lines* lines."""
    return min(round(lines * size * _LINE + _PADDING, 2), HIGHEST_ROW)


def balanced(text: str, units: float, *, size: float) -> str:
    """Break a bold title that does not fit one line near its middle, never inside quotation marks."""
    if lines_of(text, units, size=size, bold=True) == 1:
        return text
    spaces = [
        at for at, sign in enumerate(text) if sign == " " and text.count("“", 0, at) == text.count("”", 0, at)
    ]
    if not spaces:
        return text
    middle = min(spaces, key=lambda at: abs(2 * at - len(text)))
    return f"{text[:middle]}\n{text[middle + 1 :]}"


def _wrapped(line: str, room: float, *, size: float, bold: bool) -> int:
    space = text_width(" ", size=size, bold=bold)
    count, used = 1, 0.0
    for word in line.split():
        width = text_width(word, size=size, bold=bold)
        if used and used + space + width > room:
            count, used = count + 1, 0.0
        elif used:
            used += space
        # A word wider than the cell is broken by the program wherever the cell ends.
        count += max(math.ceil((used + width) / room) - 1, 0)
        used += width
    return count
