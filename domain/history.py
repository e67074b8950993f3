"""What people decided and what happened, in order, for ever."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.ids import CampaignCode


class DecisionKind(StrEnum):
    """What a person can decide."""

    #: A held mail belongs to a unit: subject is the mail's number, `unit` in detail.
    ASSIGN = "assign"
    #: A held mail is no answer: subject is the mail's number.
    DISMISS = "dismiss"
    #: A submission does not count: subject is its number.
    SET_ASIDE = "set_aside"
    #: A unit need not answer: subject is the unit.
    EXCUSE = "excuse"
    #: The excuse is taken back: subject is the unit.
    UNEXCUSE = "unexcuse"
    #: A rule does not refuse the form of a unit: subject is the unit, `rule` in detail.
    WAIVE = "waive"
    #: The waiver is taken back: subject is the unit, `rule` in detail.
    UNWAIVE = "unwaive"
    #: Stored forms were read and checked again and the outcome was taken: subject is the campaign.
    RECHECK = "recheck"
    #: More time for one unit, or for all (subject "*"): `due_at`, `late_after` in detail, ISO.
    EXTEND = "extend"
    #: A person knows of an open correction and lets the report be checked: subject is the report.
    ACKNOWLEDGE = "acknowledge"
    CHECK = "check"
    APPROVE = "approve"
    RETURN = "return"
    SIGN = "sign"
    FORWARD = "forward"
    #: The plan was sent: subject is the campaign.
    DISPATCH = "dispatch"
    #: The campaign takes no more answers: subject is the campaign.
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Something a named person decided; rebuilt state starts from these and the raw mails."""

    campaign: CampaignCode
    kind: DecisionKind
    #: What it is about, as text: a mail number, a unit, a report number.
    subject: str
    actor: str
    reason: str
    at: dt.datetime
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened; the store chains their digests."""

    at: dt.datetime
    #: "service" or a person's name.
    actor: str
    #: Stable verb: "mail_collected", "letter_sent".
    action: str
    campaign: CampaignCode | None = None
    #: What it happened to: "mail:17", "unit:CCVC", "report:2".
    subject: str = ""
    #: Small facts; never a body, a figure or a password.
    detail: Mapping[str, str] = field(default_factory=dict)
