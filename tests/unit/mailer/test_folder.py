"""FolderTransport beyond the contract: what lies on the disk."""

import pytest

from domain.errors import TemporaryFailure
from mailer.folder import FolderTransport


def test_letters_are_numbered_in_the_order_they_came(tmp_path):
    """A reader that sorts by name reads them as they were sent."""
    transport = FolderTransport(tmp_path)
    for number in range(12):
        transport.send(b"Subject: %d\r\n\r\n" % number, sender="a@b.test", recipients=["ccvc@ubnd.test"])

    files = sorted(transport.folder_of("CCVC@ubnd.test").iterdir())
    assert [b"Subject: %d\r\n\r\n" % number for number in range(12)] == [file.read_bytes() for file in files]


def test_the_same_bytes_again_are_one_file(tmp_path):
    """A repeated send, by another process too, changes nothing."""
    for _ in range(2):
        FolderTransport(tmp_path).send(b"x", sender="a@b.test", recipients=["c@d.test"])

    assert len(list(tmp_path.rglob("*"))) == 2


@pytest.mark.parametrize(
    "address", ["../../x@y.test", "a/b@c.test", ".@c.test", "a@", "a@../../b", "a\n@b.test", ""]
)
def test_an_address_cannot_leave_the_folder(tmp_path, address):
    """What is no plain address is refused as a server would."""
    delivery = FolderTransport(tmp_path / "out").send(b"x", sender="a@b.test", recipients=[address])

    assert list(delivery.refused) == [address]
    assert list(tmp_path.rglob("*")) == []


def test_a_disk_that_does_not_take_it_is_trouble_for_now(tmp_path):
    """An OSError becomes TemporaryFailure."""
    (tmp_path / "out").write_text("a file where the folder should be")

    with pytest.raises(TemporaryFailure):
        FolderTransport(tmp_path / "out").send(b"x", sender="a@b.test", recipients=["c@d.test"])
