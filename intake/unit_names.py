"""Which units an address, a subject, a file name or a line of the form speaks of."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from domain.attribution import Evidence, EvidenceKind
from domain.vietnamese import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.campaigns import Campaign, Unit
    from domain.ids import UnitCode

#: Shorter names ("VP", "TT") stand in too many words to say anything.
MIN_NAME = 3
#: Fuzzy comparison needs something to compare.
MIN_FUZZY_NAME = 8
FUZZY_CUTOFF = 90.0
#: The second best unit must be this much worse.
FUZZY_MARGIN = 5.0
#: Domains at which anybody can have an address.
_PUBLIC_DOMAINS = frozenset(
    {"gmail.com", "googlemail.com", "yahoo.com", "yahoo.com.vn", "outlook.com", "outlook.com.vn",
     "hotmail.com", "live.com", "icloud.com", "me.com", "zoho.com", "protonmail.com"}
)  # fmt: skip
_NOT_WORDS = re.compile(r"[\W_]+")


def sender_evidence(address: str, campaigns: Sequence[Campaign]) -> tuple[Evidence, ...]:
    """Find the units that an address is registered for; otherwise those whose mail domain is theirs alone."""
    folded = address.lower()
    if "@" not in folded:
        return ()
    registered = tuple(
        Evidence(kind=EvidenceKind.SENDER, campaign=campaign.code, unit=unit.code, seen=address)
        for campaign in campaigns
        for unit in campaign.units
        if folded in _addresses(unit)
    )
    if registered:
        return registered
    return tuple(
        Evidence(kind=EvidenceKind.DOMAIN, campaign=campaign.code, unit=unit, seen=address)
        for campaign in campaigns
        for unit in _owners_of_domain(folded.rpartition("@")[2], campaign)
    )


def _addresses(unit: Unit) -> frozenset[str]:
    """Give every address that writes for the unit: its own, its copies, its head's."""
    heads = () if unit.head_email is None else (unit.head_email,)
    return frozenset(address.folded for address in (*unit.emails, *unit.cc, *heads))


def _owners_of_domain(domain: str, campaign: Campaign) -> tuple[UnitCode, ...]:
    if domain in _PUBLIC_DOMAINS or domain == campaign.office.address.folded.rpartition("@")[2]:
        return ()
    owners = tuple(
        unit.code
        for unit in campaign.units
        if any(address.rpartition("@")[2] == domain for address in _addresses(unit))
    )
    return owners if len(owners) == 1 else ()


def text_evidence(kind: EvidenceKind, text: str, campaigns: Sequence[Campaign]) -> tuple[Evidence, ...]:
    """Find the units that *text* names, by name, short name, alias or code; the longest name found wins.

    A name with a slip of the pen counts when it is near to one unit and clearly farther from all others.
    """
    folded = fold_words(text)
    if len(folded) < MIN_NAME:
        return ()
    return tuple(
        Evidence(kind=kind, campaign=campaign.code, unit=unit, seen=text.strip())
        for campaign in campaigns
        for unit in _named(folded, campaign)
    )


def _named(folded: str, campaign: Campaign) -> tuple[UnitCode, ...]:
    padded = f" {folded} "
    best = 0
    units: dict[UnitCode, None] = {}
    for unit in campaign.units:
        found = max((len(name) for name in folded_names(unit) if f" {name} " in padded), default=0)
        if found > best:
            best, units = found, {}
        if found and found == best:
            units[unit.code] = None
    return tuple(units) or _nearly_named(folded, campaign)


def _nearly_named(folded: str, campaign: Campaign) -> tuple[UnitCode, ...]:
    from rapidfuzz import fuzz  # noqa: PLC0415 - only texts without an exact name need it

    scores: dict[UnitCode, float] = {}
    for unit in campaign.units:
        for name in folded_names(unit):
            if len(name) < MIN_FUZZY_NAME or len(name) > len(folded) + len(name) // 8:
                continue
            score = fuzz.partial_ratio(name, folded, score_cutoff=FUZZY_CUTOFF)
            scores[unit.code] = max(scores.get(unit.code, 0.0), score)
    ranked = sorted(scores.items(), key=lambda entry: -entry[1])
    if not ranked or ranked[0][1] < FUZZY_CUTOFF:
        return ()
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < FUZZY_MARGIN:
        return ()
    return (ranked[0][0],)


def fold_words(text: str) -> str:
    """Fold *text* to words and single spaces, as names are compared."""
    return _NOT_WORDS.sub(" ", fold(text)).strip()


@lru_cache(maxsize=4096)
def _fold_names(names: tuple[str, ...]) -> tuple[str, ...]:
    folded = (fold_words(name) for name in names)
    return tuple(dict.fromkeys(name for name in folded if len(name) >= MIN_NAME))


def folded_names(unit: Unit) -> tuple[str, ...]:
    """Give the names of a unit as they are compared."""
    return _fold_names((unit.name, unit.short_name, *unit.aliases, unit.code))


def name_of(unit: Unit) -> str:
    """Name a unit as the clerk knows it: name and code."""
    return f"{unit.name} ({unit.code})"
