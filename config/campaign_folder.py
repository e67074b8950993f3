"""The files of a campaign as one value: read from its folder, packed, and named by a digest [edge].

What the office's programs leave behind (`~$units.xlsx`, `.DS_Store`, `Thumbs.db`) is no part of a campaign.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from domain.errors import ConfigError, Problem
from domain.vietnamese import nfc

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: Relative path with `/`, in NFC -> content.
CampaignFiles: TypeAlias = "Mapping[str, bytes]"

_LEFTOVERS = ("thumbs.db", "desktop.ini")
_LARGEST_FILE = 50_000_000
_MOST_FILES = 500
#: A zip cannot say less; the same files give the same bytes whenever they are packed.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def read_campaign_files(folder: Path) -> CampaignFiles:
    """Read all files of a campaign's folder; raises ConfigError when there is none or it cannot be read."""
    if not folder.is_dir():
        raise ConfigError((Problem(place=str(folder), reason="There is no such folder."),))
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*")):
        name = nfc(path.relative_to(folder).as_posix())
        if _is_leftover(name) or not path.is_file():
            continue
        try:
            size = path.stat().st_size
            if size > _LARGEST_FILE:
                reason = f"The file has {size:,} bytes; a campaign's files are at most {_LARGEST_FILE:,}."
                problems.append(Problem(place=name, reason=reason))
                continue
            files[name] = path.read_bytes()
        except OSError as error:
            problems.append(Problem(place=name, reason=f"The file cannot be read: {error.strerror}."))
    if len(files) > _MOST_FILES:
        reason = f"The folder holds {len(files)} files; this is no campaign."
        problems.append(Problem(place=str(folder), reason=reason, remedy="Name the folder of one campaign."))
    if problems:
        raise ConfigError(tuple(problems))
    return files


def _is_leftover(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith((".", "~$")) for part in parts) or parts[-1].lower() in _LEFTOVERS


def digest_files(files: CampaignFiles) -> str:
    """Give the SHA-256 over the sorted (relative path, content): the campaign's version."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            # Lengths keep apart what would run together.
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def pack_files(files: CampaignFiles) -> bytes:
    """Pack the files into a zip; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, _LONG_AGO)
            member.create_system = 3
            member.external_attr = 0o644 << 16
            archive.writestr(member, files[name])
    return packed.getvalue()


def unpack_files(content: bytes) -> CampaignFiles:
    """Give back what `pack_files` packed; raises ConfigError when *content* is something else."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            fits = len(members) <= _MOST_FILES and all(one.file_size <= _LARGEST_FILE for one in members)
            files = {one.filename: archive.read(one) for one in members} if fits else {}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError):
        files = {}
    if not files:
        raise ConfigError((Problem(place="campaign version", reason="This is no packed campaign."),))
    return files
