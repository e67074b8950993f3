"""What a unit finds marked in its own file: findings become marks, and the file that goes back gets its name.

The marking itself is `parsers.marking.returned.mark_returned`: foreign bytes, to be called in isolation, and
while no transaction is open. Whoever settles a mail therefore says first what is to be marked.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.errors import ReadingEnded, WorkbookError
from domain.findings import SEVERITIES, Severity
from mailer.compose import OutgoingFile
from mailer.letters import MarkedCopies
from mailer.mending import findings_for, fold_findings
from parsers.marking.marks import Mark, MarkKind
from service.reading import mark_attachment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from domain.campaigns import Campaign
    from domain.findings import Finding
    from domain.forms import FormSpec
    from domain.ids import Sha256
    from domain.messages import AttachmentNote
    from parsers.marking.returned import Marked
    from service.ports import Isolation

log = logging.getLogger(__name__)

#: More marked cells in one file help nobody; the letter names the kinds, and the next round marks the rest.
MOST_CELLS: Final = 300
#: A larger file does not go back: the letter that tells the errors must not bounce for its attachment.
LARGEST_COPY: Final = 5 * 1024 * 1024
#: What stands behind the name of a marked file: "Bieu TH_can-sua.xlsx".
SUFFIX: Final = "_can-sua"
_KINDS: Final = {
    Severity.ERROR: MarkKind.MEND,
    Severity.QUESTION: MarkKind.MEND,
    Severity.WARNING: MarkKind.CHECK,
}
_MEDIA_TYPES: Final = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xltx": "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".xltm": "application/vnd.ms-excel.template.macroEnabled.12",
}
_FOREIGN_ENDINGS: Final = (".xls", ".xlsb", ".ods", ".et", ".csv", ".htm", ".html", ".xml", ".docx", ".doc")
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')
_LONGEST_NAME, _LONGEST_NAME_IN_BYTES = 100, 200
_NAMELESS: Final = "Bieu"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkList:
    """What is marked of a list of findings, and what is not."""

    marks: tuple[Mark, ...]
    #: They concern cells, beyond as many as are marked.
    unmarked: tuple[Finding, ...] = ()
    #: They concern no cell (a sheet or a row is missing): only the letter tells them.
    placeless: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedFile:
    """The file that goes back to the unit."""

    file: OutgoingFile
    #: It is a plain copy, because the unit's own file cannot be marked (.xls, .ods).
    is_copy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkJob:
    """One attached form of a mail that is to be marked."""

    sha256: Sha256
    #: Of the unit's own file.
    name: str
    marks: MarkList
    #: The office, as the author of the comments.
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksWanted:
    """Settling a mail came to the point where it needs these files marked; nothing of it is written."""

    jobs: tuple[MarkJob, ...]


def mark_job(file: AttachmentNote, findings: Sequence[Finding], campaign: Campaign) -> MarkJob | None:
    """Say what is to be marked in an attached form; None where no finding stands at a cell."""
    marks = marks_of(findings, campaign.form)
    if not marks.marks:
        return None
    return MarkJob(sha256=file.sha256, name=file.name, marks=marks, author=campaign.office.name)


def mark_jobs(
    content: bytes, jobs: Iterable[MarkJob], *, isolate: Isolation
) -> dict[Sha256, MarkedFile | None]:
    """Mark attached forms of the mail *content*; None for a file that cannot go back marked.

    Such a file costs the unit a convenience and the service nothing: the letter goes without it.
    """
    done: dict[Sha256, MarkedFile | None] = {}
    for job in jobs:
        done[job.sha256] = None
        try:
            marked = isolate(mark_attachment, content, job.sha256, job.marks.marks, job.author)
        except (WorkbookError, ReadingEnded) as error:
            log.warning("a form goes back unmarked: %s", error, extra={"action": "marking_failed"})
            continue
        if len(marked.content) > LARGEST_COPY:
            log.info("a marked form is too large to go back", extra={"action": "marked_too_large"})
            continue
        done[job.sha256] = named(job.name, marked)
    return done


def copies_of(
    jobs: Iterable[MarkJob], marked: Mapping[Sha256, MarkedFile | None]
) -> tuple[tuple[OutgoingFile, ...], MarkedCopies | None]:
    """Give what goes back of *jobs*, and what the letter says of it; none where nothing could be marked."""
    done = [(job, file) for job in jobs if (file := marked.get(job.sha256)) is not None]
    if not done:
        return (), None
    files = tuple(file.file for _, file in done)
    said = MarkedCopies(
        count=len(files),
        has_plain_copy=any(file.is_copy for _, file in done),
        left_unmarked=sum(one.count for job, _ in done for one in job.marks.unmarked),
    )
    return files, said


def marks_of(findings: Sequence[Finding], form: FormSpec, *, most: int = MOST_CELLS) -> MarkList:
    """Choose what is marked: what the unit is told about cells, the gravest first, in at most *most* cells.

    Where there are more, every kind of finding is marked before any is marked a second time.
    """
    told = findings_for(findings, _KINDS)
    placed = [one for one in told if one.sheet and one.cell and one.count == 1]
    cells: set[tuple[str, str]] = set()
    chosen: list[Finding] = []
    unmarked: list[Finding] = []
    for one in _by_turns(placed):
        place = (one.sheet, one.cell)
        if place in cells or len(cells) < most:
            cells.add(place)
            chosen.append(one)
        else:
            unmarked.append(one)
    return MarkList(
        marks=tuple(_mark(one, form) for one in chosen),
        unmarked=(*unmarked, *(one for one in told if one.count > 1)),
        placeless=tuple(one for one in told if not (one.sheet and one.cell)),
    )


def named(name: str, marked: Marked) -> MarkedFile:
    """Give the marked file as it goes out, where the unit's own is called *name*."""
    file = OutgoingFile(
        name=marked_name(name, marked.ending),
        media_type=_MEDIA_TYPES[marked.ending],
        content=marked.content,
    )
    return MarkedFile(file=file, is_copy=marked.is_copy)


def marked_name(name: str, ending: str = ".xlsx") -> str:
    """Name the marked file after the unit's own: "Bieu TH (1).xls" -> "Bieu TH (1)_can-sua.xlsx".

    The second round adds nothing; signs that no disk takes become hyphens; at most 100 signs.
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFC", name) if sign.isprintable())
    stem = _FORBIDDEN.sub("-", plain)
    for known in (*_MEDIA_TYPES, *_FOREIGN_ENDINGS):
        if stem.lower().endswith(known):
            stem = stem[: -len(known)]
            break
    stem = " ".join(re.sub(re.escape(SUFFIX), "", stem, flags=re.IGNORECASE).split()).strip(" .") or _NAMELESS
    tail = SUFFIX + ending
    while len(stem + tail) > _LONGEST_NAME or len((stem + tail).encode()) > _LONGEST_NAME_IN_BYTES:
        stem = stem[:-1].rstrip(" .")
    return stem + tail


def _mark(one: Finding, form: FormSpec) -> Mark:
    """Say at the cell what the letter says of it; the place need not be said."""
    (line,) = fold_findings((one,), form, most=1).lines
    text = "\n".join(filter(None, (line.problem, line.advice)))
    return Mark(sheet=one.sheet, cell=one.cell, kind=_KINDS[one.severity], text=text)


def _by_turns(findings: Iterable[Finding]) -> list[Finding]:
    """Order findings by severity, and within it so that the first of every kind come before any second."""
    turns: dict[str, int] = {}
    ordered: list[tuple[int, int, Finding]] = []
    for one in findings:
        turn = turns[one.code] = turns.get(one.code, 0) + 1
        ordered.append((SEVERITIES.index(one.severity), turn, one))
    return [one for _, _, one in sorted(ordered, key=lambda each: each[:2])]
