"""Owns what is tidied now and then: partitions made ahead, what nobody awaits any more; must not know SQL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Final, Protocol

import structlog

from comity.base.clock import Clock
from comity.base.errors import StoreError
from comity.journey.drift import Drift
from comity.journey.ports import Directory
from comity.journey.receipt import Receipts
from comity.journey.wanted import TemplatesKept, wanted_of

_log = structlog.get_logger(__name__)

DAYS_AHEAD: Final = 7
EVERY_S: Final = 3600.0
_AT_ONCE: Final = 1000
_LONG_S: Final = 900.0


class Retention:
    """How long things are kept that are only waited for."""

    AWAITED: Final = timedelta(days=7)
    UNMATCHED: Final = timedelta(days=3)
    PARTS: Final = timedelta(days=1)
    IDEMPOTENCY: Final = timedelta(hours=48)
    # Both are asked for a day back.
    TRAFFIC: Final = timedelta(days=3)
    SPREAD: Final = timedelta(days=2)
    # A flood that pauses for a day is another one.
    ARRIVALS: Final = timedelta(days=1)
    # Compared over five weeks; more is for whoever looks back.
    SCORES: Final = timedelta(days=400)


class UpkeepStore(Protocol):
    """What tidying needs of the store; each clean-up takes at most so many rows, and says how many it took."""

    async def make_partitions(self, first: date, days: int) -> None:
        """Make the partitions of so many days from the first; those that are there stay."""
        ...

    async def give_up_receipts(self, before: datetime, now: datetime, most: int) -> int:
        """No receipt came: parts handed over before become unknown."""
        ...

    async def expire_stranded(self, now: datetime, most: int) -> int:
        """Let messages expire that no carrier takes, with their charge back."""
        ...

    async def forget_unmatched(self, before: datetime, most: int) -> int:
        """Forget receipts that nobody awaits."""
        ...

    async def forget_parts(self, before: datetime, most: int) -> int:
        """Forget parts whose fellows never came."""
        ...

    async def forget_keys(self, before: datetime, most: int) -> int:
        """Forget answers kept for idempotency."""
        ...

    async def forget_traffic(self, before: datetime, most: int) -> int:
        """Forget what senders sent in hours long past."""
        ...

    async def forget_spread(self, before: datetime, most: int) -> int:
        """Forget over which senders texts went in hours long past."""
        ...

    async def forget_arrivals(self, before: datetime, most: int) -> int:
        """Forget what reached numbers before, and that they got too much."""
        ...

    async def forget_templates(self, today: date, kept: TemplatesKept, most: int) -> int:
        """Forget how templates were used that nobody used for as long as the policy says."""
        ...

    async def forget_scores(self, before: datetime, most: int) -> int:
        """Forget how scores were spread on days long past."""
        ...


class Upkeep:
    """Tidies at the start and each hour.

    Args:
        store: what is tidied.
        receipts: tries again what matched nothing.
        clock: the present.
        drift: watches how scores are spread.
        directory: the policy, which says how long templates are known.
    """

    def __init__(
        self, store: UpkeepStore, receipts: Receipts, clock: Clock, drift: Drift, directory: Directory
    ) -> None:
        self._store = store
        self._receipts = receipts
        self._clock = clock
        self._drift = drift
        self._directory = directory

    async def prepare(self) -> None:
        """Make today's partitions and those of the next days; before anything is accepted.

        Raises:
            StoreError: they could not be made.
        """
        # A day early too: an id made by a clock that is behind must find its partition.
        await self._store.make_partitions(self._clock.now().date() - timedelta(days=1), DAYS_AHEAD + 2)

    async def once(self) -> None:
        """Everything, in small batches."""
        await self.prepare()
        now = self._clock.now()
        await self._receipts.reconcile(_LONG_S)
        await _all(lambda: self._store.give_up_receipts(now - Retention.AWAITED, now, _AT_ONCE))
        await _all(lambda: self._store.expire_stranded(now, _AT_ONCE))
        await _all(lambda: self._store.forget_unmatched(now - Retention.UNMATCHED, _AT_ONCE))
        await _all(lambda: self._store.forget_parts(now - Retention.PARTS, _AT_ONCE))
        await _all(lambda: self._store.forget_keys(now - Retention.IDEMPOTENCY, _AT_ONCE))
        await _all(lambda: self._store.forget_traffic(now - Retention.TRAFFIC, _AT_ONCE))
        await _all(lambda: self._store.forget_spread(now - Retention.SPREAD, _AT_ONCE))
        await _all(lambda: self._store.forget_arrivals(now - Retention.ARRIVALS, _AT_ONCE))
        kept = wanted_of(self._directory.readings().policy).kept
        await _all(lambda: self._store.forget_templates(now.date(), kept, _AT_ONCE))
        await self._drift.once()
        await _all(lambda: self._store.forget_scores(now - Retention.SCORES, _AT_ONCE))

    async def run(self, every_s: float = EVERY_S) -> None:
        """Tidy until cancelled."""
        while True:
            try:
                await self.once()
            except StoreError as error:
                _log.warning("upkeep.failed", what=error.what)
            await asyncio.sleep(every_s)


async def _all(some: Callable[[], Awaitable[int]]) -> None:
    while await some() >= _AT_ONCE:
        pass
