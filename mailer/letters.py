"""The words of every letter: what each kind needs to know, and the texts it becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from domain.answers import DateValue, Missing, NotApplicable, Number, TextValue, Unclear
from domain.campaigns import Item, Owed
from domain.figures import Coverage
from domain.findings import Severity
from domain.forms import Aggregate, Requirement
from domain.outbox import LetterKind
from domain.vietnamese import date_with_weekday, format_date, format_number, instant_in_words
from mailer.headers import one_line
from mailer.mending import findings_for, fold_findings, quiet
from mailer.rendering import LetterText, render

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from domain.answers import AnswerValue, ParsedForm
    from domain.campaigns import Campaign, Plan, Step, Unit
    from domain.findings import Finding
    from domain.forms import Field
    from domain.messages import MailRecord
    from domain.reports import Report

__all__ = ["EscalationRow", "LetterText", "Letters", "MarkedCopies", "reply_subject"]

#: Fewest figures that a receipt reads back while the form has as many.
FEWEST_FIGURES = 5
#: Sentences "đã hiểu là" that a letter shows.
_MOST_UNDERSTOOD = 6
_MOST_GUESSES = 3
_REPLY = re.compile(r"\s*(?:re|trả lời|tra loi|tl)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_NUMBER_WORD = re.compile(r"\s*số\s*:?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRow:
    """One line of the list to lãnh đạo Sở."""

    unit: Unit
    #: State in the office's words: "Chưa gửi", "Yêu cầu chỉnh lý".
    status: str
    owed: tuple[Item, ...]
    #: Reminders and overdue letters that the unit has got.
    reminders: int
    due_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedCopies:
    """What a correction says of the unit's own files that go along with the wrong cells marked."""

    count: int
    #: One of them is a plain copy, because the unit's own file cannot be marked (.xls, .ods).
    has_plain_copy: bool = False
    #: Wrong cells beyond as many as are marked.
    left_unmarked: int = 0


def reply_subject(original: str, *, otherwise: str) -> str:
    """Give "Re: " and the subject that is answered, never doubled; *otherwise* when it is empty."""
    subject = " ".join(one_line(original).split()) or otherwise
    return subject if _REPLY.match(subject) else f"Re: {subject}"


#: The figures stand in a file already: only the file has to come again, or in another dress.
_SEND_AGAIN: Final = frozenset({
    "unreadable_file", "empty_file", "damaged_file", "old_excel_file", "foreign_spreadsheet", "numbers_file",
    "archive_file", "encrypted_file", "too_large_file",
})  # fmt: skip
#: Nothing in the file is to be mended: the form that comes with the letter has to be filled in.
_FILL_ANEW: Final = frozenset({"old_version", "wrong_form", "wrong_campaign", "wrong_year", "blank_form"})
#: The file lies elsewhere and only has to be attached.
_ATTACH: Final = frozenset({"cloud_link", "link_file"})


def _way_on(findings: Sequence[Finding]) -> str:
    """Say how to go on after advice: `again` the same file, `attach` it, or `fill` in the form."""
    codes = {finding.code for finding in findings}
    if codes and codes <= _SEND_AGAIN:
        return "again"
    return "attach" if codes and codes <= _ATTACH else "fill"


class Letters:
    """Writes the letters of one campaign; no letter carries figures of another unit than its own."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign

    def plan(
        self, unit: Unit, *, due_at: dt.datetime | None = None, file_names: Sequence[str] = ()
    ) -> LetterText:
        """Write the letter that brings the plan and the blank form."""
        return self._write(
            LetterKind.PLAN,
            unit=unit,
            deadline=self._deadline(due_at),
            deadline_day=self._day(due_at),
            plan=plan_title(self._campaign.plan),
            start=format_date(self._campaign.start),
            end=format_date(self._campaign.end),
            narrative_owed=self._campaign.owed.get(Item.NARRATIVE, Owed.NONE) is not Owed.NONE,
            answers=quiet(self._campaign.form.answer_words),
            asks_cut_off=any(one.aggregate is Aggregate.MIN_MAX for one in self._campaign.form.fields),
            file_names=[quiet(name) for name in file_names],
        )

    def receipt(  # noqa: PLR0913 - what a receipt tells
        self,
        unit: Unit,
        *,
        original_subject: str,
        version: int,
        received_at: dt.datetime,
        on_time: bool | None,
        counted_items: tuple[Item, ...],
        still_owed: tuple[Item, ...],
        parsed: ParsedForm | None,
        findings: Sequence[Finding],
        understood_as: Sequence[str],
        office_copy: bool = False,
        due_at: dt.datetime | None = None,
    ) -> LetterText:
        """Confirm what was accepted and read back how it was understood.

        *office_copy* is the copy for the office: it shows what only the office is told as well.
        """
        due = due_at or self._campaign.deadlines.due_at
        told = findings_for(findings, (Severity.WARNING,), office=office_copy)
        return self._write(
            LetterKind.RECEIPT,
            original_subject,
            unit=unit,
            version=version,
            received=self._instant(received_at),
            on_time=on_time,
            counted_items=[item.value for item in counted_items],
            still_owed=[item.value for item in still_owed],
            deadline=self._deadline(due),
            past_due=received_at >= due,
            rows=self._read_back(parsed) if parsed is not None else [],
            warnings=fold_findings(told, self._campaign.form),
            understood_as=[quiet(sentence) for sentence in understood_as[:_MOST_UNDERSTOOD]],
            understood_more=max(len(understood_as) - _MOST_UNDERSTOOD, 0),
            office_copy=office_copy,
        )

    def correction(  # noqa: PLR0913 - what a correction tells
        self,
        unit: Unit,
        *,
        original_subject: str,
        file_name: str,
        findings: Sequence[Finding],
        understood_as: Sequence[str],
        due_at: dt.datetime,
        counted_version: int | None,
        marked: MarkedCopies | None = None,
        now: dt.datetime | None = None,
    ) -> LetterText:
        """List on one page what has to be mended before the return counts, worst first.

        *marked* tells of the unit's own files that go along, with the cells marked.
        """
        form = self._campaign.form
        errors = fold_findings(findings_for(findings, (Severity.ERROR, Severity.QUESTION)), form)
        warnings = fold_findings(
            findings_for(findings, (Severity.WARNING,)), form, most=10 - len(errors.lines)
        )
        return self._write(
            LetterKind.CORRECTION,
            original_subject,
            unit=unit,
            file_name=quiet(file_name),
            fresh=bool(findings) and {finding.code for finding in findings} <= _FILL_ANEW,
            errors=errors,
            warnings=warnings,
            understood_as=[quiet(sentence) for sentence in understood_as[:_MOST_UNDERSTOOD]],
            deadline=self._deadline(due_at),
            past_due=now is not None and now >= due_at,
            counted_version=counted_version,
            marked=marked,
        )

    def advice(self, unit: Unit | None, *, original_subject: str, findings: Sequence[Finding]) -> LetterText:
        """Tell a sender whose mail brought no form that could be read what to do; holds no figures."""
        told = findings_for(findings, Severity)
        return self._write(
            LetterKind.ADVICE,
            original_subject,
            unit=unit,
            errors=fold_findings(told, self._campaign.form),
            way=_way_on(told),
        )

    def reminder(
        self,
        unit: Unit,
        *,
        step: Step,
        owed: tuple[Item, ...],
        open_errors: int,
        due_at: dt.datetime,
        now: dt.datetime,
    ) -> LetterText:
        """Remind a unit of exactly what it still owes; *open_errors* stand against its newest form."""
        zone = self._campaign.calendar.timezone
        expected = [item.value for item in Item if self._campaign.owed.get(item, Owed.NONE) is not Owed.NONE]
        left = [item.value for item in owed]
        return self._write(
            LetterKind.REMINDER,
            unit=unit,
            step=step.name,
            owed=left,
            nothing_came=open_errors == 0 and set(expected) <= set(left),
            open_errors=open_errors,
            deadline=self._deadline(due_at),
            deadline_day=self._day(due_at),
            past_due=now >= due_at,
            days_left=(due_at.astimezone(zone).date() - now.astimezone(zone).date()).days,
        )

    def overdue(self, unit: Unit, *, owed: tuple[Item, ...], due_at: dt.datetime) -> LetterText:
        """Tell the unit's head that the deadline has passed."""
        return self._write(
            LetterKind.OVERDUE,
            unit=unit,
            owed=[item.value for item in owed],
            deadline=self._deadline(due_at),
        )

    def escalation(self, rows: Sequence[EscalationRow], *, coverage: Coverage | None = None) -> LetterText:
        """List for lãnh đạo Sở the units that have not answered, in the order given."""
        return self._write(
            LetterKind.ESCALATION,
            rows=[
                {
                    "name": row.unit.name,
                    "head": row.unit.head,
                    "status": row.status,
                    "owed": [item.value for item in row.owed],
                    "reminders": row.reminders,
                    "due": self._instant(row.due_at),
                }
                for row in rows
            ],
            coverage=coverage,
        )

    def held_notice(self, records: Sequence[MailRecord]) -> LetterText:
        """Show the office the mails that wait for a person, and the words that decide them."""
        return self._write(LetterKind.HELD_NOTICE, records=[self._held(record) for record in records])

    def report_ready(
        self, *, report: Report, coverage: Coverage, occasion: str, file_names: Sequence[str]
    ) -> LetterText:
        """Bring the consolidated draft to the office, and say who is not in it."""
        return self._write(
            LetterKind.REPORT_READY,
            report=report,
            coverage=coverage,
            missing=self._names(coverage.missing),
            open_corrections=self._names(row.unit for row in coverage.rows if row.correction_open),
            late=self._names(row.unit for row in coverage.rows if row.counted and row.on_time is False),
            occasion=occasion,
            made=self._instant(report.created_at),
            deadline=self._deadline(None),
            report_due=self._deadline(self._campaign.deadlines.report_due_at)
            if self._campaign.deadlines.report_due_at
            else "",
            file_names=[quiet(name) for name in file_names],
        )

    def extension(self, unit: Unit, *, due_at: dt.datetime, reason: str) -> LetterText:
        """Tell a unit its new deadline."""
        return self._write(
            LetterKind.EXTENSION,
            unit=unit,
            deadline=self._deadline(due_at),
            deadline_day=self._day(due_at),
            reason=quiet(reason).rstrip("."),
        )

    def forwarding(
        self, *, report: Report, coverage: Coverage, signed: bool, file_names: Sequence[str]
    ) -> LetterText:
        """Bring the approved report to the superior; number, date and signature are never invented."""
        return self._write(
            LetterKind.FORWARDING,
            report=report,
            coverage=coverage,
            signed=signed,
            subject_words=_lower_first(self._campaign.report.subject),
            file_names=[quiet(name) for name in file_names],
        )

    def _write(self, kind: LetterKind, original_subject: str | None = None, **words: object) -> LetterText:
        campaign = self._campaign
        reply = ""
        if original_subject is not None:
            reply = reply_subject(original_subject, otherwise=campaign.title)
        context: dict[str, object] = {
            "campaign": campaign,
            "office": campaign.office,
            "reply_subject": reply,
            **words,
        }
        self._keep(kind, context)
        return render(kind, campaign.texts, context)

    def _keep(self, kind: LetterKind, context: dict[str, object]) -> None:
        """Do nothing; trying out overrides looks at *context* here."""

    def _deadline(self, due_at: dt.datetime | None) -> str:
        due = due_at or self._campaign.deadlines.due_at
        return instant_in_words(due.astimezone(self._campaign.calendar.timezone))

    def _day(self, due_at: dt.datetime | None) -> str:
        due = due_at or self._campaign.deadlines.due_at
        return date_with_weekday(due.astimezone(self._campaign.calendar.timezone).date())

    def _instant(self, at: dt.datetime) -> str:
        """Write an instant that needs no weekday: "17 giờ 00, ngày 19/10/2021"."""
        local = at.astimezone(self._campaign.calendar.timezone)
        return f"{local.hour} giờ {local.minute:02d}, ngày {format_date(local.date())}"

    def _names(self, codes: Iterable[str]) -> list[str]:
        names = {str(unit.code): unit.name for unit in self._campaign.units}
        return [names.get(str(code), str(code)) for code in codes]

    def _read_back(self, parsed: ParsedForm) -> list[tuple[str, str]]:
        """Give label and value of the headline figures, measure behind the number as sentences have it."""
        return [
            (field.label.lstrip("- "), value_in_words(parsed.value(field.code), field))
            for field in headline_fields(self._campaign.form.fields)
        ]

    def _held(self, record: MailRecord) -> dict[str, object]:
        names = {unit.code: unit.name for unit in self._campaign.units}
        sender = record.sender
        return {
            "key": record.key,
            "received": self._instant(record.received_at),
            "sender": f"{quiet(sender.name)} <{quiet(sender.address)}>".strip() if sender else "",
            "subject": quiet(record.subject),
            "files": [quiet(attachment.name) for attachment in record.attachments],
            "why": quiet(record.explanation),
            "guesses": [
                {
                    "unit": guess.unit,
                    "name": names.get(guess.unit, guess.unit),
                    "reasons": [quiet(reason) for reason in guess.reasons],
                }
                for guess in record.guesses[:_MOST_GUESSES]
            ],
        }


def headline_fields(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Choose the figures a receipt reads back: of each section the first that must be answered and is summed.

    Sections are gone through again, in the order of the form, until there are five.
    """
    sections: dict[str, list[Field]] = {}
    asked = (Requirement.REQUIRED, Requirement.OR_NOT_APPLICABLE)
    for field in fields:
        if field.is_number and field.aggregate is Aggregate.SUM and field.requirement in asked:
            sections.setdefault(field.section, []).append(field)
    chosen: set[str] = set()
    depth = 0
    while len(chosen) < FEWEST_FIGURES and any(len(group) > depth for group in sections.values()):
        for group in sections.values():
            if len(group) > depth and (depth == 0 or len(chosen) < FEWEST_FIGURES):
                chosen.add(group[depth].code)
        depth += 1
    return tuple(field for field in fields if field.code in chosen)


def value_in_words(value: AnswerValue, field: Field) -> str:
    """Write an answer the Vietnamese way, with its measure: "1.234,5 triệu đồng"."""
    match value:
        case Number(value=number, approximate=approximate):
            text = format_number(Decimal(number))
            measured = f"{text} {field.measure}".strip()
            return f"{measured} (ước)" if approximate else measured
        case DateValue(date=day):
            return format_date(day)
        case TextValue(text=words):
            return quiet(words)
        case NotApplicable():
            return "không phát sinh"
        case Missing():
            return "chưa báo cáo"
        case Unclear():
            return "chưa rõ"


def plan_title(plan: Plan) -> str:
    """Name the plan as a sentence does, number and date only when Văn thư has given them."""
    number = _NUMBER_WORD.sub("", plan.number, count=1) if plan.number else ""
    if number and "/" not in number and plan.symbol:
        number = f"{number}/{plan.symbol}"
    parts = [plan.kind, f"số {number}" if number else ""]
    if plan.issued_on is not None:
        parts.append(f"ngày {format_date(plan.issued_on)}")
    parts.append(_lower_first(plan.subject))
    return " ".join(part for part in parts if part)


def _lower_first(text: str) -> str:
    """Begin with a small letter inside a sentence, but leave "UBND" and the like."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
