"""The simulated units: each a script that waits for a letter or an hour and then writes a mail."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from domain.ids import UnitCode
from domain.working_days import VIETNAM
from service.enclosures import campaign_slug
from service.rehearsal.clerk_work import Answers, fill_form, write_narrative
from service.rehearsal.post import (
    FileToSend,
    LetterRead,
    write_bounce,
    write_mail,
    write_out_of_office,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from domain.campaigns import Campaign, Unit

#: What a script waits for: told the time, it says whether to go on.
Wait: TypeAlias = "Callable[[dt.datetime], bool]"
Script: TypeAlias = "Generator[Wait, None, None]"

#: An address that the roster does not know.
PRIVATE_ADDRESS = "oanhpt.cchc@gmail.example"


@dataclass(kw_only=True)
class Street:
    """What the units share: letter boxes to look into, and a way to post to the office."""

    campaign: Campaign
    answers: Mapping[str, Answers]
    #: Letters that lie in the mailbox of an address, oldest first.
    letters: Callable[[str], Sequence[LetterRead]]
    #: Deliver a mail to the office now.
    post: Callable[[bytes], None]
    now: dt.datetime

    def unit(self, code: str) -> Unit:
        """Give a unit of the roster."""
        return self.campaign.unit_by_code[UnitCode(code)]

    def office(self) -> str:
        """Give the address everybody writes to."""
        return self.campaign.office.address.address


def at(day: int, clock: str) -> Wait:
    """Wait until an hour of a day of October 2021."""
    hour, minute = map(int, clock.split(":"))
    instant = dt.datetime(2021, 10, day, hour, minute, tzinfo=VIETNAM)
    return lambda now: now >= instant


def letter(street: Street, address: str, kind: str, number: int = 1) -> Wait:
    """Wait until the *number*-th letter of a kind lies in the mailbox of *address*."""
    return lambda _now: len([one for one in street.letters(address) if one.kind == kind]) >= number


def newest(street: Street, address: str, kind: str) -> LetterRead:
    """Give the newest letter of a kind."""
    return [one for one in street.letters(address) if one.kind == kind][-1]


def blank_of(street: Street, address: str) -> bytes:
    """Give the blank form that came with the plan."""
    plan = newest(street, address, "plan")
    return next(file.content for file in plan.files if file.name.endswith(".xlsx"))


def _send(
    street: Street,
    code: str,
    *,
    subject: str,
    body: str,
    files: Sequence[FileToSend] = (),
    answers: LetterRead | None = None,
    address: str = "",
) -> None:
    unit = street.unit(code)
    street.post(
        write_mail(
            name=unit.name,
            address=address or unit.emails[0].address,
            to=street.office(),
            subject=subject,
            body=body,
            at=street.now,
            files=files,
            answers=answers,
        )
    )


def _form(street: Street, code: str, blank: bytes, until: int, **typed: object) -> FileToSend:
    content = fill_form(
        blank,
        street.campaign,
        street.answers[code],
        until=dt.date(2021, 10, until),
        typed=typed,
    )
    return FileToSend(name=f"Biểu tổng hợp {street.unit(code).short_name}.xlsx", content=content)


def _narrative(street: Street, code: str, until: int) -> FileToSend:
    unit = street.unit(code)
    content = write_narrative(street.campaign, unit, street.answers[code], until=dt.date(2021, 10, until))
    return FileToSend(name=f"BC {campaign_slug(street.campaign)} - {unit.short_name}.docx", content=content)


def right_at_once(street: Street) -> Script:
    """Văn phòng Sở answers its own plan: form and report in one mail, in the thread."""
    mine = street.unit("VP").emails[0].address
    yield letter(street, mine, "plan")
    yield at(5, "09:10")
    plan = newest(street, mine, "plan")
    files = [_form(street, "VP", blank_of(street, mine), 5), _narrative(street, "VP", 5)]
    _send(
        street,
        "VP",
        subject=f"Re: {plan.subject}",
        body="Văn phòng Sở gửi Báo cáo và Biểu tổng hợp.",
        files=files,
        answers=plan,
    )


def in_a_weekend_mail(street: Street) -> Script:
    """Right, written on a Saturday evening; the report follows on Monday in a mail of its own."""
    mine = street.unit("TCBM").emails[0].address
    yield letter(street, mine, "plan")
    yield at(9, "20:40")
    _send(
        street,
        "TCBM",
        subject="V/v gửi Biểu tổng hợp kết quả Tháng Dân vận",
        body="Phòng TCBM xin gửi biểu, báo cáo gửi sau.",
        files=[_form(street, "TCBM", blank_of(street, mine), 9)],
    )
    yield at(11, "08:20")
    _send(
        street,
        "TCBM",
        subject="Gửi Báo cáo Tháng Dân vận",
        body="Gửi bổ sung Báo cáo.",
        files=[_narrative(street, "TCBM", 9)],
    )


def errors_then_corrected(street: Street) -> Script:
    """Thanh tra Sở: four mistakes, then mended as the letter says."""
    mine = street.unit("TTRA").emails[0].address
    yield letter(street, mine, "plan")
    yield at(12, "15:05")
    blank = blank_of(street, mine)
    wrong = _form(street, "TTRA", blank, 12, T02="X", T05=None, D05=15, V04="3+1")
    _send(
        street,
        "TTRA",
        subject="Thanh tra Sở gửi báo cáo Tháng Dân vận",
        body="Kính gửi Văn phòng Sở.",
        files=[wrong, _narrative(street, "TTRA", 12)],
    )
    yield letter(street, mine, "correction")
    yield at(13, "09:30")
    correction = newest(street, mine, "correction")
    _send(
        street,
        "TTRA",
        subject=correction.subject,
        body="Thanh tra Sở gửi lại biểu đã sửa.",
        files=[_form(street, "TTRA", blank, 12)],
        answers=correction,
    )


def typed_as_text(street: Street) -> Script:
    """Numbers typed as Vietnamese text; the report comes only after a reminder."""
    mine = street.unit("CCVC").emails[0].address
    yield letter(street, mine, "plan")
    yield at(14, "16:45")
    typed = {
        "T02": "12 buổi",
        "T04": "1.234",
        "K02": "trên 100",
        "K07": "12,5",
        "K09": "15 triệu",
        "D08": "không",
        "Q09": "không có",
        "V02": "22 lượt người",
    }
    _send(
        street,
        "CCVC",
        subject="Biểu THDV P.CCVC",
        body="Gửi Văn phòng Sở tổng hợp.",
        files=[_form(street, "CCVC", blank_of(street, mine), 14, **typed)],
    )
    yield letter(street, mine, "reminder")
    yield at(18, "10:15")
    reminder = newest(street, mine, "reminder")
    _send(
        street,
        "CCVC",
        subject=f"Re: {reminder.subject}",
        body="Phòng gửi Báo cáo còn thiếu.",
        files=[_narrative(street, "CCVC", 14)],
        answers=reminder,
    )


def out_of_office_first(street: Street) -> Script:
    """Send an automatic answer first, then the form from a private address that nobody knows."""
    mine = street.unit("CCHC").emails[0].address
    yield letter(street, mine, "plan")
    unit = street.unit("CCHC")
    street.post(
        write_out_of_office(
            name=unit.name,
            address=mine,
            to=street.office(),
            at=street.now,
            answers=newest(street, mine, "plan"),
        )
    )
    yield at(14, "20:40")
    street.post(
        write_mail(
            name="Oanh Phạm",
            address=PRIVATE_ADDRESS,
            to=street.office(),
            subject="Gửi biểu",
            body="Em gửi biểu và báo cáo, mạng cơ quan đang lỗi ạ.",
            at=street.now,
            files=[
                _form(street, "CCHC", blank_of(street, mine), 14),
                _narrative(street, "CCHC", 14),
            ],
        )
    )


def bounced_then_next(street: Street) -> Script:
    """Let the server of a dead first address say so, and answer from the next one."""
    first, second = (address.address for address in street.unit("TDKT").emails[:2])
    yield letter(street, first, "plan")
    street.post(
        write_bounce(
            address=first,
            to=street.office(),
            at=street.now + dt.timedelta(minutes=2),
            letter=newest(street, first, "plan"),
        )
    )
    yield letter(street, second, "plan")
    yield at(8, "10:00")
    _send(
        street,
        "TDKT",
        subject="Ban TĐKT gửi Báo cáo, Biểu Tháng Dân vận",
        body="Ban TĐKT gửi kèm.",
        files=[_form(street, "TDKT", blank_of(street, second), 8), _narrative(street, "TDKT", 8)],
        address=second,
    )


def late(street: Street) -> Script:
    """In the small hours after the deadline, before anybody wrote an overdue letter."""
    mine = street.unit("XDCQ").emails[0].address
    yield letter(street, mine, "plan")
    yield at(20, "06:10")
    _send(
        street,
        "XDCQ",
        subject="Gửi BC và biểu (xin lỗi gửi muộn)",
        body="Phòng XDCQ&CTTN gửi Báo cáo, Biểu tổng hợp.",
        files=[_form(street, "XDCQ", blank_of(street, mine), 19), _narrative(street, "XDCQ", 19)],
    )


def only_after_overdue(street: Street) -> Script:
    """Ban Tôn giáo answers when the letter to its head has come."""
    unit = street.unit("TG")
    mine = unit.emails[0].address
    head = unit.head_email.address if unit.head_email else mine
    yield letter(street, head, "overdue")
    yield at(20, "15:20")
    overdue = newest(street, head, "overdue")
    _send(
        street,
        "TG",
        subject=f"Re: {overdue.subject}",
        body="Ban Tôn giáo gửi Báo cáo và Biểu tổng hợp, mong Văn phòng Sở thông cảm.",
        files=[_form(street, "TG", blank_of(street, mine), 20), _narrative(street, "TG", 20)],
        answers=overdue,
    )


#: Every script; Chi cục Văn thư - Lưu trữ has none: it never answers.
SCRIPTS: tuple[Callable[[Street], Script], ...] = (
    right_at_once,
    in_a_weekend_mail,
    errors_then_corrected,
    typed_as_text,
    out_of_office_first,
    bounced_then_next,
    late,
    only_after_overdue,
)


class Crowd:
    """Runs the scripts side by side."""

    def __init__(self, street: Street) -> None:
        """Start every script up to its first wait."""
        self._street = street
        self._waiting: list[tuple[Script, Wait]] = []
        for script in SCRIPTS:
            running = script(street)
            self._waiting.append((running, next(running)))

    def act(self, now: dt.datetime) -> bool:
        """Let everybody act whose wait is over; tell whether anybody did."""
        self._street.now = now
        acted = False
        still: list[tuple[Script, Wait]] = []
        for script, wait in self._waiting:
            over = wait(now)
            acted = acted or over
            coming: Wait | None = wait
            while coming is not None and over:
                coming = next(script, None)
                over = coming is not None and coming(now)
            if coming is not None:
                still.append((script, coming))
        self._waiting = still
        return acted
