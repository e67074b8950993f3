"""Figures become sentences, in which every number still knows which figure it shows."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from aggregator import wording
from aggregator.figures import grouped_rows
from aggregator.narrative import Slot
from domain.answers import DateValue, Number, TextValue
from domain.forms import Aggregate
from domain.ids import FieldCode
from domain.vietnamese import format_date, format_number, small_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aggregator.narrative import Clause, Examples, Pattern, Quotations, Sentence
    from domain.campaigns import Campaign
    from domain.figures import Consolidation, Figure, FigureValue, ListedRow
    from domain.ids import UnitCode

#: Signs that XML and therefore Word cannot hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: Units named behind one line of a list before "và … đơn vị khác".
_MOST_NAMES = 5
_FINISHED = (".", "!", "?", "…", ";", ":")
_BULLET = re.compile(r"^[-+•*–]\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; a number carries the code of its figure."""

    text: str
    code: FieldCode | None = None


#: One sentence or line: pieces in order; empty when there is nothing to say.
Line = tuple[Piece, ...]


def plain_text(line: Line) -> str:
    """Give the words of a line."""
    return "".join(piece.text for piece in line)


def printable(text: str) -> str:
    """Drop what a document cannot hold."""
    return _UNPRINTABLE.sub("", text)


def shown(figure: Figure, value: FigureValue) -> str:
    """Write a figure's value for a sentence: "05", "1.234", "97,5", "18/10/2021"."""
    if isinstance(value, dt.date):
        return format_date(value)
    if not isinstance(value, Decimal):
        return printable(str(value)) if value is not None else wording.UNKNOWN
    rounded = value.quantize(Decimal(1).scaleb(-figure.decimals), rounding=ROUND_HALF_UP)
    if figure.aggregate is Aggregate.RATIO:
        return format_number(rounded)
    return small_count(rounded)


def has_something(value: FigureValue) -> bool:
    """Tell whether there is something to tell: not nothing and not 0."""
    return value is not None and value != Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Says sentences about one consolidation."""

    campaign: Campaign
    consolidation: Consolidation

    def say(self, sentence: Sentence) -> Line:
        """Say one sentence as its leading figure demands; an empty line when there is nothing to say."""
        figure = self.consolidation.figures.get(sentence.of) if sentence.of is not None else None
        if sentence.of is None:
            return self._filled(sentence.say)
        if figure is None or figure.value is None:
            return self._unknown(sentence, figure)
        if has_something(figure.value):
            return self._filled(sentence.say)
        answered = {part.unit for part in figure.parts}
        only_none = bool(answered) and answered == set(figure.not_applicable)
        if only_none and sentence.not_applicable is not None:
            return self._filled(sentence.not_applicable)
        return self._noted(self._filled(sentence.zero), figure, sentence.zero)

    def _unknown(self, sentence: Sentence, figure: Figure | None) -> Line:
        """Say that nobody answered; a percentage of nothing is not worth a sentence."""
        if sentence.unknown is not None:
            return self._filled(sentence.unknown)
        if figure is None or figure.aggregate is Aggregate.RATIO or not sentence.say:
            return ()
        return (Piece(wording.no_figure(figure.label.lstrip("-+ "))),)

    def _noted(self, line: Line, figure: Figure, pattern: Pattern) -> Line:
        """Add how many units answered to a sentence that names no number ("chưa tổ chức …")."""
        named = any(slot.name == figure.code for clause in pattern for slot in clause.slots)
        notes = self._notes([figure]) if line and not named else ""
        return _before_end(line, notes)

    def _filled(self, pattern: Pattern) -> Line:
        """Fill the places of a pattern; optional clauses without anything to tell are left out."""
        said = [
            self._clause(clause)
            for clause in pattern
            if not clause.optional or all(has_something(self._value(slot)) for slot in clause.slots)
        ]
        notes = [self._notes(figures) for _, figures in said if figures]
        if len(notes) > 1 and len(set(notes)) == 1:
            # The same remark about every number is said once.
            whole = _joined([piece for pieces, _ in said for piece in pieces])
            return _before_end(whole, notes[0])
        return _joined(
            [piece for pieces, figures in said for piece in _before_end(pieces, self._notes(figures))]
        )

    def _clause(self, clause: Clause) -> tuple[Line, list[Figure]]:
        """Fill one clause, and give the figures whose numbers stand in it."""
        pieces: list[Piece] = []
        figures: list[Figure] = []
        for piece in clause.pieces:
            if not isinstance(piece, Slot):
                pieces.append(Piece(piece))
                continue
            figure, value = self._figure(piece), self._value(piece)
            if figure is None or value is None:
                pieces.append(Piece(wording.UNKNOWN))
                continue
            pieces.append(Piece(shown(figure, value), figure.code))
            figures.append(figure)
        return tuple(pieces), figures

    def _figure(self, slot: Slot) -> Figure | None:
        return self.consolidation.figures.get(FieldCode(slot.name))

    def _value(self, slot: Slot) -> FigureValue:
        figure = self._figure(slot)
        if figure is None:
            return None
        return figure.upper if slot.upper else figure.value

    def _notes(self, figures: Sequence[Figure]) -> str:
        """Write "(số liệu của 5/8 đơn vị)" where units that have sent left a field empty."""
        coverage = self.consolidation.coverage
        notes = [
            wording.units_note(figure.answered, coverage.expected)
            for figure in figures
            if figure.answered < coverage.counted
        ]
        notes += [wording.ROUGH for figure in figures if figure.approximate]
        return f" ({'; '.join(dict.fromkeys(notes))})" if notes else ""

    def examples(self, examples: Examples) -> Iterator[Line]:
        """Say rows of a list with their units, in roster order, the many shortened."""
        spec = self.campaign.form.list_by_code[examples.list]
        groups = grouped_rows(spec, self.consolidation.lists.get(examples.list, ()))
        for group in groups[: examples.most]:
            line = "".join(self._row_clause(clause, group) for clause in examples.say)
            yield (Piece(ended(printable(" ".join(line.split())))),)
        rest = len(groups) - examples.most
        if rest > 0:
            yield (Piece(ended(examples.more.replace("{rest}", small_count(rest)))),)

    def _row_clause(self, clause: Clause, group: Sequence[ListedRow]) -> str:
        values = [self._cell(slot.name, group) for slot in clause.slots]
        if clause.optional and not all(values):
            return ""
        filled = iter(values)
        return "".join(next(filled) if isinstance(piece, Slot) else piece for piece in clause.pieces)

    def _cell(self, name: str, group: Sequence[ListedRow]) -> str:
        if name == "units":
            return self._unit_names(group)
        if name == "unit":
            return self.unit_name(group[0].unit)
        match group[0].row.values.get(name):
            case Number(number):
                return small_count(number)
            case DateValue(day):
                return format_date(day)
            case TextValue(text):
                return unquoted(one_line(text))
            case _:
                return ""

    def _unit_names(self, group: Sequence[ListedRow]) -> str:
        """Name the units of a group, the many shortened."""
        names = list(dict.fromkeys(self.unit_name(row.unit) for row in group))
        if len(names) <= _MOST_NAMES + 1:
            return ", ".join(names)
        return (
            ", ".join(names[:_MOST_NAMES])
            + " "
            + wording.MANY_UNITS.format(count=small_count(len(names) - _MOST_NAMES))
        )

    def quotations(self, quotations: Quotations) -> Iterator[Line]:
        """Say what units wrote, each with its unit; the words for nothing when nobody did."""
        quotes = self.consolidation.quotes.get(quotations.of, ())
        for quote in quotes[: quotations.most]:
            yield (Piece(f"{self.unit_name(quote.unit)}: {ended(one_line(quote.text))}"),)
        rest = len(quotes) - quotations.most
        if rest > 0:
            yield (Piece(ended(quotations.more.replace("{rest}", small_count(rest)))),)
        if not quotes and quotations.none:
            yield (Piece(quotations.none),)

    def unit_name(self, code: UnitCode) -> str:
        """Give the unit's full name."""
        return printable(self.campaign.unit_by_code[code].name)


def _joined(pieces: Sequence[Piece]) -> Line:
    """Put neighbouring words together."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and piece.code is None and joined[-1].code is None:
            joined[-1] = Piece(joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return tuple(joined)


def _before_end(line: Line, notes: str) -> Line:
    """Put notes, if any, before the sign that ends a sentence or clause."""
    if not notes or not line:
        return line
    last = line[-1]
    if last.code is not None:
        return (*line, Piece(notes))
    body = last.text.rstrip()
    end = body[-1] if body.endswith((".", ";", ",", ":")) else ""
    kept = body[: len(body) - len(end)].rstrip()
    return (*line[:-1], Piece(kept + notes + end + last.text[len(body) :]))


def one_line(text: str) -> str:
    """Make one line of what a unit wrote on several, without its own dashes."""
    lines = [_BULLET.sub("", " ".join(line.split())) for line in printable(text).splitlines()]
    said = ""
    for line in filter(None, lines):
        said += (" " if not said or said.endswith(_FINISHED) else ". ") + line
    return said.strip()


def ended(text: str) -> str:
    """End a line with a full stop unless it has an end."""
    text = text.rstrip(" ,;:")
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def unquoted(text: str) -> str:
    """Take off quotation marks around a whole name: the pattern brings its own."""
    inner = text[1:-1] if len(text) > 1 and text[0] in "“\"'" and text[-1] in "”\"'" else text
    return inner if not set(inner) & set('“”"') else text
