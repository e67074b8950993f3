"""The office on a real Dovecot and Postfix: what leaves arrives, what comes back is received and answered."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from domain.messages import MailOutcome
from domain.working_days import VIETNAM
from service.bootstrap import open_service
from service.clocks import SystemClock
from service.dispatch import dispatch
from service.rehearsal.clerk_work import fill_form, sample_answers
from service.rehearsal.post import FileToSend, write_mail
from service.setting_up import lay_example
from service.shapes import ledger_shape
from tests.offices import CODE, Office
from tests.servers.dovecot import free_ports
from tests.servers.mail_room import MailRoom

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]
TONGHOP = pathlib.Path(sys.executable).with_name("tonghop")
ROSTER = ("VP", "TTRA", "TCBM", "TDKT")
UNIT_MAIL = "<hoi@ubnd.test>"
OFFICE = "vanphong@snv.bacgiang.example"
#: The campaign began so many days ago: servers stamp mails with the real time.
BEGUN = dt.timedelta(days=12)
SETTINGS = "printer:\n  soffice: /bin/false\n"


def lay_home(home, room):
    """Lay a campaign that is under way now, its addresses mailboxes of the server; sample -> mailbox."""
    folder = home / "campaigns" / CODE
    lay_example(folder, start=dt.datetime.now(VIETNAM).date() - BEGUN)
    roster = folder / "units.csv"
    head, *lines = roster.read_text(encoding="utf-8-sig").splitlines()
    kept = [line for line in lines if line.split(",")[0] in ROSTER]
    roster.write_text("\n".join([head, *kept, ""]), encoding="utf-8-sig")
    (home / "tonghop.yaml").write_text(SETTINGS, encoding="utf-8")
    mailboxes = room.rewrite(folder / "campaign.yaml", roster)
    # Postfix takes any address of the server's domain; Dovecot knows no such user, and a bounce comes back.
    nobody = f"khong-co-{os.getpid()}@ubnd.test"
    text = roster.read_text(encoding="utf-8-sig")
    roster.write_text(text.replace(mailboxes["tdkt@snv.bacgiang.example"], nobody), encoding="utf-8-sig")
    # And this one is refused while we are still speaking with Postfix.
    text = roster.read_text(encoding="utf-8-sig")
    roster.write_text(
        text.replace(mailboxes["tcbm@snv.bacgiang.example"], "refused.tcbm@ubnd.test"), encoding="utf-8-sig"
    )
    return mailboxes | {"tdkt@snv.bacgiang.example": nobody}


@pytest.fixture(scope="module")
def room(dovecot, postfix):
    """Give the mail server and its people."""
    return MailRoom(dovecot=dovecot, postfix=postfix)


class Exchange:
    """The campaign's first days, played once: letters out, a bounce, answers, receipts."""

    def __init__(self, home, room):
        self.room = room
        self.mailboxes = lay_home(home, room)
        self.office_address = self.mailboxes[OFFICE]
        clock = SystemClock()
        service = open_service(home, environ=room.environ(self.office_address), clock=clock)
        self.office = Office(home=home, clock=clock, service=service)
        self.campaign = self.office.campaign

    def box(self, code, nth=0):
        """Give a unit's mailbox."""
        return self.office.unit(code).emails[nth].address

    def answer(self, code, plan, *, nth=0, **typed):
        """Fill the form that came with a letter and reply to it; give the mail."""
        blank = next(file.content for file in plan.files if file.name.endswith(".xlsx"))
        today = dt.datetime.now(VIETNAM)
        start = self.campaign.start
        until = min(today.date(), self.campaign.end)
        lists = {"L3": [{"ngay": start}], "L4": [{"ngay_phat_dong": start}]}
        form = fill_form(
            blank, self.campaign, in_period(sample_answers()[code], lists), until=until, typed=typed
        )
        mail = write_mail(
            name=self.office.unit(code).name,
            address=self.box(code, nth),
            to=self.office_address,
            subject=f"Re: {plan.subject}",
            body="Kính gửi Văn phòng Sở biểu tổng hợp đã ghi đủ.",
            at=today,
            files=[FileToSend(name=f"Biểu tổng hợp {self.office.unit(code).short_name}.xlsx", content=form)],
            answers=plan,
        )
        self.room.send(self.box(code, nth), self.office_address, mail)
        return mail

    def inbox_holds(self, text):
        """Tell whether the office's INBOX holds a mail with some bytes in it."""
        return any(text in content for content, _ in self.room.mails(self.office_address))

    def play(self):
        """Live through it."""
        room, premises = self.room, self.office.service.premises
        dispatch(premises, self.campaign, actor="Văn thư")
        self.first = self.office.service.cycle()
        self.plans = {code: room.wait_for(self.box(code), "plan") for code in ("VP", "TTRA")}
        room.wait_until(lambda: self.inbox_holds(b"delivery-status"), "the bounce")
        # Somebody of the office has read one mail before the service sees it.
        room.append(
            self.office_address,
            b"From: ai@ubnd.test\r\nSubject: read by a person\r\nMessage-ID: <da-doc@ubnd.test>\r\n\r\nx\r\n",
            at=dt.datetime.now(VIETNAM),
            flags=(b"\\Seen",),
        )
        self.second = self.office.service.cycle()
        self.plans["TCBM"] = room.wait_for(self.box("TCBM", 1), "plan")
        self.plans["TDKT"] = room.wait_for(self.box("TDKT", 1), "plan")
        self.answers = {
            "VP": self.answer("VP", self.plans["VP"]),
            "TTRA": self.answer("TTRA", self.plans["TTRA"], T02="X"),
            "TDKT": self.answer("TDKT", self.plans["TDKT"], nth=1),
        }
        for mail in self.answers.values():
            mark = email.message_from_bytes(mail)["Message-ID"].encode()
            room.wait_until(lambda mark=mark: self.inbox_holds(b"Message-ID: " + mark), "an answer")
        self.third = self.office.service.cycle()
        self.replies = {
            "VP": room.wait_for(self.box("VP"), "receipt"),
            "TTRA": room.wait_for(self.box("TTRA"), "correction"),
            "TDKT": room.wait_for(self.box("TDKT", 1), "receipt"),
        }


def in_period(answers, lists):
    """Give the sample answers with the days of their lists inside a campaign of another month."""
    changed = {
        code: tuple(dict(row) | (lists[code][0] if code in lists else {}) for row in rows)
        for code, rows in answers.lists.items()
    }
    return type(answers)(
        people=answers.people,
        numbers=answers.numbers,
        texts=answers.texts,
        notes=answers.notes,
        lists=changed,
    )


@pytest.fixture(scope="module")
def exchange(room, tmp_path_factory):
    """Give the exchange after it has happened."""
    played = Exchange(tmp_path_factory.mktemp("exchange") / "home", room)
    played.play()
    yield played
    played.office.service.close()


def header(content, name):
    """Read a header with the standard library's modern parser."""
    return str(email.message_from_bytes(content, policy=email.policy.default)[name])


def test_every_unit_has_plan_and_form(exchange):
    """Each letter lies in its unit's mailbox, with the plan and the unit's own blank form."""
    names = {code: sorted(file.name for file in plan.files) for code, plan in exchange.plans.items()}

    assert {
        code: [f"Bieu-tong-hop_Thang-Dan-van-2021_{code}.xlsx", exchange.campaign.plan.file_name]
        for code in ROSTER
    } == names
    assert ["", ""] == [exchange.first.delivered.problem, exchange.second.delivered.problem]


def test_an_address_refused_at_once_is_replaced_at_once(exchange):
    """Postfix refuses an address while we speak: the same letter goes to the next with the next round."""
    plans = [letter for letter in exchange.office.outbox() if (letter.unit, letter.kind) == ("TCBM", "plan")]

    assert ["failed", "sent"] == [letter.state.value for letter in plans]
    assert "refused.tcbm@ubnd.test" in plans[0].recipients
    assert (exchange.box("TCBM", 1),) == plans[1].recipients
    assert exchange.plans["TCBM"].message_id == plans[1].message_id != plans[0].message_id


def test_a_real_bounce_moves_the_plan_to_the_next_address(exchange):
    """Postfix reports an unknown user: the address is dead, the plan goes to the second one."""
    plans = [letter for letter in exchange.office.outbox() if (letter.unit, letter.kind) == ("TDKT", "plan")]
    ledger = exchange.office.ledger()
    with exchange.office.service.premises.store.read() as work:
        dead = work.addresses.dead()

    assert [("ignored", "TDKT")] == [
        (line["outcome"], line["unit"]) for line in ledger if line["reason"] == "bounce"
    ]
    assert {exchange.mailboxes["tdkt@snv.bacgiang.example"], "refused.tcbm@ubnd.test"} == set(dead)
    assert exchange.plans["TDKT"].message_id == plans[1].message_id


def test_answers_are_received_and_replied_to_in_their_thread(exchange):
    """Accepted, refused, accepted from the second address: each reply names mail and plan before it."""
    by_id = {line["message_id"]: line for line in exchange.office.ledger()}
    lines = {code: by_id[header(mail, "Message-ID")] for code, mail in exchange.answers.items()}

    assert {"VP": "accepted", "TTRA": "refused", "TDKT": "accepted"} == {
        code: line["outcome"].removesuffix("_with_warnings") for code, line in lines.items()
    }
    for code, reply in exchange.replies.items():
        mail = exchange.answers[code]
        assert [reply.message_id] == lines[code]["reply_message_ids"]
        assert header(mail, "Message-ID") == header(reply.content, "In-Reply-To")
        assert exchange.plans[code].message_id in header(reply.content, "References")
        assert f"Re: {exchange.plans[code].subject}".removeprefix("Re: Re: ") in reply.subject


def test_sent_letters_lie_in_sent(exchange):
    """Everything that a server took is filed once, byte for byte."""
    sent = [one for one in exchange.office.outbox() if one.state.value == "sent"]
    filed = [letter.message_id for letter in exchange.room.letters(exchange.office_address, folder="Sent")]

    assert sorted(letter.message_id for letter in sent) == sorted(filed)


def test_the_inbox_stays_as_people_left_it(exchange):
    """The service sets no flag: what a person has read is read, everything else is unread; nothing moves."""
    mails = exchange.room.mails(exchange.office_address)
    seen = [header(content, "Message-ID") for content, flags in mails if b"\\Seen" in flags]

    assert ["<da-doc@ubnd.test>"] == seen
    assert len(mails) >= len(exchange.answers) + 2


def test_every_mail_of_the_mailbox_is_stored_as_it_lies_there(exchange):
    """INBOX and ledger name the same bytes; nothing is left undecided; another round brings nothing new."""
    exchange.office.service.cycle()
    with exchange.office.service.premises.store.read() as work:
        stored = {work.messages.raw(record.key) for record in work.messages.all()}

    assert {content for content, _ in exchange.room.mails(exchange.office_address)} == stored
    assert all(record.outcome is not MailOutcome.NEW for record in exchange.office.records())
    assert 0 == exchange.office.service.cycle().collected.new


@pytest.fixture(scope="module")
def queued(room, tmp_path_factory):
    """Give a home whose plan letters wait, one mail of a unit already in the office's INBOX."""
    home = tmp_path_factory.mktemp("queued") / "home"
    mailboxes = lay_home(home, room)
    done = tonghop(home, room.environ(mailboxes[OFFICE]), "dispatch", "--queue-only", "--by", "Văn thư")
    assert 0 == done.returncode, done.stderr
    room.append(
        mailboxes[OFFICE],
        f"From: {mailboxes['vp@snv.bacgiang.example']}\r\nMessage-ID: {UNIT_MAIL}\r\n\r\nx\r\n".encode(),
        at=dt.datetime.now(VIETNAM),
    )
    return home, mailboxes


def tonghop(home, environ, *arguments):
    """Run the command."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")}
    return subprocess.run(
        [TONGHOP, *arguments],
        env={**kept, **environ, "TONGHOP_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        pytest.param({"TONGHOP_IMAP_PASSWORD": "sai"}, "main", id="wrong IMAP password"),
        pytest.param({"TONGHOP_SMTP_PASSWORD": "sai"}, "sending", id="wrong SMTP password"),
        pytest.param({"TONGHOP_IMAP_PORT": "closed"}, "main", id="IMAP server away"),
        pytest.param({"TONGHOP_SMTP_PORT": "closed"}, "sending", id="SMTP server away"),
    ],
)
def test_a_server_that_refuses_or_is_away_costs_nothing(queued, room, tmp_path, broken, named):
    """Exit code 4 and one plain sentence; when the server is there again everything goes on."""
    home, mailboxes = tmp_path / "home", queued[1]
    shutil.copytree(queued[0], home)
    right = room.environ(mailboxes[OFFICE])
    closed = str(free_ports(1)[0])
    wrong = {name: closed if value == "closed" else value for name, value in broken.items()}
    failed = tonghop(home, right | wrong, "cycle")
    letters, known = memory_of(home)

    assert 4 == failed.returncode, failed.stderr
    assert failed.stderr.startswith(f"tonghop: {named}: ")
    assert failed.stderr.endswith(". Nothing is lost; the next cycle tries again.\n")
    assert 1 == failed.stderr.count("\n")
    # What does not need the broken server is done.
    assert (named == "sending") == (UNIT_MAIL in known)
    assert (named == "main") == ("sent" in letters.values())

    # A server that was away is asked again after a quarter of an hour.
    later = (dt.datetime.now(VIETNAM) + dt.timedelta(minutes=16)).isoformat()
    mended = tonghop(home, right, "cycle", "--now", later)
    letters, known = memory_of(home)

    assert 0 == mended.returncode, mended.stderr
    assert 1 == known.count(UNIT_MAIL)
    assert {"VP": "sent", "TTRA": "sent", "TCBM": "failed", "TDKT": "sent"} == letters


def memory_of(home):
    """Give the state of each unit's first plan letter, and the Message-IDs of the stored mails."""
    service = open_service(home, environ={})
    with service.premises.store.read() as work:
        letters = [one for one in work.outbox.of_campaign(CODE) if one.cause == "plan"]
        known = [ledger_shape(work, record)["message_id"] for record in work.messages.all()]
    service.close()
    return {letter.unit: letter.state.value for letter in letters}, known
