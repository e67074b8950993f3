"""Finds what is wrong in an expression of the rules table, with the nearest right word, before it is used."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.expressions import (
    Arithmetic,
    Call,
    Comparison,
    Connective,
    Fault,
    Literal,
    Negation,
    Negative,
    Node,
    Span,
    Word,
)
from domain.forms import FieldType
from domain.vietnamese import fold
from domain.vocabulary import DATES, FUNCTIONS, THIS, Kind, Slot, find_column, kind_of_type, span_members

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.forms import Field, ListColumn, ListSpec
    from domain.ids import FieldCode, ListCode

#: Likeness below which a proposal would only mislead.
_NEAR = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The names that are known at some place of an expression."""

    fields: Mapping[FieldCode, Field]
    lists: Mapping[ListCode, ListSpec]
    #: The list whose row is at hand.
    row: ListSpec | None = None
    #: Whether `this` means a field.
    has_this: bool = False

    def column(self, name: str) -> ListColumn | None:
        """Give the column called *name* of the row at hand."""
        return find_column(self.row, name) if self.row is not None else None

    def names(self) -> tuple[str, ...]:
        """Give every name that may stand for a value here."""
        columns = tuple(column.name for column in self.row.columns) if self.row is not None else ()
        return (*columns, *((THIS,) if self.has_this else ()), *DATES, *map(str, self.fields))


class Checker:
    """Finds what is wrong in an expression, by its names and by what they stand for."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def kind(self, node: Node, terms: Terms) -> Kind | None:
        """Say what *node* gives; None when that is not known because something is wrong."""
        match node:
            case Literal():
                return Kind.TEXT if isinstance(node.value, str) else Kind.NUMBER
            case Word():
                return self._word(node, terms)
            case Call():
                return self._call(node, terms)
            case Arithmetic():
                return self._expect_all((node.left, node.right), Kind.NUMBER, terms)
            case Negative():
                return self._expect_all((node.operand,), Kind.NUMBER, terms)
            case Connective():
                return self._expect_all(node.operands, Kind.TRUTH, terms)
            case Negation():
                return self._expect_all((node.operand,), Kind.TRUTH, terms)
            case Comparison():
                self._compare(node, terms)
                return Kind.TRUTH
            case Span():
                self._refuse(node, "`..` has its place inside max(), min(), sum() and every()")
                return None

    def _expect_all(self, operands: tuple[Node, ...], wanted: Kind, terms: Terms) -> Kind:
        for operand in operands:
            self.expect(operand, wanted, terms)
        return wanted

    def expect(self, node: Node, wanted: Kind, terms: Terms) -> None:
        """Complain when *node* gives something else than *wanted*."""
        found = self.kind(node, terms)
        if found is not None and found is not wanted:
            self._refuse(node, f"{wanted.value} is needed, and this is {found.value}")

    def _refuse(self, node: Node, reason: str) -> None:
        self.faults.append(Fault(reason, node.column))

    def _unknown(self, node: Node, name: str, known: Iterable[str], what: str) -> None:
        self._refuse(node, f"`{name}` is no {what}{_near(name, known)}")

    def _word(self, node: Word, terms: Terms) -> Kind | None:
        column = terms.column(node.name)
        if column is not None:
            return kind_of_type(column.type)
        if node.name == THIS and terms.has_this:
            return Kind.NUMBER
        if node.name in DATES:
            return Kind.DATE
        field = next((field for code, field in terms.fields.items() if code == node.name), None)
        if field is None:
            if node.name in map(str, terms.lists):
                self._refuse(node, f"`{node.name}` is a list; write `rows({node.name})`")
                return None
            if node.name in FUNCTIONS:
                self._refuse(node, f"write `{node.name}(…)`")
                return None
            self._unknown(node, node.name, terms.names(), "known name here")
            return None
        if field.type is FieldType.COMPUTED:
            self._refuse(node, f"`{node.name}` is computed; write the numbers that it is made of")
            return None
        return kind_of_type(field.type)

    def _compare(self, node: Comparison, terms: Terms) -> None:
        kinds = [self.kind(operand, terms) for operand in node.operands]
        pairs = zip(node.signs, kinds, kinds[1:], node.operands, node.operands[1:], strict=False)
        for sign, left, right, first, second in pairs:
            if left is None or right is None:
                continue
            if left is not right:
                self._refuse(second, f"{left.value} is compared with {right.value}")
            elif left is Kind.TRUTH:
                self._refuse(first, "join conditions by `and` or `or`; they cannot be compared")
            elif left is Kind.TEXT and sign not in {"=", "!="}:
                self._refuse(second, f"texts are compared by = and != only, not by {sign}")
            else:
                self._check_choice(first, second, terms)
                self._check_choice(second, first, terms)

    def _check_choice(self, node: Node, other: Node, terms: Terms) -> None:
        if not (isinstance(node, Word) and isinstance(other, Literal) and isinstance(other.value, str)):
            return
        column = terms.column(node.name)
        if column is None or not column.choices or not other.value:
            return
        if fold(other.value) not in map(fold, column.choices):
            listed = ", ".join(column.choices)
            self._refuse(other, f"`{other.value}` is no choice of `{node.name}`, which takes: {listed}")

    def _call(self, node: Call, terms: Terms) -> Kind | None:
        function = FUNCTIONS.get(node.name)
        if function is None:
            self._unknown(node, node.name, FUNCTIONS, "function")
            return None
        if function.slots == (Slot.VALUES,):
            return self._values(node, terms)
        most, least = len(function.slots), len(function.slots) - function.optional
        if not least <= len(node.arguments) <= most:
            wanted = ", ".join(slot.value for slot in function.slots) or "nothing"
            self._refuse(node, f"{node.name}() takes {wanted}")
            return None
        inner = terms
        for slot, argument in zip(function.slots, node.arguments, strict=False):
            inner = self._argument(slot, argument, terms, inner)
        return function.gives

    def _values(self, node: Call, terms: Terms) -> Kind | None:
        if not node.arguments:
            self._refuse(node, f"{node.name}() takes {Slot.VALUES.value}")
            return None
        kinds = set()
        for argument in node.arguments:
            kinds.add(
                self._span(argument, terms) if isinstance(argument, Span) else self.kind(argument, terms)
            )
        if None in kinds:
            return None
        if kinds == {Kind.DATE} and node.name != "sum":
            return Kind.DATE
        if kinds != {Kind.NUMBER}:
            self._refuse(node, f"{node.name}() takes {Slot.VALUES.value}")
            return None
        return Kind.NUMBER

    def _span(self, node: Span, terms: Terms) -> Kind | None:
        for code in (node.first, node.last):
            if code not in map(str, terms.fields):
                self._unknown(node, code, map(str, terms.fields), "code of the form")
                return None
        if not span_members(terms.fields, node.first, node.last):
            self._refuse(node, f"no number stands between `{node.first}` and `{node.last}`")
            return None
        return Kind.NUMBER

    def _argument(self, slot: Slot, node: Node, terms: Terms, inner: Terms) -> Terms:
        """Check one argument; give the names that the next one may use."""
        match slot:
            case Slot.NUMBER:
                self.expect(node, Kind.NUMBER, terms)
            case Slot.NUMBER_FIELD | Slot.FIELD:
                self._field(slot, node, terms)
            case Slot.FIELDS:
                if isinstance(node, Span):
                    self._span(node, terms)
                else:
                    self._field(Slot.NUMBER_FIELD, node, terms)
                return replace(inner, has_this=True)
            case Slot.LIST:
                return replace(inner, row=self._list(node, terms))
            case Slot.NUMBER_COLUMN | Slot.TEXT_COLUMN:
                self._column(slot, node, inner)
            case Slot.ROW_CONDITION | Slot.FIELD_CONDITION:
                # Without the list its columns would all be reported as unknown.
                if slot is Slot.FIELD_CONDITION or inner.row is not None:
                    self.expect(node, Kind.TRUTH, inner)
        return inner

    def _field(self, slot: Slot, node: Node, terms: Terms) -> None:
        if not isinstance(node, Word):
            self._refuse(node, f"{slot.value} is needed here")
        elif node.name == THIS and terms.has_this:
            return
        elif node.name not in map(str, terms.fields):
            self._unknown(node, node.name, map(str, terms.fields), "code of the form")
        elif slot is Slot.NUMBER_FIELD:
            self.expect(node, Kind.NUMBER, replace(terms, row=None))

    def _list(self, node: Node, terms: Terms) -> ListSpec | None:
        if isinstance(node, Word):
            for code, spec in terms.lists.items():
                if code == node.name:
                    return spec
            self._unknown(node, node.name, map(str, terms.lists), "code of a list")
        else:
            self._refuse(node, f"{Slot.LIST.value} is needed here")
        return None

    def _column(self, slot: Slot, node: Node, terms: Terms) -> None:
        if terms.row is None:
            if slot is Slot.TEXT_COLUMN:
                self._refuse(node, "this has its place inside each()")
            return
        if not isinstance(node, Word):
            self._refuse(node, f"{slot.value} is needed here")
            return
        column = find_column(terms.row, node.name)
        names = [column.name for column in terms.row.columns]
        if column is None:
            self._unknown(node, node.name, names, f"column of `{terms.row.code}`")
        elif slot is Slot.NUMBER_COLUMN and kind_of_type(column.type) is not Kind.NUMBER:
            self._refuse(node, f"`{node.name}` is no column of numbers")


def _near(name: str, known: Iterable[str]) -> str:
    """Propose the right word for a wrong one: the likest, of equals the one that begins alike."""
    wrong = fold(name)
    rated = [(_likeness(wrong, fold(word)), word) for word in known]
    best = max(rated, key=lambda pair: pair[0], default=((0.0, 0), ""))
    return f"; did you mean `{best[1]}`?" if best[0][0] >= _NEAR else ""


def _likeness(wrong: str, right: str) -> tuple[float, int]:
    ratio = difflib.SequenceMatcher(None, wrong, right, autojunk=False).ratio()
    alike = 0
    for one, other in zip(wrong, right, strict=False):
        if one != other:
            break
        alike += 1
    return ratio, alike
