"""Automatic numbering of a Word file: definitions, and the counting that shows "I.", "1)", "a)"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.errors import TooLarge
from parsers.package import parse_xml
from parsers.word.names import is_on, local_name, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LEVELS = 9
_MOST_LISTS = 50_000
#: A pattern longer than this is no numbering ("%1.%2.%3.%4.%5.%6.%7.%8.%9." has 27 signs).
_LONGEST_PATTERN = 60
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_LAST_ROMAN = 3999
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
#: Word doubles the letter after z; beyond three there is no list.
_LAST_LETTER = 3 * len(_LETTERS)
_PLACE = re.compile(r"%([1-9])")
_BULLET = "-"


@dataclass(slots=True, kw_only=True)
class Level:
    """One level of a list."""

    start: int = 1
    format: str = "decimal"
    #: "%1.%2)": numbers of the levels with what stands around them.
    pattern: str = ""
    #: Level whose next number starts this one again, from 1; 0 for never, None for every higher one.
    restart: int | None = None
    #: Higher numbers are written in digits.
    is_legal: bool = False
    style: str = ""


@dataclass(slots=True, kw_only=True)
class AbstractList:
    """A definition that lists use."""

    levels: dict[int, Level] = field(default_factory=dict)
    #: A style whose list this one repeats, and the style that this one is the list of.
    repeats: str = ""
    list_of: str = ""


@dataclass(slots=True, kw_only=True)
class ListInstance:
    """A list of the document: a definition, counted from its own start."""

    abstract: str = ""
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, Level] = field(default_factory=dict)


class Numbering:
    """Counts through a document: every numbered paragraph in turn asks for what it shows."""

    def __init__(self, abstracts: Mapping[str, AbstractList], instances: Mapping[str, ListInstance]) -> None:
        """Take the definitions, and the lists that use them, by their numbers."""
        self._abstracts = abstracts
        self._of_style = {one.list_of: one for one in reversed(list(abstracts.values())) if one.list_of}
        self._instances = instances
        self._levels: dict[str, dict[int, Level]] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def level_of_style(self, number: str, style_id: str) -> int:
        """Give the level of a list that belongs to a paragraph style; the first where none does."""
        for level, given in self._levels_of(number).items():
            if style_id and given.style == style_id:
                return level
        return 0

    def next(self, number: str, level: int) -> str:
        """Count one paragraph of list *number* at *level* (from 0) and give what is shown before it."""
        instance = self._instances.get(number)
        levels = self._levels_of(number)
        if instance is None or level not in levels:
            return ""
        counters = self._counters.setdefault(instance.abstract, [None] * _LEVELS)
        if (number, level) not in self._begun:
            self._begun.add((number, level))
            if level in instance.starts:
                counters[level] = None
        current = counters[level]
        start = instance.starts.get(level, levels[level].start)
        counters[level] = start if current is None else current + 1
        for deeper in range(level + 1, _LEVELS):
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or level < restart:
                counters[deeper] = None
        return _shown(levels, counters, level)

    def _levels_of(self, number: str) -> dict[int, Level]:
        found = self._levels.get(number)
        if found is None:
            instance = self._instances.get(number, ListInstance())
            abstract = self._abstracts.get(instance.abstract, AbstractList())
            abstract = self._of_style.get(abstract.repeats, abstract)
            found = self._levels[number] = abstract.levels | instance.levels
        return found


def _shown(levels: dict[int, Level], counters: list[int | None], level: int) -> str:
    given = levels[level]
    if given.format == "bullet":
        return _BULLET
    if given.format == "none":
        return _PLACE.sub("", given.pattern).strip()

    def number(found: re.Match[str]) -> str:
        place = int(found[1]) - 1
        at = levels.get(place)
        value = counters[place]
        if value is None:
            value = at.start if at else 1
        style = "decimal" if given.is_legal or at is None else at.format
        return _written(value, style)

    return _PLACE.sub(number, given.pattern).strip()


def _written(value: int, style: str) -> str:
    """Write a number as lists do; what no list reaches stands in digits."""
    if style in ("upperRoman", "lowerRoman") and 0 < value <= _LAST_ROMAN:
        letters = ""
        for worth, sign in _ROMAN:
            times, value = divmod(value, worth)
            letters += sign * times
        return letters if style == "upperRoman" else letters.lower()
    if style in ("upperLetter", "lowerLetter") and 0 < value <= _LAST_LETTER:
        times, place = divmod(value - 1, len(_LETTERS))
        letters = _LETTERS[place] * (times + 1)
        return letters.upper() if style == "upperLetter" else letters
    if style == "decimalZero":
        return f"{value:02d}"
    return "" if style in ("none", "bullet") else str(value)


def _whole(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _LEVELS else default


def read_numbering(pieces: Iterator[bytes]) -> Numbering:
    """Read `numbering.xml`."""
    return _Reader().read(pieces)


class _Reader:
    """Follows the XML of the definitions."""

    def __init__(self) -> None:
        self._abstracts: dict[str, AbstractList] = {}
        self._instances: dict[str, ListInstance] = {}
        self._abstract: AbstractList | None = None
        self._instance: ListInstance | None = None
        self._level: Level | None = None
        self._override = 0

    def read(self, pieces: Iterator[bytes]) -> Numbering:
        parse_xml(pieces, self._start, self._end)
        return Numbering(self._abstracts, self._instances)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        local = local_name(tag)
        match local:
            case "abstractNum":
                self._abstract = AbstractList()
                self._abstracts.setdefault(value_of(attributes, "abstractNumId"), self._abstract)
            case "num":
                self._instance = ListInstance()
                self._instances.setdefault(value_of(attributes, "numId"), self._instance)
            case "lvl":
                self._open_level(attributes)
            case _ if self._level is not None:
                _describe_level(self._level, local, attributes)
            case _ if self._instance is not None:
                self._describe_instance(self._instance, local, attributes)
            case "numStyleLink" if self._abstract is not None:
                self._abstract.repeats = value_of(attributes)
            case "styleLink" if self._abstract is not None:
                self._abstract.list_of = value_of(attributes)
        if len(self._abstracts) + len(self._instances) > _MOST_LISTS:
            raise TooLarge(f"The document defines more than {_MOST_LISTS} lists.")

    def _open_level(self, attributes: dict[str, str]) -> None:
        self._level = Level()
        owner = self._abstract or self._instance
        level = _whole(value_of(attributes, "ilvl"), 0)
        if owner is not None and level < _LEVELS:
            owner.levels[level] = self._level

    def _describe_instance(self, instance: ListInstance, local: str, attributes: dict[str, str]) -> None:
        match local:
            case "abstractNumId":
                instance.abstract = value_of(attributes)
            case "lvlOverride":
                self._override = _whole(value_of(attributes, "ilvl"), 0)
            case "startOverride" if self._override < _LEVELS:
                instance.starts[self._override] = _whole(value_of(attributes), 1)

    def _end(self, tag: str) -> None:
        match local_name(tag):
            case "abstractNum":
                self._abstract = None
            case "num":
                self._instance = None
            case "lvl":
                self._level = None


def _describe_level(level: Level, local: str, attributes: dict[str, str]) -> None:
    value = value_of(attributes)
    match local:
        case "start":
            level.start = _whole(value, 1)
        case "numFmt":
            level.format = value
        case "lvlText":
            level.pattern = value if len(value) <= _LONGEST_PATTERN else ""
        case "lvlRestart":
            level.restart = _whole(value, 0)
        case "isLgl":
            level.is_legal = is_on(attributes)
        case "pStyle":
            level.style = value
