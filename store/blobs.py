"""Bytes kept once, by their SHA-256, and proved at every reading.

Measured on a 36 kB mail with a workbook in base64: Huffman coding alone takes it to 76 % in 0.24 ms,
zlib level 6 to 73 % in 0.89 ms. Mails therefore get the light packing, our own JSON the dense one, and
what does not shrink by a tenth (workbooks, PDF) is kept as it is.
"""

from __future__ import annotations

import zlib
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select

from domain.errors import NotFound, StoreError
from domain.messages import digest
from store.tables import blobs

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Row

    from domain.ids import Sha256

_WORTH_IT = 0.9

_SIZE = select(blobs.c.size).where(blobs.c.sha256 == bindparam("digest"))
_CONTENT = select(blobs.c.packed, blobs.c.content).where(blobs.c.sha256 == bindparam("digest"))
_INSERT = insert(blobs)


class Packing(Enum):
    """How hard to press, as zlib (level, strategy)."""

    #: For mails: base64 has no repeats worth searching.
    LIGHT = (1, zlib.Z_HUFFMAN_ONLY)
    #: For long repetitive text.
    DENSE = (6, zlib.Z_DEFAULT_STRATEGY)

    def pack(self, content: bytes) -> bytes:
        """Press *content*; zlib.decompress undoes it."""
        level, strategy = self.value
        press = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, strategy)
        return press.compress(content) + press.flush()


def put_blob(connection: Connection, content: bytes, *, packing: Packing = Packing.LIGHT) -> Sha256:
    """Keep *content* and give its digest; safe to call twice."""
    sha256 = digest(content)
    if connection.execute(_SIZE, {"digest": sha256}).first() is None:
        pressed = packing.pack(content)
        packed = len(pressed) < len(content) * _WORTH_IT
        row = {
            "sha256": sha256,
            "size": len(content),
            "packed": packed,
            "content": pressed if packed else content,
        }
        connection.execute(_INSERT, row)
    return sha256


def get_blob(connection: Connection, sha256: Sha256) -> bytes:
    """Give the bytes of a digest; raises NotFound, and StoreError when they are no longer the same bytes."""
    row = connection.execute(_CONTENT, {"digest": sha256}).first()
    if row is None:
        raise NotFound(f"no bytes are stored under {sha256}")
    return unpack(row, sha256)


def unpack(row: Row[Any, Any] | Row[Any, Any, Any], sha256: Sha256) -> bytes:
    """Give the bytes of a row with `packed` and `content`; raises StoreError where they are others now."""
    try:
        content: bytes = zlib.decompress(row.content) if row.packed else row.content
    except zlib.error as error:
        raise StoreError(f"the bytes stored under {sha256} are damaged: {error}") from error
    if digest(content) != sha256:
        raise StoreError(f"the bytes stored under {sha256} are damaged: their digest differs")
    return content
