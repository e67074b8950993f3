"""Make a consolidated report from the forms that count, store it with its sources, mail it to the office."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from aggregator.borrowed import borrowed_words
from aggregator.compilation import compiled_texts
from aggregator.figures import AcceptedForm, consolidate
from domain.errors import NotAllowedNow
from domain.figures import UnitText
from domain.history import Event
from domain.outbox import LetterKind
from domain.reports import Rendition
from mailer.letters import Letters
from service.correspondence import Draft, OutgoingFile, queue, write
from service.desk import read_desk
from service.enclosures import DOCX, campaign_slug
from service.rendering import render

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from domain.campaigns import Campaign
    from domain.figures import Consolidation
    from domain.ids import ReportKey
    from domain.reports import Report, ReportHead
    from service.desk import Desk
    from service.ports import Printer, Work
    from service.premises import Premises

log = logging.getLogger(__name__)

#: Occasions of a report.
ASKED, COMPLETE, DEADLINE = "asked", "complete", "deadline"


def consolidation_of(work: Work, desk: Desk) -> Consolidation:
    """Give the figures of the forms that count, each with its cells."""
    parsed = work.submissions.forms(desk.inputs)
    forms = []
    for submission in desk.counted:
        content = submission.content
        forms.append(
            AcceptedForm(
                unit=content.unit,
                submission=submission.key,
                version=submission.version,
                attachment_name=content.attachment_name,
                attachment_sha256=content.attachment_sha256,
                message_id=work.messages.get(content.mail).message_id,
                parsed=parsed[submission.key],
            )
        )
    borrowed = borrowed_words(desk.campaign, unit_texts(work, desk))
    return consolidate(desk.campaign, forms, desk.coverage(), at=desk.now, borrowed=borrowed)


def unit_texts(work: Work, desk: Desk) -> tuple[UnitText, ...]:
    """Give the text reports that count, in roster order; one whose words were not read yet is left out."""
    texts = work.texts.of(submission.key for submission in desk.counted_texts)
    return tuple(
        UnitText(
            unit=submission.content.unit,
            submission=submission.key,
            version=submission.version,
            attachment_name=submission.content.attachment_name,
            attachment_sha256=submission.content.attachment_sha256,
            message_id=work.messages.get(submission.content.mail).message_id,
            text=texts[submission.key],
        )
        for submission in desk.counted_texts
        if submission.key in texts
    )


def compile_texts(premises: Premises, campaign: Campaign) -> bytes:
    """Give the words of all units under the headings of the report, as a Word document for the office.

    Raises NotAllowedNow while no unit's words are there.
    """
    with premises.store.read() as work:
        texts = unit_texts(work, read_desk(work, campaign, now=premises.now()))
    if not texts:
        raise NotAllowedNow("no text report has been read yet; `tonghop cycle` reads those that came")
    return compiled_texts(campaign, texts, at=premises.now())


def make_report(
    premises: Premises, campaign: Campaign, *, occasion: str, actor: str, printer: Printer | None
) -> Report:
    """Make the next draft from what counts now and mail it to the office.

    Raises NotAllowedNow while no form counts.
    """
    now = premises.now()
    with premises.store.read() as work:
        desk = read_desk(work, campaign, now=now)
        if not desk.counted:
            raise NotAllowedNow("no unit's form is accepted yet; there is nothing to consolidate")
        consolidation = consolidation_of(work, desk)
        texts = unit_texts(work, desk)
    number = len(desk.reports) + 1
    files = render(
        campaign,
        consolidation,
        number=number,
        rendition=Rendition.DRAFT,
        at=now,
        printer=printer,
    )
    compiled = _compilation(campaign, texts, number=number, at=now)
    with premises.store.write() as work:
        key = work.reports.add(
            campaign=campaign.code,
            at=now,
            occasion=occasion,
            consolidation=consolidation,
            files=files,
        )
        report = work.reports.get(key)
        queue(work, write(premises, campaign, _ready_letter(campaign, report, compiled)), at=now)
        work.events.append(
            Event(
                at=now,
                actor=actor,
                action="report_made",
                campaign=campaign.code,
                subject=f"report:{key}",
                detail={"occasion": occasion, "forms": str(len(desk.inputs))},
            )
        )
    log.info("report %d made", key, extra={"action": "report_made"})
    return report


def _compilation(
    campaign: Campaign, texts: Sequence[UnitText], *, number: int, at: dt.datetime
) -> tuple[OutgoingFile, ...]:
    """Give the units' words for the office; it is no part of the report, and is never forwarded."""
    if not texts:
        return ()
    name = f"Loi-van_{campaign_slug(campaign)}_lan-{number:02d}.docx"
    content = compiled_texts(campaign, texts, at=at)
    return (OutgoingFile(name=name, media_type=DOCX, content=content),)


def _ready_letter(campaign: Campaign, report: Report, compiled: tuple[OutgoingFile, ...]) -> Draft:
    files = (
        *(
            OutgoingFile(name=file.name, media_type=file.media_type, content=file.content)
            for file in report.files
        ),
        *compiled,
    )
    return Draft(
        kind=LetterKind.REPORT_READY,
        unit=None,
        cause=f"report:{report.key}",
        text=Letters(campaign).report_ready(
            report=report,
            coverage=report.consolidation.coverage,
            occasion=report.occasion,
            file_names=tuple(file.name for file in files),
        ),
        to=(campaign.office.address,),
        files=files,
    )


def occasion_now(desk: Desk, *, polled_since: dt.datetime | None) -> str | None:
    """Say why a report is due now: everybody answered, or the deadline has passed; None when it is not.

    The deadline's report waits for the first working minute after on time has ended and for a poll of every
    mailbox after that instant (*polled_since*: the start of the oldest of their last successful polls). Each
    occasion is used once for the same figures.
    """
    if not desk.counted:
        return None
    made = {report.occasion for report in desk.reports}
    newest = desk.reports[-1] if desk.reports else None
    if newest is not None and not desk.is_stale(newest):
        return None
    if desk.all_answered:
        return COMPLETE
    closes = max(unit.deadlines.closes_at for unit in desk.units)
    passed = desk.now >= desk.campaign.calendar.next_working_minute(closes)
    if DEADLINE not in made and passed and polled_since is not None and polled_since >= closes:
        return DEADLINE
    return None


def report_key(reports: Sequence[ReportHead], text: str) -> ReportKey:
    """Read a report's number, or "latest"; raises NotAllowedNow when there is none."""
    if not reports:
        raise NotAllowedNow("there is no report yet; make one with `tonghop report make`")
    if text in ("", "latest"):
        return reports[-1].key
    for report in reports:
        if str(report.key) == text:
            return report.key
    numbers = ", ".join(str(report.key) for report in reports)
    raise NotAllowedNow(f"no report {text!r}; reports: {numbers}")
