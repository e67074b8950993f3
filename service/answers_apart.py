"""How a child that reads spells its answers, and how they are taken apart without running any code of it.

Values of ours go as their class and the values of their fields: what pickle does for them by itself takes
three times as long, and a returned form has some three hundred.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import ReadableBuffer

#: Packages whose values a child may answer with; functions and classes of others are refused.
_OWN = ("domain.", "intake.", "parsers.", "service.reading")
_PLAIN = {
    ("decimal", "Decimal"), ("datetime", "date"), ("datetime", "datetime"), ("datetime", "timedelta"),
    ("datetime", "timezone"), ("builtins", "frozenset"), ("builtins", "set"),
}  # fmt: skip
#: What puts a value into each field of a class.
_writers: dict[type, tuple[Callable[[Any, Any], None], ...]] = {}


def spell(answer: tuple[int, Any, float]) -> bytes:
    """Give the bytes of an answer: how the call ended, what it gave, and the CPU that the child has used."""
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, protocol=5)
    pickler.dispatch_table = _reducers
    pickler.dump(answer)
    return stream.getvalue()


def take_apart(answer: ReadableBuffer) -> tuple[int, Any, float]:
    """Give what `spell` was given; raises UnpicklingError or whatever wrong bytes provoke."""
    how, result, cpu = _Reader(io.BytesIO(answer)).load()
    return int(how), result, float(cpu)


class _Reader(pickle.Unpickler):
    """Takes an answer apart: values of ours and of the plainest kinds, nothing that runs."""

    def find_class(self, module: str, name: str) -> Any:
        """Give a class that an answer may be made of; raises UnpicklingError for any other."""
        if (module, name) == (made.__module__, made.__name__):
            return made
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.startswith(_OWN) and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} has no place in an answer")


def made(kind: type[Any], *values: Any) -> Any:
    """Give a value of a class of ours with slots.

    Raises UnpicklingError for a class of another kind, ValueError for more or fewer fields.
    """
    writers = _writers.get(kind)
    if writers is None:
        if not _is_plain(kind):
            raise pickle.UnpicklingError(f"{kind!r} is no class of plain values")
        writers = _writers[kind] = tuple(getattr(kind, one.name).__set__ for one in fields(kind))
    value: Any = object.__new__(kind)
    for write, one in zip(writers, values, strict=True):
        write(value, one)
    return value


def _is_plain(kind: object) -> bool:
    """Tell whether all that a value of this class holds is in slots named like its fields."""
    if not isinstance(kind, type) or not is_dataclass(kind):
        return False
    return "__slots__" in vars(kind) and kind.__bases__ == (object,)


class _Reducers(dict[type, "Callable[[Any], Any]"]):
    """What becomes of a value, by its class."""

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        """Look at a class once; raises KeyError for a class of classes, which pickle names by itself."""
        if issubclass(kind, type):
            raise KeyError(kind)
        if issubclass(kind, Enum):
            # Python before 3.11.4 spells a member by `getattr`, which no answer may name.
            self[kind] = _by_value
        elif _is_plain(kind):
            self[kind] = _by_fields(kind)
        else:
            self[kind] = _as_usual
        return self[kind]


_reducers = _Reducers()


def _by_value(member: Enum) -> tuple[type[Enum], tuple[Any]]:
    return type(member), (member.value,)


def _by_fields(kind: type) -> Callable[[Any], Any]:
    readers = [getattr(kind, one.name).__get__ for one in fields(kind)]
    return lambda value: (made, (kind, *[read(value) for read in readers]))


def _as_usual(value: Any) -> Any:
    return value.__reduce_ex__(5)
