"""Forms as Vietnamese offices build them, each differently, with what a careful clerk would say of them.

The files lie in tests/data/adoption; `python -m tests.own_forms` writes them anew.
"""

from __future__ import annotations

import pathlib
import random
from dataclasses import dataclass, field

import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

FOLDER = pathlib.Path(__file__).parent / "data" / "adoption"
_THIN = Side("thin")
_ALL = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_GREY = PatternFill("solid", fgColor="D9E1F2")


@dataclass
class Truth:
    """What is asked in a form."""

    sheet: str
    #: (cell, label, measure, type word).
    fields: list[tuple[str, str, str, str]] = field(default_factory=list)
    #: sheet -> (title, [(heading, type word)]).
    lists: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def _book(name):
    book = openpyxl.Workbook()
    book.active.title = name
    return book, book.active


def _put(sheet, cell, value, *, bold=False, centre=False, border=True, wrap=True, italic=False, size=12):
    found = sheet[cell]
    found.value = value
    found.font = Font(name="Times New Roman", size=size, bold=bold, italic=italic)
    found.alignment = Alignment(horizontal="center" if centre else None, vertical="center", wrap_text=wrap)
    if border:
        found.border = _ALL
    return found


def _head(sheet, last, *, agency, unit_line="Đơn vị báo cáo: ……………………………", title, note=""):
    """Write what stands above every official table."""
    _put(sheet, "A1", "UBND TỈNH BẮC GIANG", border=False, centre=True, wrap=False)
    _put(sheet, "A2", agency, bold=True, border=False, centre=True, wrap=False)
    _put(sheet, f"{last}1", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, border=False, wrap=False)
    _put(sheet, f"{last}2", "Độc lập - Tự do - Hạnh phúc", bold=True, border=False, wrap=False)
    _put(sheet, "A4", title, bold=True, border=False, centre=True, wrap=False, size=14)
    sheet.merge_cells(f"A4:{last}4")
    _put(sheet, "A5", note or "(Kèm theo Công văn số     /SNV-VP ngày    tháng    năm 2021)", italic=True,
         border=False, centre=True, wrap=False)  # fmt: skip
    sheet.merge_cells(f"A5:{last}5")
    _put(sheet, "A6", unit_line, border=False, wrap=False)


def _foot(sheet, row, left, right):
    _put(sheet, f"{right}{row}", "…………, ngày    tháng    năm 2021", italic=True, border=False, wrap=False)
    _put(sheet, f"{left}{row + 1}", "NGƯỜI LẬP BIỂU", bold=True, border=False, wrap=False)
    _put(sheet, f"{right}{row + 1}", "THỦ TRƯỞNG ĐƠN VỊ", bold=True, border=False, wrap=False)
    _put(sheet, f"{right}{row + 2}", "(Ký, ghi rõ họ tên)", italic=True, border=False, wrap=False)


def administrative_reform():
    """Build one with sections over the whole width, sums as formulas, column numbers and a printed head."""
    book, sheet = _book("Biểu 01")
    _head(sheet, "E", agency="SỞ NỘI VỤ", title="BIỂU SỐ 01: KẾT QUẢ CÔNG TÁC CẢI CÁCH HÀNH CHÍNH NĂM 2021")
    truth = Truth(sheet="Biểu 01")
    for column, text in zip("ABCDE", ("STT", "Nội dung", "ĐVT", "Kết quả thực hiện", "Ghi chú"), strict=True):
        _put(sheet, f"{column}8", text, bold=True, centre=True).fill = _GREY
    for column, text in zip("ABCDE", ("A", "B", "C", "1", "2"), strict=True):
        _put(sheet, f"{column}9", text, centre=True, italic=True)
    rows = [
        ("I", "CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH", None, None),
        ("1", "Số văn bản chỉ đạo, điều hành đã ban hành", "văn bản", "int"),
        ("2", "Số cuộc kiểm tra cải cách hành chính", "cuộc", "int"),
        ("3", "Tỷ lệ đơn vị được kiểm tra", "%", "dec(1)"),
        ("II", "CẢI CÁCH THỦ TỤC HÀNH CHÍNH", None, None),
        ("4", "Tổng số hồ sơ tiếp nhận", "hồ sơ", "=D16+D17"),
        ("4.1", "Tiếp nhận trực tiếp", "hồ sơ", "int"),
        ("4.2", "Tiếp nhận trực tuyến", "hồ sơ", "int"),
        ("5", "Hồ sơ giải quyết đúng hạn", "hồ sơ", "int"),
        ("6", "Thời gian trung bình giải quyết một hồ sơ", "giờ", "dec(1)"),
        ("III", "CẢI CÁCH TÀI CHÍNH CÔNG", None, None),
        ("7", "Kinh phí chi cho cải cách hành chính", "triệu đồng", "money(1)"),
        ("8", "Số tiền tiết kiệm được", "triệu đồng", "money(1)"),
        ("IV", "ĐÁNH GIÁ", None, None),
        ("9", "Khó khăn, vướng mắc (nếu có)", "", "text"),
        ("10", "Kiến nghị, đề xuất", "", "text"),
    ]
    for row, (tt, label, measure, kind) in enumerate(rows, start=10):
        _put(sheet, f"A{row}", tt, centre=True, bold=measure is None)
        _put(sheet, f"B{row}", label, bold=measure is None)
        for column in "CDE":
            _put(sheet, f"{column}{row}", None)
        if measure is None:
            sheet.merge_cells(f"B{row}:E{row}")
            continue
        sheet[f"C{row}"].value = measure or None
        if kind.startswith("="):
            sheet[f"D{row}"].value = f"=D{row + 1}+D{row + 2}"
            continue
        sheet[f"D{row}"].number_format = {
            "int": "#,##0",
            "dec(1)": "0.0",
            "money(1)": "#,##0.0",
            "text": "@",
        }[kind]
        truth.fields.append((f"D{row}", label, measure, kind))
    _foot(sheet, 28, "B", "D")
    return book, truth


def plan_and_result():
    """Build one whose plan is filled in, whose result is asked and whose share is computed."""
    book, sheet = _book("PL1")
    _put(sheet, "A1", "PHỤ LỤC 1", bold=True, border=False, wrap=False)
    _put(sheet, "A2", "KẾT QUẢ THỰC HIỆN CHỈ TIÊU KẾ HOẠCH NĂM 2021", bold=True, border=False, wrap=False)
    _put(sheet, "A3", "Tên đơn vị:", border=False, wrap=False)
    heads = ("TT", "Chỉ tiêu", "Đơn vị tính", "Kế hoạch năm 2021", "Thực hiện 9 tháng", "Tỷ lệ % so với KH")
    for column, text in zip("ABCDEF", heads, strict=True):
        _put(sheet, f"{column}5", text, bold=True, centre=True)
    rows = [
        ("Trồng rừng tập trung", "ha", 120.5, "dec(1)"), ("Sản lượng gỗ khai thác", "m3", 5400, "dec(1)"),
        ("Số lao động được tạo việc làm mới", "người", 250, "int"),
        ("Số xã đạt chuẩn nông thôn mới", "xã", 3, "int"),
        ("Thu ngân sách trên địa bàn", "tỷ đồng", 85.2, "money(1)"),
        ("Tỷ lệ hộ nghèo giảm", "%", 1.5, "dec(1)"), ("Số giường bệnh trên một vạn dân", "giường", 22, "int"),
        ("Chiều dài đường được cứng hóa", "km", 14.7, "dec(1)"),
    ]  # fmt: skip
    truth = Truth(sheet="PL1")
    for row, (label, measure, plan, kind) in enumerate(rows, start=6):
        _put(sheet, f"A{row}", row - 5, centre=True)
        _put(sheet, f"B{row}", label)
        _put(sheet, f"C{row}", measure, centre=True)
        _put(sheet, f"D{row}", plan)
        _put(sheet, f"E{row}", None)
        _put(sheet, f"F{row}", f"=IF(D{row}=0,0,E{row}/D{row}*100)").number_format = "0.0"
        truth.fields.append((f"E{row}", label, measure, kind))
    return book, truth


def training_matrix():
    """Build one with several columns of answers under headings of two lines, and a row of totals."""
    book, sheet = _book("Dao tao")
    _head(sheet, "F", agency="SỞ NỘI VỤ", title="KẾT QUẢ ĐÀO TẠO, BỒI DƯỠNG CÁN BỘ, CÔNG CHỨC NĂM 2021")
    for cells, text in (
        ("A8:A9", "STT"), ("B8:B9", "Nội dung đào tạo, bồi dưỡng"), ("C8:C9", "Số lớp"),
        ("D8:E8", "Số lượt người"), ("F8:F9", "Ghi chú"),
    ):  # fmt: skip
        _put(sheet, cells.partition(":")[0], text, bold=True, centre=True)
        sheet.merge_cells(cells)
    _put(sheet, "D9", "Tổng số", bold=True, centre=True)
    _put(sheet, "E9", "Trong đó: nữ", bold=True, centre=True)
    labels = (
        "Lý luận chính trị", "Quản lý nhà nước ngạch chuyên viên", "Kiến thức quốc phòng - an ninh",
        "Kỹ năng lãnh đạo cấp phòng", "Tin học, ngoại ngữ", "Bồi dưỡng theo vị trí việc làm",
    )  # fmt: skip
    truth = Truth(sheet="Dao tao")
    for row, label in enumerate(labels, start=10):
        _put(sheet, f"A{row}", row - 9, centre=True)
        _put(sheet, f"B{row}", label)
        for column, head in zip(
            "CDE", ("Số lớp", "Số lượt người, Tổng số", "Số lượt người, Trong đó: nữ"), strict=True
        ):
            _put(sheet, f"{column}{row}", None).number_format = "0"
            truth.fields.append((f"{column}{row}", f"{label} - {head}", "", "int"))
        _put(sheet, f"F{row}", None)
    _put(sheet, "B16", "Tổng cộng", bold=True)
    for column in "CDE":
        _put(sheet, f"{column}16", f"=SUM({column}10:{column}15)", bold=True)
    _foot(sheet, 18, "B", "D")
    return book, truth


def locked_survey():
    """Build one with an empty first column, labels over merged columns, locked but for the answers."""
    book, sheet = _book("Phiếu")
    _put(sheet, "B2", "PHIẾU THỐNG KÊ NHÂN LỰC", bold=True, border=False, wrap=False)
    _put(sheet, "B3", "(Thời điểm 01/10/2021)", italic=True, border=False, wrap=False)
    for cell, text in (("B5", "Số TT"), ("C5", "Nội dung báo cáo"), ("G5", "Số liệu")):
        _put(sheet, cell, text, bold=True, centre=True)
    sheet.merge_cells("C5:F5")
    rows = [
        ("1", "Tổng số biên chế được giao (người)", "người", "int"),
        ("2", "Tổng số biên chế có mặt (người)", "người", "int"),
        ("2.1", "- Trong đó: nữ (người)", "người", "int"),
        ("2.2", "- Trong đó: người dân tộc thiểu số (người)", "người", "int"),
        ("3", "Tuổi bình quân (tuổi)", "tuổi", "dec(1)"),
        ("4", "Quỹ lương tháng (triệu đồng)", "triệu đồng", "money(1)"),
        ("5", "Ngày hoàn thành rà soát vị trí việc làm", "", "date"),
        ("6", "Số văn bản quy định chức năng, nhiệm vụ", "", "int"),
        ("7", "Nêu lý do chưa sử dụng hết biên chế", "", "text"),
    ]
    truth = Truth(sheet="Phiếu")
    whole = DataValidation("whole", operator="greaterThanOrEqual", formula1="0")
    decimal = DataValidation("decimal", operator="greaterThanOrEqual", formula1="0")
    day = DataValidation("date", operator="greaterThan", formula1="44000")
    for row, (tt, label, measure, kind) in enumerate(rows, start=6):
        _put(sheet, f"B{row}", tt, centre=True)
        _put(sheet, f"C{row}", label)
        sheet.merge_cells(f"C{row}:F{row}")
        _put(sheet, f"G{row}", None).protection = Protection(locked=False)
        {"int": whole, "dec(1)": decimal, "money(1)": decimal, "date": day}.get(kind, DataValidation()).add(
            f"G{row}"
        )
        truth.fields.append((f"G{row}", label.removesuffix(f" ({measure})"), measure, kind))
    for one in (whole, decimal, day):
        sheet.add_data_validation(one)
    sheet.protection.sheet = True
    return book, truth


def emulation_with_lists():
    """Build a small table and two lists on sheets of their own, one with choices and ready numbers."""
    book, sheet = _book("Tong hop")
    _put(sheet, "A1", "BIỂU TỔNG HỢP PHONG TRÀO THI ĐUA", bold=True, border=False, wrap=False)
    for column, text in zip("ABCD", ("TT", "Nội dung", "Đơn vị tính", "Số lượng"), strict=True):
        _put(sheet, f"{column}3", text, bold=True, centre=True)
    rows = [
        ("Phong trào thi đua đã phát động", "phong trào"), ("Tập thể được khen thưởng", "tập thể"),
        ("Cá nhân được khen thưởng", "cá nhân"), ("Mô hình mới", "mô hình"),
    ]  # fmt: skip
    truth = Truth(sheet="Tong hop")
    for row, (label, measure) in enumerate(rows, start=4):
        for column, value in zip("ABCD", (row - 3, label, measure, None), strict=True):
            _put(sheet, f"{column}{row}", value)
        truth.fields.append((f"D{row}", label, measure, "int"))
    people = book.create_sheet("DS khen thưởng")
    _put(people, "A1", "DANH SÁCH TẬP THỂ, CÁ NHÂN ĐƯỢC KHEN THƯỞNG", bold=True, border=False, wrap=False)
    heads = ("STT", "Họ và tên", "Chức vụ, đơn vị", "Hình thức khen", "Ngày quyết định", "Số tiền thưởng")
    for column, text in zip("ABCDEF", heads, strict=True):
        _put(people, f"{column}3", text, bold=True, centre=True)
    choice = DataValidation("list", formula1='"Giấy khen,Bằng khen,Huân chương"')
    for row in range(4, 14):
        for column in "ABCDEF":
            _put(people, f"{column}{row}", row - 3 if column == "A" else None)
        people[f"E{row}"].number_format = "dd/mm/yyyy"
        people[f"F{row}"].number_format = "#,##0"
        choice.add(f"D{row}")
    people.add_data_validation(choice)
    truth.lists["DS khen thưởng"] = [
        ("Họ và tên", "text"), ("Chức vụ, đơn vị", "text"),
        ("Hình thức khen", "choice:Giấy khen|Bằng khen|Huân chương"), ("Ngày quyết định", "date"),
        ("Số tiền thưởng", "int"),
    ]  # fmt: skip
    models = book.create_sheet("DS mô hình")
    for column, text in zip(
        "ABCD", ("TT", "Tên mô hình", "Nội dung, cách làm", "Số người tham gia"), strict=True
    ):
        _put(models, f"{column}2", text, bold=True, centre=True)
    for row in range(3, 9):
        for column in "ABCD":
            _put(models, f"{column}{row}", None)
    truth.lists["DS mô hình"] = [
        ("Tên mô hình", "text"),
        ("Nội dung, cách làm", "text"),
        ("Số người tham gia", "int"),
    ]
    return book, truth


def words_and_days():
    """Build one of words: no measures, numbers within the labels, tall cells, dotted prompts."""
    book, sheet = _book("Báo cáo nhanh")
    _put(sheet, "A1", "BÁO CÁO NHANH KẾT QUẢ TUYÊN TRUYỀN BẦU CỬ", bold=True, border=False, wrap=False)
    _put(sheet, "A2", "Đơn vị: ……………", border=False, wrap=False)
    _put(sheet, "A4", "Nội dung", bold=True, centre=True)
    _put(sheet, "B4", "Kết quả", bold=True, centre=True)
    rows = [
        ("1. Ngày tổ chức hội nghị", "Ngày tổ chức hội nghị", "date"),
        ("2. Số người tham dự", "Số người tham dự", "int"),
        ("3. Hình thức tuyên truyền (nêu rõ)", "Hình thức tuyên truyền (nêu rõ)", "text"),
        ("4. Số pa nô, áp phích, băng rôn", "Số pa nô, áp phích, băng rôn", "int"),
        ("5. Số tin, bài đã đăng", "Số tin, bài đã đăng", "int"),
        ("6. Kết quả nổi bật", "Kết quả nổi bật", "text"),
        ("7. Tồn tại, hạn chế", "Tồn tại, hạn chế", "text"),
        ("8. Nguyên nhân", "Nguyên nhân", "text"),
        ("9. Đề xuất, kiến nghị", "Đề xuất, kiến nghị", "text"),
    ]
    truth = Truth(sheet="Báo cáo nhanh")
    for row, (shown, label, kind) in enumerate(rows, start=5):
        _put(sheet, f"A{row}", shown)
        _put(sheet, f"B{row}", "……………" if kind == "text" else None)
        sheet.row_dimensions[row].height = 60 if kind == "text" else 20
        if kind == "date":
            sheet[f"B{row}"].number_format = "dd/mm/yyyy"
        truth.fields.append((f"B{row}", label, "", kind))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 40, 70
    return book, truth


def money_by_heading():
    """Build one with the measure above the table, zeros filled in, and a section per letter."""
    book, sheet = _book("Bieu 05")
    _put(sheet, "A1", "BIỂU 05. KINH PHÍ THỰC HIỆN CÔNG TÁC DÂN VẬN", bold=True, border=False, wrap=False)
    _put(sheet, "E2", "Đơn vị tính: triệu đồng", italic=True, border=False, wrap=False)
    heads = ("TT", "Nội dung chi", "Nguồn NSNN", "Nguồn xã hội hóa", "Ghi chú")
    for column, text in zip("ABCDE", heads, strict=True):
        _put(sheet, f"{column}3", text, bold=True, centre=True)
    rows = [
        ("A", "CHI THƯỜNG XUYÊN", None), ("1", "Hội nghị, tập huấn", 1), ("2", "In ấn tài liệu", 1),
        ("3", "Kiểm tra, giám sát", 1), ("B", "CHI HỖ TRỢ", None), ("1", "Tặng quà gia đình chính sách", 1),
        ("2", "Hỗ trợ phòng, chống dịch", 1), ("3", "Chi khác", 1),
    ]  # fmt: skip
    truth = Truth(sheet="Bieu 05")
    for row, (tt, label, asked) in enumerate(rows, start=4):
        _put(sheet, f"A{row}", tt, centre=True, bold=asked is None)
        _put(sheet, f"B{row}", label, bold=asked is None)
        for column in "CDE":
            _put(sheet, f"{column}{row}", 0 if asked and column != "E" else None)
        if asked is None:
            continue
        for column in "CD":
            sheet[f"{column}{row}"].number_format = "#,##0.0"
            head = heads[2] if column == "C" else heads[3]
            truth.fields.append((f"{column}{row}", f"{label} - {head}", "triệu đồng", "money(1)"))
    _put(sheet, "B12", "TỔNG CỘNG (A+B)", bold=True)
    for column in "CD":
        _put(sheet, f"{column}12", f"=SUM({column}5:{column}11)", bold=True)
    return book, truth


def two_years():
    """Build one whose columns of answers are headed alike, under a year each; the names tell them apart."""
    book, sheet = _book("Nhân sự")
    _put(sheet, "A1", "BIỂU TỔNG HỢP NHÂN SỰ HAI NĂM", bold=True, border=False, wrap=False)
    for cells, text in (("A3:A4", "TT"), ("B3:B4", "Nội dung"), ("C3:D3", "Năm 2020"), ("E3:F3", "Năm 2021")):
        _put(sheet, cells.partition(":")[0], text, bold=True, centre=True)
        sheet.merge_cells(cells)
    for column, text in zip("CDEF", ("Tổng số", "Nữ") * 2, strict=True):
        _put(sheet, f"{column}4", text, bold=True, centre=True)
    truth = Truth(sheet="Nhân sự")
    for row, label in enumerate(("Số cán bộ", "Số công chức", "Số viên chức", "Số hợp đồng"), start=5):
        _put(sheet, f"A{row}", row - 4, centre=True)
        _put(sheet, f"B{row}", label)
        for number, column in enumerate("CDEF"):
            _put(sheet, f"{column}{row}", None)
            head = f"Năm {2020 + number // 2}, {('Tổng số', 'Nữ')[number % 2]}"
            truth.fields.append((f"{column}{row}", f"{label} - {head}", "", "int"))
    return book, truth


FORMS = {
    "cai-cach-hanh-chinh": administrative_reform,
    "chi-tieu-ke-hoach": plan_and_result,
    "dao-tao-boi-duong": training_matrix,
    "phieu-nhan-luc": locked_survey,
    "thi-dua-khen-thuong": emulation_with_lists,
    "bao-cao-nhanh": words_and_days,
    "kinh-phi": money_by_heading,
    "nhan-su-hai-nam": two_years,
}


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    chance = random.Random(1)
    for name, build in FORMS.items():
        book, _ = build()
        for sheet in book.worksheets:
            for column in range(1, 8):
                letter = get_column_letter(column)
                if letter not in sheet.column_dimensions:
                    sheet.column_dimensions[letter].width = 14 + chance.randrange(12)
        book.save(FOLDER / f"{name}.xlsx")


if __name__ == "__main__":
    main()
