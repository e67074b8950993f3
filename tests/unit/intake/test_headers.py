"""Tests of header fields: text, parameters and addresses in every form that senders use."""

import base64
import email.header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.messages import Address
from domain.vietnamese import nfc
from intake.headers import decode_bytes, decode_text, read_addresses, read_ids, read_parameters

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyĂÂĐÊÔƠƯắằẳẵặấầẩẫậếềểễệốồổỗộớờởỡợứừửữựíìỉĩịýỳỷỹỵ019,.-()“”’"
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=14).map(" ".join)


def surrogates(content: bytes) -> str:
    """Write bytes as the parser of the standard library keeps them."""
    return content.decode("ascii", "surrogateescape")


@given(WORDS, st.sampled_from(["utf-8", "b", "q"]))
def test_vietnamese_text_survives_every_encoding(text, way):
    """What the standard library folds, and what programs write letter by letter, is read back unchanged."""
    if way == "utf-8":
        raw = email.header.Header(text, "utf-8", maxlinelen=70).encode()
    elif way == "b":
        raw = f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="
    else:
        raw = " ".join(f"=?UTF-8?Q?{''.join(f'={byte:02X}' for byte in sign.encode())}?=" for sign in text)

    assert nfc(text) == decode_text(raw)


@given(WORDS, st.integers(1, 9))
def test_encoded_words_may_be_cut_inside_a_letter(text, length):
    """Bytes of neighbouring encoded words belong together."""
    content = text.encode()
    pieces = [content[start : start + length] for start in range(0, len(content), length)]
    raw = "\r\n ".join(f"=?UTF-8?B?{base64.b64encode(piece).decode()}?=" for piece in pieces)

    assert nfc(text) == decode_text(raw)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Re: =?UTF-8?Q?B=C3=A1o?= c", "Re: Báo c"),
        ("=?UTF-8?Q?B=C3=A1o?= =?UTF-8?Q?_c=C3=A1o?=", "Báo cáo"),
        ("=?UTF-8?Q?B=C3=A1o?=-=?UTF-8?Q?c=C3=A1o?=", "Báo-cáo"),
        ("=?UTF-8*vi?Q?B=C3=A1o?=", "Báo"),
        ("=?no-such?Q?B=C3=A1o?=", "Báo"),
        ("=?iso-8859-1?Q?B=C3=A1o?=", "Báo"),
        ("=?iso-8859-1?Q?caf=E9?=", "café"),
        ("=?unicode_escape?Q?=5Cq?=", "\\q"),
        ("=?UTF-8?B?QsOhbw?=", "Báo"),
        ("=?UTF-8?X?abc?=", "=?UTF-8?X?abc?="),
        ("=?UTF-8?Q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        (surrogates("Báo cáo".encode()), "Báo cáo"),
        (surrogates(b"B\xe1o c\xe1o"), "Báo cáo"),
        (surrogates("Ba\u0301o".encode()), "Báo"),
        ("a\r\n b", "a b"),
    ],
)
def test_text_is_decoded(raw, text):
    """Encoded words, raw bytes and broken charsets all give words on one line."""
    assert text == decode_text(raw)


@pytest.mark.parametrize(
    "charset", ["", "tcvn", "\x00", "utf-8\x00", "hex", "zlib", "idna", "undefined", "🙂", "a" * 99]
)
def test_no_charset_is_an_error(charset):
    """Whatever a sender calls his charset, the bytes are read."""
    assert decode_bytes("Báo".encode(), charset) == "Báo"


@given(st.binary(max_size=60), st.text(max_size=12))
def test_any_bytes_in_any_charset_are_read(content, charset):
    """There is always a text that can be stored."""
    decode_bytes(content, charset).encode("utf-8", "strict")


@pytest.mark.parametrize(
    ("raw", "parameters"),
    [
        ('attachment; filename="a;b.xlsx"', {"filename": "a;b.xlsx"}),
        ("attachment; filename=a b.xlsx; size=3", {"filename": "a b.xlsx", "size": "3"}),
        ("attachment; filename==?UTF-8?B?QsOhbw==?=", {"filename": "Báo"}),
        (surrogates("attachment; filename=Biểu mẫu.xlsx".encode()), {"filename": "Biểu mẫu.xlsx"}),
        ("a; filename*1*=%C3%A1o; filename*0*=utf-8'vi'B", {"filename": "Báo"}),
        ("a; filename*0*=utf-8''%C3; filename*1*=%A1", {"filename": "á"}),
        ("a; filename*0*=utf-8''%C3%; filename*1*=A1", {"filename": "á"}),
        ("a; filename=\"x\"; filename*=utf-8''y", {"filename": "y"}),
        ('a; filename*0="=?UTF-8?B?Qs"; filename*1="Ohbw==?="', {"filename": "Báo"}),
        ("a; filename*=; filename*0=b; filename*x=c", {"filename": "b", "filename*x": "c"}),
        ('a; filename="open', {"filename": "open"}),
        (";;;=;x", {}),
    ],
)
def test_parameters_are_read(raw, parameters):
    """All ways of writing a parameter are known, and none fails."""
    assert parameters == read_parameters(raw)


@pytest.mark.parametrize(
    ("raw", "addresses"),
    [
        ("a@b.test", [("", "a@b.test")]),
        ("Nguyen <A.b@B.Test>", [("Nguyen", "A.b@b.test")]),
        ('"Sở, Ban" <a@b.test>, c@d.test', [("Sở, Ban", "a@b.test"), ("", "c@d.test")]),
        ('"=?UTF-8?B?QsOhbw==?=" <a@b.test>', [("Báo", "a@b.test")]),
        ("=?UTF-8?Q?S=E1=BB=9F=2C_Ban?= <a@b.test>", [("Sở, Ban", "a@b.test")]),
        ("nhom: a@b.test, c@d.test;", [("", "a@b.test"), ("", "c@d.test")]),
        ("undisclosed-recipients:;", []),
        ("a@b.test; c@d.test", [("", "a@b.test"), ("", "c@d.test")]),
        ('"a \\"q\\" b" <a@b.test>', [('a "q" b', "a@b.test")]),
        ("<a@b.test", [("", "a@b.test")]),
        ("a@b@c.test, @, <>, a b", []),
        ("a@b.test (Phong (CCVC))", [("Phong (CCVC", "a@b.test")]),
    ],
)
def test_addresses_are_read(raw, addresses):
    """Names, groups, comments and separators of real mails; what is no address is left out."""
    assert [Address(name=name, address=address) for name, address in addresses] == list(read_addresses(raw))


@given(WORDS)
def test_display_names_survive(name):
    """A name in encoded words comes back unchanged (policy.default damages half of them)."""
    raw = email.header.Header(name, "utf-8", maxlinelen=70).encode() + " <a@b.test>"
    (address,) = read_addresses(raw)

    assert nfc(name).strip("\"' ") == address.name


def test_references_keep_order_and_bounds():
    """The last hundred ids count."""
    raw = " ".join(f"<{number}@x>" for number in range(150))

    assert [f"<{number}@x>" for number in range(50, 150)] == list(read_ids(raw))
