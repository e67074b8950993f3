"""Which words could be Vietnamese."""

from __future__ import annotations

import pytest

from parsers.letters.syllables import is_syllable
from tests.unit.parsers.old_letters import words


def test_every_word_that_people_wrote_is_a_syllable():
    """The tables hold what the language has; short forms with Đ are no words."""
    assert [] == [word for word in words() if not is_syllable(word) and not word.isupper() and word != "đ"]


@pytest.mark.parametrize(
    "word",
    ["nghiêng", "khuỷu", "quốc", "gì", "giếng", "quỳnh", "yêu", "uống", "hoà", "hòa", "Đắk", "Krông", "ƯỚC"],
)
def test_rare_rhymes_are_known(word):
    """Onsets and rhymes at the edge of the tables."""
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word",
    [
        "nh©n", "víi", "Nguyeãn", "ñang", "Müller", "José", "cần\u0301", "HuyỆn", "tòan", "tôt", "bảk", "kảo",
        "cế", "nghắn", "qấn", "keỏ", "sổt", "", "q", "nghiêngg",
    ],
)  # fmt: skip
def test_what_nobody_spells_so_is_none(word):
    """Signs, foreign letters, wrong case, two tones, a tone in a wrong place or none where one must be."""
    assert not is_syllable(word)


@pytest.mark.parametrize("word", ["tòan", "tôt", "qúy"])
def test_a_careless_spelling_passes_loosely(word):
    """People forget tones and set them on another letter."""
    assert is_syllable(word, loosely=True)
