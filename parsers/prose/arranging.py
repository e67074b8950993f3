"""The words of an official report by heading: what stands between its title and its closing words.

Works on lines, whatever file they come from. Head and foot are told by what Decree 30/2020/NĐ-CP puts there
(Quốc hiệu, number and symbol, place and date, Kính gửi; Nơi nhận, signature), headings by outline level,
by automatic or typed numbering, by bold or capital letters; nothing is left out that is none of these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from domain.narratives import BlockKind, TextBlock
from domain.vietnamese import clean, fold
from parsers.signing import is_signer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One paragraph of a file as it is seen, or a table in its place."""

    text: str
    place: str
    #: Automatic numbering as it is shown; empty where the number, if any, is typed.
    numbering: str = ""
    #: Level of a heading by its style, from 0; None for body text.
    outline: int | None = None
    is_bold: bool = False
    #: `text` says how large the table is.
    is_table: bool = False


#: A title stands on the first page, behind some dozen lines of the head.
_TITLE_WITHIN: Final = 60
_LONGEST_TITLE: Final = 12
_LONGEST_HEADING: Final = 200
_LONGEST_NUMBERED_HEADING: Final = 130
_LONGEST_LEAD: Final = 60
_SIGNED_WITHIN: Final = 10
_LONGEST_SIGNATURE: Final = 70
_LONGEST_NAME: Final = 45
_NAME_WORDS: Final = range(2, 7)
#: Ranks of headings that say their level only by how they look; lower is higher.
_PART, _CAPITAL, _ROMAN, _BOLD, _LETTER = 0, 1, 2, 10, 11

_NUMBER = re.compile(
    r"(?P<part>(?i:phần)\s+(?:(?i:thứ)\s+\w+|[IVXLC]+|\d+)\s*[.:\-–]?\s*)"
    r"|(?P<roman>[IVXLC]{1,6}\s*[.)/\-–]\s*(?=\S))"
    r"|(?P<capital>[A-HĐ]\s*[.)/\-–]\s*(?=\S))"
    r"|(?P<decimal>\d{1,2}(?:\.\d{1,2})*(?:\s*[.)/](?!\d)\s*|(?<=\.\d)\s+|(?<=\.\d\d)\s+)(?=\S))"
    r"|(?P<letter>[a-zđ]\s*[.)]\s*(?=\S))"
    r"|(?P<dash>[-–—+•*●○▪■◦·\uf0b7\uf02d]+\s*(?=\S))"
)
_DASH = re.compile(r"[-–—+•*●○▪■◦·\uf0b7\uf02do§ü]+")
_PAGE_NUMBER = re.compile(r"(?:trang\s*)?-?\s*\d{1,3}(?:\s*/\s*\d{1,3})?\s*-?", re.IGNORECASE)
_RULE = re.compile(r"[\s_\-–—=*.…⸺]{2,}")
_UNFINISHED: Final = (".", ";", "!", "?", "…", ",")
#: Lines of the head, folded as `fold` does it: "y" is "i".
_STATE = re.compile(r"cong hoa xa hoi chu nghia|doc lap\W+tu do\W+hanh phuc|dang cong san viet nam")
_SYMBOL = re.compile(r"so\s*:?\s*[\d.…_\s]*\s*/?\s*[\d-]*\s*[a-z]{1,4}\s*-\s*[a-z]|so\s*:\s*[\d.…_\s]*/")
_PLACE_DATE = re.compile(r"[^,]{2,40},?\s*ngai[\s\d.…_]+thang[\s\d.…_]+nam[\s\d.…_]*")
_ADDRESSEE = re.compile(r"kinh gui\b")
_DRAFT = re.compile(r"\(?du thao\)?(?: lan .*)?")
_SECRET = re.compile(r"(?:tuiet |toi )?mat")
_OPENING = re.compile(r"(?:thuc hien|can cu|trien khai|thi hanh|theo|tiep tuc|nham)\b.*\bnhu sau\W*")
#: Lines of the foot, folded.
_CLOSING = re.compile(r"tren dai (?:la|bao cao)\b")
_RECIPIENTS = re.compile(r"noi nhan\b")
_ANNEX = re.compile(r"phu luc\b")
_END: Final = "./."


def is_secret(lines: Sequence[Line]) -> bool:
    """Tell whether a stamp of state secrecy stands alone on a line of the first page."""
    return any(_SECRET.fullmatch(fold(line.text)) and line.text.isupper() for line in lines[:_TITLE_WITHIN])


def arrange(lines: Sequence[Line]) -> tuple[TextBlock, ...]:
    """Give the body of a report as headings with what stands under them, in reading order."""
    cleaned = [replace(line, text=_tidy(line.text)) for line in lines]
    kept = [line for line in cleaned if line.is_table or _says_something(line)]
    body = kept[_start_of_body(kept) :]
    body = body[: _end_of_body(body)]
    return tuple(_blocks(body))


def _tidy(text: str) -> str:
    return " ".join(clean(text).split())


def _says_something(line: Line) -> bool:
    if not line.text or _RULE.fullmatch(line.text):
        return False
    return not (_PAGE_NUMBER.fullmatch(line.text) and not line.numbering)


# Head and foot


def _start_of_body(lines: Sequence[Line]) -> int:
    titles = [
        number
        for number, line in enumerate(lines[:_TITLE_WITHIN])
        if fold(line.text).startswith("bao cao") and (line.text.isupper() or line.text.startswith("BÁO CÁO"))
    ]
    if not titles:
        start = 0
        for number, line in enumerate(lines[:_TITLE_WITHIN]):
            if not _is_of_the_head(line):
                break
            # Capitals alone may be a heading; before a line that can only be the head they name the office.
            start = start if line.text.isupper() and not _is_surely_head(line) else number + 1
        return start
    number = titles[0] + 1
    last = min(len(lines), number + _LONGEST_TITLE)
    addressed = False
    while number < last and (
        _is_of_the_title(lines[number]) or (addressed and _DASH.match(lines[number].text) is not None)
    ):
        addressed = addressed or _ADDRESSEE.match(fold(lines[number].text)) is not None
        number += 1
    return number


def _is_of_the_head(line: Line) -> bool:
    if line.is_table:
        return False
    if _is_surely_head(line):
        return True
    return line.text.isupper() and _number_of(line)[0] is None and line.outline is None


def _is_surely_head(line: Line) -> bool:
    folded = fold(line.text)
    told = (_STATE.search(folded), _SYMBOL.match(folded), _ADDRESSEE.match(folded), _SECRET.fullmatch(folded))
    return bool(any(told) or _PLACE_DATE.fullmatch(folded) or _DRAFT.fullmatch(folded))


def _is_of_the_title(line: Line) -> bool:
    """Tell whether a line behind BÁO CÁO still belongs to the title: its subject, an addressee, a date."""
    if line.is_table or line.outline is not None or _number_of(line)[0] is not None:
        return False
    if _is_of_the_head(line) or line.text.startswith("("):
        return True
    return not line.text.endswith((".", ":", ";")) and (line.is_bold or len(line.text) <= _LONGEST_HEADING)


def _end_of_body(lines: Sequence[Line]) -> int:
    end = len(lines)
    for number, line in enumerate(lines):
        folded = fold(line.text)
        if _RECIPIENTS.match(folded) or (line.text.isupper() and _ANNEX.match(folded)):
            end = number
            break
    closings = [number for number in range(end) if _CLOSING.match(fold(lines[number].text))]
    if closings and closings[-1] >= end // 2:
        return closings[-1]
    ends = [number for number in range(end) if lines[number].text.endswith(_END)]
    if ends:
        return ends[-1] + 1
    return _before_signatures(lines, end)


def _before_signatures(lines: Sequence[Line], end: int) -> int:
    """Leave out who signed: positions, and names that stand alone behind them or at the very end."""
    last = end
    while last and end - last < _SIGNED_WITHIN and _is_signature(lines[last - 1], is_last=last == end):
        last -= 1
    return last


def _is_signature(line: Line, *, is_last: bool) -> bool:
    if line.is_table or line.outline is not None or len(line.text) > _LONGEST_SIGNATURE:
        return False
    kind, _ = _number_of(line)
    if is_signer(line.text):
        return True
    if kind is not None or not line.text.replace(" ", "").replace(".", "").isalpha():
        return False
    words = line.text.split()
    is_name = (
        len(words) in _NAME_WORDS
        and len(line.text) <= _LONGEST_NAME
        and all(word[0].isupper() for word in words)
    )
    return is_name and (is_last or not line.text.isupper())


# Headings


def _blocks(lines: Sequence[Line]) -> Iterator[TextBlock]:
    ranks: list[int] = []
    begun = False
    for line in lines:
        if line.is_table:
            yield TextBlock(kind=BlockKind.TABLE, text=line.text, place=line.place)
            continue
        if not begun and not ranks and _OPENING.fullmatch(fold(line.text)):
            begun = True
            continue  # "Thực hiện Kế hoạch số …, Phòng … báo cáo kết quả như sau:"
        begun = True
        yield from _blocks_of(line, ranks)


def _blocks_of(line: Line, ranks: list[int]) -> Iterator[TextBlock]:
    kind, words = _number_of(line)
    words = words.removesuffix(_END).rstrip() if words.endswith(_END) else words
    if not words:
        return
    rank = _rank(line, kind, words)
    if rank is None:
        is_point = kind is not None
        yield TextBlock(
            kind=BlockKind.POINT if is_point else BlockKind.PARAGRAPH,
            text=_ended(words, line),
            place=line.place,
        )
        return
    title, _, rest = words.partition(":")
    if len(words) <= _LONGEST_NUMBERED_HEADING and not rest.strip():
        title, rest = words.rstrip(" :"), ""
    while ranks and ranks[-1] >= rank:
        ranks.pop()
    level = len(ranks)
    ranks.append(rank)
    yield TextBlock(kind=BlockKind.HEADING, text=title.strip().rstrip("."), place=line.place, level=level)
    if rest.strip():
        yield TextBlock(kind=BlockKind.PARAGRAPH, text=rest.strip(), place=line.place)


def _ended(words: str, line: Line) -> str:
    return f"{words}." if line.text.endswith(_END) else words


def _number_of(line: Line) -> tuple[str | None, str]:
    """Give what kind of number stands before a line, None for none, and the words behind it."""
    if line.numbering:
        shown = _NUMBER.match(f"{line.numbering} x")
        if shown is not None and shown.lastgroup is not None:
            kind = shown.lastgroup
            return (
                f"decimal{line.numbering.strip(' .)/').count('.')}" if kind == "decimal" else kind
            ), line.text
        return "dash", line.text
    found = _NUMBER.match(line.text)
    if found is None or found.lastgroup is None:
        return None, line.text
    kind = found.lastgroup
    words = line.text[found.end() :]
    if kind == "roman" and not _is_roman(found[0]):
        kind = "letter"
    if kind == "decimal":
        kind = f"decimal{found[0].strip(' .)/').count('.')}"
    return kind, words


def _is_roman(text: str) -> bool:
    """Tell whether letters before a line count: "C." of A, B, C does not; no report has fifty chapters."""
    return set(text) & set("IVX") != set() and re.match(r"(?:X{0,3})(?:IX|IV|V?I{0,3})\b", text) is not None


def _rank(line: Line, kind: str | None, words: str) -> int | None:
    """Give the rank of a heading; None for a line that is none."""
    if len(words) > _LONGEST_HEADING and not _has_lead(words):
        return None
    match kind:
        case "part":
            return _PART
        case "capital" if words.isupper() or line.is_bold:
            return _CAPITAL
        case "roman":
            return _ROMAN
        case "dash":
            return _ROMAN + 1 + line.outline if line.outline is not None else None
        case "letter":
            return _LETTER if line.is_bold or line.outline is not None else None
        case str() if kind.startswith("decimal"):
            depth = int(kind.removeprefix("decimal"))
            return _ROMAN + 1 + depth if _titles(line, words) else None
    return _rank_by_look(line, words)


def _rank_by_look(line: Line, words: str) -> int | None:
    if line.outline is not None:
        return _ROMAN + line.outline
    if len(words) > _LONGEST_NUMBERED_HEADING or words.endswith(_UNFINISHED):
        return None
    if words.isupper() and len(words.split()) > 1:
        return _ROMAN
    return _BOLD if line.is_bold else None


def _titles(line: Line, words: str) -> bool:
    """Tell whether words behind a number are a heading, or the beginning of a sentence."""
    if line.outline is not None or line.is_bold or _has_lead(words):
        return True
    return len(words) <= _LONGEST_NUMBERED_HEADING and not words.endswith(_UNFINISHED)


def _has_lead(words: str) -> bool:
    """Tell whether a heading runs into its text: "Ưu điểm: Các phòng đã …"."""
    lead, colon, rest = words.partition(":")
    return bool(colon) and len(lead) <= _LONGEST_LEAD and not set(lead) & set(",;.") and bool(rest.strip())
