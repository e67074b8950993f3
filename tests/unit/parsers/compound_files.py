"""Compound files for tests, put together from their streams ([MS-CFB], version 3)."""

from __future__ import annotations

import struct

SECTOR, SMALL, CUTOFF = 512, 64, 4096
END, FREE, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF


def compound(streams):
    """Make a compound file of *streams* (name -> bytes), all right below its root."""
    table, sectors = [], []

    def add(content):
        if not content:
            return END
        first = len(table)
        count = -(-len(content) // SECTOR)
        sectors.append(content.ljust(count * SECTOR, b"\0"))
        table.extend([*range(first + 1, first + count), END])
        return first

    small, small_table, placed = b"", [], []
    for name, content in streams.items():
        if len(content) < CUTOFF:
            first, count = len(small_table), -(-len(content) // SMALL)
            small += content.ljust(count * SMALL, b"\0")
            small_table += [*range(first + 1, first + count), END] if count else []
            placed.append((name, first if count else END, len(content)))
        else:
            placed.append((name, add(content), len(content)))
    small_start = add(small)
    small_table_start = add(struct.pack(f"<{len(small_table)}I", *small_table).ljust(SECTOR, b"\xff"))
    entries = [_entry("Root Entry", 5, small_start, len(small), child=1 if placed else NONE)]
    for number, (name, start, size) in enumerate(placed, start=1):
        right = number + 1 if number < len(placed) else NONE
        entries.append(_entry(name, 2, start, size, right=right))
    directory = add(b"".join(entries))
    count = further = 0
    while (len(table) + count + further) * 4 > count * SECTOR:
        count += 1
        # Beyond 109 sectors of the table, their numbers go on in sectors of their own.
        further = -(-max(count - 109, 0) // 127)
    first = len(table)
    table += [0xFFFFFFFD] * count + [0xFFFFFFFC] * further
    fat = struct.pack(f"<{len(table)}I", *table).ljust(count * SECTOR, b"\xff")
    numbers = [*range(first, first + count)]
    for number in range(further):
        some = numbers[109 + 127 * number : 236 + 127 * number]
        following = first + count + number + 1 if number + 1 < further else END
        fat += struct.pack("<128I", *some, *[FREE] * (127 - len(some)), following)
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        bytes.fromhex("d0cf11e0a1b11ae1"),
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        count,
        directory,
        0,
        CUTOFF,
        small_table_start if small_table else END,
        1 if small_table else 0,
        first + count if further else END,
        further,
    )
    head += struct.pack("<109I", *numbers[:109], *[FREE] * (109 - len(numbers)))
    return head + b"".join(sectors) + fat


def _entry(name, kind, start, size, *, right=NONE, child=NONE):
    spelt = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16xI8x8xIII", spelt, len(spelt), kind, 1, NONE, right, child, 0, start, size, 0
    )
