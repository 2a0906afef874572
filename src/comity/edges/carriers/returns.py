"""Owns what a link's connections bring back until the dispatcher takes it, and counts it; must not know sockets."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import msgspec

from comity.edges.carriers.outcomes import (
    Delivery,
    NotSent,
    Outcome,
    PartResult,
    Permanent,
    Sent,
    Temporary,
    Throttled,
    Unanswered,
)
from comity.smpp import status as st
from comity.smpp.status import Retry, describe

if TYPE_CHECKING:
    from comity.edges.carriers.pacing import Throttle

UNANSWERED: Final = Unanswered()
NOT_SENT: Final = NotSent()
# What SMPP cannot carry: the status that an SMSC would give for it.
_UNENCODABLE: Final = Permanent(st.ESME_RSUBMITFAIL)
_BY_RETRY: Final[dict[Retry, type[Throttled | Temporary | Permanent]]] = {
    Retry.THROTTLED: Throttled,
    Retry.TEMPORARY: Temporary,
    Retry.PERMANENT: Permanent,
}


class LinkCounters(msgspec.Struct):
    """What a link has done since it was made, for metrics."""

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


_COUNTED_AS: Final[dict[type, str]] = {
    Throttled: "throttled",
    Temporary: "temporary",
    Permanent: "permanent",
    Unanswered: "unanswered",
    NotSent: "not_sent",
}


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
        self._results: list[PartResult] = []
        self._deliveries: list[Delivery] = []
        self._settled = asyncio.Event()

    async def settled(self) -> None:
        """Until one more result is there."""
        self._settled.clear()
        await self._settled.wait()

    def take_results(self) -> list[PartResult]:
        """Every result since the last call."""
        taken, self._results = self._results, []
        return taken

    def take_deliveries(self) -> list[Delivery]:
        """Every delivery since the last call."""
        taken, self._deliveries = self._deliveries, []
        return taken

    def accepted(self, token: Any, smsc_id: str) -> None:  # noqa: ANN401  the caller's own
        """A part was taken by the carrier."""
        self.counters.sent += 1
        self._add(PartResult(token, Sent(smsc_id)))

    def answered_late(self, token: Any, status: int, smsc_id: str) -> None:  # noqa: ANN401  the caller's own
        """A part that had counted as unanswered was answered."""
        self.counters.late += 1
        outcome = Sent(smsc_id) if not status else _refusal(status)
        self._add(PartResult(token, outcome, late=True))

    def refused(self, token: Any, status: int, now: float) -> None:  # noqa: ANN401  the caller's own
        """The carrier did not take a part."""
        outcome = _refusal(status)
        if isinstance(outcome, Throttled):
            self.throttle.refused(now)
        self.failed(token, outcome)

    def unencodable(self, token: Any) -> None:  # noqa: ANN401  the caller's own
        """A part does not fit the protocol."""
        self.failed(token, _UNENCODABLE)

    def failed(self, token: Any, outcome: Outcome) -> None:  # noqa: ANN401  the caller's own
        """A part has that outcome, which is not Sent."""
        name = _COUNTED_AS[type(outcome)]
        setattr(self.counters, name, getattr(self.counters, name) + 1)
        self._add(PartResult(token, outcome))

    def delivered(self, delivery: Delivery) -> None:
        """The carrier gave us something."""
        self.counters.deliveries += 1
        self._deliveries.append(delivery)

    def forget_deliveries(self, connection: int) -> None:
        """A connection ended: what nobody has taken of it yet comes again, so keeping it would double it."""
        self._deliveries = [one for one in self._deliveries if one.handle.connection != connection]

    def _add(self, result: PartResult) -> None:
        self._results.append(result)
        self._settled.set()


def _refusal(status: int) -> Throttled | Temporary | Permanent:
    return _BY_RETRY[describe(status).retry](status)
