"""Every sentence of the report with nothing, one, many, not applicable and missing."""

from __future__ import annotations

import datetime as dt
import pathlib
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import config
from aggregator.narrative import (
    Examples,
    Paragraph,
    Points,
    Quotations,
    Sentence,
    parse_pattern,
    read_narrative,
)
from aggregator.sentences import Speaker, ended, one_line, plain_text, printable, unquoted
from domain.ids import FieldCode, ListCode
from tests.unit.aggregator.offices import NA, accepted, campaign, consolidated, form_spec

FORM = """
A02|TT||Từ ngày||date|R|min|
A03|TT||Đến ngày||date|R|min+max|
A07|TT|1|Tổng số công chức|người|int|R|sum|
T02|I|1|Hội nghị|buổi|int|R|sum|
T03|I||- Trong đó: trực tuyến|buổi|int|O|sum|
T04|I|2|Lượt người|lượt người|int|R|sum|
T06|I||Tỷ lệ|%|computed|-|ratio|ΣT04/ΣA07
K07|I|3|Ngày công|ngày công|dec|O|sum|
C15|I|4|Phong trào|phong trào|int|R|distinct|L4
N01|I|5|Nổi bật||text|R|concat|
"""
NARRATIVE = (
    pathlib.Path(config.__file__).parent / "examples" / "thang-dan-van-2021" / "report" / "narrative.yaml"
)


def speaker(*returned):
    """Make a speaker over the short form."""
    made = campaign(form=form_spec(FORM, lists=("L1", "L2", "L4")))
    return Speaker(campaign=made, consolidation=consolidated(made, returned))


def sentence(say, *, of="T02", zero="", not_applicable=None, unknown=None):
    """Make a sentence of its patterns."""
    return Sentence(
        of=FieldCode(of) if of else None,
        say=parse_pattern(say),
        zero=parse_pattern(zero),
        not_applicable=None if not_applicable is None else parse_pattern(not_applicable),
        unknown=None if unknown is None else parse_pattern(unknown),
    )


MEETINGS = sentence(
    "Đã tổ chức {T02} hội nghị[, trong đó {T03} buổi trực tuyến][, với {T04} lượt người].",
    zero="Chưa tổ chức hội nghị.",
)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([{"T02": 0, "T03": 0, "T04": 0}], "Chưa tổ chức hội nghị.", id="zero"),
        pytest.param(
            [{"T02": 1, "T03": 1, "T04": 12}],
            "Đã tổ chức 01 hội nghị, trong đó 01 buổi trực tuyến, với 12 lượt người.",
            id="one",
        ),
        pytest.param(
            [{"T02": 800, "T03": 0, "T04": 70_000}, {"T02": 434, "T03": 0, "T04": 1}],
            "Đã tổ chức 1.234 hội nghị, với 70.001 lượt người.",
            id="many, an optional clause left out",
        ),
        pytest.param([{"T02": NA, "T03": NA, "T04": NA}], "Chưa tổ chức hội nghị.", id="all N/A"),
        pytest.param([{"T02": None}], "Chưa có số liệu về chỉ tiêu “Hội nghị”.", id="missing"),
        pytest.param([], "Chưa có số liệu về chỉ tiêu “Hội nghị”.", id="no unit has sent"),
        pytest.param(
            [{"T02": 3, "T03": 2, "T04": 9}, {"T02": 2, "T04": 1}],
            "Đã tổ chức 05 hội nghị, trong đó 02 buổi trực tuyến (số liệu của 1/9 đơn vị), với 10 lượt "
            "người.",
            id="a unit left one of them empty",
        ),
        pytest.param(
            [{"T02": 3, "T03": 2, "T04": 9}, {}],
            "Đã tổ chức 03 hội nghị, trong đó 02 buổi trực tuyến, với 09 lượt người (số liệu của 1/9 đơn "
            "vị).",
            id="a unit left all of them empty: said once",
        ),
        pytest.param(
            [{"T02": 0}, {}],
            "Chưa tổ chức hội nghị (số liệu của 1/9 đơn vị).",
            id="zero of those that answered",
        ),
        pytest.param(
            [{"T02": "~5", "T04": 1}],
            "Đã tổ chức 05 hội nghị (có số ước lượng), với 01 lượt người.",
            id="rough",
        ),
    ],
)
def test_a_sentence_says_what_the_figures_allow(answers, expected):
    """Zero, one, many, N/A and missing each have natural words."""
    units = ("VP", "TTR", "TCBM")
    said = speaker(*(accepted(unit, given) for unit, given in zip(units, answers, strict=False))).say(
        MEETINGS
    )

    assert plain_text(said) == expected


@pytest.mark.parametrize(
    ("pattern", "answers", "expected"),
    [
        pytest.param(sentence("Có {T02}.", zero=""), {"T02": 0}, "", id="nothing to say about zero"),
        pytest.param(
            sentence("Có {T02}.", zero="Không có.", not_applicable="Không phát sinh."),
            {"T02": NA},
            "Không phát sinh.",
            id="own words for N/A",
        ),
        pytest.param(
            sentence("Có {T02}.", zero="Không có.", not_applicable=""), {"T02": NA}, "", id="silence for N/A"
        ),
        pytest.param(sentence("Có {T02}.", unknown=""), {}, "", id="silence for missing"),
        pytest.param(sentence("Có {T02}.", unknown="Chưa rõ."), {}, "Chưa rõ.", id="own words for missing"),
        pytest.param(
            sentence("Tỷ lệ {T06}%.", of="T06"), {"T04": 39, "A07": 40}, "Tỷ lệ 97,5%.", id="per cent"
        ),
        pytest.param(
            sentence("Tỷ lệ {T06}%.", of="T06"), {"T04": 4, "A07": 4}, "Tỷ lệ 100%.", id="all of them"
        ),
        pytest.param(sentence("Tỷ lệ {T06}%.", of="T06"), {"T04": 0, "A07": 0}, "", id="nothing to divide"),
        pytest.param(
            sentence("Có {T02}[, đạt {T06}%]."), {"T02": 2, "T04": 0, "A07": 0}, "Có 02.", id="ratio left out"
        ),
        pytest.param(
            sentence("{K07} ngày công.", of="K07"),
            {"K07": Decimal("1234.50")},
            "1.234,5 ngày công.",
            id="decimals",
        ),
        pytest.param(
            sentence("{K07} ngày công.", of="K07"), {"K07": 5}, "05 ngày công.", id="whole decimals"
        ),
        pytest.param(
            sentence("Từ {A03} đến {A03.upper}.", of="A03"),
            {"A03": dt.date(2021, 10, 5)},
            "Từ 05/10/2021 đến 05/10/2021.",
            id="dates",
        ),
        pytest.param(sentence("Luôn nói.", of=""), {}, "Luôn nói.", id="without a figure"),
        pytest.param(
            sentence("Có {T02} và {T03}."),
            {"T02": 1},
            "Có 01 và (chưa có số liệu).",
            id="unknown outside brackets",
        ),
    ],
)
def test_sentences_by_example(pattern, answers, expected):
    """Each kind of figure is written the office's way."""
    assert plain_text(speaker(accepted("VP", answers)).say(pattern)) == expected


@given(
    st.fixed_dictionaries(
        {
            code: st.one_of(st.none(), st.just(NA), st.integers(0, 10**7), st.just("~7"))
            for code in ("T02", "T03", "T04", "A07")
        }
    ),
    st.fixed_dictionaries(
        {
            code: st.one_of(st.none(), st.just(NA), st.integers(0, 10**7))
            for code in ("T02", "T03", "T04", "A07")
        }
    ),
)
def test_whatever_units_answer_sentences_stay_whole(first, second):
    """No empty place, no doubled sign, no bracket of the pattern is left in what is said."""
    talker = speaker(accepted("VP", first), accepted("TTR", second))
    for each in (MEETINGS, sentence("Tỷ lệ {T06}%[ của {A07} người].", of="T06", zero="Chưa đạt.")):
        said = plain_text(talker.say(each))
        assert not re.search(r"[\[\]{}]|  | [.,;]|,,|\(\)|None", said)
        assert not said or said.endswith(".")


def test_numbers_in_sentences_are_the_figures_themselves():
    """Each number of a line names its figure, and shows that figure's value."""
    talker = speaker(accepted("VP", {"T02": 12, "T03": 3, "T04": 4567}))

    pieces = [(piece.code, piece.text) for piece in talker.say(MEETINGS) if piece.code]

    assert pieces == [("T02", "12"), ("T03", "03"), ("T04", "4.567")]


def test_examples_name_their_unit_and_the_rest_is_counted():
    """Rows of a list stand in roster order; empty columns leave their clause out."""
    rows = [
        (f"Mô hình {number}", "kinh tế", "mới", "làm", None if number == 2 else "tốt;\n- có ích")
        for number in range(1, 5)
    ]
    talker = speaker(
        accepted("CCHC", {}, {"L1": rows}), accepted("VP", {}, {"L1": [("“Một cửa”", "x", "mới", "y", "z.")]})
    )
    examples = Examples(
        list=ListCode("L1"),
        say=parse_pattern("{unit}: mô hình “{ten}”[ - {ket_qua}]"),
        most=3,
        more="Và {rest} mô hình khác.",
    )

    assert [plain_text(line) for line in talker.examples(examples)] == [
        "Văn phòng Sở: mô hình “Một cửa” - z.",
        "Phòng Cải cách hành chính: mô hình “Mô hình 1” - tốt; có ích.",
        "Phòng Cải cách hành chính: mô hình “Mô hình 2”.",
        "Và 02 mô hình khác.",
    ]


def test_movements_of_one_name_are_one_example_with_all_units():
    """“Nụ cười công sở” of two units is one line."""
    talker = speaker(
        accepted("VP", {}, {"L4": [("Nụ cười công sở",)]}),
        accepted("CCVC", {}, {"L4": [("NỤ CƯỜI CÔNG SỞ",)]}),
    )
    examples = Examples(list=ListCode("L4"), say=parse_pattern("“{ten}” ({units})"))

    assert [plain_text(line) for line in talker.examples(examples)] == [
        "“Nụ cười công sở” (Văn phòng Sở, Phòng Công chức, viên chức)."
    ]


def test_quotations_name_their_unit_and_silence_has_words():
    """What units wrote is quoted with the unit; when nobody wrote anything that is said."""
    talker = speaker(accepted("VP", {"N01": "- Làm tốt\n- Làm nhanh"}), accepted("TTR", {"N01": "Không"}))
    silent = speaker(accepted("TTR", {"N01": "Không"}))
    quotations = Quotations(of=FieldCode("N01"), none="Không nêu.")

    assert [plain_text(line) for line in talker.quotations(quotations)] == [
        "Văn phòng Sở: Làm tốt. Làm nhanh."
    ]
    assert [plain_text(line) for line in silent.quotations(quotations)] == ["Không nêu."]


def test_many_names_and_many_quotations_are_shortened_with_a_word():
    """What is left out is counted; the workbook has it all."""
    codes = ("VP", "TTR", "TCBM", "CCVC", "XDCQ", "CCHC", "TDKT")
    talker = speaker(*(accepted(code, {"N01": code}, {"L4": [("Nụ cười",)]}) for code in codes))
    (movement,) = talker.examples(Examples(list=ListCode("L4"), say=parse_pattern("{ten}: {units}")))
    quoted = list(talker.quotations(Quotations(of=FieldCode("N01"), most=2)))

    assert plain_text(movement).endswith(
        "Phòng Xây dựng chính quyền và công tác thanh niên và 02 đơn vị khác."
    )
    assert [plain_text(line) for line in quoted[1:]] == [
        "Thanh tra Sở: TTR.",
        "Và 05 ý kiến khác, ghi đầy đủ trong biểu tổng hợp.",
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("một\nhai", "một. hai"),
        ("- một;\n\n+ hai.\n• ba", "một; hai. ba"),
        ("  một   hai  ", "một hai"),
        ("a\x00b\x0b\x1f\ud800c\ufffe", "abc"),
        ("", ""),
        ("-", ""),
    ],
)
def test_several_lines_become_one(given, expected):
    """A unit's own dashes and line breaks do not break the report's."""
    assert one_line(given) == expected


@given(st.text())
def test_printable_text_fits_into_xml(text):
    """Whatever a unit wrote, Word can open the report."""
    import xml.etree.ElementTree as ET  # noqa: PLC0415 - the test's own oracle
    from xml.sax.saxutils import escape  # noqa: PLC0415 - the test's own oracle

    ET.fromstring(f"<a>{escape(printable(text))}</a>")


@pytest.mark.parametrize(
    ("given", "expected"),
    [("một", "một."), ("một;", "một."), ("một.", "một."), ("một…", "một…"), ("một :", "một.")],
)
def test_lines_end_with_a_stop(given, expected):
    """Every line of the report is a sentence."""
    assert ended(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"), [("“a”", "a"), ('"a"', "a"), ("“a” và “b”", "“a” và “b”"), ("a", "a"), ("“", "“")]
)
def test_outer_quotation_marks_are_taken_off_once(given, expected):
    """The pattern brings the marks; a name that holds several keeps its own."""
    assert unquoted(given) == expected


def _sentences(section):
    for content in section.content:
        if isinstance(content, Paragraph | Points):
            yield from content.sentences
    for item in section.items:
        yield from _sentences(item)


def _all():
    form = campaign().form
    narrative = read_narrative(NARRATIVE.read_text(encoding="utf-8"), form)
    return [each for section in narrative.sections for each in _sentences(section) if each.of]


@pytest.mark.parametrize("each", _all(), ids=lambda each: each.of)
def test_every_sentence_of_the_example_speaks_well_of_every_state(each):
    """The shipped narrative has whole sentences for 0, 1, many, N/A, missing and a unit that left gaps."""
    made = campaign()
    codes = {slot.name for clause in each.say for slot in clause.slots} | {each.of}
    for code in tuple(codes):
        ratio = made.form.by_code[code].ratio
        codes |= {*ratio.numerator, *ratio.denominator} if ratio else set()
    typed = [code for code in sorted(codes) if made.form.by_code[code].ratio is None]
    names = {"C15": [("A",), ("B",)]}
    said = {}
    for state, typed_in in (("zero", 0), ("one", 1), ("many", 12_345), ("n/a", NA), ("missing", None)):
        lists = {"L4": names["C15"] if typed_in not in (0, NA, None) else []}
        form = accepted("VP", dict.fromkeys(typed, typed_in), lists)
        other = accepted("TTR", dict.fromkeys(typed[:1], typed_in) if state != "missing" else {})
        for forms in ((form,), (form, other)):
            talker = Speaker(campaign=made, consolidation=consolidated(made, forms))
            said[state] = plain_text(talker.say(each))
            assert not re.search(r"[\[\]{}]|  | [.,;]|,,|;;|\(\)|None|\bnan\b", said[state]), said[state]
            assert not said[state] or (said[state][0].isupper() and said[state].endswith(".")), said[state]
    if each.of != "C15" and made.form.by_code[each.of].ratio is None:
        assert "12.345" in said["many"] or "24.690" in said["many"]
        assert not re.search(r"\b00?\b", said["zero"])
