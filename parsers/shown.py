"""What a person sees in a cell whose number format scales, hides or adds to what is stored.

Only formats that say more than digits are spelt out; a figure is judged by what is seen, never by what the
format leaves behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<blank>_.)|(?P<fill>\*.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<exponent>E[+-])|(?P<general>General)|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)")
_CURRENCY = re.compile(r"\$([^-]*)(?:-.*)?", re.DOTALL)
#: Digits with thousands and decimals, whatever stands around them as mere space or colour.
_PLAIN = re.compile(r"[#0?]+(?:,[#0?]+)*(?:\.[#0?]*)?")
#: Excel takes no longer format.
_LONGEST = 255
_EXACT = Context(prec=3 * _LONGEST, rounding=ROUND_HALF_UP)
_WHOLE_FORMATS = 4
_GROUP = 3


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a format: `digit` `point` `comma` `percent` `number` `literal` `text`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Section:
    """One of the parts of a format between semicolons."""

    pieces: tuple[_Piece, ...]
    condition: tuple[str, Decimal] | None

    def takes(self, value: Decimal) -> bool:
        """Tell whether the section's own condition holds."""
        assert self.condition is not None
        sign, limit = self.condition
        return {
            "<": value < limit,
            "<=": value <= limit,
            ">": value > limit,
            ">=": value >= limit,
            "=": value == limit,
            "<>": value != limit,
        }[sign]


@lru_cache(maxsize=512)
def shows_plainly(code: str) -> bool:
    """Tell whether a format shows numbers as they are, but for thousands and rounding."""
    if code.casefold() in ("general", "@"):
        return True
    sections = _sections(code)
    return len(sections) == 1 and sections[0].condition is None and _is_plain(sections[0])


@lru_cache(maxsize=512)
def decimals_shown(code: str) -> int | None:
    """Give how many decimals a plain format shows; None where it shows all there are."""
    if code.casefold() in ("general", "@"):
        return None
    pieces = [piece.kind for piece in _sections(code)[0].pieces]
    if "number" in pieces:
        return None
    return pieces[pieces.index("point") :].count("digit") if "point" in pieces else 0


def shown_number(code: str, value: Decimal) -> str:
    """Write a number from 0 as its format shows it, with Vietnamese signs; empty where nothing is seen."""
    section = _section_for(_sections(code), value)
    return "" if section is None else _spell(section, value).strip()


def shown_text(code: str, text: str) -> str:
    """Write a text as its format shows it."""
    if code.casefold() in ("general", "@"):
        return text
    sections = _sections(code)
    last = sections[-1]
    if len(sections) < _WHOLE_FORMATS and all(piece.kind != "text" for piece in last.pieces):
        return text
    return "".join(text if piece.kind == "text" else piece.text for piece in last.pieces).strip()


def round_to(value: Decimal, decimals: int) -> Decimal:
    """Round as spreadsheets do, whatever the number of decimals."""
    return value.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[_Section] = []
    pieces: list[_Piece] = []
    condition: tuple[str, Decimal] | None = None
    for found in _TOKEN.finditer(code[:_LONGEST]):
        if found["sign"] == ";":
            sections.append(_Section(tuple(pieces), condition))
            pieces, condition = [], None
            continue
        bracket = found["bracket"]
        if bracket is not None and (tested := _CONDITION.fullmatch(bracket)):
            condition = (tested[1], Decimal(tested[2]))
            continue
        piece = _piece(found)
        if piece is not None:
            pieces.append(piece)
    sections.append(_Section(tuple(pieces), condition))
    return tuple(sections)


def _piece(found: re.Match[str]) -> _Piece | None:
    if found["bracket"] is not None:
        currency = _CURRENCY.fullmatch(found["bracket"])
        return _Piece("literal", currency[1]) if currency else None
    if found["fill"] or found["blank"]:
        return None
    if found["general"] or found["exponent"]:
        return _Piece("number", found[0])
    if found["sign"]:
        kinds = {**dict.fromkeys("0#?", "digit"), ".": "point", ",": "comma", "%": "percent", "@": "text"}
        # A fraction is the number itself in other clothes.
        kind = "number" if found["sign"] == "/" else kinds.get(found["sign"], "literal")
        return _Piece(kind, found["sign"])
    return _Piece("literal", found["quoted"] or found["escaped"] or "")


def _is_plain(section: _Section) -> bool:
    kinds = [piece.kind for piece in section.pieces]
    if "number" in kinds:
        return not {"literal", "percent", "text"}.intersection(kinds)
    if any(piece.kind == "literal" and piece.text.strip() for piece in section.pieces):
        return False
    words = "".join(piece.text for piece in section.pieces)
    return _PLAIN.fullmatch(words.strip()) is not None


def _section_for(sections: tuple[_Section, ...], value: Decimal) -> _Section | None:
    """Choose the section that shows *value*, 0 or more; None where only signs of overflow are seen."""
    tested = [section for section in sections[:2] if section.condition is not None]
    if tested:
        rest = [section for section in sections[:3] if section.condition is None]
        return next((section for section in tested if section.takes(value)), rest[0] if rest else None)
    if value == 0 and len(sections) >= _GROUP:
        return sections[2]
    return sections[0]


def _spell(section: _Section, value: Decimal) -> str:
    pieces = section.pieces
    for piece in pieces:
        if piece.kind == "percent":
            value = _EXACT.multiply(value, Decimal(100))
    kinds = [piece.kind for piece in pieces]
    if "number" in kinds:
        return _spell_around(pieces, value)
    if "digit" not in kinds:
        return "".join(piece.text for piece in pieces if piece.kind == "literal")
    point = kinds.index("point") if "point" in kinds else len(pieces)
    whole, fraction = pieces[:point], pieces[point:]
    value = value.scaleb(-_GROUP * (_scaling(whole) + _scaling(fraction)), context=_EXACT)
    decimals = sum(piece.kind == "digit" for piece in fraction)
    rounded = round_to(value, decimals)
    digits, _, rest = f"{rounded:f}".partition(".")
    return _fill_whole(whole, digits.lstrip("0")) + _fill_fraction(fraction, rest)


def _spell_around(pieces: tuple[_Piece, ...], value: Decimal) -> str:
    """Write a number in one piece, with the words of its format before and behind."""
    numeric = [place for place, piece in enumerate(pieces) if piece.kind in ("number", "digit")]
    before, behind = pieces[: numeric[0]], pieces[numeric[-1] + 1 :]
    words = [
        "".join("%" if one.kind == "percent" else one.text for one in part if one.kind != "comma")
        for part in (before, behind)
    ]
    return words[0] + f"{value:f}".replace(".", ",") + words[1]


def _scaling(pieces: tuple[_Piece, ...]) -> int:
    """Count the commas behind the last digit: each divides by a thousand."""
    digits = [place for place, piece in enumerate(pieces) if piece.kind == "digit"]
    if not digits:
        return 0
    return sum(piece.kind == "comma" for piece in pieces[digits[-1] + 1 :])


def _fill_whole(pieces: tuple[_Piece, ...], digits: str) -> str:
    """Write the digits before the point into their places, from the right; the first place takes the rest."""
    places = [place for place, piece in enumerate(pieces) if piece.kind == "digit"]
    groups = bool(places) and any(piece.kind == "comma" for piece in pieces[places[0] : places[-1]])
    first = places[0] if places else 0
    written: list[str] = []
    count = 0
    for place in range(len(pieces) - 1, -1, -1):
        piece = pieces[place]
        if piece.kind != "digit":
            written.append("" if piece.kind == "comma" else piece.text[::-1])
            continue
        taken = digits[::-1] if place == first else digits[-1:]
        digits = digits[: len(digits) - len(taken)]
        for digit in taken or {"0": "0", "?": " "}.get(piece.text, ""):
            written.append("." + digit if groups and count and count % _GROUP == 0 else digit)
            count += 1
    return (digits + "".join(written)[::-1]) if not places else "".join(written)[::-1]


def _fill_fraction(pieces: tuple[_Piece, ...], digits: str) -> str:
    written: list[str] = []
    for piece in pieces:
        if piece.kind == "digit":
            digit, digits = digits[:1], digits[1:]
            written.append("" if piece.text == "#" and not (digit + digits).strip("0") else digit)
        elif piece.kind != "comma":
            written.append("," if piece.kind == "point" else piece.text)
    return "".join(written)
