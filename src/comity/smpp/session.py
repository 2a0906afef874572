"""Owns what both ends of an SMPP session share: framing, order, windows, liveness; must not know sockets or clocks.

A session is fed octets and gives events; it is given verbs and gives octets. Its
owner, at the edge, does three things after every verb and every read: send
`data_to_send()`, arm a timer for `next_timeout(now)`, and act on the events. `now`
is a monotonic clock's reading in seconds; what happened since the last reading
counts as having happened at the next one, so time-outs err on the late side.
"""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, ClassVar, Final

import msgspec

from comity.smpp import commands as cmd
from comity.smpp import events as ev
from comity.smpp import states
from comity.smpp import status as st
from comity.smpp.codec import HEADER, decode, encode, header_only
from comity.smpp.errors import PduError, SessionError
from comity.smpp.framing import Cutter
from comity.smpp.liveness import Due, Liveness
from comity.smpp.settings import DEFAULTS, Settings
from comity.smpp.states import Role, State
from comity.smpp.window import NOT_YET, Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.smpp.events import Event
    from comity.smpp.pdu import Pdu

_MAX_SEQUENCE: Final = 0x7FFFFFFF
# Commands with a failure status of their own; the others are answered as unknown.
_UNSUPPORTED: Final = {
    cmd.QUERY_SM: st.ESME_RQUERYFAIL,
    cmd.CANCEL_SM: st.ESME_RCANCELFAIL,
    cmd.REPLACE_SM: st.ESME_RREPLACEFAIL,
}
_REASONS: Final = {
    Due.BIND: ev.FailReason.BIND_TIMED_OUT,
    Due.LINK: ev.FailReason.LINK_DEAD,
    Due.UNBIND: ev.FailReason.UNBIND_TIMED_OUT,
    Due.INACTIVE: ev.FailReason.INACTIVE,
}


class Counters(msgspec.Struct):
    """What a session has seen, for metrics.

    `stray` counts responses that nobody waited for, `throttled` the peer's requests
    beyond `peer_window`, `bad` its malformed, unknown and forbidden PDUs.
    """

    received: int = 0
    bad: int = 0
    stray: int = 0
    throttled: int = 0


class Session(abc.ABC):
    """One SMPP session, of either end; use `EsmeSession` or `SmscSession`.

    Args:
        settings: limits and time-outs.
    """

    role: ClassVar[Role]
    _overload_status: ClassVar[int]
    _awaits_answers: ClassVar[bool]
    """Whether a peer's unbind waits for the answers that it owes us."""

    def __init__(self, settings: Settings = DEFAULTS) -> None:
        self.settings = settings
        self.counters = Counters()
        self._state = State.OPEN
        self._cutter = Cutter(settings.max_pdu_unbound)
        self._window = Window(settings.window)
        self._owed: dict[int, int] = {}
        self._out: list[bytes] = []
        self._events: list[Event] = []
        self._sequence = 0
        self._bad_in_a_row = 0
        self._life = Liveness(settings)
        self._unbind: int | None = None
        self._leaving: int | None = None
        self._takers: dict[int, Callable[[bytes, int, int], None]] = {
            cmd.ENQUIRE_LINK: self._take_enquire_link,
            cmd.ENQUIRE_LINK_RESP: self._take_enquire_link_resp,
            cmd.UNBIND: self._take_unbind,
            cmd.UNBIND_RESP: self._take_unbind_resp,
            cmd.GENERIC_NACK: self._take_generic_nack,
        }

    # --- what the owner asks ---

    @property
    def state(self) -> State:
        """How far the session has come."""
        return self._state

    @property
    def room(self) -> int:
        """How many requests may be sent now: 0 unless bound, and 0 once either end unbinds."""
        if self._state not in states.BOUND or self._unbind is not None or self._leaving is not None:
            return 0
        return self._window.room

    @property
    def outstanding(self) -> tuple[int, ...]:
        """Sequences of our requests that were sent and not answered, oldest first; kept after the end."""
        return self._window.sequences()

    @property
    def owed(self) -> int:
        """How many of the peer's requests await our answer."""
        return len(self._owed)

    def data_to_send(self) -> bytes:
        """Everything to be written now, in one piece; empty when there is nothing."""
        out = b"".join(self._out)
        self._out.clear()
        return out

    # --- what the owner tells ---

    def _closed(self) -> bool:
        return self._state is State.CLOSED

    def receive_data(self, octets: bytes) -> list[Event]:
        """Take one read of the connection; every complete PDU in it is acted on."""
        if self._closed():
            return self._take_events()
        cutter = self._cutter
        cutter.feed(octets)
        try:
            while not self._closed() and (frame := cutter.next_frame()) is not None:
                self._take(frame)
        except PduError as error:
            self.counters.bad += 1
            self._out.append(header_only(cmd.GENERIC_NACK, error.status, error.sequence))
            self._fail(ev.FailReason.FRAMING)
        if self._closed():
            cutter.drop()
        return self._take_events()

    def receive_eof(self) -> list[Event]:
        """The connection ended; nothing more can come or go."""
        if self._state is not State.CLOSED:
            self._out.clear()
            self._fail(ev.FailReason.PEER_CLOSED)
        self._cutter.drop()
        return self._take_events()

    def unbind(self) -> None:
        """Ask the peer to end the session; Unbound or Failed follows. Answers may still come and go until then.

        Raises:
            SessionError: there is nothing to unbind, or it was asked before.
        """
        self._must_be(states.BOUND, "unbind")
        if self._unbind is None:
            self._unbind = self._next_sequence()
            self._life.unbinding()
            self._out.append(header_only(cmd.UNBIND, 0, self._unbind))

    # --- time ---

    def next_timeout(self, now: float) -> float | None:
        """In how many seconds `tick` must be called, 0 for at once; None for never."""
        if self._events:
            return 0.0
        if self._state is State.CLOSED:
            return None
        self._stamp(now)
        earliest = min(self._window.next_deadline(), self._life.next_deadline(self._state))
        return None if earliest == NOT_YET else max(0.0, earliest - now)

    def tick(self, now: float) -> list[Event]:
        """Let time pass; acts on every deadline that has come."""
        if self._state is not State.CLOSED:
            self._stamp(now)
            self._events.extend(self._timed_out(sequence) for sequence in self._window.expire(now))
            due = self._life.due(self._state, now)
            if due is Due.ENQUIRE:
                self._life.enquired(now)
                self._out.append(header_only(cmd.ENQUIRE_LINK, 0, self._next_sequence()))
            elif due is Due.LEAVE:
                self._leave()
            elif due is not None:
                self._give_up(due)
            self._leave_when_settled()
        return self._take_events()

    def _stamp(self, now: float) -> None:
        self._life.stamp(now)
        self._window.stamp(now + self.settings.response_timeout_s)

    @abc.abstractmethod
    def _timed_out(self, sequence: int) -> Event:
        """The event of a request of ours that was not answered in time."""

    def _give_up(self, due: Due) -> None:
        if due is Due.INACTIVE:  # SMPP 3.4 section 7.2: the peer is told before the connection ends
            self._out.append(header_only(cmd.UNBIND, 0, self._next_sequence()))
        self._fail(_REASONS[due])

    # --- one PDU of the peer ---

    def _take(self, frame: bytes) -> None:
        _, command_id, status, sequence = HEADER.unpack_from(frame)
        self.counters.received += 1
        self._life.heard()
        refused = states.refusal(self.role.peer, command_id, self._state)
        if refused is not None:
            self._refuse_or_ignore(command_id, refused, sequence)
            return
        try:
            taker = self._takers.get(command_id)
            if taker is None:
                self._take_unhandled(frame, command_id, sequence)
            else:
                taker(frame, status, sequence)
        except PduError as error:
            self._bad(command_id, error.status, sequence)
            return
        if self._state in states.BOUND:
            self._bad_in_a_row = 0
        if self._leaving is not None:
            self._leave_when_settled()

    def _refuse_or_ignore(self, command_id: int, status: int, sequence: int) -> None:
        if command_id & cmd.RESPONSE:
            self.counters.stray += 1  # answering a response could go on for ever
            return
        command = cmd.GENERIC_NACK if status == st.ESME_RINVCMDID else cmd.response_to(command_id)
        self._count_bad()
        self._answer_header(command, status, sequence)

    def _bad(self, command_id: int, status: int, sequence: int) -> None:
        self._count_bad()
        if not command_id & cmd.RESPONSE:
            self._answer_header(cmd.response_to(command_id), status, sequence)

    def _count_bad(self) -> None:
        self.counters.bad += 1
        self._bad_in_a_row += 1
        if self._bad_in_a_row >= self.settings.max_bad_pdus:
            self._fail(ev.FailReason.BAD_PDUS)

    def _answer_header(self, command_id: int, status: int, sequence: int) -> None:
        # SMPP 3.4 section 4.6.2: a deliver_sm_resp has its one octet of body even when it refuses.
        if command_id == cmd.DELIVER_SM_RESP:
            self._out.append(HEADER.pack(17, command_id, status, sequence) + b"\0")
        else:
            self._out.append(header_only(command_id, status, sequence))

    def _owe(self, command_id: int, sequence: int) -> bool:
        """Note a request to be answered later; False, and refused, when there is no place for it.

        A sequence that is under way already has no place either: two events could not be told apart.
        """
        full = len(self._owed) >= self.settings.peer_window or sequence in self._owed
        if full or self._leaving is not None:
            self.counters.throttled += 1
            self._answer_header(command_id | cmd.RESPONSE, self._overload_status, sequence)
            return False
        self._owed[sequence] = command_id
        self._life.active()
        return True

    def _owed_command(self, sequence: int) -> int | None:
        """The command to be answered; None when the session has ended meanwhile."""
        if self._state is State.CLOSED:
            return None
        command_id = self._owed.get(sequence)
        if command_id is None:
            raise SessionError("That sequence is not one that awaits an answer.")
        return command_id

    def _answer(self, sequence: int, octets: bytes) -> None:
        del self._owed[sequence]
        self._out.append(octets)
        if self._leaving is not None:
            self._leave_when_settled()

    def _leave_when_settled(self) -> None:
        settled = not self._owed and not (self._awaits_answers and len(self._window))
        if self._leaving is not None and settled:
            self._leave()

    def _leave(self) -> None:
        if self._leaving is not None:
            self._out.append(header_only(cmd.UNBIND_RESP, 0, self._leaving))
            self._end(ev.Unbound())

    def _take_unhandled(self, frame: bytes, command_id: int, sequence: int) -> None:
        """What is allowed but has no use here: alert_notification, query_sm and the like, and answers to them."""
        if command_id & cmd.RESPONSE:
            self.counters.stray += 1
            return
        decode(frame)
        if command_id not in cmd.WITHOUT_RESPONSE:
            status = _UNSUPPORTED.get(command_id, st.ESME_RINVCMDID)
            self._answer_header(cmd.response_to(command_id), status, sequence)

    def _take_enquire_link(self, frame: bytes, _status: int, sequence: int) -> None:
        if len(frame) != HEADER.size:
            raise PduError(st.ESME_RINVCMDLEN, "enquire_link has no body.", cmd.ENQUIRE_LINK, sequence)
        self._out.append(header_only(cmd.ENQUIRE_LINK_RESP, 0, sequence))

    def _take_enquire_link_resp(self, _frame: bytes, _status: int, _sequence: int) -> None:  # noqa: B027  doing nothing is all of it
        """That anything came has been noted already."""

    def _take_unbind(self, frame: bytes, _status: int, sequence: int) -> None:
        if len(frame) != HEADER.size:
            raise PduError(st.ESME_RINVCMDLEN, "unbind has no body.", cmd.UNBIND, sequence)
        self._leaving = sequence
        self._life.leaving()

    def _take_unbind_resp(self, _frame: bytes, _status: int, sequence: int) -> None:
        if sequence == self._unbind:
            self._end(ev.Unbound())
        else:
            self.counters.stray += 1

    def _take_generic_nack(self, _frame: bytes, status: int, sequence: int) -> None:
        if sequence == self._unbind:
            self._end(ev.Unbound())  # it does not know unbind, but it has heard that we go
        elif self._window.settle(sequence) or self._window.settle_late(sequence):
            self._events.append(ev.Nacked(sequence, status))
        else:
            self.counters.stray += 1

    # --- for both roles ---

    def _request(self, message: Pdu) -> int:
        if self.room <= 0:
            raise SessionError("The window is full or the session is not bound; ask `room` first.")
        sequence = self._next_sequence()
        self._out.append(encode(message, sequence))
        self._window.add(sequence)
        self._life.active()
        return sequence

    def _next_sequence(self) -> int:
        self._sequence = self._sequence % _MAX_SEQUENCE + 1
        while self._sequence in self._window:
            self._sequence = self._sequence % _MAX_SEQUENCE + 1
        return self._sequence

    def _bind_now(self, state: State) -> None:
        self._state = state
        self._bad_in_a_row = 0
        self._life.active()
        self._cutter.limit = self.settings.max_pdu

    def _must_be(self, allowed: frozenset[State], verb: str) -> None:
        if self._state not in allowed:
            raise SessionError(f"A session that is {self._state.value} cannot {verb}.")

    def _fail(self, reason: ev.FailReason) -> None:
        self._end(ev.Failed(reason))

    def _end(self, event: Event) -> None:
        if self._state is not State.CLOSED:
            self._state = State.CLOSED
            self._owed.clear()
            self._events.append(event)

    def _take_events(self) -> list[Event]:
        events, self._events = self._events, []
        return events
