"""What else stands in the row of an answer: another measure, a second number; and whether the row is seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from domain.answers import Missing, NotApplicable, Number
from domain.vietnamese import clean
from parsers.cells import read_cell, shown, spell
from parsers.layout import clip, holds_something
from parsers.letters.legacy_text import readable
from parsers.number.measures import converted, names_money
from parsers.number.notes import takes_back
from parsers.workbook import CellKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from domain.answers import AnswerValue
    from domain.findings import Finding
    from domain.forms import Field
    from parsers.cells import Question
    from parsers.layout import Placement
    from parsers.workbook import Cell

_BRACKETED = re.compile(r"\(([^()]*)\)")
_MEASURE_SAID = re.compile(r"^(?:đơn vị tính|đơn vị|đvt|tính bằng|tính theo)\s*:?\s*", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")


class Beside:
    """Looks at the other cells of the rows of one placed form."""

    def __init__(
        self,
        placement: Placement,
        tt_column: int | None,
        by_row: Mapping[int, Sequence[int]],
        *,
        heading: str,
    ) -> None:
        #: How the answers are headed.
        self._heading = heading
        self._sheet = placement.sheet
        self._merges = placement.merges
        self._altered = placement.matches.altered
        self._header_row = placement.header_row
        columns = placement.columns
        self._measure_column = columns.measure
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
        if row in self._sheet.hidden_rows:
            found.append(ask().finding("hidden_row", row=row))
        if one.is_number and isinstance(value, (Number, NotApplicable)):
            amount = value.value if isinstance(value, Number) else None
            if amount:
                found.extend(self._other_measure(one, row, amount, ask))
            found.extend(self._other_number(row, value, ask))
        return tuple(found)

    def _other_measure(
        self, one: Field, row: int, own: Decimal, ask: Callable[[], Question]
    ) -> Iterator[Finding]:
        for words in self._measures(one, row):
            amount = own if words == one.measure else converted(own, words, one.measure)
            if amount != own:
                yield ask().finding(
                    "measure_changed",
                    raw=clip(words),
                    measure=one.measure,
                    value=spell(own if amount is None else amount),
                )
                return

    def _measures(self, one: Field, row: int) -> Iterator[str]:
        """Give the measures that the row names: in its column, and in brackets of an altered label."""
        column = self._measure_column
        if column is not None and (row, column) not in self._merges:
            cell = self._sheet.at(row, column)
            if cell.kind is CellKind.TEXT and holds_something(cell) and one.measure:
                yield clean(readable(cell.raw, cell.font))
        if names_money(one.measure):
            for bracketed in _BRACKETED.findall(self._altered.get(one.code, "")):
                words = _MEASURE_SAID.sub("", bracketed.strip())
                if names_money(words):
                    yield words

    def _other_number(self, row: int, value: AnswerValue, ask: Callable[[], Question]) -> Iterator[Finding]:
        own = value.value if isinstance(value, Number) else None
        for cell in self._others(row):
            raw, question = shown(cell), ask()
            seen = read_cell(cell, question)
            is_number = isinstance(seen.value, Number) and not seen.note and not seen.findings
            words = {"elsewhere": cell.address, "raw": raw}
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
                if heading is None or holds_something(heading) or cell.kind is not CellKind.NUMBER:
                    continue
            yield cell
