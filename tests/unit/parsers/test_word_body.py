"""Words of a Word file: what is seen and what is not."""

from __future__ import annotations

import unicodedata

import pytest

from parsers.word.document import Paragraph, Table
from parsers.word.reader import read_word
from tests.unit.parsers.word_files import by_docx, paragraph, texts, word_file


def test_paragraphs_and_tables_come_in_reading_order():
    """A table stands between the paragraphs that stand around it."""

    def write(document):
        document.add_paragraph("Trước")
        document.add_table(1, 1).cell(0, 0).text = "Ô"
        document.add_paragraph("Sau")

    blocks = read_word(by_docx(write)).blocks

    assert ["Trước", Table, "Sau"] == [
        block.text if isinstance(block, Paragraph) else type(block) for block in blocks
    ]


def test_words_are_composed():
    """A text decomposed by macOS, even across runs, comes in NFC."""
    whole = "Báo cáo kết quả Tháng Dân vận"
    loose = unicodedata.normalize("NFD", whole)
    middle = loose.index("\u0301")
    runs = "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in (loose[:middle], loose[middle:]))

    assert [whole] == texts(word_file(f"<w:p>{runs}</w:p>"))


def test_tabs_breaks_and_hyphens_are_signs():
    """A tab is a tab, a break a line feed, a hyphen that may not break a hyphen; one that may is not seen."""
    body = (
        "<w:p><w:pPr><w:tabs><w:tab w:val='left' w:pos='1'/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/>"
        "<w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t><w:softHyphen/><w:t>e</w:t></w:r></w:p>"
    )

    assert ["a\tb\nc-de"] == texts(word_file(body))


def test_deleted_words_are_out_and_inserted_ones_in():
    """Tracked changes are read as if they were accepted, and the paragraph says that it was revised."""
    body = (
        "<w:p><w:r><w:t>Có </w:t></w:r><w:del><w:r><w:delText>12</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>15</w:t></w:r></w:ins><w:r><w:t> buổi</w:t></w:r>"
        "<w:moveFrom><w:r><w:t> cũ</w:t></w:r></w:moveFrom>"
        "<w:moveTo><w:r><w:t> mới</w:t></w:r></w:moveTo></w:p>" + paragraph("Không sửa")
    )
    revised, plain = read_word(word_file(body)).paragraphs()

    assert ("Có 15 buổi mới", True) == (revised.text, revised.is_revised)
    assert ("Không sửa", False) == (plain.text, plain.is_revised)


def test_a_deleted_paragraph_mark_joins_two_paragraphs():
    """Words whose paragraph mark was deleted belong to the next paragraph, at the end of a cell to nobody."""
    mark = "<w:rPr><w:del w:id='1'/></w:rPr>"
    joined = paragraph("Một ", mark) + paragraph("hai")

    assert ["Một hai"] == texts(word_file(joined))
    assert ["Một"] == [one.strip() for one in texts(word_file(paragraph("Một ", mark)))]


def test_former_looks_say_nothing():
    """What a paragraph or run looked like before a tracked change has no effect."""
    run = "<w:rPrChange><w:rPr><w:b/><w:vanish/></w:rPr></w:rPrChange>"
    former = "<w:pPrChange><w:pPr><w:outlineLvl w:val='0'/></w:pPr></w:pPrChange>"
    (found,) = read_word(word_file(paragraph("Chữ", former, run))).paragraphs()

    assert ("Chữ", False, None) == (found.text, found.is_bold, found.outline)


@pytest.mark.parametrize(
    ("run", "style"),
    [("<w:vanish/>", ""), ("<w:rStyle w:val='an'/>", ""), ("", "<w:pStyle w:val='doan'/>")],
    ids=["run", "character style", "paragraph style"],
)
def test_hidden_words_are_out(run, style):
    """Hidden words are not seen, whoever says that they are hidden."""
    styles = (
        "<w:style w:type='character' w:styleId='an'><w:rPr><w:vanish/></w:rPr></w:style>"
        "<w:style w:type='paragraph' w:styleId='goc'><w:rPr><w:vanish/></w:rPr></w:style>"
        "<w:style w:type='paragraph' w:styleId='doan'><w:basedOn w:val='goc'/></w:style>"
    )
    content = word_file(paragraph("Ẩn", style, run) + paragraph("Hiện"), styles=styles)

    assert ["Hiện"] == texts(content)


def test_a_hidden_paragraph_mark_hides_no_words():
    """The look of the mark is not that of the words."""
    assert ["Chữ"] == texts(word_file(paragraph("Chữ", "<w:rPr><w:vanish/></w:rPr>")))


def test_results_of_fields_are_in_and_their_codes_out():
    """A field shows its result; a field inside the code of another shows nothing."""

    def mark(kind):
        return f"<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>"

    body = (
        f"<w:p>{mark('begin')}<w:r><w:instrText>IF </w:instrText></w:r>{mark('begin')}"
        f"<w:r><w:instrText>X</w:instrText></w:r>{mark('separate')}<w:r><w:t>9</w:t></w:r>{mark('end')}"
        f"{mark('separate')}<w:r><w:t>12</w:t></w:r>{mark('end')}<w:r><w:t> buổi</w:t></w:r>"
        "<w:fldSimple w:instr='PAGE'><w:r><w:t> 1</w:t></w:r></w:fldSimple></w:p>"
    )

    assert ["12 buổi 1"] == texts(word_file(body))


def test_a_field_without_end_swallows_nothing():
    """Words after a broken field stay."""
    body = f"<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r></w:p>{paragraph('Còn')}"

    assert ["Còn"] == texts(word_file(body))


def test_footnotes_stay_out():
    """A footnote's mark leaves no sign in the sentence."""
    body = "<w:p><w:r><w:t>12</w:t></w:r><w:r><w:footnoteReference w:id='1'/></w:r></w:p>"

    assert ["12"] == texts(word_file(body))


def test_a_prompt_is_no_answer():
    """A content control that shows its prompt is blank; one that was filled in is not."""
    prompt = "<w:sdtPr><w:showingPlcHdr/></w:sdtPr>"
    body = (
        f"<w:p><w:sdt>{prompt}<w:sdtContent><w:r><w:t>Bấm vào đây</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        "<w:p><w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent><w:r><w:t>15</w:t></w:r></w:sdtContent></w:sdt></w:p>"
    )

    assert ["15"] == texts(word_file(body))


def test_a_drawing_spelt_twice_is_read_once():
    """Of a text box in a new and an old spelling the first is taken; it follows its paragraph."""
    box = f"<w:txbxContent>{paragraph('Trong khung')}</w:txbxContent>"
    body = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        f"{box}</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>Ngoài khung</w:t></w:r></w:p>"
    )

    assert ["Ngoài khung", "Trong khung"] == texts(word_file(body))


def test_a_sign_of_a_symbol_font_is_not_blank():
    """A tick drawn by Wingdings leaves a sign, so that a cell with it is not taken for empty."""
    body = "<w:p><w:r><w:sym w:font='Wingdings' w:char='F0FC'/></w:r></w:p>"

    assert ["\uf0fc"] == texts(word_file(body))


def test_pictures_are_counted_and_foreign_pieces_told():
    """A file of pictures is known as such, and so is one with a piece in another format."""
    document = read_word(word_file("<w:p><w:r><a:blip/></w:r></w:p><w:altChunk/>"))

    assert (1, True, ()) == (document.pictures, document.is_partial, document.blocks)
