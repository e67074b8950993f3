"""Notes behind a number: footnote signs, words in brackets, "trong đó …"; and what they do to it."""

from __future__ import annotations

import re
from typing import Final

from domain.vietnamese import nfc
from parsers.number.figures import DIGITS, Read, Refused
from parsers.number.measures import bare

_LAST_FOOTNOTE: Final = 9
_NOTE = re.compile(r"(?:\s*(?:\([^()]*\)|\[[^\[\]]*\]|[*†‡¹²³⁴⁵⁶⁷⁸⁹⁰]))+")
_CONTAINING = re.compile(r"[,;:]?\s*(?:-\s*)?trong đó\b.*", re.DOTALL | re.IGNORECASE)
#: Not the ² of "m²".
_BEGINS = re.compile(r"[(\[*†‡¹]|[,;]?\s*trong đó\b", re.IGNORECASE)
_OR_MORE: Final = "trở lên"
#: It makes the number a rough one.
_ROUGH = re.compile(r"tro len|uoc|uoc tinh|uoc khoang|khoang|xap xi|gan dung|so uoc", re.ASCII)
#: By it the number is none of what was done, or not of this campaign.
_OTHER_FIGURE = re.compile(
    r"(?:theo |la |so |con so )?(?:du kien|ke hoach|chi tieu|chi tieu giao|du tinh|dang ki|se thuc hien"
    r"|chua thuc hien|chua xong|chua du|chua day du|khong|khong co|lui ke|ca nam|tu dau nam|nam truoc"
    r"|cung ki|cung ki nam truoc|ki truoc|cu)(?: nam [0-9]{4})?",
    re.ASCII,
)
#: It takes its number back.
_TAKEN_BACK = re.compile(
    r"\b(?:sai|nhầm)\b(?!\s+(?:phạm|sót))|\bsửa (?:lại|thành|là)\b|\bsửa\s*:?\s*(?=[0-9])"
    r"|\b(?:hủy|huỷ|đúng là|đúng ra|số đúng|đính chính|không phải|không tính|chưa tính|cộng thêm|lấy số)\b"
    r"|\bthực tế\b(?=\s*:?\s*(?:là\s+|chỉ\s+|có\s+)?[0-9])|\bchưa gồm\b|\bchưa bao gồm\b"
    r"|\b(?:trừ|(?:không|chưa) kể)(?=(?: \w+)? [0-9])"
    r"|(?<!bãi )(?<!loại )\bbỏ\b(?=\s*(?:[^\w\s]|$|số|dòng|ô|đi|không))",
    re.IGNORECASE,
)


def split_note(rest: str) -> tuple[str, str]:
    """Part a measure from the bracketed or "trong đó" note behind it."""
    if _NOTE.fullmatch(rest) or _CONTAINING.fullmatch(rest):
        return "", rest
    for sign in _BEGINS.finditer(rest):
        head, note = rest[: sign.start()].strip(), rest[sign.start() :].strip()
        if _NOTE.fullmatch(note) or _CONTAINING.fullmatch(note):
            return head, note
    if rest.casefold().endswith(_OR_MORE):
        return rest[: -len(_OR_MORE)].strip(), _OR_MORE
    return rest, ""


def takes_back(note: str) -> bool:
    """Tell whether a note says that the figure it stands beside is another one."""
    return _TAKEN_BACK.search(nfc(note)) is not None


def with_note(number: Read, note: str, *, is_rough: bool) -> Read | Refused:
    """Judge the *note* behind *number*: it is kept, or makes the number rough, or another figure."""
    inner = bare(note)
    if takes_back(note) or (number.value and _OTHER_FIGURE.fullmatch(inner)):
        return Refused("doubtful_note")
    if DIGITS.fullmatch(inner) and note[-1] in ")]":
        is_footnote = number.value and 0 < int(inner) <= _LAST_FOOTNOTE
        if not is_footnote and int(inner) != number.value:
            return Refused("doubtful_note")
    if is_rough or _ROUGH.fullmatch(inner):
        return Read(number.value, "approximate", approximate=True, note=note)
    if note:
        return Read(number.value, number.kind or "number_with_note", note=note)
    return number
