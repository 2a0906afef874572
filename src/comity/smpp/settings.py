"""Owns the limits and time-outs of a session; must not know what they bound."""

from __future__ import annotations

from typing import Final

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits and time-outs of one session; spans in seconds, None switches a timer off.

    Args:
        window: our requests under way at once.
        peer_window: the peer's requests that we have not answered yet; more are refused.
        max_pdu: the largest command_length taken from a bound peer, octets.
        max_pdu_unbound: the same before the bind.
        max_bad_pdus: so many malformed or forbidden PDUs in a row end the session.
        bind_timeout_s: from the first moment until bound.
        enquire_interval_s: silence after which the peer is asked whether it lives.
        enquire_timeout_s: how long it may take to answer that, or an unbind; and we an unbind of its own.
        response_timeout_s: how long it may take to answer submit_sm or deliver_sm.
        inactivity_s: how long a bound session may pass no message either way.

    Raises:
        ValueError: a limit cannot work.
    """

    window: int = 50
    peer_window: int = 256
    max_pdu: int = 65_536
    max_pdu_unbound: int = 1_024
    max_bad_pdus: int = 3
    bind_timeout_s: float | None = 10.0
    enquire_interval_s: float | None = 30.0
    enquire_timeout_s: float = 10.0
    response_timeout_s: float = 60.0
    inactivity_s: float | None = None

    def __post_init__(self) -> None:
        if min(self.window, self.peer_window, self.max_bad_pdus) < 1:
            raise ValueError("window, peer_window and max_bad_pdus are at least 1")
        if not 128 <= self.max_pdu_unbound <= self.max_pdu:  # noqa: PLR2004  the longest bind of the specification
            raise ValueError("max_pdu_unbound is at least 128 and at most max_pdu")


DEFAULTS: Final = Settings()
