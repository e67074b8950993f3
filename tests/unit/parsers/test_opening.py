"""One entry for every format, and what hostile files of each may cost: a refusal, nothing else."""

from __future__ import annotations

import random
import time
import tracemalloc

import pytest

from domain.errors import NotAWorkbook, WorkbookError
from parsers.opening import open_grid
from tests.unit.parsers.format_files import all_formats

FILES = all_formats()
#: What reading a damaged small file may take at most: it has some ten thousand bytes.
MOST_MEMORY = 60_000_000
MOST_SECONDS = 10.0


@pytest.mark.parametrize("name", FILES)
def test_every_format_is_opened(name):
    """Under whatever name, each comes as sheets with cells."""
    grid = open_grid(FILES[name], "tep.dat")

    assert any(sheet.cells for sheet in grid.sheets)


def open_anyhow(content):
    """Read damaged bytes; only a WorkbookError may come of it."""
    try:
        return open_grid(content, "bieu.xls")
    except WorkbookError:
        return None


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_anywhere_is_refused_or_read(name):
    """Cut at every step of its length; nothing but a refusal comes of it."""
    whole = FILES[name]
    for length in range(0, len(whole), max(1, len(whole) // 40)):
        open_anyhow(whole[:length])


@pytest.mark.parametrize("name", FILES)
def test_flipped_bytes_are_refused_or_read(name):
    """Random damage, from a seed: bounded in memory and time."""
    chance = random.Random(f"flip {name}")
    whole = FILES[name]
    began = time.monotonic()
    tracemalloc.start()
    for _ in range(25):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            damaged[chance.randrange(len(damaged))] = chance.choice((0, 0xFF, 0x7F, chance.randrange(256)))
        open_anyhow(bytes(damaged))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < MOST_MEMORY
    assert time.monotonic() - began < 25 * MOST_SECONDS


@pytest.mark.parametrize("name", FILES)
def test_repeated_and_swapped_pieces_are_refused_or_read(name):
    """Pieces copied to other places, and the file twice over."""
    chance = random.Random(f"piece {name}")
    whole = FILES[name]
    open_anyhow(whole + whole)
    for _ in range(15):
        start, length, target = (
            chance.randrange(len(whole)),
            chance.randint(1, 400),
            chance.randrange(len(whole)),
        )
        piece = whole[start : start + length]
        open_anyhow(whole[:target] + piece * chance.randint(1, 3) + whole[target:])


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.7", b"\x00" * 5000, b"Kinh gui"],
)
def test_what_is_no_workbook_is_said(content):
    """An empty file, the mere beginning of one, something else."""
    with pytest.raises(NotAWorkbook):
        open_grid(content)
