"""Elements are found where they stand in the bytes, and changed there and nowhere else."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotAWorkbook
from parsers import markup
from parsers.markup import Edits, as_utf8, quoted, read_tree, with_attributes, words
from parsers.xlsx.texts_part import unescape

PART = (
    b'\xef\xbb\xbf<?xml version="1.0"?>\n<x:a xmlns:x="urn:x" one = \'1\'>'
    b'<!-- <b>no</b> --><x:b/><x:c  k="v>" >t<![CDATA[<x:b/>]]></x:c >\n</x:a>'
)


def test_places_are_those_of_the_bytes():
    """Byte order mark, comments, CDATA, odd spaces and signs in quotation marks lead nobody astray."""
    root = read_tree(PART)
    empty, full = root.children
    assert ("urn:x", "a", b"x:a", {"one": "1"}) == (root.namespace, root.local, root.name, root.attributes)
    assert b"<x:b/>" == PART[empty.start : empty.end]
    assert empty.is_empty
    assert b'<x:c  k="v>" >' == PART[full.start : full.opened]
    assert b"</x:c >" == PART[full.closed : full.end]
    assert "t<x:b/>" == full.text
    assert b"x:" == root.prefix


def test_edits_are_made_in_one_go():
    """What is set, appended, inserted, replaced and removed does not get into each other's way."""
    root = read_tree(PART)
    empty, full = root.children
    edits = Edits(PART)
    assert not edits
    edits.set(root, one="2", two='"&')
    edits.append(root, b"<x:d/>")
    edits.append(root, b"<x:e/>")
    edits.append(empty, b"within")
    edits.set(empty, k="<")
    edits.insert(empty.start, b"<!--first-->")
    edits.insert(empty.start, b"<!--second-->")
    edits.remove(full)
    assert edits
    assert (
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<x:a xmlns:x="urn:x" one = "2" two="&quot;&amp;">'
        b'<!-- <b>no</b> --><!--first--><!--second--><x:b k="&lt;">within</x:b>\n<x:d/><x:e/></x:a>'
    ) == edits.made()


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        (b'<c r="A1"/>', b'<c r="A1" s="7"/>'),
        (b'<c r="A1" t="s" >', b'<c r="A1" t="s" s="7" >'),
        (b"<c s='1' r='A1' />", b"<c s=\"7\" r='A1' />"),
        (b'<c\n\tr="A1"\n\ts="1"\n>', b'<c\n\tr="A1"\n\ts="7"\n>'),
        (b'<x:c spans="1"  s = "2">', b'<x:c spans="1"  s = "7">'),
    ],
)
def test_an_attribute_is_set_where_it_stands(tag, expected):
    """Quotation marks, spaces and order stay; a name that only begins alike is another."""
    assert expected == with_attributes(tag, {"s": "7"})


def test_other_encodings_become_utf8():
    """The declaration says so then, and a part in UTF-8 stays what it is."""
    text = '<?xml version="1.0" encoding="{}" standalone="yes"?><a>Đơn vị</a>'
    assert as_utf8(text.format("UTF-16").encode("utf-16")) == text.format("UTF-8").encode()
    assert as_utf8(text.format("UTF-16").encode("utf-16-be")) == text.format("UTF-8").encode()
    latin = text.format("iso-8859-1").replace("Đơn vị", "é").encode("latin-1")
    assert as_utf8(latin) == text.format("UTF-8").replace("Đơn vị", "é").encode()
    for same in (text.format("utf-8").encode(), b"<a/>", PART):
        assert same is as_utf8(same)


@given(st.text())
def test_words_read_back(text):
    """Whatever is written in words reads back, as Excel spells what XML does not take."""
    read = ET.fromstring(b"<t>" + words(text) + b"</t>").text or ""
    assert text == unescape(read)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\t\n\"'<>&")))
def test_attributes_read_back(text):
    """Whatever is written into an attribute reads back."""
    assert text.replace("\ufffe", "").replace("\uffff", "") == ET.fromstring(
        b"<t a=" + quoted(text) + b"/>"
    ).get("a")


def test_a_tree_has_its_measure(monkeypatch):
    """A part of endless elements is refused before it fills the memory."""
    monkeypatch.setattr(markup, "MAX_ELEMENTS", 3)
    with pytest.raises(markup.TooLarge):
        read_tree(b"<a><b/><c/><d/></a>")


def test_a_document_type_is_refused():
    """No part of a workbook has one."""
    with pytest.raises(NotAWorkbook):
        read_tree(b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>")
