"""Waiving a rule and looking at stored forms again, on a home in the middle of a campaign."""

from __future__ import annotations

import csv
import io

NOW = ("--now", "2021-10-14T10:00+07:00")
WHO = ("--by", "An", "--reason", "đã giải trình")


def change_rules(home, rule, **columns):
    """Let the office rewrite a line of its rules."""
    (path,) = home.glob("campaigns/*/form/rules.csv")
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    next(row for row in rows if row["id"] == rule).update(columns)
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")


def test_nothing_to_recheck_is_said(tonghop, home):
    """Under the same rules nothing changes."""
    said = tonghop("recheck", "--home", home, *NOW)

    assert (0, "Không biểu nào thay đổi.\n", "") == (said.code, said.out, said.err)


def test_a_change_is_shown_then_taken(tonghop, home):
    """A stricter rule: shown, not taken; taken with a name; then there is nothing more."""
    change_rules(home, "R15", must="T02 > 1000")
    shown = tonghop("recheck", "--home", home, *NOW)
    assert 0 == shown.code
    assert "TCBM, lần 1: " in shown.out
    assert "→ yêu cầu chỉnh lý" in shown.out
    assert "thêm R15:" in shown.out
    assert "Nothing was changed" in shown.out
    assert "accepted" == _state(tonghop, home)

    shape = tonghop("recheck", "--unit", "TCBM", "--home", home, "--json", *NOW).json[0]
    keys = ["unit", "version", "before", "after", "values", "changed_rows", "new", "gone", "problem"]
    assert (keys, "refused", ["R15"]) == (list(shape), shape["after"], [one["code"] for one in shape["new"]])

    taken = tonghop("recheck", "--apply", *WHO, "--home", home, *NOW)
    assert (0, False) == (taken.code, "Nothing was changed" in taken.out)
    assert "refused" == _state(tonghop, home)
    assert "Không biểu nào thay đổi.\n" == tonghop("recheck", "--home", home, *NOW).out


def test_a_rule_is_waived_and_the_form_counts(tonghop, home):
    """The form that came is looked at again at once, and again when the waiver is taken back."""
    change_rules(home, "R15", must="T02 > 1000")
    assert 0 == tonghop("recheck", "--apply", *WHO, "--home", home, *NOW).code

    said = tonghop("waive", "tcbm", "R15", *WHO, "--home", home, *NOW)
    assert 0 == said.code
    assert "TCBM, lần 1: yêu cầu chỉnh lý → đã tiếp nhận, có lưu ý" in said.out
    assert "accepted" == _state(tonghop, home)
    assert 0 == tonghop("unwaive", "TCBM", "R15", *WHO, "--home", home, *NOW).code
    assert "refused" == _state(tonghop, home)


def test_what_is_missing_is_told(tonghop, home):
    """A slip in the rule's id, a decision without a name."""
    said = tonghop("waive", "TCBM", "R99", *WHO, "--home", home, *NOW)
    assert (2, True) == (said.code, "no rule 'R99'" in said.err)
    said = tonghop("recheck", "--apply", "--home", home, *NOW)
    assert (2, True) == (said.code, "--by NAME" in said.err)


def _state(tonghop, home):
    units = tonghop("status", "--home", home, "--json", *NOW).json["units"]
    return next(unit["state"] for unit in units if unit["unit"] == "TCBM")
