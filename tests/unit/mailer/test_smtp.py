"""What a server or a socket says becomes one of our errors, whatever it is."""

import inspect
import smtplib
import socket
import ssl

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
