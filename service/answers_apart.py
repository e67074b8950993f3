"""How a child that reads spells its answers, and how they are taken apart without running any code of it.

Values of ours go as their class and the values of their fields: what pickle does for them by itself takes
three times as long, and a returned form has some three hundred.
"""

from __future__ import annotations

import importlib
import io
import pickle
from dataclasses import fields, is_dataclass
from enum import Enum
from operator import attrgetter
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
#: How `spell` names what makes a value; literally, since names can be changed.
_MADE = ("service.answers_apart", "made")
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
    """Takes an answer apart: values of ours and of the plainest kinds, nothing that runs.

    Whoever writes pickle by hand can change what lies on its stack (BUILD). Classes and functions of ours are
    therefore never put there, only stand-ins that are thrown away, and the members of enumerations refuse it.
    """

    def find_class(self, module: str, name: str) -> Any:
        """Give what stands for a class that an answer may hold; raises UnpicklingError for any other."""
        if (module, name) == _MADE:
            return _Maker()
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.startswith(_OWN) and "." not in name:
            found = getattr(importlib.import_module(module), name, None)
            if isinstance(found, type) and found.__module__ == module:
                if issubclass(found, Enum):
                    _guard(found)
                    return _StandIn(found)
                if _is_plain(found):
                    return _StandIn(found)
        raise pickle.UnpicklingError(f"{module}.{name} has no place in an answer")


class _StandIn:
    """Stands for a class while an answer is taken apart."""

    __slots__ = ("kind",)

    def __init__(self, kind: type[Any]) -> None:
        self.kind = kind

    def __call__(self, *values: Any) -> Any:
        """Give the member of an enumeration; raises UnpicklingError for any other class."""
        if isinstance(self.kind, type) and issubclass(self.kind, Enum) and len(values) == 1:
            return self.kind(values[0])
        raise pickle.UnpicklingError("this class is not called")


class _Maker:
    """Stands for `made`."""

    __slots__ = ()

    def __call__(self, kind: _StandIn, *values: Any) -> Any:
        """Make a value; raises UnpicklingError for what stands for no plain class."""
        if not isinstance(kind, _StandIn) or not _is_plain(kind.kind):
            raise pickle.UnpicklingError("there is nothing to make")
        return made(kind.kind, *values)


def _guard(kind: type[Enum]) -> None:
    """Let the members of an enumeration refuse to be changed: there is one of each for the whole program."""
    if "__setstate__" not in vars(kind):
        kind.__setstate__ = _refuse  # type: ignore[attr-defined] # none has it


def _refuse(_member: Enum, _state: object) -> None:
    raise pickle.UnpicklingError("a member of an enumeration is not changed")


def made(kind: type[Any], *values: Any) -> Any:
    """Give a value of a plain class of ours (`_is_plain`), as its fields say.

    Raises UnpicklingError for a class of another kind, ValueError for more or fewer fields.
    """
    if issubclass(kind, tuple):
        return tuple.__new__(kind, _as_many(values, len(_names(kind))))
    writers = _writers.get(kind)
    if writers is None:
        writers = _writers[kind] = tuple(_writer(kind, name) for name in _names(kind))
    value: Any = object.__new__(kind)
    for write, one in zip(writers, values, strict=True):
        write(value, one)
    return value


def _as_many(values: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    if len(values) != count:
        raise ValueError(f"{len(values)} values for {count} fields")
    return values


def _writer(kind: type[Any], name: str) -> Callable[[Any, Any], None]:
    """Give what puts a value into a field, past the class's own ways: it is frozen."""
    if name in getattr(kind, "__slots__", ()):
        return getattr(kind, name).__set__  # type: ignore[no-any-return] # a slot's own
    return lambda value, one: object.__setattr__(value, name, one)


def _is_plain(kind: object) -> bool:
    """Tell whether a class is a dataclass or a named tuple, and nothing is above it that holds more."""
    if not isinstance(kind, type):
        return False
    if is_dataclass(kind):
        return kind.__bases__ == (object,)
    return kind.__bases__ == (tuple,) and hasattr(kind, "_fields")


def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind)) if is_dataclass(kind) else tuple(kind._fields)


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


def _by_fields(kind: type[Any]) -> Callable[[Any], Any]:
    read = attrgetter(*names) if len(names := _names(kind)) > 1 else None
    if read is not None:
        return lambda value: (made, (kind, *read(value)))
    return lambda value: (made, (kind, *(getattr(value, name) for name in names)))


def _as_usual(value: Any) -> Any:
    return value.__reduce_ex__(5)
