"""One cell to one answer: what was asked decides how its content is read, and every refusal has a finding."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from domain.answers import DateValue, Missing, NotApplicable, Number, TextValue, Unclear
from domain.findings import finding
from domain.forms import FieldType
from domain.vietnamese import clean, fold_label, format_date
from parsers.days import Day, NoDay, Period, judge_day, read_day
from parsers.formats import instant_of, shows_percent
from parsers.legacy_text import doubts_letters
from parsers.quantities import LIMIT, NotArisen, Nothing, Read, is_blank, plain, read_quantity
from parsers.shown import decimals_shown, round_to, shown_number, shown_text, shows_plainly
from parsers.workbook import Cell, CellKind

if TYPE_CHECKING:
    from domain.answers import AnswerValue, Place
    from domain.findings import Finding

#: Excel computes with 15 significant digits; what stands behind them is noise of binary fractions.
_EXCEL_DIGITS: Final = Context(prec=15)
_NOISE: Final = Decimal("1e-9")
_THOUSAND = 1000
_THOUSANDS_DIGITS = 3
_SHOWN = 40
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: Python takes 1_000 and the digits of every script for numbers; no spreadsheet stores them so.
_NO_DIGITS_OF_EXCEL = re.compile(r"[^\x00-\x7f]|_")
_DASHES = re.compile(r"[-/\\–—−.\s]+")
_YES_MARKS = frozenset({"x", "v", "✓", "✔", "√", "1", "true", "yes"})
_NO_MARKS = frozenset({"0", "false", "no", "ko", "k"})
_YES_NO = frozenset({"co", "khong"})
_NEGATION = frozenset({"khong", "chua", "ko"})
#: "đăng ký mới" says "mới"; a longer sentence may say anything.
_CHOICE_WORDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a cell."""

    place: Place
    #: Code of the field or list, and the label that people know it by.
    field: str
    label: str
    type: FieldType
    measure: str = ""
    decimals: int = 0
    max_length: int = 2000
    choices: tuple[str, ...] = ()
    #: A day must lie in the period of the campaign, or is asked about when its swapped spelling does.
    in_period: bool = True
    period: Period
    counts_from_1904: bool = False

    def finding(self, kind: str, **words: object) -> Finding:
        """Make a finding of *kind* about this cell."""
        return finding(kind, self.place, field=self.field, label=self.label, **words)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from a cell, and what there is to say about it."""

    value: AnswerValue
    findings: tuple[Finding, ...] = ()
    #: Words that stood behind a number.
    note: str = ""


_EMPTY = Reading(Missing())


def read_cell(cell: Cell, question: Question) -> Reading:
    """Read *cell* as what *question* asks for; Unclear always comes with a finding."""
    match cell.kind:
        case CellKind.EMPTY:
            return _EMPTY
        case CellKind.ERROR:
            return _refuse(question, "error_value", raw=cell.raw)
        case CellKind.NOT_CALCULATED:
            return _refuse(question, "not_calculated")
        case CellKind.TEXT if is_blank(plain(cell.raw)):
            return _EMPTY
    match question.type:
        case FieldType.INTEGER | FieldType.DECIMAL | FieldType.MONEY | FieldType.COMPUTED:
            return _read_number(cell, question)
        case FieldType.DATE:
            return _read_date(cell, question)
        case FieldType.CHOICE:
            return _read_choice(cell, question)
        case FieldType.TEXT:
            return _read_text(cell, question)


def spell(value: Decimal) -> str:
    """Write a number as one types it: decimal comma, no thousands."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def shorten(text: str) -> str:
    """Give the beginning of a cell's text on one line, for quoting."""
    line = " ".join(clean(_CONTROL.sub("", text)).split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def shown(cell: Cell) -> str:
    """Give what a person sees in the cell, for quoting."""
    if cell.kind is CellKind.DATE:
        try:
            return format_date(dt.date.fromisoformat(cell.raw[:10]))
        except ValueError:
            return cell.raw
    if cell.kind is CellKind.NUMBER:
        value = _exact(cell.raw)
        if value is not None and shows_percent(cell.number_format):
            return f"{spell(value * 100)}%"
        return spell(value) if value is not None and abs(value) < LIMIT else cell.raw
    return shorten(cell.raw)


def _refuse(question: Question, kind: str, **words: object) -> Reading:
    return Reading(Unclear(), (question.finding(kind, **words),))


def _exact(raw: str) -> Decimal | None:
    """Give the number that Excel means by the digits it stored; None for NaN and the like."""
    if _NO_DIGITS_OF_EXCEL.search(raw):
        return None
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return None
    if not value.is_finite():
        return None
    if abs(value) >= LIMIT:
        return value
    value = _EXCEL_DIGITS.plus(value)
    return Decimal(0) if abs(value) < _NOISE else value.normalize() + 0


# Numbers


def _read_number(cell: Cell, question: Question) -> Reading:
    if cell.kind is CellKind.DATE:
        return _refuse(question, "date_in_number", raw=shown(cell))
    if cell.kind is CellKind.BOOLEAN:
        return _refuse(question, "logical_in_number", raw=cell.raw)
    if cell.is_marked:
        return _refuse(question, "marked_number", raw=shown(cell))
    if cell.kind is CellKind.NUMBER:
        return _read_typed_number(cell, question)
    return _read_number_text(cell, question)


def _read_typed_number(cell: Cell, question: Question) -> Reading:
    value = _exact(cell.raw)
    if value is None:
        return _refuse(question, "not_a_number", raw=cell.raw)
    if abs(value) >= LIMIT:
        return _refuse(question, "too_large", raw=cell.raw[:_SHOWN])
    if value < 0:
        return _refuse(question, "negative", raw=shown(cell))
    whole = question.type is FieldType.INTEGER
    if value and shows_percent(cell.number_format) and question.type is not FieldType.COMPUTED:
        return _ask(question, "percent_in_number", shown(cell), value * 100)
    if question.type is not FieldType.COMPUTED and not shows_plainly(cell.number_format):
        return _read_dressed_number(cell, value, question)
    if whole:
        if value == value.to_integral_value():
            return Reading(Number(value))
        thousands = value * _THOUSAND
        if _decimals(value) == _THOUSANDS_DIGITS and 1 <= value < _THOUSAND:
            return _ask(question, "thousands_as_decimal", shown(cell), thousands)
        return _refuse(question, "not_whole", raw=shown(cell))
    places = decimals_shown(cell.number_format)
    if places is not None and places < _decimals(value) <= question.decimals:
        # Rounded before the person's eyes: the figure in the cell is taken, and said.
        words = {"raw": shown_number(cell.number_format, value), "value": spell(value)}
        told = question.finding("too_many_decimals", decimals=question.decimals, **words)
        return Reading(Number(value), (told,))
    return _with_decimals(Number(value), shown(cell), question)


def _read_dressed_number(cell: Cell, value: Decimal, question: Question) -> Reading:
    """Read a number whose format scales, hides or words it: taken only where the person sees that number."""
    seen = shown_number(cell.number_format, value)
    if value == 0 and (is_blank(seen) or _DASHES.fullmatch(seen)):
        return Reading(Number(value))  # formats of accounts show nought as a dash or not at all
    whole = question.type is FieldType.INTEGER
    outcome = read_quantity(seen, whole=whole, measure=question.measure)
    if not isinstance(outcome, Read) or outcome.value != _rounded_like(value, outcome.value):
        return _refuse(question, "shown_otherwise", raw=shorten(seen) or "(trống)", value=spell(value))
    if whole and value != value.to_integral_value():
        return _refuse(question, "not_whole", raw=spell(value))
    told: tuple[Finding, ...] = ()
    if outcome.kind in ("approximate", "number_with_note"):
        words = {"raw": shorten(seen), "value": spell(value), "measure": question.measure}
        told = (question.finding(outcome.kind, **words),)
    number = Number(value, approximate=outcome.approximate)
    reading = Reading(number) if whole else _with_decimals(number, shorten(seen), question)
    return Reading(number, (*told, *reading.findings), note=outcome.note)


def _rounded_like(value: Decimal, seen: Decimal) -> Decimal:
    return round_to(value, _decimals(seen))


def _read_number_text(cell: Cell, question: Question) -> Reading:
    whole = question.type is FieldType.INTEGER
    outcome = read_quantity(cell.raw, whole=whole, measure=question.measure)
    raw = shorten(cell.raw)
    seen = shown_text(cell.number_format, cell.raw)
    if seen.strip() != cell.raw.strip():
        return _refuse(question, "shown_otherwise", raw=shorten(seen) or "(trống)", value=raw)
    match outcome:
        case Nothing():
            return _EMPTY
        case NotArisen():
            return Reading(NotApplicable())
        case Read():
            value = outcome.value.normalize() + 0
            told: tuple[Finding, ...] = ()
            if outcome.kind:
                words = {"raw": raw, "value": spell(value), "measure": question.measure}
                told = (question.finding(outcome.kind, **words),)
            number = Number(value, approximate=outcome.approximate)
            reading = Reading(number) if whole else _with_decimals(number, raw, question)
            return Reading(reading.value, (*told, *reading.findings), note=outcome.note)
    if outcome.proposal is not None:
        return _ask(question, outcome.kind, raw, outcome.proposal)
    return _refuse(question, outcome.kind, raw=raw)


def _ask(question: Question, kind: str, raw: str, proposal: Decimal) -> Reading:
    """Ask with a proposed reading; a proposal that the row could not take is none."""
    if question.type is FieldType.INTEGER and proposal != proposal.to_integral_value():
        return _refuse(question, "not_whole", raw=raw)
    return _refuse(question, kind, raw=raw, value=spell(proposal))


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _with_decimals(number: Number, raw: str, question: Question) -> Reading:
    """Tell when a number has more decimals than the row asks for; it is taken as it is."""
    if question.type is FieldType.COMPUTED or _decimals(number.value) <= question.decimals:
        return Reading(number)
    words = {"raw": raw, "value": spell(number.value), "decimals": question.decimals}
    return Reading(number, (question.finding("too_many_decimals", **words),))


# Days


def _read_date(cell: Cell, question: Question) -> Reading:
    raw = shown(cell)
    match cell.kind:
        case CellKind.DATE:
            outcome = judge_day(_iso_day(cell.raw), question.period)
        case CellKind.NUMBER:
            at = instant_of(cell.raw, counts_from_1904=question.counts_from_1904)
            outcome = judge_day(at.date() if at else None, question.period)
            if at is not None and not (isinstance(outcome, NoDay) and outcome.kind == "not_a_date"):
                raw = format_date(at.date())
        case CellKind.TEXT:
            outcome = read_day(cell.raw, question.period)
            if isinstance(outcome, NoDay) and _DASHES.fullmatch(plain(cell.raw)):
                return Reading(NotApplicable())
        case _:
            outcome = NoDay("not_a_date")
    if isinstance(outcome, Day):
        value = DateValue(outcome.date)
        if not outcome.kind:
            return Reading(value)
        words = {"raw": raw, "value": format_date(outcome.date)}
        return Reading(value, (question.finding(outcome.kind, **words),))
    if outcome.proposal is None:
        return _refuse(question, outcome.kind, raw=raw)
    proposal = format_date(outcome.proposal)
    if not question.in_period and outcome.literal is not None:
        literal = format_date(outcome.literal)
        return Reading(
            DateValue(outcome.literal), (question.finding("date_outside", raw=literal, value=proposal),)
        )
    return _refuse(question, outcome.kind, raw=raw, value=proposal)


def _iso_day(raw: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(raw[:10])
    except ValueError:
        return None


# Words


def _read_text(cell: Cell, question: Question) -> Reading:
    if cell.kind is CellKind.BOOLEAN:
        return _refuse(question, "logical_in_text", raw=cell.raw)
    if cell.kind is not CellKind.TEXT:
        return Reading(TextValue(_digits_as_text(cell)))
    if doubts_letters(cell.raw):
        return _refuse(question, "encoding_doubt", raw=shorten(cell.raw))
    text = clean(_CONTROL.sub("", cell.raw))
    if _DASHES.fullmatch(text):
        return Reading(NotApplicable())
    if len(text) > question.max_length:
        return _refuse(question, "text_too_long", length=len(text), limit=question.max_length)
    return Reading(TextValue(text))


def _digits_as_text(cell: Cell) -> str:
    """Write a number or day that stands where words are asked for, as a person sees it."""
    if cell.kind is CellKind.DATE:
        return shown(cell)
    value = _exact(cell.raw)
    return cell.raw if value is None else shown(cell)


def _read_choice(cell: Cell, question: Question) -> Reading:
    folded = fold_label(cell.raw)
    by_fold = {fold_label(choice): choice for choice in question.choices}
    if folded in by_fold:
        return Reading(TextValue(by_fold[folded]))
    if set(by_fold) == _YES_NO:
        sign = plain(cell.raw).casefold()
        if folded in _YES_MARKS or sign in _YES_MARKS:
            return Reading(TextValue(by_fold["co"]))
        if folded in _NO_MARKS or sign in _NO_MARKS:
            return Reading(TextValue(by_fold["khong"]))
    elif cell.kind is CellKind.TEXT:
        contained = [choice for choice in by_fold if f" {choice} " in f" {folded} "]
        words = folded.split()
        if len(contained) == 1 and len(words) <= _CHOICE_WORDS and not _NEGATION.intersection(words):
            return Reading(TextValue(by_fold[contained[0]]))
    if cell.kind is CellKind.TEXT and _DASHES.fullmatch(plain(cell.raw)):
        return Reading(NotApplicable())
    return _refuse(question, "not_a_choice", raw=shown(cell), choices=", ".join(question.choices))
