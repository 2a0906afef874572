"""Owns the ESME's end of a session, which carrier links use; must not know carriers or what a message is for."""

from __future__ import annotations

from typing import ClassVar

from comity.smpp import commands as cmd
from comity.smpp import events as ev
from comity.smpp import states
from comity.smpp import status as st
from comity.smpp.codec import decode, encode
from comity.smpp.errors import PduError
from comity.smpp.pdu import Bind, BindKind, BindResp, DataSm, DataSmResp, DeliverSmResp, SubmitSm
from comity.smpp.responses import read_message_id, salvage_message_id
from comity.smpp.session import Session
from comity.smpp.settings import DEFAULTS, Settings
from comity.smpp.shortmessage import read_deliver_sm
from comity.smpp.states import Role, State


class EsmeSession(Session):
    """The end that binds and submits.

    When the SMSC unbinds, it is given time to answer what was submitted: a submit without
    an answer is one that nobody knows the fate of.

    Args:
        settings: limits and time-outs.
    """

    role: ClassVar[Role] = Role.ESME
    _overload_status: ClassVar[int] = st.ESME_RMSGQFUL
    _awaits_answers: ClassVar[bool] = True

    def __init__(self, settings: Settings = DEFAULTS) -> None:
        super().__init__(settings)
        self._bind: tuple[int, BindKind] | None = None
        self._takers |= {
            **dict.fromkeys((command | cmd.RESPONSE for command in cmd.BINDS), self._take_bind_resp),
            cmd.SUBMIT_SM_RESP: self._take_submit_sm_resp,
            cmd.DELIVER_SM: self._take_deliver_sm,
            cmd.DATA_SM: self._take_data_sm,
        }

    def bind(self, kind: BindKind, system_id: str, password: str, system_type: str = "") -> None:
        """Ask to be bound; Bound, BindRefused or Failed follows.

        Raises:
            SessionError: it was asked before.
            EncodeError: an argument does not fit.
        """
        self.request_bind(Bind(kind, system_id, password, system_type))

    def request_bind(self, message: Bind) -> None:
        """The same, with every field of the PDU in the owner's hands."""
        self._must_be(frozenset({State.OPEN}), "bind")
        sequence = self._next_sequence()
        self._out.append(encode(message, sequence))
        self._bind = (sequence, message.kind)
        self._state = State.BINDING

    def submit(self, message: SubmitSm) -> int:
        """Send a message; Submitted, Nacked or SubmitTimedOut with the returned sequence follows.

        Raises:
            SessionError: there is no `room`, or the bind is for receiving only.
            EncodeError: a field does not fit; nothing was sent.
        """
        if self._state is State.BOUND_RX:
            self._must_be(states.BOUND - {State.BOUND_RX}, "submit")
        return self._request(message)

    def answer_deliver(self, sequence: int, status: int = 0, message_id: str = "") -> None:
        """Answer a Delivered; without effect once the session has ended, as the SMSC will then deliver it again.

        Raises:
            SessionError: that sequence awaits no answer.
            EncodeError: an argument does not fit.
        """
        command_id = self._owed_command(sequence)
        if command_id is None:
            return
        make = DeliverSmResp if command_id == cmd.DELIVER_SM else DataSmResp
        self._answer(sequence, encode(make(message_id), sequence, status))

    def _timed_out(self, sequence: int) -> ev.Event:
        return ev.SubmitTimedOut(sequence)

    def _take_bind_resp(self, frame: bytes, status: int, sequence: int) -> None:
        if self._bind is None or sequence != self._bind[0]:
            self.counters.stray += 1
            return
        if status:
            self._refused(status)
            return
        # The kind that was asked for counts: some carriers answer every bind as bind_transceiver_resp.
        kind, self._bind = self._bind[1], None
        try:
            answer = decode(frame).pdu
        except PduError:
            answer = BindResp(kind)  # a name that cannot be read does not undo the bind
            self.counters.bad += 1
        self._bind_now(states.BOUND_STATES[kind])
        self._events.append(ev.Bound(answer.system_id if isinstance(answer, BindResp) else ""))

    def _take_generic_nack(self, frame: bytes, status: int, sequence: int) -> None:
        if self._bind is not None and sequence == self._bind[0]:
            self._refused(status)
        else:
            super()._take_generic_nack(frame, status, sequence)

    def _refused(self, status: int) -> None:
        self._bind = None
        self._state = State.OPEN
        self._events.append(ev.BindRefused(status))

    def _take_submit_sm_resp(self, frame: bytes, status: int, sequence: int) -> None:
        window = self._window
        late = False
        if not window.settle(sequence):
            late = window.settle_late(sequence)
            if not late:
                self.counters.stray += 1
                return
        try:
            message_id, _ = read_message_id(frame)
        except PduError:
            # The SMSC has decided; what is malformed about its answer must not have the message sent again.
            message_id = salvage_message_id(frame)
            self.counters.bad += 1
        self._events.append(ev.Submitted(sequence, status, message_id, late))

    def _take_deliver_sm(self, frame: bytes, _status: int, sequence: int) -> None:
        message = read_deliver_sm(frame)
        if self._owe(cmd.DELIVER_SM, sequence):
            self._events.append(ev.Delivered(sequence, message))

    def _take_data_sm(self, frame: bytes, _status: int, sequence: int) -> None:
        message = decode(frame).pdu
        if isinstance(message, DataSm) and self._owe(cmd.DATA_SM, sequence):
            self._events.append(ev.Delivered(sequence, message))
