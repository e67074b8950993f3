"""From an empty folder to letters on their way: init, check, dispatch, cycle, run."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from config.campaign import load_campaign
from domain.errors import Problem
from service import surroundings
from tests.offices import CODE
from tests.own_forms import FOLDER

MORNING = ("--now", "2021-10-01T08:00+07:00")


def test_from_nothing_to_the_next_step(tonghop, tmp_path):
    """Init lays down, check says what is missing and what comes next, dispatch sends once."""
    home = tmp_path / "office"
    said = tonghop("init", "--example", "--home", home)
    assert (0, True) == (said.code, f"`tonghop check --home {home}`" in said.out)

    said = tonghop("check", "--home", home)
    assert 0 == said.code
    assert f"Settings are sound. Campaigns: {CODE}." in said.out
    assert f"`tonghop dispatch --home {home} --by" in said.out
    assert "warning: " in said.err
    assert "error: " not in said.err

    said = tonghop("dispatch", "--home", home, "--by", "Văn thư", *MORNING)
    assert (0, "9 letters prepared, 9 sent, 0 had theirs before.\n") == (said.code, said.out)
    again = tonghop("dispatch", "--home", home, "--by", "Văn thư", "--json", *MORNING)
    assert (0, []) == (again.code, again.json["queued"])
    assert 9 == len(again.json["already"])


def test_init_keeps_what_is_there(tonghop, tmp_path):
    """Settings that exist stay; an example that exists stops the command."""
    (tmp_path / "tonghop.yaml").write_text("log: {level: INFO}\n", encoding="utf-8")

    assert 0 == tonghop("init", "--home", tmp_path).code
    assert "log: {level: INFO}\n" == (tmp_path / "tonghop.yaml").read_text(encoding="utf-8")
    assert 0 == tonghop("init", "--example", "--home", tmp_path).code
    assert 2 == tonghop("init", "--example", "--home", tmp_path).code


def test_init_moves_the_example(tonghop, tmp_path):
    """--start shifts every date; nonsense and a start without example are told before anything is written."""
    for words in (("--start", "2026-10-01"), ("--example", "--start", "tháng 10")):
        assert 2 == tonghop("init", *words, "--home", tmp_path / "none").code
    assert not (tmp_path / "none").exists()

    assert 0 == tonghop("init", "--example", "--start", "2026-10-01", "--home", tmp_path).code
    text = (tmp_path / "campaigns" / CODE / "campaign.yaml").read_text(encoding="utf-8")
    assert "2026-10-19" in text


def test_check_of_an_empty_home(tonghop, tmp_path):
    """Without a campaign the next step is to lay one down; without a home to make it."""
    said = tonghop("check", "--home", tmp_path)
    assert (0, True) == (said.code, "`tonghop init --example" in said.out)
    said = tonghop("check", "--home", tmp_path / "nowhere", "--json")
    assert (2, True) == (said.code, "There is no such folder." in said.json["errors"][0])


def test_the_shape_of_check(tonghop, october):
    """Errors, warnings, campaigns and connections."""
    shape = tonghop("check", "--home", october, "--json", "--connect").json

    assert ["errors", "warnings", "campaigns", "connections"] == list(shape)
    assert ([], [CODE]) == (shape["errors"], shape["campaigns"])
    assert [
        {"name": "mailbox main", "problem": None},
        {"name": "transport main", "problem": None},
    ] == shape["connections"]


def test_effective_settings_are_shown(tonghop, october, monkeypatch):
    """--settings prints each value with its origin, and no password."""
    for name, value in (("HOST", "imap.example"), ("USER", "vp"), ("PASSWORD", "geheim")):
        monkeypatch.setenv(f"TONGHOP_IMAP_{name}", value)
        monkeypatch.setenv(f"TONGHOP_SMTP_{name}", value)
    said = tonghop("check", "--home", october, "--settings")

    assert "mailboxes.main.host = imap.example  (TONGHOP_IMAP_HOST)" in said.out
    assert "geheim" not in said.out + said.err


def test_the_offices_own_words_are_checked(tonghop, home):
    """A slip in a letter's text or in the report's sentences is an error with its place."""
    campaign = home / "campaigns" / CODE
    (campaign / "texts").mkdir(exist_ok=True)
    (campaign / "texts" / "reminder.vi.txt.j2").write_text("Nhắc {{ đơn_vị.tên }}", encoding="utf-8")
    narrative = campaign / "report" / "narrative.yaml"
    narrative.write_text(narrative.read_text(encoding="utf-8").replace("{T02}", "{T99}"), encoding="utf-8")
    said = tonghop("check", "--home", home)

    assert 2 == said.code
    assert f"campaigns/{CODE}/texts/reminder.vi.txt.j2" in said.err
    assert f"campaigns/{CODE}/report/narrative.yaml:" in said.err
    assert "T99" in said.err


def test_a_server_that_is_away_is_told(tonghop, october, monkeypatch):
    """--connect names each server that cannot be logged in to; exit code 4."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for kind in ("IMAP", "SMTP"):
        for name, value in (("HOST", "127.0.0.1"), ("PORT", port), ("SECURITY", "none")):
            monkeypatch.setenv(f"TONGHOP_{kind}_{name}", str(value))
        monkeypatch.setenv(f"TONGHOP_{kind}_USER", "vp")
        monkeypatch.setenv(f"TONGHOP_{kind}_PASSWORD", "x")
    said = tonghop("check", "--home", october, "--connect", "--json")

    assert 4 == said.code
    assert all(connection["problem"] for connection in said.json["connections"])
    away = tonghop("cycle", "--home", october, *MORNING)
    assert (4, True) == (away.code, "Nothing is lost" in away.err)


@pytest.mark.parametrize(
    ("programs", "fonts", "told"),
    [
        ((), "", "LibreOffice is not installed"),
        (("soffice",), "", "fc-list is missing"),
        (("soffice", "fc-list"), "Liberation Serif\t69468\n", "1.x, which lacks Vietnamese letters"),
        (("soffice", "fc-list"), "DejaVu Sans\t131072\n", "Neither Times New Roman"),
        (("soffice", "fc-list"), "Liberation Serif\t137626\n", None),
        (("soffice", "fc-list"), "Times New Roman\t1\n", None),
    ],
)
def test_what_the_pdf_needs(tmp_path, monkeypatch, programs, fonts, told):
    """LibreOffice and a font with every Vietnamese letter, or a warning with what to install."""
    from config.settings import load_settings  # noqa: PLC0415 - this test alone

    for name in programs:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nprintf '%b' {fonts!r}\n", encoding="utf-8")
        program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin" if told is None else str(tmp_path))
    if told is not None and "fc-list" in programs:
        monkeypatch.setattr(
            surroundings, "_list_fonts", lambda _program: {fonts.split("\t")[0]: int(fonts.split("\t")[1])}
        )
    problems = [str(problem) for problem in surroundings.machine_warnings(load_settings(tmp_path, {}))]
    about = [problem for problem in problems if problem.startswith(("PDF", "fonts"))]

    assert [] == about if told is None else told in about[0] and "apt-get install" in about[0]


def test_a_home_on_a_network_is_refused(tmp_path, monkeypatch):
    """SQLite's locks do not hold on NFS: an error, with the kind of file system."""
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr(surroundings, "_MOUNTS", mounts)

    assert ["nfs4"] == [
        kind for kind in ("nfs4", "ext4") if kind in str(*surroundings.home_problems(tmp_path))
    ]
    mounts.write_text(f"server:/x {tmp_path} nfs rw 0 0\n/dev/sdb {tmp_path} ext4 rw 0 0\n", encoding="utf-8")
    assert [] == list(surroundings.home_problems(tmp_path))


def test_a_full_disk_is_told(tmp_path, monkeypatch):
    """Less than twice the store is a warning."""
    from collections import namedtuple  # noqa: PLC0415 - this test alone

    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil gives it
    monkeypatch.setattr(surroundings.shutil, "disk_usage", lambda _path: usage(1, 1, 199_000_000))
    from config.settings import load_settings  # noqa: PLC0415 - this test alone

    problems = list(surroundings.machine_warnings(load_settings(tmp_path, {})))

    assert isinstance(problems[0], Problem)
    assert "199 MB are free" in problems[0].reason


def test_a_cycle_says_what_it_did(tonghop, home):
    """Numbers for people, a shape for scripts."""
    said = tonghop("cycle", "--home", home, "--now", "2021-10-15T08:00+07:00")
    assert (0, "0 mails collected; received: nothing new.") == (said.code, said.out.splitlines()[0])
    shape = tonghop("cycle", "--home", home, "--now", "2021-10-15T08:01+07:00", "--json").json
    assert [
        "collected",
        "received",
        "reminders",
        "reports",
        "sent",
        "withdrawn",
        "waiting",
        "stopped",
        "problems",
    ] == list(shape)


def test_a_second_cycle_says_that_another_is_at_work(tonghop, home):
    """Two at once do no harm: the second ends with 4."""
    import fcntl  # noqa: PLC0415 - this test alone

    with (home / "tonghop.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = tonghop("cycle", "--home", home, *MORNING)

    assert (4, True) == (said.code, "another tonghop is at work" in said.err)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_run_ends_cleanly(home, number):
    """Run does a cycle at once and ends with 0 when it is told to."""
    root = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, "-c", "from cli.main import main; main()", "run", "--home", home, "--every", "60"],
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = []
    cycled = threading.Event()

    def listen():
        for line in process.stderr:
            lines.append(line)
            if "cycle_done" in line:
                cycled.set()

    listener = threading.Thread(target=listen)
    listener.start()
    assert cycled.wait(60), lines
    process.send_signal(number)
    assert 0 == process.wait(30), lines
    listener.join()
    process.stdout.close()
    process.stderr.close()
    assert "tonghop stopped.\n" == lines[-1]


def test_the_day_is_the_offices(tonghop, october):
    """An instant without offset is Vietnam's time."""
    shape = tonghop("status", "--home", october, "--json", "--now", "2021-10-14T10:00").json

    assert dt.datetime(2021, 10, 14, 3, 0, tzinfo=dt.UTC) == dt.datetime.fromisoformat(shape["now"])


def test_adopt_says_what_it_proposes_and_what_comes_next(tonghop, tmp_path):
    """The rows with how sure they are, what was left out, the next command; dates begin where one says."""
    target = tmp_path / "dot"
    said = tonghop("adopt", FOLDER / "kinh-phi.xlsx", "-o", target, "--start", "2026-12-01")

    assert 0 == said.code
    assert "12 fields and 0 lists proposed" in said.out
    assert "C5    Hội nghị, tập huấn" in said.out
    assert "biểu tự tính (=SUM(C5:C11)), không hỏi." in said.out
    assert f"tonghop check --campaign {target}" in said.out
    assert 2026 == load_campaign(target).start.year


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"no workbook", "Save it from Excel as .xlsx"), (None, "there is no file")],
)
def test_adopt_refuses_what_is_no_form(tonghop, tmp_path, content, told):
    """A plain sentence, exit code 2, nothing written."""
    if content is not None:
        (tmp_path / "a.xlsx").write_bytes(content)
    said = tonghop("adopt", tmp_path / "a.xlsx", "-o", tmp_path / "b")

    assert 2 == said.code
    assert told in said.err
    assert not (tmp_path / "b").exists()
