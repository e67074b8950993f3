"""Numbers as people write them: in words, and with all the signs around the digits."""

from __future__ import annotations

from decimal import Decimal

from domain.vietnamese import format_number

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", " nghìn", " triệu", " tỷ")


def in_words(number: int) -> str:
    """Spell a number from 1 in full, as one reads an amount aloud."""
    groups: list[int] = []
    while number:
        number, group = divmod(number, 1000)
        groups.append(group)
    words = []
    for place in range(len(groups) - 1, -1, -1):
        if groups[place]:
            is_first = place == len(groups) - 1
            words.append(_group(groups[place], in_full=not is_first) + _SCALES[place])
    return " ".join(words)


def _group(number: int, *, in_full: bool) -> str:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [f"{_DIGITS[hundreds]} trăm"] if hundreds or in_full else []
    if tens == 1:
        words.append("mười")
    elif tens:
        words.append(f"{_DIGITS[tens]} mươi")
    elif ones and words:
        words.append("linh")
    if ones:
        after_ten = {5: "lăm", **({1: "mốt", 4: "tư"} if tens > 1 else {})} if tens else {}
        words.append(after_ten.get(ones, _DIGITS[ones]))
    return " ".join(words)


def ways_of_counting(number: int) -> tuple[str, ...]:
    """Give the ways to write a whole number in digits."""
    dotted = format_number(number)
    return (
        str(number),
        f"0{number}",
        dotted,
        dotted.replace(".", ","),
        dotted.replace(".", " "),
        dotted.replace(".", "\u00a0"),
        dotted.replace(".", "\u202f"),
        f"{dotted},0",
        f"{number}.00",
        "".join(chr(ord(sign) + 0xFEE0) for sign in str(number)),
        "\u200b".join(str(number)),
        f"“{dotted}”",
        f"'{number}",
        f"....{number}....",
        f"{dotted}.",
    )


def ways_of_measuring(number: Decimal) -> tuple[str, ...]:
    """Give the ways to write a number with decimals."""
    official = format_number(number)
    return (official, official.replace(".", " "), f"{number:f}".replace(".", ","), f"{official},")


def ways_of_paying(millions: Decimal) -> tuple[str, ...]:
    """Give the ways to write an amount of so many triệu đồng in a row of that measure."""
    dong = int(millions * 1_000_000)
    number = format_number(millions)
    billions, rest = divmod(dong, 1_000_000_000)
    units, thousands = divmod(rest, 1_000_000)
    parts = [(billions, "tỷ"), (units, "triệu"), (thousands // 1000, "nghìn")]
    compound = " ".join(f"{count} {measure}" for count, measure in parts if count)
    return (
        number,
        f"{number} triệu",
        f"{number}tr",
        f"{number} trđ",
        f"{number} triệu đồng",
        f"{format_number(dong)} đ",
        f"{format_number(dong)}đồng",
        f"{dong} VNĐ",
        f"{format_number(dong)} ₫ ({in_words(dong)} đồng)",
        f"{format_number(dong // 1000)} nghìn đồng",
        f"{format_number(millions / 1000)} tỷ",
        f"{compound} đồng",
        compound,
        f"{in_words(dong)} đồng",
    )
