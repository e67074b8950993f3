"""Numbers in every way that people write them: read back exactly, or asked about, never another number."""

from __future__ import annotations

import re
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from parsers.number.figures import Read
from parsers.number.quantities import is_ditto, read_quantity, says_none
from tests.unit.parsers.number_spelling import in_words, ways_of_counting, ways_of_measuring, ways_of_paying

AROUND = [
    "{}", "{} buổi", "{}buổi.", "{} BUỔI", "{} (1)", "{}*", "{}¹", "{} (trong đó 2 trực tuyến)",
    "{} cuộc", "trên {}", "khoảng {} buổi", ">{}", "{}+", "{} trở lên", "tổng số: {}", "{}\n", "\u00a0{} ",
]  # fmt: skip


def taken(text, *, whole, measure):
    """Give the number that is taken, None where it is refused or asked about."""
    outcome = read_quantity(text, whole=whole, measure=measure)
    return outcome.value if isinstance(outcome, Read) else None


@given(st.integers(1, 999_999_999), st.sampled_from(AROUND), st.data())
@example(1234, "{}", None)
def test_a_count_is_itself_or_asked_about(number, around, data):
    """Any spelling of the digits, anything usual around them."""
    ways = ways_of_counting(number)
    for way in ways if data is None else [data.draw(st.sampled_from(ways))]:
        assert taken(around.format(way), whole=True, measure="buổi") in (None, number)


@given(st.integers(1, 999_999))
def test_the_usual_spellings_of_a_count_are_taken(number):
    """The clerk is not asked about what nobody doubts."""
    for way in ways_of_counting(number):
        if not (way.startswith("0") and len(way) > 6):
            assert number == taken(way, whole=True, measure="buổi")
    assert number == taken(in_words(number), whole=True, measure="buổi")
    assert number == taken(f"{number} ({in_words(number)}) buổi", whole=True, measure="buổi")


@given(
    st.decimals(0, 9_999_999, places=2),
    st.sampled_from(["{}", "{} ngày công", "{} (1)", "gần {}"]),
    st.data(),
)
def test_a_decimal_is_itself_or_asked_about(number, around, data):
    """Comma before decimals, dot or blank after thousands."""
    way = data.draw(st.sampled_from(ways_of_measuring(number)))
    assert taken(around.format(way), whole=False, measure="ngày công") in (None, number)


@given(st.decimals(Decimal("0.1"), 90_000, places=2))
def test_an_amount_is_brought_to_the_measure_of_its_row(millions):
    """However it is written, it is the same money; only "1,234 tỷ" may be thousands and is asked about."""
    for way in ways_of_paying(millions):
        value = taken(way, whole=False, measure="triệu đồng")
        assert millions == value or (value is None and re.fullmatch(r"[0-9]+,[0-9]{3} tỷ", way)), way


@given(st.integers(100_000, 10**11))
def test_an_amount_in_dong_is_never_taken_as_millions(number):
    """100.000 triệu đồng and more are asked about, whoever means them says the measure."""
    for way in (str(number), f"{number:,}".replace(",", "."), f"trên {number}"):
        assert taken(way, whole=False, measure="triệu đồng") is None
    assert number == taken(f"{number} triệu đồng", whole=False, measure="triệu đồng")
    assert number == taken(str(number), whole=False, measure="đồng")


@given(
    st.integers(1, 999),
    st.integers(1, 999),
    st.sampled_from(
        ["+", "-", "/", "x", "*", ":", ";", " và ", " đến ", "\n", "\t", ", ", " hoặc ", "–", "÷"]
    ),
)
def test_two_numbers_are_never_one(first, second, between):
    """Sums, ranges, fractions and lists of numbers are refused."""
    for text in (
        f"{first}{between}{second}",
        f"{first} {between} {second}",
        f"{first} buổi{between}{second}",
    ):
        value = taken(text, whole=True, measure="buổi")
        assert value is None, text


@given(st.text(st.sampled_from("0123456789.,+-/ ()x%OlE~>đtrtỷniệu buổi*'\""), max_size=12))
def test_digits_are_never_moved(text):
    """Whatever signs stand between, a count's digits are the text's digits in their order."""
    value = taken(text, whole=True, measure="buổi")
    if value:
        assert str(int(value)) in "".join(sign for sign in text if sign.isdigit())


def test_words_for_none_and_for_elsewhere():
    """The word "không" says none; "như trên" says nothing by itself."""
    assert [True, True, True, False] == [says_none(text) for text in ("Không", "-", "chưa có", "0")]
    assert [True, True, True, False] == [is_ditto(text) for text in ("-nt-", "Như trên", "''", "như sau")]
