"""Consolidated reports: renditions, states, and the digest that binds an approval."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.ids import Sha256

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.figures import Consolidation
    from domain.ids import CampaignCode, ReportKey, SubmissionKey


class ReportState(StrEnum):
    """Where a report stands."""

    DRAFT = "draft"
    #: The final set is rendered once, without DỰ THẢO.
    CHECKED = "checked"
    APPROVED = "approved"
    #: A signed copy is attached.
    SIGNED = "signed"
    FORWARDED = "forwarded"
    #: Sent back for correction; the next draft follows.
    RETURNED = "returned"


class Rendition(StrEnum):
    """For whom a file is."""

    #: With DỰ THẢO; never forwarded.
    DRAFT = "draft"
    #: What is approved and forwarded.
    FINAL = "final"
    #: The signed copy that a person attached.
    SIGNED = "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """One file of a report."""

    rendition: Rendition
    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> Sha256:
        """Digest of the content."""
        return Sha256(hashlib.sha256(self.content).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHead:
    """What a list says of a report: everything but its figures and files."""

    key: ReportKey
    campaign: CampaignCode
    state: ReportState
    created_at: dt.datetime
    #: Why it was made: "deadline", "complete", "asked".
    occasion: str
    #: Submissions whose figures are in it, in roster order.
    inputs: tuple[SubmissionKey, ...]
    #: n of N units in the figures.
    counted: int
    expected: int


@dataclass(frozen=True, kw_only=True)
class Report:
    """A consolidated report and its files."""

    key: ReportKey
    campaign: CampaignCode
    state: ReportState
    created_at: dt.datetime
    #: Why it was made: "deadline", "complete", "asked".
    occasion: str
    consolidation: Consolidation
    files: tuple[ReportFile, ...] = ()

    @property
    def inputs(self) -> tuple[SubmissionKey, ...]:
        """Submissions whose figures are in it, in roster order."""
        return self.consolidation.inputs

    def of(self, rendition: Rendition) -> tuple[ReportFile, ...]:
        """Give the files of one rendition."""
        return tuple(file for file in self.files if file.rendition is rendition)


def set_digest(files: Sequence[ReportFile]) -> Sha256:
    """Give the SHA-256 over the sorted (name, sha256) list: what an approval is bound to."""
    lines = sorted(f"{file.name}\x1f{file.sha256}\n" for file in files)
    return Sha256(hashlib.sha256("".join(lines).encode()).hexdigest())
