"""Tests of the IMAP mailbox beyond the contract: security, folders and faults."""

import contextlib
import datetime as dt
import socket
import time
from dataclasses import replace

import imapclient
import pytest

from domain.errors import LoginRefused, MailboxRefused, MailboxUnavailable
from domain.messages import FolderMark
from intake.imap import ImapMailbox
from intake.imap_session import ImapAccount, Security, is_loopback
from tests.servers.scripted_imap import ANSWERS, ScriptedImap
from tests.servers.wire import wire

pytestmark = pytest.mark.integration

AT = dt.datetime(2021, 10, 18, 2, 30, tzinfo=dt.UTC)
MAIL = b"From: a@ubnd.test\r\nMessage-ID: <%d@ubnd.test>\r\n\r\nx\r\n"


def nothing_known(_):
    """Know no sighting."""
    return frozenset()


@contextlib.contextmanager
def mailbox_of(dovecot, user, **changes):
    """Open an account of Dovecot."""
    facts = {
        "account": "main",
        "host": dovecot.host,
        "port": dovecot.imaps,
        "user": user,
        "password": dovecot.users[user],
        "ca_file": dovecot.ca_file,
        "timeout": 5,
    }
    mailbox = ImapMailbox(ImapAccount(**facts | changes))
    try:
        yield mailbox
    finally:
        mailbox.close()


@contextlib.contextmanager
def backstage(dovecot, user):
    """Log in beside the mailbox under test."""
    with imapclient.IMAPClient(dovecot.host, dovecot.imaps, ssl_context=dovecot.context()) as client:
        client.login(user, dovecot.users[user])
        yield client


class TestSecurity:
    """Passwords go only where they should."""

    @pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS, Security.NONE])
    def test_each_way_of_connecting_works(self, dovecot, security):
        """TLS, STARTTLS, and plain text on loopback."""
        user = dovecot.add_user()
        with backstage(dovecot, user) as client:
            client.append("INBOX", MAIL % 1, msg_time=AT)
        port = dovecot.imaps if security is Security.TLS else dovecot.imap

        with mailbox_of(dovecot, user, security=security, port=port) as mailbox:
            assert len(list(mailbox.fetch_new(nothing_known))) == 1

    def test_an_unknown_certificate_is_refused(self, dovecot):
        """Without the office's certificate file the server is a stranger, by TLS and by STARTTLS."""
        for changes in ({}, {"security": Security.STARTTLS, "port": dovecot.imap}):
            with (
                mailbox_of(dovecot, "vanphong@ubnd.test", ca_file=None, **changes) as mailbox,
                pytest.raises(MailboxRefused, match="certificate"),
            ):
                list(mailbox.fetch_new(nothing_known))

    def test_a_certificate_of_another_name_is_refused(self, dovecot):
        """The name is checked, not only the signature: 127.1 leads to the server, but is not in its name."""
        with (
            mailbox_of(dovecot, "vanphong@ubnd.test", host="127.1") as mailbox,
            pytest.raises(MailboxRefused, match="certificate"),
        ):
            list(mailbox.fetch_new(nothing_known))

    def test_no_password_leaves_without_tls(self):
        """Plain text to another machine is refused before a connection is made."""
        account = ImapAccount(
            account="main", host="mail.ubnd.test", port=143, user="u", password="p", security=Security.NONE
        )
        with pytest.raises(MailboxRefused, match="TLS"):
            list(ImapMailbox(account).fetch_new(nothing_known))
        assert "password" not in repr(account)

    def test_a_missing_certificate_file_is_told(self, dovecot, tmp_path):
        """A wrong path is the operator's matter."""
        with (
            mailbox_of(dovecot, "vanphong@ubnd.test", ca_file=tmp_path / "no.pem") as mailbox,
            pytest.raises(MailboxRefused, match=r"no\.pem"),
        ):
            list(mailbox.fetch_new(nothing_known))

    def test_a_wrong_password_is_refused(self, dovecot):
        """Trying again would only lock the account."""
        with (
            mailbox_of(dovecot, "vanphong@ubnd.test", password="sai") as mailbox,
            pytest.raises(MailboxRefused, match="password"),
        ):
            list(mailbox.fetch_new(nothing_known))

    def test_a_vietnamese_password_works(self, dovecot):
        """Passwords need not be ASCII."""
        user = dovecot.add_user("mat.khau@ubnd.test", "Mật khẩu số 1")

        with mailbox_of(dovecot, user) as mailbox:
            assert list(mailbox.fetch_new(nothing_known)) == []

    @pytest.mark.parametrize(
        ("host", "loopback"),
        [
            ("localhost", True),
            ("127.0.0.1", True),
            ("127.8.9.1", True),
            ("::1", True),
            ("[::1]", True),
            ("localhost.evil.test", False),
            ("10.0.0.1", False),
            ("mail", False),
            ("", False),
        ],
    )
    def test_loopback_is_known_by_its_spelling(self, host, loopback):
        """A name that may resolve to anything is not loopback."""
        assert loopback is is_loopback(host)


class TestFolders:
    """What is scanned and where letters are filed."""

    def test_junk_and_named_folders_are_scanned(self, dovecot):
        """Junk by its special use, sub-folders by the office's spelling; Sent and others are not."""
        user = dovecot.add_user()
        with backstage(dovecot, user) as client:
            client.create_folder("Dân vận.2021")
            for number, folder in enumerate(["INBOX", "Junk", "Dân vận.2021", "Sent", "Trash"]):
                client.append(folder, MAIL % number, msg_time=AT)

        with mailbox_of(dovecot, user, folders=("INBOX", "\\Junk", "\\Archive", "Dân vận/2021")) as mailbox:
            fetched = list(mailbox.fetch_new(nothing_known))

        assert [raw.sighting.folder for raw in fetched] == ["INBOX", "Junk", "Dân vận.2021"]
        assert [raw.content for raw in fetched] == [MAIL % 0, MAIL % 1, MAIL % 2]

    def test_a_missing_folder_is_told_after_the_others_are_read(self, dovecot):
        """Nothing is lost by a wrong name, and the operator hears of it."""
        user = dovecot.add_user()
        with backstage(dovecot, user) as client:
            client.append("INBOX", MAIL % 1, msg_time=AT)

        with mailbox_of(dovecot, user, folders=("Không có", "INBOX")) as mailbox:
            mails = mailbox.fetch_new(nothing_known)
            assert next(mails).content == MAIL % 1
            with pytest.raises(MailboxRefused, match="Không có"):
                next(mails)

    def test_without_move_the_mails_are_copied_and_expunged_by_uid(self, dovecot):
        """What other people have marked as deleted stays."""
        user = dovecot.add_user()
        with backstage(dovecot, user) as client:
            for number in range(2):
                client.append("INBOX", MAIL % number, msg_time=AT)
            client.select_folder("INBOX")
            client.add_flags([2], [b"\\Deleted"])

            with mailbox_of(dovecot, user, move_to="Xong/2021") as mailbox:
                ask = mailbox._ask
                mailbox._ask = lambda command, *rest, **more: (
                    (b"UIDPLUS",) if command == "capabilities" else ask(command, *rest, **more)
                )
                first, _ = list(mailbox.fetch_new(nothing_known))
                mailbox.mark_collected([first.sighting])
                mailbox.mark_collected([first.sighting])

            client.select_folder("INBOX")
            assert client.search() == [2]
            client.select_folder("Xong.2021")
            assert len(client.search()) == 1

    def test_without_move_and_uidplus_nothing_happens(self, dovecot):
        """A plain EXPUNGE is never sent."""
        user = dovecot.add_user()
        with backstage(dovecot, user) as client:
            client.append("INBOX", MAIL % 1, msg_time=AT)
            with mailbox_of(dovecot, user, move_to="Xong") as mailbox:
                ask = mailbox._ask
                mailbox._ask = lambda command, *rest, **more: (
                    () if command == "capabilities" else ask(command, *rest, **more)
                )
                (raw,) = mailbox.fetch_new(nothing_known)
                mailbox.mark_collected([raw.sighting])

            client.select_folder("INBOX")
            assert client.search() == [1]
            client.select_folder("Xong")
            assert client.search() == []

    def test_a_mail_with_a_reused_uid_is_not_moved(self, dovecot):
        """Instant and size must agree, too."""
        user = dovecot.add_user()
        with backstage(dovecot, user) as client:
            client.append("INBOX", MAIL % 1, msg_time=AT)
            with mailbox_of(dovecot, user, move_to="Xong") as mailbox:
                (raw,) = mailbox.fetch_new(nothing_known)
                other = type(raw.sighting)(
                    account="main",
                    folder="INBOX",
                    uidvalidity=raw.sighting.uidvalidity,
                    uid=raw.sighting.uid,
                    received_at=AT,
                    size=1,
                )
                mailbox.mark_collected([other])
            client.select_folder("INBOX")
            assert client.search() == [1]

    def test_a_letter_keeps_its_instant_and_looks_read(self, dovecot):
        """The copy in Sent is dated when it was sent."""
        user = dovecot.add_user()
        with mailbox_of(dovecot, user) as mailbox:
            mailbox.file_sent(MAIL % 1, at=AT)
        with backstage(dovecot, user) as client:
            client.normalise_times = False
            client.select_folder("Sent", readonly=True)
            (facts,) = client.fetch(client.search(), ["INTERNALDATE", "FLAGS"]).values()

        assert facts[b"INTERNALDATE"] == AT
        assert b"\\Seen" in facts[b"FLAGS"]

    def test_a_connection_that_died_is_made_again(self, dovecot):
        """The next round begins with a new one."""
        user = dovecot.add_user()
        with mailbox_of(dovecot, user) as mailbox:
            list(mailbox.fetch_new(nothing_known))
            mailbox._session.client.socket().shutdown(socket.SHUT_RDWR)

            assert list(mailbox.fetch_new(nothing_known)) == []


class Marks:
    """How far folders were read."""

    def __init__(self, *marks):
        self.marks = {mark.folder: mark for mark in marks}

    def last(self, folder):
        """Give the mark of a folder."""
        return self.marks.get(folder)

    def reached(self, mark):
        """Remember a mark."""
        self.marks[mark.folder] = mark


class TestPolling:
    """A poll looks at what is new, and at everything when something speaks for it."""

    #: As after a first poll of the scripted server.
    READ = FolderMark(folder="INBOX", uidvalidity=7, uidnext=3, messages=2)

    def state(self, *, exists=2, uidnext=3, uidvalidity=7):
        """Answer EXAMINE."""
        codes = [b"UIDVALIDITY %d" % uidvalidity, *([b"UIDNEXT %d" % uidnext] if uidnext else [])]
        told = [b"* OK [%s] x" % code for code in codes]
        return {"EXAMINE": [b"* %d EXISTS" % exists, *told, b"OK [READ-ONLY]"]}

    def poll(self, marks, **changes):
        """Poll a scripted server once; give what came and what it heard."""
        with ScriptedImap(**changes) as server:
            mailbox = ImapMailbox(account_of(server))
            try:
                fetched = [raw.content for raw in mailbox.fetch_new(nothing_known, marks)]
            finally:
                mailbox.close()
        heard = [line.split()[0] for line in server.heard if not line.startswith((b"CAPABILITY", b"LOG"))]
        return fetched, heard

    def test_the_first_poll_looks_at_everything(self):
        """Without a mark every mail is asked about, and a mark is made."""
        marks = Marks()
        fetched, _ = self.poll(marks, **self.state())

        assert fetched == [b"A: 1", b"A: 2"]
        assert marks.marks == {"INBOX": self.READ}

    def test_an_idle_poll_opens_the_folder_and_no_more(self):
        """Whatever lies there, 100,000 mails too, nothing is listed."""
        mark = FolderMark(folder="INBOX", uidvalidity=7, uidnext=100_001, messages=100_000)
        marks = Marks(mark)
        fetched, heard = self.poll(marks, **self.state(exists=100_000, uidnext=100_001))

        assert (fetched, heard) == ([], [b"LIST", b"EXAMINE"])
        assert marks.marks == {"INBOX": mark}

    def test_only_new_uids_are_asked_about(self):
        """What is behind the mark comes; the last mail, which `n:*` also names, does not come again."""
        marks = Marks(FolderMark(folder="INBOX", uidvalidity=7, uidnext=2, messages=1))
        one = [b'* 2 FETCH (UID 2 INTERNALDATE "18-Oct-2021 09:31:00 +0700" RFC822.SIZE 4)', b"OK"]
        body = [b"* 2 FETCH (UID 2 BODY[] {4}\r\nA: 2)", b"OK"]
        fetched, _ = self.poll(marks, **self.state(), SEARCH=[b"* SEARCH 1 2", b"OK"], LOOK=one, BODY=body)

        assert fetched == [b"A: 2"]
        assert marks.marks["INBOX"] == replace(self.READ, is_whole=False)

    @pytest.mark.parametrize(
        "state",
        [
            pytest.param({"uidvalidity": 8}, id="another UIDVALIDITY"),
            pytest.param({"uidnext": 2}, id="UIDNEXT went back"),
            pytest.param({"exists": 3}, id="more mails and no new UID"),
            pytest.param({"exists": 5, "uidnext": 4}, id="more mails than new UIDs"),
            pytest.param({"exists": 3, "uidnext": None}, id="more mails, and no UIDNEXT"),
        ],
    )
    def test_numbers_that_do_not_go_on_mean_looking_at_everything(self, state):
        """A folder made anew, or a server that gives UIDs again, hides no mail."""
        marks = Marks(self.READ)
        fetched, _ = self.poll(marks, **self.state(**state))

        assert fetched == [b"A: 1", b"A: 2"]
        assert marks.marks["INBOX"].is_whole

    def test_a_server_without_uidnext_is_asked_for_new_uids(self):
        """It may leave it out."""
        marks = Marks(self.READ)
        fetched, heard = self.poll(marks, **self.state(uidnext=None))

        assert (fetched, heard) == ([], [b"LIST", b"EXAMINE", b"UID"])

    def test_fewer_mails_are_somebodys_tidying(self):
        """Nothing is listed, and the mark knows the new number."""
        marks = Marks(replace(self.READ, messages=9))
        fetched, heard = self.poll(marks, **self.state())

        assert (fetched, heard) == ([], [b"LIST", b"EXAMINE"])
        assert marks.marks["INBOX"] == replace(self.READ, is_whole=False)

    def test_a_mail_without_content_is_asked_for_again(self):
        """The mark stays before it, until it comes."""
        marks = Marks()
        nil = [b"* 1 FETCH (UID 1 BODY[] {4}\r\nA: 1)", b"* 2 FETCH (UID 2 BODY[] NIL)", b"OK"]
        fetched, _ = self.poll(marks, **self.state(), BODY=nil)
        assert (fetched, marks.marks["INBOX"].uidnext) == ([b"A: 1"], 2)

        fetched, _ = self.poll(marks, **self.state(), BODY=[b"* 2 FETCH (UID 2 BODY[] {4}\r\nA: 2)", b"OK"])
        assert (fetched, marks.marks["INBOX"].uidnext) == ([b"A: 2"], 3)

    def test_a_poll_that_broke_off_leaves_no_mark(self):
        """What was not read through is read again."""
        marks = Marks()
        with pytest.raises(MailboxUnavailable):
            self.poll(marks, **self.state(), BODY=[b"CLOSE"])

        assert marks.marks == {}

    def test_an_idle_poll_of_a_full_mailbox_is_small(self, dovecot):
        """A real server, real traffic: some hundred bytes for each folder."""
        user = dovecot.add_user()
        with backstage(dovecot, user) as client:
            for number in range(300):
                client.append("INBOX", MAIL % number, msg_time=AT)
        marks = Marks()
        with mailbox_of(dovecot, user) as mailbox:
            assert len(list(mailbox.fetch_new(nothing_known, marks))) == 300
        with wire(dovecot.imap) as counted:
            with mailbox_of(dovecot, user, security=Security.NONE, port=counted.port) as mailbox:
                assert list(mailbox.fetch_new(nothing_known, marks)) == []
            assert counted.bytes < 5_000


def account_of(server, **changes):
    """Give the account that leads to a scripted server."""
    facts = {
        "account": "main",
        "host": "127.0.0.1",
        "port": server.port,
        "user": "u",
        "password": "p",
        "security": Security.NONE,
        "timeout": 0.5,
    }
    return ImapAccount(**facts | changes)


def fetch(server, **changes):
    """Fetch everything from a scripted server."""
    mailbox = ImapMailbox(account_of(server, **changes))
    try:
        return [raw.content for raw in mailbox.fetch_new(nothing_known)]
    finally:
        mailbox.close()


class TestFaults:
    """Whatever the server does, there is a mail, a retry or a word to the operator."""

    def test_a_plain_server_is_read(self):
        """The script itself is sound; the announced size may be wrong."""
        with ScriptedImap() as server:
            assert fetch(server) == [b"A: 1", b"A: 2"]

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"LOGIN": [b"CLOSE"]}, id="closed at log-in"),
            pytest.param({"LOGIN": [b"* BYE busy", b"CLOSE"]}, id="BYE at log-in"),
            pytest.param({"LOGIN": [b"NO [UNAVAILABLE] later"]}, id="log-in later"),
            pytest.param({"LOGIN": [b"HANG"]}, id="mute at log-in"),
            pytest.param({"LIST": [b"* BYE shutting down", b"CLOSE"]}, id="BYE at LIST"),
            pytest.param({"EXAMINE": [b"HANG"]}, id="mute at SELECT"),
            pytest.param({"EXAMINE": [b"NO [SERVERBUG] x"]}, id="NO at SELECT"),
            pytest.param({"SEARCH": [b"* SEARCH x y", b"OK"]}, id="nonsense at SEARCH"),
            pytest.param({"SEARCH": [b"BAD x"]}, id="BAD at SEARCH"),
            pytest.param({"LOOK": [b"* 1 FETCH (UID 1 INTERNALDATE", b"OK"]}, id="nonsense at FETCH"),
            pytest.param({"LOOK": [b"CLOSE"]}, id="closed at FETCH"),
            pytest.param({"BODY": [b"* 1 FETCH (UID 1 BODY[] {400}\r\nA: 1CUT", b"CLOSE"]}, id="cut literal"),
            pytest.param({"BODY": [b"* 1 FETCH (UID 1 BODY[] {400}\r\nA: 1)", b"HANG"]}, id="short literal"),
            pytest.param({"BODY": [b"NO [UNAVAILABLE] throttled"]}, id="throttled"),
            pytest.param({"BODY": [b"* BYE Session expired", b"CLOSE"]}, id="BYE at FETCH"),
        ],
    )
    def test_a_broken_session_is_unavailable_and_yields_no_half_mail(self, changes):
        """The round ends soon, with nothing partial; the next one works."""
        began = time.monotonic()
        with ScriptedImap(**changes) as server:
            mailbox = ImapMailbox(account_of(server))
            fetched = []
            with pytest.raises(MailboxUnavailable):
                fetched.extend(mailbox.fetch_new(nothing_known))
            assert fetched == []
            server.answers = ANSWERS
            assert len(list(mailbox.fetch_new(nothing_known))) == 2
            mailbox.close()
        assert time.monotonic() - began < 5

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            pytest.param([b"* 1 FETCH (UID 1 BODY[] {4}\r\nA: 1)", b"OK"], [b"A: 1"], id="one vanished"),
            pytest.param([b"* 1 FETCH (UID 1 BODY[] NIL)", b"OK"], [], id="NIL"),
            pytest.param([b'* 1 FETCH (UID 1 BODY[] "")', b"OK"], [], id="empty"),
            pytest.param(
                [
                    b"* 1 FETCH (UID 1 BODY[] {4}\r\nA: 1)",
                    b"* 3 EXISTS",
                    b"* 1 FETCH (UID 1 FLAGS (\\Seen))",
                    b"* 1 FETCH (UID 1 BODY[] {4}\r\nA: 1)",
                    b"OK",
                ],
                [b"A: 1"],
                id="unsolicited and twice",
            ),
        ],
    )
    def test_odd_answers_give_each_mail_once(self, answer, expected):
        """What is not there is asked for again next time; what comes twice is one mail."""
        with ScriptedImap(BODY=answer) as server:
            assert expected == fetch(server)

    def test_a_refused_log_in_is_tried_once(self):
        """Hammering would lock the account."""
        with ScriptedImap(LOGIN=[b"NO [AUTHENTICATIONFAILED] no"]) as server:
            mailbox = ImapMailbox(account_of(server))
            with pytest.raises(LoginRefused):
                list(mailbox.fetch_new(nothing_known))
            for _ in range(5):
                with pytest.raises(LoginRefused):
                    mailbox.file_sent(MAIL % 1, at=AT)
            assert [line.split()[0] for line in server.heard].count(b"LOGIN") == 1
            # A new round is a new attempt: whoever begins it has counted.
            with pytest.raises(LoginRefused):
                list(mailbox.fetch_new(nothing_known))

        assert [line.split()[0] for line in server.heard].count(b"LOGIN") == 2

    def test_starttls_is_not_given_up(self):
        """A server, or somebody between, that offers no STARTTLS gets no password."""
        with (
            ScriptedImap() as server,
            pytest.raises(MailboxRefused, match="STARTTLS"),
        ):
            fetch(server, security=Security.STARTTLS)

        assert not [line for line in server.heard if line.startswith(b"LOGIN")]

    def test_nobody_listening_is_unavailable(self):
        """A server that is down is tried again."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        account = ImapAccount(account="m", host="127.0.0.1", port=port, user="u", password="p", timeout=1)
        with pytest.raises(MailboxUnavailable):
            list(ImapMailbox(account).fetch_new(nothing_known))
