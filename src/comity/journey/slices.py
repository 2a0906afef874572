"""Owns how long work may keep the event loop to itself; must not know what the work is.

Sends, receipts and probes share one loop with whatever judges many messages. So that work goes in slices of time, never
of so many messages: one hostile text may cost as much as a hundred ordinary ones.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

SLICE_S: Final = 0.005


class Slices:
    """Parts long work, so that nobody else waits for more than a few milliseconds at a time.

    Args:
        yielding: after a slice, seconds for which the work stands still. 0 lets others run once: right for work that
            others wait for too. Longer lets them finish what takes several turns of the loop: right for work that can
            take its time.
    """

    def __init__(self, yielding: float = 0.0) -> None:
        self._yielding_s = yielding
        self._since = time.perf_counter()

    async def breathe(self) -> None:
        """Let others run when a slice is used up."""
        if time.perf_counter() - self._since > SLICE_S:
            await asyncio.sleep(self._yielding_s)
            self._since = time.perf_counter()
