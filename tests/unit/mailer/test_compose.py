"""Composing: the bytes of a letter, read back by another reader."""

import datetime as dt
import email
import email.policy
import hashlib
from dataclasses import replace

import pytest

from domain.errors import PermanentFailure
from domain.ids import MessageId
from domain.messages import Address
from domain.outbox import LetterKind
from domain.working_days import VIETNAM
from mailer.compose import OutgoingFile, assemble, compose, envelope
from mailer.letters import LetterText

OFFICE = Address(name="Văn phòng Sở Nội vụ", address="vanphong@ubnd.test")
UNIT = Address(name="Phòng Công chức, viên chức", address="ccvc@ubnd.test")
TEXT = LetterText(
    subject="Re: V/v gửi báo cáo kết quả “Tháng Dân vận” năm 2021",
    text="Kính gửi: Phòng Công chức, viên chức\n\n.chấm ở đầu dòng\nFrom đầu dòng\n" + "ô" * 1200 + " \n",
    html="<p>Kính gửi: <b>Phòng</b></p>\n",
)
FILES = (
    OutgoingFile(
        name="Kế hoạch.docx", media_type="application/octet-stream", content=bytes(range(256)) * 500
    ),
    OutgoingFile(name="bieu.xlsx", media_type="application/octet-stream", content=b""),
)


def letter(text=TEXT, files=FILES, **more):
    """Compose the letter of these tests."""
    words = {
        "kind": LetterKind.RECEIPT,
        "message_id": MessageId("<abc@ubnd.test>"),
        "sender": OFFICE,
        "to": [UNIT],
        "date": dt.datetime(2021, 10, 15, 9, 37, tzinfo=VIETNAM),
        "cc": [OFFICE],
        "in_reply_to": MessageId("<hoi@ubnd.test>"),
        "references": (MessageId("<dau@ubnd.test>"), MessageId("<hoi@ubnd.test>")),
        **more,
    }
    return compose(text, files=files, **words)


def test_text_html_and_files_come_back_unchanged():
    """Every part is what went in, in the order that mail programs expect."""
    message = email.message_from_bytes(letter(), policy=email.policy.default)

    kinds = [part.get_content_type() for part in message.walk()]
    octets = ["application/octet-stream"] * 2
    assert ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", *octets] == kinds
    plain, markup = message.get_body(("plain",)), message.get_body(("html",))
    assert plain.get_payload(decode=True).decode().replace("\r\n", "\n").rstrip() == TEXT.text.rstrip()
    assert markup.get_payload(decode=True).decode().replace("\r\n", "\n").rstrip() == TEXT.html.rstrip()
    attached = list(message.iter_attachments())
    assert [file.name for file in FILES] == [part.get_filename() for part in attached]
    assert [hashlib.sha256(file.content).digest() for file in FILES] == [
        hashlib.sha256(part.get_payload(decode=True)).digest() for part in attached
    ]
    assert [part.defects for part in message.walk()] == [[]] * 6


def test_thread_and_marks_stand_in_the_head():
    """In-Reply-To names the mail, References each mail once, and the loop marks are there."""
    message = email.message_from_bytes(letter(), policy=email.policy.compat32)

    assert message["In-Reply-To"] == "<hoi@ubnd.test>"
    assert message["References"] == "<dau@ubnd.test> <hoi@ubnd.test>"
    assert message["Message-ID"] == "<abc@ubnd.test>"
    assert message["X-TongHop"] == "receipt"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["Date"] == "Fri, 15 Oct 2021 09:37:00 +0700"


def test_bytes_are_the_same_for_the_same_letter():
    """Composing twice gives the same bytes; another Message-ID gives other boundaries."""
    assert letter() == letter()
    assert letter() != letter(message_id=MessageId("<other@ubnd.test>"))


def test_letters_need_no_8bit_server():
    """Seven bits, CRLF only, no line above 998: any server since 1982 takes it."""
    octets = letter()

    assert octets.isascii()
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert b"\r" not in octets.replace(b"\r\n", b"")
    assert max(map(len, octets.split(b"\r\n"))) <= 998


def test_a_letter_without_files_has_no_mixed_part():
    """Text and HTML alone are multipart/alternative; text alone is text/plain."""
    alone = email.message_from_bytes(letter(files=()), policy=email.policy.default)
    bare = email.message_from_bytes(
        assemble(["Subject: x"], text="chỉ có chữ", seed="s"), policy=email.policy.default
    )

    assert alone.get_content_type() == "multipart/alternative"
    assert bare.get_content_type() == "text/plain"
    assert bare.get_content().strip() == "chỉ có chữ"


def test_no_word_can_break_the_head():
    """A subject with line breaks adds no header."""
    plain = email.message_from_bytes(letter(), policy=email.policy.compat32)
    octets = letter(text=replace(TEXT, subject="a\r\nBcc: x@evil.test\r\n\r\nthân"))
    hostile = email.message_from_bytes(octets, policy=email.policy.compat32)

    assert plain.keys() == hostile.keys()


def test_a_bad_address_is_refused():
    """A recipient that cannot stand in a header raises PermanentFailure, not something foreign."""
    with pytest.raises(PermanentFailure):
        letter(to=[Address(name="x", address="khong phai dia chi")])


def test_the_envelope_names_each_address_once():
    """Case does not make a second recipient; order is kept."""
    again = Address(name="", address="CCVC@ubnd.test")

    assert envelope([UNIT], [OFFICE, again]) == ("ccvc@ubnd.test", "vanphong@ubnd.test")
