"""A campaign of the real form, built from tables beside the tests."""

from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path

from domain.campaigns import (
    Campaign,
    Deadlines,
    Forwarding,
    Item,
    Office,
    Owed,
    Plan,
    ReportFacts,
    Signer,
    Unit,
)
from domain.forms import (
    Aggregate,
    Field,
    FieldType,
    FormSpec,
    ListColumn,
    ListSpec,
    Ratio,
    Requirement,
)
from domain.ids import CampaignCode, FieldCode, ListCode, UnitCode
from domain.messages import Address
from domain.working_days import VIETNAM, WorkingCalendar

SPEC = Path(__file__).parents[2] / "data" / "spec"
SHEETS = {"L1": "L1_MoHinh", "L2": "L2_DienHinh", "L3": "L3_DoiThoai", "L4": "L4_PhongTrao"}


def read_table(name):
    """Read one of the tables as dicts."""
    with (SPEC / name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def field_of(row):
    """Read one row of the indicators."""
    kind, summed = row["type"], row["aggregate"]
    ratio = re.fullmatch(r"Σ(.+)/Σ(.+)", summed)
    decimals = re.search(r"\((\d)\)", kind)
    length = re.search(r"≤(\d+)", kind)
    word = "computed" if kind == "tự tính" else re.match(r"[a-z]+", kind).group()
    return Field(
        code=FieldCode(row["code"]),
        section=row["section"],
        tt=row["tt"],
        label=row["label_vi"],
        measure=row["unit"],
        type=FieldType(word),
        requirement=Requirement(row["required"]),
        aggregate=Aggregate.RATIO
        if ratio
        else Aggregate.DISTINCT
        if summed.startswith("count distinct")
        else Aggregate(summed),
        decimals=int(decimals.group(1)) if decimals else 0,
        max_length=int(length.group(1)) if length else 2000,
        ratio=Ratio(
            numerator=tuple(map(FieldCode, re.findall(r"[A-Z]\d\d", ratio.group(1)))),
            denominator=tuple(map(FieldCode, re.findall(r"[A-Z]\d\d", ratio.group(2)))),
        )
        if ratio
        else None,
        distinct_list=ListCode(summed.split()[-1]) if summed.startswith("count distinct") else None,
        prefilled="điền sẵn" in kind,
    )


def column_of(row):
    """Read one row of the list columns."""
    kind, _, choices = row["type"].partition(":")
    return ListColumn(
        name=row["column"],
        label=row["label_vi"],
        type=FieldType(kind),
        required=row["required"] == "R",
        choices=tuple(choices.split("|")) if choices else (),
    )


def form_spec(version="1"):
    """Give the form of Tháng Dân vận 2021."""
    indicators, columns = read_table("indicators.csv"), read_table("lists.csv")
    titles = {row["code"]: row["label_vi"].split(":")[0] for row in indicators if row["type"] == "list"}
    return FormSpec(
        id="dan-van",
        version=version,
        title="Biểu tổng hợp kết quả tổ chức các hoạt động “Tháng Dân vận” năm 2021",
        sheet="Bieu_TH",
        fields=tuple(field_of(row) for row in indicators if row["type"] != "list"),
        lists=tuple(
            ListSpec(
                code=ListCode(code),
                title=titles[code],
                sheet=sheet,
                columns=tuple(column_of(row) for row in columns if row["list"] == code),
                merge_same_names=code == "L4",
            )
            for code, sheet in SHEETS.items()
        ),
        instructions=("Mô hình, điển hình đã nêu năm 2020 mà vẫn duy trì thì ghi ở mục “Tiếp tục duy trì”.",),
    )


def unit(code="CCVC", name="Phòng Công chức, viên chức", short_name="P.CCVC"):
    """Give a unit of the roster."""
    return Unit(
        code=UnitCode(code),
        name=name,
        short_name=short_name,
        aliases=(),
        emails=(Address(name=name, address=f"{code.lower()}@example.vn"),),
    )


UNITS = (
    unit(),
    unit("TCBM", "Phòng Tổ chức bộ máy - biên chế", "P.TCBM"),
    unit("XDCQ", "Phòng Xây dựng chính quyền và công tác thanh niên", "P.XDCQ&CTTN"),
)


def campaign(form=None, units=UNITS):
    """Give the campaign Tháng Dân vận 2021 of Sở Nội vụ."""
    return Campaign(
        code=CampaignCode("thang-dan-van-2021"),
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
            address=Address(name="Văn phòng Sở Nội vụ", address="vpsnv@example.vn"),
            phone="0204 3854 000",
        ),
        plan=Plan(
            kind="Kế hoạch",
            subject="Tổ chức thực hiện các hoạt động “Tháng Dân vận” năm 2021",
            number="",
            symbol="KH-SNV",
            issued_on=None,
            file_name="",
            content=b"",
        ),
        deadlines=Deadlines(
            due_at=dt.datetime(2021, 10, 19, 17, tzinfo=VIETNAM),
            late_after=dt.datetime(2021, 10, 20, tzinfo=VIETNAM),
            grace=dt.timedelta(0),
            ladder=(),
        ),
        calendar=WorkingCalendar(),
        form=form or form_spec(),
        rules=(),
        units=units,
        owed={Item.FORM: Owed.REQUIRED, Item.NARRATIVE: Owed.EXPECTED},
        signer=Signer(position="GIÁM ĐỐC", name="Vũ Mạnh Hùng"),
        forwarding=Forwarding(
            recipient="Ban Dân vận Tỉnh ủy", to=(Address(name="Ban Dân vận", address="bdv@example.vn"),)
        ),
        report=ReportFacts(subject="Kết quả", symbol="BC-SNV"),
        texts={},
        digest="0" * 64,
    )
