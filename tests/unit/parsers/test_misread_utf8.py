"""UTF-8 read as Windows-1252 is undone, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.letters.misread_utf8 import is_surely_utf8, looks_like_utf8, undo_latin
from tests.unit.parsers.old_letters import in_latin, sentences


@given(st.sampled_from(sentences()), st.integers(1, 2))
def test_a_misread_sentence_comes_back(sentence, times):
    """Once or twice misread."""
    seen = sentence
    for _ in range(times):
        seen = in_latin(seen)
    assert looks_like_utf8(seen)
    assert sentence == undo_latin(seen)


@pytest.mark.parametrize("text", ["Hà Nội", "Müller", "là", "à la carte", "Ã la carte", "25 °C", "abc", ""])
def test_what_was_read_rightly_is_left(text):
    """No bytes of UTF-8, or none at all."""
    assert undo_latin(text) is None
    assert not is_surely_utf8(text)


def test_a_text_of_which_bytes_are_lost_is_known():
    """A blank instead of a no-break blank: "HÃ  Ná»™i"."""
    assert (True, None) == (is_surely_utf8("HÃ  Ná»™i"), undo_latin("HÃ  Ná»™i"))
