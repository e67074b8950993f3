"""The papers say what the program does: commands, findings, words, examples, targets."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from cli.main import app
from domain.findings import CATALOGUE
from domain.messages import MailOutcome, MailReason
from domain.outbox import LetterKind, LetterState
from domain.reports import ReportState
from domain.submissions import Flag, ItemState
from tools.describe_findings import RESULT, describe_findings

ROOT = Path(__file__).parents[2]
PAPERS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
TEXTS = {paper.name: paper.read_text(encoding="utf-8") for paper in PAPERS}


def commands():
    """Give every command with its words."""
    root = get_command(app)
    for name, command in root.commands.items():
        inner = getattr(command, "commands", None)
        if inner is None:
            yield (name,), command
        else:
            for word, sub in inner.items():
                yield (name, word), sub


COMMANDS = dict(commands())


def quoted():
    """Give each command that a paper quotes, as words."""
    for name, text in TEXTS.items():
        spans = re.findall(r"`(tonghop [^`]+)`", text)
        spans += re.findall(r"^ {4}(?:\S*/bin/|uv run )?(tonghop .+?)(?: +#.*)?$", text, re.MULTILINE)
        yield from ((name, span) for span in spans)


@pytest.mark.parametrize("words", [*COMMANDS], ids=" ".join)
def test_every_command_is_named(words):
    """README or docs say that the command exists."""
    group = rf"tonghop {words[0]}\b.*`{words[1]}`" if len(words) > 1 else "(?!)"
    name = rf"`?(?:tonghop )?{' '.join(words)}\b"

    assert any(re.search(rf"`[^`\n]*{name}|{group}", text) for text in TEXTS.values())


@pytest.mark.parametrize(("paper", "line"), [*quoted()])
def test_every_quoted_command_exists(paper, line):
    """What a paper quotes can be typed: the command is there, and so is each option."""
    words = shlex.split(re.sub(r"…|\.\.\.", "", line))[1:]
    chosen = next((COMMANDS[key] for key in (tuple(words[:2]), tuple(words[:1])) if key in COMMANDS), None)
    if chosen is None:
        assert words[0] in ("--help", "COMMAND", "report"), (paper, line)
        return
    known = {name for param in chosen.params for name in param.opts} | {"--help"}

    assert set() == {word.partition("=")[0] for word in words if word.startswith("--")} - known, (paper, line)


def test_findings_are_described(example):
    """docs/findings.md is what the catalogue and the rules say now: `python -m tools.describe_findings`."""
    assert describe_findings(example.rules) == RESULT.read_text(encoding="utf-8")
    assert set() == {code for code in CATALOGUE if f"| `{code}` |" not in TEXTS["findings.md"]}


@pytest.mark.parametrize(
    "word",
    sorted(
        {
            word.value
            for kind in (LetterKind, MailOutcome, ItemState, ReportState, LetterState, Flag)
            for word in kind
        }
    ),
)
def test_every_state_is_in_the_glossary(word):
    """Each word that is stored and printed has its Vietnamese."""
    assert f"`{word}`" in TEXTS["glossary.md"]


def test_every_reason_is_in_the_json_paper():
    """The ledger's reasons are listed for whoever scripts against it."""
    assert set() == {reason.value for reason in MailReason if f"`{reason.value}`" not in TEXTS["json.md"]}


def test_links_lead_somewhere():
    """Papers name files that are there."""
    for paper in PAPERS:
        for target in re.findall(r"\]\(([^)#:]+)\)", paper.read_text(encoding="utf-8")):
            assert (paper.parent / target).exists(), (paper.name, target)


def test_example_settings_load(tmp_path):
    """The commented tonghop.yaml is valid as it is laid down."""
    from config.settings import load_settings  # noqa: PLC0415 - this test alone
    from service.setting_up import settings_template  # noqa: PLC0415 - this test alone

    (tmp_path / "tonghop.yaml").write_text(settings_template(), encoding="utf-8")

    assert () == load_settings(tmp_path, {}).warnings


@pytest.mark.parametrize("target", ["demo", "test", "test-all", "setup", "lint"])
def test_make_knows_its_targets(target):
    """What README quotes can be made."""
    said = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (0, True) == (said.returncode, bool(said.stdout)), said.stderr


def test_papers_speak_of_the_project_alone():
    """No path of the machine it was written on."""
    assert [] == [name for name, text in TEXTS.items() if re.search(r"(?<![\w.])/(work|tmp)\b", text)]
