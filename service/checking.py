"""Examine settings and campaigns and name every problem at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.campaign import check_campaign
from config.settings import explain_settings, load_settings
from domain.errors import ConfigError, Problem
from mailer.overrides import template_problems
from service.bootstrap import find_campaign_folders, load_campaigns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from domain.campaigns import Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """Everything found."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    campaigns: tuple[str, ...]
    #: Key, shown value, origin.
    settings: tuple[tuple[str, str, str], ...] = ()


def examine(home: Path, *, environ: Mapping[str, str], chosen: str | None) -> Examined:
    """Examine the home; never raises for what stands in a file."""
    errors: list[Problem] = []
    warnings: list[Problem] = []
    shown: tuple[tuple[str, str, str], ...] = ()
    try:
        settings = load_settings(home, environ)
        warnings += settings.warnings
        shown = explain_settings(settings)
    except ConfigError as error:
        errors += error.problems
    campaigns: Mapping[str, Campaign] = {}
    try:
        folders = find_campaign_folders(home, chosen)
        campaigns = {str(code): one for code, one in load_campaigns(folders).items()}
    except ConfigError as error:
        errors += error.problems
    for campaign in campaigns.values():
        warnings += check_campaign(campaign)
        errors += _check_texts(campaign)
    return Examined(
        errors=tuple(errors), warnings=tuple(warnings), campaigns=tuple(campaigns), settings=shown
    )


def _check_texts(campaign: Campaign) -> tuple[Problem, ...]:
    """Try the office's own texts of letters."""
    return tuple(Problem(place="texts/", reason=problem) for problem in template_problems(campaign.texts))
