"""Folding findings: worst first, every kind seen, every cell named, never more than ten lines."""

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answers import Place
from domain.findings import SEVERITIES, Finding, FindingAudience, Severity, finding
from mailer.mending import MOST_LINES, cell_ranges, findings_for, fold_findings, quiet
from mailer.specimen import specimen_campaign, specimen_findings

FORM = specimen_campaign().form


def made(code, cell="D14", **more):
    """Make a finding of a rule."""
    words = {
        "code": code,
        "severity": Severity.ERROR,
        "audience": FindingAudience.UNIT,
        "sheet": "Bieu_TH",
        "cell": cell,
        "field": "T02",
        "message": "Tổng không khớp.",
        "advice": "Đề nghị kiểm tra.",
        **more,
    }
    return Finding(**words)


def test_sentences_are_parted_into_columns():
    """A sentence of the catalogue gives label and problem; a rule's sentence keeps the field's label."""
    place = Place(sheet="Bieu_TH", cell="D14")
    listed = fold_findings([finding("not_a_number", place, label="Lượt: người", raw="X")], FORM).lines[0]
    ruled = fold_findings([made("R07")], FORM).lines[0]

    assert (listed.label, listed.problem) == ("Lượt: người", "Đang ghi ‘X’, không đọc được thành số.")
    assert (ruled.label, ruled.problem) == (FORM.fields[1].label, "Tổng không khớp.")
    assert listed.place == "Trang Bieu_TH, ô D14"


def test_whole_form_findings_have_no_place():
    """A finding about the whole file shows neither sheet nor cell."""
    line = fold_findings([finding("encrypted_file", None, raw="a.xlsx")], FORM).lines[0]

    assert (line.place, line.label) == ("", "")
    assert line.problem == "Tệp ‘a.xlsx’ có đặt mật khẩu."


def test_lines_go_down_the_file():
    """Within a severity a person mends from top to bottom: whole form, main sheet, other sheets."""
    findings = [
        made("R16", "B7", sheet="L1_MoHinh"),
        made("missing", "D88"),
        made("R07", "D9"),
        made("no_plan", "", sheet=""),
        made("R05", "D66"),
        made("R08", "AA66"),
    ]

    cells = [line.cell for line in fold_findings(findings, FORM).lines]
    assert cells == ["", "D9", "D66", "AA66", "D88", "B7"]


def test_a_label_that_was_cut_is_written_out():
    """The catalogue cuts long labels with "…"; a letter shows the form's own, and no other field's."""
    label = FORM.fields[1].label
    place, code = Place(sheet="Bieu_TH", cell="D14"), FORM.fields[1].code
    cut = finding("not_a_number", place, field=code, label=f"{label[:12]}…", raw="X")
    other = finding("not_a_number", place, field=code, label="Tên khác…", raw="X")

    shown = [fold_findings([one], FORM).lines[0].label for one in (cut, other)]
    assert shown == [label, "Tên khác…"]


def test_ten_lines_and_fourteen_more_of_the_kind():
    """Twenty-four errors of one kind are ten lines and a count with the cells."""
    folded = fold_findings([made("missing", f"D{10 + row}") for row in range(24)], FORM)

    assert [line.cell for line in folded.lines] == [f"D{10 + row}" for row in range(10)]
    assert [line.repeats for line in folded.lines] == [0] * 9 + [14]
    assert folded.lines[-1].repeat_cells == "D20–D33"
    assert (folded.total, folded.left_out) == (24, 0)


def test_every_kind_gets_a_line_first():
    """A frequent error does not crowd out a rare one."""
    findings = [made("missing", f"D{row}") for row in range(10, 40)] + [
        made("R07", "D50"),
        made("R01", "D60"),
    ]
    folded = fold_findings(findings, FORM)

    assert len(folded.lines) == MOST_LINES
    assert [line.cell for line in folded.lines[-2:]] == ["D50", "D60"]


def test_more_kinds_than_lines_are_counted_with_their_cells():
    """Of twelve kinds ten are shown, two counted, and their cells told."""
    folded = fold_findings([made(f"R{row:02d}", f"D{row}") for row in range(12)], FORM)

    assert (len(folded.lines), folded.left_out, folded.left_out_cells) == (10, 2, "D10–D11")
    assert fold_findings([made("R01")], FORM, most=0).left_out == 1


@given(
    st.lists(
        st.builds(
            made,
            st.sampled_from(["missing", "R01", "R02", "R07", "negative"]),
            st.sampled_from([f"D{row}" for row in range(9, 99)]),
        ),
        max_size=80,
        unique_by=lambda each: each.cell,
    ),
    st.integers(0, 12),
)
def test_nothing_is_lost_in_folding(findings, most):
    """Shown, repeated and left out make the whole; every cell is named once."""
    folded = fold_findings(findings, FORM, most=most)

    assert len(folded.lines) <= most
    assert len(findings) == len(folded.lines) + sum(x.repeats for x in folded.lines) + folded.left_out
    named = ", ".join([*(f"{x.cell}, {x.repeat_cells}" for x in folded.lines), folded.left_out_cells])
    cells = [int(cell) for cell in re.findall(r"D(\d+)(?!\d|–)", re.sub(r"D\d+–D\d+", "", named))]
    for first, last in re.findall(r"D(\d+)–D(\d+)", named):
        cells += range(int(first), int(last) + 1)
    asked = sorted(int(each.cell[1:]) for each in findings)
    assert sorted(set(cells)) == sorted(cells)
    assert sorted(cells) == asked or ("…" in named and set(cells) < set(asked))


def test_many_are_counted_where_they_are_not_listed():
    """One finding for the rest of a column counts as many as it stands for, and names their rows."""
    singly = [made("list_cell_missing", f"E{row}", sheet="L1_MoHinh") for row in range(14, 26)]
    rest = made("list_cell_missing", "E26:E388", sheet="L1_MoHinh", count=363)
    folded = fold_findings([*singly, rest], FORM)
    last = folded.lines[-1]

    assert (375, 10) == (folded.total, len(folded.lines))
    assert (365, "E24–E388") == (last.repeats, last.repeat_cells)


def test_many_in_a_document_are_named_by_their_rows():
    """Nobody sees addresses in a table of Word."""
    rest = made("list_cell_missing", "E26:E388", sheet="Bảng 2/3", count=363)
    folded = fold_findings([made("list_cell_missing", "E25", sheet="Bảng 2/3"), rest], FORM, most=1)

    assert "hàng 26–388 (Bảng 2/3)" == folded.lines[0].repeat_cells


def test_the_worst_stand_first():
    """Errors before questions before warnings, otherwise as they came; the office's are left out."""
    findings = (*reversed(specimen_findings(8)), made("R21", audience=FindingAudience.OFFICE))
    chosen = findings_for(findings, Severity)

    ranks = [SEVERITIES.index(each.severity) for each in chosen]
    assert sorted(ranks) == ranks
    assert [each.code for each in chosen if each.code == "R21"] == []
    assert [each.code for each in findings_for(findings, Severity, office=True)].count("R21") == 1


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ((), ""),
        (("D20",), "D20"),
        (("D20", "D22", "D23", "D24"), "D20, D22–D24"),
        (("D20", "E21", "E22"), "D20, E21–E22"),
        (("D20", "D20"), "D20"),
        (("D9", "D10"), "D9–D10"),
        (("toàn biểu", "D3"), "D3, toàn biểu"),
        (("E5", "F5", "E6", "F6"), "E5–E6, F5–F6"),
        (("E5", "E6:E90", "E91"), "E5–E91"),
        (
            tuple(f"D{row}" for row in range(1, 99, 2)),
            ", ".join(f"D{row}" for row in range(1, 39, 2)) + ", …",
        ),
    ],
)
def test_neighbouring_cells_are_joined(cells, expected):
    """A run of one column is written by its ends."""
    assert expected == cell_ranges(cells)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("một\r\nhai\tba", "một hai ba"),
        ("a\u202eb\u200bc\x07", "abc"),
        ("ghi ‘" + "x" * 200 + "’.", "ghi ‘" + "x" * 80 + "…’."),
        ("y" * 500, "y" * 240 + "…"),
        ("", ""),
    ],
)
def test_text_of_others_is_made_quiet(text, expected):
    """One line, no control or direction signs, long quotations cut."""
    assert expected == quiet(text)


def test_lists_are_named_by_their_title():
    """A field the form does not know gives an empty label, not an error."""
    line = fold_findings([dataclasses.replace(made("R16"), field="L9.ten")], FORM).lines[0]

    assert line.label == ""


def test_places_in_a_document_are_told_by_row_and_column():
    """A Word table has no addresses; its repeats are told by their rows."""
    found = [
        finding(
            "not_a_number", Place(sheet="Bảng 1/2", cell=f"D{row}"), field="T02", label="Hội nghị", raw="x"
        )
        for row in (14, 20, 21, 30)
    ]
    (line,) = fold_findings(found, FORM, most=1).lines

    assert ("Bảng 1/2, hàng 14, cột 4", "hàng 14, cột 4") == (line.place, line.spoken_cell)
    assert ("Hội nghị", "hàng 20–21, 30 (Bảng 1/2)") == (line.label.split(",")[0], line.repeat_cells)
