"""What becomes of a mail: whose it is, what counts of it, who is answered."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from openpyxl import Workbook

from domain.errors import Conflict, NotAllowedNow, StoreError, StoreUnavailable
from domain.messages import MailOutcome, PendingMail
from domain.outbox import LetterKind
from domain.submissions import Verdict
from service import amend, receive, settling
from service.rehearsal.post import FileToSend, read_letter, write_bounce, write_out_of_office
from store.messages import Messages
from tests.dying import Died

UNKNOWN = "nguoi.la@gmail.example"


def last(office):
    """Give the newest line of the ledger."""
    return office.ledger()[-1]


def test_a_right_form_is_accepted_and_answered_in_its_thread(running):
    """Form and narrative in one mail: both count, one receipt goes to the sender."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", running.form("TCBM"), running.narrative("TCBM")))
    running.service.cycle()
    line = last(running)
    receipt = running.letters_of("TCBM", "receipt")[0]

    assert ("accepted", "TCBM", 1) == (line["outcome"], line["unit"], line["version"])
    assert [receipt.message_id] == line["reply_message_ids"]
    assert b"In-Reply-To: " + line["message_id"].encode() in receipt.content
    assert [] == running.state("TCBM")["owes"]
    assert 1 == line["values"]["T02"]


def test_errors_are_refused_with_their_cells(running):
    """A wrong form is answered with what to mend; the corrected one is version 2."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", running.form("TCBM", T02="X", T05=None)))
    running.service.cycle()

    assert ("refused", "errors") == (last(running)["outcome"], last(running)["reason"])
    assert "refused" == running.state("TCBM")["state"]

    running.at("2021-10-06T09:00")
    running.post(running.mail("TCBM", running.form("TCBM")))
    running.service.cycle()

    assert ("accepted", 2) == (last(running)["outcome"], last(running)["version"])
    assert 1 == len(running.letters_of("TCBM", "correction"))


def test_a_refused_correction_leaves_the_accepted_version(running):
    """v1 accepted, v2 refused: v1 counts, the unit still owes."""
    for at, typed in (("2021-10-05T09:00", {}), ("2021-10-06T09:00", {"T02": "X"})):
        running.at(at)
        running.post(running.mail("TCBM", running.form("TCBM", **typed)))
        running.service.cycle()
    state = running.state("TCBM")

    assert ("accepted", 1) == (state["form"]["state"], state["form"]["version"])
    assert "correction_open" in state["flags"]
    assert "form" in state["owes"]


def test_a_stranger_with_a_stamped_form_is_held_and_gets_nothing(running):
    """Stamp and unknown sender outside our thread: a person decides; no figures to an unknown address."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", running.form("TCBM"), address=UNKNOWN))
    running.service.cycle()
    line = last(running)

    assert ("held", "unknown_sender") == (line["outcome"], line["reason"])
    assert [] == running.letters_to(UNKNOWN)
    assert "held" == running.state("TCBM")["state"]
    assert 1 == len(running.letters_to("vanphong@snv.bacgiang.example", "held_notice"))


def test_an_assigned_mail_keeps_its_own_arrival(running):
    """A mail that came in time and was assigned later is in time; the registered address gets the receipt."""
    running.at("2021-10-19T16:00")
    running.post(running.mail("TCBM", running.form("TCBM", until="2021-10-19"), address=UNKNOWN))
    running.service.cycle()
    running.at("2021-10-21T09:00")
    amend.assign(
        running.service.premises, running.campaign, running.records()[-1].key, "tcbm", actor="Văn thư"
    )
    running.service.cycle()

    assert True is running.state("TCBM")["form"]["on_time"]
    assert 1 == len(running.letters_of("TCBM", "receipt"))
    assert [] == running.letters_to(UNKNOWN)


def test_a_stranger_in_our_thread_is_accepted(running):
    """Stamp and unknown sender answering our letter: accepted, receipt to the registered address."""
    running.at("2021-10-05T09:00")
    plan = running.letters_of("TCBM", "plan")[0]
    running.post(running.mail("TCBM", running.form("TCBM"), address=UNKNOWN, answers=plan))
    running.service.cycle()

    assert "accepted" == last(running)["outcome"]
    assert 1 == len(running.letters_of("TCBM", "receipt"))
    assert [] == running.letters_to(UNKNOWN)


def test_a_form_of_another_unit_is_held(running):
    """Stamp of one unit, sender of another: never a silent guess."""
    running.at("2021-10-05T09:00")
    sender = running.unit("TG").emails[0].address
    running.post(running.mail("TCBM", running.form("TCBM"), address=sender))
    running.service.cycle()

    assert ("held", "contradiction") == (last(running)["outcome"], last(running)["reason"])


def test_the_same_mail_twice_is_one(running):
    """The same Message-ID with the same files changes nothing and is not answered again."""
    running.at("2021-10-05T09:00")
    mail = running.mail("TCBM", running.form("TCBM"))
    running.post(mail)
    running.service.cycle()
    running.at("2021-10-05T10:00")
    running.post(mail.replace(b"MIME-Version", b"X-Copy: 1\nMIME-Version", 1))
    running.service.cycle()

    assert ("ignored", "duplicate") == (last(running)["outcome"], last(running)["reason"])
    assert 1 == len(running.letters_of("TCBM", "receipt"))
    assert 1 == len(running.versions("TCBM"))


def test_the_same_answers_again_reassure(running):
    """The same content in a new mail makes no version; its sender gets the receipt again."""
    for at in ("2021-10-05T09:00", "2021-10-06T09:00"):
        running.at(at)
        running.post(running.mail("TCBM", running.form("TCBM", until="2021-10-05")))
        running.service.cycle()

    assert ("ignored", "duplicate") == (last(running)["outcome"], last(running)["reason"])
    assert 1 == len(running.versions("TCBM"))
    assert 2 == len(running.letters_of("TCBM", "receipt"))


def test_the_plan_coming_back_is_no_report(running):
    """A reply that carries our own plan does not count as the unit's narrative."""
    running.at("2021-10-05T09:00")
    plan = running.letters_of("TCBM", "plan")[0]
    document = next(file for file in plan.files if not file.name.endswith(".xlsx"))
    running.post(running.mail("TCBM", running.form("TCBM"), document, answers=plan))
    running.service.cycle()

    assert "awaiting" == running.state("TCBM")["narrative"]["state"]


def test_a_narrative_alone_is_accepted(running):
    """The text report may come in a mail of its own."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", running.narrative("TCBM")))
    running.service.cycle()
    state = running.state("TCBM")

    assert "accepted" == last(running)["outcome"]
    assert ("awaiting", "accepted") == (state["form"]["state"], state["narrative"]["state"])


def test_out_of_office_is_not_an_answer(running):
    """An automatic reply is ignored and never answered."""
    running.at("2021-10-05T09:00")
    address = running.unit("TCBM").emails[0].address
    plan = running.letters_of("TCBM", "plan")[0]
    running.post(
        write_out_of_office(
            name="Phòng", address=address, to="x@y.example", at=running.clock.now(), answers=plan
        )
    )
    before = len(running.outbox())
    running.service.cycle()

    assert ("ignored", "auto_reply") == (last(running)["outcome"], last(running)["reason"])
    assert before == len(running.outbox())


def test_a_bounce_moves_the_letter_to_the_next_address(running):
    """A dead first address: the same letter goes to the second, and later letters too."""
    first, second = (one.address for one in running.unit("TDKT").emails)
    plan = running.letters_to(first, "plan")[0]
    running.at("2021-10-01T08:05")
    running.post(write_bounce(address=first, to="x@y.example", at=running.clock.now(), letter=plan))
    running.service.cycle()
    again = running.letters_to(second, "plan")

    assert ("ignored", "bounce") == (last(running)["outcome"], last(running)["reason"])
    assert 1 == len(again)
    assert [file.content for file in plan.files] == [file.content for file in again[0].files]
    assert plan.message_id != again[0].message_id
    assert second in again[0].to

    running.at("2021-10-12T08:00")
    running.service.cycle()
    assert 1 == len(running.letters_to(second, "reminder"))
    assert [] == running.letters_to(first, "reminder")


def test_an_unreadable_file_is_answered_with_advice(running):
    """A workbook that cannot be opened is kept and its sender told what to do."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", FileToSend(name="Biểu.xlsx", content=b"PK\x03\x04 broken")))
    running.service.cycle()

    assert ("refused", "unreadable") == (last(running)["outcome"], last(running)["reason"])
    assert 1 == len(running.letters_of("TCBM", "advice"))


def test_a_thank_you_is_left_alone(running):
    """A mail that brings nothing and means nothing is not answered."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", subject="Re: Cảm ơn", body="Đã nhận được, cảm ơn."))
    running.service.cycle()

    assert ("ignored", "no_form") == (last(running)["outcome"], last(running)["reason"])
    assert [] == running.letters_of("TCBM", "advice")


def test_a_forgotten_attachment_is_told(running):
    """A unit that writes as if it had attached something gets advice."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", body="Phòng gửi kèm biểu tổng hợp."))
    running.service.cycle()

    assert ("refused", "no_form") == (last(running)["outcome"], last(running)["reason"])
    assert 1 == len(running.letters_of("TCBM", "advice"))


def test_plain_answers_are_braked(running):
    """Three answers a day to mail without a workbook; the fourth waits for a person."""
    running.at("2021-10-05T09:00")
    for number in range(5):
        running.post(running.mail("TCBM", body="gửi kèm biểu", subject=f"Lần {number}"))
    running.service.cycle()
    states = [letter.state.value for letter in running.outbox() if letter.kind.value == "advice"]

    assert ["sent"] * 3 + ["held"] * 2 == states


def test_our_own_letters_coming_back_are_ignored(running):
    """A letter of ours in a scanned folder is known by its header."""
    running.at("2021-10-05T09:00")
    running.post(running.letters_of("TCBM", "plan")[0].content)
    running.service.cycle()

    assert ("ignored", "own") == (last(running)["outcome"], last(running)["reason"])


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 500, b"From: x\n\n" + b"=" * 5000])
def test_bytes_that_are_no_mail_stop_nothing(running, content):
    """A mail that breaks the reader is set aside or ignored; the next one is received."""
    running.at("2021-10-05T09:00")
    running.post(content or b" ")
    running.at("2021-10-05T09:01")
    running.post(running.mail("TCBM", running.form("TCBM")))
    running.service.cycle()

    assert "accepted" == last(running)["outcome"]
    assert all(line["outcome"] != "accepted" for line in running.ledger()[:-1])


def test_a_reader_that_breaks_costs_one_mail(running, monkeypatch):
    """A fault of ours in reading sets that mail aside with its reason and goes on."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", running.form("TCBM"), subject="BREAK"))
    running.at("2021-10-05T09:01")
    running.post(running.mail("TTRA", running.form("TTRA")))
    genuine = receive._open

    def breaks(premises, content, told):
        if b"BREAK" in content:
            raise ZeroDivisionError
        return genuine(premises, content, told)

    monkeypatch.setattr(receive, "_open", breaks)
    running.service.cycle()

    assert ["held", "accepted"] == [line["outcome"] for line in running.ledger()]
    assert "reader_failed" == running.ledger()[0]["reason"]

    monkeypatch.setattr(receive, "_open", genuine)
    amend.retry(running.service.premises, running.records()[0].key, actor="Văn thư")
    running.service.cycle()
    assert "accepted" == running.ledger()[0]["outcome"]


def test_a_mail_that_cannot_be_settled_costs_itself_alone(running, monkeypatch):
    """Of mails received together the one that breaks is taken back whole, and the others are answered."""
    for minute, unit in enumerate(("TCBM", "TTRA", "CCVC")):
        running.at(f"2021-10-13T09:0{minute}")
        running.post(running.mail(unit, running.form(unit)))
    genuine = settling._answer_unit

    def breaks(context, record, judged, **options):
        genuine(context, record, judged, **options)
        if judged[0].unit == "TTRA":
            raise ZeroDivisionError

    monkeypatch.setattr(settling, "_answer_unit", breaks)
    running.service.cycle()

    assert ["accepted", "held", "accepted_with_warnings"] == [line["outcome"] for line in running.ledger()]
    assert [1, 0, 1] == [len(running.versions(unit)) for unit in ("TCBM", "TTRA", "CCVC")]
    receipts = [letter.unit for letter in running.outbox() if letter.kind is LetterKind.RECEIPT]
    assert ["TCBM", "CCVC"] == receipts


def three_forms(office):
    """Let three units answer, one after the other."""
    for minute, unit in enumerate(("TCBM", "TTRA", "CCVC")):
        office.at(f"2021-10-13T09:0{minute}")
        office.post(office.mail(unit, office.form(unit)))


def test_what_the_store_refuses_of_one_mail_stops_no_other(running, monkeypatch):
    """A fault of the store that will not pass belongs to the mail that causes it."""
    three_forms(running)
    genuine = settling._answer_unit

    def breaks(context, record, judged, **options):
        if judged[0].unit == "TTRA":
            raise Conflict("the database refused a row")
        genuine(context, record, judged, **options)

    monkeypatch.setattr(settling, "_answer_unit", breaks)
    running.service.cycle()

    assert ["accepted", "held", "accepted_with_warnings"] == [line["outcome"] for line in running.ledger()]


def test_a_mail_that_is_damaged_in_the_store_stops_no_other(running, monkeypatch):
    """The bytes of one are gone: a person is told, and the others are answered."""
    three_forms(running)
    genuine = Messages.raw

    def damaged(self, key):
        content = genuine(self, key)
        if b"TTRA" in content:
            raise StoreError("the bytes are damaged")
        return content

    monkeypatch.setattr(Messages, "raw", damaged)
    running.service.cycle()

    assert ["accepted", "held", "accepted_with_warnings"] == [line["outcome"] for line in running.ledger()]
    assert "hỏng trong kho" in running.records()[1].explanation


def test_a_database_that_is_away_costs_no_mail(running, monkeypatch):
    """Trouble that passes ends the round; the next one goes on."""
    three_forms(running)
    genuine = settling._answer_unit

    def away(*_, **__):
        raise StoreUnavailable("locked")

    monkeypatch.setattr(settling, "_answer_unit", away)
    with pytest.raises(StoreUnavailable):
        running.service.cycle()
    monkeypatch.setattr(settling, "_answer_unit", genuine)
    running.service.cycle()

    outcomes = ["accepted", "accepted", "accepted_with_warnings"]
    assert outcomes == [line["outcome"] for line in running.ledger()]


def test_a_mail_that_another_process_settled_meanwhile_stays_settled(running, monkeypatch):
    """It refused and answered it while our marking failed: nothing is held, nothing said twice."""
    running.at("2021-10-13T09:00")
    running.post(running.mail("TCBM", running.form("TCBM", T02="mười hai ba")))

    def overtaken(*_, **__):
        with running.service.premises.store.write() as work:
            record = work.messages.get(work.messages.pending()[0].key)
            work.messages.record(replace(record, outcome=MailOutcome.REFUSED))
        raise ZeroDivisionError

    monkeypatch.setattr(receive, "mark_jobs", overtaken)
    running.service.cycle()

    assert "refused" == running.ledger()[-1]["outcome"]
    assert [] == [letter for letter in running.outbox() if letter.kind is LetterKind.HELD_NOTICE]


def test_a_handful_does_not_hold_the_store_for_long(running, monkeypatch):
    """After two seconds others may write; what is left is settled in the next transaction."""
    three_forms(running)
    monkeypatch.setattr(receive, "_LONGEST", -1.0)
    transactions = []
    genuine = receive._settle_some
    monkeypatch.setattr(receive, "_settle_some", lambda *facts: transactions.append(1) or genuine(*facts))
    running.service.cycle()

    assert 3 == len(transactions)
    assert ["accepted", "accepted", "accepted_with_warnings"] == [
        line["outcome"] for line in running.ledger()
    ]


def test_mails_that_were_begun_before_are_read_one_by_one(running, monkeypatch):
    """What ended the service once ends it with one mail at a time: the others are answered."""
    units = ("TCBM", "TTRA", "CCVC")
    for minute, unit in enumerate(units):
        running.at(f"2021-10-13T09:0{minute}")
        running.post(running.mail(unit, running.form(unit)))
    genuine = receive._open

    def dies(premises, content, told):
        if b"TTRA" in content:
            raise Died
        return genuine(premises, content, told)

    monkeypatch.setattr(receive, "_open", dies)
    for _ in range(receive.MAXIMUM_ATTEMPTS):
        with pytest.raises(Died):
            running.service.cycle()
    running.service.cycle()

    assert ["accepted", "held", "accepted_with_warnings"] == [line["outcome"] for line in running.ledger()]
    assert "reader_failed" == running.ledger()[1]["reason"]


def test_a_handful_is_bounded_by_number_and_by_bytes():
    """Mails wait in the order in which they came, whatever is received together."""
    sizes = [(0, 10)] * 45 + [(0, 9_000_000), (0, 9_000_000), (1, 10), (2, 10), (0, 40_000_000), (0, 10)]
    pending = [PendingMail(key=key, attempts=tries, size=size) for key, (tries, size) in enumerate(sizes)]
    handfuls = list(receive._together(pending))
    assert [len(keys) for keys in handfuls] == [20, 20, 6, 1, 1, 1, 1, 1]
    assert [key for keys in handfuls for key in keys] == list(range(len(sizes)))


def test_an_older_mail_that_arrives_later_is_an_earlier_version(running):
    """Versions follow received_at, not the order of reading."""
    running.at("2021-10-05T09:00")
    late = running.mail("TCBM", running.form("TCBM", T01=7))
    running.at("2021-10-06T09:00")
    running.post(running.mail("TCBM", running.form("TCBM", T01=8)))
    running.service.cycle()
    running.at("2021-10-05T09:00")
    running.post(late)
    running.at("2021-10-06T10:00")
    running.service.cycle()
    versions = running.versions("TCBM")

    assert [1, 2] == [one.version for one in versions]
    assert running.state("TCBM")["form"]["version"] == 2
    assert [Verdict.ACCEPTED, Verdict.ACCEPTED] == [one.content.verdict for one in versions]


def test_every_mail_is_in_the_ledger(running):
    """The lines of the ledger are the mails of the mailbox."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", running.form("TCBM")))
    running.post(running.mail("TG", subject="Hỏi", body="?"))
    running.post(b"rubbish")
    running.service.cycle()
    files = list((running.home / "mail" / "in").glob("*.eml"))

    assert len(files) == len(running.ledger())
    assert read_letter(files[0].read_bytes())


def other_workbook():
    """Make a workbook that is no form."""
    book = Workbook()
    book.active["A1"] = "Danh sách cán bộ"
    content = io.BytesIO()
    book.save(content)
    return FileToSend(name="danh sach.xlsx", content=content.getvalue())


def test_another_workbook_beside_the_form_does_not_refuse_it(running):
    """The form counts; that the other file was not read is said in the receipt."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", running.form("TCBM"), other_workbook()))
    running.service.cycle()

    assert ("accepted_with_warnings", 1) == (last(running)["outcome"], last(running)["version"])
    assert ["file_not_read"] == [one.code for one in running.versions("TCBM")[0].content.findings]
    assert 1 == len(running.letters_of("TCBM", "receipt"))


def test_an_untouched_blank_beside_the_form_is_no_version(running):
    """Clerks attach the empty form too."""
    running.at("2021-10-05T09:00")
    blank = FileToSend(name="mau.xlsx", content=running.blank("TCBM"))
    running.post(running.mail("TCBM", blank, running.form("TCBM")))
    running.service.cycle()

    assert ("accepted", 1) == (last(running)["outcome"], last(running)["version"])


def test_two_different_forms_of_a_unit_in_one_mail_are_asked_about(running):
    """The order of attachments says nothing about which of them counts."""
    running.at("2021-10-05T09:00")
    second = FileToSend(name="sua.xlsx", content=running.form("TCBM", K05=77).content)
    running.post(running.mail("TCBM", running.form("TCBM"), second))
    running.service.cycle()

    assert "refused" == last(running)["outcome"]
    assert {"several_forms"} == {
        one.code for version in running.versions("TCBM") for one in version.content.findings
    }
    assert "refused" == running.state("TCBM")["state"]
    assert 1 == len(running.letters_of("TCBM", "correction"))


def test_a_form_under_our_own_mark_is_held(running):
    """A program that copied our header into a unit's mail does not make the form vanish."""
    running.at("2021-10-05T09:00")
    running.post(b"X-TongHop: plan\n" + running.mail("TCBM", running.form("TCBM")))
    running.service.cycle()

    assert ("held", "contradiction") == (last(running)["outcome"], last(running)["reason"])

    amend.assign(
        running.service.premises, running.campaign, running.records()[-1].key, "TCBM", actor="Văn thư"
    )
    running.service.cycle()

    assert ("accepted", "TCBM") == (last(running)["outcome"], last(running)["unit"])
    assert [] == running.letters_of("TCBM", "receipt")


def test_our_own_letter_with_its_blank_stays_ignored(running):
    """The plan letter, fetched back from a unit's mailbox, is nobody's answer."""
    running.at("2021-10-05T09:00")
    running.post(running.letters_of("TCBM", "plan")[0].content)
    running.service.cycle()

    assert ("ignored", "own") == (last(running)["outcome"], last(running)["reason"])


def test_a_collected_mail_is_assigned_form_by_form(running):
    """Two units' forms from one unknown sender: each goes to its own unit, not both to the one named."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", running.form("TCBM"), running.form("TG"), address=UNKNOWN))
    running.service.cycle()
    amend.assign(running.service.premises, running.campaign, running.records()[-1].key, "TG", actor="An")
    running.service.cycle()

    assert {"TCBM", "TG"} == {one["unit"] for one in last(running)["submissions"]}
    assert [1, 1] == [len(running.versions(code)) for code in ("TCBM", "TG")]


def test_a_wrong_assignment_can_be_mended(running):
    """Set the version aside, assign again: the mail counts for the right unit, narrative and all."""
    premises, campaign = running.service.premises, running.campaign
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", running.form("TCBM"), running.narrative("TCBM"), address=UNKNOWN))
    running.service.cycle()
    key = running.records()[-1].key
    amend.assign(premises, campaign, key, "TG", actor="An")
    running.service.cycle()
    with pytest.raises(NotAllowedNow, match="set-aside TG 1"):
        amend.assign(premises, campaign, key, "TCBM", actor="An")
    amend.set_aside(premises, campaign, "TG", version=1, actor="An", reason="giao nhầm")
    with pytest.raises(NotAllowedNow, match="TG's already"):
        amend.assign(premises, campaign, key, "TG", actor="An")
    amend.assign(premises, campaign, key, "TCBM", actor="An")
    running.service.cycle()

    assert ("awaiting", ["form", "narrative"]) == (running.state("TG")["state"], running.state("TG")["owes"])
    assert ("accepted", []) == (running.state("TCBM")["state"], running.state("TCBM")["owes"])
    assert 1 == len(running.letters_of("TCBM", "receipt"))


def test_thanks_are_not_taken_for_a_forgotten_file(running):
    """A word of thanks over our quoted letter, with a logo below, is not answered."""
    running.at("2021-10-05T09:00")
    plan = running.letters_of("TCBM", "plan")[0]
    body = "Phòng đã nhận Kế hoạch, cảm ơn.\n\nVào T6, 1 thg 10, 2021 Văn phòng đã viết:\n> gửi kèm biểu"
    logo = FileToSend(name="image001.png", content=b"\x89PNG" + bytes(3000))
    running.post(running.mail("TCBM", logo, subject=f"Re: {plan.subject}", body=body, answers=plan))
    running.service.cycle()

    assert ("ignored", "no_form") == (last(running)["outcome"], last(running)["reason"])
    assert [] == running.letters_of("TCBM", "advice")


def test_a_report_of_an_unknown_address_that_names_unit_and_campaign_is_held(running):
    """It may be the report that a unit sent from a private address."""
    running.at("2021-10-05T09:00")
    subject = "P.TCBM báo cáo Tháng Dân vận"
    running.post(running.mail("TCBM", running.narrative("TCBM"), address=UNKNOWN, subject=subject))
    running.service.cycle()

    assert "held" == last(running)["outcome"]


def test_mail_that_our_server_calls_forged_is_held(running):
    """DMARC fail, said by the office's own server: whatever else agrees, a person decides."""
    (running.home / "tonghop.yaml").write_text(
        "mail_server:\n  authserv_id: mail.so.example\n", encoding="utf-8"
    )
    running.reopen()
    running.at("2021-10-05T09:00")
    mail = running.mail("TCBM", running.form("TCBM"))
    running.post(b"Authentication-Results: mail.so.example; dmarc=fail header.from=x\n" + mail)
    running.service.cycle()

    assert ("held", "unknown_sender") == (last(running)["outcome"], last(running)["reason"])
    assert "DMARC" in running.records()[-1].explanation


def test_the_last_address_that_bounces_is_told_to_the_office_and_trusted_again(running):
    """Nobody reminds a unit without an address: the office hears of it; a mail from there shows it lives."""
    address = running.unit("CCVC").emails[0].address
    office = running.campaign.office.address.address
    running.at("2021-10-05T09:00")
    plan = running.letters_of("CCVC", "plan")[0]
    running.post(write_bounce(address=address, to=office, at=running.clock.now(), letter=plan))
    running.service.cycle()

    assert "held" == last(running)["outcome"]
    assert 1 == len(running.letters_to(office, "held_notice"))

    running.at("2021-10-06T09:00")
    running.post(running.mail("CCVC", body="Phòng sẽ gửi sau."))
    running.service.cycle()
    running.at("2021-10-12T09:00")
    running.service.cycle()

    assert 1 == len(running.letters_of("CCVC", "reminder"))
