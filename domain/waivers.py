"""Rules that do not refuse the form of a unit, because a person of the office knows better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.findings import FindingAudience, Severity
from domain.history import DecisionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.findings import Finding
    from domain.history import Decision
    from domain.ids import UnitCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Who let a rule pass for a unit, and why."""

    #: Id of the rule: "R07".
    rule: str
    actor: str
    reason: str


def waivers_of(decisions: Iterable[Decision], unit: UnitCode) -> dict[str, Waiver]:
    """Give the waivers in force for a unit, by rule; *decisions* oldest first."""
    found: dict[str, Waiver] = {}
    for decision in decisions:
        if decision.subject != unit:
            continue
        if decision.kind is DecisionKind.WAIVE:
            rule = decision.detail["rule"]
            found[rule] = Waiver(rule=rule, actor=decision.actor, reason=decision.reason)
        elif decision.kind is DecisionKind.UNWAIVE:
            found.pop(decision.detail["rule"], None)
    return found


def waive(findings: Iterable[Finding], waivers: Mapping[str, Waiver]) -> tuple[Finding, ...]:
    """Turn what waived rules found into a warning for the office that says who let it pass; nothing is lost.

    The unit is not asked again about what the office has accepted.
    """
    return tuple(
        _passed(one, waivers[one.code]) if one.code in waivers and one.severity in _REFUSING else one
        for one in findings
    )


_REFUSING = (Severity.ERROR, Severity.QUESTION)


def _passed(one: Finding, waiver: Waiver) -> Finding:
    words = f"{one.message} ({waiver.actor} cho tiếp nhận: {waiver.reason})"
    return replace(
        one, severity=Severity.WARNING, audience=FindingAudience.OFFICE, message=words, advice=_NOTHING_TO_DO
    )


_NOTHING_TO_DO = "Đã được Văn phòng chấp nhận, không phải sửa."
