"""Owns what a link's connections bring back until the dispatcher takes it, and counts it; must not know sockets."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import msgspec

from comity.journey.handover import Fate, Incoming, Result
from comity.smpp import status as st
from comity.smpp.status import Retry, describe

if TYPE_CHECKING:
    from comity.edges.carriers.pacing import Throttle

# What SMPP cannot carry has the status that an SMSC would give for it.
_UNENCODABLE: Final = st.ESME_RSUBMITFAIL
_BY_RETRY: Final = {
    Retry.THROTTLED: Fate.THROTTLED,
    Retry.TEMPORARY: Fate.TEMPORARY,
    Retry.PERMANENT: Fate.PERMANENT,
}


class LinkCounters(msgspec.Struct):
    """What a link has done since it was made, for metrics; those named as a `Fate` count parts with it."""

    submitted: int = 0
    sent: int = 0
    throttled: int = 0
    temporary: int = 0
    permanent: int = 0
    unanswered: int = 0
    not_sent: int = 0
    late: int = 0
    deliveries: int = 0
    answered: int = 0
    answered_too_late: int = 0
    connects: int = 0
    connect_failures: int = 0
    binds: int = 0
    binds_refused: int = 0
    lost: int = 0


class Returns:
    """Results and deliveries of all connections of one link.

    Args:
        throttle: learns from the answers.
        changed: set whenever the dispatcher should look again.
    """

    def __init__(self, throttle: Throttle, changed: asyncio.Event) -> None:
        self.throttle = throttle
        self.changed = changed
        self.counters = LinkCounters()
        self._results: list[Result] = []
        self._deliveries: list[Incoming] = []
        self._settled = asyncio.Event()

    async def settled(self) -> None:
        """Until one more result is there."""
        self._settled.clear()
        await self._settled.wait()

    def take_results(self) -> list[Result]:
        """Every result since the last call."""
        taken, self._results = self._results, []
        return taken

    def take_deliveries(self) -> list[Incoming]:
        """Every delivery since the last call."""
        taken, self._deliveries = self._deliveries, []
        return taken

    def accepted(self, token: Any, smsc_id: str) -> None:  # noqa: ANN401  the caller's own
        """A part was taken by the carrier."""
        self.counters.sent += 1
        self._add(Result(token, Fate.SENT, smsc_id))

    def answered_late(self, token: Any, status: int, smsc_id: str) -> None:  # noqa: ANN401  the caller's own
        """A part that had counted as unanswered was answered."""
        self.counters.late += 1
        fate = _BY_RETRY[describe(status).retry] if status else Fate.SENT
        self._add(Result(token, fate, smsc_id, status, late=True))

    def refused(self, token: Any, status: int, now: float) -> None:  # noqa: ANN401  the caller's own
        """The carrier did not take a part."""
        fate = _BY_RETRY[describe(status).retry]
        if fate is Fate.THROTTLED:
            self.throttle.refused(now)
        self.failed(token, fate, status)

    def unencodable(self, token: Any) -> None:  # noqa: ANN401  the caller's own
        """A part does not fit the protocol."""
        self.failed(token, Fate.PERMANENT, _UNENCODABLE)

    def failed(self, token: Any, fate: Fate, status: int = 0) -> None:  # noqa: ANN401  the caller's own
        """A part has that fate, which is not SENT."""
        setattr(self.counters, fate.value, getattr(self.counters, fate.value) + 1)
        self._add(Result(token, fate, "", status))

    def delivered(self, delivery: Incoming) -> None:
        """The carrier gave us something."""
        self.counters.deliveries += 1
        self._deliveries.append(delivery)

    def forget_deliveries(self, connection: int) -> None:
        """A connection ended: what nobody has taken of it yet comes again, so keeping it would double it."""
        self._deliveries = [one for one in self._deliveries if one.handle.connection != connection]

    def _add(self, result: Result) -> None:
        self._results.append(result)
        self._settled.set()
