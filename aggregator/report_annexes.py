"""The annexes of the report: the summary table, the lists, and who has sent.

Imports python-docx at the top: import this module lazily, where a document is really written.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from docx.enum.text import WD_LINE_SPACING
from docx.shared import Mm, Pt

from aggregator import wording
from aggregator.annex_sheets import coverage_cells, plain
from aggregator.decree30 import LANDSCAPE_TEXT_WIDTH, TEXT_WIDTH, TIGHT, start_annex, write
from aggregator.document_tables import Align, Column, Grid, HeadingRow
from aggregator.figures import grouped_rows
from aggregator.narrative import COVERAGE, SUMMARY
from aggregator.sentences import Piece, printable
from aggregator.summary import (
    Blank,
    SectionRow,
    Standing,
    coverage_sentences,
    note,
    share,
    short_name,
    summarize,
    total,
)
from domain.forms import FieldType
from domain.vietnamese import format_date, format_instant, format_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docx.document import Document

    from aggregator.document_tables import CellText, FigureMarks
    from aggregator.narrative import Annex
    from aggregator.sentences import Speaker
    from aggregator.sheet import CellValue
    from aggregator.summary import FigureRow, Summary
    from domain.figures import Figure
    from domain.ids import FieldCode

#: Units whose columns fit beside the totals on a landscape page; with more only totals are printed.
MOST_UNITS = 12
_LANDSCAPE_COLUMNS = 6
_WEIGHTS = {FieldType.TEXT: 3.0, FieldType.CHOICE: 1.7, FieldType.DATE: 1.5}


def write_annex(
    document: Document,
    annex: Annex,
    *,
    number: str,
    report: Speaker,
    marks: FigureMarks,
    attached_to: str,
) -> None:
    """Write one annex on pages of its own."""
    if annex.of == SUMMARY:
        grid, landscape, notes = _summary_grid(report)
    elif annex.of == COVERAGE:
        grid, landscape, notes = _coverage_grid(report)
    else:
        grid, landscape, notes = _list_grid(report, annex)
    start_annex(document, number=number, title=annex.title, attached_to=attached_to, landscape=landscape)
    _shrink_break(document)
    before, after = notes
    for text in before:
        _remark(document, text)
    grid.add_to(document, marks)
    for text in after:
        _remark(document, text)


def _shrink_break(document: Document) -> None:
    """Make the line of the last section break minute: behind a full page it would fill one of its own."""
    section = document.sections[-2]._sectPr  # noqa: SLF001 - python-docx keeps breaks to itself
    line = section.getparent().getparent()
    paragraph = next(found for found in document.paragraphs if found._p is line)  # noqa: SLF001 - as above
    paragraph.style = TIGHT
    layout = paragraph.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)
    write(paragraph, "", size=1)


def _remark(document: Document, text: str) -> None:
    line = document.add_paragraph(style=TIGHT)
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(3)
    write(line, printable(text), size=12, italic=True)


_Notes = tuple[tuple[str, ...], tuple[str, ...]]


def _summary_grid(report: Speaker) -> tuple[Grid, bool, _Notes]:
    """Lay out Biểu tổng hợp: totals, and a column per unit where they fit."""
    campaign, consolidation = report.campaign, report.consolidation
    summary = summarize(campaign, consolidation)
    wide = len(summary.columns) <= MOST_UNITS
    notes = {
        row.field.code: text for row in summary.figures if (text := note(campaign, row.figure, consolidation))
    }
    # Rows with the same remark share its number: a reader looks for few remarks, not for one per row.
    remarks = tuple(dict.fromkeys(notes.values()))
    numbers = {code: remarks.index(text) + 1 for code, text in notes.items()}
    grid = Grid(
        columns=_summary_columns(summary, wide=wide),
        rows=tuple(_summary_rows(summary, notes=notes, numbers=numbers, wide=wide)),
        size=9 if wide else 12,
        bold=frozenset({3}),
    )
    after = [wording.LEGEND]
    if wide and notes:
        after.append(
            wording.numbered_notes([f"({place}) {text}" for place, text in enumerate(remarks, start=1)])
        )
    return grid, wide, (coverage_sentences(campaign, consolidation), tuple(after))


def _summary_columns(summary: Summary, *, wide: bool) -> tuple[Column, ...]:
    if not wide:
        return (
            Column(title=wording.TT, width=11, align=Align.CENTER),
            Column(title=wording.LABEL, width=72),
            Column(title=wording.MEASURE, width=23, align=Align.CENTER),
            Column(title=wording.TOTAL, width=27, align=Align.RIGHT),
            Column(title=wording.NOTE, width=32),
        )
    fixed = (9.0, 60.0, 18.0, 20.0)
    rest = _millimetres(LANDSCAPE_TEXT_WIDTH) - sum(fixed)
    width = min(22.0, rest / max(1, len(summary.columns)))
    label = fixed[1] + max(0.0, rest - width * len(summary.columns))
    return (
        Column(title=wording.TT, width=fixed[0], align=Align.CENTER),
        Column(title=wording.LABEL, width=label),
        Column(title=wording.MEASURE, width=fixed[2], align=Align.CENTER),
        Column(title=wording.TOTAL, width=fixed[3], align=Align.RIGHT),
        *(
            Column(
                title=_unit_title(column.unit.short_name or column.unit.name, column.standing),
                width=width,
                align=Align.RIGHT,
                shaded=column.standing is not Standing.COUNTED,
            )
            for column in summary.columns
        ),
    )


def _unit_title(name: str, standing: Standing) -> str:
    words = {Standing.NOT_SENT: wording.NOT_SENT, Standing.EXCLUDED: wording.EXCLUDED}
    # A name such as "CC VT-LT" is not parted at its hyphen.
    name = name.replace("-", "\u2011")
    return f"{name}\n({words[standing]})" if standing in words else name


def _summary_rows(
    summary: Summary, *, notes: dict[FieldCode, str], numbers: dict[FieldCode, int], wide: bool
) -> Iterator[Sequence[CellText] | HeadingRow]:
    for row in summary.rows:
        if isinstance(row, SectionRow):
            yield HeadingRow(row.title)
            continue
        code = row.field.code
        label = row.field.label + (f" ({numbers[code]})" if wide and code in numbers else "")
        head: tuple[CellText, ...] = (row.field.tt, label, row.field.measure, _total_cell(row.figure))
        if wide:
            yield (*head, *(_share_cell(row, summary, place) for place in range(len(summary.columns))))
        else:
            yield (*head, notes.get(code, ""))


def _total_cell(figure: Figure) -> CellText:
    value = total(figure)
    if isinstance(value, Blank):
        return value.value
    text = _number(value, figure.decimals)
    if figure.upper is not None:
        text = " - ".join(dict.fromkeys((text, _number(figure.upper, figure.decimals))))
    return Piece(text, figure.code)


def _share_cell(row: FigureRow, summary: Summary, place: int) -> CellText:
    value = share(row, summary.columns[place])
    if isinstance(value, Blank):
        return value.value
    # A whole date does not fit into a narrow column; the year stands under Tổng cộng.
    return value.strftime("%d/%m") if isinstance(value, dt.date) else _number(value, row.figure.decimals)


def _number(value: object, decimals: int) -> str:
    """Write a value for a table: 1.234, 97,5 and 18/10/2021."""
    if isinstance(value, Decimal):
        return format_number(value, decimals)
    return format_date(value) if isinstance(value, dt.date) else printable(str(value))


def _list_grid(report: Speaker, annex: Annex) -> tuple[Grid, bool, _Notes]:
    """Lay out a list with its units; rows of one name share one TT."""
    campaign = report.campaign
    spec = next(spec for spec in campaign.form.lists if spec.code == annex.of)
    columns = [column for column in spec.columns if not annex.columns or column.name in annex.columns]
    landscape = len(columns) + 2 >= _LANDSCAPE_COLUMNS
    width = _millimetres(LANDSCAPE_TEXT_WIDTH if landscape else TEXT_WIDTH)
    weights = [_WEIGHTS.get(column.type, 1.2) for column in columns]
    unit = 34.0
    scale = (width - 11 - unit) / sum(weights)
    heads = (
        Column(title=wording.TT, width=11, align=Align.CENTER),
        Column(title=wording.UNIT, width=unit),
        *(
            Column(
                title=column.label,
                width=weight * scale,
                align=Align.LEFT if column.type is FieldType.TEXT else Align.CENTER,
            )
            for column, weight in zip(columns, weights, strict=True)
        ),
    )
    rows = [
        (
            "" if place else str(number),
            short_name(campaign, row.unit),
            *(_word(plain(row.row.values.get(column.name))) for column in columns),
        )
        for number, group in enumerate(
            grouped_rows(spec, report.consolidation.lists.get(spec.code, ())), start=1
        )
        for place, row in enumerate(group)
    ]
    return Grid(columns=heads, rows=rows, size=12), landscape, ((), ())


def _coverage_grid(report: Speaker) -> tuple[Grid, bool, _Notes]:
    """Lay out who has sent: unit, state, instant, version, in time or not, remark."""
    campaign, consolidation = report.campaign, report.consolidation
    titles = wording.COVERAGE_HEADS
    chosen = ((1, 52.0), (3, 27.0), (5, 22.0), (7, 27.0), (8, 28.0))
    heads = (
        Column(title=titles[0], width=9, align=Align.CENTER),
        *(
            Column(title=titles[place], width=width, align=Align.LEFT if place in (1, 8) else Align.CENTER)
            for place, width in chosen
        ),
    )
    rows = []
    for number, row in enumerate(consolidation.coverage.rows, start=1):
        cells = (number, *coverage_cells(campaign, row))
        rows.append((str(number), *(_word(cells[place]) for place, _ in chosen)))
    sentence = coverage_sentences(campaign, consolidation)[0]
    return Grid(columns=heads, rows=rows, size=12), False, ((sentence,), ())


def _word(value: CellValue) -> str:
    """Write a cell's value as words."""
    match value:
        case None:
            return ""
        case dt.datetime():
            return format_instant(value)
        case dt.date():
            return format_date(value)
        case str():
            return value
        case _:
            return format_number(value)


def _millimetres(length: int) -> float:
    return length / Mm(1)
