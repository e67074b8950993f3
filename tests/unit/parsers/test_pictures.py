"""How large a picture is, by its own head."""

from __future__ import annotations

import struct

import pytest

from parsers.pictures import may_show_form, picture_size

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 1280, 960)
GIF = b"GIF89a" + struct.pack("<HH", 120, 60)
BMP = b"BM" + bytes(16) + struct.pack("<ii", 640, -480)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x04ab\xff\xe1\x00\x06Exif\xff\xc4\x00\x03a\xff\xc2\x00\x0b\x08"
    + struct.pack(">HH", 1600, 1200)
    + b"\x03\x01\x22"
)


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (PNG, (1280, 960)),
        (GIF, (120, 60)),
        (BMP, (640, 480)),
        (JPEG, (1200, 1600)),
        (PNG[:20], None),
        (JPEG[:20], None),
        (b"\xff\xd8\x00\x00\x00\x04", None),
        (b"\xff\xd8" + b"\xff\xe0\x00\x02" * 1000, None),
        (b"RIFF", None),
    ],
)
def test_sizes(content, size):
    """PNG, GIF, BMP and JPEG tell their size near the beginning; cut heads tell nothing."""
    assert size == picture_size(content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [(PNG, True), (GIF, False), (JPEG, True), (b"RIFF" + bytes(100), False), (b"RIFF" + bytes(50_000), True)],
)
def test_what_a_form_could_be_read_in(content, expected):
    """By the lower of both sides; where the head is silent, by the size of the file."""
    assert expected == may_show_form(content)
