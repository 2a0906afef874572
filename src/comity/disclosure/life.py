"""Owns the lives of requests for information and of orders to preserve it, each as a table (G3).

It must not know stores, doors, or what a step does elsewhere.
"""

from __future__ import annotations

import enum
from typing import Final

import msgspec

from comity.base.errors import ComityError


class State(enum.StrEnum):
    """Where a request is."""

    RECEIVED = "received"
    CHECKED = "checked"  # a person knows who asks
    PREPARED = "prepared"  # somebody chose what would go out
    APPROVED = "approved"  # somebody else let it go
    READY = "ready"  # sealed; its link waits
    COLLECTED = "collected"
    EXPIRED = "expired"  # nobody came for it; it is destroyed
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Event(enum.StrEnum):
    """What happens to a request."""

    CHECK = "check"
    PREPARE = "prepare"
    PREVIEW = "preview"  # somebody reads what would go out
    RETURN = "return"  # the approver wants it prepared otherwise
    EXTEND = "extend"
    APPROVE = "approve"
    SEAL = "seal"
    COLLECT = "collect"
    EXPIRE = "expire"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


_UNDECIDED: Final = (State.RECEIVED, State.CHECKED, State.PREPARED)
NEXT: Final[dict[tuple[State, Event], State]] = {
    (State.RECEIVED, Event.CHECK): State.CHECKED,
    (State.CHECKED, Event.PREPARE): State.PREPARED,
    (State.PREPARED, Event.PREPARE): State.PREPARED,
    (State.PREPARED, Event.PREVIEW): State.PREPARED,
    (State.PREPARED, Event.RETURN): State.CHECKED,
    (State.PREPARED, Event.APPROVE): State.APPROVED,
    (State.APPROVED, Event.SEAL): State.READY,
    (State.READY, Event.COLLECT): State.COLLECTED,
    (State.READY, Event.EXPIRE): State.EXPIRED,
    # A link that was lost, or a download that broke: what was approved is gathered and sealed anew.
    (State.READY, Event.SEAL): State.READY,
    (State.COLLECTED, Event.SEAL): State.READY,
    (State.EXPIRED, Event.SEAL): State.READY,
    (State.READY, Event.WITHDRAW): State.WITHDRAWN,
    **{(state, Event.EXTEND): state for state in _UNDECIDED},
    **{(state, Event.REFUSE): State.REFUSED for state in _UNDECIDED},
    **{(state, Event.WITHDRAW): State.WITHDRAWN for state in _UNDECIDED},
}
UNDECIDED: Final = frozenset(_UNDECIDED)
# Nothing is due any more, though a lost package may be sealed anew.
ENDED: Final = frozenset({State.COLLECTED, State.EXPIRED, State.REFUSED, State.WITHDRAWN})


class WrongStepError(ComityError):
    """The request, or the order, is not where that can be done."""


class NotTheirsError(ComityError):
    """This person may not do that; another may."""


class Stand(msgspec.Struct, frozen=True):
    """What of a request decides who may do what with it.

    Attributes:
        entered_by: who entered it.
        prepared_by: who chose what would go out; "" for nobody yet.
    """

    state: State
    entered_by: str
    prepared_by: str = ""


# What leaves the house, what a requester is refused, and texts read for either, are never one person's word.
_SECOND: Final = frozenset({Event.APPROVE, Event.REFUSE, Event.RETURN, Event.SEAL, Event.PREVIEW})


def step(stand: Stand, event: Event, person: str) -> State:
    """The state that an event leads to.

    Args:
        stand: the request as it is.
        event: what is done.
        person: who does it; "" for the gateway itself, and for whoever has the link.

    Raises:
        WrongStepError: that does not happen to a request in such a state.
        NotTheirsError: a second person must do it.
    """
    state = NEXT.get((stand.state, event))
    if state is None:
        raise WrongStepError(f"A request that is {stand.state} takes no {event}.", _remedy(NEXT, stand.state))
    # An emergency changes the hours, not the number of people: a made-up emergency is how such desks are tricked.
    if event in _SECOND and person in {"", stand.entered_by, stand.prepared_by}:
        raise NotTheirsError(
            "Who entered or prepared a request neither reads, releases nor refuses it.", "Ask a senior colleague."
        )
    return state


class OrderState(enum.StrEnum):
    """Where an order to preserve data is."""

    IN_FORCE = "in_force"
    EXTENDED = "extended"
    ENDED = "ended"


class OrderEvent(enum.StrEnum):
    """What happens to an order to preserve data."""

    EXTEND = "extend"
    END = "end"  # by a person: it was lifted
    LAPSE = "lapse"  # its time is over


ORDER_NEXT: Final[dict[tuple[OrderState, OrderEvent], OrderState]] = {
    **{
        (state, event): after
        for state in (OrderState.IN_FORCE, OrderState.EXTENDED)
        for event, after in (
            (OrderEvent.EXTEND, OrderState.EXTENDED),
            (OrderEvent.END, OrderState.ENDED),
            (OrderEvent.LAPSE, OrderState.ENDED),
        )
    },
}


def order_step(state: OrderState, event: OrderEvent) -> OrderState:
    """The state that an event leads an order to.

    Raises:
        WrongStepError: the order is over.
    """
    after = ORDER_NEXT.get((state, event))
    if after is None:
        raise WrongStepError(f"An order that is {state} takes no {event}.", "Place a new one.")
    return after


def _remedy(table: dict[tuple[State, Event], State], state: State) -> str:
    can = sorted(event.value for (known, event) in table if known is state)
    return f"It takes {', '.join(can)}." if can else "It is over: enter a new one."
