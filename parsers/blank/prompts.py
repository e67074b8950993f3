"""What Excel says to the person who stands in a cell of the blank, and what it doubts of the answer.

Imports openpyxl: import this module only where a workbook is made. Every doubt is a warning that can be
overruled: "Không phát sinh" is an answer, and a unit must never be kept from sending what it knows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.worksheet.datavalidation import DataValidation

from domain.forms import FieldType, Requirement
from domain.vietnamese import format_date, format_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.worksheet.worksheet import Worksheet

    from domain.forms import Field, ListColumn

_PROMPT_TITLE = "Cách ghi"
_ERROR_TITLE = "Đề nghị xem lại"
_KEEP = "Chọn Yes (Có) để giữ như đã ghi, chọn No (Không) để ghi lại."
#: Excel refuses a file whose prompt, message or list of choices is longer.
_LONGEST_PROMPT = 255
_LONGEST_ERROR = 225
_LONGEST_CHOICES = 255
_EPOCH = dt.date(1899, 12, 30)
#: Longest text that a list cell takes without a doubt.
LIST_TEXT_LENGTH = 2000

_IF_NONE = {
    Requirement.REQUIRED: "Không có thì ghi 0.",
    Requirement.OR_NOT_APPLICABLE: "Không có thì ghi 0; việc này không thuộc nhiệm vụ của đơn vị thì ghi: "
    "Không phát sinh.",
    Requirement.OR_NONE_WORD: "Không có thì ghi: Không.",
    Requirement.OPTIONAL: "Không theo dõi thì để trống.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """The test that a typed answer has to pass, in Excel's terms, and the words about it."""

    test: str
    operator: str | None
    first: str
    second: str | None
    prompt: str
    error: str


def doubt_of_field(field: Field, period: tuple[dt.date, dt.date]) -> Doubt:
    """Give the test and words for the answer cell of *field*; dates lie in *period*."""
    if field.is_number:
        more = [_IF_NONE.get(field.requirement, "")]
    elif field.requirement is Requirement.OR_NONE_WORD:
        more = [_IF_NONE[field.requirement]]
    else:
        more = []
    if field.note:
        more.append(f"Lưu ý: {field.note.rstrip('.')}.")
    return _doubt(
        field.type, period, decimals=field.decimals, measure=field.measure, length=field.max_length, more=more
    )


def doubt_of_column(column: ListColumn, period: tuple[dt.date, dt.date]) -> Doubt:
    """Give the test and words for the cells of a list's *column*."""
    if column.choices:
        return _doubt_of_choices(column.choices)
    return _doubt(
        column.type,
        period,
        decimals=column.decimals,
        measure=column.measure,
        length=LIST_TEXT_LENGTH,
        more=[],
    )


def ask(sheet: Worksheet, doubts: Iterable[tuple[Doubt, str]]) -> None:
    """Lay each doubt on its range, equal doubts together."""
    ranges: dict[Doubt, list[str]] = {}
    for doubt, where in doubts:
        ranges.setdefault(doubt, []).append(where)
    for doubt, places in ranges.items():
        sheet.add_data_validation(
            DataValidation(
                type=doubt.test,  # type: ignore[arg-type]  # one of the words it knows
                operator=doubt.operator,  # type: ignore[arg-type]  # likewise
                formula1=doubt.first,
                formula2=doubt.second,
                allow_blank=True,
                showInputMessage=True,
                showErrorMessage=True,
                errorStyle="warning",
                promptTitle=_PROMPT_TITLE,
                prompt=_cut(doubt.prompt, _LONGEST_PROMPT),
                errorTitle=_ERROR_TITLE,
                error=_cut(f"{doubt.error} {_KEEP}", _LONGEST_ERROR),
                sqref=" ".join(places),
            )
        )


def _doubt(
    kind: FieldType,
    period: tuple[dt.date, dt.date],
    *,
    decimals: int,
    measure: str,
    length: int,
    more: list[str],
) -> Doubt:
    match kind:
        case FieldType.INTEGER:
            return Doubt(
                test="whole",
                operator="greaterThanOrEqual",
                first="0",
                second=None,
                prompt=_sentences("Ghi một số nguyên từ 0 trở lên, ví dụ 12.", *more),
                error="Ô này cần một số nguyên từ 0 trở lên.",
            )
        case FieldType.DECIMAL | FieldType.MONEY:
            unit = (
                f"Tính bằng {measure}: 15 {measure} thì ghi 15."
                if kind is FieldType.MONEY and measure
                else ""
            )
            return Doubt(
                test="decimal",
                operator="greaterThanOrEqual",
                first="0",
                second=None,
                prompt=_sentences(
                    f"Ghi một số từ 0 trở lên, không quá {decimals} chữ số sau dấu phẩy, ví dụ 12,5.",
                    unit,
                    *more,
                ),
                error="Ô này cần một số từ 0 trở lên.",
            )
        case FieldType.DATE:
            first, last = period
            return Doubt(
                test="date",
                operator="between",
                first=str((first - _EPOCH).days),
                second=str((last - _EPOCH).days),
                prompt=_sentences(
                    f"Ghi ngày/tháng/năm, ví dụ {format_date(last.replace(day=15))}; "
                    f"từ {format_date(first)} đến {format_date(last)}.",
                    *more,
                ),
                error=f"Ô này cần một ngày từ {format_date(first)} đến {format_date(last)}.",
            )
        case _:
            return Doubt(
                test="textLength",
                operator="lessThanOrEqual",
                first=str(length),
                second=None,
                prompt=_sentences(
                    f"Ghi bằng chữ, không quá {format_number(length)} ký tự. Xuống dòng: Alt + Enter.", *more
                ),
                error=f"Nội dung dài quá {format_number(length)} ký tự.",
            )


def _doubt_of_choices(choices: tuple[str, ...]) -> Doubt:
    listed = ",".join(choices)
    # Excel parts the choices at commas and takes 255 characters; otherwise the words alone must do.
    fits = len(listed) <= _LONGEST_CHOICES and not any("," in choice or '"' in choice for choice in choices)
    words = "; ".join(choices)
    return Doubt(
        test="list" if fits else "textLength",
        operator=None if fits else "lessThanOrEqual",
        first=f'"{listed}"' if fits else str(max(map(len, choices))),
        second=None,
        prompt=f"Chọn một trong: {words}.",
        error="Ô này chỉ nhận một trong các mục có trong danh sách chọn.",
    )


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
