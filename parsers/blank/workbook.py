"""The blank workbook that a unit gets: made from the form's spec, stamped, the same bytes every time.

Safe to import anywhere: openpyxl is loaded when a blank is made.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING

from parsers.original import stamp_original
from parsers.stamp import stamp_for, write_stamp

if TYPE_CHECKING:
    import openpyxl

    from domain.campaigns import Campaign, Unit
    from parsers.blank.form_sheet import FormSheet

GUIDE_SHEET = "HuongDan"

_CORE = "docProps/core.xml"
#: The earliest instant a zip can name; the real one would make every blank differ.
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_ROW = re.compile(rb'<row r="(\d+)" ht="([0-9.]+)" customHeight="1"')
#: Recorded in each member of the zip, wherever it is made.
_UNIX = 3
_UNCALCULATED = re.compile(rb'<c (r="[A-Z]+\d+"[^>]*)><f>([^<]*)</f><v ?(?:/>|></v>)</c>')


def blank_workbook(campaign: Campaign, unit: Unit) -> bytes:
    """Make the blank form of *unit*, or stamp the office's own; two calls give identical bytes.

    Raises Unmarkable, or what reading raises, for an own form that cannot be stamped.
    """
    if campaign.original is not None:
        return stamp_original(campaign.original.content, campaign.form, stamp_for(campaign, unit))
    import openpyxl  # noqa: PLC0415 - heavy import

    from parsers.blank import stationery  # noqa: PLC0415 - heavy import
    from parsers.blank.form_sheet import write_form_sheet  # noqa: PLC0415 - heavy import
    from parsers.blank.guide_sheet import write_guide_sheet  # noqa: PLC0415 - heavy import
    from parsers.blank.list_sheet import write_list_sheet  # noqa: PLC0415 - heavy import

    workbook = openpyxl.Workbook()
    stationery.set_default_font(workbook)
    form = workbook.worksheets[0]
    form.title = campaign.form.sheet
    laid = write_form_sheet(form, campaign, unit)
    for spec in campaign.form.lists:
        write_list_sheet(workbook.create_sheet(spec.sheet), spec, campaign, unit)
    write_guide_sheet(workbook.create_sheet(GUIDE_SHEET), campaign, unit)
    write_stamp(workbook, stamp_for(campaign, unit))
    _describe(workbook, campaign, unit)
    return _finished(workbook, laid, lists=len(campaign.form.lists))


def _describe(workbook: openpyxl.Workbook, campaign: Campaign, unit: Unit) -> None:
    properties = workbook.properties
    properties.creator = campaign.office.name
    properties.title = campaign.form.title
    properties.subject = unit.name
    properties.language = "vi-VN"
    properties.created = _made_at(campaign)


def _made_at(campaign: Campaign) -> dt.datetime:
    """Give an instant that belongs to the campaign, not to the clock; openpyxl writes naive UTC."""
    day = campaign.plan.issued_on or campaign.start
    return dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001 - see above


def _finished(workbook: openpyxl.Workbook, laid: FormSheet, *, lists: int) -> bytes:
    """Save, and put right in the file what openpyxl cannot write."""
    written, finished = io.BytesIO(), io.BytesIO()
    workbook.save(written)
    form, *list_parts = (f"xl/worksheets/sheet{number}.xml" for number in range(1, lists + 2))
    made_at = f"{workbook.properties.created:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(finished, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == _CORE:
                content = _MODIFIED.sub(rb"\g<1>" + made_at + rb"\g<2>", content)
            elif name == form:
                content = _with_results(_without_doubts(content, laid))
            elif name in list_parts:
                content = _with_growing_rows(content)
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            target.writestr(entry, content)
    return finished.getvalue()


def _with_results(sheet: bytes) -> bytes:
    """Give each formula the "-" it has on an empty form, for previews in mail and on phones."""
    return _UNCALCULATED.sub(rb'<c \g<1> t="str"><f>\g<2></f><v>-</v></c>', sheet)


def _without_doubts(sheet: bytes, laid: FormSheet) -> bytes:
    """Keep Excel from flagging "1.1" in column TT as a number stored as text."""
    ignored = (
        f'<ignoredErrors><ignoredError sqref="A{laid.first_row}:A{laid.last_row}" numberStoredAsText="1"/>'
        "</ignoredErrors></worksheet>"
    )
    return sheet.replace(b"</worksheet>", ignored.encode())


def _with_growing_rows(sheet: bytes) -> bytes:
    """Take back that the ready rows' height is fixed: Excel then lets them grow with what is typed."""
    from parsers.blank.list_sheet import HEADER_ROW  # noqa: PLC0415 - heavy import

    def grow(row: re.Match[bytes]) -> bytes:
        return row[0] if int(row[1]) <= HEADER_ROW else b'<row r="%b" ht="%b"' % row.groups()

    return _ROW.sub(grow, sheet)
