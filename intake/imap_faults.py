"""What goes wrong between us and an IMAP server, translated once: try again, or stop and tell."""

from __future__ import annotations

import imaplib
import re
import ssl

from imapclient.exceptions import CapabilityError, LoginError

from domain.errors import LoginRefused, MailboxError, MailboxRefused, MailboxUnavailable

#: Signs of the server's own words that are passed on.
MAX_SAID = 300
#: Response codes (RFC 5530) and words with which servers say "later".
_LATER = re.compile(
    r"(?i)\[(unavailable|inuse|limit|serverbug|contactadmin|throttled|overquota)\]|"
    r"throttl|temporar|try again|too many"
)


class Declined(MailboxUnavailable):
    """The server answered NO or BAD to one command; the connection is still good."""


#: In this order: the classes are each other's subclasses.
_MEANINGS: tuple[tuple[type[BaseException], type[MailboxError], str], ...] = (
    (CapabilityError, MailboxRefused, "the server lacks what is needed"),
    (ssl.SSLCertVerificationError, MailboxRefused, "the server's certificate is not trusted"),
    (UnicodeError, MailboxRefused, "user name, password or folder cannot be sent"),
    (imaplib.IMAP4.readonly, Declined, "the folder may only be read"),
    (imaplib.IMAP4.abort, MailboxUnavailable, "the server broke off"),
    (OSError, MailboxUnavailable, "the server cannot be reached"),
)


def translate(error: BaseException, account: str) -> MailboxError:
    """Give the error of ours that *error* of imapclient, imaplib, ssl or socket means."""
    if isinstance(error, MailboxError):
        return error
    said = " ".join(str(error).split())[:MAX_SAID] or type(error).__name__
    if isinstance(error, LoginError):
        # imapclient says LoginError also when the connection broke while logging in.
        broke = isinstance(error.__context__, imaplib.IMAP4.abort | OSError)
        if broke or _LATER.search(said):
            return MailboxUnavailable(f"{account}: logging in did not succeed now: {said}")
        return LoginRefused(f"{account}: the server refused user name or password: {said}")
    for foreign, ours, sentence in _MEANINGS:
        if isinstance(error, foreign):
            return ours(f"{account}: {sentence}: {said}")
    if type(error) is imaplib.IMAP4.error:
        return Declined(f"{account}: the server declined: {said}")
    # ProtocolError and whatever else an unreadable answer provokes inside the libraries.
    return MailboxUnavailable(
        f"{account}: the server's answer cannot be understood: {type(error).__name__}: {said}"
    )
