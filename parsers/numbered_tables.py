"""Names for the tables of a document that has no sheets."""

from __future__ import annotations

from domain.answers import NUMBERED_TABLE


def table_name(number: int, total: int) -> str:
    """Name a table so that a person finds it: "Bảng 2/3"; no sheet of a workbook can be called so."""
    return NUMBERED_TABLE.format(number=number, total=total)
