"""From a figure of a report back to the cells that units typed, proved by reading the mails again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.workbook import figure_cells
from domain.errors import MessageUnreadable, NotFound
from domain.ids import FieldCode, ReportKey, Sha256
from domain.narratives import TextState
from service.narratives import read_text
from service.reading import read_cells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.campaigns import Campaign
    from domain.figures import Figure, Part
    from domain.ids import MailKey, UnitCode
    from domain.narratives import ReportText
    from domain.reports import Report
    from service.ports import Work
    from service.premises import Premises

#: How a place in the Word document is named: `docx:T02`.
DOCUMENT = "docx:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedPart:
    """One unit's share of a figure, and whether its mail still says so."""

    part: Part
    #: The cited cell was found again with the same content.
    proved: bool
    #: What the cell holds now, when it is another thing.
    found: str = ""


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Where one figure of a report comes from."""

    report: ReportKey
    place: str
    figure: Figure
    #: Set when the place is one unit's column.
    unit: UnitCode | None
    parts: tuple[ProvedPart, ...]

    @property
    def is_proved(self) -> bool:
        """Tell whether every cited cell says what the report says."""
        return all(part.proved for part in self.parts)


def explain(premises: Premises, report: str, place: str) -> Explanation:
    """Explain one place of a report; *report* is its number or the digest of one of its files.

    Every cited cell is read again from the raw mail before anything is said. Raises NotFound.
    """
    with premises.store.read() as work:
        chosen = _find_report(work, report)
        campaign = premises.campaign(chosen.campaign)
        code, unit = _find_place(campaign, chosen, place)
        figure = chosen.consolidation.figures.get(code)
        if figure is None:
            raise NotFound(f"report {chosen.key} has no figure {code}")
        parts = tuple(part for part in figure.parts if unit is None or part.unit == unit)
        mails = {part.submission: work.submissions.get(part.submission).content.mail for part in parts}
        raw = {mail: work.messages.raw(mail) for mail in mails.values()}
    prover = _Prover(premises, raw)
    proved = tuple(prover.prove(part, mails[part.submission]) for part in parts)
    return Explanation(report=chosen.key, place=place, figure=figure, unit=unit, parts=proved)


def _find_report(work: Work, report: str) -> Report:
    if report.isdigit():
        return work.reports.get(ReportKey(int(report)))
    key = work.reports.with_file(Sha256(report.lower()))
    if key is None:
        raise NotFound(f"no report has a file with the digest {report[:16]}")
    return work.reports.get(key)


def _find_place(campaign: Campaign, report: Report, place: str) -> tuple[FieldCode, UnitCode | None]:
    if place.startswith(DOCUMENT):
        code = FieldCode(place.removeprefix(DOCUMENT).strip().upper())
        if code not in campaign.form.by_code:
            raise NotFound(f"the form has no field {code}")
        return code, None
    sheet, sign, cell = place.rpartition("!")
    if not sign:
        raise NotFound(f"{place!r} is no place; write Sheet!D14 or docx:T02")
    cells = figure_cells(campaign, report.consolidation)
    found = cells.get((sheet.strip("'"), cell.replace("$", "").upper()))
    if found is None:
        raise NotFound(f"{place} holds no figure of report {report.key}")
    return found


class _Prover:
    """Opens each raw mail and workbook once and compares cells."""

    def __init__(self, premises: Premises, raw: Mapping[MailKey, bytes]) -> None:
        self._premises = premises
        self._raw = raw
        self._texts: dict[tuple[MailKey, Sha256], ReportText] = {}
        self._cells: dict[tuple[MailKey, Sha256], Mapping[tuple[str, str], str] | None] = {}

    def prove(self, part: Part, mail: MailKey) -> ProvedPart:
        """Read the cited cell again."""
        key = (mail, part.attachment_sha256)
        if not part.sheet and part.cell:
            return self._prove_words(part, key)
        if key not in self._cells:
            self._cells[key] = self._read(*key)
        cells = self._cells[key]
        if cells is None:
            return ProvedPart(part=part, proved=False, found="the file cannot be opened again")
        found = cells.get((part.sheet, part.cell), "")
        return ProvedPart(part=part, proved=found == (part.raw or ""), found=found)

    def _prove_words(self, part: Part, key: tuple[MailKey, Sha256]) -> ProvedPart:
        """Read the cited paragraphs of a text report again."""
        if key not in self._texts:
            self._texts[key] = read_text(self._premises, self._raw[key[0]], key[1])
        text = self._texts[key]
        if text.state is not TextState.READ:
            return ProvedPart(part=part, proved=False, found="the file cannot be opened again")
        found = text.words_at(part.cell)
        return ProvedPart(part=part, proved=found == part.raw, found=found)

    def _read(self, mail: MailKey, sha256: Sha256) -> Mapping[tuple[str, str], str] | None:
        try:
            return self._premises.isolate(read_cells, self._raw[mail], sha256)
        except MessageUnreadable:
            return None
