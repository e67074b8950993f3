"""What sets one form beside others: the other units' forms, and the unit's own form that counted before."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from domain.answers import DateValue, NotApplicable, Number, TextValue
from domain.forms import Aggregate
from domain.three_valued import EXACT
from domain.vietnamese import fold_label, format_date, format_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.answers import AnswerValue, ListRow, ParsedForm
    from domain.forms import FormSpec, ListSpec
    from domain.ids import FieldCode, ListCode

#: So many numbers above zero must be equal before two forms are called copies: small offices have many zeros.
_FEWEST_EQUAL = 8


def answered_numbers(forms: Iterable[ParsedForm], code: FieldCode) -> tuple[Decimal, ...]:
    """Give the numbers that *forms* have for *code*; "Không phát sinh" is none of them."""
    values = (form.value(code) for form in forms)
    return tuple(value.value for value in values if isinstance(value, Number))


def median(numbers: Sequence[Decimal]) -> Decimal | None:
    """Give the middle of *numbers*, between two the mean of them; None without any."""
    ordered = sorted(numbers)
    if not ordered:
        return None
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


class Numbers:
    """The numbers that all units have for each field, in order: one unit's can be left out at once."""

    def __init__(self, forms: Iterable[ParsedForm] = ()) -> None:
        self._ordered: dict[FieldCode, list[Decimal]] = {}
        for parsed in forms:
            for code, answer in parsed.answers.items():
                if isinstance(answer.value, Number):
                    self._ordered.setdefault(code, []).append(answer.value.value)
        for numbers in self._ordered.values():
            numbers.sort()

    def put(self, new: ParsedForm, old: ParsedForm | None = None) -> None:
        """Take a unit's form, in place of its *old* one."""
        for parsed, change in ((old, self._take_out), (new, self._put_in)):
            for code, answer in parsed.answers.items() if parsed is not None else ():
                if isinstance(answer.value, Number):
                    change(code, answer.value.value)

    def without(self, code: FieldCode, own: ParsedForm | None) -> tuple[int, Decimal | None]:
        """Give how many units have a number for *code*, and the middle of them, without the *own* form."""
        ordered = self._ordered.get(code, [])
        value = own.value(code) if own is not None else None
        skipped = bisect_left(ordered, value.value) if isinstance(value, Number) else len(ordered)
        count = len(ordered) - isinstance(value, Number)
        if count <= 0:
            return 0, None

        def at(place: int) -> Decimal:
            return ordered[place if place < skipped else place + 1]

        middle = count // 2
        return count, at(middle) if count % 2 else (at(middle - 1) + at(middle)) / 2

    def _put_in(self, code: FieldCode, number: Decimal) -> None:
        insort(self._ordered.setdefault(code, []), number)

    def _take_out(self, code: FieldCode, number: Decimal) -> None:
        ordered = self._ordered[code]
        del ordered[bisect_left(ordered, number)]


def unit_name(parsed: ParsedForm, form: FormSpec) -> str:
    """Give the unit's name as it stands in the form; a placeholder when there is none."""
    for field in form.fields:
        value = parsed.value(field.code)
        if field.aggregate is Aggregate.KEY and isinstance(value, TextValue):
            return value.text
    return "đơn vị khác"


def copied_from(parsed: ParsedForm, peers: Iterable[ParsedForm], form: FormSpec) -> str:
    """Name the first of *peers* whose numbers are all the same; empty when there is none or too few count."""
    own = [(code, _number(parsed.value(code))) for code in form.numbers]
    if sum(1 for _, number in own if number) < _FEWEST_EQUAL:
        return ""
    for peer in peers:
        if all(_number(peer.value(code)) == number for code, number in own):
            return unit_name(peer, form)
    return ""


def _number(value: AnswerValue) -> Decimal | None:
    match value:
        case Number():
            return value.value
        case NotApplicable():
            return Decimal(0)
        case _:
            return None


def index_words(
    peers: Iterable[ParsedForm], code: ListCode, column: str, *, form: FormSpec
) -> dict[str, tuple[str, ...]]:
    """Say for all words that *peers* have in a list's column, folded, which units have them."""
    units: dict[str, tuple[str, ...]] = {}
    for peer in peers:
        values = (row.values.get(column) for row in peer.lists.get(code, ()))
        words = {fold_label(value.text) for value in values if isinstance(value, TextValue)}
        for word in words:
            units[word] = (*units.get(word, ()), unit_name(peer, form))
    return units


def dropped_rows(before: Sequence[ListRow], now: Sequence[ListRow], spec: ListSpec) -> tuple[str, ...]:
    """Name the rows of *before* that *now* has no more; a row is known by its first two columns."""
    left = Counter(_identity(row, spec) for row in now)
    dropped: list[str] = []
    for row in before:
        identity = _identity(row, spec)
        if left[identity]:
            left[identity] -= 1
        else:
            dropped.append(_title(row, spec))
    return tuple(dropped)


def _identity(row: ListRow, spec: ListSpec) -> tuple[str, ...]:
    return tuple(fold_label(show_value(row.values.get(column.name))) for column in spec.columns[:2])


def _title(row: ListRow, spec: ListSpec) -> str:
    """Give the first text of *row*, which names it."""
    texts = (row.values.get(column.name) for column in spec.columns)
    return next((value.text for value in texts if isinstance(value, TextValue)), "")


def show_value(value: AnswerValue | None) -> str:
    """Write a value as letters do; "trống" where nothing was taken."""
    match value:
        case Number():
            return show_number(value.value)
        case TextValue():
            return value.text
        case DateValue():
            return format_date(value.date)
        case NotApplicable():
            return "Không phát sinh"
        case _:
            return "trống"


#: Numbers beyond are shown as they are: writing them out would fill pages.
_MOST_DIGITS = 30
_DECIMALS = 2


def show_number(number: Decimal) -> str:
    """Write a number the Vietnamese way, with two decimals at most where it was calculated."""
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        return str(number)
    exponent = number.as_tuple().exponent
    long = isinstance(exponent, int) and exponent < -_DECIMALS
    with localcontext(EXACT):
        text = format_number(number, _DECIMALS if long else None)
    return text.rstrip("0").rstrip(",") if long else text
