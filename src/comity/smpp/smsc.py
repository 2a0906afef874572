"""Owns the SMSC's end of a session, for the SMPP door and the simulator; must not know accounts or policy."""

from __future__ import annotations

from typing import ClassVar

from comity.smpp import commands as cmd
from comity.smpp import events as ev
from comity.smpp import states, tlv
from comity.smpp import status as st
from comity.smpp.codec import decode, encode, header_only
from comity.smpp.errors import SessionError
from comity.smpp.layouts import ADDRESS_LIMIT, bad
from comity.smpp.pdu import VERSION_3_4, Bind, BindResp, DataSm, DataSmResp, DeliverSm, SubmitSm, SubmitSmResp
from comity.smpp.session import Session
from comity.smpp.settings import DEFAULTS, Settings
from comity.smpp.shortmessage import check_tlvs, read_submit_sm
from comity.smpp.states import Role, State


class SmscSession(Session):
    """The end that is bound to and submitted to.

    Args:
        settings: limits and time-outs.
    """

    role: ClassVar[Role] = Role.SMSC
    _overload_status: ClassVar[int] = st.ESME_RTHROTTLED
    _awaits_answers: ClassVar[bool] = False

    def __init__(self, settings: Settings = DEFAULTS) -> None:
        super().__init__(settings)
        self._bind: tuple[int, Bind] | None = None
        self._takers |= {
            **dict.fromkeys(cmd.BINDS, self._take_bind),
            cmd.SUBMIT_SM: self._take_submit_sm,
            cmd.DATA_SM: self._take_data_sm,
            cmd.DELIVER_SM_RESP: self._take_deliver_sm_resp,
        }

    def accept_bind(self, sequence: int, system_id: str) -> None:
        """Answer a BindRequested with yes; without effect once the session has ended.

        Args:
            sequence: of the BindRequested.
            system_id: this SMSC's name, at most 15 characters.

        Raises:
            SessionError: no bind with that sequence awaits an answer.
            EncodeError: the name does not fit.
        """
        asked = self._settle_bind(sequence)
        if asked is None:
            return
        # An ESME of version 3.3 does not know TLVs (SMPP 3.4 section 3.4.1).
        tlvs = ((tlv.SC_INTERFACE_VERSION, bytes((VERSION_3_4,))),) if asked.interface_version >= VERSION_3_4 else ()
        self._out.append(encode(BindResp(asked.kind, system_id, tlvs), sequence))
        self._bind = None
        self._bind_now(states.BOUND_STATES[asked.kind])

    def refuse_bind(self, sequence: int, status: int) -> None:
        """Answer a BindRequested with a command_status other than 0; without effect once the session has ended.

        The peer may ask again until the bind time-out; close the connection to forbid it.

        Raises:
            SessionError: no bind with that sequence awaits an answer, or the status is 0.
        """
        if not status:
            raise SessionError("A bind is not refused with the status of success.")
        asked = self._settle_bind(sequence)
        if asked is None:
            return
        self._out.append(header_only(asked.kind.command_id | cmd.RESPONSE, status, sequence))
        self._bind = None
        self._state = State.OPEN

    def answer_submit(self, sequence: int, status: int = 0, message_id: str = "") -> None:
        """Answer a SubmitRequested; without effect once the session has ended.

        Raises:
            SessionError: that sequence awaits no answer.
            EncodeError: an argument does not fit.
        """
        command_id = self._owed_command(sequence)
        if command_id is None:
            return
        make = SubmitSmResp if command_id == cmd.SUBMIT_SM else DataSmResp
        self._answer(sequence, encode(make(message_id), sequence, status))

    def deliver(self, message: DeliverSm) -> int:
        """Send a message or receipt; DeliverAnswered, Nacked or DeliverTimedOut with the returned sequence follows.

        Raises:
            SessionError: there is no `room`, or the bind is for transmitting only.
            EncodeError: a field does not fit; nothing was sent.
        """
        if self._state is State.BOUND_TX:
            self._must_be(states.BOUND - {State.BOUND_TX}, "deliver")
        return self._request(message)

    def _settle_bind(self, sequence: int) -> Bind | None:
        if self._state is State.CLOSED:
            return None
        if self._bind is None or self._bind[0] != sequence:
            raise SessionError("No bind with that sequence awaits an answer.")
        return self._bind[1]

    def _timed_out(self, sequence: int) -> ev.Event:
        return ev.DeliverTimedOut(sequence)

    def _take_bind(self, frame: bytes, _status: int, sequence: int) -> None:
        asked = decode(frame).pdu
        if not isinstance(asked, Bind):
            return
        self._bind = (sequence, asked)
        self._state = State.BINDING
        self._events.append(
            ev.BindRequested(
                sequence,
                asked.kind,
                asked.system_id,
                asked.password,
                asked.system_type,
                asked.interface_version,
                asked.address_range,
            )
        )

    def _take_submit_sm(self, frame: bytes, _status: int, sequence: int) -> None:
        message = read_submit_sm(frame)
        if self._owe(cmd.SUBMIT_SM, sequence):
            self._events.append(ev.SubmitRequested(sequence, message))

    def _take_data_sm(self, frame: bytes, _status: int, sequence: int) -> None:
        message = decode(frame).pdu
        if isinstance(message, DataSm):
            submission = _as_submit_sm(frame, message)
            if self._owe(cmd.DATA_SM, sequence):
                self._events.append(ev.SubmitRequested(sequence, submission))

    def _take_deliver_sm_resp(self, _frame: bytes, status: int, sequence: int) -> None:
        # Its body, a message id without a use, is not even read: ESMEs are known to leave it out.
        if self._window.settle(sequence):
            self._events.append(ev.DeliverAnswered(sequence, status))
        elif self._window.settle_late(sequence):
            self._events.append(ev.DeliverAnswered(sequence, status, late=True))
        else:
            self.counters.stray += 1


def _as_submit_sm(frame: bytes, message: DataSm) -> SubmitSm:
    """The submit_sm that says the same; raises PduError for what a submit_sm could not say."""
    if tlv.find(message.tlvs, tlv.MESSAGE_PAYLOAD) is None:
        raise bad(frame, st.ESME_RMISSINGOPTPARAM, "data_sm has no message_payload.")
    for address, status in (
        (message.source_addr, st.ESME_RINVSRCADR),
        (message.destination_addr, st.ESME_RINVDSTADR),
    ):
        if len(address) >= ADDRESS_LIMIT:
            raise bad(frame, status, "The address is longer than any that can be sent on.")
    fields = {name: getattr(message, name) for name in message.__struct_fields__}
    submission = SubmitSm(**fields)
    check_tlvs(frame, submission)
    return submission
