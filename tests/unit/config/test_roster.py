"""Rosters become units in their own order, and every mistake in them has a cell."""

# ruff: noqa: E501 - sentences stand as they are printed
from __future__ import annotations

import io

import openpyxl
import pytest

from config.roster import ROSTER, read_roster
from config.tables import read_table
from domain.campaigns import Unit, UnitStatus
from domain.messages import Address

HEADER = "code,name,short_name,aliases,emails,cc,head,head_email,status,reason\n"


def mail(address, name=""):
    """Make an address."""
    return Address(name=name, address=address)


def read(content, file="units.csv"):
    """Read a roster whose table has no mistakes."""
    rows, problems = read_table(file, content, ROSTER)
    assert problems == ()
    return read_roster(rows)


def test_a_unit_is_read_with_all_it_has():
    """Names keep their commas, addresses their order, and the short name falls back on the name."""
    line = (
        'CCVC,"Phòng Công chức, viên chức",P.CCVC,"Phòng CCVC;Phòng Công chức, viên chức cũ",'
        '"ccvc@snv.example; Văn thư <vt@snv.example>",cc@snv.example,Trưởng phòng Nguyễn Văn An,an@snv.example,,\n'
        "TG,Ban Tôn giáo,,,tg@snv.example,,,,không thuộc diện,Đã chuyển về Bộ\n"
    )
    expected = (
        Unit(
            code="CCVC",
            name="Phòng Công chức, viên chức",
            short_name="P.CCVC",
            aliases=("Phòng CCVC", "Phòng Công chức, viên chức cũ"),
            emails=(mail("ccvc@snv.example"), mail("vt@snv.example", "Văn thư")),
            cc=(mail("cc@snv.example"),),
            head="Trưởng phòng Nguyễn Văn An",
            head_email=mail("an@snv.example"),
        ),
        Unit(
            code="TG",
            name="Ban Tôn giáo",
            short_name="Ban Tôn giáo",
            aliases=(),
            emails=(mail("tg@snv.example"),),
            status=UnitStatus.EXCLUDED,
            reason="Đã chuyển về Bộ",
        ),
    )
    assert (expected, ()) == read((HEADER + line).encode())


def test_an_office_list_in_excel_becomes_units():
    """Vietnamese headings, titles, merged cells and a blank first column are understood."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        (None, "SỞ NỘI VỤ"),
        (None, "DANH SÁCH ĐẦU MỐI GỬI BÁO CÁO"),
        (),
        (None, "STT", "Tên đơn vị", "Mã", "Thủ trưởng", "Thư điện tử", None, "Điện thoại", "Ghi chú"),
        (None, None, None, None, None, "Cơ quan", "Cá nhân"),
        (
            None,
            1,
            "Văn phòng Sở",
            "VP",
            "Chánh Văn phòng Hà",
            "vp@snv.example",
            "ha@snv.example",
            "0204",
            "x",
        ),
        (None, 2, "Phòng Công chức,\nviên chức", "CCVC", None, "a@snv.example,\nb@snv.example"),
        (None, None, None, None, None, "c@snv.example"),
    ):
        sheet.append(row)
    sheet.merge_cells("B2:I2")
    sheet.merge_cells("F4:G4")
    sheet.merge_cells("C7:C8")
    content = io.BytesIO()
    book.save(content)
    units, problems = read(content.getvalue(), "units.xlsx")
    assert problems == ()
    assert [
        (unit.code, unit.name, tuple(one.address for one in unit.emails), unit.head) for unit in units
    ] == [
        ("VP", "Văn phòng Sở", ("vp@snv.example", "ha@snv.example"), "Chánh Văn phòng Hà"),
        ("CCVC", "Phòng Công chức, viên chức", ("a@snv.example", "b@snv.example", "c@snv.example"), ""),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            "VP,Văn phòng,,,vp@x.vn,,,,,\nvp,Phòng khác,,,,,,,,\n",
            ["units.csv:3:1: A unit with the code `vp` stands here a second time. The first is units.csv:2:1."],
            id="same code",
        ),
        pytest.param(
            "A,Văn phòng,,,,,,,,\nB,VAN PHONG,,,,,,,,\n",
            [("units.csv:3:2: A unit with the name `VAN PHONG` stands here a second time."
             " The first is units.csv:2:2.")],
            id="same name",
        ),
        pytest.param(
            ",Phòng Cải cách hành chính,P.CCHC,,,,,,,\n",
            ["units.csv:2:1: The unit has no code. Use letters without marks and digits: `CCHC`."],
            id="no code: one is proposed",
        ),
        pytest.param(
            "TĐ KT,Ban Thi đua,,,,,,,,\n",
            ["units.csv:2:1: `TĐ KT` is no code of a unit. Use letters without marks and digits: `TDKT`."],
            id="code with marks",
        ),
        pytest.param("A,,,,,,,,,\n", ["units.csv:2:2: The unit has no name. Write it as documents do."], id="no name"),
        pytest.param(
            "A,Một,,,a@x.vn;a@x;A@X.vn,,,b@x.vn;c@x.vn,,\n",
            [
                "units.csv:2:8: More than one address stands here. The head has one; others go under `cc`.",
                ("units.csv:2:5: `a@x` is no mail address: `x` is no mail domain."
                " Write `name@office.example`; several are parted by `;`."),
                "units.csv:2:5: `A@x.vn` stands here twice. Take one out.",
            ],
            id="addresses",
        ),
        pytest.param(
            "A,Một,,,,,,,exclude,\n",
            [("units.csv:2:9: `exclude` is no status. Did you mean `excluded`? Allowed: `active`, `có`, `x`,"
             " `thuộc diện`, `thuộc diện báo cáo`, `excluded`, `không`, `không thuộc diện`,"
             " `không thuộc diện báo cáo` or `miễn`.")],
            id="status",
        ),
        pytest.param(
            "A,Một,,,,,,,Không,\n",
            ["units.csv:2:10: The unit is excluded without a reason. Write why."],
            id="no reason",
        ),
    ],
)  # fmt: skip
def test_every_mistake_of_a_roster_has_a_cell(lines, expected):
    """What stands there is quoted, and what to write instead is said."""
    _, problems = read((HEADER + lines).encode())
    assert expected == [str(problem) for problem in problems]
