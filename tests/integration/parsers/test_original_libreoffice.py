"""An office's own form looks the same once stamped, and a program that saves it anew keeps the stamp."""

from __future__ import annotations

import io

import openpyxl
import pytest

from config.campaign import load_campaign
from parsers.blank.workbook import blank_workbook
from parsers.opening import open_grid
from parsers.stamp import read_answer_name, read_stamp, stamp_for
from service.adopting import adopt
from service.premises import directly
from tests.own_forms import FOLDER, FORMS

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


@pytest.fixture(params=["cai-cach-hanh-chinh", "phieu-nhan-luc"])
def campaign(request, tmp_path):
    """Give a campaign with an own form."""
    content = (FOLDER / f"{request.param}.xlsx").read_bytes()
    assert request.param in FORMS
    adopt(f"{request.param}.xlsx", content, tmp_path / "dot", start=None, isolate=directly)
    return load_campaign(tmp_path / "dot")


def test_it_prints_as_it_did(campaign, convert, pages):
    """Every printed page is the same, dot for dot."""
    blank = blank_workbook(campaign, campaign.units[0])

    assert pages(convert(campaign.original.content, "pdf")) == pages(convert(blank, "pdf"))


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_saved_anew_it_is_still_known(campaign, convert, kind):
    """LibreOffice keeps the hidden sheet, the names and the properties, in whatever format."""
    unit = campaign.units[0]
    saved = convert(blank_workbook(campaign, unit), kind)
    grid = open_grid(saved, f"a.{kind}")

    assert stamp_for(campaign, unit) == read_stamp(grid)
    assert {field.code for field in campaign.form.fields} <= {read_answer_name(name) for name in grid.names}


def test_openpyxl_keeps_it_too(campaign):
    """A script that fills the form in leaves the stamp where it is."""
    unit = campaign.units[0]
    saved = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(blank_workbook(campaign, unit))).save(saved)

    assert stamp_for(campaign, unit) == read_stamp(open_grid(saved.getvalue(), "a.xlsx"))
