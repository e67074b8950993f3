"""Rules between fields, written by the office as expressions in a table, and the evaluator for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.findings import FindingAudience, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the rules table."""

    #: Id for people; several lines may share it (R05).
    id: str
    severity: Severity
    audience: FindingAudience
    #: Checked only when this expression holds; empty for always.
    when: str
    #: What must hold.
    must: str
    #: What is wrong, with {T05} for values and {T05.label} for labels.
    message: str
    #: What to do.
    advice: str
    #: Id of a rule: this one is checked only when that one does not hold (R06 after R07); empty for always.
    only_if_not: str = ""
    #: Where it stands, for error messages: `rules.csv:7`.
    place: str = ""
