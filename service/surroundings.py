"""What the machine must offer: a disk that holds the store safely, LibreOffice and fonts for the PDF."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import Problem
from service.bootstrap import find_soffice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.settings import Settings

_NETWORK_FILE_SYSTEMS = (
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "ncpfs",
    "afs",
    "9p",
    "fuse.sshfs",
    "glusterfs",
)
_MOUNTS = Path("/proc/self/mounts")
_PDF_PACKAGES = "apt-get install libreoffice-writer-nogui fonts-liberation2"
#: Liberation Serif 1.x lacks 96 Vietnamese letters; fontconfig writes versions as 16.16 fixed point.
_LIBERATION_2 = 2 << 16
_PATIENCE = 20
#: The store may double while it is tidied or backed up.
_TIMES_THE_STORE = 2
_LEAST_FREE = 200_000_000


def home_problems(home: Path) -> Iterator[Problem]:
    """Say why the home cannot hold a store; empty when it can."""
    if not home.is_dir():
        yield Problem(place=str(home), reason="There is no such folder.", remedy="Make it: `tonghop init`.")
        return
    if not os.access(home, os.W_OK | os.X_OK):
        remedy = "Give it to the account that tonghop runs under (chown, chmod u+rwx)."
        yield Problem(place=str(home), reason="The home cannot be written.", remedy=remedy)
    kind = _file_system(home)
    if kind in _NETWORK_FILE_SYSTEMS:
        reason = f"The home lies on a network file system ({kind}), where SQLite's locks do not hold."
        yield Problem(place=str(home), reason=reason, remedy="Put the home on a local disk.")


def _file_system(folder: Path) -> str:
    """Name the kind of file system that *folder* lies on; empty when the system does not say."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    place = folder.resolve()
    # Later mounts cover earlier ones at the same point; spaces are written as \040.
    mounts = [
        (line.split()[1].replace("\\040", " "), line.split()[2]) for line in lines if line.count(" ") > 1
    ]
    over = [
        (len(point), number, kind)
        for number, (point, kind) in enumerate(mounts)
        if place.is_relative_to(point)
    ]
    return max(over, default=(0, 0, ""))[2]


def machine_warnings(settings: Settings) -> Iterator[Problem]:
    """Say what is missing for the whole service; nothing of it stops a campaign."""
    yield from _disk_warnings(settings.home)
    if find_soffice(settings) is None:
        named = f"`{settings.soffice}` is not there" if settings.soffice else "LibreOffice is not installed"
        yield Problem(place="PDF", reason=f"{named}: reports will have no PDF.", remedy=f"{_PDF_PACKAGES}.")
    else:
        yield from _font_warnings()


def _disk_warnings(home: Path) -> Iterator[Problem]:
    if not home.is_dir():
        return
    store = sum(file.stat().st_size for file in home.glob("tonghop.db*"))
    free = shutil.disk_usage(home).free
    if free < max(_TIMES_THE_STORE * store, _LEAST_FREE):
        reason = f"{free // 1_000_000:,} MB are free; the store has {store // 1_000_000:,} MB."
        yield Problem(place=str(home), reason=reason, remedy="Free twice the store, 200 MB at least.")


def _font_warnings() -> Iterator[Problem]:
    program = shutil.which("fc-list")
    if program is None:
        yield Problem(
            place="fonts",
            reason="fc-list is missing, fonts were not checked.",
            remedy="apt-get install fontconfig.",
        )
        return
    fonts = _list_fonts(program)
    if "Times New Roman" in fonts or fonts.get("Liberation Serif", 0) >= _LIBERATION_2:
        return
    old = "Liberation Serif" in fonts
    reason = (
        "Liberation Serif is a 1.x, which lacks Vietnamese letters."
        if old
        else "Neither Times New Roman nor Liberation Serif 2 is installed: the PDF will look different."
    )
    yield Problem(place="fonts", reason=reason, remedy="apt-get install fonts-liberation2.")


def _list_fonts(program: str) -> dict[str, int]:
    """Give the installed families with their newest version."""
    try:
        listed = subprocess.run(  # noqa: S603 - a fixed command
            [program, "--format", "%{family[0]}\t%{fontversion}\n"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    fonts: dict[str, int] = {}
    for line in listed.stdout.splitlines():
        family, _, version = line.partition("\t")
        fonts[family] = max(fonts.get(family, 0), int(version) if version.isdigit() else 0)
    return fonts
