"""What may stand in `campaign.yaml`: one model for each block, every key with its sentence."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from config.notations import (
    Clock,
    Code,
    Day,
    Days,
    Hours,
    Instant,
    Lines,
    Mail,
    Mails,
    NeededMails,
    Symbol,
    Text,
    Words,
    Zone,
)
from config.validation import FileModel, check_block
from domain.campaigns import Audience, Item, Owed, StepKind
from domain.working_days import VIETNAM

if TYPE_CHECKING:
    from config.yaml_places import YamlFile
    from domain.errors import Problem


class OfficeBlock(FileModel):
    """The office that runs the campaign."""

    name: Words = Field(description="Who collects.", examples=["Văn phòng Sở Nội vụ"])
    agency: Words = Field(description="The agency that issues the report.", examples=["Sở Nội vụ"])
    parent: Words = Field(description="The agency above it.", examples=["UBND tỉnh Bắc Giang"])
    symbol: Symbol = Field(description="Symbol of the agency.", examples=["SNV"])
    place: Words = Field(description="Place in the head of documents.", examples=["Bắc Giang"])
    address: Mail = Field(
        description="Sender of every letter; answers come back here.",
        examples=["Văn phòng Sở Nội vụ <vanphong@sonoivu.example>"],
    )
    phone: Text = Field(default="", description="For questions of the units.", examples=["0204 3854 000"])
    chief: Mail | None = Field(
        default=None,
        description="Chánh Văn phòng, copied on overdue letters.",
        examples=["chanhvp@so.example"],
    )
    directors: Mails = Field(
        default=(), description="Lãnh đạo Sở, who get the escalation list.", examples=["giamdoc@so.example"]
    )


class PlanBlock(FileModel):
    """The document that asks for the answers."""

    kind: Words = Field(description="Tên loại of the document.", examples=["Kế hoạch"])
    subject: Words = Field(description="Trích yếu of the document.", examples=["Tổ chức thực hiện …"])
    symbol: Symbol = Field(description="Ký hiệu of the document.", examples=["KH-SNV"])
    number: Text = Field(
        default="", description="Number given by Văn thư; empty until then.", examples=["128"]
    )
    issued_on: Day | None = Field(
        default=None, description="Day of issue; empty until then.", examples=["2021-10-01"]
    )


class StepBlock(FileModel):
    """One rung of the reminder ladder."""

    name: Annotated[Code, Field(description="Name of the step, never changed once used.", examples=["r1"])]
    kind: StepKind = Field(description="What the letter says.", examples=["reminder"])
    audience: Audience = Field(description="Who gets it.", examples=["unit"])
    at: Instant = Field(description="When it is written.", examples=["2021-10-15T08:00+07:00"])


class DeadlinesBlock(FileModel):
    """The three instants of a campaign, and the ladder around them."""

    dispatch_at: Instant | None = Field(
        default=None, description="When plan and forms go out.", examples=["2021-10-01T08:00+07:00"]
    )
    due_at: Instant = Field(description="What reminders count to.", examples=["2021-10-19T17:00+07:00"])
    late_after: Instant = Field(
        description="From here on, plus grace, an answer is late.", examples=["2021-10-20T00:00+07:00"]
    )
    grace_hours: Hours = Field(default=dt.timedelta(0), description="Hours of grace.", examples=["0"])
    report_due_at: Instant | None = Field(
        default=None, description="When the superior expects the report.", examples=["2021-10-25T17:00+07:00"]
    )
    minimum_gap_hours: Hours = Field(
        default=dt.timedelta(hours=4), description="Hours between two reminders to one unit.", examples=["4"]
    )
    maximum_reminders: int = Field(
        default=6, ge=0, le=50, description="Most reminders to one unit for one due date.", examples=["6"]
    )
    ladder: tuple[StepBlock, ...] = Field(default=(), description="The steps of reminding.")


class CalendarBlock(FileModel):
    """When the office is at work."""

    timezone: Zone = Field(default=VIETNAM, description="Time zone.", examples=["Asia/Ho_Chi_Minh"])
    opens: Clock = Field(default=dt.time(7, 30), description="Begin of work.", examples=["07:30"])
    closes: Clock = Field(default=dt.time(17, 0), description="End of work.", examples=["17:00"])
    weekend: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(
        default=(6, 7), description="Weekdays of rest, 1 Monday to 7 Sunday.", examples=["[6, 7]"]
    )
    holidays: Days = Field(default=(), description="Days off.", examples=["[2021-09-02, 2021-09-03]"])
    extra_working_days: Days = Field(
        default=(), description="Days of rest that are worked.", examples=["[2021-10-16]"]
    )


class OwedBlock(FileModel):
    """What each unit owes."""

    form: Owed = Field(default=Owed.REQUIRED, description="Biểu tổng hợp.", examples=["required"])
    narrative: Owed = Field(default=Owed.EXPECTED, description="Báo cáo.", examples=["expected"])

    def by_item(self) -> dict[Item, Owed]:
        """Give what is owed by the item's name."""
        return {Item.FORM: self.form, Item.NARRATIVE: self.narrative}


class FormBlock(FileModel):
    """The blank form; its rows stand in the tables of `form/`."""

    id: Code = Field(description="Name of the form.", examples=["thang-dan-van"])
    version: Code = Field(
        description="Raised whenever a row changes after forms went out.", examples=["2021.1"]
    )
    title: Words = Field(description="Heading of the form.", examples=["BIỂU TỔNG HỢP KẾT QUẢ"])
    sheet: Words = Field(default="Bieu_TH", description="Name of the main sheet.", examples=["Bieu_TH"])
    file: Text = Field(
        default="",
        description="The office's own form in form/, sent as it is; empty to have one made.",
        examples=["Bieu-01.xlsx"],
    )
    sheets: dict[str, Words] = Field(
        default_factory=dict, description="Sheet of each list.", examples=["{L1: L1_MoHinh}"]
    )
    instructions: Lines = Field(default=(), description="Lines of the instruction sheet.")


class SignerBlock(FileModel):
    """Who signs the report."""

    position: Words = Field(description="Position above the name.", examples=["GIÁM ĐỐC"])
    name: Words = Field(description="Name without titles.", examples=["Vũ Mạnh Hùng"])
    authority: Text = Field(
        default="", description="Line above the position when a deputy signs.", examples=["KT. GIÁM ĐỐC"]
    )


class ForwardingBlock(FileModel):
    """Where the approved report goes."""

    recipient: Words = Field(description="Kính gửi.", examples=["Ban Dân vận Tỉnh ủy"])
    to: NeededMails = Field(description="Its addresses.", examples=["bandanvan@tinhuy.example"])
    cc: Mails = Field(default=(), description="Who gets a copy by mail.", examples=["ldso@so.example"])
    distribution: Lines = Field(
        default=(), description="Lines of Nơi nhận without dash and semicolon.", examples=["[Như trên]"]
    )


class ReportBlock(FileModel):
    """Fixed words of the consolidated report."""

    subject: Words = Field(description="Trích yếu of the report.", examples=["Kết quả tổ chức …"])
    symbol: Symbol = Field(description="Ký hiệu of the report.", examples=["BC-SNV"])
    bases: Lines = Field(
        default=(), description="Documents that the plan carries out.", examples=["[Kế hoạch số …]"]
    )


class CampaignFile(FileModel):
    """`campaign.yaml` as a whole."""

    code: Code = Field(description="The folder's name.", examples=["thang-dan-van-2021"])
    name: Words = Field(description="Name of the campaign.", examples=["Tháng Dân vận"])
    year: int = Field(ge=1990, le=2200, description="Year that subjects name.", examples=["2021"])
    previous: Code | None = Field(
        default=None,
        description="Code of the campaign before, which `last()` in rules compares with.",
        examples=["thang-dan-van-2020"],
    )
    start: Day = Field(description="First day that figures may speak of.", examples=["2021-10-01"])
    end: Day = Field(description="Last day that figures may speak of.", examples=["2021-10-31"])
    office: OfficeBlock = Field(description="The office that runs the campaign.")
    plan: PlanBlock = Field(description="The document that asks for the answers.")
    deadlines: DeadlinesBlock = Field(description="Dispatch, due and late instants, and the ladder.")
    calendar: CalendarBlock = Field(default=CalendarBlock(), description="Working days and hours.")
    owed: OwedBlock = Field(default=OwedBlock(), description="What each unit owes.")
    form: FormBlock = Field(description="The blank form.")
    signer: SignerBlock = Field(description="Who signs the report.")
    forwarding: ForwardingBlock = Field(description="Where the approved report goes.")
    report: ReportBlock = Field(description="Fixed words of the report.")

    @property
    def zone(self) -> ZoneInfo:
        """The campaign's time zone."""
        return self.calendar.timezone


def read_campaign_file(source: YamlFile) -> tuple[CampaignFile | None, tuple[Problem, ...]]:
    """Read the words of `campaign.yaml`; None when they cannot be understood."""
    if source.problems:
        return None, source.problems
    return check_block(CampaignFile, source.content, source=source)
