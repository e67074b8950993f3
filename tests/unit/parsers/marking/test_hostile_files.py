"""Spoilt parts are marked or refused: nothing but a WorkbookError leaves, and nothing costs without end."""

from __future__ import annotations

import random
import re

import pytest

from domain.errors import WorkbookError
from parsers.marking.workbook import mark_workbook
from parsers.repacking import replace_parts
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.marking.books import (
    CHECK,
    by_hand,
    by_openpyxl,
    by_xlsxwriter,
    mark,
    sheet_of,
)
from tests.unit.parsers.packages import parts

MARKS = [mark("C4"), mark("C3", kind=CHECK), mark("C13"), mark("J30")]
_WORD = re.compile(rb"[A-Za-z0-9:_]+")
_PIECES = (
    *(b"", b"<", b">", b"/>", b'"', b"-1", b"999999999999", b"A1", b"xyz", b"\x00", b"&amp;", b"]]>"),
    *(b"</c>", b"<row/>", b"<c/>", b"nan", b"1e999", b"\xff\xfe", b"<text/>", b"<r/>", b"x:y"),
)


def spoilt(part: bytes, chance: random.Random) -> bytes:
    """Change some words of a part, or take a stretch away or twice."""
    for _ in range(chance.randint(1, 3)):
        match chance.randrange(3):
            case 0:
                words = list(_WORD.finditer(part)) or [re.match(b"", part)]
                word = chance.choice(words)
                part = part[: word.start()] + chance.choice(_PIECES) + part[word.end() :]
            case 1:
                first, last = sorted(chance.randrange(len(part) + 1) for _ in range(2))
                part = part[:first] + part[min(last, first + 60) :]
            case _:
                first, last = sorted(chance.randrange(len(part) + 1) for _ in range(2))
                part = part[:last] + part[first : min(last, first + 200)] + part[last:]
    return part


@pytest.mark.parametrize("seed", range(6))
def test_a_spoilt_part_is_refused_or_marked(seed):
    """Any part with wild changes: the file is marked and reads as before, or a sentence says why not."""
    chance = random.Random(seed)
    sources = [by_xlsxwriter(), mark_workbook(by_xlsxwriter(), MARKS), mark_workbook(by_openpyxl(), MARKS)]
    marked = 0
    for _ in range(150):
        source = chance.choice(sources)
        known = parts(source)
        name = chance.choice([one for one in known if one.endswith((".xml", ".rels", ".vml"))])
        content = replace_parts(source, {name: spoilt(known[name], chance)})
        try:
            made = mark_workbook(content, MARKS)
        except WorkbookError:
            continue
        marked += 1
        try:
            before = read_workbook(content)
        except WorkbookError:
            continue
        after = read_workbook(made)
        for old, new in zip(before.sheets, after.sheets, strict=True):
            assert {at: (one.kind, one.raw) for at, one in old.cells.items()} == {
                at: (one.kind, one.raw) for at, one in new.cells.items()
            }, (seed, name)
    assert marked > 20


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "sheet",
    [
        sheet_of("<row>" + "<c/>" * 300_000 + "</row>"),
        sheet_of("<row/>" * 300_000),
        sheet_of("", tail="<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 50_000 + "</mergeCells>"),
        sheet_of("", head="<cols>" + '<col min="1" max="16384"/>' * 16_000 + "</cols>"),
        sheet_of("", head="<cols>" + '<col min="1" max="16384"/>' * 17_000 + "</cols>"),
        sheet_of("", head="<cols>" + '<col min="16384" max="16384" width="9"/>' * 16_000 + "</cols>"),
        sheet_of("", tail="<mergeCell " * 200_000 + "/>"),
        sheet_of('<row r="1"><c ' + " " * 2_000_000 + 'r="C4"/></row>'),
        sheet_of('<row r="1"><c r="C4" ' + " ".join(f'a{n}="1"' for n in range(50_000)) + "/></row>"),
    ],
    ids=[
        "cells",
        "rows",
        "merged",
        "columns",
        "too many columns",
        "far columns",
        "cut tags",
        "spaces",
        "attributes",
    ],
)
def test_endless_parts_cost_little(sheet):
    """What repeats without end is gone through once, or refused."""
    try:
        mark_workbook(by_hand(sheet), [mark(f"C{row}") for row in range(1, 301)])
    except WorkbookError:
        return
