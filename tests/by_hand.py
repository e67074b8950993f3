"""Figures added by hand: returned forms and the consolidated workbook read with foreign libraries only."""

from __future__ import annotations

import csv
import datetime as dt
import functools
import io
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
from python_calamine import CalamineWorkbook

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Mapping, Sequence

    #: Rows of a sheet, each with its cells' values, from A1 on.
    Rows = list[list[Any]]
    Sheets = dict[str, Rows]
    Reader = Callable[[bytes], Sheets]

FORM, SUMMARY = "Bieu_TH", "TongHop"
#: Columns of the form: what was answered, the hidden code.
ANSWER, CODE = 3, 5
NOT_APPLICABLE = "không phát sinh"
#: What a person reads in what people type; nothing else may occur in the forms of a test.
TYPED = {
    "12 buổi": Decimal(12),
    "1.234": Decimal(1234),
    "trên 100": Decimal(100),
    "12,5": Decimal("12.5"),
    "15 triệu": Decimal(15),
    "22 lượt người": Decimal(22),
    "không": Decimal(0),
    "không có": Decimal(0),
}


@functools.lru_cache(maxsize=40)
def with_openpyxl(content: bytes) -> Sheets:
    """Read a workbook with openpyxl: cached values."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


@functools.lru_cache(maxsize=40)
def with_calamine(content: bytes) -> Sheets:
    """Read a workbook with calamine, another program in another language: cached values."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {
        name: [
            [None if value == "" else value for value in row]
            for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        ]
        for name in book.sheet_names
    }


@dataclass(frozen=True, kw_only=True)
class Form:
    """One returned form as a person reads it."""

    #: Code -> number, "không phát sinh", text or None.
    answers: Mapping[str, Any]
    #: Names of the movements of sheet L4.
    movements: tuple[str, ...]
    #: Filled rows of each list.
    rows: Mapping[str, int]


def number(value: Any) -> Any:
    """Give the number a person reads in a cell; other words stay what they are."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return Decimal(str(value)).normalize()
    if isinstance(value, str):
        words = value.strip().lower()
        return NOT_APPLICABLE if words == NOT_APPLICABLE else TYPED.get(words, value)
    return value


def read_form(content: bytes, lists: Mapping[str, str], read: Reader) -> Form:
    """Read a returned form; *lists* names the sheet of each list."""
    answers = {}
    sheets = read(content)
    for row in sheets[FORM]:
        code = str(row[CODE] or "") if len(row) > CODE else ""
        if re.fullmatch(r"[A-Z]\d\d", code):
            answers[code] = number(row[ANSWER])
    filled = {code: list_rows(sheets[sheet]) for code, sheet in lists.items()}
    movements = tuple(" ".join(str(row[1]).split()).casefold() for row in filled.get("L4", ()))
    return Form(answers=answers, movements=movements, rows={code: len(rows) for code, rows in filled.items()})


def list_rows(rows: Rows) -> Rows:
    """Give the filled rows of a list: below its heads, with something beside the running number."""
    head = next(number for number, row in enumerate(rows) if row[0] == "TT")
    body = [row for row in rows[head + 1 :] if not str(row[1] or "").startswith("(")]
    return [row for row in body if any(cell is not None for cell in row[1:])]


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One row of form/indicators.csv."""

    code: str
    type: str
    aggregate: str


def indicators(folder: pathlib.Path) -> list[Indicator]:
    """Read the campaign's indicators with the csv module."""
    with (folder / "form" / "indicators.csv").open(encoding="utf-8-sig", newline="") as file:
        return [
            Indicator(code=row["code"], type=row["type"], aggregate=row["aggregate"])
            for row in csv.DictReader(file)
        ]


def add_up(spec: Sequence[Indicator], forms: Sequence[Form]) -> dict[str, Decimal]:
    """Add every sum, divide every ratio, count every movement once."""
    totals: dict[str, Decimal] = {}
    for one in spec:
        if one.aggregate == "sum":
            values = [form.answers[one.code] for form in forms]
            totals[one.code] = sum((value for value in values if isinstance(value, Decimal)), Decimal(0))
        elif one.aggregate.startswith("count distinct L4"):
            totals[one.code] = Decimal(len({name for form in forms for name in form.movements}))
        elif "/" in one.aggregate:
            totals[one.code] = ratio(one.aggregate, forms)
    return totals


def ratio(formula: str, forms: Sequence[Form]) -> Decimal:
    """Divide, over the units that gave every term a number, in percent with four decimals."""
    above, below = (re.findall(r"[A-Z]\d\d", side) for side in formula.split("/"))
    complete = [
        form.answers
        for form in forms
        if all(isinstance(form.answers[code], Decimal) for code in {*above, *below})
    ]
    over = sum((answers[code] for answers in complete for code in above), Decimal(0))
    under = sum((answers[code] for answers in complete for code in below), Decimal(0))
    return round(over / under * 100, 4)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The consolidated sheet as it is printed."""

    #: Code -> cell of the total.
    totals: Mapping[str, Any]
    #: Code -> name of the unit's column -> cell.
    units: Mapping[str, Mapping[str, Any]]


def read_summary(content: bytes, read: Reader) -> Summary:
    """Read the consolidated workbook by its heads and its hidden codes."""
    rows = read(content)[SUMMARY]
    heads = next(row for row in rows if "Tổng cộng" in row)
    code, total, note = heads.index("Mã"), heads.index("Tổng cộng"), heads.index("Ghi chú")
    lines = {row[code]: row for row in rows if re.fullmatch(r"[A-Z]\d\d", str(row[code] or ""))}
    units = {
        one: {bare(heads[column]): row[column] for column in range(total + 1, note)}
        for one, row in lines.items()
    }
    return Summary(totals={one: row[total] for one, row in lines.items()}, units=units)


def bare(name: Any) -> str:
    """Give a unit's short name as printed, without the breaks that a narrow column needs."""
    return "".join(str(name or "").split())


def first_day(spec: Sequence[Indicator], forms: Sequence[Form]) -> dt.date:
    """Give the earliest first day of the forms' figures."""
    (code,) = [one.code for one in spec if one.aggregate == "min"]
    return min(as_date(form.answers[code]) for form in forms)


def as_date(value: Any) -> dt.date:
    """Give the day of a cell."""
    return value.date() if isinstance(value, dt.datetime) else value


def differences(
    spec: Sequence[Indicator],
    returned: Mapping[str, bytes],
    workbook: bytes,
    lists: Mapping[str, str],
    read: Reader,
) -> tuple[int, list[str]]:
    """Count the cells compared and name those that are not what was added by hand.

    *returned* maps the name of each unit's column to its form.
    """
    forms = {unit: read_form(content, lists, read) for unit, content in returned.items()}
    summary = read_summary(workbook, read)
    wrong: list[str] = []
    compared = 0

    def compare(place: str, expected: Any, actual: Any) -> None:
        nonlocal compared
        compared += 1
        if number(actual) != expected:
            wrong.append(f"{place}: {actual!r}, by hand {expected!r}")

    for code, total in add_up(spec, list(forms.values())).items():
        compare(code, total, summary.totals[code])
    added = [one.code for one in spec if one.aggregate == "sum"]
    for code in added:
        for unit, form in forms.items():
            answer = form.answers[code]
            expected = {NOT_APPLICABLE: "-", None: "chưa có"}.get(answer, answer)
            compare(f"{code} of {unit}", expected, summary.units[code][bare(unit)])
    (first,) = [one.code for one in spec if one.aggregate == "min"]
    compare(first, first_day(spec, list(forms.values())), as_date(summary.totals[first]))
    for code, sheet in lists.items():
        names = {bare(unit) for unit in forms}
        shown = [row for row in read(workbook)[sheet] if bare(row[1]) in names]
        compare(f"rows of {sheet}", Decimal(sum(form.rows[code] for form in forms.values())), len(shown))
    return compared, wrong
