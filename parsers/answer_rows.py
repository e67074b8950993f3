"""The answers on a placed form: the cell of each field read, required ones asked for, strays asked about."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import TYPE_CHECKING, Final

from domain.answers import Answer, Missing, NotApplicable, Number, Place, TextValue, Unclear
from domain.findings import Severity, finding
from domain.forms import FieldType, Requirement
from domain.vietnamese import clean, fold, fold_label
from parsers.around import lines_of_other
from parsers.beside import Beside
from parsers.cells import Question, Reading, plain_count, read_cell, shorten, shown, spell, tell_letters
from parsers.extra_rows import extra_rows
from parsers.formats import shows_percent
from parsers.layout import Placement, clip, holds_something
from parsers.letters.legacy_text import read_letters
from parsers.number.qualifiers import added_of_other, over_answers, says_rough
from parsers.row_matching import likeness
from parsers.workbook import Cell, CellKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.answers import AnswerValue
    from domain.findings import Finding
    from domain.forms import Field, FormSpec, Ratio
    from domain.ids import FieldCode
    from parsers.days import Period
    from parsers.extra_rows import ExtraRow
    from parsers.workbook import Grid

#: Share of the fields that stand twice with different answers, from which the whole table stands twice.
_DOUBLED: Final = 0.25
_FEWEST: Final = 3
#: A message has 25 words for label, content and fault together.
_LABEL_SHOWN: Final = 45
#: Likeness in per cent from which a label is the form's own in other words.
_ALIKE: Final = 45.0
_TENTH: Final = Decimal("0.1")
_HUNDRED: Final = Decimal(100)
_MISSING_KINDS: Final = {
    Requirement.REQUIRED: "missing",
    Requirement.OR_NOT_APPLICABLE: "missing_na",
    Requirement.OR_NONE_WORD: "missing_none_word",
}
#: Where a label would stand: the line is none of the table.
_OUTSIDE: Final = "Ngoài bảng"
#: More boxes of text than a clerk would read out.
_MOST_BOXES: Final = 5
_WORDED: Final = (FieldType.TEXT, FieldType.CHOICE)


class AnswerReader:
    """Reads the answers of one placed form."""

    def __init__(self, grid: Grid, placement: Placement, spec: FormSpec, period: Period) -> None:
        self.placement = placement
        self.answers: dict[FieldCode, Answer] = {}
        self.findings: list[Finding] = []
        self._spec = spec
        self._period = period
        self._counts_from_1904 = grid.counts_from_1904
        self._sheet = placement.sheet
        self._columns = placement.columns
        self._matches = placement.matches
        self._field_rows = {
            *placement.matches.rows.values(),
            *(row for rows in placement.matches.repeated.values() for row in rows),
        }
        self._doubled: set[FieldCode] = set()
        self._by_row: dict[int, list[int]] = {}
        for row, column in self._sheet.cells:
            self._by_row.setdefault(row, []).append(column)
        self._tt_column = self._columns.tt or self._guess_tt_column()
        self._beside = Beside(
            placement,
            self._tt_column,
            self._by_row,
            heading=spec.answer_words,
            is_adopted=spec.is_adopted,
        )

    @property
    def is_doubled(self) -> bool:
        """Tell whether so many fields stand twice that the sheet holds two tables."""
        return len(self._doubled) >= max(_FEWEST, _DOUBLED * len(self._spec.fields))

    def read(self) -> None:
        """Read every field but computed ones, then look at strays and overtyped percentages."""
        asked = [one for one in self._spec.fields if one.type is not FieldType.COMPUTED]
        if self._columns.answer is None:
            self.findings.append(finding("answer_column_not_found", None, column=self._spec.answer_words))
            self.answers = {one.code: Answer(code=one.code, value=Unclear()) for one in asked}
            return
        heading = self._columns.other_heading
        if heading is not None and not over_answers(heading.raw, self._period):
            told = finding(
                "answer_heading_doubt",
                self._place(heading),
                raw=clip(heading.raw),
                column=self._spec.answer_words,
            )
            self.findings.append(told)
            self.answers = {one.code: Answer(code=one.code, value=Unclear()) for one in asked}
            return
        for one in asked:
            self.answers[one.code] = self._read_field(one)
        self._ask_about_strays()
        self._ask_about_second_table()
        self._look_at_extra_rows()
        self._tell_what_is_said_around()
        for one in self._spec.fields:
            if one.type is FieldType.COMPUTED and one.ratio is not None:
                self._compare_computed(one, one.ratio)
        if self._columns.answer in self._sheet.hidden_columns:
            self.findings.append(finding("hidden_answers", None, column=self._spec.answer_words))
        self.findings.extend(
            finding(
                self._kind_of_alteration(code, words),
                self._place(self._sheet.at(self._matches.rows[code], self._columns.label or 1)),
                field=code,
                label=clip(self._spec.by_code[code].label),
                raw=clip(words),
            )
            for code, words in self._matches.altered.items()
        )

    def _kind_of_alteration(self, code: FieldCode, words: str) -> str:
        """Tell a label in other words from one that may say something else."""
        alike = likeness(fold_label(words), fold_label(self._spec.by_code[code].wording))
        return "label_altered" if alike >= _ALIKE else "label_unlike"

    def _guess_tt_column(self) -> int | None:
        """Find the column that shows the form's numbers of order where no heading says so."""
        counts: Counter[int] = Counter()
        for code, row in self._matches.rows.items():
            tt = fold(self._spec.by_code[code].tt)
            counts.update(
                column
                for column in self._by_row.get(row, ())
                if tt and column != self._columns.answer and fold(self._sheet.at(row, column).raw) == tt
            )
        most = counts.most_common(1)
        return most[0][0] if most and most[0][1] >= _FEWEST else None

    # One field

    def _read_field(self, one: Field) -> Answer:
        if one.code in self._matches.repeated:
            return self._read_repeated(one, self._matches.repeated[one.code])
        row = self._matches.rows.get(one.code)
        if row is not None:
            return self._read_row(one, row)
        kind, doubted = self._matches.doubts[one.code]
        if doubted is None:
            self.findings.append(finding(kind, None, field=one.code, label=one.label))
            return Answer(code=one.code, value=Missing())
        cell, _ = self._answer_cell(doubted)
        self.findings.append(finding(kind, self._place(cell), field=one.code, label=one.label))
        return self._answer(one, Unclear(), cell)

    def _read_row(self, one: Field, row: int) -> Answer:
        cell, is_shared = self._answer_cell(row)
        ask = partial(self._question, one, cell)
        count = None if is_shared else plain_count(cell, one.type)
        if count is not None:
            # Most cells of most forms: nothing to ask about them, and nothing to say.
            return self._with_beside(one, Number(count), cell, row, ask)
        question = ask()
        if is_shared and holds_something(cell):
            if cell.column != self._columns.answer and fold(cell.raw) in (
                fold(one.measure),
                fold(one.wording),
            ):
                cell = Cell(row=row, column=cell.column, kind=CellKind.EMPTY, raw="")
            else:
                self.findings.append(question.finding("merged_cells", raw=shown(cell)))
                return self._answer(one, Unclear(), cell)
        reading = read_cell(cell, question)
        if isinstance(reading.value, Missing):
            elsewhere = self._find_elsewhere(one, row)
            if elsewhere is not None:
                self.findings.append(elsewhere)
                return self._answer(one, Unclear(), cell, row=row)
        value = self._require(one, reading, question)
        return self._with_beside(one, value, cell, row, ask, words=reading.note)

    def _with_beside(
        self,
        one: Field,
        value: AnswerValue,
        cell: Cell,
        row: int,
        ask: Callable[[], Question],
        *,
        words: str = "",
    ) -> Answer:
        """Give the answer of a row; what else stands in it may leave it unclear."""
        beside = self._beside.look(one, row, value, ask)
        if isinstance(value, Number) and one.is_number:
            altered, note = self._matches.altered.get(one.code), self._beside.note(row)
            if altered and added_of_other(altered, one.wording, one.measure, self._period):
                beside = (*beside, ask().finding("label_of_other", raw=clip(altered)))
            if note and not value.approximate and says_rough(note):
                rough = ask().finding("approximate", raw=clip(note), value=spell(value.value))
                beside, value = (*beside, rough), Number(value.value, approximate=True)
        if beside:
            self.findings.extend(beside)
            if any(found.severity is Severity.QUESTION for found in beside):
                value = Unclear()
        return self._answer(one, value, cell, row=row, words=words)

    def _require(self, one: Field, reading: Reading, question: Question) -> AnswerValue:
        """Ask for what must be answered; give the value that stands."""
        self.findings.extend(reading.findings)
        required = one.requirement
        kind = _MISSING_KINDS.get(required)
        if kind == "missing" and one.type is FieldType.DATE:
            kind = "missing_date"
        elif kind == "missing" and one.type in _WORDED:
            kind = "missing_text"
        match reading.value:
            case Missing() if kind is not None:
                self.findings.append(question.finding(kind))
            case NotApplicable() if required is Requirement.REQUIRED and one.is_number:
                self.findings.append(question.finding("not_applicable_in_required"))
            case NotApplicable() if required is Requirement.REQUIRED and kind is not None:
                # A dash says nothing where words or a day are asked for.
                self.findings.append(question.finding(kind))
                return Unclear()
        return reading.value

    def _read_repeated(self, one: Field, rows: tuple[int, ...]) -> Answer:
        """Read a field that stands in several rows: alike it is one answer, different it is asked about."""
        cells = [self._answer_cell(row)[0] for row in rows]
        filled = [(row, cell) for row, cell in zip(rows, cells, strict=True) if holds_something(cell)]
        if not filled:
            return self._read_row(one, rows[0])
        empty = set(rows) - {row for row, _ in filled}
        has_more = any(self._find_elsewhere(one, row) is not None for row in empty)
        if not has_more and len({self._peek(one, cell) for _, cell in filled}) == 1:
            return self._read_row(one, filled[0][0])
        return self._ask_which(one, [cell for _, cell in filled])

    def _ask_which(self, one: Field, cells: list[Cell]) -> Answer:
        self._doubled.add(one.code)
        raw = "; ".join(shown(cell) for cell in cells)
        self.findings.append(self._question(one, cells[0]).finding("duplicate_row", raw=raw))
        return self._answer(one, Unclear(), cells[0])

    def _peek(self, one: Field, cell: Cell) -> tuple[AnswerValue, str]:
        """Read a cell for comparison only."""
        value = read_cell(cell, self._question(one, cell)).value
        return value, cell.raw if isinstance(value, Unclear) else ""

    # Cells

    def _answer_cell(self, row: int) -> tuple[Cell, bool]:
        """Give the cell that shows in the answer column, and whether rows or columns share it."""
        column = self._columns.answer
        assert column is not None
        merged = self.placement.merges.get((row, column))
        if merged is None:
            return self._sheet.at(row, column), False
        top, left, bottom, _ = merged
        owners = self._field_rows.intersection(range(top, bottom + 1))
        return self._sheet.at(top, left), left != column or len(owners) > 1

    def _question(self, one: Field, cell: Cell) -> Question:
        return Question(
            place=self._place(cell),
            field=one.code,
            label=clip(one.label, _LABEL_SHOWN),
            type=one.type,
            measure=one.measure,
            decimals=one.decimals,
            max_length=one.max_length,
            period=self._period,
            counts_from_1904=self._counts_from_1904,
        )

    def _place(self, cell: Cell) -> Place:
        return Place(sheet=self._sheet.name, cell=cell.address)

    def _answer(
        self, one: Field, value: AnswerValue, cell: Cell, *, row: int | None = None, words: str = ""
    ) -> Answer:
        return Answer(
            code=one.code,
            value=value,
            raw=cell.raw if cell.kind is not CellKind.EMPTY else None,
            note=self._note(one, row or cell.row) or clean(words),
            place=self._place(cell),
        )

    def _note(self, one: Field, row: int) -> str:
        column = self._columns.note
        if column is None or (row, column) in self.placement.merges:
            return ""
        cell = self._sheet.at(row, column)
        if not holds_something(cell):
            return ""
        if cell.kind is not CellKind.TEXT:
            return shown(cell)
        letters = read_letters(cell.raw, cell.font)
        if letters is None:
            return clean(cell.raw)
        question = self._question(one, cell)
        if not letters.is_sure:
            self.findings.append(question.finding("note_letters", raw=shorten(cell.raw)))
            return clean(cell.raw)
        self.findings.append(tell_letters(letters, question))
        return clean(letters.text)

    # Values beside their place

    def _find_elsewhere(self, one: Field, row: int) -> Finding | None:
        """Ask about an answer that stands in the row, but not in the answer column."""
        columns = self._columns
        own = {columns.answer, self._tt_column, columns.code, columns.label, *self.placement.other_answers}
        if self._spec.is_adopted:
            # A headed column of the office's own form holds what its heading says.
            own |= {column for column in self._row_columns(row) if self._is_headed(column)} - {columns.note}
        cells = [
            cell
            for cell in (self._sheet.at(row, column) for column in self._row_columns(row))
            if cell.column not in own
        ]
        for cell in cells:
            proposal = self._proposal(one, cell)
            if proposal:
                place = self._sheet.at(row, columns.answer or 1)
                return self._question(one, place).finding(
                    "value_elsewhere",
                    elsewhere=cell.address,
                    raw=shown(cell),
                    value=proposal,
                    column=self._spec.answer_words,
                )
        return None

    def _is_headed(self, column: int) -> bool:
        header = self.placement.header_row
        return bool(header) and holds_something(self._sheet.at(header, column))

    def _row_columns(self, row: int) -> list[int]:
        return sorted(self._by_row.get(row, ()))

    def _proposal(self, one: Field, cell: Cell) -> str:
        """Give the answer that a cell beside would be; nothing when it is none."""
        if not holds_something(cell) or fold(cell.raw) in (
            fold(one.measure),
            fold(one.tt),
            fold(one.wording),
        ):
            return ""
        if one.type in _WORDED:
            is_note = cell.column == self._columns.note
            return clip(clean(cell.raw)) if is_note and cell.kind is CellKind.TEXT else ""
        reading = read_cell(cell, self._question(one, cell))
        match reading.value:
            case Number():
                return spell(reading.value.value)
            case NotApplicable():
                return "“Không phát sinh”" if len(cell.raw.strip()) > 1 else ""
            case Unclear() if cell.kind is CellKind.NUMBER:
                return shown(cell)
            case Missing() | Unclear() | TextValue():
                return ""
            case _:
                return shown(cell)

    def _ask_about_strays(self) -> None:
        """Ask where a row that nobody took repeats a number field's words with another number."""
        for row, codes in self._matches.strays.items():
            numbers = [self._spec.by_code[code] for code in codes if self._spec.by_code[code].is_number]
            cell = self._stray_cell(row)
            if not numbers or cell is None:
                continue
            known = [one for one in numbers if one.code in self.answers]
            if any(self._peek(one, cell)[0] == self.answers[one.code].value for one in known):
                continue
            if not any(self._looks_answered(one, cell) for one in known):
                continue
            for one in known:
                taken = self._matches.rows.get(one.code)
                if taken is not None and not isinstance(self.answers[one.code].value, Unclear):
                    self.answers[one.code] = self._ask_which(one, [self._answer_cell(taken)[0], cell])
                    self._drop_other_findings(one.code)

    def _drop_other_findings(self, code: FieldCode) -> None:
        """Leave the question which row counts as the only finding of a field."""
        self.findings = [one for one in self.findings if one.field != code or one.code == "duplicate_row"]

    def _tell_what_is_said_around(self) -> None:
        """Tell lines and boxes that speak of other figures; in an own form the office printed them."""
        if self._spec.is_adopted:
            return
        for address, words in lines_of_other(self.placement, self._period):
            place = Place(sheet=self._sheet.name, cell=address)
            self.findings.append(finding("line_told", place, label=_OUTSIDE, raw=clip(words)))
        whole = Place(sheet=self._sheet.name, cell="")
        for words in self._sheet.boxes[:_MOST_BOXES]:
            self.findings.append(finding("box_told", whole, sheet=whole.sheet, raw=clip(words)))

    def _look_at_extra_rows(self) -> None:
        """Take further paragraphs of a text, ask about further numbers, and tell what belongs to nobody."""
        for extra in extra_rows(self.placement, self._spec):
            one, answer = self._spec.by_code[extra.above], self.answers.get(extra.above)
            place = {"elsewhere": extra.cell.address, "raw": shorten(shown(extra.cell))}
            if extra.goes_on and answer is not None and not isinstance(answer.value, Unclear):
                self._take_extra_row(one, answer, extra, place)
            elif not extra.goes_on or answer is None:
                words = clip(extra.words or one.label)
                self.findings.append(
                    finding("row_not_asked", self._place(extra.cell), label=words, raw=place["raw"])
                )

    def _take_extra_row(self, one: Field, answer: Answer, extra: ExtraRow, place: dict[str, str]) -> None:
        own, _ = self._answer_cell(self._row_of(one.code))
        reading = read_cell(extra.cell, self._question(one, extra.cell))
        is_prose = one.type is FieldType.TEXT and not extra.words and isinstance(reading.value, TextValue)
        if is_prose and isinstance(answer.value, (TextValue, Missing)):
            said = [value.text for value in (answer.value, reading.value) if isinstance(value, TextValue)]
            self._drop_missing(one.code)
            self.answers[one.code] = replace(answer, value=TextValue("\n".join(said)))
            self.findings.append(self._question(one, own).finding("text_goes_on", **place))
            return
        if isinstance(answer.value, Missing) and isinstance(reading.value, Missing):
            return
        self._drop_other_findings(one.code)
        self.findings.append(self._question(one, own).finding("more_below", **place))
        self.answers[one.code] = replace(answer, value=Unclear())

    def _row_of(self, code: FieldCode) -> int:
        row = self._matches.rows.get(code)
        return row if row is not None else self._matches.repeated[code][0]

    def _drop_missing(self, code: FieldCode) -> None:
        """Take back that an answer is missing."""
        self.findings = [
            one for one in self.findings if one.field != code or not one.code.startswith("missing")
        ]

    def _ask_about_second_table(self) -> None:
        """Ask about a field that stands only where others stand a second time, with other answers.

        Its own row may have been deleted above, and what stands below may be a copy with other figures.
        """
        order = {one.code: place for place, one in enumerate(self._spec.fields)}
        conflicts = {code for code, (kind, _) in self._matches.doubts.items() if kind == "row_conflict"}
        twice = {
            code: sorted(rows)
            for code in self._doubled | conflicts
            if code in order and (rows := self._rows_with(code))
        }
        if not twice:
            return
        tops = [(order[code], rows[0]) for code, rows in twice.items()]
        again = {row for rows in twice.values() for row in rows[1:]}
        known = sorted(self._field_rows | {row for rows in twice.values() for row in rows})
        most = max(map(len, twice.values()))
        for one in self._spec.fields:
            row, copies = self._matches.rows.get(one.code), self._matches.repeated.get(one.code, ())
            if row is not None:
                is_below_later = any(place > order[one.code] and top < row for place, top in tops)
                if is_below_later or _is_among(row, again, known):
                    self._ask_which_row(one, row)
            elif copies and one.code not in twice and len(copies) < most:
                self._ask_which_row(one, copies[0])  # alike in the copies, and gone from where it stood

    def _ask_which_row(self, one: Field, row: int) -> None:
        """Leave an answer unclear, because its row may be a copy's."""
        answer = self.answers.get(one.code)
        if answer is None or isinstance(answer.value, (Missing, Unclear)):
            return
        cell, _ = self._answer_cell(row)
        self._drop_other_findings(one.code)
        self.findings.append(finding("row_unsure", self._place(cell), field=one.code, label=one.label))
        self.answers[one.code] = self._answer(one, Unclear(), cell)

    def _rows_with(self, code: FieldCode) -> set[int]:
        """Give every row that says a field's words."""
        matches = self._matches
        rows = {row for row, codes in matches.strays.items() if code in codes}
        rows |= set(matches.repeated.get(code, ()))
        return rows | ({matches.rows[code]} if code in matches.rows else set())

    def _looks_answered(self, one: Field, cell: Cell) -> bool:
        return isinstance(self._peek(one, cell)[0], Number) or cell.kind is CellKind.NUMBER

    def _stray_cell(self, row: int) -> Cell | None:
        """Give what a stray row answers: its cell in the answer column, or any number beside it."""
        cell, _ = self._answer_cell(row)
        if holds_something(cell):
            return cell
        own = (self._tt_column, self._columns.label)
        for column in self._row_columns(row):
            beside = self._sheet.at(row, column)
            if beside.kind is CellKind.NUMBER and column not in own:
                return beside
        return None

    # Percentages

    def _compare_computed(self, one: Field, ratio: Ratio) -> None:
        """Tell when a unit typed another percentage than its figures give."""
        row = self._matches.rows.get(one.code)
        if row is None:
            return
        cell, is_shared = self._answer_cell(row)
        if is_shared or cell.is_formula or not holds_something(cell):
            return
        typed = self._typed_percentage(one, cell)
        if typed is None:
            return
        own = self._percentage(ratio)
        if own is not None and any(abs(reading - own) <= _TENTH for reading in typed):
            return
        value = "-" if own is None else spell(own.quantize(_TENTH, rounding=ROUND_HALF_UP))
        question = self._question(one, cell)
        self.findings.append(question.finding("computed_overtyped", raw=shorten(shown(cell)), value=value))

    def _typed_percentage(self, one: Field, cell: Cell) -> tuple[Decimal, ...] | None:
        """Give what a typed percentage may mean; None when it is no number."""
        text = cell.raw.strip().removesuffix("%")
        plain = Cell(
            row=cell.row,
            column=cell.column,
            kind=cell.kind,
            raw=text if cell.kind is CellKind.TEXT else cell.raw,
        )
        value = read_cell(plain, self._question(one, cell)).value
        if not isinstance(value, Number):
            return None
        if cell.kind is CellKind.NUMBER and shows_percent(cell.number_format):
            return (value.value * _HUNDRED,)
        return (value.value, value.value * _HUNDRED) if value.value <= 1 else (value.value,)

    def _percentage(self, ratio: Ratio) -> Decimal | None:
        terms: list[Decimal] = []
        for codes in (ratio.numerator, ratio.denominator):
            total = Decimal(0)
            for code in codes:
                match self.answers[code].value if code in self.answers else Missing():
                    case Number(value=value):
                        total += value
                    case NotApplicable():
                        pass
                    case _:
                        return None
            terms.append(total)
        numerator, denominator = terms
        return numerator / denominator * _HUNDRED if denominator else None


def _is_among(row: int, again: set[int], known: list[int]) -> bool:
    """Tell whether the rows next to *row* that say a field's words all say it for the second time."""
    above = max((other for other in known if other < row), default=None)
    below = min((other for other in known if other > row), default=None)
    beside = [other for other in (above, below) if other is not None]
    return bool(beside) and all(other in again for other in beside)
