"""Names of folders as an office writes them, found among those that an IMAP server lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

INBOX = "INBOX"
#: Folders that cannot hold mails.
_UNUSABLE = frozenset({"\\noselect", "\\nonexistent"})


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """A folder as the server lists it."""

    name: str
    #: Lower case.
    flags: frozenset[str]
    #: What stands between the parts of a path; empty when the server has one level only.
    separator: str


def read_listing(listed: Sequence[tuple[Any, Any, Any]]) -> tuple[ServerFolder, ...]:
    """Take over imapclient's answer to LIST, without what cannot be opened."""
    folders = (
        ServerFolder(
            name=str(name),
            flags=frozenset(_word(flag).lower() for flag in flags),
            separator=_word(separator) if separator else "",
        )
        for flags, separator, name in listed
    )
    return tuple(folder for folder in folders if not folder.flags & _UNUSABLE)


def _word(word: bytes | str) -> str:
    return word.decode("ascii", "replace") if isinstance(word, bytes) else word


def find_folder(existing: Sequence[ServerFolder], wanted: str) -> str | None:
    r"""Find a folder by special use (`\Junk`) or by name, in whichever spelling the server has it."""
    if wanted.startswith("\\"):
        return next((folder.name for folder in existing if wanted.lower() in folder.flags), None)
    if wanted.upper() == INBOX:
        # RFC 9051 5.1: INBOX exists everywhere, in any case of letters, listed or not.
        return INBOX
    names = {folder.name for folder in existing}
    return next((name for name in (wanted, *_spellings(existing, wanted)) if name in names), None)


def spell_new(existing: Sequence[ServerFolder], wanted: str) -> str:
    """Write the name of a folder to be made as this server wants it."""
    plain, under_inbox = _spellings(existing, wanted)
    others = [folder.name for folder in existing if folder.name.upper() != INBOX]
    prefix = under_inbox.removesuffix(plain)
    # Courier and Cyrus keep all personal folders under INBOX and refuse others.
    return under_inbox if others and prefix and all(name.startswith(prefix) for name in others) else plain


def _spellings(existing: Sequence[ServerFolder], wanted: str) -> tuple[str, str]:
    """Write `Dân vận/2021` with the server's separator, as it is and under INBOX."""
    separator = next((folder.separator for folder in existing if folder.separator), "/")
    plain = wanted.replace("/", separator)
    prefix = f"{INBOX}{separator}"
    return plain, plain if plain.startswith(prefix) else prefix + plain
