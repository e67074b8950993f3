"""Consolidated reports: their figures frozen, their files by digest, their states moved on one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, select, update

from domain.errors import Conflict, NotFound
from domain.ids import ReportKey
from domain.reports import Report, ReportFile, ReportHead, ReportState
from store.blobs import Packing, get_blob, put_blob
from store.keys import insert_numbered
from store.snapshots import decode, encode
from store.tables import report_files, reports

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection, Row

    from domain.figures import Consolidation
    from domain.ids import CampaignCode, Sha256

_HEADS = select(reports).where(reports.c.campaign == bindparam("wanted")).order_by(reports.c.id)


class Reports:
    """Consolidated reports."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        *,
        campaign: CampaignCode,
        at: dt.datetime,
        occasion: str,
        consolidation: Consolidation,
        files: Sequence[ReportFile],
    ) -> ReportKey:
        """Store a draft with its snapshot and files; keys count from 1 in the whole store."""
        row = {
            "campaign": campaign,
            "state": ReportState.DRAFT,
            "created_at": at,
            "occasion": occasion,
            "snapshot_sha256": put_blob(self._connection, encode(consolidation), packing=Packing.DENSE),
            "inputs": consolidation.inputs,
            "counted": consolidation.coverage.counted,
            "expected": consolidation.coverage.expected,
        }
        key = ReportKey(insert_numbered(self._connection, insert(reports), row))
        self.add_files(key, files)
        return key

    def get(self, key: ReportKey) -> Report:
        """Give one report with its files; raises NotFound."""
        row = self._connection.execute(select(reports).where(reports.c.id == key)).first()
        if row is None:
            raise _no_report(key)
        files = self._connection.execute(
            select(report_files).where(report_files.c.report == key).order_by(report_files.c.position)
        )
        return self._report(row, tuple(self._file(file) for file in files.all()))

    def heads(self, campaign: CampaignCode) -> tuple[ReportHead, ...]:
        """Give the heads of a campaign's reports, oldest first; figures and files stay unread."""
        rows = self._connection.execute(_HEADS, {"wanted": campaign})
        return tuple(
            ReportHead(
                key=row.id,
                campaign=row.campaign,
                state=row.state,
                created_at=row.created_at,
                occasion=row.occasion,
                inputs=row.inputs,
                counted=row.counted,
                expected=row.expected,
            )
            for row in rows
        )

    def set_state(self, key: ReportKey, state: ReportState, *, expected: ReportState) -> None:
        """Move a report on; raises Conflict when it is not in *expected*, NotFound when there is none."""
        moved = self._connection.execute(
            update(reports).where(reports.c.id == key, reports.c.state == expected).values(state=state)
        )
        if not moved.rowcount:
            found = self._state(key)
            raise Conflict(f"report {key} is {found}, not {expected}")

    def add_files(self, key: ReportKey, files: Sequence[ReportFile]) -> None:
        """Add files of another rendition; the same file again changes nothing.

        Raises Conflict for another file of the same rendition and name.
        """
        self._state(key)
        known = {
            (row.rendition, row.name): row.sha256
            for row in self._connection.execute(select(report_files).where(report_files.c.report == key))
        }
        for file in files:
            name = (file.rendition, file.name)
            if name in known:
                if known[name] != file.sha256:
                    raise Conflict(f"report {key} holds another {file.rendition} file {file.name!r}")
                continue
            row = {
                "report": key,
                "position": len(known),
                "rendition": file.rendition,
                "name": file.name,
                "media_type": file.media_type,
                "sha256": put_blob(self._connection, file.content),
            }
            self._connection.execute(insert(report_files), row)
            known[name] = file.sha256

    def with_file(self, sha256: Sha256) -> ReportKey | None:
        """Give the report that one of its files' digests names; the newest of several."""
        query = select(func.max(report_files.c.report)).where(report_files.c.sha256 == sha256)
        return self._connection.execute(query).scalar()

    def _state(self, key: ReportKey) -> ReportState:
        query = select(reports.c.state).where(reports.c.id == key)
        state: ReportState | None = self._connection.execute(query).scalar()
        if state is None:
            raise _no_report(key)
        return state

    def _report(self, row: Row[Any], files: tuple[ReportFile, ...]) -> Report:
        return Report(
            key=row.id,
            campaign=row.campaign,
            state=row.state,
            created_at=row.created_at,
            occasion=row.occasion,
            consolidation=decode(get_blob(self._connection, row.snapshot_sha256)),
            files=files,
        )

    def _file(self, row: Row[Any]) -> ReportFile:
        return ReportFile(
            rendition=row.rendition,
            name=row.name,
            media_type=row.media_type,
            content=get_blob(self._connection, row.sha256),
        )


def _no_report(key: ReportKey) -> NotFound:
    return NotFound(f"there is no report {key}")
