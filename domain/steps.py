"""An expression as nested functions: its tree is walked once, and then evaluated for every form to come.

A step gets the evaluation of one form, the scope and the trace, and gives its value; it never raises.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, TypeAlias

from domain.answers import Missing, TextValue
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
from domain.ids import FieldCode, ListCode
from domain.resemblance import copied_from, dropped_rows
from domain.scopes import Scope, Trace
from domain.three_valued import (
    CALCULATIONS,
    EXACT,
    ORDERINGS,
    Unknown,
    Value,
    compare,
    compare_pair,
    give_reason,
    join,
)
from domain.vietnamese import fold_label
from domain.vocabulary import FUNCTIONS, THIS, Need

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from domain.answers import ParsedForm
    from domain.evaluation import Evaluation

    Step: TypeAlias = Callable[[Evaluation, Scope, Trace], Value]

#: Most expressions that are kept; an office has some hundreds.
_MOST_KEPT = 4096
#: Stands for an optional field that was left empty; no cell can hold it.
LEFT_OUT = "\0"
#: Steps by the identity of their nodes, which are kept along: a node's hash would walk its whole tree.
_kept: dict[int, tuple[Node, Step]] = {}


def step_of(node: Node) -> Step:
    """Give the step of *node*, built when it is asked for the first time."""
    kept = _kept.get(id(node))
    if kept is None:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        kept = _kept[id(node)] = (node, _build(node))
    return kept[1]


def decide(step: Step, run: Evaluation, scope: Scope, trace: Trace) -> bool | Unknown:
    """Say whether a condition holds; not known when all that it met is "Không phát sinh"."""
    value = step(run, scope, trace)
    if value is True or value is False:
        return Unknown.MISSING if trace.is_void else value
    return value if isinstance(value, Unknown) else Unknown.ABSENT


def _build(node: Node) -> Step:
    match node:
        case Word():
            return _word(node.name)
        case Literal():
            return _constant(node.value)
        case Comparison():
            return _comparison(node)
        case Arithmetic():
            return _arithmetic(node)
        case Negative():
            return _arithmetic(Arithmetic("-", Literal(Decimal(0), node.column), node.operand, node.column))
        case Connective():
            return _connective(node)
        case Negation():
            return _negation(node)
        case Call():
            return _call(node)
        case Span():
            return _constant(Unknown.ABSENT)


def _constant(value: Value) -> Step:
    return lambda _run, _scope, _trace: value


def _word(name: str) -> Step:
    code, is_this = FieldCode(name), name == THIS

    def step(run: Evaluation, scope: Scope, trace: Trace) -> Value:
        if scope.row is not None and run.is_column(name, scope.row):
            return run.count(scope.row.values.get(name, Missing()), trace)
        if is_this and scope.field is not None:
            return run.take(scope.field, trace)
        if code in run.context.form.by_code:
            return run.take(code, trace)
        day = run.dates.get(name)
        return day if day is not None else Unknown.ABSENT

    return step


def _comparison(node: Comparison) -> Step:
    steps = [step_of(part) for part in node.operands]
    if len(steps) > 2:  # noqa: PLR2004 - more than one pair
        return lambda run, scope, trace: compare(node.signs, [step(run, scope, trace) for step in steps])
    first, second = steps
    sign, fits = node.signs[0], ORDERINGS[node.signs[0]]

    def step(run: Evaluation, scope: Scope, trace: Trace) -> Value:
        left, right = first(run, scope, trace), second(run, scope, trace)
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return fits(left, right)
        return compare_pair(sign, left, right)

    return step


def _arithmetic(node: Arithmetic) -> Step:
    first, second, calculate = step_of(node.left), step_of(node.right), CALCULATIONS[node.sign]

    def step(run: Evaluation, scope: Scope, trace: Trace) -> Value:
        left, right = first(run, scope, trace), second(run, scope, trace)
        if not (isinstance(left, Decimal) and isinstance(right, Decimal)):
            return give_reason((left, right))
        result = calculate(left, right)
        return result if result.is_finite() else Unknown.ABSENT

    return step


def _connective(node: Connective) -> Step:
    steps, word = [step_of(part) for part in node.operands], node.word
    return lambda run, scope, trace: join(word, [step(run, scope, trace) for step in steps])


def _negation(node: Negation) -> Step:
    inner = step_of(node.operand)

    def step(run: Evaluation, scope: Scope, trace: Trace) -> Value:
        value = inner(run, scope, trace)
        return not value if isinstance(value, bool) else give_reason((value,))

    return step


def _call(node: Call) -> Step:
    function = FUNCTIONS.get(node.name)
    if function is None:
        return _constant(Unknown.ABSENT)
    if node.name in _EXTREMES:
        return _extreme(node)
    most = len(function.slots)
    if not most - function.optional <= len(node.arguments) <= most:
        return _constant(Unknown.ABSENT)
    asked, need = _FUNCTIONS[node.name](node), function.need
    if need is Need.NOTHING:
        return asked
    return lambda run, scope, trace: asked(run, scope, trace) if need in run.reach else Unknown.ABSENT


def _abs(node: Call) -> Step:
    inner = step_of(node.arguments[0])

    def step(run: Evaluation, scope: Scope, trace: Trace) -> Value:
        value = inner(run, scope, trace)
        return abs(value) if isinstance(value, Decimal) else give_reason((value,))

    return step


def _extreme(node: Call) -> Step:
    """Give max, min or sum; optional fields that were left empty do not count."""
    name, calculate = node.name, _EXTREMES[node.name]
    gathers = [_gathered(argument) for argument in node.arguments]

    def step(run: Evaluation, scope: Scope, trace: Trace) -> Value:
        values = [value for gather in gathers for value in gather(run, scope, trace)]
        known = [value for value in values if value != LEFT_OUT]
        if not known:
            return Unknown.MISSING
        numbers = [value for value in known if isinstance(value, Decimal)]
        if len(numbers) == len(known):
            with localcontext(EXACT):
                return calculate(numbers)
        days = [value for value in known if isinstance(value, dt.date)]
        if len(days) == len(known) and name != "sum":
            return min(days) if name == "min" else max(days)
        return give_reason(known)

    return step


def _gathered(argument: Node) -> Callable[[Evaluation, Scope, Trace], list[Value]]:
    inner = step_of(argument)

    def gather(run: Evaluation, scope: Scope, trace: Trace) -> list[Value]:
        members = run.members(argument, scope)
        if members or isinstance(argument, Span):
            return [run.optional(code, trace) for code in members]
        return [inner(run, scope, trace)]

    return gather


def _quantifier(node: Call) -> Step:
    inner = step_of(node.arguments[1])

    def step(run: Evaluation, scope: Scope, trace: Trace) -> Value:
        scopes = run.scopes(node, scope)
        if isinstance(scopes, Unknown):
            return scopes
        trace.answered += 1
        return join("and", [decide(inner, run, one, Trace()) for one in scopes])

    return step


def _count(node: Call) -> Step:
    """Give rows() and total()."""
    inner = step_of(node.arguments[1]) if len(node.arguments) > 1 else None
    wanted = bool if node.name == "rows" else Decimal

    def step(run: Evaluation, scope: Scope, trace: Trace) -> Value:
        rows = run.rows(node.arguments[0])
        if rows is None:
            return Unknown.MISSING
        trace.answered += 1
        if inner is None:
            return Decimal(len(rows))
        values = [inner(run, Scope(row=row, field=scope.field), Trace()) for row in rows]
        if not all(isinstance(value, wanted) for value in values):
            return give_reason(values)
        with localcontext(EXACT):
            return sum((Decimal(value) for value in values if isinstance(value, bool | Decimal)), Decimal(0))

    return step


def _note(node: Call) -> Step:
    def step(run: Evaluation, scope: Scope, _trace: Trace) -> Value:
        code = run.named(node.arguments[0], scope)
        answer = run.context.parsed.answers.get(code) if code is not None else None
        return answer.note if answer is not None else Unknown.MISSING

    return step


def _others(node: Call) -> Step:
    def step(run: Evaluation, scope: Scope, _trace: Trace) -> Value:
        code = run.named(node.arguments[0], scope)
        return run.others_of(code)[0] if code is not None else Unknown.ABSENT

    return step


def _others_median(node: Call) -> Step:
    def step(run: Evaluation, scope: Scope, _trace: Trace) -> Value:
        code = run.named(node.arguments[0], scope)
        middle = run.others_of(code)[1] if code is not None else None
        return middle if middle is not None else Unknown.ABSENT

    return step


def _copied_from(_node: Call) -> Step:
    return lambda run, _scope, _trace: copied_from(run.context.parsed, run.peers, run.context.form)


def _others_with(node: Call) -> Step:
    first = node.arguments[0]

    def step(run: Evaluation, scope: Scope, _trace: Trace) -> Value:
        row = scope.row
        if row is None or not isinstance(first, Word):
            return Unknown.ABSENT
        value = row.values.get(first.name)
        words = fold_label(value.text) if isinstance(value, TextValue) else ""
        names = run.words_of_others(row.list, first.name)
        return ", ".join(names.get(words, ())) if words else Unknown.MISSING

    return step


def _dropped(node: Call) -> Step:
    """Give dropped_rows() and dropped_names()."""
    first = node.arguments[0]

    def step(run: Evaluation, _scope: Scope, _trace: Trace) -> Value:
        before = run.context.previous
        if before is None or not isinstance(first, Word):
            return Unknown.ABSENT
        code = ListCode(first.name)
        spec, now = run.context.form.list_by_code.get(code), run.rows(first)
        if spec is None or now is None:
            return Unknown.MISSING
        names = dropped_rows(before.lists.get(code, ()), now, spec)
        return Decimal(len(names)) if node.name == "dropped_rows" else "; ".join(names)

    return step


def _previous(node: Call) -> Step:
    return lambda run, scope, _trace: _earlier(run, run.context.previous, node, scope)


def _last(node: Call) -> Step:
    return lambda run, scope, _trace: _earlier(run, run.context.last, node, scope)


def _earlier(run: Evaluation, before: ParsedForm | None, node: Call, scope: Scope) -> Value:
    """Give the number that a form of the same unit had before."""
    code = run.named(node.arguments[0], scope) if before is not None else None
    if before is None or code is None:
        return Unknown.ABSENT
    value = run.count(before.value(code), Trace())
    return value if isinstance(value, Decimal) else Unknown.ABSENT


def _sender_is_unit(_node: Call) -> Step:
    """Say yes: mail of anybody else is held before its figures are looked at."""
    return _constant(value=True)


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    return sum(numbers, Decimal(0))


_EXTREMES: dict[str, Callable[[list[Decimal]], Decimal]] = {"max": max, "min": min, "sum": _sum}
_FUNCTIONS: dict[str, Callable[[Call], Step]] = {
    "abs": _abs,
    "rows": _count,
    "total": _count,
    "each": _quantifier,
    "every": _quantifier,
    "note": _note,
    "others": _others,
    "others_median": _others_median,
    "copied_from": _copied_from,
    "others_with": _others_with,
    "previous": _previous,
    "last": _last,
    "dropped_rows": _dropped,
    "dropped_names": _dropped,
    "sender_is_unit": _sender_is_unit,
}
