"""The mark that says whose blank a returned workbook is: its writer and its reader, side by side.

One text of pairs is written twice, into the very hidden sheet `_meta` and into custom document properties,
because people delete sheets and programs drop properties, but hardly ever both. The defined names that lead
to answer cells and list columns are spelt here too.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from domain.errors import AmbiguousForm
from domain.ids import CampaignCode, FieldCode, ListCode, UnitCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import openpyxl

    from domain.campaigns import Campaign, Unit
    from domain.forms import FormSpec, ListSpec
    from parsers.workbook import Grid, Sheet

META_SHEET = "_meta"
PROPERTY = "tonghop"

_SIGN = ("tonghop", "1")
_HEAD = ("campaign", "form", "version", "unit")
_CODE = "ma:"
_CHECK = "check"
#: Key of a cell that holds codes with their meanings; blanks of before have a row for each code.
_CODES = "ma"
#: A cell holds 32,767 signs at most.
_CODES_IN_A_CELL = 1_000
#: The binary formats cut a custom property at 255 characters; the text is dealt out over several.
_PROPERTY_LENGTH = 240
#: No form has so many rows; a longer text was not written here.
_MOST_PROPERTIES = 200

_ANSWER_NAME = "ma_"
_COLUMN_NAME = "cot_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Which campaign, form version and unit a blank was made for, and what its codes meant then."""

    campaign: CampaignCode
    form_id: str
    form_version: str
    unit: UnitCode
    #: (code, eight signs of its meaning) for every field and list of the form as it was sent.
    meanings: tuple[tuple[str, str], ...]


def stamp_for(campaign: Campaign, unit: Unit) -> Stamp:
    """Make the stamp of the blank that *unit* gets in *campaign*."""
    return Stamp(
        campaign=campaign.code,
        form_id=campaign.form.id,
        form_version=campaign.form.version,
        unit=unit.code,
        meanings=meanings_of(campaign.form),
    )


def meanings_of(spec: FormSpec) -> tuple[tuple[str, str], ...]:
    """Give (code, meaning) of every field and list, in the order of the form."""
    fields = ((str(field.code), field.meaning) for field in spec.fields)
    lists = ((str(one.code), _list_meaning(one)) for one in spec.lists)
    return (*fields, *lists)


def compatible(stamp: Stamp, spec: FormSpec) -> bool:
    """Tell whether a blank with *stamp* can be read as *spec*: same version, or the same meanings."""
    if stamp.form_id != spec.id:
        return False
    return stamp.form_version == spec.version or set(meanings_of(spec)) <= set(stamp.meanings)


def write_stamp(workbook: openpyxl.Workbook, stamp: Stamp) -> None:
    """Put *stamp* into `_meta` and into the document properties, in place of an earlier one."""
    from openpyxl.packaging.custom import StringProperty  # noqa: PLC0415 - heavy import

    if META_SHEET in workbook.sheetnames:
        del workbook[META_SHEET]
    sheet = workbook.create_sheet(META_SHEET)
    for row, pair in enumerate(stamp_pairs(stamp), start=1):
        for column, text in enumerate(pair, start=1):
            cell = sheet.cell(row, column, text)
            # A code may look like a formula or a number; as text it survives every re-save.
            cell.data_type = "s"
            cell.number_format = "@"
    sheet.sheet_state = "veryHidden"
    sheet.protection.sheet = True
    properties = workbook.custom_doc_props  # type: ignore[attr-defined]  # the stubs lack it
    for name in _property_names():
        if name not in properties.names:
            break
        del properties[name]
    for name, part in stamp_properties(stamp).items():
        properties.append(StringProperty(name=name, value=part))


def stamp_pairs(stamp: Stamp) -> tuple[tuple[str, str], ...]:
    """Give the rows (key, value) of `_meta` that spell *stamp*; its codes stand in one cell."""
    pairs = _pairs(stamp)
    heads = [pair for pair in pairs[:-1] if not pair[0].startswith(_CODE)]
    codes = [(key.removeprefix(_CODE), value) for key, value in pairs if key.startswith(_CODE)]
    cells = [codes[start : start + _CODES_IN_A_CELL] for start in range(0, len(codes), _CODES_IN_A_CELL)]
    return (*heads, *((_CODES, _line(cell)) for cell in cells), pairs[-1])


def stamp_properties(stamp: Stamp) -> dict[str, str]:
    """Give the custom properties that spell *stamp*, by name."""
    return dict(zip(_property_names(), _parts(_pairs(stamp)), strict=False))


def is_stamp_property(name: str) -> bool:
    """Tell whether a custom property is part of a stamp."""
    return name == PROPERTY or re.fullmatch(rf"{PROPERTY}_\d+", name) is not None


def read_stamp(grid: Grid) -> Stamp | None:
    """Read the stamp of a returned workbook; None when it has none, or none that is whole.

    Raises AmbiguousForm when marks contradict each other.
    """
    marks = [mark for mark in map(_read_pairs, _carriers(grid)) if mark is not None]
    whole = {stamp for stamp, sound in marks if sound}
    if not whole:
        return None
    stamp, *others = whole
    # A damaged mark counts as lost, unless what can still be read of it speaks of something else.
    strangers = [damaged for damaged, sound in marks if not sound and _identity(damaged) != _identity(stamp)]
    if others or strangers:
        named = sorted({"/".join(_identity(one)) for one in (stamp, *others, *strangers)})
        raise AmbiguousForm("the workbook carries marks that contradict each other: " + " and ".join(named))
    return stamp


def answer_name(code: FieldCode) -> str:
    """Spell the defined name of a field's answer cell; `T01` alone would read as a cell address."""
    return f"{_ANSWER_NAME}{code}"


def read_answer_name(name: str) -> FieldCode | None:
    """Give the field whose answer cell *name* names; None for any other name."""
    code = name.removeprefix(_ANSWER_NAME)
    return FieldCode(code) if code != name and code else None


def column_name(code: ListCode, column: str) -> str:
    """Spell the defined name of the header cell of a list's column: `cot_L1_ten`."""
    return f"{_COLUMN_NAME}{code}_{column}"


def read_column_name(name: str) -> tuple[ListCode, str] | None:
    """Give (list, column) whose header cell *name* names; None for any other name."""
    rest = name.removeprefix(_COLUMN_NAME)
    code, _, column = rest.partition("_")
    return (ListCode(code), column) if rest != name and code and column else None


def _list_meaning(spec: ListSpec) -> str:
    text = "\x1e".join(f"{one.name}\x1f{one.type}\x1f{one.label}" for one in spec.columns)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _identity(stamp: Stamp) -> tuple[str, str, str, str]:
    return (stamp.campaign, stamp.form_id, stamp.form_version, stamp.unit)


def _pairs(stamp: Stamp) -> tuple[tuple[str, str], ...]:
    body = (
        _SIGN,
        *zip(_HEAD, _identity(stamp), strict=True),
        *((_CODE + code, meaning) for code, meaning in stamp.meanings),
    )
    return (*body, (_CHECK, _check(body)))


@lru_cache(maxsize=64)
def _check(body: tuple[tuple[str, str], ...]) -> str:
    # Every unit of a form has the same codes, and every return of a unit the same stamp.
    return hashlib.sha256(_line(body).encode()).hexdigest()[:16]


def _line(pairs: Iterable[tuple[str, str]]) -> str:
    return ";".join(f"{quote(key, safe=':')}={quote(value, safe='')}" for key, value in pairs)


def _parts(pairs: Iterable[tuple[str, str]]) -> list[str]:
    line = _line(pairs)
    return [line[start : start + _PROPERTY_LENGTH] for start in range(0, len(line), _PROPERTY_LENGTH)]


def _property_names() -> Iterator[str]:
    yield PROPERTY
    for number in range(2, _MOST_PROPERTIES):
        yield f"{PROPERTY}_{number}"


def _carriers(grid: Grid) -> Iterator[list[tuple[str, str]]]:
    """Yield the pairs of every sheet that may be a mark (a copy is `_meta (2)`), then of the properties."""
    for sheet in grid.sheets:
        if sheet.name.casefold().startswith(META_SHEET) or sheet.at(1, 1).raw.strip() == _SIGN[0]:
            yield list(_sheet_pairs(sheet))
    yield list(_property_pairs(grid.properties))


def _sheet_pairs(sheet: Sheet) -> Iterator[tuple[str, str]]:
    for _, cells in sheet.rows():
        texts = [text for cell in cells if (text := cell.raw.strip())]
        match texts:
            case [key, value, *_] if key == _CODES:
                for code in value.split(";"):
                    name, _, meaning = code.partition("=")
                    yield _CODE + unquote(name), unquote(meaning)
            case [key, value, *_]:
                yield key, value
            case [key]:
                yield key, ""


def _property_pairs(properties: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    line = ""
    for name in _property_names():
        part = properties.get(name)
        if part is None:
            break
        line += part.strip()
    for pair in line.split(";"):
        key, _, value = pair.partition("=")
        yield unquote(key), unquote(value)


def _read_pairs(pairs: list[tuple[str, str]]) -> tuple[Stamp, bool] | None:
    """Give the stamp that *pairs* spell and whether its check holds; None when they do not name a unit."""
    heads = dict(reversed(pairs))
    if heads.get(_SIGN[0]) != _SIGN[1] or not all(heads.get(key) for key in _HEAD):
        return None
    campaign, form_id, version, unit = (heads[key] for key in _HEAD)
    stamp = Stamp(
        campaign=CampaignCode(campaign),
        form_id=form_id,
        form_version=version,
        unit=UnitCode(unit),
        meanings=tuple(
            (key.removeprefix(_CODE), value) for key, value in pairs if key.startswith(_CODE) and key != _CODE
        ),
    )
    return stamp, heads.get(_CHECK) == _pairs(stamp)[-1][1]
