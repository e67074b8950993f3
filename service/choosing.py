"""Several workbooks in one mail: which of them are a unit's answer, and what is said about the others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.answers import Missing
from domain.findings import finding
from parsers.form import is_answered
from service.reading import UNCLEAR, sort_findings, verdict_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.answers import ParsedForm
    from domain.campaigns import Campaign
    from domain.findings import Finding
    from domain.ids import UnitCode
    from service.reading import FormReading, Judgement


#: Findings that come of what else a mail brought, not of the form itself.
REMARKS = frozenset({"several_forms", "file_not_read"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One form of a mail with its unit and what is to be said about it."""

    reading: FormReading
    campaign: Campaign
    unit: UnitCode
    parsed: ParsedForm | None
    judgement: Judgement
    #: Of the answers alone: the same answers in another file have the same; empty without any.
    digest: str = ""


def choose(judged: Sequence[Judged]) -> list[Judged]:
    """Keep of every unit's workbooks those that answer.

    An untouched blank beside a filled form, a copy of it, another workbook: none of them is a version. Forms
    with different answers are asked about; their order in the mail says nothing.
    """
    kept: list[Judged] = []
    for owner in dict.fromkeys((one.campaign.code, one.unit) for one in judged):
        kept += _of_one_unit([one for one in judged if (one.campaign.code, one.unit) == owner])
    return kept


def _of_one_unit(mine: list[Judged]) -> list[Judged]:
    read = [one for one in mine if one.parsed is not None]
    books = [one for one in read if not one.reading.in_document]
    repeats = [one for one in read if one.reading.in_document and any(_repeats(one, book) for book in books)]
    mine = [one for one in mine if one not in repeats]
    read = [one for one in read if one not in repeats]
    if len(mine) == 1 or not read:
        return mine
    unclear = [one for one in mine if one.parsed is None and _trouble(one) in UNCLEAR]
    others = [one for one in mine if one.parsed is None and _trouble(one) not in UNCLEAR]
    filled = [one for one in read if one.parsed and is_answered(one.parsed.answers, one.campaign.form)]
    different = {one.digest: one for one in reversed(filled or read[:1])}
    forms = [one for one in read if one in different.values()]
    remarks: list[Finding] = []
    if len(forms) > 1:
        names = ", ".join(dict.fromkeys(one.reading.file.name for one in forms))
        remarks.append(finding("several_forms", None, raw=names))
    remarks += [finding("file_not_read", None, raw=one.reading.file.name) for one in others]
    return [*(_with(one, remarks) for one in forms), *unclear]


def _repeats(document: Judged, book: Judged) -> bool:
    """Tell whether the table of a document says nothing else than the workbook: the annex of a report."""
    assert document.parsed is not None
    assert book.parsed is not None
    return all(
        isinstance(answer.value, Missing) or answer.value == book.parsed.value(code)
        for code, answer in document.parsed.answers.items()
    )


def _trouble(one: Judged) -> str:
    return one.reading.trouble.code if one.reading.trouble is not None else ""


def _with(one: Judged, remarks: list[Finding]) -> Judged:
    findings = sort_findings((*one.judgement.findings, *remarks))
    return replace(one, judgement=replace(one.judgement, findings=findings, verdict=verdict_of(findings)))
