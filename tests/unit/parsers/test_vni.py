"""VNI: two signs to a letter, in small and capital letters."""

from __future__ import annotations

import pytest

from parsers.letters import vni
from tests.unit.parsers.old_letters import in_vni, sentences


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("Nguyeãn Vaên Thoâng", "Nguyễn Văn Thông"),
        ("UÛY BAN NHAÂN DAÂN TÆNH BAÉC GIANG", "ỦY BAN NHÂN DÂN TỈNH BẮC GIANG"),
        ("Ñoäc laäp - Töï do - Haïnh phuùc", "Độc lập - Tự do - Hạnh phúc"),
        ("ñöôïc, thuyeàn, quyù, kyõ, lyù, bò, kó", "được, thuyền, quý, kỹ, lý, bị, kĩ"),
        ("Aân", "Ân"),
        ("a@b.vn, 54-KL/TU", "a@b.vn, 54-KL/TU"),
    ],
)
def test_texts_are_decoded(seen, meant):
    """A letter and its marks become one letter; ASCII stays."""
    assert meant == vni.decode(seen)


def test_every_letter_with_a_mark_has_a_spelling():
    """All 134 accented letters of the language, each once in either case."""
    letters = set(vni.TABLE.values())
    assert 134 == len(letters)
    assert letters == {letter.swapcase() for letter in letters}


def test_real_sentences_come_back():
    """What the table spells, it reads."""
    assert list(sentences()) == [vni.decode(in_vni(line)) for line in sentences()]
