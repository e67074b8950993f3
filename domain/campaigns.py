"""One campaign: the plan, who must answer, until when, and to whom the result goes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from domain.working_days import WorkingCalendar

if TYPE_CHECKING:
    from domain.forms import FormSpec, OriginalForm
    from domain.ids import CampaignCode, UnitCode
    from domain.messages import Address
    from domain.rules import Rule


class Item(StrEnum):
    """What a unit owes in a campaign."""

    #: Biểu tổng hợp: the workbook.
    FORM = "form"
    #: Báo cáo: the text report.
    NARRATIVE = "narrative"


class Owed(StrEnum):
    """How seriously an item is owed."""

    #: Reminded and escalated.
    REQUIRED = "required"
    #: Reminded, never escalated; its absence is listed.
    EXPECTED = "expected"
    NONE = "none"


class UnitStatus(StrEnum):
    """Whether a unit of the roster must answer."""

    ACTIVE = "active"
    #: Không thuộc diện báo cáo, with a reason in the roster.
    EXCLUDED = "excluded"


class Audience(StrEnum):
    """Who gets a letter of the ladder."""

    UNIT = "unit"
    #: The unit's head, copy to Chánh Văn phòng.
    HEAD = "head"
    #: Lãnh đạo Sở: one list for all units.
    DIRECTORS = "directors"


class StepKind(StrEnum):
    """What a step of the ladder says."""

    REMINDER = "reminder"
    OVERDUE = "overdue"
    ESCALATION = "escalation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A reporting unit of the roster."""

    code: UnitCode
    name: str
    #: "P.CCVC"; the name itself when there is none.
    short_name: str
    #: Other and older names, as people write them.
    aliases: tuple[str, ...]
    #: In order of preference; when one bounces the next is used.
    emails: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    #: Chức vụ và họ tên, as the letter greets: "Trưởng phòng Nguyễn Văn An".
    head: str = ""
    head_email: Address | None = None
    status: UnitStatus = UnitStatus.ACTIVE
    #: Why excluded.
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rung of the reminder ladder."""

    #: Stable name, part of the letter's identity: "r1", "overdue".
    name: str
    kind: StepKind
    audience: Audience
    #: Aware instant as planned; what falls outside working hours is moved to the next working minute.
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """The three instants of a campaign and the ladder of letters around them."""

    #: What reminders count to.
    due_at: dt.datetime
    #: From here on (plus grace) an answer is late.
    late_after: dt.datetime
    grace: dt.timedelta
    ladder: tuple[Step, ...]
    #: When the plan and the blank forms are to go out.
    dispatch_at: dt.datetime | None = None
    #: The superior's due date for the consolidated report.
    report_due_at: dt.datetime | None = None
    #: Least time between two reminders to one unit.
    minimum_gap: dt.timedelta = dt.timedelta(hours=4)
    #: Most reminders to one unit for one due date.
    maximum_reminders: int = 6

    @property
    def closes_at(self) -> dt.datetime:
        """The instant at which on time ends: `late_after` plus grace."""
        return self.late_after + self.grace


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The document that asks for the answers."""

    #: Tên loại: "Kế hoạch".
    kind: str
    #: Trích yếu.
    subject: str
    #: "Số …"; empty while Văn thư has not issued it.
    number: str
    #: "KH-SNV".
    symbol: str
    issued_on: dt.date | None
    #: File name in `plan/`, and its bytes; None when the folder holds none.
    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The office that runs the campaign, as letters and the report's head name it."""

    #: "Văn phòng Sở Nội vụ".
    name: str
    #: Cơ quan ban hành: "Sở Nội vụ".
    agency: str
    #: Cơ quan chủ quản: "UBND tỉnh Bắc Giang".
    parent: str
    #: Ký hiệu: "SNV".
    symbol: str
    #: Địa danh: "Bắc Giang".
    place: str
    #: From address of every letter and envelope sender.
    address: Address
    phone: str = ""
    #: Chánh Văn phòng, copied on overdue letters.
    chief: Address | None = None
    #: Lãnh đạo Sở, who get the escalation list.
    directors: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs the report; the service never signs."""

    #: "GIÁM ĐỐC".
    position: str
    name: str
    #: "KT. GIÁM ĐỐC" above the position when a deputy signs; otherwise empty.
    authority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """Where the approved report goes."""

    #: "Ban Dân vận Tỉnh ủy".
    recipient: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    #: Lines of "Nơi nhận" without dash and semicolon: "Như trên", "Lãnh đạo Sở", "Lưu: VT, VP".
    distribution: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """Fixed words of the consolidated report."""

    #: Trích yếu: "Kết quả tổ chức các hoạt động “Tháng Dân vận” năm 2021".
    subject: str
    #: Ký hiệu: "BC-SNV".
    symbol: str
    #: Documents that the plan carries out: "Kế hoạch số 31-KH/BDVTU ngày 09/9/2021 của Ban Dân vận Tỉnh ủy".
    bases: tuple[str, ...] = ()
    #: Office's own Word template (bytes), None for the built-in one.
    template: bytes | None = None
    #: Text of `report/narrative.yaml`: the sentences around the figures; empty for a plain list of figures.
    narrative: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedForm:
    """What a campaign asks for, as far as reading a returned file has to know it."""

    code: CampaignCode
    form: FormSpec
    #: First and last day that figures may speak of.
    start: dt.date
    end: dt.date


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """A campaign as the folder says it, checked."""

    code: CampaignCode
    #: "Tháng Dân vận".
    name: str
    year: int
    #: First and last day that figures may speak of.
    start: dt.date
    end: dt.date
    office: Office
    plan: Plan
    deadlines: Deadlines
    calendar: WorkingCalendar
    form: FormSpec
    rules: tuple[Rule, ...]
    #: Roster order, which is the order everywhere.
    units: tuple[Unit, ...]
    owed: dict[Item, Owed]
    signer: Signer
    forwarding: Forwarding
    report: ReportFacts
    #: Override texts of letters: template name -> Jinja source.
    texts: dict[str, str]
    #: SHA-256 over all files of the folder: the campaign's version.
    digest: str
    #: The campaign before, whose counted figures of a unit `last()` of the rules means; None for a first one.
    previous: CampaignCode | None = None
    #: The office's own form; None where the blank is made from the spec.
    original: OriginalForm | None = None

    @cached_property
    def asked(self) -> AskedForm:
        """What reading has to know of it; the same value every time."""
        return AskedForm(code=self.code, form=self.form, start=self.start, end=self.end)

    @cached_property
    def unit_by_code(self) -> dict[UnitCode, Unit]:
        """Units by their codes."""
        return {unit.code: unit for unit in self.units}

    @property
    def active_units(self) -> tuple[Unit, ...]:
        """Units that the roster does not exclude."""
        return tuple(unit for unit in self.units if unit.status is UnitStatus.ACTIVE)

    @property
    def title(self) -> str:
        """Name with year, as subjects say it: “Tháng Dân vận” năm 2021."""
        return f"“{self.name}” năm {self.year}"
