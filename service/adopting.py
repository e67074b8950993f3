"""`tonghop adopt`: an office's own form becomes a campaign folder, proposed; a person looks through it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from config.examples import example_files
from config.form_writing import UNSURE, no_rules, write_indicators, write_lists
from domain.errors import ConfigError, Problem
from domain.vietnamese import nfc
from parsers.adoption.proposal import propose
from service.enclosures import slug

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    from parsers.adoption.proposal import Proposal
    from service.ports import Isolation

#: The paper that says what a person has to look at, beside the tables.
REVIEW: Final = "form/ra-soat.txt"
_FORM_BLOCK = re.compile(r"^form:\n(?:[ #\n].*\n|\n)*?(?=^# Who signs)", re.MULTILINE)
_WORD_LINES: Final = (
    # (line of the example, what stands there in the new campaign)
    (re.compile(r"^code: .*$", re.MULTILINE), "code: {code}"),
    (re.compile(r"^name: .*$", re.MULTILINE), "name: {title}"),
    (re.compile(r"^year: .*$", re.MULTILINE), "year: {year}"),
    (re.compile(r"^(  subject: )Tổ chức .*$", re.MULTILINE), r"\g<1>{title}"),
    (re.compile(r"^(  subject: )Kết quả .*$", re.MULTILINE), r"\g<1>{report}"),
    (re.compile(r"^  bases:\n(?:    - .*\n)+", re.MULTILINE), "  bases: []\n"),
)
_LONGEST_NAME: Final = 60
_CODE_LENGTH: Final = 40


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """What was proposed, and where it lies."""

    proposal: Proposal
    folder: Path

    @property
    def unsure(self) -> int:
        """Count the rows that a person must look at."""
        return sum(one.sureness < UNSURE for one in self.proposal.fields)


def adopt(name: str, content: bytes, target: Path, *, start: dt.date | None, isolate: Isolation) -> Adopted:
    """Propose a campaign for the form *content* and write it into the new folder *target*.

    Everything but the form is the example's and has to be changed: office, units, days, plan. Raises
    ConfigError when something lies at *target*, and what `propose` raises.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        reason = "Something lies here already; it was left as it is."
        raise ConfigError((Problem(place=str(target), reason=reason, remedy="Name a new folder."),))
    proposal = isolate(propose, content)
    for path, made in campaign_files(
        name, content, proposal, code=target.resolve().name, start=start
    ).items():
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(made)
    return Adopted(proposal=proposal, folder=target)


def campaign_files(
    name: str, content: bytes, proposal: Proposal, *, code: str, start: dt.date | None
) -> dict[str, bytes]:
    """Give the files of the proposed campaign, by path."""
    files = {
        path: made
        for path, made in example_files(start=start).items()
        if not path.startswith(("form/", "plan/", "report/"))
    }
    form_name = nfc(name)
    text = files["campaign.yaml"].decode("utf-8")
    files["campaign.yaml"] = _main_file(text, form_name, proposal, code=code).encode()
    files[f"form/{form_name}"] = content
    files["form/indicators.xlsx"] = write_indicators(
        [(one.field, one.sureness, one.why) for one in proposal.fields], proposal.lists
    )
    files["form/lists.csv"] = write_lists(proposal.lists)
    files["form/rules.csv"] = no_rules()
    files[REVIEW] = "\n".join(review_lines(proposal)).encode() + b"\n"
    files["plan/ghi-chu.txt"] = "Đặt văn bản giao báo cáo (.pdf hoặc .docx) vào thư mục này.\n".encode()
    return files


def _main_file(text: str, form_name: str, proposal: Proposal, *, code: str) -> str:
    title = proposal.title.capitalize() if proposal.title.isupper() else proposal.title
    short = title if len(title) <= _LONGEST_NAME else title[:_LONGEST_NAME].rsplit(" ", 1)[0]
    year = re.search(r"^start: (\d{4})", text, re.MULTILINE)
    words = {
        "code": slug(code).lower()[:_CODE_LENGTH].strip("-") or "bieu-moi",
        "title": _quoted(short),
        "report": _quoted(
            title if title.startswith("Kết quả") else f"Kết quả {title[:1].lower()}{title[1:]}"
        ),
        "year": year[1] if year is not None else "2021",
    }
    for line, new in _WORD_LINES:
        text = line.sub(partial(_fill, new=new, words=words), text)
    sheets = "".join(f"    {spec.code}: {_quoted(spec.sheet)}\n" for spec in proposal.lists)
    block = (
        "form:\n"
        f"  id: {slug(code).lower()[:_CODE_LENGTH].strip('-') or 'bieu-moi'}\n"
        "  # Raise it when a row is added, removed or changes its meaning after forms went out.\n"
        '  version: "1"\n'
        f"  title: {_quoted(title)}\n"
        "  # The office's own form, sent as it is; `cell` in form/indicators says where each answer stands.\n"
        f"  file: {_quoted(form_name)}\n"
        f"  sheet: {_quoted(proposal.sheet)}\n" + (f"  sheets:\n{sheets}" if sheets else "") + "\n"
    )
    return _FORM_BLOCK.sub(lambda _: block, text)


def _fill(found: re.Match[str], new: str, words: dict[str, str]) -> str:
    """Put the words into a line, keeping what the pattern's first group holds."""
    kept = found[1] if found.re.groups else ""
    return new.replace(r"\g<1>", kept).format(**words)


def _quoted(text: str) -> str:
    """Write words for YAML, whatever signs they hold."""
    return '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))


def review_lines(proposal: Proposal) -> Iterator[str]:
    """Say in Vietnamese what a person has to look at."""
    yield f"RÀ SOÁT BIỂU: {proposal.title}"
    yield ""
    yield f"Trang ‘{proposal.sheet}’: {len(proposal.fields)} chỉ tiêu; {len(proposal.lists)} danh sách."
    unsure = [one for one in proposal.fields if one.sureness < UNSURE]
    if unsure:
        yield ""
        yield f"Cần xem lại {len(unsure)} dòng (tô vàng trong indicators.xlsx):"
        for one in unsure:
            kind = f"{one.field.type.value}, độ chắc {one.sureness}"
            yield f"- Ô {one.field.cell} ‘{one.field.label}’: {kind} ({one.why})."
    if proposal.remarks:
        yield ""
        yield "Không đưa vào chỉ tiêu:"
        for remark in proposal.remarks:
            yield f"- {remark.place}: {remark.text}"
    yield ""
    yield "Mở form/indicators.xlsx: sửa đơn vị tính, kiểu, bắt buộc (R/O), cách tổng hợp; xóa dòng không hỏi."
    yield "Sửa campaign.yaml, units.csv; đặt văn bản vào plan/."
    yield "Sau đó chạy: tonghop check --campaign <thư mục này>"
