"""Building bricks of an official document in the form of Decree 30/2020/NĐ-CP, Annex I, as Word wants them.

Imports python-docx at the top: import this module lazily, where a document is really written.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Length, Mm, Pt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.section import Section
    from docx.styles.style import ParagraphStyle
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

FONT = "Times New Roman"
PAGE_SHORT, PAGE_LONG = Mm(210), Mm(297)
#: Annex I allows top and bottom 20-25 mm, left 30-35 mm, right 15-20 mm.
TOP, BOTTOM, LEFT, RIGHT = Mm(20), Mm(20), Mm(30), Mm(15)
TEXT_WIDTH = Length(PAGE_SHORT - LEFT - RIGHT)
LANDSCAPE_TEXT_WIDTH = Length(PAGE_LONG - LEFT - RIGHT)
#: Quốc hiệu takes one line of 13 pt in the wider column only.
HEAD_COLUMNS = (Mm(66), Mm(99))
SIGNATURE_COLUMNS = (Mm(82), Mm(83))

STATE_NAME = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
DRAFT = "DỰ THẢO"
END = "./."

#: Names of our paragraph styles, as Word's list shows them to the office.
BODY, HEADING, CENTRED, TIGHT = "Thân văn bản", "Đề mục", "Căn giữa", "Dòng đơn"

#: Room for signature and seal, which are never drawn.
_BLANK_LINES = 5
#: Share of the text's length that the rule under agency and subject takes (Annex I: a third to a half).
_RULE_SHARE = 0.42
#: Widths of Times New Roman Bold in thousandths of the size, as in Adobe's metrics; marks add nothing.
_WIDTHS = {
    sign: width
    for width, signs in (
        (250, " .,"), (278, "il"), (333, "fjt-:;()!'/"), (389, "sI"), (444, "cerz"),
        (500, 'agovxyJ0123456789“”"'),
        (556, "bdhknpquS"), (611, "FP"), (667, "BELTZ"), (722, "wACDNRUVXY"), (778, "GHKOQ"), (833, "m"),
        (944, "M"), (1000, "W"),
    )
    for sign in signs
}  # fmt: skip
_USUAL_WIDTH = 556
#: Oldest time stamp that a zip file can hold; the same bytes for the same document.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_FOREIGN_PARTS = frozenset(
    {
        RELATIONSHIP_TYPE.THUMBNAIL,
        RELATIONSHIP_TYPE.EXTENDED_PROPERTIES,
        RELATIONSHIP_TYPE.CUSTOM_XML,
        "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
    }
)


def start_document(*, title: str, author: str, written_on: dt.date) -> Document:
    """Open an empty document with page, font and styles of Decree 30; *written_on* is its only date."""
    document = docx.Document()
    _drop_foreign_parts(document)
    _set_default_font(document)
    _set_word_settings(document)
    _define_styles(document)
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title, author, author
    properties.comments, properties.keywords, properties.language = "", "", "vi-VN"
    properties.created = properties.modified = dt.datetime.combine(written_on, dt.time())
    properties.revision = 1
    set_up_page(document.sections[0])
    number_pages(document.sections[0])
    return document


def _drop_foreign_parts(document: Document) -> None:
    """Remove what python-docx's own template carries: preview, Mac Word's statistics, styles of Word 2010."""
    for relations in (document.part.package.rels, document.part.rels):
        for key in [key for key, relation in relations.items() if relation.reltype in _FOREIGN_PARTS]:
            del relations[key]


def _set_default_font(document: Document) -> None:
    styles = document.styles.element
    for properties in styles.iter(qn("w:rPrDefault")):
        for run in properties.iter(qn("w:rPr")):
            _set_fonts(run)
            for language in run.iter(qn("w:lang")):
                _set_language(language)
    normal: ParagraphStyle = document.styles["Normal"]
    normal.font.size = Pt(14)
    _set_fonts(normal.element.get_or_add_rPr())


def _set_language(element: BaseOxmlElement) -> None:
    for attribute in ("w:val", "w:eastAsia", "w:bidi"):
        element.set(qn(attribute), "vi-VN")


def _set_word_settings(document: Document) -> None:
    """Let Word open the file in its present mode, with Vietnamese spelling and decimal comma."""
    settings = document.settings.element
    for zoom in settings.iter(qn("w:zoom")):
        zoom.attrib.clear()
        zoom.set(qn("w:percent"), "100")
    for old in list(settings.iter(qn("w:useFELayout"))):
        # The template was made by a Japanese Word, which breaks lines in a way of its own.
        old.getparent().remove(old)
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    for name, value in (("decimalSymbol", ","), ("listSeparator", ";")):
        for sign in settings.iter(qn(f"w:{name}")):
            sign.set(qn("w:val"), value)
    for language in settings.iter(qn("w:themeFontLang")):
        _set_language(language)


def _set_fonts(properties: BaseOxmlElement) -> None:
    """Name the font for every script: Word takes another for some Vietnamese letters where one is unset."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)


def _define_styles(document: Document) -> None:
    body = _add_style(document, BODY, "D30Body")
    layout = body.paragraph_format
    layout.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    layout.first_line_indent = Mm(12.7)
    layout.space_before, layout.space_after = Pt(0), Pt(6)
    layout.line_spacing = 1.15
    layout.widow_control = True
    heading = _add_style(document, HEADING, "D30Heading")
    heading.base_style = body
    heading.font.bold = True
    heading.paragraph_format.keep_with_next = True
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), "0")
    heading.element.get_or_add_pPr().append(outline)
    for name, style_id, alignment in (
        (CENTRED, "D30Centred", WD_ALIGN_PARAGRAPH.CENTER),
        (TIGHT, "D30Tight", WD_ALIGN_PARAGRAPH.LEFT),
    ):
        layout = _add_style(document, name, style_id).paragraph_format
        layout.alignment = alignment
        layout.space_before = layout.space_after = Pt(0)
        layout.line_spacing = 1.0


def _add_style(document: Document, name: str, style_id: str) -> ParagraphStyle:
    style: ParagraphStyle = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.element.set(qn("w:styleId"), style_id)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    return style


def set_up_page(section: Section, *, landscape: bool = False) -> None:
    """Give *section* A4 paper with the margins of Annex I."""
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (
        (PAGE_LONG, PAGE_SHORT) if landscape else (PAGE_SHORT, PAGE_LONG)
    )
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = LEFT, RIGHT
    section.header_distance = section.footer_distance = Mm(10)
    section.gutter = Mm(0)


def number_pages(section: Section, *, restart: bool = False) -> None:
    """Print page numbers centred in the top margin from the second page on; *restart* counts from 1 again."""
    section.different_first_page_header_footer = True
    if restart:
        kind = OxmlElement("w:pgNumType")
        kind.set(qn("w:start"), "1")
        # The schema fixes the order: after w:pgMar and before w:cols.
        section._sectPr.find(qn("w:pgMar")).addnext(kind)  # noqa: SLF001 - python-docx has no page number type
    header = section.header
    header.is_linked_to_previous = False
    paragraph = header.paragraphs[0]
    paragraph.style = CENTRED
    _add_page_field(paragraph)
    section.first_page_header.is_linked_to_previous = False


def _add_page_field(paragraph: Paragraph) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "2"), ("end", "")):
        run = write(paragraph, text if kind == "text" else "")
        if kind in {"begin", "separate", "end"}:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)  # noqa: SLF001 - python-docx has no fields
        elif not kind:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {text} "
            run._r.append(code)  # noqa: SLF001 - python-docx has no fields


def write(
    paragraph: Paragraph, text: str, *, size: float = 14, bold: bool = False, italic: bool = False
) -> Run:
    """Append *text* to *paragraph* in the document's font."""
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    # Unset where it is not asked for, so that the bold of a heading's style stays.
    run.font.bold, run.font.italic = bold or None, italic or None
    _set_fonts(run._r.get_or_add_rPr())  # noqa: SLF001 - python-docx sets ascii and hAnsi only
    return run


def text_width(text: str, *, size: float = 14) -> Length:
    """Estimate how long *text* is in bold Times New Roman, on one line."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    letters = (sign for sign in plain if not unicodedata.combining(sign))
    return Pt(sum(_WIDTHS.get(sign, _USUAL_WIDTH) for sign in letters) * size / 1000)


def draw_rule(paragraph: Paragraph, length: Length, *, within: Length) -> None:
    """Turn the empty *paragraph* into a centred rule of *length* in a column *within* wide."""
    side = max(0, within - length) // 2
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Length(side)
    layout.first_line_indent = Mm(0)
    layout.space_before, layout.space_after = Pt(3), Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(4)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no borders
    # The schema fixes the order of a paragraph's properties.
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    write(paragraph, "", size=2)


def add_columns(document: Document, widths: Sequence[Length], *, rows: int = 1) -> Table:
    """Add a table without borders and cell margins whose rows never break over a page."""
    table: Table = document.add_table(rows=rows, cols=len(widths))
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    properties = table._tbl.tblPr  # noqa: SLF001 - python-docx has no cell margins
    total = OxmlElement("w:tblW")
    total.set(qn("w:w"), str(sum(round(width.twips) for width in map(_length, widths))))
    total.set(qn("w:type"), "dxa")
    for old in properties.findall(qn("w:tblW")):
        old.addprevious(total)
        properties.remove(old)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)
    for row in table.rows:
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)  # noqa: SLF001 - python-docx cannot keep rows whole
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
            cell.paragraphs[0].style = CENTRED
    return table


def _length(width: int) -> Length:
    return Length(width)


def add_head(
    document: Document, *, parent: str, agency: str, number: str, place_and_date: str, draft: bool = False
) -> Table:
    """Add the block on top: agencies and number on the left; state, motto, place and date on the right.

    *parent* and *agency* are given as they are printed ("UBND TỈNH BẮC GIANG"); *parent* may be empty.
    """
    table = add_columns(document, HEAD_COLUMNS, rows=2)
    (left, right), (below_left, below_right) = table.rows[0].cells, table.rows[1].cells
    lines = [(parent, False), (agency, True)] if parent else [(agency, True)]
    for text, bold in lines:
        write(_next_line(left), text, size=13, bold=bold)
    longest = min(text_width(agency, size=13), HEAD_COLUMNS[0])
    draw_rule(_next_line(left), Length(int(longest * _RULE_SHARE)), within=HEAD_COLUMNS[0])
    write(_next_line(right), STATE_NAME, size=13, bold=True)
    write(_next_line(right), MOTTO, size=14, bold=True)
    draw_rule(_next_line(right), text_width(MOTTO), within=HEAD_COLUMNS[1])
    write(_next_line(below_left), number, size=13)
    write(_next_line(below_right), place_and_date, size=14, italic=True)
    for cell in (below_left, below_right):
        cell.paragraphs[0].paragraph_format.space_before = Pt(4)
    if draft:
        mark = _next_line(below_left)
        mark.paragraph_format.space_before = Pt(6)
        write(mark, DRAFT, size=13, bold=True)
    return table


def _next_line(cell: _Cell) -> Paragraph:
    """Give the cell's first paragraph while it is empty, afterwards a new one."""
    line: Paragraph = cell.paragraphs[0]
    if len(cell.paragraphs) > 1 or line.runs:
        line = cell.add_paragraph(style=CENTRED)
    return line


def add_title(document: Document, *, kind: str, subject: str) -> None:
    """Add type ("KẾ HOẠCH") and subject of the document with the rule under them."""
    title = document.add_paragraph(style=CENTRED)
    title.paragraph_format.space_before = Pt(18)
    title.paragraph_format.keep_with_next = True
    write(title, kind, bold=True)
    about = document.add_paragraph(style=CENTRED)
    about.paragraph_format.keep_with_next = True
    write(about, subject, bold=True)
    add_rule(document, subject)


def add_rule(document: Document, text: str, *, within: Length = TEXT_WIDTH) -> None:
    """Add the rule under a centred *text* in bold, with the distance to what follows."""
    rule = document.add_paragraph(style=CENTRED)
    draw_rule(rule, Length(int(min(text_width(text), within) * _RULE_SHARE)), within=within)
    rule.paragraph_format.space_after = Pt(12)


def add_addressees(document: Document, recipients: Sequence[str]) -> None:
    """Add "Kính gửi": one recipient on the same line, several each on a line of their own."""
    if len(recipients) == 1:
        line = document.add_paragraph(style=CENTRED)
        write(line, f"Kính gửi: {recipients[0]}.")
        line.paragraph_format.space_after = Pt(12)
        return
    head = document.add_paragraph(style=TIGHT)
    head.paragraph_format.left_indent = Mm(40)
    write(head, "Kính gửi:")
    for place, recipient in enumerate(recipients, start=1):
        line = document.add_paragraph(style=TIGHT)
        line.paragraph_format.left_indent = Mm(60)
        last = place == len(recipients)
        write(line, f"- {recipient}{'.' if last else ';'}")
        line.paragraph_format.space_after = Pt(12 if last else 0)


def add_heading(document: Document, text: str) -> Paragraph:
    """Add a heading: "I. MỤC ĐÍCH, YÊU CẦU" or "1. Công tác tuyên truyền"."""
    paragraph: Paragraph = document.add_paragraph(style=HEADING)
    write(paragraph, text, bold=True)
    return paragraph


def add_body(document: Document, text: str = "") -> Paragraph:
    """Add a paragraph of body text; more pieces may follow by write()."""
    paragraph: Paragraph = document.add_paragraph(style=BODY)
    if text:
        write(paragraph, text)
    return paragraph


def add_closing(document: Document, text: str) -> Paragraph:
    """Add the last paragraph with "./.", on the same page as the signature."""
    paragraph = add_body(document, text if text.endswith(END) else text.rstrip(" .;") + END)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.keep_together = True
    return paragraph


def add_signature(
    document: Document, *, distribution: Sequence[str], position: str, name: str, authority: str = ""
) -> Table:
    """Add "Nơi nhận" on the left, and on the right position and name with room for signature and seal.

    *distribution* are the lines without dash and sign at the end; *authority* ("KT. GIÁM ĐỐC") stands above
    *position*.
    """
    table = add_columns(document, SIGNATURE_COLUMNS)
    left, right = table.rows[0].cells
    label = left.paragraphs[0]
    label.style = TIGHT
    write(label, "Nơi nhận:", size=12, bold=True, italic=True)
    for place, line in enumerate(distribution, start=1):
        sign = "." if place == len(distribution) else ";"
        write(left.add_paragraph(style=TIGHT), f"- {line}{sign}", size=11)
    for text in filter(None, (authority, position)):
        write(_next_line(right), text, bold=True)
    for _ in range(_BLANK_LINES):
        write(right.add_paragraph(style=CENTRED), "")
    write(right.add_paragraph(style=CENTRED), name, bold=True)
    return table


def start_annex(
    document: Document, *, number: str, title: str, attached_to: str, landscape: bool = False
) -> Section:
    """Begin an annex on a new page with page numbers of its own.

    *number* is "I" (empty when there is one annex only), *title* stands in capitals, *attached_to* is
    "Kèm theo Báo cáo số …".
    """
    section: Section = document.add_section(WD_SECTION.NEW_PAGE)
    set_up_page(section, landscape=landscape)
    number_pages(section, restart=True)
    within = LANDSCAPE_TEXT_WIDTH if landscape else TEXT_WIDTH
    for text, bold, italic in (
        (f"Phụ lục {number}".strip(), True, False),
        (title, True, False),
        (f"({attached_to})", False, True),
    ):
        line = document.add_paragraph(style=CENTRED)
        line.paragraph_format.keep_with_next = True
        write(line, text, bold=bold, italic=italic)
    add_rule(document, attached_to, within=within)
    return section


def save_document(document: Document) -> bytes:
    """Give the .docx file; the same document gives the same bytes at any time."""
    written = BytesIO()
    document.save(written)
    packed = BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, _ZIP_TIME)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.create_system = 0
            target.writestr(fixed, source.read(entry))
    return packed.getvalue()
