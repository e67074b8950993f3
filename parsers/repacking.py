"""Some parts of a zip package replaced, added or taken out; every other member copied as it lies there.

Of a copied member the local header, the compressed bytes and the record in the directory stay what they were,
bit for bit; only the place that the directory names changes (PKWARE APPNOTE 4.3). What stands before, between
and behind the members belongs to none and is left out.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.errors import Encrypted, NotAWorkbook, TooLarge
from parsers.package import MAX_MEMBERS, damage, folded_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_RECORD: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_LOCAL_SIGN, _RECORD_SIGN, _END_SIGN = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_DESCRIPTOR_SIGN: Final = b"PK\x07\x08"
#: Where a record of the directory keeps the place of its member.
_PLACE_AT: Final = _RECORD.size - 4
_LARGEST: Final = 0xFFFF_FFFF
_ZIP64: Final = 1

_IS_ENCRYPTED: Final = 0x0001
_HAS_DESCRIPTOR: Final = 0x0008
_IS_UTF8: Final = 0x0800
#: The earliest day a zip can name (1980-01-01): the same parts always give the same bytes.
_DAY: Final = 0x0021
_VERSION: Final = 20


@dataclass(frozen=True, slots=True)
class _Member:
    """A member of the old package."""

    info: zipfile.ZipInfo
    #: Its record in the directory.
    record: bytes
    #: Its local header, compressed bytes and descriptor.
    body: bytes


def replace_parts(
    content: bytes, parts: Mapping[str, bytes], *, removed: Collection[str] = frozenset()
) -> bytes:
    """Give the package *content* with *parts* in place of those of the same name, or added behind all others.

    Names are found as Package finds them, whatever their case and slashes; a name both in *parts* and in
    *removed* is replaced. Order and archive comment stay, and the same input gives the same bytes. Raises
    NotAWorkbook, Encrypted or TooLarge for a package that cannot be copied faithfully: members that lie over
    each other or beyond the end, or whose two headers contradict.
    """
    try:
        members, comment = _take_apart(content)
    except damage() as trouble:
        raise NotAWorkbook("The zip archive is damaged and cannot be copied.") from trouble
    left = {folded_name(name): (name, part) for name, part in parts.items()}
    replacing = set(left)
    without = {folded_name(name) for name in removed} - replacing
    bodies: list[bytes] = []
    records: list[bytes] = []
    place = 0
    for body, record in _chosen(members, left, replacing=replacing, without=without):
        bodies.append(body)
        records.append(_placed(record, place))
        place += len(body)
    directory = b"".join(records)
    if place + len(directory) > _LARGEST or len(records) > MAX_MEMBERS:
        raise TooLarge("The package is too large to be written again.")
    count = len(records)
    end = _END.pack(_END_SIGN, 0, 0, count, count, len(directory), place, len(comment))
    return b"".join((*bodies, directory, end, comment))


def _chosen(
    members: tuple[_Member, ...],
    left: dict[str, tuple[str, bytes]],
    *,
    replacing: set[str],
    without: set[str],
) -> Iterator[tuple[bytes, bytes]]:
    """Yield (body, record) of every member of the new package."""
    made: dict[str, bytes] = {}
    for member in members:
        name = folded_name(member.info.filename)
        if name in without:
            continue
        if name not in replacing:
            yield member.body, member.record
            continue
        # A name that stands twice, with the same content, has to go on meaning one part.
        if name in left:
            made[name] = left.pop(name)[1]
        yield _replaced(member, made[name])
    for name, part in left.values():
        yield _added(name, part)


def _take_apart(content: bytes) -> tuple[tuple[_Member, ...], bytes]:
    """Give the members in the order of the directory, and the archive's comment."""
    # The library decides what the directory says, so that what is copied is what was read.
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
        at, comment = archive.start_dir, archive.comment
    if len(infos) > MAX_MEMBERS:
        raise TooLarge(f"The file holds more than {MAX_MEMBERS} parts.")
    directory = at
    members: list[_Member] = []
    for info in infos:
        sign, *_, name, extra, note, _, _, _, _ = _RECORD.unpack_from(content, at)
        length = _RECORD.size + name + extra + note
        record = content[at : at + length]
        if sign != _RECORD_SIGN or len(record) != length:
            raise NotAWorkbook("The directory of the zip archive is damaged.")
        body = _body_of(content, info, record[_RECORD.size :][:name])
        members.append(_Member(info, record, body))
        at += length
    _refuse_overlaps(members, directory)
    return tuple(members), comment


def _body_of(content: bytes, info: zipfile.ZipInfo, name: bytes) -> bytes:
    if info.flag_bits & _IS_ENCRYPTED:
        raise Encrypted("The zip archive is locked with a password.")
    start = info.header_offset
    if start < 0:
        raise NotAWorkbook("A part of the file lies before its beginning.")
    sign, _, flags, *_, name_length, extra_length = _LOCAL.unpack_from(content, start)
    head = start + _LOCAL.size
    if sign != _LOCAL_SIGN or content[head : head + name_length] != name:
        raise NotAWorkbook(f"The headers of the part {info.filename!r} contradict each other.")
    end = head + name_length + extra_length + info.compress_size
    if flags & _HAS_DESCRIPTOR:
        end += _descriptor_length(content[end : end + 24], info)
    body = content[start:end]
    if len(body) != end - start:
        raise NotAWorkbook(f"The part {info.filename!r} is cut off.")
    return body


def _descriptor_length(following: bytes, info: zipfile.ZipInfo) -> int:
    """Measure the repeated checksum and sizes behind the data: with a sign or not, sizes short or long."""
    # The longer first: of an empty part, the short form is how the long one begins.
    for sign in (_DESCRIPTOR_SIGN, b""):
        for sizes in ("<LQQ", "<LLL"):
            descriptor = sign + struct.pack(sizes, info.CRC, info.compress_size, info.file_size)
            if following.startswith(descriptor):
                return len(descriptor)
    raise NotAWorkbook(f"The part {info.filename!r} is not closed as its headers say.")


def _refuse_overlaps(members: list[_Member], directory: int) -> None:
    end = 0
    for member in sorted(members, key=lambda one: one.info.header_offset):
        if member.info.header_offset < end:
            raise NotAWorkbook("Parts of the file lie over each other.")
        end = member.info.header_offset + len(member.body)
    if end > directory:
        raise NotAWorkbook("A part of the file lies over its directory.")


def _placed(record: bytes, place: int) -> bytes:
    """Write the new place of a member into its record."""
    if record[_PLACE_AT : _PLACE_AT + 4] != b"\xff\xff\xff\xff":
        return record[:_PLACE_AT] + struct.pack("<L", place) + record[_RECORD.size :]
    at = _long_place(record)
    return record[:at] + struct.pack("<Q", place) + record[at + 8 :]


def _long_place(record: bytes) -> int:
    """Find the place in the ZIP64 field of a record: behind the sizes, where these are there too (4.5.3)."""
    fields = _RECORD.unpack_from(record)
    sizes, name, extra = fields[8:10], fields[10], fields[11]
    at = _RECORD.size + name
    end = at + extra
    while at + 4 <= end:
        kind, length = struct.unpack_from("<HH", record, at)
        if kind == _ZIP64:
            found: int = at + 4 + 8 * sum(size == _LARGEST for size in sizes)
            if found + 8 <= at + 4 + length <= end:
                return found
            break
        at += 4 + length
    raise NotAWorkbook("The directory of the zip archive names no place for a part.")


def _replaced(member: _Member, part: bytes) -> tuple[bytes, bytes]:
    """Pack *part* under the name and with the attributes of the member before it."""
    _, made_by, _, flags, *_ = fields = _RECORD.unpack_from(member.record)
    name = member.record[_RECORD.size :][: fields[10]]
    return _packed(name, part, flags=flags & _IS_UTF8, made_by=made_by, attributes=(fields[14], fields[15]))


def _added(name: str, part: bytes) -> tuple[bytes, bytes]:
    flags = 0 if name.isascii() else _IS_UTF8
    return _packed(name.encode(), part, flags=flags, made_by=_VERSION, attributes=(0, 0))


def _packed(
    name: bytes, part: bytes, *, flags: int, made_by: int, attributes: tuple[int, int]
) -> tuple[bytes, bytes]:
    """Give local header with deflated bytes, and the record, of a part of our own."""
    press = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    deflated = press.compress(part) + press.flush()
    if max(len(part), len(deflated)) > _LARGEST - 1:
        raise TooLarge("A part of the package is too large to be written again.")
    shared = (
        *(_VERSION, flags, zipfile.ZIP_DEFLATED, 0, _DAY),
        *(zlib.crc32(part), len(deflated), len(part), len(name), 0),
    )
    head = _LOCAL.pack(_LOCAL_SIGN, *shared)
    record = _RECORD.pack(_RECORD_SIGN, made_by, *shared, 0, 0, *attributes, 0)
    return head + name + deflated, record + name
