"""docs/json.md and README against the command itself."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAPER = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
#: Where keys are codes of the form, not words of ours.
_CODES = {"answers": "CODE", "values": "CODE", "submissions[].values": "CODE", "lists": "LIST"}
_PLACE = {"sheet", "row"}


def documented(command):
    """Give the paths that the paper tells of a command: those always there, and the optional ones."""
    section = PAPER.partition(f"## tonghop {command}\n")[2].partition("\n## ")[0]
    always, optional = set(), set()
    for keys, what in re.findall(r"^\| (`.+?) \| (.+) \|$", section, re.MULTILINE):
        (optional if what.startswith("(optional)") else always).update(re.findall(r"`([^`]+)`", keys))
    return always, optional


def paths(value, prefix=""):
    """Give every path of a shape."""
    if isinstance(value, dict):
        for key, entry in value.items():
            word = _CODES.get(prefix, key)
            if prefix == "lists.LIST[]" and key not in _PLACE:
                word = "COLUMN"
            path = f"{prefix}.{word}" if prefix else word
            yield path
            yield from paths(entry, path)
    elif isinstance(value, list):
        for entry in value:
            if not isinstance(entry, dict | list):
                yield f"{prefix}[]"
            yield from paths(entry, f"{prefix}[]")


NOW = ("--now", "2021-10-20T10:00+07:00")


@pytest.fixture
def shapes(tonghop, october, home, files, campaign_folder):
    """Give a function that runs a command and gives its shapes."""
    at = ("--home", october, "--json", *NOW)
    reads = ("TCBM.xlsx", "negative.xlsx", "remark.xlsx", "two.eml", "stranger.eml")

    def run(command):
        match command:
            case "read":
                shapes = [
                    tonghop("read", files / name, "--campaign", campaign_folder, "--json").json
                    for name in reads
                ]
                assert all(set(shapes[0]) == set(form) for shape in shapes for form in shape.pop("forms", []))
                return shapes
            case "ledger":
                return [json.loads(line) for line in tonghop("ledger", *at).out.splitlines()]
            case "status":
                tonghop("excuse", "LT", "--by", "An", "--reason", "x", "--home", home, *NOW)
                return [tonghop("status", "--home", home, "--json", "--now", "2021-10-14T10:00").json]
            case "explain":
                return [tonghop("explain", "latest", "docx:T02", *at).json]
            case "check":
                return [tonghop("check", "--home", october, "--json", "--connect").json]
            case "cycle" | "dispatch":
                return [tonghop(command, "--home", home, "--json", *NOW).json]
        return [tonghop(*command.split(), *at).json]

    return run


@pytest.mark.parametrize(
    "command", ["read", "ledger", "status", "explain", "held", "report list", "check", "cycle", "dispatch"]
)
def test_the_paper_tells_every_key(shapes, command):
    """Every key of the real output is told, and every key that is told is there."""
    always, optional = documented(command)
    found = {path for shape in shapes(command) for path in paths(shape)}
    # How many mails there were of which outcome differs from cycle to cycle.
    found = {path for path in found if not path.startswith("received.")}
    ignored = {path for path in found if path.endswith("[]") and path not in always} - {"missing[]"}

    assert set() == found - always - optional - ignored
    assert set() == always - found


def test_the_readme_can_be_typed(tonghop, tmp_path, monkeypatch):
    """The commands under “Using it” do what they say, one after the other (`run` has its own test)."""
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^ {4}\.venv/bin/tonghop (.+?)(?: +#.*)?$", text, re.MULTILINE)
    monkeypatch.setenv("TONGHOP_NOW", "2021-10-01T08:00+07:00")

    assert [["init"], ["check"], ["dispatch"], ["run"]] == [line.split()[:1] for line in lines]
    for line in lines[:-1]:
        said = tonghop(*shlex.split(line))
        assert 0 == said.code, (line, said.err)
    assert 9 <= len(list((tmp_path / "office" / "mail" / "out").iterdir()))
