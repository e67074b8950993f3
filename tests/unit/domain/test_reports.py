"""The digest that binds an approval."""

from __future__ import annotations

from domain.reports import set_digest
from tests.factories import make_file


def test_the_order_of_files_does_not_matter():
    """The digest is over the sorted list."""
    one, two = make_file("a.xlsx", content=b"1"), make_file("b.docx", content=b"2")

    assert set_digest([one, two]) == set_digest([two, one])


def test_names_and_contents_matter():
    """A renamed, changed, added or missing file is another set."""
    one, two = make_file("a.xlsx", content=b"1"), make_file("b.docx", content=b"2")
    digest = set_digest([one, two])

    assert digest != set_digest([one])
    assert digest != set_digest([one, make_file("c.docx", content=b"2")])
    assert digest != set_digest([one, make_file("b.docx", content=b"3")])
    assert digest != set_digest([make_file("a.xlsx", content=b"2"), make_file("b.docx", content=b"1")])
