"""Whatever step the service dies at, the next run ends as an undisturbed one: nothing lost, none twice."""

from __future__ import annotations

import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from domain.messages import MailOutcome
from mailer.folder import FolderTransport
from service.receive import MAXIMUM_ATTEMPTS
from service.rehearsal.post import read_letter
from tests.dying import AFTER, BEFORE, COMMIT, Died, Step, dying_at
from tests.stories import (
    ACTS,
    ANSWERED,
    CLOSED,
    DISPATCHED,
    FORWARDED,
    LAST,
    LOOKED_AT,
    REMINDED,
    act,
    copy_scenery,
    deliver_post,
    ending,
    open_home,
    twice_delivered,
    unsent,
    write_scenery,
)

ROOT = pathlib.Path(__file__).parents[2]
TONGHOP = pathlib.Path(sys.executable).with_name("tonghop")
#: The half hour after CLOSED: an attempt in doubt has lost its lease.
LATER = "2021-10-20T08:20"
STOP_SECONDS = 10

COLLECTING = (
    Step(target="store.messages:Messages.add", when=AFTER, nth=3),
    Step(target="intake.folder:FolderMailbox.mark_collected", when=BEFORE),
    Step(target="store.polls:Polls.record", when=BEFORE),
    Step(target="service.cycle:collect", when=AFTER),
)
RECEIVING = (
    Step(target="store.messages:Messages.begin_attempts", when=AFTER),
    Step(target="service.receive:_open", when=BEFORE, nth=2),
    Step(target="service.receive:_open", when=AFTER, nth=2),
    Step(target="service.bounces:mark_dead", when=AFTER),
    Step(target="service.bounces:send_elsewhere", when=AFTER),
    Step(target="store.submissions:Submissions.add", when=AFTER),
    Step(target="store.submissions:Submissions.add", when=AFTER, nth=2),
    Step(target="store.outbox:Outbox.add", when=AFTER, nth=2),
    Step(target="service.holding:notify_office", when=AFTER),
    Step(target="store.messages:Messages.record", when=AFTER, nth=3),
    Step(target="service.receive:_begin", when=AFTER),
    Step(target="service.receive:_settle_one", when=AFTER, nth=2),
    Step(target="service.receive:_settle_some", when=AFTER),
    Step(target="service.receive:_settle_some", when=AFTER, nth=2),
    Step(target="service.receive:mark_jobs", when=AFTER),
    Step(target="service.receive:_settle_marked", when=AFTER),
    Step(target="service.cycle:receive", when=AFTER),
)
REMINDING = (
    Step(target="service.remind:queue", when=AFTER),
    Step(target="service.cycle:remind", when=AFTER),
)
REPORTING = (
    Step(target="service.consolidate:render", when=AFTER),
    Step(target="store.reports:Reports.add", when=AFTER),
    Step(target="service.consolidate:queue", when=AFTER),
    Step(target="service.cycle:make_report", when=AFTER),
)
DELIVERING = (
    Step(target="store.outbox:Outbox.lease", when=AFTER, nth=2),
    Step(target="mailer.folder:FolderTransport.send", when=BEFORE, nth=2),
    Step(target="mailer.folder:FolderTransport._put", when=AFTER, nth=2),
    Step(target="mailer.folder:FolderTransport.send", when=AFTER, nth=2),
    Step(target="store.outbox:Outbox.finish", when=AFTER, nth=2),
    Step(target="service.deliver:_write_down", when=AFTER, nth=2),
    Step(target="service.cycle:deliver", when=AFTER),
)
AMENDING = (
    Step(target="service.amend:decide", when=AFTER),
    Step(target="tests.stories:amend.assign", when=AFTER),
)
APPROVING = (
    Step(target="service.approve:render", when=AFTER),
    Step(target="store.reports:Reports.set_state", when=AFTER, nth=1),
    Step(target="store.reports:Reports.set_state", when=AFTER, nth=2),
    Step(target="service.forward:queue", when=AFTER),
    Step(target="store.reports:Reports.set_state", when=AFTER, nth=3),
    Step(target="tests.stories:forward.forward", when=AFTER),
)
DISPATCHING = (
    Step(target="service.enclosures:blank_workbook", when=AFTER, nth=3),
    Step(target="service.dispatch:_queue_plan", when=AFTER, nth=2),
    Step(target="service.dispatch:_note_dispatch", when=BEFORE),
)
#: Steps by the act in which each is looked for.
STEPS = {
    DISPATCHED: DISPATCHING,
    ANSWERED: COLLECTING + RECEIVING,
    LOOKED_AT: AMENDING,
    REMINDED: REMINDING,
    CLOSED: REPORTING + DELIVERING,
    FORWARDED: APPROVING,
}


@pytest.fixture(scope="module")
def scenery(tmp_path_factory):
    """Give a home whose campaign has not begun, and the mails that will come."""
    return write_scenery(tmp_path_factory.mktemp("scenery") / "home")


class Told:
    """The story as it goes when nothing happens."""

    def __init__(self):
        #: The home as it was before each act.
        self.before = {}
        #: Everything that must be the same after it.
        self.after = {}


@pytest.fixture(scope="module")
def told(scenery, tmp_path_factory):
    """Tell the story undisturbed."""
    folder = tmp_path_factory.mktemp("story")
    home = folder / "home"
    shutil.copytree(scenery, home)
    told = Told()
    for number, at in enumerate(ACTS):
        told.before[at] = folder / str(number)
        shutil.copytree(home, told.before[at])
        office = open_home(home)
        act(office, at)
        told.after[at] = ending(office)
        if at == LAST:
            assert [] == unsent(office)
        office.service.close()
    return told


@pytest.fixture(scope="module")
def begun(told, tmp_path_factory):
    """Give a home whose plan has left and whose mailbox is full."""
    home = tmp_path_factory.mktemp("begun") / "home"
    office = copy_scenery(told.before[ANSWERED], home)
    deliver_post(office)
    office.service.close()
    return home


@pytest.fixture(scope="module")
def one_cycle(begun, tmp_path_factory):
    """Give the end of one cycle that finds everything at once."""
    office = copy_scenery(begun, tmp_path_factory.mktemp("one") / "home")
    end = recover(office)
    office.service.close()
    return end


@pytest.fixture
def handed_over(monkeypatch):
    """Note every letter that a transport was given: Message-ID and bytes."""
    letters = []
    genuine = FolderTransport.send

    def noted(self, content, *, sender, recipients):
        letters.append((read_letter(content).message_id, content))
        return genuine(self, content, sender=sender, recipients=recipients)

    monkeypatch.setattr(FolderTransport, "send", noted)
    return letters


def recover(office):
    """Run as the next two cycles would and give the end."""
    for at in (CLOSED, LATER):
        office.at(at)
        office.service.cycle()
    return ending(office)


def play(told, home, at, step):
    """Play an act and die at *step*, repeat what was interrupted, play the next act and compare the two ends.

    Between two acts an attempt in doubt loses its lease. Gives whether the step was reached.
    """
    office = copy_scenery(told.before[at], home)
    following = ACTS[ACTS.index(at) + 1]
    with dying_at(step) as reached:
        try:
            act(office, at)
        except Died:
            office.reopen()
            act(office, at)
    act(office, following)
    end = ending(office)
    office.service.close()
    for part, expected in told.after[following].items():
        assert expected == end[part], (str(step), part)
    return bool(reached)


def assert_sent_once(handed_over):
    """Tell that at worst one letter left twice, byte for byte under its one Message-ID."""
    assert len(dict(handed_over)) == len(set(handed_over))
    assert len(handed_over) <= len(set(handed_over)) + 1


def test_the_story_is_worth_telling(told):
    """Every kind of mail and letter that the steps below are about occurs in it."""
    undisturbed = told.after[LAST]
    outcomes = [(line["outcome"], line["reason"]) for line in undisturbed["ledger"]]
    kinds = {letter["kind"] for letter in undisturbed["letters"]}

    assert [
        ("ignored", "bounce"),
        ("accepted", None),
        ("refused", "errors"),
        ("accepted", None),
        ("accepted", None),
        ("ignored", "auto_reply"),
    ] == outcomes
    assert {
        "plan", "receipt", "correction", "held_notice", "reminder", "overdue", "report_ready", "forwarding",
    } == kinds  # fmt: skip
    assert "forwarded" == undisturbed["status"]["reports"][0]["state"]


@pytest.mark.parametrize(
    ("at", "step"),
    [pytest.param(at, step, id=str(step)) for at, steps in STEPS.items() for step in steps],
)
def test_death_at_a_step_changes_nothing(told, handed_over, tmp_path, at, step):
    """The interrupted story goes on as the undisturbed one; whoever was interrupted does the same again."""
    assert play(told, tmp_path / "home", at, step)
    assert_sent_once(handed_over)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("at", ACTS[:-1])
def test_death_at_any_transaction_changes_nothing(told, handed_over, tmp_path, at, when):
    """Every single write transaction of the story, rolled back or committed as the last deed."""
    nth, reached = 1, True
    while reached:
        handed_over.clear()
        home = tmp_path / str(nth)
        reached = play(told, home, at, Step(target=COMMIT, when=when, nth=nth))
        assert_sent_once(handed_over)
        shutil.rmtree(home)
        nth += 1
    # One alone would mean that transactions are no longer where this test looks for them.
    assert nth > 3


def test_a_mail_that_kills_every_reader_is_set_aside(begun, tmp_path):
    """Three deaths over one mail: the fourth run holds it for a person and reads the others."""
    office = copy_scenery(begun, tmp_path / "home")
    office.at(CLOSED)
    for _ in range(3):
        with dying_at(Step(target="service.receive:_open", when=BEFORE)), pytest.raises(Died):
            office.service.cycle()
        office.reopen()
    office.service.cycle()
    first, *others = office.ledger()
    office.service.close()

    assert ("held", "reader_failed") == (first["outcome"], first["reason"])
    assert ["accepted", "refused", "held", "accepted", "ignored"] == [line["outcome"] for line in others]


def child(home, *arguments):
    """Start a command of `tonghop` on *home* as a process of its own."""
    return subprocess.Popen(
        arguments,
        cwd=ROOT,
        env={**os.environ, "TONGHOP_HOME": str(home), "TONGHOP_NOW": CLOSED},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def dying(step, *arguments):
    """Give the command line of a `tonghop` that kills itself at *step*."""
    return (sys.executable, "-m", "tests.dying", step.target, step.when, str(step.nth), "--", *arguments)


def after_kill(home):
    """Give the end after the killed command's home was opened again, its database whole."""
    with sqlite3.connect(home / "tonghop.db") as connection:
        whole = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    assert ("ok",) == whole
    office = open_home(home)
    end = recover(office)
    assert [] == twice_delivered(office)
    assert all(record.outcome is not MailOutcome.NEW for record in office.records())
    office.service.close()
    return end


@pytest.mark.parametrize(
    "step",
    [
        Step(target="store.messages:Messages.add", when=AFTER, nth=3),
        Step(target="intake.folder:FolderMailbox.mark_collected", when=BEFORE),
        Step(target="service.receive:_open", when=BEFORE, nth=2),
        Step(target="store.outbox:Outbox.add", when=AFTER, nth=2),
        Step(target="service.receive:_settle_some", when=AFTER),
        Step(target="service.remind:queue", when=AFTER),
        Step(target="store.reports:Reports.add", when=AFTER),
        Step(target="mailer.folder:FolderTransport.send", when=BEFORE, nth=2),
        Step(target="mailer.folder:FolderTransport.send", when=AFTER, nth=2),
        Step(target="store.outbox:Outbox.finish", when=AFTER, nth=2),
        Step(target=COMMIT, when=AFTER, nth=12),
    ],
    ids=str,
)
def test_a_killed_command_is_made_good_by_the_next(begun, one_cycle, tmp_path, step):
    """SIGKILL of a real `tonghop cycle` at a step: the database is whole and the next cycle ends the same."""
    home = tmp_path / "home"
    shutil.copytree(begun, home)
    process = child(home, *dying(step, "cycle"))
    out, err = process.communicate(timeout=60)

    assert -signal.SIGKILL == process.returncode, (out, err)
    assert one_cycle == after_kill(home)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kills_at_random_moments_are_made_good(begun, one_cycle, tmp_path):
    """25 SIGKILLs of the installed command, at any moment of its life, up to two to one home.

    A third one could come over the same mail, which is then set aside, as it should be.
    """
    chance = random.Random(20211020)
    trial = tmp_path / "trial"
    shutil.copytree(begun, trial)
    began = time.monotonic()
    process = child(trial, TONGHOP, "cycle")
    process.communicate(timeout=120)
    assert 0 == process.returncode
    life = time.monotonic() - began
    kills = homes = 0
    while kills < 25:
        home = tmp_path / f"home{homes}"
        homes += 1
        shutil.copytree(begun, home)
        for _ in range(MAXIMUM_ATTEMPTS - 1):
            process = child(home, TONGHOP, "cycle")
            with suppress(subprocess.TimeoutExpired):
                process.wait(life * chance.uniform(0.2, 1.0))
            process.kill()
            ended = process.wait(10) == 0
            process.communicate()
            kills += not ended
            if ended:
                break

        assert one_cycle == after_kill(home)


def listen(process, word):
    """Read what a process says on stderr until *word* comes, and give it."""
    said = ""
    while word not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    return said


def test_sigterm_ends_the_service_cleanly(begun, tmp_path):
    """`tonghop run` told to stop says so and gives 0, soon; its database is closed."""
    home = tmp_path / "home"
    shutil.copytree(begun, home)
    process = child(home, TONGHOP, "run", "--every", "60")
    listen(process, "cycle_done")
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=STOP_SECONDS)

    assert (0, "") == (process.returncode, out), err
    assert err.endswith("tonghop stopped.\n")
    assert [] == list(home.glob("tonghop.db-wal"))


def test_sigterm_amid_a_cycle_lets_it_end(begun, one_cycle, tmp_path):
    """The signal comes while mails are received: the cycle under way ends, no letter is in doubt."""
    home = tmp_path / "home"
    shutil.copytree(begun, home)
    process = child(home, TONGHOP, "run")
    listen(process, "mail_received")
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=STOP_SECONDS)

    assert 0 == process.returncode, err
    office = open_home(home)
    office.at(CLOSED)
    assert [] == unsent(office)
    assert one_cycle["ledger"] == office.ledger()
    office.service.close()


def test_two_cycles_at_once(begun, one_cycle, tmp_path):
    """One works; the other ends with exit code 4, a plain sentence and nothing done."""
    home = tmp_path / "home"
    shutil.copytree(begun, home)
    first = child(home, TONGHOP, "--verbose", "cycle", "--json")
    listen(first, "mail_received")
    first.send_signal(signal.SIGSTOP)
    try:
        second = child(home, TONGHOP, "cycle")
        out, err = second.communicate(timeout=60)
        assert first.poll() is None
    finally:
        first.send_signal(signal.SIGCONT)
    done, trouble = first.communicate(timeout=60)

    assert (4, "") == (second.returncode, out)
    assert err.startswith("tonghop: another tonghop is at work in this home; run again later")
    assert 1 == err.count("\n")
    assert 0 == first.returncode, trouble
    assert len(one_cycle["ledger"]) == sum(json.loads(done)["received"].values())
    assert one_cycle == after_kill(home)
