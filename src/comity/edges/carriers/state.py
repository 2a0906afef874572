"""Owns how a link is and how a delivery is named; must not know connections or stores."""

from __future__ import annotations

import enum

import msgspec


class LinkState(enum.Enum):
    """How a link is; `room` is above 0 in BOUND only."""

    DOWN = "down"
    CONNECTING = "connecting"
    BOUND = "bound"
    THROTTLED = "throttled"


class Handle(msgspec.Struct, frozen=True, gc=False):
    """Names a delivery to be answered: its connection, counted from 1, and its sequence there."""

    connection: int
    sequence: int
