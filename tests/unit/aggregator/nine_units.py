"""Nine units as they answer in life: seven have sent, one is excused, one has not sent."""

# ruff: noqa: E501, ISC004, Q003 - tables of Vietnamese sentences read better unbroken

from __future__ import annotations

import datetime as dt
import functools
from decimal import Decimal

from tests.unit.aggregator.offices import NA, accepted, campaign, consolidated

EXCUSED = {"TG": "Không có công chức biên chế trong kỳ (biệt phái toàn bộ)"}
MISSING = "LT"
LATE = ("TDKT",)

#: People, sessions, visits, dossiers, dialogues, models: what the other answers are made of.
_SIZES = {
    "VP": (18, 3, 62, 0, 1, 1),
    "TTR": (9, 2, 18, 0, 1, 0),
    "TCBM": (11, 2, 22, 34, 0, 1),
    "CCVC": (14, 3, 45, 126, 1, 2),
    "XDCQ": (10, 4, 152, 58, 2, 1),
    "CCHC": (8, 2, 24, 1210, 1, 2),
    "TDKT": (12, 2, 31, 412, 0, 1),
}

_TEXTS = {
    "VP": (
        "Chủ động tham mưu ban hành Kế hoạch, phân công cụ thể từng nhóm việc; đăng tải thường xuyên tin, bài "
        "trên Trang thông tin điện tử của Sở.\nDuy trì màn hình điện tử tuyên truyền tại trụ sở.",
        "Việc cập nhật số liệu của một số bộ phận còn chậm.",
        "Một số công chức kiêm nhiệm nhiều việc, thời gian dành cho công tác dân vận còn ít.",
        "Không",
        "Tiếp tục đôn đốc các phòng, đơn vị thực hiện đến hết ngày 31/10/2021.",
    ),
    "TTR": (
        "Lồng ghép tuyên truyền pháp luật về khiếu nại, tố cáo trong các cuộc thanh tra.",
        "Không",
        None,
        "Không",
        None,
    ),
    "TCBM": (
        "Hoàn thành sớm việc quán triệt Quy chế công tác dân vận tới 100% công chức của phòng.",
        "Không có",
        None,
        "Đề nghị tăng cường tập huấn kỹ năng dân vận cho công chức trẻ.",
        "Duy trì sinh hoạt chuyên đề hằng tháng.",
    ),
    "CCVC": (
        "Rút ngắn thời gian giải quyết hồ sơ tuyển dụng, nâng ngạch từ 10 ngày xuống còn 07 ngày làm việc.",
        "Một số hồ sơ gửi đến chưa đầy đủ, phải bổ sung nhiều lần.",
        "Hướng dẫn thành phần hồ sơ ở một số đơn vị chưa thống nhất.",
        "Đề nghị liên thông dữ liệu cán bộ, công chức, viên chức toàn tỉnh.",
        "Hoàn thiện bộ câu hỏi thường gặp về công tác cán bộ.",
    ),
    "XDCQ": (
        "Tổ chức đối thoại với thanh niên tại 02 huyện, tiếp nhận và trả lời ngay phần lớn kiến nghị.",
        "Do dịch bệnh Covid-19 nên chưa tổ chức được hội nghị đông người.",
        "Diễn biến dịch bệnh phức tạp.",
        "=HYPERLINK(\"http://vi-du.test\";\"Không\")",
        None,
    ),
    "CCHC": (
        "Thực hiện “Ngày Chủ nhật tình nguyện giải quyết thủ tục hành chính” tại Bộ phận Một cửa; trả kết quả "
        "tại nhà qua dịch vụ bưu chính công ích.",
        "Tỷ lệ hồ sơ trực tuyến ở một số lĩnh vực còn thấp.",
        "Người dân chưa quen nộp hồ sơ trực tuyến; thiết bị tại Bộ phận Một cửa còn thiếu.",
        "Đề nghị bổ sung thiết bị cho Bộ phận Một cửa.",
        "Phấn đấu tỷ lệ hồ sơ trực tuyến đạt 60% trong quý IV năm 2021.",
    ),
    "TDKT": (
        "Phát hiện, biểu dương kịp thời các gương điển hình trong công tác dân vận.",
        "Không",
        None,
        "Không có ý kiến",
        "Tham mưu khen thưởng chuyên đề “Dân vận khéo” năm 2021.",
    ),
}  # fmt: skip

_MODELS = {
    "VP": [("Văn phòng thân thiện, vì nhân dân phục vụ", "xây dựng hệ thống chính trị", "duy trì",
            "Niêm yết quy trình, bố trí công chức trực hướng dẫn tổ chức, cá nhân đến liên hệ công tác",
            "Không có ý kiến phản ánh về thái độ phục vụ", "Trụ sở Sở", "Văn phòng Sở", "có")],
    "TCBM": [("Sinh hoạt chuyên đề dân vận hằng tháng", "xây dựng hệ thống chính trị", "mới",
              "Mỗi tháng một chuyên đề, luân phiên công chức trình bày", "02 chuyên đề, 22 lượt người dự",
              None, "Trưởng phòng", "không")],
    "CCVC": [("Giảm 30% thời gian giải quyết hồ sơ tuyển dụng", "cải cách hành chính", "mới",
              "Rà soát quy trình, kiểm tra hồ sơ trước khi nộp qua thư điện tử",
              "126 hồ sơ giải quyết trước và đúng hạn đạt 100%", "Toàn tỉnh", "Phó Trưởng phòng", "có"),
             ("Mỗi công chức một việc tốt", "văn hóa - xã hội", "duy trì",
              "Mỗi tháng mỗi công chức giúp một việc cụ thể cho người dân, đồng nghiệp", "14 việc tốt trong kỳ",
              None, None, None)],
    "XDCQ": [("Chính quyền lắng nghe thanh niên", "xây dựng hệ thống chính trị", "mới",
              "Đối thoại trực tiếp và trực tuyến với thanh niên", "38 ý kiến được trả lời tại chỗ",
              "Huyện Lạng Giang, huyện Yên Thế", "Phòng XDCQ&CTTN", "có")],
    "CCHC": [("Ngày Chủ nhật tình nguyện giải quyết thủ tục hành chính", "cải cách hành chính", "mới",
              "Tiếp nhận, trả kết quả vào sáng Chủ nhật tại Bộ phận Một cửa", "86 hồ sơ được giải quyết",
              "Bộ phận Một cửa", "Phòng CCHC", "có"),
             ("Nụ cười công sở", "văn hóa - xã hội", "duy trì", "Chấm điểm hài lòng ngay tại quầy",
              "Tỷ lệ hài lòng đạt 98%", "Bộ phận Một cửa", None, "có")],
    "TDKT": [("Khen đúng người, đúng việc", "xây dựng hệ thống chính trị", "duy trì",
              "Công khai danh sách đề nghị khen thưởng để lấy ý kiến", "Không có khiếu nại về khen thưởng",
              None, "Ban TĐ-KT", "có")],
}  # fmt: skip

_EXEMPLARS = {
    "CCVC": [("cá nhân", "Nguyễn Thị Hòa", "Chuyên viên", "Sáng kiến rút ngắn thời gian giải quyết hồ sơ",
              "có")],
    "CCHC": [("tập thể", "Tổ công tác Bộ phận Một cửa", "Phòng Cải cách hành chính",
              "Làm việc 04 sáng Chủ nhật, giải quyết 86 hồ sơ", "có"),
             ("cá nhân", "Trần Văn Đức", "Phó Trưởng phòng", "Hướng dẫn 120 lượt người dân nộp hồ sơ trực tuyến",
              "không")],
    "XDCQ": [("cá nhân", "Lê Thị Ước", "Chuyên viên", "Điều phối 02 cuộc đối thoại với thanh niên", None)],
}  # fmt: skip

_DIALOGUES = {
    "VP": [(dt.date(2021, 10, 8), "Đối thoại với công chức, viên chức, người lao động cơ quan", "Giám đốc Sở",
            "trực tiếp", 42, 12, 12)],
    "TTR": [(dt.date(2021, 10, 12), "Tiếp công dân định kỳ, đối thoại về đơn kiến nghị", "Chánh Thanh tra",
             "trực tiếp", 6, 3, 2)],
    "CCVC": [(dt.date(2021, 10, 14), "Giải đáp vướng mắc về tuyển dụng viên chức giáo dục", "Trưởng phòng",
              "trực tuyến", 85, 21, 19)],
    "XDCQ": [(dt.date(2021, 10, 6), "Đối thoại với thanh niên huyện Lạng Giang", "Phó Giám đốc Sở", "trực tiếp",
              60, 22, 20),
             (dt.date(2021, 10, 13), "Đối thoại với thanh niên huyện Yên Thế", "Trưởng phòng", "trực tuyến", 75,
              18, 18)],
    "CCHC": [(dt.date(2021, 10, 15), "Lấy ý kiến tổ chức, cá nhân về thủ tục hành chính", "Trưởng phòng",
              "phiếu hỏi và trực tiếp", 35, 9, 8)],
}  # fmt: skip

_MOVEMENTS = {
    "VP": [("Nụ cười công sở", dt.date(2021, 10, 1), 18, "100% công chức ký cam kết")],
    "CCVC": [("“Nụ cười công sở”", dt.date(2021, 10, 4), 14, None)],
    "CCHC": [("NỤ CƯỜI CÔNG SỞ", dt.date(2021, 10, 1), 8, "Tỷ lệ hài lòng 98%"),
             ("Ngày Chủ nhật tình nguyện giải quyết thủ tục hành chính", dt.date(2021, 10, 3), 8,
              "04 buổi, 86 hồ sơ")],
}  # fmt: skip


def answers(unit):
    """Give the answers of *unit*, sound by the form's own rules."""
    people, sessions, seats, dossiers, dialogues, models = _SIZES[unit]
    lists = (
        _MODELS.get(unit, []),
        _EXEMPLARS.get(unit, []),
        _DIALOGUES.get(unit, []),
        _MOVEMENTS.get(unit, []),
    )
    asked = sum(row[5] for row in lists[2])
    solved = sum(row[6] for row in lists[2])
    none = NA if not dossiers else None
    done = dossiers - dossiers // 8
    given = {
        "A01": unit, "A02": dt.date(2021, 10, 1), "A03": dt.date(2021, 10, 15 + people % 4),
        "A04": "Nguyễn Văn An", "A05": "0204 000 000", "A06": "Trưởng phòng Trần Thị Bình",
        "A07": people, "A08": people - 3,
        "T01": 1, "T02": sessions, "T03": 1 if sessions > 2 else 0, "T04": seats, "T05": people - people // 9,
        "T07": min(seats, people), "T08": min(seats, people), "T09": min(seats, people - 1),
        "T10": "~15" if unit == "XDCQ" else min(seats, people - 2),
        "K01": sessions - 1, "K02": people, "K03": sessions + models, "K04": people * 2,
        "K05": 2 if unit == "VP" else None, "K06": people - 2, "K07": Decimal(people) * Decimal("1.5"),
        "K08": 20 if unit in ("VP", "XDCQ") else None,
        "K09": Decimal("1234.5") if unit == "VP" else Decimal("10.5") if unit == "TDKT" else None,
        "C01": none or dossiers, "C02": none or dossiers // 3, "C03": none or dossiers - dossiers // 3 - 4,
        "C04": none or 4, "C05": none or done, "C06": none or done - dossiers // 5 - dossiers // 60,
        "C07": none or dossiers // 5, "C08": none or (NA if not dossiers // 60 else dossiers // 60),
        "C09": none or dossiers - done, "C10": none or dossiers - done, "C11": none or 0,
        "C14": 1 if unit in ("CCVC", "CCHC") else None, "C15": len(lists[3]),
        "C16": 4 if unit == "CCHC" else 0, "C17": 86 if unit == "CCHC" else 0,
        "C18": 12 if unit == "CCHC" else 0, "C19": 150 if unit == "CCHC" else None,
        "C20": 147 if unit == "CCHC" else None,
        "D01": dialogues, "D02": min(1, dialogues), "D03": sum(row[4] for row in lists[2]), "D04": people // 2,
        "D05": asked, "D06": solved, "D07": asked - solved, "D08": 0,
        "D10": 3 if unit == "TTR" else NA, "D11": 2 if unit == "TTR" else NA, "D12": 1 if unit == "TTR" else NA,
        "Q01": 1, "Q02": 5, "Q03": 5, "Q04": 3, "Q05": 2, "Q06": 1 if unit == "VP" else None, "Q07": people // 2,
        "Q08": people // 2 - people // 9, "Q09": 1 if unit == "VP" else None,
        "V01": 1, "V02": people, "V03": people, "V04": 1 if unit in ("VP", "TTR") else 0, "V05": 0,
        "V06": len(lists[0]), "V07": sum(row[2] == "mới" for row in lists[0]),
        "V08": sum(row[2] == "duy trì" for row in lists[0]), "V09": sum(row[7] == "có" for row in lists[0]),
        "V10": sum(row[0] == "tập thể" for row in lists[1]), "V11": sum(row[0] == "cá nhân" for row in lists[1]),
        "V12": sum(row[0] == "tập thể" and row[4] == "có" for row in lists[1]),
        "V13": sum(row[0] == "cá nhân" and row[4] == "có" for row in lists[1]),
        **dict(zip(("N01", "N02", "N03", "N04", "N05"), _TEXTS[unit], strict=True)),
    }  # fmt: skip
    return given, dict(zip(("L1", "L2", "L3", "L4"), lists, strict=True))


def forms():
    """Give the seven forms that count."""
    return tuple(accepted(unit, *answers(unit), version=2 if unit == "CCVC" else 1) for unit in _SIZES)


@functools.cache
def seven_of_eight(narrative=""):
    """Give the campaign and its consolidation: seven of eight units, one excused, one missing."""
    made = campaign(narrative=narrative)
    return made, consolidated(made, forms(), excluded=EXCUSED, late=LATE)
