"""The consolidated report as a Word document in the form of Decree 30/2020/NĐ-CP."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aggregator import wording
from aggregator.figures import inputs_digest
from aggregator.narrative import (
    COVERAGE,
    SUMMARY,
    Examples,
    Paragraph,
    Points,
    Quotations,
    narrative_of,
)
from aggregator.sentences import Piece, Speaker
from aggregator.summary import coverage_sentences
from domain.ids import FieldCode
from domain.vietnamese import date_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docx.document import Document

    from aggregator.document_tables import FigureMarks
    from aggregator.narrative import Annex, Content, Narrative, Section
    from aggregator.sentences import Line
    from domain.campaigns import Campaign
    from domain.figures import Consolidation

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def report_document(
    campaign: Campaign, consolidation: Consolidation, *, draft: bool, at: dt.datetime
) -> bytes:
    """Write the report; the same inputs give the same bytes.

    Number, date of issue, signature and seal stay blank: a person puts them in. Raises ConfigError when the
    campaign's own narrative has mistakes.
    """
    from aggregator import decree30  # noqa: PLC0415 - heavy import
    from aggregator.document_tables import FigureMarks  # noqa: PLC0415 - heavy import

    narrative = narrative_of(campaign)
    local = at.astimezone(campaign.calendar.timezone)
    document = decree30.start_document(
        title=campaign.report.subject, author=campaign.office.agency, written_on=local.date()
    )
    writer = _ReportWriter(
        campaign=campaign,
        consolidation=consolidation,
        narrative=narrative,
        year=local.year,
        document=document,
        marks=FigureMarks(),
    )
    trace = wording.trace_line(campaign.code, inputs_digest(campaign, consolidation), local)
    writer.write(draft=draft, trace=trace)
    return decree30.save_document(document)


def document_figures(content: bytes) -> tuple[tuple[FieldCode, str], ...]:
    """Read back every figure that a report shows: (code, text as shown), in the order of the document."""
    from defusedxml import ElementTree  # noqa: PLC0415 - only needed to explain a figure

    from aggregator.document_tables import MARK  # noqa: PLC0415 - heavy import

    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        root = ElementTree.fromstring(package.read("word/document.xml"))
    found: dict[str, tuple[FieldCode, list[str]]] = {}
    open_marks: dict[str, list[str]] = {}
    for element in root.iter():
        number = element.get(f"{space}id", "")
        if element.tag == f"{space}bookmarkStart":
            name = element.get(f"{space}name", "")
            if name.startswith(MARK):
                code = name.removeprefix(MARK).rpartition("_")[0]
                open_marks[number] = []
                found[number] = (FieldCode(code), open_marks[number])
        elif element.tag == f"{space}bookmarkEnd":
            open_marks.pop(number, None)
        elif element.tag == f"{space}t":
            for texts in open_marks.values():
                texts.append(element.text or "")
    return tuple((code, "".join(texts)) for code, texts in found.values())


@dataclass(frozen=True, kw_only=True)
class _ReportWriter:
    """Writes one report from top to bottom."""

    campaign: Campaign
    consolidation: Consolidation
    narrative: Narrative
    #: Of issue, for the blanks that a person fills.
    year: int
    document: Document
    marks: FigureMarks
    speaker: Speaker = field(init=False)

    def __post_init__(self) -> None:
        speaker = Speaker(campaign=self.campaign, consolidation=self.consolidation)
        object.__setattr__(self, "speaker", speaker)

    def write(self, *, draft: bool, trace: str) -> None:
        """Write head, text, signature and annexes."""
        from aggregator import decree30  # noqa: PLC0415 - heavy import
        from aggregator.report_annexes import write_annex  # noqa: PLC0415 - heavy import

        campaign, document = self.campaign, self.document
        office, facts = campaign.office, campaign.report
        decree30.add_head(
            document,
            parent=office.parent.upper(),
            agency=office.agency.upper(),
            number=wording.blank_number(facts.symbol),
            place_and_date=wording.blank_date(office.place, self.year),
            draft=draft,
        )
        decree30.add_title(document, kind=wording.REPORT, subject=facts.subject)
        decree30.add_addressees(document, [campaign.forwarding.recipient])
        self._write_opening()
        for number, section in enumerate(self.narrative.sections, start=1):
            self._write_section(section, heading=f"{roman(number)}. {section.title}")
        decree30.add_closing(
            document, wording.closing(_lowered(facts.subject), office.agency, campaign.forwarding.recipient)
        )
        decree30.add_signature(
            document,
            distribution=campaign.forwarding.distribution,
            position=campaign.signer.position,
            name=campaign.signer.name,
            authority=campaign.signer.authority,
        )
        self._write_trace(trace)
        annexes = self._annexes()
        for number, annex in enumerate(annexes, start=1):
            write_annex(
                document,
                annex,
                number=roman(number) if len(annexes) > 1 else "",
                report=self.speaker,
                marks=self.marks,
                attached_to=wording.attached_to(facts.symbol, self.year, office.agency),
            )

    def _write_trace(self, trace: str) -> None:
        """Print the line by which this version is found again at the foot of every page."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - heavy import

        from aggregator import decree30  # noqa: PLC0415 - heavy import

        section = self.document.sections[0]
        for footer in (section.footer, section.first_page_footer):
            footer.is_linked_to_previous = False
            line = footer.paragraphs[0]
            line.style = decree30.TIGHT
            line.alignment = WD_ALIGN_PARAGRAPH.LEFT
            decree30.write(line, trace, size=8)

    def _write_opening(self) -> None:
        """Say what the report carries out, whose figures it has, and what is attached."""
        campaign = self.campaign
        plan = campaign.plan
        issued = date_in_words(plan.issued_on) if plan.issued_on else wording.blank_day(campaign.start.year)
        cited = wording.cited_plan(
            plan.kind, plan.number, symbol=plan.symbol, issued=issued, agency=campaign.office.agency
        )
        bases = "; ".join((*campaign.report.bases, f"{cited} về {_lowered(plan.subject)}"))
        self._body(
            (Piece(wording.opening(bases, campaign.office.agency, _lowered(campaign.report.subject))),)
        )
        self._body((Piece(" ".join(coverage_sentences(campaign, self.consolidation))),))
        annexes = self._annexes()
        if annexes:
            names = [
                wording.annex_reference(self._named(annex), roman(number) if len(annexes) > 1 else "")
                for number, annex in enumerate(annexes, start=1)
            ]
            self._body((Piece(wording.attached(names)),))

    def _named(self, annex: Annex) -> str:
        """Name an annex as the text refers to it."""
        if annex.of in (SUMMARY, COVERAGE):
            return wording.SUMMARY_NAME if annex.of == SUMMARY else wording.COVERAGE_NAME
        title = next(spec.title for spec in self.campaign.form.lists if spec.code == annex.of)
        return wording.list_name(_lowered(title))

    def _annexes(self) -> list[Annex]:
        """Give the annexes that have something to show."""
        return [
            annex
            for annex in self.narrative.annexes
            if annex.of in (SUMMARY, COVERAGE) or self._has_rows(annex)
        ]

    def _has_rows(self, annex: Annex) -> bool:
        return any(rows for code, rows in self.consolidation.lists.items() if code == annex.of)

    def _write_section(self, section: Section, *, heading: str) -> None:
        from aggregator import decree30  # noqa: PLC0415 - heavy import

        decree30.add_heading(self.document, heading)
        for content in section.content:
            for line in self._lines(content):
                self._body(line)
        for number, item in enumerate(section.items, start=1):
            self._write_section(item, heading=f"{number}. {item.title}")

    def _lines(self, content: Content) -> Iterator[Line]:
        """Give the paragraphs of one block, without those that have nothing to say."""
        dash = Piece(wording.DASH)
        match content:
            case Paragraph(sentences):
                said = [line for sentence in sentences if (line := self.speaker.say(sentence))]
                pieces = [piece for line in said for piece in (*line, Piece(" "))]
                if pieces:
                    yield tuple(pieces[:-1])
            case Points(sentences):
                for sentence in sentences:
                    if line := self.speaker.say(sentence):
                        yield (dash, *line)
            case Examples():
                for line in self.speaker.examples(content):
                    yield (dash, *line)
            case Quotations():
                for line in self.speaker.quotations(content):
                    yield (dash, *line) if self.consolidation.quotes.get(content.of) else line

    def _body(self, line: Line) -> None:
        from aggregator import decree30  # noqa: PLC0415 - heavy import

        paragraph = decree30.add_body(self.document)
        for piece in line:
            run = decree30.write(paragraph, piece.text)
            if piece.code is not None:
                self.marks.put(run, piece.code)


def roman(number: int) -> str:
    """Write a number as headings and annexes do: I, II, III, IV."""
    text = ""
    for value, sign in _ROMAN:
        while number >= value:
            text, number = text + sign, number - value
    return text


def numbered(key: Sequence[int]) -> str:
    """Write the place of a heading in the report: "III.2"."""
    first, *rest = key
    return ".".join((roman(first), *map(str, rest)))


def _lowered(subject: str) -> str:
    """Begin a subject in lower case, as inside a sentence."""
    return subject[:1].lower() + subject[1:]
