"""An office's own form becomes a campaign: proposed, sent as it is, read when it comes back."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from config.campaign import load_campaign
from domain.answers import DateValue, Number, TextValue
from domain.errors import ConfigError, UnknownForm
from domain.forms import FieldType
from domain.ids import FieldCode
from domain.working_days import VIETNAM
from parsers.adoption.proposal import propose
from parsers.blank.workbook import blank_workbook
from parsers.form import is_untouched, parse_form
from parsers.opening import open_grid
from parsers.stamp import read_stamp, stamp_for
from service.adopting import adopt, review_lines
from service.bootstrap import open_service
from service.checking import examine
from service.clocks import SettableClock
from service.consolidate import ASKED, make_report
from service.dispatch import dispatch
from service.lineage import explain
from service.premises import directly
from service.rehearsal.post import FileToSend
from tests.offices import Office
from tests.own_forms import FOLDER, FORMS

VALUES = {
    FieldType.INTEGER: 12, FieldType.DECIMAL: 7.5, FieldType.MONEY: 15.5, FieldType.TEXT: "Không có gì thêm",
    FieldType.DATE: dt.datetime(2021, 10, 15),  # noqa: DTZ001 - as Excel keeps a day
}  # fmt: skip


def original(name):
    """Give the bytes of an own form."""
    return (FOLDER / f"{name}.xlsx").read_bytes()


def type_word(field):
    """Write a type as the truth does."""
    word = field.type.value
    return f"{word}({field.decimals})" if field.type in (FieldType.DECIMAL, FieldType.MONEY) else word


@pytest.fixture(params=FORMS)
def adopted(request, tmp_path):
    """Give a campaign folder proposed for each form, and what a careful clerk says of the form."""
    _, truth = FORMS[request.param]()
    folder = tmp_path / "dot-moi"
    made = adopt(f"{request.param}.xlsx", original(request.param), folder, start=None, isolate=directly)
    return made, truth


def filled(blank, campaign, value_of=lambda field: VALUES[field.type]):
    """Fill in a blank in Excel, as openpyxl leaves it."""
    book = openpyxl.load_workbook(io.BytesIO(blank))
    for field in campaign.form.fields:
        if field.type is not FieldType.COMPUTED:
            book[campaign.form.sheet][field.cell].value = value_of(field)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def read(content, campaign):
    """Read a workbook by the campaign's form."""
    return parse_form(open_grid(content, "a.xlsx"), campaign.form, start=campaign.start, end=campaign.end)


def test_nine_of_ten_rows_are_proposed_right(adopted):
    """Cell, label, measure and type of what is asked, and nothing else; lists with their columns."""
    made, truth = adopted
    found = {
        one.field.cell: (one.field.label, one.field.measure, type_word(one.field))
        for one in made.proposal.fields
        if one.field.type is not FieldType.COMPUTED
    }
    wanted = {cell: words for cell, *words in truth.fields}
    right = sum(found.get(cell) == tuple(words) for cell, words in wanted.items())

    assert truth.sheet == made.proposal.sheet
    assert set(found) <= set(wanted)
    assert right >= 0.9 * len(wanted)
    assert truth.lists == {
        spec.sheet: [
            (column.label, f"choice:{'|'.join(column.choices)}" if column.choices else column.type.value)
            for column in spec.columns
        ]
        for spec in made.proposal.lists
    }


def test_what_is_not_asked_is_said(adopted):
    """Sums, plans filled in and lines outside the table are named with their place."""
    made, truth = adopted
    said = "\n".join(review_lines(made.proposal))

    assert made.proposal.title in said
    for remark in made.proposal.remarks:
        assert f"- {remark.place}: {remark.text}" in said
        assert remark.place.partition("!")[2] not in {cell for cell, *_ in truth.fields}


def test_the_proposed_folder_loads_and_its_form_reads_back(adopted):
    """Without any edit the folder is a campaign, and `check` finds every field where the tables say."""
    made, _ = adopted
    campaign = load_campaign(made.folder)
    examined = examine(made.folder.parent, environ={}, chosen=str(made.folder), connect=False)

    assert campaign.form.is_adopted
    assert [one.field for one in made.proposal.fields] == list(campaign.form.fields)
    assert list(made.proposal.lists) == list(campaign.form.lists)
    assert [] == [problem for problem in examined.errors if "form/" in problem.place]


def test_the_stamped_form_is_the_office_s_own(adopted):
    """Every sheet, style and drawing is byte for byte the same; the stamp and the names are there."""
    made, _ = adopted
    campaign = load_campaign(made.folder)
    unit = campaign.units[0]
    blank = blank_workbook(campaign, unit)
    before, after = (
        {name: archive.read(name) for name in archive.namelist()}
        for archive in (
            zipfile.ZipFile(io.BytesIO(campaign.original.content)), zipfile.ZipFile(io.BytesIO(blank)),
        )
    )  # fmt: skip
    changed = {name for name in before if before[name] != after[name]}
    grid = open_grid(blank, "a.xlsx")

    assert blank == blank_workbook(campaign, unit)
    assert changed <= {
        "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
    }  # fmt: skip
    assert stamp_for(campaign, unit) == read_stamp(grid)
    assert openpyxl.load_workbook(io.BytesIO(blank)).sheetnames[-1] == "_meta"
    assert is_untouched(read(blank, campaign), campaign.form)


def test_what_is_typed_is_read(adopted):
    """Every answer comes from its cell, as it was typed; nothing is asked about a form well filled in."""
    made, _ = adopted
    campaign = load_campaign(made.folder)
    parsed = read(filled(blank_workbook(campaign, campaign.units[0]), campaign), campaign)
    kinds = {FieldType.TEXT: TextValue, FieldType.DATE: DateValue}

    assert [] == [found for found in parsed.findings if found.severity in ("error", "question")]
    for field in campaign.form.fields:
        if field.type is FieldType.COMPUTED:
            continue
        answer = parsed.answers[field.code]
        assert (campaign.form.sheet, field.cell) == (answer.place.sheet, answer.place.cell)
        assert isinstance(answer.value, kinds.get(field.type, Number)), field


@pytest.mark.parametrize(
    ("name", "cell", "heading"),
    [
        ("cai-cach-hanh-chinh", "D8", "Kế hoạch năm 2022"),
        ("phieu-nhan-luc", "G5", "Số liệu dự kiến"),
        ("thi-dua-khen-thuong", "D3", "Kế hoạch"),
    ],
)
def test_another_heading_over_the_answers_is_asked_about(tmp_path, name, cell, heading):
    """The office knows how it headed them; a plan in the same cells is none of what it asks for."""
    made = adopt(f"{name}.xlsx", original(name), tmp_path / "a", start=None, isolate=directly)
    campaign = load_campaign(made.folder)
    book = openpyxl.load_workbook(io.BytesIO(filled(blank_workbook(campaign, campaign.units[0]), campaign)))
    book[campaign.form.sheet][cell].value = heading
    saved = io.BytesIO()
    book.save(saved)
    parsed = read(saved.getvalue(), campaign)

    assert ["answer_heading_doubt"] == [one.code for one in parsed.findings if one.severity == "question"]


def test_each_column_of_answers_keeps_its_own(tmp_path):
    """Different numbers beside each other stay apart, moved rows and columns too; names lead the way."""
    made = adopt("dao-tao.xlsx", original("dao-tao-boi-duong"), tmp_path / "a", start=None, isolate=directly)
    campaign = load_campaign(made.folder)
    numbers = {field.code: number for number, field in enumerate(campaign.form.fields, start=101)}
    blank = blank_workbook(campaign, campaign.units[0])
    content = filled(blank, campaign, lambda field: numbers[field.code])
    parsed = read(content, campaign)

    assert numbers == {code: int(answer.value.value) for code, answer in parsed.answers.items()}

    book = openpyxl.load_workbook(io.BytesIO(content))
    for name in [name for name in book.defined_names if name.startswith("ma_")]:
        del book.defined_names[name]
    saved = io.BytesIO()
    book.save(saved)
    # Without the names the headings tell the columns, and the labels the rows.
    parsed = read(saved.getvalue(), campaign)
    assert numbers == {code: int(answer.value.value) for code, answer in parsed.answers.items()}


def test_from_the_form_to_the_figure(tmp_path):
    """Adopt, send, answer, consolidate, explain: a figure leads back to the cell of the own form."""
    home = tmp_path / "home"
    folder = home / "campaigns" / "cai-cach"
    folder.parent.mkdir(parents=True)
    adopt("Bieu 01.xlsx", original("cai-cach-hanh-chinh"), folder, start=None, isolate=directly)
    (folder / "plan" / "ke-hoach.pdf").write_bytes(b"%PDF-1.4 plan")
    clock = SettableClock(dt.datetime(2021, 10, 1, 8, 0, tzinfo=VIETNAM))
    office = Office(home=home, clock=clock, service=open_service(home, environ={}, clock=clock))
    dispatch(office.service.premises, office.campaign, actor="Văn thư")
    office.service.cycle()
    for code, number in (("TCBM", 40), ("TTRA", 2)):
        office.at("2021-10-05T09:00")
        (letter,) = office.letters_of(code, "plan")
        (blank,) = [file for file in letter.files if file.name.endswith(".xlsx")]
        content = filled(
            blank.content,
            office.campaign,
            lambda field, number=number: number if field.type is FieldType.INTEGER else VALUES[field.type],
        )
        office.post(office.mail(code, FileToSend(name=blank.name, content=content), answers=letter))
    office.service.cycle()
    report = make_report(office.service.premises, office.campaign, occasion=ASKED, actor="Tổ", printer=None)
    explained = explain(office.service.premises, str(report.key), "docx:A01")
    office.service.close()

    assert ["accepted", "accepted"] == [line["outcome"] for line in office_ledger(office, home)]
    assert 42 == report.consolidation.figures[FieldCode("A01")].value
    assert explained.is_proved
    assert [("Biểu 01", "D11", "40"), ("Biểu 01", "D11", "2")] == sorted(
        ((one.part.sheet, one.part.cell, one.part.raw) for one in explained.parts), reverse=True
    )


def office_ledger(office, home):
    """Read the ledger of a closed office."""
    office.service = open_service(home, environ={}, clock=office.clock)
    lines = office.ledger()
    office.service.close()
    return lines


def test_a_folder_that_is_there_stays(tmp_path):
    """A proposal never overwrites what a person wrote."""
    (tmp_path / "campaign.yaml").write_text("mine")

    with pytest.raises(ConfigError, match="lies here already"):
        adopt("a.xlsx", original("kinh-phi"), tmp_path, start=None, isolate=directly)
    assert "mine" == (tmp_path / "campaign.yaml").read_text()


def test_a_workbook_without_a_form_is_refused():
    """Nothing is proposed out of nothing."""
    book = openpyxl.Workbook()
    book.active["A1"] = "Kính gửi các đơn vị"
    saved = io.BytesIO()
    book.save(saved)

    with pytest.raises(UnknownForm, match="No table with rows to fill in"):
        propose(saved.getvalue())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"D11": "D12"}, "`D12` is the cell of"),
        ({"D11": ""}, "has no cell in the form"),
        ({"D11": "11D"}, "is no cell"),
        ({"D11": "D40"}, "does not"),
    ],
)
def test_a_wrong_cell_is_told_before_anything_is_sent(tmp_path, change, said):
    """`check` names the row: a cell taken twice, none, no cell at all, one in which the answer is not."""
    folder = tmp_path / "dot-moi"
    adopt("a.xlsx", original("cai-cach-hanh-chinh"), folder, start=None, isolate=directly)
    table = folder / "form" / "indicators.xlsx"
    book = openpyxl.load_workbook(table)
    heads = [cell.value for cell in book.active[1]]
    column = heads.index("Ô") + 1
    for row in range(2, book.active.max_row + 1):
        cell = book.active.cell(row, column)
        cell.value = change.get(cell.value, cell.value)
    book.save(table)
    examined = examine(tmp_path, environ={}, chosen=str(folder), connect=False)
    problems = [
        problem.reason for problem in examined.errors if "form" in problem.place or "indic" in problem.place
    ]

    assert problems
    if said != "does not":
        assert any(said in problem for problem in problems)
