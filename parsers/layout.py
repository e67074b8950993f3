"""Where a returned workbook answers each field: the form's sheet, its columns and rows, by evidence only.

Evidence are the hidden codes, the defined names of the answer cells, the words of labels and headings.
Nothing is read from a place because the blank had it there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from domain.errors import UnknownForm
from domain.ids import FieldCode
from domain.vietnamese import clean, fold_label
from parsers.letters.legacy_text import readable
from parsers.number.quantities import is_blank, plain
from parsers.row_matching import Matches, RowText, match_rows
from parsers.stamp import META_SHEET, read_answer_name
from parsers.workbook import CellKind, column_letters, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.forms import FormSpec
    from parsers.workbook import Cell, Grid, Sheet

#: Share of the form's fields that a sheet must show by code or label to be the form.
_SHARE: Final = 0.25
_FEWEST: Final = 3
#: Where the blank has its answers; only what is elsewhere is worth a sentence.
_USUAL_ANSWER_COLUMN: Final = 4
_LONGEST_LABEL: Final = 250
#: A form has some hundreds of texts; foreign books may have a hundred thousand.
_MOST_TEXTS: Final = 20_000
_CODE_SPACE: Final = 16
#: Rows over each other that may be headings.
_HEADING_LINES: Final = 5
#: Places that merged ranges of one sheet may cover together.
_MOST_MERGED: Final = 200_000

_ANSWER_WORDS: Final = ("so luong",)
_OTHER_ANSWER_WORDS: Final = frozenset({
    "ket qua", "ket qua thuc hien", "so lieu", "so luong ket qua", "ket qua so luong", "gia tri",
    "so luong thuc hien",
    "so luong bao cao", "tra loi",
})  # fmt: skip
_HEADINGS: Final[dict[str, frozenset[str]]] = {
    "label": frozenset({"chi tieu", "noi dung", "noi dung chi tieu", "ten chi tieu"}),
    "measure": frozenset({"dvt", "don vi tinh", "don vi"}),
    "note": frozenset({"ghi chu", "ghi chu dien giai", "dien giai", "giai trinh", "thuiet minh"}),
    "tt": frozenset({"tt", "stt", "so tt", "so thu tu"}),
    "code": frozenset({"ma", "ma so", "ma chi tieu"}),
}


@dataclass(slots=True, kw_only=True)
class Columns:
    """The columns of the form's table, None where it has none."""

    label: int | None = None
    answer: int | None = None
    note: int | None = None
    measure: int | None = None
    tt: int | None = None
    code: int | None = None
    #: The answer column was known by the names of its cells, not by its heading.
    answer_by_name: bool = False
    #: The cell over the answers, where it heads something else than the form asks for.
    other_heading: Cell | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The form on one sheet."""

    sheet: Sheet
    columns: Columns
    matches: Matches
    #: Columns of other answers of the same rows.
    other_answers: frozenset[int] = frozenset()
    #: Row of the headings, 0 when there are none.
    header_row: int
    #: (top, left, bottom, right) of the merged range around a place.
    merges: Mapping[tuple[int, int], tuple[int, int, int, int]]
    #: Of 100: how surely the rows of the fields are known, on average; 0 without a column of answers.
    confidence: int = 0


@dataclass(slots=True)
class _Survey:
    """What of the form a sheet shows."""

    sheet: Sheet
    #: (cell, folded text) of every text short enough for a label.
    texts: list[tuple[Cell, str]] = field(default_factory=list)
    codes: list[tuple[Cell, FieldCode]] = field(default_factory=list)
    shown: set[FieldCode] = field(default_factory=set)


def place_forms(grid: Grid, spec: FormSpec) -> tuple[Placement, ...]:
    """Find every sheet that is the form, the likeliest first.

    Raises UnknownForm when there is none.
    """
    labels = spec.codes_of_words
    surveys = [
        _survey(sheet, spec, labels)
        for sheet in grid.sheets
        if not sheet.name.casefold().startswith(META_SHEET)
    ]
    if not any(folded in labels for survey in surveys for _, folded in survey.texts):
        # Not one label as the form has it: perhaps all are written in an old encoding.
        surveys = [_survey(one.sheet, spec, labels, deciphers=True) for one in surveys]
    enough = max(_FEWEST, _SHARE * len(spec.fields))
    likely = [survey for survey in surveys if len(survey.shown) >= enough]
    if not likely:
        raise UnknownForm(f"No sheet of the workbook is the form {spec.id!r}.")
    likely.sort(key=lambda survey: (survey.sheet.name != spec.sheet, survey.sheet.hidden))
    return tuple(_place(grid, survey, spec) for survey in likely)


def _survey(
    sheet: Sheet, spec: FormSpec, labels: Mapping[str, list[FieldCode]], *, deciphers: bool = False
) -> _Survey:
    """Look over a sheet; *deciphers* tries old encodings where no font tells of one, which takes its time."""
    survey = _Survey(sheet)
    texts, shown, by_code = survey.texts, survey.shown, spec.by_code
    for cell in sheet.cells.values():
        raw = cell.raw
        if cell.kind is not CellKind.TEXT or len(raw) > _LONGEST_LABEL:
            continue
        if len(texts) >= _MOST_TEXTS:
            break
        folded, code = _said(raw)
        if cell.font or deciphers:
            words = readable(raw, cell.font)
            texts.append((cell if words == raw else cell._replace(raw=words), folded := fold_label(words)))
        else:
            texts.append((cell, folded))
        if folded in labels:
            shown.update(labels[folded])
        if code is not None and code in by_code:
            survey.codes.append((cell, code))
            shown.add(code)
    return survey


@lru_cache(maxsize=8192)
def _said(raw: str) -> tuple[str, FieldCode | None]:
    """Give a text folded, and the code it may be: forms of one blank say the same again and again."""
    return fold_label(raw), FieldCode(plain(raw).upper()) if len(raw) <= _CODE_SPACE else None


def merges_of(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int, int, int]]:
    """Give the merged range around each place that one covers; ranges beyond a form's size are left out."""
    covered: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    left_over = _MOST_MERGED
    for top, left, bottom, right in sheet.merged:
        area = max(0, bottom - top + 1) * max(0, right - left + 1)
        if area > left_over:
            continue
        left_over -= area
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                covered[row, column] = (top, left, bottom, right)
    return covered


def _place(grid: Grid, survey: _Survey, spec: FormSpec) -> Placement:
    sheet = survey.sheet
    names = _names_on(grid, sheet, spec)
    columns = Columns()
    columns.code = _code_column(survey, spec)
    coded = {cell.row for cell, _ in survey.codes if cell.column == columns.code}
    known = spec.codes_of_words.keys()
    field_rows = coded | {cell.row for cell, folded in survey.texts if folded in known}
    first = min((row for row in field_rows), default=1)
    merges = merges_of(sheet)
    header_row, headings = _headings(survey, first, _OwnHeading(sheet, merges, _own_heading(spec)))
    for kind in ("measure", "note", "tt"):
        found = headings.get(kind, [])
        setattr(columns, kind, found[0] if len(found) == 1 else None)
    columns.label = _label_column(survey, spec, headings.get("label", []), coded)
    filled = _Filled(sheet, field_rows)
    _find_answer_column(columns, headings, names, filled, (header_row, merges))
    if spec.is_adopted and columns.answer_by_name and filled.counts_beside(columns):
        columns.answer = None  # the heading is gone, and names may have stayed behind when columns moved
    if columns.answer is not None:
        over = _heading_over(survey, columns, first)
        own = _own_heading(spec)
        columns.other_heading = over if over is None or fold_label(over.raw) not in own[-1:] else None
    rows = _row_texts(survey, columns, spec)
    matches = match_rows(spec, rows, {code: row for code, (row, _) in names.items()})
    sure = sum(
        matches.sureness(
            one.code, named=one.code in names and names[one.code][0] == matches.rows.get(one.code)
        )
        for one in spec.fields
    )
    return Placement(
        sheet=sheet,
        columns=columns,
        matches=matches,
        header_row=header_row,
        merges=merges,
        confidence=sure // len(spec.fields) if columns.answer is not None else 0,
    )


def _names_on(grid: Grid, sheet: Sheet, spec: FormSpec) -> dict[FieldCode, tuple[int, int]]:
    """Give the answer cells that defined names lead to on this sheet; its own names before the book's."""
    found: dict[FieldCode, tuple[int, int]] = {}
    own = {name: target for (owner, name), target in grid.scoped_names.items() if owner == sheet.name}
    for name, (target, row, column) in {**grid.names, **own}.items():
        code = read_answer_name(name)
        if code in spec.by_code and target == sheet.name:
            found[code] = (row, column)
    return found


def _code_column(survey: _Survey, spec: FormSpec) -> int | None:
    per_column: dict[int, set[FieldCode]] = {}
    for cell, code in survey.codes:
        per_column.setdefault(cell.column, set()).add(code)
    if not per_column:
        return None
    column, codes = max(per_column.items(), key=lambda pair: len(pair[1]))
    return column if len(codes) >= min(_FEWEST, len(spec.fields)) else None


def _label_column(survey: _Survey, spec: FormSpec, headed: list[int], coded: set[int]) -> int | None:
    """Find the labels by their words, else by their heading, else as the longest texts beside the codes."""
    known = spec.codes_of_words.keys()
    counts = Counter(cell.column for cell, folded in survey.texts if folded in known)
    if counts and counts.most_common(1)[0][1] >= _FEWEST:
        return counts.most_common(1)[0][0]
    if len(headed) == 1:
        return headed[0]
    lengths: Counter[int] = Counter()
    for cell, folded in survey.texts:
        if cell.row in coded:
            lengths[cell.column] += len(folded)
    return lengths.most_common(1)[0][0] if lengths else None


def _own_heading(spec: FormSpec) -> tuple[str, ...]:
    """Give the folded headings over the answers' column of an office's own form, the lowest last."""
    path = next((one.heading_path for one in spec.fields if one.heading), ())
    return tuple(map(fold_label, path))


@dataclass(frozen=True, slots=True)
class _OwnHeading:
    """Headings over a column of answers, looked for on a sheet."""

    sheet: Sheet
    merges: Mapping[tuple[int, int], tuple[int, int, int, int]]
    #: Folded, the lowest last; empty where the form is ours.
    path: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.path)

    def heads(self, cell: Cell, folded: str) -> bool:
        """Tell whether the column of *cell* is headed so."""
        if not self.path or folded != self.path[-1]:
            return False
        row = cell.row
        for words in reversed(self.path[:-1]):
            row, above = self._above(row, cell.column)
            if fold_label(above) != words:
                return False
        return True

    def _above(self, row: int, column: int) -> tuple[int, str]:
        """Give the next heading above a place, which may begin further left."""
        for higher in range(row - 1, max(0, row - _HEADING_LINES), -1):
            for left in range(column, 0, -1):
                top, first, *_ = self.merges.get((higher, left), (higher, left))
                cell = self.sheet.at(top, first)
                if holds_something(cell):
                    return top, cell.raw
        return row, ""


def _headings(survey: _Survey, first_row: int, own: _OwnHeading) -> tuple[int, dict[str, list[int]]]:
    """Give the heading row above the first field and the columns of each kind of heading."""
    per_row: dict[int, dict[str, list[int]]] = {}
    for cell, folded in survey.texts:
        if cell.row > first_row:
            continue
        kind = "answer" if own.heads(cell, folded) else _heading_kind(folded, is_own=bool(own))
        if kind:
            per_row.setdefault(cell.row, {}).setdefault(kind, []).append(cell.column)
    full = {row for row, kinds in per_row.items() if len(kinds) > 1}
    # The heading of an own form is known word for word, and may stand on a line of its own.
    full |= {row for row, kinds in per_row.items() if own and "answer" in kinds}
    per_row = {row: kinds for row, kinds in per_row.items() if row in full}
    if not per_row:
        return 0, {}
    together: dict[str, list[int]] = {}
    for kinds in per_row.values():
        for kind, columns in kinds.items():
            known = together.setdefault(kind, [])
            known.extend(column for column in columns if column not in known)
    return max(per_row), together


def _heading_kind(folded: str, *, is_own: bool) -> str:
    if not is_own and folded in _ANSWER_WORDS:
        return "answer"
    if not is_own and folded in _OTHER_ANSWER_WORDS:
        return "other_answer"
    return next((kind for kind, words in _HEADINGS.items() if folded in words), "")


@dataclass(slots=True)
class _Filled:
    """Which columns hold something in the rows of the fields."""

    sheet: Sheet
    rows: set[int]

    def __contains__(self, column: int) -> bool:
        return any(holds_something(self.sheet.at(row, column)) for row in self.rows)

    def counts(self, column: int) -> bool:
        """Tell whether the column holds numbers there."""
        return any(self.sheet.at(row, column).kind is CellKind.NUMBER for row in self.rows)

    def counts_beside(self, columns: Columns) -> bool:
        """Tell whether another column than that of answers and of numbers of order holds numbers there."""
        own = (columns.answer, columns.tt)
        return any(
            cell.kind is CellKind.NUMBER and cell.row in self.rows and cell.column not in own
            for cell in self.sheet.cells.values()
        )


def holds_something(cell: Cell) -> bool:
    """Tell whether a cell holds more than blanks or the dots of a template."""
    if cell.kind is CellKind.TEXT:
        # What begins with a letter or digit is no blank; saying so first halves the work on long lists.
        return cell.raw[:1].isalnum() or not is_blank(plain(cell.raw))
    return cell.kind is not CellKind.EMPTY


def _find_answer_column(
    columns: Columns,
    headings: Mapping[str, list[int]],
    names: Mapping[FieldCode, tuple[int, int]],
    filled: _Filled,
    header: tuple[int, Mapping[tuple[int, int], tuple[int, int, int, int]]],
) -> None:
    """Agree heading and names on one answer column; leave it open where they contradict each other."""
    headed = headings.get("answer") or headings.get("other_answer") or []
    named = _common_column(column for _, column in names.values())
    candidates = list(dict.fromkeys([*headed, *([named] if named is not None else [])]))
    if len(candidates) > 1:
        candidates = [column for column in candidates if column in filled] or candidates[:1]
    if len(candidates) != 1:
        return
    column = candidates[0]
    header_row, merges = header
    span = merges.get((header_row, column)) if column in headed else None
    if span is not None and any(filled.counts(other) for other in range(column + 1, span[3] + 1)):
        return  # one heading over two columns of numbers: which is meant, nobody can tell
    columns.answer = column
    columns.answer_by_name = column not in headed


def _heading_over(survey: _Survey, columns: Columns, first_row: int) -> Cell | None:
    """Give the words next above the answers; None where there are none."""
    over = [
        cell
        for cell, folded in survey.texts
        if cell.column == columns.answer
        and first_row - _HEADING_LINES <= cell.row < first_row
        # "(4)" only counts the columns.
        and folded.strip("0123456789")
    ]
    return max(over, key=lambda cell: cell.row, default=None)


def _common_column(columns: Iterable[int]) -> int | None:
    counts = Counter(columns).most_common(1)
    return counts[0][0] if counts and counts[0][1] >= _FEWEST else None


def _row_texts(survey: _Survey, columns: Columns, spec: FormSpec) -> list[RowText]:
    """Give what each row says of itself, outside of answer and note."""
    known = spec.codes_of_words.keys()
    quiet = {columns.answer, columns.note, columns.code, columns.measure}
    per_row: dict[int, list[tuple[Cell, str]]] = {}
    codes: dict[int, FieldCode] = {}
    for cell, code in survey.codes:
        if cell.column == columns.code:
            codes[cell.row] = code
    for cell, folded in survey.texts:
        if cell.column not in quiet:
            per_row.setdefault(cell.row, []).append((cell, folded))
    sheet = survey.sheet
    texts: list[RowText] = []
    for row in sorted({*per_row, *codes}):
        cells = per_row.get(row, [])
        label = next((pair for pair in cells if pair[0].column == columns.label and pair[1]), None)
        if label is None:
            label = next((pair for pair in cells if pair[1] in known), None)
        texts.append(
            RowText(
                row=row,
                code=codes.get(row),
                label=clean(label[0].raw) if label else "",
                folded=label[1] if label else "",
                tt=_short_text(sheet, row, columns.tt),
                measure=_short_text(sheet, row, columns.measure),
            )
        )
    return texts


def _short_text(sheet: Sheet, row: int, column: int | None) -> str:
    return clean(sheet.at(row, column).raw) if column is not None else ""


def describe(placement: Placement, spec: FormSpec) -> list[str]:
    """Say in Vietnamese what was read from an altered form."""
    columns, matches = placement.columns, placement.matches
    sentences: list[str] = []
    if placement.sheet.name != spec.sheet:
        sentences.append(f"Biểu được tìm thấy ở trang ‘{placement.sheet.name}’.")
    usual = _usual_column(spec)
    moved = columns.answer != usual or (columns.answer_by_name and not spec.is_adopted)
    if columns.answer is not None and moved:
        sentences.append(f"Cột {spec.answer_words} được tìm thấy ở cột {column_letters(columns.answer)}.")
    if matches.by_label and columns.code is None and not spec.is_adopted:
        sentences.append("Biểu không còn cột Mã; các dòng được nhận theo tên chỉ tiêu.")
    sentences.extend(
        f"Dòng {matches.rows[code]} ‘{clip(words)}’ được hiểu là ‘{clip(spec.by_code[code].label)}’."
        for code, words in sorted(matches.altered.items(), key=lambda pair: matches.rows[pair[0]])
    )
    return sentences


def _usual_column(spec: FormSpec) -> int:
    """Give the column in which the form went out."""
    places = (place_of(one.cell) for one in spec.fields if one.cell)
    return next((place[1] for place in places if place is not None), _USUAL_ANSWER_COLUMN)


def clip(words: str, length: int = 60) -> str:
    """Give words on one line and not too many."""
    line = " ".join(words.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
