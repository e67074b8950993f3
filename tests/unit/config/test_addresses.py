"""Mail addresses are read as people write them, or refused with the reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.addresses import WrongAddress, read_address, split_addresses
from domain.messages import Address


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        pytest.param("ccvc@snv.example", "", "ccvc@snv.example", id="plain"),
        pytest.param(
            "  CCVC@SNV.Example ", "", "CCVC@snv.example", id="domain in lower case, local part kept"
        ),
        pytest.param("Phòng CCVC <ccvc@snv.example>", "Phòng CCVC", "ccvc@snv.example", id="with a name"),
        pytest.param('"Nguyễn, An" <an@snv.example>', "Nguyễn, An", "an@snv.example", id="quoted name"),
        pytest.param("<an@snv.example>", "", "an@snv.example", id="angle brackets only"),
        pytest.param("mailto:an@snv.example", "", "an@snv.example", id="copied link"),
        pytest.param("a.b+c_d@x-y.example", "", "a.b+c_d@x-y.example", id="signs"),
        pytest.param("an\u200b@snv.example", "", "an@snv.example", id="invisible sign of a web page"),
    ],
)
def test_an_address_is_read(text, name, address):
    """The name is what stands before the angle bracket; the domain is folded to lower case."""
    assert Address(name=name, address=address) == read_address(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "nothing stands there", id="empty"),
        pytest.param("Phòng CCVC", "there is no @", id="a name"),
        pytest.param("an@x@y.example", "there is more than one @", id="two @"),
        pytest.param("đạt@snv.example", "the letter `đ` cannot stand in one", id="Vietnamese letter"),
        pytest.param("an @snv.example", "there is a space in it", id="space"),
        pytest.param("@snv.example", "nothing stands before the @", id="no local part"),
        pytest.param("an.@snv.example", "`an.` cannot stand before the @", id="dot at the end"),
        pytest.param("an@", "nothing stands after the @", id="no domain"),
        pytest.param("an@snv", "`snv` is no mail domain", id="domain without dot"),
        pytest.param("an@snv..example", "`snv..example` is no mail domain", id="two dots"),
        pytest.param("an@snv.example.", "`snv.example.` is no mail domain", id="full stop of the sentence"),
        pytest.param("an,@snv.example", "`an,` cannot stand before the @", id="comma"),
        pytest.param(
            "a" * 65 + "@snv.example", f"`{'a' * 65}` cannot stand before the @", id="long local part"
        ),
    ],
)
def test_what_is_no_address_is_refused_with_its_reason(text, reason):
    """The reason names the sign or the part that is wrong."""
    with pytest.raises(WrongAddress) as caught:
        read_address(text)
    assert str(caught.value) == f"`{text.strip()}` is no mail address: {reason}."


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("", (), id="empty"),
        pytest.param("a@x.vn; b@x.vn ;", ("a@x.vn", "b@x.vn"), id="semicolons"),
        pytest.param("a@x.vn, b@x.vn", ("a@x.vn", "b@x.vn"), id="commas"),
        pytest.param("a@x.vn\nb@x.vn\r\nc@x.vn", ("a@x.vn", "b@x.vn", "c@x.vn"), id="line breaks"),
        pytest.param('"An, Nguyễn" <a@x.vn>, b@x.vn', ('"An, Nguyễn" <a@x.vn>', "b@x.vn"), id="quoted name"),
    ],
)
def test_a_cell_with_several_addresses_is_split(text, parts):
    """Semicolons, commas and line breaks part addresses, not inside a quoted name."""
    assert parts == split_addresses(text)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    """There is an address with exactly one @, or the refusal."""
    try:
        address = read_address(text)
    except WrongAddress:
        return
    assert address.address.count("@") == 1
    assert address.address.isascii()
