"""Stored before shown, and few commits: what one round of collecting leaves behind."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from domain.errors import LoginRefused, MailboxUnavailable, StoreError
from domain.messages import FolderMark, RawMessage, Sighting
from service.collect import BATCH, collect
from service.logins import MOST
from store.polls import Polls

ACCOUNT = "main"


@dataclass
class ScriptedMailbox:
    """A mailbox that gives mails one by one, away after *breaks_after* of them."""

    mails: list[RawMessage]
    breaks_after: int | None = None
    account: str = ACCOUNT
    marked: list[Sighting] = field(default_factory=list)
    #: How far the inbox was read when the poll began, poll by poll.
    begun_at: list[FolderMark | None] = field(default_factory=list)

    def fetch_new(self, known, marks):
        """Give what is not known."""
        last = marks.last("INBOX")
        self.begun_at.append(last)
        old = known([mail.sighting for mail in self.mails])
        for place, mail in enumerate(mail for mail in self.mails if mail.sighting not in old):
            if place == self.breaks_after:
                raise MailboxUnavailable("away")
            yield mail
        count = len(self.mails)
        read = FolderMark(folder="INBOX", uidvalidity=1, uidnext=count + 1, messages=count)
        marks.reached(replace(read, is_whole=last is None))

    def mark_collected(self, sightings):
        """Remember what was marked."""
        self.marked += sightings

    def file_sent(self, content, *, at):
        """Keep nothing."""

    def close(self):
        """Nothing stays open."""


@dataclass
class CountingStore:
    """The store, and how many commits it was asked for."""

    store: object
    commits: int = 0

    @contextmanager
    def write(self):
        """Count a commit."""
        with self.store.write() as work:
            yield work
        self.commits += 1

    def read(self):
        """Read as ever."""
        return self.store.read()

    def close(self):
        """Close the store."""
        self.store.close()


@pytest.fixture
def counted(office):
    """Give premises whose commits are counted."""
    premises = office.service.premises
    return replace(premises, store=CountingStore(premises.store))


def mails(office, count):
    """Make mails with UIDs from 1 on."""
    return [
        RawMessage(
            sighting=Sighting(
                account=ACCOUNT,
                folder="INBOX",
                uidvalidity=1,
                uid=uid,
                received_at=office.clock.now(),
                size=uid,
            ),
            content=b"Subject: %d\r\n\r\n" % uid,
        )
        for uid in range(1, count + 1)
    ]


def polled(premises):
    """Give the start of the last poll that succeeded."""
    with premises.store.read() as work:
        return work.polls.last_success(ACCOUNT)


def stored(premises):
    """Count the mails in the store."""
    with premises.store.read() as work:
        return len(work.messages.all())


@pytest.mark.parametrize(
    ("count", "commits"),
    [(0, 1), (1, 1), (BATCH, 1), (BATCH + 1, 2), (2 * BATCH, 2), (2 * BATCH + 5, 3)],
)
def test_the_poll_is_committed_with_the_last_mails(office, counted, count, commits):
    """Each batch is one commit, and the poll costs none of its own; every mail is stored and marked."""
    mailbox = ScriptedMailbox(mails(office, count))
    done = collect(counted, [mailbox])

    assert (count, ()) == (done.new, done.problems)
    assert commits == counted.store.commits
    assert (count, count) == (stored(counted), len(mailbox.marked))
    assert office.clock.now() == polled(counted)


def test_a_poll_that_broke_off_did_not_succeed(office, counted):
    """Whole batches are kept, the rest comes again; the last success stays what it was."""
    first = office.at("2021-10-05T08:00")
    collect(counted, [ScriptedMailbox([])])
    office.at("2021-10-05T09:00")
    everything = mails(office, 2 * BATCH + 5)
    broken = collect(counted, [ScriptedMailbox(everything, breaks_after=BATCH + 3)])

    assert (BATCH, (("main", "away"),)) == (broken.new, broken.problems)
    assert BATCH == stored(counted)
    assert first == polled(counted)
    assert BATCH + 5 == collect(counted, [ScriptedMailbox(everything)]).new
    assert office.clock.now() == polled(counted)


def test_a_poll_counts_from_its_beginning(office, counted):
    """A mail that arrives while we read may be missed by this poll: its end proves nothing."""
    began = office.at("2021-10-05T08:00")

    class Slow(ScriptedMailbox):
        def fetch_new(self, known, marks):
            yield from super().fetch_new(known, marks)
            office.at("2021-10-05T08:20")

    collect(counted, [Slow(mails(office, 3))])

    assert began == polled(counted)


def test_an_idle_cycle_commits_once(running):
    """Nothing new, nothing due: that the mailbox was read is all there is to write down."""
    premises = running.service.premises
    running.at("2021-10-06T09:00")
    running.service.cycle()
    store = CountingStore(premises.store)
    running.service = replace(running.service, premises=replace(premises, store=store))
    running.service.cycle()

    assert 1 == store.commits


def test_a_folder_is_read_on_from_its_mark_and_wholly_once_a_day(office, counted):
    """The mark is kept with the mails before it; a day after the last whole look comes the next."""
    mailbox = ScriptedMailbox(mails(office, 3))
    mark = FolderMark(folder="INBOX", uidvalidity=1, uidnext=4, messages=3)
    for at in ("05T08:00", "05T09:00", "06T07:59", "06T08:00", "06T09:00", "01T09:00"):
        office.at(f"2021-10-{at}")
        collect(counted, [mailbox])

    # The last clock went back: who knows how long ago the whole look was.
    assert [None, mark, mark, None, mark, None] == mailbox.begun_at


def test_a_poll_that_broke_off_keeps_no_mark(office, counted):
    """What was not read through is looked at again, wholly."""
    mailbox = ScriptedMailbox(mails(office, BATCH + 3), breaks_after=BATCH + 1)
    collect(counted, [mailbox])
    collect(counted, [mailbox])

    assert [None, None] == mailbox.begun_at


def test_a_mail_that_cannot_be_stored_leaves_no_mark(office, counted, monkeypatch):
    """Mark and mails are one commit: a full disk takes both back."""
    mailbox = ScriptedMailbox(mails(office, 2))
    genuine = Polls.record

    def fails(*_, **__):
        raise StoreError("disk full")

    monkeypatch.setattr(Polls, "record", fails)
    with pytest.raises(StoreError):
        collect(counted, [mailbox])
    monkeypatch.setattr(Polls, "record", genuine)
    collect(counted, [mailbox])

    assert [None, None] == mailbox.begun_at
    assert 2 == stored(counted)


class RefusingMailbox(ScriptedMailbox):
    """Takes no password."""

    def fetch_new(self, *_):
        """Refuse."""
        self.begun_at.append(None)
        raise LoginRefused("no")


def test_six_refused_logins_in_an_hour_are_enough(office, counted):
    """Whoever hammers locks the office out of its own account; the next try comes when the hour is over."""
    mailbox = RefusingMailbox([])
    for minute in range(60):
        office.at(f"2021-10-05T08:{minute:02}")
        done = collect(counted, [mailbox])
    assert MOST == len(mailbox.begun_at)
    assert "the next one is tried at 09:00" in done.problems[0][1]

    office.at("2021-10-05T09:00")
    collect(counted, [mailbox])
    assert MOST + 1 == len(mailbox.begun_at)


def test_other_accounts_are_not_made_to_wait(office, counted):
    """Each account has its own count."""
    for _ in range(MOST):
        collect(counted, [RefusingMailbox([])])
    other = ScriptedMailbox([], account="other")
    done = collect(counted, [RefusingMailbox([]), other])

    assert ["main"] == [account for account, _ in done.problems]
    assert 1 == len(other.begun_at)
