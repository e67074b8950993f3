"""Blank forms as sent, so that a unit gets the same bytes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, insert, select

from store.blobs import get_blob, put_blob
from store.tables import blanks

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

    from domain.ids import CampaignCode, Sha256, UnitCode


class Blanks:
    """Blank forms as sent: never re-made."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(
        self, campaign: CampaignCode, unit: UnitCode, *, form_version: str, content: bytes, at: dt.datetime
    ) -> None:
        """Store a unit's blank form; the first one of a version stays."""
        if self._digest(campaign, unit, form_version) is None:
            row = {
                "campaign": campaign,
                "unit": unit,
                "form_version": form_version,
                "at": at,
                "sha256": put_blob(self._connection, content),
            }
            self._connection.execute(insert(blanks), row)

    def get(self, campaign: CampaignCode, unit: UnitCode, *, form_version: str) -> bytes | None:
        """Give a unit's blank form as sent."""
        sha256 = self._digest(campaign, unit, form_version)
        return None if sha256 is None else get_blob(self._connection, sha256)

    def _digest(self, campaign: CampaignCode, unit: UnitCode, form_version: str) -> Sha256 | None:
        same: ColumnElement[bool] = and_(
            blanks.c.campaign == campaign, blanks.c.unit == unit, blanks.c.form_version == form_version
        )
        return self._connection.execute(select(blanks.c.sha256).where(same)).scalar()
