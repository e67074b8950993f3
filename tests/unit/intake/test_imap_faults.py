"""Tests that every exception of the libraries below IMAP becomes one of ours."""

import imaplib
import inspect
import socket
import ssl

import imapclient.exceptions
import pytest

from domain.errors import LoginRefused, MailboxError, MailboxRefused, MailboxUnavailable
from intake.imap_faults import Declined, translate


def classes_of(module):
    """Give the exception classes that a module offers."""
    return {each for _, each in inspect.getmembers(module, inspect.isclass) if issubclass(each, Exception)}


FOREIGN = (
    classes_of(imapclient.exceptions)
    | classes_of(ssl)
    | classes_of(socket)
    | {imaplib.IMAP4.error, imaplib.IMAP4.abort, imaplib.IMAP4.readonly}
    | {ConnectionResetError, ConnectionRefusedError, BrokenPipeError, TimeoutError, OSError, EOFError}
    | {UnicodeError, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError}
)
REFUSED = {
    imapclient.exceptions.LoginError,
    imapclient.exceptions.CapabilityError,
    ssl.SSLCertVerificationError,
    UnicodeError,
}


@pytest.mark.parametrize("foreign", sorted(FOREIGN, key=lambda each: each.__qualname__))
def test_every_foreign_exception_is_translated(foreign):
    """Each is either worth another try or a thing to tell the operator; the words are passed on."""
    fault = translate(foreign("what\r\nhappened"), "main")

    assert isinstance(fault, MailboxError)
    assert isinstance(fault, MailboxRefused) is (foreign in REFUSED)
    assert str(fault).startswith("main: ")
    assert "what happened" in str(fault).replace("'", "") or "what\\r\\nhappened" in str(fault)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("[AUTHENTICATIONFAILED] Authentication failed.", LoginRefused),
        ("LOGIN failed", LoginRefused),
        ("[UNAVAILABLE] Temporary authentication failure.", MailboxUnavailable),
        ("[LIMIT] Too many simultaneous connections", MailboxUnavailable),
        ("[INUSE] Mailbox locked", MailboxUnavailable),
        ("Account is temporarily unavailable", MailboxUnavailable),
        ("Request is throttled", MailboxUnavailable),
    ],
)
def test_a_refused_log_in_is_told_from_a_busy_server(said, expected):
    """Only a refusal for good stops the polling: hammering would lock the account."""
    assert expected is type(translate(imapclient.exceptions.LoginError(said), "main"))


def test_a_connection_that_broke_while_logging_in_is_no_refusal():
    """Imapclient calls both a LoginError; the cause tells them apart."""
    error = imapclient.exceptions.LoginError("socket error: EOF")
    error.__context__ = imaplib.IMAP4.abort("socket error: EOF")

    assert type(translate(error, "main")) is MailboxUnavailable


def test_an_answer_of_no_leaves_the_connection_alone():
    """NO and BAD are answers; only a broken connection is dropped."""
    assert isinstance(translate(imaplib.IMAP4.error("select failed: [NONEXISTENT]"), "main"), Declined)
    assert isinstance(translate(imaplib.IMAP4.readonly("not writable"), "main"), Declined)
    assert not isinstance(translate(imaplib.IMAP4.abort("BYE"), "main"), Declined)


def test_our_own_errors_pass():
    """What is translated already stays as it is."""
    error = MailboxRefused("no TLS")

    assert error is translate(error, "main")


def test_endless_words_are_cut():
    """A hostile server cannot fill the log."""
    assert len(str(translate(OSError("x" * 100_000), "main"))) < 500
