"""Read and check stored forms again when a rule, the form or the reader has changed, and never silently.

Each form is read from its raw mail as it would be read today. What differs from what is stored is shown
first; only when a person asks for it is the new reading stored, beside the old one, which stays.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.answers import Missing
from domain.campaigns import Item
from domain.errors import MessageUnreadable, ReadingEnded
from domain.history import DecisionKind, Event
from domain.messages import MailOutcome, MailReason
from domain.submissions import Verdict
from domain.waivers import waivers_of
from parsers.form import content_digest
from service.answering import Answered, answer
from service.choosing import REMARKS
from service.correspondence import queue
from service.deciding import decide, require, told_of
from service.desk import running, unit_desk
from service.marks import copies_of, mark_job, mark_jobs
from service.peers import Peers
from service.reading import judge, open_mail, sort_findings, verdict_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from domain.answers import AnswerValue, ParsedForm
    from domain.campaigns import Campaign
    from domain.findings import Finding
    from domain.ids import FieldCode, UnitCode
    from domain.messages import MailRecord
    from domain.submissions import NewSubmission, Submission
    from mailer.compose import OutgoingFile
    from mailer.letters import MarkedCopies
    from service.ports import Work
    from service.premises import Premises
    from service.reading import FormReading, Judgement, OpenedMail

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChange:
    """One answer that reads otherwise now."""

    code: FieldCode
    before: AnswerValue
    after: AnswerValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One stored form that would be taken otherwise today."""

    unit: UnitCode
    version: int
    before: Verdict
    after: Verdict
    values: tuple[ValueChange, ...] = ()
    #: List rows that are not as they were, whatever the list.
    changed_rows: int = 0
    #: What is said now and was not said, and the other way round.
    new: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    #: Why it cannot be read today, in English; nothing is taken then.
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fresh:
    """A stored form as it is read and judged today."""

    stored: Submission
    opened: OpenedMail
    reading: FormReading
    content: NewSubmission


def find_changes(
    premises: Premises, campaign: Campaign, *, units: Collection[UnitCode] = ()
) -> tuple[Change, ...]:
    """Say what would be taken otherwise today; nothing is changed.

    Of every unit (of *units* when there are any) the form that counts and the newest one are looked at.
    """
    changes: list[Change] = []
    peers = Peers()
    for stored in _to_look_at(premises, campaign, units):
        fresh = _read_again(premises, campaign, stored, peers)
        change = fresh if isinstance(fresh, Change) else _difference(fresh)
        if change is not None:
            changes.append(change)
    return tuple(changes)


def take_changes(
    premises: Premises,
    campaign: Campaign,
    *,
    actor: str,
    reason: str,
    units: Collection[UnitCode] = (),
    tells_units: bool = True,
) -> tuple[Change, ...]:
    """Take what is read today, and say what has changed by it.

    A unit whose form is refused now, or accepted now, is told, unless *tells_units* is False. Safe to call
    twice: the second time there is nothing to take. Raises DecisionError without a name and a reason.
    """
    actor, reason = require(actor, "--by NAME"), require(reason, "--reason")
    taken: list[Change] = []
    peers = Peers()
    for stored in _to_look_at(premises, campaign, units):
        fresh = _read_again(premises, campaign, stored, peers)
        if isinstance(fresh, Change):
            taken.append(fresh)
            continue
        change = _difference(fresh)
        if change is None or not _take(premises, campaign, fresh, change, tells_units=tells_units):
            continue
        taken.append(change)
        if change.after.counts and fresh.content.parsed is not None:
            peers.took(campaign, stored.content.unit, fresh.content.parsed)
    count = sum(not one.problem for one in taken)
    if count:
        with premises.store.write() as work:
            detail = {"forms": str(count)}
            decide(
                premises,
                work,
                campaign,
                DecisionKind.RECHECK,
                subject=campaign.code,
                actor=actor,
                reason=reason,
                detail=detail,
            )
    return tuple(taken)


def _to_look_at(
    premises: Premises, campaign: Campaign, units: Collection[UnitCode]
) -> tuple[Submission, ...]:
    """Give the forms that count and the newest ones, in roster order, without their answers."""
    with premises.store.read() as work:
        stored = work.submissions.of_campaign(campaign.code)
    chosen: list[Submission] = []
    for unit in campaign.units:
        if units and unit.code not in units:
            continue
        mine = [
            one
            for one in stored
            if one.content.unit == unit.code and one.content.item is Item.FORM and not one.set_aside
        ]
        counting = [one for one in mine if one.counts]
        chosen += dict.fromkeys((*counting[-1:], *mine[-1:]))
    return tuple(chosen)


def _read_again(premises: Premises, campaign: Campaign, stored: Submission, peers: Peers) -> _Fresh | Change:
    """Read one form from its raw mail and judge it as of the day on which it came."""
    old = stored.content
    with premises.store.read() as work:
        raw = work.messages.raw(old.mail)
        others = peers.others(work, campaign, old.unit)
        waivers = waivers_of(work.decisions.of_campaign(campaign.code), old.unit)
        previous, last = _before(work, stored), peers.last(work, campaign, old.unit)
        stored = work.submissions.get(stored.key)
        told = told_of(work, running(premises.campaigns), old.mail)
    asked = [one.asked for one in running(premises.campaigns)]
    try:
        opened = premises.isolate(open_mail, raw, asked, told)
    except (MessageUnreadable, ReadingEnded) as error:
        return _problem(stored, str(error))
    reading = next((one for one in opened.forms if one.file.sha256 == old.attachment_sha256), None)
    parsed = reading.parsed(campaign.code) if reading is not None else None
    if reading is None or parsed is None:
        return _problem(stored, "the attachment is not read as this campaign's form any more")
    judgement = judge(
        parsed,
        campaign,
        received_on=old.received_at.astimezone(campaign.calendar.timezone).date(),
        peers=others,
        previous=previous,
        last=last,
        has_store=True,
        waivers=waivers,
    )
    return _Fresh(stored=stored, opened=opened, reading=reading, content=_renewed(stored, parsed, judgement))


def _before(work: Work, stored: Submission) -> ParsedForm | None:
    """Give the form that counted when this one came."""
    old = stored.content
    versions = work.submissions.of_unit(old.campaign, old.unit, Item.FORM)
    earlier = [one for one in versions if one.counts and one.version < stored.version]
    return work.submissions.forms([earlier[-1].key]).get(earlier[-1].key) if earlier else None


def _renewed(stored: Submission, parsed: ParsedForm, judgement: Judgement) -> NewSubmission:
    """Give the return as it is taken today; what was said of the other files of its mail stays."""
    remarks = [one for one in stored.content.findings if one.code in REMARKS]
    findings = sort_findings((*judgement.findings, *remarks))
    return replace(
        stored.content,
        verdict=verdict_of(findings),
        content_digest=content_digest(parsed),
        parsed=parsed,
        findings=findings,
        not_checked=judgement.not_checked,
    )


def _problem(stored: Submission, words: str) -> Change:
    verdict = stored.content.verdict
    return Change(
        unit=stored.content.unit, version=stored.version, before=verdict, after=verdict, problem=words
    )


def _difference(fresh: _Fresh) -> Change | None:
    """Say what is otherwise today; None when nothing is."""
    old, new = fresh.stored.content, fresh.content
    assert new.parsed is not None
    values, rows = _values(old.parsed, new.parsed)
    change = Change(
        unit=new.unit,
        version=fresh.stored.version,
        before=old.verdict,
        after=new.verdict,
        values=values,
        changed_rows=rows,
        new=_only_in(new.findings, old.findings),
        gone=_only_in(old.findings, new.findings),
    )
    is_same = old.verdict is new.verdict and not (values or rows or change.new or change.gone)
    return None if is_same else change


def _only_in(these: Sequence[Finding], those: Sequence[Finding]) -> tuple[Finding, ...]:
    """Give the findings of *these* alone; other words about the same place are the same finding."""

    def about(one: Finding) -> tuple[str, ...]:
        return (one.code, one.severity, one.audience, one.sheet, one.cell, one.field)

    known = {about(one) for one in those}
    return tuple(one for one in these if about(one) not in known)


def _values(old: ParsedForm | None, new: ParsedForm) -> tuple[tuple[ValueChange, ...], int]:
    if old is None:
        return (), 0
    codes = dict.fromkeys((*old.answers, *new.answers))
    values = tuple(
        ValueChange(code=code, before=old.value(code), after=new.value(code))
        for code in codes
        if old.value(code) != new.value(code)
        and not (isinstance(old.value(code), Missing) and isinstance(new.value(code), Missing))
    )
    rows = 0
    for code in dict.fromkeys((*old.lists, *new.lists)):
        before, after = old.lists.get(code, ()), new.lists.get(code, ())
        differing = sum(first.values != second.values for first, second in zip(before, after, strict=False))
        rows += differing + abs(len(before) - len(after))
    return values, rows


def _take(
    premises: Premises, campaign: Campaign, fresh: _Fresh, change: Change, *, tells_units: bool
) -> bool:
    """Store the new reading and tell the unit; False when the stored form has changed meanwhile."""
    flips = change.before.counts != change.after.counts
    copies, marked = _marked(premises, campaign, fresh) if flips and tells_units else ((), None)
    now = premises.now()
    with premises.store.write() as work:
        new = fresh.content
        versions = work.submissions.of_unit(new.campaign, new.unit, Item.FORM)
        if fresh.stored.key not in {one.key for one in versions}:
            log.warning("a form was changed while it was read again", extra={"action": "recheck_overtaken"})
            return False
        key = work.submissions.add_reading(new)
        record = work.messages.get(new.mail)
        work.messages.record(_outcome(work, record))
        detail = {"before": change.before.value, "after": change.after.value}
        work.events.append(
            Event(
                at=now,
                actor="service",
                action="form_rechecked",
                campaign=new.campaign,
                subject=f"unit:{new.unit}",
                detail=detail,
            )
        )
        if flips and tells_units and not fresh.opened.screening.mutes_answer:
            facts = Answered(
                message=fresh.opened.message,
                mail=new.mail,
                counted_items=(Item.FORM,) if change.after.counts else (),
                parsed=new.parsed,
                findings=new.findings,
                refused=not change.after.counts,
                unreadable=False,
                file_name=new.attachment_name,
                has_workbook=True,
                copies=copies,
                marked=marked,
                again=f":reading-{key}",
            )
            desk = unit_desk(work, campaign, new.unit, now=now)
            letter, brake = answer(premises, work, campaign, desk=desk, facts=facts)
            queue(work, letter, at=now, held=brake)
    return True


def _marked(
    premises: Premises, campaign: Campaign, fresh: _Fresh
) -> tuple[tuple[OutgoingFile, ...], MarkedCopies | None]:
    if fresh.content.verdict.counts:
        return (), None
    job = mark_job(fresh.reading.file, fresh.content.findings, campaign)
    if job is None:
        return (), None
    with premises.store.read() as work:
        raw = work.messages.raw(fresh.content.mail)
    return copies_of((job,), mark_jobs(raw, (job,), isolate=premises.isolate))


def _outcome(work: Work, record: MailRecord) -> MailRecord:
    """Give the mail's line as the verdicts of its forms are now: the worst of them."""
    verdicts = [one.content.verdict for one in work.submissions.of_mail(record.key)]
    if Verdict.REFUSED in verdicts:
        return replace(record, outcome=MailOutcome.REFUSED, reason=record.reason or MailReason.ERRORS)
    with_warnings = Verdict.ACCEPTED_WITH_WARNINGS in verdicts
    outcome = MailOutcome.ACCEPTED_WITH_WARNINGS if with_warnings else MailOutcome.ACCEPTED
    return replace(record, outcome=outcome, reason=None)
