"""UTF-8 that some program took for Windows-1252: "Há»“ng" for "Hồng"."""

from __future__ import annotations

import re
from typing import Final

from domain.vietnamese import nfc

#: What may follow the first byte of a letter, in Windows-1252; bytes that it leaves open show as themselves.
_FOLLOWING: Final = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_PAIR = re.compile(rf"[Â-ß][{_FOLLOWING}]|[à-ï][{_FOLLOWING}]{{2}}")
#: Beginnings of Vietnamese letters that no language has side by side.
_SURE = re.compile(rf"á[»º]|Ã[{_FOLLOWING}]|Æ[°¡]|Ä‘")
_LAST_BYTE: Final = 0xFF


def looks_like_utf8(text: str) -> bool:
    """Tell whether *text* holds what could be the bytes of one letter."""
    return _PAIR.search(text) is not None or is_surely_utf8(text)


def is_surely_utf8(text: str) -> bool:
    """Tell whether *text* holds what can be nothing else, even where the rest of it was lost."""
    return _SURE.search(text) is not None


def undo_latin(text: str) -> str | None:
    """Give the text (NFC) whose bytes show as *text*, misread once or twice; None where there is none."""
    once = _undo(text)
    twice = _undo(once) if once is not None else None
    repaired = twice or once
    return None if repaired is None else nfc(repaired)


def _undo(text: str) -> str | None:
    stored = bytearray()
    for sign in text:
        try:
            stored += sign.encode("cp1252")
        except UnicodeEncodeError:
            if ord(sign) > _LAST_BYTE:
                return None
            stored.append(ord(sign))
    try:
        decoded = stored.decode()
    except UnicodeDecodeError:
        return None
    return decoded if decoded != text else None
