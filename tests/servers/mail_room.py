"""People with mail programs around a real mail server: they read, write, and file mails by date."""

from __future__ import annotations

import re
import smtplib
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import imapclient

from service.rehearsal.post import LetterRead, read_letter

if TYPE_CHECKING:
    import datetime as dt
    import pathlib
    from collections.abc import Callable, Iterator

    from tests.servers.dovecot import Dovecot
    from tests.servers.postfix import Postfix

ARRIVAL_SECONDS = 20.0
_SAMPLE_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\.example")


@dataclass(frozen=True, kw_only=True)
class MailRoom:
    """Dovecot where mailboxes are, Postfix that brings letters there."""

    dovecot: Dovecot
    postfix: Postfix

    def environ(self, address: str) -> dict[str, str]:
        """Give the variables by which an office at *address* reads and sends."""
        shared = {
            "USER": address,
            "PASSWORD": self.dovecot.users[address],
            "CA_FILE": str(self.dovecot.ca_file),
        }
        imap = {"HOST": self.dovecot.host, "PORT": str(self.dovecot.imaps), "SECURITY": "tls", **shared}
        smtp = {
            "HOST": self.postfix.host,
            "PORT": str(self.postfix.submission),
            "SECURITY": "starttls",
            **shared,
        }
        return {
            **{f"TONGHOP_IMAP_{key}": value for key, value in imap.items()},
            **{f"TONGHOP_SMTP_{key}": value for key, value in smtp.items()},
            "TONGHOP_SMTP_FROM": address,
        }

    def rewrite(self, *files: pathlib.Path) -> dict[str, str]:
        """Give every sample address of a campaign's files a mailbox of its own; sample -> mailbox."""
        mailboxes: dict[str, str] = {}

        def mailbox(match: re.Match[str]) -> str:
            return mailboxes.setdefault(match[0].lower(), "") or self._fresh(mailboxes, match[0].lower())

        for file in files:
            text = file.read_text(encoding="utf-8")
            file.write_text(_SAMPLE_ADDRESS.sub(mailbox, text), encoding="utf-8")
        return mailboxes

    def _fresh(self, mailboxes: dict[str, str], sample: str) -> str:
        mailboxes[sample] = self.dovecot.add_user()
        return mailboxes[sample]

    @contextmanager
    def opened(self, address: str) -> Iterator[imapclient.IMAPClient]:
        """Log in as the owner of a mailbox."""
        with imapclient.IMAPClient(
            self.dovecot.host, port=self.dovecot.imaps, ssl_context=self.dovecot.context(), timeout=10
        ) as client:
            client.login(address, self.dovecot.users[address])
            yield client

    def mails(self, address: str, folder: str = "INBOX") -> list[tuple[bytes, tuple[bytes, ...]]]:
        """Give content and flags of the mails of a folder, without touching them."""
        with self.opened(address) as client:
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[]", "FLAGS"])
            return [(found[uid][b"BODY[]"], found[uid][b"FLAGS"]) for uid in sorted(found)]

    def letters(self, address: str, kind: str = "", folder: str = "INBOX") -> list[LetterRead]:
        """Give the letters in somebody's mailbox, oldest first."""
        read = [read_letter(content) for content, _ in self.mails(address, folder)]
        return [letter for letter in read if kind in ("", letter.kind)]

    def wait_for(self, address: str, kind: str = "", *, count: int = 1) -> LetterRead:
        """Wait until the *count*-th letter of a kind has come and give it."""
        self.wait_until(lambda: len(self.letters(address, kind)) >= count, f"{kind} for {address}")
        return self.letters(address, kind)[count - 1]

    def wait_until(self, arrived: Callable[[], bool], what: str) -> None:
        """Wait for the mail server; raises TimeoutError with what did not come."""
        end = time.monotonic() + ARRIVAL_SECONDS
        while not arrived():
            if time.monotonic() > end:
                raise TimeoutError(f"{what} did not come within {ARRIVAL_SECONDS} s")
            time.sleep(0.1)

    def append(self, address: str, content: bytes, *, at: dt.datetime, flags: tuple[bytes, ...] = ()) -> None:
        """Lay a mail into somebody's INBOX as if it had arrived *at*."""
        with self.opened(address) as client:
            client.append("INBOX", content, flags=flags, msg_time=at)

    def send(self, sender: str, recipient: str, content: bytes) -> None:
        """Hand a mail over to Postfix as a mail program does."""
        with smtplib.SMTP(self.postfix.host, self.postfix.submission, timeout=10) as session:
            session.starttls(context=self.dovecot.context())
            session.login(sender, self.dovecot.users[sender])
            session.sendmail(sender, [recipient], content)
