"""Owns that what is due gets done in time, on whichever node comes first; must not know any deed, or SQL."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection
from typing import Any, Final, Protocol

import structlog

from comity.base.errors import StoreError

_log = structlog.get_logger(__name__)

# Nothing depends on it: who sets a deadline says so. It bounds what a lost notification costs.
LONGEST_WAIT_S: Final = 15.0
_PAUSE_S: Final = 1.0
# What is due and was not to be had is being done elsewhere: it is looked at again so soon, should they die of it.
_ELSEWHERE_S: Final = 0.1


class DeadlineStore(Protocol):
    """Where deadlines are kept."""

    async def do_next(self, deeds: Any) -> bool:  # noqa: ANN401  the store's own kind of deed
        """Do the deed that is due longest; False when nothing is due."""
        ...

    async def wait_s(self, kinds: Collection[str], most_s: float) -> float:
        """How long until the next one is due, in seconds, at most so many."""
        ...

    async def listen(self, wake: Callable[[], None]) -> Any:  # noqa: ANN401  something to close
        """Call `wake` whenever a deadline is set or moved."""
        ...


class Deadlines:
    """Does deeds when they are due.

    Args:
        store: where deadlines are kept.
        deeds: what is done, by kind.
        failed: names the errors of a deed that is put off, so that one of ours does not stop the others.
    """

    def __init__(self, store: DeadlineStore, deeds: dict[str, Any], failed: type[Exception]) -> None:
        self._store = store
        self._deeds = deeds
        self._failed = failed
        self._wake = asyncio.Event()

    async def once(self) -> int:
        """Do everything that is due; how many deeds that were.

        Raises:
            StoreError: the database cannot be used.
        """
        done = 0
        while True:
            try:
                if not await self._store.do_next(self._deeds):
                    return done
                done += 1
            except self._failed as error:
                # The cause may quote what it was about, so only its kind is told.
                cause = type(error.__cause__).__name__
                _log.error("deadline.failed", kind=str(error), error=cause, failures=getattr(error, "failures", None))

    async def run(self) -> None:
        """Do deeds as they become due, until cancelled."""
        while True:
            try:
                listening = await self._store.listen(self._wake.set)
                try:
                    while not listening.is_closed():
                        await self._turn()
                finally:
                    listening.terminate()
            except StoreError as error:
                _log.warning("deadlines.waiting", what=error.what)
            await asyncio.sleep(_PAUSE_S)

    async def _turn(self) -> None:
        self._wake.clear()
        await self.once()
        wait_s = await self._store.wait_s(self._deeds, LONGEST_WAIT_S) or _ELSEWHERE_S
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), wait_s)
