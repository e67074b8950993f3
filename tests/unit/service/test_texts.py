"""The words of text reports: read after receiving, compiled, quoted where a form says nothing."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import io

import docx
import pytest

from aggregator.wording import TEXT_PROBLEMS
from domain.errors import NotAllowedNow, PrintingError, ReadingEnded
from domain.ids import FieldCode
from domain.narratives import TextProblem, TextState
from domain.reports import Rendition
from service import approve, consolidate
from service.lineage import explain
from service.narratives import read_texts
from service.rehearsal.post import FileToSend
from tests.text_reports import careful_report
from tests.unit.parsers.test_report_text import blank_pages

N05 = FieldCode("N05")
WORD = FileToSend(name="Báo cáo.docx", content=careful_report())
OLD = FileToSend(name="Báo cáo.doc", content=b"{\\rtf1 Bao cao}")


class Converter:
    """Converts everything to one report, or fails."""

    def __init__(self, made=WORD.content, program="/usr/bin/soffice"):
        self.made = made
        self.program = program
        self.endings = []

    def word(self, _document, *, ending):
        """Give the report."""
        self.endings.append(ending)
        if self.made is None:
            raise PrintingError("no")
        return self.made


def send(office, *files, code="TCBM", at="2021-10-15T09:00"):
    """Let a unit send files, and do a cycle."""
    office.at(at)
    office.post(office.mail(code, *files))
    office.service.cycle()


def convert_by(office, converter):
    """Put another converter into the service."""
    premises = dataclasses.replace(office.service.premises, converter=converter)
    office.service = dataclasses.replace(office.service, premises=premises)


def text_state(office, code="TCBM"):
    """Give how far a unit's text was read, as status says it."""
    return office.state(code)["narrative"]["text"]


def make(office):
    """Make a draft."""
    return consolidate.make_report(
        office.service.premises, office.campaign, occasion=consolidate.ASKED, actor="Tổ", printer=None
    )


def words_of(content):
    """Give the paragraphs of a Word file."""
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]


def test_a_report_is_read_in_the_cycle_it_came_in(running):
    """The words stand beside the return; nothing is read twice."""
    send(running, WORD)

    assert "read" == text_state(running)
    assert 0 == read_texts(running.service.premises)
    assert running.state("TTRA")["narrative"]["text"] is None


def test_a_scan_counts_and_the_unit_is_asked_for_the_word_file(running):
    """The report is accepted as one; the receipt asks for words, the office sees that it is a scan."""
    send(running, FileToSend(name="Scan0001.pdf", content=blank_pages(2)))
    letter = running.letters_of("TCBM", "receipt")[-1]

    assert ("accepted", "scan") == (
        running.state("TCBM")["narrative"]["state"], text_state(running),
    )  # fmt: skip
    text = email.message_from_bytes(letter.content, policy=email.policy.default).get_body(("plain",))
    assert "Scan0001.pdf" in text.get_content()
    assert "gửi thêm tệp Word" in " ".join(text.get_content().split())


def test_an_old_format_is_converted(running):
    """LibreOffice makes .docx of it, outside of any transaction, and that is read."""
    converter = Converter()
    convert_by(running, converter)
    send(running, OLD)

    assert ["rtf"] == converter.endings
    assert "read" == text_state(running)


def test_without_libreoffice_it_waits_and_is_read_when_it_is_there(running):
    """The report counts all the same; a later cycle reads it."""
    convert_by(running, Converter(program=None))
    send(running, OLD)
    assert ("accepted", "no_converter") == (running.state("TCBM")["narrative"]["state"], text_state(running))
    assert 0 == read_texts(running.service.premises)

    convert_by(running, Converter())
    running.service.cycle()
    assert "read" == text_state(running)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [(PrintingError("no"), "unreadable"), (ReadingEnded("too slow"), "too_large")],
)
def test_what_breaks_costs_the_words_of_one_report(running, trouble, said):
    """A document that no program opens, or that ends its reader: kept, said, not tried for ever."""
    converter = Converter(made=None)
    convert_by(running, converter)
    if isinstance(trouble, ReadingEnded):

        def isolate(function, *arguments):
            if function.__name__ == "read_attached_text":
                raise trouble
            return function(*arguments)

        premises = dataclasses.replace(running.service.premises, isolate=isolate)
        running.service = dataclasses.replace(running.service, premises=premises)
    send(running, OLD)
    running.service.cycle()

    assert said == text_state(running)
    assert len(converter.endings) <= 1


def test_the_compilation_names_units_places_and_who_is_missing(running):
    """Under the report's headings, quoted as written; at the end whose words are not in it, and why."""
    send(running, WORD)
    send(running, FileToSend(name="Scan.pdf", content=blank_pages(1)), code="TTRA")
    words = words_of(consolidate.compile_texts(running.service.premises, running.campaign))
    whole = "\n".join(words)

    heading = words.index("2. Tồn tại, hạn chế")
    assert words[heading + 1].startswith(running.unit("TCBM").name)
    assert "(Báo cáo.docx, đoạn 21)" in words[heading + 1]
    assert "Việc tuyên truyền trên mạng xã hội còn ít, hình thức chưa phong phú." == words[heading + 2]
    assert "‘Scan.pdf’ là bản quét" in whole
    assert f"{running.unit('VP').name}: chưa gửi báo cáo." in whole


def test_without_words_there_is_nothing_to_compile(running):
    """The command says so."""
    with pytest.raises(NotAllowedNow, match="no text report has been read yet"):
        consolidate.compile_texts(running.service.premises, running.campaign)


def test_the_office_gets_the_words_with_the_draft_and_nobody_else(running):
    """The draft's letter brings them; they are no file of the report."""
    send(running, running.form("TCBM"), WORD)
    report = make(running)
    running.service.cycle()
    letter = running.letters_to(running.campaign.office.address.address, "report_ready")[-1]

    assert [file.name for file in letter.files if file.name.startswith("Loi-van_")]
    assert not [file.name for file in report.files if file.name.startswith("Loi-van_")]


def test_words_missing_in_the_form_are_quoted_from_the_report(running):
    """With unit, file and place; `explain` reads them again from the raw mail."""
    send(running, running.form("TCBM", N05=None, N03="Kinh phí ít."), WORD)
    report = make(running)
    (quote,) = report.consolidation.quotes[N05]
    explained = explain(running.service.premises, str(report.key), "docx:N05")

    assert "Tiếp tục duy trì “Ngày Chủ nhật tình nguyện”." == quote.text
    assert ("Báo cáo.docx", "", "đoạn 24") == (
        quote.part.attachment_name, quote.part.sheet, quote.part.cell,
    )  # fmt: skip
    assert explained.is_proved
    assert ["đoạn 24"] == [proved.part.cell for proved in explained.parts]
    # What the form says stands above the text report.
    assert ["Kinh phí ít."] == [one.text for one in report.consolidation.quotes[FieldCode("N03")]]


def test_no_in_the_form_is_an_answer(running):
    """Who writes "Không" has nothing to quote, whatever the text report says."""
    send(running, running.form("TCBM", N05="Không"), WORD)

    assert () == make(running).consolidation.quotes[N05]


def test_a_new_text_makes_a_report_stale_only_where_it_is_quoted(running):
    """Figures and quoted words must be those that count; a text that is not quoted changes nothing."""
    send(running, running.form("TCBM", N05=None), WORD)
    send(
        running,
        running.form("TTRA", **dict.fromkeys(("N01", "N02", "N03", "N04", "N05"), "Có.")),
        WORD,
        code="TTRA",
    )
    report = make(running)
    assert not running.status()["reports"][-1]["stale"]

    changed = FileToSend(name="Báo cáo.docx", content=careful_report(("*I. KẾT QUẢ THỰC HIỆN", "Khác.")))
    running.at("2021-10-16T09:00")
    running.post(running.mail("TTRA", changed, answers=running.letters_of("TTRA", "receipt")[-1]))
    running.service.cycle()
    assert 2 == len([one for one in running.versions("TTRA") if one.content.item == "narrative"])
    assert not next(one for one in running.status()["reports"] if one["report"] == report.key)["stale"]

    running.post(running.mail("TCBM", changed, answers=running.letters_of("TCBM", "receipt")[-1]))
    running.service.cycle()
    assert next(one for one in running.status()["reports"] if one["report"] == report.key)["stale"]


def test_drafts_and_finals_quote_alike(running):
    """What is checked says the same as the draft."""
    send(running, running.form("TCBM", N05=None), WORD)
    report = make(running)
    checked = approve.check(running.service.premises, running.campaign, report.key, actor="Tổ", printer=None)
    (document,) = [file for file in checked.of(Rendition.FINAL) if file.name.endswith(".docx")]

    assert any("Ngày Chủ nhật tình nguyện" in words for words in words_of(document.content))


def test_problems_have_words(running):
    """Every reason for missing words has its sentence."""
    assert {*TextProblem, TextState.SCAN} == set(TEXT_PROBLEMS)
