"""Owns what passes between a link and the dispatcher; must not know connections or stores."""

from __future__ import annotations

import enum
from typing import Any, TypeAlias

import msgspec

from comity.smpp.pdu import DataSm, DeliverSm, SubmitSm


class LinkState(enum.Enum):
    """How a link is; `room` is above 0 in BOUND only."""

    DOWN = "down"
    CONNECTING = "connecting"
    BOUND = "bound"
    THROTTLED = "throttled"


class OutPart(msgspec.Struct, frozen=True, gc=False):
    """One part to be sent; the token is the caller's own and comes back with the result."""

    token: Any
    pdu: SubmitSm


class Sent(msgspec.Struct, frozen=True, gc=False):
    """The carrier took it under this id, which receipts will name; empty from carriers that give none."""

    smsc_id: str


class Throttled(msgspec.Struct, frozen=True, gc=False):
    """The carrier wants it slower (ESME_RTHROTTLED, ESME_RMSGQFUL); the link pauses by itself, send it again."""

    status: int


class Temporary(msgspec.Struct, frozen=True, gc=False):
    """The carrier could not take it now; try again later or by another route."""

    status: int


class Permanent(msgspec.Struct, frozen=True, gc=False):
    """The carrier would refuse it again."""

    status: int


class Unanswered(msgspec.Struct, frozen=True, gc=False):
    """It was written, and no answer came before a time-out or the end of the connection: the carrier may have it."""


class NotSent(msgspec.Struct, frozen=True, gc=False):
    """It was never written, for want of room or because the link went down: nobody has it."""


Outcome: TypeAlias = Sent | Throttled | Temporary | Permanent | Unanswered | NotSent


class PartResult(msgspec.Struct, frozen=True, gc=False):
    """What became of one part.

    Every part submitted has one result that is not `late`. One that was Unanswered may
    have a second, `late` and truer, when the carrier answers after all.
    """

    token: Any
    outcome: Outcome
    late: bool = False


class Handle(msgspec.Struct, frozen=True, gc=False):
    """Names a delivery to be answered: its connection, counted from 1, and its sequence there."""

    connection: int
    sequence: int


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """A message or a receipt from the carrier, unanswered until `answer`."""

    handle: Handle
    pdu: DeliverSm | DataSm
