"""What an own form asks, proposed: fields and lists with how sure each is, and what was not understood."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from domain.errors import UnknownForm
from domain.forms import HEADING_SIGN, Aggregate, Field, FieldType, ListColumn, ListSpec, Ratio, Requirement
from domain.ids import FieldCode, ListCode
from domain.vietnamese import fold, fold_label
from parsers.adoption.kinds import kind_of
from parsers.adoption.survey import Page, Shown, survey
from parsers.adoption.tables import Columns, Heading, Table, columns_of, label_heading, tables_of, title_of
from parsers.workbook import column_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Letters of codes by section; L is for lists, I and O read as digits.
_LETTERS: Final = "ABCDEGHKMNPQRSTUVXY"
_UNTITLED: Final = "SỐ LIỆU"
_BRACKETED = re.compile(r"\s*\(([^()]{1,25})\)\s*$")
_TABLE_MEASURE = re.compile(r"^\(?(?:đơn vị tính|đvt)\s*:\s*([^()]{1,30})\)?$", re.IGNORECASE)
_PREFIX = re.compile(r"^(\d{1,2}(?:\.\d{1,2})*[.)]|[a-zđ]\)|[IVX]{1,4}\.)\s+(?=\S)")
_DITTO: Final = frozenset({'"', "''", "nt", "-nt-", "nhu tren", "”", "“"})
_ROMAN = re.compile(r"[IVX]{1,5}|[A-HĐ]")
_MEASURE_WORDS = re.compile(
    r"%|đồng|người|lượt|cuộc|buổi|văn bản|hồ sơ|tuổi|ha|km|m[23]?|tấn|kg|giờ|ngày|lớp|cái|đơn|phiếu|suất"
    r"|mô hình|xã|hộ|điểm|trường hợp|bài|tin|dự án|công trình|đợt|phần|chiếc|tập thể|cá nhân",
    re.IGNORECASE,
)
_SHARE_FORMULA = re.compile(
    r"=(?:IF\(\$?[A-Z]{1,3}\$?\d+=0,(?:0|\"\"|\"-\"),)?\(?\$?([A-Z]{1,3})\$?(\d+)/\$?([A-Z]{1,3})\$?(\d+)\)?"
    r"(?:\*100%?)?\)?"
)
_ASKING = re.compile(r"^[^:]{3,60}:\s*[.…_\s]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedField:
    """One row of the proposed form."""

    field: Field
    #: Of 100.
    sureness: int
    #: What speaks for it, for the person who looks through the proposal.
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that was seen and is not asked, or was not understood."""

    #: "Biểu 01!D15", or the sheet alone.
    place: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What an own form asks, as far as it was understood."""

    title: str
    #: Sheet of the fields.
    sheet: str
    fields: tuple[ProposedField, ...]
    lists: tuple[ListSpec, ...]
    remarks: tuple[Remark, ...]


def propose(content: bytes) -> Proposal:
    """Look through an office's own form.

    Raises NotAWorkbook or TooLarge, and UnknownForm where no table of rows to fill in was found.
    """
    return _Proposing(survey(content)).run()


class _Row(NamedTuple):
    """What a row says of one of its answers."""

    section: str
    tt: str
    label: str
    #: As they stand in the form.
    words: str
    measure: str
    #: Of its column, with those above it where several are alike.
    heading: str


class _Computed(NamedTuple):
    """A cell that the form computes."""

    cell: Shown
    row: _Row
    place: str


@dataclass(slots=True)
class _Draft:
    fields: list[ProposedField] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    #: Fields by their cells, for formulas.
    by_cell: dict[str, FieldCode] = field(default_factory=dict)
    #: Cells with formulas, which wait until all fields are known, with what their rows say.
    shares: list[_Computed] = field(default_factory=list)


class _Proposing:
    def __init__(self, pages: tuple[Page, ...]) -> None:
        self._pages = pages
        self._draft = _Draft()
        self._sections: list[str] = []
        self._counts: Counter[str] = Counter()
        self._lists: list[ListSpec] = []
        #: Answers that hold a ready 0.
        self._zeros = 0

    def run(self) -> Proposal:
        rows = list(self._tables_of_rows())
        if not rows:
            raise UnknownForm("No table with rows to fill in was found in the workbook.")
        main = max(rows, key=lambda one: len(one[1].rows))
        answers = {heading.column for heading in columns_of(main[1], main[2]).answers}
        for page, table, label in rows:
            columns = columns_of(table, label)
            if page is main[0] and {heading.column for heading in columns.answers} <= answers:
                self._take_rows(page, table, columns)
            else:
                place = f"{page.name}!{column_letters(label.column)}{table.top}"
                self._remark(
                    place, "Bảng này không cùng cột số liệu với bảng chính; tách thành biểu riêng nếu cần."
                )
        self._take_shares()
        self._remark_head(main[0], main[1])
        if self._zeros:
            text = (
                f"{self._zeros} ô có sẵn số 0: biểu gửi về còn nguyên thì coi là chưa điền; nên xóa các số 0."
            )
            self._remark(main[0].name, text)
        for row in sorted(main[0].hidden_rows):
            self._remark(f"{main[0].name}!{row}", "Dòng ẩn.")
        return Proposal(
            title=title_of(main[0], main[1].top) or main[0].name,
            sheet=main[0].name,
            fields=tuple(_with_doubles(self._draft.fields)),
            lists=tuple(self._lists),
            remarks=tuple(self._draft.remarks),
        )

    def _tables_of_rows(self) -> Iterator[tuple[Page, Table, Heading]]:
        """Yield the tables whose rows have labels; those without are lists, and taken at once."""
        for page in self._pages:
            if page.is_hidden:
                self._remark(page.name, "Trang ẩn, không xem.")
                continue
            tables = tables_of(page)
            if not tables and page.cells:
                self._remark(page.name, "Không thấy bảng nào để điền.")
            for table in tables:
                label = label_heading(table)
                if label is not None:
                    yield page, table, label
                else:
                    self._take_list(page, table)

    def _remark(self, place: str, text: str) -> None:
        self._draft.remarks.append(Remark(place=place, text=text))

    # Rows

    def _take_rows(self, page: Page, table: Table, columns: Columns) -> None:
        for heading in columns.computed:
            self._remark(
                _place(page, heading.row, heading.column), f"Cột ‘{heading.text}’ do biểu tự tính: không hỏi."
            )
        for heading in columns.fixed:
            self._remark(
                _place(page, heading.row, heading.column), f"Cột ‘{heading.text}’ đã có sẵn số: không hỏi."
            )
        several = len(columns.answers) > 1
        alike = Counter(heading.text for heading in table.headings)
        shared = _table_measure(page, table)
        section = ""
        measure_above = ""
        for row in table.rows:
            label = page.own(row, columns.label.column)
            if not label.text or label.is_formula or label.is_blank:
                continue
            tt = page.own(row, columns.tt).text if columns.tt is not None else ""
            measure = page.own(row, columns.measure).text if columns.measure is not None else ""
            if fold(measure) in _DITTO:
                measure = measure_above
            measure_above = measure or measure_above
            if _is_section(page, row, columns, tt=tt, measure=measure):
                section = self._new_section(f"{tt}. {label.text}" if tt else label.text)
                continue
            words, own_tt, measure = _words(label.text, tt, measure)
            section = section or self._new_section(_UNTITLED)
            for heading in columns.answers:
                cell = page.at(row, heading.column)
                self._take_cell(
                    page,
                    replace(cell, row=row, column=heading.column) if not cell.text else cell,
                    heading,
                    _Row(
                        section=section,
                        tt=own_tt,
                        label=f"{words} - {_short(heading)}" if several else words,
                        words=label.text,
                        measure=measure or shared or _measure_in(heading),
                        heading=HEADING_SIGN.join(heading.path) if alike[heading.text] > 1 else heading.text,
                    ),
                )

    def _take_cell(self, page: Page, cell: Shown, heading: Heading, row: _Row) -> None:
        section, tt, label, measure = row.section, row.tt, row.label, row.measure
        place = _place(page, cell.row, cell.column)
        if cell.is_formula:
            self._draft.shares.append(_Computed(cell, row, place))
            return
        if not cell.is_blank and cell.text not in ("0", "0.0"):
            self._remark(place, f"‘{label}’: ô đã có sẵn ‘{cell.text[:40]}’, không hỏi.")
            return
        if page.is_protected and cell.is_locked:
            self._remark(place, f"‘{label}’: ô bị khóa, không hỏi.")
            return
        if not cell.is_blank:
            self._zeros += 1
        kind = kind_of(cell, label=label, heading=" ".join(heading.path), measure=measure)
        is_text = kind.type is FieldType.TEXT
        code = self._code(section)
        self._draft.by_cell[_address(cell)] = code
        sureness = _sureness(kind.sureness, cell, measure=measure, protected=page.is_protected)
        self._draft.fields.append(
            ProposedField(
                field=Field(
                    code=code,
                    section=section,
                    tt=tt,
                    label=label,
                    measure="" if is_text or kind.type is FieldType.DATE else measure,
                    type=kind.type,
                    requirement=_requirement(kind.type, tt=tt, label=label),
                    aggregate=_aggregate(kind.type, measure),
                    decimals=kind.decimals,
                    max_length=2000,
                    cell=_address(cell),
                    heading=row.heading,
                    words=row.words if row.words != label else "",
                    ready=cell.text if not cell.is_blank else "",
                ),
                sureness=sureness,
                why="; ".join(dict.fromkeys(kind.why)),
            )
        )

    def _take_shares(self) -> None:
        """Propose what the form computes: a share of two answers is a ratio, all else is left to the form."""
        for cell, row, place in self._draft.shares:
            section, tt, label, measure = row.section, row.tt, row.label, row.measure
            found = _SHARE_FORMULA.fullmatch(cell.text.replace(" ", ""))
            codes = (
                [self._draft.by_cell.get(found[1] + found[2]), self._draft.by_cell.get(found[3] + found[4])]
                if found
                else []
            )
            if len(codes) == 2 and codes[0] is not None and codes[1] is not None:  # noqa: PLR2004 - a share has two
                share = Field(
                    code=self._code(section),
                    section=section,
                    tt=tt,
                    label=label,
                    measure=measure or "%",
                    type=FieldType.COMPUTED,
                    requirement=Requirement.NOT_ASKED,
                    aggregate=Aggregate.RATIO,
                    ratio=Ratio(numerator=(codes[0],), denominator=(codes[1],)),
                    cell=_address(cell),
                    heading=row.heading,
                    words=row.words if row.words != label else "",
                )
                self._put_share(ProposedField(field=share, sureness=85, why=f"công thức {cell.text}"))
            else:
                self._remark(place, f"‘{label}’: biểu tự tính ({cell.text[:40]}), không hỏi.")

    def _put_share(self, share: ProposedField) -> None:
        """Put a share behind the last field of its section: rows of one section follow each other."""
        places = [n for n, one in enumerate(self._draft.fields) if one.field.section == share.field.section]
        self._draft.fields.insert((places[-1] if places else len(self._draft.fields) - 1) + 1, share)

    def _new_section(self, title: str) -> str:
        name = " ".join(title.split())
        number = 1
        while name in self._sections:
            number += 1
            name = f"{title} ({number})"
        self._sections.append(name)
        return name

    def _code(self, section: str) -> FieldCode:
        index = self._sections.index(section)
        rounds, letter = divmod(index, len(_LETTERS))
        prefix = (_LETTERS[rounds - 1] if rounds else "") + _LETTERS[letter]
        self._counts[prefix] += 1
        return FieldCode(f"{prefix}{self._counts[prefix]:02d}")

    # Lists

    def _take_list(self, page: Page, table: Table) -> None:
        code = ListCode(f"L{len(self._lists) + 1}")
        names: set[str] = set()
        columns: list[ListColumn] = []
        for heading in table.headings:
            if heading.kind == "tt":
                continue
            cell = (
                page.at(table.rows.start, heading.column) if table.rows else Shown(row=0, column=0, text="")
            )
            columns.append(
                _list_column(cell, heading, is_first=not columns, name=_column_name(heading.text, names))
            )
        if not columns or not table.rows:
            self._remark(_place(page, table.top, 1), "Bảng này không có dòng để điền.")
            return
        title = title_of(page, table.top) or page.name
        self._lists.append(ListSpec(code=code, title=title, sheet=page.name, columns=tuple(columns)))

    def _remark_head(self, page: Page, table: Table) -> None:
        """Name the lines above and below the table that ask for something: they are nobody's field."""
        for row in (*range(1, table.top), *range(table.rows.stop, page.last_row + 1)):
            for cell in page.row(row):
                if _ASKING.match(cell.text) and not cell.is_formula:
                    self._remark(
                        _place(page, cell.row, cell.column),
                        f"‘{cell.text.rstrip(' .…_')}’: nằm ngoài bảng, không hỏi.",
                    )


def _is_section(page: Page, row: int, columns: Columns, *, tt: str, measure: str) -> bool:
    """Tell whether a row is the title of a section: it has no answers of its own."""
    label = page.own(row, columns.label.column)
    merged = page.merges.get((row, columns.label.column))
    reach = merged[3] if merged is not None else columns.label.column
    if any(heading.column <= reach for heading in columns.answers if heading.column > columns.label.column):
        return True
    cells = [page.at(row, heading.column) for heading in columns.answers]
    if any(cell.is_formula or not cell.is_blank for cell in cells):
        return False
    if measure or any(cell.validation for cell in cells):
        return False
    if page.is_protected:
        return all(cell.is_locked for cell in cells)
    if label.is_bold and (_ROMAN.fullmatch(tt) or label.text.isupper()):
        return True
    return bool(_ROMAN.fullmatch(tt)) and label.text.isupper()


def _words(text: str, tt: str, measure: str) -> tuple[str, str, str]:
    """Give label, number and measure where number or measure stand within the label."""
    words = text
    if not tt and (prefix := _PREFIX.match(words)) is not None:
        tt, words = prefix[1].rstrip("."), words[prefix.end() :]
    bracketed = _BRACKETED.search(words)
    if not measure and bracketed is not None and _MEASURE_WORDS.fullmatch(bracketed[1].split()[-1]):
        measure, words = bracketed[1], words[: bracketed.start()]
    return words.strip(" :"), tt, measure


def _short(heading: Heading) -> str:
    """Name a column of answers for people: "Số lượt người, trong đó: nữ", without its measure."""
    words = ", ".join(heading.path)
    return _BRACKETED.sub("", words)


def _measure_in(heading: Heading) -> str:
    for text in reversed(heading.path):
        found = _BRACKETED.search(text)
        if found is not None and _MEASURE_WORDS.search(found[1]):
            return found[1]
    return ""


def _table_measure(page: Page, table: Table) -> str:
    """Give the measure of a whole table: "Đơn vị tính: triệu đồng" above it."""
    for row in range(max(1, table.top - 4), table.top):
        for cell in page.row(row):
            found = _TABLE_MEASURE.match(cell.text)
            if found is not None:
                return found[1].strip()
    return ""


def _requirement(kind: FieldType, *, tt: str, label: str) -> Requirement:
    if kind is FieldType.TEXT:
        return Requirement.OR_NONE_WORD
    is_part = label.startswith(("-", "+")) or fold_label(label).startswith("trong do") or tt.endswith(")")
    return Requirement.OPTIONAL if is_part else Requirement.REQUIRED


def _aggregate(kind: FieldType, measure: str) -> Aggregate:
    if kind is FieldType.TEXT:
        return Aggregate.CONCAT
    if kind is FieldType.DATE:
        return Aggregate.MIN_MAX
    # Shares and averages that units type cannot be added up.
    return Aggregate.NONE if "%" in measure or fold(measure) in ("tuoi", "diem") else Aggregate.SUM


def _sureness(type_sureness: int, cell: Shown, *, measure: str, protected: bool) -> int:
    place = 100 if (protected and not cell.is_locked) or cell.is_bordered else 70
    return max(5, min(100, round(0.6 * type_sureness + 0.3 * place + (10 if measure else 5))))


def _with_doubles(fields: list[ProposedField]) -> Iterator[ProposedField]:
    """Lower the sureness of rows of one section that read alike in one column."""
    seen = Counter(
        (one.field.section, fold_label(one.field.wording), one.field.answer_column) for one in fields
    )
    for one in fields:
        if seen[one.field.section, fold_label(one.field.wording), one.field.answer_column] > 1:
            yield replace(one, sureness=min(one.sureness, 40), why=f"{one.why}; trùng tên với dòng khác")
        else:
            yield one


def _list_column(cell: Shown, heading: Heading, *, is_first: bool, name: str) -> ListColumn:
    kind, decimals = FieldType.TEXT, 0
    measure = _measure_in(heading)
    if not cell.choices:
        found = kind_of(cell, label=heading.text, heading=heading.text, measure=measure)
        if found.sureness > 50 or found.type is FieldType.DATE:  # noqa: PLR2004 - a mere guess stays words
            kind, decimals = found.type, found.decimals
    elif len(cell.choices) > 1:
        kind = FieldType.CHOICE
    return ListColumn(
        name=name,
        label=heading.text,
        type=kind,
        required=is_first,
        choices=cell.choices if kind is FieldType.CHOICE else (),
        measure=measure,
        decimals=decimals,
        cell=f"{column_letters(heading.column)}{heading.row}",
    )


def _column_name(text: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", fold(text)).strip("_")[:20].rstrip("_") or "cot"
    base = base if base[0].isalpha() else f"c_{base}"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    taken.add(name)
    return name


def _place(page: Page, row: int, column: int) -> str:
    return f"{page.name}!{column_letters(column)}{row}"


def _address(cell: Shown) -> str:
    return f"{column_letters(cell.column)}{cell.row}"
