"""Letters that are not what they show: converted without a doubt, asked about, or left alone."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.letters.legacy_text import Encoding, read_letters, readable
from tests.unit.parsers.old_letters import in_latin, in_tcvn3, in_vni, sentences, words

TCVN3, VNI = ".VnTime", "VNI-Times"


@pytest.mark.parametrize(
    ("text", "font", "reading", "encoding"),
    [
        ("Uû ban nh©n d©n huyÖn", "", "Uỷ ban nhân dân huyện", Encoding.TCVN3),
        ("HuyÖn", "", "Huyện", Encoding.TCVN3),
        ("t\u00ad t\u00adëng ®¹o ®øc Hå ChÝ Minh", "", "tư tưởng đạo đức Hồ Chí Minh", Encoding.TCVN3),
        ("Q§ 12/Q§-UBND ngµy 5", "", "QĐ 12/QĐ-UBND ngày 5", Encoding.TCVN3),
        ("email: h¶i@b.vn gëi ®Õn", "", "email: hải@b.vn gởi đến", Encoding.TCVN3),
        ("GI¸M §èC", "", "GIÁM ĐỐC", Encoding.TCVN3),
        ("H§ND", TCVN3, "HĐND", Encoding.TCVN3),
        ("§/c BÝ th­ ®¶ng uû", "", "Đ/c Bí thư đảng uỷ", Encoding.TCVN3),
        ("Tuyªn truyÒn · héi nghÞ", "", "Tuyên truyền · hội nghị", Encoding.TCVN3),
        ("céng t¸c phÝ", TCVN3, "cộng tác phí", Encoding.TCVN3),
        ("uû ban nh©n d©n", ".VnTimeH", "UỶ BAN NHÂN DÂN", Encoding.TCVN3),
        ("göi nguyÔn.an@b.vn, a@b.vn", ".VnTimeH", "GỬI NGUYễN.AN@B.VN, a@b.vn", Encoding.TCVN3),
        ("Nguyeãn Vaên thoâng", "", "Nguyễn Văn thông", Encoding.VNI),
        ("UÛY BAN NHAÂN DAÂN TÆNH", "", "ỦY BAN NHÂN DÂN TỈNH", Encoding.VNI),
        ("Nguyeãn", VNI, "Nguyễn", Encoding.VNI),
        ("Qui cheá 01/2021/QÑ-UBND", "", "Qui chế 01/2021/QĐ-UBND", Encoding.VNI),
        ("Sá»Ÿ Ná»™i vá»¥", "", "Sở Nội vụ", Encoding.UTF8),
        ("Há»“ng", "", "Hồng", Encoding.UTF8),
        (in_latin(in_latin("Hồng")), "", "Hồng", Encoding.UTF8),
    ],
)
def test_texts_without_a_doubt(text, font, reading, encoding):
    """Font and words agree, or the words alone say it."""
    letters = read_letters(text, font)
    assert letters is not None
    assert (reading.casefold(), encoding, True) == (
        letters.text.casefold(),
        letters.encoding,
        letters.is_sure,
    )


@pytest.mark.parametrize(
    ("text", "font", "reading"),
    [
        ("12 buæi", "", "12 buổi"),
        ("cã", TCVN3, "có"),
        ("mét", TCVN3, "một"),
        ("H§ND", "", "HĐND"),
        ("§/c Lan", "", "Đ/c Lan"),
        ("15.000.000 ®", TCVN3, "15.000.000 đ"),
        ("ABC ®", TCVN3, "ABC đ"),
        ("Hội nghị tuyªn truyÒn", "", "Hội nghị tuyên truyền"),
        ("Tæ chøc lÔ kû niÖm; Müller", "", None),
        ("Nguyeãn", "", "Nguyễn"),
        ("Nguyeãn Vaên", TCVN3, "Nguyễn Văn"),
        ("tæ chøc", "", "tổ chức"),
        ("så må", "", None),
        ("ñ/c Bí thö", "", "ñ/c Bí thö"),
        ("HÃ  Ná»™i", "", "HÃ  Ná»™i"),
        ("H?i ngh? tuyên truy?n", "", "H?i ngh? tuyên truy?n"),
        ("a?b c?d", "", "a?b c?d"),
        ("M\ufffdt", "", "M\ufffdt"),
        ("Lo\udc00t", "", "Lo\udc00t"),
        ("5 µm", TCVN3, "5 àm"),
    ],
)
def test_texts_that_are_asked_about(text, font, reading):
    """Half of the words, a single word, a word that could be both, two readings, letters lost."""
    letters = read_letters(text, font)
    assert letters is not None
    assert not letters.is_sure
    assert reading in (None, letters.text)


FOREIGN = [
    "Müller & Söhne", "Jürgen Straße", "für Gäste aus Köln", "José María Gómez", "François Mitterrand",
    "Noël", "Citroën", "déjà vu", "Häagen-Dazs", "São Paulo", "España", "Dvořák", "Škoda", "Malmö", "Gdańsk",
    "naïve façade", "crème brûlée", "Rolls-Royce®", "Microsoft™ Windows®", "© 2021", "«Dân vận khéo»",
    "25 °C", "100 m²", "1½", "5 µm", "§5, §7", "N·m", "12¹", "£5", "infor\u00adma\u00adtion",
    "tuyên\u00adtruyền", "Ðà Nẵng", "CO₂", "Pleiku, Đắk Lắk, Krông Pa", "Ê-đê", "kêt quả tôt",
    "hoà giải, hòa giải", "qúy I",
    "54-KL/TU", "nguyen.van-an@bacgiang.gov.vn", "https://bacgiang.gov.vn/?a=1?b=2", "0912 345 678", "x", "",
]  # fmt: skip


@pytest.mark.parametrize("text", FOREIGN)
def test_foreign_words_signs_and_codes_are_left_alone(text):
    """Names, products, units, addresses and careless spelling are what they show."""
    assert read_letters(text) is None


@pytest.mark.parametrize("text", ["Nguyễn Văn An", "Đảng bộ", "an@b.vn, 0912", "54-KL/TU", "Hà Nội", "Hà"])
def test_unicode_in_an_old_font_is_left_alone(text):
    """Whoever types Unicode into a cell of .VnTime means Unicode; ASCII has nothing to turn."""
    assert [None] * 3 == [read_letters(text, font) for font in (TCVN3, ".VnTimeH", "VK Sans Serif")]


@pytest.mark.parametrize(
    ("text", "font", "seen"),
    [
        ("Chỉ tiêu", "", "Chỉ tiêu"),
        ("ChØ tiªu", "", "Chỉ tiêu"),
        ("Chæ tieâu", VNI, "Chỉ tiêu"),
        ("Sè l\u00adîng", TCVN3, "Số lượng"),
        ("cã", TCVN3, "có"),
        ("H?i ngh? tuy?n", "", "H?i ngh? tuy?n"),
    ],
)
def test_the_likely_reading_serves_to_match_words(text, font, seen):
    """Labels and choices are compared with words known before, so a guess may serve."""
    assert seen == readable(text, font)


def agrees(letters, text):
    """Tell whether a reading is the text itself, or is not taken without asking."""
    return letters is None or not letters.is_sure or letters.text.casefold() == text.casefold()


texts = st.one_of(
    st.sampled_from(sentences()),
    st.lists(st.sampled_from(words()), min_size=1, max_size=6).map(" ".join),
    st.lists(st.sampled_from((*words(), "CCVC", "a@b.vn", "12")), min_size=1, max_size=6).map(", ".join),
)


@given(texts)
def test_an_old_encoding_is_read_exactly_or_asked_about(text):
    """In its font a text never stays as it looks, and never becomes another one."""
    small = text.lower()
    for seen, meant, font in (
        (in_tcvn3(small), small, TCVN3),
        (in_tcvn3(small), text.upper(), ".VnTimeH"),
        (in_vni(text), text, VNI),
    ):
        letters = read_letters(seen, font)
        assert letters is not None or seen in {meant, small}
        assert agrees(letters, meant)


@given(texts)
def test_without_its_font_an_old_encoding_is_never_read_as_another_text(text):
    """The words alone decide, or leave it open."""
    small = text.lower()
    assert agrees(read_letters(in_tcvn3(small)), small)
    assert agrees(read_letters(in_vni(text)), text)
    letters = read_letters(in_latin(text))
    assert letters is not None
    assert text == letters.text


@given(texts, st.sampled_from(["NFC", "NFD"]), st.sampled_from(["", TCVN3, VNI]))
def test_vietnamese_in_unicode_is_never_converted(text, form, font):
    """Without an old font nothing is even asked."""
    letters = read_letters(unicodedata.normalize(form, text), font)
    assert letters is None or (font != "" and not letters.is_sure)


@given(st.lists(st.sampled_from([*FOREIGN, *words()]), min_size=1, max_size=5))
def test_foreign_words_among_vietnamese_are_never_converted(parts):
    """A foreign name makes no old encoding of the words around it."""
    letters = read_letters("; ".join(parts))
    assert letters is None or not letters.is_sure


@given(
    st.text(st.characters(max_codepoint=0x1EFF), max_size=40), st.sampled_from(["", TCVN3, ".VnTimeH", VNI])
)
def test_any_text_has_a_reading(text, font):
    """Nothing ends in a traceback, and ASCII stays."""
    assert isinstance(readable(text, font), str)
    assert not text.isascii() or readable(text, font) == text


@pytest.mark.parametrize(
    "text",
    ["a\u00ad" * 16_000, "a?b" * 10_000, "á»" * 16_000, "ö" * 32_000, "®· " * 10_000, "\u0301" * 32_000],
    ids=["hyphens", "questions", "bytes", "vowels", "signs", "marks"],
)
def test_a_cell_full_of_signs_costs_nothing(text):
    """Only the beginning of a long text is looked at."""
    begun = time.process_time()
    read_letters(text, TCVN3)
    assert time.process_time() - begun < 0.5
