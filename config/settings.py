"""Where mail is read and sent, where things are stored: `tonghop.yaml` with the environment over it."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import stat
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from domain.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.errors import Problem
    from domain.messages import Address

#: The settings file in the home.
SETTINGS_FILE = "tonghop.yaml"
_MASK = "••••••"
_URL_PASSWORD = re.compile(r"(://[^:/@]*:)[^@]*(@)")
_SHOWN_KEYS = {"sender": "from"}


class Security(StrEnum):
    """How a connection is kept from being read."""

    TLS = "tls"
    STARTTLS = "starttls"
    #: Plain text; on this machine only.
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapSettings:
    """A mailbox on a mail server."""

    #: Stable name, part of every sighting.
    name: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: Security = Security.TLS
    ca_file: Path | None = None
    folders: tuple[str, ...] = ("INBOX",)
    #: Folder of suspected junk, scanned too: a name, or `\\Junk` for what the server marks; empty for none.
    junk: str = "\\Junk"
    #: Where stored mails are moved; empty leaves them where they lie.
    move_to: str = ""
    #: Folder for letters sent, where the server marks none.
    sent: str = "Sent"

    @property
    def scanned(self) -> tuple[str, ...]:
        """Every folder to look into, junk last."""
        return (*self.folders, *((self.junk,) if self.junk else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFolderSettings:
    """A mailbox that is a folder of .eml files."""

    name: str
    path: Path
    #: Folder inside it that stored mails are moved to; empty leaves them.
    move_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """A mail server that takes our letters."""

    name: str
    host: str
    port: int
    #: Empty for a server that asks for no login.
    user: str = ""
    password: str = field(default="", repr=False)
    security: Security = Security.STARTTLS
    ca_file: Path | None = None
    #: Sender of every letter; None for the campaign's office address.
    sender: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutFolderSettings:
    """A folder that letters are laid in."""

    name: str
    path: Path


MailboxSettings: TypeAlias = ImapSettings | MailFolderSettings
TransportSettings: TypeAlias = SmtpSettings | OutFolderSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a running service is told, checked."""

    home: Path
    #: In the order of the file; at least one.
    mailboxes: tuple[MailboxSettings, ...]
    #: In the order of the file; at least one.
    transports: tuple[TransportSettings, ...]
    #: SQLAlchemy URL; may hold a password.
    store_url: str = field(repr=False)
    poll_interval: dt.timedelta
    #: LibreOffice's program; None to look for it.
    soffice: Path | None
    log_level: str
    #: Name under which the office's mail server writes Authentication-Results (RFC 8601); empty for none.
    authserv_id: str = ""
    #: What is allowed but looks like a slip: unused variables, a password that others can read.
    warnings: tuple[Problem, ...] = ()
    #: Key -> where its value comes from: `tonghop.yaml:3:5`, the name of a variable, or `default`.
    origins: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def transport(self) -> TransportSettings:
        """The transport that letters leave by: `main`, or the first."""
        return next((one for one in self.transports if one.name == "main"), self.transports[0])


def load_settings(home: Path, environ: Mapping[str, str]) -> Settings:
    """Load the settings of *home*; raises ConfigError with all problems of file and environment.

    Without file and variables: a folder mailbox `mail/in`, a folder for letters `mail/out`, an SQLite file.
    """
    # Reading YAML and checking models cost 0.15 s of import.
    from config.settings_reading import SettingsReader  # noqa: PLC0415 - heavy import

    folder = home.absolute()
    file = folder / SETTINGS_FILE
    reader = SettingsReader(folder, environ)
    reader.read_file(file)
    settings = reader.settings()
    if reader.problems or settings is None:
        # A variable that nobody reads is often the reason why something is missing.
        raise ConfigError((*reader.sorted_problems(), *reader.warnings))
    return settings


def is_loopback(host: str) -> bool:
    """Tell whether *host* is this machine, so that plain text meets nobody."""
    if host.lower().rstrip(".") in ("localhost", "ip6-localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_readable_by_others(path: Path) -> bool:
    """Tell whether accounts other than the owner may read *path*."""
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def explain_settings(settings: Settings) -> tuple[tuple[str, str, str], ...]:
    """Give (key, effective value with secrets masked, where it comes from) of every setting."""
    shown: list[tuple[str, str]] = []
    for section, blocks in (("mailboxes", settings.mailboxes), ("transports", settings.transports)):
        for block in blocks:
            kind = {ImapSettings: "imap", SmtpSettings: "smtp"}.get(type(block), "folder")
            shown.append((f"{section}.{block.name}.kind", kind))
            for one in fields(block):
                if one.name != "name":
                    key = f"{section}.{block.name}.{_SHOWN_KEYS.get(one.name, one.name)}"
                    shown.append((key, _show(getattr(block, one.name), is_secret=not one.repr)))
    shown += (
        ("store.url", _URL_PASSWORD.sub(rf"\g<1>{_MASK}\g<2>", settings.store_url)),
        ("schedule.poll_minutes", str(settings.poll_interval // dt.timedelta(minutes=1))),
        ("printer.soffice", _show(settings.soffice)),
        ("log.level", settings.log_level),
    )
    return tuple((key, value, settings.origins.get(key, "default")) for key, value in shown)


def _show(value: object, *, is_secret: bool = False) -> str:
    if is_secret:
        return _MASK if value else ""
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    address = getattr(value, "address", None)
    return str(address or value or "")
