"""Wild domain values for property tests: foreign text may hold anything, numbers any digits."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from domain.answers import (
    Answer,
    DateValue,
    ListRow,
    Missing,
    NotApplicable,
    Number,
    ParsedForm,
    Place,
    TextValue,
    Unclear,
)
from domain.figures import Consolidation, Coverage, CoverageRow, Figure, ListedRow, Part, Quote
from domain.findings import Finding, FindingAudience, Severity
from domain.forms import Aggregate
from domain.ids import FieldCode, ListCode, MessageId, Sha256, SubmissionKey, UnitCode

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

#: What a stranger may write: lone surrogates and control characters too.
words: SearchStrategy[str] = st.text(st.characters(), max_size=12)
codes = st.from_regex(r"[A-Z]{1,2}[0-9]{2}", fullmatch=True)
numbers = st.decimals(allow_nan=False, allow_infinity=False)
#: Any aware instant, in any zone, the calendar's ends included.
instants = st.datetimes(
    min_value=dt.datetime(1, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=dt.datetime(9999, 12, 30),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.timezones(),
    allow_imaginary=False,
)
#: Instants that compare equal in every zone: an hour that a clock shows twice equals nothing (PEP 495).
plain_instants = st.datetimes(
    min_value=dt.datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=dt.datetime(9999, 12, 30),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.just(dt.UTC),
)
places = st.builds(Place, sheet=words, cell=st.from_regex(r"[A-Z]{1,3}[1-9][0-9]{0,4}", fullmatch=True))
answer_values = st.one_of(
    st.builds(Number, numbers, st.booleans()),
    st.builds(TextValue, words),
    st.builds(DateValue, st.dates()),
    st.sampled_from((NotApplicable(), Missing(), Unclear())),
)
findings = st.builds(
    Finding,
    code=codes,
    severity=st.sampled_from(Severity),
    audience=st.sampled_from(FindingAudience),
    sheet=words,
    cell=st.just("D14"),
    field=words,
    message=words,
    advice=words,
)


def answers(code: str) -> SearchStrategy[Answer]:
    """Give answers of one field."""
    return st.builds(
        Answer,
        code=st.just(FieldCode(code)),
        value=answer_values,
        raw=st.none() | words,
        note=words,
        place=st.none() | places,
    )


def list_rows(code: str) -> SearchStrategy[ListRow]:
    """Give rows of one list; values, raw contents and cells need not speak of the same columns."""
    columns = st.sampled_from(("ten", "loai", "so_nguoi"))
    return st.builds(
        ListRow,
        list=st.just(ListCode(code)),
        sheet=words,
        row=st.integers(1, 1_048_576),
        values=st.dictionaries(columns, answer_values),
        raw=st.dictionaries(columns, st.none() | words),
        cells=st.dictionaries(columns, st.just("B5")),
    )


@st.composite
def forms(draw: st.DrawFn) -> ParsedForm:
    """Draw a parsed form; a list may have been read and be empty."""
    fields = draw(st.lists(codes, unique=True, max_size=5))
    lists = draw(st.lists(st.sampled_from(("L1", "L2")), unique=True))
    return ParsedForm(
        answers={FieldCode(code): draw(answers(code)) for code in fields},
        lists={ListCode(code): tuple(draw(st.lists(list_rows(code), max_size=3))) for code in lists},
        findings=tuple(draw(st.lists(findings, max_size=3))),
        understood_as=tuple(draw(st.lists(words, max_size=2))),
    )


_origin: dict[str, SearchStrategy[Any]] = {
    "unit": codes.map(UnitCode),
    "submission": st.integers(1).map(SubmissionKey),
    "version": st.integers(1, 99),
    "attachment_name": words,
    "attachment_sha256": st.binary(min_size=32, max_size=32).map(lambda raw: Sha256(raw.hex())),
    "message_id": st.none() | words.map(MessageId),
}
parts = st.builds(
    Part,
    value=answer_values,
    sheet=words,
    cell=st.just("D14"),
    raw=st.none() | words,
    code=codes.map(FieldCode),
    **_origin,
)
figure_values = st.none() | numbers | st.dates() | words
figures = st.builds(
    Figure,
    code=codes.map(FieldCode),
    label=words,
    measure=words,
    aggregate=st.sampled_from(Aggregate),
    decimals=st.integers(0, 6),
    value=figure_values,
    upper=figure_values,
    parts=st.lists(parts, max_size=2).map(tuple),
    missing=st.lists(codes, max_size=2).map(tuple),
    not_applicable=st.lists(codes, max_size=2).map(tuple),
    approximate=st.booleans(),
)
listed_rows = st.builds(ListedRow, row=list_rows("L1"), **_origin)
quotes = st.builds(Quote, unit=codes, text=words, part=parts)
coverage_rows = st.builds(
    CoverageRow,
    unit=codes,
    status=words,
    counted=st.booleans(),
    excluded=st.booleans(),
    reason=words,
    first_received_at=st.none() | plain_instants,
    received_at=st.none() | plain_instants,
    version=st.none() | st.integers(1),
    on_time=st.none() | st.booleans(),
    warnings=st.integers(0),
    correction_open=st.booleans(),
    narrative_received_at=st.none() | plain_instants,
)
consolidations = st.builds(
    Consolidation,
    figures=st.dictionaries(codes, figures, max_size=3),
    lists=st.dictionaries(codes, st.lists(listed_rows, max_size=2).map(tuple), max_size=2),
    quotes=st.dictionaries(codes, st.lists(quotes, max_size=2).map(tuple), max_size=2),
    coverage=st.builds(Coverage, rows=st.lists(coverage_rows, max_size=2).map(tuple)),
    inputs=st.lists(st.integers(1), max_size=3).map(tuple),
    at=plain_instants,
)
