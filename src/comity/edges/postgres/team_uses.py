"""Owns the last day on which each key let somebody in: noted in memory, written now and then; must not know any door.

A process that is killed loses the days of the last half minute, and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from comity.base.errors import StoreError
from comity.edges.postgres.held import HeldConnections
from comity.edges.postgres.statements import load

_EVERY_S: Final = 30.0
_DAY_S: Final = 86_400
_MOST: Final = 100_000


class KeyUses:
    """Which keys were used today.

    Args:
        connections: over which the days are written.
        seconds: the present, as seconds since 1970.
    """

    def __init__(self, connections: HeldConnections, seconds: Callable[[], float] = time.time) -> None:
        self._connections = connections
        self._seconds = seconds
        self._today: set[str] = set()
        self._day_ends = 0
        self._unwritten: dict[str, tuple[int, int]] = {}
        self._running: asyncio.Task[None] | None = None

    def note(self, client_id: str, account_id: int) -> None:
        """A key let somebody in; costs a look-up after the first time of a day."""
        now = self._seconds()
        if client_id in self._today and now < self._day_ends:
            return
        day = int(now) // _DAY_S
        if now >= self._day_ends or len(self._today) >= _MOST:
            self._today.clear()
            self._day_ends = (day + 1) * _DAY_S
        self._today.add(client_id)
        self._unwritten[client_id] = (account_id, day)

    def start(self) -> None:
        """Write now and then from here on."""
        self._running = asyncio.create_task(self._run(), name="key-uses")

    async def stop(self) -> None:
        """Write what is left, and end."""
        if self._running is None:
            return
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        with contextlib.suppress(StoreError):
            await self.write()

    async def write(self) -> None:
        """Write the days that are not written yet.

        Raises:
            StoreError: the database cannot be used; they are written the next time.
        """
        taken, self._unwritten = self._unwritten, {}
        if not taken:
            return
        days = [datetime.fromtimestamp(day * _DAY_S, UTC).date() for _, day in taken.values()]
        try:
            async with self._connections.connection() as connection:
                await connection.execute(
                    load("team_key_days"), [account for account, _ in taken.values()], list(taken), days
                )
        except StoreError:
            self._unwritten = {**taken, **self._unwritten}
            raise

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            with contextlib.suppress(StoreError):
                await self.write()
