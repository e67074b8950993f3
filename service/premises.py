"""What every use case stands on: the store, the campaigns, the clock and the secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from domain.errors import NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from domain.campaigns import Campaign
    from domain.ids import CampaignCode
    from service.ports import Clock, Converter, Isolation, Store

_Result = TypeVar("_Result")


def directly(function: Callable[..., _Result], *arguments: Any) -> _Result:
    """Call *function* here and now: isolation for bytes that are known to be harmless, as those of tests."""
    return function(*arguments)


@dataclass(frozen=True, kw_only=True)
class Premises:
    """Built once by bootstrap (or a test) and handed to use cases."""

    store: Store
    #: Running campaigns by code.
    campaigns: Mapping[CampaignCode, Campaign]
    clock: Clock
    #: Key of our Message-IDs.
    secret: bytes
    #: Whose Authentication-Results are believed; empty for nobody's.
    authserv_id: str = ""
    #: Where foreign bytes are read.
    isolate: Isolation = directly
    #: What turns .doc into .docx; None where there is nothing.
    converter: Converter | None = None

    def now(self) -> dt.datetime:
        """Give the present instant, aware."""
        return self.clock.now()

    def campaign(self, code: CampaignCode) -> Campaign:
        """Give a campaign; raises NotFound with the codes there are."""
        try:
            return self.campaigns[code]
        except KeyError:
            raise NotFound(
                f"no campaign {code!r} here; known: {', '.join(self.campaigns) or 'none'}"
            ) from None
