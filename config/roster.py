"""The roster as offices keep it, CSV or Excel, turned into the units of a campaign."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from config.addresses import WrongAddress, read_address, split_addresses
from config.spelling import propose_word
from config.tables import Column, TableKind
from domain.campaigns import Unit, UnitStatus
from domain.ids import UnitCode
from domain.vietnamese import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.tables import Cell, Row
    from domain.errors import Problem
    from domain.messages import Address

ROSTER = TableKind(
    columns=(
        Column(name="code", words=("Mã", "Mã đơn vị", "Ký hiệu", "Mã số"), required=True),
        Column(
            name="name",
            words=(
                "Tên đơn vị", "Đơn vị", "Phòng, đơn vị", "Các phòng, đơn vị", "Cơ quan, đơn vị",
                "Tên cơ quan", "Tên cơ quan, đơn vị", "Tên phòng, đơn vị",
            ),
            required=True,
        ),
        Column(name="short_name", words=("Tên viết tắt", "Viết tắt", "Tên ngắn", "Tên gọi tắt")),
        Column(name="aliases", words=("Tên khác", "Tên gọi khác", "Tên cũ"), several=True),
        Column(
            name="emails",
            words=(
                "Thư điện tử", "Email", "E-mail", "Mail", "Hộp thư", "Hộp thư điện tử",
                "Địa chỉ thư điện tử", "Địa chỉ email", "Email đơn vị", "Thư điện tử đơn vị",
                "Hộp thư công vụ", "Thư điện tử công vụ",
            ),
            required=True,
            several=True,
        ),
        Column(name="cc", words=("Đồng gửi", "Đồng kính gửi", "Gửi kèm"), several=True),
        Column(
            name="head",
            words=(
                "Thủ trưởng", "Thủ trưởng đơn vị", "Người đứng đầu", "Trưởng đơn vị", "Lãnh đạo đơn vị",
                "Phụ trách", "Trưởng phòng", "Họ tên thủ trưởng",
            ),
        ),
        Column(
            name="head_email",
            words=(
                "Thư điện tử thủ trưởng", "Email thủ trưởng", "Thư điện tử người đứng đầu",
                "Email người đứng đầu", "Email trưởng đơn vị", "Thư điện tử trưởng đơn vị", "Email lãnh đạo",
                "Thư điện tử lãnh đạo đơn vị",
            ),
        ),
        Column(name="status", words=("Trạng thái", "Diện báo cáo", "Thuộc diện báo cáo", "Thuộc diện")),
        Column(name="reason", words=("Lý do", "Lý do không báo cáo", "Lý do không thuộc diện")),
    ),
    ignored=(
        "STT", "TT", "Số TT", "Số thứ tự", "Ghi chú", "Điện thoại", "Số điện thoại", "Địa chỉ", "Fax", "Zalo",
    ),
    identity=("code", "name"),
    messy=True,
)  # fmt: skip

#: Marks of a unit that must answer and of one that need not; folded.
_STATUS_WORDS = {
    UnitStatus.ACTIVE: ("", "active", "có", "x", "thuộc diện", "thuộc diện báo cáo"),
    UnitStatus.EXCLUDED: ("excluded", "không", "không thuộc diện", "không thuộc diện báo cáo", "miễn"),
}
_STATUSES = {fold(word): status for status, words in _STATUS_WORDS.items() for word in words}
_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,29}$")
#: Between names; a comma belongs to the name ("Phòng Công chức, viên chức").
_NAME_BREAK = re.compile(r"[;\n]")


def read_roster(rows: Sequence[Row]) -> tuple[tuple[Unit, ...], tuple[Problem, ...]]:
    """Read the units in roster order."""
    problems: list[Problem] = []
    units = tuple(_read_unit(row, problems) for row in rows)
    problems.extend(_find_doubles(rows, "code", "A unit with the code"))
    problems.extend(_find_doubles(rows, "name", "A unit with the name"))
    return units, tuple(problems)


def _read_unit(row: Row, problems: list[Problem]) -> Unit:
    code, name, status = row.text("code"), row.text("name"), row["status"]
    if not _CODE.match(code):
        reason = f"`{code}` is no code of a unit." if code else "The unit has no code."
        problems.append(
            row["code"].problem(reason, f"Use letters without marks and digits: `{_propose_code(row)}`.")
        )
    if not name:
        problems.append(row["name"].problem("The unit has no name.", "Write it as documents do."))
    state = _STATUSES.get(fold(status.text))
    if state is None:
        words = [word for known in _STATUS_WORDS.values() for word in known if word]
        problems.append(status.problem(f"`{status.text}` is no status.", propose_word(status.text, words)))
    if state is UnitStatus.EXCLUDED and not row.text("reason"):
        problems.append(row["reason"].problem("The unit is excluded without a reason.", "Write why."))
    heads = _read_addresses(row["head_email"], problems)
    if len(heads) > 1:
        reason = "More than one address stands here."
        problems.append(row["head_email"].problem(reason, "The head has one; others go under `cc`."))
    return Unit(
        code=UnitCode(code),
        name=" ".join(name.split()),
        short_name=row.text("short_name") or " ".join(name.split()),
        aliases=tuple(alias.strip() for alias in _NAME_BREAK.split(row.text("aliases")) if alias.strip()),
        emails=_read_addresses(row["emails"], problems),
        cc=_read_addresses(row["cc"], problems),
        head=" ".join(row.text("head").split()),
        head_email=heads[0] if heads else None,
        status=state or UnitStatus.ACTIVE,
        reason=row.text("reason"),
    )


def _propose_code(row: Row) -> str:
    """Make a code of what stands there, or of the capitals of the short name."""
    text = row.text("code") or row.text("short_name").removeprefix("P.") or row.text("name")
    plain = unicodedata.normalize("NFKD", text.replace("Đ", "D").replace("đ", "d"))
    letters = "".join(sign for sign in plain if sign.isascii() and (sign.isalnum() or sign.isspace()))
    if not row.text("code") and " " in letters.strip():
        letters = "".join(word[0] for word in letters.split())
    return "".join(letters.split()).upper()[:10] or "CCVC"


def _read_addresses(cell: Cell, problems: list[Problem]) -> tuple[Address, ...]:
    found: dict[str, Address] = {}
    for part in split_addresses(cell.text):
        try:
            address = read_address(part)
        except WrongAddress as error:
            problems.append(
                cell.problem(str(error), "Write `name@office.example`; several are parted by `;`.")
            )
            continue
        if address.folded in found:
            problems.append(cell.problem(f"`{address.address}` stands here twice.", "Take one out."))
        found.setdefault(address.folded, address)
    return tuple(found.values())


def _find_doubles(rows: Sequence[Row], column: str, what: str) -> list[Problem]:
    first: dict[str, Cell] = {}
    problems = []
    for row in rows:
        cell = row[column]
        earlier = first.setdefault(fold(cell.text), cell)
        if cell.text and earlier is not cell:
            reason = f"{what} `{cell.text}` stands here a second time."
            problems.append(cell.problem(reason, f"The first is {earlier.place}."))
    return problems
