"""Words of text reports, kept beside the return that brought them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select

from domain.ids import SubmissionKey
from domain.narratives import BlockKind, ReportText, TextBlock
from store.tables import report_texts, submissions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import Connection, Row

    from domain.ids import CampaignCode

#: Texts that one statement asks for.
_READ_AT_ONCE = 500
_DELETE = delete(report_texts).where(report_texts.c.submission == bindparam("key"))


class Texts:
    """Words of text reports."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, submission: SubmissionKey, text: ReportText) -> None:
        """Keep what reading a text report came to; what was kept before gives way. Safe to call twice."""
        blocks = [[block.kind.value, block.level, block.place, block.text] for block in text.blocks]
        row = {
            "submission": submission,
            "state": text.state,
            "problem": text.problem,
            "blocks": json.dumps(blocks, ensure_ascii=False, separators=(",", ":")),
        }
        self._connection.execute(_DELETE, {"key": submission})
        self._connection.execute(insert(report_texts), row)

    def of(self, keys: Iterable[SubmissionKey]) -> dict[SubmissionKey, ReportText]:
        """Give the texts of returns; one that was not read yet is left out."""
        wanted = list(dict.fromkeys(keys))
        found: dict[SubmissionKey, ReportText] = {}
        for first in range(0, len(wanted), _READ_AT_ONCE):
            some = wanted[first : first + _READ_AT_ONCE]
            query = select(report_texts).where(report_texts.c.submission.in_(some))
            for row in self._connection.execute(query):
                found[SubmissionKey(row.submission)] = _text(row)
        return found

    def states(self, campaign: CampaignCode) -> dict[SubmissionKey, ReportText]:
        """Give state and problem of every text report of a campaign that was read, without its words."""
        query = (
            select(report_texts.c.submission, report_texts.c.state, report_texts.c.problem)
            .join(submissions, submissions.c.id == report_texts.c.submission)
            .where(submissions.c.campaign == campaign)
        )
        return {
            SubmissionKey(row.submission): ReportText(state=row.state, problem=row.problem)
            for row in self._connection.execute(query)
        }


def _text(row: Row[Any]) -> ReportText:
    blocks = tuple(
        TextBlock(kind=BlockKind(kind), level=level, place=place, text=text)
        for kind, level, place, text in json.loads(row.blocks)
    )
    return ReportText(state=row.state, blocks=blocks, problem=row.problem)
