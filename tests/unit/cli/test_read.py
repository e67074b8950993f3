"""`tonghop read` and `tonghop blank`: files in, files out, no home needed."""

from __future__ import annotations

import json
import re

import pytest
from openpyxl import load_workbook

from parsers.opening import open_grid
from tests.text_reports import careful_report
from tests.unit.parsers.xlsb_files import save_xlsb
from tests.unit.parsers.xml_files import save_xml

#: Every key of the shape, in the order in which it is printed.
KEYS = [
    "verdict",
    "unit",
    "form",
    "answers",
    "lists",
    "findings",
    "understood_as",
    "not_checked",
    "confidence",
    "name",
    "explanation",
]
STATES = {"number", "text", "date", "not_applicable", "missing", "unclear"}


@pytest.fixture
def read(tonghop, campaign_folder, tmp_path, monkeypatch):
    """Give a function that reads a file in an empty folder, with --json."""
    monkeypatch.chdir(tmp_path)

    def run(file, *words):
        said = tonghop("read", file, "--campaign", campaign_folder, "--json", *words)
        assert [] == list(tmp_path.iterdir())
        return said

    return run


def test_a_right_form(read, files):
    """The whole shape of contracts, key by key; exit code 0."""
    said = read(files / "TCBM.xlsx")
    shape = said.json

    assert (0, "") == (said.code, said.err)
    assert KEYS == list(shape)
    assert ("accepted", "TCBM") == (shape["verdict"], shape["unit"])
    assert ["id", "version"] == list(shape["form"])
    assert ["L1", "L2", "L3", "L4"] == list(shape["lists"])
    assert ([], None) == (shape["findings"], shape["explanation"])
    assert {"R19", "R21", "R22", "R24"} <= set(shape["not_checked"])
    for code, answer in shape["answers"].items():
        keys = ["state", "value", "raw", "note", "sheet", "cell"]
        assert keys == [key for key in answer if key != "approximate"], code
        assert answer["state"] in STATES
    assert {"number", "text", "date"} <= {answer["state"] for answer in shape["answers"].values()}
    assert "2021-10-01" == shape["answers"]["A02"]["value"]
    assert {"sheet", "row"} <= set(shape["lists"]["L1"][0])


def test_what_was_typed_and_where(read, files):
    """A number is a JSON number; raw, sheet and cell are those of the returned file."""
    answer = read(files / "TCBM.xlsx").json["answers"]["T02"]

    assert {
        "state": "number",
        "value": 1,
        "raw": "1",
        "note": "",
        "sheet": "Bieu_TH",
        "cell": "D20",
    } == answer


def test_vietnamese_is_not_escaped(read, files):
    """Whoever looks at the JSON can read it."""
    assert "Phòng Tổ chức bộ máy" in read(files / "TCBM.xlsx").out


def test_computed_percentages_are_no_answers(read, files, example):
    """A percentage is computed, never answered."""
    computed = {field.code for field in example.form.fields if field.type.value == "computed"}

    assert set() == computed & set(read(files / "TCBM.xlsx").json["answers"])


def test_an_approximate_number_is_accepted_and_marked(read, files):
    """“trên 100” is 100 with a warning; the answer says that it is approximate."""
    said = read(files / "remark.xlsx")
    answer = said.json["answers"]["T08"]

    assert (0, "accepted_with_warnings") == (said.code, said.json["verdict"])
    assert (100, True, "trên 100") == (answer["value"], answer["approximate"], answer["raw"])
    assert {"warning"} == {found["severity"] for found in said.json["findings"]}


def test_a_wrong_number_is_refused(read, files):
    """Exit code 3, JSON all the same; the finding has all its keys."""
    said = read(files / "negative.xlsx")
    found = next(one for one in said.json["findings"] if one["code"] == "negative")

    assert (3, "refused") == (said.code, said.json["verdict"])
    assert ["code", "severity", "audience", "sheet", "cell", "field", "message", "advice"] == list(found)
    assert ("error", "unit", "Bieu_TH", "D20", "T02") == tuple(list(found.values())[1:6])
    assert {"state": "unclear", "value": None, "raw": "-3"}.items() <= said.json["answers"]["T02"].items()


@pytest.mark.parametrize(
    ("name", "content", "finding"),
    [
        ("broken.xlsx", b"PK\x03\x04 broken", "damaged_file"),
        ("empty.xlsx", b"", "empty_file"),
        ("photo.jpg", b"\xff\xd8\xff\xe0 photo", "picture_file"),
        ("scan.pdf", b"%PDF-1.4 scan", "pdf_file"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000, None),
    ],
)
def test_what_cannot_be_read_is_told_with_advice(read, files, name, content, finding):
    """An unreadable file: exit code 3 and advice in Vietnamese, never a traceback."""
    file = files / name
    file.write_bytes(content)
    said = read(file)

    assert (3, "unreadable") == (said.code, said.json["verdict"])
    assert (None, {}, {}) == (said.json["form"], said.json["answers"], said.json["lists"])
    assert "Đề nghị" in said.json["findings"][0]["advice"]
    assert finding in (None, said.json["findings"][0]["code"])


def test_a_mail_with_one_form(read, files):
    """An .eml is read as the mail it is."""
    said = read(files / "one.eml")

    assert (0, "accepted", "TCBM") == (said.code, said.json["verdict"], said.json["unit"])
    assert "forms" not in said.json


def test_a_mail_with_two_forms(read, files):
    """The worst verdict on top, and both forms whole below."""
    said = read(files / "two.eml")
    forms = said.json["forms"]

    assert (3, "held") == (said.code, said.json["verdict"])
    assert ["held", "accepted"] == [form["verdict"] for form in forms]
    assert all(list(form) == KEYS for form in forms)


def test_a_stranger_is_held(read, files):
    """What nothing says whose it is waits for a person, with the reason."""
    said = read(files / "stranger.eml")

    assert (3, "held", None) == (said.code, said.json["verdict"], said.json["unit"])
    assert "chưa đăng ký" in said.json["explanation"]


def test_a_text_report_alone_is_accepted(read, files):
    """A mail that brings the text report only is no fault."""
    said = read(files / "narrative.eml")

    assert (0, "accepted", "TCBM", None) == (
        said.code,
        said.json["verdict"],
        said.json["unit"],
        said.json["form"],
    )


def test_a_mail_without_anything_is_told(read, files):
    """A mail without a file: refused, with what to do."""
    said = read(files / "nothing.eml")

    assert (3, "refused") == (said.code, said.json["verdict"])
    assert ["no_attachment"] == [found["code"] for found in said.json["findings"]]


def test_the_clock_matters_to_the_rules(read, files):
    """With --now the rules that need a day of receipt are checked."""
    late = read(files / "TCBM.xlsx", "--now", "2021-10-03T08:00").json

    assert any(found["field"] == "A03" for found in late["findings"])


def test_people_read_sentences(tonghop, campaign_folder, files):
    """Without --json each finding is a line with its place."""
    said = tonghop("read", files / "negative.xlsx", "--campaign", campaign_folder)

    assert 3 == said.code
    assert re.search(r"negative\.xlsx: refused, unit TTRA\n  error +Bieu_TH!D20: Ô D20 ", said.out)


def test_a_marked_file_is_written(tonghop, campaign_folder, files, tmp_path):
    """The unit's own file with its wrong cells marked; it reads as the file itself does."""
    said = tonghop(
        *("read", files / "negative.xlsx", "--campaign", campaign_folder),
        *("--marked", tmp_path / "out.xlsx", "--json"),
    )
    marked = tonghop("read", tmp_path / "out.xlsx", "--campaign", campaign_folder, "--json")

    assert (3, "refused") == (said.code, said.json["verdict"])
    assert f"The form with its wrong cells marked: {tmp_path / 'out.xlsx'}\n" == said.err
    assert said.json | {"name": "out.xlsx"} == marked.json
    cell = load_workbook(tmp_path / "out.xlsx")["Bieu_TH"]["D20"]
    assert "CẦN SỬA\nĐang ghi ‘-3’, là số âm." in cell.comment.text
    assert "Văn phòng Sở Nội vụ" == cell.comment.author


def test_marked_files_of_a_mail_go_into_a_folder(tonghop, campaign_folder, files, tmp_path):
    """Under the names that the units would see; one file name for several forms does not do."""
    words = ("read", files / "two.eml", "--campaign", campaign_folder, "--marked")
    said = tonghop(*words, tmp_path)

    assert 3 == said.code
    assert ["Biểu TTRA_can-sua.xlsx"] == [path.name for path in tmp_path.iterdir()]
    assert 3 == tonghop(*words, tmp_path / "one.xlsx").code


def test_nothing_to_mark_is_said(tonghop, campaign_folder, files, tmp_path):
    """No file is written for a form without a fault, or one that cannot be read; the verdict stays."""
    right = tonghop(
        "read", files / "TCBM.xlsx", "--campaign", campaign_folder, "--marked", tmp_path / "a.xlsx"
    )
    (tmp_path / "broken.xlsx").write_bytes(b"PK broken")
    broken = tonghop(
        "read", tmp_path / "broken.xlsx", "--campaign", campaign_folder, "--marked", tmp_path / "b.xlsx"
    )

    assert (0, "There is nothing to mark.\n") == (right.code, right.err)
    assert (3, "There is nothing to mark.\n") == (broken.code, broken.err)
    assert ["broken.xlsx"] == [path.name for path in tmp_path.iterdir()]


def test_a_blank_needs_no_home_and_makes_none(tonghop, campaign_folder, tmp_path, monkeypatch):
    """The unit's form is made without settings, store or secret; it reads back as the unit's own."""
    monkeypatch.chdir(tmp_path)
    said = tonghop("blank", "--campaign", campaign_folder, "--unit", "ttra", "-o", "form.xlsx")

    assert (0, ["form.xlsx"]) == (said.code, [path.name for path in tmp_path.iterdir()])
    back = tonghop("read", "form.xlsx", "--campaign", campaign_folder, "--json")
    assert "TTRA" == json.loads(back.out)["unit"]


def test_a_blank_is_the_one_that_was_sent(tonghop, home, tmp_path):
    """In a home with a store the stored bytes are given, and the store is not written."""
    before = (home / "tonghop.db").read_bytes()
    said = tonghop("blank", "--home", home, "--unit", "TTRA", "-o", tmp_path / "form.xlsx")
    letter = min((home / "mail" / "out" / "thanhtra@snv.bacgiang.example").glob("*.eml"))
    from email import message_from_bytes, policy  # noqa: PLC0415 - this test alone

    sent = [
        part.get_content()
        for part in message_from_bytes(letter.read_bytes(), policy=policy.default).iter_attachments()
    ]

    assert 0 == said.code
    assert (tmp_path / "form.xlsx").read_bytes() in sent
    assert before == (home / "tonghop.db").read_bytes()


def test_a_blank_has_a_name_of_its_own(tonghop, campaign_folder, tmp_path, monkeypatch):
    """Without -o the file is named after campaign and unit."""
    monkeypatch.chdir(tmp_path)

    assert 0 == tonghop("blank", "--campaign", campaign_folder, "--unit", "LT").code
    assert ["Bieu-tong-hop_Thang-Dan-van-2021_LT.xlsx"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize(("name", "save"), [("TCBM.xlsb", save_xlsb), ("TCBM.xml", save_xml)])
def test_another_format_answers_the_same(read, files, name, save):
    """The JSON of a form does not depend on the format it came in."""
    original = read(files / "TCBM.xlsx").json
    file = files / name
    file.write_bytes(save(open_grid((files / "TCBM.xlsx").read_bytes())))
    said = read(file)

    assert (0, name) == (said.code, said.json["name"])
    assert {**original, "name": name} == said.json


def test_the_words_of_a_report(read, tmp_path_factory, tonghop, campaign_folder):
    """Each piece stands under the heading where it goes; a file that is no report says why."""
    folder = tmp_path_factory.mktemp("reports")
    (folder / "BC.docx").write_bytes(careful_report())
    (folder / "BC.pages").write_bytes(b"PK")
    said = read(folder / "BC.docx", "--words")

    assert (0, "read", None) == (said.code, said.json["state"], said.json["problem"])
    assert {
        "under": "III.2 Tồn tại, hạn chế",
        "kind": "paragraph",
        "place": "đoạn 21",
        "text": "Việc tuyên truyền trên mạng xã hội còn ít, hình thức chưa phong phú.",
    } in said.json["blocks"]

    plain = tonghop("read", folder / "BC.docx", "--campaign", campaign_folder, "--words")
    assert "\nIII.2 Tồn tại, hạn chế\n  đoạn 21: Việc tuyên truyền" in plain.out
    strange = tonghop("read", folder / "BC.pages", "--campaign", campaign_folder, "--words")
    assert (3, True) == (strange.code, "unreadable" in strange.out)
