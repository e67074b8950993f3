"""The texts that the cells of a workbook share, and texts of several runs, from any XML within limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from domain.errors import TooLarge
from parsers.package import parse_xml
from parsers.xlsx.plain_xml import (
    MAIN_NAMESPACES,
    NotPlain,
    decoded,
    find_all,
    plain_body,
    refuse_markup,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_SHARED_TEXTS = 1_000_000
#: Excel ends at 32,767 signs in a cell.
MAX_TEXT = 1_000_000

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TRUE = ("1", "true", "on")
_RAISED = ("superscript", "subscript")
_TEXT = re.compile(
    r'<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>|<t ?/>|(<[rt](?:(?!</?si).)*))</si>|<si ?/>', re.DOTALL
)
_PRESERVED = '<t xml:space="preserve">'
_LAST = "</t></si></sst>"
#: As cells spell the numbers of the texts of a form.
_NUMBERS = tuple(map(str, range(2048)))


@dataclass(frozen=True, kw_only=True)
class SharedTexts:
    """The texts that cells point at by their number."""

    texts: Sequence[str]
    #: Numbers of those of which a run is struck out, raised or lowered.
    marked: frozenset[int] = frozenset()

    @cached_property
    def by_number(self) -> dict[str, str]:
        """Texts by their numbers as cells spell them."""
        if len(self.texts) <= len(_NUMBERS):
            return dict(zip(_NUMBERS, self.texts, strict=False))
        return {str(number): text for number, text in enumerate(self.texts)}


NO_TEXTS = SharedTexts(texts=())


def unescape(text: str) -> str:
    """Undo Excel's `_x000D_` spelling of signs that XML does not take."""
    if "_x" not in text:
        return text
    signs = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if not _SURROGATE.search(signs):
        return signs
    # A sign beyond the first plane is spelt in two halves.
    return signs.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def names_of(*locals_: str) -> dict[str, str]:
    """Give the spellings of elements by which a parser may name them -> their local names."""
    return {
        f"{namespace} {local}" if namespace else local: local
        for namespace in MAIN_NAMESPACES
        for local in locals_
    }


TEXT_NAMES = names_of("si", "is", "t", "r", "rPh", "vertAlign", "strike")


class RichText:
    """Collects the words of one text, without its phonetic runs, and notes marked runs."""

    __slots__ = ("_in_phonetic", "_length", "_run_marked", "is_marked", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self.is_marked = False
        self._run_marked = False
        self._in_phonetic = False
        self._length = 0

    def start(self, local: str, attributes: dict[str, str]) -> bool:
        """Take an element inside a text; True when its characters are words of it."""
        if local == "t":
            return not self._in_phonetic
        if local == "rPh":
            self._in_phonetic = True
        elif local == "r":
            self._run_marked = False
        elif (local == "vertAlign" and attributes.get("val") in _RAISED) or (
            local == "strike" and attributes.get("val", "1") in _TRUE
        ):
            self._run_marked = True
        return False

    def end(self, local: str) -> None:
        """Leave an element inside a text."""
        if local == "rPh":
            self._in_phonetic = False
        elif local == "r":
            self._run_marked = False

    def add(self, piece: str) -> None:
        """Take words."""
        self.words.append(piece)
        self._length += len(piece)
        if self._length > MAX_TEXT:
            raise TooLarge("A cell holds a text beyond all measure.")
        if self._run_marked and piece.strip():
            self.is_marked = True

    def text(self) -> str:
        """Give the words together, signs restored."""
        return unescape("".join(self.words))


def read_shared_texts(pieces: Iterator[bytes]) -> SharedTexts:
    """Read the table of shared texts from any XML."""
    reader = _TableReader()
    parse_xml(pieces, reader.start, reader.end, reader.text)
    return SharedTexts(texts=reader.texts, marked=frozenset(reader.marked))


class _TableReader:
    """Follows the XML of the table."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.marked: set[int] = set()
        self._current = RichText()
        self._collects = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        local = TEXT_NAMES.get(tag)
        if local == "si":
            self._current = RichText()
        elif local is not None:
            self._collects = self._current.start(local, attributes)

    def end(self, tag: str) -> None:
        """Close an element."""
        local = TEXT_NAMES.get(tag)
        self._collects = False
        if local == "si":
            if self._current.is_marked:
                self.marked.add(len(self.texts))
            self.texts.append(self._current.text())
            if len(self.texts) > MAX_SHARED_TEXTS:
                raise TooLarge(f"The workbook holds more than {MAX_SHARED_TEXTS} texts.")
        elif local is not None:
            self._current.end(local)

    def text(self, piece: str) -> None:
        """Take characters."""
        if self._collects:
            self._current.add(piece)


def plain_shared_texts(content: bytes) -> SharedTexts | None:
    """Give the table of shared texts; None where the part is not plain."""
    body = plain_body(content)
    if body is None:
        return None
    try:
        return _simple_texts(body) or _mixed_texts(body)
    except NotPlain:
        return None


def _simple_texts(body: str) -> SharedTexts | None:
    """Read a table without formatted texts; None where there are some."""
    bare, opened = body.strip(), _PRESERVED
    if not bare.startswith(f"<si>{opened}") or "<t>" in bare:
        bare, opened = bare.replace(_PRESERVED, "<t>"), "<t>"
    first = f"<si>{opened}"
    if not (bare.startswith(first) and bare.endswith(_LAST)):
        return None
    words = bare[len(first) : -len(_LAST)]
    texts = words.split(f"</t></si>{first}")
    # Between two texts stand four tags: there are no others.
    if words.count("<") != 4 * (len(texts) - 1):
        return None
    if len(words) > MAX_TEXT and max(map(len, texts)) > MAX_TEXT:
        raise NotPlain
    if "&" in words:
        texts = [decoded(one) for one in texts]
    if "_" in words and "_x" in words:
        texts = [unescape(one) for one in texts]
    return SharedTexts(texts=texts)


def _mixed_texts(body: str) -> SharedTexts:
    refuse_markup(body)
    texts: list[str] = []
    marked: set[int] = set()
    for simple, words in find_all(_TEXT, body, "<si"):
        if len(simple) > MAX_TEXT or len(words) > MAX_TEXT:
            raise NotPlain
        if words:
            rich = _rich(words)
            if rich.marked:
                marked.add(len(texts))
            texts += rich.texts
        else:
            texts.append(unescape(decoded(simple)))
    return SharedTexts(texts=texts, marked=frozenset(marked))


def _rich(words: str) -> SharedTexts:
    """Read a text of several runs with the parser."""
    part = f'<sst xmlns="{MAIN_NAMESPACES[0]}"><si>{words}</si></sst>'.encode()
    return read_shared_texts(iter((part,)))
