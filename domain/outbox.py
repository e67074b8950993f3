"""Letters on their way out: composed, committed, then sent, each once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.ids import CampaignCode, LetterKey, MailKey, MessageId, UnitCode

#: How long an attempt in doubt is left alone (the final dot may take ten minutes).
LEASE = dt.timedelta(minutes=15)

#: Waiting time before the next attempt, by number of attempts made; the last value repeats.
RETRY_DELAYS = (
    dt.timedelta(minutes=15),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=1),
    dt.timedelta(hours=2),
    dt.timedelta(hours=4),
)

#: After this many attempts a person is asked.
MAXIMUM_ATTEMPTS = 12


class LetterKind(StrEnum):
    """The letters we write."""

    #: Plan and blank form to a unit.
    PLAN = "plan"
    #: The return was accepted.
    RECEIPT = "receipt"
    #: The return was refused: what to mend.
    CORRECTION = "correction"
    #: The file could not be read, or there was none: what to do.
    ADVICE = "advice"
    REMINDER = "reminder"
    OVERDUE = "overdue"
    ESCALATION = "escalation"
    #: A mail waits for a person of the office.
    HELD_NOTICE = "held_notice"
    #: The consolidated draft to the office.
    REPORT_READY = "report_ready"
    #: A deadline was moved.
    EXTENSION = "extension"
    #: The approved report to the superior.
    FORWARDING = "forwarding"

    @property
    def answers_mail(self) -> bool:
        """Tell whether this letter answers an inbound mail (Auto-Submitted: auto-replied)."""
        return self in (LetterKind.RECEIPT, LetterKind.CORRECTION, LetterKind.ADVICE)


class LetterState(StrEnum):
    """Where a letter stands."""

    QUEUED = "queued"
    #: An attempt is under way or in doubt until the lease runs out.
    LEASED = "leased"
    SENT = "sent"
    #: Refused for good; shown to the office.
    FAILED = "failed"
    #: A person has to decide (too large, too many, restored store).
    HELD = "held"
    #: No longer wanted (the unit has answered).
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterHead:
    """To whom a letter went, and about what."""

    campaign: CampaignCode | None
    unit: UnitCode | None
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLetter:
    """A letter composed and about to be committed."""

    #: None for letters that concern no campaign.
    campaign: CampaignCode | None
    unit: UnitCode | None
    kind: LetterKind
    #: What makes this letter another than the last of its kind: "mail:17", "r1@2021-10-19T17:00+07:00".
    cause: str
    #: Unique in the outbox.
    message_id: MessageId
    sender: str
    #: Envelope recipients, To and Cc.
    recipients: tuple[str, ...]
    subject: str
    #: The bytes that leave, the same at each attempt.
    content: bytes
    #: Mail this letter answers.
    answers: MailKey | None = None
    #: Not before this instant; aware.
    not_before: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A committed letter; its bytes are fetched apart."""

    key: LetterKey
    campaign: CampaignCode | None
    unit: UnitCode | None
    kind: LetterKind
    cause: str
    message_id: MessageId
    sender: str
    recipients: tuple[str, ...]
    subject: str
    answers: MailKey | None
    state: LetterState
    created_at: dt.datetime
    not_before: dt.datetime
    #: Recipients that a server has taken over.
    accepted: tuple[str, ...] = ()
    #: Recipients refused for good.
    refused: tuple[str, ...] = ()
    attempts: int = 0
    lease_until: dt.datetime | None = None
    sent_at: dt.datetime | None = None
    #: What the server said last, or why it is held or withdrawn.
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the server said about one attempt."""

    #: Recipients taken over.
    accepted: tuple[str, ...]
    #: Recipient -> answer, refused for good (5xx).
    refused: dict[str, str]
    #: Recipient -> answer, to be tried again (4xx).
    deferred: dict[str, str]
    #: The final answer, proof of acceptance: "250 2.0.0 Ok: queued as 4Fg…".
    answer: str


def retry_delay(attempts: int) -> dt.timedelta:
    """Give the waiting time after the *attempts*-th try (from 1); greylisting wants 15 minutes at least."""
    return RETRY_DELAYS[min(attempts, len(RETRY_DELAYS)) - 1]
