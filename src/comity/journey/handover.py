"""Owns what passes between the dispatcher and a carrier's link, as types and protocols; must not know the wire."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

from comity.routing.routes import RouteTable
from comity.smpp.correlation import IdForm
from comity.smpp.pdu import DataSm, DeliverSm


class Fate(enum.Enum):
    """What became of a part that was given to a link."""

    SENT = "sent"
    THROTTLED = "throttled"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNANSWERED = "unanswered"
    NOT_SENT = "not_sent"


class Claimed(msgspec.Struct, frozen=True, gc=False):
    """A message taken from the queue, in the order of the claim's columns.

    Attributes:
        due_at: when it was due in the queue; after a retry that is later than the customer asked for.
        attempt: how often it was given to a carrier before.
        expires_at: until when it may be tried.
        opted_out: the recipient stopped such messages, or took back what they rest on, while this one waited.
        counted_parts: parts as they were counted when it was accepted.
        part_states: what is known of its parts from earlier attempts; None or empty at the first.
        consent_ended: what an offer rested on has ended by itself while it waited, and nothing else carries it.
    """

    account_id: int
    id: UUID
    carrier_id: int
    route_prefix: str
    due_at: datetime
    attempt: int
    expires_at: datetime
    sender: str
    recipient: str
    text: str
    category: str
    reference: str
    receipt: bool
    system_id: str | None
    validity_s: int | None
    opted_out: bool
    part_states: Sequence[str] | None = None
    counted_parts: int = 1
    consent_ended: bool = False


class Part(msgspec.Struct, frozen=True, gc=False):
    """One part to hand over; the token comes back with its result."""

    token: Any
    pdu: Any


class Result(msgspec.Struct, frozen=True, gc=False):
    """What became of one part.

    Attributes:
        token: the part's.
        fate: how it ended.
        smsc_id: the carrier's id when it was sent; may be empty.
        status: the carrier's command_status when it refused.
        late: the part was given up before; this is the truth that came afterwards.
    """

    token: Any
    fate: Fate
    smsc_id: str = ""
    status: int = 0
    late: bool = False


class Incoming(msgspec.Struct, frozen=True, gc=False):
    """A message or a receipt from a carrier, unanswered until `Carriage.answer`."""

    handle: Any
    pdu: DeliverSm | DataSm


class Carriage(Protocol):
    """The link to one carrier, as the dispatcher sees it; every part given to it has one result that is not late."""

    @property
    def up(self) -> bool:
        """Whether messages may be handed to it, now or after a pause it takes by itself."""
        ...

    @property
    def id_form(self) -> IdForm:
        """How the carrier writes its message ids."""
        ...

    def room(self) -> int:
        """How many parts may be handed over now."""
        ...

    def parts(self, message: Claimed, reference: int) -> Sequence[Any]:
        """The PDUs of a message for this carrier, in order.

        Args:
            message: what to send.
            reference: of its concatenation, 16 bits; the same at every attempt.

        Raises:
            ComityError: this carrier can never carry the text.
        """
        ...

    def submit(self, parts: Sequence[Part]) -> None:
        """Hand parts over; never waits."""
        ...

    def take_results(self) -> Sequence[Result]:
        """The results since the last call, in order."""
        ...

    def take_deliveries(self) -> Sequence[Incoming]:
        """What the carrier delivered since the last call, in order."""
        ...

    def answer(self, handles: Sequence[Any], status: int = 0) -> None:
        """Answer deliveries; what was delivered must be on disk."""
        ...


class Network(Protocol):
    """The carriers as configured now."""

    @property
    def changed(self) -> asyncio.Event:
        """Set by any link that has more room, a result or a delivery, or went up or down; and when routes change."""
        ...

    def routes(self) -> RouteTable:
        """Which carriers take which prefix."""
        ...

    def carriages(self) -> Mapping[int, Carriage]:
        """The links, by carrier."""
        ...

    async def close(self, drain_s: float) -> None:
        """Wait so long for what is under way, then unbind; afterwards every part handed over has its result."""
        ...
