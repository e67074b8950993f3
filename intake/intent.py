"""What a mail without a file says in the words of its writer: a file, figures, or that there are none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from domain.vietnamese import clean, fold, fold_label
from intake.quotation import own_words

if TYPE_CHECKING:
    from collections.abc import Collection

    from domain.messages import InboundMessage

#: Folded words that speak of a file coming along.
_BRINGS = ("dinh kem", "gui kem", "kem theo", "drive.", "http")
#: Words that do so where the mail does not merely thank or promise.
_SPEAKS_OF_IT = ("bieu", "so lieu", "bao cao")
_GIVES_THANKS = ("da nhan", "cam on", "se gui", "se bao cao")
_MOST_SIGNS = 2000


def means_to_bring(message: InboundMessage) -> bool:
    """Tell whether the writer meant to send a form; the subject of an answer and quotations say nothing."""
    is_answer = message.in_reply_to is not None or bool(message.references)
    subject = "" if is_answer else message.subject
    words = fold(f"{subject}\n{own_words(message.body)[:_MOST_SIGNS]}")
    if any(word in words for word in _BRINGS):
        return True
    is_thanks = any(word in words for word in _GIVES_THANKS)
    return not is_thanks and any(word in words for word in _SPEAKS_OF_IT)


#: Lines with figures that make a report out of a mail; an address has one or two.
_FEWEST_FIGURES: Final = 3
_MOST_LINES: Final = 400
_LONGEST_LINE: Final = 400
#: "Số cuộc họp: 12", "- Lượt người = 1.234 lượt".
_FIGURE: Final = re.compile(r"[^:=]{4,120}[:=]\s{0,5}[0-9][0-9.,]{0,12}\b[^0-9]{0,40}$")
_BEHIND: Final = re.compile(r"(?P<label>.{6,200}?)[\s:=–-]{1,5}[0-9][0-9.,]{0,12}\b[^0-9]{0,40}$")
#: Folded words of lines that give an address and no figure.
_ADDRESSES: Final = ("dien thoai", "dt", "fax", "tel", "mobile", "zalo", "so nha", "hotline", "sdt", "email")
_NOTHING: Final = (
    "khong phat sinh",
    "khong co so lieu",
    "khong co truong hop",
    "khong co phat sinh",
    "khong co noi dung bao cao",
    "khong co gi de bao cao",
    "khong co noi dung de bao cao",
)


def writes_figures(message: InboundMessage, labels: Collection[str]) -> bool:
    """Tell whether the mail itself reports figures: three lines that name a figure of the form or give one.

    *labels* are the form's, folded by domain.vietnamese.fold_label.
    """
    count = 0
    for line in own_words(message.body).splitlines()[:_MOST_LINES]:
        words = clean(line[:_LONGEST_LINE])
        if not any(sign.isdigit() for sign in words):
            continue
        folded = fold(words)
        if any(folded.lstrip("-+* ").startswith(word) for word in _ADDRESSES):
            continue
        behind = _BEHIND.fullmatch(words)
        names_field = behind is not None and fold_label(behind["label"]) in labels
        count += names_field or _FIGURE.fullmatch(words) is not None
    return count >= _FEWEST_FIGURES


def says_there_is_nothing(message: InboundMessage) -> str:
    """Give the line in which the writer says that there is nothing to report; empty where there is none."""
    for line in own_words(message.body).splitlines()[:_MOST_LINES]:
        folded = fold(line[:_LONGEST_LINE])
        if any(words in folded for words in _NOTHING):
            return " ".join(clean(line[:_LONGEST_LINE]).split())
    return ""
