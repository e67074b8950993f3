"""Write docs/findings.md from the catalogue of findings and the example's rules table.

Run by a developer after a change of either, `python -m tools.describe_findings`; a test compares.
"""

from __future__ import annotations

import string
import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from domain.findings import CATALOGUE  # noqa: E402 - found through the line above

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.rules import Rule

RESULT = ROOT / "docs" / "findings.md"
EXAMPLE = ROOT / "config" / "examples" / "thang-dan-van-2021"

_HEAD = """# Findings

What is said about a returned form: written by `python -m tools.describe_findings`, not by hand. The code
stands in the JSON of `tonghop read`; the sentences are what a unit reads in its letter. `error` and
`question` refuse the form (a question proposes a reading), `warning` accepts it and tells, `info` only
tells. What is told to the office only never refuses.

| in a sentence | stands for |
|---|---|
| `{where}` | the cell with its label: Ô D14 – ‘Lượt người tham dự’ |
| `{raw}` | what stands in the file, or the file's name |
| `{value}` | the reading proposed or taken |

"""


def describe_findings(rules: Iterable[Rule]) -> str:
    """Give the text of docs/findings.md for the catalogue and the *rules* of the example campaign."""
    lines = [_HEAD, "## Reading a file or a cell\n\n"]
    lines += _table(
        (kind.code, kind.severity.value, kind.audience.value, kind.message, kind.advice)
        for kind in CATALOGUE.values()
    )
    lines.append(
        "\n## Rules between fields\n\nThose of the example campaign, from its `form/rules.csv`; "
        "other campaigns bring their own.\n\n"
    )
    lines += _table(
        (rule.id, rule.severity.value, rule.audience.value, rule.message, rule.advice) for rule in rules
    )
    return "".join(lines)


def _table(rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    yield "| code | severity | told to | the unit reads | advice |\n|---|---|---|---|---|\n"
    for code, severity, audience, message, advice in rows:
        cells = (f"`{code}`", severity, audience, _cell(message), _cell(advice) or "–")
        yield f"| {' | '.join(cells)} |\n"


def _cell(sentence: str) -> str:
    """Put a sentence into a cell of a table; its places stand in code letters."""
    parts = []
    for text, place, _, _ in string.Formatter().parse(sentence):
        parts.append(text.replace("|", "\\|"))
        if place is not None:
            parts.append(f"`{{{place}}}`")
    return "".join(parts)


def main() -> None:
    """Write the file."""
    from config.campaign import load_campaign  # noqa: PLC0415 - only to write

    RESULT.write_text(describe_findings(load_campaign(EXAMPLE).rules), encoding="utf-8")
    print(f"wrote {RESULT}")


if __name__ == "__main__":
    main()
