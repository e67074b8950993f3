"""The list sheets of a returned workbook: found by heading words and names, read row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.answers import ListRow, Missing, NotApplicable, Number, Place, TextValue, Unclear
from domain.findings import finding
from domain.forms import FieldType
from domain.ids import ListCode
from domain.repeats import Repeats
from domain.vietnamese import clean, fold, fold_label
from parsers.cells import Question, Reading, read_cell, shorten, spell
from parsers.layout import clip, holds_something, merges_of
from parsers.letters.legacy_text import readable
from parsers.number.qualifiers import added_of_other
from parsers.number.quantities import plain, says_not_arisen
from parsers.stamp import META_SHEET, read_column_name
from parsers.workbook import CellKind, column_letters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

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
#: "Tổng cộng", "Cộng: 02 mô hình", "Tổng số (I+II)"; but "Cộng đồng dân cư" is a name.
_TOTAL = re.compile(r"(?:tong|tong cong|cong|tong so)\s*(?:$|[:(0-9=].*)")
#: What stands beside a list under no heading.
_NAMELESS: Final = "(không tên)"
_GROUP = re.compile(r"(?:[ivx]{1,4}|[a-h])\s*[.)]?")
_NONE = frozenset({"khong", "khong co", "khong phat sinh", "0"})
#: Contents that are remembered while one list is read.
_MOST_KEPT: Final = 5_000
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


class _Spoken(NamedTuple):
    """The words of one cell."""

    text: str
    folded: str
    label: str


def read_lists(grid: Grid, spec: FormSpec, period: Period, *, without: Collection[str]) -> ReadLists:
    """Read every list of *spec* from the sheets of *grid*, leaving out the sheets of the form itself."""
    read = ReadLists()
    sheets = [
        sheet
        for sheet in grid.sheets
        if sheet.name not in without and not sheet.name.casefold().startswith(META_SHEET)
    ]
    words = frozenset[str]().union(*(one.first_words for one in spec.lists))
    shown = [(sheet, _headings_of(sheet, words)) for sheet in sheets] if spec.lists else []
    named = _named_headings(grid) if spec.lists else {}
    for one in spec.lists:
        tables = [
            table
            for sheet, headings in shown
            if (
                table := _find_table(
                    sheet, headings, named.get((sheet.name, one.code), {}), spec=one, form=spec
                )
            )
            is not None
        ]
        rows = _read_list(grid, one, tables, period, read)
        if rows is not None:
            read.rows[one.code] = rows
    return read


class _Headings(dict[int, str]):
    """The folded texts of one row by column."""

    @cached_property
    def firsts(self) -> frozenset[str]:
        """The words that they begin with."""
        return frozenset(words.split(" ", 1)[0] for words in self.values())


def _headings_of(sheet: Sheet, first_words: frozenset[str]) -> dict[int, _Headings]:
    """Give the folded texts of rows in which one begins with one of these words, by row and column."""
    rows: dict[int, _Headings] = {}
    for cell in sheet.cells.values():
        if cell.kind is CellKind.TEXT and cell.row <= _LAST_HEADER_ROW and len(cell.raw) <= _LONGEST_HEADING:
            if cell.row not in rows:
                rows[cell.row] = _Headings()
            rows[cell.row][cell.column] = fold_label(cell.raw)
    return {row: rows[row] for row in sorted(rows) if not first_words.isdisjoint(rows[row].firsts)}


def _find_table(
    sheet: Sheet,
    rows: Mapping[int, _Headings],
    named: Mapping[str, tuple[int, int]],
    *,
    spec: ListSpec,
    form: FormSpec,
) -> _Table | None:
    """Find the row of headings that shows this list best; None where the sheet is another one."""
    best: tuple[int, int, dict[str, list[int]]] | None = None
    fewest = len(spec.columns) * _SHARE_BY_NAME
    for row, headings in rows.items():
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


def _named_headings(grid: Grid) -> dict[tuple[str, ListCode], dict[str, tuple[int, int]]]:
    """Give the heading cells that names lead to, by sheet and list; a sheet's own names before the book's."""
    found: dict[tuple[str, ListCode], dict[str, tuple[int, int]]] = {}
    own = ((name, target) for (owner, name), target in grid.scoped_names.items() if owner == target[0])
    for name, (sheet, row, column) in (*grid.names.items(), *own):
        key = read_column_name(name)
        if key is not None:
            found.setdefault((sheet, key[0]), {})[key[1]] = (row, column)
    return found


def _columns_of(spec: ListSpec, headings: _Headings) -> dict[str, list[int]]:
    """Give the columns that each heading of the list may stand in: word for word, else with words added."""
    if spec.first_words.isdisjoint(headings.firsts):
        return {}
    labels = spec.words_of
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
    if any(_contents(rows) != _contents(filled[0][1]) for _, rows, _ in filled[1:]):
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


def _contents(rows: tuple[ListRow, ...]) -> list[Mapping[str, str | None]]:
    return [row.raw for row in rows]


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
        self._repeats = Repeats()
        #: What a cell's content read as: lists repeat themselves.
        self._readings: dict[tuple[str, Cell], Reading] = {}
        self._spoken: dict[tuple[str, str], _Spoken] = {}
        #: What a row says -> the first row that says it.
        self._first_with: dict[tuple[str | None, ...], int] = {}
        self._labels = set(table.spec.words_of.values())

    def read(self) -> tuple[tuple[ListRow, ...], list[Finding]]:
        rows: list[ListRow] = []
        unknown: dict[int, str] = {}
        for number, cells in self._cells_of.items():
            if number <= self._table.header_row:
                continue
            self._note_unknown(cells, unknown)
            if rows and self._goes_on(number, rows[-1]):
                rows[-1] = self._joined(rows[-1], number)
            elif self._is_total(number):
                self._compare_total(number, rows)
            elif self._is_entry(number):
                rows.append(self._read_row(number))
                self._remark(rows)
        told = [*self._missing_columns(), *self._repeats.told(), *self._unread_columns(unknown)]
        told += self._other_headings() if rows else ()
        return tuple(rows), told

    def _goes_on(self, row: int, above: ListRow) -> bool:
        """Tell whether a row only goes on with the entry above: its name is merged from there."""
        name = next((column for column in self._spec.columns if column.type is FieldType.TEXT), None)
        column = self._table.columns.get(name.name) if name is not None else None
        merged = self._merges.get((row, column)) if column is not None else None
        if merged is None or not self._table.header_row < merged[0] <= above.row < row:
            return False
        # A row with a number of its own, or with more than a cell or two, is an entry under the same name.
        own = [
            cell
            for cell in self._cells_of[row]
            if holds_something(cell) and self._merges.get((row, cell.column), (row,))[0] == row
        ]
        is_counted = any(_TT_NUMBER.fullmatch(cell.raw.strip()) for cell in own[:1])
        return not is_counted and len(own) <= max(1, len(self._table.columns) // 4)

    def _joined(self, above: ListRow, row: int) -> ListRow:
        """Add what a row goes on with: words to words; a second number is asked about."""
        values = dict(above.values)
        for column in self._spec.columns:
            number = self._table.columns.get(column.name)
            merged = self._merges.get((row, number)) if number is not None else None
            cell = self._sheet.at(row, number) if number is not None else None
            if cell is None or not holds_something(cell) or (merged is not None and merged[0] < row):
                continue
            place = Place(sheet=self._sheet.name, cell=above.cells.get(column.name, cell.address))
            words = {"elsewhere": cell.address, "raw": shorten(readable(cell.raw, cell.font))}
            told = {"field": self._spec.code, "label": column.label, **words}
            own = values.get(column.name)
            if column.type is FieldType.TEXT and cell.kind is CellKind.TEXT and isinstance(own, TextValue):
                values[column.name] = TextValue(f"{own.text}\n{clean(readable(cell.raw, cell.font))}")
                self._repeats.add(finding("text_goes_on", place, **told))
            else:
                values[column.name] = Unclear()
                self._repeats.add(finding("more_below", place, **told))
        return replace(above, values=values)

    def _other_headings(self) -> Iterator[Finding]:
        """Ask about columns whose headings add that they hold a plan, another time or a multiple."""
        for column in self._spec.columns:
            number = self._table.columns.get(column.name)
            cell = self._sheet.at(self._table.header_row, number) if number is not None else None
            if cell is None or cell.kind is not CellKind.TEXT or column.type is FieldType.CHOICE:
                continue
            words = readable(cell.raw, cell.font)
            if words != column.label and added_of_other(words, column.label, column.measure, self._period):
                yield finding(
                    "list_heading_of_other",
                    Place(sheet=self._sheet.name, cell=cell.address),
                    field=self._spec.code,
                    label=column.label,
                    raw=clip(clean(words)),
                )

    def _missing_columns(self) -> Iterator[Finding]:
        for column in self._spec.columns:
            lacks = column.name not in self._table.columns
            if lacks and (column.required or column.name in self._table.unclear):
                yield finding(
                    "list_column_not_found",
                    None,
                    field=self._spec.code,
                    label=column.label,
                    sheet=self._sheet.name,
                )

    def _unread_columns(self, unknown: Mapping[int, str]) -> Iterator[Finding]:
        for number, heading in unknown.items():
            place = Place(sheet=self._sheet.name, cell=f"{column_letters(number)}{self._table.header_row}")
            yield finding(
                "list_column_unread", place, field=self._spec.code, sheet=self._sheet.name, raw=heading
            )

    def _remark(self, rows: list[ListRow]) -> None:
        """Say when the newest row is hidden, is word for word a row above, or is struck out."""
        newest = rows[-1]
        place = Place(sheet=self._sheet.name, cell=next(iter(newest.cells.values())))
        code, title = self._spec.code, self._spec.title
        if self._is_struck(newest.row):
            self._repeats.add(finding("list_row_struck", place, field=code, label=title, row=newest.row))
        if newest.row in self._sheet.hidden_rows:
            self._repeats.add(finding("hidden_row", place, field=code, label=title, row=newest.row))
        first = self._first_with.setdefault(tuple(newest.raw.values()), newest.row)
        if first != newest.row:
            self._repeats.add(
                finding("list_row_repeated", place, field=code, label=title, row=newest.row, first=first)
            )

    def _is_struck(self, row: int) -> bool:
        """Tell whether all words of a row are struck out."""
        texts = [cell for cell in self._cells_of[row] if cell.kind is CellKind.TEXT and holds_something(cell)]
        return bool(texts) and all(cell.is_marked for cell in texts)

    def _note_unknown(self, cells: tuple[Cell, ...], unknown: dict[int, str]) -> None:
        """Remember headed columns that hold something and are no column of the list."""
        known = set(self._table.columns.values())
        for cell in cells:
            if cell.column in known or cell.column in unknown or not holds_something(cell):
                continue
            heading = self._sheet.at(self._table.header_row, cell.column)
            if heading.kind is CellKind.TEXT and fold_label(heading.raw) not in ("tt", "stt", "so tt", "ma"):
                unknown[cell.column] = clip(clean(heading.raw))
            elif heading.kind is CellKind.EMPTY and known and cell.column > max(known):
                unknown[cell.column] = f"{_NAMELESS} {shorten(readable(cell.raw, cell.font))}"

    def _cell(self, row: int, column: int) -> Cell:
        """Give the cell that shows there: of a merged range its first one."""
        merged = self._merges.get((row, column))
        if merged is None or merged[1] != column:
            return self._sheet.at(row, column)
        return self._sheet.at(max(merged[0], self._table.header_row + 1), column)

    def _is_entry(self, row: int) -> bool:
        """Tell whether a row is an entry: no empty, numbering, example, remark or total row."""
        columns = self._table.columns.values()
        own = [cell for column in columns if holds_something(cell := self._sheet.at(row, column))]
        spoken = [self._hear(cell) for cell in own]
        texts = [one.folded for one in spoken]
        if not own or all(one.label in self._labels for one in spoken):
            return False
        if all(one.folded in _NONE or says_not_arisen(plain(one.text)) for one in spoken):
            return False
        start = self._first_cell(row)
        first = start.folded if start is not None else ""
        if self._is_numbering(row, own):
            return False
        if _EXAMPLE.match(first) or _EXAMPLE.match(texts[0]):
            self._tell_skipped(row, own[0])
            return False
        if len(own) == 1 and any(_REMARK.match(text) for text in texts):
            return False
        if len(own) == 1 and _GROUP.fullmatch(first) and own[0].kind is CellKind.TEXT and texts[0] != first:
            # "II | Lĩnh vực cải cách hành chính": a heading over the entries below.
            self._tell_skipped(row, own[0])
            return False
        return True

    def _is_total(self, row: int) -> bool:
        """Tell whether a row adds up the rows above."""
        columns = self._table.columns.values()
        own = [cell for column in columns if holds_something(cell := self._sheet.at(row, column))]
        start = self._first_cell(row)
        texts = [start.folded if start is not None else "", *(self._hear(cell).folded for cell in own)]
        is_said = any(_TOTAL.fullmatch(text.strip(" .-–*")) for text in texts)
        return is_said and self._lacks_required(row)

    def _compare_total(self, row: int, rows: list[ListRow]) -> None:
        """Tell where a total is another one than its rows come to: a row may be missing, or wrong."""
        for column in self._spec.columns:
            number = self._table.columns.get(column.name)
            cell = self._sheet.at(row, number) if number is not None else None
            if cell is None or column.type not in _NUMBERS or not holds_something(cell):
                continue
            said = self._read_content(row, cell, column).value
            values = [each.values.get(column.name) for each in rows]
            if not isinstance(said, Number) or any(isinstance(value, Unclear) for value in values):
                continue
            total = sum((value.value for value in values if isinstance(value, Number)), Decimal(0))
            if said.value != total:
                place = Place(sheet=self._sheet.name, cell=cell.address)
                words = {"label": column.label, "raw": spell(said.value), "value": spell(total)}
                self._repeats.add(finding("list_total_differs", place, field=self._spec.code, **words))

    def _lacks_required(self, row: int) -> bool:
        """Tell whether a column that every entry must fill is empty."""
        for column in self._spec.columns:
            number = self._table.columns.get(column.name)
            if column.required and (number is None or not holds_something(self._cell(row, number))):
                return True
        return False

    def _tell_skipped(self, row: int, cell: Cell) -> None:
        place = Place(sheet=self._sheet.name, cell=cell.address)
        code, title = self._spec.code, self._spec.title
        self._repeats.add(
            finding(
                "list_row_skipped",
                place,
                field=code,
                label=title,
                row=row,
                raw=shorten(readable(cell.raw, cell.font)),
            )
        )

    def _first_cell(self, row: int) -> _Spoken | None:
        return next((self._hear(cell) for cell in self._cells_of[row] if holds_something(cell)), None)

    def _hear(self, cell: Cell) -> _Spoken:
        """Give the words of a cell, as they read and folded."""
        key = (cell.raw, cell.font)
        spoken = self._spoken.get(key)
        if spoken is None:
            text = readable(cell.raw, cell.font)
            spoken = _Spoken(text=text, folded=fold(text), label=fold_label(text))
            if len(self._spoken) < _MOST_KEPT:
                self._spoken[key] = spoken
        return spoken

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
            if cell.is_marked and cell.kind is CellKind.TEXT and self._is_struck(row):
                cell = cell._replace(is_marked=False)  # said of the row, not of each of its cells
            reading = self._read_cell(row, cell, column)
            comment = self._sheet.comments.get((row, number))
            if comment:
                place = Place(sheet=self._sheet.name, cell=cell.address)
                told = {"field": self._spec.code, "label": column.label, "raw": clip(comment)}
                self._repeats.add(finding("comment_told", place, **told))
            values[column.name] = reading.value
            raw[column.name] = cell.raw if cell.kind is not CellKind.EMPTY else None
            places[column.name] = cell.address
        return ListRow(
            list=self._spec.code, sheet=self._sheet.name, row=row, values=values, raw=raw, cells=places
        )

    def _read_cell(self, row: int, cell: Cell, column: ListColumn) -> Reading:
        """Read a cell as its column asks; what was read from the same content above is not read again."""
        if cell.row != row:
            reading = self._read_content(row, cell, column)
        else:
            key = (column.name, cell._replace(row=0, column=0))
            known = self._readings.get(key)
            if known is not None and self._counts_like(known, cell):
                return known
            reading = self._read_content(row, cell, column)
            if len(self._readings) < _MOST_KEPT:
                self._readings[key] = reading
        for one in reading.findings:
            self._repeats.add(one)
        return reading

    def _counts_like(self, known: Reading, cell: Cell) -> bool:
        """Tell whether what there was to say of *known* is said of *cell* by counting it."""
        codes = [one.code for one in known.findings]
        return not codes or self._repeats.add_like(codes, self._sheet.name, cell.address)

    def _read_content(self, row: int, cell: Cell, column: ListColumn) -> Reading:
        place = Place(sheet=self._sheet.name, cell=cell.address)
        question = Question(
            place=place,
            field=self._spec.code,
            label=column.label,
            type=column.type,
            measure=column.measure or column.label,
            decimals=column.decimals,
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
