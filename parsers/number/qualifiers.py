"""Words around a figure that make it another one: a plan, another time, a multiple, work not done.

A unit writes them where it likes: over the column, behind the label, in the note, above the table.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from domain.vietnamese import fold
from parsers.number.measures import bare, names_money

if TYPE_CHECKING:
    from parsers.days import Period

_PLANNED: Final = (
    r"(?:so )?(?:du kien|ke hoach|chi tieu giao|du tinh|dang ki|se (?:thuc hien|to chuc)"
    r"|chua (?:thuc hien|to chuc|xong|du|dai du|trien khai)|khong (?:thuc hien|to chuc|trien khai))"
)
_OTHER_TIME: Final = (
    r"lui ke|cong don|ca nam|tu dau nam|dau nam den nai|nam truoc|nam ngoai|cung ki(?: nam truoc)?|ki truoc"
    r"|thang truoc|(?:6|sau|9|chin) thang(?: dau nam)?|qui (?:[1-4]|i{1,3}|iv)|uoc ca nam"
)
#: Work that is not counted yet: nought may be no nought.
_NOT_KNOWN: Final = (
    r"chua (?:co so lieu|tong hop(?: duoc)?|thong ke(?: duoc)?|bao cao|nhan duoc so lieu)|(?:se )?bo sung sau"
    r"|dang (?:tong hop|thong ke|cap nhat)|cho so lieu"
)
_MULTIPLE: Final = r"nghin|ngan|trieu|ti|tram|chuc|van|1[. ]?000|x ?1[. ]?000"
#: What a note may say before one of them.
_BEFORE: Final = r"(?:(?:dai )?(?:dai )?(?:la|theo|so|so lieu|con so|tinh|bao cao) )*"
_NOTE = re.compile(rf"{_BEFORE}(?:{_PLANNED}|{_OTHER_TIME})(?: (?:{_OTHER_TIME}|{_PLANNED}|nam [0-9]{{4}}))*")
_NOTE_NOT_KNOWN = re.compile(rf"{_BEFORE}(?:{_NOT_KNOWN})")
_IN_WORDS = re.compile(rf"\b(?:{_PLANNED}|{_OTHER_TIME})\b")
_MULTIPLE_OF = re.compile(rf"(?:{_MULTIPLE})(?: \w+){{0,2}}")
_ROUGH = re.compile(rf"{_BEFORE}(?:uoc|uoc tinh|uoc khoang|khoang|xap xi|gan dung|so uoc|uoc luong|tro len)")
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_MONTH = re.compile(r"\bthang ([0-9]{1,2})\b")
_PIECES = re.compile(r"[,;.\n()\[\]]|\s[-–—]\s|^[-–—+*]\s*")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
#: What may stand over a column of answers beside years and months of the campaign.
_OVER_ANSWERS: Final = frozenset({
    "so", "luong", "lieu", "sl", "ket", "qua", "thuc", "hien", "da", "dat", "duoc", "bao", "cao", "gia",
    "tri", "tra", "loi", "cua", "don", "vi", "trong", "ki", "thang", "nam", "ngai", "tu", "den", "cot",
    "tong", "cong", "ghi", "dien", "vao", "dai", "o", "phong", "ban", "dia", "phuong", "tinh",
})  # fmt: skip


def over_answers(words: str, period: Period) -> bool:
    """Tell whether *words* may head the column of answers: nothing in them speaks of anything else."""
    spoken = bare(words)
    if _IN_WORDS.search(spoken) or is_of_other_time(spoken, period):
        return False
    return all(word in _OVER_ANSWERS or word.isdigit() for word in spoken.split())


def is_of_other_time(spoken: str, period: Period) -> bool:
    """Tell whether folded words name a year or month outside the campaign."""
    years = {int(year) for year in _YEAR.findall(spoken)}
    if years and years.isdisjoint(range(period.start.year, period.end.year + 1)):
        return True
    if period.start.year != period.end.year:
        return False
    months = {int(month) for month in _MONTH.findall(spoken)}
    return bool(months) and months.isdisjoint(range(period.start.month, period.end.month + 1))


def pieces(words: str) -> list[str]:
    """Give the parts of a note between its commas, brackets and dashes, folded."""
    return [piece for one in _PIECES.split(fold(words)) if (piece := bare(one))]


def note_of_other(note: str, period: Period, *, is_nought: bool) -> bool:
    """Tell whether a note says of the figure beside it that it is a plan, of another time, or not known yet.

    Beside a nought "chưa tổ chức" is the reason for it.
    """
    said = pieces(note)
    if any(_NOTE_NOT_KNOWN.fullmatch(piece) for piece in said):
        return True
    if is_nought:
        return False
    if any(_NOTE.fullmatch(piece) or _is_multiple(_bare_measure(piece)) for piece in said):
        return True
    return any(
        re.fullmatch(r"(?:so |so lieu |con so )?(?:cua |trong )?(?:nam|thang) ?[0-9]{1,4}(?: \w+)?", piece)
        and is_of_other_time(piece, period)
        for piece in said
    )


def _bare_measure(piece: str) -> str:
    return re.sub(r"^(?:don vi(?: tinh)?|dvt|tinh (?:bang|theo)) ", "", piece)


def _is_multiple(measure: str) -> bool:
    """Tell whether a measure counts in thousands; money is compared with the row's own measure instead."""
    return _MULTIPLE_OF.fullmatch(measure) is not None and not names_money(measure)


def says_rough(note: str) -> bool:
    """Tell whether a note says that the figure is a rough one."""
    return any(_ROUGH.fullmatch(piece) for piece in pieces(note))


def added_of_other(words: str, own: str, period: Period) -> bool:
    """Tell whether *words*, which stand for the label *own*, add that the figure is another one.

    A plan, another time, a multiple in brackets; nothing that the label says itself counts.
    """
    said, wanted = bare(words), bare(own)
    found = {match[0] for match in _IN_WORDS.finditer(said)}
    if any(one not in wanted for one in found):
        return True
    if is_of_other_time(said, period) and not _YEAR.search(wanted) and not _MONTH.search(wanted):
        return True
    inner = [bare(one) for one in _BRACKETED.findall(words)]
    return any(_is_multiple(one) and one not in wanted for one in inner)
