"""Lines by which a paper is signed: who signs, and on which day.

What stands in them is no part of any answer and of no paragraph, so only whole lines in the dress of
Decree 30/2020/NĐ-CP are told: titles in capital letters or brackets, the date behind a place or alone.
"""

from __future__ import annotations

import re
from typing import Final

from domain.vietnamese import clean, fold

_LONGEST: Final = 70
#: Folded as `fold` does it: "y" is "i".
_SIGNER = re.compile(
    r"(?:(?:kt|tm|tl|tuq|q)\b\W*\s*)?(?:quien )?(?:truong|pho|giam doc|chanh|chi cuc truong|chu tich"
    r"|chu nhiem|bi thu|nguoi lap|nguoi bao cao|thu truong|ke toan|lanh dao|hieu truong|thu ki)\b.*"
    r"|(?:kt|tm|tl|tuq)\s*\..*"
    r"|\(?(?:da ki|ki|ki ten|ki va ghi|ki, ghi)\b.*\)?"
)
#: A school, and no title; without accents they are one word.
_SCHOOL: Final = "trường"
_DATE = re.compile(r"(?:[^,]{0,40},\s*)?ngai[\s\d.…_]+thang[\s\d.…_]+nam[\s\d.…_]*")


def is_signer(text: str) -> bool:
    """Tell whether a line says in which office somebody signs ("KT. GIÁM ĐỐC", "(Ký, ghi rõ họ tên)")."""
    line = clean(text)
    if len(line) > _LONGEST or line.casefold().startswith(_SCHOOL):
        return False
    return _SIGNER.fullmatch(fold(line)) is not None and (line.isupper() or line.startswith("("))


def is_date_line(text: str) -> bool:
    """Tell whether a line says only where and on which day a paper is signed."""
    return _DATE.fullmatch(fold(clean(text))) is not None
