"""Tests of waiting for news of a mailbox: a real Dovecot, and servers that leave one alone."""

from __future__ import annotations

import datetime as dt
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from domain.errors import LoginRefused, MailboxUnavailable
from domain.working_days import VIETNAM
from intake.imap_session import ImapAccount, Security
from intake.imap_watch import ImapWatch
from service.setting_up import lay_example
from tests.integration.test_crashes import listen
from tests.integration.test_imap import AT, MAIL, account_of, backstage
from tests.offices import CODE
from tests.servers.scripted_imap import ScriptedImap

pytestmark = pytest.mark.integration
TONGHOP = pathlib.Path(sys.executable).with_name("tonghop")

IDLE = {
    "CAPABILITY": [b"* CAPABILITY IMAP4rev1 IDLE", b"OK"],
    "EXAMINE": [b"* 2 EXISTS", b"* OK [UIDVALIDITY 7] x", b"OK [READ-ONLY]"],
}


def watch_of(dovecot, user, **changes):
    """Watch an account of Dovecot."""
    facts = {"account": "main", "host": dovecot.host, "port": dovecot.imaps, "user": user, "timeout": 5}
    account = ImapAccount(password=dovecot.users[user], ca_file=dovecot.ca_file, **facts)
    return ImapWatch(account, **changes)


@contextmanager
def waiting(watch):
    """Wait in a thread; give what came of it."""
    over, told = threading.Event(), []
    thread = threading.Thread(target=lambda: told.append(watch.wait(over.is_set)))
    thread.start()
    try:
        yield thread, told
    finally:
        over.set()
        thread.join(10)
        watch.close()


@pytest.mark.parametrize("renewed", [540.0, 0.4], ids=["within one IDLE", "over several"])
def test_a_mail_that_arrives_is_noticed(dovecot, renewed):
    """At once, also after the connection was renewed many times."""
    user = dovecot.add_user()
    with waiting(watch_of(dovecot, user, renewed=renewed)) as (thread, told):
        time.sleep(1.5)
        assert told == []
        with backstage(dovecot, user) as client:
            client.append("INBOX", MAIL % 1, msg_time=AT)
        thread.join(5)
        assert told == [True]


def test_whoever_stops_need_not_wait_long(dovecot):
    """SIGTERM ends the service in seconds."""
    began = time.monotonic()
    with waiting(watch_of(dovecot, dovecot.add_user())) as (_, told):
        time.sleep(0.5)
    assert told == [False]
    assert time.monotonic() - began < 6


def test_a_server_without_idle_is_only_polled():
    """It is asked once, and never again."""
    with ScriptedImap() as server:
        watch = ImapWatch(account_of(server))
        assert watch.wait(lambda: False) is False
        assert not watch.is_able
        watch.close()


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([b"+ idling", b"* BYE Session expired"], id="BYE"),
        pytest.param([b"+ idling", b"CLOSE"], id="closed"),
        pytest.param([b"NO not now"], id="refused"),
    ],
)
def test_a_connection_that_ends_is_trouble_and_no_news(answers):
    """Imapclient would say nothing, at once, for ever; the watch says that the server is away."""
    began = time.monotonic()
    with ScriptedImap(**IDLE, IDLE=answers) as server:
        watch = ImapWatch(account_of(server, timeout=2))
        with pytest.raises(MailboxUnavailable):
            watch.wait(lambda: False)
        watch.close()
    assert time.monotonic() - began < 6


def test_words_that_keep_a_connection_open_are_no_news():
    """A server says "* OK Still here" every two minutes."""
    end = time.monotonic() + 1.5
    with ScriptedImap(**IDLE, IDLE=[b"+ idling", b"* OK Still here"], DONE=[b"OK"]) as server:
        watch = ImapWatch(account_of(server, timeout=1))
        try:
            assert watch.wait(lambda: time.monotonic() > end) is False
        except MailboxUnavailable:
            # The script has no answer to DONE; that it was said at all is what counts.
            assert time.monotonic() > end
        watch.close()


def test_a_refused_login_is_told():
    """The watch rests for an hour then."""
    with ScriptedImap(LOGIN=[b"NO [AUTHENTICATIONFAILED] no"]) as server, pytest.raises(LoginRefused):
        ImapWatch(account_of(server)).wait(lambda: False)


def test_the_running_service_collects_a_mail_at_once(dovecot, tmp_path):
    """An hour lies between two polls, and a mail is stored a moment after it came; SIGTERM ends in time."""
    user = dovecot.add_user()
    lay_example(tmp_path / "campaigns" / CODE, start=dt.datetime.now(VIETNAM).date())
    settings = "printer:\n  soffice: /bin/false\ntransports:\n  main:\n    kind: folder\n    path: out\n"
    (tmp_path / "tonghop.yaml").write_text(settings, encoding="utf-8")
    account = {
        "HOST": dovecot.host,
        "PORT": str(dovecot.imaps),
        "USER": user,
        "PASSWORD": dovecot.users[user],
        "CA_FILE": str(dovecot.ca_file),
    }
    environ = os.environ | {f"TONGHOP_IMAP_{name}": value for name, value in account.items()}
    process = subprocess.Popen(
        [TONGHOP, "run", "--home", tmp_path, "--every", "60"], env=environ, stderr=subprocess.PIPE, text=True
    )
    try:
        listen(process, "cycle_done")
        time.sleep(1.5)
        with backstage(dovecot, user) as client:
            client.append("INBOX", MAIL % 1, msg_time=AT)
        began = time.monotonic()
        listen(process, "mail_collected")
        assert time.monotonic() - began < 10
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=10)
        assert (process.returncode, said[-17:]) == (0, "tonghop stopped.\n")
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_a_password_is_not_sent_in_the_open():
    """The watch connects as the poll does."""
    account = ImapAccount(
        account="main", host="mail.ubnd.test", port=143, user="u", password="p", security=Security.NONE
    )
    with pytest.raises(Exception, match="TLS"):
        ImapWatch(account).wait(lambda: False)
