"""Printing: what is said when LibreOffice is missing, fails or hangs, and that nothing is left behind."""

from __future__ import annotations

import os
import pathlib
import tempfile
import time

import pytest

from domain.errors import PrintingError
from service.libreoffice import LibreOffice


def program(folder, script):
    """Write a stand-in for soffice."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Give the folder in which temporary files are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_missing_program_is_said_with_what_to_install(tmp_path, monkeypatch):
    """The operator reads the remedy, not a traceback."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(PrintingError, match="apt-get install libreoffice-writer-nogui"):
        LibreOffice().pdf(b"x")
    with pytest.raises(PrintingError, match="nowhere"):
        LibreOffice(str(tmp_path / "nowhere")).pdf(b"x")


def test_a_failing_program_is_quoted_and_nothing_stays(tmp_path, temporary):
    """What LibreOffice said last stands in the message; the temporary folder is empty again."""
    printer = LibreOffice(program(tmp_path, "echo Warnung; echo 'source file could not be loaded'; exit 1"))

    with pytest.raises(PrintingError, match="source file could not be loaded"):
        printer.pdf(b"x")
    assert not list(temporary.iterdir())


def test_a_hanging_program_is_ended_with_its_children(tmp_path, temporary):
    """After the time is up the whole process group is gone."""
    note = tmp_path / "pid"
    script = f"sleep 60 & echo $! > {note}; wait"
    started = time.monotonic()

    with pytest.raises(PrintingError, match=r"not done after 0\.5 seconds"):
        LibreOffice(program(tmp_path, script), timeout=0.5).pdf(b"x")

    assert time.monotonic() - started < 20
    child = int(note.read_text())
    for _ in range(100):
        if not _alive(child):
            break
        time.sleep(0.05)
    assert not _alive(child)
    assert not list(temporary.iterdir())


def _alive(pid):
    """Tell whether a process runs; one that nobody has waited for yet does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_program_that_cannot_start_is_trouble_with_a_remedy(tmp_path):
    """A file that is no program is named as such."""
    path = tmp_path / "soffice"
    path.write_text("#!/nowhere/interpreter\n")
    path.chmod(0o755)

    with pytest.raises(PrintingError, match="cannot be started"):
        LibreOffice(str(path)).pdf(b"x")


def test_the_profile_is_vietnamese_and_private(tmp_path, temporary):
    """Each call has its own profile with the locale that writes 1.234,5."""
    copy = tmp_path / "arguments"
    script = f"""echo "$@" > {copy}; profile=${{1#-env:UserInstallation=file://}}
cat "$profile/user/registrymodifications.xcu" >> {copy}; for last; do :; done
echo made > "$(dirname "$last")/out/document.pdf" """

    assert LibreOffice(program(tmp_path, script)).pdf(b"x") == b"made\n"
    said = copy.read_text()
    assert f"-env:UserInstallation=file://{temporary}" in said
    assert "ooSetupSystemLocale" in said
    assert "<value>vi-VN</value>" in said
    assert not list(temporary.iterdir())
