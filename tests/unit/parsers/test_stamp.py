"""The mark in a blank: written twice, read back from either, never guessed."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import AmbiguousForm
from domain.forms import FieldType
from parsers.stamp import (
    Stamp,
    answer_name,
    column_name,
    compatible,
    meanings_of,
    read_answer_name,
    read_column_name,
    read_stamp,
    stamp_for,
    write_stamp,
)
from parsers.workbook import Cell, CellKind, Grid, Sheet
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.campaigns import UNITS, campaign, form_spec

CCVC = Stamp(
    campaign="thang-dan-van-2021",
    form_id="dan-van",
    form_version="2021.1",
    unit="CCVC",
    meanings=tuple((f"T{number:02d}", f"{number:08x}") for number in range(1, 60)),
)
TCBM = replace(CCVC, unit="TCBM")


def sheet_of(name, rows):
    """Build a sheet of text cells."""
    cells = {
        (row, column): Cell(row=row, column=column, kind=CellKind.TEXT, raw=text)
        for row, texts in enumerate(rows, start=1)
        for column, text in enumerate(texts, start=1)
        if text
    }
    return Sheet(name=name, hidden=True, cells=cells)


def carriers(stamp):
    """Give the rows of `_meta` and the properties that the writer makes of *stamp*."""
    workbook = openpyxl.Workbook()
    write_stamp(workbook, stamp)
    rows = [tuple(cell or "" for cell in row) for row in workbook["_meta"].values]
    return rows, {one.name: one.value for one in workbook.custom_doc_props.props}


def grid(*, rows=(), properties=None, more=()):
    """Build a workbook with a main sheet, perhaps a `_meta`, and properties."""
    main = sheet_of("Bieu_TH", [("TT", "Chỉ tiêu")])
    meta = (sheet_of("_meta", rows),) if rows else ()
    return Grid(sheets=(main, *meta, *more), properties=properties or {})


def changed(rows, key, value):
    """Give *rows* with another value beside *key*."""
    return [(name, value if name == key else old) for name, old in rows]


@pytest.mark.parametrize(
    "stamp",
    [
        pytest.param(CCVC, id="usual"),
        pytest.param(replace(CCVC, meanings=()), id="no-codes"),
        pytest.param(replace(CCVC, unit="XD&=;%<1>", form_version="1;2=3"), id="signs"),
        pytest.param(replace(CCVC, unit="Đơn vị Ơ"), id="vietnamese"),
        pytest.param(replace(CCVC, unit="=1+1", form_version="1.10"), id="looks-like-formula-and-number"),
        pytest.param(replace(CCVC, meanings=(("unit", "12345678"), ("check", "1e100000"))), id="odd-codes"),
    ],
)
def test_a_written_stamp_is_read_back_the_same(stamp):
    """Written, saved and read with the own reader, a stamp is the same, whatever signs it has."""
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "TT"
    write_stamp(workbook, stamp)
    saved = io.BytesIO()
    workbook.save(saved)
    assert stamp == read_stamp(read_workbook(saved.getvalue()))


names = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x1EFF, exclude_categories=("Cs", "Cc")), min_size=1
)


@given(st.tuples(names, names, names, names), st.lists(st.tuples(names, names), max_size=30))
def test_either_carrier_alone_gives_the_stamp_back(head, meanings):
    """Sheet and properties each carry the whole stamp."""
    first, form, version, unit = (text.strip() or "x" for text in head)
    stamp = Stamp(
        campaign=first,
        form_id=form,
        form_version=version,
        unit=unit,
        meanings=tuple((code.strip() or "x", meaning.strip() or "x") for code, meaning in meanings),
    )
    rows, properties = carriers(stamp)
    assert stamp == read_stamp(grid(rows=rows))
    assert stamp == read_stamp(grid(properties=properties))
    assert max(map(len, properties.values())) < 256


ROWS, PROPERTIES = carriers(CCVC)
#: How earlier blanks spell it, which are still out there.
ROW_FOR_EACH_CODE = [
    *(pair for pair in ROWS if pair[0] not in ("ma", "check")),
    *((f"ma:{code}", meaning) for code, meaning in CCVC.meanings),
    ROWS[-1],
]
OTHER_ROWS, OTHER_PROPERTIES = carriers(TCBM)
SHORT = dict(list(PROPERTIES.items())[:-1])


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        pytest.param(grid(rows=ROWS, properties=PROPERTIES), CCVC, id="both"),
        pytest.param(grid(rows=ROWS), CCVC, id="property-lost"),
        pytest.param(grid(properties=PROPERTIES), CCVC, id="sheet-lost"),
        pytest.param(grid(), None, id="both-lost"),
        pytest.param(Grid(sheets=()), None, id="no-sheets"),
        pytest.param(grid(rows=ROWS, more=(sheet_of("_meta (2)", ROWS),)), CCVC, id="sheet-copied"),
        pytest.param(grid(more=(sheet_of("Sheet7", ROWS),)), CCVC, id="sheet-renamed"),
        pytest.param(grid(more=(sheet_of("_META", ROWS),)), CCVC, id="sheet-in-capitals"),
        pytest.param(grid(rows=[(f" {a} ", f"{b}\n") for a, b in ROWS]), CCVC, id="blanks-around"),
        pytest.param(grid(rows=[("", *row) for row in ROWS]), CCVC, id="column-inserted"),
        pytest.param(grid(rows=[("", ""), *ROWS]), CCVC, id="row-inserted"),
        pytest.param(grid(rows=ROWS, properties=SHORT), CCVC, id="property-cut-sheet-whole"),
        pytest.param(grid(properties=SHORT), None, id="property-cut-alone"),
        pytest.param(grid(rows=ROWS[:-1]), None, id="check-lost"),
        pytest.param(grid(rows=ROWS[:3]), None, id="unit-lost"),
        pytest.param(grid(rows=changed(ROWS, "unit", "TCBM")), None, id="unit-overwritten"),
        pytest.param(grid(rows=changed(ROWS, "unit", "")), None, id="unit-emptied"),
        pytest.param(grid(rows=changed(ROWS, "ma", "T07=00000000")), None, id="meaning-overwritten"),
        pytest.param(grid(rows=ROW_FOR_EACH_CODE), CCVC, id="as-blanks-of-before"),
        pytest.param(
            grid(rows=changed(ROW_FOR_EACH_CODE, "ma:T07", "00000000")), None, id="meaning-overwritten-before"
        ),
        pytest.param(
            grid(rows=changed(ROWS, "ma:T07", "00000000"), properties=PROPERTIES),
            CCVC,
            id="damaged-and-whole",
        ),
        pytest.param(grid(rows=changed(ROWS, "tonghop", "9")), None, id="later-kind-of-mark"),
        pytest.param(grid(rows=[("rác", "\x00\ufffd"), ("", "=1/0")]), None, id="garbage-in-sheet"),
        pytest.param(grid(properties={"tonghop": "%%%=;;=%zz;\ud800"}), None, id="garbage-in-property"),
        pytest.param(grid(properties={"tonghop": ""}), None, id="empty-property"),
        pytest.param(grid(rows=ROWS, properties={"tonghop": "xin chào"}), CCVC, id="garbage-beside-whole"),
        pytest.param(grid(properties={"Company": "Sở Nội vụ"}), None, id="foreign-property"),
    ],
)
def test_what_is_left_of_the_mark_decides(returned, expected):
    """One carrier suffices; a damaged mark is none; nothing crashes."""
    assert expected == read_stamp(returned)


@pytest.mark.parametrize(
    "returned",
    [
        pytest.param(grid(rows=ROWS, properties=OTHER_PROPERTIES), id="sheet-against-property"),
        pytest.param(grid(rows=ROWS, more=(sheet_of("_meta (2)", OTHER_ROWS),)), id="excel-copy"),
        pytest.param(grid(rows=ROWS, more=(sheet_of("_meta_2", OTHER_ROWS),)), id="libreoffice-copy"),
        pytest.param(
            grid(rows=ROWS, properties=PROPERTIES, more=(sheet_of("_meta_2", OTHER_ROWS),)),
            id="two-units-merged",
        ),
        pytest.param(
            grid(rows=changed(ROWS, "unit", "TCBM"), properties=PROPERTIES), id="damaged-speaks-of-another"
        ),
        pytest.param(
            grid(rows=carriers(replace(CCVC, form_version="2"))[0], properties=PROPERTIES), id="two-versions"
        ),
    ],
)
def test_marks_that_contradict_each_other_are_refused(returned):
    """Which of two marks is true is for a person to say."""
    with pytest.raises(AmbiguousForm):
        read_stamp(returned)


def test_a_second_stamp_takes_the_place_of_the_first():
    """Stamping again, with a shorter stamp, leaves nothing of the earlier one."""
    workbook = openpyxl.Workbook()
    write_stamp(workbook, CCVC)
    short = replace(TCBM, meanings=())
    write_stamp(workbook, short)
    saved = io.BytesIO()
    workbook.save(saved)
    assert short == read_stamp(read_workbook(saved.getvalue()))
    assert workbook.custom_doc_props.names == ["tonghop"]


def test_the_stamp_sheet_cannot_be_unhidden_from_the_menu():
    """Excel offers very hidden sheets to no one."""
    workbook = openpyxl.Workbook()
    write_stamp(workbook, CCVC)
    assert workbook["_meta"].sheet_state == "veryHidden"


def test_a_stamp_is_made_of_campaign_and_unit():
    """Every field and list of the form stands in it with its meaning."""
    held = campaign()
    stamp = stamp_for(held, UNITS[0])
    assert (
        stamp.campaign,
        stamp.form_id,
        stamp.form_version,
        stamp.unit,
    ) == ("thang-dan-van-2021", "dan-van", "1", "CCVC")
    assert [*held.form.by_code, "L1", "L2", "L3", "L4"] == [code for code, _ in stamp.meanings]
    assert held.form.by_code["T01"].meaning == dict(stamp.meanings)["T01"]


def with_field(spec, at, /, **changes):
    """Give *spec* as version 2 with one field changed."""
    fields = tuple(replace(one, **changes) if one.code == at else one for one in spec.fields)
    return replace(spec, version="2", fields=fields)


def without_column(spec):
    """Give *spec* as version 2 with one list column less."""
    first, *rest = spec.lists
    return replace(spec, version="2", lists=(replace(first, columns=first.columns[:-1]), *rest))


SPEC = form_spec()


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param(SPEC, True, id="same"),
        pytest.param(replace(SPEC, version="2"), True, id="new-version-same-meanings"),
        pytest.param(with_field(SPEC, "T01", label="Công văn"), False, id="label-changed"),
        pytest.param(with_field(SPEC, "T01", type=FieldType.DECIMAL), False, id="type-changed"),
        pytest.param(with_field(SPEC, "K09", measure="đồng"), False, id="measure-changed"),
        pytest.param(with_field(SPEC, "T01", note="ghi số"), True, id="hint-changed"),
        pytest.param(with_field(SPEC, "T01", code="T99"), False, id="field-added"),
        pytest.param(replace(SPEC, version="2", fields=SPEC.fields[:-1]), True, id="field-dropped"),
        pytest.param(without_column(SPEC), False, id="list-changed"),
        pytest.param(replace(SPEC, id="khac"), False, id="other-form"),
        pytest.param(
            with_field(replace(SPEC, id="khac"), "T01", label="x"), False, id="other-form-and-version"
        ),
    ],
)
def test_an_old_form_is_accepted_while_its_codes_mean_the_same(spec, expected):
    """Contract: accepted while all codes keep type and meaning."""
    stamp = replace(CCVC, form_version="1", meanings=meanings_of(SPEC))
    assert expected is compatible(stamp, spec)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("ma_T01", "T01", id="answer"),
        pytest.param("ma_", None, id="empty"),
        pytest.param("T01", None, id="bare"),
        pytest.param("cot_L1_ten", None, id="column"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_names_of_answers_are_read_both_ways(name, expected):
    """`ma_T01` names the answer of T01; other names none."""
    assert expected == read_answer_name(name)
    if expected:
        assert name == answer_name(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("cot_L1_ten", ("L1", "ten"), id="column"),
        pytest.param("cot_L4_ngay_phat_dong", ("L4", "ngay_phat_dong"), id="underscores"),
        pytest.param("cot_L1", None, id="no-column"),
        pytest.param("cot__x", None, id="no-list"),
        pytest.param("ma_T01", None, id="answer"),
    ],
)
def test_names_of_columns_are_read_both_ways(name, expected):
    """`cot_L1_ten` names the heading of column ten of L1; other names none."""
    assert expected == read_column_name(name)
    if expected:
        assert name == column_name(*expected)
