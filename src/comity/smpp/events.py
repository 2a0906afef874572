"""Owns what a session tells its owner; must not know how the session came to know it.

Events hold what people wrote and secrets; their `repr` leaves both out.
"""

from __future__ import annotations

import enum
from typing import Final, TypeAlias

import msgspec

from comity.base.errors import Fault
from comity.smpp import pdu


class FailReason(enum.Enum):
    """Why a session ended otherwise than by an unbind."""

    FRAMING = "framing"
    BAD_PDUS = "bad_pdus"
    BIND_TIMED_OUT = "bind_timed_out"
    LINK_DEAD = "link_dead"
    UNBIND_TIMED_OUT = "unbind_timed_out"
    INACTIVE = "inactive"
    PEER_CLOSED = "peer_closed"


REASONS: Final[dict[FailReason, str]] = {
    FailReason.FRAMING: "The peer sent a length that no PDU can have.",
    FailReason.BAD_PDUS: "The peer sent too many PDUs that break the specification.",
    FailReason.BIND_TIMED_OUT: "The session was not bound in time.",
    FailReason.LINK_DEAD: "The peer did not answer enquire_link in time.",
    FailReason.UNBIND_TIMED_OUT: "The peer did not answer unbind in time.",
    FailReason.INACTIVE: "No message passed for as long as the inactivity time-out.",
    FailReason.PEER_CLOSED: "The peer closed the connection without an unbind.",
}


class Bound(msgspec.Struct, frozen=True, gc=False):
    """ESME: the SMSC accepted the bind; `system_id` is its name."""

    system_id: str


class BindRefused(msgspec.Struct, frozen=True, gc=False):
    """ESME: the SMSC refused the bind; the connection is of no more use."""

    status: int


class Submitted(msgspec.Struct, frozen=True, gc=False):
    """ESME: a submit_sm was answered.

    `message_id` is empty when the status is an error, and when a carrier left it out.
    `late` says that SubmitTimedOut came before.
    """

    sequence: int
    status: int
    message_id: str
    late: bool = False


class SubmitTimedOut(msgspec.Struct, frozen=True, gc=False):
    """ESME: a submit_sm was not answered in time; whether the SMSC took it is unknown."""

    sequence: int


class Delivered(msgspec.Struct, frozen=True, gc=False):
    """ESME: a message or receipt came; to be answered by `answer_deliver` once it is safe."""

    sequence: int
    pdu: pdu.DeliverSm | pdu.DataSm


class BindRequested(msgspec.Struct, frozen=True, gc=False):
    """SMSC: a peer wants to bind; to be answered by `accept_bind` or `refuse_bind`."""

    sequence: int
    kind: pdu.BindKind
    system_id: str
    password: str
    system_type: str = ""
    interface_version: int = pdu.VERSION_3_4
    address_range: str = ""

    def __repr__(self) -> str:
        return f"BindRequested(sequence={self.sequence}, kind={self.kind}, ...)"


class SubmitRequested(msgspec.Struct, frozen=True, gc=False):
    """SMSC: a message to be sent; to be answered by `answer_submit` once it is safe."""

    sequence: int
    pdu: pdu.SubmitSm


class DeliverAnswered(msgspec.Struct, frozen=True, gc=False):
    """SMSC: a deliver_sm was answered; `late` says that DeliverTimedOut came before."""

    sequence: int
    status: int
    late: bool = False


class DeliverTimedOut(msgspec.Struct, frozen=True, gc=False):
    """SMSC: a deliver_sm was not answered in time; whether the ESME took it is unknown."""

    sequence: int


class Nacked(msgspec.Struct, frozen=True, gc=False):
    """A submit_sm or deliver_sm of ours was answered by a generic_nack: the peer could not read it."""

    sequence: int
    status: int


class Unbound(msgspec.Struct, frozen=True, gc=False):
    """The session ended by an unbind of either end; close the connection once `data_to_send` is sent."""


class Failed(msgspec.Struct, frozen=True, gc=False):
    """The session ended otherwise; close the connection once `data_to_send` is sent."""

    reason: FailReason
    fault: Fault = Fault.PEER

    @property
    def what(self) -> str:
        """One sentence for the log."""
        return REASONS[self.reason]


Event: TypeAlias = (
    Bound
    | BindRefused
    | Submitted
    | SubmitTimedOut
    | Delivered
    | BindRequested
    | SubmitRequested
    | DeliverAnswered
    | DeliverTimedOut
    | Nacked
    | Unbound
    | Failed
)
