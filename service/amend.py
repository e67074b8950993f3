"""What a named person may change while a campaign runs: assign, dismiss, set aside, excuse, extend."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from config.spelling import propose_word
from domain.campaigns import Item
from domain.deadlines import EVERYBODY
from domain.errors import AlreadyDecided, DecisionError, NotAllowedNow, NotFound
from domain.history import DecisionKind, Event
from domain.ids import UnitCode
from domain.messages import MailOutcome, MailReason
from domain.outbox import LetterKind, LetterState
from domain.waivers import waivers_of
from mailer.letters import Letters
from service.correspondence import Draft, live_addresses, queue, write
from service.deciding import SHEET, decide, require
from service.desk import excused_units, read_desk

if TYPE_CHECKING:
    from domain.campaigns import Campaign
    from domain.ids import MailKey
    from domain.messages import MailRecord
    from service.ports import Work
    from service.premises import Premises


def find_unit(campaign: Campaign, code: str) -> UnitCode:
    """Give the unit's code whatever its case; raises NotFound with the nearest code and those there are."""
    for unit in campaign.units:
        if unit.code.casefold() == code.strip().casefold():
            return unit.code
    codes = [str(unit.code) for unit in campaign.units]
    raise NotFound(f"no unit {code!r} in {campaign.code}. {propose_word(code.strip(), codes)}")


def assign(
    premises: Premises, campaign: Campaign, mail: MailKey, unit: str, *, actor: str, sheet: str = ""
) -> None:
    """Say that a mail is *unit*'s; the next receive reads it with that knowledge.

    *sheet* names the one that is the form, where several are; marks that contradict each other are not asked
    any more.

    Held mail, mail that was passed over, and mail of which nothing counts any more: a wrong assignment is
    mended by setting its version aside and assigning again. It keeps its own received_at, so an answer that
    came in time is in time. Raises NotFound, NotAllowedNow.
    """
    actor = require(actor, "--by NAME")
    code = find_unit(campaign, unit)
    with premises.store.write() as work:
        record = _without_effect(work, mail, code)
        _drop_narratives(premises, work, campaign, mail, actor=actor)
        decide(
            premises,
            work,
            campaign,
            DecisionKind.ASSIGN,
            subject=str(mail),
            actor=actor,
            detail={"unit": code, **({SHEET: sheet} if sheet else {})},
        )
        work.messages.forget_attempts(mail)
        work.messages.record(replace(record, outcome=MailOutcome.NEW, reason=None, explanation=""))


def dismiss(premises: Premises, campaign: Campaign, mail: MailKey, *, actor: str, reason: str) -> None:
    """Say that a held mail is no answer; it stays stored. Raises NotFound, NotAllowedNow."""
    actor, reason = require(actor, "--by NAME"), require(reason, "--reason")
    with premises.store.write() as work:
        record = _held(work, mail)
        decide(premises, work, campaign, DecisionKind.DISMISS, subject=str(mail), actor=actor, reason=reason)
        work.messages.record(
            replace(
                record,
                outcome=MailOutcome.IGNORED,
                reason=MailReason.DISMISSED,
                explanation=reason,
                campaign=record.campaign or campaign.code,
            )
        )


def retry(premises: Premises, mail: MailKey, *, actor: str) -> None:
    """Let the next receive read a held mail again (after an upgrade, say). Raises NotFound, NotAllowedNow."""
    with premises.store.write() as work:
        record = _held(work, mail)
        work.messages.record(replace(record, outcome=MailOutcome.NEW, reason=None, explanation=""))
        work.messages.forget_attempts(mail)
        work.events.append(
            Event(
                at=premises.now(),
                actor=require(actor, "--by NAME"),
                action="mail_retried",
                subject=f"mail:{mail}",
            )
        )


def set_aside(
    premises: Premises, campaign: Campaign, unit: str, *, version: int, actor: str, reason: str
) -> None:
    """Say that one version of a unit's form does not count. Raises NotFound, AlreadyDecided."""
    actor, reason = require(actor, "--by NAME"), require(reason, "--reason")
    code = find_unit(campaign, unit)
    with premises.store.write() as work:
        versions = work.submissions.of_unit(campaign.code, code, Item.FORM)
        chosen = next((one for one in versions if one.version == version), None)
        if chosen is None:
            there = ", ".join(str(one.version) for one in versions) or "none"
            raise NotFound(f"{code} has no version {version}; versions: {there}")
        if chosen.set_aside:
            raise AlreadyDecided(f"version {version} of {code} was set aside: {chosen.set_aside}")
        decide(
            premises,
            work,
            campaign,
            DecisionKind.SET_ASIDE,
            subject=str(chosen.key),
            actor=actor,
            reason=reason,
            detail={"unit": code, "version": str(version)},
        )


def excuse(premises: Premises, campaign: Campaign, unit: str, *, actor: str, reason: str) -> None:
    """Say that a unit need not answer; reversible. Raises NotFound, AlreadyDecided."""
    actor, reason = require(actor, "--by NAME"), require(reason, "--reason")
    code = find_unit(campaign, unit)
    with premises.store.write() as work:
        if code in excused_units(work.decisions.of_campaign(campaign.code)):
            raise AlreadyDecided(f"{code} is excused already")
        decide(premises, work, campaign, DecisionKind.EXCUSE, subject=code, actor=actor, reason=reason)


def unexcuse(premises: Premises, campaign: Campaign, unit: str, *, actor: str, reason: str) -> None:
    """Take an excuse back. Raises NotFound, NotAllowedNow."""
    actor, reason = require(actor, "--by NAME"), require(reason, "--reason")
    code = find_unit(campaign, unit)
    with premises.store.write() as work:
        if code not in excused_units(work.decisions.of_campaign(campaign.code)):
            raise NotAllowedNow(f"{code} is not excused")
        decide(premises, work, campaign, DecisionKind.UNEXCUSE, subject=code, actor=actor, reason=reason)


def waive_rule(
    premises: Premises, campaign: Campaign, unit: str, rule: str, *, actor: str, reason: str
) -> str:
    """Let a rule pass for a unit, in the form that came and in those to come; gives the rule's id.

    `service.recheck` then looks at the stored form again. Raises NotFound, AlreadyDecided.
    """
    actor, reason = require(actor, "--by NAME"), require(reason, "--reason")
    code, name = find_unit(campaign, unit), _find_rule(campaign, rule)
    with premises.store.write() as work:
        if name in waivers_of(work.decisions.of_campaign(campaign.code), code):
            raise AlreadyDecided(f"{name} is waived for {code} already")
        _about_rule(premises, work, campaign, DecisionKind.WAIVE, (code, name), actor=actor, reason=reason)
    return name


def unwaive_rule(
    premises: Premises, campaign: Campaign, unit: str, rule: str, *, actor: str, reason: str
) -> str:
    """Take a waiver back; gives the rule's id. Raises NotFound, NotAllowedNow."""
    actor, reason = require(actor, "--by NAME"), require(reason, "--reason")
    code, name = find_unit(campaign, unit), rule.strip().upper()
    with premises.store.write() as work:
        # The rule itself may be gone from the table by now.
        if name not in waivers_of(work.decisions.of_campaign(campaign.code), code):
            raise NotAllowedNow(f"{name} is not waived for {code}")
        _about_rule(premises, work, campaign, DecisionKind.UNWAIVE, (code, name), actor=actor, reason=reason)
    return name


def _about_rule(
    premises: Premises,
    work: Work,
    campaign: Campaign,
    kind: DecisionKind,
    about: tuple[UnitCode, str],
    *,
    actor: str,
    reason: str,
) -> None:
    unit, rule = about
    decide(premises, work, campaign, kind, subject=unit, actor=actor, reason=reason, detail={"rule": rule})


def _find_rule(campaign: Campaign, name: str) -> str:
    ids = list(dict.fromkeys(rule.id for rule in campaign.rules))
    for known in ids:
        if known.casefold() == name.strip().casefold():
            return known
    raise NotFound(f"no rule {name!r} in {campaign.code}. {propose_word(name.strip(), ids)}")


def extend(
    premises: Premises,
    campaign: Campaign,
    unit: str,
    *,
    due_at: dt.datetime,
    actor: str,
    reason: str,
) -> None:
    """Give one unit (or all, "*") more time, tell it, and take back what was queued about the old date.

    On time then ends as long after the new due date as it did after the old one. Raises NotFound,
    DecisionError when the new date is not after now.
    """
    actor, reason = require(actor, "--by NAME"), require(reason, "--reason")
    now = premises.now()
    if due_at <= now:
        raise DecisionError(f"{due_at.isoformat()} has passed; a deadline is moved to a time to come")
    code = EVERYBODY if unit.strip() == EVERYBODY else find_unit(campaign, unit)
    original = campaign.deadlines
    late_after = due_at + (original.late_after - original.due_at)
    detail = {"due_at": due_at.isoformat(), "late_after": late_after.isoformat()}
    with premises.store.write() as work:
        decide(
            premises,
            work,
            campaign,
            DecisionKind.EXTEND,
            subject=str(code),
            actor=actor,
            reason=reason,
            detail=detail,
        )
        desk = read_desk(work, campaign, now=now)
        dead = work.addresses.dead()
        for letter in desk.letters:
            waits = letter.state in (LetterState.QUEUED, LetterState.HELD)
            ladder = letter.kind in (
                LetterKind.REMINDER,
                LetterKind.OVERDUE,
                LetterKind.ESCALATION,
            )
            if waits and ladder and (code in (EVERYBODY, letter.unit)):
                work.outbox.finish(
                    letter.key, state=LetterState.WITHDRAWN, at=now, detail="deadline extended"
                )
        for unit_desk in desk.units:
            if code not in (EVERYBODY, unit_desk.unit.code) or not unit_desk.owes:
                continue
            live = live_addresses(unit_desk.unit, dead)
            if not live:
                continue
            draft = Draft(
                kind=LetterKind.EXTENSION,
                unit=unit_desk.unit.code,
                cause=f"extension@{due_at.astimezone(dt.UTC).isoformat()}",
                text=Letters(campaign).extension(unit_desk.unit, due_at=due_at, reason=reason),
                to=live[:1],
                cc=unit_desk.unit.cc,
            )
            queue(work, write(premises, campaign, draft), at=now)


def _without_effect(work: Work, mail: MailKey, code: UnitCode) -> MailRecord:
    """Give a mail of which nothing counts, to be read as the answer of unit *code*."""
    record = work.messages.get(mail)
    if record.outcome is MailOutcome.HELD:
        return record
    came = work.submissions.of_mail(mail)
    if any(one.content.unit == code for one in came):
        raise NotAllowedNow(f"mail {mail} is not held; it was read as {code}'s already")
    forms = (one for one in came if one.content.item is Item.FORM)
    counting = next((one for one in forms if one.counts), None)
    if counting is not None:
        unit, version = counting.content.unit, counting.version
        raise NotAllowedNow(
            f"mail {mail} is not held; it counts as version {version} of {unit}; "
            f"set that aside first: tonghop set-aside {unit} {version}"
        )
    if record.outcome is MailOutcome.NEW:
        raise NotAllowedNow(f"mail {mail} is not held; it waits for the next `tonghop cycle`")
    return record


def _drop_narratives(
    premises: Premises, work: Work, campaign: Campaign, mail: MailKey, *, actor: str
) -> None:
    """Let the text reports of a mail go with it to another unit."""
    for one in work.submissions.of_mail(mail):
        if one.counts and one.content.item is Item.NARRATIVE:
            decide(
                premises,
                work,
                campaign,
                DecisionKind.SET_ASIDE,
                subject=str(one.key),
                actor=actor,
                reason="Thư được giao lại cho đơn vị khác.",
                detail={"unit": one.content.unit, "version": str(one.version)},
            )


def _held(work: Work, mail: MailKey) -> MailRecord:
    record = work.messages.get(mail)
    if record.outcome is not MailOutcome.HELD:
        raise NotAllowedNow(f"mail {mail} is not held; it was {record.outcome.value}")
    return record
