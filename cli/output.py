"""What the command prints: JSON for scripts on stdout, sentences for people, progress on stderr."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def to_json(value: Any, indent: int = 2, level: int = 0) -> str:
    """Write *value* as JSON; Decimals as plain numbers, which the standard encoder cannot."""
    inner, outer = " " * (indent * (level + 1)), " " * (indent * level)
    match value:
        case dict():
            if not value:
                return "{}"
            entries = (
                f"{inner}{json.dumps(str(key), ensure_ascii=False)}: {to_json(entry, indent, level + 1)}"
                for key, entry in value.items()
            )
            return "{\n" + ",\n".join(entries) + f"\n{outer}}}"
        case list() | tuple():
            if not value:
                return "[]"
            entries = (f"{inner}{to_json(entry, indent, level + 1)}" for entry in value)
            return "[\n" + ",\n".join(entries) + f"\n{outer}]"
        case Decimal():
            return format(value, "f")
        case _:
            return json.dumps(value, ensure_ascii=False)


def to_json_line(value: Any) -> str:
    """Write *value* as JSON on one line."""
    match value:
        case dict():
            entries = (
                f"{json.dumps(str(key), ensure_ascii=False)}: {to_json_line(entry)}"
                for key, entry in value.items()
            )
            return "{" + ", ".join(entries) + "}"
        case list() | tuple():
            return "[" + ", ".join(to_json_line(entry) for entry in value) + "]"
        case Decimal():
            return format(value, "f")
        case _:
            return json.dumps(value, ensure_ascii=False)


def say(text: str = "") -> None:
    """Print a line for people on stdout."""
    print(text)  # noqa: T201 - the command line speaks here


def warn(text: str) -> None:
    """Print a line on stderr."""
    print(text, file=sys.stderr)  # noqa: T201 - the command line speaks here


def table(rows: Sequence[tuple[str, ...]], heads: tuple[str, ...]) -> str:
    """Lay rows out in columns, as wide as their longest entry."""
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]

    def line(row: tuple[str, ...]) -> str:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        return "  ".join(cells).rstrip()

    rule = tuple("─" * width for width in widths)
    return "\n".join(line(row) for row in [heads, rule, *rows])


@contextmanager
def progress(title: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Give a callback (done, of) that draws a bar on stderr when a person watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    from rich.console import Console  # noqa: PLC0415 - heavy import
    from rich.progress import Progress  # noqa: PLC0415 - heavy import

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
