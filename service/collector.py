"""How often Python looks for what is no longer needed, in a process that runs for weeks."""

from __future__ import annotations

import gc
from typing import Final

#: New values between two looks. By default 700, which is a quarter of what one mail makes.
_BETWEEN: Final = 10_000


def leave_alone_what_stays() -> None:
    """Spare the collector what was loaded for good: it would walk through all of it again and again.

    To be called when everything that stays is loaded. Values without cycles, nearly all of ours, go at once
    in any case.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_BETWEEN)
