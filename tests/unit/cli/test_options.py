"""Options everywhere, exit codes, and what a person sees when something is wrong."""

from __future__ import annotations

import os
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from cli.session import AWAY, BUG, REFUSED, USAGE, exit_code
from domain import errors
from tests.offices import CODE

NOW = "2021-10-14T10:00+07:00"


@pytest.mark.parametrize(
    "words",
    [
        ("status", "--home", "HOME", "--now", NOW, "--json"),
        ("--home", "HOME", "--now", NOW, "--json", "status"),
        ("--home=HOME", "status", f"--now={NOW}", "--json"),
        ("--json", "--campaign", CODE, "status", "--home", "HOME", "--now", NOW),
        ("-c", CODE, "--json", "--now", NOW, "status", "--home", "HOME"),
        ("--verbose", "--home", "HOME", "--json", "status", "--now", NOW),
        ("--home", "/nowhere", "--now", "2020-01-01", "status", "--home", "HOME", "--now", NOW, "--json"),
    ],
    ids=["after", "before", "equals", "mixed", "short", "verbose", "after wins"],
)
def test_options_stand_before_or_after_the_command(tonghop, home, words):
    """--home, --now, --campaign and --json are understood on both sides; the nearer one wins."""
    said = tonghop(*(word.replace("HOME", str(home)) for word in words))

    assert 0 == said.code
    assert (CODE, NOW) == (said.json["campaign"], said.json["now"].replace(":00+", "+"))


def test_options_stand_before_a_sub_command(tonghop, home):
    """`tonghop --home H --json report list` works as `tonghop report list --home H --json` does."""
    before = tonghop("--home", home, "--json", "report", "list")
    after = tonghop("report", "list", "--home", home, "--json")

    assert 0 == before.code
    assert after.json == before.json
    assert 1 == len(after.json)


def test_environment_names_home_and_clock(tonghop, home, monkeypatch):
    """TONGHOP_HOME and TONGHOP_NOW stand for the options, which win over them."""
    monkeypatch.setenv("TONGHOP_HOME", str(home))
    monkeypatch.setenv("TONGHOP_NOW", "2021-10-12T07:00+07:00")

    assert "2021-10-12T07:00:00+07:00" == tonghop("status", "--json").json["now"]
    assert "2021-10-15T07:00:00+07:00" == tonghop("status", "--json", "--now", "2021-10-15T07:00").json["now"]


def test_a_campaign_is_named_by_its_folder(tonghop, home, campaign_folder):
    """--campaign takes a folder anywhere."""
    said = tonghop("status", "--home", home, "--campaign", campaign_folder, "--json")

    assert CODE == said.json["campaign"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("stauts",), "Did you mean 'status'?"),
        (("status", "--hom", "x"), "--home"),
        (
            ("status", "--now", "gestern"),
            "--now 'gestern' is no instant; write it like 2021-10-19T08:00+07:00",
        ),
        (("status", "--now", ""), "--now '' is no instant"),
        (("status", "--campaign", "thang-dan-van-2020"), "Campaigns here: thang-dan-van-2021"),
        (("excuse", "LT", "--reason", "sáp nhập"), "--by"),
        (("excuse", "LT", "--by", "An"), "--reason"),
        (("excuse", "LT", "--by", " ", "--reason", "sáp nhập"), "--by NAME"),
        (("excuse", "LTT", "--by", "An", "--reason", "x"), "Did you mean `LT`?"),
        (("extend", "LT", "--by", "An", "--to", "2021-10-22T17:00"), "--reason"),
        (("extend", "LT", "--by", "An", "--reason", "x", "--to", "mai"), "--to 'mai' is no instant"),
        (("set-aside", "TCBM", "1", "--by", "An"), "--reason"),
        (("set-aside", "TCBM", "eins", "--by", "An", "--reason", "x"), "valid integer"),
        (("assign", "4", "CCHC"), "--by"),
        (("assign", "99", "CCHC", "--by", "An"), "99"),
        (("assign", "1", "CCHC", "--by", "An"), "not held"),
        (("blank", "--unit", "TTR"), "Did you mean `TTRA`?"),
        (("blank",), "--unit"),
        (("run", "--every", "0"), "every"),
        (("explain", "99", "docx:T02"), "99"),
        (("explain", "latest", "docx:X99"), "X99"),
        (("read", "nowhere.xlsx"), "there is no file nowhere.xlsx"),
        (("read", "."), "there is no file ."),
        (("--json", "excuse", "LT", "--by", "An", "--reason", "x"), "--json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_slip_is_told_in_a_sentence(tonghop, home, words, told):
    """Exit code 2, a sentence on stderr that says what to write, nothing on stdout."""
    at = () if words[0].startswith("--") or words == ("stauts",) else ("--home", home)
    said = tonghop(*words, *at)

    assert (2, "") == (said.code, said.out)
    assert told in said.err


def test_a_wrong_folder_stays_as_it_is(tonghop, tmp_path, monkeypatch):
    """A command in a folder that is no home leaves nothing there and says how to make one."""
    monkeypatch.chdir(tmp_path)
    said = tonghop("status")

    assert 2 == said.code
    assert "tonghop init" in said.err
    assert [] == list(tmp_path.iterdir())


def test_no_campaign_and_several_are_questions(tonghop, tmp_path):
    """Without a campaign the next step is named; of several one must be named."""
    assert 0 == tonghop("init", "--home", tmp_path).code
    none = tonghop("status", "--home", tmp_path)
    assert (2, True) == (none.code, "tonghop init --example" in none.err)

    assert 0 == tonghop("init", "--example", "--home", tmp_path).code
    first = tmp_path / "campaigns" / CODE
    second = tmp_path / "campaigns" / "thang-khac"
    for file in first.rglob("*"):
        if file.is_file():
            target = second / file.relative_to(first)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes().replace(CODE.encode(), b"thang-khac"))
    several = tonghop("status", "--home", tmp_path)

    assert 2 == several.code
    assert f"{CODE}, thang-khac; say which with --campaign CODE" in several.err
    assert 0 == tonghop("status", "--home", tmp_path, "--campaign", "thang-khac").code


def break_files(home):
    """Make mistakes in settings and campaign."""
    (home / "tonghop.yaml").write_text("schedule:\n  poll_minutes: often\nmailboxx: {}\n", encoding="utf-8")
    file = home / "campaigns" / CODE / "campaign.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("year: 2021", "yaer: 2021"), encoding="utf-8")


@pytest.mark.parametrize("command", ["status", "cycle", "dispatch", "held", "check"])
def test_every_mistake_is_told_at_once_and_nothing_is_sent(tonghop, home, command):
    """A broken configuration stops every command with file:line:column of each mistake."""
    break_files(home)
    before = sorted(path for path in (home / "mail").rglob("*"))
    said = tonghop(command, "--home", home)

    assert 2 == said.code
    assert "tonghop.yaml:2:17: " in said.err
    assert "tonghop.yaml:3:1: " in said.err
    assert f"campaigns/{CODE}/campaign.yaml:" in said.err
    assert "`yaer`" in said.err
    assert "to mend" in said.err + said.out
    assert before == sorted(path for path in (home / "mail").rglob("*"))


def test_a_database_that_is_none_is_told(tonghop, home):
    """A file that is no database ends with 4 and a sentence; it is not touched."""
    for leftover in home.glob("tonghop.db*"):
        leftover.unlink()
    (home / "tonghop.db").write_bytes(b"no database at all" * 100)
    said = tonghop("status", "--home", home)

    assert 4 == said.code
    assert "database" in said.err
    assert (home / "tonghop.db").read_bytes().startswith(b"no database")


def test_a_locked_database_is_to_be_tried_again(tonghop, home, monkeypatch):
    """While another process keeps the database, the command says to run it again."""
    import datetime as dt  # noqa: PLC0415 - this test alone

    from store import store  # noqa: PLC0415 - heavy import

    patient = store.SqlStore.__init__.__kwdefaults__
    monkeypatch.setitem(patient, "patience", dt.timedelta(milliseconds=100))
    other = sqlite3.connect(home / "tonghop.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        said = tonghop("excuse", "LT", "--by", "An", "--reason", "sáp nhập", "--home", home)
    finally:
        other.close()

    assert 4 == said.code
    assert "Run the same command again later." in said.err


@pytest.mark.parametrize(
    ("words", "code"),
    [(("init",), 2), (("check",), 2), (("status", "--campaign", "FOLDER"), 4)],
    ids=["init", "check", "status"],
)
def test_an_unwritable_home_is_told(tonghop, campaign_folder, words, code):
    """A home that cannot be written, by root neither, is a sentence."""
    said = tonghop(
        *(str(campaign_folder) if word == "FOLDER" else word for word in words), "--home", "/proc/self"
    )

    assert code == said.code
    assert "/proc/self" in said.err


def test_a_fault_of_ours_is_admitted(tonghop, home, monkeypatch):
    """What nobody foresaw is exit code 1 with a sentence, and a traceback only for developers."""
    from service import desk  # noqa: PLC0415 - heavy import

    monkeypatch.setattr(desk, "read_desk", lambda *_args, **_kwargs: 1 / 0)
    said = tonghop("status", "--home", home)

    assert 1 == said.code
    assert "a fault of tonghop itself (ZeroDivisionError" in said.err


def test_ctrl_c_is_a_sentence(tonghop, home, monkeypatch):
    """Ctrl-C ends with the code that shells expect, and says that nothing is lost."""
    from service import desk  # noqa: PLC0415 - heavy import

    def interrupt(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(desk, "read_desk", interrupt)
    said = tonghop("status", "--home", home)

    assert 130 == said.code
    assert "stopped" in said.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ConfigError(()), USAGE),
        (errors.NotFound(), USAGE),
        (errors.AlreadyDecided(), USAGE),
        (errors.SchemaTooNew(), USAGE),
        (errors.NotAWorkbook(), REFUSED),
        (errors.MessageUnreadable(), REFUSED),
        (errors.MailboxRefused(), AWAY),
        (errors.TemporaryFailure(), AWAY),
        (errors.StoreUnavailable(), AWAY),
        (errors.StoreError(), AWAY),
        (errors.PrintingError(), BUG),
        (ValueError(), BUG),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_each_family_of_errors_has_its_exit_code(error, code):
    """Others script against these."""
    assert code == exit_code(error)


ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-c", "from cli.main import main; main()"]


def shell(*words, **changes):
    """Start the command in a process of its own."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **changes}
    for name in ("TONGHOP_HOME", "TONGHOP_NOW"):
        environ.pop(name, None)
    return subprocess.Popen(
        [*COMMAND, *map(str, words)], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_a_reader_that_goes_is_no_error(home):
    """`tonghop ledger | head -1`: the pipe is closed early, and nobody is told."""
    process = shell("ledger", "--json", "--home", home)
    process.stdout.close()
    with process.stderr:
        err = process.stderr.read()
    assert (0, b"") == (process.wait(), err)


def test_a_terminal_of_ascii_gets_plain_letters(home):
    """LC_ALL=C and PYTHONIOENCODING=ascii: no UnicodeEncodeError, still legible."""
    out, err = shell("status", "--home", home, LC_ALL="C", PYTHONIOENCODING="ascii").communicate()

    assert b"" == err
    assert b"Phong To chuc bo may - bien che" in out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to write to")
def test_a_full_disk_is_a_sentence(october):
    """What cannot be written is told, without a traceback; so is a stdout that the shell closed."""
    command = shlex.join([*COMMAND, "ledger", "--home", str(october)])
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    said = {
        target: subprocess.run(
            ["/bin/sh", "-c", f"{command} {target}"], env=environ, capture_output=True, text=True, check=False
        )
        for target in (">/dev/full", ">&-")
    }

    assert (2, "tonghop: No space left on device\n") == (
        said[">/dev/full"].returncode,
        said[">/dev/full"].stderr,
    )
    assert (0, "") == (said[">&-"].returncode, said[">&-"].stderr)
