"""Spoil files at random, the zip and the XML in it, and see that reading them ends well.

`python -m tools.fuzz_files --files 5000 --seed 1 [FILE ...]`: each spoilt file is read in a bounded child
process against the example's form. Well ended: read, refused with a sentence of ours, or ended by a limit.
Anything else is a fault; its file is kept in the folder that is printed. Without FILE the units' forms of the
rehearsal are spoilt.
"""

from __future__ import annotations

import argparse
import io
import logging
import random
import struct
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from config.campaign import load_campaign
from config.examples import lay_example
from domain.campaigns import AskedForm
from domain.errors import ReadingEnded
from domain.messages import AttachmentNote, digest
from parsers.blank.workbook import blank_workbook
from service.isolation import IsolatedCalls
from service.reading import read_file
from service.rehearsal.clerk_work import fill_form, sample_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domain.campaigns import Campaign

_NUMBERS = (0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
#: Pieces of XML that mean something to a reader of workbooks.
_PIECES = (
    b'<c r="XFD1048576"><v>1</v></c>', b'<row r="1048577">', b"<!-- -->", b"<![CDATA[1]]>", b"&lt;", b"&#0;",
    b"&x;", b'<!DOCTYPE a [<!ENTITY b "c">]>', b"<v>1E+400</v>", b"<v>NaN</v>", b"<is><t>1</t></is>",
    b'<c t="s"><v>99999999999</v></c>', b'<mergeCell ref="A1:XFD1048576"/>', b"</sheetData>", b"<sheetData/>",
    b'<col min="1" max="16384" hidden="1"/>', b'<f t="shared" si="4294967295"/>', b"\xff\xfe", b"\x00",
    b'xmlns="urn:x"', b' s="-1"', b' r="A0"', b' hidden="1"', b"_xD800_", b"<rPh>", b"\xe1\xbb", b'"', b"<",
    b'<sheet name="&amp;" sheetId="1" r:id="rId1"/>', b"<definedName>#REF!</definedName>", b' date1904="1"',
)  # fmt: skip


def spoil(content: bytes, chance: random.Random) -> bytes:
    """Give the file with one to three kinds of damage."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        content = chance.choice(_WAYS)(content, chance)
    return content


def _flip(content: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        if spoilt:
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt)


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _cut_out(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    return content[:start] + content[start + chance.choice((1, 4, 100, 5000)) :]


def _double(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    piece = content[start : start + chance.choice((1, 50, 3000))]
    return content[:start] + piece + content[start:]


def _lie(content: bytes, chance: random.Random) -> bytes:
    """Write a wrong number into a header of the zip."""
    signature = chance.choice((b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"))
    places = [place for place in range(len(content)) if content.startswith(signature, place)]
    if not places:
        return content
    at = chance.choice(places) + chance.randrange(4, 44)
    number = struct.pack("<I", chance.choice(_NUMBERS))[: chance.choice((1, 2, 4))]
    return content[:at] + number + content[at + len(number) :]


def _parts(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001 - a zip that was spoilt before is spoilt by its bytes only
        return {}


def _pack(parts: dict[str, bytes], chance: random.Random) -> bytes:
    stream = io.BytesIO()
    ways = (
        zipfile.ZIP_DEFLATED,
        zipfile.ZIP_DEFLATED,
        zipfile.ZIP_STORED,
        zipfile.ZIP_BZIP2,
        zipfile.ZIP_LZMA,
    )
    with zipfile.ZipFile(stream, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part, compress_type=chance.choice(ways))
    return stream.getvalue()


def _spoil_part(content: bytes, chance: random.Random) -> bytes:
    """Damage the XML of one part, zip and checksum being right."""
    parts = _parts(content)
    if not parts:
        return _flip(content, chance)
    name = chance.choice([*parts, *(name for name in parts if "sheet" in name)])
    way = chance.choice((_flip, _cut, _cut_out, _double, _insert, _insert, _swap))
    parts[name] = way(parts[name], chance)
    return _pack(parts, chance)


def _insert(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    tag = content.find(b"<", start)
    at = tag if tag >= 0 and chance.random() < 0.7 else start  # noqa: PLR2004 - mostly between tags
    return content[:at] + chance.choice(_PIECES) + content[at:]


def _swap(content: bytes, chance: random.Random) -> bytes:
    """Let two stretches change places."""
    cuts = sorted(chance.randrange(len(content) + 1) for _ in range(4))
    a, b, c, d = cuts
    return content[:a] + content[c:d] + content[b:c] + content[a:b] + content[d:]


def _rearrange(content: bytes, chance: random.Random) -> bytes:
    """Drop, rename, double or exchange parts."""
    parts = _parts(content)
    if not parts:
        return _double(content, chance)
    one, other = chance.choice(list(parts)), chance.choice(list(parts))
    match chance.randrange(4):
        case 0:
            del parts[one]
        case 1:
            parts[one.upper() if chance.random() < 0.5 else "../" + one] = parts.pop(one)  # noqa: PLR2004 - a coin
        case 2:
            parts[one], parts[other] = parts[other], parts[one]
        case _:
            parts[one.swapcase()] = parts[other]
    return _pack(parts, chance)


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _cut, _cut_out, _double, _lie, _spoil_part, _spoil_part, _spoil_part, _rearrange,
)  # fmt: skip


def filled_forms(campaign: Campaign) -> list[bytes]:
    """Give the blanks of the example as its units fill them."""
    return [
        fill_form(
            blank_workbook(campaign, campaign.unit_by_code[unit]), campaign, answers, until=campaign.end
        )
        for unit, answers in sample_answers().items()
        if unit in campaign.unit_by_code
    ]


def run(seeds: Sequence[bytes], campaign: Campaign, *, files: int, seed: int, keep: Path) -> Counter[str]:
    """Read spoilt files one after the other and count how each ended."""
    calls = IsolatedCalls(shared_types=(AskedForm,))
    ends: Counter[str] = Counter()
    times: list[float] = []
    try:
        for number in range(files):
            chance = random.Random(f"{seed}/{number}")
            content = spoil(chance.choice(seeds), chance)
            note = AttachmentNote(name="bieu.xlsx", sha256=digest(content), size=len(content))
            began = time.perf_counter()
            try:
                reading = calls(read_file, note, content, [campaign.asked])
                end = "read" if reading.was_read else f"refused: {reading.trouble.code}"  # type: ignore[union-attr]
            except ReadingEnded as error:
                end = f"ended: {error}"
            except Exception as error:  # noqa: BLE001 - what this program looks for
                end = f"FAULT: {str(error).strip().splitlines()[-1]}"
                (keep / f"{seed}-{number}.xlsx").write_bytes(content)
            times.append(time.perf_counter() - began)
            ends[end] += 1
    finally:
        calls.close()
    times.sort()
    print(f"slowest {times[-1]:.2f} s, 99 of 100 below {times[int(len(times) * 0.99)] * 1000:.0f} ms")
    return ends


def main() -> int:
    """Spoil, read, count; exit code 1 when anything ended in a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("seeds", nargs="*", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    keep = Path(tempfile.mkdtemp(prefix="tonghop-fuzz-"))
    lay_example(keep / "campaign", start=None)
    campaign = load_campaign(keep / "campaign")
    seeds = [path.read_bytes() for path in arguments.seeds] or filled_forms(campaign)
    ends = run(seeds, campaign, files=arguments.files, seed=arguments.seed, keep=keep)
    for end, count in ends.most_common():
        print(f"{count:>7}  {end}")
    faults = sum(count for end, count in ends.items() if end.startswith("FAULT"))
    print(f"{faults} faults of {arguments.files}" + (f"; files in {keep}" if faults else ""))
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
