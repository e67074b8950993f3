"""Text reports as units write them, made in Word with python-docx."""

from __future__ import annotations

import base64
import io

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

CAREFUL_BODY = (
    "Thực hiện Kế hoạch số 67/KH-SNV ngày 28/9/2021 của Sở Nội vụ, Phòng báo cáo kết quả như sau:",
    "*I. CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO, TRIỂN KHAI",
    "Phòng đã quán triệt đến 100% công chức Kế hoạch của Sở; phân công 01 đồng chí theo dõi, tổng hợp.",
    "*II. KẾT QUẢ THỰC HIỆN",
    "*1. Công tác tuyên truyền, quán triệt",
    "- Tổ chức 05 buổi sinh hoạt với 1.234 lượt người tham dự;",
    "- Phát 200 tờ rơi.",
    "*2. Cải cách hành chính",
    "a) Tiếp nhận và giải quyết hồ sơ",
    "Tiếp nhận 312 hồ sơ, trong đó trực tuyến 250 hồ sơ.",
    "b) Rút ngắn thời gian giải quyết từ 15 ngày xuống 12 ngày làm việc.",
    "*III. ĐÁNH GIÁ CHUNG",
    "*1. Ưu điểm",
    "Công chức của phòng gương mẫu, gần dân.",
    "*2. Tồn tại, hạn chế",
    "Việc tuyên truyền trên mạng xã hội còn ít, hình thức chưa phong phú.",
    "3. Nguyên nhân: Kinh phí hạn hẹp.",
    "*IV. NHIỆM VỤ, GIẢI PHÁP THỜI GIAN TỚI",
    "Tiếp tục duy trì “Ngày Chủ nhật tình nguyện”.",
    "*V. KIẾN NGHỊ, ĐỀ XUẤT",
    "Đề nghị Sở bổ sung kinh phí tuyên truyền.",
    "Trên đây là báo cáo kết quả “Tháng Dân vận” năm 2021 của Phòng Công chức, viên chức./.",
)
_STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"


def careful_report(body: tuple[str, ...] = CAREFUL_BODY) -> bytes:
    """Write a report as Decree 30 wants it; a line that begins with * is bold."""
    document = Document()
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].font.size = Pt(14)
    head = document.add_table(1, 2)
    head.cell(0, 0).text = "SỞ NỘI VỤ\nPHÒNG CÔNG CHỨC, VIÊN CHỨC\nSố: 12/BC-CCVC"
    head.cell(0, 1).text = f"{_STATE}\nBắc Giang, ngày 19 tháng 10 năm 2021"
    for line in ("BÁO CÁO", "Kết quả tổ chức các hoạt động “Tháng Dân vận” năm 2021"):
        title = document.add_paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.add_run(line).bold = True
    document.add_paragraph("Kính gửi: Văn phòng Sở Nội vụ.")
    for line in body:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Pt(36)
        paragraph.add_run(line.removeprefix("*")).bold = line.startswith("*")
    foot = document.add_table(1, 2)
    foot.cell(0, 0).text = "Nơi nhận:\n- Như trên;\n- Lưu: VT."
    foot.cell(0, 1).text = "TRƯỞNG PHÒNG\n\n\nTrần Thị Bình"
    return saved(document)


def saved(document: Document) -> bytes:
    """Give a document's bytes."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def picture() -> bytes:
    """Give the smallest picture there is (PNG, one white dot)."""
    return base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAG7buVgAAAABJRU5ErkJggg=="
    )
