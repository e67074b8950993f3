"""Reading in bounded child processes, against the kernel as it is."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from domain.errors import Encrypted, ReadingEnded
from domain.messages import AttachmentNote, digest
from parsers.xlsx.reader import read_workbook
from service.confinement import Limits
from service.isolation import IsolatedCalls
from service.reading import read_file
from tests import isolated
from tests.unit.parsers.campaigns import campaign as form_campaign

pytestmark = pytest.mark.integration

FORMS = Path(__file__).parents[1] / "data" / "forms"
SMALL = Limits(cpu=1, wall=3.0)


@pytest.fixture(scope="module")
def calls():
    """Children with little patience."""
    with_children = IsolatedCalls(SMALL)
    yield with_children
    with_children.close()


def alive(pid: int) -> bool:
    """Tell whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def gone(pid: int) -> bool:
    """Wait a little for a process to end."""
    deadline = time.monotonic() + 5
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def test_a_form_is_read_as_without_isolation():
    """The same answers, findings and sentences come back from a child."""
    campaign = form_campaign()
    with_children = IsolatedCalls(shared_types=(type(campaign.asked),))
    try:
        for path in sorted(FORMS.glob("*.xlsx")):
            content = path.read_bytes()
            note = AttachmentNote(name=path.name, sha256=digest(content), size=len(content))
            expected = read_file(note, content, [campaign.asked])

            assert expected == with_children(read_file, note, content, [campaign.asked])
    finally:
        with_children.close()


def test_errors_of_ours_come_back_as_they_are(calls):
    """Class and sentence survive the way."""
    with pytest.raises(Encrypted, match="mật khẩu"):
        calls(isolated.lock_out)


def test_a_fault_of_ours_brings_its_traceback(calls):
    """What nobody expected names its place, and the child goes on."""
    before = calls(isolated.give_pid)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        calls(isolated.stumble)

    assert before == calls(isolated.give_pid)


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL])
def test_a_death_costs_one_call(calls, number):
    """The next call finds a new child."""
    before = calls(isolated.give_pid)
    with pytest.raises(ReadingEnded, match=f"signal {number.value}"):
        calls(isolated.die, number.value)

    assert before != calls(isolated.give_pid)


def test_a_file_that_aborts_natively_costs_one_call(calls):
    """A cell at XFD1048576 aborts a dense reader inside the child; our own reader takes the file."""
    content = (FORMS.parent / "hostile" / "o-lac-xfd.xlsx").read_bytes()
    with pytest.raises(ReadingEnded, match="signal 6"):
        calls(isolated.read_densely, content)

    sheets = calls(read_workbook, content).sheets
    assert "lạc" == sheets[0].at(1_048_576, 16_384).raw


def test_hanging_ends_by_the_clock():
    """A child that does nothing for too long is killed."""
    impatient = IsolatedCalls(Limits(wall=0.3))
    pid = impatient(isolated.give_pid)
    with pytest.raises(ReadingEnded, match=r"0\.3 seconds"):
        impatient(isolated.sleep, 30)

    assert gone(pid)
    impatient.close()


def test_spinning_ends_by_the_kernel(calls):
    """A loop without end uses up its CPU."""
    with pytest.raises(ReadingEnded, match="seconds"):
        calls(isolated.spin)


def test_memory_is_bounded(calls):
    """What does not fit is an end like any other."""
    with pytest.raises(ReadingEnded, match="512 MB"):
        calls(isolated.fill, 600 << 20)

    assert 1 << 20 == calls(isolated.fill, 1 << 20)


def test_there_is_no_network(calls):
    """A listening port on this very machine cannot be reached."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.raises(RuntimeError, match="PermissionError"),
    ):
        calls(isolated.connect, server.getsockname()[1])


def test_nothing_is_written_or_removed(calls, tmp_path):
    """The disk can be read, no more."""
    kept = tmp_path / "kept"
    kept.write_text("x", encoding="utf-8")
    for harm, path in ((isolated.write, tmp_path / "new"), (isolated.write, kept), (isolated.remove, kept)):
        with pytest.raises(RuntimeError, match="PermissionError"):
            calls(harm, str(path))

    assert ["kept"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("harm", [isolated.start_program, isolated.fork])
def test_no_program_is_started(calls, harm):
    """Neither another program nor another self."""
    with pytest.raises(RuntimeError, match="PermissionError"):
        calls(harm)


def test_a_child_has_nothing_of_the_service(calls, monkeypatch):
    """No secret of the environment, no database, no driver of mail."""
    monkeypatch.setenv("TONGHOP_IMAP_PASSWORD", "mat-khau")
    fresh = IsolatedCalls()
    try:
        environment, modules = fresh(isolated.give_environment), fresh(isolated.give_modules)
    finally:
        fresh.close()

    assert not [name for name in environment if name.startswith("TONGHOP")]
    assert not {"sqlalchemy", "imapclient", "smtplib", "exchangelib", "openpyxl"}.intersection(modules)


def test_an_answer_that_would_run_something_is_refused(calls):
    """A child that was taken over cannot reach its parent by what it answers."""
    before = calls(isolated.give_pid)
    with pytest.raises(ReadingEnded, match="no proper answer"):
        calls(isolated.give_trap)

    assert gone(before)
    assert not Path("/tmp/tonghop-trap").exists()


def test_children_are_renewed():
    """After some files another process reads."""
    renewed = IsolatedCalls(Limits(files=3))
    pids = [renewed(isolated.give_pid) for _ in range(7)]
    renewed.close()

    assert [3, 3, 1] == [pids.count(pid) for pid in dict.fromkeys(pids)]


def test_shared_values_go_along_once():
    """The second call with the same campaign is smaller by the campaign."""
    campaign = form_campaign()
    calls = IsolatedCalls(shared_types=(type(campaign.asked),))
    sizes: list[int] = []
    genuine = calls._pack

    def pack(*arguments):
        packed = genuine(*arguments)
        sizes.append(len(packed))
        return packed

    calls._pack = pack
    for _ in range(2):
        assert campaign.asked.code == calls(_code, campaign.asked)
    calls.close()

    assert sizes[1] < 1000 < sizes[0]


def _code(asked):
    return asked.code


def test_threads_take_turns(calls):
    """Calls of several threads do not mix."""
    seen: list[tuple[int, int]] = []
    threads = [
        threading.Thread(target=lambda size=size: seen.append((size, calls(isolated.fill, size))))
        for size in range(1, 25)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 24 == len(seen)
    assert all(asked == got for asked, got in seen)


def test_closing_leaves_no_process():
    """Safe to call twice, and nothing runs on."""
    closed = IsolatedCalls()
    pids = [closed(isolated.give_pid), closed._room._process.pid]
    closed.close()
    closed.close()

    assert all(gone(pid) for pid in pids)


def test_children_go_with_a_killed_parent():
    """A killed service leaves no reader behind, not even one in the middle of a file."""
    program = (
        "from service.isolation import IsolatedCalls; from tests import isolated; calls = IsolatedCalls();"
        "print(calls(isolated.give_pid), calls._room._process.pid, flush=True); calls(isolated.sleep, 60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        pids = [int(word) for word in parent.stdout.readline().split()]
        time.sleep(0.2)
        os.kill(parent.pid, signal.SIGKILL)

    assert all(gone(pid) for pid in pids)


def test_a_killed_forking_process_is_replaced():
    """The room itself may be killed from outside."""
    calls = IsolatedCalls()
    calls(isolated.give_pid)
    os.kill(calls._room._process.pid, signal.SIGKILL)
    assert gone(calls._room._process.pid)
    with contextlib.suppress(ReadingEnded):
        calls(isolated.give_pid)

    assert calls(isolated.give_pid) > 0
    calls.close()
