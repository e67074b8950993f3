"""The list sheets of a returned workbook: found by heading words and names, read row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from domain.answers import ListRow, Missing, NotApplicable, Place, Unclear
from domain.findings import finding
from domain.forms import FieldType
from domain.ids import ListCode
from domain.vietnamese import clean, fold, fold_label
from parsers.cells import Question, Reading, read_cell, shorten
from parsers.layout import clip, holds_something, merges_of
from parsers.legacy_text import readable
from parsers.quantities import plain, says_not_arisen
from parsers.stamp import META_SHEET, read_column_name
from parsers.workbook import CellKind, column_letters

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from domain.answers import AnswerValue
    from domain.findings import Finding
    from domain.forms import FormSpec, ListColumn, ListSpec
    from parsers.days import Period
    from parsers.workbook import Cell, Grid, Sheet

#: Share of a list's headings that a row must show to be its heading row.
_SHARE: Final = 0.6
_SHARE_BY_NAME: Final = 0.4
_LAST_HEADER_ROW: Final = 200
_LONGEST_HEADING: Final = 120
_NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY)

#: "Ví dụ: …", "(Mẫu) …"; but "Mẫu hình cán bộ thân thiện" is a name.
_EXAMPLE = re.compile(r"\(?\s*(?:vi du|vd|mau)\s*(?:[0-9]{0,2}\s*[:.)\-–]|[0-9]{0,2}$)")
_REMARK = re.compile(
    r"\(?\s*(?:huong dan|ghi chu|luu i|nguoi lap|thu truong|truong phong|giam doc|chanh van phong|ki ten"
    r"|ki, ghi|xac nhan|noi nhan|kt\.|tm\.|danh sach nai|.*ngai .*thang .*nam)|\*"
)
_TOTAL = frozenset({"tong", "tong cong", "cong", "tong so"})
_NONE = frozenset({"khong", "khong co", "khong phat sinh", "0"})
_TT_NUMBER = re.compile(r"\(?[0-9]{1,3}(?:\.0)?[.)]*")


@dataclass(slots=True)
class ReadLists:
    """All lists of a form, and what there is to say about them."""

    #: Without the lists that were not found, or found twice: nobody knows how many rows they have.
    rows: dict[ListCode, tuple[ListRow, ...]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A sheet read as one list: heading row and columns."""

    spec: ListSpec
    sheet: Sheet
    header_row: int
    columns: Mapping[str, int]
    #: Columns headed twice alike.
    unclear: frozenset[str] = frozenset()


def read_lists(grid: Grid, spec: FormSpec, period: Period, *, without: Collection[str]) -> ReadLists:
    """Read every list of *spec* from the sheets of *grid*, leaving out the sheets of the form itself."""
    read = ReadLists()
    sheets = [
        sheet
        for sheet in grid.sheets
        if sheet.name not in without and not sheet.name.casefold().startswith(META_SHEET)
    ]
    for one in spec.lists:
        tables = [table for sheet in sheets if (table := _find_table(grid, sheet, one, spec)) is not None]
        rows = _read_list(grid, one, tables, period, read)
        if rows is not None:
            read.rows[one.code] = rows
    return read


def _find_table(grid: Grid, sheet: Sheet, spec: ListSpec, form: FormSpec) -> _Table | None:
    """Find the row of headings that shows this list best; None where the sheet is another one."""
    named = {
        key[1]: (row, column)
        for name, (target, row, column) in {**grid.names, **_own_names(grid, sheet)}.items()
        if target == sheet.name and (key := read_column_name(name)) is not None and key[0] == spec.code
    }
    rows: dict[int, dict[int, str]] = {}
    for cell in sheet.cells.values():
        if cell.kind is CellKind.TEXT and cell.row <= _LAST_HEADER_ROW and len(cell.raw) <= _LONGEST_HEADING:
            rows.setdefault(cell.row, {})[cell.column] = fold_label(cell.raw)
    best: tuple[int, int, dict[str, list[int]]] | None = None
    fewest = len(spec.columns) * _SHARE_BY_NAME
    for row, headings in sorted(rows.items()):
        columns = _columns_of(spec, headings) if len(headings) >= fewest else {}
        if best is None or len(columns) > best[0]:
            best = (len(columns), row, columns)
    by_name = fold(sheet.name) == fold(spec.sheet)
    if best is None or best[0] < len(spec.columns) * (_SHARE_BY_NAME if by_name or named else _SHARE):
        return None
    others = (other for other in form.lists if other.code != spec.code)
    if not by_name and any(len(_columns_of(other, rows[best[1]])) > best[0] for other in others):
        return None
    _, header_row, found = best
    placed = {name: places[0] for name, places in found.items() if len(places) == 1}
    for name, (row, column) in named.items():
        # A heading in other words is known by its name, unless the words are another column's.
        if name not in found and row == header_row and column not in placed.values():
            placed[name] = column
    return _Table(
        spec=spec,
        sheet=sheet,
        header_row=header_row,
        columns=placed,
        unclear=frozenset(name for name, places in found.items() if len(places) > 1),
    )


def _own_names(grid: Grid, sheet: Sheet) -> dict[str, tuple[str, int, int]]:
    return {name: target for (owner, name), target in grid.scoped_names.items() if owner == sheet.name}


def _columns_of(spec: ListSpec, headings: Mapping[int, str]) -> dict[str, list[int]]:
    """Give the columns that each heading of the list may stand in: word for word, else with words added."""
    labels = {column.name: fold_label(column.label) for column in spec.columns}
    found: dict[str, list[int]] = {}
    for name, label in labels.items():
        places = [column for column, words in headings.items() if words == label]
        if places:
            found[name] = places
    taken = {place for places in found.values() for place in places}
    for name, label in labels.items():
        if name in found:
            continue
        places = [
            column
            for column, words in headings.items()
            if column not in taken and words.startswith(f"{label} ") and words not in labels.values()
        ]
        if len(places) == 1:
            found[name] = places
            taken.add(places[0])
    return found


def _read_list(
    grid: Grid, spec: ListSpec, tables: list[_Table], period: Period, read: ReadLists
) -> tuple[ListRow, ...] | None:
    """Give the rows of a list; None where they cannot be known."""
    if not tables:
        read.findings.append(finding("list_sheet_missing", None, field=spec.code, sheet=spec.sheet))
        return None
    readings = [(table, *_TableReader(table, grid, period).read()) for table in tables]
    filled = [one for one in readings if one[1]]
    distinct = {tuple(tuple(sorted(row.raw.items(), key=str)) for row in rows) for _, rows, _ in filled}
    if len(distinct) > 1:
        names = ", ".join(f"‘{table.sheet.name}’" for table, _, _ in filled)
        read.findings.append(finding("list_sheet_twice", None, field=spec.code, label=spec.title, raw=names))
        return None
    table, rows, findings = min(
        filled or readings, key=lambda one: (one[0].sheet.name != spec.sheet, one[0].sheet.hidden)
    )
    read.findings.extend(findings)
    if table.sheet.name != spec.sheet and rows:
        read.sentences.append(f"Danh sách {spec.title} được tìm thấy ở trang ‘{table.sheet.name}’.")
    return rows


class _TableReader:
    """Reads the rows below the headings of one list."""

    def __init__(self, table: _Table, grid: Grid, period: Period) -> None:
        self._table = table
        self._spec = table.spec
        self._sheet = table.sheet
        self._period = period
        self._counts_from_1904 = grid.counts_from_1904
        self._merges = merges_of(table.sheet)
        self._cells_of = dict(table.sheet.rows())
        self._findings: list[Finding] = []
        #: What a row says -> the first row that says it.
        self._first_with: dict[tuple[tuple[str, str | None], ...], int] = {}
        self._labels = {fold_label(column.label) for column in table.spec.columns}

    def read(self) -> tuple[tuple[ListRow, ...], list[Finding]]:
        rows: list[ListRow] = []
        unknown: dict[int, str] = {}
        for number, cells in self._cells_of.items():
            if number <= self._table.header_row:
                continue
            self._note_unknown(cells, unknown)
            if self._is_entry(number):
                rows.append(self._read_row(number))
                self._remark(rows)
        for column in self._spec.columns:
            lacks = column.name not in self._table.columns
            if lacks and (column.required or column.name in self._table.unclear):
                self._findings.insert(
                    0,
                    finding(
                        "list_column_not_found",
                        None,
                        field=self._spec.code,
                        label=column.label,
                        sheet=self._sheet.name,
                    ),
                )
        for column_number, heading in unknown.items():
            self._findings.append(
                finding(
                    "list_column_unread",
                    Place(
                        sheet=self._sheet.name,
                        cell=f"{column_letters(column_number)}{self._table.header_row}",
                    ),
                    field=self._spec.code,
                    sheet=self._sheet.name,
                    raw=heading,
                )
            )
        return tuple(rows), self._findings

    def _remark(self, rows: list[ListRow]) -> None:
        """Say when the newest row is hidden, or is word for word a row above."""
        newest = rows[-1]
        place = Place(sheet=self._sheet.name, cell=next(iter(newest.cells.values())))
        code, title = self._spec.code, self._spec.title
        if newest.row in self._sheet.hidden_rows:
            self._findings.append(finding("hidden_row", place, field=code, label=title, row=newest.row))
        first = self._first_with.setdefault(tuple(sorted(newest.raw.items(), key=str)), newest.row)
        if first != newest.row:
            self._findings.append(
                finding("list_row_repeated", place, field=code, label=title, row=newest.row, first=first)
            )

    def _note_unknown(self, cells: tuple[Cell, ...], unknown: dict[int, str]) -> None:
        """Remember headed columns that hold something and are no column of the list."""
        known = set(self._table.columns.values())
        for cell in cells:
            if cell.column in known or cell.column in unknown or not holds_something(cell):
                continue
            heading = self._sheet.at(self._table.header_row, cell.column)
            if heading.kind is CellKind.TEXT and fold_label(heading.raw) not in ("tt", "stt", "so tt", "ma"):
                unknown[cell.column] = clip(clean(heading.raw))

    def _cell(self, row: int, column: int) -> Cell:
        """Give the cell that shows there: of a merged range its first one."""
        merged = self._merges.get((row, column))
        if merged is None or merged[1] != column:
            return self._sheet.at(row, column)
        return self._sheet.at(max(merged[0], self._table.header_row + 1), column)

    def _is_entry(self, row: int) -> bool:
        """Tell whether a row is an entry: no empty, numbering, example, remark or total row."""
        cells = {name: self._cell(row, column) for name, column in self._table.columns.items()}
        own = {
            name: self._sheet.at(row, column)
            for name, column in self._table.columns.items()
            if holds_something(self._sheet.at(row, column))
        }
        words = [readable(cell.raw, cell.font) for cell in own.values()]
        texts = [fold(text) for text in words]
        if not own or all(fold_label(text) in self._labels for text in texts):
            return False
        if all(
            text in _NONE or says_not_arisen(plain(said)) for text, said in zip(texts, words, strict=True)
        ):
            return False
        first = fold(self._first_text(row))
        if self._is_numbering(row, list(own.values())):
            return False
        if _EXAMPLE.match(first) or _EXAMPLE.match(texts[0]):
            self._tell_skipped(row, next(iter(own.values())))
            return False
        if len(own) == 1 and any(_REMARK.match(text) for text in texts):
            return False
        is_total = fold_label(first) in _TOTAL or any(fold_label(text) in _TOTAL for text in texts)
        lacking = sum(
            1 for column in self._spec.columns if column.required and not _is_filled(cells, column.name)
        )
        return not (is_total and lacking)

    def _tell_skipped(self, row: int, cell: Cell) -> None:
        place = Place(sheet=self._sheet.name, cell=cell.address)
        code, title = self._spec.code, self._spec.title
        self._findings.append(
            finding(
                "list_row_skipped",
                place,
                field=code,
                label=title,
                row=row,
                raw=shorten(readable(cell.raw, cell.font)),
            )
        )

    def _first_text(self, row: int) -> str:
        return next(
            (readable(cell.raw, cell.font) for cell in self._cells_of[row] if holds_something(cell)), ""
        )

    def _is_numbering(self, row: int, own: list[Cell]) -> bool:
        """Tell whether a row only counts the columns: (1) (2) (3)."""
        if row > self._table.header_row + 2 or len(own) < len(self._table.columns):
            return False
        numbers = [cell.raw.strip() for cell in sorted(own, key=lambda cell: cell.column)]
        if not all(_TT_NUMBER.fullmatch(number) for number in numbers):
            return False
        counted = [int(re.sub(r"\D", "", number.removesuffix(".0"))) for number in numbers]
        return counted == list(range(counted[0], counted[0] + len(counted)))

    def _read_row(self, row: int) -> ListRow:
        values: dict[str, AnswerValue] = {}
        raw: dict[str, str | None] = {}
        places: dict[str, str] = {}
        for column in self._spec.columns:
            number = self._table.columns.get(column.name)
            if number is None:
                values[column.name] = Missing()
                continue
            cell = self._cell(row, number)
            reading = self._read_cell(row, cell, column)
            values[column.name] = reading.value
            raw[column.name] = cell.raw if cell.kind is not CellKind.EMPTY else None
            places[column.name] = cell.address
            self._findings.extend(reading.findings)
        return ListRow(
            list=self._spec.code, sheet=self._sheet.name, row=row, values=values, raw=raw, cells=places
        )

    def _read_cell(self, row: int, cell: Cell, column: ListColumn) -> Reading:
        place = Place(sheet=self._sheet.name, cell=cell.address)
        question = Question(
            place=place,
            field=self._spec.code,
            label=column.label,
            type=column.type,
            measure=column.label,
            choices=column.choices,
            in_period=column.required,
            period=self._period,
            counts_from_1904=self._counts_from_1904,
        )
        if cell.row != row and column.type in _NUMBERS:
            # One number over several rows: whose it is, nobody can tell.
            return Reading(Unclear(), (question.finding("merged_cells", raw=shorten(cell.raw)),))
        reading = read_cell(cell, question)
        match reading.value:
            case Missing() if column.required:
                return Reading(Missing(), (question.finding("list_cell_missing", row=row),))
            case NotApplicable() if column.required and column.type in _NUMBERS:
                return Reading(reading.value, (question.finding("not_applicable_in_required"),))
            case NotApplicable() if column.required:
                return Reading(Unclear(), (question.finding("list_cell_missing", row=row),))
        return reading


def _is_filled(cells: Mapping[str, Cell], name: str) -> bool:
    return name in cells and holds_something(cells[name])
