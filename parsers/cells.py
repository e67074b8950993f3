"""One cell to one answer: what was asked decides how its content is read, and every refusal has a finding."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.answers import DateValue, Missing, NotApplicable, Number, TextValue, Unclear
from domain.findings import finding
from domain.forms import FieldType
from domain.vietnamese import clean, fold_label, format_date
from parsers.days import Day, NoDay, Period, judge_day, read_day, read_run_together
from parsers.formats import instant_of, shows_percent
from parsers.letters.legacy_text import Encoding, Letters, read_letters
from parsers.number.amounts import slipped_measure
from parsers.number.figures import LIMIT, Read
from parsers.number.measures import names_money, names_percent, plain_decimal
from parsers.number.quantities import (
    NotArisen,
    Nothing,
    is_blank,
    is_ditto,
    plain,
    read_quantity,
    says_none,
    says_not_arisen,
)
from parsers.shown import decimals_shown, round_to, shown_number, shown_text, shows_plainly
from parsers.workbook import Cell, CellKind

if TYPE_CHECKING:
    from domain.answers import AnswerValue, Place
    from domain.findings import Finding

#: Excel computes with 15 significant digits; what stands behind them is noise of binary fractions.
_EXCEL_DIGITS: Final = Context(prec=15)
_NOISE: Final = Decimal("1e-9")
_THOUSAND = 1000
_HUNDRED = 100
_THOUSANDS_DIGITS = 3
_SHOWN = 40
#: Digits of day, month and year without a sign between.
_RUN_TOGETHER = 8
#: A count of so many digits is plain in every row that asks for a number.
_PLAIN_DIGITS = 5
_PLAIN_FORMATS = frozenset({"General", "0", "#,##0", "@"})
_PLAIN_NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY)
#: Signs that mean nothing in a text; those that part lines and words become blanks instead.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
#: So few digits hold no noise.
_SHORT = 9
#: Python takes 1_000 and the digits of every script for numbers; no spreadsheet stores them so.
_NO_DIGITS_OF_EXCEL = re.compile(r"[^\x00-\x7f]|_")
_DASHES = re.compile(r"[-–—−.\s]+|[/\\]")
_YES_MARKS = frozenset({"x", "v", "✓", "✔", "√", "1", "true", "yes"})
_NO_MARKS = frozenset({"0", "false", "no", "ko", "k"})
_YES_NO = frozenset({"co", "khong"})
_NEGATION = frozenset({"khong", "chua", "ko"})
#: "đăng ký mới" says "mới"; a longer sentence may say anything.
_CHOICE_WORDS = 6
#: "Kinh tế - xã hội" is another field than "kinh tế", and "nông thôn mới" is no new model.
_JOINED = re.compile(r"\s[-–—&+]\s|[,;/]|\bvà\b", re.IGNORECASE)
_FIXED_TERMS = frozenset({"nong thon moi", "xai dung nong thon moi"})


class Question(NamedTuple):
    """What is asked of a cell; a tuple, because a form asks hundreds."""

    place: Place
    #: Code of the field or list, and the label that people know it by.
    field: str
    label: str
    type: FieldType
    period: Period
    measure: str = ""
    decimals: int = 0
    max_length: int = 2000
    choices: tuple[str, ...] = ()
    #: A day must lie in the period of the campaign, or is asked about when its swapped spelling does.
    in_period: bool = True
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
    kind, raw = cell.kind, cell.raw
    if kind is CellKind.EMPTY:
        return _EMPTY
    if kind is CellKind.NUMBER:
        count = plain_count(cell, question.type)
        if count is not None:
            return Reading(Number(count))
    elif kind is CellKind.TEXT:
        if not raw[:1].isalnum() and is_blank(plain(raw)):
            return _EMPTY
        letters = read_letters(raw, cell.font)
        if letters is not None:
            return _read_other_letters(cell, letters, question)
    elif kind is CellKind.ERROR:
        return _refuse(question, "error_value", raw=raw)
    elif kind is CellKind.NOT_CALCULATED:
        return _refuse(question, "not_calculated")
    return _read_as_shown(cell, question)


def plain_count(cell: Cell, asked: FieldType) -> Decimal | None:
    """Give the number of the plainest cell, digits and nothing else; None where no number is asked."""
    raw = cell.raw
    if cell.kind is not CellKind.NUMBER or asked not in _PLAIN_NUMBERS:
        return None
    if len(raw) > _PLAIN_DIGITS or not raw.isdigit() or not raw.isascii() or cell.is_marked:
        return None
    # A formula's 1 in a row of per cent may be all of it.
    is_plain = cell.number_format in _PLAIN_FORMATS and not (cell.is_formula and raw == "1")
    return Decimal(raw) if is_plain else None


def _read_as_shown(cell: Cell, question: Question) -> Reading:
    reading = _read_kind(cell, question)
    if cell.is_marked and isinstance(reading.value, (TextValue, DateValue)):
        # Struck words are in there, and nobody knows whether they were meant to stay.
        told = question.finding("marked_text", raw=shorten(shown(cell)))
        return Reading(reading.value, (*reading.findings, told), note=reading.note)
    return reading


def _read_kind(cell: Cell, question: Question) -> Reading:
    match question.type:
        case FieldType.INTEGER | FieldType.DECIMAL | FieldType.MONEY | FieldType.COMPUTED:
            return _read_number(cell, question)
        case FieldType.DATE:
            return _read_date(cell, question)
        case FieldType.CHOICE:
            return _read_choice(cell, question)
        case FieldType.TEXT:
            return _read_text(cell, question)


def _read_other_letters(cell: Cell, letters: Letters, question: Question) -> Reading:
    """Read a text whose letters are not what they show.

    Words are taken where the reading of the letters is sure; a number, a day or a choice also where it is
    only likely and says something that the row could ask for.
    """
    turned = cell._replace(raw=letters.text, font="")
    if question.type is FieldType.TEXT:
        if not letters.is_sure:
            return _ask_about_letters(cell, letters, question)
        reading = _read_as_shown(turned, question)
    else:
        reading = _read_as_shown(turned, question)
        stands = _read_as_shown(cell, question)
        if stands == reading or (isinstance(reading.value, Unclear) and stands.value != reading.value):
            return stands
        if stands.value not in (Unclear(), reading.value):
            return _ask_about_letters(cell, letters, question)
    if letters.encoding is None or isinstance(reading.value, Unclear):
        return reading
    told = tell_letters(letters, question)
    return Reading(reading.value, (told, *reading.findings), note=reading.note)


def tell_letters(letters: Letters, question: Question) -> Finding:
    """Say that a text was taken in other letters than it shows."""
    value = shorten(letters.text)
    if letters.encoding is Encoding.UTF8:
        return question.finding("letters_repaired", value=value)
    return question.finding("legacy_font", encoding=letters.encoding, value=value)


def _ask_about_letters(cell: Cell, letters: Letters, question: Question) -> Reading:
    raw = shorten(cell.raw)
    if letters.encoding is None:
        return _refuse(question, "encoding_doubt", raw=raw)
    return _refuse(question, "encoding_guess", raw=raw, value=shorten(letters.text))


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
    if len(raw) <= _SHORT and raw.isascii() and raw.replace(".", "", 1).isdigit():
        return plain_decimal(Decimal(raw))
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
    return Decimal(0) if abs(value) < _NOISE else plain_decimal(value)


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
    return Reading(Number(value)) if question.type is FieldType.COMPUTED else _take(cell, value, question)


def _take(cell: Cell, value: Decimal, question: Question) -> Reading:
    """Take a number from 0 where a person sees that number and the row can mean it."""
    is_percent = shows_percent(cell.number_format)
    if value and (is_percent or names_percent(question.measure)):
        return _read_percentage(cell, value, question)
    if not shows_plainly(cell.number_format) and not is_percent:
        return _read_dressed_number(cell, value, question)
    slip = slipped_measure(value, question.measure)
    if slip is not None:
        return _ask(question, "measure_slip", shown(cell), slip)
    decimals, places = _decimals(value), decimals_shown(cell.number_format)
    if places == _THOUSANDS_DIGITS and decimals < places and 1 <= value < _THOUSAND:
        # 12 shown as "12,000" or "12.000": a person may have meant twelve thousand.
        return _ask(question, "ambiguous_number", shown_number(cell.number_format, value), value)
    if question.type is FieldType.INTEGER:
        return _read_whole(cell, value, question)
    if decimals > question.decimals:
        return _with_decimals(Number(value), shown(cell), question)
    if places is not None and places < decimals:
        # Rounded before the person's eyes: the figure in the cell is taken, and said.
        words = {"raw": shown_number(cell.number_format, value), "value": spell(value)}
        told = question.finding("too_many_decimals", decimals=question.decimals, **words)
        return Reading(Number(value), (told,))
    return Reading(Number(value))


def _read_whole(cell: Cell, value: Decimal, question: Question) -> Reading:
    if value == value.to_integral_value():
        return Reading(Number(value))
    if _decimals(value) == _THOUSANDS_DIGITS and 1 <= value < _THOUSAND:
        return _ask(question, "thousands_as_decimal", shown(cell), value * _THOUSAND)
    return _refuse(question, "not_whole", raw=shown(cell))


def _read_percentage(cell: Cell, value: Decimal, question: Question) -> Reading:
    """Read 0.975: shown as 97,5% it is that in a row of per cent, bare it may be either."""
    if not names_percent(question.measure):
        return _ask(question, "percent_in_number", shown(cell), value * _HUNDRED)
    if shows_percent(cell.number_format):
        value *= _HUNDRED
    elif value < 1 or (value == 1 and cell.is_formula):
        return _ask(question, "fraction_in_percent", shown(cell), value * _HUNDRED)
    elif not shows_plainly(cell.number_format):
        return _read_dressed_number(cell, value, question)
    if question.type is FieldType.INTEGER:
        return _read_whole(cell, value, question)
    return _with_decimals(Number(plain_decimal(value)), shown(cell), question)


def _read_dressed_number(cell: Cell, value: Decimal, question: Question) -> Reading:
    """Read a number whose format scales, hides or words it: taken only where the person sees that number."""
    seen = shown_number(cell.number_format, value)
    if value == 0 and (is_blank(seen) or _DASHES.fullmatch(seen)):
        return Reading(Number(value))  # formats of accounts show nought as a dash or not at all
    whole = question.type is FieldType.INTEGER
    outcome = read_quantity(seen, whole=whole, measure=question.measure)
    if not isinstance(outcome, Read) or outcome.value != _rounded_like(value, outcome.value):
        # "15.000.000 ₫" is 15 where triệu đồng are asked for, whatever the cell holds.
        is_money = isinstance(outcome, Read) and names_money(question.measure)
        meant = plain_decimal(outcome.value) if is_money and isinstance(outcome, Read) else value
        words = {"raw": shorten(seen) or "(trống)", "stored": spell(value), "value": spell(meant)}
        return _refuse(question, "shown_otherwise", **words)
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
        words = {"raw": shorten(seen) or "(trống)", "stored": raw, "value": raw}
        return _refuse(question, "shown_otherwise", **words)
    match outcome:
        case Nothing():
            return _EMPTY
        case NotArisen():
            return Reading(NotApplicable())
        case Read():
            value = plain_decimal(outcome.value)
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
    return _refuse(question, kind, raw=raw, value=spell(proposal), measure=question.measure)


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
            outcome = judge_day(_iso_day(cell.raw), question.period, is_serial=True)
        case CellKind.NUMBER:
            outcome, raw = _judge_serial(cell, question)
        case CellKind.TEXT:
            outcome = read_day(cell.raw, question.period)
            if isinstance(outcome, NoDay) and says_none(cell.raw):
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


def _judge_serial(cell: Cell, question: Question) -> tuple[Day | NoDay, str]:
    """Judge a bare number as a day, and give how to quote it: as that day where it is one."""
    at = instant_of(cell.raw, counts_from_1904=question.counts_from_1904)
    if at is None and len(cell.raw) == _RUN_TOGETHER and cell.raw.isdigit():
        return read_run_together(cell.raw, question.period), cell.raw
    outcome = judge_day(at.date() if at else None, question.period, is_serial=True)
    is_day = at is not None and not (isinstance(outcome, NoDay) and outcome.kind == "not_a_date")
    return outcome, format_date(at.date()) if at is not None and is_day else shown(cell)


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
    text = clean(_CONTROL.sub("", cell.raw))
    if _DASHES.fullmatch(text):
        return Reading(NotApplicable())
    if is_ditto(text):
        return _refuse(question, "ditto_mark", raw=shorten(cell.raw))
    if len(text) > question.max_length:
        return _refuse(question, "text_too_long", length=len(text), limit=question.max_length)
    return Reading(TextValue(text))


def _digits_as_text(cell: Cell) -> str:
    """Write a number or day that stands where words are asked for, as a person sees it."""
    if cell.kind is CellKind.DATE:
        return shown(cell)
    value = _exact(cell.raw)
    if value is None:
        return cell.raw
    # A telephone number is kept by a format of ten noughts.
    worded = shown_number(cell.number_format, value) if value >= 0 and cell.number_format != "General" else ""
    return worded or shown(cell)


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
        is_one = not _JOINED.search(cell.raw) and folded not in _FIXED_TERMS
        if (
            len(contained) == 1
            and is_one
            and len(words) <= _CHOICE_WORDS
            and not _NEGATION.intersection(words)
        ):
            return Reading(TextValue(by_fold[contained[0]]))
    if cell.kind is CellKind.TEXT and says_not_arisen(plain(cell.raw)):
        return Reading(NotApplicable())
    return _refuse(question, "not_a_choice", raw=shown(cell), choices=", ".join(question.choices))
