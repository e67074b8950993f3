"""Tests of taking mails apart: sample mails of real programs, oddities, bombs and random bytes."""

import base64
import datetime as dt
import hashlib
import pathlib
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import MessageUnreadable
from domain.messages import Address, BouncedRecipient
from intake.message import MAX_BODY_BYTES, MAX_DEPTH, MAX_PARTS, read_message

SAMPLES = pathlib.Path(__file__).parents[2] / "data" / "mail"
#: The one workbook that all samples carry.
FORM = "8637c0e10517fcb3e02e33e4791019604b8090fe426739a72b7e85f7986e7d5a"
LONG_NAME = (
    "Biểu tổng hợp kết quả tổ chức các hoạt động Tháng Dân vận năm 2021 của Phòng Cải cách hành chính.xlsx"
)
HEAD = b"From: an@snv.test\r\nMessage-ID: <1@snv.test>\r\n"


def sample(name: str):
    """Read one of the sample mails."""
    return read_message((SAMPLES / f"{name}.eml").read_bytes())


def mixed(*parts: bytes, head: bytes = HEAD) -> bytes:
    """Write a mail of several parts."""
    body = b"".join(b"--b1\r\n" + part + b"\r\n" for part in parts)
    return head + b"Content-Type: multipart/mixed; boundary=b1\r\n\r\n" + body + b"--b1--\r\n"


@pytest.mark.parametrize(
    ("name", "subject", "sender", "files"),
    [
        (
            "outlook",
            "RE: V/v báo cáo kết quả “Tháng Dân vận” năm 2021",
            Address(name="Nguyễn Văn An - Phòng Công chức, viên chức", address="an.nv@snv.test"),
            ["image001.png", "Biểu tổng hợp_sửa lần 2.xlsx"],
        ),
        (
            "zimbra",
            "Phòng TCBM-BC gửi biểu",
            Address(name="Phòng Tổ chức bộ máy", address="tcbm@bacgiang.test"),
            ["Biểu TH (1).xlsx", "BC thang dan van 2021 - P.TCBM.pdf"],
        ),
        (
            "gmail",
            "Re: V/v báo cáo kết quả “Tháng Dân vận”",
            Address(name="Thanh tra Sở", address="thanhtraso@gmail.test"),
            ["Biểu tổng hợp_sửa lần 2.xlsx"],
        ),
        (
            "apple",
            "Biểu của Thanh tra Sở",
            Address(name="Lê Thị Hằng", address="thanhtraso@gmail.test"),
            ["Biểu tổng hợp Thanh tra Sở.xlsx"],
        ),
        (
            "thunderbird",
            "Fwd: Biểu mẫu",
            Address(name="Phòng Cải cách hành chính", address="cchc@snv.test"),
            [LONG_NAME],
        ),
        (
            "raw-8bit",
            "Gửi biểu tổng hợp",
            Address(name="Ban Thi đua - Khen thưởng", address="btdkt@snv.test"),
            ["Biểu mẫu Ban TĐKT.xlsx"],
        ),
        ("name-only", "", Address(name="", address="bantg@snv.test"), ["Bieu TH.xlsx", "Báo cáo.docx"]),
        ("nameless", "bieu", Address(name="", address="ltls@snv.test"), ["tep-1.xlsx"]),
        (
            "forwarded-as-attachment",
            "FW: bieu",
            Address(name="Văn thư", address="vt@snv.test"),
            ["Bieu TH.xlsx"],
        ),
        (
            "machine-with-form",
            "Scan from Phong CCVC",
            Address(name="", address="mayquet@snv.test"),
            ["Bieu TH.xlsx"],
        ),
    ],
)
def test_a_mail_of_a_real_program_is_read(name, subject, sender, files):
    """Subject, sender and file names arrive as they were typed, in NFC, and the form's bytes are intact."""
    message = sample(name)

    assert subject == message.subject
    assert sender == message.sender
    assert files == [attachment.name for attachment in message.attachments]
    assert FORM in [attachment.sha256 for attachment in message.attachments]


def test_thread_date_and_addressees_are_read():
    """What ties a mail to our letter is there, the oldest reference first."""
    message = sample("outlook")

    assert message.message_id == "<HK0PR01MB2345.apcprd01.prod@EX01.snv.test>"
    assert message.in_reply_to == "<5d21@ubnd.test>"
    assert message.references == ("<0f3a@ubnd.test>", "<5d21@ubnd.test>")
    assert message.date == dt.datetime(2021, 10, 18, 1, 11, 58, tzinfo=dt.UTC)
    assert message.to == (Address(name="Văn phòng Sở Nội vụ", address="vanphong@ubnd.test"),)
    assert [address.address for address in message.cc] == ["binh.tt@snv.test", "cuong@snv.test"]
    assert message.authentication_results == ("mx.ubnd.test; dmarc=pass header.from=snv.test",)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("outlook", "Kính gửi Văn phòng Sở,\nPhòng CCVC gửi lại biểu đã sửa.\n\nTrân trọng./."),
        ("zimbra", "Gửi Văn phòng biểu và báo cáo của phòng."),
        ("apple", "Gửi biểu."),
        ("raw-8bit", "Kính gửi Văn phòng Sở."),
        ("forwarded-as-attachment", "Chuyển Văn phòng."),
    ],
)
def test_the_body_is_what_the_person_wrote(name, body):
    """The plain part counts, in its charset; the body of an attached mail does not."""
    assert body == sample(name).body


@pytest.mark.parametrize(
    ("name", "recipients", "letter"),
    [
        (
            "postfix-dsn",
            [
                BouncedRecipient(
                    address="cu@snv.test",
                    action="failed",
                    status="5.1.1",
                    diagnostic="550 5.1.1 <cu@snv.test>: Recipient address rejected: "
                    "User unknown in virtual mailbox table",
                )
            ],
            "<5d21@ubnd.test>",
        ),
        (
            "exchange-ndr",
            [
                BouncedRecipient(
                    address="nghi.huu@snv.test",
                    action="failed",
                    status="5.1.10",
                    diagnostic="550 5.1.10 RESOLVER.ADR.RecipientNotFound; "
                    "Recipient not found by SMTP address lookup",
                )
            ],
            "<5d22@ubnd.test>",
        ),
        (
            "postfix-delayed",
            [
                BouncedRecipient(
                    address="cham@snv.test",
                    action="delayed",
                    status="4.4.1",
                    diagnostic="connect to mail.snv.test: Connection timed out",
                ),
                BouncedRecipient(
                    address="day@snv.test",
                    action="delayed",
                    status="4.2.2",
                    diagnostic="452 4.2.2 Mailbox full",
                ),
            ],
            "<6e32@ubnd.test>",
        ),
        (
            "bounce-without-report",
            [BouncedRecipient(address="sai@gmail.test", action="failed", status="5.1.1")],
            "<5d21@ubnd.test>",
        ),
    ],
)
def test_a_bounce_names_recipients_and_letter(name, recipients, letter):
    """Who was not reached, why, and which letter came back; the form inside it is no attachment."""
    message = sample(name)

    assert recipients == list(message.bounced)
    assert letter == message.bounced_letter
    assert message.attachments == ()


def test_a_hard_bounce_is_told_from_a_delay():
    """Only a permanent failure makes an address dead."""
    assert [each.is_hard for each in sample("postfix-dsn").bounced] == [True]
    assert [each.is_hard for each in sample("postfix-delayed").bounced] == [False, False]


def test_our_header_is_ours_unless_a_person_redirected_the_letter():
    """A redirected letter (Resent-From) is that person's mail."""
    assert sample("own").marks.own_header == "1"
    assert sample("own-redirected").marks.own_header == ""


PART = b"Content-Type: application/octet-stream%b\r\n%b\r\nAAAA"


@pytest.mark.parametrize(
    ("parameters", "field", "name"),
    [
        (b"", b'Content-Disposition: attachment; filename*0="Bieu"; filename*1=" TH"\r\n', "Bieu TH"),
        (b"", b"Content-Disposition: inline; filename=a.xlsx\r\n", "a.xlsx"),
        (b"", b'Content-Disposition: attachment; filename="../../etc/passwd"\r\n', "passwd"),
        (b"", b'Content-Disposition: attachment; filename="C:\\bao cao\\new.xlsx"\r\n', "new.xlsx"),
        (b"", b'Content-Disposition: attachment; filename="a\\"b.xlsx"\r\n', "a_b.xlsx"),
        (b"", b'Content-Disposition: attachment; filename="CON.xlsx"\r\n', "_CON.xlsx"),
        (b"", b"Content-Disposition: attachment; filename*=no-such-charset''B%C3%ADa.xlsx\r\n", "Bía.xlsx"),
        (b"", b"Content-Disposition: attachment; filename*=B%C3%ADa.xlsx\r\n", "Bía.xlsx"),
        (b"", b'Content-Disposition: attachment; filename="=?rot13?B?YS54bHN4?="\r\n', "a.xlsx"),
        (b"", b"Content-Disposition: attachment; filename=fdp\xe2\x80\xaexcod.xlsx\r\n", "fdpxcod.xlsx"),
        (b"; name=b.xlsx", b'Content-Disposition: attachment; filename=""\r\n', "b.xlsx"),
        (b'; name="=?UTF-8?B?QsOhbw==?= =?UTF-8?B?IGPDoW8=?=.doc"', b"", "Báo cáo.doc"),
        (b"", b"Content-Disposition: attachment\r\n", "tep-1.bin"),
        (b"", b'Content-Disposition: attachment; filename="a\r\n b.xlsx"\r\n', "a b.xlsx"),
    ],
)  # fmt: skip
def test_a_file_name_is_found_and_made_harmless(parameters, field, name):
    """However the name is written, only its last part comes through."""
    (attachment,) = read_message(mixed(PART % (parameters, field))).attachments

    assert name == attachment.name


def test_an_endless_file_name_is_cut_before_its_suffix():
    """4,000 letters become 200, and the suffix stays."""
    field = b'Content-Disposition: attachment; filename="' + b"a" * 4000 + b'.xlsx"\r\n'
    (attachment,) = read_message(mixed(PART % (b"", field))).attachments

    assert (len(attachment.name), attachment.name.endswith(".xlsx")) == (200, True)


@pytest.mark.parametrize(
    ("encoding", "encoded"),
    [
        (b"base64", b"UEsD\r\n!!BBQ=="),
        (b"base64", b"UEsDBBQ"),
        (b"base64", b"UEsDBBQ=\r\n-- \r\nlist footer"),
        (b" BASE64 ", b"UEsDBBQ="),
        (b"quoted-printable", b"PK=03=04=14"),
        (b"binary", b"PK\x03\x04\x14"),
        (b"no-such", b"PK\x03\x04\x14"),
    ],
)
def test_content_is_decoded_however_dirty(encoding, encoded):
    """Padding, foreign signs and footers do not lose the file."""
    part = b"Content-Disposition: attachment; filename=a.zip\r\nContent-Transfer-Encoding: %b\r\n\r\n%b"
    (attachment,) = read_message(mixed(part % (encoding, encoded))).attachments

    assert attachment.content == b"PK\x03\x04\x14"


@pytest.mark.parametrize("charset", [b"\x00", b"idna", b"no-such", b"tcvn", b"unicode_escape"])
def test_an_impossible_charset_stops_nothing(charset):
    """Body and files are read whatever the charset is called."""
    part = b"Content-Type: text/plain; charset=%b\r\n\r\nG\xe1\xbb\xadi \\q" % charset
    file = b"Content-Type: x/y; charset=%b; name=a.xlsx\r\n\r\n\xff\x00\xfe" % charset
    message = read_message(mixed(part, file))

    assert message.body == "Gửi \\q"
    assert [each.content for each in message.attachments] == [b"\xff\x00\xfe"]


def test_a_workbook_declared_as_text_is_an_attachment():
    """Bytes say more than the declared type."""
    part = b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBBQ="
    message = read_message(mixed(part))

    assert [attachment.name for attachment in message.attachments] == ["tep-1.zip"]
    assert message.body == ""


def test_the_outer_files_win_over_those_of_an_attached_mail():
    """A form inside an attached mail is evidence only, when the mail itself brings a file."""
    inner = b"Content-Type: message/rfc822\r\n\r\n" + mixed(
        b"Content-Disposition: attachment; filename=inner.xlsx\r\n\r\nx", head=b"From: x@y.test\r\n"
    ).replace(b"b1", b"b2")
    outer = b"Content-Disposition: attachment; filename=outer.xlsx\r\n\r\nx"

    assert [each.name for each in read_message(mixed(outer, inner)).attachments] == ["outer.xlsx"]
    assert [each.name for each in read_message(mixed(inner)).attachments] == ["inner.xlsx"]


def test_a_body_is_taken_from_html_and_cut():
    """Styles and comments are no words; 5 MB of HTML become at most 64 kB, quickly."""
    page = "<style>p{}</style><!--[if mso]>x<![endif]--><p>Kính gửi&nbsp;Sở</p><br>A &amp; B"
    head = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"

    assert read_message(head + page.encode()).body == "Kính gửi Sở\n\nA & B"
    began = time.process_time()
    long = read_message(head + b"<p>\xc3\xa1" * 1_000_000).body
    assert len(long.encode()) <= MAX_BODY_BYTES
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("raw", "sender"),
    [
        (b"From: so-nn@\r\n", ""),
        (b"From: <[abc]@x\r\n", ""),
        (b"From: nn@so.test <x@evil.test>\r\n", "x@evil.test"),
        (b'From: "nn@so.test" <x@evil.test>\r\n', "x@evil.test"),
        (b"From: a@so.test\r\nFrom: b@so.test\r\n", ""),
        (b"From: a@so.test, b@so.test\r\n", ""),
        (b"From: a@so.test\r\nFrom: A@SO.test\r\n", "a@so.test"),
        (b"From: <@relay.test:a@so.test>\r\n", "a@so.test"),
        (b"From: a@so.test (Nguy\xe1\xbb\x85n)\r\n", "a@so.test"),
        (b"From: =?utf-8?q?nn=40so.test?= <x@evil.test>\r\n", "x@evil.test"),
        (b"Sender: s@so.test\r\nTo: x@y.test\r\n", "s@so.test"),
    ],
)  # fmt: skip
def test_the_sender_is_the_address_or_nobody(raw, sender):
    """A name that looks like an address deceives nobody; two senders are none."""
    assert sender == read_message(raw + b"Subject: x\r\n\r\n").sender.address


@pytest.mark.parametrize(
    "raw",
    [
        b"Date: Thu, 01 Jan 1970 00:00:00 +9999",
        b"Date: hom qua",
        b"Date: Mon, 99 Oct 99999 08:00:00 +0700",
    ],
)
def test_an_unreadable_date_is_none(raw):
    """A sender's broken clock stops nothing."""
    assert read_message(HEAD + raw + b"\r\n\r\n").date is None


def test_missing_identity_is_none():
    """A mail without Message-ID is a mail; one without brackets gets them."""
    assert read_message(b"From: a@b.test\r\n\r\n").message_id is None
    assert read_message(b"From: a@b.test\r\nMessage-ID: x@y\r\n\r\n").message_id == "<x@y>"
    assert read_message(b"From: a@b.test\r\nMessage-ID: <[x]@y>\r\n\r\n").message_id == "<[x]@y>"


def nested(depth: int) -> bytes:
    """Write multiparts inside each other."""
    levels = (
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
        for level in range(depth)
    )
    return HEAD + b"".join(levels) + b"Content-Disposition: attachment; filename=a.xlsx\r\n\r\nx"


def test_nesting_of_mail_programs_is_read():
    """Apple Mail nests a dozen levels deep."""
    assert [each.name for each in read_message(nested(MAX_DEPTH - 2)).attachments] == ["a.xlsx"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(nested(60), id="60 levels"),
        pytest.param(nested(1500), id="1,500 levels"),
        pytest.param(HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 1500, id="1,500 attached mails"),
        pytest.param(mixed(*[b"\r\nx"] * (MAX_PARTS + 1)), id="too many parts"),
        pytest.param(
            mixed().replace(b"boundary=b1", b"boundary*=a; boundary*0=b"),
            id="parameters that cannot be sorted",
        ),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00\xff" * 1000, id="no mail"),
        pytest.param(b"PK\x03\x04 a workbook without a mail around it", id="a bare file"),
    ],
)
def test_a_bomb_or_no_mail_is_unreadable_at_once(content):
    """What cannot be read is refused in no time, by the one exception there is."""
    began = time.process_time()
    with pytest.raises(MessageUnreadable):
        read_message(content)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"".join(b"X-%d: y\r\n" % n for n in range(10_000)), id="10,000 fields"),
        pytest.param(b"Subject: " + b"=?a?q?" * 170_000 + b"\r\n", id="a subject of 1 MB"),
        pytest.param(b"Content-Type: multipart/mixed; x=" + b'";' * 500_000 + b"\r\n", id="1 MB of quotes"),
        pytest.param(b"To: " + b'"a b" <x@y.test>,\r\n ' * 10_000 + b"\r\n", id="10,000 addressees"),
        pytest.param(b"To: " + b"(" * 100_000 + b"\r\n", id="100,000 brackets"),
        pytest.param(b"Content-Type: text/html\r\n\r\n" + b"<style><!--<<<<" * 300_000, id="HTML bait"),
    ],
)  # fmt: skip
def test_a_monstrous_mail_is_read_at_once(content):
    """Size alone makes no mail unreadable and costs little time."""
    began = time.process_time()
    message = read_message(HEAD + content + b"\r\n\r\nx")

    assert message.sender.address == "an@snv.test"
    assert time.process_time() - began < 2


def test_a_mail_without_closing_boundary_keeps_its_files():
    """A cut mail gives what is there."""
    whole = mixed(b"Content-Disposition: attachment; filename=a.xlsx\r\n\r\nxyz")
    message = read_message(whole[: whole.rindex(b"--b1--")])

    assert [each.name for each in message.attachments] == ["a.xlsx"]
    assert [each.name for each in read_message(whole.replace(b"\r\n", b"\n")).attachments] == ["a.xlsx"]


def test_a_file_arrives_byte_for_byte():
    """Every byte value survives base64 with lines of any end."""
    content = bytes(range(256)) * 40
    encoded = base64.encodebytes(content)
    for ends in (encoded, encoded.replace(b"\n", b"\r\n")):
        part = (
            b"Content-Disposition: attachment; filename=a.xlsx\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        )
        (attachment,) = read_message(mixed(part + ends)).attachments
        assert hashlib.sha256(content).hexdigest() == attachment.sha256


def check_sound(content: bytes) -> None:
    """Read, and check what is promised of every message."""
    try:
        message = read_message(content)
    except MessageUnreadable:
        return
    texts = [message.subject, message.body, message.sender.name, *(each.name for each in message.attachments)]
    for text in texts:
        text.encode("utf-8")
    for attachment in message.attachments:
        assert attachment.name
        assert not set(attachment.name) & set("/\\\r\n\x00")
        assert len(attachment.name) <= 200
    assert message.date is None or message.date.utcoffset() is not None


@given(st.binary(max_size=2000))
def test_random_bytes_raise_nothing_else(content):
    """Whatever arrives, there is a message or MessageUnreadable."""
    check_sound(content)
    check_sound(HEAD + content)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
@given(st.data())
def test_mutated_mails_raise_nothing_else(data):
    """Real mails with bytes changed, cut out, doubled or swapped give a message or MessageUnreadable."""
    names = sorted(path.name for path in SAMPLES.glob("*.eml"))
    content = bytearray((SAMPLES / data.draw(st.sampled_from(names))).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.integers(0, 60)))
        piece = data.draw(
            st.one_of(
                st.binary(max_size=8),
                st.just(bytes(content[start:end]) * 2),
                st.sampled_from(
                    [b"\r\n", b"\n\n", b'"', b";", b"=?", b"?=", b"*0*=", b"--", b"\x00", b"\xff", b"("]
                ),
            )
        )
        content[start:end] = piece
    check_sound(bytes(content))
