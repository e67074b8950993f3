"""A short campaign in a few acts, so that one that was disturbed can be compared with one that was not."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from domain.errors import DecisionError
from domain.history import DecisionKind
from domain.messages import MailOutcome
from domain.outbox import LetterState
from service import amend, approve, forward
from service.dispatch import dispatch
from service.rehearsal.post import drop_into, read_letter, write_bounce, write_out_of_office
from tests.offices import CODE, Office, open_office

if TYPE_CHECKING:
    from pathlib import Path

#: TTRA errs, CCHC writes from home, TDKT has a dead first address, VP stays silent.
ROSTER = ("VP", "TTRA", "TCBM", "CCHC", "TDKT")
POST = "post"
STRANGER = "o.nha@gmail.example"
CLERK, CHIEF = "Văn thư", "Chánh Văn phòng"
#: A program that is no LibreOffice: reports have no PDF here, at once.
SETTINGS = "printer:\n  soffice: /bin/false\n"
#: Hours of the acts; between two of them an attempt in doubt has lost its lease.
DISPATCHED, ANSWERED, LOOKED_AT, REMINDED, CLOSED, FORWARDED = (
    "2021-10-01T08:00",
    "2021-10-14T09:30",
    "2021-10-14T10:00",
    "2021-10-15T08:00",
    "2021-10-20T08:00",
    "2021-10-20T09:00",
)
LAST = "2021-10-20T09:30"


def write_scenery(home: Path) -> Path:
    """Make a home whose campaign has not begun, with the mails of the story beside it."""
    office = open_office(home)
    roster = home / "campaigns" / CODE / "units.csv"
    head, *lines = roster.read_text(encoding="utf-8-sig").splitlines()
    kept = [line for line in lines if line.split(",")[0] in ROSTER]
    roster.write_text("\n".join([head, *kept, ""]), encoding="utf-8-sig")
    (home / "tonghop.yaml").write_text(SETTINGS, encoding="utf-8")
    office.reopen()
    office.dispatch()
    _write_mails(office)
    office.service.close()
    for leftover in (*home.glob("tonghop.db*"), home / "tonghop.lock"):
        leftover.unlink()
    shutil.rmtree(home / "mail")
    return home


def _write_mails(office: Office) -> None:
    """Write what the units send; once only, because their programs make other boundaries each time."""

    def post(at: str, content: bytes) -> None:
        drop_into(office.home / POST, content, at=office.at(at))

    first = office.unit("TDKT").emails[0].address
    plan = office.letters_to(first, "plan")[0]
    office.at("2021-10-14T08:00")
    post(
        "2021-10-14T08:00", write_bounce(address=first, to="x@y.example", at=office.clock.now(), letter=plan)
    )
    office.at("2021-10-14T08:10")
    mail = office.mail("TCBM", office.form("TCBM"), office.narrative("TCBM"))
    post("2021-10-14T08:10", mail)
    post("2021-10-14T08:20", office.mail("TTRA", office.form("TTRA", T02="X", T05=None)))
    post("2021-10-14T08:30", office.mail("CCHC", office.form("CCHC"), address=STRANGER))
    # The same bytes lie in the mailbox twice: one mail, two sightings.
    post("2021-10-14T08:40", mail)
    second = office.unit("TDKT").emails[1].address
    post("2021-10-14T08:50", office.mail("TDKT", office.form("TDKT"), address=second))
    away = write_out_of_office(
        name="VP",
        address=office.unit("VP").emails[0].address,
        to="x@y.example",
        at=office.at("2021-10-14T09:00"),
        answers=office.letters_of("VP", "plan")[0],
    )
    post("2021-10-14T09:00", away)


def copy_scenery(scenery: Path, home: Path) -> Office:
    """Open an office of its own on a copy of the scenery; instants of receipt stay."""
    shutil.copytree(scenery, home)
    return open_home(home)


def open_home(home: Path) -> Office:
    """Open the office of a home that is there already."""
    from service.bootstrap import open_service  # noqa: PLC0415 - as open_office does
    from service.clocks import SettableClock, read_instant  # noqa: PLC0415 - as open_office does

    clock = SettableClock(read_instant(DISPATCHED))
    return Office(home=home, clock=clock, service=open_service(home, environ={}, clock=clock))


def deliver_post(office: Office) -> None:
    """Let the mails of the story arrive, each at its hour."""
    shutil.copytree(office.home / POST, office.home / "mail" / "in", dirs_exist_ok=True)


def act(office: Office, at: str) -> None:
    """Play what happens at one hour; whoever was interrupted does the same again."""
    office.at(at)
    premises, campaign = office.service.premises, office.campaign
    if at == DISPATCHED:
        dispatch(premises, campaign, actor=CLERK)
    if at == ANSWERED:
        deliver_post(office)
    if at == LOOKED_AT:
        with premises.store.read() as work:
            held = work.messages.with_outcome(MailOutcome.HELD)
        for record in held:
            amend.assign(premises, campaign, record.key, "CCHC", actor=CLERK)
    if at == FORWARDED:
        with premises.store.read() as work:
            key = work.reports.heads(campaign.code)[-1].key
        # A person who repeats a command that had been done is told so.
        with suppress(DecisionError):
            approve.check(premises, campaign, key, actor=CHIEF, acknowledge="", printer=None)
        with suppress(DecisionError):
            approve.approve(premises, campaign, key, actor=CHIEF)
        with suppress(DecisionError):
            forward.forward(premises, campaign, key, actor=CLERK, unsigned=True)
    office.service.cycle()


ACTS = (DISPATCHED, ANSWERED, LOOKED_AT, REMINDED, CLOSED, FORWARDED, LAST)


def ending(office: Office) -> dict[str, Any]:
    """Tell everything that must be the same, however often the service died on the way."""
    with office.service.premises.store.read() as work:
        work.events.verify()
        letters = [
            {
                "id": letter.message_id,
                "kind": letter.kind.value,
                "unit": letter.unit,
                "cause": letter.cause,
                "state": letter.state.value,
                "accepted": letter.accepted,
                "refused": letter.refused,
                "answers": letter.answers,
                "content": work.outbox.content(letter.key),
            }
            for letter in work.outbox.of_campaign(office.campaign.code)
        ]
        submissions = [
            (one.key, one.version, one.counts, one.content)
            for one in work.submissions.of_campaign(office.campaign.code, with_forms=True)
        ]
        decisions = [
            # A dispatch counts its own letters; the one that was interrupted had queued some before.
            replace(decision, detail={}) if decision.kind is DecisionKind.DISPATCH else decision
            for decision in work.decisions.of_campaign(office.campaign.code)
        ]
        heads = work.reports.heads(office.campaign.code)
        reports = [work.reports.get(head.key) for head in heads]
        dead = work.addresses.dead()
        accounts = [mailbox.name for mailbox in office.service.settings.mailboxes]
        polls = [work.polls.last_success(account) for account in accounts]
    return {
        "ledger": office.ledger(),
        "letters": letters,
        "submissions": submissions,
        "decisions": decisions,
        "reports": reports,
        "dead": dead,
        "polls": polls,
        "status": office.status(),
        "delivered": delivered(office),
    }


def delivered(office: Office) -> dict[str, list[bytes]]:
    """Give the letters in every mailbox."""
    out = office.home / "mail" / "out"
    return {
        folder.name: sorted(file.read_bytes() for file in folder.glob("*.eml"))
        for folder in sorted(out.iterdir())
    }


def twice_delivered(office: Office) -> list[str]:
    """Name letters that lie in a mailbox under one Message-ID with two contents; there must be none."""
    doubled = []
    for address, letters in delivered(office).items():
        ids = [read_letter(letter).message_id for letter in letters]
        doubled += [f"{address} {one}" for one in set(ids) if ids.count(one) > 1]
    return doubled


def unsent(office: Office) -> list[str]:
    """Name letters that no mailbox has taken; at the end of the story there are none."""
    return [letter.message_id for letter in office.outbox() if letter.state is not LetterState.SENT]
