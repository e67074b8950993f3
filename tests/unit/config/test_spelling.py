"""A misspelt word is answered with the one that was meant, or with none."""

from __future__ import annotations

import pytest

from config.spelling import list_words, nearest_word, propose_word


@pytest.mark.parametrize(
    ("word", "allowed", "expected"),
    [
        pytest.param("requird", ["expected", "required"], "required", id="a letter lost"),
        pytest.param("due_ta", ["late_after", "due_at"], "due_at", id="letters swapped"),
        pytest.param("V19", ["C19", "V09"], "V09", id="the beginning counts more"),
        pytest.param(
            "Khong thuoc dien", ["thuộc diện", "không thuộc diện"], "không thuộc diện", id="no marks"
        ),
        pytest.param("xyz", ["required"], "", id="nothing near"),
        pytest.param("", ["required"], "", id="nothing written"),
        pytest.param("a", [], "", id="nothing allowed"),
    ],
)
def test_the_nearest_word_is_the_one_that_was_meant(word, allowed, expected):
    """Case, marks and single letters do not matter; what is far off is not proposed."""
    assert expected == nearest_word(word, allowed)


def test_a_remedy_names_the_nearest_word_and_what_is_allowed():
    """Long lists are cut."""
    assert propose_word("tsl", ["tls", "none"]) == "Did you mean `tls`? Allowed: `tls` or `none`."
    assert propose_word("x", []) == "Nothing is allowed here; take it out."
    assert list_words([str(number) for number in range(20)]).endswith("`11` …")
    assert propose_word("zz", [str(number) for number in range(20)]).endswith("`11` …")
