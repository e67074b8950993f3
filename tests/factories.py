"""Small domain values for tests: every argument has a plain default, and a test names what it is about."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from domain.answers import Answer, ListRow, Number, ParsedForm, Place, TextValue
from domain.campaigns import Item
from domain.figures import Consolidation, Coverage, CoverageRow, Figure, ListedRow, Part, Quote
from domain.findings import Finding, FindingAudience, Severity
from domain.forms import Aggregate
from domain.history import Decision, DecisionKind, Event
from domain.ids import (
    CampaignCode,
    FieldCode,
    ListCode,
    MailKey,
    MessageId,
    Sha256,
    SubmissionKey,
    UnitCode,
)
from domain.messages import RawMessage, Sighting, digest
from domain.outbox import Delivery, LetterKind, NewLetter
from domain.reports import Rendition, ReportFile
from domain.submissions import NewSubmission, Submission, Verdict
from domain.working_days import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.answers import AnswerValue

CAMPAIGN = CampaignCode("thang-dan-van-2021")
UNIT = UnitCode("CCVC")
#: A Monday morning inside the campaign.
MONDAY = dt.datetime(2021, 10, 18, 8, 0, tzinfo=VIETNAM)


def instant(text: str) -> dt.datetime:
    """Read local time in Vietnam: "2021-10-19 17:00"."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def later(*, days: float = 0, hours: float = 0, minutes: float = 0) -> dt.datetime:
    """Give an instant counted from MONDAY."""
    return MONDAY + dt.timedelta(days=days, hours=hours, minutes=minutes)


def make_sighting(uid: int = 1, **changes: Any) -> Sighting:
    """Make a sighting in INBOX."""
    facts: dict[str, Any] = {
        "account": "main",
        "folder": "INBOX",
        "uidvalidity": 7,
        "received_at": MONDAY,
        "size": 1000,
    }
    return Sighting(uid=uid, **facts | changes)


def make_raw(uid: int = 1, *, content: bytes | None = None, **changes: Any) -> RawMessage:
    """Make a mail as it lay in the mailbox, its bytes different for each *uid*."""
    if content is None:
        content = f"Message-ID: <mail-{uid}@example.vn>\r\nSubject: test\r\n\r\nKính gửi\r\n".encode()
    return RawMessage(sighting=make_sighting(uid, **changes), content=content)


def make_number(text: str | int = 12, *, approximate: bool = False) -> Number:
    """Make a number from its digits."""
    return Number(Decimal(text), approximate)


def make_answer(code: str = "T01", value: AnswerValue | None = None, **changes: Any) -> Answer:
    """Make an answer in column D of the form's sheet."""
    facts: dict[str, Any] = {"raw": "12", "place": Place(sheet="Bieu_TH", cell=f"D{code[1:]}")}
    return Answer(code=FieldCode(code), value=value or make_number(), **facts | changes)


def make_list_row(
    code: str = "L1", row: int = 5, *, values: Mapping[str, AnswerValue] | None = None, **changes: Any
) -> ListRow:
    """Make a list row with one column `ten` unless *values* say otherwise."""
    values = {"ten": TextValue("Mô hình “Một cửa”")} if values is None else values
    facts: dict[str, Any] = {
        "sheet": "L1_MoHinh",
        "raw": dict.fromkeys(values, "Mô hình “Một cửa”"),
        "cells": {name: f"{chr(ord('B') + place)}{row}" for place, name in enumerate(values)},
    }
    return ListRow(list=ListCode(code), row=row, values=values, **facts | changes)


def make_form(
    *answers: Answer,
    lists: Mapping[str, Sequence[ListRow]] | None = None,
    findings: Sequence[Finding] = (),
    understood_as: tuple[str, ...] = (),
) -> ParsedForm:
    """Make a parsed form of these answers (T01 = 12 when none is given)."""
    answers = answers or (make_answer(),)
    return ParsedForm(
        answers={answer.code: answer for answer in answers},
        lists={ListCode(code): tuple(rows) for code, rows in (lists or {}).items()},
        findings=tuple(findings),
        understood_as=understood_as,
    )


def make_finding(code: str = "missing", **changes: Any) -> Finding:
    """Make a finding that refuses the form."""
    facts: dict[str, Any] = {
        "severity": Severity.ERROR,
        "audience": FindingAudience.UNIT,
        "sheet": "Bieu_TH",
        "cell": "D14",
        "field": "T01",
        "message": "Ô D14 – ‘Lượt người tham dự’: chưa có số liệu.",
        "advice": "Đề nghị ghi số, hoặc ghi 0 nếu không có.",
    }
    return Finding(code=code, **facts | changes)


def make_return(mail: int = 1, **changes: Any) -> NewSubmission:
    """Make an accepted return of UNIT's form that came with *mail*."""
    facts: dict[str, Any] = {
        "campaign": CAMPAIGN,
        "unit": UNIT,
        "item": Item.FORM,
        "attachment_name": "Biểu tổng hợp.xlsx",
        "attachment_sha256": digest(b"workbook"),
        "received_at": MONDAY,
        "verdict": Verdict.ACCEPTED,
        "form_version": "1",
        "content_digest": "c0ffee",
        "parsed": make_form(),
    }
    return NewSubmission(mail=MailKey(mail), **facts | changes)


def make_submission(key: int = 1, *, version: int = 1, set_aside: str = "", **changes: Any) -> Submission:
    """Make a stored return."""
    return Submission(
        key=SubmissionKey(key), content=make_return(**changes), version=version, set_aside=set_aside
    )


def make_letter(name: str = "letter-1", **changes: Any) -> NewLetter:
    """Make a composed letter with Message-ID `<name@example.vn>`."""
    facts: dict[str, Any] = {
        "campaign": CAMPAIGN,
        "unit": UNIT,
        "kind": LetterKind.PLAN,
        "cause": "plan",
        "sender": "vanphong@example.vn",
        "recipients": ("ccvc@example.vn",),
        "subject": "Kế hoạch “Tháng Dân vận” năm 2021",
        "content": f"Message-ID: <{name}@example.vn>\r\n\r\nKính gửi\r\n".encode(),
    }
    return NewLetter(message_id=MessageId(f"<{name}@example.vn>"), **facts | changes)


def make_delivery(**changes: Any) -> Delivery:
    """Make the answer of a server that took the letter over."""
    facts: dict[str, Any] = {
        "accepted": ("ccvc@example.vn",),
        "refused": {},
        "deferred": {},
        "answer": "250 2.0.0 Ok: queued as 4Fg1",
    }
    return Delivery(**facts | changes)


def make_decision(kind: DecisionKind = DecisionKind.EXCUSE, **changes: Any) -> Decision:
    """Make a decision of a named person."""
    facts: dict[str, Any] = {
        "campaign": CAMPAIGN,
        "subject": UNIT,
        "actor": "Nguyễn Thị Hoa",
        "reason": "Đã sáp nhập",
        "at": MONDAY,
    }
    return Decision(kind=kind, **facts | changes)


def make_event(action: str = "mail_collected", **changes: Any) -> Event:
    """Make an event of the service."""
    facts: dict[str, Any] = {"at": MONDAY, "actor": "service", "campaign": CAMPAIGN, "subject": "mail:1"}
    return Event(action=action, **facts | changes)


def make_part(unit: str = UNIT, value: AnswerValue | None = None, **changes: Any) -> Part:
    """Make one unit's share of a figure."""
    facts: dict[str, Any] = {
        "submission": SubmissionKey(1),
        "version": 1,
        "attachment_name": "Biểu tổng hợp.xlsx",
        "attachment_sha256": digest(b"workbook"),
        "message_id": MessageId("<mail-1@example.vn>"),
        "sheet": "Bieu_TH",
        "cell": "D14",
        "raw": "12",
        "code": FieldCode("T01"),
    }
    return Part(unit=UnitCode(unit), value=value or make_number(), **facts | changes)


def make_figure(code: str = "T01", value: str | int = 12, **changes: Any) -> Figure:
    """Make a sum with one part."""
    facts: dict[str, Any] = {
        "label": "Lượt người tham dự",
        "measure": "lượt",
        "aggregate": Aggregate.SUM,
        "decimals": 0,
        "value": Decimal(value),
        "parts": (make_part(value=make_number(value)),),
    }
    return Figure(code=FieldCode(code), **facts | changes)


def make_coverage_row(unit: str = UNIT, **changes: Any) -> CoverageRow:
    """Make the line of a unit that answered in time."""
    facts: dict[str, Any] = {
        "status": "Đã tiếp nhận",
        "counted": True,
        "excluded": False,
        "reason": "",
        "first_received_at": MONDAY,
        "received_at": MONDAY,
        "version": 1,
        "on_time": True,
        "warnings": 0,
        "correction_open": False,
        "narrative_received_at": None,
    }
    return CoverageRow(unit=UnitCode(unit), **facts | changes)


def make_consolidation(*figures: Figure, **changes: Any) -> Consolidation:
    """Make a consolidation of these figures (T01 = 12 when none is given), one list row and one quote."""
    figures = figures or (make_figure(),)
    part = make_part(value=TextValue("Không"), code=FieldCode("D01"), raw="Không")
    listed = ListedRow(
        unit=UNIT,
        submission=part.submission,
        version=part.version,
        attachment_name=part.attachment_name,
        attachment_sha256=part.attachment_sha256,
        message_id=part.message_id,
        row=make_list_row(),
    )
    facts: dict[str, Any] = {
        "figures": {figure.code: figure for figure in figures},
        "lists": {ListCode("L1"): (listed,)},
        "quotes": {FieldCode("D01"): (Quote(unit=UNIT, text="Không", part=part),)},
        "coverage": Coverage(rows=(make_coverage_row(),)),
        "inputs": (SubmissionKey(1),),
        "at": MONDAY,
    }
    return Consolidation(**facts | changes)


def make_file(name: str = "bao-cao.docx", **changes: Any) -> ReportFile:
    """Make a file of a draft, its bytes different for each *name*."""
    facts: dict[str, Any] = {
        "rendition": Rendition.DRAFT,
        "media_type": "application/octet-stream",
        "content": f"file {name}".encode(),
    }
    return ReportFile(name=name, **facts | changes)


def make_sha256(text: str) -> Sha256:
    """Give the digest of a word, for attachments that need no bytes."""
    return digest(text.encode())
