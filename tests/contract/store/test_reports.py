"""Consolidated reports in the store."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from domain.errors import Conflict, NotFound
from domain.ids import CampaignCode, ReportKey
from domain.reports import Rendition, ReportHead, ReportState
from tests.factories import CAMPAIGN, later, make_consolidation, make_figure, make_file, make_sha256
from tests.strategies import consolidations


def add_report(work, *files, campaign=CAMPAIGN, figure=12):
    """Store a draft."""
    return work.reports.add(
        campaign=campaign,
        at=later(),
        occasion="deadline",
        consolidation=make_consolidation(make_figure(value=figure)),
        files=files,
    )


def test_a_report_comes_back_as_it_was_made(store):
    """Figures, files in their order and circumstances are kept."""
    files = (make_file("b.docx"), make_file("a.xlsx", content=b"PK" + bytes(5000)))
    with store.write() as work:
        key = add_report(work, *files)
    with store.read() as work:
        report = work.reports.get(key)
    assert files == report.files
    assert make_consolidation() == report.consolidation
    assert (report.key, report.state) == (1, ReportState.DRAFT)
    assert (CAMPAIGN, later(), "deadline") == (report.campaign, report.created_at, report.occasion)


@given(consolidations)
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_snapshot_survives(store, consolidation):
    """Whatever the figures are, the report holds exactly them."""
    with store.write() as work:
        key = work.reports.add(
            campaign=CAMPAIGN, at=later(), occasion="asked", consolidation=consolidation, files=()
        )
    with store.read() as work:
        assert consolidation == work.reports.get(key).consolidation


def test_reports_are_counted_through_all_campaigns(store):
    """One number names one report, whatever the campaign."""
    with store.write() as work:
        assert add_report(work, campaign=CampaignCode("a")) == 1
        assert add_report(work, campaign=CampaignCode("b")) == 2
        assert add_report(work, make_file(), campaign=CampaignCode("a")) == 3
        assert [head.key for head in work.reports.heads(CampaignCode("a"))] == [1, 3]
        assert work.reports.heads(CampaignCode("c")) == ()


@given(consolidations)
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_head_says_of_the_report_what_the_report_says(store, consolidation):
    """What is kept beside the snapshot is what stands in it, and moves on with the report's state."""
    with store.write() as work:
        key = work.reports.add(
            campaign=CAMPAIGN, at=later(), occasion="asked", consolidation=consolidation, files=(make_file(),)
        )
        work.reports.set_state(key, ReportState.CHECKED, expected=ReportState.DRAFT)
    with store.read() as work:
        report = work.reports.get(key)
        head = work.reports.heads(CAMPAIGN)[-1]
    coverage = consolidation.coverage
    assert head == ReportHead(
        key=key,
        campaign=CAMPAIGN,
        state=ReportState.CHECKED,
        created_at=report.created_at,
        occasion="asked",
        inputs=report.inputs,
        counted=coverage.counted,
        expected=coverage.expected,
    )


def test_a_report_moves_on_only_from_where_it_was_seen(store):
    """Of two people who approve, the second one is told."""
    with store.write() as work:
        key = add_report(work)
        work.reports.set_state(key, ReportState.CHECKED, expected=ReportState.DRAFT)
        with pytest.raises(Conflict, match="report 1 is checked, not draft"):
            work.reports.set_state(key, ReportState.RETURNED, expected=ReportState.DRAFT)
        assert work.reports.get(key).state is ReportState.CHECKED


def test_another_rendition_is_added_once(store):
    """The same final files again change nothing; another file of that name is a conflict."""
    draft = make_file("a.docx")
    final = make_file("a.docx", rendition=Rendition.FINAL, content=b"final")
    with store.write() as work:
        key = add_report(work, draft)
        work.reports.add_files(key, [final])
        work.reports.add_files(key, [final])
        assert work.reports.get(key).files == (draft, final)
        with pytest.raises(Conflict, match=r"another final file 'a\.docx'"):
            work.reports.add_files(key, [make_file("a.docx", rendition=Rendition.FINAL)])


def test_a_report_is_found_by_any_of_its_files(store):
    """A file in hand leads to its report, the newest when two hold the same bytes."""
    same = make_file("same.docx")
    with store.write() as work:
        add_report(work, same, make_file("one.docx"))
        second = add_report(work, same)
        assert second == work.reports.with_file(same.sha256)
        assert work.reports.with_file(make_file("one.docx").sha256) == 1
        assert work.reports.with_file(make_sha256("unknown")) is None


def test_a_report_that_is_not_there_is_not_found(store):
    """A wrong number is said to be wrong by every method that takes one."""
    nobody = ReportKey(7)
    with store.write() as work:
        for ask in (
            lambda: work.reports.get(nobody),
            lambda: work.reports.add_files(nobody, []),
            lambda: work.reports.set_state(nobody, ReportState.CHECKED, expected=ReportState.DRAFT),
        ):
            with pytest.raises(NotFound, match="no report 7"):
                ask()
