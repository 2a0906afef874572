"""Owns the lives of imports and of requests for a confirmed opt-in, as tables; must not know what moves them."""

from __future__ import annotations

import enum
from typing import Final

from comity.base.errors import ComityError


class WrongEventError(ComityError):
    """What is asked does not happen in that state."""


class ImportState(enum.StrEnum):
    """Where an import is."""

    READING = "reading"
    COUNTED = "counted"
    HELD = "held"
    RELEASED = "released"
    DROPPED = "dropped"


class ImportEvent(enum.StrEnum):
    """What happens to an import: it was read and nothing, or something, was found; a reviewer decided."""

    PASS = "pass"  # noqa: S105  no password
    HOLD = "hold"
    RELEASE = "release"
    DROP = "drop"


COUNTING: Final = frozenset({ImportState.COUNTED, ImportState.RELEASED})
"""In these states the rows of an import are consents."""

IMPORTS: Final = {
    (ImportState.READING, ImportEvent.PASS): ImportState.COUNTED,
    (ImportState.READING, ImportEvent.HOLD): ImportState.HELD,
    (ImportState.HELD, ImportEvent.RELEASE): ImportState.RELEASED,
    (ImportState.HELD, ImportEvent.DROP): ImportState.DROPPED,
}


class RequestState(enum.StrEnum):
    """Where a request for a confirmed opt-in is."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"


class RequestEvent(enum.StrEnum):
    """What happens to a request: the person says yes, no or stop, or nothing until it is over."""

    YES = "yes"
    NO = "no"
    STOP = "stop"
    SILENCE = "silence"


REQUESTS: Final = {
    (RequestState.PENDING, RequestEvent.YES): RequestState.CONFIRMED,
    (RequestState.PENDING, RequestEvent.NO): RequestState.DECLINED,
    (RequestState.PENDING, RequestEvent.STOP): RequestState.DECLINED,
    (RequestState.PENDING, RequestEvent.SILENCE): RequestState.EXPIRED,
}


def next_import(state: ImportState, event: ImportEvent) -> ImportState:
    """The state of an import after an event.

    Raises:
        WrongEventError: it cannot happen in that state.
    """
    after = IMPORTS.get((state, event))
    if after is None:
        raise WrongEventError(f"An import that is {state.value} takes no {event.value}.", "Look at it again.")
    return after


def next_request(state: RequestState, event: RequestEvent) -> RequestState:
    """The state of a request after an event; what is settled stays as it is."""
    return REQUESTS.get((state, event), state)
