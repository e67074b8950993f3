"""What it costs to read returned forms, beside other readers, on the same files in one run.

`python -m bench.reading [--forms 40] [--rounds 5] [--json]`. Files: filled forms of the example (90
indicators, four lists) as the rehearsal's units save them, and the same re-saved by LibreOffice where it is
there. Before any time is printed, every value is compared with what openpyxl reads. Goals are ratios within
this run.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import importlib.util
import io
import json
import logging
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.crowd import DISPATCH, large_campaign, open_premises, returns, send_plan
from domain.campaigns import AskedForm
from domain.messages import AttachmentNote, digest
from parsers.form import parse_form
from parsers.workbook import CellKind
from parsers.xlsx.reader import read_workbook
from service.clocks import SettableClock
from service.isolation import IsolatedCalls
from service.reading import judge, read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domain.campaigns import Campaign

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio or amount that is asked for, and what was measured."""

    name: str
    measured: float
    most: float

    @property
    def verdict(self) -> str:
        """PASS or MISS."""
        return "PASS" if self.measured <= self.most else "MISS"


def ours(content: bytes) -> object:
    """Read every cell, with errors, formulas, merges, hidden rows and names."""
    return read_workbook(content)


def by_calamine(content: bytes) -> object:
    """Read all sheets with python-calamine."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - a peer

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]


def by_openpyxl(content: bytes) -> object:
    """Read all sheets with openpyxl in its quick mode."""
    from openpyxl import load_workbook  # noqa: PLC0415 - a peer

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    finally:
        book.close()


def by_pandas(engine: str) -> Callable[[bytes], object]:
    """Read all sheets with pandas."""

    def read(content: bytes) -> object:
        pandas = importlib.import_module("pandas")
        return pandas.read_excel(io.BytesIO(content), sheet_name=None, header=None, engine=engine)

    return read


def _peers() -> dict[str, Callable[[bytes], object]]:
    peers: dict[str, Callable[[bytes], object]] = {
        "ours": ours,
        "python-calamine": by_calamine,
        "openpyxl (read-only)": by_openpyxl,
    }
    if importlib.util.find_spec("pandas") is None:
        return peers
    return {**peers, "pandas + calamine": by_pandas("calamine"), "pandas + openpyxl": by_pandas("openpyxl")}


def check(content: bytes) -> int:
    """Compare every value with what openpyxl reads; gives the number compared, raises AssertionError."""
    from openpyxl import load_workbook  # noqa: PLC0415 - the oracle

    book = load_workbook(io.BytesIO(content), data_only=True)
    compared = 0
    for sheet in read_workbook(content).sheets:
        for cell in sheet.cells.values():
            theirs = book[sheet.name].cell(cell.row, cell.column).value
            if cell.kind is CellKind.NUMBER:
                assert float(cell.raw) == theirs, (cell, theirs)
            elif cell.kind is CellKind.TEXT:
                assert cell.raw == (theirs or ""), (cell, theirs)
            elif cell.kind is CellKind.DATE:
                assert cell.raw[:10] == str(theirs)[:10], (cell, theirs)
            compared += 1
    return compared


def timed(function: Callable[[], object]) -> float:
    """Give the milliseconds of CPU that a call takes."""
    began = time.process_time()
    function()
    return (time.process_time() - began) * 1000


def race(files: Sequence[bytes], rounds: int) -> dict[str, list[float]]:
    """Let every reader read each file before the next file comes; gives milliseconds by reader.

    What one leaves behind is collected before the next begins, so that each pays for its own garbage.
    """
    peers = _peers()
    spent: dict[str, list[float]] = {name: [] for name in peers}
    for name in peers:
        peers[name](files[0])
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        for content in files:
            for name, read in peers.items():
                gc.collect()
                spent[name].append(timed(lambda read=read, content=content: read(content)))
    gc.unfreeze()
    return spent


def resave(files: Sequence[bytes], folder: Path) -> list[bytes]:
    """Give the files as LibreOffice saves them; none where it is missing."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        return []
    (folder / "in").mkdir()
    paths = [folder / "in" / f"{number}.xlsx" for number in range(len(files))]
    for path, content in zip(paths, files, strict=True):
        path.write_bytes(content)
    command = [
        soffice,
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--convert-to",
        "xlsx",
    ]
    out = folder / "out"
    subprocess.run([*command, "--outdir", str(out), *map(str, paths)], check=True, capture_output=True)
    return [(out / path.name).read_bytes() for path in paths]


def stages(campaign: Campaign, files: Sequence[bytes], rounds: int) -> dict[str, float]:
    """Give the median milliseconds of CPU of each step behind reading the cells."""
    spent: dict[str, list[float]] = {"layout and cells": [], "rules": []}
    for _ in range(rounds):
        for content in files:
            grid = read_workbook(content)
            began = time.process_time()
            parsed = parse_form(grid, campaign.form, start=campaign.start, end=campaign.end)
            middle = time.process_time()
            judge(parsed, campaign, received_on=dt.date(2021, 10, 19))
            spent["layout and cells"].append((middle - began) * 1000)
            spent["rules"].append((time.process_time() - middle) * 1000)
    return {name: statistics.median(values) for name, values in spent.items()}


def isolation(campaign: Campaign, files: Sequence[bytes], rounds: int) -> tuple[float, float]:
    """Give the median milliseconds by the clock of reading a file here, and in a warm child."""
    calls = IsolatedCalls(shared_types=(AskedForm,))
    notes = [AttachmentNote(name="a.xlsx", sha256=digest(one), size=len(one)) for one in files]
    here: list[float] = []
    there: list[float] = []
    try:
        for _ in range(rounds + 1):
            for note, content in zip(notes, files, strict=True):
                began = time.perf_counter()
                read_file(note, content, [campaign.asked])
                middle = time.perf_counter()
                calls(read_file, note, content, [campaign.asked])
                here.append((middle - began) * 1000)
                there.append((time.perf_counter() - middle) * 1000)
    finally:
        calls.close()
    warm = len(files)
    return statistics.median(here[warm:]), statistics.median(there[warm:])


def with_stray_cell(content: bytes) -> bytes:
    """Give the form with one cell at the far corner of its sheet."""
    from openpyxl import load_workbook  # noqa: PLC0415 - writes what is measured

    book = load_workbook(io.BytesIO(content))
    book.worksheets[0]["XFD1048576"] = "x"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_pictures(content: bytes) -> bytes:
    """Give the form with 5 MB of pictures that cannot be packed."""
    stream = io.BytesIO(content)
    noise = bytes((number * 2654435761 >> 13) & 255 for number in range(1 << 16)) * 16
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_STORED) as archive:
        for number in range(5):
            archive.writestr(f"xl/media/image{number}.png", noise)
    return stream.getvalue()


def with_formatted_rows(content: bytes, rows: int) -> bytes:
    """Give the form with *rows* empty formatted rows behind its own, as a careless copy leaves them."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for member in source.infolist():
            part = source.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                cells = "".join(f'<c r="{column}%d" s="1"/>' for column in "ABD")
                row = f'<row r="%d" spans="1:5">{cells}</row>'
                more = "".join(row % ((number,) * 4) for number in range(1000, 1000 + rows))
                part = part.replace(b"</sheetData>", more.encode() + b"</sheetData>")
            out.writestr(member.filename, part)
    return target.getvalue()


def alone(content: bytes) -> tuple[float, float]:
    """Read a file in a process of its own; gives seconds of CPU and how many MB it grew."""
    program = (
        "import resource, sys, time; from parsers.xlsx.reader import read_workbook;"
        "content = sys.stdin.buffer.read();"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; began = time.process_time();"
        "read_workbook(content); after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "print(time.process_time() - began, (after - before) / 1024)"
    )
    told = subprocess.run([sys.executable, "-c", program], input=content, check=True, capture_output=True)
    seconds, grown = told.stdout.split()
    return float(seconds), float(grown)


def measure(count: int, rounds: int) -> dict[str, Any]:
    """Make the files, check them, race, and give everything that is printed."""
    with tempfile.TemporaryDirectory(prefix="tonghop-bench-") as name:
        home = Path(name)
        campaign = large_campaign(home / "campaign")
        premises = open_premises(home, campaign, SettableClock(DISPATCH))
        send_plan(premises, campaign)
        files = [one.attachment for one in returns(premises, campaign, count)]
        premises.store.close()
        files += resave(files, home)
    compared = sum(check(content) for content in files)
    spent = race(files, rounds)
    medians = {name: statistics.median(values) for name, values in spent.items()}
    fallbacks = sum(read_workbook(content).slow_parts for content in files)
    steps = stages(campaign, files, rounds)
    here, there = isolation(campaign, files, rounds)
    plain = medians["ours"]
    usual, stray, pictured = (
        statistics.median(timed(lambda content=content: ours(content)) for _ in range(15))
        for content in (files[0], with_stray_cell(files[0]), with_pictures(files[0]))
    )
    seconds, grown = alone(with_formatted_rows(files[0], _MILLION))
    goals = [
        Goal("cells of a form / python-calamine", plain / medians["python-calamine"], 1.25),
        Goal("layout, cells and rules, ms", sum(steps.values()), 4.0),
        Goal("isolation adds, ms, warm", there - here, 2.0),
        Goal("a stray cell at XFD1048576 / the form", stray / usual, 2.0),
        Goal("5 MB of pictures / the form", pictured / usual, 2.0),
        Goal("a million formatted rows, s", seconds, 3.0),
        Goal("a million formatted rows, MB", grown, 150.0),
    ]
    return {
        "files": len(files),
        "values_checked": compared,
        "slow_parts": fallbacks,
        "readers_ms": {name: [medians[name], min(values), max(values)] for name, values in spent.items()},
        "steps_ms": steps,
        "read_here_ms": here,
        "read_in_a_child_ms": there,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "goals": [(goal.name, goal.measured, goal.most, goal.verdict) for goal in goals],
    }


def show(result: dict[str, Any]) -> None:
    """Print the result for people."""
    print(f"{result['files']} files, {result['values_checked']} values as openpyxl reads them; "
          f"{result['slow_parts']} parts took the thorough reader\n")  # fmt: skip
    own = result["readers_ms"]["ours"][0]
    print(f"{'CPU for one file, ms':<28}{'median':>8}  {'min - max':<18}{'to ours':>8}")
    for name, (median, least, most) in result["readers_ms"].items():
        print(f"{name:<28}{median:>8.2f}  {f'{least:.2f} - {most:.2f}':<18}{median / own:>7.2f}x")
    print()
    for name, spent in result["steps_ms"].items():
        print(f"{name:<28}{spent:>8.2f}")
    print(f"{'read here, by the clock':<28}{result['read_here_ms']:>8.2f}")
    print(f"{'read in a warm child':<28}{result['read_in_a_child_ms']:>8.2f}\n")
    for name, measured, most, verdict in result["goals"]:
        print(f"{verdict}  {name:<42}{measured:>8.2f}  (at most {most:g})")


def main() -> int:
    """Measure and print; exit code 0 unless a value differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    result = measure(arguments.forms, arguments.rounds)
    if arguments.json:
        print(json.dumps(result, indent=1))
    else:
        show(result)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
