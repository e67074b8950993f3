"""Consolidated figures, each carrying the cells it was made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from domain.answers import AnswerValue
from domain.forms import Aggregate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.answers import ListRow
    from domain.ids import FieldCode, ListCode, MessageId, Sha256, SubmissionKey, UnitCode
    from domain.narratives import ReportText

#: None: nothing to show ("-"), as for a ratio with denominator 0 or a field nobody answered.
FigureValue: TypeAlias = Decimal | dt.date | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One unit's share of a figure: the cell somebody typed."""

    unit: UnitCode
    submission: SubmissionKey
    version: int
    value: AnswerValue
    attachment_name: str
    attachment_sha256: Sha256
    message_id: MessageId | None
    #: Empty for words of a text report; `cell` is then their place in it ("đoạn 12").
    sheet: str
    cell: str
    raw: str | None
    #: Code of the field this cell answers (a ratio has parts of several fields).
    code: FieldCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the report."""

    code: FieldCode
    label: str
    measure: str
    aggregate: Aggregate
    decimals: int
    value: FigureValue
    #: For MIN_MAX: the latest; otherwise None.
    upper: FigureValue = None
    parts: tuple[Part, ...] = ()
    #: Units of the coverage that gave no value: not answered, or field left empty.
    missing: tuple[UnitCode, ...] = ()
    #: Units that said "Không phát sinh".
    not_applicable: tuple[UnitCode, ...] = ()
    approximate: bool = False

    @property
    def answered(self) -> int:
        """Number of units with a value (N/A counts as an answer)."""
        return len({part.unit for part in self.parts})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow:
    """A list row with its unit and its source."""

    unit: UnitCode
    submission: SubmissionKey
    version: int
    attachment_name: str
    attachment_sha256: Sha256
    message_id: MessageId | None
    row: ListRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A unit's own words for one text field."""

    unit: UnitCode
    text: str
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitText:
    """The text report of a unit that counts, with its words."""

    unit: UnitCode
    submission: SubmissionKey
    version: int
    attachment_name: str
    attachment_sha256: Sha256
    message_id: MessageId | None
    text: ReportText


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """One line of "Tình hình gửi báo cáo"."""

    unit: UnitCode
    #: State words for people: "Đã tiếp nhận", "Quá hạn".
    status: str
    counted: bool
    excluded: bool
    #: Why excluded.
    reason: str
    #: First arrival of the form.
    first_received_at: dt.datetime | None
    #: Arrival of the version that counts.
    received_at: dt.datetime | None
    version: int | None
    on_time: bool | None
    warnings: int
    correction_open: bool
    narrative_received_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Who is in the figures and who is not, in roster order."""

    rows: tuple[CoverageRow, ...]

    @property
    def expected(self) -> int:
        """N: units that must answer."""
        return sum(not row.excluded for row in self.rows)

    @property
    def counted(self) -> int:
        """Count the units whose form is in the figures (n)."""
        return sum(row.counted and not row.excluded for row in self.rows)

    @property
    def missing(self) -> tuple[UnitCode, ...]:
        """Units that must answer and are not in the figures."""
        return tuple(row.unit for row in self.rows if not row.counted and not row.excluded)


@dataclass(frozen=True, kw_only=True)
class Consolidation:
    """Everything a report is made of; a snapshot that never changes."""

    figures: Mapping[FieldCode, Figure]
    lists: Mapping[ListCode, tuple[ListedRow, ...]]
    quotes: Mapping[FieldCode, tuple[Quote, ...]]
    coverage: Coverage
    #: Submissions that count, in roster order.
    inputs: tuple[SubmissionKey, ...]
    #: Instant of consolidation.
    at: dt.datetime
