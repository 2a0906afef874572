"""Owns the loop that brings waiting deliveries to bound customers; must not know PDUs or how they are written.

It works in turns, as webhooks do. A turn writes what became of deliveries since the last
in one commit, claims what is due for logins bound here in another, and hands it to their
binds. A claim is a lease with a token: what a door says of a delivery that has passed to
another counts no more.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final
from uuid import uuid4

from comity.base.clock import Clock
from comity.base.errors import StoreError
from comity.edges.postgres.esme_store import Delivery, EsmeStore, PutBack
from comity.edges.smpp_server.counters import DoorCounters
from comity.edges.smpp_server.roster import Roster
from comity.smpp import status as st
from comity.smpp.status import Retry, describe

# Longer than a deliver_sm may take to be answered, with room for a stalled peer.
LEASE: Final = timedelta(seconds=180)
# What nobody acknowledges is kept as long as webhooks keep on trying.
KEPT: Final = timedelta(hours=75)
_DELAYS_S: Final = (2, 5, 15, 60, 300, 900, 1800, 3600)
# A peer that ends with each delivery of one thing is not brought it at once for ever.
_FREE_TRIES: Final = 3
# Turns are so far apart at the least, that they be few and large.
_TURN_S: Final = 0.02
# What no bell announces (retries, leases that end, a lost notification) is seen this soon.
_POLL_S: Final = 1.0
_PAUSE_S: Final = 1.0
_LAST_WRITE_S: Final = 0.4
_MOST_OF_LOGIN: Final = 500
# The customer's application refuses it for good.
_FOR_GOOD: Final = frozenset({st.ESME_RX_P_APPN, st.ESME_RX_R_APPN})


class Deliveries:
    """Delivers until told to stop; any number of processes may share a database.

    Args:
        store: where deliveries wait.
        roster: who is bound here.
        clock: the present.
        counters: what operations reads.
        report: called with errors of ours, for the log.
    """

    def __init__(
        self,
        store: EsmeStore,
        roster: Roster,
        clock: Clock,
        counters: DoorCounters,
        report: Callable[[BaseException], None],
    ) -> None:
        self._store = store
        self._roster = roster
        self._clock = clock
        self._counters = counters
        self._report = report
        self._bell = asyncio.Event()
        self._done: list[Delivery] = []
        self._back: list[PutBack] = []
        self._time = asyncio.get_running_loop().time

    def ring(self) -> None:
        """There is something to do."""
        self._bell.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            began = self._time()
            try:
                await self.write()
                await self._claim()
            except Exception as error:  # noqa: BLE001  one bad turn must not end deliveries for everybody
                self._counters.store_errors += isinstance(error, StoreError)
                self._report(error)
                await asyncio.sleep(_POLL_S)
            if (rest_s := began + _TURN_S - self._time()) > 0:
                await asyncio.sleep(rest_s)
            with suppress(TimeoutError):
                async with asyncio.timeout(_POLL_S):
                    await self._bell.wait()
            self._bell.clear()

    async def finish(self) -> None:
        """Write what is left to write, if that can be done quickly; leases end by themselves."""
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(_LAST_WRITE_S):
                await self.write()

    async def write(self) -> None:
        """Write what became of deliveries.

        Raises:
            StoreError: it is kept for the next time; the tokens make writing it again harmless.
        """
        done, self._done = self._done, []
        back, self._back = self._back, []
        try:
            if done:
                self._counters.fenced += len(done) - await self._store.settle(done)
                done = []
            if back:
                self._counters.fenced += len(back) - await self._store.put_back(back)
        except BaseException:
            self._done, self._back = done + self._done, back + self._back
            raise

    async def _claim(self) -> None:
        rooms = [
            (lane.esme.account_id, lane.esme.system_id, min(room, _MOST_OF_LOGIN))
            for lane in self._roster.lanes(self._time())
            if (room := lane.room)
        ]
        if not rooms:
            return
        now = self._clock.now()
        claimed: dict[str, list[Delivery]] = {}
        for delivery in await self._store.claim(now, uuid4(), now + LEASE, rooms):
            claimed.setdefault(delivery.system_id, []).append(delivery)
        for system_id, deliveries in claimed.items():
            lane = self._roster.lane(system_id)
            left = lane.hand_out(deliveries) if lane is not None else deliveries
            # Its bind went, or found itself full, while the claim was under way.
            self._back += [PutBack(delivery, now, untried=1) for delivery in left]

    # --- what connections tell ---

    def delivered(self, delivery: Delivery, status: int) -> None:
        """A delivery was answered."""
        if not status:
            self._counters.acknowledged += 1
            self._done.append(delivery)
        elif status in _FOR_GOOD:
            self._counters.refused += 1
            self._counters.dropped += 1
            self._done.append(delivery)
        else:
            self._counters.refused += 1
            self._again(delivery, self._delay_s(delivery))
            lane = self._roster.lane(delivery.system_id)
            if lane is not None and describe(status).retry is Retry.THROTTLED:
                lane.paused_until = self._time() + _PAUSE_S
        self.ring()

    def given_back(self, delivery: Delivery, *, timed_out: bool) -> None:
        """A delivery was not answered."""
        if timed_out:
            self._counters.timed_out += 1
        else:
            self._counters.given_back += 1
        at_once = not timed_out and delivery.attempt <= _FREE_TRIES
        self._again(delivery, 0.0 if at_once else self._delay_s(delivery))
        self.ring()

    def unwritable(self, delivery: Delivery) -> None:
        """A delivery cannot be said in SMPP: it leaves."""
        self._counters.dropped += 1
        self._done.append(delivery)

    def _again(self, delivery: Delivery, delay_s: float) -> None:
        self._back.append(PutBack(delivery, self._clock.now() + timedelta(seconds=delay_s)))

    @staticmethod
    def _delay_s(delivery: Delivery) -> float:
        delay_s = _DELAYS_S[min(max(delivery.attempt, 1), len(_DELAYS_S)) - 1]
        return delay_s * random.uniform(0.75, 1.25)  # noqa: S311  spreads retries, guards nothing
