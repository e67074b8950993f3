"""One unit's blank form for whoever asks, without settings and without a store of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.compose import OutgoingFile
from parsers.blank.workbook import blank_workbook
from service.amend import find_unit
from service.bootstrap import make_store, stored_database
from service.enclosures import XLSX, blank_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from domain.campaigns import Campaign


def blank_for(home: Path, campaign: Campaign, unit: str, *, environ: Mapping[str, str]) -> OutgoingFile:
    """Give the blank that the unit was sent, or a new one; nothing is stored and no store is made.

    Raises NotFound for an unknown unit, ConfigError, StoreError when there is a store that cannot be read.
    """
    code = find_unit(campaign, unit)
    content: bytes | None = None
    url = stored_database(home, environ)
    if url is not None:
        store = make_store(url)
        try:
            with store.read() as work:
                content = work.blanks.get(campaign.code, code, form_version=campaign.form.version)
        finally:
            store.close()
    chosen = campaign.unit_by_code[code]
    return OutgoingFile(
        name=blank_name(campaign, chosen),
        media_type=XLSX,
        content=content or blank_workbook(campaign, chosen),
    )
