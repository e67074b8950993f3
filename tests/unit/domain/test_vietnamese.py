"""Vietnamese text, numbers and dates."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.vietnamese import (
    clean,
    date_in_words,
    date_with_weekday,
    fold,
    fold_label,
    format_number,
    instant_in_words,
    list_letter,
    small_count,
    sort_key,
)
from tests.factories import instant


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("dang uy", "Đảng ủy"),
        ("Đảng uỷ", "Đảng ủy"),
        ("hoà bình", "hòa  bình"),
        ("quí", "quý"),
        ("ỦY BAN", "ủy ban"),
        ("“Dân vận”", '"Dân vận"'),
        ("P.CCVC\u00a0", "P.CCVC"),
        ("Tháng\u200b Dân vận", "Tháng Dân vận"),
        ("Ðà Nẵng", "Đà Nẵng"),
        ("\u2067Dân vận\u2069", "Dân vận"),
        (unicodedata.normalize("NFD", "Phòng Công chức"), "Phòng Công chức"),
    ],
)
def test_folding_makes_spellings_equal(typed, stored):
    """Case, marks, tone placement, y/i, quotes and invisible signs do not matter."""
    assert fold(stored) == fold(typed)


@pytest.mark.parametrize(
    ("label", "bare"),
    [
        ("1. Lượt người tham dự", "Lượt người tham dự"),
        ("a) Trực tuyến", "Trực tuyến"),
        ("- Trong đó: đảng viên", "Trong đó: đảng viên"),
        ("1.1 - Trong đó: đảng viên", "Trong đó: đảng viên"),
        ("IV. TIẾP XÚC, ĐỐI THOẠI", "Tiếp xúc, đối thoại"),
        ("+ Đã giải quyết;", "Đã giải quyết"),
    ],
)
def test_labels_lose_their_numbering(label, bare):
    """Numbering before a label and punctuation in it do not matter."""
    assert fold_label(bare) == fold_label(label)


@pytest.mark.parametrize("label", ["Cộng", "Vi phạm", "Ý kiến", "Dân chủ", "22 năm Ngày Dân vận"])
def test_words_are_not_taken_for_numbering(label):
    """A word that begins like a numeral or a letter stays whole."""
    assert len(label.split()) == len(fold_label(label).split())


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        ("1234567.5", None, "1.234.567,5"),
        ("1234567.50", None, "1.234.567,5"),
        ("0", None, "0"),
        ("97.45", 1, "97,5"),
        ("12", 1, "12,0"),
        ("-1234", None, "-1.234"),
        ("1E+6", None, "1.000.000"),
        ("999", None, "999"),
    ],
)
def test_numbers_are_written_the_vietnamese_way(value, decimals, written):
    """Dots for thousands, a comma for decimals, half rounded up."""
    assert written == format_number(Decimal(value), decimals)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=3))
def test_a_written_number_reads_back(value):
    """Nothing is lost between a number and its text."""
    assert value == Decimal(format_number(value).replace(".", "").replace(",", "."))


@pytest.mark.parametrize(("value", "written"), [(5, "05"), (0, "0"), (10, "10"), (1234, "1.234")])
def test_small_counts_get_a_zero(value, written):
    """Sentences say "05 buổi"."""
    assert written == small_count(value)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2021-10-05", "ngày 05 tháng 10 năm 2021"),
        ("2021-02-15", "ngày 15 tháng 02 năm 2021"),
        ("2021-07-01", "ngày 01 tháng 7 năm 2021"),
    ],
)
def test_dates_follow_decree_30(day, words):
    """A zero stands before days under ten and the months one and two only."""
    assert words == date_in_words(dt.date.fromisoformat(day))


def test_deadlines_name_the_weekday():
    """A deadline is said with its weekday and a 24-hour clock."""
    assert date_with_weekday(dt.date(2021, 10, 19)) == "thứ Ba, 19/10/2021"
    assert instant_in_words(instant("2021-10-19 17:00")) == "17 giờ 00, thứ Ba, ngày 19/10/2021"


def test_sorting_is_the_dictionary_s():
    """Letters before tones, đ after d, numbers by value."""
    words = [
        "Ô",
        "ớ",
        "Phòng 10",
        "ba",
        "bà",
        "bả",
        "bã",
        "bá",
        "bạ",
        "ă",
        "â",
        "a",
        "Đ",
        "D",
        "e",
        "Phòng 2",
    ]
    expected = [
        "a",
        "ă",
        "â",
        "ba",
        "bà",
        "bả",
        "bã",
        "bá",
        "bạ",
        "D",
        "Đ",
        "e",
        "Ô",
        "ớ",
        "Phòng 2",
        "Phòng 10",
    ]

    assert expected == sorted(words, key=sort_key)


def test_points_are_lettered_in_vietnamese():
    """a, b, c, d, đ, e."""
    assert [list_letter(index) for index in range(7)] == ["a", "b", "c", "d", "đ", "e", "g"]


@given(st.text(st.sampled_from("aạ\u0323\n\r\t \u00a0\u2003\u00ad\u200b\u2067\u0085\x0b"), max_size=12))
def test_a_clean_text_is_composed_with_single_blanks(text):
    """Nothing invisible, no blank beside a blank or a line break, nothing decomposed."""
    cleaned = clean(text)
    assert unicodedata.normalize("NFC", cleaned) == cleaned
    assert re.fullmatch(r"(?:[aạ\u0323]+(?:[ \n]|\n{2,})?)*", cleaned)
    assert cleaned == cleaned.strip()


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(text):
    """Cleaning is complete at once, whatever the text."""
    assert clean(text) == clean(clean(text))
