"""The summary table, on screen and on paper: which rows and columns it has and what stands in each cell."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from aggregator import wording
from aggregator.figures import percentage
from domain.answers import DateValue, NotApplicable, Number, TextValue
from domain.forms import Aggregate
from domain.vietnamese import small_count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.campaigns import Campaign, Unit
    from domain.figures import Consolidation, CoverageRow, Figure, FigureValue, Part
    from domain.forms import Field
    from domain.ids import UnitCode

#: What the summary table shows; texts have a sheet of their own.
_TABULAR = frozenset({Aggregate.SUM, Aggregate.RATIO, Aggregate.MIN, Aggregate.MIN_MAX, Aggregate.DISTINCT})
#: Names spelt out in a sentence before "và … đơn vị khác".
_MOST_NAMES = 12


class Standing(StrEnum):
    """Why a unit's column is full or empty."""

    COUNTED = "counted"
    NOT_SENT = "not_sent"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitColumn:
    """One unit of the roster as a column."""

    unit: Unit
    standing: Standing


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A heading across the table."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """One indicator."""

    field: Field
    figure: Figure
    #: The figure's parts, by unit.
    parts: Mapping[UnitCode, tuple[Part, ...]]


SummaryRow: TypeAlias = SectionRow | FigureRow


class Blank(StrEnum):
    """Why a unit's cell has no value."""

    NOT_APPLICABLE = wording.NOTHING
    EMPTY = wording.EMPTY
    NOT_SENT = ""


#: What one unit adds to a row: a value, or why there is none.
Share: TypeAlias = Decimal | dt.date | str | Blank


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The table: rows in form order, units in roster order."""

    rows: tuple[SummaryRow, ...]
    columns: tuple[UnitColumn, ...]

    @property
    def figures(self) -> tuple[FigureRow, ...]:
        """Rows that carry a figure."""
        return tuple(row for row in self.rows if isinstance(row, FigureRow))


def summarize(campaign: Campaign, consolidation: Consolidation) -> Summary:
    """Lay the figures out as a table; sections without figures have no heading."""
    rows: list[SummaryRow] = []
    section = None
    for field in campaign.form.fields:
        figure = consolidation.figures.get(field.code)
        if figure is None or field.aggregate not in _TABULAR:
            continue
        if field.section != section:
            section = field.section
            rows.append(SectionRow(section))
        rows.append(FigureRow(field=field, figure=figure, parts=_by_unit(figure)))
    standings = {row.unit: _standing(row) for row in consolidation.coverage.rows}
    return Summary(
        rows=tuple(rows),
        columns=tuple(
            UnitColumn(unit=unit, standing=standings[unit.code])
            for unit in campaign.units
            if unit.code in standings
        ),
    )


def _by_unit(figure: Figure) -> dict[UnitCode, tuple[Part, ...]]:
    parts: defaultdict[UnitCode, tuple[Part, ...]] = defaultdict(tuple)
    for part in figure.parts:
        parts[part.unit] += (part,)
    return dict(parts)


def _standing(row: CoverageRow) -> Standing:
    if row.excluded:
        return Standing.EXCLUDED
    return Standing.COUNTED if row.counted else Standing.NOT_SENT


def share(row: FigureRow, column: UnitColumn) -> Share:
    """Give what stands in a unit's cell."""
    if column.standing is not Standing.COUNTED:
        return Blank.NOT_SENT
    parts = row.parts.get(column.unit.code, ())
    if row.figure.aggregate is Aggregate.RATIO:
        return _ratio_share(row, parts)
    typed = [part for part in parts if part.code == row.field.code]
    return _plain_share(typed[0]) if typed else Blank.EMPTY


def _plain_share(part: Part) -> Share:
    match part.value:
        case Number(value):
            return value
        case DateValue(day):
            return day
        case TextValue(text):
            return text
        case NotApplicable():
            return Blank.NOT_APPLICABLE
        case _:
            return Blank.EMPTY


def _ratio_share(row: FigureRow, parts: tuple[Part, ...]) -> Share:
    if not parts or row.field.ratio is None:
        return Blank.EMPTY
    amounts = {
        part.code: part.value.value if isinstance(part.value, Number) else Decimal(0) for part in parts
    }
    terms = row.field.ratio
    value = percentage(
        sum((amounts[code] for code in terms.numerator), start=Decimal(0)),
        sum((amounts[code] for code in terms.denominator), start=Decimal(0)),
    )
    return Blank.NOT_APPLICABLE if value is None else value


def total(figure: Figure) -> FigureValue | Blank:
    """Give what stands under Tổng cộng: a value, "-" for nothing to divide, or the word for no answer."""
    if figure.value is not None:
        return figure.value
    return Blank.NOT_APPLICABLE if figure.parts else Blank.EMPTY


def note(campaign: Campaign, figure: Figure, consolidation: Consolidation) -> str:
    """Write the footnote of a row: how many units gave a value, who wrote a rough number, what was merged."""
    coverage = consolidation.coverage
    notes = []
    if figure.aggregate is Aggregate.DISTINCT and figure.value:
        notes.append(wording.DISTINCT_NOTE)
    if figure.answered < coverage.counted:
        say = wording.ratio_note if figure.aggregate is Aggregate.RATIO else wording.answered_note
        notes.append(say(figure.answered, coverage.expected))
    if figure.approximate and figure.aggregate is not Aggregate.RATIO:
        rough = [part for part in figure.parts if isinstance(part.value, Number) and part.value.approximate]
        notes.append(
            wording.approximate_note(
                "; ".join(f"{short_name(campaign, part.unit)}: “{part.raw}”" for part in rough)
            )
        )
    return "; ".join(notes)


def short_name(campaign: Campaign, code: UnitCode) -> str:
    """Give a unit's short name, its name where there is none."""
    unit = campaign.unit_by_code[code]
    return unit.short_name or unit.name


def cut_off(consolidation: Consolidation) -> tuple[dt.date, dt.date] | None:
    """Give the earliest and the latest day until which units counted; None when the form does not ask."""
    for figure in consolidation.figures.values():
        if isinstance(figure.value, dt.date) and isinstance(figure.upper, dt.date):
            return figure.value, figure.upper
    return None


def coverage_sentences(campaign: Campaign, consolidation: Consolidation) -> tuple[str, ...]:
    """Say whose figures these are, who is missing, and who need not answer."""
    coverage = consolidation.coverage
    sentences = [wording.coverage_line(coverage.counted, coverage.expected, cut_off(consolidation))]
    if coverage.missing:
        names = [campaign.unit_by_code[code].name for code in coverage.missing]
        sentences.append(wording.without_figures(listed(names)))
    excluded = [
        campaign.unit_by_code[row.unit].name + (f" ({row.reason})" if row.reason else "")
        for row in coverage.rows
        if row.excluded
    ]
    if excluded:
        sentences.append(wording.not_concerned(listed(excluded)))
    return tuple(sentences)


def listed(names: list[str]) -> str:
    """Write names one after the other, the many shortened."""
    if len(names) <= _MOST_NAMES + 1:
        return "; ".join(names)
    rest = len(names) - _MOST_NAMES
    return "; ".join(names[:_MOST_NAMES]) + " " + wording.MANY_UNITS.format(count=small_count(rest))
