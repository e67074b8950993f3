"""Where everything of a campaign stands, derived from what is stored: states, requests, coverage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.campaigns import Item, Owed, UnitStatus
from domain.deadlines import Request, RungSent, own_deadlines, read_rung_cause
from domain.figures import Coverage, CoverageRow
from domain.findings import Severity
from domain.history import DecisionKind
from domain.ids import UnitCode
from domain.messages import MailOutcome
from domain.outbox import LetterKind, LetterState
from domain.submissions import Flag, ItemState, ItemStatus, item_status

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from domain.campaigns import Campaign, Deadlines, Unit
    from domain.history import Decision
    from domain.ids import CampaignCode, SubmissionKey
    from domain.messages import MailRecord
    from domain.narratives import ReportText
    from domain.outbox import Letter
    from domain.reports import Report, ReportHead
    from domain.submissions import Submission
    from service.ports import Work

#: Words of the office for what a state looks like on a list.
STATE_WORDS = {
    ItemState.AWAITING: "Chưa gửi",
    ItemState.HELD: "Đã gửi - chờ kiểm tra",
    ItemState.IN_CHECK: "Đã gửi - chờ kiểm tra",
    ItemState.REFUSED: "Yêu cầu chỉnh lý",
    ItemState.ACCEPTED: "Đã tiếp nhận",
    ItemState.EXCLUDED: "Không thuộc diện",
}


@dataclass(frozen=True, kw_only=True)
class UnitDesk:
    """Where one unit stands."""

    unit: Unit
    deadlines: Deadlines
    extended_at: dt.datetime | None
    items: Mapping[Item, ItemStatus]
    #: Why the unit need not answer; empty when it must.
    excluded: str
    #: Items still owed, form first.
    owes: tuple[Item, ...]
    dispatched_at: dt.datetime | None
    held_first_guess: bool
    sent: tuple[RungSent, ...] = ()

    @property
    def form(self) -> ItemStatus:
        """Status of the form."""
        return self.items[Item.FORM]

    @property
    def narrative(self) -> ItemStatus:
        """Status of the narrative report."""
        return self.items[Item.NARRATIVE]

    @property
    def open_errors(self) -> int:
        """Count what stands against the newest, refused version of the form."""
        newest = self.form.newest
        if newest is None or newest.content.verdict.counts:
            return 0
        refusing = (Severity.ERROR, Severity.QUESTION)
        return sum(one.count for one in newest.content.findings if one.severity in refusing)

    @property
    def status_words(self) -> str:
        """Say the state of the form in the office's words."""
        if self.excluded:
            return STATE_WORDS[ItemState.EXCLUDED]
        return STATE_WORDS[self.form.state]

    def request(self) -> Request:
        """Give what the ladder has to know."""
        return Request(
            unit=self.unit.code,
            owed=self.owes,
            deadlines=self.deadlines,
            extended_at=self.extended_at,
            dispatched_at=self.dispatched_at,
            held_first_guess=self.held_first_guess,
            sent=self.sent,
        )


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where a campaign stands at one instant."""

    campaign: Campaign
    now: dt.datetime
    #: In roster order.
    units: tuple[UnitDesk, ...]
    held: tuple[MailRecord, ...]
    #: Oldest first.
    reports: tuple[ReportHead, ...]
    letters: tuple[Letter, ...]
    #: How far each text report could be read, without its words.
    texts: Mapping[SubmissionKey, ReportText] = field(default_factory=dict)
    by_code: Mapping[UnitCode, UnitDesk] = field(default_factory=dict)

    @property
    def counted(self) -> tuple[Submission, ...]:
        """Give the forms that count, in roster order."""
        return tuple(
            desk.form.counted for desk in self.units if desk.form.counted is not None and not desk.excluded
        )

    @property
    def counted_texts(self) -> tuple[Submission, ...]:
        """Give the text reports that count, in roster order."""
        return tuple(
            desk.narrative.counted
            for desk in self.units
            if desk.narrative.counted is not None and not desk.excluded
        )

    @property
    def inputs(self) -> tuple[SubmissionKey, ...]:
        """Keys of the forms that count."""
        return tuple(submission.key for submission in self.counted)

    @property
    def all_answered(self) -> bool:
        """Tell whether no unit owes its form any more."""
        return bool(self.counted) and all(Item.FORM not in desk.owes for desk in self.units)

    def is_stale(self, report: Report | ReportHead) -> bool:
        """Tell whether the figures, or words that it quotes, have changed since *report* was made.

        A text report that came later and is not quoted changes nothing.
        """
        forms = len(self.inputs)
        texts = {submission.key for submission in self.counted_texts}
        return report.inputs[:forms] != self.inputs or not texts.issuperset(report.inputs[forms:])

    def coverage(self) -> Coverage:
        """Give who is in the figures and who is not."""
        return Coverage(rows=tuple(_coverage_row(desk) for desk in self.units))


def read_desk(work: Work, campaign: Campaign, *, now: dt.datetime) -> Desk:
    """Derive the desk of *campaign* from one snapshot of the store."""
    decisions = work.decisions.of_campaign(campaign.code)
    submissions = work.submissions.of_campaign(campaign.code)
    letters = work.outbox.of_campaign(campaign.code)
    held = tuple(
        record
        for record in work.messages.with_outcome(MailOutcome.HELD)
        if record.campaign in (None, campaign.code)
    )
    reports = work.reports.heads(campaign.code)
    consolidated = frozenset(reports[-1].inputs) if reports else frozenset()
    excused = excused_units(decisions)
    guessed = {
        record.guesses[0].unit
        for record in held
        if record.guesses and record.guesses[0].campaign == campaign.code
    }
    units = tuple(
        _unit_desk(
            campaign,
            unit,
            now=now,
            decisions=decisions,
            versions=tuple(s for s in submissions if s.content.unit == unit.code),
            letters=tuple(letter for letter in letters if letter.unit == unit.code),
            excluded=_why_excluded(unit, excused),
            held=unit.code in guessed,
            consolidated=consolidated,
        )
        for unit in campaign.units
    )
    return Desk(
        campaign=campaign,
        now=now,
        units=units,
        held=held,
        reports=reports,
        letters=letters,
        texts=work.texts.states(campaign.code),
        by_code={desk.unit.code: desk for desk in units},
    )


def unit_desk(work: Work, campaign: Campaign, code: UnitCode, *, now: dt.datetime) -> UnitDesk:
    """Derive where one unit stands; letters and held mails are left out (read_desk has them)."""
    unit = campaign.unit_by_code[code]
    decisions = work.decisions.of_campaign(campaign.code)
    versions = tuple(
        version for item in Item for version in work.submissions.of_unit(campaign.code, code, item)
    )
    return _unit_desk(
        campaign,
        unit,
        now=now,
        decisions=decisions,
        versions=versions,
        letters=(),
        excluded=_why_excluded(unit, excused_units(decisions)),
        held=False,
        consolidated=frozenset(),
    )


def _why_excluded(unit: Unit, excused: Mapping[UnitCode, str]) -> str:
    if unit.status is UnitStatus.EXCLUDED:
        return unit.reason or "không thuộc diện báo cáo"
    return excused.get(unit.code, "")


def excused_units(decisions: tuple[Decision, ...]) -> dict[UnitCode, str]:
    """Give the units excused at present, with the reason."""
    excused: dict[UnitCode, str] = {}
    for decision in decisions:
        if decision.kind is DecisionKind.EXCUSE:
            excused[UnitCode(decision.subject)] = decision.reason
        elif decision.kind is DecisionKind.UNEXCUSE:
            excused.pop(UnitCode(decision.subject), None)
    return excused


def polled_since(work: Work, accounts: Sequence[str]) -> dt.datetime | None:
    """Give the oldest of the accounts' last successful polls; None when one never succeeded."""
    polls = [work.polls.last_success(account) for account in accounts]
    if not polls or None in polls:
        return None
    return min(poll for poll in polls if poll is not None)


def running(campaigns: Mapping[CampaignCode, Campaign]) -> tuple[Campaign, ...]:
    """Give the campaigns in the order of their codes."""
    return tuple(campaigns[code] for code in sorted(campaigns))


def _unit_desk(  # noqa: PLR0913 - the facts a unit's standing depends on
    campaign: Campaign,
    unit: Unit,
    *,
    now: dt.datetime,
    decisions: tuple[Decision, ...],
    versions: tuple[Submission, ...],
    letters: tuple[Letter, ...],
    excluded: str,
    held: bool,
    consolidated: frozenset[SubmissionKey],
) -> UnitDesk:
    deadlines, extended_at = own_deadlines(campaign.deadlines, unit.code, decisions)
    items = {
        item: item_status(
            [version for version in versions if version.content.item is item],
            deadlines=deadlines,
            now=now,
            excluded=bool(excluded),
            held=held and item is Item.FORM,
            consolidated=consolidated,
            owed=campaign.owed.get(item, Owed.NONE) is not Owed.NONE,
        )
        for item in Item
    }
    owes = tuple(
        item
        for item in Item
        if campaign.owed.get(item, Owed.NONE) is not Owed.NONE
        and not excluded
        and (items[item].counted is None or Flag.CORRECTION_OPEN in items[item].flags)
    )
    plans = [letter.created_at for letter in letters if letter.kind is LetterKind.PLAN]
    return UnitDesk(
        unit=unit,
        deadlines=deadlines,
        extended_at=extended_at,
        items=items,
        excluded=excluded,
        owes=owes,
        dispatched_at=min(plans, default=None),
        held_first_guess=held,
        sent=_rungs_sent(letters),
    )


def _rungs_sent(letters: tuple[Letter, ...]) -> tuple[RungSent, ...]:
    sent: list[RungSent] = []
    for letter in letters:
        if letter.kind not in (LetterKind.REMINDER, LetterKind.OVERDUE):
            continue
        if letter.state is LetterState.WITHDRAWN:
            continue
        rung = read_rung_cause(letter.cause)
        if rung is not None:
            sent.append(RungSent(step=rung[0], due_at=rung[1], at=letter.sent_at or letter.created_at))
    return tuple(sent)


def _coverage_row(desk: UnitDesk) -> CoverageRow:
    counted = desk.form.counted
    narrative = desk.narrative.counted
    words = desk.status_words
    if Flag.OVERDUE in desk.form.flags:
        words = "Quá hạn"
    return CoverageRow(
        unit=desk.unit.code,
        status=words,
        counted=counted is not None and not desk.excluded,
        excluded=bool(desk.excluded),
        reason=desk.excluded,
        first_received_at=desk.form.first_received_at,
        received_at=counted.content.received_at if counted else None,
        version=counted.version if counted else None,
        on_time=desk.form.on_time,
        warnings=sum(f.severity is Severity.WARNING for f in counted.content.findings) if counted else 0,
        correction_open=Flag.CORRECTION_OPEN in desk.form.flags,
        narrative_received_at=narrative.content.received_at if narrative else None,
    )
