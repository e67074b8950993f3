"""The rehearsal tells its nine stories, its figures are right by hand, and it tells them twice the same."""

from __future__ import annotations

import datetime as dt
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from domain.outbox import LetterKind
from intake.message import read_message
from service.bootstrap import open_service
from service.clocks import SettableClock, read_instant
from service.libreoffice import LibreOffice
from service.rehearsal.people import PRIVATE_ADDRESS
from service.rehearsal.stage import FORMS, HELD, OFFICE, REPORT, SENT, TIMELINE
from tests.by_hand import add_up, differences, indicators, read_form, with_calamine, with_openpyxl
from tests.offices import CODE, Office

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(300)]
TONGHOP = pathlib.Path(sys.executable).with_name("tonghop")
LISTS = {"L1": "L1_MoHinh", "L2": "L2_DienHinh", "L3": "L3_DoiThoai", "L4": "L4_PhongTrao"}
ANSWERED = ("VP", "TTRA", "TCBM", "CCVC", "XDCQ", "CCHC", "TDKT", "TG")
END = "2021-10-31T18:00"


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """Rehearse twice at the same time, each as `make demo` does; give the two folders and what was told."""
    parent = tmp_path_factory.mktemp("rehearsal")
    folders = [parent / name for name in ("mot", "hai")]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")}
    running = [
        subprocess.Popen(
            [TONGHOP, "demo", "--to", folder],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for folder in folders
    ]
    told = [process.communicate(timeout=240)[0] for process in running]
    assert [0, 0] == [process.returncode for process in running], told
    return folders, told


@pytest.fixture(scope="module")
def folder(twice):
    """Give the folder that a rehearsal leaves."""
    return twice[0][0]


@pytest.fixture(scope="module")
def office(folder):
    """Open the home it leaves, on the evening of the last day."""
    home = folder / OFFICE
    clock = SettableClock(read_instant(END))
    office = Office(home=home, clock=clock, service=open_service(home, environ={}, clock=clock))
    yield office
    office.service.close()


@pytest.fixture(scope="module")
def returned(folder, office):
    """Give the form that counts of each unit that answered, by the name of its column."""
    versions = {}
    for file in sorted((folder / FORMS).glob("*.xlsx")):
        match = re.fullmatch(r"([A-Z]+)_lan-(\d+)\.xlsx", file.name)
        if match:
            versions[match[1]] = file
    return {office.unit(code).short_name: file.read_bytes() for code, file in versions.items()}


@pytest.fixture(scope="module")
def workbook(folder):
    """Give the consolidated workbook."""
    (file,) = (folder / REPORT).glob("*.xlsx")
    return file.read_bytes()


def mails_of(office, code):
    """Give the outcomes of a unit's mails, oldest first."""
    return [(line["outcome"], line["reason"]) for line in office.ledger() if line["unit"] == code]


def letters_about(office, code, kind):
    """Give the letters of a kind to a unit."""
    return [one for one in office.outbox() if (one.unit, one.kind) == (code, kind)]


def test_one_answers_right_at_once(office):
    """Văn phòng Sở: form and report in one mail, never reminded."""
    state = office.state("VP")

    assert [("accepted", None)] == mails_of(office, "VP")
    assert (1, True) == (state["form"]["version"], state["form"]["on_time"])
    assert "accepted" == state["narrative"]["state"]
    assert [] == letters_about(office, "VP", LetterKind.REMINDER)


def test_one_writes_at_the_weekend(office):
    """TCBM: the form on a Saturday evening, the report on Monday."""
    state = office.state("TCBM")
    arrived = [dt.datetime.fromisoformat(state[item]["received_at"]) for item in ("form", "narrative")]

    assert ["Saturday", "Monday"] == [f"{at:%A}" for at in arrived]
    assert [("accepted", None), ("accepted", None)] == mails_of(office, "TCBM")


def test_one_errs_and_mends(office):
    """Thanh tra Sở: a list of what to mend, then version 2 counts."""
    assert [("refused", "errors"), ("accepted", None)] == mails_of(office, "TTRA")
    assert 1 == len(letters_about(office, "TTRA", LetterKind.CORRECTION))
    assert 2 == office.state("TTRA")["form"]["version"]


def test_one_types_numbers_as_text(office):
    """CCVC: what was typed is kept, what was understood is a number."""
    (form,) = [line for line in office.ledger() if line["unit"] == "CCVC" and line["version"]]

    assert "accepted_with_warnings" == form["outcome"]
    assert {"T02": 12, "T04": 1234, "K02": 100, "K07": Decimal("12.5"), "K09": 15, "D08": 0, "V02": 22} == {
        code: form["values"][code] for code in ("T02", "T04", "K02", "K07", "K09", "D08", "V02")
    }
    assert letters_about(office, "CCVC", LetterKind.REMINDER)
    assert "accepted" == office.state("CCVC")["narrative"]["state"]


def test_one_is_late(office):
    """XDCQ: after the deadline and before anybody wrote an overdue letter."""
    state = office.state("XDCQ")

    assert ("accepted", False) == (state["form"]["state"], state["form"]["on_time"])
    assert "late" in state["flags"]
    assert [] == letters_about(office, "XDCQ", LetterKind.OVERDUE)


def test_one_answers_only_after_the_overdue_letter(office):
    """Ban Tôn giáo: its head was written to, then it came."""
    (overdue,) = letters_about(office, "TG", LetterKind.OVERDUE)
    head = office.unit("TG").head_email

    assert head is not None
    assert head.address in overdue.recipients
    assert overdue.sent_at < dt.datetime.fromisoformat(office.state("TG")["form"]["received_at"])
    assert "accepted" == office.state("TG")["form"]["state"]


def test_one_is_away_and_then_writes_from_home(office, folder):
    """CCHC: an automatic reply is no answer; a mail from an unknown address is held, shown and assigned."""
    reasons = [line["reason"] for line in office.ledger()]
    (receipt,) = letters_about(office, "CCHC", LetterKind.RECEIPT)

    assert 1 == reasons.count("auto_reply")
    assert [("accepted", None)] == [one for one in mails_of(office, "CCHC") if one[0] != "ignored"]
    assert (office.unit("CCHC").emails[0].address,) == receipt.recipients
    assert not any(PRIVATE_ADDRESS in one.recipients for one in office.outbox())
    assert 1 == len(list((folder / HELD).glob("*.eml")))
    assert 1 == sum(one.kind is LetterKind.HELD_NOTICE for one in office.outbox())


def test_one_address_bounces(office):
    """TDKT: the same plan goes to the next address, and everything after it."""
    first, second = (one.address for one in office.unit("TDKT").emails)
    letters = [one for one in office.outbox() if one.unit == "TDKT"]

    assert ("ignored", "bounce") in mails_of(office, "TDKT")
    assert [(first,), *[(second,)] * (len(letters) - 1)] == [one.recipients for one in letters]
    assert ["plan", "plan", "receipt"] == [one.kind.value for one in letters]


def test_one_never_answers(office):
    """Chi cục Văn thư - Lưu trữ: reminded, overdue, on the directors' list, missing in the figures."""
    status = office.status()
    (escalation,) = [one for one in office.outbox() if one.kind is LetterKind.ESCALATION]
    with office.service.premises.store.read() as work:
        words = work.outbox.content(escalation.key)

    assert [] == mails_of(office, "LT")
    assert ("awaiting", True) == (office.state("LT")["state"], "overdue" in office.state("LT")["flags"])
    assert ["LT"] == status["coverage"]["missing"]
    assert 1 <= len(letters_about(office, "LT", LetterKind.REMINDER)) <= 6
    assert 1 == len(letters_about(office, "LT", LetterKind.OVERDUE))
    assert {one.address for one in office.campaign.office.directors} <= set(escalation.recipients)
    assert office.unit("LT").name in read_message(words).body


def test_the_report_is_approved_and_forwarded(office, folder):
    """The newest report left for the superior, not stale, with exactly the files in the folder."""
    *_, newest = office.status()["reports"]
    (forwarding,) = [one for one in office.outbox() if one.kind is LetterKind.FORWARDING]
    with office.service.premises.store.read() as work:
        report = work.reports.get(newest["report"])
    to = [one.address for one in office.campaign.forwarding.to]

    assert ("forwarded", False) == (newest["state"], newest["stale"])
    assert set(to) <= set(forwarding.recipients)
    assert "sent" == forwarding.state.value
    for file in (folder / REPORT).iterdir():
        assert file.read_bytes() in [one.content for one in report.files]


def test_nothing_is_left_undone(office):
    """Every mail has its outcome, every letter has left or was withdrawn, the chain of events holds."""
    with office.service.premises.store.read() as work:
        assert work.events.verify() > len(office.ledger())

    assert {"sent", "withdrawn"} >= {one.state.value for one in office.outbox()}
    assert all(line["reason"] != "pending" for line in office.ledger())
    assert [] == office.status()["held"]


def test_the_timeline_is_for_a_clerk(twice, folder, office):
    """The story is told in Vietnamese, day by day, and lies in the folder; each unit is in it."""
    told = twice[1][0]
    text = (folder / TIMELINE).read_text(encoding="utf-8")

    assert all(line in told for line in text.splitlines())
    assert str(folder.resolve()) in told
    assert "Traceback" not in told
    for unit in office.campaign.units:
        assert unit.name in text or unit.short_name in text
    assert list((folder / SENT).glob("*.eml"))


@pytest.mark.parametrize("read", [with_openpyxl, with_calamine])
def test_the_figures_are_right_by_hand(folder, returned, workbook, read):
    """Every sum, ratio and count, and every unit's cell, from the forms in the folder."""
    spec = indicators(folder / OFFICE / "campaigns" / CODE)
    compared, wrong = differences(spec, returned, workbook, LISTS, read)

    assert len(ANSWERED) == len(returned)
    assert [] == wrong
    assert compared > 500


def test_the_hand_notices_a_wrong_form(folder, returned, workbook):
    """The comparison above can fail: one answer more in one form is named."""
    spec = indicators(folder / OFFICE / "campaigns" / CODE)
    name, content = next(iter(returned.items()))
    book = openpyxl.load_workbook(io.BytesIO(content))
    cell = next(row[3] for row in book["Bieu_TH"].iter_rows() if row[5].value == "T02")
    cell.value += 1
    changed = io.BytesIO()
    book.save(changed)

    _, wrong = differences(spec, returned | {name: changed.getvalue()}, workbook, LISTS, with_openpyxl)
    assert ["T02", f"T02 of {name}"] == [line.partition(":")[0] for line in wrong]


def test_a_figure_known_by_heart(folder, returned):
    """31 meetings: 3 + 2 + 1 + 12 + 4 + 2 + 2 + 5, added in this line."""
    spec = indicators(folder / OFFICE / "campaigns" / CODE)
    forms = [read_form(content, LISTS, with_openpyxl) for content in returned.values()]

    assert 3 + 2 + 1 + 12 + 4 + 2 + 2 + 5 == add_up(spec, forms)["T02"]


@pytest.fixture(scope="module")
def printer():
    """Give LibreOffice; without it skip at home and fail in CI."""
    made = LibreOffice()
    if made.program is None:
        sentence = "LibreOffice is not installed (apt-get install libreoffice-calc-nogui)"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return made


def without_values(workbook):
    """Take the stored value of every formula away, so that only a recalculation can bring it back."""
    out, taken = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(workbook)) as book, zipfile.ZipFile(out, "w") as bare:
        for name in book.namelist():
            content = book.read(name)
            if name.startswith("xl/worksheets/"):
                content, count = re.subn(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
                taken += count
            bare.writestr(name, content)
    return out.getvalue(), taken


def test_libreoffice_recalculates_every_cell_to_the_same(workbook, printer):
    """With our values taken away, LibreOffice computes each of them anew: cell by cell the same."""
    bare, taken = without_values(workbook)
    recalculated = printer._convert(bare, suffix="xlsx", to="xlsx")
    ours = openpyxl.load_workbook(io.BytesIO(workbook), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(workbook))
    theirs = openpyxl.load_workbook(io.BytesIO(recalculated), data_only=True)
    compared = 0
    for sheet in ours:
        for row in sheet.iter_rows():
            for cell in row:
                if formulas[sheet.title][cell.coordinate].data_type != "f":
                    continue
                compared += 1
                actual = theirs[sheet.title][cell.coordinate].value
                if isinstance(cell.value, int | float):
                    assert cell.value == pytest.approx(actual, abs=1e-9), (sheet.title, cell.coordinate)
                else:
                    assert cell.value == actual, (sheet.title, cell.coordinate)

    assert taken == compared
    assert compared > 60


def test_two_rehearsals_give_the_same_bytes(twice):
    """Workbook and Word document, byte for byte."""
    one, two = (
        {file.name: file.read_bytes() for file in (folder / REPORT).iterdir() if file.suffix != ".pdf"}
        for folder in twice[0]
    )

    assert [".docx", ".xlsx"] == sorted(pathlib.Path(name).suffix for name in one)
    assert one == two


def test_the_pdf_is_there_where_libreoffice_is(folder):
    """`make demo` ends with a PDF exactly where LibreOffice is installed."""
    made = bool(list((folder / REPORT).glob("*.pdf")))

    assert (LibreOffice().program is not None) == made
    assert shutil.which("soffice") is None or made
