"""The comments of one sheet: ours put in and taken away, the words of others kept as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from parsers.marking.marks import HEADINGS, MarkKind, find_ours, foot
from parsers.markup import Edits, as_utf8, quoted, read_tree, words
from parsers.xlsx.texts_part import unescape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.markup import Element

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_NONE_YET: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<comments xmlns="%b"><authors></authors><commentList></commentList></comments>' % _MAIN.encode()
)
#: The placeholder that a conversation (threaded comment) leaves for older programs bears its id as author.
_CONVERSATION: Final = "tc="
_HEADING_COLOURS: Final = {MarkKind.MEND: "FFC00000", MarkKind.CHECK: "FF7F6000"}
_FOOT_COLOUR: Final = "FF808080"
_TEXT_SIZE, _FOOT_SIZE = 10, 8


@dataclass(slots=True, kw_only=True)
class _Comment:
    """A comment of the part as it came, and what it comes to."""

    element: Element
    is_conversation: bool
    #: Its runs, and what stands behind them, as they are written.
    runs: list[bytes]
    rest: bytes = b""
    #: Fill that the cell had before we marked it; None without our words.
    fill: str | None = None
    #: Our words of today, ahead of its own.
    ours: bytes = b""

    @property
    def stays(self) -> bool:
        """Tell whether it says anything when our words of the earlier time are gone."""
        return self.fill is None or bool(self.runs)


class Comments:
    """The comments of one sheet; *part* is None where it has none yet."""

    def __init__(self, part: bytes | None, *, author: str) -> None:
        self._part = _NONE_YET if part is None else as_utf8(part)
        self._root = read_tree(self._part)
        self._author = author
        self._prefix = self._root.prefix
        self._added: dict[str, bytes] = {}
        authors, listed = self._root.first("authors"), self._root.first("commentList")
        self._authors = [one.text for one in authors.children] if authors else []
        self._known: dict[str, _Comment] = {}
        for element in listed.all("comment") if listed else ():
            self._known.setdefault(element.attributes.get("ref", "").replace("$", ""), self._read(element))

    @property
    def fills(self) -> dict[str, str]:
        """Give the fill that each cell had which we marked an earlier time, by address."""
        return {cell: one.fill for cell, one in self._known.items() if one.fill is not None}

    @property
    def cells(self) -> frozenset[str]:
        """Give the cells that have a comment, when everything is done."""
        return frozenset(cell for cell, one in self._known.items() if one.stays) | set(self._added)

    @property
    def only_ours(self) -> frozenset[str]:
        """Give the cells whose comment, as it came, holds no words but ours."""
        return frozenset(cell for cell, one in self._known.items() if not one.stays)

    def put(self, cell: str, kind: MarkKind, *, text: str, fill: str) -> None:
        """Say *text* about a cell; a conversation that stands there stays as it is."""
        known = self._known.get(cell)
        runs = self._runs(kind, text, fill)
        if known is None or not known.stays:
            self._added[cell] = runs
        elif not known.is_conversation:
            known.ours = runs

    def made(self) -> bytes | None:
        """Give the part; None when nothing has changed."""
        edits = Edits(self._part)
        for one in self._known.values():
            self._settle(edits, one)
        if self._added:
            self._append(edits)
        return edits.made() if edits else None

    def _settle(self, edits: Edits, one: _Comment) -> None:
        if not one.stays:
            edits.remove(one.element)
            return
        if one.fill is None and not one.ours:
            return
        line = self._run("\n") if one.ours and one.runs else b""
        text = self._text(one.ours + line + b"".join(one.runs) + one.rest)
        before = one.element.first("text")
        if before is None:
            edits.append(one.element, text)
        else:
            edits.replace(before.start, before.end, text)

    def _text(self, content: bytes) -> bytes:
        return b"<%btext>%b</%btext>" % (self._prefix, content, self._prefix)

    def _append(self, edits: Edits) -> None:
        authors, listed = self._root.first("authors"), self._root.first("commentList")
        prefix = self._prefix
        if self._author not in self._authors:
            name = b"<%bauthor>%b</%bauthor>" % (prefix, words(self._author), prefix)
            self._authors.append(self._author)
            if authors is None:
                edits.insert(self._root.opened, b"<%bauthors>%b</%bauthors>" % (prefix, name, prefix))
            else:
                edits.append(authors, name)
        number = quoted(str(self._authors.index(self._author)))
        written = b"".join(
            b"<%bcomment ref=%b authorId=%b>" % (prefix, quoted(cell), number)
            + self._text(runs)
            + b"</%bcomment>" % prefix
            for cell, runs in self._added.items()
        )
        if listed is None:
            edits.append(self._root, b"<%bcommentList>%b</%bcommentList>" % (prefix, written, prefix))
        else:
            edits.append(listed, written)

    def _read(self, element: Element) -> _Comment:
        text = element.first("text")
        inner = text.children if text else []
        pieces = [one for one in inner if one.local in ("t", "r")]
        author = element.attributes.get("authorId", "")
        name = self._authors[int(author)] if author.isdecimal() and int(author) < len(self._authors) else ""
        said = "".join(map(_said, pieces))
        begin, end, fill = find_ours(said) or (0, 0, None)
        has_words = bool((said[:begin] + said[end:]).strip())
        return _Comment(
            element=element,
            is_conversation=name.startswith(_CONVERSATION),
            runs=list(self._without(pieces, begin=begin, end=end)) if has_words else [],
            rest=b"".join(self._part[one.start : one.end] for one in inner if one not in pieces),
            fill=fill,
        )

    def _without(self, pieces: list[Element], *, begin: int, end: int) -> Iterator[bytes]:
        """Yield the runs without the signs from *begin* to *end* of what they say together."""
        at = 0
        for piece in pieces:
            text = _said(piece)
            left = text[: max(begin - at, 0)] + text[max(end - at, 0) :]
            at += len(text)
            if left == text:
                yield self._as_run(piece)
            elif left:
                yield self._as_run(piece, left)

    def _as_run(self, piece: Element, text: str | None = None) -> bytes:
        """Give a run as it is written, or with another *text*; bare words become a run without a look."""
        tag, prefix = piece.name, self._prefix
        if piece.local == "r":
            inner = next(piece.all("t"), None)
            if text is None or inner is None:
                return self._part[piece.start : piece.end]
            return (
                self._part[piece.start : inner.start]
                + _spelt(text, inner.name)
                + self._part[inner.end : piece.end]
            )
        bare = self._part[piece.start : piece.end] if text is None else _spelt(text, tag)
        return b"<%br>%b</%br>" % (prefix, bare, prefix)

    def _runs(self, kind: MarkKind, text: str, fill: str) -> bytes:
        return (
            self._run(HEADINGS[kind], colour=_HEADING_COLOURS[kind], bold=True)
            + self._run("\n" + text)
            + self._run("\n" + foot(fill), colour=_FOOT_COLOUR, size=_FOOT_SIZE)
        )

    def _run(
        self, text: str, *, colour: str = "FF000000", size: int = _TEXT_SIZE, bold: bool = False
    ) -> bytes:
        look = (
            *((b"b/",) if bold else ()),
            b"sz val=%b/" % quoted(str(size)),
            b"color rgb=%b/" % quoted(colour),
            b'rFont val="Times New Roman"/',
            b'family val="1"/',
        )
        prefix = self._prefix
        properties = b"".join(b"<%b%b>" % (prefix, one) for one in look)
        spelt = _spelt(text, prefix + b"t")
        return b"<%br><%brPr>%b</%brPr>%b</%br>" % (prefix, prefix, properties, prefix, spelt, prefix)


def _said(piece: Element) -> str:
    """Give the words of a run."""
    if piece.local == "t":
        return unescape(piece.text)
    return "".join(unescape(inner.text) for inner in piece.all("t"))


def _spelt(text: str, tag: bytes) -> bytes:
    return b'<%b xml:space="preserve">%b</%b>' % (tag, words(text), tag)
