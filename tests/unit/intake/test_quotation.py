"""What a writer said herself, above the letter she answers; and whether she meant to bring a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import MessageId
from domain.messages import Address, InboundMessage
from intake.intent import means_to_bring
from intake.quotation import own_words

QUOTED = "Đề nghị điền biểu gửi kèm theo"


@pytest.mark.parametrize(
    "mark",
    [
        "Vào Th 6, 1 thg 10, 2021 vào lúc 08:00 Văn phòng <vp@so.test> đã viết:",
        "Vào Th 6, 1 thg 10, 2021 vào lúc 08:00 Văn phòng\n<vp@so.test> đã viết:",
        "On Fri, Oct 1, 2021 at 8:00 AM Van phong <vp@so.test> wrote:",
        "-----Original Message-----",
        "---------- Forwarded message ---------",
        "-----Thư gốc-----",
        "________________________________",
        "Từ: Văn phòng Sở\nĐã gửi: 01/10/2021",
        "From: Van phong\nSent: Friday",
    ],
)
def test_what_stands_below_a_quotation_mark_is_not_said(mark):
    """The marks of the usual programs, in Vietnamese and English."""
    assert "Đã nhận." == own_words(f"Đã nhận.\n\n{mark}\n{QUOTED}")


def test_quoted_lines_between_are_left_out():
    """Answers between the lines keep their own words."""
    assert "Đã rõ.\nCảm ơn." == own_words(f"> {QUOTED}\nĐã rõ.\n> khác\nCảm ơn.")


@pytest.mark.parametrize(
    "text", ["Từ: ngày 01/10 phòng đã làm", "Vào ngày 1/10 phòng tổ chức:\n12 buổi", "", "\n\n"]
)
def test_a_writers_own_sentences_stay(text):
    """Sentences that begin like a quotation are none."""
    assert text.strip() == own_words(text)


@given(st.text(max_size=300))
def test_wild_text_gives_words_of_its_own(text):
    """Never a failure, never a line that was not there."""
    assert set(own_words(text).splitlines()) <= {line.strip() for line in text.splitlines()} | set(
        text.splitlines()
    ) | {own_words(text)}


def mail(body, subject="Re: Kế hoạch và mẫu biểu", answers="a@b.test"):
    """Make a mail without files."""
    return InboundMessage(
        message_id=None,
        in_reply_to=MessageId(answers) if answers else None,
        references=(),
        sender=Address(name="", address="x@y.test"),
        reply_to=None,
        to=(),
        cc=(),
        subject=subject,
        date=None,
        body=body,
        attachments=(),
    )


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        (mail("Phòng đã nhận, cảm ơn."), False),
        (mail("Phòng đã nhận mẫu biểu, sẽ gửi báo cáo đúng hạn."), False),
        (mail(""), False),
        (mail(f"Đã nhận.\n-----Original Message-----\n{QUOTED}"), False),
        (mail("Phòng gửi biểu."), True),
        (mail("Cảm ơn, xin gửi kèm biểu."), True),
        (mail("Số liệu tại https://drive.example/1"), True),
        (mail("", subject="Phòng gửi báo cáo", answers=""), True),
        (mail("", subject="Lịch họp", answers=""), False),
    ],
)
def test_who_thanks_did_not_forget_a_file(message, meant):
    """Only a mail that speaks of a file in its own words is advised."""
    assert meant is means_to_bring(message)
