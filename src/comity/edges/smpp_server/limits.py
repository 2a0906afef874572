"""Owns the bounds of the door, one table; must not know what they bound."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of one process's door; spans in seconds.

    Attributes:
        connections: open at once.
        connections_of_address: of them from one address.
        bind_timeout_s: from the connection until it is bound.
        enquire_interval_s: silence after which a peer is asked whether it lives.
        enquire_timeout_s: how long it may take to answer that, or an unbind.
        response_timeout_s: how long it may take to answer a deliver_sm.
        submits: a connection's submissions under way; more are throttled.
        deliveries: deliver_sm under way on a connection.
        stall_s: how long a peer may leave what it is sent unread.
        unsent_octets: and how much of it.
        drain_s: how long submissions under way have when the door stops.
        unbind_s: how long peers then have to answer an unbind.
        locked_after: failed binds of a system id from one address that lock it out there; ten times as many
            of any system ids lock the address out.
        locked_s: for how long.
    """

    connections: int = 1_000
    connections_of_address: int = 100
    bind_timeout_s: float = 10.0
    enquire_interval_s: float = 30.0
    enquire_timeout_s: float = 10.0
    response_timeout_s: float = 60.0
    submits: int = 256
    deliveries: int = 50
    stall_s: float = 10.0
    unsent_octets: int = 1 << 20
    drain_s: float = 0.8
    unbind_s: float = 0.4
    locked_after: int = 10
    locked_s: float = 300.0
