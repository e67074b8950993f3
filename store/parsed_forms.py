"""A parsed form as rows of its own tables, and back: answers, list rows with their cells, findings.

Nothing is lost on the way: `raw`, place, note, approximate, unclear and the order of everything return.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from domain.answers import Answer, ListRow, ParsedForm, Place
from domain.findings import Finding
from store.bulk import BulkInsert
from store.tables import answers, findings, list_cells, list_rows, submissions
from store.values import read_value, value_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.engine import Connection, Row

    from domain.ids import FieldCode, ListCode, SubmissionKey
    from domain.submissions import NewSubmission

_PARSED = "parsed"
_JUDGED = "judged"

_put_answers, _put_list_rows, _put_list_cells, _put_findings = (
    BulkInsert(table) for table in (answers, list_rows, list_cells, findings)
)


def insert_form(connection: Connection, key: SubmissionKey, new: NewSubmission) -> None:
    """Write answers, lists and findings of one return."""
    answer_rows: list[dict[str, Any]] = []
    row_rows: list[dict[str, Any]] = []
    cell_rows: list[dict[str, Any]] = []
    finding_rows = list(_finding_rows(key, _JUDGED, new.findings))
    if new.parsed is not None:
        answer_rows.extend(_answer_rows(key, new.parsed))
        for code, rows in new.parsed.lists.items():
            for place, row in enumerate(rows):
                where = {"submission": key, "list": code, "position": place}
                row_rows.append({**where, "sheet": row.sheet, "row": row.row})
                cell_rows.extend({**where, **cell} for cell in _cell_rows(row))
        finding_rows.extend(_finding_rows(key, _PARSED, new.parsed.findings))
    _put_answers(connection, answer_rows)
    _put_list_rows(connection, row_rows)
    _put_list_cells(connection, cell_rows)
    _put_findings(connection, finding_rows)


def _answer_rows(key: SubmissionKey, parsed: ParsedForm) -> Iterator[dict[str, Any]]:
    for place, answer in enumerate(parsed.answers.values()):
        state, value, approximate = value_columns(answer.value)
        yield {
            "submission": key,
            "code": answer.code,
            "position": place,
            "state": state,
            "value": value,
            "approximate": approximate,
            "raw": answer.raw,
            "note": answer.note,
            "sheet": answer.place.sheet if answer.place else None,
            "cell": answer.place.cell if answer.place else None,
        }


def _cell_rows(row: ListRow) -> Iterator[dict[str, Any]]:
    columns = dict.fromkeys((*row.values, *row.raw, *row.cells))
    for place, name in enumerate(columns):
        state, value, approximate = None, None, False
        if name in row.values:
            state, value, approximate = value_columns(row.values[name])
        yield {
            "column_position": place,
            "column_name": name,
            "state": state,
            "value": value,
            "approximate": approximate,
            "has_raw": name in row.raw,
            "raw": row.raw.get(name),
            "cell": row.cells.get(name),
        }


def _finding_rows(key: SubmissionKey, stage: str, found: Sequence[Finding]) -> Iterator[dict[str, Any]]:
    for place, finding in enumerate(found):
        yield {
            "submission": key,
            "stage": stage,
            "position": place,
            "code": finding.code,
            "severity": finding.severity,
            "audience": finding.audience,
            "sheet": finding.sheet,
            "cell": finding.cell,
            "field": finding.field,
            "message": finding.message,
            "advice": finding.advice,
            "places": finding.count,
        }


def _list_code(text: str) -> ListCode:
    return text  # type: ignore[return-value]


def findings_of(wanted: Select[int]) -> Select[Any]:
    """Ask what was found in all *wanted* returns, rules included."""
    return _findings(wanted, _JUDGED)


def _findings(wanted: Select[int], stage: str) -> Select[Any]:
    return _ordered(findings, wanted, findings.c.position).where(findings.c.stage == stage)


def read_findings(rows: Iterable[Row[Any]]) -> Mapping[SubmissionKey, list[Finding]]:
    """Give findings by their return."""
    found: defaultdict[SubmissionKey, list[Finding]] = defaultdict(list)
    for row in rows:
        found[row.submission].append(_finding(row))
    return found


def select_forms(connection: Connection, keys: Sequence[SubmissionKey]) -> dict[SubmissionKey, ParsedForm]:
    """Read the forms of returns, five statements however many they are; a return without one is left out."""
    # A return that was parsed names the lists that were read, if only none of them.
    facts = connection.execute(
        select(submissions.c.id, submissions.c.lists, submissions.c.understood_as).where(
            submissions.c.id.in_(keys), submissions.c.lists.is_not(None)
        )
    ).all()
    wanted = select(submissions.c.id).where(submissions.c.id.in_([row.id for row in facts]))
    found_answers = _answers(connection, wanted)
    lists = _list_rows(connection, wanted)
    found = read_findings(connection.execute(_findings(wanted, _PARSED)))
    return {
        key: ParsedForm(
            answers=found_answers.get(key, {}),
            lists={code: tuple(lists.get((key, code), ())) for code in map(_list_code, codes)},
            findings=tuple(found.get(key, ())),
            understood_as=understood_as or (),
        )
        for key, codes, understood_as in facts
    }


def _answers(connection: Connection, wanted: Select[int]) -> Mapping[SubmissionKey, dict[FieldCode, Answer]]:
    found: defaultdict[SubmissionKey, dict[FieldCode, Answer]] = defaultdict(dict)
    for row in connection.execute(_ordered(answers, wanted, answers.c.position)).all():
        found[row.submission][row.code] = _answer(row)
    return found


def _list_rows(
    connection: Connection, wanted: Select[int]
) -> Mapping[tuple[SubmissionKey, ListCode], list[ListRow]]:
    cells: defaultdict[tuple[SubmissionKey, ListCode, int], list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(
        _ordered(list_cells, wanted, list_cells.c.list, list_cells.c.position, list_cells.c.column_position)
    ).all():
        cells[row.submission, row.list, row.position].append(row)
    found: defaultdict[tuple[SubmissionKey, ListCode], list[ListRow]] = defaultdict(list)
    for row in connection.execute(_ordered(list_rows, wanted, list_rows.c.list, list_rows.c.position)).all():
        place = (row.submission, row.list, row.position)
        found[row.submission, row.list].append(_list_row(row, cells.get(place, [])))
    return found


def _ordered(table: Any, wanted: Select[int], *order: Any) -> Select[Any]:
    return select(table).where(table.c.submission.in_(wanted)).order_by(table.c.submission, *order)


def _answer(row: Row[Any]) -> Answer:
    place = Place(sheet=row.sheet, cell=row.cell) if row.cell is not None else None
    return Answer(
        code=row.code,
        value=read_value(row.state, row.value, approximate=row.approximate),
        raw=row.raw,
        note=row.note,
        place=place,
    )


def _list_row(row: Row[Any], cells: list[Row[Any]]) -> ListRow:
    return ListRow(
        list=row.list,
        sheet=row.sheet,
        row=row.row,
        values={
            cell.column_name: read_value(cell.state, cell.value, approximate=cell.approximate)
            for cell in cells
            if cell.state is not None
        },
        raw={cell.column_name: cell.raw for cell in cells if cell.has_raw},
        cells={cell.column_name: cell.cell for cell in cells if cell.cell is not None},
    )


def _finding(row: Row[Any]) -> Finding:
    return Finding(
        code=row.code,
        severity=row.severity,
        audience=row.audience,
        sheet=row.sheet,
        cell=row.cell,
        field=row.field,
        message=row.message,
        advice=row.advice,
        count=row.places,
    )
