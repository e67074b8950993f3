"""What a mail or a file says: opened, screened, read against the forms of the running campaigns.

Pure: bytes and campaigns in, values out; nothing here looks at the store. Receiving, `tonghop read` and the
proof behind `tonghop explain` all call it, so that a file is understood the same way everywhere.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.answers import TextValue
from domain.attribution import Evidence, EvidenceKind
from domain.errors import (
    AmbiguousForm,
    Encrypted,
    NotAWorkbook,
    TooLarge,
    UnknownForm,
    WorkbookError,
)
from domain.findings import SEVERITIES, Finding, FindingAudience, Severity, finding
from domain.forms import Aggregate
from domain.messages import AttachmentNote, digest
from domain.rules import Context, check_rules
from domain.submissions import Verdict
from intake.message import read_message
from intake.screening import Screening, screen
from intake.unit_names import sender_evidence, text_evidence
from parsers.filekind import FileKind, file_kind
from parsers.form import parse_form
from parsers.stamp import Stamp, compatible, read_stamp
from parsers.xlsx import read_workbook

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from domain.answers import ParsedForm
    from domain.campaigns import AskedForm, Campaign
    from domain.ids import CampaignCode, Sha256
    from domain.messages import InboundMessage
    from parsers.workbook import Grid

log = logging.getLogger(__name__)

#: Kind of finding for a workbook whose marks or tables contradict each other: a person decides.
AMBIGUOUS = "ambiguous_form"
#: Pictures below are logos and signatures; a photo of a form has some hundred thousand bytes.
_DECORATION = 40_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReading:
    """One attached workbook as it was understood."""

    file: AttachmentNote
    stamp: Stamp | None = None
    #: The form as each fitting campaign reads it; one entry when a stamp names the campaign.
    candidates: tuple[tuple[CampaignCode, ParsedForm], ...] = ()
    #: Why it could not be read, as a finding for the sender; None when it was read.
    trouble: Finding | None = None

    @property
    def was_read(self) -> bool:
        """Tell whether figures were found."""
        return bool(self.candidates)

    def parsed(self, campaign: CampaignCode) -> ParsedForm | None:
        """Give the reading by *campaign*'s form."""
        return dict(self.candidates).get(campaign)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedMail:
    """A mail taken apart and its workbooks read; the attachments' bytes are left behind."""

    message: InboundMessage
    screening: Screening
    files: tuple[AttachmentNote, ...]
    forms: tuple[FormReading, ...]
    #: Files that may be the text report.
    narratives: tuple[AttachmentNote, ...]
    #: Photos (logos left out), archives and whatever else cannot be read as an answer.
    others: tuple[AttachmentNote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is to be said about one reading."""

    verdict: Verdict
    #: Worst first.
    findings: tuple[Finding, ...]
    not_checked: tuple[str, ...] = ()


def open_mail(content: bytes, asked: Sequence[AskedForm]) -> OpenedMail:
    """Take a mail apart and read its workbooks; raises MessageUnreadable."""
    message = read_message(content)
    forms: list[FormReading] = []
    narratives: list[AttachmentNote] = []
    others: list[AttachmentNote] = []
    files: list[AttachmentNote] = []
    for attachment in message.attachments:
        note = AttachmentNote(name=attachment.name, sha256=attachment.sha256, size=len(attachment.content))
        files.append(note)
        match file_kind(attachment.name, attachment.content):
            case FileKind.WORKBOOK:
                forms.append(read_file(note, attachment.content, asked))
            case FileKind.NARRATIVE:
                narratives.append(note)
            case FileKind.IMAGE if note.size < _DECORATION:
                pass  # the logo under a signature is in the list of files, and means nothing
            case _:
                others.append(note)
    return OpenedMail(
        message=replace(message, attachments=()),
        screening=screen(message),
        files=tuple(files),
        forms=tuple(forms),
        narratives=tuple(narratives),
        others=tuple(others),
    )


def note_of(name: str, content: bytes) -> AttachmentNote:
    """Describe a file that did not come by mail."""
    return AttachmentNote(name=name, sha256=digest(content), size=len(content))


def read_file(file: AttachmentNote, content: bytes, asked: Sequence[AskedForm]) -> FormReading:
    """Read one workbook against the forms that are *asked*; what cannot be read is told as `trouble`."""
    try:
        grid = read_workbook(content)
        stamp = read_stamp(grid)
    except Encrypted:
        return FormReading(file=file, trouble=_trouble("encrypted_file", file))
    except TooLarge:
        return FormReading(file=file, trouble=_trouble("too_large_file", file))
    except NotAWorkbook as error:
        log.info("not a workbook: %s", error, extra={"action": "file_unreadable"})
        return FormReading(file=file, trouble=_trouble("unreadable_file", file))
    except AmbiguousForm:
        return FormReading(file=file, trouble=_trouble(AMBIGUOUS, file))
    if stamp is not None:
        return _read_stamped(file, grid, stamp, asked)
    return _read_unstamped(file, grid, asked)


def read_cells(mail: bytes, sha256: Sha256) -> dict[tuple[str, str], str] | None:
    """Give what stands in each cell of the attached file with that digest, by (sheet, address).

    None when the mail has no such file or it is no workbook; raises MessageUnreadable.
    """
    for attachment in read_message(mail).attachments:
        if attachment.sha256 == sha256:
            try:
                grid = read_workbook(attachment.content)
            except WorkbookError:
                return None
            return {
                (sheet.name, cell.address): cell.raw for sheet in grid.sheets for cell in sheet.cells.values()
            }
    return None


def _trouble(kind: str, file: AttachmentNote, **words: object) -> Finding:
    return finding(kind, None, field="", label="", **{"raw": file.name, **words})


def _read_stamped(file: AttachmentNote, grid: Grid, stamp: Stamp, asked: Sequence[AskedForm]) -> FormReading:
    named = [campaign for campaign in asked if campaign.code == stamp.campaign]
    if not named or named[0].form.id != stamp.form_id:
        return FormReading(file=file, stamp=stamp, trouble=_trouble("wrong_form", file))
    campaign = named[0]
    if not compatible(stamp, campaign.form):
        trouble = _trouble("old_version", file, raw=stamp.form_version, value=campaign.form.version)
        return FormReading(file=file, stamp=stamp, trouble=trouble)
    try:
        parsed = parse_form(grid, campaign.form, start=campaign.start, end=campaign.end)
    except UnknownForm:
        return FormReading(file=file, stamp=stamp, trouble=_trouble("wrong_form", file))
    except AmbiguousForm:
        return FormReading(file=file, stamp=stamp, trouble=_trouble(AMBIGUOUS, file))
    return FormReading(file=file, stamp=stamp, candidates=((campaign.code, parsed),))


def _read_unstamped(file: AttachmentNote, grid: Grid, asked: Sequence[AskedForm]) -> FormReading:
    candidates: list[tuple[CampaignCode, ParsedForm]] = []
    for campaign in asked:
        try:
            parsed = parse_form(grid, campaign.form, start=campaign.start, end=campaign.end)
        except UnknownForm:
            continue
        except AmbiguousForm:
            return FormReading(file=file, trouble=_trouble(AMBIGUOUS, file))
        candidates.append((campaign.code, parsed))
    if not candidates:
        return FormReading(file=file, trouble=_trouble("wrong_form", file))
    return FormReading(file=file, candidates=tuple(candidates))


def evidence_of(
    opened: OpenedMail, reading: FormReading | None, campaigns: Sequence[Campaign]
) -> tuple[Evidence, ...]:
    """Gather what the mail itself says about whose it is; threads and decisions are the store's to add."""
    found: list[Evidence] = []
    if reading is not None:
        found += stamp_evidence(reading, campaigns)
        found += form_name_evidence(reading, campaigns)
        found += text_evidence(EvidenceKind.FILE_NAME, reading.file.name, campaigns)
    found += sender_evidence(opened.message.sender.address, campaigns)
    found += text_evidence(EvidenceKind.SUBJECT, opened.message.subject, campaigns)
    return tuple(found)


def stamp_evidence(reading: FormReading, campaigns: Sequence[Campaign]) -> tuple[Evidence, ...]:
    """Say what the mark in the file says; a unit that the roster no longer has is evidence too."""
    stamp = reading.stamp
    if stamp is None:
        return ()
    return tuple(
        Evidence(kind=EvidenceKind.STAMP, campaign=campaign.code, unit=stamp.unit, seen=reading.file.name)
        for campaign in campaigns
        if campaign.code == stamp.campaign
    )


def form_name_evidence(reading: FormReading, campaigns: Sequence[Campaign]) -> tuple[Evidence, ...]:
    """Say which unit's name stands in the form."""
    found: list[Evidence] = []
    for campaign in campaigns:
        parsed = reading.parsed(campaign.code)
        name = unit_name(parsed, campaign) if parsed is not None else ""
        if name:
            found += text_evidence(EvidenceKind.FORM_NAME, name, (campaign,))
    return tuple(found)


def unit_name(parsed: ParsedForm, campaign: Campaign) -> str:
    """Give the unit's name as it stands in the form."""
    for field in campaign.form.fields:
        if field.aggregate is Aggregate.KEY:
            value = parsed.value(field.code)
            return value.text if isinstance(value, TextValue) else ""
    return ""


def judge(
    parsed: ParsedForm,
    campaign: Campaign,
    *,
    received_on: dt.date | None,
    peers: tuple[ParsedForm, ...] | None = None,
    previous: ParsedForm | None = None,
    has_store: bool = False,
) -> Judgement:
    """Check the rules over a parsed form and say whether it is taken.

    Errors and questions to the unit refuse; warnings accept. Never raises for what a unit wrote.
    """
    outcome = check_rules(
        campaign.rules,
        Context(
            parsed=parsed,
            form=campaign.form,
            start=campaign.start,
            end=campaign.end,
            received_on=received_on,
            peers=peers,
            previous=previous,
            has_store=has_store,
        ),
    )
    findings = sort_findings((*parsed.findings, *outcome.findings))
    return Judgement(verdict=verdict_of(findings), findings=findings, not_checked=outcome.not_checked)


def sort_findings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Order findings worst first, otherwise as found."""
    return tuple(sorted(findings, key=lambda found: SEVERITIES.index(found.severity)))


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Say what findings make of a return."""
    if any(
        found.severity in (Severity.ERROR, Severity.QUESTION) and found.audience is FindingAudience.UNIT
        for found in findings
    ):
        return Verdict.REFUSED
    if any(found.severity is not Severity.INFO for found in findings):
        return Verdict.ACCEPTED_WITH_WARNINGS
    return Verdict.ACCEPTED


def judge_trouble(trouble: Finding) -> Judgement:
    """Say what becomes of a file that could not be read."""
    if trouble.code == AMBIGUOUS:
        return Judgement(verdict=Verdict.HELD, findings=(trouble,))
    unreadable = {"encrypted_file", "too_large_file", "unreadable_file", "other_format"}
    verdict = Verdict.UNREADABLE if trouble.code in unreadable else Verdict.REFUSED
    return Judgement(verdict=verdict, findings=(trouble,))


def narratives_of(opened: OpenedMail, ours: Mapping[Sha256, bool]) -> tuple[AttachmentNote, ...]:
    """Give the text reports among the files, without those that we sent ourselves (the plan coming back)."""
    return tuple(note for note in opened.narratives if not ours.get(note.sha256, False))
