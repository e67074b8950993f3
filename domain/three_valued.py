"""Values of expressions with a third state beside true and false, and what can be calculated with them."""

from __future__ import annotations

import datetime as dt
import operator
from decimal import Context, Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

from domain.vietnamese import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Unknown(Enum):
    """Why an expression has no value; the first of several counts."""

    #: A cell that it needs is missing or unclear.
    MISSING = "missing"
    #: There is nothing to compare with: no earlier version, other unit or date of receipt; a division by 0.
    ABSENT = "absent"


Value: TypeAlias = Decimal | str | dt.date | bool | Unknown

#: Exact for any number that a form can hold; a division keeps 60 digits and raises nothing.
EXACT = Context(prec=60, traps=[])
#: What a sign between two numbers does; the result may be infinite or no number.
CALCULATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": EXACT.add, "-": EXACT.subtract, "*": EXACT.multiply, "/": EXACT.divide,
}  # fmt: skip
ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge,
}  # fmt: skip


def give_reason(values: Iterable[Value]) -> Unknown:
    """Say why nothing can be made of *values*: a missing cell before anything else."""
    return Unknown.MISSING if any(value is Unknown.MISSING for value in values) else Unknown.ABSENT


def compare(signs: tuple[str, ...], values: Sequence[Value]) -> bool | Unknown:
    """Compare neighbours in a chain; texts are equal when they fold to the same."""
    if len(signs) == 1:
        return compare_pair(signs[0], values[0], values[1])
    pairs = zip(signs, values, values[1:], strict=False)
    return join("and", [compare_pair(sign, left, right) for sign, left, right in pairs])


def compare_pair(sign: str, left: Value, right: Value) -> bool | Unknown:
    """Compare two values; what cannot be compared is not known."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return ORDERINGS[sign](left, right)
    match left, right:
        case str(), str() if sign in {"=", "!="}:
            return ORDERINGS[sign](fold(left), fold(right))
        case dt.date(), dt.date():
            return ORDERINGS[sign](left, right)
        case _:
            return give_reason((left, right))


def join(word: str, values: Sequence[Value]) -> bool | Unknown:
    """Join conditions; a missing cell leaves all open, anything else only what hangs on it."""
    if Unknown.MISSING in values:
        return Unknown.MISSING
    deciding = word == "or"
    result: bool | Unknown = not deciding
    for value in values:
        if value is deciding:
            return deciding
        if not isinstance(value, bool):
            result = Unknown.ABSENT
    return result
