"""Rules between fields, written by the office as expressions in a table, and what they find in a form.

A rule with a missing or unclear operand is not evaluated: the finding about that cell says enough. Inside
max(), min() and sum() an optional field that was left empty is passed over. "Không phát sinh" counts 0, and a
rule that met nothing else is not evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from domain.evaluation import Evaluation, can_answer
from domain.expressions import Call, Fault, read_expression
from domain.findings import Finding, Severity
from domain.proofreading import Checker, Terms
from domain.repeats import MOST_SINGLY, tell_rest
from domain.scopes import Scope, Trace
from domain.three_valued import Unknown
from domain.vocabulary import FUNCTIONS, QUANTIFIERS, Kind, Need, hangs_on, needs
from domain.wording import check_wording, fill_places, find_blame, quantified_terms

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from domain.answers import ParsedForm
    from domain.expressions import Node
    from domain.findings import FindingAudience
    from domain.forms import Field, FormSpec, ListSpec
    from domain.ids import FieldCode, ListCode

_REFUSING = (Severity.ERROR, Severity.QUESTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the rules table."""

    #: Id for people; several lines may share it (R05).
    id: str
    severity: Severity
    audience: FindingAudience
    #: Checked only when this expression holds; empty for always.
    when: str
    #: What must hold.
    must: str
    #: What is wrong, with {T05} for values and {T05.label} for labels.
    message: str
    #: What to do.
    advice: str
    #: Id of a rule: this one is checked only when that one does not hold (R06 after R07); empty for always.
    only_if_not: str = ""
    #: On trial: what would refuse a form only warns, until the office has seen what the rule does.
    is_new: bool = False
    #: Where it stands, for error messages: `rules.csv:7`.
    place: str = ""

    @property
    def weight(self) -> Severity:
        """The severity in force."""
        return Severity.WARNING if self.is_new and self.severity in _REFUSING else self.severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One form with everything that its rules may look at."""

    parsed: ParsedForm
    form: FormSpec
    #: First and last day of the campaign.
    start: dt.date
    end: dt.date
    #: The day the mail came, in the office's zone; None when it is not known.
    received_on: dt.date | None
    #: The counted forms of the other units; None when they were not looked up.
    peers: tuple[ParsedForm, ...] | None
    #: The unit's own form that counted before; None for the first one.
    previous: ParsedForm | None
    #: Whether there is a store behind `peers`, `previous`, `last` and the sender.
    has_store: bool
    #: The unit's form that counted in the campaign before; None where there is none.
    last: ParsedForm | None = None
    #: How many of `peers` have a number for a field, and the middle of them; None to count them here.
    others: Callable[[FieldCode], tuple[int, Decimal | None]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutcome:
    """What the rules found in one form."""

    #: In the order of the table.
    findings: tuple[Finding, ...]
    #: Ids of rules that nobody could check here, for want of a store, in the order of the table. Rules that
    #: were passed over because a cell is missing are not among them.
    not_checked: tuple[str, ...]


class _State(Enum):
    HOLDS = "holds"
    BROKEN = "broken"
    #: Not evaluated.
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    state: _State
    #: Where it is broken: the rows or fields, one empty scope for the form as a whole.
    scopes: tuple[Scope, ...] = ()


_OPEN = _Decision(state=_State.OPEN)
_HOLDS = _Decision(state=_State.HOLDS)


def check_expression(
    expression: str, *, fields: Mapping[FieldCode, Field], lists: Mapping[ListCode, ListSpec]
) -> tuple[str, ...]:
    """Say what is wrong with a condition of the table, with its place and the nearest right word."""
    node = read_expression(expression)
    if isinstance(node, Fault):
        return (_describe(node),)
    checker = Checker()
    checker.expect(node, Kind.TRUTH, Terms(fields=fields, lists=lists))
    return tuple(_describe(fault) for fault in sorted(checker.faults, key=lambda fault: fault.column))


def check_message(
    text: str, must: str, *, fields: Mapping[FieldCode, Field], lists: Mapping[ListCode, ListSpec]
) -> tuple[str, ...]:
    """Say what is wrong with the {places} of a message or advice that goes with the condition *must*."""
    node = read_expression(must)
    terms = Terms(fields=fields, lists=lists)
    if not isinstance(node, Fault):
        terms = quantified_terms(node, terms)
    return tuple(_describe(fault) for fault in check_wording(text, terms))


def _describe(fault: Fault) -> str:
    end = "" if fault.reason.endswith("?") else "."
    return f"character {fault.column}: {fault.reason}{end}"


def check_rules(rules: Sequence[Rule], context: Context) -> RuleOutcome:
    """Check every line of the table over one form; never raises for what stands in the form.

    Lines with `only_if_not` are passed over when every line of the rule named there holds.
    """
    evaluation = Evaluation(context)
    out_of_reach = {rule.id for rule in rules if not _is_within_reach(rule, context)}
    decisions = [_OPEN if rule.id in out_of_reach else _decide(rule, evaluation) for rule in rules]
    failing = {
        rule.id for rule, decision in zip(rules, decisions, strict=True) if decision.state is not _State.HOLDS
    }
    known = {rule.id for rule in rules}
    findings: list[Finding] = []
    for rule, decision in zip(rules, decisions, strict=True):
        if rule.only_if_not in known and rule.only_if_not not in failing:
            continue
        findings += _write_findings(rule, decision.scopes, context, evaluation)
    not_checked = dict.fromkeys(rule.id for rule in rules if rule.id in out_of_reach)
    return RuleOutcome(findings=tuple(findings), not_checked=tuple(not_checked))


def rule_needs(rule: Rule) -> frozenset[Need]:
    """Say what a line of the table must know besides the form itself."""
    return frozenset(need for node in _read_nodes(rule) for need in needs(node))


def _is_within_reach(rule: Rule, context: Context) -> bool:
    """Tell whether all that the rule compares with can be known here."""
    for text in filter(None, (rule.when, rule.must)):
        asked = _needs_of(text)
        if asked is None or not all(can_answer(need, context) for need in asked):
            return False
    return True


@lru_cache(maxsize=2048)
def _needs_of(text: str) -> frozenset[Need] | None:
    """Give what an expression must know besides the form; None for what is no expression."""
    node = read_expression(text)
    return None if isinstance(node, Fault) else frozenset(needs(node))


def _decide(rule: Rule, evaluation: Evaluation) -> _Decision:
    must = read_expression(rule.must)
    if isinstance(must, Fault):
        return _OPEN
    trace = Trace()
    if rule.when:
        when = read_expression(rule.when)
        if isinstance(when, Fault):
            return _OPEN
        condition = evaluation.value(when, Scope(), trace)
        if condition is not True:
            return _HOLDS if condition is False else _OPEN
    if isinstance(must, Call) and must.name in QUANTIFIERS:
        return _decide_each(must, evaluation, rule.must)
    return _read_state(evaluation.decide_within(must, Scope(), trace))


def _read_state(value: bool | Unknown) -> _Decision:  # noqa: FBT001 - the value is what is read
    if isinstance(value, Unknown):
        return _OPEN
    return _HOLDS if value else _Decision(state=_State.BROKEN, scopes=(Scope(),))


@lru_cache(maxsize=2048)
def _earlier_forms_asked(text: str) -> frozenset[Need]:
    """Give the earlier forms without which the condition of each() or every() is never known."""
    must = read_expression(text)
    if not isinstance(must, Call) or len(must.arguments) < len(FUNCTIONS[must.name].slots):
        return frozenset()
    return frozenset(need for need in (Need.PREVIOUS, Need.LAST) if hangs_on(must.arguments[1], need))


def _decide_each(must: Call, evaluation: Evaluation, text: str) -> _Decision:
    """Check each row or field by itself, so that each can be blamed by itself."""
    scopes = evaluation.scopes(must, Scope())
    if isinstance(scopes, Unknown):
        return _OPEN
    if scopes and not _earlier_forms_asked(text).isdisjoint(evaluation.lacks):
        return _OPEN  # nothing came before: no use in asking that of each field
    values = evaluation.decide_each(must.arguments[1], scopes)
    broken = tuple(scope for scope, value in zip(scopes, values, strict=True) if value is False)
    if broken:
        return _Decision(state=_State.BROKEN, scopes=broken)
    return _HOLDS if all(value is True for value in values) else _OPEN


def _write_findings(
    rule: Rule, scopes: tuple[Scope, ...], context: Context, evaluation: Evaluation
) -> list[Finding]:
    """Blame so many rows or fields one by one, and the rest together."""
    found = [_write_finding(rule, scope, context, evaluation) for scope in scopes[:MOST_SINGLY]]
    rest = scopes[MOST_SINGLY:]
    if rest:
        nodes = _read_nodes(rule)
        first, last = (find_blame(nodes, scope, context).cell for scope in (rest[0], rest[-1]))
        found.append(tell_rest(found[-1], len(rest), first, last))
    return found


def _read_nodes(rule: Rule) -> list[Node]:
    read = (read_expression(text) for text in (rule.must, rule.when) if text)
    return [node for node in read if not isinstance(node, Fault)]


def _write_finding(rule: Rule, scope: Scope, context: Context, evaluation: Evaluation) -> Finding:
    blame = find_blame(_read_nodes(rule), scope, context)
    return Finding(
        code=rule.id,
        severity=rule.weight,
        audience=rule.audience,
        sheet=blame.sheet,
        cell=blame.cell,
        field=blame.field,
        message=fill_places(rule.message, scope, context, evaluation),
        advice=fill_places(rule.advice, scope, context, evaluation),
    )
