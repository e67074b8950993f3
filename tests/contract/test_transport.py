"""What every transport promises: the folder, Postfix with login and TLS, and a server that misbehaves."""

import base64
import contextlib
import datetime as dt
import email
import email.header
import email.policy
import email.utils
import hashlib
import re
import socket
import threading
import time

import imapclient
import pytest

from domain.errors import DeliveryRefused, LetterTooLarge, PermanentFailure, SenderRefused, TemporaryFailure
from domain.ids import MessageId
from domain.messages import Address
from domain.outbox import LetterKind
from domain.working_days import VIETNAM
from mailer.compose import OutgoingFile, compose
from mailer.folder import FolderTransport
from mailer.letters import LetterText
from mailer.smtp import Security, SmtpAccount, SmtpTransport
from tests.servers.dovecot import free_ports
from tests.servers.smtp_sink import PASSWORD, USER, run_sink

SENDER = Address(name="Văn phòng Sở Nội vụ tỉnh Bắc Giang", address="vanphong@ubnd.test")
SUBJECT = "Re: V/v gửi báo cáo kết quả thực hiện “Tháng Dân vận” năm 2021 của Phòng Công chức, viên chức"
FILE = OutgoingFile(
    name="Biểu tổng hợp - Phòng Công chức, viên chức_sửa lần 2.xlsx",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    content=bytes(range(256)) * 700,
)
ARRIVAL_SECONDS = 10.0


def letter_for(address, *, number=1, text=".một dấu chấm\n..hai\nĐề nghị gửi\n", files=(FILE,)):
    """Compose a letter with everything that suffers on the way: dots, Vietnamese, a binary file."""
    return compose(
        LetterText(subject=SUBJECT, text=text, html="<p>Đề nghị gửi</p>\n"),
        kind=LetterKind.RECEIPT,
        message_id=MessageId(f"<{hashlib.sha256(address.encode()).hexdigest()[:24]}{number}@ubnd.test>"),
        sender=SENDER,
        to=[Address(name="Phòng Công chức, viên chức", address=address)],
        date=dt.datetime(2021, 10, 15, 9, 37, tzinfo=VIETNAM),
        files=files,
    )


def without_trace(content):
    """Take off the headers that servers add in front."""
    start = re.search(rb"^From: ", content, re.MULTILINE)
    assert start is not None
    return content[start.start() :]


class FolderWorld:
    """The folder transport and the folder of each recipient."""

    def __init__(self, path):
        self.transport = FolderTransport(
            path, refuse={"refused@ubnd.test": "550 5.1.1 unknown", "greylisted@ubnd.test": "451 4.7.1 later"}
        )

    def mailbox(self):
        """Open a fresh mailbox."""
        return f"unit{time.monotonic_ns()}@ubnd.test"

    def arrived(self, address):
        """Give the letters in a mailbox."""
        return [file.read_bytes() for file in sorted(self.transport.folder_of(address).glob("*.eml"))]


class PostfixWorld:
    """SMTP to Postfix, and what lies in Dovecot behind it, fetched by IMAP."""

    def __init__(self, postfix):
        self.dovecot = postfix.dovecot
        self.transport = SmtpTransport(
            SmtpAccount(
                host=postfix.host,
                port=postfix.submission,
                user=USER,
                password=self.dovecot.users[USER],
                ca_file=str(self.dovecot.ca_file),
                timeout=10,
            )
        )

    def mailbox(self):
        """Open a fresh mailbox."""
        return self.dovecot.add_user()

    def arrived(self, address):
        """Give the letters in a mailbox."""
        end = time.monotonic() + ARRIVAL_SECONDS
        while time.monotonic() < end:
            client = imapclient.IMAPClient(
                self.dovecot.host, port=self.dovecot.imaps, ssl_context=self.dovecot.context()
            )
            with client:
                client.login(address, self.dovecot.users[address])
                client.select_folder("INBOX", readonly=True)
                found = client.fetch(client.search(), ["BODY.PEEK[]"])
            if found:
                return [found[uid][b"BODY[]"] for uid in sorted(found)]
            time.sleep(0.1)
        return []


class SinkWorld:
    """SMTP to the sink in our own process."""

    def __init__(self, sink, dovecot):
        self.sink = sink
        self.transport = SmtpTransport(account_for(sink, dovecot))

    def mailbox(self):
        """Open a fresh mailbox."""
        return f"unit{time.monotonic_ns()}@ubnd.test"

    def arrived(self, address):
        """Give the letters in a mailbox."""
        return [content for recipients, content in self.sink.taken if address in recipients]


def account_for(sink, dovecot, **more):
    """Give the account that the sink accepts."""
    words = {
        "host": sink.host,
        "port": sink.port,
        "user": USER,
        "password": PASSWORD,
        "ca_file": str(dovecot.ca_file),
        "timeout": 5,
        **more,
    }
    return SmtpAccount(**words)


@pytest.fixture
def sink(dovecot):
    """Run a fresh sink."""
    with run_sink(dovecot) as running:
        yield running


@pytest.fixture(params=["folder", "postfix", "sink"])
def world(request, tmp_path):
    """Each transport with a way to look into the mailboxes behind it."""
    if request.param == "folder":
        world = FolderWorld(tmp_path)
    elif request.param == "postfix":
        world = PostfixWorld(request.getfixturevalue("postfix"))
    else:
        world = SinkWorld(request.getfixturevalue("sink"), request.getfixturevalue("dovecot"))
    yield world
    world.transport.close()


@pytest.mark.integration
class TestTransportContract:
    """Promises of the port Transport."""

    def test_the_bytes_arrive_unchanged(self, world):
        """What a server adds stands in front; the letter itself is byte for byte ours."""
        address = world.mailbox()
        content = letter_for(address)

        delivery = world.transport.send(content, sender=SENDER.address, recipients=[address])

        assert delivery.accepted == (address,)
        assert (delivery.refused, delivery.deferred) == ({}, {})
        assert delivery.answer.startswith("250")
        assert [without_trace(raw) for raw in world.arrived(address)] == [content]

    def test_vietnamese_arrives_whole(self, world):
        """Subject, names, file name and file come back under the legacy decoders."""
        address = world.mailbox()
        world.transport.send(letter_for(address), sender=SENDER.address, recipients=[address])
        message = email.message_from_bytes(world.arrived(address)[0], policy=email.policy.compat32)

        def decoded(value):
            return str(email.header.make_header(email.header.decode_header(value)))

        name, sender = email.utils.parseaddr(message["From"])
        assert decoded(message["Subject"].replace("\r\n", "")) == SUBJECT
        assert (decoded(name.replace("\r\n", "")), sender) == (SENDER.name, SENDER.address)
        attached = message.get_payload()[-1]
        assert attached.get_filename() == FILE.name
        assert base64.b64decode(attached.get_payload()) == FILE.content

    def test_a_refused_recipient_does_not_stop_the_others(self, world):
        """550 for one, 451 for one: both are told apart, the third has the letter once."""
        address = world.mailbox()
        recipients = ["refused@ubnd.test", address, "greylisted@ubnd.test"]

        delivery = world.transport.send(letter_for(address), sender=SENDER.address, recipients=recipients)

        assert delivery.accepted == (address,)
        assert list(delivery.refused) == ["refused@ubnd.test"]
        assert delivery.refused["refused@ubnd.test"].startswith("550 ")
        assert list(delivery.deferred) == ["greylisted@ubnd.test"]
        assert delivery.deferred["greylisted@ubnd.test"].startswith("451 ")
        assert len(world.arrived(address)) == 1

    def test_nobody_left_is_an_answer_not_an_error(self, world):
        """When every recipient is refused the delivery says so; the next letter goes out all the same."""
        delivery = world.transport.send(
            letter_for("refused@ubnd.test"), sender=SENDER.address, recipients=["refused@ubnd.test"]
        )
        assert (delivery.accepted, list(delivery.refused)) == ((), ["refused@ubnd.test"])
        assert delivery.answer.startswith("550 ")

        address = world.mailbox()
        assert world.transport.send(
            letter_for(address), sender=SENDER.address, recipients=[address]
        ).accepted == (address,)

    def test_an_unusable_address_is_refused_alone(self, world):
        """An address that no server could read never becomes a command."""
        address = world.mailbox()
        hostile = "a@ubnd.test>\r\nRCPT TO:<b@ubnd.test"

        delivery = world.transport.send(
            letter_for(address), sender=SENDER.address, recipients=[hostile, address]
        )

        assert (delivery.accepted, list(delivery.refused)) == ((address,), [hostile])

    def test_a_batch_goes_out_and_closing_twice_is_safe(self, world):
        """Several letters one after the other, then good-bye, then one more."""
        address = world.mailbox()
        for number in range(3):
            content = letter_for(address, number=number, files=())
            assert world.transport.send(content, sender=SENDER.address, recipients=[address]).accepted
        world.transport.close()
        world.transport.close()
        last = letter_for(address, number=9, files=())
        assert world.transport.send(last, sender=SENDER.address, recipients=[address]).accepted


@pytest.mark.integration
class TestPostfix:
    """What only a real server shows."""

    def test_a_wrong_password_stops_everything(self, postfix):
        """535 is DeliveryRefused: trying on would lock the account."""
        world = PostfixWorld(postfix)
        account = SmtpAccount(
            host=postfix.host,
            port=postfix.submission,
            user=USER,
            password="sai",
            ca_file=str(postfix.dovecot.ca_file),
        )
        with pytest.raises(DeliveryRefused, match="535"):
            SmtpTransport(account).send(b"x", sender=USER, recipients=[world.mailbox()])
        world.transport.close()

    def test_an_untrusted_certificate_stops_everything(self, postfix):
        """Without the office's own certificate nothing is said to that server."""
        account = SmtpAccount(host=postfix.host, port=postfix.submission, user=USER, password="x")

        with pytest.raises(DeliveryRefused, match="certificate"):
            SmtpTransport(account).send(b"x", sender=USER, recipients=["a@ubnd.test"])

    def test_another_sender_than_the_one_logged_in_stops_everything(self, postfix):
        """553 at MAIL or RCPT concerns every letter, not this address."""
        world = PostfixWorld(postfix)
        address = world.mailbox()
        content = letter_for(address)
        with pytest.raises(DeliveryRefused, match="not owned"):
            world.transport.send(content, sender="so-nn@ubnd.test", recipients=[address])
        world.transport.close()

    def test_a_bounce_names_the_letter(self, postfix):
        """The envelope sender gets the failure notice, with our envelope id in it."""
        world = PostfixWorld(postfix)
        gone = "khong-con@ubnd.test"
        office = "so-nn@ubnd.test"
        transport = SmtpTransport(
            SmtpAccount(
                host=postfix.host,
                port=postfix.submission,
                user=office,
                password=postfix.dovecot.users[office],
                ca_file=str(postfix.dovecot.ca_file),
            )
        )
        content = letter_for(gone)
        transport.send(content, sender=office, recipients=[gone])
        transport.close()

        mark = re.search(rb"^Message-ID: <([^@]+)@", content, re.MULTILINE)
        assert mark is not None
        bounce = next(raw for raw in world.arrived(office) if gone.encode() in raw)
        assert b"Original-Envelope-Id: " + mark[1] in bounce
        assert b"Action: failed" in bounce
        world.transport.close()


@pytest.mark.integration
class TestFaults:
    """A server that misbehaves: nothing is lost, nothing is told wrongly."""

    @pytest.mark.parametrize(
        ("where", "answer", "expected"),
        [
            ("at_mail", "451 4.3.0 later", TemporaryFailure),
            ("at_mail", "452 4.3.1 no room", TemporaryFailure),
            ("at_mail", "550 5.7.1 not you", DeliveryRefused),
            ("at_mail", "553 5.7.1 not yours", DeliveryRefused),
            ("at_mail", "552 5.3.4 too large", LetterTooLarge),
            ("at_mail", "555 5.5.4 what", PermanentFailure),
            ("at_dot", "451 4.3.0 later", TemporaryFailure),
            ("at_dot", "554 5.7.1 spam", PermanentFailure),
            ("at_dot", "552 5.3.4 too large", LetterTooLarge),
            ("at_dot", "drop", TemporaryFailure),
            ("at_auth", "454 4.7.0 busy", TemporaryFailure),
            ("at_auth", "535 5.7.8 no", SenderRefused),
        ],
    )
    def test_answers_become_errors_and_the_next_letter_goes(self, sink, dovecot, where, answer, expected):
        """The error says what may be done; once the server is well the same transport works."""
        transport = SmtpTransport(account_for(sink, dovecot))
        content = letter_for("a@ubnd.test")
        setattr(sink, where, answer)
        with pytest.raises(expected) as caught:
            transport.send(content, sender=USER, recipients=["a@ubnd.test"])
        assert type(caught.value) is expected
        assert sink.taken == []

        setattr(sink, where, "")
        assert transport.send(content, sender=USER, recipients=["a@ubnd.test"]).accepted == ("a@ubnd.test",)
        transport.close()

    def test_kept_without_an_answer_is_sent_again_with_the_same_id(self, sink, dovecot):
        """The drop after the dot is in doubt; the repeat is the same bytes."""
        transport = SmtpTransport(account_for(sink, dovecot))
        content = letter_for("a@ubnd.test")
        sink.at_dot, sink.keeps_when_dropping = "drop", True
        with pytest.raises(TemporaryFailure):
            transport.send(content, sender=USER, recipients=["a@ubnd.test"])
        sink.at_dot = ""
        transport.send(content, sender=USER, recipients=["a@ubnd.test"])
        transport.close()

        assert [content, content] == [kept for _, kept in sink.taken]

    def test_a_connection_that_died_while_idle_is_opened_anew(self, sink, dovecot):
        """A letter after a pause is not deferred because the server had hung up."""
        transport = SmtpTransport(account_for(sink, dovecot))
        content = letter_for("a@ubnd.test")
        transport.send(content, sender=USER, recipients=["a@ubnd.test"])
        sink.at_mail = "drop"
        transport.send(content, sender=USER, recipients=["a@ubnd.test"])
        transport.close()

        assert len(sink.taken) == 2

    def test_a_batch_uses_one_connection(self, sink, dovecot):
        """Five letters, one login."""
        transport = SmtpTransport(account_for(sink, dovecot))
        for number in range(5):
            transport.send(letter_for("a@ubnd.test", number=number), sender=USER, recipients=["a@ubnd.test"])
        transport.close()

        assert (sink.connections, len(sink.taken)) == (1, 5)

    def test_the_final_dot_is_waited_for(self, sink, dovecot):
        """A slow 250 is waited for longer than any other answer."""
        sink.slow = 1.5
        transport = SmtpTransport(account_for(sink, dovecot, timeout=0.7, final_dot_timeout=10))

        assert transport.send(letter_for("a@ubnd.test"), sender=USER, recipients=["a@ubnd.test"]).accepted
        transport.close()

    def test_the_wait_for_the_dot_ends(self, sink, dovecot):
        """A server that never answers costs one letter's time, not the service."""
        sink.slow = 3
        transport = SmtpTransport(account_for(sink, dovecot, final_dot_timeout=0.3))

        with pytest.raises(TemporaryFailure):
            transport.send(letter_for("a@ubnd.test"), sender=USER, recipients=["a@ubnd.test"])

    def test_a_letter_above_the_servers_limit_is_not_begun(self, dovecot):
        """SIZE is compared before DATA."""
        with run_sink(dovecot, size_limit=20_000) as small:
            transport = SmtpTransport(account_for(small, dovecot))
            with pytest.raises(LetterTooLarge):
                transport.send(letter_for("a@ubnd.test"), sender=USER, recipients=["a@ubnd.test"])
            transport.close()

    def test_a_server_without_starttls_is_not_trusted(self, sink, dovecot):
        """STARTTLS stripped on the way: no password, no letter."""
        with mute_server([b"220 x\r\n", b"250 x\r\n", b"221 x\r\n"]) as port:
            account = account_for(sink, dovecot, port=port, timeout=2)
            with pytest.raises(DeliveryRefused, match="STARTTLS"):
                SmtpTransport(account).send(b"x", sender=USER, recipients=["a@ubnd.test"])

    @pytest.mark.parametrize(
        "script",
        [[], [b"220 x\r\n"], [b"garbage\r\n"], [b"421 4.3.2 busy\r\n"], [b"2"], [b"220 " + b"x" * 9000]],
        ids=["mute", "mute after greeting", "garbage", "busy", "cut", "endless line"],
    )
    def test_a_server_that_makes_no_sense_is_away(self, sink, dovecot, script):
        """Silence, garbage and 421 are tried again later."""
        with mute_server(script) as port:
            account = account_for(sink, dovecot, port=port, timeout=0.5)
            with pytest.raises((TemporaryFailure, PermanentFailure)):
                SmtpTransport(account).send(b"x", sender=USER, recipients=["a@ubnd.test"])

    def test_nobody_at_home_is_trouble_for_now(self, sink, dovecot):
        """A closed port and a name that is none are tried again later."""
        for where in ({"port": free_ports(1)[0]}, {"host": "khong-co.invalid"}):
            with pytest.raises(TemporaryFailure):
                SmtpTransport(account_for(sink, dovecot, **where)).send(
                    b"x", sender=USER, recipients=["a@ubnd.test"]
                )

    def test_no_protection_is_taken_on_loopback(self):
        """`none` works where nothing can be overheard."""
        script = [b"220 x\r\n", b"250 x\r\n", b"250 r\r\n", b"250 m\r\n", b"250 r\r\n", b"354 go\r\n"]
        with mute_server([*script, b"250 2.0.0 kept\r\n", b"221 bye\r\n"]) as port:
            account = SmtpAccount(host="127.0.0.1", port=port, security=Security.NONE, timeout=2)
            transport = SmtpTransport(account)
            delivery = transport.send(b"x\r\n", sender="a@b.test", recipients=["c@d.test"])
            transport.close()

        assert delivery.answer == "250 2.0.0 kept"


@contextlib.contextmanager
def mute_server(script):
    """Serve one connection: a line of *script* at the start and after each chunk read, then silence."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve():
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(0.1)
            for line in script:
                connection.sendall(line)
                end = time.monotonic() + 3
                while time.monotonic() < end and not done.is_set():
                    with contextlib.suppress(TimeoutError):
                        if connection.recv(65_536):
                            break
            done.wait(3)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        done.set()
        thread.join(5)
        listener.close()
