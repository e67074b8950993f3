"""A campaign's folder is loaded exactly, or refused with every mistake of all its files at once."""

# ruff: noqa: E501 - sentences stand as they are printed
from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
from decimal import Decimal
from importlib import resources
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.campaign import check_campaign, load_campaign, load_packed_campaign, pack_campaign
from config.campaign_assembly import assemble_campaign
from domain.campaigns import Audience, Item, Owed, Step, StepKind
from domain.errors import ConfigError
from domain.findings import FindingAudience, Severity
from domain.forms import Aggregate, FieldType, Ratio, Requirement
from domain.messages import Address

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def at(day, hour, minute=0):
    """Give an instant of October 2021."""
    return dt.datetime(2021, 10, day, hour, minute, tzinfo=HANOI)


def problems_of(files, **changes):
    """Load *files* and give what is refused, as text."""
    with pytest.raises(ConfigError) as caught:
        assemble_campaign({**files, **changes})
    return [str(problem) for problem in caught.value.problems]


def replace(files, name, *pairs):
    """Change words in one of the files; each must be there exactly once."""
    text = files[name].decode()
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return {**files, name: text.encode()}


def test_plan_calendar_and_recipients_are_loaded_exactly(campaign_files):
    """Every fact of campaign.yaml arrives as the value it means."""
    campaign = assemble_campaign(campaign_files)
    assert (campaign.code, campaign.title) == ("thang-dan-van-2021", "“Tháng Dân vận” năm 2021")
    assert (campaign.start, campaign.end) == (dt.date(2021, 10, 1), dt.date(2021, 10, 31))
    assert campaign.office.address == Address(
        name="Văn phòng Sở Nội vụ", address="vanphong@snv.bacgiang.example"
    )
    assert (campaign.plan.number, campaign.plan.issued_on) == ("", None)
    assert (campaign.plan.file_name, campaign.plan.content) == ("KH.pdf", b"%PDF-1.4 plan")
    assert campaign.owed == {Item.FORM: Owed.REQUIRED, Item.NARRATIVE: Owed.EXPECTED}
    assert (campaign.signer.authority, campaign.signer.position, campaign.signer.name) == (
        "",
        "GIÁM ĐỐC",
        "Vũ Mạnh Hùng",
    )
    assert campaign.forwarding.recipient == "Ban Dân vận Tỉnh ủy"
    assert campaign.forwarding.distribution[-1] == "Lưu: VT, VP"
    assert campaign.calendar.closes == dt.time(17, 0)
    assert not campaign.calendar.is_working_day(dt.date(2021, 10, 16))
    assert campaign.report.template is None


def test_deadlines_and_ladder_are_those_of_the_plan(campaign_files):
    """“Trước ngày 20/10” is due on 19/10 at 17:00 and late from 20/10 on."""
    deadlines = assemble_campaign(campaign_files).deadlines
    assert (deadlines.due_at, deadlines.closes_at) == (at(19, 17), at(20, 0))
    assert deadlines.dispatch_at == at(1, 8)
    assert (deadlines.minimum_gap, deadlines.maximum_reminders) == (dt.timedelta(hours=4), 6)
    reminders = [(12, 8), (15, 8), (18, 8), (19, 8), (19, 14)]
    assert [at(*when) for when in reminders] == [step.at for step in deadlines.ladder[:5]]
    assert {(StepKind.REMINDER, Audience.UNIT)} == {
        (step.kind, step.audience) for step in deadlines.ladder[:5]
    }
    assert (
        Step(name="overdue", kind=StepKind.OVERDUE, audience=Audience.HEAD, at=at(20, 8)),
        Step(name="escalation", kind=StepKind.ESCALATION, audience=Audience.DIRECTORS, at=at(21, 8)),
    ) == deadlines.ladder[5:]


def test_the_form_is_loaded_from_its_tables(campaign_files):
    """Types, requirements, aggregates and lists of the tables become the form's specification."""
    form = assemble_campaign(campaign_files).form
    by_code = form.by_code
    assert by_code["A01"].prefilled
    assert by_code["A01"].aggregate is Aggregate.KEY
    assert by_code["A03"].aggregate is Aggregate.MIN_MAX
    assert (by_code["K09"].type, by_code["K09"].decimals, by_code["K09"].measure) == (
        FieldType.MONEY,
        1,
        "triệu đồng",
    )
    assert by_code["C12"].ratio == Ratio(numerator=("C06", "C07"), denominator=("C05",))
    assert by_code["C12"].requirement is Requirement.NOT_ASKED
    assert by_code["C15"].distinct_list == "L4"
    assert by_code["N02"].requirement is Requirement.OR_NONE_WORD
    assert (by_code["N01"].max_length, by_code["N03"].max_length) == (2000, 1000)
    assert by_code["V06"].note == "bằng số dòng ở trang L1_MoHinh"
    assert [one.sheet for one in form.lists] == ["L1_MoHinh", "L2_DienHinh", "L3_DoiThoai", "L4_PhongTrao"]
    assert [one.merge_same_names for one in form.lists] == [False, False, False, True]
    assert form.list_by_code["L1"].title == "Mô hình “Dân vận khéo”"
    assert form.list_by_code["L1"].column("loai").choices == ("mới", "duy trì")
    assert form.list_by_code["L3"].column("ngay").type is FieldType.DATE


def test_rules_are_loaded_with_their_places(campaign_files):
    """Each rule says in which line it stands."""
    rules = assemble_campaign(campaign_files).rules
    assert [rule.id for rule in rules] == ["R01", "R06", "R07"]
    assert (rules[1].only_if_not, rules[1].severity, rules[1].place) == (
        "R07",
        Severity.ERROR,
        "rules.csv:3:1",
    )
    assert (rules[2].when, rules[2].audience) == ("D05 > 0", FindingAudience.OFFICE)


def test_a_rule_may_be_on_trial(campaign_files):
    """Its status says so; a status that nobody knows is a mistake, not a rule that refuses."""
    head, first, *others = campaign_files["form/rules.csv"].decode().splitlines()

    def rules_with(status):
        lines = [f"{head},status", f"{first},{status}", *(f"{line}," for line in others)]
        return assemble_campaign({**campaign_files, "form/rules.csv": "\n".join(lines).encode()}).rules

    assert [True, False, False] == [rule.is_new for rule in rules_with("Mới")]
    assert [Severity.WARNING, Severity.ERROR] == [rule.weight for rule in rules_with("new")][:2]
    with pytest.raises(ConfigError) as raised:
        rules_with("nwe")
    assert ["rules.csv:2:9"] == [
        problem.place for problem in raised.value.problems if "nwe" in problem.reason
    ]


def test_rules_look_back_only_to_a_campaign_that_is_named(campaign_files):
    """last() without `previous` in campaign.yaml is a mistake, and no campaign comes before itself."""
    rules = campaign_files["form/rules.csv"].decode().replace("C01 == C02", "C01 < last(C01) + C02")
    files = {**campaign_files, "form/rules.csv": rules.encode()}
    assert ["rules.csv"] == [told.partition(":")[0] for told in problems_of(files) if "last()" in told]

    def named(code):
        main = campaign_files["campaign.yaml"] + f"\nprevious: {code}\n".encode()
        return {**files, "campaign.yaml": main}

    assert "thang-dan-van-2020" == assemble_campaign(named("thang-dan-van-2020")).previous
    assert any("before itself" in told for told in problems_of(named("thang-dan-van-2021")))


def test_texts_and_report_template_are_loaded(campaign_files):
    """Overrides come by their names, the report's template as bytes."""
    files = {
        **campaign_files,
        "texts/receipt.vi.txt.j2": "Kính gửi {{ unit }}".encode(),
        "report/mau.docx": b"PK template",
        "README.md": b"note",
    }
    campaign = assemble_campaign(files)
    assert campaign.texts == {"receipt.vi.txt.j2": "Kính gửi {{ unit }}"}
    assert campaign.report.template == b"PK template"


def test_a_folder_its_pack_and_its_files_are_the_same_campaign(campaign_files, lay_files):
    """Packing is deterministic, and what is unpacked has the same digest; leftovers of programs do not count."""
    folder = lay_files(campaign_files)
    digest = load_campaign(folder).digest
    packed = pack_campaign(folder)
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "form" / "~$rules.xlsx").write_bytes(b"x")
    (folder / "plan" / "Thumbs.db").write_bytes(b"x")
    assert digest == load_campaign(folder).digest
    assert packed == pack_campaign(folder)
    again = load_packed_campaign(packed)
    assert (digest, "CCVC") == (again.digest, again.units[3].code)


def test_the_digest_changes_with_any_byte(campaign_files):
    """A comment more is another version; moving bytes from one file to the next is one too."""
    first = assemble_campaign(campaign_files).digest
    changed = {**campaign_files, "campaign.yaml": campaign_files["campaign.yaml"] + b"# x\n"}
    renamed = {**campaign_files, "plan/KH2.pdf": campaign_files["plan/KH.pdf"]}
    del renamed["plan/KH.pdf"]
    assert len({first, assemble_campaign(changed).digest, assemble_campaign(renamed).digest}) == 3


@pytest.mark.parametrize("content", [b"", b"PK", b"\x00" * 50, b"PK\x05\x06" + b"\x00" * 18])
def test_what_is_no_packed_campaign_is_refused(content):
    """Broken and empty archives give the sentence, not a traceback."""
    with pytest.raises(ConfigError, match="campaign version: This is no packed campaign"):
        load_packed_campaign(content)


def test_the_folder_must_bear_the_code(campaign_files, lay_files):
    """Below campaigns/ the folder is how a campaign is called; elsewhere any name will do."""
    load_campaign(lay_files(campaign_files, "anywhere/copy"))
    with pytest.raises(ConfigError) as caught:
        load_campaign(lay_files(campaign_files, "campaigns/copy"))
    assert [str(problem) for problem in caught.value.problems] == [
        (
            "campaign.yaml:8:7: The code `thang-dan-van-2021` is not the name of the folder, `copy`."
            " Make them the same."
        )
    ]


def test_a_missing_folder_is_named(tmp_path):
    """The place is the folder itself."""
    with pytest.raises(ConfigError, match="nowhere: There is no such folder"):
        load_campaign(tmp_path / "nowhere")


EXAMPLE = resources.files("config").joinpath("examples", "thang-dan-van-2021", "campaign.yaml")
#: Key -> the last line of the example in which it stands.
LINE = {
    text.strip().split(":")[0]: number
    for number, text in enumerate(EXAMPLE.read_text(encoding="utf-8").splitlines(), start=1)
}
C = "campaign.yaml"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            [("start: 2021-10-01", "start: 2021-13-01")],
            [f"{C}:{LINE['start']}:8: There is no day `2021-13-01`. Write it as 2021-10-19."],
            id="no such day",
        ),
        pytest.param(
            [("end: 2021-10-31", "end: 31/10/2021")],
            [f"{C}:{LINE['end']}:6: `31/10/2021` is not written as year-month-day. Write 2021-10-31."],
            id="day in Vietnamese order",
        ),
        pytest.param(
            [("end: 2021-10-31", "end: 2021-09-30")],
            [
                f"{C}:{LINE['end']}:6: The end (2021-09-30) lies before the start (2021-10-01). Check both days."
            ],
            id="end before start",
        ),
        pytest.param(
            [("due_at: 2021-10-19T17:00+07:00", "due_at: 2021-10-19T17:00")],
            [
                (
                    f"{C}:{LINE['due_at']}:11: `2021-10-19T17:00` does not say in which time zone."
                    " Write 2021-10-19T17:00+07:00."
                )
            ],
            id="no zone",
        ),
        pytest.param(
            [("due_at: 2021-10-19T17:00+07:00", "due_at: 2021-10-20T08:00+07:00")],
            [
                (
                    f"{C}:{LINE['late_after']}:15: `late_after` (2021-10-20T00:00+07:00) must be after `due_at`."
                    " `due_at` is 2021-10-20T08:00+07:00."
                )
            ],
            id="late before due",
        ),
        pytest.param(
            [("grace_hours: 0", "grace_hours: 24")],
            [
                (
                    f"{C}:{LINE['- {name'] - 1}:58: The overdue step stands before answers are late."
                    " Late begins at 2021-10-21T00:00+07:00 (late_after and grace)."
                )
            ],
            id="overdue letter inside the grace",
        ),
        pytest.param(
            [("name: eve", "name: midway")],
            [
                (
                    f"{C}:{LINE['- {name'] - 4}:14: Two steps are called `midway`."
                    f" The first is {C}:{LINE['- {name'] - 6}:14; each needs a name of its own."
                )
            ],
            id="step names double",
        ),
        pytest.param(
            [("kind: overdue, audience: head", "kind: overdu, audience: heads")],
            [
                (
                    f"{C}:{LINE['- {name'] - 1}:29: `overdu` is not known here."
                    " Did you mean `overdue`? Allowed: `reminder`, `overdue` or `escalation`."
                ),
                (
                    f"{C}:{LINE['- {name'] - 1}:47: `heads` is not known here."
                    " Did you mean `head`? Allowed: `unit`, `head` or `directors`."
                ),
            ],
            id="unknown words",
        ),
        pytest.param(
            [("  symbol: KH-SNV", "  symbl: KH-SNV"), ("  position: GIÁM ĐỐC\n", "  position:\n")],
            [
                (
                    f"{C}:{LINE['plan']}:1: `symbol` is missing in `plan`."
                    " Write `symbol: KH-SNV`: Ký hiệu of the document."
                ),
                (
                    f"{C}:{LINE['number'] - 2}:3: The key `symbl` is unknown in `plan`."
                    " Did you mean `symbol`? Allowed: `symbol`."
                ),
                (
                    f"{C}:{LINE['position']}:3: `position` is left empty."
                    " Write `position: GIÁM ĐỐC`: Position above the name."
                ),
            ],
            id="unknown, missing and empty keys",
        ),
        pytest.param(
            [("form: required", "form: requird"), ("narrative: expected", "narrative: no")],
            [
                (
                    f"{C}:{LINE['narrative'] - 1}:9: `requird` is not known here."
                    " Did you mean `required`? Allowed: `required`, `expected` or `none`."
                ),
                (
                    f"{C}:{LINE['narrative']}:14: `no` is not known here."
                    " Did you mean `none`? Allowed: `required`, `expected` or `none`."
                ),
            ],
            id="owed",
        ),
        pytest.param(
            [("form: required", "form: none"), ("narrative: expected", "narrative: none")],
            [f"{C}:{LINE['owed'] + 1}:3: The units owe nothing. Write `form: required`."],
            id="nothing owed",
        ),
        pytest.param(
            [("- Ban Dân vận Tỉnh ủy <bandanvan@tinhuy.bacgiang.example>", "- Ban Dân vận Tỉnh ủy")],
            [
                (
                    f"{C}:{LINE['- Ban Dân vận Tỉnh ủy <bandanvan@tinhuy.bacgiang.example>']}:7:"
                    " `Ban Dân vận Tỉnh ủy` is no mail address: there is no @."
                    " Write `name@office.example` or `Name <name@office.example>`."
                )
            ],
            id="address",
        ),
        pytest.param(
            [('closes: "17:00"', 'closes: "7:00"'), ("weekend: [6, 7]", "weekend: [6, 8]")],
            [f"{C}:{LINE['weekend']}:16: `8` is out of bounds. It must be at most 7."],
            id="calendar",
        ),
        pytest.param(
            [('closes: "17:00"', 'closes: "7:00"'), ("timezone: Asia/Ho_Chi_Minh", "timezone: UTC")],
            [f"{C}:{LINE['closes']}:11: The office closes (07:00) before it opens (07:30)."],
            id="closes before it opens",
        ),
        pytest.param(
            [("timezone: Asia/Ho_Chi_Minh", "timezone: Asia/HoChiMinh")],
            [
                (
                    f"{C}:{LINE['timezone']}:13: There is no time zone `Asia/HoChiMinh`."
                    " Did you mean `Asia/Ho_Chi_Minh`? Allowed: `Asia/Ho_Chi_Minh`, `Asia/Bangkok`,"
                    " `Asia/Vientiane`, `Asia/Phnom_Penh` or `UTC`."
                )
            ],
            id="time zone",
        ),
        pytest.param(
            [("L2: L2_DienHinh", "L5: L1_MoHinh")],
            [
                (
                    f"{C}:{LINE['sheets']}:3: The list `L2` has no sheet name."
                    " Write `L2: L2_…` under `form.sheets`."
                ),
                f"{C}:{LINE['L2']}:5: The form has no list `L5`. Allowed: `L1`, `L2`, `L3` or `L4`.",
                f"{C}:{LINE['L2']}:9: The sheet name `L1_MoHinh` is taken. Each sheet needs a name of its own.",
            ],
            id="sheets of lists",
        ),
        pytest.param(
            [("sheet: Bieu_TH", "sheet: Biểu [1]")],
            [
                (
                    f"{C}:{LINE['sheet']}:10: Excel takes no sheet called `Biểu [1]`."
                    " At most 31 letters, none of [ ] : * ? / \\."
                )
            ],
            id="sheet that Excel refuses",
        ),
        pytest.param(
            [("  directors:\n    - Lãnh đạo Sở Nội vụ <lanhdaoso@snv.bacgiang.example>\n", "")],
            [
                (
                    f"{C}:{LINE['- {name'] - 2}:54: This step goes to the directors, and the office names none."
                    " Fill in `office.directors`."
                )
            ],
            id="escalation to nobody",
        ),
        pytest.param(
            [("year: 2021", "year: 21"), ("maximum_reminders: 6", "maximum_reminders: sáu")],
            [
                f"{C}:{LINE['year']}:7: `21` is out of bounds. It must be at least 1990.",
                f"{C}:{LINE['maximum_reminders']}:22: `sáu` is no whole number.",
            ],
            id="numbers",
        ),
        pytest.param(
            [("code: thang-dan-van-2021", "code: Tháng Dân vận")],
            [
                (
                    f"{C}:{LINE['code']}:7: `Tháng Dân vận` is no code."
                    " Use small letters without marks, digits and hyphens: `thang-dan-van-2021`."
                )
            ],
            id="code",
        ),
    ],
)
def test_mistakes_of_campaign_yaml_are_told_with_line_and_column(campaign_files, changes, expected):
    """Each names what stands there, what is allowed, and the nearest right word."""
    assert expected == problems_of(replace(campaign_files, "campaign.yaml", *changes))


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        pytest.param(
            "form/indicators.csv",
            [("A07,THÔNG TIN CHUNG,1,", "A7,THÔNG TIN CHUNG,1,")],
            [
                ("indicators.csv:8:1: `A7` is no code."
                " Write one to three capital letters and two digits (`T01`), or `L1` for a list."),
                ("indicators.csv:15:8: There is no row `A07`. Did you mean `A01`? Allowed: `A01`, `A02`, `A03`,"
                " `A04`, `A05`, `A06`, `A08`, `T01`, `T02`, `T03`, `T04`, `T05` …"),
            ],
            id="code, and a ratio that misses it",
        ),
        pytest.param(
            "form/indicators.csv",
            [("T02,", "T01,")],
            ["indicators.csv:11:1: The code `T01` stands here a second time. The first is indicators.csv:10:1."],
            id="code twice",
        ),
        pytest.param(
            "form/indicators.csv",
            [("đảng viên,người,int,R,sum", "đảng viên,người,itn,Rx,summ"), ("ΣT05/ΣA07", "ΣT05/ΣA04")],
            [
                ("indicators.csv:9:6: `itn` is no type. Did you mean `int`? Allowed: `text`, `text ≤2000`,"
                " `text, điền sẵn, khóa`, `date`, `int`, `dec(1)`, `money(1)`, `tự tính` or `list`."),
                "indicators.csv:15:8: `A04` is no number. Ratios are made of numbers only.",
            ],
            id="type, ratio of words",
        ),
        pytest.param(
            "form/indicators.csv",
            [("đảng viên,người,int,R,sum", "đảng viên,người,int,Rx,concat"), ('lao động",người,int,R,sum', 'lao động",người,int,-,sum')],
            [
                "indicators.csv:8:7: `-` is for computed rows. Write R, R*, R† or O.",
                ("indicators.csv:9:7: `Rx` does not say whether it must be answered."
                " Did you mean `R`? Allowed: `R`, `R*`, `R†`, `O` or `-`."),
                ("indicators.csv:9:8: `concat` does not go with the type `int`."
                " With this type go: sum, distinct, min, min+max, -."),
            ],
            id="requirement, aggregate that does not fit",
        ),
        pytest.param(
            "form/indicators.csv",
            [("count distinct L4", "count distinct L7"), ("nếu V10+V11>0", "nếu V10+V19>0"), ("nếu D01>0", "khi có")],
            [
                "indicators.csv:43:8: There is no row `L7`. Allowed: `L1`, `L2`, `L3` or `L4`.",
                ("indicators.csv:90:7: There is no row `V19`. Did you mean `V10`? Allowed: `A01`, `A02`, `A03`,"
                " `A04`, `A05`, `A06`, `A07`, `A08`, `T01`, `T02`, `T03`, `T04` …"),
                ("indicators.csv:91:7: `khi có` does not say when the list is needed."
                " Write `O`, `R` or a condition such as `nếu V06>0`."),
            ],
            id="references",
        ),
        pytest.param(
            "form/indicators.csv",
            [("A05,THÔNG TIN CHUNG", "A05,KHÁC"), ("Người lập biểu", "")],
            [
                "indicators.csv:5:4: The label is blank. Every row needs its wording.",
                ("indicators.csv:7:2: The section “THÔNG TIN CHUNG” was left before."
                " Rows of one section must follow each other."),
                ("indicators.csv:8:2: The section “THÔNG TIN CHUNG” was left before."
                " Rows of one section must follow each other."),
                ("indicators.csv:9:2: The section “THÔNG TIN CHUNG” was left before."
                " Rows of one section must follow each other."),
            ],
            id="sections and labels",
        ),
        pytest.param(
            "form/lists.csv",
            [
                ("L1,ket_qua,Kết quả,text,R", "L1,Kết quả,Kết quả,txt,X"),
                ("L2,ten,Tên,text,R", "L2,loai,Tên,choice:một,R"),
            ],
            [
                ("lists.csv:6:2: `Kết quả` is no name of a column."
                " Use small letters without marks, digits and `_`: `noi_dung`."),
                ("lists.csv:6:4: `txt` is no type of a column."
                " Did you mean `text`? Allowed: `text`, `date`, `int`, `dec(1)`, `money(1)`"
                " or `choice:có|không`."),
                "lists.csv:6:5: `X` does not say whether it must be filled in. Allowed: `R` or `O`.",
                "lists.csv:11:2: The list L2 has the column `loai` already. Names of columns differ.",
                "lists.csv:11:4: `choice:một` does not offer different choices. Write `choice:có|không`.",
            ],
            id="columns of lists",
        ),
        pytest.param(
            "form/rules.csv",
            [
                ("R01,,C01 == C02 + C03 + C04,error,unit", "1,,,eror,units"),
                ("kiểm tra lại.,R07", "kiểm tra lại.,R08"),
            ],
            [
                "rules.csv:2:1: `1` is no id of a rule. Write a letter and two digits: `R07`.",
                "rules.csv:2:3: `must` is blank. Every rule needs it.",
                ("rules.csv:2:4: `eror` is not known here."
                " Did you mean `error`? Allowed: `error`, `warning` or `question`."),
                "rules.csv:2:5: `units` is not known here. Did you mean `unit`? Allowed: `unit` or `office`.",
                ("rules.csv:3:8: There is no other rule `R08`."
                " Did you mean `R07`? Allowed: `1` or `R07`."),
            ],
            id="rules",
        ),
        pytest.param(
            "units.csv",
            [(",ccvc@snv.bacgiang.example,", ",ccvc@snv,")],
            [
                ("units.csv:5:5: `ccvc@snv` is no mail address: `snv` is no mail domain."
                " Write `name@office.example`; several are parted by `;`.")
            ],
            id="roster",
        ),
    ],
)  # fmt: skip
def test_mistakes_of_the_tables_are_told_with_line_and_field(campaign_files, name, changes, expected):
    """Tables are as strict as campaign.yaml."""
    assert expected == problems_of(replace(campaign_files, name, *changes))


@pytest.mark.parametrize(
    ("row", "place"),
    [
        pytest.param("R09,,C01 + C02,error,unit,m,a,", "rules.csv:2:3", id="no condition"),
        pytest.param("R09,C99 > 0,C01 == C02,error,unit,m,a,", "rules.csv:2:2", id="unknown code"),
        pytest.param("R09,,C01 == C02 +,error,unit,m,a,", "rules.csv:2:3", id="half an expression"),
        pytest.param(
            "R09,,C01 == C02,error,unit,{C99} là sai,a,", "rules.csv:2:6", id="place in the message"
        ),
        pytest.param("R09,,C01 == C02,error,unit,m,{C01.x},", "rules.csv:2:7", id="place in the advice"),
    ],
)
def test_a_rule_that_does_not_fit_the_form_is_told_with_its_cell(campaign_files, row, place):
    """Conditions and wordings are read against the form before anything is sent."""
    rules = campaign_files["form/rules.csv"].decode().splitlines()[0] + f"\n{row}\n"
    problems = problems_of({**campaign_files, "form/rules.csv": rules.encode()})
    assert [place] == [problem.split(": ")[0] for problem in problems]


def test_rules_are_not_blamed_for_a_row_with_a_mistake_of_its_own(campaign_files):
    """One mistake in the form's table is one problem, though many rules name the row."""
    assert problems_of(
        replace(
            campaign_files, "form/indicators.csv", ("chuyển sang,hồ sơ,int,R*", "chuyển sang,hồ sơ,itn,R*")
        )
    ) == [
        "indicators.csv:32:6: `itn` is no type. Did you mean `int`? Allowed: `text`, `text ≤2000`, `text, điền sẵn, khóa`, `date`, `int`, `dec(1)`, `money(1)`, `tự tính` or `list`."
    ]


def test_the_sentences_of_the_report_come_with_the_campaign(campaign_files):
    """Their YAML is checked here, their own language where the report is written."""
    text = "sections: []\n"
    assert (
        text == assemble_campaign({**campaign_files, "report/narrative.yaml": text.encode()}).report.narrative
    )
    broken = problems_of(campaign_files, **{"report/narrative.yaml": b"a: 1\na: 2\n"})
    assert broken == ["report/narrative.yaml:2:1: `a` stands here twice. The first one is in line 1."]


def test_all_mistakes_of_all_files_come_at_once_in_reading_order(campaign_files):
    """Nobody has to mend one file to learn about the next; the same list comes every time."""
    files = replace(
        campaign_files, "campaign.yaml", ("year: 2021", "yaer: 2021"), ("due_at: 2021-10-19T", "due_at: x")
    )
    files = replace(files, "units.csv", ("TTRA,", "VP,"))
    files = replace(files, "form/lists.csv", ("L4,ten,", "L6,ten,"))
    files = replace(files, "form/rules.csv", ("error,unit,Tổng", "fatal,unit,Tổng"))
    files |= {
        "texts/receipt.vi.txt.j2": b"a\n{{ unit",
        "texts/x.txt2": b"",
        "form/rule.csv": b"",
        "plan/b.doc": b"x",
    }
    places = [problem.split(": ")[0] for problem in problems_of(files)]
    assert places == [
        "form/rule.csv",
        "texts/x.txt2",
        "campaign.yaml:1:1",
        f"campaign.yaml:{LINE['year']}:1",
        f"campaign.yaml:{LINE['due_at']}:11",
        "units.csv:3:1",
        "lists.csv:22:1",
        "rules.csv:2:4",
        "texts/receipt.vi.txt.j2:2:1",
        "plan/b.doc",
    ]
    assert places == [problem.split(": ")[0] for problem in problems_of(files)]


@pytest.mark.parametrize(
    ("remove", "add", "expected"),
    [
        pytest.param(
            ["campaign.yaml"],
            {},
            ["campaign.yaml: The campaign has no such file. `tonghop init --example` lays down one."],
            id="no campaign.yaml",
        ),
        pytest.param(
            ["units.csv"],
            {"unit.csv": b"code,name,emails\n"},
            [
                (
                    "unit.csv: This file is unknown. Did you mean `units.csv`? Allowed: `form/indicators.xlsx`,"
                    " `form/lists.xlsx`, `form/rules.xlsx`, `report/narrative.yaml`, `units.csv`, `units.xlsx`, `plan/`, `texts/` or"
                    " `report/`."
                ),
                "units.csv: The campaign has no such table. Write `units.csv` or `units.xlsx`.",
            ],
            id="misspelt roster",
        ),
        pytest.param(
            [],
            {"units.xlsx": b"PK"},
            ["units.xlsx: `units.csv` says the same. Keep one of the two."],
            id="two rosters",
        ),
        pytest.param(
            [],
            {"plan/a.docx": b"PK", "report/mau.docx": b"no zip"},
            [
                "plan/a.docx: `plan/` holds another document, `plan/KH.pdf`. Keep one.",
                "report/mau.docx: This is no .docx document. Save it again in one of these forms.",
            ],
            id="documents",
        ),
        pytest.param(
            [],
            {"texts/receipt.vi.txt.j2": b"{% if x %}\n"},
            [
                (
                    "texts/receipt.vi.txt.j2:1:1: Unexpected end of template. Jinja was looking for the following"
                    " tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'."
                    " Look for {{ … }} and {% … %} that do not close."
                )
            ],
            id="letter",
        ),
    ],
)
def test_mistakes_in_what_lies_in_the_folder_are_told(campaign_files, remove, add, expected):
    """A file that nothing reads is a mistake too: it would count for nothing."""
    files = {name: content for name, content in campaign_files.items() if name not in remove}
    assert expected == problems_of({**files, **add})


def test_tables_may_be_excel_workbooks(campaign_files):
    """The same tables as .xlsx give the same campaign, and their mistakes have a sheet and a cell."""
    files = dict(campaign_files)
    for name in ("units", "form/indicators", "form/lists", "form/rules"):
        files[f"{name}.xlsx"] = as_workbook(files.pop(f"{name}.csv"))
    by_csv, by_excel = assemble_campaign(campaign_files), assemble_campaign(files)
    assert (by_csv.form, by_csv.units) == (by_excel.form, by_excel.units)
    broken = as_workbook(
        campaign_files["form/lists.csv"].replace("L1,loai,Loại".encode(), "L1,Loại,Loại".encode())
    )
    assert problems_of(files, **{"form/lists.xlsx": broken}) == [
        (
            "lists.xlsx!Bảng!B4: `Loại` is no name of a column."
            " Use small letters without marks, digits and `_`: `noi_dung`."
        )
    ]


def as_workbook(content):
    """Write a CSV table into a workbook the way a clerk would, numbers as numbers."""
    book = openpyxl.Workbook()
    book.active.title = "Bảng"
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        book.active.append([Decimal(text) if text.isdigit() else text for text in row])
        for cell in book.active[book.active.max_row]:
            # A note such as “= số dòng L1” was typed as text.
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_a_good_campaign_has_only_the_warnings_that_are_true(campaign_files):
    """Number and day of the plan are blank until Văn thư gives them."""
    assert [str(problem) for problem in check_campaign(assemble_campaign(campaign_files))] == [
        "campaign.yaml: The plan has no number yet. Fill in `plan.number` when Văn thư has issued it.",
        "campaign.yaml: The plan has no day of issue yet. Fill in `plan.issued_on` when Văn thư has issued it.",
    ]


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        pytest.param(
            "campaign.yaml",
            [("at: 2021-10-18T08:00+07:00", "at: 2021-10-17T08:00+07:00")],
            "campaign.yaml: The step `eve` (Chủ nhật, 17/10/2021 08:00) lies outside working hours."
            " It will leave at 18/10/2021 07:30.",
            id="step on a day of rest",
        ),
        pytest.param(
            "campaign.yaml",
            [("at: 2021-10-18T08:00+07:00", "at: 2021-10-20T08:00+07:00")],
            "campaign.yaml: The step `eve` (thứ Tư, 20/10/2021 08:00) reminds of a deadline that is over."
            " Move it before `due_at`.",
            id="reminder after the fact",
        ),
        pytest.param(
            "campaign.yaml",
            [("at: 2021-10-19T14:00+07:00", "at: 2021-10-19T10:00+07:00")],
            "campaign.yaml: The step `last-afternoon` (thứ Ba, 19/10/2021 10:00) follows the one before too"
            " soon. It will be left out.",
            id="gap",
        ),
        pytest.param(
            "campaign.yaml",
            [("maximum_reminders: 6", "maximum_reminders: 4")],
            "campaign.yaml: The ladder has 5 reminders; `maximum_reminders` is 4. The last ones will not be sent.",
            id="more steps than reminders",
        ),
        pytest.param(
            "campaign.yaml",
            [("year: 2021", "year: 2022")],
            "campaign.yaml: `year` is 2022, and the campaign begins on 2021-10-01."
            " Subjects and titles name this year.",
            id="year",
        ),
        pytest.param(
            "units.csv",
            [("thanhtra@snv.bacgiang.example", "")],
            "units: TTRA: The unit has no mail address. It will get no letter.",
            id="unit without address",
        ),
        pytest.param(
            "units.csv",
            [("lvkhang@snv.bacgiang.example", "")],
            "units: TTRA: The head (Chánh Thanh tra Lê Văn Khang) has no mail address."
            " Overdue letters go to the unit's own address.",
            id="head without address",
        ),
        pytest.param(
            "units.csv",
            [("thanhtra@snv.bacgiang.example", "VP@snv.bacgiang.example")],
            "units: TTRA: `vp@snv.bacgiang.example` belongs to VP as well. Mail from it tells no unit by its sender.",
            id="address of two units",
        ),
        pytest.param(
            "units.csv",
            [("Phòng CCHC", "Phòng CCVC")],
            "units: CCHC: The name “phong ccvc” belongs to CCVC as well. It tells no unit.",
            id="alias of two units",
        ),
    ],
)
def test_what_looks_forgotten_is_warned_of(campaign_files, name, changes, expected):
    """The campaign loads, and the warning says what will happen."""
    warnings = check_campaign(assemble_campaign(replace(campaign_files, name, *changes)))
    assert expected in [str(problem) for problem in warnings]


def test_a_plan_that_lacks_or_may_be_a_draft_is_warned_of(campaign_files):
    """An empty plan/ and a .docx are allowed before dispatch."""
    files = {name: content for name, content in campaign_files.items() if name != "plan/KH.pdf"}
    without = assemble_campaign(files)
    assert (without.plan.file_name, without.plan.content) == ("", b"")
    draft = assemble_campaign({**files, "plan/KH.docx": b"PK"})
    assert (str(check_campaign(without)[0]), str(check_campaign(draft)[0])) == (
        "plan/: There is no document in this folder. Put the signed plan (.pdf) there.",
        (
            "plan/KH.docx: The plan is no .pdf: it may be a draft without signature."
            " Put the signed scan there before dispatch."
        ),
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(["campaign.yaml", "units.csv", "form/indicators.csv", "form/lists.csv", "form/rules.csv"]),
       st.data())  # fmt: skip
def test_no_damage_to_a_file_breaks_the_loader(campaign_files, name, data):
    """Cut, doubled or foreign bytes anywhere: a campaign or problems, never another exception."""
    content = campaign_files[name]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 400)))
    filling = data.draw(
        st.one_of(st.binary(max_size=20), st.sampled_from([b",", b"\n", b":", b"- ", b'"', b"#"]))
    )
    damaged = content[:start] + filling + content[end:]
    with contextlib.suppress(ConfigError):
        check_campaign(assemble_campaign({**campaign_files, name: damaged}))
