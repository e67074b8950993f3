"""What the expressions of a rules table are worth over one returned form, or why they have no value.

Three-valued: what rests on a missing or unclear cell is not known, and a rule over it is not decided.
"Không phát sinh" counts 0; only when nothing but that was answered is the expression not known either.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from enum import Enum
from typing import TYPE_CHECKING

from domain.answers import DateValue, Missing, NotApplicable, Number, TextValue
from domain.expressions import Call, Node, Span, Word
from domain.forms import Requirement
from domain.ids import FieldCode, ListCode
from domain.resemblance import answered_numbers, index_words, median
from domain.scopes import Scope, Trace
from domain.steps import LEFT_OUT, decide, step_of
from domain.three_valued import EXACT, Unknown
from domain.vocabulary import DATES, FUNCTIONS, THIS, Need, find_column, span_members

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.answers import AnswerValue, ListRow, ParsedForm
    from domain.rules import Context
    from domain.three_valued import Value


class _Counts(Enum):
    """What an answer counts as in a trace."""

    NOTHING = "nothing"
    ANSWERED = "answered"
    NOT_APPLICABLE = "not applicable"


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
    """Evaluates expressions over one form; each cell, and what compares with other forms, is looked up once.

    An expression is turned into nested functions when it is first met, for all forms to come.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.peers: tuple[ParsedForm, ...] = context.peers or ()
        #: What functions need and can be known here.
        self.reach = frozenset(need for need in Need if can_answer(need, context))
        earlier = {Need.PREVIOUS: context.previous, Need.LAST: context.last}
        #: The unit's own earlier forms that there are none of.
        self.lacks = frozenset(need for need, form in earlier.items() if form is None)
        #: What each cell is worth, and what it counts as in a trace.
        self._taken: dict[FieldCode, tuple[Value, _Counts]] = {}
        #: How many other units have a number for a field, and the middle of them.
        self._others: dict[FieldCode, tuple[Decimal, Decimal | None]] = {}
        self._words: dict[tuple[ListCode, str], Mapping[str, tuple[str, ...]]] = {}
        self.dates = dict(zip(DATES, (context.start, context.end, context.received_on), strict=True))

    def decide_each(self, node: Node, scopes: Iterable[Scope]) -> list[bool | Unknown]:
        """Say of each scope by itself whether a condition holds there."""
        step = step_of(node)
        return [decide(step, self, scope, Trace()) for scope in scopes]

    def decide_within(self, node: Node, scope: Scope, trace: Trace) -> bool | Unknown:
        """Say whether a condition holds, counting answers on top of what *trace* counted before."""
        return decide(step_of(node), self, scope, trace)

    def value(self, node: Node, scope: Scope, trace: Trace) -> Value:
        """Give the value of *node*; never raises."""
        return step_of(node)(self, scope, trace)

    def scopes(self, call: Call, scope: Scope) -> tuple[Scope, ...] | Unknown:
        """Give the rows or fields that each() or every() goes through."""
        if len(call.arguments) != len(FUNCTIONS[call.name].slots):
            return Unknown.ABSENT
        first = call.arguments[0]
        if call.name == "each":
            rows = self.rows(first)
            if rows is None:
                return Unknown.MISSING
            return tuple(Scope(row=row, field=scope.field) for row in rows)
        return tuple(Scope(row=scope.row, field=code) for code in self.members(first, scope))

    def cell(self, node: Node, scope: Scope) -> AnswerValue | None:
        """Give what the unit answered where *node* names one cell; None when it names none."""
        if not isinstance(node, Word):
            return None
        if scope.row is not None and self.is_column(node.name, scope.row):
            return scope.row.values.get(node.name, Missing())
        code = self.code(node.name, scope)
        return self.context.parsed.value(code) if code is not None else None

    def code(self, name: str, scope: Scope) -> FieldCode | None:
        """Give the code of the field that *name* means, `this` included."""
        if name == THIS and scope.field is not None:
            return scope.field
        code = FieldCode(name)
        return code if code in self.context.form.by_code else None

    def is_column(self, name: str, row: ListRow) -> bool:
        """Tell whether the list of *row* has a column called *name*."""
        spec = self.context.form.list_by_code.get(row.list)
        return spec is not None and find_column(spec, name) is not None

    def take(self, code: FieldCode, trace: Trace) -> Value:
        """Give what the answer to a field of the form is worth, and count it."""
        taken = self._taken.get(code)
        if taken is None:
            taken = self._taken[code] = _worth(self.context.parsed.value(code))
        _note(taken[1], trace)
        return taken[0]

    def count(self, answer: AnswerValue, trace: Trace) -> Value:
        """Give what an answer is worth, and count it."""
        value, counts = _worth(answer)
        _note(counts, trace)
        return value

    def optional(self, code: FieldCode, trace: Trace) -> Value:
        """Give what an answer is worth inside max(), min() and sum()."""
        value = self.take(code, trace)
        if value is Unknown.MISSING:
            is_empty = isinstance(self.context.parsed.value(code), Missing)
            if is_empty and self.context.form.by_code[code].requirement is Requirement.OPTIONAL:
                return LEFT_OUT
        return value

    def members(self, node: Node, scope: Scope) -> tuple[FieldCode, ...]:
        """Give the fields that a code or a span names."""
        if isinstance(node, Span):
            return span_members(self.context.form.by_code, node.first, node.last)
        code = self.named(node, scope)
        return (code,) if code is not None else ()

    def rows(self, node: Node) -> tuple[ListRow, ...] | None:
        """Give the rows of a list; None when the sheet was not found in the file."""
        return self.context.parsed.lists.get(ListCode(node.name)) if isinstance(node, Word) else None

    def named(self, node: Node, scope: Scope) -> FieldCode | None:
        """Give the code of the field that a word names."""
        return self.code(node.name, scope) if isinstance(node, Word) else None

    def others_of(self, code: FieldCode) -> tuple[Decimal, Decimal | None]:
        """Give how many other units have a number, and the middle of them."""
        known = self._others.get(code)
        if known is None:
            with localcontext(EXACT):
                if self.context.others is not None:
                    count, middle = self.context.others(code)
                else:
                    numbers = answered_numbers(self.peers, code)
                    count, middle = len(numbers), median(numbers)
            known = self._others[code] = Decimal(count), middle
        return known

    def words_of_others(self, code: ListCode, column: str) -> Mapping[str, tuple[str, ...]]:
        """Give the other units by the words that their lists have in a column."""
        key = (code, column)
        if key not in self._words:
            self._words[key] = index_words(self.peers, *key, form=self.context.form)
        return self._words[key]


def _worth(answer: AnswerValue) -> tuple[Value, _Counts]:
    """Give the value of one cell, and what it counts as."""
    match answer:
        case Number() if answer.value.is_finite():
            return answer.value, _Counts.ANSWERED
        case TextValue():
            return answer.text, _Counts.ANSWERED
        case DateValue():
            return answer.date, _Counts.ANSWERED
        case NotApplicable():
            return Decimal(0), _Counts.NOT_APPLICABLE
        case _:
            return Unknown.MISSING, _Counts.NOTHING


def _note(counts: _Counts, trace: Trace) -> None:
    if counts is _Counts.ANSWERED:
        trace.answered += 1
    elif counts is _Counts.NOT_APPLICABLE:
        trace.not_applicable += 1
