"""Owns the SMPP door as a whole: it listens, hands connections their desk, and ends in order; must not know PDUs."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog

from comity.base.clock import Clock
from comity.edges.postgres.connect import Database
from comity.edges.postgres.esme_store import Delivery, Esme, EsmeStore
from comity.edges.postgres.held import HeldConnections
from comity.edges.smpp_server.answers import Reply
from comity.edges.smpp_server.connection import Connection
from comity.edges.smpp_server.counters import DoorCounters
from comity.edges.smpp_server.deliveries import KEPT, Deliveries
from comity.edges.smpp_server.gate import Accounts, Gate
from comity.edges.smpp_server.intake import Intake
from comity.edges.smpp_server.limits import Limits
from comity.edges.smpp_server.logins import Logins
from comity.edges.smpp_server.parts import LIFE, MOST_WAITING, PartsLane
from comity.edges.smpp_server.roster import Roster
from comity.journey.accept import Acceptor
from comity.smpp.pdu import SubmitSm

_log = structlog.get_logger(__name__)

_SWEEP_EVERY_S: Final = 60.0
# As long as carriers may still report on a message.
_SEGMENTS_KEPT: Final = timedelta(days=8)
_BACKLOG: Final = 512


class SmppDoor:
    """The door of one process.

    Args:
        database: where logins, parts and deliveries are; a few connections of the road are kept.
        acceptor: acceptance, the same for every door.
        accounts: where accounts are looked up.
        clock: the present.
        report: called with errors of ours, for the log.
        limits: the bounds of everything a stranger or customer can use up.
    """

    def __init__(
        self,
        database: Database,
        acceptor: Acceptor,
        accounts: Accounts,
        clock: Clock,
        report: Callable[[BaseException], None],
        limits: Limits | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.counters = DoorCounters()
        self.roster = Roster(self.limits)
        self.report = report
        self._clock = clock
        self._connections = HeldConnections(database, "comity-smpp")
        self._store = EsmeStore(database, self._connections)
        self._gate = Gate(self._store.find, accounts, self.limits, self.counters)
        self._parts = PartsLane(self._store, acceptor.accept, clock, self.counters, report)
        self._intake = Intake(acceptor, accounts, self._parts, self._store, clock, report)
        self._deliveries = Deliveries(self._store, self.roster, clock, self.counters, report)
        self._open: set[Connection] = set()
        self._logins = Logins(self._store.in_force, self._open, report)
        self._all_gone = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Listen; port 0 takes any that is free.

        Raises:
            OSError: the address cannot be had.
        """
        loop = asyncio.get_running_loop()
        self._parts.start()
        self._tasks = [
            asyncio.create_task(work, name=f"smpp {name}")
            for name, work in (
                ("deliveries", self._deliveries.run()),
                ("bell", self._store.listen(self._deliveries.ring, self._logins.changed)),
                ("logins", self._logins.run()),
                ("sweep", self._keep_sweeping()),
            )
        ]
        try:
            self._server = await loop.create_server(
                lambda: Connection(self).wire, host, port, ssl=tls, backlog=_BACKLOG
            )
        except BaseException:
            await self.stop()
            raise

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Take nothing more, answer what is under way, unbind everybody, close; within two seconds."""
        self._stopping = True
        if self._server is not None:
            self._server.close()
        for connection in self._open:
            connection.close()
        under_way = [task for connection in self._open for task in connection.tasks]
        if under_way:
            await asyncio.wait(under_way, timeout=self.limits.drain_s)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._part()
        await self._parts.stop()
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._deliveries.finish()
        await self._connections.close()

    async def _part(self) -> None:
        """Unbind everybody; cut who does not answer in time."""
        for connection in tuple(self._open):
            connection.unbind()
        if self._open:
            try:
                async with asyncio.timeout(self.limits.unbind_s):
                    await self._all_gone.wait()
            except TimeoutError:
                for connection in tuple(self._open):
                    connection.wire.abort()
                await asyncio.sleep(0)  # lets them say what was not delivered

    # --- what connections ask ---

    def opened(self, connection: Connection) -> bool:
        """A connection was made; False when there is no place for it."""
        if self._stopping or not self.roster.admit(connection.wire.address):
            self.counters.turned_away += 1
            return False
        self.counters.connections += 1
        self._open.add(connection)
        self._all_gone.clear()
        return True

    def lost(self, connection: Connection) -> None:
        """A connection that had a place has ended."""
        self.roster.leave(connection.wire.address)
        self._open.discard(connection)
        if not self._open:
            self._all_gone.set()

    async def enter(self, system_id: str, password: str, address: str) -> Esme | None:
        """The login that may bind, or None."""
        before = self._logins.changes
        esme = await self._gate.enter(system_id, password, address)
        self._logins.entered(before)
        return esme

    async def take(self, esme: Esme, pdu: SubmitSm, *, tlvs: bool) -> Reply:
        """What a submission is answered with, once it is safe. Never raises."""
        return await self._intake.take(esme, pdu, tlvs=tlvs)

    async def receiving(self, esme: Esme) -> None:
        """A login has its first bind here that takes deliveries."""
        await self._store.note_receiver(esme.system_id)

    def ring(self) -> None:
        """There may be room for deliveries."""
        self._deliveries.ring()

    def delivered(self, delivery: Delivery, status: int) -> None:
        """A delivery was answered."""
        self._deliveries.delivered(delivery, status)

    def given_back(self, delivery: Delivery, *, timed_out: bool) -> None:
        """A delivery was not answered."""
        self._deliveries.given_back(delivery, timed_out=timed_out)

    def unwritable(self, delivery: Delivery) -> None:
        """A delivery cannot be said in SMPP."""
        self._deliveries.unwritable(delivery)

    # --- housekeeping ---

    async def _keep_sweeping(self) -> None:
        while True:
            try:
                now = self._clock.now()
                swept = await self._store.sweep(now - 2 * LIFE, now - _SEGMENTS_KEPT, now - KEPT)
                self._parts.crowded = await self._store.crowded(MOST_WAITING)
            except Exception as error:  # noqa: BLE001  it is tried again
                self.report(error)
            else:
                self.counters.expired += swept["deliveries"]
                if any(swept.values()):
                    _log.info("smpp.swept", **swept)
            await asyncio.sleep(_SWEEP_EVERY_S)
