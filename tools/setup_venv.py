"""Make `.venv` with exactly what uv.lock names, on a machine that has Python 3.11 and nothing else.

uv does the work when it is there; otherwise pip fetches uv into the environment first, and where not even pip
is there (Debian without python3-venv), its wheel is fetched from the package index and run as it is.
Safe to call twice: an environment that fits the lock file is left alone.
"""

from __future__ import annotations

import hashlib
import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".tonghop-lock"
UV = "uv==0.13.9"
OLDEST = (3, 11)
INDEX = "https://pypi.org/simple"


def main() -> int:
    """Set the environment up and give the exit code."""
    if sys.version_info[:2] < OLDEST:
        print(f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed; this is {sys.version.split()[0]}.")
        return 2
    wanted = _lock_digest()
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return 0
    print("Setting up .venv (once; about a minute) ...", flush=True)
    environment = {
        **os.environ,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        # Offices behind an inspecting proxy trust what the system trusts (old and new name of the setting).
        "UV_SYSTEM_CERTS": "true",
        "UV_NATIVE_TLS": "true",
    }
    environment.pop("VIRTUAL_ENV", None)
    try:
        uv = shutil.which("uv") or _uv_inside_venv()
        subprocess.run(
            [uv, "sync", "--frozen", "--inexact", "--quiet", "--python", _interpreter()],
            cwd=ROOT,
            env=environment,
            check=True,
        )
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"The environment could not be set up: {error}")
        print("Check the network and run the same command again; nothing else was changed.")
        return 4
    STAMP.write_text(wanted, encoding="utf-8")
    return 0


def _lock_digest() -> str:
    parts = (ROOT / name for name in ("uv.lock", "pyproject.toml"))
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def _interpreter() -> str:
    inside = VENV / "bin" / "python"
    return str(inside) if inside.exists() else sys.executable


def _uv_inside_venv() -> str:
    """Put uv into the environment by pip and give its path."""
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, check=False)
    python = str(VENV / "bin" / "python")
    if made.returncode == 0:
        pip = [python, "-m", "pip"]
    else:
        # Debian without python3-venv has no ensurepip; an environment without pip can still be made.
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)], check=True)
        pip = [python, str(_pip_wheel()) + "/pip"]
    subprocess.run([*pip, "install", "--quiet", "--disable-pip-version-check", UV], check=True)
    return str(VENV / "bin" / "uv")


class _Links(html.parser.HTMLParser):
    """Collects the addresses of a package index page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the target of each link."""
        self.addresses += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _pip_wheel() -> pathlib.Path:
    """Fetch the newest pip wheel from the index (PIP_INDEX_URL or PyPI), check its digest, give its path."""
    index = os.environ.get("PIP_INDEX_URL", INDEX).rstrip("/") + "/pip/"
    with urllib.request.urlopen(index, timeout=60) as page:
        links = _Links()
        links.feed(page.read().decode())
    wheels = [
        (tuple(map(int, found[1].split("."))), address)
        for address in links.addresses
        if (found := re.search(r"/pip-(\d+(?:\.\d+)*)-py3-none-any\.whl", address))
    ]
    address = urllib.parse.urljoin(index, max(wheels)[1])
    address, _, fragment = address.partition("#")
    with urllib.request.urlopen(address, timeout=180) as answer:
        content = answer.read()
    if fragment.startswith("sha256=") and hashlib.sha256(content).hexdigest() != fragment[7:]:
        raise OSError(f"{address} does not have the digest that the index promises")
    wheel = pathlib.Path(tempfile.mkdtemp()) / address.rpartition("/")[2]
    wheel.write_bytes(content)
    return wheel


if __name__ == "__main__":
    sys.exit(main())
