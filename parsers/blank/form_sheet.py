"""The main sheet of the blank: one row per field, its answer in D, its note in E, its code in the hidden F.

Imports openpyxl: import this module only where a workbook is made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from openpyxl.utils import quote_sheetname
from openpyxl.workbook.defined_name import DefinedName

from domain.forms import Aggregate, FieldType, Requirement
from domain.vietnamese import format_date, instant_in_words
from parsers.blank import stationery as look
from parsers.blank.prompts import ask, doubt_of_field
from parsers.blank.typesetting import balanced
from parsers.stamp import answer_name

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from domain.campaigns import Campaign, Unit
    from domain.forms import Field
    from domain.ids import FieldCode

TT, LABEL, MEASURE, ANSWER, NOTE, CODE = range(1, 7)
HEADINGS = ("TT", "Chỉ tiêu", "ĐVT", "Số lượng", "Ghi chú", "Mã")
#: Số lượng is as wide as "Không phát sinh".
_WIDTHS = (5.0, 38.0, 10.0, 16.0, 15.0, 8.0)
_ALL = (TT, NOTE)
#: Words go over answer and note together: a column of numbers is too narrow for them.
_WIDE_ANSWER = (ANSWER, NOTE)
_WIDE_ANSWER_WIDTH = _WIDTHS[ANSWER - 1] + _WIDTHS[NOTE - 1]

#: Shown behind the label by the number format, so that the cell holds the label alone.
MARKS = {
    Requirement.REQUIRED: "(*)",
    Requirement.OR_NOT_APPLICABLE: "(**)",
    Requirement.OR_NONE_WORD: "(***)",
}
_LEGEND = (
    "Chỉ ghi vào các ô nền vàng nhạt; cách ghi xem trang HuongDan. (*) Phải ghi; số lượng không có thì ghi 0."
    " (**) Ghi số, hoặc ghi “Không phát sinh” nếu việc này không thuộc nhiệm vụ của đơn vị. "
    "(***) Ghi nội dung, hoặc ghi “Không”."
)
_NUMERAL = re.compile(r"^([IVXLC]+)\.\s+(.+)$")
#: Characters of a narrative answer that one ready line of its row stands for.
_LENGTH_PER_LINE = 250
_FEWEST_NARRATIVE_LINES = 4
_MOST_NARRATIVE_LINES = 8
_SIGNING_SPACE = 54.0
#: Lines that a row of one line is high.
_ROOMY = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSheet:
    """What was laid down: the rows, for formulas, names and the finishing of the file."""

    first_row: int
    last_row: int
    rows: dict[FieldCode, int]


def write_form_sheet(sheet: Worksheet, campaign: Campaign, unit: Unit) -> FormSheet:
    """Lay down title, table and signatures, and name the answer cells; give the rows of the fields."""
    look.set_widths(sheet, _WIDTHS)
    sheet.column_dimensions["F"].hidden = True
    header = _write_head(sheet, campaign, unit)
    laid = _write_table(sheet, campaign, unit, header + 2)
    end = _write_foot(sheet, campaign, laid.last_row + 1)
    names = sheet.parent.defined_names  # type: ignore[union-attr]
    for code, row in laid.rows.items():
        name, place = answer_name(code), f"{quote_sheetname(sheet.title)}!$D${row}"
        names[name] = DefinedName(name, attr_text=place)
    fields = campaign.form.by_code
    period = (campaign.start, campaign.end)
    ask(
        sheet,
        (
            (doubt_of_field(fields[code], period), f"D{row}")
            for code, row in laid.rows.items()
            if _is_asked(fields[code])
        ),
    )
    sheet.freeze_panes = f"A{laid.first_row}"
    look.set_paper(
        sheet,
        landscape=False,
        repeated_rows=(header, header + 1),
        trace=look.trace(campaign, unit),
    )
    look.keep_together(sheet, _blocks(laid, header, end), repeated=(header, header + 1))
    look.lock(sheet)
    return laid


def _blocks(laid: FormSheet, header: int, end: int) -> list[tuple[int, int]]:
    """Give the rows that belong on one page: the head, a title or the signatures with a row each."""
    coded = set(laid.rows.values())
    blocks = [(1, header + 1)]
    first = laid.first_row
    for row in range(laid.first_row, laid.last_row):
        if row in coded:
            blocks.append((first, row))
            first = row + 1
    return [*blocks, (first, end)]


def _is_asked(field: Field) -> bool:
    return field.type is not FieldType.COMPUTED and not field.prefilled


def _is_worded(field: Field) -> bool:
    return field.type in (FieldType.TEXT, FieldType.CHOICE)


def _write_head(sheet: Worksheet, campaign: Campaign, unit: Unit) -> int:
    """Write the title block and give the row of the headings."""
    office, deadlines = campaign.office, campaign.deadlines
    left, right = (TT, LABEL), (MEASURE, NOTE)
    left_width, right_width = sum(_WIDTHS[:2]), sum(_WIDTHS[2:5])
    bold = replace(look.CENTRED, bold=True)
    receiver = f"Đơn vị nhận: {office.name}"
    period = f"Kỳ báo cáo: {format_date(campaign.start)} - {format_date(campaign.end)}"
    look.write_across(sheet, 1, left, office.agency.upper(), look.CENTRED)
    look.write_across(sheet, 1, right, receiver, look.CENTRED)
    look.set_height(sheet, 1, (office.agency.upper(), left_width), (receiver, right_width))
    look.write_across(sheet, 2, left, unit.name.upper(), bold)
    look.write_across(sheet, 2, right, period, look.CENTRED)
    look.set_height(sheet, 2, (unit.name.upper(), left_width), (period, right_width), ink=bold)
    due = instant_in_words(deadlines.due_at.astimezone(campaign.calendar.timezone))
    lines = (
        (balanced(campaign.form.title.upper(), sum(_WIDTHS[:5]), size=look.LARGE), look.TITLE),
        (plan_reference(campaign), look.SUBTITLE),
        (f"Gửi về {office.name} trước {due} bằng cách trả lời thư này", bold),
        (_LEGEND, look.REMARK),
    )
    for row, (text, ink) in enumerate(lines, start=3):
        look.write_across(sheet, row, _ALL, text, ink)
        look.set_height(sheet, row, (text, sum(_WIDTHS[:5])), ink=ink, least=_ROOMY)
    header = 3 + len(lines)
    for column, heading in enumerate(HEADINGS, start=1):
        look.write(sheet, header, column, heading, look.HEADER)
        look.write(sheet, header + 1, column, f"({column})" if column != CODE else "", look.COLUMN_NUMBER)
    sheet.row_dimensions[header].height = 24
    sheet.row_dimensions[header + 1].height = 15
    return header


def plan_reference(campaign: Campaign) -> str:
    """Say which document the form belongs to: "(Kèm theo Kế hoạch số …/KH-SNV ngày … của Sở Nội vụ)"."""
    plan = campaign.plan
    issued = plan.issued_on
    day = f"ngày {format_date(issued)}" if issued else f"ngày …/…/{campaign.start.year}"
    return f"(Kèm theo {plan.kind} số {plan.number or '…'}/{plan.symbol} {day} của {campaign.office.agency})"


def _write_table(sheet: Worksheet, campaign: Campaign, unit: Unit, first_row: int) -> FormSheet:
    rows: dict[FieldCode, int] = {}
    row, section = first_row, None
    for field in campaign.form.fields:
        if field.section != section:
            section = field.section
            _write_section(sheet, row, section)
            row += 1
        rows[field.code] = row
        _write_labels(sheet, row, field)
        row += 1
    for field in campaign.form.fields:
        _write_answer(sheet, rows, field, default=_default(field, campaign, unit))
    return FormSheet(first_row=first_row, last_row=row - 1, rows=rows)


def _default(field: Field, campaign: Campaign, unit: Unit) -> object:
    if field.prefilled:
        return unit.name
    # The earliest day of the period is what nearly every unit would write.
    return campaign.start if field.type is FieldType.DATE and field.aggregate is Aggregate.MIN else None


def _write_section(sheet: Worksheet, row: int, section: str) -> None:
    numbered = _NUMERAL.match(section)
    numeral, title = numbered.groups() if numbered else ("", section)
    look.write(sheet, row, TT, numeral, replace(look.SECTION, across="center"))
    look.write_across(sheet, row, (LABEL, NOTE), title, look.SECTION)
    look.write(sheet, row, CODE, None, look.SECTION)
    look.set_height(sheet, row, (title, sum(_WIDTHS[1:5])), ink=look.SECTION, least=_ROOMY)


def _write_labels(sheet: Worksheet, row: int, field: Field) -> None:
    plain = look.COMPUTED if field.type is FieldType.COMPUTED else look.BOXED
    mark = "" if field.prefilled else MARKS.get(field.requirement, "")
    label = replace(
        plain,
        indent=1 if field.label.startswith("-") else 0,
        number_format=f'@" {mark}"' if mark else look.TEXT_FORMAT,
    )
    centred = replace(plain, across="center")
    look.write(sheet, row, TT, field.tt, centred)
    look.write(sheet, row, LABEL, field.label, label)
    look.write(sheet, row, MEASURE, field.measure, centred)
    look.write(sheet, row, CODE, field.code, replace(centred, size=look.SMALL))
    least = _ROOMY
    if field.type is FieldType.TEXT and field.aggregate is Aggregate.CONCAT:
        least = min(max(field.max_length / _LENGTH_PER_LINE, _FEWEST_NARRATIVE_LINES), _MOST_NARRATIVE_LINES)
    shown = f"{field.label} {mark}".strip()
    look.set_height(
        sheet,
        row,
        (shown, _WIDTHS[LABEL - 1] - 1.5 * label.indent),
        (field.measure, _WIDTHS[MEASURE - 1]),
        least=least,
    )


def _write_answer(sheet: Worksheet, rows: dict[FieldCode, int], field: Field, *, default: object) -> None:
    row = rows[field.code]
    if field.type is FieldType.COMPUTED:
        ink = replace(look.COMPUTED, across="right", indent=1, number_format="#,##0.0")
        look.write_formula(sheet, row, ANSWER, _percentage(field, rows), ink)
        look.write(sheet, row, NOTE, None, look.COMPUTED)
        return
    ink = replace(look.ANSWER, number_format=look.number_format(field.type, field.decimals))
    if field.prefilled:
        ink = replace(look.BOXED, bold=True, tint=look.LOCKED_TINT)
    if _is_worded(field):
        down = "top" if field.aggregate is Aggregate.CONCAT else "center"
        look.write_across(sheet, row, _WIDE_ANSWER, default, replace(ink, down=down))
        if isinstance(default, str):
            look.set_height(sheet, row, (default, _WIDE_ANSWER_WIDTH), ink=ink, least=_ROOMY)
        return
    placed = (
        replace(ink, across="center")
        if field.type is FieldType.DATE
        else replace(ink, across="right", indent=1)
    )
    look.write(sheet, row, ANSWER, default, placed)
    look.write(sheet, row, NOTE, None, replace(look.ANSWER, size=look.SMALL))


def _percentage(field: Field, rows: dict[FieldCode, int]) -> str:
    """Write the formula of a ratio in per cent; SUM passes over words such as "Không phát sinh"."""
    if field.ratio is None:
        return '="-"'
    terms = (
        "SUM({})".format(",".join(f"D{rows[code]}" for code in codes))
        for codes in (field.ratio.numerator, field.ratio.denominator)
    )
    return '=IFERROR({}/{}*100,"-")'.format(*terms)


def _write_foot(sheet: Worksheet, campaign: Campaign, row: int) -> int:
    """Write where the lists are, the date and the two signatures; give the last row."""
    left, right = (TT, LABEL), (MEASURE, NOTE)
    if campaign.form.lists:
        names = ", ".join(spec.sheet for spec in campaign.form.lists)
        pointer = (
            f"Danh sách kèm theo: ghi ở các trang {names} của tệp này; "
            "số dòng phải khớp với số đã ghi ở trên."
        )
        look.write_across(sheet, row, _ALL, pointer, look.REMARK)
        look.set_height(sheet, row, (pointer, sum(_WIDTHS[:5])), ink=look.REMARK, least=1.5)
    free = replace(look.CENTRED, locked=False)
    bold, small = replace(look.CENTRED, bold=True), replace(look.SUBTITLE, size=11)
    dated = f"{campaign.office.place}, ngày …… tháng …… năm {campaign.start.year}"
    lines = (
        (None, dated, replace(free, italic=True), 24.0),
        ("NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ", bold, 18.0),
        ("(Ký, ghi rõ họ tên)", "(Ký, ghi rõ họ tên)", small, 16.0),
        (None, None, look.CENTRED, _SIGNING_SPACE),
        (None, None, replace(free, bold=True), 20.0),
    )
    for at, (written_left, written_right, ink, height) in enumerate(lines, start=row + 1):
        look.write_across(sheet, at, left, written_left, ink)
        look.write_across(sheet, at, right, written_right, ink)
        sheet.row_dimensions[at].height = height
    return row + len(lines)
