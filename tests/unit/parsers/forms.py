"""A form and its returned workbooks for tests: the spec from tests/data/forms, the books by openpyxl."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook.defined_name import DefinedName

from domain.answers import ParsedForm
from domain.forms import Aggregate, Field, FieldType, FormSpec, ListColumn, ListSpec, Ratio, Requirement
from domain.ids import FieldCode, ListCode
from parsers.form import parse_form
from parsers.xlsx import read_workbook

DATA = Path(__file__).parents[2] / "data" / "forms"
START, END = dt.date(2021, 10, 1), dt.date(2021, 10, 31)
_SHEETS = {"L1": "L1_MoHinh", "L2": "L2_DienHinh", "L3": "L3_DoiThoai", "L4": "L4_PhongTrao"}
_HEADINGS = ("TT", "Chỉ tiêu", "ĐVT", "Số lượng", "Ghi chú", "Mã")
_AGGREGATES = {
    "sum": Aggregate.SUM,
    "key": Aggregate.KEY,
    "min": Aggregate.MIN,
    "min+max": Aggregate.MIN_MAX,
    "concat": Aggregate.CONCAT,
    "-": Aggregate.NONE,
}


@cache
def make_spec() -> FormSpec:
    """Build the form of Tháng Dân vận 2021."""
    with (DATA / "indicators.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["type"] != "list"]
    with (DATA / "lists.csv").open(encoding="utf-8", newline="") as file:
        columns = list(csv.DictReader(file))
    lists = tuple(
        ListSpec(
            code=ListCode(code),
            title=code,
            sheet=sheet,
            columns=tuple(_column(row) for row in columns if row["list"] == code),
        )
        for code, sheet in _SHEETS.items()
    )
    return FormSpec(
        id="thang-dan-van",
        version="1",
        title="Biểu tổng hợp",
        sheet="Bieu_TH",
        fields=tuple(_field(row) for row in rows),
        lists=lists,
    )


def _field(row: dict[str, str]) -> Field:
    kind = row["type"]
    decimals = re.search(r"\((\d)\)", kind)
    longest = re.search(r"≤(\d+)", kind)
    types = (
        ("tự tính", FieldType.COMPUTED),
        ("text", FieldType.TEXT),
        ("date", FieldType.DATE),
        ("int", FieldType.INTEGER),
        ("dec", FieldType.DECIMAL),
        ("money", FieldType.MONEY),
    )
    ratio = None
    if kind == "tự tính":
        above, below = row["aggregate"].split("/")
        ratio = Ratio(
            numerator=tuple(FieldCode(code) for code in re.findall(r"[A-Z]\d\d", above)),
            denominator=tuple(FieldCode(code) for code in re.findall(r"[A-Z]\d\d", below)),
        )
    return Field(
        code=FieldCode(row["code"]),
        section=row["section"],
        tt=row["tt"],
        label=row["label_vi"],
        measure=row["unit"],
        type=next(value for word, value in types if kind.startswith(word)),
        requirement=Requirement(row["required"]),
        aggregate=Aggregate.RATIO if ratio else _AGGREGATES.get(row["aggregate"], Aggregate.DISTINCT),
        decimals=int(decimals[1]) if decimals else 0,
        max_length=int(longest[1]) if longest else 2000,
        ratio=ratio,
        prefilled="điền sẵn" in kind,
    )


def _column(row: dict[str, str]) -> ListColumn:
    kind, _, choices = row["type"].partition(":")
    return ListColumn(
        name=row["column"],
        label=row["label_vi"],
        type=FieldType(kind),
        required=row["required"] == "R",
        choices=tuple(choices.split("|")) if choices else (),
    )


@dataclass
class Form:
    """A blank in the making: what to write where, and how to alter it before it is saved."""

    answers: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, list[list[Any]]] = field(default_factory=dict)
    with_codes: bool = True
    with_names: bool = True

    def build(self) -> openpyxl.Workbook:
        """Lay the form down as the blank has it."""
        spec = make_spec()
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = spec.sheet
        sheet["A1"], sheet["A3"] = "SỞ NỘI VỤ", "BIỂU TỔNG HỢP KẾT QUẢ “THÁNG DÂN VẬN” NĂM 2021"
        for column, heading in enumerate(_HEADINGS, start=1):
            sheet.cell(6, column, heading)
            sheet.cell(7, column, f"({column})" if column < 6 else None)
        row, section = 8, ""
        for one in spec.fields:
            if one.section != section:
                section = one.section
                sheet.cell(row, 2, section)
                row += 1
            values = (one.tt, one.label, one.measure, self.answers.get(one.code), self.notes.get(one.code))
            for column, value in enumerate(values, start=1):
                sheet.cell(row, column, value)
            if self.with_codes:
                sheet.cell(row, 6, one.code)
            if self.with_names:
                name = f"ma_{one.code}"
                book.defined_names[name] = DefinedName(name, attr_text=f"{spec.sheet}!$D${row}")
            row += 1
        sheet.cell(row + 2, 1, "NGƯỜI LẬP BIỂU")
        sheet.cell(row + 2, 3, "THỦ TRƯỞNG ĐƠN VỊ")
        sheet.column_dimensions["F"].hidden = True
        for one in spec.lists:
            page = book.create_sheet(one.sheet)
            page["A1"] = f"Danh sách {one.title}"
            page.append([])
            page.append(["TT", *(column.label for column in one.columns)])
            for number, entry in enumerate(self.lists.get(one.code, []), start=1):
                page.append([number, *entry])
            for number in range(1, 4):
                page.append([number])
        book.create_sheet("HuongDan")["A1"] = "Hướng dẫn ghi biểu"
        return book


def row_of(code: str) -> int:
    """Give the row of a field in the untouched form."""
    spec = make_spec()
    fields = [one.code for one in spec.fields]
    before = spec.fields[: fields.index(FieldCode(code)) + 1]
    return 7 + len(before) + len({one.section for one in before})


def save(book: openpyxl.Workbook) -> bytes:
    """Give the workbook's bytes."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parse(book: openpyxl.Workbook | bytes) -> ParsedForm:
    """Save, read and parse."""
    content = book if isinstance(book, bytes) else save(book)
    return parse_form(read_workbook(content), make_spec(), start=START, end=END)


def full_answers() -> dict[str, Any]:
    """Give an answer for every field, a different number for each count."""
    answers: dict[str, Any] = {}
    for number, one in enumerate(make_spec().fields, start=11):
        match one.type:
            case FieldType.TEXT:
                answers[one.code] = f"Nội dung {one.code}"
            case FieldType.DATE:
                answers[one.code] = START if one.code == "A02" else dt.date(2021, 10, 19)
            case FieldType.INTEGER:
                answers[one.code] = number
            case FieldType.DECIMAL | FieldType.MONEY:
                answers[one.code] = number + 0.5
            case _:
                pass
    return answers
