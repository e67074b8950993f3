"""What comes where a form is expected: each kind of trouble has its own advice and its own fate."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace

import docx
import openpyxl
import pytest

from intake.message import read_message
from parsers.blank.workbook import blank_workbook
from parsers.opening import open_grid
from parsers.workbook import CellKind
from service.rehearsal.post import FileToSend
from tests.unit.parsers.compound_files import compound


def picture(width, height, size=0):
    """Make the head of a PNG of that size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + bytes(size)
    )


def send(running, *files, **changes):
    """Send a mail of TCBM and settle it; give the line of the ledger and the text of the answer."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", *files, **changes))
    running.service.cycle()
    letters = [
        one for kind in ("advice", "correction", "receipt") for one in running.letters_of("TCBM", kind)
    ]
    return running.ledger()[-1], words_of(letters[0]) if letters else ""


def words_of(letter):
    """Give the words of a letter on one line."""
    return " ".join(read_message(letter.content).body.split())


BIFF5 = bytes.fromhex("0908080000050500") + bytes(100)


@pytest.mark.parametrize(
    ("name", "content", "said", "way"),
    [
        ("Biểu.xlsx", b"", "rỗng", "chỉ cần trả lời thư này, kèm tệp"),
        ("Biểu.xlsx", b"PK\x03\x04 cut", "bị hỏng hoặc gửi chưa trọn", "chỉ cần trả lời thư này, kèm tệp"),
        ("Biểu.xlsx", bytes(range(256)), "Không mở được tệp", "chỉ cần trả lời thư này, kèm tệp"),
        (
            "Biểu.xlsx",
            compound({"EncryptedPackage": b"x" * 99, "EncryptionInfo": b"y" * 99}),
            "có đặt mật khẩu",
            "chỉ cần trả lời thư này, kèm tệp",
        ),
        ("Biểu.xls", compound({"Book": BIFF5}), "Excel 95 hoặc cũ hơn", "chỉ cần trả lời thư này, kèm tệp"),
        ("Biểu.123", bytes.fromhex("00001a0003100400"), "Lotus 1-2-3", "chỉ cần trả lời thư này, kèm tệp"),
        ("Biểu.et", compound({"ET": b"x" * 99}), "WPS bản cũ", "chỉ cần trả lời thư này, kèm tệp"),
    ],
)
def test_a_file_that_only_has_to_come_again(running, name, content, said, way):
    """The figures are there; the letter says how to send them, and that they need not be typed again."""
    line, text = send(running, FileToSend(name=name, content=content))

    assert ("refused", "unreadable") == (line["outcome"], line["reason"])
    assert said in text
    assert way in text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("IMG_0012.png", picture(1280, 960, 2000), "là ảnh"),
        ("anh.heic", b"\0\0\0\x18ftypheic" + bytes(90_000), "là ảnh"),
        ("bieu.url", b"[InternetShortcut]\r\nURL=https://drive.google.com/x", "chỉ là đường dẫn"),
        ("bieu.gsheet", b'{"url": "https://docs.google.com/x", "doc_id": "1"}', "chỉ là đường dẫn"),
        ("bieu.rar", b"Rar!\x1a\x07\0" + bytes(100), "Không lấy được biểu từ tệp nén"),
        ("bieu.exe", b"MZ" + bytes(100), "chương trình máy tính"),
        ("bieu.pptx", compound({"PowerPoint Document": b"x" * 99}), "không phải tệp Excel"),
    ],
)
def test_another_kind_of_file(running, name, content, said):
    """What holds no form is named for what it is."""
    line, text = send(running, FileToSend(name=name, content=content))

    assert ("refused", "no_form") == (line["outcome"], line["reason"])
    assert said in text


@pytest.mark.parametrize(
    ("name", "content", "outcome"),
    [
        ("ATT00001.htm", b"<html><body><br></body></html>", ("ignored", "no_form")),
        ("ATT00002.html", b"<html><table><tr><td>Sent from my phone</table></html>", ("ignored", "no_form")),
        ("ATT00001.txt", b"Sent from my phone", ("ignored", "no_form")),
        ("danh sach.html", b"<html><table><tr><td>A<td>B</table></html>", ("refused", "no_form")),
        ("danh sach.txt", b"a;b;c\n1;2;3\n4;5;6\n", ("refused", "no_form")),
        ("danh sach.csv", b"a;b;c\n1;2;3\n4;5;6\n", ("refused", "unknown_form")),
    ],
)
def test_pages_and_texts_beside_a_mail(running, name, content, outcome):
    """What mail programs add means nothing; a page or a text is a form only where it shows one."""
    file = FileToSend(name=name, content=content)
    line, _ = send(running, file, subject="Re: Cảm ơn", body="Đã nhận được, cảm ơn.")

    assert outcome == (line["outcome"], line["reason"])


def test_a_page_beside_the_form_disturbs_nothing(running):
    """The form counts, whatever a mail program put beside it."""
    page = FileToSend(name="ATT00001.htm", content=b"<html><table><tr><td>x</table></html>")
    line, _ = send(running, running.form("TCBM"), page)

    assert ("accepted", 1) == (line["outcome"], line["version"])


def test_a_report_with_the_empty_table_is_a_report(running):
    """Whoever writes the report into our own text has not answered the form."""
    blank = running.blank("TCBM")
    line, _ = send(running, FileToSend(name="Báo cáo.docx", content=typed_in_word(blank, words=REPORT)))

    assert "accepted" == line["outcome"]
    assert ["form"] == running.state("TCBM")["owes"]


def test_a_logo_is_no_photo(running):
    """A banner under a signature means nothing, however large its file."""
    logo = FileToSend(name="logo.png", content=picture(900, 120, 90_000))
    line, text = send(running, logo, subject="Re: Cảm ơn", body="Đã nhận được, cảm ơn.")

    assert ("ignored", "no_form", "") == (line["outcome"], line["reason"], text)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Em gửi chị: https://drive.google.com/file/d/1/view?usp=sharing", "liên kết tới drive.google.com"),
        ("Mời xem https://congty-my.sharepoint.com/:x:/g/abc", "liên kết tới congty-my.sharepoint.com"),
        (
            "Số liệu của phòng:\n- Số cuộc họp: 12\n- Lượt người tham dự: 1.234 lượt\n- Kinh phí: 15 triệu\n",
            "ghi trong nội dung thư",
        ),
        (
            "1. Văn bản triển khai “Tháng Dân vận” của đơn vị 3\n2. Lượt người tham dự - 9\n3. Ngày công: 5",
            "ghi trong nội dung thư",
        ),
        ("Phòng không phát sinh nội dung nào trong kỳ.", "Có phải đơn vị không có số liệu?"),
        ("Đơn vị không có số liệu báo cáo ạ.", "Có phải đơn vị không có số liệu?"),
        ("Phòng gửi kèm biểu tổng hợp.", "không có tệp biểu kèm theo"),
    ],
)
def test_a_mail_that_says_it_in_words(running, body, said):
    """Links are never opened, figures never taken from a mail, and "nothing" is never taken for noughts."""
    line, text = send(running, body=body)

    assert ("refused", "no_form") == (line["outcome"], line["reason"])
    assert said in text
    assert [] == list(running.versions("TCBM"))


@pytest.mark.parametrize(
    "body",
    [
        "Đã nhận được, cảm ơn.",
        "Cảm ơn anh.\n--\nĐiện thoại: 0204 3854 000\nFax: 0204 3854 001\nSố nhà: 12\nZalo: 0912345678",
        "Ngày mai phòng gửi sau nhé: 8 giờ",
    ],
)
def test_ordinary_words_are_left_alone(running, body):
    """An address under a letter is no report of figures."""
    line, text = send(running, subject="Re: Tháng dân vận", body=body)

    assert ("ignored", "no_form", "") == (line["outcome"], line["reason"], text)


def test_the_form_of_another_campaign(running):
    """Last year's stamped form is refused by its name, and this year's blank goes along."""
    other = replace(running.campaign, code="thang-dan-van-2020")
    file = FileToSend(name="Biểu.xlsx", content=blank_workbook(other, running.unit("TCBM")))
    line, text = send(running, file)

    assert ("refused", "unknown_form") == (line["outcome"], line["reason"])
    assert "đợt báo cáo khác (thang-dan-van-2020)" in text
    letter = read_message(running.letters_of("TCBM", "correction")[0].content)
    assert 1 == len(letter.attachments)


def without_mark(content, title=""):
    """Take the stamp off a workbook, and perhaps write another title."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    del book["_meta"]
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    sheet = book["Bieu_TH"]
    for row in sheet.iter_rows(max_row=8):
        for cell in row:
            if title and isinstance(cell.value, str) and "NĂM 2021" in cell.value:
                cell.value = cell.value.replace("NĂM 2021", title)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize(
    ("title", "outcome"), [("NĂM 2020", ("refused", "unknown_form")), ("NĂM 2021", ("accepted", None))]
)
def test_the_form_of_another_year(running, title, outcome):
    """Without a mark the title tells the year; this year's is read."""
    file = FileToSend(name="Biểu.xlsx", content=without_mark(running.form("TCBM").content, title))
    line, text = send(running, file)

    assert outcome == (line["outcome"], line["reason"])
    assert ("ghi năm 2020" in text) == (title == "NĂM 2020")


def test_the_blank_comes_back_untouched(running):
    """One sentence says it, not sixty; the blank goes along again."""
    line, text = send(running, FileToSend(name="Biểu.xlsx", content=running.blank("TCBM")))
    (version,) = running.versions("TCBM")

    assert ("refused", "errors") == (line["outcome"], line["reason"])
    assert ["blank_form"] == [found.code for found in version.content.findings]
    assert "chưa điền ô nào" in text


def test_one_answer_makes_it_no_blank(running):
    """A form with a single figure is a form with gaps."""
    book = openpyxl.load_workbook(io.BytesIO(running.blank("TCBM")))
    sheet = book["Bieu_TH"]
    row = next(row for row in range(1, 120) if sheet.cell(row, 6).value == "T02")
    sheet.cell(row, 4).value = 3
    saved = io.BytesIO()
    book.save(saved)
    send(running, FileToSend(name="Biểu.xlsx", content=saved.getvalue()))

    assert "missing" in {found.code for found in running.versions("TCBM")[0].content.findings}


def typed_in_word(content, *, words="", change=None):
    """Type the table of a form into a Word file, with *words* of a report before it."""
    document = docx.Document()
    for _ in range(8 if words else 0):
        document.add_paragraph(words)
    sheet = open_grid(content).sheets[0]
    table = document.add_table(max(row for row, _ in sheet.cells), 5)
    for (row, column), cell in sheet.cells.items():
        if column > 5 or cell.kind is CellKind.NOT_CALCULATED:
            continue
        text = cell.raw
        if cell.kind is CellKind.DATE:
            text = "/".join(reversed(cell.raw.split("-")))
        elif cell.kind is CellKind.NUMBER:
            text = cell.raw.replace(".", ",")
        table.cell(row - 1, column - 1).text = text
        if change and sheet.at(row, 6).raw == change and column == 4:
            table.cell(row - 1, 3).text = "77"
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


REPORT = (
    "Thực hiện Kế hoạch, phòng đã tổ chức quán triệt, tuyên truyền đến toàn thể công chức, viên chức. " * 2
)


def test_a_form_typed_in_word_is_read_as_one(running):
    """Its figures are taken, its lists are asked for, and places are told by row and column."""
    file = FileToSend(name="Biểu.docx", content=typed_in_word(running.form("TCBM", T02="X").content))
    line, text = send(running, file)
    (version,) = running.versions("TCBM")

    assert "refused" == line["outcome"]
    assert {"list_sheet_missing", "mark_not_number"} <= {
        found.code for found in version.content.findings if found.severity.value == "error"
    }
    assert "Bảng 1/1, hàng" in text
    assert "cột 4" in text


def test_a_report_that_repeats_its_form_is_a_report(running):
    """The annex of a report says what the workbook says: one version of each, both accepted."""
    form = running.form("TCBM")
    report = FileToSend(name="Báo cáo.docx", content=typed_in_word(form.content, words=REPORT))
    line, _ = send(running, form, report)

    assert ("accepted", 1) == (line["outcome"], line["version"])
    assert [] == running.state("TCBM")["owes"]


def test_a_report_that_says_otherwise_is_asked_about(running):
    """Two figures for one thing are a question, whichever file they stand in."""
    form = running.form("TCBM")
    report = FileToSend(name="Báo cáo.docx", content=typed_in_word(form.content, words=REPORT, change="K05"))
    line, text = send(running, form, report)

    assert "refused" == line["outcome"]
    assert "nhiều tệp biểu với số liệu khác nhau" in text


def test_a_form_as_pdf_is_taken_for_a_report_and_said_so(running):
    """A PDF called "biểu" is kept as the report; its figures are not taken, and the sender learns it."""
    line, text = send(running, FileToSend(name="Bieu tong hop.pdf", content=b"%PDF-1.4 scan"))

    assert "accepted" == line["outcome"]
    assert "số liệu trong tệp không được lấy" in text
    assert ["form"] == running.state("TCBM")["owes"]
