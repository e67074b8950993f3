"""The JSON that others script against: plain dictionaries of contracts, made of domain values."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from domain.answers import AnswerValue, DateValue, Number, TextValue, state_of
from domain.campaigns import Item
from domain.deadlines import next_rungs
from domain.forms import FieldType
from domain.messages import MailOutcome
from domain.reports import Rendition, set_digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.answers import ListRow, ParsedForm
    from domain.figures import Coverage, Part
    from domain.findings import Finding
    from domain.forms import FormSpec
    from domain.messages import MailRecord
    from domain.narratives import ReportText, TextBlock
    from domain.reports import Report
    from domain.submissions import ItemStatus, Submission
    from service.desk import Desk, UnitDesk
    from service.lineage import Explanation
    from service.ports import Work
    from service.reading import Judgement
    from service.reading_files import FileReading
    from service.recheck import Change

#: What json.dumps takes.
Json: TypeAlias = dict[str, Any]


def plain_number(value: Decimal) -> int | Decimal:
    """Give a JSON number: an integer where it is whole, a plain decimal otherwise (see cli.output)."""
    return int(value) if value == value.to_integral_value() else value


def plain_value(value: AnswerValue) -> Any:
    """Give the JSON value of an answer: number, ISO date, text or null."""
    match value:
        case Number(value=number):
            return plain_number(number)
        case TextValue(text=text):
            return text
        case DateValue(date=date):
            return date.isoformat()
        case _:
            return None


def figure_value(value: Decimal | dt.date | str | None) -> Any:
    """Give the JSON value of a figure."""
    if isinstance(value, Decimal):
        return plain_number(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def instant(at: dt.datetime | None) -> str | None:
    """Write an instant with its offset."""
    return at.isoformat() if at is not None else None


def answers_shape(parsed: ParsedForm, form: FormSpec) -> Json:
    """Give the answers of a form by code; computed fields are no answers."""
    shape: Json = {}
    for field in form.fields:
        answer = parsed.answers.get(field.code)
        if answer is None or field.type is FieldType.COMPUTED:
            continue
        entry: Json = {
            "state": state_of(answer.value),
            "value": plain_value(answer.value),
            "raw": answer.raw,
            "note": answer.note,
            "sheet": answer.place.sheet if answer.place else None,
            "cell": answer.place.cell if answer.place else None,
        }
        if isinstance(answer.value, Number) and answer.value.approximate:
            entry["approximate"] = True
        shape[field.code] = entry
    return shape


def row_shape(row: ListRow) -> Json:
    """Give one list row with its place."""
    values = {name: plain_value(value) for name, value in row.values.items()}
    return {**values, "sheet": row.sheet, "row": row.row}


def finding_shape(finding: Finding) -> Json:
    """Give one finding."""
    shape: Json = {
        "code": finding.code,
        "severity": finding.severity.value,
        "audience": finding.audience.value,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "field": finding.field,
        "message": finding.message,
        "advice": finding.advice,
    }
    return shape if finding.count == 1 else {**shape, "count": finding.count}


def change_shape(change: Change) -> Json:
    """Give what `tonghop recheck --json` prints for one form."""
    return {
        "unit": change.unit,
        "version": change.version,
        "before": change.before.value,
        "after": change.after.value,
        "values": [
            {"code": one.code, "before": _state_shape(one.before), "after": _state_shape(one.after)}
            for one in change.values
        ],
        "changed_rows": change.changed_rows,
        "new": [finding_shape(one) for one in change.new],
        "gone": [finding_shape(one) for one in change.gone],
        "problem": change.problem or None,
    }


def _state_shape(value: AnswerValue) -> Json:
    return {"state": state_of(value), "value": plain_value(value)}


def reading_shape(reading: FileReading) -> Json:
    """Give what `tonghop read --json` prints for one file."""
    judgement: Judgement = reading.judgement
    form = reading.campaign.form if reading.campaign is not None else None
    parsed = reading.parsed
    return {
        "verdict": judgement.verdict.value,
        "unit": reading.unit,
        "form": {"id": form.id, "version": reading.form_version} if form and parsed else None,
        "answers": answers_shape(parsed, form) if parsed and form else {},
        "lists": {
            spec.code: [row_shape(row) for row in parsed.lists.get(spec.code, ())] for spec in form.lists
        }
        if parsed and form
        else {},
        "findings": [finding_shape(finding) for finding in judgement.findings],
        "understood_as": list(parsed.understood_as) if parsed else [],
        "not_checked": list(judgement.not_checked),
        "confidence": parsed.confidence if parsed else None,
        "name": reading.name,
        "explanation": reading.explanation or None,
    }


def words_shape(text: ReportText, placed: Sequence[tuple[str, TextBlock]]) -> Json:
    """Give what `tonghop read --words --json` prints for a text report."""
    return {
        "state": text.state.value,
        "problem": text.problem.value if text.problem is not None else None,
        "blocks": [
            {"under": under or None, "kind": block.kind.value, "place": block.place, "text": block.text}
            for under, block in placed
        ],
    }


def readings_shape(readings: Sequence[FileReading]) -> Json:
    """Give what `tonghop read --json` prints: the worst form, and all of them when there are several."""
    shape = reading_shape(readings[0])
    if len(readings) > 1:
        shape["forms"] = [reading_shape(reading) for reading in readings]
    return shape


def ledger_shape(work: Work, record: MailRecord) -> Json:
    """Give one line of the ledger."""
    forms = [
        _submission_shape(submission)
        for submission in work.submissions.of_mail(record.key, with_forms=True)
        if submission.content.item is Item.FORM
    ]
    only = forms[0] if len(forms) == 1 else None
    letters = work.outbox.answering(record.key)
    settled = record.outcome is not MailOutcome.NEW
    return {
        "message_id": record.message_id,
        "sha256": record.sha256,
        "account": record.first_seen.account,
        "folder": record.first_seen.folder,
        "uid": record.first_seen.uid,
        "received_at": instant(record.received_at),
        "outcome": record.outcome.value if settled else MailOutcome.HELD.value,
        "reason": record.reason.value if record.reason else (None if settled else "pending"),
        "submissions": forms,
        "unit": only["unit"] if only else record.unit,
        "version": only["version"] if only else None,
        "codes": only["codes"] if only else None,
        "values": only["values"] if only else None,
        "attachments": [{"name": note.name, "sha256": note.sha256} for note in record.attachments],
        "reply_message_ids": [letter.message_id for letter in letters],
        "mail": record.key,
    }


def _submission_shape(submission: Submission) -> Json:
    content = submission.content
    parsed = content.parsed
    answered = {
        code: plain_value(answer.value)
        for code, answer in (parsed.answers.items() if parsed else ())
        if plain_value(answer.value) is not None
    }
    return {
        "unit": content.unit,
        "version": submission.version,
        "outcome": content.verdict.value,
        "codes": list(answered),
        "values": answered,
    }


def held_shape(record: MailRecord) -> Json:
    """Give one mail of `tonghop held --json`."""
    return {
        "mail": record.key,
        "from": record.sender.address if record.sender else None,
        "subject": record.subject,
        "received_at": instant(record.received_at),
        "reason": record.reason.value if record.reason else None,
        "explanation": record.explanation,
        "guesses": [
            {"campaign": guess.campaign, "unit": guess.unit, "reasons": list(guess.reasons)}
            for guess in record.guesses
        ],
        "attachments": [note.name for note in record.attachments],
    }


def status_shape(desk: Desk) -> Json:
    """Give what `tonghop status --json` prints."""
    coming = next_rungs(desk.campaign, [unit.request() for unit in desk.units], now=desk.now)
    return {
        "campaign": desk.campaign.code,
        "now": instant(desk.now),
        "coverage": coverage_shape(desk.coverage()),
        "units": [_unit_shape(desk, unit) for unit in desk.units],
        "next": [{"at": instant(at), "action": step, "unit": unit} for at, step, unit in coming],
        "held": [record.key for record in desk.held],
        "reports": [
            {
                "report": report.key,
                "state": report.state.value,
                "stale": desk.is_stale(report),
                "created_at": instant(report.created_at),
            }
            for report in desk.reports
        ],
    }


def coverage_shape(coverage: Coverage) -> Json:
    """Give n, N and who is missing or excluded."""
    return {
        "counted": coverage.counted,
        "expected": coverage.expected,
        "on_time": sum(row.on_time is True and row.counted for row in coverage.rows),
        "late": sum(row.on_time is False and row.counted for row in coverage.rows),
        "missing": list(coverage.missing),
        "excluded": [{"unit": row.unit, "reason": row.reason} for row in coverage.rows if row.excluded],
    }


def _unit_shape(desk: Desk, unit: UnitDesk) -> Json:
    flags = dict.fromkeys(flag.value for status in unit.items.values() for flag in status.flags)
    return {
        "unit": unit.unit.code,
        "state": unit.form.state.value,
        "flags": list(flags),
        "form": _item_shape(unit.form),
        "narrative": {**_item_shape(unit.narrative), "text": _text_state(desk, unit.narrative)},
        "owes": [item.value for item in unit.owes],
    }


def _text_state(desk: Desk, status: ItemStatus) -> str | None:
    """Say how far a text report was read: read, scan, or why not; None before it was looked at."""
    text = desk.texts.get(status.counted.key) if status.counted is not None else None
    if text is None:
        return None
    return text.problem.value if text.problem is not None else text.state.value


def _item_shape(status: ItemStatus) -> Json:
    shown = status.counted or status.newest
    return {
        "state": status.state.value,
        "version": shown.version if shown else None,
        "received_at": instant(shown.content.received_at) if shown else None,
        "on_time": status.on_time,
        "first_received_at": instant(status.first_received_at),
    }


def explanation_shape(explanation: Explanation) -> Json:
    """Give what `tonghop explain --json` prints."""
    figure = explanation.figure
    return {
        "report": explanation.report,
        "cell": explanation.place,
        "code": figure.code,
        "label": figure.label,
        "value": figure_value(figure.value)
        if explanation.unit is None
        else _unit_value([proved.part for proved in explanation.parts]),
        "aggregate": figure.aggregate.value,
        "parts": [
            {
                "unit": proved.part.unit,
                "version": proved.part.version,
                "code": proved.part.code,
                "value": plain_value(proved.part.value),
                "attachment": proved.part.attachment_name,
                "sha256": proved.part.attachment_sha256,
                "sheet": proved.part.sheet,
                "cell": proved.part.cell,
                "raw": proved.part.raw,
                "message_id": proved.part.message_id,
                "proved": proved.proved,
            }
            for proved in explanation.parts
        ],
        "adjustments": [],
        "missing": list(figure.missing) if explanation.unit is None else [],
    }


def _unit_value(parts: Sequence[Part]) -> Any:
    return plain_value(parts[0].value) if len(parts) == 1 else None


def report_shape(report: Report, desk: Desk) -> Json:
    """Give one line of `tonghop report list --json`."""
    final = report.of(Rendition.FINAL)
    coverage = report.consolidation.coverage
    return {
        "report": report.key,
        "state": report.state.value,
        "stale": desk.is_stale(report),
        "created_at": instant(report.created_at),
        "occasion": report.occasion,
        "counted": coverage.counted,
        "expected": coverage.expected,
        "digest": set_digest(final) if final else None,
        "files": [
            {"name": file.name, "rendition": file.rendition.value, "sha256": file.sha256}
            for file in report.files
        ],
    }
