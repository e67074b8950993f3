"""Files that go out with letters: the plan, blank forms, and how they are named."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from typing import TYPE_CHECKING

from mailer.compose import OutgoingFile
from parsers.blank.workbook import blank_workbook

if TYPE_CHECKING:
    import datetime as dt

    from domain.campaigns import Campaign, Unit
    from service.ports import Work

#: Media type of .xlsx.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Media type of .docx.
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def plan_file(campaign: Campaign) -> OutgoingFile:
    """Give the plan as an attachment, the bytes that the office put into the folder."""
    name = campaign.plan.file_name
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return OutgoingFile(name=name, media_type=media_type, content=campaign.plan.content)


def blank_file(work: Work, campaign: Campaign, unit: Unit, *, now: dt.datetime) -> OutgoingFile:
    """Give the unit's blank form, the same bytes as ever for one version of the form."""
    version = campaign.form.version
    content = work.blanks.get(campaign.code, unit.code, form_version=version)
    if content is None:
        content = blank_workbook(campaign, unit)
        work.blanks.put(campaign.code, unit.code, form_version=version, content=content, at=now)
    return OutgoingFile(name=blank_name(campaign, unit), media_type=XLSX, content=content)


def blank_name(campaign: Campaign, unit: Unit) -> str:
    """Name a unit's blank form: "Bieu-tong-hop_Thang-Dan-van-2021_CCVC.xlsx"."""
    return f"Bieu-tong-hop_{campaign_slug(campaign)}_{unit.code}.xlsx"


def campaign_slug(campaign: Campaign) -> str:
    """Write the campaign for file names: "Thang-Dan-van-2021"."""
    return f"{slug(campaign.name)}-{campaign.year}"


def slug(text: str) -> str:
    """Write a name with plain letters and hyphens, as every mail program and disk takes it."""
    plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[^A-Za-z0-9]+", "-", bare).strip("-")
