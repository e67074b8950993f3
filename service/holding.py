"""Tell the office that a mail waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.outbox import LetterKind
from mailer.letters import Letters
from service.correspondence import Draft, queue, write
from service.desk import running

if TYPE_CHECKING:
    from domain.messages import MailRecord
    from service.ports import Work
    from service.premises import Premises


def notify_office(premises: Premises, work: Work, record: MailRecord) -> None:
    """Tell the office that a mail waits for a person."""
    campaigns = running(premises.campaigns)
    if not campaigns:
        return
    code = record.campaign or campaigns[0].code
    campaign = premises.campaign(code)
    draft = Draft(
        kind=LetterKind.HELD_NOTICE,
        unit=None,
        cause=f"mail:{record.key}",
        text=Letters(campaign).held_notice((record,)),
        to=(campaign.office.address,),
    )
    queue(work, write(premises, campaign, draft), at=premises.now())
