"""Parts of a package are replaced; every other member stays what it was, bit for bit."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Encrypted, NotAWorkbook, TooLarge, WorkbookError
from parsers.package import open_package
from parsers.repacking import replace_parts
from tests.unit.parsers.packages import parts, raw_members

NOW = (2021, 10, 19, 8, 30, 0)


class _Pipe(io.RawIOBase):
    """A stream that cannot be sought: zipfile then closes each member with a descriptor."""

    def __init__(self) -> None:
        self.written = io.BytesIO()

    def writable(self) -> bool:
        return True

    def write(self, octets) -> int:
        return self.written.write(octets)


def packed(members, *, comment=b"", streamed=False, large=False):
    """Pack (name, bytes) pairs as some program did."""
    pipe = _Pipe()
    stream = pipe if streamed else pipe.written
    with zipfile.ZipFile(stream, "w") as archive:
        archive.comment = comment
        for number, (name, part) in enumerate(members):
            info = zipfile.ZipInfo(name, NOW)
            info.compress_type = (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)[number % 2]
            info.comment = b"note %d" % number
            info.extra = b"UT\x05\x00\x03\x01\x02\x03\x04"
            info.external_attr = 0o644 << 16
            with archive.open(info, "w", force_zip64=large) as target:
                target.write(part)
    return pipe.written.getvalue()


FOUR = (("a.xml", b"<a/>" * 40), ("b.png", b"\x89PNG" * 9), ("c.xml", b""), ("d.xml", b"<d/>" * 400))
SHAPES = pytest.mark.parametrize(
    "shape",
    [{}, {"streamed": True}, {"large": True}, {"streamed": True, "large": True}, {"comment": b"PK rem"}],
    ids=["plain", "descriptors", "zip64", "zip64 descriptors", "comment"],
)


@SHAPES
def test_all_other_members_are_copied_bit_for_bit(shape):
    """Local header, compressed bytes, descriptor and record stay; only the place may change."""
    content = packed(FOUR, **shape)
    made = replace_parts(content, {"a.xml": b"<longer than before/>" * 90, "e.xml": b"<e/>"})
    before, after = raw_members(content), raw_members(made)
    assert [*before, "e.xml"] == list(after)
    for name in ("b.png", "c.xml", "d.xml"):
        assert before[name] == after[name]
    assert dict(FOUR) | {"a.xml": b"<longer than before/>" * 90, "e.xml": b"<e/>"} == parts(made)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert shape.get("comment", b"") == archive.comment


@SHAPES
def test_nothing_to_replace_changes_nothing(shape):
    """A package without changes keeps all its members, and a second copy its every byte."""
    content = packed(FOUR, **shape)
    once = replace_parts(content, {})
    assert raw_members(content) == raw_members(once)
    assert once == replace_parts(once, {})


def test_the_long_place_of_a_member_is_rewritten_where_it_stands():
    """A record may keep the place in its ZIP64 field behind the sizes; the 32-bit field then says so."""
    content = bytearray(packed(FOUR[:2]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        at, info = archive.start_dir, archive.infolist()[1]
    at = content.index(b"PK\x01\x02", at + 4)
    name_end = at + 46 + len("b.png")
    field = struct.pack("<HHQ", 1, 8, info.header_offset)
    struct.pack_into("<H", content, at + 30, 9 + len(field))
    content[at + 42 : at + 46] = b"\xff" * 4
    content[name_end:name_end] = field
    end = content.rindex(b"PK\x05\x06")
    struct.pack_into("<L", content, end + 12, struct.unpack_from("<L", content, end + 12)[0] + len(field))
    assert b"\x89PNG" * 9 == parts(bytes(content))["b.png"]
    made = replace_parts(bytes(content), {"a.xml": b"<short/>"})
    assert {"a.xml": b"<short/>", "b.png": b"\x89PNG" * 9} == parts(made)
    assert raw_members(bytes(content))["b.png"][0] == raw_members(made)["b.png"][0]


def test_the_directory_of_a_large_archive_is_read_though_the_archive_is_small():
    """Some programs always write the ZIP64 end; the copy needs none."""
    content = bytearray(packed(FOUR))
    end = content.rindex(b"PK\x05\x06")
    count, size, place = struct.unpack_from("<HLL", content, end + 10)
    large = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, place)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    struct.pack_into("<HHLL", content, end + 8, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    content[end:end] = large + locator
    assert dict(FOUR) == parts(bytes(content))
    made = replace_parts(bytes(content), {"c.xml": b"<c/>"})
    assert dict(FOUR) | {"c.xml": b"<c/>"} == parts(made)
    assert b"PK\x06\x06" not in made


def test_what_stands_before_between_and_behind_is_left_out():
    """A gateway's line before the archive and remains behind it are no members."""
    content = b"X-Scanned: yes\r\n\r\n" + packed(FOUR) + b"\r\n\r\n"
    made = replace_parts(content, {"c.xml": b"<c/>"})
    assert made.startswith(b"PK\x03\x04")
    assert dict(FOUR) | {"c.xml": b"<c/>"} == parts(made)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.infolist()[0].header_offset == 0


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("xl\\worksheets\\sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("/xl/worksheets/Sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("xl/media/Ảnh Sở.png", "xl/media/Ảnh Sở.png"),
        ("xl/media/r\xe9sum\xe9.png", "xl/media/r\xe9sum\xe9.png"),
    ],
)
def test_a_part_is_found_however_its_name_is_spelt(stored, asked):
    """The replaced member keeps the name it has in the file, in the encoding it has."""
    content = packed([(stored, b"old"), ("z", b"z")])
    made = replace_parts(content, {asked: b"new"})
    assert {stored: b"new", "z": b"z"} == parts(made)
    assert b"new" == b"".join(open_package(made).pieces(asked))


def test_a_name_of_the_old_code_page_keeps_its_bytes():
    """Without the UTF-8 flag a name is in code page 437, or whatever its writer took for it."""
    content = packed([("Bi\xe9u.xml", b"old"), ("Bi\xe9n.xml", b"x")])
    old = content.replace("\xe9".encode(), b"\x82 ").replace(b"\x00\x08", b"\x00\x00")
    made = replace_parts(old, {next(iter(parts(old))): b"new"})
    assert list(parts(old)) == list(parts(made))
    assert b"new" in parts(made).values()


def test_a_part_can_be_taken_out():
    """A removed part leaves no trace; one that is not there is no trouble."""
    made = replace_parts(packed(FOUR), {}, removed={"B.png", "never there"})
    assert [name for name, _ in FOUR if name != "b.png"] == list(parts(made))


def test_a_name_that_stands_twice_goes_on_meaning_one_part():
    """Two members of one name and content are one part to us: both get the new content."""
    with pytest.warns(UserWarning, match="Duplicate"):
        content = packed([("a.xml", b"same"), ("b.xml", b"b"), ("a.xml", b"same")])
    made = replace_parts(content, {"a.xml": b"new"})
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert [b"new", b"b", b"new"] == [archive.read(info) for info in archive.infolist()]
    assert b"new" == b"".join(open_package(made).pieces("a.xml"))


def test_new_members_carry_no_clock():
    """The same input gives the same bytes on any day."""
    made = replace_parts(packed(FOUR), {"a.xml": b"<a/>", "é.xml": b"<e/>"})
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        ours = [archive.getinfo(name) for name in ("a.xml", "é.xml")]
        assert [(1980, 1, 1, 0, 0, 0)] * 2 == [info.date_time for info in ours]
        assert [zipfile.ZIP_DEFLATED] * 2 == [info.compress_type for info in ours]
        assert archive.getinfo("b.png").date_time == NOW
        assert archive.getinfo("a.xml").external_attr == 0o644 << 16


def _directory(content, *, skip=0):
    at = content.index(b"PK\x01\x02")
    for _ in range(skip):
        at = content.index(b"PK\x01\x02", at + 4)
    return at


def _overlapped(content):
    """Let the second member lie where the first does."""
    struct.pack_into("<L", content, _directory(content, skip=1) + 42, 0)
    content[30:35] = b"b.png"
    content[_directory(content) + 46 :][:5] = b"b.png"


def _renamed(content):
    content[30:35] = b"x.xml"


def _moved_away(content):
    struct.pack_into("<L", content, _directory(content) + 42, len(content) - 4)


def _grown(content):
    """Let the last member reach over the directory."""
    struct.pack_into("<L", content, _directory(content, skip=3) + 20, 10_000)


def _encrypted(content):
    content[_directory(content) + 8] |= 1


def _unclosed(content):
    content[6] |= 8


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (_overlapped, NotAWorkbook),
        (_renamed, NotAWorkbook),
        (_moved_away, NotAWorkbook),
        (_grown, NotAWorkbook),
        (_encrypted, Encrypted),
        (_unclosed, NotAWorkbook),
    ],
)
def test_what_cannot_be_copied_faithfully_is_refused(harm, error):
    """Members over each other, two headers that contradict, a member without its end."""
    content = bytearray(packed(FOUR))
    harm(content)
    with pytest.raises(error):
        replace_parts(bytes(content), {})


def test_too_many_members_are_refused():
    """A package of more parts than a workbook may have is not written."""
    content = packed([(f"{number}", b"") for number in range(4_999)])
    assert 5_000 == len(parts(replace_parts(content, {"a": b""})))
    with pytest.raises(TooLarge):
        replace_parts(content, {"a": b"", "b": b""})


@given(st.data())
def test_damaged_bytes_are_refused_or_copied(draw):
    """Whatever is spoilt, the copy reads as the original did, or a WorkbookError says why there is none."""
    content = bytearray(packed(FOUR, streamed=draw.draw(st.booleans())))
    for _ in range(draw.draw(st.integers(1, 4))):
        content[draw.draw(st.integers(0, len(content) - 1))] = draw.draw(st.integers(0, 255))
    try:
        made = replace_parts(bytes(content), {"new": b"new"})
    except WorkbookError:
        return
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(io.BytesIO(made)) as new:
        assert [*(one.orig_filename for one in old.infolist()), "new"] == [
            one.orig_filename for one in new.infolist()
        ]
        for one, copy in zip(old.infolist(), new.infolist(), strict=False):
            assert (one.CRC, one.compress_size, one.file_size) == (
                copy.CRC,
                copy.compress_size,
                copy.file_size,
            )
