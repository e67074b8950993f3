"""The tables of a form as files that an office edits: the other way round of `form_tables`."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from config.form_tables import INDICATORS, LISTS
from config.rule_table import RULES
from domain.forms import Aggregate, Field, FieldType, ListColumn, ListSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

#: A row less sure than that (of 100) is tinted: a person looks at it.
UNSURE: Final = 80
#: Columns for the person alone; reading passes them over.
SURENESS, WHY = "Độ chắc", "Căn cứ"
_LIST_SECTION: Final = "DANH SÁCH KÈM THEO"
_WIDTHS: Final = {
    "code": 7, "section": 28, "tt": 6, "label_vi": 52, "unit": 14, "type": 12, "required": 9, "aggregate": 16,
    "note": 20, "cell": 8, "heading": 22, "words": 40, "ready": 8,
}  # fmt: skip


def write_indicators(fields: Sequence[tuple[Field, int, str]], lists: Sequence[ListSpec]) -> bytes:
    """Write indicators.xlsx: a row for each field with how sure it is and why; unsure rows are tinted."""
    import openpyxl  # noqa: PLC0415 - heavy import

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "indicators"
    names = [column.name for column in INDICATORS.columns]
    heads = [column.words[0] if column.words else column.name for column in INDICATORS.columns]
    sheet.append([*heads, SURENESS, WHY])
    for field, sureness, why in fields:
        sheet.append([*map(_indicator(field).get, names), sureness, why])
    for spec in lists:
        sheet.append([*map(_list_row(spec).get, names), None, None])
    unsure = {row for row, (_, sureness, _) in enumerate(fields, start=2) if sureness < UNSURE}
    _dress(sheet, [*names, SURENESS, WHY], tinted=unsure)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _dress(sheet: Worksheet, names: Sequence[str], *, tinted: set[int]) -> None:
    """Make a table that is read on a screen and on A4 across."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # noqa: PLC0415 - heavy import
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - heavy import
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415 - heavy import

    tint, head = PatternFill("solid", fgColor="FFF2CC"), PatternFill("solid", fgColor="D9E1F2")
    line = Side("thin", color="BFBFBF")
    for row in sheet.iter_rows():
        for cell in row:
            cell.font = Font(name="Times New Roman", size=12, bold=cell.row == 1)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.border = Border(left=line, right=line, top=line, bottom=line)
            if cell.row == 1 or cell.row in tinted:
                cell.fill = head if cell.row == 1 else tint
            if cell.data_type in ("s", "f"):
                # "1.1" and "=…" are words here.
                cell.data_type, cell.number_format = "s", "@"
    for number, name in enumerate(names, start=1):
        width = _WIDTHS.get(name, 9 if name == SURENESS else 44)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "B2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def write_lists(lists: Sequence[ListSpec]) -> bytes:
    """Write lists.csv."""
    rows = (
        {
            "list": spec.code,
            "column": column.name,
            "label_vi": column.label,
            "type": _column_type(column),
            "required": "R" if column.required else "O",
            "unit": column.measure,
            "cell": column.cell,
        }
        for spec in lists
        for column in spec.columns
    )
    return _table([column.name for column in LISTS.columns], rows)


def no_rules() -> bytes:
    """Write a rules.csv without a rule."""
    return _table([column.name for column in RULES.columns], ())


def _table(names: Sequence[str], rows: Iterable[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    # Excel takes a .csv without this mark for one in the Windows code page.
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _indicator(field: Field) -> dict[str, str]:
    return {
        "code": field.code,
        "section": field.section,
        "tt": field.tt,
        "label_vi": field.label,
        "unit": field.measure,
        "type": _type_word(field),
        "required": field.requirement.value,
        "aggregate": _aggregate_word(field),
        "note": field.note,
        "cell": field.cell,
        "heading": field.heading,
        "words": field.words,
        "ready": field.ready,
    }


def _list_row(spec: ListSpec) -> dict[str, str]:
    return {
        "code": spec.code,
        "section": _LIST_SECTION,
        "label_vi": spec.title,
        "type": "list",
        "required": "O",
        "aggregate": "concat, gộp trùng" if spec.merge_same_names else "concat",
    }


def _type_word(field: Field) -> str:
    match field.type:
        case FieldType.TEXT:
            return f"text ≤{field.max_length}"
        case FieldType.DECIMAL | FieldType.MONEY:
            return f"{field.type.value}({field.decimals})"
        case FieldType.COMPUTED:
            return "tự tính"
    return field.type.value


def _column_type(column: ListColumn) -> str:
    if column.choices:
        return f"choice:{'|'.join(column.choices)}"
    if column.type in (FieldType.DECIMAL, FieldType.MONEY):
        return f"{column.type.value}({column.decimals})"
    return column.type.value


def _aggregate_word(field: Field) -> str:
    if field.aggregate is Aggregate.DISTINCT:
        return f"count distinct {field.distinct_list}"
    if field.ratio is None:
        return field.aggregate.value
    over, under = (
        f"Σ({'+'.join(codes)})" if len(codes) > 1 else f"Σ{codes[0]}"
        for codes in (field.ratio.numerator, field.ratio.denominator)
    )
    return f"{over}/{under}"
