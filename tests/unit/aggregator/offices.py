"""Campaigns, returned forms and coverages for tests of consolidation: the Tháng Dân vận form, nine units."""

# ruff: noqa: E501 - tables of Vietnamese sentences read better unbroken

from __future__ import annotations

import datetime as dt
import hashlib
import re
from decimal import Decimal

from aggregator.figures import AcceptedForm, consolidate
from domain.answers import (
    Answer,
    DateValue,
    ListRow,
    Missing,
    NotApplicable,
    Number,
    ParsedForm,
    Place,
    TextValue,
)
from domain.campaigns import (
    Campaign,
    Deadlines,
    Forwarding,
    Item,
    Office,
    Owed,
    Plan,
    ReportFacts,
    Signer,
    Unit,
)
from domain.figures import Coverage, CoverageRow
from domain.forms import Aggregate, Field, FieldType, FormSpec, ListColumn, ListSpec, Ratio, Requirement
from domain.ids import CampaignCode, FieldCode, ListCode, MessageId, Sha256, SubmissionKey, UnitCode
from domain.messages import Address
from domain.working_days import VIETNAM, WorkingCalendar

AT = dt.datetime(2021, 10, 20, 8, 30, tzinfo=VIETNAM)
NA = NotApplicable()

SECTIONS = {
    "TT": "THÔNG TIN CHUNG",
    "I": "I. TUYÊN TRUYỀN, QUÁN TRIỆT (KH mục II.1)",
    "II": "II. HOẠT ĐỘNG KỶ NIỆM 91 NĂM, TRUYỀN THÔNG (II.2)",
    "III": "III. DỊCH VỤ CÔNG, CẢI CÁCH TTHC, THI ĐUA (II.3)",
    "IV": "IV. TIẾP XÚC, ĐỐI THOẠI, GIẢI QUYẾT KIẾN NGHỊ (II.4)",
    "V": "V. QUY CHẾ DÂN CHỦ Ở CƠ SỞ (II.5)",
    "VI": "VI. KỶ LUẬT, KỶ CƯƠNG; “DÂN VẬN KHÉO” (II.6)",
    "VII": "VII. ĐÁNH GIÁ, KIẾN NGHỊ (phần lời)",
}

#: code | section | TT | label | measure | type | requirement | aggregate | terms of a ratio or list of names
FIELDS = """
A01|TT||Tên đơn vị báo cáo||text|R|key|
A02|TT||Số liệu tính từ ngày||date|R|min|
A03|TT||Số liệu tính đến ngày (chốt số liệu)||date|R|min+max|
A04|TT||Người lập biểu||text|R|-|
A05|TT||Điện thoại, thư điện tử liên hệ||text|R|-|
A06|TT||Thủ trưởng đơn vị (chức vụ, họ tên)||text|R|-|
A07|TT|1|Tổng số công chức, viên chức, người lao động|người|int|R|sum|
A08|TT|1.1|- Trong đó: đảng viên|người|int|R|sum|
T01|I|1|Văn bản triển khai “Tháng Dân vận” của đơn vị|văn bản|int|R|sum|
T02|I|2|Hội nghị, buổi sinh hoạt tuyên truyền, quán triệt|buổi|int|R|sum|
T03|I||- Trong đó: trực tuyến|buổi|int|O|sum|
T04|I|3|Lượt người tham dự|lượt người|int|R|sum|
T05|I|4|Số CC, VC, NLĐ được quán triệt (không tính trùng)|người|int|R|sum|
T06|I||Tỷ lệ được quán triệt|%|computed|-|ratio|ΣT05/ΣA07
T07|I|a)|Bài báo “Dân vận” của Chủ tịch Hồ Chí Minh|lượt người|int|O|sum|
T08|I|b)|Quy chế công tác dân vận của hệ thống chính trị|lượt người|int|O|sum|
T09|I|c)|Kết luận số 54-KL/TU ngày 03/3/2021|lượt người|int|O|sum|
T10|I|d)|Chỉ thị số 09-CT/TU ngày 10/8/2021|lượt người|int|O|sum|
K01|II|1|Hoạt động kỷ niệm đã tổ chức|hoạt động|int|R|sum|
K02|II|2|Lượt người tham gia|lượt người|int|R|sum|
K03|II|3|Tin, bài trên Cổng/Trang TTĐT, báo chí|tin, bài|int|R|sum|
K04|II|4|Tin, bài, khẩu hiệu đăng/chia sẻ trên mạng xã hội|lượt đăng|int|R|sum|
K05|II|5|Băng rôn, pa nô, màn hình điện tử tuyên truyền|cái|int|O|sum|
K06|II|6|CC, VC, NLĐ tham gia đăng/chia sẻ khẩu hiệu|người|int|O|sum|
K07|II|7|Ngày công tình nguyện, hỗ trợ phòng, chống dịch|ngày công|dec|O|sum|
K08|II|8|Suất quà, suất hỗ trợ đã trao|suất|int|O|sum|
K09|II|9|Kinh phí, hiện vật quy tiền đã ủng hộ|triệu đồng|money|O|sum|
C01|III|1|Hồ sơ TTHC tiếp nhận - tổng số|hồ sơ|int|R*|sum|
C02|III|a)|Trực tuyến|hồ sơ|int|R*|sum|
C03|III|b)|Trực tiếp, dịch vụ bưu chính|hồ sơ|int|R*|sum|
C04|III|c)|Từ kỳ trước chuyển sang|hồ sơ|int|R*|sum|
C05|III|2|Hồ sơ đã giải quyết - tổng số|hồ sơ|int|R*|sum|
C06|III|a)|Trước hạn|hồ sơ|int|R*|sum|
C07|III|b)|Đúng hạn|hồ sơ|int|R*|sum|
C08|III|c)|Quá hạn|hồ sơ|int|R*|sum|
C09|III|3|Hồ sơ đang giải quyết - tổng số|hồ sơ|int|R*|sum|
C10|III|a)|Trong hạn|hồ sơ|int|R*|sum|
C11|III|b)|Quá hạn|hồ sơ|int|R*|sum|
C12|III||Tỷ lệ giải quyết trước và đúng hạn|%|computed|-|ratio|Σ(C06+C07)/ΣC05
C13|III||Tỷ lệ hồ sơ trực tuyến|%|computed|-|ratio|ΣC02/Σ(C02+C03)
C14|III|4|Sáng kiến, giải pháp cải cách TTHC|sáng kiến|int|O|sum|
C15|III|5|Phong trào thi đua đã phát động/hưởng ứng|phong trào|int|R|distinct|L4
C16|III|6|Buổi “Ngày Chủ nhật tình nguyện giải quyết TTHC”|buổi|int|R|sum|
C17|III|7|Hồ sơ giải quyết trong các buổi tình nguyện|hồ sơ|int|R|sum|
C18|III|8|Lượt CC, VC tham gia buổi tình nguyện|lượt người|int|O|sum|
C19|III|9|Phiếu khảo sát sự hài lòng thu về|phiếu|int|O|sum|
C20|III||- Số phiếu hài lòng trở lên|phiếu|int|O|sum|
C21|III||Tỷ lệ hài lòng|%|computed|-|ratio|ΣC20/ΣC19
D01|IV|1|Cuộc tiếp xúc, đối thoại với Nhân dân, tổ chức|cuộc|int|R|sum|
D02|IV||- Do người đứng đầu đơn vị chủ trì|cuộc|int|O|sum|
D03|IV|2|Lượt người tham dự tiếp xúc, đối thoại|lượt người|int|R|sum|
D04|IV|3|Lượt tiếp công dân|lượt|int|R|sum|
D05|IV|4|Ý kiến, kiến nghị, phản ánh tiếp nhận (kể cả kỳ trước chuyển sang)|ý kiến|int|R|sum|
D06|IV|a)|Đã giải quyết, trả lời|ý kiến|int|R|sum|
D07|IV|b)|Đang giải quyết|ý kiến|int|R|sum|
D08|IV|c)|Chuyển cơ quan có thẩm quyền|ý kiến|int|R|sum|
D09|IV||Tỷ lệ ý kiến đã giải quyết|%|computed|-|ratio|ΣD06/ΣD05
D10|IV|5|Đơn khiếu nại, tố cáo đã tiếp nhận trong kỳ|đơn|int|O|sum|
D11|IV||- Đã được giải quyết trong kỳ|đơn|int|O|sum|
D12|IV||- Chưa được giải quyết (cả kỳ trước)|đơn|int|O|sum|
Q01|V|1|Hội nghị, cuộc họp thực hiện quy chế dân chủ|cuộc|int|R|sum|
Q02|V|2|Nội dung đã niêm yết, công khai|nội dung|int|R|sum|
Q03|V|a)|Tại trụ sở, Bộ phận Một cửa|nội dung|int|O|sum|
Q04|V|b)|Trên Cổng/Trang TTĐT|nội dung|int|O|sum|
Q05|V|c)|Tại hội nghị, bằng văn bản|nội dung|int|O|sum|
Q06|V|3|Quy chế, quy định nội bộ ban hành, sửa đổi|văn bản|int|O|sum|
Q07|V|4|Ý kiến tham gia của CC, VC, NLĐ|ý kiến|int|R|sum|
Q08|V||- Được tiếp thu, giải trình|ý kiến|int|R|sum|
Q09|V|5|Cuộc giám sát, kiểm tra (Ban TTND, đoàn thể)|cuộc|int|O|sum|
V01|VI|1|Buổi tuyên truyền kỷ luật, kỷ cương, đạo đức công vụ|buổi|int|R|sum|
V02|VI|2|Lượt người tham dự|lượt người|int|R|sum|
V03|VI|3|CC, VC, NLĐ ký cam kết văn hóa công sở|người|int|O|sum|
V04|VI|4|Cuộc kiểm tra, tự kiểm tra công vụ|cuộc|int|R|sum|
V05|VI|5|Trường hợp vi phạm bị nhắc nhở, xử lý|trường hợp|int|R|sum|
V06|VI|6|Mô hình “Dân vận khéo” - tổng số|mô hình|int|R|sum|
V07|VI|a)|Đăng ký mới năm 2021|mô hình|int|R|sum|
V08|VI|b)|Tiếp tục duy trì|mô hình|int|R|sum|
V09|VI||- Được công nhận, đánh giá hiệu quả|mô hình|int|O|sum|
V10|VI|7|Tập thể điển hình tiên tiến|tập thể|int|R|sum|
V11|VI|8|Cá nhân điển hình tiên tiến|cá nhân|int|R|sum|
V12|VI||- Đề nghị khen thưởng: tập thể|tập thể|int|O|sum|
V13|VI||- Đề nghị khen thưởng: cá nhân|cá nhân|int|O|sum|
N01|VII|1|Kết quả nổi bật, cách làm hay||text|R|concat|
N02|VII|2|Tồn tại, hạn chế||text|R†|concat|
N03|VII|3|Nguyên nhân||text|O|concat|
N04|VII|4|Khó khăn, vướng mắc; kiến nghị, đề xuất||text|R†|concat|
N05|VII|5|Nhiệm vụ, giải pháp thời gian tới||text|O|concat|
"""

LISTS = {
    "L1": (
        "Mô hình “Dân vận khéo”",
        "L1_MoHinh",
        (
            "ten Tên mô hình|linh_vuc Lĩnh vực|loai Loại|noi_dung Nội dung - cách làm|ket_qua Kết quả|"
            "dia_ban Địa bàn - đối tượng|phu_trach Phụ trách|cong_nhan Công nhận"
        ),
    ),
    "L2": (
        "Gương điển hình",
        "L2_DienHinh",
        "loai Loại|ten Tên|chuc_vu Chức vụ - đơn vị|thanh_tich Thành tích|de_nghi_khen Đề nghị khen",
    ),
    "L3": (
        "Cuộc đối thoại",
        "L3_DoiThoai",
        (
            "ngay Ngày|noi_dung Nội dung|chu_tri Chủ trì|hinh_thuc Hình thức|so_nguoi Số người dự|"
            "y_kien_nhan Ý kiến nhận|da_giai_quyet Đã giải quyết"
        ),
    ),
    "L4": (
        "Phong trào thi đua",
        "L4_PhongTrao",
        "ten Tên phong trào|ngay_phat_dong Ngày phát động|so_nguoi Số người hưởng ứng|ket_qua Kết quả",
    ),
}
_CHOICE, _DATE, _INTEGER = FieldType.CHOICE, FieldType.DATE, FieldType.INTEGER
_COLUMN_TYPES = {
    "ngay": _DATE,
    "ngay_phat_dong": _DATE,
    "so_nguoi": _INTEGER,
    "y_kien_nhan": _INTEGER,
    "da_giai_quyet": _INTEGER,
    "loai": _CHOICE,
    "linh_vuc": _CHOICE,
    "cong_nhan": _CHOICE,
    "de_nghi_khen": _CHOICE,
}

UNITS = (
    ("VP", "Văn phòng Sở", "Văn phòng"),
    ("TTR", "Thanh tra Sở", "Thanh tra"),
    ("TCBM", "Phòng Tổ chức bộ máy - biên chế", "P. TCBM-BC"),
    ("CCVC", "Phòng Công chức, viên chức", "P. CCVC"),
    ("XDCQ", "Phòng Xây dựng chính quyền và công tác thanh niên", "P. XDCQ&CTTN"),
    ("CCHC", "Phòng Cải cách hành chính", "P. CCHC"),
    ("TDKT", "Ban Thi đua - Khen thưởng", "Ban TĐ-KT"),
    ("TG", "Ban Tôn giáo", "Ban Tôn giáo"),
    ("LT", "Trung tâm Lưu trữ lịch sử", "TT. Lưu trữ"),
)


def field(line):
    """Read one line of FIELDS."""
    code, section, tt, label, measure, kind, requirement, aggregate, extra = line.split("|")
    ratio = None
    if aggregate == "ratio":
        numerator, denominator = (
            tuple(FieldCode(found) for found in re.findall(r"[A-Z]\d\d", term)) for term in extra.split("/")
        )
        ratio = Ratio(numerator=numerator, denominator=denominator)
    return Field(
        code=FieldCode(code),
        section=SECTIONS.get(section, section),
        tt=tt,
        label=label,
        measure=measure,
        type=FieldType(kind),
        requirement=Requirement(requirement),
        aggregate=Aggregate(aggregate),
        decimals=1 if kind in ("dec", "money") or ratio else 0,
        ratio=ratio,
        distinct_list=ListCode(extra) if aggregate == "distinct" else None,
    )


def list_spec(code):
    """Make one of the four lists."""
    title, sheet, columns = LISTS[code]
    return ListSpec(
        code=ListCode(code),
        title=title,
        sheet=sheet,
        columns=tuple(
            ListColumn(name=name, label=label, type=_COLUMN_TYPES.get(name, FieldType.TEXT), required=False)
            for name, label in (column.split(" ", 1) for column in columns.split("|"))
        ),
        merge_same_names=code == "L4",
    )


def form_spec(lines=FIELDS, lists=("L1", "L2", "L3", "L4")):
    """Make a form of lines like those of FIELDS."""
    return FormSpec(
        id="thang-dan-van",
        version="1",
        title="Biểu tổng hợp kết quả thực hiện “Tháng Dân vận” năm 2021",
        sheet="Bieu_TH",
        fields=tuple(field(line) for line in lines.strip().splitlines()),
        lists=tuple(list_spec(code) for code in lists),
    )


def roster(rows=UNITS):
    """Make a roster of (code, name, short name)."""
    return tuple(
        Unit(
            code=UnitCode(code),
            name=name,
            short_name=short,
            aliases=(),
            emails=(Address(name="", address=f"{code.lower()}@so.test"),),
        )
        for code, name, short in rows
    )


def campaign(*, form=None, units=None, narrative="", **changes):
    """Make the campaign, with another form, roster, narrative or any other attribute when asked."""
    facts = {
        "code": CampaignCode("thang-dan-van-2021"),
        "name": "Tháng Dân vận",
        "year": 2021,
        "start": dt.date(2021, 10, 1),
        "end": dt.date(2021, 10, 31),
        "office": Office(
            name="Văn phòng Sở Nội vụ",
            agency="Sở Nội vụ",
            parent="UBND tỉnh Bắc Giang",
            symbol="SNV",
            place="Bắc Giang",
            address=Address(name="", address="vanphong@so.test"),
        ),
        "plan": Plan(
            kind="Kế hoạch",
            subject="Tổ chức thực hiện các hoạt động “Tháng Dân vận” năm 2021",
            number="",
            symbol="KH-SNV",
            issued_on=None,
            file_name="ke-hoach.pdf",
            content=b"",
        ),
        "deadlines": Deadlines(
            due_at=dt.datetime(2021, 10, 19, 17, tzinfo=VIETNAM),
            late_after=dt.datetime(2021, 10, 20, tzinfo=VIETNAM),
            grace=dt.timedelta(0),
            ladder=(),
        ),
        "calendar": WorkingCalendar(),
        "form": form or form_spec(),
        "rules": (),
        "units": units or roster(),
        "owed": {Item.FORM: Owed.REQUIRED, Item.NARRATIVE: Owed.EXPECTED},
        "signer": Signer(position="GIÁM ĐỐC", name="Vũ Mạnh Hùng"),
        "forwarding": Forwarding(
            recipient="Ban Dân vận Tỉnh ủy",
            to=(Address(name="", address="bdv@tinhuy.test"),),
            distribution=("Như trên", "Lãnh đạo Sở", "Các phòng, đơn vị thuộc Sở", "Lưu: VT, VP"),
        ),
        "report": ReportFacts(
            subject="Kết quả tổ chức các hoạt động “Tháng Dân vận” năm 2021",
            symbol="BC-SNV",
            bases=(
                (
                    "Kế hoạch số 31-KH/BDVTU ngày 09/9/2021 của Ban Dân vận Tỉnh ủy về triển khai các hoạt động "
                    "“Tháng Dân vận” năm 2021"
                ),
                (
                    "Kế hoạch số 4972/KH-UBND ngày 24/9/2021 của Ủy ban nhân dân tỉnh về tổ chức triển khai thực "
                    "hiện các hoạt động “Tháng Dân vận” năm 2021"
                ),
            ),
            narrative=narrative,
        ),
        "texts": {},
        "digest": "0" * 64,
    }
    return Campaign(**(facts | changes))


def value(given):
    """Make an answer of a plain value: number, date, words, NA, None for missing, "~100" for "trên 100"."""
    if given is None:
        return Missing()
    if isinstance(given, str) and given.startswith("~"):
        return Number(Decimal(given[1:]), approximate=True)
    if isinstance(given, int | Decimal):
        return Number(Decimal(given))
    if isinstance(given, dt.date):
        return DateValue(given)
    if isinstance(given, str):
        return TextValue(given)
    return given


def raw(given):
    """Write a plain value as a file would store it."""
    return None if given is None else "Không phát sinh" if given is NA else str(given).replace("~", "trên ")


def accepted(unit, answers, lists=None, *, version=1):
    """Make the form of *unit* that counts; answers stand in their order from cell D10."""
    number = next((place for place, row in enumerate(UNITS, start=1) if row[0] == unit), 99)
    parsed = ParsedForm(
        answers={
            FieldCode(code): Answer(
                code=FieldCode(code),
                value=value(given),
                raw=raw(given),
                place=Place(sheet="Bieu_TH", cell=f"D{row}"),
            )
            for row, (code, given) in enumerate(answers.items(), start=10)
        },
        lists={
            ListCode(code): tuple(list_row(code, row, given) for row, given in enumerate(rows, start=5))
            for code, rows in (lists or {}).items()
        },
        findings=(),
    )
    return AcceptedForm(
        unit=UnitCode(unit),
        submission=SubmissionKey(number),
        version=version,
        attachment_name=f"Biểu TH - {unit}.xlsx",
        attachment_sha256=Sha256(hashlib.sha256(f"{unit}.{version}".encode()).hexdigest()),
        message_id=MessageId(f"<{unit.lower()}.{version}@so.test>"),
        parsed=parsed,
    )


def list_row(code, row, given):
    """Make a list row of values in column order."""
    names = [column.split(" ", 1)[0] for column in LISTS[code][2].split("|")]
    values = dict(zip(names, given, strict=False))
    return ListRow(
        list=ListCode(code),
        sheet=LISTS[code][1],
        row=row,
        values={name: value(found) for name, found in values.items()},
        raw={name: raw(found) for name, found in values.items()},
        cells={name: f"{chr(ord('B') + place)}{row}" for place, name in enumerate(values)},
    )


def coverage(campaign, counted, *, excluded=None, late=()):
    """Make the coverage of a roster: who counts, who is excluded (code: reason); the rest has not sent."""
    excluded = excluded or {}
    rows = []
    for number, unit in enumerate(campaign.units):
        counts = unit.code in counted
        day = 20 if unit.code in late else 18
        received = dt.datetime(2021, 10, day, 7 + number // 50, number % 50, tzinfo=VIETNAM)
        status = "Đã tiếp nhận" if counts else "Quá hạn"
        rows.append(
            CoverageRow(
                unit=unit.code,
                status="Không thuộc diện" if unit.code in excluded else status,
                counted=counts,
                excluded=unit.code in excluded,
                reason=excluded.get(unit.code, ""),
                first_received_at=received if counts else None,
                received_at=received if counts else None,
                version=1 if counts else None,
                on_time=unit.code not in late if counts else None,
                warnings=number % 3 if counts else 0,
                correction_open=False,
                narrative_received_at=received if counts and number % 4 else None,
            )
        )
    return Coverage(rows=tuple(rows))


def consolidated(campaign, forms, *, excluded=None, late=()):
    """Consolidate *forms* with the coverage that fits them."""
    cover = coverage(campaign, {form.unit for form in forms}, excluded=excluded, late=late)
    return consolidate(campaign, forms, cover, at=AT)
