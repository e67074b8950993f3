"""The records of a BIFF8 stream ([MS-XLS]): cut apart, their numbers and texts decoded."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.errors import NotAWorkbook, TooLarge
from parsers.growing import MAX_TEXT, digits_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Errors by their number, in .xls and .xlsb alike.
ERRORS: Final = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!",
    0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip

BOF, EOF, CONTINUE = 0x0809, 0x000A, 0x003C
_BIFF8: Final = 0x0600
MOST_TEXTS: Final = 1_000_000

_WIDE, _WITH_EXTENSION, _WITH_RUNS = 0x01, 0x04, 0x08
_HEAD: Final = struct.Struct("<HH")
_STRUCK: Final = 0x08
_DIVIDED, _WHOLE = 0x01, 0x02


@dataclass(frozen=True, slots=True)
class RichText:
    """A text and the fonts that its parts are set in: (first sign, number of the font)."""

    text: str
    runs: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Font:
    """What a font says about the words that are set in it."""

    name: str
    is_struck: bool
    #: Struck out, raised or lowered.
    is_marked: bool

    @classmethod
    def of(cls, name: str, flags: int, raised: int) -> Font:
        """Read the flags of a font and whether it is raised (1) or lowered (2)."""
        struck = bool(flags & _STRUCK)
        return cls(name, struck, struck or raised in (1, 2))


def marks(text: RichText, font: Callable[[int], Font | None]) -> bool:
    """Tell whether a part of *text* is struck out, raised or lowered; *font* gives a font by its number."""
    ends = [start for start, _ in text.runs[1:]] + [len(text.text)]
    for (start, number), end in zip(text.runs, ends, strict=True):
        known = font(number)
        if known is not None and known.is_marked and text.text[start:end].strip():
            return True
    return False


def is_biff8(stream: bytes) -> bool:
    """Tell whether a stream begins as a workbook of BIFF8 does."""
    head = stream[:6]
    return len(head) == 6 and struct.unpack("<HHH", head)[::2] == (BOF, _BIFF8)  # noqa: PLR2004


def records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield (kind, content) of the records from *start* on; one cut off is damage."""
    place = start
    end = len(stream)
    while place + 4 <= end:
        kind, length = _HEAD.unpack_from(stream, place)
        place += 4
        if place + length > end:
            raise NotAWorkbook("The workbook is cut off inside a record.")
        yield kind, stream[place : place + length]
        place += length


def rk_digits(packed: int) -> str:
    """Write the number behind an RK value: 30 bits of a whole or a binary number, perhaps in hundredths."""
    if packed & _WHOLE:
        whole = packed >> 2
        if whole >= 1 << 29:
            whole -= 1 << 30
        return digits_of(whole / 100) if packed & _DIVIDED else str(whole)
    value = float(struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0])
    return digits_of(value / 100 if packed & _DIVIDED else value)


def read_text(content: bytes, place: int, *, wide_length: bool = True) -> RichText:
    """Read a text that lies whole in one record: its length, how it is written, its signs, its runs."""
    if wide_length:
        count, flags = struct.unpack_from("<HB", content, place)
        place += 3
    else:
        count, flags = struct.unpack_from("<BB", content, place)
        place += 2
    run_count = extension = 0
    if flags & _WITH_RUNS:
        run_count = struct.unpack_from("<H", content, place)[0]
        place += 2
    if flags & _WITH_EXTENSION:
        extension = struct.unpack_from("<I", content, place)[0]
        place += 4
    del extension  # phonetic signs stand behind everything else
    text = decode_signs(content, place, count, flags)
    place += count * (2 if flags & _WIDE else 1)
    return RichText(text, read_runs(content, place, run_count))


def decode_signs(content: bytes, place: int, count: int, flags: int) -> str:
    """Decode *count* signs; narrow ones are the low bytes of UTF-16."""
    size = count * 2 if flags & _WIDE else count
    signs = content[place : place + size]
    if len(signs) < size:
        raise NotAWorkbook("The workbook is cut off inside a text.")
    return signs.decode("utf-16-le" if flags & _WIDE else "latin-1", "replace")


def read_runs(content: bytes, place: int, count: int) -> tuple[tuple[int, int], ...]:
    """Read *count* pairs of first sign and font."""
    return tuple(struct.unpack_from("<HH", content, place + 4 * number) for number in range(count))


class SharedTexts:
    """Reads the table of shared texts, which flows over from its record into those that continue it."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._piece = 0
        self._place = 8

    def read(self) -> tuple[RichText, ...]:
        """Read the texts, as many as there are."""
        _, count = struct.unpack_from("<II", self._pieces[0], 0)
        if count > MOST_TEXTS:
            raise TooLarge(f"The workbook holds more than {MOST_TEXTS} texts.")
        return tuple(self._read_one() for _ in range(count))

    def _read_one(self) -> RichText:
        count, flags = struct.unpack("<HB", self._take(3))
        run_count = struct.unpack("<H", self._take(2))[0] if flags & _WITH_RUNS else 0
        extension = struct.unpack("<I", self._take(4))[0] if flags & _WITH_EXTENSION else 0
        text = self._signs(count, flags)
        runs = struct.unpack(f"<{2 * run_count}H", self._take(4 * run_count))
        self._skip(extension)
        return RichText(text, tuple(zip(runs[::2], runs[1::2], strict=True)))

    def _left(self) -> int:
        return len(self._pieces[self._piece]) - self._place

    def _next_piece(self) -> None:
        self._piece += 1
        self._place = 0
        if self._piece >= len(self._pieces):
            raise NotAWorkbook("The workbook is cut off inside its texts.")

    def _take(self, size: int) -> bytes:
        """Take bytes; only signs bring a new byte of flags when they flow over."""
        taken = b""
        while len(taken) < size:
            if not self._left():
                self._next_piece()
            piece = self._pieces[self._piece][self._place : self._place + size - len(taken)]
            self._place += len(piece)
            taken += piece
        return taken

    def _skip(self, size: int) -> None:
        while size > self._left():
            size -= self._left()
            self._next_piece()
        self._place += size

    def _signs(self, count: int, flags: int) -> str:
        words: list[str] = []
        while count:
            if not self._left():
                self._next_piece()
                flags = self._take(1)[0]
            width = 2 if flags & _WIDE else 1
            here = min(count, self._left() // width)
            if not here:
                raise NotAWorkbook("A text of the workbook is broken off inside a sign.")
            piece = self._pieces[self._piece]
            words.append(decode_signs(piece, self._place, here, flags))
            self._place += here * width
            count -= here
        text = "".join(words)
        if len(text) > MAX_TEXT:
            raise TooLarge("A cell holds a text beyond all measure.")
        return text
