"""The words of the consolidated papers, all in one place, so that workbook and report say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.vietnamese import format_date, format_instant, small_count

if TYPE_CHECKING:
    import datetime as dt

DRAFT = "DỰ THẢO"
NOTHING = "-"
#: A unit has sent its form but left the row empty.
EMPTY = "chưa có"
NOT_APPLICABLE = "không phát sinh"
NOT_SENT = "chưa gửi"
EXCLUDED = "không thuộc diện"
ON_TIME = "Đúng hạn"
LATE = "Chậm"
CORRECTION_OPEN = "đang chờ bản chỉnh lý"

#: Column heads of the summary table.
TT, LABEL, MEASURE, TOTAL, NOTE, CODE, UNIT = (
    "TT", "Chỉ tiêu", "ĐVT", "Tổng cộng", "Ghi chú", "Mã", "Đơn vị",
)  # fmt: skip
SUMMARY_TITLE = "BIỂU TỔNG HỢP SỐ LIỆU"
LEGEND = (
    f"“{NOTHING}”: không phát sinh. “{EMPTY}”: đơn vị đã gửi biểu nhưng để trống chỉ tiêu này. "
    "Ô xám: đơn vị chưa gửi biểu hoặc không thuộc diện báo cáo."
)
SEE_SOURCES = "Xem nguồn số liệu"
TEXTS_TITLE = "Ý KIẾN CỦA CÁC ĐƠN VỊ (PHẦN LỜI)"
TEXTS_HEADS = ("TT", "Nội dung", "Đơn vị", "Ý kiến của đơn vị", "Mã")
COVERAGE_TITLE = "TÌNH HÌNH GỬI BÁO CÁO CỦA CÁC ĐƠN VỊ"
COVERAGE_HEADS = (
    "TT", "Đơn vị", "Tình trạng", "Nhận Biểu tổng hợp", "Lần gửi", "Thời hạn gửi", "Số điểm lưu ý",
    "Nhận Báo cáo", "Ghi chú", "Mã",
)  # fmt: skip
SOURCES_TITLE = "NGUỒN SỐ LIỆU"
SOURCES_HEADS = (
    "Mã", "Chỉ tiêu", "Đơn vị", "Giá trị", "Nguyên văn đã ghi", "Tệp", "Trang tính", "Ô", "Lần gửi",
    "Mã tệp", "Mã thư",
)  # fmt: skip
LIST_TITLE = "DANH SÁCH {title}"
CLIPPED = " … (còn nữa, xem tệp gốc)"
EMPTY_LIST = "Không có dòng nào."
MANY_UNITS = "và {count} đơn vị khác"


def coverage_line(counted: int, expected: int, cut_off: tuple[dt.date, dt.date] | None) -> str:
    """Say of how many units the figures are and until when they count."""
    until = ""
    if cut_off is not None:
        first, last = map(format_date, cut_off)
        until = f", tính đến ngày {first}"
        if first != last:
            until = f", tính đến ngày chốt của từng đơn vị (sớm nhất {first}, muộn nhất {last})"
    return f"Số liệu của {counted}/{expected} đơn vị{until}."


def answered_note(answered: int, expected: int) -> str:
    """Say that not every unit gave a value: "5/8 đơn vị có số liệu"."""
    return f"{answered}/{expected} đơn vị có số liệu"


def ratio_note(answered: int, expected: int) -> str:
    """Say that a percentage is that of the units which gave all terms."""
    return f"tính trên {answered}/{expected} đơn vị có đủ số liệu"


def approximate_note(said: str) -> str:
    """Say who wrote a rough number, and how."""
    return f"có số ước lượng ({said})"


def as_draft(title: str) -> str:
    """Mark a title as that of a draft."""
    return f"{title} ({DRAFT})"


DISTINCT_NOTE = "đã gộp các tên trùng nhau"


def without_figures(names: str) -> str:
    """Name the units that must answer and are not in the figures."""
    return f"Chưa có số liệu của: {names}."


def not_concerned(names: str) -> str:
    """Name the units that need not answer."""
    return f"Không thuộc diện báo cáo: {names}."


def trace_line(campaign: str, digest: str, at: dt.datetime) -> str:
    """Write the line by which a paper is found again on the page."""
    return f"Tổng Hợp · {campaign} · {digest} · {format_instant(at)}"


#: In a sentence, instead of a number that nobody gave.
UNKNOWN = "(chưa có số liệu)"
ROUGH = "có số ước lượng"
NO_WORDS = "Các đơn vị không nêu nội dung này."
MORE_EXAMPLES = "Và {rest} nội dung khác."
MORE_QUOTES = "Và {rest} ý kiến khác, ghi đầy đủ trong biểu tổng hợp."


def units_note(answered: int, expected: int) -> str:
    """Say in a sentence of how many units a number is."""
    return f"số liệu của {answered}/{expected} đơn vị"


def no_figure(label: str) -> str:
    """Say that no unit answered."""
    return f"Chưa có số liệu về chỉ tiêu “{label}”."


#: Type of the document, and places that a person fills in by hand.
REPORT = "BÁO CÁO"
DASH = "- "
_BLANK = "\u00a0" * 6


def blank_number(symbol: str) -> str:
    """Write "Số:      /BC-SNV": the number is given by Văn thư."""
    return f"Số:{_BLANK}/{symbol}"


def blank_day(year: int) -> str:
    """Write "ngày      tháng      năm 2021" with room for day and month."""
    return f"ngày{_BLANK}tháng{_BLANK}năm {year}"


def blank_date(place: str, year: int) -> str:
    """Write "Bắc Giang, ngày      tháng      năm 2021"."""
    return f"{place}, {blank_day(year)}"


def cited_plan(kind: str, number: str, *, symbol: str, issued: str, agency: str) -> str:
    """Cite the plan, with blanks while it has no number: "Kế hoạch số      /KH-SNV ngày … của Sở Nội vụ"."""
    known = number.removeprefix("Số").removeprefix("số").strip(" :")
    cited = f" {known}" if known else _BLANK
    if "/" not in known:
        cited = f"{cited}/{symbol}"
    return f"{kind} số{cited} {issued} của {agency}"


def opening(bases: str, agency: str, subject: str) -> str:
    """Write the first paragraph."""
    return f"Thực hiện {bases}, {agency} báo cáo {subject} như sau:"


def closing(subject: str, agency: str, recipient: str) -> str:
    """Write the last paragraph, without its end sign."""
    return f"Trên đây là báo cáo {subject} của {agency}, trân trọng báo cáo {recipient}"


def attached_to(symbol: str, year: int, agency: str) -> str:
    """Say under an annex's title to what it belongs."""
    return f"Kèm theo Báo cáo số{_BLANK}/{symbol} {blank_day(year)} của {agency}"


def annex_reference(title: str, number: str) -> str:
    """Name an annex in the text."""
    return f"{title} (Phụ lục {number})" if number else f"{title} (Phụ lục)"


def attached(names: list[str]) -> str:
    """List the annexes in the text, as the decree demands."""
    return f"Kèm theo Báo cáo này: {'; '.join(names)}."


def numbered_notes(notes: list[str]) -> str:
    """Write the footnotes of a table in one paragraph."""
    return f"Ghi chú: {'; '.join(notes)}."


SUMMARY_NAME = "biểu tổng hợp số liệu"
COVERAGE_NAME = "tình hình gửi báo cáo của các đơn vị"


def list_name(title: str) -> str:
    """Name a list in the text."""
    return f"danh sách {title}"


# The compilation of units' words

TEXTS_COMPILED = "TỔNG HỢP LỜI VĂN BÁO CÁO"
OTHER_WORDS = "Nội dung khác trong báo cáo của các đơn vị"
WITHOUT_WORDS = "Đơn vị chưa có lời văn trong bản này"
TEXT_NOT_SENT = "chưa gửi báo cáo."
TEXT_EMPTY = "tệp ‘{file}’ không có lời văn."
#: By the reason why words were not taken.
TEXT_PROBLEMS = {
    "scan": "tệp ‘{file}’ là bản quét (ảnh); đề nghị đơn vị gửi tệp Word, hoặc xem tệp gốc.",
    "no_converter": "tệp ‘{file}’ có định dạng cũ; cài LibreOffice trên máy chủ hoặc xem tệp gốc.",
    "unreadable": "không mở được tệp ‘{file}’; xem tệp gốc, hoặc đề nghị đơn vị gửi tệp Word.",
    "locked": "tệp ‘{file}’ có mật khẩu; đề nghị đơn vị bỏ mật khẩu rồi gửi lại.",
    "too_large": "tệp ‘{file}’ quá lớn; xem tệp gốc.",
    "secret": "tệp ‘{file}’ có dấu chỉ độ mật; không lấy nội dung, xử lý theo quy định về bí mật nhà nước.",
}
TABLE_LEFT_OUT = "[Bảng {size}: xem tệp gốc]"


def compiled_from(units: int, at: str) -> str:
    """Say what the compilation is."""
    return (
        f"Tài liệu làm việc, lập lúc {at}: trích nguyên văn báo cáo của {small_count(units)} đơn vị, xếp "
        "theo đề mục của báo cáo tổng hợp, chưa biên tập. Số liệu lấy theo Biểu tổng hợp, không theo lời văn."
    )


def text_source(file: str, first: str, last: str) -> str:
    """Say where words stand: "BC.docx, đoạn 7 đến đoạn 9"."""
    return f"{file}, {first}" if first == last else f"{file}, {first} đến {last}"
