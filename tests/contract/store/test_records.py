"""The smaller records: decisions, addresses, polls, campaign versions, blanks and leases."""

from __future__ import annotations

import pytest

from domain.campaigns import Item
from domain.history import DecisionKind
from domain.ids import CampaignCode, UnitCode
from domain.messages import digest
from domain.narratives import BlockKind, ReportText, TextBlock, TextProblem, TextState
from tests.factories import CAMPAIGN, UNIT, later, make_decision, make_raw, make_return


def test_decisions_come_back_oldest_first(store):
    """Every decision is kept as it was taken, in the order of its instants."""
    newer = make_decision(DecisionKind.EXTEND, at=later(hours=2), detail={"due_at": "2021-10-20", "b": ""})
    older = make_decision(at=later(hours=1), subject="mail \x00 17")
    with store.write() as work:
        work.decisions.add(newer)
        work.decisions.add(older)
        work.decisions.add(make_decision(campaign=CampaignCode("other")))
    with store.read() as work:
        assert work.decisions.of_campaign(CAMPAIGN) == (older, newer)
        assert work.decisions.of_campaign(CAMPAIGN, DecisionKind.EXTEND) == (newer,)
        assert work.decisions.of_campaign(CAMPAIGN, DecisionKind.CLOSE) == ()


def test_equal_decisions_are_both_kept(store):
    """Two people may decide the same in the same minute; neither is lost."""
    with store.write() as work:
        work.decisions.add(make_decision())
        work.decisions.add(make_decision())
        assert len(work.decisions.of_campaign(CAMPAIGN)) == 2


def test_a_dead_address_is_dead_in_any_spelling(store):
    """Addresses are compared folded, and a second bounce changes nothing."""
    with store.write() as work:
        work.addresses.mark_dead("CCVC@Example.VN", at=later(), why="550 5.1.1")
        work.addresses.mark_dead("ccvc@example.vn", at=later(hours=1), why="550 5.1.1")
        assert work.addresses.dead() == {"ccvc@example.vn"}
        work.addresses.mark_alive("CCVC@example.vn")
        work.addresses.mark_alive("ccvc@example.vn")
        assert work.addresses.dead() == frozenset()


def test_only_a_good_poll_counts(store):
    """A failed poll leaves the last success as it was; each account has its own."""
    with store.write() as work:
        assert work.polls.last_success("main") is None
        work.polls.record("main", at=later(), problem="refused")
        assert work.polls.last_success("main") is None
        work.polls.record("main", at=later(hours=1))
        work.polls.record("main", at=later(hours=2), problem="away")
        work.polls.record("second", at=later(hours=3))
        assert later(hours=1) == work.polls.last_success("main")
        assert later(hours=3) == work.polls.last_success("second")


def test_a_clock_put_right_takes_its_promise_back(store):
    """A success recorded by a clock that ran ahead does not outlive the next success."""
    with store.write() as work:
        work.polls.record("main", at=later(days=1))
        work.polls.record("main", at=later())
        assert later() == work.polls.last_success("main")


def test_a_campaign_version_is_recorded_when_it_changes(store):
    """The folder in force is recorded once; going back to an earlier one is a change too."""
    with store.write() as work:
        record = work.versions.record
        assert record(CAMPAIGN, digest="d1", content=b"one", at=later())
        assert not record(CAMPAIGN, digest="d1", content=b"one", at=later(hours=1))
        assert record(CAMPAIGN, digest="d2", content=b"two", at=later(hours=2))
        assert record(CAMPAIGN, digest="d1", content=b"one", at=later(hours=3))
        assert record(CampaignCode("other"), digest="d1", content=b"one", at=later())
        expected = (("d1", later()), ("d2", later(hours=2)), ("d1", later(hours=3)))
        assert expected == work.versions.all(CAMPAIGN)


def test_the_first_blank_of_a_version_stays(store):
    """A unit gets the same bytes again, however often a blank is made."""
    with store.write() as work:
        put, get = work.blanks.put, work.blanks.get
        put(CAMPAIGN, UNIT, form_version="1", content=b"first", at=later())
        put(CAMPAIGN, UNIT, form_version="1", content=b"again", at=later())
        put(CAMPAIGN, UNIT, form_version="2", content=b"second", at=later())
        put(CAMPAIGN, UnitCode("CCHC"), form_version="1", content=b"first", at=later())
        assert get(CAMPAIGN, UNIT, form_version="1") == b"first"
        assert get(CAMPAIGN, UNIT, form_version="2") == b"second"
        assert get(CAMPAIGN, UNIT, form_version="3") is None
        assert get(CAMPAIGN, UnitCode("CCHC"), form_version="1") == b"first"


def test_a_lease_has_one_owner(store):
    """Another owner waits for the end; the owner renews; names do not touch each other."""
    with store.write() as work:
        acquire = work.leases.acquire
        assert acquire("poll", owner="a", now=later(), until=later(minutes=5))
        assert not acquire("poll", owner="b", now=later(minutes=4), until=later(minutes=9))
        assert acquire("send", owner="b", now=later(), until=later(minutes=5))
        assert acquire("poll", owner="a", now=later(minutes=4), until=later(minutes=9))
        assert not acquire("poll", owner="b", now=later(minutes=8), until=later(minutes=13))
        assert acquire("poll", owner="b", now=later(minutes=9), until=later(minutes=14))
        assert not acquire("poll", owner="a", now=later(minutes=9), until=later(minutes=14))


@pytest.mark.parametrize("times", [1, 2])
def test_a_lease_given_back_is_free(store, times):
    """Giving back twice is safe, and nobody gives back what is another's."""
    with store.write() as work:
        work.leases.acquire("poll", owner="a", now=later(), until=later(minutes=5))
        work.leases.release("poll", owner="b")
        assert not work.leases.acquire("poll", owner="b", now=later(), until=later(minutes=5))
        for _ in range(times):
            work.leases.release("poll", owner="a")
        assert work.leases.acquire("poll", owner="b", now=later(), until=later(minutes=5))


def test_words_of_a_text_report_are_kept_and_may_give_way(store):
    """What was read later stands; states are told without words; returns without words are left out."""
    blocks = (
        TextBlock(kind=BlockKind.HEADING, text="Ưu điểm", place="đoạn 7", level=1),
        TextBlock(kind=BlockKind.POINT, text="Gần dân \x00", place="trang 2, dòng 1"),
    )
    waiting = ReportText(state=TextState.UNREAD, problem=TextProblem.NO_CONVERTER)
    read = ReportText(state=TextState.READ, blocks=blocks)
    with store.write() as work:
        mail = work.messages.add(make_raw(), stored_at=later()).key
        key, other = (
            work.submissions.add(
                make_return(mail, item=Item.NARRATIVE, parsed=None, attachment_sha256=digest(name))
            )
            for name in (b"a", b"b")
        )
        work.texts.put(key, waiting)
        assert {key: waiting} == work.texts.of((key, other))
        work.texts.put(key, read)
    with store.read() as work:
        assert {key: read} == work.texts.of((other, key, key))
        assert {key: ReportText(state=TextState.READ)} == work.texts.states(CAMPAIGN)
        assert {} == work.texts.states(CampaignCode("other"))
