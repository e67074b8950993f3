"""What an attached file is, by its content first."""

from __future__ import annotations

import io
import zipfile

import pytest

from parsers.filekind import FileKind, file_kind

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def zipped(*names):
    """Make a zip with members of these names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"x" * 10)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("Biểu.xlsx", zipped("xl/workbook.xml"), FileKind.WORKBOOK),
        ("Báo cáo.docx", zipped("word/document.xml"), FileKind.NARRATIVE),
        ("bieu.xlsx", zipped("word/document.xml"), FileKind.NARRATIVE),
        ("bao-cao.docx", zipped("xl/workbook.xml"), FileKind.WORKBOOK),
        ("bieu.zip", zipped("bieu/bieu.pdf"), FileKind.ARCHIVE),
        ("bieu.xls", OLE, FileKind.WORKBOOK),
        ("bc.doc", OLE, FileKind.NARRATIVE),
        ("khong-ten", OLE + "WordDocument".encode("utf-16-le"), FileKind.NARRATIVE),
        ("scan.pdf", b"%PDF-1.7 ...", FileKind.NARRATIVE),
        ("bc.rtf", b"{\\rtf1 ...", FileKind.NARRATIVE),
        ("anh.jpg", b"\xff\xd8\xff\xe0 ...", FileKind.IMAGE),
        ("bieu.xlsx", b"\x89PNG ...", FileKind.IMAGE),
        ("bieu.rar", b"Rar!\x1a ...", FileKind.ARCHIVE),
        ("bieu.csv", b"a;b;c", FileKind.WORKBOOK),
        ("ghi-chu.txt", b"xin chao", FileKind.OTHER),
        ("bc.docx", b"", FileKind.OTHER),
        ("", b"", FileKind.OTHER),
    ],
)
def test_the_content_speaks_before_the_name(name, content, kind):
    """A file is what it holds, whatever it is called."""
    assert kind is file_kind(name, content)
