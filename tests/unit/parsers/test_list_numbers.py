"""Numbers in the columns of a list: with decimals, in money, in another measure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from config.form_tables import LISTS, read_list_columns
from config.form_writing import write_lists
from config.tables import read_table
from domain.answers import Number, Unclear
from domain.forms import FieldType, ListColumn, ListSpec
from domain.ids import ListCode
from parsers.form import parse_form
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.forms import END, START, Form, full_answers, make_spec, save

COLUMNS = (
    ListColumn(name="ten", label="Tên công trình", type=FieldType.TEXT, required=True),
    ListColumn(
        name="dien_tich", label="Diện tích", type=FieldType.DECIMAL, required=False, measure="ha", decimals=1
    ),
    ListColumn(
        name="kinh_phi",
        label="Kinh phí",
        type=FieldType.MONEY,
        required=False,
        measure="triệu đồng",
        decimals=1,
    ),
    ListColumn(name="so_nguoi", label="Số người", type=FieldType.INTEGER, required=False),
)
LIST = ListSpec(code=ListCode("L9"), title="Công trình", sheet="L9", columns=COLUMNS)
SPEC = replace(make_spec(), lists=(LIST,))


def read(**typed):
    """Read a list of one row, and give its values with the kinds of findings about it."""
    book = Form(answers=full_answers()).build()
    sheet = book.create_sheet("L9")
    for column, one in enumerate(COLUMNS, start=1):
        sheet.cell(1, column, one.label)
        sheet.cell(2, column, typed.get(one.name, "Đường liên xã" if one.name == "ten" else None))
    parsed = parse_form(read_workbook(save(book)), SPEC, start=START, end=END)
    (row,) = parsed.lists[LIST.code]
    return row.values, [found.code for found in parsed.findings if found.sheet == "L9"]


@pytest.mark.parametrize(
    ("column", "typed", "value"),
    [
        ("dien_tich", "12,5", Decimal("12.5")), ("dien_tich", 12.5, Decimal("12.5")),
        ("dien_tich", "12,5 ha", Decimal("12.5")), ("kinh_phi", "15 triệu", Decimal(15)),
        ("kinh_phi", "1,2 tỷ", Decimal(1200)), ("kinh_phi", "1.234,5", Decimal("1234.5")),
        ("so_nguoi", "1.234", Decimal(1234)),
    ],
)  # fmt: skip
def test_a_column_s_own_measure_and_decimals(column, typed, value):
    """As in the rows of the form: exact, in the measure of the column."""
    values, _ = read(**{column: typed})

    assert isinstance(values[column], Number)
    assert value == values[column].value


@pytest.mark.parametrize(("column", "typed"), [("so_nguoi", "12,5"), ("dien_tich", "1,234")])
def test_what_does_not_fit_is_asked(column, typed):
    """A whole number has no decimals; 1,234 ha may be two things."""
    values, said = read(**{column: typed})

    assert Unclear() == values[column]
    assert 1 == len(said)


def test_columns_are_written_as_they_are_read():
    """What a proposal writes into lists.csv comes back the same."""
    rows, problems = read_table("lists.csv", write_lists((LIST,)), LISTS)
    columns, complaints = read_list_columns(rows)

    assert ((), ()) == (problems, complaints)
    assert {LIST.code: COLUMNS} == columns
