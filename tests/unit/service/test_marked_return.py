"""A refused form goes back to its unit with the wrong cells marked."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import io

import pytest
from openpyxl import load_workbook

from domain.errors import ReadingEnded, WorkbookError
from service import marks
from service.reading import mark_attachment
from service.rehearsal.clerk_work import sample_answers
from service.rehearsal.post import FileToSend


def wrong_form(office, code="TCBM"):
    """Give a form in which two cells are wrong."""
    return office.form(code, T02="X", T05=None)


def refuse(office, *files, at="2021-10-05T09:00"):
    """Let a mail with *files* arrive, and give the newest correction of the unit."""
    office.at(at)
    office.post(office.mail("TCBM", *files))
    office.service.cycle()
    return office.letters_of("TCBM", "correction")[-1]


def mend(file, **typed):
    """Give the marked *file* with cells corrected, as Excel leaves it."""
    book = load_workbook(io.BytesIO(file.content))
    for cell, value in typed.items():
        book["Bieu_TH"][cell] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return FileToSend(name=file.name, content=buffer.getvalue())


def text_of(letter):
    """Give the words of a letter, without line breaks."""
    message = email.message_from_bytes(letter.content, policy=email.policy.default)
    return " ".join(message.get_body(("plain",)).get_content().split())


def isolated_by(office, isolate):
    """Let foreign bytes be handled by *isolate* instead of a child process."""
    premises = dataclasses.replace(office.service.premises, isolate=isolate)
    office.service = dataclasses.replace(office.service, premises=premises)


def commented(file):
    """Give the cells of the form's sheet that carry a comment."""
    sheet = load_workbook(io.BytesIO(file.content))["Bieu_TH"]
    return [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment]


def test_the_unit_gets_its_own_file_with_the_wrong_cells_marked(running):
    """The correction carries the file that came, exactly the wrong cells commented, and says so."""
    letter = refuse(running, wrong_form(running))
    (file,) = letter.files
    sheet = load_workbook(io.BytesIO(file.content))["Bieu_TH"]
    wrong = [row[3].coordinate for row in sheet.iter_rows() if row[5].value in ("T02", "T05")]

    assert "Biểu TCBM_can-sua.xlsx" == file.name
    assert wrong == commented(file)
    assert "đã được tô màu và ghi chú trong tệp kèm theo" in text_of(letter)


def test_the_marked_file_corrected_is_accepted(running):
    """The unit mends the marked cells in the marked file and sends it back: it counts."""
    (file,) = refuse(running, wrong_form(running)).files
    cells = commented(file)
    running.at("2021-10-06T09:00")
    right = [sample_answers()["TCBM"].numbers[code] for code in ("T02", "T05")]
    running.post(running.mail("TCBM", mend(file, **dict(zip(cells, right, strict=True)))))
    running.service.cycle()
    line = running.ledger()[-1]

    assert ("accepted", 2) == (line["outcome"], line["version"])
    assert right == [line["values"]["T02"], line["values"]["T05"]]


def test_the_marked_file_untouched_is_refused_as_before(running):
    """A marked file that comes back as it is says what the first one said; its marks do not pile up."""
    (file,) = refuse(running, wrong_form(running)).files
    letter = refuse(running, FileToSend(name=file.name, content=file.content), at="2021-10-06T09:00")

    assert "refused" == running.ledger()[-1]["outcome"]
    assert [file.name] == [one.name for one in letter.files]
    assert commented(file) == commented(letter.files[0])


def test_a_file_too_large_stays_here(running, monkeypatch):
    """The correction leaves without it and does not speak of marks."""
    monkeypatch.setattr(marks, "LARGEST_COPY", 0)
    letter = refuse(running, wrong_form(running))

    assert [] == list(letter.files)
    assert "sửa ngay trong tệp đã gửi" in text_of(letter)


@pytest.mark.parametrize("trouble", [WorkbookError("no way to mark this"), ReadingEnded("took 20 s")])
def test_a_file_that_cannot_be_marked_costs_only_the_file(running, trouble):
    """Whatever marking dies of, the errors are told."""

    def isolate(function, *facts):
        if function is mark_attachment:
            raise trouble
        return function(*facts)

    isolated_by(running, isolate)
    letter = refuse(running, wrong_form(running))

    assert [] == list(letter.files)
    assert "refused" == running.ledger()[-1]["outcome"]


def test_marking_happens_while_no_transaction_is_open(running):
    """Nothing of the mail is written before its file is marked; the store is free meanwhile."""
    seen = []

    def isolate(function, *facts):
        if function is mark_attachment:
            with running.service.premises.store.write() as work:
                pending = [mail.key for mail in work.messages.pending()]
                seen.append((list(work.submissions.of_campaign(running.campaign.code)), pending))
        return function(*facts)

    isolated_by(running, isolate)
    letter = refuse(running, wrong_form(running))

    assert [([], [running.records()[-1].key])] == seen
    assert 1 == len(letter.files)


def test_an_unreadable_form_gets_no_copy(running):
    """A file that is no workbook is answered with advice alone."""
    running.at("2021-10-05T09:00")
    running.post(running.mail("TCBM", FileToSend(name="Biểu.xlsx", content=b"PK\x03\x04 broken")))
    running.service.cycle()

    assert [] == list(running.letters_of("TCBM", "advice")[0].files)
