"""Owns that it is known when our intake could be reached; must not know where that is kept or who counts it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from comity.base.errors import StoreError

_log = structlog.get_logger(__name__)


async def keep_beating(beat: Callable[[], Awaitable[None]], every_s: float) -> None:
    """Say every few seconds that a door answers, until cancelled; while the store is away, nothing is said."""
    while True:
        try:
            await beat()
        except StoreError as error:
            _log.warning("intake.unheard", what=error.what)
        await asyncio.sleep(every_s)
