"""What may stand in `tonghop.yaml`: one model for each block, every key with its sentence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from config.notations import Mail, NeededLines, Text, Words
from config.validation import FileModel

SecurityWord = Literal["tls", "starttls", "none"]
Port = Annotated[int, Field(ge=1, le=65535)]


class ImapBlock(FileModel):
    """A mailbox on a mail server."""

    kind: Literal["imap"] = Field(description="A mail server that speaks IMAP.", examples=["imap"])
    host: Words = Field(description="Name of the mail server.", examples=["mail.so.example"])
    port: Port | None = Field(default=None, description="Port; 993 for tls, 143 otherwise.", examples=["993"])
    user: Words = Field(description="User name.", examples=["vanphong@so.example"])
    password: Words | None = Field(default=None, description="Password; a file is better.", examples=["“…”"])
    password_file: Words | None = Field(
        default=None, description="File that holds the password alone.", examples=["secrets/imap"]
    )
    security: SecurityWord = Field(
        default="tls", description="tls, starttls, or none (loopback only).", examples=["tls"]
    )
    ca_file: Words | None = Field(
        default=None, description="Certificate of the office's own authority.", examples=["ca.pem"]
    )
    folders: NeededLines = Field(
        default=("INBOX",), description="Folders that are scanned.", examples=["[INBOX]"]
    )
    junk: Text = Field(
        default="\\Junk",
        description='Folder of suspected junk, scanned too; "" for none.',
        examples=["Junk"],
    )
    move_to: Text = Field(
        default="",
        description="Folder that stored mails are moved to; empty leaves them.",
        examples=["Da luu"],
    )
    sent: Words = Field(
        default="Sent", description="Folder for letters sent, where the server marks none.", examples=["Sent"]
    )


class MailFolderBlock(FileModel):
    """A mailbox that is a folder of .eml files."""

    kind: Literal["folder"] = Field(description="A folder of .eml files.", examples=["folder"])
    path: Words = Field(description="The folder, seen from the home.", examples=["mail/in"])
    move_to: Text = Field(
        default="", description="Folder inside it that stored mails are moved to.", examples=["collected"]
    )


class SmtpBlock(FileModel):
    """A mail server that takes our letters."""

    kind: Literal["smtp"] = Field(description="A mail server that speaks SMTP.", examples=["smtp"])
    host: Words = Field(description="Name of the mail server.", examples=["mail.so.example"])
    port: Port | None = Field(
        default=None, description="Port; 465 for tls, 587 for starttls, 25 for none.", examples=["587"]
    )
    user: Text = Field(default="", description="User name; empty without login.", examples=["vanphong"])
    password: Words | None = Field(default=None, description="Password; a file is better.", examples=["“…”"])
    password_file: Words | None = Field(
        default=None, description="File that holds the password alone.", examples=["secrets/smtp"]
    )
    security: SecurityWord = Field(
        default="starttls", description="tls, starttls, or none (loopback only).", examples=["starttls"]
    )
    ca_file: Words | None = Field(
        default=None, description="Certificate of the office's own authority.", examples=["ca.pem"]
    )
    sender: Mail | None = Field(
        default=None,
        alias="from",
        description="Sender of every letter, in place of the campaign's office address.",
        examples=["vanphong@so.example"],
    )


class OutFolderBlock(FileModel):
    """A folder that letters are laid in."""

    kind: Literal["folder"] = Field(description="A folder for letters.", examples=["folder"])
    path: Words = Field(description="The folder, seen from the home.", examples=["mail/out"])


class StoreBlock(FileModel):
    """The database."""

    url: Words | None = Field(
        default=None, description="SQLite file or PostgreSQL.", examples=["sqlite:///tonghop.db"]
    )


class ScheduleBlock(FileModel):
    """How often `tonghop run` works."""

    poll_minutes: int = Field(
        default=5, ge=1, le=1440, description="Minutes between two rounds.", examples=["5"]
    )


class MailServerBlock(FileModel):
    """What the office's own mail server says of a sender."""

    authserv_id: str = Field(
        default="",
        description="Name under which it writes Authentication-Results; empty when it writes none.",
        examples=["mail.so.example"],
    )


class PrinterBlock(FileModel):
    """Word to PDF."""

    soffice: Words | None = Field(
        default=None,
        description="LibreOffice's program; found by itself when empty.",
        examples=["/usr/bin/soffice"],
    )


class LogBlock(FileModel):
    """What is logged."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least weight of a logged line.", examples=["INFO"]
    )


#: Models of a mailbox and of a transport by their kinds.
MAILBOX_KINDS: dict[str, type[FileModel]] = {"imap": ImapBlock, "folder": MailFolderBlock}
TRANSPORT_KINDS: dict[str, type[FileModel]] = {"smtp": SmtpBlock, "folder": OutFolderBlock}
#: The other blocks.
BLOCKS: dict[str, type[FileModel]] = {
    "store": StoreBlock,
    "schedule": ScheduleBlock,
    "mail_server": MailServerBlock,
    "printer": PrinterBlock,
    "log": LogBlock,
}
#: Every key of the first level.
SECTIONS = ("mailboxes", "transports", *BLOCKS)
