"""Owns the work of one dispatcher: claim, hand over, record, heed what carriers deliver; must not know SQL or sockets.

Two loops run side by side. One claims what is due for links with room and hands it to
them; the other writes down whatever came back while its last commit ran. Neither waits
on a timer when there is little to do: only a loop whose last batch was small pauses for a few
milliseconds before the next, so that under load its commits are few and large.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

import structlog

from comity.base.clock import Clock
from comity.base.errors import StoreError
from comity.journey.counters import Counters
from comity.journey.flight import Flights, LateId, ambiguous, not_sent
from comity.journey.handover import Claimed, Network
from comity.journey.incoming import Incomings
from comity.journey.lanes import Lane, Lanes, may_have_left_some
from comity.journey.pace import Pace
from comity.journey.settle import Settlement
from comity.journey.stores import AwaitedPart, DispatchStore
from comity.messages.life import State
from comity.smpp.correlation import IdForm, correlation_key

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")

LEASE_S: Final = 10.0
POLL_S: Final = 1.0
_RENEW_EVERY: Final = 2
_RECOVER_EVERY: Final = 3
_RECOVERED_AT_ONCE: Final = 500
_PATIENCE_S: Final = 0.005
_FIRST_RETRY_S: Final = 0.1
_LAST_RETRY_S: Final = 2.0
# So long after a claim failed its statement may still be carried out.
_UNSURE_S: Final = 90.0


class Dispatcher:
    """Hands messages to carriers and writes down what becomes of them; one for each node.

    Args:
        store: where messages wait; it has the node's name.
        network: the carriers.
        incoming: what is done with what carriers deliver.
        clock: the present.
        counters: what operations reads.
    """

    def __init__(
        self, store: DispatchStore, network: Network, incoming: Incomings, clock: Clock, counters: Counters
    ) -> None:
        self.id: UUID = uuid4()
        # What is taken over is held under a name of its own, which never signs in: should we lose hold of it on the
        # way, it is an orphan again.
        self._recoverer: UUID = uuid4()
        self.counters = counters
        self._store = store
        self._network = network
        self._incoming = incoming
        self._clock = clock
        self._flights = Flights()
        self._lanes = Lanes(network, self._flights, _PATIENCE_S)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._claimable = asyncio.Event()
        self._landed = asyncio.Event()
        self._more = True
        self._claiming = True
        self._writing = True
        self._beats = 0
        self._known: set[UUID] = set()
        self._unsure_until = 0.0

    async def start(self) -> None:
        """Sign in, take over what died before us, begin.

        Raises:
            StoreError: the database cannot be used.
        """
        await self._store.enter(self.id, LEASE_S)
        await self._recover()
        loops = {"claim": self._claim_loop, "write": self._write_loop, "watch": self._watch, "beat": self._beat_loop}
        self._tasks = {name: asyncio.create_task(loop(), name=f"dispatch {name}") for name, loop in loops.items()}
        self._tasks["listen"] = asyncio.create_task(self._store.listen(self.wake), name="dispatch listen")

    def wake(self) -> None:
        """Something may be due."""
        self._more = True
        self._claimable.set()

    async def stop(self, drain_s: float = 2.0) -> None:
        """Claim no more, wait so long for answers, unbind, record, put back what was not sent, sign out."""
        self._claiming = False
        self._claimable.set()
        await self._ended("claim", drain_s)
        self._flights.give_back(self._clock.now())
        self._landed.set()
        await self._network.close(drain_s)
        self._writing = False
        self._landed.set()
        await self._ended("write", drain_s)
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        landed = self._flights.land(self._network.carriages(), self._clock.now())
        await _swallow(self._record(landed.settled, landed.late))
        await _swallow(self._store.leave(self.id))

    @property
    def outstanding(self) -> int:
        """Messages claimed and not settled."""
        return self._flights.outstanding

    # --- out ---

    async def _claim_loop(self) -> None:
        pace = Pace()
        while self._claiming:
            await self._claimable.wait()
            self._claimable.clear()
            while self._may_claim():
                lanes = self._lanes.open()
                if not lanes:
                    self._lanes.look_again(self._claimable.set)
                    break
                await pace.wait()
                self._more = False  # a wake-up during the claim sets it again
                opened, claimed = await self._insist(self._claim)
                pace.done(len(claimed))
                self._more = self._more or may_have_left_some(opened, claimed)
                self._depart(claimed)

    def _may_claim(self) -> bool:
        return self._claiming and self._more

    async def _claim(self) -> tuple[list[Lane], list[Claimed]]:
        lanes = self._lanes.open()
        try:
            await self._give_back_unheard()
            return lanes, await self._store.claim(self.id, self._clock.now(), lanes) if lanes else []
        except StoreError:
            self._unsure_until = asyncio.get_running_loop().time() + _UNSURE_S
            raise

    async def _give_back_unheard(self) -> None:
        """Put back what was claimed for us by a statement whose answer was lost: we never knew, so nobody sent it."""
        if asyncio.get_running_loop().time() >= self._unsure_until:
            return
        unheard = await self._store.unheard(self.id, list(self._known))
        if unheard:
            self.counters.unheard += len(unheard)
            now = self._clock.now()
            await self._record([not_sent(message, now) for message in unheard], [])

    def _depart(self, claimed: list[Claimed]) -> None:
        if not claimed:
            return
        self.counters.claimed += len(claimed)
        self._known.update(message.id for message in claimed)
        self._lanes.served(claimed)
        before = self._flights.parts
        self._flights.depart(self._network.carriages(), claimed, self._clock.now())
        self.counters.parts += self._flights.parts - before
        self._landed.set()  # some may have been settled on the spot

    # --- back ---

    async def _write_loop(self) -> None:
        pace = Pace()
        while self._writing:
            await self._landed.wait()
            await pace.wait()
            self._landed.clear()
            landed = self._flights.land(self._network.carriages(), self._clock.now())
            if landed.settled or landed.late:
                await self._insist(lambda: self._record(landed.settled, landed.late))  # noqa: B023  awaited at once
            if landed.heard:
                await self._insist(lambda: self._incoming.take(landed.heard))  # noqa: B023  awaited at once
            pace.done(len(landed.settled) + len(landed.heard))

    async def _record(self, settled: list[Settlement], late: list[LateId], holder: UUID | None = None) -> None:
        forms = {carrier_id: carriage.id_form for carrier_id, carriage in self._network.carriages().items()}
        if late:
            await self._store.await_late([_awaited(one, forms) for one in late])
        if not settled:
            return
        recorded = await self._store.record(
            holder or self.id, settled, self._clock.now(), lambda carrier_id, smsc_id: _key(forms, carrier_id, smsc_id)
        )
        self._known.difference_update(one.message.id for one in settled)
        self.counters.writes += 1
        self._count(settled, len(settled) - recorded)
        if any(one.due_at is not None for one in settled):
            self.wake()

    def _count(self, settled: list[Settlement], fenced: int) -> None:
        counters = self.counters
        counters.fenced += fenced
        for one in settled:
            if one.state is State.SUBMITTED:
                counters.submitted += 1
                continue
            counters.requeued += one.due_at is not None
            counters.resent_ambiguous += one.resent
            counters.rejected += one.state is State.REJECTED
            counters.expired += one.state is State.EXPIRED
            counters.parked += one.state is State.UNKNOWN
            counters.refunded += one.refund

    # --- now and then ---

    async def _watch(self) -> None:
        changed = self._network.changed
        while True:
            await changed.wait()
            changed.clear()
            self._landed.set()
            self._claimable.set()

    async def _beat_loop(self) -> None:
        while True:
            await asyncio.sleep(POLL_S)
            self._beats += 1
            await _swallow(self._beat())
            self.wake()

    async def _beat(self) -> None:
        if not self._beats % _RENEW_EVERY:
            await self._store.renew(self.id, LEASE_S)
            self._lanes.waiting_prefixes = await self._store.prefixes()
            await self._store.tend()
        if not self._beats % _RECOVER_EVERY:
            await self._recover()
        await self._incoming.reconcile()

    async def _recover(self) -> None:
        while orphans := await self._store.recover(self._recoverer, _RECOVERED_AT_ONCE):
            self.counters.recovered += len(orphans)
            await self._record(ambiguous(orphans, self._clock.now()), [], self._recoverer)

    # --- how ---

    async def _ended(self, name: str, limit_s: float) -> None:
        """Let a loop finish what it is writing; one cut short would leave behind what only it knows."""
        await asyncio.wait([self._tasks[name]], timeout=limit_s)

    async def _insist(self, attempt: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """Try until the database can be used again: what came back from a carrier must never be dropped."""
        delay_s = _FIRST_RETRY_S
        while True:
            try:
                return await attempt()
            except StoreError as error:
                self.counters.store_failures += 1
                _log.warning("dispatch.store_failed", what=error.what, again_in_s=delay_s)
                await asyncio.sleep(delay_s)
                delay_s = min(2 * delay_s, _LAST_RETRY_S)


def _key(forms: dict[int, IdForm], carrier_id: int, smsc_id: str) -> str:
    return correlation_key(smsc_id, "submit", forms.get(carrier_id, IdForm.AUTO))


def _awaited(late: LateId, forms: dict[int, IdForm]) -> AwaitedPart:
    message = late.message
    key = _key(forms, message.carrier_id, late.smsc_id)
    return AwaitedPart(message.account_id, message.id, late.place, message.carrier_id, key)


async def _swallow(work: Awaitable[object]) -> None:
    """Do what is tried again later, or by another node, when it fails."""
    with contextlib.suppress(StoreError, TimeoutError):
        await work
