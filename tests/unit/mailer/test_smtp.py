"""What a server or a socket says becomes one of our errors, whatever it is."""

import inspect
import smtplib
import socket
import ssl
import threading

import pytest

from domain.errors import DeliveryError, DeliveryRefused, LetterTooLarge, PermanentFailure, TemporaryFailure
from mailer.smtp import Security, SmtpAccount, SmtpTransport, translated

ARGUMENTS = {
    smtplib.SMTPResponseException: (451, b"4.3.0 later"),
    smtplib.SMTPConnectError: (421, b"4.3.2 too busy"),
    smtplib.SMTPHeloError: (501, b"5.5.4 bad name"),
    smtplib.SMTPDataError: (554, b"5.7.1 no"),
    smtplib.SMTPAuthenticationError: (535, b"5.7.8 no"),
    smtplib.SMTPSenderRefused: (553, b"5.7.1 not yours", "a@b.test"),
    smtplib.SMTPRecipientsRefused: ({"a@b.test": (550, b"no")},),
    ssl.SSLCertVerificationError: (1, "certificate verify failed"),
}


def foreign_classes():
    """Walk every exception of smtplib, socket and ssl."""
    modules = (smtplib, socket, ssl)
    found = {
        member
        for module in modules
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, Exception) and not member.__name__.startswith("_")
    }
    found |= {
        ConnectionResetError,
        BrokenPipeError,
        TimeoutError,
        socket.gaierror,
        UnicodeEncodeError,
        ValueError,
    }
    return sorted(found, key=lambda each: each.__name__)


@pytest.mark.parametrize("foreign", foreign_classes(), ids=lambda each: each.__name__)
def test_every_foreign_exception_is_translated(foreign):
    """No exception class of smtplib, socket or ssl leaves the edge as it is."""
    if foreign is UnicodeEncodeError:
        error = UnicodeEncodeError("ascii", "ô", 0, 1, "ordinal not in range")
    else:
        error = foreign(*ARGUMENTS.get(foreign, ("words",)))
    if foreign is ssl.SSLCertVerificationError:
        error.verify_message = "self-signed certificate"

    ours = translated(error)

    assert isinstance(ours, DeliveryError)
    assert "\n" not in str(ours)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (421, TemporaryFailure),
        (451, TemporaryFailure),
        (454, TemporaryFailure),
        (530, DeliveryRefused),
        (535, DeliveryRefused),
        (552, LetterTooLarge),
        (554, PermanentFailure),
        (-1, TemporaryFailure),
    ],
)
def test_codes_decide_what_may_be_done(code, expected):
    """4xx is tried again, a refused login stops everything, 5xx ends the letter."""
    assert expected is type(translated(smtplib.SMTPDataError(code, b"words")))


def test_our_own_bugs_are_not_hidden():
    """What is no trouble of the mail server stays what it is."""
    with pytest.raises(KeyError):
        translated(KeyError("bug"))


def test_a_password_is_not_printed():
    """The account prints without its password."""
    account = SmtpAccount(host="mail.test", port=587, user="a", password="bi-mat")

    assert "bi-mat" not in repr(account)


def test_plain_text_never_leaves_the_machine():
    """`none` is taken on loopback only; nothing is connected."""
    transport = SmtpTransport(SmtpAccount(host="192.0.2.1", port=25, security=Security.NONE))

    with pytest.raises(DeliveryRefused, match="without TLS"):
        transport.send(b"x", sender="a@b.test", recipients=["c@d.test"])
    transport.close()
    transport.close()


class Greeter(threading.Thread):
    """A server that answers each line with the next of its replies."""

    def __init__(self, *replies):
        super().__init__(daemon=True)
        self.replies = replies
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        """Serve one connection."""
        with self.listener, self.listener.accept()[0] as connection, connection.makefile("rwb") as line:
            for reply in self.replies:
                line.write(reply + b"\r\n")
                line.flush()
                if not line.readline():
                    return


@pytest.mark.parametrize(
    ("replies", "error"),
    [
        ((b"220 hello", b"250 mail.test", b"221 bye"), None),
        ((b"554 5.7.1 not you",), DeliveryError),
        ((b"421 4.3.2 too busy",), TemporaryFailure),
    ],
    ids=["well", "refused", "busy"],
)
def test_logging_in_without_a_letter(replies, error):
    """`log_in` tells whether letters could leave, and sends nothing."""
    server = Greeter(*replies)
    account = SmtpAccount(host="127.0.0.1", port=server.port, security=Security.NONE, timeout=5)
    transport = SmtpTransport(account)
    if error is None:
        transport.log_in()
    else:
        with pytest.raises(error):
            transport.log_in()
    transport.close()
    server.join(5)

    assert not server.is_alive()


def test_a_server_that_is_not_there():
    """Nobody listens: a failure that may pass."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(TemporaryFailure):
        SmtpTransport(SmtpAccount(host="127.0.0.1", port=port, security=Security.NONE, timeout=5)).log_in()
