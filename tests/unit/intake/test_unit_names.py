"""Tests of finding units by address and by name."""

from types import SimpleNamespace

import pytest

from domain.attribution import EvidenceKind
from domain.campaigns import Unit
from domain.messages import Address
from intake.unit_names import sender_evidence, text_evidence


def address(text):
    """Make an address without a name."""
    return Address(name="", address=text)


def unit(code, name, short, *emails, aliases=(), cc=(), head=None):
    """Make a unit of the roster."""
    return Unit(
        code=code,
        name=name,
        short_name=short,
        aliases=tuple(aliases),
        emails=tuple(map(address, emails)),
        cc=tuple(map(address, cc)),
        head_email=address(head) if head else None,
    )


HEAD = "an@gmail.com"
OLD_NAME = "Phòng Thi đua khen thưởng"
UNITS = (
    unit("VPS", "Văn phòng Sở", "VP Sở", "vp@snv.test", "chung@snv.test"),
    unit("CCVC", "Phòng Công chức, viên chức", "P.CCVC", "ccvc@snv.test", "chung@snv.test", head=HEAD),
    unit("TCBM", "Phòng Tổ chức bộ máy - biên chế", "P.TCBM", "tcbm@bacgiang.test", cc=["binh@snv.test"]),
    unit("BTDKT", "Ban Thi đua - Khen thưởng", "Ban TĐKT", "td@thidua.test", aliases=[OLD_NAME]),
    unit("TTRA", "Thanh tra Sở", "Thanh tra", "ttra@gmail.com"),
)
CAMPAIGN = SimpleNamespace(
    code="dan-van-2021", units=UNITS, office=SimpleNamespace(address=address("vanphong@ubnd.test"))
)
OTHER = SimpleNamespace(code="cchc-2021", units=UNITS[1:2], office=CAMPAIGN.office)


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("ccvc@snv.test", [("sender", "CCVC")]),
        ("CCVC@SNV.test", [("sender", "CCVC")]),
        ("an@gmail.com", [("sender", "CCVC")]),
        ("binh@snv.test", [("sender", "TCBM")]),
        ("chung@snv.test", [("sender", "VPS"), ("sender", "CCVC")]),
        ("moi@bacgiang.test", [("domain", "TCBM")]),
        ("moi@thidua.test", [("domain", "BTDKT")]),
        ("moi@snv.test", []),
        ("la@gmail.com", []),
        ("ai@ubnd.test", []),
        ("", []),
    ],
)
def test_an_address_points_to_its_units(sender, expected):
    """Any address of the roster counts; a domain hints only when it is one unit's alone."""
    found = sender_evidence(sender, [CAMPAIGN])

    assert expected == [(each.kind.value, each.unit) for each in found]
    assert all(each.seen == sender for each in found)


def test_an_address_may_belong_to_two_campaigns():
    """Evidence is given for each of them."""
    found = sender_evidence("ccvc@snv.test", [CAMPAIGN, OTHER])

    assert [each.campaign for each in found] == ["dan-van-2021", "cchc-2021"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phòng Công chức, viên chức", ["CCVC"]),
        ("PHÒNG CÔNG CHỨC VIÊN CHỨC gửi biểu", ["CCVC"]),
        ("Đơn vị báo cáo: Phong Cong chuc, vien chuc - Sở Nội vụ", ["CCVC"]),
        ("BC thang dan van 2021 - P.CCVC.docx", ["CCVC"]),
        ("Bieu_TH_CCVC_sua.xlsx", ["CCVC"]),
        ("Phòng Thi đua khen thưởng", ["BTDKT"]),
        ("Thanh tra Sở gửi", ["TTRA"]),
        ("Văn phòng Sở và Phòng Tổ chức bộ máy - biên chế", ["TCBM"]),
        ("Phòng Công chức, viêm chức", ["CCVC"]),
        ("Phòng", []),
        ("Báo cáo kết quả tháng dân vận", []),
        ("CCVCX", []),
        ("", []),
        ("....", []),
    ],
)
def test_a_text_points_to_the_unit_it_names(text, expected):
    """The longest name found wins; small slips are forgiven, doubt gives nothing."""
    found = text_evidence(EvidenceKind.SUBJECT, text, [CAMPAIGN])

    assert expected == [each.unit for each in found]
    assert all(each.seen == text for each in found)


def test_two_units_of_one_name_are_both_named():
    """A name that two units share is no decision."""
    twins = (unit("X1", "Tổ công tác", "Tổ", "a@x.test"), unit("X2", "Tổ công tác", "Tổ", "b@x.test"))
    campaign = SimpleNamespace(code="c", units=twins, office=CAMPAIGN.office)

    assert [each.unit for each in text_evidence(EvidenceKind.FORM_NAME, "Tổ công tác", [campaign])] == [
        "X1",
        "X2",
    ]
