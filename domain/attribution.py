"""Whose mail it is: kinds of evidence, and the two results there can be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from domain.ids import CampaignCode, UnitCode
    from domain.messages import Guess, MailReason


class EvidenceKind(StrEnum):
    """Where a hint about the unit comes from, strongest first."""

    #: A person assigned the mail.
    DECISION = "decision"
    #: The mark in the returned workbook.
    STAMP = "stamp"
    #: The sender's address is registered for the unit.
    SENDER = "sender"
    #: The mail answers a letter that we wrote to the unit.
    THREAD = "thread"
    #: The unit's name stands in the form.
    FORM_NAME = "form_name"
    #: The unit's name or code stands in the subject.
    SUBJECT = "subject"
    #: The unit's name or code stands in a file name.
    FILE_NAME = "file_name"
    #: The sender's domain belongs to one unit only.
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One hint: this kind of thing points to that unit of that campaign."""

    kind: EvidenceKind
    campaign: CampaignCode
    unit: UnitCode
    #: What was seen, for the clerk: the address, the file name.
    seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """The mail is this unit's."""

    campaign: CampaignCode
    unit: UnitCode
    evidence: tuple[Evidence, ...]
    #: False when the sender is not registered: figures then go to the registered address only.
    sender_is_registered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unattributed:
    """Nobody may say whose mail it is but a person."""

    reason: MailReason
    evidence: tuple[Evidence, ...]
    #: Best first.
    guesses: tuple[Guess, ...]
    #: Vietnamese, for the clerk.
    explanation: str


AttributionResult: TypeAlias = Attribution | Unattributed
