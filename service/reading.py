"""What a mail or a file says: opened, screened, read against the forms of the running campaigns.

Pure: bytes and campaigns in, values out; nothing here looks at the store. Receiving, `tonghop read` and the
proof behind `tonghop explain` all call it, so that a file is understood the same way everywhere.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.answers import TextValue
from domain.attribution import Evidence, EvidenceKind
from domain.errors import (
    AmbiguousForm,
    Encrypted,
    NotAWorkbook,
    NotFound,
    SeveralSheets,
    TooLarge,
    UnknownForm,
    WorkbookError,
)
from domain.findings import SEVERITIES, UNREADABLE, Finding, FindingAudience, Severity, finding
from domain.forms import Aggregate
from domain.messages import AttachmentNote, digest
from domain.rules import Context, check_rules
from domain.submissions import Verdict
from domain.vietnamese import fold_label
from domain.waivers import waive
from intake.intent import says_there_is_nothing, writes_figures
from intake.links import cloud_hosts
from intake.message import read_message
from intake.screening import Screening, screen
from intake.unit_names import sender_evidence, text_evidence
from parsers.fileformat import FileFormat, FileKind, is_called_workbook, kind_of, recognise
from parsers.form import is_untouched, parse_form
from parsers.marking.returned import mark_returned
from parsers.opening import open_grid, read_as
from parsers.period import foreign_year
from parsers.pictures import may_show_form
from parsers.prose.pdf import is_scan
from parsers.prose.report import CONVERTED, read_report_text
from parsers.stamp import Stamp, compatible, read_stamp
from parsers.word.grid import says_more_than_its_tables
from service.unread import of_file, unread

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from domain.answers import ParsedForm
    from domain.campaigns import AskedForm, Campaign
    from domain.ids import CampaignCode, FieldCode, Sha256
    from domain.messages import InboundMessage
    from domain.narratives import ReportText
    from domain.waivers import Waiver
    from parsers.marking.marks import Mark
    from parsers.marking.returned import Marked
    from parsers.workbook import Grid

log = logging.getLogger(__name__)

#: Kind of finding for a workbook whose marks or tables contradict each other: a person decides.
AMBIGUOUS = "ambiguous_form"
#: The same where the sheets are known: a person can name the one that counts.
SEVERAL_SHEETS = "several_sheets"
#: Troubles that leave a workbook to a person.
UNCLEAR = frozenset({AMBIGUOUS, SEVERAL_SHEETS})
#: Of a sentence of the sender's.
_QUOTED = 60
#: Formats in which a form may come, and a hundred other things do.
_SOMETIMES = frozenset({FileFormat.WEBPAGE, FileFormat.CSV})
#: Outlook and Apple Mail put what stands behind a picture into files of their own.
_MADE_BY_MAILERS = re.compile(r"(?i)(?:att|part)[0-9.]{1,12}\.(?:txt|html?)")
#: Troubles of a document that shows the form all the same.
_SHOWN = frozenset({*UNCLEAR, "wrong_year"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person said of a mail that could not be read without a word from somebody."""

    #: The sheet that is the form; empty where nobody named one.
    sheet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReading:
    """One attached workbook as it was understood."""

    file: AttachmentNote
    stamp: Stamp | None = None
    #: The form as each fitting campaign reads it; one entry when a stamp names the campaign.
    candidates: tuple[tuple[CampaignCode, ParsedForm], ...] = ()
    #: Why it could not be read, as a finding for the sender; None when it was read.
    trouble: Finding | None = None
    #: It stands in a document, where it may repeat a workbook that came with it.
    in_document: bool = False

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
    #: Those of them that are pictures of a text (a scanned PDF).
    scans: tuple[AttachmentNote, ...]
    #: Photos (logos left out), archives and whatever else cannot be read as an answer.
    others: tuple[AttachmentNote, ...]
    #: What is to be said about each of the others where the form is still owed.
    remarks: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToConvert:
    """A text document of an older format: its words are read once it is .docx."""

    #: The ending that its format goes by: "doc".
    ending: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is to be said about one reading."""

    verdict: Verdict
    #: Worst first.
    findings: tuple[Finding, ...]
    not_checked: tuple[str, ...] = ()


def open_mail(content: bytes, asked: Sequence[AskedForm], told: Told | None = None) -> OpenedMail:
    """Take a mail apart and read its workbooks, as a person may have *told*; raises MessageUnreadable."""
    message = read_message(content)
    forms: list[FormReading] = []
    narratives: list[AttachmentNote] = []
    scans: list[AttachmentNote] = []
    others: list[AttachmentNote] = []
    remarks: list[Finding] = []
    files: list[AttachmentNote] = []
    for attachment in message.attachments:
        name, content = attachment.name, attachment.content
        note = AttachmentNote(name=name, sha256=attachment.sha256, size=len(content))
        files.append(note)
        file_format = recognise(name, content)
        match kind_of(file_format, name):
            case FileKind.WORKBOOK:
                reading = _read(note, file_format, content, asked, told)
                if file_format not in _SOMETIMES or is_called_workbook(name) or _shows_form(reading):
                    forms.append(reading)
                elif not _MADE_BY_MAILERS.fullmatch(name):
                    others.append(note)
                    remarks.append(of_file("other_format", name))
            case FileKind.NARRATIVE:
                form = _form_in(note, file_format, content, asked)
                forms += [form] if form is not None else []
                if form is None or says_more_than_its_tables(content):
                    narratives.append(note)
                    scans += [note] if file_format is FileFormat.PDF and is_scan(content) else []
            case FileKind.IMAGE if not may_show_form(content):
                pass  # the logo under a signature is in the list of files, and means nothing
            case _ if _MADE_BY_MAILERS.fullmatch(name):
                pass
            case _:
                others.append(note)
                remarks.append(unread(file_format, name))
    return OpenedMail(
        message=replace(message, attachments=()),
        screening=screen(message),
        files=tuple(files),
        forms=tuple(forms),
        narratives=tuple(narratives),
        scans=tuple(scans),
        others=tuple(others),
        remarks=tuple(remarks),
    )


def note_of(name: str, content: bytes) -> AttachmentNote:
    """Describe a file that did not come by mail."""
    return AttachmentNote(name=name, sha256=digest(content), size=len(content))


def read_file(file: AttachmentNote, content: bytes, asked: Sequence[AskedForm]) -> FormReading:
    """Read one file against the forms of *campaigns*; what cannot be read is told as `trouble`."""
    file_format = recognise(file.name, content)
    if kind_of(file_format, file.name) is FileKind.NARRATIVE:
        form = _form_in(file, file_format, content, asked)
        return form or FormReading(file=file, trouble=unread(file_format, file.name), in_document=True)
    return _read(file, file_format, content, asked)


def _read(
    file: AttachmentNote,
    file_format: FileFormat,
    content: bytes,
    asked: Sequence[AskedForm],
    told: Told | None = None,
) -> FormReading:
    try:
        grid = read_as(file_format, content)
        stamp = _stamp_of(grid, told)
    except Encrypted:
        return FormReading(file=file, trouble=of_file("encrypted_file", file.name))
    except TooLarge:
        return FormReading(file=file, trouble=of_file("too_large_file", file.name))
    except NotAWorkbook as error:
        log.info("not a workbook: %s", error, extra={"action": "file_unreadable"})
        return FormReading(file=file, trouble=unread(file_format, file.name))
    except AmbiguousForm:
        return FormReading(file=file, trouble=of_file(AMBIGUOUS, file.name))
    if stamp is not None:
        return _read_stamped(file, grid, stamp, asked, told)
    return _read_unstamped(file, grid, asked, told)


def _stamp_of(grid: Grid, told: Told | None) -> Stamp | None:
    """Read the stamp; once a person has said whose the mail is, contradicting ones say nothing."""
    try:
        return read_stamp(grid)
    except AmbiguousForm:
        if told is None:
            raise
        return None


def read_attached_text(mail: bytes, sha256: Sha256) -> ReportText | ToConvert:
    """Give the words of the attached text report with that digest, or the file where it must be converted.

    Raises MessageUnreadable, and NotFound when the mail has no such file.
    """
    for attachment in read_message(mail).attachments:
        if attachment.sha256 == sha256:
            ending = CONVERTED.get(recognise(attachment.name, attachment.content))
            if ending is not None:
                return ToConvert(ending=ending, content=attachment.content)
            return read_report_text(attachment.name, attachment.content)
    raise NotFound("the mail has no file with that digest")


def read_cells(mail: bytes, sha256: Sha256) -> dict[tuple[str, str], str] | None:
    """Give what stands in each cell of the attached file with that digest, by (sheet, address).

    None when the mail has no such file or it is no workbook; raises MessageUnreadable.
    """
    for attachment in read_message(mail).attachments:
        if attachment.sha256 == sha256:
            try:
                grid = open_grid(attachment.content, attachment.name)
            except WorkbookError:
                return None
            return {
                (sheet.name, cell.address): cell.raw for sheet in grid.sheets for cell in sheet.cells.values()
            }
    return None


def _form_in(
    file: AttachmentNote, file_format: FileFormat, content: bytes, asked: Sequence[AskedForm]
) -> FormReading | None:
    """Read the form out of the tables of a document; None where they do not show it."""
    if file_format is not FileFormat.DOCX:
        return None
    reading = replace(_read(file, file_format, content, asked), in_document=True)
    forms = {campaign.code: campaign.form for campaign in asked}
    if reading.was_read and all(is_untouched(parsed, forms[code]) for code, parsed in reading.candidates):
        return None  # a report that shows the empty table
    return reading if _shows_form(reading) else None


def _shows_form(reading: FormReading) -> bool:
    """Tell whether a file that need not be a form is one."""
    return reading.was_read or (reading.trouble is not None and reading.trouble.code in _SHOWN)


def _read_stamped(
    file: AttachmentNote, grid: Grid, stamp: Stamp, asked: Sequence[AskedForm], told: Told | None
) -> FormReading:
    named = [campaign for campaign in asked if campaign.code == stamp.campaign]
    if not named:
        trouble = of_file("wrong_campaign", file.name, value=stamp.campaign)
        return FormReading(file=file, stamp=stamp, trouble=trouble)
    if named[0].form.id != stamp.form_id:
        return FormReading(file=file, stamp=stamp, trouble=of_file("wrong_form", file.name))
    campaign = named[0]
    if not compatible(stamp, campaign.form):
        trouble = of_file("old_version", stamp.form_version, value=campaign.form.version)
        return FormReading(file=file, stamp=stamp, trouble=trouble)
    try:
        parsed = _parsed(grid, campaign, told)
    except UnknownForm:
        return FormReading(file=file, stamp=stamp, trouble=of_file("wrong_form", file.name))
    except SeveralSheets as several:
        trouble = of_file(SEVERAL_SHEETS, file.name, value=str(several))
        return FormReading(file=file, stamp=stamp, trouble=trouble)
    except AmbiguousForm:
        return FormReading(file=file, stamp=stamp, trouble=of_file(AMBIGUOUS, file.name))
    return FormReading(file=file, stamp=stamp, candidates=((campaign.code, parsed),))


def _parsed(grid: Grid, campaign: AskedForm, told: Told | None) -> ParsedForm:
    sheet = told.sheet if told is not None else ""
    return parse_form(grid, campaign.form, start=campaign.start, end=campaign.end, sheet=sheet)


def _read_unstamped(
    file: AttachmentNote, grid: Grid, asked: Sequence[AskedForm], told: Told | None
) -> FormReading:
    candidates: list[tuple[CampaignCode, ParsedForm]] = []
    years: list[int] = []
    for campaign in asked:
        try:
            parsed = _parsed(grid, campaign, told)
        except UnknownForm:
            continue
        except SeveralSheets as several:
            return FormReading(file=file, trouble=of_file(SEVERAL_SHEETS, file.name, value=str(several)))
        except AmbiguousForm:
            return FormReading(file=file, trouble=of_file(AMBIGUOUS, file.name))
        year = foreign_year(grid, parsed, own={campaign.start.year, campaign.end.year})
        if year is not None:
            years.append(year)
        else:
            candidates.append((campaign.code, parsed))
    if years and not candidates:
        return FormReading(file=file, trouble=of_file("wrong_year", file.name, value=years[0]))
    if not candidates:
        return FormReading(file=file, trouble=of_file("wrong_form", file.name))
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


def judge(  # noqa: PLR0913 - what a form is judged by
    parsed: ParsedForm,
    campaign: Campaign,
    *,
    received_on: dt.date | None,
    peers: tuple[ParsedForm, ...] | None = None,
    previous: ParsedForm | None = None,
    last: ParsedForm | None = None,
    others: Callable[[FieldCode], tuple[int, Decimal | None]] | None = None,
    has_store: bool = False,
    waivers: Mapping[str, Waiver] | None = None,
) -> Judgement:
    """Check the rules over a parsed form and say whether it is taken.

    Errors and questions to the unit refuse, unless a person waived the rule; warnings accept. Never raises
    for what a unit wrote.
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
            last=last,
            others=others,
            has_store=has_store,
        ),
    )
    findings = sort_findings((*parsed.findings, *waive(outcome.findings, waivers or {})))
    if is_untouched(parsed, campaign.form):
        # Sixty times "chưa có số liệu" would hide what happened.
        findings = (finding("blank_form", None),)
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
    if trouble.code in UNCLEAR:
        return Judgement(verdict=Verdict.HELD, findings=(trouble,))
    verdict = Verdict.UNREADABLE if trouble.code in UNREADABLE else Verdict.REFUSED
    return Judgement(verdict=verdict, findings=(trouble,))


def narratives_of(opened: OpenedMail, ours: Mapping[Sha256, bool]) -> tuple[AttachmentNote, ...]:
    """Give the text reports among the files, without those that we sent ourselves (the plan coming back)."""
    return tuple(note for note in opened.narratives if not ours.get(note.sha256, False))


def what_came_instead(opened: OpenedMail, campaigns: Sequence[Campaign]) -> tuple[Finding, ...]:
    """Say what a mail without a form and without a report brought instead; never empty."""
    if opened.remarks:
        return opened.remarks
    clouds = cloud_hosts(opened.message.linked_hosts)
    if clouds:
        return (finding("cloud_link", None, raw=", ".join(clouds[:3])),)
    labels = {fold_label(field.wording) for campaign in campaigns for field in campaign.form.fields}
    if writes_figures(opened.message, labels):
        return (finding("figures_in_body", None),)
    said = says_there_is_nothing(opened.message)
    if said:
        return (finding("nothing_in_words", None, raw=said[:_QUOTED]),)
    return (finding("no_attachment", None),)


def mark_attachment(content: bytes, sha256: str, marks: Sequence[Mark], author: str) -> Marked:
    """Mark the attached workbook of a mail that has the digest *sha256*; raises what marking raises."""
    attached = read_message(content).attachments
    return mark_returned(next(one.content for one in attached if one.sha256 == sha256), marks, author)
