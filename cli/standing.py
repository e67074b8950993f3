"""Where a campaign stands, told to the clerk in Vietnamese: units, what happens next, what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.output import folded, table
from domain.answers import DateValue, Missing, NotApplicable, Number, TextValue
from domain.campaigns import StepKind
from domain.deadlines import coming_rungs
from domain.outbox import LetterState
from domain.submissions import Flag, ItemState, Verdict
from domain.vietnamese import date_with_weekday, format_date, format_instant, format_number

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from domain.answers import AnswerValue
    from domain.campaigns import Campaign
    from domain.messages import MailRecord
    from service.desk import Desk, UnitDesk
    from service.recheck import Change

_FLAGS = {
    Flag.OVERDUE: "quá hạn",
    Flag.LATE: "gửi muộn",
    Flag.CORRECTION_OPEN: "còn yêu cầu chỉnh lý",
}
#: Shown as the state itself.
_CONSOLIDATED = "Đã tổng hợp"
_STEPS = {
    StepKind.REMINDER: "nhắc",
    StepKind.OVERDUE: "báo quá hạn tới thủ trưởng",
    StepKind.ESCALATION: "báo lãnh đạo Sở danh sách chưa gửi",
}
_LETTERS = (
    ((LetterState.QUEUED, LetterState.LEASED), "thư chờ gửi (gửi trong lượt chạy tới)"),
    ((LetterState.FAILED,), "thư không gửi được: xem lại địa chỉ trong units.csv"),
    ((LetterState.HELD,), "thư tạm giữ, chờ người xem"),
)
_RUNGS_SHOWN = 3
_FINDINGS_SHOWN = 10
_LONGEST_QUOTE = 60
_VERDICTS = {
    Verdict.ACCEPTED: "đã tiếp nhận",
    Verdict.ACCEPTED_WITH_WARNINGS: "đã tiếp nhận, có lưu ý",
    Verdict.REFUSED: "yêu cầu chỉnh lý",
    Verdict.HELD: "chờ Văn phòng",
    Verdict.UNREADABLE: "không đọc được",
}


def tell_changes(changes: Sequence[Change]) -> list[str]:
    """Give the lines of `tonghop recheck`: what is otherwise now, unit by unit."""
    if not changes:
        return ["Không biểu nào thay đổi."]
    return [line for change in changes for line in _change(change)]


def _change(change: Change) -> list[str]:
    head = f"{change.unit}, lần {change.version}: "
    if change.problem:
        return [f"{head}không đọc lại được, giữ nguyên ({change.problem})."]
    before, after = _VERDICTS[change.before], _VERDICTS[change.after]
    lines = [head + (f"{before} → {after}" if before != after else f"vẫn {after}")]
    lines += [f"    {one.code}: {_said(one.before)} → {_said(one.after)}" for one in change.values]
    if change.changed_rows:
        lines.append(f"    {change.changed_rows} dòng danh sách đọc khác trước")
    for word, group in (("thêm", change.new), ("hết", change.gone)):
        lines += [folded(f"    {word} {one.code}: {one.message}", 8) for one in group[:_FINDINGS_SHOWN]]
    more = sum(max(len(group) - _FINDINGS_SHOWN, 0) for group in (change.new, change.gone))
    return [*lines, f"    và {more} nội dung khác"] if more else lines


def _said(value: AnswerValue) -> str:
    """Write what an answer says."""
    match value:
        case Number(value=number):
            return format_number(number)
        case DateValue(date=day):
            return format_date(day)
        case TextValue(text=words):
            return f"“{words}”" if len(words) <= _LONGEST_QUOTE else f"“{words[:_LONGEST_QUOTE]}…”"
        case NotApplicable():
            return "không phát sinh"
        case Missing():
            return "chưa báo cáo"
        case _:
            return "chưa rõ"


def tell_standing(desk: Desk) -> list[str]:
    """Give the lines of `tonghop status`."""
    coverage = desk.coverage()
    campaign = desk.campaign
    now = desk.now.astimezone(campaign.calendar.timezone)
    due = campaign.deadlines.due_at.astimezone(campaign.calendar.timezone)
    return [
        f"{campaign.title}: {coverage.counted}/{coverage.expected} đơn vị đã được tiếp nhận.",
        f"Lúc {_when(now)}; hạn gửi {_when(due)}.",
        "",
        table(
            [_row(unit, campaign) for unit in desk.units],
            ("mã", "đơn vị", "biểu", "lần", "nhận lúc", "báo cáo", "ghi chú"),
            cut=(1, 6),
        ),
        "",
        *_next(desk),
        *_waiting(desk),
    ]


def _when(at: dt.datetime) -> str:
    return f"{at:%H:%M}, {date_with_weekday(at.date())}"


def _row(unit: UnitDesk, campaign: Campaign) -> tuple[str, ...]:
    shown = unit.form.counted or unit.form.newest
    arrived = shown.content.received_at.astimezone(campaign.calendar.timezone) if shown else None
    flags = dict.fromkeys(flag for item in unit.items.values() for flag in item.flags)
    notes = [_FLAGS[flag] for flag in flags if flag in _FLAGS]
    return (
        unit.unit.code,
        unit.unit.name,
        _state(unit),
        str(shown.version) if shown else "",
        format_instant(arrived) if arrived else "",
        "có" if unit.narrative.counted else "",
        ", ".join([*notes, *([unit.excluded] if unit.excluded else [])]),
    )


def _state(unit: UnitDesk) -> str:
    is_consolidated = unit.form.state is ItemState.ACCEPTED and Flag.CONSOLIDATED in unit.form.flags
    return _CONSOLIDATED if is_consolidated and not unit.excluded else unit.status_words


def _next(desk: Desk) -> list[str]:
    """Say the next rungs of the ladder, each with its weekday and whom it will reach."""
    if not any(unit.dispatched_at for unit in desk.units):
        return ['Chưa gửi kế hoạch: tonghop dispatch --by "Họ tên"']
    rungs = coming_rungs(desk.campaign, [unit.request() for unit in desk.units], now=desk.now)
    if not rungs:
        return ["Không còn mốc nhắc nào."]
    lines = ["Sắp tới:"]
    for at, step, units in rungs[:_RUNGS_SHOWN]:
        local: dt.datetime = at.astimezone(desk.campaign.calendar.timezone)
        lines.append(f"  {_when(local)}: {_STEPS[step.kind]}: {', '.join(units)}")
    return lines


def _waiting(desk: Desk) -> list[str]:
    """Say what waits for the service or for a person; nothing when nothing does."""
    lines = []
    for states, words in _LETTERS:
        count = sum(letter.state in states for letter in desk.letters)
        if count:
            lines.append(f"{count} {words}.")
    if desk.held:
        lines.append(f"{len(desk.held)} thư đến chờ người xem: tonghop held")
    if desk.reports and desk.is_stale(desk.reports[-1]):
        key = desk.reports[-1].key
        lines.append(f"Số liệu đã thay đổi sau báo cáo số {key}: tonghop report make")
    return lines


def tell_held(records: tuple[MailRecord, ...]) -> list[str]:
    """Give the lines of `tonghop held`: each mail, why it waits, whose it may be, what to type."""
    if not records:
        return ["Không có thư nào chờ người xem."]
    lines = [f"{len(records)} thư chờ người xem.", ""]
    for record in records:
        sender = record.sender.address if record.sender else "không rõ người gửi"
        unit = record.guesses[0].unit if record.guesses else "MÃ-ĐƠN-VỊ"
        files = ", ".join(note.name for note in record.attachments) or "không có tệp kèm"
        lines += [
            f"Thư số {record.key}, {format_instant(record.received_at)}, từ {sender}: {record.subject}",
            folded(f"   {record.explanation}", 3),
            folded(f"   Tệp: {files}", 6),
            *(
                folded(f"   Có thể là {guess.unit}: {'; '.join(guess.reasons)}", 6)
                for guess in record.guesses
            ),
            f'   → tonghop assign {record.key} {unit} --by "Họ tên"',
            f'   → tonghop dismiss {record.key} --by "Họ tên" --reason "Vì sao"',
            "",
        ]
    return lines[:-1]
