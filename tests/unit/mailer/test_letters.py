"""Letters: every kind with nothing, one and many to tell, compared with texts a person can read.

`REWRITE_LETTERS=1 pytest tests/unit/mailer/test_letters.py` writes the texts anew; read the difference.
"""

import dataclasses
import datetime as dt
import html
import os
import pathlib
import re
import unicodedata
from decimal import Decimal

import pytest

from domain.answers import (
    DateValue,
    Missing,
    NotApplicable,
    Number,
    ParsedForm,
    Place,
    TextValue,
    Unclear,
)
from domain.campaigns import Audience, Item, Step, StepKind
from domain.figures import Coverage
from domain.findings import Finding, FindingAudience, Severity, finding
from domain.ids import UnitCode
from domain.messages import Address
from domain.outbox import LetterKind
from domain.reports import ReportState
from domain.working_days import VIETNAM
from mailer.letters import (
    EscalationRow,
    Letters,
    MarkedCopies,
    headline_fields,
    plan_title,
    reply_subject,
    value_in_words,
)
from mailer.rendering import render
from mailer.specimen import (
    specimen_campaign,
    specimen_contexts,
    specimen_coverage,
    specimen_findings,
    specimen_form,
    specimen_record,
    specimen_report,
)

GOLDEN = pathlib.Path(__file__).parents[2] / "data" / "letters"
CAMPAIGN = specimen_campaign()
LETTERS = Letters(CAMPAIGN)
UNIT, HEADLESS = CAMPAIGN.units
BOTH = (Item.FORM, Item.NARRATIVE)
DUE = CAMPAIGN.deadlines.due_at
ASKED = "V/v gửi báo cáo kết quả Tháng dân vận"
STEP = Step(name="r1", kind=StepKind.REMINDER, audience=Audience.UNIT, at=DUE)


def receipt(count=0, **more):
    """Write a receipt with *count* findings."""
    words = {
        "original_subject": ASKED,
        "version": 1,
        "received_at": dt.datetime(2021, 10, 18, 2, 37, tzinfo=dt.UTC),
        "on_time": True,
        "counted_items": BOTH[:1],
        "still_owed": BOTH[1:],
        "parsed": specimen_form(),
        "findings": specimen_findings(count),
        "understood_as": (),
        **more,
    }
    return LETTERS.receipt(UNIT, **words)


def correction(count, **more):
    """Write a correction with *count* findings."""
    words = {
        "original_subject": f"Re: {ASKED}",
        "file_name": "Biểu tổng hợp_sửa lần 2.xlsx",
        "findings": specimen_findings(count),
        "understood_as": (),
        "due_at": DUE,
        "counted_version": None,
        **more,
    }
    return LETTERS.correction(UNIT, **words)


def reminder(owed, *, open_errors=0, days_before=4, unit=UNIT):
    """Write a reminder so many days before the deadline."""
    now = DUE - dt.timedelta(days=days_before, hours=9)
    return LETTERS.reminder(unit, step=STEP, owed=owed, open_errors=open_errors, due_at=DUE, now=now)


def row(unit, *, reminders, owed=BOTH, status="Chưa gửi"):
    """Make a line of the list to lãnh đạo Sở."""
    return EscalationRow(unit=unit, status=status, owed=owed, reminders=reminders, due_at=DUE)


def report_ready(coverage, occasion="deadline"):
    """Write the letter that brings the draft."""
    files = ("Tong-hop_Thang-dan-van-2021_lan-03_DuThao.xlsx",)
    return LETTERS.report_ready(
        report=specimen_report(), coverage=coverage, occasion=occasion, file_names=files
    )


def forwarding(*, signed):
    """Write the letter to the superior."""
    report = dataclasses.replace(specimen_report(), state=ReportState.SIGNED)
    return LETTERS.forwarding(
        report=report, coverage=specimen_coverage(), signed=signed, file_names=("Báo cáo.pdf",)
    )


def told(*kinds):
    """Make findings about a whole file or mail, one of each kind."""
    words = {
        "raw": "Biểu tổng hợp_sửa lần 2.xlsx",
        "value": "2020",
        "program": "Lotus 1-2-3",
    }
    said = {"cloud_link": "drive.google.com", "nothing_in_words": "Phòng không phát sinh nội dung nào"}
    return tuple(finding(kind, None, **{**words, "raw": said.get(kind, words["raw"])}) for kind in kinds)


def advice(*kinds):
    """Write the letter about what came instead of a form."""
    return LETTERS.advice(UNIT, original_subject=ASKED, findings=told(*kinds))


IN_WORD = finding(
    "not_a_number",
    Place(sheet="Bảng 1/2", cell="D14"),
    field="T02",
    label="Hội nghị, buổi sinh hoạt tuyên truyền, quán triệt",
    raw="mười hai",
)
UNDERSTOOD = tuple(f"Dòng ‘Nội dung {number}’ được hiểu là ‘Chỉ tiêu {number}’." for number in range(9))
LATE = dataclasses.replace(
    specimen_coverage().rows[0], on_time=False, correction_open=True, unit=UnitCode("CCVC")
)
LETTER_CASES = {
    "plan": lambda: LETTERS.plan(UNIT, file_names=("Ke-hoach.docx", "Bieu-tong-hop_CCVC.xlsx")),
    "receipt-0": receipt,
    "receipt-1": lambda: receipt(4, counted_items=BOTH, still_owed=(), version=2, on_time=False),
    "receipt-many": lambda: receipt(60, understood_as=UNDERSTOOD, received_at=DUE + dt.timedelta(days=2)),
    "receipt-narrative": lambda: receipt(
        parsed=None, counted_items=BOTH[1:], still_owed=BOTH[:1], on_time=None
    ),
    "correction-1": lambda: correction(1),
    "correction-4": lambda: correction(4, counted_version=1, understood_as=UNDERSTOOD[:1]),
    "correction-many": lambda: correction(40, now=DUE),
    "correction-danh-dau": lambda: correction(4, marked=MarkedCopies(count=1)),
    "correction-ban-chep": lambda: correction(
        40, marked=MarkedCopies(count=2, has_plain_copy=True, left_unmarked=1204)
    ),
    "advice-0": lambda: LETTERS.advice(None, original_subject="", findings=()),
    "advice-1": lambda: LETTERS.advice(UNIT, original_subject=ASKED, findings=specimen_findings(1)),
    "advice-gui-lai": lambda: advice("encrypted_file", "damaged_file"),
    "advice-doi-dang": lambda: advice("old_excel_file", "foreign_spreadsheet", "numbers_file"),
    "advice-anh-pdf": lambda: advice("picture_file", "pdf_file", "word_file"),
    "advice-tep-khac": lambda: advice("empty_file", "archive_file", "program_file", "other_format"),
    "advice-lien-ket": lambda: advice("cloud_link"),
    "advice-so-lieu-trong-thu": lambda: advice("figures_in_body"),
    "advice-khong-phat-sinh": lambda: advice("nothing_in_words"),
    "advice-khong-tep": lambda: advice("no_attachment"),
    "correction-dot-khac": lambda: correction(0, findings=told("wrong_campaign")),
    "correction-nam-khac": lambda: correction(0, findings=told("wrong_year")),
    "correction-bieu-trong": lambda: correction(0, findings=told("blank_form")),
    "correction-word": lambda: correction(0, findings=(IN_WORD,)),
    "reminder-chua-gui": lambda: reminder(BOTH),
    "reminder-chua-gui-hom-nay": lambda: reminder(BOTH, days_before=0),
    "reminder-thieu-bieu": lambda: reminder(BOTH[:1], days_before=1),
    "reminder-thieu-bao-cao": lambda: reminder(BOTH[1:]),
    "reminder-can-chinh-ly": lambda: reminder(BOTH[:1], open_errors=3),
    "reminder-can-chinh-ly-thieu-bao-cao": lambda: reminder(BOTH, open_errors=1),
    "reminder-qua-han": lambda: reminder(BOTH, days_before=-1),
    "overdue": lambda: LETTERS.overdue(UNIT, owed=BOTH, due_at=DUE),
    "overdue-khong-co-thu-truong": lambda: LETTERS.overdue(HEADLESS, owed=BOTH[:1], due_at=DUE),
    "escalation-1": lambda: LETTERS.escalation([row(UNIT, reminders=5)]),
    "escalation-2": lambda: LETTERS.escalation(
        [
            row(UNIT, reminders=5),
            row(HEADLESS, reminders=6, owed=BOTH[:1], status="Yêu cầu chỉnh lý"),
        ],
        coverage=specimen_coverage(),
    ),
    "held-1": lambda: LETTERS.held_notice([specimen_record()]),
    "held-2": lambda: LETTERS.held_notice([specimen_record(), specimen_record(guesses=False)]),
    "report-ready": lambda: report_ready(specimen_coverage()),
    "report-ready-complete": lambda: report_ready(Coverage(rows=(LATE,)), "complete"),
    "extension": lambda: LETTERS.extension(UNIT, due_at=DUE, reason="Đơn vị phục vụ phòng, chống dịch."),
    "forwarding-signed": lambda: forwarding(signed=True),
    "forwarding-unsigned": lambda: forwarding(signed=False),
}


@pytest.mark.parametrize("name", LETTER_CASES)
def test_letters_say_what_was_agreed(name):
    """Subject and text equal the text kept beside the tests."""
    letter = LETTER_CASES[name]()
    written = f"{letter.subject}\n\n{letter.text}"
    kept = GOLDEN / f"{name}.txt"
    if os.environ.get("REWRITE_LETTERS"):
        kept.write_text(written, encoding="utf-8")

    assert kept.read_text(encoding="utf-8") == written


def words_of(text):
    """Give the words of *text*, without the list marks and dots that only plain text needs."""
    words = re.findall(r"[\w“”‘’@.,:/%-]*\w[\w“”‘’@.,:/%-]*", text)
    return [word for word in words if not word.strip(".").isdigit()]


def visible(markup):
    """Give the text a mail program shows."""
    return html.unescape(re.sub(r"<[^>]+>", " ", markup.partition("<body")[2]))


@pytest.mark.parametrize("name", LETTER_CASES)
def test_html_says_the_same(name):
    """Every word of the plain text stands in the HTML."""
    letter = LETTER_CASES[name]()

    shown = " ".join(visible(letter.html).split()).lower()
    missing = [
        word
        for word in words_of(letter.text)
        if word.lower().strip(".,:;") not in shown and not word.startswith("..")
    ]
    # "Trang Bieu_TH, ô D14" are two columns of the table.
    assert [word for word in missing if word not in ("Trang", "ô")] == []


@pytest.mark.parametrize("name", LETTER_CASES)
def test_letters_look_right_everywhere(name):
    """Lines of 78 signs at most, NFC, no template left over; HTML without images, scripts or links."""
    letter = LETTER_CASES[name]()

    assert max(map(len, letter.text.splitlines())) <= 78
    for text in (letter.subject, letter.text, letter.html):
        assert unicodedata.normalize("NFC", text) == text
        assert "{{" not in text
        assert "{%" not in text
        assert "None" not in text
    assert "\n\n\n" not in letter.text
    assert "\n" not in letter.subject
    assert re.search(r"<(img|script|link|a)\b|url\(", letter.html) is None
    assert "Times" in letter.html
    assert letter.text.startswith("Kính gửi: ")
    assert "\nTrân trọng.\n" in letter.text


def test_every_kind_has_a_letter_in_the_table():
    """No kind of letter goes unread."""
    told = {name.partition("-")[0] for name in LETTER_CASES}

    assert {kind.value.partition("_")[0] for kind in LetterKind} == told


def test_correction_fits_on_a_page():
    """Ten lines at most, however many errors; every cell is named all the same."""
    letter = correction(40)

    assert len(re.findall(r"^ ?\d+\. ", letter.text, re.MULTILINE)) == 10
    assert len(letter.text.splitlines()) <= 60
    for one in specimen_findings(40):
        if one.severity in (Severity.ERROR, Severity.QUESTION):
            assert re.search(rf"\b{one.cell}\b", letter.text)


def test_receipt_is_short_and_reads_back_five_figures():
    """Eighty words around the figures at most; five figures at least."""
    letter = receipt()

    figures = re.findall(r" \.{3,} +1\.23\d ", letter.text)
    body = letter.text.partition("\n\n")[2].partition("Trân trọng.")[0]
    prose = [line for line in body.splitlines() if " ..." not in line]
    assert len(figures) >= 5
    assert len(" ".join(prose).split()) <= 80


def test_units_are_not_told_what_is_for_the_office():
    """A finding for the office stands in the office's copy only."""
    secret = Finding(
        code="R21",
        severity=Severity.WARNING,
        audience=FindingAudience.OFFICE,
        sheet="Bieu_TH",
        cell="D14",
        field="T02",
        message="Số này gấp 12 lần các đơn vị khác.",
        advice="Đề nghị kiểm tra.",
    )

    assert "gấp 12 lần" not in receipt(findings=(secret,)).text
    assert "gấp 12 lần" in receipt(findings=(secret,), office_copy=True).text


def test_what_a_unit_wrote_cannot_act():
    """Markup in names, files and cells is shown, never obeyed; long quotations are cut."""
    hostile = dataclasses.replace(
        specimen_findings(1)[0],
        message="Ô D10 – ‘<b>nhãn</b>’: đang ghi ‘<script>alert(1)</script>\u202e{{ 7*7 }}"
        + "x" * 5000
        + "’.",
    )
    letter = correction(0, findings=(hostile,), file_name="<img src=x>\n.xlsx")

    assert "<script" not in letter.html
    assert "<img" not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert "{{ 7*7 }}" in " ".join(letter.text.split())
    assert "\u202e" not in letter.text + letter.html
    assert len(letter.text) < 2000


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        ("Báo cáo", "Re: Báo cáo"),
        ("Re: Báo cáo", "Re: Báo cáo"),
        ("RE:Báo cáo", "RE:Báo cáo"),
        ("Trả lời: Báo cáo", "Trả lời: Báo cáo"),
        ("Re[2]: Báo cáo", "Re[2]: Báo cáo"),
        ("Fwd: Báo cáo", "Re: Fwd: Báo cáo"),
        ("Report", "Re: Report"),
        ("", "Re: khác"),
        ("a\r\nBcc: x", "Re: a Bcc: x"),
    ],
)
def test_reply_subjects_are_not_doubled(original, expected):
    """The answer keeps the subject of what it answers."""
    assert expected == reply_subject(original, otherwise="khác")


def test_deadlines_are_said_in_the_offices_zone():
    """An instant in UTC is written as the office's clock shows it, with its weekday."""
    at = dt.datetime(2021, 10, 25, 10, 0, tzinfo=dt.UTC)

    assert "17 giờ 00, thứ Hai, ngày 25/10/2021" in LETTERS.extension(UNIT, due_at=at, reason="").text


def test_headlines_are_the_first_sum_of_each_section():
    """One figure a section; with few sections the second ones follow, in the form's order."""
    fields = CAMPAIGN.form.fields
    one_section = [dataclasses.replace(field, section="I") for field in fields]
    two_sections = [
        dataclasses.replace(field, section="I" if number < 3 else "II") for number, field in enumerate(fields)
    ]

    assert fields == headline_fields(fields)
    assert one_section[:5] == list(headline_fields(one_section))
    assert [field.code for field in headline_fields(two_sections)] == ["A07", "T02", "K01", "C01", "D05"]
    assert headline_fields(()) == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Number(Decimal("1234567.5")), "1.234.567,5 người"),
        (Number(Decimal(0)), "0 người"),
        (Number(Decimal(100), approximate=True), "100 người (ước)"),
        (NotApplicable(), "không phát sinh"),
        (Missing(), "chưa báo cáo"),
        (Unclear(), "chưa rõ"),
        (TextValue("một\nhai"), "một hai"),
        (DateValue(dt.date(2021, 10, 5)), "05/10/2021"),
    ],
)
def test_values_are_written_the_vietnamese_way(value, expected):
    """Four answers and two ways of having none, each with its own word."""
    assert expected == value_in_words(value, CAMPAIGN.form.fields[0])


@pytest.mark.parametrize(
    ("number", "issued_on", "expected"),
    [
        ("", None, "Kế hoạch tổ chức thực hiện các hoạt động “Tháng Dân vận” năm 2021"),
        (
            "Số 85",
            dt.date(2021, 10, 1),
            "Kế hoạch số 85/KH-SNV ngày 01/10/2021 tổ chức thực hiện các hoạt động “Tháng Dân vận” năm 2021",
        ),
        ("85/KH-SNV", None, "Kế hoạch số 85/KH-SNV tổ chức thực hiện các hoạt động “Tháng Dân vận” năm 2021"),
    ],
)
def test_plans_have_a_number_only_when_they_were_given_one(number, issued_on, expected):
    """Nothing invents a number or a date."""
    assert expected == plan_title(dataclasses.replace(CAMPAIGN.plan, number=number, issued_on=issued_on))


def test_no_letter_to_a_unit_names_another():
    """A letter to one unit holds neither name nor address of another."""
    for name, write in LETTER_CASES.items():
        if name.startswith(("plan", "receipt", "correction", "reminder", "extension", "overdue")):
            letter = write()
            mine = HEADLESS if "khong-co" in name else UNIT
            other = UNIT if mine is HEADLESS else HEADLESS
            assert other.name not in letter.text


def test_the_offices_own_words_take_the_place_of_ours():
    """An override of the text changes the HTML too, and keeps our subject."""
    source = '{% extends "base.vi.txt.j2" %}{% block content %}Xin chào {{ unit.name }} <b>.{% endblock %}'
    campaign = specimen_campaign()
    campaign.texts["plan.vi.txt"] = source
    letter = Letters(campaign).plan(UNIT)

    assert "Xin chào Phòng Công chức, viên chức <b>." in letter.text
    assert "Xin chào Phòng Công chức, viên chức &lt;b&gt;." in letter.html
    assert letter.subject == LETTERS.plan(UNIT).subject


def test_every_branch_of_every_template_renders():
    """The specimens reach every kind, with nothing, one and many to tell."""
    for kind, contexts in specimen_contexts().items():
        assert contexts
        for context in contexts:
            letter = render(kind, {}, context)
            assert letter.subject
            assert VIETNAM.key not in letter.text


def test_a_receipt_without_figures_reads_back_what_is_missing():
    """Rows that the form lacks are said to be missing, not left out."""
    letter = receipt(parsed=ParsedForm(answers={}, lists={}, findings=()))

    assert letter.text.count("chưa báo cáo") == 6


def test_hostile_senders_do_not_reach_the_notice_raw():
    """The office's notice shows names of strangers on one line, escaped."""
    record = dataclasses.replace(
        specimen_record(), sender=Address(name="<b>x</b>\r\nBcc: y", address="a@b.test"), subject="<i>\r\n"
    )
    letter = LETTERS.held_notice([record])

    assert "<b>x</b>" not in letter.html
    assert "Người gửi: <b>x</b> Bcc: y <a@b.test>" in letter.text
