"""The reader of .docx: spellings of other programs, files that are none, and attacks."""

from __future__ import annotations

import io
import random
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.shared import Pt

from domain.errors import AmbiguousForm, Encrypted, NotAWorkbook, TooLarge, WorkbookError
from parsers import package
from parsers.word import body as word_body
from parsers.word.reader import read_word
from tests.unit.parsers.word_files import MAIN, STRICT, by_docx, cell, paragraph, row, word_file, zipped


def test_the_strict_spelling_is_read():
    """Strict Office Open XML is the same language under another name."""
    body = paragraph("Chữ", "<w:outlineLvl w:val='1'/>", "<w:b/>")
    (found,) = read_word(word_file(body, namespace=STRICT)).paragraphs()

    assert ("Chữ", 1, True) == (found.text, found.outline, found.is_bold)


def test_parts_are_found_by_their_links():
    """A main part of another name is read with its own styles."""
    content = word_file(
        paragraph("Chữ", "<w:pStyle w:val='x'/>"),
        styles="<w:style w:styleId='x'><w:name w:val='heading 3'/></w:style>",
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document2.xml"] = parts.pop("word/document.xml")
    parts["word/_rels/document2.xml.rels"] = parts.pop("word/_rels/document.xml.rels")
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"document.xml", b"document2.xml")
    (found,) = read_word(zipped(parts)).paragraphs()

    assert 2 == found.outline


def test_a_document_of_python_docx_reads_the_same():
    """Words, styles and levels of an ordinary report agree with python-docx."""

    def write(document):
        document.add_heading("BÁO CÁO", 0)
        for number in range(3):
            document.add_heading(f"Mục {number}", 1)
            added = document.add_paragraph("Đơn vị đã tổ chức ")
            added.add_run(f"{number} buổi").font.size = Pt(14)
            document.add_paragraph("Gạch đầu dòng", style="List Bullet")

    content = by_docx(write)
    theirs = docx.Document(io.BytesIO(content)).paragraphs
    ours = list(read_word(content).paragraphs())

    assert [(one.text, one.style.name.casefold()) for one in theirs] == [
        (one.text, one.style.casefold()) for one in ours
    ]
    assert ["", "", "", "-"] == [one.numbering for one in ours[:4]]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", NotAWorkbook),
        (b"PK\x03\x04garbage", NotAWorkbook),
        (b"%PDF-1.4", NotAWorkbook),
        (zipped({"a.txt": "a"}), NotAWorkbook),
        (zipped({"word/document.xml": "<x/>"}), NotAWorkbook),
        (zipped({"word/document.xml": f"<w:styles xmlns:w='{MAIN}'/>"}), NotAWorkbook),
        (zipped({"word/document.xml": "<w:document"}), NotAWorkbook),
        (package._OLE + "EncryptedPackage".encode("utf-16-le"), Encrypted),
    ],
    ids=["empty", "cut zip", "pdf", "zip", "other xml", "other part", "cut xml", "password"],
)
def test_what_is_no_word_file_is_told(content, error):
    """Each kind of wrong file gets an error of our own."""
    with pytest.raises(error):
        read_word(content)


@pytest.mark.parametrize(
    "doctype", ["<!DOCTYPE x [<!ENTITY a 'b'>]>", "<!DOCTYPE x SYSTEM 'file:///etc/passwd'>"]
)
def test_a_document_type_is_refused(doctype):
    """No entity is ever expanded."""
    content = zipped({"word/document.xml": f"{doctype}<w:document xmlns:w='{MAIN}'>&a;</w:document>"})

    with pytest.raises(NotAWorkbook):
        read_word(content)


def test_two_different_main_parts_are_not_chosen_between():
    """A zip that holds two different documents under one name is refused."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "a")
        archive.writestr("Word/Document.xml", "b")

    with pytest.raises(AmbiguousForm):
        read_word(stream.getvalue())


@pytest.mark.parametrize(
    "body",
    [
        "<w:tbl><w:tr><w:tc>" * 10_000 + "</w:tc></w:tr></w:tbl>" * 10_000,
        "<w:ins>" * 5_000 + "</w:ins>" * 5_000,
        "<w:p/>" * 1_000_000,
        f"<w:tbl>{row(*[cell('') for _ in range(1_100)])}</w:tbl>",
        "<w:tbl>" + row(cell("", "<w:gridSpan w:val='999999'/>")) + "</w:tbl>",
        "<w:tbl>" + "<w:tr><w:tc/></w:tr>" * 250_000 + "</w:tbl>",
    ],
    ids=["nested tables", "nested elements", "a million paragraphs", "columns", "span", "cells"],
)
def test_what_is_beyond_measure_is_refused(body):
    """A file built to cost much is refused as too large."""
    with pytest.raises(TooLarge):
        read_word(word_file(body))


def test_a_bomb_of_words_is_refused(monkeypatch):
    """Signs are counted, and so are the bytes that a part inflates to."""
    content = word_file(paragraph("a" * 5_000))
    monkeypatch.setattr(word_body, "MAX_SIGNS", 4_000)
    with pytest.raises(TooLarge):
        read_word(content)
    monkeypatch.setattr(word_body, "MAX_SIGNS", 6_000)
    monkeypatch.setattr(package, "MAX_INFLATED", 4_000)
    with pytest.raises(TooLarge):
        read_word(content)


def _altered(content, random_):
    """Alter a file: bytes of the zip, or of one of its parts."""
    if random_.random() < 0.4:
        spoilt = bytearray(content)
        for _ in range(random_.randint(1, 12)):
            spoilt[random_.randrange(len(spoilt))] = random_.randrange(256)
        return bytes(spoilt[: random_.randint(len(spoilt) // 2, len(spoilt))])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = random_.choice([one for one in parts if one.endswith((".xml", ".rels"))])
    part = bytearray(parts[name])
    for _ in range(random_.randint(1, 4)):
        at = random_.randrange(len(part))
        end = min(len(part), at + random_.randint(1, 60))
        match random_.randrange(3):
            case 0:
                part[at:end] = part[random_.randrange(len(part)) :][: end - at]
            case 1:
                del part[at:end]
            case 2:
                part[at : at + 1] = random_.choice([b"<w:p>", b"</w:tc>", b"-1", b"\xff", b"&amp;", b"0"])
        if not part:
            break
    parts[name] = bytes(part)
    return zipped(parts)


@pytest.mark.parametrize("seed", range(60))
def test_altered_bytes_end_in_an_error_of_ours(seed):
    """Whatever is broken in a file, reading it gives a document or an error of our own."""

    def write(document):
        document.add_heading("I. CÔNG TÁC", 1)
        document.add_paragraph("Một đoạn", style="List Number")
        table = document.add_table(2, 2)
        table.cell(0, 0).merge(table.cell(1, 0)).text = "ô"
        document.element.body.append(parse_xml(f"<w:p xmlns:w='{MAIN}'><w:fldSimple/></w:p>"))

    random_ = random.Random(seed)
    try:
        document = read_word(_altered(by_docx(write), random_))
    except WorkbookError:
        return
    assert all(isinstance(one.text, str) for one in document.paragraphs())
