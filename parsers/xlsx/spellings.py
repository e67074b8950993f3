"""What spellings mean, each worked out once: forms of one blank spell most things alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Meant = TypeVar("_Meant")


class Spellings(dict[str, _Meant], Generic[_Meant]):
    """A dictionary that reads what it does not hold yet, and remembers a bounded number of it.

    Asking raises what reading raises; nothing is remembered then. Safe to share between threads.
    """

    def __init__(self, read: Callable[[str], _Meant], *, longest: int, most: int) -> None:
        """Read with *read*; remember at most *most* spellings of at most *longest* signs."""
        super().__init__()
        self._read = read
        self._longest = longest
        self._most = most

    def __missing__(self, spelt: str) -> _Meant:
        meant = self._read(spelt)
        if len(spelt) <= self._longest:
            if len(self) >= self._most:
                self.clear()
            self[spelt] = meant
        return meant
