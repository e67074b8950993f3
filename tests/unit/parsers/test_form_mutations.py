"""Whatever is done to the layout of a form, a figure is read right or not taken with a finding."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.answers import Missing, NotApplicable, Number, Unclear
from domain.errors import AmbiguousForm, UnknownForm
from parsers.form import parse_form
from parsers.workbook import Cell, CellKind, Grid, Sheet
from tests.unit.parsers.forms import END, START, make_spec

SPEC = make_spec()
COUNTS = [one for one in SPEC.fields if one.type.value == "int"]
OPEN = object()
PARTS = ("tt", "label", "measure", "answer", "note", "code")


@dataclass(frozen=True)
class Line:
    """One row of the table in the making."""

    tt: str = ""
    label: str = ""
    measure: str = ""
    answer: str | int | None = None
    note: str | int | None = None
    code: str = ""
    #: Field whose answer the row truly holds.
    of: str = ""


@dataclass
class Table:
    """A form in the making; truth keeps what each field must read as, OPEN where it must not be taken."""

    lines: list[Line]
    truth: dict[str, object]
    headings: list[str]
    order: list[str] = field(default_factory=lambda: list(PARTS))
    has_names: bool = True
    sheet: str = "Bieu_TH"
    #: Fields that stand in two rows.
    doubled: set[str] = field(default_factory=set)

    def grid(self) -> Grid:
        """Lay the table down, five rows below the top."""
        cells: dict[tuple[int, int], Cell] = {}
        names: dict[str, tuple[str, int, int]] = {}

        def put(row: int, column: int, value: str | int | None) -> None:
            if value in (None, ""):
                return
            kind = CellKind.TEXT if isinstance(value, str) else CellKind.NUMBER
            cells[row, column] = Cell(row=row, column=column, kind=kind, raw=str(value))

        for column, name in enumerate(self.order, start=1):
            heading = dict(
                zip(("tt", "label", "measure", "answer", "note", "code"), self.headings, strict=True)
            )
            put(5, column, heading.get(name))
            for row, line in enumerate(self.lines, start=6):
                put(row, column, getattr(line, name, None))
                if name == "answer" and line.of and self.has_names:
                    names[f"ma_{line.of}"] = (self.sheet, row, column)
        return Grid(sheets=(Sheet(name=self.sheet, hidden=False, cells=cells),), names=names)


def fresh(answers: dict[str, int]) -> Table:
    """Lay down the untouched form."""
    lines: list[Line] = []
    section = ""
    for one in SPEC.fields:
        if one.section != section:
            section = one.section
            lines.append(Line(label=section))
        lines.append(
            Line(
                tt=one.tt,
                label=one.label,
                measure=one.measure,
                answer=answers.get(one.code),
                code=one.code,
                of=one.code,
            )
        )
    truth: dict[str, object] = {code: Decimal(value) for code, value in answers.items()}
    headings = ["TT", "Chỉ tiêu", "ĐVT", "Số lượng", "Ghi chú", "Mã"]
    return Table(lines=lines, truth=truth, headings=headings)


def _field_rows(table: Table) -> list[int]:
    return [row for row, line in enumerate(table.lines) if line.of]


def insert_blank(table: Table, a: int, b: int) -> None:
    """Insert an empty row."""
    table.lines.insert(a % len(table.lines), Line())


def insert_own_row(table: Table, a: int, b: int) -> None:
    """Insert a row of the unit's own, with a number."""
    table.lines.insert(a % len(table.lines), Line(label="Trong đó: số của đơn vị", answer=7777))


def delete_row(table: Table, a: int, b: int) -> None:
    """Delete a field's row."""
    rows = _field_rows(table)
    if len(rows) > 40:
        row = rows[a % len(rows)]
        if table.lines[row].of not in table.doubled:
            table.truth[table.lines.pop(row).of] = OPEN


def swap_rows(table: Table, a: int, b: int) -> None:
    """Swap two rows."""
    rows = _field_rows(table)
    one, other = rows[a % len(rows)], rows[b % len(rows)]
    table.lines[one], table.lines[other] = table.lines[other], table.lines[one]


def move_row(table: Table, a: int, b: int) -> None:
    """Move a row."""
    rows = _field_rows(table)
    line = table.lines.pop(rows[a % len(rows)])
    table.lines.insert(b % len(table.lines), line)


def swap_labels(table: Table, a: int, b: int) -> None:
    """Swap two labels, and nothing else."""
    rows = _field_rows(table)
    one, other = rows[a % len(rows)], rows[b % len(rows)]
    first, second = table.lines[one], table.lines[other]
    if OPEN in (table.truth.get(first.of), table.truth.get(second.of)):
        return
    if table.doubled.intersection((first.of, second.of)):
        return
    if first.label == second.label or not (table.has_names or (first.code and second.code)):
        return
    table.lines[one] = replace(first, label=second.label)
    table.lines[other] = replace(second, label=first.label)
    table.truth[first.of] = table.truth[second.of] = OPEN


def swap_codes(table: Table, a: int, b: int) -> None:
    """Swap two codes, and nothing else."""
    rows = _field_rows(table)
    one, other = rows[a % len(rows)], rows[b % len(rows)]
    first, second = table.lines[one], table.lines[other]
    if OPEN in (table.truth.get(first.of), table.truth.get(second.of)):
        return
    if table.doubled.intersection((first.of, second.of)):
        return
    if not first.code or first.label == second.label:
        return
    table.lines[one] = replace(first, code=second.code)
    table.lines[other] = replace(second, code=first.code)
    table.truth[first.of] = table.truth[second.of] = OPEN


def drop_codes(table: Table, a: int, b: int) -> None:
    """Clear the code column."""
    if any(value is OPEN for value in table.truth.values()):
        return  # what was swapped against its code is no longer to be seen
    table.lines[:] = [replace(line, code="") for line in table.lines]


def drop_some_codes(table: Table, a: int, b: int) -> None:
    """Clear every fifth code."""
    if any(value is OPEN for value in table.truth.values()):
        return
    table.lines[:] = [
        replace(line, code="") if (index * 7 + a) % 5 == 0 else line for index, line in enumerate(table.lines)
    ]


def drop_names(table: Table, a: int, b: int) -> None:
    """Lose the defined names."""
    if all(value is not OPEN for value in table.truth.values()):
        table.has_names = False


def drop_headings(table: Table, a: int, b: int) -> None:
    """Clear the heading row."""
    table.headings = [""] * 6


def rename_heading(table: Table, a: int, b: int) -> None:
    """Write other words over the answers."""
    table.headings[3] = ("Kết quả", "SỐ LƯỢNG", "Số  liệu", "Bao nhiêu")[a % 4]


def insert_column(table: Table, a: int, b: int) -> None:
    """Insert an empty column."""
    table.order.insert(a % (len(table.order) + 1), "")


def delete_column(table: Table, a: int, b: int) -> None:
    """Delete a column without answers."""
    name = ("tt", "measure", "note")[a % 3]
    if name in table.order and not (name == "note" and any(line.note for line in table.lines)):
        table.order.remove(name)


def move_column(table: Table, a: int, b: int) -> None:
    """Move a column."""
    name = table.order.pop(a % len(table.order))
    table.order.insert(b % (len(table.order) + 1), name)


def reword(table: Table, a: int, b: int) -> None:
    """Write a label in other words."""
    rows = _field_rows(table)
    line = table.lines[rows[a % len(rows)]]
    words = line.label.split()
    changed = (
        f"{line.label} (nếu có)",
        f"Số {line.label}",
        " ".join(words[:-1]) or line.label,
        line.label.upper(),
        line.label.replace("ộ", "o"),
        "Nội dung khác",
    )[b % 6]
    table.lines[rows[a % len(rows)]] = replace(line, label=changed)


def change_tt(table: Table, a: int, b: int) -> None:
    """Write another number of order."""
    rows = _field_rows(table)
    row = rows[a % len(rows)]
    table.lines[row] = replace(table.lines[row], tt=str(b % 9))


def duplicate_row(table: Table, a: int, b: int) -> None:
    """Copy a row, with the same or another number."""
    rows = [row for row in _field_rows(table) if table.truth.get(table.lines[row].of) is not OPEN]
    row = rows[a % len(rows)]
    line = table.lines[row]
    if line.answer is None or not isinstance(line.answer, int):
        return
    table.doubled.add(line.of)
    table.lines.insert(row + 1, replace(line, answer=line.answer + b % 2 * 3000, of=""))
    if b % 2:
        table.truth[line.of] = OPEN


def write_as_text(table: Table, a: int, b: int) -> None:
    """Type a number as text."""
    rows = _field_rows(table)
    row = rows[a % len(rows)]
    line = table.lines[row]
    if isinstance(line.answer, int):
        table.lines[row] = replace(
            line, answer=(f"{line.answer:,}".replace(",", "."), f" {line.answer} {line.measure}")[b % 2]
        )


def write_into_note(table: Table, a: int, b: int) -> None:
    """Write the number into the note."""
    rows = _field_rows(table)
    row = rows[a % len(rows)]
    line = table.lines[row]
    if isinstance(line.answer, int) and "note" in table.order:
        table.lines[row] = replace(line, answer=None, note=line.answer)
        table.truth[line.of] = OPEN


def rename_sheet(table: Table, a: int, b: int) -> None:
    """Rename the sheet."""
    table.sheet = "Sheet1 (2)"


MUTATIONS = (
    insert_blank, insert_own_row, delete_row, swap_rows, move_row, swap_labels, swap_codes, drop_codes,
    drop_some_codes, drop_names, drop_headings, rename_heading, insert_column, delete_column, move_column,
    reword,
    change_tt, duplicate_row, write_as_text, write_into_note, rename_sheet,
)  # fmt: skip


def check(table: Table) -> int:
    """Assert the promise for every count; give how many were read."""
    try:
        parsed = parse_form(table.grid(), SPEC, start=START, end=END)
    except (AmbiguousForm, UnknownForm):
        return 0
    told = {one.field for one in parsed.findings if one.severity in ("error", "question")}
    whole = ("answer_column_not_found", "answer_heading_doubt")
    is_all_told = any(one.code in whole for one in parsed.findings)
    read = 0
    for one in COUNTS:
        value = parsed.value(one.code)
        true = table.truth[one.code]
        match value:
            case Number():
                assert true is not OPEN, f"{one.code} was taken though it is open"
                assert true == value.value, f"{one.code} is silently wrong"
                read += 1
            case Missing() | Unclear():
                assert is_all_told or one.code in told, f"{one.code} was lost without a word"
            case NotApplicable():
                raise AssertionError(f"{one.code} was taken for not applicable")
    return read


STEPS = st.tuples(st.sampled_from(MUTATIONS), st.integers(0, 999), st.integers(0, 999))


@given(offset=st.integers(1, 500), steps=st.lists(STEPS, max_size=6))
@settings(max_examples=150, deadline=None)
def test_a_figure_is_read_right_or_not_taken_with_a_finding(offset, steps):
    """Nothing that people do to the layout makes a figure silently wrong or silently lost."""
    table = fresh({one.code: offset + 13 * index for index, one in enumerate(COUNTS)})
    for mutate, a, b in steps:
        mutate(table, a, b)
    check(table)


def test_the_untouched_form_is_read_whole():
    """The promise is not kept by reading nothing."""
    assert len(COUNTS) == check(fresh({one.code: 100 + 13 * index for index, one in enumerate(COUNTS)}))
