"""The counted forms of each campaign, for rules that compare one unit's form with the others'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.campaigns import Item
from domain.resemblance import Numbers

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from domain.answers import ParsedForm
    from domain.campaigns import Campaign
    from domain.ids import CampaignCode, FieldCode, UnitCode
    from service.ports import Work


class Peers:
    """The counted forms of each campaign, read once per round and kept current."""

    def __init__(self) -> None:
        self._forms: dict[CampaignCode, dict[UnitCode, ParsedForm]] = {}
        self._numbers: dict[CampaignCode, Numbers] = {}

    def others(self, work: Work, campaign: Campaign, unit: UnitCode) -> tuple[ParsedForm, ...]:
        """Give the forms of the other units."""
        forms = self._of(work, campaign)
        return tuple(parsed for code, parsed in forms.items() if code != unit)

    def numbers(
        self, work: Work, campaign: Campaign, unit: UnitCode
    ) -> Callable[[FieldCode], tuple[int, Decimal | None]]:
        """Give how many of the other units have a number for a field, and the middle of them."""
        forms = self._of(work, campaign)
        if campaign.code not in self._numbers:
            self._numbers[campaign.code] = Numbers(forms.values())
        numbers, own = self._numbers[campaign.code], forms.get(unit)
        return lambda code: numbers.without(code, own)

    def last(self, work: Work, campaign: Campaign, unit: UnitCode) -> ParsedForm | None:
        """Give the unit's form that counts in the campaign before, where one is named and was answered."""
        return self._counted(work, campaign.previous).get(unit) if campaign.previous else None

    def previous(self, work: Work, campaign: Campaign, unit: UnitCode) -> ParsedForm | None:
        """Give the unit's own form that counts at present."""
        return self._of(work, campaign).get(unit)

    def _of(self, work: Work, campaign: Campaign) -> dict[UnitCode, ParsedForm]:
        return self._counted(work, campaign.code)

    def _counted(self, work: Work, code: CampaignCode) -> dict[UnitCode, ParsedForm]:
        if code not in self._forms:
            counted = work.submissions.counted(code, Item.FORM)
            forms = work.submissions.forms(counted.values())
            self._forms[code] = {unit: forms[key] for unit, key in counted.items() if key in forms}
        return self._forms[code]

    def forget(self) -> None:
        """Forget all: what was taken was taken back."""
        self._forms.clear()
        self._numbers.clear()

    def took(self, campaign: Campaign, unit: UnitCode, parsed: ParsedForm) -> None:
        """Keep current with what was just accepted."""
        forms = self._forms.setdefault(campaign.code, {})
        if campaign.code in self._numbers:
            self._numbers[campaign.code].put(parsed, forms.get(unit))
        forms[unit] = parsed
