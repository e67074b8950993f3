"""Tables of a Word file: places, merged cells, tables inside tables."""

from __future__ import annotations

import io
import itertools

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import NotAWorkbook
from parsers.word.reader import read_word
from tests.unit.parsers.word_files import by_docx, cell, only_table, paragraph, places, row, texts, word_file


def test_merged_cells_stand_once_at_their_upper_left_place():
    """Cells merged across and down are resolved as python-docx merged them."""

    def write(document):
        table = document.add_table(3, 3)
        for number, one in enumerate(table._cells):
            one.text = str(number)
        table.cell(0, 0).merge(table.cell(0, 1)).text = "ngang"
        table.cell(1, 0).merge(table.cell(2, 0)).text = "dọc"

    table = only_table(by_docx(write))

    assert [
        (0, 0, 1, 2, "ngang"), (0, 2, 1, 1, "2"), (1, 0, 2, 1, "dọc"), (1, 1, 1, 1, "4"), (1, 2, 1, 1, "5"),
        (2, 1, 1, 1, "7"), (2, 2, 1, 1, "8"),
    ] == places(table)  # fmt: skip
    assert 3 == table.width


def test_a_row_may_begin_further_right():
    """Columns left out before a row count, and so do cells of the old way of merging."""
    content = word_file(
        "<w:tbl>"
        + row(cell("a"), cell("b"), cell("c"))
        + row(cell("x"), properties="<w:gridBefore w:val='2'/>")
        + row(cell("d", "<w:hMerge w:val='restart'/>"), cell("", "<w:hMerge/>"), cell("e"))
        + "</w:tbl>"
    )

    assert [(1, 2, 1, 1, "x"), (2, 0, 1, 2, "d"), (2, 2, 1, 1, "e")] == places(only_table(content))[3:]


def test_two_merges_below_each_other_stay_two():
    """A second merged cell begins where it says so, right under the first."""
    restart, go_on = "<w:vMerge w:val='restart'/>", "<w:vMerge/>"
    content = word_file(
        f"<w:tbl>{row(cell('a', restart))}{row(cell('', go_on))}{row(cell('b', restart))}"
        f"{row(cell('', go_on))}{row(cell('c'))}{row(cell('d', go_on))}</w:tbl>"
    )

    assert [(0, 0, 2, 1, "a"), (2, 0, 2, 1, "b"), (4, 0, 1, 1, "c"), (5, 0, 1, 1, "d")] == places(
        only_table(content)
    )


def test_deleted_rows_and_cells_are_out():
    """A row or cell whose deletion is tracked is not there; nor is a hidden row."""
    content = word_file(
        "<w:tbl>"
        + row(cell("1"), cell("cũ", "<w:cellDel/>"), cell("2"))
        + row(cell("xóa"), properties="<w:del/>")
        + row(cell("ẩn"), properties="<w:hidden/>")
        + row(cell("3"))
        + "</w:tbl>"
    )

    assert ["1", "2", "3"] == texts(content)
    assert (1, 0, 1, 1, "3") == places(only_table(content))[-1]


def test_tables_inside_cells_controls_and_boxes_are_found():
    """A table in a cell, one in a content control and one in a text box; a cell in a control of its own."""
    inner = f"<w:tbl>{row(cell('trong'))}</w:tbl>"
    outer = f"<w:tc>{paragraph('ngoài')}{inner}{paragraph('')}</w:tc>"
    control = f"<w:sdt><w:sdtContent>{cell('điều khiển')}</w:sdtContent></w:sdt>"
    body = (
        f"<w:tbl>{row(outer)}</w:tbl>"
        f"<w:sdt><w:sdtContent><w:tbl>{row(control)}</w:tbl></w:sdtContent></w:sdt>"
        f"<w:p><w:r><w:txbxContent>{inner}</w:txbxContent></w:r></w:p>"
    )
    document = read_word(word_file(body))

    assert ["ngoài", "trong", "điều khiển", "trong"] == [one.text for one in document.paragraphs()]
    assert 3 == len(document.tables)
    assert "ngoài" == document.tables[0].rows[0][0].text


def test_a_prompt_in_a_table_moves_no_cell():
    """A cell that shows only its prompt is blank and keeps its place."""
    prompt = (
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{cell('nhập số')}</w:sdtContent></w:sdt>"
    )

    assert [(0, 0, 1, 1, ""), (0, 1, 1, 1, "5")] == places(
        only_table(word_file(f"<w:tbl>{row(prompt, cell('5'))}</w:tbl>"))
    )


@pytest.mark.parametrize("body", [row(row(cell("a"))), row(f"<w:tc>{cell('a')}</w:tc>"), cell("a")])
def test_a_table_put_together_wrongly_is_refused(body):
    """Rows in rows, cells in cells and cells without a row have no place: nothing is guessed."""
    with pytest.raises(NotAWorkbook):
        read_word(word_file(f"<w:tbl>{body}</w:tbl>"))


_CORNERS = st.tuples(st.integers(0, 4), st.integers(0, 4))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(_CORNERS, _CORNERS), max_size=4))
def test_merges_agree_with_python_docx(merges):
    """Whatever was merged, every place of the grid belongs to the cell that python-docx says."""
    taken: set[tuple[int, int]] = set()

    def write(document):
        table = document.add_table(5, 5)
        for number, one in enumerate(table._cells):
            one.text = f"{number}"
        for (top, left), (bottom, right) in merges:
            area = set(itertools.product(_between(top, bottom), _between(left, right)))
            if not taken & area:
                taken.update(area)
                table.cell(top, left).merge(table.cell(bottom, right))

    content = by_docx(write)
    theirs = docx.Document(io.BytesIO(content)).tables[0]
    expected = [[theirs.cell(down, across).text for across in range(5)] for down in range(5)]
    ours = [[""] * 5 for _ in range(5)]
    for one in only_table(content).cells():
        for down in range(one.row, one.row + one.row_span):
            for across in range(one.column, one.column + one.column_span):
                ours[down][across] = one.text

    assert expected == ours


def _between(one, other):
    return range(min(one, other), max(one, other) + 1)
