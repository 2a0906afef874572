"""Owns one bind to a carrier, kept up through failures; must not know the link's other binds, rates or stores."""

from __future__ import annotations

import asyncio
import itertools
import math
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

import structlog

from comity.base.errors import ComityError
from comity.edges.carriers.pacing import Backoff
from comity.edges.carriers.state import Handle
from comity.edges.carriers.target import bind_pdu, reason_of, settings_of
from comity.edges.carriers.wire import Wire
from comity.journey.handover import Fate, Incoming
from comity.smpp import events as ev
from comity.smpp import states
from comity.smpp.errors import EncodeError
from comity.smpp.esme import EsmeSession
from comity.smpp.pdu import BindKind
from comity.smpp.status import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.edges.carriers.returns import Returns
    from comity.edges.carriers.target import Target
    from comity.journey.handover import Part

_log = structlog.get_logger(__name__)

FIRST_RETRY_S: Final = 0.2
MOST_RETRY_S: Final = 30.0
# A bind that lasted this long was a good one: the next failure is a new one.
_LASTED_S: Final = 5.0
# A connection is not read from while so many deliveries of it are unanswered; one read brings at most about 5,000.
_DELIVERIES_HELD: Final = 2_000
_LATE_PER_PLACE: Final = 4

_connections: Final = itertools.count(1)


class CarrierBind:
    """One bind; connects anew whenever it is lost, after 0.2 to 30 seconds.

    Args:
        target: where to.
        kind: which way messages flow.
        returns: where results and deliveries go.
    """

    def __init__(self, target: Target, kind: BindKind, returns: Returns) -> None:
        self.kind = kind
        self.bound = False
        self.connecting = False
        self.trouble = ""
        self.connection = 0
        self._target = target
        self._returns = returns
        self._loop = asyncio.get_running_loop()
        self._tokens: dict[int, Any] = {}
        self._late: OrderedDict[int, Any] = OrderedDict()
        self._session = EsmeSession()
        self._wire: Wire | None = None
        self._lost = asyncio.Event()
        self._leaving = False
        self._given_up = False
        self._bound_at = math.inf

    # --- what the link asks ---

    @property
    def outstanding(self) -> int:
        """How many parts await their answer."""
        return len(self._tokens)

    @property
    def room(self) -> int:
        """How many parts may be written now."""
        if not self.bound or self.kind is BindKind.RECEIVER or self._wire is None or not self._wire.writable:
            return 0
        return max(0, self._session.room)

    def submit(self, parts: Iterable[Part]) -> int:
        """Write parts, no more than `room`, in one piece; how many were written."""
        session, tokens = self._session, self._tokens
        written = 0
        for part in parts:
            try:
                tokens[session.submit(part.pdu)] = part.token
            except EncodeError as error:
                _log.error("carrier.part_unencodable", carrier=self._target.name, what=error.what)
                self._returns.unencodable(part.token)
                self._returns.changed.set()
                continue
            written += 1
        self._flush()
        return written

    def answer(self, sequences: Iterable[int], status: int) -> None:
        """Answer deliveries of the present connection, in one piece."""
        session = self._session
        try:
            for sequence in sequences:
                session.answer_deliver(sequence, status)
        finally:
            self._flush()
        if self._wire is not None and session.owed < _DELIVERIES_HELD:
            self._wire.read_on(True)

    async def keep_up(self) -> None:
        """Connect and bind, again and again, until cancelled or told to leave."""
        backoff = Backoff(FIRST_RETRY_S, MOST_RETRY_S)
        while not self._leaving:
            try:
                bound_for_s = await self._connect_once()
            except Exception as error:  # noqa: BLE001  whatever went wrong, a link goes on trying
                # Without the traceback: what stands around this place holds the password.
                bound_for_s = 0.0
                self._complain(error.what if isinstance(error, ComityError) else f"A fault: {type(error).__name__}.")
            if bound_for_s > _LASTED_S:
                backoff.reset()
            await asyncio.sleep(backoff.next_s())

    async def leave(self, within_s: float) -> None:
        """Unbind and close; the connection is cut when the carrier takes too long."""
        self._leaving = True
        if self._wire is None:
            return
        if self._session.state in states.BOUND:
            self._session.unbind()
            self._flush()
        else:
            self._wire.close()
        try:
            async with asyncio.timeout(within_s):
                await self._lost.wait()
        except TimeoutError:
            self._wire.abort()

    # --- one connection ---

    async def _connect_once(self) -> float:
        """Connect, and wait for the end; for how many seconds it was bound."""
        self._bound_at = math.inf
        self._given_up = False
        self._set_connecting(True)
        self._lost.clear()
        try:
            if await self._open():
                await self._lost.wait()
        finally:
            self._given_up = True
            if self._wire is not None:
                self._wire.abort()
            self._set_connecting(False)
        return max(0.0, self._loop.time() - self._bound_at)

    async def _open(self) -> bool:
        options, endpoint = self._target.options, self._target.endpoint
        self._session = EsmeSession(settings_of(options))
        wire = Wire(self._session, self._take, self._on_lost)
        tls = self._target.tls
        try:
            async with asyncio.timeout(options.connect_s):
                await self._loop.create_connection(
                    lambda: wire,
                    *endpoint,
                    ssl=tls,
                    server_hostname=(options.tls_name or endpoint.host) if tls else None,
                )
        except (OSError, UnicodeError) as error:
            self._returns.counters.connect_failures += 1
            self._complain(f"The carrier cannot be reached ({reason_of(error)}).")
            return False
        self._returns.counters.connects += 1
        if not wire.open:  # it hung up before this line ran
            return False
        self.connection = next(_connections)
        self._wire = wire
        self._session.request_bind(bind_pdu(self._target, self.kind))
        self._flush()
        return True

    def _flush(self) -> None:
        if self._wire is not None:
            self._wire.flush()

    def _on_lost(self) -> None:
        returns = self._returns
        returns.forget_deliveries(self.connection)
        for token in self._tokens.values():
            returns.failed(token, Fate.UNANSWERED)
        self._tokens.clear()
        self._late.clear()
        if self.bound and not self._leaving:
            returns.counters.lost += 1
        self.bound = False
        self._wire = None
        self._lost.set()
        returns.changed.set()

    def _set_connecting(self, now: bool) -> None:
        self.connecting = now
        self._returns.changed.set()

    def _complain(self, trouble: str) -> None:
        if trouble != self.trouble:
            _log.warning("carrier.trouble", carrier=self._target.name, bind=self.kind.value, what=trouble)
        self.trouble = trouble

    # --- what the session tells ---

    def _take(self, events: Sequence[ev.Event]) -> None:
        accepted = 0
        tokens, returns = self._tokens, self._returns
        for event in events:
            if type(event) is ev.Submitted and not event.status and event.sequence in tokens:
                returns.accepted(tokens.pop(event.sequence), event.message_id)
                accepted += 1
            else:
                self._take_rarer(event)
        if accepted:
            returns.throttle.accepted(accepted, self._loop.time())
        returns.changed.set()

    def _take_rarer(self, event: ev.Event) -> None:
        match event:
            case ev.Delivered(sequence, message):
                self._returns.delivered(Incoming(Handle(self.connection, sequence), message))
                if self._wire is not None and self._session.owed >= _DELIVERIES_HELD:
                    self._wire.read_on(False)
            case ev.Submitted(sequence, status, message_id):
                self._settle(sequence, status, message_id)
            case ev.Nacked(sequence, status):
                self._settle(sequence, status or _NO_STATUS, "")
            case ev.SubmitTimedOut(sequence):
                self._time_out(sequence)
            case _:
                self._take_end_or_beginning(event)

    def _take_end_or_beginning(self, event: ev.Event) -> None:
        match event:
            case ev.Bound():
                self.bound, self.connecting, self.trouble = True, False, ""
                self._bound_at = self._loop.time()
                self._returns.counters.binds += 1
                _log.info("carrier.bound", carrier=self._target.name, bind=self.kind.value)
            case ev.BindRefused(status):
                self._given_up = True
                self._returns.counters.binds_refused += 1
                self._complain(f"The carrier refuses the bind: {describe(status).name} (0x{status:X}).")
                if self._wire is not None:
                    self._wire.close()
            case ev.Unbound() if not self._leaving:
                self._complain("The carrier ended the session.")
            case ev.Failed() if not self._leaving and not self._given_up:
                self._complain(event.what)

    def _settle(self, sequence: int, status: int, message_id: str) -> None:
        if sequence in self._tokens:
            self._returns.refused(self._tokens.pop(sequence), status, self._loop.time())
        elif sequence in self._late:
            self._returns.answered_late(self._late.pop(sequence), status, message_id)

    def _time_out(self, sequence: int) -> None:
        token = self._tokens.pop(sequence)
        self._returns.failed(token, Fate.UNANSWERED)
        self._late[sequence] = token
        while len(self._late) > _LATE_PER_PLACE * self._session.settings.window:
            self._late.popitem(last=False)


# A generic_nack that names no error still refuses.
_NO_STATUS: Final = 0xFF
