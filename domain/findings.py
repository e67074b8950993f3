"""What is wrong with a return, in words a unit understands: values, and the catalogue of all kinds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from domain.answers import spoken_place

if TYPE_CHECKING:
    from domain.answers import Place
    from domain.ids import FieldCode


class Severity(StrEnum):
    """What a finding does to the return; worst first."""

    #: The return is refused and the unit asked to mend it.
    ERROR = "error"
    #: Several readings are possible: refused, with a proposed reading.
    QUESTION = "question"
    #: Accepted, and told.
    WARNING = "warning"
    INFO = "info"


class FindingAudience(StrEnum):
    """Who is told."""

    #: The unit and the office.
    UNIT = "unit"
    #: The office only.
    OFFICE = "office"


#: Worst first.
SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to mend or to know."""

    #: Kind from the catalogue, or the id of the rule (R07).
    code: str
    severity: Severity
    audience: FindingAudience
    #: Place in the returned file; empty strings when it concerns the whole form. The rest of many findings of
    #: one kind in one column has the range from the first to the last of them: `E114:E388`.
    sheet: str
    cell: str
    #: Code of the field or list; empty when it concerns the whole form.
    field: str
    #: Where it is and what stands there.
    message: str
    #: What to do.
    advice: str
    #: How many places it stands for.
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingKind:
    """An entry of the catalogue: wording with {places} to fill."""

    code: str
    severity: Severity
    audience: FindingAudience
    message: str
    advice: str


def _unit(code: str, severity: Severity, message: str, advice: str) -> FindingKind:
    return FindingKind(
        code=code, severity=severity, audience=FindingAudience.UNIT, message=message, advice=advice
    )


_E, _Q, _W, _I = SEVERITIES

#: Every kind of finding but those of the rules table, which bring their own words.
#: {where} is "Ô D14 – ‘Lượt người tham dự’"; {raw} what stands there; {value} the reading proposed or taken.
CATALOGUE: dict[str, FindingKind] = {
    kind.code: kind
    for kind in (
        _unit("missing", _E, "{where}: chưa có số liệu.", "Đề nghị ghi số, hoặc ghi 0 nếu không có."),
        _unit("missing_na", _E, "{where}: chưa có số liệu.", "Đề nghị ghi số, hoặc ghi “Không phát sinh”."),
        _unit("missing_text", _E, "{where}: đang để trống.", "Đề nghị ghi nội dung."),
        _unit(
            "missing_none_word",
            _E,
            "{where}: đang để trống.",
            "Đề nghị ghi nội dung, hoặc ghi “Không” nếu không có.",
        ),
        _unit("missing_date", _E, "{where}: chưa ghi ngày.", "Đề nghị ghi ngày, ví dụ 15/10/2021."),
        _unit(
            "row_not_found",
            _E,
            "Không tìm thấy dòng ‘{label}’ ({field}) trong biểu.",
            "Đề nghị dùng lại mẫu biểu đã gửi và điền dòng này.",
        ),
        _unit(
            "answer_column_not_found",
            _E,
            "Không tìm thấy cột ‘{column}’ trong biểu.",
            "Đề nghị dùng lại mẫu biểu đã gửi, không xóa cột.",
        ),
        _unit(
            "answer_heading_doubt",
            _Q,
            "Cột số liệu của biểu mang tên ‘{raw}’ thay cho ‘{column}’.",
            "Đề nghị ghi số đã thực hiện trong kỳ vào cột ‘{column}’ của mẫu, giữ nguyên tên cột.",
        ),
        _unit(
            "not_applicable_in_required",
            _W,
            "{where}: ghi “Không phát sinh” ở chỉ tiêu bắt buộc, được tính là 0.",
            "Nếu có số liệu, đề nghị gửi lại biểu có số.",
        ),
        _unit(
            "not_whole",
            _E,
            "{where}: đang ghi ‘{raw}’, không phải số nguyên.",
            "Đề nghị ghi số nguyên, ví dụ 12.",
        ),
        _unit("negative", _E, "{where}: đang ghi ‘{raw}’, là số âm.", "Đề nghị ghi số từ 0 trở lên."),
        _unit("too_large", _E, "{where}: đang ghi ‘{raw}’, số quá lớn.", "Đề nghị kiểm tra và ghi lại."),
        _unit(
            "not_a_number",
            _E,
            "{where}: đang ghi ‘{raw}’, không đọc được thành số.",
            "Đề nghị chỉ ghi một số, ví dụ 12; diễn giải ghi ở cột Ghi chú.",
        ),
        _unit(
            "mark_not_number",
            _E,
            "{where}: đang ghi ‘{raw}’.",
            "Đề nghị ghi số lượng cụ thể, không đánh dấu hay ghi chữ.",
        ),
        _unit(
            "several_numbers",
            _E,
            "{where}: đang ghi ‘{raw}’, có nhiều hơn một số.",
            "Đề nghị chỉ ghi một số; nếu phải cộng thì ghi kết quả.",
        ),
        _unit(
            "ditto_mark",
            _E,
            "{where}: đang ghi ‘{raw}’, không rõ nội dung.",
            "Đề nghị ghi đủ số hoặc nội dung, không viết “như trên”.",
        ),
        _unit(
            "zero_or_none",
            _Q,
            "{where}: đang ghi ‘{raw}’, chưa rõ số liệu.",
            "Đề nghị ghi số; nếu không có, ghi 0 hoặc “Không phát sinh”.",
        ),
        _unit(
            "doubtful_note",
            _Q,
            "{where}: đang ghi ‘{raw}’, diễn giải làm số không rõ.",
            "Đề nghị chỉ ghi số của kỳ báo cáo; diễn giải ghi ở cột Ghi chú.",
        ),
        _unit(
            "measure_slip",
            _Q,
            "{where}: đang ghi ‘{raw}’, mẫu tính theo {measure}.",
            "Có phải là {value}? Nếu đúng, ghi {value}; nếu không, ghi số kèm đơn vị tính.",
        ),
        _unit(
            "fraction_in_percent",
            _Q,
            "{where}: đang ghi ‘{raw}’, mẫu tính theo %.",
            "Có phải là {value}? Nếu đúng, đề nghị ghi {value}.",
        ),
        _unit(
            "date_in_number",
            _E,
            "{where}: Excel đã đổi số thành ngày ({raw}).",
            "Đề nghị chọn định dạng Số (Number) cho ô rồi ghi lại.",
        ),
        _unit("logical_in_number", _E, "{where}: đang là giá trị {raw}.", "Đề nghị ghi số lượng cụ thể."),
        _unit("error_value", _E, "{where}: công thức bị lỗi {raw}.", "Đề nghị ghi thẳng con số vào ô."),
        _unit(
            "not_calculated",
            _E,
            "{where}: công thức chưa được tính.",
            "Đề nghị mở tệp bằng Excel, lưu lại rồi gửi; hoặc ghi thẳng con số.",
        ),
        _unit(
            "ambiguous_number",
            _Q,
            "{where}: đang ghi ‘{raw}’, có thể hiểu hai cách.",
            "Có phải là {value}? Nếu đúng, đề nghị ghi {value}; nếu không, ghi lại con số.",
        ),
        _unit(
            "thousands_as_decimal",
            _Q,
            "{where}: ô chứa số {raw}.",
            "Có phải là {value}? Nếu đúng, đề nghị ghi {value} (không có dấu chấm).",
        ),
        _unit(
            "comma_thousands",
            _W,
            "{where}: ghi ‘{raw}’, đã hiểu là {value}.",
            "Nếu không đúng, đề nghị gửi lại biểu.",
        ),
        _unit(
            "decimal_point",
            _W,
            "{where}: ghi ‘{raw}’, đã hiểu là {value}.",
            "Nếu không đúng, đề nghị gửi lại biểu.",
        ),
        _unit(
            "approximate",
            _W,
            "{where}: đang ghi ‘{raw}’, tạm tính là {value}.",
            "Đề nghị ghi số cụ thể nếu có.",
        ),
        _unit(
            "number_with_note",
            _W,
            "{where}: ghi ‘{raw}’, đã lấy số {value}.",
            "Phần diễn giải nên ghi ở cột Ghi chú.",
        ),
        _unit(
            "other_measure",
            _W,
            "{where}: ghi ‘{raw}’, đã đổi thành {value} {measure}.",
            "Nếu không đúng, đề nghị gửi lại biểu.",
        ),
        _unit(
            "too_many_decimals",
            _W,
            "{where}: ghi ‘{raw}’, đã lấy nguyên số {value}.",
            "Biểu chỉ cần {decimals} chữ số thập phân.",
        ),
        _unit(
            "not_a_date",
            _E,
            "{where}: đang ghi ‘{raw}’, không đọc được thành ngày.",
            "Đề nghị ghi ngày/tháng/năm, ví dụ 15/10/2021.",
        ),
        _unit(
            "swapped_date",
            _Q,
            "{where}: đang là ngày {raw}, ngoài kỳ báo cáo.",
            "Có phải là ngày {value}? Nếu đúng, đề nghị ghi {value}.",
        ),
        _unit(
            "doubtful_date",
            _Q,
            "{where}: đang ghi ‘{raw}’, chưa chắc là ngày nào.",
            "Có phải là ngày {value}? Nếu đúng, đề nghị ghi {value}.",
        ),
        _unit(
            "year_assumed",
            _W,
            "{where}: ghi ‘{raw}’, đã hiểu là {value}.",
            "Nếu không đúng, đề nghị gửi lại biểu.",
        ),
        _unit(
            "text_too_long",
            _E,
            "{where}: dài {length} ký tự, quá {limit} ký tự.",
            "Đề nghị viết gọn lại; phần chi tiết ghi ở Báo cáo.",
        ),
        _unit("not_a_choice", _E, "{where}: đang ghi ‘{raw}’.", "Đề nghị chọn một trong: {choices}."),
        _unit(
            "list_cell_missing",
            _E,
            "{where}: dòng {row} chưa ghi cột này.",
            "Đề nghị ghi đủ, hoặc xóa cả dòng nếu thừa.",
        ),
        _unit(
            "list_sheet_missing",
            _E,
            "Không tìm thấy trang ‘{sheet}’ trong tệp.",
            "Đề nghị dùng lại mẫu biểu đã gửi.",
        ),
        _unit(
            "duplicate_row",
            _Q,
            "{where}: chỉ tiêu này có ở nhiều dòng với số khác nhau ({raw}).",
            "Đề nghị chỉ giữ một dòng.",
        ),
        _unit(
            "value_elsewhere",
            _Q,
            "{where}: ô {column} trống, nhưng ô {elsewhere} ghi ‘{raw}’.",
            "Có phải là {value}? Nếu đúng, đề nghị ghi vào cột {column}.",
        ),
        _unit(
            "shown_otherwise",
            _Q,
            "{where}: ô hiện ‘{raw}’, nhưng chứa {stored}.",
            "Có phải là {value}? Đề nghị chọn định dạng Số (Number) cho ô rồi ghi lại.",
        ),
        _unit(
            "measure_changed",
            _Q,
            "{where}: biểu ghi theo ‘{raw}’, mẫu tính theo ‘{measure}’.",
            "Có phải là {value} {measure}? Đề nghị giữ nguyên đơn vị tính của mẫu và ghi lại.",
        ),
        _unit(
            "number_beside_nothing",
            _Q,
            "{where}: ô {column} ghi ‘{own}’, nhưng ô {elsewhere} ghi ‘{raw}’.",
            "Có phải là {value}? Nếu đúng, đề nghị ghi vào cột {column}.",
        ),
        _unit(
            "number_beside",
            _W,
            "{where}: đã lấy số {own}; ô {elsewhere} cùng dòng ghi ‘{raw}’.",
            "Nếu số {own} không đúng, đề nghị gửi lại biểu.",
        ),
        _unit(
            "label_of_other",
            _Q,
            "{where}: tên dòng được ghi là ‘{raw}’.",
            "Đề nghị giữ nguyên tên dòng, ghi số đã thực hiện trong kỳ.",
        ),
        _unit(
            "more_below",
            _Q,
            "{where}: ô {elsewhere} ở dòng dưới còn ghi ‘{raw}’.",
            "Đề nghị ghi một số cho chỉ tiêu này và xóa dòng thêm.",
        ),
        _unit(
            "text_goes_on",
            _I,
            "{where}: đã lấy cả ‘{raw}’ ở ô {elsewhere} của dòng dưới.",
            "",
        ),
        _unit(
            "row_not_asked",
            _W,
            "{where}: ghi ‘{raw}’, không được tính.",
            "Nếu thuộc một chỉ tiêu, đề nghị ghi vào dòng của chỉ tiêu đó.",
        ),
        _unit(
            "note_of_other",
            _Q,
            "{where}: ghi {own}, {by} ghi ‘{raw}’.",
            "Đề nghị ghi số đã thực hiện trong kỳ, đúng đơn vị tính.",
        ),
        _unit(
            "hidden_row",
            _W,
            "{where}: dòng {row} đang bị ẩn, vẫn được tính.",
            "Nếu không định báo cáo dòng này, đề nghị xóa nội dung và gửi lại biểu.",
        ),
        _unit(
            "hidden_answers",
            _W,
            "Cột {column} đang bị ẩn; các số trong cột vẫn được lấy.",
            "Đề nghị kiểm tra lại; nếu không đúng, gửi lại biểu.",
        ),
        _unit(
            "label_unlike",
            _W,
            "Dòng ‘{raw}’ được hiểu theo mã {field} là ‘{label}’.",
            "Nếu không đúng, đề nghị điền vào mẫu biểu đã gửi, giữ nguyên tên các dòng.",
        ),
        _unit(
            "list_row_repeated",
            _W,
            "{where}: dòng {row} giống hệt dòng {first}, vẫn được tính.",
            "Nếu ghi trùng, đề nghị xóa một dòng và gửi lại biểu.",
        ),
        _unit(
            "letter_in_number",
            _Q,
            "{where}: đang ghi ‘{raw}’, có chữ cái lẫn trong số.",
            "Có phải là {value}? Nếu đúng, đề nghị ghi {value} bằng chữ số.",
        ),
        _unit(
            "percent_in_number",
            _Q,
            "{where}: đang ghi ‘{raw}’ (phần trăm).",
            "Có phải là {value}? Nếu đúng, đề nghị ghi {value}, không có dấu %.",
        ),
        _unit(
            "number_in_words",
            _W,
            "{where}: ghi ‘{raw}’, đã hiểu là {value}.",
            "Nếu không đúng, đề nghị gửi lại biểu.",
        ),
        _unit(
            "marked_number",
            _Q,
            "{where}: ‘{raw}’ có phần gạch ngang hoặc chỉ số trên, dưới.",
            "Đề nghị ghi lại một con số, không gạch, không đánh chú thích.",
        ),
        _unit(
            "line_told",
            _W,
            "{where}: ghi ‘{raw}’.",
            "Nếu số liệu không phải số đã thực hiện trong kỳ, đề nghị gửi lại biểu.",
        ),
        _unit(
            "box_told",
            _W,
            "Trang {sheet} có hộp chữ: ‘{raw}’; chỉ lấy số liệu trong ô.",
            "Nếu hộp chữ sửa số liệu, đề nghị ghi vào ô và gửi lại biểu.",
        ),
        _unit(
            "comment_told",
            _W,
            "{where}: có nhận xét ‘{raw}’; đã lấy nội dung trong ô.",
            "Nếu nội dung trong ô không đúng, đề nghị gửi lại biểu.",
        ),
        _unit(
            "list_total_differs",
            _W,
            "{where}: dòng tổng ghi {raw}, các dòng cộng lại là {value}.",
            "Nếu thiếu dòng hoặc sai số, đề nghị sửa và gửi lại biểu.",
        ),
        _unit(
            "list_heading_of_other",
            _Q,
            "{where}: tên cột được ghi là ‘{raw}’.",
            "Đề nghị giữ nguyên tên cột, ghi số liệu đã thực hiện trong kỳ.",
        ),
        _unit(
            "marked_text",
            _W,
            "{where}: ‘{raw}’ có phần gạch ngang hoặc chỉ số; đã lấy cả.",
            "Nếu phần gạch là bỏ đi, đề nghị xóa và gửi lại biểu.",
        ),
        _unit(
            "marked_label",
            _W,
            "{where}: tên dòng {row} bị gạch ngang, vẫn được tính.",
            "Nếu không định báo cáo dòng này, đề nghị xóa nội dung và gửi lại biểu.",
        ),
        _unit(
            "list_row_struck",
            _Q,
            "{where}: dòng {row} bị gạch ngang.",
            "Đề nghị xóa dòng nếu bỏ, bỏ gạch nếu vẫn báo cáo.",
        ),
        _unit(
            "logical_in_text",
            _E,
            "{where}: đang là giá trị {raw}.",
            "Đề nghị ghi nội dung bằng chữ.",
        ),
        _unit(
            "date_outside",
            _W,
            "{where}: ngày {raw} ngoài kỳ báo cáo; có thể là {value}.",
            "Đã lấy ngày như ghi trong ô; nếu không đúng, đề nghị gửi lại biểu.",
        ),
        _unit(
            "row_conflict",
            _Q,
            "{where}: mã dòng và tên chỉ tiêu không khớp nhau.",
            "Đề nghị điền vào đúng dòng của mẫu biểu đã gửi.",
        ),
        _unit(
            "row_unsure",
            _Q,
            "{where}: không rõ có phải dòng ‘{label}’ ({field}).",
            "Đề nghị dùng lại mẫu biểu đã gửi, giữ nguyên tên các dòng.",
        ),
        _unit(
            "merged_cells",
            _Q,
            "{where}: ô bị gộp với ô khác, không rõ số ‘{raw}’ thuộc dòng, cột nào.",
            "Đề nghị bỏ gộp ô và ghi riêng từng dòng.",
        ),
        _unit(
            "list_column_not_found",
            _E,
            "Không tìm thấy cột ‘{label}’ trong trang ‘{sheet}’.",
            "Đề nghị dùng lại mẫu biểu đã gửi, giữ nguyên tên cột.",
        ),
        _unit(
            "list_column_unread",
            _W,
            "Trang ‘{sheet}’: cột ‘{raw}’ không có trong mẫu, chưa được đọc.",
            "Nếu cần báo cáo, đề nghị ghi vào các cột của mẫu.",
        ),
        _unit(
            "list_sheet_twice",
            _Q,
            "Có nhiều trang cùng là danh sách ‘{label}’: {raw}.",
            "Đề nghị chỉ giữ một trang.",
        ),
        _unit(
            "list_row_skipped",
            _W,
            "{where}: dòng {row} ghi ‘{raw}’, không tính là một dòng của danh sách.",
            "Nếu là số liệu, đề nghị ghi đủ các cột.",
        ),
        _unit(
            "computed_overtyped",
            _W,
            "{where}: ghi {raw}, kết quả tính lại là {value}.",
            "Đã dùng kết quả tính lại; ô này không cần ghi.",
        ),
        _unit(
            "encoding_doubt",
            _Q,
            "{where}: chữ bị lỗi phông ({raw}).",
            "Đề nghị ghi lại bằng phông Times New Roman (Unicode).",
        ),
        _unit(
            "encoding_guess",
            _Q,
            "{where}: chữ bị lỗi phông ({raw}).",
            "Có phải là ‘{value}’? Đề nghị ghi lại bằng phông Times New Roman (Unicode).",
        ),
        _unit(
            "legacy_font",
            _W,
            "{where}: chữ ghi bằng phông {encoding}, đã hiểu là ‘{value}’.",
            "Nếu không đúng, đề nghị ghi lại bằng phông Times New Roman.",
        ),
        _unit(
            "letters_repaired",
            _W,
            "{where}: chữ bị lỗi mã, đã hiểu là ‘{value}’.",
            "Nếu không đúng, đề nghị ghi lại và gửi lại biểu.",
        ),
        _unit(
            "note_letters",
            _W,
            "{where}: ghi chú bị lỗi phông ({raw}), được giữ nguyên như tệp.",
            "Đề nghị ghi lại bằng phông Times New Roman.",
        ),
        _unit(
            "old_version",
            _E,
            "Biểu gửi theo mẫu cũ (bản {raw}); mẫu đang dùng là bản {value}.",
            "Đề nghị điền vào mẫu mới gửi kèm thư này.",
        ),
        _unit(
            "wrong_form",
            _E,
            "Tệp ‘{raw}’ không phải mẫu biểu của đợt báo cáo này.",
            "Đề nghị điền vào mẫu biểu gửi kèm.",
        ),
        _unit(
            "unreadable_file",
            _E,
            "Không mở được tệp ‘{raw}’.",
            "Đề nghị mở lại bằng Excel, lưu dạng .xlsx rồi gửi lại.",
        ),
        _unit(
            "empty_file",
            _E,
            "Tệp ‘{raw}’ rỗng, không có nội dung.",
            "Đề nghị mở tệp trên máy, kiểm tra đã lưu, rồi đính kèm lại.",
        ),
        _unit(
            "damaged_file",
            _E,
            "Tệp ‘{raw}’ bị hỏng hoặc gửi chưa trọn.",
            "Đề nghị mở lại tệp trên máy, lưu lại rồi gửi lại.",
        ),
        _unit(
            "old_excel_file",
            _E,
            "Tệp ‘{raw}’ lưu theo Excel 95 hoặc cũ hơn.",
            "Đề nghị mở bằng Excel, chọn Lưu thành (Save As) dạng .xlsx rồi gửi lại.",
        ),
        _unit(
            "foreign_spreadsheet",
            _E,
            "Tệp ‘{raw}’ là bảng tính của {program}.",
            "Đề nghị lưu hoặc xuất sang Excel (.xlsx) rồi gửi lại.",
        ),
        _unit(
            "numbers_file",
            _E,
            "Tệp ‘{raw}’ là bảng tính Numbers của Apple.",
            "Đề nghị mở trong Numbers, chọn Tệp > Xuất sang > Excel rồi gửi tệp .xlsx.",
        ),
        _unit(
            "picture_file",
            _E,
            "Tệp ‘{raw}’ là ảnh; số liệu không được lấy từ ảnh.",
            "Đề nghị gửi chính tệp Excel (.xlsx) đã điền; không cần chụp.",
        ),
        _unit(
            "pdf_file",
            _E,
            "Tệp ‘{raw}’ là PDF; số liệu không được lấy từ PDF.",
            "Đề nghị gửi chính tệp Excel (.xlsx) đã điền; không cần in hay quét.",
        ),
        _unit(
            "word_file",
            _E,
            "Không tìm thấy bảng của mẫu biểu trong tệp Word ‘{raw}’.",
            "Đề nghị điền vào mẫu biểu Excel (.xlsx) đã gửi.",
        ),
        _unit(
            "link_file",
            _E,
            "Tệp ‘{raw}’ chỉ là đường dẫn, không chứa số liệu.",
            "Đề nghị tải tệp về máy rồi đính kèm chính tệp .xlsx.",
        ),
        _unit(
            "archive_file",
            _E,
            "Không lấy được biểu từ tệp nén ‘{raw}’.",
            "Đề nghị đính kèm thẳng tệp .xlsx, không nén.",
        ),
        _unit(
            "program_file",
            _E,
            "Tệp ‘{raw}’ là chương trình máy tính, không được mở.",
            "Đề nghị gửi tệp .xlsx; nếu không chủ động gửi tệp này, kiểm tra vi-rút trên máy.",
        ),
        _unit(
            "cloud_link",
            _E,
            "Thư chỉ có liên kết tới {raw}; liên kết không được mở.",
            "Đề nghị tải tệp về máy rồi đính kèm vào thư trả lời.",
        ),
        _unit(
            "figures_in_body",
            _E,
            "Số liệu được ghi trong nội dung thư, không có tệp biểu.",
            "Đề nghị ghi các số này vào tệp biểu .xlsx đã gửi rồi đính kèm.",
        ),
        _unit(
            "nothing_in_words",
            _Q,
            "Thư ghi ‘{raw}’ nhưng không có tệp biểu.",
            "Có phải đơn vị không có số liệu? Nếu đúng, đề nghị ghi 0 hoặc “Không phát sinh” vào biểu.",
        ),
        _unit(
            "wrong_campaign",
            _E,
            "Tệp ‘{raw}’ là mẫu biểu của đợt báo cáo khác ({value}).",
            "Đề nghị điền vào mẫu biểu của đợt này, gửi kèm thư.",
        ),
        _unit(
            "wrong_year",
            _Q,
            "Biểu trong tệp ‘{raw}’ ghi năm {value}, ngoài kỳ báo cáo này.",
            "Có gửi nhầm biểu năm trước không? Đề nghị điền vào mẫu gửi kèm.",
        ),
        _unit(
            "blank_form",
            _E,
            "Biểu gửi về chưa điền ô nào.",
            "Có thể tệp đã điền chưa được lưu; đề nghị kiểm tra rồi gửi lại.",
        ),
        _unit(
            "form_as_document",
            _W,
            "Tệp ‘{raw}’ được nhận là Báo cáo; số liệu trong tệp không được lấy.",
            "Nếu đây là Biểu, đề nghị gửi thêm tệp Excel (.xlsx) đã điền.",
        ),
        _unit(
            "scanned_report",
            _W,
            "Báo cáo ‘{raw}’ là bản quét (ảnh), không lấy được lời văn.",
            "Đề nghị gửi thêm tệp Word (.docx) của báo cáo để tổng hợp.",
        ),
        _unit(
            "encrypted_file", _E, "Tệp ‘{raw}’ có đặt mật khẩu.", "Đề nghị bỏ mật khẩu mở tệp rồi gửi lại."
        ),
        _unit(
            "too_large_file",
            _E,
            "Tệp ‘{raw}’ quá lớn để đọc.",
            "Đề nghị xóa các trang, hình ảnh không thuộc biểu rồi gửi lại.",
        ),
        _unit(
            "no_attachment",
            _E,
            "Thư không có tệp biểu kèm theo.",
            "Đề nghị trả lời thư này và đính kèm tệp biểu .xlsx đã điền (không gửi liên kết).",
        ),
        _unit(
            "ambiguous_form",
            _E,
            "Tệp ‘{raw}’ có nhiều biểu hoặc nhiều dấu nhận dạng khác nhau.",
            "Văn phòng sẽ xem và trả lời; nếu gửi lại, đề nghị mỗi tệp chỉ có một biểu.",
        ),
        _unit(
            "several_sheets",
            _E,
            "Tệp ‘{raw}’ có nhiều trang biểu với số liệu khác nhau: {value}.",
            "Văn phòng sẽ xem và trả lời; nếu gửi lại, đề nghị chỉ để một trang biểu.",
        ),
        _unit(
            "several_forms",
            _Q,
            "Thư có nhiều tệp biểu với số liệu khác nhau: {raw}.",
            "Đề nghị gửi lại một thư chỉ có tệp biểu đúng.",
        ),
        _unit(
            "file_not_read",
            _W,
            "Tệp ‘{raw}’ không phải mẫu biểu, không được đọc.",
            "Nếu có số liệu cần báo cáo, đề nghị ghi vào mẫu biểu đã gửi.",
        ),
        _unit(
            "other_format",
            _E,
            "Tệp ‘{raw}’ không phải tệp Excel (.xlsx).",
            "Đề nghị điền vào mẫu biểu .xlsx đã gửi; không cần in, chụp hay quét.",
        ),
        _unit("label_altered", _I, "Dòng ‘{raw}’ được hiểu là ‘{label}’.", ""),
    )
}


#: Kinds that say of a whole file that it could not be read as the form; nothing in it was refused.
UNREADABLE: Final = frozenset({
    "unreadable_file", "empty_file", "damaged_file", "old_excel_file", "foreign_spreadsheet", "numbers_file",
    "picture_file", "pdf_file", "word_file", "link_file", "archive_file", "program_file", "encrypted_file",
    "too_large_file", "other_format",
})  # fmt: skip


def where(place: Place | None, label: str) -> str:
    """Say a cell the way letters do: "Ô D14 – ‘Lượt người tham dự’"; the sheet stands beside it."""
    if place is None:
        return f"‘{label}’"
    spoken = spoken_place(place.sheet, place.cell)
    return f"{spoken[:1].upper()}{spoken[1:]} – ‘{label}’"


def finding(
    kind: str, place: Place | None, *, field: FieldCode | str = "", label: str = "", **words: object
) -> Finding:
    """Make a finding of a *kind* of the catalogue at *place*; *words* fill the sentence.

    Raises KeyError for an unknown kind or a word the sentence needs and did not get.
    """
    entry = CATALOGUE[kind]
    texts = {"where": where(place, label), "label": label, "field": field, **words}
    return Finding(
        code=entry.code,
        severity=entry.severity,
        audience=entry.audience,
        sheet=place.sheet if place else "",
        cell=place.cell if place else "",
        field=str(field),
        message=entry.message.format(**texts),
        advice=entry.advice.format(**texts),
    )
