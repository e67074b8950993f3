"""Sentences of the rules table with their {places} filled, and the cell that a broken rule points to.

A place is an expression (`{D05}`, `{D06 + D07}`, `{rows(L1)}`), or one of `{D05.label}`, `{D05.cell}`,
`{L1.sheet}` and, for a rule over rows, `{row}`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from domain.answers import Missing, Unclear
from domain.expressions import Call, Fault, Node, Span, Word, read_expression, walk
from domain.ids import ListCode
from domain.proofreading import Checker, Terms
from domain.resemblance import show_number, show_value
from domain.scopes import Scope, Trace
from domain.vietnamese import format_date
from domain.vocabulary import QUANTIFIERS, THIS, span_members

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.answers import ListRow
    from domain.evaluation import Evaluation
    from domain.ids import FieldCode
    from domain.rules import Context

_PLACE = re.compile(r"\{([^{}]*)\}")
_PART = re.compile(r"\s*(\w+)\.(label|cell|sheet)\s*")
#: Number of the list's row at hand.
_ROW = "row"
#: Foreign words are cut there: a message is one sentence.
_LONGEST = 80
_NOT_KNOWN = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """Where a broken rule points to."""

    sheet: str = ""
    cell: str = ""
    #: Code of the field or list.
    field: str = ""


def quantified_terms(must: Node, terms: Terms) -> Terms:
    """Give the names that sentences of a rule may use: those of the row or field that it blames, too."""
    if isinstance(must, Call) and must.name in QUANTIFIERS and must.arguments:
        first = must.arguments[0]
        if must.name == "every":
            return replace(terms, has_this=True)
        if isinstance(first, Word):
            return replace(terms, row=terms.lists.get(ListCode(first.name)))
    return terms


def check_wording(text: str, terms: Terms) -> tuple[Fault, ...]:
    """Find places of *text* that could not be filled."""
    faults: list[Fault] = []
    for match in _PLACE.finditer(text):
        inner, start = match[1], match.start(1)
        part = _PART.fullmatch(inner)
        if part is not None:
            inner = part[1]
            if part[2] == "sheet":
                if inner not in map(str, terms.lists):
                    faults.append(Fault(f"`{inner}` is no code of a list", start + 1))
                continue
        if inner.strip() == _ROW and terms.row is not None:
            continue
        faults += (replace(fault, column=fault.column + start) for fault in _check_place(inner, terms))
    for sign in re.finditer(r"[{}]", _PLACE.sub(lambda match: " " * len(match[0]), text)):
        faults.append(Fault(f"`{sign[0]}` stands alone", sign.start() + 1))
    return tuple(faults)


def _check_place(text: str, terms: Terms) -> Iterable[Fault]:
    node = read_expression(text)
    if isinstance(node, Fault):
        return (node,)
    checker = Checker()
    checker.kind(node, terms)
    return checker.faults


def fill_places(text: str, scope: Scope, context: Context, evaluation: Evaluation) -> str:
    """Fill the places of a sentence; what is not known shows as "…"."""
    return _PLACE.sub(lambda match: _fill(match[1], scope, context, evaluation), text)


def _fill(place: str, scope: Scope, context: Context, evaluation: Evaluation) -> str:
    part = _PART.fullmatch(place)
    if part is not None:
        return _describe_part(part[1], part[2], scope, context)
    if place.strip() == _ROW and scope.row is not None:
        return str(scope.row.row)
    node = read_expression(place)
    if isinstance(node, Fault):
        return _NOT_KNOWN
    answer = evaluation.cell(node, scope)
    if answer is not None:
        return _shorten(show_value(answer))
    match evaluation.value(node, scope, Trace()):
        case Decimal() as number:
            return show_number(number)
        case str() as words:
            return _shorten(words)
        case dt.date() as day:
            return format_date(day)
        case _:
            return _NOT_KNOWN


def _describe_part(name: str, part: str, scope: Scope, context: Context) -> str:
    if part == "sheet":
        return list_sheet(ListCode(name), context)
    row = scope.row
    spec = context.form.list_by_code.get(row.list) if row is not None else None
    for column in spec.columns if spec is not None else ():
        if column.name == name and row is not None:
            return column.label if part == "label" else row.cells.get(name, str(row.row))
    code = scope.field if name == THIS else _field_code(name, context)
    field = context.form.by_code.get(code) if code is not None else None
    if field is None or code is None:
        return _NOT_KNOWN
    if part == "label":
        return field.label
    answer = context.parsed.answers.get(code)
    return answer.place.cell if answer is not None and answer.place is not None else str(code)


def _field_code(name: str, context: Context) -> FieldCode | None:
    return next((code for code in context.form.by_code if code == name), None)


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def list_sheet(code: ListCode, context: Context) -> str:
    """Name the sheet of a list as the returned file has it; as the blank form has it when no row was read."""
    rows = context.parsed.lists.get(code, ())
    if rows:
        return rows[0].sheet
    spec = context.form.list_by_code.get(code)
    return spec.sheet if spec is not None else ""


def find_blame(nodes: Sequence[Node], scope: Scope, context: Context) -> Blame:
    """Point to the first cell of a rule that the unit typed, otherwise to the sheet of its list."""
    words = [name for node in nodes for part in walk(node) for name in _names(part, context)]
    if scope.row is not None:
        return _blame_row(scope.row, words)
    if scope.field is not None:
        words = [scope.field]
    for name in words:
        code = _field_code(name, context)
        answer = context.parsed.answers.get(code) if code is not None else None
        if answer is None or answer.place is None or isinstance(answer.value, Missing | Unclear):
            continue
        return Blame(sheet=answer.place.sheet, cell=answer.place.cell, field=answer.code)
    for name in words:
        if ListCode(name) in context.form.list_by_code:
            return Blame(sheet=list_sheet(ListCode(name), context), field=name)
    return Blame()


def _names(node: Node, context: Context) -> Iterable[str]:
    if isinstance(node, Word):
        return (node.name,)
    if isinstance(node, Span):
        return span_members(context.form.by_code, node.first, node.last)
    return ()


def _blame_row(row: ListRow, words: Iterable[str]) -> Blame:
    named = (row.cells[name] for name in words if name in row.cells)
    cell = next(named, None) or next(iter(row.cells.values()), "")
    return Blame(sheet=row.sheet, cell=cell, field=row.list)
