"""Check, approve, return and sign a report: each step by a named person, bound to what was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import NotAllowedNow, ReportChanged
from domain.history import DecisionKind
from domain.reports import Rendition, ReportFile, ReportState, set_digest
from service.deciding import decide, require
from service.desk import read_desk
from service.rendering import render

if TYPE_CHECKING:
    from domain.campaigns import Campaign
    from domain.ids import ReportKey, Sha256
    from domain.reports import Report
    from service.ports import Printer, Work
    from service.premises import Premises


def check(
    premises: Premises,
    campaign: Campaign,
    key: ReportKey,
    *,
    actor: str,
    acknowledge: str = "",
    printer: Printer | None,
) -> Report:
    """Render the final set once, without DỰ THẢO, and move draft -> checked.

    While a refused correction of a counted form is open, *acknowledge* (a reason) is needed. Raises
    NotAllowedNow, ReportChanged.
    """
    actor = require(actor, "--by NAME")
    now = premises.now()
    with premises.store.read() as work:
        report = _in_state(work, key, ReportState.DRAFT)
        desk = read_desk(work, campaign, now=now)
    if desk.is_stale(report):
        raise ReportChanged(_stale(report))
    open_corrections = [row.unit for row in report.consolidation.coverage.rows if row.correction_open]
    if open_corrections and not acknowledge.strip():
        units = ", ".join(open_corrections)
        raise NotAllowedNow(
            f"corrections are open for {units}: their older version is in the figures. "
            'If that is meant, say why: --acknowledge "..."'
        )
    number = [one.key for one in desk.reports].index(key) + 1
    files = render(
        campaign,
        report.consolidation,
        number=number,
        rendition=Rendition.FINAL,
        at=report.created_at,
        printer=printer,
    )
    with premises.store.write() as work:
        work.reports.set_state(key, ReportState.CHECKED, expected=ReportState.DRAFT)
        work.reports.add_files(key, files)
        if open_corrections:
            decide(
                premises,
                work,
                campaign,
                DecisionKind.ACKNOWLEDGE,
                subject=str(key),
                actor=actor,
                reason=acknowledge,
            )
        decide(
            premises,
            work,
            campaign,
            DecisionKind.CHECK,
            subject=str(key),
            actor=actor,
            detail={"digest": set_digest(files)},
        )
        return work.reports.get(key)


def approve(
    premises: Premises, campaign: Campaign, key: ReportKey, *, actor: str, digest: str = ""
) -> Sha256:
    """Approve the final set and give its digest; *digest* (or its first signs) must fit when given.

    Raises NotAllowedNow, ReportChanged.
    """
    actor = require(actor, "--by NAME")
    with premises.store.write() as work:
        report = _in_state(work, key, ReportState.CHECKED)
        if read_desk(work, campaign, now=premises.now()).is_stale(report):
            raise ReportChanged(_stale(report))
        there = set_digest(report.of(Rendition.FINAL))
        if digest and not there.startswith(digest.lower()):
            raise ReportChanged(f"report {key} has the digest {there[:8]}, not {digest[:8]}")
        work.reports.set_state(key, ReportState.APPROVED, expected=ReportState.CHECKED)
        decide(
            premises,
            work,
            campaign,
            DecisionKind.APPROVE,
            subject=str(key),
            actor=actor,
            detail={"digest": there},
        )
        return there


def send_back(premises: Premises, campaign: Campaign, key: ReportKey, *, actor: str, reason: str) -> None:
    """Return a checked or approved report for correction; the next draft follows it."""
    actor, reason = require(actor, "--by NAME"), require(reason, "--reason")
    with premises.store.write() as work:
        report = work.reports.get(key)
        if report.state in (ReportState.FORWARDED, ReportState.RETURNED):
            raise NotAllowedNow(f"report {key} is {report.state.value}; it cannot be returned")
        work.reports.set_state(key, ReportState.RETURNED, expected=report.state)
        decide(
            premises,
            work,
            campaign,
            DecisionKind.RETURN,
            subject=str(key),
            actor=actor,
            reason=reason,
        )


def sign(
    premises: Premises,
    campaign: Campaign,
    key: ReportKey,
    *,
    name: str,
    content: bytes,
    actor: str,
) -> Sha256:
    """Attach the signed copy that *actor* confirms to be the approved report; give its digest.

    Nothing is signed here: the copy comes from the document system or the scanner. Raises NotAllowedNow when
    the report is not approved or the file is no PDF.
    """
    actor = require(actor, "--by NAME")
    if not content.startswith(b"%PDF"):
        raise NotAllowedNow(f"{name} is no PDF; attach the signed copy as PDF")
    with premises.store.write() as work:
        report = _in_state(work, key, ReportState.APPROVED)
        file = ReportFile(
            rendition=Rendition.SIGNED, name=name, media_type="application/pdf", content=content
        )
        work.reports.set_state(key, ReportState.SIGNED, expected=ReportState.APPROVED)
        work.reports.add_files(key, (file,))
        approved = set_digest(report.of(Rendition.FINAL))
        decide(
            premises,
            work,
            campaign,
            DecisionKind.SIGN,
            subject=str(key),
            actor=actor,
            reason=name,
            detail={"digest": approved, "signed_digest": file.sha256},
        )
        return file.sha256


def _in_state(work: Work, key: ReportKey, state: ReportState) -> Report:
    report = work.reports.get(key)
    if report.state is not state:
        raise NotAllowedNow(f"report {key} is {report.state.value}, not {state.value}")
    return report


def _stale(report: Report) -> str:
    return (
        f"the figures have changed since report {report.key} was made; "
        "make a new draft with `tonghop report make`"
    )
