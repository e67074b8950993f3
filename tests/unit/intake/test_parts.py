"""Tests of what a file is by its first bytes, and of words in HTML."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.parts import OLE_MAGIC, made_up_name, safe_name, sniff, strip_html


def archive(*names: str) -> bytes:
    """Make a zip with empty members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as target:
        for name in names:
            # A member of a fixed day: the bytes name the test, and each worker makes them anew.
            target.writestr(
                zipfile.ZipInfo(name),
                "application/vnd.oasis.opendocument.spreadsheet" if name == "mimetype" else "",
            )
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (archive("[Content_Types].xml", "xl/workbook.xml"), ".xlsx"),
        (archive("word/document.xml"), ".docx"),
        (archive("mimetype", "content.xml"), ".ods"),
        (archive("bieu.xlsx"), ".zip"),
        (archive("xl/workbook.xml")[:40], ".zip"),
        (OLE_MAGIC + "Workbook".encode("utf-16-le"), ".xls"),
        (OLE_MAGIC + "WordDocument".encode("utf-16-le"), ".doc"),
        (OLE_MAGIC, ".ole"),
        (b"%PDF-1.4", ".pdf"),
        (b"\xff\xd8\xff\xe0", ".jpg"),
        (b"Kinh gui", ""),
        (b"", ""),
    ],
    # The bytes of an archive hold the time of its making: no name for a test that several workers look for.
    ids=range(12),
)
def test_first_bytes_tell_the_kind(content, suffix):
    """The content says what a nameless file is."""
    assert suffix == sniff(content)


@given(st.binary(max_size=200))
def test_sniffing_never_fails(content):
    """Broken archives are archives."""
    for head in (b"", b"PK\x03\x04", OLE_MAGIC):
        sniff(head + content)


def test_made_up_names_follow_content_then_declared_type():
    """A known kind gets its suffix, anything else .bin."""
    assert made_up_name(2, b"%PDF-", "text/plain") == "tep-2.pdf"
    assert made_up_name(1, b"BEGIN", "text/calendar") == "tep-1.ics"
    assert made_up_name(1, b"x", "x/y") == "tep-1.bin"


@given(st.text(max_size=400))
def test_a_safe_name_hides_nothing(name):
    """No path, no control sign, no end of 300 letters; making it safe twice changes nothing."""
    safe = safe_name(name)

    assert len(safe) <= 200
    assert not set(safe) & set('/\\:*?"<>|\r\n\x00\u202e')
    assert safe == safe_name(safe)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("a<br>b<BR/>c", "a\nb\nc"),
        ("<td>1</td><td>2</td>", "1 2"),
        ("<script>x()</script>a<style>p{}</style>", "a"),
        ("a < b > c &lt;d&gt;", "a < b > c <d>"),
        ("<!-- x --><!--[if gte mso 9]><xml>y</xml><![endif]-->z", "z"),
        ("a<!-- open", "a"),
        ("&#7917;&nbsp;&khong;", "ử &khong;"),
        ("<", "<"),
        ("", ""),
    ],
)
def test_html_gives_its_words(source, words):
    """Blocks become lines; what is not shown is left out."""
    assert words == strip_html(source)
