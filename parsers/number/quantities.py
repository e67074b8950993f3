"""Numbers as Vietnamese office people type them: words of a cell to an exact number, or why not.

The official rule is a dot after thousands and a comma before decimals; the opposite is borne with where it
cannot be mistaken. What a careful clerk would have to ask about is never taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from domain.vietnamese import INVISIBLE, fold, nfc
from parsers.number.amounts import read_amount, slipped_measure
from parsers.number.figures import (
    DIGITS,
    NO_NUMBER,
    TELEPHONE,
    Read,
    Refused,
    ask_about,
    read_figures,
    read_odd_figures,
    within_limit,
)
from parsers.number.measures import (
    bare,
    is_counted_in,
    is_measure,
    is_of_one_kind,
    names_percent,
    plain_decimal,
    split_multiple,
    worth_of,
)
from parsers.number.notes import split_note, with_note
from parsers.number.words import has_scale, read_number_words

#: A number or day with a note is shorter; patterns are not tried on novels, nor on a cell full of blanks.
MOST_SIGNS: Final = 500

_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))
_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
#: A tab is no blank between digits: it parted two cells.
_SIGNS = {
    **dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x3000), " "),
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-"),
    ord("…"): "...",
    ord("₫"): "đ",
}  # fmt: skip
_PLAIN = {**_INVISIBLE, **_FULL_WIDTH, **_SIGNS}
_QUOTES = "'‘’`´ʼ"
_DOTS = re.compile(r"[.\s_…]*")
_DASHES = re.compile(r"-(?: ?-)*|[/\\]|-\s?[/\\]\s?-")
_QUOTED = re.compile(r"""["“”„'‘’]([0-9][0-9., ]*)["“”'‘’]""")
_DITTO = re.compile(r"""[-\s]*(?:["“”„〃″]|['‘’`´]{1,2}|,,|//)[-\s]*""")
_LONGEST_DITTO: Final = 30
_DITTO_BEGINS = re.compile(r"n[hư.t]|tư|t[uươ]|[^\w\s]", re.IGNORECASE)
_DITTO_WORDS = re.compile(
    r"n t|nt|(?:nhu|tuong tu)(?: (?:o )?(?:dong |muc |o |phan )?(?:tren|truoc))?", re.ASCII
)
_ERROR_NAMES = re.compile(r"#(?:REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|N/A|SPILL!|CALC!)|#+", re.IGNORECASE)

_NOT_ARISEN = re.compile(
    r"kps|k p s|n a|na|0 (?:phat sinh|ps)"
    r"|(?:khong|ko|chua)(?: co)?(?: so lieu)? (?:phat sinh|ps)(?: (?P<what>.+))?"
    r"|khong ap dung|khong thuoc (?:doi tuong|dien|tham quien|chuc nang|nhiem vu|linh vuc|pham vi)"
    r"(?: (?:bao cao|giai quiet|quan li|thuc hien|cua don vi))?",
    re.ASCII,
)
_ZERO = frozenset({"khong", "khong co", "chua", "chua co", "ko", "ko co", "0", "so khong", "khong co gi"})
#: "Chưa tổ chức", "không có buổi nào": nought, said in other words.
_NONE_OF = re.compile(
    r"(?:khong|ko|chua)(?: (?:co|to chuc|thuc hien|trien khai|tien hanh|phat dong|ban hanh))?"
    r"(?: (?P<what>.+?))??(?: nao)?",
    re.ASCII,
)
_ANYTHING = frozenset({"truong hop", "viec", "gi"})
#: Words that say neither a number nor that there is none.
_OPEN = re.compile(
    r"(?:khong|ko|chua|dang|cho|se|bo sung|cap nhat|bao cao|xem|theo|kem theo|dinh kem)\b", re.ASCII
)
_MARKS = frozenset({
    "x", "xx", "v", "✓", "✔", "√", "☑", "■", "●", "dat", "co", "da thuc hien", "hoan thanh", "da hoan thanh",
    "tot",
    "day du", "da co", "dang thuc hien", "thuc hien tot", "nhieu", "it", "du",
})  # fmt: skip
#: Words before a number that make it a rough one.
_ROUGHLY = re.compile(
    r"(?:ước tính|ước khoảng|ước|khoảng hơn|khoảng gần|khoảng trên|khoảng|trên dưới|trên|hơn|gần|xấp xỉ"
    r"|chừng|cỡ|ngót|ít nhất|tối thiểu|không dưới|uoc tinh|uoc|khoang|tren|hon|gan)\s*(?=[0-9])"
    r"|[>~≈≥]=?\s*(?=[0-9])",
    re.IGNORECASE,
)
#: Words before a number that add nothing to it.
_TOTAL = re.compile(r"(?:tổng số|tổng cộng|tổng|cộng|có|được|gồm|là)\s*:?\s*(?=[0-9])", re.IGNORECASE)
#: They turn what is behind them round before the eyes.
_RIGHT_TO_LEFT = re.compile(r"[\u202b\u202e\u2067]")
_LEADING = re.compile(r"([0-9][0-9., ]*)(.*)", re.DOTALL)
_LEADING_DOTS = re.compile(r"(?:[._]\s?){2,}(?=[0-9])")
_BRACKETED = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_PERCENT = re.compile(r"([0-9][0-9.,]*)\s*(?:%|phần trăm)", re.IGNORECASE)
#: Signs between a number and its measure by which the two are more than that: "12/buổi", "12 + buổi".
_SUM_SIGNS = re.compile(r"[^\w\s.,:;]")
_COMRADES = re.compile(r"đ/c", re.IGNORECASE)
#: What offices close an amount or a text with.
_CLOSING = re.compile(r"(?:\s+chẵn)?\s*(?:\./\.)?$", re.IGNORECASE)
_WORDS_FIRST = re.compile(r"([^\d()]+)\(([0-9][0-9.,]*)\)(.*)", re.DOTALL)
#: Figures of their own, not the 2 of "m2"; an x multiplies.
_FIGURES = re.compile(r"(?<![^\W_xX])[0-9][0-9.,]*")
_IN_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Nothing:
    """No answer: only blanks or the dots of the template."""


@dataclass(frozen=True, slots=True)
class NotArisen:
    """The words for "không phát sinh"."""


def plain(text: str) -> str:
    """Give *text* without invisible signs and leading apostrophe, with plain digits and blanks."""
    stripped = (text if text.isascii() else nfc(text).translate(_PLAIN)).strip()
    if stripped[:1] in _QUOTES:
        return stripped.lstrip(_QUOTES).strip() or stripped
    return stripped


def is_blank(text: str) -> bool:
    """Tell whether *text* is nothing: blanks, or the dots and lines of a template."""
    return _DOTS.fullmatch(text) is not None


def says_not_arisen(text: str) -> bool:
    """Tell whether *text* (plain) says that the matter does not arise."""
    if len(text) > MOST_SIGNS:
        return False
    if _DASHES.fullmatch(text):
        return True
    found = _NOT_ARISEN.fullmatch(bare(text))
    return found is not None and not (found["what"] and any(map(str.isdigit, found["what"])))


def is_ditto(text: str) -> bool:
    """Tell whether *text* only points at what stands elsewhere: '"', "-nt-", "như trên"."""
    if len(text) > _LONGEST_DITTO or _DITTO_BEGINS.match(text) is None:
        return False
    words = plain(text)
    return _DITTO.fullmatch(words) is not None or _DITTO_WORDS.fullmatch(bare(words)) is not None


def says_none(text: str) -> bool:
    """Tell whether *text* (as stored) says that there is none: "không", "chưa có", "-"."""
    words = plain(text)
    return says_not_arisen(words) or (len(words) <= MOST_SIGNS and bare(words) in _ZERO - {"0"})


def read_quantity(text: str, *, whole: bool, measure: str) -> Read | Refused | Nothing | NotArisen:
    """Read the words of a number cell; *whole* for counts, *measure* as the row's ĐVT says it."""
    if not text.isascii() and _RIGHT_TO_LEFT.search(text):
        return NO_NUMBER
    words = plain(text)
    if words.isdigit() and len(words) < TELEPHONE and words.isascii():
        number = Decimal(words)
        slip = slipped_measure(number, measure)
        return Read(number) if slip is None else Refused("measure_slip", slip)
    if is_blank(words):
        return Nothing()
    if len(words) > MOST_SIGNS:
        return NO_NUMBER
    if DIGITS.search(words) is None:
        return _read_words(words, measure)
    if DIGITS.fullmatch(words) is None:
        special = _read_special(words, whole=whole, measure=measure)
        if special is not None:
            return special
    outcome = _read_number(words, whole=whole, measure=measure)
    if outcome == NO_NUMBER and len(_FIGURES.findall(_IN_BRACKETS.sub("", words))) > 1:
        return Refused("several_numbers")
    return outcome


def _fits(words: str, measure: str) -> bool:
    return is_counted_in(words, measure) or is_of_one_kind(words, measure)


# Words


def _read_words(words: str, measure: str) -> Read | Refused | NotArisen:
    """Read what holds no digit."""
    if _ERROR_NAMES.fullmatch(words):
        return Refused("error_value")
    if says_not_arisen(words):
        return NotArisen()
    if is_ditto(words):
        return Refused("ditto_mark")
    folded = bare(words)
    if folded in _ZERO:
        return Read(Decimal(0))
    if folded in _MARKS or words in _MARKS:
        return Refused("mark_not_number")
    if (odd := read_odd_figures(words, whole=False)) is not None:
        return odd
    none = _NONE_OF.fullmatch(folded)
    if none is not None and (not none["what"] or none["what"] in _ANYTHING or _fits(none["what"], measure)):
        return Read(Decimal(0), "number_in_words")
    parts = words.casefold().rstrip(".,;:").split()
    number, length = read_number_words(parts)
    if length:
        return _measure_words(number, parts[:length], " ".join(parts[length:]), measure)
    return Refused("zero_or_none") if _OPEN.match(folded) else NO_NUMBER


def _measure_words(number: int, parts: list[str], said: str, measure: str) -> Read | Refused:
    """Judge what is *said* behind a number in words; "mười lăm triệu" is an amount in itself."""
    worth = worth_of(measure)
    if worth is not None and has_scale(parts):
        if said and worth_of(said) != 1:
            return NO_NUMBER
        return within_limit(Read(plain_decimal(Decimal(number) / worth), "other_measure"))
    if said and not _fits(said, measure):
        return NO_NUMBER
    return within_limit(Read(Decimal(number), "number_in_words"))


# Digits


def _read_special(words: str, *, whole: bool, measure: str) -> Read | Refused | NotArisen | None:
    """Read what looks like a number and is none, or is one only in its own way; None for all else."""
    if says_not_arisen(words):
        return NotArisen()
    if words.startswith("-") and (below := _LEADING.match(words[1:].strip())):
        return Refused("negative") if below[0].strip("0") else Read(Decimal(0))
    if percent := _PERCENT.fullmatch(words):
        if names_percent(measure):
            return read_figures(percent[1], whole=whole)
        figures = read_figures(percent[1], whole=False)
        return figures if isinstance(figures, Refused) else Refused("percent_in_number", figures.value)
    return read_odd_figures(words, whole=whole)


def _read_number(words: str, *, whole: bool, measure: str) -> Read | Refused:
    """Read figures with what stands around them: a word of roughness, a measure, a note."""
    if quoted := _QUOTED.fullmatch(words):
        words = quoted[1]
    elif spelt_first := _WORDS_FIRST.fullmatch(words):
        words = _digits_first(*spelt_first.groups())
    rough = _ROUGHLY.match(words)
    total = _TOTAL.match(words)
    begin = rough or total or _LEADING_DOTS.match(words)
    body = words[begin.end() :] if begin else words
    is_rough = rough is not None
    if body.endswith("+"):
        is_rough, body = True, body[:-1]
    leading = _LEADING.fullmatch(body)
    if leading is None:
        return NO_NUMBER
    figures, rest = leading[1].strip().rstrip(".,").strip(), leading[2].strip()
    spelt = _compare_spelt(figures, rest, measure)
    if isinstance(spelt, Refused):
        return spelt
    said, note = split_note(spelt)
    if note and not said and is_measure(note):
        said, note = note.strip("()[]"), ""
    own = worth_of(measure)
    number = read_figures(figures, whole=whole and own is None)
    outcome = _with_measure(number, figures, said, measure)
    if isinstance(outcome, Refused):
        return outcome
    if whole and outcome.value != outcome.value.to_integral_value():
        return Refused("not_whole")
    if total and not outcome.kind:
        outcome = replace(outcome, kind="number_with_note")
    return with_note(outcome, note, is_rough=is_rough)


def _digits_first(spelt: str, figures: str, rest: str) -> str:
    """Turn "mười hai (12) buổi" into "12 (mười hai) buổi"; as it is where no number is spelt."""
    parts = spelt.casefold().split()
    is_number = read_number_words(parts)[1] == len(parts)
    return f"{figures} ({spelt.strip()}){rest}" if is_number else f"{spelt}({figures}){rest}"


def _compare_spelt(figures: str, rest: str, measure: str) -> str | Refused:
    """Compare "12" with the "(mười hai)" behind it: give what follows, or all of it."""
    found = _BRACKETED.match(rest)
    parts = found[1].casefold().split() if found else []
    number, length = read_number_words(parts)
    if found is None or not length:
        return rest
    said, worth = " ".join(parts[length:]), worth_of(measure)
    if said and not _fits(said, measure) and worth_of(said) is None:
        return rest
    typed = read_figures(figures, whole=False)
    if isinstance(typed, Refused):
        return typed
    behind = rest[found.end() :].strip()
    if worth is None or not has_scale(parts[:length]):
        return behind if typed.value == number else Refused("doubtful_note")
    if typed.value * (worth_of(behind) or worth) == number:
        return behind
    slipped = typed.value == number
    return Refused("measure_slip", plain_decimal(number / worth)) if slipped else Refused("doubtful_note")


def _with_measure(number: Read | Refused, figures: str, said: str, measure: str) -> Read | Refused:
    """Judge the words behind a number: its measure, said in full, in part or in another word."""
    said = _CLOSING.sub("", said)
    if fold(said) != fold(measure) and _SUM_SIGNS.search(_COMRADES.sub("", said)):
        return NO_NUMBER
    own = worth_of(measure)
    if own is not None and bare(said):
        return read_amount(number, figures, said, own)
    if isinstance(number, Refused):
        return number
    if not said.strip(" .,;:"):
        slip = slipped_measure(number.value, measure)
        return number if slip is None else Refused("measure_slip", slip)
    if not bare(said):
        return NO_NUMBER
    if is_counted_in(said, measure):
        return number
    if DIGITS.search(said):
        return NO_NUMBER
    if is_of_one_kind(said, measure):
        return number if number.kind else replace(number, kind="number_with_note")
    times, what = split_multiple(said)
    if times > 1 and (not what or _fits(what, measure)):
        return ask_about(number.value * times)
    return NO_NUMBER
