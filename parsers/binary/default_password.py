"""Workbooks that Excel locks with a password of its own and opens without asking.

Excel encrypts a workbook whose structure is protected, or that it recommends to open for reading only, with a
password that everybody knows ([MS-OFFCRYPTO] 2.4.2.3: "VelvetSweatshop"). No other password is tried.
"""

from __future__ import annotations

import base64
import io
import struct
from typing import Final

from domain.errors import Encrypted, NotAWorkbook, TooLarge, WorkbookError
from parsers.binary import biff
from parsers.binary.compound import CompoundFile
from parsers.package import damage, parse_xml

_PASSWORD: Final = "VelvetSweatshop"  # noqa: S105 - known to every program that reads workbooks
#: Excel hashes a password a hundred thousand times; a file may ask for ten million and hold us for minutes.
_MOST_HASHES: Final = 200_000
_LONGEST_DESCRIPTION: Final = 65_536
_LARGEST: Final = 60_000_000
_KEY_ENCRYPTOR: Final = "http://schemas.microsoft.com/office/2006/keyEncryptor/password encryptedKey"
_FILEPASS, _BOUNDSHEET = 0x002F, 0x0085
#: Records that are never encrypted ([MS-XLS] 2.2.10).
_PLAIN: Final = frozenset({biff.BOF, _FILEPASS, 0x0193, 0x0195, 0x00E1, 0x0196, 0x0138})
_RC4: Final = 1
_BLOCK: Final = 1_024
_TROUBLE: Final[tuple[type[Exception], ...]] = (*damage(), KeyError, IndexError, TypeError, ArithmeticError)


def unlock_package(content: bytes) -> bytes:
    """Decrypt a workbook of Excel 2007 and later; raises Encrypted where it has a password of a person."""
    try:
        container = CompoundFile(content)
        description = container.stream("EncryptionInfo")[:_LONGEST_DESCRIPTION]
        locked = container.stream("EncryptedPackage")
        if len(locked) > _LARGEST:
            raise TooLarge("The locked workbook is larger than what is decrypted here.")
        is_agile = struct.unpack_from("<HH", description, 0) == (4, 4)
        plain = _agile(description, locked) if is_agile else _standard(description, locked)
    except WorkbookError:
        raise
    except _TROUBLE as trouble:
        raise Encrypted("The workbook is locked in a way that is not known here.") from trouble
    if plain is None:
        raise Encrypted("The workbook is locked with a password.")
    return plain


def unlock_stream(stream: bytes) -> bytes:
    """Decrypt the stream of a workbook of Excel 97 to 2003; raises Encrypted, NotAWorkbook or TooLarge."""
    if len(stream) > _LARGEST:
        raise TooLarge("The locked workbook is larger than what is decrypted here.")
    lock = next((content for kind, content in biff.records(stream, 0) if kind == _FILEPASS), b"")
    try:
        plain = _decrypt_records(stream, lock)
    except WorkbookError:
        raise
    except _TROUBLE as trouble:
        raise Encrypted("The workbook is locked in a way that is not known here.") from trouble
    if plain is None:
        raise Encrypted("The workbook is locked with a password.")
    return plain


def _agile(description: bytes, locked: bytes) -> bytes | None:
    """Decrypt what Excel 2010 and later lock; None where the password is another."""
    from msoffcrypto.method.ecma376_agile import ECMA376Agile  # noqa: PLC0415 - heavy import

    whole: dict[str, str] = {}
    key: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(" ")[2] == "keyData":
            whole.update(attributes)
        elif tag == _KEY_ENCRYPTOR:
            key.update(attributes)

    parse_xml(iter((description[8:],)), start)
    hashes, bits = int(key["spinCount"]), int(key["keyBits"])
    if not 0 <= hashes <= _MOST_HASHES:
        raise Encrypted("The workbook is locked with a password that takes too long to try.")
    salt = base64.b64decode(key["saltValue"])
    verifier, verified, encrypted = (
        base64.b64decode(key[name])
        for name in ("encryptedVerifierHashInput", "encryptedVerifierHashValue", "encryptedKeyValue")
    )
    method = key["hashAlgorithm"]
    if not ECMA376Agile.verify_password(_PASSWORD, salt, method, verifier, verified, hashes, bits):
        return None
    secret = ECMA376Agile.makekey_from_password(_PASSWORD, salt, method, encrypted, hashes, bits)
    whole_salt = base64.b64decode(whole["saltValue"])
    return bytes(ECMA376Agile.decrypt(secret, whole_salt, whole["hashAlgorithm"], io.BytesIO(locked)))


def _standard(description: bytes, locked: bytes) -> bytes | None:
    """Decrypt what Excel 2007 locks; None where the password is another."""
    from msoffcrypto.method.ecma376_standard import ECMA376Standard  # noqa: PLC0415 - heavy import

    size = struct.unpack_from("<I", description, 8)[0]
    algorithm, hashing, bits, provider = struct.unpack_from("<IIII", description, 20)
    place = 12 + size
    salt, verifier, verified = struct.unpack_from("<16s16s4x32s", description, place + 4)
    secret = ECMA376Standard.makekey_from_password(
        _PASSWORD, algorithm, hashing, provider, bits, len(salt), salt
    )
    if not ECMA376Standard.verifykey(secret, verifier, verified):
        return None
    whole_blocks = locked[: 8 + (len(locked) - 8) // 16 * 16]
    return bytes(ECMA376Standard.decrypt(secret, io.BytesIO(whole_blocks)))


def _decrypt_records(stream: bytes, lock: bytes) -> bytes | None:
    """Decrypt the content of records; None where the password is another."""
    kind = struct.unpack_from("<H", lock, 0)[0]
    if kind != _RC4:
        return None  # the obfuscation of Excel 95
    version = struct.unpack_from("<HH", lock, 2)
    if version == (1, 1):
        decrypted = _rc4(stream, lock[6:])
    elif version[1] == 2:  # noqa: PLR2004 - RC4 by the CryptoAPI of Windows
        decrypted = _rc4_of_windows(stream, lock[6:])
    else:
        return None
    if decrypted is None:
        return None
    plain = bytearray(stream)
    place = 0
    for number, content in biff.records(stream, 0):
        place += 4
        # Where a sheet begins is written as it is, even in an encrypted book.
        first = place + (4 if number == _BOUNDSHEET else 0)
        end = place + len(content)
        if number == _FILEPASS:
            plain[place - 4 : place - 2] = b"\xff\xff"  # no longer true of this stream
        elif number not in _PLAIN:
            plain[first:end] = decrypted[first:end]
        place = end
    return bytes(plain)


def _rc4(stream: bytes, lock: bytes) -> bytes | None:
    from msoffcrypto.method.rc4 import DocumentRC4  # noqa: PLC0415 - heavy import

    salt, verifier, verified = struct.unpack_from("<16s16s16s", lock, 0)
    if not DocumentRC4.verifypw(_PASSWORD, salt, verifier, verified):
        return None
    return bytes(DocumentRC4.decrypt(_PASSWORD, salt, io.BytesIO(stream), _BLOCK).getvalue())


def _rc4_of_windows(stream: bytes, lock: bytes) -> bytes | None:
    from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI  # noqa: PLC0415 - heavy import

    size = struct.unpack_from("<I", lock, 4)[0]
    bits = struct.unpack_from("<I", lock, 24)[0] or 40
    salt, verifier, verified = struct.unpack_from("<16s16s4x20s", lock, 8 + size + 4)
    if bits > 128 or bits % 8:  # noqa: PLR2004 - the longest key of RC4
        raise NotAWorkbook("The workbook is locked with a key of impossible length.")
    if not DocumentRC4CryptoAPI.verifypw(_PASSWORD, salt, bits, verifier, verified):
        return None
    decrypted = DocumentRC4CryptoAPI.decrypt(_PASSWORD, salt, bits, io.BytesIO(stream), _BLOCK)
    return bytes(decrypted.getvalue())
