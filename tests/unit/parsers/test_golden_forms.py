"""Returned forms kept as files beside what a person reads in them, in the shapes of `tonghop read --json`."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from domain import errors
from domain.answers import DateValue, Number, TextValue, state_of
from domain.forms import FormSpec
from parsers.form import content_digest, parse_form
from parsers.xlsx.reader import read_workbook
from tests.unit.parsers.forms import END, START, make_spec

FORMS = Path(__file__).parents[2] / "data" / "forms"
NAMES = sorted(path.stem for path in FORMS.glob("*.xlsx"))


def plain(value):
    """Give a value as JSON shows it."""
    match value:
        case Number():
            return value.value
        case TextValue():
            return value.text
        case DateValue():
            return value.date.isoformat()
        case _:
            return None


def parsed_of(name: str, spec: FormSpec):
    """Parse the file of that name."""
    content = (FORMS / f"{name}.xlsx").read_bytes()
    return parse_form(read_workbook(content), spec, start=START, end=END)


def shown(parsed):
    """Show a parsed form as the expectation is written."""
    return {
        "answers": {
            code: {
                "state": state_of(answer.value),
                "value": plain(answer.value),
                "raw": answer.raw,
                "note": answer.note,
                "sheet": answer.place.sheet if answer.place else None,
                "cell": answer.place.cell if answer.place else None,
            }
            | ({"approximate": True} if getattr(answer.value, "approximate", False) else {})
            for code, answer in parsed.answers.items()
        },
        "lists": {
            code: [
                {name: plain(value) for name, value in row.values.items()}
                | {"sheet": row.sheet, "row": row.row}
                for row in rows
            ]
            for code, rows in parsed.lists.items()
        },
        "findings": [[str(one.severity), one.code, one.field] for one in parsed.findings],
        "understood_as": list(parsed.understood_as),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_returned_form_is_read_as_a_person_reads_it(name):
    """File and expectation lie side by side in tests/data/forms."""
    text = (FORMS / f"{name}.expected.json").read_text(encoding="utf-8")
    expected = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    if "error" in expected:
        with pytest.raises(getattr(errors, expected["error"])):
            parsed_of(name, make_spec())
        return
    found = shown(parsed_of(name, make_spec()))
    assert expected["answers"] == found["answers"]
    assert expected["lists"] == found["lists"]
    assert expected["findings"] == found["findings"]
    assert expected["understood_as"] == found["understood_as"]


def test_a_form_saved_again_by_libreoffice_holds_the_same_answers():
    """The program that saved it leaves no trace in the digest."""
    digests = {content_digest(parsed_of(name, make_spec())) for name in ("dien-dung", "libreoffice")}
    assert len(digests) == 1
