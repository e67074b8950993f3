"""A YAML file as plain words with the place of each, so that every complaint names line and column.

Scalars stay the words that stand in the file (`0240`, `17:00`, `no`): what they mean is decided by the model
that reads them, never by YAML's own guessing. Reading YAML costs 80 ms of import: import this module where a
configuration is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from domain.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ruamel.yaml.error import StreamMark
    from ruamel.yaml.nodes import Node

#: Keys and indexes that lead to a value: ("deadlines", "ladder", 0, "at").
Path: TypeAlias = tuple[str | int, ...]

_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a key or value stands: line and column from 1, and its characters in the text."""

    line: int
    column: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlFile:
    """A file's words, where each stands, and what is wrong with its writing."""

    name: str
    #: Mappings, lists and strings; keys without a value are left out.
    content: dict[str, Any]
    keys: Mapping[Path, Span]
    values: Mapping[Path, Span]
    problems: tuple[Problem, ...]

    def place(self, path: Path) -> str:
        """Name the place of the value at *path*, or of the nearest thing around it."""
        return self._name(path, self.values)

    def place_of_key(self, path: Path) -> str:
        """Name the place of the key at *path*, or of the nearest thing around it."""
        return self._name(path, self.keys)

    def _name(self, path: Path, spans: Mapping[Path, Span]) -> str:
        for length in range(len(path), 0, -1):
            part = path[:length]
            # A value that is lacking or lies deeper is reported at the key that should hold it.
            span = spans.get(part) if length == len(path) else None
            span = span or self.keys.get(part) or self.values.get(part)
            if span is not None:
                return f"{self.name}:{span.line}:{span.column}"
        return f"{self.name}:1:1"

    def has_key(self, path: Path) -> bool:
        """Tell whether there is a key at *path*, with or without a value."""
        return path in self.keys

    def other_way(self, path: Path) -> str:  # noqa: ARG002 - part of the protocol
        """Say where else the value may be set: nowhere but here."""
        return ""

    def is_left_empty(self, path: Path) -> bool:
        """Tell whether the key at *path* stands in the file without a value."""
        return path in self.keys and path not in self.values


@dataclass(slots=True)
class _Reader:
    """Walks the nodes of one file and collects words, places and problems."""

    name: str
    keys: dict[Path, Span] = field(default_factory=dict)
    values: dict[Path, Span] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    #: Nodes seen before: an alias would repeat them.
    seen: set[int] = field(default_factory=set)

    def complain(self, mark: StreamMark, reason: str, remedy: str = "") -> None:
        place = f"{self.name}:{mark.line + 1}:{mark.column + 1}"
        self.problems.append(Problem(place=place, reason=reason, remedy=remedy))

    def read(self, node: Node, path: Path) -> Any:
        if isinstance(node, ScalarNode):
            if node.tag == _NULL:
                return None
            self.values[path] = _span(node)
            return str(node.value)
        if id(node) in self.seen:
            # Aliases can nest until memory ends, and nobody reads them.
            self.complain(node.start_mark, "A block is repeated by an alias (`*name`).", "Write it out.")
            return None
        self.seen.add(id(node))
        self.values[path] = _span(node)
        if isinstance(node, SequenceNode):
            return self.read_list(node, path)
        return self.read_mapping(node, path)

    def read_list(self, node: SequenceNode, path: Path) -> list[Any]:
        read = []
        for index, child in enumerate(node.value):
            value = self.read(child, (*path, index))
            if value is None and isinstance(child, ScalarNode):
                self.complain(
                    child.start_mark, "An entry of this list is empty.", "Fill it in or take it out."
                )
            read.append(value if value is not None else "")
        return read

    def read_mapping(self, node: Node, path: Path) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for key, child in node.value:
            if not isinstance(key, ScalarNode):
                self.complain(key.start_mark, "A key must be a single word.")
                continue
            word = str(key.value)
            here = (*path, word)
            if here in self.keys:
                first = self.keys[here].line
                self.complain(
                    key.start_mark, f"`{word}` stands here twice.", f"The first one is in line {first}."
                )
                continue
            self.keys[here] = _span(key)
            value = self.read(child, here)
            if value is not None:
                read[word] = value
        return read


def _span(node: Node) -> Span:
    mark = node.start_mark
    return Span(line=mark.line + 1, column=mark.column + 1, start=mark.index, end=node.end_mark.index)


def decode_text(name: str, content: bytes) -> tuple[str, tuple[Problem, ...]]:
    """Decode a UTF-8 file, with or without BOM; the first wrong byte is the problem."""
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        # The codec counts from behind the BOM.
        before = bytes(error.object[: error.start])
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        reason = "The file is not written in UTF-8."
        remedy = "Save it again as UTF-8 (Excel: “CSV UTF-8”)."
        return "", (Problem(place=f"{name}:{line}:{column}", reason=reason, remedy=remedy),)


def read_yaml(name: str, content: bytes) -> YamlFile:
    """Read a YAML file; never raises, mistakes of writing are in `problems`."""
    text, problems = decode_text(name, content)
    if problems:
        return YamlFile(name=name, content={}, keys={}, values={}, problems=problems)
    node, problems = _compose(name, text)
    reader = _Reader(name=name, problems=list(problems))
    plain = reader.read(node, ()) if node is not None else None
    if plain is not None and not isinstance(plain, dict):
        reader.complain(
            node.start_mark, "The file must consist of keys and values.", "Write `key: value` lines."
        )
        plain = None
    return YamlFile(
        name=name,
        content=plain or {},
        keys=reader.keys,
        values=reader.values,
        problems=tuple(reader.problems),
    )


def _compose(name: str, text: str) -> tuple[Any, tuple[Problem, ...]]:
    """Give the node tree of *text*, None when it is empty or cannot be read."""
    try:
        return YAML(typ="safe", pure=True).compose(text), ()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        told = " ".join(part for part in (error.context, error.problem) if part)
        begun = error.context_mark.line + 1 if error.context_mark is not None else line
        reason = f"This is no YAML: {told}{f' (begun in line {begun})' if begun != line else ''}."
    except ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
        reason = "A control character stands here."
    except (YAMLError, RecursionError, ValueError):
        line, column, reason = 1, 1, "This is no YAML that can be read."
    remedy = "Look at indents, quotes and colons here and in the line before."
    return None, (Problem(place=f"{name}:{line}:{column}", reason=reason, remedy=remedy),)
