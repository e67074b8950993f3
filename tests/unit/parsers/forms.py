"""Returned workbooks in the making: the form laid down by openpyxl, to be altered before it is read."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import openpyxl
from openpyxl.workbook.defined_name import DefinedName

from domain.answers import ParsedForm
from domain.forms import FieldType, FormSpec
from domain.ids import FieldCode
from parsers.form import parse_form
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.campaigns import form_spec

START, END = dt.date(2021, 10, 1), dt.date(2021, 10, 31)
_HEADINGS = ("TT", "Chỉ tiêu", "ĐVT", "Số lượng", "Ghi chú", "Mã")


@cache
def make_spec() -> FormSpec:
    """Build the form of Tháng Dân vận 2021."""
    return form_spec()


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
