"""A workbook with two forms that answer differently waits for a person, who names the sheet that counts."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from domain.ids import MailKey
from domain.messages import MailOutcome
from service import amend, recheck
from service.receive import receive
from service.rehearsal.post import FileToSend


def doubled(office, code="TCBM", **typed):
    """Give a filled form whose sheet was copied and then filled in otherwise."""
    file = office.form(code)
    book = load_workbook(io.BytesIO(file.content))
    copied = book.copy_worksheet(book["Bieu_TH"])
    copied.title = "Bieu_TH (2)"
    for cell, value in typed.items():
        copied[cell].value = value
    saved = io.BytesIO()
    book.save(saved)
    return FileToSend(name=file.name, content=saved.getvalue())


@pytest.fixture
def held(running):
    """Give an office that holds such a mail."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", doubled(running, D19=999)))
    running.service.cycle()
    return running


def record(office):
    """Give the only mail."""
    (found,) = office.records()
    return found


def value(office, code="T01"):
    """Give what counts of TCBM's newest version."""
    with office.service.premises.store.read() as work:
        (newest,) = work.submissions.of_campaign(office.campaign.code, with_forms=True)
    return newest.content.parsed.value(code).value


def settle(office, sheet=""):
    """Assign the mail, and receive it again."""
    key = MailKey(record(office).key)
    amend.assign(office.service.premises, office.campaign, key, "TCBM", actor="Tổ", sheet=sheet)
    receive(office.service.premises)


def test_it_is_held_and_the_sheets_are_named(held):
    """The office reads which sheets there are, and how to name one."""
    assert MailOutcome.HELD is record(held).outcome
    assert "‘Bieu_TH’, ‘Bieu_TH (2)’" in record(held).explanation
    assert "--sheet" in record(held).explanation


def test_saying_whose_it_is_does_not_say_which(held):
    """An assignment without a sheet leaves the question open, however often."""
    for _ in range(4):
        settle(held)
        assert MailOutcome.HELD is record(held).outcome
        assert "‘Bieu_TH (2)’" in record(held).explanation


@pytest.mark.parametrize("sheet", ["Bieu_TH", "Bieu_TH (2)"])
def test_the_named_sheet_counts(held, sheet):
    """Its figures are taken; reading again later comes to the same."""
    settle(held, sheet)

    assert record(held).outcome.value.startswith("accepted")
    assert (value(held) == 999) == (sheet == "Bieu_TH (2)")
    assert () == recheck.find_changes(held.service.premises, held.campaign)


def test_a_sheet_that_is_not_there_is_no_answer(held):
    """The unit is not told nonsense: the file is refused as another form."""
    settle(held, "Sheet9")

    assert "accepted" not in record(held).outcome.value
