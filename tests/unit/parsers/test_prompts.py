"""Prompts and doubts keep to what Excel takes."""

from __future__ import annotations

import datetime as dt

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from domain.forms import Aggregate, Field, FieldType, ListColumn, Requirement
from parsers.blank.prompts import ask, doubt_of_column, doubt_of_field

PERIOD = (dt.date(2021, 10, 1), dt.date(2021, 10, 31))


def column(choices):
    """Give a choice column."""
    return ListColumn(name="x", label="X", type=FieldType.CHOICE, required=True, choices=choices)


def test_choices_with_commas_are_named_but_not_offered():
    """Excel would part "a, b" in two."""
    doubt = doubt_of_column(column(("xã, phường", "huyện")), PERIOD)
    assert (doubt.test, doubt.operator, doubt.first) == ("textLength", "lessThanOrEqual", "10")
    assert doubt.prompt == "Chọn một trong: xã, phường; huyện."


def test_choices_too_many_for_excel_are_named_but_not_offered():
    """A list of more than 255 characters makes Excel repair the file."""
    doubt = doubt_of_column(column(tuple(f"lựa chọn số {number}" for number in range(30))), PERIOD)
    assert doubt.test == "textLength"


@given(
    st.sampled_from(FieldType),
    st.sampled_from(Requirement),
    st.text(max_size=400),
    st.text(max_size=300),
    st.integers(0, 6),
)
def test_no_word_is_longer_than_excel_takes(kind, requirement, note, measure, decimals):
    """Longer prompts, titles or messages make Excel repair the file."""
    field = Field(
        code="T01",
        section="I",
        tt="1",
        label="X",
        measure=measure,
        type=kind,
        requirement=requirement,
        aggregate=Aggregate.SUM,
        decimals=decimals,
        note=note,
    )
    sheet = openpyxl.Workbook().active
    ask(sheet, [(doubt_of_field(field, PERIOD), "D9")])
    (rule,) = sheet.data_validations.dataValidation
    assert len(rule.prompt) <= 255
    assert len(rule.error) <= 225
    assert len(rule.promptTitle) <= 32
    assert len(rule.errorTitle) <= 32


def test_equal_doubts_share_one_rule():
    """A hundred rows cost a handful of rules."""
    sheet = openpyxl.Workbook().active
    doubt = doubt_of_column(column(("mới", "duy trì")), PERIOD)
    ask(sheet, [(doubt, "B6:B500"), (doubt, "D6:D500")])
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["B6:B500 D6:D500"]
