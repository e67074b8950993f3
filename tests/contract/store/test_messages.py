"""Inbound mails in the store."""

from __future__ import annotations

import contextlib
import dataclasses

import pytest
from sqlalchemy import Engine, event

from domain.errors import NotFound
from domain.ids import CampaignCode, MailKey, MessageId, UnitCode
from domain.messages import Address, AttachmentNote, Guess, MailOutcome, MailReason, digest
from tests.factories import later, make_raw, make_sha256, make_sighting


def test_a_mail_comes_back_as_it_came(store):
    """Bytes, digest, place and both instants are kept."""
    raw = make_raw(3, content=b"Subject: \xff\x00\r\n\r\n" + bytes(range(256)) * 400)
    with store.write() as work:
        record = work.messages.add(raw, stored_at=later(minutes=1))
    with store.read() as work:
        assert raw.content == work.messages.raw(record.key)
        assert record == work.messages.get(record.key)
    assert digest(raw.content) == record.sha256
    assert raw.sighting == record.first_seen
    assert later(minutes=1) == record.stored_at
    assert MailOutcome.NEW is record.outcome


@pytest.mark.parametrize("content", [b"", b"x", b"x" * 100_000], ids=["empty", "short", "repetitive"])
def test_bytes_of_any_shape_are_kept(store, content):
    """Packing is our affair; nobody sees it."""
    with store.write() as work:
        record = work.messages.add(make_raw(content=content), stored_at=later())
        assert content == work.messages.raw(record.key)


def test_storing_a_mail_twice_stores_it_once(store):
    """The same sighting and bytes again give the same record and no second mail."""
    with store.write() as work:
        first = work.messages.add(make_raw(), stored_at=later())
        again = work.messages.add(make_raw(), stored_at=later(hours=1))
        assert first == again
        assert (first,) == work.messages.all()


def test_known_bytes_at_another_place_are_only_another_sighting(store):
    """A mail moved between folders stays one mail, with the place and time of its first sight."""
    content = b"the same mail"
    with store.write() as work:
        first = work.messages.add(make_raw(1, content=content), stored_at=later())
        moved = make_raw(9, content=content, folder="Da xu ly", received_at=later(hours=5))
        assert first == work.messages.add(moved, stored_at=later(hours=6))
        assert (first,) == work.messages.all()
        seen = {make_sighting(1), moved.sighting}
        assert seen == work.messages.known([*seen, make_sighting(2)])


def test_a_known_sighting_with_other_bytes_is_the_known_mail(store):
    """Exchange writes a mail anew at each reading; the first bytes stay."""
    with store.write() as work:
        first = work.messages.add(make_raw(1, content=b"one"), stored_at=later())
        assert first == work.messages.add(make_raw(1, content=b"other"), stored_at=later())
        assert work.messages.raw(first.key) == b"one"


@pytest.mark.parametrize(
    "change",
    [
        {"account": "second"},
        {"folder": "Junk"},
        {"uidvalidity": 8},
        {"received_at": later(minutes=1)},
        {"size": 1001},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_sighting_is_known_by_all_its_fields(store, change):
    """A server may give a UID a second time; only all six fields together are the same sight."""
    with store.write() as work:
        work.messages.add(make_raw(5), stored_at=later())
        other = make_sighting(5, **change)
        assert frozenset() == work.messages.known([other])
        assert {make_sighting(5)} == work.messages.known([other, make_sighting(5)])
        assert frozenset() == work.messages.known([])


def test_many_sightings_can_be_asked_about_at_once(store):
    """A full audit asks about whole folders, more than a statement may have variables."""
    with store.write() as work:
        for uid in (1, 20_000, 40_000):
            work.messages.add(make_raw(uid), stored_at=later())
        asked = [make_sighting(uid) for uid in range(1, 40_001)]
        assert {1, 20_000, 40_000} == {sighting.uid for sighting in work.messages.known(asked)}


def test_pending_mails_come_oldest_first(store):
    """What waits is ordered by the instant that counts, not by the order of storing."""
    with store.write() as work:
        late = work.messages.add(make_raw(1, received_at=later(hours=2)), stored_at=later())
        early = work.messages.add(make_raw(2, received_at=later(hours=1)), stored_at=later())
        done = work.messages.add(make_raw(3), stored_at=later())
        work.messages.record(dataclasses.replace(done, outcome=MailOutcome.IGNORED))
        assert [mail.key for mail in work.messages.pending()] == [early.key, late.key]
        assert [done.key, early.key, late.key] == [record.key for record in work.messages.all()]


def test_what_became_of_a_mail_is_replaced_as_a_whole(store):
    """A second reading leaves nothing of the first behind; what was seen first is never changed."""
    with store.write() as work:
        stored = work.messages.add(make_raw(), stored_at=later())
        guesses = (
            Guess(campaign=CampaignCode("c"), unit=UnitCode("A"), reasons=("tên tệp", "tiêu đề")),
            Guess(campaign=CampaignCode("c"), unit=UnitCode("B"), reasons=()),
        )
        held = dataclasses.replace(
            stored,
            message_id=MessageId("<a@b>"),
            sender=Address(name="", address="a@b.vn"),
            subject="Báo cáo \ud800",
            outcome=MailOutcome.HELD,
            reason=MailReason.UNKNOWN_SENDER,
            explanation="Chưa rõ đơn vị",
            campaign=CampaignCode("c"),
            guesses=guesses,
            attachments=(AttachmentNote(name="a.xlsx", sha256=make_sha256("a"), size=3),),
        )
        work.messages.record(held)
        assert held == work.messages.get(stored.key)
        assert (held,) == work.messages.with_outcome(MailOutcome.HELD)
        assert (held,) == work.messages.with_message_id(MessageId("<a@b>"))
        assert work.messages.with_message_id(MessageId("<A@b>")) == ()
        accepted = dataclasses.replace(stored, outcome=MailOutcome.ACCEPTED, unit=UnitCode("A"))
        moved = dataclasses.replace(accepted, stored_at=later(days=9), attempts=7, sha256=make_sha256("z"))
        work.messages.record(moved)
        assert accepted == work.messages.get(stored.key)


def test_attempts_are_counted_from_one(store):
    """The number survives a reader that dies; a person may set it back."""
    with store.write() as work:
        key = work.messages.add(make_raw(), stored_at=later()).key
        assert work.messages.begin_attempts((key,)) == {key: 1}
    with store.write() as work:
        assert work.messages.begin_attempts((key,)) == {key: 2}
        assert work.messages.get(key).attempts == 2
        work.messages.forget_attempts(key)
        assert work.messages.get(key).attempts == 0


@pytest.mark.parametrize("ask", ["get", "raw", "forget_attempts"])
def test_a_mail_that_is_not_there_is_not_found(store, ask):
    """A wrong number is said to be wrong."""
    with store.write() as work, pytest.raises(NotFound, match="no mail 99"):
        getattr(work.messages, ask)(MailKey(99))


@pytest.mark.parametrize("ask", ["load", "begin_attempts"])
def test_of_several_mails_one_is_not_there(store, ask):
    """The wrong number among right ones is named."""
    with store.write() as work:
        key = work.messages.add(make_raw(), stored_at=later()).key
        with pytest.raises(NotFound, match="no mail 99"):
            getattr(work.messages, ask)((key, MailKey(99)))


@contextlib.contextmanager
def statements():
    """List the statements that reach the database inside the block."""
    said = []

    def listen(_connection, _cursor, statement, *_rest):
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", listen)


def test_several_records_are_read_at_once(store):
    """A handful of mails costs three questions, whatever its size, and each has what is its own."""
    with store.write() as work:
        keys = [work.messages.add(make_raw(uid), stored_at=later()).key for uid in (1, 2, 3)]
        guess = Guess(campaign=CampaignCode("c"), unit=UnitCode("A"), reasons=("tên tệp",))
        work.messages.record(dataclasses.replace(work.messages.get(keys[1]), guesses=(guess,)))
    with store.read() as work, statements() as asked:
        work.messages.load(keys)
        assert [work.messages.get(key).guesses for key in keys] == [(), (guess,), ()]
        assert len(asked) == 3


def test_a_pending_mail_tells_its_size_and_its_attempts(store):
    """What was begun before goes by itself, and a handful is bounded by its bytes."""
    with store.write() as work:
        raw = make_raw()
        key = work.messages.add(raw, stored_at=later()).key
        work.messages.begin_attempts((key,))
        (mail,) = work.messages.pending()
        assert (mail.key, mail.attempts, mail.size) == (key, 1, len(raw.content))


def test_a_record_of_no_mail_is_not_found(store):
    """Nothing is known of a mail that was never stored."""
    with store.write() as work:
        record = work.messages.add(make_raw(), stored_at=later())
        with pytest.raises(NotFound):
            work.messages.record(dataclasses.replace(record, key=MailKey(99)))
