"""What is seen in a cell: formats that scale, hide or word a number, against what Excel shows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answers import Missing, Number, Place, Unclear
from domain.forms import FieldType
from parsers.cells import Question, read_cell
from parsers.shown import decimals_shown, shown_number, shown_text, shows_plainly
from parsers.workbook import Cell, CellKind
from tests.unit.parsers.test_cells import PERIOD

ACCOUNTS = '_(* #,##0_);_(* (#,##0);_(* "-"??_);_(@_)'
#: format, number, what Excel shows in Vietnamese, whether it is the number and nothing else.
SHOWN = [
    ("#,##0", "1234567", "1.234.567", True),
    ("0.00", "1.255", "1,26", True),
    ("0.##", "12.5", "12,5", True),
    ("00000", "12", "00012", True),
    ("[Red]0_-", "3", "3", True),
    ("#", "0", "", True),
    ("#,##0,", "12", "0", False),
    ("#,##0,", "12000", "12", False),
    ("#,##0.0,,", "15000000", "15,0", False),
    ('0"00"', "12", "1200", False),
    ("0\\0", "12", "120", False),
    ('"1"0', "12", "112", False),
    ("0%", "0.12", "12%", False),
    (";;;", "12", "", False),
    ('"Không"', "12", "Không", False),
    ('0" triệu"', "12", "12 triệu", False),
    ('General" cái"', "12", "12 cái", False),
    ('"trên "0', "12", "trên 12", False),
    ("(0)", "12", "(12)", False),
    ("0000-0000", "12", "0000-0012", False),
    ("0\\ 0", "12", "1 2", False),
    ("#\\ ##0", "1234", "1 234", False),
    ("#,##0 [$₫-42A]", "15000000", "15.000.000 ₫", False),
    ('[>10]0"0";0', "12", "120", False),
    ('[>10]0"0";0', "5", "5", False),
    (ACCOUNTS, "1234", "1.234", False),
    (ACCOUNTS, "0", "-", False),
    ('0;0;"5"', "0", "5", False),
    (".00", "0.5", ",50", False),
]


@pytest.mark.parametrize(("code", "number", "seen", "plain"), SHOWN, ids=[f"{r[0]} {r[1]}" for r in SHOWN])
def test_a_format_is_spelt_as_excel_shows_it(code, number, seen, plain):
    """Digits, thousands, scaling and words stand where Excel puts them."""
    assert (seen, plain) == (shown_number(code, Decimal(number)), shows_plainly(code))


@given(
    st.text(st.sampled_from('0#?.,;%"\\\\_*[]<>=$-@/E+ aĐGeneral1'), max_size=30),
    st.decimals(0, 10**11, places=3),
)
def test_wild_formats_are_spelt_somehow(code, number):
    """No format a file may hold breaks the reader."""
    assert isinstance(shown_number(code, number), str)
    assert isinstance(shown_text(code, "12"), str)
    assert shows_plainly(code) in (True, False)
    assert decimals_shown(code) is None or decimals_shown(code) >= 0


@pytest.mark.parametrize("code", [f'0.{"0" * 100}"x"', f"0{',' * 200}", f'0"a"{"%" * 200}', ";0" * 200])
def test_formats_beyond_measure_are_spelt_somehow(code):
    """Decimals, commas and per cent signs without end are counted, not computed to death."""
    assert isinstance(shown_number(code, Decimal("12345678901.5")), str)


@given(st.integers(0, 10**11))
def test_a_plain_format_shows_the_number_itself(number):
    """What a plain format shows reads back as the number."""
    assert f"{number:,}".replace(",", ".") == shown_number("#,##0", Decimal(number))


@pytest.mark.parametrize(
    ("code", "seen"),
    [("@", "12"), ("General", "12"), ("#,##0", "12"), (ACCOUNTS, "12"), ('@"0"', "120"), (";;;", "")],
)
def test_a_text_is_spelt_as_its_format_shows_it(code, seen):
    """A format may add to a text, or hide it."""
    assert seen == shown_text(code, "12")


@pytest.mark.parametrize(
    ("code", "places"), [("General", None), ("0", 0), ("#,##0.0", 1), ("0.00E+00", None)]
)
def test_decimals_that_are_seen(code, places):
    """Rounding before the eyes is known."""
    assert places == decimals_shown(code)


def read(number, code, kind=FieldType.INTEGER, measure="buổi", stored=CellKind.NUMBER):
    """Read one cell as a count or as money."""
    question = Question(
        place=Place(sheet="Bieu_TH", cell="D14"),
        field="T02",
        label="Hội nghị",
        type=kind,
        measure=measure,
        decimals=1,
        period=PERIOD,
    )
    return read_cell(Cell(row=14, column=4, kind=stored, raw=number, number_format=code), question)


@pytest.mark.parametrize(
    ("code", "number", "value", "kinds"),
    [
        (ACCOUNTS, "12", 12, []),
        (ACCOUNTS, "0", 0, []),
        ("#,##0;-#,##0;;@", "0", 0, []),
        ('0" buổi"', "12", 12, []),
        ("#\\ ##0", "1234", 1234, []),
        ('"trên "0', "12", 12, ["approximate"]),
        ('0" (tạm tính)"', "12", 12, ["number_with_note"]),
        *(
            (code, "12", None, ["shown_otherwise"])
            for code in ("#,##0,", '0"00"', ";;;", "0\\0", '"-"0', "(0)", '0" triệu"', '[>10]0"0";0')
        ),
    ],
)
def test_a_count_is_what_a_person_sees(code, number, value, kinds):
    """A number that its format shows otherwise is asked about, never taken."""
    reading = read(number, code)
    expected = Unclear() if value is None else Number(Decimal(value), approximate=kinds == ["approximate"])
    assert (expected, kinds) == (reading.value, [one.code for one in reading.findings])


@pytest.mark.parametrize("code", ['0" tỷ"', "#,##0 [$₫-42A]", "#,##0.0,,"])
def test_money_in_another_measure_by_format_is_asked_about(code):
    """15 shown as "15 tỷ" is not 15 triệu."""
    assert Unclear() == read("15", code, FieldType.MONEY, "triệu đồng").value


def test_the_question_names_what_is_seen_and_what_is_stored():
    """The unit can tell which of the two it meant."""
    (found,) = read("12000", "#,##0,").findings
    assert "‘12’" in found.message
    assert "12000" in found.advice


def test_rounding_before_the_eyes_is_told():
    """13 is seen, 12,6 is taken: said, not silent."""
    reading = read("12.6", "0", FieldType.MONEY, "triệu đồng")
    assert Number(Decimal("12.6")) == reading.value
    assert ["too_many_decimals"] == [one.code for one in reading.findings]


def test_a_text_that_its_format_changes_is_asked_about():
    """The text 12 shown as 120 is neither."""
    reading = read("12", '@"0"', stored=CellKind.TEXT)
    assert (Unclear(), ["shown_otherwise"]) == (reading.value, [one.code for one in reading.findings])
    assert Missing() == read("", '@"0"', stored=CellKind.TEXT).value
