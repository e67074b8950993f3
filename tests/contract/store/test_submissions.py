"""Returns in the store."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.answers import ParsedForm
from domain.campaigns import Item
from domain.errors import Conflict, NotFound
from domain.history import DecisionKind
from domain.ids import CampaignCode, MailKey, SubmissionKey, UnitCode
from domain.submissions import Verdict
from store import submissions
from store.form_memory import FormMemory
from tests.factories import (
    CAMPAIGN,
    UNIT,
    later,
    make_answer,
    make_decision,
    make_finding,
    make_form,
    make_list_row,
    make_raw,
    make_return,
    make_sha256,
)
from tests.strategies import findings, forms, words


@pytest.fixture(params=["remembered", "read anew"], autouse=True)
def memory(request, monkeypatch):
    """Give forms as they were written, and as they are read: nothing may depend on which."""
    if request.param == "read anew":
        monkeypatch.setattr(FormMemory, "get", lambda *_: None)


#: Each example of a property test has a unit of its own: they share a store.
_units = itertools.count()


def store_mails(work, count=1):
    """Store mails with the numbers 1 to *count*."""
    for uid in range(1, count + 1):
        work.messages.add(make_raw(uid), stored_at=later())


@given(
    parsed=st.none() | forms(),
    found=st.lists(findings, max_size=3),
    name=words,
    not_checked=st.lists(words, max_size=2),
)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_return_comes_back_as_it_was(store, parsed, found, name, not_checked):
    """Answers, list cells, findings, places, notes and the order of all of them survive."""
    with store.write() as work:
        mail = work.messages.add(make_raw(1), stored_at=later())
        new = make_return(
            mail.key,
            parsed=parsed,
            findings=tuple(found),
            attachment_name=name,
            not_checked=tuple(not_checked),
            attachment_sha256=make_sha256(repr((parsed, found, name, not_checked))),
        )
        key = work.submissions.add(new)
    with store.read() as work:
        read = work.submissions.get(key).content
    assert new == read
    if parsed is not None:
        assert list(parsed.answers) == list(read.parsed.answers)
        assert list(parsed.lists) == list(read.parsed.lists)


def test_a_return_is_stored_once(store):
    """Mail, unit, item and attachment say which return it is; the second storing gives the first key."""
    with store.write() as work:
        store_mails(work)
        first = work.submissions.add(make_return())
        assert first == work.submissions.add(make_return(verdict=Verdict.REFUSED, parsed=None))
        (kept,) = work.submissions.of_campaign(CAMPAIGN, with_forms=True)
        assert make_return() == kept.content


@pytest.mark.parametrize(
    "change",
    [
        {"mail": 2},
        {"unit": UnitCode("CCHC")},
        {"item": Item.NARRATIVE},
        {"attachment_sha256": make_sha256("another file")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_mail_unit_item_or_file_is_another_return(store, change):
    """Each of the four makes a return of its own."""
    with store.write() as work:
        store_mails(work, 2)
        first = work.submissions.add(make_return())
        assert first != work.submissions.add(make_return(**change))
        assert len(work.submissions.of_campaign(CAMPAIGN)) == 2


def test_versions_are_numbered_by_arrival(store):
    """A mail that arrives late in the store but was received earlier becomes the earlier version."""
    with store.write() as work:
        store_mails(work, 3)
        newer = work.submissions.add(make_return(1, received_at=later(hours=3)))
        older = work.submissions.add(make_return(2, received_at=later(hours=1)))
        assert [(older, 1), (newer, 2)] == [
            (version.key, version.version) for version in work.submissions.of_unit(CAMPAIGN, UNIT, Item.FORM)
        ]
        assert work.submissions.get(newer).version == 2
        oldest = work.submissions.add(make_return(3, received_at=later()))
        assert [work.submissions.get(key).version for key in (oldest, older, newer)] == [1, 2, 3]


def test_each_unit_and_item_is_numbered_apart(store):
    """The narrative's first version is 1 whatever became of the form, and so is another unit's."""
    with store.write() as work:
        store_mails(work, 3)
        work.submissions.add(make_return(1))
        work.submissions.add(make_return(2, received_at=later(hours=1)))
        work.submissions.add(make_return(2, item=Item.NARRATIVE, parsed=None))
        work.submissions.add(make_return(3, unit=UnitCode("CCHC")))
        work.submissions.add(make_return(3, campaign=CampaignCode("other")))
        numbers = [
            (version.content.unit, version.content.item, version.version)
            for version in work.submissions.of_campaign(CAMPAIGN)
        ]
        expected = [
            (UNIT, Item.FORM, 1),
            (UNIT, Item.FORM, 2),
            (UNIT, Item.NARRATIVE, 1),
            ("CCHC", Item.FORM, 1),
        ]
        assert expected == numbers


def test_what_came_of_one_mail_keeps_its_number(store):
    """A mail's returns are given alone, numbered among the versions of other mails."""
    with store.write() as work:
        store_mails(work, 2)
        work.submissions.add(make_return(1))
        second = work.submissions.add(make_return(2, received_at=later(hours=1)))
        narrative = work.submissions.add(make_return(2, item=Item.NARRATIVE, parsed=None))
        assert [(second, 2), (narrative, 1)] == [
            (version.key, version.version) for version in work.submissions.of_mail(MailKey(2))
        ]
        assert work.submissions.of_mail(MailKey(3)) == ()


def _ways(work):
    """Give the three ways to read several returns, each for the same mail, unit and campaign."""
    return {
        "of_mail": lambda **how: work.submissions.of_mail(MailKey(1), **how),
        "of_unit": lambda **how: work.submissions.of_unit(CAMPAIGN, UNIT, Item.FORM, **how),
        "of_campaign": lambda **how: work.submissions.of_campaign(CAMPAIGN, **how),
    }


@pytest.mark.parametrize("way", ["of_mail", "of_unit", "of_campaign"])
def test_forms_are_read_only_when_asked_for(store, way):
    """Without forms everything but the parsed form is there, findings and verdict too; with them, all."""
    found = (make_finding("R07"), make_finding("missing"))
    new = make_return(1, findings=found, verdict=Verdict.REFUSED)
    with store.write() as work:
        store_mails(work, 2)
        key = work.submissions.add(new)
        work.submissions.add(make_return(2, received_at=later(hours=1)))
    with store.read() as work:
        bare = _ways(work)[way]()[0]
        whole = _ways(work)[way](with_forms=True)[0]
        assert work.submissions.get(key) == whole
    assert new == whole.content
    assert replace(new, parsed=None) == bare.content
    assert (key, 1) == (bare.key, bare.version)


@pytest.mark.parametrize("way", ["of_mail", "of_unit", "of_campaign"])
def test_a_form_without_a_single_answer_is_a_form(store, way):
    """An empty form is not the same as none."""
    with store.write() as work:
        store_mails(work)
        work.submissions.add(make_return(1, parsed=ParsedForm(answers={}, lists={}, findings=())))
        (whole,) = _ways(work)[way](with_forms=True)
    assert whole.content.parsed is not None
    assert {} == whole.content.parsed.answers


def test_forms_are_given_by_their_returns(store):
    """Asked for by number, each form comes back as it was; a narrative and a wrong number are left out."""
    with store.write() as work:
        store_mails(work, 2)
        key = work.submissions.add(make_return(1))
        narrative = work.submissions.add(make_return(2, item=Item.NARRATIVE, parsed=None))
        wanted = (key, narrative, SubmissionKey(99))
        first, again = work.submissions.forms(wanted), work.submissions.forms(wanted)
    assert {key: make_return().parsed} == first
    assert first == again


def test_a_form_that_was_rolled_back_is_not_remembered(store):
    """Its number goes to the next return, whose form is another one."""

    def failing():
        with store.write() as work:
            store_mails(work)
            key = work.submissions.add(make_return(1, parsed=make_form(make_answer("T01"))))
            assert ["T01"] == list(work.submissions.forms([key])[key].answers)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    with store.write() as work:
        store_mails(work)
        key = work.submissions.add(make_return(1, parsed=make_form(make_answer("T02"))))
        assert ["T02"] == list(work.submissions.forms([key])[key].answers)


def test_a_form_that_was_just_written_is_not_read(store, monkeypatch):
    """The next mail of a round compares with it at once."""
    monkeypatch.undo()
    with store.write() as work:
        store_mails(work)
        key = work.submissions.add(make_return(1))
    monkeypatch.setattr(submissions, "select_forms", lambda *_: {})
    with store.read() as work:
        assert {key: make_return().parsed} == work.submissions.forms([key])


@given(
    returns=st.lists(st.tuples(st.integers(1, 3), st.sampled_from(Verdict), forms(), findings), max_size=4)
)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_just_added_is_told_as_it_will_be_read(store, returns):
    """A series that is remembered grows by what is stored, as the next transaction will read it."""
    unit = UnitCode(f"U{next(_units)}")

    def of_unit(work, *, with_forms=False):
        return work.submissions.of_unit(CAMPAIGN, unit, Item.FORM, with_forms=with_forms)

    with store.write() as work:
        store_mails(work, 4)
        assert of_unit(work) == ()
        for mail, (hours, verdict, parsed, found) in enumerate(returns, start=1):
            new = make_return(
                mail,
                unit=unit,
                verdict=verdict,
                parsed=parsed,
                findings=(found,),
                received_at=later(hours=hours),
            )
            key = work.submissions.add(new)
            assert key in [version.key for version in of_unit(work)]
            assert work.submissions.add(new) == key
        told, whole = of_unit(work), of_unit(work, with_forms=True)
    with store.read() as work:
        assert told == of_unit(work)
        assert whole == of_unit(work, with_forms=True)
    assert len(told) == len(returns)


def test_the_newest_word_on_setting_aside_counts(store):
    """A reason sets a version aside, an empty one takes that back; other kinds and keys change nothing."""
    with store.write() as work:
        store_mails(work, 2)
        key = work.submissions.add(make_return(1))
        other = work.submissions.add(make_return(2))
        add = work.decisions.add
        add(make_decision(DecisionKind.EXCUSE, subject=str(key), reason="excused"))
        assert work.submissions.get(key).set_aside == ""
        add(make_decision(DecisionKind.SET_ASIDE, subject=str(key), reason="nhầm tệp", at=later(hours=1)))
        assert work.submissions.get(key).set_aside == "nhầm tệp"
        assert not work.submissions.get(key).counts
        assert work.submissions.get(other).counts
        add(make_decision(DecisionKind.SET_ASIDE, subject=str(key), reason="", at=later(hours=2)))
        add(make_decision(DecisionKind.SET_ASIDE, subject=str(key), reason="older", at=later()))
        assert work.submissions.get(key).counts


def test_lists_that_were_read_and_empty_are_not_forgotten(store):
    """An empty list was looked at; a list that is not named was not."""
    parsed = make_form(lists={"L2": [], "L1": [make_list_row(row=5), make_list_row(row=6)]})
    with store.write() as work:
        store_mails(work)
        key = work.submissions.add(make_return(parsed=parsed))
        assert list(work.submissions.get(key).content.parsed.lists) == ["L2", "L1"]


def test_findings_of_form_and_judgement_are_kept_apart(store):
    """What the parser found and what the unit is told differ by the rules."""
    cell, rule = make_finding("missing"), make_finding("R07")
    new = make_return(parsed=make_form(findings=[cell]), findings=(rule, cell))
    with store.write() as work:
        store_mails(work)
        assert new == work.submissions.get(work.submissions.add(new)).content


def test_a_return_of_no_mail_is_a_conflict(store):
    """Every return can be led back to the mail it came with."""
    with pytest.raises(Conflict), store.write() as work:
        work.submissions.add(make_return(99))
    with store.read() as work:
        assert work.submissions.of_campaign(CAMPAIGN) == ()


def test_a_return_that_is_not_there_is_not_found(store):
    """A wrong number is said to be wrong."""
    with store.read() as work, pytest.raises(NotFound, match="no submission 5"):
        work.submissions.get(SubmissionKey(5))


def test_a_later_reading_stands_for_the_return(store):
    """It keeps its number and its place; the earlier one can still be looked up, for reports made of it."""
    with store.write() as work:
        store_mails(work, 2)
        first = work.submissions.add(make_return(1, verdict=Verdict.REFUSED))
        second = work.submissions.add(make_return(2, received_at=later(days=1)))
        again = work.submissions.add_reading(make_return(1, verdict=Verdict.ACCEPTED))
        same = work.submissions.add(make_return(1))
    with store.read() as work:
        versions = work.submissions.of_unit(CAMPAIGN, UNIT, Item.FORM)
        of_mail = work.submissions.of_mail(MailKey(1))
        old = work.submissions.get(first)

    assert [(again, 1), (second, 2)] == [(one.key, one.version) for one in versions]
    assert [(again, Verdict.ACCEPTED)] == [(one.key, one.content.verdict) for one in of_mail]
    assert (first, 1, Verdict.REFUSED) == (old.key, old.version, old.content.verdict)
    assert first == same


def test_a_return_that_was_set_aside_stays_so_when_it_is_read_again(store):
    """The person spoke of the return, whatever a program reads in it."""
    with store.write() as work:
        store_mails(work)
        first = work.submissions.add(make_return(1))
        decision = make_decision(DecisionKind.SET_ASIDE, subject=str(first), reason="gửi nhầm")
        work.decisions.add(decision)
        work.submissions.add_reading(make_return(1))
    with store.read() as work:
        (only,) = work.submissions.of_unit(CAMPAIGN, UNIT, Item.FORM)

    assert "gửi nhầm" == only.set_aside


def test_only_what_was_stored_is_read_again(store):
    """A reading of a return that never came is refused."""
    with store.write() as work:
        store_mails(work)
        with pytest.raises(NotFound):
            work.submissions.add_reading(make_return(1))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("A", "B", "C")),
            st.sampled_from(Verdict),
            st.integers(0, 3),
            st.sampled_from(Item),
        ),
        max_size=8,
    ),
    st.lists(st.tuples(st.integers(0, 7), st.sampled_from(("", "wrong file"))), max_size=4),
    st.lists(st.tuples(st.integers(0, 7), st.sampled_from(Verdict)), max_size=3),
)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_counts_is_told_as_the_whole_list_tells_it(store, returns, aside, readings):
    """Versions, set aside or not, read again or not: the short way and the long way agree."""
    campaign = CampaignCode(f"c{abs(hash((tuple(returns), tuple(aside), tuple(readings))))}")
    with store.write() as work:
        mail = work.messages.add(make_raw(1), stored_at=later()).key
        stored = []
        for number, (unit, verdict, hours, item) in enumerate(returns):
            new = make_return(
                mail, campaign=campaign, unit=UnitCode(unit), verdict=verdict, item=item, parsed=None,
                received_at=later(hours=hours), attachment_sha256=make_sha256(f"{campaign}{number}"),
            )  # fmt: skip
            stored.append((work.submissions.add(new), new))
        for number, verdict in readings:
            if number < len(stored):
                work.submissions.add_reading(replace(stored[number][1], verdict=verdict))
        for place, (number, reason) in enumerate(aside):
            if number < len(stored):
                decision = make_decision(
                    DecisionKind.SET_ASIDE, campaign=campaign, subject=str(stored[number][0]), reason=reason,
                    at=later(hours=place),
                )  # fmt: skip
                work.decisions.add(decision)
        for item in Item:
            counting = {
                one.content.unit: one.key
                for one in work.submissions.of_campaign(campaign)
                if one.content.item is item and one.counts
            }
            assert counting == work.submissions.counted(campaign, item)
