"""A roster that changes while the campaign runs."""

from __future__ import annotations

import pytest

from domain.errors import ConfigError
from tests.offices import CODE


def drop_unit(office, code):
    """Delete a unit's line from the roster."""
    roster = office.home / "campaigns" / CODE / "units.csv"
    lines = roster.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(f"{code},")]
    roster.write_text("".join(kept), encoding="utf-8")


def test_a_unit_that_answered_cannot_vanish_from_the_roster(running):
    """Its figures would leave the report without a word: the service refuses and says what to do."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", running.form("TCBM")))
    running.service.cycle()
    drop_unit(running, "TCBM")

    with pytest.raises(ConfigError, match="TCBM has answered"):
        running.reopen()


def test_a_unit_that_never_answered_may_leave_the_roster(running):
    """Nothing is lost with a unit that has no figures."""
    drop_unit(running, "LT")
    running.reopen()

    assert 8 == running.status()["coverage"]["expected"]
