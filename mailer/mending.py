"""What a unit has to mend, folded to less than a page: worst first, repeats of one kind counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.answers import is_numbered_table, spoken_place
from domain.findings import SEVERITIES, FindingAudience, Severity
from domain.vietnamese import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.findings import Finding
    from domain.forms import FormSpec

#: Longest list in a letter.
MOST_LINES = 10
#: Longest quotation of what a unit wrote.
_LONGEST_QUOTE = 80
_LONGEST_SENTENCE = 240
_WHERE = re.compile(
    r"(?:(?:Ô [A-Z]{1,3}\d{1,7}|Bảng \d+/\d+(?:, hàng \d+, cột \d+)?) – )?"
    r"‘(?P<label>[^’]{1,300})’(?:: |, )(?P<rest>.+)",
    re.DOTALL,
)
_QUOTE = re.compile(rf"‘([^’]{{{_LONGEST_QUOTE + 1},}})’")
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
#: A cell, or a range within one column.
_CELLS = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::\1(\d{1,7}))?")
_LETTERS = re.compile(r"[A-Z]+")
#: Ranges that a line names; nobody reads on.
_MOST_RANGES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MendLine:
    """One line of the list; `repeats` more of its kind stand at `repeat_cells`."""

    sheet: str
    cell: str
    label: str
    #: What stands there, beginning with a capital.
    problem: str
    advice: str
    severity: Severity
    repeats: int = 0
    #: "D20, D22–D31"; empty when they concern no cells.
    repeat_cells: str = ""

    @property
    def spoken_cell(self) -> str:
        """The cell beside its sheet: "D14", or "hàng 14, cột 4" in a document."""
        if is_numbered_table(self.sheet):
            return spoken_place(self.sheet, self.cell).removeprefix(f"{self.sheet}, ")
        return self.cell

    @property
    def place(self) -> str:
        """Sheet and cell as a sentence begins: "Trang Bieu_TH, ô D14"; empty for the whole form.

        A document has no sheets and no addresses: "Bảng 1/2, hàng 14, cột 4".
        """
        if is_numbered_table(self.sheet):
            return spoken_place(self.sheet, self.cell)
        parts = [f"trang {self.sheet}" if self.sheet else "", f"ô {self.cell}" if self.cell else ""]
        return _capital(", ".join(part for part in parts if part))


@dataclass(frozen=True, slots=True, kw_only=True)
class MendList:
    """The lines a letter shows, and how many findings no line stands for."""

    lines: tuple[MendLine, ...]
    #: All places that the findings stand for, shown, folded and left out.
    total: int
    left_out: int = 0
    #: "D20, D22–D31"; empty when they concern no cells.
    left_out_cells: str = ""


def findings_for(
    findings: Iterable[Finding], severities: Iterable[Severity], *, office: bool = False
) -> tuple[Finding, ...]:
    """Choose the findings of *severities* that a unit (or the *office*) is told, worst first."""
    wanted = frozenset(severities)
    chosen = [
        finding
        for finding in findings
        if finding.severity in wanted and (office or finding.audience is FindingAudience.UNIT)
    ]
    return tuple(sorted(chosen, key=lambda finding: SEVERITIES.index(finding.severity)))


def fold_findings(findings: Sequence[Finding], form: FormSpec, *, most: int = MOST_LINES) -> MendList:
    """Fold *findings* (worst first) into at most *most* lines, each severity in the order of the file.

    Every kind gets a line before any kind gets its second; what a kind has beyond its lines is counted on the
    last of them, with its cells, so that the unit can mend everything in one go.
    """
    kinds: dict[str, list[Finding]] = {}
    for finding in findings:
        kinds.setdefault(finding.code, []).append(finding)
    shown = dict.fromkeys(list(kinds)[: max(most, 0)], 1)
    room = most - len(shown)
    for code in shown:
        extra = min(room, len(kinds[code]) - 1)
        shown[code] += extra
        room -= extra
    lines: list[MendLine] = []
    for code, count in shown.items():
        rest = kinds[code][count:]
        lines += [_line(finding, form) for finding in kinds[code][: count - 1]]
        lines.append(_line(kinds[code][count - 1], form, rest=rest))
    lines.sort(key=lambda line: _reading_order(line, form))
    others = [finding for code, group in kinds.items() if code not in shown for finding in group]
    return MendList(
        lines=tuple(lines),
        total=places(findings),
        left_out=places(others),
        left_out_cells=_repeat_cells(form.sheet, others),
    )


def places(findings: Iterable[Finding]) -> int:
    """Count the places that *findings* stand for."""
    return sum(finding.count for finding in findings)


def quiet(text: str) -> str:
    """Give text of others fit for one line: no control or direction signs, long quotations cut."""
    flat = " ".join(clean(text).split())
    flat = "".join(sign for sign in flat if sign.isprintable())
    cut = _QUOTE.sub(lambda match: f"‘{match[1][:_LONGEST_QUOTE].rstrip()}…’", flat)
    return cut if len(cut) <= _LONGEST_SENTENCE else cut[:_LONGEST_SENTENCE].rstrip() + "…"


def cell_ranges(cells: Iterable[str]) -> str:
    """Write cells and ranges of one column shortly, neighbours joined: "D20, D22–D31"."""
    ranges: list[tuple[str, int, int]] = []
    others: list[str] = []
    for cell in dict.fromkeys(cells):
        match = _CELLS.fullmatch(cell)
        if match is None:
            others.append(cell)
            continue
        column, first = match[1], int(match[2])
        last = int(match[3] or first)
        # Cells come as they were found, row by row: the range to go on with is the newest of the column.
        newest = next((at for at in range(len(ranges) - 1, -1, -1) if ranges[at][0] == column), None)
        if newest is not None and ranges[newest][2] + 1 == first:
            ranges[newest] = (column, ranges[newest][1], last)
        else:
            ranges.append((column, first, last))
    texts = [f"{c}{a}" if a == b else f"{c}{a}–{c}{b}" for c, a, b in ranges]
    texts += others
    return ", ".join(texts if len(texts) <= _MOST_RANGES else (*texts[: _MOST_RANGES - 1], "…"))


def _reading_order(line: MendLine, form: FormSpec) -> tuple[int, int, int, int, str]:
    """Tell where a person comes upon a line: severity, sheet, row, column; what has no cell comes first."""
    sheets = ("", form.sheet, *(spec.sheet for spec in form.lists))
    cell = _CELL.fullmatch(line.cell)
    column, row = (cell[1], int(cell[2])) if cell else ("", 0)
    return (
        SEVERITIES.index(line.severity),
        sheets.index(line.sheet) if line.sheet in sheets else len(sheets),
        row,
        len(column),
        column,
    )


def _line(finding: Finding, form: FormSpec, *, rest: Sequence[Finding] = ()) -> MendLine:
    label, problem = _label_and_problem(finding, form)
    return MendLine(
        sheet=quiet(finding.sheet),
        cell=finding.cell,
        label=label,
        problem=_capital(problem),
        advice=quiet(finding.advice),
        severity=finding.severity,
        repeats=places(rest) + finding.count - 1,
        repeat_cells=_repeat_cells(finding.sheet, rest),
    )


def _repeat_cells(sheet: str, rest: Sequence[Finding]) -> str:
    by_sheet: dict[str, list[str]] = {}
    for finding in rest:
        if finding.cell:
            by_sheet.setdefault(finding.sheet, []).append(finding.cell)
    return "; ".join(
        _row_ranges(cells) + f" ({name})"
        if is_numbered_table(name)
        else cell_ranges(cells) + ("" if name == sheet else f" (trang {quiet(name)})")
        for name, cells in by_sheet.items()
    )


def _row_ranges(cells: Iterable[str]) -> str:
    """Write the rows of cells shortly: "hàng 20, 22–31"."""
    ranges = cell_ranges(_LETTERS.sub("A", cell) for cell in cells)
    return "hàng " + ranges.replace("A", "")


def _label_and_problem(finding: Finding, form: FormSpec) -> tuple[str, str]:
    """Part a sentence of the catalogue into label and rest; rules bring sentences without the label."""
    code = finding.field.partition(".")[0]
    known: dict[str, str] = {field.code: field.label for field in form.fields}
    known.update({spec.code: spec.title for spec in form.lists})
    whole = quiet(known.get(code, "").lstrip("- "))
    match = _WHERE.fullmatch(clean(finding.message))
    if match is None:
        return whole, quiet(finding.message)
    label = quiet(match["label"])
    # A letter has room for a label that the catalogue's sentence had to cut.
    cut = label.endswith("…") and whole.startswith(label.removesuffix("…").rstrip())
    return whole if cut else label, quiet(match["rest"])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
