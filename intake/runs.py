"""Long runs of base64 lines, taken out of a mail before its structure is looked for, and put back after.

They can hold no boundary, header field or empty line (RFC 2045, 6.8), and are nearly all of a mail that
brings a file; the standard library's parser would look at each of their lines.
"""

from __future__ import annotations

import re
import secrets
from typing import Final

_RUN: Final = re.compile(rb"(?m:^)(?:[A-Za-z0-9+/]{40,100}\r?\n){64,}+")
#: Nobody outside can know it, so no mail can contain it.
_MARK: Final = f"@{secrets.token_hex(16)}-".encode()
_PLACE: Final = re.compile(re.escape(_MARK) + rb"([0-9]+)@\r?\n")


def take_out(content: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """Give a mail with a line for each long run, and the runs."""
    runs: list[bytes] = []

    def note(run: re.Match[bytes]) -> bytes:
        # The last line stays where it is: its end may belong to a boundary (RFC 2046, 5.1.1).
        kept = run[0].rindex(b"\n", 0, -1) + 1
        runs.append(run[0][:kept])
        end = b"\r\n" if runs[-1].endswith(b"\r\n") else b"\n"
        return b"%b%d@%b%b" % (_MARK, len(runs) - 1, end, run[0][kept:])

    return _RUN.sub(note, content), tuple(runs)


def put_back(content: bytes, runs: tuple[bytes, ...]) -> bytes:
    """Give *content* with its runs where they stood."""
    return _PLACE.sub(lambda place: runs[int(place[1])], content) if _MARK in content else content
