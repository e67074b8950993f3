"""TCVN3: every sign as the standard has it, and what is no letter left alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import unicodedata

import pytest

from parsers.letters import tcvn3
from parsers.letters.syllables import is_syllable
from tests.unit.parsers.old_letters import in_tcvn3, sentences


@pytest.fixture(scope="module")
def iconv() -> str:
    """Give glibc's converter; without it, or without its table, skip at home and fail in CI."""
    program = shutil.which("iconv")
    listed = subprocess.run([program, "-l"], capture_output=True, check=True) if program else None
    if listed is None or b"TCVN5712-1" not in listed.stdout:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("iconv with TCVN5712-1 is not installed")
    return str(program)


def test_every_sign_is_what_the_standard_says(iconv):
    """The 94 signs agree with glibc's table, marks on a vowel."""
    signs = [bytes([sign]) for sign in range(0xA1, 0xFF)]
    told = subprocess.run(
        [iconv, "-f", "TCVN5712-1", "-t", "UTF-8"],
        input=b"".join(b"a" + sign + b"\n" for sign in signs),
        capture_output=True,
        check=True,
    )
    expected = unicodedata.normalize("NFC", told.stdout.decode()).splitlines()
    assert expected == [tcvn3.decode("a" + sign.decode("latin-1")) for sign in signs]


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("Uû ban nh©n d©n huyÖn", "Uỷ ban nhân dân huyện"),
        ("\u00ad\u00adíc tÝnh ph\u00ad¬ng ¸n", "ưước tính phương án"),
        ("§¶ng bé", "Đảng bộ"),
        ("ng\u03bcy", "ngày"),
        ("100 m² ë 25°", "100 m² ở 25°"),
        ("a@b.vn, 54-KL/TU", "a@b.vn, 54-KL/TU"),
        ("“®Ñp”", "“đẹp”"),
    ],
)
def test_texts_are_decoded(seen, meant):
    """Letters are turned; quotes, squares and degrees stay."""
    assert meant == tcvn3.decode(seen)


def test_real_sentences_come_back():
    """What the table spells, it reads."""
    small = [line.lower() for line in sentences()]
    assert small == [tcvn3.decode(in_tcvn3(line)) for line in small]


@pytest.mark.parametrize(
    ("font", "capitals"), [(".VnTimeH", True), (".VnArial NarrowH", True), (".VnTime", False), ("", False)]
)
def test_fonts_whose_name_ends_in_h_show_capitals(font, capitals):
    """.VnTimeH has no small letters."""
    assert capitals == tcvn3.shows_capitals(font)


def test_the_fonts_have_no_capitals_with_a_tone():
    """In .VnTime "Hà" of Unicode shows no letter at all."""
    assert (False, True) == (tcvn3.has_glyphs("Hà"), tcvn3.has_glyphs("Hµ"))
    assert is_syllable(tcvn3.decode("Hµ"))
