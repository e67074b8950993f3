"""The sheets behind the summary: lists, words, who has sent, and the source of every figure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from aggregator import wording
from aggregator.figures import grouped_rows, name_column
from aggregator.sheet import TABLE_FROM, Head, cell_name
from aggregator.summary import coverage_sentences, short_name
from domain.answers import DateValue, NotApplicable, Number, TextValue
from domain.forms import FieldType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.sheet import CellValue, Sheet
    from domain.answers import AnswerValue
    from domain.campaigns import Campaign
    from domain.figures import Consolidation, CoverageRow, ListedRow, Part, Quote
    from domain.forms import ListSpec
    from domain.ids import FieldCode, ListCode

TEXTS_NAME = "PhanLoi"
COVERAGE_NAME = "TinhHinhGui"
_TEXT_COLUMN = 3
_LONGEST_NAME = 31
_SIGNS = 8
_COLUMN_WIDTHS = {
    FieldType.TEXT: 28.0, FieldType.DATE: 12.5, FieldType.INTEGER: 14.0, FieldType.DECIMAL: 14.0,
    FieldType.MONEY: 13.0, FieldType.CHOICE: 15.0, FieldType.COMPUTED: 11.0,
}  # fmt: skip


def plain(value: AnswerValue | None) -> CellValue:
    """Give an answer as a cell shows it."""
    match value:
        case Number(number):
            return number
        case DateValue(day):
            return day
        case TextValue(text):
            return text
        case NotApplicable():
            return wording.NOTHING
        case _:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSheet:
    """One list with its sheet name and its rows, those of one name together."""

    spec: ListSpec
    name: str
    groups: tuple[tuple[ListedRow, ...], ...]

    def write(self, sheet: Sheet, campaign: Campaign) -> None:
        """Write the rows with their units; rows of one name share one TT."""
        heads = (
            Head(title=wording.TT, width=5.5, centred=True),
            Head(title=wording.UNIT, width=17.0),
            *(
                Head(
                    title=column.label,
                    width=_COLUMN_WIDTHS[column.type],
                    centred=column.type is not FieldType.TEXT,
                )
                for column in self.spec.columns
            ),
        )
        rows: list[tuple[CellValue, ...]] = []
        for number, group in enumerate(self.groups, start=1):
            for place, row in enumerate(group):
                values = (plain(row.row.values.get(column.name)) for column in self.spec.columns)
                rows.append((None if place else number, short_name(campaign, row.unit), *values))
        sheet.table(wording.LIST_TITLE.format(title=self.spec.title.upper()), heads, rows)


def list_sheets(
    campaign: Campaign, consolidation: Consolidation, *, taken: frozenset[str]
) -> dict[ListCode, ListSheet]:
    """Give each list its sheet; names that Excel would refuse, or that are *taken*, are changed."""
    sheets: dict[ListCode, ListSheet] = {}
    used = {name.casefold() for name in taken}
    for spec in campaign.form.lists:
        base = re.sub(r"[\[\]:*?/\\]", "_", spec.sheet).strip("'") or spec.code
        name, number = base[:_LONGEST_NAME], 1
        while name.casefold() in used:
            number += 1
            name = f"{base[: _LONGEST_NAME - 4]}_{number}"
        used.add(name.casefold())
        groups = grouped_rows(spec, consolidation.lists.get(spec.code, ()))
        sheets[spec.code] = ListSheet(spec=spec, name=name, groups=groups)
    return sheets


def placed_quotes(campaign: Campaign, consolidation: Consolidation) -> Iterator[tuple[str, Quote]]:
    """Give every quotation with its cell on the sheet of words."""
    row = TABLE_FROM
    for field in campaign.form.fields:
        for quote in consolidation.quotes.get(field.code, ()):
            yield cell_name(row, _TEXT_COLUMN), quote
            row += 1


def write_texts(sheet: Sheet, campaign: Campaign, consolidation: Consolidation) -> None:
    """Write what units said in words."""
    heads = tuple(
        Head(title=title, width=width, centred=centred, hidden=hidden)
        for title, width, centred, hidden in zip(
            wording.TEXTS_HEADS,
            (5.5, 26.0, 18.0, 62.0, 8.0),
            (True, False, False, False, True),
            (False, False, False, False, True),
            strict=True,
        )
    )
    rows: list[tuple[CellValue, ...]] = []
    for number, (_, quote) in enumerate(placed_quotes(campaign, consolidation), start=1):
        field = campaign.form.by_code[quote.part.code]
        rows.append((number, field.label, short_name(campaign, quote.unit), quote.text, field.code))
    sheet.table(wording.TEXTS_TITLE, heads, rows)


def write_coverage(sheet: Sheet, campaign: Campaign, consolidation: Consolidation) -> None:
    """Write who has sent what, when, and who has not."""
    widths = (5.5, 34.0, 17.0, 19.0, 8.0, 12.5, 13.0, 17.5, 32.0, 8.0)
    heads = tuple(
        Head(title=title, width=width, centred=title not in (wording.UNIT, wording.NOTE), hidden=hidden)
        for title, width, hidden in zip(
            wording.COVERAGE_HEADS, widths, (False,) * (len(widths) - 1) + (True,), strict=True
        )
    )
    rows = [
        (number, *coverage_cells(campaign, row), row.unit)
        for number, row in enumerate(consolidation.coverage.rows, start=1)
    ]
    subtitle = coverage_sentences(campaign, consolidation)[0]
    sheet.table(wording.COVERAGE_TITLE, heads, rows, subtitle=subtitle)


def coverage_cells(campaign: Campaign, row: CoverageRow) -> tuple[CellValue, ...]:
    """Give a line of "Tình hình gửi báo cáo" without TT: unit, state, instants, version, warnings, remark."""
    zone = campaign.calendar.timezone
    received = row.received_at or row.first_received_at
    remarks = [row.reason] if row.reason else []
    if row.correction_open:
        remarks.append(wording.CORRECTION_OPEN)
    return (
        campaign.unit_by_code[row.unit].name,
        row.status,
        received.astimezone(zone) if received else None,
        row.version,
        timeliness(row),
        row.warnings if row.counted else None,
        row.narrative_received_at.astimezone(zone) if row.narrative_received_at else None,
        "; ".join(remarks) or None,
    )


def timeliness(row: CoverageRow) -> str:
    """Say whether a unit was in time: on time, late, not sent, not concerned."""
    if row.excluded:
        return wording.EXCLUDED.capitalize()
    if row.on_time is None:
        return wording.NOT_SENT.capitalize()
    return wording.ON_TIME if row.on_time else wording.LATE


#: Code of the figure or list, and the cells of one line of the sheet of sources.
SourceRow: TypeAlias = tuple[str, tuple["CellValue", ...]]


def source_rows(campaign: Campaign, consolidation: Consolidation) -> list[SourceRow]:
    """Give the source of every figure and of every list row, in the order of the form."""
    rows: list[SourceRow] = []
    for field in campaign.form.fields:
        figure = consolidation.figures.get(field.code)
        for part in figure.parts if figure is not None else ():
            label = field.label
            if part.code != field.code and part.code in campaign.form.by_code:
                label = f"{label} ← {part.code}"
            rows.append((field.code, _source_cells(campaign, field.code, label, part)))
    for spec in campaign.form.lists:
        rows += [
            (spec.code, _list_source_cells(campaign, spec, row))
            for row in consolidation.lists.get(spec.code, ())
        ]
    return rows


def _source_cells(campaign: Campaign, code: FieldCode, label: str, part: Part) -> tuple[CellValue, ...]:
    value = plain(part.value)
    return (
        code,
        label,
        short_name(campaign, part.unit),
        wording.NOT_APPLICABLE if isinstance(part.value, NotApplicable) else value,
        part.raw if part.raw != value else None,
        part.attachment_name,
        part.sheet,
        part.cell,
        part.version,
        part.attachment_sha256[:_SIGNS],
        part.message_id,
    )


def _list_source_cells(campaign: Campaign, spec: ListSpec, row: ListedRow) -> tuple[CellValue, ...]:
    name = name_column(spec)
    return (
        spec.code,
        spec.title,
        short_name(campaign, row.unit),
        plain(row.row.values.get(name)),
        None,
        row.attachment_name,
        row.row.sheet,
        row.row.cells.get(name, str(row.row.row)),
        row.version,
        row.attachment_sha256[:_SIGNS],
        row.message_id,
    )


def write_sources(sheet: Sheet, rows: list[SourceRow]) -> None:
    """Write the cell, file and mail behind every figure."""
    widths = (7.0, 42.0, 14.0, 26.0, 22.0, 30.0, 13.0, 7.0, 9.0, 11.0, 50.0)
    centred = {0, 7, 8, 9}
    heads = tuple(
        Head(title=title, width=width, centred=column in centred, indented=column in (3, 4))
        for column, (title, width) in enumerate(zip(wording.SOURCES_HEADS, widths, strict=True))
    )
    sheet.table(wording.SOURCES_TITLE, heads, [cells for _, cells in rows], size=10)
