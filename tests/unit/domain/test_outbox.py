"""When a letter is tried again."""

from __future__ import annotations

import datetime as dt

import pytest

from domain.outbox import RETRY_DELAYS, LetterKind, retry_delay


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 15), (2, 30), (3, 60), (5, 240), (50, 240)])
def test_waiting_grows_and_stays(attempts, minutes):
    """Greylisting wants a quarter of an hour at least; after that the waiting grows to four hours."""
    assert dt.timedelta(minutes=minutes) == retry_delay(attempts)


def test_waiting_never_shrinks():
    """Each delay is longer than the one before."""
    assert sorted(RETRY_DELAYS) == list(RETRY_DELAYS)


def test_only_answers_are_marked_as_replies():
    """Receipts, corrections and advice answer a mail; nothing else does."""
    answers = {kind for kind in LetterKind if kind.answers_mail}

    assert {LetterKind.RECEIPT, LetterKind.CORRECTION, LetterKind.ADVICE} == answers
