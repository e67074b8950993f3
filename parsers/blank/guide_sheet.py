"""The instruction sheet of the blank: how to fill, how to send back, what happens then.

Imports openpyxl: import this module only where a workbook is made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.campaigns import Item, Owed
from domain.vietnamese import format_date, instant_in_words
from parsers.blank import stationery as look

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from domain.campaigns import Campaign, Unit

_WIDTHS = (5.0, 26.0, 25.0, 28.0)
_LAST = len(_WIDTHS)
_GAP = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One numbered part: sentences, then perhaps a table with its headings first."""

    title: str
    sentences: tuple[str, ...]
    table: tuple[tuple[str, ...], ...] = ()


_ANSWERS = Part(
    title="Bốn cách trả lời ở ô Số lượng",
    sentences=(),
    table=(
        ("Ghi trong ô", "Nghĩa là", "Khi tổng hợp"),
        ("Một số, ví dụ 12", "Đơn vị có 12", "Cộng vào số liệu chung"),
        ("0", "Đơn vị có việc này nhưng trong kỳ không có trường hợp nào", "Tính là 0"),
        (
            "Không phát sinh",
            "Việc này không thuộc nhiệm vụ của đơn vị (ví dụ: không giải quyết thủ tục hành chính)",
            "Tính là 0, trong bảng ghi dấu “-”",
        ),
        (
            "(để trống)",
            "Chưa có số liệu",
            "Chỉ tiêu có dấu (*), (**), (***) để trống thì biểu được trả lại để ghi bổ sung",
        ),
    ),
)
_EXAMPLES = Part(
    title="Ví dụ cách ghi",
    sentences=(),
    table=(
        ("Nên ghi", "Không nên ghi", "Vì"),
        ("12", "trên 10; khoảng 12", "Cần số cụ thể để cộng"),
        ("1234 (ô tự hiện dấu tách hàng nghìn)", "1.234 hoặc 1,234", "Excel có thể hiểu thành số lẻ"),
        ("5, phần diễn giải ghi ở cột Ghi chú", "5 (trong đó 2 trực tuyến)", "Ô Số lượng chỉ nhận một số"),
        ("15 ở dòng có ĐVT là triệu đồng", "15.000.000", "Đơn vị tính đã có ở cột ĐVT"),
        ("0", "x; đạt; đã thực hiện", "Cần số lượng, không cần đánh dấu"),
        ("5", "3+2; 10/12", "Excel đổi 10/12 thành ngày tháng"),
        ("15/10/2021", "15/10; 10/15/2021", "Cần đủ ngày/tháng/năm, ngày ghi trước"),
    ),
)


def write_guide_sheet(sheet: Worksheet, campaign: Campaign, unit: Unit) -> None:
    """Lay down the instructions for *unit*."""
    look.set_widths(sheet, _WIDTHS)
    row, blocks = 1, []
    for text, ink in (
        ("HƯỚNG DẪN GHI BIỂU", look.TITLE),
        (campaign.form.title, replace(look.CENTRED, bold=True)),
        (f"Mẫu này làm riêng cho {unit.name}; đề nghị không dùng mẫu của đơn vị khác.", look.SUBTITLE),
    ):
        look.write_across(sheet, row, (1, _LAST), text, ink)
        look.set_height(sheet, row, (text, sum(_WIDTHS)), ink=ink, least=1.3)
        row += 1
    for number, part in enumerate(_parts(campaign), start=1):
        sheet.row_dimensions[row].height = _GAP
        end = _write_part(sheet, row + 1, part, number=number)
        blocks.append((row + 1, end))
        row = end + 1
    look.set_paper(sheet, landscape=False, repeated_rows=None, trace=look.trace(campaign, unit))
    look.keep_together(sheet, [(1, blocks[0][1]), *blocks[1:]])
    look.lock(sheet)


def _parts(campaign: Campaign) -> tuple[Part, ...]:
    return (_filling(campaign), _ANSWERS, _EXAMPLES, _sending(campaign), _afterwards(campaign))


def _filling(campaign: Campaign) -> Part:
    """Give the office's own lines, or general ones where it wrote none."""
    return Part(
        title="Cách ghi",
        sentences=(
            f"Ghi vào các ô nền vàng nhạt ở trang {campaign.form.sheet}; các ô khác đã khóa để giữ đúng mẫu.",
            *(campaign.form.instructions or _general(campaign)),
            (
                "Nội dung dài không hiện hết thì kéo mép dưới của dòng cho cao thêm; "
                "xuống dòng trong ô bằng Alt + Enter."
            ),
        ),
    )


def _general(campaign: Campaign) -> tuple[str, ...]:
    form = campaign.form
    names = ", ".join(spec.sheet for spec in form.lists)
    listing = (
        f"Danh sách ghi ở các trang {names}: mỗi dòng một trường hợp, thiếu dòng thì ghi tiếp xuống dưới."
        f" Số dòng phải khớp với số đã ghi ở trang {form.sheet}."
    )
    return (
        "Đề nghị không đổi tên trang, không thêm, xóa dòng hay cột của biểu.",
        (
            f"Chỉ tính số liệu trong kỳ từ {format_date(campaign.start)} đến {format_date(campaign.end)}; "
            "phần Thông tin chung ghi rõ số liệu tính đến ngày nào."
        ),
        (
            "Ô Số lượng chỉ ghi một số; phần diễn giải ghi ở cột Ghi chú. "
            "Các dòng tỷ lệ (%) tự tính, không phải ghi."
        ),
        *((listing,) if names else ()),
    )


def _sending(campaign: Campaign) -> Part:
    office = campaign.office
    due = instant_in_words(campaign.deadlines.due_at.astimezone(campaign.calendar.timezone))
    phone = f", điện thoại {office.phone}" if office.phone else ""
    sentences = [
        (
            f"Lưu tệp ở dạng Excel (.xlsx), đính kèm và trả lời (Reply) thư đã gửi mẫu này, trước {due}. "
            "Không cần tài khoản, không cần cài thêm phần mềm."
        ),
        "Tệp Excel là bản để tổng hợp: đề nghị gửi chính tệp này, không thay bằng ảnh chụp hay bản quét.",
    ]
    if campaign.owed.get(Item.NARRATIVE, Owed.NONE) is not Owed.NONE:
        sentences.append(
            "Báo cáo bằng lời (.docx hoặc .pdf) gửi kèm cùng thư, hoặc gửi sau bằng một thư khác."
        )
    sentences.append(f"Cần hỏi thêm: {office.name}, thư điện tử {office.address.address}{phone}.")
    return Part(title="Cách gửi", sentences=tuple(sentences))


def _afterwards(campaign: Campaign) -> Part:
    return Part(
        title="Sau khi gửi",
        sentences=(
            "Đơn vị nhận được thư trả lời: hoặc báo đã tiếp nhận, hoặc chỉ rõ từng ô cần sửa và cách sửa.",
            (
                "Nếu cần sửa: sửa ngay trong tệp này rồi trả lời thư, gửi lại cả tệp. "
                "Bản hợp lệ gửi sau cùng được dùng để tổng hợp; các bản trước vẫn được lưu."
            ),
            (
                "Khi đã gửi đủ, đơn vị không nhận thư nhắc nữa. "
                f"Số liệu tổng hợp do {campaign.office.name} báo cáo {campaign.forwarding.recipient}."
            ),
        ),
    )


def _write_part(sheet: Worksheet, row: int, part: Part, *, number: int) -> int:
    """Write one part from *row* on and give its last row."""
    heading = replace(look.PLAIN, bold=True, tint=look.SECTION_TINT)
    look.write_across(sheet, row, (1, _LAST), f"{number}. {part.title}", heading)
    sheet.row_dimensions[row].height = 20
    row += 1
    for point, sentence in enumerate(part.sentences, start=1):
        look.write(
            sheet,
            row,
            1,
            f"{number}.{point}",
            replace(look.CENTRED, down="top", number_format=look.TEXT_FORMAT),
        )
        look.write_across(sheet, row, (2, _LAST), sentence, replace(look.PLAIN, down="top"))
        look.set_height(sheet, row, (sentence, sum(_WIDTHS[1:])))
        row += 1
    for line, texts in enumerate(part.table):
        ink = look.HEADER if line == 0 else replace(look.BOXED, indent=1)
        for column, text in enumerate(texts, start=2):
            look.write(sheet, row, column, text, ink)
        room = (width - 2 * ink.indent for width in _WIDTHS[1:])
        look.set_height(sheet, row, *zip(texts, room, strict=True), ink=ink, least=1.2)
        row += 1
    return row - 1
