"""What the command prints: JSON for scripts on stdout, sentences for people, progress on stderr."""

from __future__ import annotations

import codecs
import json
import os
import shutil
import sys
import unicodedata
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_STRIPPED = "tonghop.stripped"
#: Signs that a stream without Vietnamese cannot write, and what a typist would put instead.
_SIMPLER = str.maketrans("đĐ“”‘’–—─…•→☞✓✗⚠", "dD\"\"''---.*>>vx!")
#: Direction marks that would let a mail's subject rewrite the line it stands in.
_DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = (*range(9), *range(11, 0x20), *range(0x7F, 0xA0), *_DIRECTIONS)
_HARMLESS = dict.fromkeys(_CONTROLS, "·")
_NARROWEST = 10
_FIRST_ASTRAL = 0x10000


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
        case _:
            return _json_scalar(value)


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
        case _:
            return _json_scalar(value)


def _json_scalar(value: Any) -> str:
    if not isinstance(value, Decimal):
        return json.dumps(value, ensure_ascii=False)
    # 1234, not 1E+3; 3.7, not 3.70; every digit of a long one, which normalize() would round.
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def prepare_streams() -> None:
    """Let every terminal show something readable: one without Vietnamese gets it without marks."""
    codecs.register_error(_STRIPPED, _strip_marks)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_STRIPPED)


def _strip_marks(error: UnicodeError) -> tuple[str, int]:
    """Write what cannot be encoded with plain letters: "Đã gửi" becomes "Da gui"."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_SIMPLER)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return "".join(sign if sign.isascii() else "?" for sign in bare), error.end


def say(text: str = "") -> None:
    """Print a line for people on stdout."""
    _print(text.translate(_HARMLESS), sys.stdout)


def say_json(text: str) -> None:
    """Print JSON on stdout: Vietnamese as it is, escaped only where the stream cannot carry it."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = "".join(sign if sign.isascii() else _escaped(sign) for sign in text)
    _print(text, sys.stdout)


def _escaped(sign: str) -> str:
    code = ord(sign)
    if code < _FIRST_ASTRAL:
        return f"\\u{code:04x}"
    high, low = divmod(code - _FIRST_ASTRAL, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def warn(text: str) -> None:
    """Print a line on stderr."""
    _print(text.translate(_HARMLESS), sys.stderr)


def _print(text: str, stream: TextIO) -> None:
    try:
        print(text, file=stream)  # the command line speaks here
    except BrokenPipeError:
        _silence(stream)


def finish_streams() -> None:
    """Write out what is buffered; a reader that has gone (`tonghop ledger | head -1`) is no error."""
    for stream in (sys.stdout, sys.stderr):
        try:
            # Python has no stream where the shell closed it (`>&-`).
            if stream is not None:
                stream.flush()
        except OSError as error:
            # What could not be written must not be tried again when Python ends.
            _silence(stream)
            if not isinstance(error, BrokenPipeError):
                raise


def _silence(stream: TextIO) -> None:
    """Let what else is said go nowhere: the work goes on although nobody reads."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def table(
    rows: Sequence[tuple[str, ...]], heads: tuple[str, ...], *, cut: Sequence[int] | None = None
) -> str:
    """Lay rows out in columns, as wide as their longest entry.

    On a narrow terminal the widest of the columns *cut* (None: of all) are cut short.
    """
    shown = [tuple(" ".join(cell.split()) for cell in row) for row in [heads, *rows]]
    widths = [max(_width(row[column]) for row in shown) for column in range(len(heads))]
    room = terminal_width()
    while room and sum(widths) + 2 * (len(widths) - 1) > room:
        widest = max(range(len(widths)) if cut is None else cut, key=widths.__getitem__)
        if widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1

    def line(row: tuple[str, ...]) -> str:
        cells = (_fitted(cell, width) for cell, width in zip(row, widths, strict=True))
        return "  ".join(cells).rstrip()

    rule = tuple("─" * width for width in widths)
    return "\n".join(line(row) for row in [shown[0], rule, *shown[1:]])


def folded(line: str, hang: int) -> str:
    """Break a line that is wider than the terminal between words, the rest *hang* columns in."""
    room = terminal_width()
    if not room or _width(line) <= room or room <= hang + _NARROWEST:
        return line
    import textwrap  # noqa: PLC0415 - rarely needed

    wrapper = textwrap.TextWrapper(room, subsequent_indent=" " * hang, break_on_hyphens=False)
    return "\n".join(wrapper.wrap(line))


def terminal_width() -> int:
    """Give the columns of the terminal that shows stdout; 0 for a file or a pipe."""
    return shutil.get_terminal_size().columns if sys.stdout is not None and sys.stdout.isatty() else 0


def _width(text: str) -> int:
    """Count the columns that a terminal needs: marks that combine take none, wide signs two."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )


def _fitted(text: str, width: int) -> str:
    if _width(text) > width:
        while _width(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - _width(text))


@contextmanager
def progress(title: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Give a callback (done, of) that draws a bar on stderr when a person watches."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    from rich.console import Console  # noqa: PLC0415 - heavy import
    from rich.progress import Progress  # noqa: PLC0415 - heavy import

    # On one terminal lines must pass above the bar; a redirected stdout must not end on the terminal.
    together = sys.stdout is not None and sys.stdout.isatty()
    with Progress(console=Console(stderr=True), transient=True, redirect_stdout=together) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
