"""Headers: Vietnamese arrives whole under decoders that are not ours, and nothing can be smuggled in."""

import base64
import datetime as dt
import email
import email.header
import email.policy
import email.utils
import quopri
import random
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import PermanentFailure
from domain.ids import MessageId
from domain.messages import Address
from domain.outbox import LetterKind
from mailer.headers import (
    OWN_HEADER,
    fold_addresses,
    fold_date,
    fold_file_name,
    fold_ids,
    fold_text,
    loop_marks,
    one_line,
)

OFFICE_WORDS = """
    ă â đ ê ô ơ ư àáảãạ ếềểễệ Ủy ban nhân dân tỉnh Sở Nông nghiệp và Phát triển nông thôn, Phòng Kế hoạch -
    Tổng hợp (biểu 01/BC) số: 123/UBND-TH "báo cáo" “Tháng Dân vận” năm 2021 a=b x?y =?utf-8?q?=41?= _ 100% 😀
"""
WORDS = OFFICE_WORDS.split()
ENCODED_WORD = re.compile(r"=\?([^?\s]+)\?([bBqQ])\?([^?\s]*)\?=")


def unfold(header: str) -> str:
    """Undo the folding as RFC 5322 says: a line break before a blank goes, the blank stays."""
    return header.partition(":")[2].replace("\r\n", "").strip(" ")


def decode_by_hand(value: str) -> str:
    """Decode encoded words as RFC 2047 says: blanks between two of them go, all others stay."""
    joined = re.sub(r"(\?=)[ \t]+(?==\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=)", r"\1", value)
    octets: list[tuple[str, bytes]] = []
    position = 0
    for match in ENCODED_WORD.finditer(joined):
        octets.append(("utf-8", joined[position : match.start()].encode()))
        charset, encoding, payload = match.groups()
        if encoding in "bB":
            octets.append((charset, base64.b64decode(payload, validate=True)))
        else:
            octets.append((charset, quopri.decodestring(payload.encode(), header=True)))
        position = match.end()
    octets.append(("utf-8", joined[position:].encode()))
    # Each word must be whole by itself: decoders decode them one by one.
    return "".join(part.decode(charset) for charset, part in octets)


def decode_by_library(value: str) -> str:
    """Decode by the legacy classes, which share no code with the folding."""
    return str(email.header.make_header(email.header.decode_header(value)))


def phrases(count: int, longest: int) -> list[str]:
    """Make random phrases of Vietnamese office words, the same in every run."""
    chance = random.Random(1)
    return [" ".join(chance.choices(WORDS, k=chance.randint(1, longest))) for _ in range(count)]


def assert_well_formed(header: str) -> None:
    """Assert what RFC 5322 and RFC 2047 demand of the lines."""
    assert header.isascii()
    for number, line in enumerate(header.split("\r\n")):
        assert len(line) <= 998
        assert line.strip()
        assert number == 0 or line[0] in " \t"
        assert "\r" not in line
        assert "\n" not in line
    assert all(len(match[0]) <= 75 for match in ENCODED_WORD.finditer(header))


def test_no_subject_is_damaged():
    """Of 2,000 random subjects none comes back changed under two independent decoders."""
    damaged = []
    for subject in phrases(2000, 30):
        header = fold_text("Subject", subject)
        assert_well_formed(header)
        if {decode_by_hand(unfold(header)), decode_by_library(unfold(header))} != {subject}:
            damaged.append(subject)

    assert damaged == []


def test_no_display_name_is_damaged():
    """Of 2,000 random display names none comes back changed, and every address is right."""
    damaged = []
    for name in phrases(2000, 14):
        header = fold_addresses("From", [Address(name=name, address="so-nn@ubnd.test")])
        assert_well_formed(header)
        phrase, address = email.utils.parseaddr(unfold(header))
        if {decode_by_hand(phrase), decode_by_library(phrase)} != {name} or address != "so-nn@ubnd.test":
            damaged.append(name)

    assert damaged == []


def test_many_addresses_stay_apart():
    """Names with commas do not become addresses of their own."""
    people = [
        Address(name=name, address=f"p{number}@ubnd.test")
        for number, name in enumerate(
            ("Phòng Công chức, viên chức", "Nguyen, An", 'Ban "Tôn giáo"', "", "Plain Name")
        )
    ]
    header = fold_addresses("To", people)

    assert_well_formed(header)
    parsed = email.utils.getaddresses([unfold(header)])
    assert [(p.name, p.address) for p in people] == [(decode_by_library(n), a) for n, a in parsed]


@given(st.text(max_size=400))
def test_any_text_makes_a_well_formed_header(text):
    """Whatever stands in a subject, the lines are well-formed and the words come back."""
    header = fold_text("Subject", text)

    if one_line(text):
        assert_well_formed(header)
    decoded = decode_by_hand(unfold(header))
    expected = one_line(text).encode("utf-8", "replace").decode()
    assert " ".join(expected.split()) == " ".join(decoded.split())


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_are_never_cut(form):
    """No encoded word ends between a letter and its mark."""
    text = unicodedata.normalize(form, "Ủy ban nhân dân tỉnh Bắc Giang ếềểễệ " * 6).strip()
    header = fold_text("Subject", text)

    assert text == decode_by_hand(unfold(header))
    for match in ENCODED_WORD.finditer(header):
        assert not unicodedata.combining(base64.b64decode(match[3]).decode()[0])


@pytest.mark.parametrize(
    "hostile",
    [
        "a\r\nBcc: x@evil.test",
        "a\nBcc: x@evil.test",
        "a\rBcc: x@evil.test",
        "Chủ đề\r\n\r\nthân thư",
        "a\u2028Bcc: x@evil.test",
        "a\x00b\x85c",
    ],
)
def test_text_cannot_start_a_header_of_its_own(hostile):
    """Line breaks in names and subjects become blanks."""
    subject = fold_text("Subject", hostile)
    sender = fold_addresses("From", [Address(name=hostile, address="a@ubnd.test")])
    kind, disposition = fold_file_name("text/plain", hostile)

    raw = f"{subject}\r\n{sender}\r\n{kind}\r\n{disposition}\r\n\r\n".encode("ascii")
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    assert message.keys() == ["Subject", "From", "Content-Type", "Content-Disposition"]
    assert message.defects == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@b@c",
        "a b@c.test",
        "a@c.test\r\nBcc: x@y.test",
        "<a@c.test>",
        "é@c.test",
        "a@c.test,b@c.test",
    ],
)
def test_an_address_that_cannot_be_written_is_refused(address):
    """An address outside RFC 5321's plain form never reaches a header."""
    with pytest.raises(PermanentFailure):
        fold_addresses("To", [Address(name="", address=address)])


def test_ids_are_kept_apart_and_strange_ones_left_out():
    """Message-IDs fold at blanks; what is none, or could end the line, is left out."""
    good = [MessageId(f"<{'x' * 60}{number}@ubnd.test>") for number in range(5)]
    header = fold_ids("References", [*good, good[0], MessageId("<a@b>\r\nBcc: x"), MessageId("none")])

    assert header is not None
    assert_well_formed(header)
    assert good == unfold(header).split()
    assert fold_ids("In-Reply-To", [MessageId("x y")]) is None


def test_long_threads_keep_the_first_and_the_newest():
    """A thread of a hundred letters does not grow the header for ever."""
    ids = [MessageId(f"<{number}@ubnd.test>") for number in range(100)]

    kept = unfold(fold_ids("References", ids) or "").split()

    assert [ids[0], *ids[-29:]] == kept


@pytest.mark.parametrize(
    "name",
    [
        "Bieu TH (1).xlsx",
        "Kế hoạch.docx",
        'Biểu "tổng hợp"; a=b\\c.xlsx',
        "Biểu tổng hợp - Phòng Xây dựng chính quyền và công tác thanh niên_sửa lần 2.xlsx",
        "Biểu tổng hợp " * 30 + ".xlsx",
        "x" * 300 + ".pdf",
    ],
    ids=["ascii", "vietnamese", "signs", "usual", "very long", "long ascii"],
)
def test_file_names_are_read_by_both_kinds_of_programs(name):
    """RFC 2231 readers and readers of encoded words in `name=` see the same name."""
    kind, disposition = fold_file_name("application/pdf", name)
    raw = f"{kind}\r\n{disposition}\r\n\r\n".encode("ascii")

    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    assert name == message.get_filename()
    old = message.get_param("name")
    assert isinstance(old, str)
    assert name == decode_by_hand(email.utils.unquote(old).replace("\r\n", ""))
    assert name == email.message_from_bytes(raw, policy=email.policy.default).get_filename()
    assert all(len(line) <= 998 for line in raw.decode().split("\r\n"))


def test_dates_are_written_with_their_zone():
    """The Date header carries the office's own zone."""
    at = dt.datetime(2021, 10, 5, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))

    assert fold_date("Date", at) == "Date: Tue, 05 Oct 2021 08:00:00 +0700"


@pytest.mark.parametrize("kind", list(LetterKind))
def test_every_letter_is_marked_as_ours(kind):
    """Our header stands on each; machines are told not to answer, save to what a person approved."""
    marks = dict(loop_marks(kind))

    assert kind.value == marks[OWN_HEADER]
    if kind is LetterKind.FORWARDING:
        assert set(marks) == {OWN_HEADER}
    else:
        expected = "auto-replied" if kind.answers_mail else "auto-generated"
        assert expected == marks["Auto-Submitted"]
        suppressed = marks["X-Auto-Response-Suppress"].split(", ")
        assert {"OOF", "AutoReply"} <= set(suppressed)
        assert "NDR" not in suppressed
