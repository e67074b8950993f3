"""What the formula behind a result of .xls can come to, by its last operation ([MS-XLS] 2.5.198).

LibreOffice writes a nought for a text that it had not calculated itself. A nought is believed only behind a
formula that cannot come to a text.
"""

from __future__ import annotations

import struct
from typing import Final

#: Bytes behind the sign of a token, for tokens of one length; classes of references are folded together.
_LENGTHS: Final = {
    0x01: 4, 0x02: 4, **dict.fromkeys(range(0x03, 0x17), 0), 0x1C: 1, 0x1D: 1, 0x1E: 2, 0x1F: 8,
    0x20: 7, 0x21: 2, 0x22: 3, 0x23: 4, 0x24: 4, 0x25: 8, 0x26: 6, 0x27: 6, 0x28: 6, 0x29: 2,
    0x2A: 4, 0x2B: 8, 0x2C: 4, 0x2D: 8, 0x39: 6, 0x3A: 6, 0x3B: 10, 0x3C: 6, 0x3D: 10,
}  # fmt: skip
_TEXT, _ATTRIBUTE, _PARENTHESIS, _FUNCTION, _FUNCTION_OF_MANY = 0x17, 0x19, 0x15, 0x21, 0x22
_CHOOSE, _SUM = 0x04, 0x10
#: Stands for the attribute that means the sum of one range.
_SUM_TOKEN: Final = 0x100
#: Adding, taking away, multiplying, dividing, powers, signs, per cent, comparing, and numbers themselves.
_OF_NUMBERS: Final = frozenset({*range(0x03, 0x08), *range(0x09, 0x0F), 0x12, 0x13, 0x14, 0x1D, 0x1E, 0x1F})
#: COUNT, SUM, AVERAGE, MIN, MAX, ROW, COLUMN, SIN to ROUND, LEN, VALUE, AND, OR, NOT, MOD, COUNTA, PRODUCT,
#: ROUNDUP, ROUNDDOWN, RANK, MEDIAN, SUMPRODUCT, SUMSQ, SUBTOTAL, SUMIF, COUNTIF, COUNTBLANK.
_NUMERIC_FUNCTIONS: Final = frozenset({
    0, 4, 5, 6, 7, 8, 9, *range(15, 28), 32, 33, 36, 37, 38, 39, 169, 183, 212, 213, 216, 227, 228, 321, 344,
    345, 346, 347,
})  # fmt: skip


def gives_number(formula: bytes) -> bool:
    """Tell whether a formula can come to nothing but a number; False where it is not understood."""
    place, last, function = 0, -1, -1
    try:
        while place < len(formula):
            sign = formula[place]
            # A reference stands as such, as a value or as an array, 0x20 apart.
            sign = sign - 0x20 * ((sign >> 5) - 1) if sign >= 0x40 else sign  # noqa: PLR2004 - see above
            length = _length(formula, place, sign)
            if length is None:
                return False
            if sign == _ATTRIBUTE:
                last = _SUM_TOKEN if formula[place + 1] & _SUM else last
            elif sign != _PARENTHESIS:
                last = sign
                if sign in (_FUNCTION, _FUNCTION_OF_MANY):
                    at = place + (1 if sign == _FUNCTION else 2)
                    function = struct.unpack_from("<H", formula, at)[0] & 0x7FFF
            place += 1 + length
    except (struct.error, IndexError):
        return False
    if last in (_FUNCTION, _FUNCTION_OF_MANY):
        return function in _NUMERIC_FUNCTIONS
    return last in _OF_NUMBERS or last == _SUM_TOKEN


def _length(formula: bytes, place: int, sign: int) -> int | None:
    """Give how many bytes stand behind the sign of a token; None for an unknown one."""
    if sign == _TEXT:
        count, flags = formula[place + 1], formula[place + 2]
        return 2 + count * (2 if flags & 1 else 1)
    if sign == _ATTRIBUTE:
        if formula[place + 1] & _CHOOSE:
            return 3 + 2 * (int(struct.unpack_from("<H", formula, place + 2)[0]) + 1)
        return 3
    return _LENGTHS.get(sign)
