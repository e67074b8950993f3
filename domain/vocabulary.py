"""Words that expressions of the rules table may use: dates, functions, and what each needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.expressions import Arithmetic, Call, Comparison, Connective, Negation, Negative, walk
from domain.forms import FieldType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.expressions import Node
    from domain.forms import Field, ListColumn, ListSpec
    from domain.ids import FieldCode

#: Days that every rule may name: the campaign's first and last day, and the day the mail came.
DATES = ("campaign_start", "campaign_end", "received_on")
#: Inside every(): the field at hand.
THIS = "this"


class Kind(StrEnum):
    """What an expression gives."""

    NUMBER = "a number"
    TEXT = "a text"
    DATE = "a date"
    TRUTH = "yes or no"


class Slot(StrEnum):
    """What may stand as an argument."""

    NUMBER = "a number"
    #: One or more, spans included; missing answers of optional fields are left out.
    VALUES = "numbers or `T07..T10`"
    #: Code of a number field, or `this`.
    NUMBER_FIELD = "the code of a number"
    FIELD = "the code of a field"
    #: Span or code; the condition beside it is checked for each.
    FIELDS = "`T01..V13`"
    LIST = "the code of a list"
    #: Column of the list before it.
    NUMBER_COLUMN = "a column of numbers"
    #: Column of the list whose row is at hand.
    TEXT_COLUMN = "a column of the list"
    #: Condition over the columns of the list before it.
    ROW_CONDITION = "a condition over the list's columns"
    #: Condition that speaks of `this`.
    FIELD_CONDITION = "a condition with `this`"


class Need(StrEnum):
    """What a function must know besides the form itself."""

    NOTHING = "nothing"
    #: The counted forms of the other units.
    PEERS = "peers"
    #: The unit's own form that counted before.
    PREVIOUS = "previous"
    #: The unit's form that counted in the campaign before.
    LAST = "last"
    #: Whose mail it was.
    SENDER = "sender"


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function that expressions may call."""

    slots: tuple[Slot, ...]
    #: How many of the last slots may stay away.
    optional: int = 0
    gives: Kind
    need: Need = Need.NOTHING


FUNCTIONS: dict[str, Function] = {
    "max": Function(slots=(Slot.VALUES,), gives=Kind.NUMBER),
    "min": Function(slots=(Slot.VALUES,), gives=Kind.NUMBER),
    "sum": Function(slots=(Slot.VALUES,), gives=Kind.NUMBER),
    "abs": Function(slots=(Slot.NUMBER,), gives=Kind.NUMBER),
    # Number of rows; with a condition, of those that fulfil it.
    "rows": Function(slots=(Slot.LIST, Slot.ROW_CONDITION), optional=1, gives=Kind.NUMBER),
    # Sum of a column.
    "total": Function(slots=(Slot.LIST, Slot.NUMBER_COLUMN), gives=Kind.NUMBER),
    # Every row fulfils the condition; as a whole rule it blames each row that does not.
    "each": Function(slots=(Slot.LIST, Slot.ROW_CONDITION), gives=Kind.TRUTH),
    # Every number of the span fulfils the condition; as a whole rule it blames each that does not.
    "every": Function(slots=(Slot.FIELDS, Slot.FIELD_CONDITION), gives=Kind.TRUTH),
    # What stands in the note column beside a field.
    "note": Function(slots=(Slot.FIELD,), gives=Kind.TEXT),
    # How many other units gave a number, and the median of what they gave.
    "others": Function(slots=(Slot.NUMBER_FIELD,), gives=Kind.NUMBER, need=Need.PEERS),
    "others_median": Function(slots=(Slot.NUMBER_FIELD,), gives=Kind.NUMBER, need=Need.PEERS),
    # Name of another unit whose numbers are all the same; empty when there is none.
    "copied_from": Function(slots=(), gives=Kind.TEXT, need=Need.PEERS),
    # Names of other units whose list has the same words in this column; only inside each().
    "others_with": Function(slots=(Slot.TEXT_COLUMN,), gives=Kind.TEXT, need=Need.PEERS),
    # The number that counted before, rows that the list had then and has no more, and their names.
    "previous": Function(slots=(Slot.NUMBER_FIELD,), gives=Kind.NUMBER, need=Need.PREVIOUS),
    "dropped_rows": Function(slots=(Slot.LIST,), gives=Kind.NUMBER, need=Need.PREVIOUS),
    "dropped_names": Function(slots=(Slot.LIST,), gives=Kind.TEXT, need=Need.PREVIOUS),
    # The number that the unit had in the campaign before, which campaign.yaml names as `previous`.
    "last": Function(slots=(Slot.NUMBER_FIELD,), gives=Kind.NUMBER, need=Need.LAST),
    # The unit in the mark of the file is the unit of the sender.
    "sender_is_unit": Function(slots=(), gives=Kind.TRUTH, need=Need.SENDER),
}
#: Functions that go through rows or fields one by one.
QUANTIFIERS = ("each", "every")


def needs(node: Node) -> frozenset[Need]:
    """Say what an expression must know besides the form itself."""
    calls = (part for part in walk(node) if isinstance(part, Call) and part.name in FUNCTIONS)
    return frozenset(FUNCTIONS[call.name].need for call in calls) - {Need.NOTHING}


def hangs_on(node: Node, need: Need) -> bool:
    """Tell whether an expression is never known, whatever else is, where what *need* asks for is missing.

    Only for the unit's own earlier forms: functions over the other units count none where there are none.
    """
    match node:
        case Call(name="abs"):
            return any(hangs_on(part, need) for part in node.arguments)
        case Call():
            function = FUNCTIONS.get(node.name)
            return function is not None and function.need is need
        case Arithmetic():
            return hangs_on(node.left, need) or hangs_on(node.right, need)
        case Negative() | Negation():
            return hangs_on(node.operand, need)
        case Comparison(operands=(left, right)):
            return hangs_on(left, need) or hangs_on(right, need)
        case Comparison() | Connective():
            # What is known of one part may decide the whole.
            return all(hangs_on(part, need) for part in node.operands)
        case _:
            return False


def span_members(fields: Mapping[FieldCode, Field], first: str, last: str) -> tuple[FieldCode, ...]:
    """Give the codes of all numbers that the form asks for from *first* to *last*, in the form's order."""
    order = [str(code) for code in fields]
    if first not in order or last not in order:
        return ()
    between = list(fields.values())[order.index(first) : order.index(last) + 1]
    return tuple(field.code for field in between if field.is_number)


def kind_of_type(kind: FieldType) -> Kind:
    """Say what an answer of this type gives in an expression."""
    match kind:
        case FieldType.DATE:
            return Kind.DATE
        case FieldType.TEXT | FieldType.CHOICE:
            return Kind.TEXT
        case _:
            return Kind.NUMBER


def find_column(spec: ListSpec, name: str) -> ListColumn | None:
    """Give the column of *spec* called *name*."""
    return next((column for column in spec.columns if column.name == name), None)
