"""The installed command leads a whole campaign over a real mail server, as an office would use it."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import hashlib
import json
import os
import pathlib
import resource
import shutil
import subprocess
from decimal import Decimal

import pytest

from config.campaign import load_campaign
from domain.ids import UnitCode
from domain.working_days import VIETNAM
from service.rehearsal.clerk_work import fill_form, sample_answers, write_narrative
from service.rehearsal.post import FileToSend, write_mail
from tests.by_hand import differences, indicators, with_calamine
from tests.servers.mail_room import MailRoom

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]
ROOT = pathlib.Path(__file__).parents[2]
CODE = "thang-dan-van-2021"
OFFICE = "vanphong@snv.bacgiang.example"
OURS = {"domain", "config", "intake", "parsers", "aggregator", "mailer", "store", "service", "web", "cli"}
HEAVY = ("sqlalchemy", "openpyxl", "docx", "docxtpl", "pydantic", "xlsxwriter", "imapclient", "apscheduler")
LISTS = {"L1": "L1_MoHinh", "L2": "L2_DienHinh", "L3": "L3_DoiThoai", "L4": "L4_PhongTrao"}
CLERK, CHIEF, DIRECTOR = "Văn thư Lê Thị Hoa", "Chánh Văn phòng", "Giám đốc Vũ Mạnh Hùng"
#: What a clerk at CCVC types into number cells.
AS_TEXT = {
    "T02": "12 buổi", "T04": "1.234", "K02": "trên 100", "K07": "12,5", "K09": "15 triệu", "D08": "không",
    "Q09": "không có", "V02": "22 lượt người",
}  # fmt: skip
#: PDFs are tested elsewhere; here they would only take time.
SETTINGS = "printer:\n  soffice: /bin/false\n"


def find_uv():
    """Give the program uv; where it is missing skip at home and fail in CI."""
    found = shutil.which("uv", path=f"{os.environ.get('PATH', '')}:{ROOT / '.venv' / 'bin'}")
    if found is None:
        sentence = "uv is not installed (tools/setup_venv.py puts it into .venv)"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found


def bare_environ():
    """Give an environment that knows nothing of the checkout."""
    hidden = ("TONGHOP_", "PYTHON", "VIRTUAL_ENV", "UV_PROJECT")
    return {name: value for name, value in os.environ.items() if not name.startswith(hidden)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel."""
    out = tmp_path_factory.mktemp("wheel")
    build(find_uv(), "build", "--wheel", "--out-dir", out, ROOT)
    (made,) = out.glob("*.whl")
    return made


def build(*arguments):
    """Run a building tool; its words are shown when it fails."""
    done = subprocess.run(
        arguments, cwd=ROOT, env=bare_environ(), capture_output=True, text=True, check=False, timeout=180
    )
    assert 0 == done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Install the wheel with exactly the locked versions into an environment of its own; give its bin."""
    uv, place = find_uv(), tmp_path_factory.mktemp("installed")
    python = place / "venv" / "bin" / "python"
    locked = place / "locked.txt"
    build(uv, "export", "--quiet", "--frozen", "--no-dev", "--no-emit-project", "--output-file", locked)
    build(uv, "venv", "--quiet", "--python", "3.11", place / "venv")
    build(uv, "pip", "install", "--quiet", "--python", python, "--requirement", locked)
    build(uv, "pip", "install", "--quiet", "--python", python, "--no-deps", wheel)
    return python.parent


def test_the_wheel_holds_only_what_is_ours(installed, wheel):
    """Top-level names of the wheel are our ten packages; tests, tools and benchmarks stay at home."""
    (record,) = (installed.parent / "lib").glob("python3*/site-packages/tonghop-*.dist-info/RECORD")
    names = {line.split(",")[0].split("/")[0] for line in record.read_text(encoding="utf-8").splitlines()}
    scripts = {line for line in names if line == ".."}

    assert OURS | {record.parent.name} == names - scripts
    assert "Apache" in (record.parent / "licenses" / "LICENSE").read_text(encoding="utf-8")


def test_help_imports_nothing_heavy(installed, tmp_path):
    """`tonghop --help` answers at once because the libraries of the work are not loaded for it."""
    done = subprocess.run(
        [installed / "python", "-X", "importtime", installed / "tonghop", "--help"],
        cwd=tmp_path,
        env=bare_environ(),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}

    assert "typer" in loaded
    assert set() == loaded & set(HEAVY)


def test_help_is_quick(installed, tmp_path):
    """Under 0.3 s of the processor, at its best of a few tries: what else the machine does is not counted."""
    times = []
    for _ in range(7):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [installed / "tonghop", "--help"],
            cwd=tmp_path,
            env=bare_environ(),
            capture_output=True,
            check=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    assert min(times) < 0.3


class Campaign:
    """The whole campaign, played once with the installed command; every command's answer is kept."""

    def __init__(self, installed, room, place):
        self.room = room
        self.home = place / "nha"
        self.elsewhere = place / "noi-khac"
        self.elsewhere.mkdir()
        self._program = installed / "tonghop"
        self._environ = bare_environ()
        #: Answers of commands by a name of ours.
        self.said = {}
        #: The form of each unit that counts in the end, by the unit's short name.
        self.returned = {}
        self.mails = {}
        self.plans = {}

    def run(self, name, *arguments, at="", expected=0):
        """Run the installed command elsewhere than in the checkout and keep what it says."""
        environ = self._environ | ({"TONGHOP_NOW": at} if at else {})
        done = subprocess.run(
            [self._program, *map(str, arguments)],
            cwd=self.elsewhere,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )
        assert expected == done.returncode, (arguments, done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr + done.stdout
        self.said[name] = done
        return done

    def json(self, name):
        """Give a command's answer as JSON, numbers as Decimals."""
        return json.loads(self.said[name].stdout, parse_float=Decimal)

    def cycle(self, at):
        """Let the service do one pass at an instant and give what it says."""
        self.run(f"cycle {at}", "cycle", "--now", f"{at}+07:00", "--json")
        return self.json(f"cycle {at}")

    def box(self, code, nth=0):
        """Give a unit's mailbox."""
        return self.campaign.unit_by_code[UnitCode(code)].emails[nth].address

    def form(self, code, until, **typed):
        """Fill the blank that came with the plan."""
        blank = next(file.content for file in self.plans[code].files if file.name.endswith(".xlsx"))
        content = fill_form(
            blank, self.campaign, sample_answers()[code], until=dt.date(2021, 10, until), typed=typed
        )
        short = self.campaign.unit_by_code[UnitCode(code)].short_name
        self.returned[short] = content
        return FileToSend(name=f"Biểu tổng hợp {short}.xlsx", content=content)

    def narrative(self, code, until):
        """Write the unit's text report."""
        unit = self.campaign.unit_by_code[UnitCode(code)]
        content = write_narrative(self.campaign, unit, sample_answers()[code], until=dt.date(2021, 10, until))
        return FileToSend(name=f"Báo cáo của {unit.short_name}.docx", content=content)

    def arrive(self, name, code, at, *files, answers=None, address=""):
        """Let a unit's mail arrive at an instant of October 2021."""
        unit = self.campaign.unit_by_code[UnitCode(code)]
        instant = dt.datetime.fromisoformat(at).replace(tzinfo=VIETNAM)
        mail = write_mail(
            name=unit.name,
            address=address or self.box(code),
            to=self.office,
            subject=f"Re: {answers.subject}" if answers else f"{unit.short_name} gửi báo cáo",
            body="Kính gửi Văn phòng Sở, đơn vị gửi biểu và báo cáo.",
            at=instant,
            files=files,
            answers=answers,
        )
        self.mails[name] = email.message_from_bytes(mail, policy=email.policy.default)
        self.room.append(self.office, mail, at=instant)

    def play(self):
        """Live through October 2021."""
        self.prepare()
        self.send_plan()
        self.first_answers()
        self.stranger()
        self.deadline()
        self.report()
        for name in ("status", "ledger"):
            self.run(name, name, "--json", at="2021-10-22T16:00+07:00")

    def prepare(self):
        """Make the home, edit the addresses, mend a slip that `check` names."""
        self.run("no home", "status", "--home", self.home, expected=2)
        self.run("init", "init", "--example", "--home", self.home)
        self.run("init again", "init", "--example", "--home", self.home, expected=2)
        (self.home / "tonghop.yaml").write_text(SETTINGS, encoding="utf-8")
        folder = self.home / "campaigns" / CODE
        mailboxes = self.room.rewrite(folder / "campaign.yaml", folder / "units.csv")
        self.office = mailboxes[OFFICE]
        self._environ |= self.room.environ(self.office) | {"TONGHOP_HOME": str(self.home)}
        roster = (folder / "units.csv").read_text(encoding="utf-8")
        (folder / "units.csv").write_text(roster.replace(",active,", ",actve,", 1), encoding="utf-8")
        self.run("check slip", "check", expected=2)
        self.run("cycle slip", "cycle", expected=2)
        (folder / "units.csv").write_text(roster, encoding="utf-8")
        self.run("check", "check", "--json")
        self.campaign = load_campaign(folder)

    def send_plan(self):
        """Dispatch; every unit finds plan and form in its mailbox; the second time nothing leaves."""
        first = ("dispatch", "--by", CLERK, "--json", "--now", "2021-10-01T08:00+07:00")
        self.run("dispatch", *first)
        for unit in self.campaign.units:
            self.plans[unit.code] = self.room.wait_for(unit.emails[0].address, "plan")
        self.run("dispatch again", *first)

    def first_answers(self):
        """One right, one wrong and mended, one typed as text, some more; a reminder in between."""
        self.arrive(
            "VP",
            "VP",
            "2021-10-05T09:10",
            self.form("VP", 5),
            self.narrative("VP", 5),
            answers=self.plans["VP"],
        )
        self.cycle("2021-10-05T09:30")
        self.room.wait_for(self.box("VP"), "receipt")
        wrong = self.form("TTRA", 11, T02="X", T05=None)
        self.arrive("TTRA wrong", "TTRA", "2021-10-11T15:05", wrong, answers=self.plans["TTRA"])
        self.cycle("2021-10-11T15:30")
        correction = self.room.wait_for(self.box("TTRA"), "correction")
        self.read_by_command(wrong)
        self.cycle("2021-10-12T08:00")
        self.arrive("TTRA right", "TTRA", "2021-10-13T09:30", self.form("TTRA", 13), answers=correction)
        self.arrive(
            "CCVC", "CCVC", "2021-10-14T16:45", self.form("CCVC", 14, **AS_TEXT), self.narrative("CCVC", 14)
        )
        for code in ("TCBM", "TDKT"):
            self.arrive(code, code, "2021-10-14T17:10", self.form(code, 14), self.narrative(code, 14))
        self.cycle("2021-10-14T17:30")

    def read_by_command(self, wrong):
        """Read files without a mailbox: refused, accepted, unreadable."""
        for name, content in (
            ("wrong", wrong.content),
            ("right", self.returned["VP Sở"]),
            ("rubbish", b"PK\x03\x04 no workbook"),
        ):
            file = self.elsewhere / f"{name}.xlsx"
            file.write_bytes(content)
            command = ("read", file, "--campaign", CODE, "--json", "--now", "2021-10-12T07:00+07:00")
            self.run(f"read {name}", *command, expected=0 if name == "right" else 3)

    def stranger(self):
        """Hold a mail from an unknown address until a person says whose it is."""
        stranger = self.room.dovecot.add_user()
        self.arrive(
            "CCHC",
            "CCHC",
            "2021-10-14T21:30",
            self.form("CCHC", 14),
            self.narrative("CCHC", 14),
            address=stranger,
        )
        self.cycle("2021-10-15T07:00")
        self.stranger_address = stranger
        self.run("held", "held", "--json")
        self.run("status held", "status", "--json", at="2021-10-15T07:10+07:00")
        number = self.json("held")[0]["mail"]
        self.run("assign nobody", "assign", 9999, "CCHC", "--by", CLERK, expected=2)
        self.run("assign wrong", "assign", number, "KHONGCO", "--by", CLERK, expected=2)
        self.run("assign", "assign", number, "cchc", "--by", CLERK, at="2021-10-15T07:30+07:00")
        self.cycle("2021-10-15T08:00")
        self.room.wait_for(self.box("CCHC"), "receipt")

    def deadline(self):
        """One more in time, one late, one after the overdue letter, one excused, and time passes."""
        self.arrive("XDCQ", "XDCQ", "2021-10-20T06:10", self.form("XDCQ", 19), self.narrative("XDCQ", 19))
        self.run(
            "excuse", "excuse", "LT", "--by", CHIEF, "--reason", "Sáp nhập", "--now", "2021-10-19T09:00+07:00"
        )
        self.cycle("2021-10-20T08:00")
        head = self.campaign.unit_by_code[UnitCode("TG")].head_email
        overdue = self.room.wait_for(head.address, "overdue")
        self.room.wait_for(self.office, "report_ready")
        self.arrive(
            "TG", "TG", "2021-10-20T15:20", self.form("TG", 20), self.narrative("TG", 20), answers=overdue
        )
        self.cycle("2021-10-20T15:30")

    def report(self):
        """Make, check, approve and forward; explain a figure from the file that left."""
        at = "2021-10-22T09:00+07:00"
        self.run("approve early", "report", "approve", "--by", DIRECTOR, at=at, expected=2)
        self.run("make", "report", "make", "--by", CLERK, at=at)
        self.run("check report", "report", "check", "latest", "--by", CHIEF, at=at)
        self.run("list", "report", "list", "--json", at=at)
        digest = self.json("list")[-1]["digest"]
        approve = ("report", "approve", "latest", "--by", DIRECTOR, "--digest")
        self.run("approve other", *approve, "00000000", at=at, expected=2)
        self.run("approve", *approve, digest[:8], at=at)
        self.run("forward signed", "report", "forward", "latest", "--by", CLERK, at=at, expected=2)
        self.run("forward", "report", "forward", "latest", "--by", CLERK, "--unsigned", at=at)
        self.cycle("2021-10-22T09:30")
        self.forwarded = self.room.wait_for(self.campaign.forwarding.to[0].address, "forwarding")
        book = next(file for file in self.forwarded.files if file.name.endswith(".xlsx"))
        self.workbook = book.content
        left = self.elsewhere / book.name
        left.write_bytes(book.content)
        self.run("explain", "explain", "latest", "docx:T02", "--json", at=at)
        cell = cell_of(self.workbook, "T02")
        self.run("explain file", "explain", left, f"TongHop!{cell}", "--json", at=at)
        self.run("explain nothing", "explain", "latest", "TongHop!A1", "--json", at=at, expected=2)


def cell_of(workbook, code):
    """Find the total of a code in the consolidated sheet by its heads, as a person does."""
    rows = with_calamine(workbook)["TongHop"]
    heads = next(row for row in rows if "Tổng cộng" in row)
    number = next(n for n, row in enumerate(rows, start=1) if row[heads.index("Mã")] == code)
    return f"{'ABCDEFGH'[heads.index('Tổng cộng')]}{number}"


@pytest.fixture(scope="module")
def played(installed, dovecot, postfix, tmp_path_factory):
    """Give the campaign after it was played."""
    campaign = Campaign(
        installed, MailRoom(dovecot=dovecot, postfix=postfix), tmp_path_factory.mktemp("campaign")
    )
    campaign.play()
    return campaign


def ledger_of(played):
    """Give the ledger's lines about mails of others, by Message-ID."""
    lines = [json.loads(line, parse_float=Decimal) for line in played.said["ledger"].stdout.splitlines()]
    return {line["message_id"]: line for line in lines if line["reason"] != "own"}


def line_of(played, name):
    """Give the ledger's line about one of the mails."""
    return ledger_of(played)[played.mails[name]["Message-ID"]]


def test_mistakes_are_named_with_their_place(played):
    """A wrong word in the roster: file, line, the right word; nothing is sent before it is mended."""
    for name in ("check slip", "cycle slip"):
        assert "units.csv:2" in played.said[name].stderr
        assert "active" in played.said[name].stderr
    assert {"errors": [], "campaigns": [CODE]}.items() <= played.json("check").items()
    assert any("plan" in warning for warning in played.json("check")["warnings"])


def test_every_unit_had_its_plan_once(played):
    """Nine letters, each with the plan and the unit's own form; the second dispatch sends nothing."""
    first, again = played.json("dispatch"), played.json("dispatch again")
    codes = [unit.code for unit in played.campaign.units]

    assert (codes, [], 9, "") == (first["queued"], first["already"], first["sent"], first["problem"])
    assert ([], codes, 0) == (again["queued"], again["already"], again["sent"])
    for code, plan in played.plans.items():
        assert any(file.name.endswith(f"_{code}.xlsx") for file in plan.files)
        assert played.campaign.plan.content in [file.content for file in plan.files]
        assert "“Tháng Dân vận”" in plan.subject
        assert 1 == len(played.room.letters(played.box(code), "plan"))


def test_reading_a_file_says_what_contracts_promise(played):
    """`read --json`: verdict, unit, answers with raw text and cell, findings with advice, key by key."""
    wrong, right = played.json("read wrong"), played.json("read right")
    keys = {"verdict", "unit", "form", "answers", "lists", "findings", "understood_as", "not_checked"}

    assert keys <= set(wrong) == set(right)
    assert ("refused", "TTRA") == (wrong["verdict"], wrong["unit"])
    assert ("accepted", "VP") == (right["verdict"], right["unit"])
    assert {"id": "thang-dan-van", "version": "2021.1"} == right["form"]
    assert {"state": "number", "value": 3, "note": None, "sheet": "Bieu_TH"}.items() <= (
        right["answers"]["T02"] | {"note": right["answers"]["T02"]["note"] or None}
    ).items()
    assert {"state", "value", "raw", "note", "sheet", "cell"} == set(right["answers"]["T02"])
    assert "unclear" == wrong["answers"]["T02"]["state"]
    assert "missing" == wrong["answers"]["T05"]["state"]
    assert "T06" not in right["answers"]
    assert set(LISTS) == set(right["lists"])
    assert {"sheet", "row", "ten"} <= set(right["lists"]["L1"][0])
    for finding in wrong["findings"]:
        assert ["code", "severity", "audience", "sheet", "cell", "field", "message", "advice"] == list(
            finding
        )
    errors = {found["field"] for found in wrong["findings"] if found["severity"] in ("error", "question")}
    assert {"T02", "T05"} <= errors
    assert {"R19", "R21", "R22", "R24"} <= set(right["not_checked"])
    assert ("unreadable", None) == (
        played.json("read rubbish")["verdict"],
        played.json("read rubbish")["unit"],
    )


def test_answers_have_their_outcomes(played):
    """Right, wrong, mended, typed as text, held and assigned, late, after the overdue letter."""
    outcomes = {
        name: (line_of(played, name)["outcome"], line_of(played, name)["version"]) for name in played.mails
    }

    assert {
        "VP": ("accepted", 1),
        "TTRA wrong": ("refused", 1),
        "TTRA right": ("accepted", 2),
        "CCVC": ("accepted_with_warnings", 1),
        "TCBM": ("accepted", 1),
        "TDKT": ("accepted", 1),
        "CCHC": ("accepted", 1),
        "XDCQ": ("accepted", 1),
        "TG": ("accepted", 1),
    } == outcomes


def test_the_ledger_has_the_shape_of_the_contract(played):
    """One object a line for every mail, with digests, arrival, outcome and replies."""
    keys = {
        "message_id", "sha256", "account", "folder", "uid", "received_at", "outcome", "reason", "submissions",
        "unit", "version", "codes", "values", "attachments", "reply_message_ids",
    }  # fmt: skip
    line = line_of(played, "CCVC")

    for one in ledger_of(played).values():
        assert keys <= set(one)
    assert ("main", "INBOX", "CCVC", None) == (line["account"], line["folder"], line["unit"], line["reason"])
    assert dt.datetime(2021, 10, 14, 16, 45, tzinfo=VIETNAM) == dt.datetime.fromisoformat(line["received_at"])
    assert {
        "T02": 12, "T04": 1234, "K02": 100, "K07": Decimal("12.5"), "K09": 15, "D08": 0, "Q09": 0, "V02": 22,
    }.items() <= line["values"].items()  # fmt: skip
    assert set(line["codes"]) == set(line["values"])
    assert ["unit", "version", "outcome", "codes", "values"] == list(line["submissions"][0])
    assert ["Biểu tổng hợp P.CCVC.xlsx", "Báo cáo của P.CCVC.docx"] == [
        one["name"] for one in line["attachments"]
    ]
    assert all(64 == len(one["sha256"]) for one in line["attachments"])
    assert 1 == len(line["reply_message_ids"])


def test_replies_lie_in_the_units_threads(played):
    """Receipt and correction answer the very mail, in its thread, once."""
    for name, code, kind in (("VP", "VP", "receipt"), ("TTRA wrong", "TTRA", "correction")):
        (reply,) = played.room.letters(played.box(code), kind)
        parsed = email.message_from_bytes(reply.content, policy=email.policy.default)

        assert [reply.message_id] == line_of(played, name)["reply_message_ids"]
        assert played.mails[name]["Message-ID"] == parsed["In-Reply-To"]
        assert played.plans[code].message_id in parsed["References"]


def test_a_stranger_is_held_until_a_person_says_whose_it_is(played):
    """Held with the right first guess; no figures to the unknown address; its own arrival counts."""
    (held,) = played.json("held")
    (held_unit,) = [unit for unit in played.json("status held")["units"] if unit["unit"] == "CCHC"]
    (receipt,) = played.room.letters(played.box("CCHC"), "receipt")

    assert ("unknown_sender", "CCHC") == (held["reason"], held["guesses"][0]["unit"])
    assert played.stranger_address == held["from"]
    assert held["guesses"][0]["reasons"]
    assert "held" == held_unit["state"]
    assert 1 == played.json("cycle 2021-10-15T07:00")["received"]["held"]
    assert [] == played.room.letters(played.stranger_address)
    assert [receipt.message_id] == line_of(played, "CCHC")["reply_message_ids"]
    assert "KHONGCO" in played.said["assign wrong"].stderr
    assert "CCHC" in played.said["assign wrong"].stderr


def test_reminders_go_to_those_who_owe(played):
    """On 12/10 nobody who had answered is reminded; the excused unit is not written to when it is overdue."""
    assert 8 == played.json("cycle 2021-10-12T08:00")["reminders"]
    assert [] == played.room.letters(played.box("VP"), "reminder")
    midway, weekend = played.room.letters(played.box("TTRA"), "reminder")
    assert weekend.subject.startswith("Còn thiếu Báo cáo")
    assert not midway.subject.startswith("Còn thiếu Báo cáo")
    head = played.campaign.unit_by_code[UnitCode("LT")].head_email
    assert [] == played.room.letters(head.address, "overdue")
    late = played.campaign.unit_by_code[UnitCode("XDCQ")].head_email
    assert [] == played.room.letters(late.address, "overdue")


def test_the_status_has_the_shape_of_the_contract(played):
    """Coverage, each unit with form and narrative, flags, what is owed, what comes next."""
    status = played.json("status")
    units = {unit["unit"]: unit for unit in status["units"]}

    assert {"campaign", "now", "coverage", "units", "next"} <= set(status)
    assert (CODE, "2021-10-22T16:00:00+07:00") == (status["campaign"], status["now"])
    assert (8, 8, []) == tuple(status["coverage"][key] for key in ("counted", "expected", "missing"))
    assert [{"unit": "LT", "reason": "Sáp nhập"}] == status["coverage"]["excluded"]
    for unit in units.values():
        assert {"unit", "state", "flags", "form", "narrative", "owes"} == set(unit)
        for item in ("form", "narrative"):
            assert {"state", "version", "received_at", "on_time"} <= set(unit[item])
    assert ("accepted", 2, True) == tuple(
        units["TTRA"]["form"][key] for key in ("state", "version", "on_time")
    )
    assert ["narrative"] == units["TTRA"]["owes"]
    assert (False, True) == (units["XDCQ"]["form"]["on_time"], "late" in units["XDCQ"]["flags"])
    assert False is units["TG"]["form"]["on_time"]
    assert True is units["CCHC"]["form"]["on_time"]
    assert "excluded" == units["LT"]["state"]
    for coming in status["next"]:
        assert {"at", "action", "unit"} == set(coming)


def test_a_report_leaves_only_after_its_steps(played):
    """Not approved unchecked, not under another digest, not unsigned unless said; then it is there."""
    for name in ("approve early", "approve other", "forward signed"):
        assert 1 == len(played.said[name].stderr.strip().splitlines())
        assert played.said[name].stderr.startswith("tonghop: ")
    assert "--unsigned" in played.said["forward signed"].stderr
    shapes = played.json("list")
    assert ["report", "state", "stale", "created_at"] == list(shapes[-1])[:4]
    assert "checked" == shapes[-1]["state"]
    assert "forwarded" == played.json("status")["reports"][-1]["state"]
    names = {file.name.rpartition(".")[2]: file.name for file in played.forwarded.files}
    assert {"docx", "xlsx"} == set(names)
    assert not any("DuThao" in name for name in names.values())


def test_what_was_forwarded_is_what_was_approved(played):
    """The files that arrived at the superior have the digests that the approved list shows."""
    shown = {
        file["name"]: file["sha256"]
        for file in played.json("list")[-1]["files"]
        if file["rendition"] == "final"
    }

    assert shown == {file.name: hashlib.sha256(file.content).hexdigest() for file in played.forwarded.files}


def test_every_figure_is_right_by_hand(played):
    """The workbook that arrived, against the forms as the test wrote them, both read by calamine."""
    spec = indicators(played.home / "campaigns" / CODE)
    compared, wrong = differences(spec, played.returned, played.workbook, LISTS, with_calamine)

    assert 8 == len(played.returned)
    assert [] == wrong
    assert compared > 500


def test_a_figure_leads_back_to_its_cells(played):
    """`explain` by number and by the file that left: the same parts, proved in the raw mails."""
    by_code, by_file = played.json("explain"), played.json("explain file")
    keys = {"report", "cell", "code", "label", "value", "aggregate", "parts", "adjustments", "missing"}

    assert keys == set(by_code) == set(by_file)
    assert (31, "T02", "sum", []) == tuple(by_code[key] for key in ("value", "code", "aggregate", "missing"))
    assert by_code["parts"] == by_file["parts"]
    assert 31 == sum(part["value"] for part in by_code["parts"])
    (ccvc,) = [part for part in by_code["parts"] if part["unit"] == "CCVC"]
    assert {"unit", "version", "value", "attachment", "sha256", "sheet", "cell", "raw", "message_id"} <= set(
        ccvc
    )
    assert ("12 buổi", "Bieu_TH", played.mails["CCVC"]["Message-ID"]) == (
        ccvc["raw"], ccvc["sheet"], ccvc["message_id"],
    )  # fmt: skip


def test_nothing_of_the_campaign_was_kept_elsewhere(played):
    """Everything lies in the home; the folder in which the commands ran holds what the test put there."""
    assert {"tonghop.yaml", "campaigns", "tonghop.db", "secret.key"} <= {
        path.name for path in played.home.iterdir()
    }
    assert 0o600 == (played.home / "secret.key").stat().st_mode & 0o777
    assert {".xlsx"} == {path.suffix for path in played.elsewhere.iterdir()}
