"""Status, ledger, held mails and decisions of people, on a home in the middle of a campaign."""

from __future__ import annotations

import json

import pytest

NOW = ("--now", "2021-10-14T10:00+07:00")


def test_the_shape_of_status(tonghop, october):
    """Every key of contracts, and those we add."""
    shape = tonghop("status", "--home", october, "--json", *NOW).json

    assert ["campaign", "now", "coverage", "units", "next", "held", "reports"] == list(shape)
    coverage = shape["coverage"]
    assert {"counted": 2, "expected": 9, "on_time": 2, "late": 0, "excluded": []} == {
        key: coverage[key] for key in coverage if key != "missing"
    }
    item = ["state", "version", "received_at", "on_time", "first_received_at"]
    for unit in shape["units"]:
        assert ["unit", "state", "flags", "form", "narrative", "owes"] == list(unit)
        assert item == list(unit["form"])
        assert [*item, "text"] == list(unit["narrative"])
    assert all(["at", "action", "unit"] == list(rung) for rung in shape["next"])
    assert all(["report", "state", "stale", "created_at"] == list(report) for report in shape["reports"])


def test_where_each_unit_stands(tonghop, october):
    """Accepted, refused, held and awaiting, in the order of the roster."""
    units = {
        unit["unit"]: unit for unit in tonghop("status", "--home", october, "--json", *NOW).json["units"]
    }

    assert ["VP", "TTRA", "TCBM", "CCVC", "XDCQ", "CCHC", "TDKT", "TG", "LT"] == list(units)
    assert ("accepted", [], True) == (
        units["TCBM"]["state"],
        units["TCBM"]["owes"],
        units["TCBM"]["form"]["on_time"],
    )
    assert ("refused", ["form", "narrative"]) == (units["TTRA"]["state"], units["TTRA"]["owes"])
    assert ("accepted", ["narrative"]) == (units["VP"]["state"], units["VP"]["owes"])
    assert ("held", "awaiting") == (units["CCHC"]["state"], units["LT"]["state"])


def test_what_the_clerk_reads(tonghop, october):
    """Vietnamese words, weekdays, the next three rungs, and what waits."""
    said = tonghop("status", "--home", october, *NOW)

    assert (0, "") == (said.code, said.err)
    lines = said.out.splitlines()
    assert "“Tháng Dân vận” năm 2021: 2/9 đơn vị đã được tiếp nhận." == lines[0]
    assert "Lúc 10:00, thứ Năm, 14/10/2021; hạn gửi 17:00, thứ Ba, 19/10/2021." == lines[1]
    after = said.out.partition("Sắp tới:\n")[2].splitlines()
    assert [
        "  08:00, thứ Sáu, 15/10/2021: nhắc: VP, TTRA, CCVC, XDCQ, CCHC, TDKT, TG, LT",
        "  08:00, thứ Hai, 18/10/2021: nhắc: VP, TTRA, CCVC, XDCQ, CCHC, TDKT, TG, LT",
        "  08:00, thứ Ba, 19/10/2021: nhắc: VP, TTRA, CCVC, XDCQ, CCHC, TDKT, TG, LT",
    ] == after[:3]
    assert "1 thư chờ gửi (gửi trong lượt chạy tới)." in after
    assert "1 thư đến chờ người xem: tonghop held" in after
    for word in ("accepted", "overdue", "consolidated", "refused"):
        assert word not in said.out


def test_before_the_plan_has_left(tonghop, tmp_path):
    """A new campaign names the first step."""
    tonghop("init", "--example", "--home", tmp_path)
    said = tonghop("status", "--home", tmp_path, *NOW)

    assert "Chưa gửi kế hoạch: tonghop dispatch" in said.out
    assert [] == tonghop("status", "--home", tmp_path, *NOW, "--json").json["next"]


def test_overdue_is_said(tonghop, october):
    """After the deadline the flag and the letter to the head are named; in JSON the flag is `overdue`."""
    late = ("--now", "2021-10-20T07:00+07:00")
    said = tonghop("status", "--home", october, *late)
    shape = tonghop("status", "--home", october, *late, "--json").json

    assert "quá hạn" in said.out
    assert "08:00, thứ Tư, 20/10/2021: báo quá hạn tới thủ trưởng" in said.out
    assert "overdue" in next(unit for unit in shape["units"] if unit["unit"] == "LT")["flags"]


LEDGER = [
    "message_id",
    "sha256",
    "account",
    "folder",
    "uid",
    "received_at",
    "outcome",
    "reason",
    "submissions",
    "unit",
    "version",
    "codes",
    "values",
    "attachments",
    "reply_message_ids",
    "mail",
]


def test_the_shape_of_the_ledger(tonghop, october):
    """One object a line and a mail, with every key of contracts."""
    said = tonghop("ledger", "--home", october, "--json")
    lines = [json.loads(line) for line in said.out.splitlines()]

    assert (0, 4) == (said.code, len(lines))
    assert all(list(line) == LEDGER for line in lines)
    assert ["accepted", "refused", "accepted_with_warnings", "held"] == [line["outcome"] for line in lines]
    assert [None, "errors", None, "unknown_sender"] == [line["reason"] for line in lines]


def test_a_line_of_the_ledger(tonghop, october):
    """The accepted mail: unit, version, values, attachments and the letter that answered it."""
    line = json.loads(tonghop("ledger", "--home", october, "--json").out.splitlines()[0])

    assert ("TCBM", 1, "2021-10-05T09:00:00+07:00") == (line["unit"], line["version"], line["received_at"])
    assert (1, set(line["codes"])) == (line["values"]["T02"], set(line["values"]))
    assert ["Biểu TCBM.xlsx", "Báo cáo TCBM.docx"] == [file["name"] for file in line["attachments"]]
    assert ["unit", "version", "outcome", "codes", "values"] == list(line["submissions"][0])
    assert 1 == len(line["reply_message_ids"])


def test_the_ledger_for_people(tonghop, october):
    """A table with a line for each mail."""
    said = tonghop("ledger", "--home", october)

    assert 6 == len(said.out.splitlines())
    assert "unknown_sender" in said.out


def test_held_mails_and_what_to_type(tonghop, october):
    """The reason, the guess, and the command for it, ready to be copied."""
    said = tonghop("held", "--home", october)
    shape = tonghop("held", "--home", october, "--json").json

    assert 'tonghop assign 4 CCHC --by "Họ tên"' in said.out
    assert "1 thư chờ người xem." in said.out
    assert [
        "mail",
        "from",
        "subject",
        "received_at",
        "reason",
        "explanation",
        "guesses",
        "attachments",
    ] == list(shape[0])
    assert ("la@noi-khac.example", "CCHC") == (shape[0]["from"], shape[0]["guesses"][0]["unit"])


def test_a_held_mail_is_assigned(tonghop, home):
    """Assigned, read and accepted with the day on which it came; then nothing waits any more."""
    said = tonghop("assign", "4", "cchc", "--by", "Nguyễn Văn An", "--home", home, *NOW)

    assert (0, "Mail 4: accepted. The answer leaves with the next cycle.\n") == (said.code, said.out)
    assert "Không có thư nào chờ người xem.\n" == tonghop("held", "--home", home).out
    unit = next(
        one
        for one in tonghop("status", "--home", home, "--json", *NOW).json["units"]
        if one["unit"] == "CCHC"
    )
    assert ("accepted", "2021-10-14T09:00:00+07:00") == (unit["state"], unit["form"]["received_at"])


def test_a_held_mail_is_dismissed(tonghop, home):
    """It stays in the ledger as ignored."""
    said = tonghop("dismiss", "4", "--by", "An", "--reason", "thư riêng", "--home", home, *NOW)
    line = json.loads(tonghop("ledger", "--home", home, "--json").out.splitlines()[3])

    assert (0, "ignored", "dismissed") == (said.code, line["outcome"], line["reason"])


def test_a_held_mail_is_read_again(tonghop, home):
    """Nothing has changed, so it is held again."""
    said = tonghop("retry", "4", "--by", "An", "--home", home, *NOW)

    assert (0, True) == (said.code, said.out.startswith("Mail 4: held."))


@pytest.mark.parametrize("again", [False, True], ids=["once", "twice"])
def test_a_unit_is_excused_and_called_back(tonghop, home, again):
    """Excused: out of the count, with its reason; the second time is told; unexcuse takes it back."""
    words = ("--by", "An", "--reason", "sáp nhập", "--home", home, *NOW)
    assert 0 == tonghop("excuse", "LT", *words).code
    if again:
        said = tonghop("excuse", "lt", *words)
        assert (2, "tonghop: LT is excused already.\n") == (said.code, said.err)
    coverage = tonghop("status", "--home", home, "--json", *NOW).json["coverage"]
    assert (8, [{"unit": "LT", "reason": "sáp nhập"}]) == (coverage["expected"], coverage["excluded"])
    assert "Không thuộc diện" in tonghop("status", "--home", home, *NOW).out

    assert 0 == tonghop("unexcuse", "LT", *words).code
    assert 9 == tonghop("status", "--home", home, "--json", *NOW).json["coverage"]["expected"]


def test_a_version_is_set_aside(tonghop, home):
    """The version no longer counts; one that is not there is told."""
    words = ("--by", "An", "--reason", "gửi nhầm", "--home", home, *NOW)

    assert 0 == tonghop("set-aside", "TCBM", "1", *words).code
    assert 1 == tonghop("status", "--home", home, "--json", *NOW).json["coverage"]["counted"]
    said = tonghop("set-aside", "TCBM", "2", *words)
    assert (2, "tonghop: TCBM has no version 2; versions: 1.\n") == (said.code, said.err)


def test_a_deadline_is_moved(tonghop, home):
    """The ladder moves with it and the unit is told; a date that has passed is refused."""
    words = ("--by", "An", "--reason", "mất điện", "--home", home, *NOW)
    said = tonghop("extend", "LT", "--to", "2021-10-26T17:00", *words)
    rungs = {
        rung["unit"]: rung["at"] for rung in tonghop("status", "--home", home, "--json", *NOW).json["next"]
    }

    assert (0, True) == (said.code, "2021-10-26T17:00:00+07:00" in said.out)
    assert rungs["TG"] < rungs["LT"]
    past = tonghop("extend", "LT", "--to", "2021-10-01T17:00", *words)
    assert (2, True) == (past.code, "has passed" in past.err)


def test_a_figure_is_explained(tonghop, october):
    """Every key of contracts, each part proved against its raw mail."""
    said = tonghop("explain", "latest", "docx:T02", "--home", october, "--json")
    shape = said.json

    assert 0 == said.code
    assert [
        "report",
        "cell",
        "code",
        "label",
        "value",
        "aggregate",
        "parts",
        "adjustments",
        "missing",
    ] == list(shape)
    assert ("docx:T02", "T02", "sum") == (shape["cell"], shape["code"], shape["aggregate"])
    assert shape["value"] == sum(part["value"] for part in shape["parts"])
    keys = [
        "unit",
        "version",
        "code",
        "value",
        "attachment",
        "sha256",
        "sheet",
        "cell",
        "raw",
        "message_id",
        "proved",
    ]
    assert all(keys == list(part) for part in shape["parts"])
    assert ["VP", "TCBM"] == [part["unit"] for part in shape["parts"]]
    assert {"TTRA", "CCHC", "LT"} <= set(shape["missing"])
    assert "proved" in tonghop("explain", "latest", "docx:T02", "--home", october).out


def test_reports_are_listed_and_written(tonghop, home, tmp_path):
    """The draft is listed; its files are laid into a folder."""
    listed = tonghop("report", "list", "--home", home, "--json").json
    said = tonghop("report", "files", "latest", "--to", tmp_path / "out", "--home", home)

    assert [(1, "draft", 2, 9)] == [
        (one["report"], one["state"], one["counted"], one["expected"]) for one in listed
    ]
    assert (0, 2) == (said.code, len(list((tmp_path / "out").iterdir())))
    assert "draft" in tonghop("report", "list", "--home", home).out
