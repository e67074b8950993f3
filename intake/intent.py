"""Whether a mail without a file says that it brings one, in the words of its writer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.vietnamese import fold
from intake.quotation import own_words

if TYPE_CHECKING:
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
