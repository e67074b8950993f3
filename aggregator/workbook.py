"""The consolidated workbook: live totals that an office can audit, and the source of every figure."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

from aggregator import wording
from aggregator.annex_sheets import (
    COVERAGE_NAME,
    TEXTS_NAME,
    list_sheets,
    placed_quotes,
    source_rows,
    write_coverage,
    write_sources,
    write_texts,
)
from aggregator.figures import inputs_digest
from aggregator.sheet import TABLE_FROM, Formats, Paper, Sheet, cell_name
from aggregator.summary_sheet import (
    FIRST_UNIT,
    NAME,
    SOURCES_NAME,
    TOTAL_COLUMN,
    SummarySheet,
    summary_layout,
)
from domain.ids import FieldCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.campaigns import Campaign
    from domain.figures import Consolidation
    from domain.ids import UnitCode


def figure_cells(
    campaign: Campaign, consolidation: Consolidation
) -> Mapping[tuple[str, str], tuple[FieldCode, UnitCode | None]]:
    """Tell what each cell of the workbook is: (sheet, A1 address) -> (code, unit; None for the total)."""
    layout = summary_layout(campaign, consolidation)
    cells: dict[tuple[str, str], tuple[FieldCode, UnitCode | None]] = {}
    for code, row in layout.rows.items():
        cells[NAME, cell_name(row, TOTAL_COLUMN)] = (code, None)
        for column, unit in enumerate(layout.summary.columns, start=FIRST_UNIT):
            cells[NAME, cell_name(row, column)] = (code, unit.unit.code)
    for cell, quote in placed_quotes(campaign, consolidation):
        cells[TEXTS_NAME, cell] = (quote.part.code, quote.unit)
    return cells


def consolidated_workbook(campaign: Campaign, consolidation: Consolidation, *, draft: bool) -> bytes:
    """Write the workbook; the same inputs give the same bytes.

    Text from units is written as text, whatever it begins with; totals are formulas with their values.
    """
    import xlsxwriter  # noqa: PLC0415 - heavy import

    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": "Times New Roman", "font_size": 12},
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties(
        {
            "title": campaign.report.subject,
            "author": campaign.office.agency,
            "company": campaign.office.agency,
            "created": consolidation.at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0),
        }
    )
    local = consolidation.at.astimezone(campaign.calendar.timezone)
    paper = Paper(
        book=book,
        formats=Formats(book),
        trace=wording.trace_line(campaign.code, inputs_digest(campaign, consolidation), local),
        draft=draft,
    )
    sources = source_rows(campaign, consolidation)
    lists = list_sheets(
        campaign, consolidation, taken=frozenset({NAME, TEXTS_NAME, COVERAGE_NAME, SOURCES_NAME})
    )
    first_source = {
        FieldCode(code): row for row, (code, _) in reversed(list(enumerate(sources, start=TABLE_FROM)))
    }
    summary = SummarySheet(
        campaign=campaign,
        consolidation=consolidation,
        layout=summary_layout(campaign, consolidation),
        sources=first_source,
        lists=lists,
    )
    summary.write(Sheet(paper, NAME))
    for listing in lists.values():
        listing.write(Sheet(paper, listing.name), campaign)
    write_texts(Sheet(paper, TEXTS_NAME), campaign, consolidation)
    write_coverage(Sheet(paper, COVERAGE_NAME), campaign, consolidation)
    write_sources(Sheet(paper, SOURCES_NAME), sources)
    book.close()
    return buffer.getvalue()
