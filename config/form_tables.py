"""The form's rows and list columns as the office writes them, turned into the form's specification."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from config.form_words import AggregateWord, TypeWord, read_aggregate, read_condition, read_type
from config.spelling import propose_word
from config.tables import Column, TableKind
from domain.forms import Aggregate, Field, FieldType, ListColumn, ListSpec, Requirement
from domain.ids import FieldCode, ListCode
from domain.vietnamese import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from config.tables import Cell, Row
    from domain.errors import Problem

INDICATORS = TableKind(
    columns=(
        Column(name="code", words=("Mã", "Mã số"), required=True),
        Column(name="section", words=("Mục", "Phần"), required=True),
        Column(name="tt", words=("TT", "STT")),
        Column(name="label_vi", words=("Chỉ tiêu", "Nội dung"), required=True),
        Column(name="unit", words=("ĐVT", "Đơn vị tính")),
        Column(name="type", words=("Kiểu",), required=True),
        Column(name="required", words=("BB", "Bắt buộc"), required=True),
        Column(name="aggregate", words=("Tổng hợp",), required=True),
        Column(name="note", words=("Ghi chú",)),
        Column(name="cell", words=("Ô",)),
        Column(name="heading", words=("Cột số liệu",)),
        Column(name="words", words=("Lời trong biểu",)),
        Column(name="ready", words=("Có sẵn",)),
    ),
    # What a proposal says to the person who looks through it.
    ignored=("Độ chắc", "Căn cứ"),
)
LISTS = TableKind(
    columns=(
        Column(name="list", words=("Danh sách",), required=True),
        Column(name="column", words=("Cột",), required=True),
        Column(name="label_vi", words=("Tên cột", "Nhãn"), required=True),
        Column(name="type", words=("Kiểu",), required=True),
        Column(name="required", words=("BB", "Bắt buộc"), required=True),
        Column(name="unit", words=("ĐVT", "Đơn vị tính")),
        Column(name="cell", words=("Ô",)),
    ),
    may_be_empty=True,
)

_FIELD_CODE = re.compile(r"^[A-Z]{1,3}[0-9]{2,3}$")
_LIST_CODE = re.compile(r"^L[0-9]{1,2}$")
_CELL = re.compile(r"^[A-Z]{1,3}[1-9][0-9]{0,6}$")
_COLUMN_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_CHOICE = "choice:"
_NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY})
#: What may stand in the type of a list's column, as people are told.
_COLUMN_TYPES = ("text", "date", "int", "dec(1)", "money(1)")
_COLUMN_KINDS = _NUMBERS | {FieldType.TEXT, FieldType.DATE}
_FIELD_REQUIREMENTS = tuple(word.value for word in Requirement)
_COLUMN_REQUIREMENTS = (Requirement.REQUIRED.value, Requirement.OPTIONAL.value)
#: What can be added up, compared or joined.
_FITTING = {
    Aggregate.SUM: _NUMBERS,
    Aggregate.DISTINCT: _NUMBERS,
    Aggregate.MIN: _NUMBERS | {FieldType.DATE},
    Aggregate.MIN_MAX: _NUMBERS | {FieldType.DATE},
    Aggregate.CONCAT: frozenset({FieldType.TEXT}),
    Aggregate.KEY: frozenset({FieldType.TEXT}),
    Aggregate.RATIO: frozenset({FieldType.COMPUTED}),
    Aggregate.NONE: frozenset(FieldType) - {FieldType.COMPUTED},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTitle:
    """What the table of indicators says about a list."""

    code: ListCode
    title: str
    merge_same_names: bool
    row: Row


@dataclass(slots=True)
class Indicators:
    """The table of indicators as read: fields, lists' titles, and what is wrong."""

    fields: list[Field] = field(default_factory=list)
    lists: list[ListTitle] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_indicators(rows: Sequence[Row]) -> Indicators:
    """Read the rows of indicators.csv, in the order of the form."""
    read = Indicators()
    places: dict[str, Row] = {}
    sections: list[str] = []
    for row in rows:
        _check_section(row, sections, read.problems)
        code = row.text("code")
        if not _is_new_code(row, places, read.problems):
            continue
        kind = read_type(row.text("type"))
        if isinstance(kind, str):
            read.problems.append(row["type"].problem(f"`{row.text('type')}` is no type.", kind))
            continue
        if kind.is_list:
            _read_list_title(row, read)
        else:
            _read_field(row, kind, read)
        places[code] = row
    _check_references(read, places)
    return read


def _check_section(row: Row, sections: list[str], problems: list[Problem]) -> None:
    section = row.text("section")
    if not section:
        problems.append(row["section"].problem("The section is blank.", "Every row names its section."))
    elif section in sections[:-1]:
        reason = f"The section “{section}” was left before."
        problems.append(row["section"].problem(reason, "Rows of one section must follow each other."))
    if section and section not in sections[-1:]:
        sections.append(section)
    if not row.text("label_vi"):
        problems.append(row["label_vi"].problem("The label is blank.", "Every row needs its wording."))


def _is_new_code(row: Row, places: Mapping[str, Row], problems: list[Problem]) -> bool:
    cell, code = row["code"], row.text("code")
    if code in places:
        first = places[code]["code"].place
        problems.append(
            cell.problem(f"The code `{code}` stands here a second time.", f"The first is {first}.")
        )
        return False
    if _FIELD_CODE.match(code) or _LIST_CODE.match(code):
        return True
    remedy = "Write one to three capital letters and two digits (`T01`), or `L1` for a list."
    problems.append(cell.problem(f"`{code}` is no code." if code else "The code is blank.", remedy))
    return False


def _read_list_title(row: Row, read: Indicators) -> None:
    code = row.text("code")
    if not _LIST_CODE.match(code):
        read.problems.append(row["code"].problem(f"`{code}` is no code of a list.", "Write `L1`, `L2` …"))
    aggregate = read_aggregate(row.text("aggregate"))
    if isinstance(aggregate, str):
        read.problems.append(row["aggregate"].problem(f"`{row.text('aggregate')}` is unknown.", aggregate))
        return
    if aggregate.aggregate is not Aggregate.CONCAT:
        reason = f"A list cannot be consolidated by `{row.text('aggregate')}`."
        read.problems.append(row["aggregate"].problem(reason, "Write `concat` or `concat, gộp trùng`."))
        return
    title = row.text("label_vi").partition(":")[0].strip()
    read.lists.append(
        ListTitle(code=ListCode(code), title=title, merge_same_names=aggregate.merge_same_names, row=row)
    )


def _read_field(row: Row, kind: TypeWord, read: Indicators) -> None:
    problems = read.problems
    if not _FIELD_CODE.match(row.text("code")):
        remedy = "Codes such as `L1` are for lists; write letters and two digits: `T01`."
        problems.append(row["code"].problem(f"`{row.text('code')}` is the code of a list.", remedy))
    required = row.text("required")
    if required not in _FIELD_REQUIREMENTS:
        reason = (
            f"`{required}` does not say whether it must be answered." if required else "Nothing stands here."
        )
        problems.append(row["required"].problem(reason, propose_word(required, _FIELD_REQUIREMENTS)))
        required = Requirement.OPTIONAL.value
    aggregate = read_aggregate(row.text("aggregate"))
    if isinstance(aggregate, str):
        word = row.text("aggregate")
        reason = f"`{word}` is no way to consolidate." if word else "Nothing stands here."
        problems.append(row["aggregate"].problem(reason, aggregate))
        return
    requirement = Requirement(required)
    _check_fit(row, kind, aggregate, requirement, problems)
    read.fields.append(
        Field(
            code=FieldCode(row.text("code")),
            section=row.text("section"),
            tt=row.text("tt"),
            label=row.text("label_vi"),
            measure=row.text("unit"),
            type=kind.type,
            requirement=requirement,
            aggregate=aggregate.aggregate,
            decimals=kind.decimals,
            max_length=kind.max_length,
            ratio=aggregate.ratio,
            distinct_list=aggregate.distinct_list,
            prefilled=kind.prefilled,
            note=row.text("note"),
            cell=_read_cell(row, problems),
            heading=row.text("heading"),
            words=row.text("words"),
            ready=row.text("ready"),
        )
    )


def _check_fit(
    row: Row, kind: TypeWord, aggregate: AggregateWord, requirement: Requirement, problems: list[Problem]
) -> None:
    if kind.type not in _FITTING[aggregate.aggregate]:
        reason = f"`{row.text('aggregate')}` does not go with the type `{row.text('type')}`."
        fitting = [word.value for word, types in _FITTING.items() if kind.type in types]
        problems.append(row["aggregate"].problem(reason, f"With this type go: {', '.join(fitting)}."))
    computed = kind.type is FieldType.COMPUTED
    if computed != (requirement is Requirement.NOT_ASKED):
        reason = "`-` is for computed rows" if not computed else "A computed row is not asked of the unit"
        remedy = "Write R, R*, R† or O." if not computed else "Write `-`."
        problems.append(row["required"].problem(f"{reason}.", remedy))


def _check_references(read: Indicators, places: Mapping[str, Row]) -> None:
    """Report codes in ratios, counts and conditions that no row of the form has."""
    fields = {found.code: found for found in read.fields}
    lists = [found.code for found in read.lists]
    for found in read.fields:
        cell = places[found.code]["aggregate"]
        for code in (*found.ratio.numerator, *found.ratio.denominator) if found.ratio else ():
            # A row with a mistake of its own is reported there already.
            if code not in places:
                read.problems.append(_unknown_code(cell, code, fields))
            elif code in fields and not fields[code].is_number:
                read.problems.append(
                    cell.problem(f"`{code}` is no number.", "Ratios are made of numbers only.")
                )
        if found.distinct_list is not None and found.distinct_list not in places:
            read.problems.append(_unknown_code(cell, found.distinct_list, lists))
    for title in read.lists:
        cell = title.row["required"]
        codes = read_condition(cell.text)
        if codes is None:
            remedy = "Write `O`, `R` or a condition such as `nếu V06>0`."
            read.problems.append(cell.problem(f"`{cell.text}` does not say when the list is needed.", remedy))
        unknown = (word for word in codes or () if word not in places)
        read.problems.extend(_unknown_code(cell, word, fields) for word in unknown)


def _unknown_code(cell: Cell, code: str, known: Iterable[str]) -> Problem:
    return cell.problem(f"There is no row `{code}`.", propose_word(code, known))


def read_list_columns(
    rows: Sequence[Row],
) -> tuple[dict[ListCode, tuple[ListColumn, ...]], tuple[Problem, ...]]:
    """Read the rows of lists.csv: the columns of each list, in the order of the table."""
    columns: dict[ListCode, list[ListColumn]] = {}
    problems: list[Problem] = []
    for row in rows:
        code = ListCode(row.text("list"))
        column = _read_column(row, problems)
        if not _LIST_CODE.match(code):
            problems.append(row["list"].problem(f"`{code}` is no code of a list.", "Write `L1`, `L2` …"))
            continue
        known = columns.setdefault(code, [])
        if any(column.name == other.name for other in known):
            reason = f"The list {code} has the column `{column.name}` already."
            problems.append(row["column"].problem(reason, "Names of columns differ."))
        known.append(column)
    return {code: tuple(found) for code, found in columns.items()}, tuple(problems)


def _read_column(row: Row, problems: list[Problem]) -> ListColumn:
    name, word, required = row.text("column"), row.text("type"), row.text("required")
    if not _COLUMN_NAME.match(name):
        remedy = "Use small letters without marks, digits and `_`: `noi_dung`."
        problems.append(row["column"].problem(f"`{name}` is no name of a column.", remedy))
    if not row.text("label_vi"):
        problems.append(row["label_vi"].problem("The label is blank.", "Every column needs its wording."))
    if required not in _COLUMN_REQUIREMENTS:
        reason = f"`{required}` does not say whether it must be filled in."
        problems.append(row["required"].problem(reason, propose_word(required, _COLUMN_REQUIREMENTS)))
    choices: tuple[str, ...] = ()
    read = read_type(word)
    kind, decimals = (None, 0) if isinstance(read, str) else (read.type, read.decimals)
    if kind not in _COLUMN_KINDS or (kind is FieldType.TEXT and word != FieldType.TEXT.value):
        kind = None  # a length, a prefilled cell or a list in a list: nothing here goes by them
    if word.startswith(_CHOICE):
        kind = FieldType.CHOICE
        choices = tuple(choice.strip() for choice in word.removeprefix(_CHOICE).split("|"))
        if len({fold(choice) for choice in choices}) < max(len(choices), 2) or not all(choices):
            reason = f"`{word}` does not offer different choices."
            problems.append(row["type"].problem(reason, "Write `choice:có|không`."))
    elif kind is None:
        allowed = (*_COLUMN_TYPES, f"{_CHOICE}có|không")
        problems.append(row["type"].problem(f"`{word}` is no type of a column.", propose_word(word, allowed)))
    return ListColumn(
        name=name,
        label=row.text("label_vi"),
        type=kind or FieldType.TEXT,
        required=required == Requirement.REQUIRED.value,
        choices=choices,
        measure=row.text("unit"),
        decimals=decimals,
        cell=_read_cell(row, problems),
    )


def _read_cell(row: Row, problems: list[Problem]) -> str:
    """Read where the office's own form has the answer or the heading."""
    cell = row.text("cell").replace("$", "").upper()
    if cell and not _CELL.match(cell):
        problems.append(row["cell"].problem(f"`{row.text('cell')}` is no cell.", "Write it as `D14`."))
        return ""
    return cell


def check_cells(
    rows: Sequence[Row], list_rows: Sequence[Row], *, file: str, answered: Iterable[FieldCode]
) -> Iterator[Problem]:
    """Report what an own form needs and lacks: a cell for every answer, each once; and cells without a form.

    *answered* are the fields that units answer.
    """
    if not file:
        yield from (
            row["cell"].problem("There is no own form that has this cell.", "Name it: `form.file`.")
            for row in (*rows, *list_rows)
            if row.text("cell")
        )
        return
    codes = set(answered)
    taken: dict[str, str] = {}
    for row in rows:
        code, cell = row.text("code"), row.text("cell")
        if code not in codes:
            continue
        if not cell:
            reason = f"`{code}` has no cell in the form {file}."
            yield row["cell"].problem(reason, "Write where its answer stands, such as `D14`.")
        elif cell in taken:
            yield row["cell"].problem(f"`{cell}` is the cell of `{taken[cell]}` already.")
        taken[cell] = code
        kind = read_type(row.text("type"))
        if isinstance(kind, TypeWord) and kind.prefilled:
            yield row["type"].problem("An own form is sent as it is; nothing is filled in.", "Write `text`.")
    for row in list_rows:
        if not row.text("cell"):
            reason = f"The column `{row.text('column')}` has no cell in the form {file}."
            yield row["cell"].problem(reason, "Write where its heading stands, such as `B5`.")


def join_lists(
    titles: Sequence[ListTitle], columns: Mapping[ListCode, tuple[ListColumn, ...]], sheets: Mapping[str, str]
) -> tuple[ListSpec, ...]:
    """Put titles, columns and sheet names of the lists together; what lacks a partner is left out."""
    return tuple(
        ListSpec(
            code=title.code,
            title=title.title,
            sheet=sheets.get(title.code, title.code),
            columns=columns[title.code],
            merge_same_names=title.merge_same_names,
        )
        for title in titles
        if title.code in columns
    )
