"""Read a file from the disk as a returned form or mail, without a store: what `tonghop read` shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.attribution import Attribution, EvidenceKind, Unattributed
from domain.errors import MessageUnreadable
from domain.findings import finding
from domain.submissions import Verdict
from intake.attribution import attribute, unit_names
from parsers.fileformat import FileKind, kind_of, recognise
from parsers.marking.returned import mark_returned
from service.marks import marks_of, named
from service.reading import (
    FormReading,
    Judgement,
    evidence_of,
    form_name_evidence,
    judge,
    judge_trouble,
    mark_attachment,
    note_of,
    open_mail,
    read_file,
    stamp_evidence,
    what_came_instead,
)
from service.unread import unread

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from domain.answers import ParsedForm
    from domain.attribution import AttributionResult
    from domain.campaigns import Campaign
    from domain.ids import UnitCode
    from service.marks import MarkedFile
    from service.ports import Isolation
    from service.reading import OpenedMail

#: Worst first, for a mail with several forms.
_WORST = (
    Verdict.UNREADABLE,
    Verdict.HELD,
    Verdict.REFUSED,
    Verdict.ACCEPTED_WITH_WARNINGS,
    Verdict.ACCEPTED,
)


@dataclass(frozen=True, kw_only=True)
class FileReading:
    """One form as it was understood and judged."""

    name: str
    judgement: Judgement
    #: Of the file's bytes; empty where it was not a workbook.
    sha256: str = ""
    campaign: Campaign | None = None
    unit: UnitCode | None = None
    form_version: str = ""
    parsed: ParsedForm | None = None
    #: Why a person would have to decide, in Vietnamese; empty when nobody has to.
    explanation: str = ""


def read_returned(
    name: str,
    content: bytes,
    campaigns: Sequence[Campaign],
    *,
    received_on: dt.date | None,
    isolate: Isolation,
) -> tuple[FileReading, ...]:
    """Read a workbook, or every form of an .eml; never empty, never raises for what stands in the file."""
    asked = [campaign.asked for campaign in campaigns]
    try:
        if name.lower().endswith(".eml"):
            opened = isolate(open_mail, content, asked)
            return _read_eml(name, opened, campaigns, received_on)
        file_format = isolate(recognise, name, content)
        if kind_of(file_format, name) not in (FileKind.WORKBOOK, FileKind.NARRATIVE):
            return (FileReading(name=name, judgement=judge_trouble(unread(file_format, name))),)
        reading = isolate(read_file, note_of(name, content), content, asked)
    except MessageUnreadable:
        trouble = finding("unreadable_file", None, raw=name)
        return (FileReading(name=name, judgement=judge_trouble(trouble)),)
    result = _by_its_own_words(reading, campaigns)
    owner = None if result is None else _owner(result, campaigns)
    judged = _judged(reading, campaigns, owner, received_on)
    return (_held(judged, result) if isinstance(result, Unattributed) else judged,)


def marked_files(
    name: str, content: bytes, readings: Sequence[FileReading], *, isolate: Isolation
) -> tuple[MarkedFile, ...]:
    """Give the marked file of every form with something to mend, as the unit would get it.

    *name* and *content* are what was read. Raises WorkbookError for a form that can be marked in no way, and
    ReadingEnded when marking died or took more than one file may.
    """
    made: list[MarkedFile] = []
    for reading in readings:
        if reading.campaign is None or reading.parsed is None:
            continue
        marks = marks_of(reading.judgement.findings, reading.campaign.form).marks
        if not marks:
            continue
        office = reading.campaign.office.name
        if name.lower().endswith(".eml"):
            marked = isolate(mark_attachment, content, reading.sha256, marks, office)
        else:
            marked = isolate(mark_returned, content, marks, office)
        made.append(named(reading.name, marked))
    return tuple(made)


def worst_first(readings: Sequence[FileReading]) -> tuple[FileReading, ...]:
    """Order the forms of a mail by verdict, worst first."""
    return tuple(sorted(readings, key=lambda reading: _WORST.index(reading.judgement.verdict)))


def _read_eml(
    name: str, opened: OpenedMail, campaigns: Sequence[Campaign], received_on: dt.date | None
) -> tuple[FileReading, ...]:
    names = unit_names(campaigns)
    readings: list[FileReading] = []
    for reading in opened.forms:
        result = attribute(evidence_of(opened, reading, campaigns), names=names)
        judged = _judged(reading, campaigns, _owner(result, campaigns), received_on)
        readings.append(judged if isinstance(result, Attribution) else _held(judged, result))
    if readings:
        return worst_first(readings)
    if opened.narratives:
        return (_narrative(opened, campaigns),)
    return (FileReading(name=name, judgement=_no_form(opened, campaigns)),)


def _by_its_own_words(reading: FormReading, campaigns: Sequence[Campaign]) -> AttributionResult | None:
    """Say whose a file without a mail is, as if the unit of its stamp had sent it; None without a stamp."""
    stamps = stamp_evidence(reading, campaigns)
    if not stamps:
        return None
    senders = tuple(replace(stamp, kind=EvidenceKind.SENDER) for stamp in stamps)
    names = form_name_evidence(reading, campaigns)
    return attribute((*stamps, *senders, *names), names=unit_names(campaigns))


def _owner(result: AttributionResult, campaigns: Sequence[Campaign]) -> tuple[Campaign, UnitCode] | None:
    if not isinstance(result, Attribution):
        return None
    return next((campaign, result.unit) for campaign in campaigns if campaign.code == result.campaign)


def _held(reading: FileReading, result: Unattributed) -> FileReading:
    """Keep what was read; whose it is, a person would have to say."""
    judgement = replace(reading.judgement, verdict=Verdict.HELD)
    return replace(reading, judgement=judgement, unit=None, explanation=result.explanation)


def _narrative(opened: OpenedMail, campaigns: Sequence[Campaign]) -> FileReading:
    """Judge a mail that brings the text report alone: it is taken when it is clear whose it is."""
    result = attribute(evidence_of(opened, None, campaigns), names=unit_names(campaigns))
    owner = _owner(result, campaigns)
    reading = FileReading(
        name=opened.narratives[0].name,
        judgement=Judgement(verdict=Verdict.ACCEPTED, findings=()),
        campaign=owner[0] if owner else None,
        unit=owner[1] if owner else None,
    )
    return reading if isinstance(result, Attribution) else _held(reading, result)


def _no_form(opened: OpenedMail, campaigns: Sequence[Campaign]) -> Judgement:
    """Judge a mail without form and report: by what came instead."""
    findings = what_came_instead(opened, campaigns)
    return replace(judge_trouble(findings[0]), findings=findings)


def _judged(
    reading: FormReading,
    campaigns: Sequence[Campaign],
    owner: tuple[Campaign, UnitCode] | None,
    received_on: dt.date | None,
) -> FileReading:
    version = reading.stamp.form_version if reading.stamp else ""
    if not reading.was_read:
        assert reading.trouble is not None
        return FileReading(
            name=reading.file.name,
            judgement=judge_trouble(reading.trouble),
            sha256=reading.file.sha256,
            campaign=owner[0] if owner else None,
            unit=owner[1] if owner else None,
            form_version=version,
        )
    code, parsed = reading.candidates[0]
    if owner is not None and reading.parsed(owner[0].code) is not None:
        code, parsed = owner[0].code, reading.parsed(owner[0].code) or parsed
    campaign = next(campaign for campaign in campaigns if campaign.code == code)
    return FileReading(
        name=reading.file.name,
        judgement=judge(parsed, campaign, received_on=received_on),
        sha256=reading.file.sha256,
        campaign=campaign,
        unit=owner[1] if owner else None,
        form_version=version or campaign.form.version,
        parsed=parsed,
    )
