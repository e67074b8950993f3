"""Transactions: all or nothing, one writer at a time, readers who see one moment."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import random
import threading
import time

import pytest

from domain.errors import Conflict, NotFound, StoreError, StoreUnavailable
from domain.history import DecisionKind
from domain.outbox import LetterState
from store.tables import leases
from tests.factories import later, make_decision, make_event, make_letter, make_raw, make_return

IMPATIENT = dt.timedelta(milliseconds=200)


def count_mails(store):
    """Look from outside the transaction under test."""
    with store.read() as work:
        return len(work.messages.all())


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, Conflict, GeneratorExit])
def test_nothing_stays_of_a_block_that_fails(store, error):
    """Mail, return, letter and event vanish together, whatever was raised."""
    with contextlib.suppress(error), store.write() as work:
        mail = work.messages.add(make_raw(), stored_at=later())
        work.submissions.add(make_return(mail.key))
        work.outbox.add(make_letter(answers=mail.key), at=later())
        work.decisions.add(make_decision())
        work.events.append(make_event())
        raise error
    with store.read() as work:
        assert work.messages.all() == ()
        assert work.submissions.of_campaign(make_return().campaign) == ()
        assert work.outbox.of_campaign(make_letter().campaign) == ()
        assert work.decisions.of_campaign(make_decision().campaign) == ()
        assert work.events.verify() == 0


def write_everything(work, uid, action):
    """Write one of everything that remembers what it has read."""
    mail = work.messages.add(make_raw(uid), stored_at=later())
    work.messages.record(dataclasses.replace(mail, subject=action))
    key = work.submissions.add(make_return(mail.key))
    work.decisions.add(make_decision(DecisionKind.SET_ASIDE, subject=str(key), reason=action))
    work.addresses.mark_dead(f"{action}@example.vn", at=later(), why="550")
    work.events.append(make_event(action))
    return mail.key


def look_at_everything(work):
    """Read what write_everything wrote."""
    one = make_return()
    return (
        [(record.key, record.subject) for record in work.messages.all()],
        [
            (version.version, version.set_aside)
            for version in work.submissions.of_unit(one.campaign, one.unit, one.item)
        ],
        sorted(work.addresses.dead()),
        [decision.reason for decision in work.decisions.of_campaign(one.campaign)],
        [event.action for event in work.events.all()],
        work.events.verify(),
    )


def test_a_part_that_fails_is_taken_back_alone(store):
    """What was written before it and after it stays; nothing that was read before is taken for true."""
    with store.write() as work:
        write_everything(work, 1, "first")
        before = look_at_everything(work)
        with contextlib.suppress(ValueError), work.part():
            gone = write_everything(work, 2, "second")
            assert before != look_at_everything(work)
            raise ValueError
        assert before == look_at_everything(work)
        with pytest.raises(NotFound):
            work.messages.get(gone)
        with work.part():
            write_everything(work, 3, "third")
        after = look_at_everything(work)
    *_, actions, length = after
    assert actions == ["first", "third"]
    assert length == 2
    with store.read() as work:
        assert after == look_at_everything(work)


def test_a_disk_that_is_full_in_a_part_is_told_as_that(store):
    """SQLite takes the whole transaction back by itself: nothing stays, and the true reason is told."""

    def fill():
        with store.write() as work:
            write_everything(work, 1, "first")
            pages = work._connection.exec_driver_sql("PRAGMA page_count").scalar()
            work._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 3}")
            with work.part():
                work.messages.add(make_raw(2, content=random.Random(1).randbytes(200_000)), stored_at=later())

    with pytest.raises(StoreUnavailable, match="disk is full"):
        fill()
    with store.write() as work:
        work._connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert look_at_everything(work) == ([], [], [], [], [], 0)
        write_everything(work, 1, "first")


def test_parts_of_a_block_that_fails_go_with_it(store):
    """A step is no commit."""
    with contextlib.suppress(ValueError), store.write() as work:
        with work.part():
            write_everything(work, 1, "first")
        raise ValueError
    with store.read() as work:
        assert look_at_everything(work) == ([], [], [], [], [], 0)


def test_a_failed_block_leaves_the_store_usable(store):
    """The next transaction begins as if nothing had been."""
    with contextlib.suppress(ValueError), store.write() as work:
        work.messages.add(make_raw(), stored_at=later())
        raise ValueError
    with store.write() as work:
        work.messages.add(make_raw(), stored_at=later())
    assert count_mails(store) == 1


def test_a_conflict_inside_a_block_can_be_caught(store):
    """A refused row is told at once, where it can be answered, and the rest of the block stands."""
    with store.write() as work:
        work.messages.add(make_raw(), stored_at=later())
        with pytest.raises(Conflict):
            work.submissions.add(make_return(99))
    assert count_mails(store) == 1


def test_what_is_written_is_seen_inside_at_once_and_outside_after_commit(store):
    """A block sees its own work; others see it when it is done."""
    with store.write() as work:
        work.messages.add(make_raw(), stored_at=later())
        assert len(work.messages.all()) == 1
        assert count_mails(store) == 0
    assert count_mails(store) == 1


def test_a_reader_sees_one_moment(store, open_store):
    """What another process commits meanwhile does not change what a block has begun to read."""
    other = open_store()
    with store.read() as work:
        with other.write() as writing:
            writing.messages.add(make_raw(), stored_at=later())
        assert work.messages.all() == ()
    assert count_mails(store) == 1


def test_a_reader_does_not_write(store):
    """A block that only reads cannot change anything by mistake."""
    with store.read() as work, pytest.raises(StoreError):
        work.messages.add(make_raw(), stored_at=later())
    with store.write() as work:
        work.messages.add(make_raw(), stored_at=later())


def test_work_is_of_no_use_after_its_block(store):
    """Nobody writes outside a transaction."""
    with store.write() as work:
        pass
    with pytest.raises(Exception, match="closed"):
        work.messages.add(make_raw(), stored_at=later())
    assert count_mails(store) == 0


def test_a_block_inside_a_block_is_refused(store):
    """It would wait for itself; the outer one goes on."""
    with store.write() as work:
        with pytest.raises(RuntimeError, match="inside another"), store.write():
            pass
        work.messages.add(make_raw(), stored_at=later())
    assert count_mails(store) == 1


def test_threads_write_one_after_the_other(store):
    """Eight threads that read, think and write lose nothing of each other's work."""

    def collect(first):
        for uid in range(first, first + 5):
            with store.write() as work:
                work.messages.add(make_raw(uid), stored_at=later())
                work.events.append(make_event())

    threads = [threading.Thread(target=collect, args=(100 * number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as work:
        assert len(work.messages.all()) == 40
        assert work.events.verify() == 40


def test_a_thread_that_waits_too_long_is_told(open_store):
    """Waiting has an end, and it says so."""
    store = open_store(patience=IMPATIENT)
    told = []

    def write():
        try:
            with store.write():
                pass
        except StoreUnavailable as error:
            told.append(str(error))

    with store.write():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert told == ["another thread has been writing for too long"]


def test_another_process_waits_for_its_turn(store, open_store):
    """A second opening of the same database waits while the first one writes, and then goes on."""
    other = open_store()
    entered = threading.Event()

    def write_slowly():
        with store.write() as work:
            entered.set()
            time.sleep(0.3)
            work.messages.add(make_raw(1), stored_at=later())

    thread = threading.Thread(target=write_slowly)
    thread.start()
    entered.wait()
    with other.write() as work:
        assert len(work.messages.all()) == 1
        work.messages.add(make_raw(2), stored_at=later())
    thread.join()
    assert count_mails(store) == 2


def test_a_database_locked_for_too_long_is_unavailable(store, open_store):
    """Whoever gives up waiting has changed nothing and may run again."""
    other = open_store(patience=IMPATIENT)
    with store.write() as work:
        with pytest.raises(StoreUnavailable, match="locked"), other.write():
            pass
        work.messages.add(make_raw(), stored_at=later())
    with other.write() as work:
        work.messages.add(make_raw(2), stored_at=later())
    assert count_mails(store) == 2


def test_readers_do_not_wait_for_a_writer(store, open_store):
    """A page is shown while a mail is being stored."""
    other = open_store(patience=IMPATIENT)
    with store.write() as work:
        work.messages.add(make_raw(), stored_at=later())
        assert count_mails(other) == 0


def test_opening_does_not_wait_for_a_writer(store, open_store):
    """Asking for the state is answered at once, however long another process writes."""
    with store.write() as work:
        work.messages.add(make_raw(), stored_at=later())
        assert count_mails(open_store(patience=IMPATIENT)) == 0


def test_of_two_senders_one_gets_the_letter(store, open_store):
    """Two processes that saw the same letter due do not both send it."""
    other = open_store()
    with store.write() as work:
        for number in range(20):
            work.outbox.add(make_letter(f"letter-{number}"), at=later())
    taken = []

    def send(sender):
        with sender.read() as work:
            due = work.outbox.due(later())
        for key in due:
            with sender.write() as work:
                if work.outbox.lease(key, now=later(), until=later(minutes=15)):
                    taken.append(key)

    threads = [threading.Thread(target=send, args=(sender,)) for sender in (store, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(range(1, 21)) == sorted(taken)
    with store.read() as work:
        assert {
            (letter.state, letter.attempts) for letter in work.outbox.of_campaign("thang-dan-van-2021")
        } == {(LetterState.LEASED, 1)}


def test_of_two_services_one_gets_the_lease(store, open_store):
    """A lease taken in one process is seen by the other."""
    other = open_store()
    with store.write() as work:
        assert work.leases.acquire("poll", owner="a", now=later(), until=later(minutes=5))
    with other.write() as work:
        assert not work.leases.acquire("poll", owner="b", now=later(), until=later(minutes=5))


def test_what_was_committed_is_there_after_opening_again(open_store):
    """Closing twice is safe; the next opening finds everything."""
    store = open_store()
    with store.write() as work:
        work.messages.add(make_raw(), stored_at=later())
    store.close()
    store.close()
    assert count_mails(open_store()) == 1


def test_a_naive_time_is_refused_everywhere(store):
    """Nothing is stored whose instant nobody knows."""
    naive = dt.datetime(2021, 10, 19, 17, 0)  # noqa: DTZ001 - the case
    with pytest.raises(StoreError, match="naive"), store.write() as work:
        work.leases.acquire("poll", owner="a", now=later(), until=naive)
    with store.read() as work:
        assert work.messages._connection.execute(leases.select()).all() == []
