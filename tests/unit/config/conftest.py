"""A campaign's files as a value: the shipped example, with a plan and rules of the tests' own."""

from __future__ import annotations

from importlib.resources import files

import pytest

RULES = """\
id,when,must,severity,audience,message,advice,only_if_not
R01,,C01 == C02 + C03 + C04,error,unit,Tổng số hồ sơ chưa khớp.,Đề nghị kiểm tra lại.,
R06,,D06 <= D05,error,unit,Số đã giải quyết lớn hơn số tiếp nhận.,Đề nghị kiểm tra lại.,R07
R07,D05 > 0,D05 == D06 + D07 + D08,warning,office,Số ý kiến chưa khớp.,Đề nghị kiểm tra lại.,
"""


@pytest.fixture
def campaign_files():
    """Give path -> bytes of a campaign without mistakes."""
    example = files("config").joinpath("examples", "thang-dan-van-2021")
    names = ("campaign.yaml", "units.csv", "form/indicators.csv", "form/lists.csv")
    contents = {name: example.joinpath(name).read_bytes() for name in names}
    return {**contents, "form/rules.csv": RULES.encode(), "plan/KH.pdf": b"%PDF-1.4 plan"}


@pytest.fixture
def lay_files(tmp_path):
    """Give a function that writes a campaign's files into a folder."""

    def lay(contents, name="campaigns/thang-dan-van-2021"):
        folder = tmp_path / name
        for path, content in contents.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return folder

    return lay
