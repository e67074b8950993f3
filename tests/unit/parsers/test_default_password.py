"""Workbooks that Excel locks with a password of its own."""

from __future__ import annotations

import io
import random
import struct
from hashlib import md5, sha1

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method.rc4 import _makekey as key_of_office
from msoffcrypto.method.rc4_cryptoapi import _makekey as key_of_windows

from domain.errors import Encrypted
from parsers.binary import biff
from parsers.binary.default_password import unlock_package
from parsers.binary.xls import read_xls
from parsers.opening import open_grid
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.biff_files import book, cell, record, shared
from tests.unit.parsers.compound_files import compound
from tests.unit.parsers.grids import differences, random_book

DEFAULT = "VelvetSweatshop"
_PLAIN = {0x0809, 0x002F}


def locked_book(password, content):
    """Lock a workbook as Excel 2010 does."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, out)
    return out.getvalue()


def test_a_workbook_under_the_well_known_password_is_read():
    """Excel opens it without asking, and so do we."""
    content = random_book(random.Random(1))

    assert [] == differences(read_workbook(content), open_grid(locked_book(DEFAULT, content)))


def test_a_password_of_a_person_is_not_tried():
    """It is told, whatever it is."""
    with pytest.raises(Encrypted):
        open_grid(locked_book("1234", random_book(random.Random(1))))


def test_a_lock_that_would_hold_us_for_minutes_is_refused():
    """The number of hashes is bounded before the first."""
    content = locked_book(DEFAULT, random_book(random.Random(1)))
    with pytest.raises(Encrypted):
        unlock_package(content.replace(b'spinCount="100000"', b'spinCount="999999"'))


@pytest.mark.parametrize(
    "description", [b"", b"\x04\0\x04\0" + b"\0" * 60, b"\x04\0\x04\0\0\0\0\0<x/>", b"\2\0\2\0" + b"\7" * 30]
)
def test_a_lock_that_nobody_knows(description):
    """Whatever stands there, it is a password."""
    with pytest.raises(Encrypted):
        unlock_package(compound({"EncryptionInfo": description or b"\0" * 9, "EncryptedPackage": b"\1" * 99}))


def rc4(key, content):
    """Encrypt by RC4."""
    return Cipher(ARC4(key), mode=None).encryptor().update(content)


def lock_stream(password, stream, *, of_windows):
    """Lock a stream of BIFF8 as Excel 97 does, or as Windows' CryptoAPI does."""
    salt, verifier = b"s" * 16, b"v" * 16

    def key(block):
        return (
            key_of_windows(password, salt, 128, block) if of_windows else key_of_office(password, salt, block)
        )

    hashed = sha1(verifier).digest() if of_windows else md5(verifier).digest()
    both = rc4(key(0), verifier + hashed)
    if of_windows:
        described = struct.pack("<IIIIIIII", 4, 0, 0x6801, 0x8004, 128, 1, 0, 0)
        lock = struct.pack("<HHHII", 1, 2, 2, 4, len(described)) + described
        lock += struct.pack("<I", 16) + salt + both[:16] + struct.pack("<I", 20) + both[16:]
    else:
        lock = struct.pack("<HHH", 1, 1, 1) + salt + both
    # The lock stands right behind the beginning of the book; sheets begin that much later.
    lock = record(0x002F, lock)
    whole = stream[:20] + lock + stream[20:]
    blocks = range(0, len(whole), 1024)
    covered = b"".join(rc4(key(number), whole[start : start + 1024]) for number, start in enumerate(blocks))
    out, place = bytearray(whole), 0
    for kind, content in biff.records(whole, 0):
        place += 4
        first = place
        if kind == 0x0085:
            moved = struct.unpack_from("<I", content, 0)[0] + len(lock)
            struct.pack_into("<I", out, place, moved)
            first += 4
        if kind not in _PLAIN:
            out[first : place + len(content)] = covered[first : place + len(content)]
        place += len(content)
    return bytes(out)


@pytest.mark.parametrize("of_windows", [False, True])
def test_an_old_workbook_under_the_well_known_password(of_windows):
    """Excel 2003 locks a book whose structure is protected; its own properties are kept beside."""
    content = b"".join(cell(0x00FD, row, 1, struct.pack("<I", 1)) for row in range(1, 200))
    stream = book(content, head=shared("một", "hai buổi"))
    locked = compound({"Workbook": lock_stream(DEFAULT, stream, of_windows=of_windows)})

    assert {"hai buổi"} == {one.raw for one in read_xls(locked).sheets[0].cells.values()}
    with pytest.raises(Encrypted):
        read_xls(compound({"Workbook": lock_stream("1234", stream, of_windows=of_windows)}))
