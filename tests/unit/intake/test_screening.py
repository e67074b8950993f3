"""Tests of telling people's mails from machines'."""

import pathlib

import pytest

from domain.messages import MailReason
from intake.message import read_message
from intake.screening import holds_workbook, screen

SAMPLES = pathlib.Path(__file__).parents[2] / "data" / "mail"
WORKBOOK = b"Content-Disposition: attachment; filename=a.xlsx\r\n\r\nx"


def mail(*fields: str, workbook: bool = False, body: str = "x"):
    """Read a mail with these header fields."""
    head = "".join(f"{field}\r\n" for field in ("From: a@so.test", *fields)).encode()
    if not workbook:
        return read_message(head + b"\r\n" + body.encode())
    return read_message(
        head + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + WORKBOOK + b"\r\n--b--\r\n"
    )


@pytest.mark.parametrize(
    ("name", "reason", "bars_files"),
    [
        ("outlook", None, False),
        ("zimbra", None, False),
        ("gmail", None, False),
        ("apple", None, False),
        ("forwarded-as-attachment", None, False),
        ("own", MailReason.OWN, True),
        ("own-redirected", MailReason.AUTO_REPLY, False),
        ("postfix-dsn", MailReason.BOUNCE, True),
        ("postfix-delayed", MailReason.BOUNCE, True),
        ("exchange-ndr", MailReason.BOUNCE, True),
        ("bounce-without-report", MailReason.BOUNCE, True),
        ("read-receipt", MailReason.RECEIPT, True),
        ("out-of-office", MailReason.AUTO_REPLY, False),
        ("out-of-office-bare", MailReason.AUTO_REPLY, False),
        ("zimbra-vacation", MailReason.AUTO_REPLY, False),
        ("machine-with-form", MailReason.AUTO_REPLY, False),
        ("list", MailReason.LIST, False),
    ],
)
def test_samples_are_told_apart(name, reason, bars_files):
    """Every machine's mail mutes the answer; only our own files come back are barred."""
    result = screen(read_message((SAMPLES / f"{name}.eml").read_bytes()))

    assert reason == result.reason
    assert result.mutes_answer is (reason is not None)
    assert bars_files is result.bars_files
    assert bool(result.explanation) is (reason is not None)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (["Auto-Submitted: no"], None),
        (["Auto-Submitted: auto-replied; owner-email=x"], MailReason.AUTO_REPLY),
        (["Auto-Submitted: auto-generated"], MailReason.AUTO_REPLY),
        (["X-Auto-Response-Suppress: None"], None),
        (["X-Auto-Response-Suppress: DR, OOF, AutoReply"], MailReason.AUTO_REPLY),
        (["X-Autoreply: yes"], MailReason.AUTO_REPLY),
        (["X-Autorespond: x"], MailReason.AUTO_REPLY),
        (["Precedence: auto_reply"], MailReason.AUTO_REPLY),
        (["Precedence: bulk"], MailReason.LIST),
        (["Precedence: first-class"], None),
        (["List-Id: <x.y>"], MailReason.LIST),
        (["Return-Path: <>"], MailReason.AUTO_REPLY),
        (["Return-Path: < >"], MailReason.AUTO_REPLY),
        (["Return-Path: <>", "Subject: Undeliverable: x"], MailReason.BOUNCE),
        (["X-TongHop: 1", "Auto-Submitted: auto-generated"], MailReason.OWN),
    ],
)
@pytest.mark.parametrize("workbook", [False, True], ids=["without a form", "with a form"])
def test_headers_mute_with_and_without_a_form(fields, reason, workbook):
    """Marks of machines hold whatever the mail brings, so that no loop begins."""
    if workbook and reason is MailReason.BOUNCE:
        reason = MailReason.AUTO_REPLY  # a bounce is no bounce when it brings a form of its own
    result = screen(mail(*fields, workbook=workbook))

    assert reason == result.reason
    assert result.mutes_answer is (reason is not None)


@pytest.mark.parametrize(
    "subject",
    [
        "Tự động trả lời: V/v báo cáo",
        "Trả lời tự động: x",
        "TỰ ĐỘNG TRẢ LỜI",
        "Automatic reply: Kế hoạch",
        "Auto-Reply: x",
        "Autoreply",
        "Out of Office: x",
        "Re: Out of the office",
        "Thông báo vắng mặt",
    ],
)
def test_a_subject_mutes_only_without_a_form(subject):
    """People write such words, too: a form beside them makes the mail a person's."""
    field = f"Subject: {subject}"

    assert screen(mail(field)).reason is MailReason.AUTO_REPLY
    assert screen(mail(field, workbook=True)).reason is None


@pytest.mark.parametrize(
    "subject",
    [
        "Báo cáo tự động hóa",
        "Gửi lại biểu",
        "V/v vắng mặt họp",
        "Re: Automatic replies are off, here is the form",
        "",
    ],
)
def test_other_subjects_mute_nothing(subject):
    """A word inside a sentence is no mark."""
    assert screen(mail(f"Subject: {subject}")).reason is None


def test_a_mailer_daemon_without_report_is_a_bounce():
    """Old servers write bounces as plain text."""
    fields = ("Subject: failure notice", "Return-Path: <>")

    assert screen(mail(*fields)).reason is MailReason.BOUNCE
    assert screen(mail("Subject: failure notice")).reason is None


def test_an_empty_read_notice_is_known_by_its_subject():
    """Outlook sends them without a report through some gateways; with words or a file it is a mail."""
    assert screen(mail("Subject: Đã đọc: x", body="")).reason is MailReason.RECEIPT
    assert screen(mail("Subject: Đã đọc: x", body="gửi lại")).reason is None
    assert screen(mail("Subject: Read: x", workbook=True)).reason is None


def test_a_workbook_is_known_by_name_or_content():
    """A nameless file is looked into."""
    assert holds_workbook(mail(workbook=True))
    assert holds_workbook(read_message((SAMPLES / "nameless.eml").read_bytes()))
    assert not holds_workbook(mail())
