"""Compound files: their streams and the user's properties, within limits."""

from __future__ import annotations

import random
import struct

import pytest

from domain.errors import NotAWorkbook
from parsers.binary.compound import CompoundFile, read_user_properties
from tests.unit.parsers.compound_files import compound

USER = bytes.fromhex("05d5cdd59c2e1b10939708002b2cf9ae")
SUMMARY = "\x05DocumentSummaryInformation"


def properties(pairs, *, codepage=1252, wide=False):
    """Write a property set with one section of the user's own properties."""
    encoding = "utf-16-le" if codepage == 1200 else f"cp{codepage}"
    names = struct.pack("<I", len(pairs))
    values, numbers = b"", [(1, struct.pack("<IHxx", 2, codepage))]
    for number, (name, text) in enumerate(pairs.items(), start=2):
        spelt = (name + "\0").encode(encoding)
        length = len(spelt) // 2 if codepage == 1200 else len(spelt)
        names += struct.pack("<II", number, length) + spelt.ljust(
            -(-len(spelt) // 4) * 4 if codepage == 1200 else 0, b"\0"
        )
        kind, body = (
            (0x1F, (text + "\0").encode("utf-16-le")) if wide else (0x1E, (text + "\0").encode(encoding))
        )
        numbers.append((number, struct.pack("<II", kind, len(body) // (2 if wide else 1)) + body))
    body, table = names, struct.pack("<II", 0, 8 + 8 * (len(numbers) + 1))
    place = 8 + 8 * (len(numbers) + 1) + len(names)
    for number, value in numbers:
        table += struct.pack("<II", number, place)
        place += len(value)
        body += value
    section = struct.pack("<II", place, len(numbers) + 1) + table + body
    return struct.pack("<HHI16xI", 0xFFFE, 0, 0, 1) + USER + struct.pack("<I", 48) + section + values


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 4095, 4096, 4097, 200_000, 16_000_000])
def test_streams_of_every_size(size):
    """Small streams live inside the root's own, large ones in sectors."""
    content = random.Random(size).randbytes(size)
    container = CompoundFile(compound({"Workbook": content, "Khác": b"x" * 100}))

    assert (content, b"x" * 100) == (container.stream("WORKBOOK"), container.stream("khác"))
    assert "Book" not in container


@pytest.mark.parametrize(("codepage", "wide"), [(1252, False), (1258, False), (1200, False), (1252, True)])
def test_properties_of_the_user(codepage, wide):
    """Texts in the code page of the set, or as UTF-16."""
    pairs = {"tonghop": "tonghop=1;unit=CCVC", "tonghop_2": "x" * 240}
    container = CompoundFile(compound({SUMMARY: properties(pairs, codepage=codepage, wide=wide)}))

    assert pairs == read_user_properties(container)


def test_damaged_properties_damage_nothing():
    """The mark stands in a sheet, too."""
    whole = properties({"a": "b"})

    assert {} == read_user_properties(CompoundFile(compound({"x": b"y"})))
    for length in range(0, len(whole), 7):
        read_user_properties(CompoundFile(compound({SUMMARY: whole[:length]})))


def test_streams_of_embedded_documents_are_not_the_files_own():
    """What stands inside a storage belongs to another document."""
    content = bytearray(compound({"ObjectPool": b"x" * 100, "Workbook": b"y" * 100}))
    start = 512 * (struct.unpack_from("<I", content, 48)[0] + 1)
    struct.pack_into("<B", content, start + 128 + 66, 1)  # the first entry becomes a storage
    struct.pack_into("<II", content, start + 128 + 72, 0xFFFFFFFF, 2)  # and the second lies in it

    assert "Workbook" not in CompoundFile(bytes(content))


def test_a_chain_that_bites_its_tail_ends():
    """Sectors that follow themselves are followed as often as the file has sectors."""
    content = bytearray(compound({"Workbook": b"x" * 50_000}))
    table = content.rfind(struct.pack("<I", 0xFFFFFFFD)) // 512 * 512
    for place in range(table, table + 400, 4):
        struct.pack_into("<I", content, place, (place - table) // 4)
    try:
        CompoundFile(bytes(content)).stream("Workbook")
    except NotAWorkbook as refusal:
        assert "cut" in str(refusal) or "lacks" in str(refusal)  # noqa: PT017 - either is right


def test_a_stream_longer_than_the_file_is_cut():
    """A size in the directory is a claim."""
    content = bytearray(compound({"Workbook": b"x" * 5_000}))
    start = 512 * (struct.unpack_from("<I", content, 48)[0] + 1)
    struct.pack_into("<I", content, start + 128 + 120, 0x7FFFFFFF)
    with pytest.raises(NotAWorkbook, match="longer than the file"):
        CompoundFile(bytes(content)).stream("Workbook")


def test_cut_at_every_sector():
    """A cut file has its streams whole, or is refused."""
    whole = compound({"Workbook": b"x" * 5_000})
    for length in range(0, len(whole), 256):
        try:
            assert b"x" * 5_000 == CompoundFile(whole[:length]).stream("Workbook")
        except NotAWorkbook:
            continue
