"""Send the approved bytes to the superior, once, and keep the proof that they were taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import NotAllowedNow, ReportChanged
from domain.history import DecisionKind
from domain.outbox import LetterKind
from domain.reports import Rendition, ReportState, set_digest
from mailer.letters import Letters
from service.correspondence import Draft, OutgoingFile, queue, write
from service.deciding import decide, require
from service.desk import read_desk

if TYPE_CHECKING:
    from domain.campaigns import Campaign
    from domain.ids import MessageId, ReportKey
    from domain.reports import Report, ReportFile
    from service.ports import Work
    from service.premises import Premises


def forward(
    premises: Premises, campaign: Campaign, key: ReportKey, *, actor: str, unsigned: bool = False
) -> MessageId:
    """Queue the forwarding of a signed report, or of an approved one with *unsigned*; give its Message-ID.

    Raises NotAllowedNow when it is not signed (or approved), ReportChanged when it is no longer what was
    approved or the figures have changed since.
    """
    actor = require(actor, "--by NAME")
    now = premises.now()
    with premises.store.write() as work:
        report = work.reports.get(key)
        wanted = ReportState.APPROVED if unsigned else ReportState.SIGNED
        if report.state is not wanted:
            raise NotAllowedNow(_why_not(report, unsigned=unsigned))
        if read_desk(work, campaign, now=now).is_stale(report):
            raise ReportChanged(f"the figures have changed since report {key} was approved; make a new draft")
        approved = _approved_digest(work, campaign, key)
        final = report.of(Rendition.FINAL)
        if set_digest(final) != approved:
            raise ReportChanged(f"the files of report {key} are not the approved ones")
        files = _what_leaves(report)
        letter = write(premises, campaign, _draft(campaign, report, files))
        queue(work, letter, at=now)
        work.reports.set_state(key, ReportState.FORWARDED, expected=wanted)
        detail = {"digest": approved, "message_id": letter.message_id}
        decide(
            premises,
            work,
            campaign,
            DecisionKind.FORWARD,
            subject=str(key),
            actor=actor,
            reason="unsigned" if unsigned else "",
            detail=detail,
        )
        return letter.message_id


def _why_not(report: Report, *, unsigned: bool) -> str:
    if report.state is ReportState.APPROVED and not unsigned:
        return (
            f"report {report.key} is approved but has no signed copy; attach it with "
            "`tonghop report sign`, or forward a working copy with --unsigned"
        )
    return f"report {report.key} is {report.state.value}; only an approved report leaves the house"


def _approved_digest(work: Work, campaign: Campaign, key: ReportKey) -> str:
    for decision in reversed(work.decisions.of_campaign(campaign.code, DecisionKind.APPROVE)):
        if decision.subject == str(key):
            return decision.detail["digest"]
    raise NotAllowedNow(f"nobody approved report {key}")


def _what_leaves(report: Report) -> tuple[ReportFile, ...]:
    """Give the signed copy (when there is one) before the approved files."""
    return (*report.of(Rendition.SIGNED), *report.of(Rendition.FINAL))


def _draft(campaign: Campaign, report: Report, files: tuple[ReportFile, ...]) -> Draft:
    forwarding = campaign.forwarding
    return Draft(
        kind=LetterKind.FORWARDING,
        unit=None,
        cause=f"report:{report.key}",
        text=Letters(campaign).forwarding(
            report=report,
            coverage=report.consolidation.coverage,
            signed=bool(report.of(Rendition.SIGNED)),
            file_names=tuple(file.name for file in files),
        ),
        to=forwarding.to,
        cc=forwarding.cc,
        files=tuple(
            OutgoingFile(name=file.name, media_type=file.media_type, content=file.content) for file in files
        ),
    )
