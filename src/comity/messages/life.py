"""Owns the life of a message as a table of states; must not know stores, carriers or doors.

The stored state moves only along `NEXT`, so a late or repeated report can never put an
older state over a newer one. The state of a long message is composed from its parts.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Final

import msgspec


class State(enum.StrEnum):
    """Where a message is in its life."""

    ACCEPTED = "accepted"
    HELD = "held"
    DEFERRED = "deferred"
    QUEUED = "queued"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    CANCELLED = "cancelled"


S = State
_REPORTED: Final = frozenset({S.DELIVERED, S.UNDELIVERED, S.EXPIRED, S.REJECTED, S.UNKNOWN})

NEXT: Final[dict[State, frozenset[State]]] = {
    S.ACCEPTED: frozenset({S.HELD, S.DEFERRED, S.QUEUED, S.REFUSED}),
    S.HELD: frozenset({S.QUEUED, S.DEFERRED, S.REFUSED, S.CANCELLED}),
    S.DEFERRED: frozenset({S.QUEUED, S.SUBMITTING, S.HELD, S.REFUSED, S.CANCELLED}) | _REPORTED | {S.SUBMITTED},
    S.QUEUED: frozenset({S.DEFERRED, S.SUBMITTING, S.HELD, S.REFUSED, S.CANCELLED}) | _REPORTED | {S.SUBMITTED},
    S.SUBMITTING: frozenset({S.QUEUED, S.SUBMITTED}) | _REPORTED,
    S.SUBMITTED: _REPORTED,
    # A carrier that lost track may still report what became of it.
    S.UNKNOWN: _REPORTED - {S.UNKNOWN},
    # An expired report is sometimes followed by the true one from the handset.
    S.EXPIRED: frozenset({S.DELIVERED}),
    S.DELIVERED: frozenset(),
    S.UNDELIVERED: frozenset(),
    S.REJECTED: frozenset(),
    S.REFUSED: frozenset(),
    S.CANCELLED: frozenset(),
}

FINAL: Final = frozenset({S.DELIVERED, S.UNDELIVERED, S.EXPIRED, S.REJECTED, S.UNKNOWN, S.REFUSED, S.CANCELLED})

# The worst outcome of a part is the outcome of the whole, in this order.
_WORST_FIRST: Final = (S.REJECTED, S.UNDELIVERED, S.EXPIRED, S.UNKNOWN, S.DELIVERED)


def may_move(old: State, new: State) -> bool:
    """Whether a message in state `old` may take the state `new`."""
    return new in NEXT[old]


def compose(parts: Iterable[State]) -> State:
    """The state of a message whose parts are in these states.

    While any part is under way the message is, at the least, as far as its least
    advanced part; when all are settled, the worst of them counts.
    """
    seen = set(parts)
    for waiting in (S.QUEUED, S.SUBMITTING, S.SUBMITTED):
        if waiting in seen:
            return waiting
    return next(state for state in _WORST_FIRST if state in seen)


class Delivery(enum.IntEnum):
    """The `delivery_code` that customers are told (Smstools interface, webhook events)."""

    SUBMITTED = 0
    DELIVERED = 1
    NOT_DELIVERED = 2
    BUFFERED = 3
    REJECTED = 4
    REJECTED_WITH_DETAIL = 5
    UNKNOWN = 9


class Report(msgspec.Struct, frozen=True):
    """What a customer is told about a state: the code and its word."""

    code: Delivery
    word: str


REPORTS: Final[dict[State, Report]] = {
    S.ACCEPTED: Report(Delivery.BUFFERED, "BUFFERED"),
    S.HELD: Report(Delivery.BUFFERED, "HELD"),
    S.DEFERRED: Report(Delivery.BUFFERED, "SCHEDULED"),
    S.QUEUED: Report(Delivery.BUFFERED, "BUFFERED"),
    S.SUBMITTING: Report(Delivery.BUFFERED, "BUFFERED"),
    S.SUBMITTED: Report(Delivery.SUBMITTED, "SUBMITTED"),
    S.DELIVERED: Report(Delivery.DELIVERED, "DELIVERED"),
    S.UNDELIVERED: Report(Delivery.NOT_DELIVERED, "NOT DELIVERED"),
    S.EXPIRED: Report(Delivery.NOT_DELIVERED, "NOT DELIVERED"),
    S.REJECTED: Report(Delivery.REJECTED, "REJECTED"),
    S.UNKNOWN: Report(Delivery.UNKNOWN, "UNKNOWN"),
    S.REFUSED: Report(Delivery.REJECTED_WITH_DETAIL, "REJECTED"),
    S.CANCELLED: Report(Delivery.REJECTED_WITH_DETAIL, "CANCELLED"),
}


class Detail(enum.IntEnum):
    """`delivery_code_detail`: why a message was not delivered. 10 and 11 are the vendor's; the rest are ours."""

    NONE = 0
    NUMBER_INVALID = 10
    OUT_OF_RANGE = 11
    REFUSED_BY_POLICY = 20
    CANCELLED = 21
    EXPIRED = 22
    REJECTED_BY_CARRIER = 23
    NO_ANSWER_FROM_CARRIER = 24
    CONSENT_ENDED = 25


DETAIL_WORDS: Final[dict[Detail, str]] = {
    Detail.NONE: "",
    Detail.NUMBER_INVALID: "The number is invalid or unknown to the operator",
    Detail.OUT_OF_RANGE: "The recipient was out of range or switched off",
    Detail.REFUSED_BY_POLICY: "Refused under the acceptable use policy",
    Detail.CANCELLED: "Cancelled before it was sent",
    Detail.EXPIRED: "The validity period passed before the message could be delivered",
    Detail.REJECTED_BY_CARRIER: "The operator refused the message",
    Detail.NO_ANSWER_FROM_CARRIER: "The connection to the operator was lost while the message was handed over",
    Detail.CONSENT_ENDED: "The consent that the message rested on ended while it waited",
}
