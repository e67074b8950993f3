"""What every mailbox promises, checked on a directory and on a real Dovecot."""

import dataclasses
import datetime as dt
import pathlib

import imapclient
import pytest

from domain.messages import FolderMark, Sighting
from intake.folder import FolderMailbox
from intake.imap import ImapMailbox
from intake.imap_session import ImapAccount

AT = dt.datetime(2021, 10, 18, 9, 30, 15, tzinfo=dt.timezone(dt.timedelta(hours=7)))
MAIL = (
    b"From: an@ubnd.test\r\nTo: vanphong@ubnd.test\r\nMessage-ID: <%d@ubnd.test>\r\n"
    b"Subject: =?UTF-8?Q?B=C3=A1o_c=C3=A1o?=\r\n\r\nK=C3=ADnh g=E1=BB=ADi %d\r\n"
)


def mail(number: int) -> bytes:
    """Write one mail; each number another."""
    return MAIL % (number, number)


class Memory:
    """Remembers sightings, and how far each folder was read, as the store does."""

    def __init__(self):
        self.sightings: set[Sighting] = set()
        self.marks: dict[str, FolderMark] = {}
        #: Sightings that were asked about.
        self.asked = 0

    def last(self, folder):
        """Give how far a folder was read."""
        return self.marks.get(folder)

    def reached(self, mark):
        """Remember how far a folder was read."""
        self.marks[mark.folder] = dataclasses.replace(mark, is_whole=True)

    def known(self, sightings):
        """Give those that were remembered."""
        self.asked += len(sightings)
        return frozenset(self.sightings.intersection(sightings))

    def collect(self, mailbox):
        """Fetch and remember, as one round of collecting does."""
        fetched = list(mailbox.fetch_new(self.known, self))
        self.sightings.update(raw.sighting for raw in fetched)
        return fetched


class FolderBackstage:
    """A directory and what happens in it beside the service."""

    def __init__(self, path: pathlib.Path):
        self.path = path

    def open(self, *, move=False):
        """Make the mailbox under test."""
        return FolderMailbox("main", self.path, collected="collected" if move else "")

    def deliver(self, content, at):
        """Let a mail arrive."""
        FolderMailbox("server", self.path).deliver(content, at=at)

    def remove_first(self):
        """Take the oldest mail away, as a person may."""
        min(self.path.glob("*.eml"), key=lambda file: file.stat().st_mtime).unlink()

    def sent(self):
        """Give what lies in Sent."""
        return [file.read_bytes() for file in (self.path / "Sent").glob("*.eml")]

    def moved(self):
        """Give what was moved aside."""
        return [file.read_bytes() for file in (self.path / "collected").glob("*.eml")]

    def inbox(self):
        """Count what lies in the inbox."""
        return len(list(self.path.glob("*.eml")))

    def seen(self):
        """Count mails that look read to a person: files have no such mark."""
        return 0

    def close(self):
        """Nothing is open."""


class ImapBackstage:
    """An account of Dovecot and what happens in it beside the service."""

    def __init__(self, dovecot):
        self.make = lambda **extra: ImapMailbox(
            ImapAccount(
                account="main",
                host=dovecot.host,
                port=dovecot.imaps,
                user=self.user,
                password=dovecot.users[self.user],
                ca_file=dovecot.ca_file,
                timeout=10,
                **extra,
            )
        )
        self.user = dovecot.add_user()
        self.client = imapclient.IMAPClient(dovecot.host, dovecot.imaps, ssl_context=dovecot.context())
        self.client.login(self.user, dovecot.users[self.user])

    def open(self, *, move=False):
        """Make the mailbox under test."""
        return self.make(move_to="Đã xử lý") if move else self.make()

    def deliver(self, content, at):
        """Let a mail arrive."""
        self.client.append("INBOX", content, msg_time=at)

    def remove_first(self):
        """Take the oldest mail away, as a person may."""
        self.client.select_folder("INBOX")
        self.client.delete_messages([min(self.client.search())])
        self.client.expunge()

    def _all(self, folder):
        self.client.select_folder(folder, readonly=True)
        uids = self.client.search()
        return [row[b"BODY[]"] for row in self.client.fetch(uids, ["BODY.PEEK[]"]).values()] if uids else []

    def sent(self):
        """Give what lies in Sent."""
        return self._all("Sent")

    def moved(self):
        """Give what was moved aside."""
        return self._all("Đã xử lý")

    def inbox(self):
        """Count what lies in the inbox."""
        return len(self._all("INBOX"))

    def seen(self):
        """Count mails that look read to a person."""
        self.client.select_folder("INBOX", readonly=True)
        return len(self.client.search("SEEN"))

    def close(self):
        """Log out."""
        self.client.logout()


class MailboxContract:
    """Runs once for each kind of mailbox; a subclass gives the fixture `backstage`."""

    @pytest.fixture
    def mailbox(self, backstage):
        """Open the mailbox under test."""
        mailbox = backstage.open()
        yield mailbox
        mailbox.close()

    def test_a_mail_comes_as_it_was_delivered(self, mailbox, backstage):
        """Bytes are unchanged and the instant is the server's."""
        backstage.deliver(mail(1), AT)

        (raw,) = Memory().collect(mailbox)

        assert mail(1) == raw.content
        assert raw.sighting.received_at == AT
        assert raw.sighting.received_at.tzinfo is not None
        assert (raw.sighting.account, raw.sighting.size) == ("main", len(mail(1)))

    def test_only_new_mails_come(self, mailbox, backstage):
        """What is remembered is not fetched again; what arrives later is."""
        memory = Memory()
        for number in range(3):
            backstage.deliver(mail(number), AT)

        assert {mail(0), mail(1), mail(2)} == {raw.content for raw in memory.collect(mailbox)}
        assert memory.collect(mailbox) == []

        backstage.deliver(mail(3), AT - dt.timedelta(days=2))

        assert [mail(3)] == [raw.content for raw in memory.collect(mailbox)]

    def test_what_was_tidied_away_hides_nothing(self, mailbox, backstage):
        """Somebody deletes an old mail while a new one comes: the new one is seen."""
        memory = Memory()
        for number in range(3):
            backstage.deliver(mail(number), AT + dt.timedelta(seconds=number))
        memory.collect(mailbox)
        backstage.remove_first()
        backstage.deliver(mail(3), AT)

        assert [mail(3)] == [raw.content for raw in memory.collect(mailbox)]
        assert memory.collect(mailbox) == []

    def test_what_was_left_in_the_middle_comes_again(self, mailbox, backstage):
        """A round that ended early has read nothing through."""
        memory = Memory()
        for number in range(3):
            backstage.deliver(mail(number), AT)
        rounds = mailbox.fetch_new(memory.known, memory)
        next(rounds)
        rounds.close()

        assert len(memory.collect(mailbox)) == 3

    def test_another_connection_sees_the_same_sightings(self, mailbox, backstage):
        """A sighting is the same after a restart."""
        backstage.deliver(mail(1), AT)
        memory = Memory()
        memory.collect(mailbox)
        other = backstage.open()

        assert memory.collect(other) == []

        other.close()

    def test_many_mails_come_once_each(self, mailbox, backstage):
        """Batches neither lose nor double."""
        for number in range(45):
            backstage.deliver(mail(number), AT + dt.timedelta(seconds=number))

        fetched = [raw.content for raw in Memory().collect(mailbox)]

        assert [mail(number) for number in range(45)] == fetched

    def test_the_same_mail_twice_is_two_sightings(self, mailbox, backstage):
        """A mail delivered twice lies there twice; whoever stores it knows it by its digest."""
        backstage.deliver(mail(1), AT)
        backstage.deliver(mail(1), AT)

        fetched = Memory().collect(mailbox)

        assert len({raw.sighting for raw in fetched}) == 2

    def test_reading_leaves_no_trace(self, mailbox, backstage):
        """Nothing is marked as read, nothing moves."""
        backstage.deliver(mail(1), AT)

        Memory().collect(mailbox)
        mailbox.mark_collected([])

        assert backstage.seen() == 0
        assert backstage.inbox() == 1

    def test_the_mailbox_may_be_used_between_two_mails(self, mailbox, backstage):
        """Filing a letter while mails are fetched loses none."""
        for number in range(30):
            backstage.deliver(mail(number), AT)
        fetched = []
        for raw in mailbox.fetch_new(Memory().known):
            fetched.append(raw.content)
            if len(fetched) == 3:
                mailbox.file_sent(mail(100), at=AT)

        assert len(set(fetched)) == 30

    def test_a_mail_that_vanishes_stops_nothing(self, mailbox, backstage):
        """Somebody deletes a mail between listing and fetching: the others come."""
        for number in range(3):
            backstage.deliver(mail(number), AT + dt.timedelta(seconds=number))

        def known(sightings):
            backstage.remove_first()
            return frozenset()

        assert [mail(1), mail(2)] == [raw.content for raw in mailbox.fetch_new(known)]

    def test_an_abandoned_round_can_be_repeated(self, mailbox, backstage):
        """Whoever stops in the middle gets everything again."""
        for number in range(3):
            backstage.deliver(mail(number), AT)
        rounds = mailbox.fetch_new(Memory().known)
        next(rounds)
        rounds.close()

        assert len(Memory().collect(mailbox)) == 3

    def test_a_letter_is_filed_once(self, mailbox, backstage):
        """A second filing of one Message-ID changes nothing."""
        mailbox.file_sent(mail(7), at=AT)
        mailbox.file_sent(mail(7), at=AT)
        mailbox.file_sent(mail(8), at=AT)

        assert sorted([mail(7), mail(8)]) == sorted(backstage.sent())

    def test_letters_sent_are_not_collected(self, mailbox):
        """Sent is not scanned."""
        mailbox.file_sent(mail(7), at=AT)

        assert Memory().collect(mailbox) == []

    def test_stored_mails_move_once(self, backstage):
        """Marking twice moves once, and only what was named; what moved does not come again."""
        mailbox = backstage.open(move=True)
        backstage.deliver(mail(1), AT)
        memory = Memory()
        fetched = memory.collect(mailbox)
        backstage.deliver(mail(2), AT)
        sightings = [raw.sighting for raw in fetched]

        mailbox.mark_collected(sightings)
        mailbox.mark_collected(sightings)

        assert [mail(1)] == backstage.moved()
        assert backstage.inbox() == 1
        assert [mail(2)] == [raw.content for raw in memory.collect(mailbox)]
        mailbox.close()

    def test_closing_twice_is_harmless(self, mailbox):
        """Close is safe to call twice, and a closed mailbox opens itself again."""
        mailbox.close()
        mailbox.close()

        assert Memory().collect(mailbox) == []


class TestFolderMailbox(MailboxContract):
    """The contract on a directory."""

    @pytest.fixture
    def backstage(self, tmp_path):
        """Give an empty directory."""
        return FolderBackstage(tmp_path)


@pytest.mark.integration
class TestImapMailbox(MailboxContract):
    """The contract on a real Dovecot."""

    @pytest.fixture
    def backstage(self, dovecot):
        """Give an empty account."""
        backstage = ImapBackstage(dovecot)
        yield backstage
        backstage.close()
