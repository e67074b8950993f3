"""Consolidated figures as bytes and back: what a report was made of, kept without loss.

Writer and reader stand side by side, one pair per value. The bytes are canonical JSON, so equal
consolidations have equal digests. Numbers are exact decimals in text; no float is ever made.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from domain.answers import ListRow
from domain.errors import StoreError
from domain.figures import Consolidation, Coverage, CoverageRow, Figure, ListedRow, Part, Quote
from domain.forms import Aggregate
from store.columns import canonical_json, instant_text, read_instant
from store.values import read_value, value_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.answers import AnswerValue
    from domain.figures import FigureValue

#: Raised when the shape below changes; older shapes stay readable.
_FORMAT = 1


def encode(consolidation: Consolidation) -> bytes:
    """Write a consolidation."""
    snapshot = {
        "format": _FORMAT,
        "at": instant_text(consolidation.at),
        "inputs": list(consolidation.inputs),
        "coverage": [_coverage_row(row) for row in consolidation.coverage.rows],
        # JSON objects are sorted here, and the order of figures is the order of the report.
        "figures": [[code, _figure(figure)] for code, figure in consolidation.figures.items()],
        "lists": [[code, [_listed_row(row) for row in rows]] for code, rows in consolidation.lists.items()],
        "quotes": [
            [code, [_quote(quote) for quote in quotes]] for code, quotes in consolidation.quotes.items()
        ],
    }
    return canonical_json(snapshot).encode("utf-8", "surrogatepass")


def decode(content: bytes) -> Consolidation:
    """Read what `encode` wrote; raises StoreError for anything else."""
    try:
        snapshot = json.loads(content)
        if snapshot["format"] != _FORMAT:
            raise StoreError(f"the snapshot has format {snapshot['format']}, this release knows {_FORMAT}")
        return Consolidation(
            figures={code: _read_figure(figure) for code, figure in snapshot["figures"]},
            lists={code: tuple(_read_listed_row(row) for row in rows) for code, rows in snapshot["lists"]},
            quotes={
                code: tuple(_read_quote(quote) for quote in quotes) for code, quotes in snapshot["quotes"]
            },
            coverage=Coverage(rows=tuple(_read_coverage_row(row) for row in snapshot["coverage"])),
            inputs=tuple(snapshot["inputs"]),
            at=read_instant(snapshot["at"]),
        )
    except (ValueError, TypeError, KeyError, ArithmeticError) as error:
        raise StoreError(f"the snapshot of a report cannot be read: {error!r}") from error


def _answer_value(value: AnswerValue) -> list[Any]:
    return list(value_columns(value))


def _read_answer_value(columns: list[Any]) -> AnswerValue:
    state, text, approximate = columns
    return read_value(state, text, approximate=approximate)


def _figure_value(value: FigureValue) -> list[str] | None:
    match value:
        case None:
            return None
        case Decimal():
            return ["number", str(value)]
        case dt.date():
            return ["date", value.isoformat()]
        case str():
            return ["text", value]


def _read_figure_value(columns: list[str] | None) -> FigureValue:
    match columns:
        case None:
            return None
        case ["number", digits]:
            return Decimal(digits)
        case ["date", day]:
            return dt.date.fromisoformat(day)
        case ["text", text]:
            return text
    raise StoreError(f"a figure's value {columns!r} is not readable")


def _instant(at: dt.datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def _read_instant(text: str | None) -> dt.datetime | None:
    return None if text is None else read_instant(text)


def _part(part: Part) -> dict[str, Any]:
    return {
        "unit": part.unit,
        "submission": part.submission,
        "version": part.version,
        "value": _answer_value(part.value),
        "attachment_name": part.attachment_name,
        "attachment_sha256": part.attachment_sha256,
        "message_id": part.message_id,
        "sheet": part.sheet,
        "cell": part.cell,
        "raw": part.raw,
        "code": part.code,
    }


def _read_part(part: dict[str, Any]) -> Part:
    return Part(**part | {"value": _read_answer_value(part["value"])})


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "code": figure.code,
        "label": figure.label,
        "measure": figure.measure,
        "aggregate": figure.aggregate.value,
        "decimals": figure.decimals,
        "value": _figure_value(figure.value),
        "upper": _figure_value(figure.upper),
        "parts": [_part(part) for part in figure.parts],
        "missing": list(figure.missing),
        "not_applicable": list(figure.not_applicable),
        "approximate": figure.approximate,
    }


def _read_figure(figure: dict[str, Any]) -> Figure:
    read = {
        "aggregate": Aggregate(figure["aggregate"]),
        "value": _read_figure_value(figure["value"]),
        "upper": _read_figure_value(figure["upper"]),
        "parts": tuple(_read_part(part) for part in figure["parts"]),
        "missing": tuple(figure["missing"]),
        "not_applicable": tuple(figure["not_applicable"]),
    }
    return Figure(**figure | read)


def _values(values: Mapping[str, AnswerValue]) -> dict[str, list[Any]]:
    return {name: _answer_value(value) for name, value in values.items()}


def _listed_row(listed: ListedRow) -> dict[str, Any]:
    return {
        "unit": listed.unit,
        "submission": listed.submission,
        "version": listed.version,
        "attachment_name": listed.attachment_name,
        "attachment_sha256": listed.attachment_sha256,
        "message_id": listed.message_id,
        "row": {
            "list": listed.row.list,
            "sheet": listed.row.sheet,
            "row": listed.row.row,
            "values": _values(listed.row.values),
            "raw": dict(listed.row.raw),
            "cells": dict(listed.row.cells),
        },
    }


def _read_listed_row(listed: dict[str, Any]) -> ListedRow:
    row = listed["row"]
    values = {name: _read_answer_value(value) for name, value in row["values"].items()}
    return ListedRow(**listed | {"row": ListRow(**row | {"values": values})})


def _quote(quote: Quote) -> dict[str, Any]:
    return {"unit": quote.unit, "text": quote.text, "part": _part(quote.part)}


def _read_quote(quote: dict[str, Any]) -> Quote:
    return Quote(**quote | {"part": _read_part(quote["part"])})


def _coverage_row(row: CoverageRow) -> dict[str, Any]:
    return {
        "unit": row.unit,
        "status": row.status,
        "counted": row.counted,
        "excluded": row.excluded,
        "reason": row.reason,
        "first_received_at": _instant(row.first_received_at),
        "received_at": _instant(row.received_at),
        "version": row.version,
        "on_time": row.on_time,
        "warnings": row.warnings,
        "correction_open": row.correction_open,
        "narrative_received_at": _instant(row.narrative_received_at),
    }


def _read_coverage_row(row: dict[str, Any]) -> CoverageRow:
    read = {
        name: _read_instant(row[name])
        for name in ("first_received_at", "received_at", "narrative_received_at")
    }
    return CoverageRow(**row | read)
