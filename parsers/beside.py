"""What else stands in the row of an answer: another measure, a second number; and whether the row is seen."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from domain.answers import Missing, NotApplicable, Number
from domain.vietnamese import clean
from parsers.cells import read_cell, shown, spell
from parsers.layout import clip, holds_something
from parsers.letters.legacy_text import readable
from parsers.number.measures import bare, converted, names_money
from parsers.number.notes import takes_back
from parsers.number.qualifiers import Doubt, doubt_of, heads_corrections
from parsers.workbook import Cell, CellKind, column_letters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from domain.answers import AnswerValue
    from domain.findings import Finding
    from domain.forms import Field
    from parsers.cells import Question
    from parsers.layout import Placement

_BRACKETED = re.compile(r"\(([^()]*)\)")
_MEASURE_SAID = re.compile(r"^(?:đơn vị tính|đơn vị|đvt|tính bằng|tính theo)\s*:?\s*", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")
_COUNTED = re.compile(r"([0-9]+(?:,[0-9]+)?)\s*([^\W\d_]+(?:\s[^\W\d_]+)?)")
#: "1.000 đ" over a table: thousands.
_ROUND_SUMS: Final = {
    **dict.fromkeys(("1000 d", "1 000 d", "1000 dong", "1 000 dong", "1000d", "1 000d"), "nghìn đồng"),
    **dict.fromkeys(("1000000 d", "1 000 000 d", "1000000 dong", "1 000 000 dong"), "triệu đồng"),
}
_LONGEST_LINE: Final = 60
#: "1. Hội nghị" only begins a list.
_LISTED: Final = re.compile(r"\s*[0-9]{1,2}[.)]\s+[^\W\d]")
#: A note of more words is no other figure, whatever number it begins with.
_WORDS_OF_A_NUMBER: Final = 6


class Beside:
    """Looks at the other cells of the rows of one placed form."""

    def __init__(
        self,
        placement: Placement,
        tt_column: int | None,
        by_row: Mapping[int, Sequence[int]],
        *,
        heading: str,
        is_adopted: bool = False,
    ) -> None:
        #: How the answers are headed.
        self._heading = heading
        self._sheet = placement.sheet
        self._cells = placement.sheet.cells
        self._merges = placement.merges
        self._altered = placement.matches.altered
        self._header_row = placement.header_row
        columns = placement.columns
        self._is_adopted = is_adopted
        self._measure_column = columns.measure
        self._answer_column, self._label_column = columns.answer, columns.label
        self._note_column = columns.note
        self._own = {
            columns.answer, columns.code, columns.label, columns.measure, tt_column, *placement.other_answers,
        }  # fmt: skip
        #: Columns that hold a cell, by row.
        self._by_row = by_row

    def look(
        self, one: Field, row: int, value: AnswerValue, ask: Callable[[], Question]
    ) -> tuple[Finding, ...]:
        """Give what its row makes one ask or say about an answer; a question leaves it unclear."""
        if isinstance(value, Missing):
            return ()
        found: list[Finding] = []
        label = self._cells.get((row, self._label_column)) if self._label_column is not None else None
        if label is not None and label.is_marked:
            found.append(ask().finding("marked_label", row=row))
        if row in self._sheet.hidden_rows:
            found.append(ask().finding("hidden_row", row=row))
        if one.is_number and isinstance(value, (Number, NotApplicable)):
            amount = value.value if isinstance(value, Number) else None
            if amount:
                found.extend(self._other_measure(one, row, amount, ask))
            found.extend(self._other_number(row, value, ask))
            if self._sheet.comments or self._has_more(row):
                found.extend(self._note_of_other(one, row, amount, ask))
        elif self._sheet.comments:
            found.extend(self._told_comments(row, ask))
        return tuple(found)

    def _has_more(self, row: int) -> bool:
        """Tell whether anything stands in a row beside what the form prints there, and the answer."""
        return any(column not in self._own for column in self._by_row.get(row, ()))

    def note(self, row: int) -> str:
        """Give the words in the note column of a row, as they read; empty without any."""
        column = self._note_column
        cell = self._cells.get((row, column)) if column is not None else None
        if cell is None or cell.kind is not CellKind.TEXT or (row, column) in self._merges:
            return ""
        return clean(readable(cell.raw, cell.font)) if holds_something(cell) else ""

    def _note_of_other(
        self, one: Field, row: int, own: Decimal | None, ask: Callable[[], Question]
    ) -> Iterator[Finding]:
        """Ask or tell where note or comment say that the figure is a plan, of another time, not known yet.

        In forms of the office's own nobody knows what the office itself printed there.
        """
        if self._is_adopted:
            return
        said = [("cột Ghi chú", self.note(row), f"{column_letters(self._note_column or 1)}{row}")]
        said += [
            (f"nhận xét ở ô {cell.address}", cell.raw, f"{cell.address} (nhận xét)")
            for cell in self._comments(row)
            if cell.column == self._answer_column
        ]
        said += [
            (f"ô {cell.address}", clean(readable(cell.raw, cell.font)), cell.address)
            for cell in self._beside_headings(row)
        ]
        words = f"{one.wording} {one.measure}"
        for by, note, place in said:
            question = ask()
            doubt = doubt_of(note, words, one.measure, question.period, is_nought=not own) if note else None
            says = spell(own) if own is not None else "Không phát sinh"
            if doubt is Doubt.ASK:
                yield question.finding("note_of_other", own=says, by=by, raw=clip(note))
                return
            if doubt is Doubt.TELL:
                yield question.finding("number_beside", own=says, elsewhere=place, raw=clip(note))
                return

    def _beside_headings(self, row: int) -> Iterator[Cell]:
        """Give the texts of a row right of the answer and under no heading."""
        for column in self._by_row.get(row, ()):
            cell = self._cells.get((row, column))
            is_free = column not in self._own and column != self._note_column and self._header_row > 0
            if cell is None or not is_free or cell.kind is not CellKind.TEXT or (row, column) in self._merges:
                continue
            is_headed = holds_something(self._sheet.at(self._header_row, column))
            if not is_headed and column > (self._answer_column or 0) and holds_something(cell):
                yield cell

    def _told_comments(self, row: int, ask: Callable[[], Question]) -> Iterator[Finding]:
        """Tell what a comment says of a day or a text: nobody else reads it."""
        words = self._sheet.comments.get((row, self._answer_column or 0))
        if words:
            yield ask().finding("comment_told", raw=clip(words))

    def _comments(self, row: int) -> Iterator[Cell]:
        """Give what people wrote in comments about the answer, the words or the note of a row, as texts."""
        if self._sheet.comments:
            for column in (self._answer_column, self._label_column, self._note_column):
                words = self._sheet.comments.get((row, column)) if column is not None else None
                if words and column is not None:
                    yield Cell(row=row, column=column, kind=CellKind.TEXT, raw=words)

    def _other_measure(
        self, one: Field, row: int, own: Decimal, ask: Callable[[], Question]
    ) -> Iterator[Finding]:
        for words in self._measures(one, row, own):
            amount = own if words == one.measure else converted(own, words, one.measure)
            if amount != own:
                yield ask().finding(
                    "measure_changed",
                    raw=clip(words),
                    measure=one.measure,
                    value=spell(own if amount is None else amount),
                )
                return

    def _measures(self, one: Field, row: int, own: Decimal) -> Iterator[str]:
        """Give the measures named for a row: in its column, label or note, and above the table."""
        column = self._measure_column
        if one.measure and column is not None and (row, column) not in self._merges:
            cell = self._cells.get((row, column))
            if cell is not None and cell.kind is CellKind.TEXT and holds_something(cell):
                yield clean(readable(cell.raw, cell.font))
        if names_money(one.measure):
            yield from self._measure_of(own, row)
            said = [
                *_BRACKETED.findall(self._altered.get(one.code, "")),
                *re.split(r"[,;()]", self.note(row)),
                *self._said_above,
            ]
            for each in said:
                words = _MEASURE_SAID.sub("", each.strip())
                if names_money(words) or bare(words) in _ROUND_SUMS:
                    yield _ROUND_SUMS.get(bare(words), words)

    def _measure_of(self, own: Decimal, row: int) -> Iterator[str]:
        """Give the measure of money that the note says with the same number: "85 nghìn đồng" beside 85."""
        for said in _COUNTED.finditer(self.note(row)):
            if said[1] == spell(own) and names_money(said[2]):
                yield said[2]

    @cached_property
    def _said_above(self) -> tuple[str, ...]:
        """The measures that lines above the table name: "Đơn vị tính: nghìn đồng"."""
        said = [
            clean(readable(cell.raw, cell.font))
            for cell in self._sheet.cells.values()
            if cell.row < self._header_row and cell.kind is CellKind.TEXT and len(cell.raw) < _LONGEST_LINE
        ]
        return tuple(each.strip("()[] ") for each in said if _MEASURE_SAID.match(each.strip("()[] ")))

    def _other_number(self, row: int, value: AnswerValue, ask: Callable[[], Question]) -> Iterator[Finding]:
        own = value.value if isinstance(value, Number) else None
        for cell in (*self._others(row), *self._comments(row)):
            raw, question = shown(cell), ask()
            seen = read_cell(cell, question)
            # In the note words may stand with a number: "khoảng 15", "15 cuộc", "thực tế: 15".
            is_comment = (row, cell.column) in self._sheet.comments
            is_note = is_comment or cell.column == self._note_column
            is_note = is_note and len(raw.split()) <= _WORDS_OF_A_NUMBER and _LISTED.match(raw) is None
            # A smaller number with words is a part; "không có" is nought, and no number beside another.
            is_more = isinstance(seen.value, Number) and seen.value.value > (own or 0)
            is_note = is_note and (is_more or names_money(question.measure))
            is_number = isinstance(seen.value, Number) and (is_note or not (seen.note or seen.findings))
            words = {"elsewhere": f"{cell.address} (nhận xét)" if is_comment else cell.address, "raw": raw}
            if isinstance(seen.value, Number) and is_number:
                if seen.value.value == (own or 0):
                    continue
                if own:
                    yield question.finding("number_beside", own=spell(own), **words)
                else:
                    says = "0" if own is not None else "Không phát sinh"
                    proposal = spell(seen.value.value)
                    yield question.finding(
                        "number_beside_nothing", own=says, value=proposal, column=self._heading, **words
                    )
                return
            if own is not None and takes_back(readable(cell.raw, cell.font)) and _DIGIT.search(cell.raw):
                yield question.finding("number_beside", own=spell(own), **words)
                return

    def _others(self, row: int) -> Iterator[Cell]:
        """Give the note and the cells under no heading; a headed column is another matter."""
        for column in sorted(self._by_row.get(row, ())):
            if column in self._own or (row, column) in self._merges:
                continue
            cell = self._sheet.at(row, column)
            if cell.is_formula or cell.kind not in (CellKind.NUMBER, CellKind.TEXT):
                continue
            if column != self._note_column:
                heading = self._sheet.at(self._header_row, column) if self._header_row else None
                if heading is None or cell.kind is not CellKind.NUMBER:
                    continue
                if holds_something(heading) and not heads_corrections(heading.raw):
                    continue
            yield cell
