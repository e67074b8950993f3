"""What an expression has around it when it is evaluated: the row or field at hand, and what it met so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.answers import ListRow
    from domain.ids import FieldCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is at hand inside each() and every()."""

    row: ListRow | None = None
    field: FieldCode | None = None


@dataclass(slots=True)
class Trace:
    """Counts what the unit answered to the cells that an expression met."""

    answered: int = 0
    not_applicable: int = 0

    @property
    def is_void(self) -> bool:
        """Tell whether "Không phát sinh" was all that the unit had to say."""
        return self.not_applicable > 0 and self.answered == 0
