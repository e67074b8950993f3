"""Rows of the form's table that belong to no field and hold something in the column of answers.

A unit splits an indicator over two lines, writes a correction below, or pastes paragraphs from Word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.vietnamese import clean, fold_label
from parsers.layout import holds_something
from parsers.letters.legacy_text import readable
from parsers.signing import is_date_line, is_signer
from parsers.workbook import CellKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.forms import FormSpec
    from domain.ids import FieldCode
    from parsers.layout import Placement
    from parsers.workbook import Cell

#: By these a line belongs to the one above it; with their tones: "Công đoàn" is no "cộng".
_GOES_ON: Final = re.compile(
    r"[-+•*\s]*(?:số liệu |số )?(?:bổ sung|đính chính|đúng(?: là)?|chính thức là|sửa(?: lại)?|thực tế|cộng"
    r"|tổng|tổng cộng|tổng số|cộng dồn|lần [0-9]|đợt [0-9]|tiếp theo|còn lại)\s*(?:$|[:(=0-9].*)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraRow:
    """A row that nobody asked for."""

    #: The field in the next row above that is one.
    above: FieldCode
    row: int
    #: What stands in the column of answers.
    cell: Cell
    #: What the row calls itself; empty where it says nothing, or what is merged from above.
    words: str
    #: It says more about the field above.
    goes_on: bool


def extra_rows(placement: Placement, spec: FormSpec) -> Iterator[ExtraRow]:
    """Give them from the top, without rows that say the words of a field (strays, repeated rows).

    An own form of the office has rows that are not asked; there only what says nothing of itself is given.
    """
    column, matches = placement.columns.answer, placement.matches
    owners = {row: code for code, row in matches.rows.items()}
    owners |= {row: code for code, rows in matches.repeated.items() for row in rows}
    if column is None or not owners:
        return
    sheet, first, last = placement.sheet, min(owners), max(owners)
    rows = sorted({row for row, _ in sheet.cells if row > first})
    above, end = owners[first], last
    for row in rows:
        if row in owners:
            above = owners[row]
            continue
        merged = placement.merges.get((row, column))
        cell = sheet.at(row, column)
        is_below = row > last
        if row in matches.strays or (merged is not None and merged[:2] != (row, column)):
            end = row if is_below and row == end + 1 else end
            continue
        if not holds_something(cell) or (is_below and row != end + 1):
            continue
        words = _words(placement, row)
        if is_below and (words or is_signer(cell.raw) or is_date_line(cell.raw)):
            return  # who signs, where and when
        if fold_label(words) in spec.codes_of_words:
            continue
        end = row if is_below else end
        own = fold_label(spec.by_code[above].wording)
        said = fold_label(words)
        if spec.is_adopted and (said or cell.is_formula):
            continue
        goes_on = not said or _GOES_ON.fullmatch(clean(words)) is not None or own in said
        yield ExtraRow(above=above, row=row, cell=cell, words=words, goes_on=goes_on)


def _words(placement: Placement, row: int) -> str:
    """Give what a row says of itself left of its answer, in its own cells."""
    columns, sheet = placement.columns, placement.sheet
    quiet = {columns.code, columns.note, columns.measure, columns.tt, columns.answer}
    said: list[str] = []
    for column in range(1, (columns.answer or 1)):
        merged = placement.merges.get((row, column))
        cell = sheet.at(row, column)
        if column in quiet or (merged is not None and merged[0] != row):
            continue
        if cell.kind is CellKind.TEXT and holds_something(cell):
            said.append(" ".join(readable(cell.raw, cell.font).split()))
    return " ".join(said)
