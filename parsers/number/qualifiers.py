"""Words around a figure that make it another one: a plan, another time, a multiple, work not done.

A unit writes them where it likes: over the column, behind the label, in the note, above the table. Words that
the office's own label says are none of them.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from domain.vietnamese import fold
from parsers.number.measures import bare, is_counted_in, is_measure, is_of_one_kind, names_money

if TYPE_CHECKING:
    from parsers.days import Period


class Doubt(StrEnum):
    """What words beside a figure make of it."""

    #: The note is nothing but that: the figure is asked about.
    ASK = "ask"
    #: It is said among other things: the figure is taken, and the words are told.
    TELL = "tell"


_PLANNED: Final = (
    r"(?:so )?(?:du kien|ke hoach|chi tieu giao|du tinh|dang ki|se (?:thuc hien|to chuc)"
    r"|chua (?:thuc hien|to chuc|xong|du|dai du|trien khai)|khong (?:thuc hien|to chuc|trien khai))"
)
_OTHER_TIME: Final = (
    r"lui ke|cong don|ca nam|(?:tinh )?tu dau nam(?: den nai)?|dau nam den nai|nam truoc|nam ngoai"
    r"|cung ki(?: nam truoc)?|ki truoc|thang truoc|(?:[0-9]{1,2}|sau|chin) thang dau nam|uoc ca nam"
)
#: Work that is not counted yet: nought may be no nought.
_NOT_KNOWN: Final = (
    r"chua (?:co so lieu|chot(?: so lieu)?|tong hop(?: duoc)?|thong ke(?: duoc)?|bao cao|nhan duoc so lieu)"
    r"|(?:se )?bo sung sau|dang (?:tong hop|thong ke|cap nhat)|cho so lieu"
)
_MULTIPLES: Final = r"nghin|ngan|trieu|ti|tram|chuc|van|1[. ]?000|x ?1[. ]?000"
#: What a note may say before one of them.
_BEFORE: Final = r"(?:(?:dai )?(?:la |so lieu |con so |so |tinh |bao cao )*)"
#: "Năm ngoái không tổ chức" compares, and says nothing of this year's figure.
_NOTE = re.compile(
    rf"{_BEFORE}(?:(?:{_PLANNED})(?: (?:{_OTHER_TIME}|{_PLANNED}|nam [0-9]{{4}}))*"
    rf"|(?:{_OTHER_TIME})(?: (?:{_OTHER_TIME}|nam [0-9]{{4}}))*)"
)
_NOTE_NOT_KNOWN = re.compile(rf"{_BEFORE}(?:{_NOT_KNOWN})")
_OF_A_YEAR = re.compile(
    r"(?:so lieu|con so|so|ket qua)(?: (?:cua|trong))? (?:nam|thang|qui) ?(?:[0-9]{1,4}|iv|i{1,3})"
)
#: "Số liệu trên là số kế hoạch".
_OF_FIGURES = re.compile(r"\bso lieu(?: (?:tren|trong bieu|nai|duoi dai))? (?:la|cua|theo|tinh) (.*)")
#: Said anywhere in a short note: the figure may be another one.
_LOOSE = re.compile(
    r"\b(?:khong to chuc duoc|chua thuc hien duoc|tam hoan|hoan|da hui|tu thang [0-9]+ den thang [0-9]+"
    r"|ke hoach (?:thang|nam|qui)|(?:la|so) ke hoach|se to chuc|se thuc hien|du kien den|ghi nham|bo so nai"
    r"|so (?:lieu )?ke hoach)\b"
)
_LOOSE_WORDS: Final = 8
_IN_WORDS = re.compile(rf"\b(?:{_PLANNED}|{_OTHER_TIME})\b")
_MULTIPLE = re.compile(rf"({_MULTIPLES})(?: (.+))?")
_ROUGH = re.compile(
    rf"{_BEFORE}(?:uoc|uoc tinh|uoc khoang|khoang|xap xi|gan dung|so uoc|uoc luong|tro len|tam tinh"
    r"|uoc (?:thuc hien|den)(?: .*)?)"
)
#: "Đăng ký" may be how it came to be.
_REGISTERED = re.compile(r"dang ki\b")
_ONE_TIME = re.compile(r"(?:nam|thang|qui) \w+")
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_MONTH = re.compile(r"\bthang ([0-9]{1,2})\b")
_QUARTER = re.compile(r"\bqui (iv|i{1,3}|[1-4])\b")
_QUARTERS: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PIECES = re.compile(r"[,;.\n()\[\]]|\s[-–—]\s|^[-–—+*]\s*")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
#: Over a column of answers they name another column.
_OTHER_COLUMN = re.compile(
    r"\b(?:ti le|so sanh|chenh lech|tang|giam|muc tieu|chi tieu giao|dinh muc|truoc|don gia|diem)\b|%"
)
_THOUSANDS: Final = frozenset({"nghin", "ngan", "trieu"})
#: A column of corrections beside the answers.
_CORRECTIONS = re.compile(r"\b(?:so dung|dinh chinh|sua(?: lai)?|dieu chinh|so chinh thuc|bo sung|thuc te)\b")


def over_answers(words: str, period: Period) -> bool:
    """Tell whether *words* may head the column of answers: nothing in them speaks of another column."""
    spoken = bare(words)
    if _IN_WORDS.search(spoken) or _OTHER_COLUMN.search(fold(words)) or is_of_other_time(spoken, period):
        return False
    inner = [bare(one) for one in _BRACKETED.findall(words)]
    return not any(_MULTIPLE.fullmatch(one) for one in inner) and not _THOUSANDS & set(spoken.split())


def heads_corrections(words: str) -> bool:
    """Tell whether a heading announces other figures than those beside it."""
    return _CORRECTIONS.search(bare(words)) is not None


def is_of_other_time(spoken: str, period: Period) -> bool:
    """Tell whether folded words name a year, quarter or month outside the campaign."""
    years = {int(year) for year in _YEAR.findall(spoken)}
    if years and years.isdisjoint(range(period.start.year, period.end.year + 1)):
        return True
    if period.start.year != period.end.year:
        return False
    own = range(period.start.month, period.end.month + 1)
    quarters = {_QUARTERS[quarter] for quarter in _QUARTER.findall(spoken)}
    if quarters and quarters.isdisjoint((month + 2) // 3 for month in own):
        return True
    months = {int(month) for month in _MONTH.findall(spoken)}
    return bool(months) and months.isdisjoint(own)


def pieces(words: str) -> list[str]:
    """Give the parts of a note between its commas, brackets and dashes, folded."""
    return [piece for one in _PIECES.split(fold(words)) if (piece := bare(one))]


def doubt_of(note: str, own: str, measure: str, period: Period, *, is_nought: bool) -> Doubt | None:
    """Say what a note makes of the figure beside it; *own* is the label of the row, with its measure.

    Beside a nought "chưa tổ chức" is the reason for it.
    """
    said, wanted = pieces(note), _with_relatives(bare(own))
    known = [
        piece
        for piece in said
        if not _says_itself(piece, wanted)
        # "Kế hoạch" beside a number of documents is one of them.
        and not (is_of_one_kind(piece, measure) or is_counted_in(piece, measure))
    ]
    if any(_NOTE_NOT_KNOWN.fullmatch(piece) for piece in known):
        return Doubt.ASK if is_nought or len(known) == len(said) == 1 else Doubt.TELL
    if is_nought:
        return None
    doubtful = [piece for piece in known if _is_other(piece, measure, period)]
    if doubtful:
        is_all = len(doubtful) == len(said) and not any(_REGISTERED.match(piece) for piece in doubtful)
        return Doubt.ASK if is_all else Doubt.TELL
    spoken = bare(note)
    if any(_ONE_TIME.fullmatch(piece) and is_of_other_time(piece, period) for piece in known):
        return Doubt.TELL
    is_short = len(spoken.split()) <= _LOOSE_WORDS
    loose = _LOOSE.search(spoken)
    return Doubt.TELL if loose and is_short and not _says_itself(loose[0], wanted) else None


def speaks_of_other(line: str, period: Period) -> bool:
    """Tell whether a line beside a table says of its figures that they are a plan or of another time."""
    for piece in pieces(line):
        if _NOTE.fullmatch(piece) or (_OF_A_YEAR.fullmatch(piece) and is_of_other_time(piece, period)):
            return True
        said = _OF_FIGURES.search(piece)
        if said and (_IN_WORDS.search(said[1]) or is_of_other_time(said[1], period)):
            return True
    return False


def _is_other(piece: str, measure: str, period: Period) -> bool:
    if _NOTE.fullmatch(piece) or is_multiple(_bare_measure(piece), measure):
        return True
    return _OF_A_YEAR.fullmatch(piece) is not None and is_of_other_time(piece, period)


def _with_relatives(own: str) -> set[str]:
    """Give the words of a label, with what goes without saying where they stand."""
    words = set(own.split())
    if words & {"chua", "dang", "ton"}:
        words |= {"chua", "dang", "xong", "tong", "hop", "thuc", "hien", "thong", "ke", "cap", "nhat"}
    if words & {"truoc", "chuien", "tiep", "dui"}:
        words |= {"ki", "truoc", "thang", "nam", "tu", "qui", *map(str, range(1, 13))}
    return words


def _says_itself(piece: str, wanted: set[str]) -> bool:
    """Tell whether the label of the row says so itself: "Đăng ký" beside "Mô hình đăng ký mới"."""
    words = {word for word in piece.split() if not _YEAR.fullmatch(word)}
    words -= {"theo", "so", "lieu", "la", "nam"}
    return bool(words) and words <= wanted


def _bare_measure(piece: str) -> str:
    return re.sub(r"^(?:don vi(?: tinh)?|dvt|tinh (?:bang|theo)) ", "", piece)


def is_multiple(words: str, measure: str) -> bool:
    """Tell whether *words* count in thousands what the row counts singly.

    Money is compared with the row's own measure instead, and "ngân sách" is no thousand.
    """
    found = _MULTIPLE.fullmatch(words)
    if found is None or names_money(measure):
        return False
    return found[2] is None or is_measure(found[2]) or bare(found[2]) in bare(measure)


def says_rough(note: str) -> bool:
    """Tell whether a note says that the figure is a rough one."""
    return any(_ROUGH.fullmatch(piece) for piece in pieces(note))


def added_of_other(words: str, own: str, measure: str, period: Period) -> bool:
    """Tell whether *words*, which stand for the label *own*, add that the figure is another one.

    A plan, another time, a multiple in brackets; nothing that the label says itself counts.
    """
    said, wanted = bare(words), bare(own)
    relatives = _with_relatives(wanted)
    found = {match[0] for match in _IN_WORDS.finditer(said)}
    if any(one not in wanted and not _says_itself(one, relatives) for one in found):
        # "Văn bản (kế hoạch, công văn)" names kinds of what is counted.
        kinds = [piece for one in _BRACKETED.findall(words) for piece in pieces(one)]
        if len(kinds) < 2 or not found <= set(kinds):  # noqa: PLR2004 - kinds are several
            return True
    is_of_time = bool(_YEAR.search(wanted) or _MONTH.search(wanted)) or "truoc" in relatives
    if is_of_other_time(said, period) and not is_of_time:
        return True
    inner = [bare(one) for one in _BRACKETED.findall(words)]
    return any(is_multiple(one, measure) and one not in wanted for one in inner)
