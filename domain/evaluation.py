"""Gives the value of an expression over one returned form, or says why it has none.

Three-valued: what rests on a missing or unclear cell is not known, and a rule over it is not decided.
"Không phát sinh" counts 0; only when nothing but that was answered is the expression not known either.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from domain.answers import DateValue, Missing, NotApplicable, Number, TextValue
from domain.expressions import (
    Arithmetic,
    Call,
    Comparison,
    Connective,
    Literal,
    Negation,
    Negative,
    Node,
    Span,
    Word,
)
from domain.forms import Requirement
from domain.ids import FieldCode, ListCode
from domain.resemblance import answered_numbers, copied_from, dropped_rows, index_words, median
from domain.three_valued import EXACT, Unknown, Value, calculate, compare, give_reason, join
from domain.vietnamese import fold_label
from domain.vocabulary import DATES, FUNCTIONS, QUANTIFIERS, THIS, Need, find_column, span_members

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from domain.answers import AnswerValue, ListRow, ParsedForm
    from domain.rules import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is at hand inside each() and every()."""

    row: ListRow | None = None
    field: FieldCode | None = None


@dataclass(slots=True)
class Trace:
    """Counts what the unit answered to the cells that an expression met."""

    answered: int = 0
    not_applicable: int = 0

    @property
    def is_void(self) -> bool:
        """Tell whether "Không phát sinh" was all that the unit had to say."""
        return self.not_applicable > 0 and self.answered == 0


def can_answer(need: Need, context: Context) -> bool:
    """Tell whether functions with this *need* can be answered at all."""
    match need:
        case Need.PEERS:
            return context.has_store and context.peers is not None
        case Need.PREVIOUS | Need.LAST | Need.SENDER:
            return context.has_store
        case Need.NOTHING:
            return True


class Evaluation:
    """Evaluates expressions over one form; what compares with other forms is worked out once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._peers: tuple[ParsedForm, ...] = context.peers or ()
        #: How many other units have a number for a field, and the middle of them.
        self._others: dict[FieldCode, tuple[int, Decimal | None]] = {}
        self._words: dict[tuple[ListCode, str], Mapping[str, tuple[str, ...]]] = {}
        self._calls: dict[str, Callable[[Call, Scope, Trace], Value]] = {
            "abs": self._abs,
            "rows": self._count,
            "total": self._count,
            "note": self._note,
            "others": self._others_count,
            "others_median": self._others_median,
            "copied_from": self._copied_from,
            "others_with": self._others_with,
            "previous": self._previous,
            "last": self._last,
            "dropped_rows": self._dropped,
            "dropped_names": self._dropped,
            "sender_is_unit": self._sender_is_unit,
        }
        self._by_kind: dict[type[Node], Callable[[Any, Scope, Trace], Value]] = {
            Word: self._word,
            Literal: self._literal,
            Comparison: self._comparison,
            Call: self._call,
            Arithmetic: self._arithmetic,
            Negative: self._negative,
            Connective: self._connective,
            Negation: self._negation,
            Span: self._span,
        }
        self._dates = dict(zip(DATES, (context.start, context.end, context.received_on), strict=True))

    def decide(self, node: Node, scope: Scope) -> bool | Unknown:
        """Say whether a condition holds; not known when every answer in it is "Không phát sinh"."""
        trace = Trace()
        return self.decide_within(node, scope, trace)

    def decide_within(self, node: Node, scope: Scope, trace: Trace) -> bool | Unknown:
        """Say whether a condition holds, counting answers on top of what *trace* counted before."""
        value = self.value(node, scope, trace)
        if not isinstance(value, bool):
            return value if isinstance(value, Unknown) else Unknown.ABSENT
        return Unknown.MISSING if trace.is_void else value

    def scopes(self, call: Call, scope: Scope) -> tuple[Scope, ...] | Unknown:
        """Give the rows or fields that each() or every() goes through."""
        if len(call.arguments) != len(FUNCTIONS[call.name].slots):
            return Unknown.ABSENT
        first = call.arguments[0]
        if call.name == "each":
            rows = self._rows(first)
            return (
                tuple(Scope(row=row, field=scope.field) for row in rows)
                if rows is not None
                else Unknown.MISSING
            )
        return tuple(Scope(row=scope.row, field=code) for code in self._members(first, scope))

    def cell(self, node: Node, scope: Scope) -> AnswerValue | None:
        """Give what the unit answered where *node* names one cell; None when it names none."""
        if not isinstance(node, Word):
            return None
        if scope.row is not None and self._is_column(node.name, scope.row):
            return scope.row.values.get(node.name, Missing())
        code = self.code(node.name, scope)
        return self._context.parsed.value(code) if code is not None else None

    def code(self, name: str, scope: Scope) -> FieldCode | None:
        """Give the code of the field that *name* means, `this` included."""
        if name == THIS and scope.field is not None:
            return scope.field
        code = FieldCode(name)
        return code if code in self._context.form.by_code else None

    def _is_column(self, name: str, row: ListRow) -> bool:
        spec = self._context.form.list_by_code.get(row.list)
        return spec is not None and find_column(spec, name) is not None

    def value(self, node: Node, scope: Scope, trace: Trace) -> Value:
        """Give the value of *node*; never raises."""
        return self._by_kind[type(node)](node, scope, trace)

    def _literal(self, node: Literal, _scope: Scope, _trace: Trace) -> Value:
        return node.value

    def _comparison(self, node: Comparison, scope: Scope, trace: Trace) -> Value:
        return compare(node.signs, [self.value(part, scope, trace) for part in node.operands])

    def _arithmetic(self, node: Arithmetic, scope: Scope, trace: Trace) -> Value:
        left, right = self.value(node.left, scope, trace), self.value(node.right, scope, trace)
        return calculate(node.sign, left, right)

    def _negative(self, node: Negative, scope: Scope, trace: Trace) -> Value:
        return calculate("-", Decimal(0), self.value(node.operand, scope, trace))

    def _connective(self, node: Connective, scope: Scope, trace: Trace) -> Value:
        return join(node.word, [self.value(part, scope, trace) for part in node.operands])

    def _negation(self, node: Negation, scope: Scope, trace: Trace) -> Value:
        value = self.value(node.operand, scope, trace)
        return not value if isinstance(value, bool) else give_reason([value])

    def _span(self, _node: Span, _scope: Scope, _trace: Trace) -> Value:
        return Unknown.ABSENT

    def _word(self, node: Word, scope: Scope, trace: Trace) -> Value:
        answer = self.cell(node, scope)
        if answer is not None:
            return _take(answer, trace)
        day = self._dates.get(node.name)
        return day if day is not None else Unknown.ABSENT

    def _call(self, node: Call, scope: Scope, trace: Trace) -> Value:
        function = FUNCTIONS.get(node.name)
        if function is None or not can_answer(function.need, self._context):
            return Unknown.ABSENT
        if node.name in _EXTREMES:
            return self._gather(node, scope, trace)
        most = len(function.slots)
        if not most - function.optional <= len(node.arguments) <= most:
            return Unknown.ABSENT
        if node.name in QUANTIFIERS:
            return self._quantify(node, scope, trace)
        return self._calls[node.name](node, scope, trace)

    def _abs(self, node: Call, scope: Scope, trace: Trace) -> Value:
        value = self.value(node.arguments[0], scope, trace)
        return abs(value) if isinstance(value, Decimal) else give_reason((value,))

    def _sender_is_unit(self, *_: object) -> bool:
        """Say yes: mail of anybody else is held before its figures are looked at."""
        return True

    def _copied_from(self, *_: object) -> str:
        return copied_from(self._context.parsed, self._peers, self._context.form)

    def _gather(self, node: Call, scope: Scope, trace: Trace) -> Value:
        """Give max, min or sum; optional fields that were left empty do not count."""
        values: list[Value] = []
        for argument in node.arguments:
            if isinstance(argument, Span):
                members = self._members(argument, scope)
                values += [self._optional(code, trace) for code in members]
            elif isinstance(argument, Word) and (code := self.code(argument.name, scope)) is not None:
                values.append(self._optional(code, trace))
            else:
                values.append(self.value(argument, scope, trace))
        known = [value for value in values if value != _LEFT_OUT]
        if not known:
            return Unknown.MISSING
        numbers = [value for value in known if isinstance(value, Decimal)]
        if len(numbers) == len(known):
            with localcontext(EXACT):
                return _EXTREMES[node.name](numbers)
        days = [value for value in known if isinstance(value, dt.date)]
        if len(days) == len(known) and node.name != "sum":
            return min(days) if node.name == "min" else max(days)
        return give_reason(known)

    def _optional(self, code: FieldCode, trace: Trace) -> Value:
        answer = self._context.parsed.value(code)
        field = self._context.form.by_code[code]
        if isinstance(answer, Missing) and field.requirement is Requirement.OPTIONAL:
            return _LEFT_OUT
        return _take(answer, trace)

    def _members(self, node: Node, scope: Scope) -> tuple[FieldCode, ...]:
        fields = self._context.form.by_code
        if isinstance(node, Span):
            return span_members(fields, node.first, node.last)
        code = self._named(node, scope)
        return (code,) if code is not None else ()

    def _rows(self, node: Node) -> tuple[ListRow, ...] | None:
        """Give the rows of a list; None when the sheet was not found in the file."""
        return self._context.parsed.lists.get(ListCode(node.name)) if isinstance(node, Word) else None

    def _quantify(self, node: Call, scope: Scope, trace: Trace) -> bool | Unknown:
        scopes = self.scopes(node, scope)
        if isinstance(scopes, Unknown):
            return scopes
        trace.answered += 1
        return join("and", [self.decide(node.arguments[1], inner) for inner in scopes])

    def _count(self, node: Call, scope: Scope, trace: Trace) -> Value:
        rows = self._rows(node.arguments[0])
        if rows is None:
            return Unknown.MISSING
        trace.answered += 1
        if len(node.arguments) == 1:
            return Decimal(len(rows))
        inner = [self.value(node.arguments[1], Scope(row=row, field=scope.field), Trace()) for row in rows]
        wanted = bool if node.name == "rows" else Decimal
        if not all(isinstance(value, wanted) for value in inner):
            return give_reason(inner)
        with localcontext(EXACT):
            return sum((Decimal(value) for value in inner if isinstance(value, bool | Decimal)), Decimal(0))

    def _note(self, node: Call, scope: Scope, _: Trace) -> Value:
        code = self._named(node.arguments[0], scope)
        answer = self._context.parsed.answers.get(code) if code is not None else None
        return answer.note if answer is not None else Unknown.MISSING

    def _named(self, node: Node, scope: Scope) -> FieldCode | None:
        return self.code(node.name, scope) if isinstance(node, Word) else None

    def _others_with(self, node: Call, scope: Scope, _: Trace) -> Value:
        row, first = scope.row, node.arguments[0]
        if row is None or not isinstance(first, Word):
            return Unknown.ABSENT
        key = (row.list, first.name)
        if key not in self._words:
            self._words[key] = index_words(self._peers, *key, form=self._context.form)
        value = row.values.get(first.name)
        words = fold_label(value.text) if isinstance(value, TextValue) else ""
        return ", ".join(self._words[key].get(words, ())) if words else Unknown.MISSING

    def _dropped(self, node: Call, *_: object) -> Value:
        before, first = self._context.previous, node.arguments[0]
        if before is None or not isinstance(first, Word):
            return Unknown.ABSENT
        code = ListCode(first.name)
        spec, now = self._context.form.list_by_code.get(code), self._rows(first)
        if spec is None or now is None:
            return Unknown.MISSING
        names = dropped_rows(before.lists.get(code, ()), now, spec)
        return Decimal(len(names)) if node.name == "dropped_rows" else "; ".join(names)

    def _previous(self, node: Call, scope: Scope, _: Trace) -> Value:
        return self._earlier(self._context.previous, node, scope)

    def _last(self, node: Call, scope: Scope, _: Trace) -> Value:
        return self._earlier(self._context.last, node, scope)

    def _earlier(self, before: ParsedForm | None, node: Call, scope: Scope) -> Value:
        """Give the number that a form of the same unit had before."""
        code = self._named(node.arguments[0], scope)
        if before is None or code is None:
            return Unknown.ABSENT
        value = _take(before.value(code), Trace())
        return value if isinstance(value, Decimal) else Unknown.ABSENT

    def _others_count(self, node: Call, scope: Scope, _: Trace) -> Value:
        code = self._named(node.arguments[0], scope)
        return Decimal(self._others_of(code)[0]) if code is not None else Unknown.ABSENT

    def _others_median(self, node: Call, scope: Scope, _: Trace) -> Value:
        code = self._named(node.arguments[0], scope)
        if code is None:
            return Unknown.ABSENT
        middle = self._others_of(code)[1]
        return middle if middle is not None else Unknown.ABSENT

    def _others_of(self, code: FieldCode) -> tuple[int, Decimal | None]:
        """Give how many other units have a number, and the middle of them."""
        if code not in self._others:
            with localcontext(EXACT):
                if self._context.others is not None:
                    self._others[code] = self._context.others(code)
                else:
                    numbers = answered_numbers(self._peers, code)
                    self._others[code] = len(numbers), median(numbers)
        return self._others[code]


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    return sum(numbers, Decimal(0))


_EXTREMES: dict[str, Callable[[list[Decimal]], Decimal]] = {"max": max, "min": min, "sum": _sum}
#: Stands for an optional field that was left empty; no cell can hold it.
_LEFT_OUT = "\0"


def _take(answer: AnswerValue, trace: Trace) -> Value:
    """Give the value of one cell and count it."""
    match answer:
        case Number() if answer.value.is_finite():
            trace.answered += 1
            return answer.value
        case TextValue():
            trace.answered += 1
            return answer.text
        case DateValue():
            trace.answered += 1
            return answer.date
        case NotApplicable():
            trace.not_applicable += 1
            return Decimal(0)
        case _:
            return Unknown.MISSING
