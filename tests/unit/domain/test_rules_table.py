"""The example's table of rules: every line over returns in which it holds, is broken or is left open."""

from __future__ import annotations

import csv
import datetime as dt
import re
from dataclasses import replace

import pytest

from domain.answers import Unclear
from domain.findings import FindingAudience, Severity
from domain.rules import check_expression, check_message, check_rules
from tests.unit.domain.returns import (
    EMPTY,
    FOLDER,
    NA,
    NUMBERS,
    ROWS,
    cell_of,
    make_context,
    make_return,
    read_example,
    stored_context,
)

FORM, RULES = read_example()
WITHOUT_STORE = ("R19", "R21", "R22", "R24")
E, W = Severity.ERROR, Severity.WARNING


def found(parsed, **context):
    """Check *parsed* without a store; give (rule, severity, cell) of every finding."""
    outcome = check_rules(RULES, make_context(parsed, **context))
    return [(finding.code, finding.severity, finding.cell) for finding in outcome.findings]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.place)
def test_every_line_of_the_table_is_an_expression_of_the_form(rule):
    """Conditions and the places of sentences name only what the form has."""
    terms = {"fields": FORM.by_code, "lists": FORM.list_by_code}
    faults = [check_expression(text, **terms) for text in (rule.when, rule.must) if text]
    faults += [check_message(text, rule.must, **terms) for text in (rule.message, rule.advice)]

    assert [()] * len(faults) == faults


def test_the_table_has_every_rule_but_that_of_the_parser():
    """R20, the recomputed percentages, is told by the reader of the form."""
    with (FOLDER / "rules.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    assert sorted({f"R{number:02d}" for number in range(1, 25)} - {"R20"}) == sorted(
        {row["id"] for row in rows}
    )
    assert list(rows[0]) == ["id", "when", "must", "severity", "audience", "message", "advice", "only_if_not"]


def test_the_table_has_no_day_of_its_own():
    """Days come from the campaign, so that next year's copy is right."""
    conditions = " ".join(f"{rule.when} {rule.must}" for rule in RULES)

    assert re.findall(r"\d{4}-\d|/\d{4}|\d/\d{2}", conditions) == []


def test_a_return_in_order_breaks_nothing():
    """The return that the cases below change has no finding."""
    assert found(make_return()) == []


#: id: (rule, changes, cell that is blamed, severity)
BROKEN = {
    "R01": ("R01", {"C02": 17}, "C01", E),
    "R02": ("R02", {"C07": 4}, "C05", E),
    "R03": ("R03", {"C11": 1}, "C09", E),
    "R05 tình nguyện": ("R05", {"C17": 26}, "C17", E),
    "R05 hài lòng": ("R05", {"C20": 41}, "C20", E),
    "R05 không buổi, có hồ sơ": ("R05", {"C16": 0, "C18": 0}, "C17", W),
    "R05 không buổi, có lượt": ("R05", {"C16": 0, "C17": 0}, "C18", W),
    "R07": ("R07", {"D05": 13}, "D05", E),
    "R08": ("R08", {"D12": 0}, "D12", W),
    "R09 đứng đầu": ("R09", {"D02": 3}, "D02", E),
    "R09 số người": ("R09", {"D03": 46}, "D03", E),
    "R10 trực tuyến": ("R10", {"T03": 4}, "T03", E),
    "R10 đảng viên": ("R10", {"A08": 21}, "A08", E),
    "R10 nội dung": ("R10", {"T08": 59}, "T08", W),
    "R10 lượt": ("R10", {"T05": 20, "T04": 19, "T07": 0, "T08": 0, "T09": 0, "T10": 0}, "T05", W),
    "R11 K": ("R11", {"K01": 0}, "K02", E),
    "R11 V": ("R11", {"V01": 0}, "V02", E),
    "R12 K": ("R12", {"K02": 1}, "K02", W),
    "R12 V": ("R12", {"V02": 1}, "V02", W),
    "R13 K06": ("R13", {"K06": 21}, "K06", E),
    "R13 V03": ("R13", {"V03": 21}, "V03", E),
    "R14 lớn hơn tổng": ("R14", {"Q02": 11}, "Q02", W),
    "R14 một hình thức": ("R14", {"Q04": 7}, "Q04", W),
    "R15": ("R15", {"Q08": 8}, "Q08", E),
    "R16 công nhận": ("R16", {"V09": 3}, "V09", E),
    "R16 khen tập thể": ("R16", {"V12": 2}, "V12", E),
    "R16 khen cá nhân": ("R16", {"V13": 2}, "V13", E),
    "R16 tập thể": ("R16", {"V10": 2}, "V10", E),
    "R16 cá nhân": ("R16", {"V11": 2}, "V11", E),
    "R17 ghi chú": ("R17", {"V05": 1}, "V05", E),
    "R17 phong trào": ("R17", {"C15": 2}, "C15", E),
    "R18 trước kỳ": ("R18", {"A02": dt.date(2021, 9, 30)}, "A02", E),
    "R18 sau kỳ": ("R18", {"A03": dt.date(2021, 11, 1)}, "A03", E),
    "R18 sau ngày nhận": ("R18", {"A03": dt.date(2021, 10, 20)}, "A03", W),
    "R23": ("R23", {"K09": 1001}, "K09", W),
    "R23 đồng": ("R23", {"K09": 15_000_000}, "K09", W),
}


@pytest.mark.parametrize(("rule", "changes", "cell", "severity"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_told_once_at_its_cell(rule, changes, cell, severity):
    """One wrong cell gives one finding, with the rule's id, at the cell that the office would look at."""
    assert found(make_return(changes)) == [(rule, severity, cell_of(cell))]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"C01": 31}, {"R01", "R04"}, id="R04: tổng sai cả hai chiều"),
        pytest.param({"D06": 13}, {"R06", "R07"}, id="R06 sau R07"),
        pytest.param({"D01": 0}, {"R09"}, id="R09: không cuộc nào"),
        pytest.param({"T05": 59, "A07": 58}, {"R10"}, id="R10: quá số người"),
        pytest.param({"T02": 0}, {"R10", "R11"}, id="R11: không hội nghị nào"),
        pytest.param({"T02": 59}, {"R12"}, id="R12: ít người hơn buổi"),
        pytest.param({"V06": 3}, {"R16"}, id="R16: mô hình và danh sách"),
    ],
)
def test_a_wrong_cell_may_break_several_rules(changes, expected):
    """Rules that speak of the same cell are told side by side."""
    assert {code for code, _, _ in found(make_return(changes))} == expected


def test_r06_speaks_only_when_r07_does_not_hold():
    """Where the sum cannot be checked, "more answered than received" is still told."""
    undecided = make_return({"D06": 13, "D07": EMPTY})

    assert found(undecided) == [("R06", E, cell_of("D06"))]


def test_r06_is_silent_when_r07_holds():
    """Where the sum is right R06 has nothing to add; only a negative number could break it."""
    assert found(make_return({"D05": 5, "D06": 8, "D07": 0, "D08": -3})) == []


@pytest.mark.parametrize(
    ("changes", "lists", "expected"),
    [
        pytest.param({}, {"L3": ROWS["L3"][:1]}, {"R09"}, id="D01 và D03"),
        pytest.param({}, {"L1": ROWS["L1"][:1]}, {"R16"}, id="V06"),
        pytest.param({"V07": 2, "V08": 0}, {}, {"R16"}, id="V07 loại mới"),
        pytest.param({"V10": 0, "V11": 2, "V12": 0}, {}, {"R16"}, id="V10 và V11"),
        pytest.param({}, {"L4": []}, {"R17"}, id="C15"),
        pytest.param({"C15": 0}, {"L4": []}, set(), id="không có phong trào"),
    ],
)
def test_counts_agree_with_the_rows_of_the_lists(changes, lists, expected):
    """Every counted thing has its row."""
    assert {code for code, _, _ in found(make_return(changes, lists=lists))} == expected


def test_a_list_that_is_not_there_has_no_number_of_rows():
    """A CSV or Word file without its lists is asked for them, not told that its counts are wrong."""
    parsed = make_return({"V06": 7, "D01": 9, "C15": 4, "V10": 5})

    assert found(replace(parsed, lists={})) == [("R16", E, cell_of("V06"))]


def test_choices_count_however_they_are_spelt():
    """Capitals and decomposed letters are the same choice."""
    rows = [{"ten": "A", "loai": "MỚI"}, {"ten": "B", "loai": "duy tri\u0300"}]

    assert found(make_return(lists={"L1": rows})) == []


def test_a_violation_with_a_note_is_in_order():
    """R17 asks for words beside the number."""
    assert found(make_return({"V05": 1}, notes={"V05": "Nhắc nhở 01 trường hợp đi muộn"})) == []


def test_each_date_outside_the_period_is_told_at_its_own_cell():
    """R18 names the row of the list."""
    late = {"ngay": dt.date(2021, 10, 19), "so_nguoi": 20}
    early = {"ngay": dt.date(2021, 9, 5), "so_nguoi": 25}
    outcome = check_rules(RULES, make_context(make_return(lists={"L3": [late, early]}))).findings

    assert [("R18", "L3_DoiThoai", "B5", "L3"), ("R18", "L3_DoiThoai", "B6", "L3")] == [
        (finding.code, finding.sheet, finding.cell, finding.field) for finding in outcome
    ]
    assert "19/10/2021" in outcome[0].message


def test_a_cut_off_after_receipt_is_not_told_when_the_day_of_receipt_is_unknown():
    """A file read from disk has no day of receipt."""
    assert found(make_return({"A03": dt.date(2021, 10, 30)}), received_on=None) == []


@pytest.mark.parametrize("state", [EMPTY, Unclear()], ids=["missing", "unclear"])
@pytest.mark.parametrize("code", sorted(NUMBERS))
def test_a_rule_over_a_cell_without_number_is_not_decided(code, state):
    """Whatever cell is missing, no rule guesses."""
    assert found(make_return({code: state})) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"C04": NA, "C01": 28, "C05": 23, "C06": 18}, set(), id="N/A counts 0"),
        pytest.param({"C04": NA}, {"R01"}, id="N/A counts 0, so the sum is wrong"),
        pytest.param(
            dict.fromkeys((*(f"C{number:02d}" for number in range(1, 12)), "C17"), NA), set(), id="all N/A"
        ),
        pytest.param({"T02": NA, "T03": 0}, {"R11"}, id="no meetings, but people in them"),
        pytest.param(
            {"T05": 0} | dict.fromkeys(("T02", "T03", "T04", "T07", "T08", "T09", "T10"), NA),
            set(),
            id="nothing of it",
        ),
    ],
)
def test_not_applicable_counts_zero(changes, expected):
    """“Không phát sinh” is a zero beside numbers, and nothing to check alone."""
    assert {code for code, _, _ in found(make_return(changes))} == expected


def test_without_a_store_four_rules_cannot_be_checked():
    """`tonghop read` names them, and they find nothing."""
    outcome = check_rules(RULES, make_context(make_return({"T04": 10_000})))

    assert outcome.not_checked == WITHOUT_STORE
    assert [finding for finding in outcome.findings if finding.code in WITHOUT_STORE] == []


def test_with_a_store_every_rule_can_be_checked():
    """The first return of the first unit has nothing to be compared with, and that is no gap."""
    outcome = check_rules(RULES, stored_context(make_return()))

    assert outcome.not_checked == ()
    assert outcome.findings == ()


def other_units(count, **changes):
    """Make returns of other units that share nothing by chance."""
    return tuple(
        make_return({"A07": 30 + number, **changes}, unit=f"Phòng {number}", lists={"L1": []})
        for number in range(count)
    )


def office_findings(parsed, **context):
    """Check *parsed* with a store; give rule, place and message of what the office is told."""
    outcome = check_rules(RULES, stored_context(parsed, **context))
    assert all(finding.audience is FindingAudience.OFFICE for finding in outcome.findings)
    return [(finding.code, finding.cell, finding.message) for finding in outcome.findings]


@pytest.mark.parametrize(
    ("units", "median", "value", "told"),
    [
        pytest.param(5, 5, 51, True, id="above ten times"),
        pytest.param(5, 5, 50, False, id="ten times"),
        pytest.param(4, 5, 51, False, id="too few units"),
        pytest.param(5, 4, 51, False, id="too small a median"),
    ],
)
def test_an_outlier_is_told_to_the_office(units, median, value, told):
    """R21 compares with the median of at least five other units, from a median of five up."""
    outcome = office_findings(make_return({"K03": value}), peers=other_units(units, K03=median))

    assert [("R21", cell_of("K03"))] * told == [(code, cell) for code, cell, _ in outcome]


def test_more_people_than_twenty_times_the_staff_are_told_to_the_office():
    """R21 needs no other units for that."""
    outcome = office_findings(make_return({"K02": 401}))

    assert [("R21", cell_of("K02"))] == [(code, cell) for code, cell, _ in outcome]


def test_a_copied_form_is_told_with_the_unit_it_was_copied_from():
    """R21 compares all numbers, not the names."""
    outcome = office_findings(
        make_return(lists={"L1": ROWS["L1"]}), peers=(make_return(unit="Thanh tra Sở", lists={"L1": []}),)
    )

    assert [("R21", "", "Mọi số liệu giống hệt biểu của Thanh tra Sở.")] == outcome


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        pytest.param(20, 30, False, id="by half"),
        pytest.param(20, 31, True, id="by more than half"),
        pytest.param(8, 17, False, id="by nine only"),
        pytest.param(8, 18, True, id="by ten"),
        pytest.param(0, 10, True, id="from nothing"),
        pytest.param(30, 14, True, id="downwards"),
        pytest.param(EMPTY, 90, False, id="nothing stood there before"),
    ],
)
def test_a_large_change_against_the_version_before_is_told_to_the_office(before, now, told):
    """R22 speaks from a change of ten and more than half."""
    outcome = office_findings(make_return({"K04": now}), previous=make_return({"K04": before}))

    assert [("R22", cell_of("K04"))] * told == [(code, cell) for code, cell, _ in outcome]


def test_dropped_rows_are_named_to_the_office():
    """R22 names what the list had before."""
    now = make_return({"C15": 1}, lists={"L4": [{"ten": "Nụ cười công sở"}]})
    before = make_return({"C15": 2}, lists={"L4": [{"ten": "NỤ CƯỜI CÔNG SỞ"}, {"ten": "Xanh, sạch, đẹp"}]})

    assert [("R22", "", "Trang L4_PhongTrao: 1 dòng của bản trước không còn (Xanh, sạch, đẹp).")] == (
        office_findings(now, previous=before)
    )


def test_a_model_of_two_units_is_told_to_the_office():
    """R24 folds accents, case and quotes."""
    peer = make_return({"A07": 31}, unit="Thanh tra Sở", lists={"L1": [{"ten": "“MỘT CỬA” thân thiện"}]})

    assert [
        (
            "R24",
            "B5",
            "Trang L1_MoHinh, ô B5: mô hình ‘Một cửa thân thiện’ cũng có trong biểu của Thanh tra Sở.",
        )
    ] == office_findings(make_return(), peers=(peer,))


def test_messages_say_where_what_and_why():
    """The sentence of R07 stands for all: cell, label, what is written there, and how it differs."""
    parsed = make_return({"D05": 1250})
    finding = check_rules(RULES, make_context(parsed)).findings[0]

    assert finding.message == (
        f"Ô {cell_of('D05')} – ‘Ý kiến, kiến nghị tiếp nhận’: ghi 1.250, nhưng đã giải quyết 8"
        " + đang giải quyết 3 + chuyển nơi khác 1 = 12."
    )
    assert (finding.sheet, finding.field) == ("Bieu_TH", "D05")


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_every_sentence_is_filled(case):
    """No brace, no placeholder and no code of the form is left in what a unit reads."""
    finding = check_rules(RULES, make_context(make_return(case[1]))).findings[0]
    sentence = f"{finding.message} {finding.advice}"

    assert re.findall(r"[{}…]|\b[A-Z]\d{2}\b(?<!D\d{2})|_\(", sentence) == []
    assert max(len(part.split()) for part in (finding.message, finding.advice)) <= 32
