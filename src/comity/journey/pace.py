"""Owns the pause between two writes; must not know what is written."""

from __future__ import annotations

import asyncio
from typing import Final

LARGE: Final = 50
GATHER_S: Final = 0.02


class Pace:
    """Lets a batch gather for a few milliseconds behind a small one; large ones follow each other at once.

    After an idle moment nothing waits.
    """

    def __init__(self, gather_s: float = GATHER_S, large: int = LARGE) -> None:
        self._gather_s = gather_s
        self._large = large
        self._not_before = 0.0

    async def wait(self) -> None:
        """Until the next batch may begin."""
        delay_s = self._not_before - asyncio.get_running_loop().time()
        if delay_s > 0:
            await asyncio.sleep(delay_s)

    def done(self, count: int) -> None:
        """A batch of so many was written."""
        self._not_before = 0.0 if count >= self._large else asyncio.get_running_loop().time() + self._gather_s
