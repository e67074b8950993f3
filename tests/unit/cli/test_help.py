"""Help: quick, without heavy imports, for every command."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.main import get_command

from cli.main import app

#: What no `--help` may load.
_HEAVY = (
    "sqlalchemy",
    "openpyxl",
    "docx",
    "docxtpl",
    "pydantic",
    "jinja2",
    "apscheduler",
    "rich.progress",
    "ruamel",
    "rapidfuzz",
    "imapclient",
    "xlsxwriter",
)


def commands():
    """Give the words of every command and group."""
    root = get_command(app)
    for name, command in root.commands.items():
        yield (name,)
        for inner in getattr(command, "commands", {}):
            yield (name, inner)


ALL = [(), *commands()]


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_explains_itself(tonghop, words):
    """Help says what the command does in a sentence and shows each option with words of its own."""
    said = tonghop(*words, "--help")

    assert 0 == said.code
    assert "" == said.err
    assert said.out.startswith(" ".join(("Usage: tonghop", *words)))
    # Nothing is cut in the list of commands.
    assert "..." not in said.out.replace("[ARGS]...", "")


_SPY = """
import resource, sys
sys.argv = ["tonghop", *sys.argv[1:]]
from cli.main import main
try:
    main()
except SystemExit:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    print(used, *sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize(
    "words", [(), ("status",), ("report",), ("report", "check"), ("demo",)], ids=" ".join
)
def test_help_loads_nothing_heavy(words):
    """`--help` answers at once: under 0.3 s of CPU at its best, and no driver or library is loaded."""
    runs = [
        subprocess.run(
            [sys.executable, "-c", _SPY, *words, "--help"], capture_output=True, text=True, check=True
        ).stderr.split()
        for _ in range(3)
    ]

    assert set() == {module for module in runs[0][1:] if module in _HEAVY}
    assert min(float(run[0]) for run in runs) < 0.3


def test_without_a_command_help_is_shown(tonghop):
    """`tonghop` alone shows the commands; it is no success."""
    for words in ((), ("--home", "somewhere"), ("--json",)):
        said = tonghop(*words)
        assert 2 == said.code
        assert "set-aside" in said.out + said.err
