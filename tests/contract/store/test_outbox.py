"""Letters on their way out, in the store."""

from __future__ import annotations

import pytest

from domain.errors import Conflict, NotFound
from domain.ids import LetterKey, MailKey, MessageId, UnitCode
from domain.outbox import LetterKind, LetterState
from tests.factories import (
    CAMPAIGN,
    UNIT,
    instant,
    later,
    make_delivery,
    make_letter,
    make_raw,
    make_sha256,
)

FIRST = LetterKey(1)


def lease(store, key=FIRST, *, now=None, until=None):
    """Begin an attempt in a transaction of its own, as a sender does."""
    now = now or later()
    with store.write() as work:
        return work.outbox.lease(key, now=now, until=until or later(minutes=15))


def queue(store, *letters, at=None):
    """Queue letters in a transaction of their own."""
    with store.write() as work:
        for letter in letters:
            assert work.outbox.add(letter, at=at or later())


def test_a_letter_comes_back_as_it_was_composed(store):
    """Bytes, recipients in order and everything that names the letter are kept."""
    new = make_letter(recipients=("b@x.vn", "a@x.vn", "b@x.vn"), content=b"\x00\xff" * 50, unit=None)
    queue(store, new)
    with store.read() as work:
        letter = work.outbox.get(FIRST)
        assert work.outbox.content(FIRST) == new.content
    for name in ("campaign", "unit", "kind", "cause", "message_id", "sender", "recipients", "subject"):
        assert getattr(new, name) == getattr(letter, name)
    assert LetterState.QUEUED is letter.state
    assert (later(), later()) == (letter.created_at, letter.not_before)
    assert (letter.attempts, letter.accepted, letter.refused) == (0, (), ())


def test_a_message_id_is_queued_once(store):
    """The same letter again, in whatever words, is not another letter."""
    with store.write() as work:
        assert work.outbox.add(make_letter(), at=later())
        assert not work.outbox.add(make_letter(content=b"other words"), at=later(hours=1))
        assert len(work.outbox.of_campaign(CAMPAIGN)) == 1
        assert work.outbox.content(FIRST) == make_letter().content


def test_letters_are_due_when_their_time_has_come_oldest_first(store):
    """A letter for tomorrow waits; the order is that of composing."""
    queue(store, make_letter("tomorrow", not_before=later(days=1)), at=later())
    queue(store, make_letter("second"), at=later(minutes=2))
    queue(store, make_letter("first"), at=later(minutes=1))
    with store.read() as work:
        assert work.outbox.due(later()) == ()
        assert work.outbox.due(later(hours=1)) == (3, 2)
        assert work.outbox.due(later(days=1)) == (1, 3, 2)


def test_an_attempt_is_leased_to_one_only(store):
    """A second sender is turned away until the lease has run out; then the attempt counts anew."""
    queue(store, make_letter())
    assert lease(store)
    assert not lease(store)
    assert not lease(store, now=later(minutes=14))
    with store.read() as work:
        letter = work.outbox.get(FIRST)
        assert (letter.state, letter.attempts) == (LetterState.LEASED, 1)
        assert later(minutes=15) == letter.lease_until
        assert work.outbox.due(later(minutes=14)) == ()
        assert work.outbox.due(later(minutes=15)) == (FIRST,)
    assert lease(store, now=later(minutes=15), until=later(minutes=30))
    with store.read() as work:
        assert work.outbox.get(FIRST).attempts == 2


def test_a_letter_whose_time_has_not_come_is_not_leased(store):
    """The state is looked at again inside the transaction, whatever `due` said before."""
    queue(store, make_letter(not_before=later(hours=1)))
    assert not lease(store)
    assert lease(store, now=later(hours=1))


@pytest.mark.parametrize(
    "state", [LetterState.SENT, LetterState.FAILED, LetterState.HELD, LetterState.WITHDRAWN]
)
def test_a_finished_letter_is_neither_due_nor_leased(store, state):
    """Only queued letters leave."""
    queue(store, make_letter())
    lease(store)
    with store.write() as work:
        work.outbox.finish(FIRST, state=state, at=later(minutes=1), detail="why")
        assert work.outbox.due(later(days=9)) == ()
        assert not work.outbox.lease(FIRST, now=later(days=9), until=later(days=10))
        letter = work.outbox.get(FIRST)
        assert (letter.state, letter.detail, letter.lease_until) == (state, "why", None)
        assert (letter.sent_at == later(minutes=1)) is (state is LetterState.SENT)


def test_a_letter_put_back_waits_for_its_time(store):
    """After a temporary failure the letter is due again at the instant given, not before."""
    queue(store, make_letter())
    lease(store)
    with store.write() as work:
        work.outbox.finish(
            FIRST, state=LetterState.QUEUED, at=later(minutes=1), not_before=later(minutes=16), detail="451"
        )
        assert work.outbox.due(later(minutes=15)) == ()
        assert work.outbox.due(later(minutes=16)) == (FIRST,)


def test_what_servers_said_adds_up_over_attempts(store):
    """Recipients taken over or refused in one attempt stay so in the next; nobody is named twice."""
    queue(store, make_letter(recipients=("a@x.vn", "b@x.vn", "c@x.vn")))
    lease(store)
    first = make_delivery(
        accepted=("b@x.vn",), refused={"c@x.vn": "550 5.1.1"}, deferred={"a@x.vn": "451 4.7.1"}
    )
    with store.write() as work:
        work.outbox.finish(
            FIRST, state=LetterState.QUEUED, at=later(), delivery=first, not_before=later(minutes=15)
        )
    lease(store, now=later(minutes=15), until=later(minutes=30))
    second = make_delivery(accepted=("b@x.vn", "a@x.vn"))
    with store.write() as work:
        work.outbox.finish(FIRST, state=LetterState.SENT, at=later(minutes=16), delivery=second)
        letter = work.outbox.get(FIRST)
    assert letter.accepted == ("b@x.vn", "a@x.vn")
    assert letter.refused == ("c@x.vn",)
    assert letter.attempts == 2


def test_a_sent_letter_stays_sent(store):
    """A slow sender whose lease ran out cannot put back what another one has sent."""
    queue(store, make_letter())
    lease(store)
    with store.write() as work:
        work.outbox.finish(FIRST, state=LetterState.SENT, at=later(minutes=1), delivery=make_delivery())
    for state in (LetterState.QUEUED, LetterState.WITHDRAWN, LetterState.FAILED):
        with store.write() as work, pytest.raises(Conflict, match="sent already"):
            work.outbox.finish(FIRST, state=state, at=later(hours=1))
    with store.write() as work:
        work.outbox.finish(FIRST, state=LetterState.SENT, at=later(hours=1), delivery=make_delivery())
        letter = work.outbox.get(FIRST)
    assert letter.state is LetterState.SENT
    assert later(minutes=1) == letter.sent_at


def test_an_attempt_cannot_end_leased(store):
    """Leasing is the beginning of an attempt; ending one that way is a mistake of ours."""
    queue(store, make_letter())
    with store.write() as work, pytest.raises(ValueError, match="lease"):
        work.outbox.finish(FIRST, state=LetterState.LEASED, at=later())


def test_a_held_letter_can_be_let_go(store):
    """A person decides; the letter queues again without an attempt."""
    queue(store, make_letter())
    with store.write() as work:
        work.outbox.finish(FIRST, state=LetterState.HELD, at=later(), detail="brake")
        work.outbox.finish(FIRST, state=LetterState.QUEUED, at=later(hours=1), not_before=later(hours=1))
        assert work.outbox.due(later(hours=1)) == (FIRST,)
        assert work.outbox.get(FIRST).attempts == 0


def test_letters_are_found_by_id_campaign_and_mail(store):
    """Each way of asking finds the same letter and nothing else."""
    with store.write() as work:
        mail = work.messages.add(make_raw(), stored_at=later()).key
        work.outbox.add(make_letter("plan"), at=later())
        work.outbox.add(make_letter("receipt", answers=mail, campaign=None), at=later())
        (plan,) = work.outbox.of_campaign(CAMPAIGN)
        (receipt,) = work.outbox.answering(mail)
        assert plan == work.outbox.with_message_id(MessageId("<plan@example.vn>"))
        assert receipt == work.outbox.with_message_id(MessageId("<receipt@example.vn>"))
        assert work.outbox.with_message_id(MessageId("<other@example.vn>")) is None
        assert work.outbox.answering(MailKey(9)) == ()


@pytest.mark.parametrize(
    ("question", "count"),
    [
        pytest.param({}, 3, id="all"),
        pytest.param({"campaign": CAMPAIGN}, 2, id="campaign"),
        pytest.param({"campaign": CAMPAIGN, "unit": UNIT}, 1, id="unit"),
        pytest.param({"address": "Ann@X.vn"}, 2, id="address"),
        pytest.param({"address": "nobody@x.vn"}, 0, id="stranger"),
        pytest.param({"cause_suffix": ":plain"}, 1, id="cause"),
        pytest.param({"cause_suffix": "%"}, 0, id="no-wildcard"),
        pytest.param({"since": later(minutes=2)}, 1, id="since"),
        pytest.param({"since": later(minutes=2, hours=1)}, 0, id="later"),
    ],
)
def test_answers_are_counted_for_the_brake(store, question, count):
    """Only letters that answer a mail count, from the instant named, to the unit or address named."""
    with store.write() as work:
        mail = work.messages.add(make_raw(), stored_at=later()).key
        answer = {"answers": mail, "kind": LetterKind.RECEIPT}
        work.outbox.add(make_letter("plan", recipients=("ann@x.vn",)), at=later(minutes=2))
        work.outbox.add(make_letter("1", cause="mail:1", **answer), at=later())
        work.outbox.add(
            make_letter("2", cause="mail:1:plain", recipients=("ann@x.vn",), campaign=None, **answer),
            at=later(minutes=1),
        )
        other = {"unit": UnitCode("CCHC"), "recipients": ("b@x.vn", "ANN@x.vn")}
        work.outbox.add(make_letter("3", **answer, **other), at=later(minutes=2))
        assert count == work.outbox.count_answers(**{"since": instant("2021-10-18 08:00")} | question)


def test_files_that_left_are_known_again(store):
    """A file is noted once and for ever."""
    sha256 = make_sha256("blank")
    with store.write() as work:
        assert not work.outbox.holds_attachment(sha256)
        work.outbox.note_attachment(sha256)
        work.outbox.note_attachment(sha256)
        assert work.outbox.holds_attachment(sha256)


def test_a_letter_that_is_not_there_is_not_found(store):
    """A wrong number is said to be wrong; nobody can lease it."""
    with store.write() as work:
        for ask in (work.outbox.get, work.outbox.content):
            with pytest.raises(NotFound, match="no letter 9"):
                ask(LetterKey(9))
        with pytest.raises(NotFound):
            work.outbox.finish(LetterKey(9), state=LetterState.SENT, at=later())
        assert not work.outbox.lease(LetterKey(9), now=later(), until=later(hours=1))
