"""Reads `tonghop.yaml` and the environment into settings, collecting every problem on the way [edge]."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.campaign_assembly import sort_problems
from config.environment import MAIN, overlay_environment, variable_of
from config.settings import (
    ImapSettings,
    MailFolderSettings,
    OutFolderSettings,
    Security,
    Settings,
    SmtpSettings,
    is_loopback,
    is_readable_by_others,
)
from config.settings_file import (
    BLOCKS,
    MAILBOX_KINDS,
    SECTIONS,
    TRANSPORT_KINDS,
    ImapBlock,
    LogBlock,
    MailFolderBlock,
    MailServerBlock,
    OutFolderBlock,
    PrinterBlock,
    ScheduleBlock,
    SmtpBlock,
    StoreBlock,
)
from config.spelling import propose_word
from config.validation import FileModel, check_block
from config.yaml_places import read_yaml
from domain.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.settings import MailboxSettings, TransportSettings
    from config.yaml_places import Path as YamlPath

_NAME = re.compile(r"^[a-z][a-z0-9_-]{0,30}$")
_SCHEMES = ("sqlite", "postgresql", "postgresql+psycopg")
_SQLITE_FILE = "sqlite:///"
_IMAP_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}
_SMTP_PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}
_DEFAULT_IN = "mail/in"
_DEFAULT_OUT = "mail/out"


class SettingsReader:
    """One reading of file and environment; problems and warnings gather in it."""

    def __init__(self, home: Path, environ: Mapping[str, str]) -> None:
        self._home = home
        self._environ = environ
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self._source = overlay_environment(read_yaml("", b""), {})
        self._blocks: dict[str, FileModel] = {}

    def sorted_problems(self) -> tuple[Problem, ...]:
        """Give the problems in reading order."""
        return sort_problems(tuple(dict.fromkeys(self.problems)))

    def read_file(self, path: Path) -> None:
        """Read the file, if there is one, and what the environment says over it."""
        content = b""
        if path.exists():
            try:
                content = path.read_bytes()
            except OSError as error:
                self._complain(path.name, f"The file cannot be read: {error.strerror}.")
        file = read_yaml(path.name, content)
        self.problems.extend(file.problems)
        self._source = overlay_environment(file, self._environ)
        self.warnings.extend(self._source.warnings)
        for key in file.content:
            if key not in SECTIONS:
                free = [section for section in SECTIONS if section not in file.content]
                self._complain(
                    file.place_of_key((key,)), f"The key `{key}` is unknown.", propose_word(key, free)
                )
        for name, model in BLOCKS.items():
            block = self._check(model, self._source.content.get(name, {}), (name,))
            if block is not None:
                self._blocks[name] = block
        if _holds_password(file.content) and is_readable_by_others(path):
            reason = "The file holds a password, and others on this machine can read it."
            self.warnings.append(Problem(place=path.name, reason=reason, remedy=f"chmod 600 {path.name}"))

    def settings(self) -> Settings | None:
        """Give the settings; None when there are problems."""
        mailboxes = [self._mailbox(*entry) for entry in self._read_all("mailboxes", MAILBOX_KINDS)]
        transports = [self._transport(*entry) for entry in self._read_all("transports", TRANSPORT_KINDS)]
        url = self._store_url()
        soffice = self._soffice()
        mailboxes, transports = self._fill_in(mailboxes, transports)
        schedule, log = self._blocks.get("schedule"), self._blocks.get("log")
        server = self._blocks.get("mail_server")
        if self.problems or not isinstance(schedule, ScheduleBlock) or not isinstance(log, LogBlock):
            return None
        return Settings(
            home=self._home,
            mailboxes=tuple(one for one in mailboxes if one is not None),
            transports=tuple(one for one in transports if one is not None),
            store_url=url,
            poll_interval=dt.timedelta(minutes=schedule.poll_minutes),
            soffice=soffice,
            log_level=log.level,
            authserv_id=server.authserv_id.strip() if isinstance(server, MailServerBlock) else "",
            warnings=tuple(self.warnings),
            origins=self._origins(),
        )

    def _complain(self, place: str, reason: str, remedy: str = "") -> None:
        self.problems.append(Problem(place=place, reason=reason, remedy=remedy))

    def _check(self, model: type[FileModel], content: Any, path: YamlPath) -> FileModel | None:
        block, problems = check_block(model, content, source=self._source, path=path)
        self.problems.extend(problems)
        return block

    def _read_all(self, section: str, kinds: Mapping[str, type[FileModel]]) -> list[tuple[str, FileModel]]:
        """Read every mailbox or transport by the model of its kind."""
        blocks = self._source.content.get(section, {})
        if not isinstance(blocks, dict):
            reason = f"`{section}` holds names, each with its block."
            self._complain(self._source.place((section,)), reason, f"Write `{MAIN}:` below it.")
            return []
        read = []
        for name, content in blocks.items():
            path = (section, name)
            if not _NAME.match(name):
                remedy = "Use small letters, digits, `-` and `_`: `main`."
                self._complain(self._source.place_of_key(path), f"`{name}` is no name.", remedy)
            kind = content.get("kind", "") if isinstance(content, dict) else ""
            if kind not in kinds:
                self._complain_of_kind(path, kind, kinds)
                continue
            self._check_security(path, content)
            block = self._check(kinds[kind], content, path)
            if block is not None:
                read.append((name, block))
        return read

    def _complain_of_kind(self, path: YamlPath, kind: str, kinds: Mapping[str, type[FileModel]]) -> None:
        place = self._source.place((*path, "kind"))
        if kind:
            self._complain(place, f"`{kind}` is not known here.", propose_word(kind, kinds))
        else:
            self._complain(
                place, f"`kind` is missing in `{'.'.join(map(str, path))}`.", propose_word("", kinds)
            )

    def _mailbox(self, name: str, block: FileModel) -> MailboxSettings | None:
        if isinstance(block, MailFolderBlock):
            return MailFolderSettings(name=name, path=self._home / block.path, move_to=block.move_to)
        assert isinstance(block, ImapBlock)
        path = ("mailboxes", name)
        security = Security(block.security)
        password = self._password(path, block)
        if password is None and not self._has_trouble_with(path, "password_file"):
            reason = f"The mailbox `{name}` has no password."
            self._complain(self._source.place((*path, "password")), reason, _ask_for_password(path))
        return ImapSettings(
            name=name,
            host=block.host,
            port=block.port or _IMAP_PORTS[security],
            user=block.user,
            password=password or "",
            security=security,
            ca_file=self._ca_file(path, block),
            folders=block.folders,
            junk=block.junk,
            move_to=block.move_to,
            sent=block.sent,
        )

    def _transport(self, name: str, block: FileModel) -> TransportSettings | None:
        if isinstance(block, OutFolderBlock):
            return OutFolderSettings(name=name, path=self._home / block.path)
        assert isinstance(block, SmtpBlock)
        path = ("transports", name)
        security = Security(block.security)
        password = self._password(path, block)
        if block.user and password is None and not self._has_trouble_with(path, "password_file"):
            reason = f"The transport `{name}` logs in as `{block.user}` and has no password."
            self._complain(self._source.place((*path, "password")), reason, _ask_for_password(path))
        if password and not block.user:
            reason = f"The transport `{name}` has a password and no user."
            remedy = f"Write `user:`, or set {variable_of((*path, 'user'))}."
            self._complain(self._source.place((*path, "user")), reason, remedy)
        return SmtpSettings(
            name=name,
            host=block.host,
            port=block.port or _SMTP_PORTS[security],
            user=block.user,
            password=password or "",
            security=security,
            ca_file=self._ca_file(path, block),
            sender=block.sender,
        )

    def _check_security(self, path: YamlPath, content: Mapping[str, Any]) -> None:
        host = content.get("host")
        if content.get("security") == Security.NONE and isinstance(host, str) and not is_loopback(host):
            reason = f"`none` would send mail and password to {host} for everybody to read."
            remedy = "Write `tls` or `starttls`; `none` is for 127.0.0.1, ::1 and localhost."
            self._complain(self._source.place((*path, "security")), reason, remedy)
        if "password" in content and "password_file" in content:
            reason = "`password` and `password_file` are both set."
            self._complain(self._source.place((*path, "password_file")), reason, "Keep one of the two.")

    def _password(self, path: YamlPath, block: ImapBlock | SmtpBlock) -> str | None:
        """Give the password; None when none is set or its file cannot be read."""
        if block.password_file is None:
            return block.password
        file, place = self._home / block.password_file, self._source.place((*path, "password_file"))
        try:
            password = file.read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            self._complain(place, f"The password in {file} cannot be read: {error.strerror}.")
            return None
        except UnicodeDecodeError:
            self._complain(place, f"{file} holds no text in UTF-8.")
            return None
        if not password:
            self._complain(place, f"{file} is empty.", "Write the password alone into it.")
            return None
        return password

    def _has_trouble_with(self, path: YamlPath, key: str) -> bool:
        place = self._source.place((*path, key))
        return any(problem.place == place for problem in self.problems)

    def _ca_file(self, path: YamlPath, block: ImapBlock | SmtpBlock) -> Path | None:
        if block.ca_file is None:
            return None
        return self._existing(self._home / block.ca_file, (*path, "ca_file"))

    def _soffice(self) -> Path | None:
        block = self._blocks.get("printer")
        if not isinstance(block, PrinterBlock) or block.soffice is None:
            return None
        return self._existing(self._home / block.soffice, ("printer", "soffice"))

    def _existing(self, file: Path, path: YamlPath) -> Path:
        if not file.is_file():
            self._complain(self._source.place(path), f"There is no file {file}.")
        return file

    def _store_url(self) -> str:
        block = self._blocks.get("store")
        url = block.url if isinstance(block, StoreBlock) else None
        if url is None:
            return f"{_SQLITE_FILE}{self._home / 'tonghop.db'}"
        scheme, colon, rest = url.partition("://")
        if not colon or scheme not in _SCHEMES:
            # The rest may hold a password: never repeated.
            reason = f"`{scheme}` is no database that can be used." if colon else "This is no database URL."
            remedy = (
                f"{propose_word(scheme, _SCHEMES) if colon else ''} Write `sqlite:///tonghop.db`.".strip()
            )
            self._complain(self._source.place(("store", "url")), reason, remedy)
            return url
        if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
            return f"{_SQLITE_FILE}{self._home / rest[1:]}"
        return url

    def _fill_in(
        self, mailboxes: list[MailboxSettings | None], transports: list[TransportSettings | None]
    ) -> tuple[list[MailboxSettings | None], list[TransportSettings | None]]:
        """Add the folders that stand in while no server is named; half of a server pair is a mistake."""
        reads, sends = self._kinds_of("mailboxes"), self._kinds_of("transports")
        if not reads:
            if "smtp" in sends:
                reason = "Letters go out by a mail server, and no mailbox is named that answers come back to."
                remedy = "Write `mailboxes:` in tonghop.yaml, or set TONGHOP_IMAP_HOST."
                self._complain("TONGHOP_IMAP_HOST", reason, remedy)
            mailboxes = [MailFolderSettings(name=MAIN, path=self._home / _DEFAULT_IN)]
        if not sends:
            if "imap" in reads:
                reason = "Mail is read from a mail server, and no transport is named that letters go out by."
                remedy = "Write `transports:` in tonghop.yaml, or set TONGHOP_SMTP_HOST."
                self._complain("TONGHOP_SMTP_HOST", reason, remedy)
            transports = [OutFolderSettings(name=MAIN, path=self._home / _DEFAULT_OUT)]
        return mailboxes, transports

    def _kinds_of(self, section: str) -> set[str]:
        """Give the kinds that file and environment name, be they right or wrong."""
        blocks = self._source.content.get(section, {})
        if not isinstance(blocks, dict):
            return {""}
        return {str(block.get("kind", "")) if isinstance(block, dict) else "" for block in blocks.values()}

    def _origins(self) -> dict[str, str]:
        """Say of every value that file or environment set where it stands."""
        origins = {".".join(map(str, path)): self._source.origin(path) for path in self._source.file.values}
        origins |= {".".join(map(str, path)): name for path, name in self._source.variables.items()}
        for key in [key for key in origins if key.endswith(".password_file")]:
            # A password in the environment is stronger than the file's password_file.
            if self._source.content_at(key):
                origins[key.removesuffix("_file")] = origins[key]
        return origins


def _ask_for_password(path: YamlPath) -> str:
    variable = variable_of((*path, "password_file"))
    return f"Set {variable}, or write `password_file:` (a file with the password alone)."


def _holds_password(content: Mapping[str, Any]) -> bool:
    sections = (content.get(section) for section in ("mailboxes", "transports"))
    blocks = [block for section in sections if isinstance(section, dict) for block in section.values()]
    return any(isinstance(block, dict) and "password" in block for block in blocks)
