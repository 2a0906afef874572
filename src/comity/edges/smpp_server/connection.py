"""Owns one customer's connection: its bind, its submissions and its deliveries; must not know SQL, text or policy.

Submissions of one read are taken side by side, no more of them than the session's window
allows; answers that come due in the same turn of the loop leave in one write.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Sequence
from typing import Any, Final, Protocol

import structlog

from comity.base.errors import ComityError
from comity.edges.postgres.esme_store import Delivery, Esme
from comity.edges.smpp_server.answers import Reply
from comity.edges.smpp_server.counters import DoorCounters
from comity.edges.smpp_server.limits import Limits
from comity.edges.smpp_server.roster import Lane, Roster
from comity.edges.smpp_server.session import DoorSession
from comity.edges.smpp_server.wire import DoorWire
from comity.edges.smpp_server.writing import deliver_sm
from comity.smpp import events as ev
from comity.smpp import states
from comity.smpp import status as st
from comity.smpp.pdu import VERSION_3_4, BindKind, SubmitSm
from comity.smpp.settings import Settings

_log = structlog.get_logger(__name__)

NAME: Final = "comity"
_LATE: Final = 200


class Desk(Protocol):
    """What a connection needs of the rest of the door."""

    limits: Limits
    counters: DoorCounters
    roster: Roster

    def opened(self, connection: Connection) -> bool:
        """A connection was made; False when there is no place for it."""
        ...

    def lost(self, connection: Connection) -> None:
        """A connection that had a place has ended."""
        ...

    async def enter(self, system_id: str, password: str, address: str) -> Esme | None:
        """The login that may bind, or None."""
        ...

    async def take(self, esme: Esme, pdu: SubmitSm, *, tlvs: bool) -> Reply:
        """What a submission is answered with, once it is safe. Never raises."""
        ...

    async def receiving(self, esme: Esme) -> None:
        """A login has its first bind here that takes deliveries."""
        ...

    def ring(self) -> None:
        """There may be room for deliveries."""
        ...

    def delivered(self, delivery: Delivery, status: int) -> None:
        """A delivery was answered."""
        ...

    def given_back(self, delivery: Delivery, *, timed_out: bool) -> None:
        """A delivery was not answered, or could not be sent."""
        ...

    def unwritable(self, delivery: Delivery) -> None:
        """A delivery cannot be said in SMPP."""
        ...

    def report(self, error: BaseException) -> None:
        """An error of ours, for the log."""
        ...


class Connection:
    """One connection.

    Args:
        desk: the rest of the door.
    """

    def __init__(self, desk: Desk) -> None:
        limits = desk.limits
        self._desk = desk
        self._admitted = False
        self._session = DoorSession(
            Settings(
                window=limits.deliveries,
                peer_window=limits.submits,
                bind_timeout_s=limits.bind_timeout_s,
                enquire_interval_s=limits.enquire_interval_s,
                enquire_timeout_s=limits.enquire_timeout_s,
                response_timeout_s=limits.response_timeout_s,
            )
        )
        self.wire = DoorWire(self._session, self, limits)
        self._loop = asyncio.get_running_loop()
        self._lane: Lane | None = None
        self._receives = False
        self.login: tuple[str, bytes] | None = None  # the system id and the password's hash that it was bound with
        self._tlvs = True
        self._closing = False
        self._flushing = False
        self._sent: dict[int, Delivery] = {}
        self._late: OrderedDict[int, Delivery] = OrderedDict()
        self.tasks: set[asyncio.Task[None]] = set()

    # --- as a receiver of deliveries ---

    @property
    def room(self) -> int:
        """How many deliveries may go now."""
        return self._session.room if self.wire.writable and not self._closing else 0

    def deliver(self, deliveries: list[Delivery]) -> None:
        """Send deliveries, in one write."""
        for delivery in deliveries:
            try:
                self._sent[self._session.deliver(deliver_sm(delivery))] = delivery
            except Exception as error:  # noqa: BLE001  what cannot be said must not keep the rest from being
                self._desk.report(error)
                self._desk.unwritable(delivery)
            else:
                self._desk.counters.sent += 1
        self.wire.flush()

    # --- the end ---

    def close(self) -> None:
        """Take nothing more; answers may still go."""
        self._closing = True

    def unbind(self) -> None:
        """Unbind, or close where nothing is bound."""
        if self._session.state in states.BOUND:
            self._session.unbind()
            self.wire.flush()
        else:
            self.wire.close()

    def end(self) -> None:
        """Its login was taken back: as `unbind`, and a peer that does not answer is cut."""
        _log.info("smpp.login_changed", system_id=self._system_id)
        self.close()
        self.unbind()
        self._loop.call_later(self._desk.limits.unbind_s, self.wire.abort)

    # --- what the session tells ---

    def take(self, events: Sequence[ev.Event]) -> None:
        """Events of the session."""
        for event in events:
            if type(event) is ev.SubmitRequested:
                self._submitted(event)
            elif type(event) is ev.DeliverAnswered:
                self._answered(event.sequence, event.status)
            else:
                self._take_rarer(event)
        if self._receives and self.room:
            self._desk.ring()

    def _take_rarer(self, event: ev.Event) -> None:
        match event:
            case ev.BindRequested():
                self._spawn(self._bind(event))
            case ev.Nacked(sequence, status):
                self._answered(sequence, status or st.ESME_RUNKNOWNERR)
            case ev.DeliverTimedOut(sequence):
                self._timed_out(sequence)
            case ev.Failed(reason) if self._lane is not None:
                _log.info("smpp.session_failed", system_id=self._system_id, reason=reason.value)

    @property
    def _system_id(self) -> str:
        return self._lane.esme.system_id if self._lane is not None else ""

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def opened(self) -> bool:
        """The socket is open; False when there is no place for it."""
        self._admitted = self._desk.opened(self)
        return self._admitted

    def stalled(self) -> None:
        """The peer does not read, and is cut."""
        self._desk.counters.stalled += 1
        _log.info("smpp.stalled", system_id=self._system_id)

    def lost(self) -> None:
        """The socket is gone."""
        self._closing = True
        lane = self._lane
        if lane is not None:
            if self in lane.receivers:
                lane.receivers.remove(self)
            self._desk.roster.unbind(lane)
        for delivery in self._sent.values():
            self._desk.given_back(delivery, timed_out=False)
        self._sent.clear()
        if self._admitted:
            self._desk.lost(self)

    # --- the bind ---

    async def _bind(self, asked: ev.BindRequested) -> None:
        desk, session = self._desk, self._session
        try:
            esme = await desk.enter(asked.system_id, asked.password, self.wire.address)
            status = st.ESME_RBINDFAIL
        except ComityError as error:
            desk.report(error)
            esme, status = None, st.ESME_RSYSERR
        if self._closing:
            esme, status = None, st.ESME_RSYSERR
        lane = None
        if esme is not None:
            lane, status = desk.roster.bind(esme), st.ESME_RALYBND
        if esme is None or lane is None:
            desk.counters.binds_refused += 1
            session.refuse_bind(asked.sequence, status)
            self.wire.flush()
            self.wire.close()
            return
        session.accept_bind(asked.sequence, NAME)
        if session.state not in states.BOUND or not self.wire.open:
            desk.roster.unbind(lane)  # it went while its password was being checked
            return
        self._bound(lane, asked)
        self.wire.flush()
        if self._receives:
            await self._receive(lane)

    def _bound(self, lane: Lane, asked: ev.BindRequested) -> None:
        self._desk.counters.binds += 1
        self._lane = lane
        self.login = (lane.esme.system_id, lane.esme.password_hash)
        self._receives = asked.kind is not BindKind.TRANSMITTER
        # An ESME of version 3.3 does not know TLVs (SMPP 3.4 section 3.4.1).
        self._tlvs = lane.esme.options.tlv and asked.interface_version >= VERSION_3_4

    async def _receive(self, lane: Lane) -> None:
        first = not lane.receivers
        lane.receivers.append(self)
        if first:
            try:
                await self._desk.receiving(lane.esme)
            except ComityError as error:
                self._desk.report(error)
        self._desk.ring()

    # --- submissions ---

    def _submitted(self, event: ev.SubmitRequested) -> None:
        lane = self._lane
        if lane is None:
            return
        self._desk.counters.submits += 1
        if self._closing:
            self._answer(event.sequence, Reply(st.ESME_RTHROTTLED))
            return
        self._spawn(self._accept(event, lane.esme))

    async def _accept(self, event: ev.SubmitRequested, esme: Esme) -> None:
        self._answer(event.sequence, await self._desk.take(esme, event.pdu, tlvs=self._tlvs))

    def _answer(self, sequence: int, reply: Reply) -> None:
        self._desk.counters.answered(reply.status)
        self._session.answer_with(sequence, reply.status, reply.message_id, reply.tlvs)
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        self.wire.flush()

    # --- deliveries ---

    def _answered(self, sequence: int, status: int) -> None:
        delivery = self._sent.pop(sequence, None) or self._late.pop(sequence, None)
        if delivery is not None:
            self._desk.delivered(delivery, status)

    def _timed_out(self, sequence: int) -> None:
        delivery = self._sent.pop(sequence, None)
        if delivery is None:
            return
        self._desk.given_back(delivery, timed_out=True)
        self._late[sequence] = delivery
        if len(self._late) > _LATE:
            self._late.popitem(last=False)
