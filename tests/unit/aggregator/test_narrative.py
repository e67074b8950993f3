"""The office's own text: what it may say, and what is told when it is wrong."""

from __future__ import annotations

import pytest

from aggregator.narrative import (
    Annex,
    Paragraph,
    Points,
    Quotations,
    Slot,
    parse_pattern,
    plain_narrative,
    read_narrative,
)
from domain.errors import ConfigError
from tests.unit.aggregator.offices import campaign, form_spec
from tests.unit.aggregator.test_sentences import NARRATIVE


def problems(text):
    """Read a wrong narrative and give its problems as lines."""
    with pytest.raises(ConfigError) as caught:
        read_narrative(text, campaign().form)
    return [str(problem) for problem in caught.value.problems]


def test_patterns_are_words_places_and_optional_clauses():
    """`{T02}` is a place, `[…]` may be left out."""
    first, second, third = parse_pattern("Có {T02} buổi[, đến {A03.upper}] trong kỳ.")

    assert (first.pieces, first.optional) == (("Có ", Slot("T02"), " buổi"), False)
    assert (second.pieces, second.optional) == ((", đến ", Slot("A03", upper=True)), True)
    assert third.pieces == (" trong kỳ.",)


@pytest.mark.parametrize("text", ["{T02", "T02}", "[a", "a]", "[a[b]]", "{}", "{T02.lower}", "{.upper}"])
def test_broken_patterns_are_refused(text):
    """A forgotten bracket is a mistake, never text."""
    with pytest.raises(ValueError, match=r"bracket|brace|place"):
        parse_pattern(text)


def test_a_short_narrative_is_read():
    """Sections, sentences, quotations and annexes come out as written."""
    text = """
sections:
  - title: KẾT QUẢ
    content:
      - paragraph:
          - Luôn nói.
          - {of: T02, say: "Có {T02}.", zero: , not_applicable: Không phát sinh.}
    items:
      - title: Ưu điểm
        content: [{quotes: N01, none: Không nêu.}]
annexes:
  - {of: L1, columns: [ten, ket_qua]}
"""
    narrative = read_narrative(text, campaign().form)
    (section,) = narrative.sections
    (paragraph,) = section.content
    assert isinstance(paragraph, Paragraph)
    always, counted = paragraph.sentences

    assert always.of is None
    assert (counted.of, counted.zero, counted.unknown) == ("T02", (), None)
    assert counted.not_applicable == parse_pattern("Không phát sinh.")
    assert section.items[0].content == (Quotations(of="N01", none="Không nêu."),)
    assert narrative.annexes == (
        Annex(of="L1", title="DANH SÁCH MÔ HÌNH “DÂN VẬN KHÉO”", columns=("ten", "ket_qua")),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "report/narrative.yaml:1:1: The report has no sections.", id="empty"),
        pytest.param("sections: [", "report/narrative.yaml:1:12: This is no YAML", id="no YAML"),
        pytest.param("sections: x", "report/narrative.yaml:1:11: This must be a list.", id="no list"),
        pytest.param(
            "sections:\n  - title: A\n    contents: []",
            "report/narrative.yaml:3:5: `contents` means nothing here. Did you mean `content`?",
            id="misspelt key",
        ),
        pytest.param(
            "sections:\n  - content: []", "report/narrative.yaml:2:5: A section needs a title.", id="no title"
        ),
        pytest.param(
            'sections:\n  - title: A\n    content:\n      - paragraph: [{of: T99, say: "Có {T02}."}]',
            "report/narrative.yaml:4:26: The form has no figure `T99`.",
            id="unknown figure",
        ),
        pytest.param(
            'sections:\n  - title: A\n    content:\n      - paragraph: ["Có {T2}."]',
            "report/narrative.yaml:4:21: `{T2}` is not known here.",
            id="unknown place",
        ),
        pytest.param(
            'sections:\n  - title: A\n    content:\n      - points: [{of: T02, say: "Có [{T02}."}]',
            "report/narrative.yaml:4:33: A square bracket is not closed",
            id="open bracket",
        ),
        pytest.param(
            "sections:\n  - title: A\n    content: [{of: T02}]",
            "report/narrative.yaml:3:16: `of` means nothing here.",
            id="sentence outside a paragraph",
        ),
        pytest.param(
            "sections:\n  - title: A\n    content: [{list: L9, say: x}]",
            "report/narrative.yaml:3:22: The form has no list `L9`.",
            id="unknown list",
        ),
        pytest.param(
            'sections:\n  - title: A\n    content: [{list: L1, say: "{tenn}", most: nhiều}]',
            "report/narrative.yaml:3:47: `nhiều` is no number above 0.",
            id="no number",
        ),
        pytest.param(
            "sections:\n  - title: A\n    content: [{quotes: T02}]",
            "report/narrative.yaml:3:24: The form has no text field `T02`.",
            id="figure quoted",
        ),
        pytest.param(
            "sections:\n  - title: A\nannexes: [{of: L1, columns: [tenn]}]",
            "report/narrative.yaml:3:30: List L1 has no column `tenn`.",
            id="unknown column",
        ),
    ],
)
def test_mistakes_are_named_with_their_place(text, expected):
    """Line, column, what is wrong and what was probably meant."""
    found = problems(text)

    assert any(line.startswith(expected) for line in found), found


def test_all_mistakes_are_told_at_once():
    """Nobody mends a file one mistake at a time."""
    text = 'sections:\n  - title: A\n    content:\n      - paragraph: ["{X1}", "{X2}", {of: X3, say: "{X4}"}]'

    assert len(problems(text)) == 4


def test_a_campaign_without_text_gets_its_figures_in_lists():
    """Any form can be reported: sections, figures, quotations, all annexes."""
    lines = """
B01|A|1|- Số cây đã trồng|cây|int|R|sum|
B02|A||Tỷ lệ sống|%|computed|-|ratio|ΣB01/ΣB01
B03|A||Kỳ số liệu||date|R|min+max|
B04|II. Ý KIẾN|1|Kiến nghị||text|R|concat|
B05|C|1|Người lập||text|R|-|
"""
    narrative = plain_narrative(form_spec(lines, lists=("L2",)))
    figures, words = narrative.sections
    (points,) = figures.content

    assert isinstance(points, Points)
    assert [sentence.of for sentence in points.sentences] == ["B01", "B02", "B03"]
    assert points.sentences[0].say[0].pieces == ("Số cây đã trồng: ", Slot("B01"), " cây", ".")
    assert words.title == "Ý KIẾN"
    assert [item.title for item in words.items] == ["Kiến nghị"]
    assert [annex.of for annex in narrative.annexes] == ["summary", "L2", "coverage"]


def test_the_example_campaign_s_text_fits_its_form(example):
    """Every code and column that the shipped text names is in the shipped form."""
    narrative = read_narrative(NARRATIVE.read_text(encoding="utf-8"), example.form)

    assert [section.title for section in narrative.sections] == [
        "CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO, TRIỂN KHAI",
        "KẾT QUẢ THỰC HIỆN",
        "ĐÁNH GIÁ CHUNG",
        "NHIỆM VỤ, GIẢI PHÁP THỜI GIAN TỚI",
        "KIẾN NGHỊ, ĐỀ XUẤT",
    ]
    assert len(narrative.sections[1].items) == 6
    assert [annex.of for annex in narrative.annexes] == ["summary", "L1", "L2", "coverage"]
