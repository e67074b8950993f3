"""Keep a mail for a person, with the units it may belong to, and tell the office."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.messages import Guess, MailOutcome, MailReason
from domain.outbox import LetterKind
from mailer.letters import Letters
from service.correspondence import Draft, queue, write
from service.desk import running
from service.reading import SEVERAL_SHEETS

if TYPE_CHECKING:
    from domain.attribution import Unattributed
    from domain.ids import CampaignCode
    from domain.messages import MailRecord
    from service.choosing import Judged
    from service.ports import Work
    from service.premises import Premises


_NAME_A_SHEET = ' Trang nào đúng thì thêm vào lệnh: --sheet "tên trang".'


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


def hold(premises: Premises, work: Work, record: MailRecord, result: Unattributed) -> MailRecord:
    """Hold a mail because nobody but a person may say whose it is."""
    held = replace(
        record,
        outcome=MailOutcome.HELD,
        reason=result.reason,
        explanation=result.explanation,
        guesses=result.guesses,
        campaign=_only(premises, result),
    )
    notify_office(premises, work, held)
    return held


def _only(premises: Premises, result: Unattributed) -> CampaignCode | None:
    """Give the campaign where no other comes into question."""
    codes = {guess.campaign for guess in result.guesses}
    codes = codes or {campaign.code for campaign in running(premises.campaigns)}
    return next(iter(codes)) if len(codes) == 1 else None


def hold_unclear(premises: Premises, work: Work, record: MailRecord, one: Judged) -> MailRecord:
    """Hold a mail whose workbook leaves two readings."""
    (found, *_) = one.judgement.findings
    advice = _NAME_A_SHEET if found.code == SEVERAL_SHEETS else ""
    held = replace(
        record,
        outcome=MailOutcome.HELD,
        reason=MailReason.UNCLEAR_LAYOUT,
        explanation=f"{found.message}{advice}",
        campaign=one.campaign.code,
        guesses=(Guess(campaign=one.campaign.code, unit=one.unit, reasons=("thư của đơn vị này",)),),
    )
    notify_office(premises, work, held)
    return held
