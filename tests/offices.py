"""An office for tests: a home with the example campaign, a clock to set, and folders for mail."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.ids import UnitCode
from domain.working_days import VIETNAM
from service.bootstrap import Service, open_service
from service.clocks import SettableClock, read_instant
from service.desk import read_desk
from service.dispatch import dispatch
from service.enclosures import blank_file
from service.rehearsal.clerk_work import fill_form, sample_answers, write_narrative
from service.rehearsal.post import FileToSend, LetterRead, drop_into, read_letter, write_mail
from service.setting_up import lay_example
from service.shapes import ledger_shape, status_shape

if TYPE_CHECKING:
    from pathlib import Path

    from domain.campaigns import Campaign, Unit
    from domain.messages import MailRecord
    from domain.outbox import Letter
    from domain.submissions import Submission

CODE = "thang-dan-van-2021"


@dataclass
class Office:
    """The service under test and everybody around it."""

    home: Path
    clock: SettableClock
    service: Service

    @property
    def campaign(self) -> Campaign:
        """The example campaign."""
        return next(iter(self.service.premises.campaigns.values()))

    def unit(self, code: str) -> Unit:
        """Give a unit of the roster."""
        return self.campaign.unit_by_code[UnitCode(code)]

    def at(self, text: str) -> dt.datetime:
        """Set the clock and give the instant."""
        instant = read_instant(text)
        self.clock.set(instant)
        return instant

    def dispatch(self) -> None:
        """Send the plan on the first day."""
        self.at("2021-10-01T08:00")
        dispatch(self.service.premises, self.campaign, actor="Văn thư")
        self.service.cycle()

    def blank(self, code: str) -> bytes:
        """Give a unit's blank form."""
        with self.service.premises.store.write() as work:
            return blank_file(work, self.campaign, self.unit(code), now=self.clock.now()).content

    def form(self, code: str, until: str = "", **typed: Any) -> FileToSend:
        """Give a filled form of a unit, its figures up to today; *typed* says what was typed instead."""
        content = fill_form(
            self.blank(code),
            self.campaign,
            sample_answers()[code],
            until=dt.date.fromisoformat(until) if until else self.clock.now().date(),
            typed=typed,
        )
        return FileToSend(name=f"Biểu {code}.xlsx", content=content)

    def narrative(self, code: str) -> FileToSend:
        """Give a unit's text report."""
        content = write_narrative(
            self.campaign, self.unit(code), sample_answers()[code], until=dt.date(2021, 10, 15)
        )
        return FileToSend(name=f"Báo cáo {code}.docx", content=content)

    def post(self, content: bytes) -> None:
        """Let a mail arrive now."""
        drop_into(self.home / "mail" / "in", content, at=self.clock.now())

    def mail(self, code: str, *files: FileToSend, **changes: Any) -> bytes:
        """Write a mail of a unit."""
        facts: dict[str, Any] = {
            "name": self.unit(code).name,
            "address": self.unit(code).emails[0].address,
            "to": self.campaign.office.address.address,
            "subject": f"{self.unit(code).short_name} gửi biểu",
            "body": "Kính gửi Văn phòng Sở.",
            "at": self.clock.now(),
            "files": files,
        }
        return write_mail(**facts | changes)

    def letters_to(self, address: str, kind: str = "") -> list[LetterRead]:
        """Give the letters in a mailbox, oldest first."""
        folder = self.home / "mail" / "out" / address.lower()
        letters = [read_letter(file.read_bytes()) for file in sorted(folder.glob("*.eml"))]
        return [letter for letter in letters if kind in ("", letter.kind)]

    def letters_of(self, code: str, kind: str = "") -> list[LetterRead]:
        """Give the letters in the mailbox of a unit's first address."""
        return self.letters_to(self.unit(code).emails[0].address, kind)

    def ledger(self) -> list[dict[str, Any]]:
        """Give the ledger as JSON shapes."""
        with self.service.premises.store.read() as work:
            return [ledger_shape(work, record) for record in work.messages.all()]

    def records(self) -> tuple[MailRecord, ...]:
        """Give the stored mails."""
        with self.service.premises.store.read() as work:
            return work.messages.all()

    def outbox(self) -> tuple[Letter, ...]:
        """Give the letters of the campaign."""
        with self.service.premises.store.read() as work:
            return work.outbox.of_campaign(self.campaign.code)

    def versions(self, code: str) -> tuple[Submission, ...]:
        """Give what a unit handed in."""
        with self.service.premises.store.read() as work:
            found = work.submissions.of_campaign(self.campaign.code)
        return tuple(one for one in found if one.content.unit == code)

    def status(self) -> dict[str, Any]:
        """Give the status as its JSON shape."""
        with self.service.premises.store.read() as work:
            return status_shape(read_desk(work, self.campaign, now=self.clock.now()))

    def state(self, code: str) -> dict[str, Any]:
        """Give the status of one unit."""
        return next(unit for unit in self.status()["units"] if unit["unit"] == code)

    def reopen(self) -> None:
        """Stop the service and start it again on the same home."""
        self.service.close()
        self.service = open_service(self.home, environ={}, clock=self.clock)


def open_office(home: Path) -> Office:
    """Make a home with the example campaign on a clock of October 2021."""
    lay_example(home / "campaigns" / CODE, start=None)
    clock = SettableClock(dt.datetime(2021, 10, 1, 7, 30, tzinfo=VIETNAM))
    return Office(home=home, clock=clock, service=open_service(home, environ={}, clock=clock))
