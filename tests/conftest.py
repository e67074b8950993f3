"""What every test may ask for: real servers on loopback, and the example campaign."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from domain.campaigns import Campaign

pytest_plugins = [
    module
    for module in ("tests.servers.dovecot", "tests.servers.postfix")
    if importlib.util.find_spec(module)
]

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def example() -> Campaign:
    """Give the campaign that ships with the product."""
    from config.campaign import load_campaign  # noqa: PLC0415 - only where it is asked for

    return load_campaign(ROOT / "config" / "examples" / "thang-dan-van-2021")
