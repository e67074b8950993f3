"""A larger office for measurements: the example campaign with thirty units, and what they send back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.campaign import load_campaign
from config.examples import lay_example
from domain.campaigns import Unit
from domain.ids import UnitCode
from domain.messages import Address, RawMessage, Sighting
from domain.outbox import LetterKind
from domain.working_days import VIETNAM
from service.bootstrap import make_store
from service.clocks import SettableClock
from service.dispatch import dispatch
from service.premises import Premises
from service.rehearsal.clerk_work import fill_form, sample_answers
from service.rehearsal.post import FileToSend, read_letter, write_mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from domain.campaigns import Campaign

_KINDS = (("NV", "Phòng Nội vụ"), ("DV", "Ban Dân vận"), ("VP", "Văn phòng UBND"))
_PLACES = (
    ("BG", "thành phố Bắc Giang"),
    ("HH", "huyện Hiệp Hòa"),
    ("LG", "huyện Lạng Giang"),
    ("LN", "huyện Lục Nam"),
    ("LNG", "huyện Lục Ngạn"),
    ("SD", "huyện Sơn Động"),
    ("TY", "huyện Tân Yên"),
    ("VY", "huyện Việt Yên"),
    ("YD", "huyện Yên Dũng"),
    ("YT", "huyện Yên Thế"),
)
#: When the plan leaves; the units' first forms come when their figures are complete, the next a day later.
DISPATCH = dt.datetime(2021, 10, 1, 8, 0, tzinfo=VIETNAM)
_FIRST = dt.datetime(2021, 10, 14, 8, 0, tzinfo=VIETNAM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """One mail with one filled form."""

    raw: RawMessage
    attachment: bytes

    @property
    def at(self) -> dt.datetime:
        """When it arrived."""
        return self.raw.sighting.received_at


def large_campaign(folder: Path) -> Campaign:
    """Give the example campaign with a roster of thirty units; its folder is laid down in *folder*."""
    lay_example(folder, start=None)
    units = tuple(_unit(*kind, *place) for kind in _KINDS for place in _PLACES)
    return replace(load_campaign(folder), units=units)


def _unit(kind_code: str, kind: str, place_code: str, place: str) -> Unit:
    code = f"{kind_code}-{place_code}"
    name = f"{kind} {place}"
    address = f"{code.lower()}@bacgiang.example"
    return Unit(
        code=UnitCode(code),
        name=name,
        short_name=code,
        aliases=(),
        emails=(Address(name=name, address=address),),
        head="Thủ trưởng đơn vị",
    )


def open_premises(home: Path, campaign: Campaign, clock: SettableClock) -> Premises:
    """Open the store of *home* for *campaign*."""
    return Premises(
        store=make_store(f"sqlite:///{home / 'tonghop.db'}"),
        campaigns={campaign.code: campaign},
        clock=clock,
        secret=b"a secret for measurements",
    )


def send_plan(premises: Premises, campaign: Campaign) -> None:
    """Queue the plan and the blank form for each unit."""
    dispatch(premises, campaign, actor="bench")


def returns(premises: Premises, campaign: Campaign, count: int) -> Iterator[Return]:
    """Give *count* returned forms, each unit's first ones first, threaded to the letters of the plan."""
    with premises.store.read() as work:
        letters = {
            letter.unit: read_letter(work.outbox.content(letter.key))
            for letter in work.outbox.of_campaign(campaign.code)
            if letter.kind is LetterKind.PLAN
        }
    samples = tuple(sample_answers().values())
    for number in range(count):
        version, place = divmod(number, len(campaign.units))
        unit = campaign.units[place]
        at = _FIRST + dt.timedelta(days=version, minutes=place)
        answers = samples[place % len(samples)]
        blank = next(file.content for file in letters[unit.code].files if file.name.endswith(".xlsx"))
        notes = {**answers.notes, "T01": f"Số liệu lần {version + 1} của {unit.name}"}
        content = fill_form(blank, campaign, replace(answers, notes=notes), until=at.date())
        mail = write_mail(
            name=unit.name,
            address=unit.emails[0].address,
            to=campaign.office.address.address,
            subject=f"Re: {letters[unit.code].subject}",
            body="Kính gửi Văn phòng Sở. Đơn vị gửi biểu tổng hợp.",
            at=at,
            files=(FileToSend(name=f"Bieu tong hop {unit.code} lan {version + 1}.xlsx", content=content),),
            answers=letters[unit.code],
        )
        sighting = Sighting(
            account="bench", folder="INBOX", uidvalidity=1, uid=number + 1, received_at=at, size=len(mail)
        )
        yield Return(raw=RawMessage(sighting=sighting, content=mail), attachment=content)
