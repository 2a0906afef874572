"""Owns the loop that tells customers' endpoints of events; must not know who enqueued them or what they mean.

It works in turns. A turn writes what became of events since the last in one commit,
claims what is due in another, and hands it to the lanes, which send side by side. So
the store sees few and large writes, however many events there are.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

import aiohttp
import structlog

from comity.base.clock import Clock, SystemClock
from comity.base.errors import StoreError
from comity.edges.postgres.connect import Database
from comity.edges.webhooks.addresses import Network
from comity.edges.webhooks.connector import LookUp, open_session
from comity.edges.webhooks.counters import Counters
from comity.edges.webhooks.endpoint import host_of
from comity.edges.webhooks.lanes import Claimed, Lane, Lanes
from comity.edges.webhooks.queue import LEASE, LEASE_MARGIN_S, EventQueue, Outcomes
from comity.edges.webhooks.sending import send
from comity.journey.webhook_delivery import DISABLED_AFTER, Answer, Fate, judge

_log = structlog.get_logger(__name__)

# Turns are so far apart at the least, that they be few and large; an idle worker's first turn does not wait.
_TURN_S: Final = 0.025
# What no bell announces (retries, pauses that end, a lost notification) is seen this soon.
_POLL_S: Final = 1.0
_SWEEP_EVERY_S: Final = 300.0
# What is being sent when the worker stops has so long to end; then it is given back, and told again later.
_GRACE_S: Final = 2.0
_LAST_WRITE_S: Final = 1.0


class WebhookWorker:
    """Delivers events until told to stop; any number of workers may share a database.

    Args:
        database: where events wait; one connection of the road is kept.
        allowed: networks that events may be sent to although they are not public.
        clock: the present, for due times and signatures.
        look_up: who resolves names, in tests; the system otherwise.
        luck: from 0 up to 1; spreads retries.
    """

    def __init__(
        self,
        database: Database,
        allowed: Sequence[Network] = (),
        clock: Clock | None = None,
        *,
        look_up: LookUp | None = None,
        luck: Callable[[], float] = random.random,
    ) -> None:
        self.counters = Counters()
        self._allowed = tuple(allowed)
        self._clock = clock or SystemClock()
        self._look_up = look_up
        self._luck = luck
        self._bell = asyncio.Event()
        self._queue = EventQueue(database, self._bell.set)
        self._outcomes = Outcomes()
        self._senders: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession
        self._time = time.monotonic
        self._lanes = Lanes(self._time)
        self._swept_at = self._time()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; then end within about three seconds, giving back what is under way."""
        async with open_session(self._allowed, self._note_refusal, self._look_up) as self._session:
            working = asyncio.create_task(self._work(stop))
            stopping = asyncio.create_task(stop.wait())
            try:
                await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
                self._bell.set()
                await asyncio.wait({working}, timeout=_LAST_WRITE_S)
                if working.done():
                    working.result()
            finally:
                for task in (working, stopping):
                    task.cancel()
                await asyncio.gather(working, stopping, return_exceptions=True)
                await self._end()

    async def _work(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            began = self._time()
            await self._turn()
            await self._rest(began)

    async def _rest(self, began: float) -> None:
        """Until there is something to do, but not less than a turn is long."""
        if (rest_s := began + _TURN_S - self._time()) > 0:
            await asyncio.sleep(rest_s)
        with suppress(TimeoutError):
            async with asyncio.timeout(_POLL_S):
                await self._bell.wait()
        self._bell.clear()

    async def _turn(self) -> None:
        self.counters.turns += 1
        for lane in self._lanes.all():
            self._give_back(lane.give_back(self._time()))
        try:
            await self._write()
            await self._claim()
            await self._sweep()
        except StoreError as error:
            self.counters.store_errors += 1
            _log.warning("webhooks.store", error=str(error))
            self._bell.clear()  # what rang it waits for the next poll; the database is not pressed meanwhile
        for lane in self._lanes.all():
            self._start_senders(lane)
        self.counters.in_hand = self._lanes.held

    async def _write(self) -> None:
        if not self._outcomes:
            return
        writing, self._outcomes = self._outcomes, Outcomes()
        try:
            written = await self._queue.write(writing, self._clock.now())
        except BaseException:
            # Written or not: the tokens make writing it again harmless.
            self._outcomes = writing.and_then(self._outcomes)
            raise
        self.counters.fenced += written.fenced
        self.counters.disabled += written.disabled
        self.counters.dropped += written.dropped

    async def _claim(self) -> None:
        most, offers = self._lanes.offers()
        if not most:
            return
        lease_ends = self._time() + LEASE.total_seconds() - LEASE_MARGIN_S
        haul = await self._queue.claim(self._clock.now(), lease_ends, most, offers)
        self.counters.outdated += haul.outdated
        for event in haul.events:
            self._lanes.of(event.account_id, event.webhook_id).waiting.append(event)
        for webhook_id, since in haul.failing_since.items():
            self._lanes.of_known(webhook_id).failing_since = since

    async def _sweep(self) -> None:
        if self._time() - self._swept_at < _SWEEP_EVERY_S:
            return
        self._swept_at = self._time()
        self.counters.dropped += await self._queue.sweep()

    def _start_senders(self, lane: Lane) -> None:
        while lane.may_send():
            lane.sending += 1
            task = asyncio.create_task(self._send_all(lane, lane.waiting.popleft()))
            self._senders.add(task)
            task.add_done_callback(self._senders.discard)

    async def _send_all(self, lane: Lane, event: Claimed) -> None:
        """Send an event, then those that wait behind it, while the lane's window allows."""
        try:
            await self._send(lane, event)
            while lane.waiting and lane.may_go_on(self._time()):
                await self._send(lane, lane.waiting.popleft())
        finally:
            lane.sending -= 1
            self._bell.set()

    async def _send(self, lane: Lane, event: Claimed) -> None:
        began = self._time()
        if began > event.lease_ends:
            return  # it may be another worker's by now
        try:
            answer = await send(self._session, event, self._clock.now())
        except asyncio.CancelledError:
            self._outcomes.back.append((event, None, 0))
            raise
        except Exception as error:  # noqa: BLE001  one event that cannot be sent must not keep others from being
            _log.error("webhooks.unsendable", event_id=str(event.event_id), error=type(error).__name__)
            answer = Answer()
        self._conclude(lane, event, answer, self._time() - began)
        self._bell.set()

    def _conclude(self, lane: Lane, event: Claimed, answer: Answer, took_s: float) -> None:
        judgement = judge(answer, event.attempt, self._luck())
        if judgement.fate is Fate.DELIVERED:
            self.counters.delivered += 1
            self._outcomes.done.append(event)
            self._stand_well(lane, took_s)
            return
        self.counters.failed += 1
        lane.failed(self._time(), answer.pause_s)
        if judgement.fate is Fate.DISABLE:
            self._disable(lane, event, "gone")
        elif self._has_failed_too_long(lane):
            self._disable(lane, event, "failing")
        elif judgement.fate is Fate.DROP:
            self.counters.dropped += 1
            self._outcomes.given_up.append(event)
            _log.info("webhooks.given_up", webhook=str(lane.webhook_id), host=host_of(event.endpoint))
        else:
            self.counters.retried += 1
            due_at = self._clock.now() + timedelta(seconds=judgement.delay_s)
            self._outcomes.back.append((event, due_at, 0))

    def _stand_well(self, lane: Lane, took_s: float) -> None:
        lane.succeeded(took_s)
        if lane.failing_since is not None:
            lane.failing_since = None
            self._outcomes.standing[lane.account_id, lane.webhook_id] = None

    def _has_failed_too_long(self, lane: Lane) -> bool:
        """Note a failure; whether there have been failures alone for as long as is borne."""
        now = self._clock.now()
        if lane.failing_since is None:
            lane.failing_since = now
            self._outcomes.standing[lane.account_id, lane.webhook_id] = now
        return now - lane.failing_since >= DISABLED_AFTER

    def _disable(self, lane: Lane, event: Claimed, reason: str) -> None:
        self._outcomes.disabled[lane.account_id, lane.webhook_id] = reason
        _log.info("webhooks.disabled", webhook=str(lane.webhook_id), host=host_of(event.endpoint), reason=reason)

    def _give_back(self, events: Sequence[Claimed]) -> None:
        self.counters.given_back += len(events)
        self._outcomes.back += [(event, None, 1) for event in events]

    def _note_refusal(self) -> None:
        self.counters.refused += 1

    async def _end(self) -> None:
        for lane in self._lanes.all():
            self._give_back([lane.waiting.popleft() for _ in range(len(lane.waiting))])
        if self._senders:
            await asyncio.wait(self._senders, timeout=_GRACE_S)
        for sender in tuple(self._senders):
            sender.cancel()
        await asyncio.gather(*self._senders, return_exceptions=True)
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(_LAST_WRITE_S):
                await self._write()
        self.counters.in_hand = 0
        await self._queue.close()
