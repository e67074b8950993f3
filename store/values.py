"""An answer's value as three plain columns, and back: state, exact text, approximate."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from domain.answers import DateValue, Missing, NotApplicable, Number, TextValue, Unclear, state_of
from domain.errors import StoreError

if TYPE_CHECKING:
    from domain.answers import AnswerValue

_STATELESS: dict[str, AnswerValue] = {
    state_of(value): value for value in (NotApplicable(), Missing(), Unclear())
}


def value_columns(value: AnswerValue) -> tuple[str, str | None, bool]:
    """Give (state, value as exact text, approximate)."""
    match value:
        case Number():
            return "number", str(value.value), value.approximate
        case TextValue():
            return "text", value.text, False
        case DateValue():
            return "date", value.date.isoformat(), False
        case _:
            return state_of(value), None, False


def read_value(state: str, text: str | None, *, approximate: bool) -> AnswerValue:
    """Make the value of what `value_columns` gave; raises StoreError for a state that is none."""
    if state in _STATELESS:
        return _STATELESS[state]
    match state, text:
        case "number", str(digits):
            return Number(Decimal(digits), approximate)
        case "text", str(words):
            return TextValue(words)
        case "date", str(day):
            return DateValue(dt.date.fromisoformat(day))
    raise StoreError(f"an answer of state {state!r} with value {text!r} is not readable")
