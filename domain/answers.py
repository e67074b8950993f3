"""What a unit answered: four kinds of value, two ways of having none, and the cell each came from."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.findings import Finding
    from domain.ids import FieldCode, ListCode


#: Name that stands for a sheet where a document has tables but no sheets (Word, web pages).
NUMBERED_TABLE: Final = "Bảng {number}/{total}"
#: No sheet of a workbook can be called so: Excel takes no slash in a name.
_NUMBERED_TABLE_NAME: Final = re.compile(r"Bảng [0-9]+/[0-9]+")
_ADDRESS: Final = re.compile(r"([A-Z]{1,3})([0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A cell of the returned file, as a person finds it."""

    sheet: str
    #: A1 address: `D14`.
    cell: str


def is_numbered_table(sheet: str) -> bool:
    """Tell whether a name stands for a table of a document, in which nobody sees addresses like D14."""
    return _NUMBERED_TABLE_NAME.fullmatch(sheet) is not None


def spoken_place(sheet: str, cell: str) -> str:
    """Say where a cell is as letters do: "ô D14", or "Bảng 1/2, hàng 14, cột 4" in a document."""
    if not is_numbered_table(sheet):
        return f"ô {cell}"
    found = _ADDRESS.fullmatch(cell)
    if found is None:
        return sheet
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return f"{sheet}, hàng {found[2]}, cột {column}"


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number; `approximate` when the unit wrote "trên 100"."""

    value: Decimal
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class TextValue:
    """Words in NFC."""

    text: str


@dataclass(frozen=True, slots=True)
class DateValue:
    """A calendar day."""

    date: dt.date


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The unit says that the matter does not arise ("Không phát sinh"); counts 0 in sums, shown as "-"."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Nothing stands there."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Something stands there that was not taken; a finding says why."""


AnswerValue: TypeAlias = Number | TextValue | DateValue | NotApplicable | Missing | Unclear


def state_of(value: AnswerValue) -> str:
    """Name the state as JSON shows it: number, text, date, not_applicable, missing or unclear."""
    match value:
        case Number():
            return "number"
        case TextValue():
            return "text"
        case DateValue():
            return "date"
        case NotApplicable():
            return "not_applicable"
        case Missing():
            return "missing"
        case Unclear():
            return "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What stands in the row of one field."""

    code: FieldCode
    value: AnswerValue
    #: The cell's content exactly as the file stores it; None for an empty cell.
    raw: str | None = None
    #: What stands in the note column, NFC, stripped.
    note: str = ""
    #: None when the row was not found in the file.
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One filled row of a list sheet."""

    list: ListCode
    sheet: str
    #: Row number in the returned file, from 1.
    row: int
    values: Mapping[str, AnswerValue]
    #: Raw content per column, as stored.
    raw: Mapping[str, str | None] = field(default_factory=dict)
    #: A1 address per column.
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedForm:
    """Everything that was understood from one returned form, before rules are checked."""

    answers: Mapping[FieldCode, Answer]
    #: Without the lists that the file does not hold, or holds twice; an empty one was found empty.
    lists: Mapping[ListCode, tuple[ListRow, ...]]
    #: What is wrong with single cells and with the layout; rules add theirs later.
    findings: tuple[Finding, ...]
    #: Vietnamese sentences for the sender about what was read from an altered form ("đã hiểu là").
    understood_as: tuple[str, ...] = ()
    #: Of 100: how surely the rows were found, told by what speaks for each. Said when a file is read, and not
    #: kept; a form that is read from the store was sure enough.
    confidence: int = field(default=100, compare=False)

    def value(self, code: FieldCode) -> AnswerValue:
        """Give the value of a field, Missing when the form has no such row."""
        answer = self.answers.get(code)
        return answer.value if answer is not None else Missing()
