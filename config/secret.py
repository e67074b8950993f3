"""The office's secret, from which letters get Message-IDs that nobody else can make [edge].

It stands in TONGHOP_SECRET, in the file that TONGHOP_SECRET_FILE names, or in `secret.key` of the home, which
is made on first need and readable by its owner only.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)

_KEY_FILE = "secret.key"
_KEY_BYTES = 32


def secret(home: Path, environ: Mapping[str, str]) -> bytes:
    """Give the secret, making `secret.key` on first need; safe to call from two processes.

    Raises ConfigError.
    """
    word, file = environ.get("TONGHOP_SECRET", ""), environ.get("TONGHOP_SECRET_FILE", "")
    if word and file:
        reason = "TONGHOP_SECRET and TONGHOP_SECRET_FILE are both set."
        raise ConfigError((Problem(place="TONGHOP_SECRET", reason=reason, remedy="Keep one of the two."),))
    if word:
        return word.encode()
    if file:
        return _read_key(home / file, place="TONGHOP_SECRET_FILE")
    path = home / _KEY_FILE
    if not path.exists():
        _make_key(path)
    return _read_key(path, place=str(path))


def _read_key(path: Path, *, place: str) -> bytes:
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        reason = f"The secret in {path} cannot be read: {error.strerror}."
        raise ConfigError((Problem(place=place, reason=reason),)) from None
    if not key:
        remedy = "Letters sent before would be sent again: restore the file from a backup."
        raise ConfigError((Problem(place=place, reason=f"{path} is empty.", remedy=remedy),))
    return key


def _make_key(path: Path) -> None:
    """Write a new key; when another process was faster, its key stays."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(_KEY_BYTES).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        # A link appears complete or not at all, and never replaces a key that is there.
        os.link(fresh, path)
        log.info("a secret was made in %s", path, extra={"action": "secret_made"})
    except FileExistsError:
        pass
    except OSError as error:
        reason = f"The secret cannot be made in {path}: {error.strerror}."
        remedy = "Let the service write to its home, or set TONGHOP_SECRET_FILE."
        raise ConfigError((Problem(place=str(path), reason=reason, remedy=remedy),)) from None
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink()
