"""Accepted forms become figures, each born with the cells it was made of."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from domain.answers import DateValue, Missing, NotApplicable, Number, TextValue, Unclear
from domain.figures import Consolidation, Figure, ListedRow, Part, Quote
from domain.forms import Aggregate, FieldType
from domain.ids import FieldCode
from domain.vietnamese import fold, fold_label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from domain.answers import AnswerValue, ParsedForm
    from domain.campaigns import Campaign
    from domain.figures import Coverage, FigureValue
    from domain.forms import Field, ListSpec
    from domain.ids import MessageId, Sha256, SubmissionKey, UnitCode

#: A percentage is kept with four decimals, half up; screens and papers round further for display only.
RATIO_PLACES = Decimal("0.0001")
#: Digits shown of a percentage when the form does not say.
_RATIO_DECIMALS = 1
_HUNDRED = Decimal(100)
_DIGEST_SIGNS = 8
#: Folded ways of answering a text question with "no": said, but nothing to quote.
_NONE_WORDS = frozenset(
    fold(words)
    for words in (
        "không", "không có", "không phát sinh", "kps", "chưa", "chưa có", "không ạ", "không có gì",
        "không có ý kiến", "không có ý kiến gì", "không ý kiến", "không có kiến nghị", "không kiến nghị",
        "không có kiến nghị đề xuất", "không có kiến nghị đề xuất gì", "không có đề xuất", "không có tồn tại",
        "không có tồn tại hạn chế", "không có hạn chế", "không có khó khăn vướng mắc", "không có khó khăn",
        "none", "n a", "",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedForm:
    """The version of a unit's form that counts."""

    unit: UnitCode
    submission: SubmissionKey
    version: int
    attachment_name: str
    attachment_sha256: Sha256
    #: Of the mail it came with; None for manual intake.
    message_id: MessageId | None
    parsed: ParsedForm


@dataclass(frozen=True, slots=True, kw_only=True)
class _Basis:
    """What every aggregate is computed from: the forms in roster order and the units that should be there."""

    forms: tuple[AcceptedForm, ...]
    #: Units that must answer, in roster order.
    expected: tuple[UnitCode, ...]
    #: Short names for joined texts.
    names: dict[UnitCode, str]
    #: What units wrote in their text reports, by text field.
    borrowed: Mapping[FieldCode, Mapping[UnitCode, Part]]
    lists: dict[str, ListSpec]


def consolidate(
    campaign: Campaign,
    forms: Sequence[AcceptedForm],
    coverage: Coverage,
    *,
    at: dt.datetime,
    borrowed: Mapping[FieldCode, Mapping[UnitCode, Part]] | None = None,
) -> Consolidation:
    """Make all figures of *campaign* from the forms that count.

    A text field that a unit left empty is filled from *borrowed*, the words of its text report.

    Forms of excluded units are left out. Raises ValueError when *forms* and *coverage* disagree about who
    counts: a report must never state a coverage that its figures do not have.
    """
    counted = _counted_forms(campaign, forms, coverage)
    basis = _Basis(
        forms=counted,
        expected=tuple(row.unit for row in coverage.rows if not row.excluded),
        names={unit.code: unit.short_name or unit.name for unit in campaign.units},
        lists={spec.code: spec for spec in campaign.form.lists},
        borrowed=borrowed or {},
    )
    fields = [field for field in campaign.form.fields if field.aggregate in _MAKERS]
    return Consolidation(
        figures={field.code: _MAKERS[field.aggregate](field, basis) for field in fields},
        lists={spec.code: _listed_rows(spec, counted) for spec in campaign.form.lists},
        quotes={field.code: _quotes(field, basis) for field in fields if field.aggregate is Aggregate.CONCAT},
        coverage=coverage,
        inputs=(*(form.submission for form in counted), *_lenders(fields, basis)),
        at=at,
    )


def grouped_rows(spec: ListSpec, rows: Sequence[ListedRow]) -> tuple[tuple[ListedRow, ...], ...]:
    """Group list rows that name the same thing, in order of first mention; one row each without merging."""
    if not spec.merge_same_names:
        return tuple((row,) for row in rows)
    groups: dict[str, list[ListedRow]] = {}
    for row in rows:
        groups.setdefault(_folded_name(spec, row), []).append(row)
    return tuple(tuple(group) for group in groups.values())


def name_column(spec: ListSpec) -> str:
    """Give the column that names a row: the first text column, otherwise the first one."""
    texts = [column.name for column in spec.columns if column.type is FieldType.TEXT]
    return texts[0] if texts else spec.columns[0].name


def inputs_digest(campaign: Campaign, consolidation: Consolidation) -> str:
    """Give eight signs that name the inputs of a report: campaign version, files that count, coverage.

    They stand on every paper, so that a reader finds the same version again.
    """
    files = {
        (part.unit, str(part.version), str(part.attachment_sha256))
        for figure in consolidation.figures.values()
        for part in figure.parts
    }
    rows = [
        (row.unit, row.status, str(row.counted), str(row.excluded), str(row.version))
        for row in consolidation.coverage.rows
    ]
    lines = [campaign.code, campaign.digest, *map("\x1f".join, sorted(files)), *map("\x1f".join, rows)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:_DIGEST_SIGNS]


def _counted_forms(
    campaign: Campaign, forms: Sequence[AcceptedForm], coverage: Coverage
) -> tuple[AcceptedForm, ...]:
    """Put the forms that count into roster order."""
    excluded = {row.unit for row in coverage.rows if row.excluded}
    counted = {row.unit for row in coverage.rows if row.counted and not row.excluded}
    given = Counter(form.unit for form in forms if form.unit not in excluded)
    if set(given) != counted or any(number > 1 for number in given.values()):
        disagreement = sorted(set(given) ^ counted) or sorted(unit for unit in given if given[unit] > 1)
        raise ValueError(f"forms and coverage disagree about {', '.join(disagreement)}")
    place = {unit.code: number for number, unit in enumerate(campaign.units)}
    return tuple(
        sorted(
            (form for form in forms if form.unit in counted),
            key=lambda form: place.get(form.unit, len(place)),
        )
    )


def _is_answer(value: AnswerValue) -> bool:
    return not isinstance(value, (Missing, Unclear))


def _part(form: AcceptedForm, code: FieldCode) -> Part | None:
    """Give a unit's share of a figure; None when the unit left the field empty."""
    answer = form.parsed.answers.get(code)
    if answer is None or not _is_answer(answer.value):
        return None
    return Part(
        unit=form.unit,
        submission=form.submission,
        version=form.version,
        value=answer.value,
        attachment_name=form.attachment_name,
        attachment_sha256=form.attachment_sha256,
        message_id=form.message_id,
        sheet=answer.place.sheet if answer.place else "",
        cell=answer.place.cell if answer.place else "",
        raw=answer.raw,
        code=code,
    )


def _parts(code: FieldCode, forms: Sequence[AcceptedForm]) -> tuple[Part, ...]:
    return tuple(part for form in forms if (part := _part(form, code)) is not None)


def _amount(part: Part) -> Decimal:
    """Give what a part adds to a sum; N/A adds nothing."""
    return part.value.value if isinstance(part.value, Number) else Decimal(0)


def _figure(
    field: Field,
    basis: _Basis,
    parts: tuple[Part, ...],
    *,
    value: FigureValue,
    upper: FigureValue = None,
    decimals: int | None = None,
) -> Figure:
    """Put a figure together with everything that follows from its parts."""
    answered = {part.unit for part in parts}
    said = {part.unit for part in parts if not isinstance(part.value, NotApplicable)}
    return Figure(
        code=field.code,
        label=field.label,
        measure=field.measure,
        aggregate=field.aggregate,
        decimals=field.decimals if decimals is None else decimals,
        value=value,
        upper=upper,
        parts=parts,
        missing=tuple(unit for unit in basis.expected if unit not in answered),
        not_applicable=tuple(unit for unit in basis.expected if unit in answered - said),
        approximate=any(isinstance(part.value, Number) and part.value.approximate for part in parts),
    )


def _sum(field: Field, basis: _Basis) -> Figure:
    """Add up what units answered; None when nobody did."""
    parts = _parts(field.code, basis.forms)
    return _figure(field, basis, parts, value=sum(map(_amount, parts), start=Decimal(0)) if parts else None)


def _ratio(field: Field, basis: _Basis) -> Figure:
    """Divide sum by sum over the units that answered every term."""
    if field.ratio is None:
        raise ValueError(f"field {field.code} is a ratio without terms")
    codes = dict.fromkeys((*field.ratio.numerator, *field.ratio.denominator))
    complete = [
        parts
        for form in basis.forms
        if len(parts := [part for code in codes if (part := _part(form, code)) is not None]) == len(codes)
    ]
    kept = tuple(part for parts in complete for part in parts)
    amounts: defaultdict[FieldCode, Decimal] = defaultdict(Decimal)
    for part in kept:
        amounts[part.code] += _amount(part)
    numerator = sum((amounts[code] for code in field.ratio.numerator), start=Decimal(0))
    denominator = sum((amounts[code] for code in field.ratio.denominator), start=Decimal(0))
    return _figure(
        field,
        basis,
        kept,
        value=percentage(numerator, denominator),
        decimals=field.decimals or _RATIO_DECIMALS,
    )


def percentage(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """Give numerator over denominator in per cent with four decimals, half up; None when there is nothing."""
    if not denominator:
        return None
    return (numerator * _HUNDRED / denominator).quantize(RATIO_PLACES, rounding=ROUND_HALF_UP)


def _extreme(field: Field, basis: _Basis) -> Figure:
    """Give the least value, and the greatest beside it for MIN_MAX."""
    parts = _parts(field.code, basis.forms)
    days = [part.value.date for part in parts if isinstance(part.value, DateValue)]
    numbers = [part.value.value for part in parts if isinstance(part.value, Number)]
    both = field.aggregate is Aggregate.MIN_MAX
    if days:
        return _figure(field, basis, parts, value=min(days), upper=max(days) if both else None)
    if numbers:
        return _figure(field, basis, parts, value=min(numbers), upper=max(numbers) if both else None)
    return _figure(field, basis, parts, value=None)


def _distinct(field: Field, basis: _Basis) -> Figure:
    """Count distinct names of a list: a movement launched by the office is reported by every unit.

    The parts are both what units typed in the field and the named rows (with the list's code).
    """
    if field.distinct_list is None:
        raise ValueError(f"field {field.code} counts names without a list")
    spec = basis.lists[field.distinct_list]
    rows = _listed_rows(spec, basis.forms)
    typed = _parts(field.code, basis.forms)
    named = tuple(_name_part(spec, row) for row in rows)
    names = {_folded_name(spec, row) for row in rows}
    parts = (*typed, *named)
    return _figure(field, basis, parts, value=Decimal(len(names)) if parts else None)


def _name_part(spec: ListSpec, row: ListedRow) -> Part:
    name = name_column(spec)
    return Part(
        unit=row.unit,
        submission=row.submission,
        version=row.version,
        value=row.row.values.get(name, Missing()),
        attachment_name=row.attachment_name,
        attachment_sha256=row.attachment_sha256,
        message_id=row.message_id,
        sheet=row.row.sheet,
        cell=row.row.cells.get(name, ""),
        raw=row.row.raw.get(name),
        code=FieldCode(spec.code),
    )


def _folded_name(spec: ListSpec, row: ListedRow) -> str:
    """Fold the name of a row; a row without one is alone."""
    value = row.row.values.get(name_column(spec))
    text = fold_label(value.text) if isinstance(value, TextValue) else ""
    return text or f"{row.unit}!{row.row.sheet}!{row.row.row}"


def _listed_rows(spec: ListSpec, forms: Sequence[AcceptedForm]) -> tuple[ListedRow, ...]:
    return tuple(
        ListedRow(
            unit=form.unit,
            submission=form.submission,
            version=form.version,
            attachment_name=form.attachment_name,
            attachment_sha256=form.attachment_sha256,
            message_id=form.message_id,
            row=row,
        )
        for form in forms
        for row in form.parsed.lists.get(spec.code, ())
    )


def _quotes(field: Field, basis: _Basis) -> tuple[Quote, ...]:
    """Collect what units said in words; "Không" is an answer but no quotation."""
    return tuple(
        Quote(unit=part.unit, text=part.value.text, part=part)
        for part in _words(field, basis)
        if isinstance(part.value, TextValue) and fold_label(part.value.text) not in _NONE_WORDS
    )


def _words(field: Field, basis: _Basis) -> tuple[Part, ...]:
    """Give what each unit said, in its form or else in its text report."""
    lent = basis.borrowed.get(field.code, {})
    parts = ((_part(form, field.code) or lent.get(form.unit)) for form in basis.forms)
    return tuple(part for part in parts if part is not None)


def _lenders(fields: Sequence[Field], basis: _Basis) -> tuple[SubmissionKey, ...]:
    """Give the text reports that words were taken from."""
    forms = {form.submission for form in basis.forms}
    words = (part for field in fields if field.aggregate is Aggregate.CONCAT for part in _words(field, basis))
    return tuple(dict.fromkeys(part.submission for part in words if part.submission not in forms))


def _concat(field: Field, basis: _Basis) -> Figure:
    """Join the texts, each with its unit."""
    lines = [f"{basis.names[quote.unit]}: {quote.text}" for quote in _quotes(field, basis)]
    return _figure(field, basis, _words(field, basis), value="\n".join(lines) or None)


_MAKERS: dict[Aggregate, Callable[[Field, _Basis], Figure]] = {
    Aggregate.SUM: _sum,
    Aggregate.RATIO: _ratio,
    Aggregate.MIN: _extreme,
    Aggregate.MIN_MAX: _extreme,
    Aggregate.DISTINCT: _distinct,
    Aggregate.CONCAT: _concat,
}
