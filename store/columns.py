"""Column types that carry our values exactly: instants, foreign words, states and small JSON.

Imported with SQLAlchemy, so only by modules of this package.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import BigInteger, DateTime, Integer, String, Text
from sqlalchemy.types import TypeDecorator

from domain.working_days import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine

_State = TypeVar("_State", bound=StrEnum)

#: Number of a row; SQLite gives numbers only to columns declared exactly INTEGER.
Key = BigInteger().with_variant(Integer(), "sqlite")

#: Signs no database takes in a text, and the mark that stands in for them.
_UNSTORABLE = re.compile("[\x00\x10\ud800-\udfff]")
_MARK = "\x10"
_MARKED = re.compile("\x10([0-9a-f]{4})")


def instant_text(at: dt.datetime) -> str:
    """Write an aware instant in UTC, always 27 signs, so that text order is time order.

    Raises ValueError for a naive one.
    """
    if at.tzinfo is None:
        raise ValueError(f"a naive time cannot be stored: {at!r}")
    return f"{at.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def read_instant(text: str) -> dt.datetime:
    """Read what `instant_text` wrote, shown in Vietnamese time: the zone all our people read."""
    return _in_vietnam(dt.datetime.fromisoformat(text))


def _in_vietnam(at: dt.datetime) -> dt.datetime:
    try:
        return at.astimezone(VIETNAM)
    except OverflowError:
        # A mail server may date a mail 9999-12-31T23:59Z; seven hours later there is no calendar.
        return at.astimezone(dt.UTC)


def canonical_json(value: object) -> str:
    """Write JSON that is the same for equal values: sorted keys, no blanks, letters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def mark_unstorable(text: str) -> str:
    """Write a NUL or a lone surrogate as a mark and four hexadecimal digits.

    A cell may hold a NUL, which PostgreSQL refuses, and a header a lone surrogate, which no driver encodes.
    """
    if not _UNSTORABLE.search(text):
        return text
    return _UNSTORABLE.sub(lambda sign: f"{_MARK}{ord(sign[0]):04x}", text)


def unmark(text: str) -> str:
    """Give the text that `mark_unstorable` was given."""
    return _MARKED.sub(lambda mark: chr(int(mark[1], 16)), text) if _MARK in text else text


class Instant(TypeDecorator[dt.datetime]):
    """An aware instant: 27 signs of UTC text in SQLite, timestamptz elsewhere; Vietnamese time comes back.

    Refuses naive values. SQLite has no time type, and fixed-width UTC text sorts and compares as time does.
    """

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose text for SQLite and timestamptz for everything else."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """Write an instant."""
        if value is None:
            return None
        text = instant_text(value)
        return text if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Read an instant."""
        if value is None:
            return None
        return read_instant(value) if dialect.name == "sqlite" else _in_vietnam(value)


class Words(TypeDecorator[str]):
    """Text as strangers wrote it, exactly (see `mark_unstorable`)."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:  # noqa: ARG002 - same for all
        """Write the text; given as a plain function, because a form has some hundreds of texts."""
        return lambda value: None if value is None else mark_unstorable(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], str | None]:  # noqa: ARG002 - same for all
        """Read the text as it was."""
        return lambda value: None if value is None else unmark(value)


class State(TypeDecorator[_State], Generic[_State]):
    """A member of a StrEnum by its value; reading an unknown one raises ValueError."""

    impl = Text
    cache_ok = True

    def __init__(self, states: type[_State]) -> None:
        """Take the enumeration."""
        super().__init__()
        self.states = states

    def process_bind_param(self, value: _State | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - same for all
        """Write the member's value; a text that is no member is refused."""
        return None if value is None else self.states(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> _State | None:  # noqa: ARG002 - same for all
        """Read the member."""
        return None if value is None else self.states(value)


class Strings(TypeDecorator[tuple[str, ...]]):
    """A few strings in order, as a JSON array nobody searches in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - same for all
        """Write the array."""
        return None if value is None else mark_unstorable(canonical_json(list(value)))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002 - same for all
        """Read the array."""
        return None if value is None else tuple(json.loads(unmark(value)))


class Numbers(TypeDecorator[tuple[int, ...]]):
    """A few whole numbers in order, as a JSON array nobody searches in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - same for all
        """Write the array."""
        return None if value is None else canonical_json(list(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[int, ...] | None:  # noqa: ARG002 - same for all
        """Read the array."""
        return None if value is None else tuple(json.loads(value))


class Facts(TypeDecorator["Mapping[str, str]"]):
    """A few named strings, as canonical JSON: equal facts, equal text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - same for all
        """Write the object."""
        return None if value is None else mark_unstorable(canonical_json(dict(value)))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Mapping[str, str] | None:  # noqa: ARG002 - same for all
        """Read the object."""
        return None if value is None else json.loads(unmark(value))
