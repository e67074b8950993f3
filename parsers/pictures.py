"""Whether a picture may be a photo of a form: how large it is, by its own head."""

from __future__ import annotations

import struct
from typing import Final

#: Logos and banners under a signature are lower; a form on a photo or screenshot needs so many lines.
_LOWEST: Final = 400
#: Of a picture that does not tell its size: logos are smaller files.
_DECORATION: Final = 40_000
_MOST_SEGMENTS: Final = 400


def may_show_form(content: bytes) -> bool:
    """Tell whether a person could read a form in the picture."""
    size = picture_size(content)
    return min(size) >= _LOWEST if size is not None else len(content) >= _DECORATION


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Give (width, height) of a PNG, GIF, BMP or JPEG; None for others and where the head is cut."""
    try:
        if content.startswith(b"\x89PNG"):
            return struct.unpack_from(">II", content, 16)
        if content.startswith(b"GIF8"):
            return struct.unpack_from("<HH", content, 6)
        if content.startswith(b"BM"):
            width, height = struct.unpack_from("<ii", content, 18)
            return abs(width), abs(height)
        return _jpeg_size(content) if content.startswith(b"\xff\xd8") else None
    except struct.error:
        return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Walk over the segments of a JPEG to the one that tells its frame (ITU T.81, B.2.2)."""
    place = 2
    for _ in range(_MOST_SEGMENTS):
        sign, marker, length = struct.unpack_from(">BBH", content, place)
        if sign != 0xFF:  # noqa: PLR2004 - every segment begins so
            return None
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # noqa: PLR2004 - frames
            height, width = struct.unpack_from(">HH", content, place + 5)
            return width, height
        place += 2 + length
    return None
