"""What a unit handed in, its versions, and the state of each thing it owes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.campaigns import Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.answers import ParsedForm
    from domain.campaigns import Deadlines
    from domain.findings import Finding
    from domain.ids import CampaignCode, MailKey, Sha256, SubmissionKey, UnitCode


class Verdict(StrEnum):
    """What reading and checking said about a return; worst last."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_WARNINGS = "accepted_with_warnings"
    REFUSED = "refused"
    HELD = "held"
    UNREADABLE = "unreadable"

    @property
    def counts(self) -> bool:
        """Tell whether the figures may be consolidated."""
        return self in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_WARNINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubmission:
    """A return about to be stored."""

    campaign: CampaignCode
    unit: UnitCode
    item: Item
    mail: MailKey
    attachment_name: str
    attachment_sha256: Sha256
    #: INTERNALDATE of the mail; for manual intake the instant the office received it.
    received_at: dt.datetime
    verdict: Verdict
    #: Version of the form the file says it is; empty for a narrative.
    form_version: str = ""
    #: Digest of the answers, equal for identical content whatever the file; empty for a narrative.
    content_digest: str = ""
    #: None for a narrative.
    parsed: ParsedForm | None = None
    #: Cell findings and rule findings, worst first.
    findings: tuple[Finding, ...] = ()
    #: Ids of rules that could not be evaluated.
    not_checked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A stored return."""

    key: SubmissionKey
    content: NewSubmission
    #: Number among the unit's returns of this item, from 1, by received_at; derived, never stored.
    version: int
    #: Why a person set it aside; empty when it stands.
    set_aside: str = ""

    @property
    def counts(self) -> bool:
        """Tell whether this version may be the one that counts."""
        return self.content.verdict.counts and not self.set_aside


class ItemState(StrEnum):
    """State of one item of a request."""

    AWAITING = "awaiting"
    HELD = "held"
    IN_CHECK = "in_check"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    EXCLUDED = "excluded"


class Flag(StrEnum):
    """What else is to be known of an item."""

    OVERDUE = "overdue"
    LATE = "late"
    #: A newer version was refused while an older one counts.
    CORRECTION_OPEN = "correction_open"
    CONSOLIDATED = "consolidated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStatus:
    """Where one item of one unit stands."""

    state: ItemState
    #: The version that counts; None while there is none.
    counted: Submission | None = None
    #: The newest version whatever its verdict; None while nothing came.
    newest: Submission | None = None
    #: First arrival of anything for this item.
    first_received_at: dt.datetime | None = None
    #: Of the first accepted version; None while nothing is accepted.
    on_time: bool | None = None
    flags: tuple[Flag, ...] = ()


def numbered(rows: Sequence[tuple[SubmissionKey, NewSubmission, str]]) -> tuple[Submission, ...]:
    """Give submissions of one unit and item their version numbers, ordered by received_at, then key.

    Each row is (key, content, reason it was set aside or "").
    """
    ordered = sorted(rows, key=lambda row: (row[1].received_at, row[0]))
    return tuple(
        Submission(key=key, content=content, version=number, set_aside=set_aside)
        for number, (key, content, set_aside) in enumerate(ordered, start=1)
    )


def item_status(  # noqa: PLR0913 - the facts a state depends on
    versions: Sequence[Submission],
    *,
    deadlines: Deadlines,
    now: dt.datetime,
    excluded: bool = False,
    held: bool = False,
    in_check: bool = False,
    consolidated: frozenset[SubmissionKey] = frozenset(),
    owed: bool = True,
) -> ItemStatus:
    """Derive the state of one item from its versions and from what is held or being read.

    *deadlines* are the unit's own (with its extension). *held* says that a held mail is most probably
    this unit's. The newest counting version counts; a refused newer one only opens a correction.
    """
    ordered = sorted(versions, key=lambda version: version.version)
    newest = ordered[-1] if ordered else None
    counting = [version for version in ordered if version.counts]
    counted = counting[-1] if counting else None
    is_refused = newest is not None and newest.content.verdict is Verdict.REFUSED and not newest.set_aside
    on_time = counting[0].content.received_at < deadlines.closes_at if counting else None
    facts = {
        Flag.CORRECTION_OPEN: counted is not None and is_refused,
        Flag.LATE: on_time is False,
        Flag.OVERDUE: not counting and owed and not excluded and now >= deadlines.closes_at,
        Flag.CONSOLIDATED: counted is not None and counted.key in consolidated,
    }
    states = (
        (excluded, ItemState.EXCLUDED),
        (counted is not None, ItemState.ACCEPTED),
        (is_refused, ItemState.REFUSED),
        (held, ItemState.HELD),
        (in_check, ItemState.IN_CHECK),
    )
    return ItemStatus(
        state=next((state for holds, state in states if holds), ItemState.AWAITING),
        counted=counted,
        newest=newest,
        first_received_at=ordered[0].content.received_at if ordered else None,
        on_time=on_time,
        flags=tuple(flag for flag, holds in facts.items() if holds),
    )
