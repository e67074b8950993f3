"""Zip packages looked at from outside: what lies in the file for each member, bit for bit."""

from __future__ import annotations

import io
import struct
import zipfile


def raw_members(content: bytes) -> dict[str, tuple[bytes, bytes]]:
    """Give each member's (bytes from its local header to the next, record without its place)."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos, directory = archive.infolist(), archive.start_dir
    starts = sorted([*(info.header_offset for info in infos), directory])
    members: dict[str, tuple[bytes, bytes]] = {}
    at = directory
    for info in infos:
        name, extra, note = struct.unpack_from("<3H", content, at + 28)
        end = at + 46 + name + extra + note
        record = content[at : at + 42] + content[at + 46 : end]
        following = starts[starts.index(info.header_offset) + 1]
        members[info.orig_filename] = (content[info.header_offset : following], record)
        at = end
    return members


def parts(content: bytes) -> dict[str, bytes]:
    """Give the inflated parts by name, every checksum proved."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {info.orig_filename: archive.read(info) for info in archive.infolist()}


def changed(before: bytes, after: bytes) -> set[str]:
    """Give the members that are not bit for bit the same in both packages."""
    old, new = raw_members(before), raw_members(after)
    return {name for name in {**old, **new} if old.get(name) != new.get(name)}
