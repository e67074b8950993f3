"""Tests of finding folders in the spellings of different servers."""

import pytest

from intake.imap_folders import find_folder, read_listing, spell_new

DOVECOT = read_listing(
    [
        ((b"\\HasNoChildren", b"\\Sent"), b".", "Sent"),
        ((b"\\Junk",), b".", "Thư rác"),
        ((), b".", "INBOX"),
        ((), b".", "Dân vận.2021"),
        ((b"\\Noselect",), b".", "Dân vận"),
    ]
)
COURIER = read_listing([((), b".", "INBOX"), ((), b".", "INBOX.Sent"), ((), b".", "INBOX.Drafts")])
EXCHANGE = read_listing([((), b"/", "Inbox"), ((), b"/", "Sent Items"), ((), b"/", "Inbox/Dân vận")])
FLAT = read_listing([((), None, "INBOX")])


@pytest.mark.parametrize(
    ("existing", "wanted", "found"),
    [
        (DOVECOT, "INBOX", "INBOX"),
        (EXCHANGE, "inbox", "INBOX"),
        ((), "INBOX", "INBOX"),
        (DOVECOT, "\\Junk", "Thư rác"),
        (DOVECOT, "\\sent", "Sent"),
        (COURIER, "\\Junk", None),
        (DOVECOT, "Dân vận/2021", "Dân vận.2021"),
        (DOVECOT, "Dân vận.2021", "Dân vận.2021"),
        (DOVECOT, "Dân vận", None),
        (COURIER, "Sent", "INBOX.Sent"),
        (COURIER, "INBOX/Sent", "INBOX.Sent"),
        (EXCHANGE, "INBOX/Khác", None),
        (EXCHANGE, "Sent Items", "Sent Items"),
    ],
)
def test_a_folder_is_found_as_the_office_writes_it(existing, wanted, found):
    """Separators, the prefix INBOX and special uses are the server's business."""
    assert found == find_folder(existing, wanted)


@pytest.mark.parametrize(
    ("existing", "wanted", "name"),
    [
        (DOVECOT, "Đã xử lý/2021", "Đã xử lý.2021"),
        (COURIER, "Đã xử lý", "INBOX.Đã xử lý"),
        (COURIER, "INBOX/Đã xử lý", "INBOX.Đã xử lý"),
        (EXCHANGE, "Đã xử lý/2021", "Đã xử lý/2021"),
        (FLAT, "Xong", "Xong"),
    ],
)
def test_a_new_folder_is_spelled_as_the_server_wants(existing, wanted, name):
    """Servers that keep everything under INBOX refuse other places."""
    assert name == spell_new(existing, wanted)
