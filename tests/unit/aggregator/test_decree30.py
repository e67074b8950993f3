"""Bricks of a document by Decree 30, measured in the XML that Word reads."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from xml.etree import ElementTree as ET

import docx
import pytest
from docx.shared import Mm

from aggregator import decree30

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def start():
    """Open an empty document."""
    return decree30.start_document(title="Báo cáo", author="Sở Nội vụ", written_on=dt.date(2021, 10, 25))


def read_part(content, name):
    """Parse one part of a .docx."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return ET.fromstring(package.read(name))


def save_body(document):
    """Save *document* and parse its body."""
    return read_part(decree30.save_document(document), "word/document.xml")


def runs(paragraph):
    """Give (text, half points, bold, italic) of the runs of a paragraph element."""
    found = []
    for run in paragraph.iter(f"{W}r"):
        properties = run.find(f"{W}rPr")
        text = "".join(part.text or "" for part in run.iter(f"{W}t"))
        size = properties.find(f"{W}sz").get(f"{W}val")
        found.append((text, size, properties.find(f"{W}b") is not None, properties.find(f"{W}i") is not None))
    return found


def test_the_page_is_a4_with_the_margins_of_annex_one():
    """20/20/30/15 mm, portrait."""
    section = save_body(start()).find(f".//{W}sectPr")
    size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")

    assert ("11906", "16838") == (size.get(f"{W}w"), size.get(f"{W}h"))
    assert ["1134", "1134", "1701", "850"] == [
        margins.get(f"{W}{side}") for side in ("top", "bottom", "left", "right")
    ]


def test_page_numbers_stand_centred_on_top_from_the_second_page_on():
    """A PAGE field of 14 pt in the header, and a first page without."""
    content = decree30.save_document(start())
    section = read_part(content, "word/document.xml").find(f".//{W}sectPr")
    kinds = [reference.get(f"{W}type") for reference in section.iter(f"{W}headerReference")]
    header, first = (read_part(content, f"word/header{number}.xml") for number in (1, 2))

    assert section.find(f"{W}titlePg") is not None
    assert sorted(kinds) == ["default", "first"]
    assert [" PAGE "] == [code.text for code in header.iter(f"{W}instrText")]
    assert {"28"} == {size.get(f"{W}val") for size in header.iter(f"{W}sz")}
    assert header.find(f".//{W}pStyle").get(f"{W}val") == "D30Centred"
    assert [] == list(first.iter(f"{W}instrText"))


def test_every_default_names_times_new_roman_for_every_script():
    """Word may otherwise show some Vietnamese letters in another font."""
    styles = read_part(decree30.save_document(start()), "word/styles.xml")
    fonts = [styles.find(f"{W}docDefaults//{W}rFonts")]
    fonts += [style.find(f".//{W}rFonts") for style in styles if style.get(f"{W}styleId") == "Normal"]

    assert [{f"{W}{script}": "Times New Roman" for script in ("ascii", "hAnsi", "cs", "eastAsia")}] * 2 == [
        font.attrib for font in fonts
    ]


def test_the_head_has_two_columns_without_borders():
    """Agencies and number on the left, state and motto on the right, each with its rule."""
    document = start()
    decree30.add_head(
        document, parent="UBND TỈNH BẮC GIANG", agency="SỞ NỘI VỤ", number="Số:      /BC-SNV",
        place_and_date="Bắc Giang, ngày      tháng 10 năm 2021",
    )  # fmt: skip
    table = save_body(document).find(f".//{W}tbl")
    texts = [run for paragraph in table.iter(f"{W}p") for run in runs(paragraph) if run[0]]

    assert [column.get(f"{W}w") for column in table.iter(f"{W}gridCol")] == ["3742", "5613"]
    assert list(table.iter(f"{W}tblBorders")) == []
    assert texts == [
        ("UBND TỈNH BẮC GIANG", "26", False, False),
        ("SỞ NỘI VỤ", "26", True, False),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "26", True, False),
        ("Độc lập - Tự do - Hạnh phúc", "28", True, False),
        ("Số:      /BC-SNV", "26", False, False),
        ("Bắc Giang, ngày      tháng 10 năm 2021", "28", False, True),
    ]
    assert len(list(table.iter(f"{W}pBdr"))) == 2


def test_a_draft_says_so_and_a_final_document_does_not():
    """DỰ THẢO stands under the number."""

    def texts(*, draft):
        document = start()
        decree30.add_head(
            document, parent="", agency="SỞ NỘI VỤ", number="Số", place_and_date="", draft=draft
        )
        return "".join(save_body(document).itertext())

    assert decree30.DRAFT in texts(draft=True)
    assert decree30.DRAFT not in texts(draft=False)


@pytest.mark.parametrize(
    ("text", "size", "millimetres"),
    [
        pytest.param("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, 95.5, id="state"),
        pytest.param("Độc lập - Tự do - Hạnh phúc", 14, 60.2, id="motto"),
        pytest.param("SỞ NỘI VỤ", 13, 24.0, id="agency"),
    ],
)
def test_the_length_of_a_bold_line_is_known_to_a_few_percent(text, size, millimetres):
    """Measured in a rendering of 70 dots per inch; the rule under the motto is as long as the motto."""
    assert millimetres == pytest.approx(decree30.text_width(text, size=size).mm, rel=0.04)


@pytest.mark.parametrize(
    "agency", ["SỞ NỘI VỤ", "BAN QUẢN LÝ CÁC KHU CÔNG NGHIỆP TỈNH BẮC GIANG VÀ VÙNG PHỤ CẬN"]
)
def test_the_rule_under_the_agency_is_a_third_to_a_half_of_it(agency):
    """Annex I, also where the name takes two lines."""
    document = start()
    decree30.add_head(document, parent="", agency=agency, number="", place_and_date="")
    rule = next(
        paragraph
        for paragraph in save_body(document).iter(f"{W}p")
        if paragraph.find(f"{W}pPr/{W}pBdr") is not None
    )
    indent = rule.find(f"{W}pPr/{W}ind")
    length = Mm(66).twips - int(indent.get(f"{W}left")) - int(indent.get(f"{W}right"))
    longest = min(decree30.text_width(agency, size=13).twips, Mm(66).twips)

    assert 1 / 3 <= length / longest <= 1 / 2


def test_body_text_is_justified_with_indent_and_spacing():
    """14 pt, first line 1,27 cm, 6 pt after, 1,15 lines."""
    document = start()
    decree30.add_body(document, "Thực hiện Kế hoạch")
    content = decree30.save_document(document)
    style = next(
        style
        for style in read_part(content, "word/styles.xml").iter(f"{W}style")
        if style.get(f"{W}styleId") == "D30Body"
    )
    spacing, indent = style.find(f".//{W}spacing"), style.find(f".//{W}ind")

    assert style.find(f".//{W}jc").get(f"{W}val") == "both"
    assert ("120", "276") == (spacing.get(f"{W}after"), spacing.get(f"{W}line"))
    assert indent.get(f"{W}firstLine") == "720"
    assert runs(read_part(content, "word/document.xml").find(f".//{W}p")) == [
        ("Thực hiện Kế hoạch", "28", False, False)
    ]


def test_one_addressee_stands_on_the_line_several_below():
    """Kính gửi, with comma-less lines that end in semicolon and full stop."""

    def lines(*recipients):
        document = start()
        decree30.add_addressees(document, recipients)
        return [paragraph.text for paragraph in document.paragraphs]

    assert lines("Ban Dân vận Tỉnh ủy") == ["Kính gửi: Ban Dân vận Tỉnh ủy."]
    assert lines("Ban Dân vận Tỉnh ủy", "UBND tỉnh") == [
        "Kính gửi:",
        "- Ban Dân vận Tỉnh ủy;",
        "- UBND tỉnh.",
    ]


@pytest.mark.parametrize("text", ["Trên đây là báo cáo", "Trên đây là báo cáo.", "Trên đây là báo cáo./."])
def test_the_last_paragraph_ends_once(text):
    """./. ends every document, on the page of the signature."""
    paragraph = decree30.add_closing(start(), text)

    assert paragraph.text == "Trên đây là báo cáo./."
    assert paragraph.paragraph_format.keep_with_next


def test_the_signature_block_leaves_room_for_signature_and_seal():
    """Nơi nhận on the left, position and name on the right, nothing drawn between."""
    document = start()
    decree30.add_signature(
        document,
        distribution=["Như trên", "Lưu: VT, VP"],
        authority="KT. GIÁM ĐỐC",
        position="PHÓ GIÁM ĐỐC",
        name="Vũ Mạnh Hùng",
    )
    left, right = save_body(document).iter(f"{W}tc")
    left_runs = [run for paragraph in left.iter(f"{W}p") for run in runs(paragraph)]
    right_texts = ["".join(paragraph.itertext()) for paragraph in right.iter(f"{W}p")]

    assert left_runs == [
        ("Nơi nhận:", "24", True, True),
        ("- Như trên;", "22", False, False),
        ("- Lưu: VT, VP.", "22", False, False),
    ]
    assert [text for text in right_texts if text] == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Vũ Mạnh Hùng"]
    assert right_texts.count("") == 5
    assert list(right.iter(f"{W}drawing")) == []


def test_an_annex_begins_a_section_with_its_own_page_numbers():
    """Landscape A4, numbered from 1."""
    document = start()
    decree30.start_annex(
        document, number="II", title="DANH SÁCH", attached_to="Kèm theo Báo cáo", landscape=True
    )
    section = list(save_body(document).iter(f"{W}sectPr"))[-1]

    assert section.find(f"{W}pgNumType").get(f"{W}start") == "1"
    assert section.find(f"{W}pgSz").get(f"{W}orient") == "landscape"
    assert [paragraph.text for paragraph in document.paragraphs if paragraph.text] == [
        "Phụ lục II",
        "DANH SÁCH",
        "(Kèm theo Báo cáo)",
    ]


def test_the_same_document_gives_the_same_bytes():
    """No clock and no chance in the file; nothing of the template's maker either."""

    def save():
        document = start()
        decree30.add_body(document, "Thực hiện")
        return decree30.save_document(document)

    with zipfile.ZipFile(io.BytesIO(save())) as package:
        entries = package.infolist()

    assert save() == save()
    assert {(1980, 1, 1, 0, 0, 0)} == {entry.date_time for entry in entries}
    assert not any("thumbnail" in entry.filename or "app.xml" in entry.filename for entry in entries)


def test_word_opens_it_in_its_present_mode():
    """Without "Compatibility Mode" in the title bar, and with vi-VN for the spelling."""
    content = decree30.save_document(start())
    settings = read_part(content, "word/settings.xml")
    modes = [
        setting.get(f"{W}val")
        for setting in settings.iter(f"{W}compatSetting")
        if setting.get(f"{W}name") == "compatibilityMode"
    ]
    languages = read_part(content, "word/styles.xml").find(f"{W}docDefaults//{W}lang")

    assert modes == ["15"]
    assert set(languages.attrib.values()) == {"vi-VN"}
    assert docx.Document(io.BytesIO(content)).core_properties.author == "Sở Nội vụ"
