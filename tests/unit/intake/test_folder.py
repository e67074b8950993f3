"""Tests of the folder mailbox beyond the contract: what is left alone, and trouble with the directory."""

import datetime as dt

import pytest

from domain.errors import MailboxUnavailable
from intake.folder import FolderMailbox

AT = dt.datetime(2021, 10, 18, 9, 30, 15, 250, tzinfo=dt.UTC)


def fetch(mailbox):
    """Fetch everything there is."""
    return list(mailbox.fetch_new(lambda _: frozenset()))


def test_drafts_and_other_files_are_left_alone(tmp_path):
    """Only whole mails count: not what is being written, not what lies beside."""
    for name in (".hidden.eml", "a.eml.tmp", "b.tmp", "readme.txt", "Thumbs.db", "empty.eml"):
        (tmp_path / name).write_bytes(b"" if name == "empty.eml" else b"x")
    (tmp_path / "dir.eml").mkdir()
    (tmp_path / "link.eml").symlink_to("/etc/hostname")
    (tmp_path / "A.EML").write_bytes(b"mail")

    assert [raw.content for raw in fetch(FolderMailbox("main", tmp_path))] == [b"mail"]


def test_a_sub_directory_inbox_is_read_instead(tmp_path):
    """Mailbox exports put the mails into INBOX."""
    (tmp_path / "INBOX").mkdir()
    mailbox = FolderMailbox("main", tmp_path)
    mailbox.deliver(b"mail", at=AT)
    (tmp_path / "outside.eml").write_bytes(b"not looked at")

    (raw,) = fetch(mailbox)

    assert raw.content == b"mail"
    assert len(list((tmp_path / "INBOX").iterdir())) == 1


def test_the_instant_is_kept_to_the_microsecond(tmp_path):
    """What a simulated clock says is what the sighting says."""
    mailbox = FolderMailbox("main", tmp_path)
    mailbox.deliver(b"mail", at=AT)

    assert [raw.sighting.received_at for raw in fetch(mailbox)] == [AT]


def test_mails_come_oldest_first(tmp_path):
    """The order of delivery does not matter."""
    mailbox = FolderMailbox("main", tmp_path)
    for day in (3, 1, 2):
        mailbox.deliver(b"mail %d" % day, at=AT + dt.timedelta(days=day))

    assert [raw.content for raw in fetch(mailbox)] == [b"mail 1", b"mail 2", b"mail 3"]


def test_a_replaced_file_is_another_mail(tmp_path):
    """The same name with other content or instant is a new sighting."""
    (tmp_path / "a.eml").write_bytes(b"one")
    (first,) = fetch(FolderMailbox("main", tmp_path))
    (tmp_path / "a.eml").write_bytes(b"another")
    (second,) = fetch(FolderMailbox("main", tmp_path))

    assert first.sighting != second.sighting
    assert first.sighting.uid == second.sighting.uid


def test_no_draft_is_left_behind(tmp_path):
    """Delivering and filing leave whole files only."""
    mailbox = FolderMailbox("main", tmp_path)
    mailbox.deliver(b"mail", at=AT)
    mailbox.file_sent(b"no header at all", at=AT)

    names = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert len(names) == 2
    assert not [name for name in names if name.startswith(".") or name.endswith(".tmp")]


def test_a_missing_directory_is_unavailable(tmp_path):
    """A share that is not mounted is tried again, not taken for an empty mailbox."""
    mailbox = FolderMailbox("main", tmp_path / "away")

    with pytest.raises(MailboxUnavailable, match="away"):
        fetch(mailbox)
    with pytest.raises(MailboxUnavailable):
        mailbox.deliver(b"x", at=AT)
    with pytest.raises(MailboxUnavailable):
        mailbox.file_sent(b"x", at=AT)
    mailbox.mark_collected([])
