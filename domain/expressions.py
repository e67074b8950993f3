"""Expressions of the rules table as an office writes them, read into a small tree that can hold nothing else.

The text is cut into signs, numbers, texts and names of our own first; Python's parser sees placeholders only
and lends us its grammar. So no attribute, subscript, lambda, comprehension or foreign call can be written,
and a fault is known by its place in the office's text.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Longest expression and deepest nesting that a person can still read.
MOST_SIGNS = 600
MOST_LEVELS = 25

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?![\w.]|,[0-9]{3}\b)|[0-9]+(?=\.\.))
    | (?P<text>["“”„][^"“”„]*["“”„]|['‘’][^'‘’]*['‘’])
    | (?P<name>[^\W\d]\w*)
    | (?P<sign>\.\.|<=|>=|<>|!=|==|[=<>+\-*/(),≤≥≠×÷−–])
    """,
    re.VERBOSE,
)
#: How Excel and a typographer's keyboard write signs; `..` becomes an operator that nothing else uses.
_SIGNS = {
    "=": "==", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">=",
    "×": "*", "÷": "/", "−": "-", "–": "-", "..": "@",
}  # fmt: skip
_CONNECTIVES = frozenset({"and", "or", "not"})
#: `1.000` is a thousand for a Vietnamese reader and one for a programmer.
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+(?![0-9])")
_ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "=", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Literal:
    """A number or a text that the office wrote."""

    value: Decimal | str
    column: int


@dataclass(frozen=True, slots=True)
class Word:
    """A name: code of a field or list, column of a list, date of the campaign, `this`."""

    name: str
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """`T07..T10`: every field of the form from one code to another."""

    first: str
    last: str
    column: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function of ours with its arguments."""

    name: str
    arguments: tuple[Node, ...]
    column: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers joined by + - * or /."""

    sign: str
    left: Node
    right: Node
    column: int


@dataclass(frozen=True, slots=True)
class Negative:
    """A number with minus before it."""

    operand: Node
    column: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Values compared in a chain: each sign stands between two neighbours."""

    signs: tuple[str, ...]
    operands: tuple[Node, ...]
    column: int


@dataclass(frozen=True, slots=True)
class Connective:
    """Conditions joined by `and` or `or`."""

    word: str
    operands: tuple[Node, ...]
    column: int


@dataclass(frozen=True, slots=True)
class Negation:
    """`not` and a condition."""

    operand: Node
    column: int


Node: TypeAlias = Literal | Word | Span | Call | Arithmetic | Negative | Comparison | Connective | Negation


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is no expression."""

    reason: str
    #: Where, counted from 1 in the office's text.
    column: int


def walk(node: Node) -> Iterator[Node]:
    """Give *node* and everything below it, in the order of the text."""
    yield node
    for part in _parts(node):
        yield from walk(part)


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case Call():
            return node.arguments
        case Arithmetic():
            return (node.left, node.right)
        case Negative() | Negation():
            return (node.operand,)
        case Comparison() | Connective():
            return node.operands
        case _:
            return ()


class _Wrong(Exception):
    def __init__(self, reason: str, column: int) -> None:
        super().__init__(reason)
        self.fault = Fault(reason, column)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


@lru_cache(maxsize=2048)
def read_expression(text: str) -> Node | Fault:
    """Read one expression; never raises, whatever stands there."""
    try:
        tokens = _cut(text)
        return _Builder(tokens).build(_parse(tokens), 0)
    except _Wrong as error:
        return error.fault


def _cut(text: str) -> tuple[_Token, ...]:
    """Cut *text* into tokens; anything that is none of them is a fault."""
    if len(text) > MOST_SIGNS:
        raise _Wrong(f"the expression is longer than {MOST_SIGNS} characters", MOST_SIGNS + 1)
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        thousands = _THOUSANDS.match(text, at) if not _inside_name(text, at) else None
        if thousands is not None:
            plain = re.sub(r"[.,]", "", thousands[0])
            raise _Wrong(f"write `{plain}` without a separator for `{thousands[0]}`", at + 1)
        match = _TOKEN.match(text, at)
        if match is None:
            raise _Wrong(f"`{text[at]}` has no place in an expression", at + 1)
        if match.lastgroup != "space":
            tokens.append(_Token(match.lastgroup or "", match[0], at + 1))
        at = match.end()
    if not tokens:
        raise _Wrong("the expression is empty", 1)
    last = tokens[-1]
    if last.text != ")" and (last.kind == "sign" or last.text.lower() in _CONNECTIVES):
        raise _Wrong(f"nothing stands behind the last `{last.text}`", last.column)
    return tuple(tokens)


def _inside_name(text: str, at: int) -> bool:
    return at > 0 and (text[at - 1].isalnum() or text[at - 1] == "_")


def _parse(tokens: tuple[_Token, ...]) -> ast.expr:
    """Give Python's tree over placeholders: token 5 is the name `_5`."""
    pieces: list[str] = []
    for index, token in enumerate(tokens):
        if token.kind == "sign":
            pieces.append(_SIGNS.get(token.text, token.text))
        elif token.text.lower() in _CONNECTIVES:
            pieces.append(token.text.lower())
        else:
            pieces.append(f"_{index}")
    starts = [0]
    for piece in pieces[:-1]:
        starts.append(starts[-1] + len(piece) + 1)
    try:
        return ast.parse(" ".join(pieces), mode="eval").body
    except SyntaxError as error:
        # Python points behind the end when something is missing there.
        index = bisect_right(starts, max(0, (error.offset or 1) - 1)) - 1
        token = tokens[index]
        raise _Wrong(f"the expression cannot be read at `{token.text}`", token.column) from None
    except (RecursionError, MemoryError):
        raise _Wrong("the expression is nested too deeply", 1) from None


class _Builder:
    """Turns Python's tree into ours, and refuses whatever ours has no place for."""

    def __init__(self, tokens: tuple[_Token, ...]) -> None:
        self._tokens = tokens

    def build(self, node: ast.expr, level: int) -> Node:
        column = self._column(node)
        if level > MOST_LEVELS:
            raise _Wrong("the expression is nested too deeply", column)
        match node:
            case ast.Name():
                return self._leaf(node)
            case ast.Call(func=ast.Name() as name):
                return self._call(node, name, level)
            case ast.BinOp(op=ast.MatMult()):
                return self._span(node)
            case ast.BinOp() | ast.UnaryOp():
                return self._calculation(node, level)
            case ast.Compare() | ast.BoolOp():
                return self._condition(node, level)
            case _:
                raise _Wrong("this is no comparison, number, text or function", column)

    def _calculation(self, node: ast.BinOp | ast.UnaryOp, level: int) -> Node:
        column = self._column(node)
        if isinstance(node, ast.BinOp):
            left, right = self.build(node.left, level + 1), self.build(node.right, level + 1)
            return Arithmetic(_ARITHMETIC[type(node.op)], left, right, column)
        operand = self.build(node.operand, level + 1)
        match node.op:
            case ast.USub():
                return Negative(operand, column)
            case ast.Not():
                return Negation(operand, column)
        return operand

    def _condition(self, node: ast.Compare | ast.BoolOp, level: int) -> Node:
        column = self._column(node)
        if isinstance(node, ast.Compare):
            operands = tuple(self.build(part, level + 1) for part in (node.left, *node.comparators))
            return Comparison(tuple(_COMPARISONS[type(sign)] for sign in node.ops), operands, column)
        word = "and" if isinstance(node.op, ast.And) else "or"
        return Connective(word, tuple(self.build(part, level + 1) for part in node.values), column)

    def _column(self, node: ast.expr) -> int:
        """Give the place of the leftmost placeholder of *node* in the office's text."""
        indexes = [int(part.id[1:]) for part in ast.walk(node) if isinstance(part, ast.Name)]
        return self._tokens[min(indexes, default=0)].column

    def _token(self, node: ast.Name) -> _Token:
        return self._tokens[int(node.id[1:])]

    def _leaf(self, node: ast.Name) -> Node:
        token = self._token(node)
        match token.kind:
            case "number":
                return Literal(Decimal(token.text), token.column)
            case "text":
                return Literal(token.text[1:-1], token.column)
            case _:
                return Word(token.text, token.column)

    def _call(self, node: ast.Call, name: ast.Name, level: int) -> Node:
        token = self._token(name)
        if token.kind != "name":
            raise _Wrong(f"`{token.text}` is no function", token.column)
        arguments = tuple(self.build(part, level + 1) for part in node.args)
        return Call(token.text, arguments, token.column)

    def _span(self, node: ast.BinOp) -> Node:
        match node.left, node.right:
            case ast.Name() as left, ast.Name() as right:
                first, last = self._token(left), self._token(right)
                if first.kind == last.kind == "name":
                    return Span(first.text, last.text, first.column)
        raise _Wrong("`..` stands between two codes: `T07..T10`", self._column(node))
