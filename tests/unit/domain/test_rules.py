"""The evaluator's own law: three values, blame, words; with small rules of their own."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import rules
from domain.answers import Answer, ListRow, NotApplicable, Number, ParsedForm, Unclear
from domain.findings import FindingAudience, Severity
from domain.ids import ListCode
from domain.repeats import MOST_SINGLY
from domain.rules import Rule, check_expression, check_message, check_rules
from domain.vocabulary import DATES, FUNCTIONS, THIS, Need
from tests import strategies
from tests.unit.domain.returns import (
    EMPTY,
    END,
    NA,
    START,
    cell_of,
    make_context,
    make_return,
    read_example,
    stored_context,
)

FORM, RULES = read_example()
#: Optional numbers beside each other.
TOPICS = ("T07", "T08", "T09", "T10")
TERMS = {"fields": FORM.by_code, "lists": FORM.list_by_code}


def make_rule(must, **changes):
    """Make a rule X01 that warns the unit."""
    facts = {
        "id": "X01",
        "severity": Severity.WARNING,
        "audience": FindingAudience.UNIT,
        "when": "",
        "message": "",
        "advice": "",
    }
    return Rule(must=must, **facts | changes)


def breaks(must, parsed, *, when="", **context):
    """Tell whether the one rule *must* finds something."""
    outcome = check_rules([make_rule(must, when=when)], make_context(parsed, **context))
    return bool(outcome.findings)


@pytest.mark.parametrize(
    ("must", "broken"),
    [
        pytest.param("T01 = 2", False, id="equal"),
        pytest.param("T01 = 3", True, id="unequal"),
        pytest.param("T01 != 2", True, id="!="),
        pytest.param("T01 <> 3", False, id="<>"),
        pytest.param("1 < T01 < 3", False, id="chain"),
        pytest.param("1 < T01 < 2", True, id="chain broken at the end"),
        pytest.param("T01 = 3 or T02 = 3", False, id="or"),
        pytest.param("T01 = 2 and T02 = 4", True, id="and"),
        pytest.param("not T01 = 2", True, id="not"),
        pytest.param("T01 + T02 * 2 = 8", False, id="precedence"),
        pytest.param("T01 - T02 = -1", False, id="minus"),
        pytest.param("T02 / T01 = 1.5", False, id="division"),
        pytest.param("1 / 3 * 3 < 1.0000001", False, id="division is close"),
        pytest.param("abs(T01 - T02) = 1", False, id="abs"),
        pytest.param("max(T07..T10) = 40", False, id="max of a span"),
        pytest.param("min(T07..T10) = 20", False, id="min of a span"),
        pytest.param("sum(T07..T10) = 110", False, id="sum of a span"),
        pytest.param("sum(T07..T10, T01, 3) = 115", False, id="sum of all sorts"),
        pytest.param("max(T01, T02) = 3", False, id="max of codes"),
        pytest.param("rows(L1) = 2", False, id="rows"),
        pytest.param('rows(L1, loai = "MOI") = 1', False, id="rows that fulfil a condition, folded"),
        pytest.param("rows(L3, so_nguoi >= 25) = 1", False, id="rows by number"),
        pytest.param("total(L3, so_nguoi) = 45", False, id="total"),
        pytest.param("each(L3, A02 <= ngay and ngay <= A03)", False, id="each"),
        pytest.param("each(L3, so_nguoi > 20)", True, id="each, broken"),
        pytest.param("not each(L3, so_nguoi > 20)", False, id="each as a part"),
        pytest.param("every(T07..T10, this <= T04)", False, id="every"),
        pytest.param("every(T07..T10, this <= 30)", True, id="every, broken"),
        pytest.param('note(V05) = ""', False, id="note"),
        pytest.param("campaign_start <= A02 and A03 <= campaign_end", False, id="dates of the campaign"),
        pytest.param("A03 <= min(campaign_end, received_on)", False, id="min of dates"),
        pytest.param("A03 = max(campaign_end, received_on)", True, id="max of dates"),
        pytest.param('N01 = "KHONG"', False, id="texts are folded"),
    ],
)
def test_expressions_mean_what_they_say(must, broken):
    """One line per word of the language, over the return in order."""
    assert check_expression(must, **TERMS) == ()
    assert broken is breaks(must, make_return())


_NUMBERS = st.sampled_from(
    ["this", "T01", "3", "previous(this)", "last(this)", "previous(T02)", "others(this)"]
)
_SUMS = st.recursive(
    _NUMBERS,
    lambda inner: st.one_of(
        st.builds("abs({})".format, inner),
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("max({}, {})".format, inner, inner),
        st.builds("(-{})".format, inner),
    ),
    max_leaves=4,
)
_CONDITIONS = st.recursive(
    st.builds("({} {} {})".format, _SUMS, st.sampled_from(["=", "<", ">="]), _SUMS)
    | st.builds("({} < {} <= {})".format, _SUMS, _SUMS, _SUMS),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner)
        | st.builds("(not {})".format, inner)
    ),
    max_leaves=4,
)


@given(_CONDITIONS, st.booleans(), st.booleans())
def test_what_asks_for_an_earlier_form_is_left_open_without_one(condition, has_previous, has_last):
    """A rule that is passed over, because nothing came before, would have found and decided nothing."""
    form = make_return({"T07": EMPTY, "T08": NA})
    before = make_return({"T09": 7})
    context = make_context(
        form, previous=before if has_previous else None, last=before if has_last else None, has_store=True
    )
    table = [make_rule(f"every(T07..T10, {condition})"), make_rule("T01 = 99", id="X02", only_if_not="X01")]
    quick = check_rules(table, context)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "_earlier_forms_asked", lambda _: frozenset())
        assert check_rules(table, context) == quick


@pytest.mark.parametrize(
    ("condition", "asked"),
    [
        ("this <= previous(this)", {Need.PREVIOUS}),
        ("abs(this - previous(this)) < 10 or last(this) * 2 <= previous(this) / 2", {Need.PREVIOUS}),
        ("not last(this) = 3", {Need.LAST}),
        ("this > 3 or last(this) = 3", set()),
        ("this > 3 and last(this) = 3", set()),
        ("1 < this < last(this)", set()),
        ("others(this) < 5", set()),
    ],
)
def test_which_earlier_forms_a_condition_hangs_on(condition, asked):
    """Only where the condition cannot be known without it, whatever the other parts say."""
    assert rules._earlier_forms_asked(f"every(T07..T10, {condition})") == asked


@pytest.mark.parametrize(
    ("must", "changes", "broken"),
    [
        pytest.param("T01 = 5", {"T01": EMPTY}, False, id="missing"),
        pytest.param("T01 = 5", {"T01": Unclear()}, False, id="unclear"),
        pytest.param("T01 = 5 and T02 = 5", {"T01": EMPTY}, False, id="missing beside a broken condition"),
        pytest.param("T01 = 5 or T02 = 5", {"T01": EMPTY}, False, id="missing beside an alternative"),
        pytest.param("not T01 = 2", {"T01": EMPTY}, False, id="not of missing"),
        pytest.param("T01 + T02 = 5", {"T01": NA}, True, id="N/A counts 0"),
        pytest.param("T01 + T02 = 5", {"T01": NA, "T02": NA}, False, id="all N/A"),
        pytest.param("T01 + rows(L1) = 5", {"T01": NA}, True, id="N/A beside rows"),
        pytest.param("max(T07..T10) = 1", {"T07": EMPTY}, True, id="optional missing in max"),
        pytest.param("sum(T07..T10) = 70", {"T07": EMPTY}, False, id="optional missing in sum"),
        pytest.param("sum(T07, T08) = 30", {"T07": EMPTY}, False, id="optional missing among codes"),
        pytest.param("max(T07..T10) = 1", {"T07": Unclear()}, False, id="unclear in max"),
        pytest.param("max(T07..T10) = 1", dict.fromkeys(TOPICS, EMPTY), False, id="no member"),
        pytest.param("max(T01..T04) = 1", {"T01": EMPTY}, False, id="required missing in max"),
        pytest.param("max(T07..T10) = 1", dict.fromkeys(TOPICS, NA), False, id="N/A only"),
        pytest.param("T01 / T02 = 1", {"T02": 0}, False, id="division by zero"),
        pytest.param("T01 / T02 = 1 or T01 = 2", {"T02": 0}, False, id="an alternative decides"),
        pytest.param("T01 / T02 = 1 and T01 = 3", {"T02": 0}, True, id="a broken condition decides"),
        pytest.param("A02 <= A03", {"A02": NA}, False, id="N/A is no date"),
        pytest.param("every(T07..T10, this = 40)", {"T07": EMPTY, "T08": 40, "T09": 40, "T10": 40}, False,
                     id="a member missing"),
        pytest.param("0.1 + 0.2 = T01", {"T01": Decimal("0.3")}, False, id="decimals are exact"),
        pytest.param("T01 * 3 = 1", {"T01": Decimal(10) ** 40}, True, id="long numbers"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_not_decided(must, changes, broken):
    """Missing and unclear cells leave a rule open; zeros of "Không phát sinh" do not."""
    assert broken is breaks(must, make_return(changes))


@pytest.mark.parametrize(
    ("when", "changes", "broken"),
    [
        pytest.param("T02 = 0", {"T02": 0}, True, id="holds"),
        pytest.param("T02 = 0", {}, False, id="does not hold"),
        pytest.param("T02 = 0", {"T02": EMPTY}, False, id="not known"),
        pytest.param("T02 = 0", {"T02": NA}, True, id="N/A"),
        pytest.param("T02 = 0", {"T02": NA, "T04": NA}, False, id="all N/A"),
    ],
)
def test_a_rule_is_checked_when_its_condition_holds(when, changes, broken):
    """`when` and `must` together are one rule."""
    assert broken is breaks("T04 = 1", make_return(changes), when=when)


def test_a_missing_list_sheet_leaves_its_rules_open():
    """The sheet that was not found is told once, by the reader."""
    parsed = make_return()
    without = ParsedForm(
        answers=parsed.answers,
        lists={code: rows for code, rows in parsed.lists.items() if code != "L1"},
        findings=(),
    )

    assert not any(breaks(must, without) for must in ("V06 = rows(L1) + 1", 'each(L1, ten = "")'))


@pytest.mark.parametrize("must", ['rows(L1, loai = "mới") = 5', "each(L1, loai != \"mới\" and loai != 'cũ')"])
def test_a_row_with_an_empty_cell_leaves_the_count_open(must):
    """A row that may or may not count is not guessed; other rows are still looked at one by one."""
    rows = [{"ten": "A", "loai": EMPTY}]

    assert not breaks(must, make_return(lists={"L1": rows}))


def test_only_if_not_waits_for_all_lines_of_the_other_rule():
    """A rule holds when every line of it holds; a line whose condition does not hold is no obstacle."""
    other = [make_rule("T01 = 2", id="Y01"), make_rule("T01 = 9", id="Y01", when="T02 = 0")]
    late = make_rule("T03 = 9", id="X01", only_if_not="Y01")

    def codes(changes):
        outcome = check_rules([late, *other], make_context(make_return(changes)))
        return [finding.code for finding in outcome.findings]

    assert codes({}) == []
    assert codes({"T01": 3}) == ["X01", "Y01"]
    assert codes({"T01": EMPTY}) == ["X01"]


def test_a_cycle_of_rules_ends():
    """Two rules that wait for each other are both checked when both are broken."""
    rules = [make_rule("T01 = 9", only_if_not="Y01"), make_rule("T02 = 9", id="Y01", only_if_not="X01")]

    assert len(check_rules(rules, make_context(make_return())).findings) == 2


@pytest.mark.parametrize(
    ("must", "place"),
    [
        pytest.param(
            "rows(L1) = V06 + 1", ("Bieu_TH", cell_of("V06"), "V06"), id="a typed cell before a list"
        ),
        pytest.param("1 = T02", ("Bieu_TH", cell_of("T02"), "T02"), id="not a literal"),
        pytest.param(
            "max(T07..T10) = 1", ("Bieu_TH", cell_of("T08"), "T08"), id="first of a span that is typed"
        ),
        pytest.param("rows(L1) = 5", ("L1_MoHinh", "", "L1"), id="the list's sheet"),
        pytest.param("each(L3, A02 > ngay)", ("L3_DoiThoai", "B5", "L3"), id="the row's cell"),
        pytest.param("each(L3, so_nguoi > 20)", ("L3_DoiThoai", "F6", "L3"), id="the row that breaks it"),
        pytest.param("every(T08..T10, this = 30)", ("Bieu_TH", cell_of("T09"), "T09"), id="the field"),
        pytest.param("1 = 2", ("", "", ""), id="nothing"),
    ],
)
def test_a_finding_points_to_the_first_cell_that_was_typed(must, place):
    """Otherwise to the sheet of the list, otherwise to the form as a whole."""
    finding = check_rules([make_rule(must)], make_context(make_return({"T07": EMPTY}))).findings[0]

    assert place == (finding.sheet, finding.cell, finding.field)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{T04}", "1.234.567", id="number"),
        pytest.param("{T04.label}", "Lượt người tham dự", id="label"),
        pytest.param("{T04.cell}", cell_of("T04"), id="cell"),
        pytest.param("{T02 + T03}", "4", id="calculated"),
        pytest.param("{T02 / 7}", "0,43", id="rounded"),
        pytest.param("{T02 / 1.5}", "2", id="no zeros"),
        pytest.param("{K09}", "12,5", id="decimals as typed"),
        pytest.param("{T05}", "Không phát sinh", id="N/A"),
        pytest.param("{T07}", "trống", id="missing"),
        pytest.param("{T07 + 1}", "…", id="not known"),
        pytest.param("{A02}", "01/10/2021", id="date"),
        pytest.param("{campaign_end}", "31/10/2021", id="date of the campaign"),
        pytest.param("{N01}", "Một hai " * 9 + "Một hai…", id="long text on one line, cut"),
        pytest.param("{L1.sheet}: {rows(L1)}", "L1_MoHinh: 2", id="list"),
        pytest.param("{T99} {rows(} {L9.sheet} {X.label}", "… …  …", id="wrong places"),
    ],
)
def test_places_of_a_sentence_are_filled(text, expected):
    """Numbers the Vietnamese way, dates dd/mm/yyyy."""
    parsed = make_return(
        {"T04": 1_234_567, "T05": NA, "T07": EMPTY, "K09": Decimal("12.50"), "N01": "Một\nhai " * 20}
    )
    outcome = check_rules([make_rule("T01 = 9", message=text, advice="-")], make_context(parsed))

    assert expected == outcome.findings[0].message


def test_sentences_about_rows_name_the_row():
    """Inside each() the columns and the row's number are at hand."""
    rule = make_rule(
        "each(L3, so_nguoi > 20)", message="{row} {ngay} {ngay.cell} {ngay.label} {so_nguoi + 1}"
    )
    outcome = check_rules([rule], make_context(make_return()))

    assert ["6 15/10/2021 B6 Ngày 21"] == [finding.message for finding in outcome.findings]


def test_one_line_blames_so_many_rows_at_most():
    """Ten thousand wrong rows are one mistake; how many there are is told all the same."""
    rows = [{"ten": "Mô hình", "loai": "mới"}] * (MOST_SINGLY + 5)
    outcome = check_rules(
        [make_rule('each(L1, loai != "mới")')], make_context(make_return(lists={"L1": rows}))
    )

    *singly, rest = outcome.findings
    assert MOST_SINGLY == len(singly)
    assert (5, f"D{5 + MOST_SINGLY}:D{9 + MOST_SINGLY}") == (rest.count, rest.cell)
    assert f"Cột D, hàng 55–59: còn 5 chỗ cũng như ô {singly[-1].cell}." == rest.message


def test_a_rule_that_cannot_be_read_is_not_checked():
    """The configuration refuses it; should one come through, it is named and not guessed at."""
    outcome = check_rules([make_rule("T01 = "), make_rule("T01 = 9", id="Y01")], make_context(make_return()))

    assert outcome.not_checked == ("X01",)
    assert [finding.code for finding in outcome.findings] == ["Y01"]


def test_an_id_with_one_line_out_of_reach_is_not_checked_at_all():
    """What is named as not checked has no finding beside it."""
    rules = [make_rule("T01 = 9"), make_rule('copied_from() = ""')]
    outcome = check_rules(rules, make_context(make_return()))

    assert (("X01",), ()) == (outcome.not_checked, outcome.findings)


WRONG = {
    "T99 = 1": ("character 1: `T99` is no known name here; did you mean `T09`?",),
    "C1O = 1": ("character 1: `C1O` is no known name here; did you mean `C10`?",),
    "T01 = kampaign_start": (
        "character 7: `kampaign_start` is no known name here; did you mean `campaign_start`?",
    ),
    "row(L1) = 1": ("character 1: `row` is no function; did you mean `rows`?",),
    "rows(L7) = 1": ("character 6: `L7` is no code of a list; did you mean `L1`?",),
    "total(L3, songuoi) = 1": ("character 11: `songuoi` is no column of `L3`; did you mean `so_nguoi`?",),
    "total(L3, ngay) = 1": ("character 11: `ngay` is no column of numbers.",),
    'rows(L1, loai = "cũ") = 1': ("character 17: `cũ` is no choice of `loai`, which takes: mới, duy trì.",),
    "max(T10..T07) = 1": ("character 5: no number stands between `T10` and `T07`.",),
    "T07..T10 = 1": ("character 1: `..` has its place inside max(), min(), sum() and every().",),
    "T01 + 1": ("character 1: yes or no is needed, and this is a number.",),
    "A02 = 5": ("character 7: a date is compared with a number.",),
    "A02 + 1 = A03": (
        "character 1: a number is needed, and this is a date.",
        "character 11: a number is compared with a date.",
    ),
    'N01 < "x"': ("character 7: texts are compared by = and != only, not by <.",),
    "(T01 = 1) = (T02 = 1)": ("character 2: join conditions by `and` or `or`; they cannot be compared.",),
    "T06 <= 100": ("character 1: `T06` is computed; write the numbers that it is made of.",),
    "L1 = 2": ("character 1: `L1` is a list; write `rows(L1)`.",),
    "abs = 2": ("character 1: write `abs(…)`.",),
    "abs(T01, T02) = 1": ("character 1: abs() takes a number.",),
    "this = 1": ("character 1: `this` is no known name here.",),
    'others_with(ten) = ""': ("character 13: this has its place inside each().",),
    "previous(A02) = 1": ("character 10: a number is needed, and this is a date.",),
    "T98 = T99": (
        "character 1: `T98` is no known name here; did you mean `T08`?",
        "character 7: `T99` is no known name here; did you mean `T09`?",
    ),
    "T01 = 1.000": ("character 7: write `1000` without a separator for `1.000`.",),
    "T01 = ": ("character 5: nothing stands behind the last `=`.",),
}


@pytest.mark.parametrize(("expression", "problems"), WRONG.items(), ids=WRONG)
def test_a_wrong_expression_is_told_with_place_and_right_word(expression, problems):
    """Every problem of the text at once, in reading order."""
    assert problems == check_expression(expression, **TERMS)


@pytest.mark.parametrize(
    ("text", "must", "faults"),
    [
        pytest.param("Ô {T04.cell}: ghi {T04}", "T04 = 1", 0, id="right"),
        pytest.param("{ngay} {row}", "each(L3, ngay = A02)", 0, id="columns of the row"),
        pytest.param("{this.label}", "every(T07..T10, this = 1)", 0, id="this"),
        pytest.param("{ngay}", "T04 = 1", 1, id="column outside each"),
        pytest.param("{this}", "T04 = 1", 1, id="this outside every"),
        pytest.param("{T99.label} {L9.sheet}", "T04 = 1", 2, id="unknown codes"),
        pytest.param("{T04", "T04 = 1", 1, id="open"),
        pytest.param("T04}", "T04 = 1", 1, id="closed only"),
        pytest.param("{}", "T04 = 1", 1, id="empty"),
    ],
)
def test_sentences_are_checked_with_their_rule(text, must, faults):
    """A message that could not be filled is found before the first mail."""
    assert faults == len(check_message(text, must, **TERMS))


@given(strategies.forms())
def test_no_form_makes_the_table_raise(parsed):
    """Whatever was read from a file, the rules of the example end with findings or without."""
    outcome = check_rules(RULES, stored_context(parsed, peers=(parsed, make_return()), previous=parsed))

    assert outcome.not_checked == ()


_CODES = ("A02", "A07", "C01", "C02", "K09", "N01", "T03", "T07", "V05")
_VALUES = st.one_of(strategies.answer_values, st.sampled_from((NotApplicable(), Number(Decimal(0)))))


@st.composite
def wild_returns(draw):
    """Draw a return of the example whose cells hold anything, of the right type or not."""
    parsed = make_return()
    changed = {
        code: Answer(code=code, value=draw(_VALUES), note=draw(strategies.words), place=answer.place)
        for code, answer in parsed.answers.items()
        if code in _CODES
    }
    rows = tuple(
        ListRow(
            list=ListCode("L3"), sheet="L3", row=5, values={"ngay": draw(_VALUES), "so_nguoi": draw(_VALUES)}
        )
        for _ in range(draw(st.integers(0, 3)))
    )
    return ParsedForm(
        answers=dict(parsed.answers) | changed, lists=dict(parsed.lists) | {"L3": rows}, findings=()
    )


@given(wild_returns(), st.sampled_from([dt.date(2021, 10, 19), None]))
def test_no_value_makes_the_table_raise(parsed, received_on):
    """Cells of any kind, numbers of any size."""
    context = make_context(parsed, received_on=received_on, start=START, end=END)
    findings = check_rules(RULES, context).findings

    assert {finding.code for finding in findings} <= {rule.id for rule in RULES}


_PIECES = st.sampled_from(
    (
        *(f"{name}(" for name in FUNCTIONS),
        *DATES,
        *("T01", "T07", "A02", "N01", "K09", "T99", "L1", "L3", "loai", "ngay", THIS, "T07..T10"),
        *(")", ",", "and", "or", "not", "=", "!=", "<", "+", "-", "*", "/", "0", "0.5", '"mới"', "''"),
    )
)


@given(st.lists(_PIECES, max_size=14).map(" ".join), st.text(max_size=30))
def test_no_expression_makes_check_or_evaluation_raise(expression, sentence):
    """Whatever the office writes is checked with words, and even unchecked it only finds or stays silent."""
    problems = check_expression(expression, **TERMS)
    check_message(sentence, expression, **TERMS)
    rule = make_rule(expression or "T01 = 1", message=sentence + "{" + expression + "}")
    outcome = check_rules(
        [rule], stored_context(make_return(), peers=(make_return(),), previous=make_return())
    )

    assert all(problem.startswith("character ") for problem in problems)
    assert {finding.code for finding in outcome.findings} <= {"X01"}


def test_a_figure_is_compared_with_the_campaign_before():
    """last() is the number the unit had then; where it had none the rule is not decided."""
    rule = make_rule("T02 <= 2 * last(T02)", message="{T02} so với {last(T02)}")

    def told(before, **more):
        outcome = check_rules([rule], make_context(make_return({"T02": 9}), last=before, **more))
        return [finding.message for finding in outcome.findings], outcome.not_checked

    assert (["9 so với 4"], ()) == told(make_return({"T02": 4}), has_store=True)
    assert ([], ()) == told(make_return({"T02": 5}), has_store=True)
    assert ([], ()) == told(make_return({"T02": EMPTY}), has_store=True)
    assert ([], ()) == told(None, has_store=True)
    assert ([], ("X01",)) == told(None)
