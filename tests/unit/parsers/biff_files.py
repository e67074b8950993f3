"""Streams of BIFF8 for tests, record by record ([MS-XLS])."""

from __future__ import annotations

import struct

from tests.unit.parsers.compound_files import compound

BOF_BOOK = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 0x0005, 0, 0, 0, 0)
BOF_SHEET = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 0x0010, 0, 0, 0, 0)
BOF_CHART = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 0x0020, 0, 0, 0, 0)
EOF = struct.pack("<HH", 0x000A, 0)


def record(kind, content=b""):
    """Write one record."""
    return struct.pack("<HH", kind, len(content)) + content


def text(words, *, wide=False, long=True):
    """Write a text with its length: signs of one byte, or of two."""
    count = struct.pack("<H" if long else "<B", len(words))
    return count + bytes((wide,)) + words.encode("utf-16-le" if wide else "latin-1")


def font(name="Arial", *, struck=False, raised=0):
    """Write a font."""
    head = struct.pack("<HHHHHBBBB", 200, 8 if struck else 0, 0x7FFF, 400, raised, 0, 0, 0, 0)
    return record(0x0031, head + text(name, long=False))


def style(font_number=0, number_format=0):
    """Write a format of cells."""
    return record(0x00E0, struct.pack("<HH", font_number, number_format) + bytes(16))


def shared(*texts, count=None):
    """Write the table of shared texts in one record."""
    body = b"".join(text(words, wide=not words.isascii()) for words in texts)
    return record(0x00FC, struct.pack("<II", len(texts), len(texts) if count is None else count) + body)


def cell(kind, row, column, content=b"", style_number=0):
    """Write a record of one cell, at a place that counts from 1."""
    return record(kind, struct.pack("<HHH", row - 1, column - 1, style_number) + content)


def formula(row, column, result, *, flags=0):
    """Write a formula with eight bytes of result."""
    return cell(0x0006, row, column, result + struct.pack("<HIH", flags, 0, 3) + b"\x1e\x01\0")


def book(*sheets, head=b"", names=("Bieu_TH", "L1", "L2")):
    """Put a stream together: *head* are records before the list of sheets, each sheet its records."""
    described = [text(name, long=False) for name, _ in zip(names, sheets, strict=False)]
    start = len(BOF_BOOK) + len(head) + sum(10 + len(one) for one in described) + len(EOF)
    listed, bodies = b"", b""
    for one, content in zip(described, sheets, strict=True):
        listed += record(0x0085, struct.pack("<IBB", start + len(bodies), 0, 0) + one)
        bodies += BOF_SHEET + content + EOF
    return BOF_BOOK + head + listed + EOF + bodies


def save_xls(*sheets, head=b"", **streams):
    """Write an .xls with these sheets."""
    return compound({"Workbook": book(*sheets, head=head), **streams})
