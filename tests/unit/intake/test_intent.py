"""What a mail without a file says in the words of its writer."""

from __future__ import annotations

import pytest

from domain.messages import Address, InboundMessage
from domain.vietnamese import fold_label
from intake.intent import means_to_bring, says_there_is_nothing, writes_figures

LABELS = {
    fold_label(label) for label in ("Lượt người tham dự", "Bài báo “Dân vận”", "- Trong đó: trực tuyến")
}


def mail(body, subject=""):
    """Make a mail of these words."""
    return InboundMessage(
        message_id=None,
        in_reply_to=None,
        references=(),
        sender=Address(name="", address="a@x.test"),
        reply_to=None,
        to=(),
        cc=(),
        subject=subject,
        date=None,
        body=body,
        attachments=(),
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Số buổi: 3\nLượt người: 120 người\nKinh phí = 15,5 triệu đồng", True),
        ("1. Lượt người tham dự 120\n2. Bài báo “Dân vận” 3 bài\n- Trong đó: trực tuyến 4", True),
        ("Số buổi: 0\nLượt người: 0\nKinh phí: 0", True),
        ("Số buổi: 3\nLượt người: 120", False),
        ("Điện thoại: 0204 3854 000\nFax: 0204 3854 001\nĐT: 0912345678\nZalo: 0912345678", False),
        ("Họp lúc: 8 giờ", False),
        ("> Số buổi: 3\n> Lượt người: 120\n> Kinh phí: 15", False),
        ("", False),
        ("x" * 100_000 + ":" * 1000 + "1" * 1000, False),
    ],
)
def test_a_mail_that_reports_figures(body, expected):
    """Three lines that name a figure or give one; addresses and quotations do not count."""
    assert expected == writes_figures(mail(body), LABELS)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Kính gửi Văn phòng,\nPhòng không  phát sinh nội dung.", "Phòng không phát sinh nội dung."),
        ("Đơn vị không có trường hợp nào", "Đơn vị không có trường hợp nào"),
        ("Không có gì để báo cáo ạ", "Không có gì để báo cáo ạ"),
        ("Không có ý kiến", ""),
        ("> Phòng không phát sinh", ""),
    ],
)
def test_a_mail_that_says_there_is_nothing(body, expected):
    """The line is quoted back, so that the writer sees what was understood."""
    assert expected == says_there_is_nothing(mail(body))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Gửi kèm biểu", True),
        ("Cảm ơn, đã nhận biểu", False),
        ("Phòng gửi số liệu", True),
        ("Chào anh", False),
    ],
)
def test_a_mail_that_means_to_bring_a_file(body, expected):
    """Words of sending count, thanks do not."""
    assert expected == means_to_bring(mail(body))
