"""Looks and levels in a Word file, said directly or by styles."""

from __future__ import annotations

from parsers.word.reader import read_word
from tests.unit.parsers.word_files import by_docx, paragraph, texts, word_file


def test_marked_runs_are_told():
    """A figure with a footnote's number raised beside it is marked; so is one that was struck out."""

    def write(document):
        raised = document.add_paragraph("12")
        raised.add_run("1").font.superscript = True
        document.add_paragraph().add_run("15").font.strike = True
        document.add_paragraph("18")

    by_libreoffice = paragraph("1", run="<w:position w:val='8'/><w:sz w:val='19'/>")

    assert [True, True, False] == [one.is_marked for one in read_word(by_docx(write)).paragraphs()]
    assert [True] == [one.is_marked for one in read_word(word_file(by_libreoffice)).paragraphs()]


def test_bold_is_resolved_through_styles():
    """Bold by style, taken back directly, and undone by a second style that says bold again."""

    def write(document):
        document.add_paragraph("Đề mục", style="Heading 1")
        plain = document.add_paragraph(style="Heading 1")
        plain.add_run("Không đậm").bold = False
        twice = document.add_paragraph(style="Heading 1")
        twice.add_run("Hai lần", style="Strong")
        partly = document.add_paragraph()
        partly.add_run("1. Ưu điểm: ").bold = True
        partly.add_run("tốt")

    found = list(read_word(by_docx(write)).paragraphs())

    assert [True, False, False, False] == [one.is_bold for one in found]
    assert [("1. Ưu điểm: ", True), ("tốt", False)] == [(run.text, run.is_bold) for run in found[3].runs]


def test_fonts_come_with_their_runs():
    """Old encodings are told by the font, which a style may name too."""

    def write(document):
        document.styles["Normal"].font.name = ".VnTime"
        mixed = document.add_paragraph("C«ng t¸c ")
        mixed.add_run("dân vận").font.name = "Times New Roman"

    (found,) = read_word(by_docx(write)).paragraphs()

    assert [".VnTime", "Times New Roman"] == [run.font for run in found.runs]


def test_headings_have_levels_in_every_language_of_word():
    """The level comes from the style or its name, whatever its id; body text has none."""
    styles = (
        "<w:style w:type='paragraph' w:default='1' w:styleId='Binhthng'><w:name w:val='Normal'/></w:style>"
        "<w:style w:type='paragraph' w:styleId='u1'><w:name w:val='heading 1'/><w:pPr><w:outlineLvl "
        "w:val='0'/></w:pPr></w:style>"
        "<w:style w:type='paragraph' w:styleId='u2'><w:name w:val='Heading 2'/></w:style>"
        "<w:style w:type='paragraph' w:styleId='rieng'><w:name w:val='Muc'/><w:basedOn w:val='u2'/></w:style>"
    )
    body = (
        paragraph("Một", "<w:pStyle w:val='u1'/>")
        + paragraph("Hai", "<w:pStyle w:val='rieng'/>")
        + paragraph("Thân")
        + paragraph("Ba", "<w:outlineLvl w:val='2'/>")
        + paragraph("Thân", "<w:pStyle w:val='u1'/><w:outlineLvl w:val='9'/>")
    )
    found = list(read_word(word_file(body, styles=styles)).paragraphs())

    assert [0, 1, None, 2, None] == [one.outline for one in found]
    assert ["heading 1", "Muc", "Normal", "Normal", "heading 1"] == [one.style for one in found]


def test_styles_in_a_circle_come_to_an_end():
    """Two styles based on each other are read as far as they go."""
    styles = "".join(
        f"<w:style w:type='paragraph' w:styleId='{own}'><w:name w:val='{own}'/>"
        f"<w:basedOn w:val='{other}'/></w:style>"
        for own, other in (("a", "b"), ("b", "a"))
    )

    assert ["Chữ"] == texts(word_file(paragraph("Chữ", "<w:pStyle w:val='a'/>"), styles=styles))
