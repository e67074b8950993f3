"""Stored forms are read and checked again: shown first, taken only when a person says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import AlreadyDecided, DecisionError, NotAllowedNow, NotFound
from domain.submissions import Verdict
from service import amend
from service.recheck import find_changes, take_changes

BY = {"actor": "Nguyễn Thị Hoa", "reason": "đơn vị đã giải trình qua điện thoại"}


def receive_form(office, code="TCBM", at="2021-10-05T09:00", **typed):
    """Let a unit's form arrive."""
    office.at(at)
    office.post(office.mail(code, office.form(code, **typed)))
    office.service.cycle()


def with_rules(office, change):
    """Let the office change its rules: *change* gives another rule for each."""
    campaign = replace(office.campaign, rules=tuple(change(rule) for rule in office.campaign.rules))
    premises = replace(office.service.premises, campaigns={campaign.code: campaign})
    office.service = replace(office.service, premises=premises)


def milder(rule):
    """Make R10 a rule on trial."""
    return replace(rule, is_new=True) if rule.id == "R10" else rule


@pytest.fixture
def refused(running):
    """Give an office with one form that R10 refuses: more people than there are."""
    receive_form(running, T05=9, T04=9)
    assert "refused" == running.ledger()[-1]["outcome"]
    return running


def test_nothing_has_changed_where_nothing_changed(refused):
    """A form read twice under the same rules says the same; so a change shown is a change."""
    receive_form(refused, "TTRA", at="2021-10-05T10:00")

    assert () == find_changes(refused.service.premises, refused.campaign)


def test_what_would_change_is_shown_and_nothing_is_changed(refused):
    """Under milder rules the form would be taken; the store does not move."""
    with_rules(refused, milder)
    before = refused.ledger()
    (change,) = find_changes(refused.service.premises, refused.campaign)

    assert ("TCBM", 1) == (change.unit, change.version)
    assert (Verdict.REFUSED, Verdict.ACCEPTED_WITH_WARNINGS) == (change.before, change.after)
    assert {"R10"} == {one.code for one in change.new}
    assert before == refused.ledger()
    assert "refused" == refused.state("TCBM")["state"]


def test_what_is_taken_counts_and_the_unit_is_told_once(refused):
    """The new reading stands for the return under its old number; a receipt leaves, once."""
    with_rules(refused, milder)
    for _ in range(2):
        take_changes(refused.service.premises, refused.campaign, **BY)
        refused.service.cycle()
    state, line = refused.state("TCBM"), refused.ledger()[-1]

    assert ("accepted", 1) == (state["form"]["state"], state["form"]["version"])
    assert ("accepted_with_warnings", None, 9) == (line["outcome"], line["reason"], line["values"]["T05"])
    assert 1 == len(refused.letters_of("TCBM", "receipt"))
    assert 1 == len(refused.versions("TCBM"))


def test_a_form_that_is_refused_now_gets_its_cells_marked(running):
    """A stricter rule asks the unit again, with its file."""
    receive_form(running)
    with_rules(running, lambda rule: replace(rule, must="T02 > 100") if rule.id == "R15" else rule)
    take_changes(running.service.premises, running.campaign, **BY)
    running.service.cycle()
    (letter,) = running.letters_of("TCBM", "correction")

    assert "refused" == running.state("TCBM")["state"]
    assert ["Biểu TCBM_can-sua.xlsx"] == [file.name for file in letter.files]
    assert ("refused", "errors") == (running.ledger()[-1]["outcome"], running.ledger()[-1]["reason"])


def test_units_are_not_told_when_the_office_says_so(refused):
    """The office may want to call instead."""
    with_rules(refused, milder)
    take_changes(refused.service.premises, refused.campaign, tells_units=False, **BY)
    refused.service.cycle()

    assert [] == refused.letters_of("TCBM", "receipt")
    assert "accepted" == refused.state("TCBM")["form"]["state"]


def test_a_change_is_taken_by_a_named_person_with_a_reason(refused):
    """Nobody's decision is none."""
    with pytest.raises(DecisionError):
        take_changes(refused.service.premises, refused.campaign, actor=" ", reason="x")


def test_what_cannot_be_read_today_stays_as_it_was(refused):
    """A reader that fails changes nothing, and says so."""

    def fails(function, *facts):
        opened = function(*facts)
        return replace(opened, forms=())

    premises = replace(refused.service.premises, isolate=fails)
    (change,) = take_changes(premises, refused.campaign, **BY)

    assert change.problem
    assert "refused" == refused.state("TCBM")["state"]


def test_a_waived_rule_lets_the_stored_form_count(refused):
    """The unit sends nothing anew; the office reads who let it pass and why."""
    premises, campaign = refused.service.premises, refused.campaign
    assert "R10" == amend.waive_rule(premises, campaign, "tcbm", "r10", **BY)
    take_changes(premises, campaign, **BY)
    refused.service.cycle()
    (version,) = refused.versions("TCBM")
    (found,) = [one for one in version.content.findings if one.code == "R10" and BY["actor"] in one.message]

    assert ("warning", "office") == (found.severity, found.audience)
    assert BY["reason"] in found.message
    assert "accepted" == refused.state("TCBM")["form"]["state"]
    assert 1 == len(refused.letters_of("TCBM", "receipt"))


def test_a_waiver_holds_for_later_forms_and_for_this_unit_alone(refused):
    """Another unit with the same fault is asked."""
    amend.waive_rule(refused.service.premises, refused.campaign, "TCBM", "R10", **BY)
    receive_form(refused, at="2021-10-06T09:00", T05=9, T04=10)
    accepted = refused.ledger()[-1]["outcome"]
    receive_form(refused, "TTRA", at="2021-10-06T10:00", T05=900, T04=900)

    assert ("accepted_with_warnings", "refused") == (accepted, refused.ledger()[-1]["outcome"])


def test_a_waiver_is_taken_back(refused):
    """Then the form is refused again, and the waiver is no longer there to take back."""
    premises, campaign = refused.service.premises, refused.campaign
    amend.waive_rule(premises, campaign, "TCBM", "R10", **BY)
    take_changes(premises, campaign, **BY)
    amend.unwaive_rule(premises, campaign, "TCBM", "R10", **BY)
    take_changes(premises, campaign, **BY)

    assert "refused" == refused.state("TCBM")["state"]
    with pytest.raises(NotAllowedNow):
        amend.unwaive_rule(premises, campaign, "TCBM", "R10", **BY)


def test_only_rules_that_are_there_are_waived_and_once(refused):
    """A slip of the pen is told with the nearest rule."""
    premises, campaign = refused.service.premises, refused.campaign
    with pytest.raises(NotFound, match="R1"):
        amend.waive_rule(premises, campaign, "TCBM", "R1O", **BY)
    amend.waive_rule(premises, campaign, "TCBM", "R10", **BY)
    with pytest.raises(AlreadyDecided):
        amend.waive_rule(premises, campaign, "TCBM", "R10", **BY)
