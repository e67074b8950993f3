"""The tables of an own form: where the headings stand, what each column is for, where the rows end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.vietnamese import fold, fold_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.adoption.survey import Page, Shown

_WORDS: Final[dict[str, frozenset[str]]] = {
    "tt": frozenset({"tt", "stt", "so tt", "so thu tu", "muc"}),
    "label": frozenset({
        "noi dung", "chi tieu", "noi dung chi tieu", "ten chi tieu", "tieu chi", "noi dung bao cao",
        "noi dung cong viec", "noi dung thuc hien", "nhiem vu", "noi dung nhiem vu", "danh muc",
        "cac chi tieu", "noi dung chi", "linh vuc", "noi dung dao tao boi duong", "noi dung tong hop",
        "chi tieu bao cao",
    }),
    "measure": frozenset({"dvt", "don vi tinh", "don vi"}),
    "note": frozenset({"ghi chu", "ghi chu dien giai", "dien giai", "giai trinh", "thuiet minh"}),
    "code": frozenset({"ma", "ma so", "ma chi tieu", "ma ct"}),
}  # fmt: skip
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[A-ZĐ])\)?(?:\s*=.*)?")
_FOOT = re.compile(
    r"(?:nguoi lap|thu truong|truong phong|giam doc|noi nhan|ki ten|ki, ghi|kt\.|tm\.|lanh dao|chu tich"
    r"|ghi chu\s*:|\W*ngai\W+thang\W+nam|.{0,40},\s*ngai\b)"
)
_EMPTY_ROWS: Final = 3
_FEWEST_HEADINGS: Final = 2
_DEEPEST: Final = 60
#: Share of a column's cells that decides what the column is.
_MOST: Final = 0.6
_FIXED: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One column of a table."""

    column: int
    #: The lowest heading: "Trong đó: nữ".
    text: str
    #: All headings over it, from the top: "Số lượt người", "Trong đó: nữ".
    path: tuple[str, ...]
    #: Row of the lowest heading.
    row: int
    #: "tt", "label", "measure", "note", "code", or nothing.
    kind: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of a sheet."""

    page: Page
    #: First row of the headings.
    top: int
    headings: tuple[Heading, ...]
    #: Rows below the headings, without the row of column numbers.
    rows: range

    def first(self, kind: str) -> int | None:
        """Give the first column of a kind."""
        return next((one.column for one in self.headings if one.kind == kind), None)


def tables_of(page: Page) -> tuple[Table, ...]:
    """Find the tables of a sheet, from the top."""
    found: list[Table] = []
    row = 1
    while row <= page.last_row:
        table = _table_at(page, row)
        if table is None:
            row += 1
            continue
        found.append(table)
        row = max(table.rows.stop, row + 1)
    return tuple(found)


def _table_at(page: Page, row: int) -> Table | None:
    cells = [cell for cell in page.row(row) if not cell.is_formula]
    kinds = {_kind(cell.text) for cell in cells} - {""}
    if len(cells) < _FEWEST_HEADINGS or not kinds & {"tt", "label"}:
        return None
    if len(kinds) < _FEWEST_HEADINGS and len(cells) < _FEWEST_HEADINGS + 1 and "label" not in kinds:
        return None
    if not all(cell.is_bold or cell.is_bordered for cell in cells):
        return None
    bottom = max(page.merges.get((row, cell.column), (0, 0, row, 0))[2] for cell in cells)
    if _has_second_line(page, row, bottom, cells):
        bottom += 1
    headings = tuple(_headings(page, row, bottom))
    start = bottom + 1
    if _is_numbering(page, start, headings):
        start += 1
    return Table(page=page, top=row, headings=headings, rows=range(start, _end(page, start, headings)))


def _has_second_line(page: Page, row: int, bottom: int, cells: list[Shown]) -> bool:
    """Tell whether headings below a wide one make a second line although nothing is merged downwards."""
    wide = [page.merges.get((row, cell.column)) for cell in cells]
    if bottom > row or not any(one is not None and one[3] > one[1] for one in wide):
        return False
    below = page.row(row + 1)
    inside = [
        cell
        for cell in below
        if any(one and one[1] <= cell.column <= one[3] and one[3] > one[1] for one in wide)
    ]
    return bool(below) and len(inside) == len(below)


def _headings(page: Page, top: int, bottom: int) -> Iterator[Heading]:
    for column in range(1, page.last_column + 1):
        path: list[str] = []
        row = top
        for one in range(top, bottom + 1):
            cell = page.at(one, column)
            if cell.text and (not path or path[-1] != cell.text):
                path.append(cell.text)
                row = cell.row
        if path:
            covered = page.merges.get((row, column))
            if covered is not None and covered[1] != column and covered[0] == row and covered[2] >= bottom:
                continue  # one heading over several columns is the heading of the first
            yield Heading(column=column, text=path[-1], path=tuple(path), row=row, kind=_kind(path[-1]))


def _kind(text: str) -> str:
    folded = fold_label(text)
    return next((kind for kind, words in _WORDS.items() if folded in words), "")


def _is_numbering(page: Page, row: int, headings: tuple[Heading, ...]) -> bool:
    """Tell whether a row only numbers the columns: A, B, C, 1, 2."""
    texts = [cell.text for cell in page.row(row)]
    return (
        len(texts) >= max(_FEWEST_HEADINGS, len(headings) * _MOST)
        and all(_NUMBERED.fullmatch(text) for text in texts)
        and not page.at(row, headings[-1].column).is_formula
    )


def _end(page: Page, start: int, headings: tuple[Heading, ...]) -> int:
    """Give the first row that belongs to the table no more."""
    columns = [one.column for one in headings]
    empty = 0
    last = start
    for row in range(start, min(page.last_row, start + 1_000) + 1):
        cells = page.row(row)
        framed = any(page.at(row, column).is_bordered for column in columns)
        if not cells and not framed:
            empty += 1
            if empty >= _EMPTY_ROWS:
                break
            continue
        if not framed and (any(_FOOT.match(cell.folded) for cell in cells) or row > last + 1):
            break
        if row > start and _table_starts(page, row):
            break
        empty = 0
        last = row + 1
    return last


def _table_starts(page: Page, row: int) -> bool:
    kinds = {_kind(cell.text) for cell in page.row(row) if cell.is_bold or cell.is_bordered} - {""}
    return len(kinds) >= _FEWEST_HEADINGS and bool(kinds & {"tt", "label"})


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What the columns of a table of rows are for."""

    label: Heading
    tt: int | None
    measure: int | None
    note: int | None
    answers: tuple[Heading, ...]
    #: Computed by the form, or filled in by the office.
    computed: tuple[Heading, ...] = ()
    fixed: tuple[Heading, ...] = ()


def label_heading(table: Table) -> Heading | None:
    """Give the column that names the rows; None for a list, whose rows are empty."""
    named = [one for one in table.headings if one.kind == "label"]
    others = [one for one in table.headings if not one.kind]
    for heading in (*named, *others):
        texts = [
            cell
            for row in table.rows
            if (cell := table.page.own(row, heading.column)).text and not cell.is_formula
        ]
        words = [
            cell
            for cell in texts
            if not cell.is_number and len(cell.text) > _FEWEST_HEADINGS and not cell.is_blank
        ]
        if len(words) >= max(_FEWEST_HEADINGS, len(table.rows) * 0.3):
            return heading
    return None


def columns_of(table: Table, label: Heading) -> Columns:
    """Say what each column is for, by its heading and by what stands in it."""
    page = table.page
    rows = [
        row for row in table.rows if page.own(row, label.column).text and not _spans(page, row, label.column)
    ]
    answers: list[Heading] = []
    computed: list[Heading] = []
    fixed: list[Heading] = []
    spanned = page.merges.get((rows[0], label.column), (0, 0, 0, label.column))[3] if rows else label.column
    for one in table.headings:
        if one.kind or one.column == label.column or label.column < one.column <= spanned:
            continue
        cells = [page.at(row, one.column) for row in rows]
        formulas = sum(cell.is_formula for cell in cells)
        constants = sum(
            not cell.is_blank and not cell.is_formula and cell.text not in ("0", "0.0") for cell in cells
        )
        if cells and formulas >= _MOST * len(cells):
            computed.append(one)
        elif cells and constants >= _FIXED * len(cells):
            fixed.append(one)
        else:
            answers.append(one)
    return Columns(
        label=label,
        tt=table.first("tt"),
        measure=table.first("measure"),
        note=table.first("note"),
        answers=tuple(answers),
        computed=tuple(computed),
        fixed=tuple(fixed),
    )


def _spans(page: Page, row: int, column: int) -> bool:
    """Tell whether a label is merged far over the row, as the title of a section is."""
    merged = page.merges.get((row, column))
    return merged is not None and merged[3] >= page.last_column


def title_of(page: Page, before: int) -> str:
    """Give the title above a row: the longest line in capitals that is not the state's or agency's."""
    lines = [
        cell.text
        for row in range(1, min(before, _DEEPEST))
        for cell in page.row(row)
        if (cell.is_bold or cell.text.isupper()) and not cell.is_formula
    ]
    own = [
        line
        for line in lines
        if not re.match(r"cong hoa xa hoi|doc lap|ubnd|uu ban|so |phong |van phong|phu luc", fold(line))
    ]
    return max(own, key=lambda line: (line.isupper(), len(line)), default="")
