"""What people at a unit do with Excel and Word: fill the blank form, write the text report."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any

from domain.vietnamese import fold_label, format_date
from parsers.blank.typesetting import lines_of, row_height

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl import Workbook

    from domain.campaigns import Campaign, Unit

#: How the sample answers say "Không phát sinh".
NOT_APPLICABLE = "KPS"
_CODE_COLUMN, _ANSWER_COLUMN, _NOTE_COLUMN = 6, 4, 5
#: Instant that stands in every file; the real one would make every rehearsal differ.
_SAVED = (2021, 10, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What one unit has to report: invented figures and people."""

    people: Mapping[str, str]
    numbers: Mapping[str, Any]
    texts: Mapping[str, str]
    notes: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)


def sample_answers() -> dict[str, Answers]:
    """Load the sample answers by unit."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - heavy import

    source = resources.files("config").joinpath("examples/rehearsal.yaml").read_text(encoding="utf-8")
    blocks = YAML(typ="safe").load(source)
    return {
        unit: Answers(
            people=block["people"],
            numbers=block["numbers"],
            texts=block["texts"],
            notes=block.get("notes", {}),
            lists={code: tuple(block.get(code, ())) for code in ("L1", "L2", "L3", "L4")},
        )
        for unit, block in blocks.items()
    }


def fill_form(
    blank: bytes,
    campaign: Campaign,
    answers: Answers,
    *,
    until: dt.date,
    typed: Mapping[str, Any] | None = None,
) -> bytes:
    """Fill a blank form as a person does; *typed* says what was typed instead (None: left empty)."""
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy import

    book = load_workbook(io.BytesIO(blank))
    cells: dict[str, Any] = {
        **answers.numbers,
        **answers.texts,
        "A02": campaign.start,
        "A03": until,
        "A04": answers.people["prepared_by"],
        "A05": answers.people["contact"],
        "A06": answers.people["head"],
        **(typed or {}),
    }
    sheet = book[campaign.form.sheet]
    for row in sheet.iter_rows(min_row=1, max_row=sheet.max_row):
        code = str(row[_CODE_COLUMN - 1].value or "")
        if code in cells:
            value = cells[code]
            row[_ANSWER_COLUMN - 1].value = "Không phát sinh" if value == NOT_APPLICABLE else value
        if code in answers.notes:
            row[_NOTE_COLUMN - 1].value = answers.notes[code]
    _fill_lists(book, campaign, answers)
    out = io.BytesIO()
    book.save(out)
    return _undated(out.getvalue())


def _fill_lists(book: Workbook, campaign: Campaign, answers: Answers) -> None:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - heavy import

    for spec in campaign.form.lists:
        rows = answers.lists.get(spec.code, ())
        if not rows:
            continue
        sheet = book[spec.sheet]
        wanted = {fold_label(column.label): column.name for column in spec.columns}
        first = 1
        for head in sheet.iter_rows(min_row=1, max_row=12):
            first += 1
            found = {
                wanted[key]: column
                for column, cell in enumerate(head, start=1)
                if (key := fold_label(str(cell.value or "").replace("*", ""))) in wanted
            }
            if len(found) == len(wanted):
                break
        else:
            raise LookupError(f"the blank form has no header row on {spec.sheet}")
        if str(sheet.cell(first, min(found.values())).value or "").startswith("("):
            first += 1
        for number, entry in enumerate(rows):
            # Excel lets a ready row grow with what is typed; openpyxl does not.
            ready = sheet.row_dimensions[first + number].height or 0
            needed = max(
                row_height(
                    lines_of(str(value), sheet.column_dimensions[get_column_letter(found[name])].width)
                )
                for name, value in entry.items()
            )
            sheet.row_dimensions[first + number].height = max(ready, needed)
            for name, value in entry.items():
                sheet.cell(first + number, found[name]).value = value


def write_narrative(campaign: Campaign, unit: Unit, answers: Answers, *, until: dt.date) -> bytes:
    """Write a unit's text report in Word, the way a careful clerk does in a hurry."""
    from docx import Document  # noqa: PLC0415 - heavy import

    document = Document()
    document.core_properties.created = dt.datetime(2021, 10, 1, tzinfo=dt.UTC)
    document.add_heading("BÁO CÁO", level=1)
    document.add_paragraph(f"Kết quả tổ chức các hoạt động {campaign.title} của {unit.name}")
    document.add_paragraph(f"(Số liệu tính đến ngày {format_date(until)})")
    titles = {
        "N01": "1. Kết quả nổi bật",
        "N02": "2. Tồn tại, hạn chế",
        "N03": "3. Nguyên nhân",
        "N04": "4. Kiến nghị, đề xuất",
        "N05": "5. Nhiệm vụ thời gian tới",
    }
    for code, title in titles.items():
        if code in answers.texts:
            document.add_paragraph(title)
            document.add_paragraph(answers.texts[code])
    document.add_paragraph(answers.people["head"])
    out = io.BytesIO()
    document.save(out)
    return _undated(out.getvalue())


def _undated(content: bytes) -> bytes:
    """Take the hour of saving out of an Office file: two rehearsals leave the same bytes."""
    settled = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(settled, "w") as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _SAVED)
            member.compress_type = zipfile.ZIP_DEFLATED
            saved = source.read(name)
            if name == "docProps/core.xml":
                saved = _MODIFIED.sub(rb"\g<1>2021-10-01T00:00:00Z\g<2>", saved)
            target.writestr(member, saved)
    return settled.getvalue()
