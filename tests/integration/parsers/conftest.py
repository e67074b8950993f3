"""LibreOffice, asked to open what we write."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest


@pytest.fixture(scope="session")
def needed():
    """Give a function that finds a program; a missing one is an error where everything has to be tested."""

    def find(program):
        found = shutil.which(program)
        if found is None and os.environ.get("CI"):
            pytest.fail(f"{program} is not installed")
        if found is None:
            pytest.skip(f"{program} is not installed")
        return found

    return find


@pytest.fixture(scope="module")
def convert(needed, tmp_path_factory):
    """Give a function that converts a workbook in a profile of its own."""
    soffice = needed("soffice")
    folder = tmp_path_factory.mktemp("soffice")
    count = iter(range(100))

    def run(content, kind):
        source = folder / f"b{next(count)}.xlsx"
        source.write_bytes(content)
        target = folder / f"out-{source.stem}"
        profile = (folder / "profile").as_uri()
        command = [soffice, "--headless", f"-env:UserInstallation={profile}", "--convert-to", kind]
        subprocess.run(
            [*command, "--outdir", str(target), str(source)], check=True, capture_output=True, timeout=150
        )
        (made,) = target.iterdir()
        return made.read_bytes()

    return run


@pytest.fixture
def pages(needed, tmp_path):
    """Give a function that prints a PDF to pictures, one for each page."""
    pdftoppm = needed("pdftoppm")
    count = iter(range(100))

    def draw(pdf):
        folder = tmp_path / f"pages{next(count)}"
        folder.mkdir()
        (folder / "a.pdf").write_bytes(pdf)
        subprocess.run([pdftoppm, "-r", "60", "-png", "a.pdf", "p"], cwd=folder, check=True, timeout=60)
        return [page.read_bytes() for page in sorted(folder.glob("p*.png"))]

    return draw
