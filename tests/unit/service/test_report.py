"""From accepted forms to a forwarded report, and back to the cells."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from aggregator.workbook import figure_cells
from domain.errors import DecisionError, NotAllowedNow, NotFound, ReportChanged
from domain.outbox import LetterKind
from domain.reports import Rendition, ReportState, set_digest
from service import approve, consolidate, forward
from service.lineage import explain

WHO = "Chánh Văn phòng"


@pytest.fixture
def answered(running):
    """Give an office that two units have answered."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", running.form("TCBM")))
    running.post(running.mail("TTRA", running.form("TTRA")))
    running.service.cycle()
    return running


def make(office, occasion=consolidate.ASKED):
    """Make a draft without PDF."""
    return consolidate.make_report(
        office.service.premises, office.campaign, occasion=occasion, actor=WHO, printer=None
    )


def stored(office, key):
    """Give a report as it is stored now."""
    with office.service.premises.store.read() as work:
        return work.reports.get(key)


def checked(office):
    """Make and check a report."""
    report = make(office)
    approve.check(office.service.premises, office.campaign, report.key, actor=WHO, printer=None)
    return stored(office, report.key)


def send_version(office, at="2021-10-06T09:00", **typed):
    """Let TCBM send another version."""
    office.at(at)
    office.post(office.mail("TCBM", office.form("TCBM", **typed)))
    office.service.cycle()


def test_nothing_accepted_is_nothing_to_consolidate(running):
    """Without a single accepted form there is no report."""
    with pytest.raises(NotAllowedNow, match="nothing to consolidate"):
        make(running)


def test_a_draft_is_mailed_to_the_office(answered):
    """The draft leaves with workbook and Word file, marked as draft."""
    make(answered)
    answered.service.cycle()
    letter = answered.letters_to("vanphong@snv.bacgiang.example", "report_ready")[0]

    assert 2 == len(letter.files)
    assert all("_DuThao" in file.name for file in letter.files)


def test_the_total_is_the_sum_of_the_cells(answered):
    """Explaining a figure leads to each unit's cell, re-read from the raw mail."""
    report = make(answered)
    explanation = explain(answered.service.premises, str(report.key), "docx:T02")

    assert Decimal(3) == explanation.figure.value
    assert ["2", "1"] == [proved.part.raw for proved in explanation.parts]
    assert explanation.is_proved


def test_a_cell_of_the_workbook_is_explained(answered):
    """A unit's own column leads to that unit's cell; a file is known by its digest."""
    report = make(answered)
    cells = figure_cells(answered.campaign, report.consolidation)
    sheet, cell = next(place for place, found in cells.items() if found == ("T02", "TTRA"))
    workbook = next(file for file in report.files if file.name.endswith(".xlsx"))
    explanation = explain(answered.service.premises, workbook.sha256, f"{sheet}!{cell}")

    assert ("T02", "TTRA") == (explanation.figure.code, explanation.unit)
    assert ["2"] == [proved.part.raw for proved in explanation.parts]


@pytest.mark.parametrize("place", ["docx:X99", "TongHop!ZZ999", "nonsense", "docx:A04"])
def test_places_without_a_figure_are_named(answered, place):
    """A place that holds no figure is an error with a sentence."""
    report = make(answered)

    with pytest.raises(NotFound):
        explain(answered.service.premises, str(report.key), place)


def test_a_changed_mail_is_an_alarm(answered):
    """When the raw mail no longer says what the report says, the proof fails."""

    def altered(function, *arguments):
        cells = function(*arguments)
        return {place: "777" if raw == "2" else raw for place, raw in cells.items()}

    report = make(answered)
    explanation = explain(replace(answered.service.premises, isolate=altered), str(report.key), "docx:T02")

    assert not explanation.is_proved
    assert "777" in [proved.found for proved in explanation.parts]


def test_the_whole_way_to_the_superior(answered):
    """Draft, checked, approved, signed, forwarded: what leaves are the approved bytes and the signed copy."""
    premises, campaign = answered.service.premises, answered.campaign
    report = checked(answered)
    final = report.of(Rendition.FINAL)
    digest = approve.approve(premises, campaign, report.key, actor="Giám đốc")
    assert set_digest(final) == digest
    assert not any("_DuThao" in file.name for file in final)

    approve.sign(premises, campaign, report.key, name="ky.pdf", content=b"%PDF-1.7 signed", actor="Văn thư")
    forward.forward(premises, campaign, report.key, actor="Văn thư")
    answered.service.cycle()
    letter = answered.letters_to("bandanvan@tinhuy.bacgiang.example", "forwarding")[0]

    assert ReportState.FORWARDED is stored(answered, report.key).state
    assert ["ky.pdf", *(file.name for file in final)] == [file.name for file in letter.files]
    assert [file.content for file in final] == [file.content for file in letter.files[1:]]
    assert b"Auto-Submitted" not in letter.content


def test_the_way_has_no_short_cut(answered):
    """No step can be left out or taken twice."""
    premises, campaign = answered.service.premises, answered.campaign
    key = make(answered).key
    for step in (
        lambda: approve.approve(premises, campaign, key, actor=WHO),
        lambda: approve.sign(premises, campaign, key, name="x.pdf", content=b"%PDF", actor=WHO),
        lambda: forward.forward(premises, campaign, key, actor=WHO),
        lambda: forward.forward(premises, campaign, key, actor=WHO, unsigned=True),
    ):
        with pytest.raises(NotAllowedNow):
            step()
    approve.check(premises, campaign, key, actor=WHO, printer=None)
    with pytest.raises(NotAllowedNow):
        approve.check(premises, campaign, key, actor=WHO, printer=None)
    approve.approve(premises, campaign, key, actor=WHO)
    with pytest.raises(NotAllowedNow, match="no signed copy"):
        forward.forward(premises, campaign, key, actor=WHO)
    with pytest.raises(NotAllowedNow, match="PDF"):
        approve.sign(premises, campaign, key, name="x.docx", content=b"PK", actor=WHO)


def test_every_step_needs_a_name(answered):
    """Nobody checks, approves or forwards anonymously."""
    with pytest.raises(DecisionError):
        approve.check(
            answered.service.premises, answered.campaign, make(answered).key, actor="  ", printer=None
        )


def test_an_unsigned_forwarding_says_so(answered):
    """With --unsigned the approved files leave, and the letter says that the signed copy follows."""
    premises, campaign = answered.service.premises, answered.campaign
    key = checked(answered).key
    approve.approve(premises, campaign, key, actor=WHO)
    forward.forward(premises, campaign, key, actor=WHO, unsigned=True)
    answered.service.cycle()

    assert 1 == len(answered.letters_to("bandanvan@tinhuy.bacgiang.example", "forwarding"))


def test_a_late_correction_voids_the_approval(answered):
    """A new accepted version makes the report stale; what was approved does not leave."""
    premises, campaign = answered.service.premises, answered.campaign
    key = checked(answered).key
    approve.approve(premises, campaign, key, actor=WHO)
    send_version(answered, T01=9)

    assert True is answered.status()["reports"][0]["stale"]
    with pytest.raises(ReportChanged):
        forward.forward(premises, campaign, key, actor=WHO, unsigned=True)


def test_a_stale_draft_is_not_checked(answered):
    """A draft of yesterday's figures cannot become the report."""
    key = make(answered).key
    send_version(answered, T01=9)

    with pytest.raises(ReportChanged):
        approve.check(answered.service.premises, answered.campaign, key, actor=WHO, printer=None)


def test_an_open_correction_must_be_acknowledged(answered):
    """While a newer version was refused, a person has to say that the older one is meant."""
    send_version(answered, T02="X")
    report = make(answered)
    premises, campaign = answered.service.premises, answered.campaign

    with pytest.raises(NotAllowedNow, match="TCBM"):
        approve.check(premises, campaign, report.key, actor=WHO, printer=None)
    approve.check(premises, campaign, report.key, actor=WHO, acknowledge="đã gọi điện", printer=None)
    assert ReportState.CHECKED is stored(answered, report.key).state


def test_another_digest_than_the_one_looked_at_is_refused(answered):
    """Approval can be bound to the digest that was on paper."""
    report = checked(answered)
    premises, campaign = answered.service.premises, answered.campaign
    digest = set_digest(report.of(Rendition.FINAL))

    with pytest.raises(ReportChanged):
        approve.approve(premises, campaign, report.key, actor=WHO, digest="00000000")
    assert digest == approve.approve(premises, campaign, report.key, actor=WHO, digest=digest[:8])


def test_a_returned_report_is_followed_by_the_next_draft(answered):
    """Returning ends this report; the next draft is another one."""
    premises, campaign = answered.service.premises, answered.campaign
    first = checked(answered).key
    approve.send_back(premises, campaign, first, actor="Giám đốc", reason="thiếu một đơn vị")

    assert ReportState.RETURNED is stored(answered, first).state
    assert first + 1 == make(answered).key
    with pytest.raises(NotAllowedNow):
        approve.send_back(premises, campaign, first, actor="Giám đốc", reason="lại")


def test_the_deadline_makes_one_draft(answered):
    """At the first working minute after the deadline the draft is made, once for the same figures."""
    for at in ("2021-10-20T00:10", "2021-10-20T07:30", "2021-10-20T08:30", "2021-10-21T08:00"):
        answered.at(at)
        answered.service.cycle()
    made = [one for one in answered.outbox() if one.kind is LetterKind.REPORT_READY]

    assert 1 == len(made)


def test_two_renderings_are_the_same_bytes(answered):
    """The same figures give the same workbook and the same Word file."""
    first, second = make(answered), make(answered)

    def names_free(report):
        return [file.sha256 for file in report.files]

    assert names_free(first) == names_free(second)
