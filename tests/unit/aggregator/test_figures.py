"""Accepted forms become figures."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.figures import consolidate, grouped_rows, inputs_digest, percentage
from domain.answers import NotApplicable, TextValue, Unclear
from tests.unit.aggregator.nine_units import EXCUSED, LATE, forms, seven_of_eight
from tests.unit.aggregator.offices import AT, NA, accepted, campaign, consolidated, coverage, form_spec

SMALL = """
A02|TT||Từ ngày||date|R|min|
A03|TT||Đến ngày||date|R|min+max|
A07|TT|1|Tổng số công chức|người|int|R|sum|
T05|I|1|Được quán triệt|người|int|R|sum|
T06|I||Tỷ lệ|%|computed|-|ratio|ΣT05/ΣA07
C12|I||Tỷ lệ hai tử số|%|computed|-|ratio|Σ(A07+T05)/ΣK09
K09|I|2|Kinh phí|triệu đồng|money|O|sum|
C15|I|3|Phong trào|phong trào|int|R|distinct|L4
N01|I|4|Nổi bật||text|R|concat|
A04|I||Người lập||text|R|-|
"""


def small():
    """Make a campaign with a short form."""
    return campaign(form=form_spec(SMALL, lists=("L4",)))


def figures_of(*returned, excluded=None):
    """Consolidate the small form."""
    return consolidated(small(), returned, excluded=excluded).figures


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([1, 2], Decimal(3), id="numbers are added"),
        pytest.param([1, NA], Decimal(1), id="N/A adds nothing"),
        pytest.param([1, None], Decimal(1), id="missing adds nothing"),
        pytest.param([0, 0], Decimal(0), id="zeros are an answer"),
        pytest.param([NA, NA], Decimal(0), id="all N/A make zero"),
        pytest.param([None, None], None, id="nobody answered: nothing to show"),
        pytest.param([None, Unclear()], None, id="unclear is no answer"),
        pytest.param([Decimal("0.1"), Decimal("0.2")], Decimal("0.3"), id="exact, never float"),
    ],
)
def test_sums_are_exact_and_know_four_kinds_of_answer(answers, expected):
    """A sum adds numbers, counts N/A as 0 and leaves out what is missing."""
    figure = figures_of(accepted("VP", {"K09": answers[0]}), accepted("TTR", {"K09": answers[1]}))["K09"]

    assert expected == figure.value


def test_figure_names_units_without_value_and_units_with_n_a():
    """Who left a field empty or sent nothing is missing; who said N/A answered."""
    figure = figures_of(
        accepted("VP", {"K09": 5}), accepted("TTR", {"K09": NA}), accepted("TCBM", {"K09": None})
    )["K09"]

    assert figure.missing == ("TCBM", "CCVC", "XDCQ", "CCHC", "TDKT", "TG", "LT")
    assert figure.not_applicable == ("TTR",)
    assert figure.answered == 2


def test_every_part_leads_to_its_cell_file_and_mail():
    """A part carries file, digest, mail, sheet, cell and what was typed, word for word."""
    form = accepted("VP", {"A07": 3, "K09": "~5"}, version=4)

    (part,) = figures_of(form)["K09"].parts

    assert (part.sheet, part.cell, part.raw, part.version) == ("Bieu_TH", "D11", "trên 5", 4)
    assert (form.attachment_name, form.attachment_sha256, form.message_id) == (
        part.attachment_name,
        part.attachment_sha256,
        part.message_id,
    )


def test_approximate_answers_mark_the_figure():
    """One unit's "trên 5" makes the total approximate."""
    figures = figures_of(accepted("VP", {"A07": 10, "T05": "~5"}), accepted("TTR", {"A07": 10, "T05": 5}))

    assert figures["T05"].approximate
    assert figures["T06"].approximate
    assert not figures["A07"].approximate


def test_ratio_uses_only_units_that_answered_every_term():
    """A unit without one of the terms neither raises nor lowers a percentage."""
    figure = figures_of(
        accepted("VP", {"T05": 1, "A07": 3}),
        accepted("TTR", {"T05": 50, "A07": None}),
        accepted("TCBM", {"T05": None, "A07": 50}),
        accepted("CCVC", {"T05": NA, "A07": 3}),
    )["T06"]

    assert Decimal("16.6667") == figure.value
    assert [part.unit for part in figure.parts] == ["VP", "VP", "CCVC", "CCVC"]
    assert "TTR" in figure.missing
    assert "TCBM" in figure.missing


def test_ratio_of_nothing_is_nothing():
    """A denominator of 0 gives no percentage, not 0 and not an error."""
    assert figures_of(accepted("VP", {"T05": 0, "A07": 0}))["T06"].value is None
    assert figures_of(accepted("VP", {"T05": 0, "A07": NA}))["T06"].value is None
    assert figures_of(accepted("VP", {}))["T06"].value is None


def test_ratio_adds_several_numerators():
    """Σ(C06+C07)/ΣC05: all numerators of a unit count."""
    figure = figures_of(accepted("VP", {"A07": 1, "T05": 2, "K09": 6}))["C12"]

    assert Decimal("50.0000") == figure.value


@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=9),
)
def test_ratio_is_sum_over_sum_and_never_a_mean(pairs):
    """Whatever the units' sizes, the percentage is that of the sums."""
    codes = ("VP", "TTR", "TCBM", "CCVC", "XDCQ", "CCHC", "TDKT", "TG", "LT")
    returned = [
        accepted(unit, {"T05": top, "A07": bottom}) for unit, (top, bottom) in zip(codes, pairs, strict=False)
    ]

    figures = figures_of(*returned)

    top, bottom = (sum(column) for column in zip(*pairs, strict=True))
    assert percentage(Decimal(top), Decimal(bottom)) == figures["T06"].value
    assert Decimal(top) == figures["T05"].value


def test_dates_give_least_and_greatest():
    """Cut-off dates print the earliest and the latest."""
    figures = figures_of(
        accepted("VP", {"A02": dt.date(2021, 10, 2), "A03": dt.date(2021, 10, 18)}),
        accepted("TTR", {"A02": dt.date(2021, 10, 1), "A03": dt.date(2021, 10, 15)}),
    )

    assert (dt.date(2021, 10, 1), None) == (figures["A02"].value, figures["A02"].upper)
    assert (dt.date(2021, 10, 15), dt.date(2021, 10, 18)) == (figures["A03"].value, figures["A03"].upper)


def test_movements_of_one_name_count_once():
    """The movement that the office launched is reported by every unit, in its own spelling."""
    one = accepted("VP", {"C15": 1}, {"L4": [("Nụ cười công sở",)]})
    two = accepted("CCVC", {"C15": 2}, {"L4": [("“NỤ CƯỜI  CÔNG SỞ”",), ("Chủ nhật xanh",)]})
    consolidation = consolidated(small(), (one, two))
    figure = consolidation.figures["C15"]
    groups = grouped_rows(small().form.list_by_code["L4"], consolidation.lists["L4"])

    assert Decimal(2) == figure.value
    assert [tuple(row.unit for row in group) for group in groups] == [("VP", "CCVC"), ("CCVC",)]
    assert [(part.code, part.cell) for part in figure.parts] == [
        ("C15", "D10"),
        ("C15", "D10"),
        ("L4", "B5"),
        ("L4", "B5"),
        ("L4", "B6"),
    ]


def test_movements_with_an_empty_list_are_none():
    """Units that answer 0 and list nothing make 0; nobody answering makes nothing."""
    assert Decimal(0) == figures_of(accepted("VP", {"C15": 0}))["C15"].value
    assert figures_of(accepted("VP", {}))["C15"].value is None


@pytest.mark.parametrize(
    "words",
    [
        "Không",
        "không có.",
        "Không phát sinh",
        "KHÔNG CÓ Ý KIẾN",
        "-",
        "không có tồn tại, hạn chế",
        NotApplicable(),
    ],
)
def test_no_is_an_answer_but_not_a_quotation(words):
    """The word “Không” in a text field answers it and is never quoted in the report."""
    consolidation = consolidated(small(), (accepted("VP", {"N01": words}),))

    assert consolidation.quotes["N01"] == ()
    assert tuple(part.unit for part in consolidation.figures["N01"].parts) == ("VP",)


def test_quotes_stand_in_roster_order():
    """Whoever sent first, the roster's order holds everywhere."""
    returned = (
        accepted("CCHC", {"N01": "Ba"}),
        accepted("VP", {"N01": "Một"}),
        accepted("TTR", {"N01": "Hai"}),
    )
    consolidation = consolidated(small(), returned)

    assert [quote.text for quote in consolidation.quotes["N01"]] == ["Một", "Hai", "Ba"]
    assert consolidation.figures["N01"].value == "Văn phòng: Một\nThanh tra: Hai\nP. CCHC: Ba"
    assert consolidation.inputs == (1, 2, 6)


def test_fields_that_are_not_consolidated_have_no_figure():
    """Names and telephone numbers of people never become figures."""
    assert {"A02", "A03", "A07", "T05", "T06", "C12", "K09", "C15", "N01"} == set(
        figures_of(accepted("VP", {"A04": "Nguyễn Văn An"}))
    )


def test_excused_unit_leaves_the_figures():
    """A unit excused after it answered is in no figure and in no denominator of the coverage."""
    figures = figures_of(
        accepted("VP", {"K09": 1}), accepted("TG", {"K09": 100}), excluded={"TG": "Giải thể"}
    )

    assert Decimal(1) == figures["K09"].value
    assert "TG" not in figures["K09"].missing


def test_forms_that_contradict_the_coverage_are_a_defect():
    """A report never states a coverage that its figures do not have."""
    made = small()
    cover = coverage(made, {"VP", "TTR"})

    with pytest.raises(ValueError, match="TTR"):
        consolidate(made, [accepted("VP", {})], cover, at=AT)
    with pytest.raises(ValueError, match="VP"):
        consolidate(made, [accepted("VP", {}), accepted("VP", {}), accepted("TTR", {})], cover, at=AT)


def test_the_same_inputs_give_the_same_consolidation_in_any_order():
    """Order of arrival leaves no trace."""
    made, expected = seven_of_eight()

    assert expected == consolidated(made, tuple(reversed(forms())), excluded=EXCUSED, late=LATE)
    assert expected.coverage.expected == 8
    assert expected.coverage.counted == 7


def test_digest_of_inputs_changes_with_a_version_and_only_then():
    """Eight signs name what a report was made of."""
    made = small()
    first = consolidated(made, (accepted("VP", {"K09": 1}),))
    again = consolidated(made, (accepted("VP", {"K09": 1}),))
    second = consolidated(made, (accepted("VP", {"K09": 1}, version=2),))

    assert inputs_digest(made, first) == inputs_digest(made, again)
    assert inputs_digest(made, first) != inputs_digest(made, second)
    assert len(inputs_digest(made, first)) == 8


def test_quotes_keep_the_words_as_they_were_read():
    """A quotation is the unit's own text with its cell."""
    (quote,) = consolidated(small(), (accepted("VP", {"N01": "=1+1"}),)).quotes["N01"]

    assert TextValue("=1+1") == quote.part.value
    assert quote.text == "=1+1"
