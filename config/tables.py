"""Tables that an office edits in Excel, CSV or .xlsx: rows of named cells, each with its place.

The place of a CSV cell is `file:line:field`: the line on which its row begins, and the field counted from 1.
The place of an .xlsx cell is `file!sheet!A1`.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config.spelling import propose_word
from config.yaml_places import decode_text
from domain.errors import Problem
from domain.vietnamese import clean, fold_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from openpyxl.workbook import Workbook

#: Rows that may stand above the header: agency, title, date.
_DEEPEST_HEADER = 40
_MOST_ROWS = 20_000
#: An office's sheet may carry a million formatted rows below its last entry.
_MOST_BLANK_ROWS = 300
_MOST_COLUMNS = 200
_EXCEL_FAULTS = frozenset(
    {"#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)
_NOT_COMPUTED = "#FORMULA?"
#: "(1) (2) (3)" or "A B C" below a header.
_COLUMN_NUMBER = re.compile(r"^\(?(\d{1,2}|[A-Z])\)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that a table may have."""

    name: str
    #: How offices head it, besides its name.
    words: tuple[str, ...] = ()
    required: bool = False
    #: The cell may hold several entries; a heading merged over two columns then means both.
    several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableKind:
    """The columns of one kind of table."""

    columns: tuple[Column, ...]
    #: Headings that say nothing to us and are passed over: "STT".
    ignored: tuple[str, ...] = ("STT", "TT", "Số TT", "Số thứ tự")
    #: A row in which all these are blank continues the row above (merged cells).
    identity: tuple[str, ...] = ()
    #: Row numbers and a second line of headings may stand below the header.
    messy: bool = False
    #: A table with a header and nothing below it says that there is nothing.
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands in a cell, as text, and where."""

    text: str
    place: str

    def problem(self, reason: str, remedy: str = "") -> Problem:
        """Complain about this cell."""
        return Problem(place=self.place, reason=reason, remedy=remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One filled row of a table."""

    place: str
    #: Every column of the kind; those the table lacks are blank.
    cells: Mapping[str, Cell]

    def __getitem__(self, name: str) -> Cell:
        return self.cells[name]

    def text(self, name: str) -> str:
        """Give the text of one column, empty when blank."""
        return self.cells[name].text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """Cells as they stand in one sheet or CSV reading."""

    file: str
    #: None in a CSV file.
    name: str | None
    #: (first line or row number, texts).
    lines: tuple[tuple[int, tuple[str, ...]], ...]

    def place(self, line: int, index: int | None = None) -> str:
        if self.name is None:
            return f"{self.file}:{line}" if index is None else f"{self.file}:{line}:{index + 1}"
        return f"{self.file}!{self.name}!{column_letters((index or 0) + 1)}{line}"


def read_table(file: str, content: bytes, kind: TableKind) -> tuple[tuple[Row, ...], tuple[Problem, ...]]:
    """Read a .csv or .xlsx table; never raises, a table without header gives no rows and a problem."""
    reader = _read_workbook if file.lower().endswith(".xlsx") else _read_csv
    sheets, problems = reader(file, content)
    if problems:
        return (), problems
    found = [(_score(sheet, kind), sheet) for sheet in sheets]
    (score, header), sheet = max(found, key=lambda entry: entry[0][0])
    if score == 0:
        return (), (_no_header(sheet, kind),)
    rows, complaints = _read_rows(sheet, kind, header)
    if not rows and not complaints and not kind.may_be_empty:
        complaints = (Problem(place=sheet.place(sheet.lines[header][0]), reason="The table has no rows."),)
    return rows, complaints


def _no_header(sheet: _Sheet, kind: TableKind) -> Problem:
    names = ", ".join(f"`{column.name}`" for column in kind.columns)
    return Problem(
        place=sheet.place(1),
        reason="No header row was found.",
        remedy=f"One row must name the columns: {names}.",
    )


def _headings(kind: TableKind) -> dict[str, Column]:
    return {fold_label(word): column for column in kind.columns for word in (column.name, *column.words)}


def _score(sheet: _Sheet, kind: TableKind) -> tuple[int, int]:
    """Tell how many columns the best header row names, and which row (index) it is."""
    known = _headings(kind)
    needed = {column.name for column in kind.columns if column.required}
    best = (0, 0)
    for index, (_, texts) in enumerate(sheet.lines[:_DEEPEST_HEADER]):
        named = {known[label].name for text in texts if (label := fold_label(text)) in known}
        # A single known word may stand in any title; two, or the only column needed, make a header.
        if (
            len(named) >= min(2, len(kind.columns))
            and (named & needed or not needed)
            and len(named) > best[0]
        ):
            best = (len(named), index)
    return best


def _read_rows(sheet: _Sheet, kind: TableKind, header: int) -> tuple[tuple[Row, ...], tuple[Problem, ...]]:
    columns, problems = _read_header(sheet, kind, header)
    rows: list[Row] = []
    for line, texts in sheet.lines[header + 1 :]:
        if not any(texts) or (kind.messy and _is_numbering(texts)):
            continue
        row, faults = _read_row(sheet, kind, columns, (line, texts))
        if kind.identity and all(not row.text(name) for name in kind.identity):
            if rows:
                rows[-1] = _join(rows[-1], row, kind)
                problems.extend(faults)
            elif not kind.messy:
                problems.append(
                    Problem(place=row.place, reason="This row names nothing.", remedy="Take it out.")
                )
            continue
        problems.extend(faults)
        rows.append(row)
    return tuple(rows), tuple(problems)


def _read_header(
    sheet: _Sheet, kind: TableKind, header: int
) -> tuple[dict[int, Column | None], list[Problem]]:
    """Tell which column stands at which index (None: passed over), and what is wrong with the headings."""
    known, ignored = _headings(kind), {fold_label(word) for word in kind.ignored}
    line, texts = sheet.lines[header]
    columns: dict[int, Column | None] = {}
    problems: list[Problem] = []
    taken: set[str] = set()
    before: Column | None = None
    for index, text in enumerate(texts):
        label = fold_label(text)
        column = known.get(label)
        if not text:
            # A heading merged over two columns stands in the first one only.
            if before is not None and before.several:
                columns[index] = before
            continue
        before = column
        if column is not None and column.name not in taken:
            taken.add(column.name)
            columns[index] = column
        elif column is not None:
            reason = f"The column `{column.name}` stands here twice."
            problems.append(Problem(place=sheet.place(line, index), reason=reason, remedy="Take one out."))
        elif label in ignored:
            columns[index] = None
        else:
            words = [column.name for column in kind.columns if column.name not in taken]
            reason, remedy = f"The column `{text}` is unknown.", propose_word(text, words)
            problems.append(Problem(place=sheet.place(line, index), reason=reason, remedy=remedy))
            columns[index] = None
    for column in kind.columns:
        if column.required and column.name not in taken:
            reason = f"The column `{column.name}` is missing."
            remedy = f"Add it to the header row{_or_words(column)}."
            problems.append(Problem(place=sheet.place(line), reason=reason, remedy=remedy))
    return columns, problems


def _or_words(column: Column) -> str:
    return f", as `{column.name}` or “{column.words[0]}”" if column.words else ""


def _is_numbering(texts: Sequence[str]) -> bool:
    filled = [text for text in texts if text]
    return len(filled) > 1 and all(_COLUMN_NUMBER.match(text) for text in filled)


def _read_row(
    sheet: _Sheet, kind: TableKind, columns: Mapping[int, Column | None], entry: tuple[int, tuple[str, ...]]
) -> tuple[Row, tuple[Problem, ...]]:
    line, texts = entry
    cells: dict[str, Cell] = {}
    problems: list[Problem] = []
    for index, text in enumerate(texts):
        place = sheet.place(line, index)
        if index not in columns:
            if text:
                remedy = "Give the column a heading, or quote cells with separators in them."
                problems.append(
                    Problem(place=place, reason=f"`{text}` stands under no heading.", remedy=remedy)
                )
            continue
        column = columns[index]
        if column is None:
            continue
        if text in _EXCEL_FAULTS or text == _NOT_COMPUTED:
            reason = f"Excel shows `{text}` here: the cell was taken for a formula."
            if text == _NOT_COMPUTED:
                reason = "A formula without a value stands here."
            problems.append(
                Problem(place=place, reason=reason, remedy="Format the cell as text and type it again.")
            )
        earlier = cells.get(column.name)
        both = "\n".join(part for part in (earlier.text if earlier else "", text) if part)
        cells[column.name] = Cell(text=both, place=earlier.place if earlier and earlier.text else place)
    at = {column.name: index for index, column in reversed(tuple(columns.items())) if column is not None}
    first = min(at.values(), default=0)
    for column in kind.columns:
        cells.setdefault(column.name, Cell(text="", place=sheet.place(line, at.get(column.name))))
    return Row(place=sheet.place(line, first), cells=cells), tuple(problems)


def _join(above: Row, row: Row, kind: TableKind) -> Row:
    """Add a row without a name of its own to the one above: its cells were merged over both."""
    cells = dict(above.cells)
    for column in kind.columns:
        more = row[column.name]
        if more.text:
            first = cells[column.name]
            cells[column.name] = (
                Cell(text=f"{first.text}\n{more.text}", place=first.place) if first.text else more
            )
    return Row(place=above.place, cells=cells)


def _read_csv(file: str, content: bytes) -> tuple[tuple[_Sheet, ...], tuple[Problem, ...]]:
    # Excel's “Unicode text” is UTF-16 with tabs.
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        content = content.decode("utf-16", "replace").encode()
    text, problems = decode_text(file, content)
    if problems:
        return (), problems
    readings = []
    for separator in ",;\t":
        try:
            lines = tuple(_split_lines(text, separator))
        except csv.Error as error:
            reason = f"The table cannot be taken apart: {error}."
            return (), (
                Problem(place=f"{file}:1", reason=reason, remedy="Look for a quote that never ends."),
            )
        readings.append(_Sheet(file=file, name=None, lines=lines))
    return tuple(readings), ()


def _split_lines(text: str, separator: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    begin = 1
    for texts in reader:
        yield begin, tuple(clean(text) for text in texts)
        begin = reader.line_num + 1


def _read_workbook(file: str, content: bytes) -> tuple[tuple[_Sheet, ...], tuple[Problem, ...]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy import

    try:
        # openpyxl warns of what it passes over (data validation, print settings); cells are all we want.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shown = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            typed = load_workbook(io.BytesIO(content), read_only=True)
            return _read_sheets(file, shown, typed)
    except Exception:  # noqa: BLE001 - openpyxl raises whatever a broken file provokes
        reason = "This is no .xlsx workbook that can be read."
        remedy = "Save it again in Excel as .xlsx, without password."
        return (), (Problem(place=file, reason=reason, remedy=remedy),)


def _read_sheets(
    file: str, book: Workbook, formulas: Workbook
) -> tuple[tuple[_Sheet, ...], tuple[Problem, ...]]:
    sheets = []
    for sheet in book.worksheets:
        # LibreOffice and others write a false extent ("A1"), which read-only mode would believe.
        sheet.reset_dimensions()
        written = formulas[sheet.title]
        written.reset_dimensions()
        pairs = zip(_values(sheet), _values(written), strict=False)
        sheets.append(_Sheet(file=file, name=sheet.title, lines=tuple(_read_lines(pairs))))
    if not sheets:
        return (), (Problem(place=file, reason="The workbook has no sheet with cells."),)
    return tuple(sheets), ()


def _values(sheet: Any) -> Iterator[Sequence[object]]:
    rows: Iterator[Sequence[object]] = sheet.iter_rows(
        values_only=True, max_row=_MOST_ROWS, max_col=_MOST_COLUMNS
    )
    return rows


def _read_lines(
    rows: Iterable[tuple[Sequence[object], Sequence[object]]],
) -> Iterator[tuple[int, tuple[str, ...]]]:
    blank = 0
    for number, (shown, typed) in enumerate(rows, start=1):
        texts = tuple(_write(value, formula) for value, formula in zip(shown, typed, strict=False))
        if any(texts):
            blank = 0
            yield number, texts
        else:
            blank += 1
            if blank > _MOST_BLANK_ROWS:
                return


def _write(value: object, formula: object) -> str:
    if value is None:
        # Programs other than Excel may save a formula without what it gives.
        return _NOT_COMPUTED if isinstance(formula, str) and formula.startswith("=") else ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean(str(value))


def column_letters(number: int) -> str:
    """Name a spreadsheet column: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
