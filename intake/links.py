"""Links to files that lie in a cloud: told by their host, never opened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Hosts, with their subdomains, at which people leave files; 1drv.ms and sharepoint.com are OneDrive.
_CLOUDS: Final = (
    "drive.google.com", "docs.google.com", "forms.gle", "1drv.ms", "onedrive.live.com", "sharepoint.com",
    "dropbox.com", "dropboxusercontent.com", "fshare.vn", "mediafire.com", "mega.nz", "mega.io",
    "wetransfer.com", "we.tl", "icloud.com", "box.com", "terabox.com", "4shared.com",
    "transfernow.net", "sendgb.com", "pcloud.link", "disk.yandex.ru", "upfile.vn",
)  # fmt: skip
_HOST: Final = re.compile(r"https?://([A-Za-z0-9.-]{1,200})")
_MOST: Final = 200


def hosts_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Give the hosts that texts or sources of HTML link to, each once, in order."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _HOST.finditer(text):
            found.setdefault(match[1].lower().strip("."))
            if len(found) >= _MOST:
                return tuple(found)
    return tuple(found)


def cloud_hosts(hosts: Iterable[str]) -> tuple[str, ...]:
    """Choose the hosts at which people leave files."""
    return tuple(
        host for host in hosts if any(host == cloud or host.endswith(f".{cloud}") for cloud in _CLOUDS)
    )
