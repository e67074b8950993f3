"""Tables come in from CSV and Excel as offices leave them, each cell with its place."""

# ruff: noqa: E501 - sentences stand as they are printed
from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.tables import _EXCEL_FAULTS, Column, TableKind, column_letters, read_table
from domain.vietnamese import clean

KIND = TableKind(
    columns=(
        Column(name="code", words=("Mã",), required=True),
        Column(name="label", words=("Tên đơn vị", "Đơn vị"), required=True),
        Column(name="mails", words=("Thư điện tử",), several=True),
    ),
    identity=("code", "label"),
    messy=True,
)
PLAIN = "code,label,mails\nA,Một,a@x\nB,Hai,\n"


def texts(rows):
    """Give the words of rows."""
    return [tuple(row.text(name) for name in ("code", "label", "mails")) for row in rows]


def workbook(*sheets):
    """Write {title: rows} into an .xlsx file."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(PLAIN.encode(), id="UTF-8"),
        pytest.param(b"\xef\xbb\xbf" + PLAIN.encode(), id="BOM"),
        pytest.param(PLAIN.replace(",", ";").encode(), id="semicolons"),
        pytest.param(PLAIN.replace(",", "\t").encode("utf-16"), id="Unicode text of Excel"),
        pytest.param(PLAIN.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(b"sep=;\n" + PLAIN.replace(",", ";").encode(), id="Excel's separator line"),
        pytest.param(
            PLAIN.replace("code,label,mails", "Mã,TÊN ĐƠN VỊ,thư điện tử").encode(), id="Vietnamese"
        ),
        pytest.param(PLAIN.replace("Hai", "Hai").encode() + b"\n,,\n", id="blank lines"),
        pytest.param(("STT," + PLAIN.replace("\nA", "\n1,A").replace("\nB", "\n2,B")).encode(), id="STT"),
    ],
)
def test_a_csv_table_is_read_however_it_was_saved(content):
    """Encoding, separator and wording of the header do not matter."""
    rows, problems = read_table("t.csv", content, KIND)
    assert (problems, texts(rows)) == ((), [("A", "Một", "a@x"), ("B", "Hai", "")])


def test_places_in_csv_are_line_and_field():
    """The line is the one on which the row begins, also after a cell with line breaks; fields count from 1."""
    rows, problems = read_table("t.csv", b'code,label,mails\nA,x,"a@x\nb@x"\nB,y,c@x\n', KIND)
    assert not problems
    assert [row["mails"].place for row in rows] == ["t.csv:2:3", "t.csv:4:3"]


def test_a_blank_cell_has_a_place_too():
    """A row that ends early names the field that is lacking."""
    rows, _ = read_table("t.csv", b"code,label,mails\nA,x\n", KIND)
    assert rows[0]["mails"].place == "t.csv:2:3"


def test_an_office_list_in_excel_is_read_through_its_mess():
    """Titles above, a blank first column, STT, a column-number row, merged cells: the units come out."""
    content = workbook(
        ("Bìa", [["SỞ NỘI VỤ"], ["Đơn vị: tất cả"]]),
        (
            "Danh sách",
            [
                [None, "UBND TỈNH", None, None, None],
                [None, "DANH SÁCH CÁC PHÒNG, ĐƠN VỊ"],
                [],
                [None, "STT", "Mã", "Tên đơn vị", "Thư điện tử", None],
                [None, "(1)", "(2)", "(3)", "(4)", "(5)"],
                [None, 1, "A", "Một ", "a@x", "a2@x"],
                [None, None, None, None, "a3@x", None],
                [],
                [None, 2.0, "B", "Hai\nba", "b@x", None],
            ],
        ),
    )
    rows, problems = read_table("units.xlsx", content, KIND)
    assert problems == ()
    assert texts(rows) == [("A", "Một", "a@x\na2@x\na3@x"), ("B", "Hai\nba", "b@x")]
    assert rows[1]["label"].place == "units.xlsx!Danh sách!D9"


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        pytest.param("t.csv", b"", [("t.csv:1: No header row was found. One row must name the columns: "
                                    "`code`, `label`, `mails`.")], id="empty"),
        pytest.param("t.csv", b"x,y\n1,2\n", [("t.csv:1: No header row was found. One row must name the columns: "
                                              "`code`, `label`, `mails`.")], id="no header"),
        pytest.param("t.csv", b"code,label\n", ["t.csv:1: The table has no rows."], id="no rows"),
        pytest.param(
            "t.csv",
            b"code,labl,code,mails\nA,x,y,\n",
            [
                "t.csv:1:2: The column `labl` is unknown. Did you mean `label`? Allowed: `label` or `mails`.",
                "t.csv:1:3: The column `code` stands here twice. Take one out.",
                "t.csv:1: The column `label` is missing. Add it to the header row, as `label` or “Tên đơn vị”.",
                ("t.csv:2:3: `y` stands under no heading. Give the column a heading, "
                "or quote cells with separators in them."),
            ],
            id="headings",
        ),
        pytest.param(
            "t.csv",
            b"code,label\nA,x,y\n",
            [("t.csv:2:3: `y` stands under no heading. Give the column a heading, "
             "or quote cells with separators in them.")],
            id="too many fields",
        ),
        pytest.param(
            "t.csv",
            b"code,label\nA,#NAME?\n",
            [("t.csv:2:2: Excel shows `#NAME?` here: the cell was taken for a formula. "
             "Format the cell as text and type it again.")],
            id="Excel took a note for a formula",
        ),
        pytest.param(
            "t.csv",
            b"code,label\nA,\xc1\n",
            ["t.csv:2:3: The file is not written in UTF-8. Save it again as UTF-8 (Excel: “CSV UTF-8”)."],
            id="another encoding",
        ),
        pytest.param(
            "t.xlsx",
            b"PK\x03\x04 no workbook",
            [("t.xlsx: This is no .xlsx workbook that can be read. Save it again in Excel as .xlsx, "
             "without password.")],
            id="no workbook",
        ),
        pytest.param(
            "t.csv",
            b'code,label\nA,"' + b"x" * 200_000,
            [("t.csv:1: The table cannot be taken apart: field larger than field limit (131072). "
             "Look for a quote that never ends.")],
            id="a quote that never ends",
        ),
    ],
)  # fmt: skip
def test_mistakes_of_a_table_are_problems_with_a_place(file, content, expected):
    """Each mistake is told once, where it stands."""
    _, problems = read_table(file, content, KIND)
    assert expected == [str(problem) for problem in problems]


def test_a_false_extent_of_the_sheet_is_not_believed():
    """Some programs write that a sheet ends at A1; its cells are read all the same."""
    content = workbook(("S", [["code", "label"], ["A", "x"]]))
    lying = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(lying, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/"):
                part = part.replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1"')
                assert b'ref="A1"' in part
            target.writestr(name, part)
    rows, problems = read_table("t.xlsx", lying.getvalue(), KIND)
    assert (problems, texts(rows)) == ((), [("A", "x", "")])


def test_a_formula_without_a_value_is_no_blank_cell():
    """What was never computed is told, not taken for nothing."""
    content = workbook(("S", [["code", "label"], ["A", "=B1"]]))
    _, problems = read_table("t.xlsx", content, KIND)
    assert [str(problem) for problem in problems] == [
        "t.xlsx!S!B2: A formula without a value stands here. Format the cell as text and type it again."
    ]


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")])
def test_columns_are_lettered_as_in_excel(number, letters):
    """After Z comes AA."""
    assert letters == column_letters(number)


@given(st.binary(max_size=300), st.sampled_from(["t.csv", "t.xlsx"]))
def test_no_bytes_break_the_reader(content, file):
    """Bad input gives problems, never an exception."""
    rows, problems = read_table(file, content, KIND)
    assert rows or problems


CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1, max_size=8
)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_what_a_csv_writer_wrote_comes_back(pairs, separator):
    """Whatever the separator and whatever must be quoted, the cells come back (as clean text)."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=separator)
    writer.writerow(("code", "label"))
    writer.writerows(pairs)
    kind = TableKind(columns=KIND.columns)
    rows, problems = read_table("t.csv", written.getvalue().encode(), kind)
    if not any(clean(cell) in (*_EXCEL_FAULTS, "") for pair in pairs for cell in pair):
        assert ((), [tuple(clean(cell) for cell in pair) for pair in pairs]) == (
            problems,
            [(row.text("code"), row.text("label")) for row in rows],
        )
