"""Links to files that lie in a cloud."""

from __future__ import annotations

import pytest

from intake.links import cloud_hosts, hosts_of
from intake.message import read_message


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("https://drive.google.com/file/d/1", ("drive.google.com",)),
        ('<a href="https://CONGTY-my.sharepoint.com/x">Biểu</a>', ("congty-my.sharepoint.com",)),
        ("http://1drv.ms/x https://1drv.ms/y", ("1drv.ms",)),
        ("https://bacgiang.gov.vn https://notdropbox.com https://zalo.me/0912", ()),
        ("https://drive.google.com.evil.example/x", ()),
        ("", ()),
    ],
)
def test_hosts_at_which_people_leave_files(text, hosts):
    """By the whole host or a part behind a dot, never by a name that only ends alike."""
    assert hosts == cloud_hosts(hosts_of((text,)))


def test_a_link_in_html_only_is_seen():
    """The words of an HTML mail do not show where its links lead."""
    mail = (
        b"From: a@x.test\r\nTo: b@x.test\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
        b'<p>Bieu: <a href="https://drive.google.com/x">xem</a></p>'
    )

    assert ("drive.google.com",) == read_message(mail).linked_hosts
