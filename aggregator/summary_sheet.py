"""The sheet TongHop: every indicator with its live total and one column per unit."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from aggregator import wording
from aggregator.sheet import FAINT, TABLE_FROM, cell_name, number_format, row_height
from aggregator.summary import (
    Blank,
    FigureRow,
    SectionRow,
    Standing,
    coverage_sentences,
    note,
    share,
    summarize,
    total,
)
from domain.forms import Aggregate
from domain.vietnamese import format_date, format_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregator.annex_sheets import ListSheet
    from aggregator.sheet import Sheet
    from aggregator.summary import Summary, UnitColumn
    from domain.campaigns import Campaign
    from domain.figures import Consolidation
    from domain.forms import Ratio
    from domain.ids import FieldCode, ListCode

NAME = "TongHop"
SOURCES_NAME = "NguonSoLieu"
#: Columns before the units: TT, Chỉ tiêu, ĐVT, Tổng cộng.
TOTAL_COLUMN = 3
FIRST_UNIT = 4
#: Units that fit on one A4 page across; more of them take more pages.
_UNITS_ACROSS = 12
_WIDTHS = (6.0, 42.0, 11.0, 13.0)
_UNIT_WIDTH = 11.5
_NOTE_WIDTH = 24.0
_HEAD_HEIGHT = 54
_LONGEST_FORMULA = 8_000
_DAY = "dd/mm/yyyy"
#: How many more letters of 10 pt than of 12 pt stand on a line.
_SMALL_PRINT = 1.2
_TITLE_ROWS = 5
#: Letters of a bold head that fit on one line.
_LONGEST_WORD = 9
#: A printed landscape page: its width, and its height between the margins, in points.
_PAGE_WIDTH, _PAGE_HEIGHT = 770.0, 494.0
#: A unit of a column in points: a digit of Times New Roman 12 is 6 wide; less, so that no page is overfilled.
_POINTS_PER_UNIT = 5.7
#: Heads and column numbers, repeated on every page.
_HEADS_HEIGHT = _HEAD_HEIGHT + 16.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLayout:
    """Where everything of the table stands: the one place that knows, for writing and for explaining."""

    summary: Summary
    #: Lines about coverage above the table.
    sentences: tuple[str, ...]

    @property
    def head(self) -> int:
        """Row of the column heads (from 0)."""
        return _TITLE_ROWS + len(self.sentences) + 1

    @property
    def first(self) -> int:
        """First row under the heads and column numbers."""
        return self.head + 2

    @property
    def rows(self) -> Mapping[FieldCode, int]:
        """Rows of the indicators."""
        return {
            row.field.code: place
            for place, row in enumerate(self.summary.rows, start=self.first)
            if isinstance(row, FigureRow)
        }

    @property
    def last_unit(self) -> int:
        """Last column of units."""
        return FIRST_UNIT + len(self.summary.columns) - 1

    @property
    def note(self) -> int:
        """Column Ghi chú; the hidden column Mã stands after it."""
        return self.last_unit + 1

    @property
    def last_on_page(self) -> int:
        """Last column of the first page: titles stand over it, not over all pages."""
        return self.note if len(self.summary.columns) <= _UNITS_ACROSS else self.last_unit_on_page

    @property
    def last_unit_on_page(self) -> int:
        """Last column of units on the first page."""
        return FIRST_UNIT + _UNITS_ACROSS - 2

    @property
    def width(self) -> float:
        """Width of the first page's table."""
        units = self.last_on_page - FIRST_UNIT + 1 - (self.last_on_page == self.note)
        return sum(_WIDTHS) + _UNIT_WIDTH * units + (_NOTE_WIDTH if self.last_on_page == self.note else 0)

    def span(self, row: int) -> str:
        """Give the range of a row's unit cells: E10:M10."""
        return f"{cell_name(row, FIRST_UNIT)}:{cell_name(row, self.last_unit)}"


def summary_layout(campaign: Campaign, consolidation: Consolidation) -> SummaryLayout:
    """Decide where everything of the table stands."""
    return SummaryLayout(
        summary=summarize(campaign, consolidation), sentences=coverage_sentences(campaign, consolidation)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySheet:
    """The sheet with what it points to."""

    campaign: Campaign
    consolidation: Consolidation
    layout: SummaryLayout
    #: First row of a figure on the sheet of sources.
    sources: Mapping[FieldCode, int]
    lists: Mapping[ListCode, ListSheet]

    def write(self, sheet: Sheet) -> None:
        """Write the whole sheet."""
        layout = self.layout
        self._write_heads(sheet)
        heights: list[tuple[float, bool]] = []
        for place, row in enumerate(layout.summary.rows, start=layout.first):
            if isinstance(row, SectionRow):
                for column in range(layout.note + 2):
                    sheet.text(place, column, "" if column else row.title, sheet.formats.section)
                height = row_height([])
                sheet.raw.set_row(place, height)
            else:
                height = self._write_row(sheet, place, row)
            heights.append((height, isinstance(row, SectionRow)))
        end = layout.first + len(layout.summary.rows)
        sheet.across(end + 1, layout.last_on_page, wording.LEGEND, width=layout.width, italic=True)
        sheet.raw.freeze_panes(layout.first, FIRST_UNIT)
        units = len(layout.summary.columns)
        sheet.page(
            landscape=True,
            repeat=(layout.head, layout.head + 1),
            pages_across=max(1, math.ceil(units / _UNITS_ACROSS)),
        )
        if units > _UNITS_ACROSS:
            sheet.raw.repeat_columns(0, TOTAL_COLUMN)
        scale = min(1.0, _PAGE_WIDTH / (layout.width * _POINTS_PER_UNIT))
        above = layout.head * row_height([])
        breaks = page_breaks(heights, room=_PAGE_HEIGHT / scale - _HEADS_HEIGHT, above=above)
        sheet.raw.set_h_pagebreaks([layout.first + row for row in breaks])

    def _write_heads(self, sheet: Sheet) -> None:
        """Write the title block, the sentences about coverage and the heads of the columns."""
        layout, office = self.layout, self.campaign.office
        plain = sheet.formats.of()
        bold = sheet.formats.of(bold=True)
        sheet.text(0, 0, office.parent.upper(), plain)
        sheet.text(1, 0, office.agency.upper(), bold)
        width, last = layout.width, layout.last_on_page
        title = wording.as_draft(wording.SUMMARY_TITLE) if sheet.paper.draft else wording.SUMMARY_TITLE
        sheet.across(2, last, title, width=width, bold=True, font_size=14, align="center")
        sheet.across(3, last, self.campaign.report.subject, width=width, bold=True, align="center")
        for place, sentence in enumerate(layout.sentences, start=_TITLE_ROWS):
            sheet.across(place, last, sentence, width=width, italic=True)
        heads = (wording.TT, wording.LABEL, wording.MEASURE, wording.TOTAL)
        titles = (*heads, *map(_unit_title, layout.summary.columns), wording.NOTE, wording.CODE)
        widths = (*_WIDTHS, *(_UNIT_WIDTH for _ in layout.summary.columns), _NOTE_WIDTH, 8.0)
        for column, (title, wide) in enumerate(zip(titles, widths, strict=True)):
            hidden = column == layout.note + 1
            sheet.raw.set_column(column, column, wide, None, {"hidden": hidden})
            sheet.text(layout.head, column, title, sheet.formats.head)
        for column, unit in enumerate(layout.summary.columns, start=FIRST_UNIT):
            small = sheet.formats.cell(bold=True, align="center", bg_color=FAINT, font_size=10)
            sheet.text(layout.head, column, _unit_title(unit), small)
        sheet.raw.set_row(layout.head, _HEAD_HEIGHT)
        sheet.numbers_row(layout.head + 1, len(titles))

    def _write_row(self, sheet: Sheet, place: int, row: FigureRow) -> float:
        """Write one indicator, its total linked to the sources, and give the height of its row."""
        formats, field = sheet.formats, row.field
        sheet.text(place, 0, field.tt, formats.cell(align="center"))
        sheet.text(place, 1, field.label, formats.cell())
        sheet.text(place, 2, field.measure, formats.cell(align="center"))
        self._write_total(sheet, place, row)
        for column, unit in enumerate(self.layout.summary.columns, start=FIRST_UNIT):
            self._write_share(sheet, (place, column), row, unit)
        remark = note(self.campaign, row.figure, self.consolidation)
        sheet.text(place, self.layout.note, remark, formats.cell(font_size=10))
        sheet.text(place, self.layout.note + 1, field.code, formats.cell(align="center"))
        height = row_height(self._texts(row, remark))
        sheet.raw.set_row(place, height)
        return height

    def _texts(self, row: FigureRow, remark: str) -> list[tuple[str, float]]:
        """Give the texts of a row that may need several lines, with their columns' widths."""
        both_ends = "\n" if row.figure.upper is not None else ""
        return [
            (row.field.label, _WIDTHS[1]),
            (row.field.measure, _WIDTHS[2]),
            (both_ends, _WIDTHS[TOTAL_COLUMN]),
            (remark, _NOTE_WIDTH * _SMALL_PRINT),
        ]

    def _write_total(self, sheet: Sheet, place: int, row: FigureRow) -> None:
        """Write the figure as a formula with its value, linked to the first of its sources."""
        source = self.sources.get(row.field.code)
        if source is not None:
            # Written over by the formula below; the link stays.
            target = f"internal:'{SOURCES_NAME}'!{cell_name(source, 0)}"
            sheet.raw.write_url(place, TOTAL_COLUMN, target, None, row.field.code, wording.SEE_SOURCES)
        shown = total(row.figure)
        if isinstance(shown, Blank):
            sheet.text(place, TOTAL_COLUMN, shown.value, sheet.formats.mark)
            return
        properties: dict[str, object] = {"bold": True}
        cached: float | str
        if isinstance(shown, dt.date):
            properties |= {"num_format": _DAY, "align": "center"}
            cached = (shown - dt.date(1899, 12, 30)).days
        else:
            properties["num_format"] = number_format(row.figure.decimals)
            cached = float(shown) if isinstance(shown, Decimal) else str(shown)
        upper = row.figure.upper
        if upper is not None:
            cached = " - ".join(dict.fromkeys((_shown(shown), _shown(upper))))
        formula = self._total_formula(place, row)
        if formula is None or len(formula) > _LONGEST_FORMULA:
            sheet.value(place, TOTAL_COLUMN, shown, **properties)
        else:
            style = sheet.formats.cell(**properties)
            sheet.raw.write_formula(place, TOTAL_COLUMN, formula, style, cached)

    def _total_formula(self, place: int, row: FigureRow) -> str | None:
        """Write the formula that an office checks; None where there is none."""
        span = self.layout.span(place)
        match row.figure.aggregate:
            case Aggregate.SUM:
                return f"=SUM({span})"
            case Aggregate.MIN:
                return f"=MIN({span})"
            case Aggregate.MIN_MAX:
                pattern = _DAY if isinstance(row.figure.value, dt.date) else "#,##0"
                least, most = f'TEXT(MIN({span}),"{pattern}")', f'TEXT(MAX({span}),"{pattern}")'
                return f'=IF(MIN({span})=MAX({span}),{least},{least}&" - "&{most})'
            case Aggregate.DISTINCT:
                listing = self.lists.get(row.field.distinct_list) if row.field.distinct_list else None
                if listing is None or not listing.spec.merge_same_names or not listing.groups:
                    return None
                last = TABLE_FROM + sum(map(len, listing.groups)) - 1
                return f"=COUNT('{listing.name}'!{cell_name(TABLE_FROM, 0)}:{cell_name(last, 0)})"
            case Aggregate.RATIO if row.field.ratio is not None:
                return self._ratio_formula(row, row.field.ratio)
            case _:
                return None

    def _ratio_formula(self, row: FigureRow, ratio: Ratio) -> str | None:
        """Divide totals; where a unit lacks a term, sum only the units that have all of them."""
        rows = self.layout.rows
        codes = tuple(dict.fromkeys((*ratio.numerator, *ratio.denominator)))
        if not all(code in rows for code in codes):
            return None
        complete = {part.unit for part in row.figure.parts}
        figures = self.consolidation.figures
        whole = all({part.unit for part in figures[code].parts} == complete for code in codes)
        if whole:
            terms = {code: cell_name(rows[code], TOTAL_COLUMN) for code in codes}
        else:
            spans = {code: self.layout.span(rows[code]) for code in codes}
            conditions = ",".join(f'{span},"<>{wording.EMPTY}"' for span in spans.values())
            terms = {code: f"SUMIFS({spans[code]},{conditions})" for code in codes}
        return _quotient(
            [terms[code] for code in ratio.numerator], [terms[code] for code in ratio.denominator]
        )

    def _write_share(self, sheet: Sheet, cell: tuple[int, int], row: FigureRow, column: UnitColumn) -> None:
        """Write what one unit answered, or why there is nothing."""
        formats = sheet.formats
        value = share(row, column)
        ratio = row.field.ratio
        if column.standing is not Standing.COUNTED:
            sheet.text(*cell, "", formats.away)
        elif value is Blank.EMPTY:
            sheet.text(*cell, value.value, formats.mark)
        elif row.figure.aggregate is Aggregate.RATIO and ratio is not None and self._has_rows(ratio):
            rows = self.layout.rows
            formula = _quotient(
                [f"N({cell_name(rows[code], cell[1])})" for code in ratio.numerator],
                [f"N({cell_name(rows[code], cell[1])})" for code in ratio.denominator],
            )
            style = formats.cell(num_format=number_format(row.figure.decimals), align="right")
            cached = float(value) if isinstance(value, Decimal) else wording.NOTHING
            sheet.raw.write_formula(*cell, formula, style, cached)
        elif isinstance(value, Blank):
            sheet.text(*cell, value.value, formats.cell(align="right"))
        elif isinstance(value, Decimal):
            sheet.value(*cell, value, num_format=_fitting_format(value, row.figure.decimals))
        else:
            sheet.value(*cell, value)

    def _has_rows(self, ratio: Ratio) -> bool:
        return all(code in self.layout.rows for code in (*ratio.numerator, *ratio.denominator))


def page_breaks(rows: Sequence[tuple[float, bool]], *, room: float, above: float) -> list[int]:
    """Give the rows before which a new page begins, so that no heading stands last on a page.

    *rows* are heights, each with whether it is a heading; *room* is that of a page for rows, of which the
    first page has *above* taken.
    """
    breaks: list[int] = []
    filled = above
    for place, (height, _) in enumerate(rows):
        begin = breaks[-1] if breaks else 0
        if filled + height > room:
            start = place
            while start > begin and rows[start - 1][1]:
                start -= 1
            if start > begin:
                breaks.append(start)
                filled = sum(height for height, _ in rows[start:place])
        filled += height
    return breaks


def _unit_title(column: UnitColumn) -> str:
    name = column.unit.short_name or column.unit.name
    if len(name) > _LONGEST_WORD:
        # Excel parts a long word wherever the cell ends.
        name = name.replace("&", "\n&")
    match column.standing:
        case Standing.NOT_SENT:
            return f"{name}\n({wording.NOT_SENT})"
        case Standing.EXCLUDED:
            return f"{name}\n({wording.EXCLUDED})"
        case _:
            return name


def _quotient(numerator: Sequence[str], denominator: Sequence[str]) -> str:
    """Write a percentage with four decimals, "-" for a denominator of 0."""
    top, bottom = "+".join(numerator), "+".join(denominator)
    return f'=IF(({bottom})=0,"{wording.NOTHING}",ROUND(({top})/({bottom})*100,4))'


def _shown(value: object) -> str:
    """Write one end of a range as the formula beside it does."""
    if isinstance(value, dt.date):
        return format_date(value)
    return format_number(value, 0) if isinstance(value, Decimal) else str(value)


def _fitting_format(value: Decimal, decimals: int) -> str:
    """Show as many decimals as the form asks for, and never fewer than were typed."""
    typed = max(0, -int(value.normalize().as_tuple().exponent))
    return number_format(max(decimals, typed))
