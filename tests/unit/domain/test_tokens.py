"""Message-IDs that only we can make, the same for the same letter."""

from __future__ import annotations

import pytest

from domain.outbox import LetterKind
from domain.tokens import letter_id
from tests.factories import CAMPAIGN, UNIT

FACTS = {
    "campaign": CAMPAIGN,
    "unit": UNIT,
    "kind": LetterKind.REMINDER,
    "cause": "midway@2021-10-19T10:00:00+00:00",
    "domain": "snv.bacgiang.example",
}


def test_the_same_letter_has_the_same_id():
    """A letter that is composed again is the same letter."""
    assert letter_id(b"key", **FACTS) == letter_id(b"key", **FACTS)


@pytest.mark.parametrize(
    "change",
    [
        {"campaign": "other"},
        {"unit": "TG"},
        {"unit": None},
        {"kind": LetterKind.OVERDUE},
        {"cause": "eve@2021-10-19T10:00:00+00:00"},
    ],
    ids=["campaign", "unit", "no unit", "kind", "cause"],
)
def test_another_letter_has_another_id(change):
    """Campaign, unit, kind and cause each make another letter."""
    assert letter_id(b"key", **FACTS) != letter_id(b"key", **FACTS | change)


def test_nobody_without_the_secret_makes_it():
    """Another secret gives another id, and the id is a valid Message-ID of the office's domain."""
    mine = letter_id(b"key", **FACTS)

    assert mine != letter_id(b"other", **FACTS)
    assert mine.startswith("<")
    assert mine.endswith("@snv.bacgiang.example>")
