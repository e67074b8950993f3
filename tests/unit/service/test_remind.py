"""Reminders from state, deliveries that fail, deadlines that move."""

from __future__ import annotations

import pytest

from domain.errors import AlreadyDecided, DecisionError, MailboxUnavailable, NotAllowedNow, NotFound
from domain.outbox import LetterKind, LetterState
from intake.folder import FolderMailbox
from mailer.folder import FolderTransport
from service import amend
from service.clocks import read_instant
from service.deliver import deliver
from service.desk import polled_since, read_desk
from service.dispatch import dispatch
from service.remind import remind


def kinds(office, kind):
    """Give the units that got a letter of a kind, in the order of sending."""
    return [letter.unit for letter in office.outbox() if letter.kind is kind]


def write_reminders(office):
    """Queue what is due now, without sending it, and give its number."""
    premises = office.service.premises
    with premises.store.read() as work:
        desk = read_desk(work, office.campaign, now=premises.now())
        polled = polled_since(work, ["main"])
    return remind(premises, desk, polled_since=polled)


def test_only_who_owes_is_reminded(running):
    """On the first rung everybody but those who answered is reminded, once."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", running.form("TCBM"), running.narrative("TCBM")))
    running.service.cycle()
    running.at("2021-10-12T08:00")
    running.service.cycle()
    running.service.cycle()
    reminded = kinds(running, LetterKind.REMINDER)

    assert 8 == len(reminded)
    assert "TCBM" not in reminded


def test_three_days_without_power_cost_one_reminder(running):
    """Rungs missed during a stop are one letter."""
    running.at("2021-10-19T14:30")
    running.service.cycle()

    assert 9 == len(kinds(running, LetterKind.REMINDER))


def test_a_letter_that_is_queued_is_not_written_again(running, monkeypatch):
    """Units stay late for days; the list for the directors is composed once."""

    def unexpected(*_facts):
        raise AssertionError("a letter was composed again")

    running.at("2021-10-21T09:00")
    running.service.cycle()
    assert 1 == len(kinds(running, LetterKind.ESCALATION))
    monkeypatch.setattr("service.remind.write", unexpected)

    assert 0 == write_reminders(running)


def test_an_answer_that_arrives_with_the_reminder_wins(running):
    """A reminder whose unit has answered when its turn comes is withdrawn."""
    running.at("2021-10-12T08:00")
    write_reminders(running)
    running.post(running.mail("TCBM", running.form("TCBM"), running.narrative("TCBM")))
    running.service.cycle()
    letter = next(one for one in running.outbox() if one.kind is LetterKind.REMINDER and one.unit == "TCBM")

    assert LetterState.WITHDRAWN is letter.state
    assert [] == running.letters_of("TCBM", "reminder")


def test_overdue_goes_to_the_head_with_a_copy_to_the_chief(running):
    """After the deadline the head of each unit that owes its form is told."""
    running.at("2021-10-20T08:00")
    running.service.cycle()
    letter = next(one for one in running.outbox() if one.kind is LetterKind.OVERDUE and one.unit == "TG")
    unit = running.unit("TG")

    assert unit.head_email.address == letter.recipients[0]
    assert running.campaign.office.chief.address in letter.recipients


def test_nobody_is_overdue_while_the_mailbox_is_away(running, monkeypatch):
    """When collecting fails, reminding is skipped; the next cycle catches up."""

    def away(self, known, marks):
        raise MailboxUnavailable("away")

    running.at("2021-10-20T08:00")
    with monkeypatch.context() as patched:
        patched.setattr(FolderMailbox, "fetch_new", away)
        done = running.service.cycle()
    assert (0, ("main: away",)) == (done.reminders, done.problems)
    assert [] == kinds(running, LetterKind.OVERDUE)

    running.service.cycle()
    assert 9 == len(kinds(running, LetterKind.OVERDUE))


def test_a_held_answer_stops_the_overdue_letter(running):
    """A unit that is the first guess of a held mail is not told to be late."""
    running.at("2021-10-19T16:00")
    form = running.form("TCBM")
    running.post(running.mail("TCBM", form, address="la@gmail.example"))
    running.service.cycle()
    running.at("2021-10-20T08:00")
    running.service.cycle()

    assert "TCBM" not in kinds(running, LetterKind.OVERDUE)


def test_an_excused_unit_is_left_alone_and_comes_back(running):
    """Excusing stops reminders and takes the unit out of N; it can be undone."""
    premises, campaign = running.service.premises, running.campaign
    running.at("2021-10-11T08:00")
    amend.excuse(premises, campaign, "LT", actor="Chánh Văn phòng", reason="đang sáp nhập")
    running.at("2021-10-12T08:00")
    running.service.cycle()

    assert "LT" not in kinds(running, LetterKind.REMINDER)
    assert 8 == running.status()["coverage"]["expected"]
    with pytest.raises(AlreadyDecided):
        amend.excuse(premises, campaign, "LT", actor="A", reason="lại")

    amend.unexcuse(premises, campaign, "LT", actor="Chánh Văn phòng", reason="vẫn báo cáo")
    assert 9 == running.status()["coverage"]["expected"]
    with pytest.raises(NotAllowedNow):
        amend.unexcuse(premises, campaign, "LT", actor="A", reason="lại")


def test_an_extension_is_told_and_moves_the_ladder(running):
    """More time: a short letter, and what was queued about the old date is withdrawn."""
    premises, campaign = running.service.premises, running.campaign
    running.at("2021-10-19T08:00")
    write_reminders(running)
    due = read_instant("2021-10-22T17:00")
    amend.extend(premises, campaign, "TG", due_at=due, actor="Chánh Văn phòng", reason="mất điện")
    running.service.cycle()
    running.at("2021-10-20T08:00")
    running.service.cycle()

    assert 1 == len(running.letters_of("TG", "extension"))
    assert "TG" not in kinds(running, LetterKind.OVERDUE)
    states = {one.unit: one.state for one in running.outbox() if one.kind is LetterKind.REMINDER}
    assert LetterState.WITHDRAWN is states["TG"]

    running.at("2021-10-21T16:00")
    running.post(running.mail("TG", running.form("TG")))
    running.service.cycle()
    assert True is running.state("TG")["form"]["on_time"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda p, c: amend.excuse(p, c, "LT", actor=" ", reason="x"), DecisionError),
        (lambda p, c: amend.excuse(p, c, "LT", actor="A", reason=""), DecisionError),
        (lambda p, c: amend.excuse(p, c, "NOPE", actor="A", reason="x"), NotFound),
        (lambda p, c: amend.set_aside(p, c, "LT", version=1, actor="A", reason="x"), NotFound),
        (lambda p, c: amend.assign(p, c, 99, "LT", actor="A"), NotFound),
        (
            lambda p, c: amend.extend(
                p, c, "LT", due_at=read_instant("2021-09-01T08:00"), actor="A", reason="x"
            ),
            DecisionError,
        ),
    ],
    ids=["no name", "no reason", "unknown unit", "no version", "no mail", "date has passed"],
)
def test_decisions_without_ground_are_refused(running, change, error):
    """Every decision needs a name, a reason and a thing that is there."""
    with pytest.raises(error):
        change(running.service.premises, running.campaign)


def test_a_version_set_aside_does_not_count(running):
    """The version before counts again, and setting aside twice is refused."""
    for at, number in (("2021-10-05T09:00", 1), ("2021-10-06T09:00", 2)):
        running.at(at)
        running.post(running.mail("TCBM", running.form("TCBM", T01=number)))
        running.service.cycle()
    premises, campaign = running.service.premises, running.campaign
    amend.set_aside(premises, campaign, "TCBM", version=2, actor="Văn thư", reason="nhầm tệp")

    assert 1 == running.state("TCBM")["form"]["version"]
    with pytest.raises(AlreadyDecided):
        amend.set_aside(premises, campaign, "TCBM", version=2, actor="Văn thư", reason="lại")


def send(running, **refuse):
    """Deliver through a transport that refuses some addresses."""
    transport = FolderTransport(running.home / "mail" / "out", refuse=refuse["refuse"])
    return deliver(running.service.premises, transport)


def test_an_address_refused_at_once_moves_the_letter(office):
    """A 550 at RCPT: the address is dead and the plan goes to the next one in the same round or the next."""
    first, second = (one.address for one in office.unit("TDKT").emails)
    office.at("2021-10-01T08:00")
    dispatch(office.service.premises, office.campaign, actor="Văn thư")
    send(office, refuse={first: "550 5.1.1 unknown"})
    send(office, refuse={first: "550 5.1.1 unknown"})

    assert [] == office.letters_to(first)
    assert 1 == len(office.letters_to(second, "plan"))


def test_a_greylisted_letter_is_tried_again_later(office):
    """A 451 keeps the letter for at least 15 minutes; then the same bytes leave."""
    address = office.unit("TCBM").emails[0].address
    office.at("2021-10-01T08:00")
    dispatch(office.service.premises, office.campaign, actor="Văn thư")
    send(office, refuse={address: "451 4.7.1 greylisted"})
    office.at("2021-10-01T08:14")
    send(office, refuse={})
    assert [] == office.letters_to(address)

    office.at("2021-10-01T08:15")
    send(office, refuse={})
    letter = next(one for one in office.outbox() if one.unit == "TCBM")
    assert (LetterState.SENT, 2) == (letter.state, letter.attempts)
    assert [letter.message_id] == [one.message_id for one in office.letters_to(address)]


def test_dispatch_twice_sends_once(running):
    """A second dispatch finds every unit served."""
    result = dispatch(running.service.premises, running.campaign, actor="Văn thư")
    running.service.cycle()

    assert ((), 9) == (result.queued, len(result.already))
    assert 1 == len(running.letters_of("TCBM", "plan"))
