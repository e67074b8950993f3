"""What Excel demands of a workbook, checked by another way of reading than the one under test.

A file that fails here opens in Excel with "we found a problem with some content".
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from xml.etree import ElementTree as ET

from tests.unit.parsers.packages import parts

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
VML = "{urn:schemas-microsoft-com:vml}"
EXCEL_VML = "{urn:schemas-microsoft-com:office:excel}"
#: ECMA-376 part 1, CT_Worksheet.
ORDER = [
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr"),
    *("sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate"),
    *("customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations"),
    *("hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks"),
    *("customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing"),
    *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems"),
    *("tableParts", "extLst"),
]
#: CT_RPrElt.
LOOKS = {
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color"),
    *("rFont", "family", "charset", "scheme"),
}


def assert_sound(content: bytes) -> None:
    """Check a whole workbook."""
    by_name = parts(content)
    assert len(by_name) == len({name.casefold() for name in by_name})
    _check_types(by_name)
    for name in by_name:
        if name.endswith(".rels"):
            _check_links(name, by_name)
    styles = next((name for name in by_name if name.endswith("styles.xml")), None)
    formats = _check_styles(by_name[styles]) if styles else 1
    for name in by_name:
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name, re.IGNORECASE):
            _check_sheet(name, by_name, formats)


def _check_types(by_name: dict[str, bytes]) -> None:
    root = ET.fromstring(by_name["[Content_Types].xml"])
    endings = {one.get("Extension").casefold() for one in root.findall(f"{TYPES}Default")}
    named = [one.get("PartName").lstrip("/").casefold() for one in root.findall(f"{TYPES}Override")]
    assert len(named) == len(set(named))
    assert set(named) <= {name.casefold() for name in by_name}
    for name in by_name:
        if name != "[Content_Types].xml" and not name.endswith("/"):
            assert name.casefold() in named or name.rpartition(".")[2].casefold() in endings, name


def links_of(name: str, by_name: dict[str, bytes]) -> dict[str, tuple[str, str]]:
    """Give the links of the part *name* by id: (last word of the type, target)."""
    folder, base = posixpath.split(name)
    rels = by_name.get(posixpath.join(folder, "_rels", f"{base}.rels"))
    found = {}
    for one in ET.fromstring(rels).findall(f"{RELS}Relationship") if rels else ():
        target = one.get("Target")
        if one.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        assert one.get("Id") not in found
        found[one.get("Id")] = (one.get("Type").rpartition("/")[2], target, one.get("TargetMode"))
    return found


def _check_links(name: str, by_name: dict[str, bytes]) -> None:
    folder, base = posixpath.split(name)
    source = posixpath.join(posixpath.dirname(folder), base.removesuffix(".rels"))
    assert source in by_name or not posixpath.basename(source), name
    for kind, target, mode in links_of(source, by_name).values():
        assert mode == "External" or target in by_name, (name, kind, target)


def _check_styles(part: bytes) -> int:
    root = ET.fromstring(part)
    counts = {}
    for group in root:
        if group.get("count") is not None:
            assert int(group.get("count")) == len(group), group.tag
        counts[group.tag] = len(group)
    fills = root.find(f"{MAIN}fills")
    assert ["none", "gray125"] == [one[0].get("patternType", "none") for one in fills[:2]]
    for xf in root.find(f"{MAIN}cellXfs"):
        assert int(xf.get("fillId", "0")) < len(fills)
        assert int(xf.get("fontId", "0")) < counts[f"{MAIN}fonts"]
    return counts[f"{MAIN}cellXfs"]


def place_of(address: str) -> tuple[int, int]:
    """Give (row, column) of an A1 address."""
    letters, digits = re.fullmatch(r"([A-Z]{1,3})(\d+)", address).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits), column


def _check_sheet(name: str, by_name: dict[str, bytes], formats: int) -> None:
    root = ET.fromstring(by_name[name])
    seen = [one.tag.removeprefix(MAIN) for one in root if one.tag.startswith(MAIN)]
    places = [ORDER.index(one) for one in seen]
    assert places == sorted(places), (name, seen)
    single = Counter(seen)
    del single["conditionalFormatting"]
    assert all(number == 1 for number in single.values()), (name, single)
    previous = 0
    for row in root.find(f"{MAIN}sheetData"):
        number = int(row.get("r", previous + 1))
        assert number > previous, (name, number)
        previous, column = number, 0
        for cell in row:
            at = place_of(cell.get("r"))[1] if cell.get("r") else column + 1
            assert at > column, (name, number, at)
            column = at
            assert int(cell.get("s", "0")) < formats
            if row.get("spans"):
                first, last = row.get("spans").split(":")
                assert int(first) <= at <= int(last)
    _check_comments(root, name, by_name)


def _check_comments(root: ET.Element, name: str, by_name: dict[str, bytes]) -> None:
    links = links_of(name, by_name)
    drawing = root.find(f"{MAIN}legacyDrawing")
    boxed = set()
    if drawing is not None:
        kind, target, _ = links[drawing.get(f"{OFFICE}id")]
        assert kind == "vmlDrawing"
        boxed = _check_drawing(by_name[target])
    commented = [target for kind, target, _ in links.values() if kind == "comments"]
    assert len(commented) <= 1
    said = set()
    if commented:
        tree = ET.fromstring(by_name[commented[0]])
        authors = len(tree.find(f"{MAIN}authors"))
        assert [one.tag for one in tree][:2] == [f"{MAIN}authors", f"{MAIN}commentList"]
        for comment in tree.find(f"{MAIN}commentList"):
            assert int(comment.get("authorId")) < authors
            _check_words(comment.find(f"{MAIN}text"))
            said.add(place_of(comment.get("ref")))
        assert len(said) == len(tree.find(f"{MAIN}commentList"))
    assert said == boxed, (name, said ^ boxed)


def _check_words(text: ET.Element) -> None:
    kinds = [one.tag.removeprefix(MAIN) for one in text]
    assert kinds == sorted(kinds, key=["t", "r", "rPh", "phoneticPr"].index)
    assert kinds.count("t") <= 1
    for run in text.findall(f"{MAIN}r"):
        assert [one.tag.removeprefix(MAIN) for one in run] in (["t"], ["rPr", "t"])
        look = run.find(f"{MAIN}rPr")
        assert look is None or all(one.tag.removeprefix(MAIN) in LOOKS for one in look)
        assert run.findtext(f"{MAIN}t"), "Excel takes no empty run"


def _check_drawing(part: bytes) -> set[tuple[int, int]]:
    """Check a drawing of comments, and give the cells that have a box."""
    root = ET.fromstring(re.sub(rb"<br>", b"<br/>", part))
    ids = Counter(one.get("id") for one in root.iter(f"{VML}shape"))
    del ids["shape_0"]  # LibreOffice calls every shape so
    assert all(number == 1 for number in ids.values())
    places = []
    for shape in root.iter(f"{VML}shape"):
        about = shape.find(f"{EXCEL_VML}ClientData")
        if about is not None and about.get("ObjectType") == "Note":
            if (written := about.findtext(f"{EXCEL_VML}Anchor")) is not None:
                anchor = [int(one) for one in written.split(",")]
                assert len(anchor) == 8
                assert anchor[0] <= anchor[4]
                assert anchor[2] <= anchor[6]
            places.append(
                (int(about.findtext(f"{EXCEL_VML}Row")) + 1, int(about.findtext(f"{EXCEL_VML}Column")) + 1)
            )
    assert len(places) == len(set(places))
    return set(places)
