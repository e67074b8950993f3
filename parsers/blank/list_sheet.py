"""A list sheet of the blank: ready rows under named headings, as many as a unit needs.

Imports openpyxl: import this module only where a workbook is made.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName

from domain.forms import FieldType
from parsers.blank import stationery as look
from parsers.blank.prompts import ask, doubt_of_column
from parsers.stamp import column_name

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from domain.campaigns import Campaign, Unit
    from domain.forms import ListColumn, ListSpec

HEADER_ROW = 5
#: As many as one printed page holds, upright and landscape.
READY_ROWS, READY_ROWS_ACROSS = 20, 12
#: Choices and prompts go on this far when a unit needs more rows than are ready.
_LAST_PROMPTED_ROW = 500
_TT_WIDTH = 5.0
_READY_LINES = 1.7
_GUIDANCE = (
    "Mỗi dòng ghi một trường hợp; cột có dấu (*) phải ghi. Không có trường hợp nào thì để trống cả trang. "
    "Thiếu dòng thì ghi tiếp xuống dưới."
)
_MARK = "(*)"
#: Share of the page that a column takes beside the others.
_WEIGHTS = {FieldType.DATE: 1.3, FieldType.INTEGER: 1.1, FieldType.DECIMAL: 1.2, FieldType.MONEY: 1.4}
_TEXT_WEIGHT = 2.6
_SHORT_CHOICE = 12


def write_list_sheet(sheet: Worksheet, spec: ListSpec, campaign: Campaign, unit: Unit) -> None:
    """Lay down title, headings and ready rows of one list, and name the heading cells."""
    widths = _widths(spec)
    look.set_widths(sheet, widths)
    last = len(widths)
    _write_title(sheet, spec, campaign, unit, sum(widths))
    headings = (("TT", False), *((column.label, column.required) for column in spec.columns))
    for column, (heading, required) in enumerate(headings, start=1):
        ink = replace(look.HEADER, number_format=f'@" {_MARK}"') if required else look.HEADER
        look.write(sheet, HEADER_ROW, column, heading, ink)
    shown = tuple(f"{heading} {_MARK}" for heading, _ in headings)
    look.set_height(sheet, HEADER_ROW, *zip(shown, widths, strict=True), ink=look.HEADER, least=1.5)
    inks = (
        replace(look.ANSWER, across="center"),
        *(_ink(column) for column in spec.columns),
    )
    for column, ink in enumerate(inks, start=1):
        # The column's own style keeps the rows below the ready ones open and wrapped too.
        look.put_on(sheet.column_dimensions[get_column_letter(column)], replace(ink, tint="", boxed=False))
    landscape = last > look.MOST_UPRIGHT_COLUMNS
    ready = READY_ROWS_ACROSS if landscape else READY_ROWS
    for row in range(HEADER_ROW + 1, HEADER_ROW + ready + 1):
        for column, ink in enumerate(inks, start=1):
            look.write(sheet, row, column, None, ink)
        look.set_height(sheet, row, least=_READY_LINES)
    _name_and_ask(sheet, spec, campaign)
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"
    look.set_paper(
        sheet,
        landscape=landscape,
        repeated_rows=(HEADER_ROW, HEADER_ROW),
        trace=look.trace(campaign, unit),
    )
    look.lock(sheet, rows_may_grow=True)


def _write_title(sheet: Worksheet, spec: ListSpec, campaign: Campaign, unit: Unit, width: float) -> None:
    lines = (
        (unit.name.upper(), replace(look.PLAIN, bold=True)),
        (f"Danh sách {spec.title}".upper(), look.TITLE),
        (f"(Kèm theo {campaign.form.title})", look.SUBTITLE),
        (_GUIDANCE, look.REMARK),
    )
    for row, (text, ink) in enumerate(lines, start=1):
        look.write_across(sheet, row, (1, len(spec.columns) + 1), text, ink)
        look.set_height(sheet, row, (text, width), ink=ink, least=1.2)


def _name_and_ask(sheet: Worksheet, spec: ListSpec, campaign: Campaign) -> None:
    names = sheet.parent.defined_names  # type: ignore[union-attr]
    # What a list tells of may have begun before the campaign.
    period = (dt.date(campaign.start.year, 1, 1), campaign.end)
    doubts = []
    for number, column in enumerate(spec.columns, start=2):
        letter = get_column_letter(number)
        name = column_name(spec.code, column.name)
        place = f"{quote_sheetname(sheet.title)}!${letter}${HEADER_ROW}"
        names[name] = DefinedName(name, attr_text=place)
        where = f"{letter}{HEADER_ROW + 1}:{letter}{_LAST_PROMPTED_ROW}"
        doubts.append((doubt_of_column(column, period), where))
    ask(sheet, doubts)


def _ink(column: ListColumn) -> look.Ink:
    across = {
        FieldType.INTEGER: "right", FieldType.DECIMAL: "right", FieldType.MONEY: "right",
        FieldType.DATE: "center", FieldType.CHOICE: "center",
    }  # fmt: skip
    return replace(
        look.ANSWER,
        across=across.get(column.type, "left"),
        number_format=look.number_format(column.type, column.decimals),
    )


def _widths(spec: ListSpec) -> tuple[float, ...]:
    """Share the page among TT and the columns of *spec*."""
    landscape = len(spec.columns) + 1 > look.MOST_UPRIGHT_COLUMNS
    room = (look.LANDSCAPE_WIDTH if landscape else look.PORTRAIT_WIDTH) - _TT_WIDTH
    weights = [_weight(column) for column in spec.columns]
    return (_TT_WIDTH, *(round(room * weight / sum(weights), 1) for weight in weights))


def _weight(column: ListColumn) -> float:
    if column.choices:
        return 1.2 if max(map(len, column.choices)) <= _SHORT_CHOICE else 1.8
    return _WEIGHTS.get(column.type, _TEXT_WEIGHT)
