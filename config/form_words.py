"""The words an office writes into the columns Kiểu, BB and Tổng hợp of its table of indicators."""

from __future__ import annotations

import re
from dataclasses import dataclass

from config.spelling import propose_word
from domain.forms import Aggregate, FieldType, Ratio
from domain.ids import FieldCode, ListCode
from domain.vietnamese import fold

#: What may stand in the column of types, as people are told.
TYPE_WORDS = (
    "text",
    "text ≤2000",
    "text, điền sẵn, khóa",
    "date",
    "int",
    "dec(1)",
    "money(1)",
    "tự tính",
    "list",
)
#: What may stand in the column of aggregates.
AGGREGATE_WORDS = (
    "sum", "min", "min+max", "key", "concat", "concat + cột đơn vị", "concat, gộp trùng", "count distinct L4",
    "ΣT05/ΣA07", "Σ(C06+C07)/ΣC05", "-",
)  # fmt: skip

_DEFAULT_LENGTH = 2000
_LONGEST_TEXT = 20_000
_MOST_DECIMALS = 6
_TEXT = re.compile(r"^text(?:\s*(?:≤|<=|<)\s*(\d+))?((?:\s*,\s*[^,]+)*)$")
_DECIMAL = re.compile(r"^(dec|money)\s*\(\s*(\d)\s*\)$")
_PREFILLED = frozenset({"dien san", "khoa"})
# Σ (Greek) and ∑ (mathematics) look the same.
_SIGN = r"(?:[Σ∑]|sum\s*(?=\())\s*"
_TERM = rf"{_SIGN}(?:\(\s*(?P<{{0}}s>[A-Z0-9+\s]+)\)|(?P<{{0}}>[A-Z]{{{{1,3}}}}[0-9]{{{{2,3}}}}))"
_RATIO = re.compile(rf"^{_TERM.format('over')}\s*/\s*{_TERM.format('under')}$")
_DISTINCT = re.compile(r"^count\s+distinct\s+(L[0-9]{1,2})$")
_CONCAT = re.compile(r"^concat(?:\s*\+\s*(?P<column>[^,]+?))?(?:\s*,\s*(?P<merge>.+))?$")
_PLAIN = {
    kind.value: kind
    for kind in (Aggregate.SUM, Aggregate.MIN, Aggregate.MIN_MAX, Aggregate.KEY, Aggregate.NONE)
}
_CONDITION = re.compile(r"^nếu\s+[A-Z0-9+\s]+\s*(?:>|>=|≥)\s*\d+$")
_CODE = re.compile(r"[A-Z]{1,3}[0-9]{1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeWord:
    """What a word in the column of types means."""

    type: FieldType = FieldType.TEXT
    decimals: int = 0
    max_length: int = _DEFAULT_LENGTH
    prefilled: bool = False
    #: The row announces a list; it is no field.
    is_list: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateWord:
    """What a word in the column of aggregates means."""

    aggregate: Aggregate
    ratio: Ratio | None = None
    distinct_list: ListCode | None = None
    merge_same_names: bool = False


def read_type(word: str) -> TypeWord | str:
    """Read a type; a text is the remedy for a word that is none."""
    if word == "list":
        return TypeWord(is_list=True)
    if fold(word) == "tu tinh":
        return TypeWord(type=FieldType.COMPUTED)
    if word in (FieldType.DATE.value, FieldType.INTEGER.value):
        return TypeWord(type=FieldType(word))
    decimal = _DECIMAL.match(word)
    if decimal and int(decimal[2]) <= _MOST_DECIMALS:
        return TypeWord(type=FieldType(decimal[1]), decimals=int(decimal[2]))
    text = _TEXT.match(word)
    if text and (0 < int(text[1] or _DEFAULT_LENGTH) <= _LONGEST_TEXT):
        marks = {fold(mark) for mark in text[2].split(",") if mark.strip()}
        if marks <= _PREFILLED:
            return TypeWord(max_length=int(text[1] or _DEFAULT_LENGTH), prefilled=bool(marks))
    return propose_word(word, TYPE_WORDS)


def read_aggregate(word: str) -> AggregateWord | str:
    """Read a way of consolidating; a text is the remedy for a word that is none."""
    if word in _PLAIN:
        return AggregateWord(aggregate=_PLAIN[word])
    distinct = _DISTINCT.match(word)
    if distinct:
        return AggregateWord(aggregate=Aggregate.DISTINCT, distinct_list=ListCode(distinct[1]))
    ratio = _RATIO.match(word)
    if ratio:
        over = _split_codes(ratio["overs"] or ratio["over"])
        under = _split_codes(ratio["unders"] or ratio["under"])
        if over and under:
            return AggregateWord(aggregate=Aggregate.RATIO, ratio=Ratio(numerator=over, denominator=under))
    concat = _CONCAT.match(word)
    if (
        concat
        and fold(concat["column"] or "") in ("", "cot don vi")
        and fold(concat["merge"] or "") in ("", "gop trung")
    ):
        # The unit's name is always beside the text; the words only say it aloud.
        return AggregateWord(aggregate=Aggregate.CONCAT, merge_same_names=concat["merge"] is not None)
    return propose_word(word, AGGREGATE_WORDS)


def _split_codes(text: str) -> tuple[FieldCode, ...]:
    """Split `C06+C07`; empty when it is something else."""
    parts = [part.strip() for part in text.split("+")]
    return tuple(FieldCode(part) for part in parts) if all(map(_CODE.fullmatch, parts)) else ()


def read_condition(word: str) -> tuple[str, ...] | None:
    """Read when a list is needed (`nếu V10+V11>0`): the codes it speaks of; None when it is no condition."""
    if word in ("R", "O"):
        return ()
    return tuple(_CODE.findall(word)) if _CONDITION.match(word) else None
