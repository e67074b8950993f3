"""Which row of a sheet is which field: by code, by label, by name; what disagrees is doubted, never chosen.

A row's number is no evidence. Neighbours are, for labels that stand several times ("Quá hạn", "Lượt người
tham dự"): a row is one of them only where nothing that belongs between it and its neighbours is elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from domain.vietnamese import fold, fold_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.forms import Field, FormSpec
    from domain.ids import FieldCode

#: Likeness in per cent from which a reworded label counts, and its distance to the second best.
ENOUGH: Final = 82.0
MARGIN: Final = 8.0
#: The same where a defined name leads to the row too.
ENOUGH_WITH_NAME: Final = 55.0
#: Words that turn a label into its opposite neighbour: a rewording may not touch them.
_OPPOSITES: Final = frozenset({
    "da", "chua", "khong", "ngoai", "trong", "qua", "truoc", "dung", "sau", "moi", "cu", "tap", "ca", "nhan",
    "tuien",
    "tiep", "tang", "giam", "co", "nam", "nu", "tong",
})  # fmt: skip
#: What is known of a row, of 100.
_SURE, _WORDS_ALONE, _ALTERED, _REPEATED = 100, 90, 70, 50
_PUNCTUATION = re.compile(r"\W+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowText:
    """What a row says of itself, beside its answer."""

    row: int
    #: Code of a field, None where the row carries none.
    code: FieldCode | None
    #: Its label as written, and folded ("" for none).
    label: str
    folded: str
    tt: str = ""
    measure: str = ""


@dataclass(slots=True, kw_only=True)
class Matches:
    """Which row answers which field, and where that is in doubt."""

    rows: dict[FieldCode, int] = field(default_factory=dict)
    #: Kind of finding -> for fields whose row is not taken: the row to show, if any.
    doubts: dict[FieldCode, tuple[str, int | None]] = field(default_factory=dict)
    #: Fields that stand in several rows alike; their values decide.
    repeated: dict[FieldCode, tuple[int, ...]] = field(default_factory=dict)
    #: Fields whose label was reworded -> the words in the file.
    altered: dict[FieldCode, str] = field(default_factory=dict)
    #: Fields known by their label alone.
    by_label: set[FieldCode] = field(default_factory=set)
    #: Rows that nobody took although they say a field's words -> those fields.
    strays: dict[int, tuple[FieldCode, ...]] = field(default_factory=dict)

    def sureness(self, code: FieldCode, *, named: bool) -> int:
        """Say of 100 how surely a field's row is known: by its code, the name of its cell, its words.

        A code beside other words, and words without a code or a name, are worth less; several rows alike
        little; a row in doubt nothing.
        """
        if code in self.repeated:
            return _REPEATED
        if code not in self.rows:
            return 0
        if code in self.altered:
            return _ALTERED
        return _SURE if named or code not in self.by_label else _WORDS_ALONE


def match_rows(spec: FormSpec, rows: Iterable[RowText], named: Mapping[FieldCode, int]) -> Matches:
    """Find the row of every field of *spec*; *named* are the rows that defined names lead to."""
    return _Matching(spec, tuple(rows), named).run()


class _Matching:
    def __init__(self, spec: FormSpec, rows: tuple[RowText, ...], named: Mapping[FieldCode, int]) -> None:
        self._fields = spec.fields
        self._order = {one.code: index for index, one in enumerate(spec.fields)}
        self._labels = spec.words_of
        self._codes_of = spec.codes_of_words
        self._sections = {fold_label(section) for section in spec.sections}
        self._rows = rows
        self._by_row = {one.row: one for one in rows}
        self._rows_of_label: dict[str, list[RowText]] = {}
        for one in rows:
            self._rows_of_label.setdefault(one.folded, []).append(one)
        self._named = named
        self._found = Matches()
        self._coded: dict[FieldCode, int] = {}

    def run(self) -> Matches:
        self._match_codes()
        open_fields = [one for one in self._fields if self._is_open(one.code)]
        self._match_single_labels(open_fields)
        self._match_repeated_labels(open_fields)
        self._match_reworded([one for one in open_fields if self._is_open(one.code)])
        for one in self._fields:
            if self._is_open(one.code):
                self._found.doubts[one.code] = ("row_not_found", None)
        taken = self._taken_rows()
        for row in self._rows:
            if row.code is None and row.row not in taken and row.folded in self._codes_of:
                self._found.strays[row.row] = tuple(self._codes_of[row.folded])
        return self._found

    def _taken_rows(self) -> set[int]:
        repeated = {row for rows in self._found.repeated.values() for row in rows}
        return repeated | set(self._found.rows.values())

    def _is_open(self, code: FieldCode) -> bool:
        found = self._found
        return code not in found.rows and code not in found.doubts and code not in found.repeated

    # Codes

    def _match_codes(self) -> None:
        coded: dict[FieldCode, list[RowText]] = {}
        for one in self._rows:
            if one.code is not None:
                coded.setdefault(one.code, []).append(one)
        self._coded = {code: rows[0].row for code, rows in coded.items() if len(rows) == 1}
        for code, rows in coded.items():
            if len(rows) > 1:
                self._match_repeated_code(code, rows)
            else:
                self._match_coded_row(code, rows[0])
        self._doubt_wordless_rows(coded)
        self._doubt_unconfirmed(coded)

    def _match_coded_row(self, code: FieldCode, row: RowText) -> None:
        own = self._labels[code]
        if row.folded != own and (self._belongs_elsewhere(code, row) or self._stands_elsewhere(code, row)):
            self._found.doubts[code] = ("row_conflict", row.row)
            return
        if row.folded == own and self._is_namesake_s(code, row.row):
            self._found.doubts[code] = ("row_conflict", row.row)
            return
        self._found.rows[code] = row.row
        if row.folded != own and row.folded:
            self._found.altered[code] = row.label

    def _is_namesake_s(self, code: FieldCode, row: int) -> bool:
        """Tell whether names give *row* to another field with the same words: these decide nothing then."""
        others = (other for other in self._codes_of[self._labels[code]] if other != code)
        return self._named.get(code) != row and any(self._named.get(other) == row for other in others)

    def _doubt_unconfirmed(self, coded: Mapping[FieldCode, list[RowText]]) -> None:
        """Once codes are known to stand in wrong rows, ask about those that nothing but the code speaks for.

        Words that several fields have ("Quá hạn" stands twice) confirm none of them, nor do words that are
        hardly the field's; the name of the answer cell does.
        """
        found = self._found
        if not any(kind == "row_conflict" for kind, _ in found.doubts.values()):
            return
        for code, rows in coded.items():
            row = found.rows.get(code)
            if row is None or self._named.get(code) == row:
                continue
            label = self._labels[code]
            is_shared = len(self._codes_of[label]) > 1
            if is_shared or (code in found.altered and likeness(rows[0].folded, label) < ENOUGH):
                self._doubt(code, rows[0].row)

    def _doubt(self, code: FieldCode, row: int) -> None:
        """Take back what was found of a field: its row is not sure."""
        found = self._found
        found.rows.pop(code, None)
        found.repeated.pop(code, None)
        found.altered.pop(code, None)
        found.doubts[code] = ("row_conflict", row)

    def _doubt_wordless_rows(self, coded: Mapping[FieldCode, list[RowText]]) -> None:
        """Ask about codes that stand beside no words, as soon as anything says that they have slipped.

        Nothing but the code speaks for such rows: one that contradicts its number of order, its measure or
        the name of its answer cell makes all of them doubtful.
        """
        found = self._found
        wordless = {
            code: [row for row in rows if not row.folded]
            for code, rows in coded.items()
            if code in found.rows or code in found.repeated
        }
        fields = {one.code: one for one in self._fields}
        if any(
            _contradicts_tt(row, fields[code])
            or _contradicts_measure(row, fields[code])
            or self._is_named_otherwise(code, row.row)
            for code, rows in wordless.items()
            for row in rows
        ):
            for code, rows in wordless.items():
                if rows:
                    self._doubt(code, rows[0].row)

    def _is_named_otherwise(self, code: FieldCode, row: int) -> bool:
        """Tell whether names lead from *code* to another row, or to *row* from another field."""
        named = self._named.get(code)
        if named is not None:
            return named != row
        return row in self._named.values()

    def _match_repeated_code(self, code: FieldCode, rows: list[RowText]) -> None:
        """Leave it to the values which of several rows with one code counts, unless words say otherwise."""
        own = self._labels[code]
        strange = [
            row
            for row in rows
            if (
                self._is_namesake_s(code, row.row)
                if row.folded == own
                else self._belongs_elsewhere(code, row)
            )
        ]
        if strange:
            self._found.doubts[code] = ("row_conflict", strange[0].row)
        else:
            self._found.repeated[code] = tuple(row.row for row in rows)

    def _belongs_elsewhere(self, code: FieldCode, row: RowText) -> bool:
        """Tell whether the row's words are those of another field."""
        if not row.folded:
            return False
        if row.folded in self._codes_of:
            return True
        own = likeness(row.folded, self._labels[code])
        for other, label in self._labels.items():
            if other != code and likeness(row.folded, label) >= max(ENOUGH, own + MARGIN):
                return True
        return False

    def _stands_elsewhere(self, code: FieldCode, row: RowText) -> bool:
        """Tell whether the field's own words stand in another row that has no right to them by its code."""
        label = self._labels[code]
        for other in self._rows_of_label.get(label, ()):
            if other.row == row.row or (other.code is not None and self._labels[other.code] == label):
                continue
            if other.code is None and not self._fits(other.row, code, self._coded):
                continue  # a signature block says "Người lập biểu" too
            return True
        return False

    # Labels word for word

    def _match_single_labels(self, open_fields: list[Field]) -> None:
        for one in open_fields:
            label = self._labels[one.code]
            rows = self._free_rows(label)
            if len(self._codes_of[label]) == 1 and len(rows) == 1:
                self._take_by_label(one.code, rows[0])

    def _match_repeated_labels(self, open_fields: list[Field]) -> None:
        """Settle labels of several rows or several fields by their neighbours, as far as these decide."""
        progress = True
        while progress:
            progress = False
            for one in open_fields:
                if self._is_open(one.code) and self._settle_by_neighbours(one):
                    progress = True
        for one in open_fields:
            if not self._is_open(one.code):
                continue
            rows = self._free_rows(self._labels[one.code])
            fitting = [row for row in rows if self._fits(row.row, one.code)]
            if len(self._codes_of[self._labels[one.code]]) == 1 and len(fitting or rows) > 1:
                self._found.repeated[one.code] = tuple(row.row for row in fitting or rows)
            elif rows:
                self._found.doubts[one.code] = ("row_unsure", rows[0].row)

    def _settle_by_neighbours(self, one: Field) -> bool:
        label = self._labels[one.code]
        rows = [row for row in self._free_rows(label) if self._fits(row.row, one.code)]
        if len(rows) != 1:
            return False
        rivals = [
            code
            for code in self._codes_of[label]
            if code != one.code and self._is_open(code) and self._fits(rows[0].row, code)
        ]
        if rivals or _contradicts_tt(rows[0], one):
            return False
        self._take_by_label(one.code, rows[0])
        return True

    def _free_rows(self, label: str) -> list[RowText]:
        taken = set(self._found.rows.values())
        return [
            row for row in self._rows_of_label.get(label, ()) if row.code is None and row.row not in taken
        ]

    def _take_by_label(self, code: FieldCode, row: RowText) -> None:
        named = self._named.get(code)
        is_elsewhere = named is not None and named != row.row and named in self._by_row
        if is_elsewhere or (named is None and row.row in self._named.values()):
            # The name of an answer cell says otherwise than the words beside it: one of the two is wrong.
            self._found.doubts[code] = ("row_conflict", row.row)
            return
        self._found.rows[code] = row.row
        self._found.by_label.add(code)

    def _fits(self, row: int, code: FieldCode, rows: Mapping[FieldCode, int] | None = None) -> bool:
        """Tell whether *code* may stand in *row*: nothing between it and its neighbours stands elsewhere."""
        position = self._order[code]
        known = self._found.rows if rows is None else {**rows}
        if rows is not None:
            del known[code]
        above = below = None
        for other, other_row in known.items():
            if other_row < row and (above is None or other_row > known[above]):
                above = other
            elif other_row > row and (below is None or other_row < known[below]):
                below = other
        first = self._order[above] if above is not None else -1
        last = self._order[below] if below is not None else len(self._fields)
        if not first < position < last:
            return False
        between = (*range(first + 1, position), *range(position + 1, last))
        return not any(self._fields[index].code in known for index in between)

    # Labels in other words

    def _match_reworded(self, open_fields: list[Field]) -> None:
        taken = self._taken_rows()
        rows = [
            row
            for row in self._rows
            if row.code is None and row.row not in taken and row.folded and row.folded not in self._sections
        ]
        for one in open_fields:
            best = self._best_row(one, rows)
            if best is None:
                continue
            row, is_sure = best
            if is_sure and row.row not in self._found.rows.values():
                self._take_by_label(one.code, row)
                if one.code in self._found.rows:
                    self._found.altered[one.code] = row.label
            else:
                self._found.doubts[one.code] = ("row_unsure", row.row)

    def _best_row(self, one: Field, rows: list[RowText]) -> tuple[RowText, bool] | None:
        """Give the row most like the label of a field, and whether it can be no other."""
        label = self._labels[one.code]
        scored = sorted(((likeness(row.folded, label), row) for row in rows), key=lambda pair: -pair[0])
        if not scored:
            return None
        score, row = scored[0]
        is_named = self._named.get(one.code) == row.row
        if score < (ENOUGH_WITH_NAME if is_named else ENOUGH):
            return None
        second = scored[1][0] if len(scored) > 1 else 0.0
        others = max(
            (likeness(row.folded, text) for text in self._codes_of if text != label),
            default=0.0,
        )
        is_sure = (
            score - max(second, others) >= MARGIN
            and not _OPPOSITES.intersection(set(row.folded.split()) ^ set(label.split()))
            and not _contradicts_measure(row, one)
            and not _contradicts_tt(row, one)
            and self._fits(row.row, one.code)
            # Of fields that share a label, only one may fit between the neighbours.
            and not any(
                code != one.code and self._is_open(code) and self._fits(row.row, code)
                for code in self._codes_of[label]
            )
        )
        return row, is_sure


def likeness(one: str, other: str) -> float:
    """Say in per cent how much two folded labels are alike, whatever the order of their words."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - only altered forms need it

    return max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other))


def _contradicts_measure(row: RowText, one: Field) -> bool:
    """Tell whether both show a measure, and not the same."""
    return bool(row.measure and one.measure and fold(row.measure) != fold(one.measure))


def _contradicts_tt(row: RowText, one: Field) -> bool:
    """Tell whether both show a number of order, and not the same."""
    in_file, in_form = (_PUNCTUATION.sub("", fold(text)) for text in (row.tt, one.tt))
    return bool(in_file and in_form and in_file != in_form)
