"""What stands beside an answer: nothing that contradicts it is passed over."""

from __future__ import annotations

import pytest

from domain.answers import Number, Unclear
from tests.unit.parsers.forms import Form, full_answers, parse, row_of

MONEY, COUNT = "K09", "K05"


def told(parsed, code):
    """Give the kinds of the findings about a field."""
    return [one.code for one in parsed.findings if one.field == code]


def altered(alter, **answers):
    """Parse a full form after *alter* changed its sheet."""
    book = Form(answers=full_answers() | answers).build()
    alter(book["Bieu_TH"])
    return parse(book)


def put(code, column, value):
    """Write one cell of a field's row."""
    return lambda sheet: sheet.cell(row_of(code), column, value)


@pytest.mark.parametrize(
    ("code", "measure", "kinds"),
    [
        (MONEY, "triệu đồng", []),
        (MONEY, "Triệu  đồng", []),
        (MONEY, "triệu", []),
        (MONEY, "nghìn đồng", ["measure_changed"]),
        (MONEY, "đồng", ["measure_changed"]),
        (MONEY, "USD", ["measure_changed"]),
        (COUNT, "chiếc", []),
        (COUNT, "m2", ["measure_changed"]),
        (COUNT, "nghìn cái", ["measure_changed"]),
    ],
)
def test_another_measure_is_asked_about(code, measure, kinds):
    """A figure counted in something else than the form asks for is never taken as it stands."""
    parsed = altered(put(code, 3, measure))
    assert kinds == told(parsed, code)
    assert bool(kinds) == isinstance(parsed.answers[code].value, Unclear)


def test_the_question_proposes_the_figure_in_the_measure_of_the_form():
    """15.000 nghìn đồng is proposed as 15 triệu đồng."""
    parsed = altered(put(MONEY, 3, "nghìn đồng"), K09=15000)
    assert "Có phải là 15 triệu đồng?" in next(f.advice for f in parsed.findings if f.field == MONEY)


def test_a_measure_in_brackets_of_the_label_counts():
    """Words like "(đơn vị: tỷ đồng)" behind the label change what the figure means."""
    label = "Kinh phí, hiện vật quy tiền đã ủng hộ (đơn vị: tỷ đồng)"
    assert "measure_changed" in told(altered(put(MONEY, 2, label)), MONEY)


@pytest.mark.parametrize(
    ("own", "column", "beside", "kinds"),
    [
        (2, 5, 5, ["number_beside"]),
        (2, 5, "5", ["number_beside"]),
        (2, 7, 5, ["number_beside"]),
        (2, 5, "số đúng là 5", ["number_beside"]),
        (2, 5, 2, []),
        (2, 5, "năm 2020: 5 cái", []),
        (0, 5, 0, []),
        (0, 5, 5, ["number_beside_nothing"]),
        ("-", 5, 5, ["number_beside_nothing"]),
    ],
)
def test_a_second_number_in_the_row_is_not_passed_over(own, column, beside, kinds):
    """Beside nought it is asked about, beside another number it is told."""
    parsed = altered(put(COUNT, column, beside), K05=own)
    assert kinds == told(parsed, COUNT)
    assert ("number_beside_nothing" in kinds) == isinstance(parsed.answers[COUNT].value, Unclear)


def test_a_column_under_a_heading_of_its_own_is_another_matter():
    """A unit's own column of last year's figures raises no question."""

    def add_last_year(sheet):
        sheet.cell(6, 7, "Năm 2020")
        put(COUNT, 7, 99)(sheet)

    assert [] == told(altered(add_last_year), COUNT)


def test_a_hidden_row_is_told():
    """What nobody sees on the screen is taken, and said."""

    def hide(sheet):
        sheet.row_dimensions[row_of(COUNT)].hidden = True

    parsed = altered(hide)
    assert ["hidden_row"] == told(parsed, COUNT)
    assert isinstance(parsed.answers[COUNT].value, Number)


def test_a_hidden_answer_column_is_told_once():
    """One sentence for the whole column."""

    def hide(sheet):
        sheet.column_dimensions["D"].hidden = True

    assert ["hidden_answers"] == [one.code for one in altered(hide).findings]


@pytest.mark.parametrize(
    ("label", "kind"),
    [("Băng rôn, pa-nô tuyên truyền đã treo", "label_altered"), ("Số buổi văn nghệ", "label_unlike")],
)
def test_a_label_that_says_something_else_is_a_warning(label, kind):
    """The code decides, but a person is told when the words do not fit it."""
    assert [kind] == told(altered(put(COUNT, 2, label)), COUNT)
