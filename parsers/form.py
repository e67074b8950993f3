"""A returned workbook to a parsed form: every answer with its cell, and every doubt as a finding."""

from __future__ import annotations

import hashlib
import json
from dataclasses import KW_ONLY, dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from domain.answers import (
    DateValue,
    Missing,
    NotApplicable,
    Number,
    ParsedForm,
    TextValue,
    Unclear,
    state_of,
)
from domain.errors import AmbiguousForm, SeveralSheets, UnknownForm
from domain.findings import SEVERITIES
from domain.forms import FieldType
from parsers.answer_rows import AnswerReader
from parsers.days import Period
from parsers.layout import describe, holds_something, place_forms
from parsers.list_rows import read_lists
from parsers.stamp import read_answer_name

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from domain.answers import Answer, AnswerValue
    from domain.findings import Finding
    from domain.forms import FormSpec
    from domain.ids import FieldCode
    from parsers.layout import Placement
    from parsers.workbook import Grid

#: Most sentences about an altered form.
_MOST_SENTENCES: Final = 10
#: Of 100: a form whose rows are known less surely waits for a person; asking about all of it helps nobody.
LEAST_CONFIDENCE: Final = 30


@dataclass(slots=True)
class SheetReading:
    """What one sheet answers."""

    placement: Placement
    answers: dict[FieldCode, Answer]
    findings: list[Finding]
    #: What was read from an altered form.
    sentences: list[str]
    _: KW_ONLY
    is_doubled: bool = False
    #: Of 100; the least of its columns of answers.
    confidence: int = 0


def parse_form(grid: Grid, spec: FormSpec, *, start: dt.date, end: dt.date, sheet: str = "") -> ParsedForm:
    """Read the form *spec* from *grid*; *start* and *end* bound the days that figures may speak of.

    With *sheet*, which a person named, no other sheet is the form. Raises UnknownForm where there is no such
    form, SeveralSheets or AmbiguousForm where several answer differently.
    """
    period = Period(start=start, end=end)
    every = _read_sheets(grid, spec, period)
    readers = [one for one in every if sheet in ("", one.placement.sheet.name)]
    elsewhere = _answered_elsewhere(grid, every, spec) if not sheet else ""
    if elsewhere:
        raise SeveralSheets(*(one.placement.sheet.name for one in every), elsewhere)
    if not readers:
        raise UnknownForm(f"The workbook has no sheet {sheet!r} that is the form {spec.id!r}.")
    chosen = _one_of(readers, spec)
    if 0 < chosen.confidence < LEAST_CONFIDENCE:
        raise AmbiguousForm(f"Hardly a row of the form is known for sure ({chosen.confidence} of 100).")
    placement = chosen.placement
    lists = read_lists(grid, spec, period, without=_without(every, spec))
    sentences = [*chosen.sentences, *lists.sentences]
    if len(readers) > 1:
        sentences.insert(0, f"Tệp có nhiều trang biểu; đã đọc trang ‘{placement.sheet.name}’.")
    return ParsedForm(
        answers=chosen.answers,
        lists=lists.rows,
        findings=_in_order((*chosen.findings, *lists.findings), spec),
        understood_as=_folded(sentences),
        confidence=chosen.confidence,
    )


def _answered_elsewhere(grid: Grid, readings: list[SheetReading], spec: FormSpec) -> str:
    """Name a sheet that is not known as the form, where the name of an answer cell leads to another answer.

    Its labels are gone, or typed so that nobody knows them, and another sheet still looks like the form:
    which one the unit filled in, nobody can tell.
    """
    known = {one.placement.sheet.name for one in readings}
    sheets = {sheet.name: sheet for sheet in grid.sheets}
    for name, (target, row, column) in grid.names.items():
        code = read_answer_name(name)
        if code not in spec.by_code or target in known or target not in sheets:
            continue
        cell = sheets[target].at(row, column)
        answers = [one.answers[code] for one in readings if code in one.answers]
        if holds_something(cell) and any(answer.raw != cell.raw for answer in answers):
            return target
    return ""


def _without(readers: list[SheetReading], spec: FormSpec) -> set[str]:
    """Give the sheets that are the form and no list; an own form may have both on one sheet."""
    shared = {one.sheet for one in spec.lists} & {spec.sheet}
    return {reader.placement.sheet.name for reader in readers} - shared


def _read_sheets(grid: Grid, spec: FormSpec, period: Period) -> list[SheetReading]:
    """Read every sheet that is the form, column of answers by column; raises UnknownForm."""
    by_sheet: dict[str, list[tuple[FormSpec, Placement]]] = {}
    for part in spec.by_heading:
        for placement in place_forms(grid, part):
            by_sheet.setdefault(placement.sheet.name, []).append((part, placement))
    return [
        _read_sheet(grid, placed, period)
        for placed in by_sheet.values()
        if len(placed) == len(spec.by_heading)
    ]


def _read_sheet(grid: Grid, placed: list[tuple[FormSpec, Placement]], period: Period) -> SheetReading:
    columns = {one.columns.answer for _, one in placed if one.columns.answer is not None}
    whole: SheetReading | None = None
    for part, placement in placed:
        others = frozenset(columns - {placement.columns.answer})
        reader = AnswerReader(grid, replace(placement, other_answers=others), part, period)
        reader.read()
        sentences = describe(placement, part)
        if whole is None:
            whole = SheetReading(
                placement,
                reader.answers,
                reader.findings,
                sentences,
                is_doubled=reader.is_doubled,
                confidence=placement.confidence,
            )
        else:
            whole.answers |= reader.answers
            # What is said of the sheet or a row as a whole is said once.
            whole.findings += [one for one in reader.findings if one not in whole.findings]
            whole.sentences += [one for one in sentences if one not in whole.sentences]
            whole.is_doubled = whole.is_doubled or reader.is_doubled
            whole.confidence = min(whole.confidence, placement.confidence)
    assert whole is not None
    return whole


def content_digest(parsed: ParsedForm) -> str:
    """Give a digest of what was answered: the same answers, notes and list rows give the same digest."""
    content = {
        "answers": {
            code: [
                *_canonical(answer.value),
                answer.note,
                (answer.raw or "") if isinstance(answer.value, Unclear) else "",
            ]
            for code, answer in parsed.answers.items()
        },
        "lists": {
            code: [{name: _canonical(value) for name, value in row.values.items()} for row in rows]
            for code, rows in parsed.lists.items()
        },
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _canonical(value: AnswerValue) -> list[str]:
    match value:
        case Number():
            sign = "~" if value.approximate else ""
            return [state_of(value), sign + f"{_plain(value.value):f}"]
        case TextValue():
            return [state_of(value), value.text]
        case DateValue():
            return [state_of(value), value.date.isoformat()]
        case _:
            return [state_of(value)]


def _plain(value: Decimal) -> Decimal:
    return value.normalize() + 0 if value else Decimal(0)


def _one_of(readers: list[SheetReading], spec: FormSpec) -> SheetReading:
    """Give the one reading; several sheets count as one when they answer alike or hold no answers."""
    for reader in readers:
        if reader.is_doubled:
            raise AmbiguousForm(
                f"The sheet {reader.placement.sheet.name!r} holds the table twice, with different answers."
            )
    first, *others = readers
    if not others:
        return first
    answered = [reader for reader in readers if is_answered(reader.answers, spec)]
    keys = {_key(reader.answers) for reader in answered}
    owners = {_owner(reader.answers, spec) for reader in readers}
    if len(keys) > 1 or len(owners) > 1:
        raise SeveralSheets(*(reader.placement.sheet.name for reader in readers))
    return answered[0] if answered else first


def _key(answers: Mapping[FieldCode, Answer]) -> tuple[tuple[str, AnswerValue, str | None], ...]:
    return tuple(
        (code, answer.value, answer.raw if isinstance(answer.value, Unclear) else None)
        for code, answer in sorted(answers.items())
    )


def _owner(answers: Mapping[FieldCode, Answer], spec: FormSpec) -> tuple[AnswerValue, ...]:
    return tuple(answers[one.code].value for one in spec.fields if one.prefilled)


def is_answered(answers: Mapping[FieldCode, Answer], spec: FormSpec) -> bool:
    """Tell whether anybody wrote into the form; the office itself fills in names and days."""
    return any(
        not isinstance(answer.value, (Missing, NotApplicable))
        for code, answer in answers.items()
        if not spec.by_code[code].prefilled and spec.by_code[code].type is not FieldType.DATE
    )


def is_untouched(parsed: ParsedForm, spec: FormSpec) -> bool:
    """Tell whether a form came back as it went out: no answer, no row, nothing unclear."""
    if any(parsed.lists.values()):
        return False
    asked = [
        answer
        for code, answer in parsed.answers.items()
        if not spec.by_code[code].prefilled
        and spec.by_code[code].type not in (FieldType.DATE, FieldType.COMPUTED)
    ]
    return bool(asked) and all(
        not answer.note and (isinstance(answer.value, Missing) or _is_ready(answer, spec)) for answer in asked
    )


def _is_ready(answer: Answer, spec: FormSpec) -> bool:
    """Tell whether a cell holds what it held when the form went out."""
    ready = spec.by_code[answer.code].ready
    return bool(ready) and ready == answer.raw


def _in_order(findings: Iterable[Finding], spec: FormSpec) -> tuple[Finding, ...]:
    """Order findings worst first, then as the form goes."""
    order = {code: place for place, code in enumerate([*spec.by_code, *spec.list_by_code], start=1)}
    severity = {one: place for place, one in enumerate(SEVERITIES)}
    names: dict[str, int] = {str(code): place for code, place in order.items()}
    return tuple(sorted(findings, key=lambda one: (severity[one.severity], names.get(one.field, 0))))


def _folded(sentences: list[str]) -> tuple[str, ...]:
    if len(sentences) <= _MOST_SENTENCES:
        return tuple(sentences)
    rest = len(sentences) - (_MOST_SENTENCES - 1)
    return (*sentences[: _MOST_SENTENCES - 1], f"Và {rest} điểm khác.")
