"""A small made-up campaign and one letter of each kind, on which an office's own texts are tried out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from domain.answers import Answer, Number, ParsedForm, Place
from domain.campaigns import (
    Audience,
    Campaign,
    Deadlines,
    Forwarding,
    Item,
    Office,
    Owed,
    Plan,
    ReportFacts,
    Signer,
    Step,
    StepKind,
    Unit,
)
from domain.figures import Consolidation, Coverage, CoverageRow
from domain.findings import Finding, finding
from domain.forms import Aggregate, Field, FieldType, FormSpec, Requirement
from domain.ids import CampaignCode, FieldCode, MailKey, ReportKey, Sha256, UnitCode
from domain.messages import Address, AttachmentNote, Guess, MailOutcome, MailRecord, Sighting
from domain.outbox import LetterKind
from domain.reports import Report, ReportState
from domain.working_days import VIETNAM, WorkingCalendar
from mailer.letters import EscalationRow, Letters, MarkedCopies

_BOTH = (Item.FORM, Item.NARRATIVE)
_DUE = dt.datetime(2021, 10, 19, 17, 0, tzinfo=VIETNAM)
_SHEET = "Bieu_TH"
_ROWS = (
    ("A07", "THÔNG TIN CHUNG", "Tổng số công chức, viên chức, người lao động", "người"),
    ("T02", "I. TUYÊN TRUYỀN", "Hội nghị, buổi sinh hoạt tuyên truyền, quán triệt", "buổi"),
    ("K01", "II. KỶ NIỆM", "Hoạt động kỷ niệm đã tổ chức", "hoạt động"),
    ("C01", "III. DỊCH VỤ CÔNG", "Hồ sơ TTHC tiếp nhận - tổng số", "hồ sơ"),
    ("D05", "IV. ĐỐI THOẠI", "Ý kiến, kiến nghị, phản ánh tiếp nhận", "ý kiến"),
    ("V06", "V. DÂN VẬN KHÉO", "Mô hình “Dân vận khéo” - tổng số", "mô hình"),
)


class _Recorder(Letters):
    """Keeps what a letter would be rendered from."""

    def __init__(self, campaign: Campaign) -> None:
        super().__init__(campaign)
        self.contexts: dict[LetterKind, list[dict[str, object]]] = {kind: [] for kind in LetterKind}

    def _keep(self, kind: LetterKind, context: dict[str, object]) -> None:
        self.contexts[kind].append(context)


def specimen_campaign() -> Campaign:
    """Make a complete campaign in small."""
    return Campaign(
        code=CampaignCode("thu-nghiem"),
        name="Tháng Dân vận",
        year=2021,
        start=dt.date(2021, 10, 1),
        end=dt.date(2021, 10, 31),
        office=Office(
            name="Văn phòng Sở Nội vụ",
            agency="Sở Nội vụ",
            parent="UBND tỉnh Bắc Giang",
            symbol="SNV",
            place="Bắc Giang",
            address=Address(name="Văn phòng Sở Nội vụ", address="vanphong@ubnd.test"),
            phone="0204 3854 000",
        ),
        plan=Plan(
            kind="Kế hoạch",
            subject="Tổ chức thực hiện các hoạt động “Tháng Dân vận” năm 2021",
            number="",
            symbol="KH-SNV",
            issued_on=None,
            file_name="ke-hoach.docx",
            content=b"",
        ),
        deadlines=Deadlines(
            due_at=_DUE,
            late_after=dt.datetime(2021, 10, 20, tzinfo=VIETNAM),
            grace=dt.timedelta(),
            ladder=(),
            report_due_at=dt.datetime(2021, 10, 25, 17, 0, tzinfo=VIETNAM),
        ),
        calendar=WorkingCalendar(),
        form=FormSpec(
            id="bieu",
            version="1",
            title="Biểu tổng hợp kết quả",
            sheet=_SHEET,
            fields=tuple(
                Field(
                    code=FieldCode(code),
                    section=section,
                    tt="1",
                    label=label,
                    measure=measure,
                    type=FieldType.INTEGER,
                    requirement=Requirement.REQUIRED,
                    aggregate=Aggregate.SUM,
                )
                for code, section, label, measure in _ROWS
            ),
            lists=(),
        ),
        rules=(),
        units=(
            Unit(
                code=UnitCode("CCVC"),
                name="Phòng Công chức, viên chức",
                short_name="P.CCVC",
                aliases=(),
                emails=(Address(name="Phòng Công chức, viên chức", address="ccvc@ubnd.test"),),
                head="Trưởng phòng Nguyễn Văn An",
            ),
            Unit(
                code=UnitCode("BTG"),
                name="Ban Tôn giáo",
                short_name="BTG",
                aliases=(),
                emails=(Address(name="Ban Tôn giáo", address="btg@ubnd.test"),),
            ),
        ),
        owed={Item.FORM: Owed.REQUIRED, Item.NARRATIVE: Owed.EXPECTED},
        signer=Signer(position="GIÁM ĐỐC", name="Vũ Mạnh Hùng"),
        forwarding=Forwarding(
            recipient="Ban Dân vận Tỉnh ủy",
            to=(Address(name="Ban Dân vận Tỉnh ủy", address="bandanvan@tinhuy.test"),),
        ),
        report=ReportFacts(
            subject="Kết quả tổ chức các hoạt động “Tháng Dân vận” năm 2021",
            symbol="BC-SNV",
            bases=("Kế hoạch số 31-KH/BDVTU ngày 09/9/2021 của Ban Dân vận Tỉnh ủy",),
        ),
        texts={},
        digest="0" * 64,
    )


def specimen_findings(count: int) -> tuple[Finding, ...]:
    """Give *count* findings of several kinds."""
    kinds: tuple[tuple[str, dict[str, object]], ...] = (
        ("missing", {}),
        ("not_a_number", {"raw": "10/12"}),
        ("ambiguous_number", {"raw": "1,234", "value": "1.234"}),
        ("approximate", {"raw": "trên 100", "value": "100"}),
    )
    made: list[Finding] = []
    for index in range(count):
        kind, words = kinds[index % len(kinds)]
        code, _, label, _ = _ROWS[index % len(_ROWS)]
        place = Place(sheet=_SHEET, cell=f"D{10 + index}")
        made.append(finding(kind, place, field=code, label=label, **words))
    return tuple(made)


def specimen_form() -> ParsedForm:
    """Give a form whose figures are all there."""
    return ParsedForm(
        answers={
            FieldCode(code): Answer(
                code=FieldCode(code),
                value=Number(Decimal(1234 + row), approximate=row == 1),
                place=Place(sheet=_SHEET, cell=f"D{10 + row}"),
            )
            for row, (code, *_) in enumerate(_ROWS)
        },
        lists={},
        findings=(),
    )


def specimen_coverage() -> Coverage:
    """Give a coverage with one unit in and one missing."""
    return Coverage(rows=(_covered("CCVC", counted=True), _covered("BTG", counted=False)))


def specimen_report() -> Report:
    """Give a draft over `specimen_coverage`."""
    consolidation = Consolidation(
        figures={}, lists={}, quotes={}, coverage=specimen_coverage(), inputs=(), at=_DUE
    )
    return Report(
        key=ReportKey(3),
        campaign=CampaignCode("thu-nghiem"),
        state=ReportState.DRAFT,
        created_at=_DUE,
        occasion="deadline",
        consolidation=consolidation,
    )


def specimen_record(*, guesses: bool = True) -> MailRecord:
    """Give a held mail."""
    return MailRecord(
        key=MailKey(17),
        sha256=Sha256("0" * 64),
        first_seen=Sighting(account="main", folder="INBOX", uidvalidity=1, uid=1, received_at=_DUE, size=1),
        stored_at=_DUE,
        sender=Address(name="Lê Thị Hoa", address="hoale75@gmail.test"),
        subject="V/v gửi báo cáo kết quả Tháng dân vận",
        outcome=MailOutcome.HELD,
        explanation="Địa chỉ gửi chưa có trong danh sách; biểu không có dấu nhận biết.",
        guesses=(
            Guess(
                campaign=CampaignCode("thu-nghiem"),
                unit=UnitCode("CCVC"),
                reasons=("tên đơn vị ghi trong biểu",),
            ),
        )
        if guesses
        else (),
        attachments=(AttachmentNote(name="Bieu TH (1).xlsx", sha256=Sha256("1" * 64), size=30_000),),
    )


def specimen_contexts() -> dict[LetterKind, list[dict[str, object]]]:
    """Give what the letters of each kind are rendered from, with nothing, one and many to tell."""
    campaign = specimen_campaign()
    letters = _Recorder(campaign)
    unit, headless = campaign.units
    before = _DUE - dt.timedelta(days=4)
    step = Step(name="r1", kind=StepKind.REMINDER, audience=Audience.UNIT, at=before)
    for file_names in ((), ("Kế hoạch.docx", "Biểu.xlsx")):
        letters.plan(unit, file_names=file_names)
        for coverage in (specimen_coverage(), Coverage(rows=())):
            letters.report_ready(
                report=specimen_report(), coverage=coverage, occasion="deadline", file_names=file_names
            )
            for signed in (False, True):
                letters.forwarding(
                    report=specimen_report(), coverage=coverage, signed=signed, file_names=file_names
                )
    for count in (0, 1, 40):
        findings = specimen_findings(count)
        understood = tuple(f"Dòng {number} được hiểu là dòng khác." for number in range(count))
        letters.receipt(
            unit,
            original_subject="Báo cáo",
            version=1,
            received_at=before,
            on_time=True,
            counted_items=_BOTH[: count + 1],
            still_owed=_BOTH[count + 1 :],
            parsed=specimen_form() if count else None,
            findings=findings,
            understood_as=understood,
            office_copy=count == 1,
        )
        letters.correction(
            unit,
            original_subject="",
            file_name="Biểu.xlsx",
            findings=findings,
            understood_as=understood,
            due_at=_DUE,
            counted_version=count or None,
            marked=MarkedCopies(count=count, left_unmarked=count - 1) if count else None,
        )
        letters.advice(unit if count else None, original_subject="", findings=findings)
        letters.held_notice((specimen_record(), specimen_record(guesses=False))[: count + 1])
    for owed, errors in ((_BOTH, 0), (_BOTH, 3), (_BOTH[:1], 0), (_BOTH[1:], 0)):
        letters.reminder(unit, step=step, owed=owed, open_errors=errors, due_at=_DUE, now=before)
        for each in (unit, headless):
            letters.overdue(each, owed=owed, due_at=_DUE)
    row = EscalationRow(unit=unit, status="Chưa gửi", owed=_BOTH, reminders=4, due_at=_DUE)
    for rows in ((row,), (row, row)):
        letters.escalation(rows, coverage=specimen_coverage())
        letters.escalation(rows)
    letters.extension(unit, due_at=_DUE, reason="Đơn vị đang phục vụ bầu cử")
    return letters.contexts


def _covered(code: str, *, counted: bool) -> CoverageRow:
    return CoverageRow(
        unit=UnitCode(code),
        status="Đã tiếp nhận" if counted else "Chưa gửi",
        counted=counted,
        excluded=False,
        reason="",
        first_received_at=_DUE if counted else None,
        received_at=_DUE if counted else None,
        version=1 if counted else None,
        on_time=True if counted else None,
        warnings=0,
        correction_open=False,
        narrative_received_at=None,
    )
