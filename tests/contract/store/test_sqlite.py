"""What holds for a store in a SQLite file: its settings, its schema, full disks and sudden death."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time

import pytest

from domain.errors import SchemaTooNew, SchemaTooOld, StoreError, StoreUnavailable
from store.store import SqlStore
from store.tables import SCHEMA_VERSION
from tests.factories import later, make_event, make_raw, make_return


@pytest.fixture
def path(tmp_path):
    """Name the file of the store."""
    return tmp_path / "tonghop.db"


@pytest.fixture
def sqlite_store(path):
    """Give an empty store in the file."""
    store = SqlStore(f"sqlite:///{path}")
    yield store
    store.close()


def ask(path, question):
    """Look into the file without our code."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        answer = connection.execute(question).fetchone()
        connection.commit()
    return answer


@pytest.mark.parametrize(
    ("pragma", "expected"), [("auto_vacuum", 2), ("journal_mode", "wal"), ("user_version", 0)]
)
def test_the_file_is_settled_before_the_first_table(sqlite_store, path, pragma, expected):
    """Incremental vacuum and write-ahead log belong to the file and hold for whoever opens it."""
    assert ask(path, f"PRAGMA {pragma}") == (expected,)


@pytest.mark.parametrize(
    ("pragma", "expected"),
    [("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("busy_timeout", 30_000)],
)
@pytest.mark.parametrize("way", ["write", "read"])
def test_every_connection_is_careful(sqlite_store, way, pragma, expected):
    """Full synchronisation, foreign keys, wiping of deleted rows and patience hold on both ways in."""
    with getattr(sqlite_store, way)() as work:
        connection = work.messages._connection
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == expected


def test_only_the_owner_reads_the_file(sqlite_store, path):
    """Names and mails are nobody else's business on the machine, in the side files neither."""
    with sqlite_store.write() as work:
        work.messages.add(make_raw(), stored_at=later())
    files = sorted(path.parent.iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.mark.parametrize(
    ("version", "error"),
    [(0, SchemaTooOld), (SCHEMA_VERSION + 1, SchemaTooNew)],
    ids=["older", "newer"],
)
def test_a_store_of_another_release_is_refused(sqlite_store, path, version, error):
    """Neither a schema from which no step leads on nor a newer one is guessed at."""
    sqlite_store.close()
    ask(path, f"UPDATE schema_version SET version = {version}")
    with pytest.raises(error, match=f"schema {version}"):
        SqlStore(f"sqlite:///{path}")


def test_the_database_of_another_program_is_left_alone(path):
    """A file with foreign tables is not ours, and nothing is added to it."""
    ask(path, "CREATE TABLE guests (name TEXT)")
    with pytest.raises(StoreError, match="not made by tonghop"):
        SqlStore(f"sqlite:///{path}")
    assert ask(path, "SELECT group_concat(name) FROM sqlite_master") == ("guests",)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        pytest.param("sqlite://", StoreError, id="memory"),
        pytest.param("sqlite:///:memory:", StoreError, id="memory-by-name"),
        pytest.param("postgresql://office@localhost/tonghop", StoreError, id="postgresql"),
        pytest.param("tonghop.db", StoreError, id="no-url"),
        pytest.param("", StoreError, id="nothing"),
        pytest.param("sqlite:////nowhere/at/all/tonghop.db", StoreUnavailable, id="no-folder"),
        pytest.param("sqlite:////", StoreError, id="a-folder"),
    ],
)
def test_a_url_that_will_not_do_is_refused(url, error):
    """One clear error, never a traceback of the library."""
    with pytest.raises(error):
        SqlStore(url, patience=dt.timedelta(milliseconds=100))


@pytest.mark.parametrize(
    "content", [b"this is a letter to the office\n" * 200, b"SQLite format 3\x00" + b"\xff" * 4000]
)
def test_a_file_that_is_no_database_is_refused_and_kept(path, content):
    """A wrong path in the settings destroys nothing."""
    path.write_bytes(content)
    with pytest.raises(StoreError):
        SqlStore(f"sqlite:///{path}", patience=dt.timedelta(milliseconds=100))
    assert path.read_bytes() == content


def test_two_processes_may_make_the_store_at_once(path):
    """Both find all tables; neither fails because the other was faster."""
    trouble = []

    def open_store():
        try:
            SqlStore(f"sqlite:///{path}").close()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            trouble.append(error)

    threads = [threading.Thread(target=open_store) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    assert ask(path, "SELECT count(*) FROM schema_version") == (1,)
    assert ask(path, "PRAGMA auto_vacuum") == (2,)


def test_a_copy_that_another_program_writes_to_is_waited_for(sqlite_store, path, tmp_path):
    """A backup has no write-ahead log yet; opening it waits until it can be given one."""
    sqlite_store.close()
    copy = tmp_path / "copy.db"
    ask(path, f"VACUUM INTO '{copy}'")
    with contextlib.closing(sqlite3.connect(copy, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.2, other.execute, ("COMMIT",))
        release.start()
        SqlStore(f"sqlite:///{copy}").close()
        release.join()
    assert ask(copy, "PRAGMA journal_mode") == ("wal",)
    assert ask(copy, "PRAGMA auto_vacuum") == (2,)


def test_a_full_disk_leaves_no_half_record(sqlite_store, path):
    """The block that met the full disk is undone as a whole; with room again the service goes on."""
    with sqlite_store.write() as work:
        work.messages.add(make_raw(1), stored_at=later())
        connection = work.messages._connection
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
    big = make_raw(2, content=os.urandom(200_000))
    with pytest.raises(StoreUnavailable, match="full"), sqlite_store.write() as work:  # noqa: PT012 - one block
        work.events.append(make_event())
        work.submissions.add(make_return(1))
        work.messages.add(big, stored_at=later())
    with sqlite_store.write() as work:
        assert len(work.messages.all()) == 1
        assert work.events.verify() == 0
        assert work.submissions.of_campaign(make_return().campaign) == ()
        work.messages._connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    with sqlite_store.write() as work:
        work.messages.add(big, stored_at=later())
    assert ask(path, "PRAGMA integrity_check") == ("ok",)


@pytest.mark.parametrize("damage", ["blob", "packed"])
def test_damaged_bytes_are_not_given_out(sqlite_store, path, damage):
    """A mail that no longer has its digest is trouble, not a mail."""
    with sqlite_store.write() as work:
        key = work.messages.add(make_raw(content=b"Kinh gui " * 100), stored_at=later()).key
    change = {"blob": "content = x'0102'", "packed": "packed = 0"}[damage]
    ask(path, f"UPDATE blobs SET {change}")
    with sqlite_store.read() as work, pytest.raises(StoreError, match="damaged"):
        work.messages.raw(key)


#: Writes for ever, one mail with its return and two events per transaction; says what is committed.
_WRITER = """
import os, sys
from store.store import SqlStore
from tests.factories import later, make_event, make_raw, make_return
store = SqlStore(sys.argv[1])
uid = int(sys.argv[2])
while True:
    uid += 1
    with store.write() as work:
        work.events.append(make_event("begun"))
        mail = work.messages.add(make_raw(uid, content=os.urandom(30_000)), stored_at=later())
        work.submissions.add(make_return(mail.key))
        work.events.append(make_event("ended"))
    print(uid, flush=True)
"""

#: Stops in the middle of a transaction so large that much of it stands in the log on disk already.
_HALFWAY = """
import os, sys, time
from store.store import SqlStore
from tests.factories import later, make_event, make_raw
store = SqlStore(sys.argv[1])
with store.write() as work:
    work.events.append(make_event("begun"))
    for uid in range(20):
        work.messages.add(make_raw(uid, content=os.urandom(500_000)), stored_at=later())
    print("halfway", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def start(path, request):
    """Give a function that starts a program on the store's file; what still runs at the end is ended."""
    started = []

    def run(program, *arguments):
        root = request.config.rootpath
        child = subprocess.Popen(
            [sys.executable, "-c", program, f"sqlite:///{path}", *arguments],
            stdout=subprocess.PIPE,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        started.append(child)
        child.stdout.readline()
        return child

    yield run
    for child in started:
        child.kill()
        child.stdout.close()
        child.wait()


def test_sudden_death_leaves_the_store_sound(sqlite_store, path, start):
    """SIGKILL at any moment of a write loses nothing that was reported done and leaves no half record."""
    reported = 0
    for attempt in range(5):
        writer = start(_WRITER, str(1000 * attempt))
        time.sleep(0.011 * attempt)
        writer.send_signal(signal.SIGKILL)
        reported += 1 + len(writer.stdout.read().splitlines())
        with sqlite_store.read() as work:
            mails = work.messages.all()
            assert len(mails) >= reported
            assert len(mails) == len(work.submissions.of_campaign(make_return().campaign))
            assert work.events.verify() == 2 * len(mails)
            for mail in mails:
                assert len(work.messages.raw(mail.key)) == 30_000
    assert ask(path, "PRAGMA integrity_check") == ("ok",)
    assert ask(path, "PRAGMA foreign_key_check") is None


def test_sudden_death_in_the_middle_of_a_transaction_undoes_it(sqlite_store, path, start):
    """Ten megabytes on their way to the disk are as if they had never been, and the lock is free at once."""
    with sqlite_store.write() as work:
        work.messages.add(make_raw(1), stored_at=later())
    writer = start(_HALFWAY)
    assert path.with_name("tonghop.db-wal").stat().st_size > 2_000_000
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    with sqlite_store.write() as work:
        assert len(work.messages.all()) == 1
        assert work.events.verify() == 0
        work.messages.add(make_raw(2), stored_at=later())
    assert ask(path, "PRAGMA integrity_check") == ("ok",)


@pytest.mark.parametrize("table", ["messages", "submissions", "letters", "reports"])
def test_a_number_people_have_seen_is_never_given_again(sqlite_store, path, table):
    """The number of a mail names that mail for ever, even if its row is purged one day."""
    assert ask(path, f"SELECT sql LIKE '%AUTOINCREMENT%' FROM sqlite_master WHERE name = '{table}'") == (1,)
