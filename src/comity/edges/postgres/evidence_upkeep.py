"""Owns what is done for the evidence log now and then: minutes closed, checkpoints taken; must not know entries."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog

from comity.base.clock import Clock
from comity.base.errors import StoreError
from comity.edges.postgres.evidence_checkpoints import newest_at, take_checkpoint
from comity.edges.postgres.evidence_keys import matching_master
from comity.edges.postgres.evidence_minutes import close_minutes
from comity.edges.postgres.held import HeldConnections

_log = structlog.get_logger(__name__)

EVERY_S: Final = 20.0
CHECKPOINT_EVERY: Final = timedelta(hours=1)


class EvidenceUpkeep:
    """Closes minutes of verdicts, and signs a checkpoint each hour that brought something new.

    Args:
        connections: connections of the road.
        clock: the present.
        folder: the data directory; a node that has not the key in it takes no checkpoints.
    """

    def __init__(self, connections: HeldConnections, clock: Clock, folder: Path) -> None:
        self._connections = connections
        self._clock = clock
        self._folder = folder

    async def once(self) -> None:
        """Whatever is due; each minute in a transaction of its own."""
        more = True
        while more:
            async with self._connections.connection() as connection:
                more = await close_minutes(connection, self._clock.now())
        async with self._connections.connection() as connection:
            last, now = await newest_at(connection), self._clock.now()
            if last is None or now - last >= CHECKPOINT_EVERY:
                master = await matching_master(connection, self._folder)
                if master is not None:
                    await take_checkpoint(connection, master, now)

    async def run(self, every_s: float = EVERY_S) -> None:
        """Do so until cancelled."""
        while True:
            try:
                await self.once()
            except StoreError as error:
                _log.warning("evidence.upkeep_failed", what=error.what)
            await asyncio.sleep(every_s)
