"""Fill forms with numbers of which each occurs once, alter them as people do, and read them back.

A number that is taken for a field although it was typed for another one is WRONG, whatever was done to the
form; so is one that is gone without a word. Everything else is right, or asked about. Nothing here is shared
with the reader: the forms are altered as files, and the numbers themselves say where they belong.

    python -m tools.alter_forms --forms 2000 --seed 1
    python -m tools.alter_forms --only 1/137     # one form again, with what was done to it
"""

from __future__ import annotations

import argparse
import copy
import datetime as dt
import io
import random
import sys
import tempfile
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.workbook.defined_name import DefinedName

from config.campaign import load_campaign
from config.examples import lay_example
from domain.answers import Missing, Number, TextValue
from domain.errors import AmbiguousForm, UnknownForm
from domain.findings import Severity
from domain.forms import FieldType
from parsers.blank.workbook import blank_workbook
from parsers.form import parse_form
from parsers.opening import open_grid
from parsers.workbook import column_letters, place_of
from service.adopting import adopt
from service.premises import directly

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domain.answers import ParsedForm
    from domain.campaigns import Campaign

    Place = tuple[int, int]

_NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY)
_OWN_FORMS = Path(__file__).parents[1] / "tests" / "data" / "adoption"
_LIST_ROWS = 4
#: Numbers of the unit's own, which are nobody's answer.
_FOREIGN = 770_000


@dataclass
class Page:
    """One sheet in the making."""

    name: str
    cells: dict[Place, Any] = field(default_factory=dict)
    formats: dict[Place, str] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    @property
    def last_row(self) -> int:
        """Give the last row in which something stands."""
        return max((row for row, _ in self.cells), default=1)

    @property
    def last_column(self) -> int:
        """Give the last column in which something stands."""
        return max((column for _, column in self.cells), default=1)


@dataclass
class Book:
    """A filled form in the making, with what was typed where it belongs."""

    campaign: Campaign
    pages: list[Page]
    #: Name -> (index of the page, row, column).
    names: dict[str, tuple[int, int, int]]
    properties: dict[str, str]
    #: What was typed for each number field.
    typed: dict[str, int]
    done: list[str] = field(default_factory=list)
    #: Names follow their cells, as in Excel; other programs leave them behind.
    names_follow: bool = True

    @property
    def form(self) -> Page:
        """Give the page of the form."""
        return next(page for page in self.pages if page.name != "_meta")

    def move(self, page: Page, turn: Callable[[int, int], Place | None]) -> None:
        """Move every cell of a page; *turn* gives its new place, None for gone."""
        page.cells, page.formats = (
            {new: value for place, value in old.items() if (new := turn(*place)) is not None}
            for old in (page.cells, page.formats)
        )
        merges = []
        for top, left, bottom, right in page.merges:
            first, last = turn(top, left), turn(bottom, right)
            size = (bottom - top, right - left)
            if first and last and (last[0] - first[0], last[1] - first[1]) == size:
                merges.append((*first, *last))
        page.merges = merges
        if self.names_follow:
            index = self.pages.index(page)
            for name, (where, row, column) in list(self.names.items()):
                if where == index:
                    new = turn(row, column)
                    if new is None:
                        del self.names[name]
                    else:
                        self.names[name] = (index, *new)

    def save(self) -> bytes:
        """Write the workbook."""
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for page in self.pages:
            sheet = book.create_sheet(page.name)
            for place, value in page.cells.items():
                cell = sheet.cell(*place, value)
                cell.number_format = page.formats.get(place, "General")
            for top, left, bottom, right in page.merges:
                # Excel does not merge over what stands there without asking; openpyxl would drop it.
                inside = [
                    (row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)
                ]
                if not any(place in page.cells for place in inside[1:]):
                    sheet.merge_cells(None, top, left, bottom, right)
            sheet.sheet_state = "hidden" if page.hidden else "visible"
            for row in page.hidden_rows:
                sheet.row_dimensions[row].hidden = True
            for column in page.hidden_columns:
                sheet.column_dimensions[column_letters(column)].hidden = True
        for name, (index, row, column) in self.names.items():
            sheet_name = self.pages[index].name.replace("'", "''")
            book.defined_names[name] = DefinedName(
                name, attr_text=f"'{sheet_name}'!${column_letters(column)}${row}"
            )
        written = io.BytesIO()
        book.save(written)
        return written.getvalue()


def load(campaign: Campaign) -> Book:
    """Fill the blank of the campaign's first unit with numbers of which each occurs once."""
    source = openpyxl.load_workbook(io.BytesIO(blank_workbook(campaign, campaign.units[0])))
    pages = []
    for sheet in source.worksheets:
        page = Page(sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    page.cells[cell.row, cell.column] = cell.value  # type: ignore[index]
                if cell.number_format != "General":
                    page.formats[cell.row, cell.column] = cell.number_format  # type: ignore[index]
        page.merges = [
            (one.min_row, one.min_col, one.max_row, one.max_col) for one in sheet.merged_cells.ranges
        ]
        pages.append(page)
    order = {page.name: index for index, page in enumerate(pages)}
    names: dict[str, tuple[int, int, int]] = {}
    for name, defined in source.defined_names.items():
        sheet_name, _, cell = defined.attr_text.rpartition("!")
        place = place_of(cell.replace("$", ""))
        if place is not None and sheet_name.strip("'").replace("''", "'") in order:
            names[name] = (order[sheet_name.strip("'").replace("''", "'")], *place)
    made = Book(campaign=campaign, pages=pages, names=names, properties={}, typed={})
    _fill(made)
    return made


def _fill(book: Book) -> None:
    form = book.form
    for number, one in enumerate(book.campaign.form.fields, start=1001):
        target = book.names.get(f"ma_{one.code}")
        if target is None or one.type is FieldType.COMPUTED or one.prefilled:
            continue
        place = target[1:]
        if one.type in _NUMBERS:
            form.cells[place] = book.typed[one.code] = number
        elif one.type is FieldType.DATE:
            form.cells[place] = dt.datetime(2021, 10, 1 + number % 28)  # noqa: DTZ001 - as Excel keeps a day
            form.formats[place] = "dd/mm/yyyy"
        else:
            form.cells[place] = f"Lời của {one.code}"
    for spec in book.campaign.form.lists:
        page = next(page for page in book.pages if page.name == spec.sheet)
        for column_number, column in enumerate(spec.columns):
            target = book.names.get(f"cot_{spec.code}_{column.name}")
            if target is None:
                continue
            _, row, at = target
            first = row + 1 + (str(page.cells.get((row + 1, at), "")).startswith("("))
            for number in range(_LIST_ROWS):
                page.cells[first + number, at] = _list_value(column, spec.code, number, column_number)


def _list_value(column: Any, code: str, row: int, column_number: int) -> Any:
    if column.choices:
        return column.choices[row % len(column.choices)]
    if column.type is FieldType.DATE:
        return dt.datetime(2021, 10, 3 + row)  # noqa: DTZ001 - as Excel keeps a day
    if column.type in _NUMBERS:
        return 5000 + 100 * row + column_number
    return f"{code} hàng {row} cột {column_number}"


# What people do


def _rows_of(book: Book) -> list[int]:
    """Give the rows of the form in which a field stands."""
    values = set(book.typed.values())
    return sorted({row for (row, _), value in book.form.cells.items() if value in values})


def insert_rows(book: Book, chance: random.Random) -> None:
    """Insert rows: empty ones, or the unit's own with numbers."""
    at, count = chance.choice(_rows_of(book)), chance.randrange(1, 4)
    book.move(book.form, lambda row, column: (row + count if row >= at else row, column))
    if chance.random() < 0.5:  # noqa: PLR2004 - a coin
        label, answer = _columns(book)
        book.form.cells[at, label] = chance.choice(("Trong đó: số của đơn vị", "Nội dung khác", "Chi tiết"))
        book.form.cells[at, answer] = _FOREIGN + at


def delete_row(book: Book, chance: random.Random) -> None:
    """Delete a row of the form."""
    at = chance.choice(_rows_of(book))
    book.move(book.form, lambda row, column: None if row == at else (row - 1 if row > at else row, column))


def swap_rows(book: Book, chance: random.Random) -> None:
    """Let two rows change places, with all that stands in them."""
    one, other = chance.choice(_rows_of(book)), chance.choice(_rows_of(book))
    turn = {one: other, other: one}
    book.move(book.form, lambda row, column: (turn.get(row, row), column))


def sort_rows(book: Book, chance: random.Random) -> None:
    """Sort the rows of the form by label."""
    rows = _rows_of(book)
    label, _ = _columns(book)
    page = book.form
    if any(top != bottom for top, _, bottom, _ in page.merges if top in rows):
        return
    ordered = sorted(
        rows, key=lambda row: str(page.cells.get((row, label), "")), reverse=bool(chance.randrange(2))
    )
    turn = dict(zip(ordered, rows, strict=True))
    book.move(page, lambda row, column: (turn.get(row, row), column))


def insert_column(book: Book, chance: random.Random) -> None:
    """Insert a column: empty, or the unit's own with numbers, headed or not."""
    at = chance.randrange(1, book.form.last_column + 2)
    widened = [one for one in book.form.merges if one[1] < at <= one[3]]
    book.move(book.form, lambda row, column: (row, column + 1 if column >= at else column))
    book.form.merges += [(top, left, bottom, right + 1) for top, left, bottom, right in widened]
    if chance.random() < 0.6:  # noqa: PLR2004 - mostly
        rows = _rows_of(book)
        heading = chance.choice(("", "Năm trước", "Kế hoạch", "Số lượng năm 2020", "Số lượng"))
        if heading and rows[0] > 1:
            book.form.cells[rows[0] - 1, at] = heading
        for row in rows:
            if chance.random() < 0.7:  # noqa: PLR2004 - mostly
                book.form.cells[row, at] = _FOREIGN + row


def swap_columns(book: Book, chance: random.Random) -> None:
    """Let two columns change places."""
    last = book.form.last_column
    one, other = chance.randrange(1, last + 1), chance.randrange(1, last + 1)
    if any(
        left != right and {one, other} & set(range(left, right + 1)) for _, left, _, right in book.form.merges
    ):
        return  # Excel moves no part of a merged range
    turn = {one: other, other: one}
    book.move(book.form, lambda row, column: (row, turn.get(column, column)))


def delete_column(book: Book, chance: random.Random) -> None:
    """Delete a column that holds no answers."""
    page = book.form
    values = set(book.typed.values())
    busy = {column for (_, column), value in page.cells.items() if value in values}
    free = [column for column in range(1, page.last_column + 1) if column not in busy]
    if not free:
        return
    at = chance.choice(free)
    book.move(
        page, lambda row, column: None if column == at else (row, column - 1 if column > at else column)
    )


def retype_labels(book: Book, chance: random.Random) -> None:
    """Type labels in other letters: capitals, without marks, in NFD, with blanks, slips and numbers."""
    label, _ = _columns(book)
    ways: tuple[Callable[[str], str], ...] = (
        str.upper,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: "".join(
            sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign)
        ),
        lambda text: f"  {text.replace(' ', '  ')} :",
        lambda text: f"{chance.randrange(1, 90)}. {text}",
        lambda text: _slip(text, chance),
    )
    way = chance.choice(ways)
    for row in _rows_of(book):
        text = book.form.cells.get((row, label))
        if isinstance(text, str) and chance.random() < 0.5:  # noqa: PLR2004 - a coin
            book.form.cells[row, label] = way(text)


def _slip(text: str, chance: random.Random) -> str:
    at = chance.randrange(max(1, len(text) - 1))
    if chance.randrange(2):
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def shift_codes(book: Book, chance: random.Random) -> None:
    """Shift the hidden codes by a row, as a careless insertion of cells does."""
    page = book.form
    codes = {str(one.code) for one in book.campaign.form.fields}
    column = next((column for (_, column), value in page.cells.items() if value in codes), None)
    if column is None:
        return
    rows = sorted(row for (row, at), value in page.cells.items() if at == column and value in codes)
    start = chance.randrange(len(rows))
    values = [page.cells[row, column] for row in rows]
    for row, value in zip(rows[start + 1 :], values[start:], strict=False):
        page.cells[row, column] = value
    del page.cells[rows[start], column]


def drop_names(book: Book, _: random.Random) -> None:
    """Lose the names, as some programs do."""
    book.names.clear()


def leave_names_behind(book: Book, _: random.Random) -> None:
    """Let the names stay where they are from now on, whatever moves."""
    book.names_follow = False


def drop_meta(book: Book, _: random.Random) -> None:
    """Lose the hidden sheet."""
    book.pages = [page for page in book.pages if page.name != "_meta"]
    book.names = {name: target for name, target in book.names.items() if target[0] < len(book.pages)}


def hide(book: Book, chance: random.Random) -> None:
    """Hide rows or columns."""
    page = book.form
    page.hidden_rows |= {chance.choice(_rows_of(book))}
    page.hidden_columns |= {chance.randrange(1, page.last_column + 1)}


def rename_sheet(book: Book, chance: random.Random) -> None:
    """Give the form's sheet another name."""
    book.form.name = chance.choice(("Sheet1", "Biểu (2)", "BC", "L1_MoHinh (2)", "Trang tính 1"))


def copy_sheet(book: Book, chance: random.Random) -> None:
    """Copy the form's sheet; half of the time with other numbers in it."""
    copied = copy.deepcopy(book.form)
    copied.name = f"{book.form.name[:20]} (2)"
    copied.hidden = chance.random() < 0.3  # noqa: PLR2004 - now and then
    if chance.random() < 0.5:  # noqa: PLR2004 - a coin
        values = set(book.typed.values())
        for place, value in copied.cells.items():
            if value in values:
                copied.cells[place] = _FOREIGN + value
    book.pages.append(copied)


def copy_table_below(book: Book, chance: random.Random) -> None:
    """Copy the whole table below itself, with other numbers or empty."""
    page = book.form
    down = page.last_row + chance.randrange(1, 6)
    values = set(book.typed.values())
    empty = chance.random() < 0.5  # noqa: PLR2004 - a coin
    for (row, column), value in list(page.cells.items()):
        if value in values:
            if not empty:
                page.cells[row + down, column] = _FOREIGN + value
        else:
            page.cells[row + down, column] = value


def add_sheet(book: Book, chance: random.Random) -> None:
    """Add a sheet with something else on it."""
    page = Page(chance.choice(("Ghi chép", "Sheet2", "Nháp")))
    for row in range(1, 12):
        page.cells[row, 1] = f"Nội dung {row}"
        page.cells[row, 2] = _FOREIGN + row
    book.pages.insert(chance.randrange(len(book.pages) + 1), page)
    index = book.pages.index(page)
    book.names = {
        name: (where + (where >= index), row, column) for name, (where, row, column) in book.names.items()
    }


def split_form(book: Book, chance: random.Random) -> None:
    """Move the lower half of the form onto a sheet of its own."""
    page = book.form
    at = chance.choice(_rows_of(book))
    other = Page("Phần 2")
    other.cells = {place: value for place, value in page.cells.items() if place[0] >= at}
    for place in other.cells:
        del page.cells[place]
    book.pages.append(other)


def merge_cells(book: Book, chance: random.Random) -> None:
    """Merge some cells of a row or two rows of a column, keeping what stands in the first."""
    page = book.form
    row = chance.choice(_rows_of(book))
    column = chance.randrange(1, page.last_column + 1)
    down, across = (1, 0) if chance.random() < 0.4 else (0, 1)  # noqa: PLR2004 - mostly across
    area = (row, column, row + down, column + across)
    if any(
        not (area[2] < top or bottom < area[0] or area[3] < left or right < area[1])
        for top, left, bottom, right in page.merges
    ):
        return
    page.merges.append(area)
    page.cells.pop((row + down, column + across), None)


def retype_numbers(book: Book, chance: random.Random) -> None:
    """Type numbers as words: with dots, blanks, measures, notes."""
    _, answer = _columns(book)
    ways: tuple[Callable[[int], str], ...] = (
        lambda number: f"{number:,}".replace(",", "."),
        lambda number: f" {number} ",
        lambda number: f"{number:,}".replace(",", "\u00a0"),
        str,
    )
    for row in _rows_of(book):
        value = book.form.cells.get((row, answer))
        if isinstance(value, int) and chance.random() < 0.3:  # noqa: PLR2004 - some
            book.form.cells[row, answer] = chance.choice(ways)(value)
            book.form.formats[row, answer] = "@"


def alter_lists(book: Book, chance: random.Random) -> None:
    """Insert rows, swap columns, rename a heading or the sheet of a list."""
    if not book.campaign.form.lists:
        return
    spec = chance.choice(book.campaign.form.lists)
    page = next((page for page in book.pages if page.name == spec.sheet), None)
    if page is None or page is book.form:
        return
    match chance.randrange(4):
        case 0:
            at = chance.randrange(1, page.last_row + 1)
            book.move(page, lambda row, column: (row + 2 if row >= at else row, column))
        case 1:
            one, other = (chance.randrange(1, page.last_column + 1) for _ in range(2))
            turn = {one: other, other: one}
            book.move(page, lambda row, column: (row, turn.get(column, column)))
        case 2:
            page.name = f"Danh sách {chance.randrange(9)}"
        case _:
            below = book.form.last_row + 4
            for (row, column), value in page.cells.items():
                book.form.cells[below + row, column] = value
            page.cells.clear()


def _columns(book: Book) -> Place:
    """Give the columns of labels and answers as they stand now."""
    labels = {one.wording for one in book.campaign.form.fields}
    values = set(book.typed.values())
    page = book.form
    label = Counter(column for (_, column), value in page.cells.items() if value in labels)
    answer = Counter(column for (_, column), value in page.cells.items() if value in values)
    return (label.most_common(1) or [(2, 0)])[0][0], (answer.most_common(1) or [(4, 0)])[0][0]


ALTERATIONS: tuple[Callable[[Book, random.Random], None], ...] = (
    insert_rows, insert_rows, delete_row, swap_rows, sort_rows, insert_column, insert_column, swap_columns,
    delete_column, retype_labels, retype_labels, shift_codes, drop_names, leave_names_behind, drop_meta, hide,
    rename_sheet, copy_sheet, copy_table_below, add_sheet, split_form, merge_cells, retype_numbers,
    alter_lists, alter_lists,
)  # fmt: skip


# Judging


@dataclass
class Verdict:
    """What reading one altered form came to."""

    taken: int = 0
    asked: int = 0
    wrong: list[str] = field(default_factory=list)


def judge(book: Book, parsed: ParsedForm) -> Verdict:
    """Compare what was read with what was typed."""
    verdict = Verdict()
    told = {found.field for found in parsed.findings if found.severity is not Severity.INFO}
    everything = any(found.code == "answer_column_not_found" for found in parsed.findings)
    owners = {number: code for code, number in book.typed.items()}
    for code, number in book.typed.items():
        answer = parsed.answers[code]  # type: ignore[index]
        match answer.value:
            case Number(value) if value == number:
                verdict.taken += 1
            case Number(value):
                owner = owners.get(int(value), "nobody")
                verdict.wrong.append(f"{code} has {value} of {owner} ({answer.place})")
            case Missing() if code not in told and not everything:
                optional = book.campaign.form.by_code[code].requirement.value in ("O", "R*")
                still_there = any(value == number for page in book.pages for value in page.cells.values())
                if still_there or not optional:
                    verdict.wrong.append(f"{code} is gone without a word")
            case _:
                verdict.asked += 1
    for list_code, rows in parsed.lists.items():
        for row in rows:
            words = [value.text for value in row.values.values() if isinstance(value, TextValue)]
            marks = {text.split(" cột")[0] for text in words if " hàng " in text}
            if len(marks) > 1 or any(not mark.startswith(list_code) for mark in marks):
                verdict.wrong.append(f"row {row.row} of {list_code} mixes {sorted(marks)}")
    return verdict


def run_one(campaign: Campaign, key: str) -> tuple[Book, str, Verdict]:
    """Alter one form and read it."""
    chance = random.Random(key)
    book = load(campaign)
    for _ in range(chance.randrange(1, 6)):
        alteration = chance.choice(ALTERATIONS)
        if not _rows_of(book):
            break
        alteration(book, chance)
        book.done.append(alteration.__name__)
    try:
        grid = open_grid(book.save(), "bieu.xlsx")
        parsed = parse_form(grid, campaign.form, start=campaign.start, end=campaign.end)
    except (UnknownForm, AmbiguousForm) as error:
        return book, type(error).__name__, Verdict()
    return book, "read", judge(book, parsed)


def campaigns(folder: Path) -> list[Campaign]:
    """Give the example, and a campaign for each own form that ships as test data."""
    lay_example(folder / "vi-du", start=None)
    made = [load_campaign(folder / "vi-du")]
    for path in sorted(_OWN_FORMS.glob("*.xlsx")):
        adopt(path.name, path.read_bytes(), folder / path.stem, start=None, isolate=directly)
        made.append(load_campaign(folder / path.stem))
    return [one for one in made if any(field.type in _NUMBERS for field in one.form.fields)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Alter forms and print how they read; gives 1 when one was read wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--forms", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="SEED/NUMBER of one form")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        known = campaigns(Path(folder))
        keys = [chosen.only] if chosen.only else [f"{chosen.seed}/{number}" for number in range(chosen.forms)]
        ends: Counter[str] = Counter()
        taken = asked = wrong = 0
        for key in keys:
            # Half of the forms are the example.
            number = int(key.rpartition("/")[2])
            campaign = known[0] if number % 2 else known[1 + number // 2 % (len(known) - 1)]
            book, end, verdict = run_one(campaign, key)
            ends[end] += 1
            taken, asked = taken + verdict.taken, asked + verdict.asked
            wrong += len(verdict.wrong)
            if verdict.wrong or chosen.only:
                print(f"{key} {campaign.code} {' + '.join(book.done)}: {'; '.join(verdict.wrong[:4]) or end}")
        print(f"{len(keys)} forms: {dict(ends)}; figures right {taken}, asked about {asked}, WRONG {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
