"""The example's plan: the customer's words, in the form of Decree 30."""

from __future__ import annotations

import io
import re
import zipfile

import docx

from tools.make_plan import RESULT, TEXT, join_broken, make_plan, read_plan

PLAN = read_plan(TEXT.read_text(encoding="utf-8"))


def read_parts(content):
    """Give the parts of a .docx."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {entry.filename: package.read(entry) for entry in package.infolist()}


def test_the_kept_document_is_what_the_script_makes():
    """Part by part: only the compression may differ between machines."""
    assert read_parts(make_plan(PLAN)) == read_parts(RESULT.read_bytes())


def test_the_same_words_give_the_same_bytes():
    """Twice made is once made."""
    assert make_plan(PLAN) == make_plan(PLAN)


def test_every_word_of_the_customer_stands_in_the_document():
    """Word for word, in their order inside body and title; only blanks for number and day are wider."""
    document = docx.Document(RESULT)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    source = TEXT.read_text(encoding="utf-8").replace("**", "")
    title, receivers = source.index("KẾ HOẠCH"), source.index("Nơi nhận:")

    assert source[title:receivers].split() == " ".join(paragraphs).split()
    head, foot = source[:title].split(), source[receivers:].split()
    assert all(word in " ".join(cells).split() for word in head + foot)


def test_number_and_day_are_left_to_the_registry():
    """Room for a pen, no digit."""
    cells = [cell.text for cell in docx.Document(RESULT).tables[0].rows[1].cells]

    assert re.fullmatch(r"Số: {4,}/KH-SNV", cells[0])
    assert re.fullmatch(r"Bắc Giang, ngày {4,}tháng 10 năm 2021", cells[1])


def test_headings_and_the_due_date_are_bold():
    """I. to IV., and the one date that the customer made bold."""
    document = docx.Document(RESULT)
    headings = [
        paragraph.text for paragraph in document.paragraphs if paragraph.style.style_id == "D30Heading"
    ]
    bold = [
        run.text
        for paragraph in document.paragraphs
        if paragraph.style.style_id == "D30Body"
        for run in paragraph.runs
        if run.bold
    ]

    assert ["I.", "II.", "III.", "IV."] == [heading.split()[0] for heading in headings]
    assert bold == ["20/10/2021"]


def test_a_sentence_that_was_cut_is_joined():
    """A heading or a number begins a paragraph; a word in the middle of a sentence does not."""
    lines = ["I. MỤC ĐÍCH", "1. Thực hiện tốt", "“Tháng Dân vận”.", "2. Việc", "3. Hết.", "Trên đây."]

    assert join_broken(lines) == [
        "I. MỤC ĐÍCH",
        "1. Thực hiện tốt “Tháng Dân vận”.",
        "2. Việc",
        "3. Hết.",
        "Trên đây.",
    ]
