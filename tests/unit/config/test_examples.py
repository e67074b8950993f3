"""What ships as an example is a complete campaign, whenever it begins."""

from __future__ import annotations

import csv
import datetime as dt
import io
from importlib import resources

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.campaign import check_campaign, load_campaign
from config.campaign_assembly import assemble_campaign
from config.examples import EXAMPLE, lay_example, settings_template, shift_campaign
from domain.errors import ConfigError

SHIPPED = resources.files("config").joinpath("examples", EXAMPLE)
RULES_FILE, PLAN_FOLDER = SHIPPED.joinpath("form", "rules.csv"), SHIPPED.joinpath("plan")


def test_the_shipped_example_loads_without_a_mistake(campaign_files):
    """Nine units in roster order, every code of the table of indicators, four lists."""
    campaign = assemble_campaign(campaign_files)
    assert [unit.code for unit in campaign.units] == [
        "VP", "TTRA", "TCBM", "CCVC", "XDCQ", "CCHC", "TDKT", "TG", "LT",
    ]  # fmt: skip
    table = csv.DictReader(io.StringIO(campaign_files["form/indicators.csv"].decode("utf-8-sig")))
    codes = [row["code"] for row in table]
    assert codes == [*campaign.form.by_code, *campaign.form.list_by_code]
    assert len(codes) == 91


def test_sample_addresses_reach_nobody(campaign_files):
    """Every address of the example ends in .example (RFC 2606); every unit has one, and so has its head."""
    campaign = assemble_campaign(campaign_files)
    addresses = [one for unit in campaign.units for one in (*unit.emails, *unit.cc, unit.head_email)]
    addresses += [campaign.office.address, campaign.office.chief, *campaign.office.directors]
    addresses += [*campaign.forwarding.to, *campaign.forwarding.cc]
    assert [one for one in addresses if not one.address.endswith(".example")] == []
    assert all(unit.emails for unit in campaign.units)
    assert sum(len(unit.emails) > 1 for unit in campaign.units) >= 2


def test_the_example_is_laid_down_as_it_ships(tmp_path):
    """Every file arrives byte for byte, and nothing else does."""
    lay_example(tmp_path / "campaigns" / EXAMPLE, start=None)
    laid = tmp_path / "campaigns" / EXAMPLE
    names = {path.relative_to(laid).as_posix() for path in laid.rglob("*") if path.is_file()}
    assert {"campaign.yaml", "units.csv", "form/indicators.csv", "form/lists.csv"} <= names
    assert all(SHIPPED.joinpath(name).read_bytes() == (laid / name).read_bytes() for name in names)


def test_the_example_that_is_laid_down_can_be_loaded(tmp_path):
    """With its rules it is a whole campaign; open are number and day of the plan, and the year."""
    lay_example(tmp_path / EXAMPLE, start=dt.date(2026, 10, 2))
    campaign = load_campaign(tmp_path / EXAMPLE)
    assert campaign.rules
    told = [warning for warning in check_campaign(campaign) if not warning.place.startswith("plan/")]
    assert [
        " ".join(warning.reason.replace(",", "").split()[:count])
        for warning, count in zip(told, (3, 5, 5), strict=True)
    ] == ["`year` is 2021", "The plan has no number", "The plan has no day"]


def test_nothing_is_overwritten(tmp_path):
    """A folder with something in it stays as it is."""
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ConfigError, match="it was left as it is"):
        lay_example(tmp_path, start=None)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_shifted_by_whole_weeks_every_weekday_stays(campaign_files):
    """260 weeks later, on a Friday, all instants are 1820 days later, hints in the form too."""
    table = campaign_files["form/indicators.csv"].decode()
    hinted = table.replace(
        "Số liệu tính từ ngày,,date,R,min,", "Số liệu tính từ ngày,,date,R,min,mặc định 01/10/2021"
    )
    assert hinted != table
    campaign_files = {**campaign_files, "form/indicators.csv": hinted.encode()}
    before = assemble_campaign(campaign_files)
    by = dt.timedelta(weeks=260)
    after = assemble_campaign(shift_campaign(campaign_files, start=before.start + by))
    assert (before.start + by, before.end + by) == (after.start, after.end)
    assert (before.deadlines.due_at + by, before.deadlines.late_after + by) == (
        after.deadlines.due_at,
        after.deadlines.late_after,
    )
    assert before.deadlines.dispatch_at + by == after.deadlines.dispatch_at
    assert [step.at + by for step in before.deadlines.ladder] == [step.at for step in after.deadlines.ladder]
    assert after.form.by_code["A02"].note == "mặc định 25/09/2026"


def test_comments_and_facts_stay(campaign_files):
    """Only the campaign's own days are rewritten: holidays, the plan's bases and every comment stay."""
    old = campaign_files["campaign.yaml"].decode().splitlines()
    new = shift_campaign(campaign_files, start=dt.date(2026, 10, 2))["campaign.yaml"].decode().splitlines()
    changed = [line.split(":")[0].strip() for line, other in zip(old, new, strict=True) if line != other]
    assert changed == ["start", "end", "dispatch_at", "due_at", "late_after", *["- {name"] * 7]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 1, 1)))
def test_from_any_start_the_ladder_makes_sense(campaign_files, start):
    """It begins on that very day, no letter falls on a week-end, the steps keep order and days apart."""
    before = assemble_campaign(campaign_files)
    after = assemble_campaign(shift_campaign(campaign_files, start=start))
    by = start - before.start
    assert (start, before.deadlines.due_at + by) == (after.start, after.deadlines.due_at)
    assert [step.name for step in before.deadlines.ladder] == [step.name for step in after.deadlines.ladder]
    steps = [step.at for step in after.deadlines.ladder]
    assert [day for day in steps if day.isoweekday() > 5] == []
    assert [step.at.time() for step in before.deadlines.ladder] == [day.time() for day in steps]
    assert len({day.date() for day in steps}) == len({step.at.date() for step in before.deadlines.ladder})


def test_the_settings_template_is_text():
    """It begins with what it is for."""
    assert settings_template().startswith("# Settings of Tổng Hợp.")
