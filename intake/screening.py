"""What kind of mail it is before anybody looks at its files: ours, a bounce, a machine's, or a person's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.messages import MailReason
from domain.vietnamese import fold
from intake.parts import sniff

if TYPE_CHECKING:
    from domain.messages import Attachment, InboundMessage

_WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et", ".csv")
_DAEMONS = frozenset(
    {"mailer-daemon", "postmaster", "mail-daemon", "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e"}
)
#: Folded (domain.vietnamese.fold writes y as i).
_BOUNCE_SUBJECT = re.compile(
    r"(undeliver|deliveri (status|failure|has failed)|failure notice|returned mail|mail deliveri|"
    r"khong gui duoc|khong the gui|thu bi tra lai|thong bao loi gui thu)"
)
_AUTO_SUBJECT = re.compile(
    r"^(re: ?|tl: ?|tra loi: ?)?(automatic repli|auto(-| )?repli|auto(matic)? response|out of (the )?office|"
    r"vacation repli|tu dong tra loi|tra loi tu dong|thu tra loi tu dong|thong bao vang mat|vang mat)\b"
)
_READ_SUBJECT = re.compile(r"^(read|not read|da doc|xac nhan da doc|khong doc): ")
_BULK = frozenset({"bulk", "junk", "list"})
_NO_RETURN = frozenset({MailReason.OWN, MailReason.BOUNCE, MailReason.RECEIPT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What the head of a mail says about it."""

    #: Why the mail is no answer when it brings no form; None for a mail as people write it.
    reason: MailReason | None
    #: Nothing may be answered, not even when a form was taken.
    mutes_answer: bool
    #: Vietnamese, for the clerk; empty for a mail as people write it.
    explanation: str

    @property
    def bars_files(self) -> bool:
        """Tell whether its files are no return whatever they are: they are our own, come back."""
        return self.reason in _NO_RETURN


_PERSONAL = Screening(reason=None, mutes_answer=False, explanation="")


def screen(message: InboundMessage) -> Screening:
    """Judge a mail by its head; marks mute our answer, never the intake of a workbook (see `bars_files`)."""
    marks = message.marks
    if marks.own_header:
        return _mute(MailReason.OWN, "Đây là thư do chính hệ thống gửi đi, quay lại hộp thư.")
    if _is_bounce(message):
        return _mute(MailReason.BOUNCE, _explain_bounce(message))
    if marks.report_type == "disposition-notification" or _is_read_notice(message):
        return _mute(MailReason.RECEIPT, "Đây là thông báo đã đọc thư, không phải báo cáo.")
    if _is_auto_reply(message):
        return _mute(MailReason.AUTO_REPLY, "Đây là thư trả lời tự động của máy, không phải báo cáo.")
    if marks.list_mail or marks.precedence in _BULK:
        return _mute(MailReason.LIST, "Đây là thư gửi qua danh sách hoặc gửi hàng loạt.")
    if marks.empty_return_path:
        return _mute(
            MailReason.AUTO_REPLY, "Đây là thư do máy chủ thư tự tạo, không có người gửi để trả lời."
        )
    return _PERSONAL


def holds_workbook(message: InboundMessage) -> bool:
    """Tell whether a file that may be the form came with the mail."""
    return any(_is_workbook(attachment) for attachment in message.attachments)


def _is_workbook(attachment: Attachment) -> bool:
    if attachment.name.lower().endswith(_WORKBOOK_SUFFIXES):
        return True
    return sniff(attachment.content) in _WORKBOOK_SUFFIXES


def _mute(reason: MailReason, explanation: str) -> Screening:
    return Screening(reason=reason, mutes_answer=True, explanation=explanation)


def _is_bounce(message: InboundMessage) -> bool:
    if message.marks.report_type == "delivery-status" or message.bounced:
        return True
    # qmail and some gateways write bounces without a report; a workbook from a person called postmaster
    # stays a return.
    local = message.sender.folded.partition("@")[0]
    machine = message.marks.empty_return_path or local in _DAEMONS
    return (
        machine and not holds_workbook(message) and _BOUNCE_SUBJECT.search(fold(message.subject)) is not None
    )


def _explain_bounce(message: InboundMessage) -> str:
    failed = [each for each in message.bounced if each.action == "failed"]
    if failed:
        addresses = ", ".join(each.address for each in failed)
        return f"Máy chủ thư báo không gửi được thư của ta tới {addresses}."
    if any(each.action == "delayed" for each in message.bounced):
        addresses = ", ".join(each.address for each in message.bounced)
        return f"Máy chủ thư báo thư của ta tới {addresses} bị chậm, vẫn đang được gửi lại."
    if message.bounced:
        return "Máy chủ thư báo thư của ta đã đến nơi."
    return "Máy chủ thư báo có thư của ta không gửi được."


def _is_read_notice(message: InboundMessage) -> bool:
    return not message.attachments and not message.body and bool(_READ_SUBJECT.match(fold(message.subject)))


def _is_auto_reply(message: InboundMessage) -> bool:
    marks = message.marks
    if marks.auto_submitted not in ("", "no") or marks.autoreply_header or marks.precedence == "auto_reply":
        return True
    # Some servers mark an absence notice by the subject alone; people write such words beside a form, too.
    return not holds_workbook(message) and _AUTO_SUBJECT.match(fold(message.subject)) is not None
