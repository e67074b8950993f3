"""Names that only we can make: the Message-ID of a letter."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from domain.ids import MessageId

if TYPE_CHECKING:
    from domain.ids import CampaignCode, UnitCode
    from domain.outbox import LetterKind


def letter_id(
    secret: bytes,
    *,
    campaign: CampaignCode | None,
    unit: UnitCode | None,
    kind: LetterKind,
    cause: str,
    domain: str,
) -> MessageId:
    """Make the Message-ID `<hmac(campaign, unit, kind, cause)@domain>`: the same letter, the same id."""
    text = "\x1f".join((campaign or "", unit or "", kind.value, cause))
    mark = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:32]
    return MessageId(f"<{mark}@{domain}>")
