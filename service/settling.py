"""Decide what becomes of one opened mail: whose it is, what counts of it, who is answered."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.attribution import Attribution, Evidence, EvidenceKind, Unattributed
from domain.campaigns import Item
from domain.findings import finding
from domain.history import DecisionKind
from domain.ids import UnitCode
from domain.messages import Guess, MailOutcome, MailReason
from domain.submissions import NewSubmission, Verdict
from domain.waivers import waivers_of
from intake.attribution import attribute, dmarc_failed, unit_names
from intake.intent import means_to_bring
from intake.unit_names import fold_words
from parsers.form import content_digest
from service.answering import Answered, answer
from service.bounces import believe_sender, learn_from_bounce
from service.choosing import Judged, choose
from service.correspondence import queue
from service.desk import running, unit_desk
from service.enclosures import blank_file
from service.holding import hold, hold_unclear, notify_office
from service.marks import MarkJob, MarksWanted, copies_of, mark_job
from service.reading import (
    FormReading,
    OpenedMail,
    evidence_of,
    judge,
    judge_trouble,
    narratives_of,
    sort_findings,
    what_came_instead,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.attribution import AttributionResult
    from domain.campaigns import Campaign
    from domain.findings import Finding
    from domain.ids import Sha256
    from domain.messages import AttachmentNote, MailRecord
    from mailer.compose import OutgoingFile
    from service.marks import MarkedFile
    from service.peers import Peers
    from service.ports import Work
    from service.premises import Premises


#: "Bieu tong hop.pdf", "Phu luc so lieu.docx".
_FORM_NAME = re.compile(r"\b(?:bieu|phu luc|so lieu)\b")
#: What a fresh blank is sent along for.
_NEEDS_BLANK = frozenset({"old_version", "wrong_form", "wrong_campaign", "wrong_year", "blank_form"})


def settle(
    premises: Premises,
    work: Work,
    record: MailRecord,
    opened: OpenedMail,
    peers: Peers,
    *,
    marked: Mapping[Sha256, MarkedFile | None] | None = None,
) -> MailRecord | MarksWanted:
    """Decide what becomes of a mail and write everything but the record itself.

    Gives MarksWanted, with no submission and no letter written, when a form has to go back marked that is not
    in *marked* (None stands for one that cannot be marked): files are not worked on inside a transaction.
    """
    screening = opened.screening
    opened = _without_our_documents(work, opened)
    assigned = _assignment(work, record, running(premises.campaigns))
    context = _Context(
        premises=premises, work=work, opened=opened, peers=peers, assigned=assigned, marked=marked or {}
    )
    if screening.reason is MailReason.OWN and assigned is None:
        if _brings_a_new_form(work, opened):
            return hold(context.premises, context.work, record, _unlike_our_own(context))
        return _ignored(record, MailReason.OWN, screening.explanation)
    if screening.reason is MailReason.BOUNCE:
        learnt = learn_from_bounce(premises, work, record, opened.message)
        if learnt.outcome is MailOutcome.HELD:
            # Nobody reminds this unit any more: the office has to know without looking.
            notify_office(premises, work, learnt)
        return learnt
    if screening.reason is None:
        believe_sender(premises, work, record)
    barred = screening.bars_files or not opened.forms
    if screening.reason is not None and assigned is None and barred:
        return _ignored(record, screening.reason, screening.explanation)
    if assigned is None and _is_duplicate(work, record):
        return _ignored(record, MailReason.DUPLICATE, "Thư này đã được nhận trước đó.")
    ours = {note.sha256: work.outbox.holds_attachment(note.sha256) for note in opened.narratives}
    narratives = narratives_of(opened, ours)
    if opened.forms:
        return _settle_forms(context, record, narratives)
    if narratives:
        return _settle_narrative(context, record, narratives)
    return _settle_without_answer(context, record)


def _without_our_documents(work: Work, opened: OpenedMail) -> OpenedMail:
    """Leave out tables of documents that left here: the plan coming back under an answer."""
    forms = tuple(
        one for one in opened.forms if not (one.in_document and work.outbox.holds_attachment(one.file.sha256))
    )
    return replace(opened, forms=forms)


def _brings_a_new_form(work: Work, opened: OpenedMail) -> bool:
    """Tell whether a mail with our mark is none of our letters and brings a workbook that never left here.

    Some programs copy every header when a person edits a letter as new.
    """
    message_id = opened.message.message_id
    if message_id is not None and work.outbox.head(message_id) is not None:
        return False
    return any(not work.outbox.holds_attachment(reading.file.sha256) for reading in opened.forms)


def _unlike_our_own(context: _Context) -> Unattributed:
    result = context.attribution(context.opened.forms[0])
    guesses = result.guesses if isinstance(result, Unattributed) else ()
    if isinstance(result, Attribution):
        reasons = ("biểu và người gửi chỉ tới đơn vị này",)
        guesses = (Guess(campaign=result.campaign, unit=result.unit, reasons=reasons),)
    return Unattributed(
        reason=MailReason.CONTRADICTION,
        evidence=result.evidence,
        guesses=guesses,
        explanation="Thư mang dấu của hệ thống nhưng hệ thống không gửi thư này, và có biểu kèm theo.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What settling one mail works with."""

    premises: Premises
    work: Work
    opened: OpenedMail
    peers: Peers
    #: What a person decided about this mail.
    assigned: Evidence | None
    #: Attached forms that were marked for this mail; None for one that cannot be.
    marked: Mapping[Sha256, MarkedFile | None]

    @property
    def campaigns(self) -> tuple[Campaign, ...]:
        return running(self.premises.campaigns)

    @property
    def answers_are_muted(self) -> bool:
        return self.opened.screening.mutes_answer

    def attribution(self, reading: FormReading | None) -> AttributionResult:
        """Say whose it is, by all evidence there is."""
        if self.assigned is not None:
            return Attribution(
                campaign=self.assigned.campaign,
                unit=self._decided(self.assigned, reading),
                evidence=(self.assigned,),
                sender_is_registered=False,
            )
        fitting = self.campaigns
        if reading is not None and reading.was_read:
            codes = {code for code, _ in reading.candidates}
            fitting = tuple(campaign for campaign in fitting if campaign.code in codes)
        evidence = evidence_of(self.opened, reading, fitting)
        codes = {campaign.code for campaign in fitting}
        threads = tuple(found for found in self._threads() if found.campaign in codes)
        return attribute(
            (*evidence, *threads),
            dmarc_failed=dmarc_failed(self.opened.message, authserv_id=self.premises.authserv_id),
            names=unit_names(self.campaigns),
        )

    def _decided(self, assigned: Evidence, reading: FormReading | None) -> UnitCode:
        """Give the unit of one form of an assigned mail.

        A mail that brings the assigned unit's own form and another unit's is a collected mail: each form is
        its own unit's. Otherwise the person's word stands above every stamp.
        """
        stamps = [one.stamp for one in self.opened.forms if one.stamp is not None]
        units = self.premises.campaign(assigned.campaign).unit_by_code
        stamp = reading.stamp if reading is not None else None
        if stamp is None or stamp.unit not in units or stamp.campaign != assigned.campaign:
            return assigned.unit
        is_collected = any(one.unit == assigned.unit for one in stamps)
        return stamp.unit if is_collected else assigned.unit

    def _threads(self) -> tuple[Evidence, ...]:
        message = self.opened.message
        ids = dict.fromkeys(filter(None, (message.in_reply_to, *reversed(message.references))))
        found: list[Evidence] = []
        for message_id in ids:
            letter = self.work.outbox.head(message_id)
            if letter is not None and letter.campaign is not None and letter.unit is not None:
                found.append(
                    Evidence(
                        kind=EvidenceKind.THREAD,
                        campaign=letter.campaign,
                        unit=letter.unit,
                        seen=letter.subject,
                    )
                )
        return tuple(dict.fromkeys(found))


def _assignment(work: Work, record: MailRecord, campaigns: tuple[Campaign, ...]) -> Evidence | None:
    """Give the newest decision of a person about whose mail this is."""
    for campaign in campaigns:
        decisions = work.decisions.of_campaign(campaign.code, DecisionKind.ASSIGN)
        for decision in reversed(decisions):
            if decision.subject == str(record.key):
                return Evidence(
                    kind=EvidenceKind.DECISION,
                    campaign=campaign.code,
                    unit=UnitCode(decision.detail["unit"]),
                    seen=decision.actor,
                )
    return None


def _is_duplicate(work: Work, record: MailRecord) -> bool:
    """Tell whether a mail with this Message-ID and the same attachments was settled before."""
    if record.message_id is None:
        return False

    def digests(mail: MailRecord) -> list[Sha256]:
        return sorted(note.sha256 for note in mail.attachments)

    return any(
        other.key != record.key and other.outcome is not MailOutcome.NEW and digests(other) == digests(record)
        for other in work.messages.with_message_id(record.message_id)
    )


def _settle_forms(
    context: _Context, record: MailRecord, narratives: tuple[AttachmentNote, ...]
) -> MailRecord | MarksWanted:
    judged: list[Judged] = []
    held: Unattributed | None = None
    loose: list[FormReading] = []
    for reading in context.opened.forms:
        result = context.attribution(reading)
        if isinstance(result, Attribution):
            judged.append(_judge(context, record, reading, result))
        elif reading.was_read or reading.stamp is not None:
            held = held or result
        else:
            loose.append(reading)
    if held is None and not judged:
        # Workbooks that nobody can read from somebody nobody knows: a person looks.
        result = context.attribution(loose[0])
        assert not isinstance(result, Attribution)
        held = result
    if held is not None:
        return hold(context.premises, context.work, record, held)
    if loose:
        # What lies beside a form of known origin has the same origin.
        whose = Attribution(
            campaign=judged[0].campaign.code, unit=judged[0].unit, evidence=(), sender_is_registered=False
        )
        judged += [_judge(context, record, reading, whose) for reading in loose]
    judged = choose(judged)
    unclear = [one for one in judged if one.judgement.verdict is Verdict.HELD]
    if unclear:
        return hold_unclear(context.premises, context.work, record, unclear[0])
    return _conclude(context, record, judged, narratives)


def _judge(context: _Context, record: MailRecord, reading: FormReading, whose: Attribution) -> Judged:
    campaign = context.premises.campaign(whose.campaign)
    parsed = reading.parsed(campaign.code)
    if parsed is None:
        assert reading.trouble is not None
        judgement = judge_trouble(reading.trouble)
    else:
        judgement = judge(
            parsed,
            campaign,
            received_on=record.received_at.astimezone(campaign.calendar.timezone).date(),
            peers=context.peers.others(context.work, campaign, whose.unit),
            previous=context.peers.previous(context.work, campaign, whose.unit),
            last=context.peers.last(context.work, campaign, whose.unit),
            others=context.peers.numbers(context.work, campaign, whose.unit),
            has_store=True,
            waivers=waivers_of(context.work.decisions.of_campaign(campaign.code), whose.unit),
        )
    return Judged(
        reading=reading,
        campaign=campaign,
        unit=whose.unit,
        parsed=parsed,
        judgement=judgement,
        digest=content_digest(parsed) if parsed is not None else "",
    )


def _conclude(
    context: _Context,
    record: MailRecord,
    judged: list[Judged],
    narratives: tuple[AttachmentNote, ...],
) -> MailRecord | MarksWanted:
    """Store what came, answer each unit once, and give the record."""
    jobs = _mark_jobs(context, judged)
    missing = tuple(job for job in jobs if job.sha256 not in context.marked)
    if missing:
        return MarksWanted(jobs=missing)
    owners = tuple(dict.fromkeys((one.campaign.code, one.unit) for one in judged))
    if len(owners) == 1:
        for note in narratives:
            _store_narrative(context, record, judged[0].campaign, judged[0].unit, note)
    repeated = [one for one in judged if _is_repeat(context, one)]
    for one in judged:
        if one not in repeated and one.judgement.verdict is not Verdict.UNREADABLE:
            _store_form(context, record, one)
    for code, unit in owners:
        mine = [one for one in judged if one.campaign.code == code and one.unit == unit]
        taken = narratives if len(owners) == 1 else ()
        _answer_unit(context, record, mine, jobs=jobs, narratives=taken)
    single = owners[0] if len(owners) == 1 else (judged[0].campaign.code, None)
    outcome, reason = _outcome(judged, repeated)
    return replace(record, outcome=outcome, reason=reason, campaign=single[0], unit=single[1])


def _mark_jobs(context: _Context, judged: list[Judged]) -> tuple[MarkJob, ...]:
    """Say which forms go back to their units marked: those refused for their cells.

    A form that has to be filled in anew, because it is an old or another one, goes back as a blank.
    """
    if context.answers_are_muted:
        return ()
    jobs: dict[Sha256, MarkJob] = {}
    for one in judged:
        findings = one.judgement.findings
        if one.parsed is None or one.judgement.verdict.counts or _asks_for_blank(findings):
            continue
        job = mark_job(one.reading.file, findings, one.campaign)
        if job is not None:
            jobs[job.sha256] = job
    return tuple(jobs.values())


def _outcome(judged: list[Judged], repeated: list[Judged]) -> tuple[MailOutcome, MailReason | None]:
    """Give the worst of what the forms of a mail came to."""
    verdicts = [one.judgement.verdict for one in judged]
    if Verdict.UNREADABLE in verdicts:
        return MailOutcome.REFUSED, MailReason.UNREADABLE
    if Verdict.REFUSED in verdicts:
        codes = {found.code for one in judged for found in one.judgement.findings}
        if "old_version" in codes:
            return MailOutcome.REFUSED, MailReason.OLD_VERSION
        if codes & {"wrong_form", "wrong_campaign", "wrong_year"}:
            return MailOutcome.REFUSED, MailReason.UNKNOWN_FORM
        return MailOutcome.REFUSED, MailReason.ERRORS
    if len(repeated) == len(judged):
        return MailOutcome.IGNORED, MailReason.DUPLICATE
    if Verdict.ACCEPTED_WITH_WARNINGS in verdicts:
        return MailOutcome.ACCEPTED_WITH_WARNINGS, None
    return MailOutcome.ACCEPTED, None


def _is_repeat(context: _Context, one: Judged) -> bool:
    """Tell whether the same answers count for this unit already."""
    if one.parsed is None or not one.judgement.verdict.counts:
        return False
    versions = context.work.submissions.of_unit(one.campaign.code, one.unit, Item.FORM)
    if not versions or not versions[-1].counts:
        return False
    return versions[-1].content.content_digest == one.digest


def _store_form(context: _Context, record: MailRecord, one: Judged) -> None:
    stamp = one.reading.stamp
    context.work.submissions.add(
        NewSubmission(
            campaign=one.campaign.code,
            unit=one.unit,
            item=Item.FORM,
            mail=record.key,
            attachment_name=one.reading.file.name,
            attachment_sha256=one.reading.file.sha256,
            received_at=record.received_at,
            verdict=one.judgement.verdict,
            form_version=stamp.form_version if stamp else one.campaign.form.version,
            content_digest=one.digest,
            parsed=one.parsed,
            findings=one.judgement.findings,
            not_checked=one.judgement.not_checked,
        )
    )
    if one.parsed is not None and one.judgement.verdict.counts:
        context.peers.took(one.campaign, one.unit, one.parsed)


def _store_narrative(
    context: _Context,
    record: MailRecord,
    campaign: Campaign,
    unit: UnitCode,
    note: AttachmentNote,
) -> None:
    context.work.submissions.add(
        NewSubmission(
            campaign=campaign.code,
            unit=unit,
            item=Item.NARRATIVE,
            mail=record.key,
            attachment_name=note.name,
            attachment_sha256=note.sha256,
            received_at=record.received_at,
            verdict=Verdict.ACCEPTED,
        )
    )


def _answer_unit(
    context: _Context,
    record: MailRecord,
    judged: list[Judged],
    *,
    jobs: tuple[MarkJob, ...],
    narratives: tuple[AttachmentNote, ...],
) -> None:
    """Queue the one letter that answers this unit about this mail."""
    if context.answers_are_muted:
        return
    campaign, unit = judged[0].campaign, judged[0].unit
    findings: tuple[Finding, ...] = sort_findings(
        [*(found for one in judged for found in one.judgement.findings), *_scanned(context, narratives)]
    )
    refused = any(not one.judgement.verdict.counts for one in judged)
    unreadable = all(one.judgement.verdict is Verdict.UNREADABLE for one in judged)
    worst = next((one for one in judged if not one.judgement.verdict.counts), judged[0])
    items = (Item.FORM,) if not refused else ()
    mine = {one.reading.file.sha256 for one in judged}
    copies, marked = copies_of((job for job in jobs if job.sha256 in mine), context.marked)
    facts = Answered(
        message=context.opened.message,
        mail=record.key,
        counted_items=(*items, Item.NARRATIVE) if narratives else items,
        parsed=worst.parsed,
        findings=findings,
        refused=refused,
        unreadable=unreadable,
        file_name=worst.reading.file.name,
        has_workbook=True,
        blank=_new_blank(context, campaign, unit, findings),
        copies=copies,
        marked=marked,
    )
    _queue_answer(context, campaign, unit, facts)


def _queue_answer(context: _Context, campaign: Campaign, unit: UnitCode, facts: Answered) -> None:
    desk = unit_desk(context.work, campaign, unit, now=context.premises.now())
    letter, brake = answer(context.premises, context.work, campaign, desk=desk, facts=facts)
    queue(context.work, letter, at=context.premises.now(), held=brake)


def _new_blank(
    context: _Context, campaign: Campaign, unit: UnitCode, findings: tuple[Finding, ...]
) -> OutgoingFile | None:
    """Give a fresh form to send along when the file was an old or another one."""
    if not _asks_for_blank(findings):
        return None
    return blank_file(context.work, campaign, campaign.unit_by_code[unit], now=context.premises.now())


def _asks_for_blank(findings: Sequence[Finding]) -> bool:
    return any(found.code in _NEEDS_BLANK for found in findings)


def _settle_narrative(
    context: _Context, record: MailRecord, narratives: tuple[AttachmentNote, ...]
) -> MailRecord:
    result = context.attribution(None)
    if not isinstance(result, Attribution):
        known = any(found.kind is EvidenceKind.THREAD for found in result.evidence)
        if known or any(found.kind is EvidenceKind.SENDER for found in result.evidence):
            return hold(context.premises, context.work, record, result)
        if result.guesses and _names_campaign(context, narratives):
            return hold(context.premises, context.work, record, result)
        # A document from somebody outside the roster, in no thread of ours: ordinary office mail.
        return _ignored(record, MailReason.NO_FORM, "Thư không liên quan đến đợt báo cáo.")
    campaign = context.premises.campaign(result.campaign)
    desk = unit_desk(context.work, campaign, result.unit, now=context.premises.now())
    if desk.narrative.counted is not None and not _in_thread(result):
        return _ignored(
            replace(record, campaign=campaign.code, unit=result.unit),
            MailReason.NO_FORM,
            "Đơn vị đã gửi báo cáo; thư này không nằm trong chuỗi thư của đợt báo cáo.",
        )
    for note in narratives:
        _store_narrative(context, record, campaign, result.unit, note)
    if not context.answers_are_muted:
        facts = Answered(
            message=context.opened.message,
            mail=record.key,
            counted_items=(Item.NARRATIVE,),
            parsed=None,
            findings=(
                *(_seeming_forms(narratives) if Item.FORM in desk.owes else ()),
                *_scanned(context, narratives),
            ),
            refused=False,
            unreadable=False,
            file_name=narratives[0].name,
            has_workbook=False,
        )
        _queue_answer(context, campaign, result.unit, facts)
    return replace(record, outcome=MailOutcome.ACCEPTED, campaign=campaign.code, unit=result.unit)


def _scanned(context: _Context, narratives: tuple[AttachmentNote, ...]) -> tuple[Finding, ...]:
    """Say of reports that are pictures that their words could not be taken."""
    scans = {note.sha256 for note in context.opened.scans}
    return tuple(
        finding("scanned_report", None, raw=note.name) for note in narratives if note.sha256 in scans
    )


def _seeming_forms(narratives: tuple[AttachmentNote, ...]) -> tuple[Finding, ...]:
    """Say of documents that are called a form that their figures were not taken."""
    return tuple(
        finding("form_as_document", None, raw=note.name)
        for note in narratives
        if _FORM_NAME.search(fold_words(note.name))
    )


def _names_campaign(context: _Context, narratives: tuple[AttachmentNote, ...]) -> bool:
    """Tell whether subject or file name speak of a campaign."""
    said = " ".join((context.opened.message.subject, *(note.name for note in narratives)))
    words = f" {fold_words(said)} "
    return any(f" {fold_words(campaign.name)} " in words for campaign in context.campaigns)


def _in_thread(result: Attribution) -> bool:
    return any(found.kind in (EvidenceKind.THREAD, EvidenceKind.DECISION) for found in result.evidence)


def _settle_without_answer(context: _Context, record: MailRecord) -> MailRecord:
    """Settle a mail without workbook and without report: advice to a unit that seems to mean one."""
    result = context.attribution(None)
    if not isinstance(result, Attribution):
        return _ignored(record, MailReason.NO_FORM, "Thư không có biểu hay báo cáo kèm theo.")
    campaign = context.premises.campaign(result.campaign)
    record = replace(record, campaign=campaign.code, unit=result.unit)
    desk = unit_desk(context.work, campaign, result.unit, now=context.premises.now())
    message = context.opened.message
    instead = what_came_instead(context.opened, (campaign,))
    meant = means_to_bring(message) or any(found.code != "no_attachment" for found in instead)
    if Item.FORM not in desk.owes or not meant or context.answers_are_muted:
        return _ignored(record, MailReason.NO_FORM, "Thư không có biểu hay báo cáo kèm theo.")
    facts = Answered(
        message=message,
        mail=record.key,
        counted_items=(),
        parsed=None,
        findings=instead,
        refused=True,
        unreadable=True,
        file_name="",
        has_workbook=False,
    )
    _queue_answer(context, campaign, result.unit, facts)
    return replace(record, outcome=MailOutcome.REFUSED, reason=MailReason.NO_FORM)


def _ignored(record: MailRecord, reason: MailReason, explanation: str) -> MailRecord:
    return replace(record, outcome=MailOutcome.IGNORED, reason=reason, explanation=explanation)
