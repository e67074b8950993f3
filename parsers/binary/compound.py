"""A compound file, the container of old Office files: its streams by name, and what its properties say.

Layout: [MS-CFB]. Every chain of sectors is followed at most as often as the file has sectors, so that a chain
that bites its own tail costs nothing.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from domain.errors import NotAWorkbook

if TYPE_CHECKING:
    from collections.abc import Mapping

MAGIC: Final = bytes.fromhex("d0cf11e0a1b11ae1")

_HEADER: Final = 512
_ENTRY: Final = 128
#: Sector numbers from here on are no sectors: end of chain, free, tables.
_NO_SECTOR: Final = 0xFFFFFFFA
_SHIFTS: Final = {9, 12}
_STREAM, _ROOT = 2, 5
#: Streams smaller than this live in the small stream of the root.
_CUTOFF: Final = 4096
_SMALL: Final = 64
_NAMES_IN_HEADER: Final = 109
_LONGEST_NAME: Final = 64

#: Property set of the user's own properties, beside the summary: [MS-OLEPS] 2.21.
_USER_PROPERTIES: Final = bytes.fromhex("05d5cdd59c2e1b10939708002b2cf9ae")
_PROPERTY_STREAM: Final = "\x05documentsummaryinformation"
_MOST_PROPERTIES: Final = 4_000
_TEXT_OF_BYTES, _TEXT_OF_UTF16 = 0x1E, 0x1F
_UTF16: Final = 1200


class CompoundFile:
    """An opened compound file; names of streams are told apart whatever their case."""

    def __init__(self, content: bytes) -> None:
        """Read the tables of *content*; raises NotAWorkbook where they lead nowhere."""
        self._content = content
        if len(content) < _HEADER or not content.startswith(MAGIC):
            raise NotAWorkbook("The file is no compound file, or is cut off in its head.")
        shift = struct.unpack_from("<H", content, 30)[0]
        if shift not in _SHIFTS:
            raise NotAWorkbook("The compound file names an impossible size of sectors.")
        self._size = 1 << shift
        directory, small_table, small_sectors = (
            struct.unpack_from("<I", content, place)[0] for place in (48, 60, 64)
        )
        self._next = self._table()
        entries = self._chain(directory)
        self._streams: dict[str, tuple[int, int]] = {}
        self._small = b""
        root = self._read_directory(entries)
        if root is not None:
            self._small = self._chain(root[0])[: root[1]]
        table = self._chain(small_table) if small_sectors else b""
        self._next_small = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._streams

    def stream(self, name: str) -> bytes:
        """Give the bytes of a stream; raises NotAWorkbook where it is missing or cut off."""
        entry = self._streams.get(name.casefold())
        if entry is None:
            raise NotAWorkbook(f"The file lacks its stream {name!r}.")
        start, size = entry
        if size > len(self._content):
            raise NotAWorkbook(f"The file is cut off: its stream {name!r} is longer than the file.")
        content = (self._small_chain(start) if size < _CUTOFF else self._chain(start))[:size]
        if len(content) < size:
            raise NotAWorkbook(f"The file is cut off inside its stream {name!r}.")
        return content

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._content[start : start + self._size]

    def _table(self) -> tuple[int, ...]:
        """Give for every sector the one that follows it in its chain."""
        content = self._content
        count = min(struct.unpack_from("<I", content, 44)[0], len(content) // self._size + 1)
        numbers = list(struct.unpack_from(f"<{_NAMES_IN_HEADER}I", content, 76))
        further = struct.unpack_from("<I", content, 68)[0]
        per_sector = self._size // 4
        left = len(content) // self._size
        while further < _NO_SECTOR and len(numbers) < count and left > 0:
            sector = self._sector(further)
            if len(sector) < self._size:
                break
            *more, further = struct.unpack(f"<{per_sector}I", sector)
            numbers.extend(more)
            left -= 1
        table: list[int] = []
        for number in numbers[:count]:
            if number >= _NO_SECTOR:
                break
            sector = self._sector(number)
            table.extend(struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4]))
        return tuple(table)

    def _chain(self, start: int) -> bytes:
        """Give the bytes of a chain of sectors, as far as the file holds them."""
        pieces: list[bytes] = []
        left = len(self._content) // self._size + 1
        number = start
        while number < len(self._next) and left > 0:
            sector = self._sector(number)
            if not sector:
                break
            pieces.append(sector)
            number = self._next[number]
            left -= 1
        return b"".join(pieces)

    def _small_chain(self, start: int) -> bytes:
        pieces: list[bytes] = []
        number = start
        while number < len(self._next_small) and len(pieces) * _SMALL < _CUTOFF:
            pieces.append(self._small[number * _SMALL : (number + 1) * _SMALL])
            number = self._next_small[number]
        return b"".join(pieces)

    def _read_directory(self, entries: bytes) -> tuple[int, int] | None:
        """Note the streams right below the root, none of embedded documents; give the root's own."""
        count = len(entries) // _ENTRY
        if not count:
            return None
        child, start, size = (struct.unpack_from("<I", entries, place)[0] for place in (76, 116, 120))
        root = (start, size) if entries[66] == _ROOT else None
        to_see = [child]
        seen: set[int] = set()
        while to_see:
            number = to_see.pop()
            if number >= count or number in seen:
                continue
            seen.add(number)
            entry = entries[number * _ENTRY : (number + 1) * _ENTRY]
            length, kind = struct.unpack_from("<HB", entry, 64)
            to_see.extend(struct.unpack_from("<II", entry, 68))
            if kind == _STREAM and 0 < length <= _LONGEST_NAME:
                name = entry[:length].decode("utf-16-le", "replace").rstrip("\x00")
                self._streams.setdefault(name.casefold(), struct.unpack_from("<II", entry, 116))
        return root


def read_user_properties(container: CompoundFile) -> Mapping[str, str]:
    """Give the user's own document properties that are texts; none where they cannot be read."""
    if _PROPERTY_STREAM not in container:
        return {}
    try:
        return _user_properties(container.stream(_PROPERTY_STREAM))
    except (struct.error, UnicodeError, LookupError, NotAWorkbook):
        return {}  # the mark stands in a sheet as well; a damaged summary is no damaged workbook


def _user_properties(stream: bytes) -> dict[str, str]:
    sections = min(struct.unpack_from("<I", stream, 24)[0], 2)
    for number in range(sections):
        kind, start = struct.unpack_from("<16sI", stream, 28 + 20 * number)
        if kind == _USER_PROPERTIES:
            return _read_section(stream[start:])
    return {}


def _read_section(section: bytes) -> dict[str, str]:
    count = min(struct.unpack_from("<I", section, 4)[0], _MOST_PROPERTIES)
    places = dict(struct.unpack_from("<II", section, 8 + 8 * number) for number in range(count))
    codepage = struct.unpack_from("<H", section, places[1] + 4)[0] if 1 in places else 1252
    encoding = {_UTF16: "utf-16-le", 65001: "utf-8", 10000: "mac-roman"}.get(codepage, f"cp{codepage}")
    names = _read_names(section, places.get(0), encoding)
    found: dict[str, str] = {}
    for number, name in names.items():
        place = places.get(number)
        if place is None:
            continue
        kind, length = struct.unpack_from("<II", section, place)
        if kind == _TEXT_OF_UTF16:
            text = section[place + 8 : place + 8 + 2 * length].decode("utf-16-le", "replace")
        elif kind == _TEXT_OF_BYTES:
            text = section[place + 8 : place + 8 + length].decode(encoding, "replace")
        else:
            continue
        found[name] = text.rstrip("\x00")
    return found


def _read_names(section: bytes, place: int | None, encoding: str) -> dict[int, str]:
    """Read the dictionary of a property set: number -> name."""
    names: dict[int, str] = {}
    if place is None:
        return names
    count = min(struct.unpack_from("<I", section, place)[0], _MOST_PROPERTIES)
    place += 4
    for _ in range(count):
        number, length = struct.unpack_from("<II", section, place)
        place += 8
        size = 2 * length if encoding == "utf-16-le" else length
        names[number] = section[place : place + size].decode(encoding, "replace").rstrip("\x00")
        place += size if encoding != "utf-16-le" else (size + 3) // 4 * 4
    return names
