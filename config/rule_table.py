"""The table of rules as the office writes it, turned into rules that the evaluator understands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.spelling import propose_word
from config.tables import Column, TableKind
from domain.findings import FindingAudience, Severity
from domain.rules import Rule, check_expression, check_message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from config.tables import Row
    from domain.errors import Problem
    from domain.forms import Field, ListSpec
    from domain.ids import FieldCode, ListCode

RULES = TableKind(
    columns=(
        Column(name="id", words=("Mã", "Quy tắc"), required=True),
        Column(name="when", words=("Khi",), required=True),
        Column(name="must", words=("Phải",), required=True),
        Column(name="severity", words=("Mức",), required=True),
        Column(name="audience", words=("Báo cho",), required=True),
        Column(name="message", words=("Nội dung",), required=True),
        Column(name="advice", words=("Cách sửa",), required=True),
        Column(name="only_if_not", words=("Chỉ khi không",)),
        Column(name="status", words=("Tình trạng",)),
    ),
    may_be_empty=True,
)

_ID = re.compile(r"^[A-Z]{1,3}[0-9]{2,3}[a-z]?$")
_SEVERITIES = (Severity.ERROR.value, Severity.WARNING.value, Severity.QUESTION.value)
#: A rule on trial; anything else is a misspelling, since a rule meant as new must not refuse.
_NEW = ("new", "mới", "thử")
_AUDIENCES = tuple(audience.value for audience in FindingAudience)


def read_rules(rows: Sequence[Row]) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """Read the rules in the order of the table; expressions are checked against the form later."""
    problems: list[Problem] = []
    ids = {row.text("id") for row in rows}
    rules = tuple(_read_rule(row, ids, problems) for row in rows)
    return rules, tuple(problems)


def check_conditions(
    rows: Sequence[Row], *, fields: Mapping[FieldCode, Field], lists: Mapping[ListCode, ListSpec]
) -> tuple[Problem, ...]:
    """Report conditions and places in wordings that do not fit the form."""
    problems: list[Problem] = []
    for row in rows:
        for column in ("when", "must"):
            if row.text(column):
                faults = check_expression(row.text(column), fields=fields, lists=lists)
                problems.extend(row[column].problem(fault) for fault in faults)
        for column in ("message", "advice"):
            faults = check_message(row.text(column), row.text("must"), fields=fields, lists=lists)
            problems.extend(row[column].problem(fault) for fault in faults)
    return tuple(problems)


def _read_rule(row: Row, ids: set[str], problems: list[Problem]) -> Rule:
    name, other = row.text("id"), row.text("only_if_not")
    if not _ID.match(name):
        problems.append(
            row["id"].problem(f"`{name}` is no id of a rule.", "Write a letter and two digits: `R07`.")
        )
    problems.extend(
        row[column].problem(f"`{column}` is blank.", "Every rule needs it.")
        for column in ("must", "message", "advice")
        if not row.text(column)
    )
    if other and (other not in ids or other == name):
        others = sorted(ids - {name})
        problems.append(
            row["only_if_not"].problem(f"There is no other rule `{other}`.", propose_word(other, others))
        )
    status = row.text("status")
    if status and status.casefold() not in _NEW:
        problems.append(row["status"].problem(f"`{status}` is not known here.", "Write `new`, or nothing."))
    severity = _choose(row, "severity", _SEVERITIES, problems)
    audience = _choose(row, "audience", _AUDIENCES, problems)
    return Rule(
        id=name,
        severity=Severity(severity),
        audience=FindingAudience(audience),
        when=row.text("when"),
        must=row.text("must"),
        message=row.text("message"),
        advice=row.text("advice"),
        only_if_not=other,
        is_new=bool(status),
        place=row.place,
    )


def _choose(row: Row, column: str, allowed: tuple[str, ...], problems: list[Problem]) -> str:
    word = row.text(column)
    if word in allowed:
        return word
    reason = f"`{word}` is not known here." if word else f"`{column}` is blank."
    problems.append(row[column].problem(reason, propose_word(word, allowed)))
    return allowed[0]
