"""Returned forms of the example campaign for tests of rules: all in order, or with a few cells changed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from config.form_tables import INDICATORS, LISTS, join_lists, read_indicators, read_list_columns
from config.rule_table import RULES, read_rules
from config.tables import read_table
from domain.answers import (
    Answer,
    AnswerValue,
    DateValue,
    ListRow,
    Missing,
    NotApplicable,
    Number,
    ParsedForm,
    Place,
    TextValue,
)
from domain.forms import FieldType, FormSpec
from domain.ids import FieldCode, ListCode
from domain.rules import Context, Rule

FOLDER = Path(__file__).parents[3] / "config" / "examples" / "thang-dan-van-2021" / "form"
START, END = dt.date(2021, 10, 1), dt.date(2021, 10, 31)
RECEIVED = dt.date(2021, 10, 19)
SHEETS = {"L1": "L1_MoHinh", "L2": "L2_DienHinh", "L3": "L3_DoiThoai", "L4": "L4_PhongTrao"}
#: "Không phát sinh" and an empty cell, as cases write them.
NA, EMPTY = NotApplicable(), Missing()

#: A return in which every rule holds; what is not named here is 0 or a few words.
NUMBERS = {
    "A07": 20, "A08": 12, "T01": 2, "T02": 3, "T03": 1, "T04": 58, "T05": 20, "T07": 40, "T08": 30,
    "T09": 20, "T10": 20, "K01": 2, "K02": 35, "K03": 4, "K04": 25, "K06": 18, "K09": 15, "C01": 30,
    "C02": 18, "C03": 10, "C04": 2, "C05": 25, "C06": 20, "C07": 5, "C09": 5, "C10": 5, "C15": 1,
    "C16": 2, "C17": 12, "C18": 6, "C19": 40, "C20": 39, "D01": 2, "D02": 1, "D03": 45, "D04": 3,
    "D05": 12, "D06": 8, "D07": 3, "D08": 1, "D10": 3, "D11": 2, "D12": 1, "Q01": 1, "Q02": 6, "Q03": 5,
    "Q04": 4, "Q05": 1, "Q07": 7, "Q08": 6, "V01": 2, "V02": 38, "V03": 20, "V04": 1, "V05": 0, "V06": 2,
    "V07": 1, "V08": 1, "V09": 1, "V10": 1, "V11": 1, "V12": 1, "V13": 0,
}  # fmt: skip
DATES = {"A02": dt.date(2021, 10, 1), "A03": dt.date(2021, 10, 18)}
ROWS: dict[str, list[dict[str, Any]]] = {
    "L1": [{"ten": "Một cửa thân thiện", "loai": "mới"}, {"ten": "Thứ Bảy vì dân", "loai": "duy trì"}],
    "L2": [{"loai": "tập thể", "ten": "Tổ Một cửa"}, {"loai": "cá nhân", "ten": "Nguyễn Thị Hoa"}],
    "L3": [
        {"ngay": dt.date(2021, 10, 5), "noi_dung": "Đối thoại với tổ chức tôn giáo", "so_nguoi": 25},
        {"ngay": dt.date(2021, 10, 15), "noi_dung": "Tiếp xúc với Nhân dân", "so_nguoi": 20},
    ],
    "L4": [{"ten": "Nụ cười công sở"}],
}


@cache
def read_example() -> tuple[FormSpec, tuple[Rule, ...]]:
    """Read form and rules of the example campaign."""
    tables = {
        name: read_table(f"{name}.csv", (FOLDER / f"{name}.csv").read_bytes(), kind)
        for name, kind in (("indicators", INDICATORS), ("lists", LISTS), ("rules", RULES))
    }
    assert [problem for _, problems in tables.values() for problem in problems] == []
    indicators = read_indicators(tables["indicators"][0])
    columns, _ = read_list_columns(tables["lists"][0])
    rules, problems = read_rules(tables["rules"][0])
    assert problems == ()
    form = FormSpec(
        id="thang-dan-van",
        version="2021.1",
        title="Biểu tổng hợp",
        sheet="Bieu_TH",
        fields=tuple(indicators.fields),
        lists=join_lists(indicators.lists, columns, SHEETS),
    )
    return form, rules


def cell_of(code: str) -> str:
    """Give the cell in which the blank form asks for *code*."""
    codes = [field.code for field in read_example()[0].fields]
    return f"D{codes.index(FieldCode(code)) + 5}"


def make_return(
    changes: dict[str, Any] | None = None,
    *,
    lists: dict[str, list[dict[str, Any]]] | None = None,
    notes: dict[str, str] | None = None,
    unit: str = "Phòng Công chức, viên chức",
) -> ParsedForm:
    """Make a return in order, with the *changes* of cells, lists and notes."""
    form, _ = read_example()
    given = NUMBERS | DATES | {"A01": unit} | (changes or {})
    answers = {}
    for field in form.fields:
        if field.type is FieldType.COMPUTED:
            continue
        usual: object = 0 if field.is_number else "Không"
        answers[field.code] = Answer(
            code=field.code,
            value=_value(given.get(field.code, usual)),
            note=(notes or {}).get(field.code, ""),
            place=Place(sheet=form.sheet, cell=cell_of(field.code)),
        )
    rows = ROWS | (lists or {})
    return ParsedForm(
        answers=answers,
        lists={ListCode(code): tuple(_rows(code, rows[code])) for code in rows},
        findings=(),
    )


def _value(content: object) -> AnswerValue:
    match content:
        case int() | Decimal():
            return Number(Decimal(content))
        case str():
            return TextValue(content)
        case dt.date():
            return DateValue(content)
        case _:
            return content  # type: ignore[return-value]


def _rows(code: str, rows: list[dict[str, Any]]) -> list[ListRow]:
    spec = read_example()[0].list_by_code[ListCode(code)]
    return [
        ListRow(
            list=spec.code,
            sheet=spec.sheet,
            row=number,
            values={name: _value(content) for name, content in row.items()},
            cells={
                column.name: f"{chr(ord('B') + place)}{number}" for place, column in enumerate(spec.columns)
            },
        )
        for number, row in enumerate(rows, start=5)
    ]


def make_context(parsed: ParsedForm, **changes: Any) -> Context:
    """Make the context of a mail read without a store."""
    facts: dict[str, Any] = {
        "form": read_example()[0],
        "start": START,
        "end": END,
        "received_on": RECEIVED,
        "peers": None,
        "previous": None,
        "has_store": False,
    }
    return Context(parsed=parsed, **facts | changes)


def stored_context(
    parsed: ParsedForm, *, peers: tuple[ParsedForm, ...] = (), previous: ParsedForm | None = None
) -> Context:
    """Make the context of a mail received into a store."""
    return make_context(parsed, peers=peers, previous=previous, has_store=True)
