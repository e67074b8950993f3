"""Versions of campaign folders that were in force, each with the bytes of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from store.blobs import put_blob
from store.tables import campaign_versions

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.engine import Connection

    from domain.ids import CampaignCode


class Versions:
    """Versions of campaign folders that were in force."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, campaign: CampaignCode, *, digest: str, content: bytes, at: dt.datetime) -> bool:
        """Record the folder's version (a zip of its files); False when it is the one in force."""
        newest = (
            select(campaign_versions.c.digest)
            .where(campaign_versions.c.campaign == campaign)
            .order_by(campaign_versions.c.id.desc())
            .limit(1)
        )
        if self._connection.execute(newest).scalar() == digest:
            return False
        row = {
            "campaign": campaign,
            "digest": digest,
            "since": at,
            "content_sha256": put_blob(self._connection, content),
        }
        self._connection.execute(insert(campaign_versions), row)
        return True

    def all(self, campaign: CampaignCode) -> tuple[tuple[str, dt.datetime], ...]:
        """Give (digest, since) of each version, oldest first."""
        query = (
            select(campaign_versions.c.digest, campaign_versions.c.since)
            .where(campaign_versions.c.campaign == campaign)
            .order_by(campaign_versions.c.id)
        )
        return tuple((row.digest, row.since) for row in self._connection.execute(query))
