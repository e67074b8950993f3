"""Automatic numbering of a Word file as Word shows it."""

from __future__ import annotations

from tests.unit.parsers.word_files import cell, paragraph, row, texts, word_file

LEVELS = (
    "<w:abstractNum w:abstractNumId='5'>"
    "<w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='upperRoman'/><w:lvlText w:val='%1.'/></w:lvl>"
    "<w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%2.'/></w:lvl>"
    "<w:lvl w:ilvl='2'><w:start w:val='1'/><w:numFmt w:val='lowerLetter'/><w:lvlText w:val='%3)'/></w:lvl>"
    "<w:lvl w:ilvl='3'><w:start w:val='1'/><w:numFmt w:val='bullet'/><w:lvlText w:val='\uf0b7'/></w:lvl>"
    "<w:lvl w:ilvl='4'><w:isLgl/><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.%2.%5'/></w:lvl>"
    "</w:abstractNum>"
    "<w:num w:numId='1'><w:abstractNumId w:val='5'/></w:num>"
    "<w:num w:numId='2'><w:abstractNumId w:val='5'/><w:lvlOverride w:ilvl='1'><w:startOverride w:val='7'/>"
    "</w:lvlOverride></w:num>"
)


def numbered(text, level, number=1):
    """Give the XML of a paragraph in a list."""
    return paragraph(text, f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{number}'/></w:numPr>")


def test_numbering_counts_as_word_shows_it():
    """Levels count in their own way and start again under every higher number; a list may start elsewhere."""
    body = "".join(
        (
            numbered("A", 0), numbered("B", 1), numbered("C", 1), numbered("D", 2), numbered("E", 3),
            numbered("F", 0), numbered("G", 1), numbered("H", 4), numbered("I", 1, 2), numbered("K", 1),
            paragraph("L"), numbered("M", 0, 0),
        )
    )  # fmt: skip

    assert (
        ["I. A", "1. B", "2. C", "a) D", "- E", "II. F", "1. G", "2.1.1 H", "7. I", "8. K", "L", "M"]
        == texts(word_file(body, numbering=LEVELS))
    )  # fmt: skip


def test_numbering_may_belong_to_a_style():
    """A style names the list, the list's level names the style; a paragraph may step out of it."""
    numbering = (
        "<w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:numFmt w:val='upperRoman'/>"
        "<w:lvlText w:val='%1.'/><w:pStyle w:val='u1'/></w:lvl><w:lvl w:ilvl='1'><w:numFmt w:val='decimal'/>"
        "<w:lvlText w:val='%2.'/><w:pStyle w:val='u2'/></w:lvl></w:abstractNum>"
        "<w:num w:numId='3'><w:abstractNumId w:val='0'/></w:num>"
    )
    styles = "".join(
        f"<w:style w:type='paragraph' w:styleId='{style}'><w:name w:val='heading {style[1]}'/>"
        "<w:pPr><w:numPr><w:numId w:val='3'/></w:numPr></w:pPr></w:style>"
        for style in ("u1", "u2")
    )
    body = (
        paragraph("A", "<w:pStyle w:val='u1'/>")
        + paragraph("B", "<w:pStyle w:val='u2'/>")
        + paragraph("C", "<w:pStyle w:val='u2'/><w:numPr><w:numId w:val='0'/></w:numPr>")
        + paragraph("D", "<w:pStyle w:val='u2'/>")
    )

    assert ["I. A", "1. B", "C", "2. D"] == texts(word_file(body, styles=styles, numbering=numbering))


def test_a_column_of_automatic_numbers_is_seen():
    """A numbered paragraph without words, as in a TT column, is not lost."""
    table = f"<w:tbl>{row('<w:tc>' + numbered('', 1) + '</w:tc>', cell('Hội nghị'))}</w:tbl>"

    assert ["1.", "Hội nghị"] == texts(word_file(table, numbering=LEVELS))


def test_numbering_beyond_measure_stays_short():
    """A number that no list reaches, or a pattern beyond measure, makes no long text."""
    numbering = (
        "<w:abstractNum w:abstractNumId='5'><w:lvl w:ilvl='0'><w:start w:val='99999999'/>"
        "<w:numFmt w:val='upperRoman'/><w:lvlText w:val='%1.'/></w:lvl>"
        f"<w:lvl w:ilvl='1'><w:lvlText w:val='{'%2' * 500}'/></w:lvl></w:abstractNum>"
        "<w:num w:numId='1'><w:abstractNumId w:val='5'/></w:num>"
    )
    body = numbered("A", 0) + numbered("B", 1) + numbered("C", 70)

    assert ["99999999. A", "B", "C"] == texts(word_file(body, numbering=numbering))
