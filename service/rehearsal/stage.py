"""Runs the rehearsal: October 2021 hour by hour, with the same cycle that a real installation runs."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from config.campaign import CAMPAIGNS_FOLDER
from config.examples import lay_example
from domain.campaigns import Item
from domain.errors import ConfigError, Problem
from domain.ids import CampaignCode
from domain.messages import MailOutcome
from domain.outbox import LetterKind, LetterState
from domain.reports import Rendition
from domain.vietnamese import format_number
from domain.working_days import VIETNAM
from intake.message import read_message
from service import amend, approve, consolidate, forward, lineage
from service.bootstrap import Service, open_service
from service.clocks import SettableClock
from service.dispatch import dispatch
from service.rehearsal.clerk_work import sample_answers
from service.rehearsal.people import Crowd, Street
from service.rehearsal.post import LetterRead, drop_into, read_letter
from service.rehearsal.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from domain.campaigns import Campaign
    from domain.ids import MailKey, ReportKey
    from service.ports import Work

#: The campaign that is rehearsed.
CODE = CampaignCode("thang-dan-van-2021")
#: Names of the sub-folders that a person opens, in the order of the story.
SENT, ARRIVED, FORMS, HELD, REPORT, OFFICE = (
    "1-thu-da-gui",
    "2-thu-da-nhan",
    "3-bieu-da-tiep-nhan",
    "4-thu-cho-nguoi-xem",
    "5-bao-cao",
    "van-phong",
)
TIMELINE = "dien-bien.txt"

#: Who acts in the office.
CLERK, CHIEF, DIRECTOR = "Văn thư trực", "Chánh Văn phòng", "Giám đốc Sở"

_FIRST = dt.datetime(2021, 10, 1, 7, 0, tzinfo=VIETNAM)
_LAST = dt.datetime(2021, 10, 31, 18, 0, tzinfo=VIETNAM)
_DISPATCH = dt.datetime(2021, 10, 1, 8, 0, tzinfo=VIETNAM)
_REPORT = dt.datetime(2021, 10, 22, 9, 0, tzinfo=VIETNAM)
_CHECK = dt.datetime(2021, 10, 22, 10, 0, tzinfo=VIETNAM)
_APPROVE = dt.datetime(2021, 10, 22, 14, 0, tzinfo=VIETNAM)
_FORWARD = dt.datetime(2021, 10, 22, 15, 0, tzinfo=VIETNAM)
#: Hours at which the office's service looks into its mailbox on the simulated days.
_HOURS = (0, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 21)
#: The figure that is explained at the end.
EXPLAINED = "T02"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What a rehearsal leaves."""

    folder: Path
    report: ReportKey
    #: n of N units in the figures.
    counted: int
    expected: int
    pdf: bool


def rehearse(
    folder: Path,
    *,
    tell: Callable[[str], None],
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Rehearsed:
    """Run the whole campaign below *folder* (made anew) and leave everything a person wants to look at."""
    _clear(folder)
    home = folder / OFFICE
    lay_example(home / CAMPAIGNS_FOLDER / CODE, start=None)
    clock = SettableClock(_FIRST)
    service = open_service(home, environ={}, clock=clock)
    try:
        play = _Play(folder, service, clock, tell)
        play.run(progress)
        return play.leave()
    finally:
        service.close()


def _clear(folder: Path) -> None:
    """Empty the folder of an earlier rehearsal; a folder that is something else is left alone."""
    if not folder.exists() or not any(folder.iterdir()):
        folder.mkdir(parents=True, exist_ok=True)
        return
    if not (folder / OFFICE).is_dir():
        raise ConfigError(
            (
                Problem(
                    place=str(folder),
                    reason="the folder is not empty and holds no earlier rehearsal.",
                    remedy="Name another folder with --to.",
                ),
            )
        )
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


class _Play:
    """One run: the clock, the crowd, the office's people, and the service between them."""

    def __init__(
        self, folder: Path, service: Service, clock: SettableClock, tell: Callable[[str], None]
    ) -> None:
        self._folder = folder
        self._service = service
        self._clock = clock
        self._written: list[str] = []
        self._tell_out = tell
        self._campaign: Campaign = service.premises.campaign(CODE)
        self._timeline = Timeline(self._campaign)
        self._letters: dict[str, dict[str, LetterRead]] = {}
        self._forwarded: ReportKey | None = None
        self._street = Street(
            campaign=self._campaign,
            answers=sample_answers(),
            letters=self._letters_of,
            post=self._post,
            now=_FIRST,
        )
        self._crowd = Crowd(self._street)

    def run(self, progress: Callable[[int, int], None]) -> None:
        """Live through October."""
        hours = [
            dt.datetime.combine(_FIRST.date() + dt.timedelta(days=day), dt.time(hour), VIETNAM)
            for day in range((_LAST - _FIRST).days + 1)
            for hour in _HOURS
        ]
        hours = [hour for hour in hours if _FIRST <= hour <= _LAST]
        for done, hour in enumerate(hours, start=1):
            self._clock.set(hour)
            self._office(hour)
            self._crowd.act(hour)
            self._service.cycle()
            self._say()
            # Bounces and automatic answers arrive while the office still looks at its mailbox.
            if self._crowd.act(hour):
                self._clock.set(hour + dt.timedelta(minutes=5))
                self._service.cycle()
                self._say()
            progress(done, len(hours))

    def _office(self, now: dt.datetime) -> None:
        """Do what the people of the office do at this hour."""
        premises = self._service.premises
        if now == _DISPATCH:
            dispatch(premises, self._campaign, actor=CLERK)
        if self._campaign.calendar.is_working_time(now):
            self._assign_held(now)
        if now == _REPORT:
            consolidate.make_report(
                premises,
                self._campaign,
                occasion=consolidate.ASKED,
                actor=CLERK,
                printer=self._service.printer,
            )
        if now == _CHECK:
            key = self._newest()
            approve.check(premises, self._campaign, key, actor=CHIEF, printer=self._service.printer)
            self._note(now, f"{CHIEF} kiểm tra dự thảo lần {key}, kết xuất bản chính thức")
        if now == _APPROVE:
            key = self._newest()
            digest = approve.approve(premises, self._campaign, key, actor=DIRECTOR)
            self._note(now, f"{DIRECTOR} duyệt báo cáo lần {key} (mã kiểm {digest[:8]})")
        if now == _FORWARD:
            key = self._newest()
            forward.forward(premises, self._campaign, key, actor=CLERK, unsigned=True)
            self._forwarded = key

    def _assign_held(self, now: dt.datetime) -> None:
        """Let the clerk look at held mails: the first guess is right in this story."""
        premises = self._service.premises
        with premises.store.read() as work:
            held = work.messages.with_outcome(MailOutcome.HELD)
        for record in held:
            if not record.guesses or record.received_at + dt.timedelta(hours=1) > now:
                continue
            unit = record.guesses[0].unit
            self._keep_held(record.key)
            amend.assign(premises, self._campaign, record.key, unit, actor=CLERK)
            name = self._campaign.unit_by_code[unit].name
            self._note(now, f"{CLERK} xem thư số {record.key}: là của {name}")

    def _newest(self) -> ReportKey:
        with self._service.premises.store.read() as work:
            return work.reports.heads(CODE)[-1].key

    def _letters_of(self, address: str) -> tuple[LetterRead, ...]:
        folder = self._service.settings.home / "mail" / "out" / address.lower()
        known = self._letters.setdefault(address.lower(), {})
        if folder.is_dir():
            for file in sorted(folder.glob("*.eml")):
                if file.name not in known:
                    known[file.name] = read_letter(file.read_bytes())
        return tuple(known.values())

    def _post(self, content: bytes) -> None:
        drop_into(self._service.settings.home / "mail" / "in", content, at=self._clock.now())

    def _say(self) -> None:
        with self._service.premises.store.read() as work:
            self._write(self._timeline.lines(work, self._clock.now()))

    def _note(self, now: dt.datetime, line: str) -> None:
        self._write(self._timeline.at(now, [f"☞ {line}"]))

    def _write(self, lines: list[str]) -> None:
        for line in lines:
            self._written.append(line)
            self._tell_out(line)

    def _keep_held(self, key: MailKey) -> None:
        with self._service.premises.store.read() as work:
            content = work.messages.raw(key)
        _put(self._folder / HELD / f"thu-{key:03d}.eml", content)

    def leave(self) -> Rehearsed:
        """Lay out letters, mails, forms and reports for people, and explain one figure."""
        premises = self._service.premises
        with premises.store.read() as work:
            self._leave_letters(work)
            for record in work.messages.all():
                _put(self._folder / ARRIVED / f"thu-{record.key:03d}.eml", work.messages.raw(record.key))
            for submission in work.submissions.of_campaign(CODE):
                content = submission.content
                if content.item is not Item.FORM:
                    continue
                for attachment in read_message(work.messages.raw(content.mail)).attachments:
                    if attachment.sha256 == content.attachment_sha256:
                        state = "" if submission.counts else "_yeu-cau-sua"
                        name = f"{content.unit}_lan-{submission.version}{state}.xlsx"
                        _put(self._folder / FORMS / name, attachment.content)
            assert self._forwarded is not None
            report = work.reports.get(self._forwarded)
        final = report.of(Rendition.FINAL)
        for file in final:
            _put(self._folder / REPORT / file.name, file.content)
        self._write(self._explained(report.key))
        _put(self._folder / TIMELINE, "\n".join(self._written).encode() + b"\n")
        coverage = report.consolidation.coverage
        return Rehearsed(
            folder=self._folder,
            report=report.key,
            counted=coverage.counted,
            expected=coverage.expected,
            pdf=any(file.name.endswith(".pdf") for file in final),
        )

    def _leave_letters(self, work: Work) -> None:
        for letter in work.outbox.of_campaign(CODE):
            if letter.state is not LetterState.SENT:
                continue
            unit = f"_{letter.unit}" if letter.unit else ""
            name = f"{letter.key:03d}_{letter.kind.value}{unit}"
            content = work.outbox.content(letter.key)
            _put(self._folder / SENT / f"{name}.eml", content)
            if letter.kind is not LetterKind.PLAN:
                _put(self._folder / SENT / f"{name}.txt", read_message(content).body.encode())

    def _explained(self, key: ReportKey) -> list[str]:
        explanation = lineage.explain(self._service.premises, str(key), f"docx:{EXPLAINED}")
        figure = explanation.figure
        value = format_number(figure.value) if isinstance(figure.value, Decimal) else "-"
        lines = ["", f"Số “{figure.label}” trong báo cáo là {value} {figure.measure}, cộng từ:"]
        for proved in explanation.parts:
            part = proved.part
            unit = self._campaign.unit_by_code[part.unit].name
            lines.append(
                f"  {unit:<52} {part.raw or '':>8}   {part.attachment_name}, ô {part.sheet}!{part.cell}"
            )
        proof = "đã mở lại thư gốc và đối chiếu từng ô: khớp"
        lines.append(f"  ({proof if explanation.is_proved else 'KHÔNG KHỚP với thư gốc'})")
        return lines


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
