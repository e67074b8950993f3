"""The chained log in the store."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, delete, update

from domain.errors import StoreError
from domain.history import Event
from store.events import content_digest
from store.tables import chain_tail, events
from tests.factories import CAMPAIGN, later, make_event
from tests.strategies import words


def log_three(store):
    """Log three events, in two transactions."""
    with store.write() as work:
        work.events.append(make_event("mail_collected"))
        work.events.append(make_event("mail_received", detail={"b": "2", "a": "1"}))
    with store.write() as work:
        work.events.append(make_event("poll_ended", campaign=None, subject=""))


def test_events_come_back_in_order(store):
    """The order of appending is the order for ever, whatever the clock said."""
    log_three(store)
    with store.write() as work:
        work.events.append(make_event("clock_went_back", at=later(days=-1)))
    with store.read() as work:
        actions = [event.action for event in work.events.all()]
        assert actions == ["mail_collected", "mail_received", "poll_ended", "clock_went_back"]
        assert make_event("mail_received", detail={"a": "1", "b": "2"}) == work.events.all()[1]
        assert len(work.events.of_campaign(CAMPAIGN)) == 3
        assert work.events.verify() == 4


def test_an_empty_log_is_whole(store):
    """Nothing happened yet, and nothing is wrong."""
    with store.read() as work:
        assert work.events.verify() == 0
        assert work.events.all() == ()


@given(st.dictionaries(words, words, max_size=3), words)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_keep_the_chain_whole(store, detail, subject):
    """What is read back gives the digest that was written, surrogates and NUL included."""
    event = make_event(detail=detail, subject=subject)
    with store.write() as work:
        work.events.append(event)
        assert event == work.events.all()[-1]
        assert work.events.verify() == len(work.events.all())


def test_a_transaction_that_fails_leaves_the_chain_whole(store):
    """An event rolled back was never there."""
    log_three(store)
    with contextlib.suppress(KeyError), store.write() as work:
        work.events.append(make_event("undone"))
        raise KeyError
    with store.write() as work:
        work.events.append(make_event("next"))
        assert work.events.verify() == 4


@pytest.mark.parametrize(
    ("tampering", "complaint"),
    [
        pytest.param(
            update(events).where(events.c.number == 2).values(actor="somebody"),
            "event 2 was changed",
            id="content",
        ),
        pytest.param(
            update(events).where(events.c.number == 2).values(detail={}), "event 2 was changed", id="detail"
        ),
        pytest.param(
            update(events).where(events.c.number == 1).values(at=later(hours=1)),
            "event 1 was changed",
            id="time",
        ),
        pytest.param(
            update(events).where(events.c.number == 2).values(content_digest="0" * 64),
            "event 2 was changed",
            id="digest",
        ),
        pytest.param(delete(events).where(events.c.number == 2), "event 2 is missing", id="deleted"),
        pytest.param(
            delete(events).where(events.c.number == 3), "ends after event 2 but had 3", id="cut-off"
        ),
        pytest.param(delete(events), "ends after event 0 but had 3", id="emptied"),
        pytest.param(delete(chain_tail), "ends after event 3 but had 0", id="tail-lost"),
        pytest.param(
            update(events).where(events.c.number == 3).values(chain_digest="0" * 64),
            "at or before event 3",
            id="link",
        ),
    ],
)
def test_tampering_is_found(store, database_url, tampering, complaint):
    """Whoever changes the database behind our back breaks the chain."""
    log_three(store)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(tampering)
    engine.dispose()
    with store.read() as work, pytest.raises(StoreError, match=complaint):
        work.events.verify()


def test_a_forged_event_needs_every_digest_after_it(store, database_url):
    """A change with a fitting digest of its own still breaks the link."""
    log_three(store)

    forged = Event(at=later(), actor="service", action="forged", campaign=CAMPAIGN, subject="mail:1")
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            update(events)
            .where(events.c.number == 1)
            .values(action="forged", content_digest=content_digest(forged))
        )
    engine.dispose()
    with store.read() as work, pytest.raises(StoreError, match="at or before event 1"):
        work.events.verify()
