"""The Word report, measured against Decree 30 and against the figures it shows."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from xml.etree import ElementTree as ET

import docx
import pytest

from aggregator.document import document_figures, report_document, roman
from domain.campaigns import Signer
from domain.errors import ConfigError
from tests.unit.aggregator.nine_units import EXCUSED, LATE, answers, forms, seven_of_eight
from tests.unit.aggregator.offices import AT, accepted, campaign, consolidated, form_spec, roster
from tests.unit.aggregator.test_sentences import NARRATIVE

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SMALL = """
A03|TT||Đến ngày||date|R|min+max|
A07|TT|1|Tổng số|người|int|R|sum|
T05|I|1|Được quán triệt|người|int|R|sum|
T06|I||Tỷ lệ|%|computed|-|ratio|ΣT05/ΣA07
N01|I|4|Nổi bật||text|R|concat|
"""


@pytest.fixture(scope="module")
def report():
    """Give campaign, consolidation and the final report of seven of eight units."""
    made, consolidation = seven_of_eight(NARRATIVE.read_text(encoding="utf-8"))
    return made, consolidation, report_document(made, consolidation, draft=False, at=AT)


@pytest.fixture(scope="module")
def opened(report):
    """Open the report with python-docx."""
    return docx.Document(io.BytesIO(report[2]))


@pytest.fixture(scope="module")
def body(report):
    """Give the XML of the document."""
    with zipfile.ZipFile(io.BytesIO(report[2])) as package:
        return ET.fromstring(package.read("word/document.xml"))


def small(**changes):
    """Make a campaign with a short form and no narrative."""
    return campaign(form=form_spec(SMALL, lists=()), **changes)


def words(content):
    """Give all words of a document, paragraph by paragraph, tables included."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        root = ET.fromstring(package.read("word/document.xml"))
    return ["".join(text.text or "" for text in line.iter(f"{W}t")) for line in root.iter(f"{W}p")]


def value_shown(text):
    """Read a number as offices write it."""
    return Decimal(text.replace(".", "").replace(",", "."))


def test_every_number_in_the_text_is_its_figure(report):
    """What the report shows for a figure is that figure, rounded as the form says."""
    _, consolidation, content = report
    found = document_figures(content)
    for code, text in found:
        figure = consolidation.figures[code]
        if isinstance(figure.value, Decimal):
            step = Decimal(1).scaleb(-figure.decimals)
            assert value_shown(text) == figure.value.quantize(step, rounding=ROUND_HALF_UP), (code, text)
        elif figure.upper is not None:
            assert text == "15/10/2021 - 18/10/2021"
        else:
            assert text == f"{figure.value:%d/%m/%Y}"
    tabular = {code for code, figure in consolidation.figures.items() if not isinstance(figure.value, str)}
    assert {code for code, _ in found} == tabular
    assert len(found) > len(tabular) + 50


def test_no_figure_is_written_without_its_mark(report):
    """Outside the marks none of the office's larger figures is left in the text."""
    _, consolidation, content = report
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        root = ET.fromstring(package.read("word/document.xml"))
    unmarked = []
    for paragraph in root.find(f"{W}body").findall(f"{W}p"):
        inside = False
        for element in paragraph:
            inside = element.tag == f"{W}bookmarkStart" or (inside and element.tag != f"{W}bookmarkEnd")
            if not inside:
                unmarked += [text.text or "" for text in element.iter(f"{W}t")]
    large = {
        text for code, text in document_figures(content) if len(text) > 2 and code in consolidation.figures
    }

    assert {"1.840", "91,5", "354"} <= large
    assert not [
        text for text in ("1.840", "1.612", "91,5", "98,3", "354", "303") if text in " ".join(unmarked)
    ]


@pytest.mark.parametrize(
    "expected",
    [
        "UBND TỈNH BẮC GIANG",
        "SỞ NỘI VỤ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số:\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0/BC-SNV",
        "BÁO CÁO",
        "Kết quả tổ chức các hoạt động “Tháng Dân vận” năm 2021",
        "Kính gửi: Ban Dân vận Tỉnh ủy.",
        "I. CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO, TRIỂN KHAI",
        "II. KẾT QUẢ THỰC HIỆN",
        "1. Công tác tuyên truyền, quán triệt",
        "6. Kỷ luật, kỷ cương hành chính; xây dựng mô hình “Dân vận khéo”, gương điển hình tiên tiến",
        "III. ĐÁNH GIÁ CHUNG",
        "2. Tồn tại, hạn chế",
        "IV. NHIỆM VỤ, GIẢI PHÁP THỜI GIAN TỚI",
        "V. KIẾN NGHỊ, ĐỀ XUẤT",
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT, VP.",
        "GIÁM ĐỐC",
        "Vũ Mạnh Hùng",
        "Phụ lục I",
        "BIỂU TỔNG HỢP KẾT QUẢ THỰC HIỆN “THÁNG DÂN VẬN” NĂM 2021",
        "Phụ lục II",
        "DANH SÁCH MÔ HÌNH “DÂN VẬN KHÉO”",
        "Phụ lục III",
        "Phụ lục IV",
        "Chưa có số liệu của: Trung tâm Lưu trữ lịch sử.",
    ],
)
def test_every_element_of_the_decree_is_there(report, expected):
    """Head, title, addressee, headings, distribution, signature, annexes."""
    assert expected in words(report[2])


@pytest.mark.parametrize(
    "expected",
    [
        "Thực hiện Kế hoạch số 31-KH/BDVTU ngày 09/9/2021 của Ban Dân vận Tỉnh ủy",
        "Kế hoạch số\u00a0*/KH-SNV ngày\u00a0*tháng\u00a0*năm 2021 của Sở Nội vụ về tổ chức thực hiện",
        "Số liệu của 7/8 đơn vị, tính đến ngày chốt của từng đơn vị .sớm nhất 15/10/2021, muộn nhất 18/10",
        r"Không thuộc diện báo cáo: Ban Tôn giáo \(Không có công chức biên chế",
        r"biểu tổng hợp số liệu \(Phụ lục I\); danh sách mô hình “Dân vận khéo” \(Phụ lục II\)",
        r"Trên đây là báo cáo kết quả tổ chức .* của Sở Nội vụ, trân trọng báo cáo Ban Dân vận Tỉnh ủy\./\.",
        r"\(Kèm theo Báo cáo số\s*/BC-SNV ngày\s*tháng\s*năm 2021 của Sở Nội vụ\)",
        "- Phòng Cải cách hành chính: Tỷ lệ hồ sơ trực tuyến ở một số lĩnh vực còn thấp",
        "Chỉ thị số 09-CT/TU .* cho 75 lượt người .có số ước lượng.",
    ],
)
def test_the_text_says_what_it_must(report, expected):
    """Bases, coverage, annexes referred to, closing, own words of units, footnotes."""
    assert any(re.search(expected, line) for line in words(report[2])), expected


def test_rows_with_the_same_remark_share_a_footnote(report):
    """Each remark under the table stands once, and every number behind a label has its remark."""
    lines = list(words(report[2]))
    remarks = next(line for line in lines if line.startswith("Ghi chú: (1) "))
    told = [part.partition(") ")[2] for part in remarks.removeprefix("Ghi chú: ").rstrip(".").split("; (")]

    assert sorted(set(told)) == sorted(told)
    used = {int(found[1]) for line in lines if (found := re.search(r"\w \((\d+)\)$", line))}
    assert set(range(1, len(told) + 1)) <= used


def test_nothing_is_invented(report):
    """Number, day and month of the report stay blank; no signature and no picture is drawn."""
    _, _, content = report
    assert not any(re.search(r"Số: ?\d", line) for line in words(content))
    assert (
        "Bắc Giang, ngày\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0tháng\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0năm 2021"
        in words(content)
    )
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert not [
            name for name in package.namelist() if "media" in name or name.endswith((".png", ".jpeg"))
        ]


def test_a_plan_with_number_and_day_is_cited_as_issued():
    """Once Văn thư has given number and day, they are cited."""
    made = small()
    made = replace(made, plan=replace(made.plan, number="Số 105/KH-SNV", issued_on=dt.date(2021, 10, 1)))
    text = "\n".join(words(report_document(made, consolidated(made, ()), draft=True, at=AT)))

    assert "Kế hoạch số 105/KH-SNV ngày 01 tháng 10 năm 2021 của Sở Nội vụ" in text


def test_pages_have_the_decree_s_measures(opened):
    """A4; 20/20/30/15 mm; annexes start at page 1; numbers in the top margin, not on the first page."""
    sections = opened.sections
    assert [section.orientation for section in sections] == [0, 1, 1, 1, 0]
    for section in sections:
        long, short = sorted((section.page_width.mm, section.page_height.mm), reverse=True)
        assert (round(long), round(short)) == (297, 210)
        assert [
            round(side.mm)
            for side in (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        ] == [20, 20, 30, 15]
        assert section.different_first_page_header_footer
        assert "PAGE" in section.header._element.xml
        assert not section.first_page_header.paragraphs[0].text
    starts = [section._sectPr.find(f"{W}pgNumType") for section in sections]
    assert [None if start is None else start.get(f"{W}start") for start in starts] == [
        None,
        "1",
        "1",
        "1",
        "1",
    ]


def test_one_font_in_the_sizes_of_the_decree(body):
    """Times New Roman for every script; 13 and 14 in the text, smaller in tables and notes only."""
    for fonts in body.iter(f"{W}rFonts"):
        assert set(fonts.attrib.values()) == {"Times New Roman"}
    sizes = {
        int(size.get(f"{W}val")) / 2
        for paragraph in body.find(f"{W}body").findall(f"{W}p")
        for run in paragraph.iter(f"{W}r")
        if any(text.text for text in run.iter(f"{W}t"))
        for size in run.iter(f"{W}sz")
    }
    assert sizes <= {12.0, 13.0, 14.0}


def test_tables_repeat_their_heads_and_never_split_a_row(body):
    """A long table can be read on every page."""
    tables = body.find(f"{W}body").findall(f"{W}tbl")
    annexes = tables[2:]
    assert len(annexes) == 4
    for table in annexes:
        rows = table.findall(f"{W}tr")
        assert len([row for row in rows if row.find(f"{W}trPr/{W}tblHeader") is not None]) == 2
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        width = sum(int(column.get(f"{W}w")) for column in table.find(f"{W}tblGrid"))
        assert width <= 252 * 56.7 + 20


def test_annex_shows_units_when_they_fit_and_totals_only_otherwise(report):
    """Nine units have their columns on a landscape page; thirteen do not."""
    _, _, content = report
    assert "P. CCVC" in words(content)
    rows = tuple((f"U{number:02}", f"Đơn vị số {number}", f"ĐV số {number}") for number in range(1, 14))
    made = campaign(units=roster(rows), narrative=NARRATIVE.read_text(encoding="utf-8"))
    given, lists = answers("CCHC")
    many = consolidated(made, tuple(accepted(code, given, lists) for code, _, _ in rows))
    large = report_document(made, many, draft=False, at=AT)

    heads = docx.Document(io.BytesIO(large)).tables[2].rows[0].cells
    assert [cell.text for cell in heads] == ["TT", "Chỉ tiêu", "ĐVT", "Tổng cộng", "Ghi chú"]
    assert docx.Document(io.BytesIO(large)).sections[1].orientation == 0
    assert dict(document_figures(large))["C01"] == "15.730"


def test_section_breaks_take_no_room(body):
    """The line that carries a break never fills a page of its own behind a full table."""
    breaks = [line for line in body.iter(f"{W}p") if line.find(f"{W}pPr/{W}sectPr") is not None]

    assert len(breaks) == 4
    for line in breaks:
        spacing = line.find(f"{W}pPr/{W}spacing")
        assert (spacing.get(f"{W}line"), spacing.get(f"{W}lineRule")) == ("20", "exact")


def test_only_drafts_say_draft(report):
    """DỰ THẢO leaves the paper with the recorded decision."""
    made, consolidation, content = report
    assert "DỰ THẢO" not in words(content)
    assert "DỰ THẢO" in words(report_document(made, consolidation, draft=True, at=AT))


def test_the_same_inputs_give_the_same_bytes(report):
    """Whoever writes it again gets the same file, whatever order the mails came in."""
    made, _, content = report
    again = consolidated(made, tuple(reversed(forms())), excluded=EXCUSED, late=LATE)

    assert report_document(made, again, draft=False, at=AT) == content


def test_every_page_carries_the_trace_line(opened):
    """Campaign, eight signs and time stand at the foot, on first pages too."""
    first = opened.sections[0]
    trace = first.footer.paragraphs[0].text
    assert re.fullmatch(r"Tổng Hợp · thang-dan-van-2021 · [0-9a-f]{8} · 20/10/2021 08:30", trace)
    assert first.first_page_footer.paragraphs[0].text == trace
    assert all(section.footer.is_linked_to_previous for section in list(opened.sections)[1:])


def test_a_deputy_signs_by_authority():
    """KT. GIÁM ĐỐC stands above PHÓ GIÁM ĐỐC."""
    made = small(signer=Signer(position="PHÓ GIÁM ĐỐC", name="Trần Văn A", authority="KT. GIÁM ĐỐC"))
    lines = words(report_document(made, consolidated(made, ()), draft=False, at=AT))

    assert lines.index("KT. GIÁM ĐỐC") + 1 == lines.index("PHÓ GIÁM ĐỐC")


def test_a_campaign_without_narrative_gets_a_plain_report():
    """Any form makes a report: sections in order, figures in lines, own words quoted."""
    made = small()
    form = accepted("VP", {"A03": dt.date(2021, 10, 15), "A07": 1234, "T05": 1200, "N01": "Làm tốt"})
    content = report_document(made, consolidated(made, (form,)), draft=False, at=AT)
    lines = words(content)

    assert "I. THÔNG TIN CHUNG" in lines
    assert "- Tổng số: 1.234 người." in lines
    assert "- Đến ngày: 15/10/2021 - 15/10/2021." in lines
    assert "- Tỷ lệ: 97,2%." in lines
    assert "- Văn phòng Sở: Làm tốt." in lines
    assert "Phụ lục II" in lines
    assert ("T06", "97,2") in document_figures(content)


def test_an_empty_campaign_makes_a_report_too():
    """A provisional report before the first unit has sent names what is missing."""
    made = campaign(narrative=NARRATIVE.read_text(encoding="utf-8"))
    lines = words(report_document(made, consolidated(made, ()), draft=True, at=AT))

    assert any("Số liệu của 0/9 đơn vị" in line for line in lines)
    assert not any("Phụ lục III" in line for line in lines)


@pytest.mark.parametrize(
    "text", ["<w:p/>&amp;", "a\x00b\x1f", "]]> xong", "{{ x }}", "=1+1", "\u202eabc", "dòng\r\nmới"]
)
def test_words_of_units_stay_words(text):
    """XML, templates, control signs and formulas of a unit do nothing in the report."""
    made = small()
    content = report_document(made, consolidated(made, (accepted("VP", {"N01": text}),)), draft=False, at=AT)

    assert any(line.startswith("- Văn phòng Sở: ") for line in words(content))
    docx.Document(io.BytesIO(content))


def test_a_narrative_with_mistakes_is_refused_with_its_places():
    """A wrong text file never makes half a report."""
    made = small(narrative="sections: []")
    made = replace(made, report=replace(made.report, narrative="sections: []"))

    with pytest.raises(ConfigError, match=r"narrative\.yaml"):
        report_document(made, consolidated(made, ()), draft=True, at=AT)


@pytest.mark.parametrize(("number", "expected"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (20, "XX")])
def test_headings_count_in_roman(number, expected):
    """Mục and Phụ lục have Roman numbers."""
    assert roman(number) == expected
