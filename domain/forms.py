"""The form a campaign asks for: fields, lists and what each answer must look like."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from domain.vietnamese import fold_label

if TYPE_CHECKING:
    from domain.ids import FieldCode, ListCode


#: Between the headings of a column, from the top.
HEADING_SIGN = " / "
#: How our own blanks head the answers, and what several columns of an own form are called.
OUR_HEADING, _SEVERAL_HEADINGS = "Số lượng", "số liệu"


class FieldType(StrEnum):
    """What kind of answer a field or a list column takes."""

    #: Words.
    TEXT = "text"
    #: A calendar day.
    DATE = "date"
    #: A whole number, zero or more.
    INTEGER = "int"
    #: A number with decimals, zero or more.
    DECIMAL = "dec"
    #: An amount in the unit of measure of the row (triệu đồng), zero or more.
    MONEY = "money"
    #: Computed from other fields; what a unit types there is not an answer.
    COMPUTED = "computed"
    #: One of the choices of the column.
    CHOICE = "choice"


class Requirement(StrEnum):
    """Whether a field must be answered."""

    #: Must be answered.
    REQUIRED = "R"
    #: Must be answered or marked "Không phát sinh".
    OR_NOT_APPLICABLE = "R*"
    #: Text or the word "Không".
    OR_NONE_WORD = "R†"
    #: May stay empty.
    OPTIONAL = "O"
    #: Not asked of the unit.
    NOT_ASKED = "-"


class Aggregate(StrEnum):
    """How the answers of all units become one figure."""

    #: Not consolidated.
    NONE = "-"
    #: The unit's own name.
    KEY = "key"
    SUM = "sum"
    MIN = "min"
    #: Both the earliest and the latest, printed side by side.
    MIN_MAX = "min+max"
    #: Sum of numerators over sum of denominators, in per cent, never a mean of percentages.
    RATIO = "ratio"
    #: Number of distinct names (folded) in a list.
    DISTINCT = "distinct"
    #: Texts one after the other, each with its unit.
    CONCAT = "concat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Sum of numerators over sum of denominators."""

    numerator: tuple[FieldCode, ...]
    denominator: tuple[FieldCode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One coded row of the form."""

    code: FieldCode
    #: Heading under which the row stands; fields of one section follow each other.
    section: str
    #: What column TT shows: "1", "1.1", "a)" or nothing.
    tt: str
    label: str
    #: Unit of measure (ĐVT); empty for texts and dates.
    measure: str
    type: FieldType
    requirement: Requirement
    aggregate: Aggregate
    #: Digits after the decimal sign for DECIMAL and MONEY.
    decimals: int = 0
    #: Longest text that is taken.
    max_length: int = 2000
    #: Set for RATIO.
    ratio: Ratio | None = None
    #: Set for DISTINCT: the list whose names are counted.
    distinct_list: ListCode | None = None
    #: Filled in by the office before sending (the unit's name) and locked.
    prefilled: bool = False
    #: A hint for the person who fills the form.
    note: str = ""
    #: Where the office's own form has the answer ("D14"); empty where we make the form.
    cell: str = ""
    #: Words of the row in the office's own form, by which it is known; empty where they are the label.
    words: str = ""
    #: What stands in that cell when the form goes out ("0"): untouched, it is no answer yet.
    ready: str = ""
    #: Heading of the answer's column in the office's own form: "Thực hiện"; where several columns are headed
    #: alike, with what stands above it: "Năm 2021 / Tổng số". Empty where we make the form.
    heading: str = ""

    @property
    def wording(self) -> str:
        """Give the words that stand in the form."""
        return self.words or self.label

    @property
    def heading_path(self) -> tuple[str, ...]:
        """Give the headings over the answer's column, the lowest last; empty where we make the form."""
        return tuple(self.heading.split(HEADING_SIGN)) if self.heading else ()

    @property
    def answer_column(self) -> tuple[str, str]:
        """Give heading and letters of the column of its answer in the office's own form."""
        return self.heading, self.cell.rstrip("0123456789")

    @property
    def is_number(self) -> bool:
        """Tell whether the answer is a number that a unit types."""
        return self.type in (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY)

    @property
    def meaning(self) -> str:
        """Eight signs that change when type, measure or words change: what a stamp keeps of a field."""
        text = "\x1f".join((self.type.value, self.measure, self.wording, str(self.decimals)))
        return hashlib.sha256(text.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListColumn:
    """One column of a list sheet."""

    name: str
    label: str
    type: FieldType
    required: bool
    choices: tuple[str, ...] = ()
    #: Unit of measure; empty where the heading says it, or none is needed.
    measure: str = ""
    #: Digits after the decimal sign for DECIMAL and MONEY.
    decimals: int = 0
    #: Where the office's own form has the heading ("B5"); empty where we make the form.
    cell: str = ""


@dataclass(frozen=True, kw_only=True)
class ListSpec:
    """One list sheet: rows that a unit adds as it needs them."""

    code: ListCode
    #: Title for people: `Mô hình “Dân vận khéo”`.
    title: str
    #: Sheet name in the blank form: `L1_MoHinh`.
    sheet: str
    columns: tuple[ListColumn, ...]
    #: Same name from two units is one thing (phong trào do Sở phát động): merged when consolidated.
    merge_same_names: bool = False

    @cached_property
    def words_of(self) -> dict[str, str]:
        """The headings of the columns as they are compared: folded, without their numbering."""
        return {column.name: fold_label(column.label) for column in self.columns}

    @cached_property
    def first_words(self) -> frozenset[str]:
        """The words that the headings begin with."""
        return frozenset(words.split(" ", 1)[0] for words in self.words_of.values())

    def column(self, name: str) -> ListColumn:
        """Give the column called *name*; raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True, kw_only=True)
class OriginalForm:
    """The office's own workbook, which goes out as it is, but for the stamp."""

    #: "Bieu-01.xlsx", in the folder form/.
    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class FormSpec:
    """A version of the form; blank workbook, reading and checks all come from it."""

    id: str
    version: str
    title: str
    #: Main sheet of the blank form.
    sheet: str
    fields: tuple[Field, ...]
    lists: tuple[ListSpec, ...]
    #: Lines of the instruction sheet.
    instructions: tuple[str, ...] = ()

    @cached_property
    def by_code(self) -> dict[FieldCode, Field]:
        """Fields by their codes."""
        return {field.code: field for field in self.fields}

    @cached_property
    def numbers(self) -> tuple[FieldCode, ...]:
        """The fields whose answers are numbers that a unit types."""
        return tuple(field.code for field in self.fields if field.is_number)

    @cached_property
    def list_by_code(self) -> dict[ListCode, ListSpec]:
        """Lists by their codes."""
        return {spec.code: spec for spec in self.lists}

    @cached_property
    def words_of(self) -> dict[FieldCode, str]:
        """The words of each row as they are compared: folded, without their numbering."""
        return {field.code: fold_label(field.wording) for field in self.fields}

    @cached_property
    def codes_of_words(self) -> dict[str, list[FieldCode]]:
        """The fields that have the same words, by these."""
        codes: dict[str, list[FieldCode]] = {}
        for code, words in self.words_of.items():
            codes.setdefault(words, []).append(code)
        return codes

    @cached_property
    def is_adopted(self) -> bool:
        """Tell whether the form is the office's own, read where its cells are named."""
        return any(field.cell for field in self.fields)

    @cached_property
    def answer_words(self) -> str:
        """Name the column of answers for people, as the form heads it."""
        headings = {field.heading_path[-1] for field in self.fields if field.heading}
        if not headings:
            return OUR_HEADING
        return headings.pop() if len(headings) == 1 else _SEVERAL_HEADINGS

    @cached_property
    def by_heading(self) -> tuple[FormSpec, ...]:
        """Give the form once for each column of answers, with the fields of that column."""
        columns = dict.fromkeys(field.answer_column for field in self.fields)
        if len(columns) <= 1:
            return (self,)
        return tuple(
            replace(self, fields=tuple(field for field in self.fields if field.answer_column == column))
            for column in columns
        )

    @cached_property
    def sections(self) -> tuple[str, ...]:
        """Section headings in the order of the form."""
        return tuple(dict.fromkeys(field.section for field in self.fields))
