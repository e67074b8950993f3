"""An office on folders, opened for each test."""

from __future__ import annotations

import pytest

from tests.offices import open_office


@pytest.fixture
def office(tmp_path):
    """Give an office that has not sent its plan yet."""
    office = open_office(tmp_path / "home")
    yield office
    office.service.close()


@pytest.fixture
def running(office):
    """Give an office whose plan left on the first day."""
    office.dispatch()
    return office
