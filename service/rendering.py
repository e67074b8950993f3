"""Render the files of a report: workbook, Word document and, where LibreOffice is there, the PDF."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from aggregator.document import report_document
from aggregator.workbook import consolidated_workbook
from domain.errors import PrintingError
from domain.reports import Rendition, ReportFile
from service.enclosures import DOCX, XLSX, campaign_slug

if TYPE_CHECKING:
    import datetime as dt

    from domain.campaigns import Campaign
    from domain.figures import Consolidation
    from service.ports import Printer

log = logging.getLogger(__name__)


def render(
    campaign: Campaign,
    consolidation: Consolidation,
    *,
    number: int,
    rendition: Rendition,
    at: dt.datetime,
    printer: Printer | None,
) -> tuple[ReportFile, ...]:
    """Render workbook, Word document and, with a printer, the PDF; the same inputs give the same files."""
    draft = rendition is Rendition.DRAFT
    stem = f"{campaign_slug(campaign)}_lan-{number:02d}" + ("_DuThao" if draft else "")
    workbook = consolidated_workbook(campaign, consolidation, draft=draft)
    document = report_document(campaign, consolidation, draft=draft, at=at)
    files = [
        ReportFile(rendition=rendition, name=f"Tong-hop_{stem}.xlsx", media_type=XLSX, content=workbook),
        ReportFile(rendition=rendition, name=f"Bao-cao_{stem}.docx", media_type=DOCX, content=document),
    ]
    if printer is not None:
        try:
            files.append(
                ReportFile(
                    rendition=rendition,
                    name=f"Bao-cao_{stem}.pdf",
                    media_type="application/pdf",
                    content=printer.pdf(document),
                )
            )
        except PrintingError as error:
            log.warning("no PDF: %s", error, extra={"action": "pdf_failed"})
    return tuple(files)
