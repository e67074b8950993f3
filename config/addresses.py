"""Mail addresses as office people write them: read, or refused with what is wrong."""

from __future__ import annotations

import re

from domain.messages import Address
from domain.vietnamese import clean

_WITH_NAME = re.compile(r"^(?P<name>.*?)\s*<\s*(?:mailto:)?(?P<address>[^<>]*?)\s*>$", re.DOTALL)
# RFC 5321 and 5322 dot-atoms; quoted local parts exist on paper only.
_LOCAL = re.compile(r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
_LABEL = re.compile(r"^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$")
_LONGEST_LOCAL = 64
_LONGEST = 254
#: Between addresses; a comma or semicolon inside a quoted name does not part.
_ADDRESS_BREAK = re.compile(r"""[;,\n](?=(?:[^"]*"[^"]*")*[^"]*$)""")


class WrongAddress(ValueError):
    """This is no mail address; the message says why."""


def read_address(text: str) -> Address:
    """Read `name@office.example` or `Văn phòng <name@office.example>`; raises WrongAddress."""
    words = clean(text)
    named = _WITH_NAME.match(words)
    name = named["name"].strip().strip('"').strip() if named else ""
    address = named["address"] if named else words.removeprefix("mailto:")
    local, at, domain = address.rpartition("@")
    problem = _find_fault(address, local=local, domain=domain, has_at=bool(at))
    if problem:
        raise WrongAddress(f"`{words}` is no mail address: {problem}.")
    return Address(name=name, address=f"{local}@{domain.lower()}")


def _find_fault(address: str, *, local: str, domain: str, has_at: bool) -> str:
    if not address:
        return "nothing stands there"
    if not has_at:
        return "there is no @"
    if address.count("@") > 1:
        return "there is more than one @"
    odd = next((sign for sign in address if not sign.isascii()), "")
    if odd:
        return f"the letter `{odd}` cannot stand in one"
    if any(sign.isspace() for sign in address):
        return "there is a space in it"
    if not _LOCAL.match(local) or len(local) > _LONGEST_LOCAL:
        return f"`{local}` cannot stand before the @" if local else "nothing stands before the @"
    labels = domain.split(".")
    if len(labels) == 1 or not all(_LABEL.match(label) for label in labels):
        return f"`{domain}` is no mail domain" if domain else "nothing stands after the @"
    return "it is too long" if len(address) > _LONGEST else ""


def split_addresses(text: str) -> tuple[str, ...]:
    """Split a cell with several addresses at semicolons, commas and line breaks."""
    parts = _ADDRESS_BREAK.split(clean(text))
    return tuple(part.strip() for part in parts if part.strip())
