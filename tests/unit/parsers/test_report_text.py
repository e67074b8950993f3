"""Text reports become headings, paragraphs and points, whoever wrote them."""

from __future__ import annotations

import io

import pypdf
import pytest
from docx import Document
from docx.shared import Inches
from hypothesis import given
from hypothesis import strategies as st

from domain.narratives import BlockKind, TextProblem, TextState
from parsers.prose.arranging import Line, arrange
from parsers.prose.report import read_report_text
from tests.text_reports import CAREFUL_BODY, careful_report, picture, saved

HEADING, PARAGRAPH, POINT, TABLE = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.POINT, BlockKind.TABLE


def read(*lines):
    """Arrange plain paragraphs and give (kind, level, text) of each block."""
    return shown(arrange([Line(text=text, place=str(number)) for number, text in enumerate(lines, start=1)]))


def shown(blocks):
    """Give what a test compares of blocks."""
    return [(block.kind, block.level, block.text) for block in blocks]


def typed(*lines):
    """Give the bytes of a Word file with plain paragraphs."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def test_a_careful_report():
    """Head, title, opening formula, closing words and signatures stay away; headings have their levels."""
    text = read_report_text("BC.docx", careful_report())

    assert TextState.READ is text.state
    assert [
        (HEADING, 0, "CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO, TRIỂN KHAI"),
        (PARAGRAPH, 0, CAREFUL_BODY[2]),
        (HEADING, 0, "KẾT QUẢ THỰC HIỆN"),
        (HEADING, 1, "Công tác tuyên truyền, quán triệt"),
        (POINT, 0, "Tổ chức 05 buổi sinh hoạt với 1.234 lượt người tham dự;"),
        (POINT, 0, "Phát 200 tờ rơi."),
        (HEADING, 1, "Cải cách hành chính"),
        (POINT, 0, "Tiếp nhận và giải quyết hồ sơ"),
        (PARAGRAPH, 0, "Tiếp nhận 312 hồ sơ, trong đó trực tuyến 250 hồ sơ."),
        (POINT, 0, "Rút ngắn thời gian giải quyết từ 15 ngày xuống 12 ngày làm việc."),
        (HEADING, 0, "ĐÁNH GIÁ CHUNG"),
        (HEADING, 1, "Ưu điểm"),
        (PARAGRAPH, 0, "Công chức của phòng gương mẫu, gần dân."),
        (HEADING, 1, "Tồn tại, hạn chế"),
        (PARAGRAPH, 0, "Việc tuyên truyền trên mạng xã hội còn ít, hình thức chưa phong phú."),
        (HEADING, 1, "Nguyên nhân"),
        (PARAGRAPH, 0, "Kinh phí hạn hẹp."),
        (HEADING, 0, "NHIỆM VỤ, GIẢI PHÁP THỜI GIAN TỚI"),
        (PARAGRAPH, 0, "Tiếp tục duy trì “Ngày Chủ nhật tình nguyện”."),
        (HEADING, 0, "KIẾN NGHỊ, ĐỀ XUẤT"),
        (PARAGRAPH, 0, "Đề nghị Sở bổ sung kinh phí tuyên truyền."),
    ] == shown(text.blocks)


def test_a_report_typed_in_a_hurry():
    """No styles, no bold, numbers glued to words, lines broken by Shift and Enter, several addressees."""
    text = read_report_text(
        "bc.docx",
        typed(
            "UBND TỈNH BẮC GIANG", "SỞ NỘI VỤ", "Số: 05/BC-VP", "Bắc Giang, ngày  15 tháng 10 năm 2021",
            "BÁO CÁO", "Về kết quả Tháng Dân vận", "Kính gửi:", "- Lãnh đạo Sở;", "- Văn phòng.",
            "Căn cứ Kế hoạch số 67; Văn phòng báo cáo kết quả như sau:",
            "1.Công tác chỉ đạo", "Đã ban hành 2 văn bản.\nĐã họp 1 lần.",
            "2/ Kết quả", "2.1. Tuyên truyền: tổ chức 5 buổi, 200 người", "2.2 Cải cách hành chính",
            "+ Giải quyết 30 hồ sơ", "3. Đề xuất", "15. Tháng sau tiếp tục triển khai các nội dung đã nêu.",
            "TRƯỞNG PHÒNG", "(Đã ký)", "Nguyễn Văn An",
        ),
    )  # fmt: skip

    assert [
        (HEADING, 0, "Công tác chỉ đạo"),
        (PARAGRAPH, 0, "Đã ban hành 2 văn bản."),
        (PARAGRAPH, 0, "Đã họp 1 lần."),
        (HEADING, 0, "Kết quả"),
        (HEADING, 1, "Tuyên truyền"),
        (PARAGRAPH, 0, "tổ chức 5 buổi, 200 người"),
        (HEADING, 1, "Cải cách hành chính"),
        (POINT, 0, "Giải quyết 30 hồ sơ"),
        (HEADING, 0, "Đề xuất"),
        (POINT, 0, "Tháng sau tiếp tục triển khai các nội dung đã nêu."),
    ] == shown(text.blocks)
    assert ["đoạn 12", "đoạn 12, dòng 2"] == [block.place for block in text.blocks[1:3]]
    assert "Đã họp 1 lần.\ntổ chức 5 buổi, 200 người" == text.words_at("đoạn 12, dòng 2; đoạn 14")


def test_headings_by_style_and_automatic_numbers():
    """Word's own headings count as such, and automatic numbers are no part of the words."""
    document = Document()
    document.add_paragraph("BÁO CÁO")
    document.add_heading("Kết quả", level=1)
    document.add_heading("Tuyên truyền", level=2)
    document.add_paragraph("Phát 200 tờ rơi", style="List Bullet")
    document.add_paragraph("Họp 02 lần.", style="List Number")
    document.add_heading("Kiến nghị", level=1)
    document.add_paragraph("Không.")

    assert [
        (HEADING, 0, "Kết quả"),
        (HEADING, 1, "Tuyên truyền"),
        (POINT, 0, "Phát 200 tờ rơi"),
        (POINT, 0, "Họp 02 lần."),
        (HEADING, 0, "Kiến nghị"),
        (PARAGRAPH, 0, "Không."),
    ] == shown(read_report_text("a.docx", saved(document)).blocks)


def test_a_table_stands_where_it_stood_and_a_frame_is_looked_into():
    """Figures in tables are not words; a table of one column is a frame around text."""
    document = Document()
    document.add_paragraph("I. KẾT QUẢ")
    document.add_table(3, 4).cell(0, 0).text = "TT"
    document.add_table(1, 1).cell(0, 0).text = "Phòng đã phát 200 tờ rơi."

    assert [
        (HEADING, 0, "KẾT QUẢ"),
        (TABLE, 0, "3 hàng × 4 cột"),
        (PARAGRAPH, 0, "Phòng đã phát 200 tờ rơi."),
    ] == shown(read_report_text("a.docx", saved(document)).blocks)


def test_words_typed_in_an_old_font_are_read():
    """.VnTime shows Vietnamese and stores something else."""
    document = Document()
    document.add_paragraph("I. KẾT QUẢ")
    document.add_paragraph().add_run("Uû ban nh©n d©n huyÖn ®· tæ chøc héi nghÞ.").font.name = ".VnTime"

    (_, block) = read_report_text("a.docx", saved(document)).blocks

    assert "Uỷ ban nhân dân huyện đã tổ chức hội nghị." == block.text


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("A. PHẦN CHUNG", "I. Kết quả", "1. Tuyên truyền"), [0, 1, 2]),
        (("Phần thứ nhất: TÌNH HÌNH", "I- KẾT QUẢ", "1) Nội dung"), [0, 1, 2]),
        (("1. Kết quả", "1.1. Tuyên truyền", "1.2. Thi đua", "2. Kiến nghị"), [0, 1, 1, 0]),
        (("KẾT QUẢ ĐẠT ĐƯỢC", "1. Tuyên truyền", "KIẾN NGHỊ, ĐỀ XUẤT"), [0, 1, 0]),
    ],
)
def test_levels_follow_the_numbers(lines, expected):
    """Whatever a report calls its highest level, it is 0."""
    assert expected == [level for kind, level, _ in read(*lines) if kind is HEADING]


@pytest.mark.parametrize(
    "line",
    [
        "C. Trần Văn Bình là người đứng đầu.", "12 buổi sinh hoạt được tổ chức.", "15/10/2021 mít tinh.",
        "1.234 lượt người tham dự.", "Các phòng đã thực hiện: tuyên truyền, quán triệt; thi đua.",
    ],
)  # fmt: skip
def test_what_is_no_heading(line):
    """Sentences that begin like a number or hold a colon stay whole."""
    ((kind, _, text),) = read(line)

    assert HEADING is not kind
    assert text in line


def test_annexes_and_recipients_end_a_report():
    """What stands behind Nơi nhận or in an annex is no text of the report."""
    assert [(PARAGRAPH, 0, "Đã phát 200 tờ rơi.")] == read(
        "Đã phát 200 tờ rơi.", "Nơi nhận:", "- Như trên;", "PHỤ LỤC I", "Danh sách"
    )


def test_a_sentence_about_annexes_does_not():
    """The words “Trên đây” in the middle, and an annex named in a sentence, belong to the text."""
    said = ("Trên đây là những việc chính.", "Một.", "Hai.", "Phụ lục kèm theo gồm hai bảng.", "Ba.")

    assert list(said) == [text for _, _, text in read(*said)]


def test_a_secret_is_not_copied():
    """A paper with a stamp of secrecy stays what it is; nothing of it is taken."""
    text = read_report_text("a.docx", typed("MẬT", "BÁO CÁO", "I. KẾT QUẢ", "Nội dung."))

    assert (TextState.UNREAD, TextProblem.SECRET, ()) == (text.state, text.problem, text.blocks)


def test_a_scan_in_word_is_a_scan():
    """A picture of a page, pasted into Word."""
    document = Document()
    document.add_picture(io.BytesIO(picture()), width=Inches(6))

    assert TextState.SCAN is read_report_text("a.docx", saved(document)).state


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.docx", b"PK\x03\x04 broken", TextProblem.UNREADABLE),
        ("a.pdf", b"%PDF-1.4 broken", TextProblem.UNREADABLE),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), TextProblem.NO_CONVERTER),
        ("a.rtf", b"{\\rtf1 Kinh gui}", TextProblem.NO_CONVERTER),
        ("a.pages", b"", TextProblem.UNREADABLE),
    ],
)
def test_what_cannot_be_read_says_why(name, content, problem):
    """No exception for anything that a unit sends."""
    text = read_report_text(name, content)

    assert (TextState.UNREAD, problem) == (text.state, text.problem)


def blank_pages(count, password=""):
    """Give a PDF of empty pages, as a scan is to whoever looks for words."""
    writer = pypdf.PdfWriter()
    for _ in range(count):
        writer.add_blank_page(595, 842)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_pdf_without_words_is_a_scan_and_a_locked_one_says_so():
    """A scanner's PDF; one with a password; one of a thousand pages."""
    assert TextState.SCAN is read_report_text("Scan0001.pdf", blank_pages(2)).state
    assert TextProblem.LOCKED is read_report_text("a.pdf", blank_pages(1, "bi mat")).problem
    assert TextProblem.TOO_LARGE is read_report_text("a.pdf", blank_pages(301)).problem


@given(st.lists(st.text(max_size=60), max_size=30))
def test_nothing_breaks_it(texts):
    """Any lines give blocks with words, in their order."""
    blocks = arrange([Line(text=text, place=str(place)) for place, text in enumerate(texts)])

    assert all(block.text for block in blocks)
    places = [int(block.place) for block in blocks]
    assert sorted(places) == places


@given(
    st.lists(
        st.sampled_from([
            "Đã phát 200 tờ rơi.", "Tổ chức 05 buổi sinh hoạt với sự tham gia của toàn thể công chức;",
            "Công tác dân vận của chính quyền được quan tâm, chỉ đạo thường xuyên, kịp thời.",
        ]),
        min_size=1,
        max_size=12,
    )
)  # fmt: skip
def test_no_sentence_is_lost(sentences):
    """Every sentence between title and signature comes back, in its order."""
    found = read("BÁO CÁO", "I. KẾT QUẢ", *sentences, "Nơi nhận:", "- Như trên;")

    assert sentences == [text for _, _, text in found[1:]]
